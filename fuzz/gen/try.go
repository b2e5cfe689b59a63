package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// try writes try, whose error body leaves an enclosing block or the function.
func (w *writer) try(tag air.Tag) bool {
	v, ok := w.having(isErrorUnion)
	if !ok {
		return false
	}
	t := v.typ.Elem
	w.inBlock(func() {
		index := w.enter(tag, t, v.ref)
		body := w.nested(func() {
			w.value(air.UnwrapErrunionErr, v.typ.ErrorSet, v.ref)
			w.some(1)
			w.leaveArm()
		})
		w.leave(index, body)
		w.result(index, rangeOfAny(t))
	})
	return true
}

// tryPointer writes try_ptr, whose result points to the payload.
func (w *writer) tryPointer(tag air.Tag) bool {
	v, ok := w.pointing(false, hasPayload)
	if !ok {
		return false
	}
	t := w.derive(v.typ, v.typ.Elem.Elem, air.One)
	w.inBlock(func() {
		index := w.enter(tag, t, v.ref)
		body := w.nested(func() {
			w.some(1)
			w.leaveArm()
		})
		w.leave(index, body)
		w.value(air.Load, t.Elem, air.InstRef(index)) // the pointer is valid while there is a payload
	})
	return true
}
