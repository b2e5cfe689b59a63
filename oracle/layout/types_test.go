package layout

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// writer makes up type definitions T0, T1, ... in the words that AIR text and Zig have in common.
type writer struct {
	*rand.Rand
	text    strings.Builder
	externs []int // the definitions that C knows
	count   int
}

// definitions returns the text of n random type definitions.
func definitions(seed uint64, n int, rules string) string {
	w := &writer{Rand: rand.New(rand.NewPCG(seed, 0))}
	w.text.WriteString(header(rules))
	for w.count = range n {
		fmt.Fprintf(&w.text, "const T%d = %s\n", w.count, w.definition())
	}
	return w.text.String()
}

func (w *writer) one(of ...string) string { return of[w.IntN(len(of))] }

func (w *writer) definition() string {
	switch w.IntN(10) {
	case 0, 1:
		w.externs = append(w.externs, w.count)
		return w.one("extern struct", "extern struct", "extern union") + w.fields(1, w.externType)
	case 2:
		return w.packed()
	case 3:
		return "union" + w.fields(1, w.typ)
	case 4:
		return w.tagged()
	}
	return "struct" + w.fields(0, w.typ)
}

// fields returns at least so many fields, some of them with an alignment of their own.
func (w *writer) fields(least int, typ func(depth int) string) string {
	var list []string
	for i := range least + w.IntN(5) {
		f := fmt.Sprintf("f%d: %s", i, typ(0))
		if w.IntN(6) == 0 {
			f += fmt.Sprintf(" align(%d)", 1<<w.IntN(6))
		}
		list = append(list, f)
	}
	return " { " + strings.Join(list, ", ") + " }"
}

// packed returns a packed struct with its backing integer.
func (w *writer) packed() string {
	var list []string
	total := 0
	for i := range 1 + w.IntN(5) {
		width := w.IntN(40)
		total += width
		list = append(list, fmt.Sprintf("f%d: %s%d", i, w.one("i", "u"), width))
	}
	return fmt.Sprintf("packed struct(u%d) { %s }", total, strings.Join(list, ", "))
}

// tagged returns a union and, before it, the enum of its tag. The union holds something: if not, it is its tag, which Zig 0.11
// aligns to 1 there.
func (w *writer) tagged() string {
	fields := strings.Replace(w.fields(0, w.typ), "{ ", "{ g: u8, ", 1)
	names := make([]string, strings.Count(fields, ": "))
	names[0] = "g"
	for i := range names[1:] {
		names[i+1] = fmt.Sprintf("f%d", i)
	}
	width := w.one("3", "5", "8", "9", "16", "17", "32", "33", "64", "70")
	fmt.Fprintf(&w.text, "const E%d = enum(u%s) { %s }\n", w.count, width, strings.Join(names, ", "))
	return fmt.Sprintf("union(E%d)%s", w.count, fields)
}

func (w *writer) typ(depth int) string {
	if depth > 2 {
		return w.scalar()
	}
	switch w.IntN(12) {
	case 0:
		return fmt.Sprintf("[%d]%s", w.IntN(4), w.typ(depth+1))
	case 1:
		return fmt.Sprintf("@Vector(%d, %s)", 1+w.IntN(9), w.one("u8", "u3", "i16", "bool", "f32", "f64", "u64", "i33"))
	case 2, 3:
		return "?" + w.typ(depth+1)
	case 4:
		return "error{A}!" + w.payload(depth+1)
	case 5:
		return w.one("*u8", "[]u8", "?*u8", "*allowzero u8", "[*]u64", "[*c]u8", "[*:0]u8", "error{A}", "[2:0]u8", "?[0]u16", "[0]u64")
	case 6, 7:
		if w.count > 0 {
			return fmt.Sprintf("T%d", w.IntN(w.count))
		}
	}
	return w.scalar()
}

// payload returns a type that an error union may hold: any but an error set.
func (w *writer) payload(depth int) string {
	for {
		if t := w.typ(depth); t != "error{A}" && !strings.HasPrefix(t, "error{A}!") {
			return t
		}
	}
}

