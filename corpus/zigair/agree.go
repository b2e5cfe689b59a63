package zigair

import "github.com/rvfuzz/rvfuzz/backend/air"

// agree makes explicit what Zig leaves to its code generators: it changes the tag, or inserts conversions, so that the
// types of an instruction agree.
func (b *bodyImporter) agree(r *instRecord, in *air.Inst, dies []bool) {
	switch in.Tag {
	case air.BoolAnd:
		if in.Type.Kind == air.Vector {
			in.Tag = air.BitAnd
		}
	case air.BoolOr:
		if in.Type.Kind == air.Vector {
			in.Tag = air.BitOr
		}
	case air.CmpLt, air.CmpLte, air.CmpEq, air.CmpGte, air.CmpGt, air.CmpNeq:
		b.convertOperand(r, in, dies, 1, air.Bitcast, b.f.TypeOf(in.Ops[0]))
	case air.Ret:
		b.convertOperand(r, in, dies, 0, air.Bitcast, b.f.Type.Elem)
	case air.IntFromPtr:
		if t := b.f.TypeOf(in.Ops[0]); t.IsSlice() {
			b.convertOperand(r, in, dies, 0, air.SlicePtr, b.pointerOf(t))
		}
	}
}

// pointerOf returns the type of a slice's pointer.
func (im *importer) pointerOf(slice *air.Type) *air.Type {
	many := *slice
	many.PointerSize = air.Many
	return im.module.Types.PointerTo(many)
}

// convertOperand converts an operand to the type t. A death of the operand moves to the conversion.
func (b *bodyImporter) convertOperand(r *instRecord, in *air.Inst, dies []bool, op int, tag air.Tag, t *air.Type) {
	old := in.Ops[op]
	if b.f.TypeOf(old) == t {
		return
	}
	if v := b.f.Value(old); v != nil && tag == air.Bitcast && v.Kind != air.AggregateValue {
		again := *v
		again.Type = t
		in.Ops[op] = b.f.AddConst(&again)
		return
	}
	index := b.add(air.Inst{Tag: tag, Type: t, Ops: []air.Ref{old}})
	b.deaths.set(index, r.Unused != 0 && tagIsPure(in.Tag), []bool{dies[op]})
	b.current = append(b.current, index)
	in.Ops[op], dies[op] = air.InstRef(index), r.Unused == 0 || !tagIsPure(in.Tag)
}

func tagIsPure(tag air.Tag) bool { return !tag.Row().Effect }
