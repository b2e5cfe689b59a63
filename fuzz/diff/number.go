package diff

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Part is a scalar part of a value, or all of a scalar value, as both sides have it.
type Part struct {
	// Path names the part of an aggregate or vector: "[2].x". It is empty of a scalar.
	Path string `json:"path,omitempty"`
	Type string `json:"type"`
	// Want is what the evaluator has, and Got what the code has.
	Want Number `json:"evaluator"`
	Got  Number `json:"code"`
	// Differs reports whether the code's is wrong.
	Differs bool `json:"differs"`
}

// Number is a number as an AIR constant and in hexadecimal digits. Of an undefined one the digits are those of its
// defined bits, or "undefined".
type Number struct {
	Text string `json:"value"`
	Hex  string `json:"hex"`
}

// The numbers of parts of one value: those that are looked at, and those that are listed, or else the ones that differ.
const (
	maxParts    = 1 << 12
	listedParts = 16
)

// parts returns the parts of two values of one type in memory layout, and how many of them are left out: of many, those
// that do not differ. Addresses that each oracle chooses for itself are no difference.
func parts(t *air.Type, want, got memory, symbols Symbols, addresses bool) (list []Part, omitted int) {
	s := splitter{symbols: symbols, addresses: addresses}
	s.split("", t, want, got)
	if len(s.parts) <= listedParts {
		return s.parts, s.omitted
	}
	list = slices.DeleteFunc(slices.Clone(s.parts), func(p Part) bool { return !p.Differs })
	list = list[:min(len(list), listedParts)]
	return list, s.omitted + len(s.parts) - len(list)
}

// splitter takes two values apart.
type splitter struct {
	symbols   Symbols
	addresses bool
	parts     []Part
	omitted   int
}

// split adds the parts of a value.
func (s *splitter) split(path string, t *air.Type, want, got memory) {
	size := t.Size()
	want, got = want.resized(size), got.resized(size)
	at := func(name string, t *air.Type, offset uint64) {
		s.split(path+name, t, want.at(offset, t.Size()), got.at(offset, t.Size()))
	}
	switch {
	case !t.HasBits():
	case len(s.parts) >= maxParts:
		s.omitted++
	case t.IsSlice():
		at(".ptr", air.USize, 0)
		at(".len", air.USize, 8)
	case t.IsPacked() && t.Kind == air.Struct:
		s.bitFields(path, t, want, got)
	case t.Kind == air.Array:
		s.elements(path, t, want, got)
	case t.Kind == air.Vector:
		n := t.Elem.BitSize()
		for i := range t.Len {
			s.split(fmt.Sprintf("%s[%d]", path, i), t.Elem, want.bits(i*n, n), got.bits(i*n, n))
		}
	case t.Kind == air.Struct:
		for i := range t.Fields {
			if f := &t.Fields[i]; f.Comptime == nil {
				at("."+f.Name, f.Type, t.FieldOffset(i))
			}
		}
	case t.Kind == air.Optional && t.OptionalRepr() != air.NullIsZero && t.Elem.HasBits():
		at(".has_value", air.BoolType, t.FlagOffset())
		at(".payload", t.Elem, 0)
	case t.Kind == air.ErrorUnion && t.Elem.HasBits():
		at(".error", air.U16, t.ErrorOffset())
		at(".payload", t.Elem, t.PayloadOffset())
	case t.Kind == air.Union && !t.IsPacked():
		s.union(path, t, want, got)
	default:
		s.leaf(path, t, want, got)
	}
}

// elements adds the elements of an array; of a long one, those that differ.
func (s *splitter) elements(path string, t *air.Type, want, got memory) {
	size := t.Elem.Size()
	for i := range t.Len {
		a, b := want.at(i*size, size), got.at(i*size, size)
		if t.Len > listedParts && !differ(&step{bytes: a.bytes, defined: a.defined}, &step{bytes: b.bytes, defined: b.defined}, addressOrNil(s.addresses)) {
			s.omitted++
			continue
		}
		s.split(fmt.Sprintf("%s[%d]", path, i), t.Elem, a, b)
	}
}

