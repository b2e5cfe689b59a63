package gen

import (
	"math/big"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// The productions of this file work on any class of operands: integers of a register, wide ones, vectors of integers,
// floats, vectors of floats. Operands of partial operations are masked lane by lane.

// operands draws a value of one class, and reports whether there is one.
type operands func(w *writer) (value, bool)

// laneType returns the element type of a vector, and any other type itself.
func laneType(t *air.Type) *air.Type {
	if t.Kind == air.Vector {
		return t.Elem
	}
	return t
}

// withLane returns the vector of lane with the length of t, or lane if t is no vector.
func (w *writer) withLane(t, lane *air.Type) *air.Type {
	if t.Kind == air.Vector {
		return w.module.Types.Vector(t.Len, lane)
	}
	return lane
}

// uniform returns a constant of t with lane in every lane.
func (w *writer) uniform(t *air.Type, lane *air.Value) value {
	if t.Kind != air.Vector {
		return w.fixed(lane)
	}
	elems := w.lists.take(int(t.Len))
	for i := range elems {
		elems[i] = lane
	}
	return w.fixed(w.newValue(air.Value{Type: t, Kind: air.AggregateValue, Elems: elems}))
}

// every returns a constant of t with the low bits of v in every lane.
func (w *writer) every(t *air.Type, v *big.Int) value {
	lane := laneType(t)
	if lane.Bits > wordBits {
		v = new(big.Int).And(v, ones(lane.Bits))
		if lane.Signed && v.Bit(int(lane.Bits)-1) == 1 {
			v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(lane.Bits)))
		}
		return w.uniform(t, air.NewBig(lane, v))
	}
	return w.uniform(t, w.intValue(lane, Extend(lane, new(big.Int).And(v, ones(wordBits)).Uint64())))
}

// ones returns 2^n-1.
func ones(n uint32) *big.Int {
	v := new(big.Int).Lsh(big.NewInt(1), uint(n))
	return v.Sub(v, big.NewInt(1))
}

// masked writes bit_and with a constant that is the same in every lane.
func (w *writer) masked(v value, mask *big.Int) value {
	return w.value(air.BitAnd, v.typ, v.ref, w.every(v.typ, mask).ref)
}

// magnitudeBits returns the bits of an integer type without its sign.
func magnitudeBits(t *air.Type) uint32 {
	if t.Signed {
		return t.Bits - 1
	}
	return t.Bits
}

// number writes min or max of a float, or of the lanes of a vector, and a number: it is never NaN.
func (w *writer) number(v value) value {
	lane := laneType(v.typ)
	bound := w.uniform(v.typ, w.floatValue(lane, floatEdges[w.s.Intn(finiteEdges)]))
	return w.value(choose(w.s, numberMakers[:]), v.typ, v.ref, bound.ref)
}

var numberMakers = [...]air.Tag{air.Min, air.Max}

// numbers keeps NaN from the operands of tags whose result is undefined for it.
func (w *writer) numbers(tag air.Tag, operands ...*value) {
	if isOptimized(tag) && laneType(operands[0].typ).Kind == air.Float {
		for _, v := range operands {
			*v = w.number(*v)
		}
	}
}

// The numbers of steps that operations count as whose code loops: the remainder of two floats, that of f80 and f128,
// other arithmetic on these, and transcendental functions. Products and quotients of integers of more than cheapBits
// count a step for so many pairs of words.
const (
	remainderCost      = 400
	longRemainderCost  = 2500
	longCost           = 20
	transcendentalCost = 600
	pairsOfStep        = 8
	cheapBits          = 512
)

// costOf returns the number of steps that an operation on numbers counts as besides its own.
func costOf(tag air.Tag, t *air.Type) int {
	if t.Kind == air.Int {
		words := int(t.Bits / wordBits)
		if t.Bits <= cheapBits || !multiplies[tag] {
			return 0
		}
		return words * words / pairsOfStep
	}
	long := t.Kind == air.Float && t.Bits > wordBits
	switch tag {
	case air.Rem, air.Mod, air.RemOptimized, air.ModOptimized:
		if long {
			return longRemainderCost
		}
		return remainderCost
	}
	if slices.Contains(transcendental(), tag) {
		return transcendentalCost
	}
	if long {
		return longCost
	}
	return 0
}

// multiplies has the tags that take all words of one integer with all of another.
var multiplies = [air.NumTags]bool{air.Mul: true, air.MulWrap: true, air.MulSat: true, air.MulSafe: true, air.MulWithOverflow: true,
	air.DivTrunc: true, air.DivFloor: true, air.DivExact: true, air.Rem: true, air.Mod: true}

// affordsOperation reports whether an operation fits the steps of the case, and counts them if its code loops.
func (w *writer) affordsOperation(tag air.Tag, t *air.Type) bool {
	cost := costOf(tag, laneType(t))
	if t.Kind == air.Vector {
		cost *= int(t.Len)
	}
	if cost > 0 && w.cost+w.repeats*cost > w.steps {
		return false
	}
	w.cost += w.repeats * cost
	return true
}

