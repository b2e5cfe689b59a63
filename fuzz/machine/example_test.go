package machine_test

import (
	"context"
	"fmt"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/machine"
)

// Without output to compare: it needs qemu-riscv64.
func ExampleRun() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	report, err := machine.Run(ctx, machine.Config{Seed: 1, Batches: 10, Extensions: []string{"M", "Zba"}})
	if err != nil {
		fmt.Println(err) // the emulator is not installed, for example
		return
	}
	for _, f := range report.Findings {
		fmt.Print(f)
	}
}

// Without output to compare, too.
func ExampleQEMU_Absent() {
	qemu, err := machine.FindQEMU(context.Background(), 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range qemu.Absent() {
		fmt.Printf("%s: %s\n", a.Mnemonic, a.Why) // ecall: ends or leaves the program, ...
	}
}
