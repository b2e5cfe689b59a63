package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

const disasmProgram = `
static int table[4] = {1, 2, 3, 4};
int odd(int n), global;
__attribute__((noipa)) int even(int n) { return n ? odd(n - 1) : 1; }
__attribute__((noipa)) int odd(int n) { return n ? even(n - 1) : table[n & 3]; }
double scale(double x, float y) { return x * y + global; }
int choose(int n) {
	switch (n) { case 0: return 7; case 1: return even(n); case 2: return odd(n); case 3: return 9; case 4: return -5; case 5: return n; }
	return global;
}
void _start(void) { global = choose(even(5)) + (int)scale(2, 3); __asm__ volatile("csrr a0,fcsr; rdcycle a1; unimp"); for (;;); }
`

// buildForDisasm compiles a program, with an object beside it.
func buildForDisasm(t *testing.T) (program, object string) {
	gcc := tools.Need(t, tools.GCC)
	dir := t.TempDir()
	source := filepath.Join(dir, "program.c")
	if err := os.WriteFile(source, []byte(disasmProgram), 0o644); err != nil {
		t.Fatal(err)
	}
	program, object = filepath.Join(dir, "program"), filepath.Join(dir, "program.o")
	common := []string{"-O2", "-g", "-march=rv64gc", "-mabi=lp64d", "-ffreestanding", source, "-o"}
	for _, args := range [][]string{append([]string{"-c"}, append(common, object)...), append([]string{"-static", "-nostdlib"}, append(common, program)...)} {
		if out, err := gcc.Run(t.Context(), "", args...); err != nil {
			t.Skipf("%v %s", err, out.Stderr)
		}
	}
	return program, object
}

// listing returns what disasm prints for a file.
func listing(t *testing.T, flags disasmFlags, path string) string {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := bufio.NewWriter(&out)
	if err := disassembleELF(w, flags, path, src); err != nil {
		t.Fatal(err)
	}
	w.Flush()
	return out.String()
}

var instructionLine = regexp.MustCompile(`^ *[0-9a-f]+:\t`)

// instructions returns the lines of a listing that have instructions.
func instructions(text string) []string {
	lines := strings.Split(text, "\n")
	return slices.DeleteFunc(lines, func(line string) bool { return !instructionLine.MatchString(line) })
}

// TestDisasmAsObjdump compares the listing of a program with that of objdump, with and without aliases.
func TestDisasmAsObjdump(t *testing.T) {
	objdump := tools.Need(t, tools.Objdump)
	version, err := objdump.Version(t.Context())
	if err != nil || !tools.AtLeast(version, "2.46") {
		t.Skipf("binutils %s writes another text, %v", version, err)
	}
	program, _ := buildForDisasm(t)
	for _, flags := range []disasmFlags{{}, {noAliases: true}} {
		args := []string{"-d", "-z", program}
		if flags.noAliases {
			args = append(args, "-M", "no-aliases")
		}
		out, err := objdump.Run(t.Context(), "", args...)
		if err != nil {
			t.Fatal(err)
		}
		ours, theirs := instructions(listing(t, flags, program)), instructions(out.Stdout)
		if len(ours) < 50 || len(ours) != len(theirs) {
			t.Fatalf("%d instructions, objdump has %d", len(ours), len(theirs))
		}
		for i := range ours {
			if ours[i] != theirs[i] {
				t.Errorf("no aliases: %v\n%q, objdump has\n%q", flags.noAliases, ours[i], theirs[i])
			}
		}
	}
}

// TestDisasmObject checks relocations and source lines of an object, and that bytes after a mark of data are data.
func TestDisasmObject(t *testing.T) {
	_, object := buildForDisasm(t)
	text := listing(t, disasmFlags{lines: true}, object)
	for _, want := range []string{"<even>:\n", "program.c:4\n", ": R_RISCV_CALL", "\teven\n", "Disassembly of section .text:"} {
		if !strings.Contains(text, want) {
			t.Errorf("the listing lacks %q:\n%.600s", want, text)
		}
	}
	found := false
	for line := range strings.Lines(listing(t, disasmFlags{lines: true, json: true}, object)) {
		var in listedInstruction
		if err := json.Unmarshal([]byte(line), &in); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if in.Line == 0 || !strings.HasSuffix(in.File, "program.c") || in.Symbol == "" || in.Section == "" {
			t.Errorf("incomplete: %s", line)
		}
		found = found || in.Target != nil && in.TargetSymbol != "" && strings.HasPrefix(in.Text, "b")
	}
	if !found {
		t.Error("no branch has a target by name")
	}
}

// TestDisasmData checks that data in code is not taken for instructions, and unknown words do not end the listing.
func TestDisasmData(t *testing.T) {
	as := tools.Need(t, tools.As)
	object := filepath.Join(t.TempDir(), "data.o")
	src := "f:\tnop\n\t.word 0xffffffff\n\t.byte 1,2,3\n\t.byte 4\ng:\tli a0,1\n\t.insn 0x0000000b\n\tret\n"
	if _, err := as.Run(t.Context(), src, "-march=rv64gc", "-o", object, "-"); err != nil {
		t.Fatal(err)
	}
	text := listing(t, disasmFlags{}, object)
	for _, want := range []string{"\tnop\n", "\t.word 0xffffffff\n", "<g>:\n", "\tli\ta0,1\n", "\t.word 0x0000000b\n", "\tret\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("the listing lacks %q:\n%s", want, text)
		}
	}
}

func TestDisasmRefuses(t *testing.T) {
	for _, src := range []string{"\x7fELF", "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 57)} {
		if err := disassembleELF(bufio.NewWriter(&bytes.Buffer{}), disasmFlags{}, "bad", []byte(src)); err == nil || !strings.HasPrefix(err.Error(), "bad: ") {
			t.Errorf("%q: %v", src, err)
		}
	}
}
