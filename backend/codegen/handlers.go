package codegen

import (
	"path"
	"reflect"
	"runtime"
	"strings"
	"sync"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// handler translates one instruction and ends in one call of finish.
type handler func(*function, air.Index) error

// columns are the handlers of one tag by the class of a type; an empty one is unsupported.
type columns [numClasses]handler

// row is what codegen knows of a tag.
type row struct {
	by       chooser
	handlers columns
	// exact is the reason why the handlers' results are canonical as they are. Without one finishInt makes them so.
	exact string
	site  string // names the row in location records: "arith.add"
}

// chooser selects the type that chooses the column.
type chooser uint8

const (
	byResult chooser = iota
	byOperand0
	byOperand1
	byNothing
)

// The reasons of row.exact.
const (
	fits   = "a result that does not fit is illegal behaviour"
	closed = "canonical operands make a canonical result"
)

// always makes a row of one handler for every type.
func always(h handler) row { return row{by: byNothing, handlers: columns{anyClass: h}} }

// number makes a row whose handlers are chosen by the type of operand 0; nil where there is none.
func number(small, wide, f handler) row {
	return row{by: byOperand0, handlers: columns{integer: small, wideInteger: wide, float: f}}
}

func integers(small, wide handler) row { return number(small, wide, nil) }

// big returns the row with the column of integers of more than 128 bits.
func (r row) big(h handler) row { return r.with(bigInteger, h) }

// long returns the row with the column of f80 and f128.
func (r row) long(h handler) row { return r.with(longFloat, h) }

func floats(h handler) row { return number(nil, nil, h) }

// atomically makes a row whose handler takes whatever fits a register.
func atomically(by chooser, h handler) row {
	return row{by: by, handlers: columns{integer: h, Half: h, float: h}}
}

// with returns the row with one more column.
func (r row) with(c TypeClass, h handler) row {
	r.handlers[c] = h
	return r
}

// exactly returns the row with the reason why results are canonical as they are.
func (r row) exactly(reason string) row {
	r.exact = reason
	return r
}

// typeOf returns the type that chooses the column for an instruction.
func (r *row) typeOf(f *function, in *air.Inst) *air.Type {
	switch r.by {
	case byOperand0:
		return f.typeOf(in.Ops[0])
	case byOperand1:
		return f.typeOf(in.Ops[1])
	}
	return in.Type
}

// handlerFor returns the handler of an instruction, nil if there is none.
func (r *row) handlerFor(f *function, in *air.Inst) handler {
	if r.by == byNothing {
		return r.handlers[anyClass]
	}
	return r.handlers[f.columnOf(r.typeOf(f, in))]
}

// table holds the rows by tag; the tags without one are unsupported.
type table [air.NumTags]row

// handlerTable returns the one table.
var handlerTable = sync.OnceValue(func() *table {
	t := new(table)
	for _, family := range families() {
		for tag, r := range family.rows {
			if t[tag].site != "" {
				panic("codegen: a tag has one row: " + tag.String())
			}
			r.site = family.name + "." + tag.String()
			t[tag] = r
		}
	}
	return t
})

// vectorTable holds the rows of vectorRows.
var vectorTable = sync.OnceValue(func() *table {
	t := new(table)
	for tag, r := range vectorRows {
		if r.form != laneByLane {
			t[tag] = always((*function).vectorOperation)
			t[tag].site = "vector." + air.Tag(tag).String()
		}
	}
	return t
})

// Site returns the name of what translates a tag for types of a class, as location records have it, or "" if that is
// unsupported. Vector operations and arithmetic on f16 have no entry: package legalize leaves them only on targets that
// have instructions for them.
func Site(tag air.Tag, class TypeClass) string {
	r := &handlerTable()[tag]
	if r.handlers[class] == nil && r.handlers[anyClass] == nil {
		return ""
	}
	return r.site
}

// Lowering returns the function that translates a tag for types of a class, and where its source begins; "" if that is
// unsupported.
func Lowering(tag air.Tag, class TypeClass) (name, file string, line int) {
	r := &handlerTable()[tag]
	h := r.handlers[class]
	if h == nil {
		h = r.handlers[anyClass]
	}
	if h == nil {
		return "", "", 0
	}
	f := runtime.FuncForPC(reflect.ValueOf(h).Pointer())
	file, line = f.FileLine(f.Entry())
	name = f.Name()
	return name[strings.LastIndex(name, ".")+1:], "backend/codegen/" + path.Base(file), line
}

type rows map[air.Tag]row

// family is a group of tags; its name is that of the file with most of their handlers.
type family struct {
	name string
	rows rows
}

// families is the handler table: one row per tag, one column per class of type.
func families() []family {
	order := number((*function).compare, (*function).wideCompare, (*function).floatCompare).big((*function).bigCompare).long((*function).longCompare).
		with(noBits, (*function).compareNothing)
	equality := order.with(memory, (*function).compareOptionals)
	sign := floats((*function).floatUnary).with(Half, (*function).halfSign).with(longFloat, (*function).longSign)
	transcendental := floats((*function).transcendental).with(Half, (*function).transcendental).long((*function).transcendental)
	pair := integers((*function).withOverflow, nil).with(noBits, (*function).withOverflow)
	return []family{
		{"arith", rows{
			air.Add:      number((*function).add, (*function).wideAdd, (*function).floatBinary).big((*function).bigChecked).long((*function).longBinary).exactly(fits),
			air.AddWrap:  integers((*function).add, (*function).wideAdd).big((*function).bigChecked),
			air.Sub:      number((*function).sub, (*function).wideAdd, (*function).floatBinary).big((*function).bigChecked).long((*function).longBinary).exactly(fits),
			air.SubWrap:  integers((*function).sub, (*function).wideAdd).big((*function).bigChecked),
			air.Mul:      number((*function).mul, (*function).wideMul, (*function).floatBinary).big((*function).bigMulWrap).long((*function).longBinary).exactly(fits),
			air.MulWrap:  integers((*function).mul, (*function).wideMul).big((*function).bigMulWrap),
			air.DivTrunc: number((*function).divTrunc, (*function).wideDivide, (*function).floatBinary).big((*function).bigDivide).long((*function).longBinary).exactly(fits),
			air.DivExact: number((*function).divTrunc, (*function).wideDivide, (*function).floatBinary).big((*function).bigDivide).long((*function).longBinary).exactly(fits),
			air.DivFloor: number((*function).divFloor, (*function).wideDivide, (*function).floatBinary).big((*function).bigDivide).long((*function).longBinary).exactly(fits),
			air.Rem:      number((*function).rem, (*function).wideDivide, (*function).floatRem).big((*function).bigDivide).long((*function).longBinary).exactly(closed),
			air.Mod:      number((*function).mod, (*function).wideDivide, (*function).floatRem).big((*function).bigDivide).long((*function).longBinary).exactly(closed),
			air.BitAnd:   integers((*function).bitwise, (*function).wideBitwise).big((*function).bigBitwise).exactly(closed),
			air.BitOr:    integers((*function).bitwise, (*function).wideBitwise).big((*function).bigBitwise).exactly(closed),
			air.Xor:      integers((*function).bitwise, (*function).wideBitwise).big((*function).bigBitwise).exactly(closed),
			air.BoolAnd:  integers((*function).bitwise, nil).exactly(closed),
			air.BoolOr:   integers((*function).bitwise, nil).exactly(closed),
			air.Min:      number((*function).minMax, (*function).wideMinMax, (*function).floatBinary).big((*function).bigMinMax).long((*function).longBinary).exactly(closed),
			air.Max:      number((*function).minMax, (*function).wideMinMax, (*function).floatBinary).big((*function).bigMinMax).long((*function).longBinary).exactly(closed),
			air.Not:      integers((*function).not, (*function).wideNot).big((*function).bigNot),
			air.Abs:      sign.with(integer, (*function).abs).with(wideInteger, (*function).wideAbs).big((*function).bigAbs),
		}},
		{"overflow", rows{
			air.AddSafe:         integers((*function).overflowSafe, (*function).wideChecked).with(noBits, (*function).noCode).big((*function).bigChecked),
			air.SubSafe:         integers((*function).overflowSafe, (*function).wideChecked).with(noBits, (*function).noCode).big((*function).bigChecked),
			air.MulSafe:         integers((*function).overflowSafe, (*function).wideMulChecked).with(noBits, (*function).noCode).big((*function).bigChecked),
			air.AddWithOverflow: pair.with(wideInteger, (*function).wideChecked).big((*function).bigChecked),
			air.SubWithOverflow: pair.with(wideInteger, (*function).wideChecked).big((*function).bigChecked),
			air.MulWithOverflow: pair.with(wideInteger, (*function).wideMulChecked).big((*function).bigChecked),
			air.ShlWithOverflow: pair.with(wideInteger, (*function).wideShift).big((*function).bigShift),
		}},
		{"sat", rows{
			air.AddSat: integers((*function).saturating, (*function).wideChecked).big((*function).bigChecked),
			air.SubSat: integers((*function).saturating, (*function).wideChecked).big((*function).bigChecked),
			air.MulSat: integers((*function).saturating, (*function).wideMulChecked).big((*function).bigChecked),
			air.ShlSat: integers((*function).shlSat, (*function).wideShlSat).big((*function).bigShift),
		}},
		{"shift", rows{
			air.Shl:      integers((*function).shl, (*function).wideShift).big((*function).bigShift),
			air.ShlExact: integers((*function).shl, (*function).wideShift).big((*function).bigShift),
			air.Shr:      integers((*function).shr, (*function).wideShift).big((*function).bigShift).exactly(closed),
			air.ShrExact: integers((*function).shr, (*function).wideShift).big((*function).bigShift).exactly(closed),
		}},
		{"float", rows{
			air.AddOptimized:      floats((*function).floatBinary).long((*function).longBinary),
			air.SubOptimized:      floats((*function).floatBinary).long((*function).longBinary),
			air.MulOptimized:      floats((*function).floatBinary).long((*function).longBinary),
			air.DivFloat:          floats((*function).floatBinary).long((*function).longBinary),
			air.DivFloatOptimized: floats((*function).floatBinary).long((*function).longBinary),
			air.DivTruncOptimized: floats((*function).floatBinary).long((*function).longBinary),
			air.DivFloorOptimized: floats((*function).floatBinary).long((*function).longBinary),
			air.DivExactOptimized: floats((*function).floatBinary).long((*function).longBinary),
			air.RemOptimized:      floats((*function).floatRem).long((*function).longBinary),
			air.ModOptimized:      floats((*function).floatRem).long((*function).longBinary),
			air.Neg:               sign,
			air.NegOptimized:      sign,
			air.Sqrt:              floats((*function).floatUnary).long((*function).longUnary),
			air.Sin:               transcendental,
			air.Cos:               transcendental,
			air.Tan:               transcendental,
			air.Exp:               transcendental,
			air.Exp2:              transcendental,
			air.Log:               transcendental,
			air.Log2:              transcendental,
			air.Log10:             transcendental,
			air.Floor:             floats((*function).roundFloat).long((*function).longUnary),
			air.Ceil:              floats((*function).roundFloat).long((*function).longUnary),
			air.Round:             floats((*function).roundFloat).long((*function).longUnary),
			air.TruncFloat:        floats((*function).roundFloat).long((*function).longUnary),
			air.MulAdd:            floats((*function).mulAdd).long((*function).longMulAdd),

			air.FpExt:                     floats((*function).floatCast).with(Half, (*function).halfWiden).long((*function).longCast),
			air.FpTrunc:                   floats((*function).floatCast).with(Half, (*function).halfWiden).long((*function).longCast),
			air.IntFromFloat:              floats((*function).intFromFloat).long((*function).longToInt),
			air.IntFromFloatOptimized:     floats((*function).intFromFloat).long((*function).longToInt),
			air.IntFromFloatSafe:          floats((*function).intFromFloat).long((*function).longToInt),
			air.IntFromFloatOptimizedSafe: floats((*function).intFromFloat).long((*function).longToInt),
			air.FloatFromInt:              integers((*function).floatFromInt, (*function).longFromInt).big((*function).longFromInt).with(noBits, (*function).floatFromInt),
		}},
		{"bits", rows{
			air.Clz:        integers((*function).clz, (*function).wideCount).big((*function).bigCount),
			air.Ctz:        integers((*function).ctz, (*function).wideCount).big((*function).bigCount),
			air.Popcount:   integers((*function).popcount, (*function).wideCount).big((*function).bigCount),
			air.ByteSwap:   integers((*function).byteSwap, (*function).wideReverse).big((*function).bigReverse),
			air.BitReverse: integers((*function).bitReverse, (*function).wideReverse).big((*function).bigReverse),
		}},
		{"compare", rows{
			air.CmpLt:           order,
			air.CmpLtOptimized:  order,
			air.CmpLte:          order,
			air.CmpLteOptimized: order,
			air.CmpEq:           equality,
			air.CmpEqOptimized:  equality,
			air.CmpGte:          order,
			air.CmpGteOptimized: order,
			air.CmpGt:           order,
			air.CmpGtOptimized:  order,
			air.CmpNeq:          equality,
			air.CmpNeqOptimized: equality,
			air.CmpLtErrorsLen:  always((*function).compareErrorsLen),
		}},
		{"cast", rows{
			air.Bitcast:          always((*function).bitcast),
			air.AddrspaceCast:    always((*function).bitcast),
			air.RuntimeNavPtr:    always((*function).bitcast),
			air.IntFromPtr:       always((*function).bitcast),
			air.IntFromBool:      always((*function).bitcast),
			air.IntCast:          integers((*function).intCast, (*function).wideCast).with(noBits, (*function).intCast).big((*function).bigCast),
			air.IntCastSafe:      integers((*function).intCastSafe, (*function).wideCast).with(noBits, (*function).intCastSafe).big((*function).bigCast),
			air.Trunc:            integers((*function).trunc, (*function).wideCast).big((*function).bigCast),
			air.ErrorSetHasValue: always((*function).errorSetHasValue),
			air.IsNamedEnumValue: integers((*function).isNamedEnumValue, (*function).wideIsNamed).big((*function).wideIsNamed).with(noBits, (*function).isNamedEnumValue),
		}},
		{"memory", rows{
			air.Alloc:      always((*function).alloc),
			air.RetPtr:     always((*function).retPtr),
			air.Load:       always((*function).load),
			air.Store:      always((*function).store),
			air.StoreSafe:  always((*function).store),
			air.Memset:     always((*function).memset),
			air.MemsetSafe: always((*function).memset),
			air.Memcpy:     always((*function).memcpy),
			air.Memmove:    always((*function).memmove),
		}},
		{"slice", rows{
			air.SliceOf:        always((*function).sliceOf),
			air.SliceLen:       always((*function).sliceLen),
			air.SlicePtr:       always((*function).slicePtr),
			air.PtrSliceLenPtr: always((*function).ptrSliceLenPtr),
			air.PtrSlicePtrPtr: always((*function).samePointer),
			air.ArrayToSlice:   always((*function).arrayToSlice),
			air.ArrayElemVal:   always((*function).arrayElemVal),
			air.SliceElemVal:   always((*function).elemVal),
			air.PtrElemVal:     always((*function).elemVal),
			air.SliceElemPtr:   always((*function).elemPtr),
			air.PtrElemPtr:     always((*function).elemPtr),
			air.PtrAdd:         always((*function).elemPtr),
			air.PtrSub:         always((*function).ptrSub),
		}},
		{"aggregate", rows{
			air.StructFieldPtr:       always((*function).structFieldPtr),
			air.StructFieldPtrIndex0: always((*function).structFieldPtr),
			air.StructFieldPtrIndex1: always((*function).structFieldPtr),
			air.StructFieldPtrIndex2: always((*function).structFieldPtr),
			air.StructFieldPtrIndex3: always((*function).structFieldPtr),
			air.StructFieldVal:       always((*function).structFieldVal),
			air.FieldParentPtr:       always((*function).fieldParentPtr),
			air.AggregateInit:        always((*function).aggregateInit),
			air.Select:               always((*function).selectValue),
		}},
		{"names", rows{
			air.TagName:   integers((*function).tagName, (*function).wideTagName).big((*function).wideTagName).with(noBits, (*function).tagName),
			air.ErrorName: always((*function).errorName),
		}},
		{"union", rows{
			air.SetUnionTag: always((*function).setUnionTag),
			air.GetUnionTag: always((*function).getUnionTag),
			air.UnionInit:   always((*function).unionInit),
		}},
		{"optional", rows{
			air.OptionalPayload:       always((*function).optionalPayload),
			air.OptionalPayloadPtr:    always((*function).samePointer),
			air.OptionalPayloadPtrSet: always((*function).optionalPayloadPtrSet),
			air.WrapOptional:          always((*function).wrapOptional),
			air.IsNull:                always((*function).isNull),
			air.IsNonNull:             always((*function).isNull),
			air.IsNullPtr:             always((*function).isNullPtr),
			air.IsNonNullPtr:          always((*function).isNullPtr),
		}},
		{"errunion", rows{
			air.UnwrapErrunionPayload:    always((*function).unwrapPayload),
			air.UnwrapErrunionErr:        always((*function).unwrapErr),
			air.UnwrapErrunionPayloadPtr: always((*function).unwrapPayloadPtr),
			air.UnwrapErrunionErrPtr:     always((*function).unwrapErrPtr),
			air.ErrunionPayloadPtrSet:    always((*function).errunionPayloadPtrSet),
			air.WrapErrunionPayload:      always((*function).wrapPayload),
			air.WrapErrunionErr:          always((*function).wrapErr),
			air.IsErr:                    always((*function).isErr),
			air.IsNonErr:                 always((*function).isErr),
			air.IsErrPtr:                 always((*function).isErrPtr),
			air.IsNonErrPtr:              always((*function).isErrPtr),
		}},
		{"atomic", rows{
			air.Fence:                always((*function).fenceInst),
			air.AtomicLoad:           atomically(byResult, (*function).atomicLoad),
			air.AtomicStoreUnordered: atomically(byOperand1, (*function).atomicStore).with(noBits, (*function).noCode),
			air.AtomicStoreMonotonic: atomically(byOperand1, (*function).atomicStore).with(noBits, (*function).noCode),
			air.AtomicStoreRelease:   atomically(byOperand1, (*function).atomicStore).with(noBits, (*function).noCode),
			air.AtomicStoreSeqCst:    atomically(byOperand1, (*function).atomicStore).with(noBits, (*function).noCode),
			air.AtomicRmw:            atomically(byOperand1, (*function).atomicRmw),
			air.CmpxchgWeak:          {by: byOperand1, handlers: columns{integer: (*function).cmpxchg}},
			air.CmpxchgStrong:        {by: byOperand1, handlers: columns{integer: (*function).cmpxchg}},
		}},
		{"control", rows{
			air.Block:          always((*function).block),
			air.Loop:           always((*function).loop),
			air.Repeat:         always((*function).repeat),
			air.Br:             always((*function).br),
			air.CondBr:         always((*function).condBr),
			air.SwitchBr:       integers((*function).switchBr, nil).with(noBits, (*function).switchBr),
			air.LoopSwitchBr:   integers((*function).loopSwitchBr, nil).with(noBits, (*function).loopSwitchBr),
			air.SwitchDispatch: always((*function).switchDispatch),
			air.Try:            always((*function).try),
			air.TryCold:        always((*function).try),
			air.TryPtr:         always((*function).tryPtr),
			air.TryPtrCold:     always((*function).tryPtr),
			air.Unreach:        always((*function).trap),
			air.Trap:           always((*function).trap),
			air.Breakpoint:     always((*function).breakpoint),
		}},
		{"assembly", rows{air.Assembly: always((*function).assembly)}},
		{"call", rows{
			air.Ret:                     always((*function).ret),
			air.RetSafe:                 always((*function).ret),
			air.RetLoad:                 always((*function).retLoad),
			air.Call:                    always((*function).call),
			air.CallNeverTail:           always((*function).call),
			air.CallNeverInline:         always((*function).call),
			air.CallAlwaysTail:          always((*function).call),
			air.Arg:                     always((*function).arg),
			air.ErrReturnTrace:          always((*function).errReturnTrace),
			air.SetErrReturnTrace:       always((*function).setErrReturnTrace),
			air.SaveErrReturnTraceIndex: always((*function).saveErrReturnTraceIndex),
			air.RetAddr:                 always((*function).retAddr),
			air.FrameAddr:               always((*function).frameAddr),
		}},
		{"variadic", rows{
			air.CVaStart: always((*function).vaStart),
			air.CVaArg:   always((*function).vaArg),
			air.CVaCopy:  always((*function).vaCopy),
			air.CVaEnd:   always((*function).noCode),
		}},
		{"debug", rows{
			air.DbgInlineBlock: always((*function).block),
			air.DbgStmt:        always((*function).dbgStmt),
			air.DbgEmptyStmt:   always((*function).noCode),
			air.DbgVarPtr:      always((*function).variable),
			air.DbgVarVal:      always((*function).variable),
			air.DbgArgInline:   always((*function).variable),
			air.Prefetch:       always((*function).noCode),
		}},
	}
}
