package rv64

import (
	"encoding/binary"
	"runtime"
	"slices"
	"testing"
)

// newTestProcess gives a process that has a little memory and executes words.
func newTestProcess(t testing.TB, config ExecConfig, words ...uint32) *process {
	t.Helper()
	x, err := parseELF(smallest(words...))
	if err != nil {
		t.Fatal(err)
	}
	p, err := newProcess(x, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	return p
}

// system makes a process do one system call.
func (p *process) system(number uint64, arguments ...uint64) uint64 {
	p.m.SetX(17, number)
	for i := range 6 {
		p.m.SetX(10+i, 0)
	}
	for i, a := range arguments {
		p.m.SetX(10+i, a)
	}
	p.serve(p.m)
	return p.m.X(10)
}

const (
	sysMunmap   = 215
	sysMmap     = 222
	sysMprotect = 226
	anonymous   = 0x22
)

// heap is what the host's memory holds for good.
func heap() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

// Mapping much and unmapping all but a page, again and again, must not make the
// host keep what was unmapped, nor lose what was not.
func TestUnmapGivesBack(t *testing.T) {
	for _, checks := range []Checks{0, CheckAll} {
		p := newTestProcess(t, ExecConfig{MemoryLimit: 64 << 20, StackSize: 1 << 16, Checks: checks})
		before := heap()
		const size = 32 << 20
		var left []uint64
		for i := range uint64(12) {
			at := p.system(sysMmap, 0, size, 3, anonymous, allBits, 0)
			keep := at + size/2
			if err := p.m.WriteMemory(keep, []byte{byte(i)}); err != nil {
				t.Fatalf("round %d: mmap gave %#x: %v", i, at, err)
			}
			p.m.Undefine(keep+1, 1)
			p.system(sysMunmap, at, keep-at)
			p.system(sysMunmap, keep+pageSize, at+size-keep-pageSize)
			left = append(left, keep)
		}
		if grown := int64(heap() - before); grown > 16<<20 {
			t.Errorf("checks %b: %d pages are mapped, and the host has %d MiB for them", checks, len(left), grown>>20)
		}
		for i, at := range left {
			var b [3]byte
			defined, err := p.m.ReadMemory(at, b[:])
			if err != nil || b != [3]byte{byte(i)} || defined[0] != 0xff || defined[2] != 0xff || checks != 0 && defined[1] != 0 {
				t.Errorf("checks %b: page %d is %v, defined %v, %v", checks, i, b, defined, err)
			}
		}
		runtime.KeepAlive(p)
	}
}

// Decoded instructions are bounded by the memory limit, however much code there is.
func TestCodeIsBounded(t *testing.T) {
	const size, limit = 48 << 20, 64 << 20
	p := newTestProcess(t, ExecConfig{MemoryLimit: limit, StackSize: 1 << 16})
	at := p.system(sysMmap, 0, size, 7, anonymous, allBits, 0)
	data := p.m.find(at).data
	for i := 0; i < size; i += 2 {
		binary.LittleEndian.PutUint16(data[i:], 1) // c.nop
	}
	binary.LittleEndian.PutUint16(data[size-2:], 0x9002) // c.ebreak
	before := heap()
	p.m.PC = at
	var result Result
	for result.Reason != "breakpoint" && p.m.steps < size {
		p.m.work = 0
		result = p.m.Run(allBits)
	}
	if result.Steps != size/2-1 || result.PC != at+size-2 {
		t.Errorf("%+v", result)
	}
	if grown := int64(heap() - before); grown > limit {
		t.Errorf("the instructions take %d MiB", grown>>20)
	}
	runtime.KeepAlive(p)
}

// A jump that links, for ever, makes no calls that must be remembered.
func TestCallsAreBounded(t *testing.T) {
	p := newTestProcess(t, ExecConfig{Checks: CheckAll, StackSize: 1 << 16}, 0x004000ef, 0xffdff06f) // jal ra,+4; j -4
	for p.m.steps < 3*deepest {
		p.m.work = 0
		p.m.Run(3*deepest - p.m.steps)
	}
	if len(p.m.frames) > deepest {
		t.Errorf("%d frames", len(p.m.frames))
	}
}

// The parts of code that was cut know where calls made in it return to.
func TestCutKeepsCalls(t *testing.T) {
	p := newTestProcess(t, ExecConfig{Checks: CheckAll, StackSize: 1 << 16})
	const size = 64 * pageSize
	at := p.system(sysMmap, 0, size, 7, anonymous, allBits, 0)
	returns := []uint64{at + 2, at + 5*pageSize + 64, at + size - 2}
	for _, pc := range returns {
		p.m.PC = at
		p.m.noteCall(pc)
	}
	p.system(sysMprotect, at+pageSize, 2*pageSize, 1)
	p.system(sysMunmap, at+4*pageSize, pageSize)
	for pc := at; pc < at+size; pc += 2 {
		if got, want := p.m.wasCalled(pc), slices.Contains(returns, pc); got != want {
			t.Errorf("a call to code+%#x: %v, want %v", pc-at, got, want)
		}
	}
}

// The mask of a large region is filled where it is used and nowhere else, whatever
// is cut out of the region, and cut out of it or not it says the same.
func TestMaskIsFilledLate(t *testing.T) {
	p := newTestProcess(t, ExecConfig{Checks: CheckAll, MemoryLimit: 256 << 20})
	const size = 64 << 20
	for _, base := range []uint64{0x10_0000_0000, 0x11_0000_0008} {
		if err := p.m.Map(Region{Name: "bss", Addr: base, Size: size, Rights: Read | Write, Defined: true}); err != nil {
			t.Fatal(err)
		}
		used := base + size/4
		p.m.Undefine(used+8, 8)
		p.system(sysMprotect, used&^(pageSize-1)-pageSize, 3*pageSize, 1)
		p.system(sysMunmap, used&^(pageSize-1)+pageSize, pageSize)
		for at := used - 3*pageSize; at < used+5*pageSize; at += 8 {
			want := uint64(allBits)
			if at == used+8 {
				want = 0
			}
			if got := p.m.loadMask(at, 8); got != want {
				t.Fatalf("mask %#x at base+%#x, want %#x", got, at-base, want)
			}
		}
	}
	left := 0
	for _, r := range p.m.regions {
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

// Addresses are given out again when all have been used once.
func TestMapForEver(t *testing.T) {
	p := newTestProcess(t, ExecConfig{MemoryLimit: 64 << 20, StackSize: 1 << 16})
	const size = 8 << 20
	keep := p.system(sysMmap, 0, size, 0, anonymous, allBits, 0)
	p.nextMap = userSpace - 5*size
	for i := range 10 {
		at := p.system(sysMmap, 0, size, 0, anonymous, allBits, 0)
		if at >= userSpace || at == keep {
			t.Fatalf("round %d: %#x", i, at)
		}
		p.system(sysMunmap, at, size)
	}
}
