package campaign

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestCancelled checks that a campaign whose context has ended checks nothing more in any phase.
func TestCancelled(t *testing.T) {
	seeds := Seeds()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s, err := Run(ctx, Config{Seed: 1, Cases: 1_000_000, Seeds: seeds, Known: seeds})
	if err != nil || s.Cases != 0 || s.Steps != 0 {
		t.Errorf("%v: %s", err, s)
	}
}

// TestCancelAmongSeeds checks that a campaign ends among its seeds.
func TestCancelAmongSeeds(t *testing.T) {
	w := newWorker(newCampaign(Config{Seeds: Seeds()}))
	work := &afterCalls{Context: context.Background(), left: 5}
	w.checkSeeds(context.Background(), work)
	if w.summary.Steps == 0 || w.seeds > 3 {
		t.Errorf("after %d seeds: %s", w.seeds, &w.summary)
	}
}

// afterCalls is a context that ends when Err has been called a few times.
type afterCalls struct {
	context.Context
	left int
}

func (c *afterCalls) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// TestWorkerIsLeftBehind checks that a campaign that is cancelled does not wait for a worker that does not come back.
func TestWorkerIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		back := make(chan struct{})
		defer close(back)
		c := newCampaign(Config{Hang: time.Hour})
		began := time.Now()
		go func() { time.Sleep(time.Minute); cancel() }()
		c.parallel(ctx, []*worker{newWorker(c)}, func(*worker) { <-back })
		if took := time.Since(began); took != time.Minute+grace {
			t.Errorf("the phase took %s", took)
		}
	})
}
