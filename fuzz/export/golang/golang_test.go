package golang

import (
	"go/parser"
	"go/token"
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/export/exporttest"
)

func TestAdd(t *testing.T) {
	const bounds = "extern fn @panic.bounds() noreturn\nvar @g: u64 = 5\nfn @f0() u64 {\n %0 = load(u64, <*u64, @g>)\n %1 = cmp_lt(%0, <u64, 9>)\n" +
		" %2 = cond_br(%1, {\n  %3 = ret(%0)\n }, {\n  %4 = call(@panic.bounds, [])\n })\n}\n"
	const aligned = "var @g: u64 align(64) = 5\nfn @f0() u64 {\n %0 = load(u64, <*u64, @g>)\n %1 = ret(%0)\n}\n"
	forms := map[string]string{exporttest.Shift: "uint16(int16(", exporttest.Sum: "float64(v_", bounds: "rv_bounds[:rv_opaque(uint64(0x9))][v_",
		aligned: "rv_place(", exporttest.Wide: "", exporttest.Half: ""}
	exporttest.Check(t, New, forms, func(text string) error {
		_, err := parser.ParseFile(token.NewFileSet(), "batch.go", text, 0)
		return err
	})
}
