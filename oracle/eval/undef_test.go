package eval

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// Definedness is sound: the defined bits of a result do not depend on what the undefined bits of an operand are filled
// with. All patterns and masks of 3 bits.
func TestUndefinedBitsAreSound(t *testing.T) {
	tags := []air.Tag{air.AddWrap, air.SubWrap, air.MulWrap, air.AddSat, air.BitAnd, air.BitOr, air.Xor, air.Min, air.Max, air.Shl, air.Shr, air.SubSat, air.MulSat}
	for _, tag := range tags {
		for _, signed := range []bool{false, true} {
			checkSound(t, tag, air.IntType(signed, 3))
		}
	}
}

// masked makes @f(bits, undef, y): the operand is built in memory, the bits of undef being left undefined, and combined
// with y.
func masked(tag air.Tag, typ *air.Type) string {
	second := typ.String()
	if tag == air.Shl || tag == air.Shr {
		second = "u2"
	}
	return fmt.Sprintf(`
fn @f(u3, u3, %[2]s) %[1]s {
  %%0 = arg(u3, 0)
  %%1 = arg(u3, 1)
  %%2 = arg(%[2]s, 2)
  %%3 = bit_and(<u3, undefined>, %%1)
  %%4 = xor(%%0, %%3)
  %%5 = bitcast(%[1]s, %%4)
  %%6 = %[3]s(%%5, %%2)
  %%7 = ret(%%6)
}
`, typ, second, tag)
}

func checkSound(t *testing.T, tag air.Tag, typ *air.Type) {
	t.Helper()
	p := prepare(t, masked(tag, typ), Config{})
	call := func(x, undef, y int64) oracle.Outcome { return p.Call("f", arguments(p, "f", []int64{x, undef, y})) }
	ys := int64(8)
	if tag == air.Shl || tag == air.Shr {
		ys = 3
	}
	for x := range int64(8) {
		for undef := range int64(8) {
			for y := range ys {
				loose := call(x, undef, y)
				defined := byte(0xff)
				if loose.Defined != nil {
					defined = loose.Defined[0]
				}
				for fill := range int64(8) {
					tight := call(x&^undef|fill&undef, 0, y)
					if tight.Ending != oracle.Returned || loose.Ending != oracle.Returned {
						t.Fatalf("%s: %v and %v", tag, tight, loose)
					}
					if (tight.Result[0]^loose.Result[0])&defined != 0 {
						t.Fatalf("%s %s: %d with %03b undefined, %d: %08b with %08b defined, but filled with %03b: %08b",
							tag, typ, x, undef, y, loose.Result[0], defined, fill, tight.Result[0])
					}
				}
				if undef == 0 && defined != 0xff {
					t.Fatalf("%s %s: %d, %d: an undefined result of defined operands", tag, typ, x, y)
				}
			}
		}
	}
}

