package link

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rvfuzz/rvfuzz/isa"
)

func text(name string, code []byte, relocs ...Reloc) Object {
	return Object{Name: name, Section: Text, Align: 4, Data: code, Relocs: relocs}
}

func mustLink(t testing.TB, o Options, objects ...Object) *Image {
	t.Helper()
	m, err := Link(objects, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var ret = isa.Inst{Op: isa.JALR, Rs1: isa.RA}

func TestImageLayout(t *testing.T) {
	m := mustLink(t, Options{Externs: []string{"puts"}},
		Object{Name: "zeros", Section: BSS, Size: 24, Align: 16},
		text("f", assemble(ret, ret)),
		Object{Name: "byte", Section: Data, Data: []byte{1}},
		Object{Name: "word", Section: Data, Data: []byte{2, 0, 0, 0}, Align: 4},
		text("g", assemble(ret)),
		Object{Name: "constant", Section: ROData, Data: []byte("abc"), Align: 1},
	)
	type place struct {
		name       string
		addr, size uint64
	}
	var got []place
	for _, s := range m.Symbols {
		got = append(got, place{s.Name, s.Addr, s.Size})
	}
	want := []place{
		{"f", 0x10000, 8}, {"g", 0x10008, 4}, {"puts", 0x1000c, 4},
		{"constant", 0x11000, 3},
		{"byte", 0x12000, 1}, {"word", 0x12004, 4},
		{"zeros", 0x13000, 24},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(place{})); diff != "" {
		t.Errorf("symbols (-want +got):\n%s", diff)
	}
	segments := []Segment{
		{".text", 0x10000, assemble(ret, ret, ret, isa.Inst{Op: isa.EBREAK}), 16, Read | Execute},
		{".rodata", 0x11000, []byte("abc"), 3, Read},
		{".data", 0x12000, []byte{1, 0, 0, 0, 2, 0, 0, 0}, 8, Read | Write},
		{".bss", 0x13000, nil, 24, Read | Write},
	}
	if diff := cmp.Diff(segments, m.Segments); diff != "" {
		t.Errorf("segments (-want +got):\n%s", diff)
	}
	if s, ok := m.Symbol("word"); !ok || s.Addr != 0x12004 || s.Kind != DataSymbol {
		t.Errorf("Symbol(word) = %+v, %v", s, ok)
	}
	if _, ok := m.Symbol("nothing"); ok {
		t.Error("Symbol(nothing) is found")
	}
	if len(m.Externs) != 1 || m.Externs[0].Name != "puts" || len(m.Panics) != 0 || m.Entry != 0 {
		t.Errorf("externs %v, panics %v, entry %#x", m.Externs, m.Panics, m.Entry)
	}
}

func TestFuncAtAndBytes(t *testing.T) {
	m := mustLink(t, Options{Externs: []string{"puts"}}, text("f", assemble(ret, ret)), text("g", assemble(ret)))
	for _, c := range []struct {
		pc   uint64
		want int
	}{{0xfffc, -1}, {0x10000, 0}, {0x10007, 0}, {0x10008, 1}, {0x1000b, 1}, {0x1000c, -1}, {1 << 60, -1}} {
		if got := m.FuncAt(c.pc); got != c.want {
			t.Errorf("FuncAt(%#x) = %d, want %d", c.pc, got, c.want)
		}
	}
	for _, c := range []struct {
		addr, n uint64
		ok      bool
	}{{0x10000, 16, true}, {0x10000, 17, false}, {0xffff, 1, false}, {0x1000f, 1, true}, {0x10010, 0, true}, {0x10010, 1, false}, {0x10001, ^uint64(0), false}} {
		if b, ok := m.Bytes(c.addr, c.n); ok != c.ok || ok && uint64(len(b)) != c.n {
			t.Errorf("Bytes(%#x, %d) = %v, %v", c.addr, c.n, b, ok)
		}
	}
}

func TestLocationsAndLinesMove(t *testing.T) {
	f := text("f", assemble(ret, ret))
	f.Locations = []LocationRecord{{PC: 4, Inst: 7, Site: "a.b"}}
	g := text("g", assemble(ret, ret))
	g.Frame = Frame{File: "a.zig", PrologueEnd: 4, EpilogueBegins: []uint64{4}}
	g.Lines = []Line{{PC: 0, Line: 3, Column: 1}, {PC: 4, Line: 4}}
	g.Locations = []LocationRecord{{PC: 0, Inst: 1, Site: "c.d"}}
	m := mustLink(t, Options{}, f, Object{Name: "d", Section: Data, Data: []byte{1}}, g)
	if diff := cmp.Diff([]LocationRecord{{PC: 0x10004, Func: 0, Inst: 7, Site: "a.b"}, {PC: 0x10008, Func: 1, Inst: 1, Site: "c.d"}}, m.Locations); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Line{{PC: 0x10008, Func: 1, Line: 3, Column: 1}, {PC: 0x1000c, Func: 1, Line: 4}}, m.Lines); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Frame{File: "a.zig", PrologueEnd: 0x1000c, EpilogueBegins: []uint64{0x1000c}}, m.Funcs[1].Frame); diff != "" {
		t.Error(diff)
	}
}

