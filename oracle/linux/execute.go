package linux

import (
	"context"
	"fmt"
	"io"
	"sort"
	"strconv"

	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// Config says how to run an executable. A Read or Write of its streams that is under way when the context ends is left
// to itself.
type Config struct {
	Args   []string // Args[0] is the program's name
	Env    []string
	Stdin  io.Reader // nil: empty
	Stdout io.Writer // nil: discarded
	Stderr io.Writer // nil: discarded
	// Checks are the rules to check the program against, except CheckThread and CheckClobber, which whole programs need
	// not keep: their start code sets gp and tp, and compilers let local functions keep temporaries.
	Checks rv64.Checks
	// MaxSteps bounds the instructions executed; 0 means no bound.
	MaxSteps uint64
	// MemoryLimit bounds the guest's memory in bytes; 0 means 1 GiB.
	MemoryLimit uint64
	// StackSize is the size of the guest's stack in bytes; 0 means 8 MiB.
	StackSize      uint64
	TrapMisaligned bool
	// VLEN is the number of bits of a vector register, one that rv64.CheckVLEN accepts; 0 means what the executable's
	// attributes ask for, and at least 128.
	VLEN uint64
	// Root is a directory that the guest sees as its root directory; empty: it can open no file.
	Root string
	// Trace, if set, is written a line for every instruction executed, as rv64.Config.Trace.
	Trace io.Writer
	// Profile samples the functions in which time is spent; Coverage counts the operations executed.
	Profile  bool
	Coverage bool
}

// Exit is how a program ended.
type Exit struct {
	rv64.Halt
	// Status is the exit status as a shell reports it, 0 to 255: 128 and the signal's number for a program that a
	// signal ended. It is -1 for a program that the machine stopped.
	Status int
	// Unknown counts the system calls that are not there, by number, most frequent first.
	Unknown []rv64.Count
	// Profile and Coverage are what Config asks for, most frequent first.
	Profile  []rv64.Count
	Coverage []rv64.Count
}

const (
	executionSlice  = 1 << 20 // instructions between looks at the context
	profileInterval = 997     // instructions between samples; prime, so as not to beat with loops
)

// Execute runs a static riscv64 Linux executable. It returns an error if the file is none, if it does not fit the
// limits, or if the context ends; what the program does is in the Exit.
func Execute(ctx context.Context, elf []byte, config Config) (Exit, error) {
	x, err := parseELF(elf)
	if err != nil {
		return Exit{}, err
	}
	p, err := newProcess(x, config)
	if err != nil {
		return Exit{}, err
	}
	defer p.close()
	if err := p.run(ctx); err != nil {
		return Exit{}, err
	}
	return p.exitReport(), nil
}

// run executes in slices and looks at the context after each, so that a cancelled one ends the run soon.
func (p *process) run(ctx context.Context) error {
	limit := p.config.MaxSteps
	if limit == 0 {
		limit = allBits
	}
	slice := uint64(executionSlice)
	if p.config.Profile {
		slice = profileInterval
	}
	p.interrupted = ctx.Done()
	for {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("linux: interrupted after %d instructions: %w", p.m.Steps(), err)
		}
		p.halt = p.m.Run(min(slice, limit-p.m.Steps()))
		if p.halt.Ending != oracle.OutOfSteps || p.halt.Reason == rv64.StackOverflow || p.m.Steps() >= limit {
			return nil
		}
		if p.config.Profile {
			p.sample()
		}
	}
}

func (p *process) isInterrupted() bool {
	select {
	case <-p.interrupted:
		return true
	default:
		return false
	}
}

// maxPlaces bounds the number of names in a profile.
const maxPlaces = 1 << 16

func (p *process) sample() {
	name := p.functionAt(p.m.PC)
	if p.samples[name] == 0 && len(p.samples) >= maxPlaces {
		name = "elsewhere"
	}
	p.samples[name]++
}

func (p *process) functionAt(pc uint64) string {
	if s, ok := p.x.symbolAt(pc); ok {
		return s.name
	}
	return fmt.Sprintf("%#x", pc&^0xff)
}

// The signals of the traps, by reason.
var trapSignals = map[string]int{
	"illegal-instruction": 4, "breakpoint": 5, "load-misaligned": 7, "store-misaligned": 7,
	"fetch-misaligned": 7, "load-access": 11, "store-access": 11, "fetch-access": 11,
}

// exitReport returns what the machine and the process know of the program that has ended.
func (p *process) exitReport() Exit {
	e := Exit{Halt: p.halt, Status: p.status}
	switch {
	case e.Ending == oracle.Trapped:
		e.Status = 128 + trapSignals[e.Reason]
	case e.Reason == rv64.StackOverflow:
		e.Status = 128 + trapSignals["store-access"]
	case e.Ending == oracle.Exited:
	default:
		e.Status = -1
	}
	at := e.PC
	if e.Culprit != 0 {
		at = e.Culprit
	}
	if s, ok := p.x.symbolAt(at); ok && e.Ending != oracle.Exited {
		e.Place = fmt.Sprintf("%s in %s+%#x", e.Place, s.name, at-s.addr)
	}
	e.Place += e.Blame()
	for number, times := range p.unknown {
		e.Unknown = append(e.Unknown, rv64.Count{Name: strconv.FormatUint(number, 10), Times: times})
	}
	for name, times := range p.samples {
		e.Profile = append(e.Profile, rv64.Count{Name: name, Times: times * profileInterval})
	}
	e.Coverage = p.m.Coverage()
	for _, list := range [][]rv64.Count{e.Unknown, e.Profile, e.Coverage} {
		sort.Slice(list, func(i, j int) bool {
			a, b := list[i], list[j]
			return a.Times > b.Times || a.Times == b.Times && a.Name < b.Name
		})
	}
	return e
}
