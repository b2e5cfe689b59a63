package promote

import (
	"math"
	"math/bits"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// Planner plans functions one after another in the same memory. The zero Planner is ready. It is not safe for concurrent
// use. The time is linear in the size of a function.
type Planner struct {
	limits Limits
	f      *air.Func
	plan   Plan
	spans  []span // by instruction
	vars   []variable
	loads  []event // and stores, in the order of the text
	ends   []int32 // of the loops, by number
	open   []int32 // the numbers of the enclosing loops
	calls  []int32 // positions
	at     int32   // position in the text
	run    int32   // number of the piece of straight-line code
}

// span is from where to where in the text the result of an instruction is in use.
type span struct {
	start, last int32
	loop        int32 // the last loop that uses it and does not contain it, or -1: it is in use until the loop ends
	depth       int32 // number of loops around it
	run         int32
	uses        int32
	variable    int32 // its number and 1 if it is a promotable alloc
}

// variable is a promotable alloc.
type variable struct {
	alloc      air.Index
	file       abi.Set
	escapes    bool
	start, end int32
	weight     int64 // executed loads and stores, loops taken as eight rounds
	aliasEnd   int32 // of the aliases so far
	next       int32 // position of the next store
	previous   int32 // position of the previous load or store
	first      int32 // number of the first event and 1
	reg        isa.Reg
}

// event is a load or a store of a variable.
type event struct {
	inst     air.Index
	variable int32
	at       int32
	store    bool
	alias    bool
	target   bool
}

// Plan plans a function; nil if no variable is promoted. The result is valid until the next call.
func (p *Planner) Plan(f *air.Func, l Limits) *Plan {
	p.plan.homes = 0
	p.plan.entries = p.plan.entries[:0]
	if !l.hasPromotable(f) {
		return nil
	}
	*p = Planner{f: f, limits: l, plan: p.plan, spans: slices.Grow(p.spans[:0], len(f.Insts))[:len(f.Insts)], vars: p.vars[:0],
		loads: p.loads[:0], ends: p.ends[:0], open: p.open[:0], calls: p.calls[:0]}
	p.body(f.Body)
	p.findAliases()
	p.findTargets()
	if !p.assign(l) {
		return nil
	}
	p.enter()
	return &p.plan
}

func (l Limits) hasPromotable(f *air.Func) bool {
	for i := range f.Insts {
		if l.promotable(&f.Insts[i]) {
			return true
		}
	}
	return false
}

// body walks over a body in the order of the text.
func (p *Planner) body(b air.Body) {
	p.run++
	for _, i := range b {
		in := &p.f.Insts[i]
		p.at++
		p.spans[i] = span{start: p.at, last: p.at, loop: -1, depth: int32(len(p.open)), run: p.run}
		for op, r := range in.Ops {
			if o, ok := r.Inst(); ok {
				p.use(i, in, op, o)
			}
		}
		switch {
		case p.limits.promotable(in):
			p.vars = append(p.vars, variable{alloc: i, file: p.limits.registerFile(in.Type.Elem)})
			p.spans[i].variable = int32(len(p.vars))
		case in.Tag.IsCall() && in.Type.Kind != air.NoReturn, in.Tag == air.Assembly:
			p.calls = append(p.calls, p.at)
		}
		if len(in.Bodies) > 0 {
			p.nested(in)
		}
	}
	p.run++
}

// nested walks over the bodies of an instruction. Its operands may be read again after them.
func (p *Planner) nested(in *air.Inst) {
	loops := in.Tag == air.Loop || in.Tag == air.LoopSwitchBr
	number := int32(len(p.ends))
	if loops {
		p.ends = append(p.ends, 0)
		p.open = append(p.open, number)
	}
	for _, b := range in.Bodies {
		p.body(b)
	}
	p.at++
	if loops {
		p.ends[number] = p.at
		p.open = p.open[:len(p.open)-1]
	}
	if in.Tag == air.Try || in.Tag == air.TryPtr || in.Tag == air.TryCold || in.Tag == air.TryPtrCold {
		if o, ok := in.Ops[0].Inst(); ok {
			p.spans[o].last = p.at
		}
	}
}

// use records that an operand uses the result of o.
func (p *Planner) use(i air.Index, in *air.Inst, op int, o air.Index) {
	s := &p.spans[o]
	s.last = p.at
	s.uses++
	if int(s.depth) < len(p.open) {
		s.loop = p.open[s.depth]
	}
	if s.variable == 0 {
		return
	}
	v := &p.vars[s.variable-1]
	if !accesses(p.f, in, op) {
		v.escapes = true
		return
	}
	if in.Tag == air.DbgVarPtr {
		return
	}
	const deepest, rounds = 6, 3 // eight rounds, and no overflow
	v.weight += 1 << (rounds * min(len(p.open), deepest))
	p.loads = append(p.loads, event{inst: i, variable: s.variable - 1, at: p.at, store: in.Tag != air.Load})
	if v.first == 0 {
		v.first = int32(len(p.loads))
	}
}

// end returns the position until which a result is in use.
func (p *Planner) end(i air.Index) int32 {
	s := &p.spans[i]
	if s.loop >= 0 {
		return max(s.last, p.ends[s.loop])
	}
	return s.last
}

// findAliases finds the loads whose result is not in use any more when the next store comes, and when each variable is
// in use.
func (p *Planner) findAliases() {
	for n := range p.vars {
		v := &p.vars[n]
		v.next = math.MaxInt32
		v.start, v.end = p.spans[v.alloc].start, p.end(v.alloc)
	}
	for n := len(p.loads) - 1; n >= 0; n-- {
		e := &p.loads[n]
		v := &p.vars[e.variable]
		if e.store {
			v.next = e.at
			continue
		}
		if end := p.end(e.inst); end <= v.next {
			e.alias = true
			v.end = max(v.end, end)
		}
	}
}

// findTargets finds the stores of results that are used nowhere else and that may be computed where they are stored:
// nothing leaves the straight-line code in between, and neither the variable nor an alias of it is read after them.
func (p *Planner) findTargets() {
	for n := range p.loads {
		e := &p.loads[n]
		v := &p.vars[e.variable]
		if e.store {
			if o, ok := p.f.Insts[e.inst].Ops[1].Inst(); ok && p.isTarget(v, e, o) {
				e.target = true
				v.start = min(v.start, p.spans[o].start)
			}
		} else if e.alias {
			v.aliasEnd = max(v.aliasEnd, p.end(e.inst))
		}
		v.previous = e.at
	}
}

// isTarget reports whether the result of o, which e stores, may be computed in the home of v.
func (p *Planner) isTarget(v *variable, e *event, o air.Index) bool {
	s, a := &p.spans[o], &p.spans[v.alloc]
	switch tag := p.f.Insts[o].Tag; {
	case s.uses != 1 || s.run != p.spans[e.inst].run || v.previous > s.start || v.aliasEnd > s.start:
		return false
	case tag == air.Arg || tag == air.Alloc || tag == air.CallAlwaysTail:
		return false
	case a.start > s.start: // computed before the alloc, which must not clear it then
		return a.run == s.run && !p.cleared(v)
	}
	return true
}

// cleared reports whether a variable may be read before it is stored.
func (p *Planner) cleared(v *variable) bool {
	e := &p.loads[v.first-1]
	if !e.store || p.spans[e.inst].run != p.spans[v.alloc].run {
		return true
	}
	stored := p.f.Value(p.f.Insts[e.inst].Ops[1])
	return stored != nil && stored.Kind == air.Undef
}

// saveCost is what a register that calls preserve costs: it is saved and restored once.
const saveCost = 2

// assign gives homes to the variables and reports whether any has one. In the order in which they come into use, each
// takes a free register, or that of the one with the least weight.
func (p *Planner) assign(l Limits) bool {
	var order []int32
	for n := range p.vars {
		if v := &p.vars[n]; !v.escapes && v.first != 0 {
			order = append(order, int32(n))
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int { return int(p.vars[a].start - p.vars[b].start) })
	params := p.parameterRegisters()
	pools := [2][]isa.Reg{l.pool(abi.Integers, integerOrder, params), l.pool(abi.Floats, floatOrder, params)}
	var owner [64]int32 // the number of the variable in each register, and 1
	var worth [64]int64
	for _, n := range order {
		v := &p.vars[n]
		r := p.pick(v, pools[bits.TrailingZeros64(uint64(v.file))/32], &owner)
		if r == isa.Zero {
			continue
		}
		if o := owner[r]; o != 0 && p.vars[o-1].end >= v.start {
			worth[r] -= p.vars[o-1].weight
			p.vars[o-1].reg = isa.Zero
		}
		v.reg, owner[r] = r, n+1
		worth[r] += v.weight
	}
	for _, n := range order {
		v := &p.vars[n]
		if v.reg != isa.Zero && abi.CalleeSaved.Has(v.reg) && worth[v.reg] <= saveCost {
			v.reg = isa.Zero
		}
		if v.reg != isa.Zero {
			p.plan.homes |= 1 << v.reg
		}
	}
	return p.plan.homes != 0
}

// pick returns the register that a variable takes, or Zero: the first that is free, or one whose variable weighs less.
func (p *Planner) pick(v *variable, pool []isa.Reg, owner *[64]int32) isa.Reg {
	crosses := p.crossesCall(v)
	best, weight := isa.Zero, v.weight
	for _, r := range pool {
		if crosses && abi.CallerSaved.Has(r) {
			continue
		}
		o := owner[r]
		if o == 0 || p.vars[o-1].end < v.start {
			return r
		}
		if w := p.vars[o-1].weight; w < weight {
			best, weight = r, w
		}
	}
	return best
}

// crossesCall reports whether a call is made while a variable is in use. One that ends with the call does not cross it.
func (p *Planner) crossesCall(v *variable) bool {
	n, _ := slices.BinarySearch(p.calls, v.start)
	return n < len(p.calls) && p.calls[n] < v.end
}

// parameterRegisters returns an upper bound on the number of argument registers of each file that the function's own
// parameters come in.
func (p *Planner) parameterRegisters() int {
	n := 1 // the result, or its address
	for _, t := range p.f.Type.Params {
		n += int(min((t.Size()+7)/8, 2))
	}
	return min(n, 8)
}

// enter writes down the roles.
func (p *Planner) enter() {
	p.plan.entries = slices.Grow(p.plan.entries[:0], len(p.f.Insts))[:len(p.f.Insts)]
	clear(p.plan.entries)
	for n := range p.vars {
		v := &p.vars[n]
		if v.reg == isa.Zero {
			continue
		}
		role := Variable
		if p.cleared(v) {
			role = Cleared
		}
		p.plan.entries[v.alloc] = entry{role, v.reg}
	}
	for n := range p.loads {
		e := &p.loads[n]
		v := &p.vars[e.variable]
		switch {
		case v.reg == isa.Zero:
		case e.alias:
			p.plan.entries[e.inst] = entry{Alias, v.reg}
		case e.target:
			if o, _ := p.f.Insts[e.inst].Ops[1].Inst(); p.plan.entries[o].role == NoRole {
				p.plan.entries[o] = entry{Target, v.reg}
			}
		}
	}
}
