// Package calls tests the C calling convention of the code generator against C compilers: it draws signatures, has both
// sides call each other, and compares what arrives with what was sent.
//
//	bench, err := calls.NewBench()
//	compilers, missing := calls.Find(ctx)
//	summary, err := bench.Run(ctx, calls.Config{On: compilers, Cases: 1000, Found: report})
//
// A program holds many signatures. Of each there is a callee and a caller in C, and a callee and a caller in AIR; each
// caller calls the callee of the other side. A callee stores what it received, and returns a value that the caller
// stores. The sent and the received bytes must be the same, except for padding.
package calls
