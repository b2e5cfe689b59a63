package words

import (
	"bytes"
	"slices"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// mismatch names the first field in which isa and riscv64asm differ, or returns "".
func mismatch(in isa.Inst, d *decode.Decoded, word uint32) string {
	if d.Len != in.Op.Size() {
		return "length"
	}
	if rm := word >> 12 & 7; hasRM(in.Op) && encodedRM(in) != rm {
		return "rounding mode"
	}
	if in.Op.Size() == 2 {
		base, ok := isa.Expand(in)
		if !ok {
			return "a 16-bit instruction without a 32-bit equivalent"
		}
		in = base
	}
	var text [64]byte
	name, skipRs2 := theirName(text[:0], in, d)
	if string(name) != d.Mnemonic {
		return "mnemonic " + string(name)
	}
	want := neutral(in)
	if skipRs2 {
		want.Rs2 = decode.NoReg
	}
	got := *d
	got.Mnemonic, got.Len = "", 0
	return firstDifference(&want, &got)
}

func firstDifference(want, got *decode.Decoded) string {
	switch {
	case *want == *got:
		return ""
	case want.Rd != got.Rd:
		return "rd"
	case want.Rs1 != got.Rs1:
		return "rs1"
	case want.Rs2 != got.Rs2:
		return "rs2"
	case want.Rs3 != got.Rs3:
		return "rs3"
	case want.HasImm != got.HasImm || want.Imm != got.Imm || want.Extra != got.Extra:
		return "immediate"
	case want.CSR != got.CSR:
		return "csr"
	}
	return "mask"
}

// theirName returns the mnemonic that riscv64asm has for an instruction, in the memory of text. zext.h is an instruction of
// its own there.
func theirName(text []byte, in isa.Inst, d *decode.Decoded) (name []byte, skipRs2 bool) {
	switch {
	case in.Op == isa.PACKW && in.Rs2 == isa.Zero && d.Mnemonic == "zext.h":
		return append(text, "zext.h"...), true
	case in.Op == isa.FENCE:
		return append(text, "fence"...), false
	}
	name, _, _ = bytes.Cut(in.AppendText(text), []byte{' '})
	return name, false
}

// neutral converts an instruction to the form of decode.Decoded, without mnemonic and length.
func neutral(in isa.Inst) decode.Decoded {
	d := decode.Decoded{Rd: decode.NoReg, Rs1: decode.NoReg, Rs2: decode.NoReg, Rs3: decode.NoReg}
	row := in.Op.Row()
	for _, o := range row.Operands {
		switch o.Field {
		case isa.FieldRd:
			d.Rd = decode.Reg(in.Rd)
		case isa.FieldRs1:
			d.Rs1 = decode.Reg(in.Rs1)
		case isa.FieldRs2:
			d.Rs2 = decode.Reg(in.Rs2)
		case isa.FieldRs3:
			d.Rs3 = decode.Reg(in.Rs3)
		case isa.FieldImm:
			d.HasImm, d.Imm = true, in.Imm
		case isa.FieldCSR:
			d.HasCSR, d.CSR = true, in.CSR
		case isa.FieldVM:
			d.Masked = in.VM == isa.V0T
		case isa.FieldAVL:
			d.Extra = int64(in.AVL)
		}
	}
	if in.Rs3.IsVector() { // the data of a vector store is in the field of rd
		d.Rd, d.Rs3 = d.Rs3, decode.NoReg
	}
	if in.Op == isa.FENCE {
		d.Imm &= 0xff // riscv64asm leaves the mode out
	}
	return d
}

func hasRM(op isa.Op) bool {
	return slices.ContainsFunc(op.Row().Operands, func(o isa.Operand) bool { return o.Field == isa.FieldRM })
}

// encodedRM returns the rm field of in as the manual numbers it.
func encodedRM(in isa.Inst) uint32 {
	if in.RM != 0 {
		return uint32(in.RM - 1)
	}
	for _, o := range in.Op.Row().Operands {
		if o.Name == "rmx" {
			return 0
		}
	}
	return 7
}
