package gen

import (
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// matching returns the tags whose row in the table of AIR is accepted, in the order of that table.
func matching(accept func(air.Tag, *air.Row) bool) (tags []air.Tag) {
	for t := range air.Tag(air.NumTags) {
		if accept(t, t.Row()) {
			tags = append(tags, t)
		}
	}
	return tags
}

// of returns the tags with one of the rules of the verifier: a new tag with such a rule is made without a row of its
// own.
func of(rules ...air.Rule) []air.Tag {
	return matching(func(_ air.Tag, r *air.Row) bool { return slices.Contains(rules, r.Rule) })
}

// arity returns the tags of a list that take n operands.
func arity(n int8, tags []air.Tag) []air.Tag {
	return keep(tags, func(t air.Tag) bool { return t.Row().Ops == n })
}

func without(tags []air.Tag, drop ...air.Tag) []air.Tag {
	return keep(tags, func(t air.Tag) bool { return !slices.Contains(drop, t) })
}

func keep(tags []air.Tag, accept func(air.Tag) bool) (kept []air.Tag) {
	for _, t := range tags {
		if accept(t) {
			kept = append(kept, t)
		}
	}
	return kept
}

// isOptimized reports whether the result of a tag is undefined if an operand is NaN. Only floats are generated for it.
func isOptimized(t air.Tag) bool { return strings.Contains(t.String(), "_optimized") }

func isPlain(t air.Tag) bool { return !isOptimized(t) }

// panics reports whether integer arithmetic may panic: only then is it lowered even if its result is unused.
func panics(t air.Tag) bool { return t.Row().Effect }

// partial are the integer operations of two operands that are illegal behaviour for some: each has a production that
// makes the operands fit. Every other tag of their rules is taken to be total.
var partial = []air.Tag{air.Add, air.Sub, air.Mul, air.DivTrunc, air.DivFloor, air.DivExact, air.Rem, air.Mod}

// totalBinary returns the integer operations of two operands that are defined for all of them.
func totalBinary() []air.Tag {
	tags := without(arity(2, of(air.IntegerRule, air.BitwiseRule, air.NumericRule)), partial...)
	return keep(tags, func(t air.Tag) bool { return isPlain(t) && !panics(t) })
}

// panicking returns the integer operations of two operands that panic instead of overflowing.
func panicking() []air.Tag { return keep(arity(2, of(air.IntegerRule)), panics) }

// integerUnary returns the operations of one integer.
func integerUnary() []air.Tag {
	return arity(1, of(air.IntegerRule, air.BitwiseRule, air.AbsRule, air.BitCountRule, air.ByteSwapRule))
}

// transcendental returns the functions of one float that routines compute.
func transcendental() []air.Tag {
	return tags(air.Sin, air.Cos, air.Tan, air.Exp, air.Exp2, air.Log, air.Log2, air.Log10)
}

// floatUnary returns the operations of one float that instructions compute.
func floatUnary() []air.Tag {
	return without(arity(1, of(air.FloatRule, air.AbsRule)), transcendental()...)
}

// floatBinary returns the operations of two floats, all of them total.
func floatBinary() []air.Tag { return arity(2, of(air.NumericRule, air.FloatRule)) }

// comparisons returns the comparisons of ordered types.
func comparisons() []air.Tag { return keep(of(air.CompareRule, air.EqualRule), isPlain) }

// equalities returns the comparisons of all comparable types.
func equalities() []air.Tag { return keep(of(air.EqualRule), isPlain) }
