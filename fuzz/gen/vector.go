package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// vectorType draws a vector of integers, floats or bools.
func (g *Generator) vectorType() *air.Type {
	lane := choose(g.s, g.types.ints)
	switch {
	case g.has(Floats) && g.s.Chance(1, 3):
		lane = choose(g.s, g.floatTypes())
	case g.s.Chance(1, 6):
		lane = air.BoolType
	case g.s.Chance(1, 4):
		lane = air.IntType(g.s.Bool(), choose(g.s, laneWidths[:]))
	}
	return g.module.Types.Vector(g.lanes(), lane)
}

// laneWidths are the widths of lanes of which several share a byte, or that lie across two.
var laneWidths = [...]uint32{1, 2, 3, 4, 4, 5, 12}

// lanes draws the length of a vector: a long one in half of the cases with such.
func (g *Generator) lanes() uint64 {
	if g.has(ManyLanes) && g.s.Bool() {
		if n := choose(g.s, laneCounts[:]); n <= g.config.Lanes {
			return uint64(n)
		}
	}
	return uint64(g.s.Between(1, 8))
}

// laneCounts are the lengths of long vectors: powers of two, their neighbours, and others.
var laneCounts = [...]int{16, 16, 17, 20, 31, 32, 32, 33, 48, 63, 64, 64, 65, 100, 127, 128, 129, 200, 255, 256, 257, 300, 512}

func isIntVector(t *air.Type) bool { return t.Kind == air.Vector && isNarrow(t.Elem) }

func isFloatVector(t *air.Type) bool { return t.Kind == air.Vector && t.Elem.Kind == air.Float }

func isBoolVector(t *air.Type) bool { return t.Kind == air.Vector && t.Elem == air.BoolType }

// intVector draws a vector of integers, floatVector one of floats, boolVector one of bools, and anyVector one of any.
func (w *writer) intVector() (value, bool)   { return w.having(isIntVector) }
func (w *writer) floatVector() (value, bool) { return w.having(isFloatVector) }
func (w *writer) boolVector() (value, bool)  { return w.having(isBoolVector) }
func (w *writer) anyVector() (value, bool)   { return w.having(isKind(air.Vector)) }

// makeVector writes splat or aggregate_init.
func (w *writer) makeVector(t *air.Type) value {
	if w.s.Bool() {
		return w.value(air.Splat, t, w.need(t.Elem).ref)
	}
	if t.Len >= longLength {
		return w.mixture(t)
	}
	return w.makeAggregate(t)
}

// vectorMake writes a vector of a type of the case.
func (w *writer) vectorMake(air.Tag) bool {
	t, ok := w.plainOf(air.Vector)
	if ok {
		w.makeVector(t)
	}
	return ok
}

// vectorSelect writes select of two vectors by a vector of bools or a comparison, or of two scalars by a bool.
func (w *writer) vectorSelect(tag air.Tag) bool {
	a, ok := w.anyVector()
	if w.s.Chance(1, 4) {
		a, ok = w.find(func(v *value) bool { return isScalarLane(v.typ) })
	}
	if !ok {
		return false
	}
	chooser := w.withLane(a.typ, air.BoolType)
	var by value
	if isIntVector(a.typ) || isFloatVector(a.typ) {
		by = w.comparison(air.CmpVector, a, w.other(a))
	} else {
		by = w.need(chooser)
	}
	w.value(tag, a.typ, by.ref, a.ref, w.need(a.typ).ref)
	return true
}

// isScalarLane reports whether select chooses among values of t by a bool.
func isScalarLane(t *air.Type) bool {
	return t.Kind == air.Int && t.HasBits() || t.Kind == air.Float || t.Kind == air.Bool || t.IsPointer() && t.PointerSize == air.One && !t.IsBitPointer()
}

// reduceOn writes reduce by an operator that has no illegal behaviour on the lanes.
func reduceOn(draw operands, operators ...air.Operation) func(*writer, air.Tag) bool {
	return func(w *writer, tag air.Tag) bool {
		a, ok := draw(w)
		if !ok {
			return false
		}
		if isOptimized(tag) { // no sum or product of numbers from 1 up is NaN
			a = w.value(air.Max, a.typ, a.ref, w.uniform(a.typ, w.floatValue(a.typ.Elem, 1)).ref)
		}
		w.push(air.Inst{Tag: tag, Type: a.typ.Elem, Ops: w.operands(a.ref), Extra: &air.ReduceExtra{Operation: choose(w.s, operators)}})
		return true
	}
}

// vectorShuffle writes shuffle.
func (w *writer) vectorShuffle(tag air.Tag) bool {
	a, ok := w.anyVector()
	if !ok {
		return false
	}
	mask := w.shuffleMask(int(a.typ.Len))
	w.push(air.Inst{Tag: tag, Type: a.typ, Ops: w.operands(a.ref, w.other(a).ref), Extra: &air.ShuffleExtra{Mask: mask}})
	return true
}

// vectorLane writes array_elem_val of a vector.
func (w *writer) vectorLane(tag air.Tag) bool {
	a, ok := w.anyVector()
	if !ok {
		return false
	}
	w.value(tag, a.typ.Elem, a.ref, w.index(int64(a.typ.Len)).ref)
	return true
}

// vectorStore writes vector_store_elem.
func (w *writer) vectorStore(tag air.Tag) bool {
	p, ok := w.pointing(true, isKind(air.Vector))
	if ok {
		w.effect(tag, p.ref, w.index(int64(p.typ.Elem.Len)).ref, w.need(p.typ.Elem.Elem).ref)
	}
	return ok
}
