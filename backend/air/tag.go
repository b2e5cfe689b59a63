package air

// Tag is the operation of an instruction.
type Tag uint8

// Form is the shape of an instruction's text and operands.
type Form uint8

// The forms. T is the result type, printed where it does not follow from the operands.
const (
	Plain      Form = iota // tag(op, ...): result by the row's Result rule
	Typed                  // tag(T, op, ...)
	ArgForm                // arg(T, n)
	FieldOf                // tag(T, op, field n)
	CallForm               // call(callee, [args]); result from the callee's type
	ListForm               // aggregate_init(T, [ops])
	BlockForm              // block(T, { body })
	LoopForm               // loop(T, { body })
	Branch                 // br(%target, op)
	Jump                   // repeat(%target); switch_dispatch(%target, op)
	CondForm               // cond_br(op, { then }, { else })
	SwitchForm             // switch_br(op, [items, lo...hi] => { }, else => { })
	TryForm                // try(op, { error body }) ; try_ptr(T, op, { })
	AtomicForm             // tag([T,] ops, orders [, operation])
	AsmForm
	DebugForm
	ShuffleForm
	ReduceForm
	CompareForm
	ErrorSetForm
	PrefetchForm
)

// Result is the rule that gives the result type of a Plain tag.
type Result uint8

// The result rules.
const (
	GivenResult    Result = iota // printed, or special to the form
	SameResult                   // the type of operand 0
	BoolResult                   // bool
	VoidResult                   // void
	NoReturnResult               // noreturn: a terminator
	USizeResult                  // usize
)

// Row is everything the tools need to know of one tag. A new tag is a new row.
type Row struct {
	Name   string
	Form   Form
	Result Result
	Ops    int8 // number of operands, -1 for any
	// Effect: lowered even when the result is unused.
	Effect bool
	Rule   Rule // what the verifier asks of operands and result
}

