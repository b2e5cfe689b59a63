package isa

// reservedWord distinguishes encodings that the manual reserves next to an instruction from unknown words.
func reservedWord(w uint32, in *Inst) string {
	for i := range reservedSpaces {
		if s := &reservedSpaces[i]; w&s.mask == s.match {
			in.Op = s.op
			return s.why
		}
	}
	return unknownWord
}

// reservedSpaces lists encodings whose fixed bits differ from their instruction's only in fields that must be zero.
var reservedSpaces = []struct {
	op          Op
	mask, match uint32
	why         string
}{
	{FENCE, 0x0000707f, 0x0000000f, "rd and rs1 must be zero"},
	{FENCE_I, 0x0000707f, 0x0000100f, "rd, rs1 and the immediate must be zero"},
	{LR_W, 0xf800707f, 0x1000202f, "rs2 must be zero"},
	{LR_D, 0xf800707f, 0x1000302f, "rs2 must be zero"},
}
