// Package machine holds the reference machine against qemu-riscv64: random
// instruction sequences with random registers and memory are put into one
// executable, which both run, and what they leave in registers, flags and
// memory is compared. A sequence that differs is shrunk.
//
//	report, err := machine.Run(ctx, machine.Config{Seed: 1, Batches: 10})
//	for _, f := range report.Findings { fmt.Print(f) }
package machine
