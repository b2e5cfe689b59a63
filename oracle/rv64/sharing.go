package rv64

import "slices"

// Memory is memory that regions of several machines have in common. Its bytes begin as zeros that count as written.
type Memory struct {
	bytes   []byte
	defined []byte // a set bit is a defined bit; nil while no machine tracks that
}

// Bytes returns the memory, valid until Resize. Defined bits do not follow what is written there; see Define.
func (s *Memory) Bytes() []byte { return s.bytes }

// Resize changes the size of a memory. The machines must be those with regions of it, none of which may end above the
// new size.
func (s *Memory) Resize(size uint64, machines ...*Machine) {
	old := len(s.bytes)
	s.bytes = resized(s.bytes, size)
	if s.defined != nil {
		if s.defined = resized(s.defined, size); size > uint64(old) {
			setAll(s.defined[old:], 0xff)
		}
	}
	for _, m := range machines {
		for _, r := range m.regions {
			if r.memory == s {
				r.view(r.size(), r.mask != nil)
			}
		}
		m.changed()
	}
}

// resized returns a slice of a size with the content of another one, and zeros. It may use the same array.
func resized(b []byte, size uint64) []byte {
	if size <= uint64(len(b)) {
		clear(b[size:])
		return b[:size]
	}
	return append(b, make([]byte, size-uint64(len(b)))...)
}

// Define makes bytes of a memory count as written.
func (s *Memory) Define(offset, size uint64) {
	if s.defined != nil {
		setAll(s.defined[offset:offset+size], 0xff)
	}
}

// view sets the buffers of a region of a memory.
func (r *region) view(size uint64, tracked bool) {
	end := r.offset + size
	r.data = r.memory.bytes[r.offset:end:end]
	if !tracked {
		return
	}
	if r.memory.defined == nil {
		r.memory.defined = make([]byte, len(r.memory.bytes))
		setAll(r.memory.defined, 0xff)
	}
	r.mask = r.memory.defined[r.offset:end:end]
}

// HasMemory reports whether a region of a memory is mapped.
func (m *Machine) HasMemory(s *Memory) bool {
	return slices.ContainsFunc(m.regions, func(r *region) bool { return r.memory == s })
}

// IsOfMemory reports whether an address is in a region of a memory.
func (m *Machine) IsOfMemory(addr uint64) bool {
	r := m.find(addr)
	return r != nil && r.memory != nil
}

// IsSame reports whether two addresses, of one machine or of two, are of the same byte: of memory that machines share.
func IsSame(m *Machine, addr uint64, other *Machine, otherAddr uint64) bool {
	r, s := m.find(addr), other.find(otherAddr)
	return r != nil && s != nil && r.shared && s.shared && &r.data[addr-r.base] == &s.data[otherAddr-s.base]
}
