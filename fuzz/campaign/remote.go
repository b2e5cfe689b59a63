package campaign

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/diff"
)

// Remote does the units of a campaign elsewhere. Units and results are JSON: Performer.Do makes one of the other.
type Remote interface {
	// Send hands out a unit under a name, unless it is out under that name already, and returns when another one may
	// follow, or with an error, which is that of ctx if that ends.
	Send(ctx context.Context, name string, unit []byte) error
	// Receive returns a result with the name of its unit. The same one may come several times.
	Receive(ctx context.Context) (name string, result []byte, err error)
	// Kept reports units whose results are in the checkpoint, or were before: they need not come again. It does not
	// wait.
	Kept(names []string)
}

// away is what a campaign knows of the units that a Remote does.
type away struct {
	out      map[string]unit     // those that were sent and are not back
	early    map[string]*outcome // results, from before the campaign was resumed, of units that are not taken yet
	kept     []string            // committed since the last checkpoint
	covers   []uint64            // cases that reached something new: each becomes a seed
	changed  chan struct{}       // a result was committed
	fed      bool                // no more units are sent
	received context.CancelFunc
}

func newAway() *away {
	return &away{out: map[string]unit{}, early: map[string]*outcome{}, changed: make(chan struct{}, 1), received: func() {}}
}

// conduct has the Remote do units until hunt ends, and commits what comes back.
func (c *campaign) conduct(ctx, hunt context.Context) {
	h := c.newHand()
	defer h.worker.Close()
	receiving, done := context.WithCancel(ctx)
	defer done()
	c.away.received = done
	defer context.AfterFunc(hunt, func() { time.AfterFunc(c.config.Drain, done) })()
	var feeding sync.WaitGroup
	feeding.Go(func() { c.feed(ctx, hunt, h) })
	defer feeding.Wait()
	for {
		name, data, err := c.config.Remote.Receive(receiving)
		if receiving.Err() != nil {
			return
		}
		if err == nil {
			err = c.accept(ctx, h, name, data)
		}
		c.mu.Lock()
		if err != nil {
			c.trouble(err)
		}
		c.checkOver()
		c.mu.Unlock()
	}
}

// checkOver ends the wait for results if no more are wanted. The caller holds the lock.
func (c *campaign) checkOver() {
	if c.away.fed && (len(c.away.out) == 0 || c.full()) || c.summary.Trouble != "" {
		c.away.received()
	}
}

// feed sends units until hunt ends or there are no more.
func (c *campaign) feed(ctx, hunt context.Context, h *hand) {
	for hunt.Err() == nil {
		u, ok := c.take(hunt)
		switch {
		case ok:
			if err := c.hand(ctx, hunt, h, &u); err != nil && hunt.Err() == nil {
				c.mu.Lock()
				c.trouble(err)
				c.mu.Unlock()
			}
			continue
		case c.nothingLeft():
		case hunt.Err() == nil: // what comes back may make units of its own
			select {
			case <-c.away.changed:
			case <-hunt.Done():
			}
			continue
		}
		break
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.away.fed = true
	c.checkOver()
}

// nothingLeft reports whether all units that were taken are committed, and none came of them.
func (c *campaign) nothingLeft() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.committed == c.taken && c.at.cover >= len(c.away.covers)
}

// hand sends a unit, unless there is nothing to do or its result came before.
func (c *campaign) hand(ctx, hunt context.Context, h *hand, u *unit) error {
	c.mu.Lock()
	o := c.away.early[u.name]
	delete(c.away.early, u.name)
	if u.first == u.last {
		o = &outcome{}
	}
	if o == nil {
		c.away.out[u.name] = *u
	}
	c.mu.Unlock()
	if o != nil {
		c.deliver(ctx, h, result{*u, o})
		return nil
	}
	j := u.job(u.first, u.last)
	if u.do == doCover {
		j.Cases = u.origins
	}
	data, err := json.Marshal(j)
	if err == nil {
		err = c.config.Remote.Send(hunt, u.name, data)
	}
	return err
}

