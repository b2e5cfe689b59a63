package eval

import "github.com/rvfuzz/rvfuzz/backend/air"

// handler makes what runs an instruction that is not structural; nil where
// there is nothing to run.
func (p *preparer) handler(in *air.Inst, s *step) func(*machine, *step) {
	if s.result.class == empty && !hasEffect(in) && !volatileLoad(p.fn.def, in) {
		return nil
	}
	if build := scalarBuilder(in.Tag, p.firstScalar(in)); build != nil {
		return p.elementwise(build, p.signatureOf(in), s)
	}
	switch in.Tag {
	case air.AddWithOverflow, air.SubWithOverflow, air.MulWithOverflow, air.ShlWithOverflow:
		return p.withOverflow(in, s)
	case air.IntCastSafe:
		run := p.elementwise(intCast(panicOutOfInt), p.signatureOf(in), s)
		return safeEnumCast(in.Type, s, run)
	case air.CmpVector, air.CmpVectorOptimized:
		return p.compareVectors(in, s)
	case air.Bitcast, air.AddrspaceCast:
		return p.bitcast(in, s)
	case air.CmpLtErrorsLen:
		return p.member(s, func(code uint64) bool { return code < uint64(len(p.program.module.ErrorNames)) })
	case air.ErrorSetHasValue:
		return p.errorSetHas(in, s)
	case air.IsNamedEnumValue:
		return p.namedEnum(in, s)
	case air.Ret, air.RetSafe, air.RetLoad, air.Unreach, air.Trap, air.Breakpoint:
		return p.ending(in, s)
	case air.Call, air.CallAlwaysTail, air.CallNeverTail, air.CallNeverInline:
		return p.call(in, s)
	case air.Arg:
		return p.arg(in, s)
	case air.Splat:
		return p.splat(in, s)
	case air.Shuffle:
		return p.shuffle(in, s)
	case air.Reduce, air.ReduceOptimized:
		return p.reduce(in, s)
	case air.VectorStoreElem:
		return p.vectorStore(in, s)
	case air.CmpxchgWeak, air.CmpxchgStrong:
		return p.cmpxchg(in, s)
	case air.AtomicRmw:
		return p.atomicRmw(in, s)
	case air.RetAddr, air.FrameAddr:
		return func(m *machine, s *step) { m.set(s.dst, undefined(64)) }
	case air.CVaStart, air.CVaArg, air.CVaCopy, air.CVaEnd:
		return p.variadic(in, s)
	case air.Assembly:
		return p.assembly(in, s)
	case air.SaveErrReturnTraceIndex:
		return func(m *machine, s *step) { m.set(s.dst, undefined(64)) }
	case air.ErrReturnTrace:
		return func(m *machine, s *step) { m.set(s.dst, m.frame.trace) }
	case air.SetErrReturnTrace:
		return func(m *machine, s *step) { m.frame.trace = m.word(s.a) }
	case air.RuntimeNavPtr:
		return func(m *machine, s *step) { m.set(s.dst, m.word(s.a)) }
	}
	if run, ok := p.memoryHandler(in, s); ok {
		return run
	}
	if run, ok := p.wrapHandler(in, s); ok {
		return run
	}
	return unsupported(in.Tag.String())
}

// firstScalar gives the type of operand 0, or of its lanes.
func (p *preparer) firstScalar(in *air.Inst) *air.Type {
	if len(in.Ops) == 0 {
		return air.VoidType
	}
	return elementType(p.typeOf(in, 0))
}

