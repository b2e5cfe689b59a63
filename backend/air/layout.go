package air

import (
	"math/big"
	"math/bits"
	"sort"
)

// layout is the result of computeLayout, filled in once, when the type is complete.
type layout struct {
	done    bool
	busy    bool
	size    uint64
	align   uint64
	bits    uint64
	offsets []uint64 // fields of structs, in declaration order (bit offsets when packed)
	tagOff  uint64   // unions: the tag; optionals: the flag; error unions: the error
	payOff  uint64   // unions and error unions: the payload
}

// OptionalRepr is how an optional distinguishes null from a payload.
type OptionalRepr uint8

// The representations of an optional.
const (
	PayloadFlag OptionalRepr = iota // payload at 0, then a byte: 1 for a payload
	NullIsZero                      // the payload's own bits; null has the address (of a slice too) or error 0
	FlagOnly                        // no payload bits: one byte, 1 for a payload
	AlwaysNull                      // ?noreturn
)

// Size returns the ABI size in bytes: what a store writes and the stride of arrays.
func (t *Type) Size() uint64 { return t.lay().size }

// Align returns the ABI alignment in bytes, at least 1.
func (t *Type) Align() uint64 { return t.lay().align }

// BitSize returns the size in bits, as @bitSizeOf.
func (t *Type) BitSize() uint64 { return t.lay().bits }

// HasBits reports whether a value of t occupies memory at run time.
func (t *Type) HasBits() bool { return t.lay().size != 0 }

// FieldOffset returns the byte offset of a field of a struct or union (of the host byte for a packed one).
func (t *Type) FieldOffset(field int) uint64 {
	if t.Kind == Union {
		return t.lay().payOff
	}
	if t.Container == Packed {
		return t.lay().offsets[field] / 8
	}
	return t.lay().offsets[field]
}

// FieldBitOffset returns the offset in bits of a field of a packed struct or union.
func (t *Type) FieldBitOffset(field int) uint64 {
	if t.Kind == Union {
		return 0
	}
	return t.lay().offsets[field]
}

// FlagOffset returns the byte offset of the flag of a PayloadFlag or FlagOnly optional.
func (t *Type) FlagOffset() uint64 { return t.lay().tagOff }

// TagOffset returns the byte offset of the tag of a union that stores one.
func (t *Type) TagOffset() uint64 { return t.lay().tagOff }

// StoresTag reports whether a union keeps the tag of its active field in memory.
func (t *Type) StoresTag() bool { return t.HasTag && t.Tag != nil && t.Tag.HasBits() }

// TagOf returns the tag that a union stores while a field is active, or nil if it stores none.
func (t *Type) TagOf(field int) *big.Int {
	if !t.StoresTag() {
		return nil
	}
	k := t.Tag.member(t.Fields[field].Name)
	if k < 0 {
		return nil
	}
	return t.Tag.Members[k].Value
}

// ErrorOffset returns the byte offset of the error code of an error union.
func (t *Type) ErrorOffset() uint64 { return t.lay().tagOff }

// PayloadOffset returns the byte offset of the payload of an optional, error union or union.
func (t *Type) PayloadOffset() uint64 { return t.lay().payOff }

// FlagPlace returns where the flag of an optional or error union lies, and its type. Its value 0 means null for an
// optional, and success for an error union, whose flag is the error code. The flag of ?noreturn has no bits: it is null.
func (t *Type) FlagPlace() (offset uint64, flag *Type) {
	switch {
	case t.Kind == ErrorUnion && !t.Elem.HasBits():
		return 0, U16
	case t.Kind == ErrorUnion:
		return t.ErrorOffset(), U16
	case t.Kind == Optional && t.OptionalRepr() == PayloadFlag:
		return t.FlagOffset(), U8
	case t.Kind == Optional && t.OptionalRepr() == NullIsZero && t.Elem.IsSlice():
		return 0, USize // the address of the slice
	}
	return 0, t // its own bits: pointer-like, error set, flag only
}

// PointeeAlign returns the alignment in bytes that a pointer promises.
func (t *Type) PointeeAlign() uint64 {
	if t.PointerAlign != 0 {
		return uint64(t.PointerAlign)
	}
	return t.Elem.Align()
}

// OptionalRepr returns how the optional type t represents null.
func (t *Type) OptionalRepr() OptionalRepr {
	child := t.Elem
	switch {
	case child.Kind == NoReturn:
		return AlwaysNull
	case child.Kind == Pointer && !child.AllowZero && child.PointerSize != C, child.Kind == ErrorSet:
		return NullIsZero
	case !child.HasBits():
		return FlagOnly
	}
	return PayloadFlag
}

