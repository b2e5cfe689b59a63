package rv64

import (
	"encoding/binary"
	"math/bits"
)

// runPlain is the engine without checks. It spends its time in runRegion; what
// happens between regions, and hooks and marks, happens here.
func (m *Machine) runPlain(limit uint64) {
	for m.steps < limit {
		s := m.fetch()
		if s == nil {
			return
		}
		if s.op != opSpecial {
			if !m.runRegion(m.code, limit) {
				return
			}
			continue
		}
		under, moved := m.serveSpecial(s)
		if moved {
			continue
		}
		if under == nil || !m.execute(under, &rows[under.op]) {
			return
		}
		m.steps++
	}
	m.outOfSteps()
}

// runRegion executes from PC for as long as PC stays in the chunk, no special
// place is reached, and steps are left; false means that the execution has
// ended. The common operations are here, each one line; all others, and
// accesses that the page caches do not know, go the general way of execute.
//
// Inside, at is PC as an index of code, and left the steps until limit; both
// are written back before anything else may look at them.
func (m *Machine) runRegion(c *chunk, limit uint64) bool {
	code, x, f := c.code, &m.x, &m.f
	at, left := (m.PC-c.base)/2, limit-m.steps
	places := uint64(len(c.data)+1) / 2
	for left > 0 && at < places {
		s := &code[at]
		switch s.op {
		case opLui:
			x[s.rd&63] = uint64(s.imm)
		case opAuipc:
			x[s.rd&63] = c.base + 2*at + uint64(s.imm)
		case opAddi:
			x[s.rd&63] = x[s.rs1&63] + uint64(s.imm)
		case opSlti:
			x[s.rd&63] = boolBit(int64(x[s.rs1&63]) < s.imm)
		case opSltiu:
			x[s.rd&63] = boolBit(x[s.rs1&63] < uint64(s.imm))
		case opXori:
			x[s.rd&63] = x[s.rs1&63] ^ uint64(s.imm)
		case opOri:
			x[s.rd&63] = x[s.rs1&63] | uint64(s.imm)
		case opAndi:
			x[s.rd&63] = x[s.rs1&63] & uint64(s.imm)
		case opSlli:
			x[s.rd&63] = x[s.rs1&63] << (s.imm & 63)
		case opSrli:
			x[s.rd&63] = x[s.rs1&63] >> (s.imm & 63)
		case opSrai:
			x[s.rd&63] = uint64(int64(x[s.rs1&63]) >> (s.imm & 63))
		case opAdd:
			x[s.rd&63] = x[s.rs1&63] + x[s.rs2&63]
		case opSub:
			x[s.rd&63] = x[s.rs1&63] - x[s.rs2&63]
		case opSll:
			x[s.rd&63] = x[s.rs1&63] << (x[s.rs2&63] & 63)
		case opSlt:
			x[s.rd&63] = boolBit(int64(x[s.rs1&63]) < int64(x[s.rs2&63]))
		case opSltu:
			x[s.rd&63] = boolBit(x[s.rs1&63] < x[s.rs2&63])
		case opXor:
			x[s.rd&63] = x[s.rs1&63] ^ x[s.rs2&63]
		case opSrl:
			x[s.rd&63] = x[s.rs1&63] >> (x[s.rs2&63] & 63)
		case opSra:
			x[s.rd&63] = uint64(int64(x[s.rs1&63]) >> (x[s.rs2&63] & 63))
		case opOr:
			x[s.rd&63] = x[s.rs1&63] | x[s.rs2&63]
		case opAnd:
			x[s.rd&63] = x[s.rs1&63] & x[s.rs2&63]
		case opAddiw:
			x[s.rd&63] = uint64(int64(int32(x[s.rs1&63]) + int32(s.imm)))
		case opSlliw:
			x[s.rd&63] = uint64(int64(int32(x[s.rs1&63]) << (s.imm & 31)))
		case opSrliw:
			x[s.rd&63] = uint64(int64(int32(uint32(x[s.rs1&63]) >> (s.imm & 31))))
		case opSraiw:
			x[s.rd&63] = uint64(int64(int32(x[s.rs1&63]) >> (s.imm & 31)))
		case opAddw:
			x[s.rd&63] = uint64(int64(int32(x[s.rs1&63]) + int32(x[s.rs2&63])))
		case opSubw:
			x[s.rd&63] = uint64(int64(int32(x[s.rs1&63]) - int32(x[s.rs2&63])))
		case opSllw:
			x[s.rd&63] = uint64(int64(int32(x[s.rs1&63]) << (x[s.rs2&63] & 31)))
		case opSrlw:
			x[s.rd&63] = uint64(int64(int32(uint32(x[s.rs1&63]) >> (x[s.rs2&63] & 31))))
		case opSraw:
			x[s.rd&63] = uint64(int64(int32(x[s.rs1&63]) >> (x[s.rs2&63] & 31)))
		case opMul:
			x[s.rd&63] = x[s.rs1&63] * x[s.rs2&63]
		case opMulw:
			x[s.rd&63] = uint64(int64(int32(x[s.rs1&63]) * int32(x[s.rs2&63])))
		case opMulhu:
			x[s.rd&63], _ = bits.Mul64(x[s.rs1&63], x[s.rs2&63])
		case opSh1add:
			x[s.rd&63] = x[s.rs1&63]<<1 + x[s.rs2&63]
		case opSh2add:
			x[s.rd&63] = x[s.rs1&63]<<2 + x[s.rs2&63]
		case opSh3add:
			x[s.rd&63] = x[s.rs1&63]<<3 + x[s.rs2&63]
		case opAddUw:
			x[s.rd&63] = uint64(uint32(x[s.rs1&63])) + x[s.rs2&63]
		case opZextH:
			x[s.rd&63] = uint64(uint16(x[s.rs1&63]))
		case opSextH:
			x[s.rd&63] = uint64(int64(int16(x[s.rs1&63])))
		case opSextB:
			x[s.rd&63] = uint64(int64(int8(x[s.rs1&63])))

		case opBeq:
			if x[s.rs1&63] == x[s.rs2&63] {
				goto branch
			}
		case opBne:
			if x[s.rs1&63] != x[s.rs2&63] {
				goto branch
			}
		case opBlt:
			if int64(x[s.rs1&63]) < int64(x[s.rs2&63]) {
				goto branch
			}
		case opBge:
			if int64(x[s.rs1&63]) >= int64(x[s.rs2&63]) {
				goto branch
			}
		case opBltu:
			if x[s.rs1&63] < x[s.rs2&63] {
				goto branch
			}
		case opBgeu:
			if x[s.rs1&63] >= x[s.rs2&63] {
				goto branch
			}
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

		case opLd:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-8) {
				goto general
			}
			x[s.rd&63] = binary.LittleEndian.Uint64(p.bytes[addr&(pageSize-8):])
		case opLw:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-4) {
				goto general
			}
			x[s.rd&63] = uint64(int64(int32(binary.LittleEndian.Uint32(p.bytes[addr&(pageSize-4):]))))
		case opLwu:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-4) {
				goto general
			}
			x[s.rd&63] = uint64(binary.LittleEndian.Uint32(p.bytes[addr&(pageSize-4):]))
		case opLh:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-2) {
				goto general
			}
			x[s.rd&63] = uint64(int64(int16(binary.LittleEndian.Uint16(p.bytes[addr&(pageSize-2):]))))
		case opLhu:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-2) {
				goto general
			}
			x[s.rd&63] = uint64(binary.LittleEndian.Uint16(p.bytes[addr&(pageSize-2):]))
		case opLb:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-1) {
				goto general
			}
			x[s.rd&63] = uint64(int64(int8(p.bytes[addr&(pageSize-1)])))
		case opLbu:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-1) {
				goto general
			}
			x[s.rd&63] = uint64(p.bytes[addr&(pageSize-1)])
		case opFld:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-8) {
				goto general
			}
			f[s.rd&31] = binary.LittleEndian.Uint64(p.bytes[addr&(pageSize-8):])
		case opFlw:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-4) {
				goto general
			}
			f[s.rd&31] = singleBox | uint64(binary.LittleEndian.Uint32(p.bytes[addr&(pageSize-4):]))
		case opSd:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.writePages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-8) {
				goto general
			}
			binary.LittleEndian.PutUint64(p.bytes[addr&(pageSize-8):], x[s.rs2&63])
		case opSw:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.writePages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-4) {
				goto general
			}
			binary.LittleEndian.PutUint32(p.bytes[addr&(pageSize-4):], uint32(x[s.rs2&63]))
		case opSh:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.writePages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-2) {
				goto general
			}
			binary.LittleEndian.PutUint16(p.bytes[addr&(pageSize-2):], uint16(x[s.rs2&63]))
		case opSb:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.writePages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-1) {
				goto general
			}
			p.bytes[addr&(pageSize-1)] = byte(x[s.rs2&63])
		case opFsd:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.writePages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-8) {
				goto general
			}
			binary.LittleEndian.PutUint64(p.bytes[addr&(pageSize-8):], f[s.rs2&31])
		case opFsw:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.writePages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-4) {
				goto general
			}
			binary.LittleEndian.PutUint32(p.bytes[addr&(pageSize-4):], uint32(f[s.rs2&31]))

		case opFaddD, opFsubD, opFmulD, opFdivD, opFsqrtD, opFmaddD, opFmsubD, opFnmsubD, opFnmaddD:
			if !m.hostDouble(s) {
				goto general
			}
		case opFaddS, opFsubS, opFmulS, opFdivS:
			if !m.hostSingle(s) {
				goto general
			}
		case opFeqD, opFltD, opFleD, opFcvtDW, opFcvtDL, opFcvtWD, opFcvtLD, opFcvtDS, opFcvtSD:
			if !m.hostConvert(s) {
				goto general
			}
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

		case opNone:
			m.decodeAt(c, 2*at, s)
			continue
		case opSpecial:
			m.PC, m.steps = c.base+2*at, limit-left
			return true
		default:
			goto general
		}
		at += uint64(s.length) / 2
		left--
		continue

	branch:
		left--
		if at += uint64(s.imm >> 1); at >= places {
			m.PC, m.steps = c.base+2*at, limit-left
			return true
		}
		continue

	general:
		m.PC, m.steps = c.base+2*at, limit-left
		r := &rows[s.op]
		m.cacheFor(s, r)
		if !m.execute(s, r) {
			return false
		}
		left--
		m.steps = limit - left
		if at = (m.PC - c.base) / 2; m.code != c || m.PC < c.base || at >= places {
			return true
		}
	}
	m.PC, m.steps = c.base+2*at, limit-left
	return true
}

// cacheFor remembers the page of an access that the caches did not know.
func (m *Machine) cacheFor(s *inst, r *row) {
	switch r.kind {
	case kindLoad, kindLoadF:
		m.cachePage(&m.readPages, m.x[s.rs1&63]+uint64(s.imm), Read)
	case kindStore, kindStoreF:
		m.cachePage(&m.writePages, m.x[s.rs1&63]+uint64(s.imm), Write)
	}
}
