// Package triage turns a divergence into something to keep: it makes the
// program small while its signature stays, writes it as a corpus entry that
// says what it should do, and tells new findings from known issues.
//
//	small, others := triage.Minimize(checker, c, divergence, triage.Limits{})
//	entry := triage.Entry(checker, small, divergence.Signature, "campaign=1 shard=0 case=42")
//
// Replay judges an entry: all oracles must agree, and every run must end as
// its line says.
package triage

import (
	"fmt"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// Case gives what an entry asks to be judged.
func Case(e *corpus.Entry) (*diff.Case, error) {
	options, err := backend.ParseOptions(e.Options)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.Name, err)
	}
	if e.Module == nil {
		return nil, fmt.Errorf("%s: the program does not parse", e.Name)
	}
	c := &diff.Case{Module: e.Module, Options: options}
	for i := range e.Runs {
		c.Runs = append(c.Runs, gen.Run{Func: e.Runs[i].Func, Args: e.Runs[i].Args})
	}
	return c, nil
}

// Entry makes the corpus entry of a case: it is expected to agree, and its runs
// are expected to end as the evaluator says. Found says where it comes from.
func Entry(k *diff.Checker, c *diff.Case, s diff.Signature, found string) *corpus.Entry {
	outcomes := k.Evaluate(c)
	var runs []corpus.Run
	for i, r := range c.Runs {
		if want, ok := wanted(c, i, outcomes); ok {
			runs = append(runs, corpus.Run{Func: r.Func, Args: r.Args, Want: want})
		}
	}
	e := corpus.New(s.String(), c.Module, runs)
	e.Options = c.Options.String()
	e.Found = found + " signature=" + s.String()
	return e
}

// wanted gives the end of a run as a run line can say it.
func wanted(c *diff.Case, run int, outcomes []oracle.Outcome) (corpus.Want, bool) {
	if run >= len(outcomes) {
		return corpus.Want{}, false
	}
	out := &outcomes[run]
	switch out.Ending {
	case oracle.Returned:
		t := c.Module.Func(c.Runs[run].Func).Type.Elem
		v := valueOf(t, out.Result)
		return corpus.Want{Ending: oracle.Returned, Value: v}, v != nil
	case oracle.Trapped, oracle.Panicked:
		return corpus.Want{Ending: out.Ending, Reason: out.Reason}, true
	}
	return corpus.Want{Ending: oracle.OutOfSteps}, out.Ending == oracle.OutOfSteps
}

// Result is how an entry came out.
type Result struct {
	// Err says what is wrong with the entry, the program or us; nil if all is
	// as expected.
	Err error
	// Signature is of the divergence, if there is one.
	Signature diff.Signature
	Diverged  bool
	// Discarded says why the entry says nothing, as diff.Verdict does.
	Discarded string
}

// Replay judges an entry of the verdicts agree and diverge. A known issue that
// agrees is an error too: its line is to be flipped; and so is one that has
// expired on the day.
func Replay(k *diff.Checker, e *corpus.Entry, today time.Time) Result {
	c, err := Case(e)
	if err != nil {
		return Result{Err: err}
	}
	v := k.Check(c)
	r := Result{Diverged: v.Divergence != nil, Discarded: v.Discarded}
	if r.Diverged {
		r.Signature = v.Divergence.Signature
	}
	switch {
	case v.Discarded != "" && v.Discarded != diff.OutOfSteps:
		r.Err = fmt.Errorf("%s: says nothing: %s", e.Name, v.Discarded)
	case e.Expect.Kind == corpus.Diverge:
		r.Err = knownIssue(e, &v, today)
	case v.Divergence != nil:
		r.Err = fmt.Errorf("%s: %s\n%s", e.Name, r.Signature, v.Divergence.Detail)
	default:
		r.Err = asWanted(e, c, k.Evaluate(c))
	}
	return r
}

func knownIssue(e *corpus.Entry, v *diff.Verdict, today time.Time) error {
	if v.Divergence == nil {
		return fmt.Errorf("%s: the known issue %s no longer diverges: change its line to `expect: agree`", e.Name, e.Expect.Text)
	}
	if got := v.Divergence.Signature.String(); got != e.Expect.Text {
		return fmt.Errorf("%s: diverges as %s, not as %s", e.Name, got, e.Expect.Text)
	}
	if Expired(e, today) {
		return fmt.Errorf("%s: the known issue %s expired on %s (%s)", e.Name, e.Expect.Text, e.Expires, e.Issue)
	}
	return nil
}

// Expired says that a known issue is an error again on the day.
func Expired(e *corpus.Entry, today time.Time) bool {
	return e.Expires != "" && today.Format(time.DateOnly) >= e.Expires
}

// asWanted compares the evaluator's outcomes with the run lines.
func asWanted(e *corpus.Entry, c *diff.Case, outcomes []oracle.Outcome) error {
	for i := range e.Runs {
		want := e.Runs[i].Want
		got, ok := wanted(c, i, outcomes)
		switch {
		case !ok:
			return fmt.Errorf("%s: run %s: all oracles say %s %s", e.Name, e.Runs[i].String(), outcomes[i].Ending, outcomes[i].Reason)
		case got.String() != want.String():
			return fmt.Errorf("%s: run %s: all oracles say %s", e.Name, e.Runs[i].String(), got)
		}
	}
	return nil
}
