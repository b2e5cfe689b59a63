package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// someInt draws a non-zero-width integer type from the case's palette.
func (w *writer) someInt() *air.Type { return choose(w.s, w.types.ints) }

// pair draws two integers of one type, the first no constant.
func (w *writer) pair() (a, b value) {
	a, _ = w.narrowInt()
	return a, w.other(a)
}

// other draws a second operand of a's type, seldom a itself.
func (w *writer) other(a value) value {
	b := w.need(a.typ)
	if b.ref != a.ref || w.s.Chance(1, 12) {
		return b
	}
	if b, ok := w.find(func(v *value) bool { return v.typ == a.typ && v.ref != a.ref }); ok {
		return b
	}
	if w.s.Bool() && isConstantType(a.typ) {
		return w.fixed(w.constant(a.typ))
	}
	return w.make(a.typ)
}

// total writes arithmetic that is defined for all operands.
func (w *writer) total(tag air.Tag) bool {
	a, b := w.pair()
	switch {
	case tag == air.Min:
		w.bounded(interval{low: min(a.low, b.low), high: min(a.high, b.high), unknown: a.unknown && b.unknown}, tag, a.typ, a.ref, b.ref)
	case tag == air.Max:
		w.bounded(interval{low: max(a.low, b.low), high: max(a.high, b.high), unknown: a.unknown || b.unknown}, tag, a.typ, a.ref, b.ref)
	case tag == air.BitAnd && b.low >= 0 && !b.unknown:
		w.bounded(interval{high: b.high}, tag, a.typ, a.ref, b.ref)
	default:
		w.value(tag, a.typ, a.ref, b.ref)
	}
	return true
}

// exactResult returns the interval of the exact results of a form of add, sub or mul, and false if these may not fit an
// int64.
func exactResult(tag air.Tag, a, b interval) (interval, bool) {
	switch tag {
	case air.Add, air.AddSafe:
		return a.add(b)
	case air.Sub, air.SubSafe:
		return a.sub(b)
	}
	return a.mul(b)
}

// plain writes add, sub or mul that does not overflow by the intervals of its operands, which are narrowed or tested
// first if need be.
func (w *writer) plain(tag air.Tag) bool {
	a, b := w.pair()
	if r, ok := exactResult(tag, a.interval, b.interval); ok && r.within(a.typ) {
		w.bounded(r, tag, a.typ, a.ref, b.ref)
		return true
	}
	if w.s.Chance(1, 3) {
		return w.guardedArithmetic(tag, a, b)
	}
	if a.typ.Bits < 4 {
		return false
	}
	a, b = w.makeRoom(tag, a, b)
	r, ok := exactResult(tag, a.interval, b.interval)
	if !ok || !r.within(a.typ) {
		return false
	}
	w.bounded(r, tag, a.typ, a.ref, b.ref)
	return true
}

// makeRoom narrows two operands so that tag cannot overflow.
func (w *writer) makeRoom(tag air.Tag, a, b value) (value, value) {
	magnitude := magnitudeBits(a.typ)
	switch {
	case tag == air.Mul || tag == air.MulSafe:
		return w.narrow(a, magnitude/2), w.narrow(b, magnitude/2)
	case (tag == air.Sub || tag == air.SubSafe) && !a.typ.Signed && magnitude < 64:
		top := int64(1) << (magnitude - 1)
		a = w.bounded(interval{low: top, high: 2*top - 1}, air.BitOr, a.typ, a.ref, w.literal(a.typ, top).ref)
		return a, w.narrow(b, magnitude-1)
	}
	return w.narrow(a, min(magnitude-1, 62)), w.narrow(b, min(magnitude-1, 62))
}

// guardedArithmetic writes add, sub or mul in the arm where the overflow bit is clear, on operands of any size.
func (w *writer) guardedArithmetic(tag air.Tag, a, b value) bool {
	asks := map[air.Tag]air.Tag{air.Add: air.AddWithOverflow, air.Sub: air.SubWithOverflow, air.Mul: air.MulWithOverflow}[tag]
	pair := w.value(asks, w.pairType(a.typ), a.ref, b.ref)
	bit := w.field(pair, 1)
	fits := w.value(air.CmpEq, air.BoolType, bit.ref, w.literal(air.U1, 0).ref)
	w.either(a.typ, fits, false, func() value { return w.value(tag, a.typ, a.ref, b.ref) })
	return true
}

