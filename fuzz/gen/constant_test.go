package gen

import (
	"math/big"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// TestWideEnumConstants checks that constants of enums whose tags have more than 64 bits are members, or now and then others
// if the enum is not exhaustive.
func TestWideEnumConstants(t *testing.T) {
	g := New(Config{})
	g.s = source.New(1)
	member := new(big.Int).Lsh(big.NewInt(7), 80)
	for _, exhaustive := range []bool{true, false} {
		enum := &air.Type{Kind: air.Enum, Elem: air.IntType(false, 100), Exhaustive: exhaustive, Members: []air.EnumMember{{Name: "a", Value: member}}}
		others := 0
		for n := range uint64(100) {
			g.s.Reset(n)
			v := g.enumConstant(enum)
			if v.Type != enum {
				t.Fatalf("a constant of type %s", v.Type)
			}
			if v.BigInt().Cmp(member) != 0 {
				others++
			}
		}
		if exhaustive && others > 0 || !exhaustive && (others < 5 || others > 60) {
			t.Errorf("exhaustive %t: %d of 100 constants are no members", exhaustive, others)
		}
	}
}
