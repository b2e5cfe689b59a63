package codegen

import (
	"math/bits"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/liveness"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// handler translates the instructions of one tag. site is its name in marks: the family's
// file and the tag.
type handler struct {
	site  string
	lower func(*function, air.Index) error
}

// handlers is the table: one row per tag that is lowered. The others are reported
// as unsupported.
func handlers() [air.NumTags]handler {
	return [air.NumTags]handler{
		air.Add:             {"arith.add", (*function).add},
		air.AddWrap:         {"arith.add_wrap", (*function).add},
		air.AddSafe:         {"overflow.add_safe", (*function).overflowSafe},
		air.AddSat:          {"sat.add_sat", (*function).saturating},
		air.Sub:             {"arith.sub", (*function).sub},
		air.SubWrap:         {"arith.sub_wrap", (*function).sub},
		air.SubSafe:         {"overflow.sub_safe", (*function).overflowSafe},
		air.SubSat:          {"sat.sub_sat", (*function).saturating},
		air.Mul:             {"arith.mul", (*function).mul},
		air.MulWrap:         {"arith.mul_wrap", (*function).mul},
		air.MulSafe:         {"overflow.mul_safe", (*function).overflowSafe},
		air.MulSat:          {"sat.mul_sat", (*function).saturating},
		air.AddWithOverflow: {"overflow.add_with_overflow", (*function).withOverflow},
		air.SubWithOverflow: {"overflow.sub_with_overflow", (*function).withOverflow},
		air.MulWithOverflow: {"overflow.mul_with_overflow", (*function).withOverflow},
		air.ShlWithOverflow: {"overflow.shl_with_overflow", (*function).withOverflow},
		air.DivTrunc:        {"arith.div_trunc", (*function).divTrunc},
		air.DivExact:        {"arith.div_exact", (*function).divTrunc},
		air.DivFloor:        {"arith.div_floor", (*function).divFloor},
		air.Rem:             {"arith.rem", (*function).rem},
		air.Mod:             {"arith.mod", (*function).mod},
		air.Shl:             {"shift.shl", (*function).shl},
		air.ShlExact:        {"shift.shl_exact", (*function).shl},
		air.ShlSat:          {"sat.shl_sat", (*function).shlSat},
		air.Shr:             {"shift.shr", (*function).shr},
		air.ShrExact:        {"shift.shr_exact", (*function).shr},
		air.BitAnd:          {"arith.bit_and", (*function).bitwise},
		air.BitOr:           {"arith.bit_or", (*function).bitwise},
		air.Xor:             {"arith.xor", (*function).bitwise},
		air.BoolAnd:         {"arith.bool_and", (*function).bitwise},
		air.BoolOr:          {"arith.bool_or", (*function).bitwise},
		air.Min:             {"arith.min", (*function).minMax},
		air.Max:             {"arith.max", (*function).minMax},
		air.Not:             {"arith.not", (*function).not},
		air.Abs:             {"arith.abs", (*function).abs},

		air.AddOptimized:      {"float.add_optimized", (*function).floatArith},
		air.SubOptimized:      {"float.sub_optimized", (*function).floatArith},
		air.MulOptimized:      {"float.mul_optimized", (*function).floatArith},
		air.DivFloat:          {"float.div_float", (*function).floatArith},
		air.DivFloatOptimized: {"float.div_float_optimized", (*function).floatArith},
		air.DivTruncOptimized: {"float.div_trunc_optimized", (*function).floatArith},
		air.DivFloorOptimized: {"float.div_floor_optimized", (*function).floatArith},
		air.DivExactOptimized: {"float.div_exact_optimized", (*function).floatArith},
		air.RemOptimized:      {"float.rem_optimized", (*function).floatArith},
		air.ModOptimized:      {"float.mod_optimized", (*function).floatArith},
		air.Neg:               {"float.neg", (*function).floatUnary},
		air.NegOptimized:      {"float.neg_optimized", (*function).floatUnary},
		air.Sqrt:              {"float.sqrt", (*function).floatUnary},
		air.Floor:             {"float.floor", (*function).roundFloat},
		air.Ceil:              {"float.ceil", (*function).roundFloat},
		air.Round:             {"float.round", (*function).roundFloat},
		air.TruncFloat:        {"float.trunc_float", (*function).roundFloat},
		air.MulAdd:            {"float.mul_add", (*function).mulAdd},

		air.Clz:        {"bits.clz", (*function).clz},
		air.Ctz:        {"bits.ctz", (*function).ctz},
		air.Popcount:   {"bits.popcount", (*function).popcount},
		air.ByteSwap:   {"bits.byte_swap", (*function).byteSwap},
		air.BitReverse: {"bits.bit_reverse", (*function).bitReverse},

		air.CmpLt:          {"compare.cmp_lt", (*function).compare},
		air.CmpLte:         {"compare.cmp_lte", (*function).compare},
		air.CmpEq:          {"compare.cmp_eq", (*function).compare},
		air.CmpGte:         {"compare.cmp_gte", (*function).compare},
		air.CmpGt:          {"compare.cmp_gt", (*function).compare},
		air.CmpNeq:         {"compare.cmp_neq", (*function).compare},
		air.CmpLtErrorsLen: {"compare.cmp_lt_errors_len", (*function).compareErrorsLen},

		air.CmpLtOptimized:  {"compare.cmp_lt_optimized", (*function).compare},
		air.CmpLteOptimized: {"compare.cmp_lte_optimized", (*function).compare},
		air.CmpEqOptimized:  {"compare.cmp_eq_optimized", (*function).compare},
		air.CmpGteOptimized: {"compare.cmp_gte_optimized", (*function).compare},
		air.CmpGtOptimized:  {"compare.cmp_gt_optimized", (*function).compare},
		air.CmpNeqOptimized: {"compare.cmp_neq_optimized", (*function).compare},

		air.FpExt:                     {"float.fpext", (*function).floatCast},
		air.FpTrunc:                   {"float.fptrunc", (*function).floatCast},
		air.IntFromFloat:              {"float.int_from_float", (*function).intFromFloat},
		air.IntFromFloatOptimized:     {"float.int_from_float_optimized", (*function).intFromFloat},
		air.IntFromFloatSafe:          {"float.int_from_float_safe", (*function).intFromFloat},
		air.IntFromFloatOptimizedSafe: {"float.int_from_float_optimized_safe", (*function).intFromFloat},
		air.FloatFromInt:              {"float.float_from_int", (*function).floatFromInt},

		air.Bitcast:          {"cast.bitcast", (*function).bitcast},
		air.AddrspaceCast:    {"cast.addrspace_cast", (*function).bitcast},
		air.IntFromPtr:       {"cast.int_from_ptr", (*function).bitcast},
		air.IntFromBool:      {"cast.int_from_bool", (*function).bitcast},
		air.IntCast:          {"cast.intcast", (*function).intCast},
		air.IntCastSafe:      {"cast.intcast_safe", (*function).intCastSafe},
		air.Trunc:            {"cast.trunc", (*function).trunc},
		air.ErrorSetHasValue: {"cast.error_set_has_value", (*function).errorSetHasValue},
		air.IsNamedEnumValue: {"cast.is_named_enum_value", (*function).isNamedEnumValue},

		air.Alloc:      {"memory.alloc", (*function).alloc},
		air.RetPtr:     {"memory.ret_ptr", (*function).retPtr},
		air.Load:       {"memory.load", (*function).load},
		air.Store:      {"memory.store", (*function).store},
		air.StoreSafe:  {"memory.store_safe", (*function).store},
		air.Memset:     {"memory.memset", (*function).memset},
		air.MemsetSafe: {"memory.memset_safe", (*function).memset},
		air.Memcpy:     {"memory.memcpy", (*function).memcpy},
		air.Memmove:    {"memory.memmove", (*function).memmove},

		air.SliceOf:        {"slice.slice", (*function).sliceOf},
		air.SliceLen:       {"slice.slice_len", (*function).sliceLen},
		air.SlicePtr:       {"slice.slice_ptr", (*function).slicePtr},
		air.PtrSliceLenPtr: {"slice.ptr_slice_len_ptr", (*function).ptrSliceLenPtr},
		air.PtrSlicePtrPtr: {"slice.ptr_slice_ptr_ptr", (*function).ptrSlicePtrPtr},
		air.ArrayToSlice:   {"slice.array_to_slice", (*function).arrayToSlice},
		air.ArrayElemVal:   {"slice.array_elem_val", (*function).arrayElemVal},
		air.SliceElemVal:   {"slice.slice_elem_val", (*function).elemVal},
		air.PtrElemVal:     {"slice.ptr_elem_val", (*function).elemVal},
		air.SliceElemPtr:   {"slice.slice_elem_ptr", (*function).elemPtr},
		air.PtrElemPtr:     {"slice.ptr_elem_ptr", (*function).elemPtr},
		air.PtrAdd:         {"slice.ptr_add", (*function).elemPtr},
		air.PtrSub:         {"slice.ptr_sub", (*function).ptrSub},

		air.StructFieldPtr:       {"aggregate.struct_field_ptr", (*function).structFieldPtr},
		air.StructFieldPtrIndex0: {"aggregate.struct_field_ptr_index_0", (*function).structFieldPtr},
		air.StructFieldPtrIndex1: {"aggregate.struct_field_ptr_index_1", (*function).structFieldPtr},
		air.StructFieldPtrIndex2: {"aggregate.struct_field_ptr_index_2", (*function).structFieldPtr},
		air.StructFieldPtrIndex3: {"aggregate.struct_field_ptr_index_3", (*function).structFieldPtr},
		air.StructFieldVal:       {"aggregate.struct_field_val", (*function).structFieldVal},
		air.FieldParentPtr:       {"aggregate.field_parent_ptr", (*function).fieldParentPtr},
		air.AggregateInit:        {"aggregate.aggregate_init", (*function).aggregateInit},

		air.TagName:   {"names.tag_name", (*function).tagName},
		air.ErrorName: {"names.error_name", (*function).errorName},

		air.SetUnionTag: {"union.set_union_tag", (*function).setUnionTag},
		air.GetUnionTag: {"union.get_union_tag", (*function).getUnionTag},
		air.UnionInit:   {"union.union_init", (*function).unionInit},

		air.OptionalPayload:       {"optional.optional_payload", (*function).optionalPayload},
		air.OptionalPayloadPtr:    {"optional.optional_payload_ptr", (*function).samePointer},
		air.OptionalPayloadPtrSet: {"optional.optional_payload_ptr_set", (*function).optionalPayloadPtrSet},
		air.WrapOptional:          {"optional.wrap_optional", (*function).wrapOptional},
		air.IsNull:                {"optional.is_null", (*function).isNull},
		air.IsNonNull:             {"optional.is_non_null", (*function).isNull},
		air.IsNullPtr:             {"optional.is_null_ptr", (*function).isNullPtr},
		air.IsNonNullPtr:          {"optional.is_non_null_ptr", (*function).isNullPtr},

		air.UnwrapErrunionPayload:    {"errunion.unwrap_errunion_payload", (*function).unwrapPayload},
		air.UnwrapErrunionErr:        {"errunion.unwrap_errunion_err", (*function).unwrapErr},
		air.UnwrapErrunionPayloadPtr: {"errunion.unwrap_errunion_payload_ptr", (*function).unwrapPayloadPtr},
		air.UnwrapErrunionErrPtr:     {"errunion.unwrap_errunion_err_ptr", (*function).unwrapErrPtr},
		air.ErrunionPayloadPtrSet:    {"errunion.errunion_payload_ptr_set", (*function).errunionPayloadPtrSet},
		air.WrapErrunionPayload:      {"errunion.wrap_errunion_payload", (*function).wrapPayload},
		air.WrapErrunionErr:          {"errunion.wrap_errunion_err", (*function).wrapErr},
		air.IsErr:                    {"errunion.is_err", (*function).isErr},
		air.IsNonErr:                 {"errunion.is_non_err", (*function).isErr},
		air.IsErrPtr:                 {"errunion.is_err_ptr", (*function).isErrPtr},
		air.IsNonErrPtr:              {"errunion.is_non_err_ptr", (*function).isErrPtr},

		air.Fence:                {"atomic.fence", (*function).fenceInst},
		air.AtomicLoad:           {"atomic.atomic_load", (*function).atomicLoad},
		air.AtomicStoreUnordered: {"atomic.atomic_store_unordered", (*function).atomicStore},
		air.AtomicStoreMonotonic: {"atomic.atomic_store_monotonic", (*function).atomicStore},
		air.AtomicStoreRelease:   {"atomic.atomic_store_release", (*function).atomicStore},
		air.AtomicStoreSeqCst:    {"atomic.atomic_store_seq_cst", (*function).atomicStore},
		air.AtomicRmw:            {"atomic.atomic_rmw", (*function).atomicRmw},
		air.CmpxchgWeak:          {"atomic.cmpxchg_weak", (*function).cmpxchg},
		air.CmpxchgStrong:        {"atomic.cmpxchg_strong", (*function).cmpxchg},

		air.Block:          {"control.block", (*function).block},
		air.DbgInlineBlock: {"debug.dbg_inline_block", (*function).block},
		air.Loop:           {"control.loop", (*function).loop},
		air.Repeat:         {"control.repeat", (*function).repeat},
		air.Br:             {"control.br", (*function).br},
		air.CondBr:         {"control.cond_br", (*function).condBr},
		air.SwitchBr:       {"control.switch_br", (*function).switchBr},
		air.LoopSwitchBr:   {"control.loop_switch_br", (*function).loopSwitchBr},
		air.SwitchDispatch: {"control.switch_dispatch", (*function).switchDispatch},
		air.Try:            {"control.try", (*function).try},
		air.TryCold:        {"control.try_cold", (*function).try},
		air.TryPtr:         {"control.try_ptr", (*function).tryPtr},
		air.TryPtrCold:     {"control.try_ptr_cold", (*function).tryPtr},
		air.Unreach:        {"control.unreach", (*function).trap},
		air.Trap:           {"control.trap", (*function).trap},
		air.Breakpoint:     {"control.breakpoint", (*function).breakpoint},
		air.Select:         {"control.select", (*function).selectValue},

		air.Assembly:        {"assembly.assembly", (*function).assembly},
		air.Ret:             {"call.ret", (*function).ret},
		air.RetSafe:         {"call.ret_safe", (*function).ret},
		air.RetLoad:         {"call.ret_load", (*function).retLoad},
		air.Call:            {"call.call", (*function).call},
		air.CallNeverTail:   {"call.call_never_tail", (*function).call},
		air.CallNeverInline: {"call.call_never_inline", (*function).call},
		air.CallAlwaysTail:  {"call.call_always_tail", (*function).call},
		air.Arg:             {"call.arg", (*function).arg},
		air.RetAddr:         {"call.ret_addr", (*function).retAddr},
		air.FrameAddr:       {"call.frame_addr", (*function).frameAddr},

		air.CVaStart: {"variadic.c_va_start", (*function).vaStart},
		air.CVaArg:   {"variadic.c_va_arg", (*function).vaArg},
		air.CVaCopy:  {"variadic.c_va_copy", (*function).vaCopy},
		air.CVaEnd:   {"variadic.c_va_end", (*function).noCode},

		air.DbgStmt:      {"debug.dbg_stmt", (*function).dbgStmt},
		air.DbgEmptyStmt: {"debug.dbg_empty_stmt", (*function).noCode},
		air.DbgVarPtr:    {"debug.dbg_var_ptr", (*function).noCode},
		air.DbgVarVal:    {"debug.dbg_var_val", (*function).noCode},
		air.DbgArgInline: {"debug.dbg_arg_inline", (*function).noCode},
		air.Prefetch:     {"debug.prefetch", (*function).noCode},
	}
}

// genBody translates a body, one instruction after the other.
func (f *function) genBody(body air.Body) error {
	for _, i := range body {
		in := f.inst(i)
		if f.lv.Unused(i) && !liveness.MustLower(f.fn, in) {
			continue
		}
		if err := f.genInst(i, in); err != nil {
			return err
		}
	}
	return nil
}

func (f *function) genInst(i air.Index, in *air.Inst) error {
	h := &f.gen.handlers[in.Tag]
	f.current, f.site = i, h.site
	if h.lower == nil {
		return f.unsupported(in.Type.String())
	}
	before, start := f.finished, len(f.out.Insts)
	f.spills = f.spills[:0]
	if classOf(in.Type) == noClass && !in.Tag.Row().Effect {
		return f.finish(i, noneValue())
	}
	if err := h.lower(f, i); err != nil {
		return err
	}
	if f.err != nil {
		return f.err
	}
	if f.opts.Verify {
		f.current = i
		f.checkInst(i, before)
		f.checkSpills(start)
	}
	return nil
}

// checkInst checks the rules that hold between any two instructions.
func (f *function) checkInst(i air.Index, before int) {
	if len(f.inst(i).Bodies) == 0 && f.finished != before+1 {
		f.broken("the handler finished %d times", f.finished-before)
	}
	if f.regs.locked != 0 || f.regs.temps != 0 || len(f.tempSlots) != 0 {
		f.broken("registers %#x are locked and %#x scratch after the instruction", f.regs.locked, f.regs.temps)
	}
	for u := f.regs.used; u != 0; u &= u - 1 {
		r := isa.Reg(bits.TrailingZeros64(uint64(u)))
		if t := &f.tracking[f.regs.inst[r]]; t.short.kind != register || t.short.reg != r {
			f.broken("%s is in use by %%%d, which is %v", r, f.regs.inst[r], t.short)
		}
	}
	f.checkSlots()
}

// checkSpills checks that what a handler spilled is stored on every way through its code: no spill
// lies between a jump and the label that it goes to.
func (f *function) checkSpills(start int) {
	if len(f.spills) == 0 || len(f.inst(f.current).Bodies) > 0 {
		return
	}
	code := f.out.Insts
	for at := start; at < len(code); at++ {
		if code[at].Op != mir.Branch && code[at].Op != mir.Jump {
			continue
		}
		for to := start; to < len(code); to++ {
			if code[to].Op != mir.Bind || code[to].N != code[at].N {
				continue
			}
			for _, s := range f.spills {
				if min(at, to) < s && s < max(at, to) {
					f.broken("the spill at %d is within the code that %d jumps over to %d", s, at, to)
				}
			}
		}
	}
}

// checkSlots checks that no living value is in a freed slot and no two own the same one.
func (f *function) checkSlots() {
	stamp := f.nextStamp()
	for _, i := range f.order {
		t := &f.tracking[i]
		owns := t.long.kind == loadFrame || t.long.kind == reservedFrame
		if !owns || t.short.kind == dead || t.long.frame < 0 || f.slots[t.long.frame].pinned {
			continue
		}
		s := &f.slots[t.long.frame]
		if s.free || s.stamp == stamp && t.long.frame >= mir.FirstUnnamed {
			f.broken("the slot of %%%d, %v, is free or has another owner", i, t.long)
		}
		s.stamp = stamp
	}
}
