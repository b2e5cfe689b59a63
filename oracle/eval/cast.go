package eval

import (
	"math"
	"math/big"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// intCast builds a conversion to another integer type (or an enum) whose value must fit, or else the cast
// fails for the reason. One that panics also does so where the value names no member of a closed enum.
func intCast(reason string) operation {
	return onScalars(func(sig signature, s *step) handler {
		if s.shape.class > wideInt || s.result.class > wideInt || s.shape.class == inBytes || s.result.class == inBytes {
			return unsupported("cast from " + sig.args[0].String() + " to " + sig.result.String())
		}
		from, fits := s.n, always(s.shape, s.result)
		s.n = widthOf(s.result)
		run := castWord(from, fits, reason)
		if s.shape.class > inWord || s.result.class > inWord {
			run = castWide(fits, reason)
		}
		if reason == panicOutOfInt && sig.result.Kind == air.Enum && sig.result.Exhaustive && s.result.class == inWord {
			return namedMember(run, memberPatterns(sig.result))
		}
		return run
	})
}

// setResult writes a word unless the result type has no bits.
func (m *machine) setResult(s *step, w word) {
	if s.result.class != empty {
		m.set(s.dst, w)
	}
}

// always reports whether every value of one integer shape fits the other.
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

func castWord(from width, fits bool, reason string) handler {
	return func(m *machine, s *step) {
		w := m.word(s.a)
		switch {
		case w.undef == 0:
			neg, abs := from.magnitude(w.bits)
			m.setExact(s, s.n.exactOf(neg, 0, abs), reason)
		case fits:
			m.setResult(s, word{from.extend(w.bits), from.extend(w.undef)}.and(s.n.mask))
		default:
			m.undefinedOperand(s)
		}
	}
}

// setExact writes a result that must fit, or fails for the reason.
func (m *machine) setExact(s *step, e exact, reason string) {
	if e.side != 0 {
		m.fail(reason, s)
		return
	}
	m.setResult(s, word{bits: e.low & s.n.mask})
}

func castWide(fits bool, reason string) handler {
	return func(m *machine, s *step) {
		x, ok := m.readBig(s.a, s.shape)
		switch {
		case ok && s.n.sideBig(x) != 0:
			m.fail(reason, s)
		case ok:
			m.writeBig(s.dst, s.result, x)
		case fits:
			m.extendBits(s)
		default:
			m.undefinedOperand(s)
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
func truncate(sig signature, s *step) handler {
	switch {
	case s.shape.class == inWord && s.result.class == inWord:
		return sameWord(sig, s)
	case s.shape.class == wideInt && s.result.class <= wideInt && s.result.bits <= s.shape.bits:
		return func(m *machine, s *step) { m.load(s.dst, s.result, m.view(s.a).slice(0, s.result.size)) }
	}
	return unsupported("truncation of " + sig.args[0].String() + " to " + sig.result.String())
}

// sameWord builds a conversion that leaves the bits of a word as they are, except for those that the result lacks.
func sameWord(_ signature, s *step) handler {
	s.n = widthOf(s.result)
	return func(m *machine, s *step) { m.set(s.dst, m.word(s.a).and(s.n.mask)) }
}

// bitcast builds a reading of the bits of a value as another type. Bits of vectors and packed containers are
// contiguous; arrays have theirs at the stride of their elements.
func bitcast(p *preparer, in *air.Inst, s *step) handler {
	t := p.typeOf(in, 0)
	s.shape = shapeOf(t)
	lanewise := t.Kind == air.Array && in.Type.Kind == air.Vector || t.Kind == air.Vector && in.Type.Kind == air.Array
	switch {
	case lanewise && t.Len == in.Type.Len && t.Elem.BitSize() == in.Type.Elem.BitSize():
		return p.relay(t, in.Type)
	case s.shape.class == inWord && s.result.class == inWord:
		return sameWord(signature{}, s)
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

// makesPadding reports whether the bits by which an integer is extended in memory are padding of the type that its
// value is read as, and so become undefined.
func makesPadding(from shape, t *air.Type, to shape) bool {
	isInteger := from.class == inWord || from.class == wideInt
	return isInteger && uint64(from.bits) < from.size*8 && (t.Kind == air.Vector || to.class == wideFloat)
}

// relay copies the elements of an array to a vector, or back.
func (p *preparer) relay(from, to *air.Type) handler {
	source, target := partsOf(from), partsOf(to)
	fromElem, toElem := shapeOf(from.Elem), shapeOf(to.Elem)
	if fromElem.class != toElem.class { // of vectors, which are held as bytes: their bits have no other form
		at, next := strideOf(from, fromElem), strideOf(to, toElem)
		return func(m *machine, s *step) {
			v, out := m.view(s.a), m.destination(s)
			for i := range from.Len {
				copyBits(out, i*next, v, i*at, uint64(fromElem.bits))
			}
			m.settle(s, out)
		}
	}
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

// strideOf returns the distance in bits of the elements of an array or vector.
func strideOf(t *air.Type, elem shape) uint64 {
	if t.Kind == air.Vector {
		return uint64(elem.bits)
	}
	return elem.size * 8
}

// floatCast builds fptrunc and fpext: one rounding.
func floatCast(_ signature, s *step) handler {
	if isFast(s.shape) && isFast(s.result) {
		return func(m *machine, s *step) {
			w := m.word(s.a)
			if w.undef != 0 {
				m.forget(s.dst, s.result)
				return
			}
			m.set(s.dst, word{bits: fromFloat64(toFloat64(w.bits, s.shape.bits), s.result.bits)})
		}
	}
	return func(m *machine, s *step) {
		x, ok := m.readFloat(s.a, s.shape)
		if !ok {
			m.undefinedOperand(s)
			return
		}
		m.writeFloat(s.dst, s.result, x)
	}
}

// intFromFloat builds a conversion toward zero; a value out of range fails for the reason.
func intFromFloat(reason string) operation {
	return onScalars(func(_ signature, s *step) handler {
		s.n = widthOf(s.result)
		if isFast(s.shape) && s.result.class <= inWord {
			return func(m *machine, s *step) { m.wordFromFloat(s, reason) }
		}
		return func(m *machine, s *step) {
			x, ok := m.readFloat(s.a, s.shape)
			switch {
			case !ok:
				m.undefinedOperand(s)
			case x.kind != finite || s.n.sideBig(wholePart(x)) != 0:
				m.fail(reason, s)
			default:
				m.writeBig(s.dst, s.result, wholePart(x))
			}
		}
	})
}

// wordFromFloat converts a float of at most 64 bits to an integer of at most 64.
func (m *machine) wordFromFloat(s *step, reason string) {
	w := m.word(s.a)
	if w.undef != 0 {
		m.undefinedOperand(s)
		return
	}
	x := math.Trunc(toFloat64(w.bits, s.shape.bits))
	if !(math.Abs(x) < 1<<64) {
		m.fail(reason, s)
		return
	}
	m.setExact(s, s.n.exactOf(x < 0, 0, uint64(math.Abs(x))), reason)
}

// wholePart returns a finite number without its fraction.
func wholePart(x number) *big.Int {
	x = softTrunc(nil, x)
	return new(big.Int).Lsh(x.signed(), uint(max(x.exp, 0)))
}

// floatFromInt builds a conversion to the nearest float.
func floatFromInt(_ signature, s *step) handler {
	if s.shape.class <= inWord && isFast(s.result) {
		// Rounding to float64 first does not matter to f16: an integer that float64 does not hold is far beyond f16's
		// largest.
		return func(m *machine, s *step) {
			w := m.word(s.a)
			if w.undef != 0 {
				m.forget(s.dst, s.result)
				return
			}
			neg, abs := s.n.magnitude(w.bits)
			m.set(s.dst, word{bits: nearest(neg, abs, s.result.bits)})
		}
	}
	return func(m *machine, s *step) {
		x, ok := m.readBig(s.a, s.shape)
		if !ok {
			m.undefinedOperand(s)
			return
		}
		m.writeFloat(s.dst, s.result, numberOf(x, 0))
	}
}

// nearest rounds the integer with a sign and a magnitude to a float of at most 64 bits.
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

// belowErrorsLen builds cmp_lt_errors_len.
func belowErrorsLen(p *preparer, _ *air.Inst, _ *step) handler {
	count := uint64(len(p.program.module.ErrorNames))
	return member(func(code uint64) bool { return code < count })
}

// errorSetHasValue builds error_set_has_value.
func errorSetHasValue(p *preparer, in *air.Inst, _ *step) handler {
	extra, ok := in.Extra.(*air.ErrorSetExtra)
	if !ok {
		return unsupported("error_set_has_value without a set")
	}
	count := uint64(len(p.program.module.ErrorNames))
	return member(func(code uint64) bool {
		if extra.Set.Errors == nil {
			return code != 0 && code < count
		}
		return slices.ContainsFunc(extra.Set.Errors, func(e air.ErrorMember) bool { return uint64(e.Value) == code })
	})
}

// isNamedEnumValue builds is_named_enum_value.
func isNamedEnumValue(p *preparer, in *air.Inst, _ *step) handler {
	find := memberOf(p.typeOf(in, 0))
	return func(m *machine, s *step) {
		i, defined := find(m, s.a)
		if !defined {
			m.forget(s.dst, s.result)
			return
		}
		m.setBool(s.dst, i >= 0)
	}
}

// memberOf returns a function that finds the position of the member that an operand of an enum is, -1 if it is none; the
// second result is false if a bit of the operand is undefined.
func memberOf(t *air.Type) func(m *machine, o operand) (int, bool) {
	shape := shapeOf(t)
	if shape.class > inWord {
		return func(m *machine, o operand) (int, bool) {
			x, defined := m.readBig(o, shape)
			return slices.IndexFunc(t.Members, func(e air.EnumMember) bool { return e.Value.Cmp(x) == 0 }), defined
		}
	}
	members := memberPatterns(t)
	return func(m *machine, o operand) (int, bool) {
		w := m.word(o)
		return slices.Index(members, w.bits), w.undef == 0
	}
}

// member builds a question about the word s.a.
func member(has func(uint64) bool) handler {
	return func(m *machine, s *step) {
		w := m.word(s.a)
		if w.undef != 0 {
			m.forget(s.dst, s.result)
			return
		}
		m.setBool(s.dst, has(w.bits))
	}
}

// memberPatterns returns the patterns of the members of an enum of at most 64 bits.
func memberPatterns(t *air.Type) []uint64 {
	mask := new(big.Int).SetUint64(lowMask(uint(t.BitSize())))
	patterns := make([]uint64, len(t.Members))
	for i, member := range t.Members {
		patterns[i] = new(big.Int).And(member.Value, mask).Uint64()
	}
	return patterns
}

// namedMember lets a cast panic when its result is none of the members.
func namedMember(cast handler, members []uint64) handler {
	return func(m *machine, s *step) {
		if cast(m, s); m.stopped {
			return
		}
		if !slices.Contains(members, m.word(s.dst).bits) {
			m.fail(panicNoMember, s)
		}
	}
}
