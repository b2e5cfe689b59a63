package rv64

import (
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// fetch gives the decoded instruction at PC, or nil when the execution has
// ended because there is none.
func (m *Machine) fetch() *inst {
	if c := m.code; c != nil {
		if offset := m.PC - c.base; offset < uint64(len(c.data)) && c.code[offset/2].op != opNone {
			return &c.code[offset/2]
		}
	}
	return m.fetchAnew()
}

// fetchAnew is fetch where the instruction is not decoded, or in another region.
func (m *Machine) fetchAnew() *inst {
	for {
		if c := m.code; c != nil {
			if offset := m.PC - c.base; offset < uint64(len(c.data)) {
				s := &c.code[offset/2]
				if s.op == opNone {
					m.decodeAt(c, offset, s)
				}
				return s
			}
		}
		if !m.enter() {
			return nil
		}
	}
}

// enter finds the code region of a PC that has left the present one. It also
// serves the return address and hooks outside all memory, and ends a run whose
// instructions have done more than their number says.
func (m *Machine) enter() bool {
	if m.config.Pausable && m.work >= workSlice {
		m.outOfSteps()
		return false
	}
	if m.PC == ReturnAddress {
		m.End(oracle.Returned, "", "")
		return false
	}
	r := m.find(m.PC)
	if r == nil || r.rights&Exec == 0 {
		return m.outside()
	}
	if r.base&1 != 0 {
		return m.fault("fetch-misaligned", m.PC)
	}
	m.code = m.chunkAt(r, m.PC-r.base)
	return true
}

// outside serves a PC at which there is no code: a hook, or a wild jump.
func (m *Machine) outside() bool {
	hook := m.hooks[m.PC]
	if hook == nil {
		return m.fault(noCode, m.PC)
	}
	at := m.PC
	if !m.runHook(hook) {
		return false
	}
	if m.PC == at {
		return m.fault(noCode, m.PC)
	}
	return true
}

// runHook calls a hook and says whether to go on.
func (m *Machine) runHook(hook func(*Machine) bool) bool {
	m.halt = Halt{Ending: oracle.Panicked, Reason: fmt.Sprintf("hook at %#x", m.PC)}
	if hook(m) {
		return false
	}
	m.halt = Halt{}
	return true
}

// decodeAt fills the place of the instruction at an offset of a chunk.
func (m *Machine) decodeAt(c *chunk, offset uint64, s *inst) {
	pc := c.base + offset
	if code := c.data[offset:]; len(code) >= 4 {
		*s = decodeWord(binary.LittleEndian.Uint32(code))
	} else {
		*s = m.decodeInst(pc)
	}
	first, last := m.marksAt(pc)
	hook := m.hooks[pc]
	if first == last && hook == nil {
		return
	}
	m.specials = append(m.specials, special{inst: *s, hook: hook, first: first, last: last})
	*s = inst{op: opSpecial, length: s.length, imm: int64(len(m.specials) - 1)}
}

// decodeInst decodes what stands at an address; memory that ends within it
// gives an opOutside.
func (m *Machine) decodeInst(pc uint64) inst {
	low, ok := m.codeHalf(pc)
	if !ok {
		return inst{op: opOutside}
	}
	high, ok := m.codeHalf(pc + 2)
	if low&3 == 3 && !ok {
		return inst{op: opOutside}
	}
	return decodeWord(uint32(high)<<16 | uint32(low))
}

// decodeWord decodes the instruction that begins a word.
func decodeWord(word uint32) inst {
	if word&3 != 3 {
		return decodeCompressed(uint16(word))
	}
	return decode(word)
}

func (m *Machine) codeHalf(pc uint64) (uint16, bool) {
	if !m.Allows(pc, 2, Exec) {
		return 0, false
	}
	var half uint16
	for i := range uint64(2) {
		r := m.find(pc + i)
		half |= uint16(r.data[pc+i-r.base]) << (8 * i)
	}
	return half, true
}

// execute does one instruction, PC included. False means that the execution has
// ended, PC still being that of the instruction.
func (m *Machine) execute(s *inst, r *row) bool {
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
		if !m.executeFloat(s, r) {
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
	if s.op == opOutside {
		return m.fault(noCode, m.PC)
	}
	return m.trap("illegal-instruction")
}

// access executes what touches memory or control registers.
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
		return m.executeVector(uint32(s.imm), r.vector)
	}
	return true
}

// boxed fills what is above size bytes with ones.
func boxed(v uint64, size uint8) uint64 {
	if size == 8 {
		return v
	}
	return v | allBits<<(8*uint(size))
}

// blockAccess is what the cache-management instructions need: a block that may
// be loaded or stored.
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

// executeFloat computes on float registers. The rounding mode 7 is that of frm,
// and a reserved one there makes the instruction illegal.
func (m *Machine) executeFloat(s *inst, r *row) bool {
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

// The two system calls that a machine without Config.System serves.
const (
	sysExit      = 93
	sysExitGroup = 94
)

// systemCall executes ecall. The instruction counts as executed even when it
// ends the execution.
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
