package eval

import (
	"bytes"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// predicate is a comparison: the orders (less, equal, greater) that satisfy it, and its result if an operand is NaN.
// The result is undefined if a bit of an operand is.
type predicate struct{ less, equal, greater, unordered bool }

// holds reports whether an order satisfies the predicate.
func (p predicate) holds(order int) bool {
	return order < 0 && p.less || order == 0 && p.equal || order > 0 && p.greater
}

func (p predicate) build(sig signature, s *step) handler {
	t := sig.args[0]
	switch {
	case t.Kind == air.Float && isFast(s.shape):
		return p.compareFast
	case t.Kind == air.Float:
		return p.compareFloat
	case s.shape.class <= inWord:
		return func(m *machine, s *step) {
			x, y := m.word(s.a), m.word(s.b)
			if x.undef|y.undef != 0 {
				m.undefinedOperand(s)
				return
			}
			m.setBool(s.dst, p.holds(s.n.compare(x.bits, y.bits)))
		}
	case s.shape.class == wideInt:
		return p.compareWide
	case t.Kind == air.Optional:
		return p.compareOptional(t)
	}
	return sig.unsupported()
}

// compareVectors builds the comparison of each lane.
func compareVectors(p *preparer, in *air.Inst, s *step) handler {
	extra, ok := in.Extra.(*air.CompareExtra)
	if !ok {
		return unsupported("comparison without a predicate")
	}
	return p.elementwise(p.tags[extra.Predicate].scalar, p.signatureOf(in), s)
}

func (p predicate) compareWide(m *machine, s *step) {
	x, xok := m.readBig(s.a, s.shape)
	y, yok := m.readBig(s.b, s.shape)
	if !xok || !yok {
		m.undefinedOperand(s)
		return
	}
	m.setBool(s.dst, p.holds(x.Cmp(y)))
}

func (p predicate) compareFloat(m *machine, s *step) {
	x, xok := m.readFloat(s.a, s.shape)
	y, yok := m.readFloat(s.b, s.shape)
	switch {
	case !xok || !yok:
		m.undefinedOperand(s)
	case x.kind == notANumber || y.kind == notANumber:
		m.setBool(s.dst, p.unordered)
	default:
		m.setBool(s.dst, p.holds(orderOf(x, y)))
	}
}

func (p predicate) compareFast(m *machine, s *step) {
	x, y, size := m.word(s.a), m.word(s.b), s.shape.bits
	if x.undef|y.undef != 0 {
		m.undefinedOperand(s)
		return
	}
	a, b := toFloat64(x.bits, size), toFloat64(y.bits, size)
	switch {
	case a < b:
		m.setBool(s.dst, p.less)
	case a > b:
		m.setBool(s.dst, p.greater)
	case a == b:
		m.setBool(s.dst, p.equal)
	default:
		m.setBool(s.dst, p.unordered)
	}
}

// compareOptional builds the comparison of optionals, which are equal if both are null, or neither is and their
// payloads are equal. A payload may be such an optional too.
func (p predicate) compareOptional(t *air.Type) handler {
	var flags []uint64 // their offsets, from the outside in
	for ; t.Kind == air.Optional && t.OptionalRepr() == air.PayloadFlag; t = t.Elem {
		flags = append(flags, t.FlagOffset())
	}
	payload, isFloat := shapeOf(t), t.Kind == air.Float
	return func(m *machine, s *step) {
		x, y := m.view(s.a), m.view(s.b)
		for _, at := range flags {
			xf, yf := readWord(x.slice(at, 1)), readWord(y.slice(at, 1))
			switch {
			case xf.undef|yf.undef != 0:
				m.undefinedOperand(s)
				return
			case xf.bits != yf.bits:
				m.setBool(s.dst, p.unordered)
				return
			case xf.bits == 0:
				m.setBool(s.dst, p.equal)
				return
			}
		}
		m.comparePayloads(s, p, payload, isFloat, x, y)
	}
}

func (m *machine) comparePayloads(s *step, p predicate, payload shape, isFloat bool, x, y view) {
	x, y = x.slice(0, payload.size), y.slice(0, payload.size)
	low := (payload.bits + 7) / 8
	switch {
	case payload.class == inWord && (payload.toWord(x).undef|payload.toWord(y).undef) != 0,
		payload.class != inWord && (x.slice(0, uint64(low)).anyUndef() || y.slice(0, uint64(low)).anyUndef()):
		m.undefinedOperand(s)
	case isFloat:
		m.setBool(s.dst, equalFloats(payload, x, y) == p.equal)
	case payload.class == inWord:
		m.setBool(s.dst, (payload.toWord(x).bits == payload.toWord(y).bits) == p.equal)
	default:
		m.setBool(s.dst, bytes.Equal(x.data[:low], y.data[:low]) == p.equal)
	}
}

// equalFloats compares two floats by their memory.
func equalFloats(s shape, x, y view) bool {
	if isFast(s) {
		return toFloat64(readWord(x).bits, s.bits) == toFloat64(readWord(y).bits, s.bits)
	}
	a := formats[s.bits].decode(bigFromBytes(x.data, uint(s.bits), false))
	b := formats[s.bits].decode(bigFromBytes(y.data, uint(s.bits), false))
	return a.kind != notANumber && b.kind != notANumber && orderOf(a, b) == 0
}
