package rv64

import "encoding/binary"

// runPlain is the engine without checks. It spends its time in runPlainRegion; what happens between regions, and hooks
// and location records, happens here.
func (m *Machine) runPlain(limit uint64) {
	for m.steps < limit {
		s := m.fetch()
		if s == nil {
			return
		}
		if s.op != opSpecial {
			if !m.runPlainRegion(m.code, limit) {
				return
			}
			continue
		}
		under, moved := m.serveSpecial(s)
		if moved {
			continue
		}
		if under == nil || !m.step(under, &rows[under.op]) {
			return
		}
		m.steps++
	}
	m.outOfSteps()
}

// runPlainRegion executes from PC while PC stays in the chunk, no special place is reached, and steps are left; false
// means that the execution has ended. It is the plain engine's dispatch switch: it has the operations that compilers
// use most; all others, and accesses to pages that the caches do not have, go to plainGeneral.
//
// Inside, at is PC as an index of code, and left the steps until limit; both are written back before anything else may
// look at them.
func (m *Machine) runPlainRegion(c *chunk, limit uint64) bool {
	code, x, f := c.code, &m.x, &m.f
	at, left := (m.PC-c.base)/2, limit-m.steps
	places := uint64(len(c.data)+1) / 2
	for left > 0 && at < places {
		s := &code[at]
		switch s.op {
		// These cases are written from the rows by TestPlainCases -update.
		case opLui:
			x[s.rd&63] = uint64(s.imm)
		case opAuipc:
			x[s.rd&63] = c.base + 2*at + uint64(s.imm)
		case opBeq:
			if seq(x[s.rs1&63], x[s.rs2&63]) != 0 {
				goto branch
			}
		case opBne:
			if sne(x[s.rs1&63], x[s.rs2&63]) != 0 {
				goto branch
			}
		case opBlt:
			if slt(x[s.rs1&63], x[s.rs2&63]) != 0 {
				goto branch
			}
		case opBge:
			if sge(x[s.rs1&63], x[s.rs2&63]) != 0 {
				goto branch
			}
		case opBltu:
			if sltu(x[s.rs1&63], x[s.rs2&63]) != 0 {
				goto branch
			}
		case opBgeu:
			if sgeu(x[s.rs1&63], x[s.rs2&63]) != 0 {
				goto branch
			}
		case opLb:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-1) {
				goto general
			}
			x[s.rd&63] = uint64(int64(int8(p.bytes[addr&(pageSize-1)])))
		case opLh:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-2) {
				goto general
			}
			x[s.rd&63] = uint64(int64(int16(binary.LittleEndian.Uint16(p.bytes[addr&(pageSize-2):]))))
		case opLw:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-4) {
				goto general
			}
			x[s.rd&63] = uint64(int64(int32(binary.LittleEndian.Uint32(p.bytes[addr&(pageSize-4):]))))
		case opLd:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-8) {
				goto general
			}
			x[s.rd&63] = binary.LittleEndian.Uint64(p.bytes[addr&(pageSize-8):])
		case opLbu:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-1) {
				goto general
			}
			x[s.rd&63] = uint64(p.bytes[addr&(pageSize-1)])
		case opLhu:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-2) {
				goto general
			}
			x[s.rd&63] = uint64(binary.LittleEndian.Uint16(p.bytes[addr&(pageSize-2):]))
		case opLwu:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-4) {
				goto general
			}
			x[s.rd&63] = uint64(binary.LittleEndian.Uint32(p.bytes[addr&(pageSize-4):]))
		case opSb:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.writePages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-1) {
				goto general
			}
			p.bytes[addr&(pageSize-1)] = byte(x[s.rs2&63])
		case opSh:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.writePages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-2) {
				goto general
			}
			binary.LittleEndian.PutUint16(p.bytes[addr&(pageSize-2):], uint16(x[s.rs2&63]))
		case opSw:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.writePages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-4) {
				goto general
			}
			binary.LittleEndian.PutUint32(p.bytes[addr&(pageSize-4):], uint32(x[s.rs2&63]))
		case opSd:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.writePages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-8) {
				goto general
			}
			binary.LittleEndian.PutUint64(p.bytes[addr&(pageSize-8):], x[s.rs2&63])
		case opAddi:
			x[s.rd&63] = add(x[s.rs1&63], uint64(s.imm))
		case opSlti:
			x[s.rd&63] = slt(x[s.rs1&63], uint64(s.imm))
		case opSltiu:
			x[s.rd&63] = sltu(x[s.rs1&63], uint64(s.imm))
		case opXori:
			x[s.rd&63] = xor(x[s.rs1&63], uint64(s.imm))
		case opOri:
			x[s.rd&63] = or(x[s.rs1&63], uint64(s.imm))
		case opAndi:
			x[s.rd&63] = and(x[s.rs1&63], uint64(s.imm))
		case opSlli:
			x[s.rd&63] = sll(x[s.rs1&63], uint64(s.imm))
		case opSrli:
			x[s.rd&63] = srl(x[s.rs1&63], uint64(s.imm))
		case opSrai:
			x[s.rd&63] = sra(x[s.rs1&63], uint64(s.imm))
		case opAdd:
			x[s.rd&63] = add(x[s.rs1&63], x[s.rs2&63])
		case opSub:
			x[s.rd&63] = sub(x[s.rs1&63], x[s.rs2&63])
		case opSll:
			x[s.rd&63] = sll(x[s.rs1&63], x[s.rs2&63])
		case opSlt:
			x[s.rd&63] = slt(x[s.rs1&63], x[s.rs2&63])
		case opSltu:
			x[s.rd&63] = sltu(x[s.rs1&63], x[s.rs2&63])
		case opXor:
			x[s.rd&63] = xor(x[s.rs1&63], x[s.rs2&63])
		case opSrl:
			x[s.rd&63] = srl(x[s.rs1&63], x[s.rs2&63])
		case opSra:
			x[s.rd&63] = sra(x[s.rs1&63], x[s.rs2&63])
		case opOr:
			x[s.rd&63] = or(x[s.rs1&63], x[s.rs2&63])
		case opAnd:
			x[s.rd&63] = and(x[s.rs1&63], x[s.rs2&63])
		case opAddiw:
			x[s.rd&63] = addw(x[s.rs1&63], uint64(s.imm))
		case opSlliw:
			x[s.rd&63] = sllw(x[s.rs1&63], uint64(s.imm))
		case opSrliw:
			x[s.rd&63] = srlw(x[s.rs1&63], uint64(s.imm))
		case opSraiw:
			x[s.rd&63] = sraw(x[s.rs1&63], uint64(s.imm))
		case opAddw:
			x[s.rd&63] = addw(x[s.rs1&63], x[s.rs2&63])
		case opSubw:
			x[s.rd&63] = subw(x[s.rs1&63], x[s.rs2&63])
		case opSllw:
			x[s.rd&63] = sllw(x[s.rs1&63], x[s.rs2&63])
		case opSrlw:
			x[s.rd&63] = srlw(x[s.rs1&63], x[s.rs2&63])
		case opSraw:
			x[s.rd&63] = sraw(x[s.rs1&63], x[s.rs2&63])
		case opMul:
			x[s.rd&63] = mul(x[s.rs1&63], x[s.rs2&63])
		case opMulhu:
			x[s.rd&63] = mulhu(x[s.rs1&63], x[s.rs2&63])
		case opMulw:
			x[s.rd&63] = mulw(x[s.rs1&63], x[s.rs2&63])
		case opAddUw:
			x[s.rd&63] = addUw(x[s.rs1&63], x[s.rs2&63])
		case opSh1add:
			x[s.rd&63] = sh1add(x[s.rs1&63], x[s.rs2&63])
		case opSh2add:
			x[s.rd&63] = sh2add(x[s.rs1&63], x[s.rs2&63])
		case opSh3add:
			x[s.rd&63] = sh3add(x[s.rs1&63], x[s.rs2&63])
		case opSextB:
			x[s.rd&63] = sextB(x[s.rs1&63], uint64(s.imm))
		case opSextH:
			x[s.rd&63] = sextH(x[s.rs1&63], uint64(s.imm))
		case opZextH:
			x[s.rd&63] = zextH(x[s.rs1&63], uint64(s.imm))
		case opFlw:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-4) {
				goto general
			}
			f[s.rd&31] = boxed(uint64(binary.LittleEndian.Uint32(p.bytes[addr&(pageSize-4):])), 4)
		case opFld:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-8) {
				goto general
			}
			f[s.rd&31] = binary.LittleEndian.Uint64(p.bytes[addr&(pageSize-8):])
		case opFsw:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.writePages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-4) {
				goto general
			}
			binary.LittleEndian.PutUint32(p.bytes[addr&(pageSize-4):], uint32(f[s.rs2&31]))
		case opFsd:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.writePages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-8) {
				goto general
			}
			binary.LittleEndian.PutUint64(p.bytes[addr&(pageSize-8):], f[s.rs2&31])
		case opFeqD, opFltD, opFleD, opFcvtWD, opFcvtLD, opFcvtDW, opFcvtDL, opFcvtSD, opFcvtDS:
			if !m.hostConvert(s) {
				goto general
			}
		case opFaddD, opFsubD, opFmulD, opFdivD, opFsqrtD, opFmaddD, opFmsubD, opFnmsubD, opFnmaddD:
			if !m.hostDouble(s) {
				goto general
			}
		case opFaddS, opFsubS, opFmulS, opFdivS:
			if !m.hostSingle(s) {
				goto general
			}
		// The cases above are written from the rows.

		case opJal:
			x[s.rd&63] = c.base + 2*at + uint64(s.length)
			goto branch
		case opJalr:
			target := (x[s.rs1&63] + uint64(s.imm)) &^ 1
			x[s.rd&63] = c.base + 2*at + uint64(s.length)
			left--
			if at = (target - c.base) / 2; target < c.base || at >= places {
				m.PC, m.steps = target, limit-left
				return true
			}
			continue
		case opFsgnjD:
			f[s.rd&31] = f[s.rs1&31]&^signDouble | f[s.rs2&31]&signDouble
		case opFsgnjnD:
			f[s.rd&31] = f[s.rs1&31]&^signDouble | ^f[s.rs2&31]&signDouble
		case opFsgnjxD:
			f[s.rd&31] = f[s.rs1&31] ^ f[s.rs2&31]&signDouble
		case opFmvDX:
			f[s.rd&31] = x[s.rs1&63]
		case opFmvXD:
			x[s.rd&63] = f[s.rs1&31]

		default:
			goto general
		}
		at += uint64(s.length) / 2
		left--
		continue

	branch:
		left--
		at += uint64(s.imm >> 1)
		continue

	general:
		m.PC, m.steps = c.base+2*at, limit-left
		var ok bool
		if at, ok = m.plainGeneral(c, s); at >= places {
			return ok
		}
		left = limit - m.steps
	}
	m.PC, m.steps = c.base+2*at, limit-left
	return true
}

