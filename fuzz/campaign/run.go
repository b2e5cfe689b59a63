package campaign

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/isolate"
)

// ErrOutput is the cause of an error of Run that is about a directory that cannot be written.
var ErrOutput = errors.New("output cannot be written")

// ErrBusy is the cause of an error of Run that is about a directory that another campaign is writing.
var ErrBusy = errors.New("another campaign is running")

// ErrUsed is the cause of an error of Run that is not to continue the campaign of its directory.
var ErrUsed = errors.New("the folder holds a campaign: choose another, or continue that one")

// progressEvery is the time between two reports.
const progressEvery = time.Second

// saveEvery is the time between two checkpoints, and with it how much work a kill may cost, besides a minimisation.
const saveEvery = time.Second / 4

// maxAhead is how many units may be done while an earlier one is not: the units after a finding wait until it is
// minimised.
const maxAhead = 4096

// maxAway is maxAhead for a Remote, of whose units any may take long.
const maxAway = 1 << 17

// campaign is the state that hands share.
type campaign struct {
	config Config
	setup  setup
	stop   context.CancelFunc
	lock   func() error      // gives the directory back
	ahead  chan struct{}     // one for each unit that is taken and not committed
	away   *away             // what a Remote does
	past   map[string]string // files of the findings of the log, by bucket, when it was opened

	mu        sync.Mutex
	summary   Summary
	covered   coverage
	fresh     []string         // pairs that were reached since the last report
	memory    map[*hand]uint64 // bytes that worker processes use
	sorted    *sorted
	settled   *sorted        // as of the last unit that was committed
	at        position       // of the next unit
	taken     int            // units
	done      map[int]result // those that wait for an earlier one, by their number
	committed int            // units whose results are in the summary: all before this number
	busy      bool           // a hand is committing
	tries     map[string]int // how often a finding was about to be made small
	log       *log
	started   time.Time
	before    time.Duration // spent by the parts that were resumed
}

// Run carries out a campaign: it replays the known issues, checks the seeds and then generated cases. When ctx ends,
// the campaign ends within moments, in whatever phase. The error is about the configuration, or is ErrOutput where the
// directory cannot be written, or ErrBusy where it is in use; all else that a campaign finds, output that cannot be written later
// included, is in the summary.
func Run(ctx context.Context, config Config) (*Summary, error) {
	hunt, end := context.WithCancel(ctx)
	defer end()
	c := newCampaign(config.withDefaults(), end)
	if err := c.begin(); err != nil {
		return nil, err
	}
	if c.config.Duration > 0 {
		var expire context.CancelFunc
		hunt, expire = context.WithTimeout(hunt, c.config.Duration)
		defer expire()
	}
	if c.config.End != nil {
		go func() {
			select {
			case <-c.config.End:
				end()
			case <-hunt.Done():
			}
		}()
	}
	var running sync.WaitGroup
	if c.config.Remote != nil {
		running.Go(func() { c.conduct(ctx, hunt) })
	} else {
		for range c.config.Workers {
			running.Go(func() { c.drive(ctx, hunt) })
		}
	}
	back := make(chan struct{})
	go func() { running.Wait(); close(back) }()
	c.wait(back)
	return c.finish(), nil
}

func newCampaign(config Config, stop context.CancelFunc) *campaign {
	ahead := maxAhead
	if config.Remote != nil {
		ahead = maxAway
	}
	return &campaign{config: config, stop: stop, lock: func() error { return nil },
		setup: setup{Seed: config.Seed, Shard: config.Shard, Commit: config.Commit, Generator: config.Generator, Options: config.Options, SelfEvery: config.SelfEvery},
		ahead: make(chan struct{}, ahead+config.Workers), away: newAway(), sorted: newSorted(), settled: newSorted(), done: map[int]result{}, tries: map[string]int{}, memory: map[*hand]uint64{}, log: &log{}, started: time.Now()}
}

