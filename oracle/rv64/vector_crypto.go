package rv64

import "math/bits"

// majorVectorCrypto is the major opcode of Zvkg, Zvkned, Zvknh, Zvksed and Zvksh, whose operands are groups of elements.
const majorVectorCrypto = 0x77

// elementGroup is what one step of these operations reads or writes, lowest element first.
type elementGroup [8]uint64

// half returns two 32-bit elements of a group as one value.
func (g *elementGroup) half(i int) uint64 { return g[2*i] | g[2*i+1]<<32 }

// setHalves sets the four elements of a group of 128 bits.
func (g *elementGroup) setHalves(low, high uint64) {
	g[0], g[1], g[2], g[3] = low&0xffffffff, low>>32, high&0xffffffff, high>>32
}

// groupOperation is an operation on groups of elements. It changes the group d of vd, given the group a of vs2; b is that
// of vs1, and immediate what the vs1 field is in the forms that end in .vi.
type groupOperation struct {
	name   string
	funct6 uint32
	vs1    uint32 // the value of the vs1 field; free if it is any
	size   uint64 // elements in a group
	// wide means that elements of 64 bits are allowed, besides those of 32.
	wide bool
	// apart1 and apart2 mean that vd must not overlap vs1 or vs2.
	apart1, apart2 bool
	do             func(d, a, b *elementGroup, immediate, sew uint64)
}

// free is the value of groupOperation.vs1 for a field that is an operand.
const free = 32

// The values of funct6 for operations on vd and vs2: on each group of vs2, or on its first one and all groups of vd.
const (
	eachGroup  = 0x28
	firstGroup = 0x29
)

// vectorGroups are the operations on groups.
var vectorGroups = []groupOperation{
	{name: "vsm3me.vv", funct6: 0x20, vs1: free, size: 8, apart2: true, do: sm3Expand},
	{name: "vsm4k.vi", funct6: 0x21, vs1: free, size: 4, do: sm4Keys},
	{name: "vaeskf1.vi", funct6: 0x22, vs1: free, size: 4, do: aesKeys128},
	{name: "vaesdm.vv", funct6: eachGroup, vs1: 0, size: 4, do: aesDecryptMiddle},
	{name: "vaesdm.vs", funct6: firstGroup, vs1: 0, size: 4, apart2: true, do: aesDecryptMiddle},
	{name: "vaesdf.vv", funct6: eachGroup, vs1: 1, size: 4, do: aesDecryptLast},
	{name: "vaesdf.vs", funct6: firstGroup, vs1: 1, size: 4, apart2: true, do: aesDecryptLast},
	{name: "vaesem.vv", funct6: eachGroup, vs1: 2, size: 4, do: aesEncryptMiddle},
	{name: "vaesem.vs", funct6: firstGroup, vs1: 2, size: 4, apart2: true, do: aesEncryptMiddle},
	{name: "vaesef.vv", funct6: eachGroup, vs1: 3, size: 4, do: aesEncryptLast},
	{name: "vaesef.vs", funct6: firstGroup, vs1: 3, size: 4, apart2: true, do: aesEncryptLast},
	{name: "vaesz.vs", funct6: firstGroup, vs1: 7, size: 4, apart2: true, do: aesAddKey},
	{name: "vsm4r.vv", funct6: eachGroup, vs1: 16, size: 4, do: sm4Rounds},
	{name: "vsm4r.vs", funct6: firstGroup, vs1: 16, size: 4, apart2: true, do: sm4Rounds},
	{name: "vgmul.vv", funct6: eachGroup, vs1: 17, size: 4, do: ghashMultiply},
	{name: "vaeskf2.vi", funct6: 0x2a, vs1: free, size: 4, do: aesKeys256},
	{name: "vsm3c.vi", funct6: 0x2b, vs1: free, size: 8, apart2: true, do: sm3Compress},
	{name: "vghsh.vv", funct6: 0x2c, vs1: free, size: 4, do: ghashAdd},
	{name: "vsha2ms.vv", funct6: 0x2d, vs1: free, size: 4, wide: true, apart1: true, apart2: true, do: sha2Expand},
	{name: "vsha2ch.vv", funct6: 0x2e, vs1: free, size: 4, wide: true, apart1: true, apart2: true, do: sha2CompressHigh},
	{name: "vsha2cl.vv", funct6: 0x2f, vs1: free, size: 4, wide: true, apart1: true, apart2: true, do: sha2CompressLow},
}

