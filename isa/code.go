package isa

import (
	"math/bits"

	"github.com/rvfuzz/rvfuzz/isa/internal/table"
)

// code is a table row compiled for Encode and Decode. The four registers of an Inst travel as the bytes of one word, Rd
// lowest. The bits of the registers and of the immediate that are equally far from their places in the instruction move
// there together, by one mask and one rotation. Three distances are enough for the registers of every row, one of them
// being seven places, and four for most immediates; the other immediates have more in far.
//
// Decode reads only the first 64 bytes, so that the instructions of a program need few cache lines.
type code struct {
	mask, fixed uint32    // a word is the instruction if word&mask == fixed,
	need        uint32    // and needs no further check if it has a bit in need: a field that must not be zero
	near        uint32    // the register bits that are seven places higher in the word
	regs        [2]uint32 // those at other distances
	imms        [4]uint32 // the bits of the immediate by their distance
	regFile     uint32    // expected high bits of each register byte
	immSign     uint32    // the highest bit of an immediate that is signed
	regDown     [2]uint8  // rotations to the left that take regs and imms from the word
	immDown     [4]uint8
	immWrap     uint8    // see table.Operand
	fields      fieldSet // small fields that the instruction has
	rule        table.Rule
	size        uint8 // in bytes
	rmDefault   RM    // value of the rm field when Inst.RM is zero

	slow     bool     // Encode must check more than registers and immediate
	regUp    [2]uint8 // rotations to the left that take regs and imms to the word
	immUp    [4]uint8
	match    uint32 // fixed, and the defaults of optional operands
	regCheck uint32 // which bits of each register byte regFile fixes; all of an unused register
	immStep  uint32 // step less one
	immMin   int64  // least immediate, 0 without one
	immSpan  uint64 // greatest less least
	far      []piece
}

// nearBits is the distance of near: that of rd, and of rs1, from their bytes.
const nearBits = 7

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

// smallFields returns zero if and only if all fields besides the registers and the immediate are.
func smallFields(in *Inst) uint32 {
	return uint32(in.RM) | uint32(in.AqRl)<<8 | uint32(in.VM)<<16 | uint32(in.NF)<<24 | uint32(in.CSR) |
		uint32(uint16(in.AVL)|uint16(in.RList)<<8)
}

var codes = buildCodes()

func buildCodes() [NumOps + 1]code {
	out := [NumOps + 1]code{{fixed: 1}} // no word has the zero Op: its mask is empty
	for i, r := range table.Rows() {
		out[i+1] = compile(&r, &rows[i+1])
	}
	return out
}

func compile(r *table.Row, row *Row) code {
	c := code{
		fixed: row.Match, match: row.Match, mask: row.Mask, need: anyBit, regCheck: 0xffffffff, size: uint8(row.Size), rule: r.Rule,
	}
	if row.Size == 2 {
		c.mask |= 0xffff0000
	}
	for _, k := range formOperands[r.Form] {
		c.add(k)
	}
	c.slow = c.ruled() || c.immWrap != 0 || c.fields&hasRList != 0 || c.far != nil
	if c.fields != 0 || c.immWrap != 0 || c.far != nil || c.rule&anyRule&^notZero != 0 {
		c.need = 0
	}
	for i := range c.regUp {
		c.regDown[i] = -c.regUp[i] & 31
	}
	for i := range c.immUp {
		c.immDown[i] = -c.immUp[i] & 31
	}
	return c
}

// ruled reports whether broken has anything to check.
func (c *code) ruled() bool { return c.rule&anyRule != 0 || c.fields&hasVM != 0 }

// anyBit is the need of an instruction whose fields may all be zero.
const anyBit = 0xffffffff

// notZero are the rules that need can express, one per row.
const notZero = table.RdNot0 | table.Rs1Not0 | table.Rs2Not0 | table.ImmNot0

var notZeroRules = [...]table.Rule{
	table.SlotRd: table.RdNot0, table.SlotRs1: table.Rs1Not0, table.SlotRs2: table.Rs2Not0, table.SlotRs3: 0, table.SlotImm: table.ImmNot0,
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
	case table.S: // two runs of registers: the rule SRegs checks them
		file, check, width = 0x08, 0, 7
	}
	at := 8 * slot
	c.regFile |= file << at
	c.regCheck = c.regCheck&^(0xff<<at) | check<<at
	c.requires(k)
	up := uint8(k.pieces[0].rot-at) & 31
	if up == nearBits {
		c.near |= width << at
	} else if !pickBits(c.regs[:], c.regUp[:], up, width<<at) {
		panic("isa: the registers of a form are at more than three distances: " + k.Name)
	}
}

func (c *code) addImm(k *kind) {
	c.immMin, c.immSpan = k.Min, uint64(k.Max-k.Min)
	c.immStep = uint32(max(k.Step, 1) - 1)
	c.immWrap = uint8(k.Wrap)
	if k.Min < 0 {
		c.immSign = 1 << (k.width() - 1)
	}
	for _, p := range k.pieces {
		if !pickBits(c.imms[:], c.immUp[:], uint8(p.rot)&31, p.mask) {
			c.far = append(c.far, p)
		}
	}
	c.requires(k)
	if !k.fills() {
		c.need = 0
	}
}

// requires sets need to a field that must not be zero. A second such field is left to the rule.
func (c *code) requires(k *kind) {
	switch {
	case c.rule&notZeroRules[k.Slot] == 0:
	case c.need == anyBit:
		c.need = k.wordMask()
	default:
		c.need = 0
	}
}

// pickBits adds bits to the mask of their distance, and reports whether there was room for it.
func pickBits(masks []uint32, ups []uint8, up uint8, bits uint32) bool {
	for i := range masks {
		if masks[i] == 0 || ups[i] == up {
			masks[i] |= bits
			ups[i] = up
			return true
		}
	}
	return false
}

// putRegs returns the bits of all registers in their places.
func (c *code) putRegs(regs uint32) uint32 {
	return regs&c.near<<nearBits | rotate(regs&c.regs[0], c.regUp[0]) | rotate(regs&c.regs[1], c.regUp[1])
}

// getRegs returns the numbers of all registers as bytes, with their files.
func (c *code) getRegs(w uint32) uint32 {
	return w>>nearBits&c.near | rotate(w, c.regDown[0])&c.regs[0] | rotate(w, c.regDown[1])&c.regs[1] | c.regFile
}

// putImm returns the bits of the immediate in their places, except the far ones.
func (c *code) putImm(v uint32) uint32 {
	return rotate(v&c.imms[0], c.immUp[0]) | rotate(v&c.imms[1], c.immUp[1]) |
		rotate(v&c.imms[2], c.immUp[2]) | rotate(v&c.imms[3], c.immUp[3])
}

// getImm returns the bits of the immediate, except the far ones.
func (c *code) getImm(w uint32) uint32 {
	return rotate(w, c.immDown[0])&c.imms[0] | rotate(w, c.immDown[1])&c.imms[1] |
		rotate(w, c.immDown[2])&c.imms[2] | rotate(w, c.immDown[3])&c.imms[3]
}

// extend sign-extends a signed immediate.
func (c *code) extend(v uint32) int64 { return int64(int32(v ^ c.immSign - c.immSign)) }

func rotate(v uint32, by uint8) uint32 { return bits.RotateLeft32(v, int(by)) }
