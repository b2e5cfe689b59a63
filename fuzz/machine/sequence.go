package machine

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/isa"
)

// group is instructions that belong together, such as an address and the load that uses it. A sequence is shrunk by
// dropping groups.
type group []isa.Inst

// state is the registers and memory that a sequence starts from.
type state struct {
	x      [32]uint64
	f      [32]uint64
	fcsr   uint64
	vcsr   uint64
	v      []byte // the vector registers
	memory []byte
}

// sequence is one test.
type sequence struct {
	start  state
	vector bool // the vector unit is used
	groups []group
}

// pointer is the register that points to the block of the running sequence; no sequence writes it.
const pointer = isa.T6

// The block of a sequence, relative to pointer: the registers but those of vectors, then memory that the sequence may
// use. See layout for the rest.
const (
	blockStart = -2048
	xOffset    = blockStart
	fOffset    = xOffset + 8*32
	fcsrOffset = fOffset + 8*32
	vcsrOffset = fcsrOffset + 8
	vlOffset   = vcsrOffset + 8
	typeOffset = vlOffset + 8
	memoryLow  = typeOffset + 8
	addressEnd = 2048 // addresses are computed with 12-bit offsets
	margin     = 512  // of memory around an address, for the offsets of compressed forms
)

// layout has the places in a block that depend on the size of vector registers, in bytes.
type layout struct{ vlenb int }

// vOffset returns where the vector registers are: after the memory, which goes on behind the last address that a sequence
// computes for as long as two groups of vector registers.
func (l layout) vOffset() int     { return addressEnd + 16*l.vlenb }
func (l layout) memorySize() int  { return l.vOffset() - memoryLow }
func (l layout) vectorBytes() int { return 32 * l.vlenb }
func (l layout) blockSize() int   { return l.vOffset() + l.vectorBytes() - blockStart }

// menu is the instructions to choose from: those that the emulator implements, that need no privilege and cannot end
// the program.
type menu struct {
	qemu *QEMU
	rows []isa.Row
	// made counts how often each has been put into a sequence; see pick.
	made map[isa.Op]int
	// vector is set if there are vector instructions; sequences are then tried as they are made.
	vector bool
	trial  *trial
}

// isVector reports whether an instruction is of the batches that have vector instructions only: their sequences are made by
// trial, which takes longer.
func isVector(row isa.Row) bool { return row.Mnemonic[0] == 'v' }

// implied are the instructions that are made only as parts of the groups of others.
var implied = []string{"sc.w", "sc.d", "c.jalr", "c.jr", "vsetvli", "vsetivli", "vsetvl"}

// newMenu returns the instructions that are compared, or those of them that belong to some extensions.
func newMenu(qemu *QEMU, extensions []string) *menu {
	m := &menu{qemu: qemu, made: map[isa.Op]int{}}
	for _, row := range isa.Rows() {
		if qemu.why(row) == "" && !slices.Contains(implied, row.Mnemonic) {
			m.rows = append(m.rows, row)
		}
	}
	m.only(func(row isa.Row) bool { return len(extensions) == 0 || slices.Contains(extensions, row.Ext) })
	return m
}

// only drops the other instructions.
func (m *menu) only(chosen func(row isa.Row) bool) {
	m.rows = slices.DeleteFunc(m.rows, func(row isa.Row) bool { return !chosen(row) })
	m.vector = slices.ContainsFunc(m.rows, isVector)
}

// sequence returns a random sequence of n groups.
func (m *menu) sequence(s *source.Source, n int) sequence {
	q := sequence{start: state{v: make([]byte, m.qemu.vectorBytes()), memory: make([]byte, m.qemu.memorySize())}}
	for i := range q.start.x {
		q.start.x[i] = integer(s)
	}
	for i := range q.start.f {
		q.start.f[i] = float(s)
	}
	q.start.fcsr = uint64(s.Intn(5))<<5 | uint64(s.Intn(32))
	for i := 0; i < len(q.start.memory); i += 8 {
		binary.LittleEndian.PutUint64(q.start.memory[i:], integer(s))
	}
	if m.vector {
		m.vectorSequence(s, &q, n)
		return q
	}
	for len(q.groups) < n {
		if g := m.group(s); g != nil {
			q.groups = append(q.groups, m.take(g))
		}
	}
	return q
}

