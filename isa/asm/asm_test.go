package asm_test

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/isa/asm"
)

// disassemble writes the instructions of a program's .text, one a line.
func disassemble(t *testing.T, p *asm.Program) string {
	t.Helper()
	var b strings.Builder
	code := p.Image[:p.Sections[0].Size]
	for len(code) > 0 {
		word := uint32(binary.LittleEndian.Uint16(code))
		if word&3 == 3 {
			word = binary.LittleEndian.Uint32(code)
		}
		in, err := isa.Decode(word)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(in.String() + "\n")
		code = code[in.Op.Size():]
	}
	return b.String()
}

func assemble(t *testing.T, src string, opt asm.Options) *asm.Program {
	t.Helper()
	p, err := asm.Assemble("test.s", []byte(src), opt)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPrograms has sources and the instructions that they must become.
func TestPrograms(t *testing.T) {
	for _, c := range []struct {
		name, src, want string
		opt             asm.Options
	}{
		{"labels", "loop: addi a0,a0,-1\n bnez a0,loop\n j done\n nop\ndone: ret", `
addi a0,a0,-1
bne a0,zero,-4
jal zero,8
addi zero,zero,0
jalr zero,0(ra)
`, asm.Options{}},
		{"numeric labels", "1: j 1b; j 1f\n1: j 1b", `
jal zero,0
jal zero,4
jal zero,0
`, asm.Options{}},
		{"compression", "f: addi a0,a0,1\n beqz a0,f\n add a1,a1,a2\n add a1,a2,a3\n j f", `
c.addi a0,1
c.beqz a0,-2
c.add a1,a2
add a1,a2,a3
c.j -10
`, asm.Options{Compress: true}},
		{"options", ".option push\n.option rvc\n addi a0,a0,1\n.option pop\n addi a0,a0,1", `
c.addi a0,1
addi a0,a0,1
`, asm.Options{}},
		{"distances", "beq a0,a1,8\n j 4\n nop", `
beq a0,a1,8
jal zero,4
addi zero,zero,0
`, asm.Options{}},
		{"constants", "N = 4\n.equ M, N*8\n addi a0,a0,M+1\n slli a0,a0,N\n lw a0,M-N(sp)\n addi a1,a1,LATE\nLATE = 'a'", `
addi a0,a0,33
slli a0,a0,0x4
lw a0,28(sp)
addi a1,a1,97
`, asm.Options{}},
		{"hi and lo", "lui a0,%hi(x)\n lw a0,%lo(x)(a0)\n sw a0,%lo(x+4)(a1)", `
lui a0,0x12346
lw a0,-1384(a0)
sw a0,-1380(a1)
`, asm.Options{Symbols: map[string]int64{"x": 0x12345a98}}},
		{"pcrel", "nop\n1: auipc a0,%pcrel_hi(x)\n addi a0,a0,%pcrel_lo(1b)\n ld a1,%pcrel_lo(1b)(a0)", `
addi zero,zero,0
auipc a0,0x1
addi a0,a0,-4
ld a1,-4(a0)
`, asm.Options{Symbols: map[string]int64{"x": 0x1000}}},
		{"addresses", "la a0,x\n call f\n tail f\n jump f,t0\n call t2,f\n lw a1,x\n fld fa0,x,t0\n sd a0,x,t1\nf:", `
auipc a0,0x1
addi a0,a0,0
auipc ra,0x0
jalr ra,56(ra)
auipc t1,0x0
jalr zero,48(t1)
auipc t0,0x0
jalr zero,40(t0)
auipc t2,0x0
jalr t2,32(t2)
auipc a1,0x1
lw a1,-40(a1)
auipc t0,0x1
fld fa0,-48(t0)
auipc t1,0x1
sd a0,-56(t1)
`, asm.Options{Symbols: map[string]int64{"x": 0x1000}}},
		{"alignment of code", "c.nop\n.balign 8\n nop", `
c.nop
c.nop
addi zero,zero,0
addi zero,zero,0
`, asm.Options{}},
		{"vector compare", "vmsge.vx v1,v2,a0\n vmsgeu.vx v1,v2,a0,v0.t", `
vmslt.vx v1,v2,a0
vmnand.mm v1,v1,v1
vmsltu.vx v1,v2,a0,v0.t
vmxor.mm v1,v1,v0
`, asm.Options{}},
		{"comments", "nop # one ; two\n/* three\n four */ nop // five\n.ascii \"#;\" # six\n.text", `
addi zero,zero,0
addi zero,zero,0
`, asm.Options{}},
	} {
		if c.name == "comments" {
			c.src = strings.Replace(c.src, ".ascii", ".data; .ascii", 1)
		}
		p, err := asm.Assemble("test.s", []byte(c.src), c.opt)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := disassemble(t, p); got != strings.TrimPrefix(c.want, "\n") {
			t.Errorf("%s:\n%s\nwant%s", c.name, got, c.want)
		}
	}
}

func TestData(t *testing.T) {
	p := assemble(t, `
	.data
	.byte 1, -1, 0xff
	.balign 4
x:	.word x, 'A', y-x
	.half 0x1234
	.asciz "a\n", "b"
y:	.dword -2
	.zero 2
	.space 2, 0xee
	.p2align 4, 7
	.section .rodata.str, "a"
	.8byte 0xffffffffffffffff
`, asm.Options{Origin: 0x1000})
	want := "01ffff00" + "04100000" + "41000000" + "13000000" + "3412" + "610a00" + "6200" + "feffffffffffffff" + "0000" + "eeee" +
		strings.Repeat("07", 13) + "ffffffffffffffff"
	if got := hex.EncodeToString(p.Image); got != want {
		t.Errorf("image\n%s, want\n%s", got, want)
	}
	for name, want := range map[string]int64{"x": 0x1004, "y": 0x1017} {
		if v, ok := p.Symbol(name); !ok || v != want {
			t.Errorf("symbol %s is %#x, %v, want %#x", name, v, ok, want)
		}
	}
	if v, ok := p.Symbol("z"); ok {
		t.Errorf("symbol z is %#x, and there is none", v)
	}
	if s := p.Sections; len(s) != 3 || s[1].Address != 0x1000 || s[2].Name != ".rodata.str" || s[2].Address != 0x1030 {
		t.Errorf("sections %v", s)
	}
}

// TestFarBranches: a branch beyond its reach becomes an inverted branch around a jal, at exactly the first distance
// where it must.
func TestFarBranches(t *testing.T) {
	for _, c := range []struct {
		gap      int
		compress bool
		want     string
	}{
		{4090 - 4, false, "blt a0,a1,4090"},
		{4094 - 4, false, "blt a0,a1,4094"},
		{4096 - 4, false, "bge a0,a1,8"},
		{254 - 2, true, "c.bnez a0,254"},
		{256 - 2, true, "bne a0,zero,258"},
		{2048, true, "bne a0,zero,2052"},
	} {
		branch := "blt a0,a1,far"
		if c.compress {
			branch = "bnez a0,far"
		}
		p := assemble(t, fmt.Sprintf("%s\n.section gap\n.text\n", branch)+strings.Repeat("c.nop\n", c.gap/2)+"far: ret",
			asm.Options{Compress: c.compress})
		if got, _, _ := strings.Cut(disassemble(t, p), "\n"); got != c.want {
			t.Errorf("gap %d: %s, want %s", c.gap, got, c.want)
		}
	}
	p := assemble(t, "far: ret\n"+strings.Repeat("nop\n", 2000)+"beqz a0,far", asm.Options{})
	if got := disassemble(t, p); !strings.HasSuffix(got, "bne a0,zero,8\njal zero,-8008\n") {
		t.Errorf("backward: ...%s", got[len(got)-60:])
	}
}

// run executes the straight-line code of li on one register.
func run(t *testing.T, code []isa.Inst) int64 {
	var r int64
	for _, in := range code {
		src := r
		if in.Rs1 == isa.Zero {
			src = 0
		}
		switch in.Op {
		case isa.LUI:
			r = int64(int32(in.Imm << 12))
		case isa.ADDI:
			r = src + in.Imm
		case isa.ADDIW:
			r = int64(int32(src + in.Imm))
		case isa.SLLI:
			r = src << in.Imm
		default:
			t.Fatalf("li uses %s", in)
		}
	}
	return r
}

func TestLoadImmediate(t *testing.T) {
	values := []int64{0, 1, -1, 2047, 2048, -2048, -2049, 0x7ffff7ff, 0x7ffff800, 0x7fffffff, -0x80000000, -0x80000001,
		0x80000000, 0xffffffff, 1 << 62, -1 << 63, 1<<63 - 1, 0x123456789abcdef0, 0x0fffffffffffffff}
	for shift := range 64 {
		values = append(values, 1<<shift, 1<<shift-1, -1<<shift, 0x5a5a5a5a5a5a5a5a<<shift, 0x1234567<<shift)
	}
	for _, v := range values {
		code := asm.LoadImmediate(nil, isa.A0, v)
		if got := run(t, code); got != v {
			t.Errorf("li %#x makes %#x", v, got)
		}
		if len(code) > 8 || v == int64(int32(v)) && len(code) > 2 {
			t.Errorf("li %#x takes %d instructions", v, len(code))
		}
		for _, in := range code {
			if _, err := isa.Encode(in); err != nil {
				t.Errorf("li %#x: %v", v, err)
			}
		}
	}
}

// TestErrors has sources and the first error that they must give.
func TestErrors(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"add a0,a1", "test.s:1:10: add: expected \",\""},
		{"nop\n\tadd a0,a1,f0", "test.s:2:12: add: operand is ft0, not an integer register"},
		{"nop; addi a0,a0,4096", "test.s:1:10: addi: immediate 4096 is outside -2048..2047"},
		{"x: .word y", "test.s:1:10: symbol y is not defined"},
		{"x: nop\nx: nop", "test.s:2:1: symbol x is already defined"},
		{"j 1f", "test.s:1:1: there is no label 1 in that direction"},
		{"1: nop; j 2b", "test.s:1:9: there is no label 2 in that direction"},
		{"li a0,x\nx:", "test.s:1:1: li: symbol x is not defined"},
		{"x: li a0,x", "test.s:1:4: li: the constant must be known here; use la for an address"},
		{"li f0,1", `test.s:1:1: li: "f0" is not an integer register`},
		{"la a0,x", "test.s:1:1: symbol x is not defined"},
		{".byte 256", "test.s:1:7: 0x100 does not fit 1 bytes"},
		{".bogus", "test.s:1:1: unknown directive .bogus"},
		{".balign 3", "test.s:1:9: alignment must be a power of two"},
		{".zero -1", "test.s:1:7: -1 is outside 0.."},
		{".option pop", "test.s:1:9: .option pop without push"},
		{".option bogus", `test.s:1:9: unknown option "bogus"`},
		{".ascii x", "test.s:1:8: expected a string"},
		{"a = b\nb = a\n.word a", "test.s:3:7: symbol"},
		{doubling(40) + ".word a0_", "test.s:42:7: the expression is too long"},
		{"addi a0,a0,1/0", "test.s:1:12: addi: division by zero"},
		{".word 1 +", "test.s:1:7: expected an expression"},
		{".word (1", `test.s:1:7: expected ")"`},
		{"lui a0,%lo(x)", "%lo does not go here"},
		{"lw a0,%tp(x)(a0)", "is not a relocation function"},
		{"call 1,2,3", "test.s:1:1: call: expected a symbol"},
		{"/* open", "test.s:1:1: comment is not closed"},
		{"j far\n.zero 0x200000\nfar:", "test.s:1:1: jal: immediate 2097156 is outside"},
		{"la a0,far", "is outside -0x80000800..0x7ffff7ff"},
		{"vmsge.vx v0,v1,a0,v0.t", "needs a scratch register"},
		{"addi a0,a0,%pcrel_lo(1f)\n1: nop", "test.s:1:1: there is no %pcrel_hi at that label"},
	} {
		_, err := asm.Assemble("test.s", []byte(c.src), asm.Options{Symbols: map[string]int64{"far": 0x7ffff800}})
		var e *asm.Error
		if !errors.As(err, &e) {
			t.Errorf("%.80q: %v, want an Error", c.src, err)
		} else if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.80q: %v, want %s", c.src, err, c.want)
		}
	}
}

