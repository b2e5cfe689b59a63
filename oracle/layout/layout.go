// Package layout says where the parts of a value lie in memory: Zig's rules for riscv64, formulated apart from those that
// the backend follows, so that a mistake in either is seen.
//
// There is one idea: a value is a sequence of parts, each with a size and an alignment, and each lies at the first multiple
// of its alignment after the part before it. What differs is the order of the parts. Of a type it reads the definition
// (kind, width, element, fields), and none of the computed properties.
package layout

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Layout is how a value of a type lies in memory.
type Layout struct {
	// Size and Align are in bytes; Align is at least 1.
	Size, Align uint64
	// Bits is the size in bits, as @bitSizeOf returns it.
	Bits uint64
	// Fields are the offsets of the fields of a struct in the order of their declaration: in bits from the least significant
	// one if it is packed, else in bytes. A comptime field has 0.
	Fields []uint64
	// Payload is the offset in bytes of what an optional, an error union or a union holds.
	Payload uint64
	// Mark is the offset in bytes of what says whether it holds it: the flag of an optional, the error code of an error
	// union, the tag of a union.
	Mark uint64
}

// Book computes layouts and remembers them. It is not safe for concurrent use.
type Book struct {
	known map[*air.Type]*Layout
}

// NewBook returns an empty Book.
func NewBook() *Book { return &Book{known: make(map[*air.Type]*Layout)} }

// Of returns the layout of a complete type, which must not contain itself other than behind a pointer or in an array of
// no elements.
func (b *Book) Of(t *air.Type) *Layout {
	if l := b.known[t]; l != nil {
		return l
	}
	l := b.compute(t)
	b.known[t] = l
	return l
}

func (b *Book) compute(t *air.Type) *Layout {
	switch t.Kind {
	case air.Bool:
		return number(1)
	case air.Int:
		return number(uint64(t.Bits))
	case air.Float:
		return number(uint64(t.Bits)) // 80 bits lie in 16 bytes too
	case air.ErrorSet:
		return number(16)
	case air.Enum:
		return b.Of(t.Elem)
	case air.Pointer:
		if t.PointerSize == air.Slice {
			return sequence(part{size: 8, align: 8}, part{size: 8, align: 8})
		}
		return number(64)
	case air.Array:
		return b.array(t)
	case air.Vector:
		return b.vector(t)
	case air.Optional:
		return b.optional(t)
	case air.ErrorUnion:
		return b.errorUnion(t)
	case air.Struct:
		return b.structure(t)
	case air.Union:
		return b.union(t)
	}
	return number(0) // void, noreturn, fn, opaque
}

// number returns the layout of a number: up to 64 bits the smallest power of two of bytes that holds it, aligned to its
// size; from there on blocks of 16 bytes.
func number(width uint64) *Layout {
	l := &Layout{Bits: width, Align: 1}
	for width > 8*l.Align && l.Align < 8 {
		l.Align *= 2
	}
	if width > 64 {
		l.Align = 16
	}
	for l.Size*8 < width {
		l.Size += l.Align
	}
	return l
}

// part is a piece of a value. Its offset goes to at, unless that is nil.
type part struct {
	size, align uint64
	rank        uint64 // of a falling sequence: parts of a higher rank lie first
	at          *uint64
}

// falling sorts parts by falling rank; those of one rank stay as given.
func falling(parts []part) []part {
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(b.rank, a.rank) })
	return parts
}

// sequence returns the layout of parts that lie one after another.
func sequence(parts ...part) *Layout {
	l := &Layout{Align: 1}
	for _, p := range parts {
		l.Size = up(l.Size, p.align)
		if p.at != nil {
			*p.at = l.Size
		}
		l.Size += p.size
		l.Align = max(l.Align, p.align)
	}
	l.Size = up(l.Size, l.Align)
	l.Bits = 8 * l.Size
	return l
}

func up(n, align uint64) uint64 {
	if over := n % align; over != 0 {
		n += align - over
	}
	return n
}

// times returns the size of n elements. One that no type may have is capped, so that sums of sizes do not overflow.
func times(n, size uint64) uint64 {
	if high, product := bits.Mul64(n, size); high == 0 && product <= air.MaxSize {
		return product
	}
	return air.MaxSize + 1
}

func (b *Book) array(t *air.Type) *Layout {
	n := t.Len
	if t.Sentinel != nil {
		n++
	}
	if n == 0 {
		return &Layout{Align: b.alignment(t.Elem, make(map[*air.Type]bool))}
	}
	elem := b.Of(t.Elem)
	return &Layout{Size: times(n, elem.Size), Align: elem.Align, Bits: times(n-1, elem.Size)*8 + elem.Bits}
}

