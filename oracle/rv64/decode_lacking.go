package rv64

// lackedExtension returns the extension of an unprivileged instruction that the manual has and the machine lacks, or "".
// Instructions that take the same words as some that the machine has (Zcmp, Zcmt) are not among them.
func lackedExtension(w uint32) string {
	const loadFloat, storeFloat, atomic, float, shadowSwap = 0x07, 0x27, 0x2f, 0x53, 0x09
	rm, format := w>>12&7, w>>25&3
	switch major := w & 0x7f; major {
	case loadFloat, storeFloat:
		if rm == 4 {
			return "Q"
		}
	case 0x43, 0x47, 0x4b, 0x4f:
		if format == quad && rm != 5 && rm != 6 {
			return "Q"
		}
	case float:
		if isQuad(w) {
			return "Q"
		}
	case atomic:
		if w>>27 == shadowSwap && (rm == 2 || rm == 3) {
			return "Zicfiss"
		}
	}
	return ""
}

// isQuad reports whether a word of OP-FP is an instruction on quad precision, Zfa's included. Most have the words of
// those on double precision but for the format.
func isQuad(w uint32) bool {
	funct5, format, rs2, rm := w>>27, w>>25&3, w>>20&31, w>>12&7
	switch {
	case format != quad: // from quad precision
		return funct5 == 0x08 && rs2 == quad && rm != 5 && rm != 6
	case funct5 == 0x08 && rs2 < quad: // to it
		return rm != 5 && rm != 6
	case funct5 == 0x16, funct5 == 0x1c && rs2 == 1: // fmvp.q.x, fmvh.x.q
		return rm == 0
	}
	s := decode(w&^(3<<25) | 1<<25)
	switch s.op {
	case opIllegal, opUnsupported, opFcvtmodWD, opFmvXD, opFmvDX, opFcvtDS, opFcvtDH:
		return false
	}
	return true
}
