package rv64

import (
	"slices"
	"strings"
)

// vectorRows are all vector instructions, sorted by name so that their opcodes do not depend on the order of the files.
var vectorRows = buildVectorRows()

func buildVectorRows() []vectorRow {
	always := func(*vectorRun) bool { return true }
	set := func(name string, match, mask uint32) vectorRow {
		return vectorRow{name, match | formSet<<12 | majorVector, mask | 0x707f, always, func(r *vectorRun) { r.m.setVL(r.word) }}
	}
	list := []vectorRow{set("vsetvli", 0, 1<<31), set("vsetivli", 3<<30, 3<<30), set("vsetvl", 1<<31, 0x7f<<25)}
	list = slices.Concat(list, integerRows(), fixedRows(), maskRows(), permuteRows(), floatVectorRows(), vectorAccessRows(), groupRows())
	slices.SortFunc(list, func(a, b vectorRow) int { return strings.Compare(a.name, b.name) })
	return list
}

// vectorIndex lists the rows that a word may encode, by vectorKey.
var vectorIndex = buildVectorIndex()

// vectorKey returns the fields that distinguish most rows: the width or form, and the store bit or funct6.
func vectorKey(w uint32) uint32 {
	switch w & 0x7f {
	case majorVector:
		return w>>26<<3 | w>>12&7
	case majorVectorCrypto:
		return 512 + w>>26<<3 + w>>12&7
	case majorVectorLoad:
		return 1024 + w>>26&3<<3 + w>>12&7
	}
	return 1024 + 32 + w>>26&3<<3 + w>>12&7
}

func buildVectorIndex() (index [1024 + 64][]uint16) {
	for i := range vectorRows {
		eachVectorKey(&vectorRows[i], func(key uint32) { index[key] = append(index[key], uint16(i)) })
	}
	return index
}

// eachVectorKey calls do with each key that a word of the row can have, both values of every bit of the key that the
// row leaves free.
func eachVectorKey(r *vectorRow, do func(key uint32)) {
	keyBits := uint32(0x3f<<26 | 7<<12)
	if isVectorAccess(r.match) {
		keyBits = 3<<26 | 7<<12
	}
	free := keyBits &^ r.mask
	for choice := free; ; choice = (choice - 1) & free {
		do(vectorKey(r.match | choice))
		if choice == 0 {
			return
		}
	}
}

// decodeVector returns the opcode of the vector instruction that a word encodes, or opNone.
func decodeVector(w uint32) opcode {
	for _, i := range vectorIndex[vectorKey(w)] {
		if r := &vectorRows[i]; w&r.mask == r.match {
			return opCount + opcode(i)
		}
	}
	return opNone
}
