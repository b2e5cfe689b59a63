package qbe

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/fuzz/export/ir"
)

func alloca(f *function, in *ir.Inst) {
	v := local(in.Result)
	if in.Align > 16 {
		fmt.Fprintf(&f.entry, "\t%s.room =l alloc16 %d\n\t%s.end =l add %s.room, %d\n\t%s =l and %s.end, %d\n", v, in.Size+in.Align, v, v, in.Align-1, v, v, -in.Align)
		return
	}
	align := 4
	for align < in.Align {
		align *= 2
	}
	fmt.Fprintf(&f.entry, "\t%s =l alloc%d %d\n", v, align, in.Size)
}

// suffixes are how loads and stores name what is in memory.
var loadSuffixes = map[ir.Type]string{ir.Int(8): "ub", ir.Int(16): "uh", ir.Int(32): "w", ir.Int(64): "l", ir.Address: "l",
	{Kind: ir.Float, Bits: 32}: "s", {Kind: ir.Float, Bits: 64}: "d"}
var storeSuffixes = map[ir.Type]string{ir.Int(8): "b", ir.Int(16): "h", ir.Int(32): "w", ir.Int(64): "l", ir.Address: "l",
	{Kind: ir.Float, Bits: 32}: "s", {Kind: ir.Float, Bits: 64}: "d"}

func load(f *function, in *ir.Inst) {
	f.set(in, "load%s %s", loadSuffixes[in.Type], f.value(in.Args[0]))
}

func store(f *function, in *ir.Inst) {
	f.class(in.Type)
	f.emit("store%s %s, %s", storeSuffixes[in.Type], f.value(in.Args[0]), f.value(in.Args[1]))
}

func element(f *function, in *ir.Inst) {
	index := f.value(in.Args[1])
	switch {
	case in.Args[1].IsConstant():
		index = fmt.Sprint(in.Args[1].Value().Uint64() * uint64(in.Size))
	case in.Size != 1:
		index = f.temp("l", "mul %s, %d", index, in.Size)
	}
	f.set(in, "add %s, %s", f.value(in.Args[0]), index)
}

// accessed returns the type in memory of an atomic instruction.
func accessed(in *ir.Inst) ir.Type { return ir.Int(8 * in.Size) }

// cmpxchg always stores: what it found where that is not what is expected.
func cmpxchg(f *function, in *ir.Inst) {
	old, p := local(in.Result), f.value(in.Args[0])
	f.set(in, "load%s %s", loadSuffixes[accessed(in)], p)
	f.emit("%s =w %s %s, %s", local(in.Overflow), f.comparison("eq", in.Type), old, f.value(in.Args[1]))
	f.emit("store%s %s, %s", storeSuffixes[accessed(in)], f.chosen(f.class(in.Type), local(in.Overflow), f.value(in.Args[2]), old), p)
}

// chosen takes the bits of one integer or the other by a mask.
func (f *function) chosen(class, condition, x, y string) string {
	if class == "l" {
		condition = f.temp("l", "extuw %s", condition)
	}
	mask := f.temp(class, "sub 0, %s", condition)
	return f.temp(class, "or %s, %s", f.temp(class, "and %s, %s", x, mask), f.temp(class, "and %s, %s", y, f.temp(class, "xor %s, -1", mask)))
}

func atomicrmw(f *function, in *ir.Inst) {
	old, v, p, class := local(in.Result), f.value(in.Args[1]), f.value(in.Args[0]), f.class(in.Type)
	f.set(in, "load%s %s", loadSuffixes[accessed(in)], p)
	changed := v
	switch in.Predicate {
	case "xchg":
	case "add", "sub", "and", "or", "xor":
		changed = f.temp(class, "%s %s, %s", in.Predicate, old, v)
	case "nand":
		changed = f.temp(class, "xor %s, -1", f.temp(class, "and %s, %s", old, v))
	default:
		changed = f.extreme(in, old, v)
	}
	f.emit("store%s %s, %s", storeSuffixes[accessed(in)], changed, p)
}

// extreme compares in the width in memory: a narrow integer is sign-extended where its sign counts.
func (f *function) extreme(in *ir.Inst, x, y string) string {
	predicate := map[string]string{"min": "slt", "max": "sgt", "umin": "ult", "umax": "ugt"}[in.Predicate]
	a, b := x, y
	if suffix := map[int]string{1: "b", 2: "h"}[in.Size]; suffix != "" && predicate[0] == 's' {
		a, b = f.temp("w", "exts%s %s", suffix, x), f.temp("w", "exts%s %s", suffix, y)
	}
	return f.chosen(f.class(in.Type), f.temp("w", "%s %s, %s", f.comparison(predicate, in.Type), a, b), x, y)
}
