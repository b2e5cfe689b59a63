package air_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// malformed holds texts that Parse rejects, with its errors.
var malformed = []struct{ text, want string }{
	{"fn", `m:1:3: expected a name like @f, found the end of the text`},
	{"fun @f() void {}", `m:1:1: expected a declaration, found "fun"`},
	{"threadlocal fn @f() void {}", `m:1:13: expected a declaration, found "fn"`},
	{"fn @f( void {}", `m:1:13: expected ",", found "{"`},
	{"fn @f() {}", `m:1:9: expected a type, found "{"`},
	{"fn @f() void", `m:1:13: expected "{", found the end of the text`},
	{"fn @f() void {", `m:1:15: expected "}", found the end of the text`},
	{"fn @f() void {\n  add(%1)\n}", `m:2:3: expected a number like %1, found "add"`},
	{"fn @f() void {\n  %0 add(%1)\n}", `m:2:6: expected "=", found "add"`},
	{"fn @f() void {\n  %0 = plus(%1)\n}", `m:2:8: there is no instruction "plus"`},
	{"fn @f() void {\n  %0 = add(%1, %1)\n}", `m:2:12: %1 is not defined before this place`},
	{"fn @f() void {\n  %0 = trap()\n  %0 = trap()\n}", `m:3:3: %0 is defined twice`},
	{"fn @f() void {\n  %99999999999 = trap()\n}", `m:2:3: %99999999999 is too large a number`},
	{"fn @f() void {\n  %x = trap()\n}", `m:2:3: unexpected character '%'`},
	{"fn @f() void {\n  %0 = ret(void)\n}", `m:2:12: expected an operand, found "void"`},
	{"fn @f() void {\n  %0 = ret(@g)\n}", `m:2:12: there is no function @g`},
	{"fn @f() void {\n  %0 = ret({}, {})\n}", `m:2:14: expected ")", found ","`},
	{"fn @f() void {\n  %0 = is_null()\n}", `m:2:16: expected an operand, found ")"`},
	{"fn @f() void {\n  %0 = call({}, [])\n}", `m:2:8: call cannot have an operand of type void`},
	{"fn @f() void {\n  %0 = try({}, {\n  })\n}", `m:2:8: try cannot have an operand of type void`},
	{"fn @f() void {\n  %0 = load(u8)\n}", `m:2:15: expected ",", found ")"`},
	{"fn @f() void {\n  %0 = fence(relaxed)\n}", `m:2:14: expected a memory order (unordered, monotonic, acquire, release, acq_rel, seq_cst), found "relaxed"`},
	{"fn @f() void {\n  %0 = cond_br(<bool, true>, {\n  })\n}", `m:3:4: expected ",", found ")"`},
	{"fn @f() void {\n  %0 = switch_br(<u8, 1>, [1] => {\n  })\n}", `m:3:4: expected ",", found ")"`},
	{"fn @f() void {\n  %0 = br(%0)\n}", `m:2:13: expected ",", found ")"`},
	{"fn @f() void {\n  %0 = dbg_var_val({}, name)\n}", `m:2:24: expected a name in quotes, found "name"`},
	{"fn @f() void {\n  %0 = shuffle(@Vector(1, u8), {}, {}, [2147483647])\n}", `m:2:41: a lane is a number of 32 bits`},

	{"var @g: u8", `m:1:11: expected "=", found the end of the text`},
	{"var @g: u8 = ", `m:1:14: expected a value of u8, found the end of the text`},
	{"var @g: u8 = -1", `m:1:14: u8 has no negative values`},
	{"var @g: u8 = 1.5", `m:1:14: 1.5 is not an integer`},
	{"var @g: u8 = @f", `m:1:14: expected a value of u8, found @f`},
	{"var @g: bool = 1", `m:1:16: expected true or false, found "1"`},
	{"var @g: f32 = 1e99", `m:1:15: 1e99 is not a number that f32 holds`},
	{"var @g: f16 = 1.5", `m:1:15: values of f16 are written by their bits, as 0x...`},
	{"var @g: [2]u8 = .{ 1, 2", `m:1:24: expected ",", found the end of the text`},
	{"var @g: [2]u8 = .{ 1 ** 99999999 }", `m:1:20: more than 1048576 elements`},
	{"var @g: struct { u8 } = .{ 1, 2 }", `m:1:31: struct { u8 } has 1 fields`},
	{"const S = struct { a: u8 }\nvar @g: S = .{ .b = 1 }", `m:2:16: expected field .a of S, found .b`},
	{"const U = union { a: u8 }\nvar @g: U = .{ .b = 1 }", `m:2:17: U has no such field`},
	{"const E = enum(u8) { a }\nvar @g: E = .b", `m:2:13: E has no member b`},
	{"var @g: error{A} = error.B", `m:1:20: error{A = 1} has no error B`},
	{"var @g: error{A} = mistake", `m:1:20: expected an error, found "mistake"`},
	{"var @g: []u8 = @f[1..2]", `m:1:20: expected "0", found ".."`},
	{"var @g: u8 = 1 var @g: u8 = 2", `m:1:20: @g is declared twice`},
	{"var @g: u8 = 1\nfn @g() void {}", `m:2:4: @g is declared twice`},

	{"layout zig_0_9", `m:1:8: no layout is called zig_0_9: there are zig_0_14, zig_0_11`},
	{"layout 14", `m:1:8: expected a version of Zig, found "14"`},
	{"var @g: u8 = 0\nlayout zig_0_11", `m:2:1: expected a declaration, found "layout"`},
	{"const @c: u8 = 5 5\nfn @f() void {}", `m:1:18: expected a declaration, found "5"`},
	{"var @g: Missing = undefined", `m:1:9: type Missing is not defined`},
	{"fn @f(*u8) void {\n  %0 = arg(*u8, 0)\n  %1 = bitcast(*Missing, %0)\n}", `m:3:17: type Missing is not defined`},
	{"fn @f() void {\n  %0 = alloc(*u65536)\n}", `m:2:15: type u65536 is not defined`},
	{"fn @f() void {\n  %0 = ret(<Missing, undefined>)\n}", `m:2:13: type Missing is not defined`},
	{"var @g: usize = undefined\nfn @f() void {\n  %0 = load(error{A}!Missing, <*usize, @g>)\n}", `m:3:22: type Missing is not defined`},
	{"var @g: const = undefined", `m:1:9: expected a type, found "const"`},
	{"var @g: u65536 = 0", `m:1:9: type u65536 is not defined`},
	{"var @g: u8!u8 = 0", `m:1:9: u8 before ! is not an error set`},
	{"var @g: [99999999999999999999]u8 = 0", `m:1:10: 99999999999999999999 is not a number of 64 bits`},
	{"var @g: [2:x]u8 = 0", `m:1:12: expected a value of u8, found "x"`},
	{"var @g: [2:0 0]u8 = 0", `m:1:14: expected "]", found "0"`},
	{"var @g: error{A = 2, B = 1} = 0", `m:1:22: errors must have ascending numbers from 1 to 65535`},
	{"const S = 3", `m:1:11: expected a struct, union, enum, opaque or error set, found "3"`},
	{"const u8 = opaque {}", `m:1:7: u8 is not free to be the name of a type`},
	{"const S = opaque {}\nconst S = opaque {}", `m:2:7: type S is defined twice`},
	{"const U.Tag = opaque {}\nconst U = union(enum) { a: u8 }", `m:2:32: type U.Tag is defined twice`},
	{"const S = packed struct { a: u8 }", `m:1:25: expected "(", found "{"`},
	{"const S = enum { a }", `m:1:16: expected "(", found "{"`},

	{"var @g: u8 = 'a'", `m:1:14: unexpected character '\''`},
	{"var @g: u8 = -", `m:1:14: unexpected character '-'`},
	{"var @g: [1]u8 = \"a", `m:1:17: the string does not end on its line`},
	{"var @g: [1]u8 = \"\\q\"", `m:1:18: unknown escape in a string`},
	{"var @g: " + strings.Repeat("?", 2000) + "u8 = null", `m:1:1009: nested more than 1000 deep`},
	{"fn @f() void {" + nested(10_000) + "}", `m:1:138904: nested more than 10000 deep`},
}

