package linux

import (
	"math"
	"slices"
	"strconv"

	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

const allBits = math.MaxUint64

// The user and group of a guest, and the number of its first process.
const (
	guestID      = 1000
	guestProcess = 42
)

// process is a group of threads that share an address space, open files, and what they do at signals.
type process struct {
	*kernel
	*space
	id        uint64
	group     uint64
	session   uint64
	parent    *process // nil: none that waits for it
	files     *files
	directory string // the current one, relative to the root
	mask      uint64 // of the rights of new files
	exe       string // the path of its executable
	name      string
	program   []byte // the file that it executes
	actions   *actions
	arrived   signalQueue // for whichever thread takes them
	timers    timers
	atExit    uint64 // the signal for the parent when it ends
	replaced  bool   // it has executed another program: a parent that waits for that goes on
	ended     bool
	status    uint64 // as wait4 returns it
	halt      rv64.Halt
	// change is a stop or continuation that the parent has not waited for: a status, or 0.
	change uint64
	spent  uint64 // instructions, of threads that have ended too
}

// thread is a hart and what Linux knows of it.
type thread struct {
	*process
	id      uint64
	hart    *rv64.Hart // nil while it is the one in the machine
	present string     // the system call being served, or the last one
	call    progress
	wait    *wait // nil: it can execute
	halted  bool  // by a signal that stops its process
	dead    bool
	failed  bool // the system call has ended the run
	leaves  bool // the system call has set PC and the registers itself

	blocked    uint64 // the signals that wait
	afterCall  *uint64
	queued     signalQueue
	altStack   altStack
	clearOnEnd uint64 // the word that is cleared, and whose waiters are woken, when the thread ends
	robust     uint64 // the list of the futexes that it holds
	futex      *futexWait
	slot       int // in races
}

// progress is what a system call that had to wait remembers until it is executed again.
type progress struct {
	again    bool   // it has waited
	expired  bool   // its deadline has come
	deadline uint64 // set when it waited first
	done     uint64 // bytes moved
	messages uint64 // that sendmmsg or recvmmsg is done with
	limit    uint64 // when recvmmsg stops
	// opening is a named pipe that is open once there is somebody at its other end.
	opening *openFile
	// interrupted is called if a signal ends the call.
	interrupted func()
}

// newProcess makes the first process of a kernel from an executable.
func newProcess(x *executable, config Config) (*thread, error) {
	k, err := newKernel(config)
	if err != nil {
		return nil, err
	}
	args := config.Args
	if len(args) == 0 {
		args = []string{"program"}
	}
	id := k.newID()
	p := &process{
		kernel: k, id: id, group: id, session: id, directory: ".", mask: 0o022, exe: absolute(args[0]),
		files: newFiles(config), actions: &actions{},
	}
	k.first = p
	k.processes = []*process{p}
	t := &thread{process: p, id: id}
	if err := t.start(x, args, config.Env); err != nil {
		k.close()
		return nil, err
	}
	k.threads = []*thread{t}
	return t, nil
}

// start makes the thread execute a program from its beginning in a new address space.
func (t *thread) start(x *executable, args, env []string) error {
	s, err := t.kernel.newSpace(x)
	if err != nil {
		return err
	}
	sp, err := s.buildStack(t.kernel, args, env)
	if err != nil {
		return err
	}
	if t.space != nil {
		t.leaveSpace()
	}
	t.process.space = s
	t.spaces = append(t.spaces, s)
	s.loaded, t.hart = t, nil
	t.load()
	t.m.Start(x.entry, sp)
	t.process.name = baseName(t.exe)
	return nil
}

// leaveSpace gives up the process's share of its address space.
func (t *thread) leaveSpace() {
	s := t.space
	if s.loaded == t {
		s.loaded = nil
	}
	if s.users--; s.users == 0 {
		t.kernel.spaces = slices.DeleteFunc(t.kernel.spaces, func(other *space) bool { return other == s })
	}
}

// threadsOf returns the living threads of a process.
func (k *kernel) threadsOf(p *process) (list []*thread) {
	for _, t := range k.threads {
		if t.process == p {
			list = append(list, t)
		}
	}
	return list
}

// exitThread is the system call exit: it ends the thread, and with the last one the process.
func (t *thread) exitThread(a [6]uint64) uint64 {
	if !t.argument(0, cInt) {
		return 0
	}
	if len(t.threadsOf(t.process)) > 1 {
		t.finish()
		return 0
	}
	return t.exitGroup(a)
}

// cInt is the bits of a C int.
const cInt = 1<<32 - 1

// exitGroup is the system call exit_group: it ends all threads of the process. Its argument is a C int.
func (t *thread) exitGroup(a [6]uint64) uint64 {
	if t.argument(0, cInt) {
		status := uint64(uint8(a[0]))
		t.process.end(status<<8, t.haltHere(oracle.Exited, strconv.FormatUint(status, 10), ""))
	}
	return 0
}

// finish ends a thread: its robust futexes are given up and who waits for its end is woken.
func (t *thread) finish() {
	if t.dead {
		return
	}
	t.releaseRobust()
	if f := t.call.opening; f != nil {
		f.stream.close(f.flags)
	}
	if at := t.clearOnEnd; at != 0 {
		t.output(at, make([]byte, 4))
		if t.races != nil {
			t.races.atomic(t.slot, rv64.Access{Kind: rv64.Store, Addr: at, Size: 4, Atomic: true, Release: true})
		}
		t.wake(at, 1, allBits)
	}
	t.dead = true
	t.leaveFutex()
	if r := t.races; r != nil {
		r.free[t.slot] = true
	}
	t.kernel.threads = slices.DeleteFunc(t.kernel.threads, func(other *thread) bool { return other == t })
	if t.space.loaded == t {
		t.space.loaded = nil
	}
}

// end ends a process with a status as wait4 returns it.
func (p *process) end(status uint64, halt rv64.Halt) {
	for _, t := range p.threadsOf(p) {
		t.finish()
	}
	p.ended, p.status, p.halt = true, status, halt
	p.files.release()
	p.timers = timers{}
	if p.space.users--; p.space.users == 0 {
		p.kernel.spaces = slices.DeleteFunc(p.kernel.spaces, func(s *space) bool { return s == p.space })
	}
	for _, child := range p.processes {
		if child.parent == p {
			child.parent = nil
		}
	}
	p.kernel.processes = slices.DeleteFunc(p.kernel.processes, func(other *process) bool { return other.ended && other.parent == nil })
	if p.parent != nil {
		p.parent.childEnded(p)
	}
}

// childEnded tells a process that a child has ended, who does not wait for it if it ignores the signal.
func (p *process) childEnded(child *process) {
	const noWait = 2 // SA_NOCLDWAIT
	action := p.actions.table[signalChild]
	if child.atExit == signalChild && (action.handler == ignoreHandler || action.flags&noWait != 0) {
		p.reap(child)
	}
	if child.atExit != 0 {
		p.send(childInfo(child, child.atExit))
	}
}

// reap forgets a child that has ended.
func (p *process) reap(child *process) {
	p.spent += child.spent
	p.kernel.processes = slices.DeleteFunc(p.kernel.processes, func(other *process) bool { return other == child })
}

// exitStatus returns how a process ended as a shell reports it.
func (p *process) exitStatus() int {
	if signal := p.status & 0x7f; signal != 0 {
		return 128 + int(signal)
	}
	return int(p.status >> 8 & 0xff)
}
