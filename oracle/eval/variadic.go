package eval

import (
	"sort"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// A va_list is a pointer to the next of the unnamed arguments, which lie one after the other in an object of the
// callee's frame, each in as many words of 8 bytes as it takes, aligned to 16 if its type is.

// passed is the address of an unnamed argument of a run, and the type with which it was passed.
type passed struct {
	addr uint64
	typ  *air.Type
}

// passVariadic makes that object when a variadic function is entered.
func (m *machine) passVariadic(caller frame, site *callSite) {
	shapes, args := site.shapes[len(m.fn.params):], site.args[len(m.fn.params):]
	var size uint64
	for _, s := range shapes {
		size = alignUp(size, variadicAlign(s)) + alignUp(s.size, 8)
	}
	m.frame.variadic = m.memory.push(size, 16)
	v := m.memory.contents(&m.memory.stack[len(m.memory.stack)-1])
	var offset uint64
	for i, s := range shapes {
		offset = alignUp(offset, variadicAlign(s))
		to := v.slice(offset, s.size)
		if s.class == inWord {
			s.fromWord(to, m.wordOf(caller, args[i]))
		} else if s.isWide() {
			to.copyFrom(m.viewOf(caller, args[i]))
		}
		m.passed = append(m.passed, passed{m.frame.variadic + offset, site.unnamed[i]})
		offset += alignUp(s.size, 8)
	}
}

// passedAt returns the type of the unnamed argument at an address, or nil. Addresses only ever rise during a run.
func (m *machine) passedAt(addr uint64) *air.Type {
	i := sort.Search(len(m.passed), func(i int) bool { return m.passed[i].addr >= addr })
	if i == len(m.passed) || m.passed[i].addr != addr {
		return nil
	}
	return m.passed[i].typ
}

func variadicAlign(s shape) uint64 {
	if s.class == wideInt || s.class == wideFloat {
		return 16
	}
	return 8
}

// vaStart builds a va_list of the unnamed arguments.
func vaStart(_ *preparer, in *air.Inst, s *step) handler {
	if s.result.class != inWord {
		return unsupported("va_list of type " + in.Type.String())
	}
	return func(m *machine, s *step) { m.set(s.dst, word{bits: m.frame.variadic}) }
}

// vaCopy builds a copy of the va_list that s.a points to.
func vaCopy(_ *preparer, in *air.Inst, s *step) handler {
	if s.result.class != inWord {
		return unsupported("va_list of type " + in.Type.String())
	}
	s.align = 8
	return runLoad
}

// vaArg builds a reading of the next argument of the va_list that s.a points to, which must have been passed with the type
// that is read.
func vaArg(_ *preparer, in *air.Inst, s *step) handler {
	align, typ := variadicAlign(s.result), in.Type
	return func(m *machine, s *step) {
		list, ok := m.pointee(reading, s, s.a, 0, 8, 8)
		if !ok {
			return
		}
		next := readWord(list)
		if next.undef != 0 {
			m.illegal(undefinedUse, s)
			return
		}
		at := alignUp(next.bits, align)
		v, ok := m.access(reading, s, at, s.result.size, 1)
		if !ok {
			return
		}
		if was := m.passedAt(at); was == nil || !typ.PassedLike(was) {
			m.illegal("argument read as another type", s)
			return
		}
		m.load(s.dst, s.result, v)
		if to, ok := m.pointee(writing, s, s.a, 0, 8, 8); ok {
			writeWord(to, word{bits: at + alignUp(s.result.size, 8)})
		}
	}
}
