package gen

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// indifferent returns the tags of which an undefined operand makes the result undefined, and nothing else: no operand
// decides whether there is one. Amounts, indices and what may overflow do decide.
func indifferent() []air.Tag {
	ofValues := of(air.BitCountRule, air.ByteSwapRule, air.BoolRule, air.FpExtRule, air.FpTruncRule, air.AbsRule, air.BitwiseRule,
		air.EqualRule, air.CompareRule, air.AggregateRule, air.WrapOptionalRule, air.WrapPayloadRule, air.WrapErrorRule,
		air.UnionInitRule, air.SplatRule, air.SelectRule, air.ShuffleRule, air.IsNullRule, air.IsErrRule)
	return append(ofValues, air.AddWrap, air.SubWrap, air.MulWrap, air.AddSat, air.SubSat, air.Min, air.Max, air.Trunc,
		air.Bitcast, air.IntFromBool, air.GetUnionTag, air.SlicePtr, air.SliceLen, air.StructFieldVal, air.ArrayElemVal,
		air.Shl, air.Shr, air.ShlSat, air.PtrSliceLenPtr, air.PtrSlicePtrPtr)
}

// isIndifferent has the indifferent tags.
var isIndifferent = func() (is [air.NumTags]bool) {
	for _, t := range indifferent() {
		is[t] = true
	}
	return is
}()

// onlyFirst are the indifferent tags whose other operands decide.
var onlyFirst = []air.Tag{air.ArrayElemVal, air.Shl, air.Shr, air.ShlSat}

// undefinedOperand writes an instruction of an enclosing body once more, with an undefined operand instead of one.
func (w *writer) undefinedOperand(air.Tag) bool {
	if len(w.body) == 0 {
		return false
	}
	start := w.s.Intn(len(w.body))
	for k := range w.body {
		in := w.f.Insts[w.body[(start+k)%len(w.body)]]
		if !isIndifferent[in.Tag] || len(in.Ops) == 0 || len(in.Ops) > longLength || !in.Type.HasBits() || !isCopied(in.Type) ||
			in.Type.Kind == air.Pointer && in.Type.IsBitPointer() || w.takesSteps(&in) {
			continue
		}
		at := 0
		if !slices.Contains(onlyFirst, in.Tag) {
			at = w.s.Intn(len(in.Ops))
		}
		in.Ops = w.operands(in.Ops...)
		in.Ops[at] = w.constantRef(air.NewUndef(w.f.TypeOf(in.Ops[at])))
		w.overwritten(in)
		return true
	}
	return false
}

// takesSteps reports whether an indifferent tag takes as many steps as its operands say, so that these decide.
func (w *writer) takesSteps(in *air.Inst) bool {
	first := laneType(w.f.TypeOf(in.Ops[0]))
	switch rule := in.Tag.Row().Rule; {
	case in.Tag == air.ShlSat:
		return first.BitSize() > 2*wordBits
	case rule == air.FpExtRule, rule == air.FpTruncRule, rule == air.EqualRule, rule == air.CompareRule, in.Tag == air.Min, in.Tag == air.Max:
		return isLongFloat(first) || isLongFloat(laneType(in.Type))
	}
	return false
}

// overwritten writes an instruction with an undefined result, and stores that into a variable that it then overwrites:
// nothing reads it.
func (w *writer) overwritten(in air.Inst) {
	p, content := w.aligned(in.Type, 0), w.need(in.Type)
	made := w.emit(in)
	w.effect(air.Store, p.ref, air.InstRef(made))
	w.effect(air.Store, p.ref, content.ref)
}

// undefinedPart writes a part of an undefined value.
func (w *writer) undefinedPart(tag air.Tag) bool {
	t, ok := w.plainWhere(func(t *air.Type) bool {
		if tag == air.ArrayElemVal {
			return (t.Kind == air.Array || t.Kind == air.Vector) && t.Len > 0
		}
		return hasFields(t)
	})
	if !ok {
		return false
	}
	in := air.Inst{Tag: tag, Ops: w.operands(w.constantRef(air.NewUndef(t)))}
	if tag == air.ArrayElemVal {
		in.Type, in.Ops = t.Elem, w.operands(in.Ops[0], w.literal(air.USize, int64(w.s.Intn(int(t.Len)))).ref)
	} else {
		in.N = uint32(w.s.Intn(len(t.Fields)))
		in.Type = t.Fields[in.N].Type
	}
	if !in.Type.HasBits() {
		return false
	}
	w.overwritten(in)
	return true
}

// undefinedLanes writes a shuffle that leaves lanes undefined, and takes one that it defines.
func (w *writer) undefinedLanes(tag air.Tag) bool {
	a, ok := w.anyVector()
	if !ok || a.typ.Len < 2 {
		return false
	}
	mask := w.shuffleMask(int(a.typ.Len))
	keep := w.s.Intn(len(mask))
	for i := range mask {
		if i != keep && w.s.Bool() {
			mask[i] = air.UndefinedLane
		}
	}
	v := w.hidden(air.Inst{Tag: tag, Type: a.typ, Ops: w.operands(a.ref, w.other(a).ref), Extra: &air.ShuffleExtra{Mask: mask}})
	w.value(air.ArrayElemVal, a.typ.Elem, v.ref, w.literal(air.USize, int64(keep)).ref)
	return true
}

// partlyUndefined writes an aggregate constant of which one part is undefined, and takes another one. Now and then it goes
// through memory.
func (w *writer) partlyUndefined(tag air.Tag) bool {
	t, ok := w.plainWhere(func(t *air.Type) bool {
		return (t.Kind == air.Array || t.Kind == air.Vector) && t.Len > 1 && t.Len < longLength && t.Sentinel == nil ||
			t.Kind == air.Struct && !t.IsPacked() && len(t.Fields) > 1
	})
	if !ok {
		return false
	}
	n := partCount(t)
	elems := w.lists.take(n)
	for i := range elems {
		elems[i] = w.partConstant(t, i)
	}
	gone := w.s.Intn(n)
	taken := (gone + w.s.Between(1, n-1)) % n
	if comptimePart(t, gone) == nil {
		elems[gone] = air.NewUndef(elementType(t, gone))
	}
	whole := w.constantRef(w.newValue(air.Value{Type: t, Kind: air.AggregateValue, Elems: elems}))
	if w.s.Bool() {
		p := w.hidden(air.Inst{Tag: air.Alloc, Type: w.module.Types.Pointer(t)})
		w.effect(air.Store, p.ref, whole)
		whole = w.hidden(air.Inst{Tag: air.Load, Type: t, Ops: w.operands(p.ref)}).ref
	}
	if t.Kind == air.Struct {
		w.push(air.Inst{Tag: tag, Type: t.Fields[taken].Type, N: uint32(taken), Ops: w.operands(whole)})
	} else {
		w.value(air.ArrayElemVal, t.Elem, whole, w.literal(air.USize, int64(taken)).ref)
	}
	return true
}
