package gen

import (
	"math"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// askOf writes a test of a value.
func askOf(accept func(*air.Type) bool) func(*writer, air.Tag) bool {
	return func(w *writer, tag air.Tag) bool {
		v, ok := w.having(accept)
		if ok {
			w.value(tag, air.BoolType, v.ref)
		}
		return ok
	}
}

// askThrough writes a test of a value in memory.
func askThrough(accept func(*air.Type) bool) func(*writer, air.Tag) bool {
	return func(w *writer, tag air.Tag) bool {
		p, ok := w.pointing(false, accept)
		if ok {
			w.value(tag, air.BoolType, p.ref)
		}
		return ok
	}
}

// askCode writes a test of an error or its number: whether it is an error, or one of a set.
func (w *writer) askCode(tag air.Tag) bool {
	set := w.types.errorSet
	code := w.need(choose(w.s, []*air.Type{set, air.U16}))
	in := air.Inst{Tag: tag, Type: air.BoolType, Ops: w.operands(code.ref)}
	if tag == air.ErrorSetHasValue {
		n := w.s.Intn(len(set.Errors) + 1)
		asked := air.AnyError
		if n > 0 {
			asked = w.module.Types.ErrorSet(set.Errors[n-1:])
		}
		in.Extra = &air.ErrorSetExtra{Set: asked}
	}
	w.push(in)
	return true
}

// nameOf writes tag_name or error_name, whose bytes lie outside of the module's globals, and loads one of them.
func (w *writer) nameOf(tag air.Tag) bool {
	v, ok := w.having(func(t *air.Type) bool {
		if tag == air.ErrorName {
			return t.Kind == air.ErrorSet
		}
		return t.Kind == air.Enum && t.Exhaustive
	})
	if ok {
		w.readName(tag, v)
	}
	return ok
}

// readName writes a name as nameOf does.
func (w *writer) readName(tag air.Tag, v value) {
	bytes := w.module.Types.PointerTo(air.Type{Elem: air.U8, PointerSize: air.Slice, Const: true, VectorIndex: -1})
	name := w.value(tag, bytes, v.ref)
	w.value(air.SliceLen, air.USize, name.ref)
	w.value(air.SliceElemVal, air.U8, name.ref, w.index(shortestName(v.typ)).ref)
}

// widestEnum bounds the bits of an enum: each member is compared limb by limb.
const widestEnum = 1000

// wideMember asks for the name of a member of an enum of more than 64 bits, or whether a value is one.
func (w *writer) wideMember(tag air.Tag) bool {
	if len(w.types.wides) == 0 {
		return false
	}
	integer := choose(w.s, w.types.wides)
	if integer.Bits > widestEnum {
		return false
	}
	t := w.module.Types.Define(typeName("E", len(w.module.Types.Named())), air.Enum)
	t.Elem = integer
	for range w.s.Between(2, 4) {
		if v := w.constant(integer).BigInt(); !hasMember(t, v) {
			t.Members = append(t.Members, air.EnumMember{Name: memberNames[len(t.Members)], Value: v})
		}
	}
	member := func() air.Ref { return w.fixed(air.NewBig(integer, choose(w.s, t.Members).Value)).ref }
	number := w.value(air.Select, integer, w.need(air.BoolType).ref, member(), member())
	if tag == air.IsNamedEnumValue && w.s.Bool() {
		number = w.makeWide(integer)
	}
	v := w.hidden(air.Inst{Tag: air.Bitcast, Type: t, Ops: w.operands(number.ref)})
	if tag == air.TagName {
		w.readName(tag, v)
		return true
	}
	w.value(tag, air.BoolType, v.ref)
	return true
}

// shortestName returns the length of the shortest name of an enum's members or a set's errors.
func shortestName(t *air.Type) int64 {
	shortest := math.MaxInt
	for _, m := range t.Members {
		shortest = min(shortest, len(m.Name))
	}
	for _, e := range t.Errors {
		shortest = min(shortest, len(e.Name))
	}
	return int64(shortest)
}
