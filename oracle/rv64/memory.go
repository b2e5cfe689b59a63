package rv64

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sort"
)

// Rights are what a program may do with a region.
type Rights uint8

// The rights of a region.
const (
	Read Rights = 1 << iota
	Write
	Exec
)

// Region is a part of the address space as the host describes it. A program may touch nothing outside the regions, to
// the byte.
type Region struct {
	Name   string
	Addr   uint64
	Size   uint64
	Rights Rights
	// Data is the start of the content, which is copied; the rest is zero.
	Data []byte
	// Defined makes the bytes after Data count as written. Those of a stack should not.
	Defined bool
	// Shared makes a machine and those that fork from it share the memory.
	Shared bool
	// Memory, if set, is the memory of the region, from byte Offset on; Data is empty then. All regions of it, in this
	// machine and in others, see each other's stores.
	Memory *Memory
	Offset uint64
}

const pageSize = 4096

// region is a mapped Region. Its buffers are whole pages, made clean (data zero, mask all fill) when the region returns
// to the pool, which costs only the pages in dirty.
type region struct {
	name   string
	base   uint64
	rights Rights
	data   []byte   // its length is the size of the region
	mask   []byte   // a set bit is a defined bit; nil if not tracked; read through masked
	dirty  []uint64 // a bit for each page that may be unclean; if it is marked, since then
	fill   byte     // of a clean mask
	// unfilled has a bit for each page of the mask that is not filled yet; nil if all are. Otherwise a region of a
	// gigabyte would cost a second before its first byte is used.
	unfilled []uint64
	isMarked bool     // Rewind restores it
	marked   []uint64 // the pages that were dirty at Mark
	start    []byte   // Region.Data
	part     bool     // shares its buffers with another region, or did: kept out of the pool
	shared   bool     // see Region.Shared
	memory   *Memory  // see Region.Memory; data begins at its byte offset
	offset   uint64
	backing  *backing
	chunks   []*chunk // decoded instructions, nil in a region that was never executed
	executed bool     // a chunk is not all zero
	called   []uint64 // a bit for each halfword that a call returns to; see Config.AllowUnwind
}

// backing is host memory that holds one region, or what remains of it.
type backing struct {
	base, size uint64 // as a region
	used       uint64 // the sum of the remainders
}

func (r *region) size() uint64 { return uint64(len(r.data)) }
func (r *region) end() uint64  { return r.base + uint64(len(r.data)) }

// touch marks the pages of an access as no longer clean.
func (r *region) touch(offset, size uint64) {
	for page := offset / pageSize; page <= (offset+size-1)/pageSize; page++ {
		r.dirty[page/64] |= 1 << (page % 64)
	}
}

// masked returns the defined bits of size bytes, at least one.
func (r *region) masked(offset, size uint64) []byte {
	if r.unfilled != nil {
		r.fillPages(offset/pageSize, (offset+size-1)/pageSize)
	}
	return r.mask[offset : offset+size]
}

// fillPages fills the pages of the mask that are not filled yet.
func (r *region) fillPages(first, last uint64) {
	mask := r.mask[:cap(r.mask)]
	for page := first; page <= last; page++ {
		if word, bit := &r.unfilled[page/64], uint64(1)<<(page%64); *word&bit != 0 {
			*word &^= bit
			setAll(mask[page*pageSize:min((page+1)*pageSize, uint64(len(mask)))], r.fill)
		}
	}
}

// clean makes the buffers as new.
func (r *region) clean() {
	if r.isMarked {
		for i, word := range r.marked {
			r.dirty[i] |= word
		}
		r.isMarked = false
	}
	r.start = nil
	data, mask := r.data[:cap(r.data)], r.mask[:cap(r.mask)]
	for i, word := range r.dirty {
		for page := i * 64; word != 0; page, word = page+1, word>>1 {
			if word&1 == 0 {
				continue
			}
			at := page * pageSize
			clear(data[at : at+pageSize])
			if len(mask) != 0 {
				setAll(mask[at:at+pageSize], r.fill)
			}
		}
		r.dirty[i] = 0
	}
	r.forgetCode()
	r.called = nil
}

func setAll(b []byte, v byte) {
	if len(b) == 0 {
		return
	}
	b[0] = v
	for done := 1; done < len(b); done *= 2 {
		copy(b[done:], b[:done])
	}
}

