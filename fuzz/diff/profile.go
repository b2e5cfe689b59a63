package diff

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
)

// Profile is what the evaluator alone makes of a case.
type Profile struct {
	Outcomes []oracle.Outcome // of the runs
	ran      [][]bool         // by function and instruction
}

// NewProfile evaluates the runs of a case, without compiling it. It returns nil if one of them is not legal or does not
// end.
func NewProfile(c *Case) *Profile {
	p := &Profile{ran: make([][]bool, len(c.Module.Funcs))}
	for n, f := range c.Module.Funcs {
		p.ran[n] = make([]bool, len(f.Insts))
	}
	program, err := eval.New(c.Module, eval.Config{MaxSteps: 100_000, Externs: answer, Trace: func(e eval.Event) { p.ran[e.Func][e.Inst] = true }})
	if err != nil {
		return nil
	}
	for _, r := range c.Runs {
		o := program.Call(r.Func, r.Args)
		switch o.Ending {
		case oracle.Illegal, oracle.Unsupported, oracle.OutOfSteps:
			return nil
		}
		p.Outcomes = append(p.Outcomes, o)
	}
	return p
}

// Ran reports whether an instruction of a function, by its position in the module, had a result.
func (p *Profile) Ran(f int, i air.Index) bool { return p.ran[f][i] }

// Changed returns what is different in the outcomes of the runs of another case, as text, or "" if nothing is. Where a
// trap is does not matter.
func (p *Profile) Changed(other *Profile) string {
	for i := range p.Outcomes {
		if p.Outcomes[i].Ending == oracle.Trapped && other.Outcomes[i].Ending == oracle.Trapped {
			continue
		}
		if d := oracle.Compare(&p.Outcomes[i], &other.Outcomes[i], nil); d != nil {
			return d.String()
		}
	}
	return ""
}
