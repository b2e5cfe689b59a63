package judge_test

import (
	"debug/elf"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/arch/riscv64/riscv64asm"

	"github.com/rvfuzz/rvfuzz/isa"
)

// goText builds gofmt for riscv64 and returns the bytes of its code.
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

// BenchmarkRealText decodes the code of a Go program with both decoders, one instruction an iteration.
func BenchmarkRealText(b *testing.B) {
	text := goText(b)
	var words []uint32
	var starts []int
	for at := 0; at+4 <= len(text); {
		word, size := binary.LittleEndian.Uint32(text[at:]), 4
		if word&3 != 3 {
			word, size = word&0xffff, 2
		}
		words, starts = append(words, word), append(starts, at)
		at += size
	}
	b.Run("isa", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if i == len(words) {
				i = 0
			}
			_, _ = isa.Decode(words[i])
		}
	})
	b.Run("riscv64asm", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if i == len(starts) {
				i = 0
			}
			_, _ = riscv64asm.Decode(text[starts[i] : starts[i]+4])
		}
	})
}
