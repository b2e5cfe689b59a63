package air_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

const layoutTypes = `const Zero = enum(u0) { only }
const Color = enum(u3) { red }
const Auto = struct { a: u8, b: u64, c: u16, d: u32 }
const C = extern struct { a: u8, b: u64, c: u16 }
const Bits = packed struct(u13) { a: u3, b: bool, c: i9 }
const Aligned = struct { a: u8 align(16), b: u8 }
const Empty = struct {}
const Bare = union { a: u8, b: [3]u8 }
const Tag = enum(u2) { a, b }
const SmallTag = union(Tag) { a: u8, b: u64 }
const BigTag = enum(u32) { a, b }
const LargeTag = union(BigTag) { a: u8, b: u16 }
const VoidTag = union(Tag) { a: void, b: void }
const Set = error{A = 1}
`

// TestLayout checks sizes, alignments and bit sizes on both sides of every boundary of the layout rules.
func TestLayout(t *testing.T) {
	for _, c := range []struct {
		typ               string
		size, align, bits uint64
	}{
		{"u0", 0, 1, 0}, {"u1", 1, 1, 1}, {"u8", 1, 1, 8}, {"u9", 2, 2, 9}, {"u16", 2, 2, 16}, {"u17", 4, 4, 17},
		{"i24", 4, 4, 24}, {"u32", 4, 4, 32}, {"i33", 8, 8, 33}, {"u63", 8, 8, 63}, {"u64", 8, 8, 64},
		{"u65", 16, 16, 65}, {"i128", 16, 16, 128}, {"u129", 32, 16, 129}, {"u256", 32, 16, 256}, {"u257", 48, 16, 257},
		{"usize", 8, 8, 64}, {"bool", 1, 1, 1}, {"void", 0, 1, 0},
		{"f16", 2, 2, 16}, {"f32", 4, 4, 32}, {"f64", 8, 8, 64}, {"f80", 16, 16, 80}, {"f128", 16, 16, 128},
		{"*u8", 8, 8, 64}, {"[*]u8", 8, 8, 64}, {"[]u8", 16, 8, 128},
		{"[0]u32", 0, 4, 0}, {"[3]u24", 12, 4, 88}, {"[3:0]u8", 4, 1, 32}, {"[5]u0", 0, 1, 0},
		{"@Vector(3, u8)", 4, 4, 24}, {"@Vector(4, u8)", 4, 4, 32}, {"@Vector(9, bool)", 2, 2, 9}, {"@Vector(4, f64)", 32, 32, 256},
		{"?u8", 2, 1, 16}, {"?u32", 8, 4, 64}, {"?u64", 16, 8, 128}, {"?void", 1, 1, 8}, {"?*u8", 8, 8, 64}, {"?Set", 2, 2, 16},
		{"?*allowzero u8", 16, 8, 128}, {"?[*c]u8", 16, 8, 128}, {"?noreturn", 0, 1, 0}, {"??u8", 3, 1, 24},
		{"Set", 2, 2, 16}, {"anyerror", 2, 2, 16},
		{"Set!void", 2, 2, 16}, {"Set!u8", 4, 2, 32}, {"Set!u16", 4, 2, 32}, {"Set!u32", 8, 4, 64}, {"Set!u64", 16, 8, 128}, {"Set![3]u8", 6, 2, 48},
		{"Zero", 0, 1, 0}, {"Color", 1, 1, 3},
		{"Auto", 16, 8, 128}, {"C", 24, 8, 192}, {"Bits", 2, 2, 13}, {"Aligned", 16, 16, 128}, {"Empty", 0, 1, 0},
		{"Bare", 3, 1, 24}, {"SmallTag", 16, 8, 128}, {"LargeTag", 8, 4, 64}, {"VoidTag", 1, 1, 8},
		{"struct { u8, u32, u8 }", 12, 4, 96}, {"struct { u32, u1 }", 8, 4, 64}, {"struct { comptime u64 = 5, u8 }", 1, 1, 8},
	} {
		typ := typeOf(t, c.typ)
		if typ.Size() != c.size || typ.Align() != c.align || typ.BitSize() != c.bits {
			t.Errorf("%s: size %d, align %d, %d bits; want %d, %d, %d", c.typ, typ.Size(), typ.Align(), typ.BitSize(), c.size, c.align, c.bits)
		}
		if typ.HasBits() != (c.size != 0) {
			t.Errorf("%s: HasBits is %t", c.typ, typ.HasBits())
		}
	}
}

