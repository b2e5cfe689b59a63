package report

import (
	"sync"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/legalize"
)

// classes are sets of type classes of coverage, one letter each: the integers of every width (i), those without bits (0)
// and unsigned ones alone (u), those of a word (w), of a bit (1), of whole bytes (8), of error numbers (2) and of counts of
// bits (c); and other kinds of type by the letters of kinds.
type classes string

// kinds are the letters of the kinds of type in classes.
var kinds = map[rune]air.Kind{'v': air.Void, 'n': air.NoReturn, 'b': air.Bool, 'f': air.Float, 'p': air.Pointer, 'a': air.Array,
	'V': air.Vector, 'o': air.Optional, 'e': air.ErrorSet, 'E': air.ErrorUnion, 's': air.Struct, 'U': air.Union, 'N': air.Enum, 'F': air.Fn}

// The sets of more than a few classes: values that a register may hold, all that have bits, and all.
const (
	scalars classes = "ifpoesUN"
	values          = scalars + "0aVE"
	all             = values + "v"
)

// byRule are the classes by which coverage counts the tags of each rule: of the result, or of the first operand if the
// result is a bool.
var byRule = map[air.Rule]classes{
	air.NumericRule: "i0fV", air.IntegerRule: "i0V", air.FloatRule: "fV", air.BitwiseRule: "i0bV", air.OverflowRule: "s",
	air.ShlOverflowRule: "s", air.ShiftRule: "iV", air.ShlSatRule: "iV", air.ByteSwapRule: "8V", air.AbsRule: "ufV", air.BitCountRule: "cV",
	air.CompareRule: "i0fbpeN", air.EqualRule: "i0fbpeNosU", air.CompareVectorRule: "V", air.BoolRule: "b", air.ErrorsLenRule: "e2",
	air.BitcastRule: values + "b", air.IntFromPtrRule: "w", air.IntFromBoolRule: "1", air.IntCastRule: "i0NV", air.TruncRule: "i0V",
	air.FpTruncRule: "fV", air.FpExtRule: "fV", air.IntFromFloatRule: "i0V", air.FloatFromIntRule: "fV", air.ErrorSetRule: "e2",
	air.NamedEnumRule: "N", air.PointerCastRule: "po", air.AllocRule: "p", air.RetPtrRule: "p", air.LoadRule: values, air.StoreRule: "v",
	air.MemsetRule: "v", air.MemcpyRule: "v", air.SliceRule: "p", air.SliceLenRule: "w", air.SlicePtrRule: "p", air.PtrSliceLenRule: "p",
	air.PtrSlicePtrRule: "p", air.ArrayToSliceRule: "p", air.ArrayElemRule: values, air.SliceElemRule: values, air.PtrElemRule: values,
	air.SliceElemPtrRule: "p", air.PtrElemPtrRule: "p", air.PtrArithmeticRule: "p", air.FieldPtrRule: "p", air.FieldValRule: all,
	air.FieldParentRule: "p", air.SetTagRule: "v", air.GetTagRule: "N", air.UnionInitRule: "U", air.AggregateRule: "saV",
	air.OptionalPayloadRule: all, air.OptionalPtrRule: "p", air.WrapOptionalRule: "o", air.IsNullRule: "op", air.IsNullPtrRule: "p",
	air.PayloadRule: all, air.ErrorRule: "e", air.PayloadPtrRule: "p", air.ErrorPtrRule: "e", air.WrapPayloadRule: "E", air.WrapErrorRule: "E",
	air.IsErrRule: "E", air.IsErrPtrRule: "p", air.SplatRule: "V", air.SelectRule: "i0fbpoV", air.ShuffleRule: "V", air.ReduceRule: "ifV",
	air.StoreElemRule: "v", air.TagNameRule: "p", air.ErrorNameRule: "p", air.CmpxchgRule: "o", air.FenceRule: "v",
	air.AtomicLoadRule: scalars, air.AtomicStoreRule: "v", air.AtomicRmwRule: scalars, air.BrRule: "n", air.RepeatRule: "n", air.CondBrRule: "n",
	air.SwitchRule: "n", air.DispatchRule: "n", air.RetRule: "n", air.RetLoadRule: "n", air.CallRule: all + "nF", air.ArgRule: values + "b",
	air.AssemblyRule: scalars + "v", air.DebugRule: "v", air.PrefetchRule: "v", air.PointerResultRule: "p", air.PointerOperandRule: "p",
	air.SymbolPtrRule: "p",
}

