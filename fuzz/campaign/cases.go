package campaign

import (
	"strings"
	"sync"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/target"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/mutate"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// Make returns the case of a campaign with a number. It is valid until the generator makes another one.
func Make(config *Config, g *gen.Generator, s *source.Source, number uint64) *diff.Case {
	s.Reset(source.Case(config.Seed, config.Shard, number))
	return Draw(s, g, config.Options)
}

// original returns the case with a number before it was rewritten.
func original(config *Config, g *gen.Generator, s *source.Source, number uint64) *diff.Case {
	s.Reset(source.Case(config.Seed, config.Shard, number))
	return drawn(s, g, config.Options)
}

// Draw returns the case that choices describe: how it is compiled, unless options are given, and the program.
func Draw(s *source.Source, g *gen.Generator, options *backend.Options) *diff.Case {
	c := drawn(s, g, options)
	switch {
	case s.Chance(1, 8):
		c.Rewritten = mutate.Keep(s, c.Module, s.Between(1, 6))
	case s.Chance(1, 64):
		mutate.Probe(c.Module)
		ran := func(int, air.Index) bool { return true }
		if p := diff.NewProfile(c); p != nil {
			ran = p.Ran
		}
		if mutate.Dead(s, c.Module, ran, s.Between(1, 3)) > 0 {
			c.Rewritten = "dead"
		}
	}
	if s.Chance(1, 64) {
		c.Mutated = mutate.Change(s, c.Module, s.Between(1, 3)) > 0
	}
	return c
}

// drawn returns the case that choices describe first, as it is generated.
func drawn(s *source.Source, g *gen.Generator, options *backend.Options) *diff.Case {
	var c diff.Case
	if options != nil {
		c.Options = *options
	} else {
		c.Options = drawOptions(s)
	}
	made := g.Case(s)
	c.Module, c.Runs = made.Module, made.Runs
	return &c
}

// drawOptions draws how a case is compiled: half of the cases in the ordinary way, the others with some of the knobs
// that must not change what a program does.
func drawOptions(s *source.Source) (o backend.Options) {
	if !s.Chance(1, 2) {
		return o
	}
	if s.Chance(1, 3) {
		o.Registers = s.Between(fewestRegisters, 12)
	}
	o.SpillAll = s.Chance(1, 4)
	o.FarBranches = s.Chance(1, 4)
	o.LargeFrames = s.Chance(1, 4)
	o.Compress = s.Chance(1, 3)
	o.Target = drawTarget(s)
	o.Zbb = s.Chance(1, 3)
	o.Zicond = s.Chance(1, 4)
	o.VectorOff = o.Target.V && s.Chance(1, 4)
	o.PIC = s.Chance(1, 4)
	o.SavedFirst = s.Chance(1, 4)
	o.Reverse = s.Chance(1, 4)
	o.High = s.Chance(1, 4)
	o.PromoteOff = s.Chance(1, 4)
	return o
}

// targets are the machines that cases are compiled for: profiles, and extensions one by one.
var targets = sync.OnceValue(func() (all []target.Target) {
	names := "rva20u64 rva22u64 rva23u64 rva23u64_zacas_zabha rv64gcv_zvl256b rva23u64_zfh_zvl1024b rv64gc_zba rv64gc_zbs rv64gc_zfa " +
		"rv64gc_zfhmin rv64gc_zfh rva23u64_zfh rv64gc_zacas rv64gc_zacas_zabha rv64gc_zabha rv64gc_zcb"
	for _, name := range strings.Fields(names) {
		t, err := target.Parse(name)
		if err != nil {
			panic("campaign: a target of the list exists: " + err.Error())
		}
		all = append(all, t)
	}
	return all
})

// drawTarget draws a machine, in half of the cases rv64gc.
func drawTarget(s *source.Source) target.Target {
	if !s.Chance(1, 2) {
		return target.Target{}
	}
	all := targets()
	return all[s.Between(0, len(all)-1)]
}

// knobs are the options under which seeds without options of their own are checked: each that changes the code, and
// those that change it most together.
var knobs = sync.OnceValue(func() []backend.Options {
	targets := targets()
	return []backend.Options{
		{}, {PromoteOff: true}, {Registers: fewestRegisters}, {Registers: fewestRegisters + 3}, {SpillAll: true}, {FarBranches: true},
		{LargeFrames: true}, {Compress: true}, {Target: targets[3], Compress: true}, {Target: targets[5], Registers: fewestRegisters},
		{Target: targets[10]}, {Target: targets[13]}, {Zbb: true, Zicond: true}, {PIC: true, SavedFirst: true, Reverse: true, High: true},
		{Registers: fewestRegisters, FarBranches: true, LargeFrames: true, Compress: true},
	}
})

// fewestRegisters is the least that codegen can work with.
const fewestRegisters = 7

// madeSeeds makes the built-in seeds of a part: every tag of AIR at every width, the knobs in turn. What the run lines
// expect means nothing: a campaign asks the evaluator.
func madeSeeds(part int) (list []program) {
	knobs := knobs()
	for i, s := range gen.SeedsOf(part) {
		options := knobs[1+(part+i)%(len(knobs)-1)]
		e := unasked(s.Module, s.Runs)
		e.Name, e.Options = s.Name, options.String()
		list = append(list, *programOf(e))
	}
	return list
}

// unasked returns an entry about whose runs no oracle was asked: its run lines only make the calls.
func unasked(m *air.Module, calls []gen.Run) *corpus.Entry {
	var runs []corpus.Run
	for _, r := range calls {
		runs = append(runs, corpus.Run{Func: r.Func, Args: r.Args, Want: corpus.Want{Ending: oracle.OutOfSteps}})
	}
	return corpus.New("", m, runs)
}
