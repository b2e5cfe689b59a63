package eval

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// parts describes the fields or elements of a struct, array or vector.
type parts struct {
	typ    *air.Type
	count  int
	packed bool // parts lie at bits, not at bytes
}

// part is one field or element.
type part struct {
	typ      *air.Type
	shape    shape
	offset   uint64 // in bits
	comptime bool   // takes no memory
}

// partsOf returns the parts of an aggregate; the sentinel of an array counts as one. Other types have none.
func partsOf(t *air.Type) parts {
	p := parts{typ: t, packed: t.IsPacked() || t.Kind == air.Vector}
	switch t.Kind {
	case air.Struct:
		p.count = len(t.Fields)
	case air.Vector:
		p.count = int(t.Len)
	case air.Array:
		p.count = int(t.Len)
		if t.Sentinel != nil {
			p.count++
		}
	}
	return p
}

// part returns one part by its number.
func (p parts) part(i int) part {
	switch p.typ.Kind {
	case air.Struct, air.Union:
		f := &p.typ.Fields[i]
		e := part{typ: f.Type, shape: shapeOf(f.Type), comptime: f.Comptime != nil}
		switch {
		case e.comptime:
		case p.packed:
			e.offset = p.typ.FieldBitOffset(i)
		default:
			e.offset = p.typ.FieldOffset(i) * 8
		}
		return e
	}
	return elementPart(p.typ, shapeOf(p.typ.Elem), uint64(i))
}

// elementPart returns an element of an array or vector, whose shape is s.
func elementPart(t *air.Type, s shape, i uint64) part {
	stride := s.size * 8
	if t.Kind == air.Vector {
		stride = uint64(s.bits)
	}
	return part{typ: t.Elem, shape: s, offset: i * stride}
}

// store writes an operand into a part of to.
func (p parts) store(m *machine, to view, e part, o operand) {
	switch {
	case e.comptime || e.shape.class == empty:
	case !p.packed:
		m.store(to.slice(e.offset/8, e.shape.size), e.shape, o)
	case e.shape.class == inWord:
		putBits(to, e.offset, uint(e.shape.bits), m.word(o))
	default:
		copyBits(to, e.offset, m.view(o), 0, uint64(e.shape.bits))
	}
}

// load reads a part of from into a slot.
func (p parts) load(m *machine, dst operand, e part, from view) {
	switch {
	case e.comptime || e.shape.class == empty:
	case !p.packed:
		m.load(dst, e.shape, from.slice(e.offset/8, e.shape.size))
	case e.shape.class == inWord:
		m.set(dst, getBits(from, e.offset, uint(e.shape.bits)))
	default:
		to := m.view(dst)
		to.forget()
		copyBits(to, 0, from, e.offset, uint64(e.shape.bits))
		e.shape.normalize(to)
	}
}

// put writes the memory of a value into a part of to.
func (p parts) put(to view, e part, piece view) {
	if p.packed {
		copyBits(to, e.offset, piece, 0, uint64(e.shape.bits))
		return
	}
	to.slice(e.offset/8, e.shape.size).copyFrom(piece)
}

// finish makes the memory of an aggregate canonical once its parts are in.
func (p parts) finish(to view) {
	if s := shapeOf(p.typ); p.typ.IsPacked() {
		s.canonicalize(to)
	}
}

// canonicalize extends a value held as an integer over its whole memory.
func (s shape) canonicalize(v view) {
	switch s.class {
	case inWord:
		s.fromWord(v, s.toWord(v))
	case wideInt:
		s.normalize(v)
	}
}

// aggregateInit builds a struct, array or vector from its parts. An array's sentinel is not among the operands;
// comptime fields are.
func aggregateInit(p *preparer, in *air.Inst, _ *step) handler {
	l := partsOf(in.Type)
	var fields []part
	var ops []operand
	for k, r := range in.Ops {
		if k >= l.count {
			return unsupported(fmt.Sprintf("%d parts for type %s", len(in.Ops), in.Type))
		}
		if e := l.part(k); !e.comptime && e.shape.class != empty {
			fields, ops = append(fields, e), append(ops, p.operand(r))
		}
	}
	if in.Type.Kind == air.Array && in.Type.Sentinel != nil {
		fields, ops = append(fields, l.part(l.count-1)), append(ops, p.constant(in.Type.Sentinel))
	}
	return func(m *machine, s *step) {
		to := m.destination(s)
		for k := range fields {
			l.store(m, to, fields[k], ops[k])
		}
		m.settle(s, to)
	}
}

// destination returns undefined bytes in which the result of a step is built: its own, or scratch if it is held as a
// word.
func (m *machine) destination(s *step) view {
	switch s.result.class {
	case empty:
		return view{}
	case inWord:
		return m.temp(s.result.size)
	}
	v := m.view(s.dst)
	v.forget()
	return v
}

// settle makes the contents of a destination the result.
func (m *machine) settle(s *step, v view) {
	if s.result.class == inWord {
		m.set(s.dst, s.result.toWord(v))
		return
	}
	s.result.normalize(v)
}

// source returns the memory layout of an operand, valid until the next temp.
func (m *machine) source(s shape, o operand) view {
	if s.isWide() {
		return m.view(o)
	}
	v := m.temp(s.size)
	m.store(v, s, o)
	return v
}

// fieldVal builds a reading of a field of a struct, or of a union's payload as that field.
func fieldVal(p *preparer, in *air.Inst, s *step) handler {
	t := p.typeOf(in, 0)
	if int(in.N) >= len(t.Fields) {
		return unsupported("field of type " + t.String())
	}
	s.shape = shapeOf(t)
	l := partsOf(t)
	e := l.part(int(in.N))
	if e.comptime {
		value := p.constant(t.Fields[in.N].Comptime)
		return func(m *machine, s *step) { m.copyValue(s.dst, s.result, value) }
	}
	if s.shape.class == inWord && e.shape.class == inWord && l.packed {
		s.num = e.offset
		return runPackedField
	}
	return func(m *machine, s *step) { l.load(m, s.dst, e, m.source(s.shape, s.a)) }
}

func runPackedField(m *machine, s *step) {
	w := m.word(s.a)
	m.set(s.dst, word{w.bits >> s.num, w.undef >> s.num}.and(lowMask(uint(s.result.bits))))
}

// arrayElemVal builds a reading of an element of an array or vector value.
func arrayElemVal(p *preparer, in *air.Inst, s *step) handler {
	t := p.typeOf(in, 0)
	s.shape = shapeOf(t)
	l := partsOf(t)
	e := shapeOf(t.Elem)
	count := uint64(l.count)
	return func(m *machine, s *step) {
		i, ok := m.defined(s.b, s)
		switch {
		case !ok:
		case i >= count:
			m.illegal(indexTooBig, s)
		default:
			l.load(m, s.dst, elementPart(t, e, i), m.source(s.shape, s.a))
		}
	}
}

const indexTooBig = "index out of bounds"
