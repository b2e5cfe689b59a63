package rv64

import (
	"math"
	"math/bits"
)

// The functions of this file return which bits of a result are defined, given the operands and their defined bits. A
// set bit of a mask is a defined bit. They claim a bit only if no choice of the undefined bits could change it, and
// they claim nearly all such bits: code may load a whole word with padding and mask it, and must not be blamed.

const allBits = math.MaxUint64

func maskBoth(_, _, ma, mb uint64) uint64 { return ma & mb }

// maskAnd: a defined zero on either side decides a bit.
func maskAnd(a, b, ma, mb uint64) uint64 { return ma&mb | ma&^a | mb&^b }

// maskOr: a defined one on either side decides a bit.
func maskOr(a, b, ma, mb uint64) uint64 { return ma&mb | ma&a | mb&b }

// maskAdd compares the sums of the smallest and of the greatest operands: where they differ, a carry may or may not
// arrive.
func maskAdd(a, b, ma, mb uint64) uint64 {
	least := a&ma + b&mb
	most := (a | ^ma) + (b | ^mb)
	return ma & mb &^ (least ^ most)
}

func maskSub(a, b, ma, mb uint64) uint64 {
	least := a&ma - (b | ^mb)
	most := (a | ^ma) - b&mb
	return ma & mb &^ (least ^ most)
}

// maskMul: the low n bits of a product depend on the low n bits of the factors, and a factor that is zero decides
// alone.
func maskMul(a, b, ma, mb uint64) uint64 {
	if ma == allBits && a == 0 || mb == allBits && b == 0 {
		return allBits
	}
	return belowLowestUndefined(ma & mb)
}

func belowLowestUndefined(mask uint64) uint64 { return 1<<bits.TrailingZeros64(^mask) - 1 }

// wordMask returns the rule of a W operation, from the rule for its low half.
func wordMask(rule func(a, b, ma, mb uint64) uint64) func(a, b, ma, mb uint64) uint64 {
	return func(a, b, ma, mb uint64) uint64 {
		const high = uint64(math.MaxUint32) << 32
		return sext32(rule(a&^high, b&^high, ma|high, mb|high))
	}
}

// maskWordOnly: all bits are defined if the low halves of both operands are.
func maskWordOnly(_, _, ma, mb uint64) uint64 {
	if uint32(ma&mb) == math.MaxUint32 {
		return allBits
	}
	return 0
}

// shifted returns the mask of a shift whose amount has n significant low bits; an undefined amount leaves nothing
// defined.
func shifted(mb uint64, n uint, mask uint64) uint64 {
	if ^mb&(1<<n-1) != 0 {
		return 0
	}
	return mask
}

func maskSll(_, b, ma, mb uint64) uint64  { return shifted(mb, 6, ^(^ma << (b & 63))) }
func maskSrl(_, b, ma, mb uint64) uint64  { return shifted(mb, 6, ^(^ma >> (b & 63))) }
func maskSra(_, b, ma, mb uint64) uint64  { return shifted(mb, 6, sra(ma, b)) }
func maskSllw(_, b, ma, mb uint64) uint64 { return shifted(mb, 5, sext32(^(^ma << (b & 31)))) }
func maskSrlw(_, b, ma, mb uint64) uint64 {
	return shifted(mb, 5, sext32(^uint64(uint32(^ma)>>(b&31))))
}
func maskSraw(_, b, ma, mb uint64) uint64 { return shifted(mb, 5, sraw(ma, b)) }
func maskRol(_, b, ma, mb uint64) uint64  { return shifted(mb, 6, bits.RotateLeft64(ma, int(b&63))) }
func maskRor(_, b, ma, mb uint64) uint64  { return shifted(mb, 6, bits.RotateLeft64(ma, -int(b&63))) }
func maskRolw(_, b, ma, mb uint64) uint64 { return shifted(mb, 5, rolw(ma, b)) }
func maskRorw(_, b, ma, mb uint64) uint64 { return shifted(mb, 5, rorw(ma, b)) }
func maskSlliUw(_, b, ma, mb uint64) uint64 {
	return shifted(mb, 6, ^(uint64(uint32(^ma)) << (b & 63)))
}

// shiftAddMask is the rule of the shift-and-add operations.
func shiftAddMask(amount uint, word bool) func(a, b, ma, mb uint64) uint64 {
	return func(a, b, ma, mb uint64) uint64 {
		unknown := ^ma
		if word {
			a, unknown = uint64(uint32(a)), uint64(uint32(unknown))
		}
		return maskAdd(a<<amount, b, ^(unknown << amount), mb)
	}
}

