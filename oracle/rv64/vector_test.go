package rv64

import (
	"math/rand/v2"
	"testing"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// Any vector instruction under any vtype is illegal, faults, or executes; it never reaches outside the registers. Three
// of four types are legal.
func TestVectorWordsAreSafe(t *testing.T) {
	for _, vlen := range []uint64{128, 256, 512, 1024} {
		testVectorWords(t, New(Config{VLEN: vlen}))
	}
}

func testVectorWords(t *testing.T, m *Machine) {
	random := rand.New(rand.NewPCG(9, m.VLEN()))
	done := map[oracle.Ending]int{}
	for range 20_000 {
		r := &vectorRows[random.IntN(len(vectorRows))]
		program(t, m, r.match|random.Uint32()&^r.mask, ret)
		for i := 5; i < 32; i++ {
			m.SetX(i, dataBase+random.Uint64N(64))
			m.SetF(i, singleBox|random.Uint64())
		}
		m.SetVType(random.Uint64N(40), random.Uint64N(64)<<random.Uint64N(2)>>random.Uint64N(3))
		for i := range m.vector.registers {
			m.vector.registers[i] = byte(random.Uint64() >> random.IntN(64))
		}
		if random.IntN(4) == 0 {
			m.vector.vstart = random.Uint64N(m.VLEN() + 2)
		}
		result := m.Call(textBase, 10)
		done[result.Ending]++
	}
	if done[oracle.Returned] < 3000 || done[oracle.Trapped] < 3000 || len(done) != 2 {
		t.Errorf("VLEN %d: endings %v", m.VLEN(), done)
	}
}

// The lengths that vset returns.
func TestVectorLength(t *testing.T) {
	tests := []struct {
		avl, vtype, vl uint64
		illegal        bool
	}{
		{100, 0o00, 16, false}, {100, 0o03, 128 / 8 * 8, false}, {5, 0o00, 5, false}, {100, 0o30, 2, false}, {100, 0o07, 8, false}, {100, 0o05, 2, false},
		{100, 0o17, 4, false}, {100, 0o15, 0, true}, {100, 0o37, 0, true}, {100, 0o04, 0, true}, {100, 0o40, 0, true}, {100, 0x100, 0, true}, {0, 0, 0, false},
	}
	m := New(Config{})
	for _, test := range tests {
		vl := m.SetVType(test.avl, test.vtype)
		if want := min(test.vl, test.avl); vl != want || (m.vector.vtype == vtypeIllegal) != test.illegal {
			t.Errorf("vset(%d, %#o) returns %d, vtype %#x; want %d, illegal %v", test.avl, test.vtype, vl, m.vector.vtype, want, test.illegal)
		}
	}
}

// The longest vector is as much longer as the registers are, and only sizes that exist are accepted.
func TestVectorSizes(t *testing.T) {
	for _, vlen := range []uint64{128, 256, 512, 1024} {
		m := New(Config{VLEN: vlen})
		for vtype, want := range map[uint64]uint64{0o00: vlen / 8, 0o03: vlen, 0o33: vlen / 8, 0o05: vlen / 64} {
			if got := m.SetVType(allBits, vtype); got != want {
				t.Errorf("VLEN %d: vtype %#o has %d elements, want %d", vlen, vtype, got, want)
			}
		}
		if got, _ := m.readCSR(csrVlenb); got != vlen/8 || uint64(len(m.V(31))) != vlen/8 {
			t.Errorf("VLEN %d: vlenb is %d, a register has %d bytes", vlen, got, len(m.V(31)))
		}
	}
	for _, vlen := range []uint64{0, 64, 127, 192, 2048, 1 << 63} {
		if CheckVLEN(vlen) == nil {
			t.Errorf("%d bits are accepted", vlen)
		}
	}
}
