package codegen

import (
	"math/bits"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// checkInst checks the rules that hold between any two instructions.
func (f *function) checkInst(i air.Index, before int) {
	if len(f.inst(i).Bodies) == 0 && f.finished != before+1 {
		f.broken("the handler finished %d times", f.finished-before)
	}
	if f.regs.locked != 0 || f.regs.temps != 0 || len(f.tempSlots) != 0 {
		f.broken("registers %#x are locked and %#x scratch after the instruction", f.regs.locked, f.regs.temps)
	}
	for u := f.regs.used; u != 0; u &= u - 1 {
		r := isa.Reg(bits.TrailingZeros64(uint64(u)))
		if t := &f.tracking[f.regs.inst[r]]; t.short.kind != register || t.short.reg != r {
			f.broken("%s is in use by %%%d, which is %v", r, f.regs.inst[r], t.short)
		}
	}
	f.allowed += sweep
	if f.maySweep() {
		f.checkSlots()
	}
}

// sweep is the number of values per instruction that checks of all values may take on average: in a function with no
// more values all are checked after each instruction, in a larger one now and then, so that the time stays linear. A
// rule that is broken there stays broken.
const sweep = 256

// maySweep reports whether it is time to check all values.
func (f *function) maySweep() bool {
	if f.opts.Audit || len(f.order) <= sweep {
		return true
	}
	due := len(f.order) <= f.allowed
	if due {
		f.allowed -= len(f.order)
	}
	return due
}

// checkSpills checks that what a handler spilled is stored on every path through its code: no spill is between a jump
// and its label.
func (f *function) checkSpills(start int) {
	if len(f.spills) == 0 || len(f.inst(f.current).Bodies) > 0 {
		return
	}
	code := f.out.Insts
	for at := start; at < len(code); at++ {
		if code[at].Op != mir.Branch && code[at].Op != mir.Jump {
			continue
		}
		for to := start; to < len(code); to++ {
			if code[to].Op != mir.Bind || code[to].N != code[at].N {
				continue
			}
			for _, s := range f.spills {
				if min(at, to) < s && s < max(at, to) {
					f.broken("the spill at %d is within the code that %d jumps over to %d", s, at, to)
				}
			}
		}
	}
}

// checkSlots checks that no living value is in a freed slot and no two own the same one.
func (f *function) checkSlots() {
	stamp := f.nextStamp()
	for _, i := range f.order {
		t := &f.tracking[i]
		owns := t.long.kind == loadFrame || t.long.kind == reservedFrame
		if !owns || t.short.kind == dead || t.long.frame < 0 || f.slots[t.long.frame].pinned {
			continue
		}
		s := &f.slots[t.long.frame]
		if s.free || s.stamp == stamp && t.long.frame >= mir.FirstUnnamed {
			f.broken("the slot of %%%d, %v, is free or has another owner", i, t.long)
		}
		s.stamp = stamp
	}
}

// checkRestored checks that exactly the state was reached.
func (f *function) checkRestored(s *state, deaths []air.Index) {
	if len(f.order) != s.births || len(f.deathLog) != s.deaths+len(deaths) {
		f.broken("restoring a state left it wrong (%d births of %d and %d deaths of %d)",
			len(f.order), s.births, len(f.deathLog), s.deaths+len(deaths))
	}
	used := s.used
	for _, i := range deaths {
		for u := s.used; u != 0; u &= u - 1 {
			if r := isa.Reg(bits.TrailingZeros64(uint64(u))); s.inst[r] == i {
				used &^= 1 << r
			}
		}
	}
	if f.regs.used != used {
		f.broken("restoring a state left registers %#x of %#x in use", f.regs.used, used)
	}
	if !f.maySweep() {
		return
	}
	for _, i := range f.order {
		if k := f.tracking[i].short.kind; k == none && f.classOf(f.inst(i).Type) != noClass || k == reservedFrame {
			f.broken("restoring a state lost the place of %%%d%s", i, f.diedIn(i))
		}
	}
}
