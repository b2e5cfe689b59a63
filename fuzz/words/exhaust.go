package words

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rvfuzz/rvfuzz/isa"
)

// The words to walk are numbered: first the 16-bit ones, then the 32-bit ones. A word that starts like a 16-bit one and
// has more bits set says nothing new.
const (
	shortWords = 3 << 14
	NumWords   = shortWords + 1<<30
)

// WordAt returns word number n of NumWords.
func WordAt(n uint64) uint32 {
	if n < shortWords {
		return uint32(n/3<<2 | n%3)
	}
	return uint32(n-shortWords)<<2 | 3
}

// State is the progress of one shard of the walk over all words. It is plain data: write it down now and then with Save,
// and a walk that was stopped goes on where it was.
type State struct {
	Shard   int // of Shards, from 0
	Shards  int
	Oracles Oracles
	Next    uint64 // number of the next word
	End     uint64 // number after the shard's last word
	// Counts and Machine say how the decoder compares with riscv64asm and with the reference machine's.
	Counts     [NumBuckets]uint64
	Machine    [NumBuckets]uint64
	Legal      uint64   // words that are instructions
	Mismatches []string // the first disagreements, at most maxMismatches
	Total      uint64   // disagreements in all
}

// Oracles says with whom the decoder is compared.
type Oracles string

const (
	Both       Oracles = "both"
	Riscv64asm Oracles = "riscv64asm"  // which takes microseconds a word, and lacks a fifth of the instructions
	Machine    Oracles = "oracle/rv64" // the reference machine's decoder: all words in minutes
)

// ParseOracles reads the name of oracles.
func ParseOracles(text string) (Oracles, error) {
	switch j := Oracles(text); j {
	case Both, Riscv64asm, Machine:
		return j, nil
	}
	return "", fmt.Errorf("words: oracles %q are none of %s, %s and %s", text, Both, Riscv64asm, Machine)
}

// maxMismatches is how many disagreements a State keeps: enough to see what they have in common.
const maxMismatches = 100

// NewState returns the beginning of a shard: Shards of them cover all words, each once. Shard k of n is exactly shards
// k*m to k*m+m-1 of n*m, so a shard can be split among processes.
func NewState(shard, shards int) (*State, error) {
	if shards < 1 || shards > NumWords || shard < 0 || shard >= shards {
		return nil, fmt.Errorf("words: there is no shard %d of %d", shard, shards)
	}
	edge := func(k int) uint64 { return uint64(k) * NumWords / uint64(shards) }
	return &State{Shard: shard, Shards: shards, Oracles: Both, Next: edge(shard), End: edge(shard + 1)}, nil
}

// Done reports whether the shard is finished.
func (s *State) Done() bool { return s.Next >= s.End }

// Run walks on until the shard is finished or ctx is done, and calls checkpoint after every so many words and at the end;
// its error stops the walk. Run returns ctx's error when it stopped early.
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

// visit compares the decoders on one word, and what is legal must also encode to itself.
func (s *State) visit(word uint32) {
	if s.Oracles != Machine {
		bucket, err := CompareFresh(word)
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

// Report writes the outcome by bucket.
func (s *State) Report() string {
	begin, _ := NewState(s.Shard, s.Shards)
	text := fmt.Sprintf("shard %d of %d: %d of %d words, %d legal\n", s.Shard, s.Shards, s.Next-begin.Next, s.End-begin.Next, s.Legal)
	text += fmt.Sprintf("%14s%15s\n", "riscv64asm", "oracle/rv64")
	for b := range s.Counts {
		text += fmt.Sprintf("%14d %14d  %s\n", s.Counts[b], s.Machine[b], Bucket(b))
	}
	for _, f := range s.Mismatches {
		text += f + "\n"
	}
	return text
}

// Merge adds up neighbouring shards of one walk: m of them, from shard k*m of n*m on and in order, make shard k of n.
func Merge(states []*State) (*State, error) {
	m := len(states)
	if m == 0 {
		return nil, errors.New("words: there are no shards to merge")
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
		begin, err := NewState(first.Shard+i, first.Shards)
		if err != nil {
			return nil, err
		}
		if s.Oracles != first.Oracles {
			return nil, fmt.Errorf("words: shard %d was judged by %s, shard %d by %s", first.Shard, first.Oracles, s.Shard, s.Oracles)
		}
		if s.Shard != begin.Shard || s.Shards != begin.Shards {
			return nil, fmt.Errorf("words: shard %d of %d where %d of %d is expected", s.Shard, s.Shards, begin.Shard, begin.Shards)
		}
		sum.Next += s.Next - begin.Next
		sum.Legal += s.Legal
		sum.Total += s.Total
		for b, n := range s.Counts {
			sum.Counts[b] += n
			sum.Machine[b] += s.Machine[b]
		}
		sum.Mismatches = append(sum.Mismatches, s.Mismatches...)
	}
	sum.Mismatches = sum.Mismatches[:min(len(sum.Mismatches), maxMismatches)]
	return sum, nil
}

// Save writes the state to a file, whole or not at all.
func (s *State) Save(path string) error {
	data, err := json.MarshalIndent(s, "", "\t")
	if err != nil {
		return fmt.Errorf("words: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".tmp*")
	if err != nil {
		return fmt.Errorf("words: %w", err)
	}
	_, err = tmp.Write(append(data, '\n'))
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		os.Remove(tmp.Name())
		return fmt.Errorf("words: %w", err)
	}
	return nil
}

// Load reads a state that Save wrote.
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