// bitFields adds the fields of a packed struct.
func (s *splitter) bitFields(path string, t *air.Type, want, got memory) {
	for i := range t.Fields {
		f := &t.Fields[i]
		offset, n := t.FieldBitOffset(i), f.Type.BitSize()
		s.split(path+"."+f.Name, f.Type, want.bits(offset, n), got.bits(offset, n))
	}
}

// union adds the tag of a union and the field that the evaluator's tag names, or else the bytes of the payload.
func (s *splitter) union(path string, t *air.Type, want, got memory) {
	if t.StoresTag() {
		tag := t.Tag.Size()
		s.split(path+".tag", t.Tag, want.at(t.TagOffset(), tag), got.at(t.TagOffset(), tag))
		v, whole := Constant(t.Tag, want.at(t.TagOffset(), tag).bytes, want.at(t.TagOffset(), tag).defined, nil)
		if name, ok := t.Tag.MemberName(v); whole && ok && t.Field(name) >= 0 {
			f := t.Fields[t.Field(name)].Type
			s.split(path+"."+name, f, want.at(t.PayloadOffset(), f.Size()), got.at(t.PayloadOffset(), f.Size()))
			return
		}
	}
	for i := range want.bytes {
		s.leaf(fmt.Sprintf("%s{%d}", path, i), air.U8, want.at(uint64(i), 1), got.at(uint64(i), 1))
	}
}

// leaf adds a scalar.
func (s *splitter) leaf(path string, t *air.Type, want, got memory) {
	n := t.BitSize()
	if _, ok := t.Scalar(); !ok && t.Kind != air.Float {
		n = 8 * t.Size()
	}
	a, b := want.bits(0, n), got.bits(0, n)
	p := Part{Path: path, Type: t.String(), Want: s.number(t, want, a), Got: s.number(t, got, b)}
	p.Differs = differ(&step{bytes: a.bytes, defined: a.defined}, &step{bytes: b.bytes, defined: b.defined}, addressOrNil(s.addresses))
	s.parts = append(s.parts, p)
}

// number returns the number in memory of a type, whose digits are bits.
func (s *splitter) number(t *air.Type, m, bits memory) Number {
	v, whole := Constant(t, m.bytes, m.defined, s.symbols)
	n := Number{Hex: bits.hex()}
	switch {
	case !whole && t.IsPointer() && n.Hex[0] == '0': // an address of no symbol
		n.Text = "an address"
	case !whole:
		n.Text = "undefined"
	case t.Kind == air.Float && t.Bits == 16:
		n.Text = strconv.FormatFloat(half(uint16(v.Uint64())), 'g', -1, 32)
	default:
		n.Text = v.Literal()
	}
	return n
}

// half returns the value of an f16.
func half(bits uint16) float64 {
	fraction, exponent := float64(bits&0x3ff), int(bits>>10&0x1f)
	v := math.Ldexp(fraction+0x400, exponent-25)
	switch {
	case exponent == 0:
		v = math.Ldexp(fraction, -24)
	case exponent == 0x1f && fraction == 0:
		v = math.Inf(1)
	case exponent == 0x1f:
		v = math.NaN()
	}
	if bits>>15 != 0 {
		v = -v
	}
	return v
}

// hex returns the bytes as one number.
func (m memory) hex() string {
	text, all, none := make([]byte, 0, 2*len(m.bytes)+2), true, true
	text = append(text, "0x"...)
	for i := len(m.bytes) - 1; i >= 0; i-- {
		d := maskAt(m.defined, i)
		text = fmt.Appendf(text, "%02x", m.bytes[i]&d)
		all, none = all && (d == 0xff || i == len(m.bytes)-1 && d&(d+1) == 0), none && d == 0
	}
	switch {
	case none && len(m.bytes) > 0:
		return "undefined"
	case !all:
		return string(text) + " (defined " + memory{bytes: m.defined}.hex() + ")"
	}
	return string(text)
}

// resized cuts a value off or fills it with undefined bytes.
func (m memory) resized(size uint64) memory {
	if m.defined == nil {
		m.defined = slices.Repeat([]byte{0xff}, len(m.bytes))
	}
	if n := uint64(len(m.bytes)); n < size {
		return memory{slices.Clip(m.bytes), slices.Clip(m.defined)}.filled(size)
	}
	return m.at(0, size)
}
