package words_test

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// step is how many words the walks of these tests leave out for one that they look at: none but with -short or the race
// detector, when the judge is slow.
func step(many int) int {
	if testing.Short() || raceEnabled {
		return many
	}
	return 1
}

// TestStratified compares the three decoders on the stratified words of every row, and holds Decode, Encode, String and
// Parse against each other on them.
func TestStratified(t *testing.T) {
	step := step(10)
	j := decode.New()
	for _, row := range isa.Rows() {
		n, legal := 0, 0
		words.Stratified(row, func(word uint32) {
			if n++; n%step != 0 {
				return
			}
			if _, err := words.Compare(j, word); err != nil {
				t.Error(err)
			}
			if _, err := words.CompareMachine(word); err != nil {
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

// TestFunctions compares the three decoders on all operations that there are and could be.
func TestFunctions(t *testing.T) {
	n, step := 0, step(50)
	var theirs, machine [words.NumBuckets]int
	words.Functions(func(word uint32) {
		if n++; n%step != 0 {
			return
		}
		bucket, err := words.CompareFresh(word)
		if theirs[bucket]++; err != nil {
			t.Error(err)
		}
		if bucket, err = words.CompareMachine(word); err != nil {
			t.Error(err)
		}
		machine[bucket]++
	})
	t.Logf("%d words; as riscv64asm and the reference machine have them:", n/step)
	for b := range words.NumBuckets {
		t.Logf("%9d %9d  %s", theirs[b], machine[b], b)
	}
	if want := 1<<21 + 1<<16; n != want {
		t.Errorf("%d words, want %d", n, want)
	}
}

// TestShortWords compares the decoder with the reference machine's on every 16-bit word.
func TestShortWords(t *testing.T) {
	for word := range uint32(1 << 16) {
		if word&3 == 3 {
			continue
		}
		if _, err := words.CompareMachine(word); err != nil {
			t.Error(err)
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
