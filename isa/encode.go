package isa

import "encoding/binary"

// Encode returns the word of in: 32 bits, or for a 16-bit instruction the low 16. The error is an *OperandError, or an
// *OpError for an Op outside the table. Nothing is allocated on success.
func Encode(in Inst) (uint32, error) {
	if !in.Op.valid() {
		return 0, &OpError{in.Op}
	}
	c := &codes[in.Op]
	regs := packRegs(&in)
	imm := uint64(in.Imm - c.immMin)
	if (regs^c.regFile)&c.regCheck != 0 || imm > c.immSpan || uint32(imm)&c.immStep != 0 || c.slow || smallFields(&in) != 0 {
		return encodeSlow(c, &in)
	}
	return c.match | c.putRegs(regs) | c.putImm(uint32(in.Imm)), nil
}

// encodeSlow encodes instructions that have more than registers and an immediate, and explains what is wrong with others.
func encodeSlow(c *code, in *Inst) (uint32, error) {
	if !c.allows(in) {
		return 0, explain(in)
	}
	imm, _ := c.narrow(in.Imm)
	w := c.match | c.putRegs(packRegs(in)) | c.putImm(imm)
	for _, p := range c.far {
		w |= p.put(imm)
	}
	if in.RM != 0 {
		w = w&^(7<<12) | uint32(in.RM-1)<<12
	}
	w |= uint32(in.AqRl)<<25 | uint32(in.NF)<<29 | uint32(in.CSR)<<20 | uint32(in.AVL)<<15 | uint32(in.RList)<<4
	return w &^ (uint32(in.VM) << 25), nil
}

// allows reports whether Encode takes in.
func (c *code) allows(in *Inst) bool {
	_, ok := c.narrow(in.Imm)
	return ok && (packRegs(in)^c.regFile)&c.regCheck == 0 && c.hasFields(in) && (!c.ruled() || c.broken(in) == "")
}

// narrow returns the value of the immediate field, and whether the field can hold the immediate.
func (c *code) narrow(v int64) (uint32, bool) {
	if c.immWrap != 0 {
		if v < 0 || v>>c.immWrap != 0 {
			return 0, false
		}
		up := 64 - c.immWrap
		v = v << up >> up
	}
	off := uint64(v - c.immMin)
	return uint32(v), off <= c.immSpan && uint32(off)&c.immStep == 0
}

// hasFields reports whether the instruction has the small fields that are set, and takes their values.
func (c *code) hasFields(in *Inst) bool {
	f := c.fields
	if in.RM != 0 && (f&hasRM == 0 || in.RM > DYN || in.RM == 6 || in.RM == 7) {
		return false
	}
	if in.AqRl != 0 && (f&hasAqRl == 0 || in.AqRl > 3 || uint32(in.AqRl)<<25&c.mask != 0) || in.VM != 0 && (f&hasVM == 0 || in.VM > 1) {
		return false
	}
	if in.NF != 0 && (f&hasNF == 0 || in.NF > 7) || in.CSR != 0 && (f&hasCSR == 0 || in.CSR > 0xfff) {
		return false
	}
	if in.AVL != 0 && (f&hasAVL == 0 || in.AVL > 31) {
		return false
	}
	if f&hasRList == 0 {
		return in.RList == 0
	}
	return in.RList >= 4 && in.RList <= 15
}

// Append appends the bytes of in, two or four, to dst.
func Append(dst []byte, in Inst) ([]byte, error) {
	w, err := Encode(in)
	if err != nil {
		return dst, err
	}
	if codes[in.Op].size == 2 {
		return binary.LittleEndian.AppendUint16(dst, uint16(w)), nil
	}
	return binary.LittleEndian.AppendUint32(dst, w), nil
}
