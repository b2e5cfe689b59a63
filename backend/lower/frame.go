package lower

import (
	"github.com/rvfuzz/rvfuzz/backend/callframe"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// nearFrame is the largest frame that a single addi makes while sp stays aligned.
const nearFrame = 2032

// prologue makes a large frame in two steps: first the part that holds the saved registers, which are then in reach of
// 12-bit displacements, and after the saves the rest.
//
//	addi sp,sp,-48
//	sd   ra,40(sp)
//	sd   s0,32(sp)
//	addi s0,sp,48
//	li   t6,-9952
//	add  sp,sp,t6
//	andi sp,sp,-64
func (l *lowerer) prologue() {
	f := l.frame
	first := firstStep(f)
	l.addImm(isa.SP, isa.SP, -first)
	l.frameIs(isa.SP, first)
	l.saves(first, func(r isa.Reg, disp int64) {
		op := isa.SD
		if r.IsFloat() {
			op = isa.FSD
		}
		l.add(isa.Inst{Op: op, Rs1: isa.SP, Rs2: r, Imm: disp})
		l.rule(callframe.Rule{Kind: callframe.SavedAt, Reg: r, Disp: disp - first})
	})
	if f.UsesFP {
		l.addImm(isa.S0, isa.SP, first)
		l.frameIs(isa.S0, 0)
	}
	if f.UsesFP {
		l.addImm(isa.SP, isa.SP, first-f.Size)
	} else {
		l.moveSP(first, f.Size)
	}
	l.realign()
	l.items = append(l.items, Item{Kind: PrologueEnd})
}

// moveSP appends the code that moves sp, which is from bytes below CFA, to where it is to bytes below. Each addi moves it
// a part of the way.
func (l *lowerer) moveSP(from, to int64) {
	start := len(l.items)
	l.addImm(isa.SP, isa.SP, from-to)
	for i, it := range l.items[start:] {
		if it.Op == isa.ADDI && it.Rd == isa.SP {
			from -= it.Imm
			l.rules = append(l.rules, FrameRule{start + i + 1, callframe.Rule{Kind: callframe.FrameIs, Reg: isa.SP, Disp: from}})
		}
	}
	if from != to {
		l.frameIs(isa.SP, to)
	}
}

func (l *lowerer) realign() {
	switch align := l.frame.Align; {
	case align <= 16:
	case fits12(-align):
		l.add(isa.Inst{Op: isa.ANDI, Rd: isa.SP, Rs1: isa.SP, Imm: -align})
	default:
		l.loadImm(isa.T6, -align)
		l.add(isa.Inst{Op: isa.AND, Rd: isa.SP, Rs1: isa.SP, Rs2: isa.T6})
	}
}

func (l *lowerer) epilogue() {
	f := l.frame
	first := firstStep(f)
	l.items = append(l.items, Item{Kind: EpilogueBegin})
	l.rule(callframe.Rule{Kind: callframe.Remember})
	l.undone = true
	if f.UsesFP && (f.Size != first || f.Align > 16) {
		l.addImm(isa.SP, isa.S0, -first)
		l.frameIs(isa.SP, first)
	} else {
		l.frameIs(isa.SP, f.Size)
		l.moveSP(f.Size, first)
	}
	l.saves(first, func(r isa.Reg, disp int64) {
		op := isa.LD
		if r.IsFloat() {
			op = isa.FLD
		}
		l.add(isa.Inst{Op: op, Rd: r, Rs1: isa.SP, Imm: disp})
		l.rule(callframe.Rule{Kind: callframe.Restored, Reg: r})
	})
	l.addImm(isa.SP, isa.SP, first)
	l.frameIs(isa.SP, 0)
}

// firstStep returns the part of the frame that the prologue makes first: all of it if one addi suffices, else what
// holds the saved registers.
func firstStep(f *mir.Frame) int64 {
	if f.Size <= nearFrame {
		return f.Size
	}
	depth := int64(0)
	eachSave(f, func(_ isa.Reg, cfa int64) { depth = max(depth, -cfa) })
	return (depth + 15) &^ 15
}

// saves calls visit for each saved register with its displacement from sp, sp being first bytes below the caller's.
func (l *lowerer) saves(first int64, visit func(r isa.Reg, disp int64)) {
	eachSave(l.frame, func(r isa.Reg, cfa int64) { visit(r, cfa+first) })
}

// eachSave calls visit for each saved register with its place relative to the caller's sp.
func eachSave(f *mir.Frame, visit func(r isa.Reg, cfa int64)) {
	if f.SavesRA {
		visit(isa.RA, slotPlace(f, mir.RetAddr))
	}
	if f.UsesFP {
		visit(isa.S0, slotPlace(f, mir.BasePtr))
	}
	if f.Saved != 0 {
		at := slotPlace(f, mir.SpillFrame)
		f.Saved.All(func(i int, r isa.Reg) bool {
			visit(r, at+8*int64(i))
			return true
		})
	}
}

func slotPlace(f *mir.Frame, slot mir.FrameIndex) int64 {
	loc, _ := f.Loc(slot)
	return loc.Disp + f.CFA(loc.Base)
}
