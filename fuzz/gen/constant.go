package gen

import (
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// choose draws one of a list.
func choose[T any](s *source.Source, list []T) T { return list[s.Intn(len(list))] }

// newValue returns a constant in the case's memory.
func (g *Generator) newValue(v air.Value) *air.Value {
	p := &g.values.take(1)[0]
	*p = v
	return p
}

// intValue returns a constant of a type that an integer of at most 64 bits represents.
func (g *Generator) intValue(t *air.Type, v int64) *air.Value {
	return g.newValue(air.Value{Type: t, Kind: air.IntValue, Int: v})
}

// intConstant draws a constant of an integer type, mostly near a boundary.
func (g *Generator) intConstant(t *air.Type) *air.Value { return g.intValue(t, g.boundary(t)) }

// boundary draws a number of an integer type, extended by its signedness.
func (g *Generator) boundary(t *air.Type) int64 {
	if t.Bits == 0 {
		return 0
	}
	return Extend(t, g.s.Boundary(int(t.Bits)))
}

// Extend returns the low bits of v as a number of a non-zero-width integer type.
func Extend(t *air.Type, v uint64) int64 {
	shift := 64 - t.Bits
	if t.Signed {
		return int64(v<<shift) >> shift
	}
	return int64(v << shift >> shift)
}

// constant draws a constant of a type without addresses.
func (g *Generator) constant(t *air.Type) *air.Value {
	switch t.Kind {
	case air.Void:
		return air.VoidConst
	case air.Int:
		if isWide(t) {
			return g.wideConstant(t)
		}
		return g.intConstant(t)
	case air.Float:
		return g.floatConstant(t)
	case air.Bool:
		return g.intValue(t, int64(g.s.Intn(2)))
	case air.Enum:
		return g.enumConstant(t)
	case air.ErrorSet:
		return g.intValue(t, int64(choose(g.s, t.Errors).Value))
	case air.Optional:
		if g.s.Chance(1, 3) {
			return g.newValue(air.Value{Type: t, Kind: air.NullValue})
		}
		return g.payloadConstant(t)
	case air.ErrorUnion:
		if g.s.Chance(1, 3) {
			return g.newValue(air.Value{Type: t, Kind: air.ErrorValue, Int: int64(choose(g.s, t.ErrorSet.Errors).Value)})
		}
		return g.payloadConstant(t)
	case air.Union:
		if t.IsPacked() && g.s.Bool() {
			return g.packedValue(t, g.packedBits(t))
		}
		field := g.s.Intn(len(t.Fields))
		return g.newValue(air.Value{Type: t, Kind: air.UnionValue, Field: field, Elems: g.listOf(g.constant(t.Fields[field].Type))})
	}
	return g.aggregateConstant(t)
}

func (g *Generator) listOf(v *air.Value) []*air.Value {
	list := g.lists.take(1)
	list[0] = v
	return list
}

func (g *Generator) payloadConstant(t *air.Type) *air.Value {
	return g.newValue(air.Value{Type: t, Kind: air.PayloadValue, Elems: g.listOf(g.constant(t.Elem))})
}

// enumConstant draws a member, or any tag value of an enum that is not exhaustive.
func (g *Generator) enumConstant(t *air.Type) *air.Value {
	v := choose(g.s, t.Members).Value
	if !t.Exhaustive && g.s.Chance(1, 4) {
		if !isWide(t.Elem) {
			return g.intValue(t, g.boundary(t.Elem))
		}
		v = g.wideConstant(t.Elem).BigInt()
	}
	return g.enumValue(t, v)
}

// enumValue returns the constant of an enum whose tag has a value.
func (g *Generator) enumValue(t *air.Type, v *big.Int) *air.Value {
	switch {
	case v.IsInt64():
		return g.intValue(t, v.Int64())
	case v.IsUint64() && !isWide(t.Elem):
		return g.intValue(t, int64(v.Uint64()))
	}
	return air.NewBig(t, v)
}

// aggregateConstant draws a struct, tuple or array, element by element; a packed struct is its backing integer, put
// together from its fields.
func (g *Generator) aggregateConstant(t *air.Type) *air.Value {
	if t.IsPacked() {
		return g.packedValue(t, g.packedBits(t))
	}
	n := partCount(t)
	if (t.Kind == air.Array || t.Kind == air.Vector) && t.Elem == air.U8 && t.Sentinel == nil && g.s.Bool() {
		return g.bytesConstant(t)
	}
	if t.Sentinel != nil {
		n++
	}
	if t.Kind == air.Vector && n >= longLength {
		return g.newValue(air.Value{Type: t, Kind: air.AggregateValue, Elems: g.arranged(n, t.Elem)})
	}
	elems := g.lists.take(n)
	for i := range elems {
		elems[i] = g.partConstant(t, i)
	}
	if t.Sentinel != nil {
		elems[n-1] = t.Sentinel
	}
	return g.newValue(air.Value{Type: t, Kind: air.AggregateValue, Elems: elems})
}

// bytesConstant draws an array or vector of bytes that is written as one string.
func (g *Generator) bytesConstant(t *air.Type) *air.Value {
	bytes := make([]byte, t.Len)
	for i := range bytes {
		bytes[i] = byte(g.s.Intn(256))
	}
	return g.newValue(air.Value{Type: t, Kind: air.BytesValue, Bytes: bytes})
}

// elementType returns the type of a part of an aggregate.
func elementType(t *air.Type, i int) *air.Type {
	if t.Kind == air.Array || t.Kind == air.Vector {
		return t.Elem
	}
	return t.Fields[i].Type
}

// partCount returns the number of parts of an aggregate: fields or elements.
func partCount(t *air.Type) int { return len(t.Fields) + int(t.Len) }

// comptimePart returns the value that the type of an aggregate gives a part, or nil.
func comptimePart(t *air.Type, i int) *air.Value {
	if t.Kind != air.Struct {
		return nil
	}
	return t.Fields[i].Comptime
}

// partConstant draws a constant for a part of an aggregate, unless its type says which.
func (g *Generator) partConstant(t *air.Type, i int) *air.Value {
	if v := comptimePart(t, i); v != nil {
		return v
	}
	return g.constant(elementType(t, i))
}

// isConstantType reports whether constant can draw a value of t.
func isConstantType(t *air.Type) bool { return !hasAddress(t) }