// byTag are those of the tags that have no rule or whose rule does not say.
var byTag = map[air.Tag]classes{
	air.Block: all + "bn", air.DbgInlineBlock: all + "bn", air.Loop: "n", air.Try: all, air.TryCold: all, air.Unreach: "n", air.Trap: "n",
	air.Breakpoint: "v", air.RetAddr: "w", air.FrameAddr: "w", air.SaveErrReturnTraceIndex: "w",
	air.SetErrReturnTrace: "v", air.DbgEmptyStmt: "v", air.CVaArg: values, air.CVaEnd: "v",
}

// byColumn are the rules whose column of the handler table is that of the type which coverage counts.
var byColumn = map[air.Rule]bool{air.NumericRule: true, air.IntegerRule: true, air.FloatRule: true, air.BitwiseRule: true, air.ShiftRule: true,
	air.ShlSatRule: true, air.CompareRule: true, air.EqualRule: true}

// compiled returns the pairs of tag and type class that package backend compiles, as sets of the names of classes by tag.
var compiled = sync.OnceValue(func() map[string]map[string]bool {
	pairs := map[string]map[string]bool{}
	for t := range air.NumTags {
		if names := compiledClasses(air.Tag(t)); len(names) > 0 {
			pairs[air.Tag(t).String()] = names
		}
	}
	return pairs
})

func compiledClasses(tag air.Tag) map[string]bool {
	replaced, _, _ := legalize.Replaces(tag)
	takes := func(c codegen.TypeClass) bool { return replaced || codegen.Site(tag, c) != "" }
	some := false
	for c := range codegen.NumTypeClasses {
		some = some || takes(c)
	}
	if !some {
		return nil
	}
	rule := tag.Row().Rule
	set, ok := byTag[tag]
	if !ok {
		set = byRule[rule]
	}
	names := map[string]bool{}
	for _, letter := range set {
		if letter == 'V' {
			addLanes(names, tag)
		}
		if kind, ok := kinds[letter]; ok {
			if kind != air.Float || !byColumn[rule] || takes(codegen.TypeClassOf(air.F64)) {
				names[kind.String()] = true
			}
			continue
		}
		for _, t := range integersOf(letter) {
			like := t
			if !t.HasBits() {
				like = air.U64 // nothing is done for it where integers are taken
			}
			if !byColumn[rule] || takes(codegen.TypeClassOf(like)) {
				names[t.String()] = true
			}
		}
	}
	return names
}

// addLanes adds the vectors on which vector units have an operation.
func addLanes(names map[string]bool, tag air.Tag) {
	elems := []*air.Type{air.F32, air.F64}
	for bits := uint32(8); bits <= 64; bits *= 2 {
		elems = append(elems, air.IntType(false, bits), air.IntType(true, bits))
	}
	for _, e := range elems {
		if codegen.Vectorizes(tag, e) {
			names["vector["+e.String()+"]"] = true
		}
	}
}

// integersOf returns the integer types of a letter of classes.
func integersOf(letter rune) (types []*air.Type) {
	switch letter {
	case '0':
		return []*air.Type{air.IntType(false, 0), air.IntType(true, 0)}
	case 'w':
		return []*air.Type{air.U64}
	case '1':
		return []*air.Type{air.U1}
	case '2':
		return []*air.Type{air.U16}
	}
	for width := uint32(1); width <= 64; width++ {
		if letter != '8' || width%8 == 0 {
			types = append(types, air.IntType(false, width))
			if letter == 'i' || letter == '8' {
				types = append(types, air.IntType(true, width))
			}
		}
		if letter == 'c' && width == 16 {
			break
		}
	}
	return types
}
