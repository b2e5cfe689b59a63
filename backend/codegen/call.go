package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// calleeType returns the function type of a callee, which may be a pointer.
func (f *function) calleeType(r air.Ref) *air.Type {
	t := f.typeOf(r)
	if t.Kind == air.Pointer {
		t = t.Elem
	}
	return t
}

// call passes the arguments, calls and takes the result. Values that are still needed are in preserved registers or in
// the frame by then.
func (f *function) call(i air.Index) error {
	in := f.inst(i)
	fn := f.calleeType(in.Ops[0])
	if fn.Kind != air.Fn {
		return f.unsupported("a callee of type " + f.typeOf(in.Ops[0]).String())
	}
	info := f.classifyCall(fn, in.Ops[1:])
	if in.Tag == air.CallAlwaysTail && f.returned && f.canTailCall(fn, info) {
		return f.tailCall(i, info)
	}
	f.needCallArea(info.StackSize)
	f.spillForCall(i)
	f.moves = f.moves[:0]
	slot := f.passResultPointer(i, info)
	f.passArguments(i, info, fn.CallC)
	if f.opts.Audit {
		f.checkPassed(i, info)
	}
	callee := f.resolve(in.Ops[0])
	if symbol, ok := f.directCallee(in.Ops[0], callee); ok {
		f.parallelMove()
		f.out.Call(symbol)
	} else {
		f.moves = append(f.moves, move{to: indirectTarget, from: callee})
		f.parallelMove()
		f.out.CallReg(indirectTarget)
	}
	if fn.Elem.Kind == air.NoReturn {
		f.out.Trap()
	}
	return f.finishCall(i, info, slot)
}

// classifyCall returns the places of the arguments of a call; the extra arguments of a variadic one have places of
// their own.
func (f *function) classifyCall(fn *air.Type, args []air.Ref) *abi.Call {
	if len(args) == len(fn.Params) {
		return f.classify(fn)
	}
	extra := make([]*air.Type, 0, len(args))
	for _, r := range args[len(fn.Params):] {
		extra = append(extra, f.typeOf(r))
	}
	return abi.ClassifyCall(fn, extra)
}

// directCallee returns the symbol of a constant callee.
func (f *function) directCallee(r air.Ref, v MCValue) (string, bool) {
	if c := f.fn.Value(r); c != nil && c.Kind == air.SymbolValue && c.Offset == 0 {
		return c.Symbol, true
	}
	return v.symbol, v.kind == leaSymbol && v.imm == 0
}

// spillForCall spills every value in a register that the callee may change, unless it dies in the call.
func (f *function) spillForCall(i air.Index) {
	if f.opts.Audit {
		f.noteSpill()
	}
	if f.homes&abi.CallerSaved != 0 && !f.inst(i).Tag.IsCall() {
		f.err = ErrHomes
	}
	stamp := f.nextStamp()
	for op, r := range f.inst(i).Ops {
		if o, ok := r.Inst(); ok && f.lv.Dies(i, op) {
			f.uses[o].stamp = stamp
		}
	}
	for s := f.regs.used & abi.CallerSaved; s != 0; s &= s - 1 {
		r := lowestReg(s)
		if f.uses[f.regs.inst[r]].stamp != stamp {
			f.spill(r)
		}
	}
}

// checkSpilled checks that no register that a callee may have changed holds a value that lives on.
func (f *function) checkSpilled() {
	if u := f.regs.used & abi.CallerSaved; f.opts.Verify && u != 0 {
		f.broken("%s holds %%%d, which lives on, but a call changes it%s", lowestReg(u), f.regs.inst[lowestReg(u)], callsText(f.spilled))
	}
}

// passResultPointer allocates the memory of a result that is passed by reference.
func (f *function) passResultPointer(i air.Index, info *abi.Call) mir.FrameIndex {
	if !info.Result.ByRef {
		return mir.NoFrame
	}
	slot := f.resultSlot(i)
	f.moves = append(f.moves, move{to: info.Result.Pieces()[0].Reg, from: leaFrameValue(slot, 0)})
	return slot
}

// passArguments stores the stack arguments and lists the moves of the others. Those that need scratch registers come
// first, because that may still spill an argument.
func (f *function) passArguments(i air.Index, info *abi.Call, c bool) {
	ops := f.inst(i).Ops[1:]
	for n := range info.Params {
		if p := &info.Params[n]; len(p.Pieces()) > 0 {
			start := len(f.out.Insts)
			f.passWithScratch(ops[n], p, c)
			if f.opts.Audit {
				f.checkStored(ops[n], p, start)
			}
		}
	}
	for n := range info.Params {
		p := &info.Params[n]
		if len(p.Pieces()) == 0 || f.classOf(p.Type) == memClass {
			continue
		}
		l, v := p.Pieces()[0], f.resolve(ops[n])
		if l.Kind == abi.Register && !f.crossesFiles(v, p.Type, l.Reg) {
			f.moves = append(f.moves, move{to: l.Reg, from: v})
		}
	}
}

// passWithScratch passes an argument that is in memory, goes on the stack, or changes register files.
func (f *function) passWithScratch(r air.Ref, p *abi.Value, c bool) {
	if f.classOf(p.Type) == memClass {
		f.passMemory(r, p, c)
		return
	}
	l, v := p.Pieces()[0], f.resolve(r)
	switch {
	case l.Kind == abi.Stack:
		f.storeArgument(v, f.classOf(p.Type), l)
	case f.crossesFiles(v, p.Type, l.Reg):
		f.moves = append(f.moves, move{to: l.Reg, from: f.acrossFiles(v, p.Type, l.Reg)})
	}
}

