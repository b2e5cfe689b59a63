// Package decode wraps a third-party decoder, golang.org/x/arch/riscv64/riscv64asm, whose table was written independently of
// this project. It converts what that returns to a neutral form, works around its known bugs where the right value is still
// known, and lists the words for which it is not, with the reasons.
//
//	in, err := decode.Word(0x01010513) // in.Mnemonic "addi", in.Rd 10, in.Rs1 2, in.Imm 16
//
// Several goroutines may share a Decoder. It remembers which words need not be decoded again, since riscv64asm takes
// microseconds for a word and must not run twice at once.
package decode

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/arch/riscv64/riscv64asm"
)

// Reg is a register in neutral numbering: x0..x31 are 0..31, f0..f31 are 32..63, v0..v31 are 64..95.
type Reg uint8

// NoReg is the value for an absent register.
const NoReg Reg = 255

// Decoded is a decoded word. Registers have the names of the fields in which the manual puts them (the data of a store is
// Rs2, of a vector store Rd). A 16-bit instruction is represented by its 32-bit equivalent.
type Decoded struct {
	Mnemonic string // lower case, with the order suffix of atomics and the segment count: "amoadd.w.aq"
	Len      int    // 2 or 4 bytes
	Rd       Reg
	Rs1      Reg
	Rs2      Reg
	Rs3      Reg
	HasImm   bool
	Imm      int64 // signed value, shift amount, distance, 20-bit upper field, vtype, fence sets as pred<<4|succ
	Extra    int64 // second constant: the AVL of vsetivli
	HasCSR   bool
	CSR      uint16
	Masked   bool // the instruction is masked by v0
}

// String returns the mnemonic and the fields that the instruction has: "addi rd=10 rs1=2 imm=16".
func (d Decoded) String() string {
	text := d.Mnemonic
	for _, r := range []struct {
		name string
		reg  Reg
	}{{"rd", d.Rd}, {"rs1", d.Rs1}, {"rs2", d.Rs2}, {"rs3", d.Rs3}} {
		if r.reg != NoReg {
			text += fmt.Sprintf(" %s=%d", r.name, r.reg)
		}
	}
	if d.HasImm {
		text += fmt.Sprintf(" imm=%d", d.Imm)
	}
	if d.Extra != 0 {
		text += fmt.Sprintf(" avl=%d", d.Extra)
	}
	if d.HasCSR {
		text += fmt.Sprintf(" csr=%#x", d.CSR)
	}
	if d.Masked {
		text += " masked"
	}
	return text
}

// ErrUnknown is the error for a word that riscv64asm does not decode.
var ErrUnknown = errors.New("decode: unknown instruction")

// A LimitError is the error for a word that riscv64asm is known to reject although it is legal, or to misread.
type LimitError struct {
	Word   uint32
	Reason string
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("decode: %#x: known bug of riscv64asm: %s", e.Word, e.Reason)
}

// library serialises calls of riscv64asm.Decode, which writes a package variable of its own.
var library sync.Mutex

func decodeRaw(word uint32) (riscv64asm.Inst, error) {
	var buf [4]byte
	binary.LittleEndian.PutUint32(buf[:], word)
	code := buf[:4]
	if word&3 != 3 {
		code = buf[:2]
	}
	library.Lock()
	defer library.Unlock()
	return riscv64asm.Decode(code)
}

// Word returns the instruction of a word; the upper half of a 16-bit word must be zero. The error is ErrUnknown or a
// *LimitError.
func Word(word uint32) (Decoded, error) {
	if word&3 != 3 && word>>16 != 0 {
		return Decoded{}, ErrUnknown
	}
	if why := unreadable(word); why != "" {
		return Decoded{}, &LimitError{word, why}
	}
	inst, err := decodeRaw(word)
	if err != nil {
		return Decoded{}, ErrUnknown
	}
	d := neutral(inst, word)
	repair(&d)
	return d, nil
}

