package eval

import (
	"math/big"
	"math/bits"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// unaryOp is an operation on one integer of at most 64 bits, and on a wide
// one. The result is a pattern of the result's width.
type unaryOp struct {
	fast func(n width, x uint64) (uint64, string)
	wide func(n width, x *big.Int) (*big.Int, string)
}

// unaryOps is what each unary tag does to an integer.
var unaryOps = [air.NumTags]unaryOp{
	air.Neg:          {negate, negateBig},
	air.NegOptimized: {negate, negateBig},
	air.Abs: {
		func(n width, x uint64) (uint64, string) { _, abs := n.magnitude(x); return abs, "" },
		func(n width, x *big.Int) (*big.Int, string) { return new(big.Int).Abs(x), "" },
	},
	air.Clz: {
		func(n width, x uint64) (uint64, string) { return uint64(n.bits) - uint64(bits.Len64(x)), "" },
		func(n width, x *big.Int) (*big.Int, string) {
			return big.NewInt(int64(n.bits) - int64(n.pattern(x).BitLen())), ""
		},
	},
	air.Ctz: {
		func(n width, x uint64) (uint64, string) {
			return min(uint64(bits.TrailingZeros64(x)), uint64(n.bits)), ""
		},
		func(n width, x *big.Int) (*big.Int, string) {
			if x.Sign() == 0 {
				return big.NewInt(int64(n.bits)), ""
			}
			return big.NewInt(int64(x.TrailingZeroBits())), ""
		},
	},
	air.Popcount: {
		func(n width, x uint64) (uint64, string) { return uint64(bits.OnesCount64(x)), "" },
		func(n width, x *big.Int) (*big.Int, string) {
			count := 0
			for _, w := range n.pattern(x).Bytes() {
				count += bits.OnesCount8(w)
			}
			return big.NewInt(int64(count)), ""
		},
	},
	air.ByteSwap: {
		func(n width, x uint64) (uint64, string) { return bits.ReverseBytes64(x) >> (64 - n.bits), "" },
		func(n width, x *big.Int) (*big.Int, string) {
			data := n.pattern(x).FillBytes(make([]byte, n.bits/8))
			return bigFromBytes(data, uint(n.bits), false), ""
		},
	},
	air.BitReverse: {
		func(n width, x uint64) (uint64, string) { return bits.Reverse64(x) >> (64 - n.bits), "" },
		reverseBig,
	},
}

func negate(n width, x uint64) (uint64, string) {
	e := subExact(n, 0, x)
	if e.side != 0 {
		return 0, overflow
	}
	return e.low & n.mask, ""
}

func negateBig(n width, x *big.Int) (*big.Int, string) {
	r := new(big.Int).Neg(x)
	if n.sideBig(r) != 0 {
		return nil, overflow
	}
	return r, ""
}

// pattern gives the bits of x as a number that is not negative.
func (n width) pattern(x *big.Int) *big.Int {
	return new(big.Int).Mod(x, new(big.Int).Lsh(big.NewInt(1), uint(n.bits)))
}

func reverseBig(n width, x *big.Int) (*big.Int, string) {
	from, to := n.pattern(x), new(big.Int)
	for i := range int(n.bits) {
		to.SetBit(to, int(n.bits)-1-i, from.Bit(i))
	}
	return to, ""
}

// unary builds an operation on one integer.
func (op unaryOp) unary(sig signature, s *step) func(*machine, *step) {
	s.shape, s.result = shapeOf(sig.args[0]), shapeOf(sig.result)
	s.n = widthOf(s.shape)
	switch {
	case s.result.class == empty:
		return nil
	case op.fast == nil || s.shape.class > wideInt || s.shape.class == inBytes:
		return unsupported("operand of type " + sig.args[0].String())
	case s.shape.class == wideInt:
		return op.wideUnary
	}
	return func(m *machine, s *step) {
		w := m.word(s.a)
		if w.undef != 0 {
			m.set(s.dst, undefined(uint(s.result.bits)))
			return
		}
		r, reason := op.fast(s.n, w.bits)
		if reason != "" {
			m.fail(reason, s)
			return
		}
		m.set(s.dst, word{bits: r})
	}
}

func (op unaryOp) wideUnary(m *machine, s *step) {
	x, ok := m.readBig(s.a, s.shape)
	if !ok {
		m.forget(s.dst, s.result)
		return
	}
	r, reason := op.wide(s.n, x)
	if reason != "" {
		m.fail(reason, s)
		return
	}
	m.writeBig(s.dst, s.result, r)
}
