// Package machine compares the reference machine with qemu-riscv64. Random instruction sequences with random registers
// and memory are put into one executable, which both run, and the registers, flags and memory that they leave are
// compared. A sequence that differs is shrunk.
//
//	report, err := machine.Run(ctx, machine.Config{Seed: 1, Batches: 10})
//	for _, f := range report.Findings { fmt.Print(f) }
package machine
