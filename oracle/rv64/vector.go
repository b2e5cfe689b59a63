package rv64

import (
	"fmt"
	"slices"
)

// The vector unit has registers of 128 bits, or as many as Config.VLEN says, and elements of up to 64.
const (
	defaultVLEN = 128
	maxVLEN     = 1024
)

// CheckVLEN returns an error if a machine cannot have vector registers of so many bits.
func CheckVLEN(bits uint64) error {
	if bits < defaultVLEN || bits > maxVLEN || bits&(bits-1) != 0 {
		return fmt.Errorf("vector registers of %d bits: the sizes are 128, 256, 512 and 1024", bits)
	}
	return nil
}

// vectorState is the state of the vector unit. Copies of it share the registers.
type vectorState struct {
	registers []byte // 32 of vlenb bytes
	vlenb     uint64
	indices   []byte // of the access that is being executed
	vl        uint64
	vtype     uint64 // bit 63: illegal
	vstart    uint64
	vxrm      uint8
	vxsat     bool
}

const vtypeIllegal = uint64(1) << 63

// newVectorState returns the state of a unit with registers of so many bits.
func newVectorState(vlen uint64) vectorState {
	return vectorState{vlenb: vlen / 8, registers: make([]byte, 32*vlen/8)}
}

// reset restores the state before any vset: vtype is illegal.
func (v *vectorState) reset() {
	clear(v.registers)
	*v = vectorState{registers: v.registers, vlenb: v.vlenb, indices: v.indices, vtype: vtypeIllegal}
}

// register returns the bytes from the start of a register to the end of the last one.
func (v *vectorState) register(n uint64) []byte { return v.registers[n*v.vlenb:] }

// The control registers of the vector unit.
const (
	csrVstart = 0x008
	csrVxsat  = 0x009
	csrVxrm   = 0x00a
	csrVcsr   = 0x00f
	csrVl     = 0xc20
	csrVtype  = 0xc21
	csrVlenb  = 0xc22
)

func (v *vectorState) readCSR(number uint64) (uint64, bool) {
	saturated := boolBit(v.vxsat)
	switch number {
	case csrVstart:
		return v.vstart, true
	case csrVxsat:
		return saturated, true
	case csrVxrm:
		return uint64(v.vxrm), true
	case csrVcsr:
		return uint64(v.vxrm)<<1 | saturated, true
	case csrVl:
		return v.vl, true
	case csrVtype:
		return v.vtype, true
	case csrVlenb:
		return v.vlenb, true
	}
	return 0, false
}

func (v *vectorState) writeCSR(number, value uint64) bool {
	switch number {
	case csrVstart:
		v.vstart = value & (8*v.vlenb - 1)
	case csrVxsat:
		v.vxsat = value&1 != 0
	case csrVxrm:
		v.vxrm = uint8(value & 3)
	case csrVcsr:
		v.vxsat, v.vxrm = value&1 != 0, uint8(value>>1&3)
	default:
		return false
	}
	return true
}

// element returns element i, size bytes wide, of the group that begins at a register; setElement writes it.
func (v *vectorState) element(register, i uint64, size uint64) uint64 {
	return littleEndian(v.registers[register*v.vlenb+i*size:], uint8(size))
}

func (v *vectorState) setElement(register, i, size, value uint64) {
	putLittleEndian(v.registers[register*v.vlenb+i*size:], value, uint8(size))
}

// maskBit returns bit i of a mask register.
func (v *vectorState) maskBit(register, i uint64) bool {
	return v.registers[register*v.vlenb+i/8]>>(i%8)&1 != 0
}

// VLEN returns the number of bits of a vector register.
func (m *Machine) VLEN() uint64 { return 8 * m.vector.vlenb }

// V returns a copy of vector register n, 0 to 31: VLEN/8 bytes.
func (m *Machine) V(n int) []byte {
	return slices.Clone(m.vector.register(uint64(n & 31))[:m.vector.vlenb])
}

// SetV sets the first bytes of vector register n, up to VLEN/8, all bits of them defined.
func (m *Machine) SetV(n int, value []byte) {
	v := &m.vector
	at := uint64(n&31) * v.vlenb
	count := copy(v.registers[at:at+v.vlenb], value)
	setAll(m.vectorShadow.defined[at:at+uint64(count)], 0xff)
}

// SetVType configures the vector unit as vsetvl does, and returns vl.
func (m *Machine) SetVType(avl, vtype uint64) uint64 {
	v := &m.vector
	v.vtype, v.vl, v.vstart = vtype, min(avl, v.maxVL(vtype)), 0
	if v.vl == 0 && v.maxVL(vtype) == 0 {
		v.vtype = vtypeIllegal
	}
	return v.vl
}

// maxVL returns the number of elements of a group, 0 for a reserved vtype.
func (v *vectorState) maxVL(vtype uint64) uint64 {
	width, lmul := vtype>>3&7, vtype&7
	if vtype>>8 != 0 || width > 3 || lmul == 4 {
		return 0
	}
	elements := v.vlenb >> width
	if lmul < 4 {
		return elements << lmul
	}
	// A fraction must leave room for an element: SEW <= LMUL * ELEN.
	if 8<<width > 64>>(8-lmul) {
		return 0
	}
	return elements >> (8 - lmul)
}

// setVL executes the three vset instructions.
func (m *Machine) setVL(w uint32) {
	rd, rs1 := destination(w>>7&31), w>>15&31
	var avl, vtype uint64
	switch {
	case w>>31 == 0:
		vtype = uint64(w >> 20 & 0x7ff)
	case w>>30 == 3:
		avl, vtype = uint64(rs1), uint64(w>>20&0x3ff)
	default:
		vtype = m.x[w>>20&31]
	}
	switch {
	case w>>30 == 3:
	case rs1 != 0:
		avl = m.x[rs1]
	case rd != sink:
		avl = allBits
	default:
		avl = m.vector.vl
	}
	m.x[rd], m.xm[rd] = m.SetVType(avl, vtype), allBits
}

// Vector is the state of the vector unit: registers and control registers.
type Vector struct{ state vectorState }

// Vector returns the state of the vector unit.
func (m *Machine) Vector() Vector {
	saved := Vector{m.vector}
	saved.state.registers, saved.state.indices = slices.Clone(m.vector.registers), nil
	return saved
}

// SetVector sets the state of the vector unit to that of a machine with the same VLEN, all bits defined.
func (m *Machine) SetVector(v Vector) {
	registers, indices := m.vector.registers, m.vector.indices
	copy(registers, v.state.registers)
	m.vector = v.state
	m.vector.registers, m.vector.indices = registers, indices
	m.vectorShadow.defineAll()
}
