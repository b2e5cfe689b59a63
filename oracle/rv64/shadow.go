package rv64

// shadow returns the defined bits of what the instruction will write to its register, writes the mask of what it will
// store, and ends the execution if the instruction depends on undefined bits. It runs before the instruction; for a
// store that will fault it writes no mask.
func (m *Machine) shadow(s *inst, r *row) (mask uint64, ok bool) {
	switch r.kind {
	case kindReg:
		ma, mb := m.xm[s.rs1&63], m.xm[s.rs2&63]
		return r.known(m.x[s.rs1&63], m.x[s.rs2&63], ma, mb), true
	case kindImm:
		return r.known(m.x[s.rs1&63], uint64(s.imm), m.xm[s.rs1&63], allBits), true
	case kindReg3:
		return allOrNone(m.xm[s.rs1&63] & m.xm[s.rs2&63]), true
	case kindBranch:
		return 0, m.shadowBranch(s, r)
	case kindJumpReg:
		if m.xm[s.rs1&63] != allBits {
			return 0, m.undefined("undefined-jump", s.rs1)
		}
		return allBits, true
	case kindFloat:
		return m.shadowFloat(s, r), true
	case kindVector:
		return allBits, m.shadowVector(s, r)
	case kindEcall:
		if m.xm[17] != allBits {
			return 0, m.undefined("undefined-argument", 17)
		}
		return allBits, true
	case kindCSR:
		if s.op < opCsrrwi && m.xm[s.rs1&63] != allBits {
			return 0, m.undefined("undefined-csr", s.rs1)
		}
		return allBits, true
	case kindLoad, kindLoadF, kindStore, kindStoreF, kindAmo, kindCas, kindCas128, kindLR, kindSC, kindCbo, kindCboZero:
		if m.xm[s.rs1&63] != allBits {
			return 0, m.undefined("undefined-address", s.rs1)
		}
		return m.shadowAccess(s, r)
	}
	return allBits, true
}

// known applies the rule of a row unless everything is defined.
func (r *row) known(a, b, ma, mb uint64) uint64 {
	switch {
	case ma&mb == allBits:
		return allBits
	case r.mask == nil:
		return 0
	}
	return r.mask(a, b, ma, mb)
}

func allOrNone(mask uint64) uint64 {
	if mask == allBits {
		return allBits
	}
	return 0
}

func (m *Machine) undefined(rule string, register uint8) bool {
	return m.broken(rule, "%s is %#x, of which bits %#x are defined", integerNames[register&31], m.x[register&31], m.xm[register&31])
}

func (m *Machine) shadowBranch(s *inst, r *row) bool {
	a, b, ma, mb := m.x[s.rs1&63], m.x[s.rs2&63], m.xm[s.rs1&63], m.xm[s.rs2&63]
	switch {
	case r.known(a, b, ma, mb) == allBits:
		return true
	case m.config.ReadsAhead != nil && m.config.ReadsAhead(m.PC):
		return true
	case ma != allBits:
		return m.undefined("undefined-branch", s.rs1)
	}
	return m.undefined("undefined-branch", s.rs2)
}

// shadowFloat returns the defined bits of a float result: none if any bit of an operand is undefined, except for the
// moves, and all but the lowest of a comparison; the box is always defined.
func (m *Machine) shadowFloat(s *inst, r *row) uint64 {
	if m.fm[s.rs1&31]&m.fm[s.rs2&31]&m.fm[s.rs3&31] == allBits && r.in != integer {
		return allBits // the usual case, whichever of the three are operands
	}
	var ma, mb, mc uint64 = allBits, allBits, allBits
	switch {
	case r.args == 0:
	case r.in == integer:
		ma = m.xm[s.rs1&63]
	case r.in == raw:
		ma = m.fm[s.rs1&31]
	default:
		ma = r.in.unboxedMask(m.fm[s.rs1&31])
		if r.args > 1 {
			mb = r.in.unboxedMask(m.fm[s.rs2&31])
		}
		if r.args > 2 {
			mc = r.in.unboxedMask(m.fm[s.rs3&31])
		}
	}
	mask := allOrNone(ma & mb & mc)
	if r.mask != nil && mask != allBits {
		mask = r.mask(0, 0, ma, mb)
		if r.clearsSign && s.rs1 == s.rs2 {
			mask |= r.in.sign()
		}
	}
	switch {
	case r.out == integer && r.args == 2: // a comparison: all bits but the lowest are 0
		return decided(mask == allBits)
	case r.out == integer:
		return mask
	}
	return r.out.box(mask)
}

// unboxedMask returns the mask of a boxed value, 0 if the box is undefined.
func (f *format) unboxedMask(mask uint64) uint64 {
	if mask|f.all() != allBits {
		return 0
	}
	return mask | ^f.all()
}

// define writes the mask of an executed instruction's result.
func (m *Machine) define(s *inst, r *row, mask uint64) {
	switch r.kind {
	case kindReg, kindImm, kindReg3, kindConst, kindPC, kindLoad, kindAmo, kindCas, kindLR, kindSC, kindCSR, kindJump, kindJumpReg:
		m.xm[s.rd&63] = mask
	case kindLoadF:
		m.fm[s.rd&31] = mask
	case kindCas128:
		if s.casRd() != 0 {
			m.xm[s.rd&31], m.xm[(s.rd+1)&31] = mask, mask
		}
	case kindFloat:
		if r.out == integer {
			m.xm[s.rd&63] = mask
		} else {
			m.fm[s.rd&31] = mask
		}
	case kindVector:
		m.defineVector(s, r)
	}
	m.xm[sink] = allBits
}

