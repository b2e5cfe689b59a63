package backend_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/target"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

func parse(t testing.TB, text string) *air.Module {
	t.Helper()
	m, err := air.Parse("test.air", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// everyOption holds options that each change the code.
var everyOption = []backend.Options{
	{}, {Registers: 6}, {SpillAll: true}, {FarBranches: true}, {LargeFrames: true}, {Compress: true}, {Zbb: true}, {PIC: true}, {Target: parsed("rva23u64_zacas_zabha"), Compress: true},
	{Registers: 8, SpillAll: true, FarBranches: true, LargeFrames: true, Compress: true, Zbb: true},
}

func parsed(name string) target.Target {
	t, err := target.Parse(name)
	if err != nil {
		panic(err)
	}
	return t
}

func TestOptionsText(t *testing.T) {
	for _, o := range everyOption {
		back, err := backend.ParseOptions(o.String())
		if err != nil || back != o {
			t.Errorf("%q: %+v, %v", o.String(), back, err)
		}
	}
	if s := everyOption[len(everyOption)-1].String(); s != "registers=8 spill-all far-branches large-frames compress zbb" {
		t.Errorf("String() = %q", s)
	}
	if s := (backend.Options{Verify: true, Locations: true}).String(); s != "" {
		t.Errorf("String() = %q", s)
	}
	for _, text := range []string{"fast", "registers", "registers=0", "registers=33", "registers=x", "registers=4 registers=4",
		"compress=1", "compress compress", "spill_all", "target", "target=rv64gc_zqq", "target=rva22u64 target=rva23u64"} {
		if _, err := backend.ParseOptions(text); err == nil || !strings.Contains(err.Error(), strings.Fields(text)[len(strings.Fields(text))-1]) {
			t.Errorf("%q: error %v", text, err)
		}
	}
}

func TestLocationsFollowTheCode(t *testing.T) {
	m := parse(t, `fn @inc(u32) u32 {
  %0 = arg(u32, 0)
  %1 = add_wrap(%0, <u32, 1>)
  %2 = ret(%1)
}
`)
	image, err := backend.Compile(m, backend.Options{Verify: true, Locations: true})
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, record := range image.Locations {
		if image.FuncAt(record.PC) != record.Func || record.PC%4 != 0 {
			t.Errorf("location record %+v is not in its function", record)
		}
		if record.Inst == 1 {
			found = true
			if record.Loc.Kind != link.LocReg || record.Loc.Bits != 32 || record.Loc.Signed || record.Site == "" {
				t.Errorf("location record of the sum: %+v", record)
			}
		}
	}
	if !found {
		t.Error("the sum has no location record")
	}
}

// readAt returns the bytes of a symbol in the image.
func readAt(t *testing.T, image *backend.Image, name string) ([]byte, link.Symbol) {
	t.Helper()
	s, ok := image.Symbol(name)
	if !ok {
		t.Fatalf("there is no symbol %s", name)
	}
	b, _ := image.Bytes(s.Addr, s.Size)
	return b, s
}

func TestGlobals(t *testing.T) {
	m := air.NewModule()
	tt := m.Types
	pair := tt.Tuple(air.U8, air.U32) // u8 at 0, u32 at 4
	add := func(name string, v *air.Value, constant bool) {
		m.Globals = append(m.Globals, &air.Global{Name: name, Type: v.Type, Init: v, Const: constant})
	}
	aggregate := func(ty *air.Type, elems ...*air.Value) *air.Value {
		return &air.Value{Type: ty, Kind: air.AggregateValue, Elems: elems}
	}
	optional := tt.Optional(air.U16)
	add("i7", air.NewInt(air.IntType(true, 7), -2), false)
	add("u7", air.NewInt(air.IntType(false, 7), 126), false)
	add("i33", air.NewInt(air.IntType(true, 33), -2), false)
	add("i128", air.NewInt(air.IntType(true, 128), -2), false)
	add("u128", air.NewInt(air.IntType(false, 128), -2), false) // 1<<64 - 2, held by its bits
	add("pair", aggregate(pair, air.NewInt(air.U8, 5), air.NewInt(air.U32, 0x01020304)), true)
	add("text", &air.Value{Type: tt.Array(3, air.U8), Kind: air.BytesValue, Bytes: []byte("abc")}, true)
	add("some", &air.Value{Type: optional, Kind: air.PayloadValue, Elems: []*air.Value{air.NewInt(air.U16, 0x102)}}, false)
	add("null", &air.Value{Type: optional, Kind: air.NullValue}, false)
	add("pointer", &air.Value{Type: tt.Pointer(air.U8), Kind: air.SymbolValue, Symbol: "text", Offset: 2}, false)
	add("lanes", aggregate(tt.Vector(4, air.BoolType), air.NewBool(true), air.NewBool(false), air.NewBool(true), air.NewBool(true)), false)
	add("nothing", &air.Value{Type: air.VoidType, Kind: air.VoidValue}, false)
	m.Globals = append(m.Globals, &air.Global{Name: "undefined", Type: tt.Array(100, air.U64), Init: air.NewUndef(tt.Array(100, air.U64)), Align: 64})
	image, err := backend.Compile(m, backend.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ff := func(first byte, n int) []byte { return append([]byte{first}, bytes.Repeat([]byte{0xff}, n-1)...) }
	for _, c := range []struct {
		name    string
		section link.Section
		want    []byte
	}{
		{"i7", link.Data, []byte{0xfe}},
		{"u7", link.Data, []byte{0x7e}},
		{"i33", link.Data, ff(0xfe, 8)},
		{"i128", link.Data, ff(0xfe, 16)},
		{"u128", link.Data, append(ff(0xfe, 8), make([]byte, 8)...)},
		{"pair", link.ROData, []byte{5, 0, 0, 0, 4, 3, 2, 1}},
		{"text", link.ROData, []byte("abc")},
		{"some", link.Data, []byte{2, 1, 1, 0}},
		{"null", link.Data, []byte{0, 0, 0, 0}},
		{"lanes", link.Data, []byte{0b1101}},
		{"nothing", link.Data, []byte{}},
	} {
		got, s := readAt(t, image, c.name)
		if !bytes.Equal(got, c.want) || s.Section != c.section {
			t.Errorf("%s in %v: % x, want % x", c.name, s.Section, got, c.want)
		}
	}
	_, text := readAt(t, image, "text")
	if b, _ := readAt(t, image, "pointer"); binary.LittleEndian.Uint64(b) != text.Addr+2 {
		t.Errorf("pointer holds % x, text is at %#x", b, text.Addr)
	}
	if _, s := readAt(t, image, "undefined"); s.Section != link.BSS || s.Size != 800 || s.Addr%64 != 0 {
		t.Errorf("undefined: %+v", s)
	}
}

func TestCompileErrors(t *testing.T) {
	m := parse(t, "threadlocal var @v: u8 = 1\nconst @g: *u8 = @v\n")
	var u *air.Unsupported
	if _, err := backend.Objects(m, backend.Options{}); !errors.As(err, &u) || !strings.Contains(err.Error(), "@g") {
		t.Errorf("the address of a thread-local global in data: %v", err)
	}
	m = air.NewModule()
	big := m.Types.Array(1<<40, air.U8)
	m.Globals = []*air.Global{{Name: "g", Type: big, Init: &air.Value{Type: big, Kind: air.BytesValue}}}
	if _, err := backend.Compile(m, backend.Options{}); err == nil || !strings.Contains(err.Error(), "@g: 1099511627776 bytes exceed") {
		t.Errorf("error %v", err)
	}
	m = parse(t, "fn @f() void {\n  %0 = br(%0, <void, {}>)\n}\n")
	if _, err := backend.Compile(m, backend.Options{Verify: true}); err == nil {
		t.Error("the input is not verified")
	}
}

// program exits with the sum of the first ten squares, 385, less 343.
const program = `
var @counter: u32 = 10
fn @square(u32) u32 {
  %0 = arg(u32, 0)
  %1 = mul_wrap(%0, %0)
  %2 = ret(%1)
}
fn @main() u8 {
  %0 = alloc(*u32)
  %1 = store(%0, <u32, 0>)
  %2 = block(void, {
    %3 = loop({
      %4 = load(u32, <*u32, @counter>)
      %5 = cmp_eq(%4, <u32, 0>)
      %6 = cond_br(%5, {
        %7 = br(%2, <void, {}>)
      }, {
        %8 = call(@square, [%4])
        %9 = load(u32, %0)
        %10 = add_safe(%9, %8)
        %11 = store(%0, %10)
        %12 = sub_safe(%4, <u32, 1>)
        %13 = store(<*u32, @counter>, %12)
        %14 = repeat(%3)
      })
    })
  })
  %15 = load(u32, %0)
  %16 = sub_wrap(%15, <u32, 343>)
  %17 = intcast(u8, %16)
  %18 = ret(%17)
}
`

// TestProgramRuns compiles a whole program with every option and runs it.
func TestProgramRuns(t *testing.T) {
	qemu := tools.Need(t, tools.QEMU)
	m := parse(t, program)
	for _, o := range everyOption {
		o.Verify = true
		path := filepath.Join(t.TempDir(), "program")
		if err := os.WriteFile(path, written(t, backend.WriteExecutable, m, o), 0o755); err != nil {
			t.Fatal(err)
		}
		if out, err := qemu.Run(t.Context(), "", path); out.Status != 42 {
			t.Errorf("%v: status %d, output %q; %v", o, out.Status, out.Stdout, err)
		}
	}
}

// TestDeterministic compiles a program twice, the second time in memory used for programs before. An image stays as it
// is when its Compiler goes on.
func TestDeterministic(t *testing.T) {
	var used backend.Compiler
	var before, fresh *backend.Image
	for _, o := range everyOption {
		o.Locations = true
		a, err := backend.Compile(parse(t, program), o)
		if err != nil {
			t.Fatal(err)
		}
		b, err := used.Compile(parse(t, program), o)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a, b, cmp.AllowUnexported(link.Image{})); diff != "" {
			t.Errorf("%v: compiled twice:\n%s", o, diff)
		}
		if diff := cmp.Diff(fresh, before, cmp.AllowUnexported(link.Image{})); diff != "" {
			t.Errorf("%v: changed by the next compilation:\n%s", o, diff)
		}
		fresh, before = a, b
	}
}

func BenchmarkCompile(b *testing.B) {
	m := parse(b, program)
	words := 0
	b.ReportAllocs()
	for b.Loop() {
		image, err := backend.Compile(m, backend.Options{})
		if err != nil {
			b.Fatal(err)
		}
		words = len(image.Segments[0].Data) / 4
	}
	b.ReportMetric(float64(words), "words")
}

func TestLowered(t *testing.T) {
	text := backend.Lowered()
	words := map[string]int{}
	for _, w := range strings.Fields(text) {
		words[w]++
	}
	for tag := range air.NumTags {
		if name := air.Tag(tag).String(); words[name] != 1 {
			t.Errorf("%s stands %d times in the table", name, words[name])
		}
	}
	for _, line := range []string{"\n.iwbhfl..  add ", "\n.i..hf...  atomic_load ", "\n........r  cmp_vector ", "\nsuf  vector.add ", "\ns.f  vector.abs"} {
		if !strings.Contains(text, line) {
			t.Errorf("%q is missing:\n%s", line, text)
		}
	}
}

// TestOrigins checks that every instruction is traced to the code generator's functions that emitted it, and that this
// changes nothing else.
func TestOrigins(t *testing.T) {
	m, err := air.Parse("test", []byte("fn @f(i7, i7) i7 {\n  %0 = arg(i7, 0)\n  %1 = arg(i7, 1)\n  %2 = mul_sat(%0, %1)\n  %3 = ret(%2)\n}\n"))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := backend.Compile(m, backend.Options{Locations: true})
	if err != nil {
		t.Fatal(err)
	}
	image, err := backend.Compile(m, backend.Options{Locations: true, Origins: true})
	if err != nil {
		t.Fatal(err)
	}
	f := image.Funcs[0]
	code, _ := image.Bytes(f.Addr, f.Size)
	if same, _ := plain.Bytes(f.Addr, f.Size); !bytes.Equal(code, same) || len(plain.Origins) > 0 {
		t.Errorf("the code is % x with origins and % x without", code, same)
	}
	lowerings := map[string]string{}
	for pc := f.Addr; pc < f.Addr+f.Size; pc += 4 {
		o := image.OriginAt(pc)
		if o == nil || len(o.Calls) == 0 || o.Calls[0].Line == 0 {
			t.Fatalf("pc %#x comes from %+v", pc, o)
		}
		last := o.Calls[len(o.Calls)-1]
		lowerings[last.Func] = last.File
	}
	if lowerings["saturating"] != "backend/codegen/sat.go" || lowerings["ret"] != "backend/codegen/return.go" {
		t.Errorf("the lowerings are %v", lowerings)
	}
	o := image.OriginAt(f.Addr + f.Size - 4) // the return
	if _, ok := o.Instruction(); ok || o.Calls[0].Func != "genEpilogue" {
		t.Errorf("the return is for an instruction: %+v", o)
	}
	if o := image.OriginAt(f.Addr + f.Size); o != nil {
		t.Errorf("behind the code there is %+v", o)
	}
}
