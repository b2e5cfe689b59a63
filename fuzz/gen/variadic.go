package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// unnamedTypes draws the types of the unnamed arguments that a variadic function reads.
func (g *Generator) unnamedTypes() []*air.Type {
	types := make([]*air.Type, g.s.Between(1, 6))
	for i := range types {
		types[i] = choose(g.s, g.types.scalars)
		if len(g.types.wides) > 0 && g.s.Chance(1, 4) {
			types[i] = choose(g.s, g.types.wides)
		}
		if t, ok := g.plainWhere(isForeign); ok && g.s.Chance(1, 4) {
			types[i] = t
		}
	}
	return types
}

// isForeign reports whether t is a struct of C.
func isForeign(t *air.Type) bool {
	return t.Kind == air.Struct && t.Container == air.Extern && t.HasBits()
}

// readUnnamed writes c_va_arg for each unnamed argument of a variadic function, and from some argument on for those of
// a copy of the list too. This is the start of the function: the types of a list are the same on every path.
func (w *writer) readUnnamed() {
	list := w.argumentList(air.Inst{Tag: air.CVaStart})
	at := w.s.Intn(len(w.unnamed) + 1)
	for i, t := range w.unnamed {
		if i == at {
			w.readCopy(list, w.unnamed[i:])
		}
		w.value(air.CVaArg, t, list)
		if w.s.Chance(1, 3) {
			w.some(1)
		}
	}
	w.effect(air.CVaEnd, list)
}

func (w *writer) readCopy(list air.Ref, types []*air.Type) {
	again := w.argumentList(air.Inst{Tag: air.CVaCopy, Ops: w.operands(list)})
	for _, t := range types[:w.s.Between(1, len(types))] {
		w.value(air.CVaArg, t, again)
	}
	w.effect(air.CVaEnd, again)
}

// argumentList writes a variable for the argument list that an instruction makes. It is not in scope.
func (w *writer) argumentList(made air.Inst) air.Ref {
	made.Type = w.module.Types.Pointer(air.AnyOpaque)
	list := air.InstRef(w.emit(air.Inst{Tag: air.Alloc, Type: w.module.Types.Pointer(made.Type)}))
	w.effect(air.Store, list, air.InstRef(w.emit(made)))
	return list
}
