package rv64

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// runChecked is the checking engine. Before it executes an instruction it checks what the instruction touches, and
// finds out which bits of its result will be defined.
func (m *Machine) runChecked(limit uint64) {
	for m.steps < limit {
		s := m.fetch()
		if s == nil {
			return
		}
		switch {
		case s.op == opSpecial:
			under, moved := m.serveSpecial(s)
			if moved {
				continue
			}
			if under == nil {
				return
			}
			s = under
		case !m.watched && m.tracking() && m.onAccess == nil: // else the general way, so that tests can compare the two
			if !m.runCheckedRegion(m.code, limit) {
				return
			}
			continue
		}
		m.executing = m.PC
		if m.watched {
			m.watch(s)
		}
		if !m.checkedStep(s, &rows[s.op]) {
			return
		}
	}
	m.outOfSteps()
}

// checkedStep is the general way: it checks and executes one instruction.
func (m *Machine) checkedStep(s *inst, r *row) bool {
	sp := m.x[2]
	var mask uint64
	if m.tracking() {
		var ok bool
		if mask, ok = m.shadow(s, r); !ok {
			return false
		}
	}
	if !m.checkPlace(s, r) || m.onAccess != nil && !m.watchAccess(s, r) {
		return false
	}
	// A machine without checks is here to be watched. It does not use the host's arithmetic, as the plain engine does,
	// so that tests can compare the two.
	if r.host != nil && m.config.Checks != 0 && r.host(m, s) {
		m.PC += uint64(s.length)
	} else if !m.step(s, r) {
		return false
	}
	m.steps++
	if m.tracking() {
		m.define(s, r, mask)
		m.cacheFor(s, r)
	}
	m.followRegisters(s, r)
	if now := m.x[2]; now > sp {
		m.popStack(sp, now)
	}
	return true
}

// checkPlace checks where an instruction jumps to, or what memory it touches.
func (m *Machine) checkPlace(s *inst, r *row) bool {
	switch r.kind {
	case kindJump:
		return s.rd != linkRegister || m.enterCall(m.PC+uint64(s.imm), m.PC+uint64(s.length))
	case kindJumpReg:
		return m.checkJumpReg(s)
	case kindLoad, kindLoadF, kindStore, kindStoreF, kindAmo, kindCas, kindCas128, kindLR, kindSC:
		addr := m.x[s.rs1&63] + uint64(s.imm)
		if addr < m.x[stackPointer] && m.belowStack(addr) {
			return false
		}
		return m.checkStore(s, r, addr)
	case kindCboZero:
		block := m.x[s.rs1&63] &^ (cacheBlock - 1)
		if block < m.x[stackPointer] && m.belowStack(block) {
			return false
		}
		return m.ownStore(s, block, cacheBlock)
	}
	return true
}

// checkJumpReg checks and records a call (a jump that links ra), and checks a return (a jump through ra that links
// nothing).
func (m *Machine) checkJumpReg(s *inst) bool {
	target := (m.x[s.rs1&63] + uint64(s.imm)) &^ 1
	switch {
	case s.rd == linkRegister:
		return m.enterCall(target, m.PC+uint64(s.length))
	case s.rd == sink && (s.rs1 == linkRegister || m.isReturn(target)):
		return m.leave(target)
	}
	return true
}

// isReturn reports whether a jump through a register other than ra returns from the current call, as in assembly that
// moves ra to t0.
func (m *Machine) isReturn(target uint64) bool {
	top := len(m.frames) - 1
	return top >= 0 && m.frames[top].target == target && m.frames[top].sp() == m.x[stackPointer]
}

func (m *Machine) checkStore(s *inst, r *row, addr uint64) bool {
	switch r.kind {
	case kindStore, kindStoreF, kindAmo, kindCas, kindSC:
		if !m.ownStore(s, addr, uint64(r.size)) {
			return false
		}
	case kindCas128:
		return m.ownStore(s, addr, 16)
	}
	switch {
	case r.kind == kindStore && m.from.untouched&savedInFrame>>(s.rs2&31)&1 != 0:
		m.keep(addr, r.size, integerNames[s.rs2&31])
	case r.kind == kindStoreF && m.from.untouchedFloats&savedFloatsInFrame>>(s.rs2&31)&1 != 0:
		m.keep(addr, r.size, floatNames[s.rs2&31])
	}
	return true
}

func (m *Machine) outOfSteps() { m.End(oracle.OutOfSteps, fmt.Sprintf("%d", m.steps), m.Where()) }
