package rv64

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// amo encodes an atomic: rd, the operand in rs2, the address in rs1.
func amo(funct5, width, rd, rs1, rs2 uint32) uint32 {
	return rType(funct5<<2, rs2, rs1, width, rd, 0x2f)
}

// Atomics of every width change their bytes and nothing else. a0 holds the operand, a1 the address of data+8, a2 the
// expected value.
func TestAtomics(t *testing.T) {
	const before = 0x8182838485868788
	tests := []struct {
		name     string
		word     uint32
		a0, a2   uint64
		old, now uint64 // a2 afterwards, and the doubleword
	}{
		{"amoadd.b", amo(0, 0, 12, 11, 10), 0x78, 0, 0xffffffffffffff88, before &^ 0xff},
		{"amoadd.h", amo(0, 1, 12, 11, 10), 0x7878, 0, 0xffffffffffff8788, before &^ 0xffff},
		{"amoswap.w", amo(1, 2, 12, 11, 10), 1, 0, 0xffffffff85868788, 0x8182838400000001},
		{"amomax.b", amo(0x14, 0, 12, 11, 10), 1, 0, 0xffffffffffffff88, before&^0xff | 1},
		{"amomaxu.b", amo(0x1c, 0, 12, 11, 10), 1, 0, 0xffffffffffffff88, before},
		{"amominu.h", amo(0x18, 1, 12, 11, 10), 1, 0, 0xffffffffffff8788, before&^0xffff | 1},
		{"amoxor.d", amo(4, 3, 12, 11, 10), before, 0, before, 0},
		{"amocas.b equal", amo(5, 0, 12, 11, 10), 0x11, 0x188, 0xffffffffffffff88, before&^0xff | 0x11},
		{"amocas.b unequal", amo(5, 0, 12, 11, 10), 0x11, 0x89, 0xffffffffffffff88, before},
		{"amocas.w equal", amo(5, 2, 12, 11, 10), 0x11, 0x85868788, 0xffffffff85868788, 0x8182838400000011},
		{"amocas.d unequal", amo(5, 3, 12, 11, 10), 0x11, 0, before, before},
		{"amocas.d equal", amo(5, 3, 12, 11, 10), 0x11, before, before, 0x11},
		{"lb.aq", amo(6, 0, 12, 11, 0) | 1<<26, 1, 0, 0xffffffffffffff88, before},
		{"lw.aqrl", amo(6, 2, 12, 11, 0) | 3<<25, 1, 0, 0xffffffff85868788, before},
		{"ld.aq", amo(6, 3, 12, 11, 0) | 1<<26, 1, 0, before, before},
		{"sh.rl", amo(7, 1, 0, 11, 10) | 1<<25, 0x12345, 7, 7, before&^0xffff | 0x2345},
		{"sd.aqrl", amo(7, 3, 0, 11, 10) | 3<<25, 0x12345, 7, 7, 0x12345},
		{"sc alone", amo(3, 3, 12, 11, 10), 5, 0, 1, before},
	}
	m := New(Config{Checks: CheckAll, Unratified: true})
	for _, test := range tests {
		program(t, m, test.word, ret)
		writeWords(t, m, 0, before, 0)
		m.SetX(10, test.a0)
		m.SetX(11, dataBase+8)
		m.SetX(12, test.a2)
		if got := m.Call(textBase, 10); got.Ending != oracle.Returned {
			t.Errorf("%s: %+v", test.name, got)
		}
		now := readWords(t, m, 3)
		if m.X(12) != test.old || now[0] != 0 || now[1] != test.now || now[2] != 0 {
			t.Errorf("%s: old %#x, want %#x; memory %#x, want %#x", test.name, m.X(12), test.old, now, test.now)
		}
	}
}

func writeWords(t *testing.T, m *Machine, words ...uint64) {
	t.Helper()
	for i, w := range words {
		var b [8]byte
		putLittleEndian(b[:], w, 8)
		if err := m.WriteMemory(dataBase+8*uint64(i), b[:]); err != nil {
			t.Fatal(err)
		}
	}
}

