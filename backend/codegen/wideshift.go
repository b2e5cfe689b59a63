package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// shiftWordsLeft emits a = a << n for n below 128: by the low six bits of n, then by a whole word if the seventh is set.
// t and u are scratch.
func (f *function) shiftWordsLeft(a wide, n, t, u isa.Reg) {
	f.insImm(isa.XORI, t, n, 63)
	f.insImm(isa.SRLI, u, a.lo, 1)
	f.ins(isa.SRL, u, u, t)
	f.ins(isa.SLL, a.hi, a.hi, n)
	f.ins(isa.OR, a.hi, a.hi, u)
	f.ins(isa.SLL, a.lo, a.lo, n)
	f.wholeWord(t, n)
	f.insImm(isa.XORI, u, t, -1)
	f.ins(isa.AND, a.hi, a.hi, u)
	f.ins(isa.AND, t, t, a.lo)
	f.ins(isa.OR, a.hi, a.hi, t)
	f.ins(isa.AND, a.lo, a.lo, u)
}

// wholeWord emits m = -1 if the amount n has its seventh bit set, otherwise 0.
func (f *function) wholeWord(m, n isa.Reg) {
	f.insImm(isa.SLLI, m, n, 57)
	f.insImm(isa.SRAI, m, m, 63)
}

// shiftWordsRight emits a = a >> n for n below 128, with copies of the sign if signed. t and u are scratch.
func (f *function) shiftWordsRight(a wide, n, t, u isa.Reg, signed bool) {
	f.insImm(isa.XORI, t, n, 63)
	f.insImm(isa.SLLI, u, a.hi, 1)
	f.ins(isa.SLL, u, u, t)
	f.ins(isa.SRL, a.lo, a.lo, n)
	f.ins(isa.OR, a.lo, a.lo, u)
	f.ins(pick(signed, isa.SRA, isa.SRL), a.hi, a.hi, n)
	f.wholeWord(t, n)
	f.insImm(isa.XORI, u, t, -1)
	f.ins(isa.AND, a.lo, a.lo, u)
	f.ins(isa.AND, u, t, a.hi)
	f.ins(isa.OR, a.lo, a.lo, u)
	if signed {
		f.ins(isa.SRA, a.hi, a.hi, t) // by 63 or 0
		return
	}
	f.insImm(isa.XORI, t, t, -1)
	f.ins(isa.AND, a.hi, a.hi, t)
}

func (f *function) wideShift(i air.Index) error {
	s := f.operandWide(i)
	in := f.inst(i)
	if !f.amountFits(i) {
		return f.unsupportedAmount(i)
	}
	n := f.use(in.Ops[1])
	a := f.wideLoad(in.Ops[0])
	t, u := f.temp(), f.temp()
	switch in.Tag {
	case air.Shr, air.ShrExact:
		f.shiftWordsRight(a, n, t, u, s.Signed)
		return f.finish(i, f.wideResult(i, a))
	}
	f.shiftWordsLeft(a, n, t, u)
	f.extendHigh(a.hi, s)
	if in.Tag != air.ShlWithOverflow {
		return f.finish(i, f.wideResult(i, a))
	}
	return f.wideShiftLost(i, s, a, n, t, u)
}

// wideShiftLost stores the shifted value, shifts it back and compares.
func (f *function) wideShiftLost(i air.Index, s *air.Type, a wide, n, t, u isa.Reg) error {
	in := f.inst(i)
	p := f.newResult(i)
	at := int64(in.Type.FieldOffset(0))
	f.out.Store(isa.SD, a.lo, p.mem.Offset(at))
	f.out.Store(isa.SD, a.hi, p.mem.Offset(at+8))
	f.shiftWordsRight(a, n, t, u, s.Signed)
	f.differs(t, u, a, f.valuePlace(in.Ops[0]))
	f.ins(isa.SLTU, t, isa.Zero, t)
	f.storeInt(t, p.at(int64(in.Type.FieldOffset(1))), 1)
	return f.finish(i, p.value())
}

// wideShlSat shifts left by any amount, shifts back to compare, and clamps what does not fit.
func (f *function) wideShlSat(i air.Index) error {
	s := f.operandWide(i)
	in := f.inst(i)
	if !f.amountFits(i) {
		return f.unsupportedAmount(i)
	}
	n := f.use(in.Ops[1])
	from := f.valuePlace(in.Ops[0])
	a := f.wideLoad(in.Ops[0])
	t, u := f.temp(), f.temp()
	shifted := slotOf(f.tempSlot(16, 16))
	f.shiftWordsLeft(a, n, t, u)
	f.extendHigh(a.hi, s)
	f.out.Store(isa.SD, a.lo, shifted)
	f.out.Store(isa.SD, a.hi, shifted.Offset(8))
	f.shiftWordsRight(a, n, t, u, s.Signed)
	f.differs(t, u, a, from)
	f.shiftedOut(t, u, n, s.Bits)
	f.out.Load(isa.LD, a.lo, from.mem)
	f.out.Load(isa.LD, u, from.mem.Offset(8))
	f.ins(isa.OR, a.lo, a.lo, u)
	f.ins(isa.SLTU, a.lo, isa.Zero, a.lo)
	f.ins(isa.AND, t, t, a.lo) // zero stays zero
	f.out.Load(isa.LD, a.lo, shifted)
	f.out.Load(isa.LD, a.hi, shifted.Offset(8))
	f.clampWide(a, t, u, s, false)
	return f.finish(i, f.wideResult(i, a))
}

// differs emits t = zero if and only if a is what the place holds. u is scratch.
func (f *function) differs(t, u isa.Reg, a wide, from place) {
	f.out.Load(isa.LD, t, from.mem)
	f.out.Load(isa.LD, u, from.mem.Offset(8))
	f.ins(isa.XOR, t, t, a.lo)
	f.ins(isa.XOR, u, u, a.hi)
	f.ins(isa.OR, t, t, u)
}
