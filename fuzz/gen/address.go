package gen

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

func hasElements(t *air.Type) bool { return t.Kind == air.Array && t.Len > 0 }

// arrayPointer draws a pointer to an array that has elements.
func (w *writer) arrayPointer() (value, bool) { return w.pointing(false, hasElements) }

// derive makes a pointer type to t that is constant or volatile if the one that it comes from is, and that promises no
// alignment if that one promises less than the natural one.
func (w *writer) derive(from, t *air.Type, size air.PointerSize) *air.Type {
	d := air.Type{Elem: t, Const: from.Const, Volatile: from.Volatile, PointerSize: size, VectorIndex: -1}
	if isUnderAligned(from) && t.Align() > 1 {
		d.PointerAlign = 1
	}
	return w.module.Types.PointerTo(d)
}

// isUnderAligned reports whether a pointer promises less than the natural alignment.
func isUnderAligned(t *air.Type) bool { return t.PointeeAlign() < t.Elem.Align() }

// manyPointer returns a pointer to an array as one to its elements.
func (w *writer) manyPointer(p value) value {
	return w.moved(air.Bitcast, w.derive(p.typ, p.typ.Elem.Elem, air.Many), int32(p.typ.Elem.Len), 0, p.ref)
}

// sliceOfArray returns the slice of a whole array.
func (w *writer) sliceOfArray(p value, t *air.Type) value {
	return w.moved(air.ArrayToSlice, t, int32(p.typ.Elem.Len), 0, p.ref)
}

// sliceFrom returns the slice of the first length elements of an array.
func (w *writer) sliceFrom(p, length value) value {
	many := w.manyPointer(p)
	return w.sliceOf(many, length)
}

func (w *writer) sliceOf(many, length value) value {
	return w.moved(air.SliceOf, w.derive(many.typ, many.typ.Elem, air.Slice), int32(length.low), 0, many.ref, length.ref)
}

// elementPointer writes ptr_elem_ptr or ptr_elem_val on an array or many-pointer.
func (w *writer) elementPointer(tag air.Tag) bool {
	p, n, ok := w.indexable()
	if !ok {
		return false
	}
	elem := p.typ.Elem
	if p.typ.PointerSize == air.One {
		elem = elem.Elem
	}
	t := elem
	if tag == air.PtrElemPtr {
		t = w.derive(p.typ, elem, air.One)
	}
	w.value(tag, t, p.ref, w.index(n).ref)
	return true
}

// indexable draws a pointer with at least one accessible element.
func (w *writer) indexable() (value, int64, bool) {
	if v, ok := w.find(func(v *value) bool {
		return v.typ.Kind == air.Pointer && v.typ.PointerSize == air.Many && v.count > 0
	}); ok && w.s.Bool() {
		return v, int64(v.count), true
	}
	v, ok := w.arrayPointer()
	if !ok {
		return v, 0, false
	}
	return v, int64(v.typ.Elem.Len), true
}

// lanePointer writes a pointer to a lane of a vector in memory, perhaps a store through it, and a load.
func (w *writer) lanePointer(tag air.Tag) bool {
	p, ok := w.pointing(false, isKind(air.Vector))
	if !ok {
		return false
	}
	host := p.typ.Elem
	n := w.s.Intn(int(host.Len))
	t := w.module.Types.PointerTo(air.Type{Elem: host.Elem, Const: p.typ.Const, PointerAlign: uint32(p.typ.PointeeAlign()),
		HostSize: uint32(host.Len), VectorIndex: int32(n)})
	lane := w.hidden(air.Inst{Tag: tag, Type: t, Ops: w.operands(p.ref, w.literal(air.USize, int64(n)).ref)})
	if !p.typ.Const && w.s.Bool() {
		w.effect(air.Store, lane.ref, w.need(host.Elem).ref)
	}
	w.value(air.Load, host.Elem, lane.ref)
	return true
}

// cPointer writes tests of a C pointer, and an access through it.
func (w *writer) cPointer(tag air.Tag) bool {
	p, ok := w.find(func(v *value) bool {
		return isPointerTo(v, false) && v.typ.PointerAlign == 0 && !v.typ.Volatile && isCopied(v.typ.Elem)
	})
	if !ok {
		return false
	}
	t := w.module.Types.PointerTo(air.Type{Elem: p.typ.Elem, Const: p.typ.Const, PointerSize: air.C, AllowZero: true, VectorIndex: air.NoVectorIndex})
	c := w.hidden(air.Inst{Tag: air.Bitcast, Type: t, Ops: w.operands(p.ref)})
	w.value(tag, air.BoolType, c.ref)
	if w.s.Bool() {
		back := w.hidden(air.Inst{Tag: air.OptionalPayload, Type: p.typ, Ops: w.operands(c.ref)})
		w.value(air.Load, p.typ.Elem, back.ref)
	}
	return true
}

