package llvm

import (
	"fmt"
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
)

// binary returns a number given by binary digits in decimal.
func binary(digits string) string {
	x, _ := new(big.Int).SetString("0"+digits, 2)
	return x.String()
}

// part is a field or element of a value.
type part struct {
	typ      *air.Type
	offset   uint64 // in bytes; in bits for packed types
	comptime *air.Value
}

func fieldOf(t *air.Type, field int) part {
	p := part{typ: t.Fields[field].Type, comptime: t.Fields[field].Comptime}
	switch {
	case t.Kind == air.Struct && p.comptime != nil:
	case t.IsPacked():
		p.offset = t.FieldBitOffset(field)
	default:
		p.offset = t.FieldOffset(field)
	}
	return p
}

func fieldVal(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0)
	p := fieldOf(t, int(in.N))
	switch {
	case p.comptime != nil:
		return f.constant(p.comptime)
	case t.IsPacked():
		bits, _ := export.IntegerOf(t)
		return f.takeBits(in.Type, f.op(in, 0), uint64(bits), p.offset)
	}
	return f.partOf(t, p, f.op(in, 0))
}

// partOf reads a part of a value in memory. What is itself in memory stays where it is: no value ever changes.
func (f *function) partOf(t *air.Type, p part, value string) string {
	at := f.offset(value, int64(p.offset))
	if export.ClassOf(p.typ) == export.Bytes {
		if alignAt(t.Align(), p.offset) >= p.typ.Align() {
			return at
		}
	}
	return f.load(p.typ, at, alignAt(t.Align(), p.offset), false)
}

func arrayElemVal(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0)
	if t.Kind == air.Vector {
		return f.def("extractelement %s %s, i64 %s", valueType(t), f.op(in, 0), f.op(in, 1))
	}
	return f.load(in.Type, f.element(f.op(in, 0), t.Elem, f.op(in, 1)), t.Elem.Align(), false)
}

// element returns the address of an element.
func (f *function) element(address string, elem *air.Type, index string) string {
	return f.def("getelementptr inbounds [%d x i8], ptr %s, i64 %s", elem.Size(), address, index)
}

func elemVal(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0)
	base := f.op(in, 0)
	if t.PointerSize == air.One && t.Elem.Kind == air.Vector {
		vector := f.load(t.Elem, base, t.PointeeAlign(), t.Volatile)
		return f.def("extractelement %s %s, i64 %s", valueType(t.Elem), vector, f.op(in, 1))
	}
	if t.IsSlice() {
		base = f.slicePart(base, 0)
	}
	elem, align := t.Element(), uint64(1)
	if t.PointerAlign == 0 {
		align = elem.Align()
	}
	return f.loadAs(in.Type, pointeeType(in.Type), f.element(base, elem, f.op(in, 1)), align, t.Volatile)
}

// elementPtr says the tags that step over elements.
func elementPtr(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0)
	base, index := f.op(in, 0), f.op(in, 1)
	if t.IsSlice() {
		base = f.slicePart(base, 0)
	}
	if in.Type.IsBitPointer() && in.Type.VectorIndex != air.NoVectorIndex {
		return base // the address stays that of the vector
	}
	if in.Tag == air.PtrSub {
		index = f.def("sub i64 0, %s", index)
	}
	return f.def("getelementptr %s[%d x i8], ptr %s, i64 %s", f.flag(in, "inbounds"), t.Element().Size(), base, index)
}

// fieldOffset returns the bytes between a container and the address that a pointer to its field holds.
func fieldOffset(t, pointer *air.Type, field int) int64 {
	switch {
	case t.IsSlice():
		return int64(field) * 8
	case pointer.IsBitPointer() || t.Kind == air.Struct && t.Fields[field].Comptime != nil:
		return 0
	case t.IsPacked():
		return int64(t.FieldBitOffset(field) / 8)
	}
	return int64(t.FieldOffset(field))
}

func fieldPtr(f *function, in *air.Inst) string {
	return f.move(in, fieldOffset(f.typeOf(in, 0).Elem, in.Type, in.FieldIndex()))
}

func fieldParentPtr(f *function, in *air.Inst) string {
	return f.move(in, -fieldOffset(in.Type.Elem, f.typeOf(in, 0), int(in.N)))
}

// pointerPlus says the tags whose result is an address a constant number of bytes away.
func pointerPlus(bytes int64) handler {
	return func(f *function, in *air.Inst) string { return f.move(in, bytes) }
}

func sliceOf(f *function, in *air.Inst) string { return f.newSlice(f.op(in, 0), f.op(in, 1)) }

func (f *function) newSlice(address, length string) string {
	to := f.alloca(16, 8)
	f.line("store ptr %s, ptr %s, align 8", address, to)
	f.line("store i64 %s, ptr %s, align 8", length, f.offset(to, 8))
	return to
}

