package replay_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/corpus/zigair"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
)

var update = flag.Bool("update", false, "rewrite the golden sections of the corpus")

// TestCorpus replays every entry that the repository holds.
func TestCorpus(t *testing.T) {
	runner := replay.NewRunner(replay.Config{})
	for _, folder := range corpus.Folders() {
		entries, err := corpus.Embedded(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			t.Run(folder+"/"+e.Name, func(t *testing.T) {
				if *update {
					rewrite(t, folder, e)
				}
				if r := runner.Entry(e); r.Status != replay.Passed {
					t.Errorf("%s: %s", r.Status, r.Reason)
				}
			})
		}
	}
}

// rewrite replaces the golden sections that an entry has by what the stages make now.
func rewrite(t *testing.T, folder string, e *corpus.Entry) {
	options, err := backend.ParseOptions(e.Options)
	if err != nil {
		t.Fatal(err)
	}
	for stage, section := range map[backend.Stage]*string{backend.StageLive: &e.Live, backend.StageMIR: &e.Mir, backend.StageAsm: &e.Asm} {
		if *section == "" {
			continue
		}
		if *section, err = backend.Text(e.Module, stage, options); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join("..", "..", "corpus", folder, e.Name)
	if err := os.WriteFile(path, corpus.Format(e), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestReports checks that each way in which an entry can be wrong is reported.
func TestReports(t *testing.T) {
	const inc = "-- air --\nfn @inc(i8) i8 {\n  %0 = arg(i8, 0)\n  %1 = add_wrap(%0, <i8, 1>)\n  %2 = ret(%1)\n}\n-- run --\n"
	tests := []struct {
		name, text string
		status     replay.Status
		reason     string
	}{
		{"agrees", "expect: agree\ntarget: rv64gc\n\n" + inc + "@inc(127) == -128\n", replay.Passed, ""},
		{"wrong result", "expect: agree\ntarget: rv64gc\n\n" + inc + "@inc(127) == 1\n", replay.Failed, "run @inc(127) == 1"},
		{"not rejected", "expect: reject \"nothing\"\ntarget: rv64gc\n\n" + inc + "@inc(1) == 2\n", replay.Failed, "accepted"},
		{"known issue gone", "expect: diverge value/result/-/-/-\ntarget: rv64gc\nissue: 7\nexpires: 2030-01-01\n\n" + inc + "@inc(1) == 2\n",
			replay.Failed, "no longer diverges"},
		{"golden section differs", "expect: agree\ntarget: rv64gc\n\n" + inc + "@inc(1) == 2\n-- mir --\nnothing\n", replay.Failed, "section mir"},
	}
	runner := replay.NewRunner(replay.Config{})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e, err := corpus.Parse("entry.txtar", []byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			r := runner.Entry(e)
			if r.Status != test.status || !strings.Contains(r.Reason, test.reason) {
				t.Errorf("got %s %q, want %s %q", r.Status, r.Reason, test.status, test.reason)
			}
		})
	}
}

// leastPassed is how many tests of each folder of Zig's suites must pass, so that a test that is skipped for a new
// reason does not go unseen.
var leastPassed = []struct {
	folder string
	least  int
}{{"debug", 1300}, {"debug-safe-inst", 1250}}

// TestZig replays Zig's own behaviour tests where they are at hand.
func TestZig(t *testing.T) {
	for _, want := range leastPassed {
		folder, least := want.folder, want.least
		t.Run(folder, func(t *testing.T) {
			files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "data", "zig-air", folder, "*.jsonl.gz"))
			if err != nil {
				t.Fatal(err)
			}
			if len(files) == 0 {
				t.Skipf("skipped: the dumps of Zig's tests are not at ../shared/data/zig-air/%s", folder)
			}
			counts := map[replay.Status]int{}
			runner := replay.NewRunner(replay.Config{})
			for _, file := range files {
				replaySuite(t, runner, file, counts)
			}
			t.Logf("%d passed, %d failed, %d skipped", counts[replay.Passed], counts[replay.Failed], counts[replay.Skipped])
			if counts[replay.Passed] < least {
				t.Errorf("%d tests passed, at least %d did before", counts[replay.Passed], least)
			}
		})
	}
}

func replaySuite(t *testing.T, runner *replay.Runner, file string, counts map[replay.Status]int) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := zigair.Read(f, filepath.Base(file))
	if err != nil {
		t.Fatal(err)
	}
	for i := range s.Tests {
		r := runner.ZigTest(s, &s.Tests[i])
		counts[r.Status]++
		if r.Status == replay.Failed {
			t.Errorf("%s: %s", r.Name, r.Reason)
		}
	}
}
