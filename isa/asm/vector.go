package asm

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// vectorPseudoOf returns the expansion of a comparison of the vector manual's table of pseudo-instructions, or nil.
func vectorPseudoOf(name string) pseudo {
	switch name {
	case "vmsge.vx", "vmsgeu.vx":
		return vectorNotLess
	case "vmslt.vi", "vmsltu.vi", "vmsge.vi", "vmsgeu.vi":
		return vectorImmediate
	}
	return nil
}

// parseAs parses operands as those of an instruction, and reports mistakes in them.
func (a *assembler) parseAs(name string, operands []piece) (isa.Inst, bool) {
	var text strings.Builder
	text.WriteString(name)
	var columns []int // of the operands in text
	for i, p := range operands {
		text.WriteByte(" ,"[min(i, 1)])
		columns = append(columns, text.Len())
		text.WriteString(p.text)
	}
	in, err := isa.Parse(text.String())
	if err != nil {
		at := piece{at: a.now.start}
		e := err.(*isa.ParseError) // ParseWith returns no other
		for i, column := range columns {
			if column < e.Column {
				at = operands[i]
			}
		}
		a.mistakeAt(at, "%s", e.Msg)
	}
	return in, err == nil
}

// vectorImmediate compares with a constant by the opposite or strict comparison with the constant below it. An unsigned 0
// has none below, and a known outcome: that of comparing a register with itself.
func vectorImmediate(a *assembler, name string, operands []piece) bool {
	if len(operands) < 3 {
		return a.mistake("%s: expected vd, vs2, a constant and perhaps v0.t", name)
	}
	v, ok := a.known(operands[2].text, operands[2].at)
	if !ok {
		return true
	}
	if v < -15 || v > 16 {
		return a.mistakeAt(operands[2], "%s: immediate %d is outside -15..16", name, v)
	}
	strict := map[string]string{"vmslt.vi": "vmsle.vi", "vmsltu.vi": "vmsleu.vi", "vmsge.vi": "vmsgt.vi", "vmsgeu.vi": "vmsgtu.vi"}[name]
	operands[2].text = fmt.Sprint(v - 1)
	if v == 0 && name == "vmsltu.vi" {
		strict, operands[2].text = "vmsne.vv", operands[1].text
	} else if v == 0 && name == "vmsgeu.vi" {
		strict, operands[2].text = "vmseq.vv", operands[1].text
	}
	if in, ok := a.parseAs(strict, operands); ok {
		a.now.insts = append(a.now.room[:0], in)
	}
	return true
}

// vectorNotLess expands vmsge.vx and vmsgeu.vx: compare for less, and complement the result, by an exclusive or with the mask
// if there is one. If the mask, v0, is also the destination, a scratch register is needed, the fifth operand.
func vectorNotLess(a *assembler, name string, operands []piece) bool {
	less := strings.Replace(name, "ge", "lt", 1)
	if len(operands) == 5 {
		return a.notLessThrough(less, operands)
	}
	in, ok := a.parseAs(less, operands)
	switch {
	case !ok:
		return true
	case in.VM == isa.V0T && in.Rd == isa.V0:
		return a.mistake("%s: a masked comparison into v0 needs a scratch register", name)
	}
	second := isa.Inst{Op: isa.VMNAND_MM, Rd: in.Rd, Rs1: in.Rd, Rs2: in.Rd}
	if in.VM == isa.V0T {
		second = isa.Inst{Op: isa.VMXOR_MM, Rd: in.Rd, Rs1: isa.V0, Rs2: in.Rd}
	}
	a.now.insts = append(a.now.room[:0], in, second)
	return true
}

// notLessThrough is the masked comparison with a scratch register, which holds the opposite comparison.
func (a *assembler) notLessThrough(less string, operands []piece) bool {
	vd, ok := isa.ParseReg(operands[0].text)
	if !ok || !vd.IsVector() {
		return a.mistakeAt(operands[0], "%.60q is not a vector register", operands[0].text)
	}
	if operands[3].text != "v0.t" {
		return a.mistakeAt(operands[3], "expected v0.t before a scratch register")
	}
	operands[0] = operands[4]
	in, ok := a.parseAs(less, operands[:3])
	if !ok {
		return true
	}
	scratch := in.Rd
	if scratch == isa.V0 || scratch == vd {
		return a.mistakeAt(operands[4], "the scratch register must be neither v0 nor the destination")
	}
	and := func(d, s2, s1 isa.Reg) isa.Inst { return isa.Inst{Op: isa.VMANDN_MM, Rd: d, Rs2: s2, Rs1: s1} }
	if vd == isa.V0 {
		a.now.insts = append(a.now.room[:0], in, and(vd, vd, scratch))
		return true
	}
	a.now.insts = append(a.now.room[:0], in, and(scratch, isa.V0, scratch), and(vd, vd, isa.V0),
		isa.Inst{Op: isa.VMOR_MM, Rd: vd, Rs2: scratch, Rs1: vd})
	return true
}
