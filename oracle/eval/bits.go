package eval

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// signature is the types of an elementwise operation.
type signature struct {
	args   []*air.Type
	result *air.Type
}

// builder makes the handler of an operation on scalars.
type builder func(sig signature, s *step) func(*machine, *step)

// signatureOf reads the types off an instruction. The types of the operands are good
// until the next instruction is prepared: handlers keep none of them.
func (p *preparer) signatureOf(in *air.Inst) signature {
	p.types = p.types[:0]
	for k := range in.Ops {
		p.types = append(p.types, p.typeOf(in, k))
	}
	return signature{args: p.types, result: in.Type}
}

// fail ends the run for a reason: a panic, or illegal behaviour.
func (m *machine) fail(reason string, s *step) {
	if name, ok := panicReason(reason); ok {
		m.stop(oracle.Panicked, name, s)
		return
	}
	m.illegal(reason, s)
}

// binary builds an operation on two integers.
func (op intOp) binary(sig signature, s *step) func(*machine, *step) {
	s.shape, s.result = shapeOf(sig.args[0]), shapeOf(sig.result)
	s.n = widthOf(s.shape)
	amount := shapeOf(sig.args[1])
	switch {
	case op.fast == nil:
		return unsupported("operands of type " + sig.args[0].String())
	case s.shape.class > inWord || amount.class > inWord:
		return op.wideBinary(amount)
	case s.result.class == empty:
		return nil
	}
	s.fast = op.fast
	if op.strict {
		return runStrict
	}
	return runFast
}

func runFast(m *machine, s *step) {
	x, y := m.word(s.a), m.word(s.b)
	if x.undef|y.undef != 0 {
		m.set(s.dst, undefined(uint(s.result.bits)))
		return
	}
	bits, reason := s.fast(s.n, x.bits, y.bits)
	if reason != "" {
		m.fail(reason, s)
		return
	}
	m.set(s.dst, word{bits: bits})
}

func runStrict(m *machine, s *step) {
	x, y := m.word(s.a), m.word(s.b)
	if x.undef|y.undef != 0 {
		m.illegal(undefinedUse, s)
		return
	}
	bits, reason := s.fast(s.n, x.bits, y.bits)
	if reason != "" {
		m.fail(reason, s)
		return
	}
	m.set(s.dst, word{bits: bits})
}

func (op intOp) wideBinary(amount shape) func(*machine, *step) {
	return func(m *machine, s *step) {
		x, xok := m.readBig(s.a, s.shape)
		y, yok := m.readBig(s.b, amount)
		if !xok || !yok {
			if op.strict {
				m.illegal(undefinedUse, s)
				return
			}
			m.forget(s.dst, s.result)
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

// withOverflow builds {wrapped, overflowed}: two elementwise operations into
// slots of their own, then put together.
func (p *preparer) withOverflow(in *air.Inst, s *step) func(*machine, *step) {
	sig := p.signatureOf(in)
	if in.Type.Kind != air.Struct || len(in.Type.Fields) != 2 {
		return unsupported("result of type " + in.Type.String())
	}
	halves := [2]intOp{wrappedOps[in.Tag], overflowOps[in.Tag]}
	parts := partsOf(in.Type)
	var steps [2]step
	for k := range steps {
		sig.result = in.Type.Fields[k].Type
		steps[k] = *s
		steps[k].finish, steps[k].result = nil, shapeOf(sig.result)
		steps[k].dst = p.newSlot(steps[k].result)
		steps[k].run = p.elementwise(halves[k].binary, sig, &steps[k])
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

// bitOp is an operation on each bit, on defined and undefined ones.
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

// bitwise builds an operation on each bit.
func (op bitOp) bitwise(sig signature, s *step) func(*machine, *step) {
	s.shape, s.result = shapeOf(sig.args[0]), shapeOf(sig.result)
	switch s.shape.class {
	case empty:
		return nil
	case inWord:
		return func(m *machine, s *step) { m.set(s.dst, op(m.word(s.a), m.word(s.b))) }
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
	return unsupported("operands of type " + sig.args[0].String())
}

// complement builds not: the bits of the width flipped.
func complement(sig signature, s *step) func(*machine, *step) {
	s.shape = shapeOf(sig.args[0])
	s.n = widthOf(s.shape)
	switch s.shape.class {
	case empty:
		return nil
	case inWord:
		return func(m *machine, s *step) {
			w := m.word(s.a)
			m.set(s.dst, word{^w.bits & s.n.mask &^ w.undef, w.undef})
		}
	case wideInt:
		return func(m *machine, s *step) {
			x, to := m.view(s.a), m.view(s.dst)
			for i := range to.data {
				to.data[i], to.undef[i] = ^x.data[i]&^x.undef[i], x.undef[i]
			}
			s.shape.normalize(to)
		}
	}
	return unsupported("operand of type " + sig.args[0].String())
}

// shift builds shl (left) and shr: the amount decides, so it must be defined, and
// the undefined bits move along.
func shift(left bool) builder {
	return func(sig signature, s *step) func(*machine, *step) {
		s.shape, s.result = shapeOf(sig.args[0]), shapeOf(sig.result)
		s.n = widthOf(s.shape)
		amount := shapeOf(sig.args[1])
		switch {
		case s.shape.class == empty:
			return nil
		case s.shape.class == wideInt || amount.class == wideInt:
			return wideShift(left, amount)
		case s.shape.class != inWord || amount.class > inWord:
			return unsupported("operands of type " + sig.args[0].String())
		case left:
			return runShl
		}
		return runShr
	}
}

func runShl(m *machine, s *step) {
	x, amount := m.word(s.a), m.word(s.b)
	switch {
	case amount.undef != 0:
		m.illegal(undefinedUse, s)
	case amount.bits >= uint64(s.n.bits):
		m.illegal(amountTooBig, s)
	default:
		m.set(s.dst, word{x.bits << amount.bits, x.undef << amount.bits}.and(s.n.mask))
	}
}

func runShr(m *machine, s *step) {
	x, amount := m.word(s.a), m.word(s.b)
	switch {
	case amount.undef != 0:
		m.illegal(undefinedUse, s)
	case amount.bits >= uint64(s.n.bits):
		m.illegal(amountTooBig, s)
	default:
		m.set(s.dst, word{s.n.shiftRight(x.bits, amount.bits), s.n.shiftRight(x.undef, amount.bits)})
	}
}

func wideShift(left bool, amountShape shape) func(*machine, *step) {
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

// moveBits shifts a value that is held as bytes, or is of another class than
// its amount.
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
