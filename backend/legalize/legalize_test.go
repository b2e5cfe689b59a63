package legalize_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/legalize"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
)

var update = flag.Bool("update", false, "rewrite the expected legal forms in testdata")

// legalModule returns the module with its functions in legal form.
func legalModule(m *air.Module) *air.Module {
	legal := *m
	legal.Funcs = make([]*air.Func, len(m.Funcs))
	for i, f := range m.Funcs {
		legal.Funcs[i] = legalize.Legalize(f, nil).Func
	}
	return &legal
}

// TestGolden compares the legal forms of the modules in testdata with the expected ones.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { golden(t, file) })
	}
}

func golden(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil || len(archive.Files) != 2 {
		t.Fatalf("%s: not a module and its legal form: %v", file, err)
	}
	m, err := air.Parse(file, archive.Files[0].Data)
	if err != nil {
		t.Fatal(err)
	}
	if err := air.Verify(m); err != nil {
		t.Fatal(err)
	}
	legal := legalModule(m)
	checkModule(t, m, legal)
	got := air.Print(legal)
	if *update {
		archive.Files[1].Data = got
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(archive.Files[1].Data), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// checkModule checks what holds of every legal module: it verifies, its text reads back, and it is its own legal form.
func checkModule(t *testing.T, m, legal *air.Module) {
	t.Helper()
	if err := air.Verify(legal); err != nil {
		t.Errorf("the legal module does not verify: %v\n%s", err, air.Print(legal))
		return
	}
	text := air.Print(legal)
	back, err := air.Parse("legal.air", text)
	if err != nil {
		t.Errorf("the text of the legal module does not parse: %v\n%s", err, text)
		return
	}
	if err := air.Verify(back); err != nil {
		t.Errorf("the text of the legal module does not verify: %v\n%s", err, text)
	}
	for i, f := range legal.Funcs {
		if legalize.Legalize(f, nil).Func != f {
			t.Errorf("@%s: the legal form is not legal:\n%s", f.Name, f)
		}
		checkOrigin(t, m.Funcs[i])
	}
}

// checkOrigin checks that the instructions of the source keep their numbers, and that every other one has an origin.
func checkOrigin(t *testing.T, f *air.Func) {
	t.Helper()
	before := f.String()
	legal := legalize.Legalize(f, nil)
	if f.String() != before {
		t.Errorf("@%s: the source has changed:\n%s", f.Name, f)
	}
	if legal.Source != f || len(legal.Origin) != len(legal.Insts)-len(f.Insts) {
		t.Fatalf("@%s: %d origins of %d new instructions", f.Name, len(legal.Origin), len(legal.Insts)-len(f.Insts))
	}
	for i := range legal.Insts {
		origin := legal.SourceOf(air.Index(i))
		if int(origin) >= len(f.Insts) || i < len(f.Insts) && (origin != air.Index(i) || legal.Insts[i].Type != f.Insts[i].Type) {
			t.Errorf("@%s: %%%d comes from %%%d", f.Name, i, origin)
		}
	}
}

// generated is the number of modules that TestGenerated legalizes.
const generated = 4000

// TestGenerated checks generated modules, and that their legal forms do what they do.
func TestGenerated(t *testing.T) {
	count := generated
	if testing.Short() {
		count /= 10
	}
	generator, s := gen.New(gen.Config{}), source.New(0)
	rewritten := 0
	for seed := range uint64(count) {
		s.Reset(source.Case(8, 0, seed))
		c := generator.Case(s)
		legal := legalModule(c.Module)
		checkModule(t, c.Module, legal)
		if bytes.Equal(air.Print(legal), air.Print(c.Module)) {
			continue
		}
		rewritten++
		checkRuns(t, c, legal)
		if t.Failed() {
			t.Fatalf("case %d:\n%s", seed, air.Print(c.Module))
		}
	}
	if rewritten < count/20 {
		t.Errorf("%d of %d modules were not legal, expected more", rewritten, count)
	}
}

// checkRuns checks that the evaluator has the same outcomes for a module and its legal form.
func checkRuns(t *testing.T, c *gen.Case, legal *air.Module) {
	t.Helper()
	config := eval.Config{MaxSteps: 1 << 20, Externs: func(string, []uint64) (uint64, bool) { return 42, true }}
	want, err := eval.New(c.Module, config)
	if err != nil {
		t.Fatal(err)
	}
	got, err := eval.New(legal, config)
	if err != nil {
		t.Fatal(err)
	}
	for _, run := range c.Runs {
		a, b := want.Call(run.Func, run.Args), got.Call(run.Func, run.Args)
		if d := oracle.Compare(&a, &b, nil); d != nil {
			t.Errorf("@%s%v: %+v", run.Func, run.Args, d)
		}
	}
}

// TestAllocations checks that instructions which stay as they are cost no allocation in a function that is rewritten.
func TestAllocations(t *testing.T) {
	allocations := func(others int) float64 {
		text := "fn @f(f16, u32) u32 {\n  %0 = arg(f16, 0)\n  %1 = arg(u32, 1)\n  %2 = add(%0, %0)\n"
		for n := range others {
			text += fmt.Sprintf("  %%%d = add_wrap(%%1, %%1)\n", 3+n)
		}
		m, err := air.Parse("test", []byte(text+fmt.Sprintf("  %%%d = ret(%%1)\n}\n", 3+others)))
		if err != nil {
			t.Fatal(err)
		}
		return testing.AllocsPerRun(10, func() { legalize.Legalize(m.Funcs[0], nil) })
	}
	if few, many := allocations(1), allocations(101); few != many {
		t.Errorf("%v allocations with one other instruction, %v with 101", few, many)
	}
}
