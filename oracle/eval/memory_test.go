package eval

import "testing"

func TestMemory(t *testing.T) {
	checkRuns(t, `
var @counter: u32 = 7
const @fixed: u32 = 9
const @table: [4]u16 = .{ 10, 20, 30, 40 }
var @pointer: *u32 = @counter

fn @global() u32 {
  %0 = load(u32, <*u32, @counter>)
  %1 = add(%0, <u32, 1>)
  %2 = store(<*u32, @counter>, %1)
  %3 = load(*u32, <**u32, @pointer>)
  %4 = load(u32, %3)
  %5 = ret(%4)
}

fn @writeconst() void {
  %0 = store(<*u32, @fixed>, <u32, 1>)
  %1 = ret({})
}

fn @element(usize) u16 {
  %0 = arg(usize, 0)
  %1 = ptr_elem_val(u16, <[*]const u16, @table>, %0)
  %2 = ret(%1)
}

fn @null() u32 {
  %0 = load(u32, <*u32, 0>)
  %1 = ret(%0)
}

fn @misaligned() u32 {
  %0 = load(u32, <*u32, @table+2>)
  %1 = ret(%0)
}

fn @misstored() void {
  %0 = alloc(*[2]u16)
  %1 = ptr_elem_ptr(*u16, %0, <usize, 1>)
  %2 = bitcast(*align(1) u16, %1)
  %3 = store(%2, <u16, 1>)
  %4 = bitcast([*]u8, %0)
  %5 = ptr_add([*]u8, %4, <usize, 1>)
  %6 = bitcast(*u16, %5)
  %7 = store(%6, <u16, 1>)
  %8 = ret({})
}

fn @unaligned() u32 {
  %0 = load(u32, <*align(2) u32, @table+2>)
  %1 = ret(%0)
}

fn @local() *u8 {
  %0 = alloc(*u8)
  %1 = store(%0, <u8, 5>)
  %2 = ret(%0)
}

fn @dangling() u8 {
  %0 = call(@local, [])
  %1 = call(@local, [])
  %2 = load(u8, %0)
  %3 = ret(%2)
}

fn @uninitialised() u8 {
  %0 = alloc(*u8)
  %1 = load(u8, %0)
  %2 = ret(%1)
}

fn @branch_undefined() u8 {
  %0 = alloc(*u8)
  %1 = load(u8, %0)
  %2 = cmp_eq(%1, <u8, 0>)
  %3 = cond_br(%2, {
    %4 = ret(<u8, 1>)
  }, {
    %5 = ret(<u8, 2>)
  })
}

fn @partly(u8) u8 {
  %0 = arg(u8, 0)
  %1 = alloc(*u8)
  %2 = load(u8, %1)
  %3 = bit_and(%2, <u8, 15>)
  %4 = bit_or(%3, <u8, 1>)
  %5 = shl(%4, <u3, 1>)
  %6 = ret(%5)
}

fn @safe() u16 {
  %0 = alloc(*u16)
  %1 = store_safe(%0, <u16, undefined>)
  %2 = load(u16, %0)
  %3 = ret(%2)
}

fn @canonical() u8 {
  %0 = alloc(*i7)
  %1 = store(%0, <i7, -1>)
  %2 = bitcast(*u8, %0)
  %3 = load(u8, %2)
  %4 = ret(%3)
}

fn @recanonical(u8) i7 {
  %0 = arg(u8, 0)
  %1 = alloc(*u8)
  %2 = store(%1, %0)
  %3 = bitcast(*i7, %1)
  %4 = load(i7, %3)
  %5 = ret(%4)
}

fn @badbool(u8) bool {
  %0 = arg(u8, 0)
  %1 = alloc(*u8)
  %2 = store(%1, %0)
  %3 = bitcast(*bool, %1)
  %4 = load(bool, %3)
  %5 = ret(%4)
}

fn @forgets() u8 {
  %0 = alloc(*u8)
  %1 = store(%0, <u8, 0>)
  %2 = loop({
    %3 = alloc(*u8)
    %4 = load(u8, %3)
    %5 = store(%3, <u8, 1>)
    %6 = load(u8, %0)
    %7 = cmp_eq(%6, <u8, 1>)
    %8 = cond_br(%7, {
      %9 = ret(%4)
    }, {
      %10 = store(%0, <u8, 1>)
      %11 = repeat(%2)
    })
  })
}

fn @divide_undefined() u8 {
  %0 = div_trunc(<u8, 4>, <u8, undefined>)
  %1 = ret(%0)
}

fn @address_undefined() u8 {
  %0 = load(u8, <*u8, undefined>)
  %1 = ret(%0)
}

fn @slot() u32 {
  %0 = ret_ptr(*u32)
  %1 = store(%0, <u32, 77>)
  %2 = ret_load(%0)
}

fn @callslot() u32 {
  %0 = call(@slot, [])
  %1 = ret(%0)
}
`, []run{
		{"global", nil, "8"},
		{"global", nil, "8"},
		{"writeconst", nil, "illegal behaviour: store to constant memory at func @writeconst, %0: store"},
		{"element", []int64{3}, "40"},
		{"element", []int64{4}, "illegal behaviour: access outside any object at func @element, %1: ptr_elem_val"},
		{"element", []int64{-1}, "illegal behaviour: access outside any object at func @element, %1: ptr_elem_val"},
		{"null", nil, "illegal behaviour: access outside any object at func @null, %0: load"},
		{"misaligned", nil, "illegal behaviour: misaligned access at func @misaligned, %0: load"},
		{"misstored", nil, "illegal behaviour: misaligned access at func @misstored, %7: store"},
		{"unaligned", nil, "1966100"},
		{"dangling", nil, "illegal behaviour: access outside any object at func @dangling, %2: load"},
		{"uninitialised", nil, "00/00"},
		{"branch_undefined", nil, "illegal behaviour: undefined value used at func @branch_undefined, %3: cond_br"},
		{"partly", []int64{0}, "02/e3"},
		{"safe", nil, "43690"},
		{"canonical", nil, "255"},
		{"recanonical", []int64{0xff}, "-1"},
		{"recanonical", []int64{0x80}, "0"},
		{"badbool", []int64{1}, "1"},
		{"badbool", []int64{2}, "illegal behaviour: a bool is neither 0 nor 1 at func @badbool, %4: load"},
		{"forgets", nil, "00/00"},
		{"divide_undefined", nil, "illegal behaviour: undefined value used at func @divide_undefined, %0: div_trunc"},
		{"address_undefined", nil, "illegal behaviour: undefined value used at func @address_undefined, %0: load"},
		{"callslot", nil, "77"},
	})
}

