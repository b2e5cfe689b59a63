package rv64

import (
	"math/rand/v2"
	"testing"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// Any vector instruction under any vtype is illegal, faults, or executes; it never reaches outside the registers. Three
// of four types are legal.
func TestVectorWordsAreSafe(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	m := New(Config{})
	done := map[oracle.Ending]int{}
	for range 60_000 {
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
			m.vector.vstart = random.Uint64N(130)
		}
		result := m.Call(textBase, 10)
		done[result.Ending]++
	}
	if done[oracle.Returned] < 10_000 || done[oracle.Trapped] < 10_000 || len(done) != 2 {
		t.Errorf("endings %v", done)
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
