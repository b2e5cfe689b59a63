package eval

import (
	"math"
	"math/big"
)

// floatOp is an operation on two floats. fast serves f16, f32 and f64: a float64 operation whose result, rounded to the
// format, is that of the format's own operation. soft serves every format; its result is rounded once. toInteger, if
// set, rounds the rounded result of fast to an integer; soft includes that.
type floatOp struct {
	fast      func(x, y float64) float64
	soft      func(f *format, x, y number) number
	toInteger func(float64) float64
}

// The operations on two floats.
var (
	floatAdd      = &floatOp{fast: fastAdd, soft: softAdd}
	floatSub      = &floatOp{fast: fastSub, soft: softSub}
	floatMul      = &floatOp{fast: fastMul, soft: softMul}
	floatDiv      = &floatOp{fast: fastDiv, soft: softDiv}
	floatDivTrunc = &floatOp{fast: fastDiv, soft: softDivTo(softTrunc), toInteger: math.Trunc}
	floatDivFloor = &floatOp{fast: fastDiv, soft: softDivTo(softFloor), toInteger: math.Floor}
	floatRem      = &floatOp{fast: fastRem, soft: softRem}
	floatMod      = &floatOp{fast: fastMod, soft: softMod}
	floatMin      = &floatOp{fast: preferNumber(math.Min), soft: softMin}
	floatMax      = &floatOp{fast: preferNumber(math.Max), soft: softMax}
)

func fastAdd(x, y float64) float64 { return x + y }
func fastSub(x, y float64) float64 { return x - y }
func fastMul(x, y float64) float64 { return x * y }
func fastDiv(x, y float64) float64 { return x / y }

// pattern returns the result of fast for two patterns of a format.
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

// preferNumber is the other operand where one is NaN.
func preferNumber(op func(x, y float64) float64) func(x, y float64) float64 {
	return func(x, y float64) float64 {
		switch {
		case x != x:
			return y
		case y != y:
			return x
		}
		return op(x, y)
	}
}

// floatUnaryOp is an operation on one float; fast serves f16, f32 and f64, and is nil for transcendental functions.
type floatUnaryOp struct {
	fast func(float64) float64
	soft func(*format, number) number
}

// isFast reports whether a format is one that float64 serves.
func isFast(s shape) bool { return s.class == inWord }

// readFloat takes a float operand apart; the second result is false if a bit of it is undefined.
func (m *machine) readFloat(o operand, s shape) (number, bool) {
	pattern, ok := m.readPattern(o, s)
	if !ok {
		return number{}, false
	}
	return formats[s.bits].decode(pattern), true
}

// isNaN reports whether a float operand is wholly defined and NaN.
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

func (op *floatOp) build(_ signature, s *step) handler {
	if isFast(s.shape) {
		return func(m *machine, s *step) {
			x, y, size := m.word(s.a), m.word(s.b), s.shape.bits
			if x.undef|y.undef != 0 {
				m.undefinedOperand(s)
				return
			}
			m.set(s.dst, word{bits: op.pattern(x.bits, y.bits, size)})
		}
	}
	return func(m *machine, s *step) {
		x, xok := m.readFloat(s.a, s.shape)
		y, yok := m.readFloat(s.b, s.shape)
		if !xok || !yok {
			m.undefinedOperand(s)
			return
		}
		m.writeFloat(s.dst, s.shape, op.soft(formats[s.shape.bits], x, y))
	}
}

func (op *floatUnaryOp) build(_ signature, s *step) handler {
	if isFast(s.shape) && op.fast != nil {
		return func(m *machine, s *step) {
			x, size := m.word(s.a), s.shape.bits
			if x.undef != 0 {
				m.undefinedOperand(s)
				return
			}
			m.set(s.dst, word{bits: fromFloat64(op.fast(toFloat64(x.bits, size)), size)})
		}
	}
	var more uint64
	if op.fast == nil {
		more = routineSteps
	}
	return func(m *machine, s *step) {
		x, ok := m.readFloat(s.a, s.shape)
		if !ok {
			m.undefinedOperand(s)
			return
		}
		m.steps += more
		m.writeFloat(s.dst, s.shape, op.soft(formats[s.shape.bits], x))
	}
}

// routineSteps is what a transcendental function counts as: the longest, of an f128, takes 73,000 instructions in code.
const routineSteps = 320

// signOp is a change of the sign bit of a float, NaN's too.
type signOp func(sign word) word

// flipSign is neg, clearSign abs.
func flipSign(sign word) word { return word{^sign.bits & 1 &^ sign.undef, sign.undef} }
func clearSign(word) word     { return word{} }

func (change signOp) build(_ signature, s *step) handler {
	top := uint64(s.shape.bits) - 1
	if s.shape.class == inWord {
		return func(m *machine, s *step) {
			w := m.word(s.a)
			sign := change(word{w.bits >> top & 1, w.undef >> top & 1})
			low := w.and(lowMask(uint(top)))
			m.set(s.dst, word{low.bits | sign.bits<<top, low.undef | sign.undef<<top})
		}
	}
	return func(m *machine, s *step) {
		m.copyValue(s.dst, s.shape, s.a)
		v := m.view(s.dst)
		putBits(v, top, 1, change(getBits(v, top, 1)))
	}
}

// mulAdd builds the fused multiplication and addition.
func mulAdd(_ signature, s *step) handler {
	f := formats[s.shape.bits]
	if isFast(s.shape) {
		return func(m *machine, s *step) {
			x, y, z, size := m.word(s.a), m.word(s.b), m.word(s.c), s.shape.bits
			if x.undef|y.undef|z.undef != 0 {
				m.forget(s.dst, s.result)
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
			m.undefinedOperand(s)
			return
		}
		m.writeFloat(s.dst, s.shape, softMulAdd(f, x, y, z))
	}
}