// binaryOn writes operations that are defined for all operands.
func binaryOn(draw operands) func(*writer, air.Tag) bool {
	return func(w *writer, tag air.Tag) bool {
		a, ok := draw(w)
		if !ok || !w.affordsOperation(tag, a.typ) {
			return false
		}
		b := w.other(a)
		w.numbers(tag, &a, &b)
		w.value(tag, a.typ, a.ref, b.ref)
		return true
	}
}

// ternaryOn writes operations of three operands.
func ternaryOn(draw operands) func(*writer, air.Tag) bool {
	return func(w *writer, tag air.Tag) bool {
		a, ok := draw(w)
		if !ok || isHalf(laneType(a.typ)) && !w.has(Routines) || !w.affordsOperation(tag, a.typ) {
			return false
		}
		w.value(tag, a.typ, a.ref, w.need(a.typ).ref, w.need(a.typ).ref)
		return true
	}
}

// unaryOn writes operations of one operand.
func unaryOn(draw operands) func(*writer, air.Tag) bool {
	return func(w *writer, tag air.Tag) bool {
		a, ok := draw(w)
		if !ok || !w.affordsOperation(tag, a.typ) {
			return false
		}
		t, lane := a.typ, laneType(a.typ)
		switch rule := tag.Row().Rule; {
		case rule == air.ByteSwapRule && lane.Bits%8 != 0:
			return false
		case rule == air.AbsRule && lane.Kind == air.Int:
			t = w.withLane(t, w.module.Types.Int(false, lane.Bits))
		case rule == air.BitCountRule:
			t = w.withLane(t, countType(lane))
		}
		w.numbers(tag, &a)
		if tag.Row().Rule == air.BitCountRule && t.Kind == air.Int {
			w.bounded(interval{high: int64(lane.Bits)}, tag, t, a.ref)
		} else {
			w.value(tag, t, a.ref)
		}
		return true
	}
}

// compareOn writes comparisons, of vectors by cmp_vector.
func compareOn(draw operands) func(*writer, air.Tag) bool {
	return func(w *writer, tag air.Tag) bool {
		a, ok := draw(w)
		if !ok {
			return false
		}
		b := w.other(a)
		w.numbers(tag, &a, &b)
		w.comparison(tag, a, b)
		return true
	}
}

// comparison writes a comparison of two values, of vectors with a drawn predicate.
func (w *writer) comparison(tag air.Tag, a, b value) value {
	if a.typ.Kind != air.Vector {
		return w.value(tag, air.BoolType, a.ref, b.ref)
	}
	return w.push(air.Inst{Tag: tag, Type: w.withLane(a.typ, air.BoolType), Ops: w.operands(a.ref, b.ref),
		Extra: &air.CompareExtra{Predicate: choose(w.s, orderings)}})
}

// plainOn writes add, sub or mul of integers with room for the result; the forms that panic get none now and then.
func plainOn(draw operands) func(*writer, air.Tag) bool {
	return func(w *writer, tag air.Tag) bool {
		a, ok := draw(w)
		if !ok || laneType(a.typ).Bits < 4 || !w.affordsOperation(tag, a.typ) {
			return false
		}
		b := w.other(a)
		if !panics(tag) || w.s.Chance(15, 16) {
			a, b = w.lanesWithRoom(tag, a, b)
		}
		w.value(tag, a.typ, a.ref, b.ref)
		return true
	}
}

// lanesWithRoom masks two operands so that tag cannot overflow in any lane.
func (w *writer) lanesWithRoom(tag air.Tag, a, b value) (value, value) {
	lane := laneType(a.typ)
	n := magnitudeBits(lane)
	switch {
	case tag == air.Mul || tag == air.MulSafe:
		return w.masked(a, ones(n/2)), w.masked(b, ones(n/2))
	case (tag == air.Sub || tag == air.SubSafe) && !lane.Signed:
		top := new(big.Int).Lsh(big.NewInt(1), uint(n-1))
		return w.value(air.BitOr, a.typ, a.ref, w.every(a.typ, top).ref), w.masked(b, ones(n-1))
	}
	return w.masked(a, ones(n-1)), w.masked(b, ones(n-1))
}

// overflowOn writes arithmetic with an overflow bit, and takes its fields.
func overflowOn(draw operands) func(*writer, air.Tag) bool {
	return func(w *writer, tag air.Tag) bool {
		a, ok := draw(w)
		if !ok || !w.affordsOperation(tag, a.typ) {
			return false
		}
		w.takePair(w.value(tag, w.pairType(a.typ), a.ref, w.other(a).ref))
		return true
	}
}

// pairType returns the result type of arithmetic on t with an overflow bit.
func (w *writer) pairType(t *air.Type) *air.Type {
	return w.module.Types.Tuple(t, w.withLane(t, air.U1))
}

