package source

import "math/bits"

// The functions of this file stand for instructions of AIR; what is here is the same in Go. The file is not translated.

// bit returns 1 for true.
func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// mulHigh returns the high half of a product.
func mulHigh(a, b uint64) uint64 {
	high, _ := bits.Mul64(a, b)
	return high
}

func leadingZeros(x uint64) uint64  { return uint64(bits.LeadingZeros64(x)) }
func trailingZeros(x uint64) uint64 { return uint64(bits.TrailingZeros64(x)) }
func ones(x uint64) uint64          { return uint64(bits.OnesCount64(x)) }
func reverseBytes(x uint64) uint64  { return bits.ReverseBytes64(x) }
func reverseBits(x uint64) uint64   { return bits.Reverse64(x) }

// Routines are the functions that compiled code calls.
var Routines = []any{
	intAdd, intSub, intMul, intMulWrap, intDivide, intShl, intShr, intBits, intNot, intAbs, intCompare, intExtreme, intClz, intCtz,
	intPopcount, intReverse, intCast,
	floatAdd, floatMul, floatDiv, floatRem, floatExtreme, floatSqrt, floatRound, floatMulAdd, floatCompare, floatCast, floatFromInt,
	intFromFloat, floatPower, floatLogarithm, floatTrigonometric,
}