// TestRelocationValues applies each kind at 0x10008 and reads the bytes back.
func TestRelocationValues(t *testing.T) {
	const place = 0x10008
	for _, c := range []struct {
		kind   RelocKind
		before []byte
		symbol uint64
		addend int64
		want   []byte
	}{
		{Abs32, le(4, 0), 0xfffffff0, 15, le(4, 0xffffffff)},
		{Abs32, le(4, 0), 0x10, -0x11, le(4, 0xffffffff)},
		{Abs64, le(8, 5), 1 << 40, 3, le(8, 1<<40+3)},
		{PCRel32, le(4, 9), place, -8, le(4, 1<<32-8)},
		{PCRel32, le(4, 9), place + 1<<31, -1, le(4, 1<<31-1)},
		{Add8, le(1, 250), 10, 0, le(1, 4)},
		{Add16, le(2, 1), 0x1234, 1, le(2, 0x1236)},
		{Add32, le(4, 1<<32-1), 2, 0, le(4, 1)},
		{Add64, le(8, 1), 2, 3, le(8, 6)},
		{Sub8, le(1, 4), 10, 0, le(1, 250)},
		{Sub16, le(2, 0), 1, 1, le(2, 0xfffe)},
		{Sub32, le(4, 1), 2, 0, le(4, 1<<32-1)},
		{Sub64, le(8, 1), 2, 3, le(8, 1<<64-4)},
		{Sub6, le(1, 0xc1), 2, 0, le(1, 0xff)},
		{Set6, le(1, 0xc1), 0x7e, 0, le(1, 0xfe)},
		{Set8, le(1, 0), 0x1ff, 0, le(1, 0xff)},
		{Set16, le(2, 0), 0x12345, 0, le(2, 0x2345)},
		{Set32, le(4, 0), 1 << 33, 1, le(4, 1)},
		{Branch, word(isa.Inst{Op: isa.BEQ}), place + 4094, 0, word(isa.Inst{Op: isa.BEQ, Imm: 4094})},
		{Branch, word(isa.Inst{Op: isa.BEQ}), place, -4096, word(isa.Inst{Op: isa.BEQ, Imm: -4096})},
		{Jal, word(isa.Inst{Op: isa.JAL}), place, 1<<20 - 2, word(isa.Inst{Op: isa.JAL, Imm: 1<<20 - 2})},
		{RVCBranch, word(isa.Inst{Op: isa.C_BEQZ, Rs1: isa.A0}), place, -256, word(isa.Inst{Op: isa.C_BEQZ, Rs1: isa.A0, Imm: -256})},
		{RVCJump, word(isa.Inst{Op: isa.C_J}), place, 2046, word(isa.Inst{Op: isa.C_J, Imm: 2046})},
		{Hi20, word(isa.Inst{Op: isa.LUI}), 0x12345800, 0, word(isa.Inst{Op: isa.LUI, Imm: 0x12346})},
		{Lo12I, word(isa.Inst{Op: isa.ADDI}), 0x12345800, 0, word(isa.Inst{Op: isa.ADDI, Imm: -2048})},
		{Lo12S, word(isa.Inst{Op: isa.SD}), 0x123457ff, 0, word(isa.Inst{Op: isa.SD, Imm: 2047})},
		{PCRelHi20, word(isa.Inst{Op: isa.AUIPC}), place + 0x800, 0, word(isa.Inst{Op: isa.AUIPC, Imm: 1})},
		{CallPLT, words(isa.Inst{Op: isa.AUIPC}, isa.Inst{Op: isa.JALR}), place - 2, 0, words(isa.Inst{Op: isa.AUIPC}, isa.Inst{Op: isa.JALR, Imm: -2})},
		{Call, words(isa.Inst{Op: isa.AUIPC}, isa.Inst{Op: isa.JALR}), place, 0x7ffff7fe, words(isa.Inst{Op: isa.AUIPC, Imm: 0x7ffff}, isa.Inst{Op: isa.JALR, Imm: 0x7fe})},
	} {
		code := append([]byte(nil), c.before...)
		r := Reloc{Kind: c.kind, Addend: c.addend}
		if reason := r.apply(code, c.symbol, place); reason != "" {
			t.Errorf("%v: %s", c.kind, reason)
		} else if diff := cmp.Diff(c.want, code); diff != "" {
			t.Errorf("%v of %#x%+d (-want +got):\n%s", c.kind, c.symbol, c.addend, diff)
		}
	}
}

