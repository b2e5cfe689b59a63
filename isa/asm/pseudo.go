package asm

import (
	"math/bits"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/isa/internal/quote"
)

// pseudo expands a pseudo-instruction for several instructions, or one that needs more than isa.Parse knows. It fills a.now
// and returns true, or returns false if the operands are those of the plain instruction of that name.
type pseudo func(a *assembler, name string, operands []piece) bool

// pseudoOf returns the expansion of a name, or nil.
func pseudoOf(name string) pseudo {
	switch name {
	case "li":
		return loadImmediate
	case "la", "lla":
		return loadAddress
	case "call", "tail", "jump":
		return farJump
	case "lb", "lh", "lw", "ld", "lbu", "lhu", "lwu":
		return loadSymbol
	case "flh", "flw", "fld", "flq", "sb", "sh", "sw", "sd", "fsh", "fsw", "fsd", "fsq":
		return accessSymbol
	case "lga":
		return tableAddress
	case "la.tls.ie", "la.tls.gd":
		return threadAddress
	case "zext.h", "zext.w", "sext.b", "sext.h":
		return extend
	case "unimp", "c.unimp":
		return unimplemented
	case "c.slli64", "c.srli64", "c.srai64":
		return shift64
	}
	if strings.HasPrefix(name, "vms") {
		return vectorPseudoOf(name)
	}
	return nil
}

// expand applies a pseudo-instruction to its operands, which begin after the end of its name.
func (a *assembler) expand(p pseudo, name, line string, end int) bool {
	if last := len(line) - 1; line[last] == ')' && isAccess(name) {
		return false // an offset from a register, like most loads and stores
	}
	operands := a.now.pieces[:0]
	for rest, more := line[end:], skipBlanks(line, end) < len(line); more; {
		at := len(line) - len(rest)
		var text string
		text, rest, more = cutOperand(rest)
		operands = append(operands, piece{trim(text), at + skipBlanks(text, 0)})
	}
	return p(a, name, operands)
}

// isAccess reports whether the name of a pseudo-instruction is also that of a load or a store.
func isAccess(name string) bool {
	switch name[0] {
	case 'f', 's':
		return true
	case 'l':
		return name != "li" && name[1] != 'a' && name != "lla" && name != "lga"
	}
	return false
}

// cutOperand returns the text up to the comma that ends the first operand, and the text after it.
func cutOperand(s string) (first, rest string, more bool) {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ',':
			if depth <= 0 {
				return s[:i], s[i+1:], true
			}
		case '(':
			depth++
		case ')':
			depth--
		case '"', '\'':
			i += quote.End(s[i:]) - 1
		}
	}
	return s, "", false
}

// mistake reports an error in a pseudo-instruction. The statement is dropped, since the error ends the run anyway.
func (a *assembler) mistake(format string, args ...any) bool {
	a.fail(a.now.place, format, args...)
	a.now.insts, a.now.patched = nil, false
	return true
}

// mistakeAt is mistake for an operand.
func (a *assembler) mistakeAt(p piece, format string, args ...any) bool {
	a.failAt(p.at, format, args...)
	a.now.insts, a.now.patched = nil, false
	return true
}

// intRegister returns the integer register that an operand names, and reports anything else as a mistake.
func (a *assembler) intRegister(name string, p piece) (isa.Reg, bool) {
	r, ok := isa.ParseReg(p.text)
	if !ok || !r.IsInt() {
		a.mistakeAt(p, "%s: %.60q is not an integer register", name, p.text)
		return 0, false
	}
	return r, true
}

// loadImmediate expands li with a constant that is known where it stands.
func loadImmediate(a *assembler, _ string, operands []piece) bool {
	if len(operands) != 2 {
		return a.mistake("li: expected a register and a constant")
	}
	rd, ok := a.intRegister("li", operands[0])
	if !ok {
		return true
	}
	v, ok := parseInt(operands[1].text)
	if !ok {
		if operands[1].text[:min(1, len(operands[1].text))] == "%" {
			return false // %lo(x), for addi
		}
		e, err := a.parseExpr(operands[1].text)
		if err == nil {
			v, err = a.valueNow(e)
		}
		if err != nil {
			return a.mistakeAt(operands[1], "li: %v", err)
		}
	}
	a.now.insts = LoadImmediate(a.now.room[:0], rd, v)
	return true
}

