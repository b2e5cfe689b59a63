package eval

import (
	"fmt"
	"math/big"
	"math/bits"
	"math/rand"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// bitcast between types whose sizes or ways of being held differ, one there and one back.
func TestBitcastShapes(t *testing.T) {
	checkRuns(t, `
const Packed = packed struct(u24) {
  low: u4,
  high: u20,
}

fn @toarray(u24) [3]u8 {
  %0 = arg(u24, 0)
  %1 = bitcast([3]u8, %0)
  %2 = ret(%1)
}

fn @fromarray(u8, u8, u8) u24 {
  %0 = arg(u8, 0)
  %1 = arg(u8, 1)
  %2 = arg(u8, 2)
  %3 = aggregate_init([3]u8, [%0, %1, %2])
  %4 = bitcast(u24, %3)
  %5 = ret(%4)
}

fn @packed(u8, u8, u8) u20 {
  %0 = arg(u8, 0)
  %1 = arg(u8, 1)
  %2 = arg(u8, 2)
  %3 = aggregate_init([3]u8, [%0, %1, %2])
  %4 = bitcast(Packed, %3)
  %5 = struct_field_val(u20, %4, 1)
  %6 = ret(%5)
}

fn @lanes(i12) @Vector(3, u4) {
  %0 = arg(i12, 0)
  %1 = bitcast(@Vector(3, u4), %0)
  %2 = ret(%1)
}

fn @fromlanes(u4, u4, u4) i12 {
  %0 = arg(u4, 0)
  %1 = arg(u4, 1)
  %2 = arg(u4, 2)
  %3 = aggregate_init(@Vector(3, u4), [%0, %1, %2])
  %4 = bitcast(i12, %3)
  %5 = ret(%4)
}

fn @half(u16) f16 {
  %0 = arg(u16, 0)
  %1 = bitcast(f16, %0)
  %2 = ret(%1)
}
`, []run{
		{"toarray", []int64{0x123456}, "563412"},
		{"fromarray", []int64{0x56, 0x34, 0x92}, fmt.Sprint(0x923456)},
		{"packed", []int64{0x56, 0x34, 0x92}, fmt.Sprint(0x92345)},
		{"lanes", []int64{-0x455}, "ab0b/ff0f"},
		{"fromlanes", []int64{0xb, 0xa, 0xb}, fmt.Sprint(-0x455)},
		{"half", []int64{0xfe01}, "01fe"},
	})
}

// int_from_float of every f16, to types at which it ends: toward zero, or out of range.
func TestIntFromHalf(t *testing.T) {
	f, step := exactFormats[0], uint64(1)
	if underRace {
		step = 61
	}
	for _, n := range []integers{{true, 1}, {false, 1}, {true, 5}, {false, 8}, {true, 12}, {true, 16}, {false, 16}, {false, 64}} {
		result := sameType(n)
		m := unaryModule(air.IntFromFloat, air.F16, result)
		p := mustNew(t, m, Config{})
		for pattern := uint64(0); pattern < 1<<16; pattern += step {
			want := answer{reason: "value does not fit"}
			if f.isFinite(pattern) {
				if whole := new(big.Int).Quo(f.signedUnits(pattern), oneInUnits); n.has(whole) {
					want = answer{value: whole}
				}
			}
			got := shown(p.Call("f", []Arg{intArg(air.F16, new(big.Int).SetUint64(pattern))}), result)
			if got != want.String() {
				t.Fatalf("int_from_float of %#x to %s: got %s, want %s", pattern, result, got, want)
			}
		}
	}
}

// float_from_int of integers at and next to the points halfway between floats, and others, against the exact value.
func TestFloatFromIntExact(t *testing.T) {
	random := rand.New(rand.NewSource(7))
	for _, f := range exactFormats {
		float := map[uint]*air.Type{16: air.F16, 32: air.F32, 64: air.F64}[f.size]
		for _, n := range []integers{{false, 64}, {true, 64}, {true, 33}, {false, 17}} {
			p := mustNew(t, unaryModule(air.FloatFromInt, sameType(n), float), Config{})
			for range rounds(2000) {
				x := nearTie(random, f.fraction)
				if x.BitLen() >= int(n.bits) {
					x.Rsh(x, uint(x.BitLen())-n.bits+1)
				}
				if n.signed && random.Intn(2) == 0 {
					x.Neg(x)
				}
				if x.Sign() == 0 {
					continue
				}
				o := p.Call("f", []Arg{intArg(sameType(n), x)})
				got := bigFromBytes(o.Result, f.size, false).Uint64()
				if mismatch := f.ofUnits(got, times(x, oneInUnits), big.NewInt(1)); mismatch != "" {
					t.Fatalf("float_from_int of %s %s to %s: %#x %s", sameType(n), x, float, got, mismatch)
				}
			}
		}
	}
}

// nearTie returns an integer of at most 64 bits: the leading places that a format has, then a half, perhaps less or more
// by a little.
func nearTie(random *rand.Rand, fraction uint) *big.Int {
	x := random.Uint64() >> random.Intn(64)
	if length := uint(bits.Len64(x)); length > fraction+2 && random.Intn(4) != 0 {
		below := length - fraction - 1
		x = x>>below<<below | 1<<(below-1)
		x += uint64(random.Intn(3)) - 1
	}
	return new(big.Int).SetUint64(x)
}

// neg flips the sign of a float and abs clears it, whatever the other bits are.
func TestSignOfFloats(t *testing.T) {
	for _, typ := range []*air.Type{air.F16, air.F32, air.F64, air.F128} {
		for _, tag := range []air.Tag{air.Neg, air.Abs} {
			p := mustNew(t, unaryModule(tag, typ, typ), Config{})
			for _, x := range floatPatterns(rand.New(rand.NewSource(8)), uint(typ.Bits), formats[typ.Bits].fraction, 10) {
				sign := int(typ.Bits) - 1
				want := new(big.Int).SetBit(x, sign, 0)
				if tag == air.Neg {
					want.SetBit(want, sign, 1-x.Bit(sign))
				}
				got := bigFromBytes(p.Call("f", []Arg{intArg(typ, x)}).Result, uint(typ.Bits), false)
				if got.Cmp(want) != 0 {
					t.Fatalf("%s of %#x (%s): got %#x, want %#x", tag, x, typ, got, want)
				}
			}
		}
	}
}
