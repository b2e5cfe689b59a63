package codegen_test

import (
	"fmt"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
)

// TestVectors works on vectors of three lanes, of whole bytes and of less, and checks each lane.
func TestVectors(t *testing.T) {
	eachKnob(t, func(t *testing.T, o codegen.Options) {
		for _, elem := range []*air.Type{air.U8, air.I8, air.IntType(false, 4), air.IntType(true, 9), air.U32, air.I64} {
			x := newBench(t)
			var funcs []*air.Func
			for lane := range uint64(3) {
				for _, tag := range []air.Tag{air.AddWrap, air.SubSat, air.MulWrap, air.BitAnd, air.Xor, air.Max, air.Shr} {
					funcs = append(funcs, x.vector(tag.String(), elem, lane, func(a, b air.Ref) air.Ref {
						if tag == air.Shr {
							amounts := x.m.Types.Vector(3, amountType(elem.Bits))
							b = x.b.Inst(air.Splat, amounts, x.b.Int(amountType(elem.Bits), 3))
						}
						return x.b.Inst(tag, nil, a, b)
					}))
				}
				funcs = append(funcs, x.vector("shuffle", elem, lane, func(a, b air.Ref) air.Ref {
					return x.b.InstExtra(air.Shuffle, x.b.TypeOf(a), 0, &air.ShuffleExtra{Mask: []int32{2, -1, -3}}, a, b)
				}))
				funcs = append(funcs, x.vector("select", elem, lane, func(a, b air.Ref) air.Ref {
					less := x.b.InstExtra(air.CmpVector, x.m.Types.Vector(3, air.BoolType), 0, &air.CompareExtra{Predicate: air.CmpLt}, a, b)
					return x.b.Inst(air.Select, x.b.TypeOf(a), less, a, b)
				}))
				funcs = append(funcs, x.vector("overflow", elem, lane, func(a, b air.Ref) air.Ref {
					pair := x.m.Types.Tuple(x.b.TypeOf(a), x.m.Types.Vector(3, air.U1))
					return x.b.Field(x.b.Inst(air.MulWithOverflow, pair, a, b), 0)
				}))
			}
			funcs = append(funcs, x.reductions(elem)...)
			x.ready(o)
			for _, f := range funcs {
				x.sweep(f)
			}
			x.ran(1000)
		}
	})
}

// vector builds a function that makes vectors from its two parameters and returns one lane of what make makes from
// them, through memory and with a runtime index.
func (x *bench) vector(name string, elem *air.Type, lane uint64, make func(a, b air.Ref) air.Ref) *air.Func {
	t := x.m.Types.Vector(3, elem)
	x.b.Begin(fmt.Sprint(name, lane), x.m.Types.Fn(elem, elem, elem))
	p, q := x.b.Arg(0), x.b.Arg(1)
	a := x.b.Inst(air.AggregateInit, t, p, q, x.b.Inst(air.Xor, nil, p, q))
	b := x.b.Inst(air.AggregateInit, t, q, p, p)
	slot := x.b.Alloc(t)
	x.b.Store(slot, make(a, b))
	index := x.b.Alloc(air.USize)
	x.b.Store(index, x.b.Int(air.USize, int64(lane)))
	x.b.Ret(x.b.Inst(air.ArrayElemVal, elem, x.b.Load(slot), x.b.Load(index)))
	return x.b.End()
}

// reductions builds a function per operator of reduce.
func (x *bench) reductions(elem *air.Type) []*air.Func {
	var out []*air.Func
	t := x.m.Types.Vector(3, elem)
	for _, op := range []air.Operation{air.OpAdd, air.OpMul, air.OpAnd, air.OpOr, air.OpXor, air.OpMin, air.OpMax} {
		x.b.Begin(fmt.Sprint("reduce", op), x.m.Types.Fn(elem, elem, elem))
		p, q := x.b.Arg(0), x.b.Arg(1)
		v := x.b.Inst(air.AggregateInit, t, p, q, p)
		x.b.Ret(x.b.InstExtra(air.Reduce, elem, 0, &air.ReduceExtra{Operation: op}, v))
		out = append(out, x.b.End())
	}
	return out
}