// alignment returns the alignment of the element of an empty array, which may be a type that is being laid out: the largest
// of those that it is made of.
func (b *Book) alignment(t *air.Type, seen map[*air.Type]bool) uint64 {
	if seen[t] {
		return 1
	}
	seen[t] = true
	switch {
	case t.Kind == air.Array || t.Kind == air.Optional && !nullIsZero(t.Elem):
		return b.alignment(t.Elem, seen)
	case t.Kind == air.ErrorUnion:
		return max(2, b.alignment(t.Elem, seen))
	case t.Kind != air.Struct && t.Kind != air.Union || t.Container == air.Packed:
		return b.Of(t).Align
	}
	align := uint64(1)
	if t.HasTag && t.Tag != nil {
		align = b.Of(t.Tag).Align
	}
	for i := range t.Fields {
		if own := uint64(t.Fields[i].Align); own != 0 {
			align = max(align, own)
		} else {
			align = max(align, b.alignment(t.Fields[i].Type, seen))
		}
	}
	return align
}

// vector returns the layout of a vector: its lanes bit by bit, in the smallest power of two of bytes.
func (b *Book) vector(t *air.Type) *Layout {
	l := &Layout{Bits: times(t.Len, b.Of(t.Elem).Bits), Align: 1}
	if l.Bits > 0 {
		for l.Size = 1; l.Size*8 < l.Bits; l.Size *= 2 {
		}
		l.Align = l.Size
	}
	return l
}

func (b *Book) optional(t *air.Type) *Layout {
	if t.Elem.Kind == air.NoReturn {
		return number(0) // always null
	}
	payload := b.Of(t.Elem)
	switch {
	case nullIsZero(t.Elem):
		return &Layout{Size: payload.Size, Align: payload.Align, Bits: payload.Bits}
	case payload.Size == 0:
		return number(8) // whatever the alignment of what has no bits: @alignOf(?[0]u16) is 2, but no value is placed so
	}
	var at uint64
	l := sequence(part{size: payload.Size, align: payload.Align}, part{size: 1, align: 1, at: &at})
	l.Mark = at
	return l
}

// nullIsZero reports whether the null of an optional of t is a value that t does not have.
func nullIsZero(t *air.Type) bool {
	return t.Kind == air.ErrorSet || t.Kind == air.Pointer && t.PointerSize != air.C && !t.AllowZero
}

func (b *Book) errorUnion(t *air.Type) *Layout {
	payload := b.Of(t.Elem)
	if payload.Size == 0 {
		return number(16)
	}
	var offsets [2]uint64
	l := sequence(falling([]part{
		{size: payload.Size, align: payload.Align, rank: payload.Align, at: &offsets[0]},
		{size: 2, align: 2, rank: 2, at: &offsets[1]},
	})...)
	l.Payload, l.Mark = offsets[0], offsets[1]
	return l
}

func (b *Book) structure(t *air.Type) *Layout {
	offsets := make([]uint64, len(t.Fields))
	if t.Container == air.Packed {
		var at uint64
		for i := range t.Fields {
			offsets[i] = at
			at += b.Of(t.Fields[i].Type).Bits
		}
		backing := number(at)
		backing.Fields = offsets
		return backing
	}
	parts := make([]part, 0, len(t.Fields))
	for i := range t.Fields {
		p := b.field(t, &t.Fields[i])
		p.at = &offsets[i]
		switch {
		case t.Fields[i].Comptime == nil:
		case t.Tuple:
			continue
		default: // counts for the alignment only
			p.size, p.at, p.rank = 0, nil, ^uint64(0)
		}
		parts = append(parts, p)
	}
	if t.Container == air.Auto && !t.Tuple {
		parts = falling(parts)
	}
	l := sequence(parts...)
	l.Fields = offsets
	for i := range t.Fields {
		if t.Rules == air.Zig011 && t.Container == air.Auto && t.Fields[i].Comptime == nil && b.Of(t.Fields[i].Type).Size == 0 {
			offsets[i] = l.Size // at the end, where there is nothing
		}
	}
	return l
}

// field returns a field as a part of a struct or union. In Zig 0.11 an alignment of its own does not count for the rank, nor
// that of a field without bits at all.
func (b *Book) field(of *air.Type, f *air.Field) part {
	l := b.Of(f.Type)
	p := part{size: l.Size, align: l.Align, rank: l.Align}
	if f.Align != 0 {
		p.align = uint64(f.Align)
	}
	switch {
	case of.Rules == air.Zig014:
		p.rank = p.align
	case l.Size == 0:
		p.align = 1
	}
	return p
}

func (b *Book) union(t *air.Type) *Layout {
	var widest, bits uint64
	align := uint64(1)
	for i := range t.Fields {
		p := b.field(t, &t.Fields[i])
		widest, align = max(widest, p.size), max(align, p.align)
		bits = max(bits, b.Of(t.Fields[i].Type).Bits)
	}
	if t.Container == air.Packed {
		return number(bits)
	}
	var offsets [2]uint64
	var tag part
	if t.HasTag && t.Tag != nil {
		l := b.Of(t.Tag)
		tag = part{size: l.Size, align: l.Align, rank: l.Align}
	}
	parts := []part{{size: widest, align: align, rank: align, at: &offsets[0]}}
	if tag.size > 0 {
		tag.at = &offsets[1]
		parts = falling([]part{tag, parts[0]})
	}
	l := sequence(parts...)
	l.Payload, l.Mark = offsets[0], offsets[1]
	return l
}
