package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// An error union without payload bits is its error code in a register; any other is in memory.

// errorOf returns a register with the error code of an error union operand: d if it must be loaded.
func (f *function) errorOf(d isa.Reg, r air.Ref) isa.Reg {
	t := f.typeOf(r)
	if f.classOf(t) == intClass {
		return f.use(r)
	}
	p := f.valuePlace(r)
	f.out.Load(isa.LHU, d, p.mem.Offset(int64(t.ErrorOffset())))
	return d
}

func (f *function) unwrapPayload(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[0])
	if f.resolve(in.Ops[0]).kind == undef {
		return f.finish(i, undefValue())
	}
	return f.finish(i, f.loadResult(i, f.valuePlace(in.Ops[0]).at(int64(t.PayloadOffset()))))
}

func (f *function) unwrapErr(i air.Index) error {
	d := f.dest(i)
	f.moveRegister(d, f.errorOf(d, f.inst(i).Ops[0]))
	return f.finish(i, regValue(d))
}

func (f *function) unwrapPayloadPtr(i air.Index) error {
	return f.offsetPointer(i, int64(f.typeOf(f.inst(i).Ops[0]).Elem.PayloadOffset()))
}

func (f *function) unwrapErrPtr(i air.Index) error {
	r := f.inst(i).Ops[0]
	p := f.deref(r).at(int64(f.typeOf(r).Elem.ErrorOffset()))
	d := f.dest(i)
	f.loadInt(d, p, 2, false)
	return f.finish(i, regValue(d))
}

// errunionPayloadPtrSet makes an error union a success and yields the address of its payload.
func (f *function) errunionPayloadPtrSet(i air.Index) error {
	r := f.inst(i).Ops[0]
	f.storeWord(f.deref(r).at(int64(f.typeOf(r).Elem.ErrorOffset())), 0, 2)
	return f.unwrapPayloadPtr(i)
}

func (f *function) wrapPayload(i air.Index) error {
	in := f.inst(i)
	if f.classOf(in.Type) == intClass {
		return f.finish(i, immValue(0))
	}
	p := f.newResult(i)
	f.storeOperand(p.at(int64(in.Type.PayloadOffset())), in.Ops[0])
	f.storeWord(p.at(int64(in.Type.ErrorOffset())), 0, 2)
	return f.finish(i, p.value())
}

func (f *function) wrapErr(i air.Index) error {
	in := f.inst(i)
	if f.classOf(in.Type) == intClass {
		return f.bitcast(i)
	}
	slot := f.resultSlot(i)
	f.storeOperand(f.framePlace(slot, int64(in.Type.ErrorOffset())), in.Ops[0])
	return f.finish(i, frameValue(slot, 0))
}

func (f *function) isErr(i air.Index) error {
	in := f.inst(i)
	want := in.Tag == air.IsNonErr
	if f.typeOf(in.Ops[0]).Kind == air.ErrorSet {
		return f.unsupported("a bare error set")
	}
	d := f.dest(i)
	e := f.errorOf(d, in.Ops[0])
	return f.finish(i, f.isZero(d, e, want))
}

func (f *function) isErrPtr(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[0]).Elem
	p := f.deref(in.Ops[0]).at(int64(t.ErrorOffset()))
	d := f.dest(i)
	f.loadInt(d, p, 2, false)
	return f.finish(i, f.isZero(d, d, in.Tag == air.IsNonErrPtr))
}
