package air

import (
	"math/big"
	"slices"
)

// Kind is the family of a Type.
type Kind uint8

// The kinds of type, in the order of the language reference.
const (
	Void Kind = iota
	NoReturn
	Bool
	Int
	Float
	Pointer
	Array
	Vector
	Optional
	ErrorSet
	ErrorUnion
	Struct // also tuples, whose fields are named "0", "1", ...
	Union
	Enum
	Fn
	Opaque
)

var kindNames = [...]string{"void", "noreturn", "bool", "int", "float", "pointer", "array", "vector", "optional", "error_set",
	"error_union", "struct", "union", "enum", "fn", "opaque"}

// String returns the name of the kind: "error_union".
func (k Kind) String() string { return kindNames[k] }

// PointerSize is the number of elements behind a pointer: one, an unknown number, or a length.
type PointerSize uint8

// The pointer sizes: *T, [*]T, []T and [*c]T.
const (
	One PointerSize = iota
	Many
	Slice
	C
)

// Container is the layout discipline of a struct or union.
type Container uint8

// The layouts of structs and unions.
const (
	Auto Container = iota
	Extern
	Packed
)

// FieldRules is the version of Zig whose rules the fields of structs and unions follow: they differ in the order of the
// fields of auto structs, and in what a field without bits (of type [0]u64, say) adds to the alignment.
type FieldRules uint8

// The rules, with the names that they have in text.
const (
	// Zig014: auto structs by falling alignment of the fields, their own if they have one; every field counts.
	Zig014 FieldRules = iota
	// Zig011: auto structs by falling alignment of the fields' types, fields without bits last; these do not count.
	Zig011
)

var fieldRules = [...]string{Zig014: "zig_0_14", Zig011: "zig_0_11"}

// Type is an immutable type. Types are interned by a TypeTable (the scalar ones by this package), so two types of a
// module are the same exactly if their pointers are equal. Build types only through a TypeTable.
type Type struct {
	Kind Kind
	// Name is what the text form calls the type when it is not spelled by its structure: usize, c_int, or the name of a
	// type definition.
	Name string

	Signed bool   // Int
	Bits   uint32 // Int and Float: width in bits

	// Elem is the pointee, the element of an array or vector, the payload of an optional or error union, the integer of
	// an enum, the result of a function, the backing integer of a packed struct.
	Elem     *Type
	Len      uint64 // Array (sentinel not counted) and Vector
	Sentinel *Value // Array and Pointer, nil if there is none

	PointerSize PointerSize
	Const       bool
	Volatile    bool
	AllowZero   bool
	// PointerAlign is the promised alignment of the pointee, 0 for the natural one.
	PointerAlign uint32
	// HostSize is non-zero for a pointer to packed bits: the pointer then holds the address of a HostSize-byte
	// little-endian integer, and the pointee is the bits of it from BitOffset on. With a VectorIndex the host is a
	// vector of HostSize elements and the pointee is that element.
	HostSize    uint32
	BitOffset   uint32
	VectorIndex int32 // NoVectorIndex, RuntimeIndex or an index

	// ErrorSet is the error set of an ErrorUnion.
	ErrorSet *Type
	// Errors are the members of an ErrorSet in ascending value; nil means anyerror.
	Errors []ErrorMember

	Container Container // Struct and Union
	Rules     FieldRules
	Tuple     bool
	Fields    []Field // Struct, Union

	// Tag is the enum of a tagged union (nil for a bare one).
	Tag *Type
	// HasTag reports whether a union stores its tag (a bare union may name the enum of its fields without storing it).
	HasTag bool

	// Members are the names and values of an Enum.
	Members    []EnumMember
	Exhaustive bool

	Params  []*Type // Fn; the result is Elem
	CallC   bool    // Fn follows the C calling convention
	VarArgs bool

	layout  layout
	forward bool // mentioned, but not defined yet
}

// The values of Type.VectorIndex that are not an index.
const (
	NoVectorIndex = -1
	// RuntimeIndex means that the index is in the instruction, not in the type.
	RuntimeIndex = -2
)

// Field is one field of a struct, tuple or union.
type Field struct {
	Name  string
	Type  *Type
	Align uint32 // 0 for the natural alignment
	// Comptime is the value of a comptime field, which takes no memory; nil otherwise.
	Comptime *Value
}

// ErrorMember is one error: its name and its global value, which is never 0.
type ErrorMember struct {
	Name  string
	Value uint16
}

// EnumMember is one named value of an enum.
type EnumMember struct {
	Name  string
	Value *big.Int
}

