package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

func isOptional(v *value) bool { return v.typ.Kind == air.Optional }

// plainOf draws a type of the case of a kind.
func (w *writer) plainOf(kind air.Kind) (*air.Type, bool) {
	n := len(w.types.plain)
	start := w.s.Intn(n)
	for i := range n {
		if t := w.types.plain[(start+i)%n]; t.Kind == kind {
			return t, true
		}
	}
	return nil, false
}

// wrapOptional makes an optional hold a value.
func (w *writer) wrapOptional(tag air.Tag) bool {
	t, ok := w.plainOf(air.Optional)
	if ok {
		w.value(tag, t, w.need(t.Elem).ref)
	}
	return ok
}

// askOptional writes is_null or is_non_null.
func (w *writer) askOptional(tag air.Tag) bool {
	v, ok := w.find(isOptional)
	if ok {
		w.value(tag, air.BoolType, v.ref)
	}
	return ok
}

func isOptionalPointer(v *value) bool {
	return isPointerTo(v, false) && v.typ.Elem.Kind == air.Optional
}

func (w *writer) askOptionalPointer(tag air.Tag) bool {
	v, ok := w.find(isOptionalPointer)
	if ok {
		w.value(tag, air.BoolType, v.ref)
	}
	return ok
}

// payload takes an optional's payload in the arm where there is one.
func (w *writer) payload(tag air.Tag) bool {
	v, ok := w.find(isOptional)
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

// either writes a block that gives take's value where the condition holds (or,
// inverted, fails) and another value of the type otherwise.
func (w *writer) either(t *air.Type, condition value, inverted bool, take func() value) value {
	return w.block(t, rangeOfAny(t), func(block air.Index) {
		some := func() {
			v := take()
			w.some(1)
			w.give(block, v.ref)
		}
		none := func() {
			w.some(1)
			w.give(block, w.need(t).ref)
		}
		if inverted {
			some, none = none, some
		}
		w.branch(condition.ref, some, none)
	})
}

// payloadPointer takes a pointer to the payload in the arm where there is one,
// and loads or stores through it.
func (w *writer) payloadPointer(tag air.Tag) bool {
	v, ok := w.find(isOptionalPointer)
	if !ok || hasAddress(v.typ) && hasAddress(v.typ.Elem) {
		return false
	}
	t := v.typ.Elem.Elem
	has := w.value(air.IsNonNullPtr, air.BoolType, v.ref)
	w.either(t, has, false, func() value {
		p := w.value(tag, w.derive(v.typ, t, air.One), v.ref)
		if !v.typ.Const && w.s.Bool() {
			w.effect(air.Store, p.ref, w.need(t).ref)
		}
		return w.value(air.Load, t, p.ref)
	})
	return true
}

// setPayload makes an optional in memory hold a value, through the pointer that
// optional_payload_ptr_set gives.
func (w *writer) setPayload(tag air.Tag) bool {
	v, ok := w.find(func(v *value) bool { return isOptionalPointer(v) && !v.typ.Const && !hasAddress(v.typ.Elem) })
	if !ok {
		return false
	}
	p := w.value(tag, w.derive(v.typ, v.typ.Elem.Elem, air.One), v.ref)
	w.scope = w.scope[:len(w.scope)-1] // until it holds something
	w.effect(air.Store, p.ref, w.need(v.typ.Elem.Elem).ref)
	w.scope = append(w.scope, p)
	return true
}
