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

// leadingZeros emits d = the leading zeros of the 64 bits of x. x is changed.
func (f *function) leadingZeros(d, x isa.Reg) {
	if f.opts.Features.Zbb {
		f.out.Real(isa.Inst{Op: isa.CLZ, Rd: d, Rs1: x})
		return
	}
	t := f.temp()
	f.bitLength(t, x)
	f.out.LoadImm(d, 64)
	f.ins(isa.SUB, d, d, t)
	f.release(t)
}

// bitLength emits d = the number of bits up to the highest one of x, by a binary search that halves the distance in
// each step. x is changed.
func (f *function) bitLength(d, x isa.Reg) {
	step, above := f.temp(), f.temp()
	again := f.out.NewLabel()
	f.out.LoadImm(d, 0)
	f.out.LoadImm(step, 32)
	f.out.Bind(again)
	f.ins(isa.SRL, above, x, step)
	f.ins(isa.SLTU, above, isa.Zero, above)
	f.maskOf(above, above)
	f.ins(isa.AND, above, above, step)
	f.ins(isa.OR, d, d, above)
	f.ins(isa.SRL, x, x, above)
	f.insImm(isa.SRLI, step, step, 1)
	f.out.Branch(isa.BNE, step, isa.Zero, again)
	f.insImm(isa.ANDI, x, x, 1)
	f.ins(isa.ADD, d, d, x)
	f.release(above)
	f.release(step)
}

// ctz counts the zeros below the lowest one.
func (f *function) ctz(i air.Index) error {
	s := f.operandScalar(i)
	x := f.patternOf(i, s)
	d := f.dest(i)
	switch { // a one above the width yields the result for 0
	case s.bits == 64:
	case f.opts.Features.Zbs:
		f.insImm(isa.BSETI, x, x, int64(s.bits))
	default:
		t := f.temp()
		f.out.LoadImm(t, 1)
		f.insImm(isa.SLLI, t, t, int64(s.bits))
		f.ins(isa.OR, x, x, t)
		f.release(t)
	}
	f.trailingZeros(d, x)
	return f.finishInt(i, d, f.opts.Features.Zbb)
}

// trailingZeros emits d = the trailing zeros of the 64 bits of x. x is changed.
func (f *function) trailingZeros(d, x isa.Reg) {
	if f.opts.Features.Zbb {
		f.out.Real(isa.Inst{Op: isa.CTZ, Rd: d, Rs1: x})
		return
	}
	t := f.temp()
	f.insImm(isa.ADDI, t, x, -1)
	f.insImm(isa.XORI, x, x, -1)
	f.ins(isa.AND, x, x, t)
	f.release(t)
	f.bitLength(d, x)
}

func (f *function) popcount(i air.Index) error {
	x := f.patternOf(i, f.operandScalar(i))
	d := f.dest(i)
	f.onesOf(d, x)
	return f.finishInt(i, d, f.opts.Features.Zbb)
}

// onesOf emits d = the ones of some words, which are changed.
func (f *function) onesOf(d isa.Reg, words ...isa.Reg) {
	if f.opts.Features.Zbb {
		for _, x := range words {
			f.out.Real(isa.Inst{Op: isa.CPOP, Rd: x, Rs1: x})
		}
	} else {
		f.onesOfBytes(words)
	}
	if len(words) == 2 {
		f.ins(isa.ADD, words[0], words[0], words[1])
	}
	if f.opts.Features.Zbb {
		f.moveRegister(d, words[0])
		return
	}
	f.out.LoadImm(d, 0x0101_0101_0101_0101)
	f.ins(isa.MUL, d, d, words[0])
	f.insImm(isa.SRLI, d, d, 56)
}

// onesOfBytes counts the ones of each byte of some words, in place: of pairs of bits, of fours, of eights.
func (f *function) onesOfBytes(words []isa.Reg) {
	k, t := f.temp(), f.temp()
	f.out.LoadImm(k, 0x5555_5555_5555_5555)
	for _, x := range words {
		f.insImm(isa.SRLI, t, x, 1)
		f.ins(isa.AND, t, t, k)
		f.ins(isa.SUB, x, x, t)
	}
	f.out.LoadImm(k, 0x3333_3333_3333_3333)
	for _, x := range words {
		f.ins(isa.AND, t, x, k)
		f.insImm(isa.SRLI, x, x, 2)
		f.ins(isa.AND, x, x, k)
		f.ins(isa.ADD, x, x, t)
	}
	f.out.LoadImm(k, 0x0f0f_0f0f_0f0f_0f0f)
	for _, x := range words {
		f.insImm(isa.SRLI, t, x, 4)
		f.ins(isa.ADD, x, x, t)
		f.ins(isa.AND, x, x, k)
	}
	f.release(k)
	f.release(t)
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
