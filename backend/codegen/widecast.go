package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// wideCast translates an integer cast from or to 65 to 128 bits.
func (f *function) wideCast(i air.Index, err error) error {
	in := f.inst(i)
	from, to := f.typeOf(in.Ops[0]), in.Type
	wf, okFrom := wideOf(from)
	wt, okTo := wideOf(to)
	sf, smallFrom := scalarOf(from)
	st, smallTo := scalarOf(to)
	safe := in.Tag == air.IntCastSafe
	switch {
	case from.Kind == air.Vector || to.Kind == air.Vector || from.Kind == air.Float:
	case smallFrom && okTo:
		return f.widen(i, sf, wt, safe)
	case okFrom && smallTo:
		return f.narrow(i, wf, st, safe)
	case okFrom && okTo:
		return f.rewiden(i, wf, wt, safe)
	}
	return err
}

// widen extends one word to two by the signedness of where it comes from.
func (f *function) widen(i air.Index, from scalar, to *air.Type, safe bool) error {
	a := f.use(f.inst(i).Ops[0])
	w := wide{f.temp(), f.temp()}
	f.plainValue(w.lo, a, from)
	if from.signed {
		f.insImm(isa.SRAI, w.hi, w.lo, 63)
	} else {
		f.out.LoadImm(w.hi, 0)
	}
	if safe && from.signed && !to.Signed {
		f.out.Branch(isa.BLT, w.lo, isa.Zero, f.panicLabel(reasonIntegerOutOfBounds))
	}
	return f.finish(i, f.wideResult(i, w))
}

// narrow keeps the low word; where it must fit, extending it again gives the same.
func (f *function) narrow(i air.Index, from *air.Type, to scalar, safe bool) error {
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
		if to.signed && !from.Signed {
			f.out.Branch(isa.BLT, a.hi, isa.Zero, bad)
		}
	}
	return f.finish(i, regValue(d))
}

// rewiden changes the width or signedness within two words.
func (f *function) rewiden(i air.Index, from, to *air.Type, safe bool) error {
	a := f.wideLoad(f.inst(i).Ops[0])
	if !safe {
		f.extendHigh(a.hi, to)
		return f.finish(i, f.wideResult(i, a))
	}
	bad := f.panicLabel(reasonIntegerOutOfBounds)
	t := f.temp()
	f.moveRegister(t, a.hi)
	if from.Signed != to.Signed {
		f.out.Branch(isa.BLT, t, isa.Zero, bad)
	}
	f.extendHigh(a.hi, to)
	f.out.Branch(isa.BNE, t, a.hi, bad)
	return f.finish(i, f.wideResult(i, a))
}