// Bits that cannot depend on undefined ones stay defined.
func TestUndefinedBitsArePrecise(t *testing.T) {
	checkRuns(t, `
fn @and(u8) u8 {
  %0 = arg(u8, 0)
  %1 = bit_and(<u8, undefined>, %0)
  %2 = ret(%1)
}

fn @or(u8) u8 {
  %0 = arg(u8, 0)
  %1 = bit_or(<u8, undefined>, %0)
  %2 = ret(%1)
}

fn @sign(i16) i16 {
  %0 = arg(i16, 0)
  %1 = bit_and(<i16, undefined>, <i16, -32768>)
  %2 = bit_or(%1, %0)
  %3 = shr(%2, <u4, 4>)
  %4 = ret(%3)
}

fn @widen(u8) u16 {
  %0 = arg(u8, 0)
  %1 = bit_and(<u8, undefined>, %0)
  %2 = intcast(u16, %1)
  %3 = ret(%2)
}

fn @widesigned() i16 {
  %0 = bit_and(<i8, undefined>, <i8, -128>)
  %1 = intcast(i16, %0)
  %2 = ret(%1)
}

fn @wide() u128 {
  %0 = bit_and(<u100, undefined>, <u100, 255>)
  %1 = intcast(u128, %0)
  %2 = ret(%1)
}

fn @widesign() i72 {
  %0 = bit_and(<i72, undefined>, <i72, -2361183241434822606848>)
  %1 = shr(%0, <u7, 4>)
  %2 = ret(%1)
}

fn @resigned() i8 {
  %0 = bit_and(<u8, undefined>, <u8, 1>)
  %1 = intcast(i8, %0)
  %2 = ret(%1)
}

const Packed = packed struct(u72) {
  low: u4,
  middle: u64,
  high: i4,
}

fn @packed() Packed {
  %0 = aggregate_init(Packed, [<u4, 5>, <u64, undefined>, <i4, -1>])
  %1 = ret(%0)
}

fn @panics() u8 {
  %0 = add_safe(<u8, undefined>, <u8, 1>)
  %1 = ret(%0)
}

fn @amount() u8 {
  %0 = shl(<u8, 1>, <u3, undefined>)
  %1 = ret(%0)
}

fn @exact() u8 {
  %0 = shr_exact(<u8, 1>, <u3, undefined>)
  %1 = ret(%0)
}

fn @exactly() u128 {
  %0 = shl_exact(<u128, 1>, <u7, undefined>)
  %1 = ret(%0)
}

fn @overflowing() u1 {
  %0 = shl_with_overflow(struct { u8, u1 }, <u8, 1>, <u3, undefined>)
  %1 = struct_field_val(u1, %0, 1)
  %2 = ret(%1)
}

fn @saturated() u8 {
  %0 = shl_sat(<u8, 1>, <u3, undefined>)
  %1 = ret(%0)
}

fn @swapped(u8) u16 {
  %0 = arg(u8, 0)
  %1 = intcast(u16, %0)
  %2 = bit_and(<u16, undefined>, <u16, 0xff00>)
  %3 = bit_or(%1, %2)
  %4 = byte_swap(%3)
  %5 = ret(%4)
}

fn @turned() i72 {
  %0 = bit_and(<i72, undefined>, <i72, 15>)
  %1 = bit_reverse(%0)
  %2 = ret(%1)
}

fn @wideswapped() u128 {
  %0 = bit_and(<u128, undefined>, <u128, 0xff00>)
  %1 = byte_swap(%0)
  %2 = ret(%1)
}

fn @switched() u8 {
  %0 = switch_br(<u8, undefined>, [1] => {
    %1 = ret(<u8, 1>)
  }, else => {
    %2 = ret(<u8, 0>)
  })
}

fn @tried() u8 {
  %0 = alloc(*anyerror!u8)
  %1 = load(anyerror!u8, %0)
  %2 = try(%1, {
    %3 = ret(<u8, 0>)
  })
  %4 = ret(%2)
}

fn @frame() usize {
  %0 = frame_addr()
  %1 = ret(%0)
}
`, []run{
		{"and", []int64{0x0f}, "00/f0"},
		{"and", []int64{0}, "0"},
		{"or", []int64{0xf0}, "f0/f0"},
		{"or", []int64{0xff}, "255"},
		{"sign", []int64{0x70}, "0700/ff07"},
		{"widen", []int64{0x0f}, "0000/f0ff"},
		{"widesigned", nil, "0000/7f00"},
		{"wide", nil, "00000000000000000000000000000000/00ffffffffffffffffffffffffffffff"},
		{"widesign", nil, "00000000000000000000000000000000/ffffffffffffffff0700000000000000"},
		{"resigned", nil, "00/00"},
		{"packed", nil, "0500000000000000f000000000000000/0f00000000000000f000000000000000"},
		{"panics", nil, "illegal behaviour: undefined value used at func @panics, %0: add_safe"},
		{"amount", nil, "illegal behaviour: undefined value used at func @amount, %0: shl"},
		{"exact", nil, "illegal behaviour: undefined value used at func @exact, %0: shr_exact"},
		{"exactly", nil, "illegal behaviour: undefined value used at func @exactly, %0: shl_exact"},
		{"overflowing", nil, "illegal behaviour: undefined value used at func @overflowing, %0: shl_with_overflow"},
		{"saturated", nil, "00/00"},
		{"swapped", []int64{0x12}, "0012/00ff"},
		{"turned", nil, "00000000000000000000000000000000/ffffffffffffffff0f00000000000000"},
		{"wideswapped", nil, "00000000000000000000000000000000/ffffffffffffffffffffffffffff00ff"},
		{"switched", nil, "illegal behaviour: undefined value used at func @switched, %0: switch_br"},
		{"tried", nil, "illegal behaviour: undefined value used at func @tried, %2: try"},
		{"frame", nil, "0000000000000000/0000000000000000"},
	})
}

