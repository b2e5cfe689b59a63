// Package source is the text of the runtime library in Go, which command translate makes AIR of.
//
// An integer of 65 bits and more is limbs of 64 bits in memory, the lowest first, extended by its signedness to the size
// of its type, a multiple of two limbs. Its kind is a word: twice its width, plus one if it is signed. Functions are
// given room for intermediate results, whose size the callers in package codegen know.
//
// Nothing branches on what may be undefined by the rules of AIR: the bits of operands of wrapping, saturating and
// overflow-detecting arithmetic, comparisons, min, max, and counts.
package source

// limbs returns the number of limbs of a kind.
func limbs(kind uint64) uint64 { return (kind>>1 + 127) >> 7 << 1 }

// signs returns a word of copies of the sign of the highest limb of a number of a kind: zeros if it is unsigned.
func signs(high, kind uint64) uint64 { return -(high >> 63 & kind) }

// What settle and the functions that end in it do with a result that does not fit.
const (
	wrap     = 0
	saturate = 1
)

// settle writes to r, of a kind, the number of m limbs in p, which are at least those of r and signed whatever the kind
// is. It returns 1 if the number does not fit, otherwise 0. mode is wrap or saturate.
func settle(r, p []uint64, m, kind, mode uint64) uint64 {
	n := limbs(kind)
	top := (kind>>1 - 1) >> 6
	shift := (64 - kind>>1) & 63
	signed := kind & 1
	high := p[top] << shift >> shift
	maximum := ^uint64(0) >> shift
	if signed == 1 {
		high = uint64(int64(p[top]<<shift) >> shift)
		maximum = maximum >> 1
	}
	above := signs(high, kind)
	lost := p[top] ^ high
	for i := top + 1; i < m; i++ {
		lost |= p[i] ^ above
	}
	lost = bit(lost != 0)
	negative := -(p[m-1] >> 63)
	beyond := -(lost & mode)
	limit := maximum&^negative | negative&^maximum&-signed
	for i := uint64(0); i < top; i++ {
		r[i] = p[i] ^ beyond&(p[i]^^negative)
	}
	r[top] = high ^ beyond&(high^limit)
	above ^= beyond & (above ^ negative&-signed)
	for i := top + 1; i < n; i++ {
		r[i] = above
	}
	return lost
}

// intAdd adds. It returns 1 if the sum does not fit. w has room for a limb more than the operands.
func intAdd(r, a, b, w []uint64, kind, mode uint64) uint64 {
	n := limbs(kind)
	carry := uint64(0)
	for i := uint64(0); i < n; i++ {
		x := a[i]
		sum := x + b[i]
		total := sum + carry
		carry = bit(sum < x) | bit(total < sum)
		w[i] = total
	}
	w[n] = signs(a[n-1], kind) + signs(b[n-1], kind) + carry
	return settle(r, w, n+1, kind, mode)
}

// intSub subtracts, as intAdd adds.
func intSub(r, a, b, w []uint64, kind, mode uint64) uint64 {
	n := limbs(kind)
	borrow := uint64(0)
	for i := uint64(0); i < n; i++ {
		x := a[i]
		y := b[i]
		difference := x - y
		w[i] = difference - borrow
		borrow = bit(x < y) | bit(difference < borrow)
	}
	w[n] = signs(a[n-1], kind) - signs(b[n-1], kind) - borrow
	return settle(r, w, n+1, kind, mode)
}

// intMulWrap multiplies modulo the width. w has as much room as an operand.
func intMulWrap(r, a, b, w []uint64, kind uint64) {
	n := limbs(kind)
	for i := uint64(0); i < n; i++ {
		w[i] = 0
	}
	for i := uint64(0); i < n; i++ {
		addProduct(w[i:], b, n-i, a[i])
	}
	settle(r, w, n, kind, wrap)
}

// addProduct adds n limbs of b times a word to w and returns the limb above.
func addProduct(w, b []uint64, n, word uint64) uint64 {
	carry := uint64(0)
	for i := uint64(0); i < n; i++ {
		y := b[i]
		low := word * y
		sum := w[i] + low
		total := sum + carry
		carry = mulHigh(word, y) + bit(sum < low) + bit(total < sum)
		w[i] = total
	}
	return carry
}

