package rv64

// runPlain is the engine without checks. It spends its time in runBlocks; what is in no block happens here.
func (m *Machine) runPlain(limit uint64) {
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
			if under == nil || !m.step(under, &rows[under.op]) {
				return
			}
			m.steps++
			continue
		}
		c := m.code
		var ok bool
		if b := m.blockAt(c, (m.PC-c.base)/2); b != nil && b.steps <= limit-m.steps {
			ok = m.runBlocks(c, b, limit)
		} else {
			ok = m.runCold(c, s, limit)
		}
		if !ok {
			return
		}
	}
	m.outOfSteps()
}

// runCold executes instructions one by one until a jump, a special place, or the end of the chunk. It returns false if
// the execution has ended.
func (m *Machine) runCold(c *chunk, s *inst, limit uint64) bool {
	for m.steps < limit {
		next := m.PC + uint64(s.length)
		r := &rows[s.op]
		if r.size != 0 {
			m.cacheFor(s, r)
		}
		if !m.step(s, r) {
			return false
		}
		m.steps++
		at := (m.PC - c.base) / 2
		if m.PC != next || m.code != c || at >= c.places() {
			return true
		}
		s = &c.code[at]
		if s.op == opNone {
			m.decodeAt(c, m.PC-c.base, s)
		}
		if s.op == opSpecial {
			return true
		}
	}
	return true
}

