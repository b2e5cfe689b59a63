package isa

import "github.com/rvfuzz/rvfuzz/isa/internal/table"

// Decode returns the instruction of a word. The low two bits say whether it is 32 bits long or 16; of a 16-bit one the
// upper half must be zero. The error is a *ReservedError or an *UnknownError; nothing is allocated on success.
//
// Where Zcmp and Zcmt share encodings with Zcd, Decode takes Zcd's meaning; see DecodeZcmp.
func Decode(word uint32) (Inst, error) {
	in, why := decode(&mainTree, word)
	if why != "" {
		return Inst{}, decodeError(word, in.Op, why)
	}
	return in, nil
}

// DecodeZcmp is Decode for a hart that has Zcmp and Zcmt and therefore no Zcd: words of c.fld, c.fsd, c.fldsp and
// c.fsdsp are cm.push and its kin, or nothing.
func DecodeZcmp(word uint32) (Inst, error) {
	in, why := decode(&zcmpTree, word)
	if why != "" {
		return Inst{}, decodeError(word, in.Op, why)
	}
	return in, nil
}

// Verdict is what Classify says of a word.
type Verdict uint8

const (
	Unknown  Verdict = iota // no instruction of the table
	Reserved                // fixed bits of an instruction, operands that the manual reserves
	Legal                   // an instruction
)

// Classify tells what Decode would make of a word without building an error. The Op is the instruction, or for a
// reserved encoding the one that it would be, or 0.
func Classify(word uint32) (Op, Verdict) {
	in, why := decode(&mainTree, word)
	switch why {
	case "":
		return in.Op, Legal
	case unknownWord:
		return 0, Unknown
	}
	return in.Op, Reserved
}

const unknownWord = "unknown"

func decodeError(word uint32, op Op, why string) error {
	if why == unknownWord {
		return &UnknownError{word}
	}
	return &ReservedError{word, op, why}
}

// decode returns the instruction, and "" or the reason why there is none.
func decode(t *tree, w uint32) (Inst, string) {
	op := t.lookup(w)
	if op == 0 {
		return reservedWord(w)
	}
	c := &codes[op]
	in := Inst{Op: op}
	in.Rd = Reg(c.regFile) | Reg(w>>(c.regShift[0]&31))&Reg(c.regBits[0])
	in.Rs1 = Reg(c.regFile>>8) | Reg(w>>(c.regShift[1]&31))&Reg(c.regBits[1])
	in.Rs2 = Reg(c.regFile>>16) | Reg(w>>(c.regShift[2]&31))&Reg(c.regBits[2])
	in.Rs3 = Reg(c.regFile>>24) | Reg(w>>(c.regShift[3]&31))&Reg(c.regBits[3])
	if c.numPieces != 0 {
		in.Imm = c.widen(w)
		if in.Imm < int64(c.immMin) || in.Imm > int64(c.immMax) {
			return in, "the immediate is out of range"
		}
		if c.immWrap != 0 {
			in.Imm &= 1<<c.immWrap - 1
		}
	}
	if c.fields != 0 {
		if why := c.readFields(w, &in); why != "" {
			return in, why
		}
	}
	if c.rule&anyRule != 0 {
		if c.rule&table.SRegs != 0 {
			in.Rs1, in.Rs2 = sRegOf(in.Rs1), sRegOf(in.Rs2)
		}
		return in, c.broken(&in)
	}
	return in, ""
}

// widen gathers the immediate's bits and sign-extends them where the field is signed.
func (c *code) widen(w uint32) int64 {
	var v uint32
	for _, p := range c.pieces[:c.numPieces] {
		v |= p.get(w)
	}
	s := c.immSign & 31
	return int64(int32(v<<s)>>s | c.immLow)
}

func (c *code) readFields(w uint32, in *Inst) string {
	f := c.fields
	if uint8(f>>atRM) != 0 {
		rm := RM(w >> 12 & 7)
		if rm == 5 || rm == 6 {
			return "the rounding mode is reserved"
		}
		if rm != c.rmDefault {
			in.RM = rm + 1
		}
	}
	in.AqRl = AqRl(w>>25) & AqRl(f>>atAqRl) & 3
	in.VM = VM(^w>>25) & VM(f>>atVM) & 1
	in.NF = uint8(w>>29) & uint8(f>>atNF)
	in.CSR = uint16(w>>20) & uint16(f>>atCSR)
	in.AVL = uint8(w>>15) & uint8(f>>atAVL) & 31
	in.RList = uint8(w>>4) & uint8(f>>atRList) & 15
	if in.RList < 4 && uint8(f>>atRList) != 0 {
		return "the register list is reserved"
	}
	return ""
}

// sRegOf turns x8+n, n in 0..7, into the saved register sn.
func sRegOf(r Reg) Reg {
	if r <= S1 {
		return r
	}
	return r + (S2 - S1 - 1)
}
