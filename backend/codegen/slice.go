package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// A slice is 16 bytes in memory: the pointer, then the length.
const sliceLenOffset = 8

// sliceOf makes a slice of a pointer and a length.
func (f *function) sliceOf(i air.Index) error {
	in := f.inst(i)
	p := f.newResult(i)
	f.storeOperand(p, in.Ops[0])
	f.storeOperand(p.at(sliceLenOffset), in.Ops[1])
	return f.finish(i, p.value())
}

// slicePart yields the pointer (at 0) or length (at 8) of a slice.
func (f *function) slicePart(i air.Index, r air.Ref, at int64) error {
	v := f.resolve(r)
	switch {
	case v.kind == undef:
		return f.finish(i, undefValue())
	case v.kind == constant && v.value.Kind == air.SliceValue:
		return f.finish(i, f.constValue(v.value.Elems[at/8]))
	}
	p := f.valuePlace(r)
	d := f.dest(i)
	f.out.Load(isa.LD, d, p.mem.Offset(at))
	return f.finish(i, regValue(d))
}

func (f *function) sliceLen(i air.Index) error {
	return f.slicePart(i, f.inst(i).Ops[0], sliceLenOffset)
}

func (f *function) slicePtr(i air.Index) error { return f.slicePart(i, f.inst(i).Ops[0], 0) }

func (f *function) ptrSliceLenPtr(i air.Index) error { return f.offsetPointer(i, sliceLenOffset) }

// samePointer translates an instruction that only changes the type of a pointer.
func (f *function) samePointer(i air.Index) error { return f.offsetPointer(i, 0) }

// offsetPointer yields operand 0, a pointer, plus n bytes.
func (f *function) offsetPointer(i air.Index, n int64) error {
	return f.finish(i, f.pointerPlus(i, f.inst(i).Ops[0], n))
}

// pointerPlus makes a result from a pointer operand, the first, plus n bytes.
func (f *function) pointerPlus(i air.Index, r air.Ref, n int64) MCValue {
	v := f.resolve(r)
	if v.kind == undef {
		return v
	}
	if v.kind != register && v.kind != loadFrame {
		v.imm += n // a known address
		return v
	}
	a := f.use(r)
	d := f.destReusing(i, 0)
	f.out.AddImm(d, a, n)
	return regValue(d)
}

// arrayToSlice makes a slice of a pointer to an array.
func (f *function) arrayToSlice(i air.Index) error {
	in := f.inst(i)
	p := f.newResult(i)
	f.storeOperand(p, in.Ops[0])
	f.storeWord(p.at(sliceLenOffset), int64(f.typeOf(in.Ops[0]).Elem.Len), 8)
	return f.finish(i, p.value())
}
