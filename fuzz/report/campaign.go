package report

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
)

// Campaign is a campaign's folder that is being followed. It is safe for concurrent use.
type Campaign struct {
	// Name names the campaign among others, and Dir is its folder.
	Name, Dir string

	mu       sync.Mutex
	follower *campaign.Follower
	log      fold
	folders  [4]time.Time // when the folders of the states last changed
	view     *View
}

// fold is what the log says.
type fold struct {
	history campaign.History
	points  []Point
	reached []Reached
	has     map[string]bool // names of reached
	version uint64          // counts the events
}

// View is what was known of a campaign at a moment. It does not change.
type View struct {
	Name, Dir string
	// Version is another number whenever the log has grown or a bucket has another state.
	Version uint64
	// Status is "running", "ended", or "stopped" where the campaign neither ended nor goes on.
	Status  string
	Parts   []campaign.Part
	Summary campaign.Summary
	Updated time.Time
	Memory  uint64 // bytes, at the last report
	Points  []Point
	Reached []Reached
	Buckets []Bucket
	Counts  Counts
}

// Point is the state of a campaign at one time.
type Point struct {
	Time      time.Time
	Elapsed   time.Duration // of the campaign
	Cases     uint64
	Discarded uint64
	Pairs     int
	Buckets   int
	Memory    uint64
}

// Reached is a pair of tag and type class with the time at which the campaign reached it first.
type Reached struct {
	Pair string // "add i8"
	Time time.Time
}

// Counts are the numbers of buckets by their state.
type Counts struct {
	New, Known, Flaky, Gone int
	Fresh                   int // of the new and flaky ones, those that Bucket.Fresh says of
	Gates, Flips, Troubles  int // what else a campaign may fail by
}

// Open returns the campaign of a folder, which need not exist yet.
func Open(dir string) *Campaign {
	name := filepath.Base(filepath.Clean(dir))
	if absolute, err := filepath.Abs(dir); err == nil {
		name = filepath.Base(absolute)
	}
	return &Campaign{Name: name, Dir: dir, follower: campaign.Follow(dir), log: newFold()}
}

func newFold() fold { return fold{has: map[string]bool{}} }

// stillFor is how long a running campaign may go without an event: a few reports, or one minimisation.
const stillFor = 30 * time.Second

// View returns what is known of the campaign now.
func (c *Campaign) View() (*View, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.log.version
	err := c.follower.Next(func() { c.log = newFold() }, c.log.add)
	switch {
	case os.IsNotExist(err):
		return nil, fmt.Errorf("%s is not the workdir of a campaign: %w", c.Dir, err)
	case err != nil:
		return nil, err
	}
	moved := c.moved()
	if c.view == nil || c.log.version != before || moved {
		if err := c.build(); err != nil {
			return nil, err
		}
	}
	if status := c.log.status(); status != c.view.Status {
		changed := *c.view
		changed.Status = status
		changed.Version++
		c.view = &changed
	}
	return c.view, nil
}

// moved reports whether a file has come to or left one of the folders of the states since it was last called.
func (c *Campaign) moved() (changed bool) {
	for i, state := range []string{campaign.New, campaign.Known, campaign.Flaky, campaign.Gone} {
		var at time.Time
		if info, err := os.Stat(filepath.Join(c.Dir, state)); err == nil {
			at = info.ModTime()
		}
		changed = changed || !at.Equal(c.folders[i])
		c.folders[i] = at
	}
	return changed
}

// add adds an event of the log.
func (f *fold) add(e *campaign.Event, place int64) {
	f.version++
	if e.Kind == campaign.Start && !e.Resumed {
		*f = fold{has: map[string]bool{}, version: f.version}
	}
	f.history.Add(e, place)
	for _, pair := range e.Reached {
		if !f.has[pair] {
			f.has[pair] = true
			f.reached = append(f.reached, Reached{pair, e.Time})
		}
	}
	if s := e.Summary; s != nil {
		all := &f.history.Summary
		f.points = append(f.points, Point{Time: e.Time, Elapsed: s.Elapsed, Cases: s.Cases, Discarded: s.Discarded, Pairs: s.Pairs,
			Buckets: len(all.Findings), Memory: e.Memory})
	}
}

func (f *fold) status() string {
	switch {
	case f.history.Ended:
		return "ended"
	case time.Since(f.history.Updated) < stillFor:
		return "running"
	}
	return "stopped"
}

// build makes the view anew.
func (c *Campaign) build() error {
	f := &c.log
	h := &f.history
	own, err := h.Buckets(c.Dir)
	if err != nil {
		return err
	}
	v := &View{Name: c.Name, Dir: c.Dir, Version: f.version, Status: f.status(), Parts: h.Parts, Summary: h.Summary, Updated: h.Updated,
		Memory: h.Memory, Points: f.points[:len(f.points):len(f.points)], Reached: f.reached[:len(f.reached):len(f.reached)]}
	v.Summary.Findings, v.Summary.Known = maps.Clone(h.Summary.Findings), maps.Clone(h.Summary.Known)
	if c.view != nil {
		v.Version = max(v.Version, c.view.Version+1)
	}
	before := map[string]*Bucket{}
	if c.view != nil {
		for i := range c.view.Buckets {
			before[c.view.Buckets[i].Name] = &c.view.Buckets[i]
		}
	}
	v.Buckets = buckets(c.Name, own, v.Summary.Known, before)
	v.freshen(v.Updated.Add(-night), nil)
	c.view = v
	return nil
}
