package table

// bitmanip holds the bit-manipulation extensions: Zba, Zbb, Zbc, Zbs, Zbkb, Zbkx.
var bitmanip = []Row{
	// Zba
	{Name: "sh1add", Ext: "Zba", Sec: Addresses, Form: FormR, Op: OpOp, F3: 0b010, F7: 0b0010000},
	{Name: "sh2add", Ext: "Zba", Sec: Addresses, Form: FormR, Op: OpOp, F3: 0b100, F7: 0b0010000},
	{Name: "sh3add", Ext: "Zba", Sec: Addresses, Form: FormR, Op: OpOp, F3: 0b110, F7: 0b0010000},
	{Name: "add.uw", Ext: "Zba", Sec: Addresses, Form: FormR, Op: OpOp32, F3: 0b000, F7: 0b0000100},
	{Name: "sh1add.uw", Ext: "Zba", Sec: Addresses, Form: FormR, Op: OpOp32, F3: 0b010, F7: 0b0010000},
	{Name: "sh2add.uw", Ext: "Zba", Sec: Addresses, Form: FormR, Op: OpOp32, F3: 0b100, F7: 0b0010000},
	{Name: "sh3add.uw", Ext: "Zba", Sec: Addresses, Form: FormR, Op: OpOp32, F3: 0b110, F7: 0b0010000},
	{Name: "slli.uw", Ext: "Zba", Sec: Addresses, Form: FormShift6, Op: OpImm32, F3: 0b001, F6: 0b000010},

	// Zbb
	{Name: "andn", Ext: "Zbb", Sec: BasicBits, Form: FormR, Op: OpOp, F3: 0b111, F7: 0b0100000},
	{Name: "orn", Ext: "Zbb", Sec: BasicBits, Form: FormR, Op: OpOp, F3: 0b110, F7: 0b0100000},
	{Name: "xnor", Ext: "Zbb", Sec: BasicBits, Form: FormR, Op: OpOp, F3: 0b100, F7: 0b0100000},
	{Name: "clz", Ext: "Zbb", Sec: BasicBits, Form: FormRUnary, Op: OpImm, F3: 0b001, Rs2: 0b00000, F7: 0b0110000},
	{Name: "ctz", Ext: "Zbb", Sec: BasicBits, Form: FormRUnary, Op: OpImm, F3: 0b001, Rs2: 0b00001, F7: 0b0110000},
	{Name: "cpop", Ext: "Zbb", Sec: BasicBits, Form: FormRUnary, Op: OpImm, F3: 0b001, Rs2: 0b00010, F7: 0b0110000},
	{Name: "sext.b", Ext: "Zbb", Sec: BasicBits, Form: FormRUnary, Op: OpImm, F3: 0b001, Rs2: 0b00100, F7: 0b0110000},
	{Name: "sext.h", Ext: "Zbb", Sec: BasicBits, Form: FormRUnary, Op: OpImm, F3: 0b001, Rs2: 0b00101, F7: 0b0110000},
	{Name: "clzw", Ext: "Zbb", Sec: BasicBits, Form: FormRUnary, Op: OpImm32, F3: 0b001, Rs2: 0b00000, F7: 0b0110000},
	{Name: "ctzw", Ext: "Zbb", Sec: BasicBits, Form: FormRUnary, Op: OpImm32, F3: 0b001, Rs2: 0b00001, F7: 0b0110000},
	{Name: "cpopw", Ext: "Zbb", Sec: BasicBits, Form: FormRUnary, Op: OpImm32, F3: 0b001, Rs2: 0b00010, F7: 0b0110000},
	{Name: "min", Ext: "Zbb", Sec: BasicBits, Form: FormR, Op: OpOp, F3: 0b100, F7: 0b0000101},
	{Name: "minu", Ext: "Zbb", Sec: BasicBits, Form: FormR, Op: OpOp, F3: 0b101, F7: 0b0000101},
	{Name: "max", Ext: "Zbb", Sec: BasicBits, Form: FormR, Op: OpOp, F3: 0b110, F7: 0b0000101},
	{Name: "maxu", Ext: "Zbb", Sec: BasicBits, Form: FormR, Op: OpOp, F3: 0b111, F7: 0b0000101},
	{Name: "rol", Ext: "Zbb", Sec: BasicBits, Form: FormR, Op: OpOp, F3: 0b001, F7: 0b0110000},
	{Name: "ror", Ext: "Zbb", Sec: BasicBits, Form: FormR, Op: OpOp, F3: 0b101, F7: 0b0110000},
	{Name: "rori", Ext: "Zbb", Sec: BasicBits, Form: FormShift6, Op: OpImm, F3: 0b101, F6: 0b011000},
	{Name: "rolw", Ext: "Zbb", Sec: BasicBits, Form: FormR, Op: OpOp32, F3: 0b001, F7: 0b0110000},
	{Name: "rorw", Ext: "Zbb", Sec: BasicBits, Form: FormR, Op: OpOp32, F3: 0b101, F7: 0b0110000},
	{Name: "roriw", Ext: "Zbb", Sec: BasicBits, Form: FormShift5, Op: OpImm32, F3: 0b101, F7: 0b0110000},
	{Name: "orc.b", Ext: "Zbb", Sec: BasicBits, Form: FormRUnary, Op: OpImm, F3: 0b101, Rs2: 0b00111, F7: 0b0010100},
	{Name: "rev8", Ext: "Zbb", Sec: BasicBits, Form: FormRUnary, Op: OpImm, F3: 0b101, Rs2: 0b11000, F7: 0b0110101},

	// Zbc
	{Name: "clmul", Ext: "Zbc", Sec: CarryLess, Form: FormR, Op: OpOp, F3: 0b001, F7: 0b0000101},
	{Name: "clmulr", Ext: "Zbc", Sec: CarryLess, Form: FormR, Op: OpOp, F3: 0b010, F7: 0b0000101},
	{Name: "clmulh", Ext: "Zbc", Sec: CarryLess, Form: FormR, Op: OpOp, F3: 0b011, F7: 0b0000101},

	// Zbs
	{Name: "bclr", Ext: "Zbs", Sec: SingleBits, Form: FormR, Op: OpOp, F3: 0b001, F7: 0b0100100},
	{Name: "bclri", Ext: "Zbs", Sec: SingleBits, Form: FormShift6, Op: OpImm, F3: 0b001, F6: 0b010010},
	{Name: "bext", Ext: "Zbs", Sec: SingleBits, Form: FormR, Op: OpOp, F3: 0b101, F7: 0b0100100},
	{Name: "bexti", Ext: "Zbs", Sec: SingleBits, Form: FormShift6, Op: OpImm, F3: 0b101, F6: 0b010010},
	{Name: "binv", Ext: "Zbs", Sec: SingleBits, Form: FormR, Op: OpOp, F3: 0b001, F7: 0b0110100},
	{Name: "binvi", Ext: "Zbs", Sec: SingleBits, Form: FormShift6, Op: OpImm, F3: 0b001, F6: 0b011010},
	{Name: "bset", Ext: "Zbs", Sec: SingleBits, Form: FormR, Op: OpOp, F3: 0b001, F7: 0b0010100},
	{Name: "bseti", Ext: "Zbs", Sec: SingleBits, Form: FormShift6, Op: OpImm, F3: 0b001, F6: 0b001010},

	// Zbkb and Zbkx
	{Name: "pack", Ext: "Zbkb", Sec: CryptoBits, Form: FormR, Op: OpOp, F3: 0b100, F7: 0b0000100},
	{Name: "packh", Ext: "Zbkb", Sec: CryptoBits, Form: FormR, Op: OpOp, F3: 0b111, F7: 0b0000100},
	{Name: "packw", Ext: "Zbkb", Sec: CryptoBits, Form: FormR, Op: OpOp32, F3: 0b100, F7: 0b0000100},
	{Name: "brev8", Ext: "Zbkb", Sec: CryptoBits, Form: FormRUnary, Op: OpImm, F3: 0b101, Rs2: 0b00111, F7: 0b0110100},
	{Name: "xperm4", Ext: "Zbkx", Sec: Crossbar, Form: FormR, Op: OpOp, F3: 0b010, F7: 0b0010100},
	{Name: "xperm8", Ext: "Zbkx", Sec: Crossbar, Form: FormR, Op: OpOp, F3: 0b100, F7: 0b0010100},
}
