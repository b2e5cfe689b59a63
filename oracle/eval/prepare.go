package eval

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// preparer turns one function into linear code: nested bodies are laid out one after the other and joined by jumps.
type preparer struct {
	program  *Program
	fn       *function
	tags     *[air.NumTags]meaning
	used     []bool
	results  []operand   // slot of each instruction
	consts   []operand   // each constant of the function, noOperand until used
	targets  []*target   // of the instructions that are some
	finishes []finish    // storage of step.finish
	types    []*air.Type // of the operands of the current instruction
	step     step        // of the current instruction, until it is laid out
	held     uint64      // bytes of the values so far
	nothing  operand     // stands for every value without bits, 0 until needed
	retSlot  int         // index of the ret_ptr object in locals, -1 until there is one
}

// target is an instruction that a br, repeat or switch_dispatch may name.
type target struct {
	start  int // where repeat goes
	exits  int // the last step that leaves it, -1 for none; each goes to the one before until the end is known
	table  *caseTable
	finish *finish
}

// prepare prepares a whole function: its parameters take the first slots.
func (p *Program) prepare(f *function) {
	n, params, s := len(f.def.Insts), len(f.def.Type.Params), &p.storage
	f.code, f.slots = s.steps.reserve(n+4), s.slots.reserve(n+params)
	f.consts = s.consts.reserve(len(f.def.Consts) + 1)
	operands := s.operands.reserve(n + len(f.def.Consts))[:n+len(f.def.Consts)]
	for i := range operands {
		operands[i] = noOperand
	}
	s.preparer = preparer{program: p, fn: f, tags: &meanings, used: findUsed(f.def, s.used.take(n)), results: operands[:n],
		consts: operands[n:], targets: s.enclosing.take(n), finishes: s.finishes.reserve(n), types: s.preparer.types, retSlot: -1}
	f.result = shapeOf(f.def.Type.Elem)
	f.params, f.shapes = s.operands.reserve(params), s.shapes.reserve(params)
	for _, t := range f.def.Type.Params {
		shape := shapeOf(t)
		f.params = append(f.params, s.preparer.newSlot(shape))
		f.shapes = append(f.shapes, shape)
	}
	s.preparer.body(f.def.Body)
}

// newSlot reserves a slot for a value.
func (p *preparer) newSlot(s shape) operand {
	var at slot
	if s.isWide() {
		at = slot{p.fn.bytes, int(s.size)}
		p.fn.bytes += int(s.size)
	}
	p.fn.slots = append(p.fn.slots, at)
	return operand(len(p.fn.slots) - 1)
}

// body prepares a sequence of instructions. The guard behind it is reached only if its last one wrongly returns (a call
// of a noreturn function).
func (p *preparer) body(b air.Body) {
	for _, i := range b {
		p.instruction(i)
	}
	last := air.Index(0)
	if len(b) > 0 {
		last = b[len(b)-1]
		if p.fn.def.Insts[last].Tag.IsTerminator() {
			return
		}
	}
	p.emit(step{run: runOffEnd, inst: last, dst: noOperand})
}

func runOffEnd(m *machine, s *step) { m.illegal("control ran off the end of a body", s) }

// instruction prepares one instruction.
func (p *preparer) instruction(i air.Index) {
	in := &p.fn.def.Insts[i]
	if !p.used[i] && !hasEffect(in) {
		return
	}
	s := &p.step
	*s = step{inst: i, dst: noOperand, result: shapeOf(in.Type)}
	if p.tooLarge(in) {
		s.run = unsupported("values larger than the memory limit")
		p.emit(*s)
		return
	}
	if s.result.class != empty {
		s.dst = p.newSlot(s.result)
		p.results[i] = s.dst
		p.finishes = append(p.finishes, finish{i, s.dst, s.result}) // never grows: one per instruction at most
		s.finish = &p.finishes[len(p.finishes)-1]
	}
	if layout := p.tags[in.Tag].layout; layout != nil {
		layout(p, in, *s)
		return
	}
	for k, to := range [...]*operand{&s.a, &s.b, &s.c} {
		if k < len(in.Ops) {
			*to = p.operand(in.Ops[k])
		}
	}
	if s.run = p.handler(in, s); s.run != nil {
		p.emit(*s)
	}
}

// handler makes what runs an instruction by the row of its tag, nil if there is nothing to run.
func (p *preparer) handler(in *air.Inst, s *step) handler {
	row := &p.tags[in.Tag]
	switch {
	case s.result.class == empty && !hasEffect(in) && !volatileLoad(p.fn.def, in):
		return nil
	case row.whole != nil:
		return row.whole(p, in, s)
	case len(in.Ops) == 0:
		return unsupported(in.Tag.String())
	}
	return p.elementwise(row.operation(elementType(p.typeOf(in, 0))), p.signatureOf(in), s)
}