func le(size int, v uint64) []byte { return binary.LittleEndian.AppendUint64(nil, v)[:size] }

func word(in isa.Inst) []byte { return assemble(in) }

func words(in ...isa.Inst) []byte { return assemble(in...) }

// TestRelocationRanges checks values one step beyond each bound.
func TestRelocationRanges(t *testing.T) {
	const place = 1 << 32
	for _, c := range []struct {
		kind     RelocKind
		distance int64 // the value, relative to the place if the kind is relative
		size     int
		ok       bool
	}{
		{Branch, 4094, 4, true}, {Branch, 4096, 4, false}, {Branch, -4096, 4, true}, {Branch, -4098, 4, false}, {Branch, 3, 4, false},
		{Jal, 1<<20 - 2, 4, true}, {Jal, 1 << 20, 4, false}, {Jal, -1 << 20, 4, true}, {Jal, -1<<20 - 2, 4, false}, {Jal, 1, 4, false},
		{RVCBranch, 254, 2, true}, {RVCBranch, 256, 2, false}, {RVCBranch, -256, 2, true}, {RVCBranch, -258, 2, false},
		{RVCJump, 2046, 2, true}, {RVCJump, 2048, 2, false}, {RVCJump, -2048, 2, true}, {RVCJump, -2050, 2, false},
		{CallPLT, 0x7ffff7fe, 8, true}, {CallPLT, 0x7ffff800, 8, false}, {CallPLT, -0x80000800, 8, true}, {CallPLT, -0x80000802, 8, false},
		{PCRelHi20, 0x7ffff7ff, 4, true}, {PCRelHi20, 0x7ffff800, 4, false}, {PCRelHi20, -0x80000800, 4, true}, {PCRelHi20, -0x80000801, 4, false},
		{Hi20, 0x7ffff7ff, 4, true}, {Hi20, 0x7ffff800, 4, false}, {Hi20, -0x80000800, 4, true}, {Hi20, -0x80000801, 4, false},
		{PCRel32, 1<<31 - 1, 4, true}, {PCRel32, 1 << 31, 4, false}, {PCRel32, -1 << 31, 4, true}, {PCRel32, -1<<31 - 1, 4, false},
		{Abs32, 1<<32 - 1, 4, true}, {Abs32, 1 << 32, 4, false}, {Abs32, -1 << 31, 4, true}, {Abs32, -1<<31 - 1, 4, false},
		{Abs64, 1<<63 - 1, 8, true}, {Abs64, 0, 7, false}, {Add32, 0, 3, false}, {Jal, 0, 3, false}, {CallPLT, 0, 7, false},
	} {
		s := uint64(c.distance)
		if kinds[c.kind].value == relative {
			s += place
		}
		r := Reloc{Kind: c.kind}
		if reason := r.apply(make([]byte, c.size), s, place); (reason == "") != c.ok {
			t.Errorf("%v of %#x in %d bytes: %q", c.kind, c.distance, c.size, reason)
		}
	}
}

