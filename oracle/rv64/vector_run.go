package rv64

// vectorRun is one vector instruction that is being executed: its fields, and what they mean under vtype.
type vectorRun struct {
	m        *Machine
	v        *vectorState
	word     uint32
	vd       uint64
	vs1      uint64 // also rs1, and the immediate
	vs2      uint64
	unmasked bool
	form     uint32 // funct3
	sew      uint64 // in bytes
	emul8    uint64 // LMUL times 8
	vl       uint64
	trapped  bool // an access has ended the execution
	row      *vectorRow
}

// The forms of OP-V, by funct3.
const (
	formIVV = 0
	formFVV = 1
	formMVV = 2
	formIVI = 3
	formIVX = 4
	formFVF = 5
	formMVX = 6
	formSet = 7
)

// vectorRow is one vector instruction. A word encodes it if word&mask is match. legal reports whether the registers may
// be used so; do is called only if they may.
type vectorRow struct {
	name  string
	match uint32
	mask  uint32
	legal func(r *vectorRun) bool
	do    func(r *vectorRun)
}

// newRun returns an instruction that is about to be executed.
func (m *Machine) newRun(word uint32, row *vectorRow) vectorRun {
	v := &m.vector
	r := vectorRun{
		m: m, v: v, word: word, row: row, vd: uint64(word >> 7 & 31), vs1: uint64(word >> 15 & 31), vs2: uint64(word >> 20 & 31),
		unmasked: word>>25&1 != 0, form: word >> 12 & 7, vl: v.vl,
	}
	r.setType()
	return r
}

// setType sets what vtype means.
func (r *vectorRun) setType() {
	vtype := r.v.vtype
	if vtype&vtypeIllegal != 0 {
		r.sew, r.emul8 = 0, 0
		return
	}
	r.sew = 1 << (vtype >> 3 & 3)
	if r.emul8 = 8 << (vtype & 3); vtype&4 != 0 {
		r.emul8 = 8 >> (8 - vtype&7)
	}
}

// isLegal reports whether the instruction may be executed under the present vtype.
func (r *vectorRun) isLegal() bool {
	return r.row.legal(r) && (r.unmasked || !r.readsMaskTwice())
}

// stepVector executes a vector instruction.
func (m *Machine) stepVector(word uint32, row *vectorRow) bool {
	r := m.newRun(word, row)
	if !r.isLegal() {
		return m.trap("illegal-instruction")
	}
	row.do(&r)
	if r.trapped {
		return false
	}
	if kind := resultOf(word); kind != resultNone && kind != resultMask {
		r.fillAgnostic(m.vector.registers, 0xff)
		if isVectorAccess(word) && m.tracking() {
			r.fillAgnostic(m.vectorShadow.defined, 0)
		}
	}
	m.vector.vstart = 0
	return true
}

// active reports whether the mask selects element i.
func (r *vectorRun) active(i uint64) bool { return r.unmasked || r.v.maskBit(0, i) }

// each calls do for every active element.
func (r *vectorRun) each(do func(i uint64)) {
	for i := r.v.vstart; i < r.vl; i++ {
		if r.active(i) {
			do(i)
		}
	}
}

// Elements of the operands, SEW wide: as stored, and sign-extended.
func (r *vectorRun) at2(i uint64) uint64       { return r.v.element(r.vs2, i, r.sew) }
func (r *vectorRun) atD(i uint64) uint64       { return r.v.element(r.vd, i, r.sew) }
func (r *vectorRun) setD(i uint64, v uint64)   { r.v.setElement(r.vd, i, r.sew, v) }
func signed(v uint64, size uint64) int64       { return int64(extendTo(v, uint8(size))) }
func truncate(v uint64, size uint64) uint64    { return v & (allBits >> (64 - 8*size)) }
func (r *vectorRun) scalar() uint64            { return truncate(r.wideScalar(), r.sew) }
func (r *vectorRun) unsignedImmediate() uint64 { return r.vs1 }
func (r *vectorRun) isVector() bool {
	return r.form == formIVV || r.form == formMVV || r.form == formFVV
}

// wideScalar returns the second operand if it is not a vector: a register or a signed immediate.
func (r *vectorRun) wideScalar() uint64 {
	if r.form == formIVI {
		return uint64(int64(r.vs1<<59) >> 59)
	}
	return r.m.x[r.vs1]
}

// at1 returns the second operand for element i, SEW wide.
func (r *vectorRun) at1(i uint64) uint64 {
	switch {
	case r.isVector():
		return r.v.element(r.vs1, i, r.sew)
	case r.form == formFVF:
		return r.floatScalar()
	}
	return r.scalar()
}

// size returns the number of registers in a group of EMUL emul8/8.
func groupSize(emul8 uint64) uint64 { return max(emul8/8, 1) }

// aligned reports whether a register may begin a group.
func aligned(register, emul8 uint64) bool {
	return emul8 >= 1 && emul8 <= 64 && register%groupSize(emul8) == 0
}

// apart reports whether a destination group is placed legally relative to a source group of elements of another width:
// without overlap; or, if narrower, at the start of the source; or, if wider, with the source at its end.
func apart(vd, destination8, vs, source8 uint64) bool {
	d, s := groupSize(destination8), groupSize(source8)
	if vd+d <= vs || vs+s <= vd {
		return true
	}
	if destination8 < source8 {
		return vd == vs
	}
	return source8 >= 8 && vs+s == vd+d
}

