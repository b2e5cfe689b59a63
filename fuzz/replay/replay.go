// Package replay runs programs with known answers: corpus entries, and the tests of imported suites. Each is compiled,
// executed under all checks and compared with the evaluator, and both with what the entry expects.
//
//	runner := replay.NewRunner(replay.Config{})
//	report := runner.Entry(entry)
//	fmt.Println(report.Status, report.Name, report.Reason)
//
// Case and Entry convert between corpus entries and the cases of package diff.
package replay

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// Status is how a test ended.
type Status uint8

// The statuses. Report.Reason says why a test was skipped.
const (
	Passed Status = iota
	Failed
	Skipped
)

// String returns the status as reports print it.
func (s Status) String() string { return [...]string{"PASS", "FAIL", "SKIP"}[s] }

// Report is the outcome of one test.
type Report struct {
	Name   string
	Status Status
	// Reason is why it failed or was skipped. Bucket is the first line of the reason, for counting.
	Reason, Bucket string
}

// Config says how a Runner works. A zero field means its default.
type Config struct {
	// Steps bounds the AIR instructions of a run; DefaultSteps.
	Steps uint64
	// Now is the day that expiry dates are compared with; zero means they never pass.
	Now time.Time
	// VLEN is the number of bits of a vector register; 128.
	VLEN uint64
	// Decoder decodes emitted words; nil makes a new one. Runners may share one.
	Decoder *decode.Decoder
}

// DefaultSteps lets nearly every test of Zig's suites end; `sh ci/zig.sh` gives them more.
const DefaultSteps = 50_000_000

// Runner replays tests one after the other and reuses its memory. It is not safe for concurrent use.
type Runner struct {
	config  Config
	checker *diff.Checker
}

// NewRunner returns a Runner.
func NewRunner(config Config) *Runner {
	if config.Steps == 0 {
		config.Steps = DefaultSteps
	}
	return &Runner{config: config, checker: diff.NewChecker(diff.Config{Steps: config.Steps, Self: true, VLEN: config.VLEN, Decoder: config.Decoder})}
}

// Entry replays a corpus entry. A known issue that agrees, or that has expired, fails.
func (r *Runner) Entry(e *corpus.Entry) Report {
	report := Report{Name: e.Name}
	if e.Expect.Kind == corpus.Reject {
		return report.from(rejected(e))
	}
	c, err := Case(e)
	if err != nil {
		return report.from(err)
	}
	v := r.checker.Check(c)
	if what, unsupported := strings.CutPrefix(v.Discarded, "unsupported: "); unsupported {
		return report.skip("waits for " + what)
	}
	if strings.HasPrefix(v.Discarded, "rejected: ") {
		return report.from(e.Verify())
	}
	if err := r.compare(e, &v); err != nil {
		return report.from(err)
	}
	return report.from(golden(e))
}

// rejected checks that the parser or verifier refuses the program as expected.
func rejected(e *corpus.Entry) error {
	_, err := air.Parse(e.Name, []byte(e.Air))
	if err == nil {
		err = e.Verify()
	}
	switch {
	case err == nil:
		return fmt.Errorf("accepted; expected a rejection with %q", e.Expect.Text)
	case !strings.Contains(err.Error(), e.Expect.Text):
		return fmt.Errorf("rejected with %q; expected %q", err, e.Expect.Text)
	}
	return nil
}

// compare checks a verdict against what the entry expects.
func (r *Runner) compare(e *corpus.Entry, v *diff.Verdict) error {
	switch {
	case v.Discarded != "" && v.Discarded != diff.OutOfSteps && v.Discarded != diff.OutOfStack:
		return errors.New("says nothing: " + v.Discarded)
	case e.Expect.Kind == corpus.Diverge:
		return knownIssue(e, v, r.config.Now)
	case v.Divergence != nil:
		return fmt.Errorf("%s\n%s", v.Divergence.Signature, v.Divergence.Detail)
	}
	return asWanted(e.Runs, v.Evaluation, 0, len(e.Runs))
}

func knownIssue(e *corpus.Entry, v *diff.Verdict, today time.Time) error {
	if v.Divergence == nil {
		return fmt.Errorf("the known issue %s no longer diverges: change its line to `expect: agree`", e.Expect.Text)
	}
	want, err := diff.ParseSignature(e.Expect.Text)
	if err != nil {
		return err
	}
	if got := v.Divergence.Signature; got.Bucket() != want.Bucket() {
		return fmt.Errorf("diverges as %s, not as %s", got, want)
	}
	if expired(e, today) {
		return fmt.Errorf("the known issue %s expired on %s (%s)", e.Expect.Text, e.Expires, e.Issue)
	}
	return nil
}

// expired reports whether a known issue is an error again on a day.
func expired(e *corpus.Entry, today time.Time) bool {
	return e.Expires != "" && today.Format(time.DateOnly) >= e.Expires
}

// WrongLines returns a line for each run line of a case whose end the evaluator does not confirm.
func WrongLines(k *diff.Checker, c *diff.Case, runs []corpus.Run) (lines []string) {
	e, err := k.Evaluate(c)
	if err != nil {
		return nil
	}
	for i := range runs {
		if err := asWanted(runs, e, i, i+1); err != nil {
			lines = append(lines, err.Error())
		}
	}
	return lines
}

// asWanted compares the evaluator's outcomes with the run lines from first to before last.
func asWanted(runs []corpus.Run, e *diff.Evaluation, first, last int) error {
	for i := first; i < last; i++ {
		got := &e.Outcomes[i]
		want, err := expected(e, &runs[i], got)
		if err != nil {
			return fmt.Errorf("run %s: %w", runs[i].String(), err)
		}
		if want.Ending == got.Ending && oracle.Compare(&want, got, nil) == nil {
			continue
		}
		text := got.Ending.String() + " " + got.Reason
		if end, ok := wanted(e, i); ok {
			text = end.String()
		}
		if want.Ending == oracle.Returned && got.Ending == oracle.Returned {
			if parts := e.Differing(i, want.Result, want.Defined); parts != "" {
				text += ": " + parts
			}
		}
		return fmt.Errorf("run %s: all oracles say %s", runs[i].String(), text)
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

func (r Report) from(err error) Report {
	if err != nil {
		return r.fail(strings.TrimPrefix(err.Error(), r.Name+": "))
	}
	return r
}

func (r Report) fail(reason string) Report {
	r.Status, r.Reason = Failed, reason
	r.Bucket, _, _ = strings.Cut(reason, "\n")
	return r
}

func (r Report) skip(reason string) Report {
	r.Status, r.Reason, r.Bucket = Skipped, reason, reason
	return r
}
