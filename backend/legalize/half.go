package legalize

import "github.com/rvfuzz/rvfuzz/backend/air"

// halfForm is how an operation on f16 is done in f32, whose precision is more than twice that of f16 plus two bits, so
// that rounding twice has the result of rounding once.
type halfForm uint8

const (
	notHalf   halfForm = iota
	halfArith          // widen, compute, narrow
	halfTest           // widen, compute
	halfMake           // compute, narrow
	halfTrunc          // a quotient that is rounded to f16 and then toward zero
	halfFloor          // a quotient that is rounded to f16 and then down
	halfFused          // widen to f64, in which what matters of the sum is exact, compute, narrow
)

// halfForms is the table of the operations on f16 that codegen has no instructions for.
var halfForms = [air.NumTags]halfForm{
	air.Add: halfArith, air.AddOptimized: halfArith, air.Sub: halfArith, air.SubOptimized: halfArith,
	air.Mul: halfArith, air.MulOptimized: halfArith, air.DivFloat: halfArith, air.DivFloatOptimized: halfArith,
	air.DivExact: halfArith, air.DivExactOptimized: halfArith, air.Rem: halfArith, air.RemOptimized: halfArith,
	air.Mod: halfArith, air.ModOptimized: halfArith, air.Min: halfArith, air.Max: halfArith,
	air.Sqrt: halfArith, air.Floor: halfArith, air.Ceil: halfArith, air.Round: halfArith, air.TruncFloat: halfArith,
	air.DivTrunc: halfTrunc, air.DivTruncOptimized: halfTrunc, air.DivFloor: halfFloor, air.DivFloorOptimized: halfFloor,

	air.MulAdd: halfFused,

	air.CmpLt: halfTest, air.CmpLte: halfTest, air.CmpEq: halfTest, air.CmpGte: halfTest, air.CmpGt: halfTest,
	air.CmpNeq: halfTest, air.CmpLtOptimized: halfTest, air.CmpLteOptimized: halfTest, air.CmpEqOptimized: halfTest,
	air.CmpGteOptimized: halfTest, air.CmpGtOptimized: halfTest, air.CmpNeqOptimized: halfTest,

	air.IntFromFloat: halfTest, air.IntFromFloatOptimized: halfTest, air.IntFromFloatSafe: halfTest,
	air.IntFromFloatOptimizedSafe: halfTest, air.FloatFromInt: halfMake,
}

// isHalf reports whether an instruction computes with f16 in a way that is done in f32.
func isHalf(f *air.Func, in *air.Inst) bool {
	switch halfForms[in.Tag] {
	case notHalf:
		return false
	case halfMake:
		return in.Type == air.F16
	}
	return f.TypeOf(in.Ops[0]) == air.F16
}

// half returns what replaces an operation on f16, after adding those on f32; any other instruction stays as it is.
func (r *rewriter) half(in air.Inst) air.Inst {
	if !isHalf(r.Func.Func, &in) || r.keeps(r.Func.Func, &in) {
		return in
	}
	form := halfForms[in.Tag]
	if form == halfMake {
		return r.narrow(in)
	}
	wide := air.F32
	if form == halfFused {
		wide = air.F64
	}
	widened := make([]air.Ref, len(in.Ops))
	for n, operand := range in.Ops {
		widened[n] = r.widen(operand, wide)
	}
	in.Ops = widened
	switch form {
	case halfTest:
		return in
	case halfFused:
		in.Type = air.F64
		return air.Inst{Tag: air.FpTrunc, Type: air.F16, Ops: []air.Ref{r.add(in)}}
	case halfTrunc:
		return r.roundedQuotient(in, air.TruncFloat)
	case halfFloor:
		return r.roundedQuotient(in, air.Floor)
	}
	return r.narrow(in)
}

// widen adds what yields an f16 as a wider float.
func (r *rewriter) widen(operand air.Ref, to *air.Type) air.Ref {
	return r.add(air.Inst{Tag: air.FpExt, Type: to, Ops: []air.Ref{operand}})
}

// narrow adds an instruction with a result of f32 and returns what makes that an f16.
func (r *rewriter) narrow(in air.Inst) air.Inst {
	in.Type = air.F32
	return air.Inst{Tag: air.FpTrunc, Type: air.F16, Ops: []air.Ref{r.add(in)}}
}

// roundedQuotient rounds the quotient to f16 before it rounds it to an integral value, as a division of f16 does.
func (r *rewriter) roundedQuotient(in air.Inst, round air.Tag) air.Inst {
	in.Tag = air.DivFloat
	quotient := r.add(r.narrow(in))
	return r.narrow(air.Inst{Tag: round, Ops: []air.Ref{r.widen(quotient, air.F32)}})
}
