package asm

import (
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// layouts are the types of .insn with the fields that follow, in the order of the text. "i12(rs1)" is one operand.
var layouts = map[string]string{
	"r":   "opcode funct3 funct7 rd rs1 rs2",
	"r4":  "opcode funct3 funct2 rd rs1 rs2 rs3",
	"i":   "opcode funct3 rd rs1 i12",
	"s":   "opcode funct3 rs2 s12(rs1)",
	"b":   "opcode funct3 rs1 rs2 b13",
	"sb":  "opcode funct3 rs1 rs2 b13",
	"u":   "opcode rd u20",
	"j":   "opcode rd j21",
	"uj":  "opcode rd j21",
	"cr":  "opcode2 funct4 rd crs2",
	"ci":  "opcode2 cfunct3 rd ci6",
	"ciw": "opcode2 cfunct3 crd ciw8",
	"css": "opcode2 cfunct3 crs2 css6",
	"cl":  "opcode2 cfunct3 crd cl5(crs1)",
	"cs":  "opcode2 cfunct3 crd cl5(crs1)",
	"ca":  "opcode2 funct6 cfunct2 crs1 crd",
	"cb":  "opcode2 cfunct3 crs1 cb9",
	"cj":  "opcode2 cfunct3 cj12",
}

// layoutOf returns the fields of a type. The operands may choose another layout of the same type.
func layoutOf(kind string, operands []piece) []string {
	last := operands[len(operands)-1].text
	switch {
	case kind == "r" && len(operands) == 7:
		kind = "r4"
	case kind == "i" && strings.HasSuffix(last, ")") && len(operands) == 4:
		return []string{"opcode", "funct3", "rd", "i12(rs1)"}
	}
	return strings.Fields(layouts[kind])
}

// majorOpcodes are the names that .insn takes for opcodes (unprivileged manual, "RV32/64G Instruction Set Listings"; and the
// quadrants of 16-bit instructions).
var majorOpcodes = map[string]int64{
	"C0": 0, "C1": 1, "C2": 2,
	"LOAD": 0x03, "LOAD_FP": 0x07, "CUSTOM_0": 0x0b, "MISC_MEM": 0x0f, "OP_IMM": 0x13, "AUIPC": 0x17, "OP_IMM_32": 0x1b,
	"STORE": 0x23, "STORE_FP": 0x27, "CUSTOM_1": 0x2b, "AMO": 0x2f, "OP": 0x33, "LUI": 0x37, "OP_32": 0x3b,
	"MADD": 0x43, "MSUB": 0x47, "NMSUB": 0x4b, "NMADD": 0x4f, "OP_FP": 0x53, "OP_V": 0x57, "CUSTOM_2": 0x5b,
	"BRANCH": 0x63, "JALR": 0x67, "JAL": 0x6f, "SYSTEM": 0x73, "OP_VE": 0x77, "CUSTOM_3": 0x7b,
}

// insnField is a field of .insn: where it sits in the word, and the range of a constant.
type insnField struct {
	runs     []bitRun
	min, max int64
	register uint32 // how many registers of a file it can name, 32 or 8, those from number 8 on
	distance bool   // to a target
}

// bitRun is a run of bits of a value, high to low, and the place of the lowest in the word.
type bitRun struct{ high, low, at int }

func (f *insnField) place(v int64) uint32 {
	var w uint32
	for _, r := range f.runs {
		w |= uint32(v>>r.low) & (1<<(r.high-r.low+1) - 1) << r.at
	}
	return w
}

var insnFields = map[string]insnField{
	"opcode":  {runs: []bitRun{{6, 0, 0}}, max: 127},
	"opcode2": {runs: []bitRun{{1, 0, 0}}, max: 2},
	"funct2":  {runs: []bitRun{{1, 0, 25}}, max: 3},
	"funct3":  {runs: []bitRun{{2, 0, 12}}, max: 7},
	"funct7":  {runs: []bitRun{{6, 0, 25}}, max: 127},
	"funct4":  {runs: []bitRun{{3, 0, 12}}, max: 15},
	"funct6":  {runs: []bitRun{{5, 0, 10}}, max: 63},
	"cfunct2": {runs: []bitRun{{1, 0, 5}}, max: 3},
	"cfunct3": {runs: []bitRun{{2, 0, 13}}, max: 7},
	"rd":      {runs: []bitRun{{4, 0, 7}}, register: 32},
	"rs1":     {runs: []bitRun{{4, 0, 15}}, register: 32},
	"rs2":     {runs: []bitRun{{4, 0, 20}}, register: 32},
	"rs3":     {runs: []bitRun{{4, 0, 27}}, register: 32},
	"crs2":    {runs: []bitRun{{4, 0, 2}}, register: 32},
	"crd":     {runs: []bitRun{{2, 0, 2}}, register: 8},
	"crs1":    {runs: []bitRun{{2, 0, 7}}, register: 8},
	"i12":     {runs: []bitRun{{11, 0, 20}}, min: -2048, max: 2047},
	"s12":     {runs: []bitRun{{11, 5, 25}, {4, 0, 7}}, min: -2048, max: 2047},
	"b13":     {runs: []bitRun{{12, 12, 31}, {10, 5, 25}, {4, 1, 8}, {11, 11, 7}}, min: -4096, max: 4094, distance: true},
	"u20":     {runs: []bitRun{{19, 0, 12}}, max: 1<<20 - 1},
	"j21":     {runs: []bitRun{{20, 20, 31}, {10, 1, 21}, {11, 11, 20}, {19, 12, 12}}, min: -1 << 20, max: 1<<20 - 2, distance: true},
	"ci6":     {runs: []bitRun{{5, 5, 12}, {4, 0, 2}}, min: -32, max: 31},
	"ciw8":    {runs: []bitRun{{7, 0, 5}}, max: 255},
	"css6":    {runs: []bitRun{{5, 0, 7}}, max: 63},
	"cl5":     {runs: []bitRun{{4, 2, 10}, {1, 0, 5}}, max: 31},
	"cb9":     {runs: []bitRun{{8, 8, 12}, {4, 3, 10}, {7, 6, 5}, {2, 1, 3}, {5, 5, 2}}, min: -256, max: 254, distance: true},
	"cj12":    {runs: []bitRun{{11, 11, 12}, {4, 4, 11}, {9, 8, 9}, {10, 10, 8}, {6, 6, 7}, {7, 7, 6}, {3, 1, 3}, {5, 5, 2}}, min: -2048, max: 2046, distance: true},
}

// typedInsn adds the instruction that the fields after a type make.
func (a *assembler) typedInsn(kind string, operands []piece) {
	fields := layoutOf(kind, operands)
	if len(operands) != len(fields) {
		a.failAt(operands[0].at, ".insn %s takes %s", kind, strings.Join(fields, ", "))
		return
	}
	var word uint32
	var target piece // whose distance is not known yet
	for i, name := range fields {
		o := operands[i]
		offset, base, isAddress := strings.Cut(name, "(")
		if isAddress {
			open := strings.LastIndexByte(o.text, '(')
			if open < 0 || !strings.HasSuffix(o.text, ")") {
				a.failAt(o.at, "expected a constant and a register in parentheses")
				return
			}
			register := piece{trim(o.text[open+1 : len(o.text)-1]), o.at + open + 1}
			bits, ok := a.insnBits(base[:len(base)-1], register)
			if !ok {
				return
			}
			word |= bits
			if o.text = trim(o.text[:open]); o.text == "" {
				continue
			}
		}
		if field := insnFields[offset]; field.distance && a.isAddress(o) {
			target = o
			continue
		}
		bits, ok := a.insnBits(offset, o)
		if !ok {
			return
		}
		word |= bits
	}
	if target.text == "" {
		a.addInsn(operands[:1], int64(word), operands[0].at)
		return
	}
	a.insnTo(word, target)
}

// insnBits returns an operand as the bits of its field, and reports a mistake in it.
func (a *assembler) insnBits(name string, o piece) (bits uint32, ok bool) {
	field := insnFields[name]
	if field.register != 0 {
		r, ok := isa.ParseReg(o.text)
		if !ok || field.register == 8 && r.Num()>>3 != 1 {
			a.failAt(o.at, "%.60q is not a register of the field %s", o.text, name)
			return 0, false
		}
		return field.place(int64(r.Num() & (field.register - 1))), true
	}
	v, ok := majorOpcodes[o.text]
	if !ok {
		if v, ok = a.known(o.text, o.at); !ok {
			return 0, false
		}
	}
	if v < field.min || v > field.max || field.distance && v&1 != 0 {
		a.failAt(o.at, "%s %d is not in %d..%d", name, v, field.min, field.max)
		return 0, false
	}
	return field.place(v), true
}

// insnTo adds an instruction with a target, which must be one of the table since only these have relocations.
func (a *assembler) insnTo(word uint32, target piece) {
	in, err := isa.Decode(word)
	var e *expr
	if err == nil {
		e, err = a.parseExpr(target.text)
	}
	if err != nil {
		a.failAt(target.at, "%s", trimmed(err))
		return
	}
	p := patch{inst: in, fix: fix{kind: fixDistance, expr: e}, place: a.here(target.at)}
	a.section().addPatch(&p, plain, p.place)
}
