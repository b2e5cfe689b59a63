package eval

import "testing"

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
