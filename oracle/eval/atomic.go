package eval

import "github.com/rvfuzz/rvfuzz/backend/air"

// Atomic operations of a single thread: what they do to memory; orders have no effect.

// mergedSize is the size in bytes below which an atomic operation is one on the word around the cell: code may merge the new
// value into it by exclusive or with the old one, and where that is undefined, so is what it stores.
const mergedSize = 4

// atomicRmw builds a read-modify-write: the old value is the result.
func atomicRmw(p *preparer, in *air.Inst, s *step) handler {
	extra, ok := in.Extra.(*air.AtomicExtra)
	t := p.typeOf(in, 1)
	if !ok || shapeOf(t).class == inBytes {
		return unsupported("operand of type " + t.String())
	}
	value := shapeOf(t)
	if value.class == empty {
		return nil
	}
	steps := [3]step{*s, *s, *s}
	read, modify, write := &steps[0], &steps[1], &steps[2]
	read.dst, modify.dst = p.newSlot(value), p.newSlot(value)
	read.result, modify.result = value, value
	modify.a, write.b, modify.finish = read.dst, modify.dst, nil
	read.run = loadThrough(p.typeOf(in, 0), read)
	modify.run = operator(extra.Operation, t, false, modify)
	write.run = storeThrough(p.typeOf(in, 0), value, value.size, false, write)
	return func(m *machine, s *step) {
		for k := range steps {
			if k == 2 && value.class == inWord && value.size < mergedSize && m.word(steps[0].dst).undef != 0 {
				m.set(steps[1].dst, undefined(uint(value.bits)))
			}
			if steps[k].run(m, &steps[k]); m.stopped {
				return
			}
		}
		if s.dst != noOperand {
			m.copyValue(s.dst, value, steps[0].dst)
		}
	}
}

// cmpxchg builds a compare-exchange: null if the new value was stored, otherwise the old value. The weak form never
// fails without reason.
func cmpxchg(p *preparer, in *air.Inst, s *step) handler {
	t := p.typeOf(in, 1)
	s.shape = shapeOf(t)
	if s.shape.class != inWord || in.Type.Kind != air.Optional {
		return unsupported("operand of type " + t.String())
	}
	old := p.newSlot(s.shape)
	read, write := *s, *s
	read.result, read.dst, write.b = s.shape, old, s.c
	runLoad := loadThrough(p.typeOf(in, 0), &read)
	runStore := storeThrough(p.typeOf(in, 0), s.shape, s.shape.size, false, &write)
	finish := optionalResult(in.Type, s, old)
	return func(m *machine, s *step) {
		if runLoad(m, &read); m.stopped {
			return
		}
		x, y := m.word(old), m.word(s.b)
		if x.undef|y.undef != 0 {
			m.illegal(undefinedUse, s)
			return
		}
		if x.bits == y.bits {
			if runStore(m, &write); m.stopped {
				return
			}
		}
		finish(m, x.bits != y.bits)
	}
}

// optionalResult builds the writing of an optional result: the payload, or null.
func optionalResult(t *air.Type, s *step, payload operand) func(m *machine, present bool) {
	offset, flag := flagPlace(t)
	dst, elem, result := s.dst, shapeOf(t.Elem), s.result
	return func(m *machine, present bool) {
		if result.class == inWord {
			w := word{}
			if present {
				w = m.word(payload)
			}
			m.set(dst, w)
			return
		}
		to := m.view(dst)
		to.forget()
		value := word{}
		if present {
			value.bits = 1
			m.store(to.slice(0, elem.size), elem, payload)
		}
		writeWord(to.slice(offset, flag.size), value)
	}
}
