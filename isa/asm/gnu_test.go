package asm_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/isa/asm"
)

// randomSource writes a program of n statements: arithmetic, loads and stores, branches and jumps to labels near and far,
// constants and data. There is no alignment among it: where a branch just reaches or does not, the outcome depends on the
// order in which an assembler settles paddings.
func randomSource(rng *rand.Rand, n int) string {
	regs := []string{"zero", "ra", "sp", "t0", "t6", "s0", "s1", "a0", "a1", "a5", "s11"}
	reg := func() string { return regs[rng.IntN(len(regs))] }
	label := func() string { return fmt.Sprintf("L%d", rng.IntN(n)) }
	shapes := []func() string{
		func() string { return fmt.Sprintf("addi %s,%s,%d", reg(), reg(), rng.IntN(128)-64) },
		func() string { return fmt.Sprintf("addiw %s,%s,%d", reg(), reg(), rng.IntN(128)-64) },
		func() string { return fmt.Sprintf("andi a0,a0,%d", rng.IntN(128)-64) },
		// binutils leaves add rd,rs,zero as it is, where this assembler takes c.mv
		func() string { return fmt.Sprintf("add %s,%s,%s", reg(), reg(), regs[1+rng.IntN(len(regs)-1)]) },
		func() string { return fmt.Sprintf("sub %s,%s,%s", reg(), reg(), reg()) },
		func() string { return fmt.Sprintf("slli %s,%s,%d", reg(), reg(), rng.IntN(63)+1) },
		func() string { return fmt.Sprintf("ld %s,%d(%s)", reg(), rng.IntN(80)*8, reg()) },
		func() string { return fmt.Sprintf("sw %s,%d(%s)", reg(), rng.IntN(80)*4-64, reg()) },
		func() string { return fmt.Sprintf("fsd fa0,%d(sp)", rng.IntN(80)*8) },
		func() string { return fmt.Sprintf("lui %s,%d", reg(), rng.IntN(64)+1) },
		// nor does binutils swap the operands of beq zero,rs,label
		func() string { return fmt.Sprintf("beq %s,%s,%s", regs[1+rng.IntN(len(regs)-1)], reg(), label()) },
		func() string { return fmt.Sprintf("bnez %s,%s", reg(), label()) },
		func() string { return fmt.Sprintf("j %s", label()) },
		func() string { return fmt.Sprintf("jal %s", label()) },
		func() string { return fmt.Sprintf("jr %s", reg()) },
		func() string { return fmt.Sprintf("li a0,%d", int32(rng.Uint32())) },
		func() string { return "ret" },
		func() string { return fmt.Sprintf(".word %d", rng.Uint32()) },
	}
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "L%d:\t%s\n", i, shapes[rng.IntN(len(shapes))]())
	}
	return b.String()
}

// TestAgainstGNU assembles random programs with binutils too and compares the bytes.
func TestAgainstGNU(t *testing.T) {
	as, err := exec.LookPath("riscv64-linux-gnu-as")
	if err != nil {
		t.Skipf("binutils for riscv64 are not installed: %v", err)
	}
	objcopy, err := exec.LookPath("riscv64-linux-gnu-objcopy")
	if err != nil {
		t.Skipf("binutils for riscv64 are not installed: %v", err)
	}
	rng := rand.New(rand.NewPCG(5, 5))
	dir := t.TempDir()
	for round := range 24 {
		src := randomSource(rng, []int{20, 200, 3000}[round%3])
		for _, compress := range []bool{false, true} {
			ours, err := asm.Assemble("r.s", []byte(src), asm.Options{Compress: compress})
			if err != nil {
				t.Fatal(err)
			}
			theirs := gnuImage(t, as, objcopy, dir, src, compress)
			if !bytes.Equal(ours.Image, theirs) {
				t.Fatalf("round %d, compress %v: %s", round, compress, firstDifference(src, ours, theirs))
			}
		}
	}
}

func gnuImage(t *testing.T, as, objcopy, dir, src string, compress bool) []byte {
	arch := "rv64imafd"
	if compress {
		arch += "c"
	}
	object, image := filepath.Join(dir, "r.o"), filepath.Join(dir, "r.bin")
	cmd := exec.Command(as, "-march="+arch, "-o", object, "-")
	cmd.Stdin = strings.NewReader(".option norelax\n" + src)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err := exec.Command(objcopy, "-O", "binary", "-j", ".text", object, image).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	code, err := os.ReadFile(image)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// firstDifference tells where two images part, by source line.
func firstDifference(src string, ours *asm.Program, theirs []byte) string {
	at := 0
	for at < len(ours.Image) && at < len(theirs) && ours.Image[at] == theirs[at] {
		at++
	}
	line := 0
	for _, l := range ours.Lines {
		if l.Address <= int64(at) {
			line = l.Line
		}
	}
	lines := strings.Split(src, "\n")
	return fmt.Sprintf("they part at %#x, by %q: ours % x, theirs % x", at, lines[max(line-1, 0)],
		ours.Image[at&^1:min(at+8, len(ours.Image))], theirs[at&^1:min(at+8, len(theirs))])
}
