package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// blockData is an open block, loop or loop_switch_br.
type blockData struct {
	inst  air.Index
	state state
	// label is the end of a block, the start of a loop.
	label mir.Label
	// brs counts the ways to the end of a block. The first one decides where the
	// result is and completes the state; all others go there.
	brs    int
	result MCValue
	// operand is where a loop_switch_br keeps what it switches over.
	operand mir.FrameIndex
}

// openBlock finds the open block that a br, repeat or switch_dispatch goes to.
func (f *function) openBlock(target air.Index) *blockData {
	for n := len(f.blocks) - 1; n >= 0; n-- {
		if f.blocks[n].inst == target {
			return &f.blocks[n]
		}
	}
	f.broken("%%%d is not open", target)
	return nil
}

// block translates a body that br leaves for its end. Its result is born where the first br
// put it; what is alive there is what was alive before and does not die with the block.
func (f *function) block(i air.Index) error {
	in := f.inst(i)
	f.openScope()
	entry := f.initState()
	f.saveRegisters(&entry, nil)
	f.blocks = append(f.blocks, blockData{inst: i, state: entry, label: f.out.NewLabel()})
	if err := f.genBody(in.Bodies[0]); err != nil {
		return err
	}
	b := f.blocks[len(f.blocks)-1]
	f.blocks = f.blocks[:len(f.blocks)-1]
	f.enter(i)
	if b.brs == 0 {
		f.restore(&entry, nil)
		f.finished++
		if !f.lv.Unused(i) {
			f.birth(i, noneValue())
		}
		return nil
	}
	f.restore(&b.state, f.lv.BlockDeaths(i))
	f.dropJumpTo(b.label)
	f.out.Bind(b.label)
	f.finishResult(i, b.result)
	return nil
}

// br leaves a block with a value.
func (f *function) br(i air.Index) error {
	in := f.inst(i)
	b := f.openBlock(in.Target())
	deaths := f.lv.BlockDeaths(b.inst)
	alive := f.markAlive(&b.state, deaths)
	hasResult := classOf(f.inst(b.inst).Type) != noClass && !f.lv.Unused(b.inst)
	first := b.brs == 0
	b.brs++
	switch {
	case first && hasResult:
		b.result = f.firstResult(b, in.Ops[0], alive)
	case first:
		b.result = noneValue()
	}
	f.releaseTemps()
	if first {
		f.saveRegisters(&b.state, alive)
	} else {
		f.goTo(&b.state, alive, func() {
			if hasResult {
				f.moveResult(b.result, in.Ops[0])
			}
		})
	}
	f.out.Jump(b.label)
	return f.finish(i, unreachValue())
}

// firstResult chooses where the result of a block is and brings the operand of the first
// br there: to the operand's own register if it is not needed any more.
func (f *function) firstResult(b *blockData, r air.Ref, alive func(air.Index) bool) MCValue {
	t := f.inst(b.inst).Type
	v := f.resolve(r)
	c := classOf(t)
	switch {
	case c == memClass:
		slot := f.blockSlot(b, t)
		f.storeOperand(f.framePlace(slot, 0), r)
		return frameValue(slot, 0)
	case v.kind == register && !f.livesOn(r, alive):
		return v
	}
	if v.kind == register {
		f.lock(v.reg)
	}
	d := f.take(c, f.uses[b.inst].crossesCall)
	f.setReg(d, v)
	return regValue(d)
}

// livesOn says that an operand is needed after the instruction at hand.
func (f *function) livesOn(r air.Ref, alive func(air.Index) bool) bool {
	o, _ := r.Inst()
	return alive(o) && !f.lv.Dies(f.current, 0)
}

// blockSlot makes the slot of a block's result, which outlives the scope of the block.
func (f *function) blockSlot(b *blockData, t *air.Type) mir.FrameIndex {
	f.slots = append(f.slots, frameSlot{size: f.slotSize((int64(t.Size()) + 7) &^ 7), align: max(int64(t.Align()), 8)})
	return mir.FrameIndex(len(f.slots) - 1)
}

// moveResult brings the operand of a br to where the first br of its block put it.
func (f *function) moveResult(result MCValue, r air.Ref) {
	if result.kind == loadFrame {
		f.storeOperand(f.framePlace(result.frame, 0), r)
		return
	}
	f.setReg(result.reg, f.resolve(r))
}

