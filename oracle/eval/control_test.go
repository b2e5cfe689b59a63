package eval

import "testing"

func TestControlFlow(t *testing.T) {
	checkRuns(t, `
fn @clamp(i32) i32 {
  %0 = arg(i32, 0)
  %1 = block(i32, {
    %2 = cmp_gt(%0, <i32, 100>)
    %3 = cond_br(%2, {
      %4 = br(%1, <i32, 100>)
    }, {
      %5 = br(%1, %0)
    })
  })
  %6 = ret(%1)
}

fn @factorial(u32) u32 {
  %0 = arg(u32, 0)
  %1 = alloc(*u32)
  %2 = alloc(*u32)
  %3 = store(%1, <u32, 1>)
  %4 = store(%2, %0)
  %5 = loop({
    %6 = load(u32, %2)
    %7 = cmp_eq(%6, <u32, 0>)
    %8 = cond_br(%7, {
      %9 = load(u32, %1)
      %10 = ret(%9)
    }, {
      %11 = load(u32, %1)
      %12 = mul(%11, %6)
      %13 = store(%1, %12)
      %14 = sub(%6, <u32, 1>)
      %15 = store(%2, %14)
      %16 = repeat(%5)
    })
  })
}

fn @classify(i8) u8 {
  %0 = arg(i8, 0)
  %1 = switch_br(%0, [-128...-100] => {
    %2 = ret(<u8, 1>)
  }, [-20...20, 22] => {
    %3 = ret(<u8, 2>)
  }, [100...127] => {
    %4 = ret(<u8, 3>)
  }, else => {
    %5 = ret(<u8, 0>)
  })
}

fn @wideswitch(u100) u8 {
  %0 = arg(u100, 0)
  %1 = switch_br(%0, [0...9] => {
    %2 = ret(<u8, 1>)
  }, else => {
    %3 = ret(<u8, 0>)
  })
}

fn @machine(u8) u8 {
  %0 = arg(u8, 0)
  %1 = loop_switch_br(%0, [0] => {
    %2 = switch_dispatch(%1, <u8, 2>)
  }, [1] => {
    %3 = ret(<u8, 11>)
  }, [2] => {
    %4 = switch_dispatch(%1, <u8, 1>)
  }, else => {
    %5 = ret(<u8, 99>)
  })
}

fn @fib(u32) u32 {
  %0 = arg(u32, 0)
  %1 = cmp_lt(%0, <u32, 2>)
  %2 = cond_br(%1, {
    %3 = ret(%0)
  }, {
    %4 = sub(%0, <u32, 1>)
    %5 = call(@fib, [%4])
    %6 = sub(%0, <u32, 2>)
    %7 = call(@fib, [%6])
    %8 = add(%5, %7)
    %9 = ret(%8)
  })
}

fn @forever() void {
  %0 = loop({
    %1 = repeat(%0)
  })
}

fn @deep(u32) void {
  %0 = arg(u32, 0)
  %1 = call(@deep, [%0])
  %2 = ret({})
}

fn @traps() void {
  %0 = trap()
}

fn @breaks() void {
  %0 = breakpoint()
  %1 = ret({})
}

fn @unreachable() void {
  %0 = unreach()
}

extern fn @panic.custom_reason() noreturn

fn @panics() void {
  %0 = call(@panic.custom_reason, [])
  %1 = unreach()
}

fn @unused(u8) u8 {
  %0 = arg(u8, 0)
  %1 = div_trunc(%0, <u8, 0>)
  %2 = ret(%0)
}

fn @twice(u8) u8 {
  %0 = arg(u8, 0)
  %1 = add(%0, %0)
  %2 = ret(%1)
}

fn @apply(*const fn (u8) u8, u8) u8 {
  %0 = arg(*const fn (u8) u8, 0)
  %1 = arg(u8, 1)
  %2 = call(%0, [%1])
  %3 = ret(%2)
}

fn @indirect(u8) u8 {
  %0 = arg(u8, 0)
  %1 = call(@apply, [<*const fn (u8) u8, @twice>, %0])
  %2 = ret(%1)
}
`, []run{
		{"clamp", []int64{99}, "99"},
		{"clamp", []int64{101}, "100"},
		{"factorial", []int64{0}, "1"},
		{"factorial", []int64{12}, "479001600"},
		{"factorial", []int64{13}, "illegal behaviour: overflow at func @factorial, %12: mul"},
		{"classify", []int64{-128}, "1"},
		{"classify", []int64{-100}, "1"},
		{"classify", []int64{-99}, "0"},
		{"classify", []int64{-21}, "0"},
		{"classify", []int64{-20}, "2"},
		{"classify", []int64{-1}, "2"},
		{"classify", []int64{0}, "2"},
		{"classify", []int64{20}, "2"},
		{"classify", []int64{21}, "0"},
		{"classify", []int64{22}, "2"},
		{"classify", []int64{100}, "3"},
		{"classify", []int64{127}, "3"},
		{"wideswitch", []int64{9}, "1"},
		{"wideswitch", []int64{10}, "0"},
		{"machine", []int64{0}, "11"},
		{"machine", []int64{7}, "99"},
		{"fib", []int64{15}, "610"},
		{"forever", nil, "out of steps: steps"},
		{"deep", []int64{1}, "out of steps: call depth at func @deep, %1: call"},
		{"traps", nil, "trapped: illegal-instruction at func @traps, %0: trap"},
		{"breaks", nil, "trapped: breakpoint at func @breaks, %0: breakpoint"},
		{"unreachable", nil, "illegal behaviour: reached unreachable code at func @unreachable, %0: unreach"},
		{"panics", nil, "panicked: custom_reason at func @panics, %0: call"},
		{"unused", []int64{5}, "5"},
		{"indirect", []int64{21}, "42"},
		{"indirect", []int64{128}, "illegal behaviour: overflow at func @twice, %1: add"},
		{"apply", []int64{4096, 1}, "illegal behaviour: call of an address that is no function at func @apply, %2: call"},
	})
}
