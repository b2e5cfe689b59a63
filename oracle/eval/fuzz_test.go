package eval

import (
	"os"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// Every verified module has an outcome with any arguments.
func FuzzEval(f *testing.F) {
	for _, src := range []string{loopModule, countingModule} {
		f.Add([]byte(src), int64(3))
	}
	if tags, err := os.ReadFile("../../backend/air/testdata/tags.air"); err == nil {
		f.Add(tags, int64(1))
	}
	f.Fuzz(func(t *testing.T, src []byte, argument int64) {
		m, err := air.Parse("fuzz.air", src)
		if err != nil || air.Verify(m) != nil {
			return
		}
		config := Config{MaxSteps: 2000, MaxDepth: 20, MaxMemory: 1 << 20, Trace: func(Event) {}}
		p, err := New(m, config)
		if err != nil {
			return
		}
		for _, def := range m.Funcs {
			checkOutcome(t, p, def, argument)
		}
	})
}

// The sum, product, quotient and fused sum of any three patterns is the exact one, rounded.
func FuzzNarrowFloats(f *testing.F) {
	f.Add(uint64(0x3c01), uint64(0x8001), uint64(0xbc02))
	f.Add(uint64(0x7fefffffffffffff), uint64(0x4000000000000000), uint64(0xfff0000000000000))
	f.Fuzz(func(t *testing.T, x, y, z uint64) {
		for _, format := range exactFormats {
			keep := lowMask(format.size)
			report(t, format.checkRoot(x&keep))
			report(t, format.checkFused(x&keep, y&keep, z&keep))
			for tag := range exactQuotients {
				report(t, format.checkBinary(tag, x&keep, y&keep))
			}
		}
	})
}

// checkOutcome runs a function on scalars of one value and undefined aggregates.
func checkOutcome(t *testing.T, p *Program, def *air.Func, argument int64) {
	var args []Arg
	for _, param := range def.Type.Params {
		if _, ok := param.Scalar(); ok && param.Kind == air.Int {
			args = append(args, air.NewInt(param, argument))
		} else {
			args = append(args, air.NewUndef(param))
		}
	}
	first, second := p.Call(def.Name, args), p.Call(def.Name, args)
	if first.Ending != second.Ending || first.Reason != second.Reason || first.Steps != second.Steps {
		t.Fatalf("@%s: first %v, then %v", def.Name, first, second)
	}
	if first.Ending == oracle.Returned && uint64(len(first.Result)) != def.Type.Elem.Size() {
		t.Fatalf("@%s: a result of %d bytes for type %s", def.Name, len(first.Result), def.Type.Elem)
	}
	if first.Ending == oracle.Illegal && first.Place == "" {
		t.Fatalf("@%s: illegal behaviour without a place: %s", def.Name, first.Reason)
	}
}
