package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// optionalRepr returns the representation of a type that can be null; C pointers count as optionals.
func optionalRepr(t *air.Type) air.OptionalRepr {
	if t.Kind != air.Optional {
		return air.NullIsZero
	}
	return t.OptionalRepr()
}

// optionalPayload extracts the payload of an optional that is not null.
func (f *function) optionalPayload(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[0])
	switch optionalRepr(t) {
	case air.PayloadFlag:
		if f.resolve(in.Ops[0]).kind == undef {
			return f.finish(i, undefValue())
		}
		return f.finish(i, f.loadResult(i, f.valuePlace(in.Ops[0])))
	case air.NullIsZero:
		return f.bitcast(i)
	}
	return f.finish(i, noneValue())
}

// optionalPayloadPtrSet makes an optional non-null and yields the address of its payload.
func (f *function) optionalPayloadPtrSet(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[0]).Elem
	switch optionalRepr(t) {
	case air.PayloadFlag, air.FlagOnly:
		f.storeWord(f.deref(in.Ops[0]).at(int64(t.FlagOffset())), 1, 1)
	}
	return f.samePointer(i)
}

// wrapOptional makes a non-null optional.
func (f *function) wrapOptional(i air.Index) error {
	in := f.inst(i)
	switch optionalRepr(in.Type) {
	case air.NullIsZero:
		return f.bitcast(i)
	case air.FlagOnly:
		return f.finish(i, immValue(1))
	}
	p := f.newResult(i)
	f.storeOperand(p, in.Ops[0])
	f.storeWord(p.at(int64(in.Type.FlagOffset())), 1, 1)
	return f.finish(i, p.value())
}

// isNull tests an optional value.
func (f *function) isNull(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[0])
	want := in.Tag == air.IsNull
	switch optionalRepr(t) {
	case air.AlwaysNull:
		return f.finish(i, immValue(boolBit(want)))
	}
	if v := f.resolve(in.Ops[0]); f.classOf(t) == memClass {
		if v.kind == undef {
			return f.finish(i, v)
		}
		p := f.valuePlace(in.Ops[0])
		d := f.dest(i)
		f.loadNullness(d, p, t)
		return f.finish(i, f.isZero(d, d, want))
	}
	if v := f.resolve(in.Ops[0]); v.kind == leaFrame || v.kind == leaSymbol {
		return f.finish(i, immValue(boolBit(!want)))
	}
	a := f.use(in.Ops[0])
	d := f.destReusing(i, 0)
	return f.finish(i, f.isZero(d, a, want))
}

// isZero emits d = (a == 0) == want.
func (f *function) isZero(d, a isa.Reg, want bool) MCValue {
	if want {
		f.insImm(isa.SLTIU, d, a, 1)
	} else {
		f.ins(isa.SLTU, d, isa.Zero, a)
	}
	return regValue(d)
}

// isNullPtr tests the optional behind a pointer.
func (f *function) isNullPtr(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[0]).Elem
	want := in.Tag == air.IsNullPtr
	if optionalRepr(t) == air.AlwaysNull {
		return f.finish(i, immValue(boolBit(want)))
	}
	p := f.deref(in.Ops[0])
	d := f.dest(i)
	f.loadNullness(d, p, t)
	return f.finish(i, f.isZero(d, d, want))
}

// loadNullness emits d = 0 if and only if the optional at a place is null.
func (f *function) loadNullness(d isa.Reg, p place, t *air.Type) {
	switch {
	case optionalRepr(t) != air.NullIsZero:
	case f.classOf(t) == memClass: // a slice, whose address is first
		f.loadInt(d, p, 8, false)
		return
	default:
		f.loadValue(d, p, t)
		return
	}
	f.out.Load(isa.LBU, d, p.mem.Offset(int64(t.FlagOffset())))
}
