package c

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/fuzz/export/exporttest"
)

// written returns the C text of a module with one run of @f0.
func written(t *testing.T, d Dialect, text string) (string, error) {
	t.Helper()
	return exporttest.Add(t, New(d), export.Case{Defined: func(string, air.Index) bool { return true }}, text)
}

func TestDialects(t *testing.T) {
	for d, want := range map[Dialect]string{BitInt: "(signed _BitInt(13))", Masked: "(unsigned short)0x1fff", Plain: "#define __builtin_memcpy memcpy"} {
		c, err := written(t, d, exporttest.Shift)
		if err != nil || !strings.Contains(c, want) {
			t.Errorf("%v: %v, no %s in\n%s", d, err, want, c)
		}
	}
}

// What a dialect lacks is unsupported there, and there only.
func TestUnsupported(t *testing.T) {
	for _, test := range []struct {
		global, body string
		in           []Dialect
	}{
		{"i128 = 5", "%1 = intcast_safe(i13, %0)\n %2 = ret(%1)", []Dialect{BitInt}}, // compares in 129 bits
		{"i128 = 5", "%1 = trunc(i13, %0)\n %2 = ret(%1)", []Dialect{BitInt, Masked}},
		{"i64 = 5", "%1 = float_from_int(f16, %0)\n %2 = int_from_float(i13, %1)\n %3 = ret(%2)", []Dialect{BitInt}},
		{"i64 = 5", "%1 = float_from_int(f128, %0)\n %2 = int_from_float(i13, %1)\n %3 = ret(%2)", []Dialect{BitInt, Masked}},
		{"i13 = 5", "%1 = splat(@Vector(4, i13), %0)\n %2 = reduce(%1, mul)\n %3 = ret(%2)", []Dialect{BitInt, Masked, Plain}},
	} {
		typ, _, _ := strings.Cut(test.global, " ")
		text := fmt.Sprintf("var @g: %s\nfn @f0() i13 {\n %%0 = load(%s, <*%s, @g>)\n %s\n}\n", test.global, typ, typ, test.body)
		for _, d := range []Dialect{BitInt, Masked, Plain} {
			_, err := written(t, d, text)
			if slices.Contains(test.in, d) != (err == nil) {
				t.Errorf("dialect %d: %v\n%s", d, err, text)
			}
		}
	}
}

// Clang has no builtin for the overflow of products of more than 128 bits, which every other compiler is given.
func TestWideProducts(t *testing.T) {
	c, err := written(t, BitInt, exporttest.Product)
	if err != nil || !strings.Contains(c, "#ifdef __clang__") || !strings.Contains(c, "__builtin_mul_overflow((signed _BitInt(200))") {
		t.Errorf("%v\n%s", err, c)
	}
}
