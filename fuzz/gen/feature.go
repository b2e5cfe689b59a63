package gen

// Feature is a set of language features that a case may use.
type Feature uint64

// The features.
const (
	Plain Feature = 1 << iota // arithmetic that must not overflow
	Safe                      // arithmetic that panics on overflow
	Saturating
	Overflow // arithmetic with an overflow bit
	Division
	Shifts
	BitCounting
	Comparison
	Casts
	Memory
	Arrays
	Structs
	Packed
	Tuples
	Slices
	Pointers // pointers and slices held in memory and passed around
	Optionals
	ErrorUnions
	Enums
	Unions
	Blocks
	Loops
	Switches
	LoopSwitches
	Calls
	IndirectCalls
	Recursion
	ManyArguments
	AggregateArguments
	Globals
	Bulk // memset, memcpy, memmove
	Debug
	LargeFrames
	OverAlignment
	EarlyExit // return, trap and breakpoint in an arm
	ZeroBits
	Externs
	Floats
	Atomics
	Vectors
	Wide      // integers of more than 64 bits
	Variadic  // functions with unnamed arguments
	TailCalls // call_always_tail
	Assembly
	Pressure    // many values kept alive at once
	Idioms      // what optimisers and instruction selectors look for
	ArrayLoops  // what vectorisers look for
	ManyLanes   // vectors of more than 8 lanes
	Routines    // what routines of the runtime library compute: f80, f128, transcendental functions; and mul_add of f16
	numFeatures = iota
)

// AllFeatures is the set of all features.
const AllFeatures = Feature(1<<numFeatures - 1)

// chooseFeatures draws a subset of the configured features, each with a probability of 9/16, and all of the few that
// most programs need.
func (g *Generator) chooseFeatures() {
	always := Comparison | Casts | Blocks
	if g.config.CCalls {
		always |= Calls | AggregateArguments | Structs
	}
	g.setFeatures(g.config.Features & (Feature(g.s.Mask(numFeatures, 9, 16)) | always))
	if g.has(Idioms) && g.s.Chance(g.config.Idioms, 16) {
		for i := range g.table {
			if g.table[i].feature&(Idioms|ArrayLoops) != 0 {
				g.weights[i] *= idiomFactor
			}
		}
	}
}

// idiomFactor makes idioms the larger part of a case.
const idiomFactor = 12

// setFeatures switches features on and weighs the productions by them.
func (g *Generator) setFeatures(f Feature) {
	g.features = f
	for i := range g.table {
		g.weights[i] = 0
		switch {
		case !g.has(g.table[i].feature):
		case g.config.Even:
			g.weights[i] = 1
		default:
			g.weights[i] = g.table[i].weight
		}
	}
}