// groupRows returns the rows of this file.
func groupRows() []vectorRow {
	var list []vectorRow
	for _, o := range vectorGroups {
		match, mask := o.funct6<<26|maskUnmasked|formMVV<<12|majorVectorCrypto, uint32(maskFunct6|maskUnmasked)
		if o.vs1 != free {
			match, mask = match|o.vs1<<15, mask|maskVs1
		}
		list = append(list, vectorRow{o.name, match, mask, o.legal, o.run})
	}
	return list
}

// readsVs1 reports whether the vs1 field names a register.
func (o *groupOperation) readsVs1() bool { return o.vs1 == free && o.name[len(o.name)-1] == 'v' }

// legal is the rule for operations on groups: a group of registers holds a group of elements at least, vstart and vl
// are multiples of its size, and registers overlap only where that is allowed.
func (o *groupOperation) legal(r *vectorRun) bool {
	if r.sew != 4 && !(o.wide && r.sew == 8) || r.v.vlenb*r.emul8/8 < o.size*r.sew || r.vl%o.size != 0 || r.v.vstart%o.size != 0 {
		return false
	}
	scalar := o.funct6 == firstGroup
	size2 := r.emul8
	if scalar {
		size2 = 8
	}
	overlap := func(vs, size8 uint64) bool { return r.readTwice(r.vd, r.emul8, vs, size8) }
	return aligned(r.vd, r.emul8) && aligned(r.vs2, size2) && (!o.readsVs1() || aligned(r.vs1, r.emul8)) &&
		!(o.apart1 && overlap(r.vs1, r.emul8)) && !(o.apart2 && overlap(r.vs2, size2))
}

func (o *groupOperation) run(r *vectorRun) {
	var d, a, b elementGroup
	load := func(g *elementGroup, register, first uint64) {
		for i := range o.size {
			g[i] = r.v.element(register, first+i, r.sew)
		}
	}
	for first := r.v.vstart; first < r.vl; first += o.size {
		load(&d, r.vd, first)
		if o.funct6 == firstGroup {
			load(&a, r.vs2, 0)
		} else {
			load(&a, r.vs2, first)
		}
		if o.readsVs1() {
			load(&b, r.vs1, first)
		}
		o.do(&d, &a, &b, r.vs1, r.sew)
		for i := range o.size {
			r.setD(first+i, d[i])
		}
	}
}

// aesBoth shifts the rows of a whole state and substitutes its bytes.
func aesBoth(d *elementGroup, step int, box *[256]byte) (low, high uint64) {
	return aesRound(d.half(0), d.half(1), step, box), aesRound(d.half(1), d.half(0), step, box)
}

func aesEncryptMiddle(d, a, _ *elementGroup, _, _ uint64) {
	low, high := aesBoth(d, 1, &aesForward)
	d.setHalves(mixColumns(low, aesMix)^a.half(0), mixColumns(high, aesMix)^a.half(1))
}

func aesEncryptLast(d, a, _ *elementGroup, _, _ uint64) {
	low, high := aesBoth(d, 1, &aesForward)
	d.setHalves(low^a.half(0), high^a.half(1))
}

func aesDecryptMiddle(d, a, _ *elementGroup, _, _ uint64) {
	low, high := aesBoth(d, 3, &aesInverse)
	d.setHalves(mixColumns(low^a.half(0), aesUnmix), mixColumns(high^a.half(1), aesUnmix))
}

func aesDecryptLast(d, a, _ *elementGroup, _, _ uint64) {
	low, high := aesBoth(d, 3, &aesInverse)
	d.setHalves(low^a.half(0), high^a.half(1))
}

func aesAddKey(d, a, _ *elementGroup, _, _ uint64) {
	d.setHalves(d.half(0)^a.half(0), d.half(1)^a.half(1))
}

// chain sets the four words of d to the running sums of a first word and those of a group.
func (d *elementGroup) chain(first uint64, words *elementGroup) {
	for i := range 4 {
		first ^= words[i]
		d[i] = first
	}
}

// aesWord is the word that begins the next round key: the last one of the present key, substituted, with or without the
// rotation and the constant of a round, counted from 1.
func aesWord(key *elementGroup, round uint64, plain bool) uint64 {
	if plain {
		return aesKeyFirst(key[3]<<32, 10) & 0xffffffff
	}
	return aesKeyFirst(key[3]<<32, round-1) & 0xffffffff
}

