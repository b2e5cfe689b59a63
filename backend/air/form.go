package air

// Form is the shape of an instruction's text: the parts between its parentheses.
type Form uint8

// The forms. T is the result type; it is written only where the operands do not determine it.
const (
	Plain        Form = iota // tag(op, ...); result by the row's Result rule
	Typed                    // tag(T, op, ...)
	ArgForm                  // arg(T, n)
	FieldForm                // tag(T, op, field)
	CallForm                 // call(callee, [op, ...])
	ListForm                 // aggregate_init(T, [op, ...])
	BlockForm                // block(T, { ... })
	InlineForm               // dbg_inline_block(T, "name", { ... })
	LoopForm                 // loop({ ... })
	BranchForm               // br(%target, op); repeat(%target); switch_dispatch(%target, op)
	CondForm                 // cond_br(op, { ... }, { ... })
	SwitchForm               // switch_br(op, [1, 3...5] => { ... }, else => { ... })
	TryForm                  // try(op, { error body })
	TryPtrForm               // try_ptr(T, op, { error body })
	CmpxchgForm              // tag(T, ptr, expected, new, order, failure order)
	FenceForm                // fence(order)
	AtomicForm               // atomic_load(T, ptr, order)
	RmwForm                  // atomic_rmw(T, ptr, op, operation, order)
	AssemblyForm             // assembly(T, volatile "text", outputs [...], inputs [...], clobbers [...])
	StmtForm                 // dbg_stmt(line, column)
	VariableForm             // dbg_var_ptr(op, "name")
	ShuffleForm              // shuffle(T, a, b, [0, -1, undefined])
	ReduceForm               // reduce(op, operation)
	CompareForm              // cmp_vector(T, a, b, lt)
	ErrorSetForm             // error_set_has_value(T, op), T being the set
	PrefetchForm             // prefetch(ptr, read, locality, data)
	numForms
)

// part is one comma-separated piece of an instruction's text.
type part uint8

const (
	typePart   part = iota
	opsPart         // the operands, as many as the row says
	calleePart      // operand 0
	listPart        // the remaining operands in brackets
	numberPart
	targetPart
	bodyPart
	casesPart
	namePart
	columnPart
	orderPart
	failurePart
	operationPart
	reducePart
	predicatePart
	setPart
	maskPart
	assemblyPart
	prefetchPart
)

// forms holds the parts of each form in order. The printer and the parser both walk this table.
var forms = [numForms][]part{
	Plain:        {opsPart},
	Typed:        {typePart, opsPart},
	ArgForm:      {typePart, numberPart},
	FieldForm:    {typePart, opsPart, numberPart},
	CallForm:     {calleePart, listPart},
	ListForm:     {typePart, listPart},
	BlockForm:    {typePart, bodyPart},
	InlineForm:   {typePart, namePart, bodyPart},
	LoopForm:     {bodyPart},
	BranchForm:   {targetPart, opsPart},
	CondForm:     {opsPart, bodyPart, bodyPart},
	SwitchForm:   {opsPart, casesPart},
	TryForm:      {opsPart, bodyPart},
	TryPtrForm:   {typePart, opsPart, bodyPart},
	CmpxchgForm:  {typePart, opsPart, orderPart, failurePart},
	FenceForm:    {orderPart},
	AtomicForm:   {typePart, opsPart, orderPart},
	RmwForm:      {typePart, opsPart, operationPart, orderPart},
	AssemblyForm: {typePart, assemblyPart},
	StmtForm:     {numberPart, columnPart},
	VariableForm: {opsPart, namePart},
	ShuffleForm:  {typePart, opsPart, maskPart},
	ReduceForm:   {opsPart, reducePart},
	CompareForm:  {typePart, opsPart, predicatePart},
	ErrorSetForm: {setPart, opsPart},
	PrefetchForm: {opsPart, prefetchPart},
}

// Result is the rule that determines an instruction's result type.
type Result uint8

// The result rules.
const (
	GivenResult    Result = iota // written in the text
	SameResult                   // the type of operand 0
	BoolResult                   // bool
	VoidResult                   // void
	NoReturnResult               // noreturn: a terminator
	USizeResult                  // usize
	ElemResult                   // the element of operand 0, a vector
	PayloadResult                // the payload of operand 0, an error union
	CallResult                   // the result of the callee, operand 0
)

// resultType applies a result rule to the first operand's type (nil if the instruction has none). It returns nil if the
// rule does not determine the type or does not apply.
func (r Result) resultType(first *Type) *Type {
	switch r {
	case BoolResult:
		return BoolType
	case VoidResult:
		return VoidType
	case NoReturnResult:
		return NoReturnType
	case USizeResult:
		return USize
	}
	switch {
	case first == nil:
		return nil
	case r == SameResult:
		return first
	case r == ElemResult && first.Kind == Vector, r == PayloadResult && first.Kind == ErrorUnion:
		return first.Elem
	case r == CallResult:
		if fn := first.Callee(); fn != nil {
			return fn.Elem
		}
	}
	return nil
}

// Callee returns the function type that a call of a value of type t calls: t itself, or its pointee; nil if t cannot be
// called.
func (t *Type) Callee() *Type {
	if t.IsPointer() {
		t = t.Elem
	}
	if t.Kind != Fn {
		return nil
	}
	return t
}

// CallsLike reports whether a call as of function type t may reach a function of type u: both pass the same values in
// the same places. Pointers may differ in what they point to, and integers, enums, error sets and bools of the same
// width and signedness stand for each other.
func (t *Type) CallsLike(u *Type) bool {
	if t == u {
		return true
	}
	if t.CallC != u.CallC || t.VarArgs != u.VarArgs || len(t.Params) != len(u.Params) {
		return false
	}
	for i := range t.Params {
		if !t.Params[i].PassedLike(u.Params[i]) {
			return false
		}
	}
	return t.Elem.PassedLike(u.Elem)
}

// PassedLike reports whether values of two types have the same form: a function may read one where the other was passed.
func (t *Type) PassedLike(u *Type) bool {
	if t == u {
		return true
	}
	a, number := t.Scalar()
	b, same := u.Scalar()
	if number || same {
		return number && same && a.Bits == b.Bits && a.Signed == b.Signed && (t.Kind == Float) == (u.Kind == Float)
	}
	if t.Kind != u.Kind || t.Kind == NoReturn || t.Size() != u.Size() || t.Align() != u.Align() || len(t.Fields) != len(u.Fields) {
		return t.Kind == u.Kind && t.Kind == NoReturn
	}
	for i := range t.Fields {
		if !t.Fields[i].Type.PassedLike(u.Fields[i].Type) {
			return false
		}
	}
	return t.Elem == nil || u.Elem == nil || t.Kind == Pointer || t.Elem.PassedLike(u.Elem)
}
