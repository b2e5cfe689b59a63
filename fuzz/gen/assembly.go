package gen

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

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
	w.clobber(extra, len(ops))
	w.emit(air.Inst{Tag: tag, Type: air.VoidType, Ops: w.operands(ops...), Extra: extra})
	return true
}

// clobber draws the clobbers of an assembly with so many operands: the fewest registers that a case may have suffice for
// both.
func (w *writer) clobber(extra *air.AssemblyExtra, operands int) {
	for range min(w.s.Intn(4), max(0, 4-operands)) {
		extra.Clobbers = append(extra.Clobbers, choose(w.s, clobbers[:]))
	}
}

// computed writes an assembly of a few instructions on registers. Its output is its result, or a variable.
func (w *writer) computed(tag air.Tag) bool {
	a, ok := w.find(func(v *value) bool { return isRegisterType(v.typ) && !isShortFloat(v.typ) })
	t := w.someInt()
	if !ok || t.Bits == 0 {
		return false
	}
	in := air.Inst{Tag: tag, Type: t}
	extra := &air.AssemblyExtra{Volatile: w.s.Bool()}
	out := air.Operand{Name: "out", Constraint: choose(w.s, outputConstraints[:]), Op: -1}
	first := air.Operand{Name: inputNames[0], Constraint: choose(w.s, inputConstraints[:])}
	if w.s.Chance(1, 4) {
		p := w.local(t)
		in.Type, in.Ops, out.Op, first.Op, extra.Volatile = air.VoidType, append(in.Ops, p.ref), 0, 1, true
		if w.s.Bool() {
			out.Constraint = "+r"
		}
	} else if out.Constraint == "=r" && w.s.Chance(1, 4) {
		first.Constraint = "0"
	}
	in.Ops = append(in.Ops, a.ref)
	extra.Inputs = append(extra.Inputs, first)
	sources := []string{"%[first]"}
	if name := strings.Trim(first.Constraint, "{}"); name != first.Constraint && w.s.Bool() {
		sources[0] = name
	}
	if b, ok := w.anyInt(); ok && w.s.Bool() {
		extra.Inputs = append(extra.Inputs, air.Operand{Name: inputNames[1], Constraint: "r", Op: len(in.Ops)})
		in.Ops, sources = append(in.Ops, b.ref), append(sources, "%[second]")
	}
	extra.Outputs, extra.Text = []air.Operand{out}, w.assemblyText(sources)
	w.clobber(extra, len(in.Ops)+1)
	in.Ops, in.Extra = w.operands(in.Ops...), extra
	w.push(in)
	return true
}

var outputConstraints, inputConstraints = [...]string{"=r", "=&r", "={a2}", "={t3}", "={s4}"}, [...]string{"r", "r", "{a1}", "{t1}", "{s3}"}

// assemblyText draws one to three instructions from sources to the output.
func (w *writer) assemblyText(sources []string) string {
	var text strings.Builder
	for n := range w.s.Between(1, 3) {
		if n > 0 {
			text.WriteString(choose(w.s, separators[:]))
			sources = append(sources, "%[out]")
		}
		x, y := choose(w.s, sources), choose(w.s, sources)
		switch m := w.s.Intn(4); {
		case m == 0 || len(sources) > 3:
			fmt.Fprintf(&text, "%s %%[out], %s", choose(w.s, moves[:]), x)
		case m == 1:
			fmt.Fprintf(&text, "%s %%[out], %s, %d", choose(w.s, immediates[:]), x, w.s.Intn(64))
		default:
			fmt.Fprintf(&text, "%s %%[out], %s, %s", choose(w.s, arithmetic[:]), x, y)
		}
	}
	return text.String()
}

// What texts consist of: the evaluator knows these instructions.
var (
	separators = [...]string{"\n", ";", "\n # one more\n"}
	moves      = [...]string{"mv", "not", "neg"}
	immediates = [...]string{"addi", "andi", "ori", "xori", "slli", "srli", "srai"}
	arithmetic = [...]string{"add", "sub", "addw", "subw", "and", "or", "xor", "sll", "srl", "sra", "slt", "sltu", "mul"}
)

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
