package isa_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/isa"
)

// ranges are the constants of each format with the values at both ends; the values next to the ends are refused.
var ranges = []struct {
	in          isa.Inst
	least, most int64
	step        int64
}{
	{isa.Inst{Op: isa.ADDI}, -2048, 2047, 1},
	{isa.Inst{Op: isa.LW}, -2048, 2047, 1},
	{isa.Inst{Op: isa.JALR}, -2048, 2047, 1},
	{isa.Inst{Op: isa.SD}, -2048, 2047, 1},
	{isa.Inst{Op: isa.FSD, Rs2: isa.FA0}, -2048, 2047, 1},
	{isa.Inst{Op: isa.BNE}, -4096, 4094, 2},
	{isa.Inst{Op: isa.JAL}, -1 << 20, 1<<20 - 2, 2},
	{isa.Inst{Op: isa.LUI}, 0, 0xfffff, 1},
	{isa.Inst{Op: isa.AUIPC}, 0, 0xfffff, 1},
	{isa.Inst{Op: isa.SLLI}, 0, 63, 1},
	{isa.Inst{Op: isa.SRAI}, 0, 63, 1},
	{isa.Inst{Op: isa.RORI}, 0, 63, 1},
	{isa.Inst{Op: isa.BEXTI}, 0, 63, 1},
	{isa.Inst{Op: isa.SLLI_UW}, 0, 63, 1},
	{isa.Inst{Op: isa.SLLIW}, 0, 31, 1},
	{isa.Inst{Op: isa.RORIW}, 0, 31, 1},
	{isa.Inst{Op: isa.CSRRWI}, 0, 31, 1},
	{isa.Inst{Op: isa.AES64KS1I}, 0, 10, 1},
	{isa.Inst{Op: isa.SM4ED}, 0, 3, 1},
	{isa.Inst{Op: isa.FLI_S, Rd: isa.FA0}, 0, 31, 1},
	{isa.Inst{Op: isa.MOP_R_N}, 0, 31, 1},
	{isa.Inst{Op: isa.MOP_RR_N}, 0, 7, 1},
	{isa.Inst{Op: isa.VADD_VI, Rd: isa.V(1), Rs2: isa.V(2)}, -16, 15, 1},
	{isa.Inst{Op: isa.VSLL_VI, Rd: isa.V(1), Rs2: isa.V(2)}, 0, 31, 1},
	{isa.Inst{Op: isa.VSLIDEDOWN_VI, Rd: isa.V(1), Rs2: isa.V(2)}, 0, 31, 1},
	{isa.Inst{Op: isa.VNCLIP_WI, Rd: isa.V(1), Rs2: isa.V(2)}, 0, 31, 1},
	{isa.Inst{Op: isa.VROR_VI, Rd: isa.V(1), Rs2: isa.V(2)}, 0, 63, 1},
	{isa.Inst{Op: isa.VWSLL_VI, Rd: isa.V(1), Rs2: isa.V(2)}, 0, 31, 1},
	{isa.Inst{Op: isa.VAESKF1_VI, Rd: isa.V(1), Rs2: isa.V(2)}, 0, 31, 1},
	{isa.Inst{Op: isa.VAESKF2_VI, Rd: isa.V(1), Rs2: isa.V(2)}, 0, 31, 1},
	{isa.Inst{Op: isa.VSM4K_VI, Rd: isa.V(1), Rs2: isa.V(2)}, 0, 31, 1},
	{isa.Inst{Op: isa.VSM3C_VI, Rd: isa.V(1), Rs2: isa.V(2)}, 0, 31, 1},
	{isa.Inst{Op: isa.C_ADDI4SPN, Rd: isa.S0}, 4, 1020, 4},
	{isa.Inst{Op: isa.C_LW, Rd: isa.S0, Rs1: isa.A5}, 0, 124, 4},
	{isa.Inst{Op: isa.C_SW, Rs2: isa.S0, Rs1: isa.A5}, 0, 124, 4},
	{isa.Inst{Op: isa.C_LD, Rd: isa.S0, Rs1: isa.A5}, 0, 248, 8},
	{isa.Inst{Op: isa.C_SD, Rs2: isa.S0, Rs1: isa.A5}, 0, 248, 8},
	{isa.Inst{Op: isa.C_FLD, Rd: isa.FS0, Rs1: isa.A5}, 0, 248, 8},
	{isa.Inst{Op: isa.C_FSD, Rs2: isa.FA5, Rs1: isa.A5}, 0, 248, 8},
	{isa.Inst{Op: isa.C_LWSP, Rd: isa.RA}, 0, 252, 4},
	{isa.Inst{Op: isa.C_SWSP}, 0, 252, 4},
	{isa.Inst{Op: isa.C_LDSP, Rd: isa.RA}, 0, 504, 8},
	{isa.Inst{Op: isa.C_SDSP}, 0, 504, 8},
	{isa.Inst{Op: isa.C_FLDSP, Rd: isa.FT0}, 0, 504, 8},
	{isa.Inst{Op: isa.C_FSDSP, Rs2: isa.FT0}, 0, 504, 8},
	{isa.Inst{Op: isa.C_ADDI, Rd: isa.A0}, -32, 31, 1},
	{isa.Inst{Op: isa.C_ADDIW, Rd: isa.A0}, -32, 31, 1},
	{isa.Inst{Op: isa.C_LI, Rd: isa.A0}, -32, 31, 1},
	{isa.Inst{Op: isa.C_ANDI, Rd: isa.A0}, -32, 31, 1},
	{isa.Inst{Op: isa.C_ADDI16SP}, -512, 496, 16},
	{isa.Inst{Op: isa.C_LUI, Rd: isa.A0}, 1, 31, 1},
	{isa.Inst{Op: isa.C_LUI, Rd: isa.A0}, 0xfffe0, 0xfffff, 1},
	{isa.Inst{Op: isa.C_SLLI, Rd: isa.A0}, 0, 63, 1},
	{isa.Inst{Op: isa.C_SRLI, Rd: isa.A0}, 0, 63, 1},
	{isa.Inst{Op: isa.C_J}, -2048, 2046, 2},
	{isa.Inst{Op: isa.C_BEQZ, Rs1: isa.A0}, -256, 254, 2},
	{isa.Inst{Op: isa.C_LBU, Rd: isa.A0, Rs1: isa.A0}, 0, 3, 1},
	{isa.Inst{Op: isa.C_LH, Rd: isa.A0, Rs1: isa.A0}, 0, 2, 2},
	{isa.Inst{Op: isa.C_SH, Rs2: isa.A0, Rs1: isa.A0}, 0, 2, 2},
	{isa.Inst{Op: isa.C_MOP_N}, 1, 15, 2},
	{isa.Inst{Op: isa.CM_PUSH, RList: 4}, 0, 48, 16},
	{isa.Inst{Op: isa.CM_JALT}, 0, 255, 1},
}

