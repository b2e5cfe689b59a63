package linux

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// compile returns a static executable of a file of testdata.
func compile(t testing.TB, source string, flags ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "program")
	args := append(append([]string{"-o", out}, flags...), filepath.Join("testdata", source), "-lm")
	if !slices.Contains(flags, "-static-pie") {
		args = append([]string{"-static"}, args...)
	}
	if _, err := tools.Need(t, tools.GCC).Run(t.Context(), "", args...); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return out
}

const guestInput = "some input\nof two lines\n"

// behaviour is what is visible of a program from outside.
type behaviour struct {
	output, errors string
	status         int
}

func underEmulator(t testing.TB, program string) behaviour {
	t.Helper()
	out, err := tools.Need(t, tools.QEMU).Run(t.Context(), guestInput, "-0", "program", program, "one", "two")
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if out.Status < 0 { // a signal of the guest ends the emulator too
		return behaviour{out.Stdout, "", 128 + int(exit.Sys().(syscall.WaitStatus).Signal())}
	}
	return behaviour{out.Stdout, out.Stderr, out.Status}
}

func underMachine(t testing.TB, program string, checks rv64.Checks) (behaviour, Exit) {
	t.Helper()
	file, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	result, err := Execute(context.Background(), file, Config{
		Args: []string{"program", "one", "two"}, Stdin: strings.NewReader(guestInput), Stdout: &out, Stderr: &errs,
		Checks: checks, MaxSteps: 1e10,
	})
	if err != nil {
		t.Fatal(err)
	}
	return behaviour{out.String(), errs.String(), result.Status}, result
}

// threaded are the flags for programs with threads, whose warnings do not matter.
var threaded = []string{"-O1", "-w", "-pthread"}

// Programs compiled by gcc must behave as under qemu and keep every rule.
func TestPrograms(t *testing.T) {
	_, _ = tools.Need(t, tools.GCC), tools.Need(t, tools.QEMU)
	optimised, plain := []string{"-O2"}, []string{"-O0"}
	movable := []string{"-O1", "-static-pie", "-fPIE", "-nostdlib", "-Wl,--no-dynamic-linker"}
	for source, list := range map[string][][]string{
		"numbers.c": {plain, optimised}, "movable.c": {movable}, "blocks.c": {plain, optimised}, "aborts.c": {optimised},
		"calls.c": {append(plain, "-w"), append(optimised, "-w")}, "coroutine.c": {plain, optimised},
		"threads.c": {threaded}, "signals.c": {threaded}, "ahead.c": {{"-O1", "-fno-builtin", "-w"}}, "nested.c": {{"-O0", "-w", "-Wl,--no-warn-execstack"}},
	} {
		for _, flags := range list {
			t.Run(source+strings.Join(flags, ""), func(t *testing.T) {
				program := compile(t, source, flags...)
				want := underEmulator(t, program)
				for _, checks := range []rv64.Checks{0, rv64.CheckAll} {
					if got, result := underMachine(t, program, checks); got != want {
						t.Errorf("checks %b: %+v, status %d, want %d%s%s", checks, result, got.status, want.status,
							differing(got.output, want.output), differing(got.errors, want.errors))
					}
				}
			})
		}
	}
}

// Files below a root directory behave like those of the emulator's current directory.
func TestPaths(t *testing.T) {
	qemu := tools.Need(t, tools.QEMU)
	for source, flags := range map[string][]string{"paths.c": {"-O1"}, "processes.c": threaded, "kernel.c": threaded, "sockets.c": threaded,
		"fifos.c": threaded, "inotify.c": threaded, "memory.c": threaded} {
		t.Run(source, func(t *testing.T) {
			qemu.Dir = t.TempDir()
			program := compile(t, source, flags...)
			want, err := qemu.Run(t.Context(), "", program)
			if err != nil {
				t.Fatal(err)
			}
			for _, checks := range []rv64.Checks{0, rv64.CheckAll} {
				got, result := belowRoot(t, program, t.TempDir(), "", Config{Checks: checks})
				if got.status != 0 || got.output != want.Stdout {
					t.Errorf("checks %b: %+v: %s", checks, result, differing(got.output, want.Stdout))
				}
			}
		})
	}
}

