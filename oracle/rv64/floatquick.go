package rv64

import "math"

// The functions of this file compute what those of the same operation in software do, with the host's arithmetic: for
// singles and doubles rounded to nearest even whose result is an exact zero or well inside the normal range, as in
// floathost.go. ok is false for all others, of which nothing is known.

// usesHost reports whether the host's arithmetic may be used.
func (e *environment) usesHost() bool { return e.host && e.rounding == roundNearestEven }

// normalSingle reports whether a single is well inside the normal range.
func normalSingle(v float32) bool {
	return math.Float32bits(v)>>23&0xff-leastSingleExponent < mostSingleExponent-leastSingleExponent
}

// inexact raises the exception unless a result is exact.
func (e *environment) inexact(exact bool) {
	if !exact {
		e.flags |= flagInexact
	}
}

func (e *environment) hostSum(f *format, a, b uint64) (sum uint64, ok bool) {
	switch f {
	case single:
		x, y := math.Float32frombits(uint32(a)), math.Float32frombits(uint32(b))
		r := x + y
		if !normalSingle(r) && r != 0 {
			return 0, false
		}
		if e.flags&flagInexact == 0 {
			part := r - x
			e.inexact((x-(r-part))+(y-part) == 0)
		}
		return uint64(math.Float32bits(r)), true
	case double:
		x, y := math.Float64frombits(a), math.Float64frombits(b)
		r := x + y
		if !inRange(r) && r != 0 {
			return 0, false
		}
		if e.flags&flagInexact == 0 {
			part := r - x
			e.inexact((x-(r-part))+(y-part) == 0)
		}
		return math.Float64bits(r), true
	}
	return 0, false
}

func (e *environment) hostProduct(f *format, a, b uint64) (product uint64, ok bool) {
	switch f {
	case single:
		x, y := math.Float32frombits(uint32(a)), math.Float32frombits(uint32(b))
		r := x * y
		if !normalSingle(r) && (r != 0 || x != 0 && y != 0) {
			return 0, false
		}
		e.inexact(float64(x)*float64(y) == float64(r))
		return uint64(math.Float32bits(r)), true
	case double:
		x, y := math.Float64frombits(a), math.Float64frombits(b)
		r := x * y
		if !inRange(r) && (r != 0 || x != 0 && y != 0) {
			return 0, false
		}
		if e.flags&flagInexact == 0 {
			e.inexact(math.FMA(x, y, -r) == 0)
		}
		return math.Float64bits(r), true
	}
	return 0, false
}

func (e *environment) hostQuotient(f *format, a, b uint64) (quotient uint64, ok bool) {
	switch f {
	case single:
		x, y := math.Float32frombits(uint32(a)), math.Float32frombits(uint32(b))
		r := x / y
		if !normalSingle(r) {
			return 0, false
		}
		e.inexact(float64(r)*float64(y) == float64(x))
		return uint64(math.Float32bits(r)), true
	case double:
		x, y := math.Float64frombits(a), math.Float64frombits(b)
		r := x / y
		if !inRange(r) || !inRange(x) || !inRange(y) {
			return 0, false
		}
		if e.flags&flagInexact == 0 {
			e.inexact(math.FMA(-r, y, x) == 0)
		}
		return math.Float64bits(r), true
	}
	return 0, false
}

// hostFused is mulAdd. The product of two singles is exact as a double; its sum with the third is rounded to odd as a
// double, which makes the second rounding correct (Boldo and Melquiond, "Emulation of a FMA and correctly rounded sums").
// The error of a fused operation on doubles is no double: it is done only if inexact is raised already.
func (e *environment) hostFused(f *format, a, b, c uint64) (result uint64, ok bool) {
	switch f {
	case single:
		product := float64(math.Float32frombits(uint32(a))) * float64(math.Float32frombits(uint32(b)))
		z := float64(math.Float32frombits(uint32(c)))
		sum := product + z
		part := sum - product
		lost := (product - (sum - part)) + (z - part)
		if lost != 0 {
			bits := math.Float64bits(sum)
			if bits&1 == 0 {
				if (lost > 0) == (sum > 0) {
					bits++
				} else {
					bits--
				}
			}
			sum = math.Float64frombits(bits)
		}
		r := float32(sum)
		if !normalSingle(r) && sum != 0 {
			return 0, false
		}
		e.inexact(lost == 0 && float64(r) == sum)
		return uint64(math.Float32bits(r)), true
	case double:
		r := math.FMA(math.Float64frombits(a), math.Float64frombits(b), math.Float64frombits(c))
		if e.flags&flagInexact == 0 || !inRange(r) {
			return 0, false
		}
		return math.Float64bits(r), true
	}
	return 0, false
}
