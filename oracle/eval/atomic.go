package eval

import "github.com/rvfuzz/rvfuzz/backend/air"

// Atomic operations of a single thread: what they do to memory; orders have
// no effect.

// atomicRmw builds a read-modify-write: the old value is the result.
func (p *preparer) atomicRmw(in *air.Inst, s *step) func(*machine, *step) {
	extra, ok := in.Extra.(*air.AtomicExtra)
	t := p.typeOf(in, 1)
	if !ok || shapeOf(t).class == inBytes {
		return unsupported("operand of type " + t.String())
	}
	s.shape = shapeOf(t)
	old, updated := p.newSlot(s.shape), p.newSlot(s.shape)
	load, store, modify := *s, *s, *s
	load.result, load.dst, store.b = s.shape, old, updated
	modify.a, modify.dst, modify.finish = old, updated, nil
	runLoad := loadThrough(p.typeOf(in, 0), &load)
	runStore := storeThrough(p.typeOf(in, 0), s.shape, false, &store)
	modifyRun := p.modification(extra.Operation, t, &modify)
	if runLoad == nil || runStore == nil {
		return nil
	}
	return func(m *machine, s *step) {
		for _, part := range [...]struct {
			run func(*machine, *step)
			s   *step
		}{{runLoad, &load}, {modifyRun, &modify}, {runStore, &store}} {
			if part.run(m, part.s); m.stopped {
				return
			}
		}
		if s.dst != noOperand {
			m.copyValue(s.dst, s.shape, old)
		}
	}
}

// modification builds what an operator makes of the old value s.a and the operand s.b.
func (p *preparer) modification(op air.Operation, t *air.Type, s *step) func(*machine, *step) {
	sig := signature{args: []*air.Type{t, t}, result: t}
	s.result = s.shape
	switch op {
	case air.Xchg:
		return func(m *machine, s *step) { m.copyValue(s.dst, s.result, s.b) }
	case air.OpSub:
		if t.Kind == air.Float {
			return scalarBuilder(air.Sub, t)(sig, s)
		}
		return scalarBuilder(air.SubWrap, t)(sig, s)
	case air.OpNand:
		return p.nand(sig, s)
	}
	tag, ok := operationTag(op, t)
	if build := scalarBuilder(tag, t); ok && build != nil {
		return build(sig, s)
	}
	return unsupported("operand of type " + t.String())
}

// nand is not of and.
func (p *preparer) nand(sig signature, s *step) func(*machine, *step) {
	not := *s
	not.a = s.dst
	runAnd := bitOp(andBits).bitwise(sig, s)
	runNot := complement(signature{args: sig.args[:1], result: sig.result}, &not)
	return func(m *machine, s *step) {
		runAnd(m, s)
		runNot(m, &not)
	}
}

// cmpxchg builds a compare-exchange: null if the new value was stored,
// otherwise the old value. The weak form never fails without reason.
func (p *preparer) cmpxchg(in *air.Inst, s *step) func(*machine, *step) {
	t := p.typeOf(in, 1)
	s.shape = shapeOf(t)
	if s.shape.class != inWord || in.Type.Kind != air.Optional {
		return unsupported("operand of type " + t.String())
	}
	old := p.newSlot(s.shape)
	load, store := *s, *s
	load.result, load.dst, store.b = s.shape, old, s.c
	runLoad := loadThrough(p.typeOf(in, 0), &load)
	runStore := storeThrough(p.typeOf(in, 0), s.shape, false, &store)
	finish := p.optionalResult(in.Type, s, old)
	return func(m *machine, s *step) {
		if runLoad(m, &load); m.stopped {
			return
		}
		x, y := m.word(old), m.word(s.b)
		if x.undef|y.undef != 0 {
			m.illegal(undefinedUse, s)
			return
		}
		if x.bits == y.bits {
			if runStore(m, &store); m.stopped {
				return
			}
		}
		finish(m, x.bits != y.bits)
	}
}

// optionalResult builds the writing of an optional result: the slot, or null.
func (p *preparer) optionalResult(t *air.Type, s *step, payload operand) func(m *machine, present bool) {
	offset, mark := markPlace(t)
	dst, elem, result := s.dst, shapeOf(t.Elem), s.result
	return func(m *machine, present bool) {
		if result.class == inWord {
			w := word{}
			if present {
				w = m.word(payload)
			}
			m.set(dst, w)
			return
		}
		to := m.view(dst)
		to.forget()
		flag := word{}
		if present {
			flag.bits = 1
			m.store(to.slice(0, elem.size), elem, payload)
		}
		writeWord(to.slice(offset, mark.size), flag)
	}
}
