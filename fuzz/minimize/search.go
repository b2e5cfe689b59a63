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
	from := 0
	for {
		at, stepped := 0, false
		for candidate := range pass.Propose(s.best) {
			if at++; at <= from {
				continue
			}
			if s.stop() {
				return false
			}
			if s.accept(candidate) {
				s.best, stepped, improved = candidate, true, true
				s.stats.Steps++
				if s.Better != nil {
					s.Better(candidate)
				}
				break
			}
		}
		if !stepped {
			return improved
		}
		from = at - 1
	}
}

func (s *search[T]) stop() bool {
	if s.Stop != nil && s.Stop() {
		s.stats.Stopped = true
	}
	return s.stats.Stopped
}

func (s *search[T]) accept(candidate T) bool {
	if !s.Less(candidate, s.best) {
		return false
	}
	full := sha256.Sum256(s.Text(candidate))
	key := [16]byte(full[:16])
	if s.tried[key] {
		return false
	}
	s.tried[key] = true
	s.stats.Tried++
	return s.Same(candidate)
}
