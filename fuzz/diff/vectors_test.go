package diff

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/target"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
)

// vectorOps are the operations of one tag on vectors, each in a function of its own.
type vectorOps struct {
	m    *air.Module
	b    *air.Builder
	tag  air.Tag
	elem *air.Type
	runs []gen.Run
	r    *rand.Rand
}

// vector returns the type of a vector of n elements.
func (x *vectorOps) vector(n int, elem *air.Type) *air.Type { return x.m.Types.Vector(uint64(n), elem) }

// function adds a function of vectors of n elements and a run of it.
func (x *vectorOps) function(n int, result *air.Type, params []*air.Type, make func(args []air.Ref) air.Ref) {
	name := fmt.Sprintf("f%d", len(x.runs))
	x.b.Begin(name, x.m.Types.Fn(result, params...))
	args := []air.Ref{}
	run := gen.Run{Func: name}
	for k, t := range params {
		args = append(args, x.b.Arg(k))
		run.Args = append(run.Args, x.value(t))
	}
	x.b.Ret(make(args))
	x.b.End()
	x.runs = append(x.runs, run)
}

// value draws a value of a scalar or a vector.
func (x *vectorOps) value(t *air.Type) *air.Value {
	if t.Kind == air.Vector {
		v := &air.Value{Type: t, Kind: air.AggregateValue}
		for range t.Len {
			v.Elems = append(v.Elems, x.value(t.Elem))
		}
		return v
	}
	switch {
	case t == air.BoolType:
		return air.NewBool(x.r.IntN(2) == 0)
	case t.Kind == air.Float:
		special := map[uint32][]uint64{
			32: {0, 1 << 31, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0xffffffff, 1, 0x40490fdb, 0x3dcccccd},
			64: {0, 1 << 63, 0x3ff0 << 48, 0xbff0 << 48, 0x7ff0 << 48, 0xfff0 << 48, 0x7ff8 << 48, 0x7ff0<<48 | 1, 1<<64 - 1, 1, 0x400921fb54442d18, 0x3fb999999999999a},
		}[t.Bits]
		return air.NewInt(t, int64(special[x.r.IntN(len(special))]))
	}
	v := x.r.Uint64()
	switch x.tag {
	case air.Add, air.Sub, air.Mul, air.ShlExact: // no overflow
		v %= 8
		if x.tag == air.Sub && !t.Signed {
			v = 3
		}
	case air.ShrExact:
		v &^= 7
	default:
		v = []uint64{v, 0, 1, 1<<(t.Bits-1) - 1, 1 << (t.Bits - 1), 1<<(t.Bits-1)<<1 - 1}[x.r.IntN(6)]
	}
	shift := 64 - t.Bits
	if t.Signed {
		return air.NewInt(t, int64(v<<shift)>>shift)
	}
	return air.NewInt(t, int64(v<<shift>>shift))
}

