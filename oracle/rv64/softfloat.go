package rv64

import "math/bits"

// format is a binary floating-point format of IEEE 754, or the register file that a row has in its place.
type format struct {
	suffix       string
	width        uint // of the whole
	exponentBits uint
	fractionBits uint
}

var (
	half    = &format{suffix: "h", width: 16, exponentBits: 5, fractionBits: 10}
	bfloat  = &format{suffix: "bf16", width: 16, exponentBits: 8, fractionBits: 7}
	single  = &format{suffix: "s", width: 32, exponentBits: 8, fractionBits: 23}
	double  = &format{suffix: "d", width: 64, exponentBits: 11, fractionBits: 52}
	integer = &format{suffix: "x", width: 64} // an integer register
	raw     = &format{suffix: "r", width: 64} // a float register with its box
)

func (f *format) bias() int         { return 1<<(f.exponentBits-1) - 1 }
func (f *format) sign() uint64      { return 1 << (f.width - 1) }
func (f *format) infinity() uint64  { return (1<<f.exponentBits - 1) << f.fractionBits }
func (f *format) canonical() uint64 { return f.infinity() | 1<<(f.fractionBits-1) }
func (f *format) all() uint64       { return allBits >> (64 - f.width) }

// isNaN and isSignaling classify the bits of a value of the format.
func (f *format) isNaN(v uint64) bool       { return v&^f.sign() > f.infinity() }
func (f *format) isSignaling(v uint64) bool { return f.isNaN(v) && v>>(f.fractionBits-1)&1 == 0 }

// box sets the bits of a 64-bit register above a narrower value.
func (f *format) box(v uint64) uint64 { return v | ^f.all() }

// unbox returns the value in a register, which is a NaN if it is not boxed.
func (f *format) unbox(v uint64) uint64 {
	if v|f.all() != allBits {
		return f.canonical()
	}
	return v & f.all()
}

// The rounding modes, as frm and the rm field number them.
const (
	roundNearestEven = 0
	roundToZero      = 1
	roundDown        = 2
	roundUp          = 3
	roundNearestAway = 4
	roundDynamic     = 7
)

// The accrued exceptions, as in fflags.
const (
	flagInexact   = 1
	flagUnderflow = 2
	flagOverflow  = 4
	flagDivZero   = 8
	flagInvalid   = 16
)

// environment is what a float operation reads and writes besides its operands: the rounding mode in force and the
// exceptions raised so far.
type environment struct {
	rounding uint8
	flags    uint8
	host     bool // the host's arithmetic may be used where it does the same
}

// number is an unpacked value other than a NaN. For a finite one that is not zero the value is significand *
// 2^(exponent-63), and the top bit of the significand is set.
type number struct {
	negative    bool
	infinite    bool
	exponent    int
	significand uint64
}

func (n number) zero() bool { return n.significand == 0 && !n.infinite }

func (f *format) unpack(v uint64) number {
	n := number{negative: v&f.sign() != 0}
	fraction := v & (1<<f.fractionBits - 1)
	exponent := int(v >> f.fractionBits & (1<<f.exponentBits - 1))
	switch {
	case exponent == 1<<f.exponentBits-1:
		n.infinite = true
		return n
	case exponent == 0 && fraction == 0:
		return n
	case exponent == 0:
		exponent = 1
	default:
		fraction |= 1 << f.fractionBits
	}
	leading := bits.LeadingZeros64(fraction)
	n.significand = fraction << leading
	n.exponent = exponent - f.bias() + (63 - leading) - int(f.fractionBits)
	return n
}

func (f *format) signed(negative bool, magnitude uint64) uint64 {
	if negative {
		return magnitude | f.sign()
	}
	return magnitude
}

// shiftRightJam shifts right and sets the lowest bit if any bit that was lost was one, which is enough for later
// rounding to be correct.
func shiftRightJam(v uint64, n int) uint64 {
	if n >= 64 {
		return boolBit(v != 0)
	}
	return v>>n | boolBit(v<<(64-n) != 0 && n > 0)
}

// increment reports whether a magnitude, of which rest (drop bits wide) is cut off, is rounded away from zero.
func increment(rounding uint8, negative, odd bool, rest uint64, drop int) bool {
	middle := uint64(1) << (drop - 1)
	switch rounding {
	case roundNearestEven:
		return rest > middle || rest == middle && odd
	case roundDown:
		return negative && rest != 0
	case roundUp:
		return !negative && rest != 0
	case roundNearestAway:
		return rest >= middle
	case roundToOdd:
		return !odd && rest != 0
	}
	return false
}

