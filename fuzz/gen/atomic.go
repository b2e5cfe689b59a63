package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// atomicPointer draws a pointer to an integer of 8, 16, 32 or 64 bits.
func (w *writer) atomicPointer(writable bool) value {
	p, ok := w.find(func(v *value) bool {
		return isPointerTo(v, writable) && isNarrow(v.typ.Elem) && v.typ.Elem.Bits >= 8 && isPowerOfTwo(v.typ.Elem.Bits)
	})
	if ok {
		return p
	}
	return w.local(choose(w.s, atomicTypes[:]))
}

var atomicTypes = [...]*air.Type{air.U8, air.I8, air.U16, air.I16, air.U32, air.I32, air.U64, air.I64}

// The orders that an access of each kind may have.
var (
	loadOrders  = []air.Order{air.Unordered, air.Monotonic, air.Acquire, air.SeqCst}
	rmwOrders   = []air.Order{air.Monotonic, air.Acquire, air.Release, air.AcqRel, air.SeqCst}
	failOrders  = []air.Order{air.Monotonic, air.Acquire, air.SeqCst}
	fenceOrders = []air.Order{air.Acquire, air.Release, air.AcqRel, air.SeqCst}
)

func (w *writer) atomicLoad(tag air.Tag) bool {
	p := w.atomicPointer(false)
	w.push(air.Inst{Tag: tag, Type: p.typ.Elem, Ops: w.operands(p.ref), Extra: &air.AtomicExtra{Order: choose(w.s, loadOrders)}})
	return true
}

func (w *writer) atomicStore(tag air.Tag) bool {
	p := w.atomicPointer(true)
	w.effect(tag, p.ref, w.need(p.typ.Elem).ref)
	return true
}

// atomicChange writes atomic_rmw with any operator.
func (w *writer) atomicChange(tag air.Tag) bool {
	p := w.atomicPointer(true)
	extra := &air.AtomicExtra{Order: choose(w.s, rmwOrders), Operation: air.Xchg + air.Operation(w.s.Intn(int(air.OpMin)+1))}
	w.push(air.Inst{Tag: tag, Type: p.typ.Elem, Ops: w.operands(p.ref, w.need(p.typ.Elem).ref), Extra: extra})
	return true
}

// atomicExchange writes a compare-exchange, which succeeds half of the time.
func (w *writer) atomicExchange(tag air.Tag) bool {
	p := w.atomicPointer(true)
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
	p := w.atomicPointer(true)
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
