package rv64

// decode returns the instruction that a 32-bit word encodes, or an opIllegal. It is written from the manual's encoding
// tables by major opcode, and shares nothing with the encoder that it is an oracle for.
func decode(w uint32) inst {
	s := inst{
		rd:     destination(w >> 7 & 31),
		rs1:    uint8(w >> 15 & 31),
		rs2:    uint8(w >> 20 & 31),
		rs3:    uint8(w >> 27),
		rm:     uint8(w >> 12 & 7),
		length: 4,
	}
	funct3 := w >> 12 & 7
	switch w & 0x7f {
	case 0x37:
		s.op, s.imm = opLui, int64(int32(w&0xfffff000))
	case 0x17:
		s.op, s.imm = opAuipc, int64(int32(w&0xfffff000))
	case 0x6f:
		s.op, s.imm = opJal, immediateJ(w)
	case 0x67:
		s.imm = immediateI(w)
		if funct3 == 0 {
			s.op = opJalr
		}
	case 0x63:
		s.op, s.imm = [8]opcode{opBeq, opBne, 0, 0, opBlt, opBge, opBltu, opBgeu}[funct3], immediateB(w)
	case 0x03:
		s.op, s.imm = [8]opcode{opLb, opLh, opLw, opLd, opLbu, opLhu, opLwu, 0}[funct3], immediateI(w)
	case 0x23:
		s.op, s.imm = [8]opcode{opSb, opSh, opSw, opSd}[funct3], immediateS(w)
	case 0x13:
		decodeImmediate(&s, w)
	case 0x1b:
		decodeImmediateWord(&s, w)
	case 0x33:
		decodeRegister(&s, w)
	case 0x3b:
		decodeRegisterWord(&s, w)
	case 0x0f:
		decodeFence(&s, w)
	case 0x73:
		decodeSystem(&s, w)
	case 0x2f:
		decodeAtomic(&s, w)
	case 0x07:
		s.op, s.imm, s.rd = [8]opcode{1: opFlh, 2: opFlw, 3: opFld}[funct3], immediateI(w), uint8(w>>7&31)
		decodeVectorAccess(&s, w)
	case 0x27:
		s.op, s.imm = [8]opcode{1: opFsh, 2: opFsw, 3: opFsd}[funct3], immediateS(w)
		decodeVectorAccess(&s, w)
	case 0x43, 0x47, 0x4b, 0x4f:
		decodeFused(&s, w)
	case 0x53:
		decodeFloat(&s, w)
	case majorVector, majorVectorCrypto:
		s.op, s.imm = decodeVector(w), int64(w)
	}
	if s.op == opNone || rows[s.op].rounds && (s.rm == 5 || s.rm == 6) {
		if lackedExtension(w) != "" {
			return inst{op: opUnsupported, length: 4, imm: int64(w)}
		}
		return inst{op: opIllegal, length: 4, imm: int64(w)}
	}
	return s
}

// decodeVectorAccess decodes the widths that scalar floats do not have.
func decodeVectorAccess(s *inst, w uint32) {
	if s.op == opNone {
		s.op, s.imm = decodeVector(w), int64(w)
	}
}

// destination returns the register number that an integer result is written to.
func destination(rd uint32) uint8 {
	if rd == 0 {
		return sink
	}
	return uint8(rd)
}

func immediateI(w uint32) int64 { return int64(int32(w) >> 20) }
func immediateS(w uint32) int64 { return int64(int32(w)>>25<<5) | int64(w>>7&31) }
func immediateB(w uint32) int64 {
	return int64(int32(w)>>31<<12) | int64(w>>7&1<<11|w>>25&0x3f<<5|w>>8&15<<1)
}
func immediateJ(w uint32) int64 {
	return int64(int32(w)>>31<<20) | int64(w>>12&0xff<<12|w>>20&1<<11|w>>21&0x3ff<<1)
}

// immediateOps are the operations of OP-IMM by funct3, without those that decodeShiftLeft and decodeShiftRight
// distinguish. Prefetches are the forms of ori with rd x0.
var immediateOps = [8]opcode{0: opAddi, 2: opSlti, 3: opSltiu, 4: opXori, 6: opOri, 7: opAndi}

