package campaign

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"time"
)

// History is what the log of a campaign tells, event by event. It is what triage, the page and all reports are derived
// from.
type History struct {
	// Parts are the starts of the campaign, the first and those that resumed it.
	Parts []Part
	// Summary is the newest, with the counts of all buckets. Ended reports whether it is that of an end.
	Summary Summary
	Ended   bool
	// Updated is the time of the last event, and Memory what the campaign used then.
	Updated time.Time
	Memory  uint64

	schema  int
	buckets map[string]*Bucket
	joined  map[string]joined // buckets that are part of another, by their names
}

// joined is a bucket that is of the same defect as another.
type joined struct {
	*Bucket
	into string
}

// Part is one start of a campaign.
type Part struct {
	Time    time.Time
	Version string
	Resumed bool
}

// Step is something that happened to a bucket.
type Step struct {
	Time time.Time
	Text string
}

// Add adds an event, whose line begins at a place of the log.
func (h *History) Add(e *Event, place int64) {
	h.Updated = e.Time
	switch e.Kind {
	case Start:
		h.start(e)
	case Progress, End:
		h.progress(e)
	case Finding, Reduced:
		h.found(e, place)
	case Merged:
		h.merged(e)
	case Parted:
		h.parted(e)
	case Moved:
		if b := h.buckets[e.Bucket]; b != nil {
			b.moved(e)
		}
	case Trouble:
		h.Summary.Trouble = e.Text
	}
}

func (h *History) start(e *Event) {
	if !e.Resumed || h.buckets == nil {
		*h = History{Updated: e.Time, buckets: map[string]*Bucket{}, joined: map[string]joined{}, Summary: Summary{Seed: e.Seed, Shard: e.Shard}}
	}
	h.schema, h.Ended = e.Schema, false
	h.Parts = append(h.Parts, Part{e.Time, e.Version, e.Resumed})
}

// progress takes the summary of an event, with the counts of the buckets that it does not have again.
func (h *History) progress(e *Event) {
	if e.Summary == nil {
		return
	}
	findings, known := h.Summary.Findings, h.Summary.Known
	h.Summary, h.Memory, h.Ended = *e.Summary, e.Memory, e.Kind == End
	h.Summary.Findings, h.Summary.Known = merge(findings, e.Summary.Findings), merge(known, e.Summary.Known)
	for name, n := range e.Summary.Findings {
		if b := h.buckets[name]; b != nil && b.Count != n {
			b.Count, b.Last = n, e.Time
		}
	}
}

func merge(counts, changed map[string]uint64) map[string]uint64 {
	if counts == nil {
		return maps.Clone(changed)
	}
	maps.Copy(counts, changed)
	return counts
}

func (h *History) found(e *Event, place int64) {
	if h.buckets == nil { // a log whose beginning is lost
		h.buckets, h.joined = map[string]*Bucket{}, map[string]joined{}
	}
	b := h.buckets[e.Bucket]
	if e.Kind == Reduced {
		if b != nil {
			b.Steps = append(b.Steps, Step{e.Time, fmt.Sprintf("reduced from %d to %d instructions", b.Instructions, e.Instructions)})
			b.Path, b.Signature, b.Instructions, b.Text, b.place = e.Path, e.Signature, e.Instructions, e.Text, place
		}
		return
	}
	if b == nil {
		b = &Bucket{Name: e.Bucket, Found: e.Time, Last: e.Time, Count: h.Summary.Findings[e.Bucket]}
		h.buckets[e.Bucket] = b
	}
	b.Path, b.Signature, b.Instructions, b.Options, b.Case, b.After, b.Version, b.Text = e.Path, e.Signature, e.Instructions, e.Options, e.Case, e.After, e.Version, e.Text
	b.SeedEntry, b.asked, b.place = e.SeedEntry, h.schema >= 2, place
	if b.After == 0 && len(h.Parts) > 0 { // of a log that does not say
		b.After = e.Time.Sub(h.Parts[0].Time)
	}
	b.Steps = append(b.Steps, Step{e.Time, fmt.Sprintf("found by %s: %d instructions", b.First(), b.Instructions)})
}

