package asm

import (
	"encoding/binary"
	"fmt"

	"github.com/rvfuzz/rvfuzz/isa"
)

// emit writes the image.
func (a *assembler) emit() {
	total := int64(0)
	for i := range a.sections {
		total += a.sections[i].size + sectionAlign
	}
	a.image = make([]byte, 0, total)
	for i := range a.sections {
		sec := &a.sections[i]
		for a.here() < sec.address {
			a.image = append(a.image, 0)
		}
		a.emitItems(sec)
		if i == 0 {
			a.lines = sec.marks // as a rule that is all
		} else {
			a.lines = append(a.lines, sec.marks...)
		}
		for _, c := range sec.cells {
			a.emitCell(sec, c)
		}
	}
}

// here returns the address of the next byte.
func (a *assembler) here() int64 { return a.opt.Origin + int64(len(a.image)) }

func (a *assembler) emitItems(sec *section) {
	marks := sec.marks
	for i := range sec.items {
		it := &sec.items[i]
		switch it.kind {
		case itemRun:
			a.image = append(a.image, sec.code[it.from:it.from+it.size]...)
			for i := range marks[:it.marks] {
				marks[i].Address += it.address - it.from
			}
			marks = marks[it.marks:]
		case itemPatch:
			p := &sec.patches[it.from]
			for i := range p.count {
				marks[i].Address = a.here()
				a.emitPatch(it, p, i)
			}
			marks = marks[p.count:]
		case itemAlign:
			a.pad(it, sec.name)
		case itemSpace:
			a.fill(it.fill, it.size)
		}
	}
}

func (a *assembler) fill(b byte, n int64) {
	for ; n > 0; n-- {
		a.image = append(a.image, b)
	}
}

// pad fills up to an alignment, in code with nops as far as they go.
func (a *assembler) pad(it *item, section string) {
	left := it.size
	if section != ".text" {
		a.fill(it.fill, left)
		return
	}
	for ; left%4 != 0 && left%2 != 0; left-- {
		a.image = append(a.image, 0)
	}
	if left%4 != 0 {
		a.image = binary.LittleEndian.AppendUint16(a.image, 0x0001)
		left -= 2
	}
	for ; left > 0; left -= 4 {
		a.image = binary.LittleEndian.AppendUint32(a.image, 0x00000013)
	}
}

// emitPatch writes an instruction of a patch in the form that layout chose.
func (a *assembler) emitPatch(it *item, p *patch, i int) {
	in := p.insts[i]
	v, err := a.resolve(p.fixes[i], a.here())
	if err != nil {
		a.fail(p.place, "%v", err)
		return
	}
	in.Imm = v
	switch it.form {
	case short:
		in = a.compressed(in)
	case around:
		skip := p.skip(in)
		a.append(p, skip)
		in = isa.Inst{Op: isa.JAL, Imm: v - int64(skip.Op.Size())}
	}
	a.append(p, in)
}

func (a *assembler) append(p *patch, in isa.Inst) {
	code, err := isa.Append(a.image, in)
	if err != nil {
		a.fail(p.place, "%s", trimmed(err))
		return
	}
	a.image = code
}

func trimmed(err error) string {
	const prefix = "isa: "
	s := err.Error()
	if len(s) > len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):]
	}
	return s
}

func (a *assembler) emitCell(sec *section, c cell) {
	pc := sec.items[c.item].address + c.offset
	v, err := a.eval(c.value, &pc, 0)
	if err == nil {
		err = checkWidth(v, c.width)
	}
	if err != nil {
		a.fail(c.place, "%v", err)
	}
	if len(a.errs) > 0 { // the image has no right bytes, perhaps not even these
		return
	}
	putValue(a.image[pc-a.opt.Origin:], v, c.width)
}

// checkWidth accepts values that fit the width as signed or as unsigned numbers.
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
