package eval

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// prepare parses, verifies and prepares a module.
func prepare(t testing.TB, src string, config Config) *Program {
	t.Helper()
	m, err := air.Parse("test.air", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(m, config)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// show returns an outcome as one line: the result in decimal (as the function's result type reads it) or as bytes, or the
// way it ended.
func show(p *Program, name string, o oracle.Outcome) string {
	if o.Ending != oracle.Returned {
		place := ""
		if o.Place != "" {
			place = " at " + o.Place
		}
		return o.Ending.String() + ": " + o.Reason + place
	}
	if o.Defined != nil {
		return fmt.Sprintf("%x/%x", o.Result, o.Defined)
	}
	s := shapeOf(p.byName[name].def.Type.Elem)
	switch {
	case s.class == empty:
		return "void"
	case p.byName[name].def.Type.Elem.Kind == air.Float:
	case s.class == inWord || s.class == wideInt:
		return bigFromBytes(o.Result, uint(s.bits), s.signed).String()
	}
	return fmt.Sprintf("%x", o.Result)
}

// arguments makes the arguments of a function from integers.
func arguments(p *Program, name string, values []int64) []Arg {
	var args []Arg
	for i, v := range values {
		args = append(args, air.NewInt(p.byName[name].def.Type.Params[i], v))
	}
	return args
}

// run is one line of a test: a call and what it shows.
type run struct {
	name string
	args []int64
	want string
}

func checkRuns(t *testing.T, src string, runs []run) {
	t.Helper()
	p := prepare(t, src, Config{MaxSteps: 100000, MaxDepth: 100})
	for _, r := range runs {
		got := show(p, r.name, p.Call(r.name, arguments(p, r.name, r.args)))
		if got != r.want {
			t.Errorf("@%s(%v): got %s, want %s", r.name, r.args, got, r.want)
		}
	}
}

// binaryModule makes @f of two operands, which returns tag of them.
func binaryModule(tag air.Tag, operand, second, result *air.Type) *air.Module {
	m := air.NewModule()
	b := air.NewBuilder(m)
	b.Begin("f", m.Types.Fn(result, operand, second))
	x, y := b.Arg(0), b.Arg(1)
	b.Ret(b.Inst(tag, result, x, y))
	b.End()
	return m
}

// unaryModule makes @f of one operand, which returns tag of it.
func unaryModule(tag air.Tag, operand, result *air.Type) *air.Module {
	m := air.NewModule()
	b := air.NewBuilder(m)
	b.Begin("f", m.Types.Fn(result, operand))
	b.Ret(b.Inst(tag, result, b.Arg(0)))
	b.End()
	return m
}

func mustNew(t testing.TB, m *air.Module, config Config) *Program {
	t.Helper()
	p, err := New(m, config)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// valuesOf returns all values of an integer type.
func valuesOf(signed bool, bits uint) []*big.Int {
	var all []*big.Int
	lo := int64(0)
	if signed {
		lo = -(1 << bits >> 1)
	}
	for i := range int64(1) << bits {
		all = append(all, big.NewInt(lo+i))
	}
	return all
}

func intArg(t *air.Type, x *big.Int) Arg { return &air.Value{Type: t, Kind: air.IntValue, Big: x} }
