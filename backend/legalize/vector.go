package legalize

import "github.com/rvfuzz/rvfuzz/backend/air"

// replaced are the tags of which nothing is left: those for vectors alone.
var replaced = [air.NumTags]bool{
	air.Splat: true, air.Shuffle: true, air.Reduce: true, air.ReduceOptimized: true, air.VectorStoreElem: true,
	air.CmpVector: true, air.CmpVectorOptimized: true,
}

// isVector reports whether an instruction computes with a vector, rather than moving it as a whole.
func isVector(f *air.Func, in *air.Inst) bool {
	if replaced[in.Tag] {
		return true
	}
	switch in.Tag {
	case air.AggregateInit, air.ArrayElemVal, air.UnionInit, air.WrapOptional, air.WrapErrunionPayload, air.Br, air.Ret, air.RetSafe,
		air.DbgVarVal, air.DbgArgInline, air.Assembly:
		return false
	case air.Bitcast:
		return repacks(f.TypeOf(in.Ops[0]), in.Type)
	}
	return len(in.Ops) > 0 && f.TypeOf(in.Ops[0]).Kind == air.Vector
}

// repacks reports whether a bitcast between an array and a vector moves elements to other bits.
func repacks(from, to *air.Type) bool {
	lanes := func(t *air.Type) bool { return t.Kind == air.Array || t.Kind == air.Vector }
	return lanes(from) && lanes(to) && from.Kind != to.Kind && from.Len == to.Len &&
		from.Elem.BitSize() == to.Elem.BitSize() && !fillsBytes(from.Elem)
}

// fillsBytes reports whether every bit of an element's bytes is one of the element.
func fillsBytes(t *air.Type) bool { return t.BitSize() == 8*t.Size() }

// vector returns what replaces an operation on vectors, after adding the operations on lanes.
func (r *rewriter) vector(in air.Inst) air.Inst {
	switch in.Tag {
	case air.Reduce, air.ReduceOptimized:
		return r.reduce(in)
	case air.VectorStoreElem:
		return r.storeElement(in)
	case air.AddWithOverflow, air.SubWithOverflow, air.MulWithOverflow, air.ShlWithOverflow:
		return r.withOverflow(in)
	}
	lanes := make([]air.Ref, in.Type.Len)
	for n := range lanes {
		lanes[n] = r.resultLane(&in, uint64(n))
	}
	return air.Inst{Tag: air.AggregateInit, Type: in.Type, Ops: lanes}
}

// lane adds what yields element n of a vector or array operand.
func (r *rewriter) lane(operand air.Ref, n uint64) air.Ref {
	t := r.TypeOf(operand)
	if v := r.Value(operand); v != nil {
		switch v.Kind {
		case air.Undef:
			return r.AddConst(air.NewUndef(t.Elem))
		case air.AggregateValue:
			return r.AddConst(v.Elems[n])
		}
	}
	index := r.AddConst(air.NewInt(air.USize, int64(n)))
	return r.add(air.Inst{Tag: air.ArrayElemVal, Type: t.Elem, Ops: []air.Ref{operand, index}})
}

// resultLane adds what yields lane n of the result of an instruction.
func (r *rewriter) resultLane(in *air.Inst, n uint64) air.Ref {
	t := in.Type.Elem
	switch in.Tag {
	case air.Splat:
		return in.Ops[0]
	case air.Shuffle:
		return r.shuffledLane(in, n)
	case air.Bitcast:
		v := r.lane(in.Ops[0], n)
		if r.TypeOf(v) == t {
			return v
		}
		return r.add(air.Inst{Tag: air.Bitcast, Type: t, Ops: []air.Ref{v}})
	}
	scalar := air.Inst{Tag: in.Tag, Type: t, N: in.N, Ops: make([]air.Ref, len(in.Ops))}
	if x, ok := in.Extra.(*air.CompareExtra); ok {
		scalar.Tag = x.Predicate
	}
	for k, operand := range in.Ops {
		scalar.Ops[k] = r.lane(operand, n)
	}
	return r.add(scalar)
}

func (r *rewriter) shuffledLane(in *air.Inst, n uint64) air.Ref {
	switch from := in.Extra.(*air.ShuffleExtra).Mask[n]; {
	case from == air.UndefinedLane:
		return r.AddConst(air.NewUndef(in.Type.Elem))
	case from >= 0:
		return r.lane(in.Ops[0], uint64(from))
	default:
		return r.lane(in.Ops[1], uint64(-1-int64(from)))
	}
}

// reduceTags are the operations on two lanes of the operators of reduce.
var reduceTags = map[air.Operation]air.Tag{
	air.OpAnd: air.BitAnd, air.OpOr: air.BitOr, air.OpXor: air.Xor, air.OpMin: air.Min, air.OpMax: air.Max,
	air.OpAdd: air.AddWrap, air.OpMul: air.MulWrap,
}

