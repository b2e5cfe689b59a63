package minimize

import (
	"iter"
	"slices"
	"testing"
)

// toy is a problem of lists of numbers: one pass drops a number, another halves one.
func toy(same func([]int) bool) Problem[[]int] {
	return Problem[[]int]{
		Same: same,
		Less: func(a, b []int) bool { return sum(a)+len(a) < sum(b)+len(b) },
		Text: func(l []int) []byte {
			var text []byte
			for _, n := range l {
				text = append(text, byte(n), byte(n>>8), ',')
			}
			return text
		},
		Passes: []Pass[[]int]{{"drop", dropOne}, {"halve", halveOne}},
	}
}

func sum(l []int) (n int) {
	for _, v := range l {
		n += v
	}
	return n
}

func dropOne(l []int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		for i := range l {
			if !yield(slices.Delete(slices.Clone(l), i, i+1)) {
				return
			}
		}
	}
}

func halveOne(l []int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		for i := range l {
			c := slices.Clone(l)
			c[i] /= 2
			if !yield(c) {
				return
			}
		}
	}
}

func TestSearch(t *testing.T) {
	tests := []struct {
		name  string
		start []int
		same  func([]int) bool
		want  []int
	}{
		{"everything goes", []int{1, 2, 3}, func([]int) bool { return true }, nil},
		{"nothing goes", []int{4, 5}, func([]int) bool { return false }, []int{4, 5}},
		{"one stays", []int{9, 40, 7, 1}, func(l []int) bool { return slices.ContainsFunc(l, func(n int) bool { return n >= 10 }) }, []int{10}},
		{"two stay", []int{9, 40, 7, 41}, func(l []int) bool { return len(l) >= 2 }, []int{0, 0}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, stats := Search(test.start, toy(test.same))
			if sum(got)+len(got) > sum(test.want)+len(test.want) || len(got) > 0 && !test.same(got) && !slices.Equal(got, test.start) {
				t.Errorf("got %v, want %v or smaller", got, test.want)
			}
			again, after := Search(got, toy(test.same))
			if !slices.Equal(again, got) || after.Steps != 0 {
				t.Errorf("not idempotent: %v became %v", got, again)
			}
			if stats.Stopped {
				t.Error("the search was stopped")
			}
		})
	}
}

// TestSearchRemembers checks that the predicate is called at most once for each text.
func TestSearchRemembers(t *testing.T) {
	asked := map[string]int{}
	p := toy(func(l []int) bool { return slices.Contains(l, 3) })
	inner := p.Same
	p.Same = func(l []int) bool {
		asked[string(p.Text(l))]++
		return inner(l)
	}
	Search([]int{3, 1, 4, 1, 5, 9, 2, 6, 3, 3}, p)
	for text, n := range asked {
		if n > 1 {
			t.Errorf("%q was tried %d times", text, n)
		}
	}
}

// TestSearchAsksTogether checks that a search that may ask about many candidates takes the same steps, asks about one
// candidate after a step and about more after rejections, and then tries fewer of them one by one.
func TestSearchAsksTogether(t *testing.T) {
	start := []int{3, 1, 4, 1, 5, 9, 2, 6, 50, 3}
	rejected, largest := [2]int{}, 0
	var results [2][]int
	for together := range 2 {
		p := toy(func(l []int) bool { return len(l) >= 10 })
		inner := p.Same
		p.Same = func(l []int) bool {
			ok := inner(l)
			if !ok {
				rejected[together]++
			}
			return ok
		}
		if together == 1 {
			p.Likely = func(all [][]int) []bool {
				largest = max(largest, len(all))
				likely := make([]bool, len(all))
				for i, l := range all {
					likely[i] = inner(l)
				}
				return likely
			}
		}
		results[together], _ = Search(start, p)
	}
	if !slices.Equal(results[0], results[1]) || rejected[1] >= rejected[0] || largest < 4 || largest > widest {
		t.Errorf("results %v, %d rejected one by one, at most %d together", results, rejected, largest)
	}
}

// TestSearchStops checks that a search that is stopped keeps the best so far.
func TestSearchStops(t *testing.T) {
	calls := 0
	p := toy(func([]int) bool { return true })
	p.Stop = func() bool { calls++; return calls > 3 }
	var last []int
	p.Better = func(l []int) { last = l }
	got, stats := Search([]int{1, 2, 3, 4, 5, 6}, p)
	if !stats.Stopped || len(got) != 3 || !slices.Equal(got, last) {
		t.Errorf("got %v after %+v, last step %v", got, stats, last)
	}
}
