package isa_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/isa"
)

// TestCounts holds the numbers that do not need the checklist.
func TestCounts(t *testing.T) {
	if n := len(isa.Rows()); n != 863 || isa.NumOps != 863 {
		t.Errorf("%d rows, NumOps %d, want 863", n, isa.NumOps)
	}
	short := 0
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
		if row.Size == 2 {
			short++
		}
	}
	if short != 57 {
		t.Errorf("%d instructions of 16 bits, want 57", short)
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

// checklist returns the rows of instructions.csv, which lies beside the repository, not in it.
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

func TestChecklist(t *testing.T) {
	rows := checklist(t)
	if len(rows) != isa.NumOps {
		t.Errorf("the checklist has %d instructions, the table %d", len(rows), isa.NumOps)
	}
	for _, want := range rows {
		op, ok := isa.OpOf(want[1])
		if !ok {
			t.Errorf("%s is not in the table", want[1])
			continue
		}
		if bytes := map[int]string{2: "2", 4: "4"}[op.Size()]; bytes != want[2] {
			t.Errorf("%s has %s bytes, want %s", want[1], bytes, want[2])
		}
		checkOperands(t, op.Row(), strings.Fields(want[3]))
	}
}

// checkOperands compares a row's operands with the checklist's list of variable fields: registers one for one, and
// whether there is a constant.
func checkOperands(t *testing.T, row isa.Row, fields []string) {
	var wantRegs, haveRegs int
	wantImm, haveImm := false, false
	for _, f := range fields {
		switch {
		case strings.HasPrefix(f, "rd") || strings.HasPrefix(f, "rs") || strings.HasPrefix(f, "vd") || strings.HasPrefix(f, "vs") ||
			strings.HasPrefix(f, "c_rs") || strings.HasPrefix(f, "c_sreg"):
			wantRegs++
		case strings.Contains(f, "imm") || strings.HasPrefix(f, "shamt") || f == "csr":
			wantImm = true
		}
	}
	for _, o := range row.Operands {
		if o.File != isa.NoFile {
			haveRegs++
		}
		switch o.Field {
		case isa.FieldImm, isa.FieldCSR, isa.FieldAVL:
			haveImm = true
		}
	}
	switch row.Op {
	case isa.FENCE, isa.FENCE_I: // the checklist has their reserved registers as operands
		return
	case isa.FLI_S, isa.FLI_D, isa.FLI_H, isa.FLI_Q: // and the constant as a register
		haveRegs++
	}
	if wantRegs != haveRegs || wantImm && !haveImm {
		t.Errorf("%s has %d registers and a constant %v, want %d and %v of %v", row.Mnemonic, haveRegs, haveImm, wantRegs, wantImm, fields)
	}
}
