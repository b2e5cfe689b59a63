package eval

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

const countingModule = `
var @count: u32 = 1
const @step: u32 = 2
var @hole: u16 = undefined

extern fn @foreign(u32, i8, []const u8) u8

fn @bump() u32 {
  %0 = load(u32, <*u32, @count>)
  %1 = load(u32, <*const u32, @step>)
  %2 = add(%0, %1)
  %3 = store(<*u32, @count>, %2)
  %4 = ret(%2)
}

fn @address() usize {
  %0 = int_from_ptr(<*u32, @count>)
  %1 = ret(%0)
}

fn @ask() u8 {
  %0 = call(@foreign, [<u32, 4294967295>, <i8, -1>, <[]const u8, undefined>])
  %1 = ret(%0)
}

fn @undefined_argument() u8 {
  %0 = call(@foreign, [<u32, undefined>, <i8, -1>, <[]const u8, undefined>])
  %1 = ret(%0)
}
`

func TestStateBetweenCalls(t *testing.T) {
	p := prepare(t, countingModule, Config{})
	got := []string{
		show(p, "bump", p.Call("bump", nil)),
		show(p, "bump", p.Continue("bump", nil)),
		show(p, "bump", p.Continue("bump", nil)),
		show(p, "bump", p.Call("bump", nil)),
	}
	if diff := cmp.Diff([]string{"3", "5", "7", "3"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestOutcomeHoldsWritableGlobals(t *testing.T) {
	p := prepare(t, countingModule, Config{})
	o := p.Call("bump", nil)
	want := []oracle.Memory{
		{Name: "count", Bytes: []byte{3, 0, 0, 0}},
		{Name: "hole", Bytes: []byte{0, 0}, Defined: []byte{0, 0}},
	}
	if diff := cmp.Diff(want, o.Globals); diff != "" {
		t.Error(diff)
	}
	if o.Steps != 5 {
		t.Errorf("steps: got %d, want 5", o.Steps)
	}
}

func TestAddresses(t *testing.T) {
	p := prepare(t, countingModule, Config{Addresses: map[string]uint64{"count": 0x12340}})
	if got := show(p, "address", p.Call("address", nil)); got != "74560" {
		t.Errorf("got %s, want 74560", got)
	}
	p.Call("bump", nil)
	at, fault := p.machine.memory.access(reading, 0x12340, 4, 4)
	if fault != "" || p.machine.memory.at(at, 4).data[0] != 3 {
		t.Errorf("the global at its address: %q, %v", fault, p.machine.memory.at(at, 4))
	}
	if _, fault := p.machine.memory.access(reading, 0x12340, 5, 1); fault != outsideObjects {
		t.Errorf("an access beyond the global: %q", fault)
	}
}

func TestExterns(t *testing.T) {
	asked := func(name string, args []uint64) (uint64, bool) { return uint64(len(args)) + 0x1200, name == "foreign" }
	p := prepare(t, countingModule, Config{Externs: asked})
	o := p.Call("ask", nil)
	if got := show(p, "ask", o); got != "4" {
		t.Errorf("result: got %s, want 4", got)
	}
	allOnes := ^uint64(0)
	want := []oracle.Call{{Name: "foreign", Args: []uint64{allOnes, allOnes, 0, 0}}}
	if diff := cmp.Diff(want, o.Calls); diff != "" {
		t.Error(diff)
	}
	wantIllegal := "illegal behaviour: undefined value used at func @undefined_argument, %0: call"
	if got := show(p, "undefined_argument", p.Call("undefined_argument", nil)); got != wantIllegal {
		t.Errorf("got %s", got)
	}
	p = prepare(t, countingModule, Config{})
	if got := show(p, "ask", p.Call("ask", nil)); got != "unsupported: extern function @foreign at func @ask, %0: call" {
		t.Errorf("without Externs: got %s", got)
	}
}

func TestTrace(t *testing.T) {
	var events []string
	p := prepare(t, `
fn @inc(i7) i7 {
  %0 = arg(i7, 0)
  %1 = add(%0, <i7, 1>)
  %2 = ret(%1)
}

fn @twice(i7) i7 {
  %0 = arg(i7, 0)
  %1 = block(i7, {
    %2 = call(@inc, [%0])
    %3 = call(@inc, [%2])
    %4 = br(%1, %3)
  })
  %5 = ret(%1)
}

fn @fails() u8 {
  %0 = try(<anyerror!u8, error(3)>, {
    %1 = ret(<u8, undefined>)
  })
  %2 = ret(%0)
}
`, Config{Trace: func(e Event) {
		events = append(events, fmt.Sprintf("%d:%d=%x/%x", e.Func, e.Inst, e.Bytes, e.Defined))
	}})
	p.Call("twice", arguments(p, "twice", []int64{-3}))
	want := "1:0=fd/ff 0:0=fd/ff 0:1=fe/ff 1:2=fe/ff 0:0=fe/ff 0:1=ff/ff 1:3=ff/ff 1:1=ff/ff"
	if got := strings.Join(events, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	events = nil
	p.Call("fails", nil)
	if len(events) != 0 {
		t.Errorf("a try that failed was reported: %v", events)
	}
}

func TestBadCalls(t *testing.T) {
	p := prepare(t, countingModule, Config{})
	for want, o := range map[string]oracle.Outcome{
		"unsupported: no such function at func @nothing":          p.Call("nothing", nil),
		"unsupported: function has no body at func @foreign":      p.Call("foreign", nil),
		"unsupported: 1 arguments for 0 parameters at func @bump": p.Call("bump", []Arg{air.NewInt(air.U8, 1)}),
	} {
		if got := show(p, "bump", o); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestBadPlacement(t *testing.T) {
	src := "var @a: u64 = 0\nvar @b: u64 = 0\nfn @f() void {\n  %0 = ret({})\n}\nfn @g() void {\n  %0 = ret({})\n}\n"
	m, err := air.Parse("test.air", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	for want, addresses := range map[string]map[string]uint64{
		"global @b: overlaps @a":             {"a": 0x1000, "b": 0x1004},
		"func @g: lies at the address of @f": {"f": 0x1000, "g": 0x1000},
	} {
		if _, err := New(m, Config{Addresses: addresses}); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := New(m, Config{Addresses: map[string]uint64{"a": 0x1000, "b": 0x1008}}); err != nil {
		t.Errorf("neighbours: %v", err)
	}
}

const loopModule = `
fn @sum(u32) u32 {
  %0 = arg(u32, 0)
  %1 = alloc(*u32)
  %2 = alloc(*u32)
  %3 = store(%1, <u32, 0>)
  %4 = store(%2, <u32, 0>)
  %5 = loop({
    %6 = load(u32, %1)
    %7 = cmp_lt(%6, %0)
    %8 = cond_br(%7, {
      %9 = load(u32, %2)
      %10 = mul_wrap(%9, <u32, 1664525>)
      %11 = add_wrap(%10, %6)
      %12 = shr(%11, <u5, 3>)
      %13 = xor(%11, %12)
      %14 = sub_wrap(%13, %9)
      %15 = store(%2, %14)
      %16 = add_wrap(%6, <u32, 1>)
      %17 = store(%1, %16)
      %18 = repeat(%5)
    }, {
      %19 = load(u32, %2)
      %20 = ret(%19)
    })
  })
}
`

func BenchmarkLoop(b *testing.B) {
	p := prepare(b, loopModule, Config{})
	args := arguments(p, "sum", []int64{10000})
	b.ReportAllocs()
	var steps uint64
	for b.Loop() {
		steps += p.Call("sum", args).Steps
	}
	b.ReportMetric(float64(steps)/b.Elapsed().Seconds()/1e6, "Minst/s")
}

func BenchmarkCall(b *testing.B) {
	p := prepare(b, countingModule, Config{})
	b.ReportAllocs()
	for b.Loop() {
		p.Call("bump", nil)
	}
}

func BenchmarkNew(b *testing.B) {
	m, err := air.Parse("test.air", []byte(loopModule))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(m, Config{}); err != nil {
			b.Fatal(err)
		}
	}
}
