package liveness

import "github.com/rvfuzz/rvfuzz/backend/air"

// Liveness is the result of Analyze for one function. It refers to instructions by their index in Func.Insts.
type Liveness struct {
	insts  []record
	dies   bitmap // operand slots; instruction i has the slots from insts[i].slot on
	unused bitmap // instructions
	// bounds and deaths hold the lists of deaths: list k is deaths[bounds[k]:bounds[k+1]]; an instruction with arms has
	// one list per arm in a row, a block one, everything else none.
	bounds []uint32
	deaths []air.Index
}

// record is the data per instruction: its first operand slot, and its first list of deaths plus one (0 for none).
type record struct{ slot, list uint32 }

// Dies reports whether the value that operand op of an instruction names is no longer needed once the instruction is
// done. It is false for constants.
func (r *Liveness) Dies(inst air.Index, op int) bool {
	return r.dies.has(r.insts[inst].slot + uint32(op))
}

// Unused reports whether the result of an instruction is never used. If MustLower is also false for it, no code is made
// for it.
func (r *Liveness) Unused(inst air.Index) bool { return r.unused.has(uint32(inst)) }

// BlockDeaths returns, in ascending order, the values alive at the start of a block and dead after it. A block of type
// noreturn has none.
func (r *Liveness) BlockDeaths(block air.Index) []air.Index { return r.list(block, 0) }

// ArmDeaths returns, in ascending order, the values that die on entering an arm of an instruction: arm i of cond_br and
// of a switch is Bodies[i]; of a try, arm 0 is the error body and arm 1 the continuation.
func (r *Liveness) ArmDeaths(inst air.Index, arm int) []air.Index { return r.list(inst, arm) }

func (r *Liveness) list(inst air.Index, nth int) []air.Index {
	first := r.insts[inst].list
	if first == 0 {
		return nil
	}
	k := int(first) - 1 + nth
	return r.deaths[r.bounds[k]:r.bounds[k+1]]
}

// reset lays out the slots of a function's operands; everything else is empty. The memory of r is reused.
func (r *Liveness) reset(f *air.Func) {
	r.insts = zeroed(r.insts, len(f.Insts))
	slots := uint32(0)
	for i := range f.Insts {
		r.insts[i].slot = slots
		slots += uint32(len(f.Insts[i].Ops))
	}
	r.unused = zeroed(r.unused, words(len(f.Insts)))
	r.dies = zeroed(r.dies, words(int(slots)))
	r.bounds, r.deaths = append(r.bounds[:0], 0), r.deaths[:0]
}

// startList opens the next list of deaths as the nth of an instruction.
func (r *Liveness) startList(inst air.Index, nth int) {
	if nth == 0 {
		r.insts[inst].list = uint32(len(r.bounds))
	}
	r.bounds = append(r.bounds, uint32(len(r.deaths)))
}

// addDeath appends to the list last opened.
func (r *Liveness) addDeath(i air.Index) {
	r.deaths = append(r.deaths, i)
	r.bounds[len(r.bounds)-1] = uint32(len(r.deaths))
}
