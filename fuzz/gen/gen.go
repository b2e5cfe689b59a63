package gen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// Config is what cases are like. A zero field means its default.
type Config struct {
	// Instructions steers the number of AIR instructions of a module: the default of 48 makes 77 in the mean, and
	// seldom less than 40.
	Instructions int
	// Steps bounds the AIR instructions that one run executes. The default is 3000, so that a case takes less than a
	// millisecond.
	Steps int
	// Lanes bounds the lanes of vectors. The default is 64; those of more than 8 lanes are rare.
	Lanes int
	// Bits bounds the bits of integers of more than 500. The default is 65,535; those of more than 500 are rare.
	Bits uint32
	// Idioms is how many of 16 cases consist of idioms for the larger part. The default is 2.
	Idioms int
	// Even has all productions drawn equally often, whatever programs mostly consist of.
	Even bool
	// CFloats leaves f32 and f64 of the floats: those that every compiler of C has.
	CFloats bool
	// LongFloats adds conversions between f128 and other floats, which this project's code generator does not have.
	LongFloats bool
	// CCalls gives every function the C calling convention, and makes every case of more functions with more calls.
	CCalls bool
	// Runs is the largest number of argument vectors of a case, at least 2. The default is 3.
	Runs int
	// Features is the set from which each case draws its subset; by default all.
	Features Feature
}

func (c Config) withDefaults() Config {
	if c.Instructions == 0 {
		c.Instructions = 48
	}
	if c.Steps == 0 {
		c.Steps = 3000
	}
	if c.Lanes == 0 {
		c.Lanes = 64
	}
	if c.Bits == 0 {
		c.Bits = hugeWidths[len(hugeWidths)-1]
	}
	if c.Idioms == 0 {
		c.Idioms = 2
	}
	if c.Runs == 0 {
		c.Runs = 3
	}
	if c.Features == 0 {
		c.Features = AllFeatures
	}
	return c
}

// Run is one execution of a case: the entry function and its arguments, one constant per parameter.
type Run struct {
	Func string
	Args []*air.Value
}

// Case is a generated program and its runs.
type Case struct {
	Module *air.Module
	Runs   []Run
}

// Entry is the name of the function that runs call.
const Entry = "f0"

// Generator makes cases. It reuses its memory: a Case and its module are valid until the next call of Case. It is not
// safe for concurrent use.
type Generator struct {
	config   Config
	s        *source.Source
	features Feature
	table    []production
	weights  []int // of the productions of table, for this case
	// expressions are the ways to make trees, and shapes their weights.
	expressions []expression
	shapes      []int
	module      *air.Module
	types       palette
	globals     []global
	callees     []callee
	never       *callee // does not return, or nil
	steps       int     // left for the whole case

	refs    arena[air.Ref]
	indices arena[air.Index]
	bodies  arena[air.Body]
	values  arena[air.Value]
	lists   arena[*air.Value]
	defined arena[air.Global]
	writers []*writer
	argsOf  []*air.Type
}

// New returns a generator.
func New(c Config) *Generator {
	g := &Generator{config: c.withDefaults(), table: table}
	g.weights = make([]int, len(g.table))
	g.expressions = expressions()
	for _, e := range g.expressions {
		g.shapes = append(g.shapes, e.weight)
	}
	return g
}

// callee is a finished function that others may call.
type callee struct {
	f    *air.Func
	cost int // steps of one call, at most
	// fuel is true if the first parameter bounds the depth of recursion.
	fuel bool
	// ignored has a bit for each parameter that nothing reads.
	ignored uint32
	// unnamed are the types that a variadic function reads beyond its parameters.
	unnamed []*air.Type
}

// Case returns the case that the choices of s describe.
func (g *Generator) Case(s *source.Source) *Case {
	g.s = s
	g.reset()
	g.chooseFeatures()
	g.makePalette()
	g.makeGlobals()
	size := g.config.Instructions/2 + s.Intn(g.config.Instructions)
	g.makeFunctions(size)
	return &Case{Module: g.module, Runs: g.makeRuns()}
}

func (g *Generator) reset() {
	if g.module == nil {
		g.module = air.NewModule()
	}
	g.module.Types.Reset()
	*g.module = air.Module{Types: g.module.Types, Globals: g.module.Globals[:0], Funcs: g.module.Funcs[:0]}
	g.defined.reset()
	g.refs.reset()
	g.indices.reset()
	g.bodies.reset()
	g.values.reset()
	g.lists.reset()
	g.globals, g.callees = g.globals[:0], g.callees[:0]
	g.steps = g.config.Steps
}

// makeFunctions makes the callees first, so that a caller knows what a call costs, and the entry last. It puts the
// entry first or last in the module.
func (g *Generator) makeFunctions(size int) {
	g.makeExterns()
	g.makeNever()
	before := len(g.module.Funcs)
	count := 0
	if g.has(Calls) {
		count = g.s.Weighted([]int{2, 4, 2, 1})
	}
	if g.config.CCalls {
		count = g.s.Between(2, 4)
	}
	for i := count; i > 0; i-- {
		share := size / (2 * count)
		g.makeFunction(functionNames[i], share, false)
	}
	g.makeFunction(Entry, size-count*(size/(2*max(count, 1))), true)
	if funcs := g.module.Funcs[before:]; g.s.Bool() {
		funcs[0], funcs[len(funcs)-1] = funcs[len(funcs)-1], funcs[0]
	}
}

var functionNames = [...]string{Entry, "f1", "f2", "f3", "f4"}

// Runs draws argument vectors for the entry of the last case, in memory that is valid as long as it.
func (g *Generator) Runs(s *source.Source) []Run {
	g.s = s
	return g.makeRuns()
}

// makeRuns draws the entry's argument vectors.
func (g *Generator) makeRuns() []Run {
	entry := g.module.Func(Entry)
	runs := make([]Run, g.s.Between(2, max(2, g.config.Runs)))
	if len(entry.Type.Params) == 0 {
		runs = runs[:1]
	}
	for i := range runs {
		args := g.lists.take(len(entry.Type.Params))
		for p, t := range entry.Type.Params {
			args[p] = g.constant(t)
		}
		runs[i] = Run{Func: Entry, Args: args}
	}
	return runs
}

func (g *Generator) has(f Feature) bool { return g.features&f == f }
