package liveness

import "math/bits"

// set is a set of instruction indices (or operand slots), one bit each. All sets of one function have the same length.
type set []uint64

const wordBits = 64

func words(n int) int { return (n + wordBits - 1) / wordBits }

func (s set) has(i uint32) bool { return s[i/wordBits]>>(i%wordBits)&1 != 0 }

func (s set) put(i uint32) { s[i/wordBits] |= 1 << (i % wordBits) }

// add puts i and reports whether it was absent.
func (s set) add(i uint32) bool {
	w, bit := &s[i/wordBits], uint64(1)<<(i%wordBits)
	absent := *w&bit == 0
	*w |= bit
	return absent
}

// remove takes i out and reports whether it was present.
func (s set) remove(i uint32) bool {
	w, bit := &s[i/wordBits], uint64(1)<<(i%wordBits)
	present := *w&bit != 0
	*w &^= bit
	return present
}

func (s set) union(o set) {
	for i, w := range o {
		s[i] |= w
	}
}

// firstDifference returns the smallest member of exactly one of the sets.
func (s set) firstDifference(o set) (uint32, bool) {
	for i, w := range s {
		if d := w ^ o[i]; d != 0 {
			return uint32(i*wordBits + bits.TrailingZeros64(d)), true
		}
	}
	return 0, false
}

// slab allocates sets of one size and reuses those put back.
type slab struct {
	words int
	free  []set
	chunk []uint64
}

func newSlab(insts int) slab { return slab{words: words(insts), free: make([]set, 0, firstChunk)} }

// firstChunk is the number of sets in one allocation: enough for the nesting of ordinary functions.
const firstChunk = 12

// get returns a set whose content is arbitrary.
func (s *slab) get() set {
	if n := len(s.free); n > 0 {
		last := s.free[n-1]
		s.free = s.free[:n-1]
		return last
	}
	if len(s.chunk) < s.words {
		s.chunk = make([]uint64, firstChunk*s.words)
	}
	fresh := set(s.chunk[:s.words:s.words])
	s.chunk = s.chunk[s.words:]
	return fresh
}

func (s *slab) put(old set) { s.free = append(s.free, old) }
