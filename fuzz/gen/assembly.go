package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// clobbers are those of generated assembly: memory, and registers of every kind.
var clobbers = [...]string{"memory", "ra", "a0", "a1", "a5", "a7", "t0", "t2", "s1", "s2", "s11", "fa0", "ft3", "fs1"}

// barrier writes an assembly without text. Its operands are placed all the same, and the values in the registers that
// it names move elsewhere.
func (w *writer) barrier(tag air.Tag) bool {
	extra := &air.AssemblyExtra{Volatile: true}
	var ops []air.Ref
	if p, ok := w.find(func(v *value) bool { return isPointerTo(v, true) && isRegisterType(v.typ.Elem) }); ok && w.s.Bool() {
		constraint := "+r"
		if isBoxed(p.typ.Elem) {
			constraint = "+f"
		}
		extra.Outputs = append(extra.Outputs, air.Operand{Name: "inout", Constraint: constraint, Op: len(ops)})
		ops = append(ops, p.ref)
	}
	if p, ok := w.pointing(true, func(t *air.Type) bool { return t.HasBits() }); ok && w.s.Chance(1, 4) {
		extra.Outputs = append(extra.Outputs, air.Operand{Name: "memory", Constraint: choose(w.s, memoryConstraints[:]), Op: len(ops)})
		ops = append(ops, p.ref)
	}
	for _, name := range inputNames[:w.s.Intn(len(inputNames)+1)] {
		v, ok := w.find(func(v *value) bool { return isRegisterType(v.typ) })
		if !ok {
			break
		}
		extra.Inputs = append(extra.Inputs, air.Operand{Name: name, Constraint: w.constraint(v.typ), Op: len(ops)})
		ops = append(ops, v.ref)
	}
	if w.s.Chance(1, 4) {
		extra.Inputs = append(extra.Inputs, air.Operand{Name: "constant", Constraint: "i", Op: len(ops)})
		ops = append(ops, w.literal(air.I32, int64(w.s.Intn(100))).ref)
	}
	if v, ok := w.find(func(v *value) bool { return v.typ.HasBits() && !isRegisterType(v.typ) }); ok && len(ops) < 3 && w.s.Chance(1, 4) {
		extra.Inputs = append(extra.Inputs, air.Operand{Name: "large", Constraint: choose(w.s, largeConstraints[:]), Op: len(ops)})
		ops = append(ops, v.ref)
	}
	for range min(w.s.Intn(4), max(0, 4-len(ops))) { // the fewest registers that a case may have suffice for both
		extra.Clobbers = append(extra.Clobbers, choose(w.s, clobbers[:]))
	}
	w.emit(air.Inst{Tag: tag, Type: air.VoidType, Ops: w.operands(ops...), Extra: extra})
	return true
}

// isBoxed reports whether values of t are in floating-point registers.
func isBoxed(t *air.Type) bool { return isShortFloat(t) && !isHalf(t) }

// memoryConstraints are those of an output in memory, largeConstraints those of an input that no register need hold.
var memoryConstraints, largeConstraints = [...]string{"=m", "+m"}, [...]string{"m", "rm"}

var inputNames = [...]string{"first", "second"}

// isRegisterType reports whether a value of t fits a register.
func isRegisterType(t *air.Type) bool {
	return isNarrow(t) || isShortFloat(t) || t.Kind == air.Bool
}

// constraint draws the constraint of an input: any register of its class, one by name, or memory.
func (w *writer) constraint(t *air.Type) string {
	any, named := "r", [...]string{"{a0}", "{t1}", "{s3}"}
	if isBoxed(t) {
		any, named = "f", [...]string{"{fa0}", "{ft1}", "{fs2}"}
	}
	switch w.s.Intn(4) {
	case 0:
		return choose(w.s, named[:])
	case 1:
		return "m"
	}
	return any
}
