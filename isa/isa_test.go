package isa_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/isa/internal/opsfile"
)

type vector struct {
	in   isa.Inst
	word uint32
	text string
}

// vectors are words worked out by hand from the manual's figures, at least one for each format.
var vectors = []vector{
	{isa.Inst{Op: isa.ADD, Rd: isa.A0, Rs1: isa.A1, Rs2: isa.A2}, 0x00c58533, "add a0,a1,a2"},
	{isa.Inst{Op: isa.ADDI, Rd: isa.A0, Rs1: isa.SP, Imm: -2048}, 0x80010513, "addi a0,sp,-2048"},
	{isa.Inst{Op: isa.SRAI, Rd: isa.A0, Rs1: isa.A0, Imm: 63}, 0x43f55513, "srai a0,a0,0x3f"},
	{isa.Inst{Op: isa.LD, Rd: isa.RA, Rs1: isa.SP, Imm: 8}, 0x00813083, "ld ra,8(sp)"},
	{isa.Inst{Op: isa.SD, Rs2: isa.RA, Rs1: isa.SP, Imm: -8}, 0xfe113c23, "sd ra,-8(sp)"},
	{isa.Inst{Op: isa.BEQ, Rs1: isa.A0, Imm: -4096}, 0x80050063, "beq a0,zero,-4096"},
	{isa.Inst{Op: isa.JAL, Rd: isa.RA, Imm: 1048574}, 0x7ffff0ef, "jal ra,1048574"},
	{isa.Inst{Op: isa.LUI, Rd: isa.A0, Imm: 0xfffff}, 0xfffff537, "lui a0,0xfffff"},
	{isa.Inst{Op: isa.FENCE, Imm: isa.FenceSet(isa.FenceRW, isa.FenceW)}, 0x0310000f, "fence rw,w"},
	{isa.Inst{Op: isa.FENCE, Imm: isa.FenceTSO}, 0x8330000f, "fence.tso"},
	{isa.Inst{Op: isa.CSRRW, Rd: isa.A0, Rs1: isa.A1, CSR: 3}, 0x00359573, "csrrw a0,fcsr,a1"},
	{isa.Inst{Op: isa.CSRRSI, Rd: isa.A0, CSR: 0xc00, Imm: 31}, 0xc00fe573, "csrrsi a0,cycle,31"},
	{isa.Inst{Op: isa.LR_D, Rd: isa.A0, Rs1: isa.A1, AqRl: isa.AQ}, 0x1405b52f, "lr.d.aq a0,(a1)"},
	{isa.Inst{Op: isa.AMOADD_W, Rd: isa.A0, Rs1: isa.A1, Rs2: isa.A2, AqRl: isa.AQRL}, 0x06c5a52f, "amoadd.w.aqrl a0,a2,(a1)"},
	{isa.Inst{Op: isa.FADD_S, Rd: isa.FA0, Rs1: isa.FA1, Rs2: isa.FA2}, 0x00c5f553, "fadd.s fa0,fa1,fa2"},
	{isa.Inst{Op: isa.FADD_S, Rd: isa.FA0, Rs1: isa.FA1, Rs2: isa.FA2, RM: isa.RNE}, 0x00c58553, "fadd.s fa0,fa1,fa2,rne"},
	{isa.Inst{Op: isa.FCVT_D_S, Rd: isa.FA0, Rs1: isa.FA1}, 0x42058553, "fcvt.d.s fa0,fa1"},
	{isa.Inst{Op: isa.FNMADD_D, Rd: isa.FA0, Rs1: isa.FA1, Rs2: isa.FA2, Rs3: isa.FA3}, 0x6ac5f54f, "fnmadd.d fa0,fa1,fa2,fa3"},
	{isa.Inst{Op: isa.FLI_S, Rd: isa.FA0, Imm: 16}, 0xf0180553, "fli.s fa0,1.0"},
	{isa.Inst{Op: isa.SH1ADD, Rd: isa.A0, Rs1: isa.A1, Rs2: isa.A2}, 0x20c5a533, "sh1add a0,a1,a2"},
	{isa.Inst{Op: isa.CZERO_EQZ, Rd: isa.A0, Rs1: isa.A1, Rs2: isa.A2}, 0x0ec5d533, "czero.eqz a0,a1,a2"},
	{isa.Inst{Op: isa.MOP_R_N, Rd: isa.A0, Rs1: isa.A1, Imm: 31}, 0xcdf5c573, "mop.r.31 a0,a1"},
	{isa.Inst{Op: isa.VSETVLI, Rd: isa.A0, Rs1: isa.A1, Imm: 0xd0}, 0x0d05f557, "vsetvli a0,a1,e32,m1,ta,ma"},
	{isa.Inst{Op: isa.VADD_VV, Rd: isa.V(1), Rs1: isa.V(3), Rs2: isa.V(2), VM: isa.V0T}, 0x002180d7, "vadd.vv v1,v2,v3,v0.t"},
	{isa.Inst{Op: isa.VLE8_V, Rd: isa.V(8), Rs1: isa.A0, NF: 1}, 0x22050407, "vlseg2e8.v v8,(a0)"},
	{isa.Inst{Op: isa.VSSE64_V, Rs3: isa.V(8), Rs1: isa.A0, Rs2: isa.A1}, 0x0ab57427, "vsse64.v v8,(a0),a1"},
	{isa.Inst{Op: isa.C_ADDI, Rd: isa.A0, Imm: -32}, 0x1501, "c.addi a0,-32"},
	{isa.Inst{Op: isa.C_LUI, Rd: isa.A0, Imm: 0xfffe0}, 0x7501, "c.lui a0,0xfffe0"},
	{isa.Inst{Op: isa.C_ADDI4SPN, Rd: isa.S0, Imm: 1020}, 0x1fe0, "c.addi4spn s0,sp,1020"},
	{isa.Inst{Op: isa.C_J, Imm: -2048}, 0xb001, "c.j -2048"},
	{isa.Inst{Op: isa.C_LDSP, Rd: isa.RA, Imm: 504}, 0x70fe, "c.ldsp ra,504(sp)"},
	{isa.Inst{Op: isa.C_LBU, Rd: isa.A0, Rs1: isa.A1, Imm: 1}, 0x81c8, "c.lbu a0,1(a1)"},
	{isa.Inst{Op: isa.LB_AQ, Rd: isa.A0, Rs1: isa.A1}, 0x3405852f, "lb.aq a0,(a1)"},
	{isa.Inst{Op: isa.LD_AQ, Rd: isa.A0, Rs1: isa.A1, AqRl: isa.RL}, 0x3605b52f, "ld.aqrl a0,(a1)"},
	{isa.Inst{Op: isa.SB_RL, Rs1: isa.A1, Rs2: isa.A0}, 0x3aa5802f, "sb.rl a0,(a1)"},
	{isa.Inst{Op: isa.SD_RL, Rs1: isa.A1, Rs2: isa.A0, AqRl: isa.AQ}, 0x3ea5b02f, "sd.aqrl a0,(a1)"},
	// These are known to no third-party tool; see TestUnsupportedHaveVectors.
	{isa.Inst{Op: isa.FLI_Q, Rd: isa.FA0, Imm: 16}, 0xf6180553, "fli.q fa0,1.0"},
	{isa.Inst{Op: isa.FMINM_Q, Rd: isa.FA0, Rs1: isa.FA1, Rs2: isa.FA2}, 0x2ec5a553, "fminm.q fa0,fa1,fa2"},
	{isa.Inst{Op: isa.FMAXM_Q, Rd: isa.FA0, Rs1: isa.FA1, Rs2: isa.FA2}, 0x2ec5b553, "fmaxm.q fa0,fa1,fa2"},
	{isa.Inst{Op: isa.FROUND_Q, Rd: isa.FA0, Rs1: isa.FA1}, 0x4645f553, "fround.q fa0,fa1"},
	{isa.Inst{Op: isa.FROUNDNX_Q, Rd: isa.FA0, Rs1: isa.FA1}, 0x4655f553, "froundnx.q fa0,fa1"},
	{isa.Inst{Op: isa.FLEQ_Q, Rd: isa.A0, Rs1: isa.FA1, Rs2: isa.FA2}, 0xa6c5c553, "fleq.q a0,fa1,fa2"},
	{isa.Inst{Op: isa.FLTQ_Q, Rd: isa.A0, Rs1: isa.FA1, Rs2: isa.FA2}, 0xa6c5d553, "fltq.q a0,fa1,fa2"},
	{isa.Inst{Op: isa.FMVH_X_Q, Rd: isa.A0, Rs1: isa.FA1}, 0xe6158553, "fmvh.x.q a0,fa1"},
	{isa.Inst{Op: isa.FMVP_Q_X, Rd: isa.FA0, Rs1: isa.A1, Rs2: isa.A2}, 0xb6c58553, "fmvp.q.x fa0,a1,a2"},
	{isa.Inst{Op: isa.MNRET}, 0x70200073, "mnret"},
	{isa.Inst{Op: isa.SCTRCLR}, 0x10400073, "sctrclr"},
	{isa.Inst{Op: isa.CM_PUSH, RList: 6, Imm: 16}, 0xb866, "cm.push {ra, s0-s1},-48"},
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		word, err := isa.Encode(v.in)
		if err != nil || word != v.word {
			t.Errorf("Encode(%s) = %#08x, %v; want %#08x", v.text, word, err, v.word)
		}
		if in, err := v.in.Op.Decode(v.word); err != nil || in != v.in {
			t.Errorf("Decode(%#08x) = %+v, %v; want %+v", v.word, in, err, v.in)
		}
		if text := v.in.String(); text != v.text {
			t.Errorf("String of %#08x = %q, want %q", v.word, text, v.text)
		}
		if in, err := isa.Parse(v.text); err != nil || in != v.in {
			t.Errorf("Parse(%q) = %+v, %v; want %+v", v.text, in, err, v.in)
		}
		code, err := isa.Append([]byte{0xee}, v.in)
		if err != nil || len(code) != 1+v.in.Op.Size() {
			t.Errorf("Append(%s) = % x, %v", v.text, code, err)
		}
	}
}

