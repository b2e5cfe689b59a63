package eval

// loopDefinitions are the types, globals and callees of the loops.
const loopDefinitions = `
const anyerror = error{Lost = 1, Found = 2}
const Failure = error{Lost = 1}
const Color = enum(u8) {
  red,
  green = 5,
}
const Pair = struct {
  wide: u32,
  narrow: u8 align(2),
}
const Four = extern struct {
  a: u8,
  b: u16,
  c: u32,
  d: u64,
}
const Packed = packed struct(u8) {
  low: u3,
  high: u5,
}
const Shape.Tag = enum(u1) {
  point,
  circle,
}
const Shape = union(Shape.Tag) {
  point: void,
  circle: u32,
}
const Bits = packed union(u8) {
  byte: u8,
  signed: i8,
}
const StackTrace = opaque {}
var @counter: u32 = 0
fn @inc(u32) u32 {
  %0 = arg(u32, 0)
  %1 = add_wrap(%0, <u32, 1>)
  %2 = ret_safe(%1)
}
fn @slot(u32) Pair {
  %0 = arg(u32, 0)
  %1 = ret_ptr(*Pair)
  %2 = struct_field_ptr_index_0(*u32, %1)
  %3 = store(%2, %0)
  %4 = ret_load(%1)
}
fn @fails(u32) anyerror!u32 {
  %0 = arg(u32, 0)
  %1 = wrap_errunion_err(anyerror!u32, <anyerror, error.Lost>)
  %2 = ret(%1)
}
fn @tries(u32, *anyerror!u32) anyerror!u32 {
  %0 = arg(u32, 0)
  %1 = arg(*anyerror!u32, 1)
  %2 = call(@fails, [%0])
  %3 = try_ptr(*u32, %1, {
    %4 = ret(%2)
  })
  %5 = try_ptr_cold(*u32, %1, {
    %6 = ret(%2)
  })
  %7 = try(%2, {
    %8 = ret(%2)
  })
  %9 = wrap_errunion_payload(anyerror!u32, %7)
  %10 = ret(%9)
}
fn @list(u32, ...) callconv(.C) u64 {
  %0 = arg(u32, 0)
  %1 = c_va_start(*anyopaque)
  %2 = alloc(**anyopaque)
  %3 = store(%2, %1)
  %4 = c_va_arg(u32, %2)
  %5 = c_va_arg(f64, %2)
  %6 = c_va_copy(*anyopaque, %2)
  %7 = c_va_end(%2)
  %8 = intcast(u64, %4)
  %9 = ret(%8)
}
`

