package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
)

// Bucket is a bucket of a campaign as views have it.
type Bucket struct {
	campaign.Bucket
	// Campaign is the name of the campaign, and ID names the bucket in addresses.
	Campaign, ID string
	// Defect is the first part of the name: "wrong-value". The others are of the signature; Class is the type's.
	Defect, Oracle, Kind, Tag, Class, Site string
	// Fresh reports whether it is new since the night before.
	Fresh bool
	// Novelty is how many of these parts no bucket had that was found before.
	Novelty int
}

// night is how far the night before goes back from the last event of a campaign: what was found earlier is not fresh.
const night = 24 * time.Hour

// HasFile reports whether the bucket has an entry of its own. That of a known issue that the campaign was told of has
// not.
func (b *Bucket) HasFile() bool { return b.Path != "" }

// Place is the function of the code generator that the name of the bucket blames, or what stands in its place.
func (b *Bucket) Place() string {
	_, place, _ := strings.Cut(b.Name, "/")
	return place
}

// Explained returns what explain reported of the bucket; nil if it could not be asked.
func (v *View) Explained(b *Bucket) (*diff.Explanation, error) {
	if !b.HasFile() {
		return nil, nil
	}
	return b.Explanation(v.Dir)
}

// Bucket returns the bucket with an ID, or nil.
func (v *View) Bucket(id string) *Bucket {
	for i := range v.Buckets {
		if v.Buckets[i].ID == id {
			return &v.Buckets[i]
		}
	}
	return nil
}

// id returns the ID of a bucket, which does not change from campaign to campaign.
func id(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:6])
}

// buckets returns the buckets of a campaign, and those of the known issues that it was told of. What is derived from names
// is taken from the buckets of before.
func buckets(name string, own []campaign.Bucket, known map[string]uint64, before map[string]*Bucket) []Bucket {
	list := make([]Bucket, 0, len(own)+len(known))
	listed := map[string]bool{}
	for i := range own {
		list = append(list, Bucket{Bucket: own[i]})
		listed[own[i].Name] = true
	}
	for _, bucket := range slices.Sorted(maps.Keys(known)) {
		if !listed[bucket] {
			list = append(list, Bucket{Bucket: campaign.Bucket{Name: bucket, State: campaign.Known, Count: known[bucket]}})
		}
	}
	for i := range list {
		b := &list[i]
		b.Campaign = name
		if had := before[b.Name]; had != nil && had.Signature == b.Signature {
			b.ID, b.Defect, b.Oracle, b.Kind, b.Tag, b.Class, b.Site = had.ID, had.Defect, had.Oracle, had.Kind, had.Tag, had.Class, had.Site
			continue
		}
		b.ID = id(b.Name)
		b.Defect, _, _ = strings.Cut(b.Name, "/")
		if s, err := diff.ParseSignature(b.Signature); err == nil {
			b.Oracle, b.Kind, b.Site = s.Oracle, s.Kind, s.Site
			b.Tag, b.Class, _ = strings.Cut(s.Tag, ".")
		}
	}
	novel(list)
	return list
}

// novel sets how much each bucket differs from those found before.
func novel(list []Bucket) {
	order := make([]*Bucket, len(list))
	for i := range list {
		order[i] = &list[i]
	}
	slices.SortStableFunc(order, func(a, b *Bucket) int { return a.Found.Compare(b.Found) })
	var seen [5]map[string]bool
	for i := range seen {
		seen[i] = map[string]bool{"": true}
	}
	for _, b := range order {
		b.Novelty = 0
		for i, part := range [5]string{b.Defect, b.Kind, b.Tag, b.Class, b.Site} {
			if !seen[i][part] {
				seen[i][part] = true
				b.Novelty++
			}
		}
	}
}

// freshen marks the buckets that were found after a time, and that are not among those of before, and counts all.
func (v *View) freshen(since time.Time, before map[string]bool) {
	c := Counts{Gates: len(v.Summary.Missed), Flips: len(v.Summary.Flip)}
	if v.Summary.Trouble != "" {
		c.Troubles = 1
	}
	for i := range v.Buckets {
		b := &v.Buckets[i]
		b.Fresh = false
		switch b.State {
		case campaign.New:
			c.New++
		case campaign.Known:
			c.Known++
		case campaign.Flaky:
			c.Flaky++
		case campaign.Gone:
			c.Gone++
		}
		if b.State == campaign.New || b.State == campaign.Flaky {
			b.Fresh = b.Found.After(since) && !before[b.Name]
		}
		if b.Fresh {
			c.Fresh++
		}
	}
	v.Counts = c
	v.Buckets = ranked(v.Buckets)
}

// Since returns the view with those buckets fresh that an older campaign did not have, and the names of those of its
// buckets that this one does not have, or that no longer diverge: what was fixed, or not found again.
func (v *View) Since(old *View) (now *View, missing []string) {
	had, open := map[string]bool{}, map[string]bool{}
	for i := range old.Buckets {
		if old.Buckets[i].State != campaign.Gone {
			had[old.Buckets[i].Name] = true
		}
	}
	changed := *v
	changed.Buckets = slices.Clone(v.Buckets)
	changed.freshen(time.Time{}, had)
	for i := range changed.Buckets {
		if b := &changed.Buckets[i]; b.State != campaign.Gone {
			open[b.Name] = true
		}
	}
	for name := range had {
		if !open[name] {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	return &changed, missing
}

// rank compares two buckets by how much they ask to be looked at: fresh ones, then by state, and among those the ones that
// differ most from what was found before.
func rank(a, b *Bucket) int {
	return cmp.Or(-boolean(a.Fresh, b.Fresh), cmp.Compare(stateOrder(a.State), stateOrder(b.State)), cmp.Compare(b.Novelty, a.Novelty),
		cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Campaign, b.Campaign))
}

// stateOrder returns the place of a state in lists.
func stateOrder(state string) int {
	switch state {
	case campaign.New:
		return 0
	case campaign.Flaky:
		return 1
	case campaign.Known:
		return 2
	}
	return 3
}

// ranked returns buckets by their rank. Pointers are sorted, since buckets are large.
func ranked(list []Bucket) []Bucket {
	order := make([]*Bucket, len(list))
	for i := range list {
		order[i] = &list[i]
	}
	slices.SortFunc(order, rank)
	sorted := make([]Bucket, len(list))
	for i, b := range order {
		sorted[i] = *b
	}
	return sorted
}

// boolean compares false and true.
func boolean(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
