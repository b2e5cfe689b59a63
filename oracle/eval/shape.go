package eval

import (
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// class is how the evaluator holds a value while it is an operand.
type class uint8

// The classes of value.
const (
	empty     class = iota // no bits at all
	inWord                 // at most 64 bits: a word
	inBytes                // an aggregate or vector: its memory layout
	wideInt                // an integer of more than 64 bits: its memory layout
	wideFloat              // f80 and f128: its memory layout
)

// shape is what the evaluator needs to know about a type at each step.
type shape struct {
	class  class
	signed bool
	isBool bool
	bits   uint32 // of the value, not of the memory it takes
	size   uint64 // ABI size in bytes
	stored uint64 // the bytes that a load or store through a pointer touches
}

// shapeOf derives the shape of a type.
func shapeOf(t *air.Type) shape {
	s := shape{size: t.Size(), bits: uint32(t.BitSize())}
	if s.size == 0 {
		return shape{}
	}
	s.stored = s.size
	if scalar, ok := t.Scalar(); ok {
		s.class, s.signed, s.bits = inWord, scalar.Signed, scalar.Bits
		s.stored = (uint64(s.bits) + 7) / 8
		s.isBool = t.Kind == air.Bool
		if s.bits > 64 {
			s.class = wideInt
		}
		return s
	}
	switch {
	case t.Kind == air.Float && t.Bits <= 64:
		s.class = inWord
	case t.Kind == air.Float:
		s.class = wideFloat
	case t.IsPacked() && s.bits <= 64:
		s.class = inWord
	case t.IsPacked():
		s.class = wideInt
	default:
		s.class = inBytes
	}
	return s
}

// isWide reports whether values are held as bytes.
func (s shape) isWide() bool { return s.class >= inBytes }

// toWord reads a value of the shape from its memory: bits beyond the width are ignored, since a load makes a value
// canonical again.
func (s *shape) toWord(v view) word { return readWord(v).and(lowMask(uint(s.bits))) }

// fromWord writes the memory of a value: the whole ABI size, the bytes beyond the width holding the extension of the
// value by its signedness. A partly undefined value has no defined extension.
func (s *shape) fromWord(v view, w word) {
	above := ^lowMask(uint(s.bits))
	switch {
	case w.undef != 0:
		w.undef |= above
	case s.signed && s.bits > 0 && w.bits>>(s.bits-1)&1 != 0:
		w.bits |= above
	}
	writeWord(v, w)
}

// whole returns the memory of a value of which v has the bytes that a load touches.
func (s *shape) whole(v view) view {
	full := newView(s.size)
	if s.class == inWord {
		s.fromWord(full, s.toWord(v))
		return full
	}
	full.copyFrom(v)
	s.normalize(full)
	return full
}

// normalize makes the bits beyond the width of a wide integer its extension.
func (s shape) normalize(v view) {
	if s.class != wideInt || uint64(s.bits) == s.size*8 {
		return
	}
	low := view{make([]byte, s.size), make([]byte, s.size)}
	copyBits(low, 0, v, 0, uint64(s.bits))
	if low.anyUndef() {
		for i := uint64(s.bits); i < s.size*8; i++ {
			low.undef[i/8] |= 1 << (i % 8)
		}
		v.copyFrom(low)
		return
	}
	putBig(v, bigFromBytes(low.data, uint(s.bits), s.signed))
}

// bigFromBytes reads the low n bits of little-endian bytes as an integer.
func bigFromBytes(data []byte, n uint, signed bool) *big.Int {
	reversed := make([]byte, len(data))
	for i, b := range data {
		reversed[len(data)-1-i] = b
	}
	x := new(big.Int).SetBytes(reversed)
	modulus := new(big.Int).Lsh(big.NewInt(1), n)
	x.And(x, new(big.Int).Sub(modulus, big.NewInt(1)))
	if signed && n > 0 && x.Bit(int(n-1)) == 1 {
		x.Sub(x, modulus)
	}
	return x
}

// putBig writes the two's complement of x over the whole view, all defined.
func putBig(v view, x *big.Int) {
	n := uint(len(v.data)) * 8
	low := new(big.Int).And(x, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), n), big.NewInt(1)))
	low.FillBytes(v.data)
	for i, j := 0, len(v.data)-1; i < j; i, j = i+1, j-1 {
		v.data[i], v.data[j] = v.data[j], v.data[i]
	}
	clear(v.undef)
}
