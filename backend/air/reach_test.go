package air_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

const reachText = `const anyerror = error{A = 1}

const Used = struct {
  next: ?*Used,
  color: Color,
}

const Color = enum(u8) {
  red,
}

const Unused = opaque {}

const @table: [2]*const Used = .{ @first, @first }
const @first: Used = .{ .next = @second, .color = .red }
const @second: Used = .{ .next = null, .color = .red }
var @alone: u8 = 1

extern fn @printed(*const Used) void

fn @main() void {
  %0 = alloc(*[2]*const Used)
  %1 = store(%0, <[2]*const Used, .{ @table, @table }>)
  %2 = call(@helper, [])
  %3 = ret({})
}

fn @helper() void {
  %0 = call(@helper, [])
  %1 = ret({})
}

fn @other(*Unused) void {
  %0 = call(@main, [])
  %1 = call(@printed, [<*const Used, @first>])
  %2 = ret({})
}
`

func names(m *air.Module) (list []string) {
	for _, t := range m.Types.Named() {
		list = append(list, t.Name)
	}
	for _, g := range m.Globals {
		list = append(list, "@"+g.Name)
	}
	for _, f := range m.Funcs {
		list = append(list, "@"+f.Name)
	}
	return list
}

func TestReachable(t *testing.T) {
	m, err := air.Parse("reach", []byte(reachText))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ roots, want string }{
		{"", ""},
		{"missing", ""},
		{"alone", "@alone"},
		{"second", "Used Color @second"},
		{"helper", "@helper"},
		{"main", "Used Color @table @first @second @main @helper"},
		{"other alone", "Used Color Unused @table @first @second @alone @printed @main @helper @other"},
	} {
		sub := air.Reachable(m, strings.Fields(c.roots)...)
		if got := strings.Join(names(sub), " "); got != c.want {
			t.Errorf("from %q: %s, want %s", c.roots, got, c.want)
		}
		text := air.Print(sub)
		again, err := air.Parse("sub", text)
		if err != nil {
			t.Fatalf("from %q: %v", c.roots, err)
		}
		if !slices.Equal(names(again), names(sub)) {
			t.Errorf("from %q: printed and parsed: %v", c.roots, names(again))
		}
	}
}

// TestReachableSharesTypes checks that a sub-module finds the types of its module, and that its new types do not get
// into the module.
func TestReachableSharesTypes(t *testing.T) {
	m, err := air.Parse("reach", []byte(reachText))
	if err != nil {
		t.Fatal(err)
	}
	used := m.Types.Lookup("Used")
	pointer := m.Types.ConstPointer(used)
	sub := air.Reachable(m, "main")
	if sub.Types.ConstPointer(used) != pointer {
		t.Error("the sub-module has another type *const Used")
	}
	if sub.Types.Lookup("Unused") != nil {
		t.Error("the sub-module defines Unused")
	}
	made := sub.Types.Array(7, used)
	if m.Types.Array(7, used) == made {
		t.Error("a type of the sub-module got into the module")
	}
}
