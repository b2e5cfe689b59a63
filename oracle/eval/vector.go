package eval

import "github.com/rvfuzz/rvfuzz/backend/air"

// elementwise builds an operation on scalars, or on every lane of vectors.
func (p *preparer) elementwise(build builder, sig signature, s *step) func(*machine, *step) {
	if sig.result.Kind != air.Vector {
		return build(sig, s)
	}
	return p.lanes(build, sig, s)
}

// lane is how one operand of an elementwise operation is taken apart.
type lane struct {
	from   operand
	slot   operand
	parts  parts
	shape  shape // of an element; of the whole if the operand is no vector
	vector bool
}

// lanes builds a loop over the lanes of a vector: each into slots of its own,
// through the operation on scalars, into the result.
func (p *preparer) lanes(build builder, sig signature, s *step) func(*machine, *step) {
	sub := *s
	sub.finish = nil
	var in []lane
	elems := signature{result: sig.result.Elem}
	for k, to := range []*operand{&sub.a, &sub.b, &sub.c}[:len(sig.args)] {
		l := p.lane(sig.args[k], *to)
		in = append(in, l)
		*to = l.slot
		elems.args = append(elems.args, elementType(sig.args[k]))
	}
	out := p.lane(sig.result, noOperand)
	sub.dst, sub.result = out.slot, out.shape
	run := build(elems, &sub)
	if run == nil {
		return nil
	}
	return func(m *machine, s *step) {
		to := m.destination(s)
		for i := range sig.result.Len {
			for k := range in {
				in[k].load(m, i)
			}
			if run(m, &sub); m.stopped {
				return
			}
			out.parts.store(m, to, elementPart(sig.result, out.shape, i), out.slot)
		}
		m.charge(s.result.size)
	}
}

func elementType(t *air.Type) *air.Type {
	if t.Kind == air.Vector {
		return t.Elem
	}
	return t
}

// lane reserves the slot of one lane of an operand.
func (p *preparer) lane(t *air.Type, from operand) lane {
	if t.Kind != air.Vector {
		return lane{from: from, slot: from, shape: shapeOf(t)}
	}
	s := shapeOf(t.Elem)
	return lane{from: from, slot: p.newSlot(s), parts: partsOf(t), shape: s, vector: true}
}

// load moves lane i into the slot.
func (l *lane) load(m *machine, i uint64) {
	if l.vector {
		l.parts.load(m, l.slot, elementPart(l.parts.typ, l.shape, i), m.view(l.from))
	}
}

// splat builds a vector of equal lanes.
func (p *preparer) splat(in *air.Inst, s *step) func(*machine, *step) {
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

// choose builds select on one lane: the predicate must be defined.
func choose(sig signature, s *step) func(*machine, *step) {
	s.result = shapeOf(sig.result)
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
func (p *preparer) shuffle(in *air.Inst, s *step) func(*machine, *step) {
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

// reduceTags gives the binary operation of each reduce operator.
var reduceTags = map[air.Operation]air.Tag{
	air.OpAdd: air.AddWrap,
	air.OpMul: air.MulWrap,
	air.OpAnd: air.BitAnd,
	air.OpOr:  air.BitOr,
	air.OpXor: air.Xor,
	air.OpMin: air.Min,
	air.OpMax: air.Max,
}

// operationTag gives the tag that applies an operator to values of a type.
func operationTag(op air.Operation, t *air.Type) (air.Tag, bool) {
	tag, ok := reduceTags[op]
	if t.Kind == air.Float {
		switch tag {
		case air.AddWrap:
			tag = air.Add
		case air.MulWrap:
			tag = air.Mul
		}
	}
	return tag, ok
}

// reduce builds the fold of all lanes, from the first to the last.
func (p *preparer) reduce(in *air.Inst, s *step) func(*machine, *step) {
	t := p.typeOf(in, 0)
	extra, ok := in.Extra.(*air.ReduceExtra)
	if !ok || t.Kind != air.Vector || t.Len == 0 {
		return unsupported("reduce of type " + t.String())
	}
	tag, ok := operationTag(extra.Operation, t.Elem)
	build := scalarBuilder(tag, t.Elem)
	if !ok || build == nil {
		return unsupported("reduce of type " + t.String())
	}
	l := p.lane(t, s.a)
	sub := *s
	sub.finish, sub.a, sub.b = nil, s.dst, l.slot
	run := build(signature{args: []*air.Type{t.Elem, t.Elem}, result: t.Elem}, &sub)
	return func(m *machine, s *step) {
		l.load(m, 0)
		m.copyValue(s.dst, s.result, l.slot)
		for i := uint64(1); i < t.Len && run != nil && !m.stopped; i++ {
			l.load(m, i)
			run(m, &sub)
		}
	}
}

// vectorStore builds vector_store_elem: the vector at s.a, the index s.b, the value s.c.
func (p *preparer) vectorStore(in *air.Inst, s *step) func(*machine, *step) {
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
		if v, ok := m.writeAt(s, t.Size(), s.align); ok {
			l.store(m, v, elementPart(t, elem, i), s.c)
		}
	}
}
