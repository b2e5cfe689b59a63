package diff

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
)

// locals are the locals that both executions have made so far, of which each chose its own addresses.
type locals []local

// local is a local with its addresses.
type local struct{ want, got, size uint64 }

// add adds the local that an instruction made.
func (l *locals) add(in *air.Inst, want, got *step) {
	if in.Tag == air.Alloc || in.Tag == air.RetPtr {
		*l = append(*l, local{wordAt(want.bytes, 0), wordAt(got.bytes, 0), in.Type.Elem.Size()})
	}
}

// same returns the function that reports whether two words are the same: addresses at one distance from one local. Words
// of a type that has addresses may be such of what is no known local too.
func (l *locals) same(addresses bool) func(want, got uint64) bool {
	return func(want, got uint64) bool {
		for i := len(*l) - 1; i >= 0; i-- {
			if p := (*l)[i]; want-p.want <= p.size {
				return got-p.got == want-p.want
			}
		}
		for i := len(*l) - 1; i >= 0 && !addresses; i-- {
			if p := (*l)[i]; want-p.want == got-p.got {
				return true
			}
		}
		return addresses && ownAddress(want, got)
	}
}

// at returns the evaluator's address of what the code has at an address.
func (l locals) at(got uint64) uint64 {
	for i := len(l) - 1; i >= 0; i-- {
		if p := l[i]; got-p.got < p.size {
			return p.want + got - p.got
		}
	}
	return got
}

// ownAddress reports whether the evaluator chose an address that is not in the image: of a local, for which the code's
// must be on its stack, or of a string.
func ownAddress(want, got uint64) bool {
	return bothOnStack(want, got) || want >= lowest && want < eval.StackBase
}

// addressOrNil returns ownAddress for words that may be addresses.
func addressOrNil(addresses bool) func(want, got uint64) bool {
	if addresses {
		return ownAddress
	}
	return nil
}
