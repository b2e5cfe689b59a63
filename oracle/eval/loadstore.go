package eval

import "github.com/rvfuzz/rvfuzz/backend/air"

// readAt views the memory that an address operand (a pointer, or the pointer
// of a slice) names; the second result is false if the machine has stopped.
func (m *machine) readAt(s *step, o operand, size, align uint64) (view, bool) {
	addr, ok := m.defined(o, s)
	if !ok {
		return view{}, false
	}
	return m.readMemory(s, addr, size, align)
}

func (m *machine) readMemory(s *step, addr, size, align uint64) (view, bool) {
	v, fault := m.memory.read(addr, size, align)
	if fault != "" {
		m.illegal(fault, s)
	}
	return v, fault == ""
}

func (m *machine) writeMemory(s *step, addr, size, align uint64) (view, bool) {
	v, fault := m.memory.write(addr, size, align)
	if fault != "" {
		m.illegal(fault, s)
	}
	return v, fault == ""
}

// bitField is where a pointer to packed bits points: bits of the bytes at its
// address.
type bitField struct {
	host   uint64 // bytes accessed
	offset uint64 // in bits
	align  uint64
}

// bitFieldOf says what a bit pointer accesses.
func bitFieldOf(t *air.Type) bitField {
	f := bitField{host: uint64(t.HostSize), offset: uint64(t.BitOffset), align: max(uint64(t.PointerAlign), 1)}
	if t.VectorIndex >= 0 {
		f.offset = uint64(t.VectorIndex) * t.Elem.BitSize()
		f.host = (f.offset + t.Elem.BitSize() + 7) / 8
	}
	return f
}

// hasRuntimeIndex says that a pointer to a lane does not say which.
func hasRuntimeIndex(t *air.Type) bool {
	return t.IsBitPointer() && t.VectorIndex == air.RuntimeIndex
}

// get reads the bits into a slot.
func (f bitField) get(m *machine, dst operand, s shape, from view) {
	parts{packed: true}.load(m, dst, part{shape: s, offset: f.offset}, from)
}

// load builds a load through a pointer.
func (p *preparer) load(in *air.Inst, s *step) func(*machine, *step) {
	return loadThrough(p.typeOf(in, 0), s)
}

// loadThrough builds a load of s.result through the pointer s.a of type t.
func loadThrough(t *air.Type, s *step) func(*machine, *step) {
	s.align = t.PointeeAlign()
	switch {
	case s.result.class == empty:
		return nil
	case hasRuntimeIndex(t):
		return unsupported("load of a lane whose index is not in the pointer's type")
	case t.IsBitPointer():
		f := bitFieldOf(t)
		return func(m *machine, s *step) {
			if v, ok := m.readAt(s, s.a, f.host, f.align); ok {
				f.get(m, s.dst, s.result, v)
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

// runLoadWord is runLoad of what a register would hold: the loads that are most frequent.
func runLoadWord(m *machine, s *step) {
	addr := m.word(s.a)
	if addr.undef != 0 {
		m.illegal(undefinedUse, s)
		return
	}
	at, fault := m.memory.toRead(addr.bits, s.result.size, s.align)
	if fault != "" {
		m.illegal(fault, s)
		return
	}
	m.set(s.dst, readWord(m.memory.at(at, s.result.size)).and(s.n.mask))
}

func runLoad(m *machine, s *step) {
	if v, ok := m.readAt(s, s.a, s.result.size, s.align); ok {
		m.load(s.dst, s.result, v)
	}
}

// runLoadBool insists that the byte of a bool is 0 or 1.
func runLoadBool(m *machine, s *step) {
	v, ok := m.readAt(s, s.a, 1, 1)
	switch {
	case !ok:
	case v.data[0] > 1:
		m.illegal("a bool is neither 0 nor 1", s)
	default:
		m.load(s.dst, s.result, v)
	}
}

// storeInst builds store, store_safe and the atomic stores.
func (p *preparer) storeInst(in *air.Inst, s *step) func(*machine, *step) {
	safe := in.Tag == air.StoreSafe && p.isUndef(in, 1)
	return storeThrough(p.typeOf(in, 0), shapeOf(p.typeOf(in, 1)), safe, s)
}

// storeThrough builds a store of s.b through the pointer s.a of type t. A
// safe store of undefined writes the byte 0xAA instead.
func storeThrough(t *air.Type, value shape, safe bool, s *step) func(*machine, *step) {
	s.shape, s.align = value, t.PointeeAlign()
	switch {
	case value.class == empty:
		return nil
	case hasRuntimeIndex(t):
		return unsupported("store to a lane whose index is not in the pointer's type")
	case t.IsBitPointer():
		return storeBits(bitFieldOf(t))
	case safe:
		return func(m *machine, s *step) {
			if v, ok := m.writeAt(s, s.shape.size, s.align); ok {
				v.fill(safeByte, 0)
			}
		}
	}
	if value.class == inWord {
		return runStoreWord
	}
	return runStore
}

// safeByte is what the safe forms write for undefined.
const safeByte = 0xaa

// runStoreWord is runStore of what a register would hold.
func runStoreWord(m *machine, s *step) {
	addr := m.word(s.a)
	if addr.undef != 0 {
		m.illegal(undefinedUse, s)
		return
	}
	at, fault := m.memory.toWrite(addr.bits, s.shape.size, s.align)
	if fault != "" {
		m.illegal(fault, s)
		return
	}
	s.shape.fromWord(m.memory.at(at, s.shape.size), m.word(s.b))
}

func runStore(m *machine, s *step) {
	if v, ok := m.writeAt(s, s.shape.size, s.align); ok {
		m.store(v, s.shape, s.b)
	}
}

// writeAt views the memory at s.a to be overwritten.
func (m *machine) writeAt(s *step, size, align uint64) (view, bool) {
	addr, ok := m.defined(s.a, s)
	if !ok {
		return view{}, false
	}
	return m.writeMemory(s, addr, size, align)
}

// storeBits changes only the bits of the field.
func storeBits(f bitField) func(*machine, *step) {
	return func(m *machine, s *step) {
		if v, ok := m.writeAt(s, f.host, f.align); ok {
			parts{packed: true}.store(m, v, part{shape: s.shape, offset: f.offset}, s.b)
		}
	}
}

// alloc builds the address of a local of the frame, whose contents become
// undefined each time.
func (p *preparer) alloc(in *air.Inst, s *step) func(*machine, *step) {
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
func (p *preparer) retPtr(in *air.Inst, s *step) func(*machine, *step) {
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
