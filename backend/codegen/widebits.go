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
		f.onesOf(d, a.lo, a.hi)
	case air.Clz:
		f.clzWide(d, a)
		if s.Bits < 128 {
			f.insImm(isa.ADDI, d, d, int64(s.Bits)-128)
		}
	default:
		f.ctzWide(d, a, s.Bits)
	}
	return f.finishInt(i, d, false)
}

// clzWide counts in the low word, and 64 more, if the high word is zero.
func (f *function) clzWide(d isa.Reg, a wide) {
	more := f.temp()
	f.orElse(a.hi, a.lo, more)
	f.leadingZeros(d, a.hi)
	f.ins(isa.ADD, d, d, more)
}

// orElse emits a = b and more = 64 if a is zero, otherwise more = 0. b is changed.
func (f *function) orElse(a, b, more isa.Reg) {
	f.insImm(isa.SLTIU, more, a, 1)
	f.maskOf(more, more)
	f.ins(isa.AND, b, b, more)
	f.ins(isa.OR, a, a, b)
	f.insImm(isa.ANDI, more, more, 64)
}

// ctzWide finds the lowest one; there is one above the width.
func (f *function) ctzWide(d isa.Reg, a wide, bits uint32) {
	more := f.temp()
	if bits < 128 {
		f.out.LoadImm(more, 1)
		f.insImm(isa.SLLI, more, more, int64(bits-64))
		f.ins(isa.OR, a.hi, a.hi, more)
	}
	f.orElse(a.lo, a.hi, more)
	f.trailingZeros(d, a.lo)
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
