package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// value is an operand: its type, and what is known of it.
type value struct {
	ref air.Ref
	typ *air.Type
	// interval bounds an integer for all inputs.
	interval
	// count is the number of accessible elements at a many-pointer or slice, -1 if unknown, and before that of those in
	// front of it.
	count, before int32
	used          bool
}

// target is an enclosing instruction that a br, repeat or switch_dispatch may name.
type target struct {
	inst    air.Index
	tag     air.Tag
	typ     *air.Type // of a block's value, or of a loop_switch_br's operand
	counter value     // loop_switch_br: pointer to the rounds done
	rounds  int64
}

// writer writes one function.
type writer struct {
	*Generator
	f *air.Func
	// scope holds the values that dominate the current position, oldest first.
	scope []value
	// body is the stack of the bodies being written: the innermost is its top part.
	body      []air.Index
	enclosing []target
	params    int // the first values of scope
	// work is the number of instructions that are still to be written.
	work int
	// cost bounds the steps of one call so far; repeats bounds the executions of the current body.
	cost, repeats int
	depth         int // of values made for the sake of other values
	isEntry       bool
	// fuel is true if the first parameter bounds a recursion, and recurred if the function calls itself already.
	fuel, recurred bool
	// leaves are values that expressions are made of, within a statement of a loop.
	leaves  []value
	ignored uint32      // parameters that nothing reads
	unnamed []*air.Type // read beyond the parameters, by a variadic function
}

// emit appends an instruction to the current body.
func (w *writer) emit(in air.Inst) air.Index {
	index := air.Index(len(w.f.Insts))
	w.f.Insts = append(w.f.Insts, in)
	w.body = append(w.body, index)
	w.cost += w.repeats
	w.work--
	return index
}

// operands returns a copy of refs in the case's memory.
func (w *writer) operands(refs ...air.Ref) []air.Ref {
	ops := w.refs.take(len(refs))
	copy(ops, refs)
	return ops
}

// value appends an instruction and brings its result into scope.
func (w *writer) value(tag air.Tag, t *air.Type, refs ...air.Ref) value {
	return w.push(air.Inst{Tag: tag, Type: t, Ops: w.operands(refs...)})
}

// push appends an instruction and brings its result into scope, if there is one.
func (w *writer) push(in air.Inst) value {
	v := value{ref: air.InstRef(w.emit(in)), typ: in.Type, count: -1}
	if in.Type.Kind == air.Int {
		v.interval = rangeOf(in.Type)
	}
	if in.Type.Kind != air.Void {
		w.scope = append(w.scope, v)
	}
	return v
}

// bounded appends an instruction with an integer result in r.
func (w *writer) bounded(r interval, tag air.Tag, t *air.Type, refs ...air.Ref) value {
	w.value(tag, t, refs...)
	v := &w.scope[len(w.scope)-1]
	if !r.unknown {
		v.interval = r
	}
	return *v
}

// effect appends an instruction without a result.
func (w *writer) effect(tag air.Tag, refs ...air.Ref) {
	w.emit(air.Inst{Tag: tag, Type: air.VoidType, Ops: w.operands(refs...)})
}

// end appends a terminator.
func (w *writer) end(tag air.Tag, n air.Index, refs ...air.Ref) {
	w.emit(air.Inst{Tag: tag, Type: air.NoReturnType, N: uint32(n), Ops: w.operands(refs...)})
}

// constantRef returns a constant as an operand.
func (w *writer) constantRef(v *air.Value) air.Ref { return w.f.AddConst(v) }

// literal returns an integer constant.
func (w *writer) literal(t *air.Type, v int64) value {
	r := exact(v)
	if v < 0 && !t.Signed {
		r = rangeOf(t)
	}
	return value{ref: w.constantRef(w.intValue(t, v)), typ: t, interval: r, count: -1, used: true}
}

// fixed returns a constant as a value.
func (w *writer) fixed(c *air.Value) value {
	if isNarrow(c.Type) {
		return w.literal(c.Type, c.Int)
	}
	return value{ref: w.constantRef(c), typ: c.Type, count: -1, used: true}
}

// nested returns a body with the instructions that write appends, in a scope of its own.
func (w *writer) nested(write func()) air.Body {
	bodyStart, scopeStart := len(w.body), len(w.scope)
	write()
	body := w.indices.take(len(w.body) - bodyStart)
	copy(body, w.body[bodyStart:])
	w.body, w.scope = w.body[:bodyStart], w.scope[:scopeStart]
	return body
}

// enter appends an instruction whose bodies follow with leave.
func (w *writer) enter(tag air.Tag, t *air.Type, refs ...air.Ref) air.Index {
	return w.emit(air.Inst{Tag: tag, Type: t, Ops: w.operands(refs...)})
}

// leave sets the bodies of an instruction.
func (w *writer) leave(index air.Index, bodies ...air.Body) {
	list := w.bodies.take(len(bodies))
	copy(list, bodies)
	w.f.Insts[index].Bodies = list
}

// result brings the value of an instruction with bodies into scope.
func (w *writer) result(index air.Index, r interval) {
	if t := w.f.Insts[index].Type; t.Kind != air.Void {
		w.scope = append(w.scope, value{ref: air.InstRef(index), typ: t, interval: r, count: -1})
	}
}

// block appends a block. write gets its index, and ends its body.
func (w *writer) block(t *air.Type, r interval, write func(block air.Index)) {
	index := w.enter(air.Block, t)
	w.enclosing = append(w.enclosing, target{inst: index, tag: air.Block, typ: t})
	body := w.nested(func() { write(index) })
	w.enclosing = w.enclosing[:len(w.enclosing)-1]
	w.leave(index, body)
	w.result(index, r)
}

// branch ends a body with a cond_br.
func (w *writer) branch(condition air.Ref, then, otherwise func()) {
	index := w.enter(air.CondBr, air.NoReturnType, condition)
	thenBody := w.nested(then)
	w.leave(index, thenBody, w.nested(otherwise))
}

// br ends a body with a br.
func (w *writer) br(block air.Index, v air.Ref) { w.end(air.Br, block, v) }

// void returns the operand of a br or ret without a value.
func (w *writer) void() air.Ref { return w.constantRef(air.VoidConst) }