func (w *writer) scalar() string {
	if w.IntN(3) == 0 {
		return fmt.Sprintf("%s%d", w.one("i", "u"), w.IntN(300))
	}
	return w.one("u8", "u16", "u32", "u64", "u128", "i24", "bool", "void", "f16", "f32", "f64", "f80", "f128", "usize", "u0", "u1")
}

// externType returns a type that C knows too.
func (w *writer) externType(depth int) string {
	switch w.IntN(6) {
	case 0:
		if depth < 2 {
			return fmt.Sprintf("[%d]%s", 1+w.IntN(3), w.externType(depth+1))
		}
	case 1:
		if n := len(w.externs); n > 1 {
			return fmt.Sprintf("T%d", w.externs[w.IntN(n-1)])
		}
	}
	return w.one("u8", "i16", "u32", "i64", "f32", "f64", "bool", "*u8")
}

// parse returns the module of type definitions.
func parse(t *testing.T, text string) *air.Module {
	t.Helper()
	m, err := air.Parse("types", []byte(text))
	if err == nil {
		err = air.Verify(m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// versions are the names of the rules in AIR text.
var versions = []string{"zig_0_11", "zig_0_14"}

func header(version string) string { return "layout " + version + "\n" }

// figures lists a layout: size, alignment, bits and the offsets of the fields of a struct. The alignment of what has no size
// is left out.
func figures(l *Layout) []uint64 {
	list := append([]uint64{l.Size, l.Align, l.Bits}, l.Fields...)
	if l.Size == 0 {
		list[1] = 1
	}
	return list
}

func figuresText(t *air.Type, list []uint64) string {
	text := fmt.Sprintf("%s size %d align %d bits %d", t, list[0], list[1], list[2])
	for i, at := range list[3:] {
		text += fmt.Sprintf(" .%s %d", t.Fields[i].Name, at)
	}
	return text + "\n"
}

// laid is a type with its figures as text.
type laid struct {
	typ  *air.Type
	text string
}

// pair returns the types with their figures, which stand one after another.
func pair(types []*air.Type, all []uint64) []laid {
	list := make([]laid, len(types))
	for i, typ := range types {
		n := 3 + len(fieldsOf(typ))
		list[i] = laid{typ, figuresText(typ, all[:n])}
		all = all[n:]
	}
	return list
}

// definitionOf returns the line of a text that defines a type.
func definitionOf(text string, t *air.Type) string {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "const "+t.Name+" ") {
			return line
		}
	}
	return ""
}

// TestAir compares layouts with those that the backend uses.
func TestAir(t *testing.T) {
	for seed := range uint64(200) {
		text := definitions(seed, 20, versions[seed%2])
		book := NewBook()
		for _, typ := range laidOut(t, text) {
			if err := book.Check(typ); err != nil {
				t.Errorf("seed %d: %s%v", seed, definitionOf(text, typ), err)
			}
		}
	}
}

func pinnedTypes(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("testdata/pinned.air")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func pinnedFile(version string) string { return "testdata/" + version + ".txt" }

// TestPinned compares the layouts of chosen types with what Zig compilers said of them (TestZig -update).
func TestPinned(t *testing.T) {
	for _, version := range versions {
		want, err := os.ReadFile(pinnedFile(version))
		if err != nil {
			t.Fatal(err)
		}
		text := header(version) + pinnedTypes(t)
		lines := strings.SplitAfter(string(want), "\n")
		book := NewBook()
		for i, typ := range laidOut(t, text) {
			if got := figuresText(typ, figures(book.Of(typ))); got != lines[i] {
				t.Errorf("%s: %sours:   %spinned: %s", version, definitionOf(text, typ), got, lines[i])
			}
			if err := book.Check(typ); err != nil {
				t.Errorf("%s: %s%v", version, definitionOf(text, typ), err)
			}
		}
	}
}
