package backend_test

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/target"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// everyKind has data of every kind, and uses some of C: constants and variables with and without addresses, zeros, large
// alignments, thread-local variables.
const everyKind = `const @three: u32 = 3
const @to_three: *const u32 = @three
var @variable: u64 = 40
var @to_variable: *u64 = @variable
var @zeros: [5000]u8 align(4096) = undefined
const @aligned: u8 align(256) = 9
threadlocal var @counter: u32 = 100
threadlocal var @zero_counter: u64 align(64) = undefined
extern var @of_c: u32
extern threadlocal var @thread_of_c: u32
extern fn @twice(u64) callconv(.C) u64
const @function: *const fn (u64) callconv(.C) u64 = @twice

fn @sum() callconv(.C) u64 {
  %0 = load(*const u32, <*const *const u32, @to_three>)
  %1 = load(u32, %0)
  %2 = load(*u64, <**u64, @to_variable>)
  %3 = load(u64, %2)
  %4 = intcast(u64, %1)
  %5 = add(%3, %4)
  %6 = load(u32, <*u32, @of_c>)
  %7 = intcast(u64, %6)
  %8 = add(%5, %7)
  %9 = load(*const fn (u64) callconv(.C) u64, <*const *const fn (u64) callconv(.C) u64, @function>)
  %10 = call(%9, [%8])
  %11 = load(u8, <*const u8, @aligned>)
  %12 = intcast(u64, %11)
  %13 = add(%10, %12)
  %14 = call(@twice, [%13])
  %15 = ret(%14)
}
fn @count() callconv(.C) u32 {
  %0 = load(u32, <*u32, @counter>)
  %1 = add_wrap(%0, <u32, 1>)
  %2 = store(<*u32, @counter>, %1)
  %3 = load(u64, <*align(64) u64, @zero_counter>)
  %4 = add_wrap(%3, <u64, 1>)
  %5 = store(<*align(64) u64, @zero_counter>, %4)
  %6 = load(u32, <*u32, @thread_of_c>)
  %7 = add_wrap(%6, <u32, 1000>)
  %8 = store(<*u32, @thread_of_c>, %7)
  %9 = trunc(u32, %4)
  %10 = add_wrap(%1, %9)
  %11 = ret(%10)
}
fn @misplaced() callconv(.C) u64 {
  %0 = bitcast(u64, <*align(4096) [5000]u8, @zeros>)
  %1 = bitcast(u64, <*const u8, @aligned>)
  %2 = bitcast(u64, <*align(64) u64, @zero_counter>)
  %3 = bit_and(%0, <u64, 4095>)
  %4 = bit_and(%1, <u64, 255>)
  %5 = bit_and(%2, <u64, 63>)
  %6 = bit_or(%3, %4)
  %7 = bit_or(%6, %5)
  %8 = ret(%7)
}
`

const everyKindInC = `#include <pthread.h>
#include <stdint.h>
#include <unwind.h>
uint64_t sum(void), misplaced(void);
uint32_t count(void);
uint32_t of_c = 5;
__thread uint32_t thread_of_c = 7;
int main(void);
static _Unwind_Reason_Code look(struct _Unwind_Context *c, void *found) {
  if (_Unwind_GetRegionStart(c) == (uintptr_t)main) *(int *)found = 1;
  return _URC_NO_REASON;
}
uint64_t twice(uint64_t x) {
  int found = 0;
  _Unwind_Backtrace(look, &found);
  return found ? 2 * x : 0;
}
static void *other(void *p) { return (void *)(uintptr_t)(count() == 102 && thread_of_c == 1007 && count() == 104 && !misplaced()); }
int main(void) {
  pthread_t t;
  void *ok = 0;
  if (count() != 102 || pthread_create(&t, 0, other, 0) || pthread_join(t, &ok) || !ok) return 1;
  if (count() != 104 || thread_of_c != 2007) return 2;
  if (sum() != 2 * (2 * (40 + 3 + 5) + 9)) return 3;
  return misplaced() ? 4 : 17;
}
`

// written returns the file that a module is compiled to.
func written(t *testing.T, write func(io.Writer, *air.Module, backend.Options) error, m *air.Module, o backend.Options) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := write(&file, m, o); err != nil {
		t.Fatalf("%v: %v", o, err)
	}
	return file.Bytes()
}

