package rv64

// runCheckedRegion is the quick way of the checking engine: it checks and executes instructions from PC while PC stays
// in the chunk, no special place is reached, and steps are left; false means that the execution has ended. It is a
// dispatch switch, of instructions whose operands are defined and that access only memory in the page caches; all others
// go to checkedStep.
//
// Inside, at is PC as an index of code, pc the address of the instruction, and left the steps until limit; PC and steps
// are written back before anything else may look at them.
func (m *Machine) runCheckedRegion(c *chunk, limit uint64) bool {
	code, x, xm, f, fm := c.code, &m.x, &m.xm, &m.f, &m.fm
	at, left := (m.PC-c.base)/2, limit-m.steps
	places, pc := c.places(), m.PC
	stackBase, stackSize := m.stackRange()
	for left > 0 && at < places {
		s := &code[at]
		pc = c.base + 2*at
		switch s.op {
		// These cases are written from the rows by TestPlainCases -update.
		case opLui:
			if s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = uint64(s.imm), allBits
			goto wrote
		case opAuipc:
			if s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = pc+uint64(s.imm), allBits
			goto wrote
		case opBeq:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits {
				goto general
			}
			if seq(x[s.rs1&63], x[s.rs2&63]) != 0 {
				goto branch
			}
		case opBne:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits {
				goto general
			}
			if sne(x[s.rs1&63], x[s.rs2&63]) != 0 {
				goto branch
			}
		case opBlt:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits {
				goto general
			}
			if slt(x[s.rs1&63], x[s.rs2&63]) != 0 {
				goto branch
			}
		case opBge:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits {
				goto general
			}
			if sge(x[s.rs1&63], x[s.rs2&63]) != 0 {
				goto branch
			}
		case opBltu:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits {
				goto general
			}
			if sltu(x[s.rs1&63], x[s.rs2&63]) != 0 {
				goto branch
			}
		case opBgeu:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits {
				goto general
			}
			if sgeu(x[s.rs1&63], x[s.rs2&63]) != 0 {
				goto branch
			}
		case opLb:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if xm[s.rs1&63] != allBits || s.rd == stackPointer || p.base != addr&^(pageSize-1) || addr < x[stackPointer] && addr-stackBase < stackSize {
				goto general
			}
			b := m.readMasks[addr/pageSize%cachedPages][addr&(pageSize-1):]
			xm[s.rd&63] = uint64(int64(int8((uint8(b[0]) << 0))))
			xm[sink] = allBits
			b = p.bytes[addr&(pageSize-1):]
			x[s.rd&63] = uint64(int64(int8((uint8(b[0]) << 0))))
			goto wrote
		case opLh:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if xm[s.rs1&63] != allBits || s.rd == stackPointer || p.base != addr&^(pageSize-2) || addr < x[stackPointer] && addr-stackBase < stackSize {
				goto general
			}
			b := m.readMasks[addr/pageSize%cachedPages][addr&(pageSize-2):]
			xm[s.rd&63] = uint64(int64(int16((uint16(b[0])<<0 | uint16(b[1])<<8))))
			xm[sink] = allBits
			b = p.bytes[addr&(pageSize-2):]
			x[s.rd&63] = uint64(int64(int16((uint16(b[0])<<0 | uint16(b[1])<<8))))
			goto wrote
		case opLw:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if xm[s.rs1&63] != allBits || s.rd == stackPointer || p.base != addr&^(pageSize-4) || addr < x[stackPointer] && addr-stackBase < stackSize {
				goto general
			}
			b := m.readMasks[addr/pageSize%cachedPages][addr&(pageSize-4):]
			xm[s.rd&63] = uint64(int64(int32((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24))))
			xm[sink] = allBits
			b = p.bytes[addr&(pageSize-4):]
			x[s.rd&63] = uint64(int64(int32((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24))))
			goto wrote
		case opLd:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if xm[s.rs1&63] != allBits || s.rd == stackPointer || p.base != addr&^(pageSize-8) || addr < x[stackPointer] && addr-stackBase < stackSize {
				goto general
			}
			b := m.readMasks[addr/pageSize%cachedPages][addr&(pageSize-8):]
			xm[s.rd&63] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			xm[sink] = allBits
			b = p.bytes[addr&(pageSize-8):]
			x[s.rd&63] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			goto wrote
		case opLbu:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if xm[s.rs1&63] != allBits || s.rd == stackPointer || p.base != addr&^(pageSize-1) || addr < x[stackPointer] && addr-stackBase < stackSize {
				goto general
			}
			b := m.readMasks[addr/pageSize%cachedPages][addr&(pageSize-1):]
			xm[s.rd&63] = uint64((uint8(b[0]) << 0)) | 0xffffffffffffff00
			xm[sink] = allBits
			b = p.bytes[addr&(pageSize-1):]
			x[s.rd&63] = uint64((uint8(b[0]) << 0))
			goto wrote
		case opLhu:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if xm[s.rs1&63] != allBits || s.rd == stackPointer || p.base != addr&^(pageSize-2) || addr < x[stackPointer] && addr-stackBase < stackSize {
				goto general
			}
			b := m.readMasks[addr/pageSize%cachedPages][addr&(pageSize-2):]
			xm[s.rd&63] = uint64((uint16(b[0])<<0 | uint16(b[1])<<8)) | 0xffffffffffff0000
			xm[sink] = allBits
			b = p.bytes[addr&(pageSize-2):]
			x[s.rd&63] = uint64((uint16(b[0])<<0 | uint16(b[1])<<8))
			goto wrote
		case opLwu:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if xm[s.rs1&63] != allBits || s.rd == stackPointer || p.base != addr&^(pageSize-4) || addr < x[stackPointer] && addr-stackBase < stackSize {
				goto general
			}
			b := m.readMasks[addr/pageSize%cachedPages][addr&(pageSize-4):]
			xm[s.rd&63] = uint64((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24)) | 0xffffffff00000000
			xm[sink] = allBits
			b = p.bytes[addr&(pageSize-4):]
			x[s.rd&63] = uint64((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24))
			goto wrote
		case opSb:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.writePages[addr/pageSize%cachedPages]
			if xm[s.rs1&63] != allBits || p.base != addr&^(pageSize-1) || addr < x[stackPointer] && addr-stackBase < stackSize {
				goto general
			}
			if addr-stackBase < stackSize && !m.mayWriteStack(s, addr, 1, m.from.untouched&savedInFrame, &integerNames) {
				goto general
			}
			b := p.bytes[addr&(pageSize-1):]
			b[0] = byte(x[s.rs2&63] >> 0)
			b = m.writeMasks[addr/pageSize%cachedPages][addr&(pageSize-1):]
			b[0] = byte(xm[s.rs2&63] >> 0)
		case opSh:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.writePages[addr/pageSize%cachedPages]
			if xm[s.rs1&63] != allBits || p.base != addr&^(pageSize-2) || addr < x[stackPointer] && addr-stackBase < stackSize {
				goto general
			}
			if addr-stackBase < stackSize && !m.mayWriteStack(s, addr, 2, m.from.untouched&savedInFrame, &integerNames) {
				goto general
			}
			b := p.bytes[addr&(pageSize-2):]
			b[0], b[1] = byte(x[s.rs2&63]>>0), byte(x[s.rs2&63]>>8)
			b = m.writeMasks[addr/pageSize%cachedPages][addr&(pageSize-2):]
			b[0], b[1] = byte(xm[s.rs2&63]>>0), byte(xm[s.rs2&63]>>8)
		case opSw:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.writePages[addr/pageSize%cachedPages]
			if xm[s.rs1&63] != allBits || p.base != addr&^(pageSize-4) || addr < x[stackPointer] && addr-stackBase < stackSize {
				goto general
			}
			if addr-stackBase < stackSize && !m.mayWriteStack(s, addr, 4, m.from.untouched&savedInFrame, &integerNames) {
				goto general
			}
			b := p.bytes[addr&(pageSize-4):]
			b[0], b[1], b[2], b[3] = byte(x[s.rs2&63]>>0), byte(x[s.rs2&63]>>8), byte(x[s.rs2&63]>>16), byte(x[s.rs2&63]>>24)
			b = m.writeMasks[addr/pageSize%cachedPages][addr&(pageSize-4):]
			b[0], b[1], b[2], b[3] = byte(xm[s.rs2&63]>>0), byte(xm[s.rs2&63]>>8), byte(xm[s.rs2&63]>>16), byte(xm[s.rs2&63]>>24)
		case opSd:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.writePages[addr/pageSize%cachedPages]
			if xm[s.rs1&63] != allBits || p.base != addr&^(pageSize-8) || addr < x[stackPointer] && addr-stackBase < stackSize {
				goto general
			}
			if addr-stackBase < stackSize && !m.mayWriteStack(s, addr, 8, m.from.untouched&savedInFrame, &integerNames) {
				goto general
			}
			b := p.bytes[addr&(pageSize-8):]
			b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(x[s.rs2&63]>>0), byte(x[s.rs2&63]>>8), byte(x[s.rs2&63]>>16), byte(x[s.rs2&63]>>24), byte(x[s.rs2&63]>>32), byte(x[s.rs2&63]>>40), byte(x[s.rs2&63]>>48), byte(x[s.rs2&63]>>56)
			b = m.writeMasks[addr/pageSize%cachedPages][addr&(pageSize-8):]
			b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(xm[s.rs2&63]>>0), byte(xm[s.rs2&63]>>8), byte(xm[s.rs2&63]>>16), byte(xm[s.rs2&63]>>24), byte(xm[s.rs2&63]>>32), byte(xm[s.rs2&63]>>40), byte(xm[s.rs2&63]>>48), byte(xm[s.rs2&63]>>56)
		case opAddi:
			if xm[s.rs1&63] != allBits {
				goto general
			}
			if s.rd == stackPointer {
				goto call
			}
			x[s.rd&63], xm[s.rd&63] = add(x[s.rs1&63], uint64(s.imm)), allBits
			goto moved
		case opSlti:
			if xm[s.rs1&63] != allBits {
				goto general
			}
			if s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = slt(x[s.rs1&63], uint64(s.imm)), allBits
			goto wrote
		case opSltiu:
			if xm[s.rs1&63] != allBits {
				goto general
			}
			if s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = sltu(x[s.rs1&63], uint64(s.imm)), allBits
			goto wrote
		case opXori:
			if xm[s.rs1&63] != allBits {
				goto general
			}
			if s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = xor(x[s.rs1&63], uint64(s.imm)), allBits
			goto wrote
		case opOri:
			if xm[s.rs1&63] != allBits {
				goto general
			}
			if s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = or(x[s.rs1&63], uint64(s.imm)), allBits
			goto wrote
		case opAndi:
			if xm[s.rs1&63] != allBits {
				goto general
			}
			if s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = and(x[s.rs1&63], uint64(s.imm)), allBits
			goto moved
		case opSlli:
			if xm[s.rs1&63] != allBits {
				goto general
			}
			if s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = sll(x[s.rs1&63], uint64(s.imm)), allBits
			goto wrote
		case opSrli:
			if xm[s.rs1&63] != allBits {
				goto general
			}
			if s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = srl(x[s.rs1&63], uint64(s.imm)), allBits
			goto wrote
		case opSrai:
			if xm[s.rs1&63] != allBits {
				goto general
			}
			if s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = sra(x[s.rs1&63], uint64(s.imm)), allBits
			goto wrote
		case opAdd:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = add(x[s.rs1&63], x[s.rs2&63]), allBits
			goto sum
		case opSub:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = sub(x[s.rs1&63], x[s.rs2&63]), allBits
			goto sum
		case opSll:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = sll(x[s.rs1&63], x[s.rs2&63]), allBits
			goto wrote
		case opSlt:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = slt(x[s.rs1&63], x[s.rs2&63]), allBits
			goto wrote
		case opSltu:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = sltu(x[s.rs1&63], x[s.rs2&63]), allBits
			goto wrote
		case opXor:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = xor(x[s.rs1&63], x[s.rs2&63]), allBits
			goto wrote
		case opSrl:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = srl(x[s.rs1&63], x[s.rs2&63]), allBits
			goto wrote
		case opSra:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = sra(x[s.rs1&63], x[s.rs2&63]), allBits
			goto wrote
		case opOr:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = or(x[s.rs1&63], x[s.rs2&63]), allBits
			goto wrote
		case opAnd:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = and(x[s.rs1&63], x[s.rs2&63]), allBits
			goto sum
		case opAddiw:
			if xm[s.rs1&63] != allBits {
				goto general
			}
			if s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = addw(x[s.rs1&63], uint64(s.imm)), allBits
			goto wrote
		case opSlliw:
			if xm[s.rs1&63] != allBits {
				goto general
			}
			if s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = sllw(x[s.rs1&63], uint64(s.imm)), allBits
			goto wrote
		case opSrliw:
			if xm[s.rs1&63] != allBits {
				goto general
			}
			if s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = srlw(x[s.rs1&63], uint64(s.imm)), allBits
			goto wrote
		case opSraiw:
			if xm[s.rs1&63] != allBits {
				goto general
			}
			if s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = sraw(x[s.rs1&63], uint64(s.imm)), allBits
			goto wrote
		case opAddw:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = addw(x[s.rs1&63], x[s.rs2&63]), allBits
			goto wrote
		case opSubw:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = subw(x[s.rs1&63], x[s.rs2&63]), allBits
			goto wrote
		case opSllw:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = sllw(x[s.rs1&63], x[s.rs2&63]), allBits
			goto wrote
		case opSrlw:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = srlw(x[s.rs1&63], x[s.rs2&63]), allBits
			goto wrote
		case opSraw:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = sraw(x[s.rs1&63], x[s.rs2&63]), allBits
			goto wrote
		case opMul:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = mul(x[s.rs1&63], x[s.rs2&63]), allBits
			goto wrote
		case opMulhu:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = mulhu(x[s.rs1&63], x[s.rs2&63]), allBits
			goto wrote
		case opMulw:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = mulw(x[s.rs1&63], x[s.rs2&63]), allBits
			goto wrote
		case opAddUw:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = addUw(x[s.rs1&63], x[s.rs2&63]), allBits
			goto sum
		case opSh1add:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = sh1add(x[s.rs1&63], x[s.rs2&63]), allBits
			goto sum
		case opSh2add:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = sh2add(x[s.rs1&63], x[s.rs2&63]), allBits
			goto sum
		case opSh3add:
			if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = sh3add(x[s.rs1&63], x[s.rs2&63]), allBits
			goto sum
		case opSextB:
			if xm[s.rs1&63] != allBits {
				goto general
			}
			if s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = sextB(x[s.rs1&63], uint64(s.imm)), allBits
			goto wrote
		case opSextH:
			if xm[s.rs1&63] != allBits {
				goto general
			}
			if s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = sextH(x[s.rs1&63], uint64(s.imm)), allBits
			goto wrote
		case opZextH:
			if xm[s.rs1&63] != allBits {
				goto general
			}
			if s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = zextH(x[s.rs1&63], uint64(s.imm)), allBits
			goto wrote
		case opFlw:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if xm[s.rs1&63] != allBits || p.base != addr&^(pageSize-4) || addr < x[stackPointer] && addr-stackBase < stackSize {
				goto general
			}
			b := m.readMasks[addr/pageSize%cachedPages][addr&(pageSize-4):]
			fm[s.rd&31] = boxed(uint64((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24)), 4)
			b = p.bytes[addr&(pageSize-4):]
			f[s.rd&31] = boxed(uint64((uint32(b[0])<<0 | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24)), 4)
			m.from.untouchedFloats &^= 1 << (s.rd & 31)
			m.writers.f[s.rd&31] = pc
		case opFld:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.readPages[addr/pageSize%cachedPages]
			if xm[s.rs1&63] != allBits || p.base != addr&^(pageSize-8) || addr < x[stackPointer] && addr-stackBase < stackSize {
				goto general
			}
			b := m.readMasks[addr/pageSize%cachedPages][addr&(pageSize-8):]
			fm[s.rd&31] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			b = p.bytes[addr&(pageSize-8):]
			f[s.rd&31] = (uint64(b[0])<<0 | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
			m.from.untouchedFloats &^= 1 << (s.rd & 31)
			m.writers.f[s.rd&31] = pc
		case opFsw:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.writePages[addr/pageSize%cachedPages]
			if xm[s.rs1&63] != allBits || p.base != addr&^(pageSize-4) || addr < x[stackPointer] && addr-stackBase < stackSize {
				goto general
			}
			if addr-stackBase < stackSize && !m.mayWriteStack(s, addr, 4, m.from.untouchedFloats&savedFloatsInFrame, &floatNames) {
				goto general
			}
			b := p.bytes[addr&(pageSize-4):]
			b[0], b[1], b[2], b[3] = byte(f[s.rs2&31]>>0), byte(f[s.rs2&31]>>8), byte(f[s.rs2&31]>>16), byte(f[s.rs2&31]>>24)
			b = m.writeMasks[addr/pageSize%cachedPages][addr&(pageSize-4):]
			b[0], b[1], b[2], b[3] = byte(fm[s.rs2&31]>>0), byte(fm[s.rs2&31]>>8), byte(fm[s.rs2&31]>>16), byte(fm[s.rs2&31]>>24)
		case opFsd:
			addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.writePages[addr/pageSize%cachedPages]
			if xm[s.rs1&63] != allBits || p.base != addr&^(pageSize-8) || addr < x[stackPointer] && addr-stackBase < stackSize {
				goto general
			}
			if addr-stackBase < stackSize && !m.mayWriteStack(s, addr, 8, m.from.untouchedFloats&savedFloatsInFrame, &floatNames) {
				goto general
			}
			b := p.bytes[addr&(pageSize-8):]
			b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(f[s.rs2&31]>>0), byte(f[s.rs2&31]>>8), byte(f[s.rs2&31]>>16), byte(f[s.rs2&31]>>24), byte(f[s.rs2&31]>>32), byte(f[s.rs2&31]>>40), byte(f[s.rs2&31]>>48), byte(f[s.rs2&31]>>56)
			b = m.writeMasks[addr/pageSize%cachedPages][addr&(pageSize-8):]
			b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = byte(fm[s.rs2&31]>>0), byte(fm[s.rs2&31]>>8), byte(fm[s.rs2&31]>>16), byte(fm[s.rs2&31]>>24), byte(fm[s.rs2&31]>>32), byte(fm[s.rs2&31]>>40), byte(fm[s.rs2&31]>>48), byte(fm[s.rs2&31]>>56)
		case opFeqD, opFltD, opFleD, opFcvtWD, opFcvtLD, opFcvtDW, opFcvtDL, opFcvtSD, opFcvtDS:
			if !m.checkedFloat(s, pc) {
				goto general
			}
		case opFaddD, opFsubD, opFmulD, opFdivD, opFsqrtD, opFmaddD, opFmsubD, opFnmsubD, opFnmaddD:
			if !m.checkedFloat(s, pc) {
				goto general
			}
		case opFaddS, opFsubS, opFmulS, opFdivS:
			if !m.checkedFloat(s, pc) {
				goto general
			}
		// The cases above are written from the rows.

		case opJal:
			if s.rd == linkRegister {
				goto call
			}
			if s.rd == stackPointer {
				goto general
			}
			x[s.rd&63], xm[s.rd&63] = pc+uint64(s.length), allBits
			m.wroteAt(s.rd, pc)
			goto branch
		case opJalr:
			if xm[s.rs1&63] != allBits || s.rd == stackPointer {
				goto general
			}
			goto call
		case opNone:
			m.decodeAt(c, pc-c.base, s)
			continue
		case opSpecial:
			m.PC, m.steps = pc, limit-left
			return true
		default:
			goto general
		}
		goto next

	sum: // of two registers: the difference of two addresses is none
		m.from.ofStack = m.from.ofStack&^(1<<(s.rd&63)) | (m.from.ofStack>>(s.rs1&63)^m.from.ofStack>>(s.rs2&63))&1<<(s.rd&63)
		goto changed
	moved: // a register and a constant
		m.from.ofStack = m.from.ofStack&^(1<<(s.rd&63)) | m.from.ofStack>>(s.rs1&63)&1<<(s.rd&63)
		goto changed
	wrote:
		m.from.ofStack &^= 1 << (s.rd & 63)
	changed:
		m.from.untouched &^= 1 << (s.rd & 63)
		m.writers.x[s.rd&63] = pc
	next:
		at += uint64(s.length) / 2
		left--
		continue

	branch:
		at += uint64(s.imm >> 1)
		left--
		continue

	call:
		m.PC, m.steps, m.executing = pc, limit-left, pc
		if !m.checkedJump(s) {
			return false
		}
		left--
		if at = (m.PC - c.base) / 2; m.code != c || at >= places {
			return true
		}
		continue

	general:
		m.PC, m.steps, m.executing = pc, limit-left, pc
		if !m.checkedStep(s, &rows[s.op]) {
			return false
		}
		if m.code != c || m.onAccess != nil {
			return true
		}
		at, left = (m.PC-c.base)/2, limit-m.steps
		stackBase, stackSize = m.stackRange()
	}
	m.PC, m.steps, m.executing = c.base+2*at, limit-left, pc
	return true
}

// stackRange returns where the stack is that the checks know of; its size is 0 if there is none.
func (m *Machine) stackRange() (base, size uint64) {
	if m.stack == nil {
		return 0, 0
	}
	return m.stack.base, m.stack.size()
}

func (m *Machine) inStack(addr uint64) bool {
	r := m.stack
	return r != nil && addr-r.base < r.size()
}

// moveStack executes an addition to a defined register with its result in sp, at PC.
func (m *Machine) moveStack(s *inst) {
	before := m.x[stackPointer]
	m.x[stackPointer], m.xm[stackPointer] = m.x[s.rs1&63]+uint64(s.imm), allBits
	m.wrote(s, &rows[opAddi])
	if now := m.x[stackPointer]; now > before {
		m.popStack(before, now)
	}
}

// checkedJump checks and executes what is at PC: a jump to a defined address that does not write sp, or an addition of
// moveStack.
func (m *Machine) checkedJump(s *inst) bool {
	target, link := m.PC+uint64(s.imm), m.PC+uint64(s.length)
	switch {
	case s.op == opAddi:
		m.moveStack(s)
		m.PC = link
		m.steps++
		return true
	case s.op == opJal:
		if !m.enterCall(target, link) {
			return false
		}
	case !m.checkJumpReg(s):
		return false
	default:
		target = (m.x[s.rs1&63] + uint64(s.imm)) &^ 1
	}
	m.x[s.rd&63], m.xm[s.rd&63] = link, allBits
	if s.rd != linkRegister { // a call's frame is the callee's already
		m.wroteNoAddress(s.rd)
	}
	m.PC = target
	m.steps++
	return true
}

// checkedFloat executes an operation on defined float registers with the host's arithmetic, or returns false and has
// done nothing.
func (m *Machine) checkedFloat(s *inst, pc uint64) bool {
	r := &rows[s.op]
	if m.config.Checks == 0 || s.rd == stackPointer && r.out == integer {
		return false
	}
	if r.in == integer && m.xm[s.rs1&63] != allBits || r.in != integer && m.fm[s.rs1&31]&m.fm[s.rs2&31]&m.fm[s.rs3&31] != allBits || !r.host(m, s) {
		return false
	}
	m.executing = pc
	if r.out == integer {
		m.xm[s.rd&63] = allBits
		m.wroteNoAddress(s.rd)
		return true
	}
	m.fm[s.rd&31] = allBits
	m.wroteFloat(s.rd)
	return true
}

// mayWriteStack reports whether an aligned store to the stack overwrites no saved register and, if its address was
// derived from sp, lies within the current call frame. It notes a store that saves a register of the caller.
func (m *Machine) mayWriteStack(s *inst, addr, size, untouched uint64, names *[32]string) bool {
	if m.config.Checks&CheckFrames == 0 {
		return true
	}
	word, bit := m.keptWord(addr)
	if word == nil || *word&bit != 0 || addr+size > m.ceiling && m.from.ofStack>>(s.rs1&63)&1 != 0 {
		return false
	}
	if untouched>>(s.rs2&31)&1 != 0 {
		m.keep(addr, uint8(size), names[s.rs2&31])
	}
	return true
}
