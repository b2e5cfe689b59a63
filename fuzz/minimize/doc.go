// Package minimize makes a failing program small while it keeps failing in
// the same way.
//
// Search is the algorithm and knows nothing of AIR: it takes a predicate, an
// order and passes that propose candidates, and descends to a fixpoint. A
// candidate must be strictly smaller and show the same signature; what was
// tried is remembered by its text; stopping early keeps the best so far.
//
// Passes are the reductions of AIR modules, from coarse to fine: runs,
// functions and globals go, blocks are unwrapped, one arm stays of a branch,
// instructions become the constants that the evaluator saw or one of their
// own operands, parameters and types shrink, constants move towards 0.
//
//	small, _ := minimize.Search(program, minimize.Problem[*minimize.Program]{
//		Same:   func(p *minimize.Program) bool { return signature(p) == wanted },
//		Less:   minimize.Less,
//		Text:   (*minimize.Program).Text,
//		Passes: minimize.Passes(nil),
//	})
package minimize
