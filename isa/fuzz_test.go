package isa_test

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// choices turns fuzz bytes into numbers, which are zero after the last byte.
type choices struct{ data []byte }

func (c *choices) u8() byte {
	if len(c.data) == 0 {
		return 0
	}
	b := c.data[0]
	c.data = c.data[1:]
	return b
}

func (c *choices) u16() uint16 { return uint16(c.u8()) | uint16(c.u8())<<8 }

func (c *choices) i64() int64 {
	var b [8]byte
	c.data = c.data[copy(b[:], c.data):]
	return int64(binary.LittleEndian.Uint64(b[:]))
}

// inst returns an instruction of any row. The row allows its operands, except where the first byte plants a mistake: bit 0
// puts any value into a used field, bit 1 sets a field that the row does not have.
func (c *choices) inst() isa.Inst {
	mistakes := c.u8()
	in := isa.Inst{Op: isa.Op(int(c.u16())%isa.NumOps + 1)}
	for _, o := range in.Op.Row().Operands {
		c.fill(&in, o)
	}
	if mistakes&1 != 0 {
		operands := in.Op.Row().Operands
		if len(operands) > 0 {
			c.spoil(&in, operands[int(c.u8())%len(operands)].Field)
		}
	}
	if mistakes&2 != 0 {
		c.spoil(&in, isa.Field(c.u8()%uint8(isa.FieldRList)+1))
	}
	return in
}

// fill sets a field to a value that its operand allows.
func (c *choices) fill(in *isa.Inst, o isa.Operand) {
	switch o.Field {
	case isa.FieldRd:
		in.Rd = c.reg(o)
	case isa.FieldRs1:
		in.Rs1 = c.reg(o)
	case isa.FieldRs2:
		in.Rs2 = c.reg(o)
	case isa.FieldRs3:
		in.Rs3 = c.reg(o)
	case isa.FieldImm:
		n := (o.Max-o.Min)/o.Step + 1
		in.Imm = o.Min + o.Step*(int64(uint32(c.i64()))%n)
		if o.Wrap != 0 {
			in.Imm &= 1<<o.Wrap - 1
		}
	case isa.FieldRM:
		in.RM = []isa.RM{0, isa.RNE, isa.RTZ, isa.RDN, isa.RUP, isa.RMM, isa.DYN}[c.u8()%7]
	case isa.FieldAqRl:
		in.AqRl = isa.AqRl(c.u8() & 3)
	case isa.FieldVM:
		in.VM = isa.VM(c.u8() & 1)
	case isa.FieldNF:
		in.NF = c.u8() & 7
	case isa.FieldCSR:
		in.CSR = c.u16() & 0xfff
	case isa.FieldAVL:
		in.AVL = c.u8() & 31
	case isa.FieldRList:
		in.RList = c.u8()%12 + 4
	}
}

// reg returns one of the registers that the operand takes.
func (c *choices) reg(o isa.Operand) isa.Reg {
	n := uint32(c.u8()) & 31
	for o.Regs>>n&1 == 0 {
		n = (n + 1) & 31
	}
	return isa.Reg(n) + 32*isa.Reg(o.File-isa.IntFile)
}

// spoil sets a field to any value.
func (c *choices) spoil(in *isa.Inst, f isa.Field) {
	switch f {
	case isa.FieldRd:
		in.Rd = isa.Reg(c.u8())
	case isa.FieldRs1:
		in.Rs1 = isa.Reg(c.u8())
	case isa.FieldRs2:
		in.Rs2 = isa.Reg(c.u8())
	case isa.FieldRs3:
		in.Rs3 = isa.Reg(c.u8())
	case isa.FieldImm:
		in.Imm = c.i64()
	case isa.FieldRM:
		in.RM = isa.RM(c.u8())
	case isa.FieldAqRl:
		in.AqRl = isa.AqRl(c.u8())
	case isa.FieldVM:
		in.VM = isa.VM(c.u8())
	case isa.FieldNF:
		in.NF = c.u8()
	case isa.FieldCSR:
		in.CSR = c.u16()
	case isa.FieldAVL:
		in.AVL = c.u8()
	case isa.FieldRList:
		in.RList = c.u8()
	}
}

// FuzzEncode makes instructions of every row, with valid and invalid operands. One that Encode takes must decode to itself,
// here and by riscv64asm, parse back from its text, and survive compression; any other must get a named error.
func FuzzEncode(f *testing.F) {
	for op := uint16(0); op < isa.NumOps; op += 7 {
		f.Add([]byte{0, byte(op), byte(op >> 8), 1, 2, 3, 4, 5, 6, 7, 8, 9})
		f.Add([]byte{3, byte(op), byte(op >> 8), 0xff, 0xfe, 3, 4, 0xf5, 6, 7, 0xf8, 9, 10, 11, 12})
	}
	d := decode.New()
	f.Fuzz(func(t *testing.T, data []byte) {
		in := (&choices{data}).inst()
		word, err := isa.Encode(in)
		if err != nil {
			checkRefusal(t, in, err)
			return
		}
		checkDecode(t, d, in, word)
		checkText(t, in)
		checkCompression(t, in)
	})
}