func arrayToSlice(f *function, in *air.Inst) string {
	return f.newSlice(f.op(in, 0), fmt.Sprint(f.typeOf(in, 0).Elem.Len))
}

func slicePart(offset int64) handler {
	return func(f *function, in *air.Inst) string { return f.slicePart(f.op(in, 0), offset) }
}

func aggregateInit(f *function, in *air.Inst) string {
	t := in.Type
	switch export.ClassOf(t) {
	case export.Vector:
		v := "undef"
		for i := range in.Ops {
			v = f.def("insertelement %s %s, %s %s, i64 %d", valueType(t), v, valueType(t.Elem), f.op(in, i), i)
		}
		return v
	case export.Integer:
		return f.packedInit(in)
	}
	to := f.alloca(t.Size(), t.Align())
	store := func(p part, v string) {
		f.store(p.typ, v, f.offset(to, int64(p.offset)), alignAt(t.Align(), p.offset), false)
	}
	for i := range in.Ops {
		p := part{typ: t.Elem}
		if t.Kind == air.Struct {
			p = fieldOf(t, i)
		} else {
			p.offset = uint64(i) * t.Elem.Size()
		}
		if p.comptime == nil && export.ClassOf(p.typ) != export.Empty {
			store(p, f.op(in, i))
		}
	}
	if t.Kind == air.Array && t.Sentinel != nil && t.Elem.HasBits() {
		store(part{typ: t.Elem, offset: t.Len * t.Elem.Size()}, f.constant(t.Sentinel))
	}
	return to
}

// packedInit returns a packed struct, which is an integer.
func (f *function) packedInit(in *air.Inst) string {
	bits, _ := export.IntegerOf(in.Type)
	v := "0"
	for i := range in.Ops {
		p := fieldOf(in.Type, i)
		if p.comptime == nil && export.ClassOf(p.typ) != export.Empty {
			v = f.putBits(v, p.typ, f.op(in, i), uint64(bits), p.offset)
		}
	}
	return v
}

func unionInit(f *function, in *air.Inst) string {
	t := in.Type
	p := fieldOf(t, int(in.N))
	switch {
	case t.IsPacked():
		if export.ClassOf(p.typ) == export.Empty {
			return "undef"
		}
		bits, _ := export.IntegerOf(t)
		return f.putBits("undef", p.typ, f.op(in, 0), uint64(bits), 0)
	}
	to := f.alloca(t.Size(), t.Align())
	if export.ClassOf(p.typ) != export.Empty {
		f.store(p.typ, f.op(in, 0), f.offset(to, int64(p.offset)), alignAt(t.Align(), p.offset), false)
	}
	if tag := t.TagOf(int(in.N)); tag != nil {
		f.store(t.Tag, tag.String(), f.offset(to, int64(t.TagOffset())), alignAt(t.Align(), t.TagOffset()), false)
	}
	return to
}

func getUnionTag(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0)
	return f.partOf(t, part{typ: t.Tag, offset: t.TagOffset()}, f.op(in, 0))
}

func setUnionTag(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0).Elem
	if t.StoresTag() {
		f.store(t.Tag, f.op(in, 1), f.offset(f.op(in, 0), int64(t.TagOffset())), t.Tag.Size(), false)
	}
	return ""
}

// named is a code and the name that it stands for.
type named struct{ code, name string }

// names writes the choice of a name by a code.
func (f *function) names(t *air.Type, code string, list []named) string {
	address, length := "undef", "undef"
	for _, n := range list {
		text := f.nameText(n.name)
		is := f.def("icmp eq %s %s, %s", valueType(t), code, n.code)
		address = f.def("select i1 %s, ptr %s, ptr %s", is, text, address)
		length = f.def("select i1 %s, i64 %d, i64 %s", is, len(n.name), length)
	}
	return f.newSlice(address, length)
}

// nameText returns the address of a name with a zero behind it.
func (f *function) nameText(name string) string {
	return f.privateText(fmt.Sprintf("[%d x i8] %s", len(name)+1, byteString([]byte(name+"\x00"))), 1)
}

func tagName(f *function, in *air.Inst) string {
	t := f.typeOf(in, 0)
	if export.ClassOf(t) == export.Empty { // an enum of one member
		return f.newSlice(f.nameText(t.Members[0].Name), fmt.Sprint(len(t.Members[0].Name)))
	}
	var list []named
	for _, m := range t.Members {
		list = append(list, named{m.Value.String(), m.Name})
	}
	return f.names(t, f.op(in, 0), list)
}

func errorName(f *function, in *air.Inst) string {
	var list []named
	for code, name := range f.Module.ErrorNames {
		if code > 0 {
			list = append(list, named{fmt.Sprint(code), name})
		}
	}
	return f.names(f.typeOf(in, 0), f.op(in, 0), list)
}
