package asm

import (
	"fmt"
	"math/bits"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// macro is a pseudo-instruction that stands for several instructions, or that needs more than isa.Parse knows. It fills
// a.now and returns true, or returns false when the operands are for the plain instruction of that name.
type macro func(a *assembler, name, operands string) bool

// macroOf returns the macro of a name, or nil.
func macroOf(name string) macro {
	switch name {
	case "li":
		return loadImmediate
	case "la", "lla":
		return loadAddress
	case "call":
		return call
	case "tail":
		return tail
	case "jump":
		return jump
	case "vmsge.vx", "vmsgeu.vx":
		return vectorNotLess
	case "lb", "lh", "lw", "ld", "lbu", "lhu", "lwu":
		return loadSymbol
	case "flh", "flw", "fld", "flq", "sb", "sh", "sw", "sd", "fsh", "fsw", "fsd", "fsq":
		return accessSymbol
	}
	return nil
}

// split cuts operands at commas and trims them.
func split(operands string) []string {
	parts := strings.Split(operands, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// two cuts operands into exactly two.
func two(operands string) (first, second string, ok bool) {
	first, second, ok = strings.Cut(operands, ",")
	return strings.TrimSpace(first), strings.TrimSpace(second), ok && strings.IndexByte(second, ',') < 0
}

// mistake reports what is wrong with a macro; the statement is dropped since the error ends the run anyway.
func (a *assembler) mistake(format string, args ...any) bool {
	a.fail(a.now.place, format, args...)
	return true
}

// loadImmediate expands li with any constant that is known where it stands.
func loadImmediate(a *assembler, _, operands string) bool {
	first, second, ok := two(operands)
	if !ok {
		return a.mistake("li: expected a register and a constant")
	}
	rd, ok := isa.ParseReg(first)
	if !ok || !rd.IsInt() {
		return a.mistake("li: %q is not an integer register", first)
	}
	e, err := a.parseExpr(second)
	if err != nil {
		return a.mistake("li: %v", err)
	}
	if a.mentionsLabel(e) {
		return a.mistake("li: the constant must be known here; use la for an address")
	}
	v, err := a.eval(e, nil, 0)
	if err != nil {
		return a.mistake("li: %v", err)
	}
	a.now.insts = LoadImmediate(a.now.room[:0], rd, v)
	return true
}

// mentionsLabel reports whether an expression depends on addresses of this source. One that is too long to tell counts as
// such; eval refuses it anyway.
func (a *assembler) mentionsLabel(e *expr) bool {
	a.steps = 0
	return a.findLabel(e, 0)
}

func (a *assembler) findLabel(e *expr, depth int) bool {
	if e == nil {
		return false
	}
	if a.steps++; a.steps > maxSteps || depth > maxDepth {
		return true
	}
	if s := e.sym; s != nil {
		return s.defined && (s.value == nil || a.findLabel(s.value, depth+1))
	}
	return e.op == opPlace || a.findLabel(e.x, depth) || a.findLabel(e.y, depth)
}

// LoadImmediate appends to dst the instructions that li rd,v stands for: at most eight, without a scratch register.
func LoadImmediate(dst []isa.Inst, rd isa.Reg, v int64) []isa.Inst {
	if v == int64(int32(v)) {
		return loadImmediate32(dst, rd, v)
	}
	lo := v << 52 >> 52
	rest := int64(uint64(v)-uint64(lo)) >> 12
	shift := 12 + bits.TrailingZeros64(uint64(rest))
	dst = LoadImmediate(dst, rd, rest>>(shift-12))
	dst = append(dst, isa.Inst{Op: isa.SLLI, Rd: rd, Rs1: rd, Imm: int64(shift)})
	if lo != 0 {
		dst = append(dst, isa.Inst{Op: isa.ADDI, Rd: rd, Rs1: rd, Imm: lo})
	}
	return dst
}

// loadImmediate32 makes a sign-extended 32-bit value. addiw and not addi follows lui, since lui sign-extends: with addi
// the values from 0x7ffff800 on would come out wrong.
func loadImmediate32(dst []isa.Inst, rd isa.Reg, v int64) []isa.Inst {
	hi, lo, _ := isa.HiLo(v)
	if hi == 0 {
		return append(dst, isa.Inst{Op: isa.ADDI, Rd: rd, Imm: lo})
	}
	dst = append(dst, isa.Inst{Op: isa.LUI, Rd: rd, Imm: hi & 0xfffff})
	if lo != 0 {
		dst = append(dst, isa.Inst{Op: isa.ADDIW, Rd: rd, Rs1: rd, Imm: lo})
	}
	return dst
}

// pair makes the statement auipc and the instruction that adds the low part.
func (st *statement) pair(base isa.Reg, second isa.Inst, target *expr) {
	st.insts = append(st.room[:0], isa.Inst{Op: isa.AUIPC, Rd: base}, second)
	st.fixes = [2]fix{{kind: fixPCHi, value: target}, {kind: fixPCLoBack}}
	st.fixed, st.form = true, plain
}

func loadAddress(a *assembler, _, operands string) bool {
	first, second, ok := two(operands)
	if !ok {
		return a.mistake("la: expected a register and a symbol")
	}
	rd, ok := isa.ParseReg(first)
	if !ok || !rd.IsInt() {
		return a.mistake("la: %q is not an integer register", first)
	}
	e, err := a.parseExpr(second)
	if err != nil {
		return a.mistake("la: %v", err)
	}
	a.now.pair(rd, isa.Inst{Op: isa.ADDI, Rd: rd, Rs1: rd}, e)
	return true
}

// call is auipc and jalr through ra, or through a register given first.
func call(a *assembler, _, operands string) bool {
	parts := split(operands)
	link := isa.RA
	if len(parts) == 2 {
		r, ok := isa.ParseReg(parts[0])
		if !ok || !r.IsInt() {
			return a.mistake("call: %q is not an integer register", parts[0])
		}
		link, parts = r, parts[1:]
	}
	return a.farJump("call", parts, link, link)
}

func tail(a *assembler, _, operands string) bool {
	return a.farJump("tail", split(operands), isa.T1, isa.Zero)
}

// jump is a far jump through a register that the source names.
func jump(a *assembler, _, operands string) bool {
	parts := split(operands)
	if len(parts) != 2 {
		return a.mistake("jump: expected a symbol and a register")
	}
	r, ok := isa.ParseReg(parts[1])
	if !ok || !r.IsInt() {
		return a.mistake("jump: %q is not an integer register", parts[1])
	}
	return a.farJump("jump", parts[:1], r, isa.Zero)
}

func (a *assembler) farJump(name string, parts []string, through, link isa.Reg) bool {
	if len(parts) != 1 {
		return a.mistake("%s: expected a symbol", name)
	}
	e, err := a.parseExpr(parts[0])
	if err != nil {
		return a.mistake("%s: %v", name, err)
	}
	a.now.pair(through, isa.Inst{Op: isa.JALR, Rd: link, Rs1: through}, e)
	return true
}

// offsetFromRegister tells operands that end in a register in parentheses, which are for the plain instruction.
func offsetFromRegister(operands string) bool { return strings.HasSuffix(operands, ")") }

// symbolOperand returns an operand as an expression if it is a symbol's address.
func (a *assembler) symbolOperand(text string) *expr {
	if offsetFromRegister(text) || strings.HasPrefix(text, "%") {
		return nil
	}
	e, err := a.parseExpr(text)
	if err != nil || !e.place {
		return nil
	}
	return e
}

// loadSymbol is an integer load from a symbol: the destination itself carries the address.
func loadSymbol(a *assembler, name, operands string) bool {
	if offsetFromRegister(operands) {
		return false
	}
	first, second, ok := two(operands)
	if !ok {
		return false
	}
	rd, ok := isa.ParseReg(first)
	e := a.symbolOperand(second)
	if !ok || !rd.IsInt() || e == nil {
		return false
	}
	op, _ := isa.OpOf(name)
	a.now.pair(rd, isa.Inst{Op: op, Rd: rd, Rs1: rd}, e)
	return true
}

// accessSymbol is a floating-point load or any store at a symbol, with a scratch register as the last operand.
func accessSymbol(a *assembler, name, operands string) bool {
	if offsetFromRegister(operands) {
		return false
	}
	parts := split(operands)
	if len(parts) != 3 {
		return false
	}
	data, ok1 := isa.ParseReg(parts[0])
	scratch, ok2 := isa.ParseReg(parts[2])
	e := a.symbolOperand(parts[1])
	if !ok1 || !ok2 || !scratch.IsInt() || e == nil {
		return a.mistake("%s: expected a register, a symbol and a scratch register", name)
	}
	op, _ := isa.OpOf(name)
	second := isa.Inst{Op: op, Rs1: scratch, Rs2: data}
	if name[1] == 'l' {
		second = isa.Inst{Op: op, Rs1: scratch, Rd: data}
	}
	if _, err := isa.Encode(second); err != nil {
		return a.mistake("%s", trimmed(err))
	}
	a.now.pair(scratch, second, e)
	return true
}

// vectorNotLess expands vmsge.vx and vmsgeu.vx: compare for less, and complement the mask.
func vectorNotLess(a *assembler, name, operands string) bool {
	less := isa.VMSLT_VX
	if name == "vmsgeu.vx" {
		less = isa.VMSLTU_VX
	}
	in, err := isa.Parse(fmt.Sprintf("%s %s", less, operands))
	if err != nil {
		a.parseFailure(err, a.now.column-1)
		return true
	}
	second := isa.Inst{Op: isa.VMNAND_MM, Rd: in.Rd, Rs1: in.Rd, Rs2: in.Rd}
	if in.VM == isa.V0T {
		if in.Rd == isa.V0 {
			return a.mistake("vmsge.vx: a masked comparison into v0 needs a scratch register")
		}
		second = isa.Inst{Op: isa.VMXOR_MM, Rd: in.Rd, Rs1: isa.V0, Rs2: in.Rd}
	}
	a.now.insts = append(a.now.room[:0], in, second)
	return true
}