func TestBulkMemory(t *testing.T) {
	checkRuns(t, `
fn @fill(u8) u32 {
  %0 = arg(u8, 0)
  %1 = alloc(*[4]u8)
  %2 = memset(%1, %0)
  %3 = bitcast(*align(1) u32, %1)
  %4 = load(u32, %3)
  %5 = ret(%4)
}

fn @fillsafe() u32 {
  %0 = alloc(*[4]u8)
  %1 = memset_safe(%0, <u8, undefined>)
  %2 = bitcast(*align(1) u32, %0)
  %3 = load(u32, %2)
  %4 = ret(%3)
}

fn @copy(usize, usize, usize) u32 {
  %0 = arg(usize, 0)
  %1 = arg(usize, 1)
  %2 = arg(usize, 2)
  %3 = alloc(*[4]u8)
  %4 = store(%3, <[4]u8, .{ 1, 2, 3, 4 }>)
  %5 = bitcast([*]u8, %3)
  %6 = ptr_add([*]u8, %5, %0)
  %7 = ptr_add([*]u8, %5, %1)
  %8 = slice([]u8, %6, %2)
  %9 = memcpy(%8, %7)
  %10 = bitcast(*align(1) u32, %3)
  %11 = load(u32, %10)
  %12 = ret(%11)
}

fn @move(usize, usize, usize) u32 {
  %0 = arg(usize, 0)
  %1 = arg(usize, 1)
  %2 = arg(usize, 2)
  %3 = alloc(*[4]u8)
  %4 = store(%3, <[4]u8, .{ 1, 2, 3, 4 }>)
  %5 = bitcast([*]u8, %3)
  %6 = ptr_add([*]u8, %5, %0)
  %7 = ptr_add([*]u8, %5, %1)
  %8 = slice([]u8, %6, %2)
  %9 = memmove(%8, %7)
  %10 = bitcast(*align(1) u32, %3)
  %11 = load(u32, %10)
  %12 = ret(%11)
}
`, []run{
		{"fill", []int64{1}, "16843009"},
		{"fillsafe", nil, "2863311530"},
		{"copy", []int64{0, 2, 2}, "67306499"},
		{"copy", []int64{0, 1, 0}, "67305985"},
		{"copy", []int64{0, 1, 2}, "illegal behaviour: copy between overlapping ranges at func @copy, %9: memcpy"},
		{"copy", []int64{2, 0, 3}, "illegal behaviour: copy between overlapping ranges at func @copy, %9: memcpy"},
		{"copy", []int64{0, 2, 5}, "illegal behaviour: copy between overlapping ranges at func @copy, %9: memcpy"},
		{"move", []int64{0, 1, 3}, "67371778"},
		{"move", []int64{1, 0, 3}, "50462977"},
		{"move", []int64{2, 0, 3}, "illegal behaviour: access outside any object at func @move, %9: memmove"},
		{"move", []int64{0, 2, -1}, "illegal behaviour: access outside any object at func @move, %9: memmove"},
	})
}

