package campaign

import (
	"context"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/corpus"
)

// TestCancelled checks that a campaign whose context has ended checks nothing more in any phase.
func TestCancelled(t *testing.T) {
	seeds := []*corpus.Entry{knownEntry(t)}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s, err := Run(ctx, Config{Seed: 1, Cases: 1_000_000, Builtin: true, Seeds: seeds, Known: seeds})
	if err != nil || s.Cases != 0 || s.Steps != 0 {
		t.Errorf("%v: %s", err, s)
	}
}

// TestCancelAmongSeeds checks that a campaign ends among its seeds.
func TestCancelAmongSeeds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s, err := Run(ctx, Config{Seed: 1, Workers: 1, Builtin: true, Events: func(e Event) {
		if e.Kind == Progress && e.Summary.Seeds > 0 {
			cancel()
		}
	}})
	if err != nil || s.Seeds == 0 || s.Seeds >= s.AllSeeds || s.Cases != 0 {
		t.Errorf("%v: %s", err, s)
	}
}

// TestDurationAmongSeeds checks that the duration ends a campaign among its seeds.
func TestDurationAmongSeeds(t *testing.T) {
	s := run(t, Config{Seed: 1, Workers: 1, Builtin: true, Duration: 20 * time.Millisecond})
	if s.Seeds == s.AllSeeds || s.Cases != 0 || s.ExitStatus() != GateMissed {
		t.Errorf("%s", s)
	}
}