// step writes ptr_add or ptr_sub within an array.
func (w *writer) step(tag air.Tag) bool {
	p, ok := w.find(func(v *value) bool {
		return v.typ.Kind == air.Pointer && v.typ.PointerSize == air.Many && (v.count > 0 || v.before > 0)
	})
	if !ok {
		array, found := w.arrayPointer()
		if !found {
			return false
		}
		p = w.manyPointer(array)
	}
	if tag == air.PtrSub {
		if p.before == 0 && p.count > 0 {
			n := int32(w.s.Between(1, int(p.count)))
			p = w.moved(air.PtrAdd, p.typ, p.count-n, n, p.ref, w.literal(air.USize, int64(n)).ref)
		}
		by := w.length(int64(p.before))
		w.moved(tag, p.typ, p.count+int32(by.low), p.before-int32(by.high), p.ref, by.ref)
		return true
	}
	if p.count <= 0 {
		return false
	}
	by := w.length(int64(p.count))
	w.moved(tag, p.typ, p.count-int32(by.high), p.before+int32(by.low), p.ref, by.ref)
	return true
}

// moved writes a pointer of the type t that comes from another, with count accessible elements at it and before of them
// in front of it.
func (w *writer) moved(tag air.Tag, t *air.Type, count, before int32, refs ...air.Ref) value {
	w.value(tag, t, refs...)
	v := &w.scope[len(w.scope)-1]
	v.count, v.before = count, before
	return *v
}

// arrayElement writes array_elem_val.
func (w *writer) arrayElement(tag air.Tag) bool {
	a, ok := w.having(hasElements)
	if !ok {
		return false
	}
	w.value(tag, a.typ.Elem, a.ref, w.index(int64(a.typ.Len)).ref)
	return true
}

// makeSlice writes array_to_slice or slice.
func (w *writer) makeSlice(tag air.Tag) bool {
	p, ok := w.arrayPointer()
	if !ok {
		return false
	}
	if tag == air.ArrayToSlice {
		w.sliceOfArray(p, w.derive(p.typ, p.typ.Elem.Elem, air.Slice))
		return true
	}
	w.sliceFrom(p, w.length(int64(p.typ.Elem.Len)))
	return true
}

// constantSlice draws the slice of a global as a constant.
func (w *writer) constantSlice() (value, bool) {
	t, ok := w.plainWhere(func(t *air.Type) bool { return t.HasBits() })
	if !ok || !w.has(Globals) {
		return value{}, false
	}
	c, ok := w.sliceConstant(w.module.Types.Slice(t))
	if !ok {
		return value{}, false
	}
	v := w.fixed(c)
	v.count = int32(c.Elems[1].Int)
	return v, true
}

// someSlice draws a slice in scope, or makes one of an array.
func (w *writer) someSlice() (value, bool) {
	if w.s.Chance(1, 8) {
		if v, ok := w.constantSlice(); ok {
			return v, ok
		}
	}
	if s, ok := w.find(func(v *value) bool { return v.typ.IsSlice() }); ok {
		return s, true
	}
	p, ok := w.arrayPointer()
	if !ok {
		return value{}, false
	}
	return w.sliceOfArray(p, w.derive(p.typ, p.typ.Elem.Elem, air.Slice)), true
}

// slicePart writes slice_len or slice_ptr.
func (w *writer) slicePart(tag air.Tag) bool {
	s, ok := w.someSlice()
	if !ok {
		return false
	}
	if tag == air.SliceLen {
		w.value(tag, air.USize, s.ref)
		return true
	}
	w.moved(tag, w.derive(s.typ, s.typ.Elem, air.Many), s.count, 0, s.ref)
	return true
}

// sliceField writes ptr_slice_len_ptr or ptr_slice_ptr_ptr and loads through it. Nothing is stored through it: a slice
// must keep its length.
func (w *writer) sliceField(tag air.Tag) bool {
	p, ok := w.find(func(v *value) bool { return isPointerTo(v, false) && v.typ.Elem.IsSlice() })
	if !ok {
		p = w.local(w.module.Types.Slice(w.plainType()))
	}
	t := air.USize
	if tag == air.PtrSlicePtrPtr {
		t = w.derive(p.typ.Elem, p.typ.Elem.Elem, air.Many)
	}
	through := *w.derive(p.typ, t, air.One)
	through.Const = true
	field := w.value(tag, w.module.Types.PointerTo(through), p.ref)
	w.value(air.Load, t, field.ref)
	return true
}

