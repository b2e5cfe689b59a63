package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// intOperands gives the scalar of operand 0 if the instruction works on integers of at
// most 64 bits, else the error that names its type.
func (f *function) intOperands(i air.Index) (scalar, error) {
	t := f.typeOf(f.inst(i).Ops[0])
	s, ok := scalarOf(t)
	if !ok || t.Kind == air.Float {
		return s, f.unsupported(t.String())
	}
	return s, nil
}

// imm12 gives the value of a constant operand that fits the immediate of an I-type instruction.
func (f *function) imm12(r air.Ref) (int64, bool) {
	if r >= 0 {
		return 0, false
	}
	v := f.resolve(r)
	return v.imm, v.kind == immediate && v.imm >= -2048 && v.imm < 2048
}

// binary emits d = op(a, b), with the immediate form where b is a small constant.
func (f *function) binary(i air.Index, op, immOp isa.Op) (d isa.Reg) {
	ops := f.inst(i).Ops
	a := f.use(ops[0])
	if imm, ok := f.imm12(ops[1]); ok && immOp != 0 {
		d = f.destReusing(i, 0)
		f.insImm(immOp, d, a, imm)
		return d
	}
	b := f.use(ops[1])
	d = f.destReusing(i, 0, 1)
	f.ins(op, d, a, b)
	return d
}

// wraps says that the tag gives the low bits of a result that need not fit.
func wraps(t air.Tag) bool {
	return t == air.AddWrap || t == air.SubWrap || t == air.MulWrap
}

// finishArith ends a handler whose result in d is exact in 64 bits, or in 32 by a W form.
func (f *function) finishArith(i air.Index, d isa.Reg, s scalar) error {
	if wraps(f.inst(i).Tag) && s.bits != 32 {
		f.canonicalise(d, d, s)
	}
	return f.finish(i, regValue(d))
}

func (f *function) add(i air.Index) error {
	s, err := f.intOperands(i)
	if err != nil {
		return f.wideOrFloat(i, err)
	}
	w := s.bits == 32
	d := f.binary(i, pick(w, isa.ADDW, isa.ADD), pick(w, isa.ADDIW, isa.ADDI))
	return f.finishArith(i, d, s)
}

func (f *function) sub(i air.Index) error {
	s, err := f.intOperands(i)
	if err != nil {
		return f.wideOrFloat(i, err)
	}
	return f.finishArith(i, f.binary(i, pick(s.bits == 32, isa.SUBW, isa.SUB), 0), s)
}

func (f *function) mul(i air.Index) error {
	s, err := f.intOperands(i)
	if err != nil {
		return f.wideOrFloat(i, err)
	}
	return f.finishArith(i, f.binary(i, pick(s.bits == 32, isa.MULW, isa.MUL), 0), s)
}

// divOps gives the quotient and remainder instructions for a scalar. Canonical
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
	s, err := f.intOperands(i)
	if err != nil {
		return f.wideOrFloat(i, err)
	}
	quotient, _ := s.divOps()
	return f.finish(i, regValue(f.binary(i, quotient, 0)))
}

func (f *function) rem(i air.Index) error {
	s, err := f.intOperands(i)
	if err != nil {
		return f.wideOrFloat(i, err)
	}
	_, remainder := s.divOps()
	return f.finish(i, regValue(f.binary(i, remainder, 0)))
}

// divFloor is the truncated quotient, less one if there is a remainder whose sign is not the divisor's.
func (f *function) divFloor(i air.Index) error {
	s, err := f.intOperands(i)
	if err != nil {
		return f.wideOrFloat(i, err)
	}
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
	return f.finish(i, regValue(d))
}

// mod is the remainder, plus the divisor if their signs differ.
func (f *function) mod(i air.Index) error {
	s, err := f.intOperands(i)
	if err != nil {
		return f.wideOrFloat(i, err)
	}
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
	return f.finish(i, regValue(d))
}

// bitwise: canonical operands give canonical results.
func (f *function) bitwise(i air.Index) error {
	if _, err := f.intOperands(i); err != nil {
		return f.wideOrFloat(i, err)
	}
	op, immOp := isa.XOR, isa.XORI
	switch f.inst(i).Tag {
	case air.BitAnd, air.BoolAnd:
		op, immOp = isa.AND, isa.ANDI
	case air.BitOr, air.BoolOr:
		op, immOp = isa.OR, isa.ORI
	}
	return f.finish(i, regValue(f.binary(i, op, immOp)))
}

// not inverts within the width; a bool is u1.
func (f *function) not(i air.Index) error {
	s, err := f.intOperands(i)
	if err != nil {
		return f.wideOrFloat(i, err)
	}
	a := f.use(f.inst(i).Ops[0])
	d := f.destReusing(i, 0)
	if !s.signed && s.bits <= 11 {
		f.insImm(isa.XORI, d, a, 1<<s.bits-1)
		return f.finish(i, regValue(d))
	}
	f.insImm(isa.XORI, d, a, -1)
	if !s.signed && s.bits != 32 {
		f.canonicalise(d, d, s)
	}
	return f.finish(i, regValue(d))
}

func (f *function) minMax(i air.Index) error {
	s, err := f.intOperands(i)
	if err != nil {
		return f.wideOrFloat(i, err)
	}
	isMin := f.inst(i).Tag == air.Min
	if f.opts.Features.Zbb {
		op := pick(s.signed, pick(isMin, isa.MIN, isa.MAX), pick(isMin, isa.MINU, isa.MAXU))
		return f.finish(i, regValue(f.binary(i, op, 0)))
	}
	ops := f.inst(i).Ops
	a, b := f.use(ops[0]), f.use(ops[1])
	d := f.dest(i)
	done := f.out.NewLabel()
	f.moveRegister(d, a)
	if !isMin {
		a, b = b, a
	}
	f.out.Branch(pick(s.signed, isa.BGE, isa.BGEU), b, a, done)
	f.moveRegister(d, pick(isMin, b, a))
	f.out.Bind(done)
	return f.finish(i, regValue(d))
}

// abs gives the magnitude as an unsigned integer of the same width.
func (f *function) abs(i air.Index) error {
	s, err := f.intOperands(i)
	if err != nil {
		return f.wideOrFloat(i, err)
	}
	if !s.signed {
		return f.bitcast(i)
	}
	a := f.use(f.inst(i).Ops[0])
	d, t := f.dest(i), f.temp()
	f.insImm(isa.SRAI, t, a, 63)
	f.ins(isa.XOR, d, a, t)
	f.ins(pick(s.bits == 32, isa.SUBW, isa.SUB), d, d, t)
	return f.finish(i, regValue(d))
}
