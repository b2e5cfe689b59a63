package decode

// Lenient returns why the manual reserves a word that riscv64asm accepts nevertheless, or "". It reads the fields of the
// word by itself, so it also checks stricter decoders. It is meaningful only for words that riscv64asm accepts.
func Lenient(word uint32) string {
	if word&3 != 3 {
		return ""
	}
	switch word & 0x7f {
	case 0x0f:
		return lenientFence(word)
	case 0x43, 0x47, 0x4b, 0x4f, 0x53:
		return lenientRounding(word)
	case 0x07, 0x27:
		if width := word >> 12 & 7; width == 0 || width >= 5 {
			return lenientVectorMemory(word)
		}
	case 0x57:
		if word>>12&7 == 7 {
			return "" // a reserved vtype sets vill
		}
		return lenientVector(word)
	case 0x77:
		return lenientVectorCrypto(word)
	}
	return ""
}

// lenientFence checks fences: fence.i has no other fields; fence has rd and rs1 zero, and mode 0, or 8 with rw,rw.
func lenientFence(w uint32) string {
	switch w >> 12 & 7 {
	case 0:
		if w>>7&31 != 0 || w>>15&31 != 0 {
			return "fence with rd or rs1"
		}
		if mode := w >> 28; mode != 0 && (mode != 8 || w>>20&0xff != 0x33) {
			return "fence mode"
		}
	case 1:
		if w != 0x100f {
			return "fence.i with operands"
		}
	}
	return ""
}

// lenientRounding checks rounding modes: 5 and 6 are reserved where funct3 is a rounding mode, which it is in OP-FP for
// arithmetic, square roots and conversions.
func lenientRounding(w uint32) string {
	if rm := w >> 12 & 7; rm != 5 && rm != 6 {
		return ""
	}
	switch {
	case w&0x7f != 0x53:
		return "rounding mode"
	case w>>27 <= 3, w>>27 == 11, w>>27 == 8, w>>27 == 24, w>>27 == 26:
		return "rounding mode"
	}
	return ""
}

// lenientVectorMemory checks vector loads and stores.
func lenientVectorMemory(w uint32) string {
	vd, nf, masked, mode, load := w>>7&31, w>>29, w>>25&1 == 0, w>>26&3, w&0x7f == 0x07
	if mode == 0 && w>>20&31 == 8 { // whole registers
		if vd&nf != 0 {
			return "misaligned register group"
		}
		return ""
	}
	switch {
	case mode == 0 && w>>20&31 == 11:
		return ""
	case vd+nf > 31:
		return "segment beyond v31"
	case masked && (!load && vd == 0 || mode&1 == 1 && w>>20&31 == 0):
		return "v0 read as mask and as elements"
	case load && masked && vd == 0:
		return "masked destination v0"
	case load && nf != 0 && mode&1 == 1 && w>>20&31 >= vd && w>>20&31 <= vd+nf:
		return "segment overlaps its index"
	}
	return ""
}

// lenientVector checks OP-V arithmetic: operands that must not be v0, and destinations that must differ from a source.
func lenientVector(w uint32) string {
	category, funct6, masked := w>>12&7, w>>26, w>>25&1 == 0
	vd, vs1, vs2 := w>>7&31, w>>15&31, w>>20&31
	if category == 3 && funct6 == 39 {
		if nr := vs1; vd&nr != 0 || vs2&nr != 0 {
			return "misaligned register group"
		}
		return ""
	}
	if masked && vd == 0 && writesVector(category, funct6) {
		return "masked destination v0"
	}
	integer := category == 0 || category == 3 || category == 4
	switch {
	case integer && funct6 == 12, integer && funct6 == 14: // vrgather, vslideup, vrgatherei16
		if vd == vs2 || category == 0 && vd == vs1 {
			return "destination overlaps a source"
		}
	case funct6 == 14 && (category == 6 || category == 5): // slide1up
		if vd == vs2 {
			return "destination overlaps a source"
		}
	case category == 2 && funct6 == 20 && vs1 != 17: // mask scans and viota, not vid
		if vd == vs2 {
			return "destination overlaps a source"
		}
	case category == 2 && funct6 == 23: // vcompress
		if vd == vs2 || vd == vs1 {
			return "destination overlaps a source"
		}
	}
	if masked && readsV0(category, funct6, vs1, vs2) {
		return "v0 read as mask and as elements"
	}
	if vs1 == vs2 && readsTwoWidths(category, funct6) {
		return "a register read as elements of two widths"
	}
	return lenientWidening(category, funct6, vd, vs1, vs2)
}

