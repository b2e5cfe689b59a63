package diff

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/isa"
)

// checkAddress returns what is wrong with the address that the code of a load or store accesses, as far as its form is
// known: the memory there may look like that at the right one.
func (t *tracer) checkAddress(e *event) string {
	want := t.address(e, e.inst().Mem)
	if at, ok := t.accessed(e); ok && at != want {
		return fmt.Sprintf("the address is %#x, not %#x", at, want)
	}
	return ""
}

// accessed returns the address that the code of a load or store accesses, if its form is known.
func (t *tracer) accessed(e *event) (addr uint64, ok bool) {
	regs := e.regs
	for pc, end := t.pc(e.point), t.pc(point{e.f, e.at + 1}); pc < end; pc += 4 {
		code, ok := t.image.Bytes(pc, 4)
		if !ok {
			return 0, false
		}
		word, size := isa.WordAt(code)
		in, err := isa.Decode(word)
		if err != nil || size != 4 {
			return 0, false
		}
		if in.Op == e.inst().I.Op {
			return regs[in.Rs1] + uint64(in.Imm), true
		}
		v, ok := constantStep(&in, regs[in.Rs1], regs[in.Rs2])
		if !ok {
			return 0, false
		}
		if in.Rd != isa.Zero {
			regs[in.Rd] = v
		}
	}
	return 0, false
}

// constantStep returns what one of the instructions that make constants and addresses makes of its operands.
func constantStep(in *isa.Inst, a, b uint64) (v uint64, ok bool) {
	switch in.Op {
	case isa.LUI:
		return uint64(in.Imm << 44 >> 32), true
	case isa.ADDI:
		return a + uint64(in.Imm), true
	case isa.ADDIW:
		return uint64(int64(int32(int64(a) + in.Imm))), true
	case isa.SLLI:
		return a << in.Imm, true
	case isa.SRLI:
		return a >> in.Imm, true
	case isa.XORI:
		return a ^ uint64(in.Imm), true
	case isa.ADD:
		return a + b, true
	}
	return 0, false
}
