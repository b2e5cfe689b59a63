package asm_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/isa/asm"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// accepted are sources that compilers and people write for an architecture, with the image that they make. binutils makes the same
// unless gas is false: the entry is then text that only others take, or that depends on a linker.
var accepted = []struct {
	march, src, want string
	gas              bool
}{
	{"rv64i", "zext.h a0,a1\nzext.w a0,a1\nsext.b a0,a1\nsext.h a0,a1", "13950503" + "13550503" + "13950502" + "13550502" +
		"13958503" + "13558543" + "13950503" + "13550543", true},
	{"rv64gc_zbb", "zext.h a0,a1\nsext.b a0,a1\nsext.h a0,a1", "3bc50508" + "13954560" + "13955560", true},
	{"rv64gc_zba", "zext.w a0,a1", "3b850508", true},
	{"rv64gc_zbkb", "zext.h a0,a1", "3bc50508", true},
	{"rv64gc_zkne", "aes64ks1i a0,a1,3\naes64ks2 a0,a1,a2", "13953531" + "3385c57e", true},
	{"rv64imac_zcmp", "cm.push {ra,s0},-16\ncm.mvsa01 s0,s1", "52b8" + "26ac", true},
	{"rv64imac_zcmt", "cm.jt 31\ncm.jalt 32", "7ea0" + "82a0", true},
	{"rv64gc", "c.lwsp a0,8(x2)\nc.addi16sp x2,32\nc.addi4spn a0,x2,16\nc.sdsp x1,8(x2)", "2245" + "0561" + "0808" + "06e4", true},
	{"rv64gc_zicfiss_zcmop", "c.sspush x1\nc.sspopchk x5", "8160" + "8162", true},
	{"rv64g_zicfiss", "sspush x1\nsspopchk x5\nssrdp a0", "734010ce" + "73c0c2cd" + "7345c0cd", true},
	{"rv64gc_zicboz", "cbo.zero (2-2)(x30)\ncbo.zero 0(a0)\ncbo.zero (a0)", "0f204f00" + "0f204500" + "0f204500", true},
	{"rv64imac_zve32x_zvkb", "vsetvli a0,a1,e8,m1,ta,ma\nvandn.vv v1,v2,v3\nvadd.vv v1,v2,v3", "57f5050c" + "d7802106" + "d7802102", true},
	{"rv64gc_zvknc", "vaesem.vv v2,v4\nvclmul.vv v1,v2,v3\nvandn.vv v1,v2,v3", "772141a2" + "d7a02132" + "d7802106", true},
	{"rv64gc_zvkng", "vghsh.vv v1,v2,v3\nvsha2ms.vv v1,v2,v3", "f7a021b2" + "f7a021b6", true},
	{"rv64gc_zvksc", "vsm4k.vi v2,v4,1\nvclmul.vv v1,v2,v3", "77a14086" + "d7a02132", true},
	{"rv64gc_zvksg", "vsm3me.vv v2,v4,v6\nvghsh.vv v1,v2,v3", "77214382" + "f7a021b2", true},
	{"rv64i2p1_m2p0_a2p1_zba1p0", "mul a0,a1,a2\nsh1add a0,a1,a2", "3385c502" + "33a5c520", true},
	{"rv64gcv_zvkned", "vaeskf1.vi v4,v8,14\nvaeskf2.vi v4,v8,31\nvaeskf2.vi v0,v2,4", "7722878a" + "77a28faa" + "772022aa", true},
	{"rv64gcv", "vsetvli a0,a1,0x7ff\nvsetvli a0,a1,4\nvsetivli a0,3,0x3ff", "57f5f57f" + "57f54500" + "57f5f1ff", true},
	{"rv64i", ".hword 1,2\n.extern foo\n.dc.b 1,2\n.dc.w 3\n.dc 4\n.dc.l 5\n.dc.a 6", "0100" + "0200" + "0102" + "0300" + "0400" + "05000000" + "0600000000000000", true},
	{"rv64i", ".float16 1.5,-0.1,1e-7,65504,1e6,nan\n.bfloat16 1.5,3.14159265,1e-40\n.dc.s 1.5\n.dc.d 2", "003e" + "66ae" + "0200" + "ff7b" + "007c" + "007e" +
		"c03f" + "4940" + "0100" + "0000c03f" + "0000000000000040", false},
	{"rv64i", ".dcb.b 3,1\n.dcb.w 2,5\n.ds.b 1\n.ds.l 1", "010101" + "05000500" + "00" + "00000000", true},
	{"rv64i", ".offset 4\na: .space 1\nb: .space 4\n.text\n.byte a,b\n.struct 8\nc:\n.text\n.byte c", "04" + "05" + "08", true},
	{"rv64i", ".offset 4\na: .half 0\nb:\n.text\nli a0,a\nli a1,b+1", "13054000" + "93057000", true},
	{"rv64i", ".base64 \"AAECAw==\"\n.base64 \"BAU=\", \"Bg==\"\n.byte 7", "00010203" + "0405" + "06" + "07", false},
	{"rv64gc", ".insn r 0x33,0,0,a0,a1,a2\n.insn r OP,0,0,a0,a1,a2\n.insn i OP_IMM,0,a0,a1,5\n.insn i 0x03,2,a0,4(a1)\n.insn s 0x23,2,a0,4(a1)\n" +
		".insn sb 0x63,0,a0,a1,.+8\n.insn u 0x37,a0,0x12345\n.insn uj 0x6f,a0,.+8\n.insn r4 0x43,0,0,fa0,fa1,fa2,fa3\n.insn r CUSTOM_0,7,127,a0,fa1,a2",
		"3385c500" + "3385c500" + "13855500" + "03a54500" + "23a2a500" + "6304b500" + "37553412" + "6f058000" + "4385c568" + "0bf5c5fe", false},
	{"rv64gc", ".insn ca C1,0x23,3,a0,a1\n.insn cs C0,6,a0,4(a1)\n.insn cl 0,2,a0,4(a1)\n.insn cj 1,5,.+8\n.insn cb 1,6,a0,.+8\n.insn ci 1,0,a0,4\n" +
		".insn ciw 0,0,a0,4\n.insn css 2,6,a0,4\n.insn cr 2,8,a0,a1", "6d8d" + "88c5" + "8845" + "21a0" + "01c5" + "1105" + "8800" + "2ac2" + "2e85", false},
	{"rv64i", "li a0,%lo(0x12345678)\nlui a0,%hi(0x87000000)\naddi a0,a0,%lo(0x87000000)", "13058067" + "37050087" + "13050500", true},
	{"rv64i", "jalr a0,8\njr a0,8\njalr a0,a1,8\nmove a0,a1", "e7008500" + "67008500" + "67858500" + "13850500", true},
	{"rv64gc_zfa", "frsr a0\nfssr a0\nfssr a0,a1\nfgtq.s a0,fa0,fa1\nfgeq.d a0,fa0,fa1", "73253000" + "73103500" + "73953500" + "53d5a5a0" + "53c5a5a2", false},
	{"rv64i", "la a0,0x1234\nla a1,0x123456789abc", "37150000" + "1b054523" + "b7250900" + "9b85b5a2" + "9395c500" + "9385553c" + "9395d500" + "9385c5ab", false},
	{"rv64i", "pause\nntl.p1\nprefetch.r 32(a0)", "0f000001" + "33002000" + "13601502", false}, // hints are instructions of I
	{"rv64i_zicsr", "csrr a0,mscontext\ncsrr a0,mpmpdeleg\ncsrr a0,spmpen", "7325a07a" + "73256031" + "73253018", true},
	{"rv64gc_zfbfmin", "fcvt.s.bf16 fa0,fa1\nfcvt.bf16.s fa0,fa1", "53856540" + "53f58544", true},
	{"rv64i", ".option arch, rv64gc_zba\nsh1add a0,a1,a2\nadd a0,a0,a1\n.option arch, rva23u64\ncpop a0,a0\nmul a0,a0,a1\n", "33a5c520" + "2e95" + "13152560" + "4d9d", true},
	{"rv64gc", ".option push\n.option arch, rv64i2p1_m2p0_c2p0_zba1p0\nsh1add a0,a1,a2\nadd a0,a0,a1\n.option pop\n.option arch, +zba, +zbb\nclz a0,a0", "33a5c520" + "2e95" + "13150560", true},
}

