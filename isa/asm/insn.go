package asm

import (
	"encoding/binary"
	"strings"
)

// insn handles .insn: an instruction by the type of its layout, or its word, perhaps after its length.
func insn(a *assembler, rest string, at int) {
	operands := a.operands(rest, at)
	if len(operands) == 0 {
		a.failAt(at, "expected the word of an instruction")
		return
	}
	if kind, first, _ := strings.Cut(operands[0].text, " "); layouts[kind] != "" {
		operands[0].at += len(operands[0].text) - len(trim(first))
		operands[0].text = trim(first)
		a.typedInsn(kind, operands)
		return
	}
	last := operands[len(operands)-1]
	v, ok := a.known(last.text, last.at)
	if !ok {
		return
	}
	a.addInsn(operands, v, at)
}

// addInsn adds a word whose length must be that of its low bits, and the one written before it, if any.
func (a *assembler) addInsn(operands []piece, v int64, at int) {
	last, ok := operands[len(operands)-1], true
	size := int64(2)
	if v&3 == 3 {
		size = 4
	}
	if len(operands) == 2 {
		if size, ok = a.known(operands[0].text, operands[0].at); !ok {
			return
		}
	}
	if size != 2 && size != 4 || (size == 4) != (v&3 == 3) || v < 0 || v >= 1<<(8*size) {
		a.failAt(last.at, "%#x is not an instruction of %d bytes", v, size)
		return
	}
	s := a.open()
	s.addLine(a.here(at))
	if size == 2 {
		s.code = binary.LittleEndian.AppendUint16(s.code, uint16(v))
		return
	}
	s.code = binary.LittleEndian.AppendUint32(s.code, uint32(v))
}
