package table

// compressed holds the 16-bit instructions: Zca, Zcd, Zcb, Zcmop, Zcmp, Zcmt.
var compressed = []Row{
	// Zca and Zcd, quadrant 0
	{Name: "c.addi4spn", Ext: "Zca", Sec: CRegImm, Form: FormCIW, RVC: 0b000_00000000_000_00, Rule: ImmNot0, Base: "addi rd=rd rs1=sp imm"},
	{Name: "c.fld", Ext: "Zcd", Sec: CLoadStore, Form: FormCFLd, RVC: 0b001_000_000_00_000_00, Base: "fld rd=rd rs1=rs1 imm"},
	{Name: "c.lw", Ext: "Zca", Sec: CLoadStore, Form: FormCLw, RVC: 0b010_000_000_00_000_00, Base: "lw rd=rd rs1=rs1 imm"},
	{Name: "c.ld", Ext: "Zca", Sec: CLoadStore, Form: FormCLd, RVC: 0b011_000_000_00_000_00, Base: "ld rd=rd rs1=rs1 imm"},
	{Name: "c.fsd", Ext: "Zcd", Sec: CLoadStore, Form: FormCFSd, RVC: 0b101_000_000_00_000_00, Base: "fsd rs2=rs2 rs1=rs1 imm"},
	{Name: "c.sw", Ext: "Zca", Sec: CLoadStore, Form: FormCSw, RVC: 0b110_000_000_00_000_00, Base: "sw rs2=rs2 rs1=rs1 imm"},
	{Name: "c.sd", Ext: "Zca", Sec: CLoadStore, Form: FormCSd, RVC: 0b111_000_000_00_000_00, Base: "sd rs2=rs2 rs1=rs1 imm"},

	// Zca, quadrant 1
	{Name: "c.nop", Ext: "Zca", Sec: CNop, Form: FormCNop, RVC: 0b000_0_00000_00000_01, Rule: HintImmNot0, Base: "addi rd=zero rs1=zero imm"},
	{Name: "c.addi", Ext: "Zca", Sec: CRegImm, Form: FormCI, RVC: 0b000_0_00000_00000_01, Rule: RdNot0 | HintImm0, Base: "addi rd=rd rs1=rd imm"},
	{Name: "c.addiw", Ext: "Zca", Sec: CRegImm, Form: FormCI, RVC: 0b001_0_00000_00000_01, Rule: RdNot0, Base: "addiw rd=rd rs1=rd imm"},
	{Name: "c.li", Ext: "Zca", Sec: CConstants, Form: FormCI, RVC: 0b010_0_00000_00000_01, Rule: HintRd0, Base: "addi rd=rd rs1=zero imm"},
	{Name: "c.addi16sp", Ext: "Zca", Sec: CRegImm, Form: FormCAddi16sp, RVC: 0b011_0_00010_00000_01, Rule: ImmNot0, Base: "addi rd=sp rs1=sp imm"},
	{Name: "c.lui", Ext: "Zca", Sec: CConstants, Form: FormCLui, RVC: 0b011_0_00000_00000_01, Rule: RdNot2 | ImmNot0 | HintRd0, Base: "lui rd=rd imm"},
	{Name: "c.srli", Ext: "Zca", Sec: CRegImm, Form: FormCBShift, RVC: 0b100_0_00_000_00000_01, Rule: HintImm0, Base: "srli rd=rd rs1=rd imm"},
	{Name: "c.srai", Ext: "Zca", Sec: CRegImm, Form: FormCBShift, RVC: 0b100_0_01_000_00000_01, Rule: HintImm0, Base: "srai rd=rd rs1=rd imm"},
	{Name: "c.andi", Ext: "Zca", Sec: CRegImm, Form: FormCBImm, RVC: 0b100_0_10_000_00000_01, Base: "andi rd=rd rs1=rd imm"},
	{Name: "c.sub", Ext: "Zca", Sec: CRegReg, Form: FormCA, RVC: 0b100_0_11_000_00_000_01, Base: "sub rd=rd rs1=rd rs2=rs2"},
	{Name: "c.xor", Ext: "Zca", Sec: CRegReg, Form: FormCA, RVC: 0b100_0_11_000_01_000_01, Base: "xor rd=rd rs1=rd rs2=rs2"},
	{Name: "c.or", Ext: "Zca", Sec: CRegReg, Form: FormCA, RVC: 0b100_0_11_000_10_000_01, Base: "or rd=rd rs1=rd rs2=rs2"},
	{Name: "c.and", Ext: "Zca", Sec: CRegReg, Form: FormCA, RVC: 0b100_0_11_000_11_000_01, Base: "and rd=rd rs1=rd rs2=rs2"},
	{Name: "c.subw", Ext: "Zca", Sec: CRegReg, Form: FormCA, RVC: 0b100_1_11_000_00_000_01, Base: "subw rd=rd rs1=rd rs2=rs2"},
	{Name: "c.addw", Ext: "Zca", Sec: CRegReg, Form: FormCA, RVC: 0b100_1_11_000_01_000_01, Base: "addw rd=rd rs1=rd rs2=rs2"},
	{Name: "c.j", Ext: "Zca", Sec: CControl, Form: FormCJ, RVC: 0b101_00000000000_01, Base: "jal rd=zero imm"},
	{Name: "c.beqz", Ext: "Zca", Sec: CControl, Form: FormCBranch, RVC: 0b110_000_000_00000_01, Base: "beq rs1=rs1 rs2=zero imm"},
	{Name: "c.bnez", Ext: "Zca", Sec: CControl, Form: FormCBranch, RVC: 0b111_000_000_00000_01, Base: "bne rs1=rs1 rs2=zero imm"},

	// Zca and Zcd, quadrant 2
	{Name: "c.slli", Ext: "Zca", Sec: CRegImm, Form: FormCShift, RVC: 0b000_0_00000_00000_10, Rule: HintRd0 | HintImm0, Base: "slli rd=rd rs1=rd imm"},
	{Name: "c.fldsp", Ext: "Zcd", Sec: CStackLoadStore, Form: FormCFLdsp, RVC: 0b001_0_00000_00000_10, Base: "fld rd=rd rs1=sp imm"},
	{Name: "c.lwsp", Ext: "Zca", Sec: CStackLoadStore, Form: FormCLwsp, RVC: 0b010_0_00000_00000_10, Rule: RdNot0, Base: "lw rd=rd rs1=sp imm"},
	{Name: "c.ldsp", Ext: "Zca", Sec: CStackLoadStore, Form: FormCLdsp, RVC: 0b011_0_00000_00000_10, Rule: RdNot0, Base: "ld rd=rd rs1=sp imm"},
	{Name: "c.jr", Ext: "Zca", Sec: CControl, Form: FormCJr, RVC: 0b100_0_00000_00000_10, Rule: Rs1Not0, Base: "jalr rd=zero rs1=rs1"},
	{Name: "c.mv", Ext: "Zca", Sec: CRegReg, Form: FormCR, RVC: 0b100_0_00000_00000_10, Rule: Rs2Not0 | HintRd0, Base: "add rd=rd rs1=zero rs2=rs2"},
	{Name: "c.ebreak", Ext: "Zca", Sec: CBreakpoint, Form: FormNone, RVC: 0b100_1_00000_00000_10, Base: "ebreak"},
	{Name: "c.jalr", Ext: "Zca", Sec: CControl, Form: FormCJr, RVC: 0b100_1_00000_00000_10, Rule: Rs1Not0, Base: "jalr rd=ra rs1=rs1"},
	{Name: "c.add", Ext: "Zca", Sec: CRegReg, Form: FormCR, RVC: 0b100_1_00000_00000_10, Rule: Rs2Not0 | HintRd0, Base: "add rd=rd rs1=rd rs2=rs2"},
	{Name: "c.fsdsp", Ext: "Zcd", Sec: CStackLoadStore, Form: FormCFSdsp, RVC: 0b101_000000_00000_10, Base: "fsd rs2=rs2 rs1=sp imm"},
	{Name: "c.swsp", Ext: "Zca", Sec: CStackLoadStore, Form: FormCSwsp, RVC: 0b110_000000_00000_10, Base: "sw rs2=rs2 rs1=sp imm"},
	{Name: "c.sdsp", Ext: "Zca", Sec: CStackLoadStore, Form: FormCSdsp, RVC: 0b111_000000_00000_10, Base: "sd rs2=rs2 rs1=sp imm"},

	// Zcb
	{Name: "c.lbu", Ext: "Zcb", Sec: CodeSizeZcb, Form: FormCLB, RVC: 0b100_0_00_000_00_000_00, Base: "lbu rd=rd rs1=rs1 imm"},
	{Name: "c.lhu", Ext: "Zcb", Sec: CodeSizeZcb, Form: FormCLH, RVC: 0b100_0_01_000_00_000_00, Base: "lhu rd=rd rs1=rs1 imm"},
	{Name: "c.lh", Ext: "Zcb", Sec: CodeSizeZcb, Form: FormCLH, RVC: 0b100_0_01_000_10_000_00, Base: "lh rd=rd rs1=rs1 imm"},
	{Name: "c.sb", Ext: "Zcb", Sec: CodeSizeZcb, Form: FormCSB, RVC: 0b100_0_10_000_00_000_00, Base: "sb rs2=rs2 rs1=rs1 imm"},
	{Name: "c.sh", Ext: "Zcb", Sec: CodeSizeZcb, Form: FormCSH, RVC: 0b100_0_11_000_00_000_00, Base: "sh rs2=rs2 rs1=rs1 imm"},
	{Name: "c.zext.b", Ext: "Zcb", Sec: CodeSizeZcb, Form: FormCU, RVC: 0b100_1_11_000_11_000_01, Base: "andi rd=rd rs1=rd imm=255"},
	{Name: "c.sext.b", Ext: "Zcb", Sec: CodeSizeZcb, Form: FormCU, RVC: 0b100_1_11_000_11_001_01, Base: "sext.b rd=rd rs1=rd"},
	{Name: "c.zext.h", Ext: "Zcb", Sec: CodeSizeZcb, Form: FormCU, RVC: 0b100_1_11_000_11_010_01, Base: "packw rd=rd rs1=rd rs2=zero"},
	{Name: "c.sext.h", Ext: "Zcb", Sec: CodeSizeZcb, Form: FormCU, RVC: 0b100_1_11_000_11_011_01, Base: "sext.h rd=rd rs1=rd"},
	{Name: "c.zext.w", Ext: "Zcb", Sec: CodeSizeZcb, Form: FormCU, RVC: 0b100_1_11_000_11_100_01, Base: "add.uw rd=rd rs1=rd rs2=zero"},
	{Name: "c.not", Ext: "Zcb", Sec: CodeSizeZcb, Form: FormCU, RVC: 0b100_1_11_000_11_101_01, Base: "xori rd=rd rs1=rd imm=-1"},
	{Name: "c.mul", Ext: "Zcb", Sec: CodeSizeZcb, Form: FormCA, RVC: 0b100_1_11_000_10_000_01, Base: "mul rd=rd rs1=rd rs2=rs2"},

	// Zcmop
	{Name: "c.mop.N", Ext: "Zcmop", Sec: CompressedMayBe, Form: FormCMop, RVC: 0b011_0_00001_00000_01},

	// Zcmp and Zcmt: in place of c.fsdsp
	{Name: "cm.push", Ext: "Zcmp", Sec: PushPop, Form: FormCMPP, RVC: 0b101_11000_0000_00_10, Rule: ZcmpSpace},
	{Name: "cm.pop", Ext: "Zcmp", Sec: PushPop, Form: FormCMPP, RVC: 0b101_11010_0000_00_10, Rule: ZcmpSpace},
	{Name: "cm.popretz", Ext: "Zcmp", Sec: PushPop, Form: FormCMPP, RVC: 0b101_11100_0000_00_10, Rule: ZcmpSpace},
	{Name: "cm.popret", Ext: "Zcmp", Sec: PushPop, Form: FormCMPP, RVC: 0b101_11110_0000_00_10, Rule: ZcmpSpace},
	{Name: "cm.mvsa01", Ext: "Zcmp", Sec: MoveTwo, Form: FormCMMV, RVC: 0b101_011_000_01_000_10, Rule: SRegs | SRegsDiff | ZcmpSpace},
	{Name: "cm.mva01s", Ext: "Zcmp", Sec: MoveTwo, Form: FormCMMV, RVC: 0b101_011_000_11_000_10, Rule: SRegs | ZcmpSpace},
	{Name: "cm.jalt", Ext: "Zcmt", Sec: CodeSizeZcmt, Form: FormCMJT, RVC: 0b101_000_00000000_10, Rule: ZcmpSpace},
}
