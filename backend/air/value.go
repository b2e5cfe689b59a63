package air

import (
	"bytes"
	"math/big"
	"slices"
)

// ValueKind is the shape of a constant.
type ValueKind uint8

// The shapes of a constant.
const (
	// Undef has no defined bits.
	Undef ValueKind = iota
	// IntValue is an integer, bool (0 or 1), enum tag, error code (of an error set), float (its bit pattern), integer
	// address of a pointer, or packed value (its backing integer). It is in Int, or in Big if it does not fit an int64
	// (u64 values above that range are held in Int by their bits).
	IntValue
	// NullValue is the null of an optional.
	NullValue
	// PayloadValue is a non-null optional or successful error union; Elems[0].
	PayloadValue
	// ErrorValue is an error union that holds the error Int.
	ErrorValue
	// AggregateValue has one Elems entry per field or element: structs (declaration order, comptime fields included),
	// tuples, arrays (with the sentinel), vectors.
	AggregateValue
	// BytesValue is an array or vector of u8 given by Bytes (with the sentinel).
	BytesValue
	// UnionValue is a union whose active field Field holds Elems[0].
	UnionValue
	// SymbolValue is the address of the global or function Symbol plus Offset bytes.
	SymbolValue
	// SliceValue is a slice: Elems[0] its pointer, Elems[1] its length.
	SliceValue
	// VoidValue is the only value of a type without bits.
	VoidValue
)

// Value is an immutable constant.
type Value struct {
	Type   *Type
	Kind   ValueKind
	Int    int64
	Big    *big.Int
	Elems  []*Value
	Bytes  []byte
	Field  int
	Symbol string
	Offset int64
}

// VoidConst is the operand of a br or ret that carries nothing.
var VoidConst = &Value{Type: VoidType, Kind: VoidValue}

// NewInt returns an integer constant of any type that is held as an integer.
func NewInt(t *Type, v int64) *Value { return &Value{Type: t, Kind: IntValue, Int: v} }

// NewBig returns an integer constant of any width.
func NewBig(t *Type, v *big.Int) *Value {
	value := &Value{Type: t, Kind: IntValue}
	switch {
	case v.IsInt64():
		value.Int = v.Int64()
	case v.IsUint64() && !value.isSigned():
		value.Int = int64(v.Uint64())
	default:
		value.Big = v
	}
	return value
}

// NewBool returns a bool constant.
func NewBool(b bool) *Value {
	if b {
		return NewInt(BoolType, 1)
	}
	return NewInt(BoolType, 0)
}

// NewUndef returns the undefined constant of a type.
func NewUndef(t *Type) *Value { return &Value{Type: t, Kind: Undef} }

// BigInt returns the integer that an IntValue stands for, by the signedness of its type.
func (v *Value) BigInt() *big.Int {
	if v.Big != nil {
		return v.Big
	}
	if v.Int < 0 {
		if s, ok := v.Type.Scalar(); !ok || !s.Signed {
			return new(big.Int).SetUint64(uint64(v.Int))
		}
	}
	return big.NewInt(v.Int)
}

// Uint64 returns the low 64 bits of an IntValue.
func (v *Value) Uint64() uint64 {
	switch {
	case v.Big == nil:
		return uint64(v.Int)
	case v.Big.IsUint64():
		return v.Big.Uint64()
	}
	low := new(big.Int).And(v.Big, new(big.Int).SetUint64(^uint64(0)))
	return low.Uint64()
}

// Equal reports whether two constants of one module have the same type, the same shape and equal parts.
func (v *Value) Equal(w *Value) bool {
	if v == w {
		return true
	}
	if v.Type != w.Type || v.Kind != w.Kind || v.Int != w.Int || v.Field != w.Field || v.Symbol != w.Symbol ||
		v.Offset != w.Offset || !bytes.Equal(v.Bytes, w.Bytes) {
		return false
	}
	if (v.Big == nil) != (w.Big == nil) || v.Big != nil && v.Big.Cmp(w.Big) != 0 {
		return false
	}
	return slices.EqualFunc(v.Elems, w.Elems, (*Value).Equal)
}
