// Package exporttest holds what the tests of the exporters share.
package exporttest

import (
	"errors"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
)

// Batch is a program under construction in some language.
type Batch interface {
	Add(c export.Case) error
	Text() string
}

// Add parses and verifies the text of a module, adds it to a batch as a case with one run of @f0, and returns the text of
// the batch. The error is that of the batch, of type *air.Unsupported. The case may say what is defined in it.
func Add(t testing.TB, b Batch, c export.Case, text string) (string, error) {
	t.Helper()
	m, err := air.Parse("test", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := air.Verify(m); err != nil {
		t.Fatal(err)
	}
	c.Module, c.Runs = m, []gen.Run{{Func: "f0"}}
	err = b.Add(c)
	if unsupported := (*air.Unsupported)(nil); err != nil && !errors.As(err, &unsupported) {
		t.Errorf("%v is not of type *air.Unsupported", err)
	}
	return b.Text(), err
}

// Check adds each of some programs to a batch of its own, and checks that the text has what is wanted there, "" where the
// language has no form for the program. It passes every text to valid.
func Check[B Batch](t *testing.T, newBatch func() B, wanted map[string]string, valid func(text string) error) {
	t.Helper()
	for program, want := range wanted {
		text, err := Add(t, newBatch(), export.Case{}, program)
		if (err != nil) != (want == "") || !strings.Contains(text, want) {
			t.Errorf("%s\nwant %q: %v\n%s", program, want, err, text)
		}
		if err := valid(text); err != nil {
			t.Error(err)
		}
	}
}

// Programs that have a form in every language, or in those with wide integers and f16 only.
const (
	Shift   = "var @g: i13 = 5\nfn @f0() i13 {\n %0 = load(i13, <*i13, @g>)\n %1 = shr(%0, <u4, 1>)\n %2 = clz(u4, %1)\n %3 = ret(%1)\n}\n"
	Sum     = "var @g: f64 = 0\nfn @f0() f64 {\n %0 = load(f64, <*f64, @g>)\n %1 = add(%0, <f64, 0x4000000000000000>)\n %2 = ret(%1)\n}\n"
	Wide    = "var @g: i128 = 5\nfn @f0() i128 {\n %0 = load(i128, <*i128, @g>)\n %1 = ret(%0)\n}\n"
	Half    = "var @g: i8 = 5\nfn @f0() f16 {\n %0 = load(i8, <*i8, @g>)\n %1 = float_from_int(f16, %0)\n %2 = ret(%1)\n}\n"
	Product = "var @g: i200 = 5\nfn @f0() i200 {\n %0 = load(i200, <*i200, @g>)\n %1 = mul_sat(%0, %0)\n %2 = ret(%1)\n}\n"
)