// tooLarge reports whether the values up to this instruction take more than the memory limit.
func (p *preparer) tooLarge(in *air.Inst) bool {
	p.held += in.Type.Size()
	for _, r := range in.Ops {
		if r < 0 && r != air.NoRef && p.consts[r.Const()] == noOperand {
			p.held += p.fn.def.TypeOf(r).Size()
		}
	}
	return p.held > p.program.config.MaxMemory
}

// emit appends a step and returns its position.
func (p *preparer) emit(s step) int {
	p.fn.code = append(p.fn.code, s)
	return len(p.fn.code) - 1
}

// here returns the position of the next step.
func (p *preparer) here() int { return len(p.fn.code) }

// operand returns the slot or constant that a reference names.
func (p *preparer) operand(r air.Ref) operand {
	if r == air.NoRef {
		return p.empty()
	}
	if i, ok := r.Inst(); ok {
		if p.results[i] == noOperand {
			return p.empty()
		}
		return p.results[i]
	}
	c := r.Const()
	if p.consts[c] == noOperand {
		p.consts[c] = p.constant(p.fn.def.Consts[c])
	}
	return p.consts[c]
}

// empty returns the operand that stands for values without bits.
func (p *preparer) empty() operand {
	if p.nothing == 0 {
		p.nothing = p.addConstant(constant{})
	}
	return p.nothing
}

// constant adds a constant operand. One without a value (an unknown symbol) is undefined: whatever needs it stops.
func (p *preparer) constant(v *air.Value) operand {
	s := shapeOf(v.Type)
	if s.class == inWord && v.Kind == air.IntValue {
		return p.addConstant(constant{word: word{bits: v.Uint64() & lowMask(uint(s.bits))}})
	}
	if v.Kind == air.SymbolValue && v.Type.Kind == air.Fn {
		s = shape{class: inWord, bits: 64, size: 8}
	}
	bytes := p.program.storage.view(s.size)
	if p.program.constant(bytes, v.Type, v) != nil {
		bytes.forget()
	}
	c := constant{view: bytes}
	if s.class == inWord {
		c.word = s.toWord(bytes)
	}
	return p.addConstant(c)
}

func (p *preparer) addConstant(c constant) operand {
	p.fn.consts = append(p.fn.consts, c)
	return ^operand(len(p.fn.consts) - 1)
}

// typeOf returns the type of operand k of an instruction.
func (p *preparer) typeOf(in *air.Inst, k int) *air.Type { return p.fn.def.TypeOf(in.Ops[k]) }

// isUndef reports whether operand k is the undefined constant.
func (p *preparer) isUndef(in *air.Inst, k int) bool {
	v := p.fn.def.Value(in.Ops[k])
	return v != nil && v.Kind == air.Undef
}

// unsupported makes the handler of what the evaluator does not evaluate.
func unsupported(what string) handler {
	return func(m *machine, s *step) { m.stop(oracle.Unsupported, what, s) }
}

// hasEffect reports whether an instruction runs even when its result is unused.
func hasEffect(in *air.Inst) bool {
	if in.Tag.Row().Effect {
		return true
	}
	asm, ok := in.Extra.(*air.AssemblyExtra)
	return ok && asm.Volatile
}

// findUsed finds the instructions whose results are needed. An instruction without effect and use does not run, and
// does not use its operands. The result is in the memory of used, which has an element for each instruction.
func findUsed(f *air.Func, used []bool) []bool {
	var need func(r air.Ref)
	operands := func(in *air.Inst) {
		for _, r := range in.Ops {
			need(r)
		}
	}
	need = func(r air.Ref) {
		i, ok := r.Inst()
		if !ok || int(i) >= len(used) || used[i] {
			return
		}
		used[i] = true
		if in := &f.Insts[i]; !hasEffect(in) && !volatileLoad(f, in) {
			operands(in)
		}
	}
	for i := range f.Insts {
		in := &f.Insts[i]
		if hasEffect(in) {
			operands(in)
		}
		if volatileLoad(f, in) {
			used[i] = true
			operands(in)
		}
	}
	return used
}

// volatileLoad reports whether an instruction is a load through a volatile pointer.
func volatileLoad(f *air.Func, in *air.Inst) bool {
	return in.Tag == air.Load && f.TypeOf(in.Ops[0]).Volatile
}
