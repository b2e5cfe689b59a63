package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

func isErrorUnion(t *air.Type) bool { return t.Kind == air.ErrorUnion }

// hasPayload reports whether t is an error union whose payload lies in memory.
func hasPayload(t *air.Type) bool { return isErrorUnion(t) && t.Elem.HasBits() }

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

// unwrap takes the payload or the error in the arm where there is one.
func (w *writer) unwrap(tag air.Tag) bool {
	v, ok := w.having(isErrorUnion)
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
	v, ok := w.pointing(false, isErrorUnion)
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
	w.either(t, fine, false, func() value { return w.through(tag, v, t) })
	return true
}

// setPayload makes an optional or error union in memory hold a value, through the pointer that
// optional_payload_ptr_set or errunion_payload_ptr_set returns.
func (w *writer) setPayload(tag air.Tag, v value) {
	t := v.typ.Elem.Elem
	content := w.need(t)
	p := w.push(air.Inst{Tag: tag, Type: w.derive(v.typ, t, air.One), Ops: w.operands(v.ref)})
	w.scope = w.scope[:len(w.scope)-1] // it is valid while there is a payload
	w.effect(air.Store, p.ref, content.ref)
}

// through writes a pointer to the payload of v in memory, perhaps a store through it, and a load. The pointer never
// comes into scope: it is valid while there is a payload.
func (w *writer) through(tag air.Tag, v value, t *air.Type) value {
	stores := !v.typ.Const && w.s.Bool()
	var content value
	if stores {
		content = w.need(t)
	}
	p := w.push(air.Inst{Tag: tag, Type: w.derive(v.typ, t, air.One), Ops: w.operands(v.ref)})
	w.scope = w.scope[:len(w.scope)-1]
	if stores {
		w.effect(air.Store, p.ref, content.ref)
	}
	return w.value(air.Load, t, p.ref)
}

// setErrorPayload makes an error union in memory hold a value.
func (w *writer) setErrorPayload(tag air.Tag) bool {
	v, ok := w.pointing(true, hasPayload)
	if ok {
		w.setPayload(tag, v)
	}
	return ok
}

// try writes try: its error body leaves an enclosing block, or the function.
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

// askCode asks about an error or its number: whether it is one, or one of a set.
func (w *writer) askCode(tag air.Tag) bool {
	set := w.types.errorSet
	code := w.need(choose(w.s, []*air.Type{set, air.U16}))
	in := air.Inst{Tag: tag, Type: air.BoolType, Ops: w.operands(code.ref)}
	if tag == air.ErrorSetHasValue {
		n := w.s.Intn(len(set.Errors) + 1)
		asked := air.AnyError
		if n > 0 {
			asked = w.module.Types.ErrorSet(set.Errors[n-1:])
		}
		in.Extra = &air.ErrorSetExtra{Set: asked}
	}
	w.push(in)
	return true
}
