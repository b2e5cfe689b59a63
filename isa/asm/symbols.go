package asm

// symbolTable finds symbols by name. It is an open hash table over symbols that stay where they are: sources have hundreds
// of thousands of labels, each named a few times.
type symbolTable struct {
	slots []symbolSlot
	count int
	room  []symbol // for more
}

type symbolSlot struct {
	hash uint64
	sym  *symbol // nil where the slot is free
}

// find returns the symbol of a name, or nil.
func (t *symbolTable) find(name string) *symbol {
	if t.count == 0 {
		return nil
	}
	return t.at(name, symbolHash(name)).sym
}

// at returns the slot of a name, or the free one where it belongs. There must be a free one.
func (t *symbolTable) at(name string, hash uint64) *symbolSlot {
	mask := uint64(len(t.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.sym == nil || s.hash == hash && s.sym.name == name {
			return s
		}
	}
}

// intern returns the symbol of a name, which is added if need be.
func (t *symbolTable) intern(name string) *symbol {
	if 2*t.count >= len(t.slots) {
		t.grow()
	}
	hash := symbolHash(name)
	s := t.at(name, hash)
	if s.sym == nil {
		if len(t.room) == 0 {
			t.room = make([]symbol, 256)
		}
		s.hash, s.sym, t.room = hash, &t.room[0], t.room[1:]
		s.sym.name = name
		t.count++
	}
	return s.sym
}

func (t *symbolTable) grow() {
	old := t.slots
	t.slots = make([]symbolSlot, max(1024, 4*len(old)))
	for _, s := range old {
		if s.sym != nil {
			*t.at(s.sym.name, s.hash) = s
		}
	}
}

// symbolHash mixes all bytes of a name, eight at a time.
func symbolHash(s string) uint64 {
	const factor = 0x9e3779b97f4a7c15
	h := uint64(len(s))
	for ; len(s) >= 8; s = s[8:] {
		h = (h ^ le64(s)) * factor
		h ^= h >> 32
	}
	var rest uint64
	for i := range len(s) {
		rest = rest<<8 | uint64(s[i])
	}
	h = (h ^ rest) * factor
	return h ^ h>>32
}

func le64(s string) uint64 {
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
