package layout

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// cSource returns a file whose one array holds what figures lists of each type, as C has it.
func cSource(types []*air.Type) string {
	var b strings.Builder
	for _, t := range types {
		fmt.Fprintf(&b, "%s T_%s {", cKeyword(t), t.Name)
		for i := range t.Fields {
			f := &t.Fields[i]
			if f.Align != 0 {
				fmt.Fprintf(&b, " _Alignas(%d)", f.Align)
			}
			fmt.Fprintf(&b, " %s;", cDeclaration(f.Type, f.Name))
		}
		b.WriteString(" };\n")
	}
	b.WriteString("const unsigned long figures[] = {\n")
	for _, t := range types {
		name := cKeyword(t) + " T_" + t.Name
		fmt.Fprintf(&b, "sizeof(%[1]s), _Alignof(%[1]s), 8 * sizeof(%[1]s),", name)
		for i := range fieldsOf(t) {
			fmt.Fprintf(&b, " __builtin_offsetof(%s, %s),", name, t.Fields[i].Name)
		}
		b.WriteString("\n")
	}
	b.WriteString("};\n")
	return b.String()
}

func cKeyword(t *air.Type) string {
	if t.Kind == air.Union {
		return "union"
	}
	return "struct"
}

// cDeclaration returns the declaration of a name of a type that C knows.
func cDeclaration(t *air.Type, name string) string {
	switch t.Kind {
	case air.Array:
		return cDeclaration(t.Elem, name+"["+strconv.FormatUint(t.Len, 10)+"]")
	case air.Struct, air.Union:
		return cKeyword(t) + " T_" + t.Name + " " + name
	}
	return map[string]string{"u8": "unsigned char", "i16": "short", "u32": "unsigned", "i64": "long", "f32": "float",
		"f64": "double", "bool": "_Bool", "*u8": "void *", "u128": "unsigned __int128"}[t.String()] + " " + name
}

// TestC compares the layouts of extern structs and unions with those that C compilers give them. _Alignas does not lower an
// alignment, so that types which do are left out.
func TestC(t *testing.T) {
	for _, name := range []string{tools.GCC, tools.Clang} {
		t.Run(name, func(t *testing.T) {
			compiler := tools.Need(t, name)
			compiler.Dir = t.TempDir()
			target := []string{"-c", "types.c", "-o", "types.o"}
			if name == tools.Clang {
				target = append(target, "--target=riscv64-linux-gnu")
			}
			for seed := range uint64(5) {
				text := definitions(seed, 200, "zig_0_14")
				var types []*air.Type
				left := map[*air.Type]bool{}
				for _, typ := range laidOut(t, text) {
					if left[typ] = !saidInC(typ, left); !left[typ] {
						types = append(types, typ)
					}
				}
				if err := os.WriteFile(filepath.Join(compiler.Dir, "types.c"), []byte(cSource(types)), 0o666); err != nil {
					t.Fatal(err)
				}
				if _, err := compiler.Run(context.Background(), "", target...); err != nil {
					t.Fatal(err)
				}
				if n := compare(t, name, text, types, readFigures(t, filepath.Join(compiler.Dir, "types.o"))); n < 20 {
					t.Errorf("only %d types of 200 can be said in C", n)
				}
			}
		})
	}
}

func saidInC(t *air.Type, left map[*air.Type]bool) bool {
	if t.Container != air.Extern {
		return false
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		elem := f.Type
		for elem.Kind == air.Array {
			elem = elem.Elem
		}
		if left[elem] || f.Align != 0 && uint64(f.Align) < elem.Align() {
			return false
		}
	}
	return true
}

// compare compares the layouts of types with the figures of a compiler, and returns how many there are.
func compare(t *testing.T, compiler, text string, types []*air.Type, all []uint64) int {
	t.Helper()
	for _, line := range pair(types, all) {
		if got := figuresText(line.typ, figures(NewBook().Of(line.typ))); got != line.text {
			t.Errorf("%s: %sours:   %stheirs: %s", compiler, definitionOf(text, line.typ), got, line.text)
		}
	}
	return len(types)
}
