package campaign

import (
	"slices"
	"strings"
)

// bucket is the suspects that are taken to be of one defect, in the order in which they came up.
type bucket struct {
	suspects []*suspect
	known    bool
	count    uint64
	all      *suspect // what is known of them together
}

// name returns the name of a bucket: that of its known issue, or of the suspect that was told of first.
func (b *bucket) name() string {
	for _, d := range b.suspects {
		if d.Known {
			return d.Name
		}
	}
	if d := b.told(); d != nil {
		return d.Name
	}
	return b.suspects[0].Name
}

// told returns the suspect that was told of first, or nil: of those whose code is not the runtime library's, if there is
// one, which shows more.
func (b *bucket) told() *suspect { return b.best(func(d *suspect) bool { return d.Told }) }

// best returns the first suspect of some kind, and if there are any, that whose code does not always call the runtime
// library; or nil.
func (b *bucket) best(is func(*suspect) bool) (found *suspect) {
	for _, d := range b.suspects {
		if is(d) && (found == nil || found.Library && !d.Library) {
			found = d
		}
	}
	return found
}

// next returns the suspect that is to be told of, or nil: the first one, and then one that shows more.
func (b *bucket) next() *suspect {
	told, first := b.told(), b.best(func(d *suspect) bool { return d.First != nil })
	if told != nil && (first == nil || !told.Library || first.Library) {
		return nil
	}
	return first
}

// sameDefect is the share of the sites whose code has a clue that must have shown a defect to blame what they have in
// common: a defect there shows itself in most of them, sooner or later.
const sameDefect = 0.3

// buckets ties the suspects together by all that is known of them. One that only came up while another finding was
// minimised, or behind whose code is that of the runtime library, goes where it is tied to, but ties no others.
func (s *sorted) buckets() (list []*bucket) {
	var library, beside []*bucket
	for _, d := range s.Suspects {
		b := &bucket{suspects: []*suspect{d}, known: d.Known, count: d.Count, all: d.clone()}
		switch {
		case !d.Known && d.Count == 0:
			beside = append(beside, b)
		case d.Library:
			library = append(library, b)
		default:
			list = append(list, b)
		}
	}
	list = joinAll(byHelpers(list), (*bucket).tied)
	if len(list) <= fewBuckets {
		list = joinAll(list, (*bucket).sameInstruction)
	}
	for _, b := range append(library, beside...) {
		list = b.goHome(list)
	}
	return list
}

// goHome adds a bucket to the first one that it is tied to otherwise than by a finding that misled, or else to one by such a
// finding; those that misled to it go with it. Without any it is one of its own, unless there is just one other bucket and no
// case has shown this lowering by itself yet, or both are in code of the runtime library.
func (b *bucket) goHome(list []*bucket) []*bucket {
	misled := func(o *bucket) bool { return b.like(o) || o.like(b) }
	home := slices.IndexFunc(list, func(o *bucket) bool { return !misled(o) && b.tied(o) })
	if home < 0 {
		home = slices.IndexFunc(list, misled)
	}
	if home < 0 && len(list) == 1 && (b.count == 0 && b.all.isLowering() || b.all.Library && list[0].all.sharesAny()) {
		home = 0
	}
	if home < 0 {
		return append(list, b)
	}
	to := list[home]
	to.suspects = append(to.suspects, b.suspects...)
	to.known, to.count = to.known || b.known, to.count+b.count
	return slices.DeleteFunc(list, func(o *bucket) bool {
		if o == to || !misled(o) {
			return false
		}
		to.join(o)
		return true
	})
}

// sharesAny reports whether the code of a suspect has anything that the runtime library has too.
func (d *suspect) sharesAny() bool {
	for _, c := range d.Clues {
		if c.Shared {
			return true
		}
	}
	return false
}

// fewBuckets is how many buckets there may be for a machine instruction that lowerings have in common to be to blame: of many
// defects, some happen to be in code that has it.
const fewBuckets = 4

// joinAll joins buckets of a list as long as two of them are tied.
func joinAll(list []*bucket, tied func(a, b *bucket) bool) []*bucket {
	for i := 0; i < len(list); i++ {
		for j := i + 1; j < len(list); j++ {
			if tied(list[i], list[j]) {
				list[i].join(list[j])
				list = slices.Delete(list, j, j+1)
				i = -1
				break
			}
		}
	}
	return list
}

