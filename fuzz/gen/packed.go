package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// bitPointer writes a pointer to a field of a packed struct in memory, perhaps a store through it, and a load.
func (w *writer) bitPointer(tag air.Tag) bool {
	p, ok := w.pointing(false, func(t *air.Type) bool { return hasFields(t) && t.IsPacked() })
	if !ok {
		return false
	}
	host := p.typ.Elem
	n := w.s.Intn(len(host.Fields))
	t := w.module.Types.PointerTo(air.Type{Elem: host.Fields[n].Type, Const: p.typ.Const, VectorIndex: -1,
		HostSize: uint32(host.Size()), BitOffset: uint32(host.FieldBitOffset(n))})
	in := air.Inst{Tag: tag, Type: t, N: uint32(n), Ops: w.operands(p.ref)}
	if tag != air.StructFieldPtr {
		if n > 3 {
			return false
		}
		in.Tag, in.N = air.StructFieldPtrIndex0+air.Tag(n), 0
	}
	field := w.push(in)
	w.scope = w.scope[:len(w.scope)-1]
	if !p.typ.Const && w.s.Bool() {
		w.effect(air.Store, field.ref, w.need(t.Elem).ref)
	}
	w.value(air.Load, t.Elem, field.ref)
	return true
}
