// Package table holds the instruction set as data: one Row per instruction, typed from the manual by format and field.
//
// A Row is the content of the manual's page: mnemonic, extension, section, operands in assembler order (through its Form),
// the values of the fixed fields, and the restrictions that the prose adds. Package isa compiles the rows into its encoder,
// decoder, printer and parser, so a new instruction needs a row here and a run of go generate in package isa. A new
// extension also needs a line in the table of package fuzz/words that lists which oracle has which instructions.
//
//	{Name: "addi", Ext: "I", Sec: IntRegImm, Form: FormI, Op: OpImm, F3: 0b000},
//
// The bits that no operand covers are fixed; a row never states its mask.
package table

import "slices"

// Row is one instruction. Op holds bits 6:0 of a 32-bit instruction; RVC holds all fixed bits of a 16-bit one, and
// exactly one of the two is set. The other fields are the fixed fields of the manual's figures.
type Row struct {
	Name string // mnemonic in assembler text
	Ext  string // extension that brings it, as the manual spells it
	Sec  Section
	Form Form   // operands and layout
	Op   uint32 // bits 6:0
	Rd   uint32 // bits 11:7 without an operand there
	F3   uint32 // bits 14:12
	Rs1  uint32 // bits 19:15 without an operand there
	Rs2  uint32 // bits 24:20 without an operand there
	VM   uint32 // bit 25 of vector instructions without an operand there
	F6   uint32 // bits 31:26
	F7   uint32 // bits 31:25
	RVC  uint32 // the fixed bits of a 16-bit instruction
	Rule Rule   // restrictions beyond the operands' own
	Base string // 16-bit: the 32-bit instruction that does the same: "addi rd=rd rs1=sp imm"
}

// Match returns the value of the fixed bits.
func (r *Row) Match() uint32 {
	if r.Op == 0 {
		return r.RVC
	}
	return r.Op | r.Rd<<7 | r.F3<<12 | r.Rs1<<15 | r.Rs2<<20 | r.VM<<25 | r.F6<<26 | r.F7<<25
}

// Size returns the length in bytes: 2 or 4.
func (r *Row) Size() int {
	if r.Op == 0 {
		return 2
	}
	return 4
}

// Major opcodes, named as in the manual's opcode map.
const (
	OpLoad    = 0x03
	OpLoadFP  = 0x07
	OpMiscMem = 0x0f
	OpImm     = 0x13
	OpAuipc   = 0x17
	OpImm32   = 0x1b
	OpStore   = 0x23
	OpStoreFP = 0x27
	OpAMO     = 0x2f
	OpOp      = 0x33
	OpLui     = 0x37
	OpOp32    = 0x3b
	OpMadd    = 0x43
	OpMsub    = 0x47
	OpNmsub   = 0x4b
	OpNmadd   = 0x4f
	OpFP      = 0x53
	OpV       = 0x57
	OpBranch  = 0x63
	OpJalr    = 0x67
	OpJal     = 0x6f
	OpSystem  = 0x73
	OpVE      = 0x77
)

// Minor opcodes of the vector instructions: the F3 field under OpV.
const (
	OPIVV = 0
	OPFVV = 1
	OPMVV = 2
	OPIVI = 3
	OPIVX = 4
	OPFVF = 5
	OPMVX = 6
	OPCFG = 7
)

// Rule is a set of restrictions on operands that no single field expresses.
type Rule uint32

const (
	RdNot0      Rule = 1 << iota // rd is not x0
	RdNot2                       // rd is not sp
	Rs1Not0                      // rs1 is not x0
	Rs2Not0                      // rs2 is not x0
	ImmNot0                      // the immediate is not zero
	EvenPair                     // rd and rs2 name even registers
	SRegs                        // registers are among s0 to s7
	SRegsDiff                    // the two saved registers differ
	FenceMode                    // fm is 0, or 8 with rw,rw
	MaskDest                     // masked: vd is not v0
	VdNot0                       // vd is not v0, the mask is always read
	VdNotVs1                     // vd is not vs1
	VdNotVs2                     // vd is not vs2
	Vs1NotVs2                    // vs1 is not vs2: no register is read as elements of two widths
	MaskVs2                      // vs2 is a mask, so that it may be v0 where v0 is the mask
	ReadsMask                    // v0 is the mask although the instruction has no vm operand
	Multiple2                    // vector registers are multiples of 2
	Multiple4                    // vector registers are multiples of 4
	Multiple8                    // vector registers are multiples of 8
	GroupEnd                     // a segment's last register is at most v31
	GroupVs2                     // vs2 is not among the registers of a segment
	HintRd0                      // rd = x0 makes it a hint
	HintImm0                     // an immediate of zero makes it a hint
	HintImmNot0                  // an immediate other than zero makes it a hint
	ZcmpSpace                    // shares its encodings with c.fsdsp
)

// Rows returns the whole table in the manual's order, the instructions that are not ratified last; the caller must not change it. The position in it is the number
// of the instruction, so rows are the order of isa's Op constants.
func Rows() []Row { return rows }

var rows = slices.Concat(base, atomic, float, bitmanip, crypto, compressed, vector, vectorCrypto, system, unratified)
