package eval

import "github.com/rvfuzz/rvfuzz/backend/air"

// Optionals and error unions: a payload, and a mark that says whether it is
// there.

// The reasons for which taking a payload is illegal.
const (
	noPayload  = "payload of null"
	errPayload = "payload of an error"
)

// markPlace says where the mark of an optional or error union lies in memory,
// and what it is: 0 means null for an optional, success for an error union.
func markPlace(t *air.Type) (offset uint64, mark shape) {
	if t.Kind == air.ErrorUnion {
		if !t.Elem.HasBits() {
			return 0, shapeOf(air.U16)
		}
		return t.ErrorOffset(), shapeOf(air.U16)
	}
	switch {
	case t.Kind == air.Optional && t.OptionalRepr() == air.PayloadFlag:
		return t.FlagOffset(), shapeOf(air.U8)
	case isNullIsZero(t) && t.Elem.IsSlice():
		return 0, shapeOf(air.USize) // the address of the slice
	}
	return 0, shapeOf(t) // its own bits: pointer-like, error set, flag only
}

// isNullIsZero says that an optional has no mark beside its payload.
func isNullIsZero(t *air.Type) bool {
	return t.Kind == air.Optional && t.OptionalRepr() == air.NullIsZero
}

// readMark gives the mark of a value given by its memory.
func readMark(t *air.Type, v view) word {
	offset, s := markPlace(t)
	if s.class == empty {
		return word{} // ?noreturn is null
	}
	return s.toWord(v.slice(offset, s.size))
}

// markOf gives the mark of an operand of shape s.
func (m *machine) markOf(t *air.Type, s shape, o operand) word {
	if s.isWide() {
		return readMark(t, m.view(o))
	}
	return m.word(o)
}

// nonZero is the truth of a mark: undefined if a bit of it is.
func nonZero(mark word) word {
	switch {
	case mark.undef != 0:
		return undefined(1)
	case mark.bits != 0:
		return word{bits: 1}
	}
	return word{}
}

// testMark builds is_null, is_err and their opposites: whether the mark is set.
func (p *preparer) testMark(in *air.Inst, set bool, s *step) func(*machine, *step) {
	t := p.typeOf(in, 0)
	s.shape = shapeOf(t)
	return func(m *machine, s *step) { m.setTruth(s.dst, nonZero(m.markOf(t, s.shape, s.a)), set) }
}

// setTruth writes a truth, or its opposite if want is false.
func (m *machine) setTruth(dst operand, truth word, want bool) {
	if !want && truth.undef == 0 {
		truth.bits ^= 1
	}
	m.set(dst, truth)
}

// testMarkPtr is testMark through a pointer.
func (p *preparer) testMarkPtr(in *air.Inst, set bool, s *step) func(*machine, *step) {
	t := p.typeOf(in, 0).Elem
	offset, mark := markPlace(t)
	return func(m *machine, s *step) {
		if mark.class == empty {
			m.setTruth(s.dst, word{}, set)
			return
		}
		if v, ok := m.readBeyond(s, offset, mark.size); ok {
			m.setTruth(s.dst, nonZero(mark.toWord(v)), set)
		}
	}
}

// readBeyond views size bytes, offset bytes after the address in s.a.
func (m *machine) readBeyond(s *step, offset, size uint64) (view, bool) {
	addr, ok := m.defined(s.a, s)
	if !ok {
		return view{}, false
	}
	return m.readMemory(s, addr+offset, size, 1)
}

// payload builds optional_payload and unwrap_errunion_payload.
func (p *preparer) payload(in *air.Inst, s *step) func(*machine, *step) {
	t := p.typeOf(in, 0)
	s.shape = shapeOf(t)
	return func(m *machine, s *step) {
		if m.hasPayload(t, m.markOf(t, s.shape, s.a), s) {
			m.loadPayload(t, s.shape, s.dst, s.result, s.a)
		}
	}
}

// hasPayload checks a mark, and stops the machine if the payload is not there.
func (m *machine) hasPayload(t *air.Type, mark word, s *step) bool {
	isError := t.Kind == air.ErrorUnion
	switch {
	case mark.undef != 0:
		m.illegal(undefinedUse, s)
	case isError && mark.bits != 0:
		m.illegal(errPayload, s)
	case !isError && mark.bits == 0:
		m.illegal(noPayload, s)
	default:
		return true
	}
	return false
}

// loadPayload copies the payload of the operand o of type t into a slot.
func (m *machine) loadPayload(t *air.Type, s shape, dst operand, result shape, o operand) {
	switch {
	case result.class == empty:
	case !s.isWide():
		m.set(dst, m.word(o))
	default:
		m.load(dst, result, m.view(o).slice(payloadOffset(t), result.size))
	}
}

// payloadOffset is where the payload of an optional or error union lies.
func payloadOffset(t *air.Type) uint64 {
	if t.Kind == air.ErrorUnion {
		return t.PayloadOffset()
	}
	return 0
}