// A program is told of the machine what the newest emulator tells of its own.
func TestProbe(t *testing.T) {
	program := compile(t, "hwprobe.c", "-O1", "-w")
	few := func(word uint32) bool { return word&0x7f != 0x57 } // no vector arithmetic
	got, result := belowRoot(t, program, "", "", Config{Args: []string{"program", "x"}, Has: few})
	if got.status != 0 || !strings.Contains(got.output, "key 4: 0, 4 0x") || strings.Contains(got.output, "0x7ffbfffffffffff") {
		t.Errorf("without the vector unit: %+v: %s", result, got.output)
	}
	if got, _ := belowRoot(t, program, "", "", Config{Args: []string{"program", "x"}}); got.status != 1 {
		t.Errorf("with it: %+v", got)
	}
	qemu, err := tools.FindNewest(tools.QEMU)
	if err != nil {
		t.Skip(err)
	}
	out, err := qemu.Run(t.Context(), "", "-cpu", "max", program)
	if err != nil {
		t.Fatal(err)
	}
	common, _, _ := strings.Cut(out.Stdout, "by processors")
	want := common + wantByProcessors
	for _, checks := range []rv64.Checks{0, rv64.CheckAll} {
		if got, result := belowRoot(t, program, "", "", Config{Checks: checks}); got.output != want {
			t.Errorf("checks %b: %+v: %s", checks, result, differing(got.output, want))
		}
	}
}

const wantByProcessors = `by processors
probe(1, 8, 4, 0) = -1 Invalid argument, set 4
probe(2, 8, 1, 1) = 0 , set 1
probe(2, 8, 0, 1) = 0 , set 1
probe(2, 8, 1, 1) = 0 , set 0
probe(2, 8, 1, 1) = 0 , set 0
pairs[1].key = -1 , set 0
probe(1, 0, 1, 1) = -1 Invalid argument, set 1
`

// belowRoot executes a program with files below a root.
func belowRoot(t testing.TB, program, root, input string, config Config) (behaviour, Exit) {
	t.Helper()
	file, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	config.Root, config.Stdin, config.Stdout, config.Stderr, config.MaxSteps = root, strings.NewReader(input), &out, &errs, 1e10
	result, err := Execute(context.Background(), file, config)
	if err != nil {
		t.Fatal(err)
	}
	return behaviour{out.String(), errs.String(), result.Status}, result
}

// differing returns the lines that differ.
func differing(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	var text strings.Builder
	for i := range max(len(a), len(b)) {
		var x, y string
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			text.WriteString("\ngot  " + x + "\nwant " + y)
		}
	}
	return text.String()
}

// smallest returns an executable of one segment, with the words as its code.
func smallest(words ...uint32) []byte {
	const base = 0x10000
	le := binary.LittleEndian
	file := make([]byte, elfHeader+programHeader)
	copy(file, "\x7fELF\x02\x01\x01")
	le.PutUint16(file[16:], typeExec)
	le.PutUint16(file[18:], machineRISCV)
	le.PutUint64(file[24:], base+uint64(len(file)))
	le.PutUint64(file[32:], elfHeader)
	le.PutUint16(file[54:], programHeader)
	le.PutUint16(file[56:], 1)
	for _, w := range words {
		file = le.AppendUint32(file, w)
	}
	h := file[elfHeader:]
	le.PutUint32(h, segmentLoad)
	le.PutUint32(h[4:], 5)
	le.PutUint64(h[16:], base)
	le.PutUint64(h[32:], uint64(len(file)))
	le.PutUint64(h[40:], uint64(len(file)))
	return file
}

// twoSegments returns an executable whose second segment is a copy of the first.
func twoSegments(second uint64) []byte {
	le := binary.LittleEndian
	file := smallest(exitSeven...)
	at := uint64(len(file))
	file = append(file, file[elfHeader:elfHeader+programHeader]...) // both headers, after the code
	file = append(file, file[elfHeader:elfHeader+programHeader]...)
	le.PutUint64(file[32:], at)
	le.PutUint16(file[56:], 2)
	le.PutUint64(file[at+programHeader+16:], second)
	return file
}

// Whatever addresses and numbers a program passes to system calls, the call fails or the program ends.
func TestWildSystemCalls(t *testing.T) {
	wild := []uint64{0, 1, 3, 0x20000, 1 << 20, 1 << 63, allBits, allBits - 4095, stackTop - 8, 1 << 40}
	for number := range calls {
		for i := range 3 * len(wild) {
			p, err := newProcess(mustParse(t, smallest(0x73)), Config{MemoryLimit: 1 << 24, StackSize: 1 << 16})
			if err != nil {
				t.Fatal(err)
			}
			p.m.SetX(17, number)
			for a := range 6 {
				p.m.SetX(10+a, wild[(i*(a+1)+a)%len(wild)])
			}
			result := p.m.Run(1)
			if mayEnd := slices.Contains([]uint64{sysExit, sysExitGroup, sysKill, sysTkill, sysTgkill}, number); result.Ending != oracle.OutOfSteps && !mayEnd {
				t.Errorf("%s, case %d: %+v", calls[number].name, i, result)
			}
			if p.m.Mapped() > 1<<24 {
				t.Errorf("%s, case %d: %d bytes are mapped", calls[number].name, i, p.m.Mapped())
			}
			p.close()
		}
	}
}

