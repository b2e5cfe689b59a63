package air_test

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// buildMixed builds a function of about 50 instructions, like those of the case generator: arithmetic, memory, a loop
// and branches.
func buildMixed(b *air.Builder, name string) *air.Func {
	m := b.Module
	b.Begin(name, m.Types.Fn(air.I32, air.I32, air.U64, air.BoolType))
	x, y, flag := b.Arg(0), b.Arg(1), b.Arg(2)
	slot := b.Alloc(air.I32)
	b.Store(slot, x)
	sum := x
	for n := range 8 {
		sum = b.Inst(air.AddWrap, nil, sum, b.Int(air.I32, int64(n)))
		wide := b.Inst(air.IntCast, air.I64, sum)
		low := b.Inst(air.Trunc, air.I8, wide)
		b.Inst(air.AddWithOverflow, m.Types.Tuple(air.I8, air.U1), low, low)
	}
	result := b.Block(air.I32, func(block air.Index) {
		b.Loop(func(loop air.Index) {
			count := b.Load(slot)
			b.CondBr(b.Inst(air.CmpLt, nil, count, b.Int(air.I32, 10)),
				func() {
					b.Store(slot, b.Inst(air.AddWrap, nil, count, b.Int(air.I32, 1)))
					b.Repeat(loop)
				},
				func() { b.Br(block, count) })
		})
	})
	b.Inst(air.Shr, nil, y, b.Int(air.IntType(false, 6), 3))
	b.Inst(air.BoolAnd, nil, flag, b.Bool(true))
	b.Ret(b.Inst(air.Xor, nil, sum, result))
	return b.End()
}

func BenchmarkBuild(b *testing.B) {
	m := air.NewModule()
	builder := air.NewBuilder(m)
	b.ReportAllocs()
	for b.Loop() {
		m.Funcs = m.Funcs[:0]
		buildMixed(builder, "f")
	}
}

func BenchmarkVerify(b *testing.B) {
	m := air.NewModule()
	b.ReportMetric(float64(len(buildMixed(air.NewBuilder(m), "f").Insts)), "insts")
	b.ReportAllocs()
	for b.Loop() {
		if err := air.Verify(m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPrint(b *testing.B) {
	m := air.NewModule()
	buildMixed(air.NewBuilder(m), "f")
	b.ReportAllocs()
	for b.Loop() {
		air.Print(m)
	}
}

func BenchmarkParse(b *testing.B) {
	m := air.NewModule()
	buildMixed(air.NewBuilder(m), "f")
	text := air.Print(m)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := air.Parse("f", text); err != nil {
			b.Fatal(err)
		}
	}
}
