package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// The productions of this file access neighbours in memory, which compilers join into wider accesses, and tables.

// bytesPerWord is the size of the widest integer that neighbours are joined to.
const bytesPerWord = wordBits / 8

// buffer draws a pointer to an array of bytes with room for two words.
func (w *writer) buffer() value {
	return w.cell(w.module.Types.Array(2*bytesPerWord, choose(w.s, []*air.Type{air.U8, air.U8, air.U16, air.I8})))
}

// joinedLoads writes an integer that is put together from neighbours.
func (w *writer) joinedLoads(air.Tag) bool {
	v := w.alone(func() value {
		p := w.buffer()
		t := choose(w.s, registerTypes[1:4])
		size := int(p.typ.Elem.Elem.Bits)
		n := max(1, int(t.Bits)/size)
		first, upwards := w.index(bytesPerWord), w.s.Bool()
		sum := w.zero(t)
		for i := range n {
			at := w.value(air.Add, air.USize, first.ref, w.literal(air.USize, int64(i)).ref)
			part := w.convert(w.value(air.Load, p.typ.Elem.Elem, w.element(p, at).ref), t)
			to := i
			if !upwards {
				to = n - 1 - i
			}
			sum = w.op(choose(w.s, gluers[:2]), sum, w.shift(air.Shl, part, to*size%int(t.Bits)))
		}
		return sum
	})
	w.scope = append(w.scope, v)
	return true
}

// splitStore writes stores of the parts of an integer to neighbours.
func (w *writer) splitStore(air.Tag) bool {
	w.alone(func() value {
		p := w.buffer()
		t := choose(w.s, registerTypes[1:4])
		size := int(p.typ.Elem.Elem.Bits)
		v, first, upwards := w.tree(t, 1), w.index(bytesPerWord), w.s.Bool()
		n := max(1, int(t.Bits)/size)
		for i := range n {
			from := i
			if !upwards {
				from = n - 1 - i
			}
			at := w.value(air.Add, air.USize, first.ref, w.literal(air.USize, int64(i)).ref)
			w.effect(air.Store, w.element(p, at).ref, w.convert(w.shift(air.Shr, v, from*size%int(t.Bits)), p.typ.Elem.Elem).ref)
		}
		return v
	})
	return true
}

// neighbours writes stores, memset and memcpy to parts of an array that adjoin or overlap.
func (w *writer) neighbours(air.Tag) bool {
	w.alone(func() value {
		p := w.buffer()
		if w.s.Chance(1, 3) {
			w.fillings(w.cell(w.module.Types.Array(512, air.U8)))
			return p
		}
		elem := p.typ.Elem.Elem
		same := w.leaf(elem)
		for range w.s.Between(2, 5) {
			v := same
			if w.s.Chance(1, 3) {
				v = w.fixed(w.constant(elem))
			}
			at := int64(w.s.Intn(2 * bytesPerWord))
			if w.s.Bool() {
				w.effect(air.Store, w.element(p, w.literal(air.USize, at)).ref, v.ref)
				continue
			}
			part := w.sliceAt(p, at)
			if w.s.Chance(1, 3) {
				w.effect(air.Memmove, part.ref, w.sameLength(w.buffer(), part).ref)
			} else {
				w.effect(air.Memset, part.ref, v.ref)
			}
		}
		return p
	})
	return true
}

// fillings writes memset of parts of an array, of equal sizes, one behind the other.
func (w *writer) fillings(p value) {
	size, count := int64(8)<<w.s.Intn(6), int64(w.s.Between(2, 4))
	many, elem := w.manyPointer(p), p.typ.Elem.Elem
	start, even := uint64(w.boundary(elem)), w.s.Bool()
	for i := range min(count, int64(p.typ.Elem.Len)/size) {
		at := w.value(air.PtrAdd, many.typ, many.ref, w.literal(air.USize, i*size).ref)
		w.effect(air.Memset, w.sliceOf(at, w.literal(air.USize, size)).ref, w.pattern(elem, start).ref)
		if start++; !even {
			start = uint64(w.boundary(elem))
		}
	}
}

// sliceAt writes a slice of an array from a constant index on, with a constant or a bounded number of elements.
func (w *writer) sliceAt(p value, from int64) value {
	many := w.manyPointer(p)
	at := w.value(air.PtrAdd, many.typ, many.ref, w.literal(air.USize, from).ref)
	return w.sliceOf(at, w.length(int64(p.typ.Elem.Len)-from))
}

// sameLength writes a slice of the type and length of another from the beginning of an array.
func (w *writer) sameLength(p, like value) value {
	for p.typ.Elem.Elem != like.typ.Elem {
		p = w.cell(w.module.Types.Array(2*bytesPerWord, like.typ.Elem))
	}
	length := w.value(air.SliceLen, air.USize, like.ref)
	return w.value(air.SliceOf, w.derive(p.typ, p.typ.Elem.Elem, air.Slice), w.manyPointer(p).ref, length.ref)
}

// lookup writes a switch of many small numbers, whose arms have constants or simple expressions as values: compilers
// make tables and bit masks of it.
func (w *writer) lookup(air.Tag) bool {
	t, narrow := w.operandType(), choose(w.s, switchTypes[:])
	v := w.alone(func() value { return w.tree(narrow, 1) })
	first := int64(0)
	if w.s.Chance(1, 3) {
		first = max(rangeOf(narrow).low, -int64(w.s.Intn(10)))
	}
	cases := make([]air.SwitchCase, w.s.Between(2, 5))
	for i := range w.s.Between(4, 24) {
		if n := first + int64(i); n <= rangeOf(narrow).high && !w.s.Chance(1, 8) {
			c := &cases[w.s.Intn(len(cases))]
			c.Items = append(c.Items, w.intValue(narrow, n))
		}
	}
	cases = nonEmpty(cases)
	w.block(t, rangeOf(t), func(block air.Index) {
		index := w.enter(air.SwitchBr, air.NoReturnType, v.ref)
		w.f.Insts[index].Extra = &air.SwitchExtra{Cases: cases}
		bodies := w.bodies.take(len(cases) + 1)
		for i := range bodies {
			bodies[i] = w.nested(func() { w.br(block, w.armValue(t, i)) })
		}
		w.f.Insts[index].Bodies = bodies
	})
	return true
}

var switchTypes = [...]*air.Type{air.U8, air.I8, air.U16, air.I16, air.IntType(false, 4), air.IntType(true, 5), air.IntType(false, 3), air.U32}

// armValue draws the value of an arm: a constant, a line through the numbers of the arms, or an expression.
func (w *writer) armValue(t *air.Type, arm int) air.Ref {
	switch w.s.Intn(6) {
	case 0:
		return w.tree(t, 1).ref
	case 1:
		return w.pattern(t, uint64(arm)*3+1).ref
	}
	return w.fixed(w.constant(t)).ref
}
