package diff

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// TestVectorEffects checks what a backward slice knows of vector instructions: the vector registers are one place, which
// the choice of a length begins, and memory is as long as the lanes.
func TestVectorEffects(t *testing.T) {
	const a0 = 1 << isa.A0
	var regs snapshot
	regs[isa.A0] = 0x1000
	for _, c := range []struct {
		in   isa.Inst
		want effects
	}{
		{isa.Inst{Op: isa.VSETVLI, Rd: isa.A1, Rs1: isa.A0}, effects{reads: a0, writes: vectorUnit | 1<<isa.A1}},
		{isa.Inst{Op: isa.VLE32_V, Rd: isa.V(8), Rs1: isa.A0}, effects{reads: vectorUnit | a0, writes: vectorUnit, from: span{0x1000, 44}}},
		{isa.Inst{Op: isa.VSE64_V, Rs3: isa.V(8), Rs1: isa.A0}, effects{reads: vectorUnit | a0, to: span{0x1000, 88}}},
		{isa.Inst{Op: isa.VLM_V, Rd: isa.V0, Rs1: isa.A0}, effects{reads: vectorUnit | a0, writes: vectorUnit, from: span{0x1000, 2}}},
		{isa.Inst{Op: isa.VSM_V, Rs3: isa.V0, Rs1: isa.A0}, effects{reads: vectorUnit | a0, to: span{0x1000, 2}}},
		{isa.Inst{Op: isa.VSEXT_VF2, Rd: isa.V(8), Rs2: isa.V(16)}, effects{reads: vectorUnit, writes: vectorUnit}},
		{isa.Inst{Op: isa.VADD_VV, Rd: isa.V(8), Rs1: isa.V(16), Rs2: isa.V(8)}, effects{reads: vectorUnit, writes: vectorUnit}},
		{isa.Inst{Op: isa.VMV_X_S, Rd: isa.A0, Rs2: isa.V(24)}, effects{reads: vectorUnit, writes: a0}},
		{isa.Inst{Op: isa.ADD, Rd: isa.A0, Rs1: isa.A0, Rs2: isa.Zero}, effects{reads: a0, writes: a0}},
	} {
		f := &tracedFunc{mir: &mir.Function{Insts: []mir.Inst{{Op: mir.Real, I: c.in}}}}
		e := &event{point{f: f}, regs, 11}
		if got := new(tracer).effects(e); got != c.want {
			t.Errorf("%v: %+v, want %+v", c.in.Op, got, c.want)
		}
	}
}
