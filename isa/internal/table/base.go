package table

// base holds the unprivileged integer instructions: RV64I, M, Zicsr, Zifencei, Zicond, Zicbo, Zimop, Zawrs.
var base = []Row{
	// RV32I and RV64I
	{Name: "lui", Ext: "I", Sec: IntRegImm, Form: FormU, Op: OpLui},
	{Name: "auipc", Ext: "I", Sec: IntRegImm, Form: FormU, Op: OpAuipc},
	{Name: "jal", Ext: "I", Sec: Jumps, Form: FormJ, Op: OpJal},
	{Name: "jalr", Ext: "I", Sec: Jumps, Form: FormLoad, Op: OpJalr, F3: 0b000},
	{Name: "beq", Ext: "I", Sec: Branches, Form: FormB, Op: OpBranch, F3: 0b000},
	{Name: "bne", Ext: "I", Sec: Branches, Form: FormB, Op: OpBranch, F3: 0b001},
	{Name: "blt", Ext: "I", Sec: Branches, Form: FormB, Op: OpBranch, F3: 0b100},
	{Name: "bge", Ext: "I", Sec: Branches, Form: FormB, Op: OpBranch, F3: 0b101},
	{Name: "bltu", Ext: "I", Sec: Branches, Form: FormB, Op: OpBranch, F3: 0b110},
	{Name: "bgeu", Ext: "I", Sec: Branches, Form: FormB, Op: OpBranch, F3: 0b111},
	{Name: "lb", Ext: "I", Sec: LoadStore, Form: FormLoad, Op: OpLoad, F3: 0b000},
	{Name: "lh", Ext: "I", Sec: LoadStore, Form: FormLoad, Op: OpLoad, F3: 0b001},
	{Name: "lw", Ext: "I", Sec: LoadStore, Form: FormLoad, Op: OpLoad, F3: 0b010},
	{Name: "ld", Ext: "I", Sec: LoadStore64, Form: FormLoad, Op: OpLoad, F3: 0b011},
	{Name: "lbu", Ext: "I", Sec: LoadStore, Form: FormLoad, Op: OpLoad, F3: 0b100},
	{Name: "lhu", Ext: "I", Sec: LoadStore, Form: FormLoad, Op: OpLoad, F3: 0b101},
	{Name: "lwu", Ext: "I", Sec: LoadStore64, Form: FormLoad, Op: OpLoad, F3: 0b110},
	{Name: "sb", Ext: "I", Sec: LoadStore, Form: FormStore, Op: OpStore, F3: 0b000},
	{Name: "sh", Ext: "I", Sec: LoadStore, Form: FormStore, Op: OpStore, F3: 0b001},
	{Name: "sw", Ext: "I", Sec: LoadStore, Form: FormStore, Op: OpStore, F3: 0b010},
	{Name: "sd", Ext: "I", Sec: LoadStore64, Form: FormStore, Op: OpStore, F3: 0b011},
	{Name: "addi", Ext: "I", Sec: IntRegImm, Form: FormI, Op: OpImm, F3: 0b000},
	{Name: "slti", Ext: "I", Sec: IntRegImm, Form: FormI, Op: OpImm, F3: 0b010},
	{Name: "sltiu", Ext: "I", Sec: IntRegImm, Form: FormI, Op: OpImm, F3: 0b011},
	{Name: "xori", Ext: "I", Sec: IntRegImm, Form: FormI, Op: OpImm, F3: 0b100},
	{Name: "ori", Ext: "I", Sec: IntRegImm, Form: FormI, Op: OpImm, F3: 0b110},
	{Name: "andi", Ext: "I", Sec: IntRegImm, Form: FormI, Op: OpImm, F3: 0b111},
	{Name: "slli", Ext: "I", Sec: IntRegImm, Form: FormShift6, Op: OpImm, F3: 0b001, F6: 0b000000},
	{Name: "srli", Ext: "I", Sec: IntRegImm, Form: FormShift6, Op: OpImm, F3: 0b101, F6: 0b000000},
	{Name: "srai", Ext: "I", Sec: IntRegImm, Form: FormShift6, Op: OpImm, F3: 0b101, F6: 0b010000},
	{Name: "add", Ext: "I", Sec: IntRegReg, Form: FormR, Op: OpOp, F3: 0b000, F7: 0b0000000},
	{Name: "sub", Ext: "I", Sec: IntRegReg, Form: FormR, Op: OpOp, F3: 0b000, F7: 0b0100000},
	{Name: "sll", Ext: "I", Sec: IntRegReg, Form: FormR, Op: OpOp, F3: 0b001, F7: 0b0000000},
	{Name: "slt", Ext: "I", Sec: IntRegReg, Form: FormR, Op: OpOp, F3: 0b010, F7: 0b0000000},
	{Name: "sltu", Ext: "I", Sec: IntRegReg, Form: FormR, Op: OpOp, F3: 0b011, F7: 0b0000000},
	{Name: "xor", Ext: "I", Sec: IntRegReg, Form: FormR, Op: OpOp, F3: 0b100, F7: 0b0000000},
	{Name: "srl", Ext: "I", Sec: IntRegReg, Form: FormR, Op: OpOp, F3: 0b101, F7: 0b0000000},
	{Name: "sra", Ext: "I", Sec: IntRegReg, Form: FormR, Op: OpOp, F3: 0b101, F7: 0b0100000},
	{Name: "or", Ext: "I", Sec: IntRegReg, Form: FormR, Op: OpOp, F3: 0b110, F7: 0b0000000},
	{Name: "and", Ext: "I", Sec: IntRegReg, Form: FormR, Op: OpOp, F3: 0b111, F7: 0b0000000},
	{Name: "addiw", Ext: "I", Sec: Int64, Form: FormI, Op: OpImm32, F3: 0b000},
	{Name: "slliw", Ext: "I", Sec: Int64, Form: FormShift5, Op: OpImm32, F3: 0b001, F7: 0b0000000},
	{Name: "srliw", Ext: "I", Sec: Int64, Form: FormShift5, Op: OpImm32, F3: 0b101, F7: 0b0000000},
	{Name: "sraiw", Ext: "I", Sec: Int64, Form: FormShift5, Op: OpImm32, F3: 0b101, F7: 0b0100000},
	{Name: "addw", Ext: "I", Sec: Int64, Form: FormR, Op: OpOp32, F3: 0b000, F7: 0b0000000},
	{Name: "subw", Ext: "I", Sec: Int64, Form: FormR, Op: OpOp32, F3: 0b000, F7: 0b0100000},
	{Name: "sllw", Ext: "I", Sec: Int64, Form: FormR, Op: OpOp32, F3: 0b001, F7: 0b0000000},
	{Name: "srlw", Ext: "I", Sec: Int64, Form: FormR, Op: OpOp32, F3: 0b101, F7: 0b0000000},
	{Name: "sraw", Ext: "I", Sec: Int64, Form: FormR, Op: OpOp32, F3: 0b101, F7: 0b0100000},
	{Name: "fence", Ext: "I", Sec: MemoryOrdering, Form: FormFence, Op: OpMiscMem, F3: 0b000, Rule: FenceMode},
	{Name: "ecall", Ext: "I", Sec: Environment, Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b00000, F7: 0b0000000},
	{Name: "ebreak", Ext: "I", Sec: Environment, Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b00001, F7: 0b0000000},

	// Zifencei
	{Name: "fence.i", Ext: "Zifencei", Sec: FenceI, Form: FormNone, Op: OpMiscMem, F3: 0b001},

	// Zicsr
	{Name: "csrrw", Ext: "Zicsr", Sec: CSROps, Form: FormCSR, Op: OpSystem, F3: 0b001},
	{Name: "csrrs", Ext: "Zicsr", Sec: CSROps, Form: FormCSR, Op: OpSystem, F3: 0b010},
	{Name: "csrrc", Ext: "Zicsr", Sec: CSROps, Form: FormCSR, Op: OpSystem, F3: 0b011},
	{Name: "csrrwi", Ext: "Zicsr", Sec: CSROps, Form: FormCSRI, Op: OpSystem, F3: 0b101},
	{Name: "csrrsi", Ext: "Zicsr", Sec: CSROps, Form: FormCSRI, Op: OpSystem, F3: 0b110},
	{Name: "csrrci", Ext: "Zicsr", Sec: CSROps, Form: FormCSRI, Op: OpSystem, F3: 0b111},

	// M
	{Name: "mul", Ext: "M", Sec: MulOps, Form: FormR, Op: OpOp, F3: 0b000, F7: 0b0000001},
	{Name: "mulh", Ext: "M", Sec: MulOps, Form: FormR, Op: OpOp, F3: 0b001, F7: 0b0000001},
	{Name: "mulhsu", Ext: "M", Sec: MulOps, Form: FormR, Op: OpOp, F3: 0b010, F7: 0b0000001},
	{Name: "mulhu", Ext: "M", Sec: MulOps, Form: FormR, Op: OpOp, F3: 0b011, F7: 0b0000001},
	{Name: "div", Ext: "M", Sec: DivOps, Form: FormR, Op: OpOp, F3: 0b100, F7: 0b0000001},
	{Name: "divu", Ext: "M", Sec: DivOps, Form: FormR, Op: OpOp, F3: 0b101, F7: 0b0000001},
	{Name: "rem", Ext: "M", Sec: DivOps, Form: FormR, Op: OpOp, F3: 0b110, F7: 0b0000001},
	{Name: "remu", Ext: "M", Sec: DivOps, Form: FormR, Op: OpOp, F3: 0b111, F7: 0b0000001},
	{Name: "mulw", Ext: "M", Sec: MulOps, Form: FormR, Op: OpOp32, F3: 0b000, F7: 0b0000001},
	{Name: "divw", Ext: "M", Sec: DivOps, Form: FormR, Op: OpOp32, F3: 0b100, F7: 0b0000001},
	{Name: "divuw", Ext: "M", Sec: DivOps, Form: FormR, Op: OpOp32, F3: 0b101, F7: 0b0000001},
	{Name: "remw", Ext: "M", Sec: DivOps, Form: FormR, Op: OpOp32, F3: 0b110, F7: 0b0000001},
	{Name: "remuw", Ext: "M", Sec: DivOps, Form: FormR, Op: OpOp32, F3: 0b111, F7: 0b0000001},

	// Zicond
	{Name: "czero.eqz", Ext: "Zicond", Sec: Conditional, Form: FormR, Op: OpOp, F3: 0b101, F7: 0b0000111},
	{Name: "czero.nez", Ext: "Zicond", Sec: Conditional, Form: FormR, Op: OpOp, F3: 0b111, F7: 0b0000111},

	// Zicbom, Zicboz
	{Name: "cbo.inval", Ext: "Zicbom", Sec: CacheBlocks, Form: FormCBO, Op: OpMiscMem, F3: 0b010, Rs2: 0b00000, F7: 0b0000000},
	{Name: "cbo.clean", Ext: "Zicbom", Sec: CacheBlocks, Form: FormCBO, Op: OpMiscMem, F3: 0b010, Rs2: 0b00001, F7: 0b0000000},
	{Name: "cbo.flush", Ext: "Zicbom", Sec: CacheBlocks, Form: FormCBO, Op: OpMiscMem, F3: 0b010, Rs2: 0b00010, F7: 0b0000000},
	{Name: "cbo.zero", Ext: "Zicboz", Sec: CacheZero, Form: FormCBO, Op: OpMiscMem, F3: 0b010, Rs2: 0b00100, F7: 0b0000000},

	// Zimop
	{Name: "mop.r.N", Ext: "Zimop", Sec: MayBe, Form: FormMopR, Op: OpSystem, F3: 0b100, Rs2: 0b11100, F7: 0b1000000},
	{Name: "mop.rr.N", Ext: "Zimop", Sec: MayBe, Form: FormMopRR, Op: OpSystem, F3: 0b100, F7: 0b1000001},

	// Zawrs
	{Name: "wrs.nto", Ext: "Zawrs", Sec: WaitOnReservation, Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b01101, F7: 0b0000000},
	{Name: "wrs.sto", Ext: "Zawrs", Sec: WaitOnReservation, Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b11101, F7: 0b0000000},
}
