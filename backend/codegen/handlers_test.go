package codegen_test

import (
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/legalize"
)

// TestEveryTagHasARow checks that each tag is compiled for some class of type or is replaced before, and not both.
func TestEveryTagHasARow(t *testing.T) {
	for n := range air.NumTags {
		tag := air.Tag(n)
		replaced, _, _ := legalize.Replaces(tag)
		compiled := false
		for c := range codegen.NumTypeClasses {
			site := codegen.Site(tag, c)
			compiled = compiled || site != ""
			if family, name, _ := strings.Cut(site, "."); site != "" && (family == "" || name != tag.String()) {
				t.Errorf("the site of %s is %q", tag, site)
			}
		}
		if compiled == replaced {
			t.Errorf("%s: compiled %v, replaced %v", tag, compiled, replaced)
		}
	}
}

// TestSite checks a few entries of the table.
func TestSite(t *testing.T) {
	for _, c := range []struct {
		tag  air.Tag
		of   *air.Type
		want string
	}{
		{air.Add, air.U8, "arith.add"},
		{air.Add, air.IntType(true, 65), "arith.add"},
		{air.Add, air.F64, "arith.add"},
		{air.Add, air.F16, ""},
		{air.AddWrap, air.F64, ""},
		{air.Neg, air.F128, "float.neg"},
		{air.Sqrt, air.F128, "float.sqrt"},
		{air.Log2, air.F16, "float.log2"},
		{air.CmpEq, air.VoidType, "compare.cmp_eq"},
		{air.Load, air.F80, "memory.load"},
		{air.Splat, air.U8, ""},
	} {
		if got := codegen.Site(c.tag, codegen.TypeClassOf(c.of)); got != c.want {
			t.Errorf("%s of %s: %q, want %q", c.tag, c.of, got, c.want)
		}
	}
}
