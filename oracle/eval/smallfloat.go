package eval

import (
	"math"
	"math/bits"
)

// Floats of at most 64 bits. Their values are all values of float64, in which they are held between decoding and
// encoding. One operation of float64 followed by the rounding to f16 or f32 equals a single rounding, because
// 53 bits are at least twice the 24 of f32 and two more (Figueroa, "When is double rounding innocuous?", 1995). That
// covers sum, product, quotient and root; fused multiplication and the remainders are done on integers here, exactly.

var halfFormat, doubleFormat = formats[16], formats[64]

// toFloat64 reads the pattern of an f16, f32 or f64.
func toFloat64(bits uint64, size uint32) float64 {
	switch size {
	case 64:
		return math.Float64frombits(bits)
	case 32:
		return float64(math.Float32frombits(uint32(bits)))
	}
	return halfToFloat64(bits)
}

func halfToFloat64(pattern uint64) float64 {
	sign, exp, fraction := pattern>>15<<63, pattern>>10&0x1f, pattern&0x3ff
	switch exp {
	case 0:
		return math.Copysign(float64(fraction)*0x1p-24, math.Float64frombits(sign))
	case 0x1f:
		return math.Float64frombits(sign | 0x7ff<<52 | fraction<<42)
	}
	return math.Float64frombits(sign | (exp+1023-15)<<52 | fraction<<42)
}

// fromFloat64 rounds to the pattern of an f16, f32 or f64, NaN to the canonical one.
func fromFloat64(x float64, size uint32) uint64 {
	switch {
	case x != x:
		return canonicalNaN(size)
	case size == 64:
		return math.Float64bits(x)
	case size == 32:
		return uint64(math.Float32bits(float32(x)))
	}
	a := takeApart(x)
	if a.infinite {
		return infinityPattern(halfFormat, a.neg)
	}
	return pack(halfFormat, a.neg, 0, a.mant, a.exp)
}

// canonicalNaN is the positive quiet NaN without payload.
func canonicalNaN(size uint32) uint64 {
	switch size {
	case 16:
		return 0x7e00
	case 32:
		return 0x7fc00000
	}
	return 0x7ff8000000000000
}

func infinityPattern(f *format, neg bool) uint64 { return pack(f, neg, 0, 1, f.bias+1) }

// apart is a float64 that is not NaN, as mant times two to the power of exp.
type apart struct {
	neg, infinite bool
	mant          uint64 // less than two to the 53rd, at least half of that unless exp is the least
	exp           int
}

func takeApart(x float64) apart {
	pattern := math.Float64bits(x)
	a := apart{neg: pattern>>63 != 0, mant: pattern & lowMask(52)}
	biased := int(pattern >> 52 & 0x7ff)
	switch biased {
	case 0x7ff:
		a.infinite = true
	case 0:
		biased = 1
	default:
		a.mant |= 1 << 52
	}
	a.exp = biased - 1075
	return a
}

// pack rounds the 128-bit magnitude hi:lo times two to the power of exp to the nearest pattern of a format, ties to the
// even one.
func pack(f *format, neg bool, hi, lo uint64, exp int) uint64 {
	sign := uint64(0)
	if neg {
		sign = 1 << (f.bits - 1)
	}
	length := length128(hi, lo)
	if length == 0 {
		return sign
	}
	lead := max(exp+length-1, 1-f.bias) // exponent of the first place
	if lead > f.bias {
		return sign | uint64(f.maxExponent())<<f.fraction
	}
	// Two places more than the format has: the second collects all that lies beyond it.
	if shift := lead - int(f.fraction) - 2 - exp; shift < 0 {
		lo <<= -shift
	} else {
		_, lo = shiftRightSticky(hi, lo, uint(shift))
	}
	mant := lo >> 2
	if rest := lo & 3; rest == 3 || rest == 2 && mant&1 == 1 {
		mant++
	}
	// The leading one adds one to the exponent below it; a subnormal has none, and one that was carried out of the
	// fraction adds one more, up to infinity.
	return sign | (uint64(lead+f.bias-1)<<f.fraction + mant)
}

func length128(hi, lo uint64) int {
	if hi != 0 {
		return 64 + bits.Len64(hi)
	}
	return bits.Len64(lo)
}

