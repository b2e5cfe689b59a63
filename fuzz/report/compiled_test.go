package report

import (
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// TestCompiledHasWhatIsMade checks that every pair of tag and type class of generated cases, which are compiled, is one of
// those that are said to be compiled.
func TestCompiledHasWhatIsMade(t *testing.T) {
	g := gen.New(gen.Config{})
	made := map[string]bool{}
	for number := range uint64(4000) {
		for _, f := range g.Case(source.New(source.Case(7, 0, number))).Module.Funcs {
			for i := range f.Insts {
				made[campaign.PairOf(f, &f.Insts[i])] = true
			}
		}
	}
	for pair := range made {
		if tag, class, _ := strings.Cut(pair, " "); !compiled()[tag][class] {
			t.Errorf("%s is made, but not said to be compiled", pair)
		}
	}
	if len(made) < 3000 {
		t.Errorf("only %d pairs are made", len(made))
	}
}

// TestEveryCompiledTagHasClasses checks that no tag that is compiled is without a type class.
func TestEveryCompiledTagHasClasses(t *testing.T) {
	if got, want := len(compiled()), backend.CompiledTags(); got != want {
		t.Errorf("type classes are known for %d tags of the %d that are compiled", got, want)
	}
}
