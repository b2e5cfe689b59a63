package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

func isOptional(t *air.Type) bool { return t.Kind == air.Optional }

// isPlainOptional reports whether t is an optional that holds no address.
func isPlainOptional(t *air.Type) bool { return isOptional(t) && !hasAddress(t) }

func isErrorUnion(t *air.Type) bool { return t.Kind == air.ErrorUnion }

// hasPayload reports whether t is an error union whose payload lies in memory.
func hasPayload(t *air.Type) bool { return isErrorUnion(t) && t.Elem.HasBits() }

// wrapIn writes an optional or error union of a value.
func wrapIn(kind air.Kind) func(*writer, air.Tag) bool {
	return func(w *writer, tag air.Tag) bool {
		t, ok := w.plainOf(kind)
		if !ok {
			return false
		}
		content := t.Elem
		if tag == air.WrapErrunionErr {
			content = t.ErrorSet
		}
		w.value(tag, t, w.need(content).ref)
		return true
	}
}

// payload writes optional_payload in the arm where there is one.
func (w *writer) payload(tag air.Tag) bool {
	v, ok := w.having(isOptional)
	if !ok {
		return false
	}
	t := v.typ.Elem
	ask, inverted := air.IsNonNull, w.s.Bool()
	if inverted {
		ask = air.IsNull
	}
	has := w.value(ask, air.BoolType, v.ref)
	w.either(t, has, inverted, func() value { return w.value(tag, t, v.ref) })
	return true
}

// either writes a block whose value is that of take where the condition holds (or, inverted, fails), and another of its
// type otherwise.
func (w *writer) either(t *air.Type, condition value, inverted bool, take func() value) {
	w.block(t, rangeOfAny(t), func(block air.Index) {
		some := func() {
			v := take()
			w.some(1)
			w.br(block, v.ref)
		}
		none := func() {
			w.some(1)
			w.br(block, w.need(t).ref)
		}
		if inverted {
			some, none = none, some
		}
		w.branch(condition.ref, some, none)
	})
}

// payloadPointer writes accesses to the payload of an optional in memory in the arm where there is one.
func (w *writer) payloadPointer(tag air.Tag) bool {
	v, ok := w.pointing(false, func(t *air.Type) bool { return isPlainOptional(t) && t.Elem.HasBits() })
	if ok {
		has := w.value(air.IsNonNullPtr, air.BoolType, v.ref)
		w.either(v.typ.Elem.Elem, has, false, func() value { return w.through(tag, v) })
	}
	return ok
}

// unwrap writes unwrap_errunion_payload or unwrap_errunion_err in the arm where there is one.
func (w *writer) unwrap(tag air.Tag) bool {
	v, ok := w.having(isErrorUnion)
	if !ok {
		return false
	}
	t, ask := v.typ.Elem, air.IsNonErr
	if tag == air.UnwrapErrunionErr {
		t, ask = v.typ.ErrorSet, air.IsErr
	}
	condition := w.value(ask, air.BoolType, v.ref)
	w.either(t, condition, false, func() value { return w.value(tag, t, v.ref) })
	return true
}

// unwrapPointer writes accesses to the payload or the error of an error union in memory in the arm where there is one.
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
	fine := w.value(air.IsNonErrPtr, air.BoolType, v.ref)
	w.either(v.typ.Elem.Elem, fine, false, func() value { return w.through(tag, v) })
	return true
}

// setPayloadOf writes optional_payload_ptr_set or errunion_payload_ptr_set, and a store through the pointer.
func setPayloadOf(accept func(*air.Type) bool) func(*writer, air.Tag) bool {
	return func(w *writer, tag air.Tag) bool {
		v, ok := w.pointing(true, accept)
		if ok {
			content := w.need(v.typ.Elem.Elem)
			if payload := w.payloadOf(tag, v); content.typ.HasBits() {
				w.effect(air.Store, payload, content.ref)
			}
		}
		return ok
	}
}

// payloadOf writes a pointer to the payload of an optional or error union in memory. It never comes into scope: it is
// valid while there is a payload.
func (w *writer) payloadOf(tag air.Tag, v value) air.Ref {
	return air.InstRef(w.emit(air.Inst{Tag: tag, Type: w.derive(v.typ, v.typ.Elem.Elem, air.One), Ops: w.operands(v.ref)}))
}

// through writes a pointer to the payload of v in memory, perhaps a store through it, and a load.
func (w *writer) through(tag air.Tag, v value) value {
	t := v.typ.Elem.Elem
	if v.typ.Const || w.s.Bool() {
		return w.value(air.Load, t, w.payloadOf(tag, v))
	}
	content := w.need(t)
	p := w.payloadOf(tag, v)
	w.effect(air.Store, p, content.ref)
	return w.value(air.Load, t, p)
}

// neverSome writes tests of an optional that is always null, as a value and in memory.
func (w *writer) neverSome(tag air.Tag) bool {
	t := w.module.Types.Optional(air.NoReturnType)
	null := w.fixed(w.newValue(air.Value{Type: t, Kind: air.NullValue}))
	if tag.Row().Rule == air.IsNullPtrRule {
		p := w.hidden(air.Inst{Tag: air.Alloc, Type: w.module.Types.Pointer(t)})
		w.effect(air.Store, p.ref, null.ref)
		null = p
	}
	w.value(tag, air.BoolType, null.ref)
	return true
}
