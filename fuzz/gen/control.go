package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// maxNesting bounds the nesting of bodies.
const maxNesting = 4

// some writes n productions into the current body, fewer when the function is large enough.
func (w *writer) some(n int) {
	for range n {
		if w.work <= 0 {
			return
		}
		w.one()
	}
}

// maxTries bounds the productions that one draws until one finds its operands.
const maxTries = 8

// one writes one production, drawn by the case's weights.
func (w *writer) one() {
	for range maxTries {
		p := &w.table[w.s.Weighted(w.weights)]
		if p.nests && (w.nesting() >= maxNesting || w.work < 8) {
			continue
		}
		if p.make(w, choose(w.s, p.tags)) {
			return
		}
	}
}

func (w *writer) nesting() int { return len(w.enclosing) }

// blockType draws the type of a block's value.
func (w *writer) blockType() *air.Type {
	switch w.s.Intn(8) {
	case 0:
		return air.VoidType
	case 1, 2:
		return w.plainType()
	}
	return w.someInt()
}

// inBlock writes a block around the instructions that f writes.
func (w *writer) inBlock(f func()) {
	t := w.blockType()
	w.block(t, rangeOfAny(t), func(block air.Index) {
		f()
		w.some(1)
		w.br(block, w.need(t).ref)
	})
}

// arm writes the end of an arm of a block: mostly its value, sometimes another way out.
func (w *writer) arm(block air.Index, t *air.Type, must bool) {
	w.some(w.s.Between(1, 3))
	if !must && w.s.Chance(1, 4) {
		w.leaveArm()
		return
	}
	w.br(block, w.need(t).ref)
}

// leaveArm ends a body by any way out: a value for an enclosing block, another round of an enclosing loop, a return, or
// seldom a trap.
func (w *writer) leaveArm() {
	if w.s.Chance(1, 8) {
		w.leaveBlock()
		return
	}
	if w.has(EarlyExit) && w.s.Chance(1, 3) {
		switch {
		case w.s.Chance(1, 12):
			w.stop()
		case w.s.Chance(1, 20):
			w.effect(air.Breakpoint)
			w.returnValue()
		default:
			w.returnValue()
		}
		return
	}
	at := len(w.enclosing) - 1
	for at > 0 && w.s.Chance(1, 3) {
		at--
	}
	w.leaveTo(&w.enclosing[at])
}

// leaveTo ends a body with a jump to an enclosing instruction.
func (w *writer) leaveTo(t *target) {
	switch t.tag {
	case air.Loop:
		w.end(air.Repeat, t.inst)
	case air.LoopSwitchBr:
		w.dispatch(*t)
	default:
		inst := t.inst
		w.br(inst, w.need(t.typ).ref)
	}
}

// conditional writes a block with a cond_br: both arms have a value, or one leaves.
func (w *writer) conditional(air.Tag) bool {
	t := w.blockType()
	w.block(t, rangeOfAny(t), func(block air.Index) {
		if w.s.Chance(1, 4) {
			w.some(1)
		}
		c := w.condition()
		must := w.s.Bool()
		w.branch(c.ref, func() { w.arm(block, t, must) }, func() { w.arm(block, t, !must) })
	})
	return true
}

// plainBlock writes a block without a condition.
func (w *writer) plainBlock(tag air.Tag) bool {
	t := w.blockType()
	index := w.enter(tag, t)
	if tag == air.DbgInlineBlock {
		w.f.Insts[index].Extra = inlined()
	}
	w.enclosing = append(w.enclosing, target{inst: index, tag: air.Block, typ: t})
	body := w.nested(func() { w.arm(index, t, true) })
	w.enclosing = w.enclosing[:len(w.enclosing)-1]
	w.leave(index, body)
	w.result(index, rangeOfAny(t))
	return true
}

// impossible writes a branch with unreach in the arm that its interval excludes.
func (w *writer) impossible(air.Tag) bool {
	v, ok := w.find(func(v *value) bool {
		return v.typ.Kind == air.Int && !v.unknown && v.high < rangeOf(v.typ).high && v.typ.Bits > 0
	})
	if !ok {
		return false
	}
	holds := w.value(air.CmpLte, air.BoolType, v.ref, w.literal(v.typ, v.high).ref)
	w.block(v.typ, v.interval, func(block air.Index) {
		w.branch(holds.ref, func() { w.br(block, v.ref) }, func() { w.end(air.Unreach, 0) })
	})
	return true
}

// loop writes a counting loop. The counter is incremented at the start of each iteration, so that repeat is legal
// anywhere after.
func (w *writer) loop(air.Tag) bool {
	rounds := w.s.Between(1, 6)
	if !w.affords(rounds, 24) {
		return false
	}
	ct := choose(w.s, counterTypes[:])
	counter := w.counter(ct)
	t := w.blockType()
	w.block(t, rangeOfAny(t), func(block air.Index) {
		loop := w.enter(air.Loop, air.NoReturnType)
		w.enclosing = append(w.enclosing, target{inst: loop, tag: air.Loop})
		w.repeats *= rounds + 1
		body := w.nested(func() { w.round(block, loop, t, counter, int64(rounds)) })
		w.repeats /= rounds + 1
		w.enclosing = w.enclosing[:len(w.enclosing)-1]
		w.leave(loop, body)
	})
	return true
}

// affords reports whether the case has the steps to repeat about size instructions.
func (w *writer) affords(rounds, size int) bool { return w.cost+w.repeats*(rounds+1)*size <= w.steps }

var counterTypes = [...]*air.Type{air.U8, air.I16, air.U32, air.I32, air.USize, air.IntType(true, 9)}

// counter writes a variable for a loop alone: it is not in scope.
func (w *writer) counter(t *air.Type) value {
	p := w.push(air.Inst{Tag: air.Alloc, Type: w.module.Types.Pointer(t)})
	w.scope = w.scope[:len(w.scope)-1]
	w.effect(air.Store, p.ref, w.literal(t, 0).ref)
	return p
}

// count writes the load of a counter, and the condition of another iteration.
func (w *writer) count(counter value, rounds int64) (now, more value) {
	t := counter.typ.Elem
	now = w.bounded(interval{high: rounds}, air.Load, t, counter.ref)
	return now, w.value(air.CmpLt, air.BoolType, now.ref, w.literal(t, rounds).ref)
}

// raise writes the increment of a counter.
func (w *writer) raise(counter, now value) {
	next := w.value(air.Add, now.typ, now.ref, w.literal(now.typ, 1).ref)
	w.effect(air.Store, counter.ref, next.ref)
}

// round writes the body of a counting loop.
func (w *writer) round(block, loop air.Index, t *air.Type, counter value, rounds int64) {
	now, more := w.count(counter, rounds)
	w.branch(more.ref, func() {
		w.raise(counter, now)
		w.some(w.s.Between(2, 5))
		w.keep()
		if w.s.Chance(1, 4) {
			w.breakOut(block, t)
		}
		w.end(air.Repeat, loop)
	}, func() { w.br(block, w.need(t).ref) })
}

// breakOut writes a conditional exit from a loop.
func (w *writer) breakOut(block air.Index, t *air.Type) {
	c := w.condition()
	w.block(air.VoidType, interval{}, func(inner air.Index) {
		w.branch(c.ref, func() { w.br(block, w.need(t).ref) }, func() { w.br(inner, w.void()) })
	})
}
