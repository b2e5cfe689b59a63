package rv64

// formatOffset maps the fmt field to the index of a format in the order s d h; 3 is quad precision, which the machine
// lacks.
var formatOffset = [4]opcode{0: 0, 1: 1, 2: 2}

const quad = 3

func decodeFused(s *inst, w uint32) {
	s.rd = uint8(w >> 7 & 31)
	if format := w >> 25 & 3; format != quad {
		base := [4]opcode{opFmaddS, opFmsubS, opFnmsubS, opFnmaddS}[w>>2&3]
		s.op = base + formatOffset[format]
	}
}

// decodeFloat decodes OP-FP. The result is written to a float register except by comparisons, conversions to integers,
// and moves to x.
func decodeFloat(s *inst, w uint32) {
	funct5, format := w>>27, w>>25&3
	if format == quad {
		return
	}
	if toInteger := funct5 == 0x14 || funct5 == 0x18 || funct5 == 0x1c; !toInteger {
		s.rd = uint8(w >> 7 & 31)
	}
	if funct5 == 0x08 {
		s.op = betweenFormats(uint32(s.rs2), format)
		return
	}
	var base opcode
	switch funct5 {
	case 0x00, 0x01, 0x02, 0x03:
		base = [4]opcode{opFaddS, opFsubS, opFmulS, opFdivS}[funct5]
	case 0x0b:
		base = only(s.rs2 == 0, opFsqrtS)
	case 0x04:
		base = [8]opcode{opFsgnjS, opFsgnjnS, opFsgnjxS}[s.rm]
	case 0x05:
		base = [8]opcode{opFminS, opFmaxS, opFminmS, opFmaxmS}[s.rm]
	case 0x14:
		base = [8]opcode{opFleS, opFltS, opFeqS, 0, opFleqS, opFltqS}[s.rm]
	case 0x18:
		base = [32]opcode{opFcvtWS, opFcvtWuS, opFcvtLS, opFcvtLuS}[s.rs2]
		if s.rs2 == 8 && format == 1 && s.rm == roundToZero {
			s.op = opFcvtmodWD
		}
	case 0x1a:
		base = [32]opcode{opFcvtSW, opFcvtSWu, opFcvtSL, opFcvtSLu}[s.rs2]
	case 0x1c:
		base = only(s.rs2 == 0, [8]opcode{opFmvXW, opFclassS}[s.rm])
	case 0x1e:
		base = only(s.rm == 0, [32]opcode{0: opFmvWX, 1: opFliS}[s.rs2])
	}
	if base != opNone {
		s.op = base + formatOffset[format]
	}
}

func only(condition bool, op opcode) opcode {
	if condition {
		return op
	}
	return opNone
}

// betweenFormats decodes funct5 8: conversions from the format that the rs2 field names, and the two roundings of Zfa.
func betweenFormats(from, to uint32) opcode {
	switch from {
	case 4:
		return opFroundS + formatOffset[to]
	case 5:
		return opFroundnxS + formatOffset[to]
	}
	type pair struct{ from, to uint32 }
	switch (pair{from, to}) {
	case pair{1, 0}:
		return opFcvtSD
	case pair{0, 1}:
		return opFcvtDS
	case pair{2, 0}:
		return opFcvtSH
	case pair{0, 2}:
		return opFcvtHS
	case pair{2, 1}:
		return opFcvtDH
	case pair{1, 2}:
		return opFcvtHD
	case pair{8, 2}:
		return opFcvtBf16S
	case pair{6, 0}:
		return opFcvtSBf16
	}
	return opNone
}
