package air

// Tag is the operation of an instruction.
type Tag uint8

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

// Row gives the table row of a tag.
func (t Tag) Row() *Row { return &rows[t] }

// String gives the tag as the text form spells it.
func (t Tag) String() string {
	if t >= numTags {
		return "Tag(" + utoa(uint64(t)) + ")"
	}
	return rows[t].Name
}

// IsTerminator says that nothing follows the tag in a body.
func (t Tag) IsTerminator() bool { return rows[t].Result == NoReturnResult }

// NumTags is the number of tags.
const NumTags = int(numTags)

// TagByName finds a tag by its text form.
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
