package words

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/isa"
)

// The words to walk are numbered: first the 16-bit ones, then the 32-bit ones. Words that differ from a 16-bit one in
// their upper half only are left out.
const (
	shortWords = 3 << 14
	NumWords   = shortWords + 1<<30
)

// WordAt returns word number n, 0 <= n < NumWords.
func WordAt(n uint64) uint32 {
	if n < shortWords {
		return uint32(n/3<<2 | n%3)
	}
	return uint32(n-shortWords)<<2 | 3
}

// State is the progress of one shard of the walk over all words. It is plain data: write it down now and then with Save,
// and a walk that was stopped continues where it was.
type State struct {
	Shard   int // of Shards, from 0
	Shards  int
	Oracles Oracles
	Next    uint64 // number of the next word
	End     uint64 // number after the shard's last word
	// Counts and Machine count the words by the comparison with riscv64asm and with the reference machine's decoder.
	Counts     [NumBuckets]uint64
	Machine    [NumBuckets]uint64
	Legal      uint64   // words that are instructions
	Mismatches []string // the first mismatches, at most maxMismatches
	Total      uint64   // mismatches in all
}

// Oracles names the oracles that a walk compares the decoder with.
type Oracles string

const (
	Both       Oracles = "both"
	Riscv64asm Oracles = riscv64asmName // takes microseconds a word, and lacks a fifth of the instructions
	Machine    Oracles = machineName    // the reference machine's decoder: all words in minutes
)

// ParseOracles returns the Oracles of that name.
func ParseOracles(text string) (Oracles, error) {
	switch o := Oracles(text); o {
	case Both, Riscv64asm, Machine:
		return o, nil
	}
	return "", fmt.Errorf("words: oracle %q is none of %s, %s and %s", text, Both, Riscv64asm, Machine)
}

// maxMismatches is how many mismatches a State keeps: enough to see what they have in common.
const maxMismatches = 100

// NewState returns the beginning of a shard: Shards of them cover all words, each once. Shard k of n is exactly shards
// k*m to k*m+m-1 of n*m, so a shard can be split among processes.
func NewState(shard, shards int) (*State, error) {
	if shards < 1 || shards > NumWords || shard < 0 || shard >= shards {
		return nil, fmt.Errorf("words: no shard %d of %d", shard, shards)
	}
	edge := func(k int) uint64 { return uint64(k) * NumWords / uint64(shards) }
	return &State{Shard: shard, Shards: shards, Oracles: Both, Next: edge(shard), End: edge(shard + 1)}, nil
}

// Done reports whether the shard is finished.
func (s *State) Done() bool { return s.Next >= s.End }

// Run walks on until the shard is finished or ctx is done, and calls checkpoint after every so many words and at the end;
// an error of checkpoint stops the walk. Run returns that error, or ctx's when it stopped early.
func (s *State) Run(ctx context.Context, every uint64, checkpoint func(*State) error) error {
	for !s.Done() {
		stop := min(s.End, s.Next+every)
		for ; s.Next < stop; s.Next++ {
			if s.Next&1023 == 0 && ctx.Err() != nil {
				break
			}
			s.visit(WordAt(s.Next))
		}
		if err := checkpoint(s); err != nil {
			return err
		}
		if ctx.Err() != nil && !s.Done() {
			return ctx.Err()
		}
	}
	return nil
}

// visit compares the decoders on one word, and checks that a legal word encodes to itself.
func (s *State) visit(word uint32) {
	if s.Oracles != Machine {
		bucket, err := Compare(word)
		s.Counts[bucket]++
		if err != nil {
			s.mismatch(err.Error())
		}
	}
	if s.Oracles != Riscv64asm {
		bucket, err := CompareMachine(word)
		s.Machine[bucket]++
		if err != nil {
			s.mismatch(err.Error())
		}
	}
	in, err := isa.Decode(word)
	if err != nil {
		return
	}
	s.Legal++
	if back, err := isa.Encode(in); err != nil || back != word {
		s.mismatch(fmt.Sprintf("%#x is %s, which encodes to %#x, %v", word, in, back, err))
	}
}