func (t *Type) lay() *layout {
	if !t.layout.done {
		if t.layout.busy {
			panic("air: type " + t.Name + " contains itself")
		}
		t.layout.busy = true
		t.layout = computeLayout(t)
	}
	return &t.layout
}

func (t *Type) isEmptyArray() bool { return t.Kind == Array && t.Len == 0 && t.Sentinel == nil }

// computeLayout applies Zig's layout rules for riscv64.
func computeLayout(t *Type) layout {
	switch t.Kind {
	case Bool:
		return layout{done: true, size: 1, align: 1, bits: 1}
	case Int:
		return intLayout(uint64(t.Bits))
	case Float:
		return floatLayout(uint64(t.Bits))
	case ErrorSet:
		return layout{done: true, size: 2, align: 2, bits: 16}
	case Pointer:
		if t.PointerSize == Slice {
			return layout{done: true, size: 16, align: 8, bits: 128}
		}
		return layout{done: true, size: 8, align: 8, bits: 64}
	case Array:
		return arrayLayout(t)
	case Vector:
		return vectorLayout(t)
	case Optional:
		return optionalLayout(t)
	case ErrorUnion:
		return errorUnionLayout(t)
	case Struct:
		return structLayout(t)
	case Union:
		return unionLayout(t)
	case Enum:
		return *t.Elem.lay()
	}
	return layout{done: true, align: 1} // void, noreturn, fn, opaque
}

// intLayout returns the layout of an integer: the bytes of the width rounded up to a power of two up to 8, with the
// same alignment; above that, multiples of 16 aligned to 16.
func intLayout(width uint64) layout {
	l := layout{done: true, bits: width}
	switch n := (width + 7) / 8; {
	case n == 0:
		l.align = 1
	case n <= 8:
		l.size = 1 << bits.Len64(n-1)
		l.align = l.size
	default:
		l.size, l.align = alignTo(n, 16), 16
	}
	return l
}

func floatLayout(width uint64) layout {
	if width == 80 {
		return layout{done: true, size: 16, align: 16, bits: 80}
	}
	return layout{done: true, size: width / 8, align: width / 8, bits: width}
}

func arrayLayout(t *Type) layout {
	n := t.Len
	if t.Sentinel != nil {
		n++
	}
	if n == 0 {
		if align, known := t.Elem.alignSoFar(); !known {
			return layout{align: align} // not done: computed again once the element is
		}
	}
	elem := t.Elem.lay()
	l := layout{done: true, size: mulSize(n, elem.size), align: elem.align}
	if n > 0 {
		l.bits = l.size*8 - elem.size*8 + elem.bits
	}
	return l
}

// MaxSize is the largest size of a type in bytes; Verify rejects larger ones, whose computed size is capped slightly
// above, so that no sum of sizes overflows.
const MaxSize = 1 << 40

func mulSize(n, size uint64) uint64 {
	if high, product := bits.Mul64(n, size); high == 0 && product <= MaxSize {
		return product
	}
	return MaxSize + 1
}

// alignSoFar returns the alignment of t as known so far, while types are being laid out (they may hold empty arrays of
// themselves), and whether it is final.
func (t *Type) alignSoFar() (align uint64, known bool) {
	switch {
	case t.layout.done:
		return t.layout.align, true
	case t.layout.busy:
		return max(1, t.layout.align), false
	case t.Kind == Array || t.Kind == Optional || t.Kind == ErrorUnion:
		return t.Elem.alignSoFar()
	case t.Kind != Struct && t.Kind != Union || t.Container == Packed:
		return t.Align(), true
	}
	t.layout.busy = true
	align = t.alignOfFields()
	t.layout.busy = false
	return align, false
}

// alignOfFields returns the alignment of a struct or union that is being laid out, without its tag.
func (t *Type) alignOfFields() uint64 {
	align := uint64(1)
	for i := range t.Fields {
		f := &t.Fields[i]
		a, _ := f.Type.alignSoFar()
		if f.Align != 0 {
			a = uint64(f.Align)
		}
		align = max(align, a)
	}
	return align
}

func vectorLayout(t *Type) layout {
	total := mulSize(t.Len, t.Elem.BitSize())
	n := (total + 7) / 8
	if n == 0 {
		return layout{done: true, align: 1}
	}
	size := uint64(1) << bits.Len64(n-1)
	return layout{done: true, size: size, align: size, bits: total}
}

