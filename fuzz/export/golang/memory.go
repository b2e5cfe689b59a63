package golang

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/fuzz/export/ir"
)

func alloca(f *function, in *ir.Inst) {
	v := variable(in.Result)
	words := (in.Size + 7) / 8
	if in.Align <= wordAlign {
		fmt.Fprintf(&f.memory, "\tvar a%s [%d]uint64\n\t%s = unsafe.Pointer(&a%s)\n", v, words, v, v)
		return
	}
	fmt.Fprintf(&f.memory, "\tvar a%s [%d]uint64\n\t%s = rv_align(unsafe.Pointer(&a%s), %d)\n", v, words+in.Align/8, v, v, in.Align)
}

// isAtomic reports whether package sync/atomic has accesses of the size of a type.
func isAtomic(in *ir.Inst, t ir.Type) bool {
	return in.Flags&ir.Atomic != 0 && (t.Bits == 32 || t.Bits == 64)
}

// An address with less alignment than a type is accessed byte by byte.
func load(f *function, in *ir.Inst) {
	p, t := f.value(in.Args[0]), in.Type
	switch size := t.Bits / 8; {
	case in.Align >= size && isAtomic(in, t):
		f.set(in, "atomic.LoadUint%d((*uint%d)(%s))", t.Bits, t.Bits, p)
	case in.Align >= size:
		f.set(in, "*(*%s)(%s)", f.typeName(t), p)
	case t.Kind == ir.Pointer:
		f.set(in, "unsafe.Pointer(uintptr(rv_load8(%s)))", p)
	case t.Kind == ir.Float:
		f.typeName(t)
		f.set(in, "math.Float%dfrombits(rv_load%d(%s))", t.Bits, size, p)
	default:
		f.set(in, "rv_load%d(%s)", size, p)
	}
}

func store(f *function, in *ir.Inst) {
	v, p, t := f.value(in.Args[0]), f.value(in.Args[1]), in.Type
	switch size := t.Bits / 8; {
	case in.Align >= size && isAtomic(in, t):
		f.emit("atomic.StoreUint%d((*uint%d)(%s), %s)", t.Bits, t.Bits, p, v)
	case in.Align >= size:
		f.emit("*(*%s)(%s) = %s", f.typeName(t), p, v)
	case t.Kind == ir.Pointer:
		f.emit("rv_store8(%s, uint64(uintptr(%s)))", p, v)
	case t.Kind == ir.Float:
		f.emit("rv_store%d(%s, math.Float%dbits(%s))", size, p, t.Bits, v)
	default:
		f.emit("rv_store%d(%s, %s)", size, p, v)
	}
}

func element(f *function, in *ir.Inst) {
	p, index := f.value(in.Args[0]), in.Args[1]
	switch {
	case index.IsConstant():
		f.set(in, "unsafe.Add(%s, %d)", p, int64(index.Value().Uint64())*int64(in.Size))
	case in.Size == 1:
		f.set(in, "unsafe.Add(%s, %s)", p, f.value(index))
	default:
		f.set(in, "unsafe.Add(%s, %s*%d)", p, f.value(index), in.Size)
	}
}

func memoryCall(f *function, in *ir.Inst) {
	name := "rv_copy"
	if in.Op == "llvm.memset" {
		name = "rv_fill"
	}
	f.emit("%s(%s, %s, %s)", name, f.value(in.Args[0]), f.value(in.Args[1]), f.value(in.Args[2]))
}

// cmpxchg is a loop around the one of sync/atomic, which does not tell what it found.
func cmpxchg(f *function, in *ir.Inst) {
	v, flag, n := variable(in.Result), variable(in.Overflow), in.Type.Bits
	p := fmt.Sprintf("(*uint%d)(%s)", n, f.value(in.Args[0]))
	expected, changed := f.value(in.Args[1]), f.value(in.Args[2])
	if n < 32 {
		f.emit("%s = *%s; %s = %s == %s; if %s { *%s = %s }", v, p, flag, v, expected, flag, p, changed)
		return
	}
	f.emit("for { %s = atomic.LoadUint%d(%s); %s = %s == %s; if !%s || atomic.CompareAndSwapUint%d(%s, %s, %s) { break } }", v, n, p, flag, v, expected,
		flag, n, p, expected, changed)
}

func atomicrmw(f *function, in *ir.Inst) {
	n, v := in.Type.Bits, f.opaque(in.Args[1], f.value)
	p := fmt.Sprintf("(*uint%d)(%s)", n, f.value(in.Args[0]))
	old := variable(in.Result)
	name, isCall := map[string]string{"xchg": "Swap", "add": "Add", "and": "And", "or": "Or"}[in.Predicate]
	switch {
	case n < 32:
		f.set(in, "*%s", p)
		f.emit("*%s = %s", p, f.combined(in, v))
	case isCall:
		f.set(in, "atomic.%sUint%d(%s, %s)", name, n, p, v)
		if name == "Add" {
			f.emit("%s -= %s", old, v)
		}
	default:
		f.emit("for { %s = atomic.LoadUint%d(%s); if atomic.CompareAndSwapUint%d(%s, %s, %s) { break } }", old, n, p, n, p, old, f.combined(in, v))
	}
}

// combined returns what an atomicrmw stores.
func (f *function) combined(in *ir.Inst, v string) string {
	old := variable(in.Result)
	form := map[string]string{"xchg": "Y", "add": "X + Y", "sub": "X - Y", "and": "X & Y", "nand": "^(X & Y)", "or": "X | Y", "xor": "X ^ Y",
		"umin": "min(X, Y)", "umax": "max(X, Y)", "min": "T(min(S(X), S(Y)))", "max": "T(max(S(X), S(Y)))"}[in.Predicate]
	typ := f.typeName(in.Type)
	return strings.NewReplacer("X", old, "Y", v, "T", typ, "S", typ[1:]).Replace(form)
}
