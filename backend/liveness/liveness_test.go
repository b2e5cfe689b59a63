package liveness

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// check compares the deaths of a function with the expected lines.
func check(t *testing.T, m *maker, want string) {
	t.Helper()
	r := Analyze(m.f)
	if err := Verify(m.f, r); err != nil {
		t.Errorf("Verify: %v", err)
	}
	want = strings.TrimLeft(want, "\n")
	if diff := cmp.Diff(want, Format(m.f, r)); diff != "" {
		t.Errorf("deaths (-want +got):\n%s", diff)
	}
}

func TestLastSlotCarriesTheDeath(t *testing.T) {
	m := newMaker()
	b := &m.f.Body
	x := m.add(b, air.Arg, air.U32)
	y := m.add(b, air.AddWrap, air.U32, x, x)
	m.add(b, air.Ret, air.NoReturnType, y)
	r := Analyze(m.f)
	if r.Dies(1, 0) || !r.Dies(1, 1) {
		t.Errorf("x dies in slots %v %v, want false true", r.Dies(1, 0), r.Dies(1, 1))
	}
	check(t, m, `
%0 = arg
%1 = add_wrap dies %0
%2! = ret dies %1
`)
}

func TestUnusedInstructionsUseNothing(t *testing.T) {
	m := newMaker()
	b := &m.f.Body
	x := m.add(b, air.Arg, air.U32)
	y := m.add(b, air.Not, air.U32, x)
	m.add(b, air.AddWrap, air.U32, y, y)
	m.add(b, air.AddSafe, air.U32, x, m.k) // may panic: lowered, its operand counts
	m.add(b, air.Ret, air.NoReturnType, m.k)
	check(t, m, `
%0 = arg
%1! = not
%2! = add_wrap
%3! = add_safe dies %0
%4! = ret
`)
}

func TestVolatileIsLowered(t *testing.T) {
	types := air.NewTypeTable()
	plain := types.Pointer(air.U32)
	volatile := types.PointerTo(air.Type{Elem: air.U32, Volatile: true, VectorIndex: -1})
	for _, c := range []struct {
		tag  air.Tag
		ptr  *air.Type
		want bool
	}{
		{air.Load, plain, false}, {air.Load, volatile, true},
		{air.AtomicLoad, plain, false}, {air.AtomicLoad, volatile, true},
		{air.PtrElemVal, plain, false}, {air.PtrElemVal, volatile, true},
		{air.SliceElemVal, plain, false}, {air.SliceElemVal, volatile, true},
		{air.BitAnd, volatile, false}, {air.StoreSafe, plain, true},
	} {
		m := newMaker()
		p := m.add(&m.f.Body, air.Arg, c.ptr)
		in := air.Inst{Tag: c.tag, Type: air.U32, Ops: []air.Ref{p}}
		if got := MustLower(m.f, &in); got != c.want {
			t.Errorf("MustLower(%s of %s) = %v, want %v", c.tag, c.ptr, got, c.want)
		}
	}
	for _, volatile := range []bool{false, true} {
		in := air.Inst{Tag: air.Assembly, Type: air.U32, Extra: &air.AssemblyExtra{Volatile: volatile}}
		if got := MustLower(&air.Func{}, &in); got != volatile {
			t.Errorf("MustLower(assembly, volatile %v) = %v", volatile, got)
		}
	}
}

func TestMirroredDeathsOfCondBr(t *testing.T) {
	m := newMaker()
	b := &m.f.Body
	x, y, z := m.add(b, air.Arg, air.U32), m.add(b, air.Arg, air.U32), m.add(b, air.Arg, air.BoolType)
	c := m.open(b, air.CondBr, air.NoReturnType, z)
	var then, other air.Body
	m.add(&then, air.Ret, air.NoReturnType, x)
	m.add(&other, air.Ret, air.NoReturnType, y)
	m.close(c, then, other)
	check(t, m, `
%0 = arg
%1 = arg
%2 = arg
%3! = cond_br dies %2; arm 0: %1; arm 1: %0
  %4! = ret dies %0
  %5! = ret dies %1
`)
}

func TestSwitchArms(t *testing.T) {
	m := newMaker()
	b := &m.f.Body
	x, y := m.add(b, air.Arg, air.U32), m.add(b, air.Arg, air.U32)
	s := m.open(b, air.SwitchBr, air.NoReturnType, x)
	bodies := make([]air.Body, 3)
	m.add(&bodies[0], air.Ret, air.NoReturnType, x)
	m.add(&bodies[1], air.Ret, air.NoReturnType, y)
	m.add(&bodies[2], air.Unreach, air.NoReturnType)
	m.close(s, bodies...)
	check(t, m, `
%0 = arg
%1 = arg
%2! = switch_br; arm 0: %1; arm 1: %0; arm 2: %0 %1
  %3! = ret dies %0
  %4! = ret dies %1
  %5! = unreach
`)
}