// take counts the instructions of a group that is put into a sequence, and returns it.
func (m *menu) take(g group) group {
	for _, in := range g {
		m.made[in.Op]++
	}
	return g
}

// pick returns the one of some random rows that was made least often, so that instructions whose operands are seldom
// legal are as frequent as others.
func (m *menu) pick(s *source.Source) isa.Row {
	best := m.rows[s.Intn(len(m.rows))]
	for range 15 {
		if row := m.rows[s.Intn(len(m.rows))]; m.made[row.Op] < m.made[best.Op] {
			best = row
		}
	}
	return best
}

// integer returns a random value of an integer register: a boundary value or one of random length.
func integer(s *source.Source) uint64 {
	if s.Bool() {
		return s.Boundary(64)
	}
	return s.Uint64() >> s.Intn(64)
}

// float returns a register that holds a half, single or double, most of them correctly NaN-boxed, many at the ends of
// their ranges.
func float(s *source.Source) uint64 {
	width, fraction := uint(64), uint(52)
	switch s.Intn(3) {
	case 0:
		width, fraction = 32, 23
	case 1:
		width, fraction = 16, 10
	}
	bits := s.Uint64() >> (64 - width)
	exponentMask := uint64(1)<<(width-1) - 1<<fraction
	switch s.Intn(9) {
	case 0:
		bits &^= exponentMask // zero or subnormal
	case 1:
		bits |= exponentMask // infinite or not a number
	case 2:
		bits &^= 1<<fraction - 1 // a power of two
	case 3, 4: // near one
		bits = bits&^exponentMask | (exponentMask>>1+uint64(s.Intn(12))<<fraction-6<<fraction)&exponentMask
	case 5: // at the end of an integer type
		power := []uint64{8, 16, 32, 64}[s.Intn(4)] - uint64(s.Intn(3))
		bits = bits&^exponentMask | (exponentMask>>1&exponentMask+power<<fraction)&exponentMask
	}
	if s.Intn(16) == 0 {
		return bits
	}
	return bits | ^uint64(0)<<(width-1)<<1
}

// group returns a random group, or nil if the encoder refuses the operands.
func (m *menu) group(s *source.Source) group {
	row := m.pick(s)
	in := operands(s, row)
	g, isKnown := m.qemu.avoided(s, in)
	switch {
	case isKnown:
	case in.Op == isa.C_J || in.Op == isa.C_BEQZ || in.Op == isa.C_BNEZ || row.Format == "B" || in.Op == isa.JAL:
		g = m.forward(s, in)
	case in.Op == isa.JALR:
		g = m.indirect(s, in)
	case in.Op == isa.CSRRWI || in.Op == isa.CSRRSI || in.Op == isa.CSRRCI:
		g = group{flags(s, in)}
	case in.Op == isa.CSRRW || in.Op == isa.CSRRS || in.Op == isa.CSRRC:
		g = flagsOf(s, in)
	case isVector(row):
		g = vectorGroup(s, row, in)
	case accessSize(in.Op) != 0:
		g = access(s, row, in)
	default:
		g = group{in}
	}
	if g == nil || !encodable(g) || writesPointer(g) {
		return nil
	}
	return g
}

func encodable(g group) bool {
	return !slices.ContainsFunc(g, func(in isa.Inst) bool {
		_, err := isa.Encode(in)
		return err != nil
	})
}

func writesPointer(g group) bool {
	return slices.ContainsFunc(g, func(in isa.Inst) bool { return in.Rd == pointer || in.Op == isa.AMOCAS_Q && in.Rd+1 == pointer })
}

