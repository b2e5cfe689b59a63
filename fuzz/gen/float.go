package gen

import (
	"math"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// floatTypes are the float types that registers hold.
var floatTypes = [...]*air.Type{air.F32, air.F64}

// floatEdges are the numbers at which float code goes wrong: signed zeros, ties of rounding, the ends of the integers
// and of the format, and last infinities and NaN.
var floatEdges = [...]float64{
	0, math.Copysign(0, -1), 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 0.1, 3, 127.5, 255, 256, -128.5,
	1 << 23, 1<<23 + 0.5, 1 << 24, 1<<24 + 1, 1 << 31, -(1 << 31), 1<<32 - 1, 1 << 52, 1<<53 + 1, 1 << 63, 1 << 64, -(1 << 63),
	math.MaxFloat32, math.MaxFloat64, math.SmallestNonzeroFloat32, math.SmallestNonzeroFloat64, 0x1p-126, 0x1p-1022,
	math.Inf(1), math.Inf(-1), math.NaN(),
}

// finiteEdges is how many of floatEdges are finite.
const finiteEdges = len(floatEdges) - 3

// floatConstant draws a float, as its bit pattern.
func (g *Generator) floatConstant(t *air.Type) *air.Value {
	if g.s.Chance(1, 8) {
		return g.intValue(t, int64(g.s.Uint64()>>(64-t.Bits)))
	}
	return g.floatValue(t, choose(g.s, floatEdges[:]))
}

func (g *Generator) floatValue(t *air.Type, v float64) *air.Value {
	if t.Bits == 32 {
		return g.intValue(t, int64(math.Float32bits(float32(v))))
	}
	return g.intValue(t, int64(math.Float64bits(v)))
}

func isFloat(v *value) bool { return v.typ.Kind == air.Float }

// someFloat draws a float of any type.
func (w *writer) someFloat() value {
	if v, ok := w.find(isFloat); ok {
		return v
	}
	return w.makeFloat(choose(w.s, floatTypes[:]))
}

// float draws a float. There always is one.
func (w *writer) float() (value, bool) { return w.someFloat(), true }

// makeFloat writes the conversion of an integer, or the bitcast of one.
func (w *writer) makeFloat(t *air.Type) value {
	v, ok := w.anyInt()
	switch {
	case !ok:
		return w.fixed(w.constant(t))
	case v.typ.Bits == t.Bits && w.s.Bool():
		return w.value(air.Bitcast, t, v.ref)
	}
	return w.value(air.FloatFromInt, t, v.ref)
}

// floatWidth writes fpext or fptrunc.
func (w *writer) floatWidth(tag air.Tag) bool {
	from, to := air.F32, air.F64
	if tag == air.FpTrunc {
		from, to = to, from
	}
	w.value(tag, to, w.need(from).ref)
	return true
}

func (w *writer) floatFromInt(tag air.Tag) bool {
	v, ok := w.anyInt()
	if ok {
		w.value(tag, choose(w.s, floatTypes[:]), v.ref)
	}
	return ok
}

// intFromFloat writes the conversion of a float that min and max have clamped to the range of the integer, NaN
// included.
func (w *writer) intFromFloat(tag air.Tag) bool {
	a, t := w.someFloat(), w.someInt()
	if t.Bits < 2 {
		return false
	}
	magnitude := int(t.Bits)
	low := 0.0
	if t.Signed {
		magnitude--
		low = -math.Ldexp(1, magnitude)
	}
	limit := math.Ldexp(1, magnitude)
	high := math.Nextafter(limit, 0)
	if a.typ.Bits == 32 {
		high = float64(math.Nextafter32(float32(limit), 0))
	}
	a = w.value(air.Min, a.typ, a.ref, w.fixed(w.floatValue(a.typ, high)).ref)
	a = w.value(air.Max, a.typ, a.ref, w.fixed(w.floatValue(a.typ, low)).ref)
	w.value(tag, t, a.ref)
	return true
}

// floatBits writes a bitcast of a float to an integer.
func (w *writer) floatBits(tag air.Tag) bool {
	a := w.someFloat()
	w.value(tag, air.IntType(w.s.Bool(), a.typ.Bits), a.ref)
	return true
}
