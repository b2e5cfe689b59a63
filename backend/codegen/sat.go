package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// saturating translates add_sat, sub_sat and mul_sat: a result that does not fit is replaced by the nearest extreme
// value.
func (f *function) saturating(i air.Index) error {
	s := f.operandScalar(i)
	in := f.inst(i)
	a, b := f.use(in.Ops[0]), f.use(in.Ops[1])
	d, r, o := f.dest(i), f.temp(), f.temp()
	op := checkedOpOf(in.Tag)
	f.overflow(op, r, o, a, b, s, true)
	sign := a
	if op == checkedMul && s.signed {
		sign = f.temp()
		f.ins(isa.XOR, sign, a, b)
	}
	f.clamp(d, r, o, sign, s, op == checkedSub)
	return f.finish(i, regValue(d))
}

// clamp emits d = r if the bit o is 0, and otherwise the extreme value of a type: for signed types that on the side of
// sign, for unsigned ones zero if low, otherwise the largest. r and o are changed.
func (f *function) clamp(d, r, o, sign isa.Reg, s scalar, low bool) {
	switch {
	case s.signed:
		t := f.temp()
		f.insImm(isa.SRAI, d, sign, 63)
		f.out.LoadImm(t, s.max())
		f.ins(isa.XOR, d, d, t)
		f.maskOf(o, o)
		f.choose(d, d, r, o)
	case low:
		f.insImm(isa.ADDI, o, o, -1)
		f.ins(isa.AND, d, r, o)
	default:
		f.maskOf(o, o)
		f.ins(isa.OR, r, r, o)
		f.canonicalise(d, r, s)
	}
}

// shlSat shifts left by any amount; a result that does not fit is replaced by the nearest extreme value.
func (f *function) shlSat(i air.Index) error {
	s := f.operandScalar(i)
	in := f.inst(i)
	if !f.amountFits(i) {
		return f.unsupportedAmount(i)
	}
	a, b := f.use(in.Ops[0]), f.use(in.Ops[1])
	d, r, o, t := f.dest(i), f.temp(), f.temp(), f.temp()
	f.overflowShl(r, o, a, b, s)
	f.shiftedOut(o, t, b, s.bits)
	f.ins(isa.SLTU, t, isa.Zero, a)
	f.ins(isa.AND, o, o, t)
	f.clamp(d, r, o, a, s, false)
	return f.finish(i, regValue(d))
}

// shiftedOut emits o = 1 if o is not zero or the amount n is not below the width, otherwise 0. t is scratch.
func (f *function) shiftedOut(o, t, n isa.Reg, bits uint32) {
	f.ins(isa.SLTU, o, isa.Zero, o)
	f.insImm(isa.SLTIU, t, n, int64(bits))
	f.insImm(isa.XORI, t, t, 1)
	f.ins(isa.OR, o, o, t)
}