// operands returns an instruction of a row with random operands.
func operands(s *source.Source, row isa.Row) isa.Inst {
	in := isa.Inst{Op: row.Op}
	for _, o := range row.Operands {
		switch o.Field {
		case isa.FieldRd:
			in.Rd = register(s, o)
		case isa.FieldRs1:
			in.Rs1 = register(s, o)
		case isa.FieldRs2:
			in.Rs2 = register(s, o)
		case isa.FieldRs3:
			in.Rs3 = register(s, o)
		case isa.FieldImm:
			in.Imm = constant(s, o)
		case isa.FieldRM:
			in.RM = []isa.RM{isa.RNE, isa.RTZ, isa.RDN, isa.RUP, isa.RMM, isa.DYN}[s.Intn(6)]
		case isa.FieldAqRl:
			in.AqRl = isa.AqRl(constant(s, o))
		case isa.FieldVM:
			in.VM = isa.VM(s.Intn(2))
		case isa.FieldNF:
			in.NF = uint8(max(0, s.Intn(12)-4))
		case isa.FieldAVL:
			in.AVL = uint8(s.Intn(32))
		}
	}
	if row.Op == isa.FENCE {
		in.Imm = isa.FenceSet(s.Intn(16), s.Intn(16))
	}
	return in
}

// constant returns a value that the operand allows, often one at the ends of its range.
func constant(s *source.Source, o isa.Operand) int64 {
	steps := int((o.Max - o.Min) / o.Step)
	switch s.Intn(6) {
	case 0:
		return o.Min + int64(min(s.Intn(3), steps))*o.Step
	case 1:
		return o.Max - int64(min(s.Intn(3), steps))*o.Step
	}
	return o.Min + int64(s.Intn(steps+1))*o.Step
}

// register returns a register that the operand allows. It favours a few, so that results are used again.
func register(s *source.Source, o isa.Operand) isa.Reg {
	for {
		n := s.Intn(32)
		if s.Bool() {
			n = 8 + s.Intn(8)
		}
		if o.Regs>>n&1 != 0 {
			switch o.File {
			case isa.FloatFile:
				return isa.F(n)
			case isa.VectorFile:
				return isa.V(n)
			}
			return isa.X(n)
		}
	}
}

// flags returns a change of fflags, frm or fcsr by a constant, which leaves a rounding mode that is not reserved.
func flags(s *source.Source, in isa.Inst) isa.Inst {
	const fflags, frm, fcsr = 1, 2, 3
	in.Rs1, in.Imm = 0, int64(s.Intn(32))
	switch s.Intn(3) {
	case 0:
		in.CSR = fflags
	case 1:
		in.Op, in.CSR, in.Imm = isa.CSRRWI, frm, int64(s.Intn(5))
	default:
		in.CSR = fcsr
	}
	return in
}

// flagsOf returns a change of fflags, frm or fcsr by a register that is set just before, which leaves a rounding mode
// that is not reserved.
func flagsOf(s *source.Source, in isa.Inst) group {
	const fflags, frm, fcsr = 1, 2, 3
	value := int64(s.Intn(5))
	switch in.CSR = uint16(fflags + s.Intn(3)); {
	case in.CSR == fflags:
		value = int64(s.Intn(64))
	case in.CSR == fcsr:
		value = value<<5 | int64(s.Intn(32))
	}
	if in.Op == isa.CSRRS && in.CSR != fflags {
		value &= 31
		if in.CSR == frm {
			in.Rs1 = 0 // only reads
		}
	}
	if in.Rs1 == 0 || in.Rs1 == pointer {
		in.Rs1 = 0
		return group{in}
	}
	return group{{Op: isa.ADDI, Rd: in.Rs1, Imm: value}, in}
}

// forward returns a jump or branch over one instruction.
func (m *menu) forward(s *source.Source, in isa.Inst) group {
	over := m.simple(s)
	in.Imm = int64(in.Op.Size() + over.Op.Size())
	return group{in, over}
}

// indirect returns a jump through a register over one instruction.
func (m *menu) indirect(s *source.Source, in isa.Inst) group {
	over := m.simple(s)
	base := isa.X(1 + s.Intn(30))
	switch s.Intn(3) {
	case 0:
		in.Rs1, in.Imm = base, int64(8+over.Op.Size())
		return group{{Op: isa.AUIPC, Rd: base}, in, over}
	case 1:
		jump := isa.Inst{Op: isa.C_JALR, Rs1: base}
		return group{{Op: isa.AUIPC, Rd: base}, {Op: isa.ADDI, Rd: base, Rs1: base, Imm: int64(10 + over.Op.Size())}, jump, over}
	}
	jump := isa.Inst{Op: isa.C_JR, Rs1: base}
	return group{{Op: isa.AUIPC, Rd: base}, {Op: isa.ADDI, Rd: base, Rs1: base, Imm: int64(10 + over.Op.Size())}, jump, over}
}

