package eval

import "github.com/rvfuzz/rvfuzz/backend/air"

// base returns the address that a pointer or slice operand holds.
func (m *machine) base(o operand, isSlice bool) word {
	if isSlice {
		return readWord(m.view(o).slice(0, 8))
	}
	return m.word(o)
}

// offsetPointer builds an address a constant number of bytes away.
func offsetPointer(bytes uint64, s *step) handler {
	s.num = bytes
	return runOffset
}

// pointerPlus is offsetPointer in the table.
func pointerPlus(bytes uint64) builder {
	return func(_ *preparer, _ *air.Inst, s *step) handler { return offsetPointer(bytes, s) }
}

func runOffset(m *machine, s *step) {
	w := m.word(s.a)
	if w.undef != 0 {
		w = undefined(64)
	} else {
		w.bits += s.num
	}
	m.set(s.dst, w)
}

// elements is the way to an address s.b elements away from s.a.
type elements struct {
	backward bool
	bounded  bool // by the length of the slice s.a
}

func (way elements) build(p *preparer, in *air.Inst, s *step) handler {
	t := p.typeOf(in, 0)
	s.num = t.Element().Size()
	switch {
	case in.Type.IsBitPointer() && in.Type.VectorIndex != air.NoVectorIndex:
		s.num = 0 // the address stays that of the vector
	case way.backward:
		s.num = -s.num
	}
	isSlice := t.IsSlice()
	return func(m *machine, s *step) {
		x, i := m.base(s.a, isSlice), m.word(s.b)
		length := word{}
		if way.bounded {
			length = readWord(m.view(s.a).slice(8, 8))
		}
		if x.undef|i.undef|length.undef != 0 {
			m.set(s.dst, undefined(64))
			return
		}
		if way.bounded && !m.indexWithin(t, s) {
			return
		}
		m.set(s.dst, word{bits: x.bits + i.bits*s.num})
	}
}

// indexWithin checks s.b against the length of the slice s.a of type t; the sentinel behind the last element is within.
func (m *machine) indexWithin(t *air.Type, s *step) bool {
	length, i := readWord(m.view(s.a).slice(8, 8)), m.word(s.b)
	if length.undef|i.undef != 0 {
		m.illegal(undefinedUse, s)
		return false
	}
	if i.bits > length.bits || i.bits == length.bits && t.Sentinel == nil {
		m.illegal(indexTooBig, s)
		return false
	}
	return true
}

// elemVal builds ptr_elem_val and slice_elem_val: a load of an element.
func elemVal(p *preparer, in *air.Inst, s *step) handler {
	t := p.typeOf(in, 0)
	elem := t.Element()
	size, isSlice := elem.Size(), t.IsSlice()
	if t.PointerSize == air.One && t.Elem.Kind == air.Vector {
		return vectorElemVal(t, s)
	}
	s.align = 1
	if t.PointerAlign == 0 {
		s.align = elem.Align()
	}
	return func(m *machine, s *step) {
		if isSlice && !m.indexWithin(t, s) {
			return
		}
		x, i := m.base(s.a, isSlice), m.word(s.b)
		if x.undef|i.undef != 0 {
			m.illegal(undefinedUse, s)
			return
		}
		if v, ok := m.access(reading, s, x.bits+i.bits*size, s.result.stored, s.align); ok {
			m.load(s.dst, s.result, v)
		}
	}
}

// vectorElemVal builds the load of an element of a vector in memory.
func vectorElemVal(t *air.Type, s *step) handler {
	vector, elem := t.Elem, shapeOf(t.Elem.Elem)
	s.align = t.PointeeAlign()
	return func(m *machine, s *step) {
		i, ok := m.defined(s.b, s)
		if ok && i >= vector.Len {
			m.illegal(indexTooBig, s)
			return
		}
		if !ok {
			return
		}
		if v, ok := m.pointee(reading, s, s.a, 0, vector.Size(), s.align); ok {
			partsOf(vector).load(m, s.dst, elementPart(vector, elem, i), v)
		}
	}
}

// slicePart builds slice_ptr (offset 0) and slice_len (offset 8).
func slicePart(offset uint64) builder {
	return func(*preparer, *air.Inst, *step) handler {
		return func(m *machine, s *step) { m.set(s.dst, readWord(m.view(s.a).slice(offset, 8))) }
	}
}

// sliceOf builds a slice of a pointer and a length.
func sliceOf(*preparer, *air.Inst, *step) handler {
	return func(m *machine, s *step) { m.writeSlice(s, m.word(s.a), m.word(s.b)) }
}

// arrayToSlice builds a slice of a pointer to an array.
func arrayToSlice(p *preparer, in *air.Inst, _ *step) handler {
	t := p.typeOf(in, 0)
	if t.Elem == nil || t.Elem.Kind != air.Array {
		return unsupported("slice of type " + t.String())
	}
	length := word{bits: t.Elem.Len}
	return func(m *machine, s *step) { m.writeSlice(s, m.word(s.a), length) }
}

func (m *machine) writeSlice(s *step, ptr, length word) {
	to := m.view(s.dst)
	writeWord(to.slice(0, 8), ptr)
	writeWord(to.slice(8, 8), length)
}

// fieldPtr builds the address of the field that the instruction names.
func fieldPtr(p *preparer, in *air.Inst, s *step) handler { return fieldPtrAt(int(in.N))(p, in, s) }

// fieldPtrAt builds the address of a field. The address of a packed field is that of its host, unless its pointer is an
// ordinary one.
func fieldPtrAt(field int) builder {
	return func(p *preparer, in *air.Inst, s *step) handler {
		t := p.typeOf(in, 0)
		offset, ok := fieldOffset(t, in.Type, field)
		if !ok {
			return unsupported("field of type " + t.Elem.String())
		}
		return offsetPointer(offset, s)
	}
}

// fieldOffset returns the bytes from the address that a pointer to a container holds to the one that a pointer to its
// field holds; the second result is false for what has no such field. A pointer to bits has the address of their host.
func fieldOffset(container, pointer *air.Type, field int) (uint64, bool) {
	t := container.Elem
	switch {
	case t.IsSlice():
		return uint64(field) * 8, field < 2
	case t.Kind != air.Struct && t.Kind != air.Union || field >= len(t.Fields):
		return 0, false
	case pointer.IsBitPointer():
		return 0, true
	case t.Fields[field].Comptime != nil:
		return 0, true
	case t.IsPacked():
		return (uint64(container.BitOffset) + t.FieldBitOffset(field)) / 8, true
	}
	return t.FieldOffset(field), true
}

// fieldParentPtr builds the address of the container of a field.
func fieldParentPtr(p *preparer, in *air.Inst, s *step) handler {
	offset, ok := fieldOffset(in.Type, p.typeOf(in, 0), int(in.N))
	if !ok {
		return unsupported("field of type " + in.Type.Elem.String())
	}
	return offsetPointer(-offset, s)
}
