// Package words compares decoders of instruction words: this project's (package isa) with riscv64asm, with the decoder of
// the reference machine (oracle/rv64), and, where they are installed, with the assemblers and disassemblers of LLVM and GNU
// binutils. A table says which of them has which instructions (Support), and known bugs of the others are listed with
// their reasons; any other difference is a mismatch.
//
//	d := decode.New()
//	if err := words.Check(d, 0x01010513); err != nil { ... } // a *MismatchError
//
// Words come from a stratified sample that takes seconds and visits every operand of every instruction, or from a walk
// over all 2^32 words in shards that can be stopped and resumed:
//
//	words.Stratified(row, func(word uint32) { ... })
package words

import (
	"errors"
	"fmt"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// Bucket classifies the comparison of one word.
type Bucket uint8

const (
	Same       Bucket = iota // both decode the same instruction and operands
	BothReject               // it is no instruction to either
	Beyond                   // an instruction that the oracle lacks
	Limit                    // an instruction that the oracle is known to misread
	Lenient                  // reserved by the manual, accepted by the oracle
	Differ                   // a mismatch
	NumBuckets
)

var bucketNames = [NumBuckets]string{
	"same", "both reject", "beyond the oracle", "known bug of the oracle", "oracle is lenient", "DIFFER",
}

// String returns the words used in reports.
func (b Bucket) String() string { return bucketNames[b] }

// The oracles by the names that errors and reports use.
const (
	riscv64asmName = "riscv64asm"
	machineName    = "oracle/rv64"
)

// A MismatchError is a word that isa and an oracle decode differently.
type MismatchError struct {
	Word   uint32
	Oracle string // "riscv64asm" or "oracle/rv64"
	What   string // the field that differs
	Ours   string // isa's text of the word, or its error
	Theirs string // the oracle's
}

func (e *MismatchError) Error() string {
	return fmt.Sprintf("words: %#x: %s: isa says %s, %s says %s", e.Word, e.What, e.Ours, e.Oracle, e.Theirs)
}

// Check compares isa with riscv64asm on a word and returns a *MismatchError, or nil when they agree or the difference is
// a known bug of riscv64asm. A word that agreed is remembered by d, so checking it again takes nanoseconds.
func Check(d *decode.Decoder, word uint32) error {
	if _, ok := d.Agreed(word); ok {
		return nil
	}
	return check(d, word, 0)
}

// check compares a word and has a note remembered if it agrees.
func check(d *decode.Decoder, word uint32, note isa.Op) error {
	_, err := Compare(word)
	if err == nil {
		d.SetAgreed(word, uint16(note))
	}
	return err
}

// CheckEmitted is Check for a word that a code generator made, which must also be an instruction. It returns what the
// word encodes.
func CheckEmitted(d *decode.Decoder, word uint32) (isa.Op, error) {
	if op, ok := d.Agreed(word); ok && op != 0 {
		return isa.Op(op), nil
	}
	op, legality := isa.Classify(word)
	if legality != isa.Legal {
		_, err := isa.Decode(word)
		return op, err
	}
	return op, check(d, word, op)
}

// Compare compares isa with riscv64asm on a word without remembering the outcome. With the bucket Differ, and only then,
// there is an error, a *MismatchError.
func Compare(word uint32) (Bucket, error) {
	in, ourErr := isa.Decode(word)
	theirs, theirErr := decode.Word(word)
	return compare(word, in, ourErr, theirs, theirErr)
}

func compare(word uint32, in isa.Inst, ourErr error, theirs decode.Decoded, theirErr error) (Bucket, error) {
	bucket, what := Same, ""
	switch {
	case theirErr != nil && isLimit(theirErr):
		bucket = Limit
		if (ourErr != nil) != (word == 0) {
			what = "a hint is a legal instruction"
		}
	case ourErr != nil && theirErr != nil:
		bucket = BothReject
	case ourErr != nil:
		bucket = Lenient
		if decode.Lenient(word) == "" {
			what = "rejected although legal"
		}
	case theirErr != nil:
		bucket = Beyond
		if SupportOf(in.Op).Riscv64asm {
			what = "accepted although the oracle rejects it"
		}
	default:
		if what = mismatch(in, &theirs, word); what == "" && decode.Lenient(word) != "" {
			what = "accepted although reserved: " + decode.Lenient(word)
		}
	}
	if what == "" {
		return bucket, nil
	}
	return Differ, &MismatchError{word, riscv64asmName, what, textOr(in, ourErr), textOr(theirs, theirErr)}
}

// isLimit reports whether a word is one that riscv64asm is known to misread.
func isLimit(err error) bool {
	var limit *decode.LimitError
	return errors.As(err, &limit)
}

// textOr returns the text of an instruction, or of the error that there is instead.
func textOr(in fmt.Stringer, err error) string {
	if err != nil {
		return err.Error()
	}
	return in.String()
}