func TestRanges(t *testing.T) {
	for _, r := range ranges {
		for _, v := range []int64{r.least, r.least + r.step, r.most - r.step, r.most} {
			in := r.in
			in.Imm = v
			if rejectedZero(in) {
				continue
			}
			if w, err := isa.Encode(in); err != nil {
				t.Errorf("%s with %d: %v", in.Op, v, err)
			} else if back, err := in.Op.Decode(w); err != nil || back != in {
				t.Errorf("%s with %d decodes to %+v, %v", in.Op, v, back, err)
			}
		}
		bad := []int64{r.least - 1, r.most + 1, r.least - r.step, r.most + r.step, 1 << 40, -1 << 40}
		if r.step > 1 {
			bad = append(bad, r.least+1, r.most-1)
		}
		for _, v := range bad {
			in := r.in
			in.Imm = v
			if w, err := isa.Encode(in); err == nil {
				t.Errorf("%s with %d is encoded as %#x", in.Op, v, w)
			} else if !strings.Contains(err.Error(), "immediate") {
				t.Errorf("%s with %d: %v does not name the immediate", in.Op, v, err)
			}
		}
	}
}

// rejectedZero reports whether a value inside a range is reserved.
func rejectedZero(in isa.Inst) bool { return in.Op == isa.C_ADDI16SP && in.Imm == 0 }

