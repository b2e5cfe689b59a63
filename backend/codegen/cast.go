package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// bitcast keeps the bits and converts between the ways in which the types are held.
func (f *function) bitcast(i air.Index) error {
	in := f.inst(i)
	from, to := f.typeOf(in.Ops[0]), in.Type
	cf, ct := f.classOf(from), f.classOf(to)
	if v := f.resolve(in.Ops[0]); v.kind == undef {
		return f.finish(i, undefValue())
	}
	switch {
	case !sameBytes(from) || !sameBytes(to):
		if from != to && (from.Kind == air.Array || to.Kind == air.Array) {
			return f.unsupported("from " + from.String() + " to " + to.String())
		}
	case cf == noClass:
		return f.unsupported("from " + from.String() + " to " + to.String())
	}
	switch {
	case cf == intClass && ct == intClass:
		return f.recast(i, from, to)
	case cf == memClass && ct == memClass:
		return f.castMem(i, from, to)
	case cf == memClass:
		return f.finish(i, f.loadResult(i, f.valuePlace(in.Ops[0])))
	case ct == memClass:
		slot := f.resultSlot(i)
		f.storeOperand(f.framePlace(slot, 0), in.Ops[0])
		return f.finish(i, frameValue(slot, 0))
	}
	return f.castFloat(i, cf, ct)
}

// sameBytes reports whether the bits of a type fill its bytes without gaps, as bitcast requires between arrays and
// other types.
func sameBytes(t *air.Type) bool {
	return t.Kind != air.Array || t.Elem.BitSize() == 8*t.Elem.Size() && sameBytes(t.Elem)
}

// recast changes the canonical form where the two types differ in it.
func (f *function) recast(i air.Index, from, to *air.Type) error {
	sf, _ := scalarOf(from)
	st, _ := scalarOf(to)
	v := f.resolve(f.inst(i).Ops[0])
	if v.kind == leaFrame || v.kind == leaSymbol {
		return f.finish(i, v)
	}
	if v.kind == immediate {
		return f.finish(i, immValue(st.canonical(v.imm)))
	}
	a := f.use(f.inst(i).Ops[0])
	d := f.destReusing(i, 0)
	if sf.bits == st.bits && (sf.signed == st.signed || sf.bits == 32 || sf.bits == 64) {
		f.moveRegister(d, a)
	} else {
		f.canonicalise(d, a, st)
	}
	return f.finish(i, regValue(d))
}

// castMem copies the bytes; an integer of more than 64 bits is extended again.
func (f *function) castMem(i air.Index, from, to *air.Type) error {
	slot := f.resultSlot(i)
	p, q := f.framePlace(slot, 0), f.valuePlace(f.inst(i).Ops[0])
	f.copyMem(p.mem, q.mem, int64(min(from.Size(), to.Size())), p.align, q.align)
	f.extendMem(p, to)
	return f.finish(i, frameValue(slot, 0))
}

// extendHigh extends the high word of an integer of 65 to 128 bits by its signedness.
func (f *function) extendHigh(r isa.Reg, s *air.Type) {
	if shift := int64(128 - s.Bits); shift != 0 {
		f.insImm(isa.SLLI, r, r, shift)
		f.insImm(pick(s.Signed, isa.SRAI, isa.SRLI), r, r, shift)
	}
}

// castFloat moves a value between the register files, or within the floating-point one.
func (f *function) castFloat(i air.Index, cf, ct class) error {
	in := f.inst(i)
	a := f.use(in.Ops[0])
	d := f.dest(i)
	p := precisionOfSize(int64(in.Type.Size()))
	switch {
	case cf == ct:
		f.moveRegister(d, a)
	case ct == floatClass:
		f.moveBits(p.op(isa.FMV_W_X), d, a)
	default:
		f.moveBits(p.op(isa.FMV_X_W), d, a)
		if s, ok := scalarOf(in.Type); ok && p == half && !s.signed {
			f.canonicalise(d, d, s)
		}
	}
	return f.finish(i, regValue(d))
}

// plainValue emits d = the 64-bit value of a canonical register: only u32 differs.
func (f *function) plainValue(d, r isa.Reg, s scalar) {
	if s.bits == 32 && !s.signed {
		f.zeroExtended(d, r, 32)
		return
	}
	f.moveRegister(d, r)
}

// intCast changes the width of a value that fits.
func (f *function) intCast(i air.Index) error {
	in := f.inst(i)
	from := f.operandScalar(i)
	to, ok := scalarOf(in.Type)
	if !ok {
		return f.widen(i)
	}
	if v := f.resolve(in.Ops[0]); v.kind == immediate {
		return f.finish(i, immValue(to.canonical(from.plain(v.imm))))
	}
	a := f.use(in.Ops[0])
	d := f.destReusing(i, 0)
	switch {
	case !from.within(to): // what does not fit is undefined, and that is canonical as well
		f.canonicalise(d, a, to)
	case to.bits > 32:
		f.plainValue(d, a, from)
	default: // also of 32 bits: what is narrower fits, whatever its sign
		f.moveRegister(d, a)
	}
	return f.finish(i, regValue(d))
}