func TestLinkErrors(t *testing.T) {
	call := assemble(isa.Inst{Op: isa.AUIPC, Rd: isa.RA}, isa.Inst{Op: isa.JALR, Rd: isa.RA, Rs1: isa.RA})
	for _, c := range []struct {
		name    string
		objects []Object
		options Options
		want    string
	}{
		{"undefined", []Object{text("f", call, Reloc{Kind: CallPLT, Symbol: "g"})}, Options{}, "@f+0x0: R_RISCV_CALL_PLT against @g+0: the symbol is not defined"},
		{"twice", []Object{text("f", call), text("f", call)}, Options{}, "@f is defined twice"},
		{"twice across sections", []Object{text("f", call), {Name: "f", Section: BSS}}, Options{}, "@f is defined twice"},
		{"extern and defined", []Object{text("f", call)}, Options{Externs: []string{"f"}}, "@f is defined twice"},
		{"no main", nil, Options{Start: StartVoid}, "@_start+0x0: R_RISCV_CALL_PLT against @main+0: the symbol is not defined"},
		{"range", []Object{text("f", call, Reloc{Offset: 4, Kind: Jal, Symbol: "f", Addend: 1 << 21})}, Options{}, "@f+0x4: R_RISCV_JAL against @f+2097152: isa: patch jal"},
		{"outside", []Object{text("f", call, Reloc{Offset: 9, Kind: Jal, Symbol: "f"})}, Options{}, "outside of the object"},
		{"cut", []Object{text("f", call, Reloc{Offset: 6, Kind: Jal, Symbol: "f"})}, Options{}, "needs 4 bytes of code, there are 2"},
		{"unknown kind", []Object{text("f", call, Reloc{Kind: 43, Symbol: "f"})}, Options{}, "@f+0x0: R_RISCV_43 against"},
		{"lonely half", []Object{text("f", call, Reloc{Offset: 4, Kind: PCRelLo12I, Addend: 0})}, Options{}, "no PCREL_HI20 where the addend says"},
		{"in bss", []Object{{Name: "z", Section: BSS, Size: 8, Relocs: []Reloc{{Kind: Abs64, Symbol: "z"}}}}, Options{}, "needs 8 bytes, there are 0"},
		{"too much padding", []Object{{Name: "y", Section: Data, Data: []byte{1}}, {Name: "z", Section: Data, Data: []byte{1}, Align: 1 << 31}}, Options{},
			"@z: the image is larger than the limit"},
		{"too large", []Object{{Name: "z", Section: BSS, Size: 1 << 47}}, Options{}, "@z: the image is larger than the limit"},
		{"too large together", []Object{{Name: "y", Section: BSS, Size: 1<<46 - 1<<20}, {Name: "z", Section: BSS, Size: 1 << 20}}, Options{}, "@z: the image is larger"},
	} {
		_, err := Link(c.objects, c.options)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
}

// TestPairedHalves checks the halves of two addresses in an unusual order.
func TestPairedHalves(t *testing.T) {
	code := assemble(
		isa.Inst{Op: isa.AUIPC, Rd: isa.A0}, isa.Inst{Op: isa.AUIPC, Rd: isa.A1},
		isa.Inst{Op: isa.LD, Rd: isa.A0, Rs1: isa.A0}, isa.Inst{Op: isa.SD, Rs1: isa.A1})
	m := mustLink(t, Options{}, text("f", code,
		Reloc{Offset: 8, Kind: PCRelLo12I, Addend: 0}, // before its other half
		Reloc{Offset: 0, Kind: PCRelHi20, Symbol: "d", Addend: 0x7fc},
		Reloc{Offset: 4, Kind: PCRelHi20, Symbol: "d", Addend: 0x804},
		Reloc{Offset: 12, Kind: PCRelLo12S, Addend: 4},
	), Object{Name: "d", Section: Data, Data: make([]byte, 8)})
	want := assemble( // d is at 0x11000: 0x17fc from the first auipc, 0x1800 from the second
		isa.Inst{Op: isa.AUIPC, Rd: isa.A0, Imm: 1}, isa.Inst{Op: isa.AUIPC, Rd: isa.A1, Imm: 2},
		isa.Inst{Op: isa.LD, Rd: isa.A0, Rs1: isa.A0, Imm: 0x7fc}, isa.Inst{Op: isa.SD, Rs1: isa.A1, Imm: -2048})
	if diff := cmp.Diff(want, m.Segments[0].Data); diff != "" {
		t.Error(diff)
	}
}

func TestPanicRoutinesAreMadeOnce(t *testing.T) {
	call := assemble(isa.Inst{Op: isa.AUIPC, Rd: isa.RA}, isa.Inst{Op: isa.JALR, Rd: isa.RA, Rs1: isa.RA})
	use := func(name string) Reloc { return Reloc{Kind: CallPLT, Symbol: name} }
	m := mustLink(t, Options{},
		text("f", call, use("panic.b")), text("g", call, use("panic.a")), text("h", call, use("panic.b")),
		text("i", call, use("panic.own")), text("panic.own", call))
	var names []string
	for _, s := range m.Panics {
		names = append(names, s.Name)
	}
	if diff := cmp.Diff([]string{"panic.b", "panic.a"}, names); diff != "" {
		t.Error(diff)
	}
	if s, ok := m.Symbol("message.panic.b"); !ok {
		t.Error("panic.b has no message")
	} else if b, _ := m.Bytes(s.Addr, s.Size); string(b) != "panic: b\n" {
		t.Errorf("the message is %q", b)
	}
}

// TestLinkLeavesObjectsAlone compares two images linked from the same objects.
func TestLinkLeavesObjectsAlone(t *testing.T) {
	objects := benchmarkObjects(50)
	a, b := mustLink(t, Options{}, objects...), mustLink(t, Options{}, objects...)
	if diff := cmp.Diff(a, b, cmp.AllowUnexported(Image{})); diff != "" {
		t.Error(diff)
	}
	for i := range objects {
		if objects[i].Section == Text && binary.LittleEndian.Uint32(objects[i].Data) != 0x00000097 {
			t.Fatal("Link changed the bytes of its input")
		}
	}
}

// benchmarkObjects returns functions of five calls each, and a global for each.
func benchmarkObjects(n int) []Object {
	pair := []isa.Inst{{Op: isa.AUIPC, Rd: isa.RA}, {Op: isa.JALR, Rd: isa.RA, Rs1: isa.RA}}
	var out []Object
	for i := range n {
		var code []isa.Inst
		var relocs []Reloc
		for j := range 5 {
			relocs = append(relocs, Reloc{Offset: uint32(8 * j), Kind: CallPLT, Symbol: fmt.Sprint("f", (i*7+j)%n)})
			code = append(code, pair...)
		}
		for range 10 {
			code = append(code, isa.Inst{Op: isa.ADDI})
		}
		out = append(out, text(fmt.Sprint("f", i), assemble(code...), relocs...))
		out = append(out, Object{Name: fmt.Sprint("g", i), Section: Data, Data: make([]byte, 8), Align: 8,
			Relocs: []Reloc{{Kind: Abs64, Symbol: fmt.Sprint("f", i)}}})
	}
	return out
}

// BenchmarkLink links 10 functions, 200 words and 60 relocations.
func BenchmarkLink(b *testing.B) {
	objects := benchmarkObjects(10)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Link(objects, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
