package source

// A floating-point number is taken apart into 7 words: its class, its sign, its exponent and a significand of four limbs
// whose highest bit is set and is worth two to the power of the exponent. Only finite numbers other than zero have the
// last two. A format is the number of its bits: 16, 32, 64, 80 or 128. In memory a number of up to 64 bits takes a limb,
// and others two.
//
// Results are rounded to nearest, ties to even; every NaN that is made is positive and quiet, without payload. All
// operands may decide where control goes.

// The classes of numbers.
const (
	zero     = 0
	finite   = 1
	infinite = 2
	nan      = 3
)

// The words of a number.
const (
	class       = 0
	sign        = 1
	exponent    = 2
	significand = 3
	topLimb     = 6
	numberSize  = 7
	precision   = 4 // limbs of a significand
)

// fractionBits returns the bits of a format below the leading one.
func fractionBits(format uint64) uint64 {
	if format == 16 {
		return 10
	}
	if format == 32 {
		return 23
	}
	if format == 64 {
		return 52
	}
	if format == 80 {
		return 63
	}
	return 112
}

// storedBits returns the bits of a format's significand that are in memory: f80 stores the leading one.
func storedBits(format uint64) uint64 {
	if format == 80 {
		return 64
	}
	return fractionBits(format)
}

// exponentMask returns the mask of the exponent of a format.
func exponentMask(format uint64) uint64 {
	return 1<<((format-1-storedBits(format))&63) - 1
}

// loadStored puts the stored significand of a pattern into the highest limbs, as an integer of one limb or for f128 of
// two, and returns what is above it.
func loadStored(x, p []uint64, format uint64) uint64 {
	low := p[0]
	stored := storedBits(format)
	x[significand] = 0
	x[significand+1] = 0
	x[topLimb-1] = 0
	if format == 128 {
		x[topLimb-1] = low
		x[topLimb] = p[1] & (1<<48 - 1)
		return p[1] >> 48
	}
	if format == 80 {
		x[topLimb] = low
		return p[1] & 0xffff
	}
	if format < 64 {
		low = low & (1<<format - 1)
	}
	x[topLimb] = low & (1<<stored - 1)
	return low >> stored
}

// load takes a number apart.
func load(x, p []uint64, format uint64) {
	stored := storedBits(format)
	mask := exponentMask(format)
	high := loadStored(x, p, format)
	x[sign] = high >> ((format - 1 - stored) & 63) & 1
	high = high & mask
	if high == mask {
		fraction := x[topLimb] | x[topLimb-1]
		if format == 80 {
			fraction = fraction << 1
		}
		x[class] = infinite
		if fraction != 0 {
			x[class] = nan
		}
		return
	}
	if high == 0 {
		high = 1
	} else {
		if format != 80 {
			x[topLimb] |= 1 << (stored & 63)
		}
	}
	if x[topLimb]|x[topLimb-1] == 0 {
		x[class] = zero
		return
	}
	x[class] = finite
	above := 63 - stored // bits above the leading one, of an f80 none
	if format == 128 {
		above = 127 - stored
	}
	if format == 80 {
		above = 0
	}
	x[exponent] = high - mask>>1 + above
	normalize(x)
}

// normalize shifts a significand that is not zero so that its highest bit is set.
func normalize(x []uint64) {
	for x[topLimb] == 0 {
		x[topLimb] = x[topLimb-1]
		x[topLimb-1] = x[topLimb-2]
		x[topLimb-2] = x[topLimb-3]
		x[topLimb-3] = 0
		x[exponent] -= 64
	}
	shift := leadingZeros(x[topLimb])
	for i := uint64(topLimb); i > significand; i-- {
		x[i] = x[i]<<shift | x[i-1]>>1>>(63-shift)
	}
	x[significand] = x[significand] << shift
	x[exponent] -= shift
}

// setSpecial makes a number of a class without a value.
func setSpecial(x []uint64, kind, negative uint64) {
	x[class] = kind
	x[sign] = negative
}

