package isa

// Inst is one instruction with its operands. It is a plain comparable value; fields that the instruction does not use
// are zero, and Encode refuses an Inst where they are not.
type Inst struct {
	Op  Op
	Rd  Reg // destination; of two-operand 16-bit forms also the first source
	Rs1 Reg // first source, or base address
	Rs2 Reg // second source
	Rs3 Reg // third source: the addend of fmadd, the data of a vector store

	RM    RM    // rounding mode of floating-point arithmetic
	AqRl  AqRl  // order of atomics
	VM    VM    // mask of vector instructions
	NF    uint8 // registers per segment less one, of vector segment loads and stores
	CSR   uint16
	AVL   uint8 // application vector length of vsetivli, 0..31
	RList uint8 // register list of cm.push and cm.pop: 4 is {ra}, 5 {ra, s0}, ... 14 {ra, s0-s9}, 15 {ra, s0-s11}

	// Imm is the constant operand as the assembler text shows it: a signed value, a shift amount, a distance in bytes,
	// a 20-bit upper field, a vtype, a fence set (FenceSet), the index of an fli constant, the number N of a mop.
	Imm int64

	_ [8]byte // pads an Inst to 32 bytes, so that a copy is two 16-byte moves of which none waits for the other
}

// RM is a rounding mode. The zero value is the mode that an assembler assumes when none is written: dynamic for an
// instruction that rounds, RNE for a conversion that is always exact. Decode returns zero for that default, so the
// explicit spelling of it is the only value that does not survive Encode and Decode unchanged (see Inst.Canonical).
type RM uint8

// Rounding modes: the value of the rm field plus one. 6 and 7 are the reserved modes 5 and 6.
const (
	RNE RM = 1 // to nearest, ties to even
	RTZ RM = 2 // towards zero
	RDN RM = 3 // down
	RUP RM = 4 // up
	RMM RM = 5 // to nearest, ties away from zero
	DYN RM = 8 // the mode in the frm register
)

var rmNames = [9]string{"", "rne", "rtz", "rdn", "rup", "rmm", "rm5", "rm6", "dyn"}

// String returns the assembler's name of the mode, and "" for the default.
func (m RM) String() string {
	if int(m) >= len(rmNames) {
		return "rm?"
	}
	return rmNames[m]
}

// AqRl is the order of an atomic: acquire, release, both or, as zero, neither.
type AqRl uint8

const (
	RL   AqRl = 1
	AQ   AqRl = 2
	AQRL AqRl = 3
)

var aqrlNames = [4]string{"", ".rl", ".aq", ".aqrl"}

// String returns the suffix of the mnemonic: "", ".aq", ".rl" or ".aqrl".
func (a AqRl) String() string { return aqrlNames[a&3] }

// VM is the mask operand of a vector instruction. The zero value is unmasked.
type VM uint8

// V0T masks the instruction by v0, as "v0.t" does in assembler text.
const V0T VM = 1

// Bits of a fence set.
const (
	FenceW = 1
	FenceR = 2
	FenceO = 4
	FenceI = 8

	FenceRW   = FenceR | FenceW
	FenceIORW = FenceI | FenceO | FenceR | FenceW
)

// FenceTSO is the Imm of fence.tso.
const FenceTSO = 8<<8 | FenceRW<<4 | FenceRW

// FenceSet returns the Imm of a fence that orders the predecessor set before the successor set.
func FenceSet(pred, succ int) int64 { return int64(pred&15)<<4 | int64(succ&15) }

// Canonical returns in with a rounding mode that is the default of its instruction replaced by zero: the one spelling
// that Decode uses. Encode returns the same word for both.
func (in Inst) Canonical() Inst {
	if in.RM != 0 && in.Op.valid() && in.RM == codes[in.Op].rmDefault+1 {
		in.RM = 0
	}
	return in
}

// IsHint reports whether in is a 16-bit instruction that the manual defines as a hint: it is legal and does nothing.
func (in Inst) IsHint() bool {
	if !in.Op.valid() {
		return false
	}
	rule := codes[in.Op].rule
	return rule&hintRd0 != 0 && in.Rd == Zero ||
		rule&hintImm0 != 0 && in.Imm == 0 ||
		rule&hintImmNot0 != 0 && in.Imm != 0
}