// TestRefusals checks the error for an instruction that breaks a rule of the manual, for each rule.
func TestRefusals(t *testing.T) {
	v1, v2, v3 := isa.V(1), isa.V(2), isa.V(3)
	for _, c := range []struct {
		in   isa.Inst
		want string
	}{
		{isa.Inst{Op: isa.ADD, Rd: isa.FA0}, "isa: add: rd is fa0, not an integer register"},
		{isa.Inst{Op: isa.FADD_S, Rd: isa.FA0, Rs1: isa.FA0}, "isa: fadd.s: rs2 is zero, not a floating-point register"},
		{isa.Inst{Op: isa.VADD_VV, Rd: isa.A0, Rs1: v1, Rs2: v2}, "isa: vadd.vv: rd is a0, not a vector register"},
		{isa.Inst{Op: isa.ADD, Rs3: isa.A0}, "isa: add: rs3 is a0 but the instruction has none"},
		{isa.Inst{Op: isa.ADD, Imm: 1}, "isa: add: immediate is 1 but the instruction has none"},
		{isa.Inst{Op: isa.ADD, RM: isa.RNE}, "isa: add: rounding mode is 1 but the instruction has none"},
		{isa.Inst{Op: isa.ADD, VM: isa.V0T}, "isa: add: mask is 1 but the instruction has none"},
		{isa.Inst{Op: isa.ADD, Rd: 200}, "isa: add: rd is reg?, not an integer register"},
		{isa.Inst{Op: isa.FADD_S, Rd: isa.FA0, Rs1: isa.FA1, Rs2: isa.FA2, RM: 6}, "isa: fadd.s: rounding mode 5 is reserved"},
		{isa.Inst{Op: isa.FADD_S, Rd: isa.FA0, Rs1: isa.FA1, Rs2: isa.FA2, RM: 7}, "isa: fadd.s: rounding mode 6 is reserved"},
		{isa.Inst{Op: isa.FADD_S, Rd: isa.FA0, Rs1: isa.FA1, Rs2: isa.FA2, RM: 9}, "isa: fadd.s: rounding mode 9 is outside"},
		{isa.Inst{Op: isa.CSRRW, CSR: 4096}, "isa: csrrw: csr 4096 is outside 0..4095"},
		{isa.Inst{Op: isa.LR_W, Rs2: isa.A0}, "isa: lr.w: rs2 is a0 but the instruction has none"},
		{isa.Inst{Op: isa.AMOADD_W, AqRl: 4}, "isa: amoadd.w: aqrl 4 is outside 0..3"},
		{isa.Inst{Op: isa.LB_AQ, AqRl: isa.AQ}, "isa: lb.aq: aqrl 2 is part of the name, or not possible"},
		{isa.Inst{Op: isa.SB_RL, AqRl: isa.RL}, "isa: sb.rl: aqrl 1 is part of the name, or not possible"},
		{isa.Inst{Op: isa.SB_RL, Rd: isa.A0}, "isa: sb.rl: rd is a0 but the instruction has none"},
		{isa.Inst{Op: isa.AMOCAS_Q, Rd: isa.A1, Rs2: isa.A2}, "even registers"},
		{isa.Inst{Op: isa.AMOCAS_Q, Rd: isa.A0, Rs2: isa.A3}, "even registers"},
		{isa.Inst{Op: isa.FENCE, Imm: 1 << 8}, "fence mode is reserved"},
		{isa.Inst{Op: isa.FENCE, Imm: 8<<8 | 0x13}, "fence mode 8 takes rw,rw only"},
		{isa.Inst{Op: isa.FENCE, Imm: 1 << 12}, "outside"},
		{isa.Inst{Op: isa.C_LWSP}, "isa: c.lwsp: rd must not be zero"},
		{isa.Inst{Op: isa.C_LDSP}, "isa: c.ldsp: rd must not be zero"},
		{isa.Inst{Op: isa.C_ADDI, Imm: 1}, "isa: c.addi: rd must not be zero"},
		{isa.Inst{Op: isa.C_ADDIW, Imm: 1}, "isa: c.addiw: rd must not be zero"},
		{isa.Inst{Op: isa.C_JR}, "isa: c.jr: rs1 must not be zero"},
		{isa.Inst{Op: isa.C_JALR}, "isa: c.jalr: rs1 must not be zero"},
		{isa.Inst{Op: isa.C_MV, Rd: isa.A0}, "isa: c.mv: rs2 must not be zero"},
		{isa.Inst{Op: isa.C_ADD, Rd: isa.A0}, "isa: c.add: rs2 must not be zero"},
		{isa.Inst{Op: isa.C_LUI, Rd: isa.SP, Imm: 1}, "isa: c.lui: rd must not be sp"},
		{isa.Inst{Op: isa.C_LUI, Rd: isa.A0}, "isa: c.lui: immediate must not be 0"},
		{isa.Inst{Op: isa.C_ADDI4SPN, Rd: isa.S0}, "isa: c.addi4spn: immediate must not be 0"},
		{isa.Inst{Op: isa.C_ADDI16SP}, "isa: c.addi16sp: immediate must not be 0"},
		{isa.Inst{Op: isa.C_LW, Rd: isa.T0, Rs1: isa.A0}, "isa: c.lw: rd is t0, not one of x8 to x15"},
		{isa.Inst{Op: isa.C_FLD, Rd: isa.FT0, Rs1: isa.A0}, "isa: c.fld: rd is ft0, not one of f8 to f15"},
		{isa.Inst{Op: isa.CM_PUSH, RList: 3}, "isa: cm.push: register list 3 is outside 4..15"},
		{isa.Inst{Op: isa.CM_POP}, "isa: cm.pop: register list 0 is outside 4..15"},
		{isa.Inst{Op: isa.CM_MVSA01, Rs1: isa.S3, Rs2: isa.S3}, "the two saved registers must differ"},
		{isa.Inst{Op: isa.CM_MVA01S, Rs1: isa.S8, Rs2: isa.S3}, "isa: cm.mva01s: rs1 is s8, not one of s0 to s7"},
		{isa.Inst{Op: isa.VADD_VV, Rd: isa.V0, Rs1: v1, Rs2: v2, VM: isa.V0T}, "vd must not be v0, which holds the mask"},
		{isa.Inst{Op: isa.VLE8_V, Rd: isa.V0, VM: isa.V0T}, "vd must not be v0, which holds the mask"},
		{isa.Inst{Op: isa.VADC_VVM, Rd: isa.V0, Rs1: v1, Rs2: v2}, "vd must not be v0, which is always read"},
		{isa.Inst{Op: isa.VFMERGE_VFM, Rd: isa.V0, Rs1: isa.FA0, Rs2: v2}, "vd must not be v0, which is always read"},
		{isa.Inst{Op: isa.VRGATHER_VV, Rd: v1, Rs1: v1, Rs2: v2}, "vd must not be vs1"},
		{isa.Inst{Op: isa.VRGATHER_VI, Rd: v1, Rs2: v1}, "vd must not be vs2"},
		{isa.Inst{Op: isa.VSLIDEUP_VX, Rd: v1, Rs2: v1}, "vd must not be vs2"},
		{isa.Inst{Op: isa.VFSLIDE1UP_VF, Rd: v1, Rs1: isa.FA0, Rs2: v1}, "vd must not be vs2"},
		{isa.Inst{Op: isa.VCOMPRESS_VM, Rd: v1, Rs1: v1, Rs2: v2}, "vd must not be vs1"},
		{isa.Inst{Op: isa.VIOTA_M, Rd: v1, Rs2: v1}, "vd must not be vs2"},
		{isa.Inst{Op: isa.VMSBF_M, Rd: v1, Rs2: v1}, "vd must not be vs2"},
		{isa.Inst{Op: isa.VWADD_VV, Rd: v1, Rs1: v2, Rs2: v1}, "vd must not be vs2"},
		{isa.Inst{Op: isa.VWADD_WV, Rd: v1, Rs1: v1, Rs2: v2}, "vd must not be vs1"},
		{isa.Inst{Op: isa.VZEXT_VF2, Rd: v1, Rs2: v1}, "vd must not be vs2"},
		{isa.Inst{Op: isa.VSHA2MS_VV, Rd: v1, Rs1: v3, Rs2: v1}, "vd must not be vs2"},
		{isa.Inst{Op: isa.VAESZ_VS, Rd: v1, Rs2: v1}, "vd must not be vs2"},
		{isa.Inst{Op: isa.VADD_VV, Rd: v1, Rs1: isa.V0, Rs2: v2, VM: isa.V0T}, "isa: vadd.vv: vs1 must not be v0, which holds the mask"},
		{isa.Inst{Op: isa.VADD_VI, Rd: v1, Rs2: isa.V0, VM: isa.V0T}, "isa: vadd.vi: vs2 must not be v0, which holds the mask"},
		{isa.Inst{Op: isa.VMSEQ_VV, Rd: v1, Rs1: v2, Rs2: isa.V0, VM: isa.V0T}, "vs2 must not be v0, which holds the mask"},
		{isa.Inst{Op: isa.VREDSUM_VS, Rd: v1, Rs1: isa.V0, Rs2: v2, VM: isa.V0T}, "vs1 must not be v0, which holds the mask"},
		{isa.Inst{Op: isa.VSE8_V, Rs3: isa.V0, VM: isa.V0T}, "vs3 must not be v0, which holds the mask"},
		{isa.Inst{Op: isa.VLUXEI8_V, Rd: v1, Rs2: isa.V0, VM: isa.V0T}, "vs2 must not be v0, which holds the mask"},
		{isa.Inst{Op: isa.VMERGE_VVM, Rd: v1, Rs1: isa.V0, Rs2: v2}, "vs1 must not be v0, which holds the mask"},
		{isa.Inst{Op: isa.VMADC_VIM, Rd: v1, Rs2: isa.V0}, "vs2 must not be v0, which holds the mask"},
		{isa.Inst{Op: isa.VCOMPRESS_VM, Rd: v1, Rs1: v2, Rs2: v2}, "vs1 must not be vs2, whose elements have another width"},
		{isa.Inst{Op: isa.VWADD_WV, Rd: v2, Rs1: v1, Rs2: v1}, "vs1 must not be vs2, whose elements have another width"},
		{isa.Inst{Op: isa.VNCLIP_WV, Rd: v1, Rs1: v2, Rs2: v2}, "vs1 must not be vs2, whose elements have another width"},
		{isa.Inst{Op: isa.VFWREDOSUM_VS, Rd: v1, Rs1: v2, Rs2: v2}, "vs1 must not be vs2, whose elements have another width"},
		{isa.Inst{Op: isa.VMV2R_V, Rd: v2, Rs2: v3}, "isa: vmv2r.v: vs2 must be a multiple of 2"},
		{isa.Inst{Op: isa.VMV8R_V, Rd: isa.V(4), Rs2: isa.V(8)}, "isa: vmv8r.v: vd must be a multiple of 8"},
		{isa.Inst{Op: isa.VL4RE8_V, Rd: v2}, "isa: vl4re8.v: vd must be a multiple of 4"},
		{isa.Inst{Op: isa.VS2R_V, Rs3: v3}, "isa: vs2r.v: vs3 must be a multiple of 2"},
		{isa.Inst{Op: isa.VLE8_V, Rd: isa.V(25), NF: 7}, "the segment ends beyond v31"},
		{isa.Inst{Op: isa.VSE8_V, Rs3: isa.V(31), NF: 1}, "the segment ends beyond v31"},
		{isa.Inst{Op: isa.VLE8_V, Rd: v1, NF: 8}, "isa: vle8.v: nf 8 is outside 0..7"},
		{isa.Inst{Op: isa.VLUXEI8_V, Rd: v2, Rs2: v3, NF: 1}, "the segment must not hold vs2"},
		{isa.Inst{Op: isa.VLE8_V, Rd: isa.V(31), NF: 1}, "isa: vlseg2e8.v: the segment ends beyond v31"},
		{isa.Inst{Op: isa.VSETVLI, Imm: 1 << 11}, "isa: vsetvli: immediate 2048 is outside 0..2047"},
		{isa.Inst{Op: isa.VSETIVLI, Imm: 1 << 10}, "isa: vsetivli: immediate 1024 is outside 0..1023"},
		{isa.Inst{Op: isa.VSETIVLI, AVL: 32}, "isa: vsetivli: avl 32 is outside 0..31"},
		{isa.Inst{}, "isa: op 0 is not an instruction"},
		{isa.Inst{Op: isa.NumOps + 1}, fmt.Sprintf("isa: op %d is not an instruction", isa.NumOps+1)},
	} {
		w, err := isa.Encode(c.in)
		if err == nil {
			t.Errorf("%+v is encoded as %#x, want an error: %s", c.in, w, c.want)
		} else if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %s", c.in, err, c.want)
		}
	}
}

