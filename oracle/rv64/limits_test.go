package rv64

import (
	"encoding/binary"
	"runtime"
	"slices"
	"testing"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// mapped returns the address of a new region of zeros.
func mapped(t *testing.T, m *Machine, addr, size uint64, rights Rights) uint64 {
	t.Helper()
	if err := m.Map(Region{Name: "test", Addr: addr, Size: size, Rights: rights, Defined: true}); err != nil {
		t.Fatal(err)
	}
	return addr
}

const mapBase = 0x10_0000_0000

// heap returns the size of the live heap of the host in bytes.
func heap() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

// Mapping much and unmapping all but a page, again and again, must not make the host keep what was unmapped, nor lose
// the rest.
func TestUnmapGivesBack(t *testing.T) {
	for _, checks := range []Checks{0, CheckAll} {
		m := New(Config{MemoryLimit: 64 << 20, Checks: checks})
		before := heap()
		const size = 32 << 20
		var left []uint64
		for i := range uint64(12) {
			at := mapped(t, m, mapBase+2*i*size, size, Read|Write)
			keep := at + size/2
			if err := m.WriteMemory(keep, []byte{byte(i)}); err != nil {
				t.Fatalf("round %d: %v", i, err)
			}
			m.Undefine(keep+1, 1)
			m.Unmap(at, keep)
			m.Unmap(keep+pageSize, at+size)
			left = append(left, keep)
		}
		if grown := int64(heap() - before); grown > 16<<20 {
			t.Errorf("checks %b: %d pages are mapped, and the host has %d MiB for them", checks, len(left), grown>>20)
		}
		for i, at := range left {
			var b [3]byte
			defined, err := m.ReadMemory(at, b[:])
			if err != nil || b != [3]byte{byte(i)} || defined[0] != 0xff || defined[2] != 0xff || checks != 0 && defined[1] != 0 {
				t.Errorf("checks %b: page %d is %v, defined %v, %v", checks, i, b, defined, err)
			}
		}
		runtime.KeepAlive(m)
	}
}

// Decoded instructions are bounded by the memory limit, however much code there is.
func TestCodeIsBounded(t *testing.T) {
	const size, limit = 48 << 20, 64 << 20
	m := New(Config{MemoryLimit: limit})
	at := mapped(t, m, mapBase, size, Read|Write|Exec)
	data := m.find(at).data
	for i := 0; i < size; i += 2 {
		binary.LittleEndian.PutUint16(data[i:], 1) // c.nop
	}
	binary.LittleEndian.PutUint16(data[size-2:], 0x9002) // c.ebreak
	before := heap()
	m.PC = at
	result := m.Run(allBits)
	if result.Steps != size/2-1 || result.PC != at+size-2 {
		t.Errorf("%+v", result)
	}
	if grown := int64(heap() - before); grown > limit {
		t.Errorf("the instructions take %d MiB", grown>>20)
	}
	runtime.KeepAlive(m)
}

// The calls of a loop that links for ever are not all remembered.
func TestCallsAreBounded(t *testing.T) {
	m := New(Config{Checks: CheckAll, AllowUnwind: true})
	program(t, m, 0x004000ef, 0xffdff06f) // jal ra,+4; j -4
	m.PC = textBase
	if got := m.Run(3 * deepest); got.Ending != oracle.OutOfSteps {
		t.Errorf("%+v", got)
	}
	if len(m.frames) > deepest {
		t.Errorf("%d frames", len(m.frames))
	}
}

// The parts of a region that was cut know where calls made in it return to.
func TestCutKeepsCalls(t *testing.T) {
	m := New(Config{Checks: CheckAll, AllowUnwind: true})
	const size = 64 * pageSize
	at := mapped(t, m, mapBase, size, Read|Write|Exec)
	returns := []uint64{at + 2, at + 5*pageSize + 64, at + size - 2}
	for _, pc := range returns {
		m.PC = at
		m.noteCall(pc)
	}
	m.Protect(at+pageSize, at+3*pageSize, Read)
	m.Unmap(at+4*pageSize, at+5*pageSize)
	for pc := at; pc < at+size; pc += 2 {
		if got, want := m.wasCalled(pc), slices.Contains(returns, pc); got != want {
			t.Errorf("a call to code+%#x: %v, want %v", pc-at, got, want)
		}
	}
}

// The mask of a large region is filled only where it is used, and is correct whatever is cut out of the region.
func TestMaskIsFilledLate(t *testing.T) {
	m := New(Config{Checks: CheckAll, MemoryLimit: 256 << 20})
	const size = 64 << 20
	for _, base := range []uint64{0x10_0000_0000, 0x11_0000_0008} {
		mapped(t, m, base, size, Read|Write)
		used := base + size/4
		m.Undefine(used+8, 8)
		page := used &^ (pageSize - 1)
		m.Protect(page-pageSize, page+2*pageSize, Read)
		m.Unmap(page+pageSize, page+2*pageSize)
		for at := used - 3*pageSize; at < used+5*pageSize; at += 8 {
			want := uint64(allBits)
			if at == used+8 {
				want = 0
			}
			if got := m.loadMask(at, 8); got != want {
				t.Fatalf("mask %#x at base+%#x, want %#x", got, at-base, want)
			}
		}
	}
	left := 0
	for _, r := range m.regions {
		for page := range uint64(len(r.unfilled)) * 64 {
			if page*pageSize < r.size() && r.unfilled[page/64]>>(page%64)&1 != 0 {
				left++
			}
		}
	}
	if filled := 2*size/pageSize - left; filled > 50 {
		t.Errorf("%d pages are filled", filled)
	}
}
