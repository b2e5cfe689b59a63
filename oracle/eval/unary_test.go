package eval

import (
	"fmt"
	"math/big"
	"math/bits"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// digits returns the bits of x in its width, the least significant first.
func digits(n integers, x *big.Int) string {
	s := ""
	for i := range int(n.bits) {
		s += fmt.Sprint(x.Bit(i))
	}
	return s
}

func fromDigits(n integers, s string) *big.Int {
	r := new(big.Int)
	for i, c := range s {
		if c == '1' {
			r.SetBit(r, i, 1)
		}
	}
	return n.wrap(r)
}

func reversed(s string, group int) string {
	r := ""
	for i := len(s); i > 0; i -= group {
		r += s[i-group : i]
	}
	return r
}

// unaryReferences is the second formulation of the unary tags, on the digits.
var unaryReferences = []struct {
	tag    air.Tag
	result func(n integers) *air.Type
	answer func(n integers, x *big.Int) *big.Int
	only   func(n integers) bool
}{
	{air.Not, sameType, func(n integers, x *big.Int) *big.Int {
		return fromDigits(n, strings.NewReplacer("0", "1", "1", "0").Replace(digits(n, x)))
	}, nil},
	{air.Abs, unsignedType, func(n integers, x *big.Int) *big.Int {
		if x.Sign() < 0 {
			return times(x, big.NewInt(-1))
		}
		return x
	}, nil},
	{air.Clz, countType, func(n integers, x *big.Int) *big.Int {
		return big.NewInt(int64(len(digits(n, x)) - len(strings.TrimRight(digits(n, x), "0"))))
	}, nil},
	{air.Ctz, countType, func(n integers, x *big.Int) *big.Int {
		return big.NewInt(int64(len(digits(n, x)) - len(strings.TrimLeft(digits(n, x), "0"))))
	}, nil},
	{air.Popcount, countType, func(n integers, x *big.Int) *big.Int {
		return big.NewInt(int64(strings.Count(digits(n, x), "1")))
	}, nil},
	{air.BitReverse, sameType, func(n integers, x *big.Int) *big.Int {
		return fromDigits(n, reversed(digits(n, x), 1))
	}, nil},
	{air.ByteSwap, sameType, func(n integers, x *big.Int) *big.Int {
		return fromDigits(n, reversed(digits(n, x), 8))
	}, func(n integers) bool { return n.bits%8 == 0 }},
}

func sameType(n integers) *air.Type     { return air.IntType(n.signed, uint32(n.bits)) }
func unsignedType(n integers) *air.Type { return air.IntType(false, uint32(n.bits)) }
func countType(n integers) *air.Type    { return air.IntType(false, uint32(bits.Len(n.bits))) }

// Every unary tag at the boundaries of the wider widths.
func TestUnary(t *testing.T) {
	for _, ref := range unaryReferences {
		for _, width := range []uint{16, 24, 31, 32, 33, 48, 63, 64, 65, 128, 136} {
			for _, signed := range []bool{false, true} {
				n := integers{signed, width}
				if ref.only != nil && !ref.only(n) {
					continue
				}
				xs := boundaries(n)
				result := ref.result(n)
				p := mustNew(t, unaryModule(ref.tag, sameType(n), result), Config{})
				for _, x := range xs {
					got, want := shown(p.Call("f", []Arg{intArg(sameType(n), x)}), result), ref.answer(n, x).String()
					if got != want {
						t.Fatalf("%s on %v: %s: got %s, want %s", ref.tag, n, x, got, want)
					}
				}
			}
		}
	}
}

func TestCompare(t *testing.T) {
	for _, ref := range orders {
		for _, width := range []uint{16, 32, 33, 64, 65, 128} {
			for _, signed := range []bool{false, true} {
				n := integers{signed, width}
				xs := boundaries(n)
				p := mustNew(t, binaryModule(ref.tag, sameType(n), sameType(n), air.BoolType), Config{})
				checkPairs(t, p, fmt.Sprint(ref.tag, n), sameType(n), sameType(n), xs, xs, func(x, y *big.Int) answer {
					if ref.holds(minus(x, y).Sign()) {
						return answer{value: big.NewInt(1)}
					}
					return answer{value: new(big.Int)}
				})
			}
		}
	}
}

func TestIntCasts(t *testing.T) {
	widths := []uint{1, 2, 5, 8, 31, 32, 33, 63, 64, 65, 128}
	for _, tag := range []air.Tag{air.IntCast, air.IntCastSafe, air.Trunc} {
		for _, from := range widths {
			for _, to := range widths {
				for signs := range 4 {
					n, r := integers{signs&1 != 0, from}, integers{signs&2 != 0, to}
					if tag == air.Trunc && (to > from || n.signed != r.signed) {
						continue
					}
					checkCast(t, tag, n, r)
				}
			}
		}
	}
}

// castAnswer is the second formulation of a cast to r.
func castAnswer(tag air.Tag, r integers, x *big.Int) answer {
	switch {
	case tag == air.Trunc || r.has(x):
		return answer{value: r.wrap(x)}
	case tag == air.IntCast:
		return answer{reason: "value does not fit"}
	}
	return answer{reason: "panic.integer_out_of_bounds"}
}

func checkCast(t *testing.T, tag air.Tag, n, r integers) {
	t.Helper()
	p := mustNew(t, unaryModule(tag, sameType(n), sameType(r)), Config{})
	for _, x := range boundaries(n) {
		want := castAnswer(tag, r, x)
		if got := shown(p.Call("f", []Arg{intArg(sameType(n), x)}), sameType(r)); got != want.String() {
			t.Fatalf("%s from %v to %v: %s: got %s, want %s", tag, n, r, x, got, want)
		}
	}
}
