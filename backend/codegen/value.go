package codegen

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// valueKind is the kind of an MCValue.
type valueKind uint8

const (
	// unborn is the zero value: the instruction has no tracking yet.
	unborn valueKind = iota
	// none has no bits at run time.
	none
	// dead has no more references; imm is the scope generation of the death.
	dead
	// unreach cannot be observed by the control flow.
	unreach
	// undef has no defined bits.
	undef
	// immediate is the canonical 64-bit value imm.
	immediate
	// register is in reg.
	register
	// loadFrame is in memory imm bytes into frame.
	loadFrame
	// leaFrame is the address imm bytes into frame.
	leaFrame
	// leaSymbol is the address of symbol plus imm.
	leaSymbol
	// constant is a value that needs memory and has none yet.
	constant
	// home is in reg, which belongs to a variable that does not change while the value is in use. See resolve.
	home
	// condition is a comparison that the next instruction, a cond_br, makes part of its branch. See condBr.
	condition
	// variable is the address of a variable whose contents are in reg.
	variable
	// reservedFrame, of instTracking.long only: frame is the value's own slot but does not hold it at this point of the
	// control flow.
	reservedFrame
)

// MCValue is where a value is, or what it is if it needs no place. An integer of at most 64 bits in loadFrame fills 8
// bytes, canonical.
type MCValue struct {
	kind   valueKind
	reg    isa.Reg
	frame  mir.FrameIndex
	imm    int64
	symbol string
	value  *air.Value
}

func immValue(v int64) MCValue     { return MCValue{kind: immediate, imm: v} }
func regValue(r isa.Reg) MCValue   { return MCValue{kind: register, reg: r} }
func undefValue() MCValue          { return MCValue{kind: undef} }
func noneValue() MCValue           { return MCValue{kind: none} }
func unreachValue() MCValue        { return MCValue{kind: unreach} }
func deadValue(gen uint32) MCValue { return MCValue{kind: dead, imm: int64(gen)} }

func frameValue(fi mir.FrameIndex, disp int64) MCValue {
	return MCValue{kind: loadFrame, frame: fi, imm: disp}
}

func leaFrameValue(fi mir.FrameIndex, disp int64) MCValue {
	return MCValue{kind: leaFrame, frame: fi, imm: disp}
}

func leaSymbolValue(symbol string, addend int64) MCValue {
	return MCValue{kind: leaSymbol, symbol: symbol, imm: addend}
}

// String returns the value as messages about broken rules have it.
func (v MCValue) String() string {
	names := [...]string{"unborn", "none", "dead", "unreach", "undef", "immediate", "register", "load_frame", "lea_frame",
		"lea_symbol", "constant", "home", "condition", "variable", "reserved_frame"}
	return fmt.Sprintf("%s(%s %s %d %s)", names[v.kind], v.reg, v.frame, v.imm, v.symbol)
}

// scalar describes an integer in a register.
type scalar struct {
	bits   uint32
	signed bool
}

// scalarOf returns the integer by which a type of intClass is held. An f16 is held by its bits.
func scalarOf(t *air.Type) (scalar, bool) {
	if t.Kind == air.Float && t.Bits == 16 {
		return scalar{bits: 16}, true
	}
	s, ok := t.Scalar()
	if !ok || s.Kind != air.Int || s.Bits > 64 {
		return scalar{}, false
	}
	return scalar{s.Bits, s.Signed}, true
}

// canonical returns the canonical register value of the low bits of v.
func (s scalar) canonical(v int64) int64 {
	if s.bits == 0 {
		return 0
	}
	shift := 64 - s.bits
	if s.bits == 32 || s.signed {
		return v << shift >> shift
	}
	return int64(uint64(v) << shift >> shift)
}

// max returns the largest value of a signed integer.
func (s scalar) max() int64 { return int64(uint64(1)<<(s.bits-1) - 1) }

// mem returns the memory that a value of kind loadFrame is in.
func (v MCValue) mem() mir.Mem { return mir.FrameMem(v.frame, v.imm) }
