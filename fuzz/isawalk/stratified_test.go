package isawalk_test

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/isawalk"
	"github.com/rvfuzz/rvfuzz/fuzz/judge"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// TestStratified compares the two decoders on the stratified words of every row and holds Decode, Encode, String and
// Parse against each other on them.
func TestStratified(t *testing.T) {
	j := decode.New()
	var n [judge.NumBuckets]int
	for _, row := range isa.Rows() {
		legal, faults := 0, 0
		isawalk.Stratified(row, func(word uint32) {
			b, err := judge.Compare(j, word)
			n[b]++
			if err != nil && faults < 3 {
				faults++
				t.Error(err)
			}
			decodeFn := isa.Decode
			if row.Ext == "Zcmp" || row.Ext == "Zcmt" {
				decodeFn = isa.DecodeZcmp
			}
			in, err := decodeFn(word)
			if err != nil {
				return
			}
			if in.Op == row.Op {
				legal++
			}
			if back, err := isa.Encode(in); err != nil || back != word {
				t.Errorf("%#x is %s, encodes to %#x, %v", word, in, back, err)
			}
			if back, err := isa.Parse(in.String()); err != nil || back != in {
				t.Errorf("%#x is %s, parses as %+v, %v", word, in, back, err)
			}
		})
		if legal == 0 {
			t.Errorf("%s: no word of it is legal", row.Mnemonic)
		}
	}
	t.Log(n)
}
