package table

// base holds the unprivileged integer instructions: RV64I, M, Zicsr, Zifencei, Zicond, Zicbo, Zimop, Zawrs.
var base = []Row{
	// RV32I and RV64I
	{Name: "lui", Ext: "I", Form: FormU, Op: OpLui},
	{Name: "auipc", Ext: "I", Form: FormU, Op: OpAuipc},
	{Name: "jal", Ext: "I", Form: FormJ, Op: OpJal},
	{Name: "jalr", Ext: "I", Form: FormLoad, Op: OpJalr, F3: 0b000},
	{Name: "beq", Ext: "I", Form: FormB, Op: OpBranch, F3: 0b000},
	{Name: "bne", Ext: "I", Form: FormB, Op: OpBranch, F3: 0b001},
	{Name: "blt", Ext: "I", Form: FormB, Op: OpBranch, F3: 0b100},
	{Name: "bge", Ext: "I", Form: FormB, Op: OpBranch, F3: 0b101},
	{Name: "bltu", Ext: "I", Form: FormB, Op: OpBranch, F3: 0b110},
	{Name: "bgeu", Ext: "I", Form: FormB, Op: OpBranch, F3: 0b111},
	{Name: "lb", Ext: "I", Form: FormLoad, Op: OpLoad, F3: 0b000},
	{Name: "lh", Ext: "I", Form: FormLoad, Op: OpLoad, F3: 0b001},
	{Name: "lw", Ext: "I", Form: FormLoad, Op: OpLoad, F3: 0b010},
	{Name: "ld", Ext: "I", Form: FormLoad, Op: OpLoad, F3: 0b011},
	{Name: "lbu", Ext: "I", Form: FormLoad, Op: OpLoad, F3: 0b100},
	{Name: "lhu", Ext: "I", Form: FormLoad, Op: OpLoad, F3: 0b101},
	{Name: "lwu", Ext: "I", Form: FormLoad, Op: OpLoad, F3: 0b110},
	{Name: "sb", Ext: "I", Form: FormStore, Op: OpStore, F3: 0b000},
	{Name: "sh", Ext: "I", Form: FormStore, Op: OpStore, F3: 0b001},
	{Name: "sw", Ext: "I", Form: FormStore, Op: OpStore, F3: 0b010},
	{Name: "sd", Ext: "I", Form: FormStore, Op: OpStore, F3: 0b011},
	{Name: "addi", Ext: "I", Form: FormI, Op: OpImm, F3: 0b000},
	{Name: "slti", Ext: "I", Form: FormI, Op: OpImm, F3: 0b010},
	{Name: "sltiu", Ext: "I", Form: FormI, Op: OpImm, F3: 0b011},
	{Name: "xori", Ext: "I", Form: FormI, Op: OpImm, F3: 0b100},
	{Name: "ori", Ext: "I", Form: FormI, Op: OpImm, F3: 0b110},
	{Name: "andi", Ext: "I", Form: FormI, Op: OpImm, F3: 0b111},
	{Name: "slli", Ext: "I", Form: FormShift6, Op: OpImm, F3: 0b001, F6: 0b000000},
	{Name: "srli", Ext: "I", Form: FormShift6, Op: OpImm, F3: 0b101, F6: 0b000000},
	{Name: "srai", Ext: "I", Form: FormShift6, Op: OpImm, F3: 0b101, F6: 0b010000},
	{Name: "add", Ext: "I", Form: FormR, Op: OpOp, F3: 0b000, F7: 0b0000000},
	{Name: "sub", Ext: "I", Form: FormR, Op: OpOp, F3: 0b000, F7: 0b0100000},
	{Name: "sll", Ext: "I", Form: FormR, Op: OpOp, F3: 0b001, F7: 0b0000000},
	{Name: "slt", Ext: "I", Form: FormR, Op: OpOp, F3: 0b010, F7: 0b0000000},
	{Name: "sltu", Ext: "I", Form: FormR, Op: OpOp, F3: 0b011, F7: 0b0000000},
	{Name: "xor", Ext: "I", Form: FormR, Op: OpOp, F3: 0b100, F7: 0b0000000},
	{Name: "srl", Ext: "I", Form: FormR, Op: OpOp, F3: 0b101, F7: 0b0000000},
	{Name: "sra", Ext: "I", Form: FormR, Op: OpOp, F3: 0b101, F7: 0b0100000},
	{Name: "or", Ext: "I", Form: FormR, Op: OpOp, F3: 0b110, F7: 0b0000000},
	{Name: "and", Ext: "I", Form: FormR, Op: OpOp, F3: 0b111, F7: 0b0000000},
	{Name: "addiw", Ext: "I", Form: FormI, Op: OpImm32, F3: 0b000},
	{Name: "slliw", Ext: "I", Form: FormShift5, Op: OpImm32, F3: 0b001, F7: 0b0000000},
	{Name: "srliw", Ext: "I", Form: FormShift5, Op: OpImm32, F3: 0b101, F7: 0b0000000},
	{Name: "sraiw", Ext: "I", Form: FormShift5, Op: OpImm32, F3: 0b101, F7: 0b0100000},
	{Name: "addw", Ext: "I", Form: FormR, Op: OpOp32, F3: 0b000, F7: 0b0000000},
	{Name: "subw", Ext: "I", Form: FormR, Op: OpOp32, F3: 0b000, F7: 0b0100000},
	{Name: "sllw", Ext: "I", Form: FormR, Op: OpOp32, F3: 0b001, F7: 0b0000000},
	{Name: "srlw", Ext: "I", Form: FormR, Op: OpOp32, F3: 0b101, F7: 0b0000000},
	{Name: "sraw", Ext: "I", Form: FormR, Op: OpOp32, F3: 0b101, F7: 0b0100000},
	{Name: "fence", Ext: "I", Form: FormFence, Op: OpMiscMem, F3: 0b000, Rule: FenceMode},
	{Name: "ecall", Ext: "I", Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b00000, F7: 0b0000000},
	{Name: "ebreak", Ext: "I", Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b00001, F7: 0b0000000},

	// Zifencei
	{Name: "fence.i", Ext: "Zifencei", Form: FormNone, Op: OpMiscMem, F3: 0b001},

	// Zicsr
	{Name: "csrrw", Ext: "Zicsr", Form: FormCSR, Op: OpSystem, F3: 0b001},
	{Name: "csrrs", Ext: "Zicsr", Form: FormCSR, Op: OpSystem, F3: 0b010},
	{Name: "csrrc", Ext: "Zicsr", Form: FormCSR, Op: OpSystem, F3: 0b011},
	{Name: "csrrwi", Ext: "Zicsr", Form: FormCSRI, Op: OpSystem, F3: 0b101},
	{Name: "csrrsi", Ext: "Zicsr", Form: FormCSRI, Op: OpSystem, F3: 0b110},
	{Name: "csrrci", Ext: "Zicsr", Form: FormCSRI, Op: OpSystem, F3: 0b111},

	// M
	{Name: "mul", Ext: "M", Form: FormR, Op: OpOp, F3: 0b000, F7: 0b0000001},
	{Name: "mulh", Ext: "M", Form: FormR, Op: OpOp, F3: 0b001, F7: 0b0000001},
	{Name: "mulhsu", Ext: "M", Form: FormR, Op: OpOp, F3: 0b010, F7: 0b0000001},
	{Name: "mulhu", Ext: "M", Form: FormR, Op: OpOp, F3: 0b011, F7: 0b0000001},
	{Name: "div", Ext: "M", Form: FormR, Op: OpOp, F3: 0b100, F7: 0b0000001},
	{Name: "divu", Ext: "M", Form: FormR, Op: OpOp, F3: 0b101, F7: 0b0000001},
	{Name: "rem", Ext: "M", Form: FormR, Op: OpOp, F3: 0b110, F7: 0b0000001},
	{Name: "remu", Ext: "M", Form: FormR, Op: OpOp, F3: 0b111, F7: 0b0000001},
	{Name: "mulw", Ext: "M", Form: FormR, Op: OpOp32, F3: 0b000, F7: 0b0000001},
	{Name: "divw", Ext: "M", Form: FormR, Op: OpOp32, F3: 0b100, F7: 0b0000001},
	{Name: "divuw", Ext: "M", Form: FormR, Op: OpOp32, F3: 0b101, F7: 0b0000001},
	{Name: "remw", Ext: "M", Form: FormR, Op: OpOp32, F3: 0b110, F7: 0b0000001},
	{Name: "remuw", Ext: "M", Form: FormR, Op: OpOp32, F3: 0b111, F7: 0b0000001},

	// Zicond
	{Name: "czero.eqz", Ext: "Zicond", Form: FormR, Op: OpOp, F3: 0b101, F7: 0b0000111},
	{Name: "czero.nez", Ext: "Zicond", Form: FormR, Op: OpOp, F3: 0b111, F7: 0b0000111},

	// Zicbom, Zicboz
	{Name: "cbo.inval", Ext: "Zicbom", Form: FormCBO, Op: OpMiscMem, F3: 0b010, Rs2: 0b00000, F7: 0b0000000},
	{Name: "cbo.clean", Ext: "Zicbom", Form: FormCBO, Op: OpMiscMem, F3: 0b010, Rs2: 0b00001, F7: 0b0000000},
	{Name: "cbo.flush", Ext: "Zicbom", Form: FormCBO, Op: OpMiscMem, F3: 0b010, Rs2: 0b00010, F7: 0b0000000},
	{Name: "cbo.zero", Ext: "Zicboz", Form: FormCBO, Op: OpMiscMem, F3: 0b010, Rs2: 0b00100, F7: 0b0000000},

	// Zimop
	{Name: "mop.r.N", Ext: "Zimop", Form: FormMopR, Op: OpSystem, F3: 0b100, Rs2: 0b11100, F7: 0b1000000},
	{Name: "mop.rr.N", Ext: "Zimop", Form: FormMopRR, Op: OpSystem, F3: 0b100, F7: 0b1000001},

	// Zawrs
	{Name: "wrs.nto", Ext: "Zawrs", Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b01101, F7: 0b0000000},
	{Name: "wrs.sto", Ext: "Zawrs", Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b11101, F7: 0b0000000},
}
