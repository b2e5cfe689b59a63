package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// saturating translates add_sat, sub_sat and mul_sat: a result that does not fit is replaced by the nearest extreme
// value.
func (f *function) saturating(i air.Index) error {
	s := f.operandScalar(i)
	in := f.inst(i)
	a, b := f.use(in.Ops[0]), f.use(in.Ops[1])
	d, o := f.dest(i), f.temp()
	op := checkedOpOf(in.Tag)
	done := f.out.NewLabel()
	f.overflow(op, d, o, a, b, s, false)
	f.out.Branch(isa.BEQ, o, isa.Zero, done)
	sign := a
	if op == checkedMul && s.signed {
		f.ins(isa.XOR, o, a, b)
		sign = o
	}
	f.clamp(d, sign, s, op == checkedSub, done)
	f.out.Bind(done)
	return f.finish(i, regValue(d))
}

// clamp emits d = the extreme value of a type: for signed types that on the side of sign, for unsigned ones zero if
// low, otherwise the largest. It may jump to done.
func (f *function) clamp(d, sign isa.Reg, s scalar, low bool, done mir.Label) {
	if !s.signed {
		f.out.LoadImm(d, pick(low, 0, s.max()))
		return
	}
	f.out.LoadImm(d, s.max())
	f.out.Branch(isa.BGE, sign, isa.Zero, done)
	f.out.LoadImm(d, s.min())
}

// shlSat shifts left by any amount; a result that does not fit is replaced by the nearest extreme value.
func (f *function) shlSat(i air.Index) error {
	s := f.operandScalar(i)
	in := f.inst(i)
	if !f.amountFits(i) {
		return f.unsupportedAmount(i)
	}
	a, b := f.use(in.Ops[0]), f.use(in.Ops[1])
	d, o := f.dest(i), f.temp()
	done, over := f.out.NewLabel(), f.out.NewLabel()
	f.moveRegister(d, a)
	f.out.Branch(isa.BEQ, a, isa.Zero, done)
	f.out.LoadImm(o, int64(s.bits))
	f.out.Branch(isa.BGEU, b, o, over)
	f.overflowShl(d, o, a, b, s)
	f.out.Branch(isa.BEQ, o, isa.Zero, done)
	f.out.Bind(over)
	f.clamp(d, a, s, false, done)
	f.out.Bind(done)
	return f.finish(i, regValue(d))
}
