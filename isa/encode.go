package isa

import (
	"encoding/binary"

	"github.com/rvfuzz/rvfuzz/isa/internal/table"
)

// Encode returns the word of in: 32 bits, or for a 16-bit instruction the low 16. The error is an *OperandError, or an
// *OpError for an Op outside the table. Nothing is allocated on success.
func Encode(in Inst) (uint32, error) {
	if !in.Op.valid() {
		return 0, &OpError{in.Op}
	}
	c := &codes[in.Op]
	regs := packRegs(&in)
	fields := packFields(&in)
	imm, ok := c.narrow(in.Imm)
	if !ok || (regs^c.regFile)&c.regCheck != 0 || fields&^c.fields != 0 || c.rule&anyRule != 0 && c.broken(&in) != "" {
		return 0, explain(&in)
	}
	w := c.match |
		(regs&uint32(c.regBits[0]))<<(c.regShift[0]&31) |
		(regs>>8&uint32(c.regBits[1]))<<(c.regShift[1]&31) |
		(regs>>16&uint32(c.regBits[2]))<<(c.regShift[2]&31) |
		(regs>>24&uint32(c.regBits[3]))<<(c.regShift[3]&31)
	for _, p := range c.pieces[:c.numPieces] {
		w |= p.put(imm)
	}
	if fields == 0 && c.rule&table.ZcmpSpace == 0 {
		return w, nil
	}
	return withFields(w, &in)
}

// narrow returns the immediate as the field's value and whether the field holds it.
func (c *code) narrow(v int64) (uint32, bool) {
	if c.immWrap != 0 {
		if v < 0 || v>>c.immWrap != 0 {
			return 0, false
		}
		up := 64 - c.immWrap
		v = v << up >> up
	}
	ok := v >= int64(c.immMin) && v <= int64(c.immMax) && uint32(v-int64(c.immMin))&(c.immStep-1) == 0
	return uint32(v), ok
}

// withFields adds the fields that most instructions leave at zero.
func withFields(w uint32, in *Inst) (uint32, error) {
	if in.RM != 0 {
		if in.RM > DYN || in.RM == 6 || in.RM == 7 {
			return 0, explain(in)
		}
		w = w&^(7<<12) | uint32(in.RM-1)<<12
	}
	if in.AqRl > 3 || in.VM > 1 || in.NF > 7 || in.CSR > 0xfff || in.AVL > 31 || badRList(in) {
		return 0, explain(in)
	}
	w |= uint32(in.AqRl)<<25 | uint32(in.NF)<<29 | uint32(in.CSR)<<20 | uint32(in.AVL)<<15 | uint32(in.RList)<<4
	return w &^ (uint32(in.VM) << 25), nil
}

func badRList(in *Inst) bool {
	return codes[in.Op].fields>>atRList != 0 && (in.RList < 4 || in.RList > 15)
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
