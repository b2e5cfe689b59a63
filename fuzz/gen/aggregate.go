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

// undefinedPart writes a part of an undefined value into a variable, which it then overwrites: nothing reads it.
func (w *writer) undefinedPart(tag air.Tag) bool {
	t, ok := w.plainWhere(func(t *air.Type) bool {
		if tag == air.ArrayElemVal {
			return (t.Kind == air.Array || t.Kind == air.Vector) && t.Len > 0
		}
		return hasFields(t)
	})
	if !ok {
		return false
	}
	in := air.Inst{Tag: tag, Ops: w.operands(w.constantRef(air.NewUndef(t)))}
	if tag == air.ArrayElemVal {
		in.Type, in.Ops = t.Elem, w.operands(in.Ops[0], w.literal(air.USize, int64(w.s.Intn(int(t.Len)))).ref)
	} else {
		in.N = uint32(w.s.Intn(len(t.Fields)))
		in.Type = t.Fields[in.N].Type
	}
	if !in.Type.HasBits() {
		return false
	}
	p, content := w.aligned(in.Type, 0), w.need(in.Type)
	part := w.emit(in)
	w.effect(air.Store, p.ref, air.InstRef(part))
	w.effect(air.Store, p.ref, content.ref)
	return true
}
