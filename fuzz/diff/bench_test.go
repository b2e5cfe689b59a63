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

// BenchmarkStages reports the microseconds that a case takes in generation and in each stage of the check, and of the
// stages "compile" and "execute" in each of their parts, besides what is left. The sum is what BenchmarkCheck measures.
func BenchmarkStages(b *testing.B) {
	g, k, s := gen.New(gen.Config{}), NewChecker(Config{}), source.New(0)
	spent := map[string]time.Duration{}
	start := time.Now()
	k.compiler.Lap = func(name string) {
		now := time.Now()
		spent[name] += now.Sub(start)
		start = now
	}
	for i := range b.N {
		start = time.Now()
		s.Reset(uint64(i))
		c := g.Case(s)
		k.lap("generate")
		var v Verdict
		for _, stage := range k.stages(&Case{Module: c.Module, Runs: c.Runs}, &v) {
			v.stage(stage.name, stage.run)
			k.lap(stage.benchmark())
		}
	}
	for name, d := range spent {
		b.ReportMetric(float64(d.Nanoseconds())/1000/float64(b.N), name+"-us/case")
	}
}

// benchmark returns the name of what a stage has done when it ends: of those with parts, the last.
func (s stage) benchmark() string {
	switch s.name {
	case "compile":
		return "compile-rest"
	case "execute":
		return "compare"
	case "encode":
		return "decode"
	case "evaluate":
		return "evaluator-prepare"
	}
	return s.name
}
