package gen

import (
	"math/bits"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// global is a global variable of the module.
type global struct {
	g       *air.Global
	pointer *air.Type
	// observes is true if the global holds a result.
	observes bool
}

// makeGlobals adds the globals that every function has in scope.
func (g *Generator) makeGlobals() {
	if !g.has(Globals) {
		return
	}
	defer g.makeAddressGlobals()
	for range g.s.Between(1, 4) {
		t := g.plainType()
		if g.s.Chance(1, 4) {
			t = g.module.Types.Array(uint64(g.s.Between(1, 8)), choose(g.s, g.types.ints))
		}
		if !t.HasBits() {
			continue
		}
		g.addGlobal(t, g.constant(t), g.s.Chance(1, 5))
	}
}

func (g *Generator) addGlobal(t *air.Type, init *air.Value, isConst bool) *global {
	name := globalNames[min(len(g.globals), len(globalNames)-1)]
	v := &g.defined.take(1)[0]
	*v = air.Global{Name: name, Type: t, Const: isConst, Init: init}
	g.module.Globals = append(g.module.Globals, v)
	p := g.module.Types.Pointer(t)
	if isConst {
		p = g.module.Types.ConstPointer(t)
	}
	g.globals = append(g.globals, global{g: v, pointer: p})
	return &g.globals[len(g.globals)-1]
}

// makeAddressGlobals adds globals that hold addresses of others. They are constant: no function may leave the address of
// a variable of its own in them.
func (g *Generator) makeAddressGlobals() {
	if len(g.types.addresses) == 0 || g.s.Bool() {
		return
	}
	t := choose(g.s, g.types.addresses)
	if g.s.Chance(1, 3) {
		t = g.module.Types.Array(uint64(g.s.Between(1, 3)), t)
	}
	if v, ok := g.addressConstant(t); ok {
		g.addGlobal(t, v, true)
	}
}

// addressConstant draws a constant of a type that holds addresses: those of globals and of parts of them. It reports
// whether there is one.
func (g *Generator) addressConstant(t *air.Type) (*air.Value, bool) {
	switch {
	case !g.has(Globals):
		return nil, false
	case !hasAddress(t):
		return g.constant(t), true
	case t.IsSlice():
		return g.sliceConstant(t)
	case t.Kind == air.Pointer:
		return g.symbolOf(t)
	case t.Kind == air.Optional:
		if g.s.Chance(1, 3) {
			return g.newValue(air.Value{Type: t, Kind: air.NullValue}), true
		}
		v, ok := g.addressConstant(t.Elem)
		return g.newValue(air.Value{Type: t, Kind: air.PayloadValue, Elems: g.listOf(v)}), ok
	case t.Kind != air.Struct && t.Kind != air.Array:
		return nil, false
	}
	elems := g.lists.take(partCount(t))
	for i := range elems {
		v, ok := g.addressConstant(elementType(t, i))
		if !ok {
			return nil, false
		}
		elems[i] = v
	}
	return g.newValue(air.Value{Type: t, Kind: air.AggregateValue, Elems: elems}), true
}

// symbolOf draws the address of a variable global of a pointer's type, of an element of one, or of a new one.
func (g *Generator) symbolOf(t *air.Type) (*air.Value, bool) {
	if t.PointerSize != air.One || t.PointerAlign != 0 || !t.Elem.HasBits() || hasAddress(t.Elem) {
		return nil, false
	}
	for i := range g.globals {
		switch v := g.globals[i].g; {
		case v.Const:
		case v.Type == t.Elem:
			return g.newValue(air.Value{Type: t, Kind: air.SymbolValue, Symbol: v.Name}), true
		case v.Type.Kind == air.Array && v.Type.Elem == t.Elem && v.Type.Len > 0:
			at := uint64(g.s.Intn(int(v.Type.Len))) * t.Elem.Size()
			return g.newValue(air.Value{Type: t, Kind: air.SymbolValue, Symbol: v.Name, Offset: int64(at)}), true
		}
	}
	if len(g.globals) >= maxGlobals {
		return nil, false
	}
	made := g.addGlobal(t.Elem, g.constant(t.Elem), false)
	return g.newValue(air.Value{Type: t, Kind: air.SymbolValue, Symbol: made.g.Name}), true
}

// sliceConstant draws a slice of the first elements of a global.
func (g *Generator) sliceConstant(t *air.Type) (*air.Value, bool) {
	array := g.module.Types.Array(uint64(g.s.Between(1, 4)), t.Elem)
	first, ok := g.symbolOf(g.module.Types.Pointer(array))
	if !ok {
		return nil, false
	}
	pointer := g.newValue(air.Value{Type: g.module.Types.ManyPointer(t.Elem), Kind: air.SymbolValue, Symbol: first.Symbol, Offset: first.Offset})
	parts := g.lists.take(2)
	parts[0], parts[1] = pointer, g.intValue(air.USize, int64(g.s.Intn(int(array.Len)+1)))
	return g.newValue(air.Value{Type: t, Kind: air.SliceValue, Elems: parts}), true
}

var globalNames = [...]string{"g0", "g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8", "g9", "g10", "g11", "g12", "g13", "g14", "g15"}

// address returns the address of a global as an operand.
func (w *writer) address(v *global) air.Ref {
	return w.constantRef(w.newValue(air.Value{Type: v.pointer, Kind: air.SymbolValue, Symbol: v.g.Name}))
}

// showGlobals brings pointers to the globals into scope.
func (w *writer) showGlobals() {
	for i := range w.globals {
		v := &w.globals[i]
		w.scope = append(w.scope, value{ref: w.address(v), typ: v.pointer, count: -1, used: true})
	}
}

// navPointer writes the address of a global that is found at run time.
func (w *writer) navPointer(tag air.Tag) bool {
	if len(w.globals) == 0 {
		return false
	}
	v := &w.globals[w.s.Intn(len(w.globals))]
	w.value(tag, v.pointer, w.address(v))
	return true
}

// local writes a variable and its initial value: nothing undefined is ever loaded.
func (w *writer) local(t *air.Type) value {
	align := uint32(0)
	if w.has(OverAlignment) && w.s.Chance(1, 5) {
		if t.Align() > 1 && w.s.Bool() {
			return w.underAligned(t)
		}
		align = max(alignments[w.s.Weighted(alignmentWeights[:])], uint32(t.Align()))
	}
	pointer := w.aligned(t, align)
	if align != 0 && w.s.Bool() {
		w.lowBits(pointer)
	}
	switch {
	case align != 0 && w.s.Bool():
		return w.value(air.Bitcast, w.module.Types.Pointer(t), pointer.ref)
	case w.has(OverAlignment) && w.s.Chance(1, 6):
		return w.value(air.Bitcast, w.module.Types.PointerTo(air.Type{Elem: t, Volatile: true, VectorIndex: -1}), pointer.ref)
	}
	return pointer
}

// alignments are those of over-aligned variables, with their weights: from a page on they take much of the stack.
var alignments, alignmentWeights = [...]uint32{16, 32, 64, 256, 4096}, [...]int{8, 8, 8, 2, 1}

// underAligned writes a variable at less than its natural alignment: within an array of bytes.
func (w *writer) underAligned(t *air.Type) value {
	align := uint64(1) << w.s.Intn(bits.TrailingZeros64(t.Align()))
	buffer := w.module.Types.PointerTo(air.Type{Elem: w.module.Types.Array(t.Size()+align, air.U8), PointerAlign: uint32(t.Align()), VectorIndex: -1})
	mark := len(w.scope)
	base := w.value(air.Alloc, buffer)
	many := w.value(air.Bitcast, w.module.Types.ManyPointer(air.U8), base.ref)
	many = w.value(air.PtrAdd, many.typ, many.ref, w.literal(air.USize, int64(align)).ref)
	pointer := w.value(air.Bitcast, w.module.Types.PointerTo(air.Type{Elem: t, PointerAlign: uint32(align), VectorIndex: -1}), many.ref)
	w.scope = w.scope[:mark] // until it holds something
	w.initialise(pointer, t)
	w.scope = append(w.scope, pointer)
	return pointer
}

// aligned writes a variable with an alignment, 0 for that of its type, and its initial value.
func (w *writer) aligned(t *air.Type, align uint32) value {
	p := w.module.Types.PointerTo(air.Type{Elem: t, PointerAlign: align, VectorIndex: -1})
	pointer := w.push(air.Inst{Tag: air.Alloc, Type: p})
	w.scope = w.scope[:len(w.scope)-1] // until it holds something
	w.initialise(pointer, t)
	w.scope = append(w.scope, pointer)
	return pointer
}

// initialise writes a store of a value of t, or a memset of a long array.
func (w *writer) initialise(pointer value, t *air.Type) {
	w.depth++
	defer func() { w.depth-- }()
	if t.Kind == air.Array && t.Len > 6 {
		w.effect(air.Memset, pointer.ref, w.need(t.Elem).ref)
		return
	}
	tag := air.Store
	if w.s.Chance(1, 8) {
		tag = air.StoreSafe
	}
	w.effect(tag, pointer.ref, w.need(t).ref)
}

// allocate writes a new local variable.
func (w *writer) allocate(air.Tag) bool {
	t := w.plainType()
	if w.has(Pointers) && w.s.Chance(1, 5) {
		t = choose(w.s, w.types.addresses)
	}
	if w.has(LargeFrames) && w.s.Chance(1, 10) {
		t = w.module.Types.Array(uint64(largeLengths[w.s.Intn(len(largeLengths))]), choose(w.s, w.types.ints))
	}
	w.local(t)
	return true
}

// largeLengths are array lengths that push frame offsets beyond 12-bit displacements.
var largeLengths = [...]int{40, 127, 255, 257, 300, 512}

func isPointerTo(v *value, writable bool) bool {
	return v.typ.Kind == air.Pointer && v.typ.PointerSize == air.One && !(writable && v.typ.Const) && !v.typ.IsBitPointer()
}

// maxLoad bounds what a load copies of anything but vectors, in bytes.
const maxLoad = 2 * maxTypeSize

// isCopied reports whether values of t are loaded and stored whole.
func isCopied(t *air.Type) bool { return t.Size() <= maxLoad || t.Kind == air.Vector }

// loadOf writes a load of a value of a type, if a pointer to one is in scope.
func (w *writer) loadOf(t *air.Type) (value, bool) {
	p, ok := w.find(func(v *value) bool { return isPointerTo(v, false) && v.typ.Elem == t })
	if !ok {
		return value{}, false
	}
	return w.value(air.Load, t, p.ref), true
}

func (w *writer) load(tag air.Tag) bool {
	p, ok := w.pointing(false, isCopied)
	if ok {
		w.value(tag, p.typ.Elem, p.ref)
	}
	return ok
}

// store writes a store through a pointer in scope. In a loop it stores no addresses: a later iteration must not access
// a variable of an earlier one.
func (w *writer) store(tag air.Tag) bool {
	p, ok := w.pointing(true, func(t *air.Type) bool {
		return isCopied(t) && !(w.repeats > 1 && hasAddress(t))
	})
	if !ok {
		return false
	}
	w.effect(tag, p.ref, w.content(tag, p.typ.Elem))
	return true
}

// content draws the operand of a store or memset: a value of t, or now and then undef for the safe forms, which write
// 0xAA for it.
func (w *writer) content(tag air.Tag, t *air.Type) air.Ref {
	if (tag == air.StoreSafe || tag == air.MemsetSafe) && (isNarrow(t) || isShortFloat(t)) && w.s.Chance(1, 4) {
		return w.constantRef(air.NewUndef(t))
	}
	return w.need(t).ref
}

// bulk writes memset, memcpy or memmove on arrays or slices.
func (w *writer) bulk(tag air.Tag) bool {
	p, ok := w.find(func(v *value) bool {
		return isPointerTo(v, true) && v.typ.Elem.Kind == air.Array && !hasAddress(v.typ.Elem) && v.typ.Elem.Sentinel == nil
	})
	if !ok {
		elem := w.plainType()
		if w.has(ZeroBits) && w.s.Chance(1, 8) {
			elem = air.IntType(false, 0)
		}
		p = w.local(w.module.Types.Array(uint64(w.s.Between(1, 9)), elem))
	}
	if tag.Row().Rule == air.MemsetRule && w.s.Chance(1, 8) {
		if v, ok := w.constantSlice(); ok {
			w.effect(tag, v.ref, w.content(tag, v.typ.Elem))
			return true
		}
	}
	array := p.typ.Elem
	if tag.Row().Rule == air.MemsetRule {
		w.effect(tag, w.destination(p).ref, w.content(tag, array.Elem))
		return true
	}
	other := w.local(array)
	if tag == air.Memmove && w.s.Bool() {
		return w.overlap(p)
	}
	if w.s.Bool() {
		w.effect(tag, p.ref, other.ref)
		return true
	}
	length := w.length(int64(array.Len))
	to, from := w.sliceFrom(p, length), w.sliceFrom(other, length)
	w.effect(tag, to.ref, from.ref)
	return true
}

// destination draws an array pointer as it is, or a slice of its beginning.
func (w *writer) destination(p value) value {
	if w.s.Bool() {
		return p
	}
	return w.sliceFrom(p, w.length(int64(p.typ.Elem.Len)))
}

// length draws a usize from 0 to n, both included.
func (w *writer) length(n int64) value { return w.index(n + 1) }

// overlap writes a memmove of a part of an array onto another part.
func (w *writer) overlap(p value) bool {
	n := int64(p.typ.Elem.Len)
	step := w.s.Intn(int(n))
	length := w.length(n - int64(step))
	low := w.manyPointer(p)
	high := w.value(air.PtrAdd, low.typ, low.ref, w.literal(air.USize, int64(step)).ref)
	t := w.derive(low.typ, p.typ.Elem.Elem, air.Slice)
	to, from := w.value(air.SliceOf, t, low.ref, length.ref), w.value(air.SliceOf, t, high.ref, length.ref)
	if w.s.Bool() {
		to, from = from, to
	}
	w.effect(air.Memmove, to.ref, from.ref)
	return true
}

// prefetch writes a prefetch of any address.
func (w *writer) prefetch(tag air.Tag) bool {
	p, ok := w.pointing(false, func(*air.Type) bool { return true })
	if ok {
		extra := &air.PrefetchExtra{Write: w.s.Bool(), Instruction: w.s.Bool(), Locality: uint8(w.s.Intn(4))}
		w.emit(air.Inst{Tag: tag, Type: air.VoidType, Ops: w.operands(p.ref), Extra: extra})
	}
	return ok
}
