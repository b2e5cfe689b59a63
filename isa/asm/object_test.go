package asm_test

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/isa/asm"
	"github.com/rvfuzz/rvfuzz/oracle/linux"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// assembleObject assembles a source to an object and parses it.
func assembleObject(t *testing.T, src string, opt asm.Options) (*elf.File, []byte) {
	t.Helper()
	object, err := asm.AssembleObject("test.s", src, opt)
	if err != nil {
		t.Fatal(err)
	}
	f, err := elf.NewFile(bytes.NewReader(object))
	if err != nil {
		t.Fatal(err)
	}
	return f, object
}

// relocationsOf lists the relocations of a section: "4 CALL_PLT f+8".
func relocationsOf(t *testing.T, f *elf.File, section string) (list []string) {
	t.Helper()
	s := f.Section(".rela" + section)
	if s == nil {
		return nil
	}
	data, err := s.Data()
	if err != nil {
		t.Fatal(err)
	}
	symbols, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	for ; len(data) > 0; data = data[24:] {
		offset, info, addend := f.ByteOrder.Uint64(data), f.ByteOrder.Uint64(data[8:]), int64(f.ByteOrder.Uint64(data[16:]))
		text := fmt.Sprintf("%d %s", offset, strings.TrimPrefix(elf.R_RISCV(uint32(info)).String(), "R_RISCV_"))
		if kind := uint32(info); kind > uint32(elf.R_RISCV_32_PCREL) { // debug/elf has no names for them
			text = fmt.Sprintf("%d #%d", offset, kind)
		}
		if info>>32 != 0 {
			text += " " + symbols[info>>32-1].Name
		}
		if addend != 0 {
			text += fmt.Sprintf("+%d", addend)
		}
		list = append(list, text)
	}
	return list
}

// TestObjectRelocations checks the relocations of all ways to name a symbol, with relaxation and without.
func TestObjectRelocations(t *testing.T) {
	for _, test := range []struct {
		src     string
		relax   bool
		section string
		want    []string
	}{
		{"call f\ntail f+8\njump f,t0", false, ".text", []string{"0 CALL_PLT f", "8 CALL_PLT f+8", "16 CALL_PLT f"}},
		{"call f", true, ".text", []string{"0 CALL_PLT f", "0 RELAX"}},
		{"lui a0,%hi(x)\nlw a0,%lo(x+4)(a0)\nsw a0,%lo(x)(a1)", false, ".text", []string{"0 HI20 x", "4 LO12_I x+4", "8 LO12_S x"}},
		{"lla a0,x\nlw a1,x\nsd a2,x,t0", false, ".text", []string{
			"0 PCREL_HI20 x", "4 PCREL_LO12_I .L0 ", "8 PCREL_HI20 x", "12 PCREL_LO12_I .L0 ", "16 PCREL_HI20 x", "20 PCREL_LO12_S .L0 "}},
		{".option pic\nla a0,x\n.option nopic\nla a0,x", false, ".text", []string{
			"0 GOT_HI20 x", "4 PCREL_LO12_I .L0 ", "8 PCREL_HI20 x", "12 PCREL_LO12_I .L0 "}},
		{"1: auipc a0,%got_pcrel_hi(x)\nld a0,%pcrel_lo(1b)(a0)", true, ".text", []string{"0 GOT_HI20 x", "4 PCREL_LO12_I .L1_1", "4 RELAX"}},
		{"lui a0,%tprel_hi(x)\nadd a0,a0,tp,%tprel_add(x)\nlw a1,%tprel_lo(x)(a0)\nsw a1,%tprel_lo(x+4)(a0)", true, ".text", []string{
			"0 TPREL_HI20 x", "0 RELAX", "4 TPREL_ADD x", "4 RELAX", "8 TPREL_LO12_I x", "8 RELAX", "12 TPREL_LO12_S x+4", "12 RELAX"}},
		{"la.tls.ie a0,x\nla.tls.gd a0,x", false, ".text", []string{
			"0 TLS_GOT_HI20 x", "4 PCREL_LO12_I .L0 ", "8 TLS_GD_HI20 x", "12 PCREL_LO12_I .L0 "}},
		{"d: auipc a0,%tlsdesc_hi(x)\nld t0,%tlsdesc_load_lo(d)(a0)\naddi a0,a0,%tlsdesc_add_lo(d)\njalr t0,0(t0),%tlsdesc_call(d)", false, ".text",
			[]string{"0 #62 x", "4 #63 d", "8 #64 d", "12 #65 d"}},
		{"beq a0,a1,f\nj f\nc.j f\nc.beqz a0,f", false, ".text", []string{"4 JAL f", "8 JAL f", "12 RVC_JUMP f", "14 RVC_BRANCH f"}},
		{"a: nop\nb: beqz a0,b\nj a\n.word a-b, c-a\nc:", false, ".text", nil},
		{"a: call f\nb: beqz a0,b\nj a\nc: .word b-a, c-b", true, ".text", []string{
			"0 CALL_PLT f", "0 RELAX", "12 JAL a", "16 ADD32 b", "16 SUB32 a"}},
		{".globl g\ng: j g", false, ".text", []string{"0 JAL g"}},
		{"nop\n.p2align 3\nnop", true, ".text", []string{"4 ALIGN+4"}},
		{"nop\n.p2align 3\nnop", false, ".text", nil},
		{"f: nop\ncall f\ne:\n.data\n.dword f, f+8, e-f, f-.\n.word f, f-., e-f\n.half e-f\n.byte e-f\n.uleb128 e-f", true, ".data", []string{
			"0 64 f", "8 64 f+8", "16 ADD64 e", "16 SUB64 f", "24 ADD64 f", "24 SUB64 .L0 ", "32 32 f", "36 32_PCREL f", "40 ADD32 e", "40 SUB32 f",
			"44 ADD16 e", "44 SUB16 f", "46 ADD8 e", "46 SUB8 f", "47 #60 e", "47 #61 f"}},
	} {
		f, _ := assembleObject(t, test.src, asm.Options{Relax: test.relax})
		if diff := cmp.Diff(test.want, relocationsOf(t, f, test.section)); diff != "" {
			t.Errorf("%q, relax %v: %s", test.src, test.relax, diff)
		}
	}
}

