package asm

// symbol is a label or a constant, or a name that is not defined yet.
type symbol struct {
	name     string
	kind     symbolKind
	weak     bool // 0 if undefined
	fixed    bool // of a constant: must not be set again
	section  int32
	item     int32 // a label is offset bytes after the start of the item
	offset   int64
	constant *constant
}

type symbolKind uint8

const (
	symbolUndefined symbolKind = iota
	symbolLabel
	symbolConstant
)

// constant is the definition of a symbol by an expression.
type constant struct {
	expr       *expr
	memo       value // its value, if it is settled or for a generation
	err        error
	generation int
	settled    bool // no later definition can change the value
	visiting   bool
}

// symbolTable finds symbols by name. It is a hash table with open addressing over symbols that never move: sources have
// hundreds of thousands of labels, each named a few times.
type symbolTable struct {
	slots  []symbolSlot
	blocks [][]symbol // of blockSize
	count  int
}

const blockSize = 256

type symbolSlot struct {
	hash   uint32
	number uint32 // of the symbol, from 1; 0 if the slot is free
}

// symbol returns a symbol by its number.
func (t *symbolTable) symbol(number uint32) *symbol {
	return &t.blocks[(number-1)/blockSize][(number-1)%blockSize]
}

// find returns the symbol of a name, or nil.
func (t *symbolTable) find(name string) *symbol {
	if t.count == 0 {
		return nil
	}
	if slot := t.at(name, symbolHash(name)); slot.number != 0 {
		return t.symbol(slot.number)
	}
	return nil
}

// at returns the slot of a name, or the free one where it belongs. The table must have a free slot.
func (t *symbolTable) at(name string, hash uint32) *symbolSlot {
	mask := uint32(len(t.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.number == 0 || s.hash == hash && t.symbol(s.number).name == name {
			return s
		}
	}
}

// intern returns the symbol of a name, and adds it if it is new.
func (t *symbolTable) intern(name string) *symbol {
	if 2*t.count >= len(t.slots) {
		t.grow()
	}
	hash := symbolHash(name)
	slot := t.at(name, hash)
	if slot.number == 0 {
		if t.count%blockSize == 0 {
			t.blocks = append(t.blocks, make([]symbol, blockSize))
		}
		t.count++
		*slot = symbolSlot{hash, uint32(t.count)}
		t.symbol(slot.number).name = name
	}
	return t.symbol(slot.number)
}

// renew replaces the symbol of a name, which is in the table, by a new one; references to the old one stay valid.
func (t *symbolTable) renew(name string) *symbol {
	slot := t.at(name, symbolHash(name))
	hash := slot.hash
	t.count++
	if (t.count-1)%blockSize == 0 {
		t.blocks = append(t.blocks, make([]symbol, blockSize))
	}
	*slot = symbolSlot{hash, uint32(t.count)}
	s := t.symbol(slot.number)
	s.name = name
	return s
}

func (t *symbolTable) grow() {
	old := t.slots
	t.slots = make([]symbolSlot, max(1024, 4*len(old)))
	mask := uint32(len(t.slots) - 1)
	for _, s := range old {
		if s.number == 0 {
			continue
		}
		i := s.hash & mask
		for t.slots[i].number != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = s
	}
}

// symbolHash mixes all bytes of a name, eight at a time.
func symbolHash(s string) uint32 {
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
	return uint32(h>>32) ^ uint32(h)
}

func le64(s string) uint64 {
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
