package gen

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// maxFuel is the greatest depth of a recursion.
const maxFuel = 3

// checkFuel writes the start of a recursive function: it returns if its fuel is 0.
func (w *writer) checkFuel() {
	fuel := w.scope[0]
	empty := w.value(air.CmpEq, air.BoolType, fuel.ref, w.literal(fuelType, 0).ref)
	w.block(air.VoidType, interval{}, func(block air.Index) {
		w.branch(empty.ref, func() {
			w.end(air.Ret, 0, w.need(w.f.Type.Elem).ref)
		}, func() { w.br(block, w.void()) })
	})
}

// recur writes the one call of a recursive function to itself.
func (w *writer) recur(tag air.Tag) bool {
	if !w.fuel || w.recurred || w.repeats > 1 {
		return false
	}
	w.recurred = true
	less := w.bounded(interval{high: rangeOf(fuelType).high - 1}, air.Sub, fuelType, w.scope[0].ref, w.literal(fuelType, 1).ref)
	w.callTo(tag, callee{f: w.f, ignored: w.ignored, unnamed: w.unnamed}, less)
	return true
}

// call writes a call of a finished function.
func (w *writer) call(tag air.Tag) bool {
	_, ok := w.callOf(tag, func(*air.Func) bool { return true })
	return ok
}

// callOf writes a call of a drawn finished function if that is accepted, and returns its result.
func (w *writer) callOf(tag air.Tag, accept func(*air.Func) bool) (air.Ref, bool) {
	if len(w.callees) == 0 {
		return 0, false
	}
	c := choose(w.s, w.callees)
	if w.cost+w.repeats*c.cost > w.steps || !accept(c.f) {
		return 0, false
	}
	w.cost += w.repeats * c.cost
	var fuel value
	if c.fuel {
		fuel = w.literal(fuelType, int64(w.s.Intn(maxFuel+1)))
		if v, ok := w.ofType(fuelType); ok && w.s.Bool() {
			fuel = w.narrow(v, 2)
		}
	}
	if w.has(IndirectCalls) && w.s.Chance(1, 3) {
		return w.callThrough(tag, c, fuel), true
	}
	return w.callTo(tag, c, fuel), true
}

// tailCall ends the function with a call_always_tail, and reports whether the drawn callee allows it: its result type
// is the same, and its arguments point into no frame.
func (w *writer) tailCall() bool {
	result, ok := w.callOf(air.CallAlwaysTail, func(f *air.Func) bool {
		t := f.Type
		return t.Elem == w.f.Type.Elem && !t.VarArgs && !slices.ContainsFunc(t.Params, hasAddress)
	})
	if !ok {
		return false
	}
	if w.f.Type.Elem.Kind == air.Void {
		result = w.void()
	}
	w.end(air.Ret, 0, result)
	return true
}

// callTo writes a direct call.
func (w *writer) callTo(tag air.Tag, c callee, fuel value) air.Ref {
	symbol := w.constantRef(w.newValue(air.Value{Type: c.f.Type, Kind: air.SymbolValue, Symbol: c.f.Name}))
	return w.pushCall(tag, c, symbol, fuel)
}

// callThrough writes a call through a function pointer held in memory.
func (w *writer) callThrough(tag air.Tag, c callee, fuel value) air.Ref {
	pointer := w.module.Types.ConstPointer(c.f.Type)
	symbol := w.constantRef(w.newValue(air.Value{Type: pointer, Kind: air.SymbolValue, Symbol: c.f.Name}))
	slot := w.push(air.Inst{Tag: air.Alloc, Type: w.module.Types.Pointer(pointer)})
	w.scope = w.scope[:len(w.scope)-1]
	w.effect(air.Store, slot.ref, symbol)
	if w.s.Bool() {
		w.some(1)
	}
	index := w.emit(air.Inst{Tag: air.Load, Type: pointer, Ops: w.operands(slot.ref)})
	return w.pushCall(tag, c, air.InstRef(index), fuel)
}

// pushCall writes a call, and returns its result.
func (w *writer) pushCall(tag air.Tag, c callee, target air.Ref, fuel value) air.Ref {
	t := c.f.Type
	ops := w.refs.take(1 + len(t.Params) + len(c.unnamed))
	ops[0] = target
	for i, p := range t.Params {
		switch {
		case i == 0 && fuel.typ != nil:
			ops[1] = fuel.ref
		case c.ignored>>i&1 != 0 && w.s.Bool():
			ops[i+1] = w.constantRef(air.NewUndef(p))
		default:
			ops[i+1] = w.argument(i, p).ref
		}
	}
	for i, p := range c.unnamed {
		ops[1+len(t.Params)+i] = w.need(p).ref
	}
	in := air.Inst{Tag: tag, Type: t.Elem, Ops: ops}
	if t.Elem.Kind == air.Void || t.Elem.Kind == air.NoReturn {
		return air.InstRef(w.emit(in))
	}
	return w.push(in).ref
}

// argument draws the i-th argument of a call: often one of the function's own parameters in another position, so that
// registers are permuted.
func (w *writer) argument(i int, t *air.Type) value {
	if w.params > 0 && w.s.Bool() {
		for k := range w.params {
			at := (i + 1 + k) % w.params
			if w.scope[at].typ == t {
				w.scope[at].used = true
				return w.scope[at]
			}
		}
	}
	return w.need(t)
}

// returnValue ends a body with a return.
func (w *writer) returnValue() {
	if w.has(TailCalls) && w.s.Bool() && w.tailCall() {
		return
	}
	t := w.f.Type.Elem
	tag := air.Ret
	if w.s.Chance(1, 6) {
		tag = air.RetSafe
	}
	switch {
	case t.Kind == air.NoReturn:
		w.end(air.Trap, 0)
	case t.Kind == air.Void:
		w.end(tag, 0, w.void())
	case w.s.Chance(1, 12) || t.Size() > 8 && w.s.Bool():
		slot := w.hidden(air.Inst{Tag: air.RetPtr, Type: w.module.Types.Pointer(t)}) // it holds nothing yet
		w.effect(air.Store, slot.ref, w.instruction(t).ref)
		w.end(air.RetLoad, 0, slot.ref)
	case isNarrow(t):
		w.end(tag, 0, w.mixed(t).ref)
	default:
		w.end(tag, 0, w.instruction(t).ref)
	}
}