// TestUnsupportedHaveVectors requires a hand-made vector for each instruction that no third-party tool has.
func TestUnsupportedHaveVectors(t *testing.T) {
	for _, row := range isa.Rows() {
		s := words.SupportOf(row.Op)
		if s.Riscv64asm || s.LLVM != (words.Features{}) || s.Binutils != (words.Features{}) {
			continue
		}
		if !slices.ContainsFunc(vectors, func(v vector) bool { return v.in.Op == row.Op }) {
			t.Errorf("%s has no vector", row.Mnemonic)
		}
	}
}

func TestOpsFileIsFresh(t *testing.T) {
	have, err := os.ReadFile("ops.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, opsfile.Source()) {
		t.Error("ops.go does not match the instruction table: run go generate ./isa")
	}
}

// TestRandomWords checks Encode, Decode, String and Parse against each other on random words of both lengths.
func TestRandomWords(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	legal := 0
	for range 2_000_000 {
		w := rng.Uint32()
		if w&3 != 3 {
			w &= 0xffff
		}
		in, err := isa.Decode(w)
		if err != nil {
			continue
		}
		legal++
		if back, err := isa.Encode(in); err != nil || back != w {
			t.Fatalf("%#08x is %s %+v, encodes to %#08x, %v", w, in, in, back, err)
		}
		if legal%8 != 0 {
			continue
		}
		if back, err := isa.Parse(in.String()); err != nil || back != in {
			t.Fatalf("%#08x is %s %+v, parses as %+v, %v", w, in, in, back, err)
		}
	}
	if legal < 1_000_000 {
		t.Errorf("only %d of 2000000 random words are legal", legal)
	}
}
