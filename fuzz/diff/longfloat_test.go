package diff

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
)

// floatFormat is a float type with what its interesting patterns consist of.
type floatFormat struct {
	name                     string
	bits, fraction, exponent uint
	explicit                 bool
}

var floatFormats = []floatFormat{{"f16", 16, 10, 5, false}, {"f32", 32, 23, 8, false}, {"f64", 64, 52, 11, false},
	{"f80", 80, 63, 15, true}, {"f128", 128, 112, 15, false}}

// pattern draws bits: often near each other in exponent, with runs of equal bits in the fraction.
func (f floatFormat) pattern(r *rand.Rand) *big.Int {
	fraction := new(big.Int)
	for at := uint(0); at < f.fraction; {
		run := min(1+uint(r.IntN(1+r.IntN(40))), f.fraction-at)
		fraction.Lsh(fraction, run)
		switch r.IntN(3) {
		case 0:
			fraction.Add(fraction, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), run), big.NewInt(1)))
		case 1:
			fraction.Add(fraction, big.NewInt(1))
		}
		at += run
	}
	bias := 1<<(f.exponent-1) - 1
	exponent := uint64(bias - 8 + r.IntN(16))
	switch r.IntN(8) {
	case 0:
		exponent = uint64(r.IntN(4))
	case 1:
		exponent = uint64(2*bias + 1 - r.IntN(3))
	case 2:
		exponent = r.Uint64() & (1<<f.exponent - 1)
	case 3:
		exponent = uint64(bias-70+r.IntN(140)) & (1<<f.exponent - 1)
	}
	if r.IntN(8) == 0 {
		fraction.SetInt64(int64(r.IntN(2)))
	}
	high := exponent | r.Uint64()&1<<f.exponent
	if f.explicit {
		if exponent != 0 {
			fraction.SetBit(fraction, 63, 1)
		}
		return fraction.Or(fraction, new(big.Int).Lsh(new(big.Int).SetUint64(high), 64))
	}
	return fraction.Or(fraction, new(big.Int).Lsh(new(big.Int).SetUint64(high), f.fraction))
}

// floatCase is a module with a function per operation, of operands that their type's bits are.
type floatCase struct {
	text  strings.Builder
	funcs []func(r *rand.Rand) gen.Run
}

// function adds a function that takes floats as integers of their bits, computes, and returns bits.
func (c *floatCase) function(result string, resultBits uint, operation string, operands ...floatFormat) {
	name := fmt.Sprintf("f%d", len(c.funcs))
	params := make([]string, len(operands))
	for n, o := range operands {
		params[n] = fmt.Sprintf("u%d", o.bits)
	}
	fmt.Fprintf(&c.text, "fn @%s(%s) u%d {\n", name, strings.Join(params, ", "), resultBits)
	for n := range operands {
		fmt.Fprintf(&c.text, "  %%%d = arg(%s, %d)\n", n, params[n], n)
	}
	for n, o := range operands {
		fmt.Fprintf(&c.text, "  %%%d = bitcast(%s, %%%d)\n", n+3, o.name, n)
	}
	fmt.Fprintf(&c.text, "  %%6 = %s\n  %%7 = bitcast(u%d, %%6)\n  %%8 = ret(%%7)\n}\n", operation, resultBits)
	c.funcs = append(c.funcs, func(r *rand.Rand) gen.Run {
		run := gen.Run{Func: name}
		for _, o := range operands {
			run.Args = append(run.Args, air.NewBig(air.IntType(false, uint32(o.bits)), o.pattern(r)))
		}
		return run
	})
}

// check runs every function on drawn operands: the evaluator's result is that of math/big.
func (c *floatCase) check(t *testing.T, count int) {
	t.Helper()
	m, err := air.Parse("test.air", []byte(c.text.String()))
	if err != nil {
		t.Fatal(err)
	}
	if err := air.Verify(m); err != nil {
		t.Fatal(err)
	}
	k, r := NewChecker(Config{Steps: 200_000}), rand.New(rand.NewPCG(3, 4))
	ended := 0
	for n, draw := range c.funcs {
		for range count {
			run := draw(r)
			v := k.Check(&Case{Module: m, Runs: []gen.Run{run}})
			if v.Divergence != nil {
				t.Fatalf("%s(%x): %s\n%s", run.Func, run.Args[0].BigInt(), v.Divergence.Detail, air.Print(&air.Module{Types: m.Types, Funcs: m.Funcs[n : n+1]}))
			}
			if v.Discarded == "" {
				ended++
			} else if !strings.Contains(v.Discarded, "fit") {
				t.Fatalf("%s\n%s", v.Discarded, air.Print(&air.Module{Types: m.Types, Funcs: m.Funcs[n : n+1]}))
			}
		}
	}
	if ended < count*len(c.funcs)/2 {
		t.Errorf("only %d runs of %d had a result", ended, count*len(c.funcs))
	}
}

// TestLongFloats checks every operation on f80 and f128, and mul_add of f16.
func TestLongFloats(t *testing.T) {
	c := new(floatCase)
	for _, f := range floatFormats[3:] {
		for _, tag := range []string{"add", "sub", "mul", "div_float", "div_trunc", "div_floor", "div_exact", "rem", "mod", "min", "max"} {
			c.function(f.name, f.bits, tag+"(%3, %4)", f, f)
		}
		for _, tag := range []string{"sqrt", "floor", "ceil", "round", "trunc_float", "neg"} {
			c.function(f.name, f.bits, tag+"(%3)", f)
		}
		c.function(f.name, f.bits, "abs("+f.name+", %3)", f)
		for _, tag := range []string{"cmp_lt", "cmp_lte", "cmp_eq", "cmp_gte", "cmp_gt", "cmp_neq"} {
			c.function("bool", 1, tag+"(%3, %4)", f, f)
		}
		c.function(f.name, f.bits, "mul_add(%3, %4, %5)", f, f, f)
	}
	c.function("f16", 16, "mul_add(%3, %4, %5)", floatFormats[0], floatFormats[0], floatFormats[0])
	count := 30
	if testing.Short() {
		count = 15
	}
	c.check(t, count)
}

// TestLongConversions checks conversions between all floats, and between these and integers of every kind of width.
func TestLongConversions(t *testing.T) {
	c := new(floatCase)
	for n, f := range floatFormats {
		for k, to := range floatFormats {
			switch {
			case k < n:
				c.function(to.name, to.bits, fmt.Sprintf("fptrunc(%s, %%3)", to.name), f)
			case k > n:
				c.function(to.name, to.bits, fmt.Sprintf("fpext(%s, %%3)", to.name), f)
			}
		}
		for _, bits := range []uint{1, 7, 32, 33, 64, 65, 100, 128, 129, 200, 256} {
			for _, sign := range []string{"u", "i"} {
				if n < 2 && bits <= 64 {
					continue
				}
				c.function("", bits, fmt.Sprintf("int_from_float_safe(%s%d, %%3)", sign, bits), f)
				from := floatFormat{fmt.Sprintf("%s%d", sign, bits), bits, bits - 1, 1, false}
				if bits > 1 {
					c.function(f.name, f.bits, fmt.Sprintf("float_from_int(%s, %%3)", f.name), from)
				}
			}
		}
	}
	count := 4
	if testing.Short() {
		count = 2
	}
	c.check(t, count)
}
