package isa

import (
	"strings"

	"github.com/rvfuzz/rvfuzz/isa/internal/table"
)

// Op is an instruction of the table, 1..NumOps; the zero Op is no instruction.
type Op uint16

func (op Op) valid() bool { return op-1 < NumOps }

// Ratified reports whether the instruction is of a ratified extension. Decode and Classify take the words of others for unknown;
// Op.Decode and March.Decode know them.
func (op Op) Ratified() bool { return op <= NumRatified }

// String returns the mnemonic in lower case: "fadd.s", "vadd.vv", "c.addi4spn".
func (op Op) String() string {
	if !op.valid() {
		return "op?"
	}
	return rows[op].Mnemonic
}

// Size returns the length of the instruction in bytes, 2 or 4, and 0 for an Op outside the table.
func (op Op) Size() int {
	if !op.valid() {
		return 0
	}
	return int(codes[op].size)
}

// Inverse returns the conditional branch that is taken where op is not, of the six that compare two registers, and 0 for any
// other instruction.
func (op Op) Inverse() Op {
	switch op {
	case BEQ:
		return BNE
	case BNE:
		return BEQ
	case BLT:
		return BGE
	case BGE:
		return BLT
	case BLTU:
		return BGEU
	case BGEU:
		return BLTU
	}
	return 0
}

// Row is the public view of one row of the instruction table.
type Row struct {
	Op       Op
	Mnemonic string
	Ext      string    // extension that brings the instruction: "I", "Zba", "V"
	Section  string    // section of the manual: "V 11.1: Vector Single-Width Integer Add and Subtract"
	Format   string    // the manual's name of the layout: "R", "CIW", "OPV"
	Size     int       // 2 or 4 bytes
	Match    uint32    // value of the fixed bits
	Mask     uint32    // the fixed bits: those that no operand covers
	Operands []Operand // in assembler order; those written into the mnemonic come first
	Base     Op        // of a 16-bit instruction, the 32-bit one that it abbreviates, or 0
}

// Operand describes one operand of a row: where its value is in the word and which values the field itself allows.
// Only Encode knows the restrictions between operands.
type Operand struct {
	Name  string // name in the table: "rd", "imm12", "vtype11"
	Field Field  // the field of Inst that holds it
	File  File   // register file, of a register operand
	Bits  uint32 // its bits in the word
	Regs  uint32 // of a register operand, the set of register numbers it takes as a bit mask
	Min   int64  // of a constant, the least value, written without Wrap
	Max   int64  // of a constant, the greatest value
	Step  int64  // of a constant, Min plus a multiple of it are the values
	Wrap  uint   // a negative value v is written as v + 1<<Wrap, when not zero
}

// Field names the field of Inst that holds an operand.
type Field uint8

const (
	FieldRd Field = iota + 1
	FieldRs1
	FieldRs2
	FieldRs3
	FieldImm
	FieldRM
	FieldAqRl
	FieldVM
	FieldNF
	FieldCSR
	FieldAVL
	FieldRList
)

// File is a register file.
type File uint8

const (
	NoFile File = iota
	IntFile
	FloatFile
	VectorFile
)

// Row returns the table row of op. The Operands slice is shared and must not be changed. The zero Row is returned for
// an Op outside the table.
func (op Op) Row() Row {
	if !op.valid() {
		return Row{}
	}
	return rows[op]
}

// Rows returns the whole table in the order of the Op constants. The slice is the caller's, the Operands are shared.
func Rows() []Row { return append([]Row(nil), rows[1:]...) }

// OpOf returns the instruction with the given mnemonic, which is a row's: "vle8.v", not "vlseg2e8.v"; "mop.r.N".
func OpOf(mnemonic string) (Op, bool) {
	op, ok := opByName[mnemonic]
	return op, ok
}

var (
	rows     = buildRows()
	opByName = buildOpNames()
)

func buildRows() [NumOps + 1]Row {
	var out [NumOps + 1]Row
	src := table.Rows()
	if len(src) != NumOps {
		panic("isa: ops.go is stale, run go generate")
	}
	operands := make(map[table.Form][]Operand, len(formOperands))
	for form, kinds := range formOperands {
		for _, k := range kinds {
			operands[form] = append(operands[form], k.public)
		}
	}
	for i := range src {
		out[i+1] = publicRow(Op(i+1), &src[i], operands[src[i].Form], src)
	}
	return out
}

func publicRow(op Op, r *table.Row, operands []Operand, all []table.Row) Row {
	row := Row{
		Op: op, Mnemonic: r.Name, Ext: r.Ext, Section: string(r.Sec), Format: r.Form.Name(), Size: r.Size(), Match: r.Match(), Mask: 0xffff,
		Operands: operands,
	}
	if row.Size == 4 {
		row.Mask = ^uint32(0)
	}
	for i := range operands {
		row.Mask &^= operands[i].Bits
	}
	if row.Match&^row.Mask != 0 {
		panic("isa: row " + r.Name + " fixes a bit that belongs to an operand")
	}
	if base, _, _ := strings.Cut(r.Base, " "); base != "" {
		for i := range all {
			if all[i].Name == base {
				row.Base = Op(i + 1)
			}
		}
	}
	return row
}

func publicOperand(k *kind) Operand {
	o := Operand{
		Name: k.Name, Field: Field(k.Slot), Bits: k.wordMask(), Min: k.Min, Max: k.Max, Step: max(k.Step, 1), Wrap: k.Wrap,
	}
	switch k.Class {
	case table.X:
		o.File, o.Regs = IntFile, 0xffffffff
	case table.XC:
		o.File, o.Regs = IntFile, 0xff00
	case table.S:
		o.File, o.Regs = IntFile, 0xfc0300
	case table.F:
		o.File, o.Regs = FloatFile, 0xffffffff
	case table.FC:
		o.File, o.Regs = FloatFile, 0xff00
	case table.V:
		o.File, o.Regs = VectorFile, 0xffffffff
	}
	return o
}

func buildOpNames() map[string]Op {
	names := make(map[string]Op, NumOps)
	for op := Op(1); op <= NumOps; op++ {
		names[rows[op].Mnemonic] = op
	}
	return names
}