// below reports as a bit whether n limbs have a bit set below a place.
func below(a []uint64, n, place uint64) uint64 {
	rest := uint64(0)
	for i := uint64(0); i < n; i++ {
		if i < place>>6 {
			rest |= a[i]
		}
		if i == place>>6 {
			rest |= a[i] & (1<<(place&63) - 1)
		}
	}
	return bit(rest != 0)
}

// store rounds a number to a format and puts it together. The significand is exact, but its lowest bit may stand for any
// lower ones.
func store(p, x []uint64, format uint64) {
	fraction := fractionBits(format)
	mask := exponentMask(format)
	if x[class] == nan {
		assemble(p, format, 0, mask, 0, 0)
		// the quiet bit, and the leading one of f80
		if format == 80 {
			p[0] = 3 << 62
		}
		if format == 128 {
			p[1] |= 1 << 47
		}
		if format <= 64 {
			p[0] |= 1 << (fraction - 1)
		}
		return
	}
	if x[class] == infinite {
		assemble(p, format, x[sign], mask, 0, 0)
		return
	}
	if x[class] == zero {
		assemble(p, format, x[sign], 0, 0, 0)
		return
	}
	storeFinite(p, x, format)
}

func storeFinite(p, x []uint64, format uint64) {
	fraction := fractionBits(format)
	mask := exponentMask(format)
	bias := mask >> 1
	lead := x[exponent]
	drop := 255 - fraction // bits that the format has no place for
	if int64(lead) < int64(1-bias) {
		drop += 1 - bias - lead
		lead = 1 - bias
		if int64(drop) > 257 {
			drop = 257
		}
	}
	// The kept bits, at most 113 of them.
	low := uint64(0)
	high := uint64(0)
	if drop < 256 {
		low = limbAt(x[significand:], drop)
		high = limbAt(x[significand:], drop+64)
	}
	half := limbAt(x[significand:], drop-1) & 1
	if drop > 256 {
		half = 0
	}
	if half == 1 && (low&1 == 1 || below(x[significand:], precision, drop-1) == 1) {
		low++
		high += bit(low == 0)
	}
	// The leading one moves up if all kept bits were ones.
	top := low
	place := fraction
	if fraction >= 64 {
		top = high
		place = fraction - 64
	}
	biased := lead + bias
	if fraction == 63 {
		if high == 1 {
			high = 0
			low = 1 << 63
			biased++
		} else {
			if low>>63 == 0 {
				biased = 0
			}
		}
	} else {
		if top>>place == 0 {
			biased = 0
		}
		if top>>place == 2 { // what is below the leading one is zero
			biased++
		}
	}
	if int64(biased) >= int64(mask) {
		assemble(p, format, x[sign], mask, 0, 0)
		return
	}
	assemble(p, format, x[sign], biased, high, low)
}

// limbAt returns the 64 bits of a significand from a place on.
func limbAt(a []uint64, place uint64) uint64 {
	i := place >> 6
	shift := place & 63
	low := uint64(0)
	high := uint64(0)
	if i < precision {
		low = a[i]
	}
	if i+1 < precision {
		high = a[i+1]
	}
	return low>>shift | high<<1<<(63-shift)
}

// limbFrom is limbAt for any place, also one outside the significand.
func limbFrom(a []uint64, place uint64) uint64 {
	if int64(place) >= 0 {
		if place < 256 {
			return limbAt(a, place)
		}
		return 0
	}
	if int64(place) > -64 {
		return a[0] << -place
	}
	return 0
}

// assemble puts a pattern together. The leading one is dropped where the format does not store it, and there for an
// infinity of f80.
func assemble(p []uint64, format, negative, biased, high, low uint64) {
	stored := storedBits(format)
	top := negative<<((format-1-stored)&63) | biased
	if format == 128 {
		p[0] = low
		p[1] = top<<48 | high&(1<<48-1)
		return
	}
	if format == 80 {
		if biased == 0x7fff {
			low = 1 << 63
		}
		p[0] = low
		p[1] = top
		return
	}
	p[0] = top<<stored | low&(1<<stored-1)
}

