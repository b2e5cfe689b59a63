package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

func isOptional(t *air.Type) bool { return t.Kind == air.Optional }

// wrapOptional makes an optional hold a value.
func (w *writer) wrapOptional(tag air.Tag) bool {
	t, ok := w.plainOf(air.Optional)
	if ok {
		w.value(tag, t, w.need(t.Elem).ref)
	}
	return ok
}

// payload takes an optional's payload in the arm where there is one.
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
	v, ok := w.pointing(false, isOptional)
	if !ok || hasAddress(v.typ.Elem) {
		return false
	}
	has := w.value(air.IsNonNullPtr, air.BoolType, v.ref)
	t := v.typ.Elem.Elem
	w.either(t, has, false, func() value { return w.through(tag, v, t) })
	return true
}

// setOptional makes an optional in memory hold a value.
func (w *writer) setOptional(tag air.Tag) bool {
	v, ok := w.pointing(true, func(t *air.Type) bool { return isOptional(t) && !hasAddress(t) })
	if ok {
		w.setPayload(tag, v)
	}
	return ok
}
