package air_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

const prelude = `const Set = error{A = 1, B = 2}
const Color = enum(u8) { red, green }
const Pair = struct { wide: u32, narrow: u8 }
const Tag = enum(u1) { a, b }
const Tagged = union(Tag) { a: u8, b: u32 }
const Bare = union { a: u8, b: u32 }
const Named = opaque {}
var @g: u32 = 0
fn @callee(u8) u8 {
  %0 = arg(u8, 0)
  %1 = ret(%0)
}
`

// oneInst returns a module whose function f takes params ("u8; u16") and has the instruction after its args.
func oneInst(params, inst string) string {
	var text strings.Builder
	text.WriteString(prelude)
	fmt.Fprintf(&text, "fn @f(%s) void {\n", strings.ReplaceAll(params, ";", ","))
	n := 0
	for _, p := range strings.Split(params, "; ") {
		if p != "" {
			fmt.Fprintf(&text, "  %%%d = arg(%s, %d)\n", n, p, n)
			n++
		}
	}
	fmt.Fprintf(&text, "  %%%d = %s\n", n, inst)
	if !strings.HasPrefix(inst, "ret") {
		fmt.Fprintf(&text, "  %%%d = ret({})\n", n+1)
	}
	text.WriteString("}\n")
	return text.String()
}

