package decode

import (
	"sync"
	"sync/atomic"
)

// Decoder remembers which words were compared with what riscv64asm makes of them and found right. Make one with New and
// share it among goroutines.
type Decoder struct {
	agreed [1 << setBits]set
	// recent has the words met last, in so little memory that the processor's cache holds it: of the words of a case, nine
	// in ten are frequent.
	recent [1 << recentBits]atomic.Uint64

	file  string // see Keep; or empty
	build uint64
	mutex sync.Mutex
	fresh []byte // records that Save is to write
}

// set holds words with the same scatter, in any order.
type set [4]atomic.Uint64

// The memory is bounded: of a full set, a word replaces another. A campaign of 60,000 cases emits some 300,000 different
// words, most of them few times, and has room for 524,288.
const (
	setBits    = 17
	recentBits = 12
)

// New returns a Decoder that remembers nothing yet.
func New() *Decoder { return new(Decoder) }

// Agreed reports whether SetAgreed was called with word and is still remembered, and returns the note given then. It
// takes a few nanoseconds and no lock, so that a campaign can call it for every word that it emits.
func (d *Decoder) Agreed(word uint32) (note uint16, ok bool) {
	scattered := scatter(word)
	recent := &d.recent[scattered>>(32-recentBits)]
	if slot := recent.Load(); uint32(slot) == word && slot&used != 0 {
		return uint16(slot >> 48), true
	}
	s := &d.agreed[scattered>>(32-setBits)]
	for i := range s {
		if slot := s[i].Load(); uint32(slot) == word && slot&used != 0 {
			recent.Store(slot)
			return uint16(slot >> 48), true
		}
	}
	return 0, false
}

// SetAgreed records that word was compared with what Word returns and found right, with a note for the comparer. A
// Decoder serves a single comparison: it does not record who compared.
func (d *Decoder) SetAgreed(word uint32, note uint16) {
	d.remember(word, note)
	if d.file == "" {
		return
	}
	r := record(word, note, d.build)
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.fresh = append(d.fresh, r[:]...)
}

func (d *Decoder) remember(word uint32, note uint16) {
	scattered := scatter(word)
	s := &d.agreed[scattered>>(32-setBits)]
	at := scattered % uint32(len(s)) // of a full set, any one
	for i := range s {
		if slot := s[i].Load(); slot == 0 || uint32(slot) == word {
			at = uint32(i)
			break
		}
	}
	slot := uint64(note)<<48 | used | uint64(word)
	s[at].Store(slot)
	d.recent[scattered>>(32-recentBits)].Store(slot)
}

// used distinguishes a slot in use from an empty one.
const used = 1 << 32

// scatter spreads words that differ in few bits over its high bits.
func scatter(w uint32) uint32 { return (w ^ w>>15) * 0x9e3779b1 }
