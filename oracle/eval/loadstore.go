package eval

import "github.com/rvfuzz/rvfuzz/backend/air"

// locate returns where the bytes lie that are offset behind the address operand o; ok is false if the machine has
// stopped.
func (m *machine) locate(kind access, s *step, o operand, offset, size, align uint64) (at int, ok bool) {
	addr := m.word(o)
	if addr.undef != 0 {
		m.illegal(undefinedUse, s)
		return 0, false
	}
	at, fault := m.memory.access(kind, addr.bits+offset, size, align)
	if fault != "" {
		m.illegal(fault, s)
		return 0, false
	}
	m.wrote(kind, s, addr.bits+offset, size)
	return at, true
}

// pointee views the bytes that locate finds.
func (m *machine) pointee(kind access, s *step, o operand, offset, size, align uint64) (view, bool) {
	at, ok := m.locate(kind, s, o, offset, size, align)
	if !ok {
		return view{}, false
	}
	return m.memory.at(at, size), true
}

// access views the memory [addr, addr+size); ok is false if the machine has stopped.
func (m *machine) access(kind access, s *step, addr, size, align uint64) (v view, ok bool) {
	at, fault := m.memory.access(kind, addr, size, align)
	if fault != "" {
		m.illegal(fault, s)
		return view{}, false
	}
	m.wrote(kind, s, addr, size)
	return m.memory.at(at, size), true
}

// wrote passes a write to Config.Wrote.
func (m *machine) wrote(kind access, s *step, addr, size uint64) {
	if f := m.program.config.Wrote; f != nil && kind == writing {
		f(Write{Func: m.fn.index, Inst: s.inst, Addr: addr, Size: size})
	}
}

// bitField is where a pointer to packed bits points: bits of the bytes at its address.
type bitField struct {
	host   uint64 // bytes accessed
	offset uint64 // in bits
	align  uint64
}

// bitFieldOf returns what a bit pointer accesses.
func bitFieldOf(t *air.Type) bitField {
	f := bitField{host: uint64(t.HostSize), offset: uint64(t.BitOffset), align: max(uint64(t.PointerAlign), 1)}
	if t.VectorIndex >= 0 {
		f.offset = uint64(t.VectorIndex) * t.Elem.BitSize()
		f.host = (f.offset + t.Elem.BitSize() + 7) / 8
	}
	return f
}

// hasRuntimeIndex reports whether t is a pointer to a lane that its type does not name.
func hasRuntimeIndex(t *air.Type) bool { return t.IsBitPointer() && t.VectorIndex == air.RuntimeIndex }

// load builds load and atomic_load.
func load(p *preparer, in *air.Inst, s *step) handler { return loadThrough(p.typeOf(in, 0), s) }

// loadThrough builds a load of s.result through the pointer s.a of type t.
func loadThrough(t *air.Type, s *step) handler {
	s.align = t.PointeeAlign()
	switch {
	case s.result.class == empty:
		return nil
	case hasRuntimeIndex(t):
		return unsupported("load of a lane whose index is not in the pointer's type")
	case t.IsBitPointer():
		f := bitFieldOf(t)
		return func(m *machine, s *step) {
			if v, ok := m.pointee(reading, s, s.a, 0, f.host, f.align); ok {
				parts{packed: true}.load(m, s.dst, part{shape: s.result, offset: f.offset}, v)
			}
		}
	case s.result.isBool:
		return runLoadBool
	case s.result.class == inWord:
		s.n = widthOf(s.result)
		return runLoadWord
	}
	return runLoad
}

// runLoadWord is runLoad of what a register would hold: the most frequent loads.
func runLoadWord(m *machine, s *step) {
	if at, ok := m.locate(reading, s, s.a, 0, s.result.stored, s.align); ok {
		m.set(s.dst, readWord(m.memory.at(at, s.result.stored)).and(s.n.mask))
	}
}

func runLoad(m *machine, s *step) {
	if v, ok := m.pointee(reading, s, s.a, 0, s.result.stored, s.align); ok {
		m.load(s.dst, s.result, v)
	}
}

