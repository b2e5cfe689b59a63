package subject

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// A campaign that is continued from a file ends as one that was not stopped; with another seed there is no continuation.
func TestResume(t *testing.T) {
	s, b := broken(t), bench(t)
	on, err := Select([]*Subject{s}, "broken:wrong")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "try.json")
	run := func(config Campaign, cases uint64) *Summary {
		config.Cases, config.Found = cases, func(Finding) error { return nil }
		config.Save = func(s *Summary) error { return WriteSummary(path, &config, s) }
		summary, err := b.Campaign(context.Background(), config)
		if err != nil {
			t.Fatal(err)
		}
		return summary
	}
	config := Campaign{On: on, Seed: 3, ReduceTime: 100 * time.Millisecond, Wanted: func(*air.Module) bool { return false }}
	whole := run(config, 12)
	run(config, 5)
	if config.Before, err = ReadSummary(path, &config); err != nil {
		t.Fatal(err)
	}
	parts := run(config, 7)
	x, y := &whole.Tallies[0], &parts.Tallies[0]
	if whole.Next != parts.Next || x.Cases != y.Cases || x.Different != y.Different || x.Skips.String() != y.Skips.String() || y.CPU == 0 || parts.Total <= y.CPU {
		t.Errorf("%+v and, in parts, %+v", whole, parts)
	}
	if x.Different == 0 || x.Duplicates.String() != y.Duplicates.String() {
		t.Errorf("duplicates %s and %s of %d", x.Duplicates, y.Duplicates, x.Different)
	}
	config.Seed = 4
	if _, err := ReadSummary(path, &config); err == nil {
		t.Error("a campaign with another seed is continued")
	}
}
