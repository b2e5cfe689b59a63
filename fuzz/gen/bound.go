package gen

import (
	"math/bits"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// narrow writes a value between 0 and 2^width-1, of v's type, which must have more than width bits beside its sign.
func (w *writer) narrow(v value, width uint32) value {
	limit := int64(1)<<width - 1
	if !v.unknown && v.low >= 0 && v.high <= limit {
		return v
	}
	switch w.s.Intn(4) {
	case 0:
		if !v.typ.Signed {
			return w.bounded(interval{high: limit}, air.Min, v.typ, v.ref, w.literal(v.typ, limit).ref)
		}
	case 1:
		if !v.typ.Signed && limit < 1<<62 {
			return w.bounded(interval{high: limit}, air.Rem, v.typ, v.ref, w.literal(v.typ, limit+1).ref)
		}
	case 2:
		if !v.typ.Signed && isPowerOfTwo(v.typ.Bits) {
			amount := w.literal(amountType(v.typ), int64(v.typ.Bits-width))
			return w.bounded(interval{high: limit}, air.Shr, v.typ, v.ref, amount.ref)
		}
	}
	return w.bounded(interval{high: limit}, air.BitAnd, v.typ, v.ref, w.literal(v.typ, limit).ref)
}

// clamp writes a value between low and high of v's type.
func (w *writer) clamp(v value, low, high int64) value {
	r := v.interval
	if r.unknown || r.high > high {
		r = interval{low: min(r.low, high), high: high}
		v = w.bounded(r, air.Min, v.typ, v.ref, w.literal(v.typ, high).ref)
	}
	if r.low < low {
		r.low = low
		v = w.bounded(interval{low: low, high: max(low, r.high)}, air.Max, v.typ, v.ref, w.literal(v.typ, low).ref)
	}
	return v
}

func isPowerOfTwo(n uint32) bool { return n&(n-1) == 0 }

// amountType returns the type of a shift amount: the unsigned type just wide enough for the bits of t.
func amountType(t *air.Type) *air.Type { return air.IntType(false, uint32(bits.Len32(t.Bits-1))) }

// countType returns the type of a count of bits of t.
func countType(t *air.Type) *air.Type { return air.IntType(false, uint32(bits.Len32(t.Bits))) }

// index draws a usize from 0 to n-1; n must be positive.
func (w *writer) index(n int64) value {
	if w.s.Chance(1, 3) {
		return w.literal(air.USize, int64(w.s.Intn(int(n))))
	}
	if v, ok := w.find(func(v *value) bool { return v.typ == air.USize && !v.unknown && v.high < n }); ok {
		return v
	}
	v := w.instruction(air.USize)
	if !v.unknown && v.high < n {
		return v
	}
	if isPowerOfTwo(uint32(n)) && w.s.Bool() {
		return w.bounded(interval{high: n - 1}, air.BitAnd, air.USize, v.ref, w.literal(air.USize, n-1).ref)
	}
	return w.bounded(interval{high: n - 1}, air.Rem, air.USize, v.ref, w.literal(air.USize, n).ref)
}

// amount draws a legal amount for a shift of a t.
func (w *writer) amount(t *air.Type) value {
	at := amountType(t)
	if at.Bits == 0 {
		return w.literal(at, 0)
	}
	if w.s.Chance(1, 3) {
		return w.literal(at, int64(w.s.Intn(int(t.Bits))))
	}
	v := w.need(at)
	if isPowerOfTwo(t.Bits) || v.high < int64(t.Bits) {
		return v
	}
	return w.clamp(v, 0, int64(t.Bits)-1)
}
