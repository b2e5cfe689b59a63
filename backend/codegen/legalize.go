package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
)

// legalize rewrites a function so that handlers see no operation on vectors: each becomes the
// operations on its lanes, and an aggregate_init of their results in its own place.
//
//	%2 = add(%0, %1)             %7 = array_elem_val(u8, %0, 0)
//	                             %8 = array_elem_val(u8, %1, 0)
//	                             %9 = add(%7, %8)
//	                             ...
//	                             %2 = aggregate_init(@Vector(2, u8), [%9, %12])
//
// It gives the function itself if there is nothing to do, else a copy whose first instructions are
// those of the function, under the same numbers.
func legalize(fn *air.Func) *legalFunc {
	legal := rewriteWhere(&legalFunc{Func: fn, source: len(fn.Insts)}, needsLanes, (*legalizer).lanes)
	return rewriteWhere(legal, needsSingle, (*legalizer).single)
}

// rewriteWhere replaces the instructions that need it, each by what make gives.
func rewriteWhere(fn *legalFunc, needs func(*air.Func, *air.Inst) bool, make func(*legalizer, air.Inst) air.Inst) *legalFunc {
	for i := range fn.Insts {
		if needs(fn.Func, &fn.Insts[i]) {
			l := &legalizer{source: fn, needs: needs, make: make}
			return l.function()
		}
	}
	return fn
}

// legalFunc is a function without vector operations; origin gives the instruction of the
// source for which those that the source does not have were made.
type legalFunc struct {
	*air.Func
	source    int // instructions of the source
	origin    []air.Index
	rewritten bool // it is not the source itself
}

// sourceOf gives the instruction of the source for which one was made.
func (l *legalFunc) sourceOf(i air.Index) air.Index {
	if n := int(i) - l.source; n >= 0 {
		return l.origin[n]
	}
	return i
}

// needsLanes says that an instruction must be done lane by lane.
func needsLanes(fn *air.Func, in *air.Inst) bool {
	switch in.Tag {
	case air.Splat, air.Shuffle, air.Reduce, air.ReduceOptimized, air.VectorStoreElem, air.CmpVector, air.CmpVectorOptimized:
		return true
	case air.Bitcast:
		return repacks(fn.TypeOf(in.Ops[0]), in.Type)
	case air.Load, air.Store, air.StoreSafe, air.AggregateInit, air.ArrayElemVal, air.StructFieldVal, air.UnionInit,
		air.OptionalPayload, air.UnwrapErrunionPayload, air.SliceElemVal, air.PtrElemVal, air.Call, air.CallAlwaysTail,
		air.CallNeverTail, air.CallNeverInline, air.Arg, air.Block, air.Br, air.Ret, air.RetSafe, air.WrapOptional,
		air.WrapErrunionPayload, air.Try, air.TryCold, air.Memset, air.MemsetSafe, air.DbgInlineBlock, air.DbgVarVal,
		air.DbgArgInline, air.Assembly, air.AtomicLoad, air.AtomicRmw, air.RetPtr, air.Alloc:
		return false
	}
	return len(in.Ops) > 0 && fn.TypeOf(in.Ops[0]).Kind == air.Vector
}

// repacks says that a bitcast between an array and a vector moves elements to other bits.
func repacks(from, to *air.Type) bool {
	lanes := func(t *air.Type) bool { return t.Kind == air.Array || t.Kind == air.Vector }
	return lanes(from) && lanes(to) && from.Kind != to.Kind && from.Len == to.Len &&
		from.Elem.BitSize() == to.Elem.BitSize() && from.Elem.BitSize() != 8*from.Elem.Size()
}

type legalizer struct {
	source *legalFunc
	needs  func(*air.Func, *air.Inst) bool
	make   func(*legalizer, air.Inst) air.Inst
	out    *legalFunc
	body   air.Body // the one being written
	from   air.Index
}

func (l *legalizer) function() *legalFunc {
	f := *l.source.Func
	f.Insts = append(make([]air.Inst, 0, 2*len(f.Insts)), f.Insts...)
	f.Consts = append(make([]*air.Value, 0, 2*len(f.Consts)), f.Consts...)
	l.out = &legalFunc{Func: &f, source: l.source.source, origin: l.source.origin, rewritten: true}
	f.Body = l.rewrite(l.source.Body)
	return l.out
}