// roundPack packs significand * 2^(exponent-63), whose top bit is set and whose lowest bit stands for all bits after
// it, and raises the exceptions of the rounding. Tininess is detected after rounding.
func (e *environment) roundPack(f *format, negative bool, exponent int, significand uint64) uint64 {
	drop := 63 - int(f.fractionBits)
	smallest := 1 - f.bias()
	tiny := false
	field := uint64(exponent + f.bias())
	if exponent < smallest {
		tiny = exponent < smallest-1 || !e.carriesOut(negative, significand, drop)
		significand = shiftRightJam(significand, smallest-exponent)
		field = 1
	}
	kept, rest := significand>>drop, significand&(1<<drop-1)
	if rest != 0 {
		e.flags |= flagInexact
		if tiny {
			e.flags |= flagUnderflow
		}
	}
	if increment(e.rounding, negative, kept&1 != 0, rest, drop) {
		kept++
	}
	// The hidden bit, if any, adds one to the field above it.
	packed := (field-1)<<f.fractionBits + kept
	if exponent > f.bias() || packed >= f.infinity() {
		return e.overflow(f, negative)
	}
	return f.signed(negative, packed)
}

// carriesOut reports whether rounding to full precision reaches the next power of two, which makes the largest values
// below the normal ones not tiny.
func (e *environment) carriesOut(negative bool, significand uint64, drop int) bool {
	kept, rest := significand>>drop, significand&(1<<drop-1)
	return kept == 1<<(64-drop)-1 && increment(e.rounding, negative, true, rest, drop)
}

func (e *environment) overflow(f *format, negative bool) uint64 {
	e.flags |= flagOverflow | flagInexact
	away := e.rounding == roundNearestEven || e.rounding == roundNearestAway ||
		e.rounding == roundDown && negative || e.rounding == roundUp && !negative
	if away {
		return f.signed(negative, f.infinity())
	}
	return f.signed(negative, f.infinity()-1)
}

// invalid raises the exception and returns the canonical NaN.
func (e *environment) invalid(f *format) uint64 {
	e.flags |= flagInvalid
	return f.canonical()
}

// nan returns the result of an operation that has a NaN among its operands.
func (e *environment) nan(f *format, operands ...uint64) uint64 {
	for _, v := range operands {
		if f.isSignaling(v) {
			e.flags |= flagInvalid
		}
	}
	return f.canonical()
}

// zeroSum returns the zero that is x + -x.
func (e *environment) zeroSum(f *format) uint64 { return f.signed(e.rounding == roundDown, 0) }

func (e *environment) add(f *format, a, b uint64) uint64 {
	if e.usesHost() {
		if v, ok := e.hostSum(f, a, b); ok {
			return v
		}
	}
	if f.isNaN(a) || f.isNaN(b) {
		return e.nan(f, a, b)
	}
	x, y := f.unpack(a), f.unpack(b)
	switch {
	case x.infinite && y.infinite && x.negative != y.negative:
		return e.invalid(f)
	case x.infinite || y.zero() && !x.zero():
		return a
	case y.infinite || x.zero() && !y.zero():
		return b
	case x.zero() && y.zero():
		if x.negative == y.negative {
			return a
		}
		return e.zeroSum(f)
	}
	return e.addFinite(f, x, y)
}

// addFinite adds numbers that are not zero.
func (e *environment) addFinite(f *format, x, y number) uint64 {
	if x.exponent < y.exponent || x.exponent == y.exponent && x.significand < y.significand {
		x, y = y, x
	}
	// One bit of room at the top; at least ten remain at the bottom.
	sum, small := x.significand>>1, shiftRightJam(y.significand>>1, x.exponent-y.exponent)
	if x.negative == y.negative {
		sum += small
	} else {
		sum -= small
	}
	if sum == 0 {
		return e.zeroSum(f)
	}
	leading := bits.LeadingZeros64(sum)
	return e.roundPack(f, x.negative, x.exponent+1-leading, sum<<leading)
}

func (e *environment) sub(f *format, a, b uint64) uint64 {
	if f.isNaN(b) {
		return e.nan(f, a, b)
	}
	return e.add(f, a, b^f.sign())
}

func (e *environment) mul(f *format, a, b uint64) uint64 {
	if e.usesHost() {
		if v, ok := e.hostProduct(f, a, b); ok {
			return v
		}
	}
	if f.isNaN(a) || f.isNaN(b) {
		return e.nan(f, a, b)
	}
	x, y := f.unpack(a), f.unpack(b)
	negative := x.negative != y.negative
	switch {
	case x.infinite && y.zero() || x.zero() && y.infinite:
		return e.invalid(f)
	case x.infinite || y.infinite:
		return f.signed(negative, f.infinity())
	case x.zero() || y.zero():
		return f.signed(negative, 0)
	}
	high, low := bits.Mul64(x.significand, y.significand)
	exponent := x.exponent + y.exponent + 1
	if high>>63 == 0 {
		high, low = high<<1|low>>63, low<<1
		exponent--
	}
	return e.roundPack(f, negative, exponent, high|boolBit(low != 0))
}

func (e *environment) div(f *format, a, b uint64) uint64 {
	if e.usesHost() {
		if v, ok := e.hostQuotient(f, a, b); ok {
			return v
		}
	}
	if f.isNaN(a) || f.isNaN(b) {
		return e.nan(f, a, b)
	}
	x, y := f.unpack(a), f.unpack(b)
	negative := x.negative != y.negative
	switch {
	case x.infinite && y.infinite || x.zero() && y.zero():
		return e.invalid(f)
	case x.infinite:
		return f.signed(negative, f.infinity())
	case y.infinite || x.zero():
		return f.signed(negative, 0)
	case y.zero():
		e.flags |= flagDivZero
		return f.signed(negative, f.infinity())
	}
	high, low, exponent := x.significand, uint64(0), x.exponent-y.exponent-1
	if high >= y.significand {
		high, low, exponent = high>>1, high<<63, exponent+1
	}
	quotient, rest := bits.Div64(high, low, y.significand)
	return e.roundPack(f, negative, exponent, quotient|boolBit(rest != 0))
}

