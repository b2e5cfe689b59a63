package codegen

import "github.com/rvfuzz/rvfuzz/backend/air"

// setUnionTag writes the tag behind a pointer to a union.
func (f *function) setUnionTag(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[0]).Elem
	if t.Kind == air.Union && t.StoresTag() {
		f.storeOperand(f.deref(in.Ops[0]).at(int64(t.TagOffset())), in.Ops[1])
	}
	return f.finish(i, noneValue())
}

func (f *function) getUnionTag(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[0])
	if !t.HasTag || f.classOf(t) != memClass {
		return f.unsupported(t.String())
	}
	return f.finish(i, f.loadResult(i, f.valuePlace(in.Ops[0]).at(int64(t.TagOffset()))))
}

// unionInit builds a union whose active field is N.
func (f *function) unionInit(i air.Index) error {
	in := f.inst(i)
	t := in.Type
	if f.classOf(t) != memClass {
		return f.packedUnionInit(i)
	}
	p := f.newResult(i)
	if t.Container == air.Packed {
		f.fillMem(p, int64(t.Size()), 0)
		if f.typeOf(in.Ops[0]).HasBits() {
			f.storeBitsAt(p, int64(t.Size()), 0, in.Ops[0])
		}
		return f.finish(i, p.value())
	}
	if f.typeOf(in.Ops[0]).HasBits() {
		f.storeOperand(p.at(int64(t.PayloadOffset())), in.Ops[0])
	}
	if t.StoresTag() {
		tag, ok := unionTag(t, int(in.N))
		if !ok {
			return f.unsupported("the tag of " + t.String())
		}
		f.storeWord(p.at(int64(t.TagOffset())), tag, int64(t.Tag.Size()))
	}
	return f.finish(i, p.value())
}

// packedUnionInit converts the bits of the payload to those of the union.
func (f *function) packedUnionInit(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[0])
	if f.classOf(t) == memClass {
		return f.unsupported(t.String() + " in " + in.Type.String())
	}
	if f.resolve(in.Ops[0]).kind == undef {
		return f.finish(i, undefValue())
	}
	w := f.valueToBits(in.Ops[0], int64(t.BitSize()))
	d := f.dest(i)
	s, _ := scalarOf(in.Type)
	f.canonicalise(d, w, s)
	return f.finish(i, regValue(d))
}
