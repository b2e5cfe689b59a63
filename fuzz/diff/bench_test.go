package diff

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

func BenchmarkCheck(b *testing.B) {
	g, k, s := gen.New(gen.Config{}), NewChecker(Config{}), source.New(0)
	b.ReportAllocs()
	for i := range b.N {
		s.Reset(uint64(i))
		c := g.Case(s)
		k.Check(&Case{Module: c.Module, Runs: c.Runs})
	}
}
