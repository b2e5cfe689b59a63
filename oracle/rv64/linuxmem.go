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
		p.m.spend(newEnd - heapEnd)
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

// The flags of mmap.
const (
	mapPrivate   = 2
	mapKind      = 3
	mapFixed     = 0x10
	mapAnonymous = 0x20
	mapNoReplace = 0x100000
)

// mmap maps zeros, or a copy of a file of the guest's root directory; only then
// do the last two arguments count.
func (p *process) mmap(a [6]uint64) uint64 {
	size, ok := pages(a[1])
	flags, file := a[3], (*openFile)(nil)
	if flags&mapAnonymous != 0 {
		a[4], a[5] = 0, 0
	} else if !p.argument(4, allBits) || !p.argument(5, allBits) {
		return 0
	}
	switch {
	case size == 0 && ok, flags&mapKind == 0, a[5]%pageSize != 0:
		return failure(errInvalid)
	case !ok, size > p.config.MemoryLimit-min(p.m.mapped, p.config.MemoryLimit):
		return failure(errNoMemory)
	case flags&mapAnonymous == 0:
		var number uint64
		if file, number = p.files.mappable(a[4], flags&mapKind == mapPrivate || a[2]&2 == 0); file == nil {
			return failure(number)
		}
	}
	addr, number := p.place(a[0], size, flags)
	if number != 0 {
		return failure(number)
	}
	err := p.m.Map(Region{Name: "mmap", Addr: addr, Size: size, Rights: protection(a[2]), Defined: true})
	if err != nil {
		return failure(errNoMemory)
	}
	p.m.forgetPages()
	p.m.spend(size)
	if file != nil {
		p.fill(p.m.find(addr), file, a[5])
	}
	return addr
}

// place gives where a mapping goes, and makes room there if the guest says where.
func (p *process) place(hint, size, flags uint64) (addr, number uint64) {
	if flags&(mapFixed|mapNoReplace) == 0 {
		addr, ok := p.freeSpace(size)
		if !ok {
			return 0, errNoMemory
		}
		return addr, 0
	}
	switch {
	case hint%pageSize != 0:
		return 0, errInvalid
	case hint >= userSpace || size > userSpace-hint:
		return 0, errNoMemory
	case flags&mapNoReplace != 0 && !p.m.isFree(hint, size):
		return 0, errExists
	}
	p.m.unmap(hint, hint+size)
	return hint, 0
}

// freeSpace finds room with a hole behind it, so that running over the end is
// seen. Addresses are not used again until there are no others.
func (p *process) freeSpace(size uint64) (addr uint64, ok bool) {
	at := p.nextMap
	if !p.m.isFree(at, size+pageSize) {
		at = mapBase
		p.m.spend(uint64(len(p.m.regions)))
		for _, r := range p.m.regions {
			if r.end() <= at {
				continue
			}
			if r.base >= at && r.base-at >= size+pageSize {
				break
			}
			end, _ := pages(r.end())
			at = max(at, end+pageSize)
		}
	}
	if size > userSpace || at > userSpace-size {
		return 0, false
	}
	p.nextMap = at + size + pageSize
	return at, true
}

// isFree says that no region has a byte of [addr, addr+size).
func (m *Machine) isFree(addr, size uint64) bool {
	i := sort.Search(len(m.regions), func(i int) bool { return m.regions[i].end() > addr })
	return i == len(m.regions) || m.regions[i].base >= addr+size
}

// fill copies a file into a fresh region, as much of the file as there is.
func (p *process) fill(r *region, file *openFile, offset uint64) {
	const piece = 16 << 20
	for done := uint64(0); done < r.size() && !p.isInterrupted(); {
		part := r.data[done:min(done+piece, r.size())]
		r.touch(done, uint64(len(part)))
		p.m.spend(uint64(len(part)))
		n, err := file.file.ReadAt(part, int64(offset+done))
		if done += uint64(n); err != nil {
			return
		}
	}
}

func (p *process) munmap(a [6]uint64) uint64 {
	size, ok := pages(a[1])
	if !ok || size == 0 || a[0]%pageSize != 0 || a[0]+size < a[0] {
		return failure(errInvalid)
	}
	p.m.unmap(a[0], a[0]+size)
	return 0
}