// loop translates a body that repeat starts anew.
func (f *function) loop(i air.Index) error {
	b := blockData{inst: i, state: f.saveState(), label: f.out.NewLabel()}
	f.blocks = append(f.blocks, b)
	f.out.Bind(b.label)
	if err := f.genBody(f.inst(i).Bodies[0]); err != nil {
		return err
	}
	f.closeLoop(i, &b)
	return nil
}

func (f *function) closeLoop(i air.Index, b *blockData) {
	f.blocks = f.blocks[:len(f.blocks)-1]
	f.restore(&b.state, nil)
	f.finished++
}

// repeat goes back to the start of a loop with everything where it was there.
func (f *function) repeat(i air.Index) error {
	b := f.openBlock(f.inst(i).Target())
	f.goTo(&b.state, f.markAlive(&b.state, nil), nil)
	f.out.Jump(b.label)
	return f.finish(i, unreachValue())
}

// condBr runs one of two bodies.
func (f *function) condBr(i air.Index) error {
	in := f.inst(i)
	cond := f.use(in.Ops[0])
	f.releaseTemps()
	f.dieOperand(i, 0)
	s := f.saveState()
	otherwise := f.out.NewLabel()
	f.out.Branch(isa.BEQ, cond, isa.Zero, otherwise)
	if err := f.arm(i, 0, &s); err != nil {
		return err
	}
	f.openScope()
	f.out.Bind(otherwise)
	if err := f.arm(i, 1, &s); err != nil {
		return err
	}
	f.finished++
	return nil
}

// dieOperand lets an operand die before the bodies of its instruction.
func (f *function) dieOperand(i air.Index, op int) {
	if o, ok := f.inst(i).Ops[op].Inst(); ok && f.lv.Dies(i, op) {
		f.die(o)
	}
}

// arm translates one body of an instruction in the scope that is open, and leaves everything as it was at its start.
func (f *function) arm(i air.Index, n int, s *state) error {
	for _, o := range f.lv.ArmDeaths(i, n) {
		f.die(o)
	}
	if err := f.genBody(f.inst(i).Bodies[n]); err != nil {
		return err
	}
	f.enter(i)
	f.restore(s, nil)
	return nil
}

// try runs its body if an error union holds an error, else goes on with the payload.
func (f *function) try(i air.Index) error {
	t := f.typeOf(f.inst(i).Ops[0])
	e := f.errorOf(f.temp(), f.inst(i).Ops[0])
	if err := f.errorBody(i, e); err != nil {
		return err
	}
	if classOf(f.inst(i).Type) == noClass {
		return f.finishTry(i, noneValue())
	}
	return f.finishTry(i, f.loadResult(i, f.valuePlace(f.inst(i).Ops[0]).at(int64(t.PayloadOffset()))))
}

// tryPtr is try for a pointer to an error union; its result is a pointer to the payload.
func (f *function) tryPtr(i air.Index) error {
	r := f.inst(i).Ops[0]
	t := f.typeOf(r).Elem
	e := f.temp()
	f.loadInt(e, f.deref(r).at(int64(t.ErrorOffset())), 2, false)
	if err := f.errorBody(i, e); err != nil {
		return err
	}
	return f.finishTry(i, f.pointerPlus(i, r, int64(t.PayloadOffset())))
}

// errorBody translates the body of a try, which control enters if the code e is not 0. The operand
// is needed after it, so it dies there if it does not live on.
func (f *function) errorBody(i air.Index, e isa.Reg) error {
	f.releaseTemps()
	s := f.saveState()
	ok := f.out.NewLabel()
	f.out.Branch(isa.BEQ, e, isa.Zero, ok)
	f.dieOperand(i, 0)
	if err := f.arm(i, 0, &s); err != nil {
		return err
	}
	f.out.Bind(ok)
	return nil
}

// finishTry is finish after what the continuation of a try does not need has died, perhaps
// the operand among it.
func (f *function) finishTry(i air.Index, result MCValue) error {
	f.releaseTemps()
	for _, o := range f.lv.ArmDeaths(i, 1) {
		f.die(o)
	}
	return f.finish(i, result)
}

// trap ends the program where it must not go on.
func (f *function) trap(i air.Index) error {
	f.out.Trap()
	return f.finish(i, unreachValue())
}

func (f *function) breakpoint(i air.Index) error {
	f.out.Real(isa.Inst{Op: isa.EBREAK})
	return f.finish(i, noneValue())
}