// takeCover returns the next unit that makes seeds of cases which reached something new. The caller holds the lock.
func (c *campaign) takeCover() (u unit, ok bool) {
	if c.at.cover >= len(c.away.covers) || c.at.phase(&c.config) != phaseCases {
		return u, false
	}
	first := c.at.cover
	c.at.cover = min(first+coverCases, len(c.away.covers))
	return unit{name: fmt.Sprintf("cover-%d-%d", first, c.at.cover), do: doCover, origins: c.away.covers[first:c.at.cover],
		last: uint64(c.at.cover - first)}, true
}

// coverCases is how many cases that reached something new are checked again in one unit.
const coverCases = 64

// accept takes a result that comes back. One that came before counts no more.
func (c *campaign) accept(ctx context.Context, h *hand, name string, data []byte) error {
	o := &outcome{}
	if err := json.Unmarshal(data, o); err != nil {
		return fmt.Errorf("campaign: the result of %s: %w", name, err)
	}
	if err := o.check(); err != nil {
		return fmt.Errorf("campaign: the result of %s: %w", name, err)
	}
	c.mu.Lock()
	u, ok := c.away.out[name]
	delete(c.away.out, name)
	switch {
	case ok:
	case c.isPast(name):
		c.config.Remote.Kept([]string{name})
	case !c.isDone(name):
		c.away.early[name] = o
	}
	c.mu.Unlock()
	if ok {
		c.deliver(ctx, h, result{u, o})
		select {
		case c.away.changed <- struct{}{}:
		default:
		}
	}
	return nil
}

// check returns what is wrong with an outcome that another program made.
func (o *outcome) check() error {
	for _, d := range o.Divergences {
		if _, err := diff.ParseSignature(d.Signature); err != nil {
			return err
		}
	}
	for _, r := range o.Tally.Reached {
		if r.Pair < 0 || r.Pair >= 8*len(coverage{}) {
			return fmt.Errorf("no pair of tag and type has the number %d", r.Pair)
		}
	}
	return nil
}

// isDone reports whether a unit is back and waits for an earlier one, or for the next checkpoint. The caller holds the
// lock.
func (c *campaign) isDone(name string) bool {
	for _, r := range c.done {
		if r.unit.name == name {
			return true
		}
	}
	return slices.Contains(c.away.kept, name)
}

// isPast reports whether the result of a unit was committed and is in the checkpoint, or is of no use. The caller holds
// the lock.
func (c *campaign) isPast(name string) bool {
	if slices.Contains(c.away.kept, name) {
		return false
	}
	kind, rest, _ := strings.Cut(name, "-")
	var number uint64 // the first of the unit
	if _, err := fmt.Sscanf(rest, "%d", &number); err != nil {
		return true
	}
	switch kind {
	case doSeed:
		return number < c.summary.Seeds
	case doCover:
		return number < c.summary.Covers
	case doCases:
		return number < c.summary.Next
	}
	return !c.isDone(name) // a known issue is replayed each time
}

// coverBy adds what a unit reached, and makes seeds of the cases that reached something new. The caller holds the lock.
func (c *campaign) coverBy(list []reached) {
	for _, r := range list {
		if c.covered.has(r.Pair) {
			continue
		}
		c.covered.reach(r.Pair)
		c.fresh = append(c.fresh, pairName(r.Pair))
		if c.config.Remote != nil && !slices.Contains(c.away.covers, r.Case) {
			c.away.covers = append(c.away.covers, r.Case)
		}
	}
}

// keptAll tells the Remote what a checkpoint has that was just written. The caller holds the lock.
func (c *campaign) keptAll() {
	if c.config.Remote != nil && len(c.away.kept) > 0 {
		c.config.Remote.Kept(c.away.kept)
		c.away.kept = nil
	}
}
