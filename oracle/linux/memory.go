package linux

import "github.com/rvfuzz/rvfuzz/oracle/rv64"

// pages rounds a size up to whole pages; ok is false if that overflows.
func pages(size uint64) (rounded uint64, ok bool) {
	rounded = (size + pageSize - 1) &^ (pageSize - 1)
	return rounded, rounded >= size && rounded <= userSpace
}

// brk moves the end of the heap, which grows by whole pages.
func (t *thread) brk(a [6]uint64) uint64 {
	want := a[0]
	if want < t.brkStart || want > t.brkStart+t.config.MemoryLimit {
		return t.brkEnd
	}
	heapEnd := t.heapEnd()
	newEnd, _ := pages(want)
	switch {
	case newEnd > heapEnd:
		grown := rv64.Region{Name: "heap", Addr: heapEnd, Size: newEnd - heapEnd, Rights: rv64.Read | rv64.Write, Defined: true}
		if grown.Size > t.room() || !t.isFree(heapEnd, grown.Size) || t.m.Map(grown) != nil {
			return t.brkEnd
		}
	case newEnd < heapEnd:
		t.m.Unmap(newEnd, heapEnd)
	}
	t.brkEnd = want
	return want
}

func (t *thread) heapEnd() uint64 {
	end, _ := pages(t.brkEnd)
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
	mapShared    = 1
	mapPrivate   = 2
	mapKind      = 3
	mapFixed     = 0x10
	mapAnonymous = 0x20
	mapNoReserve = 0x4000
	mapNoReplace = 0x100000
)

// mmap maps zeros, or a copy of a file; only then are the last two arguments used. What cannot be accessed, or is not
// to be reserved, takes up no memory.
func (t *thread) mmap(a [6]uint64) uint64 {
	size, ok := pages(a[1])
	flags, file := a[3], (*openFile)(nil)
	if flags&mapAnonymous != 0 {
		a[4], a[5] = 0, 0
	} else if !t.argument(4, allBits) || !t.argument(5, allBits) {
		return 0
	}
	rights := protection(a[2])
	isReserved := flags&mapAnonymous != 0 && flags&mapKind == mapPrivate && (rights == 0 || flags&mapNoReserve != 0)
	switch {
	case size == 0 && ok, flags&mapKind == 0, a[5]%pageSize != 0:
		return failure(errInvalid)
	case !ok, !isReserved && size > t.room():
		return failure(errNoMemory)
	case flags&mapAnonymous == 0:
		var number uint64
		if file, number = t.files.mappable(a[4], flags&mapKind == mapPrivate || a[2]&2 == 0); file == nil {
			return failure(number)
		}
	}
	addr, number := t.place(a[0], size, flags)
	if number != 0 {
		return failure(number)
	}
	if isReserved {
		return t.reserve(addr, size, rights)
	}
	isShared := flags&mapKind != mapPrivate
	if isShared && file != nil && file.isMemory() {
		return t.mapMemory(file, addr, size, a)
	}
	isShared = isShared && file == nil
	err := t.m.Map(rv64.Region{Name: "mmap", Addr: addr, Size: size, Rights: rights, Defined: true, Shared: isShared})
	if err != nil {
		return failure(errNoMemory)
	}
	if file != nil {
		t.fill(addr, size, file, a[5])
	}
	return addr
}

// place returns the address of a new mapping: the one that the guest names if it must be or is free; for one that must
// be it makes room.
func (t *thread) place(hint, size, flags uint64) (addr, number uint64) {
	const lowest = 1 << 16
	if flags&(mapFixed|mapNoReplace) == 0 {
		if hint &^= pageSize - 1; hint >= lowest && hint < userSpace && size <= userSpace-hint && t.isFree(hint, size) {
			return hint, 0
		}
		addr, ok := t.freeSpace(size)
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
	case flags&mapNoReplace != 0 && !t.isFree(hint, size):
		return 0, errExists
	}
	t.unmap(hint, hint+size)
	return hint, 0
}

// freeSpace returns an address with a hole after the mapping, so that running past its end is noticed. Addresses are
// not reused until there are no others.
func (t *thread) freeSpace(size uint64) (addr uint64, ok bool) {
	if size > userSpace {
		return 0, false
	}
	at := t.nextMap
	if !t.isFree(at, size+pageSize) {
		at = t.findFree(at, size)
	}
	if at > userSpace-size-pageSize {
		at = t.findFree(mapBase, size)
	}
	if at > userSpace-size {
		return 0, false
	}
	t.nextMap = at + size + pageSize
	return at, true
}

