package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// compare translates a comparison of integers.
func (f *function) compare(i air.Index) error {
	in := f.inst(i)
	predicate, s := predicateOf(in.Tag), f.operandScalar(i)
	if f.fuses(i) {
		f.fused = otherwise(predicate, f.use(in.Ops[0]), f.use(in.Ops[1]), s)
		return f.finish(i, MCValue{kind: condition})
	}
	if imm, ok := f.imm12(in.Ops[1]); ok && (predicate == air.CmpLt || imm == 0 && isEquality(predicate)) {
		a := f.use(in.Ops[0])
		d := f.destReusing(i, 0)
		f.compareImm(predicate, d, a, imm, s)
		return f.finish(i, regValue(d))
	}
	a, b := f.use(in.Ops[0]), f.use(in.Ops[1])
	d := f.destReusing(i, 0, 1)
	f.compareRegs(predicate, d, a, b, s)
	return f.finish(i, regValue(d))
}

// fuses reports whether the next instruction is a cond_br and the only one that uses the result of this one.
func (f *function) fuses(i air.Index) bool {
	next := f.inst(f.next)
	return next.Tag == air.CondBr && next.Ops[0] == air.InstRef(i) && f.lv.Dies(f.next, 0)
}

// otherwise returns the branch that is taken if a t b does not hold.
func otherwise(t air.Tag, a, b isa.Reg, s scalar) isa.Inst {
	less, notLess := pick(s.signed, isa.BLT, isa.BLTU), pick(s.signed, isa.BGE, isa.BGEU)
	switch t {
	case air.CmpLt:
		return isa.Inst{Op: notLess, Rs1: a, Rs2: b}
	case air.CmpGt:
		return isa.Inst{Op: notLess, Rs1: b, Rs2: a}
	case air.CmpGte:
		return isa.Inst{Op: less, Rs1: a, Rs2: b}
	case air.CmpLte:
		return isa.Inst{Op: less, Rs1: b, Rs2: a}
	case air.CmpEq:
		return isa.Inst{Op: isa.BNE, Rs1: a, Rs2: b}
	}
	return isa.Inst{Op: isa.BEQ, Rs1: a, Rs2: b}
}

// predicateOf returns the comparison of a tag without its float mode.
func predicateOf(t air.Tag) air.Tag {
	switch t {
	case air.CmpLtOptimized:
		return air.CmpLt
	case air.CmpLteOptimized:
		return air.CmpLte
	case air.CmpEqOptimized:
		return air.CmpEq
	case air.CmpGteOptimized:
		return air.CmpGte
	case air.CmpGtOptimized:
		return air.CmpGt
	case air.CmpNeqOptimized:
		return air.CmpNeq
	}
	return t
}

func isEquality(t air.Tag) bool { return t == air.CmpEq || t == air.CmpNeq }

// compareImm emits d = a < imm, or a compared for equality with 0.
func (f *function) compareImm(t air.Tag, d, a isa.Reg, imm int64, s scalar) {
	switch t {
	case air.CmpLt:
		f.insImm(pick(s.signed, isa.SLTI, isa.SLTIU), d, a, imm)
	case air.CmpEq:
		f.insImm(isa.SLTIU, d, a, 1)
	default:
		f.ins(isa.SLTU, d, isa.Zero, a)
	}
}

// compareRegs emits d = a t b. Canonical forms are ordered as their values are.
func (f *function) compareRegs(t air.Tag, d, a, b isa.Reg, s scalar) {
	less := pick(s.signed, isa.SLT, isa.SLTU)
	switch t {
	case air.CmpLt:
		f.ins(less, d, a, b)
	case air.CmpGt:
		f.ins(less, d, b, a)
	case air.CmpGte:
		f.ins(less, d, a, b)
		f.insImm(isa.XORI, d, d, 1)
	case air.CmpLte:
		f.ins(less, d, b, a)
		f.insImm(isa.XORI, d, d, 1)
	case air.CmpEq:
		f.ins(isa.XOR, d, a, b)
		f.insImm(isa.SLTIU, d, d, 1)
	default:
		f.ins(isa.XOR, d, a, b)
		f.ins(isa.SLTU, d, isa.Zero, d)
	}
}

// compareNothing translates a comparison of values without bits, which are equal.
func (f *function) compareNothing(i air.Index) error {
	switch predicateOf(f.inst(i).Tag) {
	case air.CmpEq, air.CmpLte, air.CmpGte:
		return f.finish(i, immValue(1))
	}
	return f.finish(i, immValue(0))
}

// compareOptionals translates a comparison of optionals: they are equal if both are null, or neither is and the
// payloads are equal.
func (f *function) compareOptionals(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[0])
	if t.Kind != air.Optional || !comparable(t) {
		return f.unsupported(t.String())
	}
	a, b := f.valuePlace(in.Ops[0]), f.valuePlace(in.Ops[1])
	d, x, y, both := f.dest(i), f.temp(), f.temp(), f.temp()
	f.out.LoadImm(d, 0)
	f.out.LoadImm(both, -1)
	differ := func() { // unless an outer optional is null
		f.ins(isa.XOR, y, y, x)
		f.ins(isa.AND, y, y, both)
		f.ins(isa.OR, d, d, y)
	}
	for t.Kind == air.Optional && t.OptionalRepr() == air.PayloadFlag {
		flag := int64(t.FlagOffset())
		f.out.Load(isa.LBU, x, a.mem.Offset(flag))
		f.out.Load(isa.LBU, y, b.mem.Offset(flag))
		differ()
		f.maskOf(x, x)
		f.ins(isa.AND, both, both, x)
		t = t.Elem
	}
	f.loadValue(x, a, t)
	f.loadValue(y, b, t)
	differ()
	return f.finish(i, f.isZero(d, d, predicateOf(in.Tag) == air.CmpEq))
}

// comparable reports whether an optional is a scalar integer below its flags.
func comparable(t *air.Type) bool {
	for t.Kind == air.Optional && t.OptionalRepr() == air.PayloadFlag {
		t = t.Elem
	}
	_, ok := scalarOf(t)
	return ok && t.Kind != air.Float
}

// compareErrorsLen tests whether an error code is one of the module.
func (f *function) compareErrorsLen(i air.Index) error {
	a := f.use(f.inst(i).Ops[0])
	d, t := f.dest(i), f.temp()
	f.out.LoadImm(t, int64(len(f.module.ErrorNames)))
	f.ins(isa.SLTU, d, a, t)
	return f.finish(i, regValue(d))
}