func readWords(t *testing.T, m *Machine, n int) []uint64 {
	t.Helper()
	words := make([]uint64, n)
	for i := range words {
		var b [8]byte
		if err := m.ReadMemoryInto(dataBase+8*uint64(i), b[:], nil); err != nil {
			t.Fatal(err)
		}
		words[i] = littleEndian(b[:], 8)
	}
	return words
}

// The pairs of amocas.q: expected in a2 and a3, new in a4 and a5.
func TestWideCompareAndSwap(t *testing.T) {
	m := New(Config{Checks: CheckAll})
	for _, test := range []struct {
		low, high uint64
		swaps     bool
	}{{1, 2, true}, {1, 3, false}, {0, 2, false}} {
		program(t, m, amo(5, 4, 12, 11, 14), ret)
		writeWords(t, m, 1, 2)
		for i, v := range []uint64{dataBase, test.low, test.high, 7, 8} {
			m.SetX(11+i, v)
		}
		got := m.Call(textBase, 10)
		now := readWords(t, m, 2)
		if got.Ending != oracle.Returned || m.X(12) != 1 || m.X(13) != 2 || (now[0] == 7 && now[1] == 8) != test.swaps {
			t.Errorf("%+v: %+v, old %d %d, memory %d", test, got, m.X(12), m.X(13), now)
		}
	}
}

// A reservation is for an address and a width, and valid for one store.
func TestReservation(t *testing.T) {
	lr := func(width, rd uint32) uint32 { return amo(2, width, rd, 11, 0) }
	sc := func(width, rd, rs1 uint32) uint32 { return amo(3, width, rd, rs1, 10) }
	tests := []struct {
		name  string
		words []uint32
		fails uint64 // in a2
	}{
		{"pair", []uint32{lr(3, 13), sc(3, 12, 11)}, 0},
		{"word pair", []uint32{lr(2, 13), sc(2, 12, 11)}, 0},
		{"twice", []uint32{lr(3, 13), sc(3, 13, 11), sc(3, 12, 11)}, 1},
		{"other width", []uint32{lr(3, 13), sc(2, 12, 11)}, 1},
		{"other address", []uint32{lr(3, 13), addi(14, 11, 8), sc(3, 12, 14)}, 1},
	}
	m := New(Config{Checks: CheckAll})
	for _, test := range tests {
		program(t, m, append(test.words, ret)...)
		m.SetX(10, 9)
		m.SetX(11, dataBase)
		if got := m.Call(textBase, 10); got.Ending != oracle.Returned || m.X(12) != test.fails {
			t.Errorf("%s: %+v, failed %d, want %d", test.name, got, m.X(12), test.fails)
		}
	}
}

// Atomics must be aligned, and fault as stores do.
func TestAtomicFaults(t *testing.T) {
	tests := []struct {
		name   string
		word   uint32
		offset uint64
		reason string
	}{
		{"half word", amo(0, 1, 12, 11, 10), 1, "store-misaligned"},
		{"doubleword", amo(0, 3, 12, 11, 10), 4, "store-misaligned"},
		{"byte", amo(0, 0, 12, 11, 10), 1, ""},
		{"quadword", amo(5, 4, 12, 11, 14), 8, "store-misaligned"},
		{"load reserved", amo(2, 2, 12, 11, 0), 2, "load-misaligned"},
		{"beyond", amo(0, 3, 12, 11, 10), dataLength, "store-access"},
		{"reserve beyond", amo(2, 3, 12, 11, 0), dataLength, "load-access"},
	}
	for _, config := range []Config{{}, {Checks: CheckMemory}} {
		m := New(config)
		for _, test := range tests {
			program(t, m, test.word, ret)
			m.SetX(11, dataBase+test.offset)
			if got := m.Call(textBase, 10); got.Reason != test.reason {
				t.Errorf("%s: %+v, want %q", test.name, got, test.reason)
			}
		}
	}
}

