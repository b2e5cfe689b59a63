package subject

import (
	"context"
	"fmt"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// Programs of which another compiler compiles some functions and we the others do what the evaluator says: LLVM's code
// generator, and every gcc that is installed.
func TestMixed(t *testing.T) {
	newMasked := func(ctx context.Context, tool tools.Tool) (*Subject, error) {
		return newC(ctx, "gcc-", tool, gccFlags, "c-masked")
	}
	newBitInt := func(ctx context.Context, tool tools.Tool) (*Subject, error) {
		return newC(ctx, "gcc-", tool, gccFlags, "c")
	}
	for _, test := range []struct {
		name, tool string
		oldest     int
		subject    func(context.Context, tools.Tool) (*Subject, error)
	}{{"llc", "llc", oldestLLVM, newLLC}, {"gcc", tools.GCC, gccBitInt, newBitInt}, {"gcc-masked", tools.GCC, 0, newMasked}} {
		t.Run(test.name, func(t *testing.T) {
			tools.Need(t, test.tool)
			for _, tool := range tools.FindAll(test.tool) {
				if major(t.Context(), tool) < test.oldest {
					continue
				}
				s, err := test.subject(t.Context(), tool)
				if err != nil {
					t.Fatal(err)
				}
				checkMixed(t, s)
			}
		})
	}
}

// checkMixed checks that mixed programs do what the evaluator says, and that calls cross the seam both ways.
func checkMixed(t *testing.T, s *Subject) {
	t.Helper()
	b := bench(t)
	cases := mixable(t, Mixed([]Selected{{s, &s.Configurations[0]}}), 48)
	for _, name := range []string{"O0", "O2"} {
		c, ok := s.Configuration(name)
		if !ok {
			t.Fatalf("no configuration %s", name)
		}
		mixed := Mixed([]Selected{{s, c}})[0]
		checkAgrees(t, b, mixed.Subject, mixed.Configuration, cases, len(cases)/3) // the masked dialect has no f16
	}
	toUs, fromUs := seams(split(cases, true))
	if toUs < 10 || fromUs < 10 {
		t.Errorf("only %d calls cross the seam to us and %d from us", toUs, fromUs)
	}
}

// An unnamed argument of more than two words is passed by reference, whichever side calls and is called.
func TestMixedWideUnnamed(t *testing.T) {
	s, err := newLLC(t.Context(), tools.Need(t, "llc"))
	if err != nil {
		t.Fatal(err)
	}
	const text = "var @g: u1 = 0\nvar @h: i257 = 0\n" +
		"fn @f1(...) callconv(.C) void {\n %0 = alloc(**anyopaque)\n %1 = c_va_start(*anyopaque)\n %2 = store(%0, %1)\n" +
		" %3 = c_va_arg(i257, %0)\n %4 = store(<*i257, @h>, %3)\n %5 = c_va_arg(u1, %0)\n %6 = store(<*u1, @g>, %5)\n %7 = ret({})\n}\n" +
		"fn @f0() void {\n %0 = call(@f1, [<i257, -5>, <u1, 1>])\n %1 = ret({})\n}\n"
	var cases []*Case
	for i := range 64 {
		m, err := air.Parse("test", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		c, err := Prepare(fmt.Sprintf("%d wide %d", i*7919, i), m, []gen.Run{{Func: "f0"}})
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	on := Mixed([]Selected{{s, &s.Configurations[0]}})[0]
	checkAgrees(t, bench(t), on.Subject, on.Configuration, cases, len(cases))
	if toUs, fromUs := seams(split(cases, true)); toUs == 0 || fromUs == 0 {
		t.Errorf("%d calls cross the seam to us and %d from us", toUs, fromUs)
	}
}

// mixable returns prepared cases for mixed programs.
func mixable(t *testing.T, on []Selected, count int) (cases []*Case) {
	t.Helper()
	config := generatorFor(on)
	config.Steps, config.Lanes = 2000, 16
	for n := uint64(0); len(cases) < count; n++ {
		made := gen.New(config).Case(source.New(source.Case(5, 0, n)))
		if c, err := Prepare(fmt.Sprint(n), made.Module, made.Runs); err == nil {
			cases = append(cases, c)
		}
	}
	return cases
}

// seams returns the numbers of direct calls in cases from functions that are compiled elsewhere to ours, and from ours.
func seams(cases []*Case) (toUs, fromUs int) {
	for _, c := range cases {
		for _, f := range c.Module.Funcs {
			for i := range f.Insts {
				in := &f.Insts[i]
				if len(in.Ops) == 0 {
					continue
				}
				v := f.Value(in.Ops[0])
				if v == nil || v.Kind != air.SymbolValue || v.Type.Kind != air.Fn || c.Module.Func(v.Symbol).Extern {
					continue
				}
				switch {
				case c.Elsewhere(v.Symbol) && !c.Elsewhere(f.Name):
					toUs++
				case !c.Elsewhere(v.Symbol) && c.Elsewhere(f.Name):
					fromUs++
				}
			}
		}
	}
	return toUs, fromUs
}

// A compiler that does not extend small integers as the psABI has it is found, and only in mixed programs.
func TestMixedFindsBrokenSeam(t *testing.T) {
	s := broken(t)
	s.Configurations[1].Commands[0] = []string{"sh", "-c", "sed 's/ signext\\|signext / /g; s/ zeroext\\|zeroext / /g' {input} >{output}"}
	cases, b := mixable(t, Mixed([]Selected{{s, &s.Configurations[1]}}), 48), bench(t)
	on := Mixed([]Selected{{s, &s.Configurations[1]}})[0]
	verdicts, err := b.Try(context.Background(), on.Subject, on.Configuration, Quick, cases)
	if err != nil {
		t.Fatal(err)
	}
	for i := range verdicts {
		if !verdicts[i].Differs() {
			continue
		}
		culprit, _, err := b.Classify(context.Background(), on, verdicts[i].Case)
		if err != nil || culprit != TheSeam {
			t.Errorf("the culprit is %s, %v", culprit, err)
		}
		return
	}
	t.Error("no difference is found")
}
