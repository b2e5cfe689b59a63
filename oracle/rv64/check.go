package rv64

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// frame is what a call must leave as it was. Only calls that link through ra
// make one: t0 links the out-of-line prologues that change sp on purpose.
type frame struct {
	target uint64 // the return address
	saved  [13]uint64
	floats [12]uint64
	gp, tp uint64
}

// preservedRegisters are sp and s0 to s11, in the order of frame.saved;
// preservedFloats are fs0 to fs11.
var (
	preservedRegisters = [13]uint8{2, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27}
	preservedFloats    = [12]uint8{8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27}
)

// preserved and preservedFloat say that a callee leaves a register as it was,
// or has no business with it.
func preserved(n int) bool      { return n <= 4 || n == 8 || n == 9 || n >= 18 && n <= 27 }
func preservedFloat(n int) bool { return n == 8 || n == 9 || n >= 18 && n <= 27 }

func (m *Machine) pushFrame(target uint64) {
	if len(m.frames) < cap(m.frames) {
		m.frames = m.frames[:len(m.frames)+1]
	} else {
		m.frames = append(m.frames, frame{})
	}
	f := &m.frames[len(m.frames)-1]
	f.target, f.gp, f.tp = target, m.x[3], m.x[4]
	for i, n := range preservedRegisters {
		f.saved[i] = m.x[n&31]
	}
	for i, n := range preservedFloats {
		f.floats[i] = m.f[n&31]
	}
}

// enterCall checks and records a call, before it is executed.
func (m *Machine) enterCall(target uint64) bool {
	if sp := m.x[2]; m.config.Checks&CheckAlign != 0 && sp&15 != 0 {
		return m.broken("stack-alignment", "sp is %#x at a call", sp)
	}
	if m.config.Checks&(CheckCalls|CheckThread|CheckClobber) != 0 {
		m.pushFrame(target)
	}
	return true
}

// leave checks a return to target and forgets the call.
func (m *Machine) leave(target uint64) bool {
	if len(m.frames) == 0 {
		return true
	}
	top := len(m.frames) - 1
	f := &m.frames[top]
	if f.target != target && m.config.AllowUnwind {
		m.unwind()
		return true
	}
	m.frames = m.frames[:top]
	if m.config.Checks&CheckCalls != 0 && !m.leftWhole(f, target) {
		return false
	}
	if m.config.Checks&CheckThread != 0 {
		if m.x[3] != f.gp {
			return m.broken("global-pointer", "gp is %#x at a return, was %#x at the call", m.x[3], f.gp)
		}
		if m.x[4] != f.tp {
			return m.broken("thread-pointer", "tp is %#x at a return, was %#x at the call", m.x[4], f.tp)
		}
	}
	m.clobber()
	return true
}

// leftWhole checks the return address, the stack pointer and the registers that
// a callee preserves.
func (m *Machine) leftWhole(f *frame, target uint64) bool {
	if f.target != target {
		return m.broken("return-address", "return to %#x, called from before %#x", target, f.target)
	}
	for i, n := range preservedRegisters {
		if m.x[n&31] == f.saved[i] {
			continue
		}
		rule := "callee-saved"
		if n == 2 {
			rule = "stack-pointer"
		}
		return m.broken(rule, "%s is %#x at a return, was %#x at the call", integerNames[n], m.x[n&31], f.saved[i])
	}
	for i, n := range preservedFloats {
		if m.f[n&31] != f.floats[i] {
			return m.broken("callee-saved", "%s is %#x at a return, was %#x at the call", floatNames[n], m.f[n&31], f.floats[i])
		}
	}
	return true
}

// unwind forgets the calls that a jump out of several of them has left: those
// made with sp no higher than it is now.
func (m *Machine) unwind() {
	for len(m.frames) > 0 && m.frames[len(m.frames)-1].saved[0] <= m.x[2] {
		m.frames = m.frames[:len(m.frames)-1]
	}
}

// clobber makes what a callee may have overwritten undefined.
func (m *Machine) clobber() {
	if m.config.Checks&CheckClobber == 0 {
		return
	}
	for i := range 32 {
		if !preserved(i) && i != 10 && i != 11 {
			m.xm[i] = 0
		}
		if !preservedFloat(i) && i != 10 && i != 11 {
			m.fm[i] = 0
		}
	}
}

// linkRegister is ra.
const linkRegister = 1

// runChecked is the engine that holds a program to rules. It looks at each
// instruction before executing it: what it may touch, and which bits of what it
// writes will be defined.
func (m *Machine) runChecked(limit uint64) {
	for m.steps < limit {
		s := m.fetch()
		if s == nil {
			return
		}
		if s.op == opSpecial {
			under, moved := m.serveSpecial(s)
			if moved {
				continue
			}
			if under == nil {
				return
			}
			s = under
		}
		if m.observer != nil {
			m.observer(m.PC, s)
		}
		r := &rows[s.op]
		if !m.checked(s, r) {
			return
		}
	}
	m.outOfSteps()
}

// checked checks and executes one instruction.
func (m *Machine) checked(s *inst, r *row) bool {
	sp := m.x[2]
	var mask uint64
	if m.tracking() {
		var ok bool
		if mask, ok = m.shadow(s, r); !ok {
			return false
		}
	}
	switch r.kind {
	case kindJump, kindJumpReg:
		if !m.checkedJump(s, r) {
			return false
		}
	case kindLoad, kindStore, kindLoadF, kindStoreF, kindAmo, kindCas, kindCas128, kindLR, kindSC:
		if addr := m.x[s.rs1&63] + uint64(s.imm); addr < sp && m.belowStack(addr) {
			return false
		}
	}
	// A machine without checks, which is here for its observer, leaves the host's
	// arithmetic to the plain engine, so that the two are held against each other.
	if r.host != nil && m.config.Checks != 0 && r.host(m, s) {
		m.PC += uint64(s.length)
	} else if !m.execute(s, r) {
		return false
	}
	m.steps++
	if m.tracking() {
		m.define(s, r, mask)
		if now := m.x[2]; now > sp {
			m.popStack(sp, now)
		}
	}
	return true
}

// checkedJump checks and records a call (a jump that links ra) and checks a
// return (a jump through ra that links nothing).
func (m *Machine) checkedJump(s *inst, r *row) bool {
	switch {
	case s.rd == linkRegister:
		return m.enterCall(m.PC + uint64(s.length))
	case r.kind == kindJumpReg && s.rd == sink && s.rs1 == linkRegister:
		return m.leave((m.x[linkRegister] + uint64(s.imm)) &^ 1)
	}
	return true
}

// belowStack says whether an address below sp is in the stack, and if so ends
// the execution.
func (m *Machine) belowStack(addr uint64) bool {
	r := m.stack
	if r == nil || m.config.Checks&CheckMemory == 0 || addr-r.base >= r.size() || m.x[2]-r.base > r.size() {
		return false
	}
	m.broken("below-stack", "address %#x is %d bytes below sp", addr, m.x[2]-addr)
	return true
}

// popStack makes what sp has risen over undefined.
func (m *Machine) popStack(from, to uint64) {
	r := m.stack
	if r == nil || from-r.base >= r.size() || to-r.base > r.size() {
		return
	}
	r.touch(from-r.base, to-from)
	clear(r.mask[from-r.base : to-r.base])
}

func (m *Machine) outOfSteps() {
	m.End(oracle.OutOfSteps, fmt.Sprintf("%d", m.steps), m.where())
}
