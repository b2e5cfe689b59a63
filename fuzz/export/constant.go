package export

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Image is the memory of a constant: its bytes, which of their bits are defined, and the addresses in it.
type Image struct {
	Data, Defined []byte
	Symbols       []Symbol // by rising At; Data is zero there
}

// Symbol is an address of 8 bytes in an Image: that of a global or function, and an offset.
type Symbol struct {
	At     uint64
	Name   string
	Offset int64
}

// ImageOf returns the memory of a constant. The error names what has no bytes.
func ImageOf(v *air.Value) (*Image, error) {
	size := v.Type.Size()
	m := &Image{Data: make([]byte, size), Defined: make([]byte, size)}
	return m, m.put(0, v.Type, v)
}

// ImageOfAll returns the memory of constants one after the other, each aligned for its type, with their offsets and the
// alignment of the whole. What lies between them is zero.
func ImageOfAll(values []*air.Value) (m *Image, offsets []uint64, align uint64, err error) {
	m, align = &Image{}, 1
	for _, v := range values {
		n := v.Type.Align()
		align = max(align, n)
		gap := -uint64(len(m.Data)) & (n - 1)
		m.Data = append(m.Data, make([]byte, gap)...)
		m.Defined = append(m.Defined, bytes.Repeat([]byte{0xff}, int(gap))...)
		at := uint64(len(m.Data))
		one, err := ImageOf(v)
		if err != nil {
			return nil, nil, 0, err
		}
		for _, s := range one.Symbols {
			s.At += at
			m.Symbols = append(m.Symbols, s)
		}
		m.Data, m.Defined = append(m.Data, one.Data...), append(m.Defined, one.Defined...)
		offsets = append(offsets, at)
	}
	return m, offsets, align, nil
}

// put writes a constant of type t at an offset. Its bits are undefined so far.
func (m *Image) put(at uint64, t *air.Type, v *air.Value) error {
	switch v.Kind {
	case air.Undef, air.VoidValue:
		return nil
	case air.IntValue:
		m.putInteger(at, t, v.BigInt())
		return nil
	case air.NullValue:
		m.putNull(at, t)
		return nil
	case air.PayloadValue:
		return m.putPayload(at, t, v.Elems[0])
	case air.ErrorValue:
		m.putWord(at+t.ErrorOffset(), 2, uint64(v.Int))
		return nil
	case air.BytesValue:
		copy(m.Data[at:], v.Bytes)
		fill(m.Defined[at:at+uint64(len(v.Bytes))], 0xff)
		return nil
	case air.UnionValue:
		return m.putUnion(at, t, v)
	case air.SymbolValue:
		m.Symbols = append(m.Symbols, Symbol{at, v.Symbol, v.Offset})
		m.putWord(at, 8, 0)
		return nil
	case air.SliceValue:
		if err := m.put(at, v.Elems[0].Type, v.Elems[0]); err != nil {
			return err
		}
		return m.put(at+8, air.USize, v.Elems[1])
	}
	return m.putParts(at, t, v)
}

func fill(b []byte, with byte) {
	for i := range b {
		b[i] = with
	}
}

func (m *Image) putWord(at, size, word uint64) {
	var raw [8]byte
	binary.LittleEndian.PutUint64(raw[:], word)
	copy(m.Data[at:at+size], raw[:])
	fill(m.Defined[at:at+size], 0xff)
}

// putInteger writes an integer over the whole memory of its type, but for the padding of an f80.
func (m *Image) putInteger(at uint64, t *air.Type, x *big.Int) {
	size := t.Size()
	if t.Kind == air.Float {
		size = t.BitSize() / 8
	}
	modulus := new(big.Int).Lsh(big.NewInt(1), uint(size)*8)
	big := new(big.Int).Mod(x, modulus).FillBytes(make([]byte, size))
	for i, b := range big {
		m.Data[at+size-1-uint64(i)] = b
	}
	fill(m.Defined[at:at+size], 0xff)
}

func (m *Image) putNull(at uint64, t *air.Type) {
	switch {
	case t.Kind == air.Pointer || t.OptionalRepr() == air.NullIsZero:
		m.putWord(at, min(8, t.Size()), 0) // the length of a slice stays undefined
	case t.OptionalRepr() != air.AlwaysNull:
		m.putWord(at+t.FlagOffset(), 1, 0)
	}
}

func (m *Image) putPayload(at uint64, t *air.Type, payload *air.Value) error {
	switch {
	case t.Kind == air.ErrorUnion:
		m.putWord(at+t.ErrorOffset(), 2, 0)
		return m.put(at+t.PayloadOffset(), t.Elem, payload)
	case t.OptionalRepr() != air.NullIsZero:
		m.putWord(at+t.FlagOffset(), 1, 1)
	}
	return m.put(at, t.Elem, payload)
}

func (m *Image) putUnion(at uint64, t *air.Type, v *air.Value) error {
	if t.IsPacked() {
		return m.putBits(at, 0, v.Elems[0])
	}
	if tag := t.TagOf(v.Field); tag != nil {
		m.putInteger(at+t.TagOffset(), t.Tag, tag)
	}
	return m.put(at+t.PayloadOffset(), t.Fields[v.Field].Type, v.Elems[0])
}

// putParts writes the fields or elements of a constant.
func (m *Image) putParts(at uint64, t *air.Type, v *air.Value) error {
	for i, e := range v.Elems {
		var err error
		switch {
		case t.Kind == air.Struct && t.Fields[i].Comptime != nil || !e.Type.HasBits():
		case t.IsPacked():
			err = m.putBits(at, t.FieldBitOffset(i), e)
		case t.Kind == air.Vector:
			err = m.putBits(at, uint64(i)*t.Elem.BitSize(), e)
		case t.Kind == air.Struct:
			err = m.put(at+t.FieldOffset(i), e.Type, e)
		default:
			err = m.put(at+uint64(i)*t.Elem.Size(), e.Type, e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// putBits writes a constant at an offset in bits.
func (m *Image) putBits(at, offset uint64, v *air.Value) error {
	if offset%8 == 0 && v.Type.BitSize() == 8*v.Type.Size() {
		return m.put(at+offset/8, v.Type, v)
	}
	piece, err := ImageOf(v)
	if err != nil {
		return err
	}
	if len(piece.Symbols) > 0 {
		return fmt.Errorf("an address inside a byte of a constant of type %s", v.Type)
	}
	for i := range v.Type.BitSize() {
		to := offset + i
		m.Data[at+to/8] |= piece.Data[i/8] >> (i % 8) & 1 << (to % 8)
		m.Defined[at+to/8] |= piece.Defined[i/8] >> (i % 8) & 1 << (to % 8)
	}
	return nil
}

// Bits returns the bits [offset, offset+n) as an unsigned number, undefined ones as 0, and whether any is defined.
func (m *Image) Bits(offset, n uint64) (x *big.Int, anyDefined bool) {
	x = new(big.Int)
	for i := range n {
		at := offset + i
		if m.Defined[at/8]>>(at%8)&1 == 0 {
			continue
		}
		anyDefined = true
		x.SetBit(x, int(i), uint(m.Data[at/8]>>(at%8)&1))
	}
	return x, anyDefined
}

// IsDefined reports whether a constant has no undefined bit that matters.
func IsDefined(v *air.Value) bool {
	if v.Kind == air.Undef {
		return false
	}
	for _, e := range v.Elems {
		if !IsDefined(e) {
			return false
		}
	}
	return true
}
