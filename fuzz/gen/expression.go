package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// The productions of this file and of byhand.go write the expressions that optimisers and instruction selectors look
// for: trees of operations on loads, each part of which is used once, and operations spelled out of simpler ones.

// expression is a way to compute an integer of a type out of expressions of at most a depth.
type expression struct {
	weight int
	make   func(w *writer, t *air.Type, depth int) value
}

// expressions returns all of them. It is no variable since they refer to it, through the generator.
func expressions() []expression {
	return []expression{
		{6, (*writer).combined}, {4, (*writer).maskedBy}, {3, (*writer).flippedBy}, {5, (*writer).extended}, {4, (*writer).shiftedTwice},
		{3, (*writer).rotated}, {2, (*writer).funnel}, {2, (*writer).signExtended}, {2, (*writer).absolute}, {3, (*writer).extreme},
		{2, (*writer).swapped}, {1, (*writer).countedByHand}, {3, (*writer).lowestBit}, {3, (*writer).oneBit}, {3, (*writer).dividedBy},
		{3, (*writer).scaled}, {2, (*writer).carried}, {3, (*writer).saturated}, {4, (*writer).tested}, {5, (*writer).chosen},
		{2, (*writer).highProduct}, {2, (*writer).averaged}, {2, (*writer).distanced}, {3, (*writer).fieldOf}, {2, (*writer).rounded},
		{2, (*writer).counted}, {3, (*writer).unaryOf}, {2, (*writer).zeroOr}, {2, (*writer).signsOf},
	}
}

// expressionDepth is the depth of most expressions: about fifteen instructions.
const expressionDepth = 3

// tree writes an expression whose parts no other instruction uses: they never come into scope.
func (w *writer) tree(t *air.Type, depth int) value {
	return w.alone(func() value {
		if depth <= 0 || w.cost > w.steps || w.s.Chance(1, 5) {
			return w.leaf(t)
		}
		return w.convert(w.expressions[w.s.Weighted(w.shapes)].make(w, t, depth-1), t)
	})
}

// alone returns a value without bringing it or anything that it is made of into scope.
func (w *writer) alone(write func() value) value {
	mark := len(w.scope)
	v := write()
	w.scope = w.scope[:mark]
	return v
}

// leaf writes what expressions are made of: mostly a load, of a narrower or wider type now and then.
func (w *writer) leaf(t *air.Type) value {
	if len(w.leaves) > 0 && w.s.Chance(7, 8) {
		return w.convert(choose(w.s, w.leaves), t)
	}
	switch w.s.Weighted(leafWeights[:]) {
	case 0:
		return w.convert(w.fetched(t), t)
	case 1:
		return w.fixed(w.constant(t))
	}
	v, _ := w.narrowInt()
	return w.convert(v, t)
}

// leafWeights are for a load, a constant and a value in scope.
var leafWeights = [...]int{8, 1, 6}

// fetched writes a load of a t, or of an integer of another width.
func (w *writer) fetched(t *air.Type) value {
	if w.s.Chance(1, 3) {
		t = w.operandType()
	}
	return w.value(air.Load, t, w.cell(t).ref)
}

// operandType draws an integer type, mostly one that has loads and stores of its own.
func (w *writer) operandType() *air.Type {
	if w.s.Chance(1, 5) {
		return w.someInt()
	}
	return choose(w.s, registerTypes[:])
}

var registerTypes = [...]*air.Type{air.U8, air.U16, air.U32, air.U64, air.I8, air.I16, air.I32, air.I64}

// cell draws a pointer to a variable of a type, a global where possible.
func (w *writer) cell(t *air.Type) value {
	if p, ok := w.find(func(v *value) bool { return isPointerTo(v, true) && v.typ.Elem == t }); ok && w.s.Chance(3, 4) {
		return p
	}
	if w.has(Globals) && len(w.globals) < maxGlobals {
		g := w.addGlobal(t, w.constant(t), false)
		return value{ref: w.address(g), typ: g.pointer, count: -1, used: true}
	}
	return w.local(t)
}

// op writes an operation of two integers of one type.
func (w *writer) op(tag air.Tag, a, b value) value { return w.value(tag, a.typ, a.ref, b.ref) }

// with writes an operation of an integer and the low bits of a constant.
func (w *writer) with(tag air.Tag, a value, v uint64) value {
	b := w.pattern(a.typ, v)
	if tag == air.BitAnd && b.low >= 0 && !b.unknown {
		return w.bounded(interval{high: b.high}, tag, a.typ, a.ref, b.ref)
	}
	return w.op(tag, a, b)
}

// pattern returns a constant of the low bits of v.
func (w *writer) pattern(t *air.Type, v uint64) value { return w.literal(t, Extend(t, v)) }