func TestTry(t *testing.T) {
	m := newMaker()
	b := &m.f.Body
	x, y := m.add(b, air.Arg, air.U32), m.add(b, air.Arg, air.U32)
	i := m.open(b, air.Try, air.U32, x)
	var failed air.Body
	m.add(&failed, air.Ret, air.NoReturnType, x)
	m.close(i, failed)
	sum := m.add(b, air.AddWrap, air.U32, air.InstRef(i), y)
	m.add(b, air.Ret, air.NoReturnType, sum)
	check(t, m, `
%0 = arg
%1 = arg
%2 = try; arm 0: %1; arm 1: %0
  %3! = ret dies %0
%4 = add_wrap dies %2 %1
%5! = ret dies %4
`)
}

func TestBlockDeaths(t *testing.T) {
	m := newMaker()
	b := &m.f.Body
	x, y, z := m.add(b, air.Arg, air.U32), m.add(b, air.Arg, air.U32), m.add(b, air.Arg, air.BoolType)
	i := m.open(b, air.Block, air.U32)
	var body, then, other air.Body
	c := m.open(&body, air.CondBr, air.NoReturnType, z)
	m.jump(&then, air.Br, i, x)
	m.jump(&other, air.Br, i, m.k)
	m.close(c, then, other)
	m.close(i, body)
	sum := m.add(b, air.AddWrap, air.U32, air.InstRef(i), y)
	m.add(b, air.Ret, air.NoReturnType, sum)
	check(t, m, `
%0 = arg
%1 = arg
%2 = arg
%3 = block; deaths: %0 %2
  %4! = cond_br dies %2; arm 0:; arm 1: %0
    %5! = br dies %0
    %6! = br
%7 = add_wrap dies %3 %1
%8! = ret dies %7
`)
}

func loopFunc() *maker {
	m := newMaker()
	b := &m.f.Body
	x, y, z := m.add(b, air.Arg, air.U32), m.add(b, air.Arg, air.U32), m.add(b, air.Arg, air.U32)
	out := m.open(b, air.Block, air.VoidType)
	var inner, body, then, other air.Body
	l := m.open(&inner, air.Loop, air.NoReturnType)
	eq := m.add(&body, air.CmpEq, air.BoolType, x, y)
	c := m.open(&body, air.CondBr, air.NoReturnType, eq)
	m.jump(&then, air.Br, out, m.k)
	m.jump(&other, air.Repeat, l)
	m.close(c, then, other)
	m.close(l, body)
	m.close(out, inner)
	sum := m.add(b, air.AddWrap, air.U32, y, z)
	m.add(b, air.Ret, air.NoReturnType, sum)
	return m
}

// TestLoop checks that nothing dies in a loop that the next iteration or what follows the loop needs; the rest dies on
// the way out.
func TestLoop(t *testing.T) {
	check(t, loopFunc(), `
%0 = arg
%1 = arg
%2 = arg
%3! = block; deaths: %0
  %4! = loop
    %5 = cmp_eq
    %6! = cond_br dies %5; arm 0: %0; arm 1:
      %7! = br
      %8! = repeat
%9 = add_wrap dies %1 %2
%10! = ret dies %9
`)
}

func loopSwitchFunc() *maker {
	m := newMaker()
	b := &m.f.Body
	x, y, z := m.add(b, air.Arg, air.U32), m.add(b, air.Arg, air.U32), m.add(b, air.Arg, air.U32)
	s := m.open(b, air.LoopSwitchBr, air.NoReturnType, x)
	bodies := make([]air.Body, 2)
	next := m.add(&bodies[0], air.AddWrap, air.U32, y, y)
	m.jump(&bodies[0], air.SwitchDispatch, s, next)
	m.add(&bodies[1], air.Ret, air.NoReturnType, z)
	m.close(s, bodies...)
	return m
}

func TestLoopSwitchBr(t *testing.T) {
	check(t, loopSwitchFunc(), `
%0 = arg
%1 = arg
%2 = arg
%3! = loop_switch_br dies %0; arm 0:; arm 1: %1
  %4 = add_wrap
  %5! = switch_dispatch dies %4
  %6! = ret dies %2
`)
}

// TestRepeatOfOuterLoop checks that a repeat of the outer loop from within the inner one keeps alive what only the
// outer one uses.
func TestRepeatOfOuterLoop(t *testing.T) {
	m := newMaker()
	b := &m.f.Body
	x, y := m.add(b, air.Arg, air.U32), m.add(b, air.Arg, air.U32)
	outer := m.open(b, air.Loop, air.NoReturnType)
	var body, in, then, other air.Body
	m.add(&body, air.Store, air.VoidType, x, m.k)
	inner := m.open(&body, air.Loop, air.NoReturnType)
	c := m.open(&in, air.CondBr, air.NoReturnType, y)
	m.jump(&then, air.Repeat, outer)
	m.jump(&other, air.Repeat, inner)
	m.close(c, then, other)
	m.close(inner, in)
	m.close(outer, body)
	check(t, m, `
%0 = arg
%1 = arg
%2! = loop
  %3! = store
  %4! = loop
    %5! = cond_br; arm 0:; arm 1:
      %6! = repeat
      %7! = repeat
`)
}

