package codegen_test

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/legalize"
	"github.com/rvfuzz/rvfuzz/backend/liveness"
)

// BenchmarkGenerate translates a function of about 50 instructions with a loop, branches and calls.
func BenchmarkGenerate(b *testing.B) {
	x := newBench(&testing.T{})
	leaf := x.weighted("leaf", air.U64, air.U64)
	f := x.benchFunc(leaf)
	legal := legalize.Legalize(f, nil)
	lv := liveness.Analyze(legal.Func)
	g := codegen.NewGenerator()
	b.ReportAllocs()
	b.ReportMetric(float64(len(f.Insts)), "insts")
	for b.Loop() {
		if _, err := g.Generate(legal, x.m, lv, codegen.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// benchFunc builds a function with an ordinary mix of instructions.
func (x *bench) benchFunc(leaf *air.Func) *air.Func {
	x.b.Begin("ordinary", x.m.Types.Fn(air.U64, air.U64))
	seed := x.b.Arg(0)
	slot := x.b.Alloc(air.U64)
	x.b.Store(slot, seed)
	x.b.Block(air.VoidType, func(done air.Index) {
		x.b.Loop(func(loop air.Index) {
			n := x.b.Load(slot)
			x.b.CondBr(x.b.Inst(air.CmpGte, nil, n, x.b.Int(air.U64, 100)), func() { x.b.Br(done, x.b.Void()) }, func() {
				v := n
				for k := range 6 {
					v = x.b.Inst(air.AddWrap, nil, v, x.b.Int(air.U64, int64(k)))
					w := x.b.Inst(air.Trunc, air.IntType(false, 9), v)
					v = x.b.Inst(air.Xor, nil, v, x.b.Inst(air.IntCast, air.U64, w))
				}
				r := x.b.Call(x.b.FuncRef(leaf), v, n)
				x.b.Store(slot, x.b.Inst(air.Sub, nil, r, seed))
				x.b.Repeat(loop)
			})
		})
	})
	x.b.Ret(x.weightedSum([]air.Ref{seed, x.b.Load(slot)}))
	return x.b.End()
}