// homes returns the names of the buckets of those suspects that the campaign told of.
func (s *sorted) homes() map[string]string {
	homes := map[string]string{}
	for _, b := range s.buckets() {
		for _, d := range b.suspects {
			if d.Told {
				homes[d.Name] = b.name()
			}
		}
	}
	return homes
}

// toldOf returns how many buckets the campaign told of that are not of known issues.
func (s *sorted) toldOf() (n int) {
	for _, b := range s.buckets() {
		if !b.known && b.told() != nil {
			n++
		}
	}
	return n
}

// join adds the suspects of another bucket.
func (b *bucket) join(o *bucket) {
	b.suspects = append(b.suspects, o.suspects...)
	b.known, b.count = b.known || o.known, b.count+o.count
	a := b.all
	a.State, a.Later = a.State || o.all.State, a.Later && o.all.Later
	a.Sites = union(a.Sites, o.all.Sites)
	for name, c := range o.all.Clues {
		if a.Clues[name] == nil {
			a.Clues[name] = c
		} else {
			a.Clues[name].Sites = union(a.Clues[name].Sites, c.Sites)
		}
	}
}

// tied reports whether two buckets are of one defect.
func (b *bucket) tied(o *bucket) bool {
	x, y := b.all, o.all
	if b.like(o) || o.like(b) {
		return true
	}
	if x.Library || y.Library {
		return x.behind(y)
	}
	if x.Kind != y.Kind {
		return false
	}
	if x.State && y.State && (x.Later || y.Later) {
		return true
	}
	if x.sameSite(y) {
		return true
	}
	return x.share(y, func(clue string) bool { return !isInstruction(clue) })
}

// sameInstruction reports whether the code of two buckets has a machine instruction that is to blame.
func (b *bucket) sameInstruction(o *bucket) bool {
	x, y := b.all, o.all
	return !x.Library && !y.Library && x.Kind == y.Kind && x.share(y, isInstruction)
}

// isInstruction reports whether a clue is a machine instruction for a type, and not a place in the code generator.
func isInstruction(clue string) bool { return strings.Contains(clue, " for ") }

// share reports whether two suspects share a clue of some kind that is to blame.
func (d *suspect) share(o *suspect, is func(clue string) bool) bool {
	for name, c := range d.Clues {
		if e := o.Clues[name]; c.All > 0 && is(name) && d.everywhere(c) && o.everywhere(e) && blamed(c.All, union(c.Sites, e.Sites)) {
			return true
		}
	}
	return false
}

// behind reports whether two suspects, of which one at least calls the runtime library, may be of one defect in the code
// of that: both call it, or the other one is a stage behind codegen, or the library has what all of its code has.
func (d *suspect) behind(o *suspect) bool {
	if d.Library && o.Library {
		return true
	}
	if d.Library {
		d = o
	}
	if d.Kind == "wrong-code" {
		return true
	}
	for _, c := range d.Clues {
		if d.isLowering() && c.Shared && d.everywhere(c) {
			return true
		}
	}
	return false
}

// like reports whether a suspect of a bucket shows the defect of another bucket.
func (b *bucket) like(o *bucket) bool {
	for _, d := range b.suspects {
		if d.Like != "" && slices.ContainsFunc(o.suspects, func(s *suspect) bool { return s.Name == d.Like }) {
			return true
		}
	}
	return false
}

// sameSite reports whether two suspects were seen at one site, in code that has something in common if more than the
// site is known: one site may have several lowerings.
func (d *suspect) sameSite(o *suspect) bool {
	if !slices.ContainsFunc(d.Sites, func(s string) bool { return slices.Contains(o.Sites, s) }) {
		return false
	}
	if d.Kind != wrongValue || len(d.Clues) == 0 || len(o.Clues) == 0 {
		return true
	}
	for name := range d.Clues {
		if o.Clues[name] != nil {
			return true
		}
	}
	return false
}

// wrongValue and wrongAccess are the kinds of suspects that are lowerings.
const (
	wrongValue  = "wrong-value"
	wrongAccess = "wrong-access"
)

func (d *suspect) isLowering() bool { return d.Kind == wrongValue || d.Kind == wrongAccess }

// everywhere reports whether all sites of a suspect have a clue: what is to blame for them is in the code of each.
func (d *suspect) everywhere(c *clue) bool { return c != nil && len(c.Sites) == len(d.Sites) }

// blamed reports whether so many of the sites whose code has a clue showed a defect that the clue is to blame.
func blamed(all int, sites []string) bool { return float64(len(sites)) >= sameDefect*float64(all) }

func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}