// payloadPtr builds the address of the payload of what s.a points to.
func (p *preparer) payloadPtr(in *air.Inst, s *step) func(*machine, *step) {
	return offsetPointer(payloadOffset(p.typeOf(in, 0).Elem), s)
}

// payloadPtrSet also makes the mark say that the payload is there.
func (p *preparer) payloadPtrSet(in *air.Inst, s *step) func(*machine, *step) {
	t := p.typeOf(in, 0).Elem
	offset, mark := markPlace(t)
	value := word{}
	if t.Kind == air.Optional {
		value.bits = 1
	}
	address := offsetPointer(payloadOffset(t), s)
	ownMark := t.Kind == air.ErrorUnion || t.Kind == air.Optional && !isNullIsZero(t) && t.OptionalRepr() != air.AlwaysNull
	return func(m *machine, s *step) {
		if ownMark && !m.writeMark(s, offset, mark, value) {
			return
		}
		address(m, s)
	}
}

func (m *machine) writeMark(s *step, offset uint64, mark shape, value word) bool {
	addr, ok := m.defined(s.a, s)
	if !ok {
		return false
	}
	v, ok := m.writeMemory(s, addr+offset, mark.size, 1)
	if ok {
		writeWord(v, value)
	}
	return ok
}

// wrap builds wrap_optional and wrap_errunion_payload.
func (p *preparer) wrap(in *air.Inst, s *step) func(*machine, *step) {
	t := in.Type
	offset, mark := markPlace(t)
	s.shape = shapeOf(p.typeOf(in, 0))
	value := word{}
	if t.Kind == air.Optional {
		value.bits = 1
	}
	switch {
	case s.result.class == inWord && s.shape.class == empty:
		return func(m *machine, s *step) { m.set(s.dst, value) }
	case s.result.class == inWord || isNullIsZero(t):
		return func(m *machine, s *step) { m.copyValue(s.dst, s.result, s.a) }
	}
	return func(m *machine, s *step) {
		to := m.view(s.dst)
		to.forget()
		m.store(to.slice(payloadOffset(t), s.shape.size), s.shape, s.a)
		writeWord(to.slice(offset, mark.size), value)
	}
}

// wrapErr builds an error union that holds an error.
func (p *preparer) wrapErr(in *air.Inst, s *step) func(*machine, *step) {
	offset, mark := markPlace(in.Type)
	if s.result.class == inWord {
		return func(m *machine, s *step) { m.set(s.dst, m.word(s.a)) }
	}
	return func(m *machine, s *step) {
		to := m.view(s.dst)
		to.forget()
		writeWord(to.slice(offset, mark.size), m.word(s.a))
	}
}

// errOf builds unwrap_errunion_err: the error code of a value.
func (p *preparer) errOf(in *air.Inst, s *step) func(*machine, *step) {
	t := p.typeOf(in, 0)
	s.shape = shapeOf(t)
	return func(m *machine, s *step) { m.set(s.dst, m.markOf(t, s.shape, s.a)) }
}

// errOfPtr is errOf through a pointer.
func (p *preparer) errOfPtr(in *air.Inst, s *step) func(*machine, *step) {
	offset, mark := markPlace(p.typeOf(in, 0).Elem)
	return func(m *machine, s *step) {
		if v, ok := m.readBeyond(s, offset, mark.size); ok {
			m.set(s.dst, mark.toWord(v))
		}
	}
}

// try lays out: test, error body. Success jumps over the body.
func (p *preparer) try(in *air.Inst, s step) {
	t := p.typeOf(in, 0)
	s.a, s.shape = p.operand(in.Ops[0]), shapeOf(t)
	through := in.Tag == air.TryPtr || in.Tag == air.TryPtrCold
	if through {
		s.run = tryThrough(t.Elem)
	} else {
		s.run = func(m *machine, s *step) {
			if m.succeeded(m.markOf(t, s.shape, s.a), s) {
				m.loadPayload(t, s.shape, s.dst, s.result, s.a)
			}
		}
	}
	at := p.emit(s)
	p.body(in.Bodies[0])
	p.fn.code[at].to = p.here()
}

// succeeded looks at an error code: 0 jumps over the error body.
func (m *machine) succeeded(code word, s *step) bool {
	if code.undef != 0 {
		m.illegal(undefinedUse, s)
		return false
	}
	if code.bits != 0 {
		m.unfinished = true
		return false
	}
	m.pc = s.to
	return true
}

func tryThrough(t *air.Type) func(*machine, *step) {
	offset, mark := markPlace(t)
	return func(m *machine, s *step) {
		v, ok := m.readBeyond(s, offset, mark.size)
		if ok && m.succeeded(mark.toWord(v), s) {
			m.set(s.dst, word{bits: m.word(s.a).bits + payloadOffset(t)})
		}
	}
}
