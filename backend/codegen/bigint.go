package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// Integers of more than 128 bits are limbs in memory, which routines of the runtime library compute with: package
// backend/runtime/source says how.

// kindOf returns the kind by which the library knows an integer type.
func kindOf(t *air.Type) MCValue {
	s, _ := t.Scalar()
	return immValue(2*int64(s.Bits) + boolBit(s.Signed))
}

// kindOfResult returns the kind of an integer that a routine converts to: a word where the type has no bits.
func kindOfResult(t *air.Type) MCValue {
	if !t.HasBits() {
		return immValue(2 * wordBits)
	}
	return kindOf(t)
}

// noNumber branches to bad unless a converted number, of a type without bits, is 0.
func (f *function) noNumber(word isa.Reg, at place, bad mir.Label) {
	f.out.Load(isa.LD, word, at.mem)
	f.out.Branch(isa.BNE, word, isa.Zero, bad)
}

// limbsOf returns the number of limbs of an integer in memory, at least two.
func limbsOf(t *air.Type) int64 {
	s, _ := t.Scalar()
	return (int64(s.Bits) + 127) / 128 * 2
}

// The modes of the routines that detect overflow, and of division.
const (
	modeWrap     = 0
	modeSaturate = 1

	modeQuotient  = 0
	modeFloored   = 1
	modeRemainder = 2
	modeModulus   = 3
)

// bigBinary calls a routine of two operands.
func (f *function) bigBinary(i air.Index, name string, room int64, last ...MCValue) error {
	in := f.inst(i)
	f.beginRoutine(i)
	slot := f.resultSlot(i)
	args := []MCValue{leaFrameValue(slot, 0), f.memoryArg(in.Ops[0]), f.memoryArg(in.Ops[1])}
	if room > 0 {
		args = append(args, f.room(room))
	}
	f.routine(i, name, append(args, last...)...)
	return f.slotResult(i, slot)
}

// bigUnary calls a routine of one operand.
func (f *function) bigUnary(i air.Index, name string, last ...MCValue) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[0])
	f.beginRoutine(i)
	slot := f.resultSlot(i)
	args := []MCValue{leaFrameValue(slot, 0), f.memoryArg(in.Ops[0]), f.room(limbsOf(t)), kindOf(t)}
	f.routine(i, name, append(args, last...)...)
	return f.slotResult(i, slot)
}

func (f *function) bigDivide(i air.Index) error {
	mode := int64(modeQuotient)
	t := f.inst(i).Type
	switch f.inst(i).Tag {
	case air.DivFloor:
		mode = modeFloored
	case air.Rem:
		mode = modeRemainder
	case air.Mod:
		mode = modeModulus
	}
	return f.bigBinary(i, "intDivide", 8*limbsOf(t)+4, kindOf(t), immValue(mode))
}

// bigBitwise translates and, or and xor.
func (f *function) bigBitwise(i air.Index) error {
	operator := int64(2)
	switch f.inst(i).Tag {
	case air.BitAnd:
		operator = 0
	case air.BitOr:
		operator = 1
	}
	return f.bigBinary(i, "intBits", 0, immValue(limbsOf(f.inst(i).Type)), immValue(operator))
}

func (f *function) bigMinMax(i air.Index) error {
	in := f.inst(i)
	return f.bigBinary(i, "intExtreme", 0, kindOf(in.Type), immValue(boolBit(in.Tag == air.Max)))
}

func (f *function) bigNot(i air.Index) error { return f.bigUnary(i, "intNot") }

// bigAbs yields the magnitude as an unsigned integer of the same width.
func (f *function) bigAbs(i air.Index) error {
	if s, _ := f.typeOf(f.inst(i).Ops[0]).Scalar(); !s.Signed {
		return f.bitcast(i)
	}
	return f.bigUnary(i, "intAbs")
}

func (f *function) bigReverse(i air.Index) error {
	return f.bigUnary(i, "intReverse", immValue(boolBit(f.inst(i).Tag == air.ByteSwap)))
}

// bigMulWrap multiplies modulo the width.
func (f *function) bigMulWrap(i air.Index) error {
	t := f.inst(i).Type
	return f.bigBinary(i, "intMulWrap", limbsOf(t), kindOf(t))
}

// bigChecked translates the arithmetic that detects what does not fit.
func (f *function) bigChecked(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[0])
	name, room := "intAdd", limbsOf(t)+1
	switch checkedOpOf(in.Tag) {
	case checkedSub:
		name = "intSub"
	case checkedMul:
		name, room = "intMul", 2*limbsOf(t)+1
	}
	mode := int64(modeWrap)
	switch in.Tag {
	case air.AddSat, air.SubSat, air.MulSat:
		mode = modeSaturate
	}
	f.beginRoutine(i)
	p := f.newResult(i)
	lost := f.routine(i, name, f.valueAddress(i, p), f.memoryArg(in.Ops[0]), f.memoryArg(in.Ops[1]), f.room(room), kindOf(t), immValue(mode))
	return f.settleBig(i, p, lost)
}