// intMul multiplies. It returns 1 if the product does not fit. w has room for twice an operand and a limb.
func intMul(r, a, b, w []uint64, kind, mode uint64) uint64 {
	n := limbs(kind)
	multiply(w, a, b, n, n)
	subtractMasked(w[n:], b, n, signs(a[n-1], kind))
	subtractMasked(w[n:], a, n, signs(b[n-1], kind))
	w[2*n] = signs(w[2*n-1], kind)
	return settle(r, w, 2*n+1, kind, mode)
}

// multiply writes the unsigned product of n and m limbs.
func multiply(w, a, b []uint64, n, m uint64) {
	for i := uint64(0); i < m; i++ {
		w[i] = 0
	}
	for i := uint64(0); i < n; i++ {
		w[i+m] = addProduct(w[i:], b, m, a[i])
	}
}

// subtractMasked subtracts the and of n limbs of b and a mask, and returns the borrow.
func subtractMasked(w, b []uint64, n, mask uint64) uint64 {
	borrow := uint64(0)
	for i := uint64(0); i < n; i++ {
		x := w[i]
		y := b[i] & mask
		difference := x - y
		w[i] = difference - borrow
		borrow = bit(x < y) | bit(difference < borrow)
	}
	return borrow
}

// What intDivide computes.
const (
	quotient        = 0
	flooredQuotient = 1
	remainder       = 2
	modulus         = 3
)

// intDivide divides; the mode says what r becomes. w has room for 8 times an operand and 4 limbs.
func intDivide(r, a, b, w []uint64, kind, mode uint64) {
	n := limbs(kind)
	signA := signs(a[n-1], kind)
	signB := signs(b[n-1], kind)
	q := w
	rest := w[2*n:]
	magnitude(q, a, n, signA)
	magnitude(rest, b, n, signB)
	divide(w[4*n:], q, rest, w[6*n+2:], n, n)
	for i := uint64(0); i < n; i++ {
		rest[i] = q[i]
		q[i] = w[4*n+i]
	}
	inexact := uint64(0)
	for i := uint64(0); i < n; i++ {
		inexact |= rest[i]
	}
	if mode < remainder {
		magnitude(r, q, n, signA^signB)
		if mode == flooredQuotient && signA != signB && inexact != 0 {
			addWord(r, n, ^uint64(0))
		}
	} else {
		magnitude(r, rest, n, signA)
		if mode == modulus && signA != signB && inexact != 0 {
			carry := uint64(0)
			for i := uint64(0); i < n; i++ {
				sum := r[i] + b[i]
				total := sum + carry
				carry = bit(sum < b[i]) | bit(total < sum)
				r[i] = total
			}
		}
	}
}

// magnitude writes n limbs of a, negated if the mask is ones.
func magnitude(r, a []uint64, n, mask uint64) {
	carry := mask & 1
	for i := uint64(0); i < n; i++ {
		sum := (a[i] ^ mask) + carry
		carry &= bit(sum == 0)
		r[i] = sum
	}
}

// addWord adds a word that is extended by its sign.
func addWord(r []uint64, n, word uint64) {
	high := -(word >> 63)
	carry := uint64(0)
	for i := uint64(0); i < n; i++ {
		sum := r[i] + word
		total := sum + carry
		carry = bit(sum < word) | bit(total < sum)
		r[i] = total
		word = high
	}
}

// half returns a half limb.
func half(a []uint64, i uint64) uint64 { return a[i>>1] >> (i & 1 << 5) & 0xffffffff }

func setHalf(a []uint64, i, v uint64) {
	shift := i & 1 << 5
	a[i>>1] = a[i>>1]&^(0xffffffff<<shift) | v<<shift
}

