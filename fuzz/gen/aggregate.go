package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// field writes struct_field_val.
func (w *writer) field(v value, n int) value {
	return w.push(air.Inst{Tag: air.StructFieldVal, Type: v.typ.Fields[n].Type, N: uint32(n), Ops: w.operands(v.ref)})
}

func hasFields(t *air.Type) bool { return t.Kind == air.Struct && len(t.Fields) > 0 }

// hasPlaces reports whether t has fields that lie in bytes of their own.
func hasPlaces(t *air.Type) bool { return hasFields(t) && !t.IsPacked() }

// fieldValue writes struct_field_val of a struct, tuple or packed union.
func (w *writer) fieldValue(air.Tag) bool {
	v, ok := w.having(func(t *air.Type) bool { return hasFields(t) || isPackedUnion(t) })
	if ok {
		w.field(v, w.s.Intn(len(v.typ.Fields)))
	}
	return ok
}

// fieldPointer writes struct_field_ptr, in its general form or the one with the field in the tag.
func (w *writer) fieldPointer(tag air.Tag) bool {
	p, ok := w.pointing(false, hasPlaces)
	if !ok {
		return false
	}
	w.pointTo(tag, p, w.s.Intn(len(p.typ.Elem.Fields)))
	return true
}

// pointTo writes a pointer to a field; the tags with an index exist for the first four.
func (w *writer) pointTo(tag air.Tag, p value, n int) value {
	t := w.derive(p.typ, p.typ.Elem.Fields[n].Type, air.One)
	in := air.Inst{Tag: air.StructFieldPtr, Type: t, N: uint32(n), Ops: w.operands(p.ref)}
	if tag != air.StructFieldPtr && n < 4 {
		in.Tag, in.N = air.StructFieldPtrIndex0+air.Tag(n), 0
	}
	return w.push(in)
}

// parentPointer writes a pointer to a field, and from it field_parent_ptr.
func (w *writer) parentPointer(tag air.Tag) bool {
	p, ok := w.pointing(false, hasPlaces)
	if !ok || p.typ.PointerAlign != 0 {
		return false
	}
	n := w.s.Intn(len(p.typ.Elem.Fields))
	field := w.pointTo(air.StructFieldPtr, p, n)
	w.push(air.Inst{Tag: tag, Type: p.typ, N: uint32(n), Ops: w.operands(field.ref)})
	return true
}

// initialiser writes aggregate_init of a type of the case.
func (w *writer) initialiser(air.Tag) bool {
	t := w.plainType()
	if t.Kind != air.Struct && t.Kind != air.Array {
		return false
	}
	w.makeAggregate(t)
	return true
}
