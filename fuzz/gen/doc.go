// Package gen makes AIR modules from a stream of choices: always valid, free of illegal behaviour whatever the
// arguments, and dense in values that stay alive, because that is where code generators break.
//
// A Case is a module and a few argument vectors for its entry function. The verifier accepts the module, no execution
// of it is illegal behaviour, every execution ends within a bounded number of steps, and equal choices make equal
// modules. Most of the values that a program computes are part of the entry's result or stored into writable globals.
//
// Illegal behaviour is kept out by construction. Each value has the interval in which it lies for all inputs;
// arithmetic that must not overflow is made of operands whose intervals exclude it, after narrowing them, or in the arm
// of a test. Divisors, shift amounts, indices and lengths are bounded the same way, payloads are taken in the arm where
// they exist, loops count.
//
// The table in table.go has one row per production: which tags it makes, how often, and the feature it belongs to. The
// tags of a row are mostly all that share a rule of the verifier, so that a tag with the shape of another one is made
// without a row of its own; tags.go lists the tags that are not made. Each case switches a random subset of the
// features on (swarm testing), so that rare combinations come up.
//
// Seeds are further cases, the same every time, for campaigns to start from: every tag at every width.
//
//	g := gen.New(gen.Config{})
//	c := g.Case(source.New(seed))
//	os.Stdout.Write(air.Print(c.Module))
package gen
