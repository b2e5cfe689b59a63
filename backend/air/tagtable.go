package air

// This file is the table of tags: a new tag is one constant and one row here.

// Tag is the operation of an instruction.
type Tag uint8

// The tags, in the order of the language reference: arithmetic, comparison, casts, memory and aggregates, atomics,
// control flow, debug information.
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

// Row is everything that parser, printer, verifier and liveness need to know of a tag.
type Row struct {
	Name   string
	Form   Form
	Result Result
	// Ops is the number of operands, -1 for any number.
	Ops int8
	// Effect reports whether the instruction is lowered even if its result is unused.
	Effect bool
	// Rule is what Verify requires of operands and result.
	Rule Rule
}

// rows is the table: one row per tag.
var rows = [numTags]Row{
	Add:                       {Name: "add", Result: SameResult, Ops: 2, Rule: NumericRule},
	AddWrap:                   {Name: "add_wrap", Result: SameResult, Ops: 2, Rule: IntegerRule},
	AddSat:                    {Name: "add_sat", Result: SameResult, Ops: 2, Rule: IntegerRule},
	AddSafe:                   {Name: "add_safe", Result: SameResult, Ops: 2, Effect: true, Rule: IntegerRule},
	AddOptimized:              {Name: "add_optimized", Result: SameResult, Ops: 2, Rule: NumericRule},
	Sub:                       {Name: "sub", Result: SameResult, Ops: 2, Rule: NumericRule},
	SubWrap:                   {Name: "sub_wrap", Result: SameResult, Ops: 2, Rule: IntegerRule},
	SubSat:                    {Name: "sub_sat", Result: SameResult, Ops: 2, Rule: IntegerRule},
	SubSafe:                   {Name: "sub_safe", Result: SameResult, Ops: 2, Effect: true, Rule: IntegerRule},
	SubOptimized:              {Name: "sub_optimized", Result: SameResult, Ops: 2, Rule: NumericRule},
	Mul:                       {Name: "mul", Result: SameResult, Ops: 2, Rule: NumericRule},
	MulWrap:                   {Name: "mul_wrap", Result: SameResult, Ops: 2, Rule: IntegerRule},
	MulSat:                    {Name: "mul_sat", Result: SameResult, Ops: 2, Rule: IntegerRule},
	MulSafe:                   {Name: "mul_safe", Result: SameResult, Ops: 2, Effect: true, Rule: IntegerRule},
	MulOptimized:              {Name: "mul_optimized", Result: SameResult, Ops: 2, Rule: NumericRule},
	AddWithOverflow:           {Name: "add_with_overflow", Form: Typed, Ops: 2, Rule: OverflowRule},
	SubWithOverflow:           {Name: "sub_with_overflow", Form: Typed, Ops: 2, Rule: OverflowRule},
	MulWithOverflow:           {Name: "mul_with_overflow", Form: Typed, Ops: 2, Rule: OverflowRule},
	ShlWithOverflow:           {Name: "shl_with_overflow", Form: Typed, Ops: 2, Rule: ShlOverflowRule},
	DivFloat:                  {Name: "div_float", Result: SameResult, Ops: 2, Rule: FloatRule},
	DivFloatOptimized:         {Name: "div_float_optimized", Result: SameResult, Ops: 2, Rule: FloatRule},
	DivTrunc:                  {Name: "div_trunc", Result: SameResult, Ops: 2, Rule: NumericRule},
	DivTruncOptimized:         {Name: "div_trunc_optimized", Result: SameResult, Ops: 2, Rule: NumericRule},
	DivFloor:                  {Name: "div_floor", Result: SameResult, Ops: 2, Rule: NumericRule},
	DivFloorOptimized:         {Name: "div_floor_optimized", Result: SameResult, Ops: 2, Rule: NumericRule},
	DivExact:                  {Name: "div_exact", Result: SameResult, Ops: 2, Rule: NumericRule},
	DivExactOptimized:         {Name: "div_exact_optimized", Result: SameResult, Ops: 2, Rule: NumericRule},
	Rem:                       {Name: "rem", Result: SameResult, Ops: 2, Rule: NumericRule},
	RemOptimized:              {Name: "rem_optimized", Result: SameResult, Ops: 2, Rule: NumericRule},
	Mod:                       {Name: "mod", Result: SameResult, Ops: 2, Rule: NumericRule},
	ModOptimized:              {Name: "mod_optimized", Result: SameResult, Ops: 2, Rule: NumericRule},
	Shl:                       {Name: "shl", Result: SameResult, Ops: 2, Rule: ShiftRule},
	ShlExact:                  {Name: "shl_exact", Result: SameResult, Ops: 2, Rule: ShiftRule},
	ShlSat:                    {Name: "shl_sat", Result: SameResult, Ops: 2, Rule: ShlSatRule},
	Shr:                       {Name: "shr", Result: SameResult, Ops: 2, Rule: ShiftRule},
	ShrExact:                  {Name: "shr_exact", Result: SameResult, Ops: 2, Rule: ShiftRule},
	BitAnd:                    {Name: "bit_and", Result: SameResult, Ops: 2, Rule: BitwiseRule},
	BitOr:                     {Name: "bit_or", Result: SameResult, Ops: 2, Rule: BitwiseRule},
	Xor:                       {Name: "xor", Result: SameResult, Ops: 2, Rule: BitwiseRule},
	Min:                       {Name: "min", Result: SameResult, Ops: 2, Rule: NumericRule},
	Max:                       {Name: "max", Result: SameResult, Ops: 2, Rule: NumericRule},
	Not:                       {Name: "not", Result: SameResult, Ops: 1, Rule: BitwiseRule},
	Neg:                       {Name: "neg", Result: SameResult, Ops: 1, Rule: FloatRule},
	NegOptimized:              {Name: "neg_optimized", Result: SameResult, Ops: 1, Rule: FloatRule},
	Abs:                       {Name: "abs", Form: Typed, Ops: 1, Rule: AbsRule},
	Clz:                       {Name: "clz", Form: Typed, Ops: 1, Rule: BitCountRule},
	Ctz:                       {Name: "ctz", Form: Typed, Ops: 1, Rule: BitCountRule},
	Popcount:                  {Name: "popcount", Form: Typed, Ops: 1, Rule: BitCountRule},
	ByteSwap:                  {Name: "byte_swap", Result: SameResult, Ops: 1, Rule: ByteSwapRule},
	BitReverse:                {Name: "bit_reverse", Result: SameResult, Ops: 1, Rule: IntegerRule},
	Sqrt:                      {Name: "sqrt", Result: SameResult, Ops: 1, Rule: FloatRule},
	Sin:                       {Name: "sin", Result: SameResult, Ops: 1, Rule: FloatRule},
	Cos:                       {Name: "cos", Result: SameResult, Ops: 1, Rule: FloatRule},
	Tan:                       {Name: "tan", Result: SameResult, Ops: 1, Rule: FloatRule},
	Exp:                       {Name: "exp", Result: SameResult, Ops: 1, Rule: FloatRule},
	Exp2:                      {Name: "exp2", Result: SameResult, Ops: 1, Rule: FloatRule},
	Log:                       {Name: "log", Result: SameResult, Ops: 1, Rule: FloatRule},
	Log2:                      {Name: "log2", Result: SameResult, Ops: 1, Rule: FloatRule},
	Log10:                     {Name: "log10", Result: SameResult, Ops: 1, Rule: FloatRule},
	Floor:                     {Name: "floor", Result: SameResult, Ops: 1, Rule: FloatRule},
	Ceil:                      {Name: "ceil", Result: SameResult, Ops: 1, Rule: FloatRule},
	Round:                     {Name: "round", Result: SameResult, Ops: 1, Rule: FloatRule},
	TruncFloat:                {Name: "trunc_float", Result: SameResult, Ops: 1, Rule: FloatRule},
	MulAdd:                    {Name: "mul_add", Result: SameResult, Ops: 3, Rule: FloatRule},
	CmpLt:                     {Name: "cmp_lt", Result: BoolResult, Ops: 2, Rule: CompareRule},
	CmpLtOptimized:            {Name: "cmp_lt_optimized", Result: BoolResult, Ops: 2, Rule: CompareRule},
	CmpLte:                    {Name: "cmp_lte", Result: BoolResult, Ops: 2, Rule: CompareRule},
	CmpLteOptimized:           {Name: "cmp_lte_optimized", Result: BoolResult, Ops: 2, Rule: CompareRule},
	CmpEq:                     {Name: "cmp_eq", Result: BoolResult, Ops: 2, Rule: EqualRule},
	CmpEqOptimized:            {Name: "cmp_eq_optimized", Result: BoolResult, Ops: 2, Rule: EqualRule},
	CmpGte:                    {Name: "cmp_gte", Result: BoolResult, Ops: 2, Rule: CompareRule},
	CmpGteOptimized:           {Name: "cmp_gte_optimized", Result: BoolResult, Ops: 2, Rule: CompareRule},
	CmpGt:                     {Name: "cmp_gt", Result: BoolResult, Ops: 2, Rule: CompareRule},
	CmpGtOptimized:            {Name: "cmp_gt_optimized", Result: BoolResult, Ops: 2, Rule: CompareRule},
	CmpNeq:                    {Name: "cmp_neq", Result: BoolResult, Ops: 2, Rule: EqualRule},
	CmpNeqOptimized:           {Name: "cmp_neq_optimized", Result: BoolResult, Ops: 2, Rule: EqualRule},
	CmpVector:                 {Name: "cmp_vector", Form: CompareForm, Ops: 2, Rule: CompareVectorRule},
	CmpVectorOptimized:        {Name: "cmp_vector_optimized", Form: CompareForm, Ops: 2, Rule: CompareVectorRule},
	BoolAnd:                   {Name: "bool_and", Result: SameResult, Ops: 2, Rule: BoolRule},
	BoolOr:                    {Name: "bool_or", Result: SameResult, Ops: 2, Rule: BoolRule},
	CmpLtErrorsLen:            {Name: "cmp_lt_errors_len", Result: BoolResult, Ops: 1, Rule: ErrorsLenRule},
	Bitcast:                   {Name: "bitcast", Form: Typed, Ops: 1, Rule: BitcastRule},
	IntFromPtr:                {Name: "int_from_ptr", Result: USizeResult, Ops: 1, Rule: IntFromPtrRule},
	IntFromBool:               {Name: "int_from_bool", Form: Typed, Ops: 1, Rule: IntFromBoolRule},
	IntCast:                   {Name: "intcast", Form: Typed, Ops: 1, Rule: IntCastRule},
	IntCastSafe:               {Name: "intcast_safe", Form: Typed, Ops: 1, Effect: true, Rule: IntCastRule},
	Trunc:                     {Name: "trunc", Form: Typed, Ops: 1, Rule: TruncRule},
	FpTrunc:                   {Name: "fptrunc", Form: Typed, Ops: 1, Rule: FpTruncRule},
	FpExt:                     {Name: "fpext", Form: Typed, Ops: 1, Rule: FpExtRule},
	IntFromFloat:              {Name: "int_from_float", Form: Typed, Ops: 1, Rule: IntFromFloatRule},
	IntFromFloatOptimized:     {Name: "int_from_float_optimized", Form: Typed, Ops: 1, Rule: IntFromFloatRule},
	IntFromFloatSafe:          {Name: "int_from_float_safe", Form: Typed, Ops: 1, Effect: true, Rule: IntFromFloatRule},
	IntFromFloatOptimizedSafe: {Name: "int_from_float_optimized_safe", Form: Typed, Ops: 1, Effect: true, Rule: IntFromFloatRule},
	FloatFromInt:              {Name: "float_from_int", Form: Typed, Ops: 1, Rule: FloatFromIntRule},
	ErrorSetHasValue:          {Name: "error_set_has_value", Form: ErrorSetForm, Result: BoolResult, Ops: 1, Rule: ErrorSetRule},
	IsNamedEnumValue:          {Name: "is_named_enum_value", Result: BoolResult, Ops: 1, Rule: NamedEnumRule},
	AddrspaceCast:             {Name: "addrspace_cast", Form: Typed, Ops: 1, Rule: PointerCastRule},
	Alloc:                     {Name: "alloc", Form: Typed, Rule: AllocRule},
	RetPtr:                    {Name: "ret_ptr", Form: Typed, Rule: RetPtrRule},
	Load:                      {Name: "load", Form: Typed, Ops: 1, Rule: LoadRule},
	Store:                     {Name: "store", Result: VoidResult, Ops: 2, Effect: true, Rule: StoreRule},
	StoreSafe:                 {Name: "store_safe", Result: VoidResult, Ops: 2, Effect: true, Rule: StoreRule},
	Memset:                    {Name: "memset", Result: VoidResult, Ops: 2, Effect: true, Rule: MemsetRule},
	MemsetSafe:                {Name: "memset_safe", Result: VoidResult, Ops: 2, Effect: true, Rule: MemsetRule},
	Memcpy:                    {Name: "memcpy", Result: VoidResult, Ops: 2, Effect: true, Rule: MemcpyRule},
	Memmove:                   {Name: "memmove", Result: VoidResult, Ops: 2, Effect: true, Rule: MemcpyRule},
	SliceOf:                   {Name: "slice", Form: Typed, Ops: 2, Rule: SliceRule},
	SliceLen:                  {Name: "slice_len", Result: USizeResult, Ops: 1, Rule: SliceLenRule},
	SlicePtr:                  {Name: "slice_ptr", Form: Typed, Ops: 1, Rule: SlicePtrRule},
	PtrSliceLenPtr:            {Name: "ptr_slice_len_ptr", Form: Typed, Ops: 1, Rule: PtrSliceLenRule},
	PtrSlicePtrPtr:            {Name: "ptr_slice_ptr_ptr", Form: Typed, Ops: 1, Rule: PtrSlicePtrRule},
	ArrayToSlice:              {Name: "array_to_slice", Form: Typed, Ops: 1, Rule: ArrayToSliceRule},
	ArrayElemVal:              {Name: "array_elem_val", Form: Typed, Ops: 2, Rule: ArrayElemRule},
	SliceElemVal:              {Name: "slice_elem_val", Form: Typed, Ops: 2, Rule: SliceElemRule},
	PtrElemVal:                {Name: "ptr_elem_val", Form: Typed, Ops: 2, Rule: PtrElemRule},
	SliceElemPtr:              {Name: "slice_elem_ptr", Form: Typed, Ops: 2, Rule: SliceElemPtrRule},
	PtrElemPtr:                {Name: "ptr_elem_ptr", Form: Typed, Ops: 2, Rule: PtrElemPtrRule},
	PtrAdd:                    {Name: "ptr_add", Form: Typed, Ops: 2, Rule: PtrArithmeticRule},
	PtrSub:                    {Name: "ptr_sub", Form: Typed, Ops: 2, Rule: PtrArithmeticRule},
	StructFieldPtr:            {Name: "struct_field_ptr", Form: FieldForm, Ops: 1, Rule: FieldPtrRule},
	StructFieldPtrIndex0:      {Name: "struct_field_ptr_index_0", Form: Typed, Ops: 1, Rule: FieldPtrRule},
	StructFieldPtrIndex1:      {Name: "struct_field_ptr_index_1", Form: Typed, Ops: 1, Rule: FieldPtrRule},
	StructFieldPtrIndex2:      {Name: "struct_field_ptr_index_2", Form: Typed, Ops: 1, Rule: FieldPtrRule},
	StructFieldPtrIndex3:      {Name: "struct_field_ptr_index_3", Form: Typed, Ops: 1, Rule: FieldPtrRule},
	StructFieldVal:            {Name: "struct_field_val", Form: FieldForm, Ops: 1, Rule: FieldValRule},
	FieldParentPtr:            {Name: "field_parent_ptr", Form: FieldForm, Ops: 1, Rule: FieldParentRule},
	SetUnionTag:               {Name: "set_union_tag", Result: VoidResult, Ops: 2, Effect: true, Rule: SetTagRule},
	GetUnionTag:               {Name: "get_union_tag", Form: Typed, Ops: 1, Rule: GetTagRule},
	UnionInit:                 {Name: "union_init", Form: FieldForm, Ops: 1, Rule: UnionInitRule},
	AggregateInit:             {Name: "aggregate_init", Form: ListForm, Ops: -1, Rule: AggregateRule},
	OptionalPayload:           {Name: "optional_payload", Form: Typed, Ops: 1, Rule: OptionalPayloadRule},
	OptionalPayloadPtr:        {Name: "optional_payload_ptr", Form: Typed, Ops: 1, Rule: OptionalPtrRule},
	OptionalPayloadPtrSet:     {Name: "optional_payload_ptr_set", Form: Typed, Ops: 1, Effect: true, Rule: OptionalPtrRule},
	WrapOptional:              {Name: "wrap_optional", Form: Typed, Ops: 1, Rule: WrapOptionalRule},
	IsNull:                    {Name: "is_null", Result: BoolResult, Ops: 1, Rule: IsNullRule},
	IsNonNull:                 {Name: "is_non_null", Result: BoolResult, Ops: 1, Rule: IsNullRule},
	IsNullPtr:                 {Name: "is_null_ptr", Result: BoolResult, Ops: 1, Rule: IsNullPtrRule},
	IsNonNullPtr:              {Name: "is_non_null_ptr", Result: BoolResult, Ops: 1, Rule: IsNullPtrRule},
	UnwrapErrunionPayload:     {Name: "unwrap_errunion_payload", Form: Typed, Ops: 1, Rule: PayloadRule},
	UnwrapErrunionErr:         {Name: "unwrap_errunion_err", Form: Typed, Ops: 1, Rule: ErrorRule},
	UnwrapErrunionPayloadPtr:  {Name: "unwrap_errunion_payload_ptr", Form: Typed, Ops: 1, Rule: PayloadPtrRule},
	UnwrapErrunionErrPtr:      {Name: "unwrap_errunion_err_ptr", Form: Typed, Ops: 1, Rule: ErrorPtrRule},
	ErrunionPayloadPtrSet:     {Name: "errunion_payload_ptr_set", Form: Typed, Ops: 1, Effect: true, Rule: PayloadPtrRule},
	WrapErrunionPayload:       {Name: "wrap_errunion_payload", Form: Typed, Ops: 1, Rule: WrapPayloadRule},
	WrapErrunionErr:           {Name: "wrap_errunion_err", Form: Typed, Ops: 1, Rule: WrapErrorRule},
	IsErr:                     {Name: "is_err", Result: BoolResult, Ops: 1, Rule: IsErrRule},
	IsNonErr:                  {Name: "is_non_err", Result: BoolResult, Ops: 1, Rule: IsErrRule},
	IsErrPtr:                  {Name: "is_err_ptr", Result: BoolResult, Ops: 1, Rule: IsErrPtrRule},
	IsNonErrPtr:               {Name: "is_non_err_ptr", Result: BoolResult, Ops: 1, Rule: IsErrPtrRule},
	Splat:                     {Name: "splat", Form: Typed, Ops: 1, Rule: SplatRule},
	Select:                    {Name: "select", Form: Typed, Ops: 3, Rule: SelectRule},
	Shuffle:                   {Name: "shuffle", Form: ShuffleForm, Ops: 2, Rule: ShuffleRule},
	Reduce:                    {Name: "reduce", Form: ReduceForm, Result: ElemResult, Ops: 1, Rule: ReduceRule},
	ReduceOptimized:           {Name: "reduce_optimized", Form: ReduceForm, Result: ElemResult, Ops: 1, Rule: ReduceRule},
	VectorStoreElem:           {Name: "vector_store_elem", Result: VoidResult, Ops: 3, Effect: true, Rule: StoreElemRule},
	TagName:                   {Name: "tag_name", Form: Typed, Ops: 1, Rule: TagNameRule},
	ErrorName:                 {Name: "error_name", Form: Typed, Ops: 1, Rule: ErrorNameRule},
	CmpxchgWeak:               {Name: "cmpxchg_weak", Form: CmpxchgForm, Ops: 3, Effect: true, Rule: CmpxchgRule},
	CmpxchgStrong:             {Name: "cmpxchg_strong", Form: CmpxchgForm, Ops: 3, Effect: true, Rule: CmpxchgRule},
	Fence:                     {Name: "fence", Form: FenceForm, Result: VoidResult, Effect: true, Rule: FenceRule},
	AtomicLoad:                {Name: "atomic_load", Form: AtomicForm, Ops: 1, Rule: AtomicLoadRule},
	AtomicStoreUnordered:      {Name: "atomic_store_unordered", Result: VoidResult, Ops: 2, Effect: true, Rule: AtomicStoreRule},
	AtomicStoreMonotonic:      {Name: "atomic_store_monotonic", Result: VoidResult, Ops: 2, Effect: true, Rule: AtomicStoreRule},
	AtomicStoreRelease:        {Name: "atomic_store_release", Result: VoidResult, Ops: 2, Effect: true, Rule: AtomicStoreRule},
	AtomicStoreSeqCst:         {Name: "atomic_store_seq_cst", Result: VoidResult, Ops: 2, Effect: true, Rule: AtomicStoreRule},
	AtomicRmw:                 {Name: "atomic_rmw", Form: RmwForm, Ops: 2, Effect: true, Rule: AtomicRmwRule},
	Block:                     {Name: "block", Form: BlockForm, Effect: true},
	Loop:                      {Name: "loop", Form: LoopForm, Result: NoReturnResult, Effect: true},
	Repeat:                    {Name: "repeat", Form: BranchForm, Result: NoReturnResult, Effect: true, Rule: RepeatRule},
	Br:                        {Name: "br", Form: BranchForm, Result: NoReturnResult, Ops: 1, Effect: true, Rule: BrRule},
	CondBr:                    {Name: "cond_br", Form: CondForm, Result: NoReturnResult, Ops: 1, Effect: true, Rule: CondBrRule},
	SwitchBr:                  {Name: "switch_br", Form: SwitchForm, Result: NoReturnResult, Ops: 1, Effect: true, Rule: SwitchRule},
	LoopSwitchBr:              {Name: "loop_switch_br", Form: SwitchForm, Result: NoReturnResult, Ops: 1, Effect: true, Rule: SwitchRule},
	SwitchDispatch:            {Name: "switch_dispatch", Form: BranchForm, Result: NoReturnResult, Ops: 1, Effect: true, Rule: DispatchRule},
	Try:                       {Name: "try", Form: TryForm, Result: PayloadResult, Ops: 1, Effect: true},
	TryCold:                   {Name: "try_cold", Form: TryForm, Result: PayloadResult, Ops: 1, Effect: true},
	TryPtr:                    {Name: "try_ptr", Form: TryPtrForm, Ops: 1, Effect: true, Rule: PayloadPtrRule},
	TryPtrCold:                {Name: "try_ptr_cold", Form: TryPtrForm, Ops: 1, Effect: true, Rule: PayloadPtrRule},
	Ret:                       {Name: "ret", Result: NoReturnResult, Ops: 1, Effect: true, Rule: RetRule},
	RetSafe:                   {Name: "ret_safe", Result: NoReturnResult, Ops: 1, Effect: true, Rule: RetRule},
	RetLoad:                   {Name: "ret_load", Result: NoReturnResult, Ops: 1, Effect: true, Rule: RetLoadRule},
	Unreach:                   {Name: "unreach", Result: NoReturnResult, Effect: true},
	Trap:                      {Name: "trap", Result: NoReturnResult, Effect: true},
	Breakpoint:                {Name: "breakpoint", Result: VoidResult, Effect: true},
	Call:                      {Name: "call", Form: CallForm, Result: CallResult, Ops: -1, Effect: true, Rule: CallRule},
	CallAlwaysTail:            {Name: "call_always_tail", Form: CallForm, Result: CallResult, Ops: -1, Effect: true, Rule: CallRule},
	CallNeverTail:             {Name: "call_never_tail", Form: CallForm, Result: CallResult, Ops: -1, Effect: true, Rule: CallRule},
	CallNeverInline:           {Name: "call_never_inline", Form: CallForm, Result: CallResult, Ops: -1, Effect: true, Rule: CallRule},
	Arg:                       {Name: "arg", Form: ArgForm, Effect: true, Rule: ArgRule},
	RetAddr:                   {Name: "ret_addr", Result: USizeResult},
	FrameAddr:                 {Name: "frame_addr", Result: USizeResult},
	Assembly:                  {Name: "assembly", Form: AssemblyForm, Ops: -1, Rule: AssemblyRule},
	DbgStmt:                   {Name: "dbg_stmt", Form: StmtForm, Result: VoidResult, Effect: true, Rule: DebugRule},
	DbgEmptyStmt:              {Name: "dbg_empty_stmt", Result: VoidResult, Effect: true},
	DbgInlineBlock:            {Name: "dbg_inline_block", Form: InlineForm, Effect: true, Rule: DebugRule},
	DbgVarPtr:                 {Name: "dbg_var_ptr", Form: VariableForm, Result: VoidResult, Ops: 1, Effect: true, Rule: DebugRule},
	DbgVarVal:                 {Name: "dbg_var_val", Form: VariableForm, Result: VoidResult, Ops: 1, Effect: true, Rule: DebugRule},
	DbgArgInline:              {Name: "dbg_arg_inline", Form: VariableForm, Result: VoidResult, Ops: 1, Effect: true, Rule: DebugRule},
	Prefetch:                  {Name: "prefetch", Form: PrefetchForm, Result: VoidResult, Ops: 1, Effect: true, Rule: PrefetchRule},
	ErrReturnTrace:            {Name: "err_return_trace", Form: Typed, Rule: PointerResultRule},
	SetErrReturnTrace:         {Name: "set_err_return_trace", Result: VoidResult, Ops: 1, Effect: true, Rule: PointerOperandRule},
	SaveErrReturnTraceIndex:   {Name: "save_err_return_trace_index", Result: USizeResult},
	CVaStart:                  {Name: "c_va_start", Form: Typed, Effect: true, Rule: PointerResultRule},
	CVaArg:                    {Name: "c_va_arg", Form: Typed, Ops: 1, Effect: true, Rule: PointerOperandRule},
	CVaCopy:                   {Name: "c_va_copy", Form: Typed, Ops: 1, Effect: true, Rule: PointerOperandRule},
	CVaEnd:                    {Name: "c_va_end", Result: VoidResult, Ops: 1, Effect: true, Rule: PointerOperandRule},
	RuntimeNavPtr:             {Name: "runtime_nav_ptr", Form: Typed, Ops: 1, Rule: SymbolPtrRule},
}

// Row returns the table row of a tag.
func (t Tag) Row() *Row { return &rows[t] }

// String returns the tag as the text form spells it: "add_wrap".
func (t Tag) String() string {
	if t >= numTags {
		return "Tag(" + utoa(uint64(t)) + ")"
	}
	return rows[t].Name
}

// IsTerminator reports whether the tag ends a body.
func (t Tag) IsTerminator() bool { return rows[t].Result == NoReturnResult }

// IsCall reports whether the tag is a call of any kind.
func (t Tag) IsCall() bool { return rows[t].Form == CallForm }

// NumTags is the number of tags.
const NumTags = int(numTags)

// TagByName returns the tag that the text form spells name.
func TagByName(name string) (Tag, bool) {
	t, ok := tagsByName[name]
	return t, ok
}

var tagsByName = nameTags()

func nameTags() map[string]Tag {
	byName := make(map[string]Tag, NumTags)
	for t := range rows {
		byName[rows[t].Name] = Tag(t)
	}
	return byName
}
