package campaign

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
)

func run(t *testing.T, c Config) *Summary {
	t.Helper()
	s, err := Run(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestCleanCampaign checks that every case is checked once, and that most of the language is reached.
func TestCleanCampaign(t *testing.T) {
	s := run(t, Config{Seed: 3, Cases: 400, Workers: 2})
	if s.Cases != 400 || s.Next != 400 || s.ExitStatus() != Clean {
		t.Errorf("%s", s)
	}
	if s.Tags < 90 || s.MeanInstructions() < 40 || s.Runs < 800 {
		t.Errorf("too little was tested: %s", s)
	}
}

// TestWorkersDoNotMatter checks that the number of workers changes nothing of what is checked.
func TestWorkersDoNotMatter(t *testing.T) {
	one, three := run(t, Config{Seed: 4, Cases: 300, Workers: 1}), run(t, Config{Seed: 4, Cases: 300, Workers: 3})
	if one.Instructions != three.Instructions || one.Steps != three.Steps || one.Pairs != three.Pairs {
		t.Errorf("one worker: %s\nthree workers: %s", one, three)
	}
}

// TestResume checks that a campaign that was stopped continues where it was: together the parts are the whole.
func TestResume(t *testing.T) {
	dir := t.TempDir()
	run(t, Config{Seed: 5, Cases: 200, Dir: dir})
	resumed := run(t, Config{Seed: 5, Cases: 500, Dir: dir, Resume: true})
	whole := run(t, Config{Seed: 5, Cases: 500})
	if resumed.Cases != whole.Cases || resumed.Instructions != whole.Instructions || resumed.Next != 500 {
		t.Errorf("resumed: %s\nwhole: %s", resumed, whole)
	}
	if _, err := Run(context.Background(), Config{Seed: 6, Cases: 10, Dir: dir, Resume: true}); err == nil {
		t.Error("the directory of another campaign was taken up")
	}
}

// TestUnfinishedBlocksAreKept checks that a resumed campaign repeats the block that was not finished.
func TestUnfinishedBlocksAreKept(t *testing.T) {
	c := newCampaign(Config{Cases: 1000})
	first, last, _ := c.take()
	second, _, _ := c.take()
	c.give(second, &tally{})
	c.report(Progress)
	if first != 0 || last != blockSize || c.summary.Next != 0 {
		t.Errorf("with block %d in work the campaign resumes at %d", first, c.summary.Next)
	}
	c.give(first, &tally{})
	c.report(Progress)
	if c.summary.Next != 2*blockSize {
		t.Errorf("with nothing in work the campaign resumes at %d", c.summary.Next)
	}
}

// TestLog checks that the log begins with start, ends with end, and is one JSON object a line.
func TestLog(t *testing.T) {
	dir := t.TempDir()
	var told []string
	run(t, Config{Seed: 1, Cases: 20, Dir: dir, Events: func(e Event) { told = append(told, e.Kind) }})
	data, err := os.ReadFile(filepath.Join(dir, "events.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		var e Event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, e.Kind)
	}
	if len(kinds) < 2 || kinds[0] != Start || kinds[len(kinds)-1] != End || len(told) != len(kinds) {
		t.Errorf("the log has %v, the listener %v", kinds, told)
	}
}

// TestKnownIssueIsReplayed checks that a known issue that no longer diverges fails the campaign.
func TestKnownIssueIsReplayed(t *testing.T) {
	text := "expect: diverge value/result/add_wrap.i8/arith.add_wrap/register\nissue: none\nexpires: 2999-01-01\n\n" +
		"-- air --\nfn @f(i8) i8 {\n  %0 = arg(i8, 0)\n  %1 = ret(%0)\n}\n-- run --\n@f(1) == 1\n"
	e, err := corpus.Parse("known.txtar", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s := run(t, Config{Seed: 1, Cases: 10, Known: []*corpus.Entry{e}})
	if len(s.Flip) != 1 || s.ExitStatus() != NewFinding {
		t.Errorf("%s", s)
	}
}

// TestSeeds checks that seeds are checked before the first case, under every knob.
func TestSeeds(t *testing.T) {
	without, with := run(t, Config{Seed: 1, Cases: 5}), run(t, Config{Seed: 1, Cases: 5, Seeds: Seeds()})
	if with.Cases != 5 || with.ExitStatus() != Clean || with.Steps <= without.Steps {
		t.Errorf("%s", with)
	}
}

// TestHangIsFound checks that a case that does not end is found, and kept as it is.
func TestHangIsFound(t *testing.T) {
	dir := t.TempDir()
	c := newCampaign(Config{Seed: 1, Dir: dir, Hang: time.Minute})
	w := newWorker(c)
	if _, hangs := hanging([]*worker{w}); hangs {
		t.Error("a worker between cases hangs")
	}
	w.begin(origin{number: 7}, 0)
	if _, hangs := hanging([]*worker{w}); hangs {
		t.Error("a worker hangs at once")
	}
	w.begin(origin{number: 7}, -2*time.Minute)
	o, hangs := hanging([]*worker{w})
	if !hangs || o.number != 7 {
		t.Fatalf("hanging returns %v, %v", o, hangs)
	}
	c.hang(o)
	entries, err := corpus.Load(filepath.Join(dir, "findings"))
	if err != nil || len(entries) != 1 || !strings.Contains(entries[0].Found, "self/hang") {
		t.Errorf("%d entries, %v", len(entries), err)
	}
}

// newCampaign returns a campaign that has not begun.
func newCampaign(config Config) *campaign {
	return &campaign{config: config.withDefaults(), stop: func() {}, seen: map[string]bool{}, known: map[string]bool{}, taken: map[uint64]bool{}, log: &log{}}
}

func TestExitStatus(t *testing.T) {
	one := map[string]uint64{"s": 1}
	tests := []struct {
		name string
		s    Summary
		want int
	}{
		{"clean", Summary{}, Clean},
		{"finding", Summary{Findings: one, Known: one, Missed: []string{"y"}}, NewFinding},
		{"flip", Summary{Flip: []string{"x"}}, NewFinding},
		{"trouble", Summary{Trouble: "x", Missed: []string{"y"}, Findings: one}, Failed},
		{"gate", Summary{Missed: []string{"y"}, Known: one}, GateMissed},
		{"known", Summary{Known: one}, KnownOnly},
	}
	for _, test := range tests {
		if got := test.s.ExitStatus(); got != test.want {
			t.Errorf("%s: exit status %d, want %d", test.name, got, test.want)
		}
	}
}

// TestGates checks that a campaign that tests nothing does not pass.
func TestGates(t *testing.T) {
	c := Config{}.withDefaults()
	tests := []struct {
		name string
		s    Summary
		want int
	}{
		{"nothing", Summary{}, 1},
		{"enough", Summary{Cases: 1000, Discarded: 10}, 0},
		{"discards", Summary{Cases: 1000, Discarded: 11}, 1},
		{"endings", Summary{Cases: 1000, Runs: 1000, Endings: map[string]uint64{"returned": 499, "trapped": 501}}, 1},
	}
	for _, test := range tests {
		if test.s.gates(&c); len(test.s.Missed) != test.want {
			t.Errorf("%s: missed %v", test.name, test.s.Missed)
		}
	}
}

// TestBuckets checks that findings are counted by bucket, and that those in the bucket of a known issue are counted
// apart, whatever their types and wherever they came to light.
func TestBuckets(t *testing.T) {
	w := newWorker(newCampaign(Config{}))
	w.known["wrong-value/shr/int.shr"] = true
	for _, claim := range []struct {
		signature string
		first     bool
	}{
		{"value/result/shr.i7/int.shr/register", false},
		{"state/undefined-branch/shr.u33/int.shr/memory", false},
		{"value/result/shl.i7/int.shl/register", true},
		{"value/global/shl.i9/int.shl/memory", false},
		{"state/callee-saved/shl.i7/int.shl/-", true},
	} {
		s, err := diff.ParseSignature(claim.signature)
		if err != nil {
			t.Fatal(err)
		}
		if first := w.claim(s); first != claim.first {
			t.Errorf("%s is the first of its bucket: %v", s, first)
		}
	}
	if w.summary.Known["wrong-value/shr/int.shr"] != 2 || w.summary.Findings["wrong-value/shl/int.shl"] != 2 || len(w.summary.Findings) != 2 {
		t.Errorf("%s", &w.summary)
	}
}
