package codegen_test

import (
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/legalize"
)

// notCompiled are the tags that no stage handles, by the reason.
var notCompiled = map[air.Tag]string{
	air.ErrReturnTrace: "there are no error return traces", air.SetErrReturnTrace: "likewise",
	air.SaveErrReturnTraceIndex: "likewise",
}

// TestEveryTagHasARow checks that each tag is compiled for some class of type, is replaced before, or is a known
// exception.
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
		ways := 0
		for _, way := range []bool{compiled, replaced, notCompiled[tag] != ""} {
			if way {
				ways++
			}
		}
		if ways != 1 {
			t.Errorf("%s: compiled %v, replaced %v, known exception %q", tag, compiled, replaced, notCompiled[tag])
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
