package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// pointee returns the place that an operand, a slice or a pointer, points to.
func (f *function) pointee(r air.Ref) place {
	if f.typeOf(r).IsSlice() {
		return f.slicePointee(r)
	}
	return f.deref(r)
}

// elementPlace returns the place of an element: base plus index times stride.
func (f *function) elementPlace(base place, index air.Ref, stride int64) place {
	v := f.resolve(index)
	align := min(base.align, max(stride&-stride, 1))
	if v.kind == immediate {
		if off := v.imm * stride; off == int64(int32(off)) && base.mem.Disp+off == int64(int32(base.mem.Disp+off)) {
			return place{base.mem.Offset(off), align}
		}
	}
	n := f.use(index)
	t := f.temp()
	switch {
	case base.mem.Frame == mir.NoFrame:
		f.addScaled(t, n, stride, base.mem.Reg)
		return place{mir.RegMem(t, base.mem.Disp), align}
	case base.mem.Frame >= mir.FirstUnnamed && base.mem.Reg == isa.Zero:
		f.addScaled(t, n, stride, isa.SP)
		return place{mir.IndexedMem(t, base.mem.Frame, base.mem.Disp), align}
	}
	a := f.temp()
	f.out.LeaMem(a, base.mem)
	f.addScaled(t, n, stride, a)
	f.release(a)
	return place{mir.RegMem(t, 0), align}
}

// addScaled emits d = n times stride plus base.
func (f *function) addScaled(d, n isa.Reg, stride int64, base isa.Reg) {
	switch zba := f.opts.Features.Zba; {
	case zba && stride == 2:
		f.ins(isa.SH1ADD, d, n, base)
	case zba && stride == 4:
		f.ins(isa.SH2ADD, d, n, base)
	case zba && stride == 8:
		f.ins(isa.SH3ADD, d, n, base)
	case stride == 1:
		f.ins(isa.ADD, d, n, base)
	default:
		f.multiply(d, n, stride)
		f.ins(isa.ADD, d, d, base)
	}
}

// elemVal loads an element through a slice or pointer.
func (f *function) elemVal(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[0])
	if t.PointerSize == air.One && t.Elem.Kind == air.Vector && t.Elem.Elem.BitSize() != 8*t.Elem.Elem.Size() {
		p := f.deref(in.Ops[0])
		s, ok := scalarOf(t.Elem.Elem)
		if !ok || p.align < int64(min(t.Elem.Size(), 8)) {
			return f.unsupported(t.String())
		}
		return f.lane(i, p, t.Elem, s)
	}
	p := f.elementPlace(f.pointee(in.Ops[0]), in.Ops[1], int64(t.Element().Size()))
	return f.finish(i, f.loadPointee(i, p))
}

// arrayElemVal extracts an element of an array or vector value.
func (f *function) arrayElemVal(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[0])
	if t.Kind == air.Vector && t.Elem.BitSize() != 8*t.Elem.Size() {
		return f.vectorElement(i)
	}
	if f.resolve(in.Ops[0]).kind == undef {
		return f.finish(i, undefValue())
	}
	p := f.elementPlace(f.valuePlace(in.Ops[0]), in.Ops[1], int64(t.Elem.Size()))
	return f.finish(i, f.loadResult(i, p))
}

// vectorElement extracts an element of a vector whose elements do not fill their bytes.
func (f *function) vectorElement(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[0])
	s, ok := scalarOf(t.Elem)
	v := f.resolve(in.Ops[1])
	switch {
	case f.resolve(in.Ops[0]).kind == undef:
		return f.finish(i, undefValue())
	case v.kind == immediate:
		p := f.valuePlace(in.Ops[0])
		return f.finish(i, f.bitsResult(i, p, int64(t.Size()), v.imm*int64(t.Elem.BitSize())))
	case ok && 8%s.bits == 0:
		return f.laneOfByte(i, s)
	case !ok:
		return f.unsupported(t.String())
	}
	return f.lane(i, f.valuePlace(in.Ops[0]), t, s)
}

// lane extracts an element of at most 64 bits of a vector in memory.
func (f *function) lane(i air.Index, p place, t *air.Type, s scalar) error {
	if t.BitSize() > wordBits {
		return f.laneOfWords(i, p, s)
	}
	n := f.use(f.inst(i).Ops[1])
	d, w := f.dest(i), f.temp()
	f.loadInt(d, p, int64(t.Size()), false)
	f.multiply(w, n, int64(s.bits))
	f.ins(isa.SRL, d, d, w)
	f.canonicalise(d, d, s)
	return f.finish(i, regValue(d))
}

