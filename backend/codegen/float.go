package codegen

import (
	"math"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// floatOps returns the instructions of two operands for a tag, for f32 and f64.
func floatOps(t air.Tag) (s, d isa.Op) {
	switch t {
	case air.Add, air.AddOptimized:
		return isa.FADD_S, isa.FADD_D
	case air.Sub, air.SubOptimized:
		return isa.FSUB_S, isa.FSUB_D
	case air.Mul, air.MulOptimized:
		return isa.FMUL_S, isa.FMUL_D
	case air.DivFloat, air.DivFloatOptimized, air.DivExact, air.DivExactOptimized, air.DivTrunc, air.DivTruncOptimized,
		air.DivFloor, air.DivFloorOptimized:
		return isa.FDIV_S, isa.FDIV_D
	case air.Min:
		return isa.FMIN_S, isa.FMIN_D
	case air.Max:
		return isa.FMAX_S, isa.FMAX_D
	}
	panic("codegen: no float instruction is " + t.String())
}

// isSingle reports whether a type of floatClass is f32 rather than f64.
func isSingle(t *air.Type) bool { return t.Bits == 32 }

// floatBinary translates arithmetic on two floats.
func (f *function) floatBinary(i air.Index) error {
	in := f.inst(i)
	is32 := isSingle(f.typeOf(in.Ops[0]))
	s, d := floatOps(in.Tag)
	a, b := f.use(in.Ops[0]), f.use(in.Ops[1])
	r := f.dest(i)
	f.ins(pick(is32, s, d), r, a, b)
	switch in.Tag {
	case air.DivTrunc, air.DivTruncOptimized:
		r = f.rounded(i, r, is32, isa.RTZ)
	case air.DivFloor, air.DivFloorOptimized:
		r = f.rounded(i, r, is32, isa.RDN)
	}
	return f.finish(i, regValue(r))
}

// floatUnary translates neg, sqrt, and abs of a float.
func (f *function) floatUnary(i air.Index) error {
	in := f.inst(i)
	is32 := isSingle(f.typeOf(in.Ops[0]))
	a := f.use(in.Ops[0])
	d := f.destReusing(i, 0)
	switch in.Tag {
	case air.Sqrt:
		f.out.Real(isa.Inst{Op: pick(is32, isa.FSQRT_S, isa.FSQRT_D), Rd: d, Rs1: a})
	case air.Abs:
		f.ins(pick(is32, isa.FSGNJX_S, isa.FSGNJX_D), d, a, a)
	default:
		f.ins(pick(is32, isa.FSGNJN_S, isa.FSGNJN_D), d, a, a)
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
	return f.finish(i, regValue(f.rounded(i, a, isSingle(in.Type), roundingMode(in.Tag))))
}

// rounded returns a register with the integral value of a, computed without a branch. A value with no fraction bits is integral already, as are
// infinities; NaN becomes the canonical one.
func (f *function) rounded(i air.Index, a isa.Reg, is32 bool, mode isa.RM) isa.Reg {
	if f.opts.Features.Zfa {
		d := f.dest(i)
		f.out.Real(isa.Inst{Op: pick(is32, isa.FROUND_S, isa.FROUND_D), Rd: d, Rs1: a, RM: mode})
		return d
	}
	d, size, n := f.dest(i), f.floatTemp(), f.temp()
	limit := uint64(0x4330_0000_0000_0000) // 2^52
	if is32 {
		limit = 0xffff_ffff_4b00_0000 // 2^23, boxed
	}
	f.out.LoadImm(n, int64(limit))
	f.out.Real(isa.Inst{Op: isa.FMV_D_X, Rd: d, Rs1: n})
	f.ins(pick(is32, isa.FSGNJX_S, isa.FSGNJX_D), size, a, a)
	f.ins(pick(is32, isa.FLT_S, isa.FLT_D), n, size, d)
	f.ins(pick(is32, isa.FMIN_S, isa.FMIN_D), d, a, a)
	integral := f.temp()
	f.out.Real(isa.Inst{Op: pick(is32, isa.FCVT_W_S, isa.FCVT_L_D), Rd: integral, Rs1: a, RM: mode})
	f.moveBits(pick(is32, isa.FCVT_S_W, isa.FCVT_D_L), size, integral)
	f.ins(pick(is32, isa.FSGNJ_S, isa.FSGNJ_D), size, size, a)
	f.maskOf(n, n)
	f.chooseFloat(d, size, d, n, integral, is32)
	return d
}

// chooseFloat is chooseBits for floats. m and t are changed.
func (f *function) chooseFloat(d, a, b, m, t isa.Reg, is32 bool) {
	u := f.temp()
	f.moveBits(pick(is32, isa.FMV_X_W, isa.FMV_X_D), t, a)
	f.moveBits(pick(is32, isa.FMV_X_W, isa.FMV_X_D), u, b)
	f.chooseBits(t, t, u, m)
	f.moveBits(pick(is32, isa.FMV_W_X, isa.FMV_D_X), d, t)
	f.release(u)
}

// mulAdd translates mul_add, which rounds once.
func (f *function) mulAdd(i air.Index) error {
	in := f.inst(i)
	is32 := isSingle(in.Type)
	a, b, c := f.use(in.Ops[0]), f.use(in.Ops[1]), f.use(in.Ops[2])
	d := f.destReusing(i, 0, 1, 2)
	f.out.Real(isa.Inst{Op: pick(is32, isa.FMADD_S, isa.FMADD_D), Rd: d, Rs1: a, Rs2: b, Rs3: c})
	return f.finish(i, regValue(d))
}

// floatCompare translates a comparison of floats. NaN is not equal to anything, and neither less nor greater.
func (f *function) floatCompare(i air.Index) error {
	in := f.inst(i)
	is32, predicate := isSingle(f.typeOf(in.Ops[0])), predicateOf(in.Tag)
	a, b := f.use(in.Ops[0]), f.use(in.Ops[1])
	d := f.dest(i)
	if predicate == air.CmpGt || predicate == air.CmpGte {
		a, b = b, a
	}
	switch predicate {
	case air.CmpEq, air.CmpNeq:
		f.ins(pick(is32, isa.FEQ_S, isa.FEQ_D), d, a, b)
	case air.CmpLt, air.CmpGt:
		f.ins(pick(is32, isa.FLT_S, isa.FLT_D), d, a, b)
	default:
		f.ins(pick(is32, isa.FLE_S, isa.FLE_D), d, a, b)
	}
	if predicate == air.CmpNeq {
		f.insImm(isa.XORI, d, d, 1)
	}
	return f.finish(i, regValue(d))
}

// floatCast changes the precision of f32 or f64.
func (f *function) floatCast(i air.Index) error {
	in := f.inst(i)
	from := f.typeOf(in.Ops[0])
	switch TypeClassOf(in.Type) {
	case Half:
		return f.halfNarrow(i)
	case longFloat:
		return f.longCast(i)
	}
	a := f.use(in.Ops[0])
	d := f.destReusing(i, 0)
	switch {
	case from.Bits == 32:
		f.out.Real(isa.Inst{Op: isa.FCVT_D_S, Rd: d, Rs1: a})
	default:
		f.out.Real(isa.Inst{Op: isa.FCVT_S_D, Rd: d, Rs1: a})
	}
	return f.finish(i, regValue(d))
}

// unsupportedCast is the error of a cast that names both types.
func (f *function) unsupportedCast(i air.Index) error {
	in := f.inst(i)
	return f.unsupported("from " + f.typeOf(in.Ops[0]).String() + " to " + in.Type.String())
}

// toIntOp returns the conversion whose result is canonical for a scalar in range.
func toIntOp(s scalar, is32 bool) isa.Op {
	switch {
	case s.bits < 32 || s.bits == 32 && s.signed:
		return pick(is32, isa.FCVT_W_S, isa.FCVT_W_D)
	case s.bits == 32:
		return pick(is32, isa.FCVT_WU_S, isa.FCVT_WU_D)
	case s.bits < 64 || s.signed:
		return pick(is32, isa.FCVT_L_S, isa.FCVT_L_D)
	}
	return pick(is32, isa.FCVT_LU_S, isa.FCVT_LU_D)
}

// intFromFloat converts a float to an integer, rounding toward zero.
func (f *function) intFromFloat(i air.Index) error {
	in := f.inst(i)
	is32 := isSingle(f.typeOf(in.Ops[0]))
	s, ok := scalarOf(in.Type)
	if !ok {
		return f.longToInt(i)
	}
	a := f.use(in.Ops[0])
	d := f.dest(i)
	if in.Tag == air.IntFromFloatSafe || in.Tag == air.IntFromFloatOptimizedSafe {
		f.checkFloatRange(a, d, s, is32)
	}
	f.out.Real(isa.Inst{Op: toIntOp(s, is32), Rd: d, Rs1: a, RM: isa.RTZ})
	return f.finish(i, regValue(d))
}

// checkFloatRange emits a panic unless the integral part of a fits; t is scratch.
func (f *function) checkFloatRange(a, t isa.Reg, s scalar, is32 bool) {
	bad := f.panicLabel(reasonFloatPart)
	bound := f.floatTemp()
	precision := pick[uint32](is32, 24, 53)
	high := math.Ldexp(1, int(s.bits))
	low, strict := -1.0, true
	if s.signed && s.bits > 0 { // i0 has the range of u0
		high = math.Ldexp(1, int(s.bits)-1)
		low, strict = -high, s.bits <= precision
		if strict {
			low--
		}
	}
	f.loadFloatConst(bound, t, high, is32)
	f.ins(pick(is32, isa.FLT_S, isa.FLT_D), t, a, bound)
	f.out.Branch(isa.BEQ, t, isa.Zero, bad)
	f.loadFloatConst(bound, t, low, is32)
	if strict {
		f.ins(pick(is32, isa.FLT_S, isa.FLT_D), t, bound, a)
	} else {
		f.ins(pick(is32, isa.FLE_S, isa.FLE_D), t, bound, a)
	}
	f.out.Branch(isa.BEQ, t, isa.Zero, bad)
	f.release(bound)
}

func (f *function) loadFloatConst(d, t isa.Reg, v float64, is32 bool) {
	bits := math.Float64bits(v)
	if is32 {
		bits = 0xffffffff<<32 | uint64(math.Float32bits(float32(v)))
	}
	f.out.LoadImm(t, int64(bits))
	f.out.Real(isa.Inst{Op: isa.FMV_D_X, Rd: d, Rs1: t})
}

// floatFromInt converts an integer to a float; it rounds to nearest even, because the dynamic mode is never changed.
func (f *function) floatFromInt(i air.Index) error {
	in := f.inst(i)
	if TypeClassOf(in.Type) == longFloat {
		return f.longFromInt(i)
	}
	s, is32 := f.operandScalar(i), isSingle(in.Type)
	a := f.use(in.Ops[0])
	d := f.dest(i)
	op := pick(is32, isa.FCVT_S_L, isa.FCVT_D_L)
	switch {
	case s.bits == 32 && !s.signed:
		op = pick(is32, isa.FCVT_S_WU, isa.FCVT_D_WU)
	case s.bits == 64 && !s.signed:
		op = pick(is32, isa.FCVT_S_LU, isa.FCVT_D_LU)
	}
	f.out.Real(isa.Inst{Op: op, Rd: d, Rs1: a})
	return f.finish(i, regValue(d))
}
