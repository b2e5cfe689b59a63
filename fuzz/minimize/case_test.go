package minimize

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
)

// deepText calls itself with a local whose alignment takes a megabyte of the stack each time: a divergence that needs no
// defect.
const deepText = `var @other: u32 = 7

fn @noise(i32) i32 {
  %0 = arg(i32, 0)
  %1 = add_wrap(%0, <i32, 3>)
  %2 = ret(%1)
}

fn @deep(i32, u8) i32 {
  %0 = arg(i32, 0)
  %1 = arg(u8, 1)
  %2 = store(<*u32, @other>, <u32, 9>)
  %3 = call(<*const fn (i32) i32, @noise>, [%0])
  %4 = alloc(*align(1048576) volatile u8)
  %5 = store(%4, %1)
  %6 = cmp_eq(%1, <u8, 0>)
  %7 = cond_br(%6, {
    %8 = xor(%3, %0)
    %9 = ret(%8)
  }, {
    %10 = sub_wrap(%1, <u8, 1>)
    %11 = call(<*const fn (i32, u8) i32, @deep>, [%0, %10])
    %12 = ret(%11)
  })
}
`

func deepCase(t *testing.T) (*diff.Checker, Found) {
	t.Helper()
	m, err := air.Parse("deep", []byte(deepText))
	if err != nil {
		t.Fatal(err)
	}
	k := diff.NewChecker(diff.Config{})
	run := gen.Run{Func: "deep", Args: []*air.Value{air.NewInt(air.I32, 5), air.NewInt(air.U8, 100)}}
	c := &diff.Case{Module: m, Runs: []gen.Run{run}, Options: backend.Options{SpillAll: true, Compress: true}}
	v := k.Check(c)
	if v.Divergence == nil {
		t.Fatalf("the case does not diverge: %+v", v)
	}
	return k, Found{c, v.Divergence.Signature}
}

// TestCase checks that what does not matter goes: other instructions, functions and globals, and the options.
func TestCase(t *testing.T) {
	k, f := deepCase(t)
	r := Case(context.Background(), k, f, time.Minute)
	text := string(air.Print(r.Case.Module))
	if r.Signature.Bucket() != f.Signature.Bucket() || r.Case.Options != (backend.Options{}) {
		t.Errorf("%s with options %q, was %s", r.Signature, r.Case.Options, f.Signature)
	}
	if strings.Contains(text, "noise") || strings.Contains(text, "other") || strings.Count(text, "%") > 20 {
		t.Errorf("the smallest case is\n%s", text)
	}
	if v := k.Check(r.Case); v.Divergence == nil || v.Divergence.Signature != r.Signature {
		t.Errorf("it checks as %+v, want %s", v, r.Signature)
	}
}

// TestCaseCancelled checks that nothing is tried after the context has ended, and that the case that was given comes
// back.
func TestCaseCancelled(t *testing.T) {
	k, f := deepCase(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := Case(ctx, k, f, time.Minute)
	if string(air.Print(r.Case.Module)) != string(air.Print(f.Case.Module)) || len(r.Others) != 0 {
		t.Errorf("became\n%s", air.Print(r.Case.Module))
	}
}

// TestCaseAgain checks that minimising the smallest case changes nothing.
func TestCaseAgain(t *testing.T) {
	k, f := deepCase(t)
	first := Case(context.Background(), k, f, time.Minute)
	second := Case(context.Background(), k, first.Found, time.Minute)
	if a, b := air.Print(first.Case.Module), air.Print(second.Case.Module); string(a) != string(b) || first.Signature != second.Signature {
		t.Errorf("%s\n%s became %s\n%s", first.Signature, a, second.Signature, b)
	}
}

// TestWhere checks that a case shrinks to what a property needs, options included, and stays valid.
func TestWhere(t *testing.T) {
	k, f := deepCase(t)
	keep := func(c *diff.Case) bool {
		return c.Options.Compress && strings.Contains(string(air.Print(c.Module)), "xor")
	}
	small, err := Where(context.Background(), k, f.Case, keep, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	text := string(air.Print(small.Module))
	if !keep(small) || air.Verify(small.Module) != nil || small.Options != (backend.Options{Compress: true}) || len(small.Module.Funcs) != 1 ||
		strings.Contains(text, "alloc") {
		t.Errorf("options %q, program\n%s", small.Options, text)
	}
}
