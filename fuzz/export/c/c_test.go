package c

import (
	"errors"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
)

// written returns the C text of a module with one run of @f0.
func written(t *testing.T, d Dialect, text string) (string, error) {
	t.Helper()
	m, err := air.Parse("test", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := air.Verify(m); err != nil {
		t.Fatal(err)
	}
	b := New(d)
	err = b.Add(export.Case{Module: m, Runs: []gen.Run{{Func: "f0"}}, Defined: func(string, air.Index) bool { return true }})
	return b.Text(), err
}

func TestDialects(t *testing.T) {
	const text = "var @g: i13 = 5\nfn @f0() i13 {\n %0 = load(i13, <*i13, @g>)\n %1 = add(%0, <i13, 1>)\n %2 = ret(%1)\n}\n"
	for d, want := range map[Dialect]string{BitInt: "(signed _BitInt(13))", Masked: "& ((unsigned)0x1ffful)"} {
		c, err := written(t, d, text)
		if err != nil || !strings.Contains(c, want) {
			t.Errorf("%v: %v, no %s in\n%s", d, err, want, c)
		}
	}
}

func TestUnsupported(t *testing.T) {
	const text = "fn @f0() u8 {\n %0 = splat(@Vector(4, u8), <u8, 1>)\n %1 = reduce(%0, add)\n %2 = ret(%1)\n}\n"
	_, err := written(t, BitInt, text)
	var unsupported *air.Unsupported
	if !errors.As(err, &unsupported) || !strings.Contains(err.Error(), "insertelement") {
		t.Errorf("error %v", err)
	}
}

// The masked dialect has no container for more than 128 bits, which a checked cast from 128 needs, and no f16, which older
// compilers lack.
func TestMaskedLimits(t *testing.T) {
	for _, body := range []string{"%1 = intcast_safe(i13, %0)\n %2 = ret(%1)", "%1 = float_from_int(f16, %0)\n %2 = int_from_float(i13, %1)\n %3 = ret(%2)"} {
		text := "var @g: i128 = 5\nfn @f0() i13 {\n %0 = load(i128, <*i128, @g>)\n " + body + "\n}\n"
		if _, err := written(t, BitInt, text); err != nil {
			t.Error(err)
		}
		if c, err := written(t, Masked, text); err == nil {
			t.Errorf("no error\n%s", c)
		}
	}
}

// A reader fails on what package llvm does not write.
func TestReader(t *testing.T) {
	u := &unit{noinline: map[string]bool{}}
	for _, line := range []string{"  %t1 = frobnicate i32 1", "  %t1 = add i32 1", "  %t1 = call i32 @llvm.unknown(i32 1)", "  %t1 = fcmp ueq float 1, 2", "  %t1 = add <4 x i8> 1, 2"} {
		f := &function{unit: u, phis: map[string]phi{}}
		if err := f.line(line); err == nil {
			t.Errorf("%s: no error", line)
		}
	}
}
