package golang

import (
	"errors"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
)

func TestAdd(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"var @g: i13 = 5\nfn @f0() i13 {\n %0 = load(i13, <*i13, @g>)\n %1 = shr(%0, <u4, 1>)\n %2 = ret(%1)\n}\n", "uint16(int16("},
		{"var @g: f64 = 0\nfn @f0() f64 {\n %0 = load(f64, <*f64, @g>)\n %1 = add(%0, <f64, 0x4000000000000000>)\n %2 = ret(%1)\n}\n", "float64(v_"},
		{"var @g: u64 align(64) = 5\nfn @f0() u64 {\n %0 = load(u64, <*u64, @g>)\n %1 = ret(%0)\n}\n", "rv_place("},
		{"extern fn @panic.bounds() noreturn\nvar @g: u64 = 5\nfn @f0() u64 {\n %0 = load(u64, <*u64, @g>)\n %1 = cmp_lt(%0, <u64, 9>)\n" +
			" %2 = cond_br(%1, {\n  %3 = ret(%0)\n }, {\n  %4 = call(@panic.bounds, [])\n })\n}\n", "rv_bounds[:rv_opaque(uint64(0x9))][v_"},
		{"var @g: i128 = 5\nfn @f0() i128 {\n %0 = load(i128, <*i128, @g>)\n %1 = ret(%0)\n}\n", ""},
		{"var @g: i8 = 5\nfn @f0() f16 {\n %0 = load(i8, <*i8, @g>)\n %1 = float_from_int(f16, %0)\n %2 = ret(%1)\n}\n", ""},
	} {
		m, err := air.Parse("test", []byte(test.text))
		if err != nil {
			t.Fatal(err)
		}
		b := New()
		err = b.Add(export.Case{Module: m, Runs: []gen.Run{{Func: "f0"}}})
		var unsupported *air.Unsupported
		if (err != nil) != (test.want == "") || err != nil && !errors.As(err, &unsupported) || !strings.Contains(b.Text(), test.want) {
			t.Errorf("%v\n%s", err, b.Text())
		}
		if _, err := parser.ParseFile(token.NewFileSet(), "batch.go", b.Text(), 0); err != nil {
			t.Error(err)
		}
	}
}