// rewrite gives a body with what its instructions need put before them.
func (l *legalizer) rewrite(body air.Body) air.Body {
	outer := l.body
	l.body = make(air.Body, 0, len(body))
	for _, i := range body {
		l.from = i
		if l.needs(l.source.Func, &l.source.Insts[i]) {
			l.out.Insts[i] = l.make(l, l.source.Insts[i])
		} else if bodies := l.source.Insts[i].Bodies; len(bodies) > 0 {
			nested := make([]air.Body, len(bodies))
			for n := range bodies {
				nested[n] = l.rewrite(bodies[n])
			}
			l.out.Insts[i].Bodies = nested
		}
		l.body = append(l.body, i)
	}
	done := l.body
	l.body = outer
	return done
}

// add appends an instruction before the one being rewritten.
func (l *legalizer) add(in air.Inst) air.Ref {
	i := air.Index(len(l.out.Insts))
	l.out.Insts = append(l.out.Insts, in)
	l.out.origin = append(l.out.origin, l.out.sourceOf(l.from))
	l.body = append(l.body, i)
	return air.InstRef(i)
}

func (l *legalizer) index(n uint64) air.Ref { return l.out.AddConst(air.NewInt(air.USize, int64(n))) }

// lane gives element n of a vector or array operand.
func (l *legalizer) lane(r air.Ref, n uint64) air.Ref {
	t := l.out.TypeOf(r)
	if v := l.out.Value(r); v != nil {
		switch v.Kind {
		case air.Undef:
			return l.out.AddConst(air.NewUndef(t.Elem))
		case air.AggregateValue:
			return l.out.AddConst(v.Elems[n])
		}
	}
	return l.add(air.Inst{Tag: air.ArrayElemVal, Type: t.Elem, Ops: []air.Ref{r, l.index(n)}})
}

// lanes gives what replaces an instruction.
func (l *legalizer) lanes(in air.Inst) air.Inst {
	switch in.Tag {
	case air.Reduce, air.ReduceOptimized:
		return l.reduce(in)
	case air.VectorStoreElem:
		return l.storeElem(in)
	case air.AddWithOverflow, air.SubWithOverflow, air.MulWithOverflow, air.ShlWithOverflow:
		return l.withOverflow(in)
	}
	t := in.Type
	ops := make([]air.Ref, t.Len)
	for n := range ops {
		ops[n] = l.oneLane(&in, t, uint64(n))
	}
	return air.Inst{Tag: air.AggregateInit, Type: t, Ops: ops}
}

// oneLane gives lane n of the result of an instruction.
func (l *legalizer) oneLane(in *air.Inst, t *air.Type, n uint64) air.Ref {
	switch in.Tag {
	case air.Splat:
		return in.Ops[0]
	case air.Shuffle:
		return l.shuffled(in, n)
	case air.Bitcast:
		v := l.lane(in.Ops[0], n)
		if l.out.TypeOf(v) == t.Elem {
			return v
		}
		return l.add(air.Inst{Tag: air.Bitcast, Type: t.Elem, Ops: []air.Ref{v}})
	}
	one := air.Inst{Tag: in.Tag, Type: t.Elem, N: in.N}
	if x, ok := in.Extra.(*air.CompareExtra); ok {
		one.Tag = x.Predicate
	}
	for _, r := range in.Ops {
		one.Ops = append(one.Ops, l.lane(r, n))
	}
	return l.add(one)
}

func (l *legalizer) shuffled(in *air.Inst, n uint64) air.Ref {
	switch m := in.Extra.(*air.ShuffleExtra).Mask[n]; {
	case m == air.UndefinedLane:
		return l.out.AddConst(air.NewUndef(in.Type.Elem))
	case m >= 0:
		return l.lane(in.Ops[0], uint64(m))
	default:
		return l.lane(in.Ops[1], uint64(-1-int64(m)))
	}
}