// configured reports whether vtype is legal.
func (r *vectorRun) configured() bool { return r.sew != 0 }

// maskable reports whether a masked instruction does not write its mask.
func (r *vectorRun) maskable() bool { return r.unmasked || r.vd != 0 }

// legalSame is the rule for operands and result of one width.
func (r *vectorRun) legalSame() bool {
	return r.configured() && r.maskable() && aligned(r.vd, r.emul8) && aligned(r.vs2, r.emul8) &&
		(!r.isVector() || aligned(r.vs1, r.emul8))
}

// legalUnary is legalSame for instructions whose vs1 field is part of the opcode.
func (r *vectorRun) legalUnary() bool {
	return r.configured() && r.maskable() && aligned(r.vd, r.emul8) && aligned(r.vs2, r.emul8)
}

// legalWiden is the rule for a result twice as wide as the operands.
func (r *vectorRun) legalWiden() bool {
	wide := 2 * r.emul8
	return r.configured() && r.maskable() && r.sew <= 4 && aligned(r.vd, wide) && aligned(r.vs2, r.emul8) &&
		apart(r.vd, wide, r.vs2, r.emul8) &&
		(!r.isVector() || aligned(r.vs1, r.emul8) && apart(r.vd, wide, r.vs1, r.emul8))
}

// legalWidenAdd is legalWiden for an instruction that also reads its destination.
func (r *vectorRun) legalWidenAdd() bool {
	wide := 2 * r.emul8
	return r.legalWiden() && !r.readTwice(r.vd, wide, r.vs2, r.emul8) && (!r.isVector() || !r.readTwice(r.vd, wide, r.vs1, r.emul8))
}

// legalWidenWide is legalWiden for a first operand as wide as the result.
func (r *vectorRun) legalWidenWide() bool {
	wide := 2 * r.emul8
	return r.configured() && r.maskable() && r.sew <= 4 && aligned(r.vd, wide) && aligned(r.vs2, wide) &&
		(!r.isVector() || aligned(r.vs1, r.emul8) && apart(r.vd, wide, r.vs1, r.emul8) && !r.readTwice(r.vs2, wide, r.vs1, r.emul8))
}

// readsMaskTwice reports whether a masked instruction reads v0 not only as the mask but as elements of another width, too,
// which is reserved (V 5.2).
func (r *vectorRun) readsMaskTwice() bool {
	if r.vd != 0 && r.vs1 != 0 && r.vs2 != 0 || r.form == formSet && !isVectorAccess(r.word) {
		return false
	}
	if isVectorAccess(r.word) {
		const indexed = 1 << 26
		return r.word&0x7f == majorVectorStore && r.vd == 0 || r.word&indexed != 0 && r.vs2 == 0
	}
	funct6 := r.word >> 26
	ofMasks := r.form == formMVV && (funct6 == 0x10 || funct6 == 0x14) // vcpop, vfirst, vmsbf, viota and their like
	return r.vs2 == 0 && r.row.mask&maskVs2 == 0 && !ofMasks || r.vs1 == 0 && r.row.mask&maskVs1 == 0 && r.isVector()
}

// readTwice reports whether one register is read as elements of two widths, which is reserved (V 5.2).
func (r *vectorRun) readTwice(a, a8, b, b8 uint64) bool {
	return a < b+groupSize(b8) && b < a+groupSize(a8)
}

// legalNarrow is the rule for a first operand twice as wide as the other operands.
func (r *vectorRun) legalNarrow() bool {
	wide := 2 * r.emul8
	return r.configured() && r.maskable() && r.sew <= 4 && aligned(r.vd, r.emul8) && aligned(r.vs2, wide) &&
		apart(r.vd, r.emul8, r.vs2, wide) &&
		(!r.isVector() || aligned(r.vs1, r.emul8) && !r.readTwice(r.vs2, wide, r.vs1, r.emul8))
}

// legalCompare is the rule for a result that is a mask.
func (r *vectorRun) legalCompare() bool {
	return r.configured() && aligned(r.vs2, r.emul8) && r.maskApart(r.vs2) &&
		(!r.isVector() || aligned(r.vs1, r.emul8) && r.maskApart(r.vs1))
}

// maskApart reports whether the mask register vd is not within a group, or is its first register.
func (r *vectorRun) maskApart(vs uint64) bool {
	return r.vd == vs || r.vd < vs || r.vd >= vs+groupSize(r.emul8)
}

// legalReduce is the rule for a scalar result in element 0, which may be v0.
func (r *vectorRun) legalReduce() bool {
	return r.configured() && aligned(r.vs2, r.emul8) && r.v.vstart == 0
}

// legalWideReduce is legalReduce for a scalar operand and result twice as wide as the elements.
func (r *vectorRun) legalWideReduce() bool {
	return r.legalReduce() && r.sew <= 4 && !r.readTwice(r.vs1, 8, r.vs2, r.emul8)
}

// legalMask is the rule for operations on whole mask registers.
func (r *vectorRun) legalMask() bool { return r.configured() && r.unmasked }
