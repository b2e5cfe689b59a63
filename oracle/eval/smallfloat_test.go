package eval

import (
	"fmt"
	"math"
	"math/big"
	"math/rand"
	"os"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// The third formulation of floats: a result is right if the exact value, a rational, lies between the points halfway to
// the result's neighbours (on one of them only if the result is even). Magnitudes are integers in units of two to the
// power of -1075, half the least subnormal of f64, so that every value and every halfway point is an integer.
const unitPlaces = 1075

// exactFormat is a format described apart from the evaluator.
type exactFormat struct {
	size, fraction uint
	bias           int
}

var exactFormats = []exactFormat{{16, 10, 15}, {32, 23, 127}, {64, 52, 1023}}

func (f exactFormat) signBit() uint64  { return 1 << (f.size - 1) }
func (f exactFormat) infinity() uint64 { return (uint64(f.bias)*2 + 1) << f.fraction }

// units returns a magnitude in units. Infinity counts as the value that would follow the largest.
func (f exactFormat) units(pattern uint64) *big.Int {
	pattern &^= f.signBit()
	exp, fraction := int(pattern>>f.fraction), pattern&(1<<f.fraction-1)
	if exp == 0 {
		exp = 1
	} else {
		fraction |= 1 << f.fraction
	}
	places := exp - f.bias - int(f.fraction) + unitPlaces
	return new(big.Int).Lsh(new(big.Int).SetUint64(fraction), uint(places))
}

// signedUnits returns a value in units.
func (f exactFormat) signedUnits(pattern uint64) *big.Int {
	u := f.units(pattern)
	if pattern&f.signBit() != 0 {
		u.Neg(u)
	}
	return u
}

func (f exactFormat) isFinite(pattern uint64) bool { return pattern&^f.signBit() < f.infinity() }

// mismatch returns why a pattern is not the rounded value whose sign is given and whose magnitude against a number of units
// order compares; "" if it is.
func (f exactFormat) mismatch(got uint64, sign int, order func(units *big.Int) int) string {
	magnitude := got &^ f.signBit()
	if (got&f.signBit() != 0) != (sign < 0) {
		return "has the wrong sign"
	}
	halfway := func(low uint64) *big.Int {
		sum := f.units(low)
		return sum.Rsh(sum.Add(sum, f.units(low+1)), 1)
	}
	even := magnitude%2 == 0
	if magnitude > f.infinity() {
		return "is NaN"
	}
	if magnitude > 0 {
		if o := order(halfway(magnitude - 1)); o < 0 || o == 0 && !even {
			return "is too large"
		}
	}
	if magnitude < f.infinity() {
		if o := order(halfway(magnitude)); o > 0 || o == 0 && !even {
			return "is too small"
		}
	}
	return ""
}

// ofUnits is mismatch for an exact value that is a quotient: numerator by denominator units.
func (f exactFormat) ofUnits(got uint64, numerator, denominator *big.Int) string {
	size := new(big.Int).Abs(numerator)
	return f.mismatch(got, numerator.Sign(), func(units *big.Int) int {
		return size.Cmp(units.Mul(units, denominator))
	})
}

var oneInUnits = new(big.Int).Lsh(big.NewInt(1), unitPlaces)

// exactQuotients are the numerator and positive denominator, in units, of the exact result of each operation on finite
// values that are not both zero.
var exactQuotients = map[air.Tag]func(x, y *big.Int) (numerator, denominator *big.Int){
	air.Add: func(x, y *big.Int) (*big.Int, *big.Int) { return plus(x, y), big.NewInt(1) },
	air.Sub: func(x, y *big.Int) (*big.Int, *big.Int) { return minus(x, y), big.NewInt(1) },
	air.Mul: func(x, y *big.Int) (*big.Int, *big.Int) { return times(x, y), oneInUnits },
	air.DivFloat: func(x, y *big.Int) (*big.Int, *big.Int) {
		return times(times(x, oneInUnits), big.NewInt(int64(y.Sign()))), new(big.Int).Abs(y)
	},
	air.Rem: func(x, y *big.Int) (*big.Int, *big.Int) { return new(big.Int).Rem(x, y), big.NewInt(1) },
	air.Mod: func(x, y *big.Int) (*big.Int, *big.Int) {
		// The floored quotient is the Euclidean one, less one where the rest and y are of two signs.
		rest := new(big.Int).Mod(x, y)
		if rest.Sign() != 0 && y.Sign() < 0 {
			rest.Add(rest, y)
		}
		return rest, big.NewInt(1)
	},
}

// checkBinary returns what is wrong with the results on two patterns, "" for nothing.
func (f exactFormat) checkBinary(tag air.Tag, x, y uint64) string {
	op, size := floatOpOf(tag), uint32(f.size)
	got := op.pattern(x, y, size)
	divides := tag == air.DivFloat || tag == air.Rem || tag == air.Mod
	if !f.isFinite(x) || !f.isFinite(y) || divides && y&^f.signBit() == 0 {
		return f.againstSoft(got, op.soft, x, y)
	}
	numerator, denominator := exactQuotients[tag](f.signedUnits(x), f.signedUnits(y))
	if numerator.Sign() == 0 {
		return f.againstSoft(got, op.soft, x, y) // the sign of a zero
	}
	if tag == air.DivFloat {
		if mismatch := f.checkIntegers(got, x, y); mismatch != "" {
			return mismatch
		}
	}
	if mismatch := f.ofUnits(got, numerator, denominator); mismatch != "" {
		return fmt.Sprintf("%s of %#x and %#x (%d bits): %#x %s", tag, x, y, f.size, got, mismatch)
	}
	return ""
}

// checkIntegers checks div_trunc and div_floor against the rounded quotient.
func (f exactFormat) checkIntegers(quotient, x, y uint64) string {
	if !f.isFinite(quotient) {
		return ""
	}
	for _, tag := range []air.Tag{air.DivTrunc, air.DivFloor} {
		got := floatOpOf(tag).pattern(x, y, uint32(f.size))
		q, r := new(big.Int).QuoRem(f.signedUnits(quotient), oneInUnits, new(big.Int))
		if tag == air.DivFloor && r.Sign() < 0 {
			q.Sub(q, big.NewInt(1))
		}
		sameSign := got&f.signBit() == quotient&f.signBit()
		if !f.isFinite(got) || !sameSign || f.signedUnits(got).Cmp(q.Mul(q, oneInUnits)) != 0 {
			return fmt.Sprintf("%s of %#x and %#x (%d bits), quotient %#x: %#x is wrong", tag, x, y, f.size, quotient, got)
		}
	}
	return ""
}

func (f exactFormat) againstSoft(got uint64, soft func(*format, number, number) number, x, y uint64) string {
	format := formats[uint32(f.size)]
	decode := func(p uint64) number { return format.decode(new(big.Int).SetUint64(p)) }
	if want := format.encode(soft(format, decode(x), decode(y))).Uint64(); got != want {
		return fmt.Sprintf("%#x and %#x (%d bits): got %#x, want %#x", x, y, f.size, got, want)
	}
	return ""
}

// checkFused returns what is wrong with x times y plus z.
func (f exactFormat) checkFused(x, y, z uint64) string {
	size := uint32(f.size)
	got := fused(formats[size], toFloat64(x, size), toFloat64(y, size), toFloat64(z, size))
	exact := new(big.Int)
	if f.isFinite(x) && f.isFinite(y) && f.isFinite(z) {
		exact = plus(times(f.signedUnits(x), f.signedUnits(y)), times(f.signedUnits(z), oneInUnits))
	}
	if exact.Sign() == 0 {
		addend := func(format *format, a, b number) number {
			return softMulAdd(format, a, b, format.decode(new(big.Int).SetUint64(z)))
		}
		return f.againstSoft(got, addend, x, y)
	}
	if mismatch := f.ofUnits(got, exact, oneInUnits); mismatch != "" {
		return fmt.Sprintf("mul_add of %#x, %#x and %#x (%d bits): %#x %s", x, y, z, f.size, got, mismatch)
	}
	return ""
}

// checkRoot returns what is wrong with a square root.
func (f exactFormat) checkRoot(x uint64) string {
	size := uint32(f.size)
	got := fromFloat64(floatUnaryOpOf(air.Sqrt).fast(toFloat64(x, size)), size)
	if !f.isFinite(x) || x&f.signBit() != 0 || x == 0 {
		first := func(format *format, a, _ number) number { return softSqrt(format, a) }
		return f.againstSoft(got, first, x, x)
	}
	square := times(f.units(x), oneInUnits)
	mismatch := f.mismatch(got, 1, func(units *big.Int) int { return square.Cmp(units.Mul(units, units)) })
	if mismatch != "" {
		return fmt.Sprintf("sqrt of %#x (%d bits): %#x %s", x, f.size, got, mismatch)
	}
	return ""
}

// draw returns a pattern: of every class, and often with few fraction bits, which make ties.
func (f exactFormat) draw(random *rand.Rand) uint64 {
	exp, fraction := random.Uint64()%(f.infinity()>>f.fraction+1), random.Uint64()&(1<<f.fraction-1)
	sign := random.Uint64() & f.signBit()
	switch random.Intn(16) {
	case 0:
		exp = 0
	case 1:
		exp = uint64(random.Intn(3))
	case 2, 3, 4, 5, 6, 7:
		exp = uint64(f.bias + random.Intn(2*int(f.fraction)) - int(f.fraction)) // where values are close
		exp = min(exp, f.infinity()>>f.fraction-1)
	case 8:
		exp = f.infinity()>>f.fraction - 1
	case 9:
		return sign | (exp << f.fraction) // a power of two, a zero or an infinity
	}
	switch random.Intn(4) {
	case 0:
		fraction &^= 1<<(f.fraction/2) - 1
	case 1:
		fraction = 1<<f.fraction - 1 - fraction&3
	case 2:
		fraction &= 3
	}
	return sign | exp<<f.fraction | fraction
}

// partner returns, for one draw in three, a pattern that is near another but for the sign.
func (f exactFormat) partner(random *rand.Rand, x uint64) uint64 {
	if random.Intn(3) != 0 {
		return f.draw(random)
	}
	return x&^f.signBit() + uint64(random.Intn(9)) - 4&f.signBit() | random.Uint64()&f.signBit()
}

// rounds returns how many draws a test takes: fewer under the race detector, and twenty times as many, which makes
// millions of results, where RVFUZZ_ALL is set.
func rounds(usual int) int {
	switch {
	case os.Getenv("RVFUZZ_ALL") != "":
		return 20 * usual
	case underRace:
		return usual / 60
	}
	return usual
}

// Sum, difference, product, quotient, the quotients that are integers, remainders, root and mul_add of every narrow
// format against the exact rational.
func TestNarrowFloatsExact(t *testing.T) {
	tags := []air.Tag{air.Add, air.Sub, air.Mul, air.DivFloat, air.Rem, air.Mod}
	for _, f := range exactFormats {
		t.Run(fmt.Sprint("f", f.size), func(t *testing.T) {
			random := rand.New(rand.NewSource(int64(f.size)))
			for range rounds(30_000) {
				x := f.draw(random)
				y := f.partner(random, x)
				for _, tag := range tags {
					report(t, f.checkBinary(tag, x, y))
				}
				report(t, f.checkRoot(x))
				product := floatOpOf(air.Mul).pattern(x, y, uint32(f.size))
				report(t, f.checkFused(x, y, f.partner(random, product)))
			}
		})
	}
}

func report(t *testing.T, mismatch string) {
	t.Helper()
	if mismatch != "" {
		t.Fatal(mismatch)
	}
}

// Every pair, and for mul_add every triple, of patterns of f16 that stand for a class: zeros, subnormals, normal
// numbers, ends of ranges, infinities, NaN.
func TestHalfClasses(t *testing.T) {
	f := exactFormats[0]
	var classes []uint64
	for _, x := range []uint64{0, 1, 2, 0x1ff, 0x200, 0x3ff, 0x400, 0x401, 0x3555, 0x3bff, 0x3c00, 0x3c01, 0x5bff, 0x6400, 0x7800, 0x7bff, 0x7c00, 0x7c01, 0x7e00} {
		classes = append(classes, x, x|0x8000)
	}
	for _, x := range classes {
		report(t, f.checkRoot(x))
		for _, y := range classes {
			for tag := range exactQuotients {
				report(t, f.checkBinary(tag, x, y))
			}
			for _, z := range classes {
				if !underRace || (x+y+z)%23 == 0 {
					report(t, f.checkFused(x, y, z))
				}
			}
		}
	}
}

// Every point halfway between neighbours of f16 and what lies on both sides of it, rounded from f64, from f32 where
// that has it, and for whole numbers from integers.
func TestHalfTies(t *testing.T) {
	f, step := exactFormats[0], uint64(1)
	if underRace {
		step = 31 // divides 0x7c00, so that the end of the range stays among them
	}
	for low := step - 1; low < 0x7c00; low += step {
		below, above := toFloat64(low, 16), toFloat64(low+1, 16)
		if low+1 == 0x7c00 {
			above = 65536
		}
		tie := (below + above) / 2
		for _, x := range []float64{below, math.Nextafter(tie, 0), tie, math.Nextafter(tie, above), -tie} {
			report(t, f.checkNarrowed(x, fromFloat64(x, 16)))
			if single := float32(x); float64(single) == x {
				pattern := uint64(math.Float32bits(single))
				report(t, f.checkNarrowed(x, fromFloat64(toFloat64(pattern, 32), 16)))
			}
			if whole := math.Trunc(x); whole == x {
				report(t, f.checkNarrowed(x, nearest(x < 0, uint64(math.Abs(x)), 16)))
			}
		}
	}
	for _, x := range []uint64{65535, 1 << 53, 1<<53 + 1, 1 << 63, 1<<64 - 1} {
		if got := nearest(true, x, 16); got != 0xfc00 {
			t.Errorf("%d as f16: got %#x", x, got)
		}
	}
}

// checkNarrowed returns what is wrong with an f64 as a pattern of the format.
func (f exactFormat) checkNarrowed(x float64, got uint64) string {
	double := exactFormats[2]
	exact := double.signedUnits(math.Float64bits(x))
	if exact.Sign() == 0 {
		return ""
	}
	if mismatch := f.ofUnits(got, exact, big.NewInt(1)); mismatch != "" {
		return fmt.Sprintf("%v as f%d: %#x %s", x, f.size, got, mismatch)
	}
	return ""
}

// Every pattern of f16: read, written, and rounded to integers in the four ways.
func TestHalfPatterns(t *testing.T) {
	f, tags := exactFormats[0], []air.Tag{air.Floor, air.Ceil, air.Round, air.TruncFloat}
	step := uint64(1)
	if underRace {
		step = 15 // divides 0xffff
	}
	for pattern := uint64(0); pattern < 1<<16; pattern += step {
		x := toFloat64(pattern, 16)
		switch got := fromFloat64(x, 16); {
		case pattern&0x7fff > 0x7c00:
			if got != 0x7e00 {
				t.Fatalf("%#x: not the canonical NaN but %#x", pattern, got)
			}
			continue
		case got != pattern:
			t.Fatalf("%#x comes back as %#x", pattern, got)
		case !f.isFinite(pattern):
			continue
		}
		if exactFormats[2].signedUnits(math.Float64bits(x)).Cmp(f.signedUnits(pattern)) != 0 {
			t.Fatalf("%#x is read as %v", pattern, x)
		}
		for _, tag := range tags {
			got := fromFloat64(floatUnaryOpOf(tag).fast(x), 16)
			if mismatch := f.checkInteger(tag, pattern, got); mismatch != "" {
				t.Fatalf("%s of %#x: %#x %s", tag, pattern, got, mismatch)
			}
		}
	}
}

// checkInteger returns what is wrong with a value rounded to an integer.
func (f exactFormat) checkInteger(tag air.Tag, x, got uint64) string {
	exact, integer := f.signedUnits(x), f.signedUnits(got)
	off := minus(integer, exact) // how far the result is above
	twice := times(off, big.NewInt(2))
	away := off.Sign() * exact.Sign() // 1 if it is away from zero
	switch {
	case new(big.Int).Rem(integer, oneInUnits).Sign() != 0:
		return "is no integer"
	case off.CmpAbs(oneInUnits) >= 0:
		return "is not next to it"
	case (x^got)&f.signBit() != 0:
		return "has the wrong sign"
	case tag == air.Floor && off.Sign() > 0, tag == air.Ceil && off.Sign() < 0, tag == air.TruncFloat && away > 0:
		return "is on the wrong side"
	case tag == air.Round && (twice.CmpAbs(oneInUnits) > 0 || twice.CmpAbs(oneInUnits) == 0 && away < 0):
		return "is not the nearest"
	}
	return ""
}
