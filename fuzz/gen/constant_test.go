package gen

import (
	"math/big"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// TestWideEnumConstants checks that constants are drawn of enums whose tags have more than 64 bits, exhaustive or not.
func TestWideEnumConstants(t *testing.T) {
	g := New(Config{})
	g.s = source.New(1)
	for _, exhaustive := range []bool{true, false} {
		enum := &air.Type{Kind: air.Enum, Elem: air.IntType(false, 100), Exhaustive: exhaustive, Members: []air.EnumMember{{Name: "a", Value: big.NewInt(7)}}}
		for range 100 {
			if v := g.enumConstant(enum); v.Type != enum {
				t.Fatalf("a constant of type %s", v.Type)
			}
		}
	}
}
