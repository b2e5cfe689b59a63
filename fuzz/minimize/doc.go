// Package minimize makes a failing program small while it keeps failing in the same way.
//
// Search is the algorithm and knows nothing of AIR: from a predicate, an order and passes that propose candidates it
// descends to a fixpoint. A step must be strictly smaller and satisfy the predicate; a text that was tried once is not
// tried again; a search that is stopped keeps the best so far.
//
// Passes are the reductions of AIR modules, from coarse to fine: runs, functions and globals are removed, blocks are
// unwrapped, branches become one of their arms, instructions become the constants that they had in the evaluator or one
// of their own operands, parameters and types shrink, constants move towards 0.
//
//	small, _ := minimize.Search(program, minimize.Problem[*minimize.Program]{
//		Same:   func(p *minimize.Program) bool { return signature(p) == wanted },
//		Less:   minimize.Less,
//		Text:   (*minimize.Program).Text,
//		Passes: minimize.Passes(nil),
//	})
package minimize
