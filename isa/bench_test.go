package isa_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/isa"
)

// benchInsts resembles what a compiler emits: mostly integer arithmetic, loads and stores, and branches.
var benchInsts = []isa.Inst{
	{Op: isa.ADDI, Rd: isa.SP, Rs1: isa.SP, Imm: -64},
	{Op: isa.SD, Rs1: isa.SP, Rs2: isa.RA, Imm: 56},
	{Op: isa.LD, Rd: isa.A0, Rs1: isa.SP, Imm: 8},
	{Op: isa.ADD, Rd: isa.A0, Rs1: isa.A1, Rs2: isa.A2},
	{Op: isa.BNE, Rs1: isa.A0, Rs2: isa.A1, Imm: -128},
	{Op: isa.JAL, Rd: isa.RA, Imm: 4096},
	{Op: isa.LUI, Rd: isa.T0, Imm: 0x12345},
	{Op: isa.FADD_D, Rd: isa.FA0, Rs1: isa.FA1, Rs2: isa.FA2},
}

// userTime returns the CPU time that the process has spent so far, which other processes lengthen less than wall-clock time.
func userTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano())
}

func reportUserTime(b *testing.B, since time.Duration) {
	b.ReportMetric(float64(userTime(b)-since)/float64(b.N), "user-ns/op")
}

func BenchmarkEncode(b *testing.B) {
	b.ReportAllocs()
	var sum uint32
	start := userTime(b)
	for i := 0; b.Loop(); i++ {
		w, err := isa.Encode(benchInsts[i&7])
		if err != nil {
			b.Fatal(err)
		}
		sum += w
	}
	reportUserTime(b, start)
	_ = sum
}

func BenchmarkDecode(b *testing.B) {
	var words [8]uint32
	for i, in := range benchInsts {
		words[i], _ = isa.Encode(in)
	}
	b.ReportAllocs()
	start := userTime(b)
	for i := 0; b.Loop(); i++ {
		if _, err := isa.Decode(words[i&7]); err != nil {
			b.Fatal(err)
		}
	}
	reportUserTime(b, start)
}

func BenchmarkString(b *testing.B) {
	buf := make([]byte, 0, 64)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		buf = benchInsts[i&7].AppendText(buf[:0])
	}
}

func BenchmarkParse(b *testing.B) {
	var lines [8]string
	for i, in := range benchInsts {
		lines[i] = in.String()
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := isa.Parse(lines[i&7]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompress(b *testing.B) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		isa.Compress(benchInsts[i&7], isa.RVC)
	}
}
