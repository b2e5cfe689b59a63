package layout

import (
	"context"
	"debug/elf"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// zigSource returns a file whose one array holds what figures lists of each type, as Zig has it. The alignment is that of a
// field: @alignOf of a union is smaller in 0.14 until its layout is needed.
func zigSource(text string, types []*air.Type) string {
	var b strings.Builder
	_, text, _ = strings.Cut(text, "\n") // the line that names the rules
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimSuffix(line, "\n") + ";\n")
	}
	b.WriteString("export const figures = [_]u64{\n")
	for _, t := range types {
		fmt.Fprintf(&b, "\t@sizeOf(%[1]s), if (@sizeOf(%[1]s) == 0) 1 else @offsetOf(struct { u8, %[1]s }, \"1\"), @bitSizeOf(%[1]s),", t)
		builtin := "@offsetOf"
		if t.Container == air.Packed {
			builtin = "@bitOffsetOf"
		}
		for i := range fieldsOf(t) {
			fmt.Fprintf(&b, " %s(%s, %q),", builtin, t, t.Fields[i].Name)
		}
		b.WriteString("\n")
	}
	b.WriteString("};\n")
	return b.String()
}

func fieldsOf(t *air.Type) []air.Field {
	if t.Kind == air.Struct {
		return t.Fields
	}
	return nil
}

// compiled returns the figures of a source file.
func compiled(t *testing.T, zig tools.Tool, source string) []uint64 {
	t.Helper()
	zig.Dir = t.TempDir()
	object := filepath.Join(zig.Dir, "layout.o")
	if err := os.WriteFile(filepath.Join(zig.Dir, "layout.zig"), []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := zig.Run(context.Background(), "", "build-obj", "-target", "riscv64-linux", "-OReleaseSmall",
		"--cache-dir", zig.Dir, "--global-cache-dir", zig.Dir, "-femit-bin="+object, "layout.zig"); err != nil {
		t.Fatal(err)
	}
	return readFigures(t, object)
}

// readFigures returns the array figures of an object file.
func readFigures(t *testing.T, object string) []uint64 {
	t.Helper()
	file, err := elf.Open(object)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	symbols, err := file.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range symbols {
		if s.Name == "figures" {
			figures := make([]uint64, s.Size/8)
			if err := binary.Read(file.Sections[s.Section].Open(), binary.LittleEndian, figures); err != nil {
				t.Fatal(err)
			}
			return figures
		}
	}
	t.Fatal("the object has no symbol figures")
	return nil
}

var (
	zigSeeds = flag.Uint64("zig-seeds", 1, "TestZig: how many sets of 100 random types")
	update   = flag.Bool("update", false, "TestZig: write the pinned layouts anew")
)

// laidOut returns the structs and unions that a text defines.
func laidOut(t *testing.T, text string) []*air.Type {
	return slices.DeleteFunc(slices.Clone(parse(t, text).Types.Named()), func(t *air.Type) bool { return t.Kind == air.Enum })
}

// TestZig compares layouts with those of the Zig compiler of each version.
func TestZig(t *testing.T) {
	for _, version := range versions {
		zig, err := tools.FindNewest("zig-" + strings.TrimPrefix(version, "zig_0_"))
		if err != nil {
			t.Skip(err)
		}
		pinned := header(version) + pinnedTypes(t)
		lines := checkZig(t, zig, pinned)
		if *update {
			if err := os.WriteFile(pinnedFile(version), []byte(strings.Join(lines, "")), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		for seed := range *zigSeeds {
			checkZig(t, zig, definitions(seed, 100, version))
		}
	}
}

// checkZig compares the layouts of the definitions with Zig's, and returns Zig's, a line each.
func checkZig(t *testing.T, zig tools.Tool, text string) (lines []string) {
	t.Helper()
	types := laidOut(t, text)
	all := compiled(t, zig, zigSource(text, types))
	compare(t, zig.Name, text, types, all)
	for _, line := range pair(types, all) {
		lines = append(lines, line.text)
	}
	return lines
}
