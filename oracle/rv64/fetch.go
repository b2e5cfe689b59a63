package rv64

import (
	"encoding/binary"
	"fmt"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// fetch returns the decoded instruction at PC, or nil if there is none and the execution has ended.
func (m *Machine) fetch() *inst {
	if c := m.code; c != nil {
		if offset := m.PC - c.base; offset < uint64(len(c.data)) && c.code[offset/2].op != opNone {
			return &c.code[offset/2]
		}
	}
	return m.fetchAnew()
}

// fetchAnew is fetch for an instruction that is not decoded yet, or in another region.
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

// enter finds the code region of a PC that has left the current one. It also serves the return address and hooks
// outside all memory, and ends a run that has to pause.
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

// outside serves a PC without code: a hook, or a wild jump.
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

// runHook calls a hook and reports whether to continue.
func (m *Machine) runHook(hook func(*Machine) bool) bool {
	m.halt = Halt{Ending: oracle.Panicked, Reason: fmt.Sprintf("hook at %#x", m.PC)}
	if hook(m) {
		return false
	}
	m.halt = Halt{}
	return true
}

// decodeAt decodes the instruction at an offset of a chunk into its place there.
func (m *Machine) decodeAt(c *chunk, offset uint64, s *inst) {
	pc := c.base + offset
	c.used = max(c.used, offset/2+1)
	if code := c.data[offset:]; len(code) >= 4 {
		*s = m.decodeWord(binary.LittleEndian.Uint32(code))
	} else {
		*s = m.decodeInst(pc)
	}
	first, last := m.locationsAt(pc)
	hook := m.hooks[pc]
	if first == last && hook == nil {
		return
	}
	m.specials = append(m.specials, special{inst: *s, hook: hook, first: first, last: last})
	*s = inst{op: opSpecial, length: s.length, imm: int64(len(m.specials) - 1)}
}

// decodeInst decodes the instruction at an address; it is opOutside if memory ends within it.
func (m *Machine) decodeInst(pc uint64) inst {
	low, ok := m.codeHalf(pc)
	if !ok {
		return inst{op: opOutside}
	}
	high, ok := m.codeHalf(pc + 2)
	if low&3 == 3 && !ok {
		return inst{op: opOutside}
	}
	return m.decodeWord(uint32(high)<<16 | uint32(low))
}

// decodeWord is the function decodeWord for the extensions that the machine has.
func (m *Machine) decodeWord(word uint32) inst {
	if word&3 != 3 {
		word &= 0xffff
	}
	d := &m.decoded[scatter(word)]
	if d.word != word || d.inst.op == opNone {
		*d = decoded{word, m.decodeNew(word)}
	}
	s := d.inst
	if m.config.Has == nil || s.op == opIllegal {
		return s
	}
	if !m.config.Has(word) {
		return inst{op: opIllegal, length: s.length}
	}
	return s
}

// decodeNew decodes a word that is not among those remembered.
func (m *Machine) decodeNew(word uint32) inst {
	s := decodeWord(word)
	if s.op == opIllegal && s.length == 4 && m.config.Unratified {
		s = decodeUnratified(word)
	}
	return s
}

// decoded is a word with what it is without Config.Has. Programs that follow each other on a machine have most of their words
// in common.
type decoded struct {
	word uint32
	inst inst
}

// decodedBits is the number of bits of an index of Machine.decoded, which fits the processor's cache.
const decodedBits = 11

// scatter returns the only place in Machine.decoded where a word may be.
func scatter(word uint32) uint32 { return (word ^ word>>15) * 0x9e3779b1 >> (32 - decodedBits) }

// decodeWord decodes the instruction at the start of a little-endian word.
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
