package air

import "strconv"

// Ref names an operand: an instruction of the same function by its index (>= 0), or a constant of the function (< 0,
// see ConstRef).
type Ref int32

// NoRef is the absent operand.
const NoRef Ref = -1 << 31

// InstRef returns the Ref of an instruction.
func InstRef(index Index) Ref { return Ref(index) }

// ConstRef returns the Ref of a function's constant by its position in Func.Consts.
func ConstRef(position int) Ref { return Ref(^position) }

// Inst returns the instruction that a Ref names; the second result is false for a constant.
func (r Ref) Inst() (Index, bool) { return Index(r), r >= 0 }

// Const returns the position in Func.Consts of the constant that a Ref names.
func (r Ref) Const() int { return int(^r) }

// Index is the position of an instruction in Func.Insts.
type Index uint32

// Body is a sequence of instructions. It ends in an instruction that does not return to it (a terminator).
type Body []Index

// Inst is one instruction. Every operand is in Ops and every nested body in Bodies, for all tags, in the order in which
// the text form shows them; the tag's row says what N and Extra hold.
type Inst struct {
	Tag  Tag
	Type *Type // of the result; void or noreturn if there is none
	Ops  []Ref
	// Bodies: block and loop have 1; cond_br has then and else; the try tags have the error body; switch_br has one per
	// case and the else body last (always present, perhaps just unreach).
	Bodies []Body
	// N is the tag's number: the parameter of an arg, the field of struct_field_*, union_init and field_parent_ptr, the
	// target (an enclosing block, loop or loop_switch_br) of br, repeat and switch_dispatch, the line of a dbg_stmt.
	N uint32
	// Extra holds what does not fit above, by the tag's form: *SwitchExtra, *AtomicExtra (also of cmpxchg and fence),
	// *AssemblyExtra, *DebugExtra, *ShuffleExtra, *ReduceExtra, *CompareExtra, *ErrorSetExtra or *PrefetchExtra; nil
	// for all other forms.
	Extra Extra
}

// Extra is the additional data of some forms.
type Extra interface{ extra() }

// SwitchExtra holds the cases of switch_br and loop_switch_br: case i runs Bodies[i].
type SwitchExtra struct{ Cases []SwitchCase }

// SwitchCase matches any of its items and inclusive ranges.
type SwitchCase struct {
	Items  []*Value
	Ranges [][2]*Value
}

// Order is an atomic memory order.
type Order uint8

// The memory orders, weakest first.
const (
	Unordered Order = iota
	Monotonic
	Acquire
	Release
	AcqRel
	SeqCst
)

var orderNames = [...]string{"unordered", "monotonic", "acquire", "release", "acq_rel", "seq_cst"}

// String returns the order as the text form spells it: "seq_cst".
func (o Order) String() string { return nameOf(orderNames[:], int(o)) }

// Operation is the operator of atomic_rmw and reduce.
type Operation uint8

// The operators; Xchg and Nand are of atomic_rmw only, Mul of reduce only.
const (
	Xchg Operation = iota
	OpAdd
	OpSub
	OpAnd
	OpNand
	OpOr
	OpXor
	OpMax
	OpMin
	OpMul
)

var operationNames = [...]string{"xchg", "add", "sub", "and", "nand", "or", "xor", "max", "min", "mul"}

// String returns the operator as the text form spells it: "xchg".
func (o Operation) String() string { return nameOf(operationNames[:], int(o)) }

// nameOf returns names[i], or the bare number if there is no such name.
func nameOf(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return strconv.Itoa(i)
}

// AtomicExtra holds the order of an atomic access or fence, the failure order of a compare-exchange and the operator of
// a read-modify-write.
type AtomicExtra struct {
	Order, Failure Order
	Operation      Operation
}

// Operand is a named operand of inline assembly. An output whose Op is -1 is the result of the instruction; other Ops
// are positions in Inst.Ops.
type Operand struct {
	Name, Constraint string
	Op               int
}

// AssemblyExtra is the text and operands of an assembly instruction.
type AssemblyExtra struct {
	Text            string
	Volatile        bool
	Outputs, Inputs []Operand
	Clobbers        []string
}

// DebugExtra names the source entity of a dbg_ instruction: a variable or a function; Column goes with the line N of
// dbg_stmt.
type DebugExtra struct {
	Name   string
	Column uint32
}

// ShuffleExtra is the mask of a shuffle: m >= 0 takes a[m], m < 0 takes b[-1-m]; UndefinedLane takes nothing.
type ShuffleExtra struct{ Mask []int32 }

// UndefinedLane is a ShuffleExtra mask entry whose result lane is undefined.
const UndefinedLane = int32(1<<31 - 1)

// ReduceExtra is the operator of a reduce.
type ReduceExtra struct{ Operation Operation }

// CompareExtra is the predicate of a cmp_vector: one of the cmp_ tags.
type CompareExtra struct{ Predicate Tag }

// ErrorSetExtra is the set that error_set_has_value tests for membership.
type ErrorSetExtra struct{ Set *Type }

// PrefetchExtra is the purpose of a prefetch; Locality is from 0 (none) to 3 (keep in all caches).
type PrefetchExtra struct {
	Write, Instruction bool
	Locality           uint8
}

func (*SwitchExtra) extra()   {}
func (*AtomicExtra) extra()   {}
func (*AssemblyExtra) extra() {}
func (*DebugExtra) extra()    {}
func (*ShuffleExtra) extra()  {}
func (*ReduceExtra) extra()   {}
func (*CompareExtra) extra()  {}
func (*ErrorSetExtra) extra() {}
func (*PrefetchExtra) extra() {}

// Target returns the instruction that a br, repeat or switch_dispatch goes to.
func (in *Inst) Target() Index { return Index(in.N) }

// FieldIndex returns the field that a struct_field_ptr (with or without an index in its name), struct_field_val,
// union_init or field_parent_ptr refers to.
func (in *Inst) FieldIndex() int {
	if in.Tag >= StructFieldPtrIndex0 && in.Tag <= StructFieldPtrIndex3 {
		return int(in.Tag - StructFieldPtrIndex0)
	}
	return int(in.N)
}