func optionalLayout(t *Type) layout {
	child := t.Elem.lay()
	switch t.OptionalRepr() {
	case AlwaysNull:
		return layout{done: true, align: 1}
	case NullIsZero:
		return layout{done: true, size: child.size, align: child.align, bits: child.bits}
	case FlagOnly:
		return layout{done: true, size: 1, align: 1, bits: 8}
	}
	size := alignTo(child.size+1, child.align)
	return layout{done: true, size: size, align: child.align, tagOff: child.size, bits: size * 8}
}

func errorUnionLayout(t *Type) layout {
	pay := t.Elem.lay()
	if pay.size == 0 {
		return layout{done: true, size: 2, align: 2, bits: 16}
	}
	l := layout{done: true, align: max(pay.align, 2)}
	if pay.align >= 2 {
		l.tagOff = alignTo(pay.size, 2)
		l.size = alignTo(l.tagOff+2, l.align)
	} else {
		l.payOff = 2
		l.size = alignTo(l.payOff+pay.size, l.align)
	}
	l.bits = l.size * 8
	return l
}

func (f *Field) align() uint64 {
	if f.Align != 0 {
		return uint64(f.Align)
	}
	return f.Type.Align()
}

func structLayout(t *Type) layout {
	l := layout{done: true, align: 1, offsets: make([]uint64, len(t.Fields))}
	if t.Container == Packed {
		for i := range t.Fields {
			l.offsets[i] = l.bits
			l.bits += t.Fields[i].Type.BitSize()
		}
		backing := t.Elem.lay()
		l.size, l.align = backing.size, backing.align
		return l
	}
	t.layout.align = t.alignOfFields() // for fields that are empty arrays of t
	for _, i := range memoryOrder(t) {
		f := &t.Fields[i]
		a := t.fieldAlign(f)
		if f.Comptime != nil && t.Tuple {
			continue
		}
		l.align = max(l.align, a)
		if f.Comptime != nil {
			continue
		}
		l.offsets[i] = alignTo(l.size, a)
		l.size = l.offsets[i] + f.Type.Size()
	}
	l.size = alignTo(l.size, l.align)
	for i := range t.Fields {
		if t.Container == Auto && !t.counts(&t.Fields[i]) && t.Fields[i].Comptime == nil {
			l.offsets[i] = l.size
		}
	}
	l.bits = l.size * 8
	return l
}

// fieldAlign returns the alignment of a field of the struct t.
func (t *Type) fieldAlign(f *Field) uint64 {
	if !t.counts(f) {
		return 1
	}
	return f.align()
}

// counts reports whether a field of t adds to the alignment.
func (t *Type) counts(f *Field) bool { return t.Rules != Zig011 || f.Type.HasBits() }

// memoryOrder returns the field indices in the order they lie in memory: auto structs by falling alignment of the fields,
// as their rules have it, all others as declared.
func memoryOrder(t *Type) []int {
	order := make([]int, len(t.Fields))
	for i := range order {
		order[i] = i
	}
	if t.Container == Auto && !t.Tuple {
		sort.SliceStable(order, func(a, b int) bool {
			return t.rank(&t.Fields[order[a]]) > t.rank(&t.Fields[order[b]])
		})
	}
	return order
}

// rank returns the alignment by which a field of an auto struct is placed, the highest first.
func (t *Type) rank(f *Field) uint64 {
	switch {
	case t.Rules != Zig011:
		return f.align()
	case !f.Type.HasBits():
		return 0
	}
	return f.Type.Align()
}

func unionLayout(t *Type) layout {
	l := layout{done: true, align: 1}
	var size, bitSize uint64
	for i := range t.Fields {
		f := &t.Fields[i]
		if t.Container != Packed && t.counts(f) {
			l.align = max(l.align, f.align())
		}
		size = max(size, f.Type.Size())
		bitSize = max(bitSize, f.Type.BitSize())
	}
	if t.Container == Packed {
		il := intLayout(bitSize)
		return layout{done: true, size: il.size, align: il.align, bits: bitSize}
	}
	if t.StoresTag() {
		tag := t.Tag.lay()
		if tag.align >= l.align {
			l.payOff = alignTo(tag.size, l.align)
			size += l.payOff
		} else {
			l.tagOff = alignTo(size, tag.align)
			size = l.tagOff + tag.size
		}
		l.align = max(l.align, tag.align)
	}
	l.size = alignTo(size, l.align)
	l.bits = l.size * 8
	return l
}

func alignTo(n, align uint64) uint64 {
	if align == 0 {
		return n
	}
	return (n + align - 1) / align * align
}
