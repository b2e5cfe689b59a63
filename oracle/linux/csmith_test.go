package linux

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// csmithPrograms is the number of random C programs that TestCsmith compares; long checks compare hundreds.
var csmithPrograms = flag.Int("csmith", 2, "number of random C programs to compare with qemu")

// csmithSeed is the seed of the first program; the programs are the same in every run.
var csmithSeed = flag.Int("csmithseed", 1, "seed of the first random C program")

// csmithInclude is where csmith's own headers are.
var csmithInclude = flag.String("csmithinclude", "/usr/include/csmith", "directory of csmith's headers")

// csmithCompilers are the compilers that are used if they are installed.
var csmithCompilers = []struct {
	name string
	args []string
}{
	{tools.GCC, nil},
	{tools.Clang, []string{"--target=riscv64-linux-gnu", "-fuse-ld=bfd"}},
}

// Random C programs behave as under qemu and keep every rule.
func TestCsmith(t *testing.T) {
	csmith, gcc, qemu := tools.Need(t, tools.Csmith), tools.Need(t, tools.GCC), tools.Need(t, tools.QEMU)
	if _, err := os.Stat(*csmithInclude); err != nil {
		t.Skipf("csmith's headers: %v", err)
	}
	compared := 0
	for seed := *csmithSeed; compared < *csmithPrograms; seed++ {
		if seed >= *csmithSeed+10*(*csmithPrograms) {
			t.Fatalf("only %d of %d programs end", compared, *csmithPrograms)
		}
		source := filepath.Join(t.TempDir(), "program.c")
		csmith.Dir = filepath.Dir(source) // it leaves a file there
		out, err := csmith.Run(t.Context(), "", "--seed", fmt.Sprint(seed), "--max-funcs", "4")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(source, []byte(out.Stdout), 0o600); err != nil {
			t.Fatal(err)
		}
		if !ends(t, qemu, compileCsmith(t, source, gcc, []string{"-O0"})) {
			t.Logf("seed %d does not end: left out, compilers may do with it what they like", seed)
			continue
		}
		compared++
		compareSeed(t, seed, source)
		t.Logf("seed %d compared, %d in all", seed, compared)
	}
}

// compareSeed compares one program compiled by each compiler at each level; in the short test at one level.
func compareSeed(t *testing.T, seed int, source string) {
	for _, compiler := range csmithCompilers {
		tool, err := tools.Find(compiler.name)
		if err != nil {
			t.Log(err)
			continue
		}
		for level := range 4 {
			if *csmithPrograms > 2 || (level+seed)%4 == 0 {
				compareCsmith(t, seed, source, tool, append([]string{fmt.Sprintf("-O%d", level)}, compiler.args...))
			}
		}
	}
}

func compileCsmith(t *testing.T, source string, compiler tools.Tool, flags []string) (program string) {
	t.Helper()
	program = source + ".out"
	args := append(append([]string{"-static", "-w", "-I" + *csmithInclude, "-o", program}, flags...), source)
	if _, err := compiler.Run(t.Context(), "", args...); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return program
}

// ends reports whether a program ends within seconds. One that loops for ever has undefined behaviour: a compiler may
// let it run into the code that follows.
func ends(t *testing.T, qemu tools.Tool, program string) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	_, err := qemu.Run(ctx, "", program)
	return err == nil || ctx.Err() == nil
}

// compareCsmith compares one program.
func compareCsmith(t *testing.T, seed int, source string, compiler tools.Tool, flags []string) {
	t.Helper()
	program := compileCsmith(t, source, compiler, flags)
	want := underEmulator(t, program)
	for _, checks := range []rv64.Checks{0, rv64.CheckAll} {
		if got, result := underMachine(t, program, checks); got != want {
			t.Errorf("seed %d, %s %v, checks %b: %+v\ngot  %.300v\nwant %.300v", seed, compiler.Name, flags, checks, result, got, want)
		}
	}
}