// shadowAccess returns the mask of what a load reads and writes the mask of what a store writes.
func (m *Machine) shadowAccess(s *inst, r *row) (uint64, bool) {
	addr := m.x[s.rs1&63] + uint64(s.imm)
	switch r.kind {
	case kindLoad:
		mask := m.loadMask(addr, r.size)
		if r.signed {
			return extendTo(mask, r.size), true
		}
		return boxed(mask, r.size), true
	case kindLoadF:
		return boxed(m.loadMask(addr, r.size), r.size), true
	case kindStore:
		m.storeMask(addr, m.xm[s.rs2&63], r.size)
	case kindStoreF:
		m.storeMask(addr, m.fm[s.rs2&31], r.size)
	case kindLR:
		return extendTo(m.loadMask(m.x[s.rs1&63], r.size), r.size), true
	case kindSC:
		if _, succeeds := m.conditionalHolds(m.x[s.rs1&63], r); succeeds {
			m.storeMask(m.x[s.rs1&63], m.xm[s.rs2&63], r.size)
		}
	case kindCboZero:
		block := m.x[s.rs1&63] &^ (cacheBlock - 1)
		for i := uint64(0); i < cacheBlock; i += 8 {
			m.storeMask(block+i, allBits, 8)
		}
	case kindAmo:
		return m.shadowAmo(s, r), true
	case kindCas:
		return m.shadowCas(s, r)
	case kindCas128:
		return m.shadowCas128(s)
	}
	return allBits, true
}

// shadowAmo works on the operands of amo: sign-extended.
func (m *Machine) shadowAmo(s *inst, r *row) uint64 {
	addr := m.x[s.rs1&63]
	if addr&uint64(r.size-1) != 0 || !m.Allows(addr, uint64(r.size), Read|Write) {
		return allBits
	}
	value, _ := m.load(addr, r.size)
	mask := extendTo(m.loadMask(addr, r.size), r.size)
	old := extendTo(value, r.size)
	stored := r.known(old, extendTo(m.x[s.rs2&63], r.size), mask, extendTo(m.xm[s.rs2&63], r.size))
	m.storeMask(addr, stored, r.size)
	return mask
}

// shadowCas requires the memory and the expected value to be defined, since they decide whether the swap happens.
func (m *Machine) shadowCas(s *inst, r *row) (uint64, bool) {
	addr := m.x[s.rs1&63]
	if addr&uint64(r.size-1) != 0 || !m.Allows(addr, uint64(r.size), Read|Write) {
		return allBits, true
	}
	expected := s.casRd()
	mask := extendTo(m.loadMask(addr, r.size), r.size)
	if mask&extendTo(m.xm[expected], r.size) != allBits {
		return 0, m.undefined("undefined-branch", expected)
	}
	old, _ := m.load(addr, r.size)
	if extendTo(old, r.size) == extendTo(m.x[expected], r.size) {
		m.storeMask(addr, m.xm[s.rs2&63], r.size)
	}
	return allBits, true
}

func (m *Machine) shadowCas128(s *inst) (uint64, bool) {
	addr := m.x[s.rs1&63]
	if addr&15 != 0 || !m.Allows(addr, 16, Read|Write) {
		return allBits, true
	}
	expected := s.casRd()
	mask := m.loadMask(addr, 8) & m.loadMask(addr+8, 8)
	if expected != 0 {
		mask &= m.xm[expected] & m.xm[(expected+1)&31]
	}
	if mask != allBits {
		return 0, m.undefined("undefined-branch", expected)
	}
	low, _ := m.load(addr, 8)
	high, _ := m.load(addr+8, 8)
	if wantLow, wantHigh := m.pair(expected); low != wantLow || high != wantHigh {
		return allBits, true
	}
	newLow, newHigh := uint64(allBits), uint64(allBits)
	if s.rs2 != 0 {
		newLow, newHigh = m.xm[s.rs2&31], m.xm[(s.rs2+1)&31]
	}
	m.storeMask(addr, newLow, 8)
	m.storeMask(addr+8, newHigh, 8)
	return allBits, true
}

// loadMask returns the defined bits of memory; unmapped bytes count as defined, since the access itself will fault.
func (m *Machine) loadMask(addr uint64, size uint8) uint64 {
	r := m.find(addr)
	if r != nil && uint64(size) <= r.size()-(addr-r.base) {
		return littleEndian(r.masked(addr-r.base, uint64(size)), size)
	}
	mask := uint64(0)
	for i := range uint64(size) {
		part := byte(0xff)
		if r := m.find(addr + i); r != nil {
			part = r.masked(addr+i-r.base, 1)[0]
		}
		mask |= uint64(part) << (8 * i)
	}
	return mask
}

// storeMask writes the defined bits of memory that a store is about to write, unless it will fault.
func (m *Machine) storeMask(addr, mask uint64, size uint8) {
	if !m.mayStore(addr, uint64(size)) || m.config.TrapMisaligned && addr&uint64(size-1) != 0 {
		return
	}
	r := m.find(addr)
	if uint64(size) <= r.size()-(addr-r.base) {
		r.touch(addr-r.base, uint64(size))
		putLittleEndian(r.masked(addr-r.base, uint64(size)), mask, size)
		return
	}
	for i := range uint64(size) {
		r := m.find(addr + i)
		r.touch(addr+i-r.base, 1)
		r.masked(addr+i-r.base, 1)[0] = byte(mask >> (8 * i))
	}
}
