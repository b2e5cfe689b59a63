package campaign

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/mutate"
)

// TestRewrittenIsChecked checks that a case that does something else after it was rewritten is a finding of the name of how
// it was, and that no other is one.
func TestRewrittenIsChecked(t *testing.T) {
	w := newWorker()
	w.generator = gen.New(gen.Config{})
	rewritten, wrong, found := 0, 0, 0
	for number := range uint64(600) {
		c := w.make(number)
		if c.Rewritten != "" && !c.Mutated {
			rewritten++
			if d := w.rewritten(c, number); d != nil {
				t.Errorf("case %d: %s", number, d[0].Death)
			}
			continue
		}
		if c.Rewritten == "" && mutate.Change(w.source, c.Module, 2) > 0 {
			wrong++
			c.Rewritten = "wrongly"
			for _, d := range w.rewritten(c, number) {
				if d.Signature != "rewriting/wrongly/-/-/-" {
					t.Errorf("case %d: %s", number, d.Signature)
				}
				found++
			}
		}
	}
	if rewritten < 40 || found < wrong/5 || found == 0 {
		t.Errorf("%d of 600 were rewritten; of %d that were changed %d were found", rewritten, wrong, found)
	}
}
