package replay

import (
	"fmt"
	"strings"
	"testing"
)

// typesText declares what the run lines of TestEveryType use.
const typesText = `const Color = enum(u8) {
  red,
  green,
}

const Bits = packed struct(u12) {
  low: u5,
  high: i7,
}

const Shape = union(Color) {
  red: u8,
  green: f32,
}

const Raw = extern union {
  small: u8,
  wide: u32,
}

const Point = struct {
  x: f32,
  y: f64,
}

var @g: [4]u32 = .{ 1, 2, 3, 4 }

`

// everyType has a type, one of its values, and another one.
var everyType = [][3]string{
	{"u0", "0", ""}, {"i7", "-3", "3"}, {"u64", "18446744073709551615", "0"}, {"bool", "true", "false"},
	{"i65", "-3", "3"}, {"u128", "0x80000000000000000000000000000001", "1"}, {"i256", "-1", "0"},
	{"f16", "0x3e00", "0x3e01"}, {"f32", "1.5", "-1.5"}, {"f64", "1e300", "2"}, {"f80", "0x3fff8000000000000000", "0x0"}, {"f128", "0x1", "0x2"},
	{"Color", ".green", ".red"}, {"Bits", "0xabc", "0xabd"}, {"Shape", ".{ .green = 1.5 }", ".{ .red = 1 }"},
	{"Raw", ".{ .wide = 70000 }", ".{ .wide = 70001 }"}, {"Point", ".{ .x = 1.5, .y = -2.5 }", ".{ .x = 1.5, .y = 2.5 }"},
	{"?u8", "5", "null"}, {"?f64", "1.5", "null"}, {"?*u32", "@g+4", "null"}, {"??bool", "some(null)", "null"},
	{"error{Lost = 3}", "error.Lost", ""}, {"error{Lost = 3}!f32", "1.5", "error.Lost"}, {"error{Lost = 3}!void", "{}", "error.Lost"},
	{"*u32", "@g+8", "@g"}, {"[*c]u32", "0", "@g"}, {"*allowzero u8", "4096", "0"}, {"[]u32", "@g[0..4]", "@g[0..3]"}, {"*const fn (u8) u8", "@id", "@other"},
	{"[3]u16", ".{ 1, 2, 3 }", ".{ 1, 2, 4 }"}, {"[2:0]u8", ".{ 1, 2, 0 }", ".{ 1, 3, 0 }"}, {"[5]f64", ".{ 1.5, 2.5, 3.5, 4.5, 5.5 }", ".{ 1.5, 2.5, 3.5, 4.5, 5 }"},
	{"@Vector(4, i16)", ".{ 1, -2, 3, -4 }", ".{ 1, -2, 3, 4 }"}, {"@Vector(5, bool)", ".{ true, false, true, false, true }", ".{ true, false, true, false, false }"},
	{"@Vector(2, f32)", ".{ 1.5, 2.5 }", ".{ 1.5, -2.5 }"}, {"struct { u8, ?f32 }", ".{ 1, 1.5 }", ".{ 1, null }"},
}

// TestEveryType checks that arguments and results of run lines may be of every type, that a wrong line fails and that
// the failure names the right value.
func TestEveryType(t *testing.T) {
	runner := NewRunner(Config{})
	for _, test := range everyType {
		typ, value, other := test[0], test[1], test[2]
		text := func(want string) string {
			return "expect: agree\ntarget: rv64gc\n\n-- air --\n" + typesText +
				fmt.Sprintf("fn @same(%s) %s {\n  %%0 = arg(%s, 0)\n  %%1 = ret(%%0)\n}\n\n", typ, typ, typ) +
				fmt.Sprintf("fn @value() %s {\n  %%0 = ret(<%s, %s>)\n}\n\n", typ, typ, value) +
				"fn @id(u8) u8 {\n  %0 = arg(u8, 0)\n  %1 = ret(%0)\n}\n\nfn @other(u8) u8 {\n  %0 = ret(<u8, 1>)\n}\n" +
				"-- run --\n" + want
		}
		right := fmt.Sprintf("@value() == %s\n@same(%s) == %s\n", value, value, value)
		if r := runner.Entry(entry(t, text(right))); r.Status != Passed {
			t.Errorf("%s: %s %s", typ, r.Status, r.Reason)
		}
		if other == "" {
			continue
		}
		r := runner.Entry(entry(t, text("@value() == "+other+"\n")))
		if _, said, ok := strings.Cut(r.Reason, "all oracles say == "); r.Status != Failed || !ok || said == "" || said == other {
			t.Errorf("%s, a wrong line: %s %s", typ, r.Status, r.Reason)
		}
	}
}

// TestPackedByFields checks that values of packed structs and unions may be written by their fields, that a failure
// names the fields that are wrong, and that run lines are made of fields.
func TestPackedByFields(t *testing.T) {
	const text = `expect: agree
target: rv64gc

-- air --
const Mode = enum(u2) {
  off,
  on,
}

const Inner = packed struct(i4) {
  mode: Mode,
  flag: bool,
  sign: i1,
}

const Bits = packed struct(u76) {
  low: u5,
  high: i7,
  inner: Inner,
  nothing: u0,
  x: f32,
  rest: i28,
}

const Either = packed union(u32) {
  n: u32,
  x: f32,
  small: u8,
}

fn @same(Bits) Bits {
  %0 = arg(Bits, 0)
  %1 = ret(%0)
}

fn @inner(Bits) Inner {
  %0 = arg(Bits, 0)
  %1 = struct_field_val(Inner, %0, 2)
  %2 = ret(%1)
}

fn @either(Either) ?Either {
  %0 = arg(Either, 0)
  %1 = wrap_optional(?Either, %0)
  %2 = ret(%1)
}
-- run --
`
	const bits = ".{ .low = 28, .high = -3, .inner = .{ .mode = .on, .flag = true, .sign = -1 }, .nothing = {}, .x = 1.5, .rest = -2 }"
	runner := NewRunner(Config{})
	for _, test := range []struct{ line, reason string }{
		{"@same(" + bits + ") == " + bits, ""},
		{"@inner(" + bits + ") == .{ .mode = .on, .flag = true, .sign = -1 }", ""},
		{"@inner(" + bits + ") == -3", ""},
		{"@either(.{ .x = 1.5 }) == .{ .n = 1069547520 }", ""},
		{"@same(" + bits + ") == " + strings.Replace(bits, "-3", "3", 1), "all oracles say == " + bits + ": .high is -3, not 3"},
		{"@inner(" + bits + ") == .{ .mode = .off, .flag = false, .sign = -1 }", ".mode is .on, not .off; .flag is true, not false"},
	} {
		if r := runner.Entry(entry(t, text+test.line+"\n")); (r.Status == Passed) != (test.reason == "") || !strings.HasSuffix(r.Reason, test.reason) {
			t.Errorf("%s: %s %s", test.line, r.Status, r.Reason)
		}
	}
}
