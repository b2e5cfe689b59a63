package codegen

import (
	"math"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// floatOp returns the instruction of two operands for a tag, for f32.
func floatOp(t air.Tag) isa.Op {
	switch t {
	case air.Add, air.AddOptimized:
		return isa.FADD_S
	case air.Sub, air.SubOptimized:
		return isa.FSUB_S
	case air.Mul, air.MulOptimized:
		return isa.FMUL_S
	case air.DivFloat, air.DivFloatOptimized, air.DivExact, air.DivExactOptimized, air.DivTrunc, air.DivTruncOptimized,
		air.DivFloor, air.DivFloorOptimized:
		return isa.FDIV_S
	case air.Min:
		return isa.FMIN_S
	case air.Max:
		return isa.FMAX_S
	}
	panic("codegen: no float instruction is " + t.String())
}

// floatBinary translates arithmetic on two floats.
func (f *function) floatBinary(i air.Index) error {
	in := f.inst(i)
	p := precisionOf(f.typeOf(in.Ops[0]))
	a, b := f.use(in.Ops[0]), f.use(in.Ops[1])
	r := f.dest(i)
	f.ins(p.op(floatOp(in.Tag)), r, a, b)
	switch in.Tag {
	case air.DivTrunc, air.DivTruncOptimized:
		r = f.rounded(i, r, p, isa.RTZ)
	case air.DivFloor, air.DivFloorOptimized:
		r = f.rounded(i, r, p, isa.RDN)
	}
	return f.finish(i, regValue(r))
}

// floatUnary translates neg, sqrt, and abs of a float.
func (f *function) floatUnary(i air.Index) error {
	in := f.inst(i)
	p := precisionOf(f.typeOf(in.Ops[0]))
	a := f.use(in.Ops[0])
	d := f.destReusing(i, 0)
	switch in.Tag {
	case air.Sqrt:
		f.out.Real(isa.Inst{Op: p.op(isa.FSQRT_S), Rd: d, Rs1: a})
	case air.Abs:
		f.ins(p.op(isa.FSGNJX_S), d, a, a)
	default:
		f.ins(p.op(isa.FSGNJN_S), d, a, a)
	}
	return f.finish(i, regValue(d))
}

// longSign translates neg and abs of f80 and f128, which change one bit in memory.
func (f *function) longSign(i air.Index) error {
	in := f.inst(i)
	t := in.Type
	p := f.valuePlace(in.Ops[0])
	to := f.newResult(i)
	f.copyMem(to.mem, p.mem, int64(t.Size()), to.align, p.align)
	at := int64(t.Bits/8) - 1
	b := f.temp()
	f.out.Load(isa.LBU, b, to.mem.Offset(at))
	if in.Tag == air.Abs {
		f.insImm(isa.ANDI, b, b, 0x7f)
	} else {
		f.insImm(isa.XORI, b, b, 0x80)
	}
	f.out.Store(isa.SB, b, to.mem.Offset(at))
	return f.finish(i, to.value())
}

// roundingModes are those of the tags that round to an integral value.
func roundingMode(t air.Tag) isa.RM {
	switch t {
	case air.Floor:
		return isa.RDN
	case air.Ceil:
		return isa.RUP
	case air.Round:
		return isa.RMM
	}
	return isa.RTZ
}

// roundFloat translates floor, ceil, round and trunc_float.
func (f *function) roundFloat(i air.Index) error {
	in := f.inst(i)
	a := f.use(in.Ops[0])
	return f.finish(i, regValue(f.rounded(i, a, precisionOf(in.Type), roundingMode(in.Tag))))
}

// rounded returns a register with the integral value of a, computed without a branch. A value with no fraction bits is integral already, as are
// infinities; NaN becomes the canonical one.
func (f *function) rounded(i air.Index, a isa.Reg, p precision, mode isa.RM) isa.Reg {
	if f.opts.Features.Zfa {
		d := f.dest(i)
		f.out.Real(isa.Inst{Op: p.op(isa.FROUND_S), Rd: d, Rs1: a, RM: mode})
		return d
	}
	d, size, n := f.dest(i), f.floatTemp(), f.temp()
	f.loadFloatConst(d, n, math.Ldexp(1, [...]int{single: 23, double: 52, half: 10}[p]), p)
	f.ins(p.op(isa.FSGNJX_S), size, a, a)
	f.ins(p.op(isa.FLT_S), n, size, d)
	f.ins(p.op(isa.FMIN_S), d, a, a)
	integral := f.temp()
	f.out.Real(isa.Inst{Op: pick(p == double, isa.FCVT_L_D, p.op(isa.FCVT_W_S)), Rd: integral, Rs1: a, RM: mode})
	f.moveBits(pick(p == double, isa.FCVT_D_L, p.op(isa.FCVT_S_W)), size, integral)
	f.ins(p.op(isa.FSGNJ_S), size, size, a)
	f.maskOf(n, n)
	f.chooseFloat(d, size, d, n, integral, p)
	return d
}

// chooseFloat is chooseBits for floats. m and t are changed.
func (f *function) chooseFloat(d, a, b, m, t isa.Reg, p precision) {
	u := f.temp()
	f.moveBits(p.op(isa.FMV_X_W), t, a)
	f.moveBits(p.op(isa.FMV_X_W), u, b)
	f.chooseBits(t, t, u, m)
	f.moveBits(p.op(isa.FMV_W_X), d, t)
	f.release(u)
}

// mulAdd translates mul_add, which rounds once.
func (f *function) mulAdd(i air.Index) error {
	in := f.inst(i)
	p := precisionOf(in.Type)
	a, b, c := f.use(in.Ops[0]), f.use(in.Ops[1]), f.use(in.Ops[2])
	d := f.destReusing(i, 0, 1, 2)
	f.out.Real(isa.Inst{Op: p.op(isa.FMADD_S), Rd: d, Rs1: a, Rs2: b, Rs3: c})
	return f.finish(i, regValue(d))
}

// floatCompare translates a comparison of floats. NaN is not equal to anything, and neither less nor greater.
func (f *function) floatCompare(i air.Index) error {
	in := f.inst(i)
	p, predicate := precisionOf(f.typeOf(in.Ops[0])), predicateOf(in.Tag)
	a, b := f.use(in.Ops[0]), f.use(in.Ops[1])
	d := f.dest(i)
	if predicate == air.CmpGt || predicate == air.CmpGte {
		a, b = b, a
	}
	switch predicate {
	case air.CmpEq, air.CmpNeq:
		f.ins(p.op(isa.FEQ_S), d, a, b)
	case air.CmpLt, air.CmpGt:
		f.ins(p.op(isa.FLT_S), d, a, b)
	default:
		f.ins(p.op(isa.FLE_S), d, a, b)
	}
	if predicate == air.CmpNeq {
		f.insImm(isa.XORI, d, d, 1)
	}
	return f.finish(i, regValue(d))
}

// floatCast changes the precision of f32 or f64, or with Zfh f16.
func (f *function) floatCast(i air.Index) error {
	in := f.inst(i)
	from := f.typeOf(in.Ops[0])
	switch f.columnOf(in.Type) {
	case Half:
		return f.halfNarrow(i)
	case longFloat:
		return f.longCast(i)
	}
	a := f.use(in.Ops[0])
	d := f.destReusing(i, 0)
	f.moveBits(conversions[precisionOf(from)][precisionOf(in.Type)], d, a)
	return f.finish(i, regValue(d))
}

// unsupportedCast is the error of a cast that names both types.
func (f *function) unsupportedCast(i air.Index) error {
	in := f.inst(i)
	return f.unsupported("from " + f.typeOf(in.Ops[0]).String() + " to " + in.Type.String())
}

// toIntOp returns the conversion whose result is canonical for a scalar in range.
func toIntOp(s scalar, p precision) isa.Op {
	switch {
	case s.bits < 32 || s.bits == 32 && s.signed:
		return p.op(isa.FCVT_W_S)
	case s.bits == 32:
		return p.op(isa.FCVT_WU_S)
	case s.bits < 64 || s.signed:
		return p.op(isa.FCVT_L_S)
	}
	return p.op(isa.FCVT_LU_S)
}

// intFromFloat converts a float to an integer, rounding toward zero.
func (f *function) intFromFloat(i air.Index) error {
	in := f.inst(i)
	p := precisionOf(f.typeOf(in.Ops[0]))
	s, ok := scalarOf(in.Type)
	if !ok {
		return f.longToInt(i)
	}
	a := f.use(in.Ops[0])
	d := f.dest(i)
	if in.Tag == air.IntFromFloatSafe || in.Tag == air.IntFromFloatOptimizedSafe {
		f.checkFloatRange(a, d, s, p)
	}
	f.out.Real(isa.Inst{Op: toIntOp(s, p), Rd: d, Rs1: a, RM: isa.RTZ})
	return f.finish(i, regValue(d))
}

// checkFloatRange emits a panic unless the integral part of a fits; t is scratch.
func (f *function) checkFloatRange(a, t isa.Reg, s scalar, p precision) {
	bad := f.panicLabel(reasonFloatPart)
	bound := f.floatTemp()
	digits := [...]uint32{single: 24, double: 53, half: 11}[p]
	high := math.Ldexp(1, int(s.bits))
	low, strict := -1.0, true
	if s.signed && s.bits > 0 { // i0 has the range of u0
		high = math.Ldexp(1, int(s.bits)-1)
		low, strict = -high, s.bits <= digits || p == half && s.bits > 16 // where it is infinite, which does not fit
		if s.bits <= digits {
			low--
		}
	}
	f.loadFloatConst(bound, t, high, p)
	f.ins(p.op(isa.FLT_S), t, a, bound)
	f.out.Branch(isa.BEQ, t, isa.Zero, bad)
	f.loadFloatConst(bound, t, low, p)
	if strict {
		f.ins(p.op(isa.FLT_S), t, bound, a)
	} else {
		f.ins(p.op(isa.FLE_S), t, bound, a)
	}
	f.out.Branch(isa.BEQ, t, isa.Zero, bad)
	f.release(bound)
}

// loadFloatConst emits d = a number of a format. t is scratch.
func (f *function) loadFloatConst(d, t isa.Reg, v float64, p precision) {
	f.out.LoadImm(t, p.bitsOf(v))
	f.out.Real(isa.Inst{Op: isa.FMV_D_X, Rd: d, Rs1: t})
}

// floatFromInt converts an integer to a float; it rounds to nearest even, because the dynamic mode is never changed.
func (f *function) floatFromInt(i air.Index) error {
	in := f.inst(i)
	if f.columnOf(in.Type) == longFloat {
		return f.longFromInt(i)
	}
	s, p := f.operandScalar(i), precisionOf(in.Type)
	a := f.use(in.Ops[0])
	d := f.dest(i)
	op := p.op(isa.FCVT_S_L)
	switch {
	case s.bits == 32 && !s.signed:
		op = p.op(isa.FCVT_S_WU)
	case s.bits == 64 && !s.signed:
		op = p.op(isa.FCVT_S_LU)
	}
	f.out.Real(isa.Inst{Op: op, Rd: d, Rs1: a})
	return f.finish(i, regValue(d))
}
