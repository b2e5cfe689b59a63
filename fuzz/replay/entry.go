package replay

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// Case returns the case that an entry describes.
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

// Entry returns the corpus entry of a case: it is expected to agree, and its runs to end as the evaluator says; a run
// whose end no run line can spell is left out. Found is where the case comes from; a signature in it, of an entry that
// was reduced, is replaced by s. The zero s is that of a case without a divergence.
func Entry(k *diff.Checker, c *diff.Case, s diff.Signature, found string) *corpus.Entry {
	var runs []corpus.Run
	if e, err := k.Evaluate(c); err == nil {
		for i, r := range c.Runs {
			if want, ok := wanted(e, i); ok {
				runs = append(runs, corpus.Run{Func: r.Func, Args: r.Args, Want: want})
			}
		}
	}
	const mark = " signature="
	found, _, _ = strings.Cut(found, mark)
	slug := found
	if s != (diff.Signature{}) {
		slug, found = s.String(), found+mark+s.String()
	}
	e := corpus.New(slug, c.Module, runs)
	e.Options, e.Found = c.Options.String(), found
	e.Rename(slug)
	return e
}

// wanted returns the end of a run as a run line can spell it.
func wanted(e *diff.Evaluation, run int) (corpus.Want, bool) {
	o := &e.Outcomes[run]
	switch o.Ending {
	case oracle.Returned:
		return corpus.Want{Ending: oracle.Returned, Value: e.Result(run)}, true
	case oracle.Trapped, oracle.Panicked:
		return corpus.Want{Ending: o.Ending, Reason: o.Reason}, true
	}
	return corpus.Want{Ending: oracle.OutOfSteps}, o.Ending == oracle.OutOfSteps
}

// expected returns what an outcome must be so that a run ends as its line says. Other parts of it are those of got.
func expected(e *diff.Evaluation, run *corpus.Run, got *oracle.Outcome) (want oracle.Outcome, err error) {
	want = *got
	want.Ending, want.Reason, want.Result, want.Defined = run.Want.Ending, run.Want.Reason, nil, nil
	if want.Ending == oracle.OutOfSteps {
		want.Reason = got.Reason // lines do not say which limit was exceeded
	}
	if want.Ending == oracle.Returned {
		want.Result, want.Defined, err = e.Program.Layout(run.Want.Value)
	}
	return want, err
}
