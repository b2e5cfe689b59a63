// Package eval is the reference evaluator of AIR: it computes what a program means, independently of the backend and of
// the machine that runs the backend's code. (The language itself, package air, it shares with the backend.)
//
//	m, _ := air.Parse("inc.air", text)
//	p, _ := eval.New(m, eval.Config{})
//	outcome := p.Call("inc", []eval.Arg{air.NewInt(air.I8, 127)})
//	// outcome.Ending == oracle.Returned, outcome.Result == []byte{0x80}
//
// New prepares a verified module once: every function becomes linear code whose operands are resolved. Call then runs a
// function on a fresh state any number of times, Continue on the state that the previous run left. Values of at most 64
// bits take no allocation.
//
// The meaning of a tag is its row in meanings.go.
//
// # Undefined values
//
// Every bit of every value and of memory is defined or not. Reading, copying, storing, passing and returning undefined
// bits is legal. They spread:
//
//   - bit by bit through and, or, xor, not, shl and shr by a defined amount, byte_swap, bit_reverse, trunc, bitcast, a
//     widening intcast, select by a defined bool, and everything that takes apart or puts together aggregates (a bit
//     and-ed with a defined 0 is a defined 0, or-ed with a defined 1 a defined 1);
//   - to the whole result through all other arithmetic, comparisons and casts that have a result for every operand: the
//     wrapping and saturating forms, min and max, also of atomic_rmw and reduce, counts of bits, rounding, shl_sat by
//     any amount; and to all that an atomic_rmw of less than 4 bytes stores, if the old value has an undefined bit.
//
// An undefined bit that decides what happens is illegal ("undefined value used"): in the operand of a cond_br, switch
// or try, in an address, length or index of an access, in the flag of a payload that is taken, a scalar argument of an
// extern function, the expected or found value of a cmpxchg, the amount of every other shift; and in operands of what
// has no result for some of them: add, sub, mul, neg and divisions of integers, exact shifts, int_from_float, the _safe
// forms, and rem and mod of floats too. The column decides of the table has it for each tag. What takes as many steps as
// its operands say decides as well: transcendental functions, everything that computes with f80 or f128, conversions of
// integers of more than 64 bits to floats, and shl_sat of more than 128 bits. Code must not branch on anything else.
//
// Undefined are: the undef constant, memory before the first store (an alloc makes its object undefined each time it
// runs), padding, the payload of a null or of an error, inactive bytes of a union, ret_addr and frame_addr, the result
// of an _optimized float operation on NaN. A value with an undefined bit has no defined bits in the bytes of memory
// beyond its width.
//
// # Memory
//
// Memory is a set of objects: globals, the locals of each active call, read-only names. An access must lie within one
// live object and be aligned as its pointer promises; a store must not be to a constant object. Addresses of locals are
// never used twice within one run, so a pointer into a call that has returned is always caught. Pointers are plain
// integers: one that is computed to lie in another object may access it. Locals live from the entry of their function
// to its return; ret_ptr names one object per call.
//
// A load or store of an integer of N bits (or of an enum or packed struct of that width) through a pointer touches
// (N+7)/8 bytes, as LLVM's loads and stores of iN do: 3 for u24, 9 for u72. That is all that the pointer must point to,
// so that Zig's code may cast a pointer into [3]u8 to *align(1) u24; the rest of the ABI size is padding, which a store
// leaves as it was. The bits above the width in the bytes that a store writes are the extension of the value by its
// signedness; a load ignores them, except that a bool must be 0 or 1. Whole ABI sizes are touched by everything else: by
// loads and stores of other types, by atomic stores and read-modify-writes, by memset and memcpy, and by store_safe of
// undefined, which fills with 0xaa as Zig does.
//
// # What runs
//
// Transcendental functions are correctly rounded in every format: their result is the float nearest to the true value.
// That is what makes it one value, for evaluator and code alike.
//
// An instruction without effect whose result is not needed does not run. Illegal behaviour of the others ends a run at
// once: Illegal, a reason, and the place ("func @f, %7: add"). The _safe forms end it as Panicked with the reasons
// integer_overflow (arithmetic), integer_out_of_bounds (intcast_safe), invalid_enum_value (intcast_safe to a closed
// enum) and integer_part_out_of_bounds (int_from_float_safe); so does a call of an extern function "panic.REASON". trap
// and breakpoint end it as Trapped.
//
// Floats are IEEE 754, rounded to nearest even; every NaN result is the canonical one of RISC-V; min and max prefer a
// number to NaN and order -0 below 0. div_trunc and div_floor round the rounded quotient. sin, cos, tan, exp and log
// are approximations, which f80 and f128 lack.
//
// Inline assembly is evaluated where its text consists of the instructions in asmTable and ecall, which asks a small
// model of Linux (kernel.go). Other texts, and everything else
// that is not evaluated, ends the run as Unsupported with its name.
package eval
