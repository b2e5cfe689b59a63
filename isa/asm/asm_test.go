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

// disassemble returns the instructions of a program's .text, one per line.
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

// TestPrograms checks the instructions to which sources assemble.
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
		{"vector constants", "vmslt.vi v1,v2,5\n vmsltu.vi v1,v2,0\n vmsltu.vi v1,v2,5,v0.t\n vmsge.vi v1,v2,-15\n vmsgeu.vi v1,v2,0,v0.t\n vmsgeu.vi v1,v2,16", `
vmsle.vi v1,v2,4
vmsne.vv v1,v2,v2
vmsleu.vi v1,v2,4,v0.t
vmsgt.vi v1,v2,-16
vmseq.vv v1,v2,v2,v0.t
vmsgtu.vi v1,v2,15
`, asm.Options{}},
		{"vector scratch", "vmsge.vx v0,v2,a0,v0.t,v3\n vmsgeu.vx v1,v2,a0,v0.t,v3", `
vmslt.vx v3,v2,a0
vmandn.mm v0,v0,v3
vmsltu.vx v3,v2,a0
vmandn.mm v3,v0,v3
vmandn.mm v1,v1,v0
vmor.mm v1,v3,v1
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

// TestBytes checks the bytes to which sources assemble.
func TestBytes(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"set again", ".set x,1\n.byte x\nx=x+1\n.byte x\n.set x,x*10\n.byte x", "010214"},
		{"forward", ".byte x\n.set x,1\n.set x,2\n.byte x", "0102"},
		{"the place", ".byte 7\nx = .\n.byte .-x, .-x, len\nmsg: .ascii \"abc\"\n.set len, . - msg\n.set a,. + 1\n.byte a", "07000103" + "616263" + "08"},
		{"chain", chain(100_000) + ".word c0", "01000000"},
		{"backward chain", "c_=1\n.rept 1000\nc_=c_+1\n.endr\n.half c_", "e903"},
		{"registers as symbols", "f3: .half a0-f3, ra\nfp = 5\n.byte fp\na0 = f3+2\n ra: ", "0200" + "0500" + "05"},
		{"distances", "s: .ascii \"ab\"\n.space 8-(.-s), 1\n.zero b-a\na: .byte 9,9\nb:", "6162" + "010101010101" + "0000" + "0909"},
		{"strings", ".ascii \"a\",\"b\" \"c\"\n.asciz \"x\" \"y\", \"\\0\\x41\\\"\xff;#\" # end", "616263" + "787900" + "004122ff3b2300"},
		{"characters", ".byte '#', ';', ',', '\\0', '\\033', '\"', 'a, '(', '\\'' # x", "233b2c001b22612827"},
		{"character operands", "addi a0,a0,'#'; addi a0,a0,','; addi a0,a0,')'", "13053502" + "1305c502" + "13059502"},
		{"fills", ".fill 2,3,0x01020304\n.fill 2\n.fill 1,8,-1", "040302040302" + "0000" + "ffffffff00000000"},
		{"origin", ".byte 1\n.org 4, 9\nx: .byte 2\n. = x+3\n.byte 3", "01090909" + "02000003"},
		{"floats", ".float 1.5, -2e3\n.double 0.1, inf\n.single 0f2", "0000c03f" + "0000fac4" + "9a9999999999b93f" + "000000000000f07f" + "00000040"},
		{"leb", ".uleb128 0, 127, 128, 624485, b-a\n.sleb128 -1, 63, 64, -64, -65, -123456\na: .zero 1\nb:",
			"007f8001e58e2601" + "7f3fc00040bf7fc0bb78" + "00"},
		{"late leb", ".uleb128 b-a\n.text\na: .zero 200\nb:", "c801" + strings.Repeat("00", 200)},
		{"code fill", "c.nop\n.p2align 2,0xaa\nc.nop\n.balign 4,,1\n.balign 8,,2\n.balign 4", "0100aaaa" + "0100" + "0100"},
		{"parentheses", "addi a0,a0,(1+2)\nslli a0,a0,(8*2)\nandi a0,a0,(1<<3)-1\nlw a0,(8-4)+4(sp)", "13053500" + "13150501" + "13757500" + "03258100"},
		{"csr", ".equ MYCSR,0x7c0\ncsrw MYCSR,a0\ncsrr a0,4+1", "7310057c" + "73255000"},
		{"atomics", "amoadd.w.aq a4,a3,0(a5)\nlr.d a0,0(a1)\nvle8.v v0,0(a0)", "2fa7d704" + "2fb50510" + "07000502"},
		{"capitals", "ADD a0,a0,a1\n.WORD 1\nLI a1,0x12345678", "3305b500" + "01000000" + "b7553412" + "9b858567"},
		{"quoted", "\"a b\": .byte \"a b\"+1, c\n\"c\" = 3", "0103"},
		{"if", ".if 1\n.byte 1\n.else\n.byte 2\n.endif\n.if 0\n.if 1\n.byte 3\n.else\n.byte 4\n.endif\n.elseif 5\n.byte 5\n.else\n.byte 6\n.endif", "0105"},
		{"ifdef", "x:\n.ifdef x\n.byte 1\n.endif\n.ifndef y\n.byte 2\n.endif; .ifdef ext; .byte 3; .endif", "010203"},
		{"ifc", ".ifc a, a\n.byte 1\n.endif\n.ifnc a,b\n.byte 2\n.endif\n.ifb\n.byte 3\n.endif\n.ifeq 1-1\n.byte 4\n.endif", "01020304"},
		{"rept", "i=0\n.rept 3\n.byte i\n.rept 2; .byte 0xff; .endr\ni=i+1\n.endr", "00ffff01ffff02ffff"},
		{"irp", ".irp r, 1,2, 3\n.byte \\r, 0x\\r\\()0\n.endr\n.irpc c,45\n.byte \\c\n.endr", "011002200330" + "0405"},
		{"macro", ".macro put a, b=7, c:vararg\n.byte \\a, \\b\n.ifnb \\c\n.byte \\c\n.endif\n.endm\nput 1\nput 2, 3\nput 4 5\nput b=6, a=8\nput 1,2,3,4",
			"0107" + "0203" + "0405" + "0806" + "01020304"},
		{"recursion", ".macro down n\n.byte \\n\n.if \\n\ndown \\n-1\n.endif\n.endm\ndown 3", "03020100"},
		{"macro with a dot", ".macro .twice a\n.byte \\a,\\a\n.endm\n nop; .twice 3", "13000000" + "0303"},
		{"counter", ".macro l\nl\\@: .byte l\\@-l0\n.exitm\n.byte 9\n.endm\nl; l; L", "000102"},
		{"macros over instructions", ".macro ret\n.byte 1\n.endm\nret\n.purgem ret\nret", "01" + "67800000"},
		{"sections", ".byte 1\n.pushsection .text.x,\"ax\",@progbits\n.byte 2\n.popsection\n.byte 3\n.section .note.GNU-stack,\"\",@progbits\n.byte 4\n.previous\n.byte 5",
			"010305" + strings.Repeat("00", 13) + "02"},
		{"common", ".byte 1\n.comm c,4,8\n.local d\n.lcomm d,2\n.half c,d", "0110001400" + strings.Repeat("00", 11+6)},
		{"weak", ".weak w\n.byte w\n.weakref r,s\n.byte r", "0000"},
		{"ignored", ".addrsig\n.addrsig_sym f\n.cfi_startproc\n.cfi_personality 155, x\n.variant_cc f\n.ident \"x;y\"\n.byte 1", "01"},
		{"table", "1: auipc a0,%got_pcrel_hi(x)\nld a0,%pcrel_lo(1b)(a0)\nlga a1,x\nlga a2,w\n.weak w\nx:",
			"17050000" + "03350502" + "97050000" + "83b58501" + "17060000" + "03368601" + strings.Repeat("00", 8) +
				"1800000000000000" + "0000000000000000"},
		{"arch", ".option arch, +c\nnop\n.option arch, -c\nnop\n.option arch, rv64gc_zba\nnop", "0100" + "13000000" + "0100"},
		{"insn", ".insn 0x00000013\n.insn 2, 0x0001\n.insn 4, 3+0x10", "13000000" + "0100" + "13000000"},
		{"end", ".byte 1\n.end\nbogus", "01"},
		{"unimplemented", "c.unimp\nc.slli64 a0\nc.srli64 a0\nc.srai64 a1\nunimp", "0000" + "0205" + "0181" + "8185" + "731000c0"},
		{"plt", "call f@plt\nf: tail f@plt", "97000000" + "e7808000" + "17030000" + "67000300"},
		{"settled li", "s: .ascii \"abc\"\n.balign 4\ne: li a0,e-s", "61626300" + "13054000"},
	} {
		p, err := asm.Assemble("test.s", []byte(c.src), asm.Options{Symbols: map[string]int64{"ext": 1}})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if got := hex.EncodeToString(p.Image); got != c.want {
			t.Errorf("%s:\n%s, want\n%s", c.name, got, c.want)
		}
	}
}

// chain returns definitions of constants of which each is the next one, and the last is 1.
func chain(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "c%d=c%d\n", i, i+1)
	}
	fmt.Fprintf(&b, "c%d=1\n", n)
	return b.String()
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

// TestFarBranches checks that a branch becomes an inverted branch around a jal at exactly the first distance beyond its reach.
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

// TestErrors checks the first error of bad sources.
func TestErrors(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"add a0,a1", "test.s:1:10: add: expected \",\""},
		{"nop\n\tadd a0,a1,f0", "test.s:2:12: add: operand is ft0, not an integer register"},
		{"nop; addi a0,a0,4096", "test.s:1:17: addi: immediate 4096 is outside -2048..2047"},
		{"x: .word y", "test.s:1:10: symbol y is not defined"},
		{"x: nop\nx: nop", "test.s:2:1: symbol x is already defined"},
		{"j 1f", "test.s:1:3: no label 1 in that direction"},
		{"1: nop; j 2b", "test.s:1:11: no label 2 in that direction"},
		{"li a0,x\nx:", "test.s:1:7: li: symbol x is not defined"},
		{"x: li a0,x", "test.s:1:10: li: the value must be known here"},
		{"li f0,1", `test.s:1:4: li: "f0" is not an integer register`},
		{"la a0,x", "test.s:1:7: symbol x is not defined"},
		{".byte 256", "test.s:1:7: 0x100 does not fit 1 bytes"},
		{".bogus", "test.s:1:1: unknown directive .bogus"},
		{".balign 3", "test.s:1:9: alignment must be a power of two"},
		{".zero -1", "test.s:1:7: -1 is outside 0.."},
		{".option pop", "test.s:1:9: .option pop without push"},
		{".option bogus", `test.s:1:9: unknown option "bogus"`},
		{".ascii x", "test.s:1:8: expected a string"},
		{"a = b\nb = a\n.word a", "test.s:3:7: symbol"},
		{doubling(40) + ".word a0_", "test.s:42:7: 0x10000000000 does not fit 4 bytes"},
		{"addi a0,a0,1/0", "test.s:1:12: addi: division by zero"},
		{".word 1 +", "test.s:1:7: expected an expression"},
		{".word (1", `test.s:1:7: expected ")"`},
		{"beq a0,a1,far\n.zero 0x200000\nfar:", "test.s:1:11: beq: the target is 2097160 bytes away"},
		{"jal a0,1048576", "test.s:1:8: jal: immediate 1048576 is outside"},
		{"add a0,a1,4096", "test.s:1:11: add: immediate 4096 is outside"},
		{"csrrw a0,5,32", "test.s:1:12: csrrw: immediate 32 is outside 0..31"},
		{"csrr a0,4096", "test.s:1:9: csrr: csr 4096 is outside 0..4095"},
		{"csrr a0,bogus", `test.s:1:9: csrr: "bogus" must be known here`},
		{"addi a0,a0,f3", "\"f3\" is a register"},
		{"call f3", "f3 is a register, and there is no symbol f3"},
		{"x=1\nx: nop", "test.s:2:1: symbol x is already defined"},
		{".equiv x,1\nx=2", "test.s:2:1: symbol x is already defined"},
		{"x: .equiv x,1", "symbol x is already defined"},
		{"a = a+1\n.word a", "test.s:2:7: symbol a is defined by itself"},
		{".zero 1<<40", "is outside 0.."},
		{".rept 3\n.zero 1<<27\n.endr", "test.s:2:7: the image is larger than"},
		{".rept 1<<30\nnop\n.endr", "test.s:1:7: macros and repetitions make more than"},
		{".macro m\nm\nm\n.endm\nm", "test.s:5:1: macros and repetitions are nested more than"},
		{".rept 2", "test.s:1:7: .rept has no .endr"},
		{".macro m", ".macro has no .endm"},
		{".if 1", ".if has no .endif"},
		{".endif", ".endif ends nothing"},
		{".endr", "test.s:1:1: .endr ends nothing"},
		{".if x\n.endif", "test.s:1:5: symbol x is not defined"},
		{".macro m a:req\n.endm\nm", "test.s:3:1: macro m needs a value for a"},
		{".macro m\nbogus\n.endm\n nop; m", `test.s:4:7: unknown instruction "bogus" (in macro m)`},
		{".error \"stop\"", "test.s:1:8: stop"},
		{".option rvc\n1: bnez a0,1f\n1: li a0,1b-1b\n2: li a0,2b-x\nx:", "li: symbol x is not defined"},
		{".option rvc\nx: beqz a0,y\ny: li a0,y-x", "test.s:3:10: li: the value must be known here"},
		{"x: .zero y-x+1\ny:", "test.s:1:10: the size depends on itself"},
		{".org 4\n.org 2", "test.s:2:6: .org moves backwards"},
		{"lui a0,%tprel_hi(x)", "thread-local storage"},
		{"auipc a0,%got_pcrel_hi(x+4)", `test.s:1:10: auipc: "x+4" is not a symbol`},
		{"lga a0,x", "symbol x is not defined"},
		{"fld fa0,%tprel_lo(x)(a0)", "test.s:1:9: fld: thread-local storage"},
		{"add a0,a0,tp,%tprel_add(x)", "thread-local storage"},
		{"la.tls.ie a0,x", "thread-local storage"},
		{".insn r 1,2,3,a0,a1,a2", "test.s:1:9: 0x6c5a501 is not an instruction of 2 bytes"},
		{".insn r 0x33,8,0,a0,a1,a2", "test.s:1:14: funct3 8 is not in 0..7"},
		{".insn cl 0,2,t0,4(a1)", "test.s:1:14: \"t0\" is not a register of the field crd"},
		{".insn i 0x13,0,a0,a1", "test.s:1:9: .insn i takes opcode, funct3, rd, rs1, i12"},
		{".option norvc\nc.nop", "test.s:2:1: c.nop is a 16-bit instruction, after .option norvc"},
		{".option arch, rv64i\nmul a0,a0,a1", "test.s:2:1: mul is not in rv64i"},
		{"ld.aq a0,(a1)", "test.s:1:1: ld.aq is not in rv64 with every ratified extension"},
		{".option arch, rv64gc_zalasr\nsb.aqrl a0,(a1)\n.option arch, -zalasr\nsb.rl a0,(a1)", "test.s:4:1: sb.rl is not in rv64gc_zalasr-zalasr"},
		{".option arch, -m\nmul a0,a0,a1", "test.s:2:1: mul is not in rv64 with every ratified extension-m"},
		{".option arch, rv64i, +zbb\nzext.h a0,a0\nsh1add a0,a0,a0", "test.s:3:1: sh1add is not in rv64i+zbb"},
		{".option arch, +zqq", "unknown extension \"zqq\""},
		{".base64 \"A\"", "test.s:1:9: \"\\\"A\\\"\" is not a string of base64"},
		{"cm.jalt 31", "test.s:1:9: cm.jalt: 31 is outside 32..255"},
		{".macro m\n.endm\nm;.", "unknown directive ."},
		{".popsection", ".popsection without .pushsection"},
		{"vmslt.vi v1,v2,17", "test.s:1:16: vmslt.vi: immediate 17 is outside -15..16"},
		{"vmsge.vx v0,v1,a0,v0.t,v0", "test.s:1:24: the scratch register"},
		{".byte \"", "test.s:1:7:"},
		{"lui a0,%lo(x)", "%lo does not go here"},
		{"lw a0,%tp(x)(a0)", "is not a relocation function"},
		{"call 1,2,3", "test.s:1:1: call: expected a symbol"},
		{"/* open", "test.s:1:1: comment is not closed"},
		{"j far\n.zero 0x200000\nfar:", "test.s:1:3: jal: immediate 2097156 is outside"},
		{"la a0,far", "is outside -0x80000800..0x7ffff7ff"},
		{"vmsge.vx v0,v1,a0,v0.t", "needs a scratch register"},
		{"addi a0,a0,%pcrel_lo(1f)\n1: nop", "test.s:1:12: no %pcrel_hi at that label"},
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

// doubling returns definitions of constants of which each mentions the next one twice.
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
	if n := strings.Count(err.Error(), "\n") + 1; n != 21 || !strings.HasSuffix(err.Error(), "\ntest.s: 80 more errors") {
		t.Errorf("%d errors are reported, want 20 and how many more there are: %v", n, err)
	}
}

func TestLines(t *testing.T) {
	p := assemble(t, "nop\n\nla a0,x\nx: nop", asm.Options{Origin: 0x100})
	want := []asm.Line{{0x100, 1, 1}, {0x104, 3, 1}, {0x108, 3, 1}, {0x10c, 4, 4}}
	if fmt.Sprint(p.Lines) != fmt.Sprint(want) {
		t.Errorf("lines %v, want %v", p.Lines, want)
	}
}

// FuzzAssemble checks on any text that the assembler fails only with an *asm.Error, and that the code that it makes decodes to
// text that assembles to the same.
func FuzzAssemble(f *testing.F) {
	for _, s := range []string{
		"1: j 1b; beqz a0,1f\n1: la a0,x\nx: .word x-1b", ".option rvc\nadd a0,a0,a1\nli a0,0x123456789", "a=b;b=a;.word a",
		".macro m a,b=2\n.rept \\a\n.byte \\b,'#'\n.endr\n.endm\nm 3; m b=1,a=2", "i=0\n.rept 3\n.if i==1\ni=i+2\n.else\ni=i+1\n.endif\n.endr\n.word i",
		".irp r,a0,a1\nla \\r,x\n.endr\n.section .d,\"aw\"; x: .comm y,4,8; .uleb128 .-x; .org 40,1", "vmsge.vx v1,v2,a0,v0.t,v3; unimp",
		"x: .zero 8-(.-x); li a0,y-x\ny: .float 1.5; lw a0,(1+3)(sp); auipc a0,%got_pcrel_hi(x)", ".balign 16; .zero 3; .asciz \"x\"", "lui a0,%hi(1<<20)", "/* # */ nop // x", "call 2; tail 4",
	} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, src string, compress bool) {
		p, err := asm.Assemble("f.s", []byte(src), asm.Options{Compress: compress})
		if err != nil {
			var e *asm.Error
			if !errors.As(err, &e) || e.Line < 1 || e.Column < 1 {
				t.Errorf("%q: %v", src, err)
			}
			return
		}
		for _, line := range p.Lines[:min(len(p.Lines), 1000)] { // a repetition can make millions
			at := line.Address - p.Origin
			word := uint32(binary.LittleEndian.Uint16(p.Image[at:]))
			if word&3 == 3 {
				word = binary.LittleEndian.Uint32(p.Image[at:])
			}
			in, err := isa.Decode(word)
			if err != nil {
				if word&0xffff == 0 || strings.Contains(src, ".insn") || strings.Contains(src, "64") {
					continue // unimp, a word that the source spells out, or a shift that is a hint
				}
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

// TestCompressionIsOfRVC checks that 16-bit instructions outside the C of RV64GC are made only on request.
func TestCompressionIsOfRVC(t *testing.T) {
	const src = ".option rvc\nmul a0,a0,a1\nadd a0,a0,a1\n"
	for _, c := range []struct {
		shorts isa.CompressedForms
		want   string
	}{{0, "3305b502" + "2e95"}, {isa.RVC | isa.Zcb, "4d9d" + "2e95"}, {isa.Zcb, "4d9d" + "3305b500"}} {
		if got := hex.EncodeToString(assemble(t, src, asm.Options{CompressedForms: c.shorts}).Image); got != c.want {
			t.Errorf("with %b: %s, want %s", c.shorts, got, c.want)
		}
	}
}
