package link

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// program returns objects of a main that stores 40 in a variable, adds the 2 that a table points to, and returns the
// sum.
func program() []Object {
	main := text("main", assemble(
		isa.Inst{Op: isa.AUIPC, Rd: isa.A1}, isa.Inst{Op: isa.ADDI, Rd: isa.A1, Rs1: isa.A1},
		isa.Inst{Op: isa.ADDI, Rd: isa.A2, Imm: 40},
		isa.Inst{Op: isa.SD, Rs1: isa.A1, Rs2: isa.A2},
		isa.Inst{Op: isa.AUIPC, Rd: isa.A3}, isa.Inst{Op: isa.LD, Rd: isa.A3, Rs1: isa.A3},
		isa.Inst{Op: isa.LBU, Rd: isa.A3, Rs1: isa.A3},
		isa.Inst{Op: isa.LD, Rd: isa.A0, Rs1: isa.A1},
		isa.Inst{Op: isa.ADD, Rd: isa.A0, Rs1: isa.A0, Rs2: isa.A3},
		ret),
		Reloc{Offset: 0, Kind: PCRelHi20, Symbol: "variable"}, Reloc{Offset: 4, Kind: PCRelLo12I, Addend: 0},
		Reloc{Offset: 16, Kind: PCRelHi20, Symbol: "table"}, Reloc{Offset: 20, Kind: PCRelLo12I, Addend: 16})
	main.Frame = Frame{File: "sum.zig", PrologueEnd: 8, EpilogueBegins: []uint64{36}}
	main.Lines = []Line{{PC: 0, Line: 10, Column: 3}, {PC: 12, Line: 9, Column: 5}, {PC: 32, Line: 300}}
	return []Object{main,
		{Name: "variable", Section: BSS, Size: 8, Align: 8},
		{Name: "table", Section: Data, Data: make([]byte, 8), Align: 8, Relocs: []Reloc{{Kind: Abs64, Symbol: "numbers", Addend: 1}}},
		{Name: "numbers", Section: ROData, Data: []byte{1, 2, 3}, Local: true},
	}
}

