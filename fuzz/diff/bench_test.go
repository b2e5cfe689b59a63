package diff

import (
	"testing"
	"time"

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

// BenchmarkStages reports the microseconds that generation and each stage of the check take per case. The sum is what
// BenchmarkCheck measures.
func BenchmarkStages(b *testing.B) {
	g, k, s := gen.New(gen.Config{}), NewChecker(Config{}), source.New(0)
	spent := map[string]time.Duration{}
	for i := range b.N {
		start := time.Now()
		lap := func(name string) {
			now := time.Now()
			spent[name] += now.Sub(start)
			start = now
		}
		s.Reset(uint64(i))
		c := g.Case(s)
		lap("generate")
		var v Verdict
		for _, stage := range k.stages(&Case{Module: c.Module, Runs: c.Runs}, &v) {
			v.stage(stage.name, stage.run)
			lap(stage.name)
		}
	}
	for name, d := range spent {
		b.ReportMetric(float64(d.Nanoseconds())/1000/float64(b.N), name+"-us/case")
	}
}