// Map adds a region. It returns an error if the region is empty, wraps around the address space, has more data than
// room, overlaps another region, covers ReturnAddress, or exceeds the memory limit.
func (m *Machine) Map(r Region) error {
	switch {
	case r.Size == 0:
		return fmt.Errorf("rv64: region %s at %#x is empty", r.Name, r.Addr)
	case r.Addr+r.Size < r.Addr:
		return fmt.Errorf("rv64: region %s at %#x of size %#x exceeds the address space", r.Name, r.Addr, r.Size)
	case uint64(len(r.Data)) > r.Size:
		return fmt.Errorf("rv64: region %s has %d bytes of data for %d of room", r.Name, len(r.Data), r.Size)
	case r.Addr <= ReturnAddress && ReturnAddress < r.Addr+r.Size:
		return fmt.Errorf("rv64: region %s covers the return address %#x", r.Name, uint64(ReturnAddress))
	case r.Size > m.config.MemoryLimit-m.mapped:
		return fmt.Errorf("rv64: region %s of size %#x exceeds the memory limit of %#x", r.Name, r.Size, m.config.MemoryLimit)
	}
	at := sort.Search(len(m.regions), func(i int) bool { return m.regions[i].end() > r.Addr })
	if at < len(m.regions) && m.regions[at].base < r.Addr+r.Size {
		return fmt.Errorf("rv64: region %s at %#x overlaps region %s at %#x", r.Name, r.Addr, m.regions[at].name, m.regions[at].base)
	}
	made := m.buffersOf(r)
	made.name, made.base, made.rights, made.start = r.Name, r.Addr, r.Rights, r.Data
	made.shared, made.part = r.Shared || r.Memory != nil, r.Shared || r.Memory != nil
	*made.backing = backing{base: r.Addr, size: r.Size, used: r.Size}
	if len(r.Data) > 0 {
		made.touch(0, uint64(len(r.Data)))
		copy(made.data, r.Data)
		if made.mask != nil && made.fill != 0xff {
			setAll(made.mask[:len(r.Data)], 0xff)
		}
	}
	m.insert(at, made)
	m.mapped += r.Size
	m.Spend(r.Size)
	return nil
}

func (m *Machine) insert(at int, r *region) {
	m.regions = slices.Insert(m.regions, at, r)
	m.last = r
}

// buffersOf returns the buffers of a new region.
func (m *Machine) buffersOf(r Region) *region {
	if r.Memory == nil {
		return m.buffers(r.Size, r.Defined)
	}
	made := &region{memory: r.Memory, offset: r.Offset, dirty: make([]uint64, r.Size/pageSize/64+1), fill: 0xff, backing: &backing{}}
	made.view(r.Size, m.tracking())
	return made
}

// buffers returns a clean region of the size, from the pool if it has one.
func (m *Machine) buffers(size uint64, defined bool) *region {
	fill := byte(0)
	if defined {
		fill = 0xff
	}
	pages := (size + pageSize - 1) / pageSize
	for i := len(m.pool) - 1; i >= 0; i-- {
		r := m.pool[i]
		if uint64(cap(r.data)) != pages*pageSize || m.tracking() && r.fill != fill {
			continue
		}
		m.pool[i] = m.pool[len(m.pool)-1]
		m.pool = m.pool[:len(m.pool)-1]
		r.data = r.data[:size]
		if r.mask != nil {
			r.mask = r.mask[:size]
		}
		return r
	}
	r := &region{data: make([]byte, size, pages*pageSize), dirty: make([]uint64, (pages+63)/64), fill: fill, backing: &backing{}}
	if m.tracking() {
		r.mask = make([]byte, size, pages*pageSize)
		switch {
		case !defined:
		case size <= filledAtOnce:
			setAll(r.mask[:cap(r.mask)], fill)
		default:
			r.unfilled = make([]uint64, (pages+63)/64)
			for i := range r.unfilled {
				r.unfilled[i] = allBits
			}
		}
	}
	return r
}

// filledAtOnce is the size of the largest region whose mask is filled at once, not page by page as it is used.
const filledAtOnce = 1 << 20

// poolLimit bounds the number of unused regions that a machine keeps, and poolSize the size of each.
const (
	poolLimit = 64
	poolSize  = 16 << 20
)

// unmapAll returns every region to the pool.
func (m *Machine) unmapAll() {
	for i, r := range m.regions {
		m.retire(r)
		m.regions[i] = nil
	}
	m.regions = m.regions[:0]
	m.mapped, m.last, m.code = 0, nil, nil
	m.forgetPages()
	m.countCode()
}