// rejected holds, for each rule, instructions that break it.
var rejected = []struct{ params, inst, want string }{
	{"u8; i8", "add(%0, %1)", "operands of types u8 and i8"},
	{"bool; bool", "add(%0, %1)", "an operand of type bool is not integers or floats"},
	{"f32; f32", "add_wrap(%0, %1)", "an operand of type f32 is not integers"},
	{"u32; u32", "div_float(%0, %1)", "an operand of type u32 is not floats"},
	{"f32; f32", "xor(%0, %1)", "an operand of type f32 is not integers or bools"},
	{"u8; u8", "add_with_overflow(struct { u8, u8 }, %0, %1)", "the result type struct { u8, u8 } is not a tuple of u8 and u1"},
	{"u8; i8", "add_with_overflow(struct { u8, u1 }, %0, %1)", "operands of types u8 and i8"},
	{"u8; u8", "shl_with_overflow(struct { u8, u1 }, %0, %1)", "u8 cannot be shifted by u8"},
	{"u8; u3", "shl_with_overflow(struct { u8, u3 }, %0, %1)", "the result type struct { u8, u3 } is not a tuple of u8 and u1"},
	{"u9; u3", "shl(%0, %1)", "u9 cannot be shifted by u3"},
	{"u8; u4", "shr(%0, %1)", "u8 cannot be shifted by u4"},
	{"u8; i3", "shr(%0, %1)", "u8 cannot be shifted by i3"},
	{"bool; u0", "shr(%0, %1)", "an operand of type bool is not integers"},
	{"u8; i7", "shl_sat(%0, %1)", "u8 cannot be shifted by i7"},
	{"u12", "byte_swap(%0)", "an operand of type u12 is not an integer of whole bytes"},
	{"i32", "abs(i32, %0)", "i32 is not the absolute type of i32"},
	{"i32", "abs(u31, %0)", "u31 is not the absolute type of i32"},
	{"u32", "clz(u5, %0)", "the result type u5 is not u6, just wide enough for u32"},
	{"u31", "ctz(u6, %0)", "the result type u6 is not u5, just wide enough for u31"},
	{"bool", "popcount(u1, %0)", "an operand of type bool is not an integer"},
	{"u8; u16", "cmp_lt(%0, %1)", "operands of types u8 and u16"},
	{"?u8; ?u8", "cmp_lt(%0, %1)", "an operand of type ?u8 is not ordered"},
	{"Pair; Pair", "cmp_eq(%0, %1)", "an operand of type Pair is not ordered"},
	{"@Vector(2, u8); @Vector(2, u8)", "cmp_vector(@Vector(3, bool), %0, %1, lt)", "the result type @Vector(3, bool) is not a vector of 2 bools"},
	{"u1; u1", "bool_and(%0, %1)", "an operand of type u1 is not bools"},
	{"u32", "cmp_lt_errors_len(%0)", "an operand of type u32 is not an error number (u16)"},
	{"u32", "bitcast(u31, %0)", "u32 (32 bits) is not as large as u31 (31 bits)"},
	{"u32", "bitcast(u64, %0)", "u32 (32 bits) is not as large as u64 (64 bits)"},
	{"u64", "int_from_ptr(%0)", "an operand of type u64 is not a pointer"},
	{"bool", "int_from_bool(u8, %0)", "it does not turn bool into u8"},
	{"bool", "intcast(u8, %0)", "it does not turn bool into u8"},
	{"u8", "trunc(u9, %0)", "it does not turn u8 into u9"},
	{"u8", "trunc(i7, %0)", "it does not turn u8 into i7"},
	{"f32", "fptrunc(f32, %0)", "f32 is not a wider float than f32"},
	{"f64", "fpext(f32, %0)", "f32 is not a wider float than f64"},
	{"u8", "int_from_float(u8, %0)", "it does not turn u8 into u8"},
	{"f32", "float_from_int(f64, %0)", "it does not turn f32 into f64"},
	{"u16", "error_set_has_value(u8, %0)", "it has no error set"},
	{"u8", "is_named_enum_value(%0)", "an operand of type u8 is not an enum"},
	{"*u8", "addrspace_cast(u64, %0)", "it does not turn *u8 into u64"},
	{"", "alloc([]u8)", "the result type []u8 is not a pointer to one"},
	{"", "ret_ptr(*u8)", "the result type *u8 is not a pointer to the result void"},
	{"*u8", "load(i8, %0)", "*u8 is not a pointer to i8"},
	{"[]u8", "load(u8, %0)", "[]u8 is not a pointer to u8"},
	{"*u8; u16", "store(%0, %1)", "*u8 is not a pointer to u16"},
	{"[*]u8; u8", "memset(%0, %1)", "[*]u8 is not a slice or pointer to an array of u8"},
	{"[]u8; u16", "memset(%0, %1)", "[]u8 is not a slice or pointer to an array of u16"},
	{"[*]u8; []u8", "memcpy(%0, %1)", "an operand of type [*]u8 is not a slice or pointer to an array"},
	{"[]u8; []u16", "memcpy(%0, %1)", "[]u8 and []u16 have different elements"},
	{"*[2]u8; *[3]u8", "memmove(%0, %1)", "*[2]u8 and *[3]u8 have different lengths"},
	{"[*]u8; u32", "slice([]u8, %0, %1)", "an operand of type u32 is not usize"},
	{"[*]u8; usize", "slice([]u16, %0, %1)", "an operand of type [*]u8 is not a pointer to u16"},
	{"[*]u8", "slice_len(%0)", "an operand of type [*]u8 is not a slice"},
	{"[]u8", "slice_ptr([*]u16, %0)", "[*]u16 is not the pointer of []u8"},
	{"[]u8", "ptr_slice_len_ptr(*usize, %0)", "an operand of type []u8 is not a pointer to a slice"},
	{"*[]u8", "ptr_slice_len_ptr(*u64, %0)", "*u64 is not a pointer to usize"},
	{"*[]u8", "ptr_slice_ptr_ptr(*[*]u16, %0)", "the result type *[*]u16 is not a pointer to the pointer of []u8"},
	{"*u8", "array_to_slice([]u8, %0)", "*u8 cannot become []u8"},
	{"u8; usize", "array_elem_val(u8, %0, %1)", "an operand of type u8 is not an array or vector"},
	{"[2]u8; u64", "array_elem_val(u8, %0, %1)", "an operand of type u64 is not usize"},
	{"[]u8; usize", "slice_elem_val(u16, %0, %1)", "the result type u16 is not the element u8"},
	{"*u8; usize", "ptr_elem_val(u8, %0, %1)", "an operand of type *u8 is not a pointer to elements"},
	{"[]u8; usize", "slice_elem_ptr(*u16, %0, %1)", "the result type *u16 is not a pointer to the element u8"},
	{"*u8; usize", "ptr_elem_ptr(*u8, %0, %1)", "an operand of type *u8 is not a pointer to elements"},
	{"[*]u8; usize", "ptr_add([*]u16, %0, %1)", "the result type [*]u16 is not a pointer to u8"},
	{"*u8; usize", "ptr_sub(*u8, %0, %1)", "an operand of type *u8 is not a pointer to elements"},
	{"*Pair", "struct_field_ptr(*u8, %0, 2)", "Pair has no field 2"},
	{"*Pair", "struct_field_ptr(*u8, %0, 0)", "*u8 is not a pointer to u32"},
	{"*Pair", "struct_field_ptr_index_2(*u8, %0)", "Pair has no field 2"},
	{"Pair", "struct_field_val(u8, %0, 0)", "the result type u8 is not the field's u32"},
	{"u8", "struct_field_val(u8, %0, 0)", "u8 has no fields"},
	{"*u8", "field_parent_ptr(*Pair, %0, 0)", "*u8 is not a pointer to u32"},
	{"*Tagged; u1", "set_union_tag(%0, %1)", "an operand of type u1 is not the tag Tag"},
	{"*Bare; u1", "set_union_tag(%0, %1)", "an operand of type u1 is not an enum"},
	{"*Pair; Tag", "set_union_tag(%0, %1)", "an operand of type *Pair is not a pointer to a union"},
	{"Tagged", "get_union_tag(u1, %0)", "the result type u1 is not the tag Tag"},
	{"u8", "union_init(Bare, %0, 1)", "an operand of type u8 is not the field's u32"},
	{"u32", "aggregate_init(Pair, [%0])", "it has 1 operands for 2 parts of Pair"},
	{"u8", "aggregate_init([2]u8, [%0, <u16, 1>])", "part 1 has type u16, not u8"},
	{"?u8", "optional_payload(u16, %0)", "u16 is not the payload of ?u8"},
	{"*?u8", "optional_payload_ptr(*u16, %0)", "*u16 does not point to the payload behind *?u8"},
	{"u8", "wrap_optional(?u16, %0)", "u8 is not the payload of ?u16"},
	{"*u8", "is_null(%0)", "an operand of type *u8 is not an optional"},
	{"?u8", "is_non_null_ptr(%0)", "an operand of type ?u8 is not a pointer to an optional"},
	{"Set!u8", "unwrap_errunion_payload(u16, %0)", "u16 is not the payload of Set!u8"},
	{"Set!u8", "unwrap_errunion_err(anyerror, %0)", "anyerror is not the error set of Set!u8"},
	{"*Set!u8", "unwrap_errunion_payload_ptr(*u16, %0)", "*u16 is not a pointer to u8"},
	{"*Set!u8", "unwrap_errunion_err_ptr(anyerror, %0)", "anyerror is not the error set behind *Set!u8"},
	{"u8", "wrap_errunion_payload(Set!u16, %0)", "u8 is not the payload of Set!u16"},
	{"anyerror", "wrap_errunion_err(Set!u8, %0)", "anyerror is not the error set of Set!u8"},
	{"Set", "is_err(%0)", "an operand of type Set is not an error union"},
	{"Set!u8", "is_non_err_ptr(%0)", "an operand of type Set!u8 is not a pointer to an error union"},
	{"u8", "splat(@Vector(2, u16), %0)", "the result type @Vector(2, u16) is not a vector of u8"},
	{"bool; @Vector(2, u8); @Vector(2, u8)", "select(@Vector(2, u8), %0, %1, %2)", "an operand of type bool is not a vector of 2 bools"},
	{"@Vector(2, bool); u8; u8", "select(u8, %0, %1, %2)", "an operand of type @Vector(2, bool) is not bool"},
	{"bool; u8; u16", "select(u8, %0, %1, %2)", "operands of types u8 and u16 for u8"},
	{"bool; Pair; Pair", "select(Pair, %0, %1, %2)", "the result type Pair is not a scalar or vector"},
	{"@Vector(2, u8); @Vector(2, u8)", "shuffle(@Vector(2, u8), %0, %1, [0, 2])", "there is no lane 2"},
	{"@Vector(2, u8); @Vector(2, u8)", "shuffle(@Vector(2, u8), %0, %1, [0, -3])", "there is no lane -3"},
	{"@Vector(2, u8); @Vector(2, u8)", "shuffle(@Vector(3, u8), %0, %1, [0, -2])", "its mask does not have the 3 lanes of @Vector(3, u8)"},
	{"@Vector(2, u8)", "reduce(%0, nand)", "reduce has no such operator"},
	{"*@Vector(2, u8); usize; u16", "vector_store_elem(%0, %1, %2)", "*@Vector(2, u8) is not a pointer to a vector of u16"},
	{"u8", "tag_name([:0]const u8, %0)", "an operand of type u8 is not an enum"},
	{"Set", "error_name([*]u8, %0)", "the result type [*]u8 is not a slice of bytes"},
	{"*u8; u8; u16", "cmpxchg_weak(?u8, %0, %1, %2, seq_cst, seq_cst)", "operands of types u8 and u16"},
	{"*u8; u8", "cmpxchg_strong(u8, %0, %1, %1, seq_cst, seq_cst)", "the result type u8 is not ?u8"},
	{"", "fence(monotonic)", "a fence cannot be monotonic"},
	{"*Pair", "atomic_load(Pair, %0, seq_cst)", "Pair cannot be accessed atomically"},
	{"*u8; u16", "atomic_store_release(%0, %1)", "*u8 is not a pointer to u16"},
	{"*u8; u8", "atomic_rmw(u16, %0, %1, add, seq_cst)", "an operand of type u8 is not the result's u16"},
	{"*u8; u8", "atomic_rmw(u8, %0, %1, mul, seq_cst)", "atomic_rmw has no such operator"},
	{"u8", "ret(%0)", "it returns u8 from a function of void"},
	{"*u8", "ret_load(%0)", "*u8 is not a pointer to void"},
	{"u8", "call(@callee, [])", "0 arguments for fn (u8) u8"},
	{"u8", "call(@callee, [%0, %0])", "2 arguments for fn (u8) u8"},
	{"i8", "call(@callee, [%0])", "argument 0 has type i8, not u8"},
	{"u8; u16", "arg(u16, 1)", "args come in the order of the parameters, each at most once"},
	{"u8", "arg(u16, 1)", "there is no parameter 1"},
	{"u8", "assembly(void, \"\", outputs [], inputs [a \"r\"], clobbers [])", "input a has no operand"},
	{"*u8", "prefetch(%0, read, 4, data)", "its locality is not 0 to 3"},
	{"", "err_return_trace(u8)", "the result type u8 is not a pointer"},
	{"u8", "c_va_end(%0)", "an operand of type u8 is not a pointer"},
	{"*u8", "runtime_nav_ptr(*u8, %0)", "its operand is not the address of a symbol"},

	{"", "ret(<u8, 256>)", "256 does not fit in u8"},
	{"", "ret(<i8, 128>)", "128 does not fit in i8"},
	{"", "ret(<i8, -129>)", "-129 does not fit in i8"},
	{"", "ret(<u0, 1>)", "1 does not fit in u0"},
	{"", "ret(<i128, 170141183460469231731687303715884105728>)", "does not fit in i128"},
	{"", "ret(<f32, 0x1ffffffff>)", "the bits are more than f32 has"},
	{"", "ret(<Color, 2>)", "Color has no member 2"},
	{"", "ret(<Set, error(3)>)", "Set has no error 3"},
	{"", "ret(<Set!u8, error(3)>)", "Set has no error 3"},
	{"", "ret(<anyerror, error(0)>)", "0 is not an error"},
	{"", "ret(<u8, null>)", "u8 has no value of that shape"},
	{"", "ret(<u8, {}>)", "u8 has no value of that shape"},
	{"", "ret(<[2]u8, .{ 1 }>)", "1 elements for [2]u8, which has 2"},
	{"", "ret(<[2]u8, \"abc\">)", "3 bytes for [2]u8, which has 2"},
	{"", "ret(<[1:0]u8, \"ab\">)", "the last byte is not the sentinel of [1:0]u8"},
	{"", "alloc(*[1:undefined]u8)", "the sentinel is undefined"},
	{"", "alloc(*[*:undefined]u8)", "the sentinel is undefined"},
	{"", "ret(<[2]u16, \"ab\">)", "[2]u16 is not an array or vector of bytes"},
	{"", "ret(<*u8, @missing>)", "there is no global or function @missing"},
	{"", "ret(<fn () void, @g>)", "@g is not a function of type fn () void"},
	{"u16", "call(<*const fn (u16) u8, @callee>, [%0])", "@callee is not a function of type fn (u16) u8"},
	{"i8", "call(<*const fn (i8) u8, @callee>, [%0])", "@callee is not a function of type fn (i8) u8"},
	{"u8", "call(<*const fn (u8) callconv(.C) u8, @callee>, [%0])", "@callee is not a function of type fn (u8) callconv(.C) u8"},
	{"u8; u8", "call(<*const fn (u8, u8) u8, @callee>, [%0, %1])", "@callee is not a function of type fn (u8, u8) u8"},
	{"u8", "call(<*const fn (u8) void, @callee>, [%0])", "@callee is not a function of type fn (u8) void"},
	{"u8", "call(<*const fn (u8) u8, @g>, [%0])", "@g is not a function of type fn (u8) u8"},
	{"", "ret(<?u8, 256>)", "256 does not fit in u8"},
}

