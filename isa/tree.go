package isa

import (
	"math/bits"
	"slices"
	"sync"

	"github.com/rvfuzz/rvfuzz/isa/internal/table"
)

// tree finds the instruction of a word in two steps: the low seven bits and the four above rd (the major opcode and
// funct3, or of a 16-bit word the quadrant, funct3 and the bits of an operand) select a slot; a run of bits that the
// slot names selects a short list of candidates, the most specific first.
type tree struct {
	slots [2048]slot
	kids  []kid // of all slots
	lists []Op  // candidate lists, each ended by 0
}

type slot struct {
	first uint16 // of its mask+1 kids
	field
	_ [3]uint8 // slots are found by a shift
}

type kid struct {
	op   Op     // the first of the list
	list uint16 // where it starts
}

// The trees of the four kinds of harts that Decode distinguishes: those with Zcd and those with Zcmp and Zcmt instead, without
// and with the instructions that are not ratified.
var (
	mainTree     = buildTree(true, hasNoZcmp)
	zcmpTree     = sync.OnceValue(func() *tree { return newTree(true, hasNoZcd) })
	nextTree     = sync.OnceValue(func() *tree { return newTree(false, hasNoZcmp) })
	nextZcmpTree = sync.OnceValue(func() *tree { return newTree(false, hasNoZcd) })
)

func hasNoZcmp(r *table.Row) bool { return r.Rule&table.ZcmpSpace == 0 }

func hasNoZcd(r *table.Row) bool { return r.Ext != "Zcd" }

func newTree(ratified bool, keep func(*table.Row) bool) *tree {
	t := buildTree(ratified, keep)
	return &t
}

func slotOfWord(w uint32) uint32 { return w&0x7f<<4 | w>>12&15 }

func (t *tree) at(w uint32) kid {
	s := &t.slots[slotOfWord(w)]
	return t.kids[uint32(s.first)+w>>(s.shift&31)&uint32(s.mask)]
}

// likely returns the only instruction that w may be without further checks of Decode: the first of the list, which is
// nearly always the only one.
func (t *tree) likely(w uint32) Op { return t.at(w).op }

// find returns the first instruction whose fixed bits w has, or 0.
func (t *tree) find(w uint32) Op {
	for _, op := range t.lists[t.at(w).list:] {
		if c := &codes[op]; w&c.mask == c.fixed || op == 0 {
			return op
		}
	}
	return 0
}

// field is a run of bits by which a slot may distinguish instructions.
type field struct {
	mask  uint16
	shift uint8
}

func (f field) bits() uint32 { return uint32(f.mask) << f.shift }

var (
	longFields  = []field{{0, 0}, {63, 26}, {127, 25}, {31, 20}, {31, 15}, {31, 7}}
	shortFields = []field{{0, 0}, {31, 7}, {7, 10}}
)

// builder is a tree under construction. The same ops in the same order share one slot, and one list.
type builder struct {
	tree
	known  map[string]slot
	listed map[string]uint16
	few    []Op // of the kid being added
}

// buildTree returns the tree of the instructions to keep, perhaps only of ratified ones.
func buildTree(ratified bool, keep func(*table.Row) bool) tree {
	// There is room for what the trees of today take, so that none grows.
	b := builder{
		tree:  tree{kids: make([]kid, 0, 5000), lists: make([]Op, 1, 1700)},
		known: make(map[string]slot, 500), listed: make(map[string]uint16, 700),
	}
	var ops []Op
	for i, r := range table.Rows() {
		if op := Op(i + 1); keep(&r) && (op.Ratified() || !ratified) {
			ops = append(ops, op)
		}
	}
	slices.SortStableFunc(ops, func(a, b Op) int { return bits.OnesCount32(codes[b].mask) - bits.OnesCount32(codes[a].mask) })
	var some, few []Op
	for low := range uint32(128) {
		fields := shortFields
		if low&3 == 3 {
			fields = longFields
		}
		some = appendMatching(some[:0], ops, 127, low)
		for high := range uint32(16) {
			word := high<<12 | low
			few = appendMatching(few[:0], some, 15<<12, word)
			b.slots[slotOfWord(word)] = b.slot(few, fields)
		}
	}
	return b.tree
}

// appendMatching appends the ops that a word may have if only its bits in mask are known.
func appendMatching(dst, ops []Op, mask, word uint32) []Op {
	for _, op := range ops {
		if codes[op].mayBe(mask, word) {
			dst = append(dst, op)
		}
	}
	return dst
}

func (c *code) mayBe(mask, word uint32) bool { return (word^c.fixed)&c.mask&mask == 0 }

// slot returns the slot of some ops, with its kids added.
func (b *builder) slot(ops []Op, fields []field) slot {
	var room [64]byte
	key := appendKey(room[:0], ops)
	if s, ok := b.known[string(key)]; ok {
		return s
	}
	f := bestField(ops, fields)
	s := slot{first: uint16(len(b.kids)), field: f}
	for v := range uint32(f.mask) + 1 {
		b.few = appendMatching(b.few[:0], ops, f.bits(), v<<f.shift)
		b.kids = append(b.kids, b.kid(b.few))
	}
	b.known[string(key)] = s
	return s
}

func (b *builder) kid(ops []Op) kid {
	if len(ops) == 0 {
		return kid{} // the empty list
	}
	var room [64]byte
	key := appendKey(room[:0], ops)
	at, ok := b.listed[string(key)]
	if !ok {
		at = uint16(len(b.lists))
		b.lists = append(append(b.lists, ops...), 0)
		b.listed[string(key)] = at
	}
	return kid{ops[0], at}
}

func appendKey(dst []byte, ops []Op) []byte {
	for _, op := range ops {
		dst = append(dst, byte(op), byte(op>>8))
	}
	return dst
}

// bestField returns the field that leaves the fewest candidates, by the sum of the squares of the lists' lengths.
func bestField(ops []Op, fields []field) field {
	best, bestCost := fields[0], len(ops)*len(ops)
	if len(ops) < 2 {
		return best
	}
	for _, f := range fields {
		cost := 0
		for _, n := range f.lengths(ops) {
			cost += n * n
		}
		if cost /= int(f.mask) + 1; cost < bestCost {
			best, bestCost = f, cost
		}
	}
	return best
}

// lengths returns how many of the ops a word may have for each value of the field.
func (f field) lengths(ops []Op) (lengths [128]int) {
	for _, op := range ops {
		known := uint16(codes[op].mask>>f.shift) & f.mask
		fixed := uint16(codes[op].fixed>>f.shift) & known
		free := f.mask &^ known
		for v := free; ; v = (v - 1) & free {
			lengths[fixed|v]++
			if v == 0 {
				break
			}
		}
	}
	return lengths
}
