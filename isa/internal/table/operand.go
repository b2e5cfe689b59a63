package table

// Slot is the place of an operand in the decoded form of an instruction.
type Slot uint8

const (
	SlotNone Slot = iota
	SlotRd
	SlotRs1
	SlotRs2
	SlotRs3
	SlotImm
	SlotRM
	SlotAqRl
	SlotVM
	SlotNF
	SlotCSR
	SlotAVL
	SlotRList
)

// Class is the register file, or the part of one, that a register operand may name.
type Class uint8

const (
	ClassNone Class = iota
	X               // x0 to x31
	XC              // x8 to x15, in three bits
	F               // f0 to f31
	FC              // f8 to f15, in three bits
	V               // v0 to v31
	S               // s0 to s7, in three bits
)

// Style is how a constant is written.
type Style uint8

const (
	Dec Style = iota
	Hex
	OptDec  // omitted if zero
	Offset  // a distance from the instruction itself
	CSRName // a control and status register
	VType   // e8,m1,ta,ma
	Fence   // iorw,iorw
	FLI     // the constant of an fli instruction
	RList   // {ra, s0-s3}
	SPAdj   // stack adjustment, which depends on the register list
	Add     // of an alias: added to the constant that the alias implies
	Index   // an index whose range the mnemonic narrows
	Shadow  // of an alias: a source that holds a return address, ra or t0, or a destination other than x0
)

// Operand is one operand kind. Bits lists where its value sits in the word: "12@31 10:5@25" puts bit 12 of the value at
// bit 31 of the word and bits 10 to 5 at 25 and up.
type Operand struct {
	Name  string
	Slot  Slot
	Class Class
	Bits  string
	Min   int64 // least value; negative means that the field is sign-extended
	Max   int64 // greatest value
	Step  int64 // the value is a multiple of it; 0 means any
	Wrap  uint  // a signed value is written modulo 1<<Wrap, unless Wrap is 0
	Style Style
}

// Operands returns every operand kind; the caller must not change it.
func Operands() []Operand { return operands }