// readsV0 reports whether one of the vector sources is v0 and not a mask. The vs1 field is a source in the forms with two
// vectors, except the unary operations: funct6 16, 18, 19 and 20 of OPMVV and OPFVV. Of these, 16 and 20 of OPMVV take
// masks, or nothing.
func readsV0(category, funct6, vs1, vs2 uint32) bool {
	vectors := category <= 2
	unary := (category == 1 || category == 2) && (funct6 == 16 || funct6 == 18 || funct6 == 19 || funct6 == 20)
	if category == 2 && (funct6 == 16 || funct6 == 20) {
		return false
	}
	return vs2 == 0 || vectors && !unary && vs1 == 0
}

// readsTwoWidths reports whether vs1 and vs2 have elements of different widths: vcompress has a mask, the .wv forms and
// narrowing operations a wide vs2, widening reductions a wide vs1.
func readsTwoWidths(category, funct6 uint32) bool {
	switch category {
	case 0:
		return funct6 >= 44 && funct6 <= 49
	case 1:
		return funct6 == 49 || funct6 == 51 || funct6 == 52 || funct6 == 54
	case 2:
		return funct6 == 23 || funct6 >= 52 && funct6 <= 55
	}
	return false
}

// lenientWidening checks widening operations: a source of half the destination's width, or less, must not start at the same
// register, whatever the length multiplier is. The .wv and .wx forms, funct6 52 to 55, have a wide vs2.
func lenientWidening(category, funct6, vd, vs1, vs2 uint32) string {
	multiply := category == 2 || category == 6 || category == 1 || category == 5
	conversion := category == 2 && vs1 >= 2 && vs1 <= 7 || category == 1 && vs1 >= 8 && vs1 <= 15
	switch {
	case funct6 == 18 && conversion:
		if vd == vs2 {
			return "wide destination overlaps a narrow source"
		}
	case multiply && funct6 >= 48 && !(category == 1 && (funct6 == 49 || funct6 == 51)):
		narrow2 := funct6 < 52 || funct6 > 55
		narrow1 := category == 1 || category == 2
		if narrow2 && vd == vs2 || narrow1 && vd == vs1 {
			return "wide destination overlaps a narrow source"
		}
	}
	return ""
}

// writesVector reports whether an instruction writes a whole vector under the mask, rather than a mask, a scalar in element
// 0, or no vector register.
func writesVector(category, funct6 uint32) bool {
	switch category {
	case 0, 3, 4: // integer: carries and compares make masks, vwredsum a scalar
		mask := funct6 == 17 || funct6 == 19 || funct6 >= 24 && funct6 <= 31
		return !mask && !(category == 0 && (funct6 == 48 || funct6 == 49))
	case 2: // reductions, moves to x
		return funct6 > 7 && funct6 != 16
	case 1, 5: // floating point: compares make masks; reductions are odd below 8, and 49 and 51
		if funct6 >= 24 && funct6 <= 31 {
			return false
		}
		return !(category == 1 && (funct6 == 1 || funct6 == 3 || funct6 == 5 || funct6 == 7 || funct6 == 49 || funct6 == 51))
	}
	return true
}

// lenientVectorCrypto checks OP-VE: destinations that overlap a source. All round numbers are legal: those that a cipher lacks
// stand for others.
func lenientVectorCrypto(w uint32) string {
	vd, vs1, vs2 := w>>7&31, w>>15&31, w>>20&31
	switch w >> 26 {
	case 41, 43, 32: // .vs forms, vsm3c, vsm3me
		if vd == vs2 {
			return "destination overlaps a source"
		}
	case 45, 46, 47: // vsha2ms, vsha2ch, vsha2cl
		if vd == vs2 || vd == vs1 {
			return "destination overlaps a source"
		}
	}
	return ""
}
