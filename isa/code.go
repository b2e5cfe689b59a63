package isa

import (
	"math/bits"

	"github.com/rvfuzz/rvfuzz/isa/internal/table"
)

// code is a table row compiled for Encode and Decode. The four registers of an Inst travel as the bytes of one word,
// Rd lowest. Each register and each piece of the immediate moves to its place by a mask and a multiplication with a
// power of two; the products are added up as 64 bits of which the upper half is the result, so that a value can move
// either way. The same in the other direction takes the word apart.
type code struct {
	fixed     uint32 // value of the bits in mask
	mask      uint32
	match     uint32  // fixed, and the defaults of the operands that may be left out
	regFile   uint32  // expected high bits of each register byte
	regCheck  uint32  // which bits of each register byte regFile fixes; all of an unused register
	slow      bool    // Encode has more to look at than registers and immediate
	plain     bool    // Decode has not
	size      uint8   // in bytes
	immSign   uint8   // left shift that brings the sign bit of the immediate to bit 31
	immWrap   uint8   // see table.Operand
	regPicks  [4]pick // regs and imms the other way, apart so that Decode touches few cache lines
	immPicks  [8]pick
	regs      [4]move  // byte of the register word to word
	imms      [8]move  // immediate to word
	immMin    int64    // least immediate, 0 when there is none
	immSpan   uint64   // greatest less least
	immStep   uint64   // step less one
	pieces    int      // of the immediate
	fields    fieldSet // small fields that the instruction has
	rmDefault RM       // value of the rm field when Inst.RM is zero
	rule      table.Rule
	name      string
}

// move takes the bits of a value to their place in the word, and back.
type move struct {
	from  uint32 // mask in the value
	there uint64 // multiplier from value to word
}

// pick takes the bits of a word to their place in a value.
type pick struct {
	mask uint32 // in the word
	rot  uint32
}

// newMove gives both ways between a value and a word that has its bits rot places higher.
func newMove(from uint32, rot int) (move, pick) {
	return move{from: from, there: 1 << (32 + rot)}, pick{mask: bits.RotateLeft32(from, rot), rot: uint32(-rot) & 31}
}

func (m *move) put(v uint32) uint64 { return uint64(v&m.from) * m.there }
func (p *pick) get(w uint32) uint32 { return bits.RotateLeft32(w&p.mask, int(p.rot)) }

// fieldSet is a set of the small fields of an Inst.
type fieldSet uint8

const (
	hasRM fieldSet = 1 << iota
	hasAqRl
	hasVM
	hasNF
	hasCSR
	hasAVL
	hasRList
)

const (
	hintRd0     = table.HintRd0
	hintImm0    = table.HintImm0
	hintImmNot0 = table.HintImmNot0
	anyRule     = ^(hintRd0 | hintImm0 | hintImmNot0 | table.ZcmpSpace)
)

func packRegs(in *Inst) uint32 {
	return uint32(in.Rd) | uint32(in.Rs1)<<8 | uint32(in.Rs2)<<16 | uint32(in.Rs3)<<24
}

// smallFields returns zero if and only if all fields besides the registers and the immediate are. It reads them two by
// two, and no pair crosses the middle of an Inst: callers copy one in two overlapping moves, and a load that needs both
// would wait for them to reach the cache.
func smallFields(in *Inst) uint16 {
	return (uint16(in.RM) | uint16(in.AqRl)<<8) | (uint16(in.VM) | uint16(in.NF)<<8) | in.CSR |
		(uint16(in.AVL) | uint16(in.RList)<<8)
}

var codes = buildCodes()

func buildCodes() [NumOps + 1]code {
	out := [NumOps + 1]code{{fixed: 1}} // no word is the zero Op: its mask is empty
	for i, r := range table.Rows() {
		out[i+1] = compile(&r, &rows[i+1])
	}
	return out
}

