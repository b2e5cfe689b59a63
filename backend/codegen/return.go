package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// ret returns a value from the function.
func (f *function) ret(i air.Index) error {
	r := f.inst(i).Ops[0]
	res := &f.abi.Result
	v := f.resolve(r)
	switch {
	case len(res.Pieces()) == 0 || v.kind == undef && f.classOf(res.Type) == memClass:
	case res.ByRef:
		p := f.resultPlace()
		f.storeOperand(p, r)
	case f.classOf(res.Type) == memClass:
		p := f.valuePlace(r)
		f.returnPieces(p)
	default:
		f.returnScalar(v)
	}
	return f.leave(i)
}

// returnScalar moves a value of intClass or floatClass to the result register.
func (f *function) returnScalar(v MCValue) {
	l := f.abi.Result.Pieces()[0]
	if f.isHalfPiece(l) {
		v = f.boxHalf(v)
	}
	f.setReg(l.Reg, v)
}

// resultPlace returns the memory behind the result pointer that the caller passed.
func (f *function) resultPlace() place {
	p := f.temp()
	f.out.Load(isa.LD, p, mir.FrameMem(f.sretSlot, 0))
	return place{mir.RegMem(p, 0), int64(f.abi.Result.Type.Align())}
}

// returnPieces loads the result registers from a slot: first those that need scratch registers, which may be another
// piece's.
func (f *function) returnPieces(p place) {
	for _, scratch := range []bool{true, false} {
		for _, l := range f.abi.Result.Pieces() {
			switch m := p.mem.Offset(l.At); {
			case f.isHalfPiece(l) != scratch:
			case scratch:
				f.setReg(l.Reg, f.boxHalfAt(m))
			default:
				f.loadPiece(l.Reg, m, l.Size)
			}
		}
	}
}

// leave jumps to the common end of the function.
func (f *function) leave(i air.Index) error {
	f.out.Jump(f.exit)
	f.exitUsed = true
	return f.finish(i, unreachValue())
}

// retLoad returns the value behind a pointer from the function.
func (f *function) retLoad(i air.Index) error {
	r := f.inst(i).Ops[0]
	res := &f.abi.Result
	t := res.Type
	switch {
	case len(res.Pieces()) == 0:
	case res.ByRef:
		from := f.deref(r)
		to := f.resultPlace()
		f.copyMem(to.mem, from.mem, accessSize(t), to.align, from.align)
		f.extendMem(to, t)
	case f.classOf(t) == memClass:
		from := f.deref(r)
		to := f.framePlace(f.tempSlot(int64(t.Size()), int64(t.Align())), 0)
		f.copyMem(to.mem, from.mem, accessSize(t), to.align, from.align)
		f.extendMem(to, t)
		f.returnPieces(to)
	default:
		p := f.deref(r)
		d := f.take(f.classOf(t), false)
		f.loadNarrow(d, p, t, accessSize(t))
		f.returnScalar(regValue(d))
	}
	return f.leave(i)
}

// retPtr yields the address of memory for the result: the caller's, or memory of the frame.
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
