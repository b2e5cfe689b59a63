package eval

import (
	"math"
	"math/big"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// intCast builds a conversion to another integer type (or an enum) whose
// value must fit, or the reason says what happens.
func intCast(reason string) builder {
	return func(sig signature, s *step) func(*machine, *step) {
		s.shape, s.result = shapeOf(sig.args[0]), shapeOf(sig.result)
		if s.shape.class > wideInt || s.result.class > wideInt || s.shape.class == inBytes || s.result.class == inBytes {
			return unsupported("cast from " + sig.args[0].String() + " to " + sig.result.String())
		}
		s.n = widthOf(s.result)
		if s.shape.class > inWord || s.result.class > inWord {
			return wideIntCast(reason, always(s.shape, s.result))
		}
		from, fits := widthOf(s.shape), always(s.shape, s.result)
		_, panics := panicReason(reason)
		return func(m *machine, s *step) {
			w := m.word(s.a)
			switch {
			case w.undef == 0:
				m.castWord(s, from, w.bits, reason)
			case fits:
				m.setResult(s, word{from.extend(w.bits), from.extend(w.undef)}.and(s.n.mask))
			case panics:
				m.illegal(undefinedUse, s)
			default:
				m.setResult(s, undefined(uint(s.result.bits)))
			}
		}
	}
}

// setResult writes a word unless the result type has no bits.
func (m *machine) setResult(s *step, w word) {
	if s.result.class != empty {
		m.set(s.dst, w)
	}
}

// always says that every value of one integer shape fits the other.
func always(from, to shape) bool {
	switch {
	case from.signed == to.signed:
		return from.bits <= to.bits
	case from.signed:
		return from.bits == 0
	}
	return from.bits < to.bits
}

// extend widens a pattern to 64 bits by the signedness of the width.
func (n width) extend(x uint64) uint64 {
	if n.negative(x) {
		return x | ^n.mask
	}
	return x
}

func (m *machine) castWord(s *step, from width, bits uint64, reason string) {
	neg, abs := from.magnitude(bits)
	e := s.n.exactOf(neg, 0, abs)
	if e.side != 0 {
		m.fail(reason, s)
		return
	}
	m.setResult(s, word{bits: e.low & s.n.mask})
}

func wideIntCast(reason string, fits bool) func(*machine, *step) {
	_, panics := panicReason(reason)
	return func(m *machine, s *step) {
		x, ok := m.readBig(s.a, s.shape)
		switch {
		case ok && s.n.sideBig(x) != 0:
			m.fail(reason, s)
		case ok:
			m.writeBig(s.dst, s.result, x)
		case panics && !fits:
			m.illegal(undefinedUse, s)
		case !fits:
			m.forget(s.dst, s.result)
		default:
			m.extendBits(s)
		}
	}
}

// extendBits widens a partly undefined integer bit by bit.
func (m *machine) extendBits(s *step) {
	n := uint64(s.shape.bits)
	to, from := newView(s.result.size), m.source(s.shape, s.a)
	to.fill(0, 0)
	if s.shape.signed {
		sign := getBits(from, n-1, 1)
		to.fill(byte(-sign.bits), byte(-sign.undef))
	}
	copyBits(to, 0, from, 0, n)
	m.load(s.dst, s.result, to)
}

// truncate builds a conversion that keeps the low bits.
func truncate(sig signature, s *step) func(*machine, *step) {
	s.shape, s.result = shapeOf(sig.args[0]), shapeOf(sig.result)
	switch {
	case s.result.class == empty:
		return nil
	case s.shape.class == inWord && s.result.class == inWord:
		s.n = widthOf(s.result)
		return func(m *machine, s *step) { m.set(s.dst, m.word(s.a).and(s.n.mask)) }
	case s.shape.class == wideInt && s.result.class <= wideInt && s.result.bits <= s.shape.bits:
		return func(m *machine, s *step) { m.load(s.dst, s.result, m.view(s.a).slice(0, s.result.size)) }
	}
	return unsupported("truncation of " + sig.args[0].String() + " to " + sig.result.String())
}

// sameWord builds a conversion that leaves the bits of a word as they are.
func sameWord(sig signature, s *step) func(*machine, *step) {
	s.n = width{mask: lowMask(uint(shapeOf(sig.result).bits))}
	return func(m *machine, s *step) { m.set(s.dst, m.word(s.a).and(s.n.mask)) }
}

// bitcast reads the bits of a value as another type. Bits of vectors and packed
// containers are contiguous; arrays have theirs at the stride of their elements.
func (p *preparer) bitcast(in *air.Inst, s *step) func(*machine, *step) {
	t := p.typeOf(in, 0)
	s.shape = shapeOf(t)
	elementwise := t.Kind == air.Array && in.Type.Kind == air.Vector || t.Kind == air.Vector && in.Type.Kind == air.Array
	switch {
	case elementwise && t.Len == in.Type.Len && t.Elem.BitSize() == in.Type.Elem.BitSize():
		return p.relay(t, in.Type)
	case s.shape.class == inWord && s.result.class == inWord:
		s.n = width{mask: lowMask(uint(s.result.bits))}
		return func(m *machine, s *step) { m.set(s.dst, m.word(s.a).and(s.n.mask)) }
	case s.shape.size == s.result.size && !makesPadding(s.shape, in.Type, s.result):
		return func(m *machine, s *step) { m.load(s.dst, s.result, m.source(s.shape, s.a)) }
	case s.shape.class == empty:
		return unsupported("bitcast of " + t.String())
	}
	n := min(uint64(s.shape.bits), s.result.size*8)
	return func(m *machine, s *step) {
		// One of the two is held as bytes, so only the other takes scratch.
		to, from := m.destination(s), m.source(s.shape, s.a)
		copyBits(to, 0, from, 0, n)
		m.settle(s, to)
	}
}

// makesPadding says that the bits by which an integer is extended in memory are padding of
// the type that its value is read as, and so become undefined.
func makesPadding(from shape, t *air.Type, to shape) bool {
	isInteger := from.class == inWord || from.class == wideInt
	return isInteger && uint64(from.bits) < from.size*8 && (t.Kind == air.Vector || to.class == wideFloat)
}

// relay copies the elements of an array to a vector, or back.
func (p *preparer) relay(from, to *air.Type) func(*machine, *step) {
	source, target := partsOf(from), partsOf(to)
	fromElem, toElem := shapeOf(from.Elem), shapeOf(to.Elem)
	slot := p.newSlot(fromElem)
	return func(m *machine, s *step) {
		v, out := m.view(s.a), m.destination(s)
		for i := range from.Len {
			source.load(m, slot, elementPart(from, fromElem, i), v)
			target.store(m, out, elementPart(to, toElem, i), slot)
		}
		m.settle(s, out)
	}
}

// floatCast builds fptrunc and fpext: one rounding.
func floatCast(sig signature, s *step) func(*machine, *step) {
	s.shape, s.result = shapeOf(sig.args[0]), shapeOf(sig.result)
	if isFast(s.shape) && isFast(s.result) {
		return func(m *machine, s *step) {
			w := m.word(s.a)
			if w.undef != 0 {
				m.set(s.dst, undefined(uint(s.result.bits)))
				return
			}
			m.set(s.dst, word{bits: fromFloat64(toFloat64(w.bits, s.shape.bits), s.result.bits)})
		}
	}
	return func(m *machine, s *step) {
		x, ok := m.readFloat(s.a, s.shape)
		if !ok {
			m.forget(s.dst, s.result)
			return
		}
		m.writeFloat(s.dst, s.result, x)
	}
}

// intFromFloat builds a conversion toward zero; what is out of range fails
// for the reason.
func intFromFloat(reason string) builder {
	_, strict := panicReason(reason)
	return func(sig signature, s *step) func(*machine, *step) {
		s.shape, s.result = shapeOf(sig.args[0]), shapeOf(sig.result)
		s.n = widthOf(s.result)
		if isFast(s.shape) && s.result.class <= inWord {
			return func(m *machine, s *step) { m.wordFromFloat(s, reason, strict) }
		}
		return func(m *machine, s *step) {
			x, ok := m.readFloat(s.a, s.shape)
			switch {
			case !ok && strict:
				m.illegal(undefinedUse, s)
			case !ok:
				m.forget(s.dst, s.result)
			case x.kind != finite || s.n.sideBig(wholePart(x)) != 0:
				m.fail(reason, s)
			default:
				m.writeBig(s.dst, s.result, wholePart(x))
			}
		}
	}
}

// wordFromFloat converts a float of at most 64 bits to an integer of at most 64.
func (m *machine) wordFromFloat(s *step, reason string, strict bool) {
	w := m.word(s.a)
	switch {
	case w.undef != 0 && strict:
		m.illegal(undefinedUse, s)
		return
	case w.undef != 0:
		m.setResult(s, undefined(uint(s.result.bits)))
		return
	}
	x := math.Trunc(toFloat64(w.bits, s.shape.bits))
	if !(math.Abs(x) < 1<<64) {
		m.fail(reason, s)
		return
	}
	e := s.n.exactOf(x < 0, 0, uint64(math.Abs(x)))
	if e.side != 0 {
		m.fail(reason, s)
		return
	}
	m.setResult(s, word{bits: e.low & s.n.mask})
}

// wholePart gives a finite number without its fraction.
func wholePart(x number) *big.Int {
	x = softTrunc(nil, x)
	return new(big.Int).Lsh(x.signed(), uint(max(x.exp, 0)))
}

// floatFromInt builds a conversion to the nearest float.
func floatFromInt(sig signature, s *step) func(*machine, *step) {
	s.shape, s.result = shapeOf(sig.args[0]), shapeOf(sig.result)
	s.n = widthOf(s.shape)
	if s.shape.class <= inWord && isFast(s.result) {
		// A float64 that an integer was rounded to before f16 is far beyond f16's largest.
		return func(m *machine, s *step) {
			w := m.word(s.a)
			if w.undef != 0 {
				m.set(s.dst, undefined(uint(s.result.bits)))
				return
			}
			neg, abs := s.n.magnitude(w.bits)
			m.set(s.dst, word{bits: nearest(neg, abs, s.result.bits)})
		}
	}
	return func(m *machine, s *step) {
		x, ok := m.readBig(s.a, s.shape)
		if !ok {
			m.forget(s.dst, s.result)
			return
		}
		m.writeFloat(s.dst, s.result, numberOf(x, 0))
	}
}

// nearest rounds an integer given by sign and magnitude to a float of at most 64 bits.
func nearest(neg bool, abs uint64, size uint32) uint64 {
	if size == 32 {
		x := float32(abs)
		if neg {
			x = -x
		}
		return uint64(math.Float32bits(x))
	}
	x := float64(abs)
	if neg {
		x = -x
	}
	return fromFloat64(x, size)
}

// errorSetHas builds error_set_has_value.
func (p *preparer) errorSetHas(in *air.Inst, s *step) func(*machine, *step) {
	extra, ok := in.Extra.(*air.ErrorSetExtra)
	if !ok {
		return unsupported("an error set that is not given")
	}
	return p.member(s, func(code uint64) bool {
		if extra.Set.Errors == nil {
			return code != 0 && code < uint64(len(p.program.module.ErrorNames))
		}
		for _, e := range extra.Set.Errors {
			if uint64(e.Value) == code {
				return true
			}
		}
		return false
	})
}

// namedEnum builds is_named_enum_value.
func (p *preparer) namedEnum(in *air.Inst, s *step) func(*machine, *step) {
	t := p.typeOf(in, 0)
	if shapeOf(t).class > inWord {
		return unsupported("operand of type " + t.String())
	}
	members := memberPatterns(t)
	return p.member(s, func(bits uint64) bool { return slices.Contains(members, bits) })
}

// member builds a question about a word.
func (p *preparer) member(s *step, has func(uint64) bool) func(*machine, *step) {
	return func(m *machine, s *step) {
		w := m.word(s.a)
		if w.undef != 0 {
			m.set(s.dst, undefined(1))
			return
		}
		m.setBool(s.dst, has(w.bits))
	}
}

// memberPatterns gives the patterns of the members of an enum of at most 64 bits.
func memberPatterns(t *air.Type) []uint64 {
	mask := new(big.Int).SetUint64(lowMask(uint(t.BitSize())))
	patterns := make([]uint64, len(t.Members))
	for i, member := range t.Members {
		patterns[i] = new(big.Int).And(member.Value, mask).Uint64()
	}
	return patterns
}

// safeEnumCast also panics when the value names no member of a closed enum.
func safeEnumCast(t *air.Type, s *step, cast func(*machine, *step)) func(*machine, *step) {
	if t.Kind != air.Enum || !t.Exhaustive || s.result.class != inWord {
		return cast
	}
	members := memberPatterns(t)
	return func(m *machine, s *step) {
		if cast(m, s); m.stopped {
			return
		}
		if !slices.Contains(members, m.word(s.dst).bits) {
			m.stop(oracle.Panicked, "invalid_enum_value", s)
		}
	}
}
