// Package gen makes AIR modules from a stream of choices: always valid, free of illegal behaviour whatever the
// arguments, and dense in values that stay alive, because that is where code generators break.
//
// It takes a source.Source and gives a Case: a module, and for its entry function a few argument vectors. It promises
// that the verifier accepts the module, that no execution of it is illegal behaviour, that every execution ends within
// a bounded number of steps, and that equal choices give equal modules. What a program computes is folded into the
// entry's result and stored into writable globals, so little of it goes unseen.
//
// Illegal behaviour is kept out by construction. Each value carries the interval in which it lies for all inputs; an
// instruction that may not overflow is made where the intervals prove that it does not, after operands were narrowed,
// or inside a guard. Divisors, shift amounts, indices and lengths are bounded the same way, payloads are taken in the
// arm where they exist, loops count.
//
// The table in table.go has one row per production: which tags it makes, how often, and the feature it belongs to. Each
// case switches a random subset of the features on (swarm testing), so that rare combinations come up.
//
//	g := gen.New(gen.Config{})
//	c := g.Case(source.New(seed))
//	os.Stdout.WriteString(c.Module.String())
package gen
