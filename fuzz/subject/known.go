package subject

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Known is a known defect of a compiler: programs with one of the tags may differ there.
type Known struct {
	// Subject and Configuration are patterns as of Select.
	Subject, Configuration string
	Tags                   []air.Tag
	// Fits limits the defect to some instructions with such a tag; nil means all.
	Fits func(f *air.Func, in *air.Inst) bool
	// What is wrong, and the number upstream or where it was looked for.
	What, Upstream string
}

// KnownDefects are those that campaigns count without reporting them again. docs/trophies.md describes them.
var KnownDefects = []Known{
	{"llc-19", "*gisel*", []air.Tag{air.BitReverse}, nil, "bitreverse of most widths", "not found in the tracker"},
	{"llc-23", "*gisel*", []air.Tag{air.BitReverse}, nil, "bitreverse of widths that are no power of two", "not found in the tracker"},
	{"llc-19", "*gisel*", []air.Tag{air.ByteSwap}, nil, "bswap.i64", "llvm/llvm-project issue 199386"},
	{"llc-19", "*gisel*", []air.Tag{air.Popcount, air.Clz, air.Ctz}, nil, "counts of bits of odd widths", "right in 23"},
	{"llc-19", "*gisel*", []air.Tag{air.CVaStart}, nil, "arguments on the stack of a call from a fastcc function", "right in 23"},
	{"llc-19", "*", []air.Tag{air.Neg}, isOfHalf, "negation of f16 without Zfh, which forgets the sign of NaN", "right in 23"},
	{"llc-23", "*gisel*", []air.Tag{air.CmpxchgWeak, air.CmpxchgStrong}, nil, "cmpxchg of i32 with its sign bit set", "not found in the tracker"},
	{"llc-23", "*", []air.Tag{air.Reduce}, isOddProduct, "vector.reduce.mul of odd lanes", "not found in the tracker"},
}

func isOfHalf(f *air.Func, in *air.Inst) bool { return f.TypeOf(in.Ops[0]) == air.F16 }

// isOddProduct reports whether a reduce multiplies lanes of a width that is no power of two.
func isOddProduct(_ *air.Func, in *air.Inst) bool {
	extra, ok := in.Extra.(*air.ReduceExtra)
	return ok && extra.Operation == air.OpMul && in.Type.Bits&(in.Type.Bits-1) != 0
}

// knownDefect returns the known defect that a difference may be of, or nil.
func knownDefect(on Selected, m *air.Module) *Known {
	for i := range KnownDefects {
		k := &KnownDefects[i]
		if matches(k.Subject, on.Subject.Name) && matches(k.Configuration, on.Configuration.Name) && k.isIn(m) {
			return k
		}
	}
	return nil
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
