package ir

import (
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// A reader fails on what package llvm does not write.
func TestReader(t *testing.T) {
	for _, line := range []string{"  %t1 = frobnicate i32 1", "  %t1 = add i32 1", "  %t1 = add i32 x, 2", "  %t1 = add j32 1, 2", "  store <2 x i8> <i8 1>, ptr @g"} {
		if in, err := instruction(line, newPairs()); err == nil {
			t.Errorf("%s: no error, %+v", line, in)
		}
	}
}

// passes are those of the narrowest language, with what each leaves.
var passes = []struct {
	name  string
	apply func(*Module) error
	check func(in *Inst, t Type) bool
}{
	{"Scalarize", Scalarize, func(_ *Inst, t Type) bool { return t.Lanes == 0 }},
	{"Simplify", Simplify, func(in *Inst, _ Type) bool {
		return !strings.HasSuffix(in.Op, ".sat") && in.Op != "llvm.abs" && in.Op != "llvm.umin" && in.Op != "llvm.smax"
	}},
	{"Legalize", func(m *Module) error { return Legalize(m, Containers(64)) }, func(_ *Inst, t Type) bool {
		return t.Kind != Integer || t.Bits == 1 || t.Bits == Containers(64)(t.Bits)
	}},
	{"Expand", Expand, func(in *Inst, _ Type) bool { return in.Overflow == "" || in.Op == "cmpxchg" }},
}

// TestPasses checks on generated programs that a pass leaves nothing of what it removes, and programs in which every name
// has one definition.
func TestPasses(t *testing.T) {
	whole := 0
	for n := range uint64(60) {
		made := gen.New(gen.Config{Features: gen.AllFeatures &^ (gen.Assembly | gen.Externs | gen.Wide | gen.Routines), CFloats: true}).Case(source.New(source.Case(3, 0, n)))
		m, err := Of(export.Case{Module: made.Module, Runs: made.Runs}, "c0_")
		if err != nil {
			continue
		}
		for i, pass := range passes {
			if err = pass.apply(m); err != nil {
				break
			}
			for _, f := range m.Funcs {
				for k := range i + 1 {
					checkFunc(t, passes[k].name, f, passes[k].check)
				}
			}
		}
		if err == nil {
			whole++
		}
	}
	if whole < 40 {
		t.Errorf("%d of 60 programs go through all passes", whole)
	}
}

func checkFunc(t *testing.T, pass string, f *Func, check func(*Inst, Type) bool) {
	t.Helper()
	defined := map[string]bool{}
	for _, o := range append(f.Results(), f.Params...) {
		if defined[o.Name] {
			t.Errorf("%s: two definitions of %s in %s", pass, o.Name, f.Name)
		}
		defined[o.Name] = true
	}
	for _, b := range f.Blocks {
		for i := range b.Insts {
			in := &b.Insts[i]
			if !check(in, in.Type) {
				t.Errorf("%s leaves %s of type %s", pass, in.Op, in.Type)
			}
			for _, o := range in.Args {
				if o.Name != "" && !defined[o.Name] {
					t.Errorf("%s: no definition of %s, an operand of %s in %s", pass, o.Name, in.Op, f.Name)
				}
			}
		}
	}
}