var operands = []Operand{
	{Name: "rd", Slot: SlotRd, Class: X, Bits: "4:0@7"},
	{Name: "rs1", Slot: SlotRs1, Class: X, Bits: "4:0@15"},
	{Name: "rs2", Slot: SlotRs2, Class: X, Bits: "4:0@20"},
	{Name: "fd", Slot: SlotRd, Class: F, Bits: "4:0@7"},
	{Name: "fs1", Slot: SlotRs1, Class: F, Bits: "4:0@15"},
	{Name: "fs2", Slot: SlotRs2, Class: F, Bits: "4:0@20"},
	{Name: "fs3", Slot: SlotRs3, Class: F, Bits: "4:0@27"},
	{Name: "vd", Slot: SlotRd, Class: V, Bits: "4:0@7"},
	{Name: "vs1", Slot: SlotRs1, Class: V, Bits: "4:0@15"},
	{Name: "vs2", Slot: SlotRs2, Class: V, Bits: "4:0@20"},
	{Name: "vs3", Slot: SlotRs3, Class: V, Bits: "4:0@7"},

	{Name: "imm12", Slot: SlotImm, Bits: "11:0@20", Min: -2048, Max: 2047},
	{Name: "simm12", Slot: SlotImm, Bits: "11:5@25 4:0@7", Min: -2048, Max: 2047},
	{Name: "bimm", Slot: SlotImm, Bits: "12@31 10:5@25 4:1@8 11@7", Min: -4096, Max: 4094, Step: 2, Style: Offset},
	{Name: "jimm", Slot: SlotImm, Bits: "20@31 10:1@21 11@20 19:12@12", Min: -1 << 20, Max: 1<<20 - 2, Step: 2, Style: Offset},
	{Name: "uimm20", Slot: SlotImm, Bits: "19:0@12", Max: 0xfffff, Style: Hex},
	{Name: "shamt6", Slot: SlotImm, Bits: "5:0@20", Max: 63, Style: Hex},
	{Name: "shamt5", Slot: SlotImm, Bits: "4:0@20", Max: 31, Style: Hex},
	{Name: "zimm5", Slot: SlotImm, Bits: "4:0@15", Max: 31},
	{Name: "rnum", Slot: SlotImm, Bits: "3:0@20", Max: 10, Style: Hex},
	{Name: "bs", Slot: SlotImm, Bits: "1:0@30", Max: 3, Style: Hex},
	{Name: "fli", Slot: SlotImm, Bits: "4:0@15", Max: 31, Style: FLI},
	{Name: "fence", Slot: SlotImm, Bits: "11:0@20", Max: 0xfff, Style: Fence},
	{Name: "prefetch", Slot: SlotImm, Bits: "11:5@25", Min: -2048, Max: 2016, Step: 32, Style: Add},
	{Name: "mopr", Slot: SlotImm, Bits: "4@30 3:2@26 1:0@20", Max: 31},
	{Name: "moprr", Slot: SlotImm, Bits: "2@30 1:0@26", Max: 7},

	{Name: "rm", Slot: SlotRM, Bits: "2:0@12", Max: 7},
	{Name: "rmx", Slot: SlotRM, Bits: "2:0@12", Max: 7},
	{Name: "aqrl", Slot: SlotAqRl, Bits: "1:0@25", Max: 3},
	{Name: "aq", Slot: SlotAqRl, Bits: "1@26", Max: 2, Step: 2},
	{Name: "rl", Slot: SlotAqRl, Bits: "0@25", Max: 1},
	{Name: "csr", Slot: SlotCSR, Bits: "11:0@20", Max: 4095, Style: CSRName},

	{Name: "vm", Slot: SlotVM, Bits: "0@25", Max: 1},
	{Name: "nf", Slot: SlotNF, Bits: "2:0@29", Max: 7},
	{Name: "simm5", Slot: SlotImm, Bits: "4:0@15", Min: -16, Max: 15},
	{Name: "uimm5", Slot: SlotImm, Bits: "4:0@15", Max: 31},
	{Name: "uimm6", Slot: SlotImm, Bits: "5@26 4:0@15", Max: 63},
	{Name: "vtype11", Slot: SlotImm, Bits: "10:0@20", Max: 0x7ff, Style: VType},
	{Name: "vtype10", Slot: SlotImm, Bits: "9:0@20", Max: 0x3ff, Style: VType},
	{Name: "avl", Slot: SlotAVL, Bits: "4:0@15", Max: 31},

	{Name: "crd", Slot: SlotRd, Class: X, Bits: "4:0@7"},
	{Name: "crs1", Slot: SlotRs1, Class: X, Bits: "4:0@7"},
	{Name: "crs2", Slot: SlotRs2, Class: X, Bits: "4:0@2"},
	{Name: "cfd", Slot: SlotRd, Class: F, Bits: "4:0@7"},
	{Name: "cfs2", Slot: SlotRs2, Class: F, Bits: "4:0@2"},
	{Name: "rdp", Slot: SlotRd, Class: XC, Bits: "2:0@2"},
	{Name: "rd1p", Slot: SlotRd, Class: XC, Bits: "2:0@7"},
	{Name: "rs1p", Slot: SlotRs1, Class: XC, Bits: "2:0@7"},
	{Name: "rs2p", Slot: SlotRs2, Class: XC, Bits: "2:0@2"},
	{Name: "fdp", Slot: SlotRd, Class: FC, Bits: "2:0@2"},
	{Name: "fs2p", Slot: SlotRs2, Class: FC, Bits: "2:0@2"},
	{Name: "sreg1", Slot: SlotRs1, Class: S, Bits: "2:0@7"},
	{Name: "sreg2", Slot: SlotRs2, Class: S, Bits: "2:0@2"},

	{Name: "cimm6", Slot: SlotImm, Bits: "5@12 4:0@2", Min: -32, Max: 31},
	{Name: "chint6", Slot: SlotImm, Bits: "5@12 4:0@2", Min: -32, Max: 31, Style: OptDec},
	{Name: "cshamt", Slot: SlotImm, Bits: "5@12 4:0@2", Max: 63, Style: Hex},
	{Name: "clui", Slot: SlotImm, Bits: "5@12 4:0@2", Min: -32, Max: 31, Wrap: 20, Style: Hex},
	{Name: "c16sp", Slot: SlotImm, Bits: "9@12 4@6 6@5 8:7@3 5@2", Min: -512, Max: 496, Step: 16},
	{Name: "c4spn", Slot: SlotImm, Bits: "5:4@11 9:6@7 2@6 3@5", Max: 1020, Step: 4},
	{Name: "cw", Slot: SlotImm, Bits: "5:3@10 2@6 6@5", Max: 124, Step: 4},
	{Name: "cd", Slot: SlotImm, Bits: "5:3@10 7:6@5", Max: 248, Step: 8},
	{Name: "cwsp", Slot: SlotImm, Bits: "5@12 4:2@4 7:6@2", Max: 252, Step: 4},
	{Name: "cdsp", Slot: SlotImm, Bits: "5@12 4:3@5 8:6@2", Max: 504, Step: 8},
	{Name: "cswsp", Slot: SlotImm, Bits: "5:2@9 7:6@7", Max: 252, Step: 4},
	{Name: "csdsp", Slot: SlotImm, Bits: "5:3@10 8:6@7", Max: 504, Step: 8},
	{Name: "cb", Slot: SlotImm, Bits: "8@12 4:3@10 7:6@5 2:1@3 5@2", Min: -256, Max: 254, Step: 2, Style: Offset},
	{Name: "cj", Slot: SlotImm, Bits: "11@12 4@11 9:8@9 10@8 6@7 7@6 3:1@3 5@2", Min: -2048, Max: 2046, Step: 2, Style: Offset},
	{Name: "cub", Slot: SlotImm, Bits: "0@6 1@5", Max: 3},
	{Name: "cuh", Slot: SlotImm, Bits: "1@5", Max: 2, Step: 2},
	{Name: "cmop", Slot: SlotImm, Bits: "3:1@8", Min: 1, Max: 15, Step: 2},
	{Name: "rlist", Slot: SlotRList, Bits: "3:0@4", Min: 4, Max: 15, Style: RList},
	{Name: "spadj", Slot: SlotImm, Bits: "5:4@2", Max: 48, Step: 16, Style: SPAdj},
	{Name: "jtidx", Slot: SlotImm, Bits: "7:0@2", Max: 255},
	{Name: "jt", Slot: SlotImm, Bits: "7:0@2", Max: 31, Style: Index},             // cm.jt
	{Name: "jalt", Slot: SlotImm, Bits: "7:0@2", Min: 32, Max: 255, Style: Index}, // cm.jalt
	{Name: "sspush", Slot: SlotRs2, Class: X, Bits: "4:0@20", Style: Shadow},
	{Name: "ssrdp", Slot: SlotRd, Class: X, Bits: "4:0@7", Style: Shadow},
	{Name: "sspopchk", Slot: SlotRs1, Class: X, Bits: "4:0@15", Style: Shadow},
}