func (s *State) mismatch(text string) {
	s.Total++
	if len(s.Mismatches) < maxMismatches {
		s.Mismatches = append(s.Mismatches, text)
	}
}

// Report returns the outcome by bucket as text, with the first ten mismatches.
func (s *State) Report() string {
	begin, _ := NewState(s.Shard, s.Shards)
	text := fmt.Sprintf("shard %d of %d: %d of %d words, %d legal\n", s.Shard, s.Shards, s.Next-begin.Next, s.End-begin.Next, s.Legal)
	text += fmt.Sprintf("%14s%15s\n", Riscv64asm, Machine)
	for b := range s.Counts {
		text += fmt.Sprintf("%14d %14d  %s\n", s.Counts[b], s.Machine[b], Bucket(b))
	}
	for _, line := range atMostTen(s.Mismatches, s.Total) {
		text += line + "\n"
	}
	return text
}

// Merge adds up neighbouring shards of one walk: m of them, from shard k*m of n*m on and in order, make shard k of n.
func Merge(states []*State) (*State, error) {
	m := len(states)
	if m == 0 {
		return nil, errors.New("words: no shards to merge")
	}
	first := states[0]
	if first.Shards%m != 0 || first.Shard%m != 0 {
		return nil, fmt.Errorf("words: %d shards from %d of %d on do not make a larger one", m, first.Shard, first.Shards)
	}
	sum, err := NewState(first.Shard/m, first.Shards/m)
	if err != nil {
		return nil, err
	}
	sum.Oracles = first.Oracles
	for i, s := range states {
		if s.Shard != first.Shard+i || s.Shards != first.Shards {
			return nil, fmt.Errorf("words: shard %d of %d where %d of %d is expected", s.Shard, s.Shards, first.Shard+i, first.Shards)
		}
		if s.Oracles != first.Oracles {
			return nil, fmt.Errorf("words: shard %d was compared with %s, shard %d with %s", first.Shard, first.Oracles, s.Shard, s.Oracles)
		}
		if err := sum.add(s); err != nil {
			return nil, err
		}
	}
	sum.Mismatches = sum.Mismatches[:min(len(sum.Mismatches), maxMismatches)]
	return sum, nil
}

// add adds the counts and the mismatches of another shard.
func (s *State) add(other *State) error {
	begin, err := NewState(other.Shard, other.Shards)
	if err != nil {
		return err
	}
	s.Next += other.Next - begin.Next
	s.Legal += other.Legal
	s.Total += other.Total
	for b := range other.Counts {
		s.Counts[b] += other.Counts[b]
		s.Machine[b] += other.Machine[b]
	}
	s.Mismatches = append(s.Mismatches, other.Mismatches...)
	return nil
}

// Save writes the state to a file, whole or not at all.
func (s *State) Save(path string) error {
	data, err := json.MarshalIndent(s, "", "\t")
	if err != nil {
		return fmt.Errorf("words: %w", err)
	}
	if err := corpus.WriteFile(path, append(data, '\n')); err != nil {
		return fmt.Errorf("words: %s: %w", path, err)
	}
	return nil
}

// Load returns the state that Save wrote to a file.
func Load(path string) (*State, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("words: %w", err)
	}
	s := new(State)
	if err := json.Unmarshal(data, s); err != nil {
		return nil, fmt.Errorf("words: %s: %w", path, err)
	}
	want, err := NewState(s.Shard, s.Shards)
	if err == nil {
		_, err = ParseOracles(string(s.Oracles))
	}
	if err != nil {
		return nil, fmt.Errorf("words: %s: %w", path, err)
	}
	if s.End != want.End || s.Next < want.Next || s.Next > s.End {
		return nil, fmt.Errorf("words: %s: word %d is not in shard %d of %d", path, s.Next, s.Shard, s.Shards)
	}
	return s, nil
}
