package diff

import (
	"encoding/binary"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Constant reads a constant of a type from its memory layout. It returns nil for types that have no constants in
// run lines.
func Constant(t *air.Type, bytes []byte) *air.Value {
	if !t.HasBits() {
		if t.Kind == air.Void {
			return air.VoidConst
		}
		return nil
	}
	switch t.Kind {
	case air.Int, air.Bool, air.Enum, air.ErrorSet:
		return scalar(t, bytes)
	case air.Optional:
		return optional(t, bytes)
	case air.ErrorUnion:
		return errorUnion(t, bytes)
	case air.Array, air.Struct:
		return aggregate(t, bytes)
	}
	return nil
}

func scalar(t *air.Type, bytes []byte) *air.Value {
	s, ok := t.Scalar()
	if !ok || s.Bits > 64 || len(bytes) > 8 {
		return nil
	}
	var word [8]byte
	copy(word[:], bytes)
	v, shift := binary.LittleEndian.Uint64(word[:]), 64-s.Bits
	if s.Signed {
		return air.NewInt(t, int64(v<<shift)>>shift)
	}
	return air.NewInt(t, int64(v<<shift>>shift))
}

func optional(t *air.Type, bytes []byte) *air.Value {
	some := false
	switch t.OptionalRepr() {
	case air.NullIsZero:
		for _, b := range bytes {
			some = some || b != 0
		}
	case air.PayloadFlag, air.FlagOnly:
		some = bytes[t.FlagOffset()] != 0
	}
	if !some {
		return &air.Value{Type: t, Kind: air.NullValue}
	}
	return payload(t, Constant(t.Elem, bytes[:t.Elem.Size()]))
}

func payload(t *air.Type, v *air.Value) *air.Value {
	if v == nil {
		return nil
	}
	return &air.Value{Type: t, Kind: air.PayloadValue, Elems: []*air.Value{v}}
}

func errorUnion(t *air.Type, bytes []byte) *air.Value {
	if code := binary.LittleEndian.Uint16(bytes[t.ErrorOffset():]); code != 0 {
		return &air.Value{Type: t, Kind: air.ErrorValue, Int: int64(code)}
	}
	at := t.PayloadOffset()
	return payload(t, Constant(t.Elem, bytes[at:at+t.Elem.Size()]))
}

func aggregate(t *air.Type, bytes []byte) *air.Value {
	if t.IsPacked() {
		return nil
	}
	n := len(t.Fields)
	if t.Kind == air.Array {
		n = int(t.Len)
	}
	v := &air.Value{Type: t, Kind: air.AggregateValue, Elems: make([]*air.Value, n)}
	for i := range v.Elems {
		part, at := t.Elem, uint64(0)
		if t.Kind == air.Array {
			at = uint64(i) * part.Size()
		} else {
			part, at = t.Fields[i].Type, t.FieldOffset(i)
		}
		if v.Elems[i] = Constant(part, bytes[at:at+part.Size()]); v.Elems[i] == nil {
			return nil
		}
	}
	return v
}
