// Package suite replays programs with known answers: corpus entries, and the
// tests of imported suites. Each is compiled, executed under all checks, held
// against the evaluator, and both against what the entry expects.
//
//	runner := suite.NewRunner(suite.Config{})
//	result := runner.Entry(entry)
//	fmt.Println(result.Status, result.Name, result.Reason)
package suite

import (
	"fmt"
	"strings"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/triage"
)

// Status is the result of one test.
type Status uint8

// The results. A skipped test says why in Result.Reason.
const (
	Passed Status = iota
	Failed
	Skipped
)

// String gives the status as reports print it.
func (s Status) String() string { return [...]string{"PASS", "FAIL", "SKIP"}[s] }

// Result is what one test came to.
type Result struct {
	Name   string
	Status Status
	// Reason is why it failed or was skipped. Bucket is the reason without
	// what differs from test to test, for counting.
	Reason, Bucket string
}

// Config says how a Runner judges.
type Config struct {
	// Steps bounds the AIR instructions of a run; 0 is DefaultSteps.
	Steps uint64
	// Now is the day that expiry dates are held against; zero means they never pass.
	Now time.Time
}

// DefaultSteps lets every terminating test of Zig's suites end.
const DefaultSteps = 50_000_000

// Runner replays tests one after the other and reuses its memory.
type Runner struct {
	config  Config
	checker *diff.Checker
}

// NewRunner makes a Runner.
func NewRunner(config Config) *Runner {
	if config.Steps == 0 {
		config.Steps = DefaultSteps
	}
	return &Runner{config: config, checker: diff.NewChecker(diff.Config{Steps: config.Steps, Self: true})}
}

// Entry replays a corpus entry.
func (r *Runner) Entry(e *corpus.Entry) Result {
	result := Result{Name: e.Name}
	if e.Expect.Kind == corpus.Reject {
		return result.from(rejected(e))
	}
	replay := triage.Replay(r.checker, e, r.config.Now)
	switch what, unsupported := strings.CutPrefix(replay.Discarded, "unsupported: "); {
	case unsupported:
		return result.skip("waits for " + what)
	case replay.Err != nil:
		return result.fail(strings.TrimPrefix(replay.Err.Error(), e.Name+": "))
	}
	return result.from(golden(e))
}

// rejected checks that the parser or verifier refuses the program as expected.
func rejected(e *corpus.Entry) error {
	_, err := air.Parse(e.Name, []byte(e.Air))
	if err == nil {
		err = air.Verify(e.Module)
	}
	switch {
	case err == nil:
		return fmt.Errorf("accepted; expected a rejection with %q", e.Expect.Text)
	case !strings.Contains(err.Error(), e.Expect.Text):
		return fmt.Errorf("rejected with %q; expected %q", err, e.Expect.Text)
	}
	return nil
}

// golden compares the sections that hold expected output of the stages.
func golden(e *corpus.Entry) error {
	o, err := backend.ParseOptions(e.Options)
	if err != nil {
		return err
	}
	for _, section := range []struct {
		stage backend.Stage
		want  string
	}{{backend.StageLive, e.Live}, {backend.StageMIR, e.Mir}, {backend.StageAsm, e.Asm}} {
		if section.want == "" {
			continue
		}
		got, err := backend.Text(e.Module, section.stage, o)
		if err != nil {
			return err
		}
		if got != section.want {
			return fmt.Errorf("section %s is not what the stage makes; -update rewrites it:\n%s", section.stage, got)
		}
	}
	return nil
}

func (r Result) from(err error) Result {
	if err != nil {
		return r.fail(err.Error())
	}
	return r
}

func (r Result) fail(reason string) Result {
	r.Status, r.Reason, r.Bucket = Failed, reason, firstLine(reason)
	return r
}

func (r Result) skip(reason string) Result {
	r.Status, r.Reason, r.Bucket = Skipped, reason, reason
	return r
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
