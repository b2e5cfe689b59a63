// Package versusqemu holds the reference machine against qemu-riscv64: random
// instruction sequences with random registers and memory are put into one
// executable, which both run, and what they leave in registers, flags and
// memory is compared. A sequence that differs is shrunk.
//
//	report, err := versusqemu.Run(ctx, versusqemu.Config{Seed: 1, Batches: 10})
//	for _, f := range report.Findings { fmt.Print(f) }
package versusqemu
