package eval

import "testing"

// A function is called as what it is; pointers in its type may point to anything.
func TestCallOfAnotherType(t *testing.T) {
	checkRuns(t, `
extern fn @x(f64, f32) usize

var @wrong: *const fn (f32, f64) usize = @x
var @pointers: *const fn (*u16) u8 = @through
var @convention: *const fn (u8) u8 = @c
var @count: *const fn () u8 = @c
var @float: *const fn (u32) u32 = @single

fn @through(*const u8) u8 {
  %0 = arg(*const u8, 0)
  %1 = load(u8, %0)
  %2 = ret(%1)
}

fn @c(u8) callconv(.C) u8 {
  %0 = arg(u8, 0)
  %1 = ret(%0)
}

fn @single(f32) u32 {
  %0 = arg(f32, 0)
  %1 = bitcast(u32, %0)
  %2 = ret(%1)
}

fn @extern() usize {
  %0 = load(*const fn (f32, f64) usize, <**const fn (f32, f64) usize, @wrong>)
  %1 = call(%0, [<f32, 1>, <f64, 2>])
  %2 = ret(%1)
}

fn @pointer() u8 {
  %0 = load(*const fn (*u16) u8, <**const fn (*u16) u8, @pointers>)
  %1 = alloc(*u16)
  %2 = store(%1, <u16, 7>)
  %3 = call(%0, [%1])
  %4 = ret(%3)
}

fn @conventions() u8 {
  %0 = load(*const fn (u8) u8, <**const fn (u8) u8, @convention>)
  %1 = call(%0, [<u8, 7>])
  %2 = ret(%1)
}

fn @none() u8 {
  %0 = load(*const fn () u8, <**const fn () u8, @count>)
  %1 = call(%0, [])
  %2 = ret(%1)
}

fn @floats() u32 {
  %0 = load(*const fn (u32) u32, <**const fn (u32) u32, @float>)
  %1 = call(%0, [<u32, 1>])
  %2 = ret(%1)
}
`, []run{
		{"extern", nil, "illegal behaviour: call of a function of another type at func @extern, %1: call"},
		{"pointer", nil, "7"},
		{"conventions", nil, "illegal behaviour: call of a function of another type at func @conventions, %1: call"},
		{"none", nil, "illegal behaviour: call of a function of another type at func @none, %1: call"},
		{"floats", nil, "illegal behaviour: call of a function of another type at func @floats, %1: call"},
	})
}
