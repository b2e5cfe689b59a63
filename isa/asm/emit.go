package asm

import (
	"encoding/binary"
	"fmt"

	"github.com/rvfuzz/rvfuzz/isa"
)

// emit writes the image.
func (a *assembler) emit() {
	for s := range a.sections {
		sec := &a.sections[s]
		for a.here() < sec.address {
			a.image = append(a.image, 0)
		}
		for i := range sec.items {
			a.emitItem(&sec.items[i], sec.name)
		}
	}
}

// here returns the address of the next byte.
func (a *assembler) here() int64 { return a.opt.Origin + int64(len(a.image)) }

func (a *assembler) emitItem(it *item, section string) {
	switch {
	case it.align > 0:
		a.pad(it, section)
	case it.insts != nil:
		for i := range it.insts {
			a.lines = append(a.lines, Line{a.here(), it.line})
			a.emitInst(it, i)
		}
	default:
		start := len(a.image)
		a.image = append(a.image, it.data...)
		for int64(len(a.image)-start) < it.size {
			a.image = append(a.image, it.fill)
		}
		for _, c := range it.cells {
			a.emitCell(it, start, c)
		}
	}
}

// pad fills up to an alignment, in code with nops as far as they go.
func (a *assembler) pad(it *item, section string) {
	left := it.size
	if section != ".text" {
		for ; left > 0; left-- {
			a.image = append(a.image, it.fill)
		}
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

func (a *assembler) emitInst(it *item, i int) {
	in := it.insts[i]
	f, fixed := it.fixOf(i)
	if !fixed {
		a.append(it, a.final(it, in))
		return
	}
	v, err := a.resolve(f, a.here())
	if err != nil {
		a.fail(it.line, it.column, "%v", err)
		return
	}
	in.Imm = v
	switch it.form {
	case short:
		if c, ok := isa.Compress(in); ok {
			in = c
		}
	case around:
		skip := a.skip(it, in)
		a.append(it, skip)
		in = isa.Inst{Op: isa.JAL, Imm: v - int64(skip.Op.Size())}
	}
	a.append(it, in)
}

func (a *assembler) append(it *item, in isa.Inst) {
	code, err := isa.Append(a.image, in)
	if err != nil {
		a.fail(it.line, it.column, "%s", trimmed(err))
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

func (a *assembler) emitCell(it *item, start int, c cell) {
	pc := it.address + int64(c.at)
	v, err := a.eval(c.value, &pc, 0)
	if err == nil {
		err = checkWidth(v, c.width)
	}
	if err != nil {
		a.fail(it.line, it.column, "%v", err)
		return
	}
	putValue(a.image[start+c.at:], v, c.width)
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
