package asm

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/isa"
)

// emit writes the image.
func (a *assembler) emit() {
	total := int64(0)
	for i := range a.sections {
		total += a.sections[i].size + a.sections[i].align
	}
	a.image = make([]byte, 0, total)
	for i := range a.sections {
		sec := &a.sections[i]
		if !sec.loaded {
			continue
		}
		a.image = appendFill(a.image, 0, sec.address-a.nextAddress())
		a.emitItems(sec)
		if i == 0 {
			a.lines = sec.lines // usually that is all
		} else {
			a.lines = append(a.lines, sec.lines...)
		}
		for _, c := range sec.cells {
			a.emitCell(sec, c)
		}
	}
}

// nextAddress returns the address of the next byte.
func (a *assembler) nextAddress() int64 { return a.opt.Origin + int64(len(a.image)) }

func (a *assembler) emitItems(sec *section) {
	lines := sec.lines
	for i := range sec.items {
		it := &sec.items[i]
		if a.object != nil {
			a.object.item = i
		}
		switch it.kind {
		case itemRun:
			a.image = append(a.image, sec.code[it.from:int64(it.from)+it.size]...)
			for i := range lines[:it.lines] {
				lines[i].Address += it.address - int64(it.from)
			}
			lines = lines[it.lines:]
		case itemPatch:
			lines = lines[a.emitPatch(it, &sec.patches[it.from], lines):]
		case itemPadding:
			a.emitPadding(sec, it)
		}
	}
}

func (a *assembler) emitPadding(sec *section, it *item) {
	p := &sec.paddings[it.from]
	if a.object != nil {
		a.emitPaddingInObject(p)
	}
	if _, err := a.measurePadding(sec, p, it.address); err != nil {
		a.fail(p.place, "%v", err)
		return
	}
	a.pad(p, it.size)
}

// emitPatch writes the instructions of a patch in the form that layout chose, and returns how many lines it has.
func (a *assembler) emitPatch(it *item, p *patch, lines []Line) int {
	if a.object != nil {
		return a.emitPatchInObject(it, p, lines)
	}
	pc := a.nextAddress()
	lines[0].Address = pc
	if p.pair {
		lines[1].Address = pc + 4
		a.emitPair(p, pc)
		return 2
	}
	in := p.inst
	v, err := a.resolve(p.fix, pc)
	if err != nil {
		a.fail(p.place, "%v", err)
		return 1
	}
	in.Imm = v
	switch it.form {
	case short:
		in = a.compressed(in)
	case around:
		a.emitAround(p, in)
		return 1
	}
	a.append(p, in)
	return 1
}

// emitPair writes auipc and the instruction that adds the rest.
func (a *assembler) emitPair(p *patch, pc int64) {
	v, err := a.resolve(p.fix, pc)
	if err == nil {
		_, err = upper(v)
	}
	if err != nil {
		a.fail(p.place, "%v", err)
		return
	}
	hi, lo, _ := isa.HiLo(v)
	second := p.inst
	second.Imm = lo
	a.append(p, isa.Inst{Op: isa.AUIPC, Rd: p.base, Imm: hi & 0xfffff})
	a.append(p, second)
}

// emitAround writes a branch beyond its reach as the inverted branch around a jal.
func (a *assembler) emitAround(p *patch, in isa.Inst) {
	skip := p.skip(in)
	jump := isa.Inst{Op: isa.JAL, Imm: in.Imm - int64(skip.Op.Size())}
	if !fits(jump) {
		fault := fmt.Sprintf("is %d bytes away, more than 1 MiB, which a jal reaches", in.Imm)
		if in.Imm&1 != 0 {
			fault = fmt.Sprintf("is %d bytes away, an odd distance", in.Imm)
		}
		a.fail(p.place, "%s: the target %s", in.Op, fault)
		return
	}
	a.append(p, skip)
	a.append(p, jump)
}

func (a *assembler) append(p *patch, in isa.Inst) {
	code, err := isa.Append(a.image, in)
	if err != nil {
		a.fail(p.place, "%s", trimmed(err))
		return
	}
	a.image = code
}

func (a *assembler) emitCell(sec *section, c cell) {
	pc := sec.items[c.item].address + c.offset
	v, err := a.eval(c.value)
	if err == nil {
		err = checkWidth(v, int(c.width))
	}
	if err != nil {
		a.fail(c.place, "%v", err)
	}
	if len(a.errs) > 0 { // the image is wrong, and may even lack these bytes
		return
	}
	putValue(a.image[pc-a.opt.Origin:], v, int(c.width))
}

// checkWidth returns an error for a value that fits the width neither as a signed nor as an unsigned number.
func checkWidth(v int64, width int) error {
	if width == 8 {
		return nil
	}
	top := int64(1) << (8 * width)
	if v < -top/2 || v >= top {
		return fmt.Errorf("%#x does not fit %d bytes", v, width)
	}
	return nil
}

func putValue(b []byte, v int64, width int) {
	for i := range width {
		b[i] = byte(v >> (8 * i))
	}
}
