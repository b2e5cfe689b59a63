package legalize

import "github.com/rvfuzz/rvfuzz/backend/air"

// takesLane reports whether an instruction takes a lane of a vector that codegen cannot: lanes that do not fill their
// bytes, and are no integers of a register or are read through a pointer of little alignment. By a constant index it can.
func takesLane(f *air.Func, in *air.Inst) bool {
	switch in.Tag {
	case air.ArrayElemVal:
		t := f.TypeOf(in.Ops[0])
		return t.Kind == air.Vector && !fillsBytes(t.Elem) && !isWord(t.Elem) && f.Value(in.Ops[1]) == nil
	case air.PtrElemVal:
		t := f.TypeOf(in.Ops[0])
		return t.PointerSize == air.One && t.Elem.Kind == air.Vector && !fillsBytes(t.Elem.Elem) &&
			(!isWord(t.Elem.Elem) || t.PointeeAlign() < min(t.Elem.Size(), wordBits/8))
	}
	return false
}

// isWord reports whether a type is held as an integer of a register.
func isWord(t *air.Type) bool {
	s, ok := t.Scalar()
	return ok && s.Kind == air.Int && s.Bits <= wordBits
}

// takenLane returns what replaces such an instruction, after adding each lane and a choice between them.
func (r *rewriter) takenLane(in air.Inst) air.Inst {
	vector, index := in.Ops[0], in.Ops[1]
	if in.Tag == air.PtrElemVal {
		vector = r.add(air.Inst{Tag: air.Load, Type: r.TypeOf(vector).Elem, Ops: []air.Ref{vector}})
		in = air.Inst{Tag: air.ArrayElemVal, Type: in.Type, Ops: []air.Ref{vector, index}}
		if !takesLane(r.Func.Func, &in) {
			return in
		}
	}
	lane := air.Inst{Tag: air.Bitcast, Type: in.Type, Ops: []air.Ref{r.lane(vector, 0)}}
	for n := range r.TypeOf(vector).Len - 1 {
		others, this := r.add(lane), r.AddConst(air.NewInt(r.TypeOf(index), int64(n+1)))
		is := r.add(air.Inst{Tag: air.CmpEq, Type: air.BoolType, Ops: []air.Ref{index, this}})
		lane = air.Inst{Tag: air.Select, Type: in.Type, Ops: []air.Ref{is, r.lane(vector, n+1), others}}
	}
	return lane
}
