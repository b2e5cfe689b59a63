package campaign

import (
	"maps"
	"slices"

	"github.com/rvfuzz/rvfuzz/fuzz/diff"
)

// defect is what the findings of one bucket have in common.
type defect struct {
	Name  string
	Kind  string
	Known bool `json:",omitempty"`
	// State is true of a defect that damages the state of a translation.
	State bool `json:",omitempty"`
	// Sites are those that showed it, and Clues what their code has, with the sites that have it.
	Sites []string
	Clues map[string]*clue
}

// clue is a clue of a bucket.
type clue struct {
	All   int // the sites of the code generator whose code has it
	Sites []string
}

// sorted is what a campaign knows of the buckets of its findings.
type sorted struct {
	// Seen counts divergences by the bucket of their signature as they were found, and Alias names the buckets where those
	// went whose culprit was looked for.
	Seen    map[string]uint64
	Alias   map[string]string
	Defects []*defect
}

func newSorted() *sorted { return &sorted{Seen: map[string]uint64{}, Alias: map[string]string{}} }

// clone returns a copy for the checkpoint.
func (s *sorted) clone() *sorted {
	copied := &sorted{maps.Clone(s.Seen), maps.Clone(s.Alias), nil}
	for _, d := range s.Defects {
		own := *d
		own.Sites = slices.Clone(d.Sites)
		own.Clues = map[string]*clue{}
		for name, c := range d.Clues {
			own.Clues[name] = &clue{c.All, slices.Clone(c.Sites)}
		}
		copied.Defects = append(copied.Defects, &own)
	}
	return copied
}

// named returns a bucket by its name, or nil.
func (s *sorted) named(name string) *defect {
	for _, d := range s.Defects {
		if d.Name == name {
			return d
		}
	}
	return nil
}

// same returns the bucket that has a culprit already, or nil.
func (s *sorted) same(culprit *diff.Culprit) *defect {
	name := culprit.Name()
	for _, d := range s.Defects {
		if d.Name == name || d.Kind == culprit.Kind && slices.Contains(d.Sites, culprit.Site) {
			return d
		}
	}
	return nil
}

// find returns the bucket of a culprit, nil if there is none yet.
func (s *sorted) find(culprit *diff.Culprit) *defect {
	if d := s.same(culprit); d != nil {
		return d
	}
	for _, d := range s.Defects {
		if d.Kind == culprit.Kind && d.tied(culprit) {
			return d
		}
	}
	if _, later := culprit.State(); later {
		for _, d := range s.Defects {
			if d.State {
				return d
			}
		}
	}
	return nil
}

// alias notes where findings with a signature go, unless that is known.
func (s *sorted) alias(raw, bucket string) {
	if _, ok := s.Alias[raw]; !ok {
		s.Alias[raw] = bucket
	}
}

// know notes the bucket of a known issue.
func (s *sorted) know(found diff.Signature, culprit *diff.Culprit) {
	if culprit == nil {
		culprit = diff.Unknown(found)
	}
	bucket, _ := s.assign(found.Bucket(), culprit)
	s.named(bucket).Known = true
}

// sameDefect is the share of the sites whose code has a clue that must have shown a defect to blame what they have in
// common: a defect there shows itself in most of them, sooner or later.
const sameDefect = 0.3

// assign returns the bucket of a culprit: the first with the same name or with the same site, or that a clue ties to it;
// a new one if there is none. Findings with the signature raw go there from now on.
func (s *sorted) assign(raw string, culprit *diff.Culprit) (bucket string, isNew bool) {
	d := s.find(culprit)
	if isNew = d == nil; isNew {
		d = &defect{Name: culprit.Name(), Kind: culprit.Kind, Clues: map[string]*clue{}}
		d.State, _ = culprit.State()
		s.Defects = append(s.Defects, d)
	}
	d.add(culprit)
	s.alias(raw, d.Name)
	return d.Name, isNew
}

// tied reports whether the code of a bucket's sites and that of a culprit have something in common that would not be
// there by chance.
func (d *defect) tied(culprit *diff.Culprit) bool {
	for name, all := range culprit.Clues {
		if shown := d.Clues[name]; d.everywhere(shown) && blamed(all, union(shown.Sites, []string{culprit.Site})) {
			return true
		}
	}
	return false
}

// everywhere reports whether all sites of a bucket have a clue: what is to blame for them is in the code of each.
func (d *defect) everywhere(c *clue) bool { return c != nil && len(c.Sites) == len(d.Sites) }

// blamed reports whether so many of the sites whose code has a clue showed a defect that the clue is to blame. What no
// ordinary code has is.
func blamed(all int, sites []string) bool { return float64(len(sites)) >= sameDefect*float64(all) }

func (d *defect) add(culprit *diff.Culprit) {
	if !slices.Contains(d.Sites, culprit.Site) {
		d.Sites = append(d.Sites, culprit.Site)
	}
	for name, all := range culprit.Clues {
		if d.Clues[name] == nil {
			d.Clues[name] = &clue{All: all}
		}
		if s := d.Clues[name]; !slices.Contains(s.Sites, culprit.Site) {
			s.Sites = append(s.Sites, culprit.Site)
		}
	}
}

// unite merges buckets that later findings tie together: into the earlier one. It returns the pairs that it merged.
func (c *sorted) unite() (merged [][2]string) {
	for i := 0; i < len(c.Defects); i++ {
		for j := i + 1; j < len(c.Defects); j++ {
			a, b := c.Defects[i], c.Defects[j]
			if a.Kind != b.Kind || a.Known != b.Known || !a.united(b) {
				continue
			}
			for _, site := range b.Sites {
				if !slices.Contains(a.Sites, site) {
					a.Sites = append(a.Sites, site)
				}
			}
			for name, s := range b.Clues {
				if a.Clues[name] == nil {
					a.Clues[name] = s
					continue
				}
				a.Clues[name].Sites = union(a.Clues[name].Sites, s.Sites)
			}
			for raw, bucket := range c.Alias {
				if bucket == b.Name {
					c.Alias[raw] = a.Name
				}
			}
			merged = append(merged, [2]string{b.Name, a.Name})
			c.Defects = slices.Delete(c.Defects, j, j+1)
			i = -1
			break
		}
	}
	return merged
}

func (d *defect) united(o *defect) bool {
	for name, s := range d.Clues {
		if t := o.Clues[name]; d.everywhere(s) && o.everywhere(t) && blamed(s.All, union(s.Sites, t.Sites)) {
			return true
		}
	}
	return false
}

func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}
