package isa

import (
	"encoding/binary"

	"github.com/rvfuzz/rvfuzz/isa/internal/table"
)

// WordAt returns the instruction word at the start of code, as Decode takes it, and its size in bytes. code must have at
// least two bytes; of a 32-bit instruction that it cuts off, the first two are returned.
func WordAt(code []byte) (word uint32, size int) {
	if code[0]&3 != 3 || len(code) < 4 {
		return uint32(binary.LittleEndian.Uint16(code)), 2
	}
	return binary.LittleEndian.Uint32(code), 4
}

// Decode returns the instruction of a word. The low two bits say whether it is 32 bits long or 16; of a 16-bit one the
// upper half must be zero. The error is a *ReservedError or an *UnknownError; nothing is allocated on success.
//
// Where Zcmp and Zcmt share encodings with Zcd, Decode takes Zcd's meaning; see DecodeZcmp.
func Decode(word uint32) (in Inst, err error) {
	op := mainTree.likely(word)
	c := &codes[op]
	if word&c.mask != c.fixed || word&c.need == 0 {
		return decodeWhole(&mainTree, word)
	}
	in.setRegs(op, c.getRegs(word))
	in.Imm = c.extend(c.getImm(word))
	return in, nil
}

// DecodeZcmp is Decode for a hart that has Zcmp and Zcmt and therefore no Zcd: words of c.fld, c.fsd, c.fldsp and
// c.fsdsp are instructions of Zcmp and Zcmt, or unknown.
func DecodeZcmp(word uint32) (in Inst, err error) { return decodeWhole(zcmpTree(), word) }

// Decode returns the instruction of a word as a hart that has op decodes it: by DecodeZcmp if op is of Zcmp or Zcmt, and with
// the instructions that are not ratified if op is one, by the function Decode otherwise. The word need not be one of op.
func (op Op) Decode(word uint32) (Inst, error) {
	switch {
	case op.valid() && codes[op].rule&table.ZcmpSpace != 0:
		return DecodeZcmp(word)
	case op.valid() && !op.Ratified():
		return decodeWhole(nextTree(), word)
	}
	return Decode(word)
}

// Decode is the function Decode for a hart of the architecture: with Zcmp or Zcmt it takes words of Zcd for theirs, and it knows
// the instructions that are not ratified if an extension of them is named. Instructions of other extensions that the
// architecture lacks are decoded too.
func (m March) Decode(word uint32) (Inst, error) {
	switch {
	case m.unratified && m.zcmp:
		return decodeWhole(nextZcmpTree(), word)
	case m.unratified:
		return decodeWhole(nextTree(), word)
	case m.zcmp:
		return DecodeZcmp(word)
	}
	return Decode(word)
}

// DecodeBytes is Decode for the bytes at the start of code. size is the number of bytes of the instruction, and after an error that
// of the word that is none: 2 or 4, or the 1 that is left.
func DecodeBytes(code []byte) (in Inst, size int, err error) { return March{}.DecodeBytes(code) }

// DecodeBytes is the function DecodeBytes for a hart of the architecture, as March.Decode.
func (m March) DecodeBytes(code []byte) (in Inst, size int, err error) {
	if len(code) < 2 {
		return in, len(code), &UnknownError{}
	}
	word, size := WordAt(code)
	if size == 2 && word&3 == 3 { // cut off
		return in, size, &UnknownError{word}
	}
	in, err = m.Decode(word)
	return in, size, err
}

// Legality classifies a word.
type Legality uint8

const (
	Unknown  Legality = iota // no instruction of the table
	Reserved                 // the fixed bits of an instruction with operands that the manual reserves
	Legal                    // an instruction
)

// Classify returns the Op and the legality of a word. It is Decode without the cost of an error: the Op is that of the
// instruction, for a reserved encoding that of the instruction meant, and 0 for an unknown word.
func Classify(word uint32) (Op, Legality) {
	var in Inst
	switch mainTree.decode(word, &in) {
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

func decodeWhole(t *tree, word uint32) (in Inst, err error) {
	if why := t.decode(word, &in); why != "" {
		return Inst{}, decodeError(word, in.Op, why)
	}
	return in, nil
}

// decode fills in, which must be zero, and returns "", or the reason why the word is no instruction. It repeats the steps of
// Decode that are enough for most instructions, and takes the other ones.
func (t *tree) decode(w uint32, in *Inst) string {
	op := t.find(w)
	if op == 0 {
		return reservedWord(w, in)
	}
	c := &codes[op]
	in.setRegs(op, c.getRegs(w))
	in.Imm = c.wholeImm(w)
	if uint64(in.Imm-c.immMin) > c.immSpan {
		return "the immediate is out of range"
	}
	if c.immWrap != 0 {
		in.Imm &= 1<<c.immWrap - 1
	}
	if why := c.readFields(w, in); why != "" {
		return why
	}
	if c.rule&table.SRegs != 0 {
		in.Rs1, in.Rs2 = sRegOf(in.Rs1), sRegOf(in.Rs2)
	}
	if c.ruled() {
		return c.broken(in)
	}
	return ""
}

func (in *Inst) setRegs(op Op, regs uint32) {
	in.Op, in.Rd, in.Rs1, in.Rs2, in.Rs3 = op, Reg(regs), Reg(regs>>8), Reg(regs>>16), Reg(regs>>24)
}

// wholeImm returns the immediate with its far bits, and with the low bits that all values of an operand have.
func (c *code) wholeImm(w uint32) int64 {
	v := c.getImm(w)
	for _, p := range c.far {
		v |= p.get(w)
	}
	return c.extend(v) | c.immMin&int64(c.immStep)
}

func (c *code) readFields(w uint32, in *Inst) string {
	f := c.fields
	if f&hasRM != 0 {
		rm := RM(w >> 12 & 7)
		if rm == 5 || rm == 6 {
			return "the rounding mode is reserved"
		}
		if rm != c.rmDefault {
			in.RM = rm + 1
		}
	}
	if f&hasAqRl != 0 {
		in.AqRl = AqRl(w &^ c.mask >> 25 & 3)
	}
	if f&hasVM != 0 {
		in.VM = VM(^w >> 25 & 1)
	}
	if f&hasNF != 0 {
		in.NF = uint8(w >> 29)
	}
	if f&hasCSR != 0 {
		in.CSR = uint16(w >> 20)
	}
	if f&hasAVL != 0 {
		in.AVL = uint8(w >> 15 & 31)
	}
	if f&hasRList != 0 {
		in.RList = uint8(w >> 4 & 15)
		if in.RList < 4 {
			return "the register list is reserved"
		}
	}
	return ""
}

// sRegOf returns the saved register sn for x8+n, n in 0..7.
func sRegOf(r Reg) Reg {
	if r <= S1 {
		return r
	}
	return r + (S2 - S1 - 1)
}
