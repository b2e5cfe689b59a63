package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
)

// An undefined operand either is illegal, or makes bits of the result undefined and decides nothing: the evaluator's
// table says which, and the code must follow. Each function of the built-in seeds, so each tag at each width, gets one
// undefined argument after the other.
func TestUndefinedOperands(t *testing.T) {
	k := NewChecker(Config{Steps: 10_000})
	found, checked := map[string]string{}, 0
	for _, s := range gen.Seeds() {
		for _, f := range s.Module.Funcs {
			runs := slices.DeleteFunc(slices.Clone(s.Runs), func(r gen.Run) bool { return r.Func != f.Name })
			if len(runs) == 0 {
				continue
			}
			for _, parameter := range usedParameters(f) {
				c := withUndefined(s.Module, f, parameter)
				c.Runs[0].Args = runs[checked%len(runs)].Args
				v := k.Check(c)
				checked++
				if v.Discarded != "" && !strings.HasPrefix(v.Discarded, "illegal behaviour: undefined value used") {
					t.Fatalf("%s\n%s", v.Discarded, air.Print(c.Module))
				}
				if d := v.Divergence; d != nil {
					found[d.Signature.String()] = fmt.Sprintf("%s, parameter %d: %s\n%s", f.Name, parameter, d.Detail, air.Print(c.Module))
				}
			}
		}
	}
	if checked < 7_000 {
		t.Errorf("only %d cases", checked)
	}
	for _, signature := range slices.Sorted(maps.Keys(found)) {
		t.Errorf("%s: %s", signature, found[signature])
	}
}

// usedParameters returns the parameters of numbers that a function has a use for.
func usedParameters(f *air.Func) (parameters []int) {
	used := map[air.Ref]bool{}
	for i := range f.Insts {
		for _, r := range f.Insts[i].Ops {
			used[r] = true
		}
	}
	for i := range f.Insts {
		if in := &f.Insts[i]; in.Tag == air.Arg && used[air.InstRef(air.Index(i))] {
			parameters = append(parameters, int(in.N))
		}
	}
	return parameters
}

// withUndefined returns a case that calls a function with an undefined argument, and widens a narrow integer that it
// returns, which shows the bits above it.
func withUndefined(m *air.Module, f *air.Func, undefined int) *Case {
	m = &air.Module{Types: m.Types, Globals: m.Globals, Funcs: callees(m, f), ErrorNames: m.ErrorNames}
	result := f.Type.Elem
	if result.Kind == air.Int && result.Bits > 0 && result.Bits < 64 {
		result = air.IntType(result.Signed, 64)
	}
	b := air.NewBuilder(m)
	b.Begin("undefined", m.Types.Fn(result, f.Type.Params...))
	args := make([]air.Ref, len(f.Type.Params))
	for i := range args {
		args[i] = b.Arg(i)
	}
	args[undefined] = b.Load(b.Alloc(f.Type.Params[undefined]))
	r := b.Call(b.FuncRef(f), args...)
	if result != f.Type.Elem {
		r = b.Inst(air.IntCast, result, r)
	}
	b.Ret(r)
	b.End()
	return &Case{Module: m, Runs: []gen.Run{{Func: "undefined"}}}
}

// callees returns a function, and those of its module that others may call.
func callees(m *air.Module, f *air.Func) []*air.Func {
	return slices.DeleteFunc(slices.Clone(m.Funcs), func(g *air.Func) bool { return g != f && strings.Contains(g.Name, "_") })
}