// simple returns an instruction that only computes.
func (m *menu) simple(s *source.Source) isa.Inst {
	imm := int64(s.Intn(32))
	rd := isa.X(8 + s.Intn(8))
	if s.Bool() {
		return isa.Inst{Op: isa.C_LI, Rd: rd, Imm: imm}
	}
	return isa.Inst{Op: isa.XORI, Rd: rd, Rs1: rd, Imm: imm}
}

// sizes are the bytes that loads and stores access.
var sizes = map[isa.Op]int64{
	isa.LB: 1, isa.LBU: 1, isa.LH: 2, isa.LHU: 2, isa.LW: 4, isa.LWU: 4, isa.LD: 8, isa.SB: 1, isa.SH: 2, isa.SW: 4, isa.SD: 8,
	isa.FLH: 2, isa.FLW: 4, isa.FLD: 8, isa.FSH: 2, isa.FSW: 4, isa.FSD: 8,
	isa.C_LW: 4, isa.C_LD: 8, isa.C_SW: 4, isa.C_SD: 8, isa.C_FLD: 8, isa.C_FSD: 8,
	isa.C_LWSP: 4, isa.C_LDSP: 8, isa.C_SWSP: 4, isa.C_SDSP: 8, isa.C_FLDSP: 8, isa.C_FSDSP: 8,
	isa.LR_W: 4, isa.LR_D: 8, isa.C_LBU: 1, isa.C_LHU: 2, isa.C_LH: 2, isa.C_SB: 1, isa.C_SH: 2,
	isa.LB_AQ: 1, isa.LH_AQ: 2, isa.LW_AQ: 4, isa.LD_AQ: 8, isa.SB_RL: 1, isa.SH_RL: 2, isa.SW_RL: 4, isa.SD_RL: 8,
}

// accessSize returns the number of bytes that a scalar instruction accesses, 0 if it accesses no memory.
func accessSize(op isa.Op) int64 {
	if size := sizes[op]; size != 0 {
		return size
	}
	if row := op.Row(); strings.HasPrefix(row.Mnemonic, "amo") {
		return map[byte]int64{'b': 1, 'h': 2, 'w': 4, 'd': 8, 'q': 16}[row.Mnemonic[len(row.Mnemonic)-1]]
	}
	return 0
}

// access returns a load, store or atomic with an address computed just before it, or nil if the operands do not allow
// that. Atomics are aligned; the others need not be.
func access(s *source.Source, row isa.Row, in isa.Inst) group {
	size := accessSize(in.Op)
	at := int64(memoryLow + margin + s.Intn(addressEnd-memoryLow-2*margin-1024))
	atomic := row.Format == "R"
	if atomic {
		at &^= size - 1
	}
	base := in.Rs1
	switch {
	case base == 0 && usesRs1(row):
		return nil
	case !usesRs1(row):
		base = isa.SP
	}
	if base == pointer {
		return nil
	}
	if !atomic && row.Size == 4 {
		in.Imm = int64(s.Intn(2*margin-8) - margin)
	}
	g := group{{Op: isa.ADDI, Rd: base, Rs1: pointer, Imm: at}, in}
	if row.Ext == "Zalrsc" {
		g = append(g, conditionalStores(s, in, base)...)
	}
	return g
}

// conditionalStores returns the instructions after a load-reserved: none if it has overwritten its address; otherwise a
// store, which succeeds, and sometimes a second one, which fails because nothing is reserved any more.
func conditionalStores(s *source.Source, load isa.Inst, base isa.Reg) group {
	if load.Rd == base {
		return nil
	}
	op := isa.SC_W
	if load.Op == isa.LR_D {
		op = isa.SC_D
	}
	store := func() isa.Inst { return isa.Inst{Op: op, Rd: isa.X(s.Intn(31)), Rs1: base, Rs2: isa.X(s.Intn(32))} }
	g := group{store()}
	if g[0].Rd != base && s.Chance(1, 3) {
		g = append(g, store())
	}
	return g
}

// usesRs1 reports whether an instruction has the operand rs1.
func usesRs1(row isa.Row) bool {
	return slices.ContainsFunc(row.Operands, func(o isa.Operand) bool { return o.Field == isa.FieldRs1 })
}
