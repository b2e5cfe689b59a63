package rv64

import "math/bits"

// cryptoRows are Zknd, Zkne, Zknh, Zksed and Zksh.
var cryptoRows = map[opcode]row{
	opAes64es:   {name: "aes64es", kind: kindReg, alu: func(a, b uint64) uint64 { return aesRound(a, b, 1, &aesForward) }},
	opAes64esm:  {name: "aes64esm", kind: kindReg, alu: func(a, b uint64) uint64 { return mixColumns(aesRound(a, b, 1, &aesForward), aesMix) }},
	opAes64ds:   {name: "aes64ds", kind: kindReg, alu: func(a, b uint64) uint64 { return aesRound(a, b, 3, &aesInverse) }},
	opAes64dsm:  {name: "aes64dsm", kind: kindReg, alu: func(a, b uint64) uint64 { return mixColumns(aesRound(a, b, 3, &aesInverse), aesUnmix) }},
	opAes64im:   {name: "aes64im", kind: kindImm, alu: func(a, _ uint64) uint64 { return mixColumns(a, aesUnmix) }},
	opAes64ks1i: {name: "aes64ks1i", kind: kindImm, alu: aesKeyFirst},
	opAes64ks2:  {name: "aes64ks2", kind: kindReg, alu: aesKeySecond},

	opSha256sig0: {name: "sha256sig0", kind: kindImm, alu: sha256(7, 18, 3, true), mask: maskWordOnly},
	opSha256sig1: {name: "sha256sig1", kind: kindImm, alu: sha256(17, 19, 10, true), mask: maskWordOnly},
	opSha256sum0: {name: "sha256sum0", kind: kindImm, alu: sha256(2, 13, 22, false), mask: maskWordOnly},
	opSha256sum1: {name: "sha256sum1", kind: kindImm, alu: sha256(6, 11, 25, false), mask: maskWordOnly},
	opSha512sig0: {name: "sha512sig0", kind: kindImm, alu: sha512(1, 8, 7, true)},
	opSha512sig1: {name: "sha512sig1", kind: kindImm, alu: sha512(19, 61, 6, true)},
	opSha512sum0: {name: "sha512sum0", kind: kindImm, alu: sha512(28, 34, 39, false)},
	opSha512sum1: {name: "sha512sum1", kind: kindImm, alu: sha512(14, 18, 41, false)},

	opSm3p0: {name: "sm3p0", kind: kindImm, alu: sm3(9, 17), mask: maskWordOnly},
	opSm3p1: {name: "sm3p1", kind: kindImm, alu: sm3(15, 23), mask: maskWordOnly},
	opSm4ed: {name: "sm4ed", kind: kindReg3, fp: func(_ *environment, a, b, c uint64) uint64 { return sm4(a, b, c, sm4Data) }},
	opSm4ks: {name: "sm4ks", kind: kindReg3, fp: func(_ *environment, a, b, c uint64) uint64 { return sm4(a, b, c, sm4Key) }},
}

// gfMul multiplies in GF(2^8) modulo polynomial, whose top bit is omitted.
func gfMul(a, b, polynomial byte) byte {
	var product byte
	for ; b != 0; b >>= 1 {
		if b&1 != 0 {
			product ^= a
		}
		carry := a >> 7
		a = a<<1 ^ carry*polynomial
	}
	return product
}

// gfInverse returns a^254, which is the inverse of a, and 0 for 0: the product of a^2, a^4, a^8 up to a^128.
func gfInverse(a, polynomial byte) byte {
	result, power := byte(1), a
	for range 7 {
		power = gfMul(power, power, polynomial)
		result = gfMul(result, power, polynomial)
	}
	return result
}

// affine multiplies bits by the circulant matrix whose row i is row rotated left by i, and adds constant.
func affine(v, row, constant byte) byte {
	var result byte
	for i := range 8 {
		result |= byte(bits.OnesCount8(v&bits.RotateLeft8(row, i))&1) << i
	}
	return result ^ constant
}

const aesPolynomial, sm4Polynomial = 0x1b, 0xf5

// aesForward and aesInverse are the S-box of AES and its inverse, sm4Box that of SM4.
var aesForward, aesInverse = aesBoxes()