// fill copies a file into a fresh mapping, as much of the file as there is.
func (t *thread) fill(addr, size uint64, file *openFile, offset uint64) {
	b := make([]byte, min(size, maxTransfer))
	for done := uint64(0); done < size && !t.isInterrupted(); {
		part := b[:min(uint64(len(b)), size-done)]
		n, err := file.file.ReadAt(part, int64(offset+done))
		t.m.Spend(uint64(n))
		if t.m.WriteMemory(addr+done, part[:n]) != nil || err != nil {
			return
		}
		done += uint64(n)
	}
}

func (t *thread) munmap(a [6]uint64) uint64 {
	size, ok := pages(a[1])
	if !ok || size == 0 || a[0]%pageSize != 0 || a[0]+size < a[0] {
		return failure(errInvalid)
	}
	t.unmap(a[0], a[0]+size)
	return 0
}

// mprotect protects the pages before a hole even if it then fails, as Linux does.
func (t *thread) mprotect(a [6]uint64) uint64 {
	size, ok := pages(a[1])
	if a[0]%pageSize != 0 {
		return failure(errInvalid)
	}
	if !ok || a[0]+size < a[0] {
		return failure(errNoMemory)
	}
	end := t.mappedUntil(a[0], a[0]+size)
	if end > a[0] {
		t.m.Protect(a[0], end, protection(a[2]))
		t.protectReserved(a[0], end, protection(a[2]))
	}
	if end < a[0]+size {
		return failure(errNoMemory)
	}
	return 0
}

// madvise clears pages that the guest no longer needs, even if it then fails for a hole; other advice has no visible
// effect.
func (t *thread) madvise(a [6]uint64) uint64 {
	const dontNeed, populateRead = 4, 22
	size, ok := pages(a[1])
	end := a[0] + size
	switch {
	case a[0]%pageSize != 0 || !ok || end < a[0] || a[2] >= populateRead:
		return failure(errInvalid)
	}
	result := uint64(0)
	if t.mappedUntil(a[0], end) < end {
		result = failure(errNoMemory)
	}
	if a[2] != dontNeed {
		return result
	}
	for at := t.m.NextMapped(a[0]); at < end; at = t.m.NextMapped(at) {
		until := t.m.MappedUntil(at, end)
		t.m.Clear(at, until-at)
		at = until
	}
	return result
}

// mremap shrinks or grows a mapping, and moves it if it must and may.
func (t *thread) mremap(a [6]uint64) uint64 {
	const mayMove = 1
	old, oldSize, ok1 := a[0], a[1], true
	oldSize, ok1 = pages(oldSize)
	size, ok2 := pages(a[2])
	switch {
	case old%pageSize != 0, !ok1, !ok2, oldSize == 0, size == 0, a[3]&^mayMove != 0, old+oldSize < old:
		return failure(errInvalid)
	case !t.allows(old, oldSize, 0):
		return failure(errFault)
	case size <= oldSize:
		t.unmap(old+size, old+oldSize)
		return old
	case size-oldSize > t.room(), t.m.IsOfMemory(old): // a mapping of a file in memory does not grow
		return failure(errNoMemory)
	}
	rights := t.m.RightsAt(old)
	more := rv64.Region{Name: "mmap", Addr: old + oldSize, Size: size - oldSize, Rights: rights, Defined: true}
	if old+size <= userSpace && t.isFree(old+oldSize, size-oldSize) && t.m.Map(more) == nil {
		return old
	}
	if a[3]&mayMove == 0 {
		return failure(errNoMemory)
	}
	return t.move(old, oldSize, size, rights)
}

// move maps a new place for a mapping and moves the old content there.
func (t *thread) move(old, oldSize, size uint64, rights rv64.Rights) uint64 {
	if size > t.room() {
		return failure(errNoMemory)
	}
	addr, ok := t.freeSpace(size)
	if !ok || t.m.Map(rv64.Region{Name: "mmap", Addr: addr, Size: size, Rights: rights, Defined: true}) != nil {
		return failure(errNoMemory)
	}
	b := make([]byte, min(oldSize, maxTransfer))
	defined := make([]byte, len(b))
	for done := uint64(0); done < oldSize; {
		n := min(uint64(len(b)), oldSize-done)
		if t.m.ReadMemoryInto(old+done, b[:n], defined[:n]) != nil || t.m.WriteMemoryDefined(addr+done, b[:n], defined[:n]) != nil {
			return failure(errFault)
		}
		t.m.Spend(n)
		done += n
	}
	t.unmap(old, old+oldSize)
	return addr
}
