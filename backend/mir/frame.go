package mir

import (
	"math/bits"
	"strconv"

	"github.com/rvfuzz/rvfuzz/isa"
)

// FrameIndex names a slot of the stack frame. The named slots come first; those from FirstUnnamed on are locals and
// spills.
type FrameIndex int32

// The named slots. See the drawing at Frame.
const (
	NoFrame    FrameIndex = iota // of a Mem that is based on a register
	ArgsFrame                    // incoming stack arguments; starts at the caller's sp
	RetAddr                      // 8 bytes: the saved ra
	BasePtr                      // 8 bytes: the saved s0, if it serves as frame pointer
	SpillFrame                   // the saved registers, 8 bytes each, in ascending order
	StackFrame                   // the locals as a whole
	CallFrame                    // outgoing stack arguments; starts at sp
	FirstUnnamed
)

var frameNames = [FirstUnnamed]string{
	NoFrame: "none", ArgsFrame: "args_frame", RetAddr: "ret_addr", BasePtr: "base_ptr",
	SpillFrame: "spill_frame", StackFrame: "stack_frame", CallFrame: "call_frame",
}

// String returns the slot's name in MIR text: "spill_frame", "frame7".
func (fi FrameIndex) String() string {
	if fi >= 0 && fi < FirstUnnamed {
		return frameNames[fi]
	}
	return "frame" + strconv.Itoa(int(fi))
}

// Frame is the layout of the stack frame, as codegen computed it.
//
//	higher  ArgsFrame     at the caller's sp, the address cfa
//	        RetAddr       if SavesRA
//	        BasePtr       if UsesFP; s0 then holds cfa
//	        SpillFrame    Saved
//	        StackFrame    locals, the unnamed slots: small ones lowest, both kinds by falling alignment
//	lower   CallFrame     at sp
//
// cfa - sp is Size, a multiple of 16. If Align is over 16, the frame is realigned: the prologue rounds sp down to a
// multiple of Align after it has subtracted Size, so cfa - sp may be more than Size; UsesFP must then be set, the four
// slots above the locals must be placed relative to s0 and all others relative to sp.
//
// A zero Frame is that of a leaf function without locals: Prologue and Epilogue then expand to nothing.
type Frame struct {
	Size    int64
	Align   int64 // of sp; 0 means 16
	Locs    []FrameLoc
	Saved   RegisterList // callee-saved registers that the body changes; without ra, and without s0 if UsesFP
	SavesRA bool
	UsesFP  bool
}

// FrameLoc is the place of a slot: Disp bytes from sp or s0, as they are between prologue and epilogue. The zero
// FrameLoc marks a slot that does not exist.
type FrameLoc struct {
	Base isa.Reg
	Disp int64
}

// Loc returns the place of a slot, and false if the frame has no such slot.
func (f *Frame) Loc(slot FrameIndex) (FrameLoc, bool) {
	if slot <= NoFrame || int(slot) >= len(f.Locs) {
		return FrameLoc{}, false
	}
	loc := f.Locs[slot]
	return loc, loc.Base != isa.Zero
}

// Resolve returns the register and displacement of a memory operand, and false if it names a slot that the frame does
// not have.
func (f *Frame) Resolve(m Mem) (base isa.Reg, disp int64, ok bool) {
	if m.Frame == NoFrame {
		return m.Reg, m.Disp, true
	}
	loc, ok := f.Loc(m.Frame)
	if m.Reg != isa.Zero {
		return m.Reg, loc.Disp + m.Disp, ok && loc.Base == isa.SP
	}
	return loc.Base, loc.Disp + m.Disp, ok
}

// RegisterList is a set of integer and floating-point registers.
type RegisterList uint64

// Registers returns the set of the registers named.
func Registers(regs ...isa.Reg) RegisterList {
	var l RegisterList
	for _, r := range regs {
		l.Add(r)
	}
	return l
}

// Add adds an integer or floating-point register to the set; it panics on any other.
func (l *RegisterList) Add(r isa.Reg) {
	if r >= 64 {
		panic("mir: a RegisterList holds integer and floating-point registers only")
	}
	*l |= 1 << r
}

// Has reports whether the set holds r.
func (l RegisterList) Has(r isa.Reg) bool { return r < 64 && l>>r&1 != 0 }

// Len returns the number of registers in the set.
func (l RegisterList) Len() int { return bits.OnesCount64(uint64(l)) }

// All yields each register in ascending order, with its position.
func (l RegisterList) All(yield func(int, isa.Reg) bool) {
	for i := 0; l != 0; i++ {
		if !yield(i, isa.Reg(bits.TrailingZeros64(uint64(l)))) {
			return
		}
		l &= l - 1
	}
}