func TestAggregates(t *testing.T) {
	checkRuns(t, `
const Pair = struct {
  narrow: u8,
  wide: u32,
}

const Outer = extern struct {
  head: u8,
  inner: [3]u16,
}

const Packed = packed struct(u16) {
  low: u3,
  sign: i5,
  flag: bool,
  rest: u7,
}

const WidePacked = packed struct(u72) {
  low: u4,
  middle: u64,
  high: i4,
}

fn @struct(u8, u32) u32 {
  %0 = arg(u8, 0)
  %1 = arg(u32, 1)
  %2 = aggregate_init(Pair, [%0, %1])
  %3 = alloc(*Pair)
  %4 = store(%3, %2)
  %5 = struct_field_ptr(*u8, %3, 0)
  %6 = load(u8, %5)
  %7 = load(Pair, %3)
  %8 = struct_field_val(u32, %7, 1)
  %9 = intcast(u32, %6)
  %10 = sub_wrap(%8, %9)
  %11 = ret(%10)
}

fn @parent() u32 {
  %0 = alloc(*Pair)
  %1 = store(%0, <Pair, .{ .narrow = 3, .wide = 400 }>)
  %2 = struct_field_ptr_index_0(*u8, %0)
  %3 = field_parent_ptr(*Pair, %2, 0)
  %4 = struct_field_ptr_index_1(*u32, %3)
  %5 = load(u32, %4)
  %6 = ret(%5)
}

fn @padding() u64 {
  %0 = alloc(*Pair)
  %1 = store(%0, <Pair, .{ .narrow = 3, .wide = 400 }>)
  %2 = bitcast(*align(4) u64, %0)
  %3 = load(u64, %2)
  %4 = ret(%3)
}

fn @nested(usize) u16 {
  %0 = arg(usize, 0)
  %1 = aggregate_init([3]u16, [<u16, 7>, <u16, 8>, <u16, 9>])
  %2 = aggregate_init(Outer, [<u8, 1>, %1])
  %3 = struct_field_val([3]u16, %2, 1)
  %4 = array_elem_val(u16, %3, %0)
  %5 = ret(%4)
}

fn @packed(u3, i5, u7) u16 {
  %0 = arg(u3, 0)
  %1 = arg(i5, 1)
  %2 = arg(u7, 2)
  %3 = aggregate_init(Packed, [%0, %1, <bool, true>, %2])
  %4 = bitcast(u16, %3)
  %5 = ret(%4)
}

fn @unpacked(u16) i5 {
  %0 = arg(u16, 0)
  %1 = bitcast(Packed, %0)
  %2 = struct_field_val(i5, %1, 1)
  %3 = ret(%2)
}

fn @unpackedwide(u16) i16 {
  %0 = arg(u16, 0)
  %1 = bitcast(Packed, %0)
  %2 = struct_field_val(i5, %1, 1)
  %3 = intcast(i16, %2)
  %4 = ret(%3)
}

fn @bitpointer(u16, i5) u16 {
  %0 = arg(u16, 0)
  %1 = arg(i5, 1)
  %2 = alloc(*u16)
  %3 = store(%2, %0)
  %4 = bitcast(*Packed, %2)
  %5 = struct_field_ptr(*align(2:3:2) i5, %4, 1)
  %6 = load(i5, %5)
  %7 = add_wrap(%6, %1)
  %8 = store(%5, %7)
  %9 = load(u16, %2)
  %10 = ret(%9)
}

fn @widepacked(u64, i4) i4 {
  %0 = arg(u64, 0)
  %1 = arg(i4, 1)
  %2 = aggregate_init(WidePacked, [<u4, 5>, %0, %1])
  %3 = struct_field_val(i4, %2, 2)
  %4 = ret(%3)
}

fn @wideword(u64) u72 {
  %0 = arg(u64, 0)
  %1 = aggregate_init(WidePacked, [<u4, 5>, %0, <i4, -1>])
  %2 = bitcast(u72, %1)
  %3 = ret(%2)
}

fn @sentinel() u8 {
  %0 = aggregate_init([2:9]u8, [<u8, 1>, <u8, 2>])
  %1 = array_elem_val(u8, %0, <usize, 2>)
  %2 = ret(%1)
}

const @text: [5:0]u8 = "hello\x00"

fn @slice(usize) u8 {
  %0 = arg(usize, 0)
  %1 = array_to_slice([:0]const u8, <*const [5:0]u8, @text>)
  %2 = slice_elem_val(u8, %1, %0)
  %3 = ret(%2)
}

fn @shorter(usize, usize) u8 {
  %0 = arg(usize, 0)
  %1 = arg(usize, 1)
  %2 = slice([]const u8, <[*]const u8, @text+1>, %0)
  %3 = slice_elem_ptr(*const u8, %2, %1)
  %4 = load(u8, %3)
  %5 = ret(%4)
}

fn @inplace(usize) usize {
  %0 = arg(usize, 0)
  %1 = alloc(*[]const u8)
  %2 = store(%1, <[]const u8, @text[0..5]>)
  %3 = ptr_slice_len_ptr(*usize, %1)
  %4 = store(%3, %0)
  %5 = ptr_slice_ptr_ptr(*[*]const u8, %1)
  %6 = load([*]const u8, %5)
  %7 = ptr_add([*]const u8, %6, <usize, 2>)
  %8 = ptr_sub([*]const u8, %7, <usize, 1>)
  %9 = store(%5, %8)
  %10 = load([]const u8, %1)
  %11 = slice_len(%10)
  %12 = slice_elem_val(u8, %10, <usize, 0>)
  %13 = intcast(usize, %12)
  %14 = add(%11, %13)
  %15 = ret(%14)
}

fn @swap(Pair) Pair {
  %0 = arg(Pair, 0)
  %1 = struct_field_val(u8, %0, 0)
  %2 = struct_field_val(u32, %0, 1)
  %3 = trunc(u8, %2)
  %4 = intcast(u32, %1)
  %5 = aggregate_init(Pair, [%3, %4])
  %6 = ret(%5)
}

fn @swapped() u32 {
  %0 = call(@swap, [<Pair, .{ .narrow = 200, .wide = 100 }>])
  %1 = struct_field_val(u32, %0, 1)
  %2 = struct_field_val(u8, %0, 0)
  %3 = intcast(u32, %2)
  %4 = mul(%1, <u32, 1000>)
  %5 = add(%4, %3)
  %6 = ret(%5)
}
`, []run{
		{"struct", []int64{1, 0}, "4294967295"},
		{"parent", nil, "400"},
		{"padding", nil, "9001000003000000/ffffffffff000000"},
		{"nested", []int64{2}, "9"},
		{"nested", []int64{3}, "illegal behaviour: index out of bounds at func @nested, %4: array_elem_val"},
		{"packed", []int64{7, -1, 0}, "511"},
		{"packed", []int64{0, 0, 127}, "65280"},
		{"unpacked", []int64{0x80}, "-16"},
		{"unpackedwide", []int64{0xff80}, "-16"}, {"unpackedwide", []int64{0xff7f}, "15"}, // the bits above it are not its own
		{"bitpointer", []int64{0xffff, 1}, "65287"},
		{"widepacked", []int64{-1, -8}, "-8"},
		{"wideword", []int64{0}, "4427218577690292387845"},
		{"sentinel", nil, "9"},
		{"slice", []int64{4}, "111"},
		{"slice", []int64{5}, "0"},
		{"slice", []int64{6}, "illegal behaviour: index out of bounds at func @slice, %2: slice_elem_val"},
		{"shorter", []int64{2, 1}, "108"},
		{"shorter", []int64{2, 2}, "illegal behaviour: index out of bounds at func @shorter, %3: slice_elem_ptr"},
		{"inplace", []int64{3}, "104"},
		{"swapped", nil, "200100"},
	})
}

