package gen

import (
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// isSwitchable reports whether a switch over t is legal.
func isSwitchable(t *air.Type) bool {
	return isNarrow(t) || isWide(t) || t.Kind == air.Enum || t.Kind == air.ErrorSet
}

// switchOn writes a block with a switch_br.
func (w *writer) switchOn(air.Tag) bool {
	v, ok := w.find(func(v *value) bool { return isSwitchable(v.typ) })
	if !ok {
		return false
	}
	v = w.crowd(v)
	t := w.blockType()
	cases, covered := w.cases(v)
	w.block(t, rangeOfAny(t), func(block air.Index) {
		index := w.enter(air.SwitchBr, air.NoReturnType, v.ref)
		w.f.Insts[index].Extra = &air.SwitchExtra{Cases: cases}
		bodies := w.bodies.take(len(cases) + 1)
		for i := range cases {
			bodies[i] = w.nested(func() { w.arm(block, t, i == 0) })
		}
		bodies[len(cases)] = w.nested(func() {
			if covered && w.s.Bool() {
				w.end(air.Unreach, 0)
			} else {
				w.arm(block, t, len(cases) == 0)
			}
		})
		w.f.Insts[index].Bodies = bodies
	})
	return true
}

// crowd narrows an integer half of the time, so that arms are taken.
func (w *writer) crowd(v value) value {
	if v.typ.Kind != air.Int || v.typ.Bits < 4 || w.s.Bool() {
		return v
	}
	return w.crowded(v, uint32(w.s.Between(1, 3)))
}

// crowded narrows an integer of any width to a few bits.
func (w *writer) crowded(v value, bits uint32) value {
	if isWide(v.typ) {
		return w.masked(v, ones(bits))
	}
	return w.narrow(v, bits)
}

// cases draws cases that do not overlap, and reports whether they cover every value that v can have.
func (w *writer) cases(v value) (cases []air.SwitchCase, covered bool) {
	switch v.typ.Kind {
	case air.Enum:
		return w.memberCases(v.typ)
	case air.ErrorSet:
		return w.errorCases(v.typ)
	}
	if isWide(v.typ) {
		return w.wideCases(v.typ), false
	}
	small := !v.unknown && v.low >= 0 && v.high <= 7
	if small && w.s.Bool() {
		return w.denseCases(v), true
	}
	return w.sparseCases(v.typ), false
}

// denseCases distributes the values of a small interval over a few cases.
func (w *writer) denseCases(v value) []air.SwitchCase {
	cases := make([]air.SwitchCase, w.s.Between(1, 4))
	for n := v.low; n <= v.high; n++ {
		c := &cases[w.s.Intn(len(cases))]
		c.Items = append(c.Items, w.intValue(v.typ, n))
	}
	return nonEmpty(cases)
}

func nonEmpty(cases []air.SwitchCase) []air.SwitchCase {
	kept := cases[:0]
	for _, c := range cases {
		if len(c.Items)+len(c.Ranges) > 0 {
			kept = append(kept, c)
		}
	}
	return kept
}

// sparseCases draws items and ranges of a type, upwards from a boundary.
func (w *writer) sparseCases(t *air.Type) (cases []air.SwitchCase) {
	full := rangeOf(t)
	at := max(min(w.boundary(t), full.high), full.low)
	if t.Bits == 64 && at < 0 && !t.Signed {
		at = 0
	}
	if w.s.Bool() {
		at = full.low
	}
	for range w.s.Between(1, 4) {
		var c air.SwitchCase
		for range w.s.Between(1, 3) {
			high := at
			if w.s.Chance(1, 3) {
				high = saturate(at, int64(1)<<w.s.Intn(12), full.high)
				c.Ranges = append(c.Ranges, [2]*air.Value{w.intValue(t, at), w.intValue(t, high)})
			} else {
				c.Items = append(c.Items, w.intValue(t, at))
			}
			gap := int64(1)
			if w.s.Chance(1, 3) {
				gap = int64(w.s.Between(2, 5000))
			}
			if high > full.high-gap {
				return append(cases, c)
			}
			at = high + gap
		}
		cases = append(cases, c)
	}
	return cases
}

// wideCases draws items and ranges of a wide type, upwards from zero or any number.
func (w *writer) wideCases(t *air.Type) []air.SwitchCase {
	at, last := new(big.Int), ones(magnitudeBits(t))
	if w.s.Bool() {
		at.Set(w.wideConstant(t).BigInt())
	}
	cases := make([]air.SwitchCase, w.s.Between(1, 3))
	for i := range cases {
		c := &cases[i]
		for range w.s.Between(1, 3) {
			if at.Cmp(last) > 0 {
				return nonEmpty(cases)
			}
			low := air.NewBig(t, new(big.Int).Set(at))
			if gap := new(big.Int).Lsh(big.NewInt(1), uint(w.s.Intn(int(t.Bits)))); w.s.Chance(1, 3) && gap.Add(gap, at).Cmp(last) <= 0 {
				c.Ranges = append(c.Ranges, [2]*air.Value{low, air.NewBig(t, new(big.Int).Set(gap))})
				at.Set(gap)
			} else {
				c.Items = append(c.Items, low)
			}
			at.Add(at, big.NewInt(1))
		}
	}
	return nonEmpty(cases)
}

func saturate(at, by, limit int64) int64 {
	if at > limit-by {
		return limit
	}
	return at + by
}

// memberCases distributes the members of an enum, perhaps without the last, over cases.
func (w *writer) memberCases(t *air.Type) ([]air.SwitchCase, bool) {
	n := len(t.Members)
	covered := t.Exhaustive
	if n > 1 && w.s.Bool() {
		n, covered = n-1, false
	}
	cases := make([]air.SwitchCase, w.s.Between(1, 3))
	for i := range n {
		c := &cases[i%len(cases)]
		c.Items = append(c.Items, w.enumValue(t, t.Members[i].Value))
	}
	return nonEmpty(cases), covered
}

func (w *writer) errorCases(t *air.Type) ([]air.SwitchCase, bool) {
	cases := make([]air.SwitchCase, w.s.Between(1, len(t.Errors)))
	for i := range cases {
		cases[i].Items = append(cases[i].Items, w.intValue(t, int64(t.Errors[i].Value)))
	}
	return cases, len(cases) == len(t.Errors)
}

// stateMachine writes a loop_switch_br that counts its iterations.
func (w *writer) stateMachine(tag air.Tag) bool {
	rounds := int64(w.s.Between(1, 6))
	if !w.affords(int(rounds), 24) {
		return false
	}
	counter := w.counter(air.U8)
	start := w.narrowTo(w.stateType())
	t := w.blockType()
	w.block(t, rangeOfAny(t), func(block air.Index) {
		cases := w.stateCases(start)
		index := w.enter(tag, air.NoReturnType, start.ref)
		w.f.Insts[index].Extra = &air.SwitchExtra{Cases: cases}
		w.enclosing = append(w.enclosing, target{inst: index, tag: tag, typ: start.typ, counter: counter, rounds: rounds})
		w.repeats *= int(rounds) + 1
		bodies := w.bodies.take(len(cases) + 1)
		for i := range bodies {
			bodies[i] = w.nested(func() { w.state(block, t, i == len(cases)) })
		}
		w.repeats /= int(rounds) + 1
		w.enclosing = w.enclosing[:len(w.enclosing)-1]
		w.f.Insts[index].Bodies = bodies
	})
	return true
}

// stateType draws the type of the operand of a state machine.
func (w *writer) stateType() *air.Type {
	if len(w.types.wides) > 0 && w.s.Chance(1, 8) {
		return choose(w.s, w.types.wides)
	}
	return w.someInt()
}

// narrowTo draws a value of a type, between 0 and 7 if the type has more bits.
func (w *writer) narrowTo(t *air.Type) value {
	v := w.need(t)
	if t.Bits >= 5 {
		return w.crowded(v, 3)
	}
	return v
}

func (w *writer) stateCases(start value) []air.SwitchCase {
	switch {
	case isWide(start.typ):
		return w.wideCases(start.typ)
	case start.unknown || start.low < 0 || start.high > 7:
		return w.sparseCases(start.typ)
	}
	return w.denseCases(start)
}

// state writes an arm of a state machine: it dispatches to another state while iterations are left, and then leaves the
// block.
func (w *writer) state(block air.Index, t *air.Type, last bool) {
	w.some(w.s.Between(1, 2))
	w.keep()
	if last && w.s.Bool() {
		w.br(block, w.need(t).ref)
		return
	}
	w.dispatch(w.enclosing[len(w.enclosing)-1])
}

// dispatch ends a body with a switch_dispatch to an enclosing state machine while iterations are left, and otherwise
// leaves the innermost block around it.
func (w *writer) dispatch(loop target) {
	now, more := w.count(loop.counter, loop.rounds)
	w.branch(more.ref, func() {
		w.raise(loop.counter, now)
		w.end(air.SwitchDispatch, loop.inst, w.narrowTo(loop.typ).ref)
	}, func() {
		for i := len(w.enclosing) - 1; i >= 0; i-- {
			if t := w.enclosing[i]; t.tag == air.Block && t.inst < loop.inst {
				w.br(t.inst, w.need(t.typ).ref)
				return
			}
		}
	})
}
