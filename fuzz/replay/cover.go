package replay

import (
	"bytes"
	"context"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
)

// Cover chooses a small set of entries that has the coverage of meaning of all of them, in the order of the choice, and
// returns the size of that coverage. Greedily, the next one is that which adds most for each of its instructions; of
// equal ones, the first. It stops early when ctx ends.
func Cover(ctx context.Context, entries []*corpus.Entry) (chosen []*corpus.Entry, covered int) {
	checker := diff.NewChecker(diff.Config{})
	left := make([]candidate, 0, len(entries))
	for _, e := range entries {
		if e.Module != nil && ctx.Err() == nil {
			left = append(left, newCandidate(checker, e))
		}
	}
	all := map[string]bool{}
	for ctx.Err() == nil {
		best, most := -1, 0.0
		for i := range left {
			if worth := left[i].worth(all); worth > most {
				best, most = i, worth
			}
		}
		if best < 0 {
			break
		}
		for _, m := range left[best].meanings {
			all[m] = true
		}
		chosen = append(chosen, left[best].entry)
		left = slices.Delete(left, best, best+1)
	}
	return chosen, len(all)
}

// candidate is an entry with what it covers.
type candidate struct {
	entry    *corpus.Entry
	size     int
	meanings []string
}

func newCandidate(k *diff.Checker, e *corpus.Entry) candidate {
	c := candidate{entry: e, size: 1}
	seen := map[string]bool{}
	var values diff.Values
	if made, err := Case(e); err == nil && air.Verify(e.Module) == nil {
		values = k.Values(made)
	}
	for _, f := range e.Module.Funcs {
		c.size += len(f.Insts)
		for i := range f.Insts {
			meaning := f.Insts[i].Tag.String() + " " + diff.Class(f.Insts[i].Type)
			seen[meaning] = true
			if v, executed := values[diff.Place{Func: f.Name, Inst: air.Index(i)}]; executed {
				seen[meaning+" "+kindOf(v)] = true
			}
		}
	}
	for m := range seen {
		c.meanings = append(c.meanings, m)
	}
	return c
}

// worth returns how many things a candidate adds for each of its instructions.
func (c *candidate) worth(covered map[string]bool) float64 {
	n := 0
	for _, m := range c.meanings {
		if !covered[m] {
			n++
		}
	}
	return float64(n) / float64(c.size)
}

// kindOf sorts a value by its bytes, lowest first.
func kindOf(v []byte) string {
	switch {
	case len(v) == 0:
		return "nothing"
	case len(bytes.Trim(v, "\x00")) == 0:
		return "zero"
	case len(bytes.Trim(v, "\xff")) == 0:
		return "ones"
	case v[len(v)-1] == 0x80 && len(bytes.Trim(v[:len(v)-1], "\x00")) == 0:
		return "least"
	case v[len(v)-1] == 0x7f && len(bytes.Trim(v[:len(v)-1], "\xff")) == 0:
		return "greatest"
	}
	return "other"
}
