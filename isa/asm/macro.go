package asm

import (
	"fmt"
	"math/bits"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// macros are the pseudo-instructions that stand for several instructions, or that need more than isa.Parse knows. Each
// fills the item and returns true, or returns false when the operands are for the plain instruction of that name.
var macros = buildMacros()

type macro func(a *assembler, it *item, operands string) bool

func buildMacros() map[string]macro {
	m := map[string]macro{
		"li": loadImmediate, "la": loadAddress, "lla": loadAddress,
		"call": call, "tail": tail, "jump": jump,
		"vmsge.vx": vectorNotLess(isa.VMSLT_VX), "vmsgeu.vx": vectorNotLess(isa.VMSLTU_VX),
	}
	for _, name := range []string{"lb", "lh", "lw", "ld", "lbu", "lhu", "lwu"} {
		m[name] = loadSymbol(name)
	}
	for _, name := range []string{"flh", "flw", "fld", "flq", "sb", "sh", "sw", "sd", "fsh", "fsw", "fsd", "fsq"} {
		m[name] = accessSymbol(name)
	}
	return m
}

// split cuts operands at commas and trims them.
func split(operands string) []string {
	parts := strings.Split(operands, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// mistake reports what is wrong with a macro; the item is dropped since the error ends the run anyway.
func (a *assembler) mistake(it *item, format string, args ...any) bool {
	a.fail(it.line, it.column, format, args...)
	return true
}

// loadImmediate expands li with any constant that is known where it stands.
func loadImmediate(a *assembler, it *item, operands string) bool {
	parts := split(operands)
	if len(parts) != 2 {
		return a.mistake(it, "li: expected a register and a constant")
	}
	rd, ok := isa.ParseReg(parts[0])
	if !ok || !rd.IsInt() {
		return a.mistake(it, "li: %q is not an integer register", parts[0])
	}
	e, err := a.parseExpr(parts[1])
	if err != nil {
		return a.mistake(it, "li: %v", err)
	}
	if a.mentionsLabel(e) {
		return a.mistake(it, "li: the constant must be known here; use la for an address")
	}
	v, err := a.eval(e, nil, 0)
	if err != nil {
		return a.mistake(it, "li: %v", err)
	}
	it.insts = LoadImmediate(nil, rd, v)
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
	if e.op == "sym" {
		s, ok := a.symbols[e.name]
		return ok && (s.value == nil || a.findLabel(s.value, depth+1))
	}
	return e.op == "." || a.findLabel(e.x, depth) || a.findLabel(e.y, depth)
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

// pair fills the item with auipc and the instruction that adds the low part.
func (it *item) pair(base isa.Reg, second isa.Inst, target *expr) {
	it.insts = []isa.Inst{{Op: isa.AUIPC, Rd: base}, second}
	it.fixes = []fix{{inst: 0, kind: fixPCHi, value: target}, {inst: 1, kind: fixPCLoBack}}
	it.form = plain
}

func loadAddress(a *assembler, it *item, operands string) bool {
	parts := split(operands)
	if len(parts) != 2 {
		return a.mistake(it, "la: expected a register and a symbol")
	}
	rd, ok := isa.ParseReg(parts[0])
	if !ok || !rd.IsInt() {
		return a.mistake(it, "la: %q is not an integer register", parts[0])
	}
	e, err := a.parseExpr(parts[1])
	if err != nil {
		return a.mistake(it, "la: %v", err)
	}
	it.pair(rd, isa.Inst{Op: isa.ADDI, Rd: rd, Rs1: rd}, e)
	return true
}

// call is auipc and jalr through ra, or through a register given first.
func call(a *assembler, it *item, operands string) bool {
	parts := split(operands)
	link := isa.RA
	if len(parts) == 2 {
		r, ok := isa.ParseReg(parts[0])
		if !ok || !r.IsInt() {
			return a.mistake(it, "call: %q is not an integer register", parts[0])
		}
		link, parts = r, parts[1:]
	}
	return a.farJump(it, "call", parts, link, link)
}

func tail(a *assembler, it *item, operands string) bool {
	return a.farJump(it, "tail", split(operands), isa.T1, isa.Zero)
}

// jump is a far jump through a register that the source names.
func jump(a *assembler, it *item, operands string) bool {
	parts := split(operands)
	if len(parts) != 2 {
		return a.mistake(it, "jump: expected a symbol and a register")
	}
	r, ok := isa.ParseReg(parts[1])
	if !ok || !r.IsInt() {
		return a.mistake(it, "jump: %q is not an integer register", parts[1])
	}
	return a.farJump(it, "jump", parts[:1], r, isa.Zero)
}

func (a *assembler) farJump(it *item, name string, parts []string, through, link isa.Reg) bool {
	if len(parts) != 1 {
		return a.mistake(it, "%s: expected a symbol", name)
	}
	e, err := a.parseExpr(parts[0])
	if err != nil {
		return a.mistake(it, "%s: %v", name, err)
	}
	it.pair(through, isa.Inst{Op: isa.JALR, Rd: link, Rs1: through}, e)
	return true
}

// symbolOperand returns an operand as an expression if it is a symbol's address, and not an offset from a register.
func (a *assembler) symbolOperand(text string) *expr {
	if strings.HasSuffix(text, ")") || strings.HasPrefix(text, "%") {
		return nil
	}
	e, err := a.parseExpr(text)
	if err != nil || !e.place {
		return nil
	}
	return e
}

// loadSymbol is an integer load from a symbol: the destination itself carries the address.
func loadSymbol(name string) macro {
	op, _ := isa.OpOf(name)
	return func(a *assembler, it *item, operands string) bool {
		parts := split(operands)
		if len(parts) != 2 {
			return false
		}
		rd, ok := isa.ParseReg(parts[0])
		e := a.symbolOperand(parts[1])
		if !ok || !rd.IsInt() || e == nil {
			return false
		}
		it.pair(rd, isa.Inst{Op: op, Rd: rd, Rs1: rd}, e)
		return true
	}
}

// accessSymbol is a floating-point load or any store at a symbol, with a scratch register as the last operand.
func accessSymbol(name string) macro {
	op, _ := isa.OpOf(name)
	load := name[1] == 'l'
	return func(a *assembler, it *item, operands string) bool {
		parts := split(operands)
		if len(parts) != 3 {
			return false
		}
		data, ok1 := isa.ParseReg(parts[0])
		scratch, ok2 := isa.ParseReg(parts[2])
		e := a.symbolOperand(parts[1])
		if !ok1 || !ok2 || !scratch.IsInt() || e == nil {
			return a.mistake(it, "%s: expected a register, a symbol and a scratch register", name)
		}
		second := isa.Inst{Op: op, Rs1: scratch, Rs2: data}
		if load {
			second = isa.Inst{Op: op, Rs1: scratch, Rd: data}
		}
		if _, err := isa.Encode(second); err != nil {
			return a.mistake(it, "%s", trimmed(err))
		}
		it.pair(scratch, second, e)
		return true
	}
}

// vectorNotLess expands vmsge.vx and vmsgeu.vx: compare for less, and complement the mask.
func vectorNotLess(less isa.Op) macro {
	return func(a *assembler, it *item, operands string) bool {
		in, err := isa.Parse(fmt.Sprintf("%s %s", less, operands))
		if err != nil {
			a.parseFailure(err, it.column-1)
			return true
		}
		second := isa.Inst{Op: isa.VMNAND_MM, Rd: in.Rd, Rs1: in.Rd, Rs2: in.Rd}
		if in.VM == isa.V0T {
			if in.Rd == isa.V0 {
				return a.mistake(it, "vmsge.vx: a masked comparison into v0 needs a scratch register")
			}
			second = isa.Inst{Op: isa.VMXOR_MM, Rd: in.Rd, Rs1: isa.V0, Rs2: in.Rd}
		}
		it.insts = []isa.Inst{in, second}
		return true
	}
}