// doubling defines constants each of which mentions the next twice.
func doubling(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%d_=a%d_+a%d_\n", i, i+1, i+1)
	}
	fmt.Fprintf(&b, "a%d_=1\n", n)
	return b.String()
}

func TestManyErrors(t *testing.T) {
	_, err := asm.Assemble("test.s", []byte(strings.Repeat("bogus\n", 100)), asm.Options{})
	if n := strings.Count(err.Error(), "\n") + 1; n != 20 {
		t.Errorf("%d errors are reported, want 20", n)
	}
}

func TestLines(t *testing.T) {
	p := assemble(t, "nop\n\nla a0,x\nx: nop", asm.Options{Origin: 0x100})
	want := []asm.Line{{0x100, 1}, {0x104, 3}, {0x108, 3}, {0x10c, 4}}
	if fmt.Sprint(p.Lines) != fmt.Sprint(want) {
		t.Errorf("lines %v, want %v", p.Lines, want)
	}
}

// FuzzAssemble: no text makes the assembler fail but by an *asm.Error, and what it makes decodes again to text that
// assembles to the same.
func FuzzAssemble(f *testing.F) {
	for _, s := range []string{
		"1: j 1b; beqz a0,1f\n1: la a0,x\nx: .word x-1b", ".option rvc\nadd a0,a0,a1\nli a0,0x123456789", "a=b;b=a;.word a",
		".balign 16; .zero 3; .asciz \"x\"", "lui a0,%hi(1<<20)", "/* # */ nop // x", "call 2; tail 4",
	} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, src string, compress bool) {
		if strings.Contains(src, ".zero") || strings.Contains(src, ".s") {
			return // large spaces are slow
		}
		p, err := asm.Assemble("f.s", []byte(src), asm.Options{Compress: compress})
		if err != nil {
			var e *asm.Error
			if !errors.As(err, &e) || e.Line < 1 || e.Column < 1 {
				t.Errorf("%q: %v", src, err)
			}
			return
		}
		for _, line := range p.Lines {
			at := line.Address - p.Origin
			word := uint32(binary.LittleEndian.Uint16(p.Image[at:]))
			if word&3 == 3 {
				word = binary.LittleEndian.Uint32(p.Image[at:])
			}
			in, err := isa.Decode(word)
			if err != nil {
				if in, err = isa.DecodeZcmp(word); err != nil {
					t.Fatalf("%q makes %#x at %#x: %v", src, word, at, err)
				}
			}
			again, err := asm.Assemble("g.s", []byte(in.String()), asm.Options{})
			if err != nil || !strings.HasPrefix(string(p.Image[at:]), string(again.Image)) {
				t.Fatalf("%q makes %s, which does not assemble to itself: %v", src, in, err)
			}
		}
	})
}

func BenchmarkAssemble(b *testing.B) {
	src := []byte(strings.Repeat("addi sp,sp,-16\nsd ra,8(sp)\nadd a0,a1,a2\nbne a0,a1,.+8\nld ra,8(sp)\nfadd.d fa0,fa1,fa2\n", 2000))
	for b.Loop() {
		if _, err := asm.Assemble("b.s", src, asm.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/12000, "ns/line")
}

// TestCompressionIsOfRVC: what the C of RV64GC does not stand for is only made when it is asked for.
func TestCompressionIsOfRVC(t *testing.T) {
	const src = ".option rvc\nmul a0,a0,a1\nadd a0,a0,a1\n"
	for _, c := range []struct {
		shorts isa.Shorts
		want   string
	}{{0, "3305b502" + "2e95"}, {isa.RVC | isa.Zcb, "4d9d" + "2e95"}, {isa.Zcb, "4d9d" + "3305b500"}} {
		if got := hex.EncodeToString(assemble(t, src, asm.Options{Shorts: c.shorts}).Image); got != c.want {
			t.Errorf("with %b: %s, want %s", c.shorts, got, c.want)
		}
	}
}
