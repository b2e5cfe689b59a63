package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

func isErrorUnion(v *value) bool { return v.typ.Kind == air.ErrorUnion }

func isErrorUnionPointer(v *value) bool {
	return isPointerTo(v, false) && v.typ.Elem.Kind == air.ErrorUnion
}

// wrapError writes wrap_errunion_payload or wrap_errunion_err.
func (w *writer) wrapError(tag air.Tag) bool {
	t, ok := w.plainOf(air.ErrorUnion)
	if !ok {
		return false
	}
	if tag == air.WrapErrunionErr {
		w.value(tag, t, w.need(t.ErrorSet).ref)
	} else {
		w.value(tag, t, w.need(t.Elem).ref)
	}
	return true
}

// askError writes is_err or is_non_err.
func (w *writer) askError(tag air.Tag) bool {
	v, ok := w.find(isErrorUnion)
	if ok {
		w.value(tag, air.BoolType, v.ref)
	}
	return ok
}

func (w *writer) askErrorPointer(tag air.Tag) bool {
	v, ok := w.find(isErrorUnionPointer)
	if ok {
		w.value(tag, air.BoolType, v.ref)
	}
	return ok
}

// unwrap takes the payload or the error in the arm where there is one.
func (w *writer) unwrap(tag air.Tag) bool {
	v, ok := w.find(isErrorUnion)
	if !ok {
		return false
	}
	t, ask := v.typ.Elem, air.IsNonErr
	if tag == air.UnwrapErrunionErr {
		t, ask = v.typ.ErrorSet, air.IsErr
	}
	if t.Kind == air.Void {
		return false
	}
	condition := w.value(ask, air.BoolType, v.ref)
	w.either(t, condition, false, func() value { return w.value(tag, t, v.ref) })
	return true
}

// unwrapPointer does the same in memory.
func (w *writer) unwrapPointer(tag air.Tag) bool {
	v, ok := w.find(isErrorUnionPointer)
	if !ok || v.typ.Elem.Elem.Kind == air.Void {
		return false
	}
	if tag == air.UnwrapErrunionErrPtr {
		isErr := w.value(air.IsErrPtr, air.BoolType, v.ref)
		set := v.typ.Elem.ErrorSet
		w.either(set, isErr, false, func() value { return w.value(tag, set, v.ref) })
		return true
	}
	t := v.typ.Elem.Elem
	fine := w.value(air.IsNonErrPtr, air.BoolType, v.ref)
	w.either(t, fine, false, func() value {
		p := w.value(tag, w.derive(v.typ, t, air.One), v.ref)
		return w.value(air.Load, t, p.ref)
	})
	return true
}

// setErrorPayload makes an error union in memory hold a value.
func (w *writer) setErrorPayload(tag air.Tag) bool {
	v, ok := w.find(func(v *value) bool { return isErrorUnionPointer(v) && !v.typ.Const && v.typ.Elem.Elem.HasBits() })
	if !ok {
		return false
	}
	p := w.value(tag, w.derive(v.typ, v.typ.Elem.Elem, air.One), v.ref)
	w.scope = w.scope[:len(w.scope)-1] // until it holds something
	w.effect(air.Store, p.ref, w.need(v.typ.Elem.Elem).ref)
	w.scope = append(w.scope, p)
	return true
}

// try writes try: its error body leaves an enclosing block, or the function.
func (w *writer) try(tag air.Tag) bool {
	v, ok := w.find(isErrorUnion)
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
	v, ok := w.find(func(v *value) bool { return isErrorUnionPointer(v) && v.typ.Elem.Elem.HasBits() })
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
		p := w.result(index, interval{})
		w.value(air.Load, t.Elem, p.ref)
	})
	return true
}
