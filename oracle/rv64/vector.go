package rv64

// The vector unit has registers of 128 bits and elements of up to 64. The elements that an instruction does not write -
// those past vl, and those that a mask excludes - are left undisturbed, even where vtype is agnostic.
const (
	vlenBits  = 128
	vlenBytes = vlenBits / 8
)

// vectorState is the state of the vector unit.
type vectorState struct {
	registers [32 * vlenBytes]byte
	vl        uint64
	vtype     uint64 // bit 63: illegal
	vstart    uint64
	vxrm      uint8
	vxsat     bool
}

const vtypeIllegal = uint64(1) << 63

// reset restores the state before any vset: vtype is illegal.
func (v *vectorState) reset() { *v = vectorState{vtype: vtypeIllegal} }

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
		return vlenBytes, true
	}
	return 0, false
}

func (v *vectorState) writeCSR(number, value uint64) bool {
	switch number {
	case csrVstart:
		v.vstart = value & (vlenBits - 1)
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
	return littleEndian(v.registers[register*vlenBytes+i*size:], uint8(size))
}

func (v *vectorState) setElement(register, i, size, value uint64) {
	putLittleEndian(v.registers[register*vlenBytes+i*size:], value, uint8(size))
}

// maskBit returns bit i of a mask register.
func (v *vectorState) maskBit(register, i uint64) bool {
	return v.registers[register*vlenBytes+i/8]>>(i%8)&1 != 0
}

// V returns the 16 bytes of vector register n, 0 to 31.
func (m *Machine) V(n int) [vlenBytes]byte {
	return [vlenBytes]byte(m.vector.registers[(n&31)*vlenBytes:])
}

// SetV sets vector register n, all bits defined.
func (m *Machine) SetV(n int, value [vlenBytes]byte) {
	at := (n & 31) * vlenBytes
	copy(m.vector.registers[at:], value[:])
	setAll(m.vectorShadow.defined[at:at+vlenBytes], 0xff)
}

// SetVType configures the vector unit as vsetvl does, and returns vl.
func (m *Machine) SetVType(avl, vtype uint64) uint64 {
	v := &m.vector
	v.vtype, v.vl, v.vstart = vtype, min(avl, maxVL(vtype)), 0
	if v.vl == 0 && maxVL(vtype) == 0 {
		v.vtype = vtypeIllegal
	}
	return v.vl
}

// maxVL returns the number of elements of a group, 0 for a reserved vtype.
func maxVL(vtype uint64) uint64 {
	width, lmul := vtype>>3&7, vtype&7
	if vtype>>8 != 0 || width > 3 || lmul == 4 {
		return 0
	}
	elements := uint64(vlenBits/8) >> width
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
func (m *Machine) Vector() Vector { return Vector{m.vector} }

// SetVector sets the state of the vector unit, all bits defined.
func (m *Machine) SetVector(v Vector) {
	m.vector = v.state
	m.vectorShadow.defineAll()
}