func TestOptionalsAndErrors(t *testing.T) {
	checkRuns(t, `
const anyerror = error{Lost = 1, Found = 2}

const Failure = error{Lost = 1, Found = 2}

var @value: u32 = 5

fn @maybe(u32) ?u32 {
  %0 = arg(u32, 0)
  %1 = cmp_eq(%0, <u32, 0>)
  %2 = cond_br(%1, {
    %3 = ret(<?u32, null>)
  }, {
    %4 = wrap_optional(?u32, %0)
    %5 = ret(%4)
  })
}

fn @orelse(u32) u32 {
  %0 = arg(u32, 0)
  %1 = call(@maybe, [%0])
  %2 = is_non_null(%1)
  %3 = cond_br(%2, {
    %4 = optional_payload(u32, %1)
    %5 = ret(%4)
  }, {
    %6 = ret(<u32, 99>)
  })
}

fn @unchecked(u32) u32 {
  %0 = arg(u32, 0)
  %1 = call(@maybe, [%0])
  %2 = optional_payload(u32, %1)
  %3 = ret(%2)
}

fn @equal(u32, u32) bool {
  %0 = arg(u32, 0)
  %1 = arg(u32, 1)
  %2 = call(@maybe, [%0])
  %3 = call(@maybe, [%1])
  %4 = cmp_eq(%2, %3)
  %5 = ret(%4)
}

fn @pointer(bool) u32 {
  %0 = arg(bool, 0)
  %1 = block(?*u32, {
    %2 = cond_br(%0, {
      %3 = br(%1, <?*u32, @value>)
    }, {
      %4 = br(%1, <?*u32, null>)
    })
  })
  %5 = is_null(%1)
  %6 = cond_br(%5, {
    %7 = ret(<u32, 0>)
  }, {
    %8 = optional_payload(*u32, %1)
    %9 = load(u32, %8)
    %10 = ret(%9)
  })
}

fn @inmemory() u32 {
  %0 = alloc(*?u32)
  %1 = optional_payload_ptr_set(*u32, %0)
  %2 = store(%1, <u32, 8>)
  %3 = is_non_null_ptr(%0)
  %4 = cond_br(%3, {
    %5 = optional_payload_ptr(*u32, %0)
    %6 = load(u32, %5)
    %7 = ret(%6)
  }, {
    %8 = ret(<u32, 0>)
  })
}

fn @flag(bool) bool {
  %0 = arg(bool, 0)
  %1 = block(?void, {
    %2 = cond_br(%0, {
      %3 = wrap_optional(?void, {})
      %4 = br(%1, %3)
    }, {
      %5 = br(%1, <?void, null>)
    })
  })
  %6 = is_null(%1)
  %7 = ret(%6)
}

fn @fails(u32) Failure!u32 {
  %0 = arg(u32, 0)
  %1 = cmp_gt(%0, <u32, 100>)
  %2 = cond_br(%1, {
    %3 = ret(<Failure!u32, error.Found>)
  }, {
    %4 = wrap_errunion_payload(Failure!u32, %0)
    %5 = ret(%4)
  })
}

fn @tries(u32) Failure!u32 {
  %0 = arg(u32, 0)
  %1 = call(@fails, [%0])
  %2 = try(%1, {
    %3 = unwrap_errunion_err(Failure, %1)
    %4 = wrap_errunion_err(Failure!u32, %3)
    %5 = ret(%4)
  })
  %6 = add(%2, <u32, 1>)
  %7 = wrap_errunion_payload(Failure!u32, %6)
  %8 = ret(%7)
}

fn @code(u32) u16 {
  %0 = arg(u32, 0)
  %1 = call(@tries, [%0])
  %2 = is_err(%1)
  %3 = cond_br(%2, {
    %4 = unwrap_errunion_err(Failure, %1)
    %5 = bitcast(u16, %4)
    %6 = ret(%5)
  }, {
    %7 = unwrap_errunion_payload(u32, %1)
    %8 = intcast(u16, %7)
    %9 = ret(%8)
  })
}

fn @payload(u32) u32 {
  %0 = arg(u32, 0)
  %1 = call(@fails, [%0])
  %2 = unwrap_errunion_payload(u32, %1)
  %3 = ret(%2)
}

fn @through() u32 {
  %0 = alloc(*Failure!u32)
  %1 = store(%0, <Failure!u32, error.Lost>)
  %2 = errunion_payload_ptr_set(*u32, %0)
  %3 = store(%2, <u32, 6>)
  %4 = try_ptr(*u32, %0, {
    %5 = ret(<u32, 0>)
  })
  %6 = load(u32, %4)
  %7 = ret(%6)
}

fn @errorptr() u16 {
  %0 = alloc(*Failure!u32)
  %1 = store(%0, <Failure!u32, error.Found>)
  %2 = is_non_err_ptr(%0)
  %3 = cond_br(%2, {
    %4 = ret(<u16, 0>)
  }, {
    %5 = unwrap_errunion_err_ptr(Failure, %0)
    %6 = bitcast(u16, %5)
    %7 = ret(%6)
  })
}

fn @void(bool) Failure!void {
  %0 = arg(bool, 0)
  %1 = cond_br(%0, {
    %2 = ret(<Failure!void, error.Lost>)
  }, {
    %3 = wrap_errunion_payload(Failure!void, {})
    %4 = ret(%3)
  })
}

fn @name(u16) u8 {
  %0 = arg(u16, 0)
  %1 = bitcast(Failure, %0)
  %2 = error_name([:0]const u8, %1)
  %3 = slice_elem_val(u8, %2, <usize, 0>)
  %4 = ret(%3)
}

fn @has(u16) bool {
  %0 = arg(u16, 0)
  %1 = error_set_has_value(Failure, %0)
  %2 = ret(%1)
}
`, []run{
		{"maybe", []int64{0}, "0000000000000000/00000000ff000000"},
		{"maybe", []int64{3}, "0300000001000000/ffffffffff000000"},
		{"orelse", []int64{0}, "99"},
		{"orelse", []int64{4}, "4"},
		{"unchecked", []int64{0}, "illegal behaviour: payload of null at func @unchecked, %2: optional_payload"},
		{"equal", []int64{0, 0}, "1"},
		{"equal", []int64{1, 0}, "0"},
		{"equal", []int64{1, 1}, "1"},
		{"equal", []int64{1, 2}, "0"},
		{"pointer", []int64{1}, "5"},
		{"pointer", []int64{0}, "0"},
		{"inmemory", nil, "8"},
		{"flag", []int64{0}, "1"},
		{"flag", []int64{1}, "0"},
		{"code", []int64{100}, "101"},
		{"code", []int64{101}, "2"},
		{"payload", []int64{7}, "7"},
		{"payload", []int64{101}, "illegal behaviour: payload of an error at func @payload, %2: unwrap_errunion_payload"},
		{"through", nil, "6"},
		{"errorptr", nil, "2"},
		{"void", []int64{0}, "0"},
		{"void", []int64{1}, "1"},
		{"name", []int64{2}, "70"},
		{"name", []int64{3}, "illegal behaviour: error code without a name at func @name, %2: error_name"},
		{"has", []int64{2}, "1"},
		{"has", []int64{3}, "0"},
	})
}