// The system calls of a program that tries every number are not remembered number by number.
func TestUnknownCalls(t *testing.T) {
	// addi a7,a7,1; ecall; jump back
	result, err := Execute(context.Background(), smallest(addi(17, 17, 1000>>1), 0x73, 0xff9ff06f), Config{MaxSteps: 3 * 5 * maxUnknown})
	if err != nil || result.Ending != oracle.OutOfSteps || len(result.Unknown) != maxUnknown+1 {
		t.Fatalf("%v, %v, %d numbers", result.Halt, err, len(result.Unknown))
	}
	total := uint64(0)
	for _, c := range result.Unknown {
		total += c.Times
	}
	if total < 5*maxUnknown-100 || result.Unknown[0].Name != "18446744073709551615" {
		t.Errorf("%d calls in all, most often %v", total, result.Unknown[0])
	}
}

func mustParse(t testing.TB, file []byte) *executable {
	t.Helper()
	x, err := parseELF(file)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

var exitSeven = []uint32{addi(10, 0, 7), addi(17, 0, 93), 0x73}

func TestHostileFiles(t *testing.T) {
	le := binary.LittleEndian
	tests := []struct {
		name   string
		damage func(b []byte) []byte
		want   string // in the error
	}{
		{"empty", func([]byte) []byte { return nil }, "shorter than the header"},
		{"cut header", func(b []byte) []byte { return b[:63] }, "shorter than the header"},
		{"cut table", func(b []byte) []byte { return b[:64+55] }, "program headers"},
		{"cut segment", func(b []byte) []byte { return b[:len(b)-1] }, "program header 0: offset"},
		{"magic", func(b []byte) []byte { b[0] = 0; return b }, "magic"},
		{"class", func(b []byte) []byte { b[4] = 1; return b }, "class"},
		{"order", func(b []byte) []byte { b[5] = 2; return b }, "byte order"},
		{"machine", func(b []byte) []byte { le.PutUint16(b[18:], 62); return b }, "machine 62"},
		{"type", func(b []byte) []byte { le.PutUint16(b[16:], 1); return b }, "type 1"},
		{"entry size", func(b []byte) []byte { le.PutUint16(b[54:], 32); return b }, "entries are 32 bytes"},
		{"many headers", func(b []byte) []byte { le.PutUint16(b[56:], 65535); return b }, "program headers are more"},
		{"no headers", func(b []byte) []byte { le.PutUint16(b[56:], 0); return b }, "no segment"},
		{"table offset", func(b []byte) []byte { le.PutUint64(b[32:], allBits-8); return b }, "program headers at offset"},
		{"interpreter", func(b []byte) []byte { le.PutUint32(b[64:], segmentInterp); return b }, "dynamic linker"},
		{"file size", func(b []byte) []byte { le.PutUint64(b[64+40:], 1); return b }, "exceeds memory size"},
		{"segment offset", func(b []byte) []byte { le.PutUint64(b[64+8:], allBits); return b }, "exceed the file"},
		{"high address", func(b []byte) []byte { le.PutUint64(b[64+16:], allBits-4096); return b }, "exceed the address space"},
		{"odd code", func(b []byte) []byte { le.PutUint64(b[64+16:], 0x10001); return b }, "odd address"},
		{"huge memory", func(b []byte) []byte { le.PutUint64(b[64+40:], 1<<37); return b }, "memory limit"},
		{"over the stack", func(b []byte) []byte { le.PutUint64(b[64+16:], stackTop-0x2000); return b }, "overlaps"},
	}
	for _, test := range tests {
		_, err := Execute(context.Background(), test.damage(smallest(exitSeven...)), Config{MaxSteps: 1000})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one with %q", test.name, err, test.want)
		}
	}
	// Two segments: apart, and one within the other.
	for second, want := range map[uint64]string{0x20000: "", 0x10010: "overlaps"} {
		_, err := Execute(context.Background(), twoSegments(second), Config{})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("second segment at %#x: error %v, want %q", second, err, want)
		}
	}
	result, err := Execute(context.Background(), smallest(exitSeven...), Config{})
	if err != nil || result.Ending != oracle.Exited || result.Status != 7 || result.Steps != 3 {
		t.Errorf("whole file: %+v, %v", result, err)
	}
}

