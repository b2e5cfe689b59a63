package linux

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"

	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// The parts of a guest. A kernel has processes; a process has an address space, open files and what it does at signals;
// a thread has a hart, a signal mask, and what it waits for. Each type embeds the one above it, so that what serves a
// system call says t for all of them.

// The bounds on what a guest may make its host remember.
const (
	maxThreads   = 256 // of all processes
	maxProcesses = 128 // with those that ended and were not waited for
	maxUnknown   = 1024
)

// kernel is what all processes of a guest share.
type kernel struct {
	config     Config
	system     func(m *rv64.Machine) (stop bool) // serves ecall
	root       *os.Root                          // nil if there is none
	processes  []*process
	threads    []*thread // alive, oldest first
	waiters    []*thread // for futexes, by when they began
	spaces     []*space
	first      *process      // the program that was to be executed
	running    *thread       // whose hart executes
	machine    *rv64.Machine // that of running
	nextID     uint64
	slept      uint64 // nanoseconds
	random     uint64 // the state of the guest's random numbers
	choices    uint64 // the state of the scheduler's
	storage    storage
	network    network
	timerFiles []*timerFile // open
	inotifies  []*inotify   // open
	// interrupted is closed when the context ends: for what may block.
	interrupted <-chan struct{}
	unknown     map[uint64]uint64
	samples     map[string]uint64
	notes       []string
	limit       uint64   // of steps
	debugged    *Session // or nil
	alone       uint64   // the thread that alone executes while it can; 0: none
	stopped     bool     // the run is over, whatever processes there are
	halt        rv64.Halt
}

func newKernel(config Config) (*kernel, error) {
	if config.MemoryLimit == 0 {
		config.MemoryLimit = defaultMemory
	}
	if config.StackSize == 0 {
		config.StackSize = defaultStack
	}
	if config.Quantum == 0 {
		config.Quantum = defaultQuantum
		if config.Checks&rv64.CheckRaces != 0 {
			config.Quantum = racingQuantum
		}
	}
	if config.MaxSteps == 0 {
		config.MaxSteps = allBits
	}
	k := &kernel{config: config, limit: config.MaxSteps, nextID: guestProcess, choices: config.Seed, unknown: map[uint64]uint64{}, samples: map[string]uint64{}}
	if config.Root != "" {
		var err error
		if k.root, err = openRoot(config.Root); err != nil {
			return nil, err
		}
	}
	k.system = k.serve
	k.network.files = map[fileKey]bool{}
	k.storage = newStorage(config.FileQuota)
	return k, nil
}

func (k *kernel) close() {
	for _, p := range k.processes {
		p.files.release()
	}
	if k.root != nil {
		k.root.Close()
	}
}

// steps returns the number of instructions executed by all harts.
func (k *kernel) steps() uint64 {
	if k.machine == nil {
		return 0
	}
	return k.machine.Steps()
}

// newID returns a number for a process or thread.
func (k *kernel) newID() uint64 {
	k.nextID++
	return k.nextID - 1
}

// process returns the process with a number, dead or alive, or nil.
func (k *kernel) process(id uint64) *process {
	for _, p := range k.processes {
		if p.id == id {
			return p
		}
	}
	return nil
}

// thread returns the living thread with a number, or nil.
func (k *kernel) thread(id uint64) *thread {
	for _, t := range k.threads {
		if t.id == id {
			return t
		}
	}
	return nil
}

// room returns how many bytes the guest may still map.
func (k *kernel) room() uint64 {
	mapped := uint64(0)
	for _, s := range k.spaces {
		mapped += s.m.Mapped()
	}
	return k.config.MemoryLimit - min(mapped, k.config.MemoryLimit)
}

func (k *kernel) isInterrupted() bool {
	select {
	case <-k.interrupted:
		return true
	default:
		return false
	}
}

// spend counts host work that no instruction shows.
func (k *kernel) spend(bytes uint64) {
	if k.machine != nil {
		k.machine.Spend(bytes)
	}
}

// stop ends the run.
func (k *kernel) stop(halt rv64.Halt) {
	if !k.stopped {
		k.stopped, k.halt = true, halt
	}
}

// countUnknown counts a system call that is not served. Once there are too many kinds, others are counted as the
// largest number.
func (k *kernel) countUnknown(number uint64) {
	if k.unknown[number] == 0 && len(k.unknown) >= maxUnknown {
		number = allBits
	}
	k.unknown[number]++
}

// exitReport returns what is known of the program that has ended.
func (k *kernel) exitReport() Exit {
	e := Exit{Halt: k.halt, Status: -1}
	if !k.stopped {
		e.Halt, e.Status = k.first.halt, k.first.exitStatus()
	}
	e.Halt.Steps, e.Notes = k.steps(), k.notes
	k.describe(&e)
	for number, times := range k.unknown {
		e.Unknown = append(e.Unknown, rv64.Count{Name: callName(number), Times: times})
	}
	for name, times := range k.samples {
		e.Profile = append(e.Profile, rv64.Count{Name: name, Times: times * profileInterval})
	}
	e.Coverage = k.first.m.Coverage()
	for _, list := range [][]rv64.Count{e.Unknown, e.Profile, e.Coverage} {
		slices.SortFunc(list, func(a, b rv64.Count) int {
			return cmp.Or(cmp.Compare(b.Times, a.Times), cmp.Compare(a.Name, b.Name))
		})
	}
	return e
}

// describe adds to the place of an end the function it is in and the instruction to blame.
func (k *kernel) describe(e *Exit) {
	at := e.PC
	if e.Culprit != 0 {
		at = e.Culprit
	}
	x := k.first.x
	if k.stopped && k.running != nil {
		x = k.running.x
	}
	if s, ok := x.symbolAt(at); ok && e.Ending != oracle.Exited {
		e.Place = fmt.Sprintf("%s in %s+%#x", e.Place, s.name, at-s.addr)
	}
	e.Place += e.Blame()
}

// callName returns the name of a system call that is not served, or its number.
func callName(number uint64) string {
	if name, ok := otherCalls[number]; ok {
		return name
	}
	return strconv.FormatUint(number, 10)
}