func TestUnionsAndEnums(t *testing.T) {
	checkRuns(t, `
const Color = enum(u8) {
  red,
  green = 5,
  blue,
}

const Tag = enum(u2) {
  nothing,
  number = 2,
  pair,
}

const Shape = union(Tag) {
  nothing: void,
  number: u32,
  pair: [2]u8,
}

const Bare = extern union {
  word: u32,
  bytes: [4]u8,
}

fn @tag(u32) u8 {
  %0 = arg(u32, 0)
  %1 = union_init(Shape, %0, 1)
  %2 = get_union_tag(Tag, %1)
  %3 = bitcast(u2, %2)
  %4 = intcast(u8, %3)
  %5 = ret(%4)
}

fn @retag() u8 {
  %0 = alloc(*Shape)
  %1 = store(%0, <Shape, .{ .number = 258 }>)
  %2 = set_union_tag(%0, <Tag, .pair>)
  %3 = struct_field_ptr(*[2]u8, %0, 2)
  %4 = load([2]u8, %3)
  %5 = array_elem_val(u8, %4, <usize, 1>)
  %6 = load(Shape, %0)
  %7 = get_union_tag(Tag, %6)
  %8 = bitcast(u2, %7)
  %9 = intcast(u8, %8)
  %10 = add(%9, %5)
  %11 = ret(%10)
}

fn @bare(u32) u8 {
  %0 = arg(u32, 0)
  %1 = union_init(Bare, %0, 0)
  %2 = struct_field_val([4]u8, %1, 1)
  %3 = array_elem_val(u8, %2, <usize, 3>)
  %4 = ret(%3)
}

fn @name(u8) usize {
  %0 = arg(u8, 0)
  %1 = bitcast(Color, %0)
  %2 = tag_name([:0]const u8, %1)
  %3 = slice_len(%2)
  %4 = ret(%3)
}

fn @named(u8) bool {
  %0 = arg(u8, 0)
  %1 = bitcast(Color, %0)
  %2 = is_named_enum_value(%1)
  %3 = ret(%2)
}

fn @cast(u32) Color {
  %0 = arg(u32, 0)
  %1 = intcast_safe(Color, %0)
  %2 = ret(%1)
}
`, []run{
		{"tag", []int64{1}, "2"},
		{"retag", nil, "4"},
		{"bare", []int64{0x01020304}, "1"},
		{"name", []int64{6}, "4"},
		{"name", []int64{7}, "illegal behaviour: enum value without a name at func @name, %2: tag_name"},
		{"named", []int64{5}, "1"},
		{"named", []int64{4}, "0"},
		{"cast", []int64{5}, "5"},
		{"cast", []int64{4}, "panicked: invalid_enum_value at func @cast, %1: intcast_safe"},
		{"cast", []int64{256}, "panicked: integer_out_of_bounds at func @cast, %1: intcast_safe"},
	})
}

