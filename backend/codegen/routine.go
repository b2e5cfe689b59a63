package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/backend/runtime"
	"github.com/rvfuzz/rvfuzz/isa"
)

// What has no instructions is done by routines of the runtime library, which take words and addresses in a0, a1, ... and
// return a word in a0. A handler that calls one begins with beginRoutine.

// beginRoutine spills what the call of a routine may change, before the handler takes registers.
func (f *function) beginRoutine(i air.Index) {
	f.needCallArea(0)
	f.spillForCall(i)
}

// memoryArg returns the address of an operand of memClass as an argument.
func (f *function) memoryArg(r air.Ref) MCValue {
	p := f.valuePlace(r)
	return leaFrameValue(p.mem.Frame, p.mem.Disp)
}

// room returns the address of memory for a routine's intermediate results.
func (f *function) room(limbs int64) MCValue { return leaFrameValue(f.tempSlot(8*limbs, 8), 0) }

// routine calls a routine and returns the scratch register that holds its result. The operands of the instruction end
// there; memory of the handler stays.
func (f *function) routine(i air.Index, name string, args ...MCValue) isa.Reg {
	f.moves = f.moves[:0]
	for n, a := range args {
		f.moves = append(f.moves, move{to: isa.A0 + isa.Reg(n), from: a})
	}
	f.parallelMove()
	f.out.Call(runtime.Prefix + name)
	slots := f.tempSlots
	f.tempSlots = nil
	f.releaseTemps()
	f.tempSlots = slots
	for op := range f.inst(i).Ops {
		f.dieOperand(i, op)
	}
	f.checkSpilled()
	if f.regs.allocatable.Has(isa.A0) {
		f.hold(isa.A0)
		return isa.A0
	}
	t := f.temp()
	f.moveRegister(t, isa.A0)
	return t
}

// word returns an operand in a register as a word argument: its 64-bit value.
func (f *function) word(r air.Ref) MCValue {
	s, _ := scalarOf(f.typeOf(r))
	v := f.resolve(r)
	switch {
	case s.bits != 32 || s.signed:
		return v
	case v.kind == immediate:
		return immValue(s.plain(v.imm))
	}
	t := f.temp()
	f.plainValue(t, f.useValue(v, intClass), s)
	return regValue(t)
}

// wordResult ends a handler whose routine returned a scalar.
func (f *function) wordResult(i air.Index, r isa.Reg) error {
	d := f.dest(i)
	f.moveRegister(d, r)
	return f.finishInt(i, d, false)
}

// slotResult ends a handler whose routine wrote a value of memClass.
func (f *function) slotResult(i air.Index, slot mir.FrameIndex) error {
	return f.finish(i, frameValue(slot, 0))
}
