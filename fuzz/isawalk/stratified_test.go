package isawalk_test

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/isawalk"
	"github.com/rvfuzz/rvfuzz/fuzz/judge"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// TestStratified compares the two decoders on the stratified words of every row, and holds Decode, Encode, String and
// Parse against each other on them. With -short or the race detector it looks at every tenth word.
func TestStratified(t *testing.T) {
	step := 1
	if testing.Short() || raceEnabled {
		step = 10
	}
	j := decode.New()
	for _, row := range isa.Rows() {
		n, legal := 0, 0
		isawalk.Stratified(row, func(word uint32) {
			if n++; n%step != 0 {
				return
			}
			if _, err := judge.Compare(j, word); err != nil {
				t.Error(err)
			}
			if sameBack(t, row, word) {
				legal++
			}
		})
		if legal == 0 && step == 1 {
			t.Errorf("%s: no word of it is legal", row.Mnemonic)
		}
	}
}

// sameBack checks that a legal word goes to an instruction and to text and back, and reports whether it is of the row.
func sameBack(t *testing.T, row isa.Row, word uint32) bool {
	decode := isa.Decode
	if row.Ext == "Zcmp" || row.Ext == "Zcmt" {
		decode = isa.DecodeZcmp
	}
	in, err := decode(word)
	if err != nil {
		return false
	}
	if back, err := isa.Encode(in); err != nil || back != word {
		t.Errorf("%#x is %s, which encodes to %#x, %v", word, in, back, err)
	}
	if back, err := isa.Parse(in.String()); err != nil || back != in {
		t.Errorf("%#x is %s, which parses to %+v, %v", word, in, back, err)
	}
	return in.Op == row.Op
}
