package words

import (
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// Pair compares our reading of one word with the other decoder's reading of another, which must fail unless both are one.
func Pair(j *decode.Decoder, ours, theirs uint32) error {
	in, err := isa.Decode(ours)
	if err != nil {
		return err
	}
	d, err := j.Decode(theirs)
	if err != nil {
		return err
	}
	if what := mismatch(in, &d, theirs); what != "" {
		return &MismatchError{theirs, in.String(), d.Mnemonic, what}
	}
	return nil
}
