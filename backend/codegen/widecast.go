package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// wideCast translates an integer cast from 65 to 128 bits.
func (f *function) wideCast(i air.Index) error {
	in := f.inst(i)
	safe := in.Tag == air.IntCastSafe
	if to, ok := wideOf(in.Type); ok {
		return f.rewiden(i, to, safe)
	}
	to, ok := scalarOf(in.Type)
	switch {
	case !ok:
		return f.bigCast(i)
	case in.Tag == air.Trunc:
		return f.truncWord(i)
	}
	return f.narrow(i, to, safe)
}

// widen translates an integer cast from one word to two: it extends by the signedness of the operand.
func (f *function) widen(i air.Index) error {
	in := f.inst(i)
	from := f.operandScalar(i)
	to, ok := wideOf(in.Type)
	if !ok {
		return f.bigCast(i)
	}
	a := f.use(in.Ops[0])
	w := wide{f.temp(), f.temp()}
	f.plainValue(w.lo, a, from)
	if from.signed {
		f.insImm(isa.SRAI, w.hi, w.lo, 63)
	} else {
		f.out.LoadImm(w.hi, 0)
	}
	if in.Tag == air.IntCastSafe && from.signed && !to.Signed {
		f.out.Branch(isa.BLT, w.lo, isa.Zero, f.panicLabel(reasonIntegerOutOfBounds))
	}
	return f.finish(i, f.wideResult(i, w))
}

// narrow keeps the low word; if it must fit, extending it again has to yield both words.
func (f *function) narrow(i air.Index, to scalar, safe bool) error {
	a := f.wideLoad(f.inst(i).Ops[0])
	d := f.dest(i)
	f.canonicalise(d, a.lo, to)
	if safe {
		t := f.temp()
		bad := f.panicLabel(reasonIntegerOutOfBounds)
		f.plainValue(t, d, to)
		f.out.Branch(isa.BNE, t, a.lo, bad)
		if to.signed {
			f.insImm(isa.SRAI, t, t, 63)
		} else {
			f.out.LoadImm(t, 0)
		}
		f.out.Branch(isa.BNE, t, a.hi, bad)
		if to.signed && !f.operandWide(i).Signed {
			f.out.Branch(isa.BLT, a.hi, isa.Zero, bad)
		}
	}
	return f.finish(i, regValue(d))
}

// rewiden changes the width or signedness within two words.
func (f *function) rewiden(i air.Index, to *air.Type, safe bool) error {
	a := f.wideLoad(f.inst(i).Ops[0])
	if !safe {
		f.extendHigh(a.hi, to)
		return f.finish(i, f.wideResult(i, a))
	}
	bad := f.panicLabel(reasonIntegerOutOfBounds)
	t := f.temp()
	f.moveRegister(t, a.hi)
	if f.operandWide(i).Signed != to.Signed {
		f.out.Branch(isa.BLT, t, isa.Zero, bad)
	}
	f.extendHigh(a.hi, to)
	f.out.Branch(isa.BNE, t, a.hi, bad)
	return f.finish(i, f.wideResult(i, a))
}