func TestVectorsAndAtomics(t *testing.T) {
	checkRuns(t, `
fn @lanes(u8) i32 {
  %0 = arg(u8, 0)
  %1 = splat(@Vector(4, u8), %0)
  %2 = add_wrap(%1, <@Vector(4, u8), .{ 0, 1, 2, 3 }>)
  %3 = cmp_vector(@Vector(4, bool), %2, %1, gte)
  %4 = select(@Vector(4, u8), %3, %2, <@Vector(4, u8), .{ 9, 9, 9, 9 }>)
  %5 = shuffle(@Vector(4, u8), %4, %2, [3, -4, 0, 0])
  %6 = bitcast(i32, %5)
  %7 = ret(%6)
}

fn @either(bool) i100 {
  %0 = arg(bool, 0)
  %1 = select(i100, %0, <i100, -5>, <i100, 1267650600228229401496703205375>)
  %2 = ret(%1)
}

fn @narrowest(u8, u8) u8 {
  %0 = arg(u8, 0)
  %1 = arg(u8, 1)
  %2 = cmp_lt(%0, %1)
  %3 = select(u8, %2, %0, %1)
  %4 = ret(%3)
}

fn @neither() u8 {
  %0 = select(u8, <bool, undefined>, <u8, 1>, <u8, 1>)
  %1 = ret(%0)
}

fn @sum(u8) u8 {
  %0 = arg(u8, 0)
  %1 = splat(@Vector(3, u8), %0)
  %2 = mul(%1, <@Vector(3, u8), .{ 1, 2, 3 }>)
  %3 = reduce(%2, add)
  %4 = ret(%3)
}

fn @narrow(u3) u3 {
  %0 = arg(u3, 0)
  %1 = splat(@Vector(5, u3), %0)
  %2 = add_wrap(%1, <@Vector(5, u3), .{ 1, 2, 3, 4, 5 }>)
  %3 = array_elem_val(u3, %2, <usize, 4>)
  %4 = ret(%3)
}

fn @overflow(u8) u3 {
  %0 = arg(u8, 0)
  %1 = splat(@Vector(3, u8), %0)
  %2 = add_with_overflow(struct { @Vector(3, u8), @Vector(3, u1) }, %1, <@Vector(3, u8), .{ 1, 100, 255 }>)
  %3 = struct_field_val(@Vector(3, u1), %2, 1)
  %4 = bitcast(u3, %3)
  %5 = ret(%4)
}

fn @element(usize) u16 {
  %0 = arg(usize, 0)
  %1 = alloc(*@Vector(4, u16))
  %2 = store(%1, <@Vector(4, u16), .{ 1, 2, 3, 4 }>)
  %3 = vector_store_elem(%1, %0, <u16, 77>)
  %4 = ptr_elem_val(u16, %1, <usize, 2>)
  %5 = ret(%4)
}

var @cell: u32 = 10

fn @exchange(u32, u32) u32 {
  %0 = arg(u32, 0)
  %1 = arg(u32, 1)
  %2 = cmpxchg_strong(?u32, <*u32, @cell>, %0, %1, seq_cst, seq_cst)
  %3 = is_null(%2)
  %4 = cond_br(%3, {
    %5 = atomic_load(u32, <*u32, @cell>, acquire)
    %6 = ret(%5)
  }, {
    %7 = optional_payload(u32, %2)
    %8 = ret(%7)
  })
}

fn @modify(u32) u32 {
  %0 = arg(u32, 0)
  %1 = atomic_rmw(u32, <*u32, @cell>, %0, nand, seq_cst)
  %2 = atomic_rmw(u32, <*u32, @cell>, <u32, 5>, sub, seq_cst)
  %3 = atomic_rmw(u32, <*u32, @cell>, <u32, 3>, xchg, seq_cst)
  %4 = atomic_store_release(<*u32, @cell>, <u32, 1>)
  %5 = ret(%3)
}

fn @sumall(u32, ...) callconv(.C) u64 {
  %0 = arg(u32, 0)
  %1 = alloc(**anyopaque)
  %2 = c_va_start(*anyopaque)
  %3 = store(%1, %2)
  %4 = c_va_arg(i32, %1)
  %5 = c_va_arg(u128, %1)
  %6 = c_va_arg(i32, %1)
  %7 = c_va_arg(u64, %1)
  %8 = c_va_end(%1)
  %9 = trunc(u64, %5)
  %10 = intcast(u64, %4)
  %11 = add(%9, %10)
  %12 = add(%11, %7)
  %13 = intcast(u64, %6)
  %14 = sub(%12, %13)
  %15 = ret(%14)
}

fn @variadic() u64 {
  %0 = call(@sumall, [<u32, 2>, <i32, 40>, <u128, 2>, <i32, 7>, <u64, 8>])
  %1 = ret(%0)
}
`, []run{
		{"lanes", []int64{1}, "16843780"},
		{"lanes", []int64{254}, "-16908023"},
		{"either", []int64{1}, "-5"},
		{"either", []int64{0}, "-1"},
		{"narrowest", []int64{3, 200}, "3"},
		{"narrowest", []int64{200, 3}, "3"},
		{"neither", nil, "00/00"},
		{"sum", []int64{10}, "60"},
		{"sum", []int64{86}, "illegal behaviour: overflow at func @sum, %2: mul"},
		{"narrow", []int64{5}, "2"},
		{"overflow", []int64{156}, "6"},
		{"element", []int64{2}, "77"},
		{"element", []int64{1}, "3"},
		{"element", []int64{4}, "illegal behaviour: index out of bounds at func @element, %3: vector_store_elem"},
		{"exchange", []int64{10, 4}, "4"},
		{"exchange", []int64{11, 4}, "10"},
		{"modify", []int64{3}, "4294967288"},
		{"variadic", nil, "43"},
	})
}
