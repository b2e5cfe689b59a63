package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// wideMulChecked multiplies the magnitudes, then applies the sign. The product does not fit if it exceeds 128 bits, is
// not canonical, or has the wrong sign.
func (f *function) wideMulChecked(i air.Index) error {
	s := f.operandWide(i)
	in := f.inst(i)
	a, b := f.wideLoad(in.Ops[0]), f.wideLoad(in.Ops[1])
	t, o, sign := f.temp(), f.temp(), f.temp()
	if s.Signed {
		f.ins(isa.XOR, sign, a.hi, b.hi)
		for _, w := range []wide{a, b} {
			f.insImm(isa.SRAI, o, w.hi, 63)
			f.negateIf(w, o, t)
		}
	}
	f.mulMagnitudes(a, b, t, o)
	if s.Signed {
		f.insImm(isa.SRAI, sign, sign, 63)
		f.negateIf(a, sign, t)
		f.ins(isa.XOR, t, a.hi, sign)
		f.insImm(isa.SLTI, t, t, 0)
		f.ins(isa.OR, b.lo, a.lo, a.hi)
		f.ins(isa.SLTU, b.lo, isa.Zero, b.lo)
		f.ins(isa.AND, t, t, b.lo)
		f.ins(isa.OR, o, o, t)
	}
	if s.Bits < 128 {
		f.moveRegister(t, a.hi)
		f.extendHigh(a.hi, s)
		f.ins(isa.XOR, t, t, a.hi)
		f.ins(isa.OR, o, o, t)
	}
	f.releaseWide(b)
	return f.settleWide(i, s, a, o, sign, false)
}

// mulMagnitudes emits a = the low 128 bits of the unsigned product of a and b, and o = non-zero if and only if it is
// larger. b and t are changed.
func (f *function) mulMagnitudes(a, b wide, t, o isa.Reg) {
	f.ins(isa.SLTU, t, isa.Zero, a.hi)
	f.ins(isa.SLTU, o, isa.Zero, b.hi)
	f.ins(isa.AND, o, o, t)
	f.ins(isa.MULHU, t, a.hi, b.lo)
	f.ins(isa.OR, o, o, t)
	f.ins(isa.MULHU, t, a.lo, b.hi)
	f.ins(isa.OR, o, o, t)
	f.ins(isa.MUL, t, a.hi, b.lo)
	f.ins(isa.MUL, a.hi, a.lo, b.hi)
	f.ins(isa.ADD, a.hi, a.hi, t) // exact unless o is set: one of the two is 0
	f.ins(isa.MULHU, t, a.lo, b.lo)
	f.ins(isa.ADD, a.hi, a.hi, t)
	f.ins(isa.SLTU, t, a.hi, t)
	f.ins(isa.OR, o, o, t)
	f.ins(isa.MUL, a.lo, a.lo, b.lo)
}