// otherLoops are the loops of all tags but arithmetic.
var otherLoops = []measured{
	{"unary", `
		x: u32 = 305419896
		i: i7 = -64
		a := abs(u7, %i)
		use u7 %a
		c := clz(u6, %x)
		use u6 %c
		d := ctz(u6, %x)
		use u6 %d
		e := popcount(u6, %x)
		use u6 %e
		s := byte_swap(%x)
		use u32 %s`},
	{"bool", `
		p: bool = true
		q: bool = false
		a := bool_and(%p, %q)
		use bool %a
		o := bool_or(%p, %q)
		use bool %o
		n := not(%p)
		use bool %n
		i := int_from_bool(u1, %p)
		use u1 %i`},
	{"compare", `
		x: i7 = -3
		y: i7 = 5
		a := cmp_lt(%x, %y)
		use bool %a
		b := cmp_neq(%x, %y)
		use bool %b
		p: ?f16 = 0x3e00
		c := cmp_eq(%p, %p)
		use bool %c
		q: ?u32 = 7
		d := cmp_neq(%q, %q)
		use bool %d
		e: u16 = 1
		f := cmp_lt_errors_len(%e)
		use bool %f`},
	{"integer casts", `
		x: u32 = 200
		a := intcast(u64, %x)
		use u64 %a
		b := intcast_safe(u9, %x)
		use u9 %b
		c := trunc(u7, %x)
		use u7 %c
		n: u8 = 5
		d := intcast_safe(Color, %n)
		use Color %d
		e := is_named_enum_value(%d)
		use bool %e
		f := bitcast(i32, %x)
		use i32 %f
		g: u24 = 66051
		h := bitcast([3]u8, %g)
		use [3]u8 %h
		i := bitcast(u24, %h)
		use u24 %i
		j: @Vector(4, bool) = .{ true, false, true, true }
		k := bitcast(u4, %j)
		use u4 %k
		l: [2]u16 = .{ 1, 2 }
		m := bitcast(@Vector(2, u16), %l)
		use @Vector(2, u16) %m
		o: Packed = .{ .low = 1, .high = 2 }
		q := bitcast(u8, %o)
		use u8 %q
		r: u16 = 1
		s := error_set_has_value(Failure, %r)
		use bool %s`},
	{"float casts", `
		x: f64 = 1.1
		a := fptrunc(f16, %x)
		use f16 %a
		b := fptrunc(f32, %x)
		use f32 %b
		c := fpext(f32, %a)
		use f32 %c
		d := fpext(f64, %a)
		use f64 %d
		e := bitcast(u16, %a)
		use u16 %e
		f: u64 = 18446744073709551615
		g := float_from_int(f16, %f)
		use f16 %g
		h: f64 = 9.3e18
		i := int_from_float(u64, %h)
		use u64 %i
		v: @Vector(2, f64) = .{ 1.1, 70000.0 }
		w := fptrunc(@Vector(2, f16), %v)
		use @Vector(2, f16) %w`},
	{"memory", `
		x: u32 = 7
		p := alloc(*align(64) [4]u32)
		q := alloc(*[4]u32)
		memset(%p, %x)
		memset_safe(%q, <u32, 7>)
		memcpy(%p, %q)
		memmove(%p, %p)
		store_safe(%at_x, <u32, undefined>)
		i := int_from_ptr(%at_x)
		use usize %i
		c := addrspace_cast(*u32, %at_x)
		use *u32 %c
		n := runtime_nav_ptr(*u32, <*u32, @counter>)
		y := load(u32, %n)
		use u32 %y`},
	{"slices", `
		a: [4]u16 = .{ 1, 2, 3, 4 }
		i: usize = 2
		s := array_to_slice([]u16, %at_a)
		use []u16 %s
		p := slice_ptr([*]u16, %s)
		l := slice_len(%s)
		t := slice([]u16, %p, %l)
		ps := alloc(*[]u16)
		store(%ps, %t)
		lp := ptr_slice_len_ptr(*usize, %ps)
		use *usize %lp
		pp := ptr_slice_ptr_ptr(*[*]u16, %ps)
		use *[*]u16 %pp
		b := array_elem_val(u16, %a, %i)
		use u16 %b
		c := slice_elem_val(u16, %s, %i)
		use u16 %c
		d := ptr_elem_val(u16, %p, %i)
		use u16 %d
		e := slice_elem_ptr(*u16, %s, %i)
		use *u16 %e
		f := ptr_elem_ptr(*u16, %at_a, %i)
		use *u16 %f
		g := ptr_add([*]u16, %p, %i)
		h := ptr_sub([*]u16, %g, %i)
		use [*]u16 %h
		memset(%s, <u16, 9>)`},
	{"structs", `
		p: Pair = .{ .wide = 1, .narrow = 2 }
		f: Four = .{ .a = 1, .b = 2, .c = 3, .d = 4 }
		k: Packed = .{ .low = 1, .high = 2 }
		a := struct_field_ptr(*u8, %at_p, 1)
		b := struct_field_ptr_index_0(*u8, %at_f)
		use *u8 %b
		c := struct_field_ptr_index_1(*u16, %at_f)
		use *u16 %c
		d := struct_field_ptr_index_2(*u32, %at_f)
		use *u32 %d
		e := struct_field_ptr_index_3(*u64, %at_f)
		use *u64 %e
		g := struct_field_val(u32, %p, 0)
		h := field_parent_ptr(*Pair, %a, 1)
		use *Pair %h
		i := aggregate_init(Pair, [%g, <u8, 2>])
		use Pair %i
		j := struct_field_val(u3, %k, 0)
		l := aggregate_init(Packed, [%j, <u5, 2>])
		use Packed %l
		m := struct_field_ptr(*align(1:3:1) u5, %at_k, 1)
		n := load(u5, %m)
		store(%m, %n)`},
	{"unions", `
		x: u32 = 7
		y: u8 = 9
		u: Shape = .{ .circle = 9 }
		set_union_tag(%at_u, <Shape.Tag, .point>)
		a := get_union_tag(Shape.Tag, %u)
		use Shape.Tag %a
		b := union_init(Shape, %x, 1)
		use Shape %b
		c := tag_name([:0]const u8, %a)
		use [:0]const u8 %c
		d := union_init(Bits, %y, 0)
		use Bits %d`},
	{"optionals", `
		o: ?u32 = 5
		x: u32 = 6
		h: ?f16 = 0x3e00
		p := wrap_optional(?*u32, %at_x)
		use ?*u32 %p
		q := optional_payload(*u32, %p)
		use *u32 %q
		a := optional_payload(u32, %o)
		use u32 %a
		b := optional_payload_ptr(*u32, %at_o)
		use *u32 %b
		c := optional_payload_ptr_set(*u32, %at_o)
		store(%c, %x)
		d := wrap_optional(?u32, %x)
		use ?u32 %d
		e := is_null(%o)
		use bool %e
		f := is_non_null(%p)
		use bool %f
		g := is_null_ptr(%at_o)
		use bool %g
		i := is_non_null_ptr(%at_o)
		use bool %i
		j := optional_payload(f16, %h)
		use f16 %j`},
	{"error unions", `
		u: anyerror!u32 = 5
		w: anyerror!u32 = error.Lost
		x: u32 = 6
		a := unwrap_errunion_payload(u32, %u)
		use u32 %a
		b := unwrap_errunion_err(anyerror, %w)
		use anyerror %b
		c := unwrap_errunion_payload_ptr(*u32, %at_u)
		use *u32 %c
		d := unwrap_errunion_err_ptr(anyerror, %at_w)
		use anyerror %d
		e := errunion_payload_ptr_set(*u32, %at_w)
		store(%e, %x)
		f := wrap_errunion_payload(anyerror!u32, %x)
		use anyerror!u32 %f
		g := wrap_errunion_err(anyerror!u32, %b)
		use anyerror!u32 %g
		h := is_err(%u)
		use bool %h
		i := is_non_err(%u)
		use bool %i
		j := is_err_ptr(%at_u)
		use bool %j
		k := is_non_err_ptr(%at_u)
		use bool %k
		l := error_name([:0]const u8, %b)
		use [:0]const u8 %l`},
	{"vectors", `
		x: @Vector(4, u8) = .{ 1, 2, 3, 4 }
		y: @Vector(4, u8) = .{ 4, 3, 2, 1 }
		e: u8 = 9
		a := cmp_vector(@Vector(4, bool), %x, %y, lt)
		use @Vector(4, bool) %a
		b := splat(@Vector(4, u8), %e)
		use @Vector(4, u8) %b
		c := select(@Vector(4, u8), %a, %x, %b)
		use @Vector(4, u8) %c
		d := shuffle(@Vector(3, u8), %x, %y, [0, -1, undefined])
		use @Vector(3, u8) %d
		f := reduce(%x, add)
		use u8 %f
		g := reduce_optimized(%x, max)
		use u8 %g
		vector_store_elem(%at_x, <usize, 2>, %e)
		v: @Vector(4, f16) = .{ 0x3c00, 0x4000, 0x4200, 0x4400 }
		h := reduce(%v, add)
		use f16 %h
		i := reduce(%v, min)
		use f16 %i
		j := reduce(%a, or)
		use bool %j`},
	{"atomics", `
		x: u32 = 1
		s: u8 = 3
		h: f16 = 0x3e00
		a := cmpxchg_weak(?u32, %at_x, %x, <u32, 0>, acq_rel, monotonic)
		use ?u32 %a
		cmpxchg_strong(?u32, %at_x, %x, <u32, 0>, seq_cst, seq_cst)
		fence(seq_cst)
		b := atomic_load(u32, %at_x, acquire)
		use u32 %b
		atomic_store_unordered(%at_x, %x)
		atomic_store_monotonic(%at_x, %x)
		atomic_store_release(%at_x, %x)
		atomic_store_seq_cst(%at_x, %x)
		atomic_rmw(u32, %at_x, %x, xchg, monotonic)
		atomic_rmw(u32, %at_x, %x, add, monotonic)
		atomic_rmw(u8, %at_s, %s, sub, monotonic)
		atomic_rmw(u8, %at_s, %s, nand, monotonic)
		atomic_rmw(u32, %at_x, %x, max, monotonic)
		atomic_rmw(f16, %at_h, %h, add, monotonic)`},
	{"control", `
		x: u32 = 1
		b := block(u32, {
		switch_br(%x, [1, 3...5] => {
		br(%b, %x)
		}, else => {
		br(%b, <u32, 0>)
		})
		})
		use u32 %b
		c := dbg_inline_block(u32, "inlined", {
		br(%c, %x)
		})
		use u32 %c
		d := block(void, {
		e := loop_switch_br(%x, [0] => {
		br(%d, {})
		}, else => {
		switch_dispatch(%e, <u32, 0>)
		})
		})`},
	{"calls", `
		x: u32 = 1
		u: anyerror!u32 = 5
		a := call(@inc, [%x])
		b := call_never_tail(@inc, [%a])
		c := call_never_inline(@inc, [%b])
		d := call_always_tail(@inc, [%c])
		use u32 %d
		f: *const fn (u32) u32 = @inc
		e := call(%f, [%x])
		use u32 %e
		g := call(@slot, [%x])
		use Pair %g
		h := call(@tries, [%x, %at_u])
		use anyerror!u32 %h
		i := call(@list, [%x, %x, <f64, 1.5>])
		use u64 %i
		j := try_cold(%u, {
		unreach()
		})
		use u32 %j`},
	{"machine", `
		x: u32 = 1
		a := ret_addr()
		use usize %a
		b := frame_addr()
		use usize %b
		prefetch(%at_x, read, 3, data)
		c := err_return_trace(*StackTrace)
		set_err_return_trace(%c)
		d := save_err_return_trace_index()
		use usize %d
		dbg_stmt(12, 5)
		dbg_empty_stmt()
		dbg_var_ptr(%at_x, "p")
		dbg_var_val(%x, "v")
		dbg_arg_inline(%x, "a")`},
}
