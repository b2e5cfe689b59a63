package rv64

import (
	"strconv"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// step executes one instruction without checks and advances PC: the way of both engines for what they have no shorter
// way for. False means that the execution has ended, with PC still at the instruction.
func (m *Machine) step(s *inst, r *row) bool {
	next := m.PC + uint64(s.length)
	switch r.kind {
	case kindReg:
		m.x[s.rd&63] = r.alu(m.x[s.rs1&63], m.x[s.rs2&63])
	case kindImm:
		m.x[s.rd&63] = r.alu(m.x[s.rs1&63], uint64(s.imm))
	case kindReg3:
		m.x[s.rd&63] = r.fp(nil, m.x[s.rs1&63], m.x[s.rs2&63], uint64(s.imm))
	case kindConst:
		m.x[s.rd&63] = uint64(s.imm)
	case kindPC:
		m.x[s.rd&63] = m.PC + uint64(s.imm)
	case kindBranch:
		if r.alu(m.x[s.rs1&63], m.x[s.rs2&63]) != 0 {
			next = m.PC + uint64(s.imm)
		}
	case kindJump:
		m.x[s.rd&63], next = next, m.PC+uint64(s.imm)
	case kindJumpReg:
		target := (m.x[s.rs1&63] + uint64(s.imm)) &^ 1
		m.x[s.rd&63], next = next, target
	case kindFloat:
		if !m.stepFloat(s, r) {
			return false
		}
	case kindFence:
	case kindFenceI:
		m.ForgetCode()
	case kindEcall:
		return m.systemCall()
	case kindEbreak:
		return m.trap("breakpoint")
	case kindIllegal:
		return m.noInstruction(s)
	default:
		if !m.access(s, r) {
			return false
		}
	}
	m.PC = next
	return true
}

func (m *Machine) noInstruction(s *inst) bool {
	switch s.op {
	case opOutside:
		return m.fault(noCode, m.PC)
	case opUnsupported:
		m.End(oracle.Unsupported, "instruction of "+lackedExtension(uint32(s.imm)), m.Where())
		return false
	}
	return m.trap("illegal-instruction")
}

// access executes an instruction that touches memory or control registers.
func (m *Machine) access(s *inst, r *row) bool {
	addr := m.x[s.rs1&63] + uint64(s.imm)
	switch r.kind {
	case kindLoad:
		v, ok := m.load(addr, r.size)
		if !ok {
			return false
		}
		if r.signed {
			v = extendTo(v, r.size)
		}
		m.x[s.rd&63] = v
	case kindLoadF:
		v, ok := m.load(addr, r.size)
		if !ok {
			return false
		}
		m.f[s.rd&31] = boxed(v, r.size)
	case kindStore:
		return m.store(addr, m.x[s.rs2&63], r.size)
	case kindStoreF:
		return m.store(addr, m.f[s.rs2&31], r.size)
	case kindAmo:
		return m.amo(s, r)
	case kindCas:
		return m.compareAndSwap(s, r)
	case kindCas128:
		return m.compareAndSwap128(s)
	case kindLR:
		return m.loadReserved(s, r)
	case kindSC:
		return m.storeConditional(s, r)
	case kindCSR:
		return m.accessCSR(s)
	case kindCbo:
		return m.blockAccess(m.x[s.rs1&63])
	case kindCboZero:
		return m.clearBlock(m.x[s.rs1&63])
	case kindVector:
		if r.quick != nil && !m.watched && m.quickVector(uint32(s.imm), r) {
			return true
		}
		return m.stepVector(uint32(s.imm), r.vector)
	}
	return true
}

// boxed sets the bits above the low size bytes.
func boxed(v uint64, size uint8) uint64 {
	if size == 8 {
		return v
	}
	return v | allBits<<(8*uint(size))
}

// blockAccess checks what the cache-management instructions need: a block that may be loaded or stored.
func (m *Machine) blockAccess(addr uint64) bool {
	block := addr &^ (cacheBlock - 1)
	if !m.Allows(block, cacheBlock, Read) && !m.Allows(block, cacheBlock, Write) {
		return m.fault("store-access", addr)
	}
	return true
}

func (m *Machine) clearBlock(addr uint64) bool {
	block := addr &^ (cacheBlock - 1)
	if !m.mayStore(block, cacheBlock) {
		return m.fault("store-access", addr)
	}
	for i := uint64(0); i < cacheBlock; i += 8 {
		m.store(block+i, 0, 8)
	}
	return true
}

// stepFloat computes on float registers. Rounding mode 7 selects frm; a reserved mode in frm makes the instruction
// illegal.
func (m *Machine) stepFloat(s *inst, r *row) bool {
	m.fp.rounding = s.rm
	if r.rounds && s.rm == roundDynamic {
		if m.fp.rounding = m.frm; m.frm > roundNearestAway {
			return m.trap("illegal-instruction")
		}
	}
	var a, b, c uint64
	switch {
	case r.args == 0:
		a = uint64(s.rs1)
	case r.in == integer:
		a = m.x[s.rs1&63]
	case r.in == raw:
		a = m.f[s.rs1&31]
	default:
		a, b, c = r.in.unbox(m.f[s.rs1&31]), r.in.unbox(m.f[s.rs2&31]), r.in.unbox(m.f[s.rs3&31])
	}
	v := r.fp(&m.fp, a, b, c)
	if r.out == integer {
		m.x[s.rd&63] = v
	} else {
		m.f[s.rd&31] = r.out.box(v)
	}
	return true
}

// The system calls that a machine serves without Config.System.
const (
	sysExit      = 93
	sysExitGroup = 94
)

// systemCall executes ecall. The instruction counts as executed even when it ends the execution.
func (m *Machine) systemCall() bool {
	if m.config.System != nil {
		if m.config.System(m) {
			m.steps++
			return false
		}
		m.PC += 4
		return true
	}
	if number := m.x[17]; number != sysExit && number != sysExitGroup {
		m.End(oracle.Unsupported, "system call "+strconv.FormatUint(number, 10), m.Where())
		return false
	}
	m.steps++
	m.End(oracle.Exited, strconv.Itoa(int(uint8(m.x[10]))), m.Where())
	return false
}