// retire returns a region to the pool, unless that is full.
func (m *Machine) retire(r *region) {
	if !r.part && len(m.pool) < poolLimit && cap(r.data) <= poolSize {
		r.clean()
		m.pool = append(m.pool, r)
		return
	}
	m.keptCode -= r.places()
}

// find returns the region that holds an address, or nil.
func (m *Machine) find(addr uint64) *region {
	if r := m.last; r != nil && addr-r.base < uint64(len(r.data)) {
		return r
	}
	low, high := 0, len(m.regions)
	for low < high {
		middle := int(uint(low+high) / 2)
		if m.regions[middle].end() <= addr && m.regions[middle].end() != 0 {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low < len(m.regions) && addr-m.regions[low].base < m.regions[low].size() {
		m.last = m.regions[low]
		return m.last
	}
	return nil
}

// Allows reports whether every byte of [addr, addr+size) is in a region with the rights.
func (m *Machine) Allows(addr, size uint64, rights Rights) bool {
	for size > 0 {
		r := m.find(addr)
		if r == nil || r.rights&rights != rights {
			return false
		}
		here := min(size, r.size()-(addr-r.base))
		addr, size = addr+here, size-here
	}
	return true
}

func (m *Machine) mayStore(addr, size uint64) bool { return m.Allows(addr, size, Write) }

// RightsAt returns the rights of the region that holds an address; 0 if nothing is mapped there.
func (m *Machine) RightsAt(addr uint64) Rights {
	if r := m.find(addr); r != nil {
		return r.rights
	}
	return 0
}

// Mapped returns the sum of the sizes of the regions in bytes.
func (m *Machine) Mapped() uint64 { return m.mapped }

// load reads size bytes (1, 2, 4 or 8), little-endian.
func (m *Machine) load(addr uint64, size uint8) (uint64, bool) {
	if addr&uint64(size-1) != 0 && m.config.TrapMisaligned {
		return 0, m.fault("load-misaligned", addr)
	}
	r := m.find(addr)
	if r == nil || r.rights&Read == 0 {
		return 0, m.fault("load-access", addr)
	}
	offset := addr - r.base
	if uint64(size) > r.size()-offset {
		return m.loadAcross(addr, size)
	}
	return littleEndian(r.data[offset:], size), true
}

func littleEndian(b []byte, size uint8) uint64 {
	switch size {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.LittleEndian.Uint16(b))
	case 4:
		return uint64(binary.LittleEndian.Uint32(b))
	}
	return binary.LittleEndian.Uint64(b)
}

func putLittleEndian(b []byte, v uint64, size uint8) {
	switch size {
	case 1:
		b[0] = byte(v)
	case 2:
		binary.LittleEndian.PutUint16(b, uint16(v))
	case 4:
		binary.LittleEndian.PutUint32(b, uint32(v))
	default:
		binary.LittleEndian.PutUint64(b, v)
	}
}

// loadAcross reads byte by byte a value that begins in one region and ends in another.
func (m *Machine) loadAcross(addr uint64, size uint8) (uint64, bool) {
	var value uint64
	for i := range uint64(size) {
		r := m.find(addr + i)
		if r == nil || r.rights&Read == 0 {
			return 0, m.fault("load-access", addr+i)
		}
		value |= uint64(r.data[addr+i-r.base]) << (8 * i)
	}
	return value, true
}

// store writes the low size bytes of value.
func (m *Machine) store(addr, value uint64, size uint8) bool {
	if addr&uint64(size-1) != 0 && m.config.TrapMisaligned {
		return m.fault("store-misaligned", addr)
	}
	r := m.find(addr)
	if r == nil || r.rights&Write == 0 {
		return m.fault("store-access", addr)
	}
	offset := addr - r.base
	if uint64(size) > r.size()-offset {
		return m.storeAcross(addr, value, size)
	}
	r.touch(offset, uint64(size))
	putLittleEndian(r.data[offset:], value, size)
	return true
}

func (m *Machine) storeAcross(addr, value uint64, size uint8) bool {
	if !m.mayStore(addr, uint64(size)) {
		return m.fault("store-access", addr)
	}
	for i := range uint64(size) {
		r := m.find(addr + i)
		r.touch(addr+i-r.base, 1)
		r.data[addr+i-r.base] = byte(value >> (8 * i))
	}
	return true
}

// page is one guest page that an engine may access without looking for its region. base is noPage if the entry is
// empty.
type page struct {
	base  uint64
	bytes *[pageSize]byte
}

// noPage is not the base of a page: its low bits are set.
const noPage = allBits

// forgetPages empties the page caches, after any change of the regions.
func (m *Machine) forgetPages() {
	for i := range m.readPages {
		m.readPages[i] = page{base: noPage}
		m.writePages[i] = page{base: noPage}
	}
}

// cachePage caches the page of addr if one region with the right covers all of it.
func (m *Machine) cachePage(cache *[cachedPages]page, addr uint64, right Rights) {
	r := m.find(addr)
	base := addr &^ (pageSize - 1)
	if r == nil || r.rights&right == 0 || base < r.base || r.end()-base < pageSize {
		return
	}
	offset, at := base-r.base, addr/pageSize%cachedPages
	cache[at] = page{base, (*[pageSize]byte)(r.data[offset:])}
	masks := &m.readMasks
	if cache == &m.writePages {
		r.touch(offset, pageSize)
		masks = &m.writeMasks
	}
	if r.mask != nil {
		masks[at] = (*[pageSize]byte)(r.masked(offset, pageSize))
	}
}

// cachedPages is the number of entries of a page cache; a power of two.
const cachedPages = 256

// ReadMemory copies memory whatever its rights, and returns its defined bits (all in a machine without CheckUndefined).
// It returns an error if not all of it is mapped.
func (m *Machine) ReadMemory(addr uint64, dst []byte) (defined []byte, err error) {
	defined = make([]byte, len(dst))
	return defined, m.ReadMemoryInto(addr, dst, defined)
}

// ReadMemoryInto is ReadMemory into the caller's buffers, of equal length; defined may be nil.
func (m *Machine) ReadMemoryInto(addr uint64, dst, defined []byte) error {
	return m.each(addr, uint64(len(dst)), func(r *region, offset, done, n uint64) {
		copy(dst[done:done+n], r.data[offset:])
		switch {
		case defined == nil:
		case r.mask == nil:
			setAll(defined[done:done+n], 0xff)
		default:
			copy(defined[done:done+n], r.masked(offset, n))
		}
	})
}

// WriteMemory writes memory whatever its rights and makes it defined. It returns an error if not all of it is mapped.
func (m *Machine) WriteMemory(addr uint64, src []byte) error {
	return m.WriteMemoryDefined(addr, src, nil)
}

// WriteMemoryDefined is WriteMemory with a mask of the defined bits; nil means all.
func (m *Machine) WriteMemoryDefined(addr uint64, src, defined []byte) error {
	return m.each(addr, uint64(len(src)), func(r *region, offset, done, n uint64) {
		r.touch(offset, n)
		copy(r.data[offset:offset+n], src[done:])
		if r.executed {
			m.ForgetCode()
		}
		switch {
		case r.mask == nil:
		case defined == nil:
			setAll(r.masked(offset, n), 0xff)
		default:
			copy(r.masked(offset, n), defined[done:])
		}
	})
}

// Undefine makes memory count as never written. It returns an error if not all of it is mapped.
func (m *Machine) Undefine(addr, size uint64) error {
	return m.each(addr, size, func(r *region, offset, _, n uint64) {
		if r.mask != nil {
			r.touch(offset, n)
			clear(r.masked(offset, n))
		}
	})
}

// Clear sets the mapped bytes of [addr, addr+size) to defined zeros, whatever their rights.
func (m *Machine) Clear(addr, size uint64) {
	m.Spend(size)
	for at := addr; at < addr+size; {
		r := m.find(at)
		if r == nil { // a region that begins or ends within a page
			at++
			continue
		}
		n := min(r.end(), addr+size) - at
		r.touch(at-r.base, n)
		clear(r.data[at-r.base:][:n])
		if r.mask != nil {
			setAll(r.masked(at-r.base, n), 0xff)
		}
		at += n
	}
}

// each calls visit for the part of [addr, addr+size) that lies in each region.
func (m *Machine) each(addr, size uint64, visit func(r *region, offset, done, n uint64)) error {
	for done := uint64(0); done < size; {
		r := m.find(addr + done)
		if r == nil {
			return fmt.Errorf("rv64: no memory at %#x", addr+done)
		}
		offset := addr + done - r.base
		n := min(size-done, r.size()-offset)
		visit(r, offset, done, n)
		done += n
	}
	return nil
}
