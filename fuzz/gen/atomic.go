package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// atomicPointer draws a pointer to a scalar of an accepted type that is aligned to its size. In a loop it is none to an
// address, see store.
func (w *writer) atomicPointer(writable bool, accept func(*air.Type) bool) value {
	fits := func(t *air.Type) bool { return isAtomic(t) && accept(t) && !(w.repeats > 1 && hasAddress(t)) }
	if p, ok := w.find(func(v *value) bool {
		return isPointerTo(v, writable) && v.typ.PointeeAlign() >= v.typ.Elem.Size() && fits(v.typ.Elem)
	}); ok {
		return p
	}
	if w.s.Bool() {
		if t, ok := w.plainWhere(fits); ok {
			return w.aligned(t, 0)
		}
	}
	return w.aligned(choose(w.s, atomicTypes[:]), 0)
}

var atomicTypes = [...]*air.Type{air.U8, air.I8, air.U16, air.I16, air.U32, air.I32, air.U64, air.I64}

// isAtomic reports whether values of t are accessed atomically: a bool, or what fills all bits of a register or a part.
func isAtomic(t *air.Type) bool {
	s, ok := t.Scalar()
	switch {
	case t.Kind == air.Bool || isShortFloat(t):
		return true
	case t.Kind == air.ErrorUnion || t.Kind == air.Float:
		return false
	}
	return ok && s.Bits <= wordBits && t.HasBits() && uint64(s.Bits) == 8*t.Size()
}

// isExchangeable reports whether a t can be compared and exchanged.
func isExchangeable(t *air.Type) bool { return isNarrow(t) || isEquatable(t) }

func isAny(*air.Type) bool { return true }

// The orders that an access of each kind may have.
var (
	loadOrders  = []air.Order{air.Unordered, air.Monotonic, air.Acquire, air.SeqCst}
	rmwOrders   = []air.Order{air.Monotonic, air.Acquire, air.Release, air.AcqRel, air.SeqCst}
	failOrders  = []air.Order{air.Monotonic, air.Acquire, air.SeqCst}
	fenceOrders = []air.Order{air.Acquire, air.Release, air.AcqRel, air.SeqCst}
)

func (w *writer) atomicLoad(tag air.Tag) bool {
	p := w.atomicPointer(false, isAny)
	w.push(air.Inst{Tag: tag, Type: p.typ.Elem, Ops: w.operands(p.ref), Extra: &air.AtomicExtra{Order: choose(w.s, loadOrders)}})
	return true
}

func (w *writer) atomicStore(tag air.Tag) bool {
	p := w.atomicPointer(true, isAny)
	w.effect(tag, p.ref, w.need(p.typ.Elem).ref)
	return true
}

// operations returns the operators that atomic_rmw has for a type: for integers all.
func operations(t *air.Type) []air.Operation {
	switch {
	case t.Kind == air.Int:
		return integerOperations
	case isBoxed(t):
		return floatOperations
	}
	return integerOperations[:1]
}

var (
	integerOperations = []air.Operation{air.Xchg, air.OpAdd, air.OpSub, air.OpAnd, air.OpNand, air.OpOr, air.OpXor, air.OpMax, air.OpMin}
	floatOperations   = []air.Operation{air.Xchg, air.OpAdd, air.OpSub, air.OpMax, air.OpMin}
)

// atomicChange writes atomic_rmw with any operator.
func (w *writer) atomicChange(tag air.Tag) bool {
	p := w.atomicPointer(true, isAny)
	extra := &air.AtomicExtra{Order: choose(w.s, rmwOrders), Operation: choose(w.s, operations(p.typ.Elem))}
	w.push(air.Inst{Tag: tag, Type: p.typ.Elem, Ops: w.operands(p.ref, w.need(p.typ.Elem).ref), Extra: extra})
	return true
}

// atomicExchange writes a compare-exchange, which succeeds half of the time.
func (w *writer) atomicExchange(tag air.Tag) bool {
	p := w.atomicPointer(true, isExchangeable)
	w.push(w.exchange(tag, p, w.expected(p), w.need(p.typ.Elem)))
	return true
}

// expected writes the operand that a compare-exchange expects: half of the time the content of p.
func (w *writer) expected(p value) value {
	if w.s.Bool() {
		return w.value(air.Load, p.typ.Elem, p.ref)
	}
	return w.need(p.typ.Elem)
}

func (w *writer) exchange(tag air.Tag, p, expected, replacement value) air.Inst {
	extra := &air.AtomicExtra{Order: choose(w.s, rmwOrders), Failure: choose(w.s, failOrders)}
	return air.Inst{Tag: tag, Type: w.module.Types.Optional(p.typ.Elem), Ops: w.operands(p.ref, expected.ref, replacement.ref), Extra: extra}
}

// weakExchange writes a compare-exchange that may fail spuriously, in a loop that then tries again.
func (w *writer) weakExchange(tag air.Tag) bool {
	p := w.atomicPointer(true, isExchangeable)
	expected, replacement := w.expected(p), w.need(p.typ.Elem)
	exchange := w.exchange(tag, p, expected, replacement)
	w.block(exchange.Type, interval{}, func(block air.Index) {
		loop := w.enter(air.Loop, air.NoReturnType)
		w.leave(loop, w.nested(func() {
			old := w.push(exchange)
			failed := w.value(air.IsNonNull, air.BoolType, old.ref)
			w.branch(failed.ref, func() {
				found := w.value(air.OptionalPayload, expected.typ, old.ref)
				spurious := w.value(air.CmpEq, air.BoolType, found.ref, expected.ref)
				w.branch(spurious.ref, func() { w.end(air.Repeat, loop) }, func() { w.br(block, old.ref) })
			}, func() { w.br(block, old.ref) })
		}))
	})
	return true
}

func (w *writer) fence(tag air.Tag) bool {
	w.emit(air.Inst{Tag: tag, Type: air.VoidType, Extra: &air.AtomicExtra{Order: choose(w.s, fenceOrders)}})
	return true
}
