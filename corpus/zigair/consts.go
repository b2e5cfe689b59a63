package zigair

import (
	"encoding/hex"
	"math/big"
	"slices"
	"strconv"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// maxRepeat bounds the elements of a constant written as a repetition.
const maxRepeat = 1 << 20

// value returns the constant of an id; line is that of the record that refers to it. The id of a type stands for the
// type as a value, which exists only at compile time.
func (im *importer) value(id, line int) *air.Value {
	if v := im.values[id]; v != nil {
		return v
	}
	r := im.dump.consts[id]
	switch {
	case r == nil && im.dump.types[id] != nil:
		return air.VoidConst
	case r == nil:
		panic(im.fail(line, "there is no constant %d", id))
	case im.valueStates[id] == busy:
		panic(im.fail(r.line, "constant %d contains itself", id))
	}
	im.valueStates[id] = busy
	t := im.typ(r.Type, r.line)
	im.complete(im.dump.types[r.Type])
	v := im.constant(r, t)
	if t.IsPacked() && v.Kind != air.IntValue && v.Kind != air.Undef {
		v = im.pack(r, t, v)
	}
	im.values[id] = v
	return v
}

// what names the constant in messages.
func (r *constRecord) what() string { return "constant " + strconv.Itoa(r.ID) }

func (im *importer) constant(r *constRecord, t *air.Type) *air.Value {
	switch {
	case t.Kind == air.Void:
		return air.VoidConst
	case r.Undef, r.Int == "undef", r.Simple == "unreachable", r.Empty:
		return air.NewUndef(t)
	case r.Bool != nil:
		return air.NewInt(t, truth(*r.Bool))
	case r.Null && t.Kind == air.Pointer:
		return air.NewInt(t, 0)
	case r.Null:
		return &air.Value{Type: t, Kind: air.NullValue}
	case r.Simple == "empty_struct":
		return &air.Value{Type: t, Kind: air.AggregateValue, Elems: comptimeValues(t)}
	case r.Int != "":
		return im.intConstant(r, t)
	case r.Float != "":
		return im.floatConstant(r, t)
	case r.Err != nil && t.Kind == air.ErrorUnion:
		return &air.Value{Type: t, Kind: air.ErrorValue, Int: int64(r.ErrVal)}
	case r.Err != nil:
		return air.NewInt(t, int64(r.ErrVal))
	case r.Ptr != nil:
		return im.pointerConstant(r, t)
	case r.Func != nil:
		return im.address(r, t, *r.Func, 0)
	case r.Decl != nil:
		return im.address(r, t, *r.Decl, 0)
	}
	return im.compound(r, t)
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// comptimeValues returns the values of the comptime fields of a struct.
func comptimeValues(t *air.Type) []*air.Value {
	elems := make([]*air.Value, 0, len(t.Fields))
	for _, f := range t.Fields {
		if f.Comptime != nil {
			elems = append(elems, f.Comptime)
		}
	}
	return elems
}

// compound converts a constant that consists of other constants or of bytes.
func (im *importer) compound(r *constRecord, t *air.Type) *air.Value {
	switch {
	case r.Payload != nil:
		return im.elements(r, t, air.PayloadValue, []int{*r.Payload})
	case r.UnVal != nil:
		v := im.elements(r, t, air.UnionValue, []int{*r.UnVal})
		v.Field = r.Field
		return v
	case r.Bytes != nil:
		raw, err := hex.DecodeString(*r.Bytes)
		if err != nil {
			panic(im.fail(r.line, "bytes of constant %d: %w", r.ID, err))
		}
		if t.Kind == air.Vector {
			return lanes(t, raw)
		}
		return &air.Value{Type: t, Kind: air.BytesValue, Bytes: raw}
	case r.Elems != nil:
		return im.elements(r, t, air.AggregateValue, r.Elems)
	case r.Repeat != nil:
		return im.repeated(r, t)
	}
	panic(im.fail(r.line, "constant %d of type %s has no known form", r.ID, t))
}

func (im *importer) elements(r *constRecord, t *air.Type, kind air.ValueKind, ids []int) *air.Value {
	v := &air.Value{Type: t, Kind: kind, Elems: make([]*air.Value, len(ids))}
	for i, id := range ids {
		if i < len(t.Fields) && kind == air.AggregateValue && t.Fields[i].Type == air.VoidType {
			v.Elems[i] = air.VoidConst // whatever it is at compile time
			continue
		}
		v.Elems[i] = im.value(id, r.line)
	}
	return v
}

// lanes returns the vector whose elements are raw.
func lanes(t *air.Type, raw []byte) *air.Value {
	v := &air.Value{Type: t, Kind: air.AggregateValue, Elems: make([]*air.Value, len(raw))}
	for i, b := range raw {
		v.Elems[i] = air.NewInt(t.Elem, int64(b))
	}
	return v
}

func (im *importer) repeated(r *constRecord, t *air.Type) *air.Value {
	if r.N > maxRepeat {
		panic(im.fail(r.line, "constant %d repeats %d elements, more than %d", r.ID, r.N, maxRepeat))
	}
	elem := im.value(*r.Repeat, r.line)
	v := &air.Value{Type: t, Kind: air.AggregateValue, Elems: make([]*air.Value, r.N)}
	for i := range v.Elems {
		v.Elems[i] = elem
	}
	return v
}

func (im *importer) intConstant(r *constRecord, t *air.Type) *air.Value {
	switch t.Kind {
	case air.Int, air.Enum, air.Pointer:
	default:
		panic(im.fail(r.line, "constant %d: an integer of type %s", r.ID, t))
	}
	return air.NewBig(t, im.parseInt(r.line, r.what(), r.Int))
}

func (im *importer) floatConstant(r *constRecord, t *air.Type) *air.Value {
	bits, ok := new(big.Int).SetString(r.Float, 16)
	if !ok || t.Kind != air.Float || bits.Sign() < 0 || bits.BitLen() > int(t.Bits) {
		panic(im.fail(r.line, "constant %d: %.40q is not a bit pattern of %s", r.ID, r.Float, t))
	}
	return air.NewBig(t, bits)
}

// pointerConstant converts an address, or an address with a length.
func (im *importer) pointerConstant(r *constRecord, t *air.Type) *air.Value {
	pointerType := t
	if t.IsSlice() {
		pointerType = im.pointerOf(t)
	}
	pointer := im.pointerRoot(r, pointerType)
	if !t.IsSlice() {
		return pointer
	}
	if r.Len == nil {
		panic(im.fail(r.line, "slice constant %d has no length", r.ID))
	}
	length := im.value(*r.Len, r.line)
	return &air.Value{Type: t, Kind: air.SliceValue, Elems: []*air.Value{pointer, length}}
}

func (im *importer) pointerRoot(r *constRecord, t *air.Type) *air.Value {
	p := r.Ptr
	offset := int64(0)
	if p.Off != nil {
		offset = *p.Off
	}
	if offset > maxOffset || offset < -maxOffset {
		panic(im.fail(r.line, "constant %d is %d bytes from its symbol", r.ID, offset))
	}
	switch {
	case p.Int == "undef":
		return air.NewUndef(t)
	case p.Int != "":
		n := im.parseInt(r.line, r.what(), p.Int)
		if !n.IsUint64() {
			panic(im.fail(r.line, "%s: %.40q is not an address", r.what(), p.Int))
		}
		return air.NewInt(t, int64(n.Uint64())+offset)
	case p.Decl != nil:
		return im.address(r, t, *p.Decl, offset)
	case p.CField != nil:
		return &air.Value{Type: t, Kind: air.SymbolValue, Symbol: im.addressOf(*p.CField, r.line), Offset: offset}
	}
	panic(im.fail(r.line, "pointer constant %d has no root", r.ID))
}

func (im *importer) address(r *constRecord, t *air.Type, decl int, offset int64) *air.Value {
	d := im.definition(decl, r.line)
	if t.Kind == air.Fn { // if declared with another type than defined, it is called through a pointer
		defined := im.typ(d.Type, d.line)
		if defined != t {
			t = im.module.Types.ConstPointer(t)
		}
	}
	return &air.Value{Type: t, Kind: air.SymbolValue, Symbol: im.symbols[d.ID], Offset: offset}
}

// pack folds a constant of packed type into its backing integer. One that holds the address of a symbol, which is
// unknown before linking, is unchanged.
func (im *importer) pack(r *constRecord, t *air.Type, v *air.Value) *air.Value {
	if holdsSymbol(v) {
		return v
	}
	bits := im.bitsOf(r, v)
	if t.Elem == nil || bits.BitLen() > int(t.Elem.Bits) {
		panic(im.fail(r.line, "constant %d does not fit %s", r.ID, t))
	}
	if t.Elem.Signed && t.Elem.Bits > 0 && bits.Bit(int(t.Elem.Bits)-1) == 1 {
		bits.Sub(bits, new(big.Int).Lsh(big.NewInt(1), uint(t.Elem.Bits)))
	}
	return air.NewBig(t, bits)
}

func holdsSymbol(v *air.Value) bool {
	return v.Kind == air.SymbolValue || slices.ContainsFunc(v.Elems, holdsSymbol)
}

// bitsOf returns the bits of a constant in a packed type; undefined ones are 0.
func (im *importer) bitsOf(r *constRecord, v *air.Value) *big.Int {
	switch v.Kind {
	case air.Undef, air.VoidValue:
		return new(big.Int)
	case air.IntValue:
		width := v.Type.BitSize()
		if width > maxIntWidth {
			break
		}
		mask := new(big.Int).Lsh(big.NewInt(1), uint(width))
		mask.Sub(mask, big.NewInt(1))
		return mask.And(mask, v.BigInt())
	case air.UnionValue:
		return im.bitsOf(r, v.Elems[0])
	case air.AggregateValue:
		if v.Type.Kind == air.Vector || v.Type.IsPacked() && len(v.Elems) == len(v.Type.Fields) {
			return im.packElems(r, v)
		}
	}
	panic(im.fail(r.line, "constant %d holds %s in packed bits, which is not supported", r.ID, v.Type))
}

// packElems returns the bits of an aggregate: fields at their bit offsets, vector elements side by side.
func (im *importer) packElems(r *constRecord, v *air.Value) *big.Int {
	sum := new(big.Int)
	for i, elem := range v.Elems {
		bits := im.bitsOf(r, elem)
		at := uint64(i) * elem.Type.BitSize()
		if v.Type.Kind != air.Vector {
			at = v.Type.FieldBitOffset(i)
		}
		if at > maxIntWidth {
			panic(im.fail(r.line, "constant %d has more than %d bits", r.ID, maxIntWidth))
		}
		sum.Or(sum, new(big.Int).Lsh(bits, uint(at)))
	}
	return sum
}