// divide divides u, of n limbs, by v, of m limbs and not zero: q becomes the quotient of n limbs and u the remainder. It
// is schoolbook division by halves of limbs, with the divisor shifted so that its highest bit is set: the estimate of a
// digit from the highest ones is then too large by two at most. w has room for n+1 and m limbs. v is kept.
func divide(q, u, v, w []uint64, n, m uint64) {
	for i := uint64(0); i < n; i++ {
		q[i] = 0
	}
	size := 2 * m
	for half(v, size-1) == 0 {
		size--
	}
	shift := leadingZeros(half(v, size-1)) - 32
	scaled := w[n+1:]
	shiftLeft(scaled, v, m, shift)
	shiftLeft(w, u, n, shift)
	w[n] = u[n-1] >> 1 >> (63 - shift)
	top := half(scaled, size-1)
	next := uint64(0)
	if size > 1 {
		next = half(scaled, size-2)
	}
	for j := 2*n + 1 - size; j > 0; j-- {
		at := j - 1
		high := half(w, at+size)<<32 | half(w, at+size-1)
		digit := high / top
		rest := high - digit*top
		below := uint64(0)
		if size > 1 {
			below = half(w, at+size-2)
		}
		for rest>>32 == 0 && (digit>>32 != 0 || digit*next > rest<<32|below) {
			digit--
			rest += top
		}
		if subtractScaled(w, scaled, at, size, digit) != 0 {
			digit--
			addScaled(w, scaled, at, size)
		}
		setHalf(q, at, digit)
	}
	for i := uint64(0); i < n; i++ {
		u[i] = w[i]>>shift | w[i+1]<<1<<(63-shift)
	}
}

// subtractScaled subtracts a digit times v from the halves of w from at on, and returns the borrow.
func subtractScaled(w, v []uint64, at, size, digit uint64) uint64 {
	carry := uint64(0)
	borrow := uint64(0)
	for i := uint64(0); i < size; i++ {
		carry += digit * half(v, i)
		difference := half(w, at+i) - carry&0xffffffff - borrow
		setHalf(w, at+i, difference&0xffffffff)
		borrow = difference >> 63
		carry = carry >> 32
	}
	difference := half(w, at+size) - carry - borrow
	setHalf(w, at+size, difference&0xffffffff)
	return difference >> 63
}

// addScaled adds v to the halves of w from at on.
func addScaled(w, v []uint64, at, size uint64) {
	carry := uint64(0)
	for i := uint64(0); i < size; i++ {
		sum := half(w, at+i) + half(v, i) + carry
		setHalf(w, at+i, sum&0xffffffff)
		carry = sum >> 32
	}
	setHalf(w, at+size, (half(w, at+size)+carry)&0xffffffff)
}

// shiftLeft writes n limbs of a shifted by less than a limb.
func shiftLeft(r, a []uint64, n, shift uint64) {
	below := uint64(0)
	for i := uint64(0); i < n; i++ {
		x := a[i]
		r[i] = x<<shift | below>>1>>(63-shift)
		below = x
	}
}

// intShl shifts left by any amount, those above the width counting as the width. It returns 1 if bits are lost. w has
// room for twice an operand and a limb.
func intShl(r, a, w []uint64, amount, kind, mode uint64) uint64 {
	if amount > kind>>1 {
		amount = kind >> 1
	}
	n := limbs(kind)
	m := 2*n + 1
	whole := amount >> 6
	shift := amount & 63
	above := signs(a[n-1], kind)
	for i := uint64(0); i < whole; i++ {
		w[i] = 0
	}
	shiftLeft(w[whole:], a, n, shift)
	w[whole+n] = above<<shift | a[n-1]>>1>>(63-shift)
	for i := whole + n + 1; i < m; i++ {
		w[i] = above
	}
	return settle(r, w, m, kind, mode)
}

// intShr shifts right by an amount below the width.
func intShr(r, a []uint64, amount, kind uint64) {
	n := limbs(kind)
	whole := amount >> 6
	shift := amount & 63
	above := signs(a[n-1], kind)
	for i := uint64(0); i < n; i++ {
		low := above
		high := above
		if i+whole < n {
			low = a[i+whole]
		}
		if i+whole+1 < n {
			high = a[i+whole+1]
		}
		r[i] = low>>shift | high<<1<<(63-shift)
	}
}

// The operators of intBits.
const (
	and = 0
	or  = 1
)

// intBits combines n limbs bit by bit; any other operator is exclusive or.
func intBits(r, a, b []uint64, n, operator uint64) {
	for i := uint64(0); i < n; i++ {
		x := a[i] ^ b[i]
		if operator == and {
			x = a[i] & b[i]
		}
		if operator == or {
			x = a[i] | b[i]
		}
		r[i] = x
	}
}

