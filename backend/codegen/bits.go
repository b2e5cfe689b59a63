package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// patternOf returns a scratch register with the bits of the operand, zero-extended.
func (f *function) patternOf(i air.Index, s scalar) isa.Reg {
	a := f.use(f.inst(i).Ops[0])
	x := f.temp()
	if s.signed || s.bits == 32 {
		f.zeroExtended(x, a, s.bits)
	} else {
		f.moveRegister(x, a)
	}
	return x
}

// clz counts the zeros above the highest one.
func (f *function) clz(i air.Index) error {
	s := f.operandScalar(i)
	x := f.patternOf(i, s)
	d := f.dest(i)
	f.leadingZeros(d, x)
	if s.bits < 64 {
		f.insImm(isa.ADDI, d, d, int64(s.bits)-64)
	}
	return f.finishInt(i, d, false)
}

// leadingZeros emits d = the leading zeros of the 64 bits of x, by a binary search that halves the distance in each
// step. x is changed.
func (f *function) leadingZeros(d, x isa.Reg) {
	if f.opts.Features.Zbb {
		f.out.Real(isa.Inst{Op: isa.CLZ, Rd: d, Rs1: x})
		return
	}
	step, high := f.temp(), f.temp()
	again, low := f.out.NewLabel(), f.out.NewLabel()
	f.out.LoadImm(d, 64)
	f.out.LoadImm(step, 32)
	f.out.Bind(again)
	f.ins(isa.SRL, high, x, step)
	f.out.Branch(isa.BEQ, high, isa.Zero, low)
	f.ins(isa.SUB, d, d, step)
	f.moveRegister(x, high)
	f.out.Bind(low)
	f.insImm(isa.SRLI, step, step, 1)
	f.out.Branch(isa.BNE, step, isa.Zero, again)
	f.ins(isa.SUB, d, d, x)
	f.release(high)
	f.release(step)
}

// ctz counts the zeros below the lowest one.
func (f *function) ctz(i air.Index) error {
	s := f.operandScalar(i)
	x := f.patternOf(i, s)
	d := f.dest(i)
	if s.bits < 64 { // a one above the width yields the result for 0
		t := f.temp()
		f.out.LoadImm(t, 1)
		f.insImm(isa.SLLI, t, t, int64(s.bits))
		f.ins(isa.OR, x, x, t)
		f.release(t)
	}
	if f.opts.Features.Zbb {
		f.out.Real(isa.Inst{Op: isa.CTZ, Rd: d, Rs1: x})
		return f.finishInt(i, d, false)
	}
	f.reserve(2)
	done := f.out.NewLabel()
	if s.bits == 64 {
		f.out.LoadImm(d, 64)
		f.out.Branch(isa.BEQ, x, isa.Zero, done)
	}
	f.ins(isa.SUB, d, isa.Zero, x)
	f.ins(isa.AND, x, x, d)
	f.leadingZeros(d, x)
	f.insImm(isa.XORI, d, d, 63)
	f.out.Bind(done)
	return f.finishInt(i, d, false)
}

// popcount counts ones by clearing the lowest one until none is left.
func (f *function) popcount(i air.Index) error {
	s := f.operandScalar(i)
	x := f.patternOf(i, s)
	d := f.dest(i)
	if f.opts.Features.Zbb {
		f.out.Real(isa.Inst{Op: isa.CPOP, Rd: d, Rs1: x})
		return f.finishInt(i, d, false)
	}
	t := f.temp()
	f.out.LoadImm(d, 0)
	f.countOnes(d, x, t)
	return f.finishInt(i, d, false)
}

// countOnes emits d = d + the number of ones of x. x and t are changed.
func (f *function) countOnes(d, x, t isa.Reg) {
	again, done := f.out.NewLabel(), f.out.NewLabel()
	f.out.Bind(again)
	f.out.Branch(isa.BEQ, x, isa.Zero, done)
	f.insImm(isa.ADDI, t, x, -1)
	f.ins(isa.AND, x, x, t)
	f.insImm(isa.ADDI, d, d, 1)
	f.out.Jump(again)
	f.out.Bind(done)
}

func (f *function) byteSwap(i air.Index) error { return f.reverse(i, 8) }

func (f *function) bitReverse(i air.Index) error { return f.reverse(i, 1) }

// reverse reverses the order of the groups of bits of an integer.
func (f *function) reverse(i air.Index, group int64) error {
	s := f.operandScalar(i)
	x := f.copyOf(f.inst(i).Ops[0])
	d, t, n := f.dest(i), f.temp(), f.temp()
	f.reverseWord(d, x, t, n, group, int64(s.bits))
	return f.finishInt(i, d, false)
}

// reverseWord emits d = the low bits of x with groups in reverse order: each moves from the low end of x to the low end
// of d, which is shifted up. x, t and n are changed.
func (f *function) reverseWord(d, x, t, n isa.Reg, group, bits int64) {
	again := f.out.NewLabel()
	f.out.LoadImm(d, 0)
	f.out.LoadImm(n, bits/group)
	f.out.Bind(again)
	f.insImm(isa.SLLI, d, d, group)
	f.insImm(isa.ANDI, t, x, 1<<group-1)
	f.ins(isa.OR, d, d, t)
	f.insImm(isa.SRLI, x, x, group)
	f.insImm(isa.ADDI, n, n, -1)
	f.out.Branch(isa.BNE, n, isa.Zero, again)
}
