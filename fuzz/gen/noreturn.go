package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// neverName is the name of the function that does not return.
const neverName = "never"

// makeNever adds a function that does not return: every way through it ends in a trap.
func (g *Generator) makeNever() {
	g.never = nil
	if !g.has(Calls|EarlyExit) || g.s.Chance(7, 8) {
		return
	}
	w := g.writer(len(g.module.Funcs))
	w.isEntry, w.fuel, w.unnamed, w.work = false, false, nil, g.s.Between(1, 6)
	params := make([]*air.Type, g.s.Intn(3))
	for i := range params {
		params[i] = choose(g.s, g.types.scalars)
	}
	w.f.Name, w.f.Type = neverName, g.module.Types.FnOf(air.Type{Elem: air.NoReturnType, Params: params, CallC: g.s.Bool()})
	w.writeBody()
	g.module.Funcs = append(g.module.Funcs, w.f)
	g.never = &callee{f: w.f, cost: w.cost}
}

// stop writes the end of a program: a trap, or a call of the function that does not return.
func (w *writer) stop() {
	if w.never == nil || w.s.Bool() {
		w.end(air.Trap, 0)
		return
	}
	symbol := w.constantRef(w.newValue(air.Value{Type: w.never.f.Type, Kind: air.SymbolValue, Symbol: w.never.f.Name}))
	w.pushCall(air.CallNeverInline, *w.never, symbol, value{})
	w.end(air.Unreach, 0)
}

// leaveBlock ends a body with a block that has no end: every way through it leaves.
func (w *writer) leaveBlock() {
	index := w.enter(air.Block, air.NoReturnType)
	w.leave(index, w.nested(func() {
		w.some(1)
		w.leaveArm()
	}))
}
