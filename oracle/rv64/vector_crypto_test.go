package rv64

import (
	"bytes"
	"crypto/aes"
	gosha256 "crypto/sha256"
	gosha512 "crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

// vectorUnit executes single instructions on groups of two registers, all with even numbers.
type vectorUnit struct {
	t *testing.T
	m *Machine
}

// newVectorUnits returns units with registers of all sizes, for vectors of count elements of so many bytes.
func newVectorUnits(t *testing.T, count, sew uint64) (units []vectorUnit) {
	for _, vlen := range []uint64{128, 256, 512, 1024} {
		m := New(Config{VLEN: vlen})
		m.SetVType(count, uint64(bits.TrailingZeros64(sew))<<3|1)
		units = append(units, vectorUnit{t, m})
	}
	return units
}

// do executes the instruction of a name; vs1 is a register or an immediate, and ignored where the opcode has that field.
func (u vectorUnit) do(name string, vd, vs2, vs1 uint32) {
	u.t.Helper()
	r := rowNamed(u.t, name).vector
	word := r.match | vd<<7 | vs2<<20
	if r.mask&maskVs1 == 0 {
		word |= vs1 << 15
	}
	if !u.m.stepVector(word, r) {
		u.t.Fatalf("%s is refused: %s", name, u.m.halt.Reason)
	}
}

func (u vectorUnit) set(register uint64, value []byte) { copy(u.m.vector.register(register), value) }

func (u vectorUnit) get(register, size uint64) []byte {
	return slices.Clone(u.m.vector.register(register)[:size])
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// aesKeySchedule puts the round keys into the list.
func (u vectorUnit) aesKeySchedule(key []byte) (keys [][]byte) {
	keys = append(keys, key[:16])
	rounds := 10
	if len(key) == 32 {
		keys, rounds = append(keys, key[16:]), 14
	}
	for round := len(keys); round <= rounds; round++ {
		u.set(4, keys[round-1])
		if len(key) == 16 {
			u.do("vaeskf1.vi", 2, 4, uint32(round))
		} else {
			u.set(2, keys[round-2])
			u.do("vaeskf2.vi", 2, 4, uint32(round))
		}
		keys = append(keys, u.get(2, 16))
	}
	return keys
}

// The examples of FIPS 197, appendix C, and random blocks as crypto/aes does them; .vv and .vs take turns.
func TestVectorAES(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	bytesOf := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		return b
	}
	type block struct{ key, plain, cipher []byte }
	plain := unhex(t, "00112233445566778899aabbccddeeff")
	key := unhex(t, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
	blocks := []block{
		{key[:16], plain, unhex(t, "69c4e0d86a7b0430d8cdb78070b4c55a")},
		{key, plain, unhex(t, "8ea2b7ca516745bfeafc49904b496089")},
	}
	for i := range 20 {
		b := block{key: bytesOf(16 + i%2*16), plain: bytesOf(16), cipher: make([]byte, 16)}
		c, err := aes.NewCipher(b.key)
		if err != nil {
			t.Fatal(err)
		}
		c.Encrypt(b.cipher, b.plain)
		blocks = append(blocks, b)
	}
	for _, u := range newVectorUnits(t, 4, 4) {
		for i, b := range blocks {
			keys := u.aesKeySchedule(b.key)
			if got := u.aesRounds(b.plain, keys, "vaesem", "vaesef", i); !bytes.Equal(got, b.cipher) {
				t.Errorf("VLEN %d: %x encrypted with %x is %x, want %x", u.m.VLEN(), b.plain, b.key, got, b.cipher)
			}
			slices.Reverse(keys)
			if got := u.aesRounds(b.cipher, keys, "vaesdm", "vaesdf", i); !bytes.Equal(got, b.plain) {
				t.Errorf("VLEN %d: %x decrypted with %x is %x, want %x", u.m.VLEN(), b.cipher, b.key, got, b.plain)
			}
		}
	}
}

func (u vectorUnit) aesRounds(text []byte, keys [][]byte, middle, last string, turn int) []byte {
	suffix := []string{".vv", ".vs"}[turn%2]
	u.set(2, text)
	for i, key := range keys {
		u.set(4, key)
		switch i {
		case 0:
			u.do("vaesz.vs", 2, 4, 0)
		case len(keys) - 1:
			u.do(last+suffix, 2, 4, 0)
		default:
			u.do(middle+suffix, 2, 4, 0)
		}
	}
	return u.get(2, 16)
}

// A round of the key schedule that does not exist stands for another one.
func TestVectorAESRounds(t *testing.T) {
	u := newVectorUnits(t, 4, 4)[0]
	for name, same := range map[string][][2]uint32{
		"vaeskf1.vi": {{0, 8}, {11, 3}, {15, 7}, {16, 8}, {31, 7}, {17, 1}},
		"vaeskf2.vi": {{0, 8}, {1, 9}, {15, 7}, {16, 8}, {30, 14}},
	} {
		for _, pair := range same {
			var got [2][]byte
			for i, round := range pair {
				u.set(2, unhex(t, "000102030405060708090a0b0c0d0e0f"))
				u.set(4, unhex(t, "f0e1d2c3b4a5968778695a4b3c2d1e0f"))
				u.do(name, 2, 4, round)
				got[i] = u.get(2, 16)
			}
			if !bytes.Equal(got[0], got[1]) {
				t.Errorf("%s: round %d is %x, round %d %x", name, pair[0], got[0], pair[1], got[1])
			}
		}
	}
}

// rootBits returns the first bits, up to 64, of the fraction of the square or cube root of a prime number.
func rootBits(prime int64, power, width uint) uint64 {
	n := new(big.Int).Lsh(big.NewInt(prime), power*width)
	root := new(big.Int)
	for bit := int(width) + 5; bit >= 0; bit-- {
		root.SetBit(root, bit, 1)
		if new(big.Int).Exp(root, big.NewInt(int64(power)), nil).Cmp(n) > 0 {
			root.SetBit(root, bit, 0)
		}
	}
	return new(big.Int).And(root, new(big.Int).SetUint64(allBits>>(64-width))).Uint64()
}

func primes(n int) (list []int64) {
	for p := int64(2); len(list) < n; p++ {
		if big.NewInt(p).ProbablyPrime(0) {
			list = append(list, p)
		}
	}
	return list
}

// words returns the little-endian bytes of words, lowest first.
func words(sew uint64, values ...uint64) []byte {
	b := make([]byte, sew*uint64(len(values)))
	for i, v := range values {
		putLittleEndian(b[uint64(i)*sew:], v, uint8(sew))
	}
	return b
}

// sha2 returns the hash of a text that fits one block.
func (u vectorUnit) sha2(text string, sew uint64) []byte {
	block := make([]byte, 16*sew)
	copy(block, text)
	block[len(text)] = 0x80
	binary.BigEndian.PutUint64(block[len(block)-8:], 8*uint64(len(text)))
	var w []uint64
	for i := range uint64(16) {
		v := littleEndian(block[i*sew:], uint8(sew))
		w = append(w, bits.ReverseBytes64(v)>>(64-8*sew))
	}
	rounds := 64 + int(sew/8*16)
	for len(w) < rounds {
		i := len(w) - 16
		u.set(2, words(sew, w[i:i+4]...))
		u.set(4, words(sew, w[i+4], w[i+9], w[i+10], w[i+11]))
		u.set(6, words(sew, w[i+12:i+16]...))
		u.do("vsha2ms.vv", 2, 4, 6)
		for k := range uint64(4) {
			w = append(w, u.m.vector.element(2, k, sew))
		}
	}
	var s []uint64
	list := primes(rounds)
	for _, p := range list[:8] {
		s = append(s, rootBits(p, 2, uint(8*sew)))
	}
	u.set(2, words(sew, s[5], s[4], s[1], s[0]))
	u.set(4, words(sew, s[7], s[6], s[3], s[2]))
	for i := 0; i < rounds; i += 4 {
		var sum []uint64
		for k := range 4 {
			sum = append(sum, truncate(w[i+k]+rootBits(list[i+k], 3, uint(8*sew)), sew))
		}
		u.set(6, words(sew, sum...))
		u.do("vsha2cl.vv", 4, 2, 6)
		u.do("vsha2ch.vv", 2, 4, 6)
	}
	var hash []byte
	for i, at := range [8][2]uint64{{2, 3}, {2, 2}, {4, 3}, {4, 2}, {2, 1}, {2, 0}, {4, 1}, {4, 0}} {
		v := s[i] + u.m.vector.element(at[0], at[1], sew)
		hash = append(hash, binary.BigEndian.AppendUint64(nil, v<<(64-8*sew))[:sew]...)
	}
	return hash
}

// The hashes of FIPS 180-4, as crypto/sha256 and crypto/sha512 compute them.
func TestVectorSHA2(t *testing.T) {
	for _, text := range []string{"", "abc", "The quick brown fox jumps over the lazy dog"} {
		for _, u := range newVectorUnits(t, 4, 4) {
			if got, want := u.sha2(text, 4), gosha256.Sum256([]byte(text)); !bytes.Equal(got, want[:]) {
				t.Errorf("VLEN %d: SHA-256 of %q is %x, want %x", u.m.VLEN(), text, got, want)
			}
		}
		for _, u := range newVectorUnits(t, 4, 8) {
			if got, want := u.sha2(text, 8), gosha512.Sum512([]byte(text)); !bytes.Equal(got, want[:]) {
				t.Errorf("VLEN %d: SHA-512 of %q is %x, want %x", u.m.VLEN(), text, got, want)
			}
		}
	}
}

// The first example of GB/T 32905: the hash of abc.
func TestVectorSM3(t *testing.T) {
	initial := unhex(t, "7380166f4914b2b9172442d7da8a0600a96f30bc163138aae38dee4db0fb0e4e")
	want := unhex(t, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")
	for _, u := range newVectorUnits(t, 8, 4) {
		message := make([]byte, 64)
		copy(message, "abc\x80")
		message[63] = 24
		for len(message) < 4*72 {
			at := len(message) - 64
			u.set(4, message[at+32:])
			u.set(6, message[at:at+32])
			u.do("vsm3me.vv", 2, 4, 6)
			message = append(message, u.get(2, 32)...)
		}
		u.set(2, initial)
		for round := range uint32(32) {
			u.set(4, message[8*round:8*round+32])
			u.do("vsm3c.vi", 2, 4, round)
		}
		got := u.get(2, 32)
		for i := range got {
			got[i] ^= initial[i]
		}
		if !bytes.Equal(got, want) {
			t.Errorf("VLEN %d: SM3 of abc is %x, want %x", u.m.VLEN(), got, want)
		}
	}
}

// The first example of GB/T 32907, whose key is the plain text. The instructions have the words in the order of the
// host.
func TestVectorSM4(t *testing.T) {
	text := []uint64{0x01234567, 0x89abcdef, 0xfedcba98, 0x76543210}
	want := []uint64{0x681edf34, 0xd206965e, 0x86b3e94f, 0x536e4246}
	fixed := []uint64{0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc}
	for i, u := range newVectorUnits(t, 4, 4) {
		key := slices.Clone(text)
		for k := range key {
			key[k] ^= fixed[k]
		}
		u.set(2, words(4, text...))
		u.set(4, words(4, key...))
		for round := range uint32(8) {
			u.do("vsm4k.vi", 4, 4, round)
			u.do([]string{"vsm4r.vv", "vsm4r.vs"}[i%2], 2, 4, 0)
		}
		if got := u.get(2, 16); !bytes.Equal(got, words(4, want[3], want[2], want[1], want[0])) {
			t.Errorf("VLEN %d: the last words are %x, want %x in reverse", u.m.VLEN(), got, want)
		}
	}
}

// The second test case of the paper on GCM by McGrew and Viega.
func TestVectorGHASH(t *testing.T) {
	key := unhex(t, "66e94bd4ef8a2c3b884cfa59ca342b2e")
	cipher := unhex(t, "0388dace60b6a392f328c2b971b2fe78")
	lengths := unhex(t, "00000000000000000000000000000080")
	want := unhex(t, "f38cbb1ad69223dcc3457ae5b6b0f885")
	for _, u := range newVectorUnits(t, 4, 4) {
		u.set(2, cipher)
		u.set(4, key)
		u.set(6, lengths)
		u.do("vgmul.vv", 2, 4, 0)
		u.do("vghsh.vv", 2, 4, 6)
		if got := u.get(2, 16); !bytes.Equal(got, want) {
			t.Errorf("VLEN %d: GHASH is %x, want %x", u.m.VLEN(), got, want)
		}
	}
}

// What the manual reserves is refused: other element widths, too few bits in a group of registers, and lengths and
// overlaps that do not fit.
func TestVectorGroupsReserved(t *testing.T) {
	const e32, e64, m1, m2, mf2 = 2 << 3, 3 << 3, 0, 1, 7
	tests := []struct {
		name             string
		vtype, vl        uint64
		vd, vs2, operand uint32
		legal            bool
	}{
		{"vaesem.vv", e32 | m1, 4, 1, 1, 0, true}, {"vaesem.vv", e64 | m2, 4, 2, 4, 0, false}, {"vaesem.vv", e32 | mf2, 0, 1, 2, 0, false},
		{"vaesem.vv", e32 | m1, 3, 1, 2, 0, false}, {"vaesem.vv", e32 | m1, 0, 1, 2, 0, true}, {"vaesem.vv", e32 | m2, 4, 2, 3, 0, false},
		{"vaesem.vs", e32 | m2, 4, 2, 5, 0, true}, {"vaesem.vs", e32 | m2, 4, 2, 3, 0, false}, {"vaesem.vs", e32 | m1, 4, 2, 2, 0, false},
		{"vsha2ms.vv", e64 | m2, 4, 2, 4, 6, true}, {"vsha2ms.vv", e64 | m1, 0, 2, 4, 6, false}, {"vsha2ms.vv", e32 | m1, 4, 2, 4, 2, false},
		{"vsha2ch.vv", e32 | m1, 4, 2, 2, 6, false}, {"vsm3me.vv", e32 | m2, 8, 2, 4, 2, true}, {"vsm3me.vv", e32 | m2, 8, 2, 2, 4, false},
		{"vsm3me.vv", e32 | m2, 4, 2, 4, 6, false}, {"vsm3me.vv", e32 | m1, 0, 2, 4, 6, false}, {"vsm3c.vi", e32 | m2, 8, 2, 2, 0, false},
		{"vghsh.vv", e32 | m1, 4, 2, 2, 2, true}, {"vghsh.vv", e32 | m2, 4, 2, 4, 7, false}, {"vaeskf1.vi", e32 | m1, 4, 2, 2, 31, true},
	}
	for _, test := range tests {
		m := New(Config{})
		m.SetVType(test.vl, test.vtype)
		r := rowNamed(t, test.name).vector
		word := r.match | test.vd<<7 | test.vs2<<20
		if r.mask&maskVs1 == 0 {
			word |= test.operand << 15
		}
		if legal := m.stepVector(word, r); legal != test.legal {
			t.Errorf("%s v%d,v%d,%d of %d elements under vtype %#o: legal %v", test.name, test.vd, test.vs2, test.operand, test.vl, test.vtype, legal)
		}
	}
}
