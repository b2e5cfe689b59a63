package gen

import (
	"math/bits"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// shift writes a shift by a legal amount.
func (w *writer) shift(tag air.Tag) bool {
	a, ok := w.anyInt()
	if !ok || a.typ.Bits == 1 && !w.has(ZeroBits) {
		return false
	}
	switch tag {
	case air.ShlSat:
		w.value(tag, a.typ, a.ref, w.saturatingAmount(a.typ).ref)
	case air.ShlWithOverflow:
		w.takePair(w.value(tag, w.pairType(a.typ), a.ref, w.amount(a.typ).ref))
	case air.ShlExact:
		return w.exactLeft(a)
	case air.ShrExact:
		return w.exactRight(a)
	default:
		amount := w.amount(a.typ)
		if r := a.interval; tag == air.Shr && !r.unknown {
			w.bounded(interval{low: min(r.low, 0), high: max(r.high, 0)}, tag, a.typ, a.ref, amount.ref)
		} else {
			w.value(tag, a.typ, a.ref, amount.ref)
		}
	}
	return true
}

// saturatingAmount draws any unsigned value: amounts beyond the width saturate.
func (w *writer) saturatingAmount(t *air.Type) value {
	if v, ok := w.find(func(v *value) bool { return isNarrow(v.typ) && !v.typ.Signed }); ok && w.s.Bool() {
		return v
	}
	if amountType(t).Bits == 0 {
		return w.literal(air.U8, int64(w.s.Intn(3)))
	}
	return w.need(amountType(t))
}

// exactLeft writes shl_exact of a small number by a constant that loses no bit.
func (w *writer) exactLeft(a value) bool {
	if a.unknown || a.low < 0 {
		if a.typ.Bits < 4 {
			return false
		}
		a = w.narrow(a, uint32(w.s.Between(1, int(a.typ.Bits)-2)))
	}
	room := bits.Len64(uint64(largest(a.typ))) - bits.Len64(uint64(a.high))
	if room <= 0 {
		return false
	}
	n := w.s.Intn(min(room, int(a.typ.Bits)-1) + 1)
	r := interval{low: a.low << n, high: a.high << n}
	w.bounded(r, air.ShlExact, a.typ, a.ref, w.literal(amountType(a.typ), int64(n)).ref)
	return true
}

// exactRight writes shr_exact of a number whose low bits are cleared.
func (w *writer) exactRight(a value) bool {
	n := w.s.Intn(int(a.typ.Bits))
	if a.typ.Bits == 1 {
		return false
	}
	cleared := w.value(air.BitAnd, a.typ, a.ref, w.literal(a.typ, extend(a.typ, ^uint64(0)<<n)).ref)
	w.value(air.ShrExact, a.typ, cleared.ref, w.literal(amountType(a.typ), int64(n)).ref)
	return true
}
