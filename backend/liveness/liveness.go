package liveness

import "github.com/rvfuzz/rvfuzz/backend/air"

// Liveness is what Analyze found out about one function. It is immutable and refers to instructions
// by their index in Func.Insts.
type Liveness struct {
	insts  []record
	dies   set // operand slots; instruction i has the slots from insts[i].slot on
	unused set // instructions
	// bounds and deaths hold the lists of deaths: list k is deaths[bounds[k]:bounds[k+1]]; an
	// instruction with arms has one list per arm in a row, a block one, everything else none.
	bounds []uint32
	deaths []air.Index
}

// record is what is kept per instruction: its first operand slot, and its first list of deaths plus
// one (0: it has none).
type record struct{ slot, list uint32 }

// Dies says that the value that operand op of an instruction names is not needed any more once the
// instruction is done. It is false for constants.
func (r *Liveness) Dies(inst air.Index, op int) bool {
	return r.dies.has(r.insts[inst].slot + uint32(op))
}

// Unused says that nobody uses the result of an instruction. If MustLower denies the instruction
// too, no code is made for it.
func (r *Liveness) Unused(inst air.Index) bool { return r.unused.has(uint32(inst)) }

// BlockDeaths lists, in ascending order, what is alive at the start of a block and dead after it. A
// block of type noreturn has none.
func (r *Liveness) BlockDeaths(block air.Index) []air.Index { return r.list(block, 0) }

// ArmDeaths lists, in ascending order, what dies on entering an arm of an instruction: arm i of
// cond_br and of a switch is Bodies[i]; of a try, arm 0 is the error body and arm 1 the
// continuation.
func (r *Liveness) ArmDeaths(inst air.Index, arm int) []air.Index { return r.list(inst, arm) }

func (r *Liveness) list(inst air.Index, nth int) []air.Index {
	first := r.insts[inst].list
	if first == 0 {
		return nil
	}
	k := int(first) - 1 + nth
	return r.deaths[r.bounds[k]:r.bounds[k+1]]
}

// newResult lays out the slots of a function's operands; everything else is empty.
func newResult(f *air.Func) *Liveness {
	r := &Liveness{insts: make([]record, len(f.Insts))}
	slots := uint32(0)
	for i := range f.Insts {
		r.insts[i].slot = slots
		slots += uint32(len(f.Insts[i].Ops))
	}
	n := words(len(f.Insts))
	bitmap := make([]uint64, n+words(int(slots)))
	r.unused, r.dies = bitmap[:n:n], bitmap[n:]
	return r
}

// startList opens the next list of deaths as the nth of an instruction.
func (r *Liveness) startList(inst air.Index, nth int) {
	if len(r.bounds) == 0 {
		r.bounds = append(make([]uint32, 0, 8+len(r.insts)/4), 0)
		r.deaths = make([]air.Index, 0, 8+len(r.insts)/4)
	}
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
