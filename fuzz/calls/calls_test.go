package calls

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/oracle/convention"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// need returns a bench and the installed compilers, or skips the test.
func need(t *testing.T) (*Bench, []*Compiler) {
	t.Helper()
	tools.Need(t, tools.Ld)
	found, missing := Find(context.Background())
	for _, err := range missing {
		t.Log(err)
	}
	if len(found) == 0 {
		t.Skip("no C compiler for riscv64 is installed")
	}
	b, err := NewBench()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b, found
}

// Our callers and callees and those of every installed compiler agree on a sample of signatures.
func TestSample(t *testing.T) {
	b, found := need(t)
	summary, err := b.Run(context.Background(), Config{On: found, Cases: 60, Seed: 1, MaxFindings: 3, Found: func(f *Finding) error {
		t.Errorf("%s\n%s\nfrom %s", f, f.Places, f.Original)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range found {
		if summary.Pairs[c.Name] < 20 {
			t.Errorf("%d signatures with %s", summary.Pairs[c.Name], c.Name)
		}
	}
}

// The known differences are still there, in the oldest installed release of each compiler.
func TestKnownDifferences(t *testing.T) {
	b, found := need(t)
	for _, k := range KnownDifferences {
		at := slices.IndexFunc(found, func(c *Compiler) bool { return k.concerns(c) && c.Compiles(k.Example) })
		if at < 0 {
			t.Logf("no compiler for: %s", k)
			continue
		}
		w := Way{Compiler: found[at], Level: "-O0"}
		if w.Compiler.known(k.Example) != k {
			t.Errorf("%s: the example is not avoided", k)
		}
		differences, err := b.Try(context.Background(), NewProgram(valuesOf(0), slices.Repeat([]*Signature{k.Example}, 8)), w)
		if err != nil || len(differences) == 0 {
			t.Errorf("%s: %s does not differ, %v", k, w.Compiler.Name, err)
		}
	}
}

// A difference is reduced to the smallest signature and described. The compiler is one that passes a float as an int.
func TestReduction(t *testing.T) {
	b, found := need(t)
	broken := *found[len(found)-1]
	broken.flags = append(slices.Clone(broken.flags), "-Dfloat=int")
	signature := &Signature{Result: &Type{Kind: Pointer}, Params: []*Type{{Kind: Float, Bits: 64}, {Kind: Struct, Fields: []Field{
		{Type: &Type{Kind: Int, Bits: 16}}, {Type: &Type{Kind: Float, Bits: 32}}}}, {Kind: Bool}}}
	differences, err := b.Try(context.Background(), NewProgram(valuesOf(0), []*Signature{signature}), Way{Compiler: &broken, Level: "-O0"})
	if err != nil || len(differences) != 1 {
		t.Fatalf("%v, %v", differences, err)
	}
	f, err := b.reduce(context.Background(), differences[0])
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Signature.String(); got != "void (float)" {
		t.Errorf("reduced to %s", got)
	}
	if want := "psABI: fa0; code generator: fa0; " + broken.Name + ": a0 from byte 0 on"; !strings.HasPrefix(f.Places, want) {
		t.Errorf("described as\n%s, not\n%s", f.Places, want)
	}
	if want := "argument 0 of a call by "; !strings.Contains(f.String(), want) {
		t.Errorf("described as\n%s, not %s", f, want)
	}
}

// The code generator's reading of the convention and the harness's agree on any signature.
func TestReadings(t *testing.T) {
	for n := range uint64(3000) {
		signature := Draw(source.New(source.Case(2, 0, n)))
		types := airTypes{air.NewTypeTable(), map[*Type]*air.Type{}}
		fn, unnamed := signature.air(&types)
		for _, isC := range []bool{true, false} {
			if !isC {
				fn = types.table.FnOf(air.Type{Elem: fn.Elem, Params: fn.Params})
				unnamed = nil
			}
			checkReadings(t, signature, abi.ClassifyCall(fn, unnamed), convention.OfCall(fn, unnamed))
		}
	}
}

func checkReadings(t *testing.T, s *Signature, own *abi.Call, psABI *convention.Signature) {
	t.Helper()
	if own.StackSize != int64(psABI.StackSize) {
		t.Errorf("%s: %d and %d bytes on the stack", s, own.StackSize, psABI.StackSize)
	}
	if a, b := describe(&own.Result), psABI.Result.String(); a != b {
		t.Errorf("%s: the result is in %s or %s", s, a, b)
	}
	for i := range own.Params {
		if a, b := describe(&own.Params[i]), psABI.Params[i].String(); a != b {
			t.Errorf("%s: argument %d is in %s or %s", s, i, a, b)
		}
		for k, p := range psABI.Params[i].Pieces() {
			if l := own.Params[i].Pieces()[k]; l.At != int64(p.At) || l.Size != int64(p.Size) {
				t.Errorf("%s: argument %d: bytes %d of %d or %d of %d", s, i, l.At, l.Size, p.At, p.Size)
			}
		}
	}
}

// A signature is spelled as C and read back by people: the text shows every kind of type.
func TestSpelling(t *testing.T) {
	s := &Signature{Result: &Type{}, IsVariadic: true, Unnamed: []*Type{{Kind: Float, Bits: 128}}, Params: []*Type{
		{Kind: Struct, Fields: []Field{{Type: &Type{Kind: BitFields, Bits: 16, Widths: []int{3, 13}}}, {Align: 32, Type: &Type{Kind: Array, Len: 2,
			Elem: &Type{Kind: Array, Len: 3, Elem: &Type{Kind: Pointer}}}}}},
		{Kind: Union, Fields: []Field{{Type: &Type{Kind: Int, Bits: 24, Signed: true}}, {Type: &Type{Kind: Bool}}}}}}
	const want = "void (struct { unsigned short a0 : 3; unsigned short a1 : 13; _Alignas(32) void *b[2][3]; }, " +
		"union { signed _BitInt(24) a; _Bool b; }, ..., long double)"
	if got := s.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