// runLoadBool requires that the byte of a bool is 0 or 1.
func runLoadBool(m *machine, s *step) {
	v, ok := m.pointee(reading, s, s.a, 0, 1, 1)
	switch {
	case !ok:
	case v.data[0] > 1:
		m.illegal("a bool is neither 0 nor 1", s)
	default:
		m.load(s.dst, s.result, v)
	}
}

// safeByte is what the safe forms of store and memset write for the undefined constant, which the others leave
// undefined.
const (
	safeByte    = 0xaa
	asUndefined = false
	asSafeBytes = true
)

// store builds store, store_safe and the atomic stores.
func store(safe bool) builder {
	return func(p *preparer, in *air.Inst, s *step) handler {
		value := shapeOf(p.typeOf(in, 1))
		safe := safe && p.isUndef(in, 1)
		bytes := value.stored
		if safe || in.Tag.Row().Rule == air.AtomicStoreRule {
			bytes = value.size
		}
		return storeThrough(p.typeOf(in, 0), value, bytes, safe, s)
	}
}

// storeThrough builds a store of s.b, or of safe bytes, through the pointer s.a of type t; it writes so many bytes.
func storeThrough(t *air.Type, value shape, bytes uint64, safe bool, s *step) handler {
	s.shape, s.align, s.num = value, t.PointeeAlign(), bytes
	switch {
	case value.class == empty:
		return nil
	case hasRuntimeIndex(t):
		return unsupported("store to a lane whose index is not in the pointer's type")
	case t.IsBitPointer():
		return storeBits(bitFieldOf(t))
	case safe:
		return func(m *machine, s *step) {
			if v, ok := m.pointee(writing, s, s.a, 0, s.num, s.align); ok {
				v.fill(safeByte, 0)
			}
		}
	case value.class == inWord:
		return runStoreWord
	}
	return func(m *machine, s *step) {
		if v, ok := m.pointee(writing, s, s.a, 0, s.num, s.align); ok {
			m.store(v, s.shape, s.b)
		}
	}
}

// runStoreWord stores what a register would hold.
func runStoreWord(m *machine, s *step) {
	if at, ok := m.locate(writing, s, s.a, 0, s.num, s.align); ok {
		s.shape.fromWord(m.memory.at(at, s.num), m.word(s.b))
	}
}

// storeBits changes only the bits of the field.
func storeBits(f bitField) handler {
	return func(m *machine, s *step) {
		if v, ok := m.pointee(writing, s, s.a, 0, f.host, f.align); ok {
			parts{packed: true}.store(m, v, part{shape: s.shape, offset: f.offset}, s.b)
		}
	}
}

// alloc builds the address of a local of the frame, whose contents become undefined each time.
func alloc(p *preparer, in *air.Inst, s *step) handler {
	l := local{in.Type.Elem.Size(), in.Type.PointeeAlign()}
	p.fn.locals = append(p.fn.locals, l)
	p.fn.localBytes += l.size
	s.num = uint64(len(p.fn.locals) - 1)
	return func(m *machine, s *step) {
		o := &m.memory.stack[m.frame.memory.objects+int(s.num)]
		m.charge(o.size)
		m.memory.contents(o).forget()
		m.set(s.dst, word{bits: o.addr})
	}
}

// retPtr builds the address of the result, one object per frame.
func retPtr(p *preparer, in *air.Inst, s *step) handler {
	if p.retSlot < 0 {
		p.fn.locals = append(p.fn.locals, local{})
		p.retSlot = len(p.fn.locals) - 1
	}
	l := &p.fn.locals[p.retSlot]
	p.fn.localBytes += max(l.size, in.Type.Elem.Size()) - l.size
	l.size = max(l.size, in.Type.Elem.Size())
	l.align = max(l.align, in.Type.PointeeAlign())
	s.num = uint64(p.retSlot)
	return func(m *machine, s *step) {
		m.set(s.dst, word{bits: m.memory.stack[m.frame.memory.objects+int(s.num)].addr})
	}
}
