package diff

import (
	"fmt"
	"strings"

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

// Values evaluates the first run of a case and returns the values of its instructions, without those that have
// undefined bits; nil where the module cannot be evaluated.
func (k *Checker) Values(c *Case) Values {
	values := Values{}
	p, err := k.evaluator(new(eval.Program), c.Module, nil, func(e eval.Event) {
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

// Evaluation is what the evaluator makes of the runs of a case.
type Evaluation struct {
	Outcomes []oracle.Outcome // one for each run
	Program  *eval.Program
	results  []*air.Type
}

// Evaluate evaluates the runs of a case. The error says why the evaluator does not take the module.
func (k *Checker) Evaluate(c *Case) (*Evaluation, error) {
	p, err := k.evaluator(new(eval.Program), c.Module, nil, nil)
	if err != nil {
		return nil, err
	}
	e := &Evaluation{Program: p}
	for i := range c.Runs {
		e.run(c, i)
	}
	return e, nil
}

// run evaluates the next run of a case.
func (e *Evaluation) run(c *Case, i int) oracle.Outcome {
	r := &c.Runs[i]
	e.Outcomes = append(e.Outcomes, e.Program.Call(r.Func, r.Args))
	e.results = append(e.results, c.Module.Func(r.Func).Type.Elem)
	return e.Outcomes[i]
}

// Result returns the value that a run returned as a constant. What it has undefined, or the address of a local, is
// undefined there.
func (e *Evaluation) Result(run int) *air.Value {
	o := &e.Outcomes[run]
	v, _ := Constant(e.results[run], o.Result, o.Defined, e.Program.Symbol)
	return v
}

// Differing returns the parts of the aggregate that a run returned that differ from those of another value in memory
// layout: ".low is 28, not 29", or "" of a scalar.
func (e *Evaluation) Differing(run int, bytes, defined []byte) string {
	o := &e.Outcomes[run]
	list, _ := parts(e.results[run], memory{o.Result, o.Defined}, memory{bytes, defined}, e.Program.Symbol, false)
	var words []string
	for i := range list {
		if p := &list[i]; p.Differs && p.Path != "" {
			words = append(words, fmt.Sprintf("%s is %s, not %s", p.Path, p.Want.Text, p.Got.Text))
		}
	}
	return strings.Join(words, "; ")
}
