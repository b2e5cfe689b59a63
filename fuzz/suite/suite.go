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
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/render"
	"github.com/rvfuzz/rvfuzz/oracle"
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
	config   Config
	checker  *diff.Checker
	outcomes []oracle.Outcome
}

// NewRunner makes a Runner.
func NewRunner(config Config) *Runner {
	if config.Steps == 0 {
		config.Steps = DefaultSteps
	}
	r := &Runner{config: config}
	r.checker = diff.NewChecker(diff.Config{Steps: config.Steps, Self: true, Observe: r.observe})
	return r
}

func (r *Runner) observe(_ int, outcome *oracle.Outcome) { r.outcomes = append(r.outcomes, *outcome) }

// Entry replays a corpus entry.
func (r *Runner) Entry(e *corpus.Entry) Result {
	result := Result{Name: e.Name}
	if e.Expect.Verdict == corpus.Reject {
		return result.from(rejected(e))
	}
	options, err := backend.ParseOptions(e.Options)
	if err != nil {
		return result.fail(err.Error())
	}
	r.outcomes = r.outcomes[:0]
	verdict := r.checker.Check(Case(e, options))
	switch {
	case e.Expect.Verdict == corpus.Diverge:
		return result.from(r.known(e, verdict.Divergence))
	case verdict.Divergence != nil:
		d := verdict.Divergence
		return result.fail(fmt.Sprintf("%s: %s", d.Signature, d.Detail))
	case verdict.Discarded != "":
		return result.discarded(verdict.Discarded)
	}
	return result.from(firstError(r.expectations(e), golden(e, options)))
}

// Case makes of an entry what diff judges.
func Case(e *corpus.Entry, o backend.Options) *diff.Case {
	c := &diff.Case{Module: e.Module, Options: o}
	for i := range e.Runs {
		c.Runs = append(c.Runs, gen.Run{Func: e.Runs[i].Func, Args: e.Runs[i].Args})
	}
	return c
}

// expectations holds what the evaluator saw (and the code agreed with) against the run lines.
func (r *Runner) expectations(e *corpus.Entry) error {
	for i := range e.Runs {
		if i >= len(r.outcomes) {
			return fmt.Errorf("run %s was not executed", e.Runs[i].String())
		}
		if err := meets(&e.Runs[i], &r.outcomes[i]); err != nil {
			return fmt.Errorf("run %s: %w", e.Runs[i].String(), err)
		}
	}
	return nil
}

// known replays a known issue: it must diverge as recorded, and not for ever.
func (r *Runner) known(e *corpus.Entry, d *diff.Divergence) error {
	switch {
	case d == nil:
		return fmt.Errorf("the known issue %s is gone: set expect to agree", e.Issue)
	case d.Signature.String() != e.Expect.Text:
		return fmt.Errorf("diverges as %s, not as the known issue %s", d.Signature, e.Expect.Text)
	}
	if day, err := time.Parse(time.DateOnly, e.Expires); err == nil && !r.config.Now.IsZero() && r.config.Now.After(day) {
		return fmt.Errorf("the known issue %s expired on %s", e.Issue, e.Expires)
	}
	return nil
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
func golden(e *corpus.Entry, o backend.Options) error {
	for _, section := range []struct {
		stage render.Stage
		want  string
	}{{render.Live, e.Live}, {render.MIR, e.Mir}, {render.Asm, e.Asm}} {
		if section.want == "" {
			continue
		}
		got, err := render.Text(section.stage, e.Module, o)
		if err != nil {
			return err
		}
		if got != section.want {
			return fmt.Errorf("section %s is not what the stage makes; -update rewrites it:\n%s", section.stage, got)
		}
	}
	return nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
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

// discarded: what waits for a tag or type is skipped, everything else says
// that the program is wrong, and fails.
func (r Result) discarded(reason string) Result {
	if what, ok := strings.CutPrefix(reason, "unsupported: "); ok {
		r = r.skip("waits for " + what)
		return r
	}
	return r.fail(reason)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
