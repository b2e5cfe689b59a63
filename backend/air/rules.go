package air

import "fmt"

// Rule is what Verify requires of a tag's operands and result. T is the result type, A and B the types of the operands
// in order; integers, floats and bools include vectors of them unless the rule says "scalar".
type Rule uint8

// The rules.
const (
	NoRule              Rule = iota
	NumericRule              // A = B = T, integers or floats
	IntegerRule              // all types equal, integers
	FloatRule                // all types equal, floats
	BitwiseRule              // all types equal, integers or bools
	OverflowRule             // A = B, T = { A, u1 }
	ShlOverflowRule          // B as in ShiftRule, T = { A, u1 }
	ShiftRule                // B is the unsigned type just wide enough for the width of A less one
	ShlSatRule               // B is any unsigned type, or A
	ByteSwapRule             // the width is a multiple of 8
	AbsRule                  // T is A, unsigned if an integer
	BitCountRule             // T is the unsigned type just wide enough for the width of A
	CompareRule              // A = B, ordered
	EqualRule                // A = B, comparable
	CompareVectorRule        // A = B, T a vector of bool of the same length
	BoolRule                 // A = B = bool
	ErrorsLenRule            // A = u16
	BitcastRule              // the same size
	IntFromPtrRule           // A a pointer, perhaps optional
	IntFromBoolRule          // A bool, T = u1
	IntCastRule              // integers or enums
	TruncRule                // integers of the same signedness, T not wider
	FpTruncRule              // floats, T narrower
	FpExtRule                // floats, T wider
	IntFromFloatRule         // float to integer
	FloatFromIntRule         // integer to float
	ErrorSetRule             // A an error set or u16
	NamedEnumRule            // A an enum
	PointerCastRule          // pointers
	AllocRule                // T a pointer to one
	RetPtrRule               // T a pointer to the function's result
	LoadRule                 // A a pointer to T
	StoreRule                // A a pointer to B
	MemsetRule               // A a slice of B, or a pointer to an array of B
	MemcpyRule               // A as in MemsetRule, B a pointer to the same elements
	SliceRule                // A a pointer, B usize, T a slice of the same elements
	SliceLenRule             // A a slice
	SlicePtrRule             // A a slice, T a pointer to the same elements
	PtrSliceLenRule          // A a pointer to a slice, T a pointer to usize
	PtrSlicePtrRule          // A a pointer to a slice, T a pointer to its pointer
	ArrayToSliceRule         // A a pointer to an array, T a slice of its elements
	ArrayElemRule            // A an array or vector of T, B usize
	SliceElemRule            // A a slice of T, B usize
	PtrElemRule              // A a pointer to elements T, B usize
	SliceElemPtrRule         // A a slice, B usize, T a pointer to an element
	PtrElemPtrRule           // A a pointer to elements, B usize, T a pointer to an element
	PtrArithmeticRule        // A a pointer to elements, B usize, T a pointer to the same
	FieldPtrRule             // A a pointer to a struct or union, T a pointer to the field
	FieldValRule             // A a struct or union, T the type of the field
	FieldParentRule          // T a pointer to a struct or union, A a pointer to the field
	SetTagRule               // A a pointer to a union, B its tag; of a union without one any enum
	GetTagRule               // A a tagged union, T its tag
	UnionInitRule            // T a union, A the type of the field
	AggregateRule            // T a struct, array or vector, one operand for each part
	OptionalPayloadRule      // A an optional of T
	OptionalPtrRule          // A a pointer to an optional, T a pointer to its payload
	WrapOptionalRule         // T an optional of A
	IsNullRule               // A an optional or C pointer
	IsNullPtrRule            // A a pointer to an optional or C pointer
	PayloadRule              // A an error union of T
	ErrorRule                // A an error union with the set T
	PayloadPtrRule           // A a pointer to an error union, T a pointer to its payload
	ErrorPtrRule             // A a pointer to an error union with the set T
	WrapPayloadRule          // T an error union of A
	WrapErrorRule            // T an error union with the set A
	IsErrRule                // A an error union
	IsErrPtrRule             // A a pointer to an error union
	SplatRule                // T a vector of A
	SelectRule               // A bool, B = C = T a scalar; or A a vector of bool, B = C = T vectors of that length
	ShuffleRule              // A and B vectors of the elements of T, a lane for each
	ReduceRule               // A a vector of T
	StoreElemRule            // A a pointer to a vector of C, B usize
	TagNameRule              // A an enum, T a slice of bytes
	ErrorNameRule            // A an error set, T a slice of bytes
	CmpxchgRule              // A a pointer to B, B = C, T an optional of B
	FenceRule                // an order from acquire on
	AtomicLoadRule           // A a pointer to T, a scalar
	AtomicStoreRule          // A a pointer to B, a scalar
	AtomicRmwRule            // A a pointer to T, a scalar, and B = T
	BrRule                   // to an enclosing block of type A
	RepeatRule               // to an enclosing loop
	CondBrRule               // A bool
	SwitchRule               // A an integer, enum, bool or error; items of that type, none twice
	DispatchRule             // to an enclosing loop_switch_br over A
	RetRule                  // A the function's result
	RetLoadRule              // A a pointer to the function's result
	CallRule                 // as many arguments of such types as the callee takes
	ArgRule                  // a parameter of type T; args come first and in order
	AssemblyRule             // operands in order of their mention
	DebugRule                // a name or column
	PrefetchRule             // A a pointer, locality up to 3
	PointerResultRule        // T a pointer
	PointerOperandRule       // A a pointer
	SymbolPtrRule            // A the address of a symbol, T a pointer
	numRules
)