// parseInt parses a plain decimal or hexadecimal number, the most common constants.
func parseInt(s string) (int64, bool) {
	negative := s != "" && s[0] == '-'
	if negative {
		s = s[1:]
	}
	if s == "" || s[0] < '0' || s[0] > '9' || symbolEnd(s, 0) != len(s) || s[len(s)-1] == 'b' || s[len(s)-1] == 'f' {
		return 0, false
	}
	v, ok := parseNumber(s)
	if negative {
		v = -v
	}
	return v, ok
}

// LoadImmediate appends to dst the expansion of li rd,v: at most eight instructions, which need no scratch register.
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

// loadImmediate32 appends the expansion for a sign-extended 32-bit value. addiw, not addi, follows lui, which sign-extends:
// with addi the values from 0x7ffff800 on would be wrong.
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

// setPair makes the statement a pair of auipc and an instruction that adds the low part of the distance to a target.
func (a *assembler) setPair(base isa.Reg, second isa.Inst, target piece) bool {
	return a.setPairBy(fixDistance, base, second, target)
}

// setPairBy is setPair for the distance to the target or to its entry in a table.
func (a *assembler) setPairBy(kind fixKind, base isa.Reg, second isa.Inst, target piece) bool {
	f := fix{kind: kind}
	var err error
	if f.expr, err = a.parseExpr(target.text); err != nil {
		return a.mistakeAt(target, "%v", err)
	}
	a.now.patch = patch{inst: second, fix: f, place: a.here(target.at), pair: true, base: base}
	a.now.patched = true
	return true
}

func loadAddress(a *assembler, name string, operands []piece) bool {
	if len(operands) != 2 {
		return a.mistake("%s: expected a register and a symbol", name)
	}
	rd, ok := a.intRegister(name, operands[0])
	if !ok {
		return true
	}
	if name == "la" && a.object != nil && a.pic {
		return a.setPairBy(fixTable, rd, isa.Inst{Op: isa.LD, Rd: rd, Rs1: rd}, operands[1])
	}
	if e, err := a.parseExpr(operands[1].text); err == nil {
		if v, known := a.numberNow(e); known && (!e.place || v != int64(int32(v))) { // no symbol, or one beyond the reach of auipc
			a.now.insts = LoadImmediate(a.now.room[:0], rd, v)
			return true
		}
	}
	return a.setPair(rd, isa.Inst{Op: isa.ADDI, Rd: rd, Rs1: rd}, operands[1])
}

// extend expands an extension of a byte, half or word to two shifts where the target has no instruction for it.
func extend(a *assembler, name string, operands []piece) bool {
	single := map[string]isa.Inst{
		"zext.h": {Op: isa.PACKW}, "zext.w": {Op: isa.ADD_UW}, "sext.b": {Op: isa.SEXT_B}, "sext.h": {Op: isa.SEXT_H},
	}[name]
	if !a.limited || len(operands) != 2 || a.march.HasInst(single) {
		return false
	}
	rd, ok := a.intRegister(name, operands[0])
	if !ok {
		return true
	}
	rs, ok := a.intRegister(name, operands[1])
	if !ok {
		return true
	}
	back := isa.Inst{Op: isa.SRLI, Rd: rd, Rs1: rd, Imm: map[byte]int64{'b': 56, 'h': 48, 'w': 32}[name[5]]}
	if name[0] == 's' {
		back.Op = isa.SRAI
	}
	a.now.insts = append(a.now.room[:0], isa.Inst{Op: isa.SLLI, Rd: rd, Rs1: rs, Imm: back.Imm}, back)
	return true
}

// tableAddress loads the address of a symbol from the global offset table.
func tableAddress(a *assembler, name string, operands []piece) bool {
	if len(operands) != 2 {
		return a.mistake("%s: expected a register and a symbol", name)
	}
	rd, ok := a.intRegister(name, operands[0])
	if !ok {
		return true
	}
	if a.object != nil {
		return a.setPairBy(fixTable, rd, isa.Inst{Op: isa.LD, Rd: rd, Rs1: rd}, operands[1])
	}
	f, _, err := a.tableEntry(operands[1].text)
	if err != nil {
		return a.mistakeAt(operands[1], "%v", err)
	}
	f.kind = fixDistance
	a.now.patch = patch{inst: isa.Inst{Op: isa.LD, Rd: rd, Rs1: rd}, fix: f, place: a.here(operands[1].at), pair: true, base: rd}
	a.now.patched = true
	return true
}

