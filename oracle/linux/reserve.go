package linux

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// reservation is a part of the address space that has no memory yet: one that cannot be accessed, or one that gets
// memory, commitSize bytes at a time, when it is accessed first.
type reservation struct {
	from, to uint64
	rights   rv64.Rights
}

// commitSize is the size and the alignment in bytes of the pieces in which a reservation gets memory.
const commitSize = 256 << 10

// maxReservations bounds the parts of the address space that are remembered.
const maxReservations = 1 << 14

// reserve makes a free part of the address space a reservation, and returns its address or a failure.
func (s *space) reserve(addr, size uint64, rights rv64.Rights) uint64 {
	if len(s.reserved) >= maxReservations {
		return failure(errNoMemory)
	}
	i := s.reservedFrom(addr)
	s.reserved = slices.Insert(s.reserved, i, reservation{addr, addr + size, rights})
	s.joinReserved(i)
	return addr
}

// reservedFrom returns the index of the first reservation that ends above an address.
func (s *space) reservedFrom(addr uint64) int {
	i, _ := slices.BinarySearchFunc(s.reserved, addr, func(r reservation, addr uint64) int {
		if r.to <= addr {
			return -1
		}
		return 1
	})
	return i
}

// joinReserved joins a reservation with its neighbours if they are alike.
func (s *space) joinReserved(i int) {
	for _, at := range []int{i, i - 1} {
		if at < 0 || at+1 >= len(s.reserved) {
			continue
		}
		if low, high := &s.reserved[at], s.reserved[at+1]; low.to == high.from && low.rights == high.rights {
			low.to = high.to
			s.reserved = slices.Delete(s.reserved, at+1, at+2)
		}
	}
}

// cutReserved makes two addresses borders between reservations, and returns the indices of those between them.
func (s *space) cutReserved(from, to uint64) (first, last int) {
	for _, border := range []uint64{from, to} {
		i := s.reservedFrom(border)
		if i < len(s.reserved) && s.reserved[i].from < border {
			high := s.reserved[i]
			high.from = border
			s.reserved[i].to = border
			s.reserved = slices.Insert(s.reserved, i+1, high)
		}
	}
	return s.reservedFrom(from), s.reservedFrom(to)
}

// unmap takes [from, to) out of the address space.
func (s *space) unmap(from, to uint64) {
	s.m.Unmap(from, to)
	first, last := s.cutReserved(from, to)
	s.reserved = slices.Delete(s.reserved, first, last)
	if s.races != nil {
		s.races.forget(from, to)
	}
}

// protectReserved changes the rights of the reservations in [from, to).
func (s *space) protectReserved(from, to uint64, rights rv64.Rights) {
	first, last := s.cutReserved(from, to)
	for i := first; i < last; i++ {
		s.reserved[i].rights = rights
	}
	for i := last; i >= first; i-- {
		s.joinReserved(i)
	}
}

// isFree reports whether nothing of [addr, addr+size) is in use.
func (s *space) isFree(addr, size uint64) bool {
	i := s.reservedFrom(addr)
	return s.m.IsFree(addr, size) && (i == len(s.reserved) || s.reserved[i].from >= addr+size)
}

// findFree returns the first page from an address on that begins size free bytes and a free page after them.
func (s *space) findFree(from, size uint64) uint64 {
	for {
		from = s.m.FreePages(from, size)
		i := s.reservedFrom(from)
		if i == len(s.reserved) || s.reserved[i].from >= from+size+pageSize {
			return from
		}
		from = s.reserved[i].to + pageSize
	}
}

// mappedUntil returns the first page in [from, to) that is not in use, or to.
func (s *space) mappedUntil(from, to uint64) uint64 {
	for at := from; ; {
		at = s.m.MappedUntil(at, to)
		i := s.reservedFrom(at)
		if at >= to || i == len(s.reserved) || s.reserved[i].from > at {
			return at
		}
		at = min(s.reserved[i].to, to)
	}
}

// isReserved reports whether an address is in a reservation.
func (s *space) isReserved(addr uint64) bool {
	i := s.reservedFrom(addr)
	return i < len(s.reserved) && s.reserved[i].from <= addr
}

// commit gives memory to the piece of a reservation around an address, or to as much of it as there is room for. It
// reports whether there is memory at the address now; full, whether the limit of memory is why not.
func (t *thread) commit(addr uint64, rights rv64.Rights) (ok, full bool) {
	i := t.reservedFrom(addr)
	if i == len(t.reserved) || t.reserved[i].from > addr || t.reserved[i].rights&rights != rights {
		return false, false
	}
	r := t.reserved[i]
	for _, size := range []uint64{commitSize, pageSize} {
		from := max(addr&^(size-1), r.from)
		to := min(addr&^(size-1)+size, r.to)
		if to-from > t.room() {
			continue
		}
		first, last := t.cutReserved(from, to)
		t.space.reserved = slices.Delete(t.reserved, first, last)
		err := t.m.Map(rv64.Region{Name: "mmap", Addr: from, Size: to - from, Rights: r.rights, Defined: true})
		return err == nil, err != nil
	}
	return false, true
}

// allows reports whether all of [addr, addr+size) is memory with the rights, after giving memory to reservations.
func (t *thread) allows(addr, size uint64, rights rv64.Rights) bool {
	if t.m.Allows(addr, size, rights) {
		return true
	}
	if size > t.config.MemoryLimit || len(t.reserved) == 0 {
		return false
	}
	for at := addr; at < addr+size; {
		if !t.m.Allows(at, 1, rights) {
			if ok, _ := t.commit(at, rights); !ok {
				return false
			}
		}
		at = t.m.MappedUntil(at&^(pageSize-1), addr+size)
	}
	return t.m.Allows(addr, size, rights)
}
