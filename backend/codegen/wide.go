package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// Integers of 65 to 128 bits are two words in memory, the low one first, extended to 128 bits by their own signedness.
// Handlers load both words into scratch registers.

// wide is such an integer in scratch registers.
type wide struct{ lo, hi isa.Reg }

// wideOf returns the integer type as which t is held in two words.
func wideOf(t *air.Type) (*air.Type, bool) {
	s, ok := t.Scalar()
	return s, ok && t.Kind != air.Float && s.Kind == air.Int && s.Bits > 64 && s.Bits <= 128
}

// operandWide returns the integer type as which operand 0, a wide integer, is held.
func (f *function) operandWide(i air.Index) *air.Type {
	s, _ := wideOf(f.typeOf(f.inst(i).Ops[0]))
	return s
}

// wideLoad loads an operand into scratch registers.
func (f *function) wideLoad(r air.Ref) wide {
	w := wide{f.temp(), f.temp()}
	p := f.valuePlace(r)
	f.out.Load(isa.LD, w.lo, p.mem)
	f.out.Load(isa.LD, w.hi, p.mem.Offset(8))
	return w
}

func (f *function) releaseWide(w wide) {
	f.release(w.lo)
	f.release(w.hi)
}

// wideResult stores a result of two words.
func (f *function) wideResult(i air.Index, w wide) MCValue {
	slot := f.resultSlot(i)
	f.out.Store(isa.SD, w.lo, slotOf(slot))
	f.out.Store(isa.SD, w.hi, mir.FrameMem(slot, 8))
	return frameValue(slot, 0)
}

// addWords emits a = a + b, or a - b. carry is scratch.
func (f *function) addWords(a, b wide, carry isa.Reg, sub bool) {
	if sub {
		f.ins(isa.SLTU, carry, a.lo, b.lo)
		f.ins(isa.SUB, a.lo, a.lo, b.lo)
		f.ins(isa.SUB, a.hi, a.hi, b.hi)
		f.ins(isa.SUB, a.hi, a.hi, carry)
		return
	}
	f.ins(isa.ADD, a.lo, a.lo, b.lo)
	f.ins(isa.SLTU, carry, a.lo, b.lo)
	f.ins(isa.ADD, a.hi, a.hi, b.hi)
	f.ins(isa.ADD, a.hi, a.hi, carry)
}

func (f *function) wideAdd(i air.Index) error {
	s := f.operandWide(i)
	in := f.inst(i)
	a, b := f.wideLoad(in.Ops[0]), f.wideLoad(in.Ops[1])
	f.addWords(a, b, f.temp(), checkedOpOf(in.Tag) == checkedSub)
	f.extendHigh(a.hi, s)
	return f.finish(i, f.wideResult(i, a))
}

// wideChecked adds or subtracts and detects a result that does not fit.
func (f *function) wideChecked(i air.Index) error {
	s := f.operandWide(i)
	in := f.inst(i)
	sub := checkedOpOf(in.Tag) == checkedSub
	a, b := f.wideLoad(in.Ops[0]), f.wideLoad(in.Ops[1])
	o, t, sign := f.temp(), f.temp(), f.temp()
	f.moveRegister(sign, a.hi)
	switch {
	case s.Bits < 128: // exact in 128 bits
		f.addWords(a, b, t, sub)
		f.moveRegister(o, a.hi)
		f.extendHigh(a.hi, s)
		f.ins(isa.XOR, o, o, a.hi)
	case s.Signed:
		f.addWords(a, b, t, sub)
		f.ins(isa.XOR, o, sign, a.hi)
		f.ins(isa.XOR, t, pick(sub, sign, a.hi), b.hi)
		f.ins(isa.AND, o, o, t)
		f.insImm(isa.SLTI, o, o, 0)
	default:
		f.carryOut(a, b, o, t, sub)
	}
	f.releaseWide(b)
	return f.settleWide(i, s, a, o, sign, sub)
}

