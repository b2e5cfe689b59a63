package backend

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/emit"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/lower"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// mirPrograms are whole programs in MIR, whose main returns the exit status.
var mirPrograms = []struct {
	name, text string
	status     int
}{
	{"jump table", `
func @pick {
  jump_table a0, {.L0, .L1, .L2}
.L0:
  load_imm a0, 3
  ret
.L1:
  load_imm a0, 5
  jump .L3
.L2:
  load_imm a0, 7
.L3:
  add_imm a0, a0, 10
  ret
}
func @main {
  frame size 32 ra saved {s1, s2}
  slot ret_addr sp+24
  slot spill_frame sp+8
  prologue
  load_imm s1, 0
  load_imm s2, 0
.L0:
  add_imm a0, s1, 0
  call @pick
  add s2,s2,a0
  add_imm s1, s1, 1
  load_imm a0, 3
  branch bltu s1, a0, .L0
  add_imm a0, s2, 0
  epilogue
  ret
}`, 3 + 15 + 17},
	{"realigned and large frame", `
func @main {
  frame size 20000 align 4096 ra fp saved {s1, fs0}
  slot args_frame s0
  slot ret_addr s0-8
  slot base_ptr s0-16
  slot spill_frame s0-32
  slot stack_frame sp+16
  slot call_frame sp
  slot frame7 sp+16
  slot frame8 sp+12288
  prologue
  lea_mem a0, [frame8]
  load_imm a1, 4095
  and s1,a0,a1
  load_imm a2, 1077805056
  store sw a2, [frame8+2044]
  load flw fs0, [frame8+2044]
  store fsw fs0, [frame7+4092]
  load lw a3, [frame7+4092]
  sub a3,a3,a2
  add s1,s1,a3
  lea_symbol a4, @seven
  call_reg a4
  add a0,a0,s1
  epilogue
  ret
}
func @seven {
  load_imm a0, 7
  ret
}`, 7},
	{"tail call", `
func @main {
  load_imm a0, 11
  tail_call @twice
}
func @twice {
  add a0,a0,a0
  ret
}`, 22},
	{"constants", `
func @main {
  load_imm a0, 81985529216486895
  load_imm a1, 40992764608243447
  slli a1,a1,1
  sub a0,a0,a1
  load_imm a1, -9223372036854775808
  add_imm a1, a1, 9223372036854775807
  add_imm a1, a1, 41
  add a0,a0,a1
  ret
}`, 41},
	{"panic", `
func @main {
  call @panic.reached
}`, 101},
}

func TestMIRProgramsRun(t *testing.T) {
	qemu := tools.Need(t, tools.QEMU)
	for _, p := range mirPrograms {
		for _, o := range []emit.Options{{}, {Compress: true}, {FarBranches: true}, {Compress: true, FarBranches: true}} {
			path := filepath.Join(t.TempDir(), "program")
			if err := os.WriteFile(path, buildMIR(t, p.text, o), 0o755); err != nil {
				t.Fatal(err)
			}
			if out, err := qemu.Run(t.Context(), "", path); out.Status != p.status {
				t.Errorf("%s, %+v: status %d, want %d; printed %q; %v", p.name, o, out.Status, p.status, out.Stdout, err)
			}
		}
	}
}

// buildMIR returns a static executable of MIR text.
func buildMIR(t *testing.T, text string, o emit.Options) []byte {
	t.Helper()
	funcs, err := mir.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var objects []link.Object
	for _, f := range funcs {
		if err := mir.Verify(f); err != nil {
			t.Fatal(err)
		}
		code, err := lower.Lower(f)
		if err != nil {
			t.Fatal(err)
		}
		out, err := emit.Emit(code, o)
		if err != nil {
			t.Fatal(err)
		}
		objects = append(objects, new(parts).object(out, 0))
	}
	image, err := link.Link(objects, link.Options{Start: link.StartValue})
	if err != nil {
		t.Fatal(err)
	}
	var elf bytes.Buffer
	if err := link.WriteELF(&elf, image); err != nil {
		t.Fatal(err)
	}
	return elf.Bytes()
}
