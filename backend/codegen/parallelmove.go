package codegen

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/isa"
)

// move is one of the simultaneous moves before a call: of a value to an argument register. A value in memory is read by
// its size.
type move struct {
	to   isa.Reg
	from MCValue
	size int64 // of a piece of an aggregate; 0 for a whole register
}

// indirectTarget is the register of an indirect call's target: no argument goes there.
const indirectTarget = isa.T0

// setPiece does one move whose source is not a register.
func (f *function) setPiece(m move) {
	if m.size > 0 {
		f.loadPiece(m.to, m.from.mem(), m.size)
		return
	}
	f.setReg(m.to, m.from)
}

// parallelMove does the moves in an order in which no source is overwritten before it is read: first those between
// registers, then the others.
func (f *function) parallelMove() {
	if f.opts.Audit {
		moves, start := slices.Clone(f.moves), len(f.out.Insts)
		defer func() { f.checkParallel(moves, start) }()
	}
	pending := f.moves
	for {
		progress := false
		open := false
		for n := range pending {
			m := &pending[n]
			if m.from.kind != register {
				continue
			}
			if m.to != m.from.reg {
				if f.isSource(m.to) {
					open = true
					continue
				}
				f.moveRegister(m.to, m.from.reg)
			}
			m.from = undefValue()
			m.size = doneMove
			progress = true
		}
		if !open {
			break
		}
		if !progress {
			f.breakCycle()
		}
	}
	for _, m := range pending {
		if m.size != doneMove && m.from.kind != register {
			f.setPiece(m)
		}
	}
}

// doneMove is the size of a move that is done.
const doneMove = -1

// isSource reports whether another move is still to read a register.
func (f *function) isSource(r isa.Reg) bool {
	return slices.ContainsFunc(f.moves, func(m move) bool { return m.from.kind == register && m.from.reg == r && m.to != r })
}

// breakCycle breaks a cycle of moves: it saves the register that one of them overwrites, or swaps two registers if none
// is free.
func (f *function) breakCycle() {
	n := 0
	for f.moves[n].from.kind != register {
		n++
	}
	a, b := f.moves[n].to, f.moves[n].from.reg
	scratch, ok := f.moveScratch(a)
	if ok {
		f.moveRegister(scratch, a)
		f.renameSources(a, scratch)
		return
	}
	f.ins(isa.XOR, a, a, b)
	f.ins(isa.XOR, b, a, b)
	f.ins(isa.XOR, a, a, b)
	f.renameSources(a, isa.T6)
	f.renameSources(b, a)
	f.renameSources(isa.T6, b)
}

// renameSources makes the moves that read one register read another.
func (f *function) renameSources(from, to isa.Reg) {
	for n := range f.moves {
		if m := &f.moves[n]; m.from.kind == register && m.from.reg == from {
			m.from.reg = to
		}
	}
}

// moveScratch returns a register of the file of r that the call changes and no move reads or writes.
func (f *function) moveScratch(r isa.Reg) (isa.Reg, bool) {
	free := abi.CallerSaved & abi.Integers &^ abi.Of(isa.RA, isa.T6)
	if r.IsFloat() {
		free = abi.CallerSaved & abi.Floats
	}
	for _, m := range f.moves {
		free &^= 1 << m.to
		if m.from.kind == register {
			free &^= 1 << m.from.reg
		}
	}
	return lowestReg(free), free != 0
}
