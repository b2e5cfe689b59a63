package debug_test

import (
	"bytes"
	"debug/dwarf"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/oracle/linux"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// recursive is a program whose functions call each other with frames of several kinds: small, large, over-aligned, with
// saved registers, and returns from several places.
const recursive = `fn @fact(u64) u64 in "fact.zig":1 {
  %0 = arg(u64, 0)
  %1 = alloc(*u64)
  %2 = dbg_var_ptr(%1, "product")
  %3 = store(%1, <u64, 1>)
  %4 = dbg_stmt(2, 3)
  %5 = cmp_lte(%0, <u64, 1>)
  %6 = cond_br(%5, {
    %7 = ret(<u64, 1>)
  }, {
    %8 = dbg_stmt(3, 5)
    %9 = sub(%0, <u64, 1>)
    %10 = dbg_var_val(%9, "less")
    %11 = call(@large, [%9])
    %12 = mul_wrap(%11, %0)
    %13 = store(%1, %12)
    %14 = load(u64, %1)
    %15 = ret(%14)
  })
}
fn @large(u64) u64 in "fact.zig":20 {
  %0 = arg(u64, 0)
  %1 = alloc(*[5000]u8)
  %2 = alloc(*align(64) u64)
  %3 = store(%2, %0)
  %4 = call(@fact, [%0])
  %5 = load(u64, %2)
  %6 = sub_wrap(%4, %5)
  %7 = add_wrap(%6, %0)
  %8 = ret(%7)
}
fn @main() u8 in "main.zig":1 {
  %0 = call(@fact, [<u64, 5>])
  %1 = trunc(u8, %0)
  %2 = ret(%1)
}
`

// rule is where the caller's value of a register is: in memory at CFA plus this, or in the register itself if absent.
type rule map[byte]int64

// frameEntry is one entry of .eh_frame.
type frameEntry struct {
	start, size uint64
	program     []byte
}

// readFrames parses .eh_frame at an address (LSB, "Exception Frames"): its common entry must be that of this package, and
// a length of zero ends it.
func readFrames(t *testing.T, data []byte, addr uint64) (entries []frameEntry) {
	t.Helper()
	for at := 0; ; {
		length := int(binary.LittleEndian.Uint32(data[at:]))
		if length == 0 {
			if at != len(data)-4 {
				t.Fatalf("the list ends at %d of %d bytes", at, len(data))
			}
			return entries
		}
		body := data[at+4 : at+4+length]
		if at == 0 {
			want := []byte{0, 0, 0, 0, 1, 'z', 'R', 0, 2, 0x78, 1, 1, 0x1b, 0x0c, 2, 0}
			if !bytes.HasPrefix(body, want) {
				t.Fatalf("the common entry is % x", body)
			}
		} else {
			if common := int(binary.LittleEndian.Uint32(body)); common != at+4 {
				t.Fatalf("the common entry of the one at %d is %d bytes before", at, common)
			}
			start := addr + uint64(at+8) + uint64(int32(binary.LittleEndian.Uint32(body[4:])))
			entries = append(entries, frameEntry{start, uint64(binary.LittleEndian.Uint32(body[8:])), body[13:]})
		}
		at += 4 + length
	}
}

// at executes the instructions of an entry up to an address.
func (e *frameEntry) at(t *testing.T, pc uint64) (register byte, offset int64, saved rule) {
	register, saved = 2, rule{}
	type state struct {
		register byte
		offset   int64
		saved    rule
	}
	var kept []state
	loc := e.start
	p := e.program
	uleb := func() int64 {
		v, n := binary.Uvarint(p)
		p = p[n:]
		return int64(v)
	}
	for len(p) > 0 && loc <= pc {
		op := p[0]
		p = p[1:]
		switch {
		case op>>6 == 1:
			loc += 2 * uint64(op&0x3f)
		case op>>6 == 2:
			saved[op&0x3f] = -8 * uleb()
		case op>>6 == 3:
			delete(saved, op&0x3f)
		case op == 0x02:
			loc, p = loc+2*uint64(p[0]), p[1:]
		case op == 0x03:
			loc, p = loc+2*uint64(binary.LittleEndian.Uint16(p)), p[2:]
		case op == 0x0a:
			copied := rule{}
			for r, at := range saved {
				copied[r] = at
			}
			kept = append(kept, state{register, offset, copied})
		case op == 0x0b:
			last := kept[len(kept)-1]
			register, offset, saved, kept = last.register, last.offset, last.saved, kept[:len(kept)-1]
		case op == 0x0c:
			register, p = p[0], p[1:]
			offset = uleb()
		case op == 0x0d:
			register, p = p[0], p[1:]
		case op == 0x0e:
			offset = uleb()
		case op == 0:
		default:
			t.Fatalf("unexpected call frame instruction %#x", op)
		}
	}
	return register, offset, saved
}

// call is the state of the registers when a function was entered.
type call struct {
	entry *frameEntry
	x     [32]uint64
	f     [32]uint64
}

// TestUnwinds executes a program step by step. At each instruction the rules of the function must find what its caller
// had in sp, ra and the saved registers, and the places of a parameter, where it has one, must hold the argument.
func TestUnwinds(t *testing.T) {
	m := parse(t, recursive)
	for _, o := range []backend.Options{{}, {Compress: true}, {SpillAll: true, LargeFrames: true}, {Registers: 4}, {SavedFirst: true, FarBranches: true}} {
		t.Run(fmt.Sprint(o), func(t *testing.T) {
			file := executable(t, m, o)
			w := newWalk(t, file)
			session, err := linux.NewSession(file, linux.Config{})
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			for {
				if _, ended := session.Ended(); ended {
					break
				}
				_, thread := session.Threads()
				w.look(t, session.Machine(thread))
				if err := session.Step(t.Context(), thread); err != nil {
					t.Fatal(err)
				}
			}
			if w.checked < 100 || w.shown < 20 || w.deepest < 8 {
				t.Errorf("%d steps in functions, the parameter shown in %d, %d calls deep", w.checked, w.shown, w.deepest)
			}
		})
	}
}

type walk struct {
	entries                 []frameEntry
	calls                   []call
	places                  map[uint64][]place // of the parameter, by the function's start
	checked, shown, deepest int
}

// place is an expression that holds in a part of the code.
type place struct {
	low, high uint64
	code      []byte
}

func newWalk(t *testing.T, file []byte) *walk {
	t.Helper()
	f, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	frames := f.Section(".eh_frame")
	data, err := frames.Data()
	if err != nil {
		t.Fatal(err)
	}
	w := &walk{entries: readFrames(t, data, frames.Addr), places: map[uint64][]place{}}
	var lists []byte
	if s := f.Section(".debug_loclists"); s != nil {
		if lists, err = s.Data(); err != nil {
			t.Fatal(err)
		}
	}
	d := readDWARF(t, file)
	start, size := uint64(0), int64(0)
	for r := d.Reader(); ; {
		e, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e == nil {
			return w
		}
		switch e.Tag {
		case dwarf.TagSubprogram:
			start, size = e.Val(dwarf.AttrLowpc).(uint64), e.Val(dwarf.AttrHighpc).(int64)
		case dwarf.TagFormalParameter:
			switch v := e.Val(dwarf.AttrLocation).(type) {
			case []byte:
				w.places[start] = []place{{start, start + uint64(size), v}}
			case int64:
				w.places[start] = readList(t, lists[v:])
			}
		}
	}
}

// readList parses a location list (DWARF 5, section 2.6.2) of the kinds of entry that this package writes.
func readList(t *testing.T, b []byte) (all []place) {
	t.Helper()
	base := uint64(0)
	uleb := func() uint64 {
		v, n := binary.Uvarint(b)
		b = b[n:]
		return v
	}
	for {
		kind := b[0]
		b = b[1:]
		switch kind {
		case 0:
			return all
		case 4:
			p := place{low: base + uleb(), high: base + uleb()}
			n := uleb()
			p.code, b = b[:n], b[n:]
			all = append(all, p)
		case 6:
			base, b = binary.LittleEndian.Uint64(b), b[8:]
		default:
			t.Fatalf("unexpected kind of entry %d", kind)
		}
	}
}

// look checks the state of the machine before its next instruction.
func (w *walk) look(t *testing.T, m *rv64.Machine) {
	t.Helper()
	if n := len(w.calls); n > 0 && m.PC == w.calls[n-1].x[1] && m.X(2) == w.calls[n-1].x[2] {
		w.calls = w.calls[:n-1]
	}
	for i := range w.entries {
		e := &w.entries[i]
		if m.PC == e.start {
			c := call{entry: e}
			for r := range 32 {
				c.x[r], c.f[r] = m.X(r), m.F(r)
			}
			w.calls = append(w.calls, c)
			w.deepest = max(w.deepest, len(w.calls))
		}
	}
	if len(w.calls) == 0 {
		return
	}
	c := &w.calls[len(w.calls)-1]
	if m.PC < c.entry.start || m.PC >= c.entry.start+c.entry.size {
		return // in _start
	}
	w.checked++
	base, offset, saved := c.entry.at(t, m.PC)
	cfa := m.X(int(base)) + uint64(offset)
	if cfa != c.x[2] {
		t.Fatalf("pc %#x: CFA is %#x, sp was %#x", m.PC, cfa, c.x[2])
	}
	for _, r := range []byte{1, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27} {
		got := m.X(int(r))
		if at, ok := saved[r]; ok {
			got = word(t, m, cfa+uint64(at))
		}
		if got != c.x[r] && (r != 1 || m.PC != c.entry.start) {
			t.Fatalf("pc %#x: the caller's x%d is %#x, not %#x", m.PC, r, got, c.x[r])
		}
	}
	for _, p := range w.places[c.entry.start] {
		if m.PC >= p.low && m.PC < p.high {
			w.shown++
			if got := evaluate(t, m, p.code); got != c.x[10] {
				t.Errorf("pc %#x: the parameter is %#x, the argument was %#x", m.PC, got, c.x[10])
			}
		}
	}
}

func word(t *testing.T, m *rv64.Machine, at uint64) uint64 {
	t.Helper()
	var b [8]byte
	if _, err := m.ReadMemory(at, b[:]); err != nil {
		t.Fatal(err)
	}
	return binary.LittleEndian.Uint64(b[:])
}

// evaluate returns the word at a place.
func evaluate(t *testing.T, m *rv64.Machine, code []byte) uint64 {
	t.Helper()
	switch op := code[0]; {
	case op >= 0x50 && op < 0x70:
		return m.X(int(op - 0x50))
	case op >= 0x70 && op < 0x90:
		v, shift := int64(0), 0
		for _, b := range code[1:] {
			v |= int64(b&0x7f) << shift
			shift += 7
			if b < 0x80 && b&0x40 != 0 {
				v |= -1 << shift
			}
		}
		return word(t, m, m.X(int(op-0x70))+uint64(v))
	}
	t.Fatalf("unexpected expression % x", code)
	return 0
}
