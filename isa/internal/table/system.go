package table

// system holds the privileged instructions: Machine, Supervisor, Svinval, H, Smrnmi, Ssctr, debug.
var system = []Row{
	{Name: "sret", Ext: "S", Sec: SupervisorMode, Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b00010, F7: 0b0001000},
	{Name: "mret", Ext: "Machine", Sec: MachineMode, Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b00010, F7: 0b0011000},
	{Name: "wfi", Ext: "Machine", Sec: MachineMode, Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b00101, F7: 0b0001000},
	{Name: "mnret", Ext: "Smrnmi", Sec: ResumableNMI, Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b00010, F7: 0b0111000},
	{Name: "dret", Ext: "Sdext", Sec: DebugMode, Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b10010, F7: 0b0111101},
	{Name: "sctrclr", Ext: "Ssctr", Sec: ControlTransferRecords, Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b00100, F7: 0b0001000},
	{Name: "sfence.vma", Ext: "S", Sec: SupervisorMode, Form: FormTLB, Op: OpSystem, F3: 0b000, F7: 0b0001001},

	// Svinval
	{Name: "sinval.vma", Ext: "Svinval", Sec: FineInvalidation, Form: FormTLB, Op: OpSystem, F3: 0b000, F7: 0b0001011},
	{Name: "sfence.w.inval", Ext: "Svinval", Sec: FineInvalidation, Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b00000, F7: 0b0001100},
	{Name: "sfence.inval.ir", Ext: "Svinval", Sec: FineInvalidation, Form: FormNone, Op: OpSystem, F3: 0b000, Rs2: 0b00001, F7: 0b0001100},
	{Name: "hinval.vvma", Ext: "Svinval", Sec: FineInvalidation, Form: FormTLB, Op: OpSystem, F3: 0b000, F7: 0b0010011},
	{Name: "hinval.gvma", Ext: "Svinval", Sec: FineInvalidation, Form: FormTLB, Op: OpSystem, F3: 0b000, F7: 0b0110011},

	// H
	{Name: "hfence.vvma", Ext: "H", Sec: Hypervisor, Form: FormTLB, Op: OpSystem, F3: 0b000, F7: 0b0010001},
	{Name: "hfence.gvma", Ext: "H", Sec: Hypervisor, Form: FormTLB, Op: OpSystem, F3: 0b000, F7: 0b0110001},
	{Name: "hlv.b", Ext: "H", Sec: Hypervisor, Form: FormHLV, Op: OpSystem, F3: 0b100, Rs2: 0b00000, F7: 0b0110000},
	{Name: "hlv.bu", Ext: "H", Sec: Hypervisor, Form: FormHLV, Op: OpSystem, F3: 0b100, Rs2: 0b00001, F7: 0b0110000},
	{Name: "hlv.h", Ext: "H", Sec: Hypervisor, Form: FormHLV, Op: OpSystem, F3: 0b100, Rs2: 0b00000, F7: 0b0110010},
	{Name: "hlv.hu", Ext: "H", Sec: Hypervisor, Form: FormHLV, Op: OpSystem, F3: 0b100, Rs2: 0b00001, F7: 0b0110010},
	{Name: "hlvx.hu", Ext: "H", Sec: Hypervisor, Form: FormHLV, Op: OpSystem, F3: 0b100, Rs2: 0b00011, F7: 0b0110010},
	{Name: "hlv.w", Ext: "H", Sec: Hypervisor, Form: FormHLV, Op: OpSystem, F3: 0b100, Rs2: 0b00000, F7: 0b0110100},
	{Name: "hlv.wu", Ext: "H", Sec: Hypervisor, Form: FormHLV, Op: OpSystem, F3: 0b100, Rs2: 0b00001, F7: 0b0110100},
	{Name: "hlvx.wu", Ext: "H", Sec: Hypervisor, Form: FormHLV, Op: OpSystem, F3: 0b100, Rs2: 0b00011, F7: 0b0110100},
	{Name: "hlv.d", Ext: "H", Sec: Hypervisor, Form: FormHLV, Op: OpSystem, F3: 0b100, Rs2: 0b00000, F7: 0b0110110},
	{Name: "hsv.b", Ext: "H", Sec: Hypervisor, Form: FormHSV, Op: OpSystem, F3: 0b100, F7: 0b0110001},
	{Name: "hsv.h", Ext: "H", Sec: Hypervisor, Form: FormHSV, Op: OpSystem, F3: 0b100, F7: 0b0110011},
	{Name: "hsv.w", Ext: "H", Sec: Hypervisor, Form: FormHSV, Op: OpSystem, F3: 0b100, F7: 0b0110101},
	{Name: "hsv.d", Ext: "H", Sec: Hypervisor, Form: FormHSV, Op: OpSystem, F3: 0b100, F7: 0b0110111},
}
