package eval

import "github.com/rvfuzz/rvfuzz/backend/air"

// extent is how an operand of memset or memcpy describes its memory: an address and, unless it is a many-item pointer,
// a number of elements.
type extent struct {
	isSlice  bool
	hasCount bool
	count    uint64 // of the array that it points to
	elem     *air.Type
	align    uint64
}

func extentOf(t *air.Type) extent {
	e := extent{isSlice: t.IsSlice(), hasCount: t.IsSlice(), elem: t.Element(), align: t.PointeeAlign()}
	if t.PointerSize == air.One && t.Elem.Kind == air.Array {
		e.hasCount, e.count = true, t.Elem.Len
	}
	return e
}

// read returns the address and the number of elements.
func (e extent) read(m *machine, o operand, s *step) (addr, count uint64, ok bool) {
	if !e.isSlice {
		addr, ok = m.defined(o, s)
		return addr, e.count, ok
	}
	v := m.view(o)
	ptr, length := readWord(v.slice(0, 8)), readWord(v.slice(8, 8))
	if ptr.undef|length.undef != 0 {
		m.illegal(undefinedUse, s)
		return 0, 0, false
	}
	return ptr.bits, length.bits, true
}

// bytes returns the size of count elements; one that exceeds the address space becomes 1 << 62, which no object has.
func (e extent) bytes(count uint64) uint64 {
	size := e.elem.Size()
	if size != 0 && count > 1<<48/size {
		return 1 << 62
	}
	return count * size
}

// memset builds a fill of every element of s.a with the value s.b.
func memset(safe bool) builder {
	return func(p *preparer, in *air.Inst, s *step) handler {
		return memsetThrough(p, in, safe && p.isUndef(in, 1), s)
	}
}

func memsetThrough(p *preparer, in *air.Inst, safe bool, s *step) handler {
	dest := extentOf(p.typeOf(in, 0))
	if !dest.hasCount {
		return unsupported("memset through " + p.typeOf(in, 0).String())
	}
	s.shape = shapeOf(p.typeOf(in, 1))
	if s.shape.class == empty {
		return nil
	}
	return func(m *machine, s *step) {
		addr, count, ok := dest.read(m, s.a, s)
		if !ok || count == 0 {
			return
		}
		to, ok := m.access(writing, s, addr, dest.bytes(count), dest.align)
		m.charge(uint64(len(to.data)))
		switch {
		case !ok:
		case safe:
			to.fill(safeByte, 0)
		default:
			value := m.source(s.shape, s.b)
			for at := uint64(0); at < uint64(len(to.data)); at += s.shape.size {
				to.slice(at, s.shape.size).copyFrom(value)
			}
		}
	}
}

// copyMemory builds memcpy, whose operands must not overlap, and memmove.
func copyMemory(mayOverlap bool) builder {
	return func(p *preparer, in *air.Inst, _ *step) handler { return copyBetween(p, in, mayOverlap) }
}

func copyBetween(p *preparer, in *air.Inst, mayOverlap bool) handler {
	dest, source := extentOf(p.typeOf(in, 0)), extentOf(p.typeOf(in, 1))
	if !dest.hasCount && !source.hasCount {
		return unsupported("copy of unknown length")
	}
	return func(m *machine, s *step) {
		to, count, ok := dest.read(m, s.a, s)
		if !ok {
			return
		}
		from, sourceCount, ok := source.read(m, s.b, s)
		switch {
		case !ok:
			return
		case !dest.hasCount:
			count = sourceCount
		case source.hasCount && sourceCount != count:
			m.illegal("copy between unequal lengths", s)
			return
		}
		m.copyBytes(s, to, from, dest.bytes(count), [2]uint64{dest.align, source.align}, mayOverlap)
	}
}

func (m *machine) copyBytes(s *step, to, from, size uint64, align [2]uint64, mayOverlap bool) {
	switch {
	case size == 0:
		return
	case !mayOverlap && to-from < size || !mayOverlap && from-to < size:
		m.illegal("copy between overlapping ranges", s)
		return
	}
	source, ok := m.access(reading, s, from, size, align[1])
	if !ok {
		return
	}
	if dest, ok := m.access(writing, s, to, size, align[0]); ok {
		m.charge(size)
		dest.copyFrom(source)
	}
}
