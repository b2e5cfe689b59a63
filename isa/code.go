package isa

import (
	"github.com/rvfuzz/rvfuzz/isa/internal/table"
)

// code is a table row compiled for Encode and Decode. The four registers of an Inst travel as the bytes of one word,
// Rd lowest; the seven small fields after them travel as the bytes of another, in the order of packFields.
type code struct {
	fixed     uint32 // value of the bits in mask
	match     uint32 // fixed, and the defaults of the operands that may be left out
	mask      uint32
	regFile   uint32 // expected high bits of each register byte
	regCheck  uint32 // which bits of each register byte regFile fixes; all of an unused register
	regShift  [4]uint8
	regBits   [4]uint8
	immMin    int32
	immMax    int32
	immLow    int32 // the value's low bits below the step
	immStep   uint32
	immSign   uint8 // left shift that brings the sign bit to bit 31
	immWrap   uint8
	numPieces uint8
	size      uint8
	pieces    [8]piece
	fields    uint64 // packed fields that the instruction has, all bits of each set
	rmDefault RM     // value of the rm field when Inst.RM is zero
	rule      table.Rule
	name      string
}

const (
	hintRd0     = table.HintRd0
	hintImm0    = table.HintImm0
	hintImmNot0 = table.HintImmNot0
	anyRule     = ^(hintRd0 | hintImm0 | hintImmNot0 | table.ZcmpSpace)
)

// Bit positions of the packed fields.
const (
	atRM    = 0
	atAqRl  = 8
	atVM    = 16
	atNF    = 24
	atCSR   = 32
	atAVL   = 48
	atRList = 56
)

func packRegs(in *Inst) uint32 {
	return uint32(in.Rd) | uint32(in.Rs1)<<8 | uint32(in.Rs2)<<16 | uint32(in.Rs3)<<24
}

func packFields(in *Inst) uint64 {
	return uint64(in.RM) | uint64(in.AqRl)<<atAqRl | uint64(in.VM)<<atVM | uint64(in.NF)<<atNF |
		uint64(in.CSR)<<atCSR | uint64(in.AVL)<<atAVL | uint64(in.RList)<<atRList
}

var codes = buildCodes()

func buildCodes() [NumOps + 1]code {
	var out [NumOps + 1]code
	for i, r := range table.Rows() {
		out[i+1] = compile(&r, &rows[i+1])
	}
	return out
}

func compile(r *table.Row, row *Row) code {
	c := code{
		fixed: row.Match, match: row.Match, mask: row.Mask, regCheck: 0xffffffff, size: uint8(row.Size), rule: r.Rule, name: r.Name, immStep: 1,
	}
	if row.Size == 2 {
		c.mask |= 0xffff0000
	}
	for _, name := range operandNames(r.Form.Args()) {
		c.add(kindByName[name])
	}
	return c
}

func (c *code) add(k *kind) {
	switch k.Slot {
	case table.SlotRd, table.SlotRs1, table.SlotRs2, table.SlotRs3:
		c.addReg(int(k.Slot-table.SlotRd), k)
	case table.SlotImm:
		c.addImm(k)
	case table.SlotRM:
		c.fields |= 0xff << atRM
		if k.Name == "rm" {
			c.rmDefault = 7
		}
		c.match |= uint32(c.rmDefault) << 12
	case table.SlotAqRl:
		c.fields |= 0xff << atAqRl
	case table.SlotVM:
		c.fields |= 0xff << atVM
		c.match |= 1 << 25
	case table.SlotNF:
		c.fields |= 0xff << atNF
	case table.SlotCSR:
		c.fields |= 0xffff << atCSR
	case table.SlotAVL:
		c.fields |= 0xff << atAVL
	case table.SlotRList:
		c.fields |= 0xff << atRList
	}
}

func (c *code) addReg(slot int, k *kind) {
	file, check, width := byte(0), byte(0xe0), byte(31)
	switch k.Class {
	case table.F:
		file = 0x20
	case table.V:
		file = 0x40
	case table.XC:
		file, check, width = 0x08, 0xf8, 7
	case table.FC:
		file, check, width = 0x28, 0xf8, 7
	case table.S:
		file, width = 0x08, 7
		check = 0 // not one run of registers: sRegs checks them
	}
	c.regFile |= uint32(file) << (8 * slot)
	c.regCheck = c.regCheck&^(0xff<<(8*slot)) | uint32(check)<<(8*slot)
	c.regBits[slot] = width
	c.regShift[slot] = uint8(k.pieces[0].rot)
}

func (c *code) addImm(k *kind) {
	c.immMin, c.immMax = int32(k.Min), int32(k.Max)
	c.immStep = uint32(max(k.Step, 1))
	c.immLow = int32(k.Min & (int64(c.immStep) - 1))
	c.immWrap = uint8(k.Wrap)
	if k.Min < 0 {
		c.immSign = uint8(32 - k.width())
	}
	c.numPieces = uint8(copy(c.pieces[:], k.pieces))
}
