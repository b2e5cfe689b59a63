package eval

import (
	"math/big"
	"math/bits"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// width is the integer type in which an operation is done.
type width struct {
	bits   uint32
	signed bool
	mask   uint64 // the low bits, for at most 64 of them
}

func widthOf(s shape) width {
	return width{bits: s.bits, signed: s.signed, mask: lowMask(uint(s.bits))}
}

// negative says that the pattern x is below zero.
func (n width) negative(x uint64) bool {
	return n.signed && n.bits > 0 && x>>(n.bits-1)&1 != 0
}

// magnitude gives the absolute value of the pattern x and its sign.
func (n width) magnitude(x uint64) (neg bool, abs uint64) {
	if n.negative(x) {
		return true, -x & n.mask
	}
	return false, x
}

// limit is the largest magnitude of a negative or other value.
func (n width) limit(neg bool) uint64 {
	switch {
	case !n.signed && neg, n.bits == 0:
		return 0
	case !n.signed:
		return n.mask
	case neg:
		return n.mask>>1 + 1
	}
	return n.mask >> 1
}

// exact is a mathematical result seen from a width: its low 64 bits, and
// on which side of the range it lies (-1 below, 0 within, 1 above).
type exact struct {
	low  uint64
	side int8
}

// exactOf places the integer of a sign and a 128-bit magnitude.
func (n width) exactOf(neg bool, hi, lo uint64) exact {
	e := exact{low: lo}
	if neg {
		e.low = -lo
	}
	if hi != 0 || lo > n.limit(neg) {
		e.side = 1
		if neg {
			e.side = -1
		}
	}
	return e
}

// exactOp is an operation of which the result need not fit.
type exactOp struct {
	fast func(n width, x, y uint64) exact
	wide func(n width, x, y *big.Int) *big.Int
}

func addExact(n width, x, y uint64) exact {
	xneg, xabs := n.magnitude(x)
	yneg, yabs := n.magnitude(y)
	return n.sum(xneg, xabs, yneg, yabs)
}

func subExact(n width, x, y uint64) exact {
	xneg, xabs := n.magnitude(x)
	yneg, yabs := n.magnitude(y)
	return n.sum(xneg, xabs, !yneg, yabs)
}

// sum adds two integers given by sign and magnitude.
func (n width) sum(xneg bool, x uint64, yneg bool, y uint64) exact {
	switch {
	case xneg == yneg:
		lo, carry := bits.Add64(x, y, 0)
		return n.exactOf(xneg, carry, lo)
	case x >= y:
		return n.exactOf(xneg && x != y, 0, x-y)
	}
	return n.exactOf(yneg, 0, y-x)
}

func mulExact(n width, x, y uint64) exact {
	xneg, xabs := n.magnitude(x)
	yneg, yabs := n.magnitude(y)
	hi, lo := bits.Mul64(xabs, yabs)
	return n.exactOf(xneg != yneg && hi|lo != 0, hi, lo)
}

// shlExact multiplies by two to the power of any amount.
func shlExact(n width, x, amount uint64) exact {
	neg, abs := n.magnitude(x)
	switch {
	case abs == 0 || amount == 0:
		return n.exactOf(neg, 0, abs)
	case amount >= 64:
		return exact{side: n.exactOf(neg, 1, 0).side}
	}
	return n.exactOf(neg, abs>>(64-amount), abs<<amount)
}

// The operations of which the result need not fit, in both sizes.
var (
	addition       = exactOp{addExact, func(_ width, x, y *big.Int) *big.Int { return new(big.Int).Add(x, y) }}
	subtraction    = exactOp{subExact, func(_ width, x, y *big.Int) *big.Int { return new(big.Int).Sub(x, y) }}
	multiplication = exactOp{mulExact, func(_ width, x, y *big.Int) *big.Int { return new(big.Int).Mul(x, y) }}
	leftShift      = exactOp{shlExact, shlBig}
)

// The reasons for which arithmetic is illegal, and the panics of its safe forms.
const (
	overflow       = "overflow"
	zeroDivisor    = "division by zero"
	inexact        = "inexact division"
	losesBits      = "shift loses bits"
	amountTooBig   = "shift amount too large"
	doesNotFit     = "value does not fit"
	panicOverflow  = "panic.integer_overflow"
	panicOutOfInt  = "panic.integer_out_of_bounds"
	panicFloatPart = "panic.integer_part_out_of_bounds"
)

// intOp is an operation on two integers of one width (or one and a shift
// amount). A reason other than "" says why there is no result: a panic if it starts with
// "panic.", otherwise illegal behaviour.
type intOp struct {
	fast func(n width, x, y uint64) (uint64, string)
	wide func(n width, x, y *big.Int) (*big.Int, string)
	// strict: undefined operands are illegal, because they decide what happens.
	// Otherwise they make the whole result undefined.
	strict bool
}

// wrapping keeps the low bits of the exact result.
func wrapping(op exactOp) intOp {
	return intOp{
		fast: func(n width, x, y uint64) (uint64, string) { return op.fast(n, x, y).low & n.mask, "" },
		wide: func(n width, x, y *big.Int) (*big.Int, string) { return n.wrapBig(op.wide(n, x, y)), "" },
	}
}

// checked gives a reason when the exact result does not fit.
func checked(op exactOp, reason string) intOp {
	_, panics := panicReason(reason)
	return intOp{
		strict: panics,
		fast: func(n width, x, y uint64) (uint64, string) {
			e := op.fast(n, x, y)
			if e.side != 0 {
				return 0, reason
			}
			return e.low & n.mask, ""
		},
		wide: func(n width, x, y *big.Int) (*big.Int, string) {
			e := op.wide(n, x, y)
			if n.sideBig(e) != 0 {
				return nil, reason
			}
			return e, ""
		},
	}
}

// saturating gives the end of the range that the exact result lies beyond.
func saturating(op exactOp) intOp {
	return intOp{
		fast: func(n width, x, y uint64) (uint64, string) {
			switch e := op.fast(n, x, y); {
			case e.side > 0:
				return n.limit(false), ""
			case e.side < 0:
				return -n.limit(true) & n.mask, ""
			default:
				return e.low & n.mask, ""
			}
		},
		wide: func(n width, x, y *big.Int) (*big.Int, string) { return n.clampBig(op.wide(n, x, y)), "" },
	}
}

// overflowing gives 1 when the exact result does not fit, otherwise 0.
func overflowing(op exactOp) intOp {
	return intOp{
		fast: func(n width, x, y uint64) (uint64, string) { return uint64(op.fast(n, x, y).side & 1), "" },
		wide: func(n width, x, y *big.Int) (*big.Int, string) {
			return big.NewInt(int64(n.sideBig(op.wide(n, x, y)) & 1)), ""
		},
	}
}

// limited makes an amount of the width or more illegal.
func limited(op intOp) intOp {
	return intOp{
		strict: op.strict,
		fast: func(n width, x, y uint64) (uint64, string) {
			if y >= uint64(n.bits) {
				return 0, amountTooBig
			}
			return op.fast(n, x, y)
		},
		wide: func(n width, x, y *big.Int) (*big.Int, string) {
			if y.Cmp(big.NewInt(int64(n.bits))) >= 0 {
				return nil, amountTooBig
			}
			return op.wide(n, x, y)
		},
	}
}

// intOps is what each binary tag does to integers.
var intOps = [air.NumTags]intOp{
	air.Add:          checked(addition, overflow),
	air.AddWrap:      wrapping(addition),
	air.AddSat:       saturating(addition),
	air.AddSafe:      checked(addition, panicOverflow),
	air.AddOptimized: checked(addition, overflow),
	air.Sub:          checked(subtraction, overflow),
	air.SubWrap:      wrapping(subtraction),
	air.SubSat:       saturating(subtraction),
	air.SubSafe:      checked(subtraction, panicOverflow),
	air.SubOptimized: checked(subtraction, overflow),
	air.Mul:          checked(multiplication, overflow),
	air.MulWrap:      wrapping(multiplication),
	air.MulSat:       saturating(multiplication),
	air.MulSafe:      checked(multiplication, panicOverflow),
	air.MulOptimized: checked(multiplication, overflow),

	air.DivTrunc:          quotient(truncated),
	air.DivTruncOptimized: quotient(truncated),
	air.DivFloor:          quotient(floored),
	air.DivFloorOptimized: quotient(floored),
	air.DivExact:          quotient(undivided),
	air.DivExactOptimized: quotient(undivided),
	air.Rem:               remainder(truncated),
	air.RemOptimized:      remainder(truncated),
	air.Mod:               remainder(floored),
	air.ModOptimized:      remainder(floored),

	air.ShlSat:   saturating(leftShift),
	air.ShlExact: limited(checked(leftShift, losesBits)),
	air.ShrExact: limited(intOp{fast: shrExact, wide: shrExactBig}),

	air.Min: {fast: minInt, wide: minBig},
	air.Max: {fast: maxInt, wide: maxBig},
}

// overflowOps is the second half of the _with_overflow tags, firstHalf the first.
var (
	overflowOps = map[air.Tag]intOp{
		air.AddWithOverflow: overflowing(addition),
		air.SubWithOverflow: overflowing(subtraction),
		air.MulWithOverflow: overflowing(multiplication),
		air.ShlWithOverflow: limited(overflowing(leftShift)),
	}
	wrappedOps = map[air.Tag]intOp{
		air.AddWithOverflow: wrapping(addition),
		air.SubWithOverflow: wrapping(subtraction),
		air.MulWithOverflow: wrapping(multiplication),
		air.ShlWithOverflow: limited(wrapping(leftShift)),
	}
)

// rounding says which way a quotient goes.
type rounding uint8

const (
	truncated rounding = iota
	floored
	undivided // a remainder is illegal
)

// divide gives quotient and remainder, rounded as asked.
func (n width) divide(x, y uint64, r rounding) (q, rem exact, reason string) {
	xneg, xabs := n.magnitude(x)
	yneg, yabs := n.magnitude(y)
	if yabs == 0 {
		return exact{}, exact{}, zeroDivisor
	}
	qabs, rabs := xabs/yabs, xabs%yabs
	qneg, rneg := xneg != yneg && qabs != 0, xneg
	switch {
	case rabs == 0:
		rneg = false
	case r == undivided:
		return exact{}, exact{}, inexact
	case r == floored && xneg != yneg:
		qabs, qneg = qabs+1, true
		rabs, rneg = yabs-rabs, yneg
	}
	q, rem = n.exactOf(qneg, 0, qabs), n.exactOf(rneg, 0, rabs)
	if q.side != 0 {
		reason = overflow
	}
	return q, rem, reason
}

func quotient(r rounding) intOp {
	return intOp{
		strict: true,
		fast: func(n width, x, y uint64) (uint64, string) {
			q, _, reason := n.divide(x, y, r)
			return q.low & n.mask, reason
		},
		wide: func(n width, x, y *big.Int) (*big.Int, string) {
			q, _, reason := n.divideBig(x, y, r)
			return q, reason
		},
	}
}

func remainder(r rounding) intOp {
	return intOp{
		strict: true,
		fast: func(n width, x, y uint64) (uint64, string) {
			_, rem, reason := n.divide(x, y, r)
			return rem.low & n.mask, reason
		},
		wide: func(n width, x, y *big.Int) (*big.Int, string) {
			_, rem, reason := n.divideBig(x, y, r)
			return rem, reason
		},
	}
}

// shiftRight moves bits down by less than 64, filling with the sign.
func (n width) shiftRight(x, amount uint64) uint64 {
	if n.negative(x) {
		return uint64(int64(x|^n.mask)>>amount) & n.mask
	}
	return x >> amount
}

func shrExact(n width, x, amount uint64) (uint64, string) {
	if x&lowMask(uint(amount)) != 0 {
		return 0, losesBits
	}
	return n.shiftRight(x, amount), ""
}

// compare orders two patterns: -1, 0 or 1.
func (n width) compare(x, y uint64) int {
	xneg, yneg := n.negative(x), n.negative(y)
	switch {
	case x == y:
		return 0
	case xneg != yneg:
		if xneg {
			return -1
		}
		return 1
	case x < y:
		return -1
	}
	return 1
}

func minInt(n width, x, y uint64) (uint64, string) {
	if n.compare(x, y) <= 0 {
		return x, ""
	}
	return y, ""
}

func maxInt(n width, x, y uint64) (uint64, string) {
	if n.compare(x, y) >= 0 {
		return x, ""
	}
	return y, ""
}
