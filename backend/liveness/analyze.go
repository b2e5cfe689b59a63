package liveness

import (
	"math/bits"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Analyze computes the deaths of a function's values, which air.Verify must accept, in two backward passes over its
// bodies. The first collects for each loop the outside values that its body uses and the enclosing blocks and loops
// that it may branch to; the second tracks the set of live values. Time is linear in the size of the function apart
// from copies of that set at branches.
func Analyze(f *air.Func) *Liveness {
	a := analyzer{f: f, r: newLiveness(f), slab: newSlab(len(f.Insts)), scopes: make([]scope, 0, firstChunk)}
	if hasLoop(f) {
		a.outer = loop{uses: a.newEmpty(), exits: a.newEmpty()}
		a.collectBody(&a.outer, f.Body)
	}
	a.live = a.newEmpty()
	a.body(f.Body)
	return a.r
}

type analyzer struct {
	f    *air.Func
	r    *Liveness
	slab slab
	// live is the set of values alive after the point that the backward walk has reached.
	live set
	// scopes are the enclosing blocks and loops, innermost last, with the values alive at the destination of a branch
	// to them.
	scopes []scope
	arms   []set  // of the branches being walked, first arm last
	outer  loop   // stands for the function in the first pass
	loops  []loop // in the order in which both passes enter them
	next   int    // the loop that the second pass enters next
}

type scope struct {
	inst air.Index
	live set
}

// loop is what the first pass collects about a loop.
type loop struct {
	uses  set // values from outside that the body uses
	exits set // enclosing blocks and loops that the body branches to
}

func hasLoop(f *air.Func) bool {
	return slices.ContainsFunc(f.Insts, func(in air.Inst) bool { return in.Tag == air.Loop || in.Tag == air.LoopSwitchBr })
}

func (a *analyzer) newEmpty() set {
	s := a.slab.get()
	clear(s)
	return s
}

// collectBody is the first pass over one body: the values that it uses and does not define are left in into.
func (a *analyzer) collectBody(into *loop, b air.Body) {
	for k := len(b) - 1; k >= 0; k-- {
		a.collect(into, b[k])
	}
}

// collectBodies goes from the last body to the first, as the second pass does.
func (a *analyzer) collectBodies(into *loop, in *air.Inst) {
	for k := len(in.Bodies) - 1; k >= 0; k-- {
		a.collectBody(into, in.Bodies[k])
	}
}

func (a *analyzer) collect(into *loop, i air.Index) {
	in := &a.f.Insts[i]
	switch in.Tag {
	case air.Loop, air.LoopSwitchBr:
		a.collectLoop(into, i, in)
	case air.Br, air.Repeat, air.SwitchDispatch:
		into.exits.put(uint32(in.Target()))
	default:
		a.collectBodies(into, in)
		into.exits.remove(uint32(i))
	}
	into.uses.remove(uint32(i))
	for _, op := range in.Ops {
		if def, ok := op.Inst(); ok {
			into.uses.put(uint32(def))
		}
	}
}

func (a *analyzer) collectLoop(into *loop, i air.Index, in *air.Inst) {
	l := loop{uses: a.newEmpty(), exits: a.newEmpty()}
	a.loops = append(a.loops, l)
	a.collectBodies(&l, in)
	l.exits.remove(uint32(i))
	into.uses.union(l.uses)
	into.exits.union(l.exits)
}

// body is the second pass over one body; a.live is the set alive after it on entry, and the set alive before it on
// return.
func (a *analyzer) body(b air.Body) {
	for k := len(b) - 1; k >= 0; k-- {
		a.inst(b[k])
	}
}

func (a *analyzer) inst(i air.Index) {
	in := &a.f.Insts[i]
	switch in.Tag {
	case air.Block, air.DbgInlineBlock:
		a.operands(i, in) // the result exists only after the body
		a.block(i, in)
		return
	case air.Loop:
		a.loop(i, in)
	case air.CondBr, air.SwitchBr:
		a.branch(i, in)
	case air.LoopSwitchBr:
		a.enterLoop(i)
		a.branch(i, in)
		a.leaveScope()
	case air.Try, air.TryCold, air.TryPtr, air.TryPtrCold:
		a.try(i, in)
	case air.Br, air.Repeat, air.SwitchDispatch:
		copy(a.live, a.destination(in.Target()))
	default:
		if in.Type.Kind == air.NoReturn {
			clear(a.live)
		}
	}
	a.operands(i, in)
}

// operands ends the life of the result (backwards, its life begins here) and starts those of the operands. The last
// slot that names a value comes first and so carries the death.
func (a *analyzer) operands(i air.Index, in *air.Inst) {
	if !a.live.remove(uint32(i)) {
		a.r.unused.put(uint32(i))
		if !MustLower(a.f, in) {
			return
		}
	}
	slot := a.r.insts[i].slot
	for op := len(in.Ops) - 1; op >= 0; op-- {
		if def, ok := in.Ops[op].Inst(); ok && a.live.add(uint32(def)) {
			a.r.dies.put(slot + uint32(op))
		}
	}
}

func (a *analyzer) block(i air.Index, in *air.Inst) {
	after := a.slab.get()
	copy(after, a.live)
	a.scopes = append(a.scopes, scope{i, after})
	clear(a.live)
	a.body(in.Bodies[0])
	if in.Type.Kind != air.NoReturn {
		a.deaths(i, 0, a.live, after, i)
	}
	a.leaveScope()
}

func (a *analyzer) loop(i air.Index, in *air.Inst) {
	a.enterLoop(i)
	clear(a.live)
	a.body(in.Bodies[0])
	a.leaveScope()
}

// enterLoop opens the scope of a loop. What is alive at a repeat: the outside values that the body uses, and what is
// alive wherever the body may branch to.
func (a *analyzer) enterLoop(i air.Index) {
	l := a.loops[a.next]
	a.next++
	for w, exits := range l.exits {
		for ; exits != 0; exits &= exits - 1 {
			l.uses.union(a.destination(air.Index(w*wordBits + bits.TrailingZeros64(exits))))
		}
	}
	a.slab.put(l.exits)
	a.scopes = append(a.scopes, scope{i, l.uses})
}

func (a *analyzer) leaveScope() {
	last := len(a.scopes) - 1
	a.slab.put(a.scopes[last].live)
	a.scopes = a.scopes[:last]
}

// destination returns the values alive after a branch to an enclosing instruction.
func (a *analyzer) destination(target air.Index) set {
	for k := len(a.scopes) - 1; k >= 0; k-- {
		if a.scopes[k].inst == target {
			return a.scopes[k].live
		}
	}
	panic("liveness: a branch goes to an instruction that does not enclose it")
}

// branch leaves the union of what the arms use in a.live and lists for each arm what it does not use.
func (a *analyzer) branch(i air.Index, in *air.Inst) {
	union := a.newEmpty()
	for k := len(in.Bodies) - 1; k >= 0; k-- {
		clear(a.live)
		a.body(in.Bodies[k])
		arm := a.slab.get()
		copy(arm, a.live)
		union.union(arm)
		a.arms = append(a.arms, arm)
	}
	for k := range in.Bodies {
		arm := a.arms[len(a.arms)-1]
		a.arms = a.arms[:len(a.arms)-1]
		a.deaths(i, k, union, arm, i)
		a.slab.put(arm)
	}
	copy(a.live, union)
	a.slab.put(union)
}

// try treats the rest of the enclosing body, already walked, as its second arm.
func (a *analyzer) try(i air.Index, in *air.Inst) {
	rest := a.slab.get()
	copy(rest, a.live)
	clear(a.live)
	a.body(in.Bodies[0])
	a.deaths(i, 0, rest, a.live, i) // the result exists only in the rest
	a.deaths(i, 1, a.live, rest, i)
	a.live.union(rest)
	a.slab.put(rest)
}

// deaths lists, as the nth list of an instruction, the members of before that are not in after, leaving out except.
func (a *analyzer) deaths(i air.Index, nth int, before, after set, except air.Index) {
	a.r.startList(i, nth)
	for w, word := range before {
		for word &^= after[w]; word != 0; word &= word - 1 {
			if def := air.Index(w*wordBits + bits.TrailingZeros64(word)); def != except {
				a.r.addDeath(def)
			}
		}
	}
}
