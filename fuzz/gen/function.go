package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// makeFunction adds a function of about size instructions to the module.
func (g *Generator) makeFunction(name string, size int, isEntry bool) {
	w := g.writer(len(g.module.Funcs))
	w.isEntry, w.work = isEntry, size
	w.fuel = !isEntry && g.has(Recursion) && g.s.Chance(1, 3)
	w.unnamed = nil
	if !isEntry && g.has(Variadic) && g.s.Chance(1, 3) {
		w.unnamed = g.unnamedTypes()
	}
	w.f.Name, w.f.Type = name, g.signature(isEntry, w.fuel, w.unnamed != nil)
	w.writeBody()
	g.module.Funcs = append(g.module.Funcs, w.f)
	if !isEntry {
		cost := w.cost
		if w.fuel {
			cost *= maxFuel + 1
		}
		g.callees = append(g.callees, callee{f: w.f, cost: cost, fuel: w.fuel, ignored: w.ignored, unnamed: w.unnamed})
	}
}

// writer returns the writer of the module's n-th function, which reuses its memory.
func (g *Generator) writer(n int) *writer {
	for len(g.writers) <= n {
		g.writers = append(g.writers, &writer{Generator: g, f: &air.Func{}})
	}
	w := g.writers[n]
	*w.f = air.Func{Insts: w.f.Insts[:0], Consts: w.f.Consts[:0]}
	w.scope, w.body, w.enclosing = w.scope[:0], w.body[:0], w.enclosing[:0]
	w.cost, w.repeats, w.depth, w.recurred = 0, 1, 0, false
	w.leaves, w.ignored = w.leaves[:0], 0
	return w
}

// signature draws a function type. The entry and variadic functions take scalars; others whatever the features allow,
// up to sixteen arguments.
func (g *Generator) signature(isEntry, fuel, variadic bool) *air.Type {
	n := g.s.Between(1, 5)
	if g.has(ManyArguments) && g.s.Chance(1, 3) {
		n = g.s.Between(6, 16)
	}
	c := variadic || g.config.CCalls || g.has(Variadic) && g.s.Chance(1, 3)
	g.argsOf = g.argsOf[:0]
	if fuel {
		g.argsOf = append(g.argsOf, fuelType)
	}
	if floats := g.floatTypes(); c && g.has(Floats|ManyArguments) && g.s.Chance(1, 3) { // more than there are registers
		for range g.s.Between(9, 20) {
			g.argsOf = append(g.argsOf, choose(g.s, floats))
		}
		n = min(n, 3)
	}
	for range n {
		g.argsOf = append(g.argsOf, g.parameterType(isEntry || variadic))
	}
	result := g.resultType(isEntry || variadic)
	t := air.Type{Elem: result, Params: append([]*air.Type(nil), g.argsOf...), CallC: c, VarArgs: variadic}
	return g.module.Types.FnOf(t)
}

// fuelType is the type of the argument that bounds a recursion.
var fuelType = air.U8

func (g *Generator) parameterType(scalar bool) *air.Type {
	switch {
	case scalar:
		return choose(g.s, g.types.scalars)
	case g.has(Pointers) && g.s.Chance(1, 6):
		return g.module.Types.Pointer(g.plainType())
	case g.has(Pointers|Slices) && g.s.Chance(1, 8):
		return g.module.Types.Slice(g.plainType())
	case g.has(AggregateArguments):
		return g.plainType()
	}
	return choose(g.s, g.types.scalars)
}

// resultType draws a result type, often that of a finished function if tail calls of it are wanted.
func (g *Generator) resultType(integer bool) *air.Type {
	if len(g.callees) > 0 && g.has(TailCalls) && g.s.Bool() {
		if t := choose(g.s, g.callees).f.Type.Elem; !integer || isNarrow(t) {
			return t
		}
	}
	switch {
	case integer:
		return choose(g.s, g.types.ints)
	case g.s.Chance(1, 8):
		return air.VoidType
	case g.has(AggregateArguments):
		return g.plainType()
	}
	return choose(g.s, g.types.scalars)
}

// writeArguments brings the parameters into scope; zero-bit ones have no arg instruction. Now and then nothing reads a
// parameter of a callee, so that its argument may be undefined.
func (w *writer) writeArguments() {
	for i, t := range w.f.Type.Params {
		switch {
		case !t.HasBits():
		case !w.isEntry && (i > 0 || !w.fuel) && w.s.Chance(1, 24):
			w.ignored |= 1 << i
			w.hidden(air.Inst{Tag: air.Arg, Type: t, N: uint32(i)})
		default:
			w.push(air.Inst{Tag: air.Arg, Type: t, N: uint32(i)})
		}
	}
	w.params = len(w.scope)
}

// writeBody writes the body of the function.
func (w *writer) writeBody() {
	w.f.Body = append(air.Body(nil), w.nested(func() {
		w.writeArguments()
		w.showGlobals()
		if w.fuel {
			w.checkFuel()
		}
		if w.unnamed != nil {
			w.readUnnamed()
		}
		w.some(w.work)
		w.callAll()
		w.observeUnused()
		w.returnValue()
	})...)
}

// callAll writes as many calls as there are callees, if cases are to have more calls.
func (w *writer) callAll() {
	if w.config.CCalls {
		for range w.callees {
			w.call(air.Call)
		}
	}
}

// makeExterns declares extern functions, whose results are those of the host: as many as two, of either convention.
func (g *Generator) makeExterns() {
	if !g.has(Externs) {
		return
	}
	for i := range g.s.Between(1, 2) {
		params := make([]*air.Type, g.s.Intn(20))
		for p := range params {
			params[p] = choose(g.s, g.types.scalars)
		}
		result := choose(g.s, g.types.ints)
		switch {
		case g.s.Chance(1, 4):
			result = air.BoolType
		case g.has(Floats) && g.s.Chance(1, 4):
			result = choose(g.s, g.floatTypes())
		}
		t := air.Type{Elem: result, Params: params, CallC: g.s.Bool()}
		f := &air.Func{Name: externNames[i], Type: g.module.Types.FnOf(t), Extern: true}
		g.module.Funcs = append(g.module.Funcs, f)
		g.callees = append(g.callees, callee{f: f, cost: 1})
	}
}

var externNames = [...]string{"x0", "x1"}
