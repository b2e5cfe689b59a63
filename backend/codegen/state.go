package codegen

import (
	"math/bits"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// state is where the values are at one point of the control flow: which registers hold what (all other live values are
// outside of registers), and the numbers of births, deaths and scopes so far.
type state struct {
	used       abi.Set
	inst       [64]air.Index
	births     int
	deaths     int
	generation uint32
}

// openScope starts a scope: what is born in it ends with it, what dies in it is live again after it.
func (f *function) openScope() {
	f.scopeGeneration++
	f.scopeDepth++
}

// initState records the scope; saveRegisters adds the registers, possibly later.
func (f *function) initState() state {
	return state{births: len(f.order), deaths: len(f.deathLog), generation: f.scopeGeneration}
}

// saveRegisters adds to a state what the registers hold, as far as it is alive.
func (f *function) saveRegisters(s *state, alive func(air.Index) bool) {
	s.used = 0
	for u := f.regs.used &^ f.regs.temps; u != 0; u &= u - 1 {
		r := isa.Reg(bits.TrailingZeros64(uint64(u)))
		if i := f.regs.inst[r]; alive == nil || alive(i) {
			s.used |= 1 << r
			s.inst[r] = i
		}
	}
}

// saveState opens a scope and records the state at its start.
func (f *function) saveState() state {
	f.openScope()
	s := f.initState()
	f.saveRegisters(&s, nil)
	return s
}

// restore closes the scope of a state, without code: values born in it end, those that died in it are live again except
// for the given deaths, and the registers are those of the state. What the state does not have in a register is in its
// slot.
func (f *function) restore(s *state, deaths []air.Index) {
	f.closeScope(s)
	for n := len(f.deathLog) - 1; n >= s.deaths; n-- {
		f.resurrect(f.deathLog[n])
	}
	f.deathLog = f.deathLog[:s.deaths]
	f.leaveRegisters(s)
	f.enterRegisters(s)
	for _, i := range deaths {
		f.die(i)
	}
	if f.opts.Verify {
		f.checkRestored(s, deaths)
	}
}

// closeScope ends what was born in the scope.
func (f *function) closeScope(s *state) {
	for _, i := range f.order[s.births:] {
		f.die(i)
		f.tracking[i] = instTracking{}
	}
	f.order = f.order[:s.births]
	kept := f.deathLog[:s.deaths]
	for _, i := range f.deathLog[s.deaths:] {
		if f.tracking[i].short.kind != unborn {
			kept = append(kept, i)
		}
	}
	f.deathLog = kept
	f.scopeDepth--
	for n := len(f.freeSlots) - 1; n >= 0 && f.slots[f.freeSlots[n]].freeDepth > f.scopeDepth; n-- {
		f.slots[f.freeSlots[n]].freeDepth = f.scopeDepth
	}
}

// leaveRegisters makes every value that is in a register now but not in the state one that is in its slot.
func (f *function) leaveRegisters(s *state) {
	for u := f.regs.used &^ f.regs.temps; u != 0; u &= u - 1 {
		r := isa.Reg(bits.TrailingZeros64(uint64(u)))
		i := f.regs.inst[r]
		if s.used.Has(r) && s.inst[r] == i {
			continue
		}
		if t := &f.tracking[i]; t.short.kind == register && t.short.reg == r {
			f.reuseFrame(i)
		}
	}
}

// enterRegisters sets the registers to those of the state.
func (f *function) enterRegisters(s *state) {
	f.regs.used, f.regs.temps, f.regs.locked = s.used, 0, 0
	for u := s.used; u != 0; u &= u - 1 {
		r := isa.Reg(bits.TrailingZeros64(uint64(u)))
		i := s.inst[r]
		f.regs.inst[r] = i
		t := &f.tracking[i]
		if t.long.kind == loadFrame {
			t.long = MCValue{kind: reservedFrame, frame: t.long.frame}
		}
		t.short = regValue(r)
		f.moved(i)
	}
}

// goTo emits the code that moves the live values to where a state has them, before a jump to its place. moveResult, if
// not nil, runs when all values that must not be in registers have left them and before those of the state are
// reloaded.
func (f *function) goTo(s *state, alive func(air.Index) bool, moveResult func()) {
	for u := f.regs.used &^ f.regs.temps; u != 0; u &= u - 1 {
		r := isa.Reg(bits.TrailingZeros64(uint64(u)))
		i := f.regs.inst[r]
		if alive(i) && !(s.used.Has(r) && s.inst[r] == i) {
			f.spill(r)
		}
	}
	if moveResult != nil {
		moveResult()
	}
	f.releaseTemps()
	for u := s.used; u != 0; u &= u - 1 {
		r := isa.Reg(bits.TrailingZeros64(uint64(u)))
		t := &f.tracking[s.inst[r]]
		switch {
		case t.short.kind == register && t.short.reg == r:
		case t.short.kind == loadFrame:
			f.loadRegister(r, t.short.mem())
		default:
			f.broken("%%%d is %v but a merge wants it in %s%s", s.inst[r], t.short, r, f.diedIn(s.inst[r]))
		}
	}
}

// aliveAt returns a predicate that reports whether a value is live at the place of a state whose scope is still open:
// it was born before the state and is not among the deaths, which ascend.
func (f *function) aliveAt(s *state, deaths []air.Index) func(air.Index) bool {
	return func(i air.Index) bool {
		if int(f.tracking[i].birth) >= s.births {
			return false
		}
		_, dies := slices.BinarySearch(deaths, i)
		return !dies
	}
}

// nextStamp returns a number with which no instruction or slot is stamped yet.
func (f *function) nextStamp() uint32 {
	f.stamps++
	return f.stamps
}