func TestExecuteLimits(t *testing.T) {
	loop := smallest(0x0000006f)
	result, err := Execute(context.Background(), loop, Config{MaxSteps: 12345})
	if err != nil || result.Ending != oracle.OutOfSteps || result.Steps != 12345 {
		t.Errorf("%+v, %v", result, err)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Execute(cancelled, loop, Config{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v of a cancelled run", err)
	}
	result, err = Execute(context.Background(), smallest(append([]uint32{addi(17, 0, 999), 0x73}, exitSeven...)...), Config{})
	if err != nil || len(result.Unknown) != 1 || result.Unknown[0] != (rv64.Count{Name: "999", Times: 1}) || result.Status != 7 {
		t.Errorf("%+v, %v", result, err)
	}
	const wantTrace = "10078: addi a0,zero,7                   a0 = 0x7\n1007c: addi a7,zero,93                  a7 = 0x5d\n10080: ecall\n"
	var trace bytes.Buffer
	result, err = Execute(context.Background(), smallest(exitSeven...), Config{Trace: &trace, Coverage: true})
	if err != nil || result.Coverage[0] != (rv64.Count{Name: "addi", Times: 2}) || trace.String() != wantTrace {
		t.Errorf("%+v, %v, trace %s", result, err, trace.String())
	}
	// pushes 32 bytes for ever
	result, err = Execute(context.Background(), smallest(addi(2, 2, -32), sd(1, 2, 24), 0xff9ff0ef), Config{})
	if err != nil || result.Reason != rv64.StackOverflow || result.Status != 128+11 {
		t.Errorf("%+v, %v", result, err)
	}
	result, err = Execute(context.Background(), smallest(0xc0001073), Config{})
	if err != nil || result.Ending != oracle.Trapped || result.Status != 128+4 {
		t.Errorf("%+v, %v", result, err)
	}
}

// No file may make the machine panic, hang, or take more than its memory limit, and both engines end the same way.
func FuzzExecute(f *testing.F) {
	f.Add(smallest(exitSeven...))
	f.Add(twoSegments(0x20000))
	f.Add(smallest(addi(17, 0, sysMmap), addi(11, 0, 2047), addi(12, 0, 7), addi(13, 0, anonymous), 0x73, addi(17, 0, sysMunmap), 0x73))
	f.Add(smallest(addi(17, 0, sysMmap), li(11, 1<<16), addi(12, 0, 3), addi(13, 0, anonymous), 0x73, addi(17, 0, 216), li(12, 1<<18), addi(13, 0, 1), 0x73))
	f.Add(smallest(addi(17, 0, sysWrite), addi(10, 0, 1), addi(12, 0, 8), iType(0, 2, 0, 11, 0x13), 0x73))
	f.Add(smallest(addi(17, 0, sysWritev), addi(10, 0, 1), addi(12, 0, 1), iType(0, 2, 0, 11, 0x13), 0x73))
	f.Add(smallest(repeated([]uint32{addi(17, 0, sysGetrandom), addi(10, 2, -2048), addi(11, 0, 2047)}, []uint32{addi(17, 17, 1)})...))
	f.Add(smallest(0x100f, addi(10, 10, 1), jumpBack(2)))
	f.Fuzz(func(t *testing.T, file []byte) {
		config := Config{MaxSteps: 2000, MemoryLimit: 1 << 22, StackSize: 1 << 16, Root: t.TempDir()}
		execute := func(config Config) (Exit, error) {
			config.Stdin = strings.NewReader(guestInput)
			start := time.Now()
			result, err := Execute(context.Background(), file, config)
			if spent := time.Since(start); spent > 20*time.Second {
				t.Fatalf("took %v", spent)
			}
			return result, err
		}
		plain, err := execute(config)
		if err != nil {
			return
		}
		config.Root = t.TempDir()
		config.Coverage = true // the other engine
		other, err := execute(config)
		if err != nil || plain.Halt != other.Halt || plain.Status != other.Status {
			t.Fatalf("engines differ: %+v and %+v, %v", plain, other, err)
		}
		config.Root = t.TempDir()
		config.Checks = rv64.CheckAll
		if checked, err := execute(config); err != nil || checked.Steps > plain.Steps {
			t.Fatalf("under checks %+v, without %+v, %v", checked, plain, err)
		}
	})
}