// aesKeys128 computes the next round key of AES-128. Rounds that do not exist stand for others.
func aesKeys128(d, a, _ *elementGroup, immediate, _ uint64) {
	round := immediate & 15
	if round == 0 || round > 10 {
		round ^= 8
	}
	d.chain(aesWord(a, round, false), a)
}

// aesKeys256 computes the next round key of AES-256 from the last two, of which d is the older one.
func aesKeys256(d, a, _ *elementGroup, immediate, _ uint64) {
	round := immediate & 15
	if round < 2 || round > 14 {
		round ^= 8
	}
	older := *d
	d.chain(aesWord(a, round/2, round%2 == 1), &older)
}

// ghashProduct multiplies in GF(2^128), modulo x^128 + x^7 + x^2 + x + 1, the groups that d and a hold with the bits of
// each byte reversed.
func ghashProduct(d, a *elementGroup) {
	y := [2]uint64{brev8(d.half(0), 0), brev8(d.half(1), 0)}
	h := [2]uint64{brev8(a.half(0), 0), brev8(a.half(1), 0)}
	var z [2]uint64
	for bit := range 128 {
		if y[bit/64]>>(bit%64)&1 != 0 {
			z[0], z[1] = z[0]^h[0], z[1]^h[1]
		}
		carry := h[1] >> 63
		h[0], h[1] = h[0]<<1^carry*0x87, h[1]<<1|h[0]>>63
	}
	d.setHalves(brev8(z[0], 0), brev8(z[1], 0))
}

func ghashMultiply(d, a, _ *elementGroup, _, _ uint64) { ghashProduct(d, a) }

func ghashAdd(d, a, b *elementGroup, _, _ uint64) {
	aesAddKey(d, b, nil, 0, 0)
	ghashProduct(d, a)
}

// sha2Functions are the four functions of a SHA-2 with words of a width.
type sha2Functions struct{ sig0, sig1, sum0, sum1 func(a, b uint64) uint64 }

var sha2Narrow = sha2Functions{sha256(7, 18, 3, true), sha256(17, 19, 10, true), sha256(2, 13, 22, false), sha256(6, 11, 25, false)}

var sha2Wide = sha2Functions{sha512(1, 8, 7, true), sha512(19, 61, 6, true), sha512(28, 34, 39, false), sha512(14, 18, 41, false)}

func sha2Of(sew uint64) *sha2Functions {
	if sew == 8 {
		return &sha2Wide
	}
	return &sha2Narrow
}

// sha2Expand computes words 16 to 19 of the message schedule from d = words 0 to 3, a = 4, 9, 10 and 11, b = 12 to 15.
func sha2Expand(d, a, b *elementGroup, _, sew uint64) {
	f := sha2Of(sew)
	w := [20]uint64{0: d[0], 1: d[1], 2: d[2], 3: d[3], 4: a[0], 9: a[1], 10: a[2], 11: a[3], 12: b[0], 13: b[1], 14: b[2], 15: b[3]}
	for i := 16; i < 20; i++ {
		w[i] = truncate(f.sig1(w[i-2], 0)+w[i-7]+f.sig0(w[i-15], 0)+w[i-16], sew)
		d[i-16] = w[i]
	}
}

func sha2CompressLow(d, a, b *elementGroup, _, sew uint64) { sha2Compress(d, a, b[0:2], sew) }

func sha2CompressHigh(d, a, b *elementGroup, _, sew uint64) { sha2Compress(d, a, b[2:4], sew) }

// sha2Compress computes two rounds, of the state with f, e, b and a in the group a and h, g, d and c in the group d;
// words are those of the schedule with their constants added. The new f, e, b and a go to d.
func sha2Compress(d, a *elementGroup, words []uint64, sew uint64) {
	fn := sha2Of(sew)
	s := [8]uint64{a[3], a[2], d[3], d[2], a[1], a[0], d[1], d[0]} // a to h
	for _, word := range words {
		choice := s[4]&s[5] ^ ^s[4]&s[6]
		majority := s[0]&s[1] ^ s[0]&s[2] ^ s[1]&s[2]
		t1 := s[7] + fn.sum1(s[4], 0) + choice + word
		t2 := fn.sum0(s[0], 0) + majority
		s = [8]uint64{truncate(t1+t2, sew), s[0], s[1], s[2], truncate(s[3]+t1, sew), s[4], s[5], s[6]}
	}
	d[0], d[1], d[2], d[3] = s[5], s[4], s[1], s[0]
}

