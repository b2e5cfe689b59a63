package rv64

import "encoding/binary"

// The defined bits of a vector result are found by trial, since rules for several hundred operations would be as long
// as the operations: the instruction is executed with its undefined bits as they are, inverted, all zeros, all ones and
// at random, and a result bit that is always the same counts as defined. So no bit counts as undefined by mistake; one
// that depends on undefined bits in a way that five trials do not show counts as defined by mistake. Loads and stores
// copy the defined bits of memory and registers.

// vectorShadow holds the defined bits of the vector registers, now and after the instruction that is being tried.
type vectorShadow struct {
	defined, next []byte
	x, f          uint64 // of rd, after the instruction
	trial         trial
	vlenb         uint64
	// before and after are the registers of the instruction that is being tried.
	before, after []byte
}

// trial is how the defined bits of an instruction's result are found.
type trial uint8

const (
	trialNeeded trial = iota
	trialQuick        // all that it reads is defined: see defineQuick
	trialSet          // it writes rd only
)

func newVectorShadow(vlen uint64) vectorShadow {
	registers := func() []byte { return make([]byte, 32*vlen/8) }
	return vectorShadow{vlenb: vlen / 8, defined: registers(), next: registers(), before: registers(), after: registers()}
}

// clone returns a copy that shares nothing.
func (v *vectorShadow) clone() vectorShadow {
	c := newVectorShadow(8 * v.vlenb)
	copy(c.defined, v.defined)
	return c
}

// element returns the mask of an element whose value vectorState.element returns, and setElement sets it.
func (v *vectorShadow) element(register, i, size uint64) uint64 {
	return littleEndian(v.defined[register*v.vlenb+i*size:], uint8(size))
}

func (v *vectorShadow) setElement(register, i, size, mask uint64) {
	putLittleEndian(v.defined[register*v.vlenb+i*size:], mask, uint8(size))
}

// defineAll makes all vector registers defined.
func (v *vectorShadow) defineAll() { setAll(v.defined, 0xff) }

// all reports whether count bytes from the start of a register are defined.
func (v *vectorShadow) all(register, count uint64) bool {
	return isAllOnes(v.defined[register*v.vlenb:][:count])
}

// allBits reports whether so many bits from the start of a register on are defined, as those of a mask.
func (v *vectorShadow) allBits(register, count uint64) bool {
	last := v.defined[register*v.vlenb+count/8:]
	return v.all(register, count/8) && (count%8 == 0 || ^last[0]&(1<<(count%8)-1) == 0)
}

func isAllOnes(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		if binary.LittleEndian.Uint64(b) != allBits {
			return false
		}
	}
	for _, byte := range b {
		if byte != 0xff {
			return false
		}
	}
	return true
}

// shadowVector ends the execution if the address, the mask, or the vector type or length of a vector instruction is
// undefined, and finds the bits that will be defined after it.
func (m *Machine) shadowVector(s *inst, r *row) bool {
	word := uint32(s.imm)
	rs1, rs2 := uint8(word>>15&31), uint8(word>>20&31)
	shadow := &m.vectorShadow
	shadow.trial = trialNeeded
	switch {
	case isVectorAccess(word):
		return m.shadowVectorAccess(word, rs1, rs2)
	case word>>12&7 != formSet || word&0x7f != majorVector:
		if r.quick != nil && !m.watched && m.quickDefined(word, r) {
			shadow.trial = trialQuick
			return true
		}
		m.tryVector(word, r.vector)
		return true
	case word>>30 != 3 && m.xm[rs1] != allBits: // all but vsetivli
		return m.undefined("undefined-csr", rs1)
	case word>>30 == 2 && m.xm[rs2] != allBits: // vsetvl
		return m.undefined("undefined-csr", rs2)
	}
	shadow.trial = trialSet
	return true
}

// indexWidths has the size of an index in bytes, by the width field.
var indexWidths = [8]uint64{0: 1, 5: 2, 6: 4, 7: 8}

func (m *Machine) shadowVectorAccess(word uint32, rs1, rs2 uint8) bool {
	mode, shadow, masked := word>>26&3, &m.vectorShadow, word>>25&1 == 0
	switch {
	case m.xm[rs1] != allBits:
		return m.undefined("undefined-address", rs1)
	case mode == modeStrided && m.xm[rs2] != allBits:
		return m.undefined("undefined-address", rs2)
	case masked && !shadow.allBits(0, m.vector.vl):
		return m.broken("undefined-mask", "v0 masks an access, and is not defined for all elements")
	}
	if mode != modeUnordered && mode != modeOrdered {
		return true
	}
	room := (32 - uint64(rs2)) * shadow.vlenb
	width := indexWidths[word>>12&7]
	if count := m.vector.vl * width; count <= room && !shadow.all(uint64(rs2), count) && !(masked && m.indicesDefined(rs2, width)) {
		return m.broken("undefined-address", "the indices in v%d are not all defined", rs2)
	}
	return true
}

