// Package llvm writes AIR as LLVM IR, in the text form of LLVM 19 and later.
//
//	var b llvm.Batch
//	err := b.Add(export.Case{Module: m, Runs: runs}) // *air.Unsupported for what LLVM IR cannot say
//	os.WriteFile("batch.ll", []byte(b.Text()), 0o644)
//
// A batch holds many cases, whose names do not clash. Linked with the runtime of package subject it is a program that
// performs every run and reports how each ended, its result and the writable globals.
//
// Scalars and vectors are values of LLVM, all other types are held in memory, in the layout that AIR gives them. What
// AIR leaves undefined is undef, never poison: flags such as nsw, nuw, exact, nneg and inbounds, which make poison of
// what AIR calls illegal, are only written where every operand is known to be defined. Integers go through memory as
// AIR has them there: through a pointer with the bytes of their width, elsewhere at their ABI size, extended by their
// signedness. NaN results are made the canonical one, float minima and
// maxima are written out. Every entry is external, is not inlined and takes its arguments from writable globals, since
// an optimiser would otherwise compute the results itself.
//
// How a tag is said is its row in table.go.
package llvm
