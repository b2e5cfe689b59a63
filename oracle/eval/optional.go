package eval

import "github.com/rvfuzz/rvfuzz/backend/air"

// Optionals and error unions: a payload, and a flag for its presence.

// The reasons for which taking a payload is illegal.
const (
	noPayload  = "payload of null"
	errPayload = "payload of an error"
)

// flagPlace is Type.FlagPlace with the shape of the flag.
func flagPlace(t *air.Type) (offset uint64, flag shape) {
	offset, typ := t.FlagPlace()
	return offset, shapeOf(typ)
}

// isNullIsZero reports whether t is an optional without a flag beside its payload.
func isNullIsZero(t *air.Type) bool {
	return t.Kind == air.Optional && t.OptionalRepr() == air.NullIsZero
}

// presentFlag returns the flag of a value with a payload.
func presentFlag(t *air.Type) word {
	if t.Kind == air.Optional {
		return word{bits: 1}
	}
	return word{}
}

// flagOf returns the flag of an operand of shape s.
func (m *machine) flagOf(t *air.Type, s shape, o operand) word {
	if !s.isWide() {
		return m.word(o)
	}
	offset, flag := flagPlace(t)
	if flag.class == empty {
		return word{} // ?noreturn is null
	}
	return flag.toWord(m.view(o).slice(offset, flag.size))
}

// testFlag builds is_null, is_err and their opposites: whether the flag is non-zero, as it should be if set.
func testFlag(set bool) builder {
	return func(p *preparer, in *air.Inst, s *step) handler {
		t := p.typeOf(in, 0)
		s.shape = shapeOf(t)
		return func(m *machine, s *step) { m.setFlagTest(s, m.flagOf(t, s.shape, s.a), set) }
	}
}

// setFlagTest writes whether a flag is non-zero, or zero unless set; undefined if a bit of the flag is.
func (m *machine) setFlagTest(s *step, flag word, set bool) {
	if flag.undef != 0 {
		m.forget(s.dst, s.result)
		return
	}
	m.setBool(s.dst, (flag.bits != 0) == set)
}

// testFlagPtr is testFlag through a pointer.
func testFlagPtr(set bool) builder {
	return func(p *preparer, in *air.Inst, _ *step) handler {
		offset, flag := flagPlace(p.typeOf(in, 0).Elem)
		return func(m *machine, s *step) {
			if flag.class == empty {
				m.setFlagTest(s, word{}, set)
				return
			}
			if v, ok := m.pointee(reading, s, s.a, offset, flag.size, 1); ok {
				m.setFlagTest(s, flag.toWord(v), set)
			}
		}
	}
}

// payload builds optional_payload and unwrap_errunion_payload.
func payload(p *preparer, in *air.Inst, s *step) handler {
	t := p.typeOf(in, 0)
	s.shape = shapeOf(t)
	return func(m *machine, s *step) {
		if m.hasPayload(t, m.flagOf(t, s.shape, s.a), s) {
			m.loadPayload(t, s)
		}
	}
}

// hasPayload checks a flag, and stops the machine if there is no payload.
func (m *machine) hasPayload(t *air.Type, flag word, s *step) bool {
	isError := t.Kind == air.ErrorUnion
	switch {
	case flag.undef != 0:
		m.illegal(undefinedUse, s)
	case isError && flag.bits != 0:
		m.illegal(errPayload, s)
	case !isError && flag.bits == 0:
		m.illegal(noPayload, s)
	default:
		return true
	}
	return false
}

// loadPayload makes the payload of the operand s.a of type t the result.
func (m *machine) loadPayload(t *air.Type, s *step) {
	switch {
	case s.result.class == empty:
	case !s.shape.isWide():
		m.set(s.dst, m.word(s.a))
	default:
		m.load(s.dst, s.result, m.view(s.a).slice(t.PayloadOffset(), s.result.size))
	}
}