// shiftRightSticky shifts hi:lo to the right; the last bit is set if any bit that is lost was.
func shiftRightSticky(hi, lo uint64, n uint) (uint64, uint64) {
	var lost uint64
	switch {
	case n == 0:
		return hi, lo
	case n < 64:
		lost = lo << (64 - n)
		hi, lo = hi>>n, hi<<(64-n)|lo>>n
	case n == 64:
		lost = lo
		hi, lo = 0, hi
	case n < 128:
		lost = lo | hi<<(128-n)
		hi, lo = 0, hi>>(n-64)
	default:
		lost = hi | lo
		hi, lo = 0, 0
	}
	if lost != 0 {
		lo |= 1
	}
	return hi, lo
}

// fused returns x times y plus z as a pattern of a format, rounded once.
func fused(f *format, x, y, z float64) uint64 {
	switch {
	case math.IsInf(z, 0) && !math.IsInf(x, 0) && !math.IsInf(y, 0) && x == x && y == y:
		return infinityPattern(f, z < 0) // although the product of float64 may overflow
	case x-x != 0 || y-y != 0 || z-z != 0 || x == 0 || y == 0:
		return fromFloat64(float64(x*y)+z, uint32(f.bits)) // a sum that is exact
	}
	a, b, c := takeApart(x), takeApart(y), takeApart(z)
	hi, lo := bits.Mul64(a.mant, b.mant)
	product := addend{a.neg != b.neg, hi, lo, a.exp + b.exp}.normalized()
	if c.mant == 0 {
		return pack(f, product.neg, product.hi, product.lo, product.exp)
	}
	sum := product.plus(addend{c.neg, 0, c.mant, c.exp}.normalized())
	return pack(f, sum.neg, sum.hi, sum.lo, sum.exp)
}

// addend is the 128-bit magnitude hi:lo times two to the power of exp.
type addend struct {
	neg    bool
	hi, lo uint64
	exp    int
}

// normalized moves the leading one to the second bit from the top, so that two magnitudes have a sum.
func (a addend) normalized() addend {
	shift := uint(127 - length128(a.hi, a.lo))
	if shift >= 64 {
		a.hi, a.lo = a.lo<<(shift-64), 0
	} else {
		a.hi, a.lo = a.hi<<shift|a.lo>>(64-shift), a.lo<<shift
	}
	a.exp -= int(shift)
	return a
}

// plus adds two normalized numbers of at most 106 bits. Bits of the smaller that fall off set the last:
// only numbers 21 or more places apart lose any, and then the leading one of the sum is at most one place lower.
func (a addend) plus(b addend) addend {
	if a.exp < b.exp {
		a, b = b, a
	}
	b.hi, b.lo = shiftRightSticky(b.hi, b.lo, uint(a.exp-b.exp))
	var carry uint64
	if a.neg == b.neg {
		a.lo, carry = bits.Add64(a.lo, b.lo, 0)
		a.hi, _ = bits.Add64(a.hi, b.hi, carry)
		return a
	}
	if a.hi < b.hi || a.hi == b.hi && a.lo < b.lo {
		a.neg, a.hi, a.lo, b.hi, b.lo = b.neg, b.hi, b.lo, a.hi, a.lo
	}
	a.lo, carry = bits.Sub64(a.lo, b.lo, 0)
	a.hi, _ = bits.Sub64(a.hi, b.hi, carry)
	if a.hi|a.lo == 0 {
		a.neg = false
	}
	return a
}

// fastRem is exact: the remainder of the truncated quotient, with the sign of x. It is a value of every format that has
// x and y.
func fastRem(x, y float64) float64 {
	switch {
	case x-x != 0 || y != y || y == 0:
		return math.NaN()
	case math.IsInf(y, 0) || x == 0:
		return x
	}
	a, b := takeApart(x), takeApart(y)
	if a.exp < b.exp {
		return x // y is normal then, and larger
	}
	r := a.mant % b.mant
	for places := a.exp - b.exp; places > 0; places -= 63 {
		k := uint(min(places, 63))
		r = bits.Rem64(r>>(64-k), r<<k, b.mant)
	}
	return math.Float64frombits(pack(doubleFormat, a.neg, 0, r, b.exp))
}

// fastMod is the remainder of the floored quotient, with the sign of y.
func fastMod(x, y float64) float64 {
	r := fastRem(x, y)
	if r != r || r == 0 || r < 0 == (y < 0) {
		return r
	}
	return r + y
}
