package subject

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// exitsWithVlenb is a program whose exit status is the size of its vector registers in bytes.
const exitsWithVlenb = `
	.option arch, +v
	.globl _start
_start:
	csrr a0, vlenb
	li a7, 93
	ecall
`

// Both machines have vector registers of the size that a configuration says.
func TestVectorRegisters(t *testing.T) {
	b := bench(t)
	as, folder := tools.Need(t, tools.As), t.TempDir()
	object, program := filepath.Join(folder, "program.o"), filepath.Join(folder, "program")
	if _, err := as.Run(t.Context(), exitsWithVlenb, "-o", object, "-"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.linker.Run(t.Context(), "", "-static", "-o", program, object); err != nil {
		t.Fatal(err)
	}
	elf, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	for vlen, size := range map[uint64]int{0: 16, 128: 16, 256: 32, 512: 64, 1024: 128} {
		for name, run := range map[string]func() (string, error){
			"ours": func() (string, error) { return execute(t.Context(), elf, vlen, Quick, nil, new(bytes.Buffer)) },
			"qemu": func() (string, error) { return b.emulate(t.Context(), elf, vlen, new(bytes.Buffer)) },
		} {
			if name == "qemu" && b.second != nil {
				t.Log(b.second)
				continue
			}
			ending, err := run()
			if err != nil {
				t.Fatal(err)
			}
			if !regexp.MustCompile(`\b` + strconv.Itoa(size) + `\b`).MatchString(ending) {
				t.Errorf("%s with %d bits ends with %q, not %d", name, vlen, ending, size)
			}
		}
	}
}
