package calls

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Kind is a kind of type.
type Kind uint8

// The kinds of a Type.
const (
	Void Kind = iota
	Bool
	Int
	Float
	Pointer
	BitFields // members of a struct or union that share an integer; of no parameter
	Array     // of no parameter or result
	Struct
	Union
)

// Type is a type that C and AIR both have.
type Type struct {
	Kind   Kind
	Bits   int // Int and Float; of the integer that BitFields are declared with
	Signed bool
	Widths []int // BitFields, from the lowest bit on
	Len    int   // Array
	Elem   *Type // Array
	Fields []Field
}

// Field is a member of a struct or union.
type Field struct {
	Type  *Type
	Align int // what _Alignas says, 0 for the natural alignment
}

// IsEmpty reports whether a value has no bytes.
func (t *Type) IsEmpty() bool {
	switch t.Kind {
	case Void:
		return true
	case Array:
		return t.Len == 0 || t.Elem.IsEmpty()
	case Struct, Union:
		return !slices.ContainsFunc(t.Fields, func(f Field) bool { return !f.Type.IsEmpty() })
	}
	return false
}

// Has reports whether the type or a part of it satisfies a condition.
func (t *Type) Has(is func(*Type) bool) bool {
	return is(t) || t.Elem != nil && t.Elem.Has(is) || slices.ContainsFunc(t.Fields, func(f Field) bool { return f.Type.Has(is) })
}

// align returns the alignment of a type in C.
func (t *Type) align() int {
	switch t.Kind {
	case Bool:
		return 1
	case Int, Float, BitFields:
		return 1 << bits.Len(uint(t.Bits-1)/8) // the next power of two
	case Pointer:
		return 8
	case Array:
		return t.Elem.align()
	}
	most := 1
	for _, f := range t.Fields {
		most = max(most, f.Align, f.Type.align())
	}
	return most
}

func isHalf(t *Type) bool { return t.Kind == Float && t.Bits == 16 }

// isOdd reports whether an integer is a _BitInt.
func isOdd(t *Type) bool { return t.Kind == Int && !slices.Contains([]int{8, 16, 32, 64, 128}, t.Bits) }

// String returns the type in C, structs and unions with their members.
func (t *Type) String() string {
	return strings.TrimSpace(declare(t, "", func(t *Type) string { return t.body() }))
}

// body returns the definition of a struct or union without a name.
func (t *Type) body() string {
	var s strings.Builder
	s.WriteString(map[Kind]string{Struct: "struct", Union: "union"}[t.Kind] + " { ")
	t.members(&s, func(t *Type) string { return t.body() })
	s.WriteString("}")
	return s.String()
}

// members writes the members of a struct or union. The function names those that are structs or unions.
func (t *Type) members(s *strings.Builder, name func(*Type) string) {
	for i, f := range t.Fields {
		if f.Align > 0 {
			fmt.Fprintf(s, "_Alignas(%d) ", f.Align)
		}
		if f.Type.Kind != BitFields {
			fmt.Fprintf(s, "%s; ", declare(f.Type, member(i), name))
			continue
		}
		of := declare(&Type{Kind: Int, Bits: f.Type.Bits, Signed: f.Type.Signed}, "", name)
		for k, width := range f.Type.Widths {
			fmt.Fprintf(s, "%s%s%d : %d; ", of, member(i), k, width)
		}
	}
}

// member returns the name of a member.
func member(i int) string { return string(rune('a' + i)) }

// declare returns the declaration of a name with a type.
func declare(t *Type, name string, names func(*Type) string) string {
	switch t.Kind {
	case Array:
		return declare(t.Elem, fmt.Sprintf("%s[%d]", name, t.Len), names)
	case Struct, Union:
		return names(t) + " " + name
	case Pointer:
		return "void *" + name
	case Void:
		return "void " + name
	case Bool:
		return "_Bool " + name
	case Float:
		return map[int]string{16: "_Float16", 32: "float", 64: "double", 128: "long double"}[t.Bits] + " " + name
	}
	text := map[int]string{8: "char", 16: "short", 32: "int", 64: "long", 128: "__int128"}[t.Bits]
	if isOdd(t) {
		text = fmt.Sprintf("_BitInt(%d)", t.Bits)
	}
	sign := "unsigned "
	if t.Signed {
		sign = "signed "
	}
	return sign + text + " " + name
}

