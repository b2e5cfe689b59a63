package gen

import (
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// unionType defines a tagged union of a few fields.
func (g *Generator) unionType() *air.Type {
	fields := make([]*air.Type, g.s.Between(2, 4))
	for i := range fields {
		fields[i] = g.plainType()
	}
	return g.unionOf(fields...)
}

// unionOf defines a tagged union of fields, with the enum of its tags.
func (g *Generator) unionOf(types ...*air.Type) *air.Type {
	number := len(g.module.Types.Named())
	tag := g.module.Types.Define(typeName("T", number), air.Enum)
	tag.Elem, tag.Exhaustive = air.IntType(false, uint32(g.s.Between(2, 9))), true
	fields := make([]air.Field, len(types))
	for i := range fields {
		fields[i] = air.Field{Name: fieldNames[i], Type: types[i]}
		tag.Members = append(tag.Members, air.EnumMember{Name: fieldNames[i], Value: big.NewInt(int64(i))})
	}
	t := g.module.Types.Define(typeName("U", number), air.Union)
	t.Fields, t.Tag, t.HasTag = fields, tag, true
	return t
}

// makeUnion writes union_init.
func (w *writer) makeUnion(t *air.Type) value {
	n := w.s.Intn(len(t.Fields))
	return w.push(air.Inst{Tag: air.UnionInit, Type: t, N: uint32(n), Ops: w.operands(w.need(t.Fields[n].Type).ref)})
}

// isUnion reports whether t is a tagged union.
func isUnion(t *air.Type) bool { return t.Kind == air.Union && t.HasTag }

// initUnion writes union_init of a type of the case.
func (w *writer) initUnion(air.Tag) bool {
	t, ok := w.plainOf(air.Union)
	if ok {
		w.makeUnion(t)
	}
	return ok
}

// unionTag writes get_union_tag.
func (w *writer) unionTag(tag air.Tag) bool {
	v, ok := w.having(isUnion)
	if ok {
		w.value(tag, v.typ.Tag, v.ref)
	}
	return ok
}

// memberTag returns the tag of a union's field as a constant.
func (w *writer) memberTag(t *air.Type, field int) *air.Value {
	return w.enumValue(t.Tag, t.Tag.Members[field].Value)
}

// activeField writes a switch over a union's tag, with struct_field_val of the active field in each arm.
func (w *writer) activeField(air.Tag) bool {
	v, ok := w.having(isUnion)
	if !ok {
		return false
	}
	tag := w.value(air.GetUnionTag, v.typ.Tag, v.ref)
	t := w.blockType()
	cases := make([]air.SwitchCase, len(v.typ.Fields))
	for i := range cases {
		cases[i].Items = []*air.Value{w.memberTag(v.typ, i)}
	}
	w.block(t, rangeOfAny(t), func(block air.Index) {
		index := w.enter(air.SwitchBr, air.NoReturnType, tag.ref)
		w.f.Insts[index].Extra = &air.SwitchExtra{Cases: cases}
		bodies := w.bodies.take(len(cases) + 1)
		for i := range cases {
			bodies[i] = w.nested(func() {
				w.field(v, i)
				w.arm(block, t, i == 0)
			})
		}
		bodies[len(cases)] = w.nested(func() { w.end(air.Unreach, 0) })
		w.f.Insts[index].Bodies = bodies
	})
	return true
}

// setTag writes set_union_tag and a store to the field that is then active.
func (w *writer) setTag(tag air.Tag) bool {
	p, ok := w.pointing(true, isUnion)
	if !ok {
		return false
	}
	n := w.s.Intn(len(p.typ.Elem.Fields))
	w.depth++ // nothing is loaded through p between the two
	content := w.need(p.typ.Elem.Fields[n].Type)
	w.depth--
	w.effect(tag, p.ref, w.constantRef(w.memberTag(p.typ.Elem, n)))
	field := w.pointTo(air.StructFieldPtr, p, n)
	w.scope = w.scope[:len(w.scope)-1] // it is valid while the field is active
	w.effect(air.Store, field.ref, content.ref)
	return true
}

// bareTag writes a variable of a union that stores no tag, and set_union_tag of it before and after a store to the field that
// is active.
func (w *writer) bareTag(tag air.Tag) bool {
	first, second := w.plainType(), w.plainType()
	if !first.HasBits() || !isCopied(first) || hasAddress(first) {
		return false
	}
	number := len(w.module.Types.Named())
	tags := w.module.Types.Define(typeName("T", number), air.Enum)
	tags.Elem, tags.Exhaustive = air.IntType(false, uint32(w.s.Between(1, 64))), true
	for i := range 2 {
		tags.Members = append(tags.Members, air.EnumMember{Name: fieldNames[i], Value: big.NewInt(int64(i))})
	}
	t := w.module.Types.Define(typeName("U", number), air.Union)
	t.Fields = []air.Field{{Name: fieldNames[0], Type: second}, {Name: fieldNames[1], Type: first}}
	active := w.constantRef(w.enumValue(tags, tags.Members[1].Value))
	content := w.need(first)
	p := w.hidden(air.Inst{Tag: air.Alloc, Type: w.module.Types.Pointer(t)})
	w.effect(tag, p.ref, active)
	field := w.hidden(air.Inst{Tag: air.StructFieldPtr, Type: w.module.Types.Pointer(first), N: 1, Ops: w.operands(p.ref)})
	w.effect(air.Store, field.ref, content.ref)
	w.effect(tag, p.ref, active)
	w.value(air.Load, first, field.ref)
	return true
}
