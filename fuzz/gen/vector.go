package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// vectorType makes a vector of integers.
func (g *Generator) vectorType() *air.Type {
	return g.module.Types.Vector(uint64(g.s.Between(1, 8)), choose(g.s, g.types.ints))
}

func isIntVector(v *value) bool { return v.typ.Kind == air.Vector && isNarrow(v.typ.Elem) }

// someVector gives a vector of integers.
func (w *writer) someVector() (value, bool) {
	if v, ok := w.find(isIntVector); ok {
		return v, true
	}
	t, ok := w.plainOf(air.Vector)
	if !ok {
		return value{}, false
	}
	return w.makeVector(t), true
}

// makeVector makes a vector of one scalar, or lane by lane.
func (w *writer) makeVector(t *air.Type) value {
	if w.s.Bool() {
		return w.value(air.Splat, t, w.need(t.Elem).ref)
	}
	return w.makeAggregate(t)
}

// bools gives the type of a vector of as many bools.
func (w *writer) bools(t *air.Type) *air.Type { return w.module.Types.Vector(t.Len, air.BoolType) }

func (w *writer) vectorMake(air.Tag) bool {
	t, ok := w.plainOf(air.Vector)
	if ok {
		w.makeVector(t)
	}
	return ok
}

func (w *writer) vectorBinary(tag air.Tag) bool {
	a, ok := w.someVector()
	if ok {
		w.value(tag, a.typ, a.ref, w.other(a).ref)
	}
	return ok
}

func (w *writer) vectorNot(tag air.Tag) bool {
	a, ok := w.someVector()
	if ok {
		w.value(tag, a.typ, a.ref)
	}
	return ok
}

// vectorSelect compares two vectors and chooses lanes by the result.
func (w *writer) vectorSelect(tag air.Tag) bool {
	a, ok := w.someVector()
	if !ok {
		return false
	}
	b := w.other(a)
	compare := w.push(air.Inst{Tag: air.CmpVector, Type: w.bools(a.typ), Ops: w.operands(a.ref, b.ref),
		Extra: &air.CompareExtra{Predicate: choose(w.s, orderings[:])}})
	if tag == air.Select {
		w.value(tag, a.typ, compare.ref, a.ref, w.need(a.typ).ref)
	}
	return true
}

// vectorReduce folds the lanes by an operator that has no illegal behaviour.
func (w *writer) vectorReduce(tag air.Tag) bool {
	a, ok := w.someVector()
	if ok {
		w.push(air.Inst{Tag: tag, Type: a.typ.Elem, Ops: w.operands(a.ref), Extra: &air.ReduceExtra{Operation: choose(w.s, reducers[:])}})
	}
	return ok
}

var reducers = [...]air.Operation{air.OpAdd, air.OpMul, air.OpAnd, air.OpOr, air.OpXor, air.OpMin, air.OpMax}

func (w *writer) vectorShuffle(tag air.Tag) bool {
	a, ok := w.someVector()
	if !ok {
		return false
	}
	mask := make([]int32, a.typ.Len)
	for i := range mask {
		mask[i] = int32(w.s.Intn(int(a.typ.Len)))
		if w.s.Bool() {
			mask[i] = ^mask[i]
		}
	}
	w.push(air.Inst{Tag: tag, Type: a.typ, Ops: w.operands(a.ref, w.other(a).ref), Extra: &air.ShuffleExtra{Mask: mask}})
	return true
}

// vectorLane takes a lane of a vector, or changes one in memory.
func (w *writer) vectorLane(tag air.Tag) bool {
	if tag == air.VectorStoreElem {
		p, ok := w.find(func(v *value) bool {
			return isPointerTo(v, true) && v.typ.Elem.Kind == air.Vector && isNarrow(v.typ.Elem.Elem)
		})
		if ok {
			w.effect(tag, p.ref, w.index(int64(p.typ.Elem.Len)).ref, w.need(p.typ.Elem.Elem).ref)
		}
		return ok
	}
	a, ok := w.someVector()
	if ok {
		w.value(tag, a.typ.Elem, a.ref, w.index(int64(a.typ.Len)).ref)
	}
	return ok
}
