package asm_test

import (
	"bytes"
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/isa/asm"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// outsideSymbols are what the C programs of testdata/c and their compilers call without defining it.
var outsideSymbols = map[string]int64{"f": 0x8000, "use": 0x8010, "memcpy": 0x8020, "memset": 0x8030, "absent": 0x8040}

// compiler is a C compiler and its arguments.
type compiler struct {
	name string
	args []string
}

var compilers = []compiler{
	{tools.GCC, nil},
	{tools.Clang, []string{"--target=riscv64-linux-gnu"}},
	{tools.Clang, []string{"--target=riscv64-linux-gnu", "-fno-addrsig"}}, // so that binutils can read the output
}

// compileOptions are ways to compile; the last ones add sections and relocations.
var compileOptions = [][]string{
	{"-O0", "-march=rv64g"},
	{"-O2", "-march=rv64g"},
	{"-O0", "-march=rv64gc"},
	{"-O2", "-march=rv64gc", "-ffunction-sections", "-fdata-sections"},
	{"-O1", "-march=rv64gc", "-mcmodel=medany", "-g"},
}

// TestCompilers compiles the programs of testdata/c, assembles the output unchanged with this assembler, with binutils and
// with llvm-mc, links the objects of the others at the same addresses, and compares the bytes of every section.
func TestCompilers(t *testing.T) {
	sources, err := filepath.Glob("testdata/c/*.c")
	if err != nil || len(sources) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	others := otherAssemblers(t)
	for _, c := range compilers {
		tool, err := tools.Find(c.name)
		if err != nil {
			t.Log(err)
			continue
		}
		for _, source := range sources {
			for _, options := range compileOptions {
				name := strings.Join(slices.Concat([]string{c.name, filepath.Base(source)}, options, c.args), " ")
				t.Run(name, func(t *testing.T) { compareCompiled(t, tool, c.args, source, options, others) })
			}
		}
	}
}

// otherAssembler is a third-party assembler, with its arguments besides the files.
type otherAssembler struct {
	tools.Tool
	args func(compress bool) []string
}

func otherAssemblers(t *testing.T) []otherAssembler {
	var found []otherAssembler
	for name, args := range map[string]func(compress bool) []string{
		tools.As: func(compress bool) []string {
			return []string{"-mno-relax", "-march=" + map[bool]string{false: "rv64g", true: "rv64gc"}[compress]}
		},
		tools.LLVMMC: func(compress bool) []string {
			attrs := "+m,+a,+f,+d" + map[bool]string{true: ",+c"}[compress]
			return []string{"-triple=riscv64", "-target-abi=lp64d", "-filetype=obj", "-mattr=" + attrs}
		},
	} {
		tool, err := tools.Find(name)
		if err != nil {
			t.Log(err)
			continue
		}
		found = append(found, otherAssembler{tool, args})
	}
	return found
}

func compareCompiled(t *testing.T, compiler tools.Tool, extra []string, source string, options []string, others []otherAssembler) {
	dir := t.TempDir()
	text := filepath.Join(dir, "program.s")
	args := append([]string{"-S", "-mabi=lp64d", "-fno-pic", "-o", text, source}, append(options, extra...)...)
	runTool(t, compiler, args...)
	src, err := os.ReadFile(text)
	if err != nil {
		t.Fatal(err)
	}
	compress := options[1] == "-march=rv64gc"
	p, err := asm.Assemble("program.s", src, asm.Options{Origin: 0x10000, Compress: compress, Symbols: outsideSymbols})
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(p.Sections, func(s asm.Section) bool { return s.Name == ".got" }) {
		return // the linker adds entries to that table, so addresses differ
	}
	debug := slices.Contains(options, "-g")
	if debug && compiler.Name == tools.Clang {
		return // binutils 2.40 cannot read its line information, in text or in objects
	}
	for _, other := range others {
		switch gnu := other.Name == tools.As; {
		case gnu && bytes.Contains(src, []byte(".addrsig")):
			continue // unknown to binutils
		case !gnu && debug:
			continue // llvm-mc does not take all line information of gcc
		case !gnu && slices.Contains(extra, "-fno-addrsig"):
			continue // which was compared without that option
		}
		object := filepath.Join(dir, "program.o")
		runTool(t, other.Tool, append(other.args(compress), "-o", object, text)...)
		compareSections(t, other.Name, p, linkAt(t, dir, object, p.Sections))
	}
}

func runTool(t *testing.T, tool tools.Tool, args ...string) {
	t.Helper()
	if _, err := tool.Run(t.Context(), "", args...); err != nil {
		t.Fatalf("%s: %v", strings.Join(args, " "), err)
	}
}

// linkAt links an object so that its sections have given addresses. Sections that a linker would merge stay as they are.
func linkAt(t *testing.T, dir, object string, sections []asm.Section) (program string) {
	t.Helper()
	const plain = "=alloc,load,readonly,data,contents"
	runTool(t, tools.Need(t, tools.Objcopy), "--set-section-flags", ".rodata.*"+plain,
		"--set-section-flags", ".srodata.*"+plain, object)
	var script strings.Builder
	script.WriteString("SECTIONS {\n")
	for _, s := range sections {
		if s.Size > 0 {
			fmt.Fprintf(&script, "%s %#x : { *(%s) }\n", s.Name, s.Address, s.Name)
		}
	}
	script.WriteString("/DISCARD/ : { *(.eh_frame) *(.comment) *(.note*) *(.debug*) *(.riscv.attributes) }\n}\n")
	scriptFile, program := filepath.Join(dir, "script.ld"), filepath.Join(dir, "program")
	if err := os.WriteFile(scriptFile, []byte(script.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"--no-relax", "-e", "0", "-T", scriptFile, "-o", program, object}
	for name, v := range outsideSymbols {
		args = append(args, fmt.Sprintf("--defsym=%s=%#x", name, v))
	}
	runTool(t, tools.Need(t, tools.Ld), args...)
	return program
}

// compareSections compares the sections of a program with those of a linked one; a section without contents is zeros.
func compareSections(t *testing.T, other string, p *asm.Program, linked string) {
	t.Helper()
	file, err := elf.Open(linked)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, s := range p.Sections {
		ours := p.Image[s.Address-p.Origin:][:s.Size]
		var theirs []byte
		if section := file.Section(s.Name); section != nil && section.Type != elf.SHT_NOBITS {
			if theirs, err = section.Data(); err != nil {
				t.Fatal(err)
			}
		}
		if len(theirs) == 0 {
			theirs = make([]byte, s.Size)
		}
		if !bytes.Equal(ours, theirs) {
			at := 0
			for at < min(len(ours), len(theirs)) && ours[at] == theirs[at] {
				at++
			}
			line := 0
			for _, l := range p.Lines {
				if l.Address <= s.Address+int64(at) && l.Address >= s.Address {
					line = int(l.Line)
				}
			}
			t.Errorf("%s: %s has %d bytes, theirs %d; they part at %#x, by line %d: ours % x, theirs % x", other, s.Name, len(ours),
				len(theirs), at, line, ours[at:min(at+8, len(ours))], theirs[at:min(at+8, len(theirs))])
		}
	}
}
