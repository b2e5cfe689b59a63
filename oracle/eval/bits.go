package eval

import "math/bits"

// bitOp is an operation on each bit of one or two words, on defined and undefined bits; bits above the width are
// dropped.
type bitOp func(x, y word) word

func andBits(x, y word) word {
	undef := (x.undef | y.undef) & (x.bits | x.undef) & (y.bits | y.undef)
	return word{x.bits & y.bits, undef}
}

func orBits(x, y word) word {
	bits := x.bits | y.bits
	return word{bits, (x.undef | y.undef) &^ bits}
}

func xorBits(x, y word) word {
	undef := x.undef | y.undef
	return word{(x.bits ^ y.bits) &^ undef, undef}
}

func notBits(x, _ word) word { return word{^x.bits &^ x.undef, x.undef} }

func nandBits(x, y word) word { return notBits(andBits(x, y), word{}) }

func (op bitOp) build(sig signature, s *step) handler {
	if len(sig.args) == 1 {
		s.b = s.a
	}
	switch s.shape.class {
	case inWord:
		return func(m *machine, s *step) { m.set(s.dst, op(m.word(s.a), m.word(s.b)).and(s.n.mask)) }
	case wideInt:
		return func(m *machine, s *step) {
			x, y, to := m.view(s.a), m.view(s.b), m.view(s.dst)
			for i := range to.data {
				r := op(word{uint64(x.data[i]), uint64(x.undef[i])}, word{uint64(y.data[i]), uint64(y.undef[i])})
				to.data[i], to.undef[i] = byte(r.bits), byte(r.undef)
			}
			s.shape.normalize(to)
		}
	}
	return sig.unsupported()
}

// reversal reverses the order of the groups of so many bits, which undefined bits move along with.
type reversal uint

func (group reversal) build(sig signature, s *step) handler {
	switch {
	case s.shape.class == inWord && group == 8:
		return func(m *machine, s *step) { m.set(s.dst, m.word(s.a).turned(bits.ReverseBytes64, s.n)) }
	case s.shape.class == inWord:
		return func(m *machine, s *step) { m.set(s.dst, m.word(s.a).turned(bits.Reverse64, s.n)) }
	case s.shape.class == wideInt:
		return func(m *machine, s *step) {
			from, to, n := m.view(s.a), m.view(s.dst), uint64(s.n.bits)
			for at := uint64(0); at < n; at += uint64(group) {
				copyBits(to, n-uint64(group)-at, from, at, uint64(group))
			}
			s.shape.normalize(to)
		}
	}
	return sig.unsupported()
}

// turned reverses a word by a function for 64 bits.
func (w word) turned(reverse func(uint64) uint64, n width) word {
	return word{reverse(w.bits) >> (64 - n.bits), reverse(w.undef) >> (64 - n.bits)}
}

// second builds the operation whose result is its second operand.
func second(signature, *step) handler {
	return func(m *machine, s *step) { m.copyValue(s.dst, s.result, s.b) }
}

// shift builds shl (left) and shr: the amount decides, so it must be defined, and the undefined bits move along.
func shift(left bool) operation {
	return onScalars(func(sig signature, s *step) handler {
		amount := shapeOf(sig.args[1])
		switch {
		case s.shape.class == wideInt || amount.class == wideInt:
			return wideShift(left, amount)
		case s.shape.class != inWord || amount.class > inWord:
			return sig.unsupported()
		}
		return func(m *machine, s *step) {
			x, amount := m.word(s.a), m.word(s.b)
			switch {
			case amount.undef != 0:
				m.illegal(undefinedUse, s)
			case amount.bits >= uint64(s.n.bits):
				m.illegal(amountTooBig, s)
			case left:
				m.set(s.dst, word{x.bits << amount.bits, x.undef << amount.bits}.and(s.n.mask))
			default:
				m.set(s.dst, word{s.n.shiftRight(x.bits, amount.bits), s.n.shiftRight(x.undef, amount.bits)})
			}
		}
	})
}

func wideShift(left bool, amountShape shape) handler {
	return func(m *machine, s *step) {
		k, ok := m.readBig(s.b, amountShape)
		switch {
		case !ok:
			m.illegal(undefinedUse, s)
		case !k.IsUint64() || k.Uint64() >= uint64(s.n.bits):
			m.illegal(amountTooBig, s)
		default:
			m.moveBits(s, left, k.Uint64())
		}
	}
}

// moveBits shifts a value that is held as bytes, or is of another class than its amount.
func (m *machine) moveBits(s *step, left bool, k uint64) {
	n := uint64(s.n.bits)
	from, to := m.temp(s.shape.size), newView(s.shape.size)
	m.store(from, s.shape, s.a)
	fill := word{}
	if s.n.signed && !left {
		sign := getBits(from, n-1, 1)
		fill = word{-sign.bits, -sign.undef}
	}
	to.fill(byte(fill.bits), byte(fill.undef))
	if left {
		copyBits(to, k, from, 0, n-k)
	} else {
		copyBits(to, 0, from, k, n-k)
	}
	m.load(s.dst, s.shape, to)
}