// decodeImmediate decodes OP-IMM.
func decodeImmediate(s *inst, w uint32) {
	switch funct3 := w >> 12 & 7; funct3 {
	case 1:
		decodeShiftLeft(s, w)
	case 5:
		decodeShiftRight(s, w)
	default:
		s.op, s.imm = immediateOps[funct3], immediateI(w)
	}
}

// decodeShiftLeft decodes OP-IMM with funct3 1: left shifts, single bits, and operations on one register, which the rs2
// field distinguishes.
func decodeShiftLeft(s *inst, w uint32) {
	s.imm = int64(w >> 20 & 63)
	switch w >> 26 {
	case 0x00:
		s.op = opSlli
	case 0x0a:
		s.op = opBseti
	case 0x12:
		s.op = opBclri
	case 0x1a:
		s.op = opBinvi
	case 0x18:
		s.op = unaryOps[w>>20&63]
	case 0x04:
		s.op = hashOps[w>>20&63]
	case 0x0c:
		decodeAesKey(s, w>>20&63)
	}
}

// unaryOps are the operations with funct7 and rs2 together 0x600 + index.
var unaryOps = [64]opcode{0: opClz, 1: opCtz, 2: opCpop, 4: opSextB, 5: opSextH}

// hashOps are those with 0x100 + index.
var hashOps = [64]opcode{
	0: opSha256sum0, 1: opSha256sum1, 2: opSha256sig0, 3: opSha256sig1,
	4: opSha512sum0, 5: opSha512sum1, 6: opSha512sig0, 7: opSha512sig1,
	8: opSm3p0, 9: opSm3p1,
}

// decodeAesKey decodes 0x300 + index: the inverse mix, and the key schedule with its round number.
func decodeAesKey(s *inst, index uint32) {
	switch {
	case index == 0:
		s.op = opAes64im
	case index&0x30 == 0x10 && index&15 <= 10:
		s.op, s.imm = opAes64ks1i, int64(index&15)
	}
}

func decodeShiftRight(s *inst, w uint32) {
	s.imm = int64(w >> 20 & 63)
	switch w >> 26 {
	case 0x00:
		s.op = opSrli
	case 0x10:
		s.op = opSrai
	case 0x12:
		s.op = opBexti
	case 0x18:
		s.op = opRori
	}
	switch w >> 20 {
	case 0x287:
		s.op = opOrcB
	case 0x6b8:
		s.op = opRev8
	case 0x687:
		s.op = opBrev8
	}
}

// decodeImmediateWord decodes OP-IMM-32.
func decodeImmediateWord(s *inst, w uint32) {
	funct3, funct7 := w>>12&7, w>>25
	s.imm = int64(w >> 20 & 31)
	switch {
	case funct3 == 0:
		s.op, s.imm = opAddiw, immediateI(w)
	case funct3 == 1 && funct7 == 0:
		s.op = opSlliw
	case funct3 == 1 && funct7>>1 == 0x02:
		s.op, s.imm = opSlliUw, int64(w>>20&63)
	case funct3 == 1 && funct7 == 0x30:
		s.op = [32]opcode{0: opClzw, 1: opCtzw, 2: opCpopw}[s.imm]
	case funct3 == 5 && funct7 == 0:
		s.op = opSrliw
	case funct3 == 5 && funct7 == 0x20:
		s.op = opSraiw
	case funct3 == 5 && funct7 == 0x30:
		s.op = opRoriw
	}
}

// registerOps maps funct7 of OP to the operations by funct3.
var registerOps = [128][8]opcode{
	0x00: {opAdd, opSll, opSlt, opSltu, opXor, opSrl, opOr, opAnd},
	0x01: {opMul, opMulh, opMulhsu, opMulhu, opDiv, opDivu, opRem, opRemu},
	0x04: {4: opPack, 7: opPackh},
	0x05: {1: opClmul, 2: opClmulr, 3: opClmulh, 4: opMin, 5: opMinu, 6: opMax, 7: opMaxu},
	0x07: {5: opCzeroEqz, 7: opCzeroNez},
	0x10: {2: opSh1add, 4: opSh2add, 6: opSh3add},
	0x14: {1: opBset, 2: opXperm4, 4: opXperm8},
	0x19: {0: opAes64es},
	0x1b: {0: opAes64esm},
	0x1d: {0: opAes64ds},
	0x1f: {0: opAes64dsm},
	0x20: {0: opSub, 4: opXnor, 5: opSra, 6: opOrn, 7: opAndn},
	0x24: {1: opBclr, 5: opBext},
	0x30: {1: opRol, 5: opRor},
	0x34: {1: opBinv},
	0x3f: {0: opAes64ks2},
}