// payloadPtr builds the address of the payload of what s.a points to.
func payloadPtr(p *preparer, in *air.Inst, s *step) handler {
	return offsetPointer(p.typeOf(in, 0).Elem.PayloadOffset(), s)
}

// payloadPtrSet is payloadPtr, and also sets the flag of a present payload.
func payloadPtrSet(p *preparer, in *air.Inst, s *step) handler {
	t := p.typeOf(in, 0).Elem
	offset, flag := flagPlace(t)
	address := payloadPtr(p, in, s)
	if isNullIsZero(t) || t.Kind == air.Optional && t.OptionalRepr() == air.AlwaysNull {
		return address
	}
	return func(m *machine, s *step) {
		if v, ok := m.pointee(writing, s, s.a, offset, flag.size, 1); ok {
			writeWord(v, presentFlag(t))
			address(m, s)
		}
	}
}

// wrapPayload builds wrap_optional and wrap_errunion_payload.
func wrapPayload(p *preparer, in *air.Inst, s *step) handler {
	t := in.Type
	offset, flag := flagPlace(t)
	s.shape = shapeOf(p.typeOf(in, 0))
	switch {
	case s.result.class == inWord && s.shape.class == empty:
		return func(m *machine, s *step) { m.set(s.dst, presentFlag(t)) }
	case s.result.class == inWord || isNullIsZero(t):
		return func(m *machine, s *step) { m.copyValue(s.dst, s.result, s.a) }
	}
	return func(m *machine, s *step) {
		to := m.view(s.dst)
		to.forget()
		m.store(to.slice(t.PayloadOffset(), s.shape.size), s.shape, s.a)
		writeWord(to.slice(offset, flag.size), presentFlag(t))
	}
}

// wrapError builds an error union that holds an error.
func wrapError(_ *preparer, in *air.Inst, s *step) handler {
	offset, flag := flagPlace(in.Type)
	if s.result.class == inWord {
		return func(m *machine, s *step) { m.set(s.dst, m.word(s.a)) }
	}
	return func(m *machine, s *step) {
		to := m.view(s.dst)
		to.forget()
		writeWord(to.slice(offset, flag.size), m.word(s.a))
	}
}

// errorOf builds unwrap_errunion_err: the error code of a value.
func errorOf(p *preparer, in *air.Inst, s *step) handler {
	t := p.typeOf(in, 0)
	s.shape = shapeOf(t)
	return func(m *machine, s *step) { m.set(s.dst, m.flagOf(t, s.shape, s.a)) }
}

// errorOfPtr is errorOf through a pointer.
func errorOfPtr(p *preparer, in *air.Inst, _ *step) handler {
	offset, flag := flagPlace(p.typeOf(in, 0).Elem)
	return func(m *machine, s *step) {
		if v, ok := m.pointee(reading, s, s.a, offset, flag.size, 1); ok {
			m.set(s.dst, flag.toWord(v))
		}
	}
}

// try lays out try: the test, then the error body. Success jumps over the body.
func try(p *preparer, in *air.Inst, s step) {
	t := p.typeOf(in, 0)
	s.shape = shapeOf(t)
	p.tryWith(in, s, func(m *machine, s *step) {
		if m.succeeded(m.flagOf(t, s.shape, s.a), s) {
			m.loadPayload(t, s)
		}
	})
}

// tryPtr lays out try_ptr, whose result is the address of the payload.
func tryPtr(p *preparer, in *air.Inst, s step) {
	t := p.typeOf(in, 0).Elem
	offset, flag := flagPlace(t)
	p.tryWith(in, s, func(m *machine, s *step) {
		v, ok := m.pointee(reading, s, s.a, offset, flag.size, 1)
		if ok && m.succeeded(flag.toWord(v), s) {
			m.set(s.dst, word{bits: m.word(s.a).bits + t.PayloadOffset()})
		}
	})
}

func (p *preparer) tryWith(in *air.Inst, s step, run handler) {
	s.a, s.run = p.operand(in.Ops[0]), run
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