// reduceTag gives the operation of two lanes.
func reduceTag(o air.Operation) (air.Tag, bool) {
	switch o {
	case air.OpAnd:
		return air.BitAnd, true
	case air.OpOr:
		return air.BitOr, true
	case air.OpXor:
		return air.Xor, true
	case air.OpMin:
		return air.Min, true
	case air.OpMax:
		return air.Max, true
	case air.OpAdd:
		return air.AddWrap, true
	case air.OpMul:
		return air.MulWrap, true
	}
	return 0, false
}

// reduce folds the lanes from the first to the last; the instruction itself is the last step.
func (l *legalizer) reduce(in air.Inst) air.Inst {
	t := l.out.TypeOf(in.Ops[0])
	tag, ok := reduceTag(in.Extra.(*air.ReduceExtra).Operation)
	if !ok {
		return in
	}
	if t.Elem.Kind == air.Float {
		switch tag {
		case air.AddWrap:
			tag = air.Add
		case air.MulWrap:
			tag = air.Mul
		}
	}
	sum := l.lane(in.Ops[0], 0)
	if t.Len == 1 {
		return air.Inst{Tag: air.Bitcast, Type: t.Elem, Ops: []air.Ref{sum}}
	}
	for n := uint64(1); n < t.Len-1; n++ {
		sum = l.add(air.Inst{Tag: tag, Type: t.Elem, Ops: []air.Ref{sum, l.lane(in.Ops[0], n)}})
	}
	return air.Inst{Tag: tag, Type: t.Elem, Ops: []air.Ref{sum, l.lane(in.Ops[0], t.Len-1)}}
}

// withOverflow gives {vector, vector of u1}.
func (l *legalizer) withOverflow(in air.Inst) air.Inst {
	values, bits := in.Type.Fields[0].Type, in.Type.Fields[1].Type
	pair := &air.Type{Kind: air.Struct, Tuple: true, VectorIndex: -1,
		Fields: []air.Field{{Name: "0", Type: values.Elem}, {Name: "1", Type: bits.Elem}}}
	var parts [2][]air.Ref
	for n := range values.Len {
		one := l.add(air.Inst{Tag: in.Tag, Type: pair, Ops: []air.Ref{l.lane(in.Ops[0], n), l.lane(in.Ops[1], n)}})
		for k := range parts {
			field := air.Inst{Tag: air.StructFieldVal, Type: pair.Fields[k].Type, N: uint32(k), Ops: []air.Ref{one}}
			parts[k] = append(parts[k], l.add(field))
		}
	}
	return air.Inst{Tag: air.AggregateInit, Type: in.Type, Ops: []air.Ref{
		l.add(air.Inst{Tag: air.AggregateInit, Type: values, Ops: parts[0]}),
		l.add(air.Inst{Tag: air.AggregateInit, Type: bits, Ops: parts[1]}),
	}}
}

// storeElem stores through a pointer to the lane: an ordinary one, or where lanes are less than
// bytes one to bits, which needs a known index.
func (l *legalizer) storeElem(in air.Inst) air.Inst {
	vector := l.out.TypeOf(in.Ops[0]).Elem
	pointer := &air.Type{Kind: air.Pointer, Elem: vector.Elem, VectorIndex: -1}
	if vector.Elem.BitSize() == 8*vector.Elem.Size() {
		p := l.add(air.Inst{Tag: air.PtrElemPtr, Type: pointer, Ops: []air.Ref{in.Ops[0], in.Ops[1]}})
		return air.Inst{Tag: air.Store, Type: air.VoidType, Ops: []air.Ref{p, in.Ops[2]}}
	}
	v := l.out.Value(in.Ops[1])
	if v == nil || v.Kind != air.IntValue {
		return l.storeWhere(in, vector)
	}
	pointer.HostSize, pointer.VectorIndex = uint32(vector.Len), int32(v.Int)
	p := l.add(air.Inst{Tag: air.Bitcast, Type: pointer, Ops: []air.Ref{in.Ops[0]}})
	return air.Inst{Tag: air.Store, Type: air.VoidType, Ops: []air.Ref{p, in.Ops[2]}}
}

