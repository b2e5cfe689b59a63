package table

// atomic holds the atomic instructions: Zalrsc, Zaamo, Zabha, Zacas, Zicfiss.
var atomic = []Row{
	{Name: "lr.w", Ext: "Zalrsc", Sec: LRSC, Form: FormLR, Op: OpAMO, F3: 0b010, Rs2: 0b00000, F7: 0b0001000},
	{Name: "sc.w", Ext: "Zalrsc", Sec: LRSC, Form: FormAMO, Op: OpAMO, F3: 0b010, F7: 0b0001100},
	{Name: "amoadd.w", Ext: "Zaamo", Sec: AMOs, Form: FormAMO, Op: OpAMO, F3: 0b010, F7: 0b0000000},
	{Name: "amoswap.w", Ext: "Zaamo", Sec: AMOs, Form: FormAMO, Op: OpAMO, F3: 0b010, F7: 0b0000100},
	{Name: "amoxor.w", Ext: "Zaamo", Sec: AMOs, Form: FormAMO, Op: OpAMO, F3: 0b010, F7: 0b0010000},
	{Name: "amoor.w", Ext: "Zaamo", Sec: AMOs, Form: FormAMO, Op: OpAMO, F3: 0b010, F7: 0b0100000},
	{Name: "amoand.w", Ext: "Zaamo", Sec: AMOs, Form: FormAMO, Op: OpAMO, F3: 0b010, F7: 0b0110000},
	{Name: "amomin.w", Ext: "Zaamo", Sec: AMOs, Form: FormAMO, Op: OpAMO, F3: 0b010, F7: 0b1000000},
	{Name: "amomax.w", Ext: "Zaamo", Sec: AMOs, Form: FormAMO, Op: OpAMO, F3: 0b010, F7: 0b1010000},
	{Name: "amominu.w", Ext: "Zaamo", Sec: AMOs, Form: FormAMO, Op: OpAMO, F3: 0b010, F7: 0b1100000},
	{Name: "amomaxu.w", Ext: "Zaamo", Sec: AMOs, Form: FormAMO, Op: OpAMO, F3: 0b010, F7: 0b1110000},
	{Name: "lr.d", Ext: "Zalrsc", Sec: LRSC, Form: FormLR, Op: OpAMO, F3: 0b011, Rs2: 0b00000, F7: 0b0001000},
	{Name: "sc.d", Ext: "Zalrsc", Sec: LRSC, Form: FormAMO, Op: OpAMO, F3: 0b011, F7: 0b0001100},
	{Name: "amoadd.d", Ext: "Zaamo", Sec: AMOs, Form: FormAMO, Op: OpAMO, F3: 0b011, F7: 0b0000000},
	{Name: "amoswap.d", Ext: "Zaamo", Sec: AMOs, Form: FormAMO, Op: OpAMO, F3: 0b011, F7: 0b0000100},
	{Name: "amoxor.d", Ext: "Zaamo", Sec: AMOs, Form: FormAMO, Op: OpAMO, F3: 0b011, F7: 0b0010000},
	{Name: "amoor.d", Ext: "Zaamo", Sec: AMOs, Form: FormAMO, Op: OpAMO, F3: 0b011, F7: 0b0100000},
	{Name: "amoand.d", Ext: "Zaamo", Sec: AMOs, Form: FormAMO, Op: OpAMO, F3: 0b011, F7: 0b0110000},
	{Name: "amomin.d", Ext: "Zaamo", Sec: AMOs, Form: FormAMO, Op: OpAMO, F3: 0b011, F7: 0b1000000},
	{Name: "amomax.d", Ext: "Zaamo", Sec: AMOs, Form: FormAMO, Op: OpAMO, F3: 0b011, F7: 0b1010000},
	{Name: "amominu.d", Ext: "Zaamo", Sec: AMOs, Form: FormAMO, Op: OpAMO, F3: 0b011, F7: 0b1100000},
	{Name: "amomaxu.d", Ext: "Zaamo", Sec: AMOs, Form: FormAMO, Op: OpAMO, F3: 0b011, F7: 0b1110000},

	// Zabha
	{Name: "amoadd.b", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b000, F7: 0b0000000},
	{Name: "amoswap.b", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b000, F7: 0b0000100},
	{Name: "amoxor.b", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b000, F7: 0b0010000},
	{Name: "amoor.b", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b000, F7: 0b0100000},
	{Name: "amoand.b", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b000, F7: 0b0110000},
	{Name: "amomin.b", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b000, F7: 0b1000000},
	{Name: "amomax.b", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b000, F7: 0b1010000},
	{Name: "amominu.b", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b000, F7: 0b1100000},
	{Name: "amomaxu.b", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b000, F7: 0b1110000},
	{Name: "amoadd.h", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b001, F7: 0b0000000},
	{Name: "amoswap.h", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b001, F7: 0b0000100},
	{Name: "amoxor.h", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b001, F7: 0b0010000},
	{Name: "amoor.h", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b001, F7: 0b0100000},
	{Name: "amoand.h", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b001, F7: 0b0110000},
	{Name: "amomin.h", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b001, F7: 0b1000000},
	{Name: "amomax.h", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b001, F7: 0b1010000},
	{Name: "amominu.h", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b001, F7: 0b1100000},
	{Name: "amomaxu.h", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b001, F7: 0b1110000},

	// Zacas
	{Name: "amocas.b", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b000, F7: 0b0010100},
	{Name: "amocas.h", Ext: "Zabha", Sec: SubwordAMOs, Form: FormAMO, Op: OpAMO, F3: 0b001, F7: 0b0010100},
	{Name: "amocas.w", Ext: "Zacas", Sec: CompareAndSwap, Form: FormAMO, Op: OpAMO, F3: 0b010, F7: 0b0010100},
	{Name: "amocas.d", Ext: "Zacas", Sec: CompareAndSwap, Form: FormAMO, Op: OpAMO, F3: 0b011, F7: 0b0010100},
	{Name: "amocas.q", Ext: "Zacas", Sec: CompareAndSwap, Form: FormAMO, Op: OpAMO, F3: 0b100, F7: 0b0010100, Rule: EvenPair},

	// Zicfiss
	{Name: "ssamoswap.w", Ext: "Zicfiss", Sec: ShadowStack, Form: FormAMO, Op: OpAMO, F3: 0b010, F7: 0b0100100},
	{Name: "ssamoswap.d", Ext: "Zicfiss", Sec: ShadowStack, Form: FormAMO, Op: OpAMO, F3: 0b011, F7: 0b0100100},
}
