package diff

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// arm is a body of an instruction.
type arm struct {
	inst air.Index
	body int
}

// arms returns the bodies that an instruction lies in, the innermost first.
func arms(f *air.Func, i air.Index) (chain []arm) {
	parents := make([]*arm, len(f.Insts))
	for p := range f.Insts {
		for b, body := range f.Insts[p].Bodies {
			for _, at := range body {
				parents[at] = &arm{air.Index(p), b}
			}
		}
	}
	for parents[i] != nil {
		chain = append(chain, *parents[i])
		i = parents[i].inst
	}
	return chain
}

// branch returns the signature text of the instruction at which two executions went different ways, empty where there
// is none.
func branch(f *air.Func, p *mismatch) string {
	if i, ok := brancher(f, p); ok {
		return tagText(f, i)
	}
	return ""
}

// brancher returns the instruction at which two executions went different ways, found by where they went next: the
// innermost that chose between bodies of which only one holds both.
func brancher(f *air.Func, p *mismatch) (i air.Index, ok bool) {
	var chains [][]arm
	for i := range p.next {
		if p.next[i].f == p.got.f {
			chains = append(chains, arms(f, p.next[i].inst))
		}
	}
	last := arms(f, p.got.inst)
	for _, chain := range chains {
		for _, a := range chain {
			if chooses(f.Insts[a.inst].Tag) && !slices.Contains(last, a) && !inAll(chains, a) {
				return a.inst, true
			}
		}
	}
	return 0, false
}

func inAll(chains [][]arm, a arm) bool {
	for _, chain := range chains {
		if !slices.Contains(chain, a) {
			return false
		}
	}
	return len(chains) > 1
}

// chooses reports whether an instruction runs one of its bodies.
func chooses(t air.Tag) bool {
	switch t {
	case air.CondBr, air.SwitchBr, air.LoopSwitchBr, air.Try, air.TryCold, air.TryPtr, air.TryPtrCold:
		return true
	}
	return false
}
