package eval

import (
	"math"
	"math/big"
	"math/rand"
	"sort"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// halves is the second formulation of f16: every finite value not below 0, in order; its index is its pattern.
func halves() []*big.Rat {
	var all []*big.Rat
	for pattern := range int64(0x7c00) {
		exp, fraction := pattern>>10, pattern&0x3ff
		if exp == 0 {
			exp = 1
		} else {
			fraction += 0x400
		}
		// fraction * 2^(exp-25)
		all = append(all, new(big.Rat).SetFrac(new(big.Int).Lsh(big.NewInt(fraction), uint(exp)), big.NewInt(1<<25)))
	}
	return all
}

// nearestHalf finds the pattern of the nearest value by search, ties to the even pattern.
func nearestHalf(all []*big.Rat, x *big.Rat, zeroSign bool) uint64 {
	abs := new(big.Rat).Abs(x)
	i := sort.Search(len(all), func(i int) bool { return all[i].Cmp(abs) >= 0 })
	largest := all[len(all)-1]
	beyond := new(big.Rat).Add(largest, big.NewRat(16, 1)) // half a step above the largest
	switch {
	case abs.Cmp(beyond) >= 0:
		i = 0x7c00
	case i == len(all):
		i--
	case i > 0 && all[i].Cmp(abs) != 0:
		below, above := new(big.Rat).Sub(abs, all[i-1]), new(big.Rat).Sub(all[i], abs)
		if c := below.Cmp(above); c < 0 || c == 0 && i%2 == 1 {
			i--
		}
	}
	if x.Sign() < 0 || x.Sign() == 0 && zeroSign {
		return uint64(i) | 0x8000
	}
	return uint64(i)
}

func half(all []*big.Rat, pattern uint64) *big.Rat {
	x := new(big.Rat).Set(all[pattern&0x7fff])
	if pattern&0x8000 != 0 {
		x.Neg(x)
	}
	return x
}

// floatPatterns returns patterns of a format where mistakes live, and random ones.
func floatPatterns(random *rand.Rand, bits, fraction uint, count int) []*big.Int {
	one := big.NewInt(1)
	top := new(big.Int).Lsh(one, bits-1)
	var all []*big.Int
	add := func(x *big.Int) {
		x = new(big.Int).And(x, mask(bits-1))
		all = append(all, x, new(big.Int).Or(x, top))
	}
	infinite := new(big.Int).Sub(top, new(big.Int).Lsh(one, fraction))
	for _, base := range []*big.Int{new(big.Int), new(big.Int).Lsh(one, fraction), infinite} {
		for d := int64(-2); d <= 2; d++ {
			if x := new(big.Int).Add(base, big.NewInt(d)); x.Sign() >= 0 {
				add(x)
			}
		}
	}
	for range count {
		add(new(big.Int).Rand(random, top))
		// Near one, so that sums and products are close.
		near := new(big.Int).Rsh(infinite, 1)
		add(near.Add(near, new(big.Int).Rand(random, new(big.Int).Lsh(one, fraction+2))))
	}
	return all
}

func finiteHalf(pattern uint64) bool { return pattern&0x7c00 != 0x7c00 }

// f16 arithmetic against exact rationals.
func TestHalfAgainstRationals(t *testing.T) {
	all := halves()
	ops := map[air.Tag]func(x, y *big.Rat) *big.Rat{
		air.Add:      func(x, y *big.Rat) *big.Rat { return new(big.Rat).Add(x, y) },
		air.Sub:      func(x, y *big.Rat) *big.Rat { return new(big.Rat).Sub(x, y) },
		air.Mul:      func(x, y *big.Rat) *big.Rat { return new(big.Rat).Mul(x, y) },
		air.DivFloat: func(x, y *big.Rat) *big.Rat { return new(big.Rat).Quo(x, y) },
	}
	count := 40
	if underRace {
		count = 10
	}
	patterns := floatPatterns(rand.New(rand.NewSource(1)), 16, 10, count)
	for tag, op := range ops {
		p := mustNew(t, binaryModule(tag, air.F16, air.F16, air.F16), Config{})
		for _, x := range patterns {
			for _, y := range patterns {
				a, b := x.Uint64(), y.Uint64()
				if !finiteHalf(a) || !finiteHalf(b) || tag == air.DivFloat && b&0x7fff == 0 {
					continue
				}
				got := bigFromBytes(p.Call("f", []Arg{intArg(air.F16, x), intArg(air.F16, y)}).Result, 16, false).Uint64()
				want := nearestHalf(all, op(half(all, a), half(all, b)), zeroSign(tag, a, b))
				if got != want {
					t.Fatalf("%s of %#x and %#x: got %#x, want %#x", tag, a, b, got, want)
				}
			}
		}
	}
}

// zeroSign returns the sign that IEEE 754 requires of a zero result.
func zeroSign(tag air.Tag, a, b uint64) bool {
	an, bn := a&0x8000 != 0, b&0x8000 != 0
	switch tag {
	case air.Add:
		return an && bn && a&0x7fff == b&0x7fff && a&0x7fff == 0
	case air.Sub:
		return an && !bn && a&0x7fff == 0 && b&0x7fff == 0
	}
	return an != bn
}

// The operations that float64 serves, against the exact ones, which our encoder rounds.
func TestFastAgainstSoft(t *testing.T) {
	random := rand.New(rand.NewSource(2))
	for _, size := range []uint32{16, 32, 64} {
		f := formats[size]
		count := 12 // TestNarrowFloatsExact draws more
		if underRace {
			count = 6
		}
		patterns := floatPatterns(random, uint(size), f.fraction, count)
		for tag := range air.Tag(air.NumTags) {
			op, unary := floatOpOf(tag), floatUnaryOpOf(tag)
			for _, x := range patterns {
				if unary != nil && unary.fast != nil {
					got := fromFloat64(unary.fast(toFloat64(x.Uint64(), size)), size)
					if want := f.encode(unary.soft(f, f.decode(x))).Uint64(); got != want {
						t.Fatalf("%s of %#x (%d bits): fast %#x, soft %#x", tag, x, size, got, want)
					}
				}
				if op == nil {
					continue
				}
				for _, y := range patterns {
					got := op.pattern(x.Uint64(), y.Uint64(), size)
					if want := f.encode(op.soft(f, f.decode(x), f.decode(y))).Uint64(); got != want {
						t.Fatalf("%s of %#x and %#x (%d bits): fast %#x, soft %#x", tag, x, y, size, got, want)
					}
				}
			}
		}
	}
}

// floatOpOf returns the operation on two floats in the row of a tag, nil if there is none.
func floatOpOf(tag air.Tag) *floatOp {
	op, _ := meanings[tag].float.(*floatOp)
	return op
}

// floatUnaryOpOf is floatOpOf for one float.
func floatUnaryOpOf(tag air.Tag) *floatUnaryOp {
	op, _ := meanings[tag].float.(*floatUnaryOp)
	return op
}

// fromNative takes a float64 apart.
func fromNative(x float64) number {
	return formats[64].decode(new(big.Int).SetUint64(math.Float64bits(x)))
}

// mul_add, the remainders and the conversions of f32 and f64 against exact rationals and the machine's own.
func TestFloatRationals(t *testing.T) {
	random := rand.New(rand.NewSource(3))
	p := mustNew(t, mulAddModule(), Config{})
	for range 3000 {
		x, y := math.Ldexp(random.Float64()-0.5, random.Intn(80)-40), math.Ldexp(random.Float64()-0.5, random.Intn(80)-40)
		z := -x * y * (1 + math.Ldexp(random.Float64(), -50))
		got := call64(p, x, y, z)
		if want := math.FMA(x, y, z); got != want {
			t.Fatalf("mul_add of %v, %v and %v: got %v, want %v", x, y, z, got, want)
		}
		f := formats[64]
		rem := f.encode(softRem(f, fromNative(x), fromNative(y)))
		if want := math.Mod(x, y); math.Float64frombits(rem.Uint64()) != want {
			t.Fatalf("rem of %v and %v: got %v, want %v", x, y, math.Float64frombits(rem.Uint64()), want)
		}
	}
}

func mulAddModule() *air.Module {
	m := air.NewModule()
	b := air.NewBuilder(m)
	b.Begin("f", m.Types.Fn(air.F64, air.F64, air.F64, air.F64))
	x, y, z := b.Arg(0), b.Arg(1), b.Arg(2)
	b.Ret(b.Inst(air.MulAdd, air.F64, x, y, z))
	b.End()
	return m
}

func call64(p *Program, values ...float64) float64 {
	var args []Arg
	for _, x := range values {
		args = append(args, air.NewInt(air.F64, int64(math.Float64bits(x))))
	}
	return math.Float64frombits(bigFromBytes(p.Call("f", args).Result, 64, false).Uint64())
}

// f80 and f128 against big.Float, which rounds the same way where nothing is subnormal.
func TestWideFloats(t *testing.T) {
	random := rand.New(rand.NewSource(4))
	ops := map[air.Tag]func(z, x, y *big.Float) *big.Float{
		air.Add: (*big.Float).Add, air.Sub: (*big.Float).Sub, air.Mul: (*big.Float).Mul, air.DivFloat: (*big.Float).Quo,
	}
	for _, size := range []uint32{80, 128} {
		f := formats[size]
		number := func() number {
			mant := new(big.Int).Rand(random, mask(f.fraction+1))
			mant.SetBit(mant, int(f.fraction), 1)
			return number{neg: random.Intn(2) == 0, mant: mant, exp: random.Intn(40) - 20 - int(f.fraction)}
		}
		for range 2000 {
			x, y := number(), number()
			for tag, op := range ops {
				want := op(new(big.Float).SetPrec(f.fraction+1), bigFloat(f, x), bigFloat(f, y))
				got := bigFloat(f, f.rounded(floatOpOf(tag).soft(f, x, y)))
				if got.Cmp(want) != 0 {
					t.Fatalf("%s at %d bits of %v and %v: got %v, want %v", tag, size, x, y, got, want)
				}
			}
			x.neg = false
			want := new(big.Float).SetPrec(f.fraction + 1).Sqrt(bigFloat(f, x))
			if got := bigFloat(f, f.rounded(softSqrt(f, x))); got.Cmp(want) != 0 {
				t.Fatalf("sqrt at %d bits of %v: got %v, want %v", size, x, got, want)
			}
		}
	}
}

func bigFloat(f *format, x number) *big.Float {
	r := new(big.Float).SetPrec(f.fraction + 1).SetInt(x.mant)
	r.SetMantExp(r, x.exp)
	if x.neg {
		r.Neg(r)
	}
	return r
}

// Every pattern of every format comes back from decode and encode, NaN as the canonical one.
func TestFormatsRoundTrip(t *testing.T) {
	random := rand.New(rand.NewSource(5))
	for size, f := range formats {
		for _, pattern := range floatPatterns(random, uint(size), f.mantissaBits(), 200) {
			isNormal := new(big.Int).Rsh(new(big.Int).And(pattern, mask(f.bits-1)), f.mantissaBits()).Sign() != 0
			if f.explicit && isNormal != (pattern.Bit(int(f.fraction)) == 1) {
				continue // f80's leading one belongs to the normal numbers
			}
			x := f.decode(pattern)
			got := f.encode(x)
			if x.kind == notANumber {
				got, pattern = big.NewInt(1), big.NewInt(int64(f.decode(got).kind)-int64(notANumber)+1)
			}
			if got.Cmp(pattern) != 0 {
				t.Fatalf("%d bits: %x came back as %x", size, pattern, got)
			}
		}
	}
}

func TestFloatConversions(t *testing.T) {
	checkRuns(t, `
fn @narrow(f64) f32 {
  %0 = arg(f64, 0)
  %1 = fptrunc(f32, %0)
  %2 = ret(%1)
}

fn @half(f32) f16 {
  %0 = arg(f32, 0)
  %1 = fptrunc(f16, %0)
  %2 = ret(%1)
}

fn @wide(f32) f64 {
  %0 = arg(f32, 0)
  %1 = fpext(f64, %0)
  %2 = ret(%1)
}

fn @quad(f64) f64 {
  %0 = arg(f64, 0)
  %1 = fpext(f128, %0)
  %2 = mul(%1, %1)
  %3 = fpext(f128, <f80, 0x3fff8000000000000000>)
  %4 = add(%2, %3)
  %5 = fptrunc(f64, %4)
  %6 = ret(%5)
}

fn @toint(f32) i8 {
  %0 = arg(f32, 0)
  %1 = int_from_float(i8, %0)
  %2 = ret(%1)
}

fn @tosafe(f64) u64 {
  %0 = arg(f64, 0)
  %1 = int_from_float_safe(u64, %0)
  %2 = ret(%1)
}

fn @fromint(i64) f32 {
  %0 = arg(i64, 0)
  %1 = float_from_int(f32, %0)
  %2 = ret(%1)
}

fn @fromwide(u64) f64 {
  %0 = arg(u64, 0)
  %1 = float_from_int(f64, %0)
  %2 = ret(%1)
}

fn @negate(f32) f32 {
  %0 = arg(f32, 0)
  %1 = neg(%0)
  %2 = ret(%1)
}

fn @nanless(f32) f32 {
  %0 = arg(f32, 0)
  %1 = add_optimized(%0, %0)
  %2 = ret(%1)
}

fn @differs(f32) bool {
  %0 = arg(f32, 0)
  %1 = cmp_neq(%0, %0)
  %2 = ret(%1)
}

fn @least(f32) f32 {
  %0 = arg(f32, 0)
  %1 = min(%0, <f32, 1.0>)
  %2 = ret(%1)
}

fn @floored(f32) f32 {
  %0 = arg(f32, 0)
  %1 = div_floor(%0, <f32, 2.0>)
  %2 = mod(%1, <f32, 3.0>)
  %3 = ret(%2)
}
`, []run{
		{"narrow", []int64{0x3ff0000010000000}, "0000803f"},       // 1 + 2^-24: tie to even
		{"narrow", []int64{0x3ff0000010000001}, "0100803f"},       // just above the tie
		{"narrow", []int64{0x36a0000000000000}, "01000000"},       // the least subnormal
		{"narrow", []int64{0x3690000000000000}, "00000000"},       // half of it
		{"narrow", []int64{0x47efffffffffffff}, "0000807f"},       // rounds to infinity
		{"half", []int64{0x477fefff}, "ff7b"},                     // 65519.996: the largest
		{"half", []int64{0x477ff000}, "007c"},                     // 65520: infinity
		{"half", []int64{0x7fc00001}, "007e"},                     // NaN becomes canonical
		{"wide", []int64{1}, "000000000000a036"},                  // the least subnormal
		{"quad", []int64{0x4008000000000000}, "0000000000002440"}, // 3*3+1
		{"toint", []int64{0xc300ff00}, "-128"},                    // -128.996
		{"toint", []int64{0x43000000}, "illegal behaviour: value does not fit at func @toint, %1: int_from_float"},
		{"toint", []int64{0x7fc00000}, "illegal behaviour: value does not fit at func @toint, %1: int_from_float"},
		{"tosafe", []int64{0x43efffffffffffff}, "18446744073709549568"},
		{"tosafe", []int64{0x43f0000000000000}, "panicked: integer_part_out_of_bounds at func @tosafe, %1: int_from_float_safe"},
		{"tosafe", []int64{-0x4010000000000001}, "0"}, // just above -1
		{"fromint", []int64{16777217}, "0000804b"},
		{"fromint", []int64{-9223371761976868865}, "000000df"},
		{"fromint", []int64{0x4000004000000001}, "0100805e"}, // not through f64
		{"fromwide", []int64{-1}, "000000000000f043"},
		{"negate", []int64{0x7fc00001}, "0100c0ff"},
		{"nanless", []int64{0x7fc00000}, "00000000/00000000"},
		{"nanless", []int64{0x3f800000}, "00000040"},
		{"differs", []int64{0x7fc00000}, "1"},
		{"least", []int64{0x7fc00000}, "0000803f"},
		{"least", []int64{0x80000000}, "00000080"},
		{"floored", []int64{0xc0a00000}, "00000080"}, // floor(-2.5) = -3, the rest of 3 keeps its sign
	})
}

// The six comparisons of floats below, equal, above, and of NaN.
func TestFloatCompare(t *testing.T) {
	want := map[air.Tag]string{air.CmpLt: "1000", air.CmpLte: "1100", air.CmpEq: "0100", air.CmpGte: "0110", air.CmpGt: "0010", air.CmpNeq: "1011"}
	for tag, want := range want {
		for _, typ := range []*air.Type{air.F16, air.F32, air.F64, air.F80, air.F128} {
			p := mustNew(t, binaryModule(tag, typ, typ, air.BoolType), Config{})
			f := formats[typ.Bits]
			got := ""
			for _, x := range []number{fromNative(-1.5), fromNative(2), infinity(false), nan()} {
				args := []Arg{intArg(typ, f.encode(x)), intArg(typ, f.encode(fromNative(2)))}
				got += shown(p.Call("f", args), air.BoolType)
			}
			if got != want {
				t.Errorf("%s on %s: got %s, want %s", tag, typ, got, want)
			}
		}
	}
}

// Optional floats are equal as their payloads are: 0 and -0, but not NaN and itself.
func TestOptionalFloatCompare(t *testing.T) {
	m := air.NewModule()
	for _, typ := range []*air.Type{air.F16, air.F32, air.F64, air.F80, air.F128} {
		optional := m.Types.Optional(typ)
		f := formats[typ.Bits]
		p := mustNew(t, binaryModule(air.CmpEq, optional, optional, air.BoolType), Config{})
		some := func(x number) Arg {
			return &air.Value{Type: optional, Kind: air.PayloadValue, Elems: []*air.Value{intArg(typ, f.encode(x))}}
		}
		got := ""
		for _, x := range []number{zeroNumber(false), zeroNumber(true), fromNative(1.5), infinity(true), nan()} {
			for _, y := range []number{zeroNumber(false), infinity(true), nan()} {
				got += shown(p.Call("f", []Arg{some(x), some(y)}), air.BoolType)
			}
		}
		if want := "100100000010000"; got != want {
			t.Errorf("optional %s: got %s, want %s", typ, got, want)
		}
	}
}
