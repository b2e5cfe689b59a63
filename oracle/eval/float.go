package eval

import (
	"math"
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// floatOp is an operation on two floats. fast serves f32 and f64: a float64
// operation whose result, rounded to float32, is that of the float32
// operation. soft serves every format; its result is rounded once.
type floatOp struct {
	fast func(x, y float64) float64
	soft func(f *format, x, y number) number
}

// floatOps is what each binary tag does to floats.
var floatOps = [air.NumTags]floatOp{
	air.Add:               {func(x, y float64) float64 { return x + y }, softAdd},
	air.AddOptimized:      {func(x, y float64) float64 { return x + y }, softAdd},
	air.Sub:               {func(x, y float64) float64 { return x - y }, softSub},
	air.SubOptimized:      {func(x, y float64) float64 { return x - y }, softSub},
	air.Mul:               {func(x, y float64) float64 { return x * y }, softMul},
	air.MulOptimized:      {func(x, y float64) float64 { return x * y }, softMul},
	air.DivFloat:          {func(x, y float64) float64 { return x / y }, softDiv},
	air.DivFloatOptimized: {func(x, y float64) float64 { return x / y }, softDiv},
	air.DivExact:          {func(x, y float64) float64 { return x / y }, softDiv},
	air.DivExactOptimized: {func(x, y float64) float64 { return x / y }, softDiv},
	air.DivTrunc:          {soft: softDivTo(softTrunc)},
	air.DivTruncOptimized: {soft: softDivTo(softTrunc)},
	air.DivFloor:          {soft: softDivTo(softFloor)},
	air.DivFloorOptimized: {soft: softDivTo(softFloor)},
	air.Rem:               {soft: softRem},
	air.RemOptimized:      {soft: softRem},
	air.Mod:               {soft: softMod},
	air.ModOptimized:      {soft: softMod},
	air.Min:               {fastMin, softMin},
	air.Max:               {fastMax, softMax},
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

// floatUnaryOp is an operation on one float. Where soft is missing, fast serves
// f16 as well, and the result is an approximation: what no standard fixes.
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

// toFloat64 reads the pattern of an f32 or f64.
func toFloat64(bits uint64, size uint32) float64 {
	if size == 32 {
		return float64(math.Float32frombits(uint32(bits)))
	}
	return math.Float64frombits(bits)
}

// fromFloat64 rounds to the pattern of an f32 or f64, NaN to the canonical one.
func fromFloat64(x float64, size uint32) uint64 {
	switch {
	case x != x && size == 32:
		return 0x7fc00000
	case x != x:
		return 0x7ff8000000000000
	case size == 32:
		return uint64(math.Float32bits(float32(x)))
	}
	return math.Float64bits(x)
}

// isFast says that a format is one that float64 serves.
func isFast(s shape) bool { return s.bits == 32 || s.bits == 64 }

// readFloat takes a float operand apart; the second result is false if a bit
// of it is undefined.
func (m *machine) readFloat(o operand, s shape) (number, bool) {
	pattern, ok := m.readPattern(o, s)
	if !ok {
		return number{}, false
	}
	return formats[s.bits].decode(pattern), true
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
	case op.fast != nil && isFast(s.shape):
		return func(m *machine, s *step) {
			x, y, size := m.word(s.a), m.word(s.b), s.shape.bits
			if x.undef|y.undef != 0 {
				m.set(s.dst, undefined(uint(size)))
				return
			}
			r := op.fast(toFloat64(x.bits, size), toFloat64(y.bits, size))
			m.set(s.dst, word{bits: fromFloat64(r, size)})
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
	case op.fast == nil, op.soft == nil && s.shape.class != inWord:
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
	soft := op.soft
	if soft == nil {
		soft = func(_ *format, x number) number { return fromNative(op.fast(toNative(x))) }
	}
	return func(m *machine, s *step) {
		x, ok := m.readFloat(s.a, s.shape)
		if !ok {
			m.forget(s.dst, s.shape)
			return
		}
		m.writeFloat(s.dst, s.shape, soft(formats[s.shape.bits], x))
	}
}

// toNative and fromNative go between numbers and float64, rounding to it.
func toNative(x number) float64 { return math.Float64frombits(formats[64].encode(x).Uint64()) }

func fromNative(x float64) number {
	return formats[64].decode(new(big.Int).SetUint64(math.Float64bits(x)))
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
	return func(m *machine, s *step) {
		x, xok := m.readFloat(s.a, s.shape)
		y, yok := m.readFloat(s.b, s.shape)
		z, zok := m.readFloat(s.c, s.shape)
		if !xok || !yok || !zok {
			m.forget(s.dst, s.shape)
			return
		}
		m.writeFloat(s.dst, s.shape, softMulAdd(formats[s.shape.bits], x, y, z))
	}
}