// copyNumber copies a number.
func copyNumber(r, x []uint64) {
	for i := uint64(0); i < numberSize; i++ {
		r[i] = x[i]
	}
}

// add adds two numbers. Bits of the smaller that fall off set the lowest bit of the sum.
func add(r, a, b []uint64) {
	if a[class] == nan || b[class] == nan || a[class] == infinite && b[class] == infinite && a[sign] != b[sign] {
		setSpecial(r, nan, 0)
		return
	}
	if a[class] == infinite || b[class] == zero {
		negative := a[sign]
		if a[class] == zero {
			negative = a[sign] & b[sign]
		}
		copyNumber(r, a)
		r[sign] = negative
		return
	}
	if b[class] == infinite || a[class] == zero {
		copyNumber(r, b)
		return
	}
	if int64(a[exponent]) < int64(b[exponent]) {
		addOrdered(r, b, a)
	} else {
		addOrdered(r, a, b)
	}
}

// addOrdered adds finite numbers, of which the first has no smaller exponent.
func addOrdered(r, a, b []uint64) {
	var x [6]uint64 // a limb below, and one above
	var y [6]uint64
	for i := uint64(0); i < precision; i++ {
		x[i+1] = a[significand+i]
		y[i+1] = b[significand+i]
	}
	x[0] = 0
	x[5] = 0
	y[0] = 0
	y[5] = 0
	shiftRight(y[:], 6, a[exponent]-b[exponent])
	r[sign] = a[sign]
	if a[sign] == b[sign] {
		addLimbs(x[:], y[:], 6)
	} else {
		if subtractMasked(x[:], y[:], 6, ^uint64(0)) == 1 {
			magnitude(y[:], x[:], 6, ^uint64(0))
			for i := uint64(0); i < 6; i++ {
				x[i] = y[i]
			}
			r[sign] = b[sign]
		}
	}
	take(r, x[:], 6, a[exponent]+64)
}

// addLimbs adds n limbs of b to a.
func addLimbs(a, b []uint64, n uint64) {
	carry := uint64(0)
	for i := uint64(0); i < n; i++ {
		x := a[i]
		sum := x + b[i]
		total := sum + carry
		carry = bit(sum < x) | bit(total < sum)
		a[i] = total
	}
}

// shiftRight shifts n limbs by any amount. Bits that fall off set the lowest.
func shiftRight(a []uint64, n, amount uint64) {
	if amount > 64*n {
		amount = 64 * n
	}
	sticky := below(a, n, amount)
	whole := amount >> 6
	shift := amount & 63
	for i := uint64(0); i < n; i++ {
		low := uint64(0)
		high := uint64(0)
		if i+whole < n {
			low = a[i+whole]
		}
		if i+whole+1 < n {
			high = a[i+whole+1]
		}
		a[i] = low>>shift | high<<1<<(63-shift)
	}
	a[0] |= sticky
}

// take makes a finite number of n limbs, of which the highest bit is worth two to the power lead. The sign is there
// already, but for that of zero, which is positive.
func take(r, a []uint64, n, lead uint64) {
	top := n
	for top > 0 && a[top-1] == 0 {
		top--
	}
	if top == 0 {
		setSpecial(r, zero, 0)
		return
	}
	r[class] = finite
	r[exponent] = lead - (n-top)<<6
	shift := leadingZeros(a[top-1])
	rest := uint64(0)
	for i := uint64(0); i < precision; i++ {
		high := uint64(0)
		low := uint64(0)
		if i < top {
			high = a[top-1-i]
		}
		if i+1 < top {
			low = a[top-2-i]
		}
		r[topLimb-i] = high<<shift | low>>1>>(63-shift)
		if i == precision-1 {
			rest = low << shift
		}
	}
	for i := uint64(precision + 1); i < top; i++ {
		rest |= a[top-1-i]
	}
	r[exponent] -= shift
	r[significand] |= bit(rest != 0)
}

