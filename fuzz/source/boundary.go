package source

// edges are the numbers at which code generators go wrong: the ends of 12-bit immediates and 20-bit upper parts, and
// the sums that carry from one into the other.
var edges = [...]uint64{
	0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 100, 127, 128, 255, 256,
	0x7fe, 0x7ff, 0x800, 0x801, 0xfff, 0x1000, 0x1001, 0x7fff, 0x8000, 0xffff, 0x10000,
	0x7ffff7fe, 0x7ffff7ff, 0x7ffff800, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001,
	0xfffff7ff, 0xfffff800, 0xfffffffe, 0xffffffff, 0x100000000, 0x100000001,
	0x7ffffffffffff800, 0x7fffffffffffffff, 0x8000000000000000, 0x5555555555555555,
}

// Boundary returns a number of the low width bits (1 to 64) that is mostly near a boundary: of the width itself, or of
// an immediate field; seldom any number.
func (s *Source) Boundary(width int) uint64 {
	mask := ^uint64(0) >> (64 - width)
	var v uint64
	switch s.Intn(8) {
	case 0, 1:
		v = uint64(s.Intn(5)) // small
	case 2:
		v = -uint64(s.Intn(4)) // -1 and its neighbours
	case 3:
		v = uint64(1)<<(width-1) + uint64(s.Intn(3)) - 1 // smallest and largest signed
	case 4, 5:
		v = edges[s.Intn(len(edges))]
		if s.Bool() {
			v = -v
		}
	case 6:
		v = uint64(1)<<s.Intn(width) - uint64(s.Intn(2)) // a power of two, or all ones below it
	default:
		v = s.Uint64()
	}
	return v & mask
}
