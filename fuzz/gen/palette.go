package gen

import (
	"math/big"
	"strconv"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// palette holds the types of one case. They are few, so that many values have equal types.
type palette struct {
	ints []*air.Type
	// scalars are the integers, bool and enums: what the entry takes.
	scalars []*air.Type
	// plain are all types that hold no address; they may cross functions and live in globals.
	plain []*air.Type
	// addresses are the types with pointers or slices inside.
	addresses []*air.Type
	errorSet  *air.Type
	wides     []*air.Type
	enums     []*air.Type
}

// widths are the integer widths, with their weights: defects are most frequent next to powers of two.
var widths, widthWeights = [...]uint32{0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64},
	[...]int{14, 3, 5, 7, 4, 4, 6, 4, 6, 12, 6, 5, 12}

// intType draws an integer type; 0 in widths stands for any width.
func (g *Generator) intType() *air.Type {
	width := widths[g.s.Weighted(widthWeights[:])]
	if width == 0 {
		width = uint32(g.s.Between(2, 62))
	}
	return air.IntType(g.s.Bool(), width)
}

// maxTypeSize bounds the size in bytes of types of the palette: code for larger ones is mostly copies.
const maxTypeSize = 160

func (g *Generator) makePalette() {
	p := &g.types
	*p = palette{ints: p.ints[:0], scalars: p.scalars[:0], plain: p.plain[:0], addresses: p.addresses[:0],
		enums: p.enums[:0], wides: p.wides[:0]}
	for range g.s.Between(2, 5) {
		p.ints = append(p.ints, g.intType())
	}
	p.ints = append(p.ints, air.USize)
	p.scalars = append(append(p.scalars, p.ints...), air.BoolType)
	if g.has(Floats) {
		p.scalars = append(p.scalars, g.floatTypes()...)
	}
	p.plain = append(p.plain, p.scalars...)
	if g.has(Floats) && g.s.Chance(1, 5) && !g.config.CFloats {
		p.plain = append(p.plain, choose(g.s, longFloats[:]))
	}
	if g.has(Wide) {
		p.wides = append(p.wides, g.wideInt())
		p.plain = append(p.plain, p.wides...)
	}
	if g.has(ErrorUnions) {
		g.makeErrorSet()
	}
	if g.s.Chance(1, 4) {
		g.module.Types.Rules = air.Zig011
	}
	for range g.s.Between(2, 7) {
		g.addType()
	}
	if g.has(Pointers) {
		for range g.s.Between(1, 3) {
			p.addresses = append(p.addresses, g.addressType())
		}
	}
}

func (g *Generator) makeErrorSet() {
	members := []air.ErrorMember{{Name: "Low", Value: 1}, {Name: "Mid", Value: 2}, {Name: "High", Value: 5}}
	g.types.errorSet = g.module.Types.ErrorSet(members)
	g.module.ErrorNames = append(g.module.ErrorNames, "", "Low", "Mid", "Of", "Others", "High")
}

// addType adds one composite type of an enabled kind.
func (g *Generator) addType() {
	p, tt := &g.types, g.module.Types
	var t *air.Type
	switch kind := g.s.Intn(10); {
	case kind == 0 && g.has(Arrays):
		t = g.arrayType()
	case kind == 1 && g.has(Structs):
		t = g.structType()
	case kind == 2 && g.has(Packed):
		t = g.packedType()
	case kind == 3 && g.has(Tuples):
		t = tt.Tuple(g.fieldTypes(1, 4)...)
	case kind == 4 && g.has(Optionals):
		t = tt.Optional(g.optionalPayload())
	case kind == 5 && g.has(ErrorUnions):
		t = tt.ErrorUnion(p.errorSet, g.payloadType())
	case kind == 6 && g.has(Enums):
		if t = g.enumType(); !isWide(t.Elem) {
			p.scalars, p.enums = append(p.scalars, t), append(p.enums, t)
		}
	case kind == 7 && g.has(ErrorUnions):
		t = p.errorSet
	case kind == 8 && g.has(Unions):
		t = g.unionType()
	case kind == 9 && g.has(Vectors):
		t = g.vectorType()
	default:
		return
	}
	if t.Size() <= maxTypeSize || t.Kind == air.Vector {
		p.plain = append(p.plain, t)
	}
}

func (g *Generator) plainType() *air.Type { return choose(g.s, g.types.plain) }

// plainOf draws a type of the case of a kind, and reports whether there is one.
func (g *Generator) plainOf(kind air.Kind) (*air.Type, bool) {
	return g.plainWhere(func(t *air.Type) bool { return t.Kind == kind })
}

// plainWhere draws a type of the case that the predicate accepts, and reports whether there is one.
func (g *Generator) plainWhere(accept func(*air.Type) bool) (*air.Type, bool) {
	n := len(g.types.plain)
	start := g.s.Intn(n)
	for i := range n {
		if t := g.types.plain[(start+i)%n]; accept(t) {
			return t, true
		}
	}
	return nil, false
}

// arrayType draws an array, now and then of integers with a sentinel.
func (g *Generator) arrayType() *air.Type {
	n := uint64(g.s.Between(1, 6))
	if g.s.Chance(1, 5) { // copied in loops, with something left over
		t := choose(g.s, []*air.Type{air.U8, air.I8, air.U16, air.I32})
		return g.module.Types.Array(uint64(g.s.Between(9, maxTypeSize))/t.Size(), t)
	}
	if !g.s.Chance(1, 4) {
		return g.module.Types.Array(n, g.plainType())
	}
	t := choose(g.s, []*air.Type{air.U8, air.U16, choose(g.s, g.types.ints), choose(g.s, g.types.ints)})
	switch {
	case len(g.types.wides) > 0 && g.s.Chance(1, 4):
		t = g.types.wides[0]
	case g.has(ZeroBits) && g.s.Chance(1, 8):
		t = air.IntType(false, 0)
	}
	return g.module.Types.ArraySentinel(n, t, g.constant(t))
}

// optionalPayload draws the payload of an optional, now and then void.
func (g *Generator) optionalPayload() *air.Type {
	if g.s.Chance(1, 8) {
		return air.VoidType
	}
	return g.plainType()
}

// payloadType draws the payload of an error union, now and then void.
func (g *Generator) payloadType() *air.Type {
	if g.s.Chance(1, 8) {
		return air.VoidType
	}
	t := g.plainType()
	if t.Kind == air.ErrorUnion || t.Kind == air.ErrorSet {
		return air.U32
	}
	return t
}

func (g *Generator) fieldTypes(low, high int) []*air.Type {
	types := make([]*air.Type, g.s.Between(low, high))
	for i := range types {
		types[i] = g.plainType()
		if g.has(ZeroBits) && g.s.Chance(1, 10) {
			types[i] = air.IntType(false, 0)
		}
	}
	return types
}

func (g *Generator) structType() *air.Type {
	fields := make([]air.Field, g.s.Between(1, 5))
	container := air.Auto
	if g.s.Chance(1, 3) {
		container = air.Extern
	}
	for i := range fields {
		fields[i] = air.Field{Name: fieldNames[i], Type: g.plainType()}
		if container == air.Extern {
			fields[i].Type = g.externType()
		}
		if container == air.Auto && g.s.Chance(1, 12) {
			fields[i].Comptime = g.constant(fields[i].Type)
		} else if g.has(OverAlignment) && g.s.Chance(1, 10) {
			fields[i].Align = max(16, uint32(fields[i].Type.Align()))
		}
	}
	t := g.module.Types.Define(typeName("S", len(g.module.Types.Named())), air.Struct)
	t.Container, t.Fields = container, fields
	return t
}

// externType draws a type that C has too.
func (g *Generator) externType() *air.Type {
	if g.has(Floats) && g.s.Chance(1, 3) {
		return choose(g.s, g.floatTypes())
	}
	return choose(g.s, externTypes[:])
}

var externTypes = [...]*air.Type{air.U8, air.I8, air.U16, air.I16, air.U32, air.I32, air.U64, air.I64, air.BoolType, air.USize}

// enumType defines an enum with a few members at boundaries of its tag type, now and then a wide one.
func (g *Generator) enumType() *air.Type {
	tag := air.IntType(g.s.Bool(), widths[g.s.Between(2, len(widths)-1)])
	if len(g.types.wides) > 0 && g.types.wides[0].Bits <= widestEnum && g.s.Chance(1, 6) {
		tag = g.types.wides[0]
	}
	t := g.module.Types.Define(typeName("E", len(g.module.Types.Named())), air.Enum)
	t.Elem, t.Exhaustive = tag, g.s.Bool()
	for range g.s.Between(2, 5) {
		if v := g.constant(tag).BigInt(); !hasMember(t, v) {
			t.Members = append(t.Members, air.EnumMember{Name: memberNames[len(t.Members)], Value: v})
		}
	}
	return t
}

func hasMember(t *air.Type, v *big.Int) bool {
	for _, m := range t.Members {
		if m.Value.Cmp(v) == 0 {
			return true
		}
	}
	return false
}

// addressType draws a type that holds the address of a plain type.
func (g *Generator) addressType() *air.Type {
	tt := g.module.Types
	p := tt.Pointer(g.plainType())
	switch g.s.Intn(4) {
	case 0:
		return p
	case 1:
		return tt.Optional(p)
	case 2:
		return tt.Tuple(g.plainType(), p)
	case 3:
		if g.s.Bool() {
			return tt.Optional(tt.Slice(g.plainType()))
		}
	}
	return tt.Slice(g.plainType())
}

var (
	fieldNames  = [...]string{"a", "b", "c", "d", "e"}
	memberNames = [...]string{"one", "two", "three", "four", "five"}
)

func typeName(prefix string, number int) string { return prefix + strconv.Itoa(number) }

// hasAddress reports whether a value of t holds an address.
func hasAddress(t *air.Type) bool {
	switch t.Kind {
	case air.Pointer:
		return true
	case air.Optional, air.ErrorUnion, air.Array:
		return hasAddress(t.Elem)
	case air.Struct:
		for i := range t.Fields {
			if t.Container != air.Packed && hasAddress(t.Fields[i].Type) {
				return true
			}
		}
	}
	return false
}