// laneOfWords extracts an element from the words of its first and last bit, which may be the same word.
func (f *function) laneOfWords(i air.Index, p place, s scalar) error {
	n := f.use(f.inst(i).Ops[1])
	d, at, base, high := f.dest(i), f.temp(), f.temp(), f.temp()
	f.multiply(at, n, int64(s.bits))
	f.leaMem(base, p.mem)
	f.insImm(isa.ADDI, high, at, int64(s.bits)-1)
	f.loadWordOfBit(high, base, high)
	f.loadWordOfBit(d, base, at)
	f.ins(isa.SRL, d, d, at)
	f.insImm(isa.XORI, at, at, wordBits-1)
	f.insImm(isa.SLLI, high, high, 1)
	f.ins(isa.SLL, high, high, at)
	f.ins(isa.OR, d, d, high)
	f.canonicalise(d, d, s)
	return f.finish(i, regValue(d))
}

// loadWordOfBit emits d = the aligned word behind base that has the bit with a number.
func (f *function) loadWordOfBit(d, base, bit isa.Reg) {
	f.insImm(isa.SRLI, d, bit, 6)
	f.insImm(isa.SLLI, d, d, 3)
	f.ins(isa.ADD, d, d, base)
	f.out.Load(isa.LD, d, mir.RegMem(d, 0))
}

// laneOfByte extracts an element of 1, 2 or 4 bits from its byte.
func (f *function) laneOfByte(i air.Index, s scalar) error {
	in := f.inst(i)
	p := f.valuePlace(in.Ops[0])
	n := f.use(in.Ops[1])
	d, at := f.dest(i), f.temp()
	perByte := int64(8 / s.bits)
	f.insImm(isa.ANDI, d, n, perByte-1)
	f.multiply(d, d, int64(s.bits))
	f.multiply(at, n, int64(s.bits))
	f.insImm(isa.SRLI, at, at, 3)
	base := f.temp()
	f.leaMem(base, p.mem)
	f.ins(isa.ADD, at, at, base)
	f.out.Load(isa.LBU, at, mir.RegMem(at, 0))
	f.ins(isa.SRL, d, at, d)
	f.canonicalise(d, d, s)
	return f.finish(i, regValue(d))
}

// elemPtr yields the address of an element; ptr_add is the same.
func (f *function) elemPtr(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[0])
	if in.Type.IsBitPointer() {
		return f.samePointer(i)
	}
	p := f.elementPlace(f.pointee(in.Ops[0]), in.Ops[1], int64(t.Element().Size()))
	return f.finish(i, f.addressResult(i, p))
}

// addressResult makes a result from the address of a place.
func (f *function) addressResult(i air.Index, p place) MCValue {
	switch {
	case p.mem.Frame != mir.NoFrame && p.mem.Reg == isa.Zero:
		return leaFrameValue(p.mem.Frame, p.mem.Disp)
	case p.mem.Frame == mir.NoFrame && p.mem.Disp == 0 && f.regs.temps.Has(p.mem.Reg) && !f.uses[i].crossesCall && !f.isTarget(i):
		return regValue(p.mem.Reg)
	case p.mem.Frame != mir.NoFrame && f.regs.temps.Has(p.mem.Reg) && !f.uses[i].escapes && !f.uses[i].crossesCall && !f.isTarget(i):
		f.uses[i].slot, f.uses[i].disp = p.mem.Frame, p.mem.Disp
		return regValue(p.mem.Reg)
	}
	d := f.dest(i)
	f.leaMem(d, p.mem)
	return regValue(d)
}

// ptrSub yields the address n elements before a pointer.
func (f *function) ptrSub(i air.Index) error {
	in := f.inst(i)
	stride := int64(f.typeOf(in.Ops[0]).Element().Size())
	base := f.pointee(in.Ops[0])
	n := f.use(in.Ops[1])
	d, t := f.dest(i), f.temp()
	f.multiply(t, n, stride)
	f.leaMem(d, base.mem)
	f.ins(isa.SUB, d, d, t)
	return f.finish(i, regValue(d))
}