// Misaligned loads and stores work or trap as the machine is configured, in both engines, also across adjacent regions.
func TestMisaligned(t *testing.T) {
	for _, checks := range []Checks{0, CheckUndefined} {
		for _, trap := range []bool{false, true} {
			m := New(Config{Checks: checks, TrapMisaligned: trap})
			program(t, m, sType(dataLength-3, 10, 11, 3), iType(dataLength-3, 11, 3, 12, 0x03), ret)
			if err := m.Map(Region{Name: "more", Addr: dataBase + dataLength, Size: 100, Rights: Read | Write}); err != nil {
				t.Fatal(err)
			}
			m.SetX(10, 0x1122334455667788)
			m.SetX(11, dataBase)
			got := m.Call(textBase, 10)
			if trap && got.Reason != "store-misaligned" || !trap && (got.Reason != "" || m.X(12) != m.X(10)) {
				t.Errorf("checks %b, trap %v: %+v, loaded %#x", checks, trap, got, m.X(12))
			}
		}
	}
}

// An atomic needs memory that it may read and write, and its faults are those of a store.
func TestAtomicsOnWriteOnlyMemory(t *testing.T) {
	for _, word := range []uint32{amo(0, 3, 12, 11, 10), amo(5, 3, 12, 11, 10), amo(5, 4, 12, 11, 14)} { // amoadd.d, amocas.d, amocas.q
		m := New(Config{})
		program(t, m, word, ret)
		if err := m.Map(Region{Name: "port", Addr: 0x30000, Size: 64, Rights: Write}); err != nil {
			t.Fatal(err)
		}
		m.SetX(11, 0x30000)
		if got := m.Call(textBase, 10); got.Ending != oracle.Trapped || got.Reason != "store-access" {
			t.Errorf("%#x: %v %s", word, got.Ending, got.Reason)
		}
	}
}

// TestSpuriousSC checks that the first store-conditional and every fourth after it fails, and that loops which reserve the
// address again add to it once.
func TestSpuriousSC(t *testing.T) {
	m := New(Config{Checks: CheckAll, SpuriousSC: true})
	loop := []uint32{amo(2, 3, 12, 11, 0), addi(13, 12, 1), amo(3, 3, 14, 11, 13), rType(0x7f, 0, 14, 1, 21, 0x63)}
	for n, retries := range []uint64{0, 1, 1, 1, 2, 2, 2, 3} {
		var words []uint32
		for range n {
			words = append(words, loop...)
		}
		program(t, m, append(words, ret)...)
		writeWords(t, m, 41)
		m.SetX(11, dataBase)
		got := m.Call(textBase, 1000)
		if now := readWords(t, m, 1)[0]; got.Ending != oracle.Returned || now != 41+uint64(n) || got.Steps != 4*(uint64(n)+retries)+1 {
			t.Errorf("%d loops: %+v, memory %d, want %d retries", n, got, now, retries)
		}
	}
}

// Zalasr is there only if it is asked for, its accesses are aligned, and its loads make no reservation.
func TestUnratifiedAtomics(t *testing.T) {
	load, store := amo(6, 3, 12, 11, 0)|1<<26, amo(7, 3, 0, 11, 10)|1<<25
	run := func(unratified bool, offset uint64, words ...uint32) (*Machine, Halt) {
		m := New(Config{Unratified: unratified})
		program(t, m, append(words, ret)...)
		writeWords(t, m, 0, 0, 0)
		m.SetX(11, dataBase+offset)
		return m, m.Call(textBase, 10)
	}
	for _, test := range []struct {
		words      []uint32
		unratified bool
		offset     uint64
		want       string
	}{
		{[]uint32{load}, false, 0, "illegal-instruction"},
		{[]uint32{store}, false, 0, "illegal-instruction"},
		{[]uint32{load &^ (1 << 26)}, true, 0, "illegal-instruction"},
		{[]uint32{store &^ (1 << 25)}, true, 0, "illegal-instruction"},
		{[]uint32{load | 1<<20}, true, 0, "illegal-instruction"},
		{[]uint32{store | 1<<7}, true, 0, "illegal-instruction"},
		{[]uint32{load}, true, 4, "load-misaligned"},
		{[]uint32{store}, true, 4, "store-misaligned"},
	} {
		if _, got := run(test.unratified, test.offset, test.words...); got.Reason != test.want {
			t.Errorf("%08x at %d, unratified %v: %+v, want %s", test.words, test.offset, test.unratified, got, test.want)
		}
	}
	if m, _ := run(true, 0, load, amo(3, 3, 13, 11, 10)); m.X(13) != 1 { // sc.d
		t.Errorf("a store-conditional after ld.aq succeeds")
	}
}
