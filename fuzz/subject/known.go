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
	// What is wrong, and the number upstream or where it was looked for.
	What, Upstream string
}

// KnownDefects are those that campaigns count without reporting them again. docs/trophies.md describes them.
var KnownDefects = []Known{
	{"llc-19", "*gisel*", []air.Tag{air.BitReverse}, "bitreverse of most widths", "not found in the tracker"},
	{"llc-23", "*gisel*", []air.Tag{air.BitReverse}, "bitreverse of widths that are no power of two", "not found in the tracker"},
	{"llc-19", "*gisel*", []air.Tag{air.ByteSwap}, "bswap.i64", "llvm/llvm-project issue 199386"},
	{"llc-19", "*gisel*", []air.Tag{air.Popcount, air.Clz, air.Ctz}, "counts of bits of odd widths", "right in 23"},
	{"llc-19", "*gisel*", []air.Tag{air.CVaStart}, "arguments on the stack of a call from a fastcc function", "right in 23"},
	{"llc-23", "*-v", []air.Tag{air.Reduce}, "vector.reduce.mul of 8 lanes of 33 bits", "not found in the tracker"},
}

// knownDefect returns the known defect that a difference may be of, or nil.
func knownDefect(on Selected, m *air.Module) *Known {
	for i := range KnownDefects {
		k := &KnownDefects[i]
		if matches(k.Subject, on.Subject.Name) && matches(k.Configuration, on.Configuration.Name) && usesAny(m, k.Tags) {
			return k
		}
	}
	return nil
}

func usesAny(m *air.Module, tags []air.Tag) bool {
	for _, f := range m.Funcs {
		for i := range f.Insts {
			if slices.Contains(tags, f.Insts[i].Tag) {
				return true
			}
		}
	}
	return false
}
