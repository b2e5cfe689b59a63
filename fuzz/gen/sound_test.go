package gen

import (
	"bytes"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/liveness"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
)

// TestModulesAreWellFormed checks that every module parses back to itself, and that its liveness verifies.
func TestModulesAreWellFormed(t *testing.T) {
	g := New(Config{})
	for seed := range uint64(500) {
		m := g.Case(source.New(seed)).Module
		text := air.Print(m)
		back, err := air.Parse("", text)
		if err != nil || !bytes.Equal(text, air.Print(back)) {
			t.Fatalf("seed %d does not read back: %v\n%s", seed, err, text)
		}
		for _, f := range m.Funcs {
			if err := liveness.Verify(f, liveness.Analyze(f)); err != nil {
				t.Fatalf("seed %d: %v\n%s", seed, err, text)
			}
		}
	}
}

// TestRunsAreLegal checks that no run is illegal behaviour, and that all end within the promised steps.
func TestRunsAreLegal(t *testing.T) {
	g := New(Config{})
	endings := map[oracle.Ending]int{}
	steps, runs := uint64(0), 0
	for seed := range uint64(1500) {
		c := g.Case(source.New(seed))
		p, err := eval.New(c.Module, eval.Config{MaxSteps: 20000, Externs: func(_ string, args []uint64) (uint64, bool) {
			return uint64(len(args)) * 0x9e3779b97f4a7c15, true
		}})
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, air.Print(c.Module))
		}
		for _, r := range c.Runs {
			out := p.Call(r.Func, r.Args)
			endings[out.Ending]++
			steps += out.Steps
			runs++
			switch out.Ending {
			case oracle.Illegal, oracle.Unsupported, oracle.OutOfSteps:
				t.Fatalf("seed %d: %s %s at %s\n%s", seed, out.Ending, out.Reason, out.Place, air.Print(c.Module))
			}
		}
	}
	t.Logf("endings %v, %d steps per run", endings, steps/uint64(runs))
	if endings[oracle.Returned] < runs*8/10 {
		t.Errorf("only %d of %d runs return", endings[oracle.Returned], runs)
	}
}

// TestPayloadPointersAreBrief checks that a pointer to a payload is used by the two instructions after it alone: later
// there may be no payload any more.
func TestPayloadPointersAreBrief(t *testing.T) {
	seen := 0
	eachFunc(AllFeatures, func(f *air.Func) {
		last := map[air.Ref]int{}
		for i := range f.Insts {
			for _, r := range f.Insts[i].Ops {
				if r >= 0 {
					last[r] = i
				}
			}
		}
		for i := range f.Insts {
			switch f.Insts[i].Tag {
			case air.OptionalPayloadPtr, air.OptionalPayloadPtrSet, air.UnwrapErrunionPayloadPtr, air.ErrunionPayloadPtrSet:
				seen++
				if n := last[air.InstRef(air.Index(i))] - i; n > 2 {
					t.Fatalf("%%%d is used %d instructions later:\n%s", i, n, f)
				}
			}
		}
	})
	if seen == 0 {
		t.Error("no case has a pointer to a payload")
	}
}

// TestAlignmentIsNatural checks that no variable and no field is aligned to less than its type.
func TestAlignmentIsNatural(t *testing.T) {
	over := 0
	eachFunc(Vectors|OverAlignment|Memory|Structs, func(f *air.Func) {
		for i := range f.Insts {
			in := &f.Insts[i]
			if in.Tag != air.Alloc {
				continue
			}
			if in.Type.PointerAlign > 0 {
				over++
			}
			if in.Type.PointeeAlign() < in.Type.Elem.Align() {
				t.Fatalf("%%%d: alloc of %s, whose alignment is %d", i, in.Type, in.Type.Elem.Align())
			}
			for _, field := range in.Type.Elem.Fields {
				if field.Align > 0 && uint64(field.Align) < field.Type.Align() {
					t.Fatalf("%%%d: the alignment of field %s of %s is %d", i, field.Name, in.Type.Elem, field.Align)
				}
			}
		}
	})
	if over == 0 {
		t.Error("no case has an alignment of its own")
	}
}

// eachFunc hands out the functions of many cases with subsets of some features.
func eachFunc(features Feature, f func(*air.Func)) {
	g := New(Config{Features: features})
	for seed := range uint64(3_000) {
		for _, fn := range g.Case(source.New(seed)).Module.Funcs {
			f(fn)
		}
	}
}