// intNot inverts the bits within the width. w has as much room as an operand.
func intNot(r, a, w []uint64, kind uint64) {
	n := limbs(kind)
	for i := uint64(0); i < n; i++ {
		w[i] = ^a[i]
	}
	settle(r, w, n, kind, wrap)
}

// intAbs writes the magnitude of a number of a kind, which is signed, as an unsigned one. w has as much room.
func intAbs(r, a, w []uint64, kind uint64) {
	n := limbs(kind)
	magnitude(w, a, n, signs(a[n-1], kind))
	settle(r, w, n, kind&^1, wrap)
}

// intCompare returns -1, 0 or 1.
func intCompare(a, b []uint64, kind uint64) uint64 {
	n := limbs(kind)
	borrow := uint64(0)
	differ := uint64(0)
	flip := kind << 63 // of the sign, in the highest limb
	for i := uint64(0); i < n; i++ {
		x := a[i]
		y := b[i]
		if i == n-1 {
			x ^= flip
			y ^= flip
		}
		difference := x - y
		borrow = bit(x < y) | bit(difference < borrow)
		differ |= difference
	}
	return bit(differ != 0) - 2*borrow
}

// intExtreme writes the lesser, or with maximum 1 the greater, of two numbers.
func intExtreme(r, a, b []uint64, kind, maximum uint64) {
	n := limbs(kind)
	takeA := -(intCompare(a, b, kind)>>63 ^ maximum)
	for i := uint64(0); i < n; i++ {
		r[i] = b[i] ^ takeA&(a[i]^b[i])
	}
}

// within returns limb i of a number without the bits above its width.
func within(a []uint64, i, kind uint64) uint64 {
	x := a[i]
	if i == (kind>>1-1)>>6 {
		shift := (64 - kind>>1) & 63
		x = x << shift >> shift
	}
	return x
}

// intClz counts the zeros above the highest one.
func intClz(a []uint64, kind uint64) uint64 {
	count := -((64 - kind>>1) & 63)
	going := ^uint64(0)
	for i := (kind>>1 + 63) >> 6; i > 0; i-- {
		x := within(a, i-1, kind)
		count += leadingZeros(x) & going
		going &= -bit(x == 0)
	}
	return count
}

// intCtz counts the zeros below the lowest one.
func intCtz(a []uint64, kind uint64) uint64 {
	count := uint64(0)
	going := ^uint64(0)
	top := (kind>>1 - 1) >> 6
	for i := uint64(0); i <= top; i++ {
		x := a[i]
		if i == top && kind>>1&63 != 0 {
			x |= 1 << (kind >> 1 & 63)
		}
		count += trailingZeros(x) & going
		going &= -bit(x == 0)
	}
	return count
}

// intPopcount counts the ones.
func intPopcount(a []uint64, kind uint64) uint64 {
	count := uint64(0)
	top := (kind>>1 - 1) >> 6
	for i := uint64(0); i <= top; i++ {
		count += ones(within(a, i, kind))
	}
	return count
}

// intReverse reverses the bits, or with bytes 1 the bytes. w has as much room as an operand.
func intReverse(r, a, w []uint64, kind, bytes uint64) {
	n := (kind>>1 + 63) >> 6
	shift := (64 - kind>>1) & 63
	above := uint64(0)
	for i := uint64(0); i < n; i++ { // from the highest limb of the result
		x := reverseBits(a[i])
		if bytes == 1 {
			x = reverseBytes(a[i])
		}
		w[n-1-i] = x
	}
	for i := uint64(0); i < n; i++ {
		above = 0
		if i+1 < n {
			above = w[i+1]
		}
		w[i] = w[i]>>shift | above<<1<<(63-shift)
	}
	settle(r, w, n, kind, wrap)
}

// intCast writes a number of kind from as one of kind to. It returns 1 if it does not fit. w has room for a limb more
// than the larger of both.
func intCast(r, a, w []uint64, from, to uint64) uint64 {
	n := limbs(from)
	m := limbs(to)
	if m < n {
		m = n
	}
	above := signs(a[n-1], from)
	for i := uint64(0); i <= m; i++ {
		w[i] = above
	}
	for i := uint64(0); i < n; i++ {
		w[i] = a[i]
	}
	return settle(r, w, m+1, to, wrap)
}