// reduceTag returns the operation on two lanes of type t. That of floats has no wrapping form.
func reduceTag(o air.Operation, t *air.Type) air.Tag {
	tag, ok := reduceTags[o]
	switch {
	case !ok:
		panic("legalize: a reduce has an operator of reduce: " + o.String())
	case t.Kind == air.Float && tag == air.AddWrap:
		return air.Add
	case t.Kind == air.Float && tag == air.MulWrap:
		return air.Mul
	}
	return tag
}

// reduce folds the lanes from the first to the last; the instruction itself becomes the last step.
func (r *rewriter) reduce(in air.Inst) air.Inst {
	vector, t := r.TypeOf(in.Ops[0]), in.Type
	result := r.lane(in.Ops[0], 0)
	if vector.Len == 1 {
		return air.Inst{Tag: air.Bitcast, Type: t, Ops: []air.Ref{result}}
	}
	tag := reduceTag(in.Extra.(*air.ReduceExtra).Operation, t)
	for n := uint64(1); n < vector.Len-1; n++ {
		result = r.add(air.Inst{Tag: tag, Type: t, Ops: []air.Ref{result, r.lane(in.Ops[0], n)}})
	}
	return air.Inst{Tag: tag, Type: t, Ops: []air.Ref{result, r.lane(in.Ops[0], vector.Len-1)}}
}

// withOverflow makes the pair of a vector of results and a vector of u1 out of the pairs of the lanes.
func (r *rewriter) withOverflow(in air.Inst) air.Inst {
	values, overflows := in.Type.Fields[0].Type, in.Type.Fields[1].Type
	pair := &air.Type{Kind: air.Struct, Tuple: true, VectorIndex: air.NoVectorIndex,
		Fields: []air.Field{{Name: "0", Type: values.Elem}, {Name: "1", Type: overflows.Elem}}}
	var fields [2][]air.Ref
	for n := range values.Len {
		lane := r.add(air.Inst{Tag: in.Tag, Type: pair, Ops: []air.Ref{r.lane(in.Ops[0], n), r.lane(in.Ops[1], n)}})
		for k := range fields {
			field := air.Inst{Tag: air.StructFieldVal, Type: pair.Fields[k].Type, N: uint32(k), Ops: []air.Ref{lane}}
			fields[k] = append(fields[k], r.add(field))
		}
	}
	return air.Inst{Tag: air.AggregateInit, Type: in.Type, Ops: []air.Ref{
		r.add(air.Inst{Tag: air.AggregateInit, Type: values, Ops: fields[0]}),
		r.add(air.Inst{Tag: air.AggregateInit, Type: overflows, Ops: fields[1]}),
	}}
}

// storeElement stores through a pointer to the lane: an ordinary pointer where lanes fill their bytes, otherwise a
// pointer to bits, whose type holds the index.
func (r *rewriter) storeElement(in air.Inst) air.Inst {
	vector := r.TypeOf(in.Ops[0]).Elem
	pointer := air.Type{Kind: air.Pointer, Elem: vector.Elem, VectorIndex: air.NoVectorIndex}
	if align := r.TypeOf(in.Ops[0]).PointeeAlign(); align < vector.Elem.Align() {
		pointer.PointerAlign = uint32(align)
	}
	if fillsBytes(vector.Elem) {
		p := r.add(air.Inst{Tag: air.PtrElemPtr, Type: &pointer, Ops: []air.Ref{in.Ops[0], in.Ops[1]}})
		return air.Inst{Tag: air.Store, Type: air.VoidType, Ops: []air.Ref{p, in.Ops[2]}}
	}
	index := r.Value(in.Ops[1])
	if index == nil || index.Kind != air.IntValue || uint64(index.Int) >= vector.Len {
		return r.storeWhere(in, vector)
	}
	pointer.HostSize, pointer.VectorIndex = uint32(vector.Len), int32(index.Int)
	p := r.add(air.Inst{Tag: air.Bitcast, Type: &pointer, Ops: []air.Ref{in.Ops[0]}})
	return air.Inst{Tag: air.Store, Type: air.VoidType, Ops: []air.Ref{p, in.Ops[2]}}
}

// storeWhere stores the whole vector with the lane that has the index replaced.
func (r *rewriter) storeWhere(in air.Inst, vector *air.Type) air.Inst {
	old := r.add(air.Inst{Tag: air.Load, Type: vector, Ops: []air.Ref{in.Ops[0]}})
	lanes := make([]air.Ref, vector.Len)
	for n := range lanes {
		index := r.AddConst(air.NewInt(r.TypeOf(in.Ops[1]), int64(n)))
		here := r.add(air.Inst{Tag: air.CmpEq, Type: air.BoolType, Ops: []air.Ref{in.Ops[1], index}})
		lanes[n] = r.add(air.Inst{Tag: air.Select, Type: vector.Elem, Ops: []air.Ref{here, in.Ops[2], r.lane(old, uint64(n))}})
	}
	v := r.add(air.Inst{Tag: air.AggregateInit, Type: vector, Ops: lanes})
	return air.Inst{Tag: air.Store, Type: air.VoidType, Ops: []air.Ref{in.Ops[0], v}}
}
