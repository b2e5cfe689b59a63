package minimize

import (
	"crypto/sha256"
	"iter"
)

// Problem is what Search makes small.
type Problem[T any] struct {
	// Same reports whether a candidate still has the property. It is the expensive part, and is called once for each
	// text.
	Same func(T) bool
	// Likely, unless it is nil, reports of several candidates which may be Same, cheaper than Same does of each of them;
	// the others are rejected.
	Likely func([]T) []bool
	// Less is the order in which every step descends. It must be well-founded, or the search does not end.
	Less func(a, b T) bool
	// Text returns the identity of a candidate: no text is tried twice.
	Text func(T) []byte
	// Passes run in order, coarse before fine, until none of them finds a step.
	Passes []Pass[T]
	// Stop reports, between candidates, whether the search is to end with the best so far. Nil means never.
	Stop func() bool
	// Better is called with the result of each step, unless it is nil.
	Better func(T)
}

// Pass is a named way to propose smaller candidates.
type Pass[T any] struct {
	Name string
	// Propose returns candidates made from its argument, which it does not change.
	Propose func(T) iter.Seq[T]
}

// Stats are counts of a search.
type Stats struct {
	Tried, Steps int
	// Stopped is true if Stop ended the search before the fixpoint.
	Stopped bool
}

type search[T any] struct {
	Problem[T]
	best  T
	tried map[[16]byte]bool
	stats Stats
}

// Search descends from start, which must itself be Same, to a fixpoint: a candidate that is Less and Same is taken, and
// the passes continue from there. Searching again from the result changes nothing.
func Search[T any](start T, p Problem[T]) (T, Stats) {
	s := &search[T]{Problem: p, best: start, tried: map[[16]byte]bool{}}
	for s.round() {
	}
	return s.best, s.stats
}

// round runs every pass to its own fixpoint and reports whether any made a step.
func (s *search[T]) round() (improved bool) {
	for _, pass := range s.Passes {
		for s.sweep(pass) {
			improved = true
		}
	}
	return improved && !s.stats.Stopped
}

// sweep tries the candidates of a pass once. After a step it continues at the same place: the candidates before it have
// just been rejected.
func (s *search[T]) sweep(pass Pass[T]) (improved bool) {
	for from := 0; ; improved = true {
		at, ok := s.step(pass, from)
		if !ok {
			return improved && !s.stats.Stopped
		}
		from = at - 1
	}
}

// widest is how many candidates Likely is asked of at once, at most. A search begins with one at a time after every step,
// and doubles that with every group that is rejected.
const widest = 32

// step takes the first candidate of a pass, behind some that were rejected, that is a step, and returns its number.
func (s *search[T]) step(pass Pass[T], from int) (at int, ok bool) {
	var group []T
	var numbers []int
	width, number := 1, 0
	for candidate := range pass.Propose(s.best) {
		if number++; number <= from || !s.Less(candidate, s.best) {
			continue
		}
		group, numbers = append(group, candidate), append(numbers, number)
		if len(group) < width {
			continue
		}
		if i := s.first(group); i >= 0 || s.stats.Stopped {
			return numbers[max(i, 0)], i >= 0
		}
		group, numbers = nil, nil
		if s.Likely != nil {
			width = min(2*width, widest)
		}
	}
	if i := s.first(group); i >= 0 {
		return numbers[i], true
	}
	return 0, false
}

// first makes the first of some candidates that is Same the best one, and returns its index, or -1.
func (s *search[T]) first(group []T) int {
	var likely []bool
	for i, candidate := range group {
		switch {
		case s.stop():
			return -1
		case s.isTried(candidate):
			continue
		case s.Likely != nil && len(group) > 1 && likely == nil:
			likely = append(make([]bool, i), s.Likely(group[i:])...)
		}
		if likely != nil && !likely[i] || !s.Same(candidate) {
			continue
		}
		s.best = candidate
		s.stats.Steps++
		if s.Better != nil {
			s.Better(candidate)
		}
		return i
	}
	return -1
}

func (s *search[T]) stop() bool {
	if s.Stop != nil && s.Stop() {
		s.stats.Stopped = true
	}
	return s.stats.Stopped
}

// isTried reports whether a candidate was tried before, and counts it as tried.
func (s *search[T]) isTried(candidate T) bool {
	full := sha256.Sum256(s.Text(candidate))
	key := [16]byte(full[:16])
	if s.tried[key] {
		return true
	}
	s.tried[key] = true
	s.stats.Tried++
	return false
}
