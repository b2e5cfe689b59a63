package codegen

import "github.com/rvfuzz/rvfuzz/backend/air"

// structFieldPtr yields the address of a field. A pointer to packed bits keeps the address of its host; where the
// result is an ordinary pointer into a packed struct, the field starts at a byte.
func (f *function) structFieldPtr(i air.Index) error {
	in := f.inst(i)
	from := f.typeOf(in.Ops[0])
	t := from.Elem
	field := in.FieldIndex()
	switch {
	case t.Container == air.Packed && in.Type.IsBitPointer():
		return f.offsetPointer(i, 0)
	case t.Container == air.Packed:
		return f.offsetPointer(i, int64((uint64(from.BitOffset)+t.FieldBitOffset(field))/8))
	}
	return f.offsetPointer(i, int64(t.FieldOffset(field)))
}

func (f *function) fieldParentPtr(i air.Index) error {
	in := f.inst(i)
	t := in.Type.Elem
	offset := t.FieldOffset(int(in.N))
	if t.Container == air.Packed && f.typeOf(in.Ops[0]).IsBitPointer() {
		offset = 0
	}
	return f.offsetPointer(i, -int64(offset))
}

// structFieldVal extracts a field of a struct or union value.
func (f *function) structFieldVal(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[0])
	field := int(in.N)
	switch {
	case t.Kind == air.Struct && t.Fields[field].Comptime != nil:
		return f.finish(i, f.constValue(t.Fields[field].Comptime))
	case f.resolve(in.Ops[0]).kind == undef:
		return f.finish(i, undefValue())
	case t.Container == air.Packed:
		return f.packedFieldVal(i, t, field)
	case f.classOf(t) != memClass:
		return f.unsupported(t.String())
	}
	return f.finish(i, f.loadResult(i, f.valuePlace(in.Ops[0]).at(int64(t.FieldOffset(field)))))
}

// aggregateInit builds a struct, tuple, array or vector from its elements.
func (f *function) aggregateInit(i air.Index) error {
	t := f.inst(i).Type
	switch {
	case t.IsPacked():
		return f.packedInit(i)
	case t.Kind == air.Vector && t.Elem.BitSize() != 8*t.Elem.Size():
		return f.packedInit(i)
	}
	p := f.newResult(i)
	for n, r := range f.inst(i).Ops {
		if !f.typeOf(r).HasBits() {
			continue
		}
		if t.Kind != air.Struct {
			f.storeOperand(p.at(int64(n)*int64(t.Elem.Size())), r)
		} else if t.Fields[n].Comptime == nil {
			f.storeOperand(p.at(int64(t.FieldOffset(n))), r)
		}
	}
	if t.Kind == air.Array && t.Sentinel != nil && t.Elem.HasBits() {
		f.storeConstAny(p.at(int64(t.Len)*int64(t.Elem.Size())), t.Sentinel)
	}
	return f.finish(i, p.value())
}