// mul multiplies two numbers of at most 128 bits, exactly.
func mul(r, a, b []uint64) {
	negative := a[sign] ^ b[sign]
	if a[class] == nan || b[class] == nan || a[class] == infinite && b[class] == zero || a[class] == zero && b[class] == infinite {
		setSpecial(r, nan, 0)
		return
	}
	if a[class] == infinite || b[class] == infinite {
		setSpecial(r, infinite, negative)
		return
	}
	if a[class] == zero || b[class] == zero {
		setSpecial(r, zero, negative)
		return
	}
	var w [4]uint64
	multiply(w[:], a[topLimb-1:], b[topLimb-1:], 2, 2)
	r[sign] = negative
	take(r, w[:], 4, a[exponent]+b[exponent]+1)
}

// quotientOf divides two numbers of at most 128 bits.
func quotientOf(r, a, b []uint64) {
	negative := a[sign] ^ b[sign]
	if a[class] == nan || b[class] == nan || a[class] == b[class] && a[class] != finite {
		setSpecial(r, nan, 0)
		return
	}
	if a[class] == infinite || b[class] == zero {
		setSpecial(r, infinite, negative)
		return
	}
	if b[class] == infinite || a[class] == zero {
		setSpecial(r, zero, negative)
		return
	}
	var u [5]uint64 // the dividend, with 192 bits below it
	var q [5]uint64
	var w [8]uint64
	u[0] = 0
	u[1] = 0
	u[2] = 0
	u[3] = a[topLimb-1]
	u[4] = a[topLimb]
	divide(q[:], u[:], b[topLimb-1:], w[:], 5, 2)
	q[0] |= bit(u[0]|u[1] != 0)
	r[sign] = negative
	take(r, q[:], 5, a[exponent]-b[exponent]+127)
}

// root takes the square root of a number of at most 128 bits.
func root(r, a []uint64) {
	if a[class] == nan || a[class] == zero {
		copyNumber(r, a)
		return
	}
	if a[sign] == 1 {
		setSpecial(r, nan, 0)
		return
	}
	if a[class] == infinite {
		copyNumber(r, a)
		return
	}
	// The radicand is 256 bits, of which the root is 128, of an even exponent.
	var x [4]uint64
	x[0] = 0
	x[1] = 0
	odd := a[exponent] & 1
	x[2] = a[topLimb-1]
	x[3] = a[topLimb]
	if odd == 0 {
		x[1] = x[2] << 63
		x[2] = x[2]>>1 | x[3]<<63
		x[3] = x[3] >> 1
	}
	var s [4]uint64 // the root so far
	s[0] = 0
	s[1] = 0
	s[2] = 0
	s[3] = 0
	rest := rootOf(s[:], x[:])
	lead := a[exponent] - odd
	r[sign] = 0
	var w [3]uint64
	w[0] = rest
	w[1] = s[0]
	w[2] = s[1]
	take(r, w[:], 3, uint64(int64(lead)>>1))
}

// rootOf sets s to the root, of 128 bits, of x, of 256 bits, bit by bit, and returns whether it is not exact as a bit.
func rootOf(s, x []uint64) uint64 {
	var rest [3]uint64
	var y [3]uint64
	rest[0] = 0
	rest[1] = 0
	rest[2] = 0
	for n := uint64(0); n < 128; n++ {
		// two more bits of x, and the root so far times four plus one
		at := 254 - 2*n
		next := x[at>>6] >> (at & 63) & 3
		rest[2] = rest[2]<<2 | rest[1]>>62
		rest[1] = rest[1]<<2 | rest[0]>>62
		rest[0] = rest[0]<<2 | next
		y[2] = s[1] >> 62
		y[1] = s[1]<<2 | s[0]>>62
		y[0] = s[0]<<2 | 1
		fits := uint64(1)
		if rest[2] < y[2] || rest[2] == y[2] && (rest[1] < y[1] || rest[1] == y[1] && rest[0] < y[0]) {
			fits = 0
		}
		if fits == 1 {
			subtractMasked(rest[:], y[:], 3, ^uint64(0))
		}
		s[1] = s[1]<<1 | s[0]>>63
		s[0] = s[0]<<1 | fits
	}
	return bit(rest[0]|rest[1]|rest[2] != 0)
}