// storeWhere stores the whole vector with the lane that has the index replaced.
func (l *legalizer) storeWhere(in air.Inst, vector *air.Type) air.Inst {
	old := l.add(air.Inst{Tag: air.Load, Type: vector, Ops: []air.Ref{in.Ops[0]}})
	lanes := make([]air.Ref, vector.Len)
	for n := range lanes {
		index := l.out.AddConst(air.NewInt(l.out.TypeOf(in.Ops[1]), int64(n)))
		here := l.add(air.Inst{Tag: air.CmpEq, Type: air.BoolType, Ops: []air.Ref{in.Ops[1], index}})
		lanes[n] = l.add(air.Inst{Tag: air.Select, Type: vector.Elem, Ops: []air.Ref{here, in.Ops[2], l.lane(old, uint64(n))}})
	}
	v := l.add(air.Inst{Tag: air.AggregateInit, Type: vector, Ops: lanes})
	return air.Inst{Tag: air.Store, Type: air.VoidType, Ops: []air.Ref{in.Ops[0], v}}
}

// needsSingle says that an instruction computes with f16, which is done in f32.
func needsSingle(fn *air.Func, in *air.Inst) bool {
	if len(in.Ops) == 0 || singleTag(in.Tag) == notSingle {
		return false
	}
	t := fn.TypeOf(in.Ops[0])
	return t == air.F16 || in.Tag == air.FloatFromInt && in.Type == air.F16
}

// singleForm says how an operation on f16 is done in f32.
type singleForm uint8

const (
	notSingle   singleForm = iota
	singleArith            // widen, compute, narrow
	singleTest             // widen, compute
	singleMake             // compute, narrow
	singleRound            // a quotient that is rounded to f16 and then to an integral value
)

func singleTag(t air.Tag) singleForm {
	switch t {
	case air.Add, air.Sub, air.Mul, air.DivFloat, air.DivExact, air.Min, air.Max, air.Sqrt, air.Floor, air.Ceil, air.Round,
		air.TruncFloat, air.AddOptimized, air.SubOptimized, air.MulOptimized, air.DivFloatOptimized, air.DivExactOptimized, air.Rem, air.Mod,
		air.RemOptimized, air.ModOptimized:
		return singleArith
	case air.CmpLt, air.CmpLte, air.CmpEq, air.CmpGte, air.CmpGt, air.CmpNeq, air.CmpLtOptimized, air.CmpLteOptimized,
		air.CmpEqOptimized, air.CmpGteOptimized, air.CmpGtOptimized, air.CmpNeqOptimized, air.IntFromFloat,
		air.IntFromFloatOptimized, air.IntFromFloatSafe, air.IntFromFloatOptimizedSafe:
		return singleTest
	case air.FloatFromInt:
		return singleMake
	case air.DivTrunc, air.DivFloor, air.DivTruncOptimized, air.DivFloorOptimized:
		return singleRound
	}
	return notSingle
}

// single gives what replaces an operation on f16.
func (l *legalizer) single(in air.Inst) air.Inst {
	form := singleTag(in.Tag)
	if form != singleMake {
		ops := make([]air.Ref, len(in.Ops))
		for n, r := range in.Ops {
			ops[n] = l.add(air.Inst{Tag: air.FpExt, Type: air.F32, Ops: []air.Ref{r}})
		}
		in.Ops = ops
	}
	narrow := func(v air.Inst) air.Inst {
		v.Type = air.F32
		return air.Inst{Tag: air.FpTrunc, Type: air.F16, Ops: []air.Ref{l.add(v)}}
	}
	switch form {
	case singleTest:
		return in
	case singleRound:
		tag := air.TruncFloat
		if in.Tag == air.DivFloor || in.Tag == air.DivFloorOptimized {
			tag = air.Floor
		}
		in.Tag = air.DivFloat
		quotient := l.add(air.Inst{Tag: air.FpExt, Type: air.F32, Ops: []air.Ref{l.add(narrow(in))}})
		return narrow(air.Inst{Tag: tag, Ops: []air.Ref{quotient}})
	}
	return narrow(in)
}