// typeOf parses a type beside the definitions of layoutTypes.
func typeOf(t *testing.T, text string) *air.Type {
	t.Helper()
	m, err := air.Parse("layout", []byte(layoutTypes+"var @g: *"+text+" = undefined"))
	if err == nil {
		err = air.Verify(m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m.Global("g").Type.Elem
}

func TestFieldOffsets(t *testing.T) {
	for _, c := range []struct{ typ, want string }{
		{"Auto", "14 0 12 8"},
		{"C", "0 8 16"},
		{"Aligned", "0 1"},
		{"struct { u8, u32, u8 }", "0 4 8"},
		{"SmallTag", "0 0"},
		{"LargeTag", "4 4"},
	} {
		typ := typeOf(t, c.typ)
		offsets := make([]string, len(typ.Fields))
		for i := range typ.Fields {
			offsets[i] = fmt.Sprint(typ.FieldOffset(i))
		}
		if got := strings.Join(offsets, " "); got != c.want {
			t.Errorf("%s: offsets %s, want %s", c.typ, got, c.want)
		}
	}
	bits := typeOf(t, "Bits")
	for i, want := range []uint64{0, 3, 4} {
		if got := bits.FieldBitOffset(i); got != want {
			t.Errorf("Bits: field %d at bit %d, want %d", i, got, want)
		}
	}
}

func TestInnerOffsets(t *testing.T) {
	for _, c := range []struct {
		typ  string
		get  func(*air.Type) uint64
		want uint64
	}{
		{"?u32", (*air.Type).FlagOffset, 4},
		{"?void", (*air.Type).FlagOffset, 0},
		{"Set!u8", (*air.Type).ErrorOffset, 0},
		{"Set!u8", (*air.Type).PayloadOffset, 2},
		{"Set!u64", (*air.Type).ErrorOffset, 8},
		{"Set!u64", (*air.Type).PayloadOffset, 0},
		{"SmallTag", (*air.Type).TagOffset, 8},
		{"SmallTag", (*air.Type).PayloadOffset, 0},
		{"LargeTag", (*air.Type).TagOffset, 0},
		{"LargeTag", (*air.Type).PayloadOffset, 4},
		{"*u64", (*air.Type).PointeeAlign, 8},
		{"*align(2) u64", (*air.Type).PointeeAlign, 2},
	} {
		if got := c.get(typeOf(t, c.typ)); got != c.want {
			t.Errorf("%s: %d, want %d", c.typ, got, c.want)
		}
	}
}

func TestOptionalRepr(t *testing.T) {
	for _, c := range []struct {
		typ  string
		want air.OptionalRepr
	}{
		{"?u8", air.PayloadFlag}, {"?*u8", air.NullIsZero}, {"?Set", air.NullIsZero}, {"?void", air.FlagOnly},
		{"?noreturn", air.AlwaysNull}, {"?*allowzero u8", air.PayloadFlag}, {"??*u8", air.PayloadFlag},
	} {
		if got := typeOf(t, c.typ).OptionalRepr(); got != c.want {
			t.Errorf("%s: %d, want %d", c.typ, got, c.want)
		}
	}
}

func TestScalar(t *testing.T) {
	for _, c := range []struct{ typ, want string }{
		{"u7", "u7"}, {"bool", "u1"}, {"Color", "u3"}, {"Set", "u16"}, {"*u8", "usize"}, {"?*u8", "usize"}, {"?void", "u1"},
		{"Set!void", "u16"}, {"Bits", "u13"}, {"[]u8", ""}, {"?u8", ""}, {"Set!u8", ""}, {"f32", ""}, {"Auto", ""}, {"[1]u8", ""},
	} {
		got, ok := typeOf(t, c.typ).Scalar()
		if ok != (c.want != "") || ok && got.String() != c.want {
			t.Errorf("%s: %v, %t; want %s", c.typ, got, ok, c.want)
		}
	}
}
