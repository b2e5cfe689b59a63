package rv64

import "sort"

// pages rounds a size up to whole pages; ok is false if that overflows.
func pages(size uint64) (rounded uint64, ok bool) {
	rounded = (size + pageSize - 1) &^ (pageSize - 1)
	return rounded, rounded >= size && rounded <= userSpace
}

// brk moves the end of the heap, which is one region that grows by whole pages.
func (p *process) brk(a [6]uint64) uint64 {
	want := a[0]
	if want < p.brkStart || want > p.brkStart+p.config.MemoryLimit {
		return p.brkEnd
	}
	heapEnd := p.heapEnd()
	newEnd, _ := pages(want)
	switch {
	case newEnd > heapEnd:
		if p.m.Map(Region{Name: "heap", Addr: heapEnd, Size: newEnd - heapEnd, Rights: Read | Write, Defined: true}) != nil {
			return p.brkEnd
		}
		p.m.forgetPages()
	case newEnd < heapEnd:
		p.m.unmap(newEnd, heapEnd)
	}
	p.brkEnd = want
	return want
}

func (p *process) heapEnd() uint64 {
	end, _ := pages(p.brkEnd)
	return end
}

func protection(bits uint64) (rights Rights) {
	for bit, right := range []Rights{Read, Write, Exec} {
		if bits>>bit&1 != 0 {
			rights |= right
		}
	}
	return rights
}

// mmap maps zeros, or a copy of a file of the guest's root directory.
func (p *process) mmap(a [6]uint64) uint64 {
	const fixed, anonymous = 0x10, 0x20
	size, ok := pages(a[1])
	if !ok || size == 0 {
		return failure(errInvalid)
	}
	addr := p.nextMap
	if a[3]&fixed != 0 {
		if addr = a[0]; addr%pageSize != 0 || addr >= userSpace || size > userSpace-addr {
			return failure(errInvalid)
		}
	}
	var data []byte
	if a[3]&anonymous == 0 {
		if data, ok = p.files.content(a[4], a[5], size); !ok {
			return failure(errBadFile)
		}
	}
	if size > p.config.MemoryLimit-min(p.m.mapped, p.config.MemoryLimit) {
		return failure(errNoMemory)
	}
	if a[3]&fixed != 0 {
		p.m.unmap(addr, addr+size)
	}
	err := p.m.Map(Region{Name: "mmap", Addr: addr, Size: size, Rights: protection(a[2]), Data: data, Defined: true})
	if err != nil {
		return failure(errNoMemory)
	}
	if a[3]&fixed == 0 {
		p.nextMap += size + pageSize // a hole, so that running over the end is seen
	}
	p.m.forgetPages()
	return addr
}

func (p *process) munmap(a [6]uint64) uint64 {
	size, ok := pages(a[1])
	if !ok || a[0]%pageSize != 0 || a[0]+size < a[0] {
		return failure(errInvalid)
	}
	p.m.unmap(a[0], a[0]+size)
	return 0
}

func (p *process) mprotect(a [6]uint64) uint64 {
	size, ok := pages(a[1])
	if !ok || a[0]%pageSize != 0 || a[0]+size < a[0] {
		return failure(errInvalid)
	}
	p.m.protect(a[0], a[0]+size, protection(a[2]))
	return 0
}

// splitAt makes addr a border between regions, and gives the index of the first
// region that ends behind it.
func (m *Machine) splitAt(addr uint64) int {
	i := sort.Search(len(m.regions), func(i int) bool { return m.regions[i].end() > addr })
	if i == len(m.regions) || m.regions[i].base >= addr {
		return i
	}
	r := m.regions[i]
	at := addr - r.base
	low, high := *r, *r
	low.cut(r, 0, at)
	high.cut(r, at, r.size())
	high.base = addr
	m.regions[i] = &low
	m.insert(i+1, &high)
	return i + 1
}

// cut makes part the bytes of whole from one offset to another.
func (part *region) cut(whole *region, from, to uint64) {
	part.part, part.code, part.executed = true, nil, false
	part.data = whole.data[from:to:to]
	if whole.mask != nil {
		part.mask = whole.mask[from:to:to]
	}
	part.dirty = make([]uint64, (to-from)/pageSize/64+1)
}

// changed forgets all that depends on the layout of memory.
func (m *Machine) changed() {
	m.last, m.code = nil, nil
	m.forgetPages()
}

// unmap takes [from, to) out of the address space.
func (m *Machine) unmap(from, to uint64) {
	m.splitAt(from)
	last := m.splitAt(to)
	first := sort.Search(len(m.regions), func(i int) bool { return m.regions[i].end() > from })
	for _, r := range m.regions[first:last] {
		m.mapped -= r.size()
	}
	m.regions = append(m.regions[:first], m.regions[last:]...)
	m.restack()
}

// protect changes the rights of [from, to).
func (m *Machine) protect(from, to uint64, rights Rights) {
	m.splitAt(from)
	last := m.splitAt(to)
	first := sort.Search(len(m.regions), func(i int) bool { return m.regions[i].end() > from })
	for _, r := range m.regions[first:last] {
		r.rights = rights
	}
	m.restack()
}

// restack finds the stack's region again after regions were split.
func (m *Machine) restack() {
	m.changed()
	if m.stack != nil {
		m.stack = m.find(m.x[2])
	}
}
