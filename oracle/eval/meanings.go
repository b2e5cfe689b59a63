package eval

import (
	"math"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// meaning is the row of a tag: all that the evaluator knows about it. A row sets one of layout, whole, scalar, and the
// pair integer and float; a tag without a row ends the run as Unsupported under its name.
type meaning struct {
	// layout emits the steps of an instruction that holds bodies or jumps, and none for one that does nothing.
	layout func(p *preparer, in *air.Inst, s step)
	// whole builds what runs an instruction on operands of any type. It may return nil: nothing to run.
	whole builder
	// scalar, integer and float are done on scalars and on each lane of vectors: float if the first operand is a float,
	// integer if it is of another type, scalar on every type.
	scalar, integer, float operation
	// decides names the operands that decide what happens: they must be defined. All others make the result undefined
	// where they are: all of it, unless the operation works bit by bit.
	decides deciding
	// noNaN makes the result undefined if a float operand is NaN.
	noNaN bool
}

// deciding names the operands of a tag that decide whether there is a result, or which way code takes: undefined ones
// are illegal, because some value that they may have is. The code generator may branch on these, and on no others. The
// zero value names none: wrapping and saturating arithmetic, min, max, bits, comparisons, rounding, select; and intcast,
// which Zig puts around min and max of undefined values.
//
// Zig has the same rule where it evaluates arithmetic at compile time (src/Sema/arith.zig of 0.15), with two
// differences: there shl and shr of an undefined value are errors too, while here they move bits; and rem and mod of an
// undefined float are undefined.
type deciding uint8

const (
	// ofIntegers: a sum, difference or product may overflow, a divisor be 0; floats have a result in any case.
	ofIntegers deciding = iota + 1
	// everyOne: what may panic, not fit or lose bits; and remainders of floats, which take as many steps as the operands
	// say. A cast that cannot fail, to a type with all values of the operand's, is excepted.
	everyOne
	// theAmount: how far to shift; shl_sat takes any amount.
	theAmount
	// ofBigIntegers: what takes as many steps as the operands say for integers of more than 128 bits.
	ofBigIntegers
)

// builder makes the handler of an instruction, whose first three operands and result the step already names.
type builder func(p *preparer, in *air.Inst, s *step) handler

// handler runs a step.
type handler func(m *machine, s *step)

// operation makes the handler of an operation on scalars. The step already names the operands, their shape and width
// (of the first) and the result.
type operation interface {
	build(sig signature, s *step) handler
}

// onScalars is an operation that is a function.
type onScalars func(sig signature, s *step) handler

func (op onScalars) build(sig signature, s *step) handler { return op(sig, s) }

// meanings is the table. The preparer reads it through a field, since most rows lead back to the preparer.
var meanings = [air.NumTags]meaning{
	air.Add:               {integer: checked(addition, overflow), float: floatAdd, decides: ofIntegers},
	air.AddWrap:           {integer: wrapping(addition)},
	air.AddSat:            {integer: saturating(addition)},
	air.AddSafe:           {integer: checked(addition, panicOverflow), decides: everyOne},
	air.AddOptimized:      {integer: checked(addition, overflow), float: floatAdd, decides: ofIntegers, noNaN: true},
	air.Sub:               {integer: checked(subtraction, overflow), float: floatSub, decides: ofIntegers},
	air.SubWrap:           {integer: wrapping(subtraction)},
	air.SubSat:            {integer: saturating(subtraction)},
	air.SubSafe:           {integer: checked(subtraction, panicOverflow), decides: everyOne},
	air.SubOptimized:      {integer: checked(subtraction, overflow), float: floatSub, decides: ofIntegers, noNaN: true},
	air.Mul:               {integer: checked(multiplication, overflow), float: floatMul, decides: ofIntegers},
	air.MulWrap:           {integer: wrapping(multiplication)},
	air.MulSat:            {integer: saturating(multiplication)},
	air.MulSafe:           {integer: checked(multiplication, panicOverflow), decides: everyOne},
	air.MulOptimized:      {integer: checked(multiplication, overflow), float: floatMul, decides: ofIntegers, noNaN: true},
	air.AddWithOverflow:   {whole: withOverflow(wrapping(addition), overflowing(addition))},
	air.SubWithOverflow:   {whole: withOverflow(wrapping(subtraction), overflowing(subtraction))},
	air.MulWithOverflow:   {whole: withOverflow(wrapping(multiplication), overflowing(multiplication))},
	air.ShlWithOverflow:   {whole: withOverflow(limited(wrapping(leftShift)), limited(overflowing(leftShift))), decides: theAmount},
	air.DivFloat:          {float: floatDiv},
	air.DivFloatOptimized: {float: floatDiv, noNaN: true},
	air.DivTrunc:          {integer: quotient(truncated), float: floatDivTrunc, decides: ofIntegers},
	air.DivTruncOptimized: {integer: quotient(truncated), float: floatDivTrunc, decides: ofIntegers, noNaN: true},
	air.DivFloor:          {integer: quotient(floored), float: floatDivFloor, decides: ofIntegers},
	air.DivFloorOptimized: {integer: quotient(floored), float: floatDivFloor, decides: ofIntegers, noNaN: true},
	air.DivExact:          {integer: quotient(undivided), float: floatDiv, decides: ofIntegers},
	air.DivExactOptimized: {integer: quotient(undivided), float: floatDiv, decides: ofIntegers, noNaN: true},
	air.Rem:               {integer: remainder(truncated), float: floatRem, decides: everyOne},
	air.RemOptimized:      {integer: remainder(truncated), float: floatRem, decides: everyOne, noNaN: true},
	air.Mod:               {integer: remainder(floored), float: floatMod, decides: everyOne},
	air.ModOptimized:      {integer: remainder(floored), float: floatMod, decides: everyOne, noNaN: true},
	air.Shl:               {integer: shift(true), decides: theAmount},
	air.ShlExact:          {integer: limited(checked(leftShift, losesBits)), decides: everyOne},
	air.ShlSat:            {integer: saturating(leftShift), decides: ofBigIntegers},
	air.Shr:               {integer: shift(false), decides: theAmount},
	air.ShrExact:          {integer: limited(intOp{shrExact, shrExactBig}), decides: everyOne},
	air.BitAnd:            {integer: bitOp(andBits)},
	air.BitOr:             {integer: bitOp(orBits)},
	air.Xor:               {integer: bitOp(xorBits)},
	air.Min:               {integer: extreme(-1), float: floatMin},
	air.Max:               {integer: extreme(1), float: floatMax},
	air.Not:               {integer: bitOp(notBits)},
	air.Neg:               {integer: checked(negation, overflow), float: signOp(flipSign), decides: ofIntegers},
	air.NegOptimized:      {integer: checked(negation, overflow), float: signOp(flipSign), decides: ofIntegers, noNaN: true},
	air.Abs:               {integer: intOp{absolute, absoluteBig}, float: signOp(clearSign)},
	air.Clz:               {integer: intOp{clz, clzBig}},
	air.Ctz:               {integer: intOp{ctz, ctzBig}},
	air.Popcount:          {integer: intOp{popcount, popcountBig}},
	air.ByteSwap:          {integer: reversal(8)},
	air.BitReverse:        {integer: reversal(1)},
	air.Sqrt:              {float: &floatUnaryOp{math.Sqrt, softSqrt}},
	air.Sin:               {float: &floatUnaryOp{soft: softSin}, decides: everyOne},
	air.Cos:               {float: &floatUnaryOp{soft: softCos}, decides: everyOne},
	air.Tan:               {float: &floatUnaryOp{soft: softTan}, decides: everyOne},
	air.Exp:               {float: &floatUnaryOp{soft: softExp}, decides: everyOne},
	air.Exp2:              {float: &floatUnaryOp{soft: softExp2}, decides: everyOne},
	air.Log:               {float: &floatUnaryOp{soft: softLog}, decides: everyOne},
	air.Log2:              {float: &floatUnaryOp{soft: softLog2}, decides: everyOne},
	air.Log10:             {float: &floatUnaryOp{soft: softLog10}, decides: everyOne},
	air.Floor:             {float: &floatUnaryOp{math.Floor, softFloor}},
	air.Ceil:              {float: &floatUnaryOp{math.Ceil, softCeil}},
	air.Round:             {float: &floatUnaryOp{math.Round, softRound}},
	air.TruncFloat:        {float: &floatUnaryOp{math.Trunc, softTrunc}},
	air.MulAdd:            {float: onScalars(mulAdd)},

	air.CmpLt:              {scalar: predicate{less: true}},
	air.CmpLtOptimized:     {scalar: predicate{less: true}, noNaN: true},
	air.CmpLte:             {scalar: predicate{less: true, equal: true}},
	air.CmpLteOptimized:    {scalar: predicate{less: true, equal: true}, noNaN: true},
	air.CmpEq:              {scalar: predicate{equal: true}},
	air.CmpEqOptimized:     {scalar: predicate{equal: true}, noNaN: true},
	air.CmpGte:             {scalar: predicate{equal: true, greater: true}},
	air.CmpGteOptimized:    {scalar: predicate{equal: true, greater: true}, noNaN: true},
	air.CmpGt:              {scalar: predicate{greater: true}},
	air.CmpGtOptimized:     {scalar: predicate{greater: true}, noNaN: true},
	air.CmpNeq:             {scalar: predicate{less: true, greater: true, unordered: true}},
	air.CmpNeqOptimized:    {scalar: predicate{less: true, greater: true, unordered: true}, noNaN: true},
	air.CmpVector:          {whole: compareVectors},
	air.CmpVectorOptimized: {whole: compareVectors, noNaN: true},
	air.BoolAnd:            {integer: bitOp(andBits)},
	air.BoolOr:             {integer: bitOp(orBits)},
	air.CmpLtErrorsLen:     {whole: belowErrorsLen},

	air.Bitcast:                   {whole: bitcast},
	air.IntFromPtr:                {integer: onScalars(sameWord)},
	air.IntFromBool:               {integer: onScalars(sameWord)},
	air.IntCast:                   {integer: intCast(doesNotFit)},
	air.IntCastSafe:               {integer: intCast(panicOutOfInt), decides: everyOne},
	air.Trunc:                     {integer: onScalars(truncate)},
	air.FpTrunc:                   {float: onScalars(floatCast)},
	air.FpExt:                     {float: onScalars(floatCast)},
	air.IntFromFloat:              {float: intFromFloat(doesNotFit), decides: everyOne},
	air.IntFromFloatOptimized:     {float: intFromFloat(doesNotFit), decides: everyOne},
	air.IntFromFloatSafe:          {float: intFromFloat(panicFloatPart), decides: everyOne},
	air.IntFromFloatOptimizedSafe: {float: intFromFloat(panicFloatPart), decides: everyOne},
	air.FloatFromInt:              {integer: onScalars(floatFromInt)},
	air.ErrorSetHasValue:          {whole: errorSetHasValue},
	air.IsNamedEnumValue:          {whole: isNamedEnumValue},
	air.AddrspaceCast:             {whole: bitcast},

	air.Alloc:                {whole: alloc},
	air.RetPtr:               {whole: retPtr},
	air.Load:                 {whole: load},
	air.Store:                {whole: store(asUndefined)},
	air.StoreSafe:            {whole: store(asSafeBytes)},
	air.Memset:               {whole: memset(asUndefined)},
	air.MemsetSafe:           {whole: memset(asSafeBytes)},
	air.Memcpy:               {whole: copyMemory(false)},
	air.Memmove:              {whole: copyMemory(true)},
	air.SliceOf:              {whole: sliceOf},
	air.SliceLen:             {whole: slicePart(8)},
	air.SlicePtr:             {whole: slicePart(0)},
	air.PtrSliceLenPtr:       {whole: pointerPlus(8)},
	air.PtrSlicePtrPtr:       {whole: pointerPlus(0)},
	air.ArrayToSlice:         {whole: arrayToSlice},
	air.ArrayElemVal:         {whole: arrayElemVal},
	air.SliceElemVal:         {whole: elemVal},
	air.PtrElemVal:           {whole: elemVal},
	air.SliceElemPtr:         {whole: elements{bounded: true}.build},
	air.PtrElemPtr:           {whole: elements{}.build},
	air.PtrAdd:               {whole: elements{}.build},
	air.PtrSub:               {whole: elements{backward: true}.build},
	air.StructFieldPtr:       {whole: fieldPtr},
	air.StructFieldPtrIndex0: {whole: fieldPtrAt(0)},
	air.StructFieldPtrIndex1: {whole: fieldPtrAt(1)},
	air.StructFieldPtrIndex2: {whole: fieldPtrAt(2)},
	air.StructFieldPtrIndex3: {whole: fieldPtrAt(3)},
	air.StructFieldVal:       {whole: fieldVal},
	air.FieldParentPtr:       {whole: fieldParentPtr},
	air.SetUnionTag:          {whole: setUnionTag},
	air.GetUnionTag:          {whole: getUnionTag},
	air.UnionInit:            {whole: unionInit},
	air.AggregateInit:        {whole: aggregateInit},
	air.VectorStoreElem:      {whole: vectorStoreElem},
	air.TagName:              {whole: tagName},
	air.ErrorName:            {whole: errorName},

	air.OptionalPayload:          {whole: payload},
	air.OptionalPayloadPtr:       {whole: payloadPtr},
	air.OptionalPayloadPtrSet:    {whole: payloadPtrSet},
	air.WrapOptional:             {whole: wrapPayload},
	air.IsNull:                   {whole: testFlag(false)},
	air.IsNonNull:                {whole: testFlag(true)},
	air.IsNullPtr:                {whole: testFlagPtr(false)},
	air.IsNonNullPtr:             {whole: testFlagPtr(true)},
	air.UnwrapErrunionPayload:    {whole: payload},
	air.UnwrapErrunionErr:        {whole: errorOf},
	air.UnwrapErrunionPayloadPtr: {whole: payloadPtr},
	air.UnwrapErrunionErrPtr:     {whole: errorOfPtr},
	air.ErrunionPayloadPtrSet:    {whole: payloadPtrSet},
	air.WrapErrunionPayload:      {whole: wrapPayload},
	air.WrapErrunionErr:          {whole: wrapError},
	air.IsErr:                    {whole: testFlag(true)},
	air.IsNonErr:                 {whole: testFlag(false)},
	air.IsErrPtr:                 {whole: testFlagPtr(true)},
	air.IsNonErrPtr:              {whole: testFlagPtr(false)},

	air.Splat:           {whole: splat},
	air.Select:          {scalar: onScalars(choose)},
	air.Shuffle:         {whole: shuffle},
	air.Reduce:          {whole: reduce},
	air.ReduceOptimized: {whole: reduce, noNaN: true},

	air.CmpxchgWeak:          {whole: cmpxchg},
	air.CmpxchgStrong:        {whole: cmpxchg},
	air.Fence:                {layout: nothing},
	air.AtomicLoad:           {whole: load},
	air.AtomicStoreUnordered: {whole: store(asUndefined)},
	air.AtomicStoreMonotonic: {whole: store(asUndefined)},
	air.AtomicStoreRelease:   {whole: store(asUndefined)},
	air.AtomicStoreSeqCst:    {whole: store(asUndefined)},
	air.AtomicRmw:            {whole: atomicRmw},

	air.Block:           {layout: block},
	air.Loop:            {layout: loop},
	air.Repeat:          {layout: repeat},
	air.Br:              {layout: br},
	air.CondBr:          {layout: condBr},
	air.SwitchBr:        {layout: switchBr},
	air.LoopSwitchBr:    {layout: switchBr},
	air.SwitchDispatch:  {layout: switchDispatch},
	air.Try:             {layout: try},
	air.TryCold:         {layout: try},
	air.TryPtr:          {layout: tryPtr},
	air.TryPtrCold:      {layout: tryPtr},
	air.Ret:             {whole: ret},
	air.RetSafe:         {whole: ret},
	air.RetLoad:         {whole: retLoad},
	air.Unreach:         {whole: ending(oracle.Illegal, "reached unreachable code")},
	air.Trap:            {whole: ending(oracle.Trapped, "illegal-instruction")},
	air.Breakpoint:      {whole: ending(oracle.Trapped, "breakpoint")},
	air.Call:            {whole: call},
	air.CallAlwaysTail:  {whole: call},
	air.CallNeverTail:   {whole: call},
	air.CallNeverInline: {whole: call},

	air.Arg:                     {whole: arg},
	air.RetAddr:                 {whole: unknownAddress},
	air.FrameAddr:               {whole: unknownAddress},
	air.Assembly:                {whole: assembly},
	air.DbgStmt:                 {layout: nothing},
	air.DbgEmptyStmt:            {layout: nothing},
	air.DbgInlineBlock:          {layout: block},
	air.DbgVarPtr:               {layout: nothing},
	air.DbgVarVal:               {layout: nothing},
	air.DbgArgInline:            {layout: nothing},
	air.Prefetch:                {layout: nothing},
	air.ErrReturnTrace:          {whole: errReturnTrace},
	air.SetErrReturnTrace:       {whole: setErrReturnTrace},
	air.SaveErrReturnTraceIndex: {whole: unknownAddress},
	air.CVaStart:                {whole: vaStart},
	air.CVaArg:                  {whole: vaArg},
	air.CVaCopy:                 {whole: vaCopy},
	air.CVaEnd:                  {layout: nothing},
	air.RuntimeNavPtr:           {integer: onScalars(sameWord)},
}

// operators are the rows of what reduce and atomic_rmw do to two scalars.
var operators = map[air.Operation]meaning{
	air.Xchg:   {scalar: onScalars(second)},
	air.OpAdd:  {integer: wrapping(addition), float: floatAdd},
	air.OpSub:  {integer: wrapping(subtraction), float: floatSub},
	air.OpMul:  {integer: wrapping(multiplication), float: floatMul},
	air.OpAnd:  {integer: bitOp(andBits)},
	air.OpNand: {integer: bitOp(nandBits)},
	air.OpOr:   {integer: bitOp(orBits)},
	air.OpXor:  {integer: bitOp(xorBits)},
	air.OpMin:  {integer: extreme(-1), float: floatMin},
	air.OpMax:  {integer: extreme(1), float: floatMax},
}

// operation returns what the row does to scalars of a type, nil for nothing.
func (row meaning) operation(t *air.Type) operation {
	switch {
	case row.scalar != nil:
		return row.scalar
	case t.Kind == air.Float:
		return row.float
	}
	return row.integer
}
