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

// TestGenerated checks that an unoptimised compilation of generated programs agrees with the evaluator.
func TestGenerated(t *testing.T) {
	llc := tools.Need(t, "llc-19")
	s := &Subject{Name: "llc", Language: "llvm"}
	c := Configuration{Name: "O0", Reference: "O0", Commands: [][]string{{llc.Path, "-O0", "-mtriple=riscv64", "-mattr=+m,+a,+f,+d,+c", "-filetype=obj", "{input}", "-o", "{output}"}}}
	cases := generated(t, 1, 64)
	verdicts, err := bench(t).Try(context.Background(), s, &c, Checked, cases)
	if err != nil {
		t.Fatal(err)
	}
	for i := range verdicts {
		if verdicts[i].Differs() {
			t.Errorf("case %s: %s", verdicts[i].Case.Name, &verdicts[i])
		}
	}
	if len(verdicts) < len(cases)*3/4 {
		t.Errorf("%d of %d cases have a form in LLVM IR", len(verdicts), len(cases))
	}
}
