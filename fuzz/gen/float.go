package gen

import (
	"math"
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// floatTypes are the float types that registers hold.
var floatTypes = [...]*air.Type{air.F32, air.F64, air.F16}

// floatTypes returns those of floatTypes that cases have.
func (g *Generator) floatTypes() []*air.Type {
	if g.config.CFloats {
		return floatTypes[:2]
	}
	return floatTypes[:]
}

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
	if t.Bits > wordBits && g.s.Bool() {
		return air.NewBig(t, g.wideConstant(air.IntType(false, t.Bits)).BigInt())
	}
	if t.Bits > 16 && t.Bits <= wordBits && g.s.Chance(1, 8) {
		return g.floatValue(t, g.tie(t))
	}
	if t.Bits > wordBits || !g.s.Chance(1, 8) {
		return g.floatValue(t, choose(g.s, floatEdges[:]))
	}
	bits, infinity := g.s.Uint64()>>(64-t.Bits), g.floatValue(t, math.Inf(1)).Uint64()
	switch g.s.Intn(4) {
	case 0: // a NaN with a payload, or infinity
		bits |= infinity
	case 1: // a subnormal, or zero
		bits &^= infinity
	}
	return g.intValue(t, int64(bits))
}

// tie draws a number between two neighbours of a narrower format than t, an f32 or f64: half-way, or the next number of t above
// or below that. There a conversion that rounds twice goes wrong.
func (g *Generator) tie(t *air.Type) float64 {
	digits, low, high := 10, -14, 15 // of f16
	if t.Bits == 64 && g.s.Bool() {
		digits, low, high = 23, -126, 127 // of f32
	}
	exponent := g.s.Between(0, high-low) + low
	v := float64(g.s.Intn(1<<digits)) + 0.5
	if g.s.Chance(1, 4) {
		exponent = low // a subnormal
	} else {
		v += float64(int(1) << digits)
	}
	v = math.Ldexp(v, exponent-digits)
	if g.s.Bool() {
		v = -v
	}
	to := math.Inf(g.s.Between(0, 1)*2 - 1)
	switch {
	case g.s.Chance(1, 3):
		return v
	case t.Bits == 32:
		return float64(math.Nextafter32(float32(v), float32(to)))
	}
	return math.Nextafter(v, to)
}

func (g *Generator) floatValue(t *air.Type, v float64) *air.Value {
	switch t.Bits {
	case 16:
		return g.intValue(t, int64(halfBits(v)))
	case 32:
		return g.intValue(t, int64(math.Float32bits(float32(v))))
	case 80, 128:
		return air.NewBig(t, longBits(t, v))
	}
	return g.intValue(t, int64(math.Float64bits(v)))
}

// longBits returns the bits of v as an f80 or f128, which hold every f64.
func longBits(t *air.Type, v float64) *big.Int {
	const bias = 16383
	fraction, exponent := math.Frexp(math.Abs(v)) // v is fraction * 2^exponent, and fraction from 1/2 to 1
	high, mantissa := uint64(exponent-1+bias), new(big.Int).SetUint64(uint64(fraction*(1<<53)))
	switch {
	case v == 0:
		high = 0
	case math.IsNaN(v):
		high, mantissa = 2*bias+1, big.NewInt(3<<51)
	case math.IsInf(v, 0):
		high, mantissa = 2*bias+1, big.NewInt(1<<52)
	}
	if math.Signbit(v) {
		high |= 1 << 15
	}
	bits := new(big.Int).SetUint64(high)
	if t.Bits == 80 {
		return bits.Lsh(bits, 64).Or(bits, mantissa.Lsh(mantissa, 63-52))
	}
	mantissa.SetBit(mantissa, 52, 0) // the leading one is not stored
	return bits.Lsh(bits, 112).Or(bits, mantissa.Lsh(mantissa, 112-52))
}

// maxHalf is the largest finite f16.
const maxHalf = 65504

// halfBits returns the bits of v as an f16, rounded toward zero: only infinities become infinite.
func halfBits(v float64) (bits uint16) {
	if math.Signbit(v) {
		bits, v = 1<<15, -v
	}
	fraction, exponent := math.Frexp(min(v, maxHalf)) // v is fraction * 2^exponent, and fraction from 1/2 to 1
	switch {
	case math.IsNaN(v):
		return bits | 0x7e00
	case math.IsInf(v, 1):
		return bits | 0x7c00
	case v == 0 || exponent < -13: // zero and the subnormals
		return bits | uint16(math.Ldexp(v, 24))
	}
	return bits | uint16(exponent+14)<<10 + uint16(fraction*(1<<11)) - 1<<10
}

// isHalf reports whether t is f16.
func isHalf(t *air.Type) bool { return t == air.F16 }

func isFloat(v *value) bool { return isShortFloat(v.typ) }

// isShortFloat reports whether t is one of floatTypes.
func isShortFloat(t *air.Type) bool { return t.Kind == air.Float && t.Bits <= wordBits }

// longFloats are the float types that are in memory.
var longFloats = [...]*air.Type{air.F80, air.F128}

// longFloat draws a value of a type of longFloats that the case has.
func (w *writer) longFloat() (value, bool) {
	return w.having(isLongFloat)
}

func isLongFloat(t *air.Type) bool { return t.Kind == air.Float && t.Bits > wordBits }

// longWidth writes fpext or fptrunc from or to a type of longFloats.
func (w *writer) longWidth(tag air.Tag) bool {
	a, ok := w.longFloat()
	if !ok || !w.affordsOperation(tag, a.typ) {
		return false
	}
	other := choose(w.s, w.floatTypes())
	if tag == air.FpExt {
		w.value(tag, a.typ, w.need(other).ref)
	} else {
		w.value(tag, other, a.ref)
	}
	return true
}

