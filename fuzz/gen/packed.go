package gen

import (
	"math/big"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// maxPackedBits bounds the width of packed types: two registers. A few have hugePackedBits.
const (
	maxPackedBits  = 2 * wordBits
	hugePackedBits = 6 * wordBits
)

// packedType defines a packed struct or union that fills a register at most, now and then two, or seldom more.
func (g *Generator) packedType() *air.Type {
	if g.s.Chance(1, 4) {
		return g.packedUnion()
	}
	var types []*air.Type
	limit, total, fields := uint64(wordBits), uint64(0), g.s.Between(2, 5)
	switch {
	case g.s.Chance(1, 4) || g.has(Wide) && g.s.Chance(1, 3):
		limit = maxPackedBits
	case g.s.Chance(1, 12):
		limit = hugePackedBits
		if g.s.Bool() {
			total = uint64(choose(g.s, bigWidths[:4]))
			types = append(types, g.module.Types.Int(g.s.Bool(), uint32(total)))
		}
	}
	inBytes := g.s.Chance(1, 5) // ordinary pointers point to such fields
	for len(types) < fields {
		ft := choose(g.s, byteFields[:])
		if !inBytes {
			ft = g.packedField()
		}
		if total+ft.BitSize() > limit {
			break
		}
		total += ft.BitSize()
		types = append(types, ft)
	}
	return g.packedOf(types...)
}

// byteFields are types of fields that fill bytes.
var byteFields = [...]*air.Type{air.U8, air.I8, air.U8, air.U16, air.I16, air.I32}

// packedField draws the type of a field: an integer of few bits, or a type of the case that fits.
func (g *Generator) packedField() *air.Type {
	switch {
	case g.s.Bool():
		if t := g.plainType(); isPackable(t) {
			return t
		}
	case len(g.types.wides) > 0 && g.s.Chance(1, 8):
		return choose(g.s, g.types.wides)
	case g.has(Vectors) && g.s.Chance(1, 8):
		return g.module.Types.Vector(uint64(g.s.Between(2, 6)), air.IntType(g.s.Bool(), choose(g.s, laneWidths[:])))
	}
	return air.IntType(g.s.Bool(), uint32(g.s.Between(1, 13)))
}

// isPackable reports whether t may be the type of a field.
func isPackable(t *air.Type) bool {
	switch t.Kind {
	case air.Int, air.Bool, air.Enum, air.Vector:
		return true
	}
	if isShortFloat(t) {
		return true
	}
	return t.IsPacked()
}

// packedOf defines a packed struct of fields.
func (g *Generator) packedOf(types ...*air.Type) *air.Type {
	total := uint64(0)
	for _, ft := range types {
		total += ft.BitSize()
	}
	return g.definePacked("P", air.Struct, uint32(total), types)
}

func (g *Generator) definePacked(prefix string, kind air.Kind, bits uint32, types []*air.Type) *air.Type {
	fields := make([]air.Field, len(types))
	for i, ft := range types {
		fields[i] = air.Field{Name: fieldNames[i], Type: ft}
	}
	t := g.module.Types.Define(typeName(prefix, len(g.module.Types.Named())), kind)
	t.Container, t.Fields, t.Elem = air.Packed, fields, g.module.Types.Int(false, bits)
	return t
}

// packedUnion defines a packed union of types of one width, of which every bit pattern is a value.
func (g *Generator) packedUnion() *air.Type {
	bits := choose(g.s, []uint32{g.intType().Bits, 16, 32, 64, choose(g.s, wideWidths[:])})
	types := []*air.Type{air.IntType(false, bits), air.IntType(true, bits)}
	for _, f := range g.floatTypes() {
		if f.Bits == bits && g.has(Floats) {
			types = append(types, f)
		}
	}
	if bits > 1 {
		low := uint32(g.s.Between(1, int(bits)-1))
		types = append(types, g.packedOf(air.IntType(g.s.Bool(), low), air.IntType(g.s.Bool(), bits-low)))
	}
	return g.definePacked("V", air.Union, bits, types)
}

// packedValue returns a constant of a packed type.
func (g *Generator) packedValue(t *air.Type, bits *big.Int) *air.Value {
	if t.Elem.Bits <= wordBits {
		return g.intValue(t, int64(bits.Uint64()))
	}
	return air.NewBig(t, bits)
}

// packedBits draws the backing integer of a packed type from constants of its fields, or of one if it is a union: not
// every bit pattern is valid.
func (g *Generator) packedBits(t *air.Type) *big.Int {
	if t.Kind == air.Union {
		return bitsOf(g.constant(choose(g.s, t.Fields).Type))
	}
	bits := new(big.Int)
	for i := range t.Fields {
		part := bitsOf(g.constant(t.Fields[i].Type))
		bits.Or(bits, part.Lsh(part, uint(t.FieldBitOffset(i))))
	}
	return bits
}

// bitsOf returns the bits of a constant of a packable type.
func bitsOf(v *air.Value) *big.Int {
	bits := new(big.Int)
	switch v.Kind {
	case air.IntValue:
		return bits.And(v.BigInt(), ones(uint32(v.Type.BitSize())))
	case air.UnionValue:
		return bitsOf(v.Elems[0])
	}
	for i, b := range v.Bytes {
		bits.Or(bits, new(big.Int).Lsh(big.NewInt(int64(b)), uint(8*i)))
	}
	for i, e := range v.Elems {
		lane := bitsOf(e)
		bits.Or(bits, lane.Lsh(lane, uint(i)*uint(e.Type.BitSize())))
	}
	return bits
}

// wideBits writes struct_field_val of the wide integer in a packed type.
func (w *writer) wideBits(air.Tag) bool {
	hasWide := func(t *air.Type) bool {
		return t.IsPacked() && slices.ContainsFunc(t.Fields, func(f air.Field) bool { return isWide(f.Type) })
	}
	v, ok := w.having(hasWide)
	if !ok {
		return false
	}
	n := slices.IndexFunc(v.typ.Fields, func(f air.Field) bool { return isWide(f.Type) })
	w.field(v, n)
	return true
}

// isPackedUnion reports whether t is a packed union, whose fields are all active.
func isPackedUnion(t *air.Type) bool { return t.Kind == air.Union && t.IsPacked() }

// bitPointer writes a pointer to a field of a packed type in memory, perhaps a store through it, and a load. From some it
// goes back to the packed struct.
func (w *writer) bitPointer(tag air.Tag) bool {
	p, ok := w.pointing(false, func(t *air.Type) bool { return len(t.Fields) > 0 && t.IsPacked() })
	if !ok {
		return false
	}
	host := p.typ.Elem
	n := w.s.Intn(len(host.Fields))
	in := air.Inst{Tag: tag, Type: w.packedFieldPointer(p.typ, n), N: uint32(n), Ops: w.operands(p.ref)}
	if tag != air.StructFieldPtr {
		if n > 3 {
			return false
		}
		in.Tag, in.N = air.StructFieldPtrIndex0+air.Tag(n), 0
	}
	field := w.hidden(in)
	if host.Kind == air.Struct && (w.s.Chance(1, 4) || !in.Type.IsBitPointer() && w.s.Bool()) {
		p = w.parentOf(air.FieldParentPtr, p.typ, n, field)
		if w.s.Bool() {
			w.value(air.Load, host, p.ref)
		}
	}
	if t := in.Type; t.IsBitPointer() && t.Elem.IsPacked() && len(t.Elem.Fields) > 0 && w.s.Bool() {
		field = w.innerBits(field, t)
	}
	t := field.typ.Elem
	if !p.typ.Const && w.s.Bool() {
		w.effect(air.Store, field.ref, w.need(t).ref)
	}
	w.value(air.Load, t, field.ref)
	return true
}

// hidden appends an instruction whose result does not come into scope.
func (w *writer) hidden(in air.Inst) value {
	v := w.push(in)
	w.scope = w.scope[:len(w.scope)-1]
	return v
}

// packedFieldPointer draws the type of a pointer to field n of a packed type behind a pointer: to bits, or an ordinary
// one if the field fills bytes.
func (w *writer) packedFieldPointer(p *air.Type, n int) *air.Type {
	host := p.Elem
	offset, t := host.FieldBitOffset(n), host.Fields[n].Type
	result := air.Type{Elem: t, Const: p.Const, VectorIndex: air.NoVectorIndex}
	if offset%8 == 0 && t.HasBits() && t.BitSize() == 8*t.Size() && w.s.Bool() {
		if t.Align() > 1 {
			result.PointerAlign = 1
		}
		return w.module.Types.PointerTo(result)
	}
	result.PointerAlign, result.HostSize, result.BitOffset = p.PointerAlign, uint32(host.Size()), uint32(offset)
	return w.module.Types.PointerTo(result)
}

// innerBits writes a pointer to a field of the packed type behind a pointer to bits.
func (w *writer) innerBits(p value, t *air.Type) value {
	n := w.s.Intn(len(t.Elem.Fields))
	deeper := *t
	deeper.Elem, deeper.BitOffset = t.Elem.Fields[n].Type, t.BitOffset+uint32(t.Elem.FieldBitOffset(n))
	return w.hidden(air.Inst{Tag: air.StructFieldPtr, Type: w.module.Types.PointerTo(deeper), N: uint32(n), Ops: w.operands(p.ref)})
}
