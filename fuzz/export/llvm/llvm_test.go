package llvm

import (
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/fuzz/export/exporttest"
)

// exported returns the LLVM IR of a module with one run of @f0.
func exported(t *testing.T, text string, c export.Case) (string, error) {
	t.Helper()
	return exporttest.Add(t, new(Batch), c, text)
}

// Every tag has a row, but for those of which the table says why they have none.
func TestTable(t *testing.T) {
	without := map[air.Tag]bool{air.Sin: true, air.Cos: true, air.Tan: true, air.Exp: true, air.Exp2: true, air.Log: true, air.Log2: true,
		air.Log10: true, air.ErrReturnTrace: true, air.SetErrReturnTrace: true, air.SaveErrReturnTraceIndex: true}
	missing := 0
	for tag := range air.Tag(air.NumTags) {
		switch {
		case rows[tag] != nil && without[tag]:
			t.Errorf("%s has a row, and is listed as without one", tag)
		case rows[tag] == nil && !without[tag]:
			t.Logf("%s has no row yet: programs with it are not exported", tag)
			missing++
		}
	}
	if missing > 5 {
		t.Errorf("%d tags have no row", missing)
	}
}

// Flags that make poison of illegal behaviour are only written where the operands are known to be defined.
func TestFlags(t *testing.T) {
	const text = "fn @f0() i32 {\n %0 = alloc(*i32)\n %1 = load(i32, %0)\n %2 = add(%1, <i32, 1>)\n %3 = ret(%2)\n}\n"
	for _, known := range []bool{false, true} {
		ll, err := exported(t, text, export.Case{Defined: func(string, air.Index) bool { return known }})
		if err != nil || strings.Contains(ll, "add nsw i32") != known {
			t.Errorf("defined %t: %v\n%s", known, err, ll)
		}
	}
}

func TestUnsupported(t *testing.T) {
	for _, body := range []string{
		"%0 = sin(<f64, 1>)\n %1 = fptrunc(f32, %0)\n %2 = int_from_float(i32, %1)\n %3 = ret(%2)",
		"%0 = int_from_float(i32, <f80, 0x3fff8000000000000000>)\n %1 = ret(%0)",
		"%0 = call(@g, [])\n %1 = ret(%0)",
	} {
		if _, err := exported(t, "extern fn @g() i32\nfn @f0() i32 {\n "+body+"\n}\n", export.Case{}); err == nil {
			t.Errorf("%s: no error", body)
		}
	}
}

// A failed case leaves the batch as it was, and the cases of a batch do not clash.
func TestBatch(t *testing.T) {
	const good = "var @g: u8 = 1\nfn @f0() u8 {\n %0 = load(u8, <*u8, @g>)\n %1 = ret(%0)\n}\n"
	const bad = "var @h: u8 = 1\nfn @f0() f64 {\n %0 = sin(<f64, 1>)\n %1 = ret(%0)\n}\n"
	var b Batch
	for i, text := range []string{good, bad, good} {
		if _, err := exporttest.Add(t, &b, export.Case{}, text); (err == nil) != (i != 1) {
			t.Errorf("case %d: %v", i, err)
		}
	}
	text := b.Text()
	for name, count := range map[string]int{`@"c0.g" = `: 1, `@"c1.g" = `: 1, `.h"`: 0, `ptr @"c1..run0"`: 1} {
		if got := strings.Count(text, name); got != count {
			t.Errorf("%d times %s, want %d\n%s", got, name, count, text)
		}
	}
}