// shift writes a shift by a constant amount.
func (w *writer) shift(tag air.Tag, a value, by int) value {
	return w.value(tag, a.typ, a.ref, w.literal(amountType(a.typ), int64(by)).ref)
}

// position draws the number of a bit of a type.
func (w *writer) position(t *air.Type) int { return w.s.Intn(int(t.Bits)) }

// masks are those that compilers know: of bytes, halves and words, of every other byte and bit.
var masks = [...]uint64{0xff, 0xffff, 0xffff_ffff, 0xff00, 0x00ff_00ff_00ff_00ff, 0x5555_5555_5555_5555, 0x7f, 0xffff_0000, 1}

// mask draws a mask: a known one, the bits below or from one on, or a byte.
func (w *writer) mask(t *air.Type) uint64 {
	switch bit := w.position(t); w.s.Intn(6) {
	case 0:
		return 1<<bit - 1
	case 1:
		return ^uint64(0) << bit
	case 2:
		return ^(uint64(0xff) << (bit &^ 7))
	}
	return choose(w.s, masks[:])
}

// choice writes one of two values by a bool: by select or by a branch.
func (w *writer) choice(by, a, b value) value {
	if w.s.Chance(2, 3) {
		return w.value(air.Select, a.typ, by.ref, a.ref, b.ref)
	}
	r := rangeOf(a.typ)
	w.block(a.typ, r, func(block air.Index) {
		w.branch(by.ref, func() { w.br(block, a.ref) }, func() { w.br(block, b.ref) })
	})
	return w.scope[len(w.scope)-1]
}

// ofBool writes a bool as an integer.
func (w *writer) ofBool(b value) value { return w.value(air.IntFromBool, air.U1, b.ref) }

// zero returns the constant 0.
func (w *writer) zero(t *air.Type) value { return w.literal(t, 0) }

// test writes a comparison, or two of them joined.
func (w *writer) test(depth int) value {
	return w.alone(func() value {
		if depth > 0 && w.s.Chance(1, 5) {
			a := w.test(depth - 1)
			return w.op(choose(w.s, boolJoins[:]), a, w.test(depth-1))
		}
		t := w.operandType()
		a := w.tree(t, depth)
		switch w.s.Intn(4) {
		case 0: // of some bits
			a = w.with(air.BitAnd, a, w.mask(t))
			return w.value(choose(w.s, equalityTags[:]), air.BoolType, a.ref, w.with(air.BitAnd, w.tree(t, depth-1), w.mask(t)).ref)
		case 1: // of a range
			a = w.with(air.SubWrap, a, uint64(w.boundary(t)))
			return w.value(choose(w.s, orderings), air.BoolType, a.ref, w.fixed(w.constant(t)).ref)
		}
		return w.value(choose(w.s, orderings), air.BoolType, a.ref, w.tree(t, depth-1).ref)
	})
}

var (
	boolJoins    = [...]air.Tag{air.BoolAnd, air.BoolOr}
	equalityTags = [...]air.Tag{air.CmpEq, air.CmpNeq}
	joins        = [...]air.Tag{air.BitOr, air.BitAnd, air.Xor, air.AddWrap, air.SubWrap, air.MulWrap, air.BitOr}
)

// combined writes an operation of two expressions.
func (w *writer) combined(t *air.Type, depth int) value {
	a := w.tree(t, depth)
	return w.op(choose(w.s, joins[:]), a, w.tree(t, depth))
}

// maskedBy writes bit_and with a mask.
func (w *writer) maskedBy(t *air.Type, depth int) value {
	return w.with(air.BitAnd, w.tree(t, depth), w.mask(t))
}

// flippedBy writes not, or xor with a mask.
func (w *writer) flippedBy(t *air.Type, depth int) value {
	a := w.tree(t, depth)
	if w.s.Chance(1, 3) {
		return w.value(air.Not, t, a.ref)
	}
	return w.with(air.Xor, a, w.mask(t))
}

// extended writes an operation in another width, between two conversions.
func (w *writer) extended(t *air.Type, depth int) value {
	other := w.operandType()
	a := w.convert(w.tree(t, depth), other)
	return w.op(choose(w.s, joins[:]), a, w.tree(other, depth-1))
}

// shiftedTwice writes two shifts, which leave some bits or extend the sign of some.
func (w *writer) shiftedTwice(t *air.Type, depth int) value {
	a, by := w.tree(t, depth), w.position(t)
	first, second := air.Shl, air.Shr
	if w.s.Chance(1, 4) {
		first, second = second, first
	}
	a = w.shift(first, a, by)
	if w.s.Chance(1, 3) {
		by = w.position(t)
	}
	return w.shift(second, a, by)
}

