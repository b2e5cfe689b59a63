package codegen

import (
	"encoding/binary"
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// constValue returns the MCValue of a constant.
func (f *function) constValue(v *air.Value) MCValue {
	c := f.classOf(v.Type)
	switch {
	case c == noClass:
		return noneValue()
	case v.Kind == air.Undef:
		return undefValue()
	case c == memClass:
		return MCValue{kind: constant, value: v}
	case c == floatClass:
		return immValue(boxed(v.Uint64(), v.Type.Bits))
	}
	return f.constScalar(v)
}

// constScalar returns the value of a constant of intClass.
func (f *function) constScalar(v *air.Value) MCValue {
	s, _ := scalarOf(v.Type)
	switch v.Kind {
	case air.SymbolValue:
		return leaSymbolValue(v.Symbol, v.Offset)
	case air.IntValue:
		return immValue(s.canonical(int64(v.Uint64())))
	case air.ErrorValue:
		return immValue(v.Int)
	case air.NullValue, air.VoidValue:
		return immValue(0)
	case air.Undef:
		return undefValue()
	case air.PayloadValue:
		switch {
		case v.Type.Kind == air.ErrorUnion:
			return immValue(0)
		case v.Type.OptionalRepr() == air.FlagOnly:
			return immValue(1)
		}
		return f.constScalar(v.Elems[0])
	}
	var b constantBuffer
	b.reset(int64(v.Type.Size()))
	if !b.fill(v, 0) || len(b.symbols) > 0 {
		f.fail("a constant " + v.Type.String() + " with addresses in its bits")
	}
	var word [8]byte
	copy(word[:], b.bytes)
	return immValue(s.canonical(int64(binary.LittleEndian.Uint64(word[:]))))
}

// fail records what a helper does not support; it becomes the error of the current instruction.
func (f *function) fail(what string) {
	if f.err == nil {
		f.err = f.unsupported(what)
	}
}

// constantBuffer holds the bytes of a constant, which of them are defined, unless nobody asks, and the addresses among
// them.
type constantBuffer struct {
	bytes   []byte
	defined []bool
	symbols []symbolAt
}

type symbolAt struct {
	at     int64
	symbol string
	addend int64
}

func (b *constantBuffer) reset(size int64) {
	b.bytes = cleared(b.bytes, int((size+7)&^7))
	b.defined = cleared(b.defined, int((size+7)&^7))
	b.symbols = b.symbols[:0]
}

// put writes the low size bytes of an integer, little endian.
func (b *constantBuffer) put(at, size int64, v uint64) {
	for n := range size {
		b.bytes[at+n] = byte(v)
		v >>= 8
	}
	if b.defined != nil {
		for n := range size {
			b.defined[at+n] = true
		}
	}
}

// fill writes a constant at a byte offset; it returns false if the constant cannot be written as bytes.
func (b *constantBuffer) fill(v *air.Value, at int64) bool {
	t := v.Type
	if !t.HasBits() || v.Kind == air.Undef {
		return true
	}
	size := int64(t.Size())
	switch v.Kind {
	case air.IntValue:
		if size <= 8 {
			b.put(at, size, v.Uint64())
		} else {
			b.putInt(v.BigInt(), at, size)
		}
	case air.SymbolValue:
		b.symbols = append(b.symbols, symbolAt{at, v.Symbol, v.Offset})
		b.put(at, 8, 0)
	case air.NullValue:
		b.putNull(t, at, size)
	case air.PayloadValue:
		return b.fillPayload(v, at)
	case air.ErrorValue:
		b.put(at+int64(t.ErrorOffset()), 2, uint64(v.Int))
	case air.BytesValue:
		for n, c := range v.Bytes {
			b.put(at+int64(n), 1, uint64(c))
		}
	case air.UnionValue:
		return b.fillUnion(v, at)
	case air.SliceValue:
		return b.fill(v.Elems[0], at) && b.fill(v.Elems[1], at+8)
	case air.AggregateValue:
		return b.fillAggregate(v, at)
	}
	return true
}

// putInt writes an integer of any width, extended by its signedness to its size; a float is its bits.
func (b *constantBuffer) putInt(x *big.Int, at, size int64) {
	word := new(big.Int)
	mask := new(big.Int).SetUint64(^uint64(0))
	for n := int64(0); n < size; n += 8 {
		word.Rsh(x, uint(8*n))
		b.put(at+n, min(8, size-n), word.And(word, mask).Uint64())
	}
}

func (b *constantBuffer) putNull(t *air.Type, at, size int64) {
	if t.Kind == air.Optional && t.OptionalRepr() == air.PayloadFlag {
		b.put(at+int64(t.FlagOffset()), 1, 0)
		return
	}
	b.putInt(new(big.Int), at, size)
}

func (b *constantBuffer) fillPayload(v *air.Value, at int64) bool {
	t := v.Type
	if t.Kind == air.ErrorUnion {
		b.put(at+int64(t.ErrorOffset()), 2, 0)
		return b.fill(v.Elems[0], at+int64(t.PayloadOffset()))
	}
	switch t.OptionalRepr() {
	case air.PayloadFlag:
		b.put(at+int64(t.FlagOffset()), 1, 1)
	case air.FlagOnly:
		b.put(at, 1, 1)
	}
	return b.fill(v.Elems[0], at)
}

func (b *constantBuffer) fillUnion(v *air.Value, at int64) bool {
	t := v.Type
	if t.Container == air.Packed {
		if bits, ok := packedBits(v); ok {
			b.putInt(bits, at, int64(t.Size()))
			return true
		}
		b.putInt(new(big.Int), at, int64(t.Size()))
		return b.fill(v.Elems[0], at) // an address, which the linker fills in
	}
	if t.StoresTag() {
		tag, ok := unionTag(t, v.Field)
		if !ok {
			return false
		}
		b.put(at+int64(t.TagOffset()), int64(t.Tag.Size()), uint64(tag))
	}
	return b.fill(v.Elems[0], at+int64(t.PayloadOffset()))
}

// unionTag returns the canonical tag value of a field of a tagged union.
func unionTag(t *air.Type, field int) (int64, bool) {
	tag := t.TagOf(field)
	s, ok := scalarOf(t.Tag)
	if tag == nil || !ok {
		return 0, false
	}
	return s.canonical(lowWord(tag)), true
}

// lowWord returns the low 64 bits of an integer.
func lowWord(v *big.Int) int64 {
	mask := new(big.Int).SetUint64(^uint64(0))
	return int64(mask.And(mask, v).Uint64())
}

func (b *constantBuffer) fillAggregate(v *air.Value, at int64) bool {
	t := v.Type
	if t.Kind == air.Vector || t.IsPacked() {
		return b.fillBits(v, at)
	}
	for n, e := range v.Elems {
		off := int64(0)
		if t.Kind == air.Struct {
			if t.Fields[n].Comptime != nil {
				continue
			}
			off = int64(t.FieldOffset(n))
		} else {
			off = int64(n) * int64(t.Elem.Size())
		}
		if !b.fill(e, at+off) {
			return false
		}
	}
	return true
}

// fillBits writes the elements of a vector or packed struct bit by bit.
func (b *constantBuffer) fillBits(v *air.Value, at int64) bool {
	sum, ok := packedBits(v)
	if ok {
		b.putInt(sum, at, int64(v.Type.Size()))
	}
	return ok
}

// packedBits returns the bits of a constant as they lie in a vector or packed struct.
func packedBits(v *air.Value) (*big.Int, bool) {
	sum := new(big.Int)
	width := uint(v.Type.BitSize())
	switch v.Kind {
	case air.Undef, air.NullValue, air.VoidValue:
		return sum, true
	case air.IntValue:
		mask := new(big.Int).Lsh(big.NewInt(1), width)
		return sum.And(v.BigInt(), mask.Sub(mask, big.NewInt(1))), true
	case air.UnionValue, air.PayloadValue:
		return packedBits(v.Elems[0])
	case air.AggregateValue:
		at := uint(0)
		for _, e := range v.Elems {
			part, ok := packedBits(e)
			if !ok {
				return nil, false
			}
			sum.Or(sum, part.Lsh(part, at))
			at += uint(e.Type.BitSize())
		}
		return sum, true
	}
	return nil, false
}

// constPlace stores a constant of memClass to a slot that is live until finish.
func (f *function) constPlace(v *air.Value) place {
	size, align := int64(v.Type.Size()), int64(v.Type.Align())
	p := f.framePlace(f.tempSlot(size, align), 0)
	f.storeConst(p, v)
	return p
}

// storeConst stores a constant of memClass at a place, except for what is undefined.
func (f *function) storeConst(p place, v *air.Value) {
	b := &f.constants
	size := int64(v.Type.Size())
	b.reset(size)
	if !b.fill(v, 0) {
		f.fail("a constant " + v.Type.String() + " with addresses in its bits")
		return
	}
	t := f.temp()
	chunk := min(p.align, 8)
	known, last := false, int64(0)
	for at := int64(0); at < size; {
		if n := b.symbolAt(at); n >= 0 {
			f.leaSymbol(t, b.symbols[n].symbol, b.symbols[n].addend)
			f.storeInt(t, p.at(at), 8)
			at, known = at+8, false
			continue
		}
		n := b.chunk(at, size, chunk)
		if word, any := b.word(at, n); any {
			r := t
			switch {
			case word == 0:
				r = isa.Zero
			case !known || word != last:
				f.out.LoadImm(t, word)
				known, last = true, word
			}
			f.out.Store(storeOp(n), r, p.mem.Offset(at))
		}
		at += n
	}
	f.release(t)
}

func (b *constantBuffer) symbolAt(at int64) int {
	for n := range b.symbols {
		if b.symbols[n].at == at {
			return n
		}
	}
	return -1
}

// chunk returns the size of the next store: a power of two that is aligned, within size and
// does not reach into an address.
func (b *constantBuffer) chunk(at, size, chunk int64) int64 {
	for at%chunk != 0 || at+chunk > size || b.mixed(at, chunk) {
		chunk /= 2
	}
	return chunk
}

// mixed reports whether bytes of the chunk belong to an address or only some of them are defined.
func (b *constantBuffer) mixed(at, chunk int64) bool {
	if chunk == 1 {
		return false
	}
	for n := range b.symbols {
		if s := b.symbols[n].at; s < at+chunk && at < s+8 {
			return true
		}
	}
	for n := at + 1; n < at+chunk; n++ {
		if b.defined[n] != b.defined[at] {
			return true
		}
	}
	return false
}

// word returns the sign-extended bytes of a chunk and whether any is defined.
func (b *constantBuffer) word(at, size int64) (int64, bool) {
	var v uint64
	for n := size - 1; n >= 0; n-- {
		v = v<<8 | uint64(b.bytes[at+n])
	}
	shift := 64 - 8*uint(size)
	return int64(v<<shift) >> shift, b.defined[at]
}

// storeWord stores the low bytes of a known word.
func (f *function) storeWord(p place, v, size int64) {
	r := isa.Zero
	if v != 0 {
		r = f.temp()
		f.out.LoadImm(r, v)
	}
	f.storeInt(r, p, size)
	f.release(r)
}

// slotOf returns the memory of a whole slot.
func slotOf(fi mir.FrameIndex) mir.Mem { return mir.FrameMem(fi, 0) }

// storeConstAny stores a defined constant with bits, of any class.
func (f *function) storeConstAny(p place, v *air.Value) {
	c := f.constValue(v)
	if c.kind == constant {
		f.storeConst(p, v)
		return
	}
	reg := f.useValue(c, f.classOf(v.Type))
	f.storeValue(reg, p, v.Type)
	f.release(reg)
}
