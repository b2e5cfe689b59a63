package isa

import (
	"strings"

	"github.com/rvfuzz/rvfuzz/isa/internal/table"
)

// CompressedForms is a set of extensions of 16-bit instructions that abbreviate 32-bit ones.
type CompressedForms uint8

const (
	Zca CompressedForms = 1 << iota // integer instructions
	Zcd                             // loads and stores of double-precision floating point; shares its encodings with Zcmp
	Zcb                             // more integer instructions, which RV64GC lacks

	// RVC is the C of RV64GC.
	RVC = Zca | Zcd
)

var setByName = map[string]CompressedForms{"Zca": Zca, "Zcd": Zcd, "Zcb": Zcb}

// CompressedForms returns the 16-bit extensions that the architecture has.
func (m March) CompressedForms() CompressedForms {
	var set CompressedForms
	for name, forms := range setByName {
		if m.names[strings.ToLower(name)] {
			set |= forms
		}
	}
	if !m.names["d"] {
		set &^= Zcd
	}
	return set
}

// expansion is the 32-bit base of a 16-bit instruction: where each field of the base comes from.
type expansion struct {
	base          Op
	rd, rs1, rs2  source
	immFrom, have bool  // the immediate is carried over
	imm           int64 // otherwise it is this constant
	ext           CompressedForms
}

// source is a register field of the 16-bit form, or a fixed register.
type source struct {
	field Field // 0: reg
	reg   Reg
}

var (
	expansions = buildExpansions()
	shortForms = buildShortForms()
)

// buildExpansions parses the notation of the table: "addi rd=rd rs1=sp imm" or "xori rd=rd rs1=rd imm=-1".
func buildExpansions() [NumOps + 1]expansion {
	var out [NumOps + 1]expansion
	for i, r := range table.Rows() {
		words := strings.Fields(r.Base)
		if len(words) == 0 {
			continue
		}
		e := expansion{base: opByName[words[0]], have: true, ext: setByName[r.Ext]}
		for _, word := range words[1:] {
			e.assign(word)
		}
		out[i+1] = e
	}
	return out
}

func (e *expansion) assign(word string) {
	field, from, _ := strings.Cut(word, "=")
	switch field {
	case "rd":
		e.rd = parseSource(from)
	case "rs1":
		e.rs1 = parseSource(from)
	case "rs2":
		e.rs2 = parseSource(from)
	case "imm":
		v, ok := parseInt(from)
		e.immFrom, e.imm = !ok, v
	default:
		panic("isa: the table has an expansion with an unknown field " + word)
	}
}

func parseSource(s string) source {
	switch s {
	case "rd":
		return source{field: FieldRd}
	case "rs1":
		return source{field: FieldRs1}
	case "rs2":
		return source{field: FieldRs2}
	}
	r, ok := ParseReg(s)
	if !ok {
		panic("isa: the table has an expansion with an unknown register " + s)
	}
	return source{reg: r}
}

func (s source) read(in *Inst) Reg {
	switch s.field {
	case FieldRd:
		return in.Rd
	case FieldRs1:
		return in.Rs1
	case FieldRs2:
		return in.Rs2
	}
	return s.reg
}

// Expand returns the 32-bit instruction that does the same as the 16-bit in, and false if there is none: for 32-bit
// instructions, c.mop and the instructions of Zcmp and Zcmt.
func Expand(in Inst) (Inst, bool) {
	if !in.Op.valid() || !expansions[in.Op].have {
		return Inst{}, false
	}
	e := &expansions[in.Op]
	out := Inst{Op: e.base, Rd: e.rd.read(&in), Rs1: e.rs1.read(&in), Rs2: e.rs2.read(&in), Imm: e.imm}
	if e.immFrom {
		out.Imm = in.Imm
	}
	return out, true
}

// buildShortForms returns, for each 32-bit instruction, the 16-bit ones that abbreviate it.
func buildShortForms() [NumOps + 1][]Op {
	var short [NumOps + 1][]Op
	for op := Op(1); op <= NumOps; op++ {
		if e := &expansions[op]; e.have {
			short[e.base] = append(short[e.base], op)
		}
	}
	return short
}

// Compress returns a 16-bit instruction of the given extensions that does the same as the 32-bit in, and false if there is
// none. It never returns a hint. Expand returns in again, except that the operands of a commutative operation may be
// swapped and that addi rd,rs1,0 and add rd,rs1,zero become c.mv, which expands to add rd,zero,rs2.
//
// The distance of a branch or jump stays that of in, so code must be compressed before it is laid out.
func Compress(in Inst, with CompressedForms) (Inst, bool) {
	if !in.Op.valid() || shortForms[in.Op] == nil {
		return Inst{}, false
	}
	if out, ok := compressOne(in, with); ok {
		return out, true
	}
	switch in.Op {
	case ADDI:
		if in.Imm == 0 {
			return compressOne(Inst{Op: ADD, Rd: in.Rd, Rs2: in.Rs1}, with)
		}
	case ADD, AND, OR, XOR, ADDW, MUL, BEQ, BNE:
		in.Rs1, in.Rs2 = in.Rs2, in.Rs1
		return compressOne(in, with)
	}
	return Inst{}, false
}

// compressOne returns a 16-bit form whose expansion is exactly in.
func compressOne(in Inst, with CompressedForms) (Inst, bool) {
	for _, op := range shortForms[in.Op] {
		e := &expansions[op]
		if e.ext&with == 0 {
			continue
		}
		out := Inst{Op: op}
		e.rd.write(&out, in.Rd)
		e.rs1.write(&out, in.Rs1)
		e.rs2.write(&out, in.Rs2)
		if e.immFrom {
			out.Imm = in.Imm
		}
		if !codes[op].allows(&out) || out.IsHint() {
			continue
		}
		if back, _ := Expand(out); back == in {
			return out, true
		}
	}
	return Inst{}, false
}

func (s source) write(in *Inst, r Reg) {
	switch s.field {
	case FieldRd:
		in.Rd = r
	case FieldRs1:
		in.Rs1 = r
	case FieldRs2:
		in.Rs2 = r
	}
}