// TestAccepted checks the bytes of valid text.
func TestAccepted(t *testing.T) {
	for _, c := range accepted {
		march, err := isa.ParseMarch(c.march)
		if err != nil {
			t.Error(err)
			continue
		}
		p, err := asm.Assemble("test.s", []byte(c.src), asm.Options{March: &march})
		if err != nil {
			t.Errorf("%s: %q: %v", c.march, c.src, err)
		} else if got := hex.EncodeToString(p.Image); got != c.want {
			t.Errorf("%s: %q makes\n%s, want\n%s", c.march, c.src, got, c.want)
		}
	}
}

// TestAcceptedByGNU checks that binutils makes the same of the text that it has.
func TestAcceptedByGNU(t *testing.T) {
	as, objcopy := tools.Need(t, tools.As), tools.Need(t, tools.Objcopy)
	version, err := as.Version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !tools.AtLeast(version, "2.46") {
		t.Skipf("binutils %s lacks some of the extensions", version)
	}
	object, image := filepath.Join(t.TempDir(), "a.o"), filepath.Join(t.TempDir(), "a.bin")
	for _, c := range accepted {
		if !c.gas {
			continue
		}
		// The assembler is told not to compress, as ours is not, except where the source asks for it.
		source := c.src + "\n"
		if !strings.Contains(source, ".option") && !strings.Contains(source, "c.") && !strings.Contains(source, "cm.") {
			source = ".option norvc\n" + source
		}
		if out, err := as.Run(t.Context(), source, "-march="+c.march, "-mno-arch-attr", "-o", object, "-"); err != nil {
			t.Errorf("%s: %q: %v %s", c.march, c.src, err, out.Stderr)
			continue
		}
		runTool(t, objcopy, "-O", "binary", "-j", ".text", object, image)
		got, err := os.ReadFile(image)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := hex.DecodeString(c.want)
		if !bytes.HasPrefix(got, want) || len(got) > len(want)+3 {
			t.Errorf("%s: %q makes %x by binutils, want %x", c.march, c.src, got, want)
		}
	}
}
