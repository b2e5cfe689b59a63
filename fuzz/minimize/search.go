package minimize

import (
	"crypto/sha256"
	"iter"
)

// Problem is what Search makes small.
type Problem[T any] struct {
	// Same says that a candidate still shows what is looked for. It is the
	// expensive part and is asked once for each text.
	Same func(T) bool
	// Less is the order that a step must descend in; it ends the search.
	Less func(a, b T) bool
	// Text spells a candidate for the memory of what was tried.
	Text func(T) []byte
	// Passes run in order, coarse before fine, until none of them finds a step.
	Passes []Pass[T]
	// Stop is asked between candidates; the best so far is kept. Nil means never.
	Stop func() bool
	// Better is told of each step. Nil means nobody.
	Better func(T)
}

// Pass is a named way to propose smaller candidates.
type Pass[T any] struct {
	Name string
	// Propose gives candidates made from its argument, which it leaves as it is.
	Propose func(T) iter.Seq[T]
}

// Stats says what a search did.
type Stats struct {
	Tried, Steps int
	// Stopped says that Stop ended the search before the fixpoint.
	Stopped bool
}

type search[T any] struct {
	Problem[T]
	best  T
	tried map[[16]byte]bool
	stats Stats
}

// Search descends from start, which must itself be Same, to a fixpoint: a
// candidate that is Less and Same is taken, and the passes go on from there.
// Searching again from the result changes nothing.
func Search[T any](start T, p Problem[T]) (T, Stats) {
	s := &search[T]{Problem: p, best: start, tried: map[[16]byte]bool{}}
	for s.round() {
	}
	return s.best, s.stats
}

// round runs every pass to its own fixpoint and says whether any made a step.
func (s *search[T]) round() (improved bool) {
	for _, pass := range s.Passes {
		for s.sweep(pass) {
			improved = true
		}
	}
	return improved && !s.stats.Stopped
}

// sweep tries the candidates of a pass once. After a step it goes on where it
// was: candidates before that place have just been refused.
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
