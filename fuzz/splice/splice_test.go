package splice

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// real is a program with functions to splice: half, which is illegal for odd numbers, and next, which calls it. Of the
// others counted keeps state, moved takes an address, and stuck never returns.
const real = `
const Pair = struct { a: u8, b: i33 }

const @table: [4]u8 = .{ 1, 2, 3, 4 }
var @count: u8 = 0

fn @half(u8) u8 {
  %0 = arg(u8, 0)
  %1 = div_exact(%0, <u8, 2>)
  %2 = ret(%1)
}

fn @next(Pair, ?u16) error{Odd}!i33 {
  %0 = arg(Pair, 0)
  %1 = arg(?u16, 1)
  %2 = struct_field_val(u8, %0, 0)
  %3 = call(@half, [%2])
  %4 = struct_field_val(i33, %0, 1)
  %5 = wrap_errunion_payload(error{Odd}!i33, %4)
  %6 = ret(%5)
}

fn @counted() u8 {
  %0 = load(u8, <*u8, @count>)
  %1 = ret(%0)
}

fn @moved(*u8) u8 {
  %0 = arg(*u8, 0)
  %1 = load(u8, %0)
  %2 = ret(%1)
}

fn @stuck(u8) u8 {
  %0 = arg(u8, 0)
  %1 = loop({
    %2 = repeat(%1)
  })
}
`

func realEntries(t *testing.T) []*corpus.Entry {
	m, err := air.Parse("real", []byte("const anyerror = error{Odd = 1}\n"+strings.Replace(real, "struct { a: u8, b: i33 }", "struct {\n  a: u8,\n  b: i33,\n}", 1)))
	if err != nil {
		t.Fatal(err)
	}
	return []*corpus.Entry{corpus.New("real", m, nil)}
}

// TestCallees checks which functions are taken, and that their arguments are legal.
func TestCallees(t *testing.T) {
	callees := Callees(realEntries(t), source.New(1))
	names := ""
	for _, c := range callees {
		names += c.Name + " "
	}
	if names != "half next " {
		t.Fatalf("callees %s", names)
	}
	for _, args := range callees[0].Args {
		if args[0].Int%2 != 0 {
			t.Errorf("half(%d) is illegal", args[0].Int)
		}
	}
	if n := len(callees[1].Args); n != maxArgs {
		t.Errorf("%d arguments for next", n)
	}
}

// TestIntoIsLegal checks that spliced programs read back, are legal and agree, and that the callee is called.
func TestIntoIsLegal(t *testing.T) {
	callees := Callees(realEntries(t), source.New(1))
	g := gen.New(gen.Config{Features: gen.AllFeatures &^ gen.ErrorUnions})
	k := diff.NewChecker(diff.Config{})
	made, calls := 0, 0
	for seed := range uint64(60) {
		c := &callees[seed%2]
		e := Into(source.New(seed), g, c)
		if e == nil {
			continue
		}
		made++
		text := corpus.Format(e)
		back, err := corpus.Parse(e.Name, text)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		calls += bytes.Count(text, []byte("(@"+c.Name+", ["))
		program := &diff.Case{Module: back.Module}
		for _, r := range back.Runs {
			program.Runs = append(program.Runs, gen.Run{Func: r.Func, Args: r.Args})
		}
		if v := k.Check(program); v.Divergence != nil || v.Discarded != "" {
			t.Errorf("seed %d: %v%s\n%s", seed, v.Divergence, v.Discarded, text)
		}
	}
	if made < 50 || calls <= made {
		t.Errorf("%d programs with %d calls are made of 60", made, calls)
	}
}
