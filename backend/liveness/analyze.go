package liveness

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Analyze computes the deaths of a function's values, which air.Verify must accept.
func Analyze(f *air.Func) *Liveness { return new(Analyzer).Analyze(f) }

// Analyzer analyzes functions one after another in the same memory. The zero Analyzer is ready. It is not safe for
// concurrent use.
type Analyzer struct {
	f *air.Func
	r Liveness
	// live is the set of values alive after the point that the backward walk has reached. In the first pass it holds the
	// values from outside of the innermost loop that its body uses, and exits the enclosing blocks and loops that the body
	// branches to.
	live, exits set
	// scopes are the enclosing blocks and loops, innermost last.
	scopes []scope
	shelf  shelf   // of the sets of what is being walked
	arms   []place // of the branches being walked, first arm last
	loops  []loop  // in the order in which both passes enter them
	kept   shelf   // of the sets of loops
	next   int     // the loop that the second pass enters next
	ending packed  // scratch of deaths
}

// scope is an enclosing instruction with the values alive at the destination of a branch to it.
type scope struct {
	inst air.Index
	live place
}

// loop is what the first pass collects about a loop, on the shelf kept.
type loop struct {
	uses  place // values from outside that the body uses
	exits place // enclosing blocks and loops that the body branches to
}

// Analyze computes the deaths of a function's values, which air.Verify must accept, in two backward passes over its
// bodies. The first collects for each loop the outside values that its body uses and the enclosing blocks and loops
// that it may branch to; the second tracks the set of live values. The time is linear in the size of the function apart
// from copies of the set of live values at branches. The result is valid until the next call.
func (a *Analyzer) Analyze(f *air.Func) *Liveness {
	a.f, a.next = f, 0
	a.r.reset(f)
	a.scopes, a.arms, a.loops, a.shelf.parts, a.kept.parts = a.scopes[:0], a.arms[:0], a.loops[:0], a.shelf.parts[:0], a.kept.parts[:0]
	a.live.reset(len(f.Insts))
	if hasLoop(f) {
		a.exits.reset(len(f.Insts))
		a.collectBody(f.Body)
		a.live.clear()
	}
	a.body(f.Body)
	return &a.r
}

func hasLoop(f *air.Func) bool {
	return slices.ContainsFunc(f.Insts, func(in air.Inst) bool { return in.Tag == air.Loop || in.Tag == air.LoopSwitchBr })
}

// collectBody is the first pass over one body.
func (a *Analyzer) collectBody(b air.Body) {
	for k := len(b) - 1; k >= 0; k-- {
		a.collect(b[k])
	}
}

// collectBodies goes from the last body to the first, as the second pass does.
func (a *Analyzer) collectBodies(in *air.Inst) {
	for k := len(in.Bodies) - 1; k >= 0; k-- {
		a.collectBody(in.Bodies[k])
	}
}

func (a *Analyzer) collect(i air.Index) {
	in := &a.f.Insts[i]
	switch in.Tag {
	case air.Loop, air.LoopSwitchBr:
		a.collectLoop(i, in)
	case air.Br, air.Repeat, air.SwitchDispatch:
		a.exits.add(uint32(in.Target()))
	default:
		a.collectBodies(in)
		a.exits.remove(uint32(i))
	}
	a.live.remove(uint32(i))
	for _, op := range in.Ops {
		if def, ok := op.Inst(); ok {
			a.live.add(uint32(def))
		}
	}
}

// collectLoop collects what the body of a loop uses and where it branches to, and adds that to what is around it.
func (a *Analyzer) collectLoop(i air.Index, in *air.Inst) {
	outerUses, outerExits := a.shelf.push(&a.live), a.shelf.push(&a.exits)
	a.live.clear()
	a.exits.clear()
	n := len(a.loops)
	a.loops = append(a.loops, loop{})
	a.collectBodies(in)
	a.exits.remove(uint32(i))
	a.loops[n] = loop{uses: a.kept.push(&a.live), exits: a.kept.push(&a.exits)}
	a.live.union(a.shelf.at(outerUses))
	a.exits.union(a.shelf.at(outerExits))
	a.shelf.pop(outerUses)
}

