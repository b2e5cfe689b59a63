package promote_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/promote"
)

// plans are bodies of functions of (u32, *u32) with the roles that Plan gives.
var plans = []struct{ name, body, want string }{
	{"never stored again", `
  %2 = alloc(*u32)
  %3 = store(%2, %0)
  %4 = load(u32, %2)
  %5 = add_wrap(%4, %4)
  %6 = ret(%5)`, "%2 variable a5, %4 alias a5"},
	{"counted", `
  %2 = alloc(*u32)
  %3 = store(%2, <u32, 0>)
  %4 = loop({
    %5 = load(u32, %2)
    %6 = add_wrap(%5, <u32, 1>)
    %7 = store(%2, %6)
    %8 = repeat(%4)
  })`, "%2 variable a5, %5 alias a5, %6 target a5"},
	{"used after the store", `
  %2 = alloc(*u32)
  %3 = store(%2, %0)
  %4 = load(u32, %2)
  %5 = store(%2, <u32, 7>)
  %6 = load(u32, %2)
  %7 = add_wrap(%4, %6)
  %8 = ret(%7)`, "%2 variable a5, %6 alias a5"},
	{"used in a loop that stores later", `
  %2 = alloc(*u32)
  %3 = store(%2, %0)
  %4 = load(u32, %2)
  %5 = loop({
    %6 = store(%1, %4)
    %7 = load(u32, %2)
    %8 = add_wrap(%7, <u32, 1>)
    %9 = store(%2, %8)
    %10 = repeat(%5)
  })`, "%2 variable a5, %7 alias a5, %8 target a5"},
	{"read before it is stored", `
  %2 = alloc(*u32)
  %3 = load(u32, %2)
  %4 = store(%2, %0)
  %5 = ret(%0)`, "%2 cleared a5, %3 alias a5"},
	{"the address escapes", `
  %2 = alloc(*u32)
  %3 = store(%2, %0)
  %4 = bitcast(usize, %2)
  %5 = load(u32, %2)
  %6 = ret(%5)`, ""},
	{"volatile", `
  %2 = alloc(*volatile u32)
  %3 = store(%2, %0)
  %4 = load(u32, %2)
  %5 = ret(%4)`, ""},
	{"across a call", `
  %2 = alloc(*u32)
  %3 = store(%2, %0)
  %4 = call(@f, [%0, %1])
  %5 = load(u32, %2)
  %6 = add_wrap(%5, %5)
  %7 = store(%2, %6)
  %8 = load(u32, %2)
  %9 = ret(%8)`, "%2 variable s1, %5 alias s1, %6 target s1, %8 alias s1"},
	{"one after the other", `
  %2 = alloc(*u32)
  %3 = store(%2, %0)
  %4 = load(u32, %2)
  %5 = alloc(*u32)
  %6 = store(%5, %4)
  %7 = load(u32, %5)
  %8 = alloc(*u32)
  %9 = store(%8, %7)
  %10 = load(u32, %8)
  %11 = ret(%10)`, "%2 variable a5, %4 alias a5, %5 variable a4, %7 alias a4, %8 variable a5, %10 alias a5"},
	{"computed before a branch", `
  %2 = alloc(*u32)
  %3 = store(%2, %0)
  %4 = add_wrap(%0, %0)
  %5 = cmp_eq(%0, <u32, 3>)
  %6 = block(void, {
    %7 = cond_br(%5, {
      %8 = load(u32, %2)
      %9 = ret(%8)
    }, {
      %10 = br(%6, {})
    })
  })
  %11 = store(%2, %4)
  %12 = ret(%0)`, "%2 variable a5, %8 alias a5"},
}

// TestPlan checks the plans of small functions, and that Verify accepts them.
func TestPlan(t *testing.T) {
	var planner promote.Planner
	for _, c := range plans {
		f := parse(t, c.body)
		for _, limits := range []promote.Limits{{Allocatable: abi.Allocatable}, {Allocatable: abi.Allocatable, Preserved: true}, {Allocatable: abi.Limited(10)}} {
			p := planner.Plan(f, limits)
			if err := promote.Verify(f, p, limits); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			if got := text(f, p); limits == (promote.Limits{Allocatable: abi.Allocatable}) && got != c.want {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
			if limits.Preserved && p.Homes()&abi.CallerSaved != 0 {
				t.Errorf("%s: %s", c.name, text(f, p))
			}
		}
	}
}

// TestVerifyRejects checks that a plan for one function is refused for one that differs in an essential point.
func TestVerifyRejects(t *testing.T) {
	for _, c := range []struct{ planned, other, want string }{
		{"never stored again", "%4 = load(u32, %2)|%4 = load(u32, %1)", "%4"},
		{"never stored again", "%5 = add_wrap(%4, %4)|%5 = ptr_add(*u32, %2, <usize, 1>)", "escapes"},
		{"counted", "%6 = add_wrap(%5, <u32, 1>)\n    %7 = store(%2, %6)|%6 = add_wrap(%5, <u32, 1>)\n    %7 = store(%1, %6)", "not stored"},
		{"never stored again", "%3 = store(%2, %0)|%3 = store(%1, %0)", "before it is written"},
		{"used in a loop that stores later", "%7 = load(u32, %2)\n    %8 = add_wrap(%7, <u32, 1>)\n    %9 = store(%2, %8)|%7 = load(u32, %2)\n    %8 = store(%2, <u32, 5>)\n    %9 = store(%1, %7)", "has changed"},
		{"read before it is stored", "%4 = store(%2, %0)\n  %5 = ret(%0)|%4 = call(@f, [%0, %1])\n  %5 = ret(%3)", "has changed"},
	} {
		body := ""
		for _, p := range plans {
			if p.name == c.planned {
				body = p.body
			}
		}
		old, replacement, _ := strings.Cut(c.other, "|")
		if !strings.Contains(body, old) {
			t.Fatalf("%s lacks %q", c.planned, old)
		}
		p := new(promote.Planner).Plan(parse(t, body), promote.Limits{Allocatable: abi.Allocatable})
		err := promote.Verify(parse(t, strings.Replace(body, old, replacement, 1)), p, promote.Limits{Allocatable: abi.Allocatable})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s with %q: %v, want an error with %q", c.planned, replacement, err, c.want)
		}
	}
}

func parse(t *testing.T, body string) *air.Func {
	t.Helper()
	m, err := air.Parse("plan", []byte("fn @f(u32, *u32) u32 {\n  %0 = arg(u32, 0)\n  %1 = arg(*u32, 1)"+body+"\n}\n"))
	if err != nil {
		t.Fatal(err)
	}
	return m.Funcs[0]
}

// text returns the roles of a plan.
func text(f *air.Func, p *promote.Plan) string {
	names := [...]string{promote.Variable: "variable", promote.Cleared: "cleared", promote.Alias: "alias", promote.Target: "target"}
	var all []string
	for i := range f.Insts {
		if role, r := p.Of(air.Index(i)); role != promote.NoRole {
			all = append(all, fmt.Sprintf("%%%d %s %s", i, names[role], r))
		}
	}
	return strings.Join(all, ", ")
}
