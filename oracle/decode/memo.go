package decode

import (
	"sync"
	"sync/atomic"
)

// Decoder is riscv64asm with a memory. Make one with New and share it among goroutines.
type Decoder struct {
	shards [numShards]shard
	agreed [numAgreed]atomic.Uint64
}

// The memory is bounded: a shard that is full forgets all it knows, an agreed word gives way to the next in its place.
const (
	numShards = 64
	shardSize = 4096
	numAgreed = 1 << 17
)

type shard struct {
	sync.RWMutex
	answers map[uint32]answer
}

type answer struct {
	d   Decoded
	err error
}

// New returns a Decoder that remembers nothing yet.
func New() *Decoder {
	j := new(Decoder)
	for i := range j.shards {
		j.shards[i].answers = make(map[uint32]answer)
	}
	return j
}

// Decode returns what the decoder says of a word; of a 16-bit word the upper half must be zero. The error is ErrUnknown
// or a *LimitError.
func (j *Decoder) Decode(word uint32) (Decoded, error) {
	s := &j.shards[scatter(word)%numShards]
	s.RLock()
	a, ok := s.answers[word]
	s.RUnlock()
	if ok {
		return a.d, a.err
	}
	a.d, a.err = Word(word)
	s.Lock()
	if len(s.answers) >= shardSize {
		clear(s.answers)
	}
	s.answers[word] = a
	s.Unlock()
	return a.d, a.err
}

// Agreed reports whether SetAgreed was called with word and is still remembered. It takes a few nanoseconds and no lock,
// so that a campaign can ask it for every word that it emits.
func (j *Decoder) Agreed(word uint32) bool {
	return j.agreed[scatter(word)%numAgreed].Load() == uint64(word)|1<<32
}

// SetAgreed records that word was compared with this decoder's answer and found right. A Decoder serves one comparison
// only, for it does not ask who compared.
func (j *Decoder) SetAgreed(word uint32) {
	j.agreed[scatter(word)%numAgreed].Store(uint64(word) | 1<<32)
}

// scatter spreads words that differ in few bits.
func scatter(w uint32) uint32 { return w * 0x9e3779b1 >> 12 }