// The tags, in the order of the language reference: arithmetic, comparison,
// casts, memory and aggregates, atomics, control flow, debug information.
const (
	Add Tag = iota
	AddWrap
	AddSat
	AddSafe
	AddOptimized
	Sub
	SubWrap
	SubSat
	SubSafe
	SubOptimized
	Mul
	MulWrap
	MulSat
	MulSafe
	MulOptimized
	AddWithOverflow
	SubWithOverflow
	MulWithOverflow
	ShlWithOverflow
	DivFloat
	DivFloatOptimized
	DivTrunc
	DivTruncOptimized
	DivFloor
	DivFloorOptimized
	DivExact
	DivExactOptimized
	Rem
	RemOptimized
	Mod
	ModOptimized
	Shl
	ShlExact
	ShlSat
	Shr
	ShrExact
	BitAnd
	BitOr
	Xor
	Min
	Max
	Not
	Neg
	NegOptimized
	Abs
	Clz
	Ctz
	Popcount
	ByteSwap
	BitReverse
	Sqrt
	Sin
	Cos
	Tan
	Exp
	Exp2
	Log
	Log2
	Log10
	Floor
	Ceil
	Round
	TruncFloat
	MulAdd
	CmpLt
	CmpLtOptimized
	CmpLte
	CmpLteOptimized
	CmpEq
	CmpEqOptimized
	CmpGte
	CmpGteOptimized
	CmpGt
	CmpGtOptimized
	CmpNeq
	CmpNeqOptimized
	CmpVector
	CmpVectorOptimized
	BoolAnd
	BoolOr
	CmpLtErrorsLen
	Bitcast
	IntFromPtr
	IntFromBool
	IntCast
	IntCastSafe
	Trunc
	FpTrunc
	FpExt
	IntFromFloat
	IntFromFloatOptimized
	IntFromFloatSafe
	IntFromFloatOptimizedSafe
	FloatFromInt
	ErrorSetHasValue
	IsNamedEnumValue
	AddrspaceCast
	Alloc
	RetPtr
	Load
	Store
	StoreSafe
	Memset
	MemsetSafe
	Memcpy
	Memmove
	SliceOf
	SliceLen
	SlicePtr
	PtrSliceLenPtr
	PtrSlicePtrPtr
	ArrayToSlice
	ArrayElemVal
	SliceElemVal
	PtrElemVal
	SliceElemPtr
	PtrElemPtr
	PtrAdd
	PtrSub
	StructFieldPtr
	StructFieldPtrIndex0
	StructFieldPtrIndex1
	StructFieldPtrIndex2
	StructFieldPtrIndex3
	StructFieldVal
	FieldParentPtr
	SetUnionTag
	GetUnionTag
	UnionInit
	AggregateInit
	OptionalPayload
	OptionalPayloadPtr
	OptionalPayloadPtrSet
	WrapOptional
	IsNull
	IsNonNull
	IsNullPtr
	IsNonNullPtr
	UnwrapErrunionPayload
	UnwrapErrunionErr
	UnwrapErrunionPayloadPtr
	UnwrapErrunionErrPtr
	ErrunionPayloadPtrSet
	WrapErrunionPayload
	WrapErrunionErr
	IsErr
	IsNonErr
	IsErrPtr
	IsNonErrPtr
	Splat
	Select
	Shuffle
	Reduce
	ReduceOptimized
	VectorStoreElem
	TagName
	ErrorName
	CmpxchgWeak
	CmpxchgStrong
	Fence
	AtomicLoad
	AtomicStoreUnordered
	AtomicStoreMonotonic
	AtomicStoreRelease
	AtomicStoreSeqCst
	AtomicRmw
	Block
	Loop
	Repeat
	Br
	CondBr
	SwitchBr
	LoopSwitchBr
	SwitchDispatch
	Try
	TryCold
	TryPtr
	TryPtrCold
	Ret
	RetSafe
	RetLoad
	Unreach
	Trap
	Breakpoint
	Call
	CallAlwaysTail
	CallNeverTail
	CallNeverInline
	Arg
	RetAddr
	FrameAddr
	Assembly
	DbgStmt
	DbgEmptyStmt
	DbgInlineBlock
	DbgVarPtr
	DbgVarVal
	DbgArgInline
	Prefetch
	ErrReturnTrace
	SetErrReturnTrace
	SaveErrReturnTraceIndex
	CVaStart
	CVaArg
	CVaCopy
	CVaEnd
	RuntimeNavPtr
	numTags
)

// Rule is the verifier's demand on a tag's operands and result.
type Rule uint8

// NoRule demands nothing beyond the form.
const NoRule Rule = 0