func TestManyOperands(t *testing.T) {
	m := newMaker()
	b := &m.f.Body
	ops := []air.Ref{m.k}
	for range 100 {
		ops = append(ops, m.add(b, air.Arg, air.U32))
	}
	m.add(b, air.Call, air.VoidType, append(ops, ops[1:]...)...)
	m.add(b, air.Ret, air.NoReturnType, m.k)
	r := Analyze(m.f)
	for op := range 201 {
		if got, want := r.Dies(100, op), op > 100; got != want {
			t.Errorf("operand %d dies: %v, want %v", op, got, want)
		}
	}
}

func TestRandomFunctionsVerify(t *testing.T) {
	for seed := range uint64(3000) {
		f := randomFunc(rand.New(rand.NewPCG(seed, 1)), 5+int(seed%120))
		if err := Verify(f, Analyze(f)); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// TestVerifyNoticesEveryWrongFact checks that Verify notices every single changed fact. Random functions with loops are
// left out: an endless loop may keep a value alive forever, which is wasteful but not wrong.
func TestVerifyNoticesEveryWrongFact(t *testing.T) {
	tried := 0
	for seed := range uint64(150) {
		f := randomFunc(rand.New(rand.NewPCG(seed, 2)), 40)
		if !hasLoop(f) {
			turnAll(t, f)
			tried++
		}
	}
	if tried < 30 {
		t.Errorf("only %d functions were tried", tried)
	}
	turnAll(t, loopFunc().f)
	turnAll(t, loopSwitchFunc().f)
}

func turnAll(t *testing.T, f *air.Func) {
	t.Helper()
	r := Analyze(f)
	reach := reachable(f)
	for i := range f.Insts {
		if reach[i] {
			turnSlots(t, f, r, air.Index(i))
			turnUnused(t, f, r, air.Index(i))
		}
	}
}

func turnSlots(t *testing.T, f *air.Func, r *Liveness, i air.Index) {
	t.Helper()
	for op := range f.Insts[i].Ops {
		slot := r.insts[i].slot + uint32(op)
		r.dies[slot/64] ^= 1 << (slot % 64)
		if Verify(f, r) == nil {
			t.Errorf("the death in operand %d of %%%d may be turned round:\n%s", op, i, Format(f, r))
		}
		r.dies[slot/64] ^= 1 << (slot % 64)
	}
}

func turnUnused(t *testing.T, f *air.Func, r *Liveness, i air.Index) {
	t.Helper()
	if f.Insts[i].Type.Kind == air.NoReturn {
		return
	}
	r.unused[i/64] ^= 1 << (i % 64)
	if Verify(f, r) == nil {
		t.Errorf("the use of %%%d may be turned round:\n%s", i, Format(f, r))
	}
	r.unused[i/64] ^= 1 << (i % 64)
}

// reachable reports for each instruction whether some body holds it.
func reachable(f *air.Func) []bool {
	reach := make([]bool, len(f.Insts))
	var visit func(air.Body)
	visit = func(b air.Body) {
		for _, i := range b {
			reach[i] = true
			for _, inner := range f.Insts[i].Bodies {
				visit(inner)
			}
		}
	}
	visit(f.Body)
	return reach
}

func TestVerifyNoticesWrongLists(t *testing.T) {
	noticed := 0
	for seed := range uint64(60) {
		f := randomFunc(rand.New(rand.NewPCG(seed, 3)), 40)
		r := Analyze(f)
		for k := range r.deaths {
			old := r.deaths[k]
			r.deaths[k] = (old + 1) % air.Index(len(f.Insts))
			if Verify(f, r) == nil {
				t.Errorf("seed %d: death %d may be changed from %%%d", seed, k, old)
			}
			r.deaths[k] = old
			noticed++
		}
	}
	if noticed < 100 {
		t.Errorf("only %d listed deaths were tried", noticed)
	}
}

func TestVerifyErrors(t *testing.T) {
	m := newMaker()
	b := &m.f.Body
	i := m.open(b, air.Block, air.VoidType)
	var body air.Body
	m.add(&body, air.Ret, air.NoReturnType, m.k)
	m.close(i, body)
	m.add(b, air.Ret, air.NoReturnType, m.k)
	err := Verify(m.f, Analyze(m.f))
	if err == nil || !strings.Contains(err.Error(), "no br leaves the block") {
		t.Errorf("got %v", err)
	}
}

// benchmarkFunc returns a function of the size of a fuzz case.
func benchmarkFunc() *air.Func {
	for seed := uint64(0); ; seed++ {
		f := randomFunc(rand.New(rand.NewPCG(seed, 1)), 60)
		if n := len(f.Insts); n >= 50 && n < 60 && hasLoop(f) {
			return f
		}
	}
}

func BenchmarkAnalyze(b *testing.B) {
	f := benchmarkFunc()
	b.ReportAllocs()
	for b.Loop() {
		Analyze(f)
	}
}

func BenchmarkVerify(b *testing.B) {
	f := benchmarkFunc()
	r := Analyze(f)
	b.ReportAllocs()
	for b.Loop() {
		if err := Verify(f, r); err != nil {
			b.Fatal(err)
		}
	}
}
