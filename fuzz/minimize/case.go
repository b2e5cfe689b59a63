package minimize

import (
	"context"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/target"
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
	// Others are the first cases of every other bucket that was found on the way.
	Others []Found
}

// Case returns the smallest case that it finds with a signature in the same bucket within the limit. It works on a copy
// of the case that it is given. When ctx ends, the result is the best so far. A result of a search that was not cut
// short is its own smallest case.
func Case(ctx context.Context, k *diff.Checker, f Found, limit time.Duration) Reduction {
	return Blaming(ctx, k, f, "", limit)
}

// Blaming is Case for those cases that blame the culprit with a name, unless that is empty.
func Blaming(ctx context.Context, k *diff.Checker, f Found, culprit string, limit time.Duration) Reduction {
	bucket := f.Signature.Bucket()
	d := &divergence{checker: k, wanted: bucket, culprit: culprit, seen: map[string]bool{bucket: true}, best: f.Signature}
	small, err := reduce(ctx, k, f.Case, d.same, limit)
	if err != nil {
		return Reduction{Found: f} // the divergence may be just that
	}
	return Reduction{Found: Found{small, d.best}, Others: d.others}
}

// Where returns the smallest valid case that it finds for which keep reports true within the limit, like Case. keep
// must report true for c. An error means that the module of c does not read back.
func Where(ctx context.Context, k *diff.Checker, c *diff.Case, keep func(*diff.Case) bool, limit time.Duration) (*diff.Case, error) {
	return reduce(ctx, k, c, func(c *diff.Case) bool { return air.Verify(c.Module) == nil && keep(c) }, limit)
}

// reduce searches for smaller options and for a smaller program until neither makes progress.
func reduce(ctx context.Context, k *diff.Checker, c *diff.Case, keep func(*diff.Case) bool, limit time.Duration) (*diff.Case, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	own, err := copyOf(c)
	if err != nil {
		return nil, err
	}
	r := &reducer{checker: k, keep: keep, options: own.Options}
	p := &Program{Module: own.Module, Runs: own.Runs}
	for searched := false; ctx.Err() == nil; searched = true {
		if !r.dropOptions(p) && searched {
			break
		}
		p, _ = Search(p, Problem[*Program]{
			Same:   func(p *Program) bool { return r.keep(r.toCase(p)) },
			Less:   Less,
			Text:   (*Program).Text,
			Passes: Passes(r.valueOf),
			Stop:   func() bool { return ctx.Err() != nil },
		})
	}
	return r.toCase(p), nil
}

// reducer is the options and values that go with the program of a search.
type reducer struct {
	checker *diff.Checker
	keep    func(*diff.Case) bool
	options backend.Options

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

// dropOptions drops the options that the program does not need, and reports whether it dropped any.
func (r *reducer) dropOptions(p *Program) (dropped bool) {
	for _, drop := range []func(*backend.Options){
		func(o *backend.Options) { *o = backend.Options{} },
		func(o *backend.Options) { o.Registers = 0 },
		func(o *backend.Options) { o.SpillAll = false },
		func(o *backend.Options) { o.FarBranches = false },
		func(o *backend.Options) { o.LargeFrames = false },
		func(o *backend.Options) { o.Compress = false },
		func(o *backend.Options) { o.Target = target.Target{} },
		func(o *backend.Options) { o.Zbb = false },
		func(o *backend.Options) { o.Zicond = false },
		func(o *backend.Options) { o.VectorOff = false },
		func(o *backend.Options) { o.PIC = false },
		func(o *backend.Options) { o.SavedFirst = false },
		func(o *backend.Options) { o.Reverse = false },
		func(o *backend.Options) { o.High = false },
		func(o *backend.Options) { o.PromoteOff = false },
	} {
		before := r.options
		drop(&r.options)
		if r.options == before {
			continue
		}
		if r.keep(r.toCase(p)) {
			dropped = true
		} else {
			r.options = before
		}
	}
	return dropped
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

// divergence is the predicate of Case, and what it remembers.
type divergence struct {
	checker *diff.Checker
	wanted  string          // a bucket
	culprit string          // the name of a culprit that is wanted too, or ""
	best    diff.Signature  // of the last case in the wanted bucket
	seen    map[string]bool // buckets
	others  []Found
}

// same reports whether a case diverges in the wanted bucket.
func (d *divergence) same(c *diff.Case) bool {
	v := d.checker.Check(c)
	if v.Divergence == nil {
		return false
	}
	signature := v.Divergence.Signature
	bucket := signature.Bucket()
	if !d.seen[bucket] {
		d.seen[bucket] = true
		d.others = append(d.others, Found{c, signature})
	}
	if bucket != d.wanted || !d.blames(c) {
		return false
	}
	d.best = signature
	return true
}

// blames reports whether a case that diverges blames the culprit that is wanted.
func (d *divergence) blames(c *diff.Case) bool {
	if d.culprit == "" {
		return true
	}
	culprit := d.checker.Culprit(c)
	return culprit != nil && culprit.Name() == d.culprit
}