func TestVerifyRejects(t *testing.T) {
	place := regexp.MustCompile(`^func @f, %\d+: (\w+): `)
	covered := map[air.Rule]bool{}
	for _, c := range rejected {
		text := oneInst(c.params, c.inst)
		m, err := air.Parse("m", []byte(text))
		if err != nil {
			t.Errorf("%v in\n%s", err, text)
			continue
		}
		err = air.Verify(m)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.inst, err)
			}
			continue
		}
		if err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s of (%s): error %v, want %s", c.inst, c.params, err, c.want)
			continue
		}
		if match := place.FindStringSubmatch(err.Error()); match != nil {
			tag, _ := air.TagByName(match[1])
			covered[tag.Row().Rule] = true
		}
	}
	for tag := range air.NumTags {
		row := air.Tag(tag).Row()
		if row.Rule != air.NoRule && !covered[row.Rule] && !structural[row.Rule] {
			t.Errorf("nothing breaks the rule of %s", row.Name)
		}
	}
}

// structural are the rules that only malformed bodies break, and DebugRule, which no text breaks.
var structural = map[air.Rule]bool{
	air.BrRule: true, air.RepeatRule: true, air.CondBrRule: true, air.SwitchRule: true, air.DispatchRule: true, air.DebugRule: true,
}

