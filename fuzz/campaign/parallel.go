package campaign

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
)

// progressEvery is the time between two reports, and with it how much work a kill may cost.
const progressEvery = time.Second

// grace is how long workers may take to come back after the context has ended, far more than a case takes.
const grace = time.Second / 2

// origin says where a case comes from: a generated one has a number, and one of a corpus entry the entry and how it is
// compiled.
type origin struct {
	number  uint64
	entry   *corpus.Entry
	options backend.Options
}

// task is what a worker is doing, and until when it may take.
type task struct {
	origin
	deadline time.Time
}

// begin notes what the worker is doing and how long that takes at most.
func (w *worker) begin(o origin, most time.Duration) {
	w.task.Store(&task{o, time.Now().Add(most + w.config.Hang)})
}

// end notes that the worker has come to the end of what it was doing.
func (w *worker) end() { w.task.Store(nil) }

// parallel has each worker do its share of a phase, and meanwhile reports progress. A worker that does not come back
// from a case, or not soon after ctx has ended, is left behind.
func (c *campaign) parallel(ctx context.Context, workers []*worker, share func(*worker)) {
	var running sync.WaitGroup
	for _, w := range workers {
		running.Go(func() { share(w) })
	}
	back := make(chan struct{})
	go func() { running.Wait(); close(back) }()
	ticks := time.NewTicker(progressEvery)
	defer ticks.Stop()
	ended := ctx.Done()
	var late <-chan time.Time
	for {
		select {
		case <-back:
			return
		case <-ended:
			ended, late = nil, time.After(grace)
		case <-late:
			return
		case <-ticks.C:
			if o, hangs := hanging(workers); hangs {
				c.hang(o)
				return
			}
			c.mu.Lock()
			c.report(Progress)
			c.mu.Unlock()
		}
	}
}

// hanging finds a case that has taken a worker too long.
func hanging(workers []*worker) (o origin, hangs bool) {
	for _, w := range workers {
		if t := w.task.Load(); t != nil && time.Now().After(t.deadline) {
			return t.origin, true
		}
	}
	return origin{}, false
}

// hang keeps a case in which one of our stages does not end. It cannot be minimised, and its worker is lost: the
// campaign ends.
func (c *campaign) hang(o origin) {
	w := newWorker(c)
	s := diff.Signature{Oracle: "self", Kind: "hang"}
	if made, err := w.remake(o); err == nil && w.claim(s) {
		w.write(o, made, s, fmt.Sprintf("%s, or what it became when minimised, does not end\n", c.found(o)))
	}
	c.stop()
}

// remake makes the case of an origin again.
func (w *worker) remake(o origin) (*diff.Case, error) {
	if o.entry == nil {
		return Make(&w.config, w.generator, w.source, o.number), nil
	}
	made, err := replay.Case(o.entry)
	if err == nil {
		made.Options = o.options
	}
	return made, err
}

// found returns the origin as entries write it.
func (c *campaign) found(o origin) string {
	if o.entry != nil {
		return "entry=" + o.entry.Name
	}
	return fmt.Sprintf("campaign=%d shard=%d case=%d", c.config.Seed, c.config.Shard, o.number)
}
