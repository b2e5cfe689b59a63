package asm_test

import (
	"bytes"
	"context"
	"debug/elf"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/isa/asm"
	"github.com/rvfuzz/rvfuzz/oracle/linux"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// programCount is the number of C programs that TestCPrograms takes: those of testdata/programs, then csmith's. The sample of
// the ordinary tests is one in a few ways; all ways are tried from 2 on.
var programCount = flag.Int("programs", 1, "number of C programs to compile in all ways, assemble, link and run")

// programFirst is the number of the first of them, so that several processes can share the work.
var programFirst = flag.Int("programs-first", 0, "number of the first C program")

// toolchain is the newest compilers, assemblers and linker, and the C library to link with.
type toolchain struct {
	gcc, clang, as, mc, ld, qemu tools.Tool
	cross                        tools.Tool // the gcc of the system, to which the C library belongs
	headers                      string     // of clang
	include                      []string   // arguments
	before, after                []string   // what to link before and after an object
}

func newToolchain(t *testing.T) *toolchain {
	c := &toolchain{}
	for name, tool := range map[string]*tools.Tool{
		tools.GCC: &c.gcc, tools.Clang: &c.clang, tools.As: &c.as, tools.LLVMMC: &c.mc, tools.Ld: &c.ld, tools.QEMU: &c.qemu,
	} {
		var err error
		if *tool, err = tools.FindNewest(name); err != nil {
			t.Skipf("%v: sh ci/tools-newest.sh installs it", err)
		}
	}
	installed := tools.FindAll(tools.GCC)
	c.cross = installed[len(installed)-1]
	file := func(name string) string {
		out, err := c.cross.Run(t.Context(), "", "-print-file-name="+name)
		path := strings.TrimSpace(out.Stdout)
		if err != nil || !filepath.IsAbs(path) {
			t.Skipf("the cross C library has no %s", name)
		}
		return path
	}
	c.before = []string{file("crt1.o"), file("crti.o")}
	c.after = []string{"--start-group"}
	for _, name := range []string{"libc.a", "libm.a", "libatomic.a", "libgcc.a", "libgcc_eh.a"} {
		c.after = append(c.after, file(name))
	}
	c.after = append(c.after, "--end-group", file("crtn.o"))
	root := filepath.Dir(filepath.Dir(c.clang.Path))
	headers, _ := filepath.Glob(filepath.Join(root, "usr/lib/llvm-*/lib/clang/*/include"))
	if len(headers) == 0 {
		t.Skip("the headers of clang are not there")
	}
	c.headers = headers[0]
	c.include = []string{"-isystem", "/usr/riscv64-linux-gnu/include", "-I/usr/include/csmith"}
	return c
}

// TestCPrograms compiles C programs by the newest gcc and clang, assembles the output to objects by this assembler and by the newest
// binutils (of clang, by the newest llvm-mc), links both statically, and requires the same bytes in memory; then it runs them
// by the newest qemu and by the reference machine with all checks, and requires the same output.
func TestCPrograms(t *testing.T) {
	c := newToolchain(t)
	all := *programCount > 1
	for n, source := range c.programs(t, *programFirst, *programCount) {
		for _, compiler := range []tools.Tool{c.gcc, c.clang} {
			for level := range 4 {
				for m, march := range []string{"rv64gc", "rva22u64", "rva23u64"} {
					if !all && (level != 2 || m == 1) {
						continue
					}
					name := fmt.Sprintf("%s -O%d -march=%s %s", compiler.Name, level, march, filepath.Base(source))
					t.Run(name, func(t *testing.T) { c.compare(t, compiler, source, fmt.Sprintf("-O%d", level), march) })
				}
			}
		}
		t.Logf("program %d: %s", *programFirst+n, filepath.Base(source))
	}
}

// programs returns n sources from number first on: files of testdata/programs, and then what csmith makes of the seeds from 1 on,
// without the programs that do not end.
func (c *toolchain) programs(t *testing.T, first, n int) []string {
	list, err := filepath.Glob("testdata/programs/*.c")
	if err != nil || len(list) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	for seed := 1; len(list) < first+n; seed++ {
		if source := csmithProgram(t, seed); c.ends(t, source) {
			list = append(list, source)
		}
	}
	return list[first : first+n]
}

func csmithProgram(t *testing.T, seed int) string {
	csmith := tools.Need(t, tools.Csmith)
	csmith.Dir = t.TempDir()
	source := filepath.Join(csmith.Dir, fmt.Sprintf("csmith%d.c", seed))
	out, err := csmith.Run(t.Context(), "", "--seed", fmt.Sprint(seed), "--max-funcs", "4")
	if err == nil {
		err = os.WriteFile(source, []byte(out.Stdout), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// ends reports whether a program ends within seconds; one that loops for ever has undefined behaviour.
func (c *toolchain) ends(t *testing.T, source string) bool {
	program := source + ".out"
	runTool(t, c.cross, append([]string{"-O0", "-w", "-static", "-o", program, source}, c.include...)...)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	_, _ = c.qemu.Run(ctx, "", program) // a status of its own is no failure
	return ctx.Err() == nil
}

// compare compares one program that is compiled in one way.
func (c *toolchain) compare(t *testing.T, compiler tools.Tool, source, level, march string) {
	dir := t.TempDir()
	text := filepath.Join(dir, "program.s")
	args := []string{level, "-march=" + march, "-w", "-fno-pic", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-S", "-o", text, source}
	if compiler.Name == tools.Clang {
		args = append(args, "--target=riscv64-linux-gnu", "-isystem", c.headers)
	}
	runTool(t, compiler, append(args, c.include...)...)
	src, err := os.ReadFile(text)
	if err != nil {
		t.Fatal(err)
	}
	object, err := asm.AssembleObject("program.s", string(src), asm.Options{Relax: true})
	if err != nil {
		t.Fatal(err)
	}
	ours := filepath.Join(dir, "ours.o")
	if err := os.WriteFile(ours, object, 0o600); err != nil {
		t.Fatal(err)
	}
	linked := loaded(t, c.link(t, ours))
	same := false
	theirs := filepath.Join(dir, "theirs.o")
	for _, other := range c.assemblers(compiler, march) {
		if _, err := other.Run(t.Context(), "", append(other.args(true), "-o", theirs, text)...); err == nil {
			same = same || linked == loaded(t, c.link(t, theirs))
		}
	}
	if !same {
		t.Errorf("other bytes than those of binutils and of llvm-mc")
	}
	c.runBoth(t, c.link(t, ours))
}

// assemblers returns whose bytes a compiler's output must have: those of llvm-mc, or if the compiler is gcc of binutils, which leaves
// a product with the destination as its second factor in 32 bits where the other uses c.mul.
func (c *toolchain) assemblers(compiler tools.Tool, march string) []otherAssembler {
	llvm := otherAssembler{c.mc, func(bool) []string {
		return []string{"-triple=riscv64", "-target-abi=lp64d", "-mattr=+relax,+c,+d", "-filetype=obj"}
	}}
	if compiler.Name == tools.Clang {
		return []otherAssembler{llvm}
	}
	return []otherAssembler{{c.as, func(bool) []string { return []string{"-march=" + march} }}, llvm}
}

// link links an object statically. The code is not made shorter, since how far that goes depends on alignments that differ.
func (c *toolchain) link(t *testing.T, object string) (program string) {
	program = strings.TrimSuffix(object, ".o")
	args := slices.Concat([]string{"--no-relax", "-static", "-o", program}, c.before, []string{object}, c.after)
	runTool(t, c.ld, args...)
	return program
}

// loaded returns what a program has in memory, with the addresses.
func loaded(t *testing.T, program string) string {
	t.Helper()
	f, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out strings.Builder
	for _, p := range f.Progs {
		if p.Type != elf.PT_LOAD {
			continue
		}
		data := make([]byte, p.Filesz)
		if _, err := p.ReadAt(data, 0); err != nil {
			t.Fatal(err)
		}
		if p.Off == 0 { // the headers of the file are there too, with its size
			data = data[64+56*len(f.Progs):]
		}
		fmt.Fprintf(&out, "%x %x %s", p.Vaddr, p.Memsz, data)
	}
	return out.String()
}

// runBoth runs a program by qemu and by the reference machine.
func (c *toolchain) runBoth(t *testing.T, program string) {
	t.Helper()
	want, err := c.qemu.Run(t.Context(), "", "-cpu", "rva23u64", program)
	if status := want.Status; err != nil && status < 0 {
		t.Fatal(err)
	}
	file, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	exit, err := linux.Execute(t.Context(), file, linux.Config{Stdout: &out, Checks: rv64.CheckAll, Args: []string{program}, MaxSteps: 2e9})
	if err != nil {
		t.Fatal(err)
	}
	if exit.Status != want.Status || out.String() != want.Stdout {
		t.Errorf("%s: status %d, want %d; wrote %.300q, want %.300q", exit.Place, exit.Status, want.Status, out.String(), want.Stdout)
	}
}
