package eval

import "github.com/rvfuzz/rvfuzz/backend/air"

// elementOf gives the type of the elements that a pointer or slice steps over.
func elementOf(t *air.Type) *air.Type {
	if t.PointerSize == air.One && (t.Elem.Kind == air.Array || t.Elem.Kind == air.Vector) {
		return t.Elem.Elem
	}
	return t.Elem
}

// base gives the address held by a pointer or slice operand.
func (m *machine) base(o operand, isSlice bool) word {
	if isSlice {
		return readWord(m.view(o).slice(0, 8))
	}
	return m.word(o)
}

// offsetPointer builds an address a constant number of bytes away.
func offsetPointer(bytes uint64, s *step) func(*machine, *step) {
	s.num = bytes
	return runOffset
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

// indexPointer builds ptr_add, ptr_sub, ptr_elem_ptr and slice_elem_ptr: s.b
// elements away from s.a.
func (p *preparer) indexPointer(in *air.Inst, s *step) func(*machine, *step) {
	t := p.typeOf(in, 0)
	s.num = elementOf(t).Size()
	switch {
	case in.Type.IsBitPointer() && in.Type.VectorIndex != air.NoVectorIndex:
		s.num = 0 // the address stays that of the vector
	case in.Tag == air.PtrSub:
		s.num = -s.num
	}
	isSlice, limited := t.IsSlice(), in.Tag == air.SliceElemPtr
	return func(m *machine, s *step) {
		if limited && !m.indexWithin(t, s) {
			return
		}
		x, i := m.base(s.a, isSlice), m.word(s.b)
		if x.undef|i.undef != 0 {
			m.set(s.dst, undefined(64))
			return
		}
		m.set(s.dst, word{bits: x.bits + i.bits*s.num})
	}
}

// indexWithin checks s.b against the length of the slice s.a of type t; the
// sentinel behind the last element may be reached.
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

// elemThrough builds ptr_elem_val and slice_elem_val: a load of an element.
func (p *preparer) elemThrough(in *air.Inst, s *step) func(*machine, *step) {
	t := p.typeOf(in, 0)
	elem := elementOf(t)
	size, isSlice := elem.Size(), t.IsSlice()
	if t.PointerSize == air.One && t.Elem.Kind == air.Vector {
		return p.vectorElemThrough(t, s)
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
		if v, ok := m.readMemory(s, x.bits+i.bits*size, size, s.align); ok {
			m.load(s.dst, s.result, v)
		}
	}
}

// vectorElemThrough builds the load of an element of a vector in memory.
func (p *preparer) vectorElemThrough(t *air.Type, s *step) func(*machine, *step) {
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
		if v, ok := m.readAt(s, s.a, vector.Size(), s.align); ok {
			partsOf(vector).load(m, s.dst, elementPart(vector, elem, i), v)
		}
	}
}

// slicePart builds slice_ptr (offset 0) and slice_len (offset 8).
func slicePart(offset uint64, s *step) func(*machine, *step) {
	s.num = offset
	return func(m *machine, s *step) { m.set(s.dst, readWord(m.view(s.a).slice(s.num, 8))) }
}

// makeSlice builds a slice of a pointer and a length.
func (p *preparer) makeSlice(_ *air.Inst, _ *step) func(*machine, *step) {
	return func(m *machine, s *step) { m.writeSlice(s, m.word(s.a), m.word(s.b)) }
}

// arrayToSlice builds a slice of a pointer to an array.
func (p *preparer) arrayToSlice(in *air.Inst, s *step) func(*machine, *step) {
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

// fieldPtr builds the address of a field. The address of a packed field is that of
// its host, unless its pointer is an ordinary one.
func (p *preparer) fieldPtr(in *air.Inst, field int, s *step) func(*machine, *step) {
	t := p.typeOf(in, 0).Elem
	offset, ok := fieldOffset(t, in.Type, field)
	if !ok {
		return unsupported("field of type " + t.String())
	}
	return offsetPointer(offset, s)
}

// fieldOffset gives the bytes between a container and what a pointer to its
// field holds.
func fieldOffset(t, pointer *air.Type, field int) (uint64, bool) {
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
		return t.FieldBitOffset(field) / 8, true
	}
	return t.FieldOffset(field), true
}

// fieldParent builds the address of the container of a field.
func (p *preparer) fieldParent(in *air.Inst, s *step) func(*machine, *step) {
	t := in.Type.Elem
	offset, ok := fieldOffset(t, p.typeOf(in, 0), int(in.N))
	if !ok {
		return unsupported("field of type " + t.String())
	}
	return offsetPointer(-offset, s)
}
