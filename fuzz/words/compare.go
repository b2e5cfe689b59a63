// Package words compares this project's decoder with a stranger's, word by word.
//
//	j := decode.New()
//	if err := words.Check(j, 0x01010513); err != nil { ... } // the two disagree
//
// The stranger knows 704 of the 863 instructions and has faults of its own; package oracle/decode lists both, and what it
// lists is not a disagreement.
package words

import (
	"errors"
	"fmt"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// Bucket says how the comparison of one word came out.
type Bucket uint8

const (
	Same       Bucket = iota // both give the same instruction and operands
	BothReject               // neither takes it for an instruction
	Beyond                   // an instruction that the other decoder does not have
	Limit                    // an instruction that it is known to misread
	Lenient                  // reserved by the manual, accepted by the other
	Differ                   // disagreement
	NumBuckets
)

var bucketNames = [NumBuckets]string{"same", "both reject", "beyond the judge", "judge's known fault", "judge is lenient", "DIFFER"}

// String returns the words used in reports.
func (b Bucket) String() string { return bucketNames[b] }

// A MismatchError says on which word the decoders disagree and how.
type MismatchError struct {
	Word   uint32
	Ours   string // our text of it, or our error
	Theirs string
	What   string // the field that differs
}

func (e *MismatchError) Error() string {
	return fmt.Sprintf("words: %#x: %s: isa says %s, riscv64asm says %s", e.Word, e.What, e.Ours, e.Theirs)
}

// Check compares the two decoders on a word and returns nil when they agree or the difference is a listed fault of the
// other. A word that agreed is remembered by j, so asking again takes nanoseconds.
func Check(j *decode.Decoder, word uint32) error {
	if j.Agreed(word) {
		return nil
	}
	_, err := Compare(j, word)
	if err == nil {
		j.SetAgreed(word)
	}
	return err
}

// CheckEmitted is Check for a word that a code generator made: it must also be an instruction.
func CheckEmitted(j *decode.Decoder, word uint32) error {
	if _, verdict := isa.Classify(word); verdict != isa.Legal {
		_, err := isa.Decode(word)
		return err
	}
	return Check(j, word)
}

// Compare compares the two decoders on a word without remembering the outcome. The error is a *MismatchError and the bucket
// then Differ.
func Compare(j *decode.Decoder, word uint32) (Bucket, error) {
	d, err := j.Decode(word)
	return compare(word, &d, err)
}

// CompareFresh is Compare without a Judge's memory, for walks that meet each word once.
func CompareFresh(word uint32) (Bucket, error) {
	d, err := decode.Word(word)
	return compare(word, &d, err)
}

func compare(word uint32, d *decode.Decoded, theirErr error) (Bucket, error) {
	in, ourErr := isa.Decode(word)
	var limit *decode.LimitError
	switch {
	case errors.As(theirErr, &limit):
		return compareLimit(word, ourErr, limit)
	case ourErr != nil && theirErr != nil:
		return BothReject, nil
	case ourErr != nil:
		return compareReserved(word, ourErr, *d)
	case theirErr != nil:
		return compareBeyond(word, in)
	}
	if what := mismatch(in, d, word); what != "" {
		return Differ, &MismatchError{word, in.String(), fmt.Sprintf("%+v", *d), what}
	}
	if why := decode.Lenient(word); why != "" {
		return Differ, &MismatchError{word, in.String(), fmt.Sprintf("%+v", *d), "accepted although reserved: " + why}
	}
	return Same, nil
}

// compareLimit expects a legal word, or for the all-zero word an illegal one.
func compareLimit(word uint32, ourErr error, limit *decode.LimitError) (Bucket, error) {
	if (ourErr != nil) != (word == 0) {
		return Differ, &MismatchError{word, fmt.Sprint(ourErr), limit.Error(), "a hint is a legal instruction"}
	}
	return Limit, nil
}

// compareReserved expects that what we reject and the other accepts is reserved for a reason that raw fields show.
func compareReserved(word uint32, ourErr error, d decode.Decoded) (Bucket, error) {
	if decode.Lenient(word) == "" {
		return Differ, &MismatchError{word, ourErr.Error(), fmt.Sprintf("%+v", d), "rejected although legal"}
	}
	return Lenient, nil
}

// compareBeyond expects that what the other rejects is an instruction that it does not have.
func compareBeyond(word uint32, in isa.Inst) (Bucket, error) {
	if ok, _ := decode.Knows(in.Op.String()); ok {
		return Differ, &MismatchError{word, in.String(), "nothing", "accepted although the judge rejects it"}
	}
	return Beyond, nil
}
