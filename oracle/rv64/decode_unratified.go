package rv64

// decodeUnratified decodes a word that is no instruction of a ratified extension: it may be one of Zalasr, loads with aq and
// stores with rl set among the atomics.
func decodeUnratified(w uint32) inst {
	const loadOrdered, storeOrdered, acquire, release = 0x06, 0x07, 1 << 26, 1 << 25
	s := inst{rd: destination(w >> 7 & 31), rs1: uint8(w >> 15 & 31), rs2: uint8(w >> 20 & 31), length: 4}
	width := w >> 12 & 7
	switch funct5 := w >> 27; {
	case w&0x7f != 0x2f || width > 3:
	case funct5 == loadOrdered && w&acquire != 0 && s.rs2 == 0:
		s.op = opLbAq + opcode(width)
	case funct5 == storeOrdered && w&release != 0 && s.rd == sink:
		s.op = opSbRl + opcode(width)
	}
	if s.op == opNone {
		return inst{op: opIllegal, length: 4, imm: int64(w)}
	}
	return s
}
