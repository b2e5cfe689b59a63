package linux

import "github.com/rvfuzz/rvfuzz/oracle/rv64"

type words []uint32

// extensions are the bits of the key of extensions, by number: the name, and instructions that the machine has if it has the
// extension; those without instructions are always there (Documentation/arch/riscv/hwprobe.rst of Linux). Zcf is of RV32.
var extensions = []struct {
	bit   int
	name  string
	words words
}{
	{0, "FD", words{0x00007053, 0x02007053}},
	{1, "C", words{0x0505}},
	{2, "V", words{0x02057087, 0x021090d7, 0x02007053}},
	{3, "Zba", words{0x20a52533}},
	{4, "Zbb", words{0x60051513}},
	{5, "Zbs", words{0x28a51533}},
	{6, "Zicboz", words{0x0045200f}},
	{7, "Zbc", words{0x0aa52533}},
	{8, "Zbkb", words{0x68755513}},
	{9, "Zbkc", words{0x0aa51533}},
	{10, "Zbkx", words{0x28a54533}},
	{11, "Zknd", words{0x3aa50533}},
	{12, "Zkne", words{0x32a50533}},
	{13, "Zknh", words{0x10051513}},
	{14, "Zksed", words{0x30a50533}},
	{15, "Zksh", words{0x10851513}},
	{16, "Zkt", words{}},
	{17, "Zvbb", words{0x4a1620d7}},
	{18, "Zvbc", words{0x3210a0d7}},
	{19, "Zvkb", words{0x061080d7}},
	{20, "Zvkg", words{0xb210a0f7}},
	{21, "Zvkned", words{0xa21120f7}},
	{22, "Zvknha", words{0xb6432177}},
	{23, "Zvknhb", words{0xb6432177, 0x02057087}},
	{24, "Zvksed", words{0xa21820f7}},
	{25, "Zvksh", words{0x8221a0f7}},
	{26, "Zvkt", words{}},
	{27, "Zfh", words{0x04007053}},
	{28, "Zfhmin", words{0x40200053}},
	{29, "Zihintntl", words{}},
	{30, "Zvfh", words{0x021090d7, 0x04007053}},
	{31, "Zvfhmin", words{0x4a2a10d7, 0x40200053}},
	{32, "Zfa", words{0xf0180053}},
	{33, "Ztso", words{}},
	{34, "Zacas", words{0x28a5252f}},
	{35, "Zicond", words{0x0ea55533}},
	{36, "Zihintpause", words{}},
	{37, "Zve32x", words{0x021080d7}},
	{38, "Zve32f", words{0x021090d7}},
	{39, "Zve64x", words{0x02057087}},
	{40, "Zve64f", words{0x02057087, 0x021090d7}},
	{41, "Zve64d", words{0x02057087, 0x021090d7, 0x02007053}},
	{42, "Zimop", words{0x81c54573}},
	{43, "Zca", words{0x0505}},
	{44, "Zcb", words{0x9d49}},
	{45, "Zcd", words{0x2108}},
	{47, "Zcmop", words{0x6081}},
	{48, "Zawrs", words{0x00d00073}},
	{49, "Supm", words{}},
	{50, "Zicntr", words{0xc0002573}},
	{51, "Zihpm", words{0xc0302573}},
	{52, "Zfbfmin", words{0x40600053}},
	{53, "Zvfbfmin", words{0x4a2e90d7}},
	{54, "Zvfbfwma", words{0xee109157}},
	{55, "Zicbom", words{0x0015200f}},
	{56, "Zaamo", words{0x00a5252f}},
	{57, "Zalrsc", words{0x1005252f}},
	{58, "Zabha", words{0x00a5052f}},
}

// has reports whether the machine executes all of some words.
func (k *kernel) has(list words) bool {
	for _, w := range list {
		if k.config.Has != nil && !k.config.Has(w) {
			return false
		}
	}
	return true
}

