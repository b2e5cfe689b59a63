package rv64

import (
	"cmp"
	"slices"
	"sort"
)

// Space is where a value is.
type Space uint8

// The spaces of a Location.
const (
	InInteger Space = iota // integer register Register
	InFloat                // float register Register
	InMemory               // memory at integer register Register plus Offset
)

// Location is where a value is, and how it is represented.
type Location struct {
	Space    Space
	Register uint8
	Offset   int64
	// Size is the size of the value in bytes; at most 8 in a register.
	Size uint32
	// Canonical requires an integer of Bits bits (1 to 64) to be extended as the psABI says: up to 32 bits by its own
	// signedness to 32, and from there sign-extended to 64; from 33 bits on by its own signedness. In memory it must be
	// extended to Size bytes. In a float register Canonical requires a float of Size bytes to be boxed: the bits above
	// it are all ones.
	Canonical bool
	Bits      uint16
	Signed    bool
}

// LocationRecord makes the machine look at a location whenever execution reaches PC, before the instruction there. ID
// is for the host to choose.
type LocationRecord struct {
	PC  uint64
	ID  int
	Loc Location
}

// WatchAt replaces the location records. The slice is kept, and sorted by PC if it is not.
func (m *Machine) WatchAt(records []LocationRecord) {
	byPC := func(a, b LocationRecord) int { return cmp.Compare(a.PC, b.PC) }
	if !slices.IsSortedFunc(records, byPC) {
		slices.SortStableFunc(records, byPC)
	}
	m.locations = records
	m.ForgetCode()
}

// Observe has fn called with the bytes of a location and their defined bits whenever execution reaches its record. The
// slices are valid during the call only.
func (m *Machine) Observe(fn func(id int, raw, defined []byte)) { m.observer = fn }

// locationsAt returns the range of the location records of a pc.
func (m *Machine) locationsAt(pc uint64) (first, last int) {
	first = sort.Search(len(m.locations), func(i int) bool { return m.locations[i].PC >= pc })
	last = first
	for last < len(m.locations) && m.locations[last].PC == pc {
		last++
	}
	return first, last
}

// serveLocation looks at a location; one in unmapped memory is skipped.
func (m *Machine) serveLocation(k *LocationRecord) bool {
	raw, defined := m.peek(&k.Loc)
	if raw == nil {
		return true
	}
	if k.Loc.Canonical && m.config.Checks&CheckCanonical != 0 && !m.canonical(k, raw, defined) {
		return false
	}
	if m.observer != nil {
		m.observer(k.ID, raw, defined)
	}
	return true
}

// peek reads a location into buffers that the next peek overwrites.
func (m *Machine) peek(loc *Location) (raw, defined []byte) {
	size := int(loc.Size)
	for i := range m.scratch {
		if need := max(size, 8); cap(m.scratch[i]) < need {
			m.scratch[i] = make([]byte, need)
		}
	}
	raw, defined = m.scratch[0][:max(size, 8)], m.scratch[1][:max(size, 8)]
	switch loc.Space {
	case InInteger:
		putLittleEndian(raw, m.x[loc.Register&31], 8)
		putLittleEndian(defined, m.xm[loc.Register&31], 8)
		size = min(size, 8)
	case InFloat:
		putLittleEndian(raw, m.f[loc.Register&31], 8)
		putLittleEndian(defined, m.fm[loc.Register&31], 8)
		size = min(size, 8)
	default:
		if m.ReadMemoryInto(m.x[loc.Register&31]+uint64(loc.Offset), raw[:size], defined[:size]) != nil {
			return nil, nil
		}
	}
	return raw[:size], defined[:size]
}

// canonical checks that the upper bits of a value extend the lower ones, as far as both are defined.
func (m *Machine) canonical(k *LocationRecord, raw, defined []byte) bool {
	loc := &k.Loc
	if loc.Space == InFloat {
		return m.boxedFloat(k)
	}
	if loc.Bits == 0 || loc.Bits > 64 {
		return true
	}
	value, mask, width := uint64(0), uint64(0), uint(64)
	if loc.Space == InMemory {
		size := uint8(min(len(raw), 8))
		width = 8 * uint(size)
		for i := range uint(size) {
			value |= uint64(raw[i]) << (8 * i)
			mask |= uint64(defined[i]) << (8 * i)
		}
	} else {
		value, mask = m.x[loc.Register&31], m.xm[loc.Register&31]
	}
	if bad := uncanonical(value, mask, uint(loc.Bits), width, loc.Signed); bad != 0 {
		return m.broken(notCanonical, "value %d of %s%d is %#x, of which bits %#x are wrong", k.ID, map[bool]string{true: "i", false: "u"}[loc.Signed], loc.Bits, value, bad)
	}
	return true
}

// boxedFloat checks that the defined bits above a float in its register are ones.
func (m *Machine) boxedFloat(k *LocationRecord) bool {
	value, mask := m.f[k.Loc.Register&31], m.fm[k.Loc.Register&31]
	if bad := Unboxed(value, mask, k.Loc.Size); bad != 0 {
		return m.broken(notCanonical, "value %d of f%d is %#x, of which bits %#x are wrong", k.ID, 8*k.Loc.Size, value, bad)
	}
	return true
}

// Unboxed returns the defined bits above a float of size bytes (2, 4 or 8) that are not ones.
func Unboxed(value, mask uint64, size uint32) uint64 { return ^value & mask & (allBits << (8 * size)) }

// uncanonical returns the defined bits from n to width-1 that differ from the extension of the n bits below.
func uncanonical(value, mask uint64, n, width uint, signed bool) uint64 {
	if n >= 64 || n >= width {
		return 0
	}
	var want uint64
	if signed || n == 32 && width == 64 {
		if mask>>(n-1)&1 == 0 {
			return 0
		}
		want = -(value >> (n - 1) & 1)
	}
	upper := uint64(allBits) << n
	if width < 64 {
		upper &= 1<<width - 1
	}
	return (value ^ want) & mask & upper
}
