package eval

import (
	"cmp"
	"math/big"
	"math/bits"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// width is the integer type in which an operation is done.
type width struct {
	bits   uint32
	signed bool
	mask   uint64 // the low bits, for at most 64 of them
}

func widthOf(s shape) width {
	return width{bits: s.bits, signed: s.signed, mask: lowMask(uint(s.bits))}
}

// negative reports whether the pattern x is below zero.
func (n width) negative(x uint64) bool { return n.signed && n.bits > 0 && x>>(n.bits-1)&1 != 0 }

// magnitude returns the sign and the absolute value of the pattern x.
func (n width) magnitude(x uint64) (neg bool, abs uint64) {
	if n.negative(x) {
		return true, -x & n.mask
	}
	return false, x
}

// limit returns the largest magnitude of a negative value, or of the others.
func (n width) limit(neg bool) uint64 {
	switch {
	case !n.signed && neg, n.bits == 0:
		return 0
	case !n.signed:
		return n.mask
	case neg:
		return n.mask>>1 + 1
	}
	return n.mask >> 1
}

// exact is a mathematical result as a width sees it: its low 64 bits, and on which side of the range it lies (-1 below,
// 0 within, 1 above).
type exact struct {
	low  uint64
	side int8
}

// exactOf places the integer with a sign and a 128-bit magnitude.
func (n width) exactOf(neg bool, hi, lo uint64) exact {
	e := exact{low: lo}
	if neg {
		e.low = -lo
	}
	if hi != 0 || lo > n.limit(neg) {
		e.side = 1
		if neg {
			e.side = -1
		}
	}
	return e
}

// exactOp is an operation whose result need not fit the width.
type exactOp struct {
	word func(n width, x, y uint64) exact
	wide func(n width, x, y *big.Int) *big.Int
}

func addExact(n width, x, y uint64) exact {
	xneg, xabs := n.magnitude(x)
	yneg, yabs := n.magnitude(y)
	return n.sum(xneg, xabs, yneg, yabs)
}

func subExact(n width, x, y uint64) exact {
	xneg, xabs := n.magnitude(x)
	yneg, yabs := n.magnitude(y)
	return n.sum(xneg, xabs, !yneg, yabs)
}

// sum adds two integers given by sign and magnitude.
func (n width) sum(xneg bool, x uint64, yneg bool, y uint64) exact {
	switch {
	case xneg == yneg:
		lo, carry := bits.Add64(x, y, 0)
		return n.exactOf(xneg, carry, lo)
	case x >= y:
		return n.exactOf(xneg && x != y, 0, x-y)
	}
	return n.exactOf(yneg, 0, y-x)
}

func mulExact(n width, x, y uint64) exact {
	xneg, xabs := n.magnitude(x)
	yneg, yabs := n.magnitude(y)
	hi, lo := bits.Mul64(xabs, yabs)
	return n.exactOf(xneg != yneg && hi|lo != 0, hi, lo)
}

// shlExact multiplies by two to the power of any amount.
func shlExact(n width, x, amount uint64) exact {
	neg, abs := n.magnitude(x)
	switch {
	case abs == 0 || amount == 0:
		return n.exactOf(neg, 0, abs)
	case amount >= 64:
		return exact{side: n.exactOf(neg, 1, 0).side}
	}
	return n.exactOf(neg, abs>>(64-amount), abs<<amount)
}

// The operations whose result need not fit, in both sizes.
var (
	addition       = exactOp{addExact, func(_ width, x, y *big.Int) *big.Int { return new(big.Int).Add(x, y) }}
	subtraction    = exactOp{subExact, func(_ width, x, y *big.Int) *big.Int { return new(big.Int).Sub(x, y) }}
	multiplication = exactOp{mulExact, func(_ width, x, y *big.Int) *big.Int { return new(big.Int).Mul(x, y) }}
	leftShift      = exactOp{shlExact, shlBig}
	negation       = exactOp{
		word: func(n width, x, _ uint64) exact { return subExact(n, 0, x) },
		wide: func(_ width, x, _ *big.Int) *big.Int { return new(big.Int).Neg(x) },
	}
)

// The reasons for which arithmetic is illegal, and the panics of its safe forms.
const (
	overflow       = "overflow"
	zeroDivisor    = "division by zero"
	inexact        = "inexact division"
	losesBits      = "shift loses bits"
	amountTooBig   = "shift amount too large"
	doesNotFit     = "value does not fit"
	panicOverflow  = "panic.integer_overflow"
	panicOutOfInt  = "panic.integer_out_of_bounds"
	panicNoMember  = "panic.invalid_enum_value"
	panicFloatPart = "panic.integer_part_out_of_bounds"
)

// intOp is an operation on two integers of one width, on one and a shift amount, or on one alone (twice the same then).
// word serves widths to 64 bits, wide those above. A reason other than "" is why there is no result: a panic if it
// starts with "panic.", otherwise illegal behaviour.
type intOp struct {
	word func(n width, x, y uint64) (uint64, string)
	wide func(n width, x, y *big.Int) (*big.Int, string)
}

func (op intOp) build(sig signature, s *step) handler {
	second := shapeOf(sig.args[len(sig.args)-1])
	if len(sig.args) == 1 {
		s.b = s.a
	}
	switch {
	case s.result.class == empty:
		return nil
	case s.shape.class == inWord && second.class <= inWord:
		s.compute = op.word
		return sig.definedAmount(second, runIntOp)
	case s.shape.class <= wideInt && s.shape.class != inBytes:
		return sig.definedAmount(second, op.buildWide(second))
	}
	return sig.unsupported()
}

// definedAmount makes an undefined amount illegal where that decides.
func (sig signature) definedAmount(amount shape, run handler) handler {
	if sig.decides != theAmount || amount.class == empty {
		return run
	}
	return func(m *machine, s *step) {
		undefined := m.word(s.b).undef != 0
		if amount.class == wideInt {
			undefined = m.view(s.b).anyUndef()
		}
		if undefined {
			m.illegal(undefinedUse, s)
			return
		}
		run(m, s)
	}
}

func runIntOp(m *machine, s *step) {
	x, y := m.word(s.a), m.word(s.b)
	if x.undef|y.undef != 0 {
		m.undefinedOperand(s)
		return
	}
	bits, reason := s.compute(s.n, x.bits, y.bits)
	if reason != "" {
		m.fail(reason, s)
		return
	}
	m.set(s.dst, word{bits: bits})
}

func (op intOp) buildWide(second shape) handler {
	return func(m *machine, s *step) {
		x, xok := m.readBig(s.a, s.shape)
		y, yok := m.readBig(s.b, second)
		if !xok || !yok {
			m.undefinedOperand(s)
			return
		}
		r, reason := op.wide(s.n, x, y)
		if reason != "" {
			m.fail(reason, s)
			return
		}
		m.writeBig(s.dst, s.result, r)
	}
}

// withOverflow builds {wrapped, overflowed}: two elementwise operations into slots of their own, then put together.
func withOverflow(wrapped, overflowed intOp) builder {
	return func(p *preparer, in *air.Inst, s *step) handler {
		sig := p.signatureOf(in)
		if in.Type.Kind != air.Struct || len(in.Type.Fields) != 2 {
			return unsupported("result of type " + in.Type.String())
		}
		parts := partsOf(in.Type)
		steps := [2]step{*s, *s}
		for k, op := range [...]intOp{wrapped, overflowed} {
			sig.result = in.Type.Fields[k].Type
			steps[k].result = shapeOf(sig.result)
			steps[k].dst = p.newSlot(steps[k].result)
			steps[k].run = p.elementwise(op, sig, &steps[k])
		}
		return func(m *machine, s *step) {
			for k := range steps {
				if steps[k].run == nil {
					continue
				}
				if steps[k].run(m, &steps[k]); m.stopped {
					return
				}
			}
			to := m.view(s.dst)
			to.forget()
			for k := range steps {
				parts.store(m, to, parts.part(k), steps[k].dst)
			}
		}
	}
}

// wrapping keeps the low bits of the exact result.
func wrapping(op exactOp) intOp {
	return intOp{
		word: func(n width, x, y uint64) (uint64, string) { return op.word(n, x, y).low & n.mask, "" },
		wide: func(n width, x, y *big.Int) (*big.Int, string) { return n.wrapBig(op.wide(n, x, y)), "" },
	}
}

// checked has no result, for a reason, when the exact result does not fit.
func checked(op exactOp, reason string) intOp {
	return intOp{
		word: func(n width, x, y uint64) (uint64, string) {
			e := op.word(n, x, y)
			if e.side != 0 {
				return 0, reason
			}
			return e.low & n.mask, ""
		},
		wide: func(n width, x, y *big.Int) (*big.Int, string) {
			e := op.wide(n, x, y)
			if n.sideBig(e) != 0 {
				return nil, reason
			}
			return e, ""
		},
	}
}

// saturating returns the end of the range that the exact result lies beyond.
func saturating(op exactOp) intOp {
	return intOp{
		word: func(n width, x, y uint64) (uint64, string) {
			switch e := op.word(n, x, y); {
			case e.side > 0:
				return n.limit(false), ""
			case e.side < 0:
				return -n.limit(true) & n.mask, ""
			default:
				return e.low & n.mask, ""
			}
		},
		wide: func(n width, x, y *big.Int) (*big.Int, string) { return n.clampBig(op.wide(n, x, y)), "" },
	}
}

// overflowing returns 1 when the exact result does not fit, otherwise 0.
func overflowing(op exactOp) intOp {
	return intOp{
		word: func(n width, x, y uint64) (uint64, string) { return uint64(op.word(n, x, y).side & 1), "" },
		wide: func(n width, x, y *big.Int) (*big.Int, string) {
			return big.NewInt(int64(n.sideBig(op.wide(n, x, y)) & 1)), ""
		},
	}
}

// limited makes an amount of the width or more illegal.
func limited(op intOp) intOp {
	return intOp{
		word: func(n width, x, y uint64) (uint64, string) {
			if y >= uint64(n.bits) {
				return 0, amountTooBig
			}
			return op.word(n, x, y)
		},
		wide: func(n width, x, y *big.Int) (*big.Int, string) {
			if y.Cmp(big.NewInt(int64(n.bits))) >= 0 {
				return nil, amountTooBig
			}
			return op.wide(n, x, y)
		},
	}
}

// rounding is the direction in which a quotient is rounded.
type rounding uint8

const (
	truncated rounding = iota
	floored
	undivided // a remainder is illegal
)

// divide returns the quotient, rounded in the given direction, and the remainder that belongs to it.
func (n width) divide(x, y uint64, r rounding) (q, rem exact, reason string) {
	xneg, xabs := n.magnitude(x)
	yneg, yabs := n.magnitude(y)
	if yabs == 0 {
		return exact{}, exact{}, zeroDivisor
	}
	qabs, rabs := xabs/yabs, xabs%yabs
	qneg, rneg := xneg != yneg && qabs != 0, xneg
	switch {
	case rabs == 0:
		rneg = false
	case r == undivided:
		return exact{}, exact{}, inexact
	case r == floored && xneg != yneg:
		qabs, qneg = qabs+1, true
		rabs, rneg = yabs-rabs, yneg
	}
	q, rem = n.exactOf(qneg, 0, qabs), n.exactOf(rneg, 0, rabs)
	if q.side != 0 {
		reason = overflow
	}
	return q, rem, reason
}

func quotient(r rounding) intOp { return division(r, false) }

func remainder(r rounding) intOp { return division(r, true) }

func division(r rounding, wantRemainder bool) intOp {
	return intOp{
		word: func(n width, x, y uint64) (uint64, string) {
			q, rem, reason := n.divide(x, y, r)
			if wantRemainder {
				q = rem
			}
			return q.low & n.mask, reason
		},
		wide: func(n width, x, y *big.Int) (*big.Int, string) {
			q, rem, reason := n.divideBig(x, y, r)
			if wantRemainder {
				q = rem
			}
			return q, reason
		},
	}
}

// shiftRight moves bits down by less than 64, filling with the sign.
func (n width) shiftRight(x, amount uint64) uint64 {
	if n.negative(x) {
		return uint64(int64(x|^n.mask)>>amount) & n.mask
	}
	return x >> amount
}

func shrExact(n width, x, amount uint64) (uint64, string) {
	if x&lowMask(uint(amount)) != 0 {
		return 0, losesBits
	}
	return n.shiftRight(x, amount), ""
}

// compare returns the order of two patterns: -1, 0 or 1.
func (n width) compare(x, y uint64) int {
	if n.negative(x) != n.negative(y) {
		x, y = y, x // a negative pattern is above the others
	}
	return cmp.Compare(x, y)
}

// extreme returns the operand that compares with the other as wanted: -1 for the smaller, 1 for the larger.
func extreme(wanted int) intOp {
	return intOp{
		word: func(n width, x, y uint64) (uint64, string) {
			if n.compare(x, y) == -wanted {
				return y, ""
			}
			return x, ""
		},
		wide: func(_ width, x, y *big.Int) (*big.Int, string) {
			if x.Cmp(y) == -wanted {
				return y, ""
			}
			return x, ""
		},
	}
}

func absolute(n width, x, _ uint64) (uint64, string) { _, abs := n.magnitude(x); return abs, "" }

func clz(n width, x, _ uint64) (uint64, string) { return uint64(n.bits) - uint64(bits.Len64(x)), "" }

func ctz(n width, x, _ uint64) (uint64, string) {
	return min(uint64(bits.TrailingZeros64(x)), uint64(n.bits)), ""
}

func popcount(_ width, x, _ uint64) (uint64, string) { return uint64(bits.OnesCount64(x)), "" }
