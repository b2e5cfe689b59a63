package gen

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// cast writes a conversion between two integer types.
func (w *writer) cast(tag air.Tag) bool {
	a, ok := w.anyInt()
	if !ok {
		return false
	}
	t := w.someInt()
	if w.s.Chance(1, 4) {
		t = w.intType()
	}
	switch tag {
	case air.Trunc:
		if a.typ.Bits <= t.Bits {
			return false
		}
		if a.typ.Signed != t.Signed {
			t = air.IntType(a.typ.Signed, t.Bits)
		}
		w.value(tag, t, a.ref)
	case air.IntCast:
		return w.intCast(a, t)
	default: // intcast_safe, which panics now and then
		r := a.interval
		if !r.within(t) {
			if r = rangeOf(t); w.s.Chance(15, 16) {
				return false
			}
		}
		w.bounded(r, tag, t, a.ref)
	}
	return true
}

// intCast writes intcast of a value that fits, narrowed before if need be.
func (w *writer) intCast(a value, t *air.Type) bool {
	if !a.within(t) {
		width := min(a.typ.Bits, t.Bits)
		if width < 4 {
			return false
		}
		a = w.narrow(a, width-2)
	}
	w.bounded(a.interval, air.IntCast, t, a.ref)
	return true
}

// bitcast writes a bitcast of an integer to the other signedness, or to an enum.
func (w *writer) bitcast(tag air.Tag) bool {
	a, ok := w.anyInt()
	if !ok {
		return false
	}
	t := air.IntType(!a.typ.Signed, a.typ.Bits)
	if e, ok := w.openEnum(a.typ); ok {
		t = e
	}
	w.value(tag, t, a.ref)
	return true
}

// sameSize writes a bitcast to another type of the same size in bits: a type of the case, an integer, or an array or
// vector of smaller parts.
func (w *writer) sameSize(tag air.Tag) bool {
	if w.s.Chance(1, 12) { // to the type itself
		v, ok := w.find(func(v *value) bool {
			return v.typ.HasBits() && isCopied(v.typ) && !hasAddress(v.typ) && v.typ.Kind != air.Fn
		})
		if ok {
			w.value(tag, v.typ, v.ref)
		}
		return ok
	}
	v, ok := w.find(func(v *value) bool { return hasPlainBits(v.typ) && v.typ.BitSize() <= 8*maxTypeSize })
	if !ok {
		return false
	}
	t := w.typeOfBits(uint32(v.typ.BitSize()))
	if t == nil {
		return false
	}
	w.value(tag, t, v.ref)
	return true
}

// sameLanes writes a bitcast of a vector to the array of its lanes, or back.
func (w *writer) sameLanes(tag air.Tag) bool {
	v, ok := w.having(func(t *air.Type) bool {
		return (t.Kind == air.Vector || t.Kind == air.Array && t.Len > 0 && t.Len <= 64 && t.Sentinel == nil) && (isNarrow(t.Elem) && t.Elem.HasBits() || isShortFloat(t.Elem))
	})
	if !ok {
		return false
	}
	lane := v.typ.Elem
	if lane.Kind == air.Int && w.s.Bool() {
		lane = air.IntType(!lane.Signed, lane.Bits)
	}
	t := w.module.Types.Array(v.typ.Len, lane)
	if v.typ.Kind == air.Array {
		t = w.module.Types.Vector(v.typ.Len, lane)
	}
	w.value(tag, t, v.ref)
	return true
}

// hasPlainBits reports whether bitcast takes a t apart: its bits have no gaps, and none is undefined.
func hasPlainBits(t *air.Type) bool {
	switch t.Kind {
	case air.Bool, air.Enum, air.ErrorSet:
		return t.HasBits()
	}
	return isFree(t) || t.IsPacked() && t.HasBits()
}

