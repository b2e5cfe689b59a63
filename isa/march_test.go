package isa

import (
	"strings"
	"testing"
)

func TestMarch(t *testing.T) {
	tests := []struct {
		march    string
		has, not []Op
	}{
		{"rv64i", []Op{ADDI, EBREAK}, []Op{MUL, C_ADDI, CSRRW}},
		{"rv64gc", []Op{ADDI, MUL, AMOADD_D, FADD_D, C_ADDI, C_FLD, CSRRW, FENCE_I}, []Op{SH1ADD, VADD_VV, FADD_H}},
		{"rv64imac_zba_zbb", []Op{SH1ADD, ANDN, LR_W}, []Op{FADD_S, BSET, C_FLD}},
		{"rv64gc_zfh_zihintpause", []Op{FADD_H, FLH, FCVT_D_H}, []Op{HLV_W, FCVT_Q_H, FLI_H}},
		{"rv64ifd_zfa", []Op{FLI_S, FLI_D}, []Op{FLI_H, FLI_Q}},
		{"rv64iac_zcb_zabha", []Op{C_LBU, C_NOT, AMOADD_B}, []Op{C_MUL, C_SEXT_B, C_ZEXT_W, AMOCAS_B, C_FLD}},
		{"rv64i_zbkb", []Op{ANDN, REV8, PACK}, []Op{CLZ}},
		{"RVA22U64", []Op{BSET, CBO_ZERO, FCVT_S_H}, []Op{VADD_VV, FADD_H}},
		{"rva23u64", []Op{VADD_VV, CZERO_EQZ, C_LBU}, []Op{AES64ES}},
	}
	for _, test := range tests {
		m, err := ParseMarch(test.march)
		if err != nil {
			t.Errorf("%s: %v", test.march, err)
			continue
		}
		for _, op := range test.has {
			if !m.Has(op) {
				t.Errorf("%s lacks %s", test.march, op)
			}
		}
		for _, op := range test.not {
			if m.Has(op) {
				t.Errorf("%s has %s", test.march, op)
			}
		}
	}
	for _, bad := range []string{"", "rv32i", "rv64", "rv64imz", "rv64i_zzz", "rv64i_"} {
		if _, err := ParseMarch(bad); err == nil || !strings.Contains(err.Error(), "march") {
			t.Errorf("%q is accepted: %v", bad, err)
		}
	}
}

// TestProfiles counts the instructions of the profiles' user mode.
func TestProfiles(t *testing.T) {
	for profile, want := range map[string]int{"rva20u64": 192, "rva22u64": 243, "rva23u64": 668} {
		m, err := ParseMarch(profile)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, row := range Rows() {
			if m.Has(row.Op) && row.Ext != "Machine" && row.Ext != "S" {
				n++
			}
		}
		if n != want {
			t.Errorf("%s has %d instructions, want %d", profile, n, want)
		}
	}
}

// TestCompressedForms checks that Compress returns only instructions of the extensions that an architecture has.
func TestCompressedForms(t *testing.T) {
	inputs := []Inst{
		{Op: ADD, Rd: A0, Rs1: A0, Rs2: A1},
		{Op: FLD, Rd: FA0, Rs1: A0},
		{Op: MUL, Rd: A0, Rs1: A0, Rs2: A1},
	}
	for _, c := range []struct {
		march string
		want  [3]bool
	}{
		{"rv64g", [3]bool{}},
		{"rv64gc", [3]bool{true, true, false}},
		{"rv64imac", [3]bool{true, false, false}},
		{"rv64imac_zcb", [3]bool{true, false, true}},
		{"rv64imafd_zca", [3]bool{true, false, false}},
		{"rva23u64", [3]bool{true, true, true}},
	} {
		march, err := ParseMarch(c.march)
		if err != nil {
			t.Fatal(err)
		}
		for i, in := range inputs {
			short, ok := Compress(in, march.CompressedForms())
			if ok != c.want[i] || ok && !march.Has(short.Op) {
				t.Errorf("%s: %s compresses to %s, %v; want %v", c.march, in, short, ok, c.want[i])
			}
		}
	}
}
