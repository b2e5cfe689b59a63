// Package source is the one stream of choices behind everything random: a generator draws from it which of n, how
// often, which boundary value, and takes nothing from elsewhere. The draws come from a seed, from the bytes of a native
// fuzz target, or from a recording of an earlier stream.
//
//	s := source.New(source.Case(campaign, shard, number))
//	width := widths[s.Intn(len(widths))]
//	if s.Chance(1, 8) { ... }
//
// Seeds form a tree of hashes, campaign to shard to case: a case does not depend on how many choices another case made.
// After the last byte every draw is 0, the first and smallest alternative, so a shorter input makes a smaller program.
// Nothing here allocates, except a recording that grows.
package source

import "math/bits"

// Source is a stream of choices. Its zero value draws 0 for ever.
type Source struct {
	state     [2]uint64
	bytes     []byte
	position  int
	seeded    bool // draws come from state, not from bytes
	recording bool
	record    []byte
}

// New returns the stream of a seed.
func New(seed uint64) *Source {
	s := &Source{}
	s.Reset(seed)
	return s
}

// FromBytes returns a stream that reads its draws from data.
func FromBytes(data []byte) *Source {
	s := &Source{}
	s.ResetBytes(data)
	return s
}

// Reset starts the stream of a seed and forgets any recording.
func (s *Source) Reset(seed uint64) {
	s.state = [2]uint64{mix(seed), mix(seed ^ golden)}
	s.seeded, s.bytes, s.position = true, nil, 0
	s.record = s.record[:0]
}

// ResetBytes starts a stream that reads its draws from data.
func (s *Source) ResetBytes(data []byte) {
	s.seeded, s.bytes, s.position = false, data, 0
	s.record = s.record[:0]
}

// Record keeps every draw from now on, for Recorded.
func (s *Source) Record() { s.recording, s.record = true, s.record[:0] }

// Recorded returns the draws since Record or the last reset, in the form that ResetBytes reads: replayed, they are the
// same choices.
func (s *Source) Recorded() []byte { return s.record }

// draw returns a number of size bytes (1, 2 or 8).
func (s *Source) draw(size int) uint64 {
	var v uint64
	if s.seeded {
		v = s.next() >> (64 - 8*size)
	} else {
		v = s.read(size)
	}
	if s.recording {
		for i := range size {
			s.record = append(s.record, byte(v>>(8*i)))
		}
	}
	return v
}

func (s *Source) read(size int) (v uint64) {
	for i := range size {
		if s.position < len(s.bytes) {
			v |= uint64(s.bytes[s.position]) << (8 * i)
			s.position++
		}
	}
	return v
}

// next is xoroshiro128+ (Blackman and Vigna): two words of state, and good high bits, which are the ones used.
func (s *Source) next() uint64 {
	a, b := s.state[0], s.state[1]
	result := a + b
	b ^= a
	s.state[0] = bits.RotateLeft64(a, 24) ^ b ^ b<<16
	s.state[1] = bits.RotateLeft64(b, 37)
	return result
}

// Uint64 returns any 64-bit number.
func (s *Source) Uint64() uint64 { return s.draw(8) }

// Intn returns a number from 0 to n-1; n must be positive. A smaller draw is a smaller number.
func (s *Source) Intn(n int) int {
	switch {
	case n <= 1:
		return 0
	case n <= 1<<8:
		return int(s.draw(1) * uint64(n) >> 8)
	case n <= 1<<16:
		return int(s.draw(2) * uint64(n) >> 16)
	}
	high, _ := bits.Mul64(s.draw(8), uint64(n))
	return int(high)
}

// Between returns a number from low to high, both included.
func (s *Source) Between(low, high int) int { return low + s.Intn(high-low+1) }

// Bool returns false or true, equally often; false after the last byte.
func (s *Source) Bool() bool { return s.draw(1)&0x80 != 0 }

// Chance returns true in times out of of, and false after the last byte.
func (s *Source) Chance(times, of int) bool { return s.Intn(of) >= of-times }

// Weighted returns a position of weights, each as often as its weight says. At least one weight must be positive.
func (s *Source) Weighted(weights []int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	n := s.Intn(total)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	panic("source: Weighted needs a positive weight")
}

// Mask returns a word in which each of the low n bits is set in times out of of; generators draw with it the subset of
// features of each case (swarm testing).
func (s *Source) Mask(n, times, of int) (mask uint64) {
	for i := range n {
		if s.Chance(times, of) {
			mask |= 1 << i
		}
	}
	return mask
}
