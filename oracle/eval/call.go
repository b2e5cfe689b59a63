package eval

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// enter starts the outermost call with constant arguments.
func (m *machine) enter(f *function, args []Arg) {
	if len(args) != len(f.params) {
		m.stopAt(oracle.Unsupported, fmt.Sprintf("%d arguments for %d parameters", len(args), len(f.params)), "func @"+f.name)
		return
	}
	if !m.push(f) {
		return
	}
	for i, arg := range args {
		if s := &f.shapes[i]; s.class == inWord && arg.Kind == air.IntValue {
			m.set(f.params[i], word{bits: arg.Uint64() & lowMask(uint(s.bits))})
			continue
		}
		v := newView(f.shapes[i].size)
		if err := m.program.constant(v, f.def.Type.Params[i], arg); err != nil {
			m.stopAt(oracle.Unsupported, err.Error(), "func @"+f.name)
			return
		}
		m.load(f.params[i], f.shapes[i], v)
	}
}

// push makes f the current function: its slots are undefined, and its objects are live with undefined contents. It
// returns false if there is no memory for them; then the machine has stopped.
func (m *machine) push(f *function) bool {
	need := f.localBytes + uint64(f.bytes+16*len(f.slots)) + m.inUse()
	if need > m.program.config.MaxMemory {
		m.stopAt(oracle.OutOfSteps, "memory", "func @"+f.name)
		return false
	}
	m.peak = max(m.peak, need)
	below := m.frame
	if m.fn != nil {
		m.frames = append(m.frames, below)
	}
	m.frame = frame{fn: f, words: len(m.values.words), bytes: len(m.values.wide.data), memory: m.memory.mark(), trace: below.trace}
	m.values.words = grow(m.values.words, len(f.slots))
	m.values.wide.data = grow(m.values.wide.data, f.bytes)
	m.values.wide.undef = grow(m.values.wide.undef, f.bytes)
	for _, l := range f.locals {
		m.charge(l.size)
		m.memory.push(l.size, l.align)
	}
	m.fn, m.pc = f, 0
	return true
}

// inUse returns the bytes that the active frames take.
func (m *machine) inUse() uint64 {
	locals := len(m.memory.bytes.data) - m.memory.size
	return uint64(locals + len(m.values.wide.data) + 16*len(m.values.words))
}

// pop returns to the caller, whose frame is on top of frames.
func (m *machine) pop() {
	top := &m.frame
	m.memory.release(top.memory)
	m.values.words = m.values.words[:top.words]
	m.values.wide.data = m.values.wide.data[:top.bytes]
	m.values.wide.undef = m.values.wide.undef[:top.bytes]
	m.frame = m.frames[len(m.frames)-1]
	m.frames = m.frames[:len(m.frames)-1]
	m.fn, m.pc = m.frame.fn, m.frame.pc
}

// arg builds a copy of a parameter.
func arg(p *preparer, in *air.Inst, s *step) handler {
	if int(in.N) >= len(p.fn.params) || s.dst == noOperand {
		return nil
	}
	from := p.fn.params[in.N]
	return func(m *machine, s *step) { m.copyValue(s.dst, s.result, from) }
}

// ret builds the return of s.a.
func ret(p *preparer, _ *air.Inst, s *step) handler {
	s.shape = p.fn.result
	return runRet
}

// retLoad builds the return of what s.a points to.
func retLoad(p *preparer, in *air.Inst, s *step) handler {
	s.shape, s.align = p.fn.result, p.typeOf(in, 0).PointeeAlign()
	if s.shape.class == empty {
		return runRet
	}
	return runRetLoad
}

func runRet(m *machine, s *step) {
	if len(m.frames) == 0 {
		v := m.temp(s.shape.size)
		m.store(v, s.shape, s.a)
		m.finish(v)
		return
	}
	switch s.shape.class {
	case empty:
		m.pop()
	case inWord:
		w := m.word(s.a)
		m.pop()
		m.set(m.frame.call.dst, w)
	default:
		v := m.view(s.a)
		m.pop()
		m.view(m.frame.call.dst).copyFrom(v)
	}
}

func runRetLoad(m *machine, s *step) {
	v, ok := m.pointee(reading, s, s.a, 0, s.shape.stored, s.align)
	switch {
	case !ok:
	case len(m.frames) == 0:
		m.finish(s.shape.whole(v))
	default:
		m.pop()
		m.load(m.frame.call.dst, s.shape, v)
	}
}

// finish ends the run with a result.
func (m *machine) finish(v view) {
	m.result = memoryOf("", v)
	m.stopAt(oracle.Returned, "", "")
}

// callSite is what is known of a call before it runs.
type callSite struct {
	args   []operand
	shapes []shape
	typ    *air.Type
	// unnamed are the types of the arguments beyond the parameters of a variadic function.
	unnamed []*air.Type
}