// operation adds the functions that apply the tag to vectors of n elements.
func (x *vectorOps) operation(n int) {
	t := x.vector(n, x.elem)
	mask := x.vector(n, air.BoolType)
	inst := func(result *air.Type, extra air.Extra, params ...*air.Type) {
		x.function(n, result, params, func(args []air.Ref) air.Ref { return x.b.InstExtra(x.tag, result, 0, extra, args...) })
	}
	switch x.tag {
	case air.Splat:
		inst(t, nil, x.elem)
	case air.Select:
		inst(t, nil, mask, t, t)
	case air.MulAdd:
		inst(t, nil, t, t, t)
	case air.Not, air.Neg, air.NegOptimized, air.Sqrt:
		inst(t, nil, t)
	case air.Abs:
		if x.elem.Kind == air.Float {
			inst(t, nil, t)
		} else {
			inst(x.vector(n, air.IntType(false, x.elem.Bits)), nil, t)
		}
	case air.CmpVector, air.CmpVectorOptimized:
		for _, p := range []air.Tag{air.CmpLt, air.CmpLte, air.CmpEq, air.CmpGte, air.CmpGt, air.CmpNeq} {
			inst(mask, &air.CompareExtra{Predicate: p}, t, t)
		}
	case air.Reduce, air.ReduceOptimized:
		for _, o := range []air.Operation{air.OpAdd, air.OpAnd, air.OpOr, air.OpXor, air.OpMin, air.OpMax} {
			if x.elem.Kind != air.Float || o == air.OpAdd || o == air.OpMin || o == air.OpMax {
				inst(x.elem, &air.ReduceExtra{Operation: o}, t)
			}
		}
	case air.Shl, air.ShlExact, air.Shr, air.ShrExact:
		amount := air.IntType(false, map[uint32]uint32{8: 3, 16: 4, 32: 5, 64: 6}[x.elem.Bits])
		by := &air.Value{Type: x.vector(n, amount), Kind: air.AggregateValue}
		for k := range n {
			by.Elems = append(by.Elems, air.NewInt(amount, int64(k%4)))
		}
		x.function(n, t, []*air.Type{t}, func(args []air.Ref) air.Ref { return x.b.Inst(x.tag, nil, args[0], x.b.Const(by)) })
	default:
		inst(t, nil, t, t)
	}
}

// TestVectorUnit does every operation that the vector unit has, on every type of element and in one strip and several,
// on machines with registers of 128 and of 1024 bits, and lane by lane.
func TestVectorUnit(t *testing.T) {
	var elems []*air.Type
	for _, bits := range []uint32{8, 16, 32, 64} {
		elems = append(elems, air.IntType(false, bits), air.IntType(true, bits))
	}
	k, r := NewChecker(Config{Steps: 200_000}), rand.New(rand.NewPCG(5, 6))
	rows := 0
	for tag := range air.Tag(air.NumTags) {
		for _, elem := range append(elems, air.F32, air.F64) {
			if !codegen.Vectorizes(tag, elem) {
				continue
			}
			rows++
			m := air.NewModule()
			x := &vectorOps{m: m, b: air.NewBuilder(m), tag: tag, elem: elem, r: r}
			for _, n := range []int{1, 7, 37, 1100 / int(elem.Bits)} {
				x.operation(n)
			}
			for _, options := range []string{"target=rva23u64", "target=rva23u64_zvl1024b registers=7", "target=rva23u64 vector=off"} {
				if rows%8 != 0 && strings.HasSuffix(options, "off") {
					continue // as without V
				}
				o, err := backend.ParseOptions(options)
				if err != nil {
					t.Fatal(err)
				}
				v := k.Check(&Case{Module: m, Runs: x.runs, Options: o})
				if v.Divergence != nil || v.Discarded != "" {
					t.Fatalf("%s of %s, %s: %+v %s", tag, elem, options, v.Divergence, v.Discarded)
				}
				checkUnit(t, m, o)
			}
		}
	}
	if rows < 150 {
		t.Errorf("only %d operations were tried", rows)
	}
}

// checkUnit checks that the code of every function uses the vector unit if the options have one, and never otherwise.
func checkUnit(t *testing.T, m *air.Module, o backend.Options) {
	t.Helper()
	for _, f := range m.Funcs {
		stages, err := backend.CompileFunc(m, f, o)
		if err != nil {
			t.Fatal(err)
		}
		body := &f.Insts[len(f.Insts)-2]
		if body.Tag == air.Reduce && f.TypeOf(body.Ops[0]).Len == 1 || body.Tag == air.ReduceOptimized && f.TypeOf(body.Ops[0]).Len == 1 {
			continue
		}
		if uses := strings.Contains(string(stages.MIR.AppendText(nil)), "vset"); uses == o.VectorOff || o.Target == (target.Target{}) {
			t.Fatalf("vectors in %s: %v\n%s", o, uses, stages.MIR.AppendText(nil))
		}
	}
}
