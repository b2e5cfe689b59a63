package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// With Zfh an f16 is held and computed with as an f32 is. Without, it is held by its bits in an integer register, because
// the base instruction set has no arithmetic on it; legalize turns that into arithmetic on f32, whose precision is more
// than twice that of f16 plus two bits, so that rounding twice has the result of rounding once. Calls pass f16 in
// floating-point registers, boxed, whatever the target.

// isHalf reports whether a type is f16, held by its bits.
func (f *function) isHalf(t *air.Type) bool { return f.columnOf(t) == Half }

// isHalfPiece reports whether a piece of a value is an f16 in a floating-point register, in which f16 is not held: an
// f32 has more bytes.
func (f *function) isHalfPiece(l abi.Loc) bool {
	return l.Kind == abi.Register && l.Reg.IsFloat() && l.Size == 2 && !f.opts.Features.Zfh
}

// boxHalf returns memory of the frame with an f16 as a floating-point register holds it, with ones above.
func (f *function) boxHalf(v MCValue) MCValue {
	slot := f.tempSlot(8, 8)
	locked := f.regs.locked
	r := f.useValue(v, intClass)
	t := f.temp()
	f.out.LoadImm(t, -1<<16)
	f.ins(isa.OR, t, t, r)
	f.storeRegister(t, mir.FrameMem(slot, 0))
	f.releaseSince(locked)
	return frameValue(slot, 0)
}

// boxHalfAt is boxHalf of an f16 in memory.
func (f *function) boxHalfAt(m mir.Mem) MCValue {
	t := f.temp()
	f.out.Load(isa.LHU, t, m)
	boxed := f.boxHalf(regValue(t))
	f.release(t)
	return boxed
}

// unboxHalf emits d = the f16 in a floating-point register.
func (f *function) unboxHalf(d, r isa.Reg) {
	f.moveBits(isa.FMV_X_W, d, r)
	f.canonicalise(d, d, scalar{bits: 16})
}

// loadSingle loads a bit pattern into a floating-point register as an f32. t is scratch.
func (f *function) loadSingle(d, t isa.Reg, bits int64) {
	f.out.LoadImm(t, bits)
	f.moveBits(isa.FMV_W_X, d, t)
}

func (f *function) moveBits(op isa.Op, d, r isa.Reg) { f.out.Real(isa.Inst{Op: op, Rd: d, Rs1: r}) }

// The bit patterns of f32 that the conversions use.
const (
	singleTwo112   = 0x77800000 // 2^112: the difference of the exponent biases of f32 and f16
	singleTwo110th = 0x08800000 // 2^-110
	singleInfinity = 0x7f800000
	halfInfinity   = 0x1f << 23 // the exponent of an f16 infinity where an f32 has its own
	halfNaN        = 0x7e00
)

// halfToSingle emits d = the f16 in a as an f32: its bits at their position in an f32, scaled by the difference of the
// biases, which is right for subnormal numbers too. The other registers are scratch.
func (f *function) halfToSingle(d, s, a, t, u isa.Reg) {
	f.insImm(isa.SLLI, t, a, 49)
	f.insImm(isa.SRLI, t, t, 36)
	f.loadSingle(s, u, singleTwo112)
	f.moveBits(isa.FMV_W_X, d, t)
	f.ins(isa.FMUL_S, d, d, s)
	f.out.LoadImm(u, halfInfinity)
	f.ins(isa.SLTU, t, t, u)
	f.insImm(isa.ADDI, t, t, -1)
	f.out.LoadImm(u, singleInfinity)
	f.ins(isa.AND, t, t, u) // the exponent of infinity and NaN
	f.moveBits(isa.FMV_X_W, u, d)
	f.ins(isa.OR, t, t, u)
	f.moveBits(isa.FMV_W_X, d, t)
	f.insImm(isa.SLLI, t, a, 16)
	f.moveBits(isa.FMV_W_X, s, t)
	f.ins(isa.FSGNJ_S, d, d, s)
	f.ins(isa.FMIN_S, d, d, d)
}