// decided returns the mask of a result that is 0 or 1: its upper bits are always defined.
func decided(known bool) uint64 {
	if known {
		return allBits
	}
	return allBits - 1
}

// maskEqual: operands that differ in a bit defined in both are unequal whatever the other bits are.
func maskEqual(a, b, ma, mb uint64) uint64 {
	both := ma & mb
	return decided(both == allBits || (a^b)&both != 0)
}

// maskLessUnsigned: the result is known if the ranges of the operands do not overlap.
func maskLessUnsigned(a, b, ma, mb uint64) uint64 { return decided(a|^ma < b&mb || a&ma >= b|^mb) }

func maskLess(a, b, ma, mb uint64) uint64 {
	const sign = 1 << 63 // moves the signed order onto the unsigned one
	return maskLessUnsigned(a^sign, b^sign, ma, mb)
}

// chosen is the rule of min and max: the mask of the operand that less selects if it is known, else the defined bits in
// which both operands agree.
func chosen(a, b, ma, mb uint64, lessMask uint64, less, wantLess bool) uint64 {
	switch {
	case lessMask != allBits:
		return ma & mb &^ (a ^ b)
	case less == wantLess:
		return ma
	}
	return mb
}

func maskMin(a, b, ma, mb uint64) uint64 {
	return chosen(a, b, ma, mb, maskLess(a, b, ma, mb), signedLess(a, b), true)
}
func maskMax(a, b, ma, mb uint64) uint64 {
	return chosen(a, b, ma, mb, maskLess(a, b, ma, mb), signedLess(a, b), false)
}
func maskMinu(a, b, ma, mb uint64) uint64 {
	return chosen(a, b, ma, mb, maskLessUnsigned(a, b, ma, mb), a < b, true)
}
func maskMaxu(a, b, ma, mb uint64) uint64 {
	return chosen(a, b, ma, mb, maskLessUnsigned(a, b, ma, mb), a < b, false)
}

// between returns the mask of a number from least to most: the bits above the highest in which the two differ.
func between(least, most int) uint64 { return allBits << bits.Len64(uint64(least^most)) }

// maskCount: a count of ones lies between that of the defined ones and that with the undefined bits.
func maskCount(a, _, ma, _ uint64) uint64 {
	return between(bits.OnesCount64(a&ma), bits.OnesCount64(a|^ma))
}
func maskCountw(a, _, ma, _ uint64) uint64 {
	return maskCount(a&math.MaxUint32, 0, ma|math.MaxUint32<<32, 0)
}

// maskClz: the zeros lie between those above the first bit that is one or undefined, and those above the first defined
// one.
func maskClz(a, _, ma, _ uint64) uint64 {
	return between(bits.LeadingZeros64(a|^ma), bits.LeadingZeros64(a&ma))
}
func maskCtz(a, _, ma, _ uint64) uint64 {
	return between(bits.TrailingZeros64(a|^ma), bits.TrailingZeros64(a&ma))
}
func maskClzw(a, _, ma, _ uint64) uint64 {
	return maskClz(a<<32|1<<31, 0, ma<<32|math.MaxUint32, 0)
}
func maskCtzw(a, _, ma, _ uint64) uint64 {
	return maskCtz(a&math.MaxUint32|1<<32, 0, ma|math.MaxUint32<<32, 0)
}

// maskOrcB: a byte is known if it has a defined one or no undefined bit.
func maskOrcB(a, _, ma, _ uint64) uint64 { return orcB(a&ma) | ^orcB(^ma) }

func maskSetBit(_, b, ma, mb uint64) uint64 { return shifted(mb, 6, ma|1<<(b&63)) }
func maskBinv(_, _, ma, mb uint64) uint64   { return shifted(mb, 6, ma) }
func maskBext(_, b, ma, mb uint64) uint64   { return decided(^mb&63 == 0 && ma>>(b&63)&1 != 0) }

// conditionalZero is the rule of Zicond: if the condition is unknown, only the bits that are zero either way are known.
func conditionalZero(a, ma uint64, known, zero bool) uint64 {
	switch {
	case !known:
		return ma &^ a
	case zero:
		return allBits
	}
	return ma
}
func maskCzeroEqz(a, b, ma, mb uint64) uint64 {
	return conditionalZero(a, ma, mb == allBits || b&mb != 0, b&mb == 0)
}
func maskCzeroNez(a, b, ma, mb uint64) uint64 {
	return conditionalZero(a, ma, mb == allBits || b&mb != 0, b&mb != 0)
}
