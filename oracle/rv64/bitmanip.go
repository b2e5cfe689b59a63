package rv64

import "math/bits"

// bitRows are Zba, Zbb, Zbs, Zbc, Zbkb, Zbkx and Zimop.
var bitRows = map[opcode]row{
	opAddUw:    {name: "add.uw", kind: kindReg, alu: addUw, mask: shiftAddMask(0, true)},
	opSh1add:   {name: "sh1add", kind: kindReg, alu: sh1add, mask: shiftAddMask(1, false)},
	opSh2add:   {name: "sh2add", kind: kindReg, alu: sh2add, mask: shiftAddMask(2, false)},
	opSh3add:   {name: "sh3add", kind: kindReg, alu: sh3add, mask: shiftAddMask(3, false)},
	opSh1addUw: {name: "sh1add.uw", kind: kindReg, alu: func(a, b uint64) uint64 { return uint64(uint32(a))<<1 + b }, mask: shiftAddMask(1, true)},
	opSh2addUw: {name: "sh2add.uw", kind: kindReg, alu: func(a, b uint64) uint64 { return uint64(uint32(a))<<2 + b }, mask: shiftAddMask(2, true)},
	opSh3addUw: {name: "sh3add.uw", kind: kindReg, alu: func(a, b uint64) uint64 { return uint64(uint32(a))<<3 + b }, mask: shiftAddMask(3, true)},
	opSlliUw:   {name: "slli.uw", kind: kindImm, alu: func(a, b uint64) uint64 { return uint64(uint32(a)) << (b & 63) }, mask: maskSlliUw},

	opAndn:  {name: "andn", kind: kindReg, alu: func(a, b uint64) uint64 { return a &^ b }, mask: func(a, b, ma, mb uint64) uint64 { return maskAnd(a, ^b, ma, mb) }},
	opOrn:   {name: "orn", kind: kindReg, alu: func(a, b uint64) uint64 { return a | ^b }, mask: func(a, b, ma, mb uint64) uint64 { return maskOr(a, ^b, ma, mb) }},
	opXnor:  {name: "xnor", kind: kindReg, alu: func(a, b uint64) uint64 { return ^(a ^ b) }, mask: maskBoth},
	opClz:   {name: "clz", kind: kindImm, alu: func(a, _ uint64) uint64 { return uint64(bits.LeadingZeros64(a)) }, mask: maskClz},
	opCtz:   {name: "ctz", kind: kindImm, alu: func(a, _ uint64) uint64 { return uint64(bits.TrailingZeros64(a)) }, mask: maskCtz},
	opCpop:  {name: "cpop", kind: kindImm, alu: func(a, _ uint64) uint64 { return uint64(bits.OnesCount64(a)) }, mask: maskCount},
	opClzw:  {name: "clzw", kind: kindImm, alu: func(a, _ uint64) uint64 { return uint64(bits.LeadingZeros32(uint32(a))) }, mask: maskClzw},
	opCtzw:  {name: "ctzw", kind: kindImm, alu: func(a, _ uint64) uint64 { return uint64(bits.TrailingZeros32(uint32(a))) }, mask: maskCtzw},
	opCpopw: {name: "cpopw", kind: kindImm, alu: func(a, _ uint64) uint64 { return uint64(bits.OnesCount32(uint32(a))) }, mask: maskCountw},
	opMax:   {name: "max", kind: kindReg, alu: func(a, b uint64) uint64 { return uint64(max(int64(a), int64(b))) }, mask: maskMax},
	opMaxu:  {name: "maxu", kind: kindReg, alu: func(a, b uint64) uint64 { return max(a, b) }, mask: maskMaxu},
	opMin:   {name: "min", kind: kindReg, alu: func(a, b uint64) uint64 { return uint64(min(int64(a), int64(b))) }, mask: maskMin},
	opMinu:  {name: "minu", kind: kindReg, alu: func(a, b uint64) uint64 { return min(a, b) }, mask: maskMinu},
	opSextB: {name: "sext.b", kind: kindImm, alu: sextB, mask: func(_, _, ma, _ uint64) uint64 { return sextB(ma, 0) }},
	opSextH: {name: "sext.h", kind: kindImm, alu: sextH, mask: func(_, _, ma, _ uint64) uint64 { return sextH(ma, 0) }},
	opZextH: {name: "zext.h", kind: kindImm, alu: zextH, mask: func(_, _, ma, _ uint64) uint64 { return ma | ^uint64(0xffff) }},
	opRol:   {name: "rol", kind: kindReg, alu: func(a, b uint64) uint64 { return bits.RotateLeft64(a, int(b&63)) }, mask: maskRol},
	opRor:   {name: "ror", kind: kindReg, alu: func(a, b uint64) uint64 { return bits.RotateLeft64(a, -int(b&63)) }, mask: maskRor},
	opRori:  {name: "rori", kind: kindImm, alu: func(a, b uint64) uint64 { return bits.RotateLeft64(a, -int(b&63)) }, mask: maskRor},
	opRolw:  {name: "rolw", kind: kindReg, alu: rolw, mask: maskRolw},
	opRorw:  {name: "rorw", kind: kindReg, alu: rorw, mask: maskRorw},
	opRoriw: {name: "roriw", kind: kindImm, alu: rorw, mask: maskRorw},
	opOrcB:  {name: "orc.b", kind: kindImm, alu: func(a, _ uint64) uint64 { return orcB(a) }, mask: maskOrcB},
	opRev8:  {name: "rev8", kind: kindImm, alu: func(a, _ uint64) uint64 { return bits.ReverseBytes64(a) }, mask: func(_, _, ma, _ uint64) uint64 { return bits.ReverseBytes64(ma) }},

	opBclr:  {name: "bclr", kind: kindReg, alu: bclr, mask: maskSetBit},
	opBext:  {name: "bext", kind: kindReg, alu: bext, mask: maskBext},
	opBinv:  {name: "binv", kind: kindReg, alu: binv, mask: maskBinv},
	opBset:  {name: "bset", kind: kindReg, alu: bset, mask: maskSetBit},
	opBclri: {name: "bclri", kind: kindImm, alu: bclr, mask: maskSetBit},
	opBexti: {name: "bexti", kind: kindImm, alu: bext, mask: maskBext},
	opBinvi: {name: "binvi", kind: kindImm, alu: binv, mask: maskBinv},
	opBseti: {name: "bseti", kind: kindImm, alu: bset, mask: maskSetBit},

	opClmul:  {name: "clmul", kind: kindReg, alu: func(a, b uint64) uint64 { _, low := carrylessProduct(a, b); return low }, mask: maskMul},
	opClmulh: {name: "clmulh", kind: kindReg, alu: func(a, b uint64) uint64 { high, _ := carrylessProduct(a, b); return high }},
	opClmulr: {name: "clmulr", kind: kindReg, alu: clmulr},
	opPack:   {name: "pack", kind: kindReg, alu: pack, mask: func(_, _, ma, mb uint64) uint64 { return pack(ma, mb) }},
	opPackh:  {name: "packh", kind: kindReg, alu: packh, mask: func(_, _, ma, mb uint64) uint64 { return packh(ma, mb) | ^uint64(0xffff) }},
	opPackw:  {name: "packw", kind: kindReg, alu: packw, mask: func(_, _, ma, mb uint64) uint64 { return packw(ma, mb) }},
	opBrev8:  {name: "brev8", kind: kindImm, alu: brev8, mask: func(_, _, ma, _ uint64) uint64 { return brev8(ma, 0) }},
	opXperm4: {name: "xperm4", kind: kindReg, alu: func(a, b uint64) uint64 { return crossbar(a, b, 4) }},
	opXperm8: {name: "xperm8", kind: kindReg, alu: func(a, b uint64) uint64 { return crossbar(a, b, 8) }},

	opMopR:  {name: "mop.r.N", kind: kindConst},
	opMopRr: {name: "mop.rr.N", kind: kindConst},
	opCMop:  {name: "c.mop.N", kind: kindFence},
}

