// Package subject puts other people's compilers on trial: it exports AIR programs to their language, compiles them in
// batches, runs the executables, and compares what every program did with what the evaluator says.
//
//	found, missing := subject.Find(ctx)                       // the compilers that are installed
//	c, err := subject.Prepare(m, runs)                        // evaluated; an error says why it shows nothing
//	bench, err := subject.NewBench(ctx)                       // the linker, the runtime and the machines
//	verdicts := bench.Try(ctx, found[0], configuration, cases)
//
// A program whose outcome differs is run again alone, on two machines, and as the reference configuration of its
// compiler compiles it; Bench.Classify then says whose defect it is.
package subject
