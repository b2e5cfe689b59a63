package asm_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/isa/asm"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// linesOf returns what objdump tells of .debug_line of an object: line, address and whether a statement begins there. Rows
// without a line, which GNU as leaves out, and the views that it counts are not among them.
func linesOf(t *testing.T, objdump tools.Tool, object string) string {
	t.Helper()
	dump, err := objdump.Run(t.Context(), "", "--dwarf=decodedline", object)
	if err != nil || dump.Stderr != "" {
		t.Fatal(err, dump.Stderr)
	}
	var rows strings.Builder
	for line := range strings.Lines(dump.Stdout) {
		fields := strings.Fields(line)
		if len(fields) < 3 || !strings.HasSuffix(fields[0], "control.c") || fields[1] == "0" {
			continue
		}
		fmt.Fprintln(&rows, fields[1], fields[2], fields[len(fields)-1] == "x")
	}
	return rows.String()
}

// TestLineTable compares .debug_line of what compilers write with that of GNU as.
func TestLineTable(t *testing.T) {
	as, objdump := tools.Need(t, tools.As), tools.Need(t, tools.Objdump)
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	for _, c := range compilers {
		compiler, err := tools.Find(c.name)
		if err != nil {
			t.Log(err)
			continue
		}
		if c.name == tools.Clang && c.args[len(c.args)-1] != "-fno-addrsig" {
			continue
		}
		for _, level := range []string{"-O0", "-O2"} {
			args := append([]string{"-g", "-S", level, "-march=rv64gc", "-o", file("p.s"), "testdata/c/control.c"}, c.args...)
			runTool(t, compiler, args...)
			src, err := os.ReadFile(file("p.s"))
			if err != nil {
				t.Fatal(err)
			}
			_, object := assembleObject(t, string(src), asm.Options{Compress: true})
			if err := os.WriteFile(file("ours.o"), object, 0o600); err != nil {
				t.Fatal(err)
			}
			runTool(t, as, "-mno-relax", "-march=rv64gc", "-o", file("theirs.o"), file("p.s"))
			got, want := linesOf(t, objdump, file("ours.o")), linesOf(t, objdump, file("theirs.o"))
			if got != want || len(want) < 400 {
				t.Errorf("%s %s: got\n%s\nwant\n%s", compiler.Path, level, got, want)
			}
		}
	}
}
