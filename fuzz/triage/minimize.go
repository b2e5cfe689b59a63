package triage

import (
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/minimize"
)

// Limits bound a minimisation. A zero field means its default.
type Limits struct {
	// Time is how long it may take; 20 seconds, far beyond the usual second.
	Time time.Duration
	// Stop is asked in between; nil means never.
	Stop func() bool
}

// Found is a case that shows a signature.
type Found struct {
	Case      *diff.Case
	Signature diff.Signature
}

// Minimize gives the smallest case that it finds with a signature of the same
// cause, so that types may shrink, and the first case of each other cause that
// it met on the way. The case it is given is copied first.
func Minimize(k *diff.Checker, c *diff.Case, s diff.Signature, limits Limits) (small *diff.Case, others []Found) {
	if limits.Time == 0 {
		limits.Time = 20 * time.Second
	}
	w := &minimizer{k: k, wanted: s.Cause(), met: map[diff.Signature]bool{s.Cause(): true}}
	c, err := copyOf(c)
	if err != nil {
		return c, nil
	}
	w.options = w.fewerOptions(c)
	deadline := time.Now().Add(limits.Time)
	program, _ := minimize.Search(&minimize.Program{Module: c.Module, Runs: c.Runs}, minimize.Problem[*minimize.Program]{
		Same:   w.same,
		Less:   minimize.Less,
		Text:   (*minimize.Program).Text,
		Passes: minimize.Passes(w.seen),
		Stop:   func() bool { return time.Now().After(deadline) || limits.Stop != nil && limits.Stop() },
	})
	return w.toCase(program), w.others
}

type minimizer struct {
	k       *diff.Checker
	wanted  diff.Signature
	options backend.Options
	met     map[diff.Signature]bool
	others  []Found

	values   diff.Values // of valuesOf
	valuesOf *minimize.Program
}

// copyOf gives a case of its own memory: generated ones live in their generator's.
func copyOf(c *diff.Case) (*diff.Case, error) {
	m, err := air.Parse("case", air.Print(c.Module))
	if err != nil {
		return c, err
	}
	own := &diff.Case{Module: m, Options: c.Options}
	own.Runs = append(own.Runs, c.Runs...)
	for i := range own.Runs {
		f := m.Func(own.Runs[i].Func)
		args := make([]*air.Value, len(own.Runs[i].Args))
		for a, v := range own.Runs[i].Args {
			value := *v
			value.Type = f.Type.Params[a]
			args[a] = &value
		}
		own.Runs[i].Args = args
	}
	return own, nil
}

func (w *minimizer) toCase(p *minimize.Program) *diff.Case {
	return &diff.Case{Module: p.Module, Runs: p.Runs, Options: w.options}
}

// same is the predicate: the wanted cause, and no other.
func (w *minimizer) same(p *minimize.Program) bool {
	c := w.toCase(p)
	v := w.k.Check(c)
	if v.Divergence == nil {
		return false
	}
	cause := v.Divergence.Signature.Cause()
	if !w.met[cause] {
		w.met[cause] = true
		w.others = append(w.others, Found{c, v.Divergence.Signature})
	}
	return cause == w.wanted
}

// fewerOptions leaves out the options that the finding does not need.
func (w *minimizer) fewerOptions(c *diff.Case) backend.Options {
	o := c.Options
	for _, simpler := range []func(*backend.Options){
		func(o *backend.Options) { *o = backend.Options{} },
		func(o *backend.Options) { o.Registers = 0 },
		func(o *backend.Options) { o.SpillAll = false },
		func(o *backend.Options) { o.FarBranches = false },
		func(o *backend.Options) { o.LargeFrames = false },
		func(o *backend.Options) { o.Compress = false },
		func(o *backend.Options) { o.Zbb = false },
	} {
		w.options = o
		simpler(&w.options)
		if w.options != o && w.same(&minimize.Program{Module: c.Module, Runs: c.Runs}) {
			o = w.options
		}
	}
	return o
}

// seen gives what the evaluator saw of an instruction in the first run.
func (w *minimizer) seen(p *minimize.Program, function string, inst air.Index) *air.Value {
	if w.valuesOf != p {
		w.valuesOf, w.values = p, w.k.Values(w.toCase(p))
	}
	f := p.Module.Func(function)
	bytes, ok := w.values[diff.Place{Func: function, Inst: inst}]
	if !ok {
		return nil
	}
	return valueOf(f.Insts[inst].Type, bytes)
}