// rows is the table: one row per tag.
var rows = [numTags]Row{
	Add:                       {Name: "add", Result: SameResult, Ops: 2},
	AddWrap:                   {Name: "add_wrap", Result: SameResult, Ops: 2},
	AddSat:                    {Name: "add_sat", Result: SameResult, Ops: 2},
	AddSafe:                   {Name: "add_safe", Result: SameResult, Ops: 2, Effect: true},
	AddOptimized:              {Name: "add_optimized", Result: SameResult, Ops: 2},
	Sub:                       {Name: "sub", Result: SameResult, Ops: 2},
	SubWrap:                   {Name: "sub_wrap", Result: SameResult, Ops: 2},
	SubSat:                    {Name: "sub_sat", Result: SameResult, Ops: 2},
	SubSafe:                   {Name: "sub_safe", Result: SameResult, Ops: 2, Effect: true},
	SubOptimized:              {Name: "sub_optimized", Result: SameResult, Ops: 2},
	Mul:                       {Name: "mul", Result: SameResult, Ops: 2},
	MulWrap:                   {Name: "mul_wrap", Result: SameResult, Ops: 2},
	MulSat:                    {Name: "mul_sat", Result: SameResult, Ops: 2},
	MulSafe:                   {Name: "mul_safe", Result: SameResult, Ops: 2, Effect: true},
	MulOptimized:              {Name: "mul_optimized", Result: SameResult, Ops: 2},
	AddWithOverflow:           {Name: "add_with_overflow", Form: Typed, Ops: 2},
	SubWithOverflow:           {Name: "sub_with_overflow", Form: Typed, Ops: 2},
	MulWithOverflow:           {Name: "mul_with_overflow", Form: Typed, Ops: 2},
	ShlWithOverflow:           {Name: "shl_with_overflow", Form: Typed, Ops: 2},
	DivFloat:                  {Name: "div_float", Result: SameResult, Ops: 2},
	DivFloatOptimized:         {Name: "div_float_optimized", Result: SameResult, Ops: 2},
	DivTrunc:                  {Name: "div_trunc", Result: SameResult, Ops: 2},
	DivTruncOptimized:         {Name: "div_trunc_optimized", Result: SameResult, Ops: 2},
	DivFloor:                  {Name: "div_floor", Result: SameResult, Ops: 2},
	DivFloorOptimized:         {Name: "div_floor_optimized", Result: SameResult, Ops: 2},
	DivExact:                  {Name: "div_exact", Result: SameResult, Ops: 2},
	DivExactOptimized:         {Name: "div_exact_optimized", Result: SameResult, Ops: 2},
	Rem:                       {Name: "rem", Result: SameResult, Ops: 2},
	RemOptimized:              {Name: "rem_optimized", Result: SameResult, Ops: 2},
	Mod:                       {Name: "mod", Result: SameResult, Ops: 2},
	ModOptimized:              {Name: "mod_optimized", Result: SameResult, Ops: 2},
	Shl:                       {Name: "shl", Result: SameResult, Ops: 2},
	ShlExact:                  {Name: "shl_exact", Result: SameResult, Ops: 2},
	ShlSat:                    {Name: "shl_sat", Result: SameResult, Ops: 2},
	Shr:                       {Name: "shr", Result: SameResult, Ops: 2},
	ShrExact:                  {Name: "shr_exact", Result: SameResult, Ops: 2},
	BitAnd:                    {Name: "bit_and", Result: SameResult, Ops: 2},
	BitOr:                     {Name: "bit_or", Result: SameResult, Ops: 2},
	Xor:                       {Name: "xor", Result: SameResult, Ops: 2},
	Min:                       {Name: "min", Result: SameResult, Ops: 2},
	Max:                       {Name: "max", Result: SameResult, Ops: 2},
	Not:                       {Name: "not", Result: SameResult, Ops: 1},
	Neg:                       {Name: "neg", Result: SameResult, Ops: 1},
	NegOptimized:              {Name: "neg_optimized", Result: SameResult, Ops: 1},
	Abs:                       {Name: "abs", Form: Typed, Ops: 1},
	Clz:                       {Name: "clz", Form: Typed, Ops: 1},
	Ctz:                       {Name: "ctz", Form: Typed, Ops: 1},
	Popcount:                  {Name: "popcount", Form: Typed, Ops: 1},
	ByteSwap:                  {Name: "byte_swap", Result: SameResult, Ops: 1},
	BitReverse:                {Name: "bit_reverse", Result: SameResult, Ops: 1},
	Sqrt:                      {Name: "sqrt", Result: SameResult, Ops: 1},
	Sin:                       {Name: "sin", Result: SameResult, Ops: 1},
	Cos:                       {Name: "cos", Result: SameResult, Ops: 1},
	Tan:                       {Name: "tan", Result: SameResult, Ops: 1},
	Exp:                       {Name: "exp", Result: SameResult, Ops: 1},
	Exp2:                      {Name: "exp2", Result: SameResult, Ops: 1},
	Log:                       {Name: "log", Result: SameResult, Ops: 1},
	Log2:                      {Name: "log2", Result: SameResult, Ops: 1},
	Log10:                     {Name: "log10", Result: SameResult, Ops: 1},
	Floor:                     {Name: "floor", Result: SameResult, Ops: 1},
	Ceil:                      {Name: "ceil", Result: SameResult, Ops: 1},
	Round:                     {Name: "round", Result: SameResult, Ops: 1},
	TruncFloat:                {Name: "trunc_float", Result: SameResult, Ops: 1},
	MulAdd:                    {Name: "mul_add", Result: SameResult, Ops: 3},
	CmpLt:                     {Name: "cmp_lt", Result: BoolResult, Ops: 2},
	CmpLtOptimized:            {Name: "cmp_lt_optimized", Result: BoolResult, Ops: 2},
	CmpLte:                    {Name: "cmp_lte", Result: BoolResult, Ops: 2},
	CmpLteOptimized:           {Name: "cmp_lte_optimized", Result: BoolResult, Ops: 2},
	CmpEq:                     {Name: "cmp_eq", Result: BoolResult, Ops: 2},
	CmpEqOptimized:            {Name: "cmp_eq_optimized", Result: BoolResult, Ops: 2},
	CmpGte:                    {Name: "cmp_gte", Result: BoolResult, Ops: 2},
	CmpGteOptimized:           {Name: "cmp_gte_optimized", Result: BoolResult, Ops: 2},
	CmpGt:                     {Name: "cmp_gt", Result: BoolResult, Ops: 2},
	CmpGtOptimized:            {Name: "cmp_gt_optimized", Result: BoolResult, Ops: 2},
	CmpNeq:                    {Name: "cmp_neq", Result: BoolResult, Ops: 2},
	CmpNeqOptimized:           {Name: "cmp_neq_optimized", Result: BoolResult, Ops: 2},
	CmpVector:                 {Name: "cmp_vector", Form: CompareForm, Ops: 2},
	CmpVectorOptimized:        {Name: "cmp_vector_optimized", Form: CompareForm, Ops: 2},
	BoolAnd:                   {Name: "bool_and", Result: BoolResult, Ops: 2},
	BoolOr:                    {Name: "bool_or", Result: BoolResult, Ops: 2},
	CmpLtErrorsLen:            {Name: "cmp_lt_errors_len", Result: BoolResult, Ops: 1},
	Bitcast:                   {Name: "bitcast", Form: Typed, Ops: 1},
	IntFromPtr:                {Name: "int_from_ptr", Result: USizeResult, Ops: 1},
	IntFromBool:               {Name: "int_from_bool", Form: Typed, Ops: 1},
	IntCast:                   {Name: "intcast", Form: Typed, Ops: 1},
	IntCastSafe:               {Name: "intcast_safe", Form: Typed, Ops: 1, Effect: true},
	Trunc:                     {Name: "trunc", Form: Typed, Ops: 1},
	FpTrunc:                   {Name: "fptrunc", Form: Typed, Ops: 1},
	FpExt:                     {Name: "fpext", Form: Typed, Ops: 1},
	IntFromFloat:              {Name: "int_from_float", Form: Typed, Ops: 1},
	IntFromFloatOptimized:     {Name: "int_from_float_optimized", Form: Typed, Ops: 1},
	IntFromFloatSafe:          {Name: "int_from_float_safe", Form: Typed, Ops: 1, Effect: true},
	IntFromFloatOptimizedSafe: {Name: "int_from_float_optimized_safe", Form: Typed, Ops: 1, Effect: true},
	FloatFromInt:              {Name: "float_from_int", Form: Typed, Ops: 1},
	ErrorSetHasValue:          {Name: "error_set_has_value", Form: ErrorSetForm, Result: BoolResult, Ops: 1},
	IsNamedEnumValue:          {Name: "is_named_enum_value", Result: BoolResult, Ops: 1},
	AddrspaceCast:             {Name: "addrspace_cast", Form: Typed, Ops: 1},
	Alloc:                     {Name: "alloc", Form: Typed},
	RetPtr:                    {Name: "ret_ptr", Form: Typed},
	Load:                      {Name: "load", Form: Typed, Ops: 1},
	Store:                     {Name: "store", Result: VoidResult, Ops: 2, Effect: true},
	StoreSafe:                 {Name: "store_safe", Result: VoidResult, Ops: 2, Effect: true},
	Memset:                    {Name: "memset", Result: VoidResult, Ops: 2, Effect: true},
	MemsetSafe:                {Name: "memset_safe", Result: VoidResult, Ops: 2, Effect: true},
	Memcpy:                    {Name: "memcpy", Result: VoidResult, Ops: 2, Effect: true},
	Memmove:                   {Name: "memmove", Result: VoidResult, Ops: 2, Effect: true},
	SliceOf:                   {Name: "slice", Form: Typed, Ops: 2},
	SliceLen:                  {Name: "slice_len", Result: USizeResult, Ops: 1},
	SlicePtr:                  {Name: "slice_ptr", Form: Typed, Ops: 1},
	PtrSliceLenPtr:            {Name: "ptr_slice_len_ptr", Form: Typed, Ops: 1},
	PtrSlicePtrPtr:            {Name: "ptr_slice_ptr_ptr", Form: Typed, Ops: 1},
	ArrayToSlice:              {Name: "array_to_slice", Form: Typed, Ops: 1},
	ArrayElemVal:              {Name: "array_elem_val", Form: Typed, Ops: 2},
	SliceElemVal:              {Name: "slice_elem_val", Form: Typed, Ops: 2},
	PtrElemVal:                {Name: "ptr_elem_val", Form: Typed, Ops: 2},
	SliceElemPtr:              {Name: "slice_elem_ptr", Form: Typed, Ops: 2},
	PtrElemPtr:                {Name: "ptr_elem_ptr", Form: Typed, Ops: 2},
	PtrAdd:                    {Name: "ptr_add", Form: Typed, Ops: 2},
	PtrSub:                    {Name: "ptr_sub", Form: Typed, Ops: 2},
	StructFieldPtr:            {Name: "struct_field_ptr", Form: FieldOf, Ops: 1},
	StructFieldPtrIndex0:      {Name: "struct_field_ptr_index_0", Form: Typed, Ops: 1},
	StructFieldPtrIndex1:      {Name: "struct_field_ptr_index_1", Form: Typed, Ops: 1},
	StructFieldPtrIndex2:      {Name: "struct_field_ptr_index_2", Form: Typed, Ops: 1},
	StructFieldPtrIndex3:      {Name: "struct_field_ptr_index_3", Form: Typed, Ops: 1},
	StructFieldVal:            {Name: "struct_field_val", Form: FieldOf, Ops: 1},
	FieldParentPtr:            {Name: "field_parent_ptr", Form: FieldOf, Ops: 1},
	SetUnionTag:               {Name: "set_union_tag", Result: VoidResult, Ops: 2, Effect: true},
	GetUnionTag:               {Name: "get_union_tag", Form: Typed, Ops: 1},
	UnionInit:                 {Name: "union_init", Form: FieldOf, Ops: 1},
	AggregateInit:             {Name: "aggregate_init", Form: ListForm, Ops: -1},
	OptionalPayload:           {Name: "optional_payload", Form: Typed, Ops: 1},
	OptionalPayloadPtr:        {Name: "optional_payload_ptr", Form: Typed, Ops: 1},
	OptionalPayloadPtrSet:     {Name: "optional_payload_ptr_set", Form: Typed, Ops: 1, Effect: true},
	WrapOptional:              {Name: "wrap_optional", Form: Typed, Ops: 1},
	IsNull:                    {Name: "is_null", Result: BoolResult, Ops: 1},
	IsNonNull:                 {Name: "is_non_null", Result: BoolResult, Ops: 1},
	IsNullPtr:                 {Name: "is_null_ptr", Result: BoolResult, Ops: 1},
	IsNonNullPtr:              {Name: "is_non_null_ptr", Result: BoolResult, Ops: 1},
	UnwrapErrunionPayload:     {Name: "unwrap_errunion_payload", Form: Typed, Ops: 1},
	UnwrapErrunionErr:         {Name: "unwrap_errunion_err", Form: Typed, Ops: 1},
	UnwrapErrunionPayloadPtr:  {Name: "unwrap_errunion_payload_ptr", Form: Typed, Ops: 1},
	UnwrapErrunionErrPtr:      {Name: "unwrap_errunion_err_ptr", Form: Typed, Ops: 1},
	ErrunionPayloadPtrSet:     {Name: "errunion_payload_ptr_set", Form: Typed, Ops: 1, Effect: true},
	WrapErrunionPayload:       {Name: "wrap_errunion_payload", Form: Typed, Ops: 1},
	WrapErrunionErr:           {Name: "wrap_errunion_err", Form: Typed, Ops: 1},
	IsErr:                     {Name: "is_err", Result: BoolResult, Ops: 1},
	IsNonErr:                  {Name: "is_non_err", Result: BoolResult, Ops: 1},
	IsErrPtr:                  {Name: "is_err_ptr", Result: BoolResult, Ops: 1},
	IsNonErrPtr:               {Name: "is_non_err_ptr", Result: BoolResult, Ops: 1},
	Splat:                     {Name: "splat", Form: Typed, Ops: 1},
	Select:                    {Name: "select", Form: Typed, Ops: 3},
	Shuffle:                {Name: "shuffle", Form: ShuffleForm, Ops: 2},
	Reduce:                 {Name: "reduce", Form: ReduceForm, Ops: 1},
	ReduceOptimized:           {Name: "reduce_optimized", Form: ReduceForm, Ops: 1},
	VectorStoreElem:           {Name: "vector_store_elem", Result: VoidResult, Ops: 3, Effect: true},
	TagName:                   {Name: "tag_name", Form: Typed, Ops: 1},
	ErrorName:              {Name: "error_name", Form: Typed, Ops: 1},
	CmpxchgWeak:               {Name: "cmpxchg_weak", Form: AtomicForm, Ops: 3, Effect: true},
	CmpxchgStrong:             {Name: "cmpxchg_strong", Form: AtomicForm, Ops: 3, Effect: true},
	Fence:                     {Name: "fence", Form: AtomicForm, Result: VoidResult, Effect: true},
	AtomicLoad:                {Name: "atomic_load", Form: AtomicForm, Ops: 1},
	AtomicStoreUnordered:      {Name: "atomic_store_unordered", Result: VoidResult, Ops: 2, Effect: true},
	AtomicStoreMonotonic:      {Name: "atomic_store_monotonic", Result: VoidResult, Ops: 2, Effect: true},
	AtomicStoreRelease:        {Name: "atomic_store_release", Result: VoidResult, Ops: 2, Effect: true},
	AtomicStoreSeqCst:         {Name: "atomic_store_seq_cst", Result: VoidResult, Ops: 2, Effect: true},
	AtomicRmw:                 {Name: "atomic_rmw", Form: AtomicForm, Ops: 2, Effect: true},
	Block:                     {Name: "block", Form: BlockForm, Effect: true},
	Loop:                      {Name: "loop", Form: LoopForm, Result: NoReturnResult, Effect: true},
	Repeat:                    {Name: "repeat", Form: Jump, Result: NoReturnResult, Effect: true},
	Br:                        {Name: "br", Form: Branch, Result: NoReturnResult, Ops: 1, Effect: true},
	CondBr:                    {Name: "cond_br", Form: CondForm, Result: NoReturnResult, Ops: 1, Effect: true},
	SwitchBr:                  {Name: "switch_br", Form: SwitchForm, Result: NoReturnResult, Ops: 1, Effect: true},
	LoopSwitchBr:              {Name: "loop_switch_br", Form: SwitchForm, Result: NoReturnResult, Ops: 1, Effect: true},
	SwitchDispatch:            {Name: "switch_dispatch", Form: Jump, Result: NoReturnResult, Ops: 1, Effect: true},
	Try:                       {Name: "try", Form: TryForm, Ops: 1, Effect: true},
	TryCold:                   {Name: "try_cold", Form: TryForm, Ops: 1, Effect: true},
	TryPtr:                    {Name: "try_ptr", Form: TryForm, Ops: 1, Effect: true},
	TryPtrCold:                {Name: "try_ptr_cold", Form: TryForm, Ops: 1, Effect: true},
	Ret:                       {Name: "ret", Result: NoReturnResult, Ops: 1, Effect: true},
	RetSafe:                   {Name: "ret_safe", Result: NoReturnResult, Ops: 1, Effect: true},
	RetLoad:                   {Name: "ret_load", Result: NoReturnResult, Ops: 1, Effect: true},
	Unreach:                   {Name: "unreach", Result: NoReturnResult, Effect: true},
	Trap:                      {Name: "trap", Result: NoReturnResult, Effect: true},
	Breakpoint:                {Name: "breakpoint", Result: VoidResult, Effect: true},
	Call:                      {Name: "call", Form: CallForm, Ops: -1, Effect: true},
	CallAlwaysTail:            {Name: "call_always_tail", Form: CallForm, Ops: -1, Effect: true},
	CallNeverTail:             {Name: "call_never_tail", Form: CallForm, Ops: -1, Effect: true},
	CallNeverInline:           {Name: "call_never_inline", Form: CallForm, Ops: -1, Effect: true},
	Arg:                       {Name: "arg", Form: ArgForm, Effect: true},
	RetAddr:                   {Name: "ret_addr", Result: USizeResult},
	FrameAddr:                 {Name: "frame_addr", Result: USizeResult},
	Assembly:               {Name: "assembly", Form: AsmForm, Ops: -1},
	DbgStmt:                   {Name: "dbg_stmt", Form: DebugForm, Result: VoidResult, Effect: true},
	DbgEmptyStmt:              {Name: "dbg_empty_stmt", Result: VoidResult, Effect: true},
	DbgInlineBlock:            {Name: "dbg_inline_block", Form: BlockForm, Effect: true},
	DbgVarPtr:                 {Name: "dbg_var_ptr", Form: DebugForm, Result: VoidResult, Ops: 1, Effect: true},
	DbgVarVal:                 {Name: "dbg_var_val", Form: DebugForm, Result: VoidResult, Ops: 1, Effect: true},
	DbgArgInline:              {Name: "dbg_arg_inline", Form: DebugForm, Result: VoidResult, Ops: 1, Effect: true},
	Prefetch:               {Name: "prefetch", Form: PrefetchForm, Result: VoidResult, Ops: 1, Effect: true},
	ErrReturnTrace:            {Name: "err_return_trace", Form: Typed},
	SetErrReturnTrace:         {Name: "set_err_return_trace", Result: VoidResult, Ops: 1, Effect: true},
	SaveErrReturnTraceIndex:   {Name: "save_err_return_trace_index", Result: USizeResult},
	CVaStart:                  {Name: "c_va_start", Form: Typed, Effect: true},
	CVaArg:                    {Name: "c_va_arg", Form: Typed, Ops: 1, Effect: true},
	CVaCopy:                   {Name: "c_va_copy", Form: Typed, Ops: 1, Effect: true},
	CVaEnd:                    {Name: "c_va_end", Result: VoidResult, Ops: 1, Effect: true},
	RuntimeNavPtr:             {Name: "runtime_nav_ptr", Form: Typed, Ops: 1},
}

// Row gives the table row of a tag.
func (t Tag) Row() *Row { return &rows[t] }

// String gives the tag as the text form spells it.
func (t Tag) String() string { return rows[t].Name }

// IsTerminator says that nothing follows the tag in a body.
func (t Tag) IsTerminator() bool { return rows[t].Result == NoReturnResult }

// NumTags is the number of tags.
const NumTags = int(numTags)

// TagByName finds a tag by its text form.
func TagByName(name string) (Tag, bool) {
	for t := range rows {
		if rows[t].Name == name {
			return Tag(t), true
		}
	}
	return 0, false
}