// runBlocks executes a block for which there are steps left, and those that follow it in its chunk while there are
// blocks and steps; false means that the execution has ended. It is the plain engine's dispatch switch: it has the
// operations that compilers use most; all others, and accesses to pages that the caches do not have, go to blockGeneral.
//
// Inside, left is the steps until limit after the block, and s the operation; PC and steps are written back before
// anything else may look at them.
func (m *Machine) runBlocks(c *chunk, block *block, limit uint64) bool {
	x, f := &m.x, &m.f
	left := limit - m.steps
	var link *successor
	target := block.start
enter:
	if left < block.steps {
		goto leave
	}
	left -= block.steps
	for s := &block.operations[0]; ; s = s.next() {
		switch s.do {
		// These cases are written from the rows by TestPlainCases -update.
		case doBeq:
			if seq(x[s.rs1], x[s.rs2]) != 0 {
				goto taken
			}
		case doBne:
			if sne(x[s.rs1], x[s.rs2]) != 0 {
				goto taken
			}
		case doBlt:
			if slt(x[s.rs1], x[s.rs2]) != 0 {
				goto taken
			}
		case doBge:
			if sge(x[s.rs1], x[s.rs2]) != 0 {
				goto taken
			}
		case doBltu:
			if sltu(x[s.rs1], x[s.rs2]) != 0 {
				goto taken
			}
		case doBgeu:
			if sgeu(x[s.rs1], x[s.rs2]) != 0 {
				goto taken
			}
		case doLb:
			addr := x[s.rs1] + uint64(int64(s.imm))
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-1) {
				goto general
			}
			b := p.bytes[addr&(pageSize-1):]
			x[s.rd] = uint64(int64(int8((uint8(b[0]) << 0))))
		case doLh:
			addr := x[s.rs1] + uint64(int64(s.imm))
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-2) {
				goto general
			}
			b := p.bytes[addr&(pageSize-2):]
			x[s.rd] = uint64(int64(int16((uint16(b[0])<<0 | uint16(b[1])<<8))))
		case doLw:
			addr := x[s.rs1] + uint64(int64(s.imm))
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-4) {
				goto general
			}
			b := p.bytes[addr&(pageSize-4):]
			x[s.rd] = uint64(int64(int32((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24))))
		case doLd:
			addr := x[s.rs1] + uint64(int64(s.imm))
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-8) {
				goto general
			}
			b := p.bytes[addr&(pageSize-8):]
			x[s.rd] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
		case doLbu:
			addr := x[s.rs1] + uint64(int64(s.imm))
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-1) {
				goto general
			}
			b := p.bytes[addr&(pageSize-1):]
			x[s.rd] = uint64((uint8(b[0]) << 0))
		case doLhu:
			addr := x[s.rs1] + uint64(int64(s.imm))
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-2) {
				goto general
			}
			b := p.bytes[addr&(pageSize-2):]
			x[s.rd] = uint64((uint16(b[0])<<0 | uint16(b[1])<<8))
		case doLwu:
			addr := x[s.rs1] + uint64(int64(s.imm))
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-4) {
				goto general
			}
			b := p.bytes[addr&(pageSize-4):]
			x[s.rd] = uint64((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24))
		case doSb:
			addr := x[s.rs1] + uint64(int64(s.imm))
			p := &m.writePages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-1) {
				goto general
			}
			b := p.bytes[addr&(pageSize-1):]
			b[0] = byte(x[s.rs2] >> 0)
		case doSh:
			addr := x[s.rs1] + uint64(int64(s.imm))
			p := &m.writePages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-2) {
				goto general
			}
			b := p.bytes[addr&(pageSize-2):]
			b[0], b[1] = byte(x[s.rs2]>>0), byte(x[s.rs2]>>8)
		case doSw:
			addr := x[s.rs1] + uint64(int64(s.imm))
			p := &m.writePages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-4) {
				goto general
			}
			b := p.bytes[addr&(pageSize-4):]
			b[0], b[1], b[2], b[3] = byte(x[s.rs2]>>0), byte(x[s.rs2]>>8), byte(x[s.rs2]>>16), byte(x[s.rs2]>>24)
		case doSd:
			addr := x[s.rs1] + uint64(int64(s.imm))
			p := &m.writePages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-8) {
				goto general
			}
			b := p.bytes[addr&(pageSize-8):]
			b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs2]>>0), byte(x[s.rs2]>>8), byte(x[s.rs2]>>16), byte(x[s.rs2]>>24), byte(x[s.rs2]>>32), byte(x[s.rs2]>>40), byte(x[s.rs2]>>48), byte(x[s.rs2]>>56)
		case doAddi:
			x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
		case doSlti:
			x[s.rd] = slt(x[s.rs1], uint64(int64(s.imm)))
		case doSltiu:
			x[s.rd] = sltu(x[s.rs1], uint64(int64(s.imm)))
		case doXori:
			x[s.rd] = xor(x[s.rs1], uint64(int64(s.imm)))
		case doOri:
			x[s.rd] = or(x[s.rs1], uint64(int64(s.imm)))
		case doAndi:
			x[s.rd] = and(x[s.rs1], uint64(int64(s.imm)))
		case doSlli:
			x[s.rd] = sll(x[s.rs1], uint64(int64(s.imm)))
		case doSrli:
			x[s.rd] = srl(x[s.rs1], uint64(int64(s.imm)))
		case doSrai:
			x[s.rd] = sra(x[s.rs1], uint64(int64(s.imm)))
		case doAdd:
			x[s.rd] = add(x[s.rs1], x[s.rs2])
		case doSub:
			x[s.rd] = sub(x[s.rs1], x[s.rs2])
		case doSll:
			x[s.rd] = sll(x[s.rs1], x[s.rs2])
		case doSlt:
			x[s.rd] = slt(x[s.rs1], x[s.rs2])
		case doSltu:
			x[s.rd] = sltu(x[s.rs1], x[s.rs2])
		case doXor:
			x[s.rd] = xor(x[s.rs1], x[s.rs2])
		case doSrl:
			x[s.rd] = srl(x[s.rs1], x[s.rs2])
		case doSra:
			x[s.rd] = sra(x[s.rs1], x[s.rs2])
		case doOr:
			x[s.rd] = or(x[s.rs1], x[s.rs2])
		case doAnd:
			x[s.rd] = and(x[s.rs1], x[s.rs2])
		case doAddiw:
			x[s.rd] = addw(x[s.rs1], uint64(int64(s.imm)))
		case doSlliw:
			x[s.rd] = sllw(x[s.rs1], uint64(int64(s.imm)))
		case doSrliw:
			x[s.rd] = srlw(x[s.rs1], uint64(int64(s.imm)))
		case doSraiw:
			x[s.rd] = sraw(x[s.rs1], uint64(int64(s.imm)))
		case doAddw:
			x[s.rd] = addw(x[s.rs1], x[s.rs2])
		case doSubw:
			x[s.rd] = subw(x[s.rs1], x[s.rs2])
		case doSllw:
			x[s.rd] = sllw(x[s.rs1], x[s.rs2])
		case doSrlw:
			x[s.rd] = srlw(x[s.rs1], x[s.rs2])
		case doSraw:
			x[s.rd] = sraw(x[s.rs1], x[s.rs2])
		case doMul:
			x[s.rd] = mul(x[s.rs1], x[s.rs2])
		case doMulhu:
			x[s.rd] = mulhu(x[s.rs1], x[s.rs2])
		case doMulw:
			x[s.rd] = mulw(x[s.rs1], x[s.rs2])
		case doAddUw:
			x[s.rd] = addUw(x[s.rs1], x[s.rs2])
		case doSh1add:
			x[s.rd] = sh1add(x[s.rs1], x[s.rs2])
		case doSh2add:
			x[s.rd] = sh2add(x[s.rs1], x[s.rs2])
		case doSh3add:
			x[s.rd] = sh3add(x[s.rs1], x[s.rs2])
		case doSextB:
			x[s.rd] = sextB(x[s.rs1], uint64(int64(s.imm)))
		case doSextH:
			x[s.rd] = sextH(x[s.rs1], uint64(int64(s.imm)))
		case doZextH:
			x[s.rd] = zextH(x[s.rs1], uint64(int64(s.imm)))
		case doFlw:
			addr := x[s.rs1] + uint64(int64(s.imm))
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-4) {
				goto general
			}
			b := p.bytes[addr&(pageSize-4):]
			f[s.rd&31] = boxed(uint64((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24)), 4)
		case doFld:
			addr := x[s.rs1] + uint64(int64(s.imm))
			p := &m.readPages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-8) {
				goto general
			}
			b := p.bytes[addr&(pageSize-8):]
			f[s.rd&31] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
		case doFsw:
			addr := x[s.rs1] + uint64(int64(s.imm))
			p := &m.writePages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-4) {
				goto general
			}
			b := p.bytes[addr&(pageSize-4):]
			b[0], b[1], b[2], b[3] = byte(f[s.rs2&31]>>0), byte(f[s.rs2&31]>>8), byte(f[s.rs2&31]>>16), byte(f[s.rs2&31]>>24)
		case doFsd:
			addr := x[s.rs1] + uint64(int64(s.imm))
			p := &m.writePages[addr/pageSize%cachedPages]
			if p.base != addr&^(pageSize-8) {
				goto general
			}
			b := p.bytes[addr&(pageSize-8):]
			b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(f[s.rs2&31]>>0), byte(f[s.rs2&31]>>8), byte(f[s.rs2&31]>>16), byte(f[s.rs2&31]>>24), byte(f[s.rs2&31]>>32), byte(f[s.rs2&31]>>40), byte(f[s.rs2&31]>>48), byte(f[s.rs2&31]>>56)
		case doHostConvert:
			if !m.hostConvert(block.places[s.at].inst) {
				goto general
			}
		case doHostDouble:
			if !m.hostDouble(block.places[s.at].inst) {
				goto general
			}
		case doHostSingle:
			if !m.hostSingle(block.places[s.at].inst) {
				goto general
			}
		case doAddAdd:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				x[s.rd2] = add(x[s.rs3], x[s.rs4])
			}
		case doAddAddi:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
		case doAddBeq:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				if seq(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAddBge:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				if sge(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAddBgeu:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				if sgeu(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAddBlt:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				if slt(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAddBltu:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				if sltu(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAddBne:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				if sne(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAddFld:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto second
				}
				b := p.bytes[addr&(pageSize-8):]
				f[s.rd2&31] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
		case doAddLbu:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto second
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd2] = uint64((uint8(b[0]) << 0))
			}
		case doAddLd:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto second
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd2] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
		case doAddLw:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-4) {
					goto second
				}
				b := p.bytes[addr&(pageSize-4):]
				x[s.rd2] = uint64(int64(int32((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24))))
			}
		case doAddSb:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto second
				}
				b := p.bytes[addr&(pageSize-1):]
				b[0] = byte(x[s.rs4] >> 0)
			}
		case doAddSd:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto second
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs4]>>0), byte(x[s.rs4]>>8), byte(x[s.rs4]>>16), byte(x[s.rs4]>>24), byte(x[s.rs4]>>32), byte(x[s.rs4]>>40), byte(x[s.rs4]>>48), byte(x[s.rs4]>>56)
			}
		case doAddSw:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-4) {
					goto second
				}
				b := p.bytes[addr&(pageSize-4):]
				b[0], b[1], b[2], b[3] = byte(x[s.rs4]>>0), byte(x[s.rs4]>>8), byte(x[s.rs4]>>16), byte(x[s.rs4]>>24)
			}
		case doAddMove:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				x[s.rd2] = x[s.rs3]
			}
		case doAddiAdd:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = add(x[s.rs3], x[s.rs4])
			}
		case doAddiAddi:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
		case doAddiAddiw:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = addw(x[s.rs3], uint64(int64(s.more)))
			}
		case doAddiBeq:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				if seq(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAddiBge:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				if sge(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAddiBgeu:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				if sgeu(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAddiBlt:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				if slt(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAddiBltu:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				if sltu(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAddiBne:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				if sne(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAddiConst:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = uint64(int64(s.more))
			}
		case doAddiJalr:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				target = (x[s.rs3] + uint64(int64(s.more))) &^ 1
				x[s.rd2] = block.end
				goto jump
			}
		case doAddiLbu:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto second
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd2] = uint64((uint8(b[0]) << 0))
			}
		case doAddiLd:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto second
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd2] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
		case doAddiLw:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-4) {
					goto second
				}
				b := p.bytes[addr&(pageSize-4):]
				x[s.rd2] = uint64(int64(int32((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24))))
			}
		case doAddiMove:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = x[s.rs3]
			}
		case doAddiMulw:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = mulw(x[s.rs3], x[s.rs4])
			}
		case doAddiSb:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto second
				}
				b := p.bytes[addr&(pageSize-1):]
				b[0] = byte(x[s.rs4] >> 0)
			}
		case doAddiSd:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto second
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs4]>>0), byte(x[s.rs4]>>8), byte(x[s.rs4]>>16), byte(x[s.rs4]>>24), byte(x[s.rs4]>>32), byte(x[s.rs4]>>40), byte(x[s.rs4]>>48), byte(x[s.rs4]>>56)
			}
		case doAddiSub:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = sub(x[s.rs3], x[s.rs4])
			}
		case doAddiSw:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-4) {
					goto second
				}
				b := p.bytes[addr&(pageSize-4):]
				b[0], b[1], b[2], b[3] = byte(x[s.rs4]>>0), byte(x[s.rs4]>>8), byte(x[s.rs4]>>16), byte(x[s.rs4]>>24)
			}
		case doAddiXor:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = xor(x[s.rs3], x[s.rs4])
			}
		case doAddiwAddi:
			{
				x[s.rd] = addw(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
		case doAddiwAddiw:
			{
				x[s.rd] = addw(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = addw(x[s.rs3], uint64(int64(s.more)))
			}
		case doAddiwBeq:
			{
				x[s.rd] = addw(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				if seq(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAddiwBge:
			{
				x[s.rd] = addw(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				if sge(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAddiwBlt:
			{
				x[s.rd] = addw(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				if slt(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAddiwBne:
			{
				x[s.rd] = addw(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				if sne(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAddiwXor:
			{
				x[s.rd] = addw(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = xor(x[s.rs3], x[s.rs4])
			}
		case doAddwBeq:
			{
				x[s.rd] = addw(x[s.rs1], x[s.rs2])
			}
			{
				if seq(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAddwBne:
			{
				x[s.rd] = addw(x[s.rs1], x[s.rs2])
			}
			{
				if sne(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAndBeq:
			{
				x[s.rd] = and(x[s.rs1], x[s.rs2])
			}
			{
				if seq(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAndiAdd:
			{
				x[s.rd] = and(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = add(x[s.rs3], x[s.rs4])
			}
		case doAndiAddi:
			{
				x[s.rd] = and(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
		case doAndiBeq:
			{
				x[s.rd] = and(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				if seq(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAndiBne:
			{
				x[s.rd] = and(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				if sne(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doAndiSlli:
			{
				x[s.rd] = and(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = sll(x[s.rs3], uint64(int64(s.more)))
			}
		case doAndiSrli:
			{
				x[s.rd] = and(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = srl(x[s.rs3], uint64(int64(s.more)))
			}
		case doConstAddi:
			{
				x[s.rd] = uint64(int64(s.imm))
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
		case doConstBeq:
			{
				x[s.rd] = uint64(int64(s.imm))
			}
			{
				if seq(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doConstBge:
			{
				x[s.rd] = uint64(int64(s.imm))
			}
			{
				if sge(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doConstBgeu:
			{
				x[s.rd] = uint64(int64(s.imm))
			}
			{
				if sgeu(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doConstBltu:
			{
				x[s.rd] = uint64(int64(s.imm))
			}
			{
				if sltu(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doConstBne:
			{
				x[s.rd] = uint64(int64(s.imm))
			}
			{
				if sne(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doConstConst:
			{
				x[s.rd] = uint64(int64(s.imm))
			}
			{
				x[s.rd2] = uint64(int64(s.more))
			}
		case doConstMove:
			{
				x[s.rd] = uint64(int64(s.imm))
			}
			{
				x[s.rd2] = x[s.rs3]
			}
		case doConstSb:
			{
				x[s.rd] = uint64(int64(s.imm))
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto second
				}
				b := p.bytes[addr&(pageSize-1):]
				b[0] = byte(x[s.rs4] >> 0)
			}
		case doConstSd:
			{
				x[s.rd] = uint64(int64(s.imm))
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto second
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs4]>>0), byte(x[s.rs4]>>8), byte(x[s.rs4]>>16), byte(x[s.rs4]>>24), byte(x[s.rs4]>>32), byte(x[s.rs4]>>40), byte(x[s.rs4]>>48), byte(x[s.rs4]>>56)
			}
		case doFldAddi:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				f[s.rd&31] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
		case doFldFld:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				f[s.rd&31] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto second
				}
				b := p.bytes[addr&(pageSize-8):]
				f[s.rd2&31] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
		case doFsdAddi:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(f[s.rs2&31]>>0), byte(f[s.rs2&31]>>8), byte(f[s.rs2&31]>>16), byte(f[s.rs2&31]>>24), byte(f[s.rs2&31]>>32), byte(f[s.rs2&31]>>40), byte(f[s.rs2&31]>>48), byte(f[s.rs2&31]>>56)
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
		case doFsdBeq:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(f[s.rs2&31]>>0), byte(f[s.rs2&31]>>8), byte(f[s.rs2&31]>>16), byte(f[s.rs2&31]>>24), byte(f[s.rs2&31]>>32), byte(f[s.rs2&31]>>40), byte(f[s.rs2&31]>>48), byte(f[s.rs2&31]>>56)
			}
			{
				if seq(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doFsdBne:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(f[s.rs2&31]>>0), byte(f[s.rs2&31]>>8), byte(f[s.rs2&31]>>16), byte(f[s.rs2&31]>>24), byte(f[s.rs2&31]>>32), byte(f[s.rs2&31]>>40), byte(f[s.rs2&31]>>48), byte(f[s.rs2&31]>>56)
			}
			{
				if sne(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doFsdFld:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(f[s.rs2&31]>>0), byte(f[s.rs2&31]>>8), byte(f[s.rs2&31]>>16), byte(f[s.rs2&31]>>24), byte(f[s.rs2&31]>>32), byte(f[s.rs2&31]>>40), byte(f[s.rs2&31]>>48), byte(f[s.rs2&31]>>56)
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto second
				}
				b := p.bytes[addr&(pageSize-8):]
				f[s.rd2&31] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
		case doFsdFsd:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(f[s.rs2&31]>>0), byte(f[s.rs2&31]>>8), byte(f[s.rs2&31]>>16), byte(f[s.rs2&31]>>24), byte(f[s.rs2&31]>>32), byte(f[s.rs2&31]>>40), byte(f[s.rs2&31]>>48), byte(f[s.rs2&31]>>56)
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto second
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(f[s.rs4&31]>>0), byte(f[s.rs4&31]>>8), byte(f[s.rs4&31]>>16), byte(f[s.rs4&31]>>24), byte(f[s.rs4&31]>>32), byte(f[s.rs4&31]>>40), byte(f[s.rs4&31]>>48), byte(f[s.rs4&31]>>56)
			}
		case doLbuAdd:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto general
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd] = uint64((uint8(b[0]) << 0))
			}
			{
				x[s.rd2] = add(x[s.rs3], x[s.rs4])
			}
		case doLbuAddi:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto general
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd] = uint64((uint8(b[0]) << 0))
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
		case doLbuAndi:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto general
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd] = uint64((uint8(b[0]) << 0))
			}
			{
				x[s.rd2] = and(x[s.rs3], uint64(int64(s.more)))
			}
		case doLbuBeq:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto general
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd] = uint64((uint8(b[0]) << 0))
			}
			{
				if seq(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doLbuBne:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto general
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd] = uint64((uint8(b[0]) << 0))
			}
			{
				if sne(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doLbuConst:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto general
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd] = uint64((uint8(b[0]) << 0))
			}
			{
				x[s.rd2] = uint64(int64(s.more))
			}
		case doLbuLbu:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto general
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd] = uint64((uint8(b[0]) << 0))
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto second
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd2] = uint64((uint8(b[0]) << 0))
			}
		case doLbuSlli:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto general
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd] = uint64((uint8(b[0]) << 0))
			}
			{
				x[s.rd2] = sll(x[s.rs3], uint64(int64(s.more)))
			}
		case doLdAdd:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
			{
				x[s.rd2] = add(x[s.rs3], x[s.rs4])
			}
		case doLdAddi:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
		case doLdBeq:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
			{
				if seq(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doLdBne:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
			{
				if sne(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doLdJalr:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
			{
				target = (x[s.rs3] + uint64(int64(s.more))) &^ 1
				x[s.rd2] = block.end
				goto jump
			}
		case doLdLbu:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto second
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd2] = uint64((uint8(b[0]) << 0))
			}
		case doLdLd:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto second
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd2] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
		case doLdLw:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-4) {
					goto second
				}
				b := p.bytes[addr&(pageSize-4):]
				x[s.rd2] = uint64(int64(int32((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24))))
			}
		case doLdMove:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
			{
				x[s.rd2] = x[s.rs3]
			}
		case doLdSd:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto second
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs4]>>0), byte(x[s.rs4]>>8), byte(x[s.rs4]>>16), byte(x[s.rs4]>>24), byte(x[s.rs4]>>32), byte(x[s.rs4]>>40), byte(x[s.rs4]>>48), byte(x[s.rs4]>>56)
			}
		case doLwAdd:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-4) {
					goto general
				}
				b := p.bytes[addr&(pageSize-4):]
				x[s.rd] = uint64(int64(int32((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24))))
			}
			{
				x[s.rd2] = add(x[s.rs3], x[s.rs4])
			}
		case doLwAddi:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-4) {
					goto general
				}
				b := p.bytes[addr&(pageSize-4):]
				x[s.rd] = uint64(int64(int32((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24))))
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
		case doLwAddiw:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-4) {
					goto general
				}
				b := p.bytes[addr&(pageSize-4):]
				x[s.rd] = uint64(int64(int32((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24))))
			}
			{
				x[s.rd2] = addw(x[s.rs3], uint64(int64(s.more)))
			}
		case doLwBeq:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-4) {
					goto general
				}
				b := p.bytes[addr&(pageSize-4):]
				x[s.rd] = uint64(int64(int32((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24))))
			}
			{
				if seq(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doLwBne:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-4) {
					goto general
				}
				b := p.bytes[addr&(pageSize-4):]
				x[s.rd] = uint64(int64(int32((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24))))
			}
			{
				if sne(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doLwLw:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-4) {
					goto general
				}
				b := p.bytes[addr&(pageSize-4):]
				x[s.rd] = uint64(int64(int32((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24))))
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-4) {
					goto second
				}
				b := p.bytes[addr&(pageSize-4):]
				x[s.rd2] = uint64(int64(int32((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24))))
			}
		case doLwSlli:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-4) {
					goto general
				}
				b := p.bytes[addr&(pageSize-4):]
				x[s.rd] = uint64(int64(int32((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24))))
			}
			{
				x[s.rd2] = sll(x[s.rs3], uint64(int64(s.more)))
			}
		case doMoveAdd:
			{
				x[s.rd] = x[s.rs1]
			}
			{
				x[s.rd2] = add(x[s.rs3], x[s.rs4])
			}
		case doMoveAddi:
			{
				x[s.rd] = x[s.rs1]
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
		case doMoveBeq:
			{
				x[s.rd] = x[s.rs1]
			}
			{
				if seq(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doMoveBne:
			{
				x[s.rd] = x[s.rs1]
			}
			{
				if sne(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doMoveConst:
			{
				x[s.rd] = x[s.rs1]
			}
			{
				x[s.rd2] = uint64(int64(s.more))
			}
		case doMoveLd:
			{
				x[s.rd] = x[s.rs1]
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto second
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd2] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
		case doMoveMove:
			{
				x[s.rd] = x[s.rs1]
			}
			{
				x[s.rd2] = x[s.rs3]
			}
		case doMulBeq:
			{
				x[s.rd] = mul(x[s.rs1], x[s.rs2])
			}
			{
				if seq(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doMulBne:
			{
				x[s.rd] = mul(x[s.rs1], x[s.rs2])
			}
			{
				if sne(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doMulwAddw:
			{
				x[s.rd] = mulw(x[s.rs1], x[s.rs2])
			}
			{
				x[s.rd2] = addw(x[s.rs3], x[s.rs4])
			}
		case doSbAdd:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto general
				}
				b := p.bytes[addr&(pageSize-1):]
				b[0] = byte(x[s.rs2] >> 0)
			}
			{
				x[s.rd2] = add(x[s.rs3], x[s.rs4])
			}
		case doSbAddi:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto general
				}
				b := p.bytes[addr&(pageSize-1):]
				b[0] = byte(x[s.rs2] >> 0)
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
		case doSbBeq:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto general
				}
				b := p.bytes[addr&(pageSize-1):]
				b[0] = byte(x[s.rs2] >> 0)
			}
			{
				if seq(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doSbBne:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto general
				}
				b := p.bytes[addr&(pageSize-1):]
				b[0] = byte(x[s.rs2] >> 0)
			}
			{
				if sne(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doSdAddi:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs2]>>0), byte(x[s.rs2]>>8), byte(x[s.rs2]>>16), byte(x[s.rs2]>>24), byte(x[s.rs2]>>32), byte(x[s.rs2]>>40), byte(x[s.rs2]>>48), byte(x[s.rs2]>>56)
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
		case doSdAndi:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs2]>>0), byte(x[s.rs2]>>8), byte(x[s.rs2]>>16), byte(x[s.rs2]>>24), byte(x[s.rs2]>>32), byte(x[s.rs2]>>40), byte(x[s.rs2]>>48), byte(x[s.rs2]>>56)
			}
			{
				x[s.rd2] = and(x[s.rs3], uint64(int64(s.more)))
			}
		case doSdBltu:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs2]>>0), byte(x[s.rs2]>>8), byte(x[s.rs2]>>16), byte(x[s.rs2]>>24), byte(x[s.rs2]>>32), byte(x[s.rs2]>>40), byte(x[s.rs2]>>48), byte(x[s.rs2]>>56)
			}
			{
				if sltu(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doSdBne:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs2]>>0), byte(x[s.rs2]>>8), byte(x[s.rs2]>>16), byte(x[s.rs2]>>24), byte(x[s.rs2]>>32), byte(x[s.rs2]>>40), byte(x[s.rs2]>>48), byte(x[s.rs2]>>56)
			}
			{
				if sne(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doSdConst:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs2]>>0), byte(x[s.rs2]>>8), byte(x[s.rs2]>>16), byte(x[s.rs2]>>24), byte(x[s.rs2]>>32), byte(x[s.rs2]>>40), byte(x[s.rs2]>>48), byte(x[s.rs2]>>56)
			}
			{
				x[s.rd2] = uint64(int64(s.more))
			}
		case doSdLd:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs2]>>0), byte(x[s.rs2]>>8), byte(x[s.rs2]>>16), byte(x[s.rs2]>>24), byte(x[s.rs2]>>32), byte(x[s.rs2]>>40), byte(x[s.rs2]>>48), byte(x[s.rs2]>>56)
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto second
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd2] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
		case doSdMove:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs2]>>0), byte(x[s.rs2]>>8), byte(x[s.rs2]>>16), byte(x[s.rs2]>>24), byte(x[s.rs2]>>32), byte(x[s.rs2]>>40), byte(x[s.rs2]>>48), byte(x[s.rs2]>>56)
			}
			{
				x[s.rd2] = x[s.rs3]
			}
		case doSdSd:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs2]>>0), byte(x[s.rs2]>>8), byte(x[s.rs2]>>16), byte(x[s.rs2]>>24), byte(x[s.rs2]>>32), byte(x[s.rs2]>>40), byte(x[s.rs2]>>48), byte(x[s.rs2]>>56)
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto second
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs4]>>0), byte(x[s.rs4]>>8), byte(x[s.rs4]>>16), byte(x[s.rs4]>>24), byte(x[s.rs4]>>32), byte(x[s.rs4]>>40), byte(x[s.rs4]>>48), byte(x[s.rs4]>>56)
			}
		case doSextWConst:
			{
				x[s.rd] = uint64(int64(int32(x[s.rs1])))
			}
			{
				x[s.rd2] = uint64(int64(s.more))
			}
		case doSlliAdd:
			{
				x[s.rd] = sll(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = add(x[s.rs3], x[s.rs4])
			}
		case doSlliSrli:
			{
				x[s.rd] = sll(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = srl(x[s.rs3], uint64(int64(s.more)))
			}
		case doSlliSub:
			{
				x[s.rd] = sll(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = sub(x[s.rs3], x[s.rs4])
			}
		case doSrliAndi:
			{
				x[s.rd] = srl(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = and(x[s.rs3], uint64(int64(s.more)))
			}
		case doSrliwAndi:
			{
				x[s.rd] = srlw(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = and(x[s.rs3], uint64(int64(s.more)))
			}
		case doSrliwBne:
			{
				x[s.rd] = srlw(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				if sne(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doSubMove:
			{
				x[s.rd] = sub(x[s.rs1], x[s.rs2])
			}
			{
				x[s.rd2] = x[s.rs3]
			}
		case doSubSlli:
			{
				x[s.rd] = sub(x[s.rs1], x[s.rs2])
			}
			{
				x[s.rd2] = sll(x[s.rs3], uint64(int64(s.more)))
			}
		case doSwAddi:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-4) {
					goto general
				}
				b := p.bytes[addr&(pageSize-4):]
				b[0], b[1], b[2], b[3] = byte(x[s.rs2]>>0), byte(x[s.rs2]>>8), byte(x[s.rs2]>>16), byte(x[s.rs2]>>24)
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
		case doSwSw:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-4) {
					goto general
				}
				b := p.bytes[addr&(pageSize-4):]
				b[0], b[1], b[2], b[3] = byte(x[s.rs2]>>0), byte(x[s.rs2]>>8), byte(x[s.rs2]>>16), byte(x[s.rs2]>>24)
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-4) {
					goto second
				}
				b := p.bytes[addr&(pageSize-4):]
				b[0], b[1], b[2], b[3] = byte(x[s.rs4]>>0), byte(x[s.rs4]>>8), byte(x[s.rs4]>>16), byte(x[s.rs4]>>24)
			}
		case doXorAndi:
			{
				x[s.rd] = xor(x[s.rs1], x[s.rs2])
			}
			{
				x[s.rd2] = and(x[s.rs3], uint64(int64(s.more)))
			}
		case doXorBeq:
			{
				x[s.rd] = xor(x[s.rs1], x[s.rs2])
			}
			{
				if seq(x[s.rs3], x[s.rs4]) != 0 {
					goto taken
				}
			}
		case doXorLbu:
			{
				x[s.rd] = xor(x[s.rs1], x[s.rs2])
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto second
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd2] = uint64((uint8(b[0]) << 0))
			}
		case doAddLbuBne:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto second
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd2] = uint64((uint8(b[0]) << 0))
			}
			{
				if sne(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doAddSbBeq:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto second
				}
				b := p.bytes[addr&(pageSize-1):]
				b[0] = byte(x[s.rs4] >> 0)
			}
			{
				if seq(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doAddSbBne:
			{
				x[s.rd] = add(x[s.rs1], x[s.rs2])
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto second
				}
				b := p.bytes[addr&(pageSize-1):]
				b[0] = byte(x[s.rs4] >> 0)
			}
			{
				if sne(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doAddiAddBne:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = add(x[s.rs3], x[s.rs4])
			}
			{
				if sne(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doAddiAddiBeq:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
			{
				if seq(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doAddiAddiJalr:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
			{
				target = (x[s.rs5] + uint64(int64(s.third))) &^ 1
				x[s.rd3] = block.end
				goto jump
			}
		case doAddiConstBeq:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = uint64(int64(s.more))
			}
			{
				if seq(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doAddiLbuBeq:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto second
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd2] = uint64((uint8(b[0]) << 0))
			}
			{
				if seq(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doAddiSdAddi:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto second
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs4]>>0), byte(x[s.rs4]>>8), byte(x[s.rs4]>>16), byte(x[s.rs4]>>24), byte(x[s.rs4]>>32), byte(x[s.rs4]>>40), byte(x[s.rs4]>>48), byte(x[s.rs4]>>56)
			}
			{
				x[s.rd3] = add(x[s.rs5], uint64(int64(s.third)))
			}
		case doAddiSdBgeu:
			{
				x[s.rd] = add(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto second
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs4]>>0), byte(x[s.rs4]>>8), byte(x[s.rs4]>>16), byte(x[s.rs4]>>24), byte(x[s.rs4]>>32), byte(x[s.rs4]>>40), byte(x[s.rs4]>>48), byte(x[s.rs4]>>56)
			}
			{
				if sgeu(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doAddiwXorBeq:
			{
				x[s.rd] = addw(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = xor(x[s.rs3], x[s.rs4])
			}
			{
				if seq(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doConstAddiAdd:
			{
				x[s.rd] = uint64(int64(s.imm))
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
			{
				x[s.rd3] = add(x[s.rs5], x[s.rs6])
			}
		case doConstAddiBge:
			{
				x[s.rd] = uint64(int64(s.imm))
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
			{
				if sge(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doConstMoveConst:
			{
				x[s.rd] = uint64(int64(s.imm))
			}
			{
				x[s.rd2] = x[s.rs3]
			}
			{
				x[s.rd3] = uint64(int64(s.third))
			}
		case doLdAddJalr:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
			{
				x[s.rd2] = add(x[s.rs3], x[s.rs4])
			}
			{
				target = (x[s.rs5] + uint64(int64(s.third))) &^ 1
				x[s.rd3] = block.end
				goto jump
			}
		case doLdAddiJalr:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
			{
				target = (x[s.rs5] + uint64(int64(s.third))) &^ 1
				x[s.rd3] = block.end
				goto jump
			}
		case doLdMoveBltu:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
			{
				x[s.rd2] = x[s.rs3]
			}
			{
				if sltu(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doLbuAddiBeq:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto general
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd] = uint64((uint8(b[0]) << 0))
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
			{
				if seq(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doLbuAndiBeq:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto general
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd] = uint64((uint8(b[0]) << 0))
			}
			{
				x[s.rd2] = and(x[s.rs3], uint64(int64(s.more)))
			}
			{
				if seq(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doLbuAndiBne:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto general
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd] = uint64((uint8(b[0]) << 0))
			}
			{
				x[s.rd2] = and(x[s.rs3], uint64(int64(s.more)))
			}
			{
				if sne(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doLbuConstBne:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto general
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd] = uint64((uint8(b[0]) << 0))
			}
			{
				x[s.rd2] = uint64(int64(s.more))
			}
			{
				if sne(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doLbuSlliSub:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-1) {
					goto general
				}
				b := p.bytes[addr&(pageSize-1):]
				x[s.rd] = uint64((uint8(b[0]) << 0))
			}
			{
				x[s.rd2] = sll(x[s.rs3], uint64(int64(s.more)))
			}
			{
				x[s.rd3] = sub(x[s.rs5], x[s.rs6])
			}
		case doLwAddJalr:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-4) {
					goto general
				}
				b := p.bytes[addr&(pageSize-4):]
				x[s.rd] = uint64(int64(int32((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24))))
			}
			{
				x[s.rd2] = add(x[s.rs3], x[s.rs4])
			}
			{
				target = (x[s.rs5] + uint64(int64(s.third))) &^ 1
				x[s.rd3] = block.end
				goto jump
			}
		case doMoveAddBlt:
			{
				x[s.rd] = x[s.rs1]
			}
			{
				x[s.rd2] = add(x[s.rs3], x[s.rs4])
			}
			{
				if slt(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doMoveAddiBeq:
			{
				x[s.rd] = x[s.rs1]
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
			{
				if seq(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doMoveAddiBne:
			{
				x[s.rd] = x[s.rs1]
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
			{
				if sne(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doMoveLdBge:
			{
				x[s.rd] = x[s.rs1]
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.readPages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto second
				}
				b := p.bytes[addr&(pageSize-8):]
				x[s.rd2] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			}
			{
				if sge(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doMoveMoveMove:
			{
				x[s.rd] = x[s.rs1]
			}
			{
				x[s.rd2] = x[s.rs3]
			}
			{
				x[s.rd3] = x[s.rs5]
			}
		case doMulwAddwBeq:
			{
				x[s.rd] = mulw(x[s.rs1], x[s.rs2])
			}
			{
				x[s.rd2] = addw(x[s.rs3], x[s.rs4])
			}
			{
				if seq(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doMulwAddwBne:
			{
				x[s.rd] = mulw(x[s.rs1], x[s.rs2])
			}
			{
				x[s.rd2] = addw(x[s.rs3], x[s.rs4])
			}
			{
				if sne(x[s.rs5], x[s.rs6]) != 0 {
					goto taken
				}
			}
		case doSdAddiSub:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs2]>>0), byte(x[s.rs2]>>8), byte(x[s.rs2]>>16), byte(x[s.rs2]>>24), byte(x[s.rs2]>>32), byte(x[s.rs2]>>40), byte(x[s.rs2]>>48), byte(x[s.rs2]>>56)
			}
			{
				x[s.rd2] = add(x[s.rs3], uint64(int64(s.more)))
			}
			{
				x[s.rd3] = sub(x[s.rs5], x[s.rs6])
			}
		case doSdMoveMove:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs2]>>0), byte(x[s.rs2]>>8), byte(x[s.rs2]>>16), byte(x[s.rs2]>>24), byte(x[s.rs2]>>32), byte(x[s.rs2]>>40), byte(x[s.rs2]>>48), byte(x[s.rs2]>>56)
			}
			{
				x[s.rd2] = x[s.rs3]
			}
			{
				x[s.rd3] = x[s.rs5]
			}
		case doSdSdMove:
			{
				addr := x[s.rs1] + uint64(int64(s.imm))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto general
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs2]>>0), byte(x[s.rs2]>>8), byte(x[s.rs2]>>16), byte(x[s.rs2]>>24), byte(x[s.rs2]>>32), byte(x[s.rs2]>>40), byte(x[s.rs2]>>48), byte(x[s.rs2]>>56)
			}
			{
				addr := x[s.rs3] + uint64(int64(s.more))
				p := &m.writePages[addr/pageSize%cachedPages]
				if p.base != addr&^(pageSize-8) {
					goto second
				}
				b := p.bytes[addr&(pageSize-8):]
				b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs4]>>0), byte(x[s.rs4]>>8), byte(x[s.rs4]>>16), byte(x[s.rs4]>>24), byte(x[s.rs4]>>32), byte(x[s.rs4]>>40), byte(x[s.rs4]>>48), byte(x[s.rs4]>>56)
			}
			{
				x[s.rd3] = x[s.rs5]
			}
		case doSlliSrliSrliw:
			{
				x[s.rd] = sll(x[s.rs1], uint64(int64(s.imm)))
			}
			{
				x[s.rd2] = srl(x[s.rs3], uint64(int64(s.more)))
			}
			{
				x[s.rd3] = srlw(x[s.rs5], uint64(int64(s.third)))
			}
		case doXorAndiSrli:
			{
				x[s.rd] = xor(x[s.rs1], x[s.rs2])
			}
			{
				x[s.rd2] = and(x[s.rs3], uint64(int64(s.more)))
			}
			{
				x[s.rd3] = srl(x[s.rs5], uint64(int64(s.third)))
			}
		// The cases above are written from the rows.

		case doConst:
			x[s.rd] = uint64(int64(s.imm))
		case doWide:
			x[s.rd] = uint64(uint32(s.imm)) | uint64(s.more)<<32
		case doMove:
			x[s.rd] = x[s.rs1]
		case doSextW:
			x[s.rd] = uint64(int64(int32(x[s.rs1])))
		case doJalr:
			target = (x[s.rs1] + uint64(int64(s.imm))) &^ 1
			x[s.rd] = block.end
			goto jump
		case doVector:
			if !m.quickVector(uint32(s.imm), block.places[s.at].row) {
				goto general
			}
		case doFsgnjD:
			f[s.rd&31] = f[s.rs1&31]&^signDouble | f[s.rs2&31]&signDouble
		case doFsgnjnD:
			f[s.rd&31] = f[s.rs1&31]&^signDouble | ^f[s.rs2&31]&signDouble
		case doFsgnjxD:
			f[s.rd&31] = f[s.rs1&31] ^ f[s.rs2&31]&signDouble
		case doFmvDX:
			f[s.rd&31] = x[s.rs1]
		case doFmvXD:
			x[s.rd] = f[s.rs1&31]

		case doEnd:
			target, link = block.end, &block.next
			goto follow

		case doGeneral:
			goto general
		}
		continue

	taken:
		left += uint64(block.places[s.at].rest)
		target, link = block.places[s.at].target, &block.places[s.at].link
		goto follow

	jump:
		if at := (target - c.base) / 2; at < uint64(len(c.starts)) {
			if n := c.starts[at]; n > hot {
				block = c.blocks[n-hot-1]
				goto enter
			}
		}
		goto leave

	second:
		if done, ok := m.blockSecond(c, block, s.at, limit-left); done {
			return ok
		}
		continue

	general:
		if done, ok := m.blockGeneral(c, block, s.at, limit-left); done {
			return ok
		}
	}

follow:
	if block = *link; block != nil {
		goto enter
	}
	if block = m.follow(c, link, target); block != nil {
		goto enter
	}
leave:
	m.PC, m.steps = target, limit-left
	return true
}

// blockGeneral executes an operation of a block in the general way, where steps are the instructions executed at the
// block's end. It reports whether the block is left, and if so whether the execution goes on.
func (m *Machine) blockGeneral(c *chunk, b *block, i uint8, steps uint64) (done, ok bool) {
	p := &b.places[i]
	m.PC, m.steps = p.pc, steps-b.steps+uint64(p.before)
	return m.inGeneral(c, p.count)
}

// blockSecond is blockGeneral from the second instruction on.
func (m *Machine) blockSecond(c *chunk, b *block, i uint8, steps uint64) (done, ok bool) {
	p := &b.places[i]
	m.PC, m.steps = p.second, steps-b.steps+uint64(p.beforeNext)
	return m.inGeneral(c, p.before+p.count-p.beforeNext)
}

// inGeneral executes so many instructions, which do not leave the chunk, in the general way.
func (m *Machine) inGeneral(c *chunk, count uint32) (done, ok bool) {
	for range count {
		s := &c.code[(m.PC-c.base)/2]
		r := &rows[s.op]
		if r.size != 0 {
			m.cacheFor(s, r)
		}
		if !m.step(s, r) {
			return true, false
		}
		m.steps++
	}
	// A branch may be among several, so that execution goes on elsewhere.
	return count > 1 || m.code != c, true
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
