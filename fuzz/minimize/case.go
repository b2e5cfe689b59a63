package minimize

import (
	"context"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
)

// Found is a case with the signature of its divergence.
type Found struct {
	Case      *diff.Case
	Signature diff.Signature
}

// Reduction is what minimising a case yields.
type Reduction struct {
	// Found is the smallest case and its signature, which differs from the one that was minimised where types shrank.
	Found
	// Others are the first cases of every other cause that was found on the way.
	Others []Found
}

// Case returns the smallest case that it finds with a signature of the same cause within the limit. It works on a
// copy of the case that it is given. When ctx ends, the result is the best so far.
func Case(ctx context.Context, k *diff.Checker, f Found, limit time.Duration) Reduction {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	own, err := copyOf(f.Case)
	if err != nil {
		return Reduction{Found: f} // a module that does not read back; the divergence may be just that
	}
	cause := f.Signature.Cause()
	r := &reducer{checker: k, wanted: cause, seen: map[diff.Signature]bool{cause: true}, best: f.Signature}
	r.options = r.fewerOptions(own)
	program, _ := Search(&Program{Module: own.Module, Runs: own.Runs}, Problem[*Program]{
		Same:   r.same,
		Less:   Less,
		Text:   (*Program).Text,
		Passes: Passes(r.valueOf),
		Stop:   func() bool { return ctx.Err() != nil },
	})
	return Reduction{Found: Found{r.toCase(program), r.best}, Others: r.others}
}

// reducer is the predicate of the search, and what it remembers.
type reducer struct {
	checker *diff.Checker
	wanted  diff.Signature // a cause
	options backend.Options
	best    diff.Signature          // of the last case with the wanted cause
	seen    map[diff.Signature]bool // causes
	others  []Found

	values   diff.Values // of valuesOf
	valuesOf *Program
}

// copyOf returns a case with memory of its own: a generated one shares its generator's.
func copyOf(c *diff.Case) (*diff.Case, error) {
	m, err := air.Parse("case", air.Print(c.Module))
	if err != nil {
		return nil, err
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

func (r *reducer) toCase(p *Program) *diff.Case {
	return &diff.Case{Module: p.Module, Runs: p.Runs, Options: r.options}
}

// same is the predicate: the wanted cause, and no other.
func (r *reducer) same(p *Program) bool {
	c := r.toCase(p)
	v := r.checker.Check(c)
	if v.Divergence == nil {
		return false
	}
	signature := v.Divergence.Signature
	cause := signature.Cause()
	if !r.seen[cause] {
		r.seen[cause] = true
		r.others = append(r.others, Found{c, signature})
	}
	if cause != r.wanted {
		return false
	}
	r.best = signature
	return true
}

// fewerOptions returns the options of a case without those that the divergence does not need.
func (r *reducer) fewerOptions(c *diff.Case) backend.Options {
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
		r.options = o
		simpler(&r.options)
		if r.options != o && r.same(&Program{Module: c.Module, Runs: c.Runs}) {
			o = r.options
		}
	}
	return o
}

// valueOf returns the value that an instruction had in the first run, or nil where it was not reached or its value is
// no constant.
func (r *reducer) valueOf(p *Program, function string, inst air.Index) *air.Value {
	if r.valuesOf != p {
		r.valuesOf, r.values = p, r.checker.Values(r.toCase(p))
	}
	bytes, ok := r.values[diff.Place{Func: function, Inst: inst}]
	if !ok {
		return nil
	}
	v, whole := diff.Constant(p.Module.Func(function).Insts[inst].Type, bytes, nil, nil)
	if !whole {
		return nil
	}
	return v
}
