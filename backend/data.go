package backend

import (
	"encoding/binary"
	"fmt"
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
)

// undefinedByte fills the undefined parts of a value that has defined ones.
const undefinedByte = 0xaa

// maxInitialised bounds the size of a global with an initial value, whose bytes are all in the file.
const maxInitialised = 1 << 30

// appendGlobals lays out the globals by the memory layout of their types. A variable without defined bytes takes no
// room in the file and is zero.
func appendGlobals(objects []link.Object, m *air.Module) ([]link.Object, error) {
	for _, g := range m.Globals {
		if g.ThreadLocal {
			return nil, &air.Unsupported{What: "the thread-local global @" + g.Name}
		}
		o := link.Object{Name: g.Name, Align: max(uint64(g.Align), g.Type.Align()), Extern: g.Extern}
		size := g.Type.Size()
		switch {
		case g.Init == nil || g.Init.Kind == air.Undef:
			o.Section, o.Size = link.BSS, size
		case size > maxInitialised:
			return nil, fmt.Errorf("backend: global @%s: %d bytes exceed the limit of %d", g.Name, size, maxInitialised)
		default:
			w := initialiser{data: make([]byte, size)}
			if err := w.put(g.Init, 0); err != nil {
				return nil, fmt.Errorf("backend: global @%s: %w", g.Name, err)
			}
			o.Section, o.Data, o.Relocs = link.Data, w.data, w.relocs
		}
		if g.Const && o.Section == link.Data {
			o.Section = link.ROData
		}
		objects = append(objects, o)
	}
	return objects, nil
}

// initialiser is the memory of a global being filled. Bytes that nothing defines stay zero.
type initialiser struct {
	data   []byte
	relocs []link.Reloc // by ascending offset where the fields are
}

// put writes a constant at an offset.
func (w *initialiser) put(v *air.Value, at uint64) error {
	t := v.Type
	if !t.HasBits() {
		return nil
	}
	field := w.data[at : at+t.Size()]
	switch v.Kind {
	case air.Undef:
		for i := range field {
			field[i] = undefinedByte
		}
	case air.IntValue:
		putInt(field, v)
	case air.BytesValue:
		copy(field, v.Bytes)
	case air.SymbolValue:
		w.relocs = append(w.relocs, link.Reloc{Offset: uint32(at), Kind: link.Abs64, Symbol: v.Symbol, Addend: v.Offset})
	case air.ErrorValue:
		binary.LittleEndian.PutUint16(field[t.ErrorOffset():], uint16(v.Int))
	case air.PayloadValue:
		return w.putPayload(v, at)
	case air.UnionValue:
		return w.putUnion(v, at)
	case air.SliceValue:
		if err := w.put(v.Elems[0], at); err != nil {
			return err
		}
		return w.put(v.Elems[1], at+8)
	case air.AggregateValue:
		return w.putAggregate(v, at)
	case air.NullValue, air.VoidValue:
	default:
		panic("backend: every shape of a constant has an initialiser")
	}
	return nil
}

// putInt writes a number of any width, extended by its signedness to the whole field.
func putInt(field []byte, v *air.Value) {
	if v.Big == nil && len(field) <= 8 {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], uint64(v.Int))
		copy(field, b[:])
		return
	}
	putBig(field, v.BigInt())
}

// putBig writes the low bits of a number as two's complement.
func putBig(field []byte, n *big.Int) {
	if n.Sign() < 0 {
		n = new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(field))))
	}
	for i, c := range n.Bytes() {
		if at := n.BitLen()/8 + min(n.BitLen()%8, 1) - 1 - i; at < len(field) {
			field[at] = c
		}
	}
}

func (w *initialiser) putPayload(v *air.Value, at uint64) error {
	t := v.Type
	switch {
	case t.Kind == air.ErrorUnion:
		at += t.PayloadOffset()
	case t.OptionalRepr() == air.PayloadFlag, t.OptionalRepr() == air.FlagOnly:
		w.data[at+t.FlagOffset()] = 1
	}
	return w.put(v.Elems[0], at)
}

func (w *initialiser) putUnion(v *air.Value, at uint64) error {
	t := v.Type
	if t.IsPacked() {
		return w.putBits(v, at)
	}
	if t.HasTag && t.Tag.HasBits() {
		tag, err := unionTag(t, v.Field)
		if err != nil {
			return err
		}
		if err := w.put(tag, at+t.TagOffset()); err != nil {
			return err
		}
	}
	return w.put(v.Elems[0], at+t.PayloadOffset())
}

// unionTag gives the tag of a field: the member of the same name.
func unionTag(t *air.Type, field int) (*air.Value, error) {
	name := t.Fields[field].Name
	for _, m := range t.Tag.Members {
		if m.Name == name {
			return air.NewBig(t.Tag, m.Value), nil
		}
	}
	return nil, fmt.Errorf("union %s: field %s has no tag", t, name)
}

func (w *initialiser) putAggregate(v *air.Value, at uint64) error {
	t := v.Type
	if t.IsPacked() || t.Kind == air.Vector && t.Elem.BitSize()%8 != 0 {
		return w.putBits(v, at)
	}
	for i, e := range v.Elems {
		var offset uint64
		switch {
		case t.Kind == air.Vector:
			offset = uint64(i) * (t.Elem.BitSize() / 8)
		case t.Kind == air.Array:
			offset = uint64(i) * t.Elem.Size()
		case t.Fields[i].Comptime != nil:
			continue
		default:
			offset = t.FieldOffset(i)
		}
		if err := w.put(e, at+offset); err != nil {
			return err
		}
	}
	return nil
}

// putBits writes a packed value, extended by the signedness of its backing integer.
func (w *initialiser) putBits(v *air.Value, at uint64) error {
	n, err := packedBits(v)
	if err != nil {
		return err
	}
	t := v.Type
	if backing, ok := t.Scalar(); ok && backing.Signed && t.BitSize() > 0 && n.Bit(int(t.BitSize())-1) != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(t.BitSize())))
	}
	putBig(w.data[at:at+t.Size()], n)
	return nil
}

// packedBits gives the bits of a value as a number from 0 up, elements from the least significant on.
func packedBits(v *air.Value) (*big.Int, error) {
	t := v.Type
	switch v.Kind {
	case air.Undef, air.NullValue, air.VoidValue:
		return new(big.Int), nil
	case air.IntValue:
		return lowBits(v.BigInt(), t.BitSize()), nil
	case air.PayloadValue, air.UnionValue:
		return packedBits(v.Elems[0])
	case air.AggregateValue:
		sum := new(big.Int)
		for i, e := range v.Elems {
			offset := uint64(i) * e.Type.BitSize()
			if t.Kind == air.Struct {
				offset = t.FieldBitOffset(i)
			}
			n, err := packedBits(e)
			if err != nil {
				return nil, err
			}
			sum.Or(sum, n.Lsh(n, uint(offset)))
		}
		return sum, nil
	}
	return nil, &air.Unsupported{What: "an address among the bits of a packed constant"}
}

// lowBits gives the low bits of a number as a new number from 0 up.
func lowBits(n *big.Int, bits uint64) *big.Int {
	mask := new(big.Int).Lsh(big.NewInt(1), uint(bits))
	return mask.And(mask.Sub(mask, big.NewInt(1)), n)
}
