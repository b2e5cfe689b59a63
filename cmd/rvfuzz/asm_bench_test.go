package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// benchMarch is the architecture of BenchmarkAsm's program: no 16-bit instructions, because assemblers choose those
// differently.
const (
	benchMarch     = "rv64imafdv_zba_zbb_zbs_zfh"
	benchLLVMAttrs = "+m,+a,+f,+d,+v,+zba,+zbb,+zbs,+zfh"
)

// commonLines are the most frequent lines of compiled code; %s stands for a label. No li needs two instructions: llvm-mc
// takes addi where it took addiw before version 23.
var commonLines = []string{
	"addi sp, sp, -64", "sd ra, 56(sp)", "ld a0, 8(sp)", "add a0, a1, a2", "mv a0, s1", "li a5, 10", "lw a4, -20(s0)",
	"slli a5, a5, 2", "bne a0, a1, %s", "beqz a0, %s", "j %s", "jal ra, %s", "ret", "lui t0, 0x12345", "sw a5, -24(s0)",
	"fadd.d fa0, fa1, fa2", "fld fa5, 16(a0)", "li t1, -2048", "blt a3, a4, %s", "sub s1, s2, s3", "andi a0, a0, 255", "fence rw, w",
}

// benchProgram writes a program of n lines: two thirds from commonLines, the rest any instruction of benchMarch, with a
// label every few lines and branches to labels on both sides.
func benchProgram(tb testing.TB, n int) []byte {
	texts := allTexts(tb)
	rng := rand.New(rand.NewPCG(1, 2))
	var out bytes.Buffer
	out.WriteString("\t.option norelax\n\t.text\n")
	const every = 8 // lines from one label to the next
	for i := range n - 2 {
		if i%every == 0 {
			fmt.Fprintf(&out, ".L%d:", i/every)
		}
		line := texts[rng.IntN(len(texts))]
		if rng.IntN(3) > 0 {
			line = commonLines[rng.IntN(len(commonLines))]
		}
		if strings.Contains(line, "%s") {
			near := max(0, min(i/every+rng.IntN(41)-20, (n-3)/every))
			line = fmt.Sprintf(line, fmt.Sprintf(".L%d", near))
		}
		out.WriteString("\t" + line + "\n")
	}
	return out.Bytes()
}

// allTexts returns lines of every instruction of benchMarch; it leaves out branches, whose bare distance other
// assemblers take for an address, and CSRs, which they name differently.
func allTexts(tb testing.TB) []string {
	march, err := isa.ParseMarch(benchMarch)
	if err != nil {
		tb.Fatal(err)
	}
	var texts []string
	for _, row := range isa.Rows() {
		other := slices.ContainsFunc(row.Operands, func(o isa.Operand) bool {
			return o.Field == isa.FieldCSR || o.Name == "bimm" || o.Name == "jimm" || o.Name == "rmx" || o.Name == "fence"
		})
		if !march.Has(row.Op) || other {
			continue
		}
		for _, word := range words.Sample(row, 40) {
			in, err := isa.Decode(word)
			if err != nil {
				tb.Fatal(err)
			}
			texts = append(texts, in.String())
		}
	}
	return texts
}

// userTime runs a command and returns its user CPU time, which the kernel reports at its end.
func userTime(tb testing.TB, cmd *exec.Cmd) time.Duration {
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		text := stderr.String()
		tb.Fatalf("%s: %v: %s", cmd.Args[0], err, text[:min(len(text), 2000)])
	}
	return cmd.ProcessState.UserTime()
}

// BenchmarkAsm assembles a program of a million lines with rvfuzz asm, llvm-mc and GNU as, compares the bytes, and
// reports the user CPU time of each in milliseconds and its ratio to that of rvfuzz.
func BenchmarkAsm(b *testing.B) {
	dir := b.TempDir()
	source := filepath.Join(dir, "million.s")
	if err := os.WriteFile(source, benchProgram(b, 1_000_000), 0o644); err != nil {
		b.Fatal(err)
	}
	tools := benchTools(b, dir, source)
	var spent time.Duration
	theirs := make([]time.Duration, len(tools))
	for b.Loop() {
		ours, t := benchOurs(b, source)
		spent += t
		for i, tool := range tools {
			image, t := tool.assemble(b)
			theirs[i] += t
			if !bytes.Equal(ours, image) {
				b.Fatalf("%s: %s", tool.Name, firstDifference(ours, image))
			}
		}
	}
	b.ReportMetric(0, "ns/op") // which would be the sum of all
	b.ReportMetric(spent.Seconds()*1000/float64(b.N), "rvfuzz-ms")
	for i, tool := range tools {
		b.ReportMetric(theirs[i].Seconds()*1000/float64(b.N), tool.Name+"-ms")
		b.ReportMetric(float64(theirs[i])/float64(spent), tool.Name+"/rvfuzz")
	}
}

// benchOurs runs this test binary under the name of the command, and returns the bytes of its words.
func benchOurs(b *testing.B, source string) ([]byte, time.Duration) {
	program, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	var out bytes.Buffer
	cmd := &exec.Cmd{Path: program, Args: []string{"rvfuzz", "asm", source}, Stdout: &out}
	spent := userTime(b, cmd)
	image := make([]byte, 0, out.Len()/2)
	for line := range bytes.Lines(out.Bytes()) {
		word, err := hex.DecodeString(strings.TrimSpace(string(line)))
		if err != nil {
			b.Fatal(err)
		}
		slices.Reverse(word)
		image = append(image, word...)
	}
	return image, spent
}

// benchTool is an assembler to compare with; objcopy extracts the code from its object file.
type benchTool struct {
	tools.Tool
	objcopy tools.Tool
	object  string
	args    []string
}

func benchTools(b *testing.B, dir, source string) []benchTool {
	objcopy := tools.Need(b, tools.Objcopy)
	object := filepath.Join(dir, "million.o")
	return []benchTool{
		{tools.Need(b, tools.LLVMMC), objcopy, object, []string{"-filetype=obj", "-triple=riscv64", "-mattr=" + benchLLVMAttrs, "-o", object, source}},
		{tools.Need(b, tools.As), objcopy, object, []string{"-march=" + benchMarch, "-o", object, source}},
	}
}

func (t benchTool) assemble(b *testing.B) ([]byte, time.Duration) {
	spent := userTime(b, exec.Command(t.Path, t.args...))
	image := t.object + ".bin"
	userTime(b, exec.Command(t.objcopy.Path, "-O", "binary", "-j", ".text", t.object, image))
	code, err := os.ReadFile(image)
	if err != nil {
		b.Fatal(err)
	}
	return code, spent
}

func firstDifference(ours, theirs []byte) string {
	at := 0
	for at < min(len(ours), len(theirs)) && ours[at] == theirs[at] {
		at++
	}
	return fmt.Sprintf("%d and %d bytes, which part at %d: ours % x, theirs % x", len(ours), len(theirs), at,
		ours[at&^3:min(at+8, len(ours))], theirs[at&^3:min(at+8, len(theirs))])
}