// crossesFiles reports whether a value of a type reaches a register only through a scratch register or slot.
func (f *function) crossesFiles(v MCValue, t *air.Type, r isa.Reg) bool {
	return r.IsFloat() && (v.kind == immediate || f.isHalf(t)) || v.kind == register && v.reg.IsFloat() != r.IsFloat()
}

// acrossFiles copies a value to a scratch register of the file of another register, or to the frame as that register
// will hold it: a call with many arguments leaves few registers.
func (f *function) acrossFiles(v MCValue, t *air.Type, like isa.Reg) MCValue {
	switch {
	case like.IsFloat() && f.isHalf(t):
		return f.boxHalf(v)
	case like.IsFloat() && f.scarce(floatClass), !like.IsFloat() && f.scarce(intClass):
		return f.toFrame(v)
	case like.IsFloat():
		t := f.floatTemp()
		f.setReg(t, v)
		return regValue(t)
	}
	r := f.temp()
	f.out.Real(isa.Inst{Op: isa.FMV_X_D, Rd: r, Rs1: v.reg})
	return regValue(r)
}

// toFrame copies a register or constant to the frame.
func (f *function) toFrame(v MCValue) MCValue {
	slot := f.tempSlot(8, 8)
	locked := f.regs.locked
	f.storeRegister(f.useValue(v, intClass), mir.FrameMem(slot, 0))
	f.releaseSince(locked)
	return frameValue(slot, 0)
}

// storeArgument stores a scalar as a stack argument.
func (f *function) storeArgument(v MCValue, c class, l abi.Loc) {
	locked := f.regs.locked
	f.storeRegister(f.useValue(v, c), mir.FrameMem(mir.CallFrame, l.Offset))
	f.releaseSince(locked)
}

// passMemory passes a value of memClass: its address, or its pieces. The internal convention passes the address of the
// value itself, because a callee copies it before anything else; C lets the callee modify it, so it gets a copy.
func (f *function) passMemory(r air.Ref, p *abi.Value, c bool) {
	place := f.argumentPlace(r, p, c)
	for _, l := range p.Pieces() {
		from := leaFrameValue(place.mem.Frame, place.mem.Disp)
		size := int64(0)
		if !p.ByRef {
			from = frameValue(place.mem.Frame, place.mem.Disp+l.At)
			size = l.Size
		}
		switch {
		case l.Kind == abi.Register && f.isHalfPiece(l):
			f.moves = append(f.moves, move{to: l.Reg, from: f.boxHalfAt(from.mem())})
			continue
		case l.Kind == abi.Register:
			f.moves = append(f.moves, move{l.Reg, from, size})
			continue
		}
		t := f.temp()
		f.setPiece(move{t, from, size})
		f.out.Store(isa.SD, t, mir.FrameMem(mir.CallFrame, l.Offset))
		f.release(t)
	}
}

// argumentPlace returns a slot that holds an argument of memClass.
func (f *function) argumentPlace(r air.Ref, p *abi.Value, c bool) place {
	from := f.valuePlace(r)
	if !p.ByRef || !c && from.mem.Frame >= mir.FirstUnnamed {
		return from
	}
	size, align := int64(p.Type.Size()), int64(p.Type.Align())
	to := f.framePlace(f.tempSlot(size, align), 0)
	f.copyMem(to.mem, from.mem, size, to.align, from.align)
	return to
}

// finishCall takes the result from where the callee left it.
func (f *function) finishCall(i air.Index, info *abi.Call, slot mir.FrameIndex) error {
	f.releaseTemps()
	for op := range f.inst(i).Ops {
		f.dieOperand(i, op)
	}
	f.checkSpilled()
	f.finishResult(i, f.callResult(i, info, slot))
	return nil
}

func (f *function) callResult(i air.Index, info *abi.Call, slot mir.FrameIndex) MCValue {
	t := info.Result.Type
	pieces := info.Result.Pieces()
	switch {
	case info.Result.ByRef:
		return frameValue(slot, 0)
	case len(pieces) == 0:
		return noneValue()
	case f.lv.Unused(i):
		return undefValue()
	case f.classOf(t) == memClass:
		return f.gatherResult(i, pieces)
	}
	r := pieces[0].Reg
	if c := f.classOf(t); f.regs.allocatable.Has(r) && fileOf(c).Has(r) && !f.uses[i].crossesCall {
		return regValue(r)
	}
	if f.regs.allocatable.Has(r) {
		f.hold(r)
	}
	d := f.dest(i)
	if f.isHalfPiece(pieces[0]) {
		f.unboxHalf(d, r)
	} else {
		f.moveRegister(d, r)
	}
	return regValue(d)
}

// gatherResult stores the pieces of a result: first those that need no scratch register, which may be another piece's.
func (f *function) gatherResult(i air.Index, pieces []abi.Loc) MCValue {
	slot := f.resultSlot(i)
	for _, scratch := range []bool{false, true} {
		for _, l := range pieces {
			if f.isHalfPiece(l) == scratch {
				f.storePiece(l.Reg, mir.FrameMem(slot, l.At), l.Size)
			}
		}
	}
	return frameValue(slot, 0)
}