// neutral assigns the arguments of riscv64asm, whose order depends on the instruction, to fields.
func neutral(inst riscv64asm.Inst, word uint32) Decoded {
	d := Decoded{
		Mnemonic: mnemonics()[inst.Op], Len: inst.Len, Rd: NoReg, Rs1: NoReg, Rs2: NoReg, Rs3: NoReg,
	}
	args := inst.Args[:]
	for len(args) > 0 && args[len(args)-1] == nil {
		args = args[:len(args)-1]
	}
	order := fieldOrder(&d, word, args)
	for _, arg := range args {
		order = d.take(arg, order)
	}
	return d
}

// field is a register field of Decoded.
type field uint8

const (
	rd field = iota
	rs1
	rs2
	rs3
	noField // of the mask, which Decoded has as a flag
)

// The orders in which riscv64asm lists registers.
var (
	destinationFirst = []field{rd, rs1, rs2, rs3}
	ofStore          = []field{rs2, rs1}
	ofBranch         = []field{rs1, rs2}
	ofAtomic         = []field{rd, rs2, rs1}
	destination      = []field{rd}
	sourceOnly       = []field{rs1}
	ofVectors        = []field{rs2, rs1, rd}
	ofVectorSource   = []field{rs1, rd}
	ofSecondSource   = []field{rs2, rd}
)

// set sets a field.
func (d *Decoded) set(f field, r Reg) {
	switch f {
	case rd:
		d.Rd = r
	case rs1:
		d.Rs1 = r
	case rs2:
		d.Rs2 = r
	case rs3:
		d.Rs3 = r
	}
}

// fieldOrder returns the register fields in the order in which riscv64asm lists them.
func fieldOrder(d *Decoded, word uint32, args []riscv64asm.Arg) []field {
	switch op := word & 0x7f; {
	case isStore(d.Mnemonic):
		return ofStore
	case d.Mnemonic == "beq" || d.Mnemonic == "bne" || op == 0x63:
		return ofBranch
	case op == 0x2f && !strings.HasPrefix(d.Mnemonic, "lr."):
		return ofAtomic
	case strings.HasPrefix(d.Mnemonic, "cbo."):
		return sourceOnly
	case d.Len == 4 && strings.HasPrefix(d.Mnemonic, "v"):
		return vectorOrder(d, args)
	}
	return destinationFirst
}

func isStore(mnemonic string) bool {
	return slices.Contains([]string{"sb", "sh", "sw", "sd", "fsh", "fsw", "fsd", "fsq"}, mnemonic)
}

// vectorOrder is fieldOrder for vector instructions, which are listed from the highest field of the word to the lowest:
// mask, rs2, rs1 or constant, rd. The number of the middle ones, and whether one is a constant, shows which are present.
func vectorOrder(d *Decoded, args []riscv64asm.Arg) []field {
	if v0Masks(args, d.Mnemonic) {
		d.Masked = true
	}
	middle, constants := 0, 0
	for _, arg := range args {
		switch arg.(type) {
		case riscv64asm.Reg, riscv64asm.RegPtr:
			middle++
		default:
			constants++
		}
	}
	order := ofVectors
	if d.Masked {
		middle--
	}
	switch {
	case middle == 3:
	case middle == 1:
		order = destination
	case constants == 0 && isOneSource(d.Mnemonic), d.Mnemonic == "vsetvli":
		order = ofVectorSource
	default:
		order = ofSecondSource
	}
	if d.Masked {
		order = append([]field{noField}, order...)
	}
	return order
}

// isOneSource reports whether a vector instruction of two operands reads rs1, not rs2: loads, stores and moves into a vector.
func isOneSource(mnemonic string) bool {
	switch mnemonic {
	case "vmv.v.v", "vmv.v.x", "vmv.s.x", "vfmv.v.f", "vfmv.s.f":
		return true
	}
	return strings.HasPrefix(mnemonic, "vl") || isVectorStore(mnemonic)
}

