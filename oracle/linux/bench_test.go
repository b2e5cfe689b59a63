package linux

import (
	"context"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// BenchmarkPrograms measures both engines in millions of guest instructions per second of user time, and their time as
// a multiple of qemu's.
func BenchmarkPrograms(b *testing.B) {
	qemu := tools.Need(b, tools.QEMU)
	for _, source := range []string{"sieve.c", "integer.c", "double.c"} {
		program := compile(b, source, "-O2")
		file, err := os.ReadFile(program)
		if err != nil {
			b.Fatal(err)
		}
		emulator := emulatorTime(b, qemu, program)
		for _, engine := range []struct {
			name   string
			checks rv64.Checks
		}{{"plain", 0}, {"checking", rv64.CheckAll}} {
			b.Run(source+"/"+engine.name, func(b *testing.B) {
				var steps uint64
				start := userTime()
				for range b.N {
					result, err := Execute(context.Background(), file, Config{Checks: engine.checks})
					if err != nil || result.Status != 0 {
						b.Fatal(result, err)
					}
					steps += result.Steps
				}
				spent := userTime() - start
				b.ReportMetric(float64(steps)/1e6/spent.Seconds(), "MIPS")
				b.ReportMetric(spent.Seconds()/float64(b.N)/emulator.Seconds(), "x-qemu")
			})
		}
	}
}

// userTime returns the user time of this process so far.
func userTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano())
}

func emulatorTime(b *testing.B, qemu tools.Tool, program string) time.Duration {
	command := exec.Command(qemu.Path, program)
	if err := command.Run(); err != nil {
		b.Fatal(err)
	}
	return command.ProcessState.UserTime()
}
