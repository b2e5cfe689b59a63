package asm

import (
	"encoding/binary"
	"strings"
)

// insn handles .insn with the word of an instruction, perhaps after its length; the forms by type (.insn r ...) are not
// supported.
func insn(a *assembler, rest string, at int) {
	operands := a.operands(rest, at)
	if len(operands) == 0 {
		a.failAt(at, "expected the word of an instruction")
		return
	}
	if c := operands[0].text; c == "" || strings.IndexByte("0123456789(", c[0]) < 0 {
		a.failAt(at, ".insn by the type of an instruction is not supported; give its word")
		return
	}
	last := operands[len(operands)-1]
	v, ok := a.known(last.text, last.at)
	if !ok {
		return
	}
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
