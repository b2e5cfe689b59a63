package subject

import (
	"fmt"
	"math/big"
	"math/bits"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
)

// Operation is a tag on operands of some types: a function of the matrix.
type Operation struct {
	Tag    air.Tag
	Params []*air.Type
	Result *air.Type
	// Operator is that of a reduce, otherwise empty.
	Operator string
	// Splat makes the operand of a reduce a vector of equal lanes.
	Splat bool
	// Constants are put, one after the other, in the place of one of two operands: the first if Left is set. The results
	// are a tuple.
	Constants []*air.Value
	Left      bool
}

// String returns the operation with its types: "bit_reverse(u9) u9".
func (o Operation) String() string {
	names := make([]string, len(o.Params))
	for i, p := range o.Params {
		names[i] = p.String()
	}
	if o.Operator != "" {
		names = append(names, o.Operator)
	}
	result := o.Result
	if o.Constants != nil {
		result = result.Fields[0].Type
		if other := "constant " + o.Constants[0].Type.String(); o.Left {
			names = append([]string{other}, names...)
		} else {
			names = append(names, other)
		}
	}
	return fmt.Sprintf("%s(%s) %s", o.Tag, strings.Join(names, ", "), result)
}

// widths are those of the integers of the matrix: bytes and words, their neighbours, and others that share no factor
// with them.
var widths = []uint32{1, 2, 3, 5, 7, 8, 9, 12, 13, 15, 16, 17, 24, 31, 32, 33, 40, 47, 48, 56, 63, 64, 65, 96, 127, 128}

// Operations returns the functions of the matrix, in a fixed order.
func Operations() []Operation {
	var all []Operation
	types := air.NewTypeTable()
	for _, tag := range allTags() {
		row := tag.Row()
		for _, n := range widths {
			for _, signed := range []bool{false, true} {
				if o, ok := integerOperation(types, tag, row, air.IntType(signed, n)); ok {
					all = append(all, o)
				}
			}
		}
		for _, t := range []*air.Type{air.F16, air.F32, air.F64, air.F128} {
			if o, ok := floatOperation(tag, row, t); ok {
				all = append(all, o)
			}
		}
		all = append(all, conversions(tag)...)
	}
	all = append(all, constantOperations(types)...)
	return append(all, vectorOperations(types)...)
}

// vectorOperations returns the operations on integers and floats lane by lane, and the reductions of vectors.
func vectorOperations(types *air.TypeTable) (all []Operation) {
	for _, t := range []*air.Type{air.I8, air.U16, air.IntType(true, 33), air.IntType(false, 7), air.I64, air.U32, air.F32, air.F64} {
		for _, n := range []uint64{2, 3, 8, 17} {
			vector := types.Vector(n, t)
			for _, tag := range allTags() {
				o, ok := floatOperation(tag, tag.Row(), t)
				if t.Kind == air.Int {
					o, ok = integerOperation(types, tag, tag.Row(), t)
				}
				if rule := tag.Row().Rule; ok && rule != air.CompareRule && rule != air.EqualRule {
					all = append(all, o.onVectors(types, n))
				}
			}
			for _, operator := range []string{"add", "mul", "min", "max", "and", "or", "xor"} {
				if t.Kind == air.Int || operator != "and" && operator != "or" && operator != "xor" {
					all = append(all, Operation{Tag: air.Reduce, Params: []*air.Type{vector}, Result: t, Operator: operator},
						Operation{Tag: air.Reduce, Params: []*air.Type{t, vector}, Result: t, Operator: operator, Splat: true})
				}
			}
		}
	}
	return all
}

// onVectors returns an operation on n lanes.
func (o Operation) onVectors(types *air.TypeTable, n uint64) Operation {
	params := make([]*air.Type, len(o.Params))
	for i, p := range o.Params {
		params[i] = types.Vector(n, p)
	}
	result := o.Result
	if result.Kind == air.Struct {
		result = types.Tuple(types.Vector(n, result.Fields[0].Type), types.Vector(n, result.Fields[1].Type))
	} else {
		result = types.Vector(n, result)
	}
	return Operation{Tag: o.Tag, Params: params, Result: result}
}

func allTags() (tags []air.Tag) {
	for tag := range air.Tag(air.NumTags) {
		if !strings.Contains(tag.String(), "_optimized") {
			tags = append(tags, tag)
		}
	}
	return tags
}

