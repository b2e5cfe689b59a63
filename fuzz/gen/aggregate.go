package gen

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// field writes struct_field_val.
func (w *writer) field(v value, n int) value {
	return w.push(air.Inst{Tag: air.StructFieldVal, Type: v.typ.Fields[n].Type, N: uint32(n), Ops: w.operands(v.ref)})
}

func hasFields(t *air.Type) bool { return t.Kind == air.Struct && len(t.Fields) > 0 }

// hasPlaces reports whether t has fields that lie in bytes of their own.
func hasPlaces(t *air.Type) bool {
	return hasFields(t) && !t.IsPacked() && slices.ContainsFunc(t.Fields, hasPlace)
}

func hasPlace(f air.Field) bool { return f.Comptime == nil }

// place draws a field of a type with places that has one.
func (w *writer) place(t *air.Type) int {
	n := w.s.Intn(len(t.Fields))
	for !hasPlace(t.Fields[n]) {
		n = (n + 1) % len(t.Fields)
	}
	return n
}

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
	w.pointTo(tag, p, w.place(p.typ.Elem))
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
	n := w.place(p.typ.Elem)
	field := w.pointTo(air.StructFieldPtr, p, n)
	w.parentOf(tag, p.typ, n, field)
	return true
}

// parentOf writes field_parent_ptr of a pointer to field n.
func (w *writer) parentOf(tag air.Tag, t *air.Type, n int, field value) value {
	return w.push(air.Inst{Tag: tag, Type: t, N: uint32(n), Ops: w.operands(field.ref)})
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
