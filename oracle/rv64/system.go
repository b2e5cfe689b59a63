package rv64

// systemRows are what does not compute: control registers, fences, the environment, blocks of memory, and loads and
// stores of floats.
var systemRows = map[opcode]row{
	opFence:  {name: "fence", kind: kindFence},
	opFenceI: {name: "fence.i", kind: kindFenceI},
	opEcall:  {name: "ecall", kind: kindEcall},
	opEbreak: {name: "ebreak", kind: kindEbreak},

	opCsrrw:  {name: "csrrw", kind: kindCSR},
	opCsrrs:  {name: "csrrs", kind: kindCSR},
	opCsrrc:  {name: "csrrc", kind: kindCSR},
	opCsrrwi: {name: "csrrwi", kind: kindCSR},
	opCsrrsi: {name: "csrrsi", kind: kindCSR},
	opCsrrci: {name: "csrrci", kind: kindCSR},

	opWrsNto:   {name: "wrs.nto", kind: kindFence},
	opWrsSto:   {name: "wrs.sto", kind: kindFence},
	opCboInval: {name: "cbo.inval", kind: kindCbo},
	opCboClean: {name: "cbo.clean", kind: kindCbo},
	opCboFlush: {name: "cbo.flush", kind: kindCbo},
	opCboZero:  {name: "cbo.zero", kind: kindCboZero},

	opFlh: {name: "flh", kind: kindLoadF, size: 2},
	opFlw: {name: "flw", kind: kindLoadF, size: 4},
	opFld: {name: "fld", kind: kindLoadF, size: 8},
	opFsh: {name: "fsh", kind: kindStoreF, size: 2},
	opFsw: {name: "fsw", kind: kindStoreF, size: 4},
	opFsd: {name: "fsd", kind: kindStoreF, size: 8},
}

// cacheBlock is the size in bytes of what a cbo instruction works on.
const cacheBlock = 64

// The control registers that an unprivileged program has.
const (
	csrFflags  = 0x001
	csrFrm     = 0x002
	csrFcsr    = 0x003
	csrCycle   = 0xc00
	csrTime    = 0xc01
	csrInstret = 0xc02
)

// CSR returns a control register that an unprivileged program may read; ok is false if there is none of the number.
func (m *Machine) CSR(number uint64) (value uint64, ok bool) { return m.readCSR(number) }

// SetCSR changes a control register; ok is false if there is none of the number that an unprivileged program may write.
func (m *Machine) SetCSR(number, value uint64) (ok bool) { return m.writeCSR(number, value) }

// readCSR returns a control register; ok is false if it does not exist.
func (m *Machine) readCSR(number uint64) (value uint64, ok bool) {
	switch number {
	case csrFflags:
		return uint64(m.fp.flags), true
	case csrFrm:
		return uint64(m.frm), true
	case csrFcsr:
		return uint64(m.frm)<<5 | uint64(m.fp.flags), true
	case csrCycle, csrTime, csrInstret:
		return m.steps, true
	}
	return m.vector.readCSR(number)
}

// writeCSR changes a control register; the counters are read-only.
func (m *Machine) writeCSR(number, value uint64) (ok bool) {
	switch number {
	case csrFflags:
		m.fp.flags = uint8(value & 31)
	case csrFrm:
		m.frm = uint8(value & 7)
	case csrFcsr:
		m.fp.flags, m.frm = uint8(value&31), uint8(value>>5&7)
	default:
		return m.vector.writeCSR(number, value)
	}
	return true
}

// accessCSR executes one of the six Zicsr instructions. rs1 is a register or, in the immediate forms, a number; csrrs
// and csrrc with rs1 zero only read.
func (m *Machine) accessCSR(s *inst) bool {
	number := uint64(s.imm)
	old, ok := m.readCSR(number)
	if !ok {
		return m.trap("illegal-instruction")
	}
	operand, form := m.x[s.rs1&63], s.op-opCsrrw
	if form >= 3 {
		operand, form = uint64(s.rs1), form-3
	}
	value := operand
	switch form {
	case 1:
		value = old | operand
	case 2:
		value = old &^ operand
	}
	if form == 0 || s.rs1 != 0 {
		if !m.writeCSR(number, value) {
			return m.trap("illegal-instruction")
		}
	}
	m.x[s.rd&63] = old
	return true
}
