package rv64

import (
	"math"
	"math/bits"
)

// convert returns the value of one format in another.
func (e *environment) convert(from, to *format, a uint64) uint64 {
	if from.isNaN(a) {
		if from.isSignaling(a) {
			e.flags |= flagInvalid
		}
		return to.canonical()
	}
	x := from.unpack(a)
	switch {
	case x.infinite:
		return to.signed(x.negative, to.infinity())
	case x.zero():
		return to.signed(x.negative, 0)
	}
	return e.roundPack(to, x.negative, x.exponent, x.significand)
}

// fromInteger returns an integer as a float, rounded by the mode.
func (e *environment) fromInteger(f *format, negative bool, magnitude uint64) uint64 {
	if magnitude == 0 {
		return 0
	}
	leading := bits.LeadingZeros64(magnitude)
	return e.roundPack(f, negative, 63-leading, magnitude<<leading)
}

func (e *environment) fromSigned(f *format, v int64) uint64 {
	if v < 0 {
		return e.fromInteger(f, true, -uint64(v))
	}
	return e.fromInteger(f, false, uint64(v))
}

// roundInteger returns the magnitude of a finite number rounded to an integer by the mode, and whether that is exact.
// The exponent is below 64.
func (e *environment) roundInteger(x number) (magnitude uint64, exact bool) {
	if x.zero() {
		return 0, true
	}
	if x.exponent < -1 {
		return boolBit(increment(e.rounding, x.negative, false, 1, 2)), false
	}
	drop := 63 - x.exponent // 0..64
	if drop == 0 {
		return x.significand, true
	}
	kept, rest := x.significand>>drop, x.significand&(1<<drop-1)
	if drop == 64 { // keep a bit of room for the comparison with a half
		kept, rest, drop = 0, shiftRightJam(x.significand, 1), 63
	}
	return kept + boolBit(increment(e.rounding, x.negative, kept&1 != 0, rest, drop)), rest == 0
}

// toInteger returns a float as an integer between least and most: most for a NaN, and the nearer bound for a value out
// of range.
func (e *environment) toInteger(f *format, a uint64, least int64, most uint64) uint64 {
	if f.isNaN(a) {
		e.flags |= flagInvalid
		return most
	}
	x := f.unpack(a)
	bound, limit := most, most
	if x.negative {
		bound, limit = uint64(least), -uint64(least)
	}
	if x.infinite || x.exponent >= 64 {
		e.flags |= flagInvalid
		return bound
	}
	magnitude, exact := e.roundInteger(x)
	// A carry out of 64 bits cannot happen: such values have no fraction.
	if magnitude > limit {
		e.flags |= flagInvalid
		return bound
	}
	if !exact {
		e.flags |= flagInexact
	}
	if x.negative {
		return -magnitude
	}
	return magnitude
}

// toModular is Zfa's fcvtmod.w.d: truncation, then the low 32 bits.
func (e *environment) toModular(a uint64) uint64 {
	if double.isNaN(a) {
		e.flags |= flagInvalid
		return 0
	}
	x := double.unpack(a)
	if x.infinite || x.exponent >= 63+53 {
		e.flags |= flagInvalid
		return 0
	}
	truncate := environment{rounding: roundToZero}
	var magnitude uint64
	exact := true
	if x.exponent >= 64 {
		magnitude = x.significand << (x.exponent - 63)
	} else {
		magnitude, exact = truncate.roundInteger(x)
	}
	result := magnitude
	if x.negative {
		result = -magnitude
	}
	switch {
	case x.exponent >= 32 || magnitude > math.MaxInt32+boolBit(x.negative):
		e.flags |= flagInvalid
	case !exact:
		e.flags |= flagInexact
	}
	return sext32(result)
}

// roundIntegral rounds to an integer in the same format.
func (e *environment) roundIntegral(f *format, a uint64, inexact bool) uint64 {
	if f.isNaN(a) {
		return e.nan(f, a)
	}
	x := f.unpack(a)
	if x.infinite || x.zero() || x.exponent >= int(f.fractionBits) {
		return a
	}
	magnitude, exact := e.roundInteger(x)
	if !exact && inexact {
		e.flags |= flagInexact
	}
	quiet := environment{}
	return f.signed(x.negative, quiet.fromInteger(f, false, magnitude))
}

// signMagnitude orders the bits of numbers: negative ones below, both zeros alike.
func (f *format) signMagnitude(v uint64) int64 {
	if v&f.sign() != 0 {
		return -int64(v &^ f.sign())
	}
	return int64(v)
}

// compare returns the three comparisons; a quiet one raises invalid only for a signaling NaN.
func (e *environment) compare(f *format, a, b uint64, quiet bool) (less, equal bool) {
	if f.isNaN(a) || f.isNaN(b) {
		if !quiet || f.isSignaling(a) || f.isSignaling(b) {
			e.flags |= flagInvalid
		}
		return false, false
	}
	x, y := f.signMagnitude(a), f.signMagnitude(b)
	return x < y, x == y
}

// minimum prefers a number to a NaN, and -0 to +0.
func (e *environment) minimum(f *format, a, b uint64, wantLess bool) uint64 {
	if f.isSignaling(a) || f.isSignaling(b) {
		e.flags |= flagInvalid
	}
	switch {
	case f.isNaN(a) && f.isNaN(b):
		return f.canonical()
	case f.isNaN(a):
		return b
	case f.isNaN(b):
		return a
	}
	x, y := f.signMagnitude(a), f.signMagnitude(b)
	less := x < y || x == y && a&f.sign() != 0
	if less == wantLess {
		return a
	}
	return b
}

// minimumStrict is Zfa's form, in which a NaN wins.
func (e *environment) minimumStrict(f *format, a, b uint64, wantLess bool) uint64 {
	if f.isNaN(a) || f.isNaN(b) {
		return e.nan(f, a, b)
	}
	return e.minimum(f, a, b, wantLess)
}

// class returns the mask of ten classes, as fclass does.
func (f *format) class(v uint64) uint64 {
	fraction := v & (1<<f.fractionBits - 1)
	exponent := v & f.infinity()
	var up uint // 0 infinite, 1 normal, 2 subnormal, 3 zero, counted from the outside
	switch {
	case f.isSignaling(v):
		return 1 << 8
	case f.isNaN(v):
		return 1 << 9
	case exponent == f.infinity():
		up = 0
	case exponent != 0:
		up = 1
	case fraction != 0:
		up = 2
	default:
		up = 3
	}
	if v&f.sign() != 0 {
		return 1 << up
	}
	return 1 << (7 - up)
}

// constants are the values that fli loads, as doubles; index 1 is the smallest positive normal number of the format, 30
// infinity and 31 the NaN.
var constants = [32]float64{
	-1, 0, 0x1p-16, 0x1p-15, 0x1p-8, 0x1p-7, 0.0625, 0.125,
	0.25, 0.3125, 0.375, 0.4375, 0.5, 0.625, 0.75, 0.875,
	1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4,
	8, 16, 128, 256, 0x1p15, 0x1p16, 0, 0,
}

// constant returns entry index of the table in a format. As a half 2^16 is infinite, without an exception.
func (f *format) constant(index uint64) uint64 {
	switch index {
	case 1:
		return 1 << f.fractionBits
	case 30:
		return f.infinity()
	case 31:
		return f.canonical()
	}
	quiet := environment{}
	return quiet.convert(double, f, math.Float64bits(constants[index&31]))
}
