package words

import (
	"math/bits"
	"math/rand/v2"
	"slices"

	"github.com/rvfuzz/rvfuzz/isa"
)

// Stratified calls visit with words of one table row, legal and reserved: around several base words each operand takes
// each of its values in turn (of wide fields the ends, single bits and single gaps), and each pair of operands takes
// each pair of corner values. The words are the same in every run; some come more than once.
func Stratified(row isa.Row, visit func(word uint32)) {
	for _, base := range bases(row) {
		visit(base)
		for _, o := range row.Operands {
			for _, v := range values(o.Bits) {
				visit(base&^o.Bits | v)
			}
		}
	}
	base := bases(row)[0]
	for i, o := range row.Operands {
		for _, p := range row.Operands[:i] {
			for _, v := range corners(o.Bits) {
				for _, w := range corners(p.Bits) {
					visit(base&^o.Bits&^p.Bits | v | w)
				}
			}
		}
	}
}

// Functions calls visit with 32-bit words that have every value of the bits by which instructions are told apart, used or
// not: the major opcode, funct3, and bits 20 to 31; of the vector opcode also bits 15 to 19. The registers are zero once
// and at random once. The words are the same in every run.
func Functions(visit func(word uint32)) {
	rng := rand.New(rand.NewPCG(1, 2))
	random := func(mask uint32) [2]uint32 { return [2]uint32{0, mask & rng.Uint32()} }
	for low := range uint32(1 << 8) {
		word := low>>3<<2 | low&7<<12 | 3
		if word&0x7f == vectorOpcode {
			for high := range uint32(1 << 12) {
				for _, registers := range random(0x01f0_0f80) { // rd and rs2
					visit(word | high>>5<<25 | high&31<<15 | registers)
				}
			}
		}
		for high := range uint32(1 << 12) {
			for _, registers := range random(0x000f_8f80) { // rd and rs1
				visit(word | high<<20 | registers)
			}
		}
	}
}

const vectorOpcode = 0x57

// Sample returns up to n legal words of a row, each once: the smallest of its stratified words, and others that are
// spread evenly over them.
func Sample(row isa.Row, n int) []uint32 {
	var legal []uint32
	seen := make(map[uint32]bool)
	Stratified(row, func(w uint32) {
		if in, err := row.Op.Decode(w); err == nil && in.Op == row.Op && !seen[w] {
			seen[w] = true
			legal = append(legal, w)
		}
	})
	if len(legal) <= n {
		return legal
	}
	smallest := slices.Min(legal)
	out := []uint32{smallest}
	for i := 1; i < n; i++ {
		if w := legal[i*len(legal)/n]; w != smallest {
			out = append(out, w)
		}
	}
	return out
}

// bases returns words of the row with all operand bits clear, all set, and at random.
func bases(row isa.Row) []uint32 {
	rng := rand.New(rand.NewPCG(uint64(row.Match), uint64(row.Mask)))
	free := ^row.Mask
	if row.Size == 2 {
		free &= 0xffff
	}
	out := []uint32{row.Match | free&rng.Uint32(), row.Match, row.Match | free}
	for range 3 {
		out = append(out, row.Match|free&rng.Uint32())
	}
	return out
}

// spread puts the low bits of v into the bits of mask.
func spread(v, mask uint32) uint32 {
	var out uint32
	for ; mask != 0; mask &= mask - 1 {
		if v&1 != 0 {
			out |= mask & -mask
		}
		v >>= 1
	}
	return out
}

// values returns the contents that a field of the given bits takes, as parts of the word.
func values(mask uint32) []uint32 {
	n := bits.OnesCount32(mask)
	var out []uint32
	if n <= 8 {
		for v := uint32(0); v < 1<<n; v++ {
			out = append(out, spread(v, mask))
		}
		return out
	}
	all := uint32(1)<<n - 1
	for k := range n {
		out = append(out, spread(1<<k, mask), spread(all&^(1<<k), mask))
	}
	return append(out, 0, mask, spread(all/3, mask), spread(all/5, mask))
}

// corners returns a few telling contents of a field.
func corners(mask uint32) []uint32 {
	n := bits.OnesCount32(mask)
	all := uint32(1)<<n - 1
	return []uint32{0, spread(1, mask), spread(all>>1, mask), spread(all/2+1, mask), spread(all-1, mask), mask}
}
