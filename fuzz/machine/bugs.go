package machine

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// knownBug is a documented defect of qemu-riscv64, which no sequence runs into. The versions are of those that were tried: 7.2,
// 10.0 and 11.1.
type knownBug struct {
	since, fixed string // the first version that has it, and the first without it, or ""
	why          string
	concerns     func(in isa.Inst) bool // by the operation alone where avoid is nil
	// avoid returns instructions in place of one that the bug concerns, or nil for none; the instructions are never made if it
	// is nil itself.
	avoid func(s *source.Source, in isa.Inst) group
	// probe shows the bug, unless it is one that ends the emulator.
	probe group
}

// bugs returns those of a version.
func (q *QEMU) bugs() []knownBug {
	return slices.DeleteFunc(slices.Clone(knownBugs), func(b knownBug) bool { return !b.in(q.Version) })
}

func (b *knownBug) in(version string) bool {
	return tools.AtLeast(version, b.since) && (b.fixed == "" || !tools.AtLeast(version, b.fixed))
}

var knownBugs = []knownBug{
	{
		why: "ctzw continues to count in the upper word when the lower one is zero", fixed: "10",
		concerns: isOne(isa.CTZW),
		avoid: func(s *source.Source, in isa.Inst) group {
			return group{{Op: isa.BSETI, Rd: in.Rs1, Rs1: in.Rs1, Imm: int64(s.Intn(32))}, in}
		},
		probe: group{{Op: isa.ADDI, Rd: isa.A0, Imm: 1}, {Op: isa.SLLI, Rd: isa.A0, Rs1: isa.A0, Imm: 40}, {Op: isa.CTZW, Rd: isa.A1, Rs1: isa.A0}},
	},
	{
		why: "a conversion to integers that rounds towards zero fails an assertion", fixed: "10",
		concerns: isOne(isa.VFCVT_RTZ_XU_F_V, isa.VFCVT_RTZ_X_F_V, isa.VFWCVT_RTZ_XU_F_V, isa.VFWCVT_RTZ_X_F_V, isa.VFNCVT_RTZ_XU_F_W,
			isa.VFNCVT_RTZ_X_F_W),
	},
	{
		why: "fround and froundnx lose their flags when the result is overwritten unread", since: "10",
		concerns: isOne(isa.FROUND_S, isa.FROUND_D, isa.FROUND_H, isa.FROUNDNX_S, isa.FROUNDNX_D, isa.FROUNDNX_H),
		avoid: func(s *source.Source, in isa.Inst) group {
			return group{in, {Op: isa.FSD, Rs1: pointer, Rs2: in.Rd, Imm: int64(memoryLow + 8*s.Intn(64))}}
		},
		probe: group{{Op: isa.FLI_S, Rd: isa.FA0, Imm: 17}, {Op: isa.FROUNDNX_S, Rd: isa.FA1, Rs1: isa.FA0}, {Op: isa.FLI_S, Rd: isa.FA1, Imm: 16}},
	},
	{
		why: "vfwmaccbf16.vf takes a register that holds no bfloat16 for the NaN of half precision", since: "10",
		concerns: isOne(isa.VFWMACCBF16_VF),
		avoid: func(_ *source.Source, in isa.Inst) group {
			return group{{Op: isa.FCVT_BF16_S, Rd: in.Rs1, Rs1: in.Rs1}, in}
		},
		probe: group{
			{Op: isa.VSETIVLI, Rd: isa.Zero, AVL: 1, Imm: 1 << 3}, {Op: isa.FMV_D_X, Rd: isa.FA0, Rs1: isa.Zero},
			{Op: isa.VMV_V_I, Rd: isa.V(2)}, {Op: isa.VMV_V_I, Rd: isa.V(4)},
			{Op: isa.VFWMACCBF16_VF, Rd: isa.V(4), Rs1: isa.FA0, Rs2: isa.V(2)},
			{Op: isa.VMV_X_S, Rd: isa.A0, Rs2: isa.V(4)},
		},
	},
	{
		why: "amocas with rd x0 leaves a value in x0", since: "10",
		concerns: func(in isa.Inst) bool {
			return isOne(isa.AMOCAS_B, isa.AMOCAS_H, isa.AMOCAS_W, isa.AMOCAS_D, isa.AMOCAS_Q)(in) && in.Rd == isa.Zero
		},
		avoid: func(*source.Source, isa.Inst) group { return nil },
		probe: group{
			{Op: isa.ADDI, Rd: isa.A0, Rs1: pointer, Imm: memoryLow}, {Op: isa.ADDI, Rd: isa.A1, Imm: 5}, {Op: isa.SD, Rs1: isa.A0, Rs2: isa.A1},
			{Op: isa.AMOCAS_D, Rd: isa.Zero, Rs1: isa.A0, Rs2: isa.A1}, {Op: isa.ADDI, Rd: isa.A2, Rs1: isa.Zero},
		},
	},
	{
		why: "a load of Zalasr with rd x0 leaves a value in x0", since: "11",
		concerns: func(in isa.Inst) bool {
			return isOne(isa.LB_AQ, isa.LH_AQ, isa.LW_AQ, isa.LD_AQ)(in) && in.Rd == isa.Zero
		},
		avoid: func(*source.Source, isa.Inst) group { return nil },
		probe: group{
			{Op: isa.ADDI, Rd: isa.A0, Rs1: pointer, Imm: memoryLow}, {Op: isa.ADDI, Rd: isa.A1, Imm: 5}, {Op: isa.SD, Rs1: isa.A0, Rs2: isa.A1},
			{Op: isa.LD_AQ, Rd: isa.Zero, Rs1: isa.A0}, {Op: isa.ADDI, Rd: isa.A2, Rs1: isa.Zero},
		},
	},
}

func isOne(ops ...isa.Op) func(isa.Inst) bool {
	return func(in isa.Inst) bool { return slices.Contains(ops, in.Op) }
}

// avoided returns the group for an instruction that some bug concerns, and whether there is such a bug.
func (q *QEMU) avoided(s *source.Source, in isa.Inst) (group, bool) {
	for _, b := range q.known {
		if b.avoid != nil && b.concerns(in) {
			return b.avoid(s, in), true
		}
	}
	return nil, false
}
