package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// The reasons of the panics of arithmetic.
const (
	reasonIntegerOverflow    = "integer_overflow"
	reasonIntegerOutOfBounds = "integer_out_of_bounds"
	reasonInvalidEnumValue   = "invalid_enum_value"
	reasonFloatPart          = "integer_part_out_of_bounds"
)

// checkedOp is the operation of an instruction that detects overflow.
type checkedOp uint8

const (
	checkedAdd checkedOp = iota
	checkedSub
	checkedMul
	checkedShl
)

func checkedOpOf(t air.Tag) checkedOp {
	switch t {
	case air.Sub, air.SubWrap, air.SubSafe, air.SubSat, air.SubWithOverflow:
		return checkedSub
	case air.MulSafe, air.MulSat, air.MulWithOverflow:
		return checkedMul
	case air.ShlWithOverflow:
		return checkedShl
	}
	return checkedAdd
}

// overflow emits d = the canonical wrapped result and o = non-zero if and only if the exact result does not fit; o is 0
// or 1 if asBit. d and o differ from a and b.
func (f *function) overflow(op checkedOp, d, o, a, b isa.Reg, s scalar, asBit bool) {
	switch op {
	case checkedAdd, checkedSub:
		f.overflowAdd(op == checkedSub, d, o, a, b, s, asBit)
		return
	case checkedMul:
		f.overflowMul(d, o, a, b, s)
	case checkedShl:
		f.overflowShl(d, o, a, b, s)
	}
	if asBit {
		f.ins(isa.SLTU, o, isa.Zero, o)
	}
}

func (f *function) overflowAdd(sub bool, d, o, a, b isa.Reg, s scalar, asBit bool) {
	op := pick(sub, isa.SUB, isa.ADD)
	opW := pick(sub, isa.SUBW, isa.ADDW)
	switch {
	case !s.signed && (s.bits == 64 || s.bits == 32):
		// the order of canonical u32 is that of u64
		f.ins(pick(s.bits == 32, opW, op), d, a, b)
		if sub {
			f.ins(isa.SLTU, o, a, b)
		} else {
			f.ins(isa.SLTU, o, d, a)
		}
		return
	case s.bits == 64:
		f.ins(op, d, a, b)
		t := f.temp()
		f.ins(isa.SLT, o, pick(sub, a, d), pick(sub, d, a))
		f.insImm(isa.SLTI, t, b, 0)
		f.ins(isa.XOR, o, o, t)
		f.release(t)
		return
	}
	f.ins(op, o, a, b) // exact
	f.canonicalise(d, o, s)
	f.ins(isa.XOR, o, o, d)
	if asBit {
		f.ins(isa.SLTU, o, isa.Zero, o)
	}
}

func (f *function) overflowMul(d, o, a, b isa.Reg, s scalar) {
	switch {
	case s.bits < 32 || s.bits == 32 && s.signed:
		f.ins(isa.MUL, o, a, b) // exact
		f.canonicalise(d, o, s)
		f.ins(isa.XOR, o, o, d)
	case s.bits == 32:
		t := f.temp()
		f.zeroExtended(t, a, 32)
		f.zeroExtended(o, b, 32)
		f.ins(isa.MUL, o, o, t)
		f.canonicalise(d, o, s)
		f.insImm(isa.SRLI, o, o, 32)
		f.release(t)
	default:
		f.overflowMulHigh(d, o, a, b, s)
	}
}

// overflowMulHigh multiplies 33 to 64 bits: the result fits if the high half is the extension of the low half and the
// low half is canonical.
func (f *function) overflowMulHigh(d, o, a, b isa.Reg, s scalar) {
	t := f.temp()
	defer f.release(t)
	f.ins(pick(s.signed, isa.MULH, isa.MULHU), o, a, b)
	f.ins(isa.MUL, t, a, b)
	f.canonicalise(d, t, s)
	u := t
	if s.bits < 64 {
		u = f.temp()
		f.ins(isa.XOR, u, d, t)
	}
	if s.signed {
		f.insImm(isa.SRAI, t, t, 63)
		f.ins(isa.XOR, o, o, t)
	}
	if u != t {
		f.ins(isa.OR, o, o, u)
		f.release(u)
	}
}

// overflowShl shifts left, and back again to compare.
func (f *function) overflowShl(d, o, a, b isa.Reg, s scalar) {
	f.shiftLeft(d, a, b, s)
	f.ins(s.shiftRightOp(), o, d, b)
	f.ins(isa.XOR, o, o, a)
}

// overflowSafe translates arithmetic that panics if the result does not fit.
func (f *function) overflowSafe(i air.Index) error {
	s := f.operandScalar(i)
	in := f.inst(i)
	a, b := f.use(in.Ops[0]), f.use(in.Ops[1])
	d, o := f.dest(i), f.temp()
	f.overflow(checkedOpOf(in.Tag), d, o, a, b, s, false)
	f.out.Branch(isa.BNE, o, isa.Zero, f.panicLabel(reasonIntegerOverflow))
	return f.finish(i, regValue(d))
}

// withOverflow makes the tuple {wrapped result, u1}.
func (f *function) withOverflow(i air.Index) error {
	s := f.operandScalar(i)
	in := f.inst(i)
	op := checkedOpOf(in.Tag)
	if op == checkedShl && !f.amountFits(i) {
		return f.unsupportedAmount(i)
	}
	a, b := f.use(in.Ops[0]), f.use(in.Ops[1])
	d, o := f.temp(), f.temp()
	f.overflow(op, d, o, a, b, s, true)
	p := f.newResult(i)
	if s.bits > 0 {
		f.storeValue(d, p.at(int64(in.Type.FieldOffset(0))), in.Type.Fields[0].Type)
	}
	f.storeValue(o, p.at(int64(in.Type.FieldOffset(1))), in.Type.Fields[1].Type)
	return f.finish(i, p.value())
}
