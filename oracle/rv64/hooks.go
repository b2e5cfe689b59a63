package rv64

import "github.com/rvfuzz/rvfuzz/oracle"

// special is an instruction with a hook or location records in front of it.
type special struct {
	inst        inst
	hook        func(*Machine) bool
	first, last int // range of Machine.locations
}

// HookAt has fn called when execution reaches pc, before the instruction there. fn may change the machine, including
// PC. If it returns true the execution ends as fn told End, or else as Panicked. If there is no memory at pc, fn must
// move PC, as Return does. A nil fn takes the hook away.
func (m *Machine) HookAt(pc uint64, fn func(*Machine) (stop bool)) {
	if m.hooks[pc] = fn; fn == nil {
		delete(m.hooks, pc)
	}
	m.ForgetCode()
}

// StopAt ends an execution that reaches pc as oracle.Panicked with name as the reason.
func (m *Machine) StopAt(pc uint64, name string) {
	m.HookAt(pc, func(m *Machine) bool {
		m.End(oracle.Panicked, name, "")
		return true
	})
}

// Return makes a hook return to its caller: PC becomes ra, and all that a callee may overwrite except a0, a1, fa0 and
// fa1 becomes undefined junk. It returns true if the return breaks a rule, so that a hook can end with `return
// m.Return()`.
func (m *Machine) Return() (stop bool) {
	for i := range 32 {
		if !preserved(i) && i != 10 && i != 11 {
			m.x[i], m.xm[i] = junk(i), 0
		}
		if !preservedFloat(i) && i != 10 && i != 11 {
			m.f[i], m.fm[i] = junk(i+32), 0
		}
	}
	target := m.x[1] &^ 1
	if m.config.Checks != 0 && !m.leave(target) {
		return true
	}
	m.PC = target
	return false
}

// serveSpecial serves the hook and the location records in front of an instruction and returns that instruction; or nil
// if PC has moved, or if, with moved false, the execution has ended.
func (m *Machine) serveSpecial(s *inst) (under *inst, moved bool) {
	at, index := m.PC, s.imm
	sp := &m.specials[index]
	for i := sp.first; i < sp.last; i++ {
		if !m.serveLocation(&m.locations[i]) {
			return nil, false
		}
	}
	if sp.hook != nil && !m.runHook(sp.hook) {
		return nil, false
	}
	if m.PC != at {
		return nil, true
	}
	if int(index) >= len(m.specials) { // the hook changed hooks or location records
		in := m.decodeInst(at)
		return &in, false
	}
	return &m.specials[index].inst, false
}
