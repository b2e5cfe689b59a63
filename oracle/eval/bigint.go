package eval

import (
	"math/big"
	"math/bits"
)

// Integers of more than 64 bits. An operand is the mathematical integer by the signedness of its type; a result counts
// modulo two to the power of the width.

// limitBig returns the largest magnitude of a negative value, or of the others.
func (n width) limitBig(neg bool) *big.Int {
	bits := uint(n.bits)
	switch {
	case !n.signed && neg || bits == 0:
		return new(big.Int)
	case n.signed:
		bits--
	}
	limit := new(big.Int).Lsh(big.NewInt(1), bits)
	if neg {
		return limit
	}
	return limit.Sub(limit, big.NewInt(1))
}

// sideBig returns the side of the range on which x lies.
func (n width) sideBig(x *big.Int) int {
	if x.CmpAbs(n.limitBig(x.Sign() < 0)) <= 0 {
		return 0
	}
	return x.Sign()
}

func (n width) clampBig(x *big.Int) *big.Int {
	switch n.sideBig(x) {
	case 1:
		return n.limitBig(false)
	case -1:
		limit := n.limitBig(true)
		return limit.Neg(limit)
	}
	return x
}

// wrapBig reduces x to the range of the width.
func (n width) wrapBig(x *big.Int) *big.Int {
	modulus := new(big.Int).Lsh(big.NewInt(1), uint(n.bits))
	x = new(big.Int).Mod(x, modulus)
	if n.sideBig(x) > 0 {
		x.Sub(x, modulus)
	}
	return x
}

// shlBig shifts by any amount; one beyond the width is as good as the width.
func shlBig(n width, x, amount *big.Int) *big.Int {
	k := uint(n.bits) + 1
	if amount.IsUint64() && amount.Uint64() < uint64(k) {
		k = uint(amount.Uint64())
	}
	return new(big.Int).Lsh(x, k)
}

func (n width) divideBig(x, y *big.Int, r rounding) (q, rem *big.Int, reason string) {
	if y.Sign() == 0 {
		return nil, nil, zeroDivisor
	}
	q, rem = new(big.Int).QuoRem(x, y, new(big.Int))
	switch {
	case rem.Sign() == 0:
	case r == undivided:
		return nil, nil, inexact
	case r == floored && x.Sign() != y.Sign():
		q.Sub(q, big.NewInt(1))
		rem.Add(rem, y)
	}
	if n.sideBig(q) != 0 {
		return nil, nil, overflow
	}
	return q, rem, ""
}

func shrExactBig(_ width, x, amount *big.Int) (*big.Int, string) {
	k := uint(amount.Uint64())
	if x.Sign() != 0 && x.TrailingZeroBits() < k {
		return nil, losesBits
	}
	return new(big.Int).Rsh(x, k), ""
}

func absoluteBig(_ width, x, _ *big.Int) (*big.Int, string) { return new(big.Int).Abs(x), "" }

func clzBig(n width, x, _ *big.Int) (*big.Int, string) {
	return big.NewInt(int64(n.bits) - int64(n.pattern(x).BitLen())), ""
}

func ctzBig(n width, x, _ *big.Int) (*big.Int, string) {
	if x.Sign() == 0 {
		return big.NewInt(int64(n.bits)), ""
	}
	return big.NewInt(int64(x.TrailingZeroBits())), ""
}

func popcountBig(n width, x, _ *big.Int) (*big.Int, string) {
	count := 0
	for _, w := range n.pattern(x).Bytes() {
		count += bits.OnesCount8(w)
	}
	return big.NewInt(int64(count)), ""
}

// pattern returns the bits of x as a number that is not negative.
func (n width) pattern(x *big.Int) *big.Int {
	return new(big.Int).Mod(x, new(big.Int).Lsh(big.NewInt(1), uint(n.bits)))
}

// readBig returns an operand as a mathematical integer; the second result is false if a bit of it is undefined.
func (m *machine) readBig(o operand, s shape) (*big.Int, bool) {
	if s.class == empty {
		return new(big.Int), true
	}
	if s.class == inWord {
		w := m.word(o)
		x := new(big.Int).SetUint64(w.bits)
		if widthOf(s).negative(w.bits) {
			x.Sub(x, new(big.Int).Lsh(big.NewInt(1), uint(s.bits)))
		}
		return x, w.undef == 0
	}
	v := m.view(o)
	return bigFromBytes(v.data, uint(s.bits), s.signed), !v.anyUndef()
}

// writeBig sets a slot to x modulo two to the power of the width.
func (m *machine) writeBig(dst operand, s shape, x *big.Int) {
	switch s.class {
	case empty:
	case inWord:
		low := new(big.Int).And(x, new(big.Int).SetUint64(lowMask(uint(s.bits))))
		m.set(dst, word{bits: low.Uint64()})
	default:
		v := m.view(dst)
		putBig(v, x)
		s.normalize(v)
	}
}

// forget makes a slot undefined.
func (m *machine) forget(dst operand, s shape) {
	switch s.class {
	case empty:
	case inWord:
		m.set(dst, undefined(uint(s.bits)))
	default:
		m.view(dst).forget()
	}
}
