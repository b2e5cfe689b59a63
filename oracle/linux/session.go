package linux

import (
	"bytes"
	"context"
	"slices"

	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// Session is a program that its owner executes piece by piece, as a debugger does. It sees the threads of the first
// process. It is for one goroutine at a time.
type Session struct {
	k      *kernel
	breaks map[uint64]bool
	watch  []watched
	hooked *rv64.Machine // the machine that has hooks at the breakpoints
	paused bool
	last   rv64.Halt // why it has paused
	steps  uint64    // when it has paused
	// changed is the watched memory that has changed, if hasChanged.
	changed    uint64
	hasChanged bool
	// stepping means that a breakpoint at the next instruction has no effect.
	stepping bool
}

// pausedHere is the reason of a halt at a breakpoint.
const pausedHere = "paused"

// NewSession returns a program about to execute its first instruction. The errors are those of Execute.
func NewSession(elf []byte, config Config) (*Session, error) {
	k, err := start(elf, config)
	if err != nil {
		return nil, err
	}
	k.threads[0].load()
	k.debugged = &Session{k: k, breaks: map[uint64]bool{}}
	return k.debugged, nil
}

// watched is memory that a watchpoint is for, with its bytes so far.
type watched struct {
	addr  uint64
	bytes []byte
}

// Watch sets or removes a watchpoint: Run pauses after an instruction that has changed a byte of the memory. With
// watchpoints it executes step by step. The error is that of memory that does not exist.
func (s *Session) Watch(addr, size uint64, on bool) error {
	s.watch = slices.DeleteFunc(s.watch, func(w watched) bool { return w.addr == addr && uint64(len(w.bytes)) == size })
	if !on {
		return nil
	}
	w := watched{addr, make([]byte, size)}
	if _, err := s.k.first.m.ReadMemory(addr, w.bytes); err != nil {
		return err
	}
	s.watch = append(s.watch, w)
	return nil
}

// Changed returns the address of the memory whose watchpoint has paused the session.
func (s *Session) Changed() (addr uint64, ok bool) { return s.changed, s.hasChanged }

// lookAtWatched pauses if watched memory has changed.
func (s *Session) lookAtWatched() {
	for i := range s.watch {
		w := &s.watch[i]
		now := make([]byte, len(w.bytes))
		if _, err := s.k.first.m.ReadMemory(w.addr, now); err == nil && !bytes.Equal(now, w.bytes) {
			w.bytes, s.changed, s.hasChanged = now, w.addr, true
			s.pause(rv64.Halt{})
		}
	}
}

// Close releases what the program holds.
func (s *Session) Close() { s.k.close() }

// Break sets or removes a breakpoint, which is no part of the program's memory.
func (s *Session) Break(pc uint64, on bool) {
	if on {
		s.breaks[pc] = true
		s.hook(pc, s.stopHere)
	} else {
		delete(s.breaks, pc)
		s.hook(pc, nil)
	}
}

func (s *Session) hook(pc uint64, fn func(*rv64.Machine) bool) {
	if s.hooked != nil {
		s.hooked.HookAt(pc, fn)
	}
}

// followProgram has the breakpoints in the machine of the program, which execve replaces.
func (s *Session) followProgram() {
	if m := s.k.first.m; m != s.hooked {
		s.hooked = m
		for pc := range s.breaks {
			s.hook(pc, s.stopHere)
		}
	}
}

// stopHere is the hook of a breakpoint.
func (s *Session) stopHere(m *rv64.Machine) (stop bool) {
	if s.stepping || s.hasPausedAt(m.PC) {
		return false
	}
	s.pause(rv64.Halt{PC: m.PC})
	m.End(oracle.OutOfSteps, pausedHere, "")
	return true
}

// pausesAt reports whether a halt pauses the session, so that its owner can look at what is about to end the program or
// to start a handler. It does so when the program is resumed.
func (s *Session) pausesAt(halt rv64.Halt) bool {
	if s == nil || halt.Ending == oracle.Exited || s.hasPausedAt(halt.PC) {
		return false
	}
	s.pause(halt)
	return true
}

func (s *Session) pause(halt rv64.Halt) { s.paused, s.last, s.steps = true, halt, s.k.steps() }

// hasPausedAt reports whether the last pause was before the instruction that is about to be executed now.
func (s *Session) hasPausedAt(pc uint64) bool { return s.last.PC == pc && s.steps == s.k.steps() }

// Halt returns why the session has paused: the trap or the broken rule that comes next, or one without a reason at a
// breakpoint or after steps.
func (s *Session) Halt() rv64.Halt { return s.last }

// Ended reports whether the program has ended, and how.
func (s *Session) Ended() (Exit, bool) {
	if !s.k.stopped && !s.k.first.ended {
		return Exit{}, false
	}
	return s.k.exitReport(), true
}

// Signal returns the signal that has ended the program, or 0.
func (s *Session) Signal() int {
	const signals = 0x7f // of what wait4 returns
	return int(s.k.first.status & signals)
}

// Run executes until the program ends, or pauses at a breakpoint or before something that ends the program. If alone is the
// number of a thread, others execute only while that one waits.
func (s *Session) Run(ctx context.Context, alone uint64) error {
	s.paused, s.hasChanged, s.k.alone = false, false, alone
	for !s.k.stopped && !s.k.first.ended && !s.paused {
		s.followProgram()
		until := uint64(allBits)
		if len(s.watch) > 0 {
			until = s.k.steps() + 1
		}
		if more, err := s.k.turn(ctx, until); !more {
			return err
		}
		s.lookAtWatched()
	}
	return nil
}

// Step executes one instruction of a thread, and what others have to do until it can go on.
func (s *Session) Step(ctx context.Context, thread uint64) error {
	s.paused, s.hasChanged, s.stepping = false, false, true
	defer func() { s.stepping = false }()
	t := s.k.thread(thread)
	for !s.k.stopped && !s.paused && t != nil && !t.dead {
		s.followProgram()
		before := s.k.steps()
		if !t.isAble() {
			if more, err := s.k.turn(ctx, allBits); !more {
				return err
			}
			continue
		}
		if t.execute(1); s.k.steps() != before || ctx.Err() != nil {
			break
		}
	}
	if !s.paused {
		s.last = rv64.Halt{}
	}
	return ctx.Err()
}

// Threads returns the numbers of the living threads, and the one that executed last, or 0 if there is none.
func (s *Session) Threads() (all []uint64, present uint64) {
	for _, t := range s.k.threads {
		if t.process == s.k.first {
			all = append(all, t.id)
			if t == s.k.running || present == 0 {
				present = t.id
			}
		}
	}
	return all, present
}

// Machine returns the machine with the registers of a thread in it, valid until the next Run or Step, or nil if there
// is no such thread.
func (s *Session) Machine(thread uint64) *rv64.Machine {
	t := s.k.thread(thread)
	if t == nil || t.process != s.k.first {
		return nil
	}
	t.load()
	return t.m
}

// Base returns what was added to the addresses of a position-independent executable.
func (s *Session) Base() uint64 {
	if s.k.first.x.position {
		return positionBase
	}
	return 0
}
