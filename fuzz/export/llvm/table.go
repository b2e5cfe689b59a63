package llvm

import "github.com/rvfuzz/rvfuzz/backend/air"

// handler writes an instruction and returns the operand that names its result, "" where there is none.
type handler func(f *function, in *air.Inst) string

// rows is the table of tags. One without a row is unsupported: the transcendental functions, whose last bits depend on
// the library, and error return traces. A unit holds it, since most rows lead back to it.
var rows = map[air.Tag]handler{
	air.Add: plain("add"), air.AddOptimized: plain("add"), air.AddWrap: binaryOp("add"), air.AddSat: saturating("add"), air.AddSafe: safe("add"),
	air.Sub: plain("sub"), air.SubOptimized: plain("sub"), air.SubWrap: binaryOp("sub"), air.SubSat: saturating("sub"), air.SubSafe: safe("sub"),
	air.Mul: plain("mul"), air.MulOptimized: plain("mul"), air.MulWrap: binaryOp("mul"), air.MulSat: mulSat, air.MulSafe: safe("mul"),
	air.AddWithOverflow: overflowPair("add"), air.SubWithOverflow: overflowPair("sub"), air.MulWithOverflow: overflowPair("mul"),
	air.ShlWithOverflow: shlWithOverflow,
	air.DivFloat:        floatOp("fdiv"), air.DivFloatOptimized: floatOp("fdiv"),
	air.DivTrunc: divTrunc(false), air.DivTruncOptimized: divTrunc(false), air.DivExact: divTrunc(true), air.DivExactOptimized: divTrunc(true),
	air.DivFloor: divFloor, air.DivFloorOptimized: divFloor, air.Rem: rem, air.RemOptimized: rem, air.Mod: mod, air.ModOptimized: mod,
	air.Shl: shift(true, false), air.ShlExact: shift(true, true), air.Shr: shift(false, false), air.ShrExact: shift(false, true), air.ShlSat: shlSat,
	air.BitAnd: binaryOp("and"), air.BitOr: binaryOp("or"), air.Xor: binaryOp("xor"), air.Not: not,
	air.Min: extreme("min"), air.Max: extreme("max"), air.Neg: neg, air.NegOptimized: neg, air.Abs: abs,
	air.Clz: bitCount("ctlz"), air.Ctz: bitCount("cttz"), air.Popcount: bitCount("ctpop"), air.ByteSwap: byteSwap, air.BitReverse: bitReverse,
	air.Sqrt: floatUnary("sqrt"), air.Floor: floatUnary("floor"), air.Ceil: floatUnary("ceil"), air.Round: floatUnary("round"),
	air.TruncFloat: floatUnary("trunc"), air.MulAdd: mulAdd,

	air.CmpLt: compare, air.CmpLtOptimized: compare, air.CmpLte: compare, air.CmpLteOptimized: compare, air.CmpEq: compare, air.CmpEqOptimized: compare,
	air.CmpGte: compare, air.CmpGteOptimized: compare, air.CmpGt: compare, air.CmpGtOptimized: compare, air.CmpNeq: compare, air.CmpNeqOptimized: compare,
	air.CmpVector: compareVector, air.CmpVectorOptimized: compareVector, air.BoolAnd: binaryOp("and"), air.BoolOr: binaryOp("or"),
	air.CmpLtErrorsLen: belowErrorsLen,

	air.Bitcast: bitcast, air.AddrspaceCast: bitcast, air.RuntimeNavPtr: bitcast, air.IntFromPtr: intFromPtr, air.IntFromBool: intFromBool, air.IntCast: intCast,
	air.IntCastSafe: intCastSafe, air.Trunc: truncate, air.FpTrunc: floatCast("fptrunc"), air.FpExt: floatCast("fpext"),
	air.IntFromFloat: intFromFloat, air.IntFromFloatOptimized: intFromFloat, air.IntFromFloatSafe: intFromFloatSafe,
	air.IntFromFloatOptimizedSafe: intFromFloatSafe, air.FloatFromInt: floatFromInt, air.ErrorSetHasValue: errorSetHasValue,
	air.IsNamedEnumValue: isNamedEnumValue,

	air.Alloc: alloc, air.RetPtr: retPtr, air.Load: loadFrom, air.Store: storeTo, air.StoreSafe: storeTo, air.Memset: memset, air.MemsetSafe: memset,
	air.Memcpy: copyMemory("memcpy"), air.Memmove: copyMemory("memmove"), air.SliceOf: sliceOf, air.SliceLen: slicePart(8), air.SlicePtr: slicePart(0),
	air.PtrSliceLenPtr: pointerPlus(8), air.PtrSlicePtrPtr: pointerPlus(0), air.ArrayToSlice: arrayToSlice, air.ArrayElemVal: arrayElemVal,
	air.SliceElemVal: elemVal, air.PtrElemVal: elemVal, air.SliceElemPtr: elementPtr, air.PtrElemPtr: elementPtr, air.PtrAdd: elementPtr,
	air.PtrSub: elementPtr, air.StructFieldPtr: fieldPtr, air.StructFieldPtrIndex0: fieldPtr, air.StructFieldPtrIndex1: fieldPtr,
	air.StructFieldPtrIndex2: fieldPtr, air.StructFieldPtrIndex3: fieldPtr, air.StructFieldVal: fieldVal, air.FieldParentPtr: fieldParentPtr,
	air.SetUnionTag: setUnionTag, air.GetUnionTag: getUnionTag, air.UnionInit: unionInit, air.AggregateInit: aggregateInit,
	air.VectorStoreElem: vectorStoreElem, air.TagName: tagName, air.ErrorName: errorName,

	air.OptionalPayload: payload, air.OptionalPayloadPtr: payloadPtr, air.OptionalPayloadPtrSet: payloadPtrSet, air.WrapOptional: wrapPayload,
	air.IsNull: testFlag(false, false), air.IsNonNull: testFlag(true, false), air.IsNullPtr: testFlag(false, true), air.IsNonNullPtr: testFlag(true, true),
	air.UnwrapErrunionPayload: payload, air.UnwrapErrunionErr: errorOf, air.UnwrapErrunionPayloadPtr: payloadPtr, air.UnwrapErrunionErrPtr: errorOfPtr,
	air.ErrunionPayloadPtrSet: payloadPtrSet, air.WrapErrunionPayload: wrapPayload, air.WrapErrunionErr: wrapError,
	air.IsErr: testFlag(true, false), air.IsNonErr: testFlag(false, false), air.IsErrPtr: testFlag(true, true), air.IsNonErrPtr: testFlag(false, true),

	air.Splat: splatValue, air.Select: selectValue, air.Shuffle: shuffle, air.Reduce: reduce, air.ReduceOptimized: reduce,

	air.CmpxchgWeak: cmpxchg, air.CmpxchgStrong: cmpxchg, air.Fence: fence, air.AtomicLoad: atomicLoad,
	air.AtomicStoreUnordered: atomicStore("unordered"), air.AtomicStoreMonotonic: atomicStore("monotonic"),
	air.AtomicStoreRelease: atomicStore("release"), air.AtomicStoreSeqCst: atomicStore("seq_cst"), air.AtomicRmw: atomicRmw,

	air.Block: block, air.DbgInlineBlock: block, air.Loop: loop, air.Repeat: repeat, air.Br: br, air.CondBr: condBr, air.SwitchBr: switchBr,
	air.LoopSwitchBr: switchBr, air.SwitchDispatch: switchDispatch, air.Try: try, air.TryCold: try, air.TryPtr: try, air.TryPtrCold: try,
	air.Ret: ret, air.RetSafe: ret, air.RetLoad: retLoad, air.Unreach: unreach,
	air.Trap: trap("illegal-instruction"), air.Breakpoint: trap("breakpoint"),
	air.Call: call, air.CallAlwaysTail: call, air.CallNeverTail: call, air.CallNeverInline: call,

	air.Arg: arg, air.RetAddr: machineAddress("returnaddress"), air.FrameAddr: machineAddress("frameaddress"), air.Assembly: assembly,
	air.DbgStmt: nothing, air.DbgEmptyStmt: nothing, air.DbgVarPtr: nothing, air.DbgVarVal: nothing, air.DbgArgInline: nothing, air.Prefetch: nothing,
	air.CVaStart: vaStartAs, air.CVaArg: vaArg, air.CVaCopy: vaCopy, air.CVaEnd: nothing,
}
