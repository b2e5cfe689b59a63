package subject

import (
	"math/big"
	"regexp"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Known is a known defect of a compiler: programs for which all of its conditions hold may differ there.
type Known struct {
	// Subject and Configuration are patterns as of Select.
	Subject, Configuration string
	// Tags are the instructions concerned, of which the program has one; none where it depends on something else.
	Tags []air.Tag
	// Fits limits the defect to some instructions with such a tag; nil means all.
	Fits func(f *air.Func, in *air.Inst) bool
	// Exported is found in the exported program, and Said in the description of the difference; nil finds itself in all.
	Exported, Said *regexp.Regexp
	// What is wrong, and the number upstream or where it was looked for.
	What, Upstream string
}

// KnownDefects are those that campaigns count without reporting them again, as the first that fits. docs/trophies.md
// describes them.
var KnownDefects = []Known{
	{Subject: "llc-19", Configuration: "*gisel*", Tags: []air.Tag{air.BitReverse}, What: "bitreverse of most widths", Upstream: notFound},
	{Subject: "llc-23", Configuration: "*gisel*", Tags: []air.Tag{air.BitReverse}, What: "bitreverse of widths that are no power of two", Upstream: notFound},
	{Subject: "llc-19", Configuration: "*gisel*", Tags: []air.Tag{air.ByteSwap}, What: "bswap.i64", Upstream: "llvm/llvm-project issue 199386"},
	{Subject: "llc-19", Configuration: "*gisel*", Tags: []air.Tag{air.Popcount, air.Clz, air.Ctz}, What: "counts of bits of odd widths", Upstream: "llvm/llvm-project issue 168523"},
	{Subject: "llc-19", Configuration: "*gisel*", Tags: []air.Tag{air.CVaStart}, What: "arguments on the stack of a call from a fastcc function", Upstream: right23},
	{Subject: "llc-19", Configuration: "*", Tags: []air.Tag{air.Neg}, Fits: isOfHalf, What: "negation of f16 without Zfh, which forgets the sign of NaN", Upstream: right23},
	{Subject: "clang-19", Configuration: "*", Tags: []air.Tag{air.FpTrunc}, Fits: isFromLong, What: "the result of __trunctfhf2 in a0", Upstream: "llvm/llvm-project issue 107607"},
	{Subject: "llc-*", Configuration: "opt*", Tags: []air.Tag{air.SwitchBr}, Fits: isNarrowSwitch, What: "a table without its last entry", Upstream: notFound},
	{Subject: "clang-*", Configuration: "*", Tags: []air.Tag{air.SwitchBr}, Fits: isNarrowSwitch, What: "a table without its last entry", Upstream: notFound},
	{Subject: "go", Configuration: "*-zb", Tags: []air.Tag{air.ByteSwap}, Fits: isOfTwoBytes, What: "16 bits of the result of REV8 are saved", Upstream: "golang/go issue 80577"},
	{Subject: "go", Configuration: "*-v", Tags: []air.Tag{air.ByteSwap}, Fits: isOfTwoBytes, What: "16 bits of the result of REV8 are saved", Upstream: "golang/go issue 80577"},
	{Subject: "llc-19", Configuration: "*", Tags: []air.Tag{air.FpTrunc}, Fits: isFromLong, What: "the result of __trunctfhf2 in a0", Upstream: "llvm/llvm-project issue 107607"},
	{Subject: "llc-23", Configuration: "*gisel*", Tags: []air.Tag{air.CmpxchgWeak, air.CmpxchgStrong}, What: "cmpxchg of i32 with its sign bit set", Upstream: notFound},
	{Subject: "gcc-16", Configuration: "*", Tags: []air.Tag{air.Rem, air.Mod, air.DivTrunc, air.DivFloor, air.DivExact}, Fits: isWide, What: "division of a wide _BitInt that was not cut", Upstream: notFound},
	{Subject: "gcc-16", Configuration: "*", Tags: []air.Tag{air.Add, air.AddWrap, air.AddSat, air.Sub, air.SubWrap, air.SubSat}, Fits: isWideInLoop,
		What: "a sum of several words that is computed in front of a loop, which misses the last word", Upstream: notFound},
	{Subject: "llc-23", Configuration: "*", Tags: []air.Tag{air.Reduce}, Fits: isOddProduct, What: "vector.reduce.mul of odd lanes", Upstream: notFound},
	{Subject: "llc-23", Configuration: "opt*", Tags: []air.Tag{air.Mul, air.MulWrap}, Fits: isOddInLoop, What: "vector.reduce.mul of odd lanes", Upstream: notFound},
	{Subject: "clang-23", Configuration: "*", Tags: []air.Tag{air.Mul, air.MulWrap}, Fits: isOddInLoop, What: "vector.reduce.mul of odd lanes", Upstream: notFound},
	{Subject: "llc-23", Configuration: "*", Tags: []air.Tag{air.Select}, Fits: isFromLargest, What: "the distance to the largest number", Upstream: notFound},
	{Subject: "llc-23", Configuration: "*gisel*", Tags: []air.Tag{air.Mul}, Fits: isByLargest, What: "mul nuw by the largest number",
		Upstream: "llvm/llvm-project issue 203972"},
	{Subject: "llc-*", Configuration: "*-v", Tags: []air.Tag{air.Arg}, Fits: isLongVector, What: "a parameter of 17 lanes on the stack",
		Upstream: "llvm/llvm-project issue 171978 may be it"},
	{Subject: "llc-23", Configuration: "*gisel*", Tags: []air.Tag{air.Arg}, Fits: isVector, What: "a vector that is passed by reference without V", Upstream: "pull request 216724"},
	{Subject: "tcc", Configuration: "*", Exported: regexp.MustCompile(`0x[1-9a-f][0-9a-f]*7ff[89a-f][0-9a-f]{4}ul`), What: "constants whose low half is 0x7ff80000 or a little more", Upstream: notFound},
	{Subject: "tcc", Configuration: "*", Tags: []air.Tag{air.Neg}, Fits: isFloatOp, What: "-x of NaN, which is -0.0 - x", Upstream: notFound},
	{Subject: "qbe", Configuration: "*", Exported: regexp.MustCompile(`=[sd] add %\S+, [sd]_0\n`), What: "x + 0.0, which is taken for x", Upstream: notFound},
	{Subject: "qbe", Configuration: "*", Exported: regexp.MustCompile(`=[sd] (div|mul) .*(s_1e-45|d_5e-324)`), What: "a constant with the bits of 1, which is taken for 1", Upstream: notFound},
	{Subject: "qbe", Configuration: "*", Said: regexp.MustCompile(`illegal operands .f\w+\.[sd] ?[\w,]*\d'`), What: "an integer constant as an operand of a float instruction", Upstream: notFound},
	{Subject: "qbe", Configuration: "*", Said: regexp.MustCompile(`qbe: signal`), What: "an end by a signal", Upstream: notFound},
	{Subject: "qbe", Configuration: "*", Said: regexp.MustCompile("dying: no match for store[sd]"), What: "an internal error where floats are spilled", Upstream: notFound},
}

// Where defects were looked for.
const (
	notFound = "not found in the tracker"
	right23  = "right in 23"
)

func isFloatOp(f *air.Func, in *air.Inst) bool {
	t := f.TypeOf(in.Ops[0])
	return t.Kind == air.Float || t.Kind == air.Vector && t.Elem.Kind == air.Float
}

// isLongVector reports whether a value has more lanes than vector registers for a parameter, and not a power of two.
func isLongVector(_ *air.Func, in *air.Inst) bool {
	return in.Type.Kind == air.Vector && in.Type.Len > 16 && in.Type.Len&(in.Type.Len-1) != 0
}

func isFromLong(f *air.Func, in *air.Inst) bool {
	return f.TypeOf(in.Ops[0]) == air.F128 && in.Type == air.F16
}

// isNarrowSwitch reports whether a switch is on a few bits: few enough for a table in a register.
func isNarrowSwitch(f *air.Func, in *air.Inst) bool {
	t, ok := f.TypeOf(in.Ops[0]).Scalar()
	return ok && t.Bits <= 6
}

func isOfTwoBytes(_ *air.Func, in *air.Inst) bool {
	return in.Type.Kind == air.Int && in.Type.Bits == 16
}

func isVector(_ *air.Func, in *air.Inst) bool { return in.Type.Kind == air.Vector }

func isWide(_ *air.Func, in *air.Inst) bool { return in.Type.Kind == air.Int && in.Type.Bits > 64 }

func isOfHalf(f *air.Func, in *air.Inst) bool { return f.TypeOf(in.Ops[0]) == air.F16 }

func hasLoop(f *air.Func) bool {
	return slices.ContainsFunc(f.Insts, func(in air.Inst) bool { return in.Tag == air.Loop })
}

// isWideInLoop reports whether an integer has more than two words, in a function with a loop.
func isWideInLoop(f *air.Func, in *air.Inst) bool {
	return in.Type.Kind == air.Int && in.Type.Bits > 128 && hasLoop(f)
}

// isOddInLoop reports whether an integer has a width that is no power of two, in a function with a loop, of which the
// vectoriser may make a reduction.
func isOddInLoop(f *air.Func, in *air.Inst) bool {
	return in.Type.Kind == air.Int && in.Type.Bits&(in.Type.Bits-1) != 0 && hasLoop(f)
}

// isOddProduct reports whether a reduce multiplies lanes of a width that is no power of two.
func isOddProduct(_ *air.Func, in *air.Inst) bool {
	extra, ok := in.Extra.(*air.ReduceExtra)
	return ok && extra.Operation == air.OpMul && in.Type.Bits&(in.Type.Bits-1) != 0
}

// isFromLargest reports whether a selection is of two differences, one of which is from the largest number.
func isFromLargest(f *air.Func, in *air.Inst) bool {
	largest := false
	for _, op := range in.Ops[1:] {
		i, ok := op.Inst()
		if !ok || f.Insts[i].Tag != air.Sub && f.Insts[i].Tag != air.SubWrap {
			return false
		}
		largest = largest || isLargest(f, f.Insts[i].Ops[0])
	}
	return largest
}

// isByLargest reports whether an unsigned product has the largest number as an operand.
func isByLargest(f *air.Func, in *air.Inst) bool {
	return !in.Type.Signed && (isLargest(f, in.Ops[0]) || isLargest(f, in.Ops[1]))
}

// isLargest reports whether an operand is the constant whose bits are all ones.
func isLargest(f *air.Func, op air.Ref) bool {
	v := f.Value(op)
	if v == nil || v.Kind != air.IntValue {
		return false
	}
	ones := new(big.Int).Lsh(big.NewInt(1), uint(v.Type.Bits))
	return new(big.Int).And(v.BigInt(), ones.Sub(ones, big.NewInt(1))).Cmp(ones) == 0
}

// knownDefect returns the known defect that a difference may be of, or nil.
func knownDefect(on Selected, v *Verdict) *Known {
	name := on.Subject.Name
	if on.Subject.whole != nil {
		name = on.Subject.whole.Name
	}
	for i := range KnownDefects {
		k := &KnownDefects[i]
		if matches(k.Subject, name) && matches(k.Configuration, on.Configuration.Name) && k.mayBe(on, v) {
			return k
		}
	}
	return nil
}

// mayBe reports whether a difference may be of the defect.
func (k *Known) mayBe(on Selected, v *Verdict) bool {
	if k.Said != nil && !k.Said.MatchString(v.String()) {
		return false
	}
	if k.Exported != nil {
		if text, _ := Export(on.Subject.Language, []*Case{v.Case}, nil); !k.Exported.MatchString(text) {
			return false
		}
	}
	return len(k.Tags) == 0 || k.isIn(v.Case.Module)
}

// isIn reports whether a module has an instruction that the defect may concern.
func (k *Known) isIn(m *air.Module) bool {
	for _, f := range m.Funcs {
		for i := range f.Insts {
			if in := &f.Insts[i]; slices.Contains(k.Tags, in.Tag) && (k.Fits == nil || k.Fits(f, in)) {
				return true
			}
		}
	}
	return false
}
