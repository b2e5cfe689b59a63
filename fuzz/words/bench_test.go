package words_test

import (
	"debug/elf"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"golang.org/x/arch/riscv64/riscv64asm"

	"github.com/rvfuzz/rvfuzz/isa"
)

// goText returns the code of gofmt, built for riscv64.
func goText(tb testing.TB) []byte {
	path := filepath.Join(tb.TempDir(), "gofmt")
	cmd := exec.Command("go", "build", "-o", path, "cmd/gofmt")
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=riscv64", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Skipf("cannot build a riscv64 program: %v: %s", err, out)
	}
	f, err := elf.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	text, err := f.Section(".text").Data()
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// ourPasses is how often our decoder goes over the text for each time that riscv64asm does, so that neither takes too
// little time to be measured.
const ourPasses = 20

// BenchmarkRealText decodes the code of a Go program with both decoders in each iteration, and reports the nanoseconds of
// user CPU time an instruction and how many times longer riscv64asm takes.
func BenchmarkRealText(b *testing.B) {
	text := goText(b)
	var words []uint32
	var codes [][]byte
	for at := 0; at+4 <= len(text); {
		word, size := isa.WordAt(text[at:])
		words, codes = append(words, word), append(codes, text[at:at+size])
		at += size
	}
	var ours, theirs time.Duration
	for b.Loop() {
		start := userTime(b)
		for range ourPasses {
			for _, w := range words {
				_, _ = isa.Decode(w)
			}
		}
		middle := userTime(b)
		for _, code := range codes {
			_, _ = riscv64asm.Decode(code)
		}
		ours, theirs = ours+middle-start, theirs+userTime(b)-middle
	}
	n := float64(b.N) * float64(len(words))
	b.ReportMetric(0, "ns/op") // which would be of both together
	b.ReportMetric(float64(ours)/n/ourPasses, "isa-ns/inst")
	b.ReportMetric(float64(theirs)/n, "riscv64asm-ns/inst")
	b.ReportMetric(float64(theirs)/float64(ours)*ourPasses, "riscv64asm/isa")
}

// userTime returns the CPU time that the process has spent so far.
func userTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano())
}

// TestDecodeAllocatesNothing checks Decode on the instructions of real code.
func TestDecodeAllocatesNothing(t *testing.T) {
	text := goText(t)
	var legal []uint32
	for at := 0; at+4 <= len(text) && len(legal) < 10000; at += 4 {
		word := binary.LittleEndian.Uint32(text[at:])
		if _, err := isa.Decode(word); err == nil {
			legal = append(legal, word)
		}
	}
	if n := testing.AllocsPerRun(10, func() {
		for _, w := range legal {
			_, _ = isa.Decode(w)
		}
	}); n != 0 {
		t.Errorf("%v allocations in %d decodes", n, len(legal))
	}
}
