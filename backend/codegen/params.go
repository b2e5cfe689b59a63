package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// bindParams gives every parameter its place on entry: in registers, from which the arg instructions at the start of
// the body take them over, or in memory.
func (f *function) bindParams() {
	f.current = 0
	if f.savesArgs {
		f.saveArguments()
	}
	if f.setsTrace {
		f.keepTrace()
	}
	if f.abi.Result.ByRef {
		f.sretSlot = f.pinSlot(8, 8)
		f.out.Store(isa.SD, f.abi.Result.Pieces()[0].Reg, mir.FrameMem(f.sretSlot, 0))
	}
	f.params = append(f.params[:0], make([]MCValue, len(f.abi.Params))...)
	for n := range f.abi.Params {
		for _, l := range f.abi.Params[n].Pieces() {
			if l.Kind == abi.Register {
				f.regs.used |= 1 << l.Reg
				f.regs.temps |= 1 << l.Reg
				f.regs.locked |= 1 << l.Reg
			}
		}
	}
	args := f.leadingArgs()
	for n := range f.abi.Params {
		f.bindParam(n, args[n])
	}
	f.releaseTemps()
}

// leadingArgs returns the arg instruction of each parameter, noArg for one that has none. The verifier accepts each once,
// before all else.
func (f *function) leadingArgs() []air.Index {
	args := make([]air.Index, len(f.abi.Params))
	for n := range args {
		args[n] = noArg
	}
	for _, i := range f.fn.Body {
		if f.fn.Insts[i].Tag != air.Arg {
			break
		}
		args[f.fn.Insts[i].N] = i
	}
	return args
}

const noArg = ^air.Index(0)

// bindParam moves one parameter from where the caller put it.
func (f *function) bindParam(n int, arg air.Index) {
	p := &f.abi.Params[n]
	pieces := p.Pieces()
	if arg == noArg || f.lv.Unused(arg) || len(pieces) == 0 {
		f.params[n] = noneValue()
		f.releasePieces(pieces)
		return
	}
	c := f.classOf(p.Type)
	first := pieces[0]
	switch {
	case p.ByRef:
		f.params[n] = f.copyParam(p, first)
		return
	case c == memClass:
		f.params[n] = f.gatherParam(p)
		return
	case f.isHalf(p.Type):
		f.params[n] = f.halfParam(first)
		return
	case c == floatClass && p.Type.Bits < 64 && (f.fn.Type.CallC || p.Type == air.F16) && !(first.Kind == abi.Register && first.Reg.IsFloat()):
		f.params[n] = f.boxParam(first, precisionOf(p.Type))
		return
	case first.Kind == abi.Stack:
		f.params[n] = frameValue(mir.ArgsFrame, first.Offset)
		return
	case f.keepsRegister(first.Reg, c, arg):
		f.params[n] = regValue(first.Reg)
		return
	}
	slot := f.pinSlot(8, 8)
	f.storeRegister(first.Reg, mir.FrameMem(slot, 0))
	f.params[n] = frameValue(slot, 0)
	f.releasePieces(pieces)
}

// boxParam gives an f16 or f32 that did not come in a floating-point register its box: a caller in C leaves the bits
// above it undefined (psABI, "Integer Calling Convention"), and so does any caller that passes an f16 on the stack.
func (f *function) boxParam(l abi.Loc, p precision) MCValue {
	t := f.floatTemp()
	if l.Kind == abi.Stack {
		f.out.Load(p.op(isa.FLW), t, mir.FrameMem(mir.ArgsFrame, l.Offset))
	} else {
		f.moveBits(p.op(isa.FMV_W_X), t, l.Reg)
		f.release(l.Reg)
	}
	slot := f.pinSlot(8, 8)
	f.storeRegister(t, mir.FrameMem(slot, 0))
	f.release(t)
	return frameValue(slot, 0)
}

// halfParam stores an f16 as its bits alone: those above are the box in a floating-point register, and undefined
// elsewhere.
func (f *function) halfParam(l abi.Loc) MCValue {
	t := f.temp()
	switch {
	case l.Kind == abi.Stack:
		f.out.Load(isa.LHU, t, mir.FrameMem(mir.ArgsFrame, l.Offset))
	case l.Reg.IsFloat():
		f.unboxHalf(t, l.Reg)
	default:
		f.canonicalise(t, l.Reg, scalar{bits: 16})
	}
	slot := f.pinSlot(8, 8)
	f.storeRegister(t, mir.FrameMem(slot, 0))
	f.release(t)
	f.releasePieces([]abi.Loc{l})
	return frameValue(slot, 0)
}

// keepsRegister reports whether a parameter can stay in its argument register until its arg instruction; if so that is
// born at once.
func (f *function) keepsRegister(r isa.Reg, c class, arg air.Index) bool {
	if !f.regs.allocatable.Has(r) || !fileOf(c).Has(r) || f.inst(arg).Type != f.fn.Type.Params[f.inst(arg).N] {
		return false
	}
	f.regs.free(r)
	f.regs.locked &^= 1 << r
	if f.uses[arg].crossesCall {
		if saved := f.regs.allocatable & fileOf(c) & abi.CalleeSaved &^ f.regs.used; saved != 0 {
			to := f.take(c, true)
			f.moveRegister(to, r)
			f.regs.free(to)
			f.regs.locked &^= 1 << to
			r = to
		}
	}
	f.birth(arg, regValue(r))
	return true
}

func (f *function) releasePieces(pieces []abi.Loc) {
	for _, l := range pieces {
		if l.Kind == abi.Register {
			f.release(l.Reg)
		}
	}
}

// gatherParam stores the pieces of a parameter to a slot of its own.
func (f *function) gatherParam(p *abi.Value) MCValue {
	slot := f.pinSlot((int64(p.Type.Size())+7)&^7, max(int64(p.Type.Align()), 8))
	for _, l := range p.Pieces() {
		m := mir.FrameMem(slot, l.At)
		if l.Kind == abi.Stack {
			t := f.temp()
			f.out.Load(isa.LD, t, mir.FrameMem(mir.ArgsFrame, l.Offset))
			f.storePiece(t, m, l.Size)
			f.release(t)
			continue
		}
		f.storePiece(l.Reg, m, l.Size)
	}
	f.releasePieces(p.Pieces())
	return frameValue(slot, 0)
}

// copyParam copies a parameter that was passed by reference.
func (f *function) copyParam(p *abi.Value, l abi.Loc) MCValue {
	align := max(int64(p.Type.Align()), 8)
	slot := f.pinSlot((int64(p.Type.Size())+7)&^7, align)
	from := l.Reg
	if l.Kind == abi.Stack {
		from = f.temp()
		f.out.Load(isa.LD, from, mir.FrameMem(mir.ArgsFrame, l.Offset))
	}
	f.copyMem(mir.FrameMem(slot, 0), mir.RegMem(from, 0), int64(p.Type.Size()), align, int64(p.Type.Align()))
	f.release(from)
	return frameValue(slot, 0)
}

// arg yields a parameter.
func (f *function) arg(i air.Index) error {
	n := f.inst(i).N
	if f.tracking[i].short.kind != unborn { // it was born on entry
		f.finished++
		f.record(i, f.tracking[i].short)
		f.watchArg(i)
		return nil
	}
	if p := f.params[n]; f.classOf(f.inst(i).Type) != noClass && p.kind != none {
		err := f.finish(i, p)
		f.watchArg(i)
		return err
	}
	return f.finish(i, noneValue())
}
