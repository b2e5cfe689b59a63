package fuzz

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// TestOraclesAgree checks a thousand cases of a campaign, under every knob of the backend: none diverges, and none is
// illegal or beyond what is compiled and evaluated.
func TestOraclesAgree(t *testing.T) {
	generator, checker := gen.New(gen.Config{}), diff.NewChecker(diff.Config{})
	s := source.New(0)
	for _, options := range []string{"", "registers=7", "spill-all", "far-branches", "large-frames", "compress", "zbb", "zicond", "saved-first", "reverse", "high"} {
		o, err := backend.ParseOptions(options)
		if err != nil {
			t.Fatal(err)
		}
		for number := range uint64(150) {
			s.Reset(source.Case(7, 0, number))
			c := campaign.Draw(s, generator, &o)
			if v := checker.Check(c); v.Divergence != nil || v.Discarded != "" && !c.Mutated {
				t.Errorf("case %d, options %q: %s%s", number, options, v.Discarded, checker.Explain(c))
			}
		}
	}
}
