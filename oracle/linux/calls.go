package linux

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// The errors that system calls return, with the numbers of Linux.
const (
	errNotPermitted = 1
	errNoEntry      = 2
	errNoProcess    = 3
	errInterrupted  = 4
	errInputOutput  = 5
	errBadFile      = 9
	errAgain        = 11
	errNoMemory     = 12
	errAccess       = 13
	errFault        = 14
	errExists       = 17
	errOtherDevice  = 18
	errNoDevice     = 19
	errNotDirectory = 20
	errIsDirectory  = 21
	errInvalid      = 22
	errTooMany      = 24
	errNotTTY       = 25
	errTooLarge     = 27
	errNoSpace      = 28
	errSeekPipe     = 29
	errReadOnly     = 30
	errBrokenPipe   = 32
	errRange        = 34
	errNameTooLong  = 36
	errNoSystem     = 38
	errNotEmpty     = 39
	errManyLinks    = 40
	errTimedOut     = 110
)

// failure returns what a system call that fails with an error returns.
func failure(number uint64) uint64 { return -number }

// call is one system call: its name, how many of its arguments are always used, and what it does.
type call struct {
	name string
	args int
	do   func(p *process, a [6]uint64) uint64
}

// calls are the system calls of riscv64 Linux that the machine serves, by number.
var calls = map[uint64]call{
	17:  {"getcwd", 2, (*process).getcwd},
	23:  {"dup", 1, onFile((*process).dup)},
	24:  {"dup3", 3, (*process).dup3},
	25:  {"fcntl", 2, onFile((*process).fcntl)},
	29:  {"ioctl", 2, onFile((*process).ioctl)},
	34:  {"mkdirat", 3, (*process).mkdirat},
	35:  {"unlinkat", 3, onPath((*process).unlinkat)},
	46:  {"ftruncate", 2, (*process).ftruncate},
	48:  {"faccessat", 3, onPath((*process).faccessat)},
	56:  {"openat", 3, onPath((*process).openat)},
	57:  {"close", 1, onFile((*process).closeFile)},
	59:  {"pipe2", 2, (*process).pipe2},
	61:  {"getdents64", 3, onFile((*process).getdents)},
	62:  {"lseek", 3, onFile((*process).lseek)},
	63:  {"read", 3, (*process).read},
	64:  {"write", 3, (*process).write},
	65:  {"readv", 3, (*process).readv},
	66:  {"writev", 3, (*process).writev},
	67:  {"pread64", 4, (*process).pread},
	68:  {"pwrite64", 4, (*process).pwrite},
	78:  {"readlinkat", 4, onPath((*process).readlinkat)},
	79:  {"newfstatat", 4, (*process).newfstatat},
	80:  {"fstat", 2, onFile((*process).fstat)},
	93:  {"exit", 0, (*process).exit},
	94:  {"exit_group", 0, (*process).exit},
	96:  {"set_tid_address", 1, processID},
	98:  {"futex", 3, (*process).futex},
	99:  {"set_robust_list", 2, nothing},
	101: {"nanosleep", 2, (*process).nanosleep},
	113: {"clock_gettime", 2, (*process).clockGettime},
	114: {"clock_getres", 2, (*process).clockGetres},
	115: {"clock_nanosleep", 4, (*process).clockNanosleep},
	123: {"sched_getaffinity", 3, (*process).getAffinity},
	124: {"sched_yield", 0, nothing},
	129: {"kill", 2, (*process).kill},
	130: {"tkill", 2, (*process).tkill},
	131: {"tgkill", 3, (*process).tgkill},
	132: {"sigaltstack", 2, (*process).sigaltstack},
	134: {"rt_sigaction", 4, (*process).sigaction},
	135: {"rt_sigprocmask", 4, (*process).sigprocmask},
	136: {"rt_sigpending", 2, (*process).sigpending},
	160: {"uname", 1, (*process).uname},
	167: {"prctl", 1, (*process).prctl},
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
	216: {"mremap", 4, (*process).mremap},
	222: {"mmap", 4, (*process).mmap},
	226: {"mprotect", 3, (*process).mprotect},
	233: {"madvise", 3, (*process).madvise},
	259: {"riscv_flush_icache", 3, (*process).flushCode},
	261: {"prlimit64", 4, (*process).prlimit},
	276: {"renameat2", 5, (*process).renameat},
	278: {"getrandom", 3, (*process).getrandom},
	293: {"rseq", 4, func(*process, [6]uint64) uint64 { return failure(errNoSystem) }},
}

