package eval

import "github.com/rvfuzz/rvfuzz/backend/air"

// splat builds a vector of equal lanes.
func splat(p *preparer, in *air.Inst, _ *step) handler {
	t := in.Type
	if t.Kind != air.Vector {
		return unsupported("splat of type " + t.String())
	}
	l, elem := partsOf(t), shapeOf(t.Elem)
	return func(m *machine, s *step) {
		to := m.destination(s)
		for i := range t.Len {
			l.store(m, to, elementPart(t, elem, i), s.a)
		}
		m.settle(s, to)
	}
}

// choose builds select: of scalars by a bool, or on one lane. An undefined bool makes the result undefined.
func choose(signature, *step) handler {
	return func(m *machine, s *step) {
		w := m.word(s.a)
		switch {
		case w.undef != 0:
			m.forget(s.dst, s.result)
		case w.bits != 0:
			m.copyValue(s.dst, s.result, s.b)
		default:
			m.copyValue(s.dst, s.result, s.c)
		}
	}
}

// shuffle builds a vector of lanes of two others.
func shuffle(p *preparer, in *air.Inst, s *step) handler {
	extra, ok := in.Extra.(*air.ShuffleExtra)
	if !ok || in.Type.Kind != air.Vector {
		return unsupported("shuffle without a mask")
	}
	sources := [2]lane{p.lane(p.typeOf(in, 0), s.a), p.lane(p.typeOf(in, 1), s.b)}
	target, elem := partsOf(in.Type), shapeOf(in.Type.Elem)
	return func(m *machine, s *step) {
		to := m.destination(s)
		for i, from := range extra.Mask {
			if from == air.UndefinedLane {
				continue
			}
			source := &sources[0]
			if from < 0 {
				source, from = &sources[1], -1-from
			}
			source.load(m, uint64(from))
			target.store(m, to, elementPart(in.Type, elem, uint64(i)), source.slot)
		}
		m.charge(s.result.size)
	}
}

// operator builds what an operator makes of two values of a type. The types are those of scalars.
func operator(op air.Operation, t *air.Type, noNaN bool, s *step) handler {
	sig := signature{args: []*air.Type{t, t}, result: t, noNaN: noNaN, name: op.String()}
	return sig.scalar(operators[op].operation(t), s)
}

// reduce builds the fold of all lanes, from the first to the last.
func reduce(p *preparer, in *air.Inst, s *step) handler {
	t := p.typeOf(in, 0)
	extra, ok := in.Extra.(*air.ReduceExtra)
	if !ok || t.Kind != air.Vector || t.Len == 0 {
		return unsupported("reduce of type " + t.String())
	}
	l := p.lane(t, s.a)
	sub := *s
	sub.finish, sub.a, sub.b = nil, s.dst, l.slot
	run := operator(extra.Operation, t.Elem, p.tags[in.Tag].noNaN, &sub)
	return func(m *machine, s *step) {
		l.load(m, 0)
		m.copyValue(s.dst, s.result, l.slot)
		for i := uint64(1); i < t.Len && run != nil && !m.stopped; i++ {
			l.load(m, i)
			run(m, &sub)
		}
	}
}

// vectorStoreElem builds a store of the value s.c to lane s.b of the vector at s.a.
func vectorStoreElem(p *preparer, in *air.Inst, s *step) handler {
	pointer := p.typeOf(in, 0)
	t := pointer.Elem
	if t.Kind != air.Vector {
		return unsupported("vector_store_elem of type " + t.String())
	}
	l, elem := partsOf(t), shapeOf(t.Elem)
	s.align = pointer.PointeeAlign()
	return func(m *machine, s *step) {
		i, ok := m.defined(s.b, s)
		if !ok {
			return
		}
		if i >= t.Len {
			m.illegal(indexTooBig, s)
			return
		}
		if v, ok := m.pointee(writing, s, s.a, 0, t.Size(), s.align); ok {
			l.store(m, v, elementPart(t, elem, i), s.c)
		}
	}
}
