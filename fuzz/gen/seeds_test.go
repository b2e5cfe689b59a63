package gen

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
)

// TestSeeds checks that seeds are valid, legal on every run, and contain every tag.
func TestSeeds(t *testing.T) {
	var made [air.NumTags]bool
	count, functions, insts, runs, endings := 0, 0, 0, 0, map[oracle.Ending]int{}
	for _, s := range Seeds() {
		count++
		if err := air.Verify(s.Module); err != nil {
			t.Fatalf("%s: %v\n%s", s.Name, err, air.Print(s.Module))
		}
		p, err := eval.New(s.Module, eval.Config{MaxSteps: 20000, Externs: func(string, []uint64) (uint64, bool) { return 1, true }})
		if err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		for _, r := range s.Runs {
			out := p.Call(r.Func, r.Args)
			endings[out.Ending]++
			if out.Ending >= oracle.Illegal {
				t.Errorf("%s: @%s: %s %s at %s", s.Name, r.Func, out.Ending, out.Reason, out.Place)
			}
			runs++
		}
		for _, f := range s.Module.Funcs {
			functions++
			insts += len(f.Insts)
			for i := range f.Insts {
				made[f.Insts[i].Tag] = true
			}
		}
	}
	for tag, ok := range made {
		if !ok {
			t.Errorf("%s is not made", air.Tag(tag))
		}
	}
	t.Logf("%d seeds, %d functions, %d instructions, %d runs, endings %v", count, functions, insts, runs, endings)
}