// body is the second pass over one body; a.live is the set alive after it on entry, and the set alive before it on
// return.
func (a *Analyzer) body(b air.Body) {
	for k := len(b) - 1; k >= 0; k-- {
		a.inst(b[k])
	}
}

func (a *Analyzer) inst(i air.Index) {
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
		a.live.become(a.destination(in.Target()))
	default:
		if in.Type.Kind == air.NoReturn {
			a.live.clear()
		}
	}
	a.operands(i, in)
}

// operands ends the life of the result (backwards, its life begins here) and starts those of the operands. The last
// slot that names a value comes first and so carries the death.
func (a *Analyzer) operands(i air.Index, in *air.Inst) {
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

func (a *Analyzer) block(i air.Index, in *air.Inst) {
	after := a.shelf.push(&a.live)
	a.scopes = append(a.scopes, scope{i, after})
	a.live.clear()
	a.body(in.Bodies[0])
	if in.Type.Kind != air.NoReturn {
		before := a.shelf.push(&a.live)
		a.deaths(i, 0, before, after)
	}
	a.leaveScope()
}

func (a *Analyzer) loop(i air.Index, in *air.Inst) {
	a.enterLoop(i)
	a.live.clear()
	a.body(in.Bodies[0])
	a.leaveScope()
}

// enterLoop opens the scope of a loop. What is alive at a repeat: the outside values that the body uses, and what is
// alive wherever the body may branch to. Nothing is alive after a loop.
func (a *Analyzer) enterLoop(i air.Index) {
	l := a.loops[a.next]
	a.next++
	a.live.become(a.kept.at(l.uses))
	for target := range a.kept.at(l.exits).all {
		a.live.union(a.destination(air.Index(target)))
	}
	a.scopes = append(a.scopes, scope{i, a.shelf.push(&a.live)})
}

func (a *Analyzer) leaveScope() {
	last := len(a.scopes) - 1
	a.shelf.pop(a.scopes[last].live)
	a.scopes = a.scopes[:last]
}

// destination returns the values alive after a branch to an enclosing instruction.
func (a *Analyzer) destination(target air.Index) packed {
	for k := len(a.scopes) - 1; k >= 0; k-- {
		if a.scopes[k].inst == target {
			return a.shelf.at(a.scopes[k].live)
		}
	}
	panic("liveness: a branch goes to an instruction that does not enclose it")
}

// branch leaves the union of what the arms use in a.live and lists for each arm what it does not use.
func (a *Analyzer) branch(i air.Index, in *air.Inst) {
	n := len(in.Bodies)
	for k := n - 1; k >= 0; k-- {
		a.live.clear()
		a.body(in.Bodies[k])
		a.arms = append(a.arms, a.shelf.push(&a.live))
	}
	arms := a.arms[len(a.arms)-n:]
	for _, arm := range arms[:n-1] { // a.live is the last one
		a.live.union(a.shelf.at(arm))
	}
	union := a.shelf.push(&a.live)
	for k := range in.Bodies {
		a.deaths(i, k, union, arms[n-1-k])
	}
	a.shelf.pop(arms[0])
	a.arms = a.arms[:len(a.arms)-n]
}

// try treats the rest of the enclosing body, already walked, as its second arm.
func (a *Analyzer) try(i air.Index, in *air.Inst) {
	rest := a.shelf.push(&a.live)
	a.live.clear()
	a.body(in.Bodies[0])
	body := a.shelf.push(&a.live)
	a.deaths(i, 0, rest, body)
	a.deaths(i, 1, body, rest)
	a.live.union(a.shelf.at(rest))
	a.shelf.pop(rest)
}

// deaths lists, as the nth list of an instruction, the members of before that are not in after, leaving out the
// instruction itself: the result of a try exists only in the rest of the body.
func (a *Analyzer) deaths(i air.Index, nth int, before, after place) {
	a.r.startList(i, nth)
	a.ending = a.shelf.at(before).without(a.shelf.at(after), a.ending[:0])
	for def := range a.ending.all {
		if air.Index(def) != i {
			a.r.addDeath(air.Index(def))
		}
	}
}