// call builds a call of a constant or of a pointer to a function.
func call(p *preparer, in *air.Inst, _ *step) handler {
	site := &callSite{typ: p.typeOf(in, 0).Callee()}
	if site.typ == nil {
		return unsupported("call of a value of type " + p.typeOf(in, 0).String())
	}
	site.args, site.shapes = p.program.storage.operands.reserve(len(in.Ops)), p.program.storage.shapes.reserve(len(in.Ops))
	for k, r := range in.Ops[1:] {
		site.args = append(site.args, p.operand(r))
		site.shapes = append(site.shapes, shapeOf(p.typeOf(in, k+1)))
		if site.typ.VarArgs && k >= len(site.typ.Params) {
			site.unnamed = append(site.unnamed, p.typeOf(in, k+1))
		}
	}
	if v := p.fn.def.Value(in.Ops[0]); v != nil && v.Kind == air.SymbolValue && v.Offset == 0 {
		f := p.program.byName[v.Symbol]
		if f == nil {
			return unsupported("call of @" + v.Symbol + ", which is not in the module")
		}
		return func(m *machine, s *step) { m.call(f, site, s) }
	}
	return func(m *machine, s *step) {
		addr, ok := m.defined(s.a, s)
		if !ok {
			return
		}
		f := m.program.byAddr[addr]
		if f == nil {
			m.illegal("call of an address that is no function", s)
			return
		}
		m.call(f, site, s)
	}
}

// call passes the arguments and makes f the current function, or leaves an extern one to Config.Externs.
func (m *machine) call(f *function, site *callSite, s *step) {
	switch {
	case !site.typ.CallsLike(f.def.Type):
		m.illegal("call of a function of another type", s)
		return
	case f.extern:
		m.callExtern(f, site, s)
		return
	case len(m.frames)+1 >= m.program.config.MaxDepth:
		m.stop(oracle.OutOfSteps, "call depth", s)
		return
	}
	m.frame.pc, m.frame.call = m.pc, s
	caller := m.frame
	if !m.push(f) {
		return
	}
	m.passArgs(caller, site)
	if f.def.Type.VarArgs {
		m.passVariadic(caller, site)
	}
}

// passArgs copies the arguments, which are operands of the caller's frame, into the parameters of the current one.
func (m *machine) passArgs(caller frame, site *callSite) {
	for i, dst := range m.fn.params {
		switch src := site.args[i]; site.shapes[i].class {
		case empty:
		case inWord:
			m.set(dst, m.wordOf(caller, src))
		default:
			m.view(dst).copyFrom(m.viewOf(caller, src))
		}
	}
}

// wordOf reads an operand of a suspended frame.
func (m *machine) wordOf(f frame, o operand) word {
	if o < 0 {
		return f.fn.consts[^o].word
	}
	return m.values.words[f.words+int(o)]
}

// viewOf returns the bytes of an operand of a suspended frame.
func (m *machine) viewOf(f frame, o operand) view {
	if o < 0 {
		return f.fn.consts[^o].view
	}
	s := f.fn.slots[o]
	lo, hi := f.bytes+s.offset, f.bytes+s.offset+s.size
	return view{m.values.wide.data[lo:hi], m.values.wide.undef[lo:hi]}
}

// callExtern ends the run for a panic routine, and takes the result of any other function from Config.Externs.
func (m *machine) callExtern(f *function, site *callSite, s *step) {
	if reason, ok := panicReason(f.name); ok {
		m.stop(oracle.Panicked, reason, s)
		return
	}
	call := oracle.Call{Name: f.name}
	for i, o := range site.args {
		words, ok := m.externArg(site.shapes[i], o)
		if !ok {
			m.illegal(undefinedUse, s)
			return
		}
		call.Args = append(call.Args, words...)
	}
	m.calls = append(m.calls, call)
	result, ok := uint64(0), false
	if m.program.config.Externs != nil && s.result.class <= inWord {
		result, ok = m.program.config.Externs(f.name, call.Args)
	}
	switch {
	case !ok:
		m.stop(oracle.Unsupported, "extern function @"+f.name, s)
	case s.result.class == inWord:
		m.set(s.dst, word{bits: result & lowMask(uint(s.result.bits))})
	}
}

// externArg returns an argument as the calling convention holds it: a canonical register, or for aggregates their
// memory in words of 8 bytes (undefined bits are 0). The second result is false if a scalar is not wholly defined.
func (m *machine) externArg(s shape, o operand) ([]uint64, bool) {
	switch s.class {
	case empty:
		return nil, true
	case inWord:
		w := m.word(o)
		return []uint64{s.canonical(w.bits)}, w.undef == 0
	}
	v := m.view(o)
	var words []uint64
	for at := uint64(0); at < s.size; at += 8 {
		words = append(words, readWord(v.slice(at, min(8, s.size-at))).bits)
	}
	return words, s.class == inBytes || !v.anyUndef()
}

// canonical extends a value as registers hold it: below 32 bits by its own signedness to 32 and from there by sign,
// above by its own signedness (psABI, integer calling convention).
func (s shape) canonical(bits uint64) uint64 {
	n := uint(s.bits)
	if s.signed && bits>>(n-1)&1 != 0 {
		bits |= ^lowMask(n)
	}
	if n <= 32 && bits>>31&1 != 0 {
		bits |= ^lowMask(32)
	}
	return bits
}
