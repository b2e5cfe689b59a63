package campaign

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// blockSize is how many cases a worker takes at a time: about 50 milliseconds of work.
const blockSize = 128

// progressEvery is how much work a kill may cost.
const progressEvery = time.Second

// campaign is the state that workers share.
type campaign struct {
	config Config
	judge  *decode.Decoder
	stop   context.CancelFunc

	mu       sync.Mutex
	summary  Summary
	coverage coverage
	next     uint64          // first case that no worker has taken
	taken    map[uint64]bool // blocks in work, by their first case
	seen     map[string]bool // signatures that are findings or known issues
	known    map[string]bool // signatures of known issues
	log      *log
	started  time.Time
	before   time.Duration // spent by the parts that were resumed
}

// Run carries out a campaign. The error is about the configuration or the
// directory; what the campaign found is in the summary.
func Run(ctx context.Context, config Config) (*Summary, error) {
	hunt, stop := context.WithCancel(ctx)
	defer stop()
	c := &campaign{config: config.withDefaults(), judge: decode.New(), stop: stop, taken: map[uint64]bool{},
		seen: map[string]bool{}, known: map[string]bool{}, started: time.Now()}
	if err := c.begin(); err != nil {
		return nil, err
	}
	if c.config.Duration > 0 {
		var expire context.CancelFunc
		hunt, expire = context.WithTimeout(hunt, c.config.Duration)
		defer expire()
	}
	c.replayKnown()
	c.judgeSeeds(ctx)
	c.work(ctx, hunt)
	return c.finish()
}

// begin opens the log and takes up the progress of a campaign that is resumed.
func (c *campaign) begin() (err error) {
	c.summary = Summary{Seed: c.config.Seed, Shard: c.config.Shard}
	if c.config.Resume {
		if err := c.resume(); err != nil {
			return err
		}
	}
	c.next, c.before = c.summary.Next, c.summary.Elapsed
	if c.log, err = openLog(c.config.Dir, c.config.Resume, c.config.Events); err != nil {
		return err
	}
	return c.log.tell(Event{Kind: Start, Seed: c.config.Seed, Shard: c.config.Shard, Case: c.next})
}

// replayKnown replays the probes of known issues. One that has ended or
// expired fails the campaign.
func (c *campaign) replayKnown() {
	runner := replay.NewRunner(replay.Config{Decoder: c.judge, Now: time.Now()})
	for _, e := range c.config.Known {
		if e.Expect.Kind != corpus.Diverge {
			continue
		}
		c.known[e.Expect.Text] = true
		if r := runner.Entry(e); r.Status != replay.Passed {
			c.summary.Flip = append(c.summary.Flip, r.Name+": "+r.Reason)
		}
	}
}

// judgeSeeds judges the seed entries under every knob: what a program does must
// not depend on how it is compiled. A campaign that is resumed has done so.
func (c *campaign) judgeSeeds(ctx context.Context) {
	if c.config.Resume && c.next > 0 {
		return
	}
	w := newWorker(c)
	for _, e := range c.config.Seeds {
		made, err := replay.Case(e)
		if e.Expect.Kind != corpus.Agree || err != nil || len(made.Runs) == 0 {
			continue
		}
		for _, made.Options = range knobs {
			if ctx.Err() != nil {
				return
			}
			w.seed(ctx, e, made)
		}
	}
	c.mu.Lock()
	w.tally.addTo(&c.summary)
	c.coverage.merge(&w.tally.coverage)
	c.mu.Unlock()
}

// work runs the workers until hunt ends or there is no more to do, and writes
// progress down meanwhile. A worker that does not come back from a case is
// left behind.
func (c *campaign) work(ctx, hunt context.Context) {
	var running sync.WaitGroup
	workers := make([]*worker, c.config.Workers)
	for i := range workers {
		w := newWorker(c)
		workers[i] = w
		running.Go(func() { w.run(ctx, hunt) })
	}
	done := make(chan struct{})
	go func() { running.Wait(); close(done) }()
	ticks := time.NewTicker(progressEvery)
	defer ticks.Stop()
	for {
		select {
		case <-done:
			return
		case <-ticks.C:
			if number, hangs := hanging(workers, c.config.Hang); hangs {
				c.hang(number)
				return
			}
			c.mu.Lock()
			c.report(Progress)
			c.mu.Unlock()
		}
	}
}

// hanging finds a case that a worker has been at for too long.
func hanging(workers []*worker, limit time.Duration) (number uint64, hangs bool) {
	for _, w := range workers {
		if since := w.since.Load(); since != 0 && time.Since(time.Unix(0, since)) > limit {
			return w.number.Load(), true
		}
	}
	return 0, false
}

// hang keeps a case in which one of our stages does not end. It cannot be
// minimised, and its worker is lost: the campaign ends.
func (c *campaign) hang(number uint64) {
	w := newWorker(c)
	made := Make(&c.config, w.generator, w.source, number)
	s := diff.Signature{Oracle: "self", Kind: "hang"}
	if w.claim(s) {
		w.write(origin{number: number}, made, s, fmt.Sprintf("case %d does not end\n", number))
	}
	c.stop()
}

// take gives a worker its next block of cases, from first to before last.
func (c *campaign) take() (first, last uint64, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	first, last = c.next, c.next+blockSize
	if c.config.Cases > 0 {
		last = min(last, c.config.Cases)
	}
	if first >= last {
		return 0, 0, false
	}
	c.next, c.taken[first] = last, true
	return first, last, true
}

// give takes a worker's block back with what was counted in it.
func (c *campaign) give(first uint64, t *tally) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.taken, first)
	t.addTo(&c.summary)
	c.coverage.merge(&t.coverage)
}

// trouble notes a failure of ours that is no finding, and ends the campaign.
func (c *campaign) trouble(err error) {
	if c.summary.Trouble == "" {
		c.summary.Trouble = err.Error()
	}
	c.stop()
}

// report brings the summary up to date, writes it down and tells of it. The
// caller holds the lock.
func (c *campaign) report(kind string) {
	s := &c.summary
	s.Elapsed = c.before + time.Since(c.started)
	s.Tags, s.Pairs = c.coverage.tags()
	s.Next = c.next
	for first := range c.taken {
		s.Next = min(s.Next, first)
	}
	err := c.save()
	copied := s.clone()
	if err = errors.Join(err, c.log.tell(Event{Kind: kind, Seed: s.Seed, Shard: s.Shard, Summary: copied})); err != nil {
		c.trouble(err)
	}
}

func (c *campaign) finish() (*Summary, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.summary.gates(&c.config)
	c.report(End)
	if err := c.log.close(); err != nil {
		return nil, err
	}
	return c.summary.clone(), nil
}

// findings is the folder of what a campaign finds.
func (c *campaign) findings() string { return filepath.Join(c.config.Dir, "findings") }

// found says where a case comes from: its number, or the entry it was before.
func (c *campaign) found(o origin) string {
	if o.entry != "" {
		return "entry=" + o.entry
	}
	return fmt.Sprintf("campaign=%d shard=%d case=%d", c.config.Seed, c.config.Shard, o.number)
}

// origin is the number of a generated case, or the name of a seed entry.
type origin struct {
	number uint64
	entry  string
}
