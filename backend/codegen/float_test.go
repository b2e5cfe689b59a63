package codegen_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/target"
)

// floatBits returns the interesting values of f32 and f64, as bits.
func floatBits(t *air.Type) []int64 {
	values := []float64{0, math.Copysign(0, -1), 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3.25, 127, 128, -128, -128.9, -129, 255.9, 256,
		32767.5, 65536, 2147483647, 2147483648, -2147483648, -2147483649, 4294967295, 4294967296, 9.2233720368547758e18,
		-9.2233720368547758e18, 1.8446744073709552e19, 1e30, 1e-30, 8388607.5, 8388608, 4503599627370495.5, 4503599627370496,
		math.Inf(1), math.Inf(-1), math.NaN(), 5e-324, math.MaxFloat32, math.MaxFloat64}
	var out []int64
	for _, v := range values {
		if t.Bits == 32 {
			out = append(out, int64(math.Float32bits(float32(v))))
		} else {
			out = append(out, int64(math.Float64bits(v)))
		}
	}
	if t.Bits == 16 {
		return []int64{0, 0x8000, 0x3c00, 0xbc00, 0x3800, 0x4200, 0x3e00, 0x3dff, 0x0001, 0x8001, 0x03ff, 0x0400, 0x7bff, 0xfbff, 0x7c00, 0xfc00,
			0x7e00, 0xfe00, 0x7d01, 0x6400, 0x63ff, 0x5bff, 0x4248, 0x1555, 0x7800, 0xf7ff, 0x57f8, 0xd800}
	}
	if t.Bits == 32 {
		return append(out, 0x477fe000, 0x477ff000, 0x477fefff, 0x33000000, 0x33000001, 0x387fe000, 0x38800fff, 0x3c001000, 0x3c003000, 0x7fc12345, 0xffc00001, 0x7f800001)
	}
	return append(out, 0x40effdffffffffff, 0x40effe0000000000, 0x3e60000000000000, 0x3e60000000000001, 0x3f50020000000001, 0x3ff0020000000000,
		0x3ff0020000000001, 0x3ff001ffffffffff, 0x7ff8000000012345, -1, 0x7ff0000000000001)
}

// TestFloat passes floats as integers of their bits, so that every pattern arrives.
func TestFloat(t *testing.T) {
	test := func(t *testing.T, o codegen.Options) {
		for _, ft := range []*air.Type{air.F16, air.F32, air.F64} {
			x := newBench(t)
			bits := air.IntType(false, ft.Bits)
			var binary, unary, ints []*air.Func
			for _, tag := range []air.Tag{air.Add, air.Sub, air.Mul, air.DivFloat, air.DivTrunc, air.DivFloor, air.Rem, air.Mod, air.Min, air.Max,
				air.CmpLt, air.CmpLte, air.CmpEq, air.CmpGte, air.CmpGt, air.CmpNeq} {
				r := bits
				if tag >= air.CmpLt {
					r = air.BoolType
				}
				x.b.Begin(fmt.Sprintf("%s_%s", tag, ft), x.m.Types.Fn(r, bits, bits))
				p, q := x.b.Arg(0), x.b.Arg(1)
				v := x.b.Inst(tag, nil, x.b.Inst(air.Bitcast, ft, p), x.b.Inst(air.Bitcast, ft, q))
				if r == bits {
					v = x.b.Inst(air.Bitcast, bits, v)
				}
				x.b.Ret(v)
				binary = append(binary, x.b.End())
			}
			one := func(name string, r *air.Type, make func(v air.Ref) air.Ref) *air.Func {
				x.b.Begin(fmt.Sprintf("%s_%s_%s", name, ft, r), x.m.Types.Fn(r, bits))
				x.b.Ret(make(x.b.Inst(air.Bitcast, ft, x.b.Arg(0))))
				f := x.b.End()
				unary = append(unary, f)
				return f
			}
			for _, tag := range []air.Tag{air.Neg, air.Sqrt, air.Floor, air.Ceil, air.Round, air.TruncFloat} {
				one(tag.String(), bits, func(v air.Ref) air.Ref { return x.b.Inst(air.Bitcast, bits, x.b.Inst(tag, nil, v)) })
			}
			one("abs", bits, func(v air.Ref) air.Ref { return x.b.Inst(air.Bitcast, bits, x.b.Inst(air.Abs, ft, v)) })
			half := air.IntType(false, 16)
			if ft != air.F16 {
				one("half", half, func(v air.Ref) air.Ref { return x.b.Inst(air.Bitcast, half, x.b.Inst(air.FpTrunc, air.F16, v)) })
			} else {
				double := air.U64
				one("double", double, func(v air.Ref) air.Ref { return x.b.Inst(air.Bitcast, double, x.b.Inst(air.FpExt, air.F64, v)) })
			}
			one("const", bits, func(v air.Ref) air.Ref {
				c := x.b.Const(air.NewInt(ft, int64(floatBits(ft)[9])))
				return x.b.Inst(air.Bitcast, bits, x.b.Inst(air.Add, nil, c, v))
			})
			other := air.F64
			tag := air.FpExt
			if ft == air.F16 {
				other = air.F32
			}
			if ft == air.F64 {
				other, tag = air.F32, air.FpTrunc
			}
			otherBits := air.IntType(false, other.Bits)
			one("cast", otherBits, func(v air.Ref) air.Ref { return x.b.Inst(air.Bitcast, otherBits, x.b.Inst(tag, other, v)) })
			for _, w := range widths {
				for _, signed := range []bool{false, true} {
					it := air.IntType(signed, w)
					one("int", it, func(v air.Ref) air.Ref { return x.b.Inst(air.IntFromFloat, it, v) })
					one("safe", it, func(v air.Ref) air.Ref { return x.b.Inst(air.IntFromFloatSafe, it, v) })
					x.b.Begin(fmt.Sprintf("from_%s_%s", it, ft), x.m.Types.Fn(bits, it))
					x.b.Ret(x.b.Inst(air.Bitcast, bits, x.b.Inst(air.FloatFromInt, ft, x.b.Arg(0))))
					ints = append(ints, x.b.End())
				}
			}
			x.ready(o)
			for _, f := range binary {
				for _, a := range floatBits(ft) {
					for _, b := range floatBits(ft) {
						x.check(f, a, b)
					}
				}
			}
			for _, f := range unary {
				for _, a := range floatBits(ft) {
					x.check(f, a)
				}
			}
			for _, f := range ints {
				x.sweep(f)
			}
			x.ran(10000)
		}
	}
	eachKnob(t, test)
	t.Run("zfh", func(t *testing.T) {
		test(t, codegen.Options{Verify: true, Locations: true, Registers: 7, Features: target.Features{Zfhmin: true, Zfh: true}})
	})
}
