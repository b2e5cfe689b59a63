package eval

import (
	"math"
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// floatOp is an operation on two floats. fast serves f16, f32 and f64: a float64
// operation whose result, rounded to the format, is that of the format's own
// operation. soft serves every format; its result is rounded once. toInteger, if
// there, takes the rounded result of fast to an integer; soft has that within.
type floatOp struct {
	fast      func(x, y float64) float64
	soft      func(f *format, x, y number) number
	toInteger func(float64) float64
}

// floatOps is what each binary tag does to floats.
var floatOps = [air.NumTags]floatOp{
	air.Add:               {fast: fastAdd, soft: softAdd},
	air.AddOptimized:      {fast: fastAdd, soft: softAdd},
	air.Sub:               {fast: fastSub, soft: softSub},
	air.SubOptimized:      {fast: fastSub, soft: softSub},
	air.Mul:               {fast: fastMul, soft: softMul},
	air.MulOptimized:      {fast: fastMul, soft: softMul},
	air.DivFloat:          {fast: fastDiv, soft: softDiv},
	air.DivFloatOptimized: {fast: fastDiv, soft: softDiv},
	air.DivExact:          {fast: fastDiv, soft: softDiv},
	air.DivExactOptimized: {fast: fastDiv, soft: softDiv},
	air.DivTrunc:          {fast: fastDiv, soft: softDivTo(softTrunc), toInteger: math.Trunc},
	air.DivTruncOptimized: {fast: fastDiv, soft: softDivTo(softTrunc), toInteger: math.Trunc},
	air.DivFloor:          {fast: fastDiv, soft: softDivTo(softFloor), toInteger: math.Floor},
	air.DivFloorOptimized: {fast: fastDiv, soft: softDivTo(softFloor), toInteger: math.Floor},
	air.Rem:               {fast: fastRem, soft: softRem},
	air.RemOptimized:      {fast: fastRem, soft: softRem},
	air.Mod:               {fast: fastMod, soft: softMod},
	air.ModOptimized:      {fast: fastMod, soft: softMod},
	air.Min:               {fast: fastMin, soft: softMin},
	air.Max:               {fast: fastMax, soft: softMax},
}

func fastAdd(x, y float64) float64 { return x + y }
func fastSub(x, y float64) float64 { return x - y }
func fastMul(x, y float64) float64 { return x * y }
func fastDiv(x, y float64) float64 { return x / y }

// pattern gives the result of fast for two patterns of a format.
func (op *floatOp) pattern(x, y uint64, size uint32) uint64 {
	r := fromFloat64(op.fast(toFloat64(x, size), toFloat64(y, size)), size)
	if op.toInteger != nil {
		r = fromFloat64(op.toInteger(toFloat64(r, size)), size)
	}
	return r
}

// softDivTo divides, rounds to the format, and then to an integer.
func softDivTo(toInteger func(*format, number) number) func(*format, number, number) number {
	return func(f *format, x, y number) number { return toInteger(f, f.rounded(softDiv(f, x, y))) }
}

func fastMin(x, y float64) float64 {
	switch {
	case x != x:
		return y
	case y != y:
		return x
	}
	return min(x, y)
}

func fastMax(x, y float64) float64 {
	switch {
	case x != x:
		return y
	case y != y:
		return x
	}
	return max(x, y)
}

// floatUnaryOp is an operation on one float; fast serves f16, f32 and f64. Where soft
// is missing, the result is an approximation: what no standard fixes.
type floatUnaryOp struct {
	fast func(float64) float64
	soft func(*format, number) number
}

// floatUnaryOps is what each unary tag does to a float.
var floatUnaryOps = [air.NumTags]floatUnaryOp{
	air.Sqrt:       {math.Sqrt, softSqrt},
	air.Floor:      {math.Floor, softFloor},
	air.Ceil:       {math.Ceil, softCeil},
	air.Round:      {math.Round, softRound},
	air.TruncFloat: {math.Trunc, softTrunc},
	air.Sin:        {fast: math.Sin},
	air.Cos:        {fast: math.Cos},
	air.Tan:        {fast: math.Tan},
	air.Exp:        {fast: math.Exp},
	air.Exp2:       {fast: math.Exp2},
	air.Log:        {fast: math.Log},
	air.Log2:       {fast: math.Log2},
	air.Log10:      {fast: math.Log10},
}

// isFast says that a format is one that float64 serves.
func isFast(s shape) bool { return s.class == inWord }

// readFloat takes a float operand apart; the second result is false if a bit
// of it is undefined.
func (m *machine) readFloat(o operand, s shape) (number, bool) {
	pattern, ok := m.readPattern(o, s)
	if !ok {
		return number{}, false
	}
	return formats[s.bits].decode(pattern), true
}

// isNaN says that a float operand is wholly defined and NaN.
func (m *machine) isNaN(o operand, s shape) bool {
	if isFast(s) {
		w := m.word(o)
		x := toFloat64(w.bits, s.bits)
		return w.undef == 0 && x != x
	}
	x, ok := m.readFloat(o, s)
	return ok && x.kind == notANumber
}

// readPattern reads the bits of a float; the padding of an f80 does not count.
func (m *machine) readPattern(o operand, s shape) (*big.Int, bool) {
	if s.class == inWord {
		w := m.word(o)
		return new(big.Int).SetUint64(w.bits), w.undef == 0
	}
	v := m.view(o).slice(0, uint64(s.bits)/8)
	return bigFromBytes(v.data, uint(s.bits), false), !v.anyUndef()
}

// writeFloat rounds a number into a slot.
func (m *machine) writeFloat(dst operand, s shape, x number) {
	m.writePattern(dst, s, formats[s.bits].encode(x))
}

func (m *machine) writePattern(dst operand, s shape, pattern *big.Int) {
	if s.class == inWord {
		m.set(dst, word{bits: pattern.Uint64()})
		return
	}
	v := m.view(dst)
	v.forget()
	putBig(v.slice(0, uint64(s.bits)/8), pattern)
}

// binary builds an operation on two floats.
func (op floatOp) binary(sig signature, s *step) func(*machine, *step) {
	s.shape = shapeOf(sig.args[0])
	switch {
	case op.soft == nil:
		return unsupported("operands of type " + sig.args[0].String())
	case isFast(s.shape):
		return func(m *machine, s *step) {
			x, y, size := m.word(s.a), m.word(s.b), s.shape.bits
			if x.undef|y.undef != 0 {
				m.set(s.dst, undefined(uint(size)))
				return
			}
			m.set(s.dst, word{bits: op.pattern(x.bits, y.bits, size)})
		}
	}
	return func(m *machine, s *step) {
		x, xok := m.readFloat(s.a, s.shape)
		y, yok := m.readFloat(s.b, s.shape)
		if !xok || !yok {
			m.forget(s.dst, s.shape)
			return
		}
		m.writeFloat(s.dst, s.shape, op.soft(formats[s.shape.bits], x, y))
	}
}

// unary builds an operation on one float.
func (op floatUnaryOp) unary(sig signature, s *step) func(*machine, *step) {
	s.shape = shapeOf(sig.args[0])
	switch {
	case op.fast == nil, op.soft == nil && !isFast(s.shape):
		return unsupported("operand of type " + sig.args[0].String())
	case isFast(s.shape):
		return func(m *machine, s *step) {
			x, size := m.word(s.a), s.shape.bits
			if x.undef != 0 {
				m.set(s.dst, undefined(uint(size)))
				return
			}
			m.set(s.dst, word{bits: fromFloat64(op.fast(toFloat64(x.bits, size)), size)})
		}
	}
	return func(m *machine, s *step) {
		x, ok := m.readFloat(s.a, s.shape)
		if !ok {
			m.forget(s.dst, s.shape)
			return
		}
		m.writeFloat(s.dst, s.shape, op.soft(formats[s.shape.bits], x))
	}
}

// signOp builds neg (flip the sign, NaN's too) and abs (clear it).
func signOp(flip bool) builder {
	return func(sig signature, s *step) func(*machine, *step) {
		s.shape = shapeOf(sig.args[0])
		return func(m *machine, s *step) {
			m.copyValue(s.dst, s.shape, s.a)
			m.changeSign(s, flip)
		}
	}
}

// changeSign changes the sign bit of the float in s.dst.
func (m *machine) changeSign(s *step, flip bool) {
	top := uint64(s.shape.bits) - 1
	change := func(w word) word {
		if flip {
			return word{^w.bits & 1 &^ w.undef, w.undef}
		}
		return word{}
	}
	if s.shape.class == inWord {
		w := m.word(s.dst)
		sign := change(word{w.bits >> top & 1, w.undef >> top & 1})
		low := w.and(lowMask(uint(top)))
		m.set(s.dst, word{low.bits | sign.bits<<top, low.undef | sign.undef<<top})
		return
	}
	v := m.view(s.dst)
	putBits(v, top, 1, change(getBits(v, top, 1)))
}

// mulAdd builds the fused multiply and add.
func mulAdd(sig signature, s *step) func(*machine, *step) {
	s.shape = shapeOf(sig.args[0])
	if sig.args[0].Kind != air.Float {
		return unsupported("operands of type " + sig.args[0].String())
	}
	f := formats[s.shape.bits]
	if isFast(s.shape) {
		return func(m *machine, s *step) {
			x, y, z, size := m.word(s.a), m.word(s.b), m.word(s.c), s.shape.bits
			if x.undef|y.undef|z.undef != 0 {
				m.set(s.dst, undefined(uint(size)))
				return
			}
			r := fused(f, toFloat64(x.bits, size), toFloat64(y.bits, size), toFloat64(z.bits, size))
			m.set(s.dst, word{bits: r})
		}
	}
	return func(m *machine, s *step) {
		x, xok := m.readFloat(s.a, s.shape)
		y, yok := m.readFloat(s.b, s.shape)
		z, zok := m.readFloat(s.c, s.shape)
		if !xok || !yok || !zok {
			m.forget(s.dst, s.shape)
			return
		}
		m.writeFloat(s.dst, s.shape, softMulAdd(f, x, y, z))
	}
}
