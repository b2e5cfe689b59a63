package versusqemu

import (
	"context"
	"os/exec"
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/isa"
)

// The reference machine leaves what qemu leaves, whatever it executes.
func TestRun(t *testing.T) {
	if _, err := exec.LookPath(Emulator); err != nil {
		t.Skipf("%s is not installed", Emulator)
	}
	report, err := Run(context.Background(), Config{Seed: 1, Batches: 3})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		t.Errorf("%v", f)
	}
	if report.Instructions < 3*200*12 {
		t.Errorf("only %d instructions", report.Instructions)
	}
	for _, row := range newMenu(nil).rows {
		if report.Mnemonics[row.Mnemonic] == 0 {
			t.Errorf("%s was never generated", row.Mnemonic)
		}
	}
}

func TestShrink(t *testing.T) {
	s := source.New(7)
	q := newMenu(nil).sequence(s, 30)
	q.groups[11] = group{{Op: isa.MUL, Rd: isa.A0}}
	q.groups[23] = group{{Op: isa.DIV, Rd: isa.A1}}
	q.start.x[12] = 5
	fails := func(q sequence) bool {
		found := map[isa.Op]bool{}
		for _, g := range q.groups {
			for _, in := range g {
				found[in.Op] = true
			}
		}
		return found[isa.MUL] && found[isa.DIV] && q.start.x[12] == 5
	}
	small := shrink(q, fails)
	if len(small.groups) != 2 || small.start.x[12] != 5 || small.start.x[13] != 0 || !fails(small) {
		t.Errorf("%d groups are left, x12 = %d, x13 = %d", len(small.groups), small.start.x[12], small.start.x[13])
	}
}