// objectSource has symbols and sections of every kind.
const objectSource = `
	.file	"t.c"
	.attribute arch, "rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0"
	.attribute stack_align, 16
	.globl	main, limit, second
	.type	main, @function
main:	addi	a0,a0,1
	ret
.Lend:
	.size	main, .-main
	.set	second, main+2
	.set	limit, 42
	.weak	hook
	.hidden	secret
	.globl	secret
	.data
secret:	.dword	hook, .Lend
	.type	secret, @object
	.size	secret, 16
	.comm	shared,100,16
	.local	own
	.comm	own,8,8
	.section .tbss,"awT",@nobits
thread:	.zero	8
	.section .text.once,"axG",@progbits,once,comdat
	.weak	once
once:	ret
	.section .rodata.str,"aMS",@progbits,1
	.string "abc"
	.ident	"a compiler"
`

// TestObjectSymbols checks symbols, sections, attributes and groups of an object.
func TestObjectSymbols(t *testing.T) {
	f, _ := assembleObject(t, objectSource, asm.Options{})
	symbols, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range symbols {
		section := s.Section.String()
		if int(s.Section) < len(f.Sections) {
			section = f.Sections[s.Section].Name
		}
		got = append(got, fmt.Sprintf("%s %s %s %s %s %d %d", s.Name, elf.ST_BIND(s.Info), elf.ST_TYPE(s.Info), elf.ST_VISIBILITY(s.Other), section, s.Value, s.Size))
	}
	want := []string{
		"t.c STB_LOCAL STT_FILE STV_DEFAULT SHN_ABS 0 0",
		"$x STB_LOCAL STT_NOTYPE STV_DEFAULT .text 0 0",
		"$x STB_LOCAL STT_NOTYPE STV_DEFAULT .text.once 0 0",
		".Lend STB_LOCAL STT_NOTYPE STV_DEFAULT .text 4 0",
		"own STB_LOCAL STT_NOTYPE STV_DEFAULT .bss 0 0",
		"thread STB_LOCAL STT_TLS STV_DEFAULT .tbss 0 0",
		"main STB_GLOBAL STT_FUNC STV_DEFAULT .text 0 4",
		"limit STB_GLOBAL STT_NOTYPE STV_DEFAULT SHN_ABS 42 0",
		"second STB_GLOBAL STT_FUNC STV_DEFAULT .text 2 0",
		"hook STB_WEAK STT_NOTYPE STV_DEFAULT  0 0",
		"secret STB_GLOBAL STT_OBJECT STV_HIDDEN .data 0 16",
		"shared STB_GLOBAL STT_OBJECT STV_DEFAULT SHN_COMMON 16 100",
		"once STB_WEAK STT_NOTYPE STV_DEFAULT .text.once 0 0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if code := dataOf(t, f, ".text"); !bytes.Equal(code, []byte{0x05, 0x05, 0x82, 0x80}) { // the attribute brings 16-bit instructions
		t.Errorf(".text is % x", code)
	}
	if s := f.Section(".rodata.str"); s.Flags != elf.SHF_ALLOC|elf.SHF_MERGE|elf.SHF_STRINGS || s.Entsize != 1 {
		t.Errorf(".rodata.str: %+v", s)
	}
	if text := dataOf(t, f, ".comment"); string(text) != "\x00a compiler\x00" {
		t.Errorf(".comment is %q", text)
	}
	attributes := "A\x3d\x00\x00\x00riscv\x00\x01\x33\x00\x00\x00\x04\x10\x05rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0\x00"
	if text := dataOf(t, f, ".riscv.attributes"); string(text) != attributes {
		t.Errorf(".riscv.attributes is %q, want %q", text, attributes)
	}
	group := f.Section(".group")
	once := slices.IndexFunc(f.Sections, func(s *elf.Section) bool { return s.Name == ".text.once" })
	if data := dataOf(t, f, ".group"); len(data) != 8 || data[0] != 1 || int(data[4]) != once || symbols[group.Info-1].Name != "once" {
		t.Errorf(".group is % x of %+v", data, group)
	}
}

