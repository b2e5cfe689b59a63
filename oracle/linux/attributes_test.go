package linux

import (
	"bytes"
	"encoding/binary"
	"os"
	"strings"
	"testing"
)

// attributes returns a section of attributes of the whole file: a number, and an architecture.
func attributes(arch string) []byte {
	list := append([]byte{4, 0x90, 1, tagArch}, arch...) // tag 4 is the alignment of the stack
	list = append(list, 0)
	file := binary.LittleEndian.AppendUint32([]byte{tagFile}, uint32(5+len(list)))
	vendor := append([]byte("riscv\x00"), append(file, list...)...)
	section := binary.LittleEndian.AppendUint32([]byte{'A'}, uint32(4+len(vendor)))
	return append(section, vendor...)
}

// The size of vector registers is that of the largest zvlNb of the attributes.
func TestVectorSizeOfAttributes(t *testing.T) {
	for arch, want := range map[string]uint64{
		"rv64i2p1_m2p0":                           128,
		"rv64i2p1_v1p0_zvl32b1p0_zvl64b1p0":       128,
		"rv64i2p1_zvl128b1p0_zvl256b1p0_zvl64b":   256,
		"rv64i2p1_zvl1024b1p0":                    1024,
		"rv64i2p1_zvl2048b1p0":                    0,
		"rv64i2p1_zvlXb_zvl512":                   128,
		"rv64i2p1_zvl99999999999999999999999b1p0": 128,
	} {
		x := &executable{}
		x.readAttributeSection(attributes(arch))
		if got, err := x.vlen(); got != want || (err != nil) != (want == 0) || x.arch != arch {
			t.Errorf("%s (read as %q): %d, %v; want %d", arch, x.arch, got, err, want)
		}
	}
}

// A section that is cut short or has any byte changed yields some string or none, without a panic.
func TestHostileAttributes(t *testing.T) {
	section := attributes("rv64i2p1_zvl256b1p0")
	for i := range section {
		x := &executable{}
		x.readAttributeSection(section[:i])
		if x.arch != "" {
			t.Errorf("of %d bytes: %q", i, x.arch)
		}
		for bit := range 8 {
			changed := bytes.Clone(section)
			changed[i] ^= 1 << bit
			x.readAttributeSection(changed)
		}
	}
}

// A program has the registers that it was compiled for, or those of Config.VLEN.
func TestVectorSize(t *testing.T) {
	for march, want := range map[string]string{"rv64gc": "16 1\n", "rv64gcv": "16 1\n", "rv64gcv_zvl512b": "64 1\n"} {
		program := compile(t, "vlenb.c", "-O1", "-march="+march)
		if got, exit := underMachine(t, program, 0); got.output != want {
			t.Errorf("%s: %q, want %q; %+v", march, got.output, want, exit)
		}
		file, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		if _, err := Execute(t.Context(), file, Config{Stdout: &out, VLEN: 1024}); err != nil || out.String() != "128 1\n" {
			t.Errorf("%s with 1024 bits: %q, %v", march, out.String(), err)
		}
	}
}
