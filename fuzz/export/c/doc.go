// Package c writes AIR as C for gcc and clang.
//
//	b := c.New(c.BitInt)
//	err := b.Add(export.Case{Module: m, Runs: runs}) // *air.Unsupported for what this package does not say
//	os.WriteFile("batch.c", []byte(b.Text()), 0o644)
//
// A case is first written as LLVM IR, by package llvm, and every instruction of that then becomes a statement: a value is
// a variable, a block a label, a phi an assignment before the jump. So both languages say the same of a tag.
//
// There are two dialects: BitInt has integers of odd widths as unsigned _BitInt(N), Masked in the next wider integer of
// C, with the bits above cleared after every operation. Signed arithmetic is done on signed types where AIR makes an
// overflow illegal, on unsigned ones elsewhere. Programs need -fno-strict-aliasing in no place: memory is accessed
// through types that may alias. Vectors, and in the masked dialect integers of more than 128 bits and f16, are
// unsupported.
package c