// plain returns the 64-bit value of a canonical one.
func (s scalar) plain(v int64) int64 {
	if s.bits == 32 && !s.signed {
		return int64(uint32(v))
	}
	return v
}

// intCastSafe panics where the value does not fit.
func (f *function) intCastSafe(i air.Index) error {
	from := f.operandScalar(i)
	to, ok := scalarOf(f.inst(i).Type)
	if !ok {
		return f.widen(i)
	}
	t := f.inst(i).Type
	closed := t.Kind == air.Enum && t.Exhaustive
	if from.within(to) && !closed {
		return f.intCast(i)
	}
	a := f.use(f.inst(i).Ops[0])
	d, v := f.dest(i), f.temp()
	over := f.panicLabel(reasonIntegerOutOfBounds)
	f.plainValue(v, a, from)
	if from.signed != to.signed && (from.bits == 64 || to.bits == 64) && (from.signed || from.bits == 64) {
		f.out.Branch(isa.BLT, v, isa.Zero, over)
	}
	f.canonicalise(d, v, to)
	if to.bits < 64 {
		back := f.temp()
		f.plainValue(back, d, to)
		f.out.Branch(isa.BNE, back, v, over)
		f.release(back)
	}
	if closed {
		f.checkMember(d, v, t, to)
	}
	return f.finish(i, regValue(d))
}

// within reports whether every value of a scalar is one of another.
func (s scalar) within(to scalar) bool {
	if s.signed == to.signed {
		return s.bits <= to.bits
	}
	return !s.signed && s.bits < to.bits
}

// checkMember panics unless d is the value of a member of an enum; t is scratch.
func (f *function) checkMember(d, t isa.Reg, enum *air.Type, s scalar) {
	done := f.out.NewLabel()
	for _, m := range enum.Members {
		f.out.LoadImm(t, s.canonical(lowWord(m.Value)))
		f.out.Branch(isa.BEQ, d, t, done)
	}
	f.out.Jump(f.panicLabel(reasonInvalidEnumValue))
	f.out.Bind(done)
}

// trunc keeps the low bits of an integer in a register.
func (f *function) trunc(i air.Index) error {
	in := f.inst(i)
	to, _ := scalarOf(in.Type)
	a := f.use(in.Ops[0])
	d := f.destReusing(i, 0)
	f.canonicalise(d, a, to)
	return f.finish(i, regValue(d))
}

// truncWord keeps the low bits of an integer in memory; they are in its low word.
func (f *function) truncWord(i air.Index) error {
	in := f.inst(i)
	p := f.valuePlace(in.Ops[0])
	d := f.dest(i)
	f.out.Load(isa.LD, d, p.mem)
	return f.finishInt(i, d, false)
}

// errorSetHasValue tests whether an error code is one of a set.
func (f *function) errorSetHasValue(i air.Index) error {
	in := f.inst(i)
	set := in.Extra.(*air.ErrorSetExtra).Set
	if set.Errors == nil { // anyerror: from 1 to the last error of the program
		a, d, t := f.use(in.Ops[0]), f.dest(i), f.temp()
		f.insImm(isa.ADDI, t, a, -1)
		f.out.LoadImm(d, max(int64(len(f.module.ErrorNames)), 1)-1)
		f.ins(isa.SLTU, d, t, d)
		return f.finish(i, regValue(d))
	}
	values := make([]int64, len(set.Errors))
	for n, e := range set.Errors {
		values[n] = int64(e.Value)
	}
	return f.isOneOf(i, values)
}

func (f *function) isNamedEnumValue(i air.Index) error {
	t, s := f.typeOf(f.inst(i).Ops[0]), f.operandScalar(i)
	values := make([]int64, len(t.Members))
	for n, m := range t.Members {
		values[n] = s.canonical(lowWord(m.Value))
	}
	return f.isOneOf(i, values)
}

// isOneOf compares an operand with a list of canonical values.
func (f *function) isOneOf(i air.Index, values []int64) error {
	a := f.use(f.inst(i).Ops[0])
	d, t := f.dest(i), f.temp()
	f.out.LoadImm(d, 0)
	for _, v := range values {
		if v >= -2048 && v < 2048 {
			f.insImm(isa.XORI, t, a, v)
		} else {
			f.out.LoadImm(t, v)
			f.ins(isa.XOR, t, t, a)
		}
		f.insImm(isa.SLTIU, t, t, 1)
		f.ins(isa.OR, d, d, t)
	}
	return f.finish(i, regValue(d))
}
