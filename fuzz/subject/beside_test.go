package subject

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// BenchmarkBesideCsmith compares the programs that are checked per second of processor time: by csmith, gcc, clang and
// qemu, one at a time, and by campaigns, in each configuration of the newest LLVM and gcc at -O2.
//
//	go test ./fuzz/subject -run '^$' -bench BesideCsmith -benchtime 10x
func BenchmarkBesideCsmith(b *testing.B) {
	theirs := csmithRate(b)
	b.ReportMetric(theirs, "csmith-programs/cpu-s")
	found, _ := Find(b.Context())
	bench, err := NewBench(b.Context())
	if err != nil {
		b.Skip(err)
	}
	defer bench.Close()
	for _, pattern := range []string{"llc-23:O2", "llc-23:O0", "llc-19:O2", "gcc-16:O2", "clang-23:O2"} {
		on, err := Select(found, pattern)
		if err != nil {
			b.Log(err)
			continue
		}
		summary, err := bench.Campaign(b.Context(), Campaign{On: on, Seed: 1, Cases: 160, Found: func(Finding) error { return nil }})
		if err != nil {
			b.Fatal(err)
		}
		t := &summary.Tallies[0]
		ours := float64(t.Cases) / (t.CPU + summary.Preparing).Seconds()
		b.ReportMetric(ours, pattern+"-cases/cpu-s")
		b.ReportMetric(ours/theirs, pattern+"-times")
	}
}

// csmithRate returns the programs of csmith per second of processor time that gcc and clang compile at -O2 and qemu runs,
// b.N of them.
func csmithRate(b *testing.B) float64 {
	const headers = "/usr/include/csmith"
	csmith, qemu := tools.Need(b, tools.Csmith), tools.Need(b, tools.QEMU)
	gcc, clang := tools.Need(b, tools.GCC), tools.Need(b, tools.Clang)
	if _, err := os.Stat(headers); err != nil {
		b.Skip(err)
	}
	csmith.Dir = b.TempDir()
	source, program := filepath.Join(csmith.Dir, "program.c"), filepath.Join(csmith.Dir, "program")
	start := processorTime()
	for seed := range b.N {
		out, err := csmith.Run(b.Context(), "", "--seed", fmt.Sprint(seed+1))
		if err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(source, []byte(out.Stdout), 0o600); err != nil {
			b.Fatal(err)
		}
		for _, compiler := range []tools.Tool{gcc, clang} {
			args := []string{"-O2", "-static", "-w", "-I" + headers, "-o", program, source}
			if compiler == clang {
				args = append(args, "--target=riscv64-linux-gnu", "-fuse-ld=bfd")
			}
			if _, err := compiler.Run(b.Context(), "", args...); err != nil {
				b.Fatal(err)
			}
			runBriefly(b, qemu, program)
		}
	}
	return float64(b.N) / (processorTime() - start).Seconds()
}

// runBriefly runs a program that may not end.
func runBriefly(b *testing.B, qemu tools.Tool, program string) {
	limited, cancel := context.WithTimeout(b.Context(), 5*time.Second)
	defer cancel()
	_, _ = qemu.Run(limited, "", program)
}
