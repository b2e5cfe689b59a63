package debug

import (
	"debug/dwarf"
	"slices"
	"strconv"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// typePart is a type that has an entry: a type of the module, or a part of one that has no type of its own.
type typePart struct {
	typ  *air.Type
	part part
}

type part uint8

const (
	whole   part = iota
	payload      // the fields of a union that stores a tag
	address      // the pointer in a slice
)

// typeReference is a reference to the entry of a type.
type typeReference struct {
	at int
	to typePart
}

// appendType appends the attribute of a type. None means void.
func appendType(attributes []attribute, t *air.Type) []attribute {
	if !t.HasBits() {
		return attributes
	}
	return append(attributes, typeAttribute(t, whole))
}

func typeAttribute(t *air.Type, p part) attribute {
	return attribute{dwarf.AttrType, formRef4, typePart{t, p}}
}

// parameterName is the name of a parameter that the program gives none.
func parameterName(n int) string { return "arg" + strconv.Itoa(n) }

// typeEntry writes the entry of a type.
func (u *unit) typeEntry(p typePart) {
	t := p.typ
	switch p.part {
	case payload:
		u.payload(t)
		return
	case address:
		u.address(t)
		return
	}
	switch t.Kind {
	case air.Bool:
		u.base(t, encodingBoolean)
	case air.Int:
		u.integer(t)
	case air.Float:
		u.float(t)
	case air.Pointer:
		u.pointer(t)
	case air.Array:
		n := t.Len
		if t.Sentinel != nil {
			n++
		}
		u.array(t, t.Elem, n, false)
	case air.Vector:
		u.vector(t)
	case air.Optional:
		u.optional(t)
	case air.ErrorSet:
		u.errorSet(t)
	case air.ErrorUnion:
		u.errorUnion(t)
	case air.Struct:
		u.structure(t)
	case air.Union:
		u.union(t)
	case air.Enum:
		u.enum(t)
	case air.Fn:
		u.signature(t)
	default:
		panic("debug: a type with bits has an entry")
	}
}

func named(t *air.Type) attribute { return attribute{dwarf.AttrName, formString, t.String()} }

func sized(n uint64) attribute { return attribute{dwarf.AttrByteSize, formUdata, n} }

// base writes a type that debuggers know by its encoding.
func (u *unit) base(t *air.Type, encoding int) {
	attributes := []attribute{named(t), {dwarf.AttrEncoding, formUdata, encoding}, sized(t.Size())}
	if bits := t.BitSize(); bits != 8*t.Size() && encoding != encodingBoolean {
		attributes = append(attributes, attribute{dwarf.AttrBitSize, formUdata, bits})
	}
	u.entry(dwarf.TagBaseType, false, attributes...)
}

func (u *unit) integer(t *air.Type) {
	switch {
	case t.Bits > 128:
		u.array(t, air.U8, t.Size(), false)
	case t.Signed:
		u.base(t, encodingSigned)
	default:
		u.base(t, encodingUnsigned)
	}
}

// float writes a floating-point type. Debuggers know that of 80 bits on other machines only.
func (u *unit) float(t *air.Type) {
	if t.Bits == 80 {
		u.array(t, air.U8, t.Size(), false)
		return
	}
	u.base(t, encodingFloat)
}

func (u *unit) pointer(t *air.Type) {
	if !t.IsSlice() {
		u.address(t)
		return
	}
	u.entry(dwarf.TagStructType, true, named(t), sized(t.Size()))
	u.entry(dwarf.TagMember, false, attribute{dwarf.AttrName, formString, "ptr"}, typeAttribute(t, address),
		attribute{dwarf.AttrDataMemberLoc, formUdata, 0})
	u.member("len", air.USize, 8)
	u.info.bytes(0)
}

// address writes a pointer to what t points to; none to bits, which have no address of their own.
func (u *unit) address(t *air.Type) {
	attributes := []attribute{sized(air.USize.Size())}
	if (t.Elem.HasBits() || t.Elem.Kind == air.Fn) && !t.IsBitPointer() {
		attributes = append(attributes, typeAttribute(t.Elem, whole))
	}
	u.entry(dwarf.TagPointerType, false, attributes...)
}

// array writes n elements, with the name of t.
func (u *unit) array(t, elem *air.Type, n uint64, vector bool) {
	attributes := []attribute{named(t)}
	if elem.HasBits() {
		attributes = append(attributes, typeAttribute(elem, whole))
	}
	if vector {
		attributes = append(attributes, attribute{attrGNUVector, formFlag, nil})
	}
	u.entry(dwarf.TagArrayType, true, attributes...)
	u.entry(dwarf.TagSubrangeType, false, typeAttribute(air.USize, whole), attribute{dwarf.AttrCount, formUdata, n})
	u.info.bytes(0)
}

// vector writes a vector, as bytes unless its lanes are bytes.
func (u *unit) vector(t *air.Type) {
	if t.Elem.BitSize() != 8*t.Elem.Size() || t.Elem.Size()*t.Len != t.Size() {
		u.array(t, air.U8, t.Size(), false)
		return
	}
	u.array(t, t.Elem, t.Len, true)
}

func (u *unit) optional(t *air.Type) {
	u.entry(dwarf.TagStructType, true, named(t), sized(t.Size()))
	switch t.OptionalRepr() {
	case air.PayloadFlag:
		u.member("payload", t.Elem, t.PayloadOffset())
		u.member("some", air.BoolType, t.FlagOffset())
	case air.FlagOnly:
		u.member("some", air.BoolType, t.FlagOffset())
	default:
		u.member("payload", t.Elem, 0) // null is its zero
	}
	u.info.bytes(0)
}

func (u *unit) errorUnion(t *air.Type) {
	u.entry(dwarf.TagStructType, true, named(t), sized(t.Size()))
	u.member("error", t.ErrorSet, t.ErrorOffset())
	u.member("payload", t.Elem, t.PayloadOffset())
	u.info.bytes(0)
}

// member writes a member unless it has no bits.
func (u *unit) member(name string, t *air.Type, offset uint64) {
	if t.HasBits() {
		u.entry(dwarf.TagMember, false, attribute{dwarf.AttrName, formString, name}, typeAttribute(t, whole),
			attribute{dwarf.AttrDataMemberLoc, formUdata, offset})
	}
}

// bits writes a member that is bits of an integer, unless it has none.
func (u *unit) bits(f *air.Field, offset uint64) {
	if n := f.Type.BitSize(); n != 0 {
		u.entry(dwarf.TagMember, false, attribute{dwarf.AttrName, formString, f.Name}, typeAttribute(f.Type, whole),
			attribute{dwarf.AttrBitSize, formUdata, n}, attribute{attrDataBits, formUdata, offset})
	}
}

func (u *unit) structure(t *air.Type) {
	u.entry(dwarf.TagStructType, true, named(t), sized(t.Size()))
	for i := range t.Fields {
		switch f := &t.Fields[i]; {
		case f.Comptime != nil:
		case t.Container == air.Packed:
			u.bits(f, t.FieldBitOffset(i))
		default:
			u.member(f.Name, f.Type, t.FieldOffset(i))
		}
	}
	u.info.bytes(0)
}

// union writes a union; one that stores its tag is a struct of the tag and the fields.
func (u *unit) union(t *air.Type) {
	if !t.StoresTag() || t.Container == air.Packed {
		u.payload(t)
		return
	}
	u.entry(dwarf.TagStructType, true, named(t), sized(t.Size()))
	u.member("tag", t.Tag, t.TagOffset())
	if unionSize(t) > 0 {
		u.entry(dwarf.TagMember, false, attribute{dwarf.AttrName, formString, "payload"}, typeAttribute(t, payload),
			attribute{dwarf.AttrDataMemberLoc, formUdata, t.PayloadOffset()})
	}
	u.info.bytes(0)
}

// payload writes the fields of a union.
func (u *unit) payload(t *air.Type) {
	u.entry(dwarf.TagUnionType, true, sized(max(unionSize(t), 1)))
	for i := range t.Fields {
		if f := &t.Fields[i]; t.Container == air.Packed {
			u.bits(f, 0)
		} else {
			u.member(f.Name, f.Type, 0)
		}
	}
	u.info.bytes(0)
}

// unionSize returns the size of the largest field.
func unionSize(t *air.Type) uint64 {
	n := uint64(0)
	for i := range t.Fields {
		n = max(n, t.Fields[i].Type.Size())
	}
	return n
}

func (u *unit) errorSet(t *air.Type) {
	u.entry(dwarf.TagEnumerationType, true, named(t), sized(t.Size()))
	u.enumerator("none", 0)
	for _, e := range t.Errors {
		u.enumerator(e.Name, int64(e.Value))
	}
	u.info.bytes(0)
}

func (u *unit) enum(t *air.Type) {
	known := slices.ContainsFunc(t.Members, func(m air.EnumMember) bool { return m.Value.IsInt64() || m.Value.IsUint64() })
	u.entry(dwarf.TagEnumerationType, known, named(t), sized(t.Size()), typeAttribute(t.Elem, whole))
	if !known {
		return
	}
	for _, m := range t.Members {
		if m.Value.IsInt64() {
			u.enumerator(m.Name, m.Value.Int64())
		} else if m.Value.IsUint64() {
			u.entry(dwarf.TagEnumerator, false, attribute{dwarf.AttrName, formString, m.Name},
				attribute{dwarf.AttrConstValue, formUdata, m.Value.Uint64()})
		}
	}
	u.info.bytes(0)
}

func (u *unit) enumerator(name string, value int64) {
	u.entry(dwarf.TagEnumerator, false, attribute{dwarf.AttrName, formString, name}, attribute{dwarf.AttrConstValue, formSdata, value})
}

// signature writes the type of a function.
func (u *unit) signature(t *air.Type) {
	children := t.VarArgs || slices.ContainsFunc(t.Params, (*air.Type).HasBits)
	u.entry(dwarf.TagSubroutineType, children, appendType([]attribute{{dwarf.AttrPrototyped, formFlag, nil}}, t.Elem)...)
	if !children {
		return
	}
	for _, p := range t.Params {
		if p.HasBits() {
			u.entry(dwarf.TagFormalParameter, false, typeAttribute(p, whole))
		}
	}
	if t.VarArgs {
		u.entry(dwarf.TagUnspecifiedParameters, false)
	}
	u.info.bytes(0)
}
