package subject

import (
	"context"
	"fmt"
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// generated returns prepared cases of the generator.
func generated(t *testing.T, seed uint64, count int) (cases []*Case) {
	t.Helper()
	for n := uint64(0); len(cases) < count; n++ {
		made := gen.New(gen.Config{Features: Features}).Case(source.New(source.Case(seed, 0, n)))
		if c, err := Prepare(fmt.Sprint(n), made.Module, made.Runs); err == nil {
			cases = append(cases, c)
		}
	}
	return cases
}

func bench(t *testing.T) *Bench {
	t.Helper()
	tools.Need(t, tools.Ld)
	b, err := NewBench(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// TestGeneratedC checks that unoptimised compilations of both dialects of C agree with the evaluator.
func TestGeneratedC(t *testing.T) {
	gcc := tools.Need(t, tools.GCC)
	cases, b := generated(t, 2, 24), bench(t)
	for _, language := range []string{"c", "c-masked"} {
		s, err := newC(context.Background(), "gcc-", gcc, gccFlags, language)
		if err != nil {
			t.Fatal(err)
		}
		if major(context.Background(), gcc) < gccBitInt && language == "c" {
			t.Log("gcc has no _BitInt")
			continue
		}
		checkAgrees(t, b, s, &s.Configurations[0], cases, len(cases)/3)
	}
}

// TestGenerated checks that an unoptimised compilation of generated programs agrees with the evaluator.
func TestGenerated(t *testing.T) {
	llc := tools.Need(t, "llc")
	s := &Subject{Name: "llc", Language: "llvm"}
	c := Configuration{Name: "O0", Reference: "O0", Commands: [][]string{{llc.Path, "-O0", "-mtriple=riscv64", "-mattr=+m,+a,+f,+d,+c", "-filetype=obj", "{input}", "-o", "{output}"}}}
	cases := generated(t, 1, 64)
	checkAgrees(t, bench(t), s, &c, cases, len(cases)*3/4)
}

// checkAgrees checks that a compiler agrees with the evaluator on cases, of which at least so many have a form in its
// language.
func checkAgrees(t *testing.T, b *Bench, s *Subject, c *Configuration, cases []*Case, least int) {
	t.Helper()
	verdicts, err := b.Try(context.Background(), s, c, Checked, cases)
	if err != nil {
		t.Fatal(err)
	}
	for i := range verdicts {
		if verdicts[i].Differs() {
			t.Errorf("%s, case %s: %s", s.Language, verdicts[i].Case.Name, &verdicts[i])
		}
	}
	if len(verdicts) < least {
		t.Errorf("%d of %d cases have a form in %s", len(verdicts), len(cases), s.Language)
	}
}
