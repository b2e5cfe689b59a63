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
	// brs counts the ways to the end of a block. The first one chooses the place of the result and completes the state;
	// all others conform to it.
	brs    int
	result MCValue
	// operand is where a loop_switch_br keeps its operand.
	operand mir.FrameIndex
	// start is the position of the first instruction of a loop, test that of the branch that ends a test there, or 0, and
	// within the label after it. repeated reports whether the test was copied.
	start, test int
	within      mir.Label
	repeated    bool
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

// block translates a body that br leaves to its end. The result is born where the first br put it; live at the end is
// what was live before and does not die with the block.
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
	alive := f.aliveAt(&b.state, deaths)
	hasResult := f.classOf(f.inst(b.inst).Type) != noClass && !f.lv.Unused(b.inst)
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

// firstResult chooses the place of the result of a block and moves the operand of the first br there: the operand's own
// register if the operand is not needed any more.
func (f *function) firstResult(b *blockData, r air.Ref, alive func(air.Index) bool) MCValue {
	t := f.inst(b.inst).Type
	v := f.resolve(r)
	c := f.classOf(t)
	switch {
	case c == memClass:
		slot := f.blockSlot(t)
		f.storeOperand(f.framePlace(slot, 0), r)
		return frameValue(slot, 0)
	case v.kind == register && !f.homes.Has(v.reg) && !f.livesOn(r, alive):
		return v
	}
	if v.kind == register {
		f.lock(v.reg)
	}
	d := f.take(c, f.uses[b.inst].crossesCall)
	f.setReg(d, v)
	return regValue(d)
}

// livesOn reports whether an operand is needed after the instruction at hand.
func (f *function) livesOn(r air.Ref, alive func(air.Index) bool) bool {
	o, _ := r.Inst()
	return alive(o) && !f.lv.Dies(f.current, 0)
}

// blockSlot allocates the slot of a block's result, which outlives the scope of the block.
func (f *function) blockSlot(t *air.Type) mir.FrameIndex {
	f.slots = append(f.slots, frameSlot{size: f.slotSize((int64(t.Size()) + 7) &^ 7), align: max(int64(t.Align()), 8)})
	return mir.FrameIndex(len(f.slots) - 1)
}

// moveResult moves the operand of a br to the place that the first br of its block chose.
func (f *function) moveResult(result MCValue, r air.Ref) {
	if result.kind == loadFrame {
		f.storeOperand(f.framePlace(result.frame, 0), r)
		return
	}
	f.setReg(result.reg, f.resolve(r))
}

// loop translates a body that repeat restarts.
func (f *function) loop(i air.Index) error {
	b := blockData{inst: i, state: f.saveState(), label: f.out.NewLabel()}
	f.out.Bind(b.label)
	b.start = len(f.out.Insts)
	f.blocks = append(f.blocks, b)
	if err := f.genBody(f.inst(i).Bodies[0]); err != nil {
		return err
	}
	f.closeLoop(&b)
	return nil
}

func (f *function) closeLoop(b *blockData) {
	f.blocks = f.blocks[:len(f.blocks)-1]
	f.restore(&b.state, nil)
	f.finished++
}

// repeat jumps to the start of a loop after restoring the state there.
func (f *function) repeat(i air.Index) error {
	b := f.openBlock(f.inst(i).Target())
	f.goTo(&b.state, f.aliveAt(&b.state, nil), nil)
	f.jumpToLoop(b)
	return f.finish(i, unreachValue())
}

// condBr runs one of two bodies. An arm that is nothing but a jump has no code: the branch goes where the jump would.
func (f *function) condBr(i air.Index) error {
	branch := f.branchOf(i)
	f.releaseTemps()
	f.dieOperand(i, 0) // before the bodies
	s := f.saveState()
	otherwise := f.out.NewLabel()
	at := len(f.out.Insts)
	f.out.Branch(branch.Op, branch.Rs1, branch.Rs2, otherwise)
	test := f.noteTest(at)
	if err := f.arm(i, 0, &s); err != nil {
		return err
	}
	f.openScope()
	f.dropThen(at)
	f.dropJumpTo(otherwise)
	bind := len(f.out.Insts)
	f.out.Bind(otherwise)
	if err := f.arm(i, 1, &s); err != nil {
		return err
	}
	if test < 0 || !f.blocks[test].repeated {
		f.dropElse(at, bind)
	}
	f.finished++
	return nil
}

