package replay

import (
	"fmt"

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

// Entry returns the corpus entry of a case: it is expected to agree, and its runs to end as the evaluator says. Found
// says where the case comes from.
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

// wanted returns the end of a run as a run line can spell it.
func wanted(c *diff.Case, run int, outcomes []oracle.Outcome) (corpus.Want, bool) {
	if run >= len(outcomes) {
		return corpus.Want{}, false
	}
	out := &outcomes[run]
	switch out.Ending {
	case oracle.Returned:
		v := diff.Constant(c.Module.Func(c.Runs[run].Func).Type.Elem, out.Result)
		return corpus.Want{Ending: oracle.Returned, Value: v}, v != nil
	case oracle.Trapped, oracle.Panicked:
		return corpus.Want{Ending: out.Ending, Reason: out.Reason}, true
	}
	return corpus.Want{Ending: oracle.OutOfSteps}, out.Ending == oracle.OutOfSteps
}
