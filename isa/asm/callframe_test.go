package asm_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/isa/asm"
	"github.com/rvfuzz/rvfuzz/oracle/linux"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// unwinding has every .cfi directive that becomes something.
const unwinding = `
	.cfi_sections .eh_frame
f:	.cfi_startproc
	.cfi_personality 0x9b, DW.ref.routine
	.cfi_lsda 0x1b, .Ldata
	addi sp,sp,-32
	.cfi_def_cfa_offset 32
	sd ra,24(sp)
	sd s0,16(sp)
	.cfi_offset ra, -8
	.cfi_offset 8, -16
	fsd fs0,8(sp)
	.cfi_rel_offset fs0, 8
	addi s0,sp,32
	.cfi_def_cfa s0, 0
	.cfi_remember_state
	ld s0,16(sp)
	.cfi_restore s0
	.cfi_def_cfa sp, 32
	addi sp,sp,32
	.cfi_adjust_cfa_offset -32
	.cfi_same_value s1
	.cfi_undefined ra
	ret
	.cfi_restore_state
	.cfi_register s2, a0
	.cfi_def_cfa_register sp
	.cfi_val_offset s3, 16
	.cfi_escape 0x0e, 0x40
	call	g
	nop
	.cfi_endproc
g:	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_return_column t0
	.cfi_def_cfa sp, 0
	nop
	.cfi_offset s4, 8
	ret
	.cfi_endproc
h:	.cfi_startproc
	ret
	.cfi_endproc
	.section .rodata
.Ldata:	.word 1
`

var frameHead = regexp.MustCompile(`^[0-9a-f]{8} [0-9a-f]{16} [0-9a-f]{8} (FDE|CIE)`)

// framesOf returns what objdump tells of .eh_frame of an object, without the places of entries. Rows of common entries are
// left out: GNU as moves into these what functions begin with.
func framesOf(t *testing.T, objdump tools.Tool, object string) string {
	t.Helper()
	var out strings.Builder
	first, inCommon := uint64(0), false
	dump, err := objdump.Run(t.Context(), "", "--dwarf=frames-interp", object)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(dump.Stdout) {
		line = strings.Join(strings.Fields(line), " ")
		if head := frameHead.FindString(line); head != "" {
			if at := strings.Index(line, "pc="); at >= 0 {
				from, to, _ := strings.Cut(line[at+3:], "..")
				start, _ := strconv.ParseUint(from, 16, 64)
				end, _ := strconv.ParseUint(to, 16, 64)
				line, first, inCommon = "function of "+strconv.FormatUint(end-start, 10)+" bytes", start, false
			} else {
				out.WriteString(line[len(head):] + "\n")
				inCommon = true
			}
		} else if at, rest, ok := strings.Cut(line, " "); ok && len(at) == 16 {
			if v, err := strconv.ParseUint(at, 16, 64); err == nil {
				line = strconv.FormatUint(v-first, 10) + " " + rest
			}
		}
		if !strings.Contains(line, "file format") && line != "" && !inCommon {
			out.WriteString(line + "\n")
		}
	}
	return out.String()
}

// TestCallFrames compares .eh_frame with that of GNU as.
func TestCallFrames(t *testing.T) {
	as, objdump := tools.Need(t, tools.As), tools.Need(t, tools.Objdump)
	dir := t.TempDir()
	for _, relax := range []bool{false, true} {
		_, object := assembleObject(t, unwinding, asm.Options{Relax: relax})
		ours, theirs, source := filepath.Join(dir, "ours.o"), filepath.Join(dir, "theirs.o"), filepath.Join(dir, "source.s")
		for name, text := range map[string]string{ours: string(object), source: unwinding} {
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		option := map[bool]string{true: "-mrelax", false: "-mno-relax"}[relax]
		runTool(t, as, option, "-march=rv64g", "-o", theirs, source)
		got, want := framesOf(t, objdump, ours), framesOf(t, objdump, theirs)
		if got != want || !strings.Contains(want, "zPLR") {
			t.Errorf("relax %v: got\n%s\nwant\n%s", relax, got, want)
		}
	}
}

// TestUnwind lets a program walk its stack and clean up through functions of an object.
func TestUnwind(t *testing.T) {
	gcc := tools.FindAll(tools.GCC)
	if len(gcc) == 0 {
		t.Skip("no gcc is installed")
	}
	for _, cross := range gcc {
		for _, level := range []string{"-O0", "-O2"} {
			dir := t.TempDir()
			source, object, program := filepath.Join(dir, "unwind.s"), filepath.Join(dir, "unwind.o"), filepath.Join(dir, "unwind")
			runTool(t, cross, level, "-fexceptions", "-S", "-o", source, "testdata/unwind.c")
			text, err := os.ReadFile(source)
			if err != nil {
				t.Fatal(err)
			}
			_, b := assembleObject(t, string(text), asm.Options{Compress: true, Relax: true})
			if err := os.WriteFile(object, b, 0o600); err != nil {
				t.Fatal(err)
			}
			runTool(t, cross, "-r", "-nostdlib", "-o", filepath.Join(dir, "joined.o"), object)
			runTool(t, cross, "-static", "-o", program, object)
			file, err := os.ReadFile(program)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			exit, err := linux.Execute(t.Context(), file, linux.Config{Stdout: &out, Args: []string{"program"}})
			if want := "walked deep deep deep deep\ncleaned 3 2 1 0 ended 18\n"; err != nil || exit.Status != 0 || out.String() != want {
				t.Errorf("%s %s: %v, %+v, %q", cross.Path, level, err, exit.Halt, out.String())
			}
		}
	}
}
