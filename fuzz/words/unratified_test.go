package words_test

import (
	"math/rand/v2"
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// TestUnratified compares the two decoders on words of the major opcode that Zalasr shares with the atomics: every one whose
// registers are among three, with the extension and without it, where none of its words is an instruction.
func TestUnratified(t *testing.T) {
	const major, funct5 = 0x2f, 1 << 27
	legal := map[isa.Op]int{}
	var mismatches shown
	for n := range uint32(32 * 4 * 8 * 27) {
		registers := n % 27
		word := n/27%8<<12 | n/216%4<<25 | n/864*funct5 | major
		for _, at := range []uint32{7, 15, 20} {
			word |= []uint32{0, 10, 31}[registers%3] << at
			registers /= 3
		}
		_, err := words.CompareUnratified(word)
		mismatches.show(t, err)
		_, err = words.CompareMachine(word)
		mismatches.show(t, err)
		in, err := isa.LB_AQ.Decode(word)
		if err != nil || in.Op.Ratified() {
			continue
		}
		legal[in.Op]++
		if _, legality := isa.Classify(word); legality != isa.Unknown {
			t.Errorf("%#x is %s though Zalasr is off", word, in)
		}
		if _, ok := rv64.Disassemble(word); ok {
			t.Errorf("the machine has %s though Zalasr is off", in)
		}
		if back, err := isa.Encode(in); err != nil || back != word {
			t.Errorf("%#x is %s, which encodes to %#x, %v", word, in, back, err)
		}
	}
	for op := isa.Op(isa.NumRatified + 1); op <= isa.NumOps; op++ {
		if want := 2 * 3 * 3; legal[op] != want { // of aq and rl one may be clear; two registers
			t.Errorf("%d words of %s are legal, want %d", legal[op], op, want)
		}
	}
}

// TestUnratifiedBeside checks that the decoders of other instructions do not change with the extension.
func TestUnratifiedBeside(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 200_000 {
		word := random.Uint32()
		with, err := isa.LB_AQ.Decode(word)
		if without, otherErr := isa.Decode(word); (err == nil) != (otherErr == nil) || with != without {
			if with.Op.Ratified() {
				t.Fatalf("%#x is %s with Zalasr and %s without", word, with, without)
			}
		}
	}
}
