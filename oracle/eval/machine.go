package eval

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// machine is one execution: the current function, its values, the frames below it, and memory. All its storage is kept
// from run to run.
type machine struct {
	program *Program
	memory  memory

	fn     *function
	pc     int
	values values
	frames []frame // suspended callers, outermost first
	frame  frame   // of the current function

	steps   uint64
	peak    uint64 // the most bytes that the active frames took
	stopped bool
	ending  oracle.Ending
	reason  string
	place   string
	result  oracle.Memory
	calls   []oracle.Call
	passed  []passed // the unnamed arguments of all calls so far, by rising address
	scratch view
	// unfinished is set by a step that took a path on which it has no result.
	unfinished bool
}

// frame is one activation of a function.
type frame struct {
	fn       *function
	pc       int    // where it continues when its call returns
	words    int    // base of its slots in values.words
	bytes    int    // base of its wide values in values.wide
	memory   mark   // the stack of objects at its entry
	call     *step  // the call that it is suspended in
	variadic uint64 // address of the unnamed arguments
	trace    word   // the error return trace, handed down to what it calls
}

// values holds the slots of all active frames.
type values struct {
	words []word
	wide  view
}

// operand names a value of the current function: a slot (>= 0) or the constant ^operand.
type operand int32

// noOperand stands for an absent operand or result.
const noOperand operand = -1 << 31

// word reads an operand of at most 64 bits.
func (m *machine) word(o operand) word {
	if o >= 0 {
		return m.values.words[m.frame.words+int(o)]
	}
	return m.fn.consts[^o].word
}

// view returns the bytes of an operand held as bytes. They are valid until the next call.
func (m *machine) view(o operand) view {
	if o < 0 {
		return m.fn.consts[^o].view
	}
	s := &m.fn.slots[o]
	lo, hi := m.frame.bytes+s.offset, m.frame.bytes+s.offset+s.size
	return view{m.values.wide.data[lo:hi], m.values.wide.undef[lo:hi]}
}

// set writes a result of at most 64 bits.
func (m *machine) set(o operand, w word) { m.values.words[m.frame.words+int(o)] = w }

// setBool writes a bool result.
func (m *machine) setBool(o operand, b bool) {
	if b {
		m.set(o, word{bits: 1})
	} else {
		m.set(o, word{})
	}
}

// load copies a value from its memory layout, of which the bytes above the width of an integer may be missing, into a
// slot.
func (m *machine) load(dst operand, s shape, from view) {
	switch s.class {
	case empty:
	case inWord:
		m.set(dst, s.toWord(from))
	default:
		m.charge(s.size)
		to := m.view(dst)
		to.copyFrom(from)
		s.normalize(to)
	}
}

// charge counts steps for work on large values and ranges: one for every 8 bytes, which is what a simple instruction
// moves.
func (m *machine) charge(bytes uint64) { m.steps += bytes >> 3 }

// store copies an operand into its memory layout.
func (m *machine) store(to view, s shape, o operand) {
	switch s.class {
	case empty:
	case inWord:
		s.fromWord(to, m.word(o))
	default:
		m.charge(s.size)
		to.copyFrom(m.view(o))
	}
}

// copyValue copies an operand into a slot of the same shape.
func (m *machine) copyValue(dst operand, s shape, o operand) {
	switch s.class {
	case empty:
	case inWord:
		m.set(dst, m.word(o))
	default:
		m.view(dst).copyFrom(m.view(o))
	}
}

// temp returns undefined scratch bytes, valid until the next temp.
func (m *machine) temp(size uint64) view {
	if uint64(len(m.scratch.data)) < size {
		m.scratch = newView(size)
	}
	v := m.scratch.slice(0, size)
	v.forget()
	return v
}

// begin resets everything but memory.
func (m *machine) begin() {
	m.memory.release(mark{0, m.memory.size})
	m.fn, m.pc, m.frames, m.frame = nil, 0, m.frames[:0], frame{trace: undefined(64)}
	m.values.words, m.values.wide.data, m.values.wide.undef = m.values.words[:0], m.values.wide.data[:0], m.values.wide.undef[:0]
	m.steps, m.peak, m.stopped, m.unfinished, m.calls, m.passed = 0, 0, false, false, nil, m.passed[:0]
	m.ending, m.reason, m.place, m.result = oracle.Returned, "", "", oracle.Memory{}
}

