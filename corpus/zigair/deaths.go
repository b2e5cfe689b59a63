package zigair

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Deaths is where Zig's compiler says the values of a function die. Its slices are indexed by the
// instruction; an instruction that the import added (a repeat or unreach) has none.
type Deaths struct {
	Func   *air.Func
	Unused []bool
	Dies   [][]bool // by operand
	// Lists holds, ascending, the deaths of a block, and those on entering each arm: of cond_br and
	// switch_br in the order of their bodies, of try the error body and then the continuation.
	Lists [][][]air.Index
}

// grow makes room for one more instruction.
func (d *Deaths) grow() {
	d.Unused = append(d.Unused, false)
	d.Dies = append(d.Dies, nil)
	d.Lists = append(d.Lists, nil)
}

func (d *Deaths) set(i air.Index, unused bool, dies []bool) {
	d.Unused[i], d.Dies[i] = unused, dies
}

func (d *Deaths) addList(i air.Index, list []air.Index) {
	slices.Sort(list)
	d.Lists[i] = append(d.Lists[i], list)
}
