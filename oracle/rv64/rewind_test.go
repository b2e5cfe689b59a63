package rv64

import (
	"bytes"
	"testing"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// TestRewind runs a function that writes to data and stack again and again: what it finds, and what it leaves, is what
// it is after a Reset, in marked regions and in those that are mapped for one run.
func TestRewind(t *testing.T) {
	const extra = 0x30000
	words := []uint32{
		ld(a1, a0, 0), addi(a1, a1, 1), sd(a1, a0, 0), // counts in data
		sd(a1, sp, -16), ld(s1, sp, -16), // below sp, for which a rule is off
		addi(a0, a1, 0), ret,
	}
	rewound, fresh := New(Config{Checks: CheckUndefined}), New(Config{Checks: CheckUndefined})
	hooked := 0
	start := func(m *Machine) {
		program(t, m, words...)
		m.HookAt(textBase+4*4, func(*Machine) bool { hooked++; return false })
		m.WatchAt([]LocationRecord{{PC: textBase + 4, ID: 7, Loc: Location{Register: a1, Size: 8}}})
	}
	run := func(m *Machine) (Halt, []byte) {
		m.SetX(sp, stackBase+stackSize)
		m.SetX(a0, dataBase)
		if err := m.Map(Region{Name: "extra", Addr: extra, Size: 100, Rights: Read | Write}); err != nil {
			t.Fatal(err)
		}
		if err := m.WriteMemory(extra, []byte{1, 2, 3}); err != nil {
			t.Fatal(err)
		}
		seen := 0
		m.Observe(func(id int, _, _ []byte) { seen += id })
		h := m.Call(textBase, 100)
		if h.Ending != oracle.Returned || m.X(a0) != 1 || seen != 7 {
			t.Fatalf("%+v, a0 %d, location seen %d", h, m.X(a0), seen)
		}
		return h, contents(t, m, extra, 100)
	}
	start(rewound)
	rewound.Mark()
	start(fresh)
	untouched := everything(t, fresh)
	for i := range 3 {
		if got := everything(t, rewound); !bytes.Equal(got, untouched) {
			t.Errorf("before run %d memory is not as it was mapped", i)
		}
		start(fresh)
		want, wantExtra := run(fresh)
		got, gotExtra := run(rewound)
		if got != want || !bytes.Equal(gotExtra, wantExtra) || !bytes.Equal(everything(t, rewound), everything(t, fresh)) {
			t.Errorf("run %d: %+v after Rewind, %+v after Reset", i, got, want)
		}
		if rewound.Rewind(); rewound.RightsAt(extra) != 0 || rewound.XDefined(a0) != 0 || rewound.Steps() != 0 {
			t.Errorf("run %d leaves memory, registers or steps", i)
		}
	}
	if hooked != 6 {
		t.Errorf("the hook was called %d times", hooked)
	}
}

// TestRewindForgets checks that Reset leaves nothing of marked regions, and Fork nothing out.
func TestRewindForgets(t *testing.T) {
	m := New(Config{Checks: CheckUndefined})
	program(t, m, addi(a0, zero, 5), ret)
	m.Mark()
	if h := m.Fork().Call(textBase, 10); h.Ending != oracle.Returned {
		t.Errorf("a fork of a marked machine: %+v", h)
	}
	m.Reset()
	if err := m.Map(Region{Name: "text", Addr: textBase, Size: 8, Rights: Read | Exec, Defined: true}); err != nil {
		t.Fatal(err)
	}
	if !allZero(contents(t, m, textBase, 8)[:8]) {
		t.Error("the text of before is left")
	}
}

// contents returns memory and which of its bits are defined.
func contents(t *testing.T, m *Machine, addr, size uint64) []byte {
	t.Helper()
	data := make([]byte, size)
	defined, err := m.ReadMemory(addr, data)
	if err != nil {
		t.Fatal(err)
	}
	return append(data, defined...)
}

// everything returns the contents of what program maps.
func everything(t *testing.T, m *Machine) []byte {
	t.Helper()
	all := contents(t, m, textBase, 7*4)
	all = append(all, contents(t, m, dataBase, dataLength)...)
	return append(all, contents(t, m, stackBase, stackSize)...)
}
