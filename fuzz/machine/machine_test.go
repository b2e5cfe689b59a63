package machine

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	for i, tool := range tools.FindAll(tools.QEMU) {
		qemu, err := newQEMU(t.Context(), tool, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(qemu.Version, func(t *testing.T) { testRun(t, qemu, i == 0) })
	}
}

func testRun(t *testing.T, qemu *QEMU, newest bool) {
	batches := 2
	if newest {
		batches = 9
	}
	report, err := Run(t.Context(), Config{Seed: 1, Batches: batches, Findings: 2, QEMU: qemu})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		t.Errorf("%v", f)
	}
	if t.Failed() || !newest {
		return
	}
	if report.Instructions < batches*200*12 {
		t.Errorf("only %d instructions", report.Instructions)
	}
	for _, name := range qemu.Compared() {
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

// TestKnownBugs checks that each known bug shows in its probe in exactly the versions that it is listed for.
func TestKnownBugs(t *testing.T) {
	for _, tool := range tools.FindAll(tools.QEMU) {
		qemu, err := newQEMU(t.Context(), tool, 0)
		if err != nil {
			t.Fatal(err)
		}
		c := &comparer{emulator: qemu, keepAgnostic: true, file: filepath.Join(t.TempDir(), "program")}
		for _, b := range knownBugs {
			lacked := func(in isa.Inst) bool { return !qemu.has[words.SupportOf(in.Op).QEMU] }
			if len(b.probe) == 0 || slices.ContainsFunc(b.probe, lacked) {
				continue
			}
			vector := slices.ContainsFunc(b.probe, func(in isa.Inst) bool { return in.Rd.IsVector() })
			differs := len(c.differing(t.Context(), []sequence{{start: state{v: make([]byte, qemu.vectorBytes()), memory: make([]byte, qemu.memorySize())}, vector: vector, groups: []group{b.probe}}}, 0)) > 0
			if differs != b.in(qemu.Version) {
				t.Errorf("%s has the bug: %v; %s", qemu.Name(), differs, b.why)
			}
		}
	}
}

// TestQEMUThatDoesNotStart checks that it is an error, not a difference.
func TestQEMUThatDoesNotStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "emulator")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n[ $1 != --version ] || { echo emulator 1.0; exit; }\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := newQEMU(t.Context(), tools.Tool{Name: "emulator", Path: path}, 0); err == nil || !strings.Contains(err.Error(), "emulator 1.0 does not run a program") {
		t.Errorf("error %v", err)
	}
}

func TestShrink(t *testing.T) {
	s := source.New(7)
	q := newMenu(&QEMU{layout: layout{16}, has: map[string]bool{"yes": true}}, nil).sequence(s, 30)
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
		if in, ok := rv64.DisassembleUnratified(word); !ok || in.Name != want {
			t.Errorf("%s (%08x) is %q to the machine, legal %v", want, word, in.Name, ok)
		}
	}
}