// swapped returns the words of a group that has their bytes in reverse.
func (g *elementGroup) swapped() (words [8]uint32) {
	for i, v := range g {
		words[i] = bits.ReverseBytes32(uint32(v))
	}
	return words
}

func (g *elementGroup) setSwapped(words [8]uint32) {
	for i, v := range words {
		g[i] = uint64(bits.ReverseBytes32(v))
	}
}

// sm3P0 and sm3P1 are the permutations of SM3.
var sm3P0, sm3P1 = sm3(9, 17), sm3(15, 23)

// sm3Expand computes words 16 to 23 of the message schedule from b = words 0 to 7 and a = words 8 to 15.
func sm3Expand(d, a, b *elementGroup, _, _ uint64) {
	var w [24]uint32
	first, second := b.swapped(), a.swapped()
	copy(w[:8], first[:])
	copy(w[8:16], second[:])
	for i := 16; i < 24; i++ {
		mixed := w[i-16] ^ w[i-9] ^ bits.RotateLeft32(w[i-3], 15)
		w[i] = uint32(sm3P1(uint64(mixed), 0)) ^ bits.RotateLeft32(w[i-13], 7) ^ w[i-6]
	}
	d.setSwapped([8]uint32(w[16:]))
}

// sm3Compress computes rounds 2*immediate and 2*immediate+1 of the state d, A first, with words 0, 1, 4 and 5 of a.
func sm3Compress(d, a, _ *elementGroup, immediate, _ uint64) {
	s, w := d.swapped(), a.swapped()
	for i := range 2 {
		round := 2*int(immediate) + i
		constant, ff, gg := uint32(0x79cc4519), s[0]^s[1]^s[2], s[4]^s[5]^s[6]
		if round >= 16 {
			constant, ff, gg = 0x7a879d8a, s[0]&s[1]|s[0]&s[2]|s[1]&s[2], s[4]&s[5]|^s[4]&s[6]
		}
		ss1 := bits.RotateLeft32(bits.RotateLeft32(s[0], 12)+s[4]+bits.RotateLeft32(constant, round%32), 7)
		ss2 := ss1 ^ bits.RotateLeft32(s[0], 12)
		tt1 := ff + s[3] + ss2 + (w[i] ^ w[i+4])
		tt2 := gg + s[7] + ss1 + w[i]
		s = [8]uint32{tt1, s[0], bits.RotateLeft32(s[1], 9), s[2], uint32(sm3P0(uint64(tt2), 0)), s[4], bits.RotateLeft32(s[5], 19), s[6]}
	}
	d.setSwapped(s)
}

// sm4Steps computes four words, each from the four before it, the key of its step, and a linear function.
func sm4Steps(d, from *elementGroup, key func(i int) uint32, spread func(v uint32) uint32) {
	w := [8]uint32{uint32(from[0]), uint32(from[1]), uint32(from[2]), uint32(from[3])}
	for i := range 4 {
		v := w[i+1] ^ w[i+2] ^ w[i+3] ^ key(i)
		substituted := uint32(0)
		for shift := 0; shift < 32; shift += 8 {
			substituted |= uint32(sm4Box[byte(v>>shift)]) << shift
		}
		w[i+4] = w[i] ^ spread(substituted)
		d[i] = uint64(w[i+4])
	}
}

// sm4Keys computes the next four round keys. Byte j of constant i is 7(4i+j), the highest byte first.
func sm4Keys(d, a, _ *elementGroup, immediate, _ uint64) {
	constant := func(i int) (v uint32) {
		for j := range 4 {
			v = v<<8 | uint32(byte(7*(4*(4*int(immediate&7)+i)+j)))
		}
		return v
	}
	sm4Steps(d, a, constant, func(v uint32) uint32 { return v ^ bits.RotateLeft32(v, 13) ^ bits.RotateLeft32(v, 23) })
}

// sm4Rounds computes four rounds of the state d with the round keys a.
func sm4Rounds(d, a, _ *elementGroup, _, _ uint64) {
	state := *d
	sm4Steps(d, &state, func(i int) uint32 { return uint32(a[i]) }, func(v uint32) uint32 {
		return v ^ bits.RotateLeft32(v, 2) ^ bits.RotateLeft32(v, 10) ^ bits.RotateLeft32(v, 18) ^ bits.RotateLeft32(v, 24)
	})
}
