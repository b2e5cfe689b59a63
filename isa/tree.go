package isa

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/isa/internal/table"
)

// tree finds the instruction of a word: each node looks at one run of bits and leads to a node or to a short list of
// candidates, tried with the most specific first.
type tree struct {
	nodes []node
	kids  []int32 // of all nodes: a node when >= 0, else the complement of a place in lists
	lists []Op    // candidate lists, each ended by 0
}

type node struct {
	shift uint8
	mask  uint32
	first int32 // of its mask+1 kids
}

var (
	mainTree = buildTree(func(r *table.Row) bool { return r.Rule&table.ZcmpSpace == 0 })
	zcmpTree = buildTree(func(r *table.Row) bool { return r.Ext != "Zcd" })
)

// lookup returns the instruction whose fixed bits w has, or 0.
func (t *tree) lookup(w uint32) Op {
	var at int32
	for at >= 0 {
		n := &t.nodes[at]
		at = t.kids[n.first+int32(w>>(n.shift&31)&n.mask)]
	}
	for _, op := range t.lists[^at:] {
		c := &codes[op]
		if op == 0 || w&c.mask == c.fixed {
			return op
		}
	}
	return 0
}

// field is a run of bits that a node may look at.
type field struct {
	shift uint8
	mask  uint32
}

var treeFields = []field{
	{0, 3}, {2, 31}, {12, 7}, {26, 63}, {25, 127}, {20, 31}, {15, 31}, {7, 31}, {27, 31},
	{13, 7}, {10, 7}, {5, 3}, {2, 7}, {25, 1},
}

func buildTree(keep func(*table.Row) bool) tree {
	t := tree{lists: []Op{0}}
	var ops []Op
	for i, r := range table.Rows() {
		if keep(&r) {
			ops = append(ops, Op(i+1))
		}
	}
	slices.SortStableFunc(ops, func(a, b Op) int { return freeBits(a) - freeBits(b) })
	t.grow(ops, 0)
	return t
}

func freeBits(op Op) int {
	n := 0
	for m := ^codes[op].mask; m != 0; m &= m - 1 {
		n++
	}
	return n
}

// grow adds what tells ops apart, apart from the bits in seen, and returns the kid that leads there.
func (t *tree) grow(ops []Op, seen uint32) int32 {
	f, ok := bestField(ops, seen)
	if !ok && len(t.nodes) != 0 {
		return t.list(ops)
	}
	at := int32(len(t.nodes))
	first := int32(len(t.kids))
	t.nodes = append(t.nodes, node{f.shift, f.mask, first})
	t.kids = append(t.kids, make([]int32, f.mask+1)...)
	for v := uint32(0); v <= f.mask; v++ {
		t.kids[first+int32(v)] = t.grow(having(ops, f, v), seen|f.mask<<f.shift)
	}
	return at
}

func (t *tree) list(ops []Op) int32 {
	if len(ops) == 0 {
		return ^0 // the list at 0 is the empty one
	}
	ops = append(ops, 0)
	for at := 1; at+len(ops) <= len(t.lists); at++ {
		if slices.Equal(t.lists[at:at+len(ops)], ops) {
			return ^int32(at)
		}
	}
	at := int32(len(t.lists))
	t.lists = append(t.lists, ops...)
	return ^at
}

// having returns the ops that a word with value v in field f may be.
func having(ops []Op, f field, v uint32) []Op {
	var out []Op
	for _, op := range ops {
		c := &codes[op]
		if fixed := c.mask & (f.mask << f.shift); (v<<f.shift)&fixed == c.fixed&fixed {
			out = append(out, op)
		}
	}
	return out
}

// bestField returns the field that leaves the fewest candidates, counted with the square of each kid's, and false when
// the ops are few or no field tells them apart.
func bestField(ops []Op, seen uint32) (field, bool) {
	if len(ops) <= 3 {
		return field{}, false
	}
	var best field
	bestCost, found := len(ops)*len(ops)/2, false
	for _, f := range treeFields {
		if f.mask<<f.shift&seen != 0 {
			continue
		}
		sum := 0
		for v := uint32(0); v <= f.mask; v++ {
			n := len(having(ops, f, v))
			sum += n * n
		}
		if cost := sum / (int(f.mask) + 1); cost < bestCost {
			best, bestCost, found = f, cost, true
		}
	}
	return best, found
}