// The scalar types that exist without a table.
var (
	VoidType     = scalar(Type{Kind: Void, Name: "void"})
	NoReturnType = scalar(Type{Kind: NoReturn, Name: "noreturn"})
	BoolType     = scalar(Type{Kind: Bool, Name: "bool"})
	USize        = scalar(Type{Kind: Int, Bits: 64, Name: "usize"})
	ISize        = scalar(Type{Kind: Int, Bits: 64, Signed: true, Name: "isize"})
	U8           = IntType(false, 8)
	U1           = IntType(false, 1)
	U16          = IntType(false, 16)
	U32          = IntType(false, 32)
	U64          = IntType(false, 64)
	I8           = IntType(true, 8)
	I16          = IntType(true, 16)
	I32          = IntType(true, 32)
	I64          = IntType(true, 64)
	F16          = scalar(Type{Kind: Float, Bits: 16, Name: "f16"})
	F32          = scalar(Type{Kind: Float, Bits: 32, Name: "f32"})
	F64          = scalar(Type{Kind: Float, Bits: 64, Name: "f64"})
	F80          = scalar(Type{Kind: Float, Bits: 80, Name: "f80"})
	F128         = scalar(Type{Kind: Float, Bits: 128, Name: "f128"})
	// AnyError is the set of all errors.
	AnyError = scalar(Type{Kind: ErrorSet, Name: "anyerror", Bits: 16})
	// AnyOpaque is a type of unknown size.
	AnyOpaque = scalar(Type{Kind: Opaque, Name: "anyopaque"})
)

// maxInternedWidth bounds the predefined integer types; a table makes wider ones on demand.
const maxInternedWidth = 256

// internedInts are the predefined integer types: the unsigned ones and the signed ones, by their width.
var internedInts = makeInts()

func makeInts() (ints [2][maxInternedWidth + 1]Type) {
	for bits := range ints[0] {
		ints[0][bits] = newScalar(Type{Kind: Int, Bits: uint32(bits)})
		ints[1][bits] = newScalar(Type{Kind: Int, Bits: uint32(bits), Signed: true})
	}
	return ints
}

// IntType returns the integer type of a width up to 256; TypeTable.Int returns those of every width.
func IntType(signed bool, bits uint32) *Type {
	if signed {
		return &internedInts[1][bits]
	}
	return &internedInts[0][bits]
}

func scalar(t Type) *Type {
	t = newScalar(t)
	return &t
}

func newScalar(t Type) Type {
	t.VectorIndex = NoVectorIndex
	t.layout = computeLayout(&t)
	return t
}

// IsNamed reports whether t is nominal: a struct, union, enum, opaque or error set with a definition of its own in the
// module.
func (t *Type) IsNamed() bool {
	isNominal := t.Kind == Struct || t.Kind == Union || t.Kind == Enum || t.Kind == ErrorSet || t.Kind == Opaque
	return isNominal && t.Name != "" && t != AnyError && t != AnyOpaque
}

// IsSlice reports whether t is a pointer with a length.
func (t *Type) IsSlice() bool { return t.Kind == Pointer && t.PointerSize == Slice }

// IsPointer reports whether t is an address: a pointer that is not a slice.
func (t *Type) IsPointer() bool { return t.Kind == Pointer && t.PointerSize != Slice }

// IsPointerLike reports whether a value of t is an address, where 0 may mean null: a pointer, or an optional of one.
func (t *Type) IsPointerLike() bool {
	return t.IsPointer() || t.Kind == Optional && t.OptionalRepr() == NullIsZero && t.Elem.IsPointer()
}

// Element returns the type of the elements that a pointer or slice steps over.
func (t *Type) Element() *Type {
	if t.PointerSize == One && (t.Elem.Kind == Array || t.Elem.Kind == Vector) {
		return t.Elem.Elem
	}
	return t.Elem
}

// IsBitPointer reports whether t points to bits inside a host integer or vector.
func (t *Type) IsBitPointer() bool { return t.Kind == Pointer && t.HostSize != 0 }

// IsPacked reports whether t is a packed struct or union, held as its backing integer.
func (t *Type) IsPacked() bool { return (t.Kind == Struct || t.Kind == Union) && t.Container == Packed }

// Field returns the index of the named field, or -1.
func (t *Type) Field(name string) int {
	return slices.IndexFunc(t.Fields, func(f Field) bool { return f.Name == name })
}

// Scalar returns the integer type by which the bits of a register-sized scalar are read: itself for integers, u1 for
// bool, the tag of an enum, u16 for error sets, usize for addresses, the backing integer of a packed struct. The second
// result is false for everything else.
func (t *Type) Scalar() (*Type, bool) {
	switch t.Kind {
	case Int:
		return t, true
	case Bool:
		return U1, true
	case Enum:
		return t.Elem, true
	case ErrorSet:
		return U16, true
	case Pointer:
		return USize, t.PointerSize != Slice
	case Optional:
		switch t.OptionalRepr() {
		case NullIsZero:
			return t.Elem.Scalar()
		case FlagOnly:
			return U1, true
		}
	case ErrorUnion:
		return U16, !t.Elem.HasBits()
	case Struct, Union:
		if t.Container == Packed && t.Elem != nil {
			return t.Elem, true
		}
	}
	return nil, false
}

// MemberName returns the name of an enum's value, and whether it has one.
func (t *Type) MemberName(v *Value) (string, bool) {
	wide := v.BigInt()
	for i := range t.Members {
		if t.Members[i].Value.Cmp(wide) == 0 {
			return t.Members[i].Name, true
		}
	}
	return "", false
}