// merged makes a bucket part of the one whose defect it shows.
func (h *History) merged(e *Event) {
	if b := h.buckets[e.Into]; b != nil {
		b.Steps = append(b.Steps, Step{e.Time, "took in " + e.Bucket})
	}
	if b := h.buckets[e.Bucket]; b != nil {
		h.joined[e.Bucket] = joined{b, e.Into}
	} else if j, ok := h.joined[e.Bucket]; ok {
		h.joined[e.Bucket] = joined{j.Bucket, e.Into}
	}
	delete(h.buckets, e.Bucket)
	delete(h.Summary.Findings, e.Bucket)
}

// parted makes a bucket one of its own again.
func (h *History) parted(e *Event) {
	j, ok := h.joined[e.Bucket]
	if !ok {
		return
	}
	delete(h.joined, e.Bucket)
	h.buckets[e.Bucket] = j.Bucket
	j.Steps = append(j.Steps, Step{e.Time, "is no part of " + j.into})
	if b := h.buckets[j.into]; b != nil {
		b.Steps = append(b.Steps, Step{e.Time, "gave back " + e.Bucket})
	}
}

func (b *Bucket) moved(e *Event) {
	text := "moved to " + stateName(e.State)
	if e.Issue != "" {
		b.Issue, b.Expires = e.Issue, e.Expires
		text = fmt.Sprintf("marked known until %s: %s", e.Expires, e.Issue)
	} else if e.Text != "" {
		text = e.Text
	}
	b.Steps = append(b.Steps, Step{e.Time, text})
}

// Buckets returns the buckets whose files are in the folders of a campaign's directory, new ones first, and of each state
// those with most cases first.
func (h *History) Buckets(dir string) ([]Bucket, error) {
	states := map[string]string{}
	for _, state := range []string{alsoFolder, Gone, Flaky, Known, New} {
		files, err := os.ReadDir(filepath.Join(dir, state))
		if err != nil && !os.IsNotExist(err) {
			return nil, err
		}
		for _, f := range files {
			states[f.Name()] = state
		}
	}
	found := make([]*Bucket, 0, len(h.buckets))
	for _, b := range h.buckets {
		name := filepath.Base(b.Path)
		state, ok := states[name]
		if !ok || state == alsoFolder {
			continue
		}
		b.State, b.Path = state, filepath.Join(dir, state, name)
		b.Also = nil
		for _, other := range slices.Sorted(maps.Keys(h.joined)) {
			name := filepath.Base(h.joined[other].Path)
			if state, ok := states[name]; ok && h.home(other) == b.Name {
				b.Also = append(b.Also, filepath.Join(dir, state, name))
			}
		}
		if !b.asked {
			b.SeedEntry, b.asked = SeedEntry(b.Path), true
		}
		found = append(found, b)
	}
	order := map[string]int{New: 0, Known: 1, Flaky: 2, Gone: 3}
	sort.Slice(found, func(i, j int) bool {
		a, b := found[i], found[j]
		switch {
		case a.State != b.State:
			return order[a.State] < order[b.State]
		case a.Count != b.Count:
			return a.Count > b.Count
		}
		return a.Name < b.Name
	})
	list := make([]Bucket, len(found))
	for i, b := range found {
		list[i] = *b
	}
	return list, nil
}

// home returns the bucket of which another one is a part, through others.
func (h *History) home(name string) string {
	for range len(h.joined) {
		j, ok := h.joined[name]
		if !ok {
			break
		}
		name = j.into
	}
	return name
}

// Triage returns the buckets of a campaign's directory, as History.Buckets does.
func Triage(dir string) ([]Bucket, error) {
	h, err := ReadHistory(dir)
	if err != nil {
		return nil, err
	}
	return h.Buckets(dir)
}

// ReadHistory reads the log of a campaign's directory.
func ReadHistory(dir string) (*History, error) {
	h := &History{}
	if err := Follow(dir).Next(func() {}, h.Add); err != nil {
		return nil, fmt.Errorf("%s is not the workdir of a campaign: %w", dir, err)
	}
	if len(h.Parts) == 0 && h.buckets == nil {
		return nil, fmt.Errorf("%s is not the workdir of a campaign: %w", dir, fs.ErrNotExist)
	}
	return h, nil
}
