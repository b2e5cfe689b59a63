package linux

import (
	"context"
	"fmt"

	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// The scheduler executes one hart at a time, for a number of instructions that it draws from Config.Seed, and then draws
// the next hart. Nothing else decides: two runs with the same seed interleave in the same way. Time passes with the
// instructions of all harts; when every thread waits, it jumps to the next moment at which one stops waiting.

const (
	executionSlice  = 1 << 20 // instructions between looks at the context
	profileInterval = 997     // instructions between samples; prime, so as not to beat with loops
	defaultQuantum  = 20000   // instructions, on average, between switches of harts
	racingQuantum   = 1000    // the same when data races are looked for
	// leastCode is the bound on the bytes of decoded instructions of all processes, however low that on memory is.
	leastCode = 128 << 20
	// mostJumps bounds the moments that pass without a thread that goes on: expiries of timers whose signals are ignored.
	mostJumps = 1 << 16
	// orphanSteps bounds what processes may execute that are left when the program has ended.
	orphanSteps = 1 << 30
)

// never is a moment that does not come.
const never = allBits

// wait is why a thread does not run: it may go on once ready returns true (if there is one), the clock has reached a
// moment, or a signal arrives.
type wait struct {
	ready    func() bool
	deadline uint64
	deaf     bool // signals do not end it, but for those that kill
}

// run executes until no process is left, looking at the context after each slice, so that a cancelled one ends the run
// soon.
func (k *kernel) run(ctx context.Context) error {
	for !k.stopped {
		if more, err := k.turn(ctx, allBits); !more {
			return err
		}
	}
	return nil
}

// turn lets a thread execute, until there are so many steps at most. It reports whether there was one.
func (k *kernel) turn(ctx context.Context, until uint64) (more bool, err error) {
	k.interrupted = ctx.Done()
	if err := k.interruption(ctx); err != nil {
		return false, err
	}
	t := k.next()
	if t == nil {
		return false, k.interruption(ctx)
	}
	if k.steps() >= k.limit {
		if k.first.ended {
			return false, nil
		}
		k.stop(t.haltHere(oracle.OutOfSteps, fmt.Sprint(k.steps()), ""))
		return false, nil
	}
	t.execute(min(k.slice(), k.limit-k.steps(), until-k.steps()))
	if k.first.ended && k.limit == allBits {
		k.limit = k.steps() + orphanSteps
	}
	return true, nil
}

// interruption returns the error of a run whose context has ended.
func (k *kernel) interruption(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("linux: interrupted after %d instructions: %w", k.steps(), err)
	}
	return nil
}

// next returns the thread to execute, or nil if none is left or none can ever go on, which stops the run.
func (k *kernel) next() *thread {
	for jumps := 0; len(k.threads) > 0 && !k.isInterrupted(); jumps++ {
		k.fireTimers()
		var able []*thread
		for _, t := range k.threads {
			switch {
			case !t.isAble():
			case t.id == k.alone:
				return t
			default:
				able = append(able, t)
			}
		}
		if len(able) == 1 {
			return able[0]
		}
		if len(able) > 1 {
			return able[k.choose(uint64(len(able)))]
		}
		moment := k.nextMoment()
		if moment == never || jumps > mostJumps {
			k.stall()
			return nil
		}
		k.slept += moment - min(moment, k.clock())
	}
	return nil
}

// stall stops a run in which every thread waits for ever, unless only orphans of the program are left.
func (k *kernel) stall() {
	if k.first.ended {
		return
	}
	t := k.threads[0]
	reason := t.present + " that would block for ever"
	if t.halted {
		reason = "a process that a signal has stopped for ever"
	}
	k.stop(t.haltHere(oracle.Unsupported, reason, fmt.Sprintf(", with all %d threads waiting", len(k.threads))))
}

// nextMoment returns when the next wait or timer ends.
func (k *kernel) nextMoment() uint64 {
	moment := k.nextTimer()
	for _, t := range k.threads {
		if t.wait != nil && !t.halted {
			moment = min(moment, t.wait.deadline)
		}
	}
	return moment
}

// slice returns for how many instructions the next hart executes: a random number if there are several.
func (k *kernel) slice() uint64 {
	slice := uint64(executionSlice)
	if k.config.Profile {
		slice = profileInterval
	}
	if len(k.threads) > 1 {
		slice = min(slice, 1+k.choose(2*k.config.Quantum))
	}
	if moment := k.nextMoment(); moment != never {
		slice = min(slice, 1+moment-min(moment, k.clock()))
	}
	return slice
}

// choose returns the scheduler's next random number below n.
func (k *kernel) choose(n uint64) uint64 { return splitmix(&k.choices) % n }

// splitmix advances the state of a random generator and returns its next number.
func splitmix(state *uint64) uint64 {
	*state += 0x9e3779b97f4a7c15
	z := (*state ^ *state>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// isAble reports whether a thread can go on.
func (t *thread) isAble() bool {
	switch {
	case t.halted:
		return false
	case t.wait == nil || t.hasSignal():
		return true
	case t.wait.deadline <= t.clock():
		t.call.expired = true
		return true
	}
	return t.wait.ready != nil && t.wait.ready()
}

// load makes the thread's hart the one that executes.
func (t *thread) load() {
	if old := t.space.loaded; old != t {
		t.m.Swap(t.hart)
		if old != nil {
			old.hart = t.hart
		}
		t.hart, t.space.loaded = nil, t
	}
	if t.machine != t.m {
		if t.machine != nil {
			t.m.SetSteps(t.machine.Steps())
			t.boundCode()
		}
		t.machine = t.m
	}
	t.running = t
}

// boundCode keeps the decoded instructions of all processes within a bound, by dropping those of all but one: another
// process is about to execute.
func (t *thread) boundCode() {
	kept := uint64(0)
	for _, s := range t.spaces {
		kept += s.m.KeptCode()
	}
	if kept <= max(leastCode, t.config.MemoryLimit/2) {
		return
	}
	for _, s := range t.spaces {
		if s.m != t.m {
			s.m.DropCode()
		}
	}
}

// execute lets the thread execute for at most some instructions.
func (t *thread) execute(steps uint64) {
	t.load()
	if !t.takeSignals() {
		return
	}
	t.wait = nil
	halt := t.m.Run(steps)
	if t.config.Profile {
		t.sample()
	}
	_, isTrap := trapSignals[halt.Reason]
	switch {
	case t.dead || t.stopped:
	case isTrap || halt.Ending == oracle.Trapped:
		t.trap(halt)
	case halt.Ending == oracle.OutOfSteps:
	case !t.debugged.pausesAt(halt):
		t.stop(halt)
	}
}

// haltHere describes an end at the thread's present instruction.
func (t *thread) haltHere(ending oracle.Ending, reason, place string) rv64.Halt {
	t.load()
	return rv64.Halt{Ending: ending, Reason: reason, Place: t.m.Where() + place, PC: t.m.PC}
}

// maxPlaces bounds the number of names in a profile.
const maxPlaces = 1 << 16

func (t *thread) sample() {
	name := t.functionAt(t.m.PC)
	if t.samples[name] == 0 && len(t.samples) >= maxPlaces {
		name = "elsewhere"
	}
	t.samples[name]++
}

func (t *thread) functionAt(pc uint64) string {
	if s, ok := t.x.symbolAt(pc); ok {
		return s.name
	}
	return fmt.Sprintf("%#x", pc&^0xff)
}