// TestAllowedCorners checks legal instructions that resemble refused ones.
func TestAllowedCorners(t *testing.T) {
	v1, v2 := isa.V(1), isa.V(2)
	for _, in := range []isa.Inst{
		{Op: isa.AMOCAS_Q},
		{Op: isa.SC_D, AqRl: isa.AQ},
		{Op: isa.CSRRW, CSR: 0xc00},
		{Op: isa.C_ADDIW, Rd: isa.A0},
		{Op: isa.C_FLDSP, Rd: isa.FT0},
		{Op: isa.VMSEQ_VV, Rd: isa.V0, Rs1: v1, Rs2: v2, VM: isa.V0T},
		{Op: isa.VREDSUM_VS, Rd: isa.V0, Rs1: v1, Rs2: v2, VM: isa.V0T},
		{Op: isa.VMADC_VVM, Rd: isa.V0, Rs1: v1, Rs2: v2},
		{Op: isa.VSE8_V, Rs3: isa.V0},
		{Op: isa.VADD_VV, Rd: isa.V0, Rs1: isa.V0, Rs2: isa.V0},
		{Op: isa.VCPOP_M, Rd: isa.A0, Rs2: isa.V0, VM: isa.V0T},
		{Op: isa.VIOTA_M, Rd: v1, Rs2: isa.V0, VM: isa.V0T},
		{Op: isa.VID_V, Rd: v1, VM: isa.V0T},
		{Op: isa.VADD_VX, Rd: v1, Rs1: isa.Zero, Rs2: v1, VM: isa.V0T},
		{Op: isa.VLUXEI8_V, Rd: v2, Rs2: isa.V0},
		{Op: isa.VSLIDEDOWN_VI, Rd: v1, Rs2: v1},
		{Op: isa.VNSRL_WV, Rd: v1, Rs1: v1, Rs2: v2},
		{Op: isa.VNSRL_WV, Rd: v1, Rs1: v2, Rs2: v1},
		{Op: isa.VWADD_WV, Rd: v1, Rs1: v2, Rs2: v1},
		{Op: isa.VWREDSUM_VS, Rd: v1, Rs1: v1, Rs2: v2},
		{Op: isa.VRGATHEREI16_VV, Rd: v1, Rs1: v2, Rs2: v2},
		{Op: isa.VLE8_V, Rd: isa.V(24), NF: 7},
		{Op: isa.VLUXEI8_V, Rd: v2, Rs2: v2},
		{Op: isa.VMV8R_V, Rd: isa.V(24), Rs2: isa.V(8)},
		{Op: isa.VSETVLI, Imm: 4},
		{Op: isa.VSETVLI, Imm: 0x7ff},
		{Op: isa.VSETIVLI, Imm: 1 << 8},
		{Op: isa.FENCE},
		{Op: isa.FADD_S, Rd: isa.FA0, Rs1: isa.FA1, Rs2: isa.FA2, RM: isa.DYN},
	} {
		if _, err := isa.Encode(in); err != nil {
			t.Errorf("%s: %v", in, err)
		}
	}
}

func TestReservedAndUnknown(t *testing.T) {
	for _, c := range []struct {
		word uint32
		want string
	}{
		{0x00000000, "isa: 0000 is a reserved encoding of c.addi4spn: immediate must not be 0"},
		{0x00008002, "isa: 8002 is a reserved encoding of c.jr: rs1 must not be zero"},
		{0x00c5d553, "isa: 00c5d553 is a reserved encoding of fadd.s: the rounding mode is reserved"},
		{0x0ff0008f, "reserved encoding of fence: rd and rs1 must be zero"},
		{0x0010100f, "reserved encoding of fence.i"},
		{0x1010202f, "reserved encoding of lr.w: rs2 must be zero"},
		{0xffffffff, "isa: ffffffff is not an instruction"},
		{0x00010001, "is not an instruction"},
	} {
		_, err := isa.Decode(c.word)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Decode(%#x): %v, want %s", c.word, err, c.want)
		}
	}
}
