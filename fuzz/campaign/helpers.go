package campaign

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/fuzz/diff"
)

// sameHelper is the share of the lowerings that call a function that must have shown a defect to blame that function.
const sameHelper = 1.0 / 3

// byHelpers joins the buckets of lowerings that call one function, if so many of its callers showed a defect. The
// functions with the fewest callers come first.
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
		shown := 0
		for i, b := range list {
			if n := b.callers(h); n > 0 {
				callers = append(callers, i)
				shown += n
			}
		}
		if len(callers) > 1 && float64(shown) >= sameHelper*float64(diff.Callers(h)) {
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
		if name, ok := strings.CutPrefix(d.Name, wrongValue+"/"); ok {
			_, name, _ = strings.Cut(name, ".")
			list = append(list, name)
		}
	}
	return list
}

// callers returns how many lowerings of a bucket call a function, if all do.
func (b *bucket) callers(helper string) (n int) {
	list := b.lowerings()
	for _, lowering := range list {
		if _, ok := slices.BinarySearch(diff.Helpers(lowering), helper); !ok {
			return 0
		}
	}
	if len(list) < len(b.suspects) {
		return 0
	}
	return len(list)
}
