package subject

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// generatedFor returns prepared cases that a subject can mostly say.
func generatedFor(t *testing.T, s *Subject, count int) (cases []*Case) {
	t.Helper()
	config := generatorFor([]Selected{{Subject: s}})
	for n := uint64(0); len(cases) < count; n++ {
		made := gen.New(config).Case(source.New(source.Case(8, 0, n)))
		if c, err := Prepare(fmt.Sprint(n), made.Module, made.Runs); err == nil {
			cases = append(cases, c)
		}
	}
	return cases
}

// operations returns the cases of operations that package ir writes out.
func operations(t *testing.T) (cases []*Case) {
	t.Helper()
	hard := map[string]bool{}
	for _, tag := range []string{"clz", "ctz", "popcount", "bit_reverse", "abs"} {
		for _, typ := range []string{"u1", "i8", "u13", "i33", "u64", "i64"} {
			for _, result := range []string{typ, "u" + typ[1:], "u1", "u4", "u6", "u7"} {
				hard[fmt.Sprintf("%s(%s) %s", tag, typ, result)] = true
			}
		}
	}
	for _, tag := range []string{"add", "sub", "mul"} {
		for _, typ := range []string{"u1", "i1", "i8", "u13", "i33", "u64", "i64"} {
			hard[fmt.Sprintf("%s_with_overflow(%s, %s) struct { %s, u1 }", tag, typ, typ, typ)] = true
			hard[fmt.Sprintf("%s_sat(%s, %s) %s", tag, typ, typ, typ)] = true
		}
	}
	for _, name := range []string{"byte_swap(u24) u24", "byte_swap(i48) i48", "byte_swap(u64) u64", "shl_sat(i33, u8) i33", "min(f32, f32) f32", "mod(f64, f64) f64",
		"div_floor(i33, i33) i33", "reduce(@Vector(17, i33), min) i33", "add_sat(@Vector(3, u7), @Vector(3, u7)) @Vector(3, u7)", "abs(f32) f32"} {
		hard[name] = true
	}
	for _, o := range Operations() {
		if !hard[o.String()] {
			continue
		}
		c, err := o.Case()
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}

// TestSmallLanguages checks that the reference configurations of compilers of small languages agree with the evaluator.
func TestSmallLanguages(t *testing.T) {
	operations := operations(t)
	if len(operations) < 70 {
		t.Errorf("%d operations", len(operations))
	}
	for name, find := range map[string]func(context.Context) (*Subject, error){"tcc": newTCC, "qbe": newQBE, "go": newGo} {
		t.Run(name, func(t *testing.T) {
			s, err := find(t.Context())
			if err != nil {
				t.Skip(err)
			}
			cases := append(generatedFor(t, s, 24), operations...)
			checkAgrees(t, bench(t), s, &s.Configurations[0], cases, len(cases)*3/4)
		})
	}
}

// TestCustomLanguages checks that a script of a few lines is a subject in every language.
func TestCustomLanguages(t *testing.T) {
	for language, test := range map[string]struct {
		script string
		needs  []string
	}{
		"llvm":    {`llc -O1 -mtriple=riscv64 -mattr=+m,+a,+f,+d,+c -filetype=obj "$1" -o "$2"`, []string{"llc"}},
		"c":       {`riscv64-linux-gnu-gcc -O1 -w -std=gnu2x -ffp-contract=off -fno-pie -c "$1" -o "$2"`, []string{tools.GCC}},
		"c-plain": {`riscv64-linux-gnu-gcc -O1 -w -ffp-contract=off -fno-builtin -fno-pie -c "$1" -o "$2"`, []string{tools.GCC}},
		"qbe":     {`qbe -t rv64 -o "$2.s" "$1" && riscv64-linux-gnu-as "$2.s" -o "$2"`, []string{"qbe", tools.As}},
		"go":      {`GOOS=linux GOARCH=riscv64 CGO_ENABLED=0 GOFLAGS= go build -o "$2" "$1"`, []string{"go"}},
	} {
		t.Run(language, func(t *testing.T) {
			path := os.Getenv("PATH")
			for _, name := range test.needs {
				tool := tools.Need(t, name)
				if name == tools.GCC && language == "c" && major(t.Context(), tool) < gccBitInt {
					t.Skip("gcc has no _BitInt")
				}
				link := t.TempDir()
				if err := os.Symlink(tool.Path, filepath.Join(link, name)); err != nil {
					t.Fatal(err)
				}
				path = link + ":" + path
			}
			script := filepath.Join(t.TempDir(), "compiler")
			if err := os.WriteFile(script, []byte("#!/bin/sh\nexport PATH="+path+"\n"+test.script+"\n"), 0o755); err != nil {
				t.Fatal(err)
			}
			s, err := Custom("mine="+script+" {input} {output}", language)
			if err != nil {
				t.Fatal(err)
			}
			checkAgrees(t, bench(t), s, &s.Configurations[0], generatedFor(t, s, 6), 2)
		})
	}
}

// TestKnownByText checks that defects which depend on a constant are known by the exported program, and only there.
func TestKnownByText(t *testing.T) {
	tcc := Selected{&Subject{Name: "tcc", Language: "c-plain"}, &Configuration{Name: "only"}}
	for constant, want := range map[string]bool{"18446744071562067967": true, "6442450943": true, "2147483647": false, "6433013760": false, "18446744073709551615": false} {
		m, err := air.Parse("test", []byte("fn @f0() u64 {\n %0 = ret(<u64, "+constant+">)\n}\n"))
		if err != nil {
			t.Fatal(err)
		}
		v := &Verdict{Case: &Case{Case: export.Case{Module: m, Runs: []gen.Run{{Func: "f0"}}}}}
		if got := knownDefect(tcc, v) != nil; got != want {
			t.Errorf("%s: known %t", constant, got)
		}
	}
}

// TestKnownByMessage checks that refusals are known by what was said, and others not.
func TestKnownByMessage(t *testing.T) {
	qbe := Selected{&Subject{Name: "qbe", Language: "qbe"}, &Configuration{Name: "only"}}
	for said, want := range map[string]bool{"x.o:21: Error: illegal operands `fadd.d ft0,ft0,1'": true, "qbe: signal: segmentation fault": true,
		"x.o:21: Error: illegal operands `addi a0,a0,f1'": false, "qbe: exit status 1: invalid type": false} {
		if got := knownDefect(qbe, &Verdict{Case: parsed(t, "fn @f0() void {\n %0 = ret({})\n}\n"), Refused: errors.New(said)}) != nil; got != want {
			t.Errorf("%s: known %t", said, got)
		}
	}
}
