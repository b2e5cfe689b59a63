package isa

import (
	"encoding/binary"
	"fmt"
)

// PatchKind is an immediate that a relocation changes.
type PatchKind uint8

const (
	PatchB     PatchKind = iota + 1 // conditional branch: even, -4096..4094
	PatchJ                          // jal: even, -1048576..1048574
	PatchHi20                       // lui, auipc: the value whose parts hi20 and lo12 are
	PatchLo12I                      // low 12 bits of a value in an I-type instruction, signed; Hi20 compensates
	PatchLo12S                      // the same in an S-type instruction
	PatchCB                         // c.beqz, c.bnez: even, -256..254
	PatchCJ                         // c.j: even, -2048..2046
	PatchCall                       // auipc and the jalr after it: even, the range of Hi20
)

// Hi20 and lo12 together reach from HiLoMin to HiLoMax: lui and auipc sign-extend, and lo12 is signed.
const (
	HiLoMin = -0x80000800
	HiLoMax = 0x7ffff7ff
)

// patchSpec is one patch kind: the range of its value, and the operand of the table that holds it.
type patchSpec struct {
	name     string
	min, max int64
	even     bool
	size     int
	operand  *kind
}

var patchSpecs = [...]patchSpec{
	PatchB:     {"branch", -4096, 4094, true, 4, kindByName["bimm"]},
	PatchJ:     {"jal", -1 << 20, 1<<20 - 2, true, 4, kindByName["jimm"]},
	PatchHi20:  {"hi20", HiLoMin, HiLoMax, false, 4, kindByName["uimm20"]},
	PatchLo12I: {"lo12 (I)", -1 << 63, 1<<63 - 1, false, 4, kindByName["imm12"]},
	PatchLo12S: {"lo12 (S)", -1 << 63, 1<<63 - 1, false, 4, kindByName["simm12"]},
	PatchCB:    {"c.branch", -256, 254, true, 2, kindByName["cb"]},
	PatchCJ:    {"c.j", -2048, 2046, true, 2, kindByName["cj"]},
	PatchCall:  {"call", HiLoMin, HiLoMax, true, 8, nil},
}

// String returns the name of the kind as errors show it.
func (k PatchKind) String() string {
	if !k.valid() {
		return "patch?"
	}
	return patchSpecs[k].name
}

// Size returns the number of bytes that the kind changes.
func (k PatchKind) Size() int {
	if !k.valid() {
		return 0
	}
	return patchSpecs[k].size
}

// Range returns the least and greatest value of the kind and whether values must be even.
func (k PatchKind) Range() (least, greatest int64, even bool) {
	if !k.valid() {
		return 0, 0, false
	}
	s := &patchSpecs[k]
	return s.min, s.max, s.even
}

func (k PatchKind) valid() bool { return k >= PatchB && k <= PatchCall }

// PatchError is the error of Patch for a value that does not fit a kind, or code that is too short for it.
type PatchError struct {
	Kind  PatchKind
	Value int64
	Rule  string
}

func (e *PatchError) Error() string {
	return fmt.Sprintf("isa: patch %s: %#x %s", e.Kind, e.Value, e.Rule)
}

// HiLo splits v for lui or auipc and a 12-bit addition: v = hi<<12 + lo with lo in -2048..2047 and hi in
// -0x80000..0x7ffff. ok is false when v is outside HiLoMin..HiLoMax.
func HiLo(v int64) (hi, lo int64, ok bool) {
	hi = (v + 0x800) >> 12
	return hi, v - hi<<12, v >= HiLoMin && v <= HiLoMax
}

// Patch writes value into the instruction at the start of code and leaves its other fields alone. Hi20 and Lo12 take the
// whole value and pick their part. The caller guarantees that the instruction is of the kind.
func Patch(code []byte, kind PatchKind, value int64) error {
	if err := checkPatch(code, kind, value); err != nil {
		return err
	}
	s := &patchSpecs[kind]
	hi, lo, _ := HiLo(value)
	switch kind {
	case PatchHi20:
		put(code, s, hi)
	case PatchLo12I, PatchLo12S:
		put(code, s, lo)
	case PatchCall:
		put(code, &patchSpecs[PatchHi20], hi)
		put(code[4:], &patchSpecs[PatchLo12I], lo)
	default:
		put(code, s, value)
	}
	return nil
}

// Extract returns the value that Patch wrote: for Hi20 the upper part hi<<12, for Lo12 the signed low part.
func Extract(code []byte, kind PatchKind) (int64, error) {
	if err := checkPatch(code, kind, 0); err != nil {
		return 0, err
	}
	switch kind {
	case PatchHi20:
		return signExtend(get(code, &patchSpecs[kind]), 20) << 12, nil
	case PatchCall:
		hi := signExtend(get(code, &patchSpecs[PatchHi20]), 20)
		return hi<<12 + signExtend(get(code[4:], &patchSpecs[PatchLo12I]), 12), nil
	}
	s := &patchSpecs[kind]
	return signExtend(get(code, s), s.operand.width()), nil
}

func checkPatch(code []byte, kind PatchKind, value int64) error {
	if !kind.valid() {
		return &PatchError{kind, value, "has no such kind"}
	}
	s := &patchSpecs[kind]
	switch {
	case len(code) < s.size:
		return &PatchError{kind, value, fmt.Sprintf("needs %d bytes of code, there are %d", s.size, len(code))}
	case value < s.min || value > s.max:
		return &PatchError{kind, value, fmt.Sprintf("is outside %#x..%#x", s.min, s.max)}
	case s.even && value&1 != 0:
		return &PatchError{kind, value, "is odd"}
	}
	return nil
}

func put(code []byte, s *patchSpec, v int64) {
	w := load(code, s) &^ s.operand.wordMask()
	for _, p := range s.operand.pieces {
		w |= p.put(uint32(v))
	}
	if s.size == 2 {
		binary.LittleEndian.PutUint16(code, uint16(w))
		return
	}
	binary.LittleEndian.PutUint32(code, w)
}

func get(code []byte, s *patchSpec) uint32 {
	w, v := load(code, s), uint32(0)
	for _, p := range s.operand.pieces {
		v |= p.get(w)
	}
	return v
}

func load(code []byte, s *patchSpec) uint32 {
	if s.size == 2 {
		return uint32(binary.LittleEndian.Uint16(code))
	}
	return binary.LittleEndian.Uint32(code)
}

func signExtend(v uint32, width int) int64 { return int64(v) << (64 - width) >> (64 - width) }