// An _optimized float operation on NaN is undefined, whatever its form.
func TestOptimizedOnNaN(t *testing.T) {
	for tag := range air.Tag(air.NumTags) {
		name := tag.String()
		converts := strings.HasPrefix(name, "int_from_float") // out of range of every integer, so illegal
		if strings.HasSuffix(name, "_optimized") && !converts && !meanings[tag].noNaN {
			t.Errorf("%s is defined on NaN", name)
		}
	}
	checkRuns(t, `
fn @sum() f16 {
  %0 = add_optimized(<f16, 0x7e00>, <f16, 0x3c00>)
  %1 = ret(%0)
}

fn @order() @Vector(2, bool) {
  %0 = cmp_vector_optimized(@Vector(2, bool), <@Vector(2, f16), .{ 0x7e00, 0x3c00 }>, <@Vector(2, f16), .{ 0x3c00, 0x3c00 }>, gte)
  %1 = ret(%0)
}

fn @fold(f16) f16 {
  %0 = arg(f16, 0)
  %1 = aggregate_init(@Vector(3, f16), [<f16, 0x3c00>, %0, <f16, 0x4000>])
  %2 = reduce_optimized(%1, add)
  %3 = ret(%2)
}
`, []run{
		{"sum", nil, "0000/0000"},
		{"order", nil, "02/02"},
		{"fold", []int64{0x7e00}, "0000/0000"},
		{"fold", []int64{0x3c00}, "0044"},
	})
}

// An undefined operand is illegal where it decides between a result and none: where a value is illegal, and in the forms
// that can panic. Elsewhere it makes the result undefined.
func TestUndefinedOperandsDecide(t *testing.T) {
	decides := regexp.MustCompile(`^((add|sub|mul|neg|int_from_float)(_optimized)?$|div_|rem|mod|sh[lr]_exact)|_safe$`)
	check := func(tag air.Tag, m *air.Module, args ...Arg) {
		o := mustNew(t, m, Config{}).Call("f", args)
		if illegal := o.Reason == undefinedUse; illegal != decides.MatchString(tag.String()) || !illegal && o.Defined == nil {
			t.Errorf("%s of an undefined operand: %s %s %x", tag, o.Ending, o.Reason, o.Defined)
		}
	}
	for _, tag := range integerTags(2) {
		if tag.Row().Form != air.Typed { // the others end in a struct
			second := amountType(tag, 8)
			if rule := tag.Row().Rule; rule != air.ShiftRule && rule != air.ShlSatRule {
				second = air.U8
			}
			check(tag, binaryModule(tag, air.U8, second, air.U8), air.NewUndef(air.U8), air.NewInt(second, 1))
		}
	}
	for tag, operand := range map[air.Tag]*air.Type{air.IntCast: air.U16, air.IntCastSafe: air.U16, air.IntFromFloat: air.F32,
		air.IntFromFloatOptimized: air.F80, air.IntFromFloatSafe: air.F16, air.IntFromFloatOptimizedSafe: air.F128} {
		check(tag, unaryModule(tag, operand, air.U8), air.NewUndef(operand))
	}
}