// safe writes arithmetic that panics on overflow, mostly on operands that cannot overflow.
func (w *writer) safe(tag air.Tag) bool {
	a, b := w.pair()
	r, ok := exactResult(tag, a.interval, b.interval)
	if !ok || !r.within(a.typ) {
		r = rangeOf(a.typ)
		if a.typ.Bits >= 4 && w.s.Chance(15, 16) {
			a, b = w.makeRoom(tag, a, b)
		}
	}
	w.bounded(r, tag, a.typ, a.ref, b.ref)
	return true
}

// quotient writes a division by a divisor that is neither 0 nor -1.
func (w *writer) quotient(tag air.Tag) bool {
	a, b := w.pair()
	if a.typ.Signed && a.typ.Bits == 1 { // its only numbers are 0 and -1, and 0/-1 its only quotient
		zero := w.value(air.Xor, a.typ, a.ref, a.ref)
		w.bounded(exact(0), tag, a.typ, zero.ref, w.literal(a.typ, -1).ref)
		return true
	}
	if w.s.Chance(1, 4) {
		return w.guardedDivision(tag, a, b)
	}
	b = w.divisor(b)
	if tag == air.DivExact {
		rest := w.value(air.Rem, a.typ, a.ref, b.ref)
		a = w.bounded(a.interval.union(exact(0)), air.Sub, a.typ, a.ref, rest.ref)
	}
	w.bounded(quotientRange(tag, a, b), tag, a.typ, a.ref, b.ref)
	return true
}

func (r interval) union(o interval) interval {
	return interval{low: min(r.low, o.low), high: max(r.high, o.high), unknown: r.unknown || o.unknown}
}

// quotientRange returns the interval of a division, which is narrow for rem and mod by a positive divisor.
func quotientRange(tag air.Tag, a, b value) interval {
	full := rangeOf(a.typ)
	if b.unknown || b.low <= 0 {
		return full
	}
	switch {
	case tag == air.Mod || tag == air.Rem && !a.typ.Signed:
		return interval{high: b.high - 1}
	case tag == air.Rem:
		return interval{low: 1 - b.high, high: b.high - 1}
	}
	return full
}

// divisor writes a value of b's type that is neither 0 nor -1.
func (w *writer) divisor(b value) value {
	t := b.typ
	if !b.unknown && (b.low > 0 || b.high < -1) {
		return b
	}
	if t.Bits == 1 || t.Signed && t.Bits == 2 || w.s.Chance(1, 3) {
		return w.literal(t, w.divisorConstant(t))
	}
	if !t.Signed {
		return w.bounded(interval{low: 1, high: rangeOf(t).high, unknown: rangeOf(t).unknown}, air.BitOr, t, b.ref, w.literal(t, 1).ref)
	}
	if w.s.Bool() { // negative and even
		even := w.value(air.BitAnd, t, b.ref, w.literal(t, -2).ref)
		return w.bounded(interval{low: rangeOf(t).low, high: -2}, air.BitOr, t, even.ref, w.literal(t, rangeOf(t).low).ref)
	}
	positive := w.narrow(b, t.Bits-1)
	return w.bounded(interval{low: 1, high: rangeOf(t).high}, air.BitOr, t, positive.ref, w.literal(t, 1).ref)
}

// divisorConstant draws a divisor other than 0 and -1 of a type that has one.
func (w *writer) divisorConstant(t *air.Type) int64 {
	if v := w.boundary(t); v != 0 && v != -1 {
		return v
	}
	if t.Signed {
		return rangeOf(t).low
	}
	return 1
}

// guardedDivision writes a division in the arm where the divisor is neither 0 nor -1.
func (w *writer) guardedDivision(tag air.Tag, a, b value) bool {
	if tag == air.DivExact {
		return false
	}
	fits := w.value(air.CmpNeq, air.BoolType, b.ref, w.literal(b.typ, 0).ref)
	if b.typ.Signed {
		other := w.value(air.CmpNeq, air.BoolType, b.ref, w.literal(b.typ, -1).ref)
		fits = w.value(air.BoolAnd, air.BoolType, fits.ref, other.ref)
	}
	w.either(a.typ, fits, false, func() value { return w.value(tag, a.typ, a.ref, b.ref) })
	return true
}

// narrowInt draws an integer of a register, or makes one.
func (w *writer) narrowInt() (value, bool) {
	a, ok := w.anyInt()
	if !ok {
		a = w.need(w.someInt())
	}
	return a, true
}