// integerOperation returns a tag on integers of a type.
func integerOperation(types *air.TypeTable, tag air.Tag, row *air.Row, t *air.Type) (Operation, bool) {
	two, one := []*air.Type{t, t}, []*air.Type{t}
	unsigned := air.IntType(false, t.Bits)
	amounts := []*air.Type{t, amountType(t.Bits)}
	switch row.Rule {
	case air.NumericRule, air.IntegerRule, air.BitwiseRule:
		if row.Ops == 1 {
			return Operation{Tag: tag, Params: one, Result: t}, true
		}
		return Operation{Tag: tag, Params: two, Result: t}, true
	case air.OverflowRule:
		return Operation{Tag: tag, Params: two, Result: types.Tuple(t, air.U1)}, true
	case air.ShlOverflowRule:
		return Operation{Tag: tag, Params: amounts, Result: types.Tuple(t, air.U1)}, true
	case air.ShiftRule:
		return Operation{Tag: tag, Params: amounts, Result: t}, true
	case air.ShlSatRule:
		return Operation{Tag: tag, Params: []*air.Type{t, air.U8}, Result: t}, true
	case air.AbsRule:
		return Operation{Tag: tag, Params: one, Result: unsigned}, t.Signed
	case air.BitCountRule:
		return Operation{Tag: tag, Params: one, Result: air.IntType(false, uint32(bits.Len32(t.Bits)))}, true
	case air.ByteSwapRule:
		return Operation{Tag: tag, Params: one, Result: t}, t.Bits%8 == 0
	case air.CompareRule, air.EqualRule:
		return Operation{Tag: tag, Params: two, Result: air.BoolType}, true
	}
	return Operation{}, false
}

// amountType returns the type of the amounts by which integers of a width are shifted.
func amountType(n uint32) *air.Type { return air.IntType(false, uint32(bits.Len32(n-1))) }

// floatOperation returns a tag on floats of a type.
func floatOperation(tag air.Tag, row *air.Row, t *air.Type) (Operation, bool) {
	transcendental := []air.Tag{air.Sin, air.Cos, air.Tan, air.Exp, air.Exp2, air.Log, air.Log2, air.Log10}
	params := slices.Repeat([]*air.Type{t}, max(0, int(row.Ops)))
	switch row.Rule {
	case air.NumericRule, air.FloatRule:
		return Operation{Tag: tag, Params: params, Result: t}, !slices.Contains(transcendental, tag)
	case air.AbsRule:
		return Operation{Tag: tag, Params: params, Result: t}, true
	case air.CompareRule, air.EqualRule:
		return Operation{Tag: tag, Params: params, Result: air.BoolType}, true
	}
	return Operation{}, false
}

// conversions returns a tag that converts, between every two types that it converts between.
func conversions(tag air.Tag) (all []Operation) {
	floats := []*air.Type{air.F16, air.F32, air.F64, air.F128}
	var ints []*air.Type
	for _, n := range []uint32{1, 8, 13, 32, 33, 64, 65, 128} {
		ints = append(ints, air.IntType(false, n), air.IntType(true, n))
	}
	add := func(from, to []*air.Type, accept func(a, b *air.Type) bool) {
		for _, a := range from {
			for _, b := range to {
				if accept(a, b) {
					all = append(all, Operation{Tag: tag, Params: []*air.Type{a}, Result: b})
				}
			}
		}
	}
	switch tag {
	case air.IntCast, air.IntCastSafe:
		add(ints, ints, func(a, b *air.Type) bool { return a != b })
	case air.Trunc:
		add(ints, ints, func(a, b *air.Type) bool { return a.Signed == b.Signed && a.Bits > b.Bits })
	case air.IntFromFloat, air.IntFromFloatSafe:
		add(floats, ints, func(a, b *air.Type) bool { return true })
	case air.FloatFromInt:
		add(ints, floats, func(a, b *air.Type) bool { return true })
	case air.FpExt:
		add(floats, floats, func(a, b *air.Type) bool { return a.Bits < b.Bits })
	case air.FpTrunc:
		add(floats, floats, func(a, b *air.Type) bool { return a.Bits > b.Bits })
	}
	return all
}

