package eval

import (
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Inline assembly is evaluated by its text: instructions of the base set and M on registers, one after the other, as the
// manual defines them, and ecall (kernel.go). Each operand has a register of its own, unless its constraint names one or ties it to another.
// Registers hold values extended to 64 bits; what nothing was put into is undefined, and so is every result of an
// operand with an undefined bit, but of a move.

// asmRegister is a register that a text names: the place of its value.
type asmRegister struct {
	name  string // as the text has it: "a0", or "%[name]"
	value word
}

// asmStep is an instruction of a text, without run ecall. b is a register or, if that is negative, imm is the second
// operand.
type asmStep struct {
	run     func(a, b uint64) uint64
	d, a, b int
	imm     uint64
}

// asmOperand joins an operand to its register.
type asmOperand struct {
	register int
	shape    shape
	value    operand // where the value is read from, and written to
	steps    []step  // which read it from memory, or write it there
}

// asmName is the name of an operand as texts have it, "%[name]".
type asmName struct {
	text     string
	register int
}

// asmProgram is the text of one instruction.
type asmProgram struct {
	operands  []asmName
	registers []asmRegister
	inputs    []asmOperand
	outputs   []asmOperand
	steps     []asmStep
}

// assembly builds inline assembly.
func assembly(p *preparer, in *air.Inst, s *step) handler {
	extra, ok := in.Extra.(*air.AssemblyExtra)
	if !ok {
		return unsupported("inline assembly")
	}
	var a asmProgram
	for _, o := range extra.Outputs {
		if !a.output(p, in, o, s) {
			return unsupported("inline assembly with the output " + strconv.Quote(o.Constraint))
		}
	}
	for _, o := range extra.Inputs {
		if !a.input(p, in, o, extra.Outputs) {
			return unsupported("inline assembly with the input " + strconv.Quote(o.Constraint))
		}
	}
	for line := range strings.FieldsFuncSeq(extra.Text, func(c rune) bool { return c == '\n' || c == ';' }) {
		if !a.line(line) {
			return unsupported("the assembly " + strconv.Quote(strings.TrimSpace(line)))
		}
	}
	return a.run
}

// register returns the place of a register by its name.
func (a *asmProgram) register(name string) int {
	for i := range a.registers {
		if a.registers[i].name == name {
			return i
		}
	}
	a.registers = append(a.registers, asmRegister{name: name})
	return len(a.registers) - 1
}

// named returns the register of an operand: that of its constraint, or its own.
func (a *asmProgram) named(o air.Operand) int {
	name, ok := namedIn(o.Constraint)
	if !ok {
		name = "%[" + o.Name + "]"
	}
	return a.names(o, a.register(name))
}

// names lets the name of an operand stand for a register.
func (a *asmProgram) names(o air.Operand, register int) int {
	a.operands = append(a.operands, asmName{"%[" + o.Name + "]", register})
	return register
}

// mentioned returns the register that a text mentions.
func (a *asmProgram) mentioned(text string) int {
	for _, n := range a.operands {
		if n.text == text {
			return n.register
		}
	}
	return a.register(text)
}

// namedIn returns the register that a constraint names.
func namedIn(constraint string) (string, bool) {
	_, name, open := strings.Cut(constraint, "{")
	name, _, closed := strings.Cut(name, "}")
	return name, open && closed
}

// inMemory reports whether a constraint puts an operand into memory.
func inMemory(constraint string) bool {
	_, named := namedIn(constraint)
	return !named && strings.Contains(constraint, "m")
}

// output adds an output: the result of the instruction, or what an operand points to.
func (a *asmProgram) output(p *preparer, in *air.Inst, o air.Operand, s *step) bool {
	if inMemory(o.Constraint) {
		return o.Op >= 0
	}
	out := asmOperand{register: a.named(o), value: s.dst, shape: shapeOf(in.Type)}
	if o.Op >= 0 {
		out.shape = shapeOf(p.typeOf(in, o.Op).Elem)
		out.value = p.newSlot(out.shape)
	}
	if o.Op >= 0 && out.shape.class == inWord {
		read, write := p.through(in, o.Op, out, *s)
		out.steps = []step{write}
		if strings.HasPrefix(o.Constraint, "+") {
			a.inputs = append(a.inputs, asmOperand{register: out.register, value: out.value, shape: out.shape, steps: []step{read}})
		}
	}
	a.outputs = append(a.outputs, out)
	return out.shape.class == inWord || out.shape.class == empty
}

// through returns the steps that read what pointer operand k points to, and write it back.
func (p *preparer) through(in *air.Inst, k int, o asmOperand, s step) (read, write step) {
	t := p.typeOf(in, k)
	s.a, s.finish = p.operand(in.Ops[k]), nil
	read, write = s, s
	read.result, read.dst, write.b = o.shape, o.value, o.value
	read.run, write.run = loadThrough(t, &read), storeThrough(t, o.shape, o.shape.stored, false, &write)
	return read, write
}

// input adds an input, in a register unless its constraint says memory or that it is a number in the text.
func (a *asmProgram) input(p *preparer, in *air.Inst, o air.Operand, outputs []air.Operand) bool {
	i := asmOperand{value: p.operand(in.Ops[o.Op]), shape: shapeOf(p.typeOf(in, o.Op))}
	switch n, err := strconv.Atoi(o.Constraint); {
	case err == nil && n < len(outputs):
		i.register = a.names(o, a.mentioned("%["+outputs[n].Name+"]"))
	case inMemory(o.Constraint):
		return true
	default:
		i.register = a.named(o)
	}
	a.inputs = append(a.inputs, i)
	return i.shape.class == inWord || i.shape.class == empty
}

// asmTable holds the instructions, with the number of operands that are registers or, as the last one, a number.
var asmTable = map[string]struct {
	operands int
	run      func(a, b uint64) uint64
}{
	"mv":   {2, func(a, _ uint64) uint64 { return a }},
	"li":   {2, func(a, _ uint64) uint64 { return a }},
	"not":  {2, func(a, _ uint64) uint64 { return ^a }},
	"neg":  {2, func(a, _ uint64) uint64 { return -a }},
	"add":  {3, func(a, b uint64) uint64 { return a + b }},
	"addi": {3, func(a, b uint64) uint64 { return a + b }},
	"addw": {3, func(a, b uint64) uint64 { return uint64(int32(a + b)) }},
	"sub":  {3, func(a, b uint64) uint64 { return a - b }},
	"subw": {3, func(a, b uint64) uint64 { return uint64(int32(a - b)) }},
	"and":  {3, func(a, b uint64) uint64 { return a & b }},
	"andi": {3, func(a, b uint64) uint64 { return a & b }},
	"or":   {3, func(a, b uint64) uint64 { return a | b }},
	"ori":  {3, func(a, b uint64) uint64 { return a | b }},
	"xor":  {3, func(a, b uint64) uint64 { return a ^ b }},
	"xori": {3, func(a, b uint64) uint64 { return a ^ b }},
	"sll":  {3, func(a, b uint64) uint64 { return a << (b & 63) }},
	"slli": {3, func(a, b uint64) uint64 { return a << (b & 63) }},
	"srl":  {3, func(a, b uint64) uint64 { return a >> (b & 63) }},
	"srli": {3, func(a, b uint64) uint64 { return a >> (b & 63) }},
	"sra":  {3, func(a, b uint64) uint64 { return uint64(int64(a) >> (b & 63)) }},
	"srai": {3, func(a, b uint64) uint64 { return uint64(int64(a) >> (b & 63)) }},
	"slt":  {3, func(a, b uint64) uint64 { return oneIf(int64(a) < int64(b)) }},
	"sltu": {3, func(a, b uint64) uint64 { return oneIf(a < b) }},
	"mul":  {3, func(a, b uint64) uint64 { return a * b }},
}

func oneIf(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// line adds one line of the text, and reports whether it is one that is evaluated.
func (a *asmProgram) line(text string) bool {
	text, _, _ = strings.Cut(text, "#")
	text, _, _ = strings.Cut(text, "//")
	mnemonic, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	if mnemonic == "" || mnemonic == "nop" && strings.TrimSpace(rest) == "" {
		return true
	}
	if mnemonic == "ecall" && strings.TrimSpace(rest) == "" {
		a.steps = append(a.steps, asmStep{})
		return true
	}
	row, known := asmTable[mnemonic]
	operands := strings.Split(rest, ",")
	if !known || len(operands) != row.operands {
		return false
	}
	s := asmStep{run: row.run, d: a.mentioned(strings.TrimSpace(operands[0])), a: -1, b: -1}
	for k, o := range operands[1:] {
		o = strings.TrimSpace(o)
		n, err := strconv.ParseInt(o, 0, 64)
		switch {
		case err == nil && k+2 < len(operands):
			return false
		case err == nil:
			s.imm = uint64(n)
		case k == 0:
			s.a = a.mentioned(o)
		default:
			s.b = a.mentioned(o)
		}
	}
	a.steps = append(a.steps, s)
	return true
}

// run executes the text.
func (a *asmProgram) run(m *machine, s *step) {
	for i := range a.registers {
		a.registers[i].value = undefined(64)
		if a.registers[i].name == "zero" {
			a.registers[i].value = word{}
		}
	}
	for i := range a.inputs {
		o := &a.inputs[i]
		if !runSteps(m, o.steps) {
			return
		}
		if o.shape.class == inWord {
			a.registers[o.register].value = o.shape.extend(m.word(o.value))
		}
	}
	for i := range a.steps {
		if a.steps[i].run != nil {
			a.step(&a.steps[i])
		} else if a.ecall(m, s); m.stopped {
			return
		}
	}
	for i := range a.outputs {
		o := &a.outputs[i]
		if o.shape.class == inWord && o.value != noOperand {
			m.set(o.value, a.registers[o.register].value.and(lowMask(uint(o.shape.bits))))
		}
		if !runSteps(m, o.steps) {
			return
		}
	}
}

func runSteps(m *machine, steps []step) bool {
	for k := range steps {
		if steps[k].run(m, &steps[k]); m.stopped {
			return false
		}
	}
	return true
}

// step executes one instruction.
func (a *asmProgram) step(s *asmStep) {
	x, y := word{bits: s.imm}, word{bits: s.imm}
	if s.a >= 0 {
		x = a.registers[s.a].value
	}
	if s.b >= 0 {
		y = a.registers[s.b].value
	}
	result := word{bits: s.run(x.bits, y.bits)}
	if x.undef|y.undef != 0 {
		result = undefined(64)
	}
	if a.registers[s.d].name != "zero" {
		a.registers[s.d].value = result
	}
}

// extend returns a value as a register holds it.
func (s *shape) extend(w word) word {
	above := ^lowMask(uint(s.bits))
	switch {
	case w.undef != 0:
		w.undef |= above
	case s.bits > 0 && (s.signed || s.bits == 32) && w.bits>>(s.bits-1)&1 != 0:
		w.bits |= above
	}
	return w
}
