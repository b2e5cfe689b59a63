package gen

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// production is one row of the table: a few instructions that are written together.
type production struct {
	// tags are the tags that it is for; make gets one of them, drawn.
	tags   []air.Tag
	weight int
	// feature is the set that the case must have for the production to be used.
	feature Feature
	// nests is true if it writes bodies.
	nests bool
	// make writes the production. False means that it found no operands; it may still have written values, which are
	// legal but unused.
	make func(w *writer, tag air.Tag) bool
}

func tags(t ...air.Tag) []air.Tag { return t }

// table is everything that the generator can write.
var table = slices.Concat(integerRows(), conversionRows(), floatRows(), wideRows(), vectorRows(), scalarRows(), memoryRows(), aggregateRows(), controlRows(),
	zeroBitRows(), idiomRows())

// integerRows are arithmetic on integers of a register, with intervals.
func integerRows() []production {
	saturating := tags(air.AddSat, air.SubSat, air.MulSat)
	counting := of(air.BitCountRule, air.ByteSwapRule)
	ints := (*writer).narrowInt
	return []production{
		{tags: tags(air.Add, air.Sub, air.Mul), weight: 14, feature: Plain, make: (*writer).plain},
		{tags: without(totalBinary(), saturating...), weight: 40, make: (*writer).total},
		{tags: saturating, weight: 8, feature: Saturating, make: (*writer).total},
		{tags: panicking(), weight: 8, feature: Safe, make: (*writer).safe},
		{tags: of(air.OverflowRule), weight: 10, feature: Overflow, make: overflowOn(ints)},
		{tags: tags(air.DivTrunc, air.DivFloor, air.DivExact, air.Rem, air.Mod), weight: 12, feature: Division, make: (*writer).quotient},
		{tags: of(air.ShiftRule, air.ShlSatRule, air.ShlOverflowRule), weight: 14, feature: Shifts, make: shiftOn(ints)},
		{tags: without(integerUnary(), counting...), weight: 10, make: unaryOn(ints)},
		{tags: counting, weight: 8, feature: BitCounting, make: unaryOn(ints)},
		{tags: comparisons(), weight: 16, feature: Comparison, make: compareOn(ints)},
		{tags: without(of(air.CompareRule, air.EqualRule), comparisons()...), weight: 1, feature: Comparison, make: compareOn(ints)},
	}
}

// conversionRows are conversions of integers, among each other and from and to floats.
func conversionRows() []production {
	return []production{
		{tags: tags(air.Trunc), weight: 5, feature: Casts, make: (*writer).cast},
		{tags: of(air.IntCastRule), weight: 8, feature: Casts, make: (*writer).cast},
		{tags: tags(air.Bitcast), weight: 3, feature: Casts, make: (*writer).bitcast},
		{tags: of(air.IntCastRule), weight: 2, feature: Casts | Enums, make: (*writer).enumCast},
		{tags: tags(air.Bitcast), weight: 6, feature: Casts, make: (*writer).sameSize},
		{tags: of(air.FloatFromIntRule), weight: 5, feature: Floats, make: (*writer).floatFromInt},
		{tags: of(air.IntFromFloatRule), weight: 8, feature: Floats, make: (*writer).intFromFloat},
	}
}

// floatRows are arithmetic on floats.
func floatRows() []production {
	float, long := (*writer).float, (*writer).longFloat
	return []production{
		{tags: floatBinary(), weight: 16, feature: Floats, make: binaryOn(float)},
		{tags: floatUnary(), weight: 10, feature: Floats, make: unaryOn(float)},
		{tags: transcendental(), weight: 3, feature: Floats | Routines, make: unaryOn(float)},
		{tags: arity(3, of(air.FloatRule)), weight: 3, feature: Floats, make: ternaryOn(float)},
		{tags: tags(air.Neg, air.Abs), weight: 2, feature: Floats, make: unaryOn(long)},
		{tags: floatBinary(), weight: 5, feature: Floats | Routines, make: binaryOn(long)},
		{tags: arity(1, of(air.FloatRule)), weight: 3, feature: Floats | Routines, make: unaryOn(long)},
		{tags: arity(3, of(air.FloatRule)), weight: 1, feature: Floats | Routines, make: ternaryOn(long)},
		{tags: of(air.CompareRule, air.EqualRule), weight: 2, feature: Floats | Routines, make: compareOn(long)},
		{tags: of(air.FpExtRule, air.FpTruncRule), weight: 2, feature: Floats | Routines, make: (*writer).longWidth},
		{tags: of(air.IntFromFloatRule), weight: 3, feature: Floats | Routines, make: (*writer).wideFromFloat},
		{tags: of(air.FloatFromIntRule), weight: 2, feature: Floats | Routines, make: (*writer).floatFromWide},
		{tags: of(air.CompareRule, air.EqualRule), weight: 7, feature: Floats, make: compareOn(float)},
		{tags: of(air.FpExtRule, air.FpTruncRule), weight: 4, feature: Floats, make: (*writer).floatWidth},
		{tags: tags(air.Bitcast), weight: 3, feature: Floats, make: (*writer).floatBits},
	}
}

