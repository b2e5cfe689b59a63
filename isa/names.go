package isa

// names finds values by name, several times as fast as a map: an assembler looks up a mnemonic and three registers per
// line. It is a mostly empty hash table with open addressing, fixed once it is built.
type names[T any] struct {
	slots []nameSlot[T]
	shift uint8
}

type nameSlot[T any] struct {
	name  string // "" where the slot is free; no name is empty
	value T
}

// newNames makes room for n names.
func newNames[T any](n int) *names[T] {
	t := &names[T]{shift: 60}
	for 1<<(64-t.shift) < 4*n {
		t.shift--
	}
	t.slots = make([]nameSlot[T], 1<<(64-t.shift))
	return t
}

// at returns the slot of a name, or the free one where it belongs.
func (t *names[T]) at(name string) *nameSlot[T] {
	i := nameHash(name) >> t.shift
	for {
		s := &t.slots[i&uint64(len(t.slots)-1)]
		if s.name == name || s.name == "" {
			return s
		}
		i++
	}
}

// find returns the value of a name.
func (t *names[T]) find(name string) (value T, ok bool) {
	if name == "" {
		return value, false
	}
	s := t.at(name)
	return s.value, s.name != ""
}

// set sets the value of a name. There must be room for it.
func (t *names[T]) set(name string, value T) { *t.at(name) = nameSlot[T]{name, value} }

// nameHash mixes the length with the first and the last bytes, which differ between nearly all names.
func nameHash(s string) uint64 {
	n := len(s)
	h := uint64(n)
	switch {
	case n >= 8:
		h += le64(s) ^ le64(s[n-8:])*31
	case n >= 4:
		h += uint64(le32(s)) | uint64(le32(s[n-4:]))<<32
	case n >= 1:
		h += uint64(s[0])<<8 | uint64(s[n/2])<<16 | uint64(s[n-1])<<24
	}
	h ^= h >> 32
	return h * 0x9e3779b97f4a7c15
}

func le32(s string) uint32 {
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func le64(s string) uint64 { return uint64(le32(s)) | uint64(le32(s[4:]))<<32 }
