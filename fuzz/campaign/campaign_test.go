package campaign

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/isolate"
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

// TestUnfinishedUnitsAreRepeated checks that a campaign resumes before a unit that was not finished, whatever was
// finished after it.
func TestUnfinishedUnitsAreRepeated(t *testing.T) {
	ctx := context.Background()
	c := testCampaign(Config{Cases: 1000})
	h := c.newHand()
	first, _ := c.take(ctx)
	second, _ := c.take(ctx)
	c.deliver(ctx, h, result{second, &outcome{}})
	if first.first != 0 || first.last != blockSize || c.summary.Next != 0 {
		t.Errorf("with %v in work the campaign resumes at %d", first, c.summary.Next)
	}
	c.deliver(ctx, h, result{first, &outcome{}})
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

// knownEntry returns the entry of a known issue that does not diverge.
func knownEntry(t *testing.T) *corpus.Entry {
	t.Helper()
	text := "expect: diverge value/result/add_wrap.i8/arith.add_wrap/register\nissue: none\nexpires: 2999-01-01\n\n" +
		"-- air --\nfn @f(i8) i8 {\n  %0 = arg(i8, 0)\n  %1 = ret(%0)\n}\n-- run --\n@f(1) == 1\n"
	e, err := corpus.Parse("known.txtar", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestKnownIssueIsReplayed checks that a known issue that no longer diverges fails the campaign.
func TestKnownIssueIsReplayed(t *testing.T) {
	s := run(t, Config{Seed: 1, Cases: 10, Known: []*corpus.Entry{knownEntry(t)}})
	if len(s.Flip) != 1 || s.ExitStatus() != NewFinding {
		t.Errorf("%s", s)
	}
}

// TestSeeds checks that seeds are checked before the first case, under every knob.
func TestSeeds(t *testing.T) {
	without, with := run(t, Config{Seed: 1, Cases: 5}), run(t, Config{Seed: 1, Cases: 5, Builtin: true})
	if with.Cases != 5 || with.ExitStatus() != Clean || with.Steps != without.Steps || with.Seeds != with.AllSeeds {
		t.Errorf("%s", with)
	}
}

// TestLateWorkerIsADeath checks that a worker of this process that does not reply in time is a finding, and that the
// case is kept as it is.
func TestLateWorkerIsADeath(t *testing.T) {
	c := testCampaign(Config{Seed: 1, Dir: t.TempDir()})
	h := c.newHand()
	d := h.dead(&unit{do: doCases, last: blockSize}, 7, &isolate.Death{Kind: isolate.Hang, Stage: "codegen", Output: "no reply"}).Divergences
	c.mu.Lock()
	defer c.mu.Unlock()
	if !h.commit(context.Background(), &result{unit{do: doCases, last: blockSize}, &outcome{Divergences: d}}) {
		t.Fatal("not committed")
	}
	entries, err := corpus.Load(c.findings())
	if err != nil || len(entries) != 1 || !strings.HasSuffix(entries[0].Found, "case=7 signature=self/hang/-/codegen/-") {
		t.Errorf("%d entries, %v", len(entries), err)
	}
}

// testCampaign returns a campaign that has not begun.
func testCampaign(config Config) *campaign {
	return newCampaign(config.withDefaults(), func() {})
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
	c := testCampaign(Config{})
	c.sorted.know(diff.Signature{Oracle: "value", Kind: "result", Tag: "shr.i8", Site: "int.shr", Slot: "register"}, nil)
	o := &outcome{}
	for _, s := range []string{"value/result/shr.i7/int.shr/register", "state/undefined-branch/shr.u33/int.shr/memory",
		"value/result/shl.i7/int.shl/register", "value/global/shl.i9/int.shl/memory", "state/callee-saved/shl.i7/int.shl/-"} {
		o.Divergences = append(o.Divergences, divergence{Program: program{Number: uint64(len(o.Divergences))}, Signature: s})
	}
	var told []Event
	c.log.listen = func(e Event) { told = append(told, e) }
	h := c.newHand()
	c.mu.Lock()
	h.commit(context.Background(), &result{unit{do: doCases, last: 5}, o})
	c.mu.Unlock()
	if len(told) != 2 || told[0].Case != 2 || told[1].Case != 4 {
		t.Errorf("told of %v", told)
	}
	if c.summary.Known["wrong-value/shr/int.shr"] != 2 || c.summary.Findings["wrong-value/shl/int.shl"] != 2 || len(c.summary.Findings) != 2 {
		t.Errorf("%s", &c.summary)
	}
}

// TestFirstCase checks that the finding of a bucket is that of the lowest case, whatever the order in which workers are
// done.
func TestFirstCase(t *testing.T) {
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		c := testCampaign(Config{})
		var told []Event
		c.log.listen = func(e Event) { told = append(told, e) }
		h := c.newHand()
		for _, n := range order {
			o := &outcome{}
			for _, s := range []string{"value/result/shr.i7/int.shr/register", "value/result/shl.i7/int.shl/register"}[:1+n%2] {
				o.Divergences = append(o.Divergences, divergence{Program: program{Number: uint64(10 * n)}, Signature: s})
			}
			c.ahead <- struct{}{}
			c.deliver(context.Background(), h, result{unit{number: n, do: doCases, last: uint64(10 * n)}, o})
		}
		var first []uint64
		for _, e := range told {
			if e.Kind == Finding {
				first = append(first, e.Case)
			}
		}
		if !slices.Equal(first, []uint64{0, 10}) {
			t.Errorf("done in the order %v: the first cases are %v", order, first)
		}
	}
}
