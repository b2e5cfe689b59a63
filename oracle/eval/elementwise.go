package eval

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// signature is the types of an elementwise operation, and how its row treats undefined operands and NaN.
type signature struct {
	args    []*air.Type
	result  *air.Type
	decides deciding
	noNaN   bool
	name    string
}

// signatureOf returns the signature of an instruction. The types of its operands are valid until the next instruction
// is prepared: handlers keep none of them.
func (p *preparer) signatureOf(in *air.Inst) signature {
	p.types = p.types[:0]
	for k := range in.Ops {
		p.types = append(p.types, p.typeOf(in, k))
	}
	row := &p.tags[in.Tag]
	return signature{p.types, in.Type, row.decides, row.noNaN, in.Tag.String()}
}

// scalar makes the handler of an operation on scalars; nil stands for an operation that their type does not have.
func (sig signature) scalar(op operation, s *step) handler {
	if op == nil {
		return sig.unsupported()
	}
	s.shape = shapeOf(sig.args[0])
	s.strict = sig.decides == everyOne || sig.decides == ofIntegers && sig.args[0].Kind != air.Float || sig.takesSteps(op)
	s.n = widthOf(s.shape)
	run := op.build(sig, s)
	if sig.noNaN && sig.args[0].Kind == air.Float {
		return withoutNaN(run, len(sig.args))
	}
	return run
}

// takesSteps reports whether an operation takes as many steps as its operands say, so that all of them decide.
func (sig signature) takesSteps(op operation) bool {
	if _, ok := op.(signOp); ok {
		return false
	}
	first := sig.args[0]
	return isLongFloat(first) || isLongFloat(sig.result) || sig.result.Kind == air.Float && first.Kind != air.Float && first.BitSize() > 64 ||
		sig.decides == ofBigIntegers && first.BitSize() > 128
}

func isLongFloat(t *air.Type) bool { return t.Kind == air.Float && t.Bits > 64 }

// unsupported makes the handler of an operation that its operands' type does not have.
func (sig signature) unsupported() handler {
	return unsupported(sig.name + " of type " + sig.args[0].String())
}

// withoutNaN makes the result undefined if one of the first n operands is NaN.
func withoutNaN(run handler, n int) handler {
	return func(m *machine, s *step) {
		for _, o := range []operand{s.a, s.b}[:n] {
			if m.isNaN(o, s.shape) {
				m.forget(s.dst, s.result)
				return
			}
		}
		run(m, s)
	}
}

// elementwise builds an operation on scalars, or on every lane of vectors.
func (p *preparer) elementwise(op operation, sig signature, s *step) handler {
	if sig.result.Kind != air.Vector {
		return sig.scalar(op, s)
	}
	return p.lanes(op, sig, s)
}

// lane is how one operand of an elementwise operation is taken apart.
type lane struct {
	from   operand
	slot   operand
	parts  parts
	shape  shape // of an element; of the whole if the operand is no vector
	vector bool
}

// lanes builds a loop over the lanes of a vector: each into slots of its own, through the operation on scalars, into
// the result.
func (p *preparer) lanes(op operation, sig signature, s *step) handler {
	sub, elems := *s, sig
	sub.finish = nil
	var in []lane
	elems.args, elems.result = nil, sig.result.Elem
	for k, to := range []*operand{&sub.a, &sub.b, &sub.c}[:len(sig.args)] {
		l := p.lane(sig.args[k], *to)
		in = append(in, l)
		*to = l.slot
		elems.args = append(elems.args, elementType(sig.args[k]))
	}
	out := p.lane(sig.result, noOperand)
	sub.dst, sub.result = out.slot, out.shape
	run := elems.scalar(op, &sub)
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

// undefinedOperand ends the run where operands must be defined, and otherwise makes the result undefined.
func (m *machine) undefinedOperand(s *step) {
	if s.strict {
		m.illegal(undefinedUse, s)
		return
	}
	m.forget(s.dst, s.result)
}

// fail ends the run for a reason: a panic, or illegal behaviour.
func (m *machine) fail(reason string, s *step) {
	if name, ok := panicReason(reason); ok {
		m.stop(oracle.Panicked, name, s)
		return
	}
	m.illegal(reason, s)
}
