package words

import (
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// Pair compares what isa makes of one word with what an oracle makes of another; they agree only if the words do.
func Pair(oracle string, ours, theirs uint32) error {
	in, ourErr := isa.Decode(ours)
	if oracle == machineName {
		i, ok := rv64.Disassemble(theirs)
		_, err := compareMachine(theirs, in, ourErr, i, ok)
		return err
	}
	d, theirErr := decode.Word(theirs)
	_, err := compare(theirs, in, ourErr, d, theirErr)
	return err
}

// CompareUnratified is CompareMachine for decoders that know the instructions that are not ratified.
func CompareUnratified(word uint32) (Bucket, error) {
	in, ourErr := isa.Op(isa.NumOps).Decode(word)
	theirs, ok := rv64.DisassembleUnratified(word)
	return compareMachine(word, in, ourErr, theirs, ok)
}

// Spread puts the low bits of a number into the bits of a mask.
var Spread = spread