func executable(t *testing.T, start Start, objects ...Object) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteELF(&b, mustLink(t, Options{Start: start}, objects...)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestExecutableReadsBack(t *testing.T) {
	image := mustLink(t, Options{Start: StartValue}, program()...)
	f, err := elf.NewFile(bytes.NewReader(executable(t, StartValue, program()...)))
	if err != nil {
		t.Fatal(err)
	}
	if f.Type != elf.ET_EXEC || f.Machine != elf.EM_RISCV || f.Entry != image.Entry || image.Entry == 0 {
		t.Errorf("type %v, machine %v, entry %#x", f.Type, f.Machine, f.Entry)
	}
	loads := 0
	for _, p := range f.Progs {
		if p.Type != elf.PT_LOAD {
			continue
		}
		s := image.Segments[loads]
		loads++
		data := make([]byte, p.Filesz)
		if _, err := p.ReadAt(data, 0); err != nil && len(data) > 0 {
			t.Fatal(err)
		}
		if !bytes.Equal(data, s.Data) || p.Vaddr != s.Addr || p.Memsz != s.Size || p.Flags != elf.ProgFlag(s.Rights) || p.Off%pageSize != p.Vaddr%pageSize {
			t.Errorf("program header %+v for segment %s", p.ProgHeader, s.Name)
		}
	}
	if loads != 4 {
		t.Errorf("%d segments are loaded", loads)
	}
	symbols, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range symbols {
		want, ok := image.Symbol(s.Name)
		if !ok || want.Addr != s.Value || want.Size != s.Size || f.Sections[s.Section].Name != want.Section.String() {
			t.Errorf("symbol %+v, want %+v", s, want)
		}
	}
	if len(symbols) != len(image.Symbols) {
		t.Errorf("%d symbols, want %d", len(symbols), len(image.Symbols))
	}
}

// withDebug returns the objects of a program with a debug section that refers to a function and to another section.
func withDebug() []Object {
	return append(program(),
		Object{Name: ".debug_a", Section: Debug, Data: make([]byte, 12), Relocs: []Reloc{
			{Kind: Abs64, Symbol: "main", Addend: 4}, {Offset: 8, Kind: Abs32, Symbol: ".debug_b", Addend: 7}}},
		Object{Name: ".debug_b", Section: Debug, Data: []byte("ninebytes")})
}

func TestDebugSections(t *testing.T) {
	f, err := elf.NewFile(bytes.NewReader(executable(t, StartValue, withDebug()...)))
	if err != nil {
		t.Fatal(err)
	}
	a, err := f.Section(".debug_a").Data()
	if err != nil {
		t.Fatal(err)
	}
	if want := []byte{4, 0, 1, 0, 0, 0, 0, 0, 7, 0, 0, 0}; !bytes.Equal(a, want) {
		t.Errorf(".debug_a holds % x, want % x", a, want)
	}
	if b, err := f.Section(".debug_b").Data(); string(b) != "ninebytes" || f.Section(".debug_b").Addr != 0 || err != nil {
		t.Errorf(".debug_b holds %q, %v", b, err)
	}
	var b bytes.Buffer
	if err := WriteObject(&b, withDebug(), Options{}); err != nil {
		t.Fatal(err)
	}
	got := relocations(t, b.Bytes(), ".rela.debug_a")
	if diff := cmp.Diff([]string{"64 .text+4", "32 .debug_b+7"}, got); diff != "" {
		t.Errorf("relocations (-want +got):\n%s", diff)
	}
}

// TestThreadLocalObject checks the sections and symbols of thread-local data, and that an image refuses it.
func TestThreadLocalObject(t *testing.T) {
	f := text("f", make([]byte, 32),
		Reloc{Kind: TPRelHi20, Symbol: "a", Addend: 4}, Reloc{Offset: 4, Kind: TPRelAdd, Symbol: "a", Addend: 4}, Reloc{Offset: 8, Kind: TPRelLo12I, Symbol: "a", Addend: 4},
		Reloc{Offset: 12, Kind: TLSGOTHi20, Symbol: "e"}, Reloc{Offset: 16, Kind: PCRelLo12I, Addend: 12},
		Reloc{Offset: 20, Kind: GOTHi20, Symbol: "z"}, Reloc{Offset: 24, Kind: PCRelLo12I, Addend: 20})
	objects := []Object{f, {Name: "a", Section: TData, Data: make([]byte, 8), Align: 8}, {Name: "z", Section: TBSS, Size: 128, Align: 64},
		{Name: "e", Section: TBSS, Extern: true}}
	var b bytes.Buffer
	if err := WriteObject(&b, objects, Options{}); err != nil {
		t.Fatal(err)
	}
	want := []string{"TPREL_HI20 a+4", "TPREL_ADD a+4", "TPREL_LO12_I a+4", "TLS_GOT_HI20 e+0", "PCREL_LO12_I .Lpcrel_hi.0.12+0",
		"GOT_HI20 z+0", "PCREL_LO12_I .Lpcrel_hi.0.20+0"}
	if diff := cmp.Diff(want, relocations(t, b.Bytes(), ".rela.text")); diff != "" {
		t.Errorf("relocations (-want +got):\n%s", diff)
	}
	file, err := elf.NewFile(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for name, kind := range map[string]elf.SectionType{".tdata": elf.SHT_PROGBITS, ".tbss": elf.SHT_NOBITS} {
		if s := file.Section(name); s == nil || s.Type != kind || s.Flags != elf.SHF_ALLOC|elf.SHF_WRITE|elf.SHF_TLS {
			t.Errorf("section %s: %+v", name, s)
		}
	}
	if s := file.Section(".tbss"); s.Size != 128 || s.Addralign != 64 {
		t.Errorf("%+v", s)
	}
	symbols, err := file.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range symbols {
		if isThread := s.Name == "a" || s.Name == "z" || s.Name == "e"; isThread != (elf.ST_TYPE(s.Info) == elf.STT_TLS) {
			t.Errorf("symbol %+v", s)
		}
	}
	if _, err := Link(objects[1:2], Options{}); err == nil || !strings.Contains(err.Error(), "@a: an image has no thread-local data") {
		t.Errorf("error %v", err)
	}
}

// relocations returns those of a section of an object file: kind, symbol (of a section its name) and addend.
func relocations(t *testing.T, file []byte, section string) []string {
	t.Helper()
	f, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	symbols, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	data, err := f.Section(section).Data()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for ; len(data) > 0; data = data[24:] {
		info := binary.LittleEndian.Uint64(data[8:])
		s := symbols[info>>32-1]
		name := s.Name
		if elf.ST_TYPE(s.Info) == elf.STT_SECTION {
			name = f.Sections[s.Section].Name
		}
		addend := int64(binary.LittleEndian.Uint64(data[16:]))
		got = append(got, fmt.Sprintf("%s %s%+d", strings.TrimPrefix(elf.R_RISCV(info&0xff).String(), "R_RISCV_"), name, addend))
	}
	return got
}

func TestObjectReadsBack(t *testing.T) {
	var b bytes.Buffer
	objects := append(program(), text("caller", assemble(isa.Inst{Op: isa.AUIPC, Rd: isa.RA}, isa.Inst{Op: isa.JALR, Rd: isa.RA, Rs1: isa.RA}),
		Reloc{Kind: CallPLT, Symbol: "elsewhere"}))
	if err := WriteObject(&b, objects, Options{Externs: []string{"elsewhere"}}); err != nil {
		t.Fatal(err)
	}
	f, err := elf.NewFile(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	symbols, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"PCREL_HI20 variable+0", "PCREL_LO12_I .Lpcrel_hi.0.0+0", "PCREL_HI20 table+0", "PCREL_LO12_I .Lpcrel_hi.0.16+0", "CALL_PLT elsewhere+0"}
	if diff := cmp.Diff(want, relocations(t, b.Bytes(), ".rela.text")); diff != "" {
		t.Errorf("relocations (-want +got):\n%s", diff)
	}
	local := true
	for _, s := range symbols {
		isLocal := elf.ST_BIND(s.Info) == elf.STB_LOCAL
		if isLocal && !local {
			t.Errorf("local symbol %s comes after a global one", s.Name)
		}
		local = isLocal
	}
}

func TestWriteErrors(t *testing.T) {
	image := mustLink(t, Options{Externs: []string{"puts", "exit"}}, text("main", assemble(ret)))
	if err := WriteELF(&bytes.Buffer{}, image); err == nil || !strings.Contains(err.Error(), "@puts, @exit") {
		t.Errorf("externs: %v", err)
	}
	if err := WriteELF(&bytes.Buffer{}, mustLink(t, Options{}, text("f", assemble(ret)))); err == nil || !strings.Contains(err.Error(), "function @main") {
		t.Errorf("no main: %v", err)
	}
	f := text("f", assemble(ret), Reloc{Kind: CallPLT, Symbol: "g"})
	for _, c := range []struct {
		objects []Object
		externs []string
		want    string
	}{
		{[]Object{f}, nil, "@f+0x0: R_RISCV_CALL_PLT against @g+0: the symbol is not defined"},
		{[]Object{f, f}, []string{"g"}, "@f is defined twice"},
		{[]Object{text("f", assemble(ret)), {Name: "y", Section: Data, Data: []byte{1}}, {Name: "z", Section: Data, Data: []byte{1}, Align: 1 << 31}}, nil,
			"@z: section .data is larger than the limit"},
		{[]Object{f}, []string{"g", "f"}, "@f is defined twice"},
	} {
		err := WriteObject(&bytes.Buffer{}, c.objects, Options{Externs: c.externs})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

func save(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestExecutableRuns(t *testing.T) {
	qemu := tools.Need(t, tools.QEMU)
	zero := text("main", assemble(isa.Inst{Op: isa.ADDI, Rd: isa.A0, Imm: 0}, ret))
	seven := text("main", assemble(isa.Inst{Op: isa.ADDI, Rd: isa.A0, Imm: 7}, ret))
	panics := text("main", assemble(isa.Inst{Op: isa.AUIPC, Rd: isa.RA}, isa.Inst{Op: isa.JALR, Rd: isa.RA, Rs1: isa.RA}),
		Reloc{Kind: CallPLT, Symbol: "panic.integer_overflow"})
	for _, c := range []struct {
		name    string
		start   Start
		objects []Object
		out     string
		status  int
	}{
		{"value", StartValue, program(), "", 42},
		{"void", StartVoid, []Object{seven}, "", 0},
		{"error", StartError, []Object{seven}, "", 1},
		{"no error", StartError, []Object{zero}, "", 0},
		{"panic", StartVoid, []Object{panics}, "panic: integer_overflow\n", 101},
	} {
		out, err := qemu.Run(t.Context(), "", save(t, "program", executable(t, c.start, c.objects...)))
		if out.Stdout+out.Stderr != c.out || out.Status != c.status {
			t.Errorf("%s: printed %q, %q, status %d: %v", c.name, out.Stdout, out.Stderr, out.Status, err)
		}
	}
}

func TestObjdumpReadsExecutable(t *testing.T) {
	objdump := tools.Need(t, tools.Objdump)
	path := save(t, "program", executable(t, StartValue, program()...))
	out, err := objdump.Run(t.Context(), "", "-d", "-t", "-h", path)
	if err != nil {
		t.Error(err)
	}
	for _, want := range []string{"<main>:", "<_start>:", ".rodata", ".bss", "variable", "auipc\ta1,0x3", "jalr"} {
		if !strings.Contains(out.Stdout, want) {
			t.Errorf("objdump does not print %q:\n%s", want, out.Stdout)
		}
	}
	if out.Stderr != "" || strings.Contains(out.Stdout, "Warning") {
		t.Errorf("objdump complains:\n%s%s", out.Stderr, out.Stdout)
	}
}

// TestSystemLinkerTakesObject links the object with a C main that calls into it and is called back.
func TestSystemLinkerTakesObject(t *testing.T) {
	gcc, qemu := tools.Need(t, tools.GCC), tools.Need(t, tools.QEMU)
	objects := program()
	objects[0].Name = "forty_two"
	back := text("back", assemble(
		isa.Inst{Op: isa.ADDI, Rd: isa.SP, Rs1: isa.SP, Imm: -16}, isa.Inst{Op: isa.SD, Rs1: isa.SP, Rs2: isa.RA},
		isa.Inst{Op: isa.AUIPC, Rd: isa.RA}, isa.Inst{Op: isa.JALR, Rd: isa.RA, Rs1: isa.RA},
		isa.Inst{Op: isa.LD, Rd: isa.RA, Rs1: isa.SP}, isa.Inst{Op: isa.ADDI, Rd: isa.SP, Rs1: isa.SP, Imm: 16}, ret),
		Reloc{Offset: 8, Kind: CallPLT, Symbol: "twice"})
	panics := text("unused", assemble(isa.Inst{Op: isa.AUIPC, Rd: isa.RA}, isa.Inst{Op: isa.JALR, Rd: isa.RA, Rs1: isa.RA}),
		Reloc{Kind: CallPLT, Symbol: "panic.own"})
	var b bytes.Buffer
	if err := WriteObject(&b, append(objects, back, panics), Options{Externs: []string{"twice"}}); err != nil {
		t.Fatal(err)
	}
	object := save(t, "part.o", b.Bytes())
	source := save(t, "main.c", []byte("long forty_two(void), back(long);\nlong twice(long x) { return 2 * x; }\n"+
		"int main(void) { return forty_two() == 42 && back(21) == 42 ? 17 : 1; }\n"))
	program := filepath.Join(t.TempDir(), "program")
	if _, err := gcc.Run(t.Context(), "", "-static", "-O1", "-o", program, source, object); err != nil {
		t.Fatalf("gcc does not link the object: %v", err)
	}
	if out, err := qemu.Run(t.Context(), "", program); out.Status != 17 {
		t.Errorf("%+v, %v, want status 17", out, err)
	}
}
