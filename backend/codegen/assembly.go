package codegen

import (
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// asmOperand is one operand of inline assembly: the text that replaces its name, and the register that holds it.
type asmOperand struct {
	air.Operand
	text  string
	reg   isa.Reg
	where asmPlace
}

// asmPlace is where a constraint puts an operand.
type asmPlace uint8

const (
	asmRegister  asmPlace = iota // r, f, or a register by name
	asmMemory                    // m
	asmImmediate                 // i, n
	asmTied                      // a digit: the register of that output
)

// forbiddenInAssembly are registers that constraints and clobbers must not name: those of the frame, the thread and the
// global pointer, and the scratch register of expansions.
var forbiddenInAssembly = abi.Of(isa.Zero, isa.SP, isa.GP, isa.TP, isa.S0, isa.T6)

// assembly translates inline assembly. Values in registers that the operands or clobbers name are spilled first; then
// inputs are placed, so that nothing moves between the placing and the text.
func (f *function) assembly(i air.Index) (err error) {
	f.regs.demanded = true
	defer func() {
		f.regs.demanded = false
		if r := recover(); r == errOutOfRegisters {
			err = f.unsupported("assembly with more operands than there are registers")
		} else if r != nil {
			panic(r)
		}
	}()
	in := f.inst(i)
	x := in.Extra.(*air.AssemblyExtra)
	if what := f.clearNamed(x); what != "" {
		return f.unsupported(what)
	}
	operands := make([]asmOperand, 0, len(x.Outputs)+len(x.Inputs))
	for _, o := range x.Outputs {
		op, what := f.asmOutput(i, o)
		if what != "" {
			return f.unsupported(what)
		}
		operands = append(operands, op)
	}
	for _, o := range x.Inputs {
		op, what := f.asmInput(in.Ops[o.Op], o, operands)
		if what != "" {
			return f.unsupported(what)
		}
		operands = append(operands, op)
	}
	if what := f.asmText(x.Text, operands); what != "" {
		return f.unsupported(what)
	}
	result := noneValue()
	for n := range x.Outputs {
		if v, ok := f.takeOutput(i, &operands[n]); ok {
			result = v
		}
	}
	return f.finish(i, result)
}

// clearNamed frees and holds every register that a constraint or clobber names. It returns what is unsupported, or "".
func (f *function) clearNamed(x *air.AssemblyExtra) string {
	var named abi.Set
	for _, c := range x.Clobbers {
		switch r, ok := isa.ParseReg(c); {
		case ok && r < 64:
			named |= 1 << r
		case c != "" && c != "memory" && c != "cc" && !ok:
			return "the clobber " + strconv.Quote(c)
		}
	}
	for _, list := range [][]air.Operand{x.Outputs, x.Inputs} {
		for _, o := range list {
			if r, ok := namedRegister(o.Constraint); ok {
				named |= 1 << r
			}
		}
	}
	if bad := named & forbiddenInAssembly; bad != 0 {
		return "the register " + lowestReg(bad).String()
	}
	if named.Has(isa.RA) {
		f.needsRA = true
	}
	if named&f.homes != 0 {
		f.err = ErrHomes
	}
	for s := named &^ f.homes; s != 0; s &= s - 1 {
		r := lowestReg(s)
		if f.regs.used.Has(r) {
			f.spill(r)
		}
		f.hold(r)
	}
	return ""
}

// namedRegister returns the register of a constraint such as "={x10}".
func namedRegister(constraint string) (isa.Reg, bool) {
	c := strings.TrimLeft(constraint, "=+&")
	if !strings.HasPrefix(c, "{") || !strings.HasSuffix(c, "}") {
		return 0, false
	}
	r, ok := isa.ParseReg(c[1 : len(c)-1])
	return r, ok && r < 64
}

// placeOf parses a constraint; of several alternatives the first one counts.
func placeOf(constraint string) (asmPlace, bool) {
	c, _, _ := strings.Cut(strings.TrimLeft(constraint, "=+&"), ",")
	if _, ok := namedRegister(c); ok {
		return asmRegister, true
	}
	switch c {
	case "r", "rm", "mr", "f", "g", "X":
		return asmRegister, true
	case "m", "A":
		return asmMemory, true
	case "i", "n", "I", "K":
		return asmImmediate, true
	}
	return asmTied, len(c) == 1 && c[0] >= '0' && c[0] <= '9'
}

// outputType returns the type of what an output writes: the result or a pointee.
func (f *function) outputType(i air.Index, o air.Operand) *air.Type {
	if o.Op < 0 {
		return f.inst(i).Type
	}
	return f.typeOf(f.inst(i).Ops[o.Op]).Elem
}

// asmOutput allocates the register or finds the memory of an output. It also returns what is unsupported, or "".
func (f *function) asmOutput(i air.Index, o air.Operand) (asmOperand, string) {
	out := asmOperand{Operand: o}
	t := f.outputType(i, o)
	c := f.asmClass(t, o.Constraint)
	var ok bool
	r, named := namedRegister(o.Constraint)
	if out.where, ok = placeOf(o.Constraint); !ok || out.where > asmMemory || c == memClass && out.where == asmRegister ||
		named && !fileOf(c).Has(r) {
		return out, "the output constraint " + strconv.Quote(o.Constraint) + " for " + t.String()
	}
	switch {
	case out.where == asmMemory && o.Op < 0:
		slot := f.tempSlot(int64(t.Size()), int64(t.Align()))
		out.reg = f.temp()
		f.out.LeaMem(out.reg, mir.FrameMem(slot, 0))
	case out.where == asmMemory:
		out.reg = f.temp()
		f.leaMem(out.reg, f.deref(f.inst(i).Ops[o.Op]).mem)
	case named:
		out.reg = r
	default:
		out.reg = f.take(c, false)
	}
	if strings.HasPrefix(o.Constraint, "+") && out.where == asmRegister && o.Op >= 0 {
		f.loadValue(out.reg, f.deref(f.inst(i).Ops[o.Op]), t)
	}
	out.text = registerText(out)
	return out, ""
}

func registerText(o asmOperand) string {
	if o.where == asmMemory {
		return "0(" + o.reg.String() + ")"
	}
	return o.reg.String()
}

// asmInput places an input. It also returns what is unsupported, or "".
func (f *function) asmInput(r air.Ref, o air.Operand, outputs []asmOperand) (asmOperand, string) {
	in := asmOperand{Operand: o}
	t := f.typeOf(r)
	c := f.asmClass(t, o.Constraint)
	bad := "the input constraint " + strconv.Quote(o.Constraint) + " for " + t.String()
	var ok bool
	if in.where, ok = placeOf(o.Constraint); !ok {
		return in, bad
	}
	if in.where == asmRegister && c == memClass && strings.Contains(o.Constraint, "m") {
		in.where = asmMemory
	}
	v := f.resolve(r)
	reg, named := namedRegister(o.Constraint)
	switch {
	case in.where == asmMemory:
		in.reg = f.temp()
		f.leaMem(in.reg, f.inMemory(r).mem)
	case in.where == asmImmediate && v.kind == immediate:
		in.text = strconv.FormatInt(v.imm, 10)
		return in, ""
	case c == memClass || in.where == asmImmediate:
		return in, bad
	case in.where == asmTied:
		n := int(o.Constraint[0] - '0')
		if n >= len(outputs) || outputs[n].where != asmRegister || !fileOf(c).Has(outputs[n].reg) && !fileOf(f.classOf(t)).Has(outputs[n].reg) {
			return in, bad
		}
		in.reg = outputs[n].reg
		f.setAsm(in.reg, r)
	case named && !fileOf(c).Has(reg):
		return in, bad
	case named:
		in.reg = reg
		f.setAsm(reg, r)
	case c != f.classOf(t):
		in.reg = f.temp()
		f.setAsm(in.reg, r)
	default:
		in.reg = f.use(r)
	}
	in.text = registerText(in)
	return in, ""
}

// asmClass returns how the text has an operand: as code does, but an f16 as its bits in an integer register, on every
// target, unless the constraint is for a floating-point register.
func (f *function) asmClass(t *air.Type, constraint string) class {
	r, _ := namedRegister(constraint)
	if f.columnOf(t) != float || t.Bits != 16 || r.IsFloat() || strings.TrimLeft(constraint, "=+&") == "f" {
		return f.classOf(t)
	}
	return intClass
}

// setAsm moves an operand to the register in which the text has it.
func (f *function) setAsm(to isa.Reg, r air.Ref) {
	if to.IsFloat() || f.classOf(f.typeOf(r)) != floatClass {
		f.setReg(to, f.resolve(r))
		return
	}
	locked := f.regs.locked
	f.moveBits(half.op(isa.FMV_X_W), to, f.use(r))
	f.canonicalise(to, to, scalar{bits: 16})
	f.releaseSince(locked)
}

// inMemory returns the place of an operand of any class, after storing it to the frame if it is in a register.
func (f *function) inMemory(r air.Ref) place {
	t := f.typeOf(r)
	if f.classOf(t) == memClass {
		return f.valuePlace(r)
	}
	p := f.framePlace(f.tempSlot(8, 8), 0)
	f.storeOperand(p, r)
	return p
}

// asmText emits the instructions of the text. It returns what is unsupported, or "".
func (f *function) asmText(text string, operands []asmOperand) string {
	for _, line := range strings.FieldsFunc(text, func(c rune) bool { return c == '\n' || c == ';' }) {
		line, _, _ = strings.Cut(line, "#")
		line, _, _ = strings.Cut(line, "//")
		line = strings.TrimSpace(substitute(line, operands))
		if line == "" {
			continue
		}
		inst, err := isa.Parse(line)
		if err != nil || jumpsAway(inst) {
			return "the assembly " + strconv.Quote(line)
		}
		f.out.Real(inst)
	}
	return ""
}

// substitute replaces %[name] by the operands.
func substitute(line string, operands []asmOperand) string {
	for n := range operands {
		line = strings.ReplaceAll(line, "%["+operands[n].Name+"]", operands[n].text)
	}
	return strings.ReplaceAll(line, "%%", "%")
}

// jumpsAway reports whether an instruction jumps relative to pc or uses a reserved register, which MIR rejects in
// instructions that it emits unchanged.
func jumpsAway(in isa.Inst) bool {
	switch in.Op {
	case isa.JAL, isa.C_J, isa.C_BEQZ, isa.C_BNEZ, isa.BEQ, isa.BNE, isa.BLT, isa.BGE, isa.BLTU, isa.BGEU:
		return true
	}
	return in.Rd == isa.T6 || in.Rs1 == isa.T6 || in.Rs2 == isa.T6 || in.Rs3 == isa.T6
}

// takeOutput stores an output to its destination; it returns the value of the one that is the result.
func (f *function) takeOutput(i air.Index, o *asmOperand) (MCValue, bool) {
	t := f.outputType(i, o.Operand)
	if o.where == asmMemory {
		if o.Op >= 0 {
			return MCValue{}, false
		}
		return f.loadResult(i, place{mir.RegMem(o.reg, 0), int64(t.Align())}), true
	}
	r := o.reg
	if s, ok := scalarOf(t); ok && !r.IsFloat() {
		f.canonicalise(r, r, s)
	}
	if o.Op >= 0 {
		p := f.deref(f.inst(i).Ops[o.Op])
		if r.IsFloat() {
			f.storeValue(r, p, t)
		} else {
			f.storeChunks(r, r, p, accessSize(t))
		}
		return MCValue{}, false
	}
	if f.classOf(t) == floatClass && r.IsInt() {
		d := f.dest(i)
		f.moveBits(half.op(isa.FMV_W_X), d, r)
		return regValue(d), true
	}
	if !f.regs.allocatable.Has(r) {
		d := f.dest(i)
		f.moveRegister(d, r)
		r = d
	}
	return regValue(r), true
}
