package eval

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

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

// A load or store of an integer needs and touches the bytes of its width, those of other types the ABI size.
func TestBytesOfAnAccess(t *testing.T) {
	checkRuns(t, `
fn @fits(u24) u24 {
  %0 = arg(u24, 0)
  %1 = alloc(*[3]u8)
  %2 = bitcast(*align(1) u24, %1)
  %3 = store(%2, %0)
  %4 = load(u24, %2)
  %5 = ret(%4)
}

fn @short(u24) void {
  %0 = arg(u24, 0)
  %1 = alloc(*[2]u8)
  %2 = bitcast(*align(1) u24, %1)
  %3 = store(%2, %0)
  %4 = ret({})
}

fn @above(i72) u64 {
  %0 = arg(i72, 0)
  %1 = alloc(*align(16) [16]u8)
  %2 = memset(%1, <u8, 7>)
  %3 = bitcast(*align(16) i72, %1)
  %4 = store(%3, %0)
  %5 = ptr_elem_ptr(*align(8) u8, %1, <usize, 8>)
  %6 = bitcast(*u64, %5)
  %7 = load(u64, %6)
  %8 = ret(%7)
}

fn @filled() u8 {
  %0 = alloc(*[4]u8)
  %1 = memset(%0, <u8, 7>)
  %2 = bitcast(*align(1) u24, %0)
  %3 = store_safe(%2, <u24, undefined>)
  %4 = ptr_elem_val(u8, %0, <usize, 3>)
  %5 = ret(%4)
}

fn @returned() i72 {
  %0 = ret_ptr(*i72)
  %1 = store(%0, <i72, -2>)
  %2 = ret_load(%0)
}
`, []run{
		{"fits", []int64{0x123456}, "1193046"},
		{"short", []int64{1}, "illegal behaviour: access outside any object at func @short, %3: store"},
		{"above", []int64{-1}, "506381209866536959"},
		{"filled", nil, "170"},
		{"returned", nil, "-2"},
	})
}

// TestGlobalsOfEachRun checks that each run begins with the globals as they were at the start, whichever of them the
// runs before wrote, also after another Prepare.
func TestGlobalsOfEachRun(t *testing.T) {
	m, err := air.Parse("test.air", []byte(`
var @a: u8 = 1
var @b: u16 = 2
var @c: u32 = undefined

fn @write_b() void {
  %0 = store(<*u16, @b>, <u16, 20>)
  %1 = ret(<void, {}>)
}

fn @write_c_a() void {
  %0 = store(<*u32, @c>, <u32, 30>)
  %1 = store(<*u8, @a>, <u8, 10>)
  %2 = ret(<void, {}>)
}

fn @none() void {
  %0 = ret(<void, {}>)
}
`))
	if err != nil {
		t.Fatal(err)
	}
	var p Program
	for range 2 {
		if err := p.Prepare(m, Config{}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			globalsAfter(t, &p, "none", "1 2 ?")
			globalsAfter(t, &p, "write_b", "1 20 ?")
			globalsAfter(t, &p, "write_c_a", "10 2 30")
		}
	}
}

func globalsAfter(t *testing.T, p *Program, function, want string) {
	t.Helper()
	var got []string
	for _, g := range p.Call(function, nil).Globals {
		text := fmt.Sprint(g.Bytes[0])
		if g.Defined != nil && g.Defined[0] == 0 {
			text = "?"
		}
		got = append(got, text)
	}
	if got := strings.Join(got, " "); got != want {
		t.Errorf("globals after %s: %s, want %s", function, got, want)
	}
}

// TestMemoryOfGlobals checks that a large global that nothing writes is held once.
func TestMemoryOfGlobals(t *testing.T) {
	const size = 16 << 20
	m, err := air.Parse("test.air", fmt.Appendf(nil, "var @large: [%d]u8 = undefined\n", size))
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := New(m, Config{}); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	// Its bytes, and which of them are defined, with as much room again.
	if took := after.TotalAlloc - before.TotalAlloc; took > 5*size {
		t.Errorf("a global of %d bytes takes %d", size, took)
	}
}
