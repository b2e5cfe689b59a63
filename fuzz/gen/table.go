package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// production is one row of the table: a way to write a few instructions.
type production struct {
	// tags are what the production makes: one of them, drawn, is handed to make.
	tags   []air.Tag
	weight int
	// feature is what the case must have for the production to be used.
	feature Feature
	// nests says that it writes bodies.
	nests bool
	// make writes the production; false means that it found no operands. It may
	// then have written values that are legal but unused.
	make func(w *writer, tag air.Tag) bool
}

func tags(t ...air.Tag) []air.Tag { return t }

// makeTable lists everything the generator can write, in the order of the language reference.
func makeTable() []production {
	return []production{
		{tags: tags(air.Add, air.Sub, air.Mul), weight: 14, feature: Plain, make: (*writer).plain},
		{tags: tags(air.AddWrap, air.SubWrap, air.MulWrap), weight: 24, make: (*writer).total},
		{tags: tags(air.AddSat, air.SubSat, air.MulSat), weight: 8, feature: Saturating, make: (*writer).total},
		{tags: tags(air.AddSafe, air.SubSafe, air.MulSafe), weight: 8, feature: Safe, make: (*writer).safe},
		{tags: tags(air.AddWithOverflow, air.SubWithOverflow, air.MulWithOverflow), weight: 10, feature: Overflow, make: (*writer).withOverflow},
		{tags: tags(air.DivTrunc, air.DivFloor, air.DivExact, air.Rem, air.Mod), weight: 12, feature: Division, make: (*writer).quotient},
		{tags: tags(air.Shl, air.Shr, air.Shl, air.Shr, air.ShlExact, air.ShrExact, air.ShlSat, air.ShlWithOverflow), weight: 14, feature: Shifts, make: (*writer).shift},
		{tags: tags(air.BitAnd, air.BitOr, air.Xor, air.Min, air.Max), weight: 18, make: (*writer).total},
		{tags: tags(air.Not, air.Abs), weight: 8, make: (*writer).unary},
		{tags: tags(air.Clz, air.Ctz, air.Popcount, air.ByteSwap, air.BitReverse), weight: 10, feature: BitCounting, make: (*writer).unary},

		{tags: tags(air.AddWrap, air.SubWrap, air.MulWrap, air.AddSat, air.SubSat, air.MulSat, air.BitAnd, air.BitOr, air.Xor, air.Min, air.Max), weight: 10, feature: Wide, make: (*writer).wideBinary},
		{tags: tags(air.AddWithOverflow, air.SubWithOverflow, air.MulWithOverflow), weight: 4, feature: Wide, make: (*writer).wideOverflow},
		{tags: tags(air.DivTrunc, air.DivFloor, air.Rem, air.Mod), weight: 2, feature: Wide, make: (*writer).wideDivide},
		{tags: tags(air.Shl, air.Shr, air.ShlSat, air.ShlWithOverflow), weight: 5, feature: Wide, make: (*writer).wideShift},
		{tags: tags(air.Not, air.Abs, air.Clz, air.Ctz, air.Popcount, air.ByteSwap, air.BitReverse), weight: 4, feature: Wide, make: (*writer).wideUnary},
		{tags: orderings[:], weight: 4, feature: Wide, make: (*writer).wideCompare},
		{tags: tags(air.Trunc, air.Bitcast), weight: 4, feature: Wide, make: (*writer).wideCast},

		{tags: tags(air.Splat, air.AggregateInit), weight: 3, feature: Vectors, make: (*writer).vectorMake},
		{tags: tags(air.AddWrap, air.SubWrap, air.MulWrap, air.AddSat, air.SubSat, air.BitAnd, air.BitOr, air.Xor, air.Min, air.Max), weight: 6, feature: Vectors, make: (*writer).vectorBinary},
		{tags: tags(air.Not), weight: 1, feature: Vectors, make: (*writer).vectorNot},
		{tags: tags(air.CmpVector, air.Select), weight: 4, feature: Vectors, make: (*writer).vectorSelect},
		{tags: tags(air.Reduce), weight: 3, feature: Vectors, make: (*writer).vectorReduce},
		{tags: tags(air.Shuffle), weight: 2, feature: Vectors, make: (*writer).vectorShuffle},
		{tags: tags(air.ArrayElemVal, air.VectorStoreElem), weight: 3, feature: Vectors, make: (*writer).vectorLane},

		{tags: tags(air.Add, air.Sub, air.Mul, air.DivFloat, air.Min, air.Max), weight: 14, feature: Floats, make: (*writer).floatBinary},
		{tags: tags(air.Neg, air.Abs, air.Sqrt, air.Floor, air.Ceil, air.Round, air.TruncFloat), weight: 10, feature: Floats, make: (*writer).floatUnary},
		{tags: tags(air.MulAdd), weight: 3, feature: Floats, make: (*writer).floatFused},
		{tags: orderings[:], weight: 6, feature: Floats, make: (*writer).floatCompare},
		{tags: tags(air.FpExt, air.FpTrunc), weight: 4, feature: Floats, make: (*writer).floatWidth},
		{tags: tags(air.FloatFromInt), weight: 5, feature: Floats, make: (*writer).floatFromInt},
		{tags: tags(air.IntFromFloat, air.IntFromFloatSafe), weight: 6, feature: Floats, make: (*writer).intFromFloat},
		{tags: tags(air.Bitcast), weight: 3, feature: Floats, make: (*writer).floatBits},

		{tags: orderings[:], weight: 16, feature: Comparison, make: (*writer).compare},
		{tags: orderings[4:], weight: 6, feature: Comparison, make: (*writer).equate},
		{tags: tags(air.BoolAnd, air.BoolOr), weight: 5, make: (*writer).logic},

		{tags: tags(air.Trunc, air.Trunc, air.IntCast, air.IntCast, air.IntCastSafe, air.Bitcast), weight: 16, feature: Casts, make: (*writer).cast},
		{tags: tags(air.IntFromBool, air.Bitcast), weight: 6, feature: Casts, make: (*writer).reveal},
		{tags: tags(air.IsNamedEnumValue), weight: 3, feature: Enums, make: (*writer).memberOf},
		{tags: tags(air.IntFromPtr), weight: 2, feature: Memory, make: (*writer).distance},
		{tags: tags(air.IntFromPtr), weight: 3, feature: OverAlignment, make: (*writer).alignment},

		{tags: tags(air.Alloc), weight: 12, feature: Memory, make: (*writer).allocate},
		{tags: tags(air.Load), weight: 12, feature: Memory, make: (*writer).load},
		{tags: tags(air.Store, air.Store, air.StoreSafe), weight: 12, feature: Memory, make: (*writer).store},
		{tags: tags(air.Memset, air.Memcpy, air.Memmove), weight: 6, feature: Bulk, make: (*writer).bulk},
		{tags: tags(air.SliceOf, air.ArrayToSlice), weight: 6, feature: Slices, make: (*writer).makeSlice},
		{tags: tags(air.SliceLen, air.SlicePtr), weight: 5, feature: Slices, make: (*writer).slicePart},
		{tags: tags(air.PtrSliceLenPtr, air.PtrSlicePtrPtr), weight: 2, feature: Slices, make: (*writer).sliceField},
		{tags: tags(air.SliceElemVal, air.SliceElemPtr), weight: 6, feature: Slices, make: (*writer).sliceElement},
		{tags: tags(air.ArrayElemVal), weight: 5, feature: Arrays, make: (*writer).arrayElement},
		{tags: tags(air.PtrElemVal, air.PtrElemPtr), weight: 8, feature: Arrays, make: (*writer).elementPointer},
		{tags: tags(air.PtrAdd, air.PtrSub), weight: 6, feature: Arrays, make: (*writer).step},
		{tags: tags(air.StructFieldPtr, air.StructFieldPtrIndex0), weight: 8, feature: Structs, make: (*writer).fieldPointer},
		{tags: tags(air.StructFieldVal), weight: 10, make: (*writer).fieldValue},
		{tags: tags(air.FieldParentPtr), weight: 2, feature: Structs, make: (*writer).parentPointer},
		{tags: tags(air.AggregateInit), weight: 6, make: (*writer).initialiser},
		{tags: tags(air.StructFieldPtr, air.StructFieldPtrIndex0), weight: 6, feature: Packed, make: (*writer).bitPointer},
		{tags: tags(air.UnionInit), weight: 4, feature: Unions, make: (*writer).initUnion},
		{tags: tags(air.GetUnionTag), weight: 4, feature: Unions, make: (*writer).unionTag},
		{tags: tags(air.SetUnionTag), weight: 4, feature: Unions, make: (*writer).setTag},
		{tags: tags(air.StructFieldVal), weight: 4, feature: Unions, nests: true, make: (*writer).activeField},
		{tags: tags(air.TagName, air.ErrorName), weight: 3, make: (*writer).nameOf},
		{tags: tags(air.WrapOptional), weight: 4, feature: Optionals, make: (*writer).wrapOptional},
		{tags: tags(air.IsNull, air.IsNonNull), weight: 4, feature: Optionals, make: (*writer).askOptional},
		{tags: tags(air.IsNullPtr, air.IsNonNullPtr), weight: 3, feature: Optionals, make: (*writer).askOptionalPointer},
		{tags: tags(air.OptionalPayload), weight: 5, feature: Optionals, nests: true, make: (*writer).payload},
		{tags: tags(air.OptionalPayloadPtr), weight: 3, feature: Optionals, nests: true, make: (*writer).payloadPointer},
		{tags: tags(air.OptionalPayloadPtrSet), weight: 3, feature: Optionals, make: (*writer).setPayload},
		{tags: tags(air.WrapErrunionPayload, air.WrapErrunionErr), weight: 4, feature: ErrorUnions, make: (*writer).wrapError},
		{tags: tags(air.IsErr, air.IsNonErr), weight: 4, feature: ErrorUnions, make: (*writer).askError},
		{tags: tags(air.IsErrPtr, air.IsNonErrPtr), weight: 3, feature: ErrorUnions, make: (*writer).askErrorPointer},
		{tags: tags(air.UnwrapErrunionPayload, air.UnwrapErrunionErr), weight: 5, feature: ErrorUnions, nests: true, make: (*writer).unwrap},
		{tags: tags(air.UnwrapErrunionPayloadPtr, air.UnwrapErrunionErrPtr), weight: 3, feature: ErrorUnions, nests: true, make: (*writer).unwrapPointer},
		{tags: tags(air.ErrunionPayloadPtrSet), weight: 3, feature: ErrorUnions, make: (*writer).setErrorPayload},

		{tags: tags(air.AtomicLoad), weight: 3, feature: Atomics, make: (*writer).atomicLoad},
		{tags: tags(air.AtomicStoreUnordered, air.AtomicStoreMonotonic, air.AtomicStoreRelease, air.AtomicStoreSeqCst), weight: 3, feature: Atomics, make: (*writer).atomicStore},
		{tags: tags(air.AtomicRmw), weight: 6, feature: Atomics, make: (*writer).atomicChange},
		{tags: tags(air.CmpxchgStrong), weight: 3, feature: Atomics, make: (*writer).atomicExchange},
		{tags: tags(air.Fence), weight: 1, feature: Atomics, make: (*writer).fence},

		{tags: tags(air.Block, air.Block, air.DbgInlineBlock), weight: 4, feature: Blocks, nests: true, make: (*writer).plainBlock},
		{tags: tags(air.CondBr), weight: 12, feature: Blocks, nests: true, make: (*writer).conditional},
		{tags: tags(air.Unreach), weight: 3, feature: Blocks, nests: true, make: (*writer).impossible},
		{tags: tags(air.Loop), weight: 8, feature: Loops, nests: true, make: (*writer).loop},
		{tags: tags(air.SwitchBr), weight: 7, feature: Switches, nests: true, make: (*writer).switchOn},
		{tags: tags(air.LoopSwitchBr), weight: 4, feature: LoopSwitches, nests: true, make: (*writer).machine},
		{tags: tags(air.Try, air.TryCold), weight: 5, feature: ErrorUnions, nests: true, make: (*writer).try},
		{tags: tags(air.TryPtr, air.TryPtrCold), weight: 4, feature: ErrorUnions, nests: true, make: (*writer).tryPointer},
		{tags: tags(air.Call, air.Call, air.CallNeverTail, air.CallNeverInline), weight: 14, feature: Calls, make: (*writer).call},
		{tags: tags(air.Call), weight: 10, feature: Recursion, make: (*writer).recur},

		{tags: tags(air.DbgStmt, air.DbgEmptyStmt), weight: 4, feature: Debug, make: (*writer).statement},
		{tags: tags(air.DbgVarVal, air.DbgVarPtr, air.DbgArgInline), weight: 3, feature: Debug, make: (*writer).variable},
	}
}
