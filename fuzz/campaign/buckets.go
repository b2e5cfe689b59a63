package campaign

import (
	"maps"
	"slices"

	"github.com/rvfuzz/rvfuzz/fuzz/diff"
)

// suspect is a part of the code generator that divergences blame, with what was seen of it. Several suspects may be of
// one defect: a bucket is those that ties hold together, by all that is known when somebody asks.
type suspect struct {
	Name  string
	Kind  string
	Known bool `json:",omitempty"` // a known issue blames it
	// Told is true if the finding is on disk, in a file with the name File.
	Told bool   `json:",omitempty"`
	File string `json:",omitempty"`
	// Like names another suspect whose defect this one shows, in a way that misled.
	Like string `json:",omitempty"`
	// State is true of a suspect that damages the state of a translation, and Later if that was only seen to break some
	// time after.
	State bool `json:",omitempty"`
	Later bool `json:",omitempty"`
	// Library is true of a suspect whose code always called the runtime library.
	Library bool `json:",omitempty"`
	// Via are the functions that had a part in all wrong values of it, sorted.
	Via []string `json:",omitempty"`
	// Count is how many divergences blame it, and First the first of them, until it is told of.
	Count uint64
	First *divergence `json:",omitempty"`
	// Sites are those that showed it, and Clues what their code has, with the sites that have it.
	Sites []string
	Clues map[string]*clue
}

// clue is a clue of a suspect.
type clue struct {
	All   int // the sites of the code generator whose code has it
	Sites []string
	// Shared is true if the code of the runtime library has it too.
	Shared bool `json:",omitempty"`
}

// sorted is what a campaign knows of its divergences.
type sorted struct {
	// Seen counts divergences by the bucket of their signature as they were found, and Alias names the suspects of those
	// whose culprit was looked for.
	Seen     map[string]uint64
	Alias    map[string]string
	Suspects []*suspect
}

func newSorted() *sorted { return &sorted{Seen: map[string]uint64{}, Alias: map[string]string{}} }

// clone returns a copy for the checkpoint.
func (s *sorted) clone() *sorted {
	copied := &sorted{maps.Clone(s.Seen), maps.Clone(s.Alias), nil}
	for _, d := range s.Suspects {
		copied.Suspects = append(copied.Suspects, d.clone())
	}
	return copied
}

func (d *suspect) clone() *suspect {
	own := *d
	own.Sites, own.Via = slices.Clone(d.Sites), slices.Clone(d.Via)
	own.Clues = map[string]*clue{}
	for name, c := range d.Clues {
		own.Clues[name] = &clue{c.All, slices.Clone(c.Sites), c.Shared}
	}
	return &own
}

// named returns a suspect by its name, or nil.
func (s *sorted) named(name string) *suspect {
	for _, d := range s.Suspects {
		if d.Name == name {
			return d
		}
	}
	return nil
}

// know notes the suspect of a known issue.
func (s *sorted) know(found diff.Signature, culprit *diff.Culprit) {
	if culprit == nil {
		culprit = diff.Unknown(found)
	}
	s.assign(found.Bucket(), culprit).Known = true
}

// assign returns the suspect of a culprit. Divergences with the signature raw go there from now on, unless that is
// settled.
func (s *sorted) assign(raw string, culprit *diff.Culprit) *suspect {
	d := s.named(culprit.Name())
	if d == nil {
		d = &suspect{Name: culprit.Name(), Kind: culprit.Kind, Clues: map[string]*clue{}, Later: true, Library: true}
		s.Suspects = append(s.Suspects, d)
	}
	d.add(culprit)
	if _, ok := s.Alias[raw]; !ok {
		s.Alias[raw] = d.Name
	}
	return d
}

func (d *suspect) add(culprit *diff.Culprit) {
	if len(d.Sites) == 0 {
		d.Via = culprit.Via
	}
	d.Via = slices.DeleteFunc(slices.Clone(d.Via), func(name string) bool {
		_, has := slices.BinarySearch(culprit.Via, name)
		return !has
	})
	state, later := culprit.State()
	d.State, d.Later, d.Library = d.State || state, d.Later && later, d.Library && culprit.Library
	if !slices.Contains(d.Sites, culprit.Site) {
		d.Sites = append(d.Sites, culprit.Site)
	}
	for name, all := range culprit.Clues {
		if d.Clues[name] == nil {
			d.Clues[name] = &clue{All: all, Shared: slices.Contains(culprit.Shared, name)}
		}
		if s := d.Clues[name]; !slices.Contains(s.Sites, culprit.Site) {
			s.Sites = append(s.Sites, culprit.Site)
		}
	}
}

// counts returns how many divergences there are in each bucket that is told of, and in each of known issues.
func (s *sorted) counts() (findings, known map[string]uint64) {
	for _, b := range s.buckets() {
		switch {
		case b.known && b.count > 0:
			count(&known, b.name(), b.count)
		case !b.known && b.told() != nil:
			count(&findings, b.name(), b.count)
		}
	}
	return findings, known
}
