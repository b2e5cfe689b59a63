package table

// vectorCrypto holds the vector cryptography extensions: Zvbb, Zvbc, Zvkg, Zvkned, Zvknh, Zvksed, Zvksh.
var vectorCrypto = []Row{
	// Zvbb
	{Name: "vandn.vv", Ext: "Zvbb", Sec: VBasicBits, Form: FormVV, Op: OpV, F3: OPIVV, F6: 0b000001, Rule: MaskDest},
	{Name: "vandn.vx", Ext: "Zvbb", Sec: VBasicBits, Form: FormVX, Op: OpV, F3: OPIVX, F6: 0b000001, Rule: MaskDest},
	{Name: "vror.vv", Ext: "Zvbb", Sec: VBasicBits, Form: FormVV, Op: OpV, F3: OPIVV, F6: 0b010100, Rule: MaskDest},
	{Name: "vror.vx", Ext: "Zvbb", Sec: VBasicBits, Form: FormVX, Op: OpV, F3: OPIVX, F6: 0b010100, Rule: MaskDest},
	{Name: "vror.vi", Ext: "Zvbb", Sec: VBasicBits, Form: FormVU6, Op: OpV, F3: OPIVI, F6: 0b010100, Rule: MaskDest},
	{Name: "vrol.vv", Ext: "Zvbb", Sec: VBasicBits, Form: FormVV, Op: OpV, F3: OPIVV, F6: 0b010101, Rule: MaskDest},
	{Name: "vrol.vx", Ext: "Zvbb", Sec: VBasicBits, Form: FormVX, Op: OpV, F3: OPIVX, F6: 0b010101, Rule: MaskDest},
	{Name: "vwsll.vv", Ext: "Zvbb", Sec: VBasicBits, Form: FormVV, Op: OpV, F3: OPIVV, F6: 0b110101, Rule: MaskDest | VdNotVs2 | VdNotVs1},
	{Name: "vwsll.vx", Ext: "Zvbb", Sec: VBasicBits, Form: FormVX, Op: OpV, F3: OPIVX, F6: 0b110101, Rule: MaskDest | VdNotVs2},
	{Name: "vwsll.vi", Ext: "Zvbb", Sec: VBasicBits, Form: FormVU, Op: OpV, F3: OPIVI, F6: 0b110101, Rule: MaskDest | VdNotVs2},
	{Name: "vbrev8.v", Ext: "Zvbb", Sec: VBasicBits, Form: FormVUnary, Op: OpV, F3: OPMVV, Rs1: 0b01000, F6: 0b010010, Rule: MaskDest},
	{Name: "vrev8.v", Ext: "Zvbb", Sec: VBasicBits, Form: FormVUnary, Op: OpV, F3: OPMVV, Rs1: 0b01001, F6: 0b010010, Rule: MaskDest},
	{Name: "vbrev.v", Ext: "Zvbb", Sec: VBasicBits, Form: FormVUnary, Op: OpV, F3: OPMVV, Rs1: 0b01010, F6: 0b010010, Rule: MaskDest},
	{Name: "vclz.v", Ext: "Zvbb", Sec: VBasicBits, Form: FormVUnary, Op: OpV, F3: OPMVV, Rs1: 0b01100, F6: 0b010010, Rule: MaskDest},
	{Name: "vctz.v", Ext: "Zvbb", Sec: VBasicBits, Form: FormVUnary, Op: OpV, F3: OPMVV, Rs1: 0b01101, F6: 0b010010, Rule: MaskDest},
	{Name: "vcpop.v", Ext: "Zvbb", Sec: VBasicBits, Form: FormVUnary, Op: OpV, F3: OPMVV, Rs1: 0b01110, F6: 0b010010, Rule: MaskDest},

	// Zvbc
	{Name: "vclmul.vv", Ext: "Zvbc", Sec: VCarryLess, Form: FormVV, Op: OpV, F3: OPMVV, F6: 0b001100, Rule: MaskDest},
	{Name: "vclmul.vx", Ext: "Zvbc", Sec: VCarryLess, Form: FormVX, Op: OpV, F3: OPMVX, F6: 0b001100, Rule: MaskDest},
	{Name: "vclmulh.vv", Ext: "Zvbc", Sec: VCarryLess, Form: FormVV, Op: OpV, F3: OPMVV, F6: 0b001101, Rule: MaskDest},
	{Name: "vclmulh.vx", Ext: "Zvbc", Sec: VCarryLess, Form: FormVX, Op: OpV, F3: OPMVX, F6: 0b001101, Rule: MaskDest},

	// Zvkg, Zvkned, Zvknha, Zvknhb, Zvksed, Zvksh: OP-VE
	{Name: "vgmul.vv", Ext: "Zvkg", Sec: VGCM, Form: FormVUnaryPlain, Op: OpVE, F3: OPMVV, Rs1: 0b10001, VM: 1, F6: 0b101000},
	{Name: "vghsh.vv", Ext: "Zvkg", Sec: VGCM, Form: FormVVPlain, Op: OpVE, F3: OPMVV, VM: 1, F6: 0b101100},
	{Name: "vaesdm.vv", Ext: "Zvkned", Sec: VAES, Form: FormVUnaryPlain, Op: OpVE, F3: OPMVV, Rs1: 0b00000, VM: 1, F6: 0b101000},
	{Name: "vaesdm.vs", Ext: "Zvkned", Sec: VAES, Form: FormVUnaryPlain, Op: OpVE, F3: OPMVV, Rs1: 0b00000, VM: 1, F6: 0b101001, Rule: VdNotVs2},
	{Name: "vaesdf.vv", Ext: "Zvkned", Sec: VAES, Form: FormVUnaryPlain, Op: OpVE, F3: OPMVV, Rs1: 0b00001, VM: 1, F6: 0b101000},
	{Name: "vaesdf.vs", Ext: "Zvkned", Sec: VAES, Form: FormVUnaryPlain, Op: OpVE, F3: OPMVV, Rs1: 0b00001, VM: 1, F6: 0b101001, Rule: VdNotVs2},
	{Name: "vaesem.vv", Ext: "Zvkned", Sec: VAES, Form: FormVUnaryPlain, Op: OpVE, F3: OPMVV, Rs1: 0b00010, VM: 1, F6: 0b101000},
	{Name: "vaesem.vs", Ext: "Zvkned", Sec: VAES, Form: FormVUnaryPlain, Op: OpVE, F3: OPMVV, Rs1: 0b00010, VM: 1, F6: 0b101001, Rule: VdNotVs2},
	{Name: "vaesef.vv", Ext: "Zvkned", Sec: VAES, Form: FormVUnaryPlain, Op: OpVE, F3: OPMVV, Rs1: 0b00011, VM: 1, F6: 0b101000},
	{Name: "vaesef.vs", Ext: "Zvkned", Sec: VAES, Form: FormVUnaryPlain, Op: OpVE, F3: OPMVV, Rs1: 0b00011, VM: 1, F6: 0b101001, Rule: VdNotVs2},
	{Name: "vaesz.vs", Ext: "Zvkned", Sec: VAES, Form: FormVUnaryPlain, Op: OpVE, F3: OPMVV, Rs1: 0b00111, VM: 1, F6: 0b101001, Rule: VdNotVs2},
	{Name: "vaeskf1.vi", Ext: "Zvkned", Sec: VAES, Form: FormVUPlain, Op: OpVE, F3: OPMVV, VM: 1, F6: 0b100010},
	{Name: "vaeskf2.vi", Ext: "Zvkned", Sec: VAES, Form: FormVUPlain, Op: OpVE, F3: OPMVV, VM: 1, F6: 0b101010},
	{Name: "vsha2ms.vv", Ext: "Zvknh", Sec: VSHA2, Form: FormVVPlain, Op: OpVE, F3: OPMVV, VM: 1, F6: 0b101101, Rule: VdNotVs2 | VdNotVs1},
	{Name: "vsha2ch.vv", Ext: "Zvknh", Sec: VSHA2, Form: FormVVPlain, Op: OpVE, F3: OPMVV, VM: 1, F6: 0b101110, Rule: VdNotVs2 | VdNotVs1},
	{Name: "vsha2cl.vv", Ext: "Zvknh", Sec: VSHA2, Form: FormVVPlain, Op: OpVE, F3: OPMVV, VM: 1, F6: 0b101111, Rule: VdNotVs2 | VdNotVs1},
	{Name: "vsm4k.vi", Ext: "Zvksed", Sec: VSM4, Form: FormVUPlain, Op: OpVE, F3: OPMVV, VM: 1, F6: 0b100001},
	{Name: "vsm4r.vv", Ext: "Zvksed", Sec: VSM4, Form: FormVUnaryPlain, Op: OpVE, F3: OPMVV, Rs1: 0b10000, VM: 1, F6: 0b101000},
	{Name: "vsm4r.vs", Ext: "Zvksed", Sec: VSM4, Form: FormVUnaryPlain, Op: OpVE, F3: OPMVV, Rs1: 0b10000, VM: 1, F6: 0b101001, Rule: VdNotVs2},
	{Name: "vsm3me.vv", Ext: "Zvksh", Sec: VSM3, Form: FormVVPlain, Op: OpVE, F3: OPMVV, VM: 1, F6: 0b100000, Rule: VdNotVs2},
	{Name: "vsm3c.vi", Ext: "Zvksh", Sec: VSM3, Form: FormVUPlain, Op: OpVE, F3: OPMVV, VM: 1, F6: 0b101011, Rule: VdNotVs2},
}
