package air

// Reachable returns the part of a module that the named globals and functions need: themselves and everything they
// mention, in the order of m. The parts are shared, not copied, so m must not change while the result is in use. Names
// that m lacks are ignored.
func Reachable(m *Module, roots ...string) *Module {
	r := reach{m: m, globals: map[string]*Global{}, funcs: map[string]*Func{}, names: map[string]bool{}, types: map[*Type]bool{}}
	for _, g := range m.Globals {
		r.globals[g.Name] = g
	}
	for _, f := range m.Funcs {
		r.funcs[f.Name] = f
	}
	for _, name := range roots {
		r.symbol(name)
	}
	for len(r.queue) > 0 {
		next := r.queue[len(r.queue)-1]
		r.queue = r.queue[:len(r.queue)-1]
		next()
	}
	return r.module()
}

// reach collects what is reachable. Function bodies, initial values and nominal types wait in a queue, so that long
// chains of them do not recurse deeply.
type reach struct {
	m       *Module
	globals map[string]*Global
	funcs   map[string]*Func
	names   map[string]bool // reached globals and functions
	types   map[*Type]bool  // reached types
	queue   []func()
}

func (r *reach) symbol(name string) {
	if r.names[name] {
		return
	}
	r.names[name] = true
	if g := r.globals[name]; g != nil {
		r.queue = append(r.queue, func() {
			r.typ(g.Type)
			r.value(g.Init)
		})
	}
	if f := r.funcs[name]; f != nil {
		r.queue = append(r.queue, func() { r.function(f) })
	}
}

func (r *reach) function(f *Func) {
	r.typ(f.Type)
	for i := range f.Insts {
		r.typ(f.Insts[i].Type)
		switch x := f.Insts[i].Extra.(type) {
		case *ErrorSetExtra:
			r.typ(x.Set)
		case *SwitchExtra:
			r.cases(x)
		}
	}
	for _, c := range f.Consts {
		r.value(c)
	}
}

func (r *reach) cases(x *SwitchExtra) {
	for _, c := range x.Cases {
		for _, item := range c.Items {
			r.value(item)
		}
		for _, bounds := range c.Ranges {
			r.value(bounds[0])
			r.value(bounds[1])
		}
	}
}

func (r *reach) value(v *Value) {
	if v == nil {
		return
	}
	r.typ(v.Type)
	if v.Kind == SymbolValue {
		r.symbol(v.Symbol)
	}
	for i, e := range v.Elems {
		if i == 0 || e != v.Elems[i-1] {
			r.value(e)
		}
	}
}

func (r *reach) typ(t *Type) {
	if t == nil || t.Kind <= Float || r.types[t] {
		return
	}
	r.types[t] = true
	if t.IsNamed() {
		r.queue = append(r.queue, func() { r.parts(t) })
		return
	}
	r.parts(t)
}

func (r *reach) parts(t *Type) {
	r.typ(t.Elem)
	r.typ(t.ErrorSet)
	r.typ(t.Tag)
	r.value(t.Sentinel)
	for _, p := range t.Params {
		r.typ(p)
	}
	for i := range t.Fields {
		r.typ(t.Fields[i].Type)
		r.value(t.Fields[i].Comptime)
	}
}

func (r *reach) module() *Module {
	m := &Module{Types: r.m.Types.subset(r.types), ErrorNames: r.m.ErrorNames}
	for _, g := range r.m.Globals {
		if r.names[g.Name] {
			m.Globals = append(m.Globals, g)
		}
	}
	for _, f := range r.m.Funcs {
		if r.names[f.Name] {
			m.Funcs = append(m.Funcs, f)
		}
	}
	return m
}
