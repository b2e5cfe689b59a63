package rv64

// amoRows are A, Zacas, Zabha and Zalasr.
var amoRows = buildAmoRows()

func buildAmoRows() map[opcode]row {
	table := map[opcode]row{
		opAmocasQ: {name: "amocas.q", kind: kindCas128, size: 16},
		opLrW:     {name: "lr.w", kind: kindLR, size: 4, signed: true},
		opLrD:     {name: "lr.d", kind: kindLR, size: 8},
		opScW:     {name: "sc.w", kind: kindSC, size: 4},
		opScD:     {name: "sc.d", kind: kindSC, size: 8},
	}
	widths := []string{"b", "h", "w", "d"}
	for _, r := range []struct {
		op   opcode
		name string
		alu  func(a, b uint64) uint64
		mask func(a, b, ma, mb uint64) uint64
	}{
		{opAmoswapB, "amoswap.", func(_, b uint64) uint64 { return b }, func(_, _, _, mb uint64) uint64 { return mb }},
		{opAmoaddB, "amoadd.", add, maskAdd},
		{opAmoxorB, "amoxor.", xor, maskBoth},
		{opAmoandB, "amoand.", and, maskAnd},
		{opAmoorB, "amoor.", or, maskOr},
		{opAmominB, "amomin.", func(a, b uint64) uint64 { return uint64(min(int64(a), int64(b))) }, maskMin},
		{opAmomaxB, "amomax.", func(a, b uint64) uint64 { return uint64(max(int64(a), int64(b))) }, maskMax},
		{opAmominuB, "amominu.", func(a, b uint64) uint64 { return min(a, b) }, maskMinu},
		{opAmomaxuB, "amomaxu.", func(a, b uint64) uint64 { return max(a, b) }, maskMaxu},
	} {
		for i, width := range widths {
			table[r.op+opcode(i)] = row{name: r.name + width, kind: kindAmo, alu: r.alu, mask: r.mask, size: 1 << i, signed: true}
		}
	}
	for i, width := range widths {
		table[opAmocasB+opcode(i)] = row{name: "amocas." + width, kind: kindCas, size: 1 << i, signed: true}
		table[opLbAq+opcode(i)] = row{name: "l" + width + ".aq", kind: kindLR, size: 1 << i, signed: true}
		// A store with an order is a swap whose result goes nowhere.
		swap := table[opAmoswapB+opcode(i)]
		swap.name = "s" + width + ".rl"
		table[opSbRl+opcode(i)] = swap
	}
	return table
}

// extendTo sign-extends the low size bytes.
func extendTo(v uint64, size uint8) uint64 {
	shift := 64 - 8*uint(size)
	return uint64(int64(v<<shift) >> shift)
}

// amo reads, computes and writes. Both operands are sign-extended, which also preserves the unsigned order.
func (m *Machine) amo(s *inst, r *row) bool {
	addr := m.x[s.rs1&63]
	old, ok := m.readForUpdate(addr, r.size)
	if !ok {
		return false
	}
	old = extendTo(old, r.size)
	value := r.alu(old, extendTo(m.x[s.rs2&63], r.size))
	if !m.store(addr, value, r.size) {
		return false
	}
	m.x[s.rd&63] = old
	return true
}

// readForUpdate loads what an atomic will overwrite. It must be aligned, and every fault is that of a store.
func (m *Machine) readForUpdate(addr uint64, size uint8) (uint64, bool) {
	if addr&uint64(size-1) != 0 {
		return 0, m.fault("store-misaligned", addr)
	}
	if !m.Allows(addr, uint64(size), Read|Write) {
		return 0, m.fault("store-access", addr)
	}
	return m.load(addr, size)
}

func (m *Machine) compareAndSwap(s *inst, r *row) bool {
	addr := m.x[s.rs1&63]
	old, ok := m.readForUpdate(addr, r.size)
	if !ok {
		return false
	}
	old = extendTo(old, r.size)
	if old == extendTo(m.x[s.casRd()], r.size) && !m.store(addr, m.x[s.rs2&63], r.size) {
		return false
	}
	m.x[s.rd&63] = old
	return true
}

// casRd returns the register that holds the expected value: the one that rd names, even x0.
func (s *inst) casRd() uint8 { return s.rd & 31 }

// compareAndSwap128 works on even-odd pairs of registers; the pair of x0 is zero and never written.
func (m *Machine) compareAndSwap128(s *inst) bool {
	addr := m.x[s.rs1&63]
	if addr&15 != 0 {
		return m.fault("store-misaligned", addr)
	}
	if !m.Allows(addr, 16, Read|Write) {
		return m.fault("store-access", addr)
	}
	low, _ := m.load(addr, 8)
	high, _ := m.load(addr+8, 8)
	expectLow, expectHigh := m.pair(s.casRd())
	if low == expectLow && high == expectHigh {
		newLow, newHigh := m.pair(s.rs2 & 31)
		m.store(addr, newLow, 8)
		m.store(addr+8, newHigh, 8)
	}
	if s.casRd() != 0 {
		m.x[s.rd&31], m.x[(s.rd+1)&31] = low, high
	}
	return true
}

func (m *Machine) pair(register uint8) (low, high uint64) {
	if register == 0 {
		return 0, 0
	}
	return m.x[register&31], m.x[(register+1)&31]
}

// noReservation is not the address of an aligned access.
const noReservation = allBits

func (m *Machine) loadReserved(s *inst, r *row) bool {
	addr := m.x[s.rs1&63]
	if addr&uint64(r.size-1) != 0 {
		return m.fault("load-misaligned", addr)
	}
	value, ok := m.load(addr, r.size)
	if !ok {
		return false
	}
	if r.signed {
		value = extendTo(value, r.size)
	}
	if s.op == opLrW || s.op == opLrD {
		m.reserved, m.reservedSize = addr, r.size
	}
	m.x[s.rd&63] = value
	return true
}

// storeConditional succeeds exactly if the last load-reserved had the same address and width and no other
// store-conditional came between; with SpuriousSC not always then.
func (m *Machine) storeConditional(s *inst, r *row) bool {
	addr := m.x[s.rs1&63]
	if addr&uint64(r.size-1) != 0 {
		return m.fault("store-misaligned", addr)
	}
	held, succeeds := m.conditionalHolds(addr, r)
	m.reserved = noReservation
	if held {
		m.conditionals++
	}
	if !succeeds {
		m.x[s.rd&63] = 1
		return true
	}
	if !m.store(addr, m.x[s.rs2&63], r.size) {
		return false
	}
	m.x[s.rd&63] = 0
	return true
}

// conditionalHolds reports whether a store-conditional has its reservation, and whether it succeeds.
func (m *Machine) conditionalHolds(addr uint64, r *row) (held, succeeds bool) {
	held = m.reserved == addr && m.reservedSize == r.size
	return held, held && (!m.config.SpuriousSC || m.conditionals%4 != 0)
}
