package gen

import (
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// wordBits is the width of a register. Integers beyond it have productions of their own, without intervals.
const wordBits = 64

// wideWidths are the widths of wide integers: two words, and one bit more or less.
var wideWidths = [...]uint32{65, 96, 127, 128}

// bigWidths are widths of integers that take more than two words.
var bigWidths = [...]uint32{129, 160, 191, 192, 193, 255, 256, 257, 320, 500}

// hugeWidths are widths up to the largest that there is. They are rare, because code and evaluator take long for them.
var hugeWidths = [...]uint32{1000, 1024, 1025, 2047, 4096, 8193, 16384, 32767, 65472, 65535}

// wideInt draws the type of a wide integer, for other compilers one of two words.
func (g *Generator) wideInt() *air.Type {
	if !g.config.CFloats && g.s.Chance(1, 3) {
		if g.s.Chance(1, 24) {
			if bits := choose(g.s, hugeWidths[:]); bits <= g.config.Bits {
				return g.module.Types.Int(g.s.Bool(), bits)
			}
		}
		return g.module.Types.Int(g.s.Bool(), choose(g.s, bigWidths[:]))
	}
	return air.IntType(g.s.Bool(), choose(g.s, wideWidths[:]))
}

func isWide(t *air.Type) bool { return t.Kind == air.Int && t.Bits > wordBits }

// isNarrow reports whether t is an integer of a register.
func isNarrow(t *air.Type) bool { return t.Kind == air.Int && t.Bits > 0 && t.Bits <= wordBits }

// wideConstant draws a wide number: words that are each near a boundary.
func (g *Generator) wideConstant(t *air.Type) *air.Value {
	v := new(big.Int)
	for at := (t.Bits - 1) / wordBits * wordBits; ; at -= wordBits {
		v.Lsh(v, wordBits)
		v.Or(v, new(big.Int).SetUint64(g.s.Boundary(int(min(wordBits, t.Bits-at)))))
		if at == 0 {
			break
		}
	}
	if t.Signed && v.Bit(int(t.Bits)-1) == 1 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(t.Bits)))
	}
	return air.NewBig(t, v)
}

// someWide draws a wide integer.
func (w *writer) someWide() (value, bool) {
	if v, ok := w.find(func(v *value) bool { return isWide(v.typ) }); ok {
		return v, true
	}
	if len(w.types.wides) == 0 {
		return value{}, false
	}
	return w.makeWide(choose(w.s, w.types.wides)), true
}

// makeWide writes the extension of an integer of a register, or a wide integer of two words.
func (w *writer) makeWide(t *air.Type) value {
	v, ok := w.anyInt()
	if !ok {
		return w.fixed(w.constant(t))
	}
	if low, ok := w.ofType(air.U64); ok && w.s.Chance(1, 4) {
		if high, ok := w.ofType(air.U64); ok {
			return w.wideOfWords(t, high, low)
		}
	}
	if v.typ.Signed && !t.Signed {
		v = w.value(air.Bitcast, air.IntType(false, v.typ.Bits), v.ref)
	}
	return w.value(air.IntCast, t, v.ref)
}

// wideOfWords writes a wide integer of two words.
func (w *writer) wideOfWords(t *air.Type, high, low value) value {
	mark, unsigned := len(w.scope), w.module.Types.Int(false, t.Bits)
	v := w.value(air.IntCast, unsigned, high.ref)
	v = w.value(air.Shl, unsigned, v.ref, w.literal(amountType(t), int64(t.Bits-wordBits)).ref)
	v = w.value(air.Xor, unsigned, v.ref, w.value(air.IntCast, unsigned, low.ref).ref)
	if t.Signed {
		v = w.value(air.Bitcast, t, v.ref)
	}
	w.scope = append(w.scope[:mark], v) // without its parts
	return v
}

// wideType draws an integer type, two of three times a wide one.
func (w *writer) wideType() *air.Type {
	if w.s.Chance(2, 3) {
		return w.wideInt()
	}
	return w.someInt()
}

// wideCast writes a conversion from or to a wide integer of what fits; the form that panics gets any value now and then.
func (w *writer) wideCast(tag air.Tag) bool {
	a, _ := w.someWide()
	t := w.wideType()
	if len(w.types.wides) > 0 && w.s.Chance(1, 4) {
		if v, ok := w.anyInt(); ok {
			a, t = v, choose(w.s, w.types.wides)
		}
	}
	if a.typ == nil {
		return false
	}
	switch from := a.typ; {
	case tag == air.Trunc:
		if t.Bits > from.Bits {
			return false
		}
		t = w.module.Types.Int(from.Signed, t.Bits)
	case from.Signed == t.Signed && from.Bits <= t.Bits || !from.Signed && from.Bits < t.Bits:
	case tag != air.IntCastSafe || w.s.Chance(7, 8):
		a = w.masked(a, ones(min(magnitudeBits(from), magnitudeBits(t))))
	}
	w.value(tag, t, a.ref)
	return true
}
