package rv64

import (
	"bytes"
	"testing"
)

// newHarts returns a machine with a page of data and a stack, whose hart has a value in every kind of register.
func newHarts(t *testing.T) *Machine {
	t.Helper()
	m := New(Config{Checks: CheckAll})
	for _, r := range []Region{{Name: "data", Addr: 0x10000, Size: 0x2000, Rights: Read | Write}, {Name: "stack", Addr: 0x20000, Size: 0x4000, Rights: Read | Write}} {
		if err := m.Map(r); err != nil {
			t.Fatal(err)
		}
	}
	m.Start(0x1000, 0x24000)
	m.SetX(10, 1)
	m.SetF(10, 2)
	m.SetVType(4, 0)
	v := m.V(3)
	v[0] = 3
	m.SetV(3, v)
	return m
}

// Harts share memory and nothing else.
func TestSwap(t *testing.T) {
	m := newHarts(t)
	other := m.NewHart()
	change := func(to byte) {
		m.SetXDefined(10, uint64(to), uint64(to))
		m.SetFDefined(10, uint64(to), uint64(to))
		v := m.V(3)
		v[0] = to
		m.SetV(3, v)
		m.vectorShadow.setElement(4, 0, 1, uint64(to))
		m.SetFCSR(uint64(to))
		m.PC = uint64(to) * 2
		m.reserved = uint64(to) * 8
	}
	check := func(who string, to byte) {
		t.Helper()
		if m.X(10) != uint64(to) || m.XDefined(10) != uint64(to) || m.F(10) != uint64(to) || m.FDefined(10) != uint64(to) ||
			m.V(3)[0] != to || m.vectorShadow.element(4, 0, 1) != uint64(to) || m.FCSR() != uint64(to) || m.PC != uint64(to)*2 {
			t.Errorf("%s hart: a0 %#x, fa0 %#x, v3 %x, v4 %x, fcsr %#x, pc %#x, want %#x", who, m.X(10), m.F(10), m.V(3),
				m.vectorShadow.element(4, 0, 1), m.FCSR(), m.PC, to)
		}
		if m.reserved != noReservation {
			t.Errorf("%s hart has a reservation", who)
		}
	}
	change(5)
	m.Swap(other)
	if m.X(10) != 1 || m.V(3)[0] != 3 || m.PC != 0x1000 {
		t.Errorf("the new hart has a0 %#x, v3 %x, pc %#x", m.X(10), m.V(3), m.PC)
	}
	change(7)
	m.Swap(other)
	check("first", 5)
	m.Swap(other)
	check("second", 7)
}

// A forked machine has the same memory, masks and rights, and none of its writes are seen by the first.
func TestFork(t *testing.T) {
	m := newHarts(t)
	if err := m.WriteMemory(0x10ffe, []byte("abcd")); err != nil {
		t.Fatal(err)
	}
	m.Protect(0x11000, 0x12000, Read)
	child := m.Fork()
	if child.X(10) != 1 || child.V(3)[0] != 3 || child.stack == nil || child.stack == m.stack || child.RightsAt(0x11000) != Read || child.Mapped() != m.Mapped() {
		t.Errorf("child: a0 %#x, v3 %x, stack %v, rights %b, %d bytes", child.X(10), child.V(3), child.stack, child.RightsAt(0x11000), child.Mapped())
	}
	got := make([]byte, 6)
	defined, err := child.ReadMemory(0x10ffd, got)
	if err != nil || string(got) != "\x00abcd\x00" || !bytes.Equal(defined, []byte{0, 255, 255, 255, 255, 0}) {
		t.Errorf("child reads %q, defined %x, %v", got, defined, err)
	}
	if err := child.WriteMemory(0x10ffe, []byte("xy")); err != nil {
		t.Fatal(err)
	}
	if defined, _ := m.ReadMemory(0x10ffd, got); string(got) != "\x00abcd\x00" || defined[0] != 0 {
		t.Errorf("after a write of the child the parent reads %q, defined %x", got, defined)
	}
}