// decodeRegister decodes OP. The operations of SM4 have a byte number in the top two bits.
func decodeRegister(s *inst, w uint32) {
	funct7, funct3 := w>>25, w>>12&7
	s.op = registerOps[funct7][funct3]
	if low := funct7 & 0x1f; funct3 == 0 && (low == 0x18 || low == 0x1a) {
		s.op, s.imm = opSm4ed, int64(funct7>>5)
		if low == 0x1a {
			s.op = opSm4ks
		}
	}
}

// wordOps maps funct7 of OP-32 to the operations by funct3.
var wordOps = [128][8]opcode{
	0x00: {0: opAddw, 1: opSllw, 5: opSrlw},
	0x01: {0: opMulw, 4: opDivw, 5: opDivuw, 6: opRemw, 7: opRemuw},
	0x04: {0: opAddUw, 4: opPackw},
	0x10: {2: opSh1addUw, 4: opSh2addUw, 6: opSh3addUw},
	0x20: {0: opSubw, 5: opSraw},
	0x30: {1: opRolw, 5: opRorw},
}

func decodeRegisterWord(s *inst, w uint32) {
	s.op = wordOps[w>>25][w>>12&7]
	if s.op == opPackw && s.rs2 == 0 {
		s.op = opZextH
	}
}

// decodeFence decodes MISC-MEM. Reserved fields of a fence are ignored, as the manual requires.
func decodeFence(s *inst, w uint32) {
	switch w >> 12 & 7 {
	case 0:
		s.op = opFence
	case 1:
		s.op = opFenceI
	case 2:
		if s.rd == sink && w>>20 < 5 {
			s.op = [5]opcode{opCboInval, opCboClean, opCboFlush, 0, opCboZero}[w>>20]
		}
	}
}

func decodeSystem(s *inst, w uint32) {
	switch funct3 := w >> 12 & 7; {
	case w == 0x00000073:
		s.op = opEcall
	case w == 0x00100073:
		s.op = opEbreak
	case w == 0x00d00073:
		s.op = opWrsNto
	case w == 0x01d00073:
		s.op = opWrsSto
	case funct3 == 4:
		decodeMayBe(s, w)
	case funct3 != 0:
		s.imm = int64(w >> 20)
		s.op = [8]opcode{0, opCsrrw, opCsrrs, opCsrrc, 0, opCsrrwi, opCsrrsi, opCsrrci}[funct3]
	}
}

// decodeMayBe decodes Zimop: 1.00..0111.... for mop.r.n, 1.00..1..... for mop.rr.n.
func decodeMayBe(s *inst, w uint32) {
	switch {
	case w>>25&0x59 == 0x40 && w>>22&7 == 7:
		s.op = opMopR
	case w>>25&0x59 == 0x41:
		s.op = opMopRr
	}
}

// atomicOps maps funct5 of AMO to its byte-wide operation.
var atomicOps = [32]opcode{
	0x00: opAmoaddB, 0x01: opAmoswapB, 0x04: opAmoxorB, 0x05: opAmocasB, 0x08: opAmoorB, 0x0c: opAmoandB,
	0x10: opAmominB, 0x14: opAmomaxB, 0x18: opAmominuB, 0x1c: opAmomaxuB,
}

func decodeAtomic(s *inst, w uint32) {
	funct5, width := w>>27, w>>12&7
	switch base := atomicOps[funct5]; {
	case base != opNone && width <= 3:
		s.op = base + opcode(width)
	case base == opAmocasB && width == 4:
		if s.rs2&1 == 0 && w>>7&1 == 0 {
			s.op = opAmocasQ
		}
	case funct5 == 0x02 && s.rs2 == 0 && (width == 2 || width == 3):
		s.op = opLrW + opcode(width-2)
	case funct5 == 0x03 && (width == 2 || width == 3):
		s.op = opScW + opcode(width-2)
	}
}