// checks implements the rules. A check may rely on the number of operands in the tag's row, on valid operands and
// types, and on the row's Result.
var checks = [numRules]func(*verifier, *Inst) error{
	NumericRule:         allEqual("integers or floats", isNumeric),
	IntegerRule:         allEqual("integers", isInt),
	FloatRule:           allEqual("floats", isFloat),
	BitwiseRule:         allEqual("integers or bools", isBits),
	OverflowRule:        checkOverflow,
	ShlOverflowRule:     checkShlOverflow,
	ShiftRule:           checkShift,
	ShlSatRule:          checkShlSat,
	ByteSwapRule:        operandIs("an integer of whole bytes", hasWholeBytes),
	AbsRule:             related("%[2]s is not the absolute type of %[1]s", absolute),
	BitCountRule:        checkBitCount,
	CompareRule:         checkCompare,
	EqualRule:           checkEqual,
	CompareVectorRule:   checkCompareVector,
	BoolRule:            allEqual("bools", isBool),
	ErrorsLenRule:       checkErrorsLen,
	BitcastRule:         checkBitcast,
	IntFromPtrRule:      operandIs("a pointer", func(t *Type) bool { return t.Kind == Pointer || t.IsPointerLike() }),
	IntFromBoolRule:     conversion(isBool, isU1),
	IntCastRule:         conversion(isIntOrEnum, isIntOrEnum),
	TruncRule:           related("it does not turn %s into %s", truncates),
	FpTruncRule:         related("%s is not a wider float than %s", isWiderFloat),
	FpExtRule:           related("%[2]s is not a wider float than %[1]s", func(a, t *Type) bool { return isWiderFloat(t, a) }),
	IntFromFloatRule:    conversion(isFloat, isInt),
	FloatFromIntRule:    conversion(isInt, isFloat),
	ErrorSetRule:        checkErrorSet,
	NamedEnumRule:       operandIs("an enum", isEnum),
	PointerCastRule:     conversion((*Type).IsPointerLike, (*Type).IsPointerLike),
	AllocRule:           resultIs("a pointer to one", func(t *Type) bool { return t.IsPointer() && t.PointerSize == One }),
	RetPtrRule:          checkRetPtr,
	LoadRule:            checkLoad,
	StoreRule:           checkStore,
	MemsetRule:          checkMemset,
	MemcpyRule:          checkMemcpy,
	SliceRule:           checkSlice,
	SliceLenRule:        operandIs("a slice", (*Type).IsSlice),
	SlicePtrRule:        related("%[2]s is not the pointer of %[1]s", func(a, t *Type) bool { return a.IsSlice() && t.IsPointer() && t.Elem == a.Elem }),
	PtrSliceLenRule:     both(pointeeIs("a slice", (*Type).IsSlice), resultIs("a pointer to usize", func(t *Type) bool { return t.IsPointer() && t.Elem == USize })),
	PtrSlicePtrRule:     checkPtrSlicePtr,
	ArrayToSliceRule:    related("%s cannot become %s", func(a, t *Type) bool { return t.IsSlice() && !a.IsSlice() && hasLength(a) && elemsOf(a) == t.Elem }),
	ArrayElemRule:       element("an array or vector", arrayElem, false),
	SliceElemRule:       element("a slice", sliceElem, false),
	PtrElemRule:         element("a pointer to elements", pointerElem, false),
	SliceElemPtrRule:    element("a slice", sliceElem, true),
	PtrElemPtrRule:      element("a pointer to elements", pointerElem, true),
	PtrArithmeticRule:   checkPtrArithmetic,
	FieldPtrRule:        checkFieldPtr,
	FieldValRule:        checkFieldVal,
	FieldParentRule:     checkFieldParent,
	SetTagRule:          checkSetTag,
	GetTagRule:          checkGetTag,
	UnionInitRule:       checkUnionInit,
	AggregateRule:       checkAggregate,
	OptionalPayloadRule: related("%[2]s is not the payload of %[1]s", payloadIs),
	OptionalPtrRule:     related("%[2]s does not point to the payload behind %[1]s", func(a, t *Type) bool { return a.IsPointer() && t.IsPointer() && payloadIs(a.Elem, t.Elem) }),
	WrapOptionalRule:    related("%s is not the payload of %s", func(a, t *Type) bool { return payloadIs(t, a) }),
	IsNullRule:          operandIs("an optional", isNullable),
	IsNullPtrRule:       pointeeIs("an optional", isNullable),
	PayloadRule:         related("%[2]s is not the payload of %[1]s", func(a, t *Type) bool { return isErrorUnion(a) && a.Elem == t }),
	ErrorRule:           related("%[2]s is not the error set of %[1]s", func(a, t *Type) bool { return isErrorUnion(a) && a.ErrorSet == t }),
	PayloadPtrRule:      checkPayloadPtr,
	ErrorPtrRule:        related("%[2]s is not the error set behind %[1]s", func(a, t *Type) bool { return a.IsPointer() && isErrorUnion(a.Elem) && a.Elem.ErrorSet == t }),
	WrapPayloadRule:     related("%s is not the payload of %s", func(a, t *Type) bool { return isErrorUnion(t) && t.Elem == a }),
	WrapErrorRule:       related("%s is not the error set of %s", func(a, t *Type) bool { return isErrorUnion(t) && t.ErrorSet == a }),
	IsErrRule:           operandIs("an error union", isErrorUnion),
	IsErrPtrRule:        pointeeIs("an error union", isErrorUnion),
	SplatRule:           checkSplat,
	SelectRule:          checkSelect,
	ShuffleRule:         checkShuffle,
	ReduceRule:          checkReduce,
	StoreElemRule:       checkStoreElem,
	TagNameRule:         both(operandIs("an enum", isEnum), resultIs("a slice of bytes", isText)),
	ErrorNameRule:       both(operandIs("an error set", isErrorSet), resultIs("a slice of bytes", isText)),
	CmpxchgRule:         checkCmpxchg,
	FenceRule:           checkFence,
	AtomicLoadRule:      checkAtomicLoad,
	AtomicStoreRule:     checkAtomicStore,
	AtomicRmwRule:       checkAtomicRmw,
	BrRule:              checkBr,
	RepeatRule:          checkRepeat,
	CondBrRule:          operandIs("bool", func(t *Type) bool { return t == BoolType }),
	SwitchRule:          checkSwitch,
	DispatchRule:        checkDispatch,
	RetRule:             checkRet,
	RetLoadRule:         checkRetLoad,
	CallRule:            checkCall,
	ArgRule:             checkArg,
	AssemblyRule:        checkAssembly,
	DebugRule:           checkDebug,
	PrefetchRule:        checkPrefetch,
	PointerResultRule:   isPointerResult,
	PointerOperandRule:  operandIs("a pointer", (*Type).IsPointer),
	SymbolPtrRule:       checkSymbolPtr,
}

