package rv64

// decodeCompressed returns the instruction that a 16-bit word abbreviates: Zca, Zcd, Zcb and Zcmop. Hints decode as the
// instructions that they look like.
func decodeCompressed(h uint16) inst {
	w := uint32(h)
	s := inst{length: 2}
	switch w & 3 {
	case 0:
		quadrant0(&s, w)
	case 1:
		quadrant1(&s, w)
	case 2:
		quadrant2(&s, w)
	}
	if s.op == opNone {
		return inst{op: opIllegal, length: 2, imm: int64(h)}
	}
	return s
}

// bit moves bit from of w to bit to of the result.
func bit(w uint32, from, to uint) int64 { return int64(w >> from & 1 << to) }

// field moves the n bits of w from bit from to bit to of the result.
func field(w uint32, from, n, to uint) int64 { return int64(w >> from & (1<<n - 1) << to) }

// lowRegister returns the register that three bits name: x8 to x15.
func lowRegister(w uint32, from uint) uint8 { return uint8(w>>from&7) + 8 }

// immediate6 is the signed immediate of quadrant 1.
func immediate6(w uint32) int64 { return field(w, 2, 5, 0) - bit(w, 12, 5) }

func quadrant0(s *inst, w uint32) {
	s.rs1 = lowRegister(w, 7)
	data := lowRegister(w, 2)
	wordOffset := bit(w, 6, 2) | field(w, 10, 3, 3) | bit(w, 5, 6)
	doubleOffset := field(w, 10, 3, 3) | field(w, 5, 2, 6)
	switch w >> 13 {
	case 0:
		s.imm = bit(w, 6, 2) | bit(w, 5, 3) | field(w, 11, 2, 4) | field(w, 7, 4, 6)
		if s.imm != 0 {
			s.op, s.rd, s.rs1 = opAddi, data, 2
		}
	case 1:
		s.op, s.rd, s.imm = opFld, data, doubleOffset
	case 2:
		s.op, s.rd, s.imm = opLw, data, wordOffset
	case 3:
		s.op, s.rd, s.imm = opLd, data, doubleOffset
	case 4:
		narrowAccess(s, w, data)
	case 5:
		s.op, s.rs2, s.imm = opFsd, data, doubleOffset
	case 6:
		s.op, s.rs2, s.imm = opSw, data, wordOffset
	case 7:
		s.op, s.rs2, s.imm = opSd, data, doubleOffset
	}
}

// narrowAccess decodes the loads and stores of Zcb.
func narrowAccess(s *inst, w uint32, data uint8) {
	byteOffset, halfOffset := bit(w, 6, 0)|bit(w, 5, 1), bit(w, 5, 1)
	switch w >> 10 & 7 {
	case 0:
		s.op, s.rd, s.imm = opLbu, data, byteOffset
	case 1:
		s.op, s.rd, s.imm = opLhu, data, halfOffset
		if w>>6&1 != 0 {
			s.op = opLh
		}
	case 2:
		s.op, s.rs2, s.imm = opSb, data, byteOffset
	case 3:
		if w>>6&1 == 0 {
			s.op, s.rs2, s.imm = opSh, data, halfOffset
		}
	}
}

func quadrant1(s *inst, w uint32) {
	rd := w >> 7 & 31
	s.rd, s.rs1, s.imm = destination(rd), uint8(rd), immediate6(w)
	switch w >> 13 {
	case 0:
		s.op = opAddi
	case 1:
		if rd != 0 {
			s.op = opAddiw
		}
	case 2:
		s.op, s.rs1 = opAddi, 0
	case 3:
		loadUpper(s, w, rd)
	case 4:
		quadrant1Arithmetic(s, w)
	case 5:
		s.op, s.rd, s.imm = opJal, sink, jumpOffset(w)
	case 6, 7:
		s.op, s.rs1, s.rs2, s.imm = opBeq+opcode(w>>13&1), lowRegister(w, 7), 0, branchOffset(w)
	}
}

