package isa_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/isa"
)

// TestRows checks that the rows agree with the methods of Op, and that no two have one name.
func TestRows(t *testing.T) {
	if n := len(isa.Rows()); n != isa.NumOps {
		t.Errorf("%d rows, NumOps %d", n, isa.NumOps)
	}
	names := make(map[string]bool)
	for i, row := range isa.Rows() {
		if row.Op != isa.Op(i+1) || row.Op.String() != row.Mnemonic || row.Op.Size() != row.Size {
			t.Errorf("row %d is %+v", i, row)
		}
		if op, ok := isa.OpOf(row.Mnemonic); !ok || op != row.Op {
			t.Errorf("OpOf(%q) = %v, %v", row.Mnemonic, op, ok)
		}
		if names[row.Mnemonic] {
			t.Errorf("two rows are called %s", row.Mnemonic)
		}
		names[row.Mnemonic] = true
	}
}

// TestSections checks that every row names its section of the manual, and that only those of V are in its chapter.
func TestSections(t *testing.T) {
	for _, row := range isa.Rows() {
		if name, what, _ := strings.Cut(row.Section, ": "); name == "" || what == "" {
			t.Errorf("%s: section %q", row.Mnemonic, row.Section)
		}
		if v := strings.HasPrefix(row.Section, "V "); v != (row.Ext == "V") {
			t.Errorf("%s of %s is in section %q", row.Mnemonic, row.Ext, row.Section)
		}
	}
}

// TestCompressedSpace counts the 16-bit words that are instructions: 46743 of Zca and Zcd, hints included.
func TestCompressedSpace(t *testing.T) {
	legal := make(map[string]int)
	hints := 0
	for w := uint32(0); w < 1<<16; w++ {
		if w&3 == 3 {
			continue
		}
		in, err := isa.Decode(w)
		if err != nil {
			continue
		}
		legal[in.Op.Row().Ext]++
		if in.IsHint() {
			hints++
		}
	}
	if n := legal["Zca"] + legal["Zcd"]; n != 46743 {
		t.Errorf("%d words are legal in Zca and Zcd, want 46743", n)
	}
	if legal["Zcmop"] != 8 || hints != 331+63 {
		t.Errorf("%d words of c.mop, want 8; %d hints, want %d", legal["Zcmop"], hints, 331+63)
	}
}

// checklist returns the rows of ../shared/data/instructions.csv, an optional file beside the repository.
func checklist(t *testing.T) [][]string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	f, err := os.Open(filepath.Join(dir, "..", "shared", "data", "instructions.csv"))
	if err != nil {
		t.Skipf("the checklist is not there: %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

// TestChecklist compares the table with the checklist, which must have all instructions of the extensions that it has.
func TestChecklist(t *testing.T) {
	listed, extensions := make(map[isa.Op]bool), make(map[string]bool)
	for _, want := range checklist(t) {
		op, ok := isa.OpOf(want[1])
		if !ok {
			t.Errorf("%s is not in the table", want[1])
			continue
		}
		if bytes := map[int]string{2: "2", 4: "4"}[op.Size()]; bytes != want[2] {
			t.Errorf("%s has %s bytes, want %s", want[1], bytes, want[2])
		}
		checkFields(t, op.Row(), strings.Fields(want[3]))
		listed[op], extensions[op.Row().Ext] = true, true
	}
	for _, row := range isa.Rows() {
		if extensions[row.Ext] && !listed[row.Op] {
			t.Errorf("%s of %s is not in the checklist", row.Mnemonic, row.Ext)
		}
	}
}

// fieldBits are the fields of the checklist, which are those of the riscv-opcodes tables: highest and lowest bit.
var fieldBits = map[string][2]int{
	"rd": {11, 7}, "rs1": {19, 15}, "rs2": {24, 20}, "rs3": {31, 27}, "aq": {26, 26}, "rl": {25, 25}, "rm": {14, 12},
	"imm12": {31, 20}, "imm12hi": {31, 25}, "imm12lo": {11, 7}, "bimm12hi": {31, 25}, "bimm12lo": {11, 7},
	"imm20": {31, 12}, "jimm20": {31, 12}, "shamtd": {25, 20}, "shamtw": {24, 20}, "fm": {31, 28}, "pred": {27, 24},
	"succ": {23, 20}, "csr": {31, 20}, "zimm5": {19, 15}, "zimm10": {29, 20}, "zimm11": {30, 20}, "rnum": {23, 20},
	"bs": {31, 30}, "mop_r_t_30": {30, 30}, "mop_r_t_27_26": {27, 26}, "mop_r_t_21_20": {21, 20}, "mop_rr_t_30": {30, 30},
	"mop_rr_t_27_26": {27, 26}, "vm": {25, 25}, "nf": {31, 29}, "vd": {11, 7}, "vs1": {19, 15}, "vs2": {24, 20},
	"vs3": {11, 7}, "simm5": {19, 15}, "zimm6hi": {26, 26}, "zimm6lo": {19, 15},
	"rd_p": {4, 2}, "rs1_p": {9, 7}, "rs2_p": {4, 2}, "rd_rs1_p": {9, 7}, "rd_rs1_n0": {11, 7}, "rd_n0": {11, 7},
	"rs1_n0": {11, 7}, "c_rs1_n0": {11, 7}, "c_rs2_n0": {6, 2}, "c_rs2": {6, 2}, "rd_n2": {11, 7}, "c_imm6lo": {6, 2},
	"c_imm6hi": {12, 12}, "c_nzimm6lo": {6, 2}, "c_nzimm6hi": {12, 12}, "c_nzuimm6lo": {6, 2}, "c_nzuimm6hi": {12, 12},
	"c_uimm7lo": {6, 5}, "c_uimm7hi": {12, 10}, "c_uimm8lo": {6, 5}, "c_uimm8hi": {12, 10}, "c_uimm8splo": {6, 2},
	"c_uimm8sphi": {12, 12}, "c_uimm9splo": {6, 2}, "c_uimm9sphi": {12, 12}, "c_uimm8sp_s": {12, 7}, "c_uimm9sp_s": {12, 7},
	"c_nzuimm10": {12, 5}, "c_nzimm10hi": {12, 12}, "c_nzimm10lo": {6, 2}, "c_nzimm18hi": {12, 12}, "c_nzimm18lo": {6, 2},
	"c_imm12": {12, 2}, "c_bimm9lo": {6, 2}, "c_bimm9hi": {12, 10}, "c_uimm2": {6, 5}, "c_uimm1": {5, 5}, "c_rlist": {7, 4},
	"c_spimm": {3, 2}, "c_sreg1": {9, 7}, "c_sreg2": {4, 2}, "c_index": {9, 2}, "c_mop_t": {10, 8},
}

// checkFields compares the bits that are not fixed with the checklist's fields.
func checkFields(t *testing.T, row isa.Row, fields []string) {
	if row.Op == isa.FENCE || row.Op == isa.FENCE_I {
		return // the checklist has their reserved registers as operands
	}
	var want uint32
	for _, name := range fields {
		span, ok := fieldBits[name]
		if !ok {
			t.Errorf("%s: unknown field %s", row.Mnemonic, name)
			continue
		}
		want |= 1<<(span[0]+1) - 1<<span[1]
	}
	have := ^row.Mask
	if row.Size == 2 {
		have &= 0xffff
	}
	if have != want {
		t.Errorf("%s has operands in %#x, want %#x of %v", row.Mnemonic, have, want, fields)
	}
}
