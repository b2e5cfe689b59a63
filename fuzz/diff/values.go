package diff

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
)

// Place names an instruction of a module.
type Place struct {
	Func string
	Inst air.Index
}

// Values holds the last value of each instruction, in its memory layout.
type Values map[Place][]byte

// Values evaluates the first run of a case and returns the values of its instructions, without those that have undefined
// bits; nil where the module cannot be evaluated.
func (k *Checker) Values(c *Case) Values {
	values := Values{}
	p, err := k.evaluator(c.Module, nil, func(e eval.Event) {
		if slices.ContainsFunc(e.Defined, func(b byte) bool { return b != 0xff }) {
			return
		}
		values[Place{c.Module.Funcs[e.Func].Name, e.Inst}] = slices.Clone(e.Bytes)
	})
	if err != nil || len(c.Runs) == 0 {
		return nil
	}
	p.Call(c.Runs[0].Func, c.Runs[0].Args)
	return values
}

// Evaluate returns the evaluator's outcomes of the runs of a case; none where it cannot evaluate the module.
func (k *Checker) Evaluate(c *Case) []oracle.Outcome {
	p, err := k.evaluator(c.Module, nil, nil)
	if err != nil {
		return nil
	}
	outcomes := make([]oracle.Outcome, len(c.Runs))
	for i, r := range c.Runs {
		outcomes[i] = p.Call(r.Func, r.Args)
	}
	return outcomes
}