// loadUpper decodes c.addi16sp, c.lui and the may-be operations of Zcmop.
func loadUpper(s *inst, w, rd uint32) {
	switch {
	case rd == 2:
		s.imm = bit(w, 6, 4) | bit(w, 2, 5) | bit(w, 5, 6) | field(w, 3, 2, 7) - bit(w, 12, 9)
		s.op = only(s.imm != 0, opAddi)
	case s.imm != 0:
		s.op, s.imm = opLui, s.imm<<12
	case rd&1 == 1 && rd < 16:
		s.op = opCMop
	}
}

func jumpOffset(w uint32) int64 {
	return field(w, 3, 3, 1) | bit(w, 11, 4) | bit(w, 2, 5) | bit(w, 7, 6) | bit(w, 6, 7) |
		field(w, 9, 2, 8) | bit(w, 8, 10) - bit(w, 12, 11)
}

func branchOffset(w uint32) int64 {
	return field(w, 3, 2, 1) | field(w, 10, 2, 3) | bit(w, 2, 5) | field(w, 5, 2, 6) - bit(w, 12, 8)
}

func quadrant1Arithmetic(s *inst, w uint32) {
	s.rd = lowRegister(w, 7)
	s.rs1, s.rs2 = s.rd, lowRegister(w, 2)
	shift := field(w, 2, 5, 0) | bit(w, 12, 5)
	switch w >> 10 & 3 {
	case 0:
		s.op, s.imm = opSrli, shift
	case 1:
		s.op, s.imm = opSrai, shift
	case 2:
		s.op = opAndi
	case 3:
		s.op = [8]opcode{opSub, opXor, opOr, opAnd, opSubw, opAddw, opMul, 0}[w>>12&1<<2|w>>5&3]
		if w>>12&1 != 0 && w>>5&3 == 3 {
			unary := unaryCompressed[w>>2&7]
			s.op, s.rs2, s.imm = unary.op, 0, unary.imm
		}
	}
}

// unaryCompressed are the operations of Zcb on one register, by bits 2 to 4.
var unaryCompressed = [8]struct {
	op  opcode
	imm int64
}{{opAndi, 0xff}, {opSextB, 0}, {opZextH, 0}, {opSextH, 0}, {opAddUw, 0}, {opXori, -1}}

func quadrant2(s *inst, w uint32) {
	rd, rs2 := w>>7&31, uint8(w>>2&31)
	s.rd, s.rs1, s.rs2 = destination(rd), 2, rs2
	doubleOffset := field(w, 5, 2, 3) | bit(w, 12, 5) | field(w, 2, 3, 6)
	storeOffset := field(w, 10, 3, 3) | field(w, 7, 3, 6)
	switch w >> 13 {
	case 0:
		s.op, s.rs1, s.imm = opSlli, uint8(rd), field(w, 2, 5, 0)|bit(w, 12, 5)
	case 1:
		s.op, s.rd, s.imm = opFld, uint8(rd), doubleOffset
	case 2:
		s.op, s.imm = only(rd != 0, opLw), field(w, 4, 3, 2)|bit(w, 12, 5)|field(w, 2, 2, 6)
	case 3:
		s.op, s.imm = only(rd != 0, opLd), doubleOffset
	case 4:
		quadrant2Jumps(s, w, rd)
	case 5:
		s.op, s.imm = opFsd, storeOffset
	case 6:
		s.op, s.imm = opSw, field(w, 9, 4, 2)|field(w, 7, 2, 6)
	case 7:
		s.op, s.imm = opSd, storeOffset
	}
}

// quadrant2Jumps decodes c.jr, c.jalr, c.ebreak, c.mv and c.add.
func quadrant2Jumps(s *inst, w, rd uint32) {
	second := w>>12&1 != 0
	switch {
	case s.rs2 != 0 && !second:
		s.op, s.rs1 = opAdd, 0
	case s.rs2 != 0:
		s.op, s.rs1 = opAdd, uint8(rd)
	case rd == 0 && second:
		s.op = opEbreak
	case rd != 0:
		s.op, s.rs1, s.rd = opJalr, uint8(rd), sink
		if second {
			s.rd = 1
		}
	}
}