// nested returns n loops, each within the one before.
func nested(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "%%%d = loop({", i)
	}
	return text.String() + strings.Repeat("})", n)
}

func TestParseErrors(t *testing.T) {
	for _, c := range malformed {
		m, err := air.Parse("m", []byte(c.text))
		switch {
		case err == nil:
			t.Errorf("%.80q parses to\n%s", c.text, air.Print(m))
		case err.Error() != c.want:
			t.Errorf("%.80q:\n got %s\nwant %s", c.text, err, c.want)
		}
	}
}

// TestParseIsLenient checks what texts that are not canonical print as.
func TestParseIsLenient(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"// note\nvar @g:u8=0x10;", "var @g: u8 = 16\n"},
		{"const U = union(enum) { a: u8, b, }", ""},
		{"const U = union(enum) { a: u8, b: void }",
			"const U = union(U.Tag) {\n  a: u8,\n  b: void,\n}\n\nconst U.Tag = enum(u1) {\n  a,\n  b,\n}\n"},
		{"const anyerror = error{A, B = 7}\nvar @g: error{B} = error.B",
			"const anyerror = error{A = 1, B = 7}\n\nvar @g: error{B = 7} = error.B\n"},
		{"var @g: ?u8 = some(1)", "var @g: ?u8 = 1\n"},
		{"var @g: ??u8 = null", "var @g: ??u8 = null\n"},
		{"var @g: ??u8 = some(null)", "var @g: ??u8 = some(null)\n"},
		{"var @g: ?u8 = some(undefined)", "var @g: ?u8 = some(undefined)\n"},
		{"var @g: [5]u8 = .{ 1, 7, 7, 7, 7 }", "var @g: [5]u8 = .{ 1, 7 ** 4 }\n"},
		{"var @g: f32 = 1", "var @g: f32 = 1.0\n"},
		{"var @g: f64 = -inf", "var @g: f64 = -inf\n"},
		{"var @g: f64 = inf", "var @g: f64 = inf\n"},
		{"var @g: f64 = nan", "var @g: f64 = 0x7ff8000000000000\n"},
		{"var @g: f32 = nan", "var @g: f32 = 0x7fc00000\n"},
		{"var @g: f16 = nan", "var @g: f16 = 0x7e00\n"},
		{"var @g: f64 = 0x7ff8000000000001", "var @g: f64 = 0x7ff8000000000001\n"},
		{"var @g: f16 = 0x3c00", "var @g: f16 = 0x3c00\n"},
		{"var @g: **u8 = @g", "var @g: **u8 = @g\n"},
		{"var @g: u64 = 18446744073709551615", "var @g: u64 = 18446744073709551615\n"},
		{"var @g: i128 = -170141183460469231731687303715884105728", "var @g: i128 = -170141183460469231731687303715884105728\n"},
		{"var @\"a b\": @\"T t\" = .@\"a b\" const @\"T t\" = enum(u8) { @\"a b\" }",
			"const @\"T t\" = enum(u8) {\n  @\"a b\",\n}\n\nvar @\"a b\": @\"T t\" = .@\"a b\"\n"},
	} {
		m, err := air.Parse("m", []byte(c.text))
		if c.want == "" {
			if err == nil {
				t.Errorf("%q parses", c.text)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if got := string(air.Print(m)); got != c.want {
			t.Errorf("%q prints as\n%swant\n%s", c.text, got, c.want)
		}
	}
}

func TestParseMarks(t *testing.T) {
	src := "fn @f(u8) u8 {\n  %0 = arg(u8, 0)\n  %1! = add(%0, %0)\n  %2 = add(%0, %0!)\n  %3 = ret(%2!)\n}\n"
	m, marks, err := air.ParseMarks("m", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	f := m.Func("f")
	set := map[air.DeathMark]bool{}
	for _, mark := range marks {
		set[mark] = true
	}
	want := []air.DeathMark{{Func: f, Inst: 1, Op: -1}, {Func: f, Inst: 2, Op: 1}, {Func: f, Inst: 3, Op: 0}}
	for _, mark := range want {
		if !set[mark] {
			t.Errorf("no mark %+v", mark)
		}
	}
	if len(marks) != len(want) {
		t.Errorf("%d marks, want %d", len(marks), len(want))
	}
	printed := air.PrintDeaths(m, func(f *air.Func, inst air.Index, op int) bool { return set[air.DeathMark{Func: f, Inst: inst, Op: op}] })
	if string(printed) != src {
		t.Errorf("printed with marks:\n%s", printed)
	}
}

func TestParseLiteral(t *testing.T) {
	m := air.NewModule()
	for _, c := range []struct {
		typ        *air.Type
		text       string
		want, rest string // want "" for an error
	}{
		{air.U8, "12, 13", "12", ", 13"},
		{air.I8, "-128", "-128", ""},
		{air.BoolType, "true) == 1", "true", ") == 1"},
		{air.VoidType, "{}", "{}", ""},
		{m.Types.Optional(air.U8), "null)", "null", ")"},
		{m.Types.Pointer(air.U8), "@g+8)", "@g+8", ")"},
		{m.Types.ErrorUnion(m.Types.ErrorSet([]air.ErrorMember{{"A", 1}}), air.U8), "error.A", "error.A", ""},
		{air.U8, "", "", ""},
		{air.U8, "true", "", ""},
		{air.BoolType, "2", "", ""},
	} {
		v, rest, err := m.ParseLiteral(c.typ, c.text)
		switch {
		case c.want == "":
			if err == nil {
				t.Errorf("%s of %s: no error", c.text, c.typ)
			}
		case err != nil:
			t.Errorf("%s of %s: %v", c.text, c.typ, err)
		case v.Literal() != c.want || rest != c.rest:
			t.Errorf("%s of %s: %s and %q, want %s and %q", c.text, c.typ, v.Literal(), rest, c.want, c.rest)
		}
	}
}
