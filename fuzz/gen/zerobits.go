package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// The productions of this file have operands or results of integers without bits, whose only number is 0.

// zeroBitRows are those productions.
func zeroBitRows() []production {
	return []production{
		{tags: tags(air.Trunc, air.IntCast, air.IntCastSafe), weight: 2, feature: ZeroBits, make: (*writer).toNothing},
		{tags: of(air.IntFromFloatRule), weight: 2, feature: ZeroBits | Floats, make: (*writer).floatToNothing},
		{tags: tags(air.IntCast, air.IntCastSafe), weight: 1, feature: ZeroBits, make: (*writer).fromNothing},
		{tags: of(air.FloatFromIntRule), weight: 1, feature: ZeroBits | Floats, make: (*writer).fromNothing},
		{tags: comparisons(), weight: 2, feature: ZeroBits, make: compareOn((*writer).nothing)},
		{tags: panicking(), weight: 1, feature: ZeroBits, make: binaryOn((*writer).nothing)},
		{tags: without(of(air.OverflowRule), air.ShlWithOverflow), weight: 1, feature: ZeroBits, make: overflowOn((*writer).nothing)},
		{tags: tags(air.SwitchBr), weight: 1, feature: ZeroBits | Switches, nests: true, make: (*writer).switchOnNothing},
		{tags: of(air.AtomicStoreRule), weight: 1, feature: ZeroBits | Atomics, make: (*writer).storeNothing},
		{tags: tags(air.TagName, air.IsNamedEnumValue), weight: 1, feature: ZeroBits | Enums, make: (*writer).onlyMember},
	}
}

// nothing draws an integer without bits.
func (w *writer) nothing() (value, bool) { return w.need(air.IntType(w.s.Bool(), 0)), true }

// toNothing writes a conversion of an integer to one without bits; the form that panics gets any number now and then.
func (w *writer) toNothing(tag air.Tag) bool {
	a, _ := w.narrowInt()
	if v, ok := w.someWide(); ok && w.s.Chance(1, 4) {
		a = v
	}
	if tag == air.IntCast || tag == air.IntCastSafe && w.s.Chance(15, 16) {
		a = w.value(air.Xor, a.typ, a.ref, a.ref)
	}
	w.value(tag, air.IntType(a.typ.Signed, 0), a.ref)
	return true
}

// floatToNothing writes a conversion of a float between -1 and 1 to an integer without bits; the forms that panic get the
// bounds now and then.
func (w *writer) floatToNothing(tag air.Tag) bool {
	a := w.someFloat()
	if v, ok := w.longFloat(); ok && w.has(Routines) && w.s.Bool() {
		a = v
	}
	if !w.affordsOperation(tag, a.typ) {
		return false
	}
	bound := 0.5
	if panics(tag) && w.s.Chance(1, 16) {
		bound = 1
	}
	a = w.value(air.Min, a.typ, a.ref, w.fixed(w.floatValue(a.typ, bound)).ref)
	a = w.value(air.Max, a.typ, a.ref, w.fixed(w.floatValue(a.typ, -bound)).ref)
	w.value(tag, air.IntType(w.s.Bool(), 0), a.ref)
	return true
}

// fromNothing writes a conversion of an integer without bits to another one, or to a float.
func (w *writer) fromNothing(tag air.Tag) bool {
	a, _ := w.nothing()
	t := w.wideType()
	if tag.Row().Rule == air.FloatFromIntRule {
		t = choose(w.s, w.floatTypes())
	}
	w.value(tag, t, a.ref)
	return true
}

// switchOnNothing writes a switch with one case, which is always taken.
func (w *writer) switchOnNothing(air.Tag) bool {
	a, _ := w.nothing()
	t := w.blockType()
	w.block(t, rangeOfAny(t), func(block air.Index) {
		index := w.enter(air.SwitchBr, air.NoReturnType, a.ref)
		w.f.Insts[index].Extra = &air.SwitchExtra{Cases: []air.SwitchCase{{Items: []*air.Value{w.intValue(a.typ, 0)}}}}
		taken := w.nested(func() { w.arm(block, t, true) })
		w.leave(index, taken, w.nested(func() { w.end(air.Unreach, 0) }))
	})
	return true
}

// storeNothing writes an atomic store of an integer without bits.
func (w *writer) storeNothing(tag air.Tag) bool {
	a, _ := w.nothing()
	p := w.hidden(air.Inst{Tag: air.Alloc, Type: w.module.Types.Pointer(a.typ)})
	w.effect(tag, p.ref, a.ref)
	return true
}

// onlyMember asks for the name of the only member of an enum without bits, or whether a value is it.
func (w *writer) onlyMember(tag air.Tag) bool {
	t := w.module.Types.Define(typeName("E", len(w.module.Types.Named())), air.Enum)
	t.Elem, t.Exhaustive = air.IntType(false, 0), true
	t.Members = []air.EnumMember{{Name: memberNames[0], Value: w.intValue(t.Elem, 0).BigInt()}}
	v := w.fixed(w.intValue(t, 0))
	if tag == air.IsNamedEnumValue {
		w.value(tag, air.BoolType, v.ref)
		return true
	}
	w.readName(tag, v)
	return true
}