// takePair writes struct_field_val of one or both fields of a pair.
func (w *writer) takePair(pair value) {
	first := w.s.Intn(2)
	w.field(pair, first)
	if w.s.Bool() {
		w.field(pair, 1-first)
	}
}

// divideOn writes a division by a positive odd number.
func divideOn(draw operands) func(*writer, air.Tag) bool {
	return func(w *writer, tag air.Tag) bool {
		a, ok := draw(w)
		if !ok || laneType(a.typ).Bits < 2 || !w.affordsOperation(tag, a.typ) {
			return false
		}
		b := w.other(a)
		if lane := laneType(a.typ); lane.Signed {
			b = w.masked(b, ones(lane.Bits-1))
		}
		b = w.value(air.BitOr, b.typ, b.ref, w.every(b.typ, big.NewInt(1)).ref)
		if tag == air.DivExact {
			a = w.value(air.SubWrap, a.typ, a.ref, w.value(air.Rem, a.typ, a.ref, b.ref).ref)
		}
		w.value(tag, a.typ, a.ref, b.ref)
		return true
	}
}

// shiftOn writes a shift by a legal amount: any, or a constant for the forms that must not lose a bit.
func shiftOn(draw operands) func(*writer, air.Tag) bool {
	return func(w *writer, tag air.Tag) bool {
		a, ok := draw(w)
		if !ok {
			return false
		}
		lane, vector := laneType(a.typ), a.typ.Kind == air.Vector
		if lane.Bits == 1 && (vector || !w.has(ZeroBits)) {
			return false
		}
		var amount value
		switch {
		case tag == air.ShlExact || tag == air.ShrExact:
			a, amount = w.exactShift(tag, a)
		case vector:
			amount = w.laneAmounts(a.typ)
		case tag == air.ShlSat:
			amount = w.saturatingAmount(lane)
		default:
			amount = w.amount(lane)
		}
		switch r := a.interval; {
		case tag == air.ShlWithOverflow:
			w.takePair(w.value(tag, w.pairType(a.typ), a.ref, amount.ref))
		case tag == air.Shr && isNarrow(a.typ) && !r.unknown:
			w.bounded(interval{low: min(r.low, 0), high: max(r.high, 0)}, tag, a.typ, a.ref, amount.ref)
		default:
			w.value(tag, a.typ, a.ref, amount.ref)
		}
		return true
	}
}

// exactShift draws a constant amount, and masks the bits of a that a shift by it would lose.
func (w *writer) exactShift(tag air.Tag, a value) (masked, amount value) {
	lane := laneType(a.typ)
	n := uint32(w.s.Intn(int(lane.Bits)))
	mask := new(big.Int).Lsh(ones(lane.Bits-n), uint(n))
	if tag == air.ShlExact {
		mask = ones(magnitudeBits(lane) - min(n, magnitudeBits(lane)))
	}
	return w.masked(a, mask), w.every(w.withLane(a.typ, amountType(lane)), big.NewInt(int64(n)))
}

// laneAmounts draws amounts for the lanes of a vector: one constant, or any where the width is a power of two.
func (w *writer) laneAmounts(t *air.Type) value {
	amounts := w.withLane(t, amountType(t.Elem))
	if isPowerOfTwo(t.Elem.Bits) && w.s.Bool() {
		return w.need(amounts)
	}
	return w.every(amounts, big.NewInt(int64(w.s.Intn(int(t.Elem.Bits)))))
}

// saturatingAmount draws any unsigned value: amounts beyond the width saturate.
func (w *writer) saturatingAmount(t *air.Type) value {
	if len(w.types.wides) > 0 && w.s.Chance(1, 8) {
		return w.need(w.module.Types.Int(false, choose(w.s, w.types.wides).Bits))
	}
	if v, ok := w.find(func(v *value) bool { return isNarrow(v.typ) && !v.typ.Signed }); ok && w.s.Bool() {
		return v
	}
	if amountType(t).Bits == 0 || w.s.Chance(1, 4) { // next to the width, where the last bit is lost
		return w.literal(air.U8, min(int64(t.Bits)+int64(w.s.Between(-1, 1)), 255))
	}
	return w.need(amountType(t))
}

// castOn writes trunc to fewer bits, bitcast to the other signedness, or intcast to more bits, of every lane.
func castOn(draw operands) func(*writer, air.Tag) bool {
	return func(w *writer, tag air.Tag) bool {
		a, ok := draw(w)
		if !ok {
			return false
		}
		lane := laneType(a.typ)
		to := w.module.Types.Int(!lane.Signed, lane.Bits)
		if tag != air.Bitcast {
			to = air.IntType(lane.Signed, w.someInt().Bits)
		}
		if tag == air.Trunc && to.Bits > lane.Bits || tag == air.IntCast && to.Bits < lane.Bits {
			return false
		}
		w.value(tag, w.withLane(a.typ, to), a.ref)
		return true
	}
}
