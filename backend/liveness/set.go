package liveness

import "math/bits"

// bitmap is a set of instruction indices or operand slots, one bit each.
type bitmap []uint64

const wordBits = 64

func words(n int) int { return (n + wordBits - 1) / wordBits }

func (b bitmap) has(i uint32) bool { return b[i/wordBits]>>(i%wordBits)&1 != 0 }

func (b bitmap) put(i uint32) { b[i/wordBits] |= 1 << (i % wordBits) }

// set is a set of instruction indices that is cleared, packed and compared in a time that depends on its members: only
// those words of the bitmap are looked at that are not zero, which nonzero tells.
type set struct {
	words, nonzero bitmap
}

// reset makes s an empty set of indices below n.
func (s *set) reset(n int) {
	s.words = zeroed(s.words, words(n))
	s.nonzero = zeroed(s.nonzero, words(len(s.words)))
}

// zeroed returns a zeroed slice of n elements, in the memory of s if that is large enough.
func zeroed[S ~[]E, E any](s S, n int) S {
	if cap(s) < n {
		return make(S, n, n+n/2)
	}
	s = s[:n]
	clear(s)
	return s
}

// add puts i in and reports whether it was absent.
func (s *set) add(i uint32) bool {
	w, bit := &s.words[i/wordBits], uint64(1)<<(i%wordBits)
	if *w == 0 {
		s.nonzero.put(i / wordBits)
	}
	absent := *w&bit == 0
	*w |= bit
	return absent
}

// remove takes i out and reports whether it was present.
func (s *set) remove(i uint32) bool {
	w, bit := &s.words[i/wordBits], uint64(1)<<(i%wordBits)
	if *w&bit == 0 {
		return false
	}
	if *w &^= bit; *w == 0 {
		s.nonzero[i/wordBits/wordBits] &^= 1 << (i / wordBits % wordBits)
	}
	return true
}

// clear removes all members.
func (s *set) clear() {
	for k, some := range s.nonzero {
		for ; some != 0; some &= some - 1 {
			s.words[k*wordBits+bits.TrailingZeros64(some)] = 0
		}
		s.nonzero[k] = 0
	}
}

// part is one word of a set that is not zero.
type part struct {
	word uint32
	bits uint64
}

// packed is a set as its parts in ascending order.
type packed []part

// pack appends the parts of s.
func (s *set) pack(to packed) packed {
	for k, some := range s.nonzero {
		for ; some != 0; some &= some - 1 {
			w := k*wordBits + bits.TrailingZeros64(some)
			to = append(to, part{uint32(w), s.words[w]})
		}
	}
	return to
}

// union adds the members of p.
func (s *set) union(p packed) {
	for _, q := range p {
		if s.words[q.word] == 0 {
			s.nonzero.put(q.word)
		}
		s.words[q.word] |= q.bits
	}
}

// become makes s the set p.
func (s *set) become(p packed) {
	s.clear()
	s.union(p)
}

// all yields the members of p in ascending order.
func (p packed) all(yield func(air uint32) bool) {
	for _, q := range p {
		for b := q.bits; b != 0; b &= b - 1 {
			if !yield(q.word*wordBits + uint32(bits.TrailingZeros64(b))) {
				return
			}
		}
	}
}

// without appends to rest what is in p and not in q.
func (p packed) without(q, rest packed) packed {
	for _, a := range p {
		for len(q) > 0 && q[0].word < a.word {
			q = q[1:]
		}
		if len(q) > 0 && q[0].word == a.word {
			a.bits &^= q[0].bits
		}
		if a.bits != 0 {
			rest = append(rest, a)
		}
	}
	return rest
}

// shelf keeps packed sets, the one put there last on top.
type shelf struct{ parts packed }

// place is where a packed set is on a shelf. Adding others does not move it.
type place struct{ from, to int }

// push puts a set on the shelf.
func (h *shelf) push(s *set) place {
	from := len(h.parts)
	h.parts = s.pack(h.parts)
	return place{from, len(h.parts)}
}

// pop takes the set at p from the shelf, and all those above it.
func (h *shelf) pop(p place) { h.parts = h.parts[:p.from] }

// at returns the set at p, which is valid until another is put on the shelf.
func (h *shelf) at(p place) packed { return h.parts[p.from:p.to] }