func dataOf(t *testing.T, f *elf.File, section string) []byte {
	t.Helper()
	s := f.Section(section)
	if s == nil {
		t.Fatalf("there is no section %s", section)
	}
	data, err := s.Data()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestObjectMistakes checks that what no relocation can express is an error with its place.
func TestObjectMistakes(t *testing.T) {
	for src, want := range map[string]string{
		".half x":                                "test.s:1:7: an address does not fit 2 bytes",
		".word x+y":                              "test.s:1:7: ",
		".word -x":                               "test.s:1:7: ",
		"addi a0,a0,x":                           "test.s:1:12: the value must be known here",
		".sleb128 x-y":                           "test.s:1:10: ",
		"la a0,x-y":                              "test.s:1:7: ",
		"j 1f":                                   "test.s:1:3: no label 1 in that direction",
		"a=b\nb=a\n.word a":                      "symbol a is defined by itself",
		".bss\n.word 1":                          "section .bss has no room for bytes that are not zero",
		".section x,\"q\"":                       `unknown flag 'q' of a section`,
		".section x,\"aG\",@progbits":            "expected the name of a group",
		".section x,\"a\",@nonsense":             `unknown type "@nonsense" of a section`,
		".type x,@nonsense":                      `unknown type "@nonsense" of a symbol`,
		".size x":                                "expected a symbol and its size",
		".symver a,b@c":                          "versions of symbols are not supported",
		".attribute nonsense, 1":                 `unknown attribute "nonsense"`,
		"add a0,a0,tp,%tprel_add(":               "test.s:1:1",
		"sub a0,a0,zz,%tprel_add(x)":             "zz",
		"lw a0,%tprel_hi(x)(a0)":                 "%tprel_hi does not go here",
		"lui a0,%tlsdesc_call(x)":                "test.s:1:8: ",
		".space x":                               "the value must be known here",
		".text\nx: .data\n.space y-x\ny:":        "the value must be known here",
		".loc 1 2":                               "test.s:1:6: expected the number of a file that .file names, and a line",
		".file x":                                "expected a name or the number of a file",
		".file 1":                                "expected the name of a file",
		".file 1 \"a\"\n.loc 1 2 nonsense":       `unknown option "nonsense" of .loc`,
		".cfi_startproc":                         "test.s:1:15: .cfi_startproc without .cfi_endproc",
		"nop\n.cfi_endproc":                      "test.s:2:13: .cfi_endproc without .cfi_startproc",
		".cfi_startproc\n.cfi_startproc":         ".cfi_startproc in a function that has not ended",
		".cfi_startproc\n.cfi_offset ra":         "test.s:2:13: 1 operands in place of 2",
		".cfi_startproc\n.cfi_offset x,":         "x",
		".cfi_startproc\n.cfi_lsda 9,x":          "test.s:2:11: encoding 0x9 of addresses is not supported",
		".cfi_startproc\n.cfi_lsda 27":           "expected an encoding and a symbol",
		".cfi_startproc\n.cfi_nonsense":          ".cfi_nonsense is not supported in objects",
		".cfi_startproc\n.cfi_restore_state":     ".cfi_restore_state without .cfi_remember_state",
		".cfi_startproc\n.data\n.cfi_restore ra": ".cfi_restore in another section than .cfi_startproc",
		".cfi_startproc\n.data\n.cfi_endproc\n":  ".cfi_endproc in another section than .cfi_startproc",
	} {
		_, err := asm.AssembleObject("test.s", src, asm.Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", src, err, want)
		}
	}
	if _, err := asm.AssembleObject("test.s", "", asm.Options{Origin: 16}); err == nil {
		t.Error("an object has no origin")
	}
}

// TestObjectChains checks that the time for constants that refer to each other grows with their number, whether they have a value
// or not.
func TestObjectChains(t *testing.T) {
	const n = 100_000
	for _, end := range []string{"x0: nop\n", ".set x0,x0*x1\n"} {
		var b strings.Builder
		for i := n; i > 0; i-- {
			fmt.Fprintf(&b, ".set x%d,x%d+1\n", i, i-1)
		}
		_, err := asm.AssembleObject("test.s", b.String()+end, asm.Options{})
		if err != nil {
			t.Errorf("%q: %v", end, err)
		}
	}
}

// TestObjectsLikeGNU compiles the programs of testdata/c, assembles them by binutils and by this assembler, links both by every
// linker that is installed, and compares the bytes.
func TestObjectsLikeGNU(t *testing.T) {
	gcc, as, objcopy := tools.Need(t, tools.GCC), tools.Need(t, tools.As), tools.Need(t, tools.Objcopy)
	linkers := append(tools.FindAll(tools.Ld), tools.FindAll(tools.LLD)...)
	sources, err := filepath.Glob("testdata/c/*.c")
	if err != nil || len(sources) == 0 || len(linkers) == 0 {
		t.Fatalf("%d programs, %d linkers: %v", len(sources), len(linkers), err)
	}
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	for n, source := range sources {
		options := compileOptions[n%len(compileOptions)]
		runTool(t, gcc, slices.Concat([]string{"-S", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-o", file("p.s"), source}, options)...)
		src, err := os.ReadFile(file("p.s"))
		if err != nil {
			t.Fatal(err)
		}
		_, object := assembleObject(t, string(src), asm.Options{Relax: true})
		if err := os.WriteFile(file("ours.o"), object, 0o600); err != nil {
			t.Fatal(err)
		}
		runTool(t, as, options[1], "-o", file("theirs.o"), file("p.s"))
		for _, linker := range linkers {
			version, err := linker.Version(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if linker.Name == tools.Ld && !tools.AtLeast(version, "2.41") && slices.Contains(options, "-g") {
				continue // it does not know the relocations of LEB128 numbers, with which lists of locations are written
			}
			var images [2][]byte
			for i, name := range []string{"ours", "theirs"} {
				args := []string{"--no-relax", "-e", "0", "-o", file(name), file(name + ".o")}
				for name, v := range outsideSymbols {
					args = append(args, fmt.Sprintf("--defsym=%s=%#x", name, v))
				}
				runTool(t, linker, args...)
				runTool(t, objcopy, "-O", "binary", file(name), file(name+".bin"))
				if images[i], err = os.ReadFile(file(name + ".bin")); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(images[0], images[1]) {
				t.Errorf("%s %v: linked by %s the bytes differ", source, options, linker.Path)
			}
		}
	}
}

// The attribute arch is written in full, as GNU as does, and says which registers floating-point arguments have.
func TestObjectArchitecture(t *testing.T) {
	march, err := isa.ParseMarch("rv64imafc_zicond")
	if err != nil {
		t.Fatal(err)
	}
	const double, single, compressed = 4, 2, 1
	for _, c := range []struct {
		src   string
		march *isa.March
		want  string
		flags uint32
	}{
		{"nop", nil, "", double},
		{"nop", &march, "rv64i2p1_m2p0_a2p1_f2p2_c2p0_zicond1p0_zicsr2p0_zmmul1p0_zaamo1p0_zalrsc1p0_zca1p0", single},
		{".attribute arch, \"rv64imc\"\nnop", nil, "rv64i2p1_m2p0_c2p0_zmmul1p0_zca1p0", compressed},
		{".attribute arch, \"rv64gv_svinval_zvknha\"\nnop", nil, "rv64i2p1_m2p0_a2p1_f2p2_d2p2_v1p0_zicsr2p0_zifencei2p0_zmmul1p0_zaamo1p0_" +
			"zalrsc1p0_zve32f1p0_zve32x1p0_zve64d1p0_zve64f1p0_zve64x1p0_zvknha1p0_zvl128b1p0_zvl32b1p0_zvl64b1p0_svinval1p0", double},
		{".attribute arch, \"rv64i2p0_m1p0\"\nnop", nil, "rv64i2p0_m1p0", 0},
	} {
		f, object := assembleObject(t, c.src, asm.Options{March: c.march})
		if flags := f.ByteOrder.Uint32(object[48:]); flags != c.flags {
			t.Errorf("%q: flags %#x, want %#x", c.src, flags, c.flags)
		}
		s := f.Section(".riscv.attributes")
		if s == nil {
			if c.want != "" {
				t.Errorf("%q: no attributes", c.src)
			}
			continue
		}
		if data, err := s.Data(); err != nil || c.want == "" || !bytes.Contains(data, []byte(c.want+"\x00")) {
			t.Errorf("%q: attributes %q, %v, want %s", c.src, data, err, c.want)
		}
	}
}

// TestObjectRuns links an object with one of gcc's, relaxed, and runs the program.
func TestObjectRuns(t *testing.T) {
	gcc := tools.FindAll(tools.GCC)
	if len(gcc) == 0 {
		t.Skip("no gcc is installed")
	}
	cross := gcc[len(gcc)-1]
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	const ours = `
	.option	pic
	.globl	sum, table
sum:	addi	sp,sp,-16
	sd	ra,8(sp)
	la	a1,table
	la.tls.ie a2,seen
	add	a2,a2,tp
	lw	a3,(a2)
	addi	a3,a3,1
	sw	a3,(a2)
	andi	a4,a0,3
	sh2add	a4,a4,a1
	lw	a4,(a4)
	lla	a5,.Lbase
	add	a4,a4,a5
	jalr	a4
	ld	ra,8(sp)
	addi	sp,sp,16
	ret
.Lbase:
.Lone:	tail	twice
.Ltwo:	lui	a1,%tprel_hi(own)
	add	a1,a1,tp,%tprel_add(own)
	lw	a0,%tprel_lo(own)(a1)
	ret
	.p2align 4
.Lthree:li	a0,100
	ret
	.section .rodata
table:	.word	.Lone-.Lbase, .Ltwo-.Lbase, .Lthree-.Lbase, .Lone-.Lbase
	.section .tdata,"awT",@progbits
own:	.word	77
`
	const theirs = `
#include <stdio.h>
__thread int seen;
int sum(int);
int twice(int x) { return 2 * x; }
int main(void) { for (int i = 0; i < 8; i++) printf("%d ", sum(i)); printf("%d\n", seen); return 0; }
`
	for _, relax := range []bool{true, false} {
		_, object := assembleObject(t, ours, asm.Options{Relax: relax, Compress: true})
		for name, text := range map[string]string{"ours.o": string(object), "theirs.c": theirs} {
			if err := os.WriteFile(file(name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		runTool(t, cross, "-static", "-o", file("program"), file("theirs.c"), file("ours.o"))
		program, err := os.ReadFile(file("program"))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		exit, err := linux.Execute(t.Context(), program, linux.Config{Stdout: &out, Checks: rv64.CheckAll, Args: []string{"program"}})
		if err != nil || exit.Status != 0 || out.String() != "0 77 100 6 8 77 100 14 8\n" {
			t.Errorf("relax %v: %v, status %d, %q", relax, err, exit.Status, out.String())
		}
	}
}

// FuzzObject checks on any text that the assembler fails only with an *asm.Error, that objects are sound, and that they are the same
// each time.
func FuzzObject(f *testing.F) {
	for _, s := range []string{
		objectSource, "1: j 1b; beqz a0,1f\n1: la a0,x\nx: .word x-1b", "a=b;b=a;.word a", ".option pic\nla a0,x; call f@plt; lga a1,y",
		"d: auipc a0,%tlsdesc_hi(x)\nld t0,%tlsdesc_load_lo(d)(a0)\njalr t0,0(t0),%tlsdesc_call(d)\nadd a0,a0,tp,%tprel_add(x)",
		"f: .p2align 4\ncall f\n.uleb128 .-f\n.section .g,\"axG\",@progbits,f,comdat\n.word f-., .", ".set a,.+4\n.globl a\nj a\n.size a,.-a; .type a,%function",
		".weak w\n.set w,v\nv: beqz a0,w\n.data\n.comm c,8,8\n.local d\n.comm d,8\n.half v-w", ".struct 8\nx: .space 4\ny:\n.text\nlw a0,y(a1)\n.tbss\nz: .zero 4",
	} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, src string, relax bool) {
		opt := asm.Options{Relax: relax, Compress: true}
		object, err := asm.AssembleObject("f.s", src, opt)
		if err != nil {
			var e *asm.Error
			if !errors.As(err, &e) || e.Line < 1 || e.Column < 1 {
				t.Errorf("%q: %v", src, err)
			}
			return
		}
		if again, err := asm.AssembleObject("f.s", src, opt); err != nil || !bytes.Equal(object, again) {
			t.Errorf("%q: another object the second time: %v", src, err)
		}
		file, err := elf.NewFile(bytes.NewReader(object))
		if err != nil {
			t.Fatalf("%q: %v", src, err)
		}
		symbols, err := file.Symbols()
		if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
			t.Fatalf("%q: %v", src, err)
		}
		for _, s := range symbols {
			if s.Section < elf.SHN_LORESERVE && int(s.Section) >= len(file.Sections) {
				t.Errorf("%q: %s is in section %d", src, s.Name, s.Section)
			}
		}
		for _, s := range file.Sections {
			if s.Type == elf.SHT_RELA {
				checkRelocations(t, file, s, len(symbols))
			}
		}
	})
}

// checkRelocations checks that the relocations of a section are in it and of symbols that exist.
func checkRelocations(t *testing.T, f *elf.File, s *elf.Section, symbols int) {
	data, err := s.Data()
	if err != nil {
		t.Fatal(err)
	}
	for ; len(data) >= 24; data = data[24:] {
		offset, symbol := f.ByteOrder.Uint64(data), f.ByteOrder.Uint64(data[8:])>>32
		if offset >= f.Sections[s.Info].Size || symbol > uint64(symbols) {
			t.Errorf("a relocation at %#x of %#x bytes, of symbol %d of %d", offset, f.Sections[s.Info].Size, symbol, symbols)
		}
	}
}
