package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// maxGlobals bounds the globals of a module; results then share one.
const maxGlobals = len(globalNames)

// observe writes a store of a value into a global of its type. Values with addresses cannot be compared, and are not
// stored.
func (w *writer) observe(v value) {
	if hasAddress(v.typ) || v.typ.Kind == air.Fn || !v.typ.HasBits() || !isCopied(v.typ) {
		return
	}
	if sink := w.sink(v.typ); sink != nil {
		w.effect(air.Store, w.address(sink), v.ref)
	}
}

// sink returns a global for a result: a new one while there are fewer than maxGlobals.
func (g *Generator) sink(t *air.Type) *global {
	for i := range g.globals {
		s := &g.globals[i]
		if s.observes && s.g.Type == t && (len(g.globals) >= maxGlobals || g.s.Chance(1, 4)) {
			return s
		}
	}
	if len(g.globals) >= maxGlobals {
		return nil
	}
	s := g.addGlobal(t, g.constant(t), false)
	s.observes = true
	return s
}

// keep writes an unused value into a variable outside of the innermost body, before it goes out of scope.
func (w *writer) keep() {
	v, ok := w.find(func(v *value) bool { return !v.used && !hasAddress(v.typ) })
	if !ok {
		return
	}
	if p, ok := w.find(func(p *value) bool { return isPointerTo(p, true) && p.typ.Elem == v.typ }); ok {
		if v.typ.Kind == air.Int {
			old := w.value(air.Load, v.typ, p.ref)
			v = w.value(choose(w.s, mixers[:]), v.typ, old.ref, v.ref)
		}
		w.effect(air.Store, p.ref, v.ref)
		return
	}
	w.observe(v)
}

var mixers = [...]air.Tag{air.AddWrap, air.SubWrap, air.Xor}

// maxObserved bounds the stores at the end of a function.
const maxObserved = 8

// observeUnused writes stores of unused results into globals.
func (w *writer) observeUnused() {
	seen := 0
	for i := len(w.scope) - 1; i >= 0 && seen < maxObserved; i-- {
		if v := w.scope[i]; !v.used {
			w.scope[i].used = true
			w.observe(v)
			seen++
		}
	}
}

// mixed writes a value of an integer type that depends on a few scalars in scope.
func (w *writer) mixed(t *air.Type) value {
	n := w.s.Between(1, 3)
	if w.has(Pressure) {
		n += 4
	}
	sum := w.literal(air.U64, w.boundary(air.U64))
	for range n {
		v, ok := w.find(func(v *value) bool { return isScalar(v.typ) })
		if !ok {
			break
		}
		sum = w.value(choose(w.s, mixers[:]), air.U64, sum.ref, w.word(v).ref)
	}
	return w.fold(sum, t)
}

// fold writes the low bits of a word as a value of an integer type.
func (w *writer) fold(word value, t *air.Type) value {
	if t.Signed {
		word = w.value(air.Bitcast, air.I64, word.ref)
	}
	if t.Bits == 64 {
		if word.typ == t {
			return word
		}
		return w.value(air.Bitcast, t, word.ref)
	}
	return w.value(air.Trunc, t, word.ref)
}
