package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// wideDivide divides the magnitudes bit by bit, then corrects the signs. The divisor and the counter are in the frame,
// so that few registers suffice.
func (f *function) wideDivide(i air.Index) error {
	s := f.operandWide(i)
	in := f.inst(i)
	numerator, divisor := f.valuePlace(in.Ops[0]).mem, f.valuePlace(in.Ops[1]).mem
	slot := f.tempSlot(24, 16)
	q, r := wide{f.temp(), f.temp()}, wide{f.temp(), f.temp()}
	t, u, v := f.temp(), f.temp(), f.temp()
	f.magnitude(r, divisor, t, u, s)
	f.out.Store(isa.SD, r.lo, mir.FrameMem(slot, 0))
	f.out.Store(isa.SD, r.hi, mir.FrameMem(slot, 8))
	f.magnitude(q, numerator, t, u, s)
	f.out.LoadImm(r.lo, 128)
	f.out.Store(isa.SD, r.lo, mir.FrameMem(slot, 16))
	f.out.LoadImm(r.lo, 0)
	f.out.LoadImm(r.hi, 0)
	f.divideLoop(q, r, t, u, v, slot)
	if s.Signed {
		f.correctSigns(in.Tag, q, r, t, u, v, numerator, divisor)
	}
	if in.Tag == air.Rem || in.Tag == air.Mod {
		q = r
	}
	return f.finish(i, f.wideResult(i, q))
}

// magnitude loads the absolute value of two words.
func (f *function) magnitude(w wide, m mir.Mem, t, u isa.Reg, s *air.Type) {
	f.out.Load(isa.LD, w.lo, m)
	f.out.Load(isa.LD, w.hi, m.Offset(8))
	if s.Signed {
		f.insImm(isa.SRAI, t, w.hi, 63)
		f.negateIf(w, t, u)
	}
}

// divideLoop shifts the numerator in q into the remainder r, bit by bit, and the quotient into q. The
// divisor is at slot, the number of bits left at slot+16.
func (f *function) divideLoop(q, r wide, t, u, carry isa.Reg, slot mir.FrameIndex) {
	again, subtract, next := f.out.NewLabel(), f.out.NewLabel(), f.out.NewLabel()
	f.out.Bind(again)
	f.insImm(isa.SRLI, carry, r.hi, 63)
	for _, step := range [][2]isa.Reg{{r.hi, r.lo}, {r.lo, q.hi}, {q.hi, q.lo}} {
		f.insImm(isa.SLLI, step[0], step[0], 1)
		f.insImm(isa.SRLI, t, step[1], 63)
		f.ins(isa.OR, step[0], step[0], t)
	}
	f.insImm(isa.SLLI, q.lo, q.lo, 1)
	f.out.Load(isa.LD, t, mir.FrameMem(slot, 0))
	f.out.Load(isa.LD, u, mir.FrameMem(slot, 8))
	f.out.Branch(isa.BNE, carry, isa.Zero, subtract)
	f.out.Branch(isa.BLTU, r.hi, u, next)
	f.out.Branch(isa.BNE, r.hi, u, subtract)
	f.out.Branch(isa.BLTU, r.lo, t, next)
	f.out.Bind(subtract)
	f.addWords(r, wide{t, u}, carry, true)
	f.insImm(isa.ORI, q.lo, q.lo, 1)
	f.out.Bind(next)
	f.out.Load(isa.LD, t, mir.FrameMem(slot, 16))
	f.insImm(isa.ADDI, t, t, -1)
	f.out.Store(isa.SD, t, mir.FrameMem(slot, 16))
	f.out.Branch(isa.BNE, t, isa.Zero, again)
}

// correctSigns gives the quotient and remainder of magnitudes their signs, and rounds as the tag requires.
func (f *function) correctSigns(tag air.Tag, q, r wide, t, u, v isa.Reg, numerator, divisor mir.Mem) {
	f.out.Load(isa.LD, t, numerator.Offset(8))
	f.out.Load(isa.LD, u, divisor.Offset(8))
	f.insImm(isa.SRAI, t, t, 63)
	if tag == air.Rem || tag == air.Mod {
		f.negateIf(r, t, v)
	} else {
		f.ins(isa.XOR, v, t, u)
		f.insImm(isa.SRAI, v, v, 63)
		f.negateIfAfter(q, v)
	}
	if tag != air.DivFloor && tag != air.Mod {
		return
	}
	done := f.out.NewLabel()
	f.ins(isa.OR, v, r.lo, r.hi)
	f.out.Branch(isa.BEQ, v, isa.Zero, done)
	f.ins(isa.XOR, v, t, u)
	f.out.Branch(isa.BGE, v, isa.Zero, done)
	if tag == air.Mod {
		f.out.Load(isa.LD, t, divisor)
		f.addWords(r, wide{t, u}, v, false)
	} else {
		f.insImm(isa.SLTIU, t, q.lo, 1)
		f.insImm(isa.ADDI, q.lo, q.lo, -1)
		f.ins(isa.SUB, q.hi, q.hi, t)
	}
	f.out.Bind(done)
}

// negateIfAfter emits q = -q if m is -1, without scratch. m is changed.
func (f *function) negateIfAfter(q wide, m isa.Reg) {
	done := f.out.NewLabel()
	f.out.Branch(isa.BEQ, m, isa.Zero, done)
	f.ins(isa.SLTU, m, isa.Zero, q.lo)
	f.ins(isa.SUB, q.lo, isa.Zero, q.lo)
	f.ins(isa.SUB, q.hi, isa.Zero, q.hi)
	f.ins(isa.SUB, q.hi, q.hi, m)
	f.out.Bind(done)
}
