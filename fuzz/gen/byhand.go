package gen

import (
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// rotated writes a rotation by a constant or, in a type whose bits are a power of two, by any amount.
func (w *writer) rotated(t *air.Type, depth int) value {
	t = air.IntType(false, t.Bits)
	a := w.tree(t, depth)
	if t.Bits == 1 {
		return a
	}
	if by := w.s.Between(1, int(t.Bits)-1); w.s.Bool() || !isPowerOfTwo(t.Bits) {
		return w.op(w.gluing(), w.shift(air.Shl, a, by), w.shift(air.Shr, a, int(t.Bits)-by))
	}
	by := w.tree(amountType(t), depth-1)
	back := w.op(air.SubWrap, w.zero(by.typ), by)
	return w.op(w.gluing(), w.value(air.Shl, t, a.ref, by.ref), w.value(air.Shr, t, a.ref, back.ref))
}

// gluing draws an operation that joins values without a common bit.
func (w *writer) gluing() air.Tag { return choose(w.s, gluers[:]) }

var gluers = [...]air.Tag{air.BitOr, air.AddWrap, air.Xor}

// funnel writes the high bits of one value before the low bits of another.
func (w *writer) funnel(t *air.Type, depth int) value {
	t = air.IntType(false, t.Bits)
	if t.Bits == 1 {
		return w.tree(t, depth)
	}
	by := w.s.Between(1, int(t.Bits)-1)
	a := w.shift(air.Shl, w.tree(t, depth), by)
	return w.op(w.gluing(), a, w.shift(air.Shr, w.tree(t, depth), int(t.Bits)-by))
}

// signExtended writes the extension of a bit without a narrower type.
func (w *writer) signExtended(t *air.Type, depth int) value {
	sign := uint64(1) << w.position(t)
	a := w.with(air.BitAnd, w.tree(t, depth), 2*sign-1)
	return w.with(air.SubWrap, w.with(air.Xor, a, sign), sign)
}

// signOf writes the sign of a value in every bit.
func (w *writer) signOf(a value) value {
	return w.shift(air.Shr, w.convert(a, air.IntType(true, a.typ.Bits)), int(a.typ.Bits)-1)
}

// absolute writes the absolute value, or its negative.
func (w *writer) absolute(t *air.Type, depth int) value {
	t = air.IntType(true, t.Bits)
	a := w.tree(t, depth)
	switch w.s.Intn(3) {
	case 0:
		s := w.signOf(a)
		return w.op(air.SubWrap, w.op(air.Xor, a, s), s)
	case 1:
		s := w.signOf(a)
		return w.op(air.Xor, w.op(air.AddWrap, a, s), s)
	}
	negative := w.op(air.SubWrap, w.zero(t), a)
	return w.choice(w.value(choose(w.s, orderings), air.BoolType, a.ref, w.zero(t).ref), negative, a)
}

// extreme writes the smaller or larger of two values, by a comparison and a choice, or clamps one between constants.
func (w *writer) extreme(t *air.Type, depth int) value {
	a, b := w.tree(t, depth), w.fixed(w.constant(t))
	if w.s.Chance(2, 3) {
		b = w.tree(t, depth)
	}
	less := w.value(choose(w.s, orderings), air.BoolType, a.ref, b.ref)
	v := w.choice(less, a, b)
	if w.s.Chance(1, 3) {
		limit := w.fixed(w.constant(t))
		v = w.choice(w.value(choose(w.s, orderings), air.BoolType, v.ref, limit.ref), v, limit)
	}
	return v
}

// swapped writes the bytes of a value in another order, by masks and shifts.
func (w *writer) swapped(t *air.Type, depth int) value {
	t = choose(w.s, []*air.Type{air.U16, air.U32, air.U64, air.IntType(false, (t.Bits+7)&^7)})
	a, n := w.tree(t, depth), int(t.Bits)/8
	if n == 1 {
		return a
	}
	var sum value
	for i := range n {
		to := n - 1 - i
		if w.s.Chance(1, 16) {
			to = w.s.Intn(n)
		}
		if part := w.byteTo(a, i, to); i == 0 {
			sum = part
		} else {
			sum = w.op(air.BitOr, sum, part)
		}
	}
	return sum
}

// byteTo writes a byte of a value at another position, masked before or after the shift.
func (w *writer) byteTo(a value, from, to int) value {
	early := w.s.Bool()
	if early {
		a = w.with(air.BitAnd, a, 0xff<<(8*from))
	}
	if to > from {
		a = w.shift(air.Shl, a, 8*(to-from))
	} else if to < from {
		a = w.shift(air.Shr, a, 8*(from-to))
	}
	if !early {
		a = w.with(air.BitAnd, a, 0xff<<(8*to))
	}
	return a
}

// countedByHand writes the number of ones, by sums of neighbours.
func (w *writer) countedByHand(_ *air.Type, depth int) value {
	t := choose(w.s, wordTypes[:])
	a := w.tree(t, depth)
	a = w.op(air.SubWrap, a, w.with(air.BitAnd, w.shift(air.Shr, a, 1), 0x5555_5555_5555_5555))
	pairs := w.with(air.BitAnd, w.shift(air.Shr, a, 2), 0x3333_3333_3333_3333)
	a = w.op(air.AddWrap, w.with(air.BitAnd, a, 0x3333_3333_3333_3333), pairs)
	a = w.with(air.BitAnd, w.op(air.AddWrap, a, w.shift(air.Shr, a, 4)), 0x0f0f_0f0f_0f0f_0f0f)
	return w.shift(air.Shr, w.with(air.MulWrap, a, 0x0101_0101_0101_0101), int(t.Bits)-8)
}

// lowestBit writes an operation on the lowest bit that is set.
func (w *writer) lowestBit(t *air.Type, depth int) value {
	a := w.tree(t, depth)
	switch w.s.Intn(3) {
	case 0:
		return w.op(air.BitAnd, a, w.op(air.SubWrap, w.zero(t), a))
	case 1:
		return w.op(choose(w.s, joins[:3]), a, w.with(air.SubWrap, a, 1))
	}
	return w.op(choose(w.s, joins[:3]), w.value(air.Not, t, a.ref), w.with(choose(w.s, mixers[:2]), a, 1))
}

// oneBit writes an operation on one bit: at a constant position or at any.
func (w *writer) oneBit(t *air.Type, depth int) value {
	a := w.tree(t, depth)
	if w.s.Bool() || !isPowerOfTwo(t.Bits) || t.Bits == 1 {
		bit := uint64(1) << w.position(t)
		return w.with(choose(w.s, joins[:3]), a, choose(w.s, []uint64{bit, ^bit}))
	}
	at := w.tree(amountType(t), depth-1)
	if w.s.Bool() {
		return w.with(air.BitAnd, w.value(air.Shr, t, a.ref, at.ref), 1)
	}
	bit := w.value(air.Shl, t, w.literal(t, Extend(t, 1)).ref, at.ref)
	if w.s.Chance(1, 3) {
		bit = w.value(air.Not, t, bit.ref)
	}
	return w.op(choose(w.s, joins[:3]), a, bit)
}

// dividedBy writes a quotient or remainder by a constant, as it is or multiplied again.
func (w *writer) dividedBy(t *air.Type, depth int) value {
	a := w.tree(t, depth)
	if t.Bits < 3 {
		return a
	}
	by := w.literal(t, w.divisorConstant(t))
	v := w.op(choose(w.s, divisions[:]), a, by)
	switch w.s.Intn(4) {
	case 0:
		return w.op(air.MulWrap, v, by)
	case 1:
		return w.op(air.SubWrap, a, w.op(air.MulWrap, v, by))
	}
	return v
}

var divisions = [...]air.Tag{air.DivTrunc, air.DivFloor, air.Rem, air.Mod}

// scaled writes a product with a constant, alone or as part of a sum.
func (w *writer) scaled(t *air.Type, depth int) value {
	a := w.tree(t, depth)
	if w.s.Bool() {
		a = w.with(air.MulWrap, a, uint64(w.boundary(t)))
	} else {
		a = w.shift(air.Shl, a, min(w.s.Intn(5), int(t.Bits)-1))
	}
	if w.s.Chance(1, 3) {
		return a
	}
	return w.op(choose(w.s, mixers[:2]), a, w.tree(t, depth-1))
}

// carried writes a sum or difference of two words each with the carry of the low ones.
func (w *writer) carried(t *air.Type, depth int) value {
	t = air.IntType(false, t.Bits)
	a, b := w.tree(t, depth), w.tree(t, depth-1)
	tag := choose(w.s, mixers[:2])
	low, order := w.op(tag, a, b), air.CmpLt
	x, y := low, a
	if tag == air.SubWrap {
		x, y = a, b
	}
	if w.s.Chance(1, 4) {
		x, y, order = y, x, air.CmpGt
	}
	carry := w.convert(w.ofBool(w.value(order, air.BoolType, x.ref, y.ref)), t)
	high := w.op(tag, w.op(tag, w.tree(t, depth-1), w.tree(t, depth-1)), carry)
	return w.op(air.Xor, high, low)
}

// saturated writes a sum or difference that is clamped.
func (w *writer) saturated(t *air.Type, depth int) value {
	if t.Signed && (t.Bits <= 32 || w.has(Wide)) {
		return w.saturatedWide(t, depth)
	}
	t = air.IntType(false, t.Bits)
	a, b := w.tree(t, depth), w.tree(t, depth)
	if w.s.Bool() {
		sum := w.op(air.AddWrap, a, b)
		return w.choice(w.value(air.CmpLt, air.BoolType, sum.ref, a.ref), w.pattern(t, ^uint64(0)), sum)
	}
	difference := w.op(air.SubWrap, a, b)
	return w.choice(w.value(air.CmpLt, air.BoolType, a.ref, b.ref), w.zero(t), difference)
}

// saturatedWide writes a sum, difference or product in twice as many bits, clamped to the bounds of the type.
func (w *writer) saturatedWide(t *air.Type, depth int) value {
	wide := air.IntType(true, 64)
	if t.Bits > 32 {
		wide = air.IntType(true, 128)
	}
	a := w.value(air.IntCast, wide, w.tree(t, depth).ref)
	v := w.op(choose(w.s, joins[3:6]), a, w.value(air.IntCast, wide, w.tree(t, depth).ref))
	for i, bound := range [...]int64{rangeOf(t).low, rangeOf(t).high} {
		limit, tag, order := w.every(wide, big.NewInt(bound)), air.Max, air.CmpGt
		if i == 1 {
			tag, order = air.Min, air.CmpLt
		}
		if w.s.Bool() {
			v = w.op(tag, v, limit)
		} else {
			v = w.value(air.Select, wide, w.value(order, air.BoolType, v.ref, limit.ref).ref, v.ref, limit.ref)
		}
	}
	return w.value(air.Trunc, t, v.ref)
}

// highProduct writes the high half of a product.
func (w *writer) highProduct(t *air.Type, depth int) value {
	if t.Bits > 32 && !w.has(Wide) || t.Bits < 2 {
		return w.combined(t, depth)
	}
	wide := air.IntType(t.Signed, 2*t.Bits)
	a, b := w.tree(t, depth), w.tree(t, depth)
	product := w.op(air.MulWrap, w.value(air.IntCast, wide, a.ref), w.value(air.IntCast, wide, b.ref))
	by := int(t.Bits)
	if w.s.Chance(1, 3) {
		by = w.s.Intn(2 * by)
	}
	return w.value(air.Trunc, t, w.shift(air.Shr, product, by).ref)
}

// averaged writes half of a sum, which is computed without a carry or in a wider type.
func (w *writer) averaged(t *air.Type, depth int) value {
	a, b := w.tree(t, depth), w.tree(t, depth)
	if t.Bits > 1 && t.Bits < wordBits && w.s.Bool() {
		wide := air.IntType(t.Signed, wordBits)
		sum := w.op(air.AddWrap, w.value(air.IntCast, wide, a.ref), w.value(air.IntCast, wide, b.ref))
		if w.s.Bool() {
			sum = w.with(air.AddWrap, sum, 1)
		}
		return w.value(air.Trunc, t, w.shift(air.Shr, sum, 1).ref)
	}
	half := w.shift(air.Shr, w.op(air.Xor, a, b), min(1, int(t.Bits)-1))
	if w.s.Bool() {
		return w.op(air.AddWrap, w.op(air.BitAnd, a, b), half)
	}
	return w.op(air.SubWrap, w.op(air.BitOr, a, b), half)
}

// distanced writes the absolute difference.
func (w *writer) distanced(t *air.Type, depth int) value {
	a, b := w.tree(t, depth), w.tree(t, depth)
	up, down := w.op(air.SubWrap, a, b), w.op(air.SubWrap, b, a)
	return w.choice(w.value(choose(w.s, orderings), air.BoolType, a.ref, b.ref), up, down)
}

// fieldOf writes some bits of a value, or puts them into another.
func (w *writer) fieldOf(t *air.Type, depth int) value {
	low := w.position(t)
	mask := uint64(1)<<w.s.Between(1, int(t.Bits)-low) - 1
	a := w.tree(t, depth)
	if w.s.Bool() {
		return w.with(air.BitAnd, w.shift(air.Shr, a, low), mask)
	}
	b := w.with(air.BitAnd, w.shift(air.Shl, w.tree(t, depth), low), mask<<low)
	return w.op(w.gluing(), w.with(air.BitAnd, a, ^(mask<<low)), b)
}

// rounded writes a multiple of a power of two, or tests for one.
func (w *writer) rounded(t *air.Type, depth int) value {
	a, mask := w.tree(t, depth), uint64(1)<<w.position(t)-1
	if w.s.Bool() {
		a = w.with(air.AddWrap, a, mask)
	}
	return w.with(air.BitAnd, a, ^mask)
}

// counted writes a count of bits, as it is or within a sum.
func (w *writer) counted(t *air.Type, depth int) value {
	a := w.tree(t, depth)
	count := w.bounded(interval{high: int64(t.Bits)}, choose(w.s, counters[:]), countType(t), a.ref)
	if w.s.Bool() {
		return count
	}
	limit := w.pattern(t, uint64(t.Bits-1))
	return w.op(choose(w.s, mixers[1:]), limit, w.convert(count, t))
}

var counters = [...]air.Tag{air.Clz, air.Ctz, air.Popcount}

// unaryOf writes an operation of its own on an expression.
func (w *writer) unaryOf(t *air.Type, depth int) value {
	a := w.tree(t, depth)
	switch tag := choose(w.s, unaries[:]); {
	case tag == air.ByteSwap && t.Bits%8 != 0:
		return w.value(air.BitReverse, t, a.ref)
	case tag == air.Abs:
		return w.value(tag, air.IntType(false, t.Bits), a.ref)
	case tag.Row().Ops == 2:
		return w.op(tag, a, w.tree(t, depth-1))
	default:
		return w.value(tag, t, a.ref)
	}
}

var unaries = [...]air.Tag{air.ByteSwap, air.BitReverse, air.Abs, air.Min, air.Max, air.AddSat, air.SubSat}

// signsOf writes a sign, the comparison of a value with zero that needs none, or the overflow of a sum.
func (w *writer) signsOf(t *air.Type, depth int) value {
	a := w.tree(t, depth)
	switch w.s.Intn(3) {
	case 0:
		return w.signOf(a)
	case 1:
		return w.op(air.BitOr, w.signOf(a), w.signOf(w.op(air.SubWrap, w.zero(t), a)))
	}
	b := w.tree(t, depth)
	sum := w.op(air.AddWrap, a, b)
	return w.signOf(w.op(air.BitAnd, w.op(air.Xor, a, sum), w.op(air.Xor, b, sum)))
}
