package words_test

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
)

// step is how many words the walks of these tests take for each one that they look at: one, but with -short or under the
// race detector, which makes riscv64asm slow, many.
func step(many int) int {
	if testing.Short() || raceEnabled {
		return many
	}
	return 1
}

// TestStratified compares the decoders on the stratified words of every row, and Decode, Encode, String and Parse with
// each other on them.
func TestStratified(t *testing.T) {
	step := step(10)
	var mismatches shown
	for _, row := range isa.Rows() {
		n, legal := 0, 0
		words.Stratified(row, func(word uint32) {
			if n++; n%step != 0 {
				return
			}
			_, err := words.Compare(word)
			mismatches.show(t, err)
			_, err = words.CompareMachine(word)
			mismatches.show(t, err)
			if sameBack(t, row, word) {
				legal++
			}
		})
		if legal == 0 && step == 1 {
			t.Errorf("%s: no word of it is legal", row.Mnemonic)
		}
	}
}

// mostShown is how many mismatches a test prints.
const mostShown = 10

// shown counts the errors of a test and prints the first mostShown.
type shown int

func (n *shown) show(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if *n++; *n > mostShown {
		t.Fail()
		return
	}
	t.Error(err)
}

// TestFunctions compares the decoders on every operation, existing or not.
func TestFunctions(t *testing.T) {
	n, step := 0, step(50)
	var theirs, machine [words.NumBuckets]int
	var mismatches shown
	words.Functions(func(word uint32) {
		if n++; n%step != 0 {
			return
		}
		bucket, err := words.Compare(word)
		theirs[bucket]++
		mismatches.show(t, err)
		bucket, err = words.CompareMachine(word)
		machine[bucket]++
		mismatches.show(t, err)
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
	var mismatches shown
	for word := range uint32(1 << 16) {
		if word&3 != 3 {
			_, err := words.CompareMachine(word)
			mismatches.show(t, err)
		}
	}
}

// sameBack checks that a legal word survives the way to an instruction, to text and back, and reports whether it is of row.
func sameBack(t *testing.T, row isa.Row, word uint32) bool {
	in, err := row.Op.Decode(word)
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