// scalarBuilder gives the operation that a tag does on scalars of a type; nil
// for the tags that are not done lane by lane.
func scalarBuilder(tag air.Tag, t *air.Type) builder {
	if p, ok := predicates[tag]; ok {
		if t.Kind == air.Float && optimizedTags[tag] {
			return withoutNaN(p.compare)
		}
		return p.compare
	}
	switch tag {
	case air.BitAnd, air.BoolAnd:
		return bitOp(andBits).bitwise
	case air.BitOr, air.BoolOr:
		return bitOp(orBits).bitwise
	case air.Xor:
		return bitOp(xorBits).bitwise
	case air.Not:
		return complement
	case air.Shl:
		return shift(true)
	case air.Shr:
		return shift(false)
	case air.MulAdd:
		return mulAdd
	case air.Select:
		return choose
	case air.IntFromPtr, air.IntFromBool:
		return sameWord
	case air.IntCast:
		return intCast(doesNotFit)
	case air.Trunc:
		return truncate
	case air.FpTrunc, air.FpExt:
		return floatCast
	case air.IntFromFloat, air.IntFromFloatOptimized:
		return intFromFloat(doesNotFit)
	case air.IntFromFloatSafe, air.IntFromFloatOptimizedSafe:
		return intFromFloat(panicFloatPart)
	case air.FloatFromInt:
		return floatFromInt
	}
	if t.Kind == air.Float {
		return floatBuilder(tag)
	}
	switch {
	case intOps[tag].fast != nil:
		return intOps[tag].binary
	case unaryOps[tag].fast != nil:
		return unaryOps[tag].unary
	}
	return nil
}

// floatBuilder gives the arithmetic of floats.
func floatBuilder(tag air.Tag) builder {
	var build builder
	switch {
	case tag == air.Neg || tag == air.NegOptimized:
		build = signOp(true)
	case tag == air.Abs:
		build = signOp(false)
	case floatOps[tag].soft != nil:
		build = floatOps[tag].binary
	case floatUnaryOps[tag].fast != nil:
		build = floatUnaryOps[tag].unary
	}
	if build != nil && optimizedTags[tag] {
		return withoutNaN(build)
	}
	return build
}

// optimizedTags are the float tags whose result is undefined for NaN.
var optimizedTags = map[air.Tag]bool{
	air.AddOptimized: true, air.SubOptimized: true, air.MulOptimized: true, air.DivFloatOptimized: true,
	air.DivTruncOptimized: true, air.DivFloorOptimized: true, air.DivExactOptimized: true,
	air.RemOptimized: true, air.ModOptimized: true, air.NegOptimized: true,
	air.CmpLtOptimized: true, air.CmpLteOptimized: true, air.CmpEqOptimized: true, air.CmpGteOptimized: true,
	air.CmpGtOptimized: true, air.CmpNeqOptimized: true,
}

// withoutNaN makes the result undefined if an operand is NaN.
func withoutNaN(build builder) builder {
	return func(sig signature, s *step) func(*machine, *step) {
		run, float := build(sig, s), shapeOf(sig.args[0])
		operands := []operand{s.a, s.b}[:len(sig.args)]
		return func(m *machine, s *step) {
			for _, o := range operands {
				if m.isNaN(o, float) {
					m.forget(s.dst, s.result)
					return
				}
			}
			run(m, s)
		}
	}
}

// compareVectors builds the comparison of each lane.
func (p *preparer) compareVectors(in *air.Inst, s *step) func(*machine, *step) {
	extra, ok := in.Extra.(*air.CompareExtra)
	if !ok {
		return unsupported("comparison without a predicate")
	}
	return p.elementwise(predicates[extra.Predicate].compare, p.signatureOf(in), s)
}

// arg copies a parameter.
func (p *preparer) arg(in *air.Inst, s *step) func(*machine, *step) {
	if int(in.N) >= len(p.fn.params) || s.dst == noOperand {
		return nil
	}
	from := p.fn.params[in.N]
	return func(m *machine, s *step) { m.copyValue(s.dst, s.result, from) }
}

// assembly: only the empty text, a barrier, means something here.
func (p *preparer) assembly(in *air.Inst, s *step) func(*machine, *step) {
	extra, ok := in.Extra.(*air.AssemblyExtra)
	if ok && extra.Text == "" && s.dst == noOperand {
		return nil
	}
	return unsupported("inline assembly")
}

