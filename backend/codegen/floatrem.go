package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// floatRem translates rem and mod of floats: the remainder of a division without rounding.
//
// It subtracts from |x| the largest |y|*2^k that is not above it, for descending k. Doubling and halving are exact, and
// so is subtracting a number from one at most twice as large.
func (f *function) floatRem(i air.Index) error {
	in := f.inst(i)
	is32 := in.Type.Bits == 32
	x, y := f.use(in.Ops[0]), f.use(in.Ops[1])
	r, t, b, half := f.dest(i), f.floatTemp(), f.floatTemp(), f.floatTemp()
	n := f.temp()
	done := f.out.NewLabel()
	// NaN, and operands whose remainder is NaN: in those cases x*y/x*y is NaN.
	ops := floatOpsOf(is32)
	f.ins(ops.mul, r, x, y)
	f.ins(ops.div, r, r, r)
	regular := f.out.NewLabel()
	f.ins(ops.sub, t, x, x) // 0 unless x is NaN or infinite
	f.ins(ops.eq, n, t, t)
	f.out.Branch(isa.BEQ, n, isa.Zero, done)
	f.moveBits(pick(is32, isa.FMV_W_X, isa.FMV_D_X), b, isa.Zero)
	f.ins(ops.lt, n, b, y)
	f.out.Branch(isa.BNE, n, isa.Zero, regular)
	f.ins(ops.lt, n, y, b)
	f.out.Branch(isa.BEQ, n, isa.Zero, done) // y is 0 or NaN
	f.out.Bind(regular)
	f.remainderLoop(r, x, y, t, b, half, n, ops)
	f.ins(ops.sign, r, r, x)
	if in.Tag == air.Mod || in.Tag == air.ModOptimized {
		f.floorRemainder(r, y, t, n, ops)
	}
	f.out.Bind(done)
	return f.finish(i, regValue(r))
}

// floatOpSet holds the instructions of one precision.
type floatOpSet struct {
	add, sub, mul, div, lt, le, eq, sign, magnitude, moveTo isa.Op
	half                                                    int64
}

func floatOpsOf(is32 bool) floatOpSet {
	if is32 {
		return floatOpSet{isa.FADD_S, isa.FSUB_S, isa.FMUL_S, isa.FDIV_S, isa.FLT_S, isa.FLE_S, isa.FEQ_S, isa.FSGNJ_S, isa.FSGNJX_S,
			isa.FMV_W_X, 0x3f000000}
	}
	return floatOpSet{isa.FADD_D, isa.FSUB_D, isa.FMUL_D, isa.FDIV_D, isa.FLT_D, isa.FLE_D, isa.FEQ_D, isa.FSGNJ_D, isa.FSGNJX_D,
		isa.FMV_D_X, 0x3fe0000000000000}
}

// remainderLoop emits r = the remainder of |x| by |y|, for finite x and finite non-zero y.
func (f *function) remainderLoop(r, x, y, t, b, half, n isa.Reg, ops floatOpSet) {
	up, down, next, end := f.out.NewLabel(), f.out.NewLabel(), f.out.NewLabel(), f.out.NewLabel()
	f.ins(ops.magnitude, r, x, x)
	f.ins(ops.magnitude, b, y, y)
	f.out.LoadImm(n, ops.half)
	f.moveBits(ops.moveTo, half, n)
	f.ins(ops.sign, t, b, b)
	f.out.Bind(up) // double t while it is at most r/2
	f.ins(ops.mul, half, half, r)
	f.ins(ops.le, n, t, half)
	f.out.Branch(isa.BEQ, n, isa.Zero, down)
	f.ins(ops.add, t, t, t)
	f.out.LoadImm(n, ops.half)
	f.moveBits(ops.moveTo, half, n)
	f.out.Jump(up)
	f.out.Bind(down) // subtract t where it fits, and halve it until it is |y|
	f.ins(ops.le, n, t, r)
	f.out.Branch(isa.BEQ, n, isa.Zero, next)
	f.ins(ops.sub, r, r, t)
	f.out.Bind(next)
	f.ins(ops.le, n, t, b)
	f.out.Branch(isa.BNE, n, isa.Zero, end)
	f.out.LoadImm(n, ops.half)
	f.moveBits(ops.moveTo, half, n)
	f.ins(ops.mul, t, t, half)
	f.out.Jump(down)
	f.out.Bind(end)
}

// floorRemainder adds y to a non-zero remainder of the other sign.
func (f *function) floorRemainder(r, y, t, n isa.Reg, ops floatOpSet) {
	keep := f.out.NewLabel()
	f.moveBits(ops.moveTo, t, isa.Zero)
	f.ins(ops.eq, n, r, t)
	f.out.Branch(isa.BNE, n, isa.Zero, keep)
	f.ins(ops.sign, t, r, y) // r with the sign of y
	f.ins(ops.eq, n, t, r)
	f.out.Branch(isa.BNE, n, isa.Zero, keep)
	f.ins(ops.add, r, r, y)
	f.out.Bind(keep)
}
