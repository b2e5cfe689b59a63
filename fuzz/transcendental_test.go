package fuzz

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
)

// TestTranscendental checks that the library and the evaluator, each correctly rounded by its own means, agree on random
// patterns of every format, most with exponents near those of one.
func TestTranscendental(t *testing.T) {
	checker, r := diff.NewChecker(diff.Config{}), rand.New(rand.NewPCG(5, 6))
	for _, format := range []struct{ bits, exponent int }{{16, 5}, {32, 8}, {64, 11}, {80, 15}, {128, 15}} {
		for _, tag := range []air.Tag{air.Sin, air.Cos, air.Tan, air.Exp, air.Exp2, air.Log, air.Log2, air.Log10} {
			var text strings.Builder
			var runs []gen.Run
			for n := range 12 {
				fmt.Fprintf(&text, "fn @f%d() u%d {\n  %%0 = bitcast(f%[2]d, <u%[2]d, %[3]d>)\n  %%1 = %[4]s(%%0)\n"+
					"  %%2 = bitcast(u%[2]d, %%1)\n  %%3 = ret(%%2)\n}\n", n, format.bits, pattern(r, format.bits, format.exponent), tag)
				runs = append(runs, gen.Run{Func: fmt.Sprintf("f%d", n)})
			}
			m, err := air.Parse("test", []byte(text.String()))
			if err == nil {
				err = air.Verify(m)
			}
			if err != nil {
				t.Fatal(err)
			}
			if v := checker.Check(&diff.Case{Module: m, Runs: runs}); v.Divergence != nil || v.Discarded != "" {
				t.Errorf("%s of f%d: %s%v\n%s", tag, format.bits, v.Discarded, v.Divergence, text.String())
			}
		}
	}
}

// pattern returns a random float. The leading one of an f80 is set, as that of all its numbers is.
func pattern(r *rand.Rand, bits, exponentBits int) *big.Int {
	stored := bits - 1 - exponentBits
	p := new(big.Int).SetUint64(r.Uint64())
	p.Lsh(p, 64).Or(p, new(big.Int).SetUint64(r.Uint64()))
	p.Rsh(p, uint(128-stored))
	if bits == 80 {
		p.SetBit(p, 63, 1)
	}
	exponent := int64(1)<<(exponentBits-1) - 14 + int64(r.IntN(20))
	if r.IntN(4) == 0 {
		exponent = 1 + r.Int64N(1<<exponentBits-1)
	}
	p.Or(p, new(big.Int).Lsh(big.NewInt(exponent), uint(stored)))
	return p.SetBit(p, bits-1, uint(r.IntN(2)))
}