// hwcap returns the auxiliary entry with a bit for each extension of a single letter, bit 0 for A.
func (k *kernel) hwcap() uint64 {
	const atomic, multiplies, vector = 0x1005252f, 0x02a50533, 2
	caps := uint64(1 << ('i' - 'a'))
	for letter, list := range map[byte]words{
		'a': {atomic}, 'c': extensions[1].words, 'd': {0x02007053}, 'f': {0x00007053}, 'm': {multiplies}, 'v': extensions[vector].words,
	} {
		if k.has(list) {
			caps |= 1 << (letter - 'a')
		}
	}
	return caps
}

// The keys of riscv_hwprobe.
const (
	keyBase       = 3
	keyExtensions = 4
	keyMisaligned = 5 // as bits, replaced by keyScalar
	keyZeroSize   = 6
	keyHighest    = 7
	keyFrequency  = 8
	keyScalar     = 9
	keyVector     = 10
	keyCacheSize  = 12
	keyPrefetch   = 15
)

// probed returns the value of a key, and whether it is known.
func (k *kernel) probed(key uint64) (value uint64, ok bool) {
	const blockSize, fast, unsupported = 64, 3, 4
	switch key {
	case 0, 1, 2: // vendor, architecture, implementation
		return 0, true
	case keyBase:
		return 1, true // IMA
	case keyExtensions:
		for _, e := range extensions {
			if k.has(e.words) {
				value |= 1 << e.bit
			}
		}
		return value, true
	case keyMisaligned, keyScalar, keyVector:
		if k.config.TrapMisaligned {
			return unsupported, true
		}
		return fast, true
	case keyZeroSize, keyCacheSize, keyPrefetch:
		return blockSize, true
	case keyHighest:
		return userSpace - 1, true
	case keyFrequency:
		return nanoseconds, true
	}
	return 0, false
}

// hwprobe tells of the machine: pairs of key and value, their number, size and address of a set of processors, flags. It fills
// in the values, or with a flag leaves only those processors in the set that have them.
func (t *thread) hwprobe(a [6]uint64) uint64 {
	const pair, most, whichProcessors = 16, 256, 1
	if a[1] > most || a[4]&^whichProcessors != 0 {
		return failure(errInvalid)
	}
	which := a[4] != 0
	set, number := t.processors(a[2], a[3], which)
	switch {
	case number != 0:
		return failure(number)
	case a[1] > 0 && !t.allows(a[0], pair*a[1], rv64.Read|rv64.Write):
		return failure(errFault)
	}
	for i := range a[1] {
		given, _ := t.pointers(a[0]+pair*i, 2)
		value, ok := t.probed(given[0])
		isBits := given[0] == keyBase || given[0] == keyExtensions
		switch {
		case !ok:
			t.put(a[0]+pair*i, allBits, 0)
			set = 0
		case !which:
			t.put(a[0]+pair*i, given[0], value)
		case isBits && given[1]&^value != 0 || !isBits && given[1] != value:
			set = 0
		}
	}
	if which {
		b := make([]byte, min(a[2], 128))
		b[0] = set
		return failure(errFaultUnless(t.output(a[3], b)))
	}
	return 0
}

// processors reads a set of processors, of which the guest has number 0; no set, or when looking for some an empty one, is
// all of them.
func (t *thread) processors(size, addr uint64, which bool) (set byte, number uint64) {
	if size == 0 && addr == 0 && !which {
		return 1, 0
	}
	if which && (size == 0 || addr == 0) {
		return 0, errInvalid
	}
	b := make([]byte, min(size, 128))
	if !t.input(addr, b, "the set of processors") {
		return 0, errFault
	}
	isEmpty := true
	for _, part := range b {
		isEmpty = isEmpty && part == 0
	}
	if len(b) > 0 {
		set = b[0] & 1
	}
	switch {
	case which && isEmpty:
		return 1, 0
	case set == 0:
		return 0, errInvalid
	}
	return set, 0
}
