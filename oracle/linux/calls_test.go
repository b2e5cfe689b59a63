package linux

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

const (
	sysOpenat    = 56
	sysPipe      = 59
	sysRead      = 63
	sysWrite     = 64
	sysWritev    = 66
	sysFcntl     = 25
	sysExit      = 93
	sysExitGroup = 94
	sysNanosleep = 101
	sysKill      = 129
	sysTkill     = 130
	sysTgkill    = 131
	sysSigaction = 134
	sysSigmask   = 135
	sysMunmap    = 215
	sysMmap      = 222
	sysGetrandom = 278
	sysClone     = 220
	here         = 1<<64 - 100 // AT_FDCWD
	anonymous    = mapPrivate | mapAnonymous
)

// A mapping of a file that is larger than the memory limit is refused before anything is allocated for it; a smaller
// one has the content of the file.
func TestMapFile(t *testing.T) {
	root := t.TempDir()
	file, err := os.Create(filepath.Join(root, "sparse"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteAt([]byte("in the middle"), 1<<30); err != nil {
		t.Fatal(err)
	}
	if err := file.Truncate(1 << 40); err != nil {
		t.Skip(err)
	}
	p := newTestProcess(t, Config{Root: root, MemoryLimit: 1 << 24, StackSize: 1 << 16})
	const name = stackTop - 1<<15
	if err := p.m.WriteMemory(name, []byte("sparse\x00")); err != nil {
		t.Fatal(err)
	}
	fd := p.system(sysOpenat, here, name, 0)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, size := range []uint64{100 << 30, 1<<38 - pageSize, 1 << 25} {
		if got := p.system(sysMmap, 0, size, 1, mapPrivate, fd, 0); got != failure(errNoMemory) {
			t.Errorf("a mapping of %#x returns %#x", size, got)
		}
	}
	at := p.system(sysMmap, 0, 1<<20, 1, mapPrivate, fd, 1<<30)
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<22 {
		t.Errorf("%d bytes were allocated", grown)
	}
	var b [14]byte
	if err := p.m.ReadMemoryInto(at, b[:], nil); err != nil || string(b[:]) != "in the middle\x00" {
		t.Errorf("mapped %q, %v", b, err)
	}
	if got := p.system(sysMmap, 0, pageSize, 3, 1, fd, 0); got != failure(errNoDevice) {
		t.Errorf("a shared mapping that could be written returns %#x", got)
	}
}

// jumpBack returns a jump back over n instructions.
func jumpBack(n int) uint32 {
	offset := uint32(-4 * n)
	return offset>>20&1<<31 | offset&0x7fe<<20 | offset>>11&1<<20 | offset&0xff000 | 0x6f
}

// li returns an instruction that sets a register to a multiple of 4096.
func li(rd, value uint32) uint32 { return value | rd<<7 | 0x37 }

// repeated returns a loop of system calls, each with the instructions that set its number and arguments.
func repeated(bodies ...[]uint32) (words []uint32) {
	for _, body := range bodies {
		words = append(append(words, body...), 0x73)
	}
	return append(words, jumpBack(len(words)))
}

// A cancelled context ends a run soon, whatever system calls the program makes.
func TestCancel(t *testing.T) {
	never, hold := io.Pipe()
	defer hold.Close()
	config := Config{Stdin: never, Stdout: io.Discard, MemoryLimit: 1 << 30}
	const mebibyte = 1 << 20
	// mmap(0, 1<<27, 3, anonymous); munmap(a0, 1<<27)
	mapping := repeated(
		[]uint32{addi(17, 0, sysMmap), addi(10, 0, 0), li(11, 1<<27), addi(12, 0, 3), addi(13, 0, anonymous)},
		[]uint32{addi(17, 0, sysMunmap), li(11, 1<<27)})
	room := []uint32{addi(17, 0, sysMmap), addi(10, 0, 0), li(11, 32<<20), addi(12, 0, 7), addi(13, 0, anonymous), 0x73, addi(8, 10, 0)}
	random := append(room, repeated([]uint32{addi(17, 0, sysGetrandom), addi(10, 8, 0), li(11, mebibyte)})...)
	write := append(room, repeated([]uint32{addi(17, 0, sysWrite), addi(10, 0, 1), addi(11, 8, 0), li(12, mebibyte)})...)
	fence := repeated([]uint32{0x100f, addi(17, 0, 172)})
	tests := []struct {
		name  string
		words []uint32
	}{
		{"getrandom", random}, {"write", write}, {"mmap", mapping}, {"fence.i", fence},
		{"read of standard input", append(room, repeated([]uint32{addi(17, 0, sysRead), addi(10, 0, 0), addi(11, 8, 0), li(12, mebibyte)})...)},
	}
	for _, test := range tests {
		for _, checks := range []rv64.Checks{0, rv64.CheckAll} {
			ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
			start := time.Now()
			config.Checks = checks
			_, err := Execute(ctx, smallest(test.words...), config)
			cancel()
			// Each of these would otherwise run for hours; a minute allows for a busy machine.
			if spent := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || spent > time.Minute {
				t.Errorf("%s, checks %b: %v after %v", test.name, checks, err, spent)
			}
		}
	}
}

// A named pipe of the host is one of the guest's: whoever is at its other end on the host is not met.
func TestHostPipe(t *testing.T) {
	root := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(root, "pipe"), 0o600); err != nil {
		t.Skip(err)
	}
	host, err := os.OpenFile(filepath.Join(root, "pipe"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	p := newTestProcess(t, Config{Root: root})
	const name = stackTop - 1<<15
	if err := p.m.WriteMemory(name, []byte("pipe\x00")); err != nil {
		t.Fatal(err)
	}
	if got := p.system(sysOpenat, here, name, openWrite|openNoWait); got != failure(errNoPartner) {
		t.Errorf("open for writing returns %d", int64(got))
	}
	if got := p.system(sysOpenat, here, name, 0); p.next() != nil || p.kernel.halt.Reason != "openat that would block for ever" {
		t.Errorf("open for reading returns %d, %+v", int64(got), p.kernel.halt)
	}
}

// A program that fills the queue of inotify, or has more watches than it may, gets what Linux gives it.
func TestInotifyLimits(t *testing.T) {
	root := t.TempDir()
	p := newTestProcess(t, Config{Root: root})
	fd := p.system(26, openNoWait)
	d, n := p.files.table[fd], p.files.table[fd].stream.(*inotify)
	for i := range uint64(mostEvents + 5) {
		n.put(uint32(i), eventOpen, 0, "")
	}
	if len(n.queue) != mostEvents+1 || binary.LittleEndian.Uint32(n.queue[mostEvents][4:]) != eventOverflow {
		t.Errorf("%d events", len(n.queue))
	}
	for i := range uint64(mostWatches) {
		n.watch(fileKey{0, i}, eventOpen)
	}
	if got := n.watch(fileKey{1, 1}, eventOpen); got != failure(errNoSpace) {
		t.Errorf("one watch too many: %d", int64(got))
	}
	if d.release(); len(p.inotifies) != 0 {
		t.Error("closed but not forgotten")
	}
}

// The arguments of a system call and the memory that it reads must be defined. Each case prepares a call in a process
// with 256 undefined bytes at room.
func TestUndefinedArguments(t *testing.T) {
	const room = stackTop - 1<<15
	undefined := func(register int) func(m *rv64.Machine) {
		return func(m *rv64.Machine) { m.SetXDefined(register, m.X(register), allBits&^8) }
	}
	tests := []struct {
		name   string
		number uint64
		args   []uint64
		spoil  func(m *rv64.Machine)
		want   string // in Halt.Place; empty: no rule is broken
	}{
		{"exit", sysExit, []uint64{1}, undefined(10), "a0 is 0x1"},
		{"exit_group", sysExitGroup, []uint64{1}, undefined(10), "argument of exit_group"},
		{"exit with garbage above the int", sysExitGroup, []uint64{1}, func(m *rv64.Machine) { m.SetXDefined(10, 1, 1<<32-1) }, ""},
		{"kill", sysKill, []uint64{guestProcess, 0}, undefined(11), "a1 is 0x0"},
		{"tgkill", sysTgkill, []uint64{guestProcess, guestProcess, 0}, undefined(12), "argument of tgkill"},
		{"fcntl", sysFcntl, []uint64{1, 4, 0}, undefined(12), "argument of fcntl"},
		{"fcntl without an argument", sysFcntl, []uint64{1, 3}, undefined(12), ""},
		{"openat", sysOpenat, []uint64{here, room, 0}, nil, "of the path"},
		{"openat without a mode", sysOpenat, []uint64{here, dataHere, 0}, undefined(13), ""},
		{"nanosleep", sysNanosleep, []uint64{room, 0}, nil, "number 0 of the time"},
		{"writev", sysWritev, []uint64{1, room, 2}, nil, "of the vector"},
		{"write", sysWrite, []uint64{1, room, 2}, nil, "of what is written"},
		{"sigaction", sysSigaction, []uint64{10, room, 0, 8}, nil, "of the action"},
		{"sigprocmask", sysSigmask, []uint64{0, room, 0, 8}, nil, "of the set"},
		{"an unknown number", 4000, nil, undefined(17), "a7"},
	}
	for _, test := range tests {
		p := newTestProcess(t, Config{Checks: rv64.CheckAll, Root: t.TempDir()}, 0x73, 0x0000006f)
		p.m.SetX(17, test.number)
		for i, a := range test.args {
			p.m.SetX(10+i, a)
		}
		if test.spoil != nil {
			test.spoil(p.m)
		}
		if err := p.m.WriteMemory(dataHere, []byte("name\x00")); err != nil {
			t.Fatal(err)
		}
		p.m.Undefine(room, 256)
		result := p.m.Run(3)
		isBroken := result.Ending == oracle.Broken && result.Reason == "undefined-argument" && strings.Contains(result.Place, test.want)
		if isBroken != (test.want != "") {
			t.Errorf("%s: %+v, want %q", test.name, result, test.want)
		}
	}
}

const dataHere = stackTop - 1<<14

// A program that waits for a pipe that only it could fill or empty ends as unsupported, and one that writes to a broken
// pipe gets a signal.
func TestPipes(t *testing.T) {
	const room = stackTop - 1<<15
	start := func() (p *testProcess, from, to uint64) {
		p = newTestProcess(t, Config{})
		p.system(sysPipe, room, 0)
		var ends [8]byte
		if err := p.m.ReadMemoryInto(room, ends[:], nil); err != nil {
			t.Fatal(err)
		}
		return p, uint64(binary.LittleEndian.Uint32(ends[:])), uint64(binary.LittleEndian.Uint32(ends[4:]))
	}
	p, from, _ := start()
	p.system(sysRead, from, room, 1)
	if p.next() != nil || p.kernel.halt.Ending != oracle.Unsupported || p.kernel.halt.Reason != "read that would block for ever" {
		t.Errorf("read of an empty pipe: %+v", p.kernel.halt)
	}
	p, _, to := start()
	for i := 0; i < pipeSize/1024 && p.system(sysWrite, to, room, 1024) == 1024; i++ {
	}
	if p.system(sysWrite, to, room, 1); p.next() != nil || p.kernel.halt.Ending != oracle.Unsupported {
		t.Errorf("write to a full pipe: %+v", p.kernel.halt)
	}
	p, from, to = start()
	p.system(57, from)
	if p.system(sysWrite, to, room, 1); p.exitStatus() != 128+signalPipe || !p.dead {
		t.Errorf("write to a broken pipe: %+v", p.process.halt)
	}
}

// A blocked signal arrives when it is unblocked.
func TestBlockedSignal(t *testing.T) {
	const room, number = stackTop - 1<<15, 12
	p := newTestProcess(t, Config{})
	p.put(room, 1<<(number-1))
	p.system(sysSigmask, 0, room, 0, 8)
	if got := p.system(sysKill, guestProcess, number); got != 0 || p.dead {
		t.Errorf("kill returns %d, %+v", got, p.process.halt)
	}
	p.system(sysSigmask, 1, room, 0, 8)
	if !p.dead || p.exitStatus() != 128+number || p.process.halt.Ending != oracle.Exited {
		t.Errorf("after unblocking: %+v", p.process.halt)
	}
}

// randomPrograms is the number of programs that TestRandomCalls makes.
var randomPrograms = flag.Int("randomcalls", 30, "number of programs of random system calls")

// randomCalls returns a program of random system calls, of which some succeed: with small numbers, pointers into the
// stack, and what the calls before have returned.
func randomCalls(r *rand.Rand) (words []uint32) {
	numbers := slices.Sorted(maps.Keys(calls))
	for range 60 {
		number := numbers[r.IntN(len(numbers))]
		if r.IntN(4) == 0 {
			number = []uint64{sysMmap, sysMunmap, sysClone, sysOpenat, sysRead, sysWrite, sysSigaction, sysKill, 98, 226, 216}[r.IntN(11)]
		}
		if number == sysExitGroup && r.IntN(8) > 0 {
			continue
		}
		words = append(words, addi(17, 0, int32(number)))
		for register := uint32(10); register < 16; register++ {
			switch r.IntN(6) {
			case 0:
				words = append(words, addi(register, 2, -int32(r.IntN(64))*16))
			case 1:
				words = append(words, li(register, uint32(r.IntN(1<<10))<<12))
			case 2:
				words = append(words, addi(register, 8, 0)) // what an earlier call has returned
			case 3:
				words = append(words, addi(register, 0, -int32(r.IntN(200))))
			default:
				words = append(words, addi(register, 0, int32(r.IntN(40))))
			}
		}
		words = append(words, ecall)
		if r.IntN(3) == 0 {
			words = append(words, addi(8, 10, 0))
		}
		if r.IntN(4) == 0 {
			words = append(words, sd(10, 2, 8*uint32(r.IntN(4))))
		}
	}
	return append(words, exitSeven...)
}

// Random system calls of several processes and threads neither make the kernel panic nor run for ever, and the engines
// agree on what they do.
func TestRandomCalls(t *testing.T) {
	for seed := range uint64(*randomPrograms) {
		file := smallest(randomCalls(rand.New(rand.NewPCG(seed, 1)))...)
		var first Exit
		for i, change := range []func(c *Config){func(*Config) {}, func(c *Config) { c.Coverage = true }, func(c *Config) { c.Checks = rv64.CheckAll }} {
			config := Config{MaxSteps: 20000, MemoryLimit: 1 << 24, StackSize: 1 << 16, FileQuota: 1 << 20, Root: t.TempDir(), Seed: seed, Quantum: 50}
			change(&config)
			start := time.Now()
			got, err := Execute(t.Context(), file, config)
			if spent := time.Since(start); err != nil || spent > time.Minute {
				t.Fatalf("seed %d: %+v, %v after %v", seed, got, err, spent)
			}
			if i == 0 {
				first = got
			}
			if i == 1 && (got.Halt != first.Halt || got.Status != first.Status) {
				t.Errorf("seed %d: the engines differ: %+v and %+v", seed, first.Halt, got.Halt)
			}
		}
	}
}

// A program whose threads wait while a timer sends ignored signals for ever does not hang its host.
func TestIgnoredTimer(t *testing.T) {
	const room = stackTop - 1<<15
	p := newTestProcess(t, Config{})
	p.put(room, ignoreHandler, 0, 0)
	p.system(sysSigaction, signalAlarm, room, 0, 8)
	p.put(room, 0, 1, 0, 1)
	if got := p.system(103, 0, room, 0); got != 0 {
		t.Fatalf("setitimer returns %d", int64(got))
	}
	p.put(room, 0)
	p.system(133, room, 8) // rt_sigsuspend
	if next := p.next(); next != nil || p.kernel.halt.Ending != oracle.Unsupported {
		t.Errorf("%v, %+v", next, p.kernel.halt)
	}
}
