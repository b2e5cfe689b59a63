package gen

import (
	"math"
	"math/bits"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// interval bounds an integer value, both ends included. If unknown is set it has no bounds: the value may lie above the
// largest int64, or its type is wider than 64 bits.
type interval struct {
	low, high int64
	unknown   bool
}

// rangeOf returns the interval of all values of an integer type.
func rangeOf(t *air.Type) interval {
	switch {
	case t.Bits == 0:
		return interval{}
	case t.Bits > wordBits:
		return interval{high: math.MaxInt64, unknown: true}
	case t.Signed:
		return interval{low: -1 << (t.Bits - 1), high: 1<<(t.Bits-1) - 1}
	case t.Bits == 64:
		return interval{high: math.MaxInt64, unknown: true}
	}
	return interval{high: 1<<t.Bits - 1}
}

// within reports whether every number of r is a value of t.
func (r interval) within(t *air.Type) bool {
	full := rangeOf(t)
	if r.unknown {
		return full.unknown
	}
	return r.low >= full.low && r.high <= full.high
}

// add returns the interval of the exact sums, and false if these may not fit an int64; so do sub and mul for
// differences and products.
func (r interval) add(o interval) (interval, bool) {
	low, ok1 := addExact(r.low, o.low)
	high, ok2 := addExact(r.high, o.high)
	return interval{low: low, high: high}, ok1 && ok2 && !r.unknown && !o.unknown
}

func (r interval) sub(o interval) (interval, bool) {
	if o.low == math.MinInt64 || o.high == math.MinInt64 {
		return interval{}, false
	}
	return r.add(interval{low: -o.high, high: -o.low, unknown: o.unknown})
}

func (r interval) mul(o interval) (interval, bool) {
	result := interval{low: math.MaxInt64, high: math.MinInt64}
	for _, a := range [2]int64{r.low, r.high} {
		for _, b := range [2]int64{o.low, o.high} {
			p, ok := mulExact(a, b)
			if !ok || r.unknown || o.unknown {
				return interval{}, false
			}
			result.low, result.high = min(result.low, p), max(result.high, p)
		}
	}
	return result, true
}

func addExact(a, b int64) (int64, bool) {
	sum := a + b
	return sum, (a^sum)&(b^sum) >= 0
}

func mulExact(a, b int64) (int64, bool) {
	high, low := bits.Mul64(magnitude(a), magnitude(b))
	if high != 0 || low > math.MaxInt64 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(low), true
	}
	return int64(low), true
}

func magnitude(a int64) uint64 {
	if a < 0 {
		return -uint64(a)
	}
	return uint64(a)
}

// exact returns the interval of one number.
func exact(v int64) interval { return interval{low: v, high: v} }