// wideRows are arithmetic on integers of more than a register.
func wideRows() []production {
	wide := (*writer).someWide
	return []production{
		{tags: totalBinary(), weight: 10, feature: Wide, make: binaryOn(wide)},
		{tags: tags(air.Add, air.Sub, air.Mul), weight: 2, feature: Wide | Plain, make: plainOn(wide)},
		{tags: panicking(), weight: 2, feature: Wide | Safe, make: plainOn(wide)},
		{tags: of(air.OverflowRule), weight: 4, feature: Wide, make: overflowOn(wide)},
		{tags: tags(air.DivTrunc, air.DivFloor, air.DivExact, air.Rem, air.Mod), weight: 2, feature: Wide, make: divideOn(wide)},
		{tags: of(air.ShiftRule, air.ShlSatRule, air.ShlOverflowRule), weight: 5, feature: Wide, make: shiftOn(wide)},
		{tags: integerUnary(), weight: 4, feature: Wide, make: unaryOn(wide)},
		{tags: comparisons(), weight: 4, feature: Wide, make: compareOn(wide)},
		{tags: tags(air.Bitcast), weight: 2, feature: Wide, make: castOn(wide)},
		{tags: tags(air.Trunc, air.IntCast, air.IntCastSafe), weight: 4, feature: Wide, make: (*writer).wideCast},
	}
}

// vectorRows are arithmetic on vectors, lane by lane, and what takes lanes apart and together.
func vectorRows() []production {
	ints, floats, bools := (*writer).intVector, (*writer).floatVector, (*writer).boolVector
	return []production{
		{tags: totalBinary(), weight: 6, feature: Vectors, make: binaryOn(ints)},
		{tags: tags(air.Add, air.Sub, air.Mul), weight: 1, feature: Vectors | Plain, make: plainOn(ints)},
		{tags: panicking(), weight: 1, feature: Vectors | Safe, make: plainOn(ints)},
		{tags: of(air.OverflowRule), weight: 1, feature: Vectors | Overflow, make: overflowOn(ints)},
		{tags: tags(air.DivTrunc, air.DivFloor, air.DivExact, air.Rem, air.Mod), weight: 1, feature: Vectors | Division, make: divideOn(ints)},
		{tags: of(air.ShiftRule, air.ShlSatRule, air.ShlOverflowRule), weight: 1, feature: Vectors | Shifts, make: shiftOn(ints)},
		{tags: integerUnary(), weight: 2, feature: Vectors, make: unaryOn(ints)},
		{tags: tags(air.Trunc, air.IntCast, air.Bitcast), weight: 1, feature: Vectors | Casts, make: castOn(ints)},
		{tags: keep(of(air.CompareVectorRule), isPlain), weight: 1, feature: Vectors, make: compareOn(ints)},
		{tags: keep(of(air.ReduceRule), isPlain), weight: 3, feature: Vectors,
			make: reduceOn(ints, air.OpAdd, air.OpMul, air.OpAnd, air.OpOr, air.OpXor, air.OpMin, air.OpMax)},

		{tags: floatBinary(), weight: 3, feature: Vectors | Floats, make: binaryOn(floats)},
		{tags: floatUnary(), weight: 2, feature: Vectors | Floats, make: unaryOn(floats)},
		{tags: transcendental(), weight: 1, feature: Vectors | Floats | Routines, make: unaryOn(floats)},
		{tags: arity(3, of(air.FloatRule)), weight: 1, feature: Vectors | Floats, make: ternaryOn(floats)},
		{tags: of(air.CompareVectorRule), weight: 2, feature: Vectors | Floats, make: compareOn(floats)},
		{tags: of(air.ReduceRule), weight: 2, feature: Vectors | Floats, make: reduceOn(floats, air.OpAdd, air.OpMul, air.OpMin, air.OpMax)},

		{tags: tags(air.Reduce), weight: 1, feature: Vectors, make: reduceOn(bools, air.OpAnd, air.OpOr, air.OpXor)},
		{tags: tags(air.BitAnd, air.BitOr, air.Xor), weight: 1, feature: Vectors, make: binaryOn(bools)},
		{tags: tags(air.Not), weight: 1, feature: Vectors, make: unaryOn(bools)},

		{tags: tags(air.Bitcast), weight: 1, feature: Vectors | Casts, make: (*writer).sameLanes},
		{tags: tags(air.Splat, air.AggregateInit), weight: 3, feature: Vectors, make: (*writer).vectorMake},
		{tags: tags(air.Select), weight: 2, feature: Vectors, make: (*writer).vectorSelect},
		{tags: tags(air.Shuffle), weight: 2, feature: Vectors, make: (*writer).vectorShuffle},
		{tags: tags(air.ArrayElemVal), weight: 2, feature: Vectors, make: (*writer).vectorLane},
		{tags: tags(air.Shuffle), weight: 1, feature: Vectors, make: (*writer).undefinedLanes},
		{tags: tags(air.PtrElemPtr), weight: 3, feature: Vectors | Memory, make: (*writer).lanePointer},
		{tags: tags(air.VectorStoreElem), weight: 2, feature: Vectors, make: (*writer).vectorStore},
	}
}