// Case returns the program that applies the operation to every combination of edge values for which it is legal and
// does not panic, in a loop over tables. The error says why there is no such program.
func (o Operation) Case() (*Case, error) {
	rows, err := o.legalRows()
	if err != nil {
		return nil, err
	}
	m, err := air.Parse(o.String(), []byte(o.program(rows)))
	if err != nil {
		return nil, err
	}
	return Prepare(o.String(), m, []gen.Run{{Func: gen.Entry}})
}

// function returns the text of the function @op.
func (o Operation) function() string {
	var s strings.Builder
	params, args := make([]string, len(o.Params)), make([]string, len(o.Params))
	for i, p := range o.Params {
		params[i], args[i] = p.String(), fmt.Sprintf("%%%d", i)
		fmt.Fprintf(&s, "  %%%d = arg(%s, %d)\n", i, p, i)
	}
	n := len(params)
	switch {
	case o.Constants != nil:
		return o.constantFunction()
	case o.Splat: // its second parameter only names the type
		fmt.Fprintf(&s, "  %%2 = splat(%s, %%0)\n", o.Params[1])
		n, args = 3, []string{"%2"}
	case o.Tag.Row().Form == air.Typed:
		args = append([]string{o.Result.String()}, args...)
	}
	if o.Operator != "" {
		args = append(args, o.Operator)
	}
	return fmt.Sprintf("fn @op(%s) %s {\n%s  %%%d = %s(%s)\n  %%%d = ret(%%%d)\n}\n", strings.Join(params, ", "), o.Result, s.String(), n, o.Tag,
		strings.Join(args, ", "), n+1, n)
}

// legalRows returns the combinations of edge values on which the operation returns something defined.
func (o Operation) legalRows() (rows [][]*air.Value, err error) {
	m, err := air.Parse("operation", []byte(o.function()))
	if err != nil {
		return nil, err
	}
	if err := air.Verify(m); err != nil {
		return nil, err
	}
	p, err := eval.New(m, eval.Config{})
	if err != nil {
		return nil, err
	}
	for _, row := range combinations(m.Func("op").Type.Params) {
		out := p.Call("op", row)
		if out.Ending == oracle.Unsupported {
			return nil, fmt.Errorf("%s: %s", out.Ending, out.Reason)
		}
		if out.Ending == oracle.Returned {
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s is legal for no edge values", o)
	}
	return rows, nil
}

func combinations(params []*air.Type) [][]*air.Value {
	rows := [][]*air.Value{nil}
	for _, t := range params {
		values := edges(t)
		if len(params) == 3 {
			values = values[:min(len(values), 9)]
		}
		var next [][]*air.Value
		for _, row := range rows {
			for _, v := range values {
				next = append(next, append(row[:len(row):len(row)], v))
			}
		}
		rows = next
	}
	return rows
}

// edges returns values of a type at which operations go wrong, without repetition.
func edges(t *air.Type) (values []*air.Value) {
	add := func(x *big.Int) {
		low := new(big.Int).And(x, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(t.Bits)), big.NewInt(1)))
		if t.Kind == air.Int && t.Signed && t.Bits > 0 && low.Bit(int(t.Bits)-1) == 1 {
			low.Sub(low, new(big.Int).Lsh(big.NewInt(1), uint(t.Bits)))
		}
		v := air.NewBig(t, low)
		if !slices.ContainsFunc(values, v.Equal) {
			values = append(values, v)
		}
	}
	if t.Kind == air.Vector {
		return vectorEdges(t)
	}
	if t.Kind == air.Float {
		for _, text := range floatEdges[t.Bits] {
			x, _ := new(big.Int).SetString(text, 16)
			add(x)
		}
		return values
	}
	half := new(big.Int).Lsh(big.NewInt(1), uint(max(t.Bits, 1)-1))
	for _, n := range []int64{0, 1, -1, 2, 3, -2} {
		add(big.NewInt(n))
		add(new(big.Int).Add(half, big.NewInt(n)))
	}
	for _, text := range []string{"123456789abcdef0123456789abcdef0", "55555555555555555555555555555555", "f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f", "8000000080000000", "7fffffff", "80000000", "ffffffff"} {
		x, _ := new(big.Int).SetString(text, 16)
		add(x)
	}
	return values
}