// sliceElement writes slice_elem_val or slice_elem_ptr, behind a test of the length if that is unknown.
func (w *writer) sliceElement(tag air.Tag) bool {
	s, ok := w.someSlice()
	if !ok {
		return false
	}
	t := s.typ.Elem
	if s.count > 0 {
		if tag == air.SliceElemPtr {
			t = w.derive(s.typ, s.typ.Elem, air.One)
		}
		w.value(tag, t, s.ref, w.index(int64(s.count)).ref)
		return true
	}
	length := w.value(air.SliceLen, air.USize, s.ref)
	some := w.value(air.CmpNeq, air.BoolType, length.ref, w.literal(air.USize, 0).ref)
	w.block(t, rangeOfAny(t), func(block air.Index) {
		w.branch(some.ref, func() {
			at := w.value(air.Rem, air.USize, w.need(air.USize).ref, length.ref)
			w.br(block, w.value(air.SliceElemVal, t, s.ref, at.ref).ref)
		}, func() { w.br(block, w.need(t).ref) })
	})
	return true
}

// rangeOfAny returns the interval of all values of an integer type, and the zero interval for other types.
func rangeOfAny(t *air.Type) interval {
	if t.Kind == air.Int {
		return rangeOf(t)
	}
	return interval{}
}

// distance writes the difference of the addresses of two elements of one array: addresses differ from one oracle to
// another, distances do not.
func (w *writer) distance(tag air.Tag) bool {
	p, ok := w.arrayPointer()
	if !ok {
		return false
	}
	t := w.derive(p.typ, p.typ.Elem.Elem, air.One)
	a := w.value(air.PtrElemPtr, t, p.ref, w.index(int64(p.typ.Elem.Len)).ref)
	b := w.value(air.PtrElemPtr, t, p.ref, w.index(int64(p.typ.Elem.Len)).ref)
	w.difference(tag, a, b)
	return true
}

// difference writes the difference of two addresses, which themselves never come into scope.
func (w *writer) difference(tag air.Tag, a, b value) {
	mark := len(w.scope)
	x, y := w.value(tag, air.USize, a.ref), w.value(tag, air.USize, b.ref)
	d := w.value(air.SubWrap, air.USize, x.ref, y.ref)
	w.scope = append(w.scope[:mark], d)
}

// alignment writes a test of the alignment of an over-aligned variable.
func (w *writer) alignment(air.Tag) bool {
	p, ok := w.find(func(v *value) bool { return isPointerTo(v, false) && v.typ.PointerAlign > 1 })
	if !ok {
		p = w.aligned(w.plainType(), 64)
	}
	w.lowBits(p)
	return true
}

// lowBits writes the bits of an address that are 0 by its alignment.
func (w *writer) lowBits(p value) {
	mark := len(w.scope)
	x := w.value(air.IntFromPtr, air.USize, p.ref)
	low := w.bounded(interval{high: int64(p.typ.PointerAlign) - 1}, air.BitAnd, air.USize, x.ref,
		w.literal(air.USize, int64(p.typ.PointerAlign)-1).ref)
	w.scope = append(w.scope[:mark], low)
}

// pointerCast writes addrspace_cast of a pointer to its own type.
func (w *writer) pointerCast(tag air.Tag) bool {
	p, ok := w.find(func(v *value) bool { return v.typ.Kind == air.Pointer && !v.typ.IsSlice() })
	if ok {
		w.moved(tag, p.typ, p.count, p.before, p.ref)
	}
	return ok
}

// frameWord writes ret_addr, frame_addr or save_err_return_trace_index. Their results, undefined to the evaluator, go through memory, and bit_and
// leaves no bit of them.
func (w *writer) frameWord(tag air.Tag) bool {
	word := w.emit(air.Inst{Tag: tag, Type: air.USize})
	slot := w.emit(air.Inst{Tag: air.Alloc, Type: w.module.Types.Pointer(air.USize)})
	w.effect(air.Store, air.InstRef(slot), air.InstRef(word))
	w.some(1)
	again := w.emit(air.Inst{Tag: air.Load, Type: air.USize, Ops: w.operands(air.InstRef(slot))})
	w.bounded(exact(0), air.BitAnd, air.USize, air.InstRef(again), w.literal(air.USize, 0).ref)
	return true
}

// errorTrace sets the error return trace to an address, and reads it again, perhaps after a call: what that sets is undone.
func (w *writer) errorTrace(air.Tag) bool {
	p, ok := w.pointing(false, func(*air.Type) bool { return true })
	if ok {
		w.effect(air.SetErrReturnTrace, p.ref)
		for range w.s.Intn(4) {
			if _, ok := w.callOf(air.Call, setsTrace); ok {
				break
			}
		}
		w.value(air.ErrReturnTrace, p.typ)
	}
	return ok
}

// setsTrace reports whether a function sets the error return trace.
func setsTrace(f *air.Func) bool {
	return slices.ContainsFunc(f.Insts, func(in air.Inst) bool { return in.Tag == air.SetErrReturnTrace })
}