// scalarRows are tests of scalars, and addresses as numbers.
func scalarRows() []production {
	return []production{
		{tags: equalities(), weight: 6, feature: Comparison, make: (*writer).equate},
		{tags: comparisons(), weight: 2, feature: Comparison, make: compareOn((*writer).orderedScalar)},
		{tags: of(air.BoolRule), weight: 5, make: binaryOn((*writer).boolean)},
		{tags: arity(2, of(air.BitwiseRule)), weight: 1, make: binaryOn((*writer).boolean)},
		{tags: arity(1, of(air.BitwiseRule)), weight: 2, make: unaryOn((*writer).boolean)},
		{tags: tags(air.IntFromBool, air.Bitcast), weight: 6, feature: Casts, make: (*writer).reveal},
		{tags: tags(air.IsNamedEnumValue), weight: 3, feature: Enums, make: askOf(isKind(air.Enum))},
		{tags: of(air.ErrorsLenRule, air.ErrorSetRule), weight: 3, feature: ErrorUnions, make: (*writer).askCode},
		{tags: tags(air.TagName, air.ErrorName), weight: 3, make: (*writer).nameOf},
		{tags: tags(air.TagName, air.IsNamedEnumValue), weight: 1, feature: Wide | Enums | Routines, make: (*writer).wideMember},
		{tags: tags(air.IntFromPtr), weight: 2, feature: Memory, make: (*writer).distance},
		{tags: tags(air.IntFromPtr), weight: 3, feature: OverAlignment, make: (*writer).alignment},
		{tags: of(air.IsNullRule), weight: 1, feature: Memory | Optionals, make: (*writer).cPointer},
		{tags: of(air.PointerCastRule), weight: 2, feature: Memory, make: (*writer).pointerCast},
		{tags: tags(air.RetAddr, air.FrameAddr), weight: 1, feature: Calls, make: (*writer).frameWord},
		{tags: tags(air.SaveErrReturnTraceIndex), weight: 1, feature: ErrorUnions | Routines, make: (*writer).frameWord},
		{tags: tags(air.SetErrReturnTrace, air.ErrReturnTrace), weight: 16, feature: ErrorUnions | Routines, make: (*writer).errorTrace},
	}
}

