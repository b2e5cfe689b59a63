package mir

import (
	"errors"
	"fmt"

	"github.com/rvfuzz/rvfuzz/isa"
)

// MaxFrameSize bounds Frame.Size: what lui and addiw can add to sp.
const MaxFrameSize = 1<<31 - 4096

// maxSaveDepth is how far below the caller's sp the saved registers may lie: the prologue reaches them with one addi of
// sp and 12-bit displacements.
const maxSaveDepth = 2032

// CalleeSaved is the set of registers that a function must preserve, other than sp.
const CalleeSaved = RegisterList(0xffc0300<<32 | 0xffc0300)

// CFA returns the offset of a base register, sp or s0, from the caller's sp.
func (f *Frame) CFA(base isa.Reg) int64 {
	if base == isa.S0 && f.UsesFP {
		return 0
	}
	return -f.Size
}

func (f *Frame) verify() error {
	switch {
	case f.Size < 0 || f.Size%16 != 0:
		return fmt.Errorf("size %d is not a multiple of 16", f.Size)
	case f.Size > MaxFrameSize:
		return fmt.Errorf("size %d exceeds the limit of %d", f.Size, MaxFrameSize)
	case f.Align < 0 || f.Align&(f.Align-1) != 0 || f.Align != 0 && f.Align < 16 || f.Align > MaxFrameSize:
		return fmt.Errorf("align %d is not a power of two from 16 up", f.Align)
	case f.Align > 16 && !f.UsesFP:
		return errors.New("a realigned frame needs the frame pointer")
	case f.Saved&^CalleeSaved != 0:
		return fmt.Errorf("saved %v are not callee-saved", f.Saved&^CalleeSaved)
	case f.UsesFP && f.Saved.Has(isa.S0):
		return errors.New("s0 is the frame pointer and in the list of saved registers too")
	}
	for i, loc := range f.Locs {
		if err := f.verifyLoc(FrameIndex(i), loc); err != nil {
			return err
		}
	}
	return f.verifySaves()
}

func (f *Frame) verifyLoc(slot FrameIndex, loc FrameLoc) error {
	switch {
	case loc == (FrameLoc{}):
		return nil
	case slot == NoFrame:
		return errors.New("index 0 is not a slot")
	case loc.Base != isa.SP && (loc.Base != isa.S0 || !f.UsesFP):
		return fmt.Errorf("%v is relative to %v, which is not sp or the frame pointer", slot, loc.Base)
	case f.Align > 16 && (loc.Base == isa.S0) != (slot < StackFrame):
		return fmt.Errorf("%v of a realigned frame is relative to %v", slot, loc.Base)
	case slot == ArgsFrame && loc.Disp+f.CFA(loc.Base) != 0:
		return fmt.Errorf("%v is not at the caller's sp", slot)
	case slot == CallFrame && (loc.Base != isa.SP || loc.Disp != 0):
		return fmt.Errorf("%v is not at sp", slot)
	}
	if slot == ArgsFrame {
		return nil
	}
	if at := loc.Disp + f.CFA(loc.Base); at > 0 || at < -f.Size {
		return fmt.Errorf("%v lies outside of the frame", slot)
	}
	return nil
}

// verifySaves checks that each register that the prologue saves has a place of its own within reach.
func (f *Frame) verifySaves() error {
	ends := int64(0) // lowest address taken so far, from the caller's sp
	for _, s := range [...]struct {
		slot FrameIndex
		need int
	}{{RetAddr, count(f.SavesRA)}, {BasePtr, count(f.UsesFP)}, {SpillFrame, f.Saved.Len()}} {
		if s.need == 0 {
			continue
		}
		loc, ok := f.Loc(s.slot)
		at := loc.Disp + f.CFA(loc.Base)
		switch {
		case !ok:
			return fmt.Errorf("%v is needed but has no place", s.slot)
		case at%8 != 0 || at < -maxSaveDepth:
			return fmt.Errorf("%v at %d is not aligned to 8 or more than %d bytes below the caller's sp", s.slot, at, maxSaveDepth)
		case at+8*int64(s.need) > ends:
			return fmt.Errorf("%v overlaps the slot above it", s.slot)
		}
		ends = at
	}
	return nil
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