// TestVerifyRejectsBodies checks whole bodies that must be rejected.
func TestVerifyRejectsBodies(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{`%0 = arg(u8, 0)`, "func @f, %0: arg: a body ends here without a terminator"},
		{``, "func @f: a body is empty"},
		{"%0 = ret({})\n%1 = trap()", "func @f, %1: trap: it can never run: %0 before it, ret, does not return"},
		{"%0 = alloc(*u8)\n%1 = arg(u8, 0)\n%2 = ret({})", "func @f, %1: arg: args come before all other instructions"},
		{"%0 = block(void, {\n%1 = alloc(*u8)\n%2 = br(%0, {})\n})\n%3 = load(u8, %1)\n%4 = ret({})",
			"func @f, %3: load: %1 is used outside the body that it is in"},
		{"%0 = block(u8, {\n%1 = br(%0, {})\n})\n%2 = ret({})", "func @f, %1: br: it passes a void to a block of type u8"},
		{"%0 = block(u8, {\n%1 = br(%0, %0)\n})\n%2 = ret({})", "func @f, %1: br: %0 is used inside itself"},
		{"%0 = block(void, {\n%1 = br(%0, {})\n})\n%2 = br(%0, {})", "func @f, %2: br: its target %0 does not enclose it"},
		{"%0 = loop({\n%1 = br(%0, {})\n})", "func @f, %1: br: its target %0 is not a block"},
		{"%0 = block(void, {\n%1 = repeat(%0)\n})\n%2 = ret({})", "func @f, %1: repeat: its target %0 is not a loop"},
		{"%0 = loop({\n%1 = switch_dispatch(%0, {})\n})", "func @f, %1: switch_dispatch: its target %0 is not a loop_switch_br"},
		{"%0 = loop_switch_br(<u8, 1>, else => {\n%1 = switch_dispatch(%0, <u16, 1>)\n})",
			"func @f, %1: switch_dispatch: it passes a u16 to a switch over u8"},
		{"%0 = cond_br(<u1, 1>, {\n%1 = trap()\n}, {\n%2 = trap()\n})", "func @f, %0: cond_br: an operand of type u1 is not bool"},
		{"%0 = switch_br(<u8, 1>, [1] => {\n%1 = trap()\n}, [2, 1] => {\n%2 = trap()\n}, else => {\n%3 = trap()\n})",
			"func @f, %0: switch_br: two items are or contain 1"},
		{"%0 = switch_br(<u8, 1>, [1...5] => {\n%1 = trap()\n}, [5...6] => {\n%2 = trap()\n}, else => {\n%3 = trap()\n})",
			"func @f, %0: switch_br: two items are or contain 5"},
		{"%0 = switch_br(<i8, 1>, [5...-5] => {\n%1 = trap()\n}, else => {\n%2 = trap()\n})",
			"func @f, %0: switch_br: the range 5...-5 is empty"},
		{"%0 = switch_br(<u8, 1>, [256] => {\n%1 = trap()\n}, else => {\n%2 = trap()\n})",
			"func @f, %0: switch_br: 256 does not fit in u8"},
		{"%0 = switch_br(<f32, 1>, else => {\n%1 = trap()\n})",
			"func @f, %0: switch_br: an operand of type f32 is not an integer, enum, bool or error"},
	} {
		m, err := air.Parse("m", []byte("fn @f(u8) void {\n"+c.body+"\n}\n"))
		if err != nil {
			t.Errorf("%v in\n%s", err, c.body)
			continue
		}
		if err := air.Verify(m); err == nil || err.Error() != c.want {
			t.Errorf("%s\n got %v\nwant %s", c.body, err, c.want)
		}
	}
}

