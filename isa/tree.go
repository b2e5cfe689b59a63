package isa

import (
	"math/bits"
	"slices"

	"github.com/rvfuzz/rvfuzz/isa/internal/table"
)

// tree finds the instruction of a word in two steps: the major opcode and funct3, or the quadrant and funct3 of a 16-bit
// word, lead to a slot; a run of bits that the slot names leads to a short list of candidates, the most specific first.
type tree struct {
	slots [256 + 32]slot
	kids  []uint16          // of all slots: where a list starts
	lists []Op              // candidate lists, each ended by 0
	known map[string]uint16 // lists by content, while the tree is built
}

type slot struct {
	shift uint8
	mask  uint8
	first uint16 // of its mask+1 kids
}

var (
	mainTree = buildTree(func(r *table.Row) bool { return r.Rule&table.ZcmpSpace == 0 })
	zcmpTree = buildTree(func(r *table.Row) bool { return r.Ext != "Zcd" })
)

// candidates returns the place in lists of the instructions that w may be.
func (t *tree) candidates(w uint32) int {
	// The length of the next instruction of real code is hard to guess, so it is not branched upon.
	short, long := 256+(w&3)<<3+w>>13&7, w>>2&31<<3+w>>12&7
	isLong := -((w&3 + 1) >> 2)
	s := t.slots[short^(short^long)&isLong]
	return int(t.kids[uint32(s.first)+w>>(s.shift&31)&uint32(s.mask)])
}

// among returns the first instruction of the list at a place whose fixed bits w has, or 0.
func (t *tree) among(at int, w uint32) Op {
	for _, op := range t.lists[at:] {
		if c := &codes[op]; w&c.mask == c.fixed || op == 0 {
			return op
		}
	}
	return 0
}

// field is a run of bits by which a slot may tell instructions apart.
type field struct {
	shift uint8
	mask  uint8
}

func (f field) bits() uint32 { return uint32(f.mask) << f.shift }

var treeFields = []field{{0, 0}, {26, 63}, {25, 127}, {20, 31}, {15, 31}, {10, 7}, {10, 63}, {5, 3}, {2, 7}, {2, 31}, {7, 31}}

func buildTree(keep func(*table.Row) bool) tree {
	t := tree{lists: []Op{0}, known: make(map[string]uint16)}
	var ops []Op
	for i, r := range table.Rows() {
		if keep(&r) {
			ops = append(ops, Op(i+1))
		}
	}
	slices.SortStableFunc(ops, func(a, b Op) int { return bits.OnesCount32(codes[b].mask) - bits.OnesCount32(codes[a].mask) })
	for at := range uint32(256) {
		word := at>>3<<2 | at&7<<12 | 3
		t.fill(at, matching(ops, 0x707f, word))
	}
	for at := range uint32(24) {
		word := at>>3 | at&7<<13
		t.fill(256+at, matching(ops, 0xe003, word))
	}
	t.known = nil
	return t
}

// matching returns the ops that a word may be of which the bits in mask are known.
func matching(ops []Op, mask, word uint32) []Op {
	var out []Op
	for _, op := range ops {
		if codes[op].mayBe(mask, word) {
			out = append(out, op)
		}
	}
	return out
}

func (c *code) mayBe(mask, word uint32) bool { return (word^c.fixed)&c.mask&mask == 0 }

// fill makes a slot for the ops.
func (t *tree) fill(at uint32, ops []Op) {
	f := bestField(ops)
	t.slots[at] = slot{f.shift, f.mask, uint16(len(t.kids))}
	for v := range uint32(f.mask) + 1 {
		t.kids = append(t.kids, t.list(matching(ops, f.bits(), v<<f.shift)))
	}
}

// list returns where the list of ops starts, and adds it if there is none yet.
func (t *tree) list(ops []Op) uint16 {
	if len(ops) == 0 {
		return 0 // the list that is empty
	}
	key := make([]byte, 0, 32)
	for _, op := range ops {
		key = append(key, byte(op), byte(op>>8))
	}
	at, ok := t.known[string(key)]
	if !ok {
		at = uint16(len(t.lists))
		t.lists = append(append(t.lists, ops...), 0)
		t.known[string(key)] = at
	}
	return at
}

// bestField returns the field that leaves the fewest candidates, counted with the square of each list's length.
func bestField(ops []Op) field {
	var best field
	if len(ops) < 2 {
		return best
	}
	bestCost := len(ops) * len(ops)
	for _, f := range treeFields {
		if cost := f.cost(ops); cost < bestCost {
			best, bestCost = f, cost
		}
	}
	return best
}

// cost returns the mean over the field's values of the squared number of candidates that are left.
func (f field) cost(ops []Op) int {
	var left [128]int
	always := 0
	for _, op := range ops {
		fixed, value := uint8(codes[op].mask>>f.shift)&f.mask, uint8(codes[op].fixed>>f.shift)&f.mask
		switch fixed {
		case f.mask:
			left[value]++
		case 0:
			always++
		default:
			for v := range uint(f.mask) + 1 {
				if (uint8(v)^value)&fixed == 0 {
					left[v]++
				}
			}
		}
	}
	sum := 0
	for _, n := range left[:uint(f.mask)+1] {
		sum += (n + always) * (n + always)
	}
	return sum / (int(f.mask) + 1)
}