func (v *verifier) op(in *Inst, n int) *Type { return v.f.TypeOf(in.Ops[n]) }

// badOperand returns the error for an operand whose type a rule rejects.
func badOperand(t *Type, want string) error {
	return fmt.Errorf("an operand of type %s is not %s", t, want)
}

// badResult returns the error for a result whose type a rule rejects.
func badResult(t *Type, want string) error {
	return fmt.Errorf("the result type %s is not %s", t, want)
}

// operandIs returns the check of one operand.
func operandIs(want string, is func(*Type) bool) func(*verifier, *Inst) error {
	return func(v *verifier, in *Inst) error {
		if t := v.op(in, 0); !is(t) {
			return badOperand(t, want)
		}
		return nil
	}
}

// resultIs returns the check of a result.
func resultIs(want string, is func(*Type) bool) func(*verifier, *Inst) error {
	return func(_ *verifier, in *Inst) error {
		if !is(in.Type) {
			return badResult(in.Type, want)
		}
		return nil
	}
}

var isPointerResult = resultIs("a pointer", (*Type).IsPointer)

// related returns the check of the types of an operand and of the result, which the message names in this order.
func related(message string, are func(operand, result *Type) bool) func(*verifier, *Inst) error {
	return func(v *verifier, in *Inst) error {
		if t := v.op(in, 0); !are(t, in.Type) {
			return fmt.Errorf(message, t, in.Type)
		}
		return nil
	}
}

