package campaign

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// blockSize is how many cases a worker takes at a time: about 50 milliseconds of work.
const blockSize = 128

// ErrOutput is the cause of an error of Run that is about a directory that cannot be written.
var ErrOutput = errors.New("output cannot be written")

// campaign is the state that workers share.
type campaign struct {
	config  Config
	decoder *decode.Decoder
	stop    context.CancelFunc

	mu       sync.Mutex
	summary  Summary
	coverage coverage
	seeds    int             // those that workers have taken, each under every knob
	next     uint64          // first case that no worker has taken
	taken    map[uint64]bool // blocks in work, by their first case
	seen     map[string]bool // buckets of the findings so far
	known    map[string]bool // buckets of known issues
	log      *log
	started  time.Time
	before   time.Duration // spent by the parts that were resumed
}

// Run carries out a campaign: it replays the known issues, checks the seeds and then generated cases. When ctx ends,
// the campaign ends within moments, in whatever phase. The error is about the configuration, or is ErrOutput where the
// log cannot be opened; all else that a campaign finds, output that cannot be written included, is in the summary.
func Run(ctx context.Context, config Config) (*Summary, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	work, end := context.WithCancel(ctx)
	defer end()
	c := &campaign{config: config.withDefaults(), decoder: decode.New(), stop: end, taken: map[uint64]bool{},
		seen: map[string]bool{}, known: map[string]bool{}, started: time.Now()}
	if err := c.begin(); err != nil {
		return nil, err
	}
	hunt := work
	if c.config.Duration > 0 {
		var expire context.CancelFunc
		hunt, expire = context.WithTimeout(work, c.config.Duration)
		defer expire()
	}
	workers := make([]*worker, c.config.Workers)
	for i := range workers {
		workers[i] = newWorker(c)
	}
	c.parallel(ctx, workers[:1], func(w *worker) { w.replayKnown(work) })
	c.parallel(ctx, workers, func(w *worker) { w.checkSeeds(ctx, work) })
	c.parallel(ctx, workers, func(w *worker) { w.checkCases(ctx, hunt) })
	return c.finish(), nil
}

// begin opens the log and loads the progress of a campaign that is resumed.
func (c *campaign) begin() (err error) {
	c.summary = Summary{Seed: c.config.Seed, Shard: c.config.Shard}
	if c.config.Resume {
		if err := c.resume(); err != nil {
			return err
		}
	}
	c.next, c.before = c.summary.Next, c.summary.Elapsed
	if c.config.Resume && c.next > 0 {
		c.seeds = len(c.config.Seeds) // the part before has checked them
	}
	if c.log, err = openLog(c.config.Dir, c.config.Resume, c.config.Events); err == nil {
		err = c.log.tell(Event{Kind: Start, Seed: c.config.Seed, Shard: c.config.Shard, Case: c.next})
	}
	if err != nil {
		return fmt.Errorf("campaign: %w: %w", ErrOutput, err)
	}
	return nil
}

// take returns a worker's next block of cases, from first to before last.
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

// give takes a worker's block back.
func (c *campaign) give(first uint64, t *tally) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.taken, first)
	c.add(t)
}

// add adds a tally to the summary. The caller holds the lock.
func (c *campaign) add(t *tally) {
	t.addTo(&c.summary)
	c.coverage.merge(&t.coverage)
}

// trouble records a failure that is no finding, and ends the campaign. The caller holds the lock.
func (c *campaign) trouble(err error) {
	c.stop()
	if c.summary.Trouble != "" {
		return
	}
	c.summary.Trouble = err.Error()
	if again := c.log.tell(Event{Kind: Trouble, Seed: c.config.Seed, Shard: c.config.Shard, Text: err.Error()}); again != nil && again.Error() != err.Error() {
		c.summary.Trouble += "; " + again.Error()
	}
}

// report brings the summary up to date, writes it down and logs it. The caller holds the lock.
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

func (c *campaign) finish() *Summary {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.summary.gates(&c.config)
	c.report(End)
	if err := c.log.close(); err != nil {
		c.trouble(err)
	}
	return c.summary.clone()
}

// findings returns the folder of what a campaign finds.
func (c *campaign) findings() string { return filepath.Join(c.config.Dir, "findings") }