// mprotect protects what comes before a hole even if it then fails, as Linux does.
func (p *process) mprotect(a [6]uint64) uint64 {
	size, ok := pages(a[1])
	if a[0]%pageSize != 0 {
		return failure(errInvalid)
	}
	if !ok || a[0]+size < a[0] {
		return failure(errNoMemory)
	}
	end := p.m.mappedUntil(a[0], a[0]+size)
	if end > a[0] {
		p.m.protect(a[0], end, protection(a[2]))
	}
	if end < a[0]+size {
		return failure(errNoMemory)
	}
	return 0
}

// mappedUntil gives the first page in [from, to) of which nothing is mapped, or to.
func (m *Machine) mappedUntil(from, to uint64) uint64 {
	i := sort.Search(len(m.regions), func(i int) bool { return m.regions[i].end() > from })
	for at := from; at < to; i++ {
		if i == len(m.regions) || m.regions[i].base&^(pageSize-1) > at {
			return at
		}
		at, _ = pages(m.regions[i].end())
	}
	return to
}

// madvise makes zeros of pages that the guest does not need any more; all other
// advice changes nothing that can be seen.
func (p *process) madvise(a [6]uint64) uint64 {
	const dontNeed = 4
	size, ok := pages(a[1])
	switch {
	case a[0]%pageSize != 0 || !ok || a[0]+size < a[0]:
		return failure(errInvalid)
	case p.m.mappedUntil(a[0], a[0]+size) < a[0]+size:
		return failure(errNoMemory)
	case a[2] != dontNeed:
		return 0
	}
	p.m.spend(size)
	for at := a[0]; at < a[0]+size; {
		r := p.m.find(at)
		if r == nil { // a region that begins or ends within a page
			at++
			continue
		}
		n := min(r.end(), a[0]+size) - at
		r.touch(at-r.base, n)
		clear(r.data[at-r.base:][:n])
		if r.mask != nil {
			setAll(r.masked(at-r.base, n), 0xff)
		}
		at += n
	}
	return 0
}

// mremap makes a mapping smaller or larger, elsewhere if it has to and may.
func (p *process) mremap(a [6]uint64) uint64 {
	const mayMove = 1
	old, oldSize, ok1 := a[0], a[1], true
	oldSize, ok1 = pages(oldSize)
	size, ok2 := pages(a[2])
	switch {
	case old%pageSize != 0, !ok1, !ok2, oldSize == 0, size == 0, a[3]&^mayMove != 0, old+oldSize < old:
		return failure(errInvalid)
	case !p.m.may(old, oldSize, 0):
		return failure(errFault)
	case size <= oldSize:
		p.m.unmap(old+size, old+oldSize)
		return old
	}
	rights := p.m.find(old).rights
	more := Region{Name: "mmap", Addr: old + oldSize, Size: size - oldSize, Rights: rights, Defined: true}
	if old+size <= userSpace && p.m.isFree(old+oldSize, size-oldSize) && p.m.Map(more) == nil {
		p.m.forgetPages()
		p.m.spend(size - oldSize)
		return old
	}
	if a[3]&mayMove == 0 {
		return failure(errNoMemory)
	}
	return p.move(old, oldSize, size, rights)
}

// move maps room elsewhere and takes what is at old there.
func (p *process) move(old, oldSize, size uint64, rights Rights) uint64 {
	if size > p.config.MemoryLimit-min(p.m.mapped, p.config.MemoryLimit) {
		return failure(errNoMemory)
	}
	addr, ok := p.freeSpace(size)
	if !ok || p.m.Map(Region{Name: "mmap", Addr: addr, Size: size, Rights: rights, Defined: true}) != nil {
		return failure(errNoMemory)
	}
	p.m.spend(size + oldSize)
	to := p.m.find(addr)
	to.touch(0, oldSize)
	err := p.m.each(old, oldSize, func(r *region, offset, done, n uint64) {
		copy(to.data[done:done+n], r.data[offset:])
		if r.mask != nil {
			copy(to.masked(done, n), r.masked(offset, n))
		}
	})
	if err != nil {
		return failure(errFault)
	}
	p.m.unmap(old, old+oldSize)
	return addr
}
