package rv64

import (
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// The errors that system calls give.
const (
	errNoEntry   = 2
	errBadFile   = 9
	errNoMemory  = 12
	errAccess    = 13
	errFault     = 14
	errIsDir     = 21
	errInvalid   = 22
	errTooMany   = 24
	errNotTTY    = 25
	errSeekPipe  = 29
	errRange     = 34
	errNoSystem  = 38
	errTimedOut  = 110
	guestID      = 1000
	guestProcess = 42
)

// failure gives an error number as a system call returns it.
func failure(number uint64) uint64 { return -number }

// call is one system call: how many of its arguments count, and what it does.
type call struct {
	name string
	args int
	do   func(p *process, a [6]uint64) uint64
}

// calls are the system calls of riscv64 Linux that the machine has, by number.
var calls = map[uint64]call{
	17:  {"getcwd", 2, (*process).getcwd},
	23:  {"dup", 1, (*process).dup},
	25:  {"fcntl", 3, func(*process, [6]uint64) uint64 { return 0 }},
	29:  {"ioctl", 2, func(*process, [6]uint64) uint64 { return failure(errNotTTY) }},
	48:  {"faccessat", 3, (*process).faccessat},
	56:  {"openat", 4, (*process).openat},
	57:  {"close", 1, (*process).closeFile},
	62:  {"lseek", 3, (*process).lseek},
	63:  {"read", 3, (*process).read},
	64:  {"write", 3, (*process).write},
	65:  {"readv", 3, (*process).readv},
	66:  {"writev", 3, (*process).writev},
	78:  {"readlinkat", 4, func(*process, [6]uint64) uint64 { return failure(errInvalid) }},
	79:  {"newfstatat", 4, (*process).newfstatat},
	80:  {"fstat", 2, (*process).fstat},
	96:  {"set_tid_address", 1, processID},
	98:  {"futex", 6, (*process).futex},
	99:  {"set_robust_list", 2, nothing},
	101: {"nanosleep", 2, nothing},
	113: {"clock_gettime", 2, (*process).clockGettime},
	114: {"clock_getres", 2, (*process).clockGetres},
	115: {"clock_nanosleep", 4, nothing},
	123: {"sched_getaffinity", 3, (*process).getAffinity},
	124: {"sched_yield", 0, nothing},
	132: {"sigaltstack", 2, nothing},
	134: {"rt_sigaction", 4, (*process).sigaction},
	135: {"rt_sigprocmask", 4, nothing},
	160: {"uname", 1, (*process).uname},
	167: {"prctl", 1, nothing},
	169: {"gettimeofday", 2, (*process).gettimeofday},
	172: {"getpid", 0, processID},
	173: {"getppid", 0, func(*process, [6]uint64) uint64 { return 1 }},
	174: {"getuid", 0, userID},
	175: {"geteuid", 0, userID},
	176: {"getgid", 0, userID},
	177: {"getegid", 0, userID},
	178: {"gettid", 0, processID},
	179: {"sysinfo", 1, (*process).sysinfo},
	214: {"brk", 1, (*process).brk},
	215: {"munmap", 2, (*process).munmap},
	216: {"mremap", 5, func(*process, [6]uint64) uint64 { return failure(errNoMemory) }},
	222: {"mmap", 6, (*process).mmap},
	226: {"mprotect", 3, (*process).mprotect},
	233: {"madvise", 3, nothing},
	259: {"riscv_flush_icache", 3, (*process).flushCode},
	261: {"prlimit64", 4, (*process).prlimit},
	278: {"getrandom", 3, (*process).getrandom},
	293: {"rseq", 4, func(*process, [6]uint64) uint64 { return failure(errNoSystem) }},
}

// The calls that end the program, which serve handles itself.
const (
	sysKill   = 129
	sysTkill  = 130
	sysTgkill = 131
)

func nothing(*process, [6]uint64) uint64   { return 0 }
func processID(*process, [6]uint64) uint64 { return guestProcess }
func userID(*process, [6]uint64) uint64    { return guestID }

// serve is the machine's ecall: number in a7, arguments from a0, result in a0.
func (p *process) serve(m *Machine) (stop bool) {
	number := m.x[17]
	switch number {
	case sysExit, sysExitGroup:
		p.status = int(uint8(m.x[10]))
		m.End(oracle.Exited, strconv.Itoa(p.status), m.where())
		return true
	case sysKill, sysTkill:
		return p.signal(m.x[11])
	case sysTgkill:
		return p.signal(m.x[12])
	}
	c, ok := calls[number]
	if !ok {
		p.countUnknown(number)
		m.SetX(10, failure(errNoSystem))
		return false
	}
	var a [6]uint64
	for i := range a {
		a[i] = m.x[10+i]
		if i < c.args && m.tracking() && m.xm[10+i] != allBits {
			m.undefined("undefined-argument", uint8(10+i))
			m.result.Place += " as an argument of " + c.name
			return true
		}
	}
	result := c.do(p, a)
	if m.result.Ending == oracle.Broken {
		return true
	}
	m.SetX(10, result)
	return false
}

// maxUnknown bounds how many numbers are counted apart: a guest must not make the
// host remember as much as it likes.
const maxUnknown = 1024

// countUnknown counts a system call that the machine does not have. Those of
// too many kinds count under the greatest number.
func (p *process) countUnknown(number uint64) {
	if p.unknown[number] == 0 && len(p.unknown) >= maxUnknown {
		number = allBits
	}
	p.unknown[number]++
}

// signal is what a program that sends itself a signal gets.
func (p *process) signal(number uint64) (stop bool) {
	if number == 0 {
		p.m.SetX(10, 0)
		return false
	}
	if p.handlers[number] {
		p.m.End(oracle.Unsupported, fmt.Sprintf("signal %d with a handler", number), p.m.where())
		return true
	}
	p.status = 128 + int(number&127)
	p.m.End(oracle.Exited, strconv.Itoa(p.status), fmt.Sprintf("%s: signal %d", p.m.where(), number))
	return true
}

// sigaction remembers which signals have a handler; the old action is always
// the default one.
func (p *process) sigaction(a [6]uint64) uint64 {
	const kill, stop, last = 9, 19, 64
	if a[0] == 0 || a[0] > last || a[1] != 0 && (a[0] == kill || a[0] == stop) {
		return failure(errInvalid)
	}
	if a[2] != 0 && p.m.WriteMemory(a[2], make([]byte, 24)) != nil {
		return failure(errFault)
	}
	if a[1] == 0 {
		return 0
	}
	var action [8]byte
	if p.m.ReadMemoryInto(a[1], action[:], nil) != nil {
		return failure(errFault)
	}
	const ignore = 1
	p.handlers[a[0]] = binary.LittleEndian.Uint64(action[:]) > ignore
	return 0
}

// put writes words to guest memory.
func (p *process) put(addr uint64, words ...uint64) uint64 {
	var b []byte
	for _, w := range words {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	if !p.m.mayStore(addr, uint64(len(b))) || p.m.WriteMemory(addr, b) != nil {
		return failure(errFault)
	}
	return 0
}

// The clock starts at a fixed moment and ticks a nanosecond an instruction.
const clockStart = 1_700_000_000

const nanoseconds = 1_000_000_000

func (p *process) clockGettime(a [6]uint64) uint64 {
	return p.put(a[1], clockStart+p.m.steps/nanoseconds, p.m.steps%nanoseconds)
}

func (p *process) clockGetres(a [6]uint64) uint64 {
	if a[1] == 0 {
		return 0
	}
	return p.put(a[1], 0, 1)
}

func (p *process) gettimeofday(a [6]uint64) uint64 {
	if a[0] == 0 {
		return 0
	}
	return p.put(a[0], clockStart+p.m.steps/nanoseconds, p.m.steps%nanoseconds/1000)
}

// futex: with one thread a wait would last for ever, and nobody is woken.
func (p *process) futex(a [6]uint64) uint64 {
	const wait, command = 0, 127
	if a[1]&command == wait {
		return failure(errTimedOut)
	}
	return 0
}

func (p *process) getAffinity(a [6]uint64) uint64 {
	if a[1] < 8 {
		return failure(errInvalid)
	}
	if p.put(a[2], 1) != 0 {
		return failure(errFault)
	}
	return 8
}

func (p *process) uname(a [6]uint64) uint64 {
	const field = 65
	b := make([]byte, 6*field)
	for i, s := range []string{"Linux", "rvfuzz", "6.1.0", "#1", "riscv64", ""} {
		copy(b[i*field:], s)
	}
	if !p.m.mayStore(a[0], uint64(len(b))) || p.m.WriteMemory(a[0], b) != nil {
		return failure(errFault)
	}
	return 0
}

// sysinfo gives the memory, of which all is free, in bytes.
func (p *process) sysinfo(a [6]uint64) uint64 {
	const processes, unit = 1, 1
	memory := p.config.MemoryLimit
	return p.put(a[0], p.m.steps/nanoseconds, 0, 0, 0, memory, memory, 0, 0, 0, 0, processes, 0, 0, unit)
}

// prlimit gives the size of the stack as the only limit.
func (p *process) prlimit(a [6]uint64) uint64 {
	const stack = 3
	switch {
	case a[3] == 0:
		return 0
	case a[1] == stack:
		return p.put(a[3], p.config.StackSize, allBits)
	}
	return p.put(a[3], allBits, allBits)
}

func (p *process) getrandom(a [6]uint64) uint64 {
	n := min(a[1], 1<<20)
	if !p.m.mayStore(a[0], n) || p.m.WriteMemory(a[0], p.randomBytes(int(n))) != nil {
		return failure(errFault)
	}
	return n
}

func (p *process) flushCode([6]uint64) uint64 {
	p.m.forgetCode()
	return 0
}