// vectorEdges returns vectors of edge values: each lane steps through them at its own pace.
func vectorEdges(t *air.Type) (values []*air.Value) {
	lanes := edges(t.Elem)
	for start := range min(len(lanes), 12) {
		v := &air.Value{Type: t, Kind: air.AggregateValue}
		for i := range int(t.Len) {
			v.Elems = append(v.Elems, lanes[(start+i*(start%5))%len(lanes)])
		}
		values = append(values, v)
	}
	return values
}

// floatEdges are bit patterns by width: zeros, ones, halves, the smallest and largest numbers, infinities, NaNs, and
// numbers at the ends of integer types.
var floatEdges = map[uint32][]string{
	16: {"0", "8000", "3c00", "bc00", "7c00", "fc00", "7e00", "7d01", "1", "3ff", "400", "7bff", "fbff", "3800", "4100", "3555", "5bf8", "77ff"},
	32: {"0", "80000000", "3f800000", "bf800000", "7f800000", "ff800000", "7fc00000", "7fa00001", "1", "7fffff", "800000", "7f7fffff", "3f000000",
		"40200000", "3eaaaaab", "4effffff", "4f000000", "cf000000", "5effffff", "5f000000", "42fe0000", "33800000"},
	64: {"0", "8000000000000000", "3ff0000000000000", "bff0000000000000", "7ff0000000000000", "fff0000000000000", "7ff8000000000000",
		"7ff4000000000001", "1", "fffffffffffff", "10000000000000", "7fefffffffffffff", "3fe0000000000000", "4004000000000000", "3fd5555555555555",
		"41dfffffffc00000", "41e0000000000000", "43dfffffffffffff", "43e0000000000000", "c3e0000000000000", "36a0000000000000", "47efffffffffffff"},
	128: {"0", "80000000000000000000000000000000", "3fff0000000000000000000000000000", "bfff0000000000000000000000000000",
		"7fff0000000000000000000000000000", "7fff8000000000000000000000000000", "7fff4000000000000000000000000001", "1",
		"10000000000000000000000000000", "7ffeffffffffffffffffffffffffffff", "3ffe0000000000000000000000000000", "3ffd5555555555555555555555555555",
		"401dffffffff00000000000000000000", "403dfffffffffffffffc000000000000", "43fefffffffffffff800000000000000"},
}

// program returns the text of the module that fills the table @r with results.
func (o Operation) program(rows [][]*air.Value) string {
	var s strings.Builder
	s.WriteString(o.function())
	for i, p := range o.Params {
		values := make([]string, len(rows))
		for k, row := range rows {
			values[k] = row[i].Literal()
		}
		fmt.Fprintf(&s, "var @a%d: [%d]%s = .{ %s }\n", i, len(rows), p, strings.Join(values, ", "))
	}
	n := len(rows)
	fmt.Fprintf(&s, "var @r: [%d]%s = undefined\nfn @%s() void {\n", n, o.Result, gen.Entry)
	fmt.Fprintf(&s, "  %%0 = alloc(*usize)\n  %%1 = store(%%0, <usize, 0>)\n  %%2 = loop({\n    %%3 = load(usize, %%0)\n")
	fmt.Fprintf(&s, "    %%4 = cmp_eq(%%3, <usize, %d>)\n    %%5 = block(void, {\n      %%6 = cond_br(%%4, {\n        %%7 = ret({})\n      }, {\n        %%8 = br(%%5, {})\n      })\n    })\n", n)
	args := make([]string, len(o.Params))
	for i, p := range o.Params {
		args[i] = fmt.Sprintf("%%%d", 9+i)
		fmt.Fprintf(&s, "    %%%d = ptr_elem_val(%s, <*[%d]%s, @a%d>, %%3)\n", 9+i, p, n, p, i)
	}
	at := 9 + len(args)
	fmt.Fprintf(&s, "    %%%d = call_never_inline(@op, [%s])\n", at, strings.Join(args, ", "))
	fmt.Fprintf(&s, "    %%%d = ptr_elem_ptr(*%s, <*[%d]%s, @r>, %%3)\n", at+1, o.Result, n, o.Result)
	fmt.Fprintf(&s, "    %%%d = store(%%%d, %%%d)\n    %%%d = add(%%3, <usize, 1>)\n    %%%d = store(%%0, %%%d)\n    %%%d = repeat(%%2)\n  })\n}\n", at+2, at+1, at, at+3, at+4, at+3, at+5)
	return s.String()
}
