package lower

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// fits12 reports whether v fits the signed 12-bit immediate of the I and S formats.
func fits12(v int64) bool { return v >= -2048 && v <= 2047 }

// low12 returns the signed low 12 bits of v.
func low12(v int64) int64 { return v << 52 >> 52 }

func (l *lowerer) resolve(m mir.Mem) (base isa.Reg, disp int64) {
	base, disp, ok := l.frame.Resolve(m)
	if !ok && l.err == nil {
		l.err = fmt.Errorf("%v is not a slot of the frame", m.Frame)
	}
	return base, disp
}

// access appends a load or store. The part of the displacement beyond 12 bits is added to the base in t6.
func (l *lowerer) access(in *mir.Inst) {
	real := in.I
	base, disp := l.resolve(in.Mem)
	switch lo := low12(disp); {
	case fits12(disp):
		real.Rs1, real.Imm = base, disp
	case disp >= -4096 && disp <= 4094:
		step := clamp12(disp)
		l.add(isa.Inst{Op: isa.ADDI, Rd: isa.T6, Rs1: base, Imm: step})
		real.Rs1, real.Imm = isa.T6, disp-step
	default:
		l.loadImm(isa.T6, disp-lo)
		l.add(isa.Inst{Op: isa.ADD, Rd: isa.T6, Rs1: isa.T6, Rs2: base})
		real.Rs1, real.Imm = isa.T6, lo
	}
	l.add(real)
}

// clamp12 returns the immediate nearest to v.
func clamp12(v int64) int64 { return min(max(v, -2048), 2047) }

// addImm appends rd = rs1 + v. sp stays aligned to 16 after every instruction if v is a multiple of 16.
func (l *lowerer) addImm(rd, rs1 isa.Reg, v int64) {
	step := clamp12(v)
	if rd == isa.SP && v > 2047 {
		step = 2032
	}
	switch {
	case v == 0 && rd == rs1:
	case step == v:
		l.add(isa.Inst{Op: isa.ADDI, Rd: rd, Rs1: rs1, Imm: v})
	case fits12(v - step):
		l.add(isa.Inst{Op: isa.ADDI, Rd: rd, Rs1: rs1, Imm: step})
		l.add(isa.Inst{Op: isa.ADDI, Rd: rd, Rs1: rd, Imm: v - step})
	default:
		l.loadImm(isa.T6, v)
		l.add(isa.Inst{Op: isa.ADD, Rd: rd, Rs1: rs1, Rs2: isa.T6})
	}
}