// memoryRows are accesses to memory.
func memoryRows() []production {
	return []production{
		{tags: tags(air.Alloc), weight: 12, feature: Memory, make: (*writer).allocate},
		{tags: tags(air.RuntimeNavPtr), weight: 1, feature: Globals, make: (*writer).navPointer},
		{tags: tags(air.Load), weight: 12, feature: Memory, make: (*writer).load},
		{tags: tags(air.Store, air.Store, air.StoreSafe), weight: 12, feature: Memory, make: (*writer).store},
		{tags: of(air.MemsetRule, air.MemcpyRule), weight: 6, feature: Bulk, make: (*writer).bulk},
		{tags: tags(air.SliceOf, air.ArrayToSlice), weight: 6, feature: Slices, make: (*writer).makeSlice},
		{tags: tags(air.SliceLen, air.SlicePtr), weight: 5, feature: Slices, make: (*writer).slicePart},
		{tags: tags(air.PtrSliceLenPtr, air.PtrSlicePtrPtr), weight: 2, feature: Slices, make: (*writer).sliceField},
		{tags: tags(air.SliceElemVal, air.SliceElemPtr), weight: 6, feature: Slices, make: (*writer).sliceElement},
		{tags: tags(air.ArrayElemVal), weight: 5, feature: Arrays, make: (*writer).arrayElement},
		{tags: tags(air.PtrElemVal, air.PtrElemPtr), weight: 8, feature: Arrays, make: (*writer).elementPointer},
		{tags: tags(air.PtrAdd, air.PtrSub), weight: 6, feature: Arrays, make: (*writer).step},
		{tags: of(air.AtomicLoadRule), weight: 3, feature: Atomics, make: (*writer).atomicLoad},
		{tags: of(air.AtomicStoreRule), weight: 3, feature: Atomics, make: (*writer).atomicStore},
		{tags: of(air.AtomicRmwRule), weight: 6, feature: Atomics, make: (*writer).atomicChange},
		{tags: tags(air.CmpxchgStrong), weight: 3, feature: Atomics, make: (*writer).atomicExchange},
		{tags: tags(air.CmpxchgWeak), weight: 2, feature: Atomics, nests: true, make: (*writer).weakExchange},
		{tags: tags(air.Fence), weight: 1, feature: Atomics, make: (*writer).fence},
		{tags: of(air.PrefetchRule), weight: 1, feature: Memory, make: (*writer).prefetch},
		{tags: of(air.AssemblyRule), weight: 3, feature: Assembly, make: (*writer).barrier},
		{tags: of(air.AssemblyRule), weight: 3, feature: Assembly, make: (*writer).computed},
	}
}

// aggregateRows put structs, unions, optionals and error unions together and take them apart.
func aggregateRows() []production {
	return []production{
		{tags: tags(air.StructFieldPtr, air.StructFieldPtrIndex0), weight: 8, feature: Structs, make: (*writer).fieldPointer},
		{tags: tags(air.StructFieldVal), weight: 10, make: (*writer).fieldValue},
		{tags: tags(air.StructFieldVal, air.ArrayElemVal), weight: 1, feature: Memory, make: (*writer).undefinedPart},
		{tags: tags(air.StructFieldVal), weight: 1, feature: Memory, make: (*writer).partlyUndefined},
		{tags: indifferent(), weight: 3, feature: Memory, make: (*writer).undefinedOperand},
		{tags: tags(air.StructFieldVal), weight: 3, feature: Packed | Wide, make: (*writer).wideBits},
		{tags: tags(air.FieldParentPtr), weight: 2, feature: Structs, make: (*writer).parentPointer},
		{tags: tags(air.AggregateInit), weight: 6, make: (*writer).initialiser},
		{tags: tags(air.StructFieldPtr, air.StructFieldPtrIndex0), weight: 6, feature: Packed, make: (*writer).bitPointer},
		{tags: tags(air.UnionInit), weight: 4, feature: Unions, make: (*writer).initUnion},
		{tags: tags(air.GetUnionTag), weight: 4, feature: Unions, make: (*writer).unionTag},
		{tags: tags(air.SetUnionTag), weight: 4, feature: Unions, make: (*writer).setTag},
		{tags: tags(air.SetUnionTag), weight: 1, feature: Unions, make: (*writer).bareTag},
		{tags: tags(air.StructFieldVal), weight: 4, feature: Unions, nests: true, make: (*writer).activeField},
		{tags: tags(air.WrapOptional), weight: 4, feature: Optionals, make: wrapIn(air.Optional)},
		{tags: of(air.IsNullRule), weight: 4, feature: Optionals, make: askOf(isOptional)},
		{tags: of(air.IsNullPtrRule), weight: 3, feature: Optionals, make: askThrough(isOptional)},
		{tags: of(air.IsNullRule, air.IsNullPtrRule), weight: 1, feature: Optionals, make: (*writer).neverSome},
		{tags: tags(air.OptionalPayload), weight: 5, feature: Optionals, nests: true, make: (*writer).payload},
		{tags: tags(air.OptionalPayloadPtr), weight: 3, feature: Optionals, nests: true, make: (*writer).payloadPointer},
		{tags: tags(air.OptionalPayloadPtrSet), weight: 3, feature: Optionals, make: setPayloadOf(isPlainOptional)},
		{tags: tags(air.WrapErrunionPayload, air.WrapErrunionErr), weight: 4, feature: ErrorUnions, make: wrapIn(air.ErrorUnion)},
		{tags: of(air.IsErrRule), weight: 4, feature: ErrorUnions, make: askOf(isErrorUnion)},
		{tags: of(air.IsErrPtrRule), weight: 3, feature: ErrorUnions, make: askThrough(isErrorUnion)},
		{tags: tags(air.UnwrapErrunionPayload, air.UnwrapErrunionErr), weight: 5, feature: ErrorUnions, nests: true, make: (*writer).unwrap},
		{tags: tags(air.UnwrapErrunionPayloadPtr, air.UnwrapErrunionErrPtr), weight: 3, feature: ErrorUnions, nests: true, make: (*writer).unwrapPointer},
		{tags: tags(air.ErrunionPayloadPtrSet), weight: 3, feature: ErrorUnions, make: setPayloadOf(hasPayload)},
	}
}