// truncatedRemainder takes the remainder of the truncated quotient, which is exact and has the sign of a.
func truncatedRemainder(r, a, b []uint64) {
	if a[class] == nan || a[class] == infinite || b[class] == nan || b[class] == zero {
		setSpecial(r, nan, 0)
		return
	}
	copyNumber(r, a)
	if b[class] == infinite || a[class] == zero || int64(a[exponent]) < int64(b[exponent]) {
		return
	}
	var u [3]uint64
	var q [3]uint64
	var w [6]uint64
	u[0] = a[topLimb-1]
	u[1] = a[topLimb]
	u[2] = 0
	divide(q[:], u[:], b[topLimb-1:], w[:], 3, 2)
	places := a[exponent] - b[exponent]
	for places > 0 {
		step := places
		if step > 63 {
			step = 63
		}
		u[2] = u[1] >> 1 >> (63 - step)
		u[1] = u[1]<<step | u[0]>>1>>(63-step)
		u[0] = u[0] << step
		divide(q[:], u[:], b[topLimb-1:], w[:], 3, 2)
		places -= step
	}
	r[sign] = a[sign]
	take(r, u[:2], 2, b[exponent])
	if r[class] == zero {
		r[sign] = a[sign]
	}
}

// The ways to round to an integer.
const (
	toZero  = 0
	down    = 1
	up      = 2
	nearest = 3 // halves away from zero
)

// integral rounds a number to an integer.
func integral(x []uint64, way uint64) {
	if x[class] != finite || int64(x[exponent]) >= 255 {
		return
	}
	place := 255 - x[exponent] // of the bit that is worth one
	if int64(x[exponent]) < 0 {
		place = 256
	}
	half := uint64(0)
	if int64(x[exponent]) >= -1 {
		half = limbAt(x[significand:], place-1) & 1
	}
	inexact := below(x[significand:], precision, place)
	more := uint64(0)
	if way == down {
		more = inexact & x[sign]
	}
	if way == up {
		more = inexact & (1 - x[sign])
	}
	if way == nearest {
		more = half
	}
	var w [5]uint64 // the integer
	for i := uint64(0); i < precision; i++ {
		w[i] = limbAt(x[significand:], place+64*i)
	}
	w[4] = 0
	addWord(w[:], 5, more)
	negative := x[sign]
	take(x, w[:], 5, 319)
	x[sign] = negative
}

// orderOf returns -1, 0, 1, or 2 if one is NaN.
func orderOf(a, b []uint64) uint64 {
	if a[class] == nan || b[class] == nan {
		return 2
	}
	if a[class] == zero && b[class] == zero {
		return 0
	}
	if a[class] == zero {
		return 2*b[sign] - 1
	}
	if b[class] == zero || a[sign] != b[sign] {
		return 1 - 2*a[sign]
	}
	larger := 1 - 2*a[sign] // if a has the larger magnitude
	if a[class] != b[class] {
		if a[class] == infinite {
			return larger
		}
		return -larger
	}
	if a[class] == infinite {
		return 0
	}
	if a[exponent] != b[exponent] {
		if int64(a[exponent]) > int64(b[exponent]) {
			return larger
		}
		return -larger
	}
	for i := uint64(0); i < precision; i++ {
		if a[topLimb-i] != b[topLimb-i] {
			if a[topLimb-i] > b[topLimb-i] {
				return larger
			}
			return -larger
		}
	}
	return 0
}
