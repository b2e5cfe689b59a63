package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// shiftLeft emits d = canonical a << b for an amount below the width.
func (f *function) shiftLeft(d, a, b isa.Reg, s scalar) {
	if s.bits == 32 {
		f.ins(isa.SLLW, d, a, b)
		return
	}
	f.ins(isa.SLL, d, a, b)
	f.canonicalise(d, d, s)
}

// shiftRightOp returns the shift that keeps a canonical value canonical.
func (s scalar) shiftRightOp() isa.Op {
	if s.bits == 32 {
		return pick(s.signed, isa.SRAW, isa.SRLW)
	}
	return pick(s.signed, isa.SRA, isa.SRL)
}

// immShift returns the immediate form of a shift.
func immShift(op isa.Op) isa.Op {
	switch op {
	case isa.SLLW:
		return isa.SLLIW
	case isa.SRLW:
		return isa.SRLIW
	case isa.SRAW:
		return isa.SRAIW
	case isa.SRL:
		return isa.SRLI
	case isa.SRA:
		return isa.SRAI
	}
	return isa.SLLI
}

// shift emits d = a shifted by an amount below the width, by op.
func (f *function) shift(i air.Index, op isa.Op, s scalar) isa.Reg {
	ops := f.inst(i).Ops
	a := f.use(ops[0])
	if n, ok := f.imm12(ops[1]); ok && n >= 0 && n < int64(s.bits) {
		d := f.destReusing(i, 0)
		f.insImm(immShift(op), d, a, n)
		return d
	}
	b := f.use(ops[1])
	d := f.destReusing(i, 0, 1)
	f.ins(op, d, a, b)
	return d
}

// amountFits reports whether the amount of a shift is held in a register.
func (f *function) amountFits(i air.Index) bool {
	c := f.classOf(f.typeOf(f.inst(i).Ops[1]))
	return c == intClass || c == noClass
}

func (f *function) unsupportedAmount(i air.Index) error {
	return f.unsupported("an amount of type " + f.typeOf(f.inst(i).Ops[1]).String())
}

func (f *function) shl(i air.Index) error {
	s := f.operandScalar(i)
	if !f.amountFits(i) {
		return f.unsupportedAmount(i)
	}
	return f.finishInt(i, f.shift(i, pick(s.bits == 32, isa.SLLW, isa.SLL), s), s.bits == 32)
}

func (f *function) shr(i air.Index) error {
	s := f.operandScalar(i)
	if !f.amountFits(i) {
		return f.unsupportedAmount(i)
	}
	return f.finishInt(i, f.shift(i, s.shiftRightOp(), s), false)
}
