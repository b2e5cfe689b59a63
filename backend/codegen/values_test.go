package codegen_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/target"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// bench is a module with its evaluator and its compiled image.
type bench struct {
	t       *testing.T
	m       *air.Module
	b       *air.Builder
	program *eval.Program
	image   *link.Image
	machine *rv64.Machine
	legal   int // runs that were legal and agreed
}

func newBench(t *testing.T) *bench {
	m := air.NewModule()
	return &bench{t: t, m: m, b: air.NewBuilder(m)}
}

// ready compiles what was built.
func (x *bench) ready(o codegen.Options) {
	x.t.Helper()
	if err := air.Verify(x.m); err != nil {
		x.t.Fatalf("%v\n%s", err, air.Print(x.m))
	}
	image, failed, err := build(x.m, o)
	if err != nil {
		x.t.Fatal(err)
	}
	for _, f := range x.m.Funcs {
		if err := failed[f.Name]; err != nil {
			x.t.Fatalf("%v", err)
		}
	}
	addresses := map[string]uint64{}
	for _, s := range image.Symbols {
		addresses[s.Name] = s.Addr
	}
	if x.program, err = eval.New(x.m, eval.Config{Addresses: addresses, MaxSteps: 100000}); err != nil {
		x.t.Fatal(err)
	}
	x.image = image
	x.machine = rv64.New(rv64.Config{Checks: rv64.CheckAll})
	if err := load(x.machine, image); err != nil {
		x.t.Fatal(err)
	}
}

// check runs a function both ways and compares. It returns false if the program is illegal.
func (x *bench) check(f *air.Func, args ...int64) bool {
	x.t.Helper()
	values := make([]eval.Arg, len(args))
	for n, a := range args {
		values[n] = air.NewInt(f.Type.Params[n], a)
	}
	want := x.program.Continue(f.Name, values)
	if want.Ending == oracle.Illegal {
		if len(x.m.Globals) > 0 {
			x.t.Fatalf("@%s(%d): %s, %s", f.Name, args, want.Reason, want.Place)
		}
		return false
	}
	x.machine.SetX(2, stackTop)
	for n, a := range args {
		s, _ := f.Type.Params[n].Scalar()
		if f.Type.Params[n].Kind == air.Float {
			x.machine.SetF(10+n, uint64(a))
			continue
		}
		x.machine.SetX(10+n, uint64(canonical(s, a)))
	}
	sym, _ := x.image.Symbol(f.Name)
	got := x.machine.Call(sym.Addr, 500000)
	result := make([]byte, 8)
	register := x.machine.X(10)
	if f.Type.Elem.Kind == air.Float && f.Type.Elem.Bits != 16 {
		register = x.machine.F(10)
	}
	for n := range result {
		result[n] = byte(register >> (8 * n))
	}
	result = result[:len(want.Result)]
	for n := range want.Defined {
		result[n] &= want.Defined[n]
	}
	if got.Ending != want.Ending || want.Ending != oracle.Returned && got.Reason != want.Reason ||
		want.Ending == oracle.Returned && !bytes.Equal(result, want.Result) {
		x.t.Fatalf("@%s(%d): evaluator %v %s %x, code %v %s %s %x\n%s", f.Name, args, want.Ending, want.Reason, want.Result,
			got.Ending, got.Reason, got.Place, result, printFunc(x.m, f))
	}
	x.checkGlobals(f, args, want.Globals)
	if s, ok := f.Type.Elem.Scalar(); ok && want.Ending == oracle.Returned && want.Defined == nil && s.Bits <= 64 {
		if r := int64(x.machine.X(10)); r != canonical(s, r) {
			x.t.Fatalf("@%s(%d): the result %#x is not canonical for %s\n%s", f.Name, args, r, s, printFunc(x.m, f))
		}
	}
	x.legal++
	return true
}

// checkGlobals compares the memory of the variables after a run.
func (x *bench) checkGlobals(f *air.Func, args []int64, want []oracle.Memory) {
	x.t.Helper()
	for _, g := range want {
		sym, _ := x.image.Symbol(g.Name)
		got := make([]byte, len(g.Bytes))
		if _, err := x.machine.ReadMemory(sym.Addr, got); err != nil {
			x.t.Fatal(err)
		}
		for n := range g.Defined {
			got[n] &= g.Defined[n]
		}
		if !bytes.Equal(got, g.Bytes) {
			x.t.Fatalf("@%s(%d): @%s is %x by the evaluator, %x by the code\n%s", f.Name, args, g.Name, g.Bytes, got, printFunc(x.m, f))
		}
	}
}