// TestLinkersTakeObjects links objects with a program in C by three linkers: position-independent or not, into static and
// dynamic programs and into a shared library, and runs what they make. The program walks up its stack through functions
// of the object.
func TestLinkersTakeObjects(t *testing.T) {
	tools.Need(t, tools.GCC)
	all, qemu := tools.FindAll(tools.GCC), tools.Need(t, tools.QEMU)
	oldest := all[len(all)-1] // Debian's mold does not know the relocations of the newest
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	if err := os.WriteFile(path("main.c"), []byte(everyKindInC), 0o644); err != nil {
		t.Fatal(err)
	}
	m := parse(t, everyKind)
	for name, o := range map[string]backend.Options{"plain.o": {}, "pic.o": {PIC: true}, "small.o": {PIC: true, Compress: true, SpillAll: true, Registers: 6}} {
		o.Verify, o.Debug = true, true
		if err := os.WriteFile(path(name), written(t, backend.WriteObject, m, o), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, linker := range []string{tools.Ld, tools.LLD, tools.Mold} {
		found, err := tools.Find(linker)
		if err != nil {
			t.Logf("%v: not tried", err)
			continue
		}
		// gcc looks for its linker under one of these names in the folder that -B names.
		bin := path(linker + ".bin")
		if err := os.Mkdir(bin, 0o755); err != nil {
			t.Fatal(err)
		}
		short := map[string]string{tools.Ld: "ld", tools.LLD: "ld.lld", tools.Mold: "ld.mold"}[linker]
		if err := os.Symlink(found.Path, filepath.Join(bin, short)); err != nil {
			t.Fatal(err)
		}
		use := []string{"-B", bin, "-O1", "-fexceptions", "-fuse-ld=" + strings.TrimPrefix(short, "ld.")}
		if linker == tools.Ld {
			use = use[:4]
		}
		run := func(gcc tools.Tool, kind string, steps ...[]string) {
			for _, args := range steps {
				gcc.Dir = folder
				if _, err := gcc.Run(t.Context(), "", append(use[:len(use):len(use)], args...)...); err != nil {
					t.Errorf("%s, %s: %v", linker, kind, err)
					return
				}
			}
			out, err := qemu.Run(t.Context(), "", "-L", "/usr/riscv64-linux-gnu", "-E", "LD_LIBRARY_PATH="+folder, path("program"))
			if out.Status != 17 {
				t.Errorf("%s, %s: the program ends with %d, %v", linker, kind, out.Status, err)
			}
		}
		run(oldest, "static", []string{"-static", "main.c", "plain.o", "-o", "program"})
		run(oldest, "static, pic", []string{"-static", "main.c", "pic.o", "-o", "program"})
		run(oldest, "dynamic, not pic", []string{"-no-pie", "main.c", "plain.o", "-o", "program"})
		run(oldest, "dynamic, pie", []string{"-pie", "-fPIE", "main.c", "small.o", "-o", "program"})
		if linker == tools.LLD && len(all) > 1 { // the oldest has no rcrt1.o
			run(all[0], "static pie", []string{"-static-pie", "-fPIE", "main.c", "pic.o", "-o", "program"})
		}
		run(oldest, "shared library", []string{"-shared", "pic.o", "-o", "libair.so"}, []string{"-pie", "-fPIE", "main.c", "-L.", "-lair", "-o", "program"})
	}
}

// TestImagesOfPIC runs position-independent code, and thread-local variables, in a program of one thread.
func TestImagesOfPIC(t *testing.T) {
	qemu := tools.Need(t, tools.QEMU)
	m := parse(t, `threadlocal var @counter: u32 = 40
var @step: u32 = 2
const @steps: [2]*u32 = .{ @step, @step }
fn @main() u8 {
  %0 = load(u32, <*u32, @counter>)
  %1 = ptr_elem_val(*u32, <[*]const *u32, @steps>, <usize, 1>)
  %2 = load(u32, %1)
  %3 = add(%0, %2)
  %4 = store(<*u32, @counter>, %3)
  %5 = load(u32, <*u32, @counter>)
  %6 = intcast(u8, %5)
  %7 = ret(%6)
}
`)
	for _, o := range []backend.Options{{}, {PIC: true}, {PIC: true, Compress: true, High: true, Reverse: true}} {
		o.Verify = true
		program := filepath.Join(t.TempDir(), "program")
		if err := os.WriteFile(program, written(t, backend.WriteExecutable, m, o), 0o755); err != nil {
			t.Fatal(err)
		}
		if out, err := qemu.Run(t.Context(), "", program); out.Status != 42 {
			t.Errorf("%v: status %d, %v", o, out.Status, err)
		}
	}
}

// TestAttributes checks that a linker finds the target in an object, merges it with that of C, and lists its functions in
// .eh_frame_hdr.
func TestAttributes(t *testing.T) {
	gcc := tools.Need(t, tools.GCC)
	m := parse(t, everyKind)
	o := backend.Options{Debug: true}
	var err error
	if o.Target, err = target.Parse("rv64gc_zba_zbs"); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, data := range map[string][]byte{"a.o": written(t, backend.WriteObject, m, o), "main.c": []byte(everyKindInC)} {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	gcc.Dir = folder
	if _, err := gcc.Run(t.Context(), "", "-static", "-Wl,--eh-frame-hdr", "main.c", "a.o", "-o", "program"); err != nil {
		t.Fatal(err)
	}
	f, err := elf.Open(filepath.Join(folder, "program"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	attributes, err := f.Section(".riscv.attributes").Data()
	if err != nil || !bytes.Contains(attributes, []byte("zba1p0_zbs1p0")) {
		t.Errorf("the attributes of the program are %q, %v", attributes, err)
	}
	header := f.Section(".eh_frame_hdr")
	table, err := header.Data()
	if err != nil {
		t.Fatal(err)
	}
	known := map[uint64]bool{}
	for at := 12; at+8 <= len(table); at += 8 {
		known[header.Addr+uint64(int32(binary.LittleEndian.Uint32(table[at:])))] = true
	}
	symbols, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, s := range symbols {
		if s.Name == "sum" || s.Name == "count" || s.Name == "misplaced" {
			found++
			if !known[s.Value] {
				t.Errorf("the linker lists no call frames of %s", s.Name)
			}
		}
	}
	if found != 3 {
		t.Errorf("%d functions of the object are in the program", found)
	}
}

// TestEveryFeatureIsAnAttribute checks that files name each extension that a target can have.
func TestEveryFeatureIsAnAttribute(t *testing.T) {
	m := parse(t, "fn @f() callconv(.C) void {\n  %0 = ret(<void, {}>)\n}\n")
	fields := reflect.TypeFor[target.Features]()
	for i := range fields.NumField() {
		name := strings.ToLower(fields.Field(i).Name)
		parsed, err := target.Parse("rv64gc_" + name)
		if err != nil {
			t.Fatal(err)
		}
		file := written(t, backend.WriteObject, m, backend.Options{Target: parsed})
		if !bytes.Contains(file, []byte("_"+name+"1p0")) {
			t.Errorf("the attributes of a file for %s do not name it", parsed)
		}
	}
}