// airTypes are the types of a module of AIR.
type airTypes struct {
	table *air.TypeTable
	known map[*Type]*air.Type
}

// of returns a type in AIR.
func (a *airTypes) of(t *Type) *air.Type {
	switch t.Kind {
	case Void:
		return air.VoidType
	case Bool:
		return air.BoolType
	case Int:
		return air.IntType(t.Signed, uint32(t.Bits))
	case Float:
		return map[int]*air.Type{16: air.F16, 32: air.F32, 64: air.F64, 128: air.F128}[t.Bits]
	case Pointer:
		return a.table.Pointer(air.U8)
	case Array:
		return a.table.Array(uint64(t.Len), a.of(t.Elem))
	case BitFields:
		if len(t.Widths) == 1 {
			return air.IntType(t.Signed, uint32(t.Widths[0]))
		}
	}
	if a.known[t] == nil {
		a.known[t] = a.define(t)
	}
	return a.known[t]
}

// define makes a struct or union.
func (a *airTypes) define(t *Type) *air.Type {
	var fields []air.Field
	for i, f := range t.Fields {
		align := f.Align
		if f.Type.Kind == BitFields {
			align = f.Type.Bits / 8
		}
		fields = append(fields, air.Field{Name: member(i), Type: a.of(f.Type), Align: uint32(align)})
	}
	for i, width := range t.Widths {
		fields = append(fields, air.Field{Name: member(i), Type: air.IntType(t.Signed, uint32(width))})
	}
	kind := air.Struct
	if t.Kind == Union {
		kind = air.Union
	}
	to := a.table.Define(fmt.Sprintf("T%d", len(a.known)), kind)
	to.Container, to.Fields = air.Extern, fields
	if t.Kind == BitFields {
		to.Container, to.Elem = air.Packed, air.IntType(false, uint32(t.Bits))
	}
	return to
}

// mask sets the bits of the bytes of a value that are part of it.
func (a *airTypes) mask(t *Type, bytes []byte) {
	layout := a.of(t)
	switch t.Kind {
	case Array:
		for i := range t.Len {
			a.mask(t.Elem, bytes[i*int(layout.Elem.Size()):])
		}
	case Struct, Union:
		for i := range t.Fields {
			a.mask(t.Fields[i].Type, bytes[layout.FieldOffset(i):])
		}
	default:
		bits := int(layout.BitSize())
		if t.Kind == Bool || isOdd(t) {
			bits = (bits + 7) &^ 7 // extended
		}
		for i := range bits {
			bytes[i/8] |= 1 << (i % 8)
		}
	}
}

// makeLegal makes every bool in the bytes of a value 0 or 1, and extends every _BitInt to its bytes, which gcc relies on.
func (a *airTypes) makeLegal(t *Type, bytes []byte) {
	layout := a.of(t)
	switch t.Kind {
	case Bool:
		bytes[0] &= 1
	case Int:
		for i := t.Bits; i < 8*int(layout.Size()); i++ {
			bytes[i/8] &^= 1 << (i % 8)
			if t.Signed {
				bytes[i/8] |= bytes[(t.Bits-1)/8] >> ((t.Bits - 1) % 8) & 1 << (i % 8)
			}
		}
	case Array:
		for i := range t.Len {
			a.makeLegal(t.Elem, bytes[i*int(layout.Elem.Size()):])
		}
	case Struct, Union:
		for i := range t.Fields {
			a.makeLegal(t.Fields[i].Type, bytes[layout.FieldOffset(i):])
		}
	}
}
