package zigair

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Deaths is where the values of a function die according to Zig's compiler. Its slices are indexed by instruction; an
// instruction that the import added (a repeat or unreach) has no deaths.
type Deaths struct {
	Func   *air.Func
	Unused []bool
	Dies   [][]bool // by operand
	// Lists holds, in ascending order, the deaths of a block, and those on entering each arm: of cond_br and switch_br
	// in the order of their bodies, of try the error body and then the continuation.
	Lists [][][]air.Index
}

// grow makes room for one more instruction.
func (d *Deaths) grow() {
	d.Unused = append(d.Unused, false)
	d.Dies = append(d.Dies, nil)
	d.Lists = append(d.Lists, nil)
}

func (d *Deaths) set(i air.Index, unused bool, dies []bool) { d.Unused[i], d.Dies[i] = unused, dies }

func (d *Deaths) addList(i air.Index, list []air.Index) {
	slices.Sort(list)
	d.Lists[i] = append(d.Lists[i], list)
}
