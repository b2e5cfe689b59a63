package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// shiftWordsLeft emits a = a << n for n below 128. t and u are scratch.
func (f *function) shiftWordsLeft(a wide, n, t, u isa.Reg) {
	small, done := f.out.NewLabel(), f.out.NewLabel()
	f.insImm(isa.ADDI, t, n, -64)
	f.out.Branch(isa.BLT, t, isa.Zero, small)
	f.ins(isa.SLL, a.hi, a.lo, t)
	f.out.LoadImm(a.lo, 0)
	f.out.Jump(done)
	f.out.Bind(small)
	f.insImm(isa.XORI, t, n, 63)
	f.insImm(isa.SRLI, u, a.lo, 1)
	f.ins(isa.SRL, u, u, t)
	f.ins(isa.SLL, a.hi, a.hi, n)
	f.ins(isa.OR, a.hi, a.hi, u)
	f.ins(isa.SLL, a.lo, a.lo, n)
	f.out.Bind(done)
}

// shiftWordsRight emits a = a >> n for n below 128, with copies of the sign if signed.
func (f *function) shiftWordsRight(a wide, n, t, u isa.Reg, signed bool) {
	op := pick(signed, isa.SRA, isa.SRL)
	small, done := f.out.NewLabel(), f.out.NewLabel()
	f.insImm(isa.ADDI, t, n, -64)
	f.out.Branch(isa.BLT, t, isa.Zero, small)
	f.ins(op, a.lo, a.hi, t)
	if signed {
		f.insImm(isa.SRAI, a.hi, a.hi, 63)
	} else {
		f.out.LoadImm(a.hi, 0)
	}
	f.out.Jump(done)
	f.out.Bind(small)
	f.insImm(isa.XORI, t, n, 63)
	f.insImm(isa.SLLI, u, a.hi, 1)
	f.ins(isa.SLL, u, u, t)
	f.ins(isa.SRL, a.lo, a.lo, n)
	f.ins(isa.OR, a.lo, a.lo, u)
	f.ins(op, a.hi, a.hi, n)
	f.out.Bind(done)
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
	slot := f.resultSlot(i)
	p := f.framePlace(slot, 0)
	at := int64(in.Type.FieldOffset(0))
	f.out.Store(isa.SD, a.lo, p.mem.Offset(at))
	f.out.Store(isa.SD, a.hi, p.mem.Offset(at+8))
	f.shiftWordsRight(a, n, t, u, s.Signed)
	from := f.valuePlace(in.Ops[0])
	f.out.Load(isa.LD, t, from.mem)
	f.out.Load(isa.LD, u, from.mem.Offset(8))
	f.ins(isa.XOR, t, t, a.lo)
	f.ins(isa.XOR, u, u, a.hi)
	f.ins(isa.OR, t, t, u)
	f.ins(isa.SLTU, t, isa.Zero, t)
	f.storeInt(t, p.at(int64(in.Type.FieldOffset(1))), 1)
	return f.finish(i, frameValue(slot, 0))
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
	t, u, sign := f.temp(), f.temp(), f.temp()
	shifted := f.tempSlot(16, 16)
	over, done := f.out.NewLabel(), f.out.NewLabel()
	f.moveRegister(sign, a.hi)
	f.ins(isa.OR, t, a.lo, a.hi)
	f.out.Branch(isa.BEQ, t, isa.Zero, done)
	f.out.LoadImm(t, int64(s.Bits))
	f.out.Branch(isa.BGEU, n, t, over)
	f.shiftWordsLeft(a, n, t, u)
	f.extendHigh(a.hi, s)
	f.out.Store(isa.SD, a.lo, mir.FrameMem(shifted, 0))
	f.out.Store(isa.SD, a.hi, mir.FrameMem(shifted, 8))
	f.shiftWordsRight(a, n, t, u, s.Signed)
	f.out.Load(isa.LD, t, from.mem)
	f.out.Load(isa.LD, u, from.mem.Offset(8))
	f.ins(isa.XOR, t, t, a.lo)
	f.ins(isa.XOR, u, u, a.hi)
	f.ins(isa.OR, t, t, u)
	f.out.Load(isa.LD, a.lo, mir.FrameMem(shifted, 0))
	f.out.Load(isa.LD, a.hi, mir.FrameMem(shifted, 8))
	f.out.Branch(isa.BEQ, t, isa.Zero, done)
	f.out.Bind(over)
	f.clampWide(a, sign, s, false, done)
	f.out.Bind(done)
	return f.finish(i, f.wideResult(i, a))
}
