package codegen

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// instTracking is where the result of an instruction is. short is where to read it now; long is where it is, or may go,
// when it loses its register: equal to short for a value outside of registers, reservedFrame for one in a register that
// has a slot already, none for one that has no slot yet.
type instTracking struct {
	long, short MCValue
	depth       int32 // scope depth of the birth
	birth       int32 // position in function.order
}

// birth starts the tracking of a result. A result in a register claims it.
func (f *function) birth(i air.Index, v MCValue) {
	t := &f.tracking[i]
	if f.opts.Verify && t.short.kind != unborn {
		f.broken("%%%d is born twice", i)
	}
	*t = instTracking{long: v, short: v, depth: f.scopeDepth, birth: int32(len(f.order))}
	f.order = append(f.order, i)
	if v.kind == register {
		if f.opts.Verify && !f.regs.isFree(v.reg) {
			f.broken("%%%d is born in %s, which holds %%%d%s", i, v.reg, f.regs.inst[v.reg], f.chosenIn(v.reg))
		}
		t.long = noneValue()
		f.regs.claim(v.reg, i)
	}
}

// resolve returns the current place of an operand.
func (f *function) resolve(r air.Ref) MCValue {
	i, ok := r.Inst()
	if !ok {
		return f.constValue(f.fn.Consts[r.Const()])
	}
	v := f.tracking[i].short
	if v.kind == home { // read as any other register
		return regValue(v.reg)
	}
	if f.opts.Verify && (v.kind == dead || v.kind == unborn) {
		if f.opts.Audit && v.kind == dead && !slices.Contains(f.deathLog, i) {
			f.broken("restoring a state left it wrong (%%%d is still dead), in restore (backend/codegen/state.go:0)", i)
		}
		f.broken("operand %%%d is %v%s", i, v, f.diedIn(i))
	}
	return v
}

// die ends a value and frees its register and its slot. A value that dies in a scope is resurrected at the end of the
// scope.
func (f *function) die(i air.Index) {
	t := &f.tracking[i]
	switch t.short.kind {
	case dead, unborn:
		return
	case register:
		f.regs.free(t.short.reg)
	}
	if f.opts.Audit {
		f.noteDeath(i)
	}
	t.short = deadValue(f.scopeGeneration)
	f.moved(i)
	f.freeOwnSlot(t)
	f.deathLog = append(f.deathLog, i)
}

// resurrect undoes the death of a value; the caller puts one that the state has in a register back there.
func (f *function) resurrect(i air.Index) {
	t := &f.tracking[i]
	if t.short.kind != dead {
		return
	}
	if t.long.kind == reservedFrame || t.long.kind == loadFrame {
		f.claimSlot(t.long.frame)
	}
	f.reuseFrame(i)
}

// reuseFrame makes a value one that is outside of registers.
func (f *function) reuseFrame(i air.Index) {
	t := &f.tracking[i]
	if t.long.kind == reservedFrame {
		t.long = frameValue(t.long.frame, 0)
	}
	t.short = t.long
	f.moved(i)
}

// spill moves the value in a register to its slot and frees the register.
func (f *function) spill(r isa.Reg) {
	i := f.regs.inst[r]
	t := &f.tracking[i]
	if f.opts.Verify && (t.short.kind != register || t.short.reg != r) {
		f.broken("%s is to be spilled for %%%d, which is %v", r, i, t.short)
	}
	if t.long.kind == none {
		t.long = MCValue{kind: reservedFrame, frame: f.allocSlot(8, 8, t.depth)}
	}
	if f.opts.Verify {
		f.spills = append(f.spills, len(f.out.Insts))
	}
	f.storeRegister(r, mir.FrameMem(t.long.frame, 0))
	f.reuseFrame(i)
	f.regs.free(r)
}

// storeRegister stores a whole register.
func (f *function) storeRegister(r isa.Reg, m mir.Mem) {
	f.out.Store(pick(r.IsFloat(), isa.FSD, isa.SD), r, m)
}

// loadRegister loads a whole register.
func (f *function) loadRegister(r isa.Reg, m mir.Mem) {
	f.out.Load(pick(r.IsFloat(), isa.FLD, isa.LD), r, m)
}

// freeOwnSlot frees the slot that a dying value owns.
func (f *function) freeOwnSlot(t *instTracking) {
	if t.long.kind == loadFrame || t.long.kind == reservedFrame {
		f.freeSlot(t.long.frame)
	}
}

// finish ends every handler exactly once: it frees the scratch registers and locks, lets operands die, and starts the
// tracking of the result.
func (f *function) finish(i air.Index, result MCValue) error {
	f.releaseTemps()
	for op := range f.inst(i).Ops {
		f.dieOperand(i, op)
	}
	f.finishResult(i, result)
	return nil
}

// dieOperand ends an operand that dies in an instruction.
func (f *function) dieOperand(i air.Index, op int) {
	if o, ok := f.inst(i).Ops[op].Inst(); ok && f.lv.Dies(i, op) {
		f.die(o)
	}
}

// finishResult finishes an instruction whose operands have died already.
func (f *function) finishResult(i air.Index, result MCValue) {
	f.releaseTemps()
	f.finished++
	switch {
	case result.kind == unreach || f.inst(i).Tag.IsTerminator():
		return
	case f.lv.Unused(i):
		f.dropResult(result)
		f.record(i, noneValue())
		return
	}
	if result.kind == register && f.homes.Has(result.reg) {
		result = f.homeValue(i, result.reg)
	}
	f.birth(i, result)
	if f.opts.SpillAll && result.kind == register {
		f.spill(result.reg)
		result = f.tracking[i].short
	}
	f.record(i, result)
}

// dropResult frees what an unused result holds.
func (f *function) dropResult(v MCValue) {
	if v.kind == loadFrame {
		f.freeSlot(v.frame)
	}
}
