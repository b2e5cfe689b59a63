package c

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/fuzz/export/ir"
)

// plainAlign is the largest alignment of a local variable that every compiler of the plain dialect heeds.
const plainAlign = 16

func alloca(f *function, in *ir.Inst) {
	v := variable(in.Result)
	if f.dialect == Plain && in.Align > plainAlign {
		fmt.Fprintf(&f.variables, "  char a%s[%d];\n", v, in.Size+in.Align)
		f.emit("%s = (char *)(((unsigned long)a%s + %d) & %dul);", v, v, in.Align-1, -uint64(in.Align))
		return
	}
	fmt.Fprintf(&f.variables, "  char a%s[%d] __attribute__((aligned(%d)));\n", v, in.Size, in.Align)
	f.emit("%s = a%s;", v, v)
}

// isDirect reports whether memory is accessed as a type directly, else it is copied. Not every compiler of the plain
// dialect knows types with less alignment.
func (f *function) isDirect(t ir.Type, align int) bool {
	if f.dialect == Plain && align < t.Bits/8 {
		return false
	}
	return t.Kind != ir.Integer || isStandard(t.Bits)
}

// place returns the expression for memory at an address.
func (f *function) place(in *ir.Inst, t ir.Type, p ir.Operand) string {
	qualifier := ""
	if in.Flags&ir.Volatile != 0 {
		qualifier = "volatile "
	}
	return fmt.Sprintf("(%s%s *)%s", qualifier, f.memory(t, in.Align), value(p))
}

// isAtomic reports whether an instruction needs the atomic builtins. The plain dialect, which has none, is right for a
// single thread.
func (f *function) isAtomic(in *ir.Inst) bool { return in.Flags&ir.Atomic != 0 && f.dialect != Plain }

func load(f *function, in *ir.Inst) {
	switch v := variable(in.Result); {
	case f.isAtomic(in):
		in.Flags &^= ir.Volatile
		f.set(in, "__atomic_load_n(%s, %s)", f.place(in, in.Type, in.Args[0]), memoryOrder(in.Order))
	case f.isDirect(in.Type, in.Align):
		f.set(in, "*%s", f.place(in, in.Type, in.Args[0]))
	default:
		f.emit("%s = 0; __builtin_memcpy(&%s, __builtin_assume_aligned(%s, %d), %d);", v, v, value(in.Args[0]), in.Align, (in.Type.Bits+7)/8)
	}
}

func store(f *function, in *ir.Inst) {
	v, p := value(in.Args[0]), in.Args[1]
	switch {
	case f.isAtomic(in):
		in.Flags &^= ir.Volatile
		f.emit("__atomic_store_n(%s, %s, %s);", f.place(in, in.Type, p), v, memoryOrder(in.Order))
	case f.isDirect(in.Type, in.Align):
		f.emit("*%s = %s;", f.place(in, in.Type, p), v)
	default:
		f.emit("{ %s t_ = %s; __builtin_memcpy(__builtin_assume_aligned(%s, %d), &t_, %d); }", typeName(in.Type), v, value(p), in.Align, (in.Type.Bits+7)/8)
	}
}

func element(f *function, in *ir.Inst) {
	f.set(in, "%s + (long)%s * %d", value(in.Args[0]), value(in.Args[1]), in.Size)
}

// memoryOrder returns a memory order of LLVM as C spells it.
func memoryOrder(order string) string {
	return map[string]string{"acquire": "__ATOMIC_ACQUIRE", "release": "__ATOMIC_RELEASE", "acq_rel": "__ATOMIC_ACQ_REL",
		"seq_cst": "__ATOMIC_SEQ_CST", "unordered": "__ATOMIC_RELAXED", "monotonic": "__ATOMIC_RELAXED"}[order]
}

func fence(f *function, in *ir.Inst) {
	if f.dialect != Plain {
		f.emit("__atomic_thread_fence(%s);", memoryOrder(in.Order))
	}
}

func barrier(f *function, _ *ir.Inst) {
	if f.dialect != Plain {
		f.emit(`__asm__ volatile("" ::: "memory");`)
	}
}

func cmpxchg(f *function, in *ir.Inst) {
	in.Flags &^= ir.Volatile
	v, flag, p := variable(in.Result), variable(in.Overflow), f.place(in, in.Type, in.Args[0])
	expected, changed := value(in.Args[1]), value(in.Args[2])
	if f.dialect == Plain {
		f.emit("%s = *%s; %s = %s == %s; if (%s) *%s = %s;", v, p, flag, v, expected, flag, p, changed)
		return
	}
	f.emit("%s = %s; %s = __atomic_compare_exchange_n(%s, &%s, %s, 0, %s, %s);", v, expected, flag, p, v, changed, memoryOrder(in.Order),
		memoryOrder(in.Failure))
}

func atomicrmw(f *function, in *ir.Inst) {
	in.Flags &^= ir.Volatile
	old := ir.Operand{Name: in.Result, Type: in.Type}
	p, v, order := f.place(in, in.Type, in.Args[0]), value(in.Args[1]), memoryOrder(in.Order)
	switch {
	case f.dialect == Plain:
		f.set(in, "*%s", p)
		f.emit("*%s = %s;", p, f.combined(in, old))
	case in.Predicate == "xchg":
		f.set(in, "__atomic_exchange_n(%s, %s, %s)", p, v, order)
	case in.Predicate[len(in.Predicate)-2:] == "in" || in.Predicate[len(in.Predicate)-2:] == "ax":
		f.set(in, "__atomic_load_n(%s, __ATOMIC_RELAXED)", p)
		f.emit("while (!__atomic_compare_exchange_n(%s, &%s, %s, 0, %s, __ATOMIC_RELAXED)) ;", p, variable(in.Result), f.combined(in, old), order)
	default:
		f.set(in, "__atomic_fetch_%s(%s, %s, %s)", in.Predicate, p, v, order)
	}
}

// combined returns what an atomicrmw stores.
func (f *function) combined(in *ir.Inst, old ir.Operand) string {
	x, y := value(old), value(in.Args[1])
	switch in.Predicate {
	case "xchg":
		return y
	case "add":
		return x + " + " + y
	case "sub":
		return x + " - " + y
	case "and":
		return x + " & " + y
	case "nand":
		return "~(" + x + " & " + y + ")"
	case "or":
		return x + " | " + y
	case "xor":
		return x + " ^ " + y
	}
	operand, op := signedValue, "<"
	if in.Predicate[0] == 'u' {
		operand = value
	}
	if in.Predicate[len(in.Predicate)-1] == 'x' {
		op = ">"
	}
	return fmt.Sprintf("%s %s %s ? %s : %s", operand(old), op, operand(in.Args[1]), x, y)
}
