package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// f80 and f128 are in memory, and routines of the runtime library compute with them.

// formatOf returns the format by which the library knows a float type.
func formatOf(t *air.Type) MCValue { return immValue(int64(t.Bits)) }

// floatArg returns the address of a float operand of any type.
func (f *function) floatArg(r air.Ref) MCValue {
	if f.classOf(f.typeOf(r)) == memClass {
		return f.memoryArg(r)
	}
	v := f.toFrame(f.resolve(r))
	return leaFrameValue(v.frame, v.imm)
}

// floatRoutine calls a routine that makes a float of the operands.
func (f *function) floatRoutine(i air.Index, name string, last ...MCValue) error {
	in := f.inst(i)
	f.beginRoutine(i)
	to := f.routineResult(i)
	args := make([]MCValue, 0, len(in.Ops)+1+len(last))
	args = append(args, leaFrameValue(to.mem.Frame, 0))
	for _, r := range in.Ops {
		args = append(args, f.floatArg(r))
	}
	f.routine(i, name, append(args, last...)...)
	return f.takeResult(i, to)
}

// routineResult returns where a routine writes a result: of memClass its slot, of other classes two limbs.
func (f *function) routineResult(i air.Index) place {
	if f.classOf(f.inst(i).Type) == memClass {
		return f.newResult(i)
	}
	return f.framePlace(f.tempSlot(16, 16), 0)
}

// takeResult ends a handler whose routine wrote a result.
func (f *function) takeResult(i air.Index, from place) error {
	t := f.inst(i).Type
	switch f.classOf(t) {
	case memClass:
		return f.finish(i, from.value())
	case intClass:
		s, _ := scalarOf(t)
		d := f.dest(i)
		f.out.Load(isa.LD, d, from.mem)
		f.canonicalise(d, d, s)
		return f.finish(i, regValue(d))
	}
	d := f.dest(i)
	f.loadValue(d, from, t)
	return f.finish(i, regValue(d))
}

// longBinary translates arithmetic on two floats.
func (f *function) longBinary(i air.Index) error {
	in := f.inst(i)
	format := formatOf(in.Type)
	switch in.Tag {
	case air.Add, air.AddOptimized:
		return f.floatRoutine(i, "floatAdd", format, immValue(0))
	case air.Sub, air.SubOptimized:
		return f.floatRoutine(i, "floatAdd", format, immValue(1))
	case air.Mul, air.MulOptimized:
		return f.floatRoutine(i, "floatMul", format)
	case air.DivTrunc, air.DivTruncOptimized:
		return f.floatRoutine(i, "floatDiv", format, immValue(1))
	case air.DivFloor, air.DivFloorOptimized:
		return f.floatRoutine(i, "floatDiv", format, immValue(2))
	case air.Rem, air.RemOptimized:
		return f.floatRoutine(i, "floatRem", format, immValue(0))
	case air.Mod, air.ModOptimized:
		return f.floatRoutine(i, "floatRem", format, immValue(1))
	case air.Min:
		return f.floatRoutine(i, "floatExtreme", format, immValue(0))
	case air.Max:
		return f.floatRoutine(i, "floatExtreme", format, immValue(1))
	}
	return f.floatRoutine(i, "floatDiv", format, immValue(0))
}

// longUnary translates sqrt, floor, ceil, round and trunc_float.
func (f *function) longUnary(i air.Index) error {
	in := f.inst(i)
	ways := map[air.Tag]int64{air.TruncFloat: 0, air.Floor: 1, air.Ceil: 2, air.Round: 3}
	way, ok := ways[in.Tag]
	if !ok {
		return f.floatRoutine(i, "floatSqrt", formatOf(in.Type))
	}
	return f.floatRoutine(i, "floatRound", formatOf(in.Type), immValue(way))
}

// transcendental translates functions that the library computes for all formats.
func (f *function) transcendental(i air.Index) error {
	in := f.inst(i)
	r := transcendentalRoutines[in.Tag]
	return f.floatRoutine(i, r.name, formatOf(in.Type), immValue(r.which))
}

var transcendentalRoutines = map[air.Tag]struct {
	name  string
	which int64
}{
	air.Sin: {"floatTrigonometric", 0}, air.Cos: {"floatTrigonometric", 1}, air.Tan: {"floatTrigonometric", 2},
	air.Exp: {"floatPower", 0}, air.Exp2: {"floatPower", 1},
	air.Log: {"floatLogarithm", 0}, air.Log2: {"floatLogarithm", 2}, air.Log10: {"floatLogarithm", 10},
}

func (f *function) longMulAdd(i air.Index) error {
	return f.floatRoutine(i, "floatMulAdd", formatOf(f.inst(i).Type))
}

// longCast changes the precision from or to f80 and f128.
func (f *function) longCast(i air.Index) error {
	in := f.inst(i)
	return f.floatRoutine(i, "floatCast", formatOf(f.typeOf(in.Ops[0])), formatOf(in.Type))
}

// longCompare translates a comparison, of which the routine returns 2 for NaN.
func (f *function) longCompare(i air.Index) error {
	in := f.inst(i)
	f.beginRoutine(i)
	order := f.routine(i, "floatCompare", f.floatArg(in.Ops[0]), f.floatArg(in.Ops[1]), formatOf(f.typeOf(in.Ops[0])))
	d := f.dest(i)
	switch predicateOf(in.Tag) {
	case air.CmpLt:
		f.insImm(isa.SLTI, d, order, 0)
	case air.CmpLte:
		f.insImm(isa.SLTI, d, order, 1)
	case air.CmpEq:
		f.insImm(isa.SLTIU, d, order, 1)
	case air.CmpGt:
		f.insImm(isa.ADDI, d, order, -1)
		f.insImm(isa.SLTIU, d, d, 1)
	case air.CmpGte:
		f.insImm(isa.SLTIU, d, order, 2)
	default:
		f.ins(isa.SLTU, d, isa.Zero, order)
	}
	return f.finish(i, regValue(d))
}

// longFromInt converts an integer of any width to a float of any type.
func (f *function) longFromInt(i air.Index) error {
	in := f.inst(i)
	f.beginRoutine(i)
	to := f.routineResult(i)
	source, kind := f.castSource(in.Ops[0])
	f.routine(i, "floatFromInt", leaFrameValue(to.mem.Frame, 0), source, f.room(limbsOf(f.typeOf(in.Ops[0]))), kind, formatOf(in.Type))
	return f.takeResult(i, to)
}

// longToInt converts a float of any type to an integer of any width, rounding toward zero.
func (f *function) longToInt(i air.Index) error {
	in := f.inst(i)
	s, ok := in.Type.Scalar()
	if !ok {
		return f.unsupportedCast(i)
	}
	f.beginRoutine(i)
	to := f.routineResult(i)
	room := f.room(limbsOf(in.Type) + 3)
	lost := f.routine(i, "intFromFloat", leaFrameValue(to.mem.Frame, 0), f.floatArg(in.Ops[0]), room, formatOf(f.typeOf(in.Ops[0])), kindOfResult(in.Type))
	if in.Tag == air.IntFromFloatSafe || in.Tag == air.IntFromFloatOptimizedSafe {
		bad := f.panicLabel(reasonFloatPart)
		f.out.Branch(isa.BNE, lost, isa.Zero, bad)
		if s.Bits == 0 {
			f.noNumber(lost, to, bad)
		}
	}
	if s.Bits == 0 {
		return f.finish(i, noneValue())
	}
	return f.takeResult(i, to)
}

// wordBits is the width of a register.
const wordBits = 64