// wideFromFloat writes a conversion of a float to a wide integer, or between an integer and a type of longFloats, of what
// fits; the forms that panic get any number now and then.
func (w *writer) wideFromFloat(tag air.Tag) bool {
	a, t := w.someFloat(), w.someInt()
	if v, ok := w.longFloat(); ok && w.s.Bool() {
		a = v
	}
	if len(w.types.wides) > 0 && w.s.Bool() {
		t = choose(w.s, w.types.wides)
	}
	if t.Bits < 16 || !w.affordsOperation(tag, a.typ) {
		return false
	}
	if !panics(tag) || w.s.Chance(7, 8) {
		high := math.Ldexp(1, int(min(magnitudeBits(t)-1, 900)))
		if a.typ == air.F16 {
			high = min(high, maxHalf)
		}
		if a.typ == air.F32 {
			high = min(high, math.MaxFloat32)
		}
		low := 0.0
		if t.Signed {
			low = -high
		}
		a = w.value(air.Min, a.typ, a.ref, w.fixed(w.floatValue(a.typ, high)).ref)
		a = w.value(air.Max, a.typ, a.ref, w.fixed(w.floatValue(a.typ, low)).ref)
	}
	w.value(tag, t, a.ref)
	return true
}

// floatFromWide writes a conversion of a wide integer to a float, or of any integer to a type of longFloats.
func (w *writer) floatFromWide(tag air.Tag) bool {
	t := choose(w.s, w.floatTypes())
	if v, ok := w.longFloat(); ok && w.s.Bool() {
		t = v.typ
	}
	v, ok := w.someWide()
	if !ok || w.s.Chance(1, 3) {
		v, ok = w.anyInt()
	}
	if !ok {
		return false
	}
	w.value(tag, t, v.ref)
	return true
}

// someFloat draws a float of any type.
func (w *writer) someFloat() value {
	if v, ok := w.find(isFloat); ok {
		return v
	}
	return w.makeFloat(choose(w.s, w.floatTypes()))
}

// float draws a float. There always is one.
func (w *writer) float() (value, bool) { return w.someFloat(), true }

// makeFloat writes the conversion of an integer, or the bitcast of one.
func (w *writer) makeFloat(t *air.Type) value {
	v, ok := w.anyInt()
	switch {
	case !ok || t.Bits > wordBits:
		return w.fixed(w.constant(t))
	case v.typ.Bits == t.Bits && w.s.Bool():
		return w.value(air.Bitcast, t, v.ref)
	}
	return w.value(air.FloatFromInt, t, v.ref)
}

// floatWidth writes fpext or fptrunc.
func (w *writer) floatWidth(tag air.Tag) bool {
	pair := choose(w.s, w.floatPairs())
	from, to := pair[0], pair[1]
	if tag == air.FpTrunc {
		from, to = to, from
	}
	w.value(tag, to, w.need(from).ref)
	return true
}

// floatPairs returns those of floatPairs that cases have.
func (g *Generator) floatPairs() [][2]*air.Type {
	switch {
	case g.config.CFloats:
		return floatPairs[:1]
	case g.config.LongFloats:
		return floatPairs[:]
	}
	return floatPairs[:3]
}

// floatPairs are the pairs of a float type and a wider one: those of f32 and f64, of f16, and of f128.
var floatPairs = [...][2]*air.Type{{air.F32, air.F64}, {air.F16, air.F32}, {air.F16, air.F64},
	{air.F16, air.F128}, {air.F32, air.F128}, {air.F64, air.F128}}

func (w *writer) floatFromInt(tag air.Tag) bool {
	v, ok := w.anyInt()
	if ok {
		w.value(tag, choose(w.s, w.floatTypes()), v.ref)
	}
	return ok
}

// intFromFloat writes the conversion of a float that min and max have clamped to what the integer can hold after
// rounding toward zero, NaN included; the forms that panic get the nearest floats beyond now and then.
func (w *writer) intFromFloat(tag air.Tag) bool {
	a, t := w.someFloat(), w.someInt()
	if t.Bits < 2 {
		return false
	}
	low, high := floatLimits(t)
	inside := !panics(tag) || w.s.Chance(7, 8)
	if inside {
		high = towardZero(a.typ, high)
		if low = towardZero(a.typ, low); t.Signed && w.s.Bool() {
			low = math.Ldexp(-1, int(magnitudeBits(t)))
		}
	}
	a = w.value(air.Min, a.typ, a.ref, w.fixed(w.floatValue(a.typ, high)).ref)
	a = w.value(air.Max, a.typ, a.ref, w.fixed(w.floatValue(a.typ, low)).ref)
	w.value(tag, t, a.ref)
	return true
}

// floatLimits returns the numbers between which, both excluded, floats round toward zero to a value of an integer type.
// The lower one is larger where it is no float.
func floatLimits(t *air.Type) (low, high float64) {
	high = math.Ldexp(1, int(magnitudeBits(t)))
	if t.Signed {
		return -high - 1, high
	}
	return -1, high
}

// towardZero returns the number of a float type that is next to v on the side of zero.
func towardZero(t *air.Type, v float64) float64 {
	switch t.Bits {
	case 16:
		if math.Abs(v) > maxHalf {
			return math.Copysign(maxHalf, v)
		}
		return math.Nextafter(v, 0) // which halfBits rounds
	case 32:
		return float64(math.Nextafter32(float32(v), 0))
	}
	return math.Nextafter(v, 0)
}

// floatBits writes a bitcast of a float to an integer.
func (w *writer) floatBits(tag air.Tag) bool {
	a := w.someFloat()
	w.value(tag, air.IntType(w.s.Bool(), a.typ.Bits), a.ref)
	return true
}