// controlRows are control flow, calls, and debug information.
func controlRows() []production {
	return []production{
		{tags: tags(air.Block, air.Block, air.DbgInlineBlock), weight: 4, feature: Blocks, nests: true, make: (*writer).plainBlock},
		{tags: tags(air.CondBr), weight: 12, feature: Blocks, nests: true, make: (*writer).conditional},
		{tags: tags(air.Unreach), weight: 3, feature: Blocks, nests: true, make: (*writer).impossible},
		{tags: tags(air.Loop), weight: 8, feature: Loops, nests: true, make: (*writer).loop},
		{tags: tags(air.SwitchBr), weight: 7, feature: Switches, nests: true, make: (*writer).switchOn},
		{tags: tags(air.LoopSwitchBr), weight: 4, feature: LoopSwitches, nests: true, make: (*writer).stateMachine},
		{tags: tags(air.Try, air.TryCold), weight: 5, feature: ErrorUnions, nests: true, make: (*writer).try},
		{tags: tags(air.TryPtr, air.TryPtrCold), weight: 4, feature: ErrorUnions, nests: true, make: (*writer).tryPointer},
		{tags: without(of(air.CallRule), air.CallAlwaysTail), weight: 14, feature: Calls, make: (*writer).call},
		{tags: tags(air.Call), weight: 10, feature: Recursion, make: (*writer).recur},

		{tags: tags(air.DbgStmt, air.DbgEmptyStmt), weight: 4, feature: Debug, make: (*writer).statement},
		{tags: tags(air.DbgVarVal, air.DbgVarPtr, air.DbgArgInline), weight: 3, feature: Debug, make: (*writer).variable},
	}
}

// idiomRows are what optimisers, instruction selectors and vectorisers look for. The tags are the most frequent ones.
func idiomRows() []production {
	return []production{
		{tags: tags(air.Xor), weight: 12, feature: Idioms, make: (*writer).expressionOf},
		{tags: tags(air.CmpLt), weight: 5, feature: Idioms, make: (*writer).testOf},
		{tags: tags(air.Store), weight: 6, feature: Idioms, make: (*writer).storeOf},
		{tags: tags(air.CmpGt), weight: 6, feature: Idioms, make: (*writer).narrowTest},
		{tags: tags(air.BitOr), weight: 3, feature: Idioms | Memory, make: (*writer).joinedLoads},
		{tags: tags(air.Shr), weight: 3, feature: Idioms | Memory, make: (*writer).splitStore},
		{tags: tags(air.Memset), weight: 3, feature: Idioms | Bulk, make: (*writer).neighbours},
		{tags: tags(air.SwitchBr), weight: 4, feature: Idioms | Switches, nests: true, make: (*writer).lookup},
		{tags: tags(air.Loop), weight: 5, feature: ArrayLoops, nests: true, make: (*writer).arrayLoop},
	}
}
