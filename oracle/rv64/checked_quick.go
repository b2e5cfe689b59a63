package rv64

// checkedQuickStep is the quick way: it checks and executes one instruction of a common kind whose operands are
// defined, which accesses only memory in the page caches, and which does not write sp. For any other instruction it
// returns false and has done nothing.
func (m *Machine) checkedQuickStep(s *inst, r *row) bool {
	switch r.kind {
	case kindReg:
		if m.xm[s.rs1&63]&m.xm[s.rs2&63] != allBits || s.rd == stackPointer {
			return false
		}
		m.x[s.rd&63], m.xm[s.rd&63] = r.alu(m.x[s.rs1&63], m.x[s.rs2&63]), allBits
		m.wrote(s, r)
	case kindImm:
		if m.xm[s.rs1&63] != allBits || s.rd == stackPointer {
			return false
		}
		m.x[s.rd&63], m.xm[s.rd&63] = r.alu(m.x[s.rs1&63], uint64(s.imm)), allBits
		m.wrote(s, r)
	case kindConst:
		if s.rd == stackPointer {
			return false
		}
		m.x[s.rd&63], m.xm[s.rd&63] = uint64(s.imm), allBits
		m.wroteNoAddress(s.rd)
	case kindBranch:
		if m.xm[s.rs1&63]&m.xm[s.rs2&63] != allBits {
			return false
		}
		if r.alu(m.x[s.rs1&63], m.x[s.rs2&63]) != 0 {
			m.PC += uint64(s.imm)
			return true
		}
	case kindLoad, kindLoadF:
		if !m.checkedQuickLoad(s, r) {
			return false
		}
	case kindStore, kindStoreF:
		if !m.checkedQuickStore(s, r) {
			return false
		}
	default:
		return false
	}
	m.PC += uint64(s.length)
	return true
}

// checkedQuickAddress returns the address of an access and the cached page that holds it. ok reports whether the access
// is aligned, not below sp, and within that page.
func (m *Machine) checkedQuickAddress(s *inst, r *row, pages *[cachedPages]page) (addr uint64, p *page, ok bool) {
	addr = m.x[s.rs1&63] + uint64(s.imm)
	p = &pages[addr/pageSize%cachedPages]
	ok = m.xm[s.rs1&63] == allBits && p.base == addr&^(pageSize-uint64(r.size)) && (addr >= m.x[stackPointer] || !m.inStack(addr))
	return addr, p, ok
}

func (m *Machine) inStack(addr uint64) bool {
	r := m.stack
	return r != nil && addr-r.base < r.size()
}

func (m *Machine) checkedQuickLoad(s *inst, r *row) bool {
	addr, p, ok := m.checkedQuickAddress(s, r, &m.readPages)
	if !ok || s.rd == stackPointer && r.kind == kindLoad {
		return false
	}
	at := addr % pageSize
	value := littleEndian(p.bytes[at:], r.size)
	mask := littleEndian(m.readMasks[addr/pageSize%cachedPages][at:], r.size)
	if r.kind == kindLoadF {
		m.f[s.rd&31], m.fm[s.rd&31] = boxed(value, r.size), boxed(mask, r.size)
		m.wroteFloat(s.rd)
		return true
	}
	if r.signed {
		value, mask = extendTo(value, r.size), extendTo(mask, r.size)
	} else {
		mask = boxed(mask, r.size)
	}
	m.x[s.rd&63], m.xm[s.rd&63] = value, mask
	m.xm[sink] = allBits
	m.wroteNoAddress(s.rd)
	return true
}

// checkedQuickStore returns false for a store that saves a register of the caller or may break a rule.
func (m *Machine) checkedQuickStore(s *inst, r *row) bool {
	addr, p, ok := m.checkedQuickAddress(s, r, &m.writePages)
	if !ok {
		return false
	}
	value, mask := m.x[s.rs2&63], m.xm[s.rs2&63]
	mayKeep := m.from.untouched & savedInFrame
	if r.kind == kindStoreF {
		value, mask, mayKeep = m.f[s.rs2&31], m.fm[s.rs2&31], m.from.untouchedFloats&savedFloatsInFrame
	}
	if m.inStack(addr) && (mayKeep>>(s.rs2&31)&1 != 0 || !m.ownFrame(s, addr, uint64(r.size))) {
		return false
	}
	at := addr % pageSize
	putLittleEndian(p.bytes[at:], value, r.size)
	putLittleEndian(m.writeMasks[addr/pageSize%cachedPages][at:], mask, r.size)
	return true
}

// ownFrame reports whether an aligned store to the stack overwrites no saved register and, if its address was derived
// from sp, lies within the current call frame.
func (m *Machine) ownFrame(s *inst, addr, size uint64) bool {
	if m.config.Checks&CheckFrames == 0 {
		return true
	}
	word, bit := m.keptWord(addr)
	return word != nil && *word&bit == 0 && (addr+size <= m.ceiling || m.from.ofStack>>(s.rs1&63)&1 == 0)
}