// singleToHalf emits d = the bits of the f32 in a as an f16. Adding a number whose last place is that of the f16 makes
// the addition round. The other registers are scratch.
func (f *function) singleToHalf(d, a, s, k, t, u isa.Reg) {
	f.ins(isa.FSGNJX_S, s, a, a)
	f.loadSingle(k, u, singleTwo112)
	f.ins(isa.FMUL_S, s, s, k)
	f.loadSingle(k, u, singleTwo110th)
	f.ins(isa.FMUL_S, s, s, k)
	f.moveBits(isa.FMV_X_W, d, a)
	f.insImm(isa.SLLI, t, d, 33) // exponent and fraction at the top of 32 bits
	f.insImm(isa.SRLI, t, t, 32)
	f.insImm(isa.SRLI, t, t, 24)
	f.out.LoadImm(u, 0x71)
	m := f.temp()
	f.extreme(t, t, u, m, false, scalar{bits: 64})
	f.insImm(isa.SLLI, t, t, 23)
	f.out.LoadImm(u, 0x07800000)
	f.ins(isa.ADD, t, t, u)
	f.moveBits(isa.FMV_W_X, k, t)
	f.ins(isa.FADD_S, s, s, k)
	f.moveBits(isa.FMV_X_W, t, s)
	f.insImm(isa.SRLI, u, t, 23)
	f.insImm(isa.ANDI, u, u, 31)
	f.insImm(isa.SLLI, u, u, 10)
	f.insImm(isa.SLLI, t, t, 52)
	f.insImm(isa.SRLI, t, t, 52)
	f.ins(isa.ADD, t, t, u)
	f.insImm(isa.SRLI, d, d, 31)
	f.insImm(isa.ANDI, d, d, 1)
	f.insImm(isa.SLLI, d, d, 15)
	f.ins(isa.OR, d, d, t)
	f.ins(isa.FEQ_S, m, a, a)
	f.maskOf(m, m)
	f.out.LoadImm(u, halfNaN)
	f.choose(d, d, u, m)
	f.release(m)
}

// halfWiden translates fpext from f16.
func (f *function) halfWiden(i air.Index) error {
	in := f.inst(i)
	if f.columnOf(in.Type) == longFloat {
		return f.longCast(i)
	}
	a := f.use(in.Ops[0])
	d := f.dest(i)
	if f.opts.Features.Zfhmin {
		f.moveBits(isa.FMV_H_X, d, a)
		f.moveBits(isa.FCVT_S_H, d, d)
	} else {
		s, t, u := f.floatTemp(), f.temp(), f.temp()
		f.halfToSingle(d, s, a, t, u)
	}
	if in.Type.Bits == 64 {
		f.moveBits(isa.FCVT_D_S, d, d)
	}
	return f.finish(i, regValue(d))
}

// halfNarrow translates fptrunc from f32 or f64 to f16.
func (f *function) halfNarrow(i air.Index) error {
	r := f.inst(i).Ops[0]
	a := f.use(r)
	d, s := f.dest(i), f.floatTemp()
	if f.opts.Features.Zfhmin {
		f.moveBits(pick(f.typeOf(r).Bits == 64, isa.FCVT_H_D, isa.FCVT_H_S), s, a)
		f.moveBits(isa.FMV_X_H, d, s)
		f.canonicalise(d, d, scalar{bits: 16})
		return f.finish(i, regValue(d))
	}
	t, u := f.temp(), f.temp()
	k := f.floatTemp()
	if f.typeOf(r).Bits == 64 {
		a = f.oddSingle(a, s, k, t, u)
	}
	f.singleToHalf(d, a, s, k, t, u)
	return f.finish(i, regValue(d))
}

// halfSign translates neg and abs of f16, which change one bit.
func (f *function) halfSign(i air.Index) error {
	in := f.inst(i)
	clears := in.Tag == air.Abs
	a := f.use(in.Ops[0])
	d, m := f.dest(i), f.temp()
	f.out.LoadImm(m, pick[int64](clears, 0x7fff, 0x8000))
	f.ins(pick(clears, isa.AND, isa.XOR), d, a, m)
	return f.finish(i, regValue(d))
}

// oddSingle returns the f64 in a as an f32, rounded toward zero with the last bit set if that was inexact: rounding it
// again to fewer bits has the result of rounding a once.
func (f *function) oddSingle(a, s, k, t, u isa.Reg) isa.Reg {
	d := f.floatTemp()
	f.out.Real(isa.Inst{Op: isa.FCVT_S_D, Rd: s, Rs1: a, RM: isa.RTZ})
	f.out.Real(isa.Inst{Op: isa.FCVT_D_S, Rd: k, Rs1: s})
	f.ins(isa.FEQ_D, t, k, a)
	f.insImm(isa.XORI, t, t, 1)
	f.moveBits(isa.FMV_X_W, u, s)
	f.ins(isa.OR, u, u, t)
	f.moveBits(isa.FMV_W_X, d, u)
	return d
}
