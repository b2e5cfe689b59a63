package asm

import (
	"debug/elf"
	"fmt"

	"github.com/rvfuzz/rvfuzz/isa"
)

// relocation is one of the section being emitted (psABI, "Relocations").
type relocation struct {
	offset int64
	kind   elf.R_RISCV
	symbol *symbol // nil for one that has none
	addend int64
}

// TLSDESC relocations, which debug/elf lacks.
const (
	relocTLSDescHi   elf.R_RISCV = 62
	relocTLSDescLoad elf.R_RISCV = 63
	relocTLSDescAdd  elf.R_RISCV = 64
	relocTLSDescCall elf.R_RISCV = 65
	relocSetULEB128  elf.R_RISCV = 60
	relocSubULEB128  elf.R_RISCV = 61
)

// kindOf returns the relocation of a fix in an instruction.
func (k fixKind) relocation(store bool) elf.R_RISCV {
	low := func(load, stored elf.R_RISCV) elf.R_RISCV {
		if store {
			return stored
		}
		return load
	}
	switch k {
	case fixHi:
		return elf.R_RISCV_HI20
	case fixLo:
		return low(elf.R_RISCV_LO12_I, elf.R_RISCV_LO12_S)
	case fixPCHi, fixDistance:
		return elf.R_RISCV_PCREL_HI20
	case fixPCLo:
		return low(elf.R_RISCV_PCREL_LO12_I, elf.R_RISCV_PCREL_LO12_S)
	case fixTable:
		return elf.R_RISCV_GOT_HI20
	case fixThreadHi:
		return elf.R_RISCV_TPREL_HI20
	case fixThreadLo:
		return low(elf.R_RISCV_TPREL_LO12_I, elf.R_RISCV_TPREL_LO12_S)
	case fixThreadAdd:
		return elf.R_RISCV_TPREL_ADD
	case fixInitialExec:
		return elf.R_RISCV_TLS_GOT_HI20
	case fixGeneralDynamic:
		return elf.R_RISCV_TLS_GD_HI20
	case fixDescriptorHi:
		return relocTLSDescHi
	case fixDescriptorLoad:
		return relocTLSDescLoad
	case fixDescriptorAdd:
		return relocTLSDescAdd
	case fixDescriptorCall:
		return relocTLSDescCall
	}
	panic("asm: a value has no relocation")
}

// mayRelax reports whether linkers shorten what has the relocation.
func mayRelax(kind elf.R_RISCV) bool {
	switch kind {
	case elf.R_RISCV_HI20, elf.R_RISCV_LO12_I, elf.R_RISCV_LO12_S, elf.R_RISCV_PCREL_HI20, elf.R_RISCV_PCREL_LO12_I, elf.R_RISCV_PCREL_LO12_S,
		elf.R_RISCV_CALL_PLT, elf.R_RISCV_TPREL_HI20, elf.R_RISCV_TPREL_LO12_I, elf.R_RISCV_TPREL_LO12_S, elf.R_RISCV_TPREL_ADD,
		relocTLSDescHi, relocTLSDescLoad, relocTLSDescAdd, relocTLSDescCall:
		return true
	}
	return false
}

// relocate adds a relocation of an instruction.
func (a *assembler) relocate(p *patch, offset int64, kind elf.R_RISCV, t term) {
	a.addRelocation(offset, kind, t.plus, t.num)
	if p.relax && mayRelax(kind) {
		a.addRelocation(offset, elf.R_RISCV_RELAX, nil, 0)
	}
	switch p.fix.kind {
	case fixThreadHi, fixThreadLo, fixThreadAdd, fixInitialExec, fixGeneralDynamic, fixDescriptorHi:
		a.object.info(t.plus).kind = elf.STT_TLS
	}
}

func (a *assembler) addRelocation(offset int64, kind elf.R_RISCV, s *symbol, addend int64) {
	if s != nil {
		info := a.object.info(s)
		if !info.referenced && a.symbols.find(s.name) != s { // of no name, as the place . has none
			a.object.invented = append(a.object.invented, s)
		}
		info.referenced = true
	}
	a.object.relocs = append(a.object.relocs, relocation{offset, kind, s, addend})
}

// emitPatchInObject is emitPatch for an object.
func (a *assembler) emitPatchInObject(it *item, p *patch, lines []Line) int {
	pc := a.nextAddress()
	lines[0].Address = pc
	v, err := a.resolve(p.fix, pc)
	if err != nil && err != errFar {
		a.fail(p.place, "%v", err)
		return 1
	}
	t, _ := a.termOfFix(p.fix)
	if p.pair {
		lines[1].Address = pc + 4
		a.emitPairInObject(p, pc, t)
		return 2
	}
	in := p.inst
	switch p.fix.kind {
	case fixDistance:
		a.emitJumpInObject(it, p, t, v, err == nil && a.staysNear(t.plus))
		return 1
	case fixThreadAdd, fixDescriptorCall:
	default:
		in.Imm = v
	}
	if it.form == short {
		in = a.compressed(in)
	}
	a.append(p, in)
	if !t.isNumber() {
		a.relocate(p, pc, p.fix.kind.relocation(in.Op.Row().Format == "S"), t)
	}
	return 1
}

