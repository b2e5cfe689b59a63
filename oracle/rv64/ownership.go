package rv64

import "slices"

// To whom does a word of the stack belong? The machine is told nothing of call frames and finds out two things for
// itself.
//
// A function that stores ra, an s-register or an fs-register that it has not written since it was called into its own
// call frame saves it there for its caller. Nothing else may write that slot until sp rises over it:
//
//	addi sp,sp,-32
//	sd   s1,8(sp)     # saved: s1 is as it was at the call
//	call g            # a store of g to that slot is the error saved-register
//
// An address that a function derives from sp is in its own call frame, or in the stack arguments that its caller put
// right above it. A store through such an address farther up is the error caller-frame. An address that it was passed,
// or loaded, may be anywhere in the call frames of its callers.

// keptSlot is a word of the stack in which a call has saved a register.
type keptSlot struct {
	addr     uint64
	register string
}

// StackArguments is the size in bytes of the stack arguments of the function at PC.
type StackArguments struct {
	PC, Size uint64
}

// Arguments sets how far above its caller's sp each function may write. The slice is kept. A function that is not
// listed may write to the end of its caller's call frame.
func (m *Machine) Arguments(list []StackArguments) { m.arguments = list }

// setStack makes a region the stack, with no saved registers in it.
func (m *Machine) setStack(r *region) {
	m.forgetKept(0, allBits)
	m.stack = r
	if r == nil || m.config.Checks&CheckFrames == 0 {
		return
	}
	m.keptBase = r.base
	if words := int(r.size()/512) + 2; len(m.isKept) < words {
		m.isKept = make([]uint64, words)
	}
}

// keptWord returns the word, and the bit in it, that tell whether the 8 bytes at addr hold a saved register; nil
// outside the region that setStack made the stack.
func (m *Machine) keptWord(addr uint64) (word *uint64, bit uint64) {
	n := (addr - m.keptBase) / 8
	if n/64 >= uint64(len(m.isKept)) {
		return nil, 0
	}
	return &m.isKept[n/64], 1 << (n % 64)
}

// ownStore checks a store through rs1, whose provenance is known.
func (m *Machine) ownStore(s *inst, addr, size uint64) bool {
	if !m.ownBytes(addr, size) {
		return false
	}
	if m.inStack(addr) && m.config.Checks&CheckFrames != 0 && m.from.ofStack>>(s.rs1&63)&1 != 0 && addr+size > m.ceiling && !m.inArguments(addr+size) {
		f := &m.frames[len(m.frames)-1]
		return m.broken("caller-frame", "a store to %#x, which is %d bytes above sp at the call of %#x", addr, int64(addr-f.sp()), f.entry)
	}
	return true
}

// ownBytes checks a store through any address, and forgets registers that the same call had saved in the words written.
func (m *Machine) ownBytes(addr, size uint64) bool {
	if !m.inStack(addr) || m.config.Checks&CheckFrames == 0 {
		return true
	}
	first, last := addr&^7, (addr+size-1)&^7
	for at := first; at <= last; at += 8 {
		word, bit := m.keptWord(at)
		if word == nil || *word&bit == 0 {
			continue
		}
		i := slices.IndexFunc(m.kept, func(k keptSlot) bool { return k.addr == at })
		if at >= m.ceiling {
			return m.broken("saved-register", "a store to %#x, where a caller has saved %s for its own", addr, m.kept[i].register)
		}
		*word &^= bit
		m.kept = slices.Delete(m.kept, i, i+1)
		// Seldom, a slot of an outer call: the present one has let sp rise over it.
		for n := len(m.frames) - 1; n >= 0 && m.frames[n].kept > i; n-- {
			m.frames[n].kept--
		}
	}
	return true
}

// keep notes that the current call is about to save a register of its caller, if the store is into its own call frame.
func (m *Machine) keep(addr uint64, size uint8, register string) {
	if !m.inStack(addr) || m.config.Checks&CheckFrames == 0 ||
		size != 8 || addr&7 != 0 || len(m.frames) == 0 || addr < m.x[stackPointer] || addr >= m.ceiling {
		return
	}
	if word, bit := m.keptWord(addr); word != nil {
		*word |= bit
		m.kept = append(m.kept, keptSlot{addr, register})
	}
}

// forgetKept forgets the slots from index first on that lie below an address.
func (m *Machine) forgetKept(first int, below uint64) {
	left := m.kept[:first]
	for _, k := range m.kept[first:] {
		if k.addr >= below {
			left = append(left, k)
			continue
		}
		word, bit := m.keptWord(k.addr)
		*word &^= bit
	}
	m.kept = left
}

// inArguments reports whether the stack arguments of the current call reach up to an address, or may do so.
func (m *Machine) inArguments(end uint64) bool {
	top := len(m.frames) - 1
	f := &m.frames[top]
	for _, a := range m.arguments {
		if a.PC == f.entry {
			return end <= f.sp()+a.Size
		}
	}
	return top == 0 || end <= m.frames[top-1].sp()
}

// followRegisters updates the provenance of what an instruction has written.
func (m *Machine) followRegisters(s *inst, r *row) {
	switch r.kind {
	case kindReg, kindImm:
		m.wrote(s, r)
	case kindReg3, kindConst, kindPC, kindLoad, kindAmo, kindCas, kindLR, kindSC, kindCSR, kindVector:
		m.wroteNoAddress(s.rd)
	case kindJump, kindJumpReg:
		if s.rd != linkRegister { // a call's frame is the callee's already
			m.wroteNoAddress(s.rd)
		}
	case kindCas128:
		m.wroteNoAddress(s.rd)
		m.wroteNoAddress(s.rd + 1)
	case kindFloat:
		if r.out == integer {
			m.wroteNoAddress(s.rd)
			return
		}
		m.wroteFloat(s.rd)
	case kindLoadF:
		m.wroteFloat(s.rd)
	}
}

// wrote follows the operations that derive one address from another.
func (m *Machine) wrote(s *inst, r *row) {
	if !r.address {
		m.wroteNoAddress(s.rd)
		return
	}
	address := m.from.ofStack >> (s.rs1 & 63)
	if r.kind == kindReg {
		address ^= m.from.ofStack >> (s.rs2 & 63) // the difference of two addresses is none
	}
	rd := s.rd & 63
	m.from.ofStack = m.from.ofStack&^(1<<rd) | address&1<<rd | 1<<stackPointer
	m.from.untouched &^= 1 << rd
	m.writers.x[rd] = m.executing
}

func (m *Machine) wroteNoAddress(rd uint8) {
	m.from.ofStack = m.from.ofStack&^(1<<(rd&63)) | 1<<stackPointer
	m.from.untouched &^= 1 << (rd & 63)
	m.writers.x[rd&63] = m.executing
}

// wroteAt is wroteNoAddress of an instruction at an address.
func (m *Machine) wroteAt(rd uint8, pc uint64) {
	m.executing = pc
	m.wroteNoAddress(rd)
}

func (m *Machine) wroteFloat(rd uint8) {
	m.from.untouchedFloats &^= 1 << (rd & 31)
	m.writers.f[rd&31] = m.executing
}
