package llvm

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
)

var orders = [...]string{air.Unordered: "unordered", air.Monotonic: "monotonic", air.Acquire: "acquire", air.Release: "release",
	air.AcqRel: "acq_rel", air.SeqCst: "seq_cst"}

func fence(f *function, in *air.Inst) string {
	f.line("fence %s", orders[in.Extra.(*air.AtomicExtra).Order])
	return ""
}

// atomicType returns the integer as which a type is accessed atomically; LLVM calls a library for more than 8 bytes.
func (f *function) atomicType(t, pointer *air.Type) (memory string, ok bool) {
	switch class := export.ClassOf(t); {
	case class == export.Bytes || class == export.Vector || class == export.Empty || t.Size() > 8:
		f.unsupported("an atomic access of type " + t.String())
	case pointer.IsBitPointer() || pointer.PointeeAlign() < t.Size():
		f.unsupported("an atomic access through " + pointer.String())
	default:
		return intType(t.Size() * 8), true
	}
	return "", false
}

// toAtomic and fromAtomic convert between a value and the integer in memory.
func (f *function) toAtomic(t *air.Type, v string) string {
	if export.ClassOf(t) == export.Integer {
		return f.toMemory(t, intType(t.Size()*8), v)
	}
	return f.toBits(t, v)
}

func (f *function) fromAtomic(t *air.Type, v string) string {
	if export.ClassOf(t) == export.Integer {
		return f.fromMemory(t, intType(t.Size()*8), v)
	}
	return f.fromBits(t, v)
}

func atomicLoad(f *function, in *air.Inst) string {
	p := f.typeOf(in, 0)
	memory, ok := f.atomicType(in.Type, p)
	if !ok {
		return ""
	}
	v := f.def("load atomic %s%s, ptr %s %s, align %d", volatile(p), memory, f.op(in, 0), orders[in.Extra.(*air.AtomicExtra).Order], p.PointeeAlign())
	return f.fromAtomic(in.Type, v)
}

func atomicStore(order string) handler {
	return func(f *function, in *air.Inst) string {
		p, t := f.typeOf(in, 0), f.typeOf(in, 1)
		if memory, ok := f.atomicType(t, p); ok {
			f.line("store atomic %s%s %s, ptr %s %s, align %d", volatile(p), memory, f.toAtomic(t, f.op(in, 1)), f.op(in, 0), order, p.PointeeAlign())
		}
		return ""
	}
}

// cmpxchg says both forms as the strong one: the weak form of AIR may fail without reason, but has none here.
func cmpxchg(f *function, in *air.Inst) string {
	p, t, x := f.typeOf(in, 0), f.typeOf(in, 1), in.Extra.(*air.AtomicExtra)
	memory, ok := f.atomicType(t, p)
	if !ok {
		return ""
	}
	order := orders[max(x.Order, air.Monotonic)]
	both := f.def("cmpxchg %sptr %s, %s %s, %s %s %s %s, align %d", volatile(p), f.op(in, 0), memory, f.toAtomic(t, f.op(in, 1)), memory,
		f.toAtomic(t, f.op(in, 2)), order, orders[max(x.Failure, air.Monotonic)], p.PointeeAlign())
	old := f.fromAtomic(t, f.def("extractvalue { %s, i1 } %s, 0", memory, both))
	failed := f.def("xor i1 %s, true", f.def("extractvalue { %s, i1 } %s, 1", memory, both))
	return f.optionalOf(in.Type, failed, old)
}

var rmwNames = map[air.Operation]string{air.Xchg: "xchg", air.OpAdd: "add", air.OpSub: "sub", air.OpAnd: "and", air.OpNand: "nand",
	air.OpOr: "or", air.OpXor: "xor", air.OpMin: "min", air.OpMax: "max"}

// atomicRmw is one instruction of LLVM on integers that fill their memory, and for exchanges; a loop elsewhere.
func atomicRmw(f *function, in *air.Inst) string {
	p, t, x := f.typeOf(in, 0), f.typeOf(in, 1), in.Extra.(*air.AtomicExtra)
	memory, ok := f.atomicType(t, p)
	if !ok {
		return ""
	}
	order := orders[max(x.Order, air.Monotonic)]
	isWhole := export.ClassOf(t) == export.Integer && widthOf(t) == t.Size()*8
	if x.Operation != air.Xchg && !isWhole {
		return f.rmwLoop(in, memory, order)
	}
	name := rmwNames[x.Operation]
	if (x.Operation == air.OpMin || x.Operation == air.OpMax) && !isSigned(t) {
		name = "u" + name
	}
	old := f.def("atomicrmw %s%s ptr %s, %s %s %s, align %d", volatile(p), name, f.op(in, 0), memory, f.toAtomic(t, f.op(in, 1)), order, p.PointeeAlign())
	return f.fromAtomic(t, old)
}

// rmwLoop computes the new value by ordinary instructions and stores it by a compare-exchange.
func (f *function) rmwLoop(in *air.Inst, memory, order string) string {
	p, t := f.typeOf(in, 0), f.typeOf(in, 1)
	head, done := f.newLabel(), f.newLabel()
	f.block(head)
	raw := f.def("load atomic %s, ptr %s monotonic, align %d", memory, f.op(in, 0), p.PointeeAlign())
	old := f.fromAtomic(t, raw)
	changed := f.combine(in.Extra.(*air.AtomicExtra).Operation, t, old, f.op(in, 1))
	both := f.def("cmpxchg ptr %s, %s %s, %s %s %s monotonic, align %d", f.op(in, 0), memory, raw, memory, f.toAtomic(t, changed), order, p.PointeeAlign())
	f.terminate("br i1 %s, label %%%s, label %%%s", f.def("extractvalue { %s, i1 } %s, 1", memory, both), done, head)
	f.block(done)
	return old
}

// combine returns what an operator makes of two scalars.
func (f *function) combine(op air.Operation, t *air.Type, x, y string) string {
	isFloat := t.Kind == air.Float
	switch {
	case op == air.OpMin || op == air.OpMax:
		return f.extreme(op.String(), t, x, y)
	case isFloat:
		return f.canonical(t, f.def("f%s %s %s, %s", rmwNames[op], valueType(t), x, y))
	case export.ClassOf(t) == export.Address:
		f.unsupported("arithmetic on addresses")
		return x
	case op == air.OpNand:
		return f.xor(t, f.def("and %s %s, %s", valueType(t), x, y), "-1")
	}
	return f.def("%s %s %s, %s", rmwNames[op], valueType(t), x, y)
}
