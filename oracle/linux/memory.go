package linux

import "github.com/rvfuzz/rvfuzz/oracle/rv64"

// pages rounds a size up to whole pages; ok is false if that overflows.
func pages(size uint64) (rounded uint64, ok bool) {
	rounded = (size + pageSize - 1) &^ (pageSize - 1)
	return rounded, rounded >= size && rounded <= userSpace
}

// brk moves the end of the heap, which grows by whole pages.
func (p *process) brk(a [6]uint64) uint64 {
	want := a[0]
	if want < p.brkStart || want > p.brkStart+p.config.MemoryLimit {
		return p.brkEnd
	}
	heapEnd := p.heapEnd()
	newEnd, _ := pages(want)
	switch {
	case newEnd > heapEnd:
		if p.m.Map(rv64.Region{Name: "heap", Addr: heapEnd, Size: newEnd - heapEnd, Rights: rv64.Read | rv64.Write, Defined: true}) != nil {
			return p.brkEnd
		}
	case newEnd < heapEnd:
		p.m.Unmap(newEnd, heapEnd)
	}
	p.brkEnd = want
	return want
}

func (p *process) heapEnd() uint64 {
	end, _ := pages(p.brkEnd)
	return end
}

func protection(bits uint64) (rights rv64.Rights) {
	for bit, right := range []rv64.Rights{rv64.Read, rv64.Write, rv64.Exec} {
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

// mmap maps zeros, or a copy of a file; only then are the last two arguments used.
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
	case !ok, size > p.config.MemoryLimit-min(p.m.Mapped(), p.config.MemoryLimit):
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
	err := p.m.Map(rv64.Region{Name: "mmap", Addr: addr, Size: size, Rights: protection(a[2]), Defined: true})
	if err != nil {
		return failure(errNoMemory)
	}
	if file != nil {
		p.fill(addr, size, file, a[5])
	}
	return addr
}

// place returns the address of a new mapping, and makes room there if the guest chooses it.
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
	case flags&mapNoReplace != 0 && !p.m.IsFree(hint, size):
		return 0, errExists
	}
	p.m.Unmap(hint, hint+size)
	return hint, 0
}

// freeSpace returns an address with a hole after the mapping, so that running past its end is noticed. Addresses are
// not reused until there are no others.
func (p *process) freeSpace(size uint64) (addr uint64, ok bool) {
	at := p.nextMap
	if !p.m.IsFree(at, size+pageSize) {
		at = p.m.FreePages(mapBase, size)
	}
	if size > userSpace || at > userSpace-size {
		return 0, false
	}
	p.nextMap = at + size + pageSize
	return at, true
}

// fill copies a file into a fresh mapping, as much of the file as there is.
func (p *process) fill(addr, size uint64, file *openFile, offset uint64) {
	b := make([]byte, min(size, maxTransfer))
	for done := uint64(0); done < size && !p.isInterrupted(); {
		part := b[:min(uint64(len(b)), size-done)]
		n, err := file.file.ReadAt(part, int64(offset+done))
		p.m.Spend(uint64(n))
		if p.m.WriteMemory(addr+done, part[:n]) != nil || err != nil {
			return
		}
		done += uint64(n)
	}
}

func (p *process) munmap(a [6]uint64) uint64 {
	size, ok := pages(a[1])
	if !ok || size == 0 || a[0]%pageSize != 0 || a[0]+size < a[0] {
		return failure(errInvalid)
	}
	p.m.Unmap(a[0], a[0]+size)
	return 0
}

// mprotect protects the pages before a hole even if it then fails, as Linux does.
func (p *process) mprotect(a [6]uint64) uint64 {
	size, ok := pages(a[1])
	if a[0]%pageSize != 0 {
		return failure(errInvalid)
	}
	if !ok || a[0]+size < a[0] {
		return failure(errNoMemory)
	}
	end := p.m.MappedUntil(a[0], a[0]+size)
	if end > a[0] {
		p.m.Protect(a[0], end, protection(a[2]))
	}
	if end < a[0]+size {
		return failure(errNoMemory)
	}
	return 0
}

// madvise clears pages that the guest no longer needs; other advice has no visible effect.
func (p *process) madvise(a [6]uint64) uint64 {
	const dontNeed = 4
	size, ok := pages(a[1])
	switch {
	case a[0]%pageSize != 0 || !ok || a[0]+size < a[0]:
		return failure(errInvalid)
	case p.m.MappedUntil(a[0], a[0]+size) < a[0]+size:
		return failure(errNoMemory)
	case a[2] != dontNeed:
		return 0
	}
	p.m.Clear(a[0], size)
	return 0
}

// mremap shrinks or grows a mapping, and moves it if it must and may.
func (p *process) mremap(a [6]uint64) uint64 {
	const mayMove = 1
	old, oldSize, ok1 := a[0], a[1], true
	oldSize, ok1 = pages(oldSize)
	size, ok2 := pages(a[2])
	switch {
	case old%pageSize != 0, !ok1, !ok2, oldSize == 0, size == 0, a[3]&^mayMove != 0, old+oldSize < old:
		return failure(errInvalid)
	case !p.m.Allows(old, oldSize, 0):
		return failure(errFault)
	case size <= oldSize:
		p.m.Unmap(old+size, old+oldSize)
		return old
	}
	rights := p.m.RightsAt(old)
	more := rv64.Region{Name: "mmap", Addr: old + oldSize, Size: size - oldSize, Rights: rights, Defined: true}
	if old+size <= userSpace && p.m.IsFree(old+oldSize, size-oldSize) && p.m.Map(more) == nil {
		return old
	}
	if a[3]&mayMove == 0 {
		return failure(errNoMemory)
	}
	return p.move(old, oldSize, size, rights)
}

// move maps a new place for a mapping and moves the old content there.
func (p *process) move(old, oldSize, size uint64, rights rv64.Rights) uint64 {
	if size > p.config.MemoryLimit-min(p.m.Mapped(), p.config.MemoryLimit) {
		return failure(errNoMemory)
	}
	addr, ok := p.freeSpace(size)
	if !ok || p.m.Map(rv64.Region{Name: "mmap", Addr: addr, Size: size, Rights: rights, Defined: true}) != nil {
		return failure(errNoMemory)
	}
	b := make([]byte, min(oldSize, maxTransfer))
	defined := make([]byte, len(b))
	for done := uint64(0); done < oldSize; {
		n := min(uint64(len(b)), oldSize-done)
		if p.m.ReadMemoryInto(old+done, b[:n], defined[:n]) != nil || p.m.WriteMemoryDefined(addr+done, b[:n], defined[:n]) != nil {
			return failure(errFault)
		}
		p.m.Spend(n)
		done += n
	}
	p.m.Unmap(old, old+oldSize)
	return addr
}
