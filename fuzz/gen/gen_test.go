package gen

import (
	"bytes"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// TestDeterministic checks that equal choices make equal modules, whatever the generator made before.
func TestDeterministic(t *testing.T) {
	used, fresh := New(Config{}), New(Config{})
	for seed := range uint64(20) {
		used.Case(source.New(seed + 1000))
		a := air.Print(used.Case(source.New(seed)).Module)
		b := air.Print(New(Config{}).Case(source.New(seed)).Module)
		c := air.Print(fresh.Case(source.New(seed)).Module)
		if !bytes.Equal(a, b) || !bytes.Equal(a, c) {
			t.Fatalf("seed %d makes different modules:\n%s\n%s\n%s", seed, a, b, c)
		}
	}
}

// TestExhaustedSource checks that a case ends after the last choice.
func TestExhaustedSource(t *testing.T) {
	g := New(Config{})
	for n := range 64 {
		data := bytes.Repeat([]byte{byte(n * 37), 0xff, byte(n)}, n)
		if c := g.Case(source.FromBytes(data)); c.Module.Func(Entry) == nil {
			t.Fatal("a case without an entry")
		}
	}
}

func count(m *air.Module) (n int) {
	for _, f := range m.Funcs {
		n += len(f.Insts)
	}
	return n
}

// TestSize checks that the mean case has at least 40 instructions, and nearly every case 20.
func TestSize(t *testing.T) {
	g := New(Config{})
	total, small, cases := 0, 0, 2000
	for seed := range cases {
		n := count(g.Case(source.New(uint64(seed))).Module)
		total += n
		if n < 20 {
			small++
		}
	}
	if total < 40*cases || small > cases/20 {
		t.Errorf("mean size %d, %d of %d below 20", total/cases, small, cases)
	}
	t.Logf("mean size %d, %d of %d below 20", total/cases, small, cases)
}

// TestBits checks that integers have no more bits than the configuration allows, and without a bound up to 65,535.
func TestBits(t *testing.T) {
	for bound, want := range map[uint32]uint32{1: 500, 1025: 1025, 0: 65535} {
		g, widest := New(Config{Bits: bound}), uint32(0)
		for seed := range uint64(4000) {
			m := g.Case(source.New(seed)).Module
			for _, f := range m.Funcs {
				for i := range f.Insts {
					if t := f.Insts[i].Type; t != nil && t.Kind == air.Int {
						widest = max(widest, t.Bits)
					}
				}
			}
		}
		if widest != want {
			t.Errorf("bound %d: %d bits, want %d", bound, widest, want)
		}
	}
}

// TestEveryTagIsMade checks that every tag of AIR is made.
func TestEveryTagIsMade(t *testing.T) {
	g := New(Config{})
	var made [air.NumTags]int
	for number := range uint64(20_000) {
		for _, f := range g.Case(source.New(source.Case(1, 0, number))).Module.Funcs {
			for i := range f.Insts {
				made[f.Insts[i].Tag]++
			}
		}
	}
	for tag, n := range made {
		if n == 0 {
			t.Errorf("%s is not made in 20,000 cases", air.Tag(tag))
		}
	}
}

func BenchmarkCase(b *testing.B) {
	g := New(Config{})
	s := source.New(0)
	b.ReportAllocs()
	n := 0
	for i := range b.N {
		s.Reset(uint64(i))
		n += count(g.Case(s).Module)
	}
	b.ReportMetric(float64(n)/float64(b.N), "insts/op")
}