func compile(r *table.Row, row *Row) code {
	c := code{
		fixed: row.Match, match: row.Match, mask: row.Mask, regCheck: 0xffffffff, size: uint8(row.Size), rule: r.Rule, name: r.Name,
	}
	if row.Size == 2 {
		c.mask |= 0xffff0000
	}
	for _, k := range formOperands[r.Form] {
		c.add(k)
	}
	c.slow = c.rule&anyRule != 0 || c.immWrap != 0 || c.fields&hasRList != 0
	c.plain = !c.slow && c.fields == 0 && c.getImm(0) >= c.immMin && c.getImm(^uint32(0)) <= c.immMin+int64(c.immSpan)
	return c
}

func (c *code) add(k *kind) {
	switch k.Slot {
	case table.SlotRd, table.SlotRs1, table.SlotRs2, table.SlotRs3:
		c.addReg(int(k.Slot-table.SlotRd), k)
	case table.SlotImm:
		c.addImm(k)
	case table.SlotRM:
		c.fields |= hasRM
		if k.Name == "rm" {
			c.rmDefault = 7
		}
		c.match |= uint32(c.rmDefault) << 12
	case table.SlotAqRl:
		c.fields |= hasAqRl
	case table.SlotVM:
		c.fields |= hasVM
		c.match |= 1 << 25
	case table.SlotNF:
		c.fields |= hasNF
	case table.SlotCSR:
		c.fields |= hasCSR
	case table.SlotAVL:
		c.fields |= hasAVL
	case table.SlotRList:
		c.fields |= hasRList
	}
}

func (c *code) addReg(slot int, k *kind) {
	file, check, width := uint32(0), uint32(0xe0), uint32(31)
	switch k.Class {
	case table.F:
		file = 0x20
	case table.V:
		file = 0x40
	case table.XC:
		file, check, width = 0x08, 0xf8, 7
	case table.FC:
		file, check, width = 0x28, 0xf8, 7
	case table.S: // not one run of registers: the rule SRegs checks them
		file, check, width = 0x08, 0, 7
	}
	at := 8 * slot
	c.regFile |= file << at
	c.regCheck = c.regCheck&^(0xff<<at) | check<<at
	c.regs[slot], c.regPicks[slot] = newMove(width<<at, k.pieces[0].rot-at)
}

func (c *code) addImm(k *kind) {
	c.immMin, c.immSpan = k.Min, uint64(k.Max-k.Min)
	c.immStep = uint64(max(k.Step, 1) - 1)
	c.immWrap = uint8(k.Wrap)
	if k.Min < 0 {
		c.immSign = uint8(32 - k.width())
	}
	c.pieces = len(k.pieces)
	for i, p := range k.pieces {
		c.imms[i], c.immPicks[i] = newMove(p.mask, p.rot)
	}
}

// putRegs returns the bits of all registers, in the upper half.
func (c *code) putRegs(regs uint32) uint64 {
	return c.regs[0].put(regs) + c.regs[1].put(regs) + c.regs[2].put(regs) + c.regs[3].put(regs)
}

// getRegs returns the numbers of all registers as bytes.
func (c *code) getRegs(w uint32) uint32 {
	p := &c.regPicks
	return p[0].get(w) | p[1].get(w) | p[2].get(w) | p[3].get(w)
}

// putImm returns the bits of the immediate, in the upper half. Only jumps and 16-bit forms have more than four pieces.
func (c *code) putImm(v uint32) uint64 {
	sum := c.imms[0].put(v) + c.imms[1].put(v) + c.imms[2].put(v) + c.imms[3].put(v)
	if c.pieces > 4 {
		sum += c.imms[4].put(v) + c.imms[5].put(v) + c.imms[6].put(v) + c.imms[7].put(v)
	}
	return sum
}

// getImm gathers the immediate and sign-extends it where the field is signed.
func (c *code) getImm(w uint32) int64 {
	p := &c.immPicks
	v := p[0].get(w) | p[1].get(w) | p[2].get(w) | p[3].get(w)
	if c.pieces > 4 {
		v |= p[4].get(w) | p[5].get(w) | p[6].get(w) | p[7].get(w)
	}
	s := c.immSign & 31
	return int64(int32(v<<s)>>s) | c.immMin&int64(c.immStep)
}
