package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// orderings are the comparisons that exist for integers, and as predicates of cmp_vector.
var orderings = comparisons()

// isEquatable reports whether values of t can be compared for equality.
func isEquatable(t *air.Type) bool {
	switch t.Kind {
	case air.Bool, air.Enum, air.ErrorSet:
		return true
	case air.Pointer:
		return t.PointerSize == air.One && t.Elem.HasBits() // objects without bytes may share an address, or not
	case air.Optional:
		return t.Elem.Kind != air.Optional && t.Elem.Size() <= 8 && (isEquatable(t.Elem) || isNarrow(t.Elem))
	}
	return t.IsPacked()
}

// orderedScalar draws a bool, an enum or an error, which have an order too.
func (w *writer) orderedScalar() (value, bool) {
	return w.having(func(t *air.Type) bool {
		return t.Kind == air.Bool || t.Kind == air.Enum && t.HasBits() || t.Kind == air.ErrorSet
	})
}

// equate writes a comparison for equality of two values that are no integers.
func (w *writer) equate(tag air.Tag) bool {
	a, ok := w.having(isEquatable)
	if !ok {
		return false
	}
	w.value(tag, air.BoolType, a.ref, w.other(a).ref)
	return true
}

// condition draws a bool that is no constant.
func (w *writer) condition() value { return w.instruction(air.BoolType) }

// boolean draws a bool. There always is one.
func (w *writer) boolean() (value, bool) { return w.condition(), true }
