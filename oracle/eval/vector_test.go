package eval

import "testing"

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

fn @misread() u64 {
  %0 = call(@sumall, [<u32, 2>, <i32, 40>, <u128, 2>, <f32, 7>, <u64, 8>])
  %1 = ret(%0)
}

fn @unread() u64 {
  %0 = call(@sumall, [<u32, 2>, <i32, 40>, <u128, 2>, <i32, 7>])
  %1 = ret(%0)
}

fn @variadic() u64 {
  %0 = call(@sumall, [<u32, 2>, <i32, 40>, <u128, 2>, <i32, 7>, <u64, 8>])
  %1 = ret(%0)
}
`, []run{
		{"lanes", []int64{1}, "16843780"},
		{"misread", nil, "illegal behaviour: argument read as another type at func @sumall, %6: c_va_arg"},
		{"unread", nil, "illegal behaviour: access outside any object at func @sumall, %7: c_va_arg"},
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
