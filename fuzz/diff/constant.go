package diff

import (
	"math/big"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Symbols returns the global or function that an address lies in, and the offset there.
type Symbols func(addr uint64) (name string, offset uint64, ok bool)

// Constant returns the value of type t that bytes hold in memory layout as a constant. A part of it that has undefined
// bits (a nil mask means that all are defined), or an address that symbols does not name, is undefined in the result,
// which is then not whole. symbols may be nil.
func Constant(t *air.Type, bytes, defined []byte, symbols Symbols) (v *air.Value, whole bool) {
	r := reader{symbols: symbols, whole: true}
	if defined == nil {
		defined = slices.Repeat([]byte{0xff}, len(bytes))
	}
	return r.value(t, memory{bytes, defined}), r.whole
}

// memory is a value in memory layout and which of its bits are defined.
type memory struct{ bytes, defined []byte }

func (m memory) at(offset, size uint64) memory {
	return memory{m.bytes[offset : offset+size], m.defined[offset : offset+size]}
}

// bits copies a part that begins and ends at any bit.
func (m memory) bits(offset, n uint64) memory {
	part := memory{make([]byte, (n+7)/8), make([]byte, (n+7)/8)}
	for i := range n {
		at := offset + i
		part.bytes[i/8] |= m.bytes[at/8] >> (at % 8) & 1 << (i % 8)
		part.defined[i/8] |= m.defined[at/8] >> (at % 8) & 1 << (i % 8)
	}
	return part
}

// number returns the low bits as an integer, if all of them are defined.
func (m memory) number(bits uint64, signed bool) (*big.Int, bool) {
	m = m.bits(0, bits)
	slices.Reverse(m.bytes)
	n := new(big.Int).SetBytes(m.bytes)
	if signed && bits > 0 && n.Bit(int(bits)-1) != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(bits)))
	}
	undefined := slices.ContainsFunc(m.defined[:bits/8], func(b byte) bool { return b != 0xff })
	return n, !undefined && (bits%8 == 0 || m.defined[bits/8] == 1<<(bits%8)-1)
}

// reader reads constants from memory.
type reader struct {
	symbols Symbols
	whole   bool // nothing undefined was found
}

func (r *reader) undefined(t *air.Type) *air.Value {
	r.whole = false
	return air.NewUndef(t)
}

func (r *reader) value(t *air.Type, m memory) *air.Value {
	switch {
	case !t.HasBits():
		return &air.Value{Type: t, Kind: air.VoidValue}
	case t.IsSlice():
		return &air.Value{Type: t, Kind: air.SliceValue, Elems: []*air.Value{r.address(t, m.at(0, 8)), r.value(air.USize, m.at(8, 8))}}
	case t.IsPacked():
		return r.packed(t, m)
	}
	switch t.Kind {
	case air.Pointer:
		return r.address(t, m)
	case air.Float:
		return r.number(t, m, uint64(t.Bits), false)
	case air.Optional:
		return r.optional(t, m)
	case air.ErrorUnion:
		return r.errorUnion(t, m)
	case air.Array, air.Vector:
		return r.elements(t, m)
	case air.Struct:
		return r.fields(t, m)
	case air.Union:
		return r.union(t, m)
	}
	s, ok := t.Scalar()
	if !ok {
		return r.undefined(t)
	}
	return r.number(t, m, uint64(s.Bits), s.Signed)
}

// packed reads a packed struct by its fields. One with addresses among them, or a union, of which nothing says which field
// it has, is its backing integer.
func (r *reader) packed(t *air.Type, m memory) *air.Value {
	whole := r.number(t, m, t.BitSize(), t.Elem != nil && t.Elem.Signed)
	if t.Kind != air.Struct || whole.Kind == air.Undef || holds(t, isAddress) {
		return whole
	}
	v := &air.Value{Type: t, Kind: air.AggregateValue, Elems: make([]*air.Value, len(t.Fields))}
	for i := range t.Fields {
		f := t.Fields[i].Type
		v.Elems[i] = r.value(f, m.bits(t.FieldBitOffset(i), f.BitSize()).filled(f.Size()))
	}
	return v
}

func (r *reader) number(t *air.Type, m memory, bits uint64, signed bool) *air.Value {
	n, ok := m.number(bits, signed)
	if !ok {
		return r.undefined(t)
	}
	return air.NewBig(t, n)
}

// lowest is below every address that the evaluator chooses: smaller ones were integers.
const lowest = 1 << 32