// indicesDefined reports whether the indices of all elements that the mask includes are defined.
func (m *Machine) indicesDefined(register uint8, width uint64) bool {
	indices := m.vectorShadow.defined[uint64(register)*m.vectorShadow.vlenb:]
	for i := range m.vector.vl {
		if m.vector.maskBit(0, i) && !isAllOnes(indices[i*width:][:width]) {
			return false
		}
	}
	return true
}

// vectorTrials is the number of trials with other undefined bits.
const vectorTrials = 4

// tryVector finds the bits that an arithmetic instruction leaves defined.
func (m *Machine) tryVector(word uint32, row *vectorRow) {
	shadow, rd := &m.vectorShadow, word>>7&31
	copy(shadow.next, shadow.defined)
	shadow.x, shadow.f = m.xm[rd], m.fm[rd]
	if run := m.newRun(word, row); run.allDefined() {
		run.fillAgnostic(shadow.next, 0)
		return
	}
	m.tryUndefined(word, row)
}

// tryUndefined executes an instruction several times, each time from the current state, and restores that state.
func (m *Machine) tryUndefined(word uint32, row *vectorRow) {
	shadow, rd, rs1 := &m.vectorShadow, word>>7&31, word>>15&31
	copy(shadow.before, m.vector.registers)
	scalars := [...]uint32{rd, rs1}
	state, x, f, fp := m.vector, m.x, m.f, m.fp
	xm, fm, result := m.xm, m.fm, m.halt
	restore := func() {
		m.vector, m.x, m.f, m.fp, m.xm, m.fm, m.halt = state, x, f, fp, xm, fm, result
		copy(state.registers, shadow.before)
	}
	defer restore()
	if !m.stepVector(word, row) {
		return // it will trap
	}
	copy(shadow.after, m.vector.registers)
	resultX, resultF := m.x[rd], m.f[rd]
	setAll(shadow.next, 0xff)
	shadow.x, shadow.f = allBits, allBits
	for trial := range uint64(vectorTrials) {
		restore()
		for i := 0; i < len(state.registers); i += 8 {
			mix(m.vector.registers[i:], shadow.defined[i:], trial, uint64(i))
		}
		for _, n := range scalars {
			m.x[n], m.f[n] = mixed(x[n], xm[n], trial, uint64(n)), mixed(f[n], fm[n], trial, uint64(n))
		}
		m.stepVector(word, row)
		for i, b := range shadow.after {
			shadow.next[i] &^= b ^ m.vector.registers[i]
		}
		shadow.x &^= resultX ^ m.x[rd]
		shadow.f &^= resultF ^ m.f[rd]
	}
	restore()
	run := m.newRun(word, row)
	run.fillAgnostic(shadow.next, 0)
}

// allDefined reports whether an instruction is legal, and all bits are defined that it may read, and those that it may
// write, so that they stay so without a trial.
func (r *vectorRun) allDefined() bool {
	const wholeMove = 0x27
	m := r.m
	rd, rs1 := r.word>>7&31, r.word>>15&31
	if m.xm[rd]&m.fm[rd]&m.xm[rs1]&m.fm[rs1] != allBits || r.form == formSet || r.word>>26 == wholeMove || !r.isLegal() {
		return false
	}
	size := min(groupSize(2*r.emul8), 8)
	for _, register := range [...]uint64{r.vd, r.vs1, r.vs2} {
		if !m.vectorShadow.all(register, min(size, 32-register)*r.v.vlenb) {
			return false
		}
	}
	return r.unmasked || m.vectorShadow.all(0, r.v.vlenb)
}

// mix applies mixed to the 8 bytes at the start of a slice.
func mix(value, defined []byte, trial, place uint64) {
	v, d := binary.LittleEndian.Uint64(value), binary.LittleEndian.Uint64(defined)
	binary.LittleEndian.PutUint64(value, mixed(v, d, trial, place))
}

// mixed returns a value with its undefined bits changed as the trial requires.
func mixed(value, defined, trial, place uint64) uint64 {
	other := ^value
	switch trial {
	case 1:
		other = 0
	case 2:
		other = allBits
	case 3:
		other = junk(int(place)) ^ value>>7
	}
	return value&defined | other&^defined
}

// defineVector sets the defined bits of what an instruction has written, as the trials found them.
func (m *Machine) defineVector(s *inst, r *row) {
	word := uint32(s.imm)
	rd := word >> 7 & 31
	switch {
	case isVectorAccess(word):
		return // the access has set them, element by element
	case m.vectorShadow.trial == trialQuick:
		m.defineQuick(r)
		return
	case m.vectorShadow.trial == trialSet:
		m.xm[rd], m.xm[0] = allBits, allBits
		return
	}
	copy(m.vectorShadow.defined, m.vectorShadow.next)
	m.xm[rd], m.fm[rd] = m.vectorShadow.x, m.vectorShadow.f
	m.xm[0] = allBits
}
