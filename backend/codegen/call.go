package codegen

import (
	"math/bits"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

type abiSet = abi.Set

func lowestReg(s abi.Set) isa.Reg { return isa.Reg(bits.TrailingZeros64(uint64(s))) }

// move is one of the moves that happen at once before a call: of a value to an
// argument register. A value in memory is read by its size.
type move struct {
	to   isa.Reg
	from MCValue
	size int64 // of a piece of an aggregate; 0 for a whole register
}

// indirectTarget is the register of an indirect call's target: no argument goes there.
const indirectTarget = isa.T0

// calleeType gives the function type of a callee, which may be a pointer.
func (f *function) calleeType(r air.Ref) *air.Type {
	t := f.typeOf(r)
	if t.Kind == air.Pointer {
		t = t.Elem
	}
	return t
}

// call passes the arguments, calls and takes the result. Values that live on are in
// preserved registers or in the frame by then.
func (f *function) call(i air.Index) error {
	in := f.inst(i)
	fn := f.calleeType(in.Ops[0])
	if fn.Kind != air.Fn {
		return f.unsupported("a callee of type " + f.typeOf(in.Ops[0]).String())
	}
	info, err := f.classifyCall(fn, in.Ops[1:])
	if err != nil {
		return f.unsupported(err.Error())
	}
	if in.Tag == air.CallAlwaysTail && f.canTailCall(fn, info) {
		return f.tailCall(i, info)
	}
	f.needCallArea(info.StackSize)
	f.spillForCall(i)
	f.moves = f.moves[:0]
	slot := f.passResultPointer(i, info)
	f.passArguments(i, info, fn.CallC)
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

// classifyCall gives the places of the arguments of a call; a variadic one has places of its own.
func (f *function) classifyCall(fn *air.Type, args []air.Ref) (*abi.Call, error) {
	if len(args) == len(fn.Params) {
		return f.classify(fn)
	}
	extra := make([]*air.Type, 0, len(args))
	for _, r := range args[len(fn.Params):] {
		extra = append(extra, f.typeOf(r))
	}
	return abi.ClassifyCall(fn, extra)
}

// directCallee gives the symbol of a constant callee.
func (f *function) directCallee(r air.Ref, v MCValue) (string, bool) {
	if c := f.fn.Value(r); c != nil && c.Kind == air.SymbolValue && c.Offset == 0 {
		return c.Symbol, true
	}
	return v.symbol, v.kind == leaSymbol && v.imm == 0
}

// spillForCall moves every value to the frame that lives on in a register that
// the callee may change.
func (f *function) spillForCall(i air.Index) {
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

// passResultPointer makes the memory of a result that travels by reference.
func (f *function) passResultPointer(i air.Index, info *abi.Call) mir.FrameIndex {
	if !info.Result.ByRef {
		return mir.NoFrame
	}
	slot := f.resultSlot(i)
	f.moves = append(f.moves, move{to: info.Result.Pieces()[0].Reg, from: leaFrameValue(slot, 0)})
	return slot
}

// passArguments stores the stack arguments and lists the moves of the others. What needs
// scratch registers comes first, because that may still spill an argument.
func (f *function) passArguments(i air.Index, info *abi.Call, c bool) {
	ops := f.inst(i).Ops[1:]
	for n := range info.Params {
		if p := &info.Params[n]; len(p.Pieces()) > 0 {
			f.passWithScratch(ops[n], p, c)
		}
	}
	for n := range info.Params {
		p := &info.Params[n]
		if len(p.Pieces()) == 0 || classOf(p.Type) == memClass {
			continue
		}
		l, v := p.Pieces()[0], f.resolve(ops[n])
		if l.Kind == abi.Register && !crossesFiles(v, l.Reg) {
			f.moves = append(f.moves, move{to: l.Reg, from: v})
		}
	}
}

// passWithScratch passes an argument that is in memory, on the stack, or must change its
// register file.
func (f *function) passWithScratch(r air.Ref, p *abi.Value, c bool) {
	if classOf(p.Type) == memClass {
		f.passMemory(r, p, c)
		return
	}
	l, v := p.Pieces()[0], f.resolve(r)
	switch {
	case l.Kind == abi.Stack:
		f.storeArgument(v, classOf(p.Type), l)
	case crossesFiles(v, l.Reg):
		f.moves = append(f.moves, move{to: l.Reg, from: f.acrossFiles(v, l.Reg)})
	}
}

// crossesFiles says that a value reaches a register only through a scratch register.
func crossesFiles(v MCValue, r isa.Reg) bool {
	return r.IsFloat() && v.kind == immediate || v.kind == register && v.reg.IsFloat() != r.IsFloat()
}

// acrossFiles brings a value into a scratch register of the file of another register.
func (f *function) acrossFiles(v MCValue, like isa.Reg) MCValue {
	if like.IsFloat() {
		t := f.floatTemp()
		f.setReg(t, v)
		return regValue(t)
	}
	t := f.temp()
	f.out.Real(isa.Inst{Op: isa.FMV_X_D, Rd: t, Rs1: v.reg})
	return regValue(t)
}

// storeArgument stores a scalar as a stack argument.
func (f *function) storeArgument(v MCValue, c class, l abi.Loc) {
	if v.kind == undef {
		return
	}
	locked := f.regs.locked
	f.storeRegister(f.useValue(v, c), mir.FrameMem(mir.CallFrame, l.Offset))
	f.releaseSince(locked)
}

// passMemory passes a value of memClass: its address, or its pieces. The internal convention
// passes the address of the value itself, because a callee copies it before anything else; C
// allows the callee to change it, so it gets a copy.
func (f *function) passMemory(r air.Ref, p *abi.Value, c bool) {
	place := f.argumentPlace(r, p, c)
	for _, l := range p.Pieces() {
		from := leaFrameValue(place.mem.Frame, place.mem.Disp)
		size := int64(0)
		if !p.ByRef {
			from = frameValue(place.mem.Frame, place.mem.Disp+l.At)
			size = l.Size
		}
		if l.Kind == abi.Register {
			f.moves = append(f.moves, move{l.Reg, from, size})
			continue
		}
		t := f.temp()
		f.setPiece(move{t, from, size})
		f.out.Store(isa.SD, t, mir.FrameMem(mir.CallFrame, l.Offset))
		f.release(t)
	}
}

// argumentPlace gives a slot that holds an argument of memClass.
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

// setPiece does one move whose source is not a register.
func (f *function) setPiece(m move) {
	if m.size > 0 {
		f.loadPiece(m.to, m.from.mem(), m.size)
		return
	}
	f.setReg(m.to, m.from)
}

// parallelMove does the moves in an order in which no source is overwritten before it is read:
// first those between registers, then those from elsewhere.
func (f *function) parallelMove() {
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

// doneMove is the size of a move that has happened.
const doneMove = -1

// isSource says that a register is yet to be read by another move.
func (f *function) isSource(r isa.Reg) bool {
	for _, m := range f.moves {
		if m.from.kind == register && m.from.reg == r && m.to != r {
			return true
		}
	}
	return false
}

// breakCycle lets a cycle of moves go on: it saves the register that one of them overwrites, or
// exchanges two where there is no register left to save it in.
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

// renameSources says that what moves were to read from a register is in another now.
func (f *function) renameSources(from, to isa.Reg) {
	for n := range f.moves {
		if m := &f.moves[n]; m.from.kind == register && m.from.reg == from {
			m.from.reg = to
		}
	}
}

// moveScratch gives a register of the file of r that the call changes and no move reads or writes.
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

// finishCall takes the result from where the callee left it.
func (f *function) finishCall(i air.Index, info *abi.Call, slot mir.FrameIndex) error {
	f.releaseTemps()
	for op, r := range f.inst(i).Ops {
		if o, ok := r.Inst(); ok && f.lv.Dies(i, op) {
			f.die(o)
		}
	}
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
	case classOf(t) == memClass:
		return f.gatherResult(i, pieces)
	}
	r := pieces[0].Reg
	if c := classOf(t); f.regs.allocatable.Has(r) && fileOf(c).Has(r) && !f.uses[i].crossesCall {
		return regValue(r)
	}
	if f.regs.allocatable.Has(r) {
		f.hold(r)
	}
	d := f.dest(i)
	f.moveRegister(d, r)
	return regValue(d)
}

// gatherResult stores the pieces of a result.
func (f *function) gatherResult(i air.Index, pieces []abi.Loc) MCValue {
	slot := f.resultSlot(i)
	for _, l := range pieces {
		f.storePiece(l.Reg, mir.FrameMem(slot, l.At), l.Size)
	}
	return frameValue(slot, 0)
}

// ret returns a value.
func (f *function) ret(i air.Index) error {
	r := f.inst(i).Ops[0]
	res := &f.abi.Result
	v := f.resolve(r)
	switch {
	case len(res.Pieces()) == 0 || v.kind == undef:
	case res.ByRef:
		p := f.resultPlace()
		f.storeOperand(p, r)
	case classOf(res.Type) == memClass:
		p := f.valuePlace(r)
		f.returnPieces(p)
	default:
		f.setReg(res.Pieces()[0].Reg, v)
	}
	return f.leave(i)
}

// resultPlace gives the memory behind the result pointer that the caller passed.
func (f *function) resultPlace() place {
	p := f.temp()
	f.out.Load(isa.LD, p, mir.FrameMem(f.sretSlot, 0))
	return place{mir.RegMem(p, 0), int64(f.abi.Result.Type.Align())}
}

// returnPieces loads the result registers from a slot.
func (f *function) returnPieces(p place) {
	for _, l := range f.abi.Result.Pieces() {
		f.loadPiece(l.Reg, p.mem.Offset(l.At), l.Size)
	}
}

// leave goes to the common end of the function.
func (f *function) leave(i air.Index) error {
	f.out.Jump(f.exit)
	f.exitUsed = true
	return f.finish(i, unreachValue())
}

// retLoad returns the value behind a pointer.
func (f *function) retLoad(i air.Index) error {
	r := f.inst(i).Ops[0]
	res := &f.abi.Result
	t := res.Type
	switch {
	case len(res.Pieces()) == 0:
	case res.ByRef:
		from := f.deref(r)
		to := f.resultPlace()
		f.copyMem(to.mem, from.mem, int64(t.Size()), to.align, from.align)
	case classOf(t) == memClass:
		from := f.deref(r)
		to := f.framePlace(f.tempSlot(int64(t.Size()), int64(t.Align())), 0)
		f.copyMem(to.mem, from.mem, int64(t.Size()), to.align, from.align)
		f.returnPieces(to)
	default:
		p := f.deref(r)
		d := f.take(classOf(t), false)
		f.loadValue(d, p, t)
		f.moveRegister(res.Pieces()[0].Reg, d)
	}
	return f.leave(i)
}

// retPtr gives the address of memory for the result: the caller's, or our own.
func (f *function) retPtr(i air.Index) error {
	if f.abi.Result.ByRef {
		d := f.dest(i)
		f.out.Load(isa.LD, d, mir.FrameMem(f.sretSlot, 0))
		return f.finish(i, regValue(d))
	}
	return f.alloc(i)
}

func (f *function) retAddr(i air.Index) error {
	f.needsRA = true
	d := f.dest(i)
	f.out.Load(isa.LD, d, mir.FrameMem(mir.RetAddr, 0))
	return f.finish(i, regValue(d))
}

func (f *function) frameAddr(i air.Index) error {
	f.needsFP = true
	d := f.dest(i)
	f.moveRegister(d, isa.S0)
	return f.finish(i, regValue(d))
}