func (r *reader) address(t *air.Type, m memory) *air.Value {
	addr, ok := m.number(64, false)
	if !ok || r.symbols == nil {
		return r.undefined(t)
	}
	if name, offset, ok := r.symbols(addr.Uint64()); ok {
		return &air.Value{Type: t, Kind: air.SymbolValue, Symbol: name, Offset: int64(offset)}
	}
	if addr.Uint64() >= lowest {
		return r.undefined(t)
	}
	return air.NewBig(t, addr)
}

func (r *reader) optional(t *air.Type, m memory) *air.Value {
	flag := memory{}
	if repr := t.OptionalRepr(); repr == air.NullIsZero {
		flag = m.at(0, min(8, uint64(len(m.bytes)))) // of a slice, the pointer
	} else {
		flag = m.at(t.FlagOffset(), 1)
	}
	switch n, ok := flag.number(8*uint64(len(flag.bytes)), false); {
	case !ok:
		return r.undefined(t)
	case n.Sign() == 0:
		return &air.Value{Type: t, Kind: air.NullValue}
	}
	return r.payload(t, m.at(0, t.Elem.Size()))
}

func (r *reader) payload(t *air.Type, m memory) *air.Value {
	return &air.Value{Type: t, Kind: air.PayloadValue, Elems: []*air.Value{r.value(t.Elem, m)}}
}

func (r *reader) errorUnion(t *air.Type, m memory) *air.Value {
	switch code, ok := m.at(t.ErrorOffset(), 2).number(16, false); {
	case !ok:
		return r.undefined(t)
	case code.Sign() != 0:
		return &air.Value{Type: t, Kind: air.ErrorValue, Int: code.Int64()}
	}
	return r.payload(t, m.at(t.PayloadOffset(), t.Elem.Size()))
}

// elements reads an array, or a vector, whose elements lie one behind the other bit by bit.
func (r *reader) elements(t *air.Type, m memory) *air.Value {
	n := t.Len
	if t.Sentinel != nil {
		n++
	}
	v := &air.Value{Type: t, Kind: air.AggregateValue, Elems: make([]*air.Value, n)}
	for i := range n {
		if t.Kind == air.Vector {
			v.Elems[i] = r.value(t.Elem, m.bits(i*t.Elem.BitSize(), t.Elem.BitSize()).filled(t.Elem.Size()))
		} else {
			v.Elems[i] = r.value(t.Elem, m.at(i*t.Elem.Size(), t.Elem.Size()))
		}
	}
	return v
}

// filled appends bytes up to a size.
func (m memory) filled(size uint64) memory {
	n := int(size) - len(m.bytes)
	return memory{append(m.bytes, make([]byte, n)...), append(m.defined, make([]byte, n)...)}
}

func (r *reader) fields(t *air.Type, m memory) *air.Value {
	v := &air.Value{Type: t, Kind: air.AggregateValue, Elems: make([]*air.Value, len(t.Fields))}
	for i := range t.Fields {
		f := &t.Fields[i]
		if v.Elems[i] = f.Comptime; f.Comptime == nil {
			v.Elems[i] = r.value(f.Type, m.at(t.FieldOffset(i), f.Type.Size()))
		}
	}
	return v
}

// union reads the field that the tag names; of a union that stores no tag, the largest field that is whole.
func (r *reader) union(t *air.Type, m memory) *air.Value {
	if t.StoresTag() {
		tag := r.value(t.Tag, m.at(t.TagOffset(), t.Tag.Size()))
		name, ok := t.Tag.MemberName(tag)
		field := t.Field(name)
		if tag.Kind == air.Undef || !ok || field < 0 {
			return r.undefined(t)
		}
		return r.unionField(t, m, field)
	}
	best := -1
	for i := range t.Fields {
		if best >= 0 && t.Fields[i].Type.Size() <= t.Fields[best].Type.Size() {
			continue
		}
		if probe := (&reader{symbols: r.symbols, whole: true}); probe.unionField(t, m, i) != nil && probe.whole {
			best = i
		}
	}
	if best < 0 {
		return r.undefined(t)
	}
	return r.unionField(t, m, best)
}

func (r *reader) unionField(t *air.Type, m memory, field int) *air.Value {
	f := t.Fields[field].Type
	return &air.Value{Type: t, Kind: air.UnionValue, Field: field, Elems: []*air.Value{r.value(f, m.at(t.PayloadOffset(), f.Size()))}}
}
