package machine

import (
	"context"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// The reference machine leaves the same registers and memory as qemu, whatever it executes. Sequences of vector
// instructions are tried on the reference machine first, so instructions that it wrongly rejects would go unseen; hence
// the counts.
func TestRun(t *testing.T) {
	tools.Need(t, tools.QEMU)
	report, err := Run(context.Background(), Config{Seed: 1, Batches: 7, Findings: 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		t.Errorf("%v", f)
	}
	if t.Failed() {
		return
	}
	if report.Instructions < 7*200*12 {
		t.Errorf("only %d instructions", report.Instructions)
	}
	for _, name := range Compared() {
		if report.Mnemonics[name] < 3 {
			t.Errorf("%s was generated %d times", name, report.Mnemonics[name])
		}
	}
}

// A run that is cancelled ends at once, in the middle of a batch too, and without findings.
func TestRunCancelled(t *testing.T) {
	tools.Need(t, tools.QEMU)
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	report, err := Run(ctx, Config{Seed: 1, Sequences: 5000})
	if err != nil || len(report.Findings) > 0 || report.Batches > 0 {
		t.Errorf("%d batches, %v, findings %v", report.Batches, err, report.Findings)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %v", took)
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

// The reference machine knows every instruction of the table, by the same name, except those of the extensions that it
// lacks.
func TestTableIsKnown(t *testing.T) {
	for _, row := range isa.Rows() {
		if row.Size == 2 || !words.SupportOf(row.Op).Machine {
			continue
		}
		want := row.Mnemonic
		word := row.Match
		if want == "packw" { // with rs2 = x0 it is zext.h
			word |= 1 << 20
		}
		if in, ok := rv64.Disassemble(word); !ok || in.Name != want {
			t.Errorf("%s (%08x) is %q to the machine, legal %v", want, word, in.Name, ok)
		}
	}
}