// carryOut emits a = a + b, or a - b, and o = 1 if and only if the result exceeds 128 unsigned bits.
func (f *function) carryOut(a, b wide, o, t isa.Reg, sub bool) {
	if sub {
		f.ins(isa.SLTU, t, a.lo, b.lo)
		f.ins(isa.SUB, a.lo, a.lo, b.lo)
		f.ins(isa.SLTU, o, a.hi, b.hi)
		f.ins(isa.SUB, a.hi, a.hi, b.hi)
		f.ins(isa.SLTU, b.lo, a.hi, t)
		f.ins(isa.SUB, a.hi, a.hi, t)
	} else {
		f.ins(isa.ADD, a.lo, a.lo, b.lo)
		f.ins(isa.SLTU, t, a.lo, b.lo)
		f.ins(isa.ADD, a.hi, a.hi, b.hi)
		f.ins(isa.SLTU, o, a.hi, b.hi)
		f.ins(isa.ADD, a.hi, a.hi, t)
		f.ins(isa.SLTU, b.lo, a.hi, t)
	}
	f.ins(isa.OR, o, o, b.lo)
}

// settleWide ends a checked operation with the wrapped result a and the overflow o. A signed result that does not fit
// is on the side of sign, an unsigned one below if low.
func (f *function) settleWide(i air.Index, s *air.Type, a wide, o, sign isa.Reg, low bool) error {
	in := f.inst(i)
	switch in.Tag {
	case air.AddSafe, air.SubSafe, air.MulSafe:
		f.out.Branch(isa.BNE, o, isa.Zero, f.panicLabel(reasonIntegerOverflow))
		return f.finish(i, f.wideResult(i, a))
	case air.AddSat, air.SubSat, air.MulSat:
		f.ins(isa.SLTU, o, isa.Zero, o)
		f.clampWide(a, o, sign, s, low)
		return f.finish(i, f.wideResult(i, a))
	}
	f.ins(isa.SLTU, o, isa.Zero, o)
	p := f.newResult(i)
	at := int64(in.Type.FieldOffset(0))
	f.out.Store(isa.SD, a.lo, p.mem.Offset(at))
	f.out.Store(isa.SD, a.hi, p.mem.Offset(at+8))
	f.storeInt(o, p.at(int64(in.Type.FieldOffset(1))), 1)
	return f.finish(i, p.value())
}

// clampWide emits a = the extreme value if the bit o is 1, as clamp does for one word. o and sign are changed.
func (f *function) clampWide(a wide, o, sign isa.Reg, s *air.Type, low bool) {
	switch {
	case s.Signed:
		t := f.temp()
		f.maskOf(o, o)
		f.insImm(isa.SRAI, sign, sign, 63)
		f.out.LoadImm(t, scalar{bits: s.Bits - 64, signed: true}.max())
		f.ins(isa.XOR, t, t, sign)
		f.choose(t, t, a.hi, o)
		f.moveRegister(a.hi, t)
		f.insImm(isa.XORI, sign, sign, -1)
		f.choose(sign, sign, a.lo, o)
		f.moveRegister(a.lo, sign)
		f.release(t)
	case low:
		f.insImm(isa.ADDI, o, o, -1)
		f.ins(isa.AND, a.lo, a.lo, o)
		f.ins(isa.AND, a.hi, a.hi, o)
	default:
		f.maskOf(o, o)
		f.ins(isa.OR, a.lo, a.lo, o)
		f.ins(isa.OR, a.hi, a.hi, o)
		f.extendHigh(a.hi, s)
	}
}

// mulWords emits r = the low 128 bits of a * b.
func (f *function) mulWords(r, a, b wide, t isa.Reg) {
	f.ins(isa.MULHU, r.hi, a.lo, b.lo)
	f.ins(isa.MUL, t, a.lo, b.hi)
	f.ins(isa.ADD, r.hi, r.hi, t)
	f.ins(isa.MUL, t, a.hi, b.lo)
	f.ins(isa.ADD, r.hi, r.hi, t)
	f.ins(isa.MUL, r.lo, a.lo, b.lo)
}

func (f *function) wideMul(i air.Index) error {
	s := f.operandWide(i)
	in := f.inst(i)
	a, b := f.wideLoad(in.Ops[0]), f.wideLoad(in.Ops[1])
	r := wide{a.lo, f.temp()}
	f.mulWords(r, a, b, f.temp())
	f.extendHigh(r.hi, s)
	return f.finish(i, f.wideResult(i, r))
}