func printFunc(m *air.Module, f *air.Func) string {
	one := &air.Module{Types: m.Types, Funcs: []*air.Func{f}}
	return string(air.Print(one))
}

func canonical(s *air.Type, v int64) int64 {
	if s.Bits == 0 {
		return 0
	}
	v = v << (64 - s.Bits)
	if s.Signed || s.Bits == 32 {
		return v >> (64 - s.Bits)
	}
	return int64(uint64(v) >> (64 - s.Bits))
}

// boundary returns the interesting values of an integer type.
func boundary(t *air.Type) []int64 {
	var out []int64
	seen := map[int64]bool{}
	for _, v := range []int64{0, 1, 2, 3, 5, 7, 8, -1, -2, -8, 1 << (t.Bits / 2), 1<<(t.Bits/2) - 1, 0x5555555555555555,
		-0x5555555555555556, 0x123456789abcdef, -1 << 63, 1<<63 - 1, 1 << (t.Bits - 1), 1<<(t.Bits-1) - 1, 1<<(t.Bits-1) + 1, 1<<(t.Bits-1) - 2} {
		v = v << (64 - t.Bits)
		if t.Signed {
			v >>= 64 - t.Bits
		} else {
			v = int64(uint64(v) >> (64 - t.Bits))
		}
		if !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

var widths = []uint32{1, 7, 8, 9, 15, 16, 31, 32, 33, 63, 64}

// amountType returns the type of shift amounts below the width.
func amountType(bits uint32) *air.Type {
	n := uint32(0)
	for 1<<n < bits {
		n++
	}
	return air.IntType(false, n)
}

// countType returns the type of a count up to the width.
func countType(bits uint32) *air.Type {
	n := uint32(0)
	for 1<<n <= bits {
		n++
	}
	return air.IntType(false, n)
}

var everyFeature = target.Features{Zba: true, Zbb: true, Zbs: true, Zicond: true, Zfhmin: true, Zfh: true, Zfa: true, Zabha: true, Zacas: true, V: true}

// knobs are the options that every family is tested under.
var knobs = []codegen.Options{
	{Verify: true, Locations: true},
	{Verify: true, Locations: true, SpillAll: true},
	{Verify: true, Locations: true, Registers: 7},
	{Verify: true, Locations: true, LargeFrames: true, Features: everyFeature},
}

func eachKnob(t *testing.T, test func(t *testing.T, o codegen.Options)) {
	for _, o := range knobs {
		t.Run(fmt.Sprintf("spill=%v,registers=%d,large=%v", o.SpillAll, o.Registers, o.LargeFrames), func(t *testing.T) { test(t, o) })
	}
}

var binaryTags = []air.Tag{air.Add, air.AddWrap, air.AddSat, air.AddSafe, air.Sub, air.SubWrap, air.SubSat, air.SubSafe,
	air.Mul, air.MulWrap, air.MulSat, air.MulSafe, air.DivTrunc, air.DivFloor, air.DivExact, air.Rem, air.Mod,
	air.BitAnd, air.BitOr, air.Xor, air.Min, air.Max, air.Shl, air.ShlExact, air.ShlSat, air.Shr, air.ShrExact,
	air.CmpLt, air.CmpLte, air.CmpEq, air.CmpGte, air.CmpGt, air.CmpNeq,
	air.AddWithOverflow, air.SubWithOverflow, air.MulWithOverflow, air.ShlWithOverflow}

func secondType(tag air.Tag, t *air.Type) *air.Type {
	switch tag {
	case air.Shl, air.ShlExact, air.Shr, air.ShrExact, air.ShlWithOverflow:
		return amountType(t.Bits)
	case air.ShlSat:
		return air.U8
	}
	return t
}

// binary builds op(a, b), and if the result is a tuple, functions for both parts.
func (x *bench) binary(tag air.Tag, t *air.Type) []*air.Func {
	tb := secondType(tag, t)
	if tb.Bits == 0 {
		return nil
	}
	var out []*air.Func
	name := func(kind string) string { return fmt.Sprintf("%s_%s_%s", tag, t, kind) }
	begin := func(kind string, r *air.Type, params ...*air.Type) { x.b.Begin(name(kind), x.m.Types.Fn(r, params...)) }
	end := func() { out = append(out, x.b.End()) }
	if tag >= air.AddWithOverflow && tag <= air.ShlWithOverflow {
		tuple := x.m.Types.Tuple(t, air.U1)
		for field, r := range []*air.Type{t, air.U1} {
			begin(fmt.Sprint("part", field), r, t, tb)
			x.b.Ret(x.b.Field(x.b.Inst(tag, tuple, x.b.Arg(0), x.b.Arg(1)), field))
			end()
		}
		return out
	}
	r := t
	if tag >= air.CmpLt && tag <= air.CmpNeq {
		r = air.BoolType
	}
	begin("plain", r, t, tb)
	x.b.Ret(x.b.Inst(tag, nil, x.b.Arg(0), x.b.Arg(1)))
	end()
	begin("swapped", r, tb, t)
	p, q := x.b.Arg(0), x.b.Arg(1)
	x.b.Ret(x.b.Inst(tag, nil, q, p))
	end()
	if t == tb {
		begin("same", r, t)
		p := x.b.Arg(0)
		x.b.Ret(x.b.Inst(tag, nil, p, p))
		end()
		begin("alive", r, t, tb)
		p, q := x.b.Arg(0), x.b.Arg(1)
		v := x.b.Inst(tag, nil, p, q)
		again := x.b.Inst(tag, nil, p, q)
		same := x.b.Inst(air.CmpEq, nil, v, again)
		x.b.CondBr(same, func() { x.b.Ret(v) }, func() { x.b.Inst(air.Trap, nil) })
		end()
	}
	for n, c := range boundary(tb) {
		if n%3 != 0 {
			continue
		}
		begin(fmt.Sprint("const", n), r, t)
		x.b.Ret(x.b.Inst(tag, nil, x.b.Arg(0), x.b.Int(tb, c)))
		end()
	}
	begin("left", r, tb)
	x.b.Ret(x.b.Inst(tag, nil, x.b.Int(t, boundary(t)[len(boundary(t))-1]), x.b.Arg(0)))
	end()
	return out
}

// some drops most widths unless the options are the default.
func some(n int, o codegen.Options) bool { return o == knobs[0] || n%3 == 1 }

func TestBinary(t *testing.T) {
	eachKnob(t, func(t *testing.T, o codegen.Options) {
		for n, bits := range widths {
			if !some(n, o) {
				continue
			}
			for _, signed := range []bool{false, true} {
				x := newBench(t)
				var funcs []*air.Func
				for _, tag := range binaryTags {
					funcs = append(funcs, x.binary(tag, air.IntType(signed, bits))...)
				}
				x.ready(o)
				for _, f := range funcs {
					x.sweep(f)
				}
				x.ran(min(500*int(bits), 15000))
			}
		}
	})
}

// sweep checks a function of one or two parameters on all pairs of boundary values.
func (x *bench) sweep(f *air.Func) {
	for _, a := range boundary(f.Type.Params[0]) {
		if len(f.Type.Params) == 1 {
			x.check(f, a)
			continue
		}
		for _, b := range boundary(f.Type.Params[1]) {
			x.check(f, a, b)
		}
	}
}

// ran fails if fewer than n runs were legal.
func (x *bench) ran(n int) {
	if x.legal < n {
		x.t.Errorf("only %d runs were legal, expected at least %d", x.legal, n)
	}
}

func TestUnary(t *testing.T) {
	eachKnob(t, func(t *testing.T, o codegen.Options) {
		x := newBench(t)
		var funcs []*air.Func
		unary := func(tag air.Tag, from, to *air.Type) {
			x.b.Begin(fmt.Sprintf("%s_%s_%s", tag, from, to), x.m.Types.Fn(to, from))
			given := to
			if tag.Row().Form == air.Plain {
				given = nil
			}
			x.b.Ret(x.b.Inst(tag, given, x.b.Arg(0)))
			funcs = append(funcs, x.b.End())
		}
		for _, bits := range widths {
			for _, signed := range []bool{false, true} {
				it := air.IntType(signed, bits)
				unary(air.Not, it, it)
				for _, tag := range []air.Tag{air.Clz, air.Ctz, air.Popcount} {
					unary(tag, it, countType(bits))
				}
				if signed {
					unary(air.Abs, it, air.IntType(false, bits))
				}
				unary(air.BitReverse, it, it)
				if bits%8 == 0 {
					unary(air.ByteSwap, it, it)
				}
				unary(air.Bitcast, it, air.IntType(!signed, bits))
				for _, w := range widths {
					for _, s := range []bool{false, true} {
						to := air.IntType(s, w)
						unary(air.IntCast, it, to)
						unary(air.IntCastSafe, it, to)
						if w <= bits && s == signed {
							unary(air.Trunc, it, to)
						}
					}
				}
			}
		}
		unary(air.Not, air.BoolType, air.BoolType)
		unary(air.IntFromBool, air.BoolType, air.U1)
		x.ready(o)
		for _, f := range funcs {
			if f.Type.Params[0] == air.BoolType {
				x.check(f, 0)
				x.check(f, 1)
				continue
			}
			x.sweep(f)
		}
		x.ran(10000)
	})
}