func checkRefusal(t *testing.T, in isa.Inst, err error) {
	var e *isa.OperandError
	if !errors.As(err, &e) || e.Rule == "" {
		t.Errorf("Encode(%+v): %v does not name a rule", in, err)
		return
	}
	if e.Op != in.Op || e.Name == "" || !strings.HasPrefix(err.Error(), "isa: "+e.Name+": ") {
		t.Errorf("Encode(%+v): %q does not name the instruction", in, err)
	}
}

func checkDecode(t *testing.T, d *decode.Decoder, in isa.Inst, word uint32) {
	back, err := in.Op.Decode(word)
	if err != nil || back != in.Canonical() {
		t.Errorf("%+v encodes to %#x, which decodes to %+v, %v", in, word, back, err)
	}
	if err := words.Check(d, word); err != nil {
		t.Error(err)
	}
	if _, legality := isa.Classify(word); legality != isa.Legal {
		t.Errorf("Classify(%#x) = %v for %s", word, legality, in)
	}
}

func checkText(t *testing.T, in isa.Inst) {
	back, err := isa.Parse(in.String())
	if err != nil || back != in.Canonical() {
		t.Errorf("%+v is %q, which parses to %+v, %v", in, in, back, err)
	}
}

// checkCompression checks Compress and Expand against each other.
func checkCompression(t *testing.T, in isa.Inst) {
	if short, ok := isa.Compress(in, isa.RVC|isa.Zcb); ok {
		long, ok := isa.Expand(short)
		if !ok || !equivalent(long, in.Canonical()) {
			t.Errorf("%s compresses to %s, which expands to %s", in, short, long)
		}
		if _, err := isa.Encode(short); err != nil || short.IsHint() {
			t.Errorf("%s compresses to %s: %v", in, short, err)
		}
	}
	if long, ok := isa.Expand(in); ok {
		if _, err := isa.Encode(long); err != nil {
			t.Errorf("%s expands to %s: %v", in, long, err)
		}
		if short, ok := isa.Compress(long, isa.RVC|isa.Zcb); !ok && !in.IsHint() {
			t.Errorf("%s expands to %s, which does not compress", in, long)
		} else if again, _ := isa.Expand(short); ok && !equivalent(again, long) {
			t.Errorf("%s expands to %s, which compresses to %s", in, long, short)
		}
	}
}

// equivalent reports whether a and b do the same: they are equal, have the sources of a commutative operation swapped, or
// are two ways to copy a register.
func equivalent(a, b isa.Inst) bool {
	if a == b {
		return true
	}
	if from, ok := copied(a); ok {
		from2, ok2 := copied(b)
		return ok2 && a.Rd == b.Rd && from == from2
	}
	b.Rs1, b.Rs2 = b.Rs2, b.Rs1
	switch a.Op {
	case isa.ADD, isa.AND, isa.OR, isa.XOR, isa.ADDW, isa.MUL, isa.BEQ, isa.BNE:
		return a == b
	}
	return false
}

// copied returns the register that in copies to its destination, if that is all it does.
func copied(in isa.Inst) (isa.Reg, bool) {
	switch {
	case in.Op == isa.ADDI && in.Imm == 0:
		return in.Rs1, true
	case in.Op == isa.ADD && in.Rs1 == isa.Zero:
		return in.Rs2, true
	case in.Op == isa.ADD && in.Rs2 == isa.Zero:
		return in.Rs1, true
	}
	return 0, false
}

// FuzzDecode compares isa with riscv64asm, and Encode with Decode, on any word.
func FuzzDecode(f *testing.F) {
	for _, v := range vectors {
		f.Add(v.word)
	}
	f.Add(uint32(0))
	f.Add(^uint32(0))
	d := decode.New()
	f.Fuzz(func(t *testing.T, word uint32) {
		if word&3 != 3 {
			word &= 0xffff
		}
		if err := words.Check(d, word); err != nil {
			t.Error(err)
		}
		in, err := isa.Decode(word)
		if err != nil {
			var reserved *isa.ReservedError
			var unknown *isa.UnknownError
			if !errors.As(err, &reserved) && !errors.As(err, &unknown) {
				t.Errorf("Decode(%#x): %v", word, err)
			}
			return
		}
		if back, err := isa.Encode(in); err != nil || back != word {
			t.Errorf("%#x is %s, which encodes to %#x, %v", word, in, back, err)
		}
		checkText(t, in)
		checkCompression(t, in)
	})
}

// FuzzAsm parses any text. An instruction that it finds must encode, and its own text must parse to the same.
func FuzzAsm(f *testing.F) {
	for _, v := range vectors {
		f.Add(v.text)
	}
	for _, v := range aliasVectors {
		f.Add(v.alias)
	}
	for _, text := range []string{"lw a0,(a1)", "lw a0,%lo(x)(a1)", "fence 9,1", "cm.push {ra},-16", "vsetvli a0,a1,e8", "li a0,"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, line string) {
		in, err := isa.Parse(line)
		if err != nil {
			var e *isa.ParseError
			if !errors.As(err, &e) || e.Column < 1 || e.Column > len(line)+1 {
				t.Errorf("Parse(%q): %v at column %d", line, err, e.Column)
			}
			return
		}
		if _, err := isa.Encode(in); err != nil {
			t.Errorf("Parse(%q) = %+v, which does not encode: %v", line, in, err)
		}
		checkText(t, in)
	})
}
