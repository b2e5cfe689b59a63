package diff

import (
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

// Values evaluates the first run of a case and gives what its instructions
// had; values with undefined bits are left out.
func (k *Checker) Values(c *Case) Values {
	values := Values{}
	p, err := eval.New(c.Module, eval.Config{MaxSteps: k.config.Steps, Externs: answer, Trace: func(e eval.Event) {
		for i := range e.Bytes {
			if byteAt(e.Defined, i) != 0xff {
				return
			}
		}
		values[Place{c.Module.Funcs[e.Func].Name, e.Inst}] = clone(e.Bytes)
	}})
	if err != nil || len(c.Runs) == 0 {
		return nil
	}
	p.Call(c.Runs[0].Func, c.Runs[0].Args)
	return values
}

// Evaluate gives the evaluator's outcomes of the runs of a case, none if it
// cannot evaluate the module.
func (k *Checker) Evaluate(c *Case) []oracle.Outcome {
	p, err := eval.New(c.Module, eval.Config{MaxSteps: k.config.Steps, Externs: answer})
	if err != nil {
		return nil
	}
	outcomes := make([]oracle.Outcome, len(c.Runs))
	for i, r := range c.Runs {
		outcomes[i] = p.Call(r.Func, r.Args)
	}
	return outcomes
}
