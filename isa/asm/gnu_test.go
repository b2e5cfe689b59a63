package asm_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/isa/asm"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// randomSource returns a program of n statements: arithmetic, loads and stores, branches and jumps to labels near and far,
// constants and data. It has no alignment: the outcome for a branch at the end of its reach would depend on the order in
// which an assembler settles paddings.
func randomSource(rng *rand.Rand, n int) string {
	regs := []string{"zero", "ra", "sp", "t0", "t6", "s0", "s1", "a0", "a1", "a5", "s11"}
	reg := func() string { return regs[rng.IntN(len(regs))] }
	label := func() string { return fmt.Sprintf("L%d", rng.IntN(n)) }
	shapes := []func() string{
		func() string { return fmt.Sprintf("addi %s,%s,%d", reg(), reg(), rng.IntN(128)-64) },
		func() string { return fmt.Sprintf("addiw %s,%s,%d", reg(), reg(), rng.IntN(128)-64) },
		func() string { return fmt.Sprintf("andi a0,a0,%d", rng.IntN(128)-64) },
		// binutils leaves add rd,rs,zero unchanged, where this assembler uses c.mv
		func() string { return fmt.Sprintf("add %s,%s,%s", reg(), reg(), regs[1+rng.IntN(len(regs)-1)]) },
		func() string { return fmt.Sprintf("sub %s,%s,%s", reg(), reg(), reg()) },
		func() string { return fmt.Sprintf("slli %s,%s,%d", reg(), reg(), rng.IntN(63)+1) },
		func() string { return fmt.Sprintf("ld %s,%d(%s)", reg(), rng.IntN(80)*8, reg()) },
		func() string { return fmt.Sprintf("sw %s,%d(%s)", reg(), rng.IntN(80)*4-64, reg()) },
		func() string { return fmt.Sprintf("fsd fa0,%d(sp)", rng.IntN(80)*8) },
		func() string { return fmt.Sprintf("lui %s,%d", reg(), rng.IntN(64)+1) },
		// binutils does not swap the operands of beq zero,rs,label
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
	as, objcopy := tools.Need(t, tools.As), tools.Need(t, tools.Objcopy)
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

// TestSourcesAgainstGNU assembles sources on which assemblers may differ with binutils too and compares the bytes of .text:
// operator precedence, escapes, fill, macros, pseudo-instructions.
func TestSourcesAgainstGNU(t *testing.T) {
	as, objcopy := tools.Need(t, tools.As), tools.Need(t, tools.Objcopy)
	dir := t.TempDir()
	for _, src := range append(gnuSources, ".quad "+strings.Join(gnuExpressions, ", ")) {
		for _, compress := range []bool{false, true} {
			ours, err := asm.Assemble("g.s", []byte(src), asm.Options{Compress: compress})
			if err != nil {
				t.Errorf("%q: %v", src, err)
				continue
			}
			theirs := gnuImage(t, as, objcopy, dir, src, compress)
			text := ours.Image[:ours.Sections[0].Size]
			if filled := len(theirs) - len(text); !bytes.HasPrefix(theirs, text) || filled > 3 { // binutils pads its sections
				t.Errorf("compress %v: %q:\nours   % x\ntheirs % x", compress, src, text, theirs)
			}
		}
	}
}

// gnuExpressions mix operators of all levels.
var gnuExpressions = []string{
	"2==1+1", "1==1", "1&&2", "0||3", "1+1==2", "6|1+1", "1<<2+1", "8>>1*2", "6&3^1", "!0", "!5", "1|2!3", "5-3-1", "1+2&3",
	"3<>4", "3!=3", "1<2==1", "2*3|1", "7%4*2", "~1+1", "-1<1", "1 && 0 || 1", "1 || 1 && 0", "-7/2", "-7%3", "2>=2", "1<=0",
	"-(3)", "+4", "- -4", "~~7", "-~0", "!-1", "(1+2)*3", "1<<63>>63", "0x10+010+0b10", "'a", "'a'+1", "1+2*3-4/2", "10-2|1", "4|3*2",
	"1<2<3", "5^3+1", "7&6==6", "2*-3", "1-+1", "0xffffffffffffffff", "1<<4|1<<2",
}

var gnuSources = []string{
	`.ascii "\x41\x4g\102\e\0011\b\f\n\r\t\"\\" "bc", "d"; .asciz "x" "y", "z"; .string ""`,
	".byte '#', ';', ',', '\\\\, '\\n, '\"', ' '",
	"nop\n.byte 1\n.p2align 3\nnop\n.byte 1,2,3\n.balign 8, 0x55\nnop\n.p2align 4,,3\n.p2align 4,,15\n.balign 16,0,2\n.align 1",
	".fill 3,2,0x0102\n.fill 2,8,-1\n.fill 2,4,-1\n.fill 4\n.space 3,7\n.skip 2\n.zero 5",
	".macro m a, b=2, c:vararg\n.word \\a+\\b, 0\\c\n.endm\nm 1\nm 1 3\nm 1, b=4\nm b=5, a=6\nm 1,2,7,8\nm (1+2), 3",
	".macro r n\n.byte \\n\n.if \\n-1\nr \"(\\n-1)\"\n.endif\n.endm\nr 4\n.irp x,1,2,3\n.byte \\x\n.endr\n.irpc x,456\n.byte \\x\n.endr",
	"i=0\n.rept 4\n.if i&1\n.byte i\n.elseif i==2\n.half i\n.else\n.byte 0xff\n.endif\ni=i+1\n.endr\n.byte i",
	"x=1\n.word x\n.set x,x+1\n.word x, y\ny=5\ny=6\n.word y",
	".ifdef a\n.byte 1\n.else\n.byte 2\n.endif\na=1\n.ifdef a\n.byte 3\n.endif\n.ifc x,x\n.byte 4\n.endif\n.ifnb z\n.byte 5\n.endif",
	".uleb128 0\n.uleb128 127\n.uleb128 128\n.uleb128 1<<40\n.sleb128 -1\n.sleb128 63\n.sleb128 64\n.sleb128 -65\n.sleb128 -(1<<40)",
	".float 1.5,-0.1,1e10,0\n.double 3.14159265358979,-1e-300",
	"li a0,0x123456789abcdef0\nli a2,-2048\nli a3,0x7ffff800\nli a4,-0x80000000\nli a6,2048+1\nli a7,0x7fffffff",
	"s: .ascii \"abc\"\n.space 8-(.-s)\n.word 1\ne: li a0,5*2\naddi a1,a1,(1+2)\nlw a0,(8-4)+4(sp)\nslli a0,a0,(8*2)",
	"amoadd.w.aq a4,a3,0(a5)\nlr.d a0,0(a1)\nsc.d.rl a0,a1,(a2)\nlr.w.aqrl a0,0x0(a1)",
	".equ MYCSR,0x7c0\ncsrw MYCSR,a0\ncsrr a0,4+1\ncsrrwi a0,MYCSR+1,3\nunimp\nADD a0,a0,a1\n.WORD 7",
	".data\n.word 1\n.text\nnop\n.pushsection .data\n.word 2\n.popsection\nret\n.section .rodata\n.byte 1\n.previous\nnop",
}

func gnuImage(t *testing.T, as, objcopy tools.Tool, dir, src string, compress bool) []byte {
	arch := "rv64imafd"
	if compress {
		arch += "c"
	}
	object, image := filepath.Join(dir, "r.o"), filepath.Join(dir, "r.bin")
	if _, err := as.Run(t.Context(), ".option norelax\n"+src, "-march="+arch, "-o", object, "-"); err != nil {
		t.Fatal(err)
	}
	if _, err := objcopy.Run(t.Context(), "", "-O", "binary", "-j", ".text", object, image); err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile(image)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// firstDifference describes the first difference between two images, with the source line.
func firstDifference(src string, ours *asm.Program, theirs []byte) string {
	at := 0
	for at < len(ours.Image) && at < len(theirs) && ours.Image[at] == theirs[at] {
		at++
	}
	line := 0
	for _, l := range ours.Lines {
		if l.Address <= int64(at) {
			line = int(l.Line)
		}
	}
	lines := strings.Split(src, "\n")
	return fmt.Sprintf("they part at %#x, by %q: ours % x, theirs % x", at, lines[max(line-1, 0)],
		ours.Image[at&^1:min(at+8, len(ours.Image))], theirs[at&^1:min(at+8, len(theirs))])
}
