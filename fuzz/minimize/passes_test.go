package minimize

import (
	"bytes"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/liveness"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// sound reports whether the liveness of a program verifies. Its text must parse back to itself, and its runs must fit
// its functions.
func sound(t *testing.T, p *Program) bool {
	text := air.Print(p.Module)
	m, err := air.Parse("", text)
	if err != nil || !bytes.Equal(air.Print(m), text) {
		t.Fatalf("a pass broke the program: %v\n%s", err, text)
	}
	for _, f := range p.Module.Funcs {
		if liveness.Verify(f, liveness.Analyze(f)) != nil {
			return false
		}
	}
	for _, r := range p.Runs {
		if f := p.Module.Func(r.Func); f == nil || len(f.Type.Params) != len(r.Args) {
			t.Fatalf("a run does not fit its function\n%s", text)
		}
	}
	return true
}

// has reports whether a program has an instruction of a tag and of at least a width whose result is used.
func has(p *Program, tag air.Tag, bits uint32) bool {
	for _, f := range p.Module.Funcs {
		count := uses(f)
		for i := range f.Insts {
			in := &f.Insts[i]
			if in.Tag == tag && in.Type.Kind == air.Int && in.Type.Bits >= bits && count[i] > 0 {
				return true
			}
		}
	}
	return false
}

func problem(t *testing.T, same func(p *Program) bool) Problem[*Program] {
	return Problem[*Program]{
		Same:   func(p *Program) bool { return sound(t, p) && same(p) },
		Less:   Less,
		Text:   (*Program).Text,
		Passes: Passes(nil),
	}
}

// TestPassesReachTheMinimum checks that programs of a hundred instructions shrink to the one that matters, an argument
// and a return.
func TestPassesReachTheMinimum(t *testing.T) {
	g, done := gen.New(gen.Config{}), 0
	for seed := uint64(0); done < 12; seed++ {
		tag := []air.Tag{air.MulWrap, air.Shr, air.Xor, air.BitAnd}[seed%4]
		c := g.Case(source.New(seed))
		start := &Program{Module: c.Module, Runs: c.Runs}
		same := func(p *Program) bool { return has(p, tag, 8) }
		if !same(start) {
			continue
		}
		done++
		small, _ := Search(start, problem(t, same))
		if n := measure(small).instructions; n > 3 {
			t.Errorf("seed %d: %d instructions remain:\n%s", seed, n, small.Text())
		}
		again, stats := Search(small, problem(t, same))
		if stats.Steps != 0 {
			t.Errorf("seed %d is not idempotent:\n%s\n%s", seed, small.Text(), again.Text())
		}
	}
}

// TestPassesDoNotChangeTheirInput checks that passes leave the program that they are given as it is.
func TestPassesDoNotChangeTheirInput(t *testing.T) {
	g := gen.New(gen.Config{})
	for seed := range uint64(5) {
		c := g.Case(source.New(seed))
		p := &Program{Module: c.Module, Runs: c.Runs}
		before := p.Text()
		for _, pass := range Passes(nil) {
			for candidate := range pass.Propose(p) {
				candidate.Text()
			}
			if !bytes.Equal(before, p.Text()) {
				t.Fatalf("%s changed its input", pass.Name)
			}
		}
	}
}

// TestLift checks that a chain of instructions in front of one that needs something unknown becomes a parameter, with
// its value in the run, and that everything unused goes at once.
func TestLift(t *testing.T) {
	m, err := air.Parse("", []byte(`
var @unused: u8 = 1
var @named: *u8 = @unused

fn @spare() void {
  %0 = ret({})
}

fn @f(i7) u9 {
  %0 = arg(i7, 0)
  %1 = bitcast(u7, %0)
  %2 = intcast(u9, %1)
  %3 = block(u9, {
    %4 = xor(%2, <u9, 5>)
    %5 = br(%3, %4)
  })
  %6 = ret(%3)
}
`))
	if err != nil {
		t.Fatal(err)
	}
	f := m.Func("f")
	start := &Program{Module: m, Runs: []gen.Run{{Func: "f", Args: []*air.Value{{Type: f.Type.Params[0], Kind: air.IntValue, Int: 3}}}}}
	seen := func(p *Program, function string, inst air.Index) *air.Value {
		return &air.Value{Type: p.Module.Func(function).Insts[inst].Type, Kind: air.IntValue, Int: 3}
	}
	for q := range dropUnused(start) {
		start = q
	}
	if len(start.Module.Funcs) != 1 || len(start.Module.Globals) != 0 {
		t.Errorf("still there:\n%s", start.Text())
	}
	var candidates []string
	for q := range lift(start, seen) {
		if !sound(t, q) {
			t.Errorf("liveness of\n%s", q.Text())
		}
		candidates = append(candidates, string(q.Text()))
	}
	want := `fn @f(i7, u9) u9 {
  %0 = arg(u9, 1)
  %1 = block(u9, {
    %2 = xor(%0, <u9, 5>)
    %3 = br(%1, %2)
  })
  %4 = ret(%1)
}
f<i7, 3><u9, 3>
`
	if len(candidates) != 3 || candidates[1] != want {
		t.Errorf("%d candidates: %q, not %q", len(candidates), candidates, want)
	}
}
