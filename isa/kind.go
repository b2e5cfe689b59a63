package isa

import (
	"math/bits"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa/internal/table"
)

// kind is one operand kind of the table with its bit layout compiled.
type kind struct {
	table.Operand
	pieces []piece
	public Operand
}

// piece moves some bits of a value to their place in the word: word |= rotl(value & mask, rot).
type piece struct {
	mask uint32
	rot  int
}

func (p piece) put(v uint32) uint32 { return bits.RotateLeft32(v&p.mask, p.rot) }
func (p piece) get(w uint32) uint32 { return bits.RotateLeft32(w, -p.rot) & p.mask }

var kindByName = buildKinds()

func buildKinds() map[string]*kind {
	kinds := make(map[string]*kind)
	for _, o := range table.Operands() {
		k := &kind{Operand: o, pieces: parsePieces(o.Bits)}
		k.public = publicOperand(k)
		kinds[o.Name] = k
	}
	return kinds
}

// parsePieces parses the notation of the table, "12@31 10:5@25".
func parsePieces(spec string) []piece {
	var out []piece
	for _, word := range strings.Fields(spec) {
		span, at, _ := strings.Cut(word, "@")
		hi, lo, ok := strings.Cut(span, ":")
		if !ok {
			lo = hi
		}
		h, l, a := small(hi), small(lo), small(at)
		out = append(out, piece{mask: (1<<(h-l+1) - 1) << l, rot: a - l})
	}
	return out
}

func small(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 31 {
		panic("isa: the operand table has a bit number that is not 0..31: " + s)
	}
	return n
}

// wordMask returns the bits of the word that the operand covers.
func (k *kind) wordMask() uint32 {
	var m uint32
	for _, p := range k.pieces {
		m |= p.put(^uint32(0))
	}
	return m
}

// width returns the number of the value's highest bit plus one.
func (k *kind) width() int {
	var m uint32
	for _, p := range k.pieces {
		m |= p.mask
	}
	return bits.Len32(m)
}

// fills reports whether the operand takes every value of its field.
func (k *kind) fills() bool {
	least, most := int64(0), int64(0)
	for _, p := range k.pieces {
		most |= int64(p.mask)
	}
	if k.Min < 0 {
		least, most = -1<<(k.width()-1), most&(1<<(k.width()-1)-1)
	}
	return least >= k.Min && most <= k.Max
}

// formOperands are the operands of each form, in assembler order and without literal text.
var formOperands = buildFormOperands()

func buildFormOperands() map[table.Form][]*kind {
	operands := make(map[table.Form][]*kind)
	for _, r := range table.Rows() {
		if _, ok := operands[r.Form]; ok {
			continue
		}
		list := []*kind{}
		for _, t := range splitArgs(r.Form.Args()) {
			if k := kindByName[t]; k != nil {
				list = append(list, k)
			}
		}
		operands[r.Form] = list
	}
	return operands
}

// splitArgs cuts the args of a form into words and single punctuation characters.
func splitArgs(args string) []string {
	var out []string
	start := 0
	for i := 0; i <= len(args); i++ {
		if i < len(args) && args[i] != ',' && args[i] != '(' && args[i] != ')' && args[i] != ' ' {
			continue
		}
		if start < i {
			out = append(out, args[start:i])
		}
		if i < len(args) {
			out = append(out, args[i:i+1])
		}
		start = i + 1
	}
	return out
}

func itoa(v int64) string { return strconv.FormatInt(v, 10) }
