package subject

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// constantOperations returns the operations on two operands of which one is a constant, in which compilers look for
// something simpler.
func constantOperations(types *air.TypeTable) (all []Operation) {
	for _, t := range []*air.Type{air.U8, air.I32, air.IntType(false, 33), air.I64, air.U64, air.F32, air.F64} {
		for _, tag := range allTags() {
			o, ok := floatOperation(tag, tag.Row(), t)
			if t.Kind == air.Int {
				o, ok = integerOperation(types, tag, tag.Row(), t)
			}
			if !ok || len(o.Params) != 2 || o.Result.Kind == air.Struct {
				continue
			}
			for _, left := range []bool{false, true} {
				if constant, ok := o.withConstants(types, left); ok {
					all = append(all, constant)
				}
			}
		}
	}
	return all
}

// withConstants returns an operation with constants for one of its operands. It has none for which the operation is
// illegal whatever the other operand is.
func (o Operation) withConstants(types *air.TypeTable, left bool) (Operation, bool) {
	fixed, free := o.Params[1], o.Params[0]
	if left {
		fixed, free = free, fixed
	}
	o.Left, o.Params = left, []*air.Type{free}
	var results []*air.Type
	for _, c := range constantsOf(fixed) {
		one := o
		one.Constants, one.Result = []*air.Value{c}, types.Tuple(o.Result)
		if rows, err := one.legalRows(); err == nil && len(rows) > len(edges(free))/2 {
			o.Constants = append(o.Constants, c)
			results = append(results, o.Result)
		}
	}
	o.Result = types.Tuple(results...)
	rows, err := o.legalRows()
	return o, len(o.Constants) > 0 && err == nil && len(rows) > 0
}

// constantsOf returns constants that optimisers have rules for.
func constantsOf(t *air.Type) (all []*air.Value) {
	if t.Kind == air.Float {
		for _, text := range map[uint32][]string{32: {"0", "80000000", "3f800000", "bf800000", "40000000"},
			64: {"0", "8000000000000000", "3ff0000000000000", "bff0000000000000", "4000000000000000"}}[t.Bits] {
			x, _ := new(big.Int).SetString(text, 16)
			all = append(all, air.NewBig(t, x))
		}
		return all
	}
	values := edges(t)
	return values[:min(len(values), 6)] // around 0 and the half
}

// constantFunction returns the text of the function @op of an operation with constants.
func (o Operation) constantFunction() string {
	var s strings.Builder
	results := make([]string, len(o.Constants))
	for i, c := range o.Constants {
		x, y := "%0", fmt.Sprintf("<%s, %s>", c.Type, c.Literal())
		if o.Left {
			x, y = y, x
		}
		results[i] = fmt.Sprintf("%%%d", i+1)
		fmt.Fprintf(&s, "  %s = %s(%s, %s)\n", results[i], o.Tag, x, y)
	}
	n := len(results) + 1
	return fmt.Sprintf("fn @op(%s) %s {\n  %%0 = arg(%s, 0)\n%s  %%%d = aggregate_init(%s, [%s])\n  %%%d = ret(%%%d)\n}\n", o.Params[0], o.Result,
		o.Params[0], s.String(), n, o.Result, strings.Join(results, ", "), n+1, n)
}