// onPath makes a system call of one on the path that the first two arguments name.
func onPath(do func(p *process, name string, a [6]uint64) uint64) func(p *process, a [6]uint64) uint64 {
	return func(p *process, a [6]uint64) uint64 {
		name, number := p.name(a[0], a[1])
		if number != 0 {
			return failure(number)
		}
		return do(p, name, a)
	}
}

// onFile makes a system call of one on the open file whose descriptor is the first argument.
func onFile(do func(p *process, d descriptor, a [6]uint64) uint64) func(p *process, a [6]uint64) uint64 {
	return func(p *process, a [6]uint64) uint64 {
		d, ok := p.files.table[a[0]]
		if !ok {
			return failure(errBadFile)
		}
		return do(p, d, a)
	}
}

// callWork is the host work of a system call, besides the bytes that it moves.
const callWork = 4096

// serve serves the machine's ecall: number in a7, arguments from a0, result in a0.
func (p *process) serve(m *rv64.Machine) (stop bool) {
	number := m.X(17)
	c, ok := calls[number]
	m.Spend(callWork)
	if !ok {
		p.countUnknown(number)
		m.SetX(10, failure(errNoSystem))
		return false
	}
	p.present, p.stopped = c.name, false
	for i := range c.args {
		if !p.argument(i, allBits) {
			return true
		}
	}
	var a [6]uint64
	for i := range a {
		a[i] = m.X(10 + i)
	}
	result := c.do(p, a)
	if p.stopped {
		return true
	}
	m.SetX(10, result)
	return false
}

// end ends the program in a system call.
func (p *process) end(ending oracle.Ending, reason, place string) {
	p.stopped = true
	p.m.End(ending, reason, p.m.Where()+place)
}

// argument reports whether bits of argument i of the current call are defined, and ends the program if they are
// undefined.
func (p *process) argument(i int, bits uint64) bool {
	defined := p.m.XDefined(10 + i)
	if !p.tracking() || defined&bits == bits {
		return true
	}
	p.end(oracle.Broken, "undefined-argument",
		fmt.Sprintf(": a%d is %#x, of which bits %#x are defined as an argument of %s", i, p.m.X(10+i), defined, p.present))
	return false
}

// input reads what a pointer argument points to, which must be completely defined; what names it. If it returns false
// the call fails with errFault, or the program has ended.
func (p *process) input(addr uint64, b []byte, what string) bool {
	size := uint64(len(b))
	if !p.m.Allows(addr, size, rv64.Read) || p.m.ReadMemoryInto(addr, b, nil) != nil {
		return false
	}
	return p.isDefined(addr, size, what)
}

// isDefined reports whether memory that a system call reads is defined, and ends the program if not.
func (p *process) isDefined(addr, size uint64, what string) bool {
	if !p.tracking() {
		return true
	}
	defined, err := p.m.ReadMemory(addr, make([]byte, size))
	undefined := slices.IndexFunc(defined, func(mask byte) bool { return mask != 0xff })
	if err == nil && undefined < 0 {
		return true
	}
	p.end(oracle.Broken, "undefined-argument", fmt.Sprintf(": byte %#x, which is number %d of %s, is undefined in a call of %s",
		addr+uint64(undefined), undefined, what, p.present))
	return false
}

func (p *process) tracking() bool { return p.config.Checks&rv64.CheckUndefined != 0 }

func (p *process) mayStore(addr, size uint64) bool { return p.m.Allows(addr, size, rv64.Write) }

// output writes to where a pointer argument points.
func (p *process) output(addr uint64, b []byte) bool {
	return p.mayStore(addr, uint64(len(b))) && p.m.WriteMemory(addr, b) == nil
}

// exit ends the program; its argument is a C int.
func (p *process) exit(a [6]uint64) uint64 {
	const cInt = 1<<32 - 1
	if p.argument(0, cInt) {
		p.status = int(uint8(a[0]))
		p.end(oracle.Exited, strconv.Itoa(p.status), "")
	}
	return 0
}

// maxUnknown bounds the unknown numbers that are counted separately: a guest must not make the host remember without
// limit.
const maxUnknown = 1024

// countUnknown counts a system call that is not served. Once there are too many kinds, others are counted as the
// largest number.
func (p *process) countUnknown(number uint64) {
	if p.unknown[number] == 0 && len(p.unknown) >= maxUnknown {
		number = allBits
	}
	p.unknown[number]++
}

// put writes words to guest memory.
func (p *process) put(addr uint64, words ...uint64) uint64 {
	if !p.output(addr, littleEndian(words)) {
		return failure(errFault)
	}
	return 0
}
