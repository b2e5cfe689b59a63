// Package c writes AIR as C for gcc, clang and tcc.
//
//	b := c.New(c.BitInt)
//	err := b.Add(export.Case{Module: m, Runs: runs}) // *air.Unsupported for what this package does not say
//	os.WriteFile("batch.c", []byte(b.Text()), 0o644)
//
// A case is first a tree of package ir, without vectors, and every instruction of that becomes a statement: a value is a
// variable, a block a label, a phi an assignment before the jump.
//
// There are three dialects: BitInt has integers of odd widths as unsigned _BitInt(N), Masked in the next wider integer of
// C up to __int128, with the bits above cleared after every operation. Plain is Masked up to 64 bits in the C of 1999:
// without builtins, atomics and variadic functions; atomic accesses are plain ones there. Signed arithmetic is done on
// signed types where AIR makes an overflow illegal, on unsigned ones elsewhere. Programs need -fno-strict-aliasing in no
// place: memory is accessed through types that may alias. f16 is unsupported outside of BitInt, f128 in Plain.
package c