// threadAddress is la.tls.ie, which loads the offset of a symbol from tp, or la.tls.gd, the address of its entry for
// __tls_get_addr.
func threadAddress(a *assembler, name string, operands []piece) bool {
	if a.object == nil {
		return a.mistake("%s: %v", name, errNoThread)
	}
	if len(operands) != 2 {
		return a.mistake("%s: expected a register and a symbol", name)
	}
	rd, ok := a.intRegister(name, operands[0])
	if !ok {
		return true
	}
	if name == "la.tls.ie" {
		return a.setPairBy(fixInitialExec, rd, isa.Inst{Op: isa.LD, Rd: rd, Rs1: rd}, operands[1])
	}
	return a.setPairBy(fixGeneralDynamic, rd, isa.Inst{Op: isa.ADDI, Rd: rd, Rs1: rd}, operands[1])
}

// farJump is auipc and jalr: call links ra or its first operand, tail goes through t1, and jump through the register that
// the source names.
func farJump(a *assembler, name string, operands []piece) bool {
	through, link := isa.RA, isa.RA
	switch {
	case name == "tail" && len(operands) == 1:
		through, link = isa.T1, isa.Zero
	case name == "call" && len(operands) == 1:
	case name == "call" && len(operands) == 2:
		r, ok := a.intRegister(name, operands[0])
		if !ok {
			return true
		}
		through, link, operands = r, r, operands[1:]
	case name == "jump" && len(operands) == 2:
		r, ok := a.intRegister(name, operands[1])
		if !ok {
			return true
		}
		through, link = r, isa.Zero
	case name == "jump":
		return a.mistake("jump: expected a symbol and a register")
	default:
		return a.mistake("%s: expected a symbol", name)
	}
	return a.setPair(through, isa.Inst{Op: isa.JALR, Rd: link, Rs1: through}, operands[0])
}

// isAddress reports whether an operand is an expression with a symbol in it.
func (a *assembler) isAddress(p piece) bool {
	if strings.HasPrefix(p.text, "%") {
		return false
	}
	e, err := a.parseExpr(p.text)
	return err == nil && e.place
}

// loadSymbol is an integer load from a symbol: the destination itself carries the address.
func loadSymbol(a *assembler, name string, operands []piece) bool {
	if len(operands) != 2 || !a.isAddress(operands[1]) {
		return false
	}
	rd, ok := a.intRegister(name, operands[0])
	op, _ := isa.OpOf(name)
	return !ok || a.setPair(rd, isa.Inst{Op: op, Rd: rd, Rs1: rd}, operands[1])
}

// accessSymbol is a floating-point load or any store at a symbol, with a scratch register as the last operand.
func accessSymbol(a *assembler, name string, operands []piece) bool {
	if len(operands) != 3 {
		return false
	}
	data, ok := isa.ParseReg(operands[0].text)
	if !ok {
		return a.mistakeAt(operands[0], "%s: %.60q is not a register", name, operands[0].text)
	}
	scratch, ok := a.intRegister(name, operands[2])
	if !ok {
		return true
	}
	op, _ := isa.OpOf(name)
	second := isa.Inst{Op: op, Rs1: scratch, Rs2: data}
	if name[1] == 'l' {
		second = isa.Inst{Op: op, Rs1: scratch, Rd: data}
	}
	if _, err := isa.Encode(second); err != nil {
		return a.mistakeAt(operands[0], "%s", trimmed(err))
	}
	return a.setPair(scratch, second, operands[1])
}

// unimplemented is unimp where 16-bit instructions are used: the word that is never an instruction.
func unimplemented(a *assembler, name string, operands []piece) bool {
	if len(operands) != 0 || name == "unimp" && !a.rvc {
		return false
	}
	a.addWord(2, 0)
	return true
}

// shift64 is a shift by zero, which means 64 on RV128 and is a hint here.
func shift64(a *assembler, name string, operands []piece) bool {
	if len(operands) != 1 {
		return a.mistake("%s: expected a register", name)
	}
	rd, ok := a.intRegister(name, operands[0])
	if !ok {
		return true
	}
	if name == "c.slli64" {
		a.addWord(2, 0x0002|rd.Num()<<7)
		return true
	}
	if rd.Num()>>3 != 1 {
		return a.mistakeAt(operands[0], "%s: operand is %s, not one of x8 to x15", name, rd)
	}
	word := uint32(0x8001)
	if name == "c.srai64" {
		word = 0x8401
	}
	a.addWord(2, word|(rd.Num()-8)<<7)
	return true
}
