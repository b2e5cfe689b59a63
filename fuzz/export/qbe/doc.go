// Package qbe writes AIR as the intermediate language of QBE, for `qbe -t rv64`.
//
//	b := qbe.New()
//	err := b.Add(export.Case{Module: m, Runs: runs}) // *air.Unsupported for what this package does not say
//	os.WriteFile("batch.ssa", []byte(b.Text()), 0o644)
//
// A case is first a tree of package ir with integers of 32 and 64 bits, the words and longs of QBE, and every instruction
// of that becomes one or a few of QBE's. Blocks and phis stay as they are. A select is written with masks, a switch as a
// chain of comparisons. Atomic accesses are plain ones, which is right for a single thread. Integers of more than 64
// bits, f16, f128 and globals aligned to more than 64 bytes are unsupported.
package qbe
