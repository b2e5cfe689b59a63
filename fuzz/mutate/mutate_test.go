package mutate

import (
	"fmt"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
)

// outcomes returns how the runs of a case end, with the results and globals as text.
func outcomes(t *testing.T, c *gen.Case) (all []oracle.Outcome) {
	t.Helper()
	p, err := eval.New(c.Module, eval.Config{MaxSteps: 1 << 20})
	if err != nil {
		t.Fatalf("%v\n%s", err, air.Print(c.Module))
	}
	for _, r := range c.Runs {
		all = append(all, p.Call(r.Func, r.Args))
	}
	return all
}

// TestKeep checks that the steady mutators, each of which applies, keep what programs do.
func TestKeep(t *testing.T) {
	for _, m := range steady {
		s, g, applied := source.New(0), gen.New(gen.Config{}), 0
		for number := uint64(0); number < 120 || applied < 10 && number < 1000; number++ {
			s.Reset(source.Case(5, 0, number))
			c := g.Case(s)
			want := outcomes(t, c)
			n := apply(s, c.Module, 3, []mutator{m})
			applied += n
			checkText(t, c.Module)
			if err := air.Verify(c.Module); err != nil {
				t.Fatalf("%s, case %d: %v\n%s", m.name, number, err, air.Print(c.Module))
			}
			for i, got := range outcomes(t, c) {
				if want[i].Ending == oracle.Trapped && got.Ending == oracle.Trapped {
					continue // the place has another number
				}
				if d := oracle.Compare(&want[i], &got, nil); d != nil {
					t.Errorf("%s, case %d, run %d: %+v\n%s", m.name, number, i, d, air.Print(c.Module))
				}
			}
		}
		if applied < 10 {
			t.Errorf("%s was applied %d times", m.name, applied)
		}
	}
}

// TestRewriteKeepsDefined checks that no bit of a result becomes undefined by an identity or a wider type, where operands are undefined in part.
func TestRewriteKeepsDefined(t *testing.T) {
	var rewriting []mutator
	for _, m := range steady {
		if m.name == "rewrite" || m.name == "retype" {
			rewriting = append(rewriting, m)
		}
	}
	for _, tag := range []string{"bit_and", "bit_or", "xor", "add_wrap", "sub_wrap", "mul_wrap", "min", "max"} {
		text := fmt.Sprintf("fn @f(u8) u8 {\n  %%0 = arg(u8, 0)\n  %%1 = alloc(*u8)\n  %%2 = load(u8, %%1)\n  %%3 = bit_and(%%2, <u8, 60>)\n"+
			"  %%4 = %s(%%0, %%3)\n  %%5 = ret(%%4)\n}\n", tag)
		applied := 0
		for number := range uint64(8) {
			m, err := air.Parse("defined", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			c := &gen.Case{Module: m}
			for _, x := range []int64{0, 3, 60, 85, 255} {
				c.Runs = append(c.Runs, gen.Run{Func: "f", Args: []*air.Value{air.NewInt(air.U8, x)}})
			}
			want := outcomes(t, c)
			applied += apply(source.New(number), m, 1, rewriting)
			for i, got := range outcomes(t, c) {
				if d := oracle.Compare(&want[i], &got, nil); d != nil {
					t.Errorf("%s, run %d: %+v\n%s", tag, i, d, air.Print(m))
				}
			}
		}
		if applied == 0 {
			t.Errorf("%s was not rewritten", tag)
		}
	}
}

// TestDead checks that replacing arms that no run executes keeps what these runs do.
func TestDead(t *testing.T) {
	s, g, replaced := source.New(0), gen.New(gen.Config{}), 0
	for number := range uint64(150) {
		s.Reset(source.Case(8, 0, number))
		made := g.Case(s)
		c := &diff.Case{Module: made.Module, Runs: made.Runs}
		Probe(c.Module)
		before := diff.NewProfile(c)
		replaced += Dead(s, c.Module, before.Ran, 3)
		checkText(t, c.Module)
		if err := air.Verify(c.Module); err != nil {
			t.Fatalf("case %d: %v\n%s", number, err, air.Print(c.Module))
		}
		after := diff.NewProfile(c)
		if after == nil {
			t.Fatalf("case %d is illegal now\n%s", number, air.Print(c.Module))
		}
		if d := before.Changed(after); d != "" {
			t.Errorf("case %d: %s\n%s", number, d, air.Print(c.Module))
		}
	}
	if replaced < 50 {
		t.Errorf("%d arms were replaced", replaced)
	}
}

// TestDeadIsNoticed checks that replacing an arm that runs is noticed.
func TestDeadIsNoticed(t *testing.T) {
	s, g, noticed := source.New(0), gen.New(gen.Config{}), 0
	for number := range uint64(40) {
		s.Reset(source.Case(9, 0, number))
		made := g.Case(s)
		c := &diff.Case{Module: made.Module, Runs: made.Runs}
		Probe(c.Module)
		before := diff.NewProfile(c)
		Dead(s, c.Module, func(int, air.Index) bool { return false }, 3)
		if after := diff.NewProfile(c); after == nil || before.Changed(after) != "" {
			noticed++
		}
	}
	if noticed < 5 {
		t.Errorf("%d of 40 were noticed", noticed)
	}
}

// checkText checks that a module reads back as it was.
func checkText(t *testing.T, m *air.Module) {
	t.Helper()
	text := air.Print(m)
	again, err := air.Parse("printed", text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if string(air.Print(again)) != string(text) {
		t.Errorf("another module was read back\n%s", text)
	}
}

// TestChange checks that the verifier accepts what the changing mutators make, and that they make other programs.
func TestChange(t *testing.T) {
	for _, m := range changing {
		s, g, applied := source.New(0), gen.New(gen.Config{}), 0
		for number := range uint64(200) {
			s.Reset(source.Case(6, 0, number))
			c := g.Case(s)
			before := string(air.Print(c.Module))
			if apply(s, c.Module, 3, []mutator{m}) > 0 && string(air.Print(c.Module)) != before {
				applied++
			}
			checkText(t, c.Module)
			if err := air.Verify(c.Module); err != nil {
				t.Errorf("%s, case %d: %v\n%s", m.name, number, err, air.Print(c.Module))
			}
		}
		if applied < 100 {
			t.Errorf("%s was applied %d times", m.name, applied)
		}
	}
}
