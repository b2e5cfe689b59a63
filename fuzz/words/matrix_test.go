package words_test

import (
	"context"
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// TestMatrix compares words of every instruction with every installed oracle, as far as the table of support goes.
func TestMatrix(t *testing.T) {
	m, err := words.NewMatrix(context.Background(), installed(t), 20)
	if err != nil {
		t.Fatal(err)
	}
	for k, name := range m.Oracles {
		n, mismatches := m.Compared(k)
		t.Logf("%s: %d of %d instructions, %d mismatches", name, n, len(m.Rows), mismatches)
		for _, line := range m.Report(k) {
			t.Error(line)
		}
	}
	for i, row := range m.Rows {
		if c := m.Cells[i][0]; (c.Words > 0) != words.SupportOf(row.Op).Riscv64asm {
			t.Errorf("%s: %d words were compared with riscv64asm", row.Mnemonic, c.Words)
		}
	}
}

// TestSupport checks what the table of support denies: no oracle decodes an instruction that it is said to lack.
func TestSupport(t *testing.T) {
	for _, row := range isa.Rows() {
		in, ok := rv64.DisassembleUnratified(row.Match)
		if !words.SupportOf(row.Op).Machine && ok && in.Name == row.Mnemonic {
			t.Errorf("the reference machine has %s", row.Mnemonic)
		}
	}
	for _, tool := range installed(t) {
		var insts []isa.Inst
		for _, row := range isa.Rows() {
			if tool.Knows(row.Op) {
				continue
			}
			for _, word := range words.Sample(row, 3) {
				in, err := row.Op.Decode(word)
				if err != nil {
					t.Fatal(err)
				}
				insts = append(insts, in)
			}
		}
		texts, err := tool.Disassemble(context.Background(), insts)
		if err != nil {
			t.Fatal(err)
		}
		for i, in := range insts {
			if words.SameText(in, texts[i]) {
				t.Errorf("%s has %s", tool.Name(), in.Op)
			}
		}
	}
}

func installed(t *testing.T) []*words.Tool {
	tools, missing := words.InstalledTools(context.Background())
	for _, err := range missing {
		t.Log(err)
	}
	return tools
}
