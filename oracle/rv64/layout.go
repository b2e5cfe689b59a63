package rv64

import (
	"bytes"
	"slices"
	"sort"
)

// Programs unmap and protect parts of what they have mapped. A region is then split into parts, which share its buffers
// until too little of them is in use.

// splitAt makes addr a border between regions, and returns the index of the first region that ends above it.
func (m *Machine) splitAt(addr uint64) int {
	i := sort.Search(len(m.regions), func(i int) bool { return m.regions[i].end() > addr })
	if i == len(m.regions) || m.regions[i].base >= addr {
		return i
	}
	r := m.regions[i]
	m.dropCode(r)
	at := addr - r.base
	low, high := *r, *r
	low.cut(r, 0, at)
	high.cut(r, at, r.size())
	high.base = addr
	m.regions[i] = &low
	m.insert(i+1, &high)
	m.Spend(r.size()/pageSize + uint64(len(m.regions)))
	return i + 1
}

// cut makes part the bytes of whole between two offsets.
func (part *region) cut(whole *region, from, to uint64) {
	part.part = true
	part.offset = whole.offset + from
	part.data = whole.data[from:to:to]
	part.dirty = make([]uint64, (to-from)/pageSize/64+1)
	if whole.called != nil {
		part.called = make([]uint64, (to-from)/codeSpan+1)
		shiftBits(part.called, whole.called, from/2)
	}
	if whole.mask == nil {
		return
	}
	part.mask = whole.mask[from:to:to]
	if whole.unfilled == nil {
		return
	}
	part.unfilled = make([]uint64, (to-from)/pageSize/64+1)
	if from%pageSize == 0 {
		shiftBits(part.unfilled, whole.unfilled, from/pageSize)
		return
	}
	for page := range (to - from + pageSize - 1) / pageSize {
		part.cutPage(page, whole, from)
	}
}

// codeSpan is the size in bytes of the code that a word of region.called covers.
const codeSpan = 128

// shiftBits copies a set of bits from bit first on, 64 at a time since a program may often cut a large region.
func shiftBits(to, from []uint64, first uint64) {
	from, shift := from[first/64:], first%64
	for i := range to {
		if i < len(from) {
			to[i] = from[i] >> shift
		}
		if i+1 < len(from) {
			to[i] |= from[i+1] << (64 - shift)
		}
	}
}

// cutPage leaves a page of the mask unfilled if all of it is. It is for parts whose pages do not coincide with those of
// the whole, since a region may begin within a page.
func (part *region) cutPage(page uint64, whole *region, from uint64) {
	start, end := page*pageSize, min((page+1)*pageSize, part.size())
	isFilled := func(offset uint64) bool {
		of := (from + offset) / pageSize
		return whole.unfilled[of/64]>>(of%64)&1 == 0
	}
	if !isFilled(start) && !isFilled(end-1) {
		part.unfilled[page/64] |= 1 << (page % 64)
		return
	}
	border := min(start+pageSize-from%pageSize, end)
	if !isFilled(start) {
		setAll(part.mask[start:border], part.fill)
	}
	if !isFilled(end - 1) {
		setAll(part.mask[border:end], part.fill)
	}
}

// changed forgets what depends on the layout of memory.
func (m *Machine) changed() {
	m.last, m.code = nil, nil
	m.forgetPages()
}

// Unmap takes [from, to) out of the address space; what is not mapped there stays so.
func (m *Machine) Unmap(from, to uint64) {
	m.splitAt(from)
	last := m.splitAt(to)
	first := sort.Search(len(m.regions), func(i int) bool { return m.regions[i].end() > from })
	for _, r := range m.regions[first:last] {
		m.dropCode(r)
		m.mapped -= r.size()
		r.backing.used -= r.size()
	}
	removed := slices.Clone(m.regions[first:last])
	m.regions = slices.Delete(m.regions, first, last)
	for _, r := range removed {
		m.release(r.backing)
	}
	m.restack()
}

// release moves what is left of a backing out of it if that is no more than half, so that the host holds at most twice
// what is mapped.
func (m *Machine) release(b *backing) {
	if b.used == 0 || b.used > b.size/2 {
		return
	}
	m.Spend(b.used)
	i := sort.Search(len(m.regions), func(i int) bool { return m.regions[i].end() > b.base })
	for ; i < len(m.regions) && m.regions[i].base < b.base+b.size; i++ {
		r := m.regions[i]
		if r.backing != b || r.shared {
			continue
		}
		r.data = slices.Clip(bytes.Clone(r.data))
		if r.mask != nil {
			r.mask = slices.Clip(bytes.Clone(r.mask))
		}
		m.dropCode(r)
		r.backing = &backing{base: r.base, size: r.size(), used: r.size()}
	}
}

// IsFree reports whether no byte of [addr, addr+size) is mapped.
func (m *Machine) IsFree(addr, size uint64) bool {
	i := sort.Search(len(m.regions), func(i int) bool { return m.regions[i].end() > addr })
	return i == len(m.regions) || m.regions[i].base >= addr+size
}

// FreePages returns the first page at or above from that begins size bytes, and a page after them, of which nothing is
// mapped. The caller checks that it is within its address space.
func (m *Machine) FreePages(from, size uint64) uint64 {
	m.Spend(uint64(len(m.regions)))
	for _, r := range m.regions {
		if r.end() <= from {
			continue
		}
		if r.base >= from && r.base-from >= size+pageSize {
			break
		}
		from = max(from, r.pageEnd()+pageSize)
	}
	return from
}

// MappedUntil returns the first page in [from, to) of which nothing is mapped, or to.
func (m *Machine) MappedUntil(from, to uint64) uint64 {
	i := sort.Search(len(m.regions), func(i int) bool { return m.regions[i].end() > from })
	for at := from; at < to; i++ {
		if i == len(m.regions) || m.regions[i].base&^(pageSize-1) > at {
			return at
		}
		at = m.regions[i].pageEnd()
	}
	return to
}

// NextMapped returns the first mapped address from one on; all ones if there is none.
func (m *Machine) NextMapped(from uint64) uint64 {
	i := sort.Search(len(m.regions), func(i int) bool { return m.regions[i].end() > from })
	if i == len(m.regions) {
		return allBits
	}
	return max(from, m.regions[i].base)
}

// pageEnd returns the end of the last page that a region touches.
func (r *region) pageEnd() uint64 { return (r.end() + pageSize - 1) &^ (pageSize - 1) }

// Protect changes the rights of what is mapped in [from, to).
func (m *Machine) Protect(from, to uint64, rights Rights) {
	m.splitAt(from)
	last := m.splitAt(to)
	first := sort.Search(len(m.regions), func(i int) bool { return m.regions[i].end() > from })
	for _, r := range m.regions[first:last] {
		r.rights = rights
	}
	m.restack()
}

// restack finds the region of the stack again after regions were split: the part that holds its upper end. sp does not
// tell, since it may point into a stack of the program's own.
func (m *Machine) restack() {
	m.changed()
	m.findStack()
}

// findStack is restack without a change of the regions.
func (m *Machine) findStack() {
	if old := m.stack; old != nil {
		if m.stack = m.find(old.end() - 1); m.stack != nil && m.stack.name != old.name {
			m.stack = nil
		}
	}
}