// TestVerifyRejectsDeclarations checks types and globals that must be rejected.
func TestVerifyRejectsDeclarations(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"const S = struct { s: S }", "type S: field s: it contains itself"},
		{"const S = struct { s: ?[2]S }", "type S: field s: it contains itself"},
		{"const S = struct { s: ?*S }", ""},
		{"const S = struct { s: [0]S, p: *S }", ""},
		{"const S = struct { s: [0]S, t: S }", "type S: field t: it contains itself"},
		{"const S = struct { s: fn () void }", "type S: field s cannot hold fn () void"},
		{"const S = struct { f: u8, g: bool, f: u8 }", "type S: there are two fields f"},
		{"const U = union { f: u8, f: u16 }", "type U: there are two fields f"},
		{"fn @f() void {\n  %0 = ret({})\n}\nvar @g: struct { u8, comptime fn () void = @f } = undefined", ""},
		{"var @g: u8 align(2097152) = 1", "global @g: alignment 2097152 is larger than 1048576"},
		{"const S = struct { s: u8 align(2147483648) }", "type S: alignment 2147483648 is larger than 1048576"},
		{"extern fn @f(*align(2147483648) u8) void", "func @f: type *align(2147483648) u8: alignment 2147483648 is larger than 1048576"},
		{"const S = struct { s: u8 align(3) }", "type S: alignment 3 is not a power of two"},
		{"const S = packed struct(u8) { a: u4, b: u5 }", "type S: the fields have 9 bits, not those of u8"},
		{"const S = packed union(u8) { a: u4, b: u5 }", "type S: the fields have 5 bits, not those of u8"},
		{"const E = enum(u8) { a = 256 }", "type E: member a = 256 does not fit in u8"},
		{"const E = enum(u8) { a, a }", "type E: there are two members a"},
		{"const E = enum(f32) { a }", "type E: the tag type f32 is not an integer"},
		{"const E = enum(u8) { a }\nconst U = union(E) { b: u8 }", "type U: E has no member b"},
		{"const U = union(u8) { b: u8 }", "type U: u8 has no member b"},
		{"var @g: *align(3) u8 = undefined", "global @g: type *align(3) u8: alignment 3 is not a power of two"},
		{"var @g: [99999999999999]u64 = undefined", "global @g: type [99999999999999]u64: it is larger than 1099511627776 bytes"},
		{"var @g: [1099511627777]u8 = undefined", "global @g: type [1099511627777]u8: it is larger than 1099511627776 bytes"},
		{"var @g: [1099511627776]u8 = undefined", ""},
		{"var @g: @Vector(2, [2]u8) = undefined", "global @g: type @Vector(2, [2]u8): a vector cannot hold [2]u8"},
		{"var @g: [2]noreturn = undefined", "global @g: type [2]noreturn: an array cannot hold noreturn"},
		{"var @g: ?anyopaque = undefined", "global @g: type ?anyopaque: there are no values of anyopaque"},
		{"const E = enum(u8) { a }\nvar @g: E!u8 = undefined", ""},
		{"var @g: anyopaque = undefined", "global @g: a global cannot have type anyopaque"},
		{"var @g: u8 align(3) = 1", "global @g: alignment 3 is not a power of two"},
		{"var @g: u8 = 256", "global @g: 256 does not fit in u8"},
		{"var @g: [2:256]u8 = undefined", "global @g: type [2:256]u8: 256 does not fit in u8"},
		{"var @g: [*:256]u8 = undefined", "global @g: type [*:256]u8: 256 does not fit in u8"},
		{"var @g: []u8 = @h[0..1]", "global @g: there is no global or function @h"},
		{"extern fn @f([2]anyopaque) void", "func @f: type [2]anyopaque: an array cannot hold anyopaque"},
	} {
		m, err := air.Parse("m", []byte(c.text))
		if err != nil {
			if !strings.Contains(c.text, "E!u8") {
				t.Errorf("%v in %s", err, c.text)
			}
			continue
		}
		err = air.Verify(m)
		if c.want == "" && err != nil || c.want != "" && (err == nil || err.Error() != c.want) {
			t.Errorf("%s\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

// TestPositionOf checks where in the text of a module an error of Verify is.
func TestPositionOf(t *testing.T) {
	const fn = "fn @f(u8) u8 {\n  %0 = arg(u8, 0)\n  %1 = block(u8, {\n    %2 = br(%1, %0)\n  })\n"
	tests := []struct {
		text, want   string
		line, column int
	}{
		{fn + "  %3 = ret(<u16, 0>)\n}\n", "%3", 6, 3},
		{"var @g: u8 = 1\n\n" + fn + "  %3 = ret(<u16, 0>)\n}\n", "%3", 8, 3},
		{"fn @\"odd name\"() u8 {\n%0=ret(<u16, 0>)\n}\n", "odd name", 2, 1},
		{fn + "  %3 = ret(%1)\n}\n\nvar @a: u8 = 1\nvar @b: fn () void = undefined\n", "@b", 10, 1},
		{"fn @h() u8 {\n  %0 = alloc(*u8)\n}\n", "without a terminator", 2, 3},
	}
	for _, test := range tests {
		m, err := air.Parse("m", []byte(test.text))
		if err != nil {
			t.Fatal(err)
		}
		err = air.Verify(m)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Fatalf("the error is %v, want one of %s", err, test.want)
		}
		if line, column, ok := air.PositionOf([]byte(test.text), err); !ok || line != test.line || column != test.column {
			t.Errorf("%v is at %d:%d (%v), want %d:%d", err, line, column, ok, test.line, test.column)
		}
	}
}