// begin locks the directory, loads the checkpoint of a campaign that is resumed, and opens the log.
func (c *campaign) begin() (err error) {
	c.summary = Summary{Seed: c.config.Seed, Shard: c.config.Shard}
	if c.config.Dir != "" {
		if err := c.lockDir(); err != nil {
			return err
		}
	}
	if c.config.Resume {
		if err := c.resume(); err != nil {
			return errors.Join(err, c.lock())
		}
	}
	c.summary.Version = c.config.Version
	if c.config.Options != nil {
		c.summary.Options = c.config.Options.String()
	}
	c.at = position{seed: int(c.summary.Seeds), cover: int(c.summary.Covers), next: c.summary.Next}
	c.summary.AllSeeds = uint64(c.config.allSeeds())
	c.before = c.summary.Elapsed
	c.log, err = openLog(c.config.Dir, c.config.Events)
	if c.log.version = c.config.Version; err == nil {
		err = c.log.tell(Event{Kind: Start, Seed: c.config.Seed, Shard: c.config.Shard, Case: c.at.next, Resumed: c.config.Resume,
			Schema: Schema, Reached: c.covered.names()})
	}
	if err != nil {
		return errors.Join(fmt.Errorf("campaign: %w: %w", ErrOutput, err), c.lock())
	}
	return nil
}

// wait reports progress until all hands are back.
func (c *campaign) wait(back <-chan struct{}) {
	saves, reports := time.NewTicker(saveEvery), time.NewTicker(progressEvery)
	defer saves.Stop()
	defer reports.Stop()
	for {
		select {
		case <-back:
			return
		case <-saves.C:
			c.mu.Lock()
			if err := c.save(); err != nil {
				c.trouble(err)
			}
			c.mu.Unlock()
		case <-reports.C:
			c.report(Progress)
		}
	}
}

// drive has a hand do unit after unit until hunt ends. A unit that was begun is finished, unless ctx ends.
func (c *campaign) drive(ctx, hunt context.Context) {
	h := c.newHand()
	defer h.worker.Close()
	for {
		u, ok := c.take(hunt)
		if !ok {
			return
		}
		o, err := h.perform(ctx, &u)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			c.mu.Lock()
			c.trouble(err)
			c.mu.Unlock()
			return
		}
		c.deliver(ctx, h, result{u, o})
	}
}

// take returns the next unit, or false if there is none or hunt has ended.
func (c *campaign) take(hunt context.Context) (u unit, ok bool) {
	select {
	case <-hunt.Done():
		return u, false
	case c.ahead <- struct{}{}:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if hunt.Err() != nil {
		return u, false
	}
	if u, ok = c.takeCover(); !ok {
		u, ok = c.at.take(&c.config)
	}
	if !ok {
		<-c.ahead
		return u, false
	}
	u.number = c.taken
	c.taken++
	if c.config.Remote != nil && u.do == doCases {
		u.covered = bytes.Clone(c.covered[:])
	}
	if u.do == doKnown {
		u.name += fmt.Sprintf("-%x", c.started.UnixNano())
	}
	return u, true
}

// deliver hands over what a unit gave. Results are committed in the order of the units, so that nothing depends on how
// many hands there are: the hand that brings the next one commits it, and those that have waited for it.
func (c *campaign) deliver(ctx context.Context, h *hand, r result) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done[r.unit.number] = r
	if len(c.config.Command) > 0 {
		c.memory[h] = r.outcome.Memory
	}
	if c.busy {
		return
	}
	c.busy = true
	for next, ok := c.done[c.committed]; ok && !c.full(); next, ok = c.done[c.committed] {
		if !h.commit(ctx, &next) {
			break
		}
		delete(c.done, c.committed)
		c.committed++
		if c.config.Remote != nil {
			c.away.kept = append(c.away.kept, next.unit.name)
		}
		<-c.ahead
	}
	c.busy = false
}

// full reports whether there are findings in as many buckets as the campaign wants. The caller holds the lock.
func (c *campaign) full() bool { return c.sorted.toldOf() >= c.config.MaxFindings }

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

// report brings the summary up to date, writes the checkpoint and logs it.
func (c *campaign) report(kind string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &c.summary
	err := c.save()
	e := Event{Kind: kind, Seed: s.Seed, Shard: s.Shard, Summary: c.view(), Reached: c.fresh, Memory: isolate.InUse()}
	for _, used := range c.memory {
		e.Memory += used
	}
	c.fresh = nil
	if err = errors.Join(err, c.log.tell(e), c.log.sync()); err != nil {
		c.trouble(err)
	}
}

func (c *campaign) finish() *Summary {
	c.mu.Lock()
	c.summary.gates(&c.config)
	c.mu.Unlock()
	c.report(End)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := errors.Join(c.log.close(), c.lock()); err != nil {
		c.trouble(err)
	}
	return c.view()
}

// findings returns the folder of what a campaign finds.
func (c *campaign) findings() string { return filepath.Join(c.config.Dir, "findings") }