// runAll executes until something stops the machine.
func (m *machine) runAll() {
	limit, traced := m.program.config.MaxSteps, m.program.config.Trace != nil
	for !m.stopped {
		s := &m.fn.code[m.pc]
		m.pc++
		if m.steps++; m.steps > limit {
			m.stopAt(oracle.OutOfSteps, "steps", "")
			return
		}
		if !traced {
			s.run(m, s)
			continue
		}
		depth := len(m.frames)
		s.run(m, s)
		m.trace(s, depth)
	}
}

// trace reports the result that exists now that a step has run, which began at a call depth.
func (m *machine) trace(s *step, depth int) {
	switch {
	case m.stopped || len(m.frames) > depth:
	case m.unfinished:
		m.unfinished = false
	case len(m.frames) < depth:
		m.report(m.frame.call.finish)
	default:
		m.report(s.finish)
	}
}

// report passes the result of an instruction of the current function to Config.Trace.
func (m *machine) report(f *finish) {
	if f == nil || f.dst == noOperand {
		return
	}
	v := m.temp(f.shape.size)
	m.store(v, f.shape, f.dst)
	m.program.config.Trace(Event{Func: m.fn.index, Inst: f.inst, Bytes: v.data, Defined: invert(v.undef)})
}

// stop ends the run at a step.
func (m *machine) stop(ending oracle.Ending, reason string, s *step) {
	if !m.stopped {
		m.stopAt(ending, reason, m.fn.def.Place(s.inst))
	}
}

// illegal ends the run because the program is wrong.
func (m *machine) illegal(reason string, s *step) { m.stop(oracle.Illegal, reason, s) }

func (m *machine) stopAt(ending oracle.Ending, reason, place string) {
	m.stopped, m.ending, m.reason, m.place = true, ending, reason, place
}

// defined reads an operand that must be wholly defined; ok is false if it is not, and then the machine has stopped.
func (m *machine) defined(o operand, s *step) (bits uint64, ok bool) {
	w := m.word(o)
	if w.undef != 0 {
		m.illegal(undefinedUse, s)
		return 0, false
	}
	return w.bits, true
}

// outcome returns what the finished run did.
func (m *machine) outcome() oracle.Outcome {
	o := oracle.Outcome{Ending: m.ending, Reason: m.reason, Place: m.place, Steps: m.steps, Calls: m.calls}
	o.Result, o.Defined = m.result.Bytes, m.result.Defined
	n, size := 0, uint64(0)
	for i := range m.program.globals {
		if g := m.program.globals[i].global; observed(g) {
			n, size = n+1, size+g.Type.Size()
		}
	}
	if n == 0 {
		return o
	}
	o.Globals = make([]oracle.Memory, 0, n)
	for i, bytes := 0, make([]byte, size); i < len(m.program.globals); i++ {
		g := &m.program.globals[i]
		if !observed(g.global) {
			continue
		}
		size := g.global.Type.Size()
		o.Globals = append(o.Globals, memoryInto(bytes[:size:size], g.global.Name, m.memory.at(g.at, size)))
		bytes = bytes[size:]
	}
	return o
}

// observed reports whether the contents of a global are part of an outcome.
func observed(g *air.Global) bool { return !g.Const && !g.Extern }

// function is a function made ready to run.
type function struct {
	index  int
	name   string
	def    *air.Func
	addr   uint64
	extern bool

	params []operand
	shapes []shape // of the parameters
	result shape
	code   []step
	slots  []slot
	consts []constant
	bytes  int // of its wide values
	// locals are the objects of its frame: one per alloc, in order of preparation.
	locals     []local
	localBytes uint64
}

// slot is the place of one value: its index is its place among the words, and a value held as bytes lies at offset in
// the frame's wide values.
type slot struct{ offset, size int }

// constant is a constant operand, in one of its two forms.
type constant struct {
	word word
	view view
}

// local is an object that lives as long as its frame.
type local struct{ size, align uint64 }

// step is one instruction made ready. What the fields mean is up to run.
type step struct {
	run     handler
	a, b, c operand
	dst     operand
	n       width // the integer type of the operation
	result  shape // of dst
	shape   shape // of what is accessed
	compute func(n width, x, y uint64) (uint64, string)
	num     uint64
	align   uint64
	to      int // where a jump goes
	inst    air.Index
	strict  bool // undefined operands are illegal
	// finish is what has its result once this step has run (for a call: once the callee has returned), nil for none.
	finish *finish
}

// finish is an instruction and the place of its result.
type finish struct {
	inst  air.Index
	dst   operand
	shape shape
}
