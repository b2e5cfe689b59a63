package codegen

import (
	"math/bits"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// operandScalar returns the scalar of operand 0, a type of intClass.
func (f *function) operandScalar(i air.Index) scalar {
	s, _ := scalarOf(f.typeOf(f.inst(i).Ops[0]))
	return s
}

// imm12 returns the value of a constant operand that fits the immediate of an I-type instruction.
func (f *function) imm12(r air.Ref) (int64, bool) {
	if r >= 0 {
		return 0, false
	}
	v := f.resolve(r)
	return v.imm, v.kind == immediate && v.imm >= -2048 && v.imm < 2048
}

// powerOfTwo returns the logarithm of a constant operand that is a power of two from 2 on.
func (f *function) powerOfTwo(r air.Ref) (int64, bool) {
	if r >= 0 {
		return 0, false
	}
	v := f.resolve(r)
	return int64(bits.TrailingZeros64(uint64(v.imm))), v.kind == immediate && v.imm >= 2 && v.imm&(v.imm-1) == 0
}

// binary emits d = op(a, b), with the immediate form where b is a small constant, or a and the operation commutes: all
// that have an immediate form do.
func (f *function) binary(i air.Index, op, immOp isa.Op) (d isa.Reg) {
	ops := f.inst(i).Ops
	for n := range 2 {
		imm, ok := f.imm12(ops[1-n])
		if !ok || immOp == 0 {
			continue
		}
		a := f.use(ops[n])
		d = f.destReusing(i, n)
		f.insImm(immOp, d, a, imm)
		return d
	}
	a, b := f.use(ops[0]), f.use(ops[1])
	d = f.destReusing(i, 0, 1)
	f.ins(op, d, a, b)
	return d
}

// finishInt ends a handler whose result is the low bits of d. It makes them canonical, unless ready, that is, the
// instructions chosen for the width did so, or unless the row has a reason why they are.
func (f *function) finishInt(i air.Index, d isa.Reg, ready bool) error {
	if s, _ := scalarOf(f.inst(i).Type); !ready && f.row.exact == "" {
		f.canonicalise(d, d, s)
	}
	return f.finish(i, regValue(d))
}

func (f *function) add(i air.Index) error {
	s := f.operandScalar(i)
	w := s.bits == 32
	d := f.binary(i, pick(w, isa.ADDW, isa.ADD), pick(w, isa.ADDIW, isa.ADDI))
	return f.finishInt(i, d, w)
}

func (f *function) sub(i air.Index) error {
	s := f.operandScalar(i)
	if imm, ok := f.imm12(f.inst(i).Ops[1]); ok && imm != -2048 {
		a := f.use(f.inst(i).Ops[0])
		d := f.destReusing(i, 0)
		f.insImm(pick(s.bits == 32, isa.ADDIW, isa.ADDI), d, a, -imm)
		return f.finishInt(i, d, s.bits == 32)
	}
	return f.finishInt(i, f.binary(i, pick(s.bits == 32, isa.SUBW, isa.SUB), 0), s.bits == 32)
}

func (f *function) mul(i air.Index) error {
	s := f.operandScalar(i)
	w := s.bits == 32
	if shift, ok := f.powerOfTwo(f.inst(i).Ops[1]); ok {
		a := f.use(f.inst(i).Ops[0])
		d := f.destReusing(i, 0)
		f.insImm(pick(w, isa.SLLIW, isa.SLLI), d, a, shift)
		return f.finishInt(i, d, w)
	}
	return f.finishInt(i, f.binary(i, pick(w, isa.MULW, isa.MUL), 0), w)
}

// divOps returns the quotient and remainder instructions for a scalar. Canonical
// operands of fewer than 64 bits divide exactly in 64, but u32 needs the W form.
func (s scalar) divOps() (quotient, remainder isa.Op) {
	switch {
	case s.bits == 32 && s.signed:
		return isa.DIVW, isa.REMW
	case s.bits == 32:
		return isa.DIVUW, isa.REMUW
	case s.signed:
		return isa.DIV, isa.REM
	}
	return isa.DIVU, isa.REMU
}

func (f *function) divTrunc(i air.Index) error {
	s := f.operandScalar(i)
	if shift, ok := f.powerOfTwo(f.inst(i).Ops[1]); ok && !s.signed {
		a := f.use(f.inst(i).Ops[0])
		d := f.destReusing(i, 0)
		f.insImm(pick(s.bits == 32, isa.SRLIW, isa.SRLI), d, a, shift)
		return f.finishInt(i, d, true)
	}
	quotient, _ := s.divOps()
	return f.finishInt(i, f.binary(i, quotient, 0), false)
}

func (f *function) rem(i air.Index) error {
	s := f.operandScalar(i)
	if shift, ok := f.powerOfTwo(f.inst(i).Ops[1]); ok && !s.signed && shift <= 11 {
		a := f.use(f.inst(i).Ops[0])
		d := f.destReusing(i, 0)
		f.insImm(isa.ANDI, d, a, 1<<shift-1)
		return f.finishInt(i, d, true)
	}
	_, remainder := s.divOps()
	return f.finishInt(i, f.binary(i, remainder, 0), false)
}

// divFloor yields the truncated quotient, less one if there is a remainder whose sign differs from that of the divisor.
func (f *function) divFloor(i air.Index) error {
	s := f.operandScalar(i)
	if !s.signed {
		return f.divTrunc(i)
	}
	ops := f.inst(i).Ops
	a, b := f.use(ops[0]), f.use(ops[1])
	d, r := f.dest(i), f.temp()
	quotient, remainder := s.divOps()
	done := f.out.NewLabel()
	f.ins(quotient, d, a, b)
	f.ins(remainder, r, a, b)
	f.out.Branch(isa.BEQ, r, isa.Zero, done)
	f.ins(isa.XOR, r, r, b)
	f.out.Branch(isa.BGE, r, isa.Zero, done)
	f.insImm(isa.ADDI, d, d, -1)
	f.out.Bind(done)
	return f.finishInt(i, d, false)
}

// mod yields the remainder, plus the divisor if their signs differ.
func (f *function) mod(i air.Index) error {
	s := f.operandScalar(i)
	if !s.signed {
		return f.rem(i)
	}
	ops := f.inst(i).Ops
	a, b := f.use(ops[0]), f.use(ops[1])
	d, t := f.dest(i), f.temp()
	_, remainder := s.divOps()
	done := f.out.NewLabel()
	f.ins(remainder, d, a, b)
	f.out.Branch(isa.BEQ, d, isa.Zero, done)
	f.ins(isa.XOR, t, d, b)
	f.out.Branch(isa.BGE, t, isa.Zero, done)
	f.ins(isa.ADD, d, d, b)
	f.out.Bind(done)
	return f.finishInt(i, d, false)
}

// bitwise translates and, or and xor.
func (f *function) bitwise(i air.Index) error {
	op, immOp := isa.XOR, isa.XORI
	switch f.inst(i).Tag {
	case air.BitAnd, air.BoolAnd:
		op, immOp = isa.AND, isa.ANDI
	case air.BitOr, air.BoolOr:
		op, immOp = isa.OR, isa.ORI
	}
	return f.finishInt(i, f.binary(i, op, immOp), false)
}

// not inverts the bits within the width; a bool is treated as u1.
func (f *function) not(i air.Index) error {
	s := f.operandScalar(i)
	a := f.use(f.inst(i).Ops[0])
	d := f.destReusing(i, 0)
	if !s.signed && s.bits <= 11 {
		f.insImm(isa.XORI, d, a, 1<<s.bits-1)
		return f.finishInt(i, d, true)
	}
	f.insImm(isa.XORI, d, a, -1)
	return f.finishInt(i, d, s.signed || s.bits == 32)
}

func (f *function) minMax(i air.Index) error {
	s := f.operandScalar(i)
	isMin := f.inst(i).Tag == air.Min
	if f.opts.Features.Zbb {
		op := pick(s.signed, pick(isMin, isa.MIN, isa.MAX), pick(isMin, isa.MINU, isa.MAXU))
		return f.finishInt(i, f.binary(i, op, 0), false)
	}
	ops := f.inst(i).Ops
	a, b := f.use(ops[0]), f.use(ops[1])
	d, m := f.dest(i), f.temp()
	f.extreme(d, a, b, m, isMin, s)
	return f.finishInt(i, d, false)
}

// extreme emits d = the lesser or the greater of a and b. m is scratch.
func (f *function) extreme(d, a, b, m isa.Reg, isMin bool, s scalar) {
	f.ins(pick(s.signed, isa.SLT, isa.SLTU), m, pick(isMin, a, b), pick(isMin, b, a))
	f.maskOf(m, m)
	f.choose(d, a, b, m)
}

// abs yields the magnitude as an unsigned integer of the same width.
func (f *function) abs(i air.Index) error {
	s := f.operandScalar(i)
	if !s.signed {
		return f.bitcast(i)
	}
	a := f.use(f.inst(i).Ops[0])
	d, t := f.dest(i), f.temp()
	f.insImm(isa.SRAI, t, a, 63)
	f.ins(isa.XOR, d, a, t)
	f.ins(pick(s.bits == 32, isa.SUBW, isa.SUB), d, d, t)
	return f.finishInt(i, d, s.bits == 32)
}