func aesBoxes() (forward, inverse [256]byte) {
	for v := range 256 {
		s := affine(gfInverse(byte(v), aesPolynomial), 0xf1, 0x63)
		forward[v], inverse[s] = s, byte(v)
	}
	return forward, inverse
}

var sm4Box = func() (box [256]byte) {
	for v := range 256 {
		box[v] = affine(gfInverse(affine(byte(v), 0xa7, 0xd3), sm4Polynomial), 0xa7, 0xd3)
	}
	return box
}()

// aesRound shifts the rows of the state (low half a, high half b) by step columns a row, substitutes, and returns the
// low half.
func aesRound(a, b uint64, step int, box *[256]byte) uint64 {
	var result uint64
	for i := range 8 {
		row := i % 4
		from := (i/4+row*step)%4*4 + row
		half := a
		if from >= 8 {
			half = b
		}
		result |= uint64(box[byte(half>>(8*(from%8)))]) << (8 * i)
	}
	return result
}

// aesMix and aesUnmix are the first rows of the matrices of MixColumns.
var (
	aesMix   = [4]byte{2, 3, 1, 1}
	aesUnmix = [4]byte{14, 11, 13, 9}
)

// mixColumns mixes both columns of half a state.
func mixColumns(v uint64, matrix [4]byte) uint64 {
	var result uint64
	for i := range 8 {
		var mixed byte
		for j := range 4 {
			mixed ^= gfMul(byte(v>>(8*(i/4*4+j))), matrix[(j-i%4+4)%4], aesPolynomial)
		}
		result |= uint64(mixed) << (8 * i)
	}
	return result
}

var aesRoundConstants = [11]uint32{0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x1b, 0x36, 0}

// aesKeyFirst is the nonlinear step of the key schedule; round 10 neither rotates nor adds a constant.
func aesKeyFirst(a, round uint64) uint64 {
	word := uint32(a >> 32)
	if round != 10 {
		word = bits.RotateLeft32(word, -8)
	}
	var substituted uint32
	for i := range 4 {
		substituted |= uint32(aesForward[byte(word>>(8*i))]) << (8 * i)
	}
	substituted ^= aesRoundConstants[round]
	return uint64(substituted)<<32 | uint64(substituted)
}

func aesKeySecond(a, b uint64) uint64 {
	low := a>>32 ^ b&0xffffffff
	return low | (low^b>>32)<<32
}

// sha256 and sha512 return the functions of two rotations and a third one or a shift.
func sha256(first, second, third int, shift bool) func(a, _ uint64) uint64 {
	return func(a, _ uint64) uint64 {
		v := uint32(a)
		last := bits.RotateLeft32(v, -third)
		if shift {
			last = v >> third
		}
		return sext32(uint64(bits.RotateLeft32(v, -first) ^ bits.RotateLeft32(v, -second) ^ last))
	}
}

func sha512(first, second, third int, shift bool) func(a, _ uint64) uint64 {
	return func(a, _ uint64) uint64 {
		last := bits.RotateLeft64(a, -third)
		if shift {
			last = a >> third
		}
		return bits.RotateLeft64(a, -first) ^ bits.RotateLeft64(a, -second) ^ last
	}
}

func sm3(first, second int) func(a, _ uint64) uint64 {
	return func(a, _ uint64) uint64 {
		v := uint32(a)
		return sext32(uint64(v ^ bits.RotateLeft32(v, first) ^ bits.RotateLeft32(v, second)))
	}
}

// sm4 substitutes byte number which of b, spreads it linearly, rotates it back to its place, and adds a.
func sm4(a, b, which uint64, spread func(x uint32) uint32) uint64 {
	shift := 8 * int(which)
	x := uint32(sm4Box[byte(b>>shift)])
	return sext32(uint64(bits.RotateLeft32(spread(x), shift) ^ uint32(a)))
}

// sm4Data and sm4Key are the linear parts of a round and of the key schedule, for a byte of a byte-swapped word.
func sm4Data(x uint32) uint32 { return x ^ x<<8 ^ x<<2 ^ x<<18 ^ x&0x3f<<26 ^ x&0xc0<<10 }

func sm4Key(x uint32) uint32 { return x ^ x&0x07<<29 ^ x&0xfe<<7 ^ x&1<<23 ^ x&0xf8<<13 }
