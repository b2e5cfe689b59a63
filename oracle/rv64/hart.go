package rv64

import "slices"

// hart is what each hart has of its own: registers, reservation, and what the checks know of its calls.
type hart struct {
	// PC is the address of the next instruction.
	PC uint64

	executing uint64 // address of the checking engine's last instruction

	x            [256]uint64 // element sink receives what is written to x0; as long as needs no check of a uint8
	xm           [64]uint64  // the defined bits of x
	f            [32]uint64
	fm           [32]uint64
	frm          uint8
	fp           environment // flags; rounding is set for each instruction
	vector       vectorState
	vectorShadow vectorShadow

	reserved     uint64
	reservedSize uint8
	fenced       uint64 // the end of the last fence whose store has not come, if accesses are watched
	conditionals uint8  // store-conditionals that held their reservation

	stack    *region // the region just below sp at Call
	frames   []frame
	from     provenance // of the registers, since the current call was entered
	writers  writers
	ceiling  uint64     // the caller's sp: where the current call's frame ends
	kept     []keptSlot // by call, outermost first
	isKept   []uint64   // a bit for each 8 bytes from keptBase, the start of the stack
	keptBase uint64
}

// Hart is a hart of a program that a machine is not executing at present.
type Hart struct{ state hart }

// NewHart returns a hart with the registers of the machine's present one, and no calls to return from.
func (m *Machine) NewHart() *Hart {
	h := &Hart{state: m.hart}
	s := &h.state
	s.vector, s.vectorShadow = m.Vector().state, m.vectorShadow.clone()
	s.reserved = noReservation
	s.forgetCalls()
	s.stack = nil
	return h
}

// forgetCalls makes a hart one that has no calls to return from, with storage of its own.
func (h *hart) forgetCalls() {
	h.frames, h.kept, h.isKept, h.keptBase = nil, nil, nil, 0
	h.from, h.ceiling, h.writers = atCall, allBits, writers{}
}

// Swap makes h the present hart of the machine and leaves in h the one that was. The new one has no reservation, as
// after a trap to an operating system.
func (m *Machine) Swap(h *Hart) {
	m.hart, h.state = h.state, m.hart
	m.reserved = noReservation
	m.code = nil
	m.findStack() // regions may have been split while the hart was away
}

// NewStack makes the region below sp the stack that the checks know of, and forgets the calls made on another.
func (m *Machine) NewStack() {
	m.forgetCalls()
	m.setStack(m.find(m.x[stackPointer] - 1))
}

// Fork returns a machine with a copy of the memory and of the present hart, which serves ecall with the same function.
func (m *Machine) Fork() *Machine {
	made := New(m.config)
	for _, r := range m.regions {
		if r.shared {
			same := *r
			same.chunks, same.executed, same.called, same.backing = nil, false, nil, &backing{base: r.base, size: r.size(), used: r.size()}
			made.regions = append(made.regions, &same)
			continue
		}
		copied := made.buffers(r.size(), r.fill != 0)
		copied.name, copied.base, copied.rights = r.name, r.base, r.rights
		*copied.backing = backing{base: r.base, size: r.size(), used: r.size()}
		copied.called = slices.Clone(r.called)
		copied.copyPages(r)
		made.regions = append(made.regions, copied)
	}
	made.mapped, made.steps, made.coverage = m.mapped, m.steps, m.coverage
	m.Spend(m.mapped)
	made.hart = m.NewHart().state
	made.frames, made.kept, made.isKept, made.keptBase = slices.Clone(m.frames), slices.Clone(m.kept), slices.Clone(m.isKept), m.keptBase
	made.from, made.ceiling, made.writers = m.from, m.ceiling, m.writers
	if m.stack != nil {
		made.stack = made.find(m.stack.base)
	}
	return made
}

// copyPages copies the pages of a region of the same size that are not clean. A part of a region does not know which
// these are.
func (r *region) copyPages(from *region) {
	for at := uint64(0); at < r.size(); at += pageSize {
		end := min(at+pageSize, r.size())
		word, bit := at/pageSize/64, uint64(1)<<(at/pageSize%64)
		isZero := from.isClean(word, bit) || allZero(from.data[at:end])
		if isZero && (from.mask == nil || from.isClean(word, bit) || from.unfilled != nil && from.unfilled[word]&bit != 0) {
			continue
		}
		copy(r.data[at:end], from.data[at:end])
		r.touch(at, end-at)
		if from.mask != nil {
			copy(r.masked(at, end-at), from.masked(at, end-at))
		}
	}
}

// isClean reports whether the page of a bit of dirty is as it was when the region was mapped.
func (r *region) isClean(word, bit uint64) bool {
	return !r.part && r.dirty[word]&bit == 0 && (!r.isMarked || r.marked[word]&bit == 0)
}

// allZero reports whether all bytes are zero.
func allZero(b []byte) bool {
	for _, v := range b {
		if v != 0 {
			return false
		}
	}
	return true
}

// SetSteps sets the number of instructions executed, for a program of several machines that share a clock.
func (m *Machine) SetSteps(n uint64) { m.steps = n }

// VectorContext is the state of the vector unit, as Linux shows it to the handler of a signal.
type VectorContext struct {
	VStart, VL, VType, VCSR uint64
	Registers               []byte // v0 to v31
}

// VectorContext returns the state of the vector unit.
func (m *Machine) VectorContext() VectorContext {
	v := &m.vector
	csr, _ := v.readCSR(csrVcsr)
	return VectorContext{VStart: v.vstart, VL: v.vl, VType: v.vtype, VCSR: csr, Registers: slices.Clone(v.registers[:])}
}

// SetVectorContext sets the state of the vector unit, all bits defined; vl is at most what vtype allows.
func (m *Machine) SetVectorContext(c VectorContext) {
	m.SetVType(c.VL, c.VType)
	m.vector.writeCSR(csrVcsr, c.VCSR)
	m.vector.writeCSR(csrVstart, c.VStart)
	copy(m.vector.registers[:], c.Registers)
	m.vectorShadow.defineAll()
}

// EnterHandler makes the hart continue at a handler, which returns to target with ra. To the checks it is a call.
func (m *Machine) EnterHandler(handler, target uint64) {
	m.SetX(linkRegister, target)
	if m.config.Checks&(CheckCalls|CheckThread|CheckClobber|CheckFrames) != 0 {
		m.pushFrame(handler, target)
	}
	m.PC = handler
}
