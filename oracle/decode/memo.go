package decode

import "sync/atomic"

// Decoder remembers which words were compared with what riscv64asm makes of them and found right. Make one with New and
// share it among goroutines.
type Decoder struct {
	agreed [numAgreed]atomic.Uint64
}

// The memory is bounded: a word is replaced by the next one with its slot. A campaign of 20,000 cases emits some 165,000
// different words.
const numAgreed = 1 << 19

// New returns a Decoder that remembers nothing yet.
func New() *Decoder { return new(Decoder) }

// Agreed reports whether SetAgreed was called with word and is still remembered, and returns the note given then. It
// takes a few nanoseconds and no lock, so that a campaign can call it for every word that it emits.
func (d *Decoder) Agreed(word uint32) (note uint16, ok bool) {
	slot := d.agreed[scatter(word)%numAgreed].Load()
	return uint16(slot >> 48), uint32(slot) == word && slot&set != 0
}

// SetAgreed records that word was compared with what Word returns and found right, with a note for the comparer. A
// Decoder serves a single comparison: it does not record who compared.
func (d *Decoder) SetAgreed(word uint32, note uint16) {
	d.agreed[scatter(word)%numAgreed].Store(uint64(note)<<48 | set | uint64(word))
}

// set distinguishes a slot in use from an empty one.
const set = 1 << 32

// scatter spreads words that differ in few bits.
func scatter(w uint32) uint32 { return w * 0x9e3779b1 >> 12 }
