package calls

import (
	"context"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// Config says what Run tries. Case n of a seed is always the same signature.
type Config struct {
	On          []*Compiler
	Seed        uint64
	First       uint64 // number of the first case
	Cases       uint64
	Found       func(*Finding) error
	MaxFindings int // ends the run; 0 means no limit
}

// Summary is what Run did.
type Summary struct {
	// Next is the number of the first case that was not tried.
	Next uint64
	// Pairs counts the signatures that were tried with each compiler, by name.
	Pairs map[string]int
	// Known counts the signatures that were not tried with a compiler because of a known difference.
	Known    map[*Known]int
	Findings int
}

// BatchSize is how many signatures a program of Run has.
const BatchSize = 200

// levels are those of the C compilers, one for each batch: mostly the quick ones.
var levels = []string{"-O0", "-O1", "-O0", "-O2", "-O0", "-Os"}

// Run draws signatures in batches and tries each batch with every compiler.
func (b *Bench) Run(ctx context.Context, c Config) (*Summary, error) {
	s := &Summary{Next: c.First, Pairs: map[string]int{}, Known: map[*Known]int{}}
	for end := c.First + c.Cases; s.Next < end && !(c.MaxFindings > 0 && s.Findings >= c.MaxFindings); {
		first := s.Next
		s.Next = min(end, first+BatchSize)
		for i, compiler := range c.On {
			if err := b.batch(ctx, &c, s, first, i, compiler); err != nil {
				return s, err
			}
		}
	}
	return s, nil
}

// batch tries cases with a compiler. What varies with the number of the batch is drawn from it.
func (b *Bench) batch(ctx context.Context, c *Config, s *Summary, first uint64, position int, compiler *Compiler) error {
	var signatures []*Signature
	for n := first; n < s.Next; n++ {
		one := Draw(source.New(source.Case(c.Seed, 0, n)))
		if !compiler.Compiles(one) {
			continue
		}
		if known := compiler.known(one); known != nil {
			s.Known[known]++
			continue
		}
		signatures = append(signatures, one)
	}
	s.Pairs[compiler.Name] += len(signatures)
	draw := source.New(source.Case(c.Seed, 1+uint64(position), first))
	w := Way{Compiler: compiler, Level: levels[draw.Intn(len(levels))], Options: options(draw), linker: draw.Intn(len(b.linkers))}
	found, err := b.Try(ctx, NewProgram(draw, signatures), w)
	if err != nil {
		return err
	}
	for _, d := range found {
		s.Findings++
		finding, err := b.reduce(ctx, d)
		if err == nil {
			err = c.Found(finding)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// options draws how AIR is compiled.
func options(s *source.Source) backend.Options {
	o := backend.Options{Verify: true, SpillAll: s.Chance(1, 6), LargeFrames: s.Chance(1, 8), Compress: s.Bool(), Zbb: s.Chance(1, 4)}
	if s.Chance(1, 3) {
		o.Registers = s.Between(1, 32)
	}
	return o
}

// valuesOf returns the stream of the values of a program that is tried again.
func valuesOf(n uint64) *source.Source { return source.New(source.Case(n, 0, 0)) }

// Finding is a difference with the smallest signature that shows it.
type Finding struct {
	Difference
	Original *Signature
	// Places says where each side has the value.
	Places string
}

// reduce looks for the smallest signature that differs in the same way of compiling.
func (b *Bench) reduce(ctx context.Context, d Difference) (*Finding, error) {
	f := &Finding{Difference: d, Original: d.Signature}
	for {
		smaller, err := b.smaller(ctx, f)
		if err != nil {
			return nil, err
		}
		if smaller == nil {
			f.Places = b.places(ctx, &f.Difference)
			return f, nil
		}
		f.Difference = *smaller
	}
}

// smaller returns the difference of a simpler signature, or nil. All simpler ones are tried in one program.
func (b *Bench) smaller(ctx context.Context, f *Finding) (*Difference, error) {
	all := slices.DeleteFunc(simpler(f.Signature), func(s *Signature) bool { return f.Way.Compiler.known(s) != nil })
	if len(all) == 0 {
		return nil, nil
	}
	found, err := b.Try(ctx, NewProgram(valuesOf(1), all), f.Way)
	for i := range found {
		if (found[i].Ends != nil) == (f.Ends != nil) {
			return &found[i], err
		}
	}
	return nil, err
}

// simpler returns the signatures that are one step simpler: without an argument, without a result, or with a simpler
// type somewhere.
func simpler(s *Signature) (all []*Signature) {
	if s.Result.Kind != Void {
		c := *s
		c.Result = &Type{}
		all = append(all, &c)
	}
	if s.IsVariadic && len(s.Unnamed) == 0 {
		c := *s
		c.IsVariadic = false
		all = append(all, &c)
	}
	for i := range s.Unnamed {
		c := *s
		c.Unnamed = slices.Delete(slices.Clone(s.Unnamed), i, i+1)
		all = append(all, &c)
	}
	for i := range s.Params {
		if len(s.Params) > 1 || !s.IsVariadic {
			c := *s
			c.Params = slices.Delete(slices.Clone(s.Params), i, i+1)
			all = append(all, &c)
		}
	}
	for _, t := range simplerTypes(s.Result) {
		c := *s
		c.Result = t
		all = append(all, &c)
	}
	for i := range s.Params {
		for _, t := range simplerTypes(s.Params[i]) {
			c := *s
			c.Params = slices.Clone(s.Params)
			c.Params[i] = t
			all = append(all, &c)
		}
	}
	for i := range s.Unnamed {
		for _, t := range simplerTypes(s.Unnamed[i]) {
			c := *s
			c.Unnamed = slices.Clone(s.Unnamed)
			c.Unnamed[i] = t
			all = append(all, &c)
		}
	}
	return slices.DeleteFunc(all, func(s *Signature) bool {
		return slices.ContainsFunc(s.Unnamed, (*Type).IsEmpty) || s.Has(func(t *Type) bool { return t.Kind == Array && t.Elem == nil })
	})
}

// simplerTypes returns the types that are one step simpler.
func simplerTypes(t *Type) (all []*Type) {
	with := func(change func(*Type)) {
		c := *t
		c.Fields = slices.Clone(t.Fields)
		change(&c)
		all = append(all, &c)
	}
	for i, f := range t.Fields {
		with(func(c *Type) { c.Fields = slices.Delete(c.Fields, i, i+1) })
		if f.Type.Kind != Array && f.Type.Kind != BitFields {
			all = append(all, f.Type)
		}
	}
	for i, f := range t.Fields {
		if f.Align > 0 {
			with(func(c *Type) { c.Fields[i].Align = 0 })
		}
		if len(f.Type.Fields) > 0 || f.Type.Kind == Array {
			inner := f.Type.Fields
			if f.Type.Kind == Array {
				inner = []Field{{Type: f.Type.Elem}}
			}
			for _, one := range inner {
				if one.Type.Kind != BitFields {
					with(func(c *Type) { c.Fields[i] = one })
				}
			}
		}
		for _, other := range simplerTypes(f.Type) {
			with(func(c *Type) { c.Fields[i].Type = other })
		}
	}
	if t.Kind == Array && t.Len > 0 {
		with(func(c *Type) { c.Len-- })
	}
	if t.Kind == Array {
		for _, other := range simplerTypes(t.Elem) {
			with(func(c *Type) { c.Elem = other })
		}
	}
	if word := (Type{Kind: Int, Bits: 32, Signed: true}); t.Kind == Int && t.Bits != 32 || t.Kind == Bool || t.Kind == Pointer || t.Kind == Int && !t.Signed {
		all = append(all, &word)
	}
	if t.Kind == Float && t.Bits != 32 && t.Bits != 128 {
		all = append(all, &Type{Kind: Float, Bits: 32})
	}
	return all
}
