// Package golang writes AIR as a Go program.
//
//	b := golang.New()
//	err := b.Add(export.Case{Module: m, Runs: runs}) // *air.Unsupported for what this package does not say
//	os.WriteFile("batch.go", []byte(b.Text()), 0o644)
//
// A case is first a tree of package ir with integers of 8, 16, 32 and 64 bits, and every instruction of that becomes a
// statement: a value is a variable, a block a label, a phi an assignment before the jump, one bit a bool, and an address
// an unsafe.Pointer. Counts and permutations of bits are calls of math/bits, atomic accesses of 4 and 8 bytes calls of
// sync/atomic, and a comparison with a length that guards a panic is the bounds check of a slice expression.
//
// The program holds its own start, which performs every run and reports as the runtime of package subject does. A run
// that ends early panics with its code. Memory of a frame is where Go's escape analysis puts it; the stack is made large
// before the first run, and too little is allocated for a collection, so that addresses in memory stay valid.
//
// Integers of more than 64 bits, f16, f128, mul_add of f32 and variadic functions are unsupported.
package golang
