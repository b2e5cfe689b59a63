package gen

import (
	"math"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// arrayLoop is a loop over the elements of arrays, of a kind that vectorisers know: the number of iterations is known
// at run time only, and the arrays are accessed at multiples of the counter.
type arrayLoop struct {
	// limit is the largest number of iterations, scale the factor of the counter in most indices, and length the number
	// of elements of every array.
	limit, scale, length int64
	// at is the counter, as a usize below limit.
	at value
	// arrays are pointers to the arrays.
	arrays []value
	// sums are pointers to the variables that gather a result.
	sums []value
	out  air.Index // the block around the loop
}

// The sizes of loops over arrays: the steps that an iteration may take where their number is chosen, and the elements
// of an array beyond those at multiples of the counter.
const (
	roundSteps = 40
	slack      = 8
)

// arrayLoop writes a loop over arrays, and loads of what it gathered.
func (w *writer) arrayLoop(air.Tag) bool {
	room := (w.steps - w.cost) / (w.repeats * roundSteps)
	if room < minRounds {
		return false
	}
	l := &arrayLoop{limit: int64(w.s.Between(minRounds, min(room, maxRounds))), scale: int64(choose(w.s, scales[:]))}
	l.limit = max(minRounds, min(l.limit, maxElements/l.scale))
	l.length = l.limit*l.scale + slack
	w.makeArrays(l)
	for range w.s.Intn(3) {
		w.gatherInto(l)
	}
	bound, step := w.rounds(l), w.stride()
	counter := w.counter(choose(w.s, loopCounters[:]))
	w.block(air.VoidType, interval{}, func(block air.Index) {
		l.out = block
		w.repeats *= int(l.limit) + 1
		if w.s.Chance(1, 4) {
			w.testedBelow(l, counter, bound, step)
		} else {
			w.testedAbove(l, counter, bound, step)
		}
		w.repeats /= int(l.limit) + 1
	})
	for _, p := range l.sums {
		w.value(air.Load, p.typ.Elem, p.ref)
	}
	w.scope = append(w.scope, l.arrays...)
	return true
}

// The bounds of loops over arrays.
const (
	minRounds   = 16
	maxRounds   = 300
	maxElements = 320
)

// scales are the factors of the counter, 1 as often as all others together.
var scales = [...]int{1, 1, 1, 2, 3, 4}

var loopCounters = [...]*air.Type{air.USize, air.USize, air.U32, air.I32, air.I64, air.U16}

// rounds writes the bound of the counter: at most limit.
func (w *writer) rounds(l *arrayLoop) value {
	switch w.s.Intn(4) {
	case 0:
		return w.literal(air.USize, l.limit-int64(w.s.Intn(4)))
	case 1:
		return w.bounded(interval{high: l.limit}, air.Min, air.USize, w.instruction(air.USize).ref, w.literal(air.USize, l.limit).ref)
	}
	return w.length(l.limit)
}

// maxStride bounds the stride of a counter.
const maxStride = 4

// stride writes what is added to the counter: mostly 1, or a number that is not known before the run.
func (w *writer) stride() value {
	switch w.s.Intn(6) {
	case 0:
		return w.literal(air.USize, int64(w.s.Between(2, maxStride)))
	case 1:
		part := w.index(maxStride)
		return w.bounded(interval{low: part.low + 1, high: part.high + 1}, air.Add, air.USize, part.ref, w.literal(air.USize, 1).ref)
	}
	return w.literal(air.USize, 1)
}

// loopBody writes a loop whose body gets the counter before the iteration.
func (w *writer) loopBody(l *arrayLoop, counter value, write func(loop air.Index, now value)) {
	loop := w.enter(air.Loop, air.NoReturnType)
	w.enclosing = append(w.enclosing, target{inst: loop, tag: air.Loop})
	body := w.nested(func() {
		write(loop, w.bounded(interval{high: l.limit + maxStride}, air.Load, counter.typ.Elem, counter.ref))
	})
	w.enclosing = w.enclosing[:len(w.enclosing)-1]
	w.leave(loop, body)
}

// testedAbove writes a loop that tests the counter before the statements.
func (w *writer) testedAbove(l *arrayLoop, counter, bound, step value) {
	t := counter.typ.Elem
	limit := w.convert(bound, t)
	w.loopBody(l, counter, func(loop air.Index, now value) {
		more := w.value(air.CmpLt, air.BoolType, now.ref, limit.ref)
		w.branch(more.ref, func() {
			w.statements(l, now)
			w.effect(air.Store, counter.ref, w.op(air.Add, now, w.convert(step, t)).ref)
			w.end(air.Repeat, loop)
		}, func() { w.br(l.out, w.void()) })
	})
}

// testedBelow writes a loop that tests the counter behind the statements, which are performed once at least.
func (w *writer) testedBelow(l *arrayLoop, counter, bound, step value) {
	t := counter.typ.Elem
	limit := w.convert(bound, t)
	w.loopBody(l, counter, func(loop air.Index, now value) {
		w.statements(l, now)
		next := w.op(air.Add, now, w.convert(step, t))
		w.effect(air.Store, counter.ref, next.ref)
		more := w.value(air.CmpLt, air.BoolType, next.ref, limit.ref)
		w.branch(more.ref, func() { w.end(air.Repeat, loop) }, func() { w.br(l.out, w.void()) })
	})
}

// statements writes the statements of an iteration.
func (w *writer) statements(l *arrayLoop, now value) {
	now.interval = interval{high: l.limit - 1}
	l.at = w.convert(now, air.USize)
	l.at.interval = now.interval // which a bitcast between the signednesses loses
	for range w.s.Between(1, 3) {
		w.statementOf(l)
		if w.cost > w.steps {
			return
		}
	}
}

// statementOf writes one statement of an iteration.
func (w *writer) statementOf(l *arrayLoop) {
	mark := len(w.scope)
	defer func() { w.scope, w.leaves = w.scope[:mark], w.leaves[:0] }()
	w.loadElements(l)
	switch kind := w.s.Weighted(statementWeights[:]); {
	case kind == 0 && len(l.sums) > 0:
		w.gather(l)
	case kind == 1:
		w.conditionally(func() { w.assign(l) })
	case kind == 2 && len(l.sums) > 0:
		w.conditionally(func() { w.gather(l) })
	case kind == 3:
		w.histogram(l)
	case kind == 4:
		w.group(l)
	case kind == 5:
		w.leaveEarly(l)
	default:
		w.assign(l)
	}
}

// statementWeights are for a gathered result, an assignment and a gathered result under a condition, an increment of an
// element of any index, assignments to neighbours, an end of the loop, and an assignment.
var statementWeights = [...]int{6, 3, 3, 1, 2, 1, 6}

// loadElements loads a few elements: what the expressions of a statement are made of.
func (w *writer) loadElements(l *arrayLoop) {
	w.leaves = w.leaves[:0]
	for range w.s.Between(1, 3) {
		p := choose(w.s, l.arrays)
		v := w.value(air.Load, p.typ.Elem.Elem, w.element(p, w.subscript(l)).ref)
		w.leaves = append(w.leaves, v)
	}
	if w.s.Chance(1, 4) {
		w.leaves = append(w.leaves, l.at)
	}
}

// makeArrays makes the arrays of a loop: globals, or variables of the function.
func (w *writer) makeArrays(l *arrayLoop) {
	for range w.s.Between(1, 4) {
		elem := w.operandType()
		t := w.module.Types.Array(uint64(l.length), elem)
		var p value
		if len(w.globals) < maxGlobals && w.has(Globals) {
			g := w.addGlobal(t, w.series(t), false)
			p = value{ref: w.address(g), typ: g.pointer, count: -1, used: true}
		} else {
			p = w.push(air.Inst{Tag: air.Alloc, Type: w.module.Types.Pointer(t)})
			w.scope = w.scope[:len(w.scope)-1]
			w.effect(air.Memset, p.ref, w.alone(func() value { return w.leaf(elem) }).ref)
		}
		l.arrays = append(l.arrays, p)
	}
}

// series returns a constant array of any numbers, of small ones, or of a few.
func (g *Generator) series(t *air.Type) *air.Value {
	var elems []*air.Value
	if kind := g.s.Intn(3); kind == 0 {
		elems = g.arranged(int(t.Len), t.Elem)
	} else {
		elems = g.lists.take(int(t.Len))
		seed := uint64(g.s.Intn(256))
		for i := range elems {
			n := scatter(seed, i) * 0x9e3779b97f4a7c15
			if kind == 1 {
				n >>= 61
			}
			elems[i] = g.intValue(t.Elem, Extend(t.Elem, n))
		}
	}
	return g.newValue(air.Value{Type: t, Kind: air.AggregateValue, Elems: elems})
}

// element writes the address of an element.
func (w *writer) element(p, at value) value {
	return w.value(air.PtrElemPtr, w.derive(p.typ, p.typ.Elem.Elem, air.One), p.ref, at.ref)
}

// subscript writes an index: the counter, a multiple of it, one from the end, or one that an element says.
func (w *writer) subscript(l *arrayLoop) value {
	at := l.at
	if w.s.Chance(1, 8) && len(w.leaves) > 0 {
		v := w.convert(choose(w.s, w.leaves), air.USize)
		return w.bounded(interval{high: l.length - 1}, air.Rem, air.USize, v.ref, w.literal(air.USize, l.length).ref)
	}
	if l.scale > 1 && w.s.Chance(3, 4) {
		at = w.bounded(interval{high: at.high * l.scale}, air.Mul, air.USize, at.ref, w.literal(air.USize, l.scale).ref)
	}
	if w.s.Chance(1, 3) {
		by := int64(w.s.Between(1, slack-1))
		at = w.bounded(interval{low: by, high: at.high + by}, air.Add, air.USize, at.ref, w.literal(air.USize, by).ref)
	}
	if w.s.Chance(1, 6) {
		last := w.literal(air.USize, l.length-1)
		at = w.bounded(interval{low: l.length - 1 - at.high, high: l.length - 1 - at.low}, air.Sub, air.USize, last.ref, at.ref)
	}
	return at
}

// assign writes a store of an expression of elements into an element.
func (w *writer) assign(l *arrayLoop) {
	p := choose(w.s, l.arrays)
	v := w.tree(p.typ.Elem.Elem, w.s.Between(0, 2))
	w.effect(air.Store, w.element(p, w.subscript(l)).ref, v.ref)
}

// group writes stores into neighbours, which a vectoriser interleaves.
func (w *writer) group(l *arrayLoop) {
	p := choose(w.s, l.arrays)
	first := w.bounded(interval{high: l.at.high * l.scale}, air.Mul, air.USize, l.at.ref, w.literal(air.USize, l.scale).ref)
	for i := range min(l.scale+int64(w.s.Intn(2)), slack-1) {
		at := w.value(air.Add, air.USize, first.ref, w.literal(air.USize, i).ref)
		w.effect(air.Store, w.element(p, at).ref, w.tree(p.typ.Elem.Elem, 1).ref)
	}
}

// histogram writes an increment of an element that another element says.
func (w *writer) histogram(l *arrayLoop) {
	p := choose(w.s, l.arrays)
	which := w.with(air.BitAnd, w.convert(choose(w.s, w.leaves), air.USize), minRounds-1)
	to := w.element(p, which)
	old := w.value(air.Load, p.typ.Elem.Elem, to.ref)
	w.effect(air.Store, to.ref, w.op(choose(w.s, mixers[:]), old, w.leaf(old.typ)).ref)
}

// leaveEarly writes an end of the loop under a condition.
func (w *writer) leaveEarly(l *arrayLoop) {
	v := choose(w.s, w.leaves)
	found := w.value(choose(w.s, orderings), air.BoolType, v.ref, w.fixed(w.constant(v.typ)).ref)
	w.block(air.VoidType, interval{}, func(inner air.Index) {
		w.branch(found.ref, func() { w.br(l.out, w.void()) }, func() { w.br(inner, w.void()) })
	})
}

// conditionally writes a statement under a comparison of elements.
func (w *writer) conditionally(write func()) {
	a := choose(w.s, w.leaves)
	by := w.value(choose(w.s, orderings), air.BoolType, a.ref, w.leaf(a.typ).ref)
	w.block(air.VoidType, interval{}, func(inner air.Index) {
		w.branch(by.ref, func() {
			write()
			w.br(inner, w.void())
		}, func() { w.br(inner, w.void()) })
	})
}

// gatherInto adds a variable that gathers a result: an integer of any width, or a float.
func (w *writer) gatherInto(l *arrayLoop) {
	t := w.operandType()
	if w.has(Floats) && w.s.Chance(1, 4) {
		t = choose(w.s, floatTypes[:2])
	}
	p := w.push(air.Inst{Tag: air.Alloc, Type: w.module.Types.Pointer(t)})
	w.scope = w.scope[:len(w.scope)-1]
	w.effect(air.Store, p.ref, w.fixed(w.start(t)).ref)
	l.sums = append(l.sums, p)
}

// start draws the first value of a gathered result.
func (g *Generator) start(t *air.Type) *air.Value {
	switch {
	case t.Kind == air.Float:
		return g.floatValue(t, math.Trunc(floatEdges[g.s.Intn(6)]))
	case g.s.Bool():
		return g.intValue(t, int64(g.s.Intn(2))&int64(t.Bits-1))
	}
	return g.intConstant(t)
}

// gather writes an operation of a gathered result and an expression of elements.
func (w *writer) gather(l *arrayLoop) {
	p := choose(w.s, l.sums)
	old := w.value(air.Load, p.typ.Elem, p.ref)
	if old.typ.Kind == air.Float {
		v := w.value(air.FloatFromInt, old.typ, w.tree(w.operandType(), 1).ref)
		w.effect(air.Store, p.ref, w.op(choose(w.s, floatSums[:]), old, v).ref)
		return
	}
	v := w.tree(old.typ, w.s.Between(0, 2))
	if w.s.Chance(1, 4) { // by a choice
		by := w.value(choose(w.s, orderings), air.BoolType, v.ref, choose(w.s, []value{old, w.leaf(old.typ)}).ref)
		v = w.value(air.Select, old.typ, by.ref, choose(w.s, []value{v, w.op(air.AddWrap, old, v)}).ref, old.ref)
		w.effect(air.Store, p.ref, v.ref)
		return
	}
	w.effect(air.Store, p.ref, w.op(choose(w.s, sums[:]), old, v).ref)
}

var (
	sums      = [...]air.Tag{air.AddWrap, air.AddWrap, air.SubWrap, air.Xor, air.BitAnd, air.BitOr, air.Min, air.Max, air.MulWrap}
	floatSums = [...]air.Tag{air.Add, air.Sub, air.Min, air.Max}
)
