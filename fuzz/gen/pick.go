package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// find draws a value in scope that the predicate accepts. Unused values are preferred half of the time, so that few
// results remain unused.
func (w *writer) find(accept func(*value) bool) (value, bool) {
	n := len(w.scope)
	if n == 0 {
		return value{}, false
	}
	start, fresh := w.s.Intn(n), w.s.Bool()
	best := -1
	for i := range n {
		at := start + i
		if at >= n {
			at -= n
		}
		if v := &w.scope[at]; accept(v) {
			if best < 0 {
				best = at
			}
			if !fresh || !v.used {
				best = at
				break
			}
		}
	}
	if best < 0 {
		return value{}, false
	}
	w.scope[best].used = true
	return w.scope[best], true
}

// ofType draws a value in scope of a type.
func (w *writer) ofType(t *air.Type) (value, bool) {
	return w.find(func(v *value) bool { return v.typ == t })
}

// anyInt draws an integer in scope, of any type.
func (w *writer) anyInt() (value, bool) {
	return w.find(func(v *value) bool { return isNarrow(v.typ) })
}

// having draws a value of an accepted type: one in scope, or a new one of a type of the case.
func (w *writer) having(accept func(*air.Type) bool) (value, bool) {
	if v, ok := w.find(func(v *value) bool { return accept(v.typ) }); ok {
		return v, true
	}
	t, ok := w.plainWhere(accept)
	if !ok {
		return value{}, false
	}
	return w.make(t), true
}

// pointing draws a pointer to a variable of an accepted type: one in scope, or that of a new local.
func (w *writer) pointing(writable bool, accept func(*air.Type) bool) (value, bool) {
	if v, ok := w.find(func(v *value) bool { return isPointerTo(v, writable) && accept(v.typ.Elem) }); ok {
		return v, true
	}
	t, ok := w.plainWhere(accept)
	if !ok {
		return value{}, false
	}
	return w.local(t), true
}

// isKind returns the predicate of the types of a kind.
func isKind(kind air.Kind) func(*air.Type) bool {
	return func(t *air.Type) bool { return t.Kind == kind }
}

// maxDepth bounds the depth to which need makes values of values.
const maxDepth = 3

// need draws a value of a type: one in scope, a constant, or a new one.
func (w *writer) need(t *air.Type) value {
	if t.Kind == air.Void {
		return w.fixed(air.VoidConst)
	}
	if w.depth > maxDepth && isConstantType(t) {
		return w.fixed(w.constant(t))
	}
	switch w.s.Weighted(needWeights[:]) {
	case 1:
		if isConstantType(t) {
			return w.fixed(w.constant(t))
		}
		if v, ok := w.addressConstant(t); ok {
			return w.fixed(v)
		}
	case 2:
		return w.make(t)
	}
	if v, ok := w.ofType(t); ok {
		return v
	}
	return w.make(t)
}

// needWeights are for a value in scope, a constant, and a new value.
var needWeights = [...]int{10, 2, 3}

// instruction draws a value of a type that is no constant, if possible.
func (w *writer) instruction(t *air.Type) value {
	if v, ok := w.ofType(t); ok {
		return v
	}
	return w.make(t)
}

// make writes a new value of a type.
func (w *writer) make(t *air.Type) value {
	w.depth++
	defer func() { w.depth-- }()
	if w.s.Chance(1, 4) {
		if v, ok := w.loadOf(t); ok {
			return v
		}
	}
	switch t.Kind {
	case air.Int:
		if isWide(t) {
			return w.makeWide(t)
		}
		return w.makeInt(t)
	case air.Float:
		return w.makeFloat(t)
	case air.Bool:
		return w.makeBool()
	case air.Enum:
		return w.makeEnum(t)
	case air.Optional:
		if w.s.Chance(1, 3) {
			return w.fixed(w.newValue(air.Value{Type: t, Kind: air.NullValue}))
		}
		return w.value(air.WrapOptional, t, w.need(t.Elem).ref)
	case air.ErrorUnion:
		return w.makeErrorUnion(t)
	case air.Pointer:
		return w.makeAddress(t)
	case air.Struct, air.Array:
		return w.makeAggregate(t)
	case air.Union:
		return w.makeUnion(t)
	case air.Vector:
		return w.makeVector(t)
	}
	return w.fixed(w.constant(t))
}

// makeInt writes the conversion of another integer.
func (w *writer) makeInt(t *air.Type) value {
	v, ok := w.anyInt()
	if !ok || t.Bits == 0 {
		return w.fixed(w.constant(t))
	}
	return w.convert(v, t)
}

// convert writes the conversion of an integer to another type, without illegal behaviour.
func (w *writer) convert(v value, t *air.Type) value {
	from := v.typ
	switch {
	case from == t:
		return v
	case v.within(t) && w.s.Chance(3, 4):
		return w.bounded(v.interval, air.IntCast, t, v.ref)
	case from.Bits == t.Bits && from.Signed == t.Signed:
		return w.bounded(v.interval, air.Bitcast, t, v.ref)
	case from.Bits == t.Bits:
		return w.value(air.Bitcast, t, v.ref)
	case from.Signed != t.Signed:
		return w.convert(w.value(air.Bitcast, air.IntType(t.Signed, from.Bits), v.ref), t)
	case from.Bits > t.Bits:
		return w.value(air.Trunc, t, v.ref)
	}
	return w.bounded(v.interval, air.IntCast, t, v.ref)
}

func (w *writer) makeBool() value {
	v, ok := w.anyInt()
	if !ok {
		return w.fixed(w.constant(air.BoolType))
	}
	return w.value(choose(w.s, orderings), air.BoolType, v.ref, w.other(v).ref)
}

// makeEnum writes a bitcast of an integer if every tag value is allowed.
func (w *writer) makeEnum(t *air.Type) value {
	if t.Exhaustive {
		return w.fixed(w.constant(t))
	}
	return w.value(air.Bitcast, t, w.need(t.Elem).ref)
}

func (w *writer) makeErrorUnion(t *air.Type) value {
	if w.s.Chance(1, 3) {
		return w.value(air.WrapErrunionErr, t, w.need(t.ErrorSet).ref)
	}
	return w.value(air.WrapErrunionPayload, t, w.need(t.Elem).ref)
}

// longArray is the length above which arrays are constants rather than made of operands.
const longArray = 16

// makeAggregate writes aggregate_init.
func (w *writer) makeAggregate(t *air.Type) value {
	if t.Kind == air.Array && t.Len > longArray && isConstantType(t) {
		return w.fixed(w.constant(t))
	}
	ops := w.refs.take(partCount(t))
	for i := range ops {
		if v := comptimePart(t, i); v != nil {
			ops[i] = w.constantRef(v)
		} else {
			ops[i] = w.need(elementType(t, i)).ref
		}
	}
	return w.push(air.Inst{Tag: air.AggregateInit, Type: t, Ops: ops})
}

// makeAddress writes a pointer or slice to a new variable.
func (w *writer) makeAddress(t *air.Type) value {
	if t.IsSlice() {
		n := w.s.Between(1, 4)
		array := w.aligned(w.module.Types.Array(uint64(n), t.Elem), 0)
		return w.sliceOfArray(array, t)
	}
	align := t.PointerAlign
	if isUnderAligned(t) {
		align = 0
	}
	p := w.aligned(t.Elem, align)
	if p.typ != t { // t is const, a many-pointer, or promises less
		p = w.value(air.Bitcast, t, p.ref)
	}
	return p
}
