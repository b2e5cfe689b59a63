package table

// system holds the privileged instructions: Machine, Supervisor, Svinval, H, Smrnmi, Ssctr, debug.
var system = []Row{
	{Name: "sret", Ext: "S", Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b00010, F7: 0b0001000},
	{Name: "mret", Ext: "Machine", Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b00010, F7: 0b0011000},
	{Name: "wfi", Ext: "Machine", Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b00101, F7: 0b0001000},
	{Name: "mnret", Ext: "Smrnmi", Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b00010, F7: 0b0111000},
	{Name: "dret", Ext: "Sdext", Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b10010, F7: 0b0111101},
	{Name: "sctrclr", Ext: "Ssctr", Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b00100, F7: 0b0001000},
	{Name: "sfence.vma", Ext: "S", Form: FormTLB, Op: OpSystem, F3: 0b000, F7: 0b0001001},

	// Svinval
	{Name: "sinval.vma", Ext: "Svinval", Form: FormTLB, Op: OpSystem, F3: 0b000, F7: 0b0001011},
	{Name: "sfence.w.inval", Ext: "Svinval", Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b00000, F7: 0b0001100},
	{Name: "sfence.inval.ir", Ext: "Svinval", Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b00001, F7: 0b0001100},
	{Name: "hinval.vvma", Ext: "Svinval", Form: FormTLB, Op: OpSystem, F3: 0b000, F7: 0b0010011},
	{Name: "hinval.gvma", Ext: "Svinval", Form: FormTLB, Op: OpSystem, F3: 0b000, F7: 0b0110011},

	// H
	{Name: "hfence.vvma", Ext: "H", Form: FormTLB, Op: OpSystem, F3: 0b000, F7: 0b0010001},
	{Name: "hfence.gvma", Ext: "H", Form: FormTLB, Op: OpSystem, F3: 0b000, F7: 0b0110001},
	{Name: "hlv.b", Ext: "H", Form: FormHLV, Op: OpSystem, F3: 0b100, Rs2: 0b00000, F7: 0b0110000},
	{Name: "hlv.bu", Ext: "H", Form: FormHLV, Op: OpSystem, F3: 0b100, Rs2: 0b00001, F7: 0b0110000},
	{Name: "hlv.h", Ext: "H", Form: FormHLV, Op: OpSystem, F3: 0b100, Rs2: 0b00000, F7: 0b0110010},
	{Name: "hlv.hu", Ext: "H", Form: FormHLV, Op: OpSystem, F3: 0b100, Rs2: 0b00001, F7: 0b0110010},
	{Name: "hlvx.hu", Ext: "H", Form: FormHLV, Op: OpSystem, F3: 0b100, Rs2: 0b00011, F7: 0b0110010},
	{Name: "hlv.w", Ext: "H", Form: FormHLV, Op: OpSystem, F3: 0b100, Rs2: 0b00000, F7: 0b0110100},
	{Name: "hlv.wu", Ext: "H", Form: FormHLV, Op: OpSystem, F3: 0b100, Rs2: 0b00001, F7: 0b0110100},
	{Name: "hlvx.wu", Ext: "H", Form: FormHLV, Op: OpSystem, F3: 0b100, Rs2: 0b00011, F7: 0b0110100},
	{Name: "hlv.d", Ext: "H", Form: FormHLV, Op: OpSystem, F3: 0b100, Rs2: 0b00000, F7: 0b0110110},
	{Name: "hsv.b", Ext: "H", Form: FormHSV, Op: OpSystem, F3: 0b100, F7: 0b0110001},
	{Name: "hsv.h", Ext: "H", Form: FormHSV, Op: OpSystem, F3: 0b100, F7: 0b0110011},
	{Name: "hsv.w", Ext: "H", Form: FormHSV, Op: OpSystem, F3: 0b100, F7: 0b0110101},
	{Name: "hsv.d", Ext: "H", Form: FormHSV, Op: OpSystem, F3: 0b100, F7: 0b0110111},
}