func (e *environment) sqrt(f *format, a uint64) uint64 {
	if f.isNaN(a) {
		return e.nan(f, a)
	}
	x := f.unpack(a)
	switch {
	case x.zero():
		return a
	case x.negative:
		return e.invalid(f)
	case x.infinite:
		return a
	}
	high, low := x.significand>>1, x.significand<<63
	if x.exponent&1 != 0 {
		high, low = x.significand, 0
	}
	root, exact := squareRoot(high, low)
	return e.roundPack(f, false, x.exponent>>1, root|boolBit(!exact))
}

// squareRoot returns the integer root of a 128-bit number, rounded down.
func squareRoot(high, low uint64) (root uint64, exact bool) {
	for bit := uint64(1) << 63; bit != 0; bit >>= 1 {
		try := root | bit
		h, l := bits.Mul64(try, try)
		if h < high || h == high && l <= low {
			root, exact = try, h == high && l == low
		}
	}
	return root, exact
}

// mulAdd returns a*b + c with one rounding.
func (e *environment) mulAdd(f *format, a, b, c uint64) uint64 {
	if e.usesHost() {
		if v, ok := e.hostFused(f, a, b, c); ok {
			return v
		}
	}
	x, y, z := f.unpack(a), f.unpack(b), f.unpack(c)
	aOrB := f.isNaN(a) || f.isNaN(b)
	switch {
	case !aOrB && (x.infinite && y.zero() || x.zero() && y.infinite):
		return e.invalid(f) // even when c is a quiet NaN
	case aOrB || f.isNaN(c):
		return e.nan(f, a, b, c)
	}
	negative := x.negative != y.negative
	switch {
	case x.infinite || y.infinite:
		if z.infinite && z.negative != negative {
			return e.invalid(f)
		}
		return f.signed(negative, f.infinity())
	case z.infinite:
		return c
	case x.zero() || y.zero():
		return e.add(f, f.signed(negative, 0), c)
	}
	high, low := bits.Mul64(x.significand, y.significand)
	return e.addProduct(f, negative, x.exponent+y.exponent+1, wide{high, low}, z)
}

// wide is a 128-bit significand.
type wide struct{ high, low uint64 }

func (w wide) shiftLeft(n int) wide {
	if n >= 64 {
		return wide{w.low << (n - 64), 0}
	}
	return wide{w.high<<n | w.low>>(64-n), w.low << n}
}

func (w wide) shiftRightJam(n int) wide {
	if n >= 64 {
		return wide{0, shiftRightJam(w.high, n-64) | boolBit(w.low != 0)}
	}
	lost := boolBit(n > 0 && w.low<<(64-n) != 0)
	return wide{w.high >> n, w.high<<(64-n) | w.low>>n | lost}
}

func (w wide) leadingZeros() int {
	if w.high == 0 {
		return 64 + bits.LeadingZeros64(w.low)
	}
	return bits.LeadingZeros64(w.high)
}

func (w wide) less(v wide) bool { return w.high < v.high || w.high == v.high && w.low < v.low }

// addProduct adds z, which may be zero, to product * 2^(exponent-127).
func (e *environment) addProduct(f *format, negative bool, exponent int, product wide, z number) uint64 {
	leading := product.leadingZeros()
	product, exponent = product.shiftLeft(leading), exponent-leading
	if z.zero() {
		return e.roundPack(f, negative, exponent, product.high|boolBit(product.low != 0))
	}
	// One bit of room at the top of both: a product has at most 106 bits, so nothing is lost.
	big, small := product.shiftRightJam(1), wide{z.significand, 0}.shiftRightJam(1)
	bigNegative, smallNegative, distance := negative, z.negative, exponent-z.exponent
	if distance < 0 || distance == 0 && big.less(small) {
		big, small, bigNegative, smallNegative, distance = small, big, smallNegative, bigNegative, -distance
		exponent = z.exponent
	}
	small = small.shiftRightJam(distance)
	var sum wide
	var carry uint64
	if bigNegative == smallNegative {
		sum.low, carry = bits.Add64(big.low, small.low, 0)
		sum.high, _ = bits.Add64(big.high, small.high, carry)
	} else {
		sum.low, carry = bits.Sub64(big.low, small.low, 0)
		sum.high, _ = bits.Sub64(big.high, small.high, carry)
	}
	if sum == (wide{}) {
		return e.zeroSum(f)
	}
	leading = sum.leadingZeros()
	sum = sum.shiftLeft(leading)
	return e.roundPack(f, bigNegative, exponent+1-leading, sum.high|boolBit(sum.low != 0))
}
