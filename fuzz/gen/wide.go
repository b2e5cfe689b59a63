package gen

import (
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// wordBits is the width of a register. Integers beyond it have productions of
// their own, without intervals.
const wordBits = 64

// wideWidths are the widths of wide integers: two words, and one bit more or less.
var wideWidths = [...]uint32{65, 96, 127, 128}

func isWide(t *air.Type) bool { return t.Kind == air.Int && t.Bits > wordBits }

// isNarrow says that t is an integer of a register.
func isNarrow(t *air.Type) bool { return t.Kind == air.Int && t.Bits > 0 && t.Bits <= wordBits }

// wideConstant draws a wide number: two words, each near a boundary.
func (g *Generator) wideConstant(t *air.Type) *air.Value {
	v := new(big.Int).SetUint64(g.s.Boundary(int(t.Bits - wordBits)))
	v.Lsh(v, wordBits)
	v.Or(v, new(big.Int).SetUint64(g.s.Boundary(wordBits)))
	if t.Signed && v.Bit(int(t.Bits)-1) == 1 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(t.Bits)))
	}
	return air.NewBig(t, v)
}

func (w *writer) wideLiteral(t *air.Type, v *big.Int) value { return w.fixed(air.NewBig(t, v)) }

// someWide gives a wide integer of the case.
func (w *writer) someWide() (value, bool) {
	if v, ok := w.find(func(v *value) bool { return isWide(v.typ) }); ok {
		return v, true
	}
	if len(w.types.wides) == 0 {
		return value{}, false
	}
	return w.makeWide(choose(w.s, w.types.wides)), true
}

// makeWide extends an integer of a register, by its signedness, or reads another
// wide one in its signedness.
func (w *writer) makeWide(t *air.Type) value {
	v, ok := w.anyInt()
	if !ok {
		return w.fixed(w.constant(t))
	}
	if v.typ.Signed && !t.Signed {
		v = w.value(air.Bitcast, air.IntType(false, v.typ.Bits), v.ref)
	}
	return w.value(air.IntCast, t, v.ref)
}

func (w *writer) wideBinary(tag air.Tag) bool {
	a, ok := w.someWide()
	if ok {
		w.value(tag, a.typ, a.ref, w.other(a).ref)
	}
	return ok
}

func (w *writer) wideCompare(tag air.Tag) bool {
	a, ok := w.someWide()
	if ok {
		w.value(tag, air.BoolType, a.ref, w.other(a).ref)
	}
	return ok
}

func (w *writer) wideOverflow(tag air.Tag) bool {
	a, ok := w.someWide()
	if !ok {
		return false
	}
	pair := w.value(tag, w.module.Types.Tuple(a.typ, air.U1), a.ref, w.other(a).ref)
	w.field(pair, w.s.Intn(2))
	w.field(pair, w.s.Intn(2))
	return true
}

// wideDivide divides by an odd number that is positive.
func (w *writer) wideDivide(tag air.Tag) bool {
	a, ok := w.someWide()
	if !ok {
		return false
	}
	b := w.other(a)
	if a.typ.Signed {
		top := new(big.Int).Lsh(big.NewInt(1), uint(a.typ.Bits)-1)
		b = w.value(air.BitAnd, b.typ, b.ref, w.wideLiteral(b.typ, top.Sub(top, big.NewInt(1))).ref)
	}
	b = w.value(air.BitOr, b.typ, b.ref, w.wideLiteral(b.typ, big.NewInt(1)).ref)
	w.value(tag, a.typ, a.ref, b.ref)
	return true
}

// wideShift shifts by a constant, or by any amount where the width is a power of two.
func (w *writer) wideShift(tag air.Tag) bool {
	a, ok := w.someWide()
	if !ok {
		return false
	}
	amount := w.literal(amountType(a.typ), int64(w.s.Intn(int(a.typ.Bits))))
	if isPowerOfTwo(a.typ.Bits) && w.s.Bool() {
		amount = w.need(amountType(a.typ))
	}
	if tag == air.ShlWithOverflow {
		pair := w.value(tag, w.module.Types.Tuple(a.typ, air.U1), a.ref, amount.ref)
		w.field(pair, 0)
		w.field(pair, 1)
		return true
	}
	w.value(tag, a.typ, a.ref, amount.ref)
	return true
}

func (w *writer) wideUnary(tag air.Tag) bool {
	a, ok := w.someWide()
	if !ok || tag == air.ByteSwap && a.typ.Bits%8 != 0 {
		return false
	}
	t := a.typ
	switch tag {
	case air.Abs:
		t = air.IntType(false, t.Bits)
	case air.Clz, air.Ctz, air.Popcount:
		w.bounded(interval{high: int64(t.Bits)}, tag, countType(t), a.ref)
		return true
	}
	w.value(tag, t, a.ref)
	return true
}

// wideCast writes trunc to a register's integer, or bitcast to the other signedness.
func (w *writer) wideCast(tag air.Tag) bool {
	a, ok := w.someWide()
	if !ok {
		return false
	}
	t := air.IntType(!a.typ.Signed, a.typ.Bits)
	if tag == air.Trunc {
		t = air.IntType(a.typ.Signed, w.someInt().Bits)
	}
	w.value(tag, t, a.ref)
	return true
}
