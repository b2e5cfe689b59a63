package eval

import (
	"fmt"
	"math/big"
	"math/bits"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// integers is a second formulation of integer types: a set of integers.
type integers struct {
	signed bool
	bits   uint
}

func (n integers) modulus() *big.Int { return new(big.Int).Lsh(big.NewInt(1), n.bits) }

func (n integers) lowest() *big.Int {
	if !n.signed || n.bits == 0 {
		return new(big.Int)
	}
	return new(big.Int).Neg(new(big.Int).Rsh(n.modulus(), 1))
}

func (n integers) highest() *big.Int {
	top := new(big.Int).Add(n.lowest(), n.modulus())
	return top.Sub(top, big.NewInt(1))
}

func (n integers) has(x *big.Int) bool { return x.Cmp(n.lowest()) >= 0 && x.Cmp(n.highest()) <= 0 }

// wrap returns the member congruent to x.
func (n integers) wrap(x *big.Int) *big.Int {
	offset := new(big.Int).Sub(x, n.lowest())
	return offset.Add(offset.Mod(offset, n.modulus()), n.lowest())
}

func (n integers) clamp(x *big.Int) *big.Int {
	if x.Cmp(n.highest()) > 0 {
		return n.highest()
	}
	if x.Cmp(n.lowest()) < 0 {
		return n.lowest()
	}
	return x
}

// answer is a value, or the reason why there is none ("panic." for panics).
type answer struct {
	value  *big.Int
	reason string
}

func (a answer) String() string {
	if a.reason != "" {
		return a.reason
	}
	return a.value.String()
}

// reference is the second formulation of a binary tag.
type reference struct {
	tag    air.Tag
	shift  bool // the second operand is an amount
	answer func(n integers, x, y *big.Int) answer
}

func plus(x, y *big.Int) *big.Int  { return new(big.Int).Add(x, y) }
func minus(x, y *big.Int) *big.Int { return new(big.Int).Sub(x, y) }
func times(x, y *big.Int) *big.Int { return new(big.Int).Mul(x, y) }
func power(x, y *big.Int) *big.Int {
	return new(big.Int).Mul(x, new(big.Int).Exp(big.NewInt(2), y, nil))
}

type combine func(x, y *big.Int) *big.Int

func wraps(op combine) func(integers, *big.Int, *big.Int) answer {
	return func(n integers, x, y *big.Int) answer { return answer{value: n.wrap(op(x, y))} }
}

func clamps(op combine) func(integers, *big.Int, *big.Int) answer {
	return func(n integers, x, y *big.Int) answer { return answer{value: n.clamp(op(x, y))} }
}

func must(reason string, op combine) func(integers, *big.Int, *big.Int) answer {
	return func(n integers, x, y *big.Int) answer {
		if r := op(x, y); n.has(r) {
			return answer{value: r}
		}
		return answer{reason: reason}
	}
}

// within guards an operation against amounts of the width or more.
func within(op func(integers, *big.Int, *big.Int) answer) func(integers, *big.Int, *big.Int) answer {
	return func(n integers, x, y *big.Int) answer {
		if y.Cmp(big.NewInt(int64(n.bits))) >= 0 {
			return answer{reason: "shift amount too large"}
		}
		return op(n, x, y)
	}
}

// divides returns the quotient rounded toward zero or down, or the remainder that belongs to it. big.Int's Div and Mod
// are Euclidean: 0 <= m < |y|.
func divides(down, wantRest, exactly bool) func(integers, *big.Int, *big.Int) answer {
	return func(n integers, x, y *big.Int) answer {
		if y.Sign() == 0 {
			return answer{reason: "division by zero"}
		}
		q, m := new(big.Int).DivMod(x, y, new(big.Int))
		if exactly && m.Sign() != 0 {
			return answer{reason: "inexact division"}
		}
		fractionBelow := m.Sign() != 0 && y.Sign() < 0 // Euclidean quotient is the ceiling then
		if fractionBelow {
			q.Sub(q, big.NewInt(1))
		}
		// q is now the floor of x/y.
		if !down && m.Sign() != 0 && x.Sign()*y.Sign() < 0 {
			q.Add(q, big.NewInt(1))
		}
		if !n.has(q) {
			return answer{reason: "overflow"}
		}
		if wantRest {
			return answer{value: minus(x, times(q, y))}
		}
		return answer{value: q}
	}
}

func bitByBit(op func(a, b uint) uint) func(integers, *big.Int, *big.Int) answer {
	return func(n integers, x, y *big.Int) answer {
		r := new(big.Int)
		for i := range int(n.bits) {
			// Bit returns the bits of the two's complement for negative numbers too.
			r.SetBit(r, i, op(x.Bit(i), y.Bit(i))&1)
		}
		return answer{value: n.wrap(r)}
	}
}

func floorShift(x, y *big.Int) *big.Int {
	return new(big.Int).Div(x, new(big.Int).Exp(big.NewInt(2), y, nil))
}

var references = []reference{
	{air.Add, false, must("overflow", plus)},
	{air.AddOptimized, false, must("overflow", plus)},
	{air.AddWrap, false, wraps(plus)},
	{air.AddSat, false, clamps(plus)},
	{air.AddSafe, false, must("panic.integer_overflow", plus)},
	{air.Sub, false, must("overflow", minus)},
	{air.SubOptimized, false, must("overflow", minus)},
	{air.SubWrap, false, wraps(minus)},
	{air.SubSat, false, clamps(minus)},
	{air.SubSafe, false, must("panic.integer_overflow", minus)},
	{air.Mul, false, must("overflow", times)},
	{air.MulOptimized, false, must("overflow", times)},
	{air.MulWrap, false, wraps(times)},
	{air.MulSat, false, clamps(times)},
	{air.MulSafe, false, must("panic.integer_overflow", times)},
	{air.DivTrunc, false, divides(false, false, false)},
	{air.DivTruncOptimized, false, divides(false, false, false)},
	{air.DivFloor, false, divides(true, false, false)},
	{air.DivFloorOptimized, false, divides(true, false, false)},
	{air.DivExact, false, divides(false, false, true)},
	{air.DivExactOptimized, false, divides(false, false, true)},
	{air.Rem, false, divides(false, true, false)},
	{air.RemOptimized, false, divides(false, true, false)},
	{air.Mod, false, divides(true, true, false)},
	{air.ModOptimized, false, divides(true, true, false)},
	{air.Shl, true, within(wraps(power))},
	{air.ShlExact, true, within(must("shift loses bits", power))},
	{air.ShlSat, true, clamps(power)},
	{air.Shr, true, within(wraps(floorShift))},
	{air.ShrExact, true, within(func(n integers, x, y *big.Int) answer {
		r := floorShift(x, y)
		if power(r, y).Cmp(x) != 0 {
			return answer{reason: "shift loses bits"}
		}
		return answer{value: r}
	})},
	{air.BitAnd, false, bitByBit(func(a, b uint) uint { return a * b })},
	{air.BitOr, false, bitByBit(func(a, b uint) uint { return a + b - a*b })},
	{air.Xor, false, bitByBit(func(a, b uint) uint { return a + b })},
	{air.Min, false, func(_ integers, x, y *big.Int) answer {
		if minus(x, y).Sign() < 0 {
			return answer{value: x}
		}
		return answer{value: y}
	}},
	{air.Max, false, func(_ integers, x, y *big.Int) answer {
		if minus(x, y).Sign() > 0 {
			return answer{value: x}
		}
		return answer{value: y}
	}},
}

// shown returns an outcome in the form of an answer.
func shown(o oracle.Outcome, result *air.Type) string {
	switch o.Ending {
	case oracle.Returned:
		s := shapeOf(result)
		return bigFromBytes(o.Result, uint(s.bits), s.signed).String()
	case oracle.Panicked:
		return "panic." + o.Reason
	case oracle.Illegal:
		return o.Reason
	}
	return o.Ending.String() + o.Reason
}

// amountType returns the type of the amount that shifts a width.
func amountType(tag air.Tag, width uint) *air.Type {
	if tag == air.ShlSat {
		return air.IntType(false, uint32(width)+2)
	}
	return air.IntType(false, uint32(bits.Len(width-1)))
}

func checkPairs(t *testing.T, p *Program, what string, first, second *air.Type, xs, ys []*big.Int, want func(x, y *big.Int) answer) {
	t.Helper()
	for _, x := range xs {
		for _, y := range ys {
			o := p.Call("f", []Arg{intArg(first, x), intArg(second, y)})
			result := p.byName["f"].def.Type.Elem
			if got, want := shown(o, result), want(x, y).String(); got != want {
				t.Fatalf("%s of %s and %s: got %s, want %s", what, x, y, got, want)
			}
		}
	}
}

// The tables of operations in the size that serves integers of more than 64 bits, which is right at any width: on every
// pair of all widths to 6.
func TestWideOperationsExhaustive(t *testing.T) {
	last := uint(6)
	if underRace {
		last = 4
	}
	for _, ref := range references {
		op, ok := meanings[ref.tag].integer.(intOp)
		if !ok || meanings[ref.tag].noNaN {
			continue // bit operations and plain shifts are no intOp; the _optimized rows repeat their base
		}
		for bits := uint(1); bits <= last; bits++ {
			for _, signed := range []bool{false, true} {
				checkWide(t, ref, op, integers{signed, bits})
			}
		}
	}
}

func checkWide(t *testing.T, ref reference, op intOp, n integers) {
	t.Helper()
	w := width{bits: uint32(n.bits), signed: n.signed, mask: lowMask(n.bits)}
	ys := valuesOf(n.signed, n.bits)
	if ref.shift {
		ys = valuesOf(false, uint(amountType(ref.tag, n.bits).Bits))
	}
	for _, x := range valuesOf(n.signed, n.bits) {
		for _, y := range ys {
			want := ref.answer(n, x, y)
			wide, reason := op.wide(w, x, y)
			if reason != want.reason || reason == "" && n.wrap(wide).Cmp(want.value) != 0 {
				t.Fatalf("%s on %v, wide: %s and %s: got %s %s, want %s", ref.tag, n, x, y, wide, reason, want)
			}
		}
	}
}

// boundaries returns the values of a width where mistakes live.
func boundaries(n integers) []*big.Int {
	var all []*big.Int
	add := func(x *big.Int) {
		for d := int64(-1); d <= 1; d++ {
			if y := plus(x, big.NewInt(d)); n.has(y) {
				all = append(all, y)
			}
		}
	}
	add(n.lowest())
	add(n.highest())
	add(new(big.Int))
	for _, k := range []uint{8, 31, 32, 63, 64} {
		if k < n.bits {
			add(new(big.Int).Lsh(big.NewInt(1), k))
			add(new(big.Int).Neg(new(big.Int).Lsh(big.NewInt(1), k)))
		}
	}
	pattern, _ := new(big.Int).SetString(strings.Repeat("5a3c", 32), 16)
	return append(all, n.wrap(pattern))
}

// Every binary tag at the boundaries of the wider widths.
func TestBinaryBoundaries(t *testing.T) {
	widths := []uint{8, 16, 17, 31, 32, 33, 63, 64, 65, 128, 200}
	if underRace {
		widths = []uint{33, 65}
	}
	for _, ref := range references {
		for _, width := range widths {
			for _, signed := range []bool{false, true} {
				n := integers{signed, width}
				typ := air.IntType(signed, uint32(width))
				second, ys := typ, boundaries(n)
				if ref.shift {
					second = air.IntType(false, uint32(bits.Len(width-1)))
					ys = boundaries(integers{false, uint(second.Bits)})
				}
				p := mustNew(t, binaryModule(ref.tag, typ, second, typ), Config{})
				checkPairs(t, p, fmt.Sprint(ref.tag, " ", typ), typ, second, boundaries(n), ys,
					func(x, y *big.Int) answer { return ref.answer(n, x, y) })
			}
		}
	}
}

// overflowReference is the exact operation of a _with_overflow tag.
type overflowReference struct {
	tag   air.Tag
	shift bool
	exact combine
}

var overflowReferences = []overflowReference{
	{air.AddWithOverflow, false, plus},
	{air.SubWithOverflow, false, minus},
	{air.MulWithOverflow, false, times},
	{air.ShlWithOverflow, true, power},
}

// expectation returns value and flag of a width of at most 8 bits.
func (ref overflowReference) expectation(n integers, x, y *big.Int) expectation {
	exact := ref.exact(x, y)
	switch {
	case ref.shift && y.Cmp(big.NewInt(int64(n.bits))) >= 0:
		return expectation{reason: "shift amount too large"}
	case n.has(exact):
		return expectation{bytes: [2]byte{byte(exact.Int64()), 0}}
	}
	return expectation{bytes: [2]byte{byte(n.wrap(exact).Int64()), 1}}
}

// Every _with_overflow tag at the boundaries of the wider widths.
func TestWithOverflowBoundaries(t *testing.T) {
	for _, ref := range overflowReferences {
		for _, width := range []uint{31, 32, 33, 63, 64, 65, 127, 128} {
			for _, signed := range []bool{false, true} {
				checkWithOverflow(t, ref.tag, ref.shift, ref.exact, integers{signed, width})
			}
		}
	}
}

func checkWithOverflow(t *testing.T, tag air.Tag, shift bool, exact combine, n integers) {
	t.Helper()
	typ := air.IntType(n.signed, uint32(n.bits))
	xs := boundaries(n)
	second, ys := typ, xs
	if shift {
		second = air.IntType(false, uint32(bits.Len(n.bits-1)))
		ys = boundaries(integers{false, uint(second.Bits)})
	}
	m := air.NewModule()
	tuple := m.Types.Tuple(typ, air.U1)
	for half, result := range []*air.Type{typ, air.U1} {
		b := air.NewBuilder(m)
		b.Begin([]string{"value", "flag"}[half], m.Types.Fn(result, typ, second))
		x, y := b.Arg(0), b.Arg(1)
		b.Ret(b.Field(b.Inst(tag, tuple, x, y), half))
		b.End()
	}
	p := mustNew(t, m, Config{})
	for _, x := range xs {
		for _, y := range ys {
			args := []Arg{intArg(typ, x), intArg(second, y)}
			got := shown(p.Call("value", args), typ) + " " + shown(p.Call("flag", args), air.U1)
			e := exact(x, y)
			want := n.wrap(e).String() + " 1"
			switch {
			case shift && y.Cmp(big.NewInt(int64(n.bits))) >= 0:
				want = "shift amount too large shift amount too large"
			case n.has(e):
				want = e.String() + " 0"
			}
			if got != want {
				t.Fatalf("%s on %v: %s and %s: got %s, want %s", tag, n, x, y, got, want)
			}
		}
	}
}