// staysNear reports whether the distance from the item that is being emitted to a label is settled: no linker changes it, and no other
// object replaces the label.
func (a *assembler) staysNear(s *symbol) bool {
	here := &symbol{kind: symbolLabel, section: int32(a.measured), item: int32(a.object.item)}
	return a.object.bindOf(s) == elf.STB_LOCAL && a.isFixed(here, s)
}

// emitJumpInObject writes a jump or branch: complete, or for a linker to fill in.
func (a *assembler) emitJumpInObject(it *item, p *patch, t term, distance int64, settled bool) {
	in := p.inst
	in.Imm = distance
	if settled {
		switch it.form {
		case around:
			a.emitAround(p, in)
			return
		case short:
			in = a.compressed(in)
		}
		a.append(p, in)
		return
	}
	if t.plus == nil || t.minus != nil {
		a.fail(p.place, "the target of a jump must be a symbol")
		return
	}
	if it.form == short {
		in = a.compressed(in)
	}
	if it.form == around {
		a.append(p, p.skip(in))
		in = isa.Inst{Op: isa.JAL}
	}
	in.Imm = 0
	pc := a.nextAddress()
	a.append(p, in)
	kind := map[string]elf.R_RISCV{
		"B": elf.R_RISCV_BRANCH, "J": elf.R_RISCV_JAL, "CB": elf.R_RISCV_RVC_BRANCH, "CJ": elf.R_RISCV_RVC_JUMP,
	}[in.Op.Row().Format]
	a.relocate(p, pc, kind, t)
}

// emitPairInObject writes auipc and the instruction that adds the rest.
func (a *assembler) emitPairInObject(p *patch, pc int64, t term) {
	if t.plus == nil || t.minus != nil {
		a.fail(p.place, "expected a symbol")
		return
	}
	second := p.inst
	second.Imm = 0
	a.append(p, isa.Inst{Op: isa.AUIPC, Rd: p.base})
	a.append(p, second)
	if second.Op == isa.JALR {
		a.relocate(p, pc, elf.R_RISCV_CALL_PLT, t)
		return
	}
	label := &symbol{name: ".L0 ", kind: symbolLabel, section: int32(a.measured), item: int32(a.object.item)}
	a.relocate(p, pc, p.fix.kind.relocation(false), t)
	a.addRelocation(pc+4, fixPCLo.relocation(second.Op.Row().Format == "S"), label, 0)
	if p.relax {
		a.addRelocation(pc+4, elf.R_RISCV_RELAX, nil, 0)
	}
}

// emitPaddingInObject adds the relocation of a padding, if it has one.
func (a *assembler) emitPaddingInObject(p *padding) {
	switch {
	case p.reserve > 0:
		a.addRelocation(a.nextAddress(), elf.R_RISCV_ALIGN, nil, p.reserve)
	case p.kind == padLEB:
		t, err := a.termOf(p.size, false)
		if err == nil && !t.isNumber() && t.plus != nil && t.minus != nil && !p.signed {
			a.addRelocation(a.nextAddress(), relocSetULEB128, t.plus, t.num)
			a.addRelocation(a.nextAddress(), relocSubULEB128, t.minus, 0)
		}
	}
}

// emitCellInObject writes a data value: a number, or relocations that a linker adds up.
func (a *assembler) emitCellInObject(sec *section, c cell) {
	offset := sec.items[c.item].address + c.offset
	t, err := a.termOf(c.value, false)
	if err == nil && t.isNumber() {
		err = checkWidth(t.num, int(c.width))
	}
	if err == nil && !t.isNumber() {
		err = a.relocateCell(c, offset, t)
		t.num = 0
	}
	if err != nil {
		a.fail(c.place, "%v", err)
	}
	if len(a.errs) == 0 {
		putValue(a.image[offset:], t.num, int(c.width))
	}
}

func (a *assembler) relocateCell(c cell, offset int64, t term) error {
	if t.plus == nil {
		return errUnsettled
	}
	if t.minus == nil {
		kind := map[int32]elf.R_RISCV{4: elf.R_RISCV_32, 8: elf.R_RISCV_64}[c.width]
		if kind == 0 {
			return fmt.Errorf("an address does not fit %d bytes", c.width)
		}
		a.addRelocation(offset, kind, t.plus, t.num)
		return nil
	}
	if m := t.minus; c.width == 4 && m.kind == symbolLabel && int(m.section) == a.measured && a.address(m) == offset {
		a.addRelocation(offset, elf.R_RISCV_32_PCREL, t.plus, t.num)
		return nil
	}
	kinds := map[int32][2]elf.R_RISCV{
		1: {elf.R_RISCV_ADD8, elf.R_RISCV_SUB8}, 2: {elf.R_RISCV_ADD16, elf.R_RISCV_SUB16},
		4: {elf.R_RISCV_ADD32, elf.R_RISCV_SUB32}, 8: {elf.R_RISCV_ADD64, elf.R_RISCV_SUB64},
	}[c.width]
	a.addRelocation(offset, kinds[0], t.plus, t.num)
	a.addRelocation(offset, kinds[1], t.minus, 0)
	return nil
}
