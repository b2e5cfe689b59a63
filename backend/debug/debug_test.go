package debug_test

import (
	"bytes"
	"debug/dwarf"
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/corpus"
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

// executable compiles a program with debug sections.
func executable(t testing.TB, m *air.Module, o backend.Options) []byte {
	t.Helper()
	o.Debug, o.Verify = true, true
	var out bytes.Buffer
	if err := backend.WriteExecutable(&out, m, o); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// object compiles a module to an object file with debug sections.
func object(t testing.TB, m *air.Module, o backend.Options) []byte {
	t.Helper()
	o.Debug, o.Verify = true, true
	var out bytes.Buffer
	if err := backend.WriteObject(&out, m, o); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func readDWARF(t testing.TB, file []byte) *dwarf.Data {
	t.Helper()
	f, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	d, err := f.DWARF()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// tree returns the entries of a file, a line each: tag, name and type, indented, without those of types.
func tree(t *testing.T, d *dwarf.Data) string {
	t.Helper()
	var out strings.Builder
	depth, r := 0, d.Reader()
	for {
		e, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e == nil {
			return out.String()
		}
		if e.Tag == 0 {
			depth--
			continue
		}
		switch e.Tag {
		case dwarf.TagCompileUnit, dwarf.TagSubprogram, dwarf.TagFormalParameter, dwarf.TagVariable, dwarf.TagLexDwarfBlock, dwarf.TagInlinedSubroutine:
			fmt.Fprintf(&out, "%s%v", strings.Repeat(" ", depth), e.Tag)
			if name, ok := e.Val(dwarf.AttrName).(string); ok {
				out.WriteString(" " + name)
			}
			if at, ok := e.Val(dwarf.AttrType).(dwarf.Offset); ok {
				typ, err := d.Type(at)
				if err != nil {
					t.Fatalf("type of %v: %v", e, err)
				}
				fmt.Fprintf(&out, " %s %d", nameOf(typ), typ.Size())
			}
			out.WriteString("\n")
			if e.Children {
				depth++
			}
		default:
			r.SkipChildren()
		}
	}
}

const described = `const Color = enum(u8) {
  red,
  green,
}
const Point = struct {
  x: i32,
  name: []const u8,
  color: Color,
}
const Bits = packed struct(u8) {
  low: u3,
  high: u5,
}
const Shape = union(Color) {
  red: u64,
  green: [3]u8,
}
const @count: u32 = 7
fn @first(Point, Bits, ?u16, anyerror!i24, *Shape, ?*u8, u40, f32) u8 in "first.zig":10 {
  %0 = arg(Point, 0)
  %1 = arg(Bits, 1)
  %2 = arg(?u16, 2)
  %3 = arg(anyerror!i24, 3)
  %4 = arg(*Shape, 4)
  %5 = arg(?*u8, 5)
  %6 = arg(u40, 6)
  %7 = arg(f32, 7)
  %8 = dbg_var_val(%0, "point")
  %9 = dbg_var_ptr(%4, "shape")
  %10 = dbg_stmt(11, 3)
  %11 = dbg_inline_block(u8, "helper", {
    %12 = dbg_stmt(3, 5)
    %13 = dbg_arg_inline(%6, "wide")
    %14 = trunc(u8, %6)
    %15 = dbg_var_val(%14, "narrow")
    %16 = add_wrap(%14, <u8, 1>)
    %17 = br(%11, %16)
  })
  %18 = dbg_var_val(<u16, 99>, "constant")
  %19 = ret(%11)
}
fn @main() u8 in "main.zig":1 {
  %0 = alloc(*volatile u8)
  %1 = dbg_var_ptr(%0, "status")
  %2 = dbg_stmt(2, 3)
  %3 = store(%0, <u8, 3>)
  %4 = block(void, {
    %5 = load(u8, %0)
    %6 = dbg_var_val(%5, "status")
    %7 = store(%0, %5)
    %8 = br(%4, <void, {}>)
  })
  %9 = load(u8, %0)
  %10 = ret(%9)
}
`

const describedTree = `CompileUnit first.zig
 Subprogram helper
 Subprogram first u8 1
  FormalParameter point Point 24
  FormalParameter arg1 Bits 1
  FormalParameter arg2 ?u16 4
  FormalParameter arg3 anyerror!i24 8
  FormalParameter arg4  8
  FormalParameter arg5 ?*u8 8
  FormalParameter arg6 u40 8
  FormalParameter arg7 f32 4
  Variable shape Shape 16
  Variable constant u16 2
  InlinedSubroutine
   FormalParameter wide u40 8
   Variable narrow u8 1
 Subprogram main u8 1
  Variable status u8 1
  LexDwarfBlock
   Variable status u8 1
 Variable count u32 4
`

// TestReadsBack checks that package debug/dwarf finds the functions, scopes, variables and types in executables and in
// objects, whose relocations it applies.
func TestReadsBack(t *testing.T) {
	m := parse(t, described)
	for _, o := range []backend.Options{{}, {SpillAll: true}, {Registers: 6, Compress: true}} {
		for kind, file := range map[string][]byte{"executable": executable(t, m, o), "object": object(t, m, o)} {
			if diff := cmp.Diff(describedTree, tree(t, readDWARF(t, file))); diff != "" {
				t.Errorf("%s, options %v (-want +got):\n%s", kind, o, diff)
			}
		}
	}
}

// TestTypes checks the members of composite types.
func TestTypes(t *testing.T) {
	d := readDWARF(t, executable(t, parse(t, described), backend.Options{}))
	got := map[string]string{}
	for r := d.Reader(); ; {
		e, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e == nil {
			break
		}
		if e.Tag == dwarf.TagStructType || e.Tag == dwarf.TagEnumerationType || e.Tag == dwarf.TagBaseType {
			typ, err := d.Type(e.Offset)
			if err != nil {
				t.Fatal(err)
			}
			got[nameOf(typ)] = definition(typ)
		}
	}
	for name, want := range map[string]string{
		"Point":        "x i32@16; name []const u8@0; color Color@20",
		"Color":        "red=0 green=1",
		"Bits":         "low u3@0 bits 0:3; high u5@0 bits 3:5",
		"Shape":        "tag Color@8; payload @0",
		"?u16":         "payload u16@0; some bool@2",
		"anyerror!i24": "error anyerror@4; payload i24@0",
		"i24":          "i24",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
}

func definition(t dwarf.Type) string {
	var parts []string
	switch t := t.(type) {
	case *dwarf.StructType:
		for _, f := range t.Field {
			part := fmt.Sprintf("%s %s@%d", f.Name, nameOf(f.Type), f.ByteOffset)
			if f.BitSize != 0 {
				part += fmt.Sprintf(" bits %d:%d", f.DataBitOffset, f.BitSize)
			}
			parts = append(parts, part)
		}
		return strings.Join(parts, "; ")
	case *dwarf.EnumType:
		for _, v := range t.Val {
			parts = append(parts, fmt.Sprintf("%s=%d", v.Name, v.Val))
		}
		return strings.Join(parts, " ")
	}
	return nameOf(t)
}

func nameOf(t dwarf.Type) string {
	switch t := t.(type) {
	case *dwarf.StructType:
		return t.StructName
	case *dwarf.EnumType:
		return t.EnumName
	}
	return t.Common().Name
}

// TestLineTable reads the line table of a program of two files back.
func TestLineTable(t *testing.T) {
	file := executable(t, parse(t, described), backend.Options{})
	d := readDWARF(t, file)
	unit, err := d.Reader().Next()
	if err != nil {
		t.Fatal(err)
	}
	lines, err := d.LineReader(unit)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	prologues := 0
	for {
		var e dwarf.LineEntry
		if lines.Next(&e) != nil {
			break
		}
		text := fmt.Sprintf("%s:%d:%d", filepath.Base(e.File.Name), e.Line, e.Column)
		if e.PrologueEnd {
			prologues++
		}
		if e.EndSequence {
			text = "end"
		} else if e.IsStmt == e.EpilogueBegin {
			t.Errorf("row %+v is a statement and an epilogue, or neither", e)
		}
		if n := len(got); n == 0 || got[n-1] != text {
			got = append(got, text)
		}
	}
	want := []string{"first.zig:10:0", "first.zig:3:5", "end", "main.zig:1:0", "main.zig:2:3", "end"}
	if diff := cmp.Diff(want, got); diff != "" || prologues != 2 {
		t.Errorf("%d ends of prologues, line table (-want +got):\n%s", prologues, diff)
	}
	if objdump, err := tools.Find(tools.Objdump); err == nil {
		out, err := objdump.Run(t.Context(), "", "-d", "-l", save(t, file))
		if err != nil || out.Stderr != "" || !strings.Contains(out.Stdout, "first.zig:10") || !strings.Contains(out.Stdout, "main.zig:2") {
			t.Errorf("objdump prints\n%s%s%v", out.Stderr, out.Stdout, err)
		}
	}
}

func save(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, data, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// behaviour returns the modules of corpus/behavior.
func behaviour(t *testing.T) map[string]*air.Module {
	t.Helper()
	entries, err := corpus.Load("../../corpus/behavior")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*air.Module{"described": parse(t, described)}
	for _, e := range entries {
		if e.Module != nil {
			all[e.Name] = e.Module
		}
	}
	return all
}

// TestLLVMVerifies has llvm-dwarfdump check the objects of many programs.
func TestLLVMVerifies(t *testing.T) {
	dump := tools.Need(t, tools.LLVMDWARFDump)
	args := []string{"--verify"}
	for _, m := range behaviour(t) {
		args = append(args, save(t, object(t, m, backend.Options{Registers: 6})))
	}
	out, err := dump.Run(t.Context(), "", args...)
	if n := strings.Count(out.Stdout, "No errors."); err != nil || n != len(args)-1 || strings.Contains(out.Stdout+out.Stderr, "warning:") {
		t.Errorf("%d of %d files have no errors; %v\n%s%s", n, len(args)-1, err, out.Stdout, out.Stderr)
	}
}

// TestSameCode checks that debug information changes no code.
func TestSameCode(t *testing.T) {
	for name, m := range behaviour(t) {
		for _, o := range []backend.Options{{}, {SpillAll: true, Registers: 6, Compress: true}} {
			plain, err := backend.Objects(m, o)
			if err != nil {
				t.Fatal(err)
			}
			o.Debug = true
			debug, err := backend.Objects(m, o)
			if err != nil {
				t.Fatal(err)
			}
			for i := range plain {
				if !bytes.Equal(plain[i].Data, debug[i].Data) || plain[i].Name != debug[i].Name {
					t.Errorf("%s, options %v: @%s differs", name, o, plain[i].Name)
				}
			}
		}
	}
}
