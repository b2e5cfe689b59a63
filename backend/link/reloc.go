package link

import (
	"encoding/binary"
	"fmt"

	"github.com/rvfuzz/rvfuzz/isa"
)

// RelocKind is an ELF relocation type, by its number in the psABI ("Relocations").
type RelocKind uint8

// The supported relocations.
const (
	Abs32      RelocKind = 1
	Abs64      RelocKind = 2
	Branch     RelocKind = 16
	Jal        RelocKind = 17
	Call       RelocKind = 18
	CallPLT    RelocKind = 19
	GOTHi20    RelocKind = 20
	TLSGOTHi20 RelocKind = 21
	PCRelHi20  RelocKind = 23
	PCRelLo12I RelocKind = 24
	PCRelLo12S RelocKind = 25
	Hi20       RelocKind = 26
	Lo12I      RelocKind = 27
	Lo12S      RelocKind = 28
	TPRelHi20  RelocKind = 29
	TPRelLo12I RelocKind = 30
	TPRelAdd   RelocKind = 32
	Add8       RelocKind = 33
	Add16      RelocKind = 34
	Add32      RelocKind = 35
	Add64      RelocKind = 36
	Sub8       RelocKind = 37
	Sub16      RelocKind = 38
	Sub32      RelocKind = 39
	Sub64      RelocKind = 40
	RVCBranch  RelocKind = 44
	RVCJump    RelocKind = 45
	Sub6       RelocKind = 52
	Set6       RelocKind = 53
	Set8       RelocKind = 54
	Set16      RelocKind = 55
	Set32      RelocKind = 56
	PCRel32    RelocKind = 57
	numKinds             = 58
)

// value is the formula of a relocation: S is the symbol's address, A the addend, P the place, V the old value there.
type value uint8

const (
	none        value = iota
	absolute          // S + A
	relative          // S + A - P
	pairedHalf        // the value of the PCRelHi20 at A
	added             // V + S + A
	subtracted        // V - S - A
	threadLocal       // in an object file only: an image has no thread-local symbols
)

// kindRow describes a relocation: its name after R_RISCV_, its formula, and how the value is written: by an instruction
// patch, or as an integer of some bits. Integers of fixed range are checked, the others wrap.
type kindRow struct {
	name     string
	value    value
	patch    isa.PatchKind
	bits     uint8
	min, max int64 // 0, 0 if the integer wraps
}

var kinds = [numKinds]kindRow{
	Abs32:      {name: "32", value: absolute, bits: 32, min: -1 << 31, max: 1<<32 - 1},
	Abs64:      {name: "64", value: absolute, bits: 64},
	Branch:     {name: "BRANCH", value: relative, patch: isa.PatchB},
	Jal:        {name: "JAL", value: relative, patch: isa.PatchJ},
	Call:       {name: "CALL", value: relative, patch: isa.PatchCall},
	CallPLT:    {name: "CALL_PLT", value: relative, patch: isa.PatchCall},
	GOTHi20:    {name: "GOT_HI20", value: relative, patch: isa.PatchHi20},
	TLSGOTHi20: {name: "TLS_GOT_HI20", value: threadLocal},
	TPRelHi20:  {name: "TPREL_HI20", value: threadLocal},
	TPRelLo12I: {name: "TPREL_LO12_I", value: threadLocal},
	TPRelAdd:   {name: "TPREL_ADD", value: threadLocal},
	PCRelHi20:  {name: "PCREL_HI20", value: relative, patch: isa.PatchHi20},
	PCRelLo12I: {name: "PCREL_LO12_I", value: pairedHalf, patch: isa.PatchLo12I},
	PCRelLo12S: {name: "PCREL_LO12_S", value: pairedHalf, patch: isa.PatchLo12S},
	Hi20:       {name: "HI20", value: absolute, patch: isa.PatchHi20},
	Lo12I:      {name: "LO12_I", value: absolute, patch: isa.PatchLo12I},
	Lo12S:      {name: "LO12_S", value: absolute, patch: isa.PatchLo12S},
	Add8:       {name: "ADD8", value: added, bits: 8},
	Add16:      {name: "ADD16", value: added, bits: 16},
	Add32:      {name: "ADD32", value: added, bits: 32},
	Add64:      {name: "ADD64", value: added, bits: 64},
	Sub8:       {name: "SUB8", value: subtracted, bits: 8},
	Sub16:      {name: "SUB16", value: subtracted, bits: 16},
	Sub32:      {name: "SUB32", value: subtracted, bits: 32},
	Sub64:      {name: "SUB64", value: subtracted, bits: 64},
	RVCBranch:  {name: "RVC_BRANCH", value: relative, patch: isa.PatchCB},
	RVCJump:    {name: "RVC_JUMP", value: relative, patch: isa.PatchCJ},
	Sub6:       {name: "SUB6", value: subtracted, bits: 6},
	Set6:       {name: "SET6", value: absolute, bits: 6},
	Set8:       {name: "SET8", value: absolute, bits: 8},
	Set16:      {name: "SET16", value: absolute, bits: 16},
	Set32:      {name: "SET32", value: absolute, bits: 32},
	PCRel32:    {name: "32_PCREL", value: relative, bits: 32, min: -1 << 31, max: 1<<31 - 1},
}

// String returns the psABI's name: "R_RISCV_CALL_PLT".
func (k RelocKind) String() string {
	if !k.valid() {
		return fmt.Sprintf("R_RISCV_%d", uint8(k))
	}
	return "R_RISCV_" + kinds[k].name
}

func (k RelocKind) valid() bool { return k < numKinds && kinds[k].value != none }

// RelocError is the error of a relocation that cannot be applied, with its object and the reason.
type RelocError struct {
	Object string
	Reloc  Reloc
	Reason string
}

func (e *RelocError) Error() string {
	return fmt.Sprintf("link: @%s+%#x: %v against @%s%+d: %s", e.Object, e.Reloc.Offset, e.Reloc.Kind, e.Reloc.Symbol, e.Reloc.Addend, e.Reason)
}

// apply writes the value of a relocation to its place; s is the address of its symbol, place its own address. For a
// paired half, s is the value of the other half.
func (r *Reloc) apply(code []byte, s, place uint64) (reason string) {
	row := &kinds[r.Kind]
	v := int64(s) + r.Addend
	switch row.value {
	case relative:
		v -= int64(place)
	case pairedHalf:
		v = int64(s)
	}
	if row.patch != 0 {
		if err := isa.Patch(code, row.patch, v); err != nil {
			return err.Error()
		}
		return ""
	}
	return row.writeInteger(code, v)
}

func (row *kindRow) writeInteger(code []byte, v int64) string {
	size := int(row.bits+7) / 8
	if len(code) < size {
		return fmt.Sprintf("needs %d bytes, there are %d", size, len(code))
	}
	if row.min != row.max && (v < row.min || v > row.max) {
		return fmt.Sprintf("%#x is outside %#x..%#x", v, row.min, row.max)
	}
	var b [8]byte
	copy(b[:size], code)
	old := binary.LittleEndian.Uint64(b[:])
	mask := ^uint64(0) >> (64 - row.bits)
	now := uint64(v)
	switch row.value {
	case added:
		now = old + uint64(v)
	case subtracted:
		now = old - uint64(v)
	}
	binary.LittleEndian.PutUint64(b[:], old&^mask|now&mask)
	copy(code, b[:size])
	return ""
}