func addUw(a, b uint64) uint64  { return uint64(uint32(a)) + b }
func sh1add(a, b uint64) uint64 { return a<<1 + b }
func sh2add(a, b uint64) uint64 { return a<<2 + b }
func sh3add(a, b uint64) uint64 { return a<<3 + b }

func zextH(a, _ uint64) uint64 { return uint64(uint16(a)) }
func sextB(a, _ uint64) uint64 { return uint64(int64(int8(a))) }
func sextH(a, _ uint64) uint64 { return uint64(int64(int16(a))) }

func rolw(a, b uint64) uint64 { return sext32(uint64(bits.RotateLeft32(uint32(a), int(b&31)))) }
func rorw(a, b uint64) uint64 { return sext32(uint64(bits.RotateLeft32(uint32(a), -int(b&31)))) }

func bclr(a, b uint64) uint64 { return a &^ (1 << (b & 63)) }
func bext(a, b uint64) uint64 { return a >> (b & 63) & 1 }
func binv(a, b uint64) uint64 { return a ^ 1<<(b&63) }
func bset(a, b uint64) uint64 { return a | 1<<(b&63) }

// orcB makes every byte that has a set bit all ones.
func orcB(a uint64) uint64 {
	for shift := 1; shift < 8; shift <<= 1 {
		a |= a >> shift & lowBits[shift] // each bit gathers those above it in its byte
	}
	return a & 0x0101010101010101 * 0xff
}

// lowBits[s] has, in every byte, the bits that a shift right by s may fill from the same byte.
var lowBits = [...]uint64{1: 0x7f7f7f7f7f7f7f7f, 2: 0x3f3f3f3f3f3f3f3f, 4: 0x0f0f0f0f0f0f0f0f}

// carrylessProduct multiplies polynomials over GF(2).
func carrylessProduct(a, b uint64) (high, low uint64) {
	for ; b != 0; b &= b - 1 {
		n := bits.TrailingZeros64(b)
		low ^= a << n
		high ^= a >> (64 - n)
	}
	return high, low
}

// clmulr returns bits 126 down to 63 of the carry-less product.
func clmulr(a, b uint64) uint64 {
	high, low := carrylessProduct(a, b)
	return high<<1 | low>>63
}

func pack(a, b uint64) uint64  { return uint64(uint32(a)) | b<<32 }
func packh(a, b uint64) uint64 { return a&0xff | b&0xff<<8 }
func packw(a, b uint64) uint64 { return sext32(a&0xffff | b&0xffff<<16) }

// brev8 reverses the bits of each byte.
func brev8(a, _ uint64) uint64 { return bits.ReverseBytes64(bits.Reverse64(a)) }

// crossbar looks up each width-bit element of indices in table; an index past the end yields zero.
func crossbar(table, indices uint64, width uint) uint64 {
	element := uint64(1)<<width - 1
	var result uint64
	for at := uint(0); at < 64; at += width {
		if index := indices >> at & element; index < uint64(64/width) {
			result |= table >> (uint(index) * width) & element << at
		}
	}
	return result
}