// isFree reports whether every bit pattern is a value of t.
func isFree(t *air.Type) bool {
	switch t.Kind {
	case air.Int, air.Float, air.Bool:
		return t.HasBits()
	case air.Enum:
		return t.HasBits() && !t.Exhaustive
	case air.Vector:
		return isFree(t.Elem)
	case air.Array:
		return t.Len > 0 && isFree(t.Elem) && t.Sentinel == nil && t.Elem.BitSize() == 8*t.Elem.Size()
	case air.Struct:
		return t.IsPacked() && t.HasBits() && !slices.ContainsFunc(t.Fields, func(f air.Field) bool { return !isFree(f.Type) })
	}
	return isPackedUnion(t)
}

// typeOfBits draws a free type of a size in bits, or returns nil.
func (w *writer) typeOfBits(n uint32) *air.Type {
	all := bitParts[:]
	if w.config.CFloats {
		all = slices.DeleteFunc(slices.Clone(all), isHalf)
	}
	switch parts := choose(w.s, all); {
	case w.s.Bool():
		if t, ok := w.plainWhere(func(t *air.Type) bool { return t.BitSize() == uint64(n) && isFree(t) }); ok {
			return t
		}
	case n%parts.Bits != 0:
	case parts.Bits%8 == 0 && w.s.Bool():
		return w.module.Types.Array(uint64(n/parts.Bits), parts)
	case w.has(Vectors) && n/parts.Bits <= 64:
		return w.module.Types.Vector(uint64(n/parts.Bits), parts)
	}
	if n > maxPackedBits {
		return nil
	}
	return air.IntType(w.s.Bool(), n)
}

// bitParts are the types of the parts into which bitcast takes values apart.
var bitParts = [...]*air.Type{air.U8, air.U1, air.I16, air.U32, air.I64, air.IntType(true, 4), air.IntType(false, 3), air.F16, air.F32, air.F64}

// enumCast writes intcast of the number of a member to its enum; the form that panics gets any number now and then.
func (w *writer) enumCast(tag air.Tag) bool {
	if len(w.types.enums) == 0 {
		return false
	}
	t := choose(w.s, w.types.enums)
	if tag == air.IntCastSafe && w.s.Chance(1, 6) {
		v, _ := w.narrowInt()
		w.value(tag, t, v.ref)
		return true
	}
	number := w.integer(w.need(t))
	if wider := air.IntType(t.Elem.Signed, wordBits); w.s.Bool() && number.typ.Bits < wordBits {
		number = w.value(air.IntCast, wider, number.ref)
	}
	w.value(tag, t, number.ref)
	return true
}

// openEnum finds an enum of the case with a given tag type that allows every tag value.
func (w *writer) openEnum(tag *air.Type) (*air.Type, bool) {
	for _, e := range w.types.enums {
		if !e.Exhaustive && e.Elem == tag {
			return e, true
		}
	}
	return nil, false
}

// reveal writes the integer of a bool, enum, error or packed struct.
func (w *writer) reveal(air.Tag) bool {
	v, ok := w.find(func(v *value) bool {
		k := v.typ.Kind
		return k == air.Bool || k == air.Enum || k == air.ErrorSet || v.typ.IsPacked()
	})
	if !ok {
		return false
	}
	w.integer(v)
	return true
}

// integer writes the integer that represents a scalar.
func (w *writer) integer(v value) value {
	switch v.typ.Kind {
	case air.Bool:
		return w.value(air.IntFromBool, air.U1, v.ref)
	case air.Int:
		return v
	}
	t, _ := v.typ.Scalar()
	return w.value(air.Bitcast, t, v.ref)
}

// word writes a scalar extended to 64 unsigned bits.
func (w *writer) word(v value) value {
	v = w.integer(v)
	if v.typ.Signed {
		if v.typ.Bits < 64 {
			v = w.value(air.IntCast, air.I64, v.ref)
		}
		return w.value(air.Bitcast, air.U64, v.ref)
	}
	if v.typ == air.U64 {
		return v
	}
	return w.value(air.IntCast, air.U64, v.ref)
}

// isScalar reports whether integer accepts a value of t.
func isScalar(t *air.Type) bool {
	switch t.Kind {
	case air.Enum:
		return t.HasBits() && !isWide(t.Elem)
	case air.Int, air.Bool, air.ErrorSet:
		return t.HasBits() && !isWide(t)
	}
	return t.IsPacked() && t.HasBits() && !isWide(t.Elem)
}