// valueAddress returns the address of the value in a result, which may be one with an overflow bit.
func (f *function) valueAddress(i air.Index, p place) MCValue {
	at := int64(0)
	if t := f.inst(i).Type; t.Kind == air.Struct && t.Tuple {
		at = int64(t.FieldOffset(0))
	}
	return leaFrameValue(p.mem.Frame, at)
}

// settleBig ends an operation that has lost bits if lost is 1.
func (f *function) settleBig(i air.Index, p place, lost isa.Reg) error {
	in := f.inst(i)
	switch in.Tag {
	case air.AddSafe, air.SubSafe, air.MulSafe:
		f.out.Branch(isa.BNE, lost, isa.Zero, f.panicLabel(reasonIntegerOverflow))
	case air.AddWithOverflow, air.SubWithOverflow, air.MulWithOverflow, air.ShlWithOverflow:
		f.storeInt(lost, p.at(int64(in.Type.FieldOffset(1))), 1)
	}
	return f.finish(i, p.value())
}

// bigShift translates the shifts; shl_sat takes any amount.
func (f *function) bigShift(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[0])
	if !f.amountFits(i) {
		return f.unsupportedAmount(i)
	}
	f.beginRoutine(i)
	p := f.newResult(i)
	to, from := f.valueAddress(i, p), f.memoryArg(in.Ops[0])
	if in.Tag == air.Shr || in.Tag == air.ShrExact {
		f.routine(i, "intShr", to, from, f.word(in.Ops[1]), kindOf(t))
		return f.finish(i, p.value())
	}
	mode := immValue(pick[int64](in.Tag == air.ShlSat, modeSaturate, modeWrap))
	lost := f.routine(i, "intShl", to, from, f.room(2*limbsOf(t)+1), f.word(in.Ops[1]), kindOf(t), mode)
	return f.settleBig(i, p, lost)
}

func (f *function) bigCount(i air.Index) error {
	in := f.inst(i)
	name := "intClz"
	switch in.Tag {
	case air.Ctz:
		name = "intCtz"
	case air.Popcount:
		name = "intPopcount"
	}
	f.beginRoutine(i)
	return f.wordResult(i, f.routine(i, name, f.memoryArg(in.Ops[0]), kindOf(f.typeOf(in.Ops[0]))))
}

func (f *function) bigCompare(i air.Index) error {
	in := f.inst(i)
	f.beginRoutine(i)
	order := f.routine(i, "intCompare", f.memoryArg(in.Ops[0]), f.memoryArg(in.Ops[1]), kindOf(f.typeOf(in.Ops[0])))
	return f.finish(i, f.ofOrder(i, order))
}

// ofOrder returns the result of a comparison, given the order of its operands: negative, zero or positive.
func (f *function) ofOrder(i air.Index, order isa.Reg) MCValue {
	d := f.dest(i)
	f.compareRegs(predicateOf(f.inst(i).Tag), d, order, isa.Zero, scalar{64, true})
	return regValue(d)
}

// bigCast translates an integer cast from or to more than 128 bits.
func (f *function) bigCast(i air.Index) error {
	in := f.inst(i)
	from, to := f.typeOf(in.Ops[0]), in.Type
	f.beginRoutine(i)
	source, kind := f.castSource(in.Ops[0])
	var p place
	_, narrow := scalarOf(to)
	if narrow {
		p = f.framePlace(f.tempSlot(16, 16), 0)
	} else {
		p = f.newResult(i)
	}
	room := f.room(max(limbsOf(from), limbsOf(to)) + 1)
	lost := f.routine(i, "intCast", leaFrameValue(p.mem.Frame, 0), source, room, kind, kindOfResult(to))
	if in.Tag == air.IntCastSafe {
		bad := f.panicLabel(reasonIntegerOutOfBounds)
		f.out.Branch(isa.BNE, lost, isa.Zero, bad)
		if !to.HasBits() {
			f.noNumber(lost, p, bad)
		}
	}
	switch {
	case !to.HasBits():
		return f.finish(i, noneValue())
	case !narrow:
		return f.finish(i, p.value())
	}
	d := f.dest(i)
	f.out.Load(isa.LD, d, p.mem)
	s, _ := scalarOf(to)
	f.canonicalise(d, d, s)
	return f.finish(i, regValue(d))
}

// castSource returns the address of an integer operand of any width as limbs, and their kind.
func (f *function) castSource(r air.Ref) (address, kind MCValue) {
	t := f.typeOf(r)
	s, ok := scalarOf(t)
	if !ok {
		return f.memoryArg(r), kindOf(t)
	}
	slot := f.tempSlot(16, 16)
	locked := f.regs.locked
	low := f.temp()
	f.plainValue(low, f.use(r), s)
	f.out.Store(isa.SD, low, slotOf(slot))
	high := isa.Zero
	if s.signed {
		f.insImm(isa.SRAI, low, low, 63)
		high = low
	}
	f.out.Store(isa.SD, high, mir.FrameMem(slot, 8))
	f.releaseSince(locked)
	return leaFrameValue(slot, 0), immValue(2*128 + boolBit(s.signed))
}
