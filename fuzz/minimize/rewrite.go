package minimize

import "github.com/rvfuzz/rvfuzz/backend/air"

// plan is how the instructions of a function are rewritten. An instruction without an entry stays.
type plan struct {
	f *air.Func
	// swap replaces a result by an earlier operand and removes the instruction.
	swap map[air.Index]air.Ref
	// drop removes an instruction that has no result.
	drop map[air.Index]bool
	// arm replaces an instruction by one of its bodies.
	arm map[air.Index]int
	// change replaces an instruction by another one, operands in the old numbering.
	change map[air.Index]air.Inst
	// final ends the body after an instruction and returns its result.
	final air.Ref
	typ   *air.Type // of the new function, nil for the old one
}

func newPlan(f *air.Func) *plan {
	return &plan{f: f, swap: map[air.Index]air.Ref{}, drop: map[air.Index]bool{}, arm: map[air.Index]int{},
		change: map[air.Index]air.Inst{}, final: air.NoRef}
}

// rewriter carries out a plan.
type rewriter struct {
	*plan
	out    *air.Func
	moved  []air.Ref // new operand of each old instruction, NoRef before it is known
	left   []bool    // a br leaves this block
	consts map[*air.Value]air.Ref
	failed bool
}

// rewrite returns the function that a plan describes, its instructions renumbered, without unused constants, blocks
// that no br leaves of type noreturn. It returns nil if an operand or target is gone.
func rewrite(p *plan) *air.Func {
	r := &rewriter{plan: p, consts: map[*air.Value]air.Ref{}}
	r.out = &air.Func{Name: p.f.Name, Type: p.f.Type, Extern: p.f.Extern, Align: p.f.Align, File: p.f.File, Line: p.f.Line}
	if p.typ != nil {
		r.out.Type = p.typ
	}
	r.left = make([]bool, len(p.f.Insts))
	r.moved = make([]air.Ref, len(p.f.Insts))
	for i := range r.moved {
		r.moved[i] = air.NoRef
	}
	r.out.Body, _ = r.body(p.f.Body, nil)
	if r.failed {
		return nil
	}
	return r.out
}

// body appends the rewritten instructions of a body to into, and reports whether they end in a terminator.
func (r *rewriter) body(old, into air.Body) (air.Body, bool) {
	for _, i := range old {
		ended := false
		if into, ended = r.inst(i, into); ended {
			return into, true
		}
	}
	return into, false
}

func (r *rewriter) inst(i air.Index, into air.Body) (air.Body, bool) {
	if _, ok := r.swap[i]; ok || r.drop[i] {
		return into, false
	}
	in := r.f.Insts[i]
	if c, ok := r.change[i]; ok {
		in = c
	}
	if arm, ok := r.arm[i]; ok {
		return r.inline(i, in.Bodies[arm], into)
	}
	if r.untargeted(&in) {
		in = air.Inst{Tag: air.Unreach, Type: air.NoReturnType}
	}
	index := air.Index(len(r.out.Insts))
	in.Ops = r.operands(in.Ops)
	if hasTarget(in.Tag) {
		in.N = uint32(r.target(in.Target()))
	}
	r.out.Insts = append(r.out.Insts, in)
	into = append(into, index)
	r.moved[i] = air.InstRef(index)
	r.bodies(index, in.Bodies)
	if isBlock(in.Tag) && !r.left[i] {
		r.out.Insts[index].Type = air.NoReturnType
		return into, true
	}
	if r.final == air.InstRef(i) {
		return r.finish(r.final, into), true
	}
	return into, in.Tag.IsTerminator()
}

func (r *rewriter) bodies(index air.Index, old []air.Body) {
	if len(old) == 0 {
		return
	}
	bodies := make([]air.Body, len(old))
	for b := range old {
		bodies[b], _ = r.body(old[b], nil)
	}
	r.out.Insts[index].Bodies = bodies
}

// finish ends a body with the return of a value.
func (r *rewriter) finish(v air.Ref, into air.Body) air.Body {
	index := air.Index(len(r.out.Insts))
	r.out.Insts = append(r.out.Insts, air.Inst{Tag: air.Ret, Type: air.NoReturnType, Ops: r.operands([]air.Ref{v})})
	return append(into, index)
}

// inline replaces an instruction by one of its bodies. After a block the code continues with the operand of the br at
// its end; after any other body it ends.
func (r *rewriter) inline(i air.Index, body, into air.Body) (air.Body, bool) {
	if len(body) == 0 {
		return into, false
	}
	last := body[len(body)-1]
	in := r.f.Insts[last]
	if in.Tag != air.Br || in.Target() != i {
		return r.body(body, into)
	}
	into, ended := r.body(body[:len(body)-1], into)
	if !ended {
		r.moved[i] = r.operand(in.Ops[0])
	}
	return into, ended
}

func isBlock(t air.Tag) bool { return t == air.Block || t == air.DbgInlineBlock }

func hasTarget(t air.Tag) bool { return t == air.Br || t == air.Repeat || t == air.SwitchDispatch }

// untargeted reports whether an instruction jumps to a loop that is gone.
func (r *rewriter) untargeted(in *air.Inst) bool {
	if in.Tag != air.Repeat && in.Tag != air.SwitchDispatch {
		return false
	}
	_, gone := r.arm[in.Target()]
	return gone
}

func (r *rewriter) target(old air.Index) air.Index {
	_, gone := r.arm[old]
	if v := r.moved[old]; v >= 0 && !gone {
		r.left[old] = true
		return air.Index(v)
	}
	r.failed = true
	return 0
}

func (r *rewriter) operands(old []air.Ref) []air.Ref {
	ops := make([]air.Ref, len(old))
	for i, v := range old {
		ops[i] = r.operand(v)
	}
	return ops
}

// operand returns the new operand of an old one.
func (r *rewriter) operand(old air.Ref) air.Ref {
	if old == air.NoRef {
		return old
	}
	i, ok := old.Inst()
	if !ok {
		return r.constant(r.f.Consts[old.Const()])
	}
	if by, ok := r.swap[i]; ok {
		return r.operand(by)
	}
	if r.moved[i] == air.NoRef {
		r.failed = true
	}
	return r.moved[i]
}

func (r *rewriter) constant(v *air.Value) air.Ref {
	ref, ok := r.consts[v]
	if !ok {
		ref = r.out.AddConst(v)
		r.consts[v] = ref
	}
	return ref
}
