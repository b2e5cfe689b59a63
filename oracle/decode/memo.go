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

// The memory is bounded: a full shard is cleared, and an agreed word is replaced by the next one with its slot.
const (
	numShards = 64
	shardSize = 4096
	numAgreed = 1 << 17
)

type shard struct {
	sync.RWMutex
	decoded map[uint32]remembered
}

type remembered struct {
	in  Decoded
	err error
}

// New returns a Decoder that remembers nothing yet.
func New() *Decoder {
	d := new(Decoder)
	for i := range d.shards {
		d.shards[i].decoded = make(map[uint32]remembered)
	}
	return d
}

// Decode returns the instruction of a word; the upper half of a 16-bit word must be zero. The error is ErrUnknown or a
// *LimitError.
func (d *Decoder) Decode(word uint32) (Decoded, error) {
	s := &d.shards[scatter(word)%numShards]
	s.RLock()
	a, ok := s.decoded[word]
	s.RUnlock()
	if ok {
		return a.in, a.err
	}
	a.in, a.err = Word(word)
	s.Lock()
	if len(s.decoded) >= shardSize {
		clear(s.decoded)
	}
	s.decoded[word] = a
	s.Unlock()
	return a.in, a.err
}

// Agreed reports whether SetAgreed was called with word and is still remembered. It takes a few nanoseconds and no lock, so
// that a campaign can call it for every word that it emits.
func (d *Decoder) Agreed(word uint32) bool {
	return d.agreed[scatter(word)%numAgreed].Load() == uint64(word)|1<<32
}

// SetAgreed records that word was compared with what Decode returns and found right. A Decoder serves a single comparison: it
// does not record who compared.
func (d *Decoder) SetAgreed(word uint32) {
	d.agreed[scatter(word)%numAgreed].Store(uint64(word) | 1<<32)
}

// scatter spreads words that differ in few bits.
func scatter(w uint32) uint32 { return w * 0x9e3779b1 >> 12 }
