package report

import (
	"fmt"
	"slices"
	"time"
)

// Set is several campaigns that are looked at together.
type Set struct{ Campaigns []*Campaign }

// NewSet returns the campaigns of some folders, each with a name of its own.
func NewSet(dirs []string) *Set {
	s := &Set{}
	used := map[string]bool{}
	for _, dir := range dirs {
		c := Open(dir)
		name := c.Name
		for n := 2; used[c.Name]; n++ {
			c.Name = fmt.Sprintf("%s-%d", name, n)
		}
		used[c.Name] = true
		s.Campaigns = append(s.Campaigns, c)
	}
	return s
}

// Views returns what is known of each campaign, the one that was active last first. A bucket that another campaign had
// before the night of its own is not fresh. Those that cannot be read are left out, with the errors.
func (s *Set) Views() (views []*View, errs []error) {
	for _, c := range s.Campaigns {
		v, err := c.View()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		views = append(views, v)
	}
	if len(views) > 1 {
		freshenAll(views)
	}
	slices.SortStableFunc(views, func(a, b *View) int { return b.Updated.Compare(a.Updated) })
	return views, errs
}

// freshenAll replaces views by ones that know each other's buckets.
func freshenAll(views []*View) {
	first := map[string]time.Time{}
	for _, v := range views {
		for i := range v.Buckets {
			b := &v.Buckets[i]
			if at, ok := first[b.Name]; !b.Found.IsZero() && (!ok || b.Found.Before(at)) {
				first[b.Name] = b.Found
			}
		}
	}
	for i, v := range views {
		since := v.Updated.Add(-night)
		before := map[string]bool{}
		for name, at := range first {
			before[name] = !at.After(since)
		}
		changed := *v
		changed.Buckets = slices.Clone(v.Buckets)
		changed.freshen(since, before)
		views[i] = &changed
	}
}

// Total adds up the counts of views.
func Total(views []*View) (c Counts) {
	for _, v := range views {
		c.New += v.Counts.New
		c.Known += v.Counts.Known
		c.Flaky += v.Counts.Flaky
		c.Gone += v.Counts.Gone
		c.Fresh += v.Counts.Fresh
		c.Gates += v.Counts.Gates
		c.Flips += v.Counts.Flips
		c.Troubles += v.Counts.Troubles
	}
	return c
}

// Open reports how many buckets are new or flaky.
func (c *Counts) Open() int { return c.New + c.Flaky }

// All returns the number of buckets.
func (c *Counts) All() int { return c.New + c.Known + c.Flaky + c.Gone }

// Failed returns how many things a campaign fails by.
func (c *Counts) Failed() int { return c.Open() + c.Gates + c.Flips + c.Troubles }
