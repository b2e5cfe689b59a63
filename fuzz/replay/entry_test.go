package replay

import (
	"strings"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

func entry(t *testing.T, text string) *corpus.Entry {
	t.Helper()
	e, err := corpus.Parse("test.txtar", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

const program = "\n-- air --\nfn @half(i9) i9 {\n  %0 = arg(i9, 0)\n  %1 = div_floor(%0, <i9, 2>)\n  %2 = ret(%1)\n}\n-- run --\n"

func TestReplay(t *testing.T) {
	tests := []struct{ name, head, run, want string }{
		{"agrees", "expect: agree\n", "@half(-3) == -2\n", ""},
		{"a wrong line", "expect: agree\n", "@half(-3) == -1\n", "@half(-3)"},
		{"a known issue that ended", "expect: diverge value/result/div_floor.i9/arith.div_floor/register\nissue: x\nexpires: 2999-01-01\n", "@half(-3) == -2\n", "no longer diverges"},
		{"options", "expect: agree\noptions: registers=7 spill-all\n", "@half(255) == 127\n", ""},
		{"unknown options", "expect: agree\noptions: turbo\n", "@half(255) == 127\n", "turbo"},
	}
	runner := NewRunner(Config{Now: time.Now()})
	for _, test := range tests {
		report := runner.Entry(entry(t, test.head+program+test.run))
		if (report.Status == Passed) != (test.want == "") || !strings.Contains(report.Reason, test.want) {
			t.Errorf("%s: %s %q, want %q", test.name, report.Status, report.Reason, test.want)
		}
	}
}

func TestExpired(t *testing.T) {
	e := &corpus.Entry{Expires: "2030-05-01"}
	for day, want := range map[string]bool{"2030-04-30": false, "2030-05-01": true, "2030-05-02": true} {
		today, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := expired(e, today); got != want {
			t.Errorf("on %s: %v, want %v", day, got, want)
		}
	}
}

// TestEntriesReplay checks that entries made of generated cases pass when they are replayed.
func TestEntriesReplay(t *testing.T) {
	g, k, runner := gen.New(gen.Config{}), diff.NewChecker(diff.Config{}), NewRunner(Config{})
	for seed := range uint64(60) {
		made := g.Case(source.New(seed))
		c := &diff.Case{Module: made.Module, Runs: made.Runs}
		e := Entry(k, c, diff.Signature{Oracle: "value", Kind: "result"}, "campaign=0 shard=0 case=0")
		if len(e.Runs) != len(c.Runs) {
			t.Errorf("seed %d: %d run lines of %d runs", seed, len(e.Runs), len(c.Runs))
		}
		back, err := corpus.Parse(e.Name, corpus.Format(e))
		if err != nil {
			t.Fatal(err)
		}
		if r := runner.Entry(back); r.Status != Passed {
			t.Errorf("seed %d: %s %s", seed, r.Status, r.Reason)
		}
	}
}