// isVectorStore reports whether a mnemonic is one of vse, vsm, vs<n>r and vsseg, among the many that begin with vs.
func isVectorStore(mnemonic string) bool {
	rest, ok := strings.CutPrefix(mnemonic, "vs")
	switch {
	case !ok || rest == "":
		return false
	case rest == "m.v", strings.HasPrefix(rest, "seg"):
		return true
	case rest[0] >= '1' && rest[0] <= '8':
		return strings.HasSuffix(rest, "r.v")
	}
	return rest[0] == 'e' && rest[1] >= '0' && rest[1] <= '9'
}

// v0Masks reports whether the list starts with the mask: riscv64asm has no type for it, only one more register than the
// instruction has operands.
func v0Masks(args []riscv64asm.Arg, mnemonic string) bool {
	if len(args) == 0 || args[0] != riscv64asm.V0 {
		return false
	}
	return len(args) > operandCount(mnemonic)
}

// operandCount returns the number of operands of a vector instruction apart from the mask.
func operandCount(mnemonic string) int {
	switch {
	case mnemonic == "vid.v":
		return 1
	case isOneSource(mnemonic) && !isIndexed(mnemonic):
		return 2
	case mnemonic == "vmv.v.i", mnemonic == "vmv.x.s", mnemonic == "vfmv.f.s", mnemonic == "vcpop.m", mnemonic == "vfirst.m":
		return 2
	case strings.HasPrefix(mnemonic, "vmv") && strings.HasSuffix(mnemonic, "r.v"):
		return 2
	case isUnary(mnemonic):
		return 2
	}
	return 3
}

// isIndexed reports whether a load has a stride or an index besides the base.
func isIndexed(mnemonic string) bool {
	return !strings.HasPrefix(mnemonic, "vlseg") && hasPrefix(mnemonic, "vlse", "vlsseg", "vlux", "vlox")
}

func hasPrefix(text string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(text, prefix) })
}

// isUnary reports whether an instruction computes on one vector: conversions, extensions, square roots, mask scans, rounds
// of a cipher.
func isUnary(mnemonic string) bool {
	return hasPrefix(mnemonic, "vfcvt.", "vfwcvt.", "vfncvt.", "vzext.", "vsext.", "vfsqrt.", "vfrsqrt7.", "vfrec7.",
		"vfclass.", "vmsbf.", "vmsif.", "vmsof.", "viota.", "vaesd", "vaese", "vaesz.", "vsm4r.", "vgmul.")
}

// take stores one argument, a register in the first field of an order, and returns the rest of that.
func (d *Decoded) take(arg riscv64asm.Arg, order []field) []field {
	switch a := arg.(type) {
	case riscv64asm.Reg:
		return d.register(Reg(a), order)
	case riscv64asm.RegPtr:
		return d.register(pointerReg(a), order)
	case riscv64asm.RegOffset:
		d.constant(int64(a.Ofs.Imm))
		return d.register(Reg(a.OfsReg), order)
	case riscv64asm.Simm:
		d.constant(int64(a.Imm))
	case riscv64asm.Uimm:
		d.constant(int64(a.Imm))
	case riscv64asm.VType:
		d.constant(int64(a))
	case riscv64asm.CSR:
		d.HasCSR, d.CSR = true, uint16(a)
	case riscv64asm.MemOrder:
		d.HasImm, d.Imm = true, d.Imm<<4|int64(a)
	}
	return order
}

func (d *Decoded) register(r Reg, order []field) []field {
	if len(order) == 0 {
		panic("decode: riscv64asm lists more registers than the instruction has: " + d.Mnemonic)
	}
	d.set(order[0], r)
	return order[1:]
}

func (d *Decoded) constant(v int64) {
	if d.HasImm {
		d.Extra = v
		return
	}
	d.HasImm, d.Imm = true, v
}

// pointerReg returns the register of a RegPtr, which it reads from the text since the field is not exported.
func pointerReg(p riscv64asm.RegPtr) Reg {
	n := 0
	for _, digit := range strings.Trim(p.String(), "(x)") {
		n = n*10 + int(digit-'0')
	}
	return Reg(n)
}