// tested writes a comparison as an integer.
func (w *writer) tested(t *air.Type, depth int) value {
	one := w.convert(w.ofBool(w.test(depth)), t)
	switch w.s.Intn(3) {
	case 0:
		return w.op(air.SubWrap, w.zero(t), one)
	case 1:
		return w.op(choose(w.s, joins[:]), w.tree(t, depth-1), one)
	}
	return one
}

// chosen writes one of two expressions by a comparison.
func (w *writer) chosen(t *air.Type, depth int) value {
	a, b := w.tree(t, depth), w.tree(t, depth-1)
	if w.s.Chance(1, 4) {
		b = w.op(choose(w.s, joins[:]), a, b)
	}
	return w.choice(w.test(depth-1), a, b)
}

// zeroOr writes an expression or zero, or one that is left as it is.
func (w *writer) zeroOr(t *air.Type, depth int) value {
	a, by := w.tree(t, depth), w.test(depth-1)
	if w.s.Bool() {
		return w.choice(by, a, w.zero(t))
	}
	return w.choice(by, w.zero(t), a)
}

// narrowing is arithmetic on narrow numbers in wide registers, as C promotes them: what is cut to a width was computed in
// a wider type, and often out of parts that were cut before.
type narrowing struct {
	wide *air.Type
	mask uint64 // of the width to which results are cut
}

var (
	wordTypes   = [...]*air.Type{air.U32, air.U64}
	narrowMasks = [...]uint64{0xff, 0xffff, 0xffff, 0xffff_ffff, 0x7fff, 1}
)

// narrowTest brings a comparison of narrow numbers in wide registers into scope, often joined with another narrow number.
func (w *writer) narrowTest(air.Tag) bool {
	v := w.alone(func() value {
		n := narrowing{choose(w.s, wordTypes[:]), choose(w.s, narrowMasks[:])}
		a, b := w.promoted(n, 2), w.promoted(n, w.s.Intn(2))
		truth := w.convert(w.ofBool(w.value(choose(w.s, orderings), air.BoolType, a.ref, b.ref)), n.wide)
		if w.s.Chance(1, 3) {
			return truth
		}
		return w.op(choose(w.s, joins[:]), truth, w.cut(n, w.leaf(n.wide)))
	})
	w.scope = append(w.scope, v)
	return true
}

// promoted writes a number of a width in a wide register: a load, or a cut expression.
func (w *writer) promoted(n narrowing, depth int) value {
	if depth == 0 {
		return w.convert(w.fetched(choose(w.s, registerTypes[:])), n.wide)
	}
	t := choose(w.s, wordTypes[:])
	a := w.part(t, depth)
	if w.s.Chance(3, 4) {
		a = w.op(choose(w.s, joins[:]), a, w.part(t, depth-1))
	}
	return w.cut(n, a)
}

// cut writes the low bits of a number, by a mask or by conversions.
func (w *writer) cut(n narrowing, a value) value {
	a = w.convert(a, n.wide)
	if w.s.Chance(3, 4) {
		return w.with(air.BitAnd, a, n.mask)
	}
	return w.convert(w.convert(a, choose(w.s, registerTypes[:])), n.wide)
}

// part writes a part of an expression: a load, perhaps cut or inverted within its width, or another expression.
func (w *writer) part(t *air.Type, depth int) value {
	a := w.value(air.Load, t, w.cell(t).ref)
	if w.s.Chance(1, 4) {
		a = w.convert(w.fetched(t), t)
	}
	mask := choose(w.s, narrowMasks[:3])
	switch w.s.Intn(6) {
	case 0:
		return w.with(air.BitAnd, a, mask)
	case 1, 2:
		return w.with(air.Xor, w.with(air.BitAnd, a, mask), mask)
	case 3:
		return w.promoted(narrowing{t, mask}, max(depth-1, 0))
	}
	return a
}

// expressionOf brings an expression into scope.
func (w *writer) expressionOf(air.Tag) bool {
	v := w.tree(w.operandType(), expressionDepth)
	v.used = false
	w.scope = append(w.scope, v)
	return true
}

// testOf brings a comparison of expressions into scope.
func (w *writer) testOf(air.Tag) bool {
	w.scope = append(w.scope, w.test(expressionDepth-1))
	return true
}

// storeOf writes a store of an expression into a variable.
func (w *writer) storeOf(air.Tag) bool {
	t := w.operandType()
	v := w.tree(t, expressionDepth)
	to := w.cell(w.operandType())
	w.effect(air.Store, to.ref, w.alone(func() value { return w.convert(v, to.typ.Elem) }).ref)
	return true
}
