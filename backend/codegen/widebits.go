package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// zeroExtendHigh removes the copies of the sign above the width from a high word.
func (f *function) zeroExtendHigh(r isa.Reg, s *air.Type) {
	if s.Signed && s.Bits < 128 {
		f.zeroExtended(r, r, s.Bits-64)
	}
}

// wideCount counts leading or trailing zeros, or ones, of two words.
func (f *function) wideCount(i air.Index) error {
	s := f.operandWide(i)
	in := f.inst(i)
	a := f.wideLoad(in.Ops[0])
	f.zeroExtendHigh(a.hi, s)
	d := f.dest(i)
	switch in.Tag {
	case air.Popcount:
		t := f.temp()
		f.out.LoadImm(d, 0)
		f.countOnes(d, a.lo, t)
		f.countOnes(d, a.hi, t)
	case air.Clz:
		f.clzWide(d, a)
		if s.Bits < 128 {
			f.insImm(isa.ADDI, d, d, int64(s.Bits)-128)
		}
	default:
		f.ctzWide(d, a, s.Bits)
	}
	return f.finish(i, regValue(d))
}

// clzWide counts in the low word, and 64 more, if the high word is zero.
func (f *function) clzWide(d isa.Reg, a wide) {
	more, t := f.temp(), f.temp()
	high := f.out.NewLabel()
	f.reserve(2)
	f.out.LoadImm(more, 0)
	f.moveRegister(t, a.hi)
	f.out.Branch(isa.BNE, a.hi, isa.Zero, high)
	f.out.LoadImm(more, 64)
	f.moveRegister(t, a.lo)
	f.out.Bind(high)
	f.leadingZeros(d, t)
	f.ins(isa.ADD, d, d, more)
}

// ctzWide finds the lowest one; there is one above the width.
func (f *function) ctzWide(d isa.Reg, a wide, bits uint32) {
	more, t := f.temp(), f.temp()
	low, done := f.out.NewLabel(), f.out.NewLabel()
	if bits < 128 {
		f.out.LoadImm(t, 1)
		f.insImm(isa.SLLI, t, t, int64(bits-64))
		f.ins(isa.OR, a.hi, a.hi, t)
	}
	f.reserve(2)
	f.out.LoadImm(more, 0)
	f.out.Branch(isa.BNE, a.lo, isa.Zero, low)
	f.out.LoadImm(more, 64)
	f.moveRegister(a.lo, a.hi)
	f.out.Bind(low)
	f.out.LoadImm(d, 64)
	f.out.Branch(isa.BEQ, a.lo, isa.Zero, done)
	f.ins(isa.SUB, t, isa.Zero, a.lo)
	f.ins(isa.AND, t, t, a.lo)
	f.leadingZeros(d, t)
	f.insImm(isa.XORI, d, d, 63)
	f.out.Bind(done)
	f.ins(isa.ADD, d, d, more)
}

// wideReverse reverses each word, swaps them, and shifts the result down.
func (f *function) wideReverse(i air.Index) error {
	s := f.operandWide(i)
	in := f.inst(i)
	group := pick[int64](in.Tag == air.ByteSwap, 8, 1)
	a := f.wideLoad(in.Ops[0])
	f.zeroExtendHigh(a.hi, s)
	t, n, d := f.temp(), f.temp(), f.temp()
	for _, x := range []isa.Reg{a.lo, a.hi} {
		f.reverseWord(d, x, t, n, group, 64)
		f.moveRegister(x, d)
	}
	r := wide{a.hi, a.lo}
	f.out.LoadImm(n, int64(128-s.Bits))
	f.shiftWordsRight(r, n, t, d, s.Signed)
	return f.finish(i, f.wideResult(i, r))
}
