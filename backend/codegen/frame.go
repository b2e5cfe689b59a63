package codegen

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// frameSlot is one slot of the frame, shared by values that are not live at the same time.
type frameSlot struct {
	size, align int64
	free        bool
	pinned      bool   // never freed: the memory of an alloc
	stamp       uint32 // of checkSlots
	// freeDepth is the scope depth at which the slot was freed, but at most the present one: in freeSlots it ascends. Its last owner may be resurrected when that scope is
	// left, so only values born as deep, which end with the scope, may have it.
	freeDepth int32
}

// allocSlot finds or makes a slot for a value born at a scope depth.
func (f *function) allocSlot(size, align int64, depth int32) mir.FrameIndex {
	size = f.slotSize(max((size+7)&^7, 8))
	align = max(align, 8)
	for n := len(f.freeSlots) - 1; n >= 0; n-- {
		fi := f.freeSlots[n]
		s := &f.slots[fi]
		if s.size == size && s.align == align && s.freeDepth <= depth {
			f.freeSlots = slices.Delete(f.freeSlots, n, n+1)
			s.free = false
			return fi
		}
	}
	f.slots = append(f.slots, frameSlot{size: size, align: align})
	return mir.FrameIndex(len(f.slots) - 1)
}

// slotSize returns the size itself if a frame can be that large.
func (f *function) slotSize(size int64) int64 {
	if size < 0 || size > mir.MaxFrameSize {
		f.fail("a value of that size in the frame")
		return 8
	}
	return size
}

// pinSlot allocates a slot that is live as long as the function.
func (f *function) pinSlot(size, align int64) mir.FrameIndex {
	f.slots = append(f.slots, frameSlot{size: f.slotSize(size), align: max(align, 1), pinned: true})
	return mir.FrameIndex(len(f.slots) - 1)
}

// tempSlot allocates a slot that is live until finish.
func (f *function) tempSlot(size, align int64) mir.FrameIndex {
	fi := f.allocSlot(size, align, f.scopeDepth)
	f.tempSlots = append(f.tempSlots, fi)
	return fi
}

// freeSlot frees a slot, unless it is named or pinned.
func (f *function) freeSlot(fi mir.FrameIndex) {
	if fi < mir.FirstUnnamed || f.slots[fi].pinned {
		return
	}
	if f.slots[fi].free {
		f.broken("%s is freed twice", fi)
	}
	f.slots[fi].free = true
	f.slots[fi].freeDepth = f.scopeDepth
	f.freeSlots = append(f.freeSlots, fi)
}

// claimSlot takes back the slot of a resurrected value.
func (f *function) claimSlot(fi mir.FrameIndex) {
	if fi < mir.FirstUnnamed || f.slots[fi].pinned {
		return
	}
	n := slices.Index(f.freeSlots, fi)
	if n < 0 {
		f.broken("%s has two owners", fi)
	}
	f.freeSlots = slices.Delete(f.freeSlots, n, n+1)
	f.slots[fi].free = false
}

// needCallArea makes the outgoing call area at least size bytes large.
func (f *function) needCallArea(size int64) {
	f.hasCalls = true
	f.slots[mir.CallFrame].size = max(f.slots[mir.CallFrame].size, size)
}

// computeFrameLayout places every slot; the drawing is at mir.Frame.
func (f *function) computeFrameLayout() {
	fr := &f.out.Frame
	fr.SavesRA = f.hasCalls || f.needsRA
	fr.Saved = mir.RegisterList(f.regs.allocated & abi.CalleeSaved)
	fr.Locs = make([]mir.FrameLoc, len(f.slots))
	size := f.placeLocals(fr)
	fr.UsesFP = f.needsFP || fr.Align > 16
	above := 8 * (int64(fr.Saved.Len()) + boolBit(fr.SavesRA) + boolBit(fr.UsesFP))
	if f.savesArgs {
		above += argumentArea
	}
	fr.Size = (size + above + 15) &^ 15
	f.placeSaves(fr)
	if fr.Size > mir.MaxFrameSize || fr.Align > mir.MaxFrameSize {
		f.err = &air.Unsupported{Func: f.fn.Name, What: "a frame of that size"}
	} else if f.opts.Audit {
		f.checkLayout()
	}
}

// smallSlot is the size up to which slots are placed nearest to sp, where instructions reach them.
const smallSlot = 16

// placeLocals places the call area at sp, the small locals above it and then the large ones, each in order of descending
// alignment, and returns the size of all.
func (f *function) placeLocals(fr *mir.Frame) int64 {
	at := f.slots[mir.CallFrame].size
	if at > 0 {
		fr.Locs[mir.CallFrame] = mir.FrameLoc{Base: isa.SP}
	}
	if f.opts.LargeFrames {
		at += largeFramePad
	}
	order := make([]mir.FrameIndex, 0, len(f.slots))
	for fi := mir.FirstUnnamed; int(fi) < len(f.slots); fi++ {
		order = append(order, fi)
	}
	slices.SortStableFunc(order, func(a, b mir.FrameIndex) int {
		if largeA, largeB := f.slots[a].size > smallSlot, f.slots[b].size > smallSlot; largeA != largeB {
			return int(boolBit(largeA) - boolBit(largeB))
		}
		return int(f.slots[b].align - f.slots[a].align)
	})
	for _, fi := range order {
		if align := f.slots[fi].align; align > 16 {
			fr.Align = max(fr.Align, align)
		}
	}
	for n, fi := range order {
		s := &f.slots[fi]
		at = (at + s.align - 1) &^ (s.align - 1)
		fr.Locs[fi] = mir.FrameLoc{Base: isa.SP, Disp: at}
		if n == 0 {
			fr.Locs[mir.StackFrame] = fr.Locs[fi]
		}
		at += s.size
	}
	return (at + 7) &^ 7
}

// placeSaves places what is above the locals: relative to s0, which is the caller's sp, if the frame uses it, otherwise
// relative to sp.
func (f *function) placeSaves(fr *mir.Frame) {
	base, top := isa.SP, fr.Size
	if fr.UsesFP {
		base, top = isa.S0, 0
	}
	fr.Locs[mir.ArgsFrame] = mir.FrameLoc{Base: base, Disp: top}
	if f.savesArgs {
		top -= argumentArea
	}
	place := func(slot mir.FrameIndex, size int64) {
		if size > 0 {
			top -= size
			fr.Locs[slot] = mir.FrameLoc{Base: base, Disp: top}
		}
	}
	place(mir.RetAddr, 8*boolBit(fr.SavesRA))
	place(mir.BasePtr, 8*boolBit(fr.UsesFP))
	place(mir.SpillFrame, int64(8*fr.Saved.Len()))
}

func boolBit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