// branchOf returns the branch that is taken if the condition of a cond_br is false.
func (f *function) branchOf(i air.Index) isa.Inst {
	r := f.inst(i).Ops[0]
	if f.resolve(r).kind == condition {
		return f.fused
	}
	return isa.Inst{Op: isa.BEQ, Rs1: f.use(r)}
}

// dropThen removes the jump that is all there is after the branch at a position, which then goes there itself, on the
// opposite condition.
func (f *function) dropThen(at int) {
	code := f.out.Insts
	if len(code) == at+2 && code[at+1].Op == mir.Jump {
		code[at].I.Op, code[at].N = code[at].I.Op.Inverse(), code[at+1].N
		f.out.Insts = code[:at+1]
	}
}

// dropElse removes a label that the branch at a position goes to, and the jump that is all there is after it: the branch
// goes there itself. Nothing runs into the label.
func (f *function) dropElse(at, bind int) {
	code := f.out.Insts
	if len(code) == bind+2 && code[bind+1].Op == mir.Jump && code[bind-1].Op.Ends() && code[at].N == code[bind].N {
		code[at].N = code[bind+1].N
		f.out.Insts = code[:bind]
	}
}

// longestTest is the number of instructions up to which the test at the start of a loop is repeated at its end.
const longestTest = 4

// noteTest notes the branch at a position as the end of the test that the innermost loop begins with, if that is so, and
// returns the index of the loop, else -1.
func (f *function) noteTest(at int) int {
	n := len(f.blocks) - 1
	for n >= 0 && f.inst(f.blocks[n].inst).Tag == air.Block {
		n--
	}
	if n < 0 || f.blocks[n].test != 0 || f.inst(f.blocks[n].inst).Tag != air.Loop {
		return -1
	}
	length := 0
	for _, in := range f.out.Insts[f.blocks[n].start:at] {
		switch in.Op {
		case mir.Real, mir.LoadImm, mir.AddImm, mir.Load, mir.Store, mir.LeaMem, mir.LeaSymbol:
			length++
		case mir.LocationPoint, mir.Line:
		default:
			return -1
		}
	}
	if length > longestTest {
		return -1
	}
	f.blocks[n].test, f.blocks[n].within = at, f.out.NewLabel()
	f.out.Bind(f.blocks[n].within)
	return n
}

// jumpToLoop goes to the start of a loop, by another copy of its test if it begins with one: the code there finds what
// it found at the start.
func (f *function) jumpToLoop(b *blockData) {
	if b.test == 0 {
		f.out.Jump(b.label)
		return
	}
	b.repeated = true
	f.out.Repeat(b.start, b.test)
	branch := f.out.Insts[b.test]
	f.out.Branch(branch.I.Op.Inverse(), branch.I.Rs1, branch.I.Rs2, b.within)
	f.out.Jump(branch.N)
}

// arm translates one body of an instruction in the open scope, and restores the state at its start.
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
	if f.classOf(f.inst(i).Type) == noClass {
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

// errorBody translates the body of a try, entered if the code e is not 0. The operand is needed after the branch, so it
// dies in the body if it is not live there.
func (f *function) errorBody(i air.Index, e isa.Reg) error {
	f.releaseTemps()
	s := f.saveState()
	ok := f.out.NewLabel()
	f.out.Branch(isa.BEQ, e, isa.Zero, ok)
	f.dieOperand(i, 0) // before the bodies
	if err := f.arm(i, 0, &s); err != nil {
		return err
	}
	f.out.Bind(ok)
	return nil
}

// finishTry lets what the continuation of a try does not need die, possibly the operand, and finishes.
func (f *function) finishTry(i air.Index, result MCValue) error {
	f.releaseTemps()
	for _, o := range f.lv.ArmDeaths(i, 1) {
		f.die(o)
	}
	return f.finish(i, result)
}

// trap ends the program at a place that must not be reached.
func (f *function) trap(i air.Index) error {
	f.out.Trap()
	return f.finish(i, unreachValue())
}

func (f *function) breakpoint(i air.Index) error {
	f.out.Real(isa.Inst{Op: isa.EBREAK})
	return f.finish(i, noneValue())
}
