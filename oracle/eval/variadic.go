package eval

import "github.com/rvfuzz/rvfuzz/backend/air"

// A va_list is a pointer to the next of the unnamed arguments, which lie one
// after the other in an object of the callee's frame, each in as many words of
// 8 bytes as it takes, aligned to 16 if its type is.

// passVariadic makes that object, when a variadic function is entered.
func (m *machine) passVariadic(caller frame, site *callSite) {
	shapes, args := site.shapes[len(m.fn.params):], site.args[len(m.fn.params):]
	var size uint64
	for _, s := range shapes {
		size = alignUp(size, variadicAlign(s)) + alignUp(s.size, 8)
	}
	m.frame.variadic = m.memory.push(size, 16)
	v, _ := m.memory.write(m.frame.variadic, size, 1)
	var offset uint64
	for i, s := range shapes {
		offset = alignUp(offset, variadicAlign(s))
		to := v.slice(offset, s.size)
		if s.class == inWord {
			s.fromWord(to, m.wordOf(caller, args[i]))
		} else if s.isWide() {
			to.copyFrom(m.viewOf(caller, args[i]))
		}
		offset += alignUp(s.size, 8)
	}
}

func variadicAlign(s shape) uint64 {
	if s.class == wideInt || s.class == wideFloat {
		return 16
	}
	return 8
}

// variadic builds the c_va_ instructions; s.a points to a va_list.
func (p *preparer) variadic(in *air.Inst, s *step) func(*machine, *step) {
	switch in.Tag {
	case air.CVaStart:
		if s.result.class != inWord {
			return unsupported("va_list of type " + in.Type.String())
		}
		return func(m *machine, s *step) { m.set(s.dst, word{bits: m.frame.variadic}) }
	case air.CVaCopy:
		if s.result.class != inWord {
			return unsupported("va_list of type " + in.Type.String())
		}
		s.align = 8
		return runLoad
	case air.CVaEnd:
		return nil
	}
	align := variadicAlign(s.result)
	return func(m *machine, s *step) {
		list, ok := m.readAt(s, s.a, 8, 8)
		if !ok {
			return
		}
		next := readWord(list)
		if next.undef != 0 {
			m.illegal(undefinedUse, s)
			return
		}
		at := alignUp(next.bits, align)
		v, ok := m.readMemory(s, at, s.result.size, 1)
		if !ok {
			return
		}
		m.load(s.dst, s.result, v)
		if to, ok := m.writeAt(s, 8, 8); ok {
			writeWord(to, word{bits: at + alignUp(s.result.size, 8)})
		}
	}
}
