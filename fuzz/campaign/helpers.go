package campaign

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/fuzz/diff"
)

// sameHelper is the share of the lowerings that call a function that must have shown a defect to blame that function, and
// oneOfMany that share where most of what showed a defect does not call it: of many defects some happen to be in its callers.
// onlyHelper is the share where nothing else showed a defect.
const (
	onlyHelper = 1.0 / 5
	sameHelper = 1.0 / 3
	oneOfMany  = 1.0 / 2
)

// byHelpers joins the buckets of lowerings that call one function, if so many of its callers showed a defect. The
// functions with the fewest callers come first; the lowerings that they explain then count as one.
func byHelpers(list []*bucket) []*bucket {
	helpers := map[string]bool{}
	for _, b := range list {
		for _, lowering := range b.lowerings() {
			for _, h := range diff.Helpers(lowering) {
				helpers[h] = true
			}
		}
	}
	order := slices.SortedFunc(maps.Keys(helpers), func(a, b string) int {
		return cmp.Or(diff.Callers(a)-diff.Callers(b), strings.Compare(a, b))
	})
	for _, h := range order {
		var callers []int
		for i, b := range list {
			if b.calls(h) {
				callers = append(callers, i)
			}
		}
		share := sameHelper
		switch {
		case len(callers) == len(list):
			share = onlyHelper
		case 2*len(callers) < len(list):
			share = oneOfMany
		}
		if len(callers) > 1 && float64(len(callers)) >= share*float64(diff.Callers(h)) {
			for _, i := range slices.Backward(callers[1:]) {
				list[callers[0]].join(list[i])
				list = slices.Delete(list, i, i+1)
			}
		}
	}
	return list
}

// lowerings returns the lowerings that a bucket blames.
func (b *bucket) lowerings() (list []string) {
	for _, d := range b.suspects {
		if kind, name, _ := strings.Cut(d.Name, "/"); kind == wrongValue || kind == wrongAccess {
			_, name, _ = strings.Cut(name, ".")
			list = append(list, name)
		}
	}
	return list
}

// calls reports whether all suspects of a bucket are lowerings that call a function, which had a part in all their wrong
// values.
func (b *bucket) calls(helper string) bool {
	list := b.lowerings()
	for _, lowering := range list {
		if _, ok := slices.BinarySearch(diff.Helpers(lowering), helper); !ok {
			return false
		}
	}
	for _, d := range b.suspects {
		if _, ok := slices.BinarySearch(d.Via, helper); !ok {
			return false
		}
	}
	return len(list) == len(b.suspects)
}