// elsewhere is no index of a chunk's code.
const elsewhere = allBits

// plainGeneral executes the instruction at PC, if it is one, in the general way. It returns the index of the next one
// in the code of the chunk; one beyond it if execution leaves the chunk, stands before a special place, or, if ok is
// false, has ended.
func (m *Machine) plainGeneral(c *chunk, s *inst) (at uint64, ok bool) {
	r := &rows[s.op]
	switch {
	case s.op == opNone:
		m.decodeAt(c, m.PC-c.base, s)
		return (m.PC - c.base) / 2, true
	case s.op == opSpecial:
		return elsewhere, true
	case r.size != 0:
		m.cacheFor(s, r)
	}
	if !m.step(s, r) {
		return elsewhere, false
	}
	m.steps++
	if m.code != c {
		return elsewhere, true
	}
	return (m.PC - c.base) / 2, true
}

// cacheFor adds the page of an access to the page caches.
func (m *Machine) cacheFor(s *inst, r *row) {
	switch r.kind {
	case kindLoad, kindLoadF:
		m.cachePage(&m.readPages, m.x[s.rs1&63]+uint64(s.imm), Read)
	case kindStore, kindStoreF:
		m.cachePage(&m.writePages, m.x[s.rs1&63]+uint64(s.imm), Write)
	}
}