// both returns the check that is passed if two are.
func both(first, second func(*verifier, *Inst) error) func(*verifier, *Inst) error {
	return func(v *verifier, in *Inst) error {
		if err := first(v, in); err != nil {
			return err
		}
		return second(v, in)
	}
}

// pointeeIs returns the check of one operand that is a pointer.
func pointeeIs(want string, is func(*Type) bool) func(*verifier, *Inst) error {
	return func(v *verifier, in *Inst) error {
		if t := v.op(in, 0); !t.IsPointer() || !is(t.Elem) {
			return badOperand(t, "a pointer to "+want)
		}
		return nil
	}
}

// allEqual returns the check that operands and result (unless it is bool) have one type, scalars or vectors of a class.
func allEqual(class string, is func(*Type) bool) func(*verifier, *Inst) error {
	return func(v *verifier, in *Inst) error {
		first := v.op(in, 0)
		if !is(laneType(first)) {
			return badOperand(first, class)
		}
		for n := range in.Ops[1:] {
			if t := v.op(in, n+1); t != first {
				return fmt.Errorf("operands of types %s and %s", first, t)
			}
		}
		return nil
	}
}

// conversion returns the check that an operand of one class becomes a result of another, lane by lane for vectors.
func conversion(from, to func(*Type) bool) func(*verifier, *Inst) error {
	return func(v *verifier, in *Inst) error {
		t := v.op(in, 0)
		if !sameShape(t, in.Type) || !from(laneType(t)) || !to(laneType(in.Type)) {
			return fmt.Errorf("it does not turn %s into %s", t, in.Type)
		}
		return nil
	}
}

// laneType returns the element type of a vector; any other type itself.
func laneType(t *Type) *Type {
	if t.Kind == Vector {
		return t.Elem
	}
	return t
}

// sameShape reports whether both are scalars, or both are vectors of the same length.
func sameShape(a, b *Type) bool {
	return (a.Kind == Vector) == (b.Kind == Vector) && (a.Kind != Vector || a.Len == b.Len)
}

func isInt(t *Type) bool        { return t.Kind == Int }
func isFloat(t *Type) bool      { return t.Kind == Float }
func isBool(t *Type) bool       { return t.Kind == Bool }
func isU1(t *Type) bool         { return t == U1 }
func isNumeric(t *Type) bool    { return t.Kind == Int || t.Kind == Float }
func isBits(t *Type) bool       { return t.Kind == Int || t.Kind == Bool }
func isIntOrEnum(t *Type) bool  { return t.Kind == Int || t.Kind == Enum }
func isEnum(t *Type) bool       { return t.Kind == Enum }
func isErrorSet(t *Type) bool   { return t.Kind == ErrorSet }
func isText(t *Type) bool       { return t.IsSlice() && t.Elem == U8 }
func isErrorUnion(t *Type) bool { return t.Kind == ErrorUnion }

// isNullable reports whether a value of t may be null.
func isNullable(t *Type) bool { return t.Kind == Optional || t.Kind == Pointer && t.PointerSize == C }
