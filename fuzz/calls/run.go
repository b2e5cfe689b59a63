package calls

import (
	"context"

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