func (f *function) wideBitwise(i air.Index) error {
	in := f.inst(i)
	op := isa.XOR
	switch in.Tag {
	case air.BitAnd:
		op = isa.AND
	case air.BitOr:
		op = isa.OR
	}
	a, b := f.wideLoad(in.Ops[0]), f.wideLoad(in.Ops[1])
	f.ins(op, a.lo, a.lo, b.lo)
	f.ins(op, a.hi, a.hi, b.hi)
	return f.finish(i, f.wideResult(i, a))
}

func (f *function) wideNot(i air.Index) error {
	s := f.operandWide(i)
	a := f.wideLoad(f.inst(i).Ops[0])
	f.insImm(isa.XORI, a.lo, a.lo, -1)
	f.insImm(isa.XORI, a.hi, a.hi, -1)
	f.extendHigh(a.hi, s)
	return f.finish(i, f.wideResult(i, a))
}

// negateIf emits a = -a if m is -1, and a if m is 0.
func (f *function) negateIf(a wide, m, t isa.Reg) {
	f.ins(isa.XOR, a.lo, a.lo, m)
	f.ins(isa.XOR, a.hi, a.hi, m)
	f.ins(isa.SLTU, t, a.lo, m) // borrow of lo - m
	f.ins(isa.SUB, a.lo, a.lo, m)
	f.ins(isa.SUB, a.hi, a.hi, m)
	f.ins(isa.SUB, a.hi, a.hi, t)
}

func (f *function) wideAbs(i air.Index) error {
	s := f.operandWide(i)
	a := f.wideLoad(f.inst(i).Ops[0])
	if s.Signed {
		m := f.temp()
		f.insImm(isa.SRAI, m, a.hi, 63)
		f.negateIf(a, m, f.temp())
	}
	return f.finish(i, f.wideResult(i, a))
}

// lessWords emits d = a < b.
func (f *function) lessWords(d isa.Reg, a, b wide, signed bool) {
	t, u := f.temp(), f.temp()
	f.ins(isa.XOR, t, a.hi, b.hi)
	f.insImm(isa.SLTIU, t, t, 1)
	f.ins(isa.SLTU, u, a.lo, b.lo)
	f.ins(isa.AND, t, t, u)
	f.ins(pick(signed, isa.SLT, isa.SLTU), d, a.hi, b.hi)
	f.ins(isa.OR, d, d, t)
	f.release(t)
	f.release(u)
}

func (f *function) wideMinMax(i air.Index) error {
	s := f.operandWide(i)
	in := f.inst(i)
	a, b := f.wideLoad(in.Ops[0]), f.wideLoad(in.Ops[1])
	m := f.temp()
	f.lessWords(m, a, b, s.Signed)
	f.maskOf(m, m)
	if in.Tag == air.Max {
		a, b = b, a
	}
	f.choose(a.lo, a.lo, b.lo, m)
	f.choose(a.hi, a.hi, b.hi, m)
	return f.finish(i, f.wideResult(i, a))
}

func (f *function) wideCompare(i air.Index) error {
	s := f.operandWide(i)
	in := f.inst(i)
	predicate := predicateOf(in.Tag)
	a, b := f.wideLoad(in.Ops[0]), f.wideLoad(in.Ops[1])
	d := f.dest(i)
	if isEquality(predicate) {
		f.ins(isa.XOR, a.lo, a.lo, b.lo)
		f.ins(isa.XOR, a.hi, a.hi, b.hi)
		f.ins(isa.OR, a.lo, a.lo, a.hi)
		return f.finish(i, f.isZero(d, a.lo, predicate == air.CmpEq))
	}
	if predicate == air.CmpGt || predicate == air.CmpLte {
		a, b = b, a
	}
	f.lessWords(d, a, b, s.Signed)
	if predicate == air.CmpLte || predicate == air.CmpGte {
		f.insImm(isa.XORI, d, d, 1)
	}
	return f.finish(i, regValue(d))
}