// memoryHandler makes what runs the instructions on memory and aggregates.
func (p *preparer) memoryHandler(in *air.Inst, s *step) (run func(*machine, *step), ok bool) {
	switch in.Tag {
	case air.Alloc:
		return p.alloc(in, s), true
	case air.RetPtr:
		return p.retPtr(in, s), true
	case air.Load, air.AtomicLoad:
		return p.load(in, s), true
	case air.Store, air.StoreSafe, air.AtomicStoreUnordered, air.AtomicStoreMonotonic, air.AtomicStoreRelease, air.AtomicStoreSeqCst:
		return p.storeInst(in, s), true
	case air.Memset, air.MemsetSafe:
		return p.memset(in, s), true
	case air.Memcpy, air.Memmove:
		return p.copyMemory(in, s), true
	case air.SliceOf:
		return p.makeSlice(in, s), true
	case air.SlicePtr:
		return slicePart(0, s), true
	case air.SliceLen:
		return slicePart(8, s), true
	case air.PtrSlicePtrPtr:
		return offsetPointer(0, s), true
	case air.PtrSliceLenPtr:
		return offsetPointer(8, s), true
	case air.ArrayToSlice:
		return p.arrayToSlice(in, s), true
	case air.ArrayElemVal:
		return p.elemVal(in, s), true
	case air.SliceElemVal, air.PtrElemVal:
		return p.elemThrough(in, s), true
	case air.SliceElemPtr, air.PtrElemPtr, air.PtrAdd, air.PtrSub:
		return p.indexPointer(in, s), true
	case air.StructFieldPtr:
		return p.fieldPtr(in, int(in.N), s), true
	case air.StructFieldPtrIndex0, air.StructFieldPtrIndex1, air.StructFieldPtrIndex2, air.StructFieldPtrIndex3:
		return p.fieldPtr(in, int(in.Tag-air.StructFieldPtrIndex0), s), true
	case air.StructFieldVal:
		return p.fieldVal(in, s), true
	case air.FieldParentPtr:
		return p.fieldParent(in, s), true
	case air.AggregateInit:
		return p.aggregateInit(in, s), true
	case air.SetUnionTag:
		return p.setTag(in, s), true
	case air.GetUnionTag:
		return p.getTag(in, s), true
	case air.UnionInit:
		return p.unionInit(in, s), true
	case air.TagName:
		return p.tagName(in, s), true
	case air.ErrorName:
		return p.errorName(in, s), true
	}
	return nil, false
}

// wrapHandler makes what runs the instructions on optionals and error unions.
func (p *preparer) wrapHandler(in *air.Inst, s *step) (run func(*machine, *step), ok bool) {
	switch in.Tag {
	case air.IsNonNull, air.IsErr:
		return p.testMark(in, true, s), true
	case air.IsNull, air.IsNonErr:
		return p.testMark(in, false, s), true
	case air.IsNonNullPtr, air.IsErrPtr:
		return p.testMarkPtr(in, true, s), true
	case air.IsNullPtr, air.IsNonErrPtr:
		return p.testMarkPtr(in, false, s), true
	case air.OptionalPayload, air.UnwrapErrunionPayload:
		return p.payload(in, s), true
	case air.OptionalPayloadPtr, air.UnwrapErrunionPayloadPtr:
		return p.payloadPtr(in, s), true
	case air.OptionalPayloadPtrSet, air.ErrunionPayloadPtrSet:
		return p.payloadPtrSet(in, s), true
	case air.WrapOptional, air.WrapErrunionPayload:
		return p.wrap(in, s), true
	case air.WrapErrunionErr:
		return p.wrapErr(in, s), true
	case air.UnwrapErrunionErr:
		return p.errOf(in, s), true
	case air.UnwrapErrunionErrPtr:
		return p.errOfPtr(in, s), true
	}
	return nil, false
}
