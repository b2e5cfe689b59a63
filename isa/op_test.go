package isa

import "testing"

// TestInverse checks the six branches by their words: that of the opposite branch differs in the lowest bit of funct3 alone.
func TestInverse(t *testing.T) {
	branches := 0
	for op := Op(1); op <= NumOps; op++ {
		inverse := op.Inverse()
		if inverse == 0 {
			continue
		}
		branches++
		word, err := Encode(Inst{Op: op, Rs1: A0, Rs2: A1, Imm: 8})
		opposite, other := Encode(Inst{Op: inverse, Rs1: A0, Rs2: A1, Imm: 8})
		if err != nil || other != nil || word^opposite != 1<<12 {
			t.Errorf("%s is %#x and its inverse %s %#x, %v, %v", op, word, inverse, opposite, err, other)
		}
	}
	if branches != 6 {
		t.Errorf("%d branches have an inverse", branches)
	}
}
