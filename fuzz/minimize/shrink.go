package minimize

import (
	"iter"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
)

// isScalar reports whether t can be an argument and the result of a run.
func isScalar(t *air.Type) bool {
	return t.Kind == air.Int && t.Bits > 0 && t.Bits <= 64 || t.Kind == air.Bool || t.Kind == air.Enum
}

// zeroOf returns the simplest constant of a type, or nil if there is none.
func zeroOf(t *air.Type) *air.Value {
	switch t.Kind {
	case air.Void:
		return air.VoidConst
	case air.Int, air.Bool, air.Float:
		return air.NewInt(t, 0)
	case air.Enum:
		if t.Exhaustive && len(t.Members) > 0 {
			return air.NewBig(t, t.Members[0].Value)
		}
		return air.NewInt(t, 0)
	case air.ErrorSet:
		if len(t.Errors) > 0 {
			return air.NewInt(t, int64(t.Errors[0].Value))
		}
	case air.Optional:
		return &air.Value{Type: t, Kind: air.NullValue}
	case air.ErrorUnion:
		return wrapped(air.PayloadValue, t, zeroOf(t.Elem))
	case air.Union:
		if v := wrapped(air.UnionValue, t, zeroOf(t.Fields[0].Type)); t.Tag != nil {
			return v
		}
	case air.Array, air.Vector, air.Struct:
		return zeroParts(t)
	}
	return nil
}

func wrapped(kind air.ValueKind, t *air.Type, elem *air.Value) *air.Value {
	if elem == nil {
		return nil
	}
	return &air.Value{Type: t, Kind: kind, Elems: []*air.Value{elem}}
}

func zeroParts(t *air.Type) *air.Value {
	if t.IsPacked() {
		return air.NewInt(t, 0)
	}
	n := len(t.Fields)
	if t.Kind == air.Array || t.Kind == air.Vector {
		n = int(t.Len)
	}
	v := &air.Value{Type: t, Kind: air.AggregateValue, Elems: make([]*air.Value, n)}
	for i := range v.Elems {
		part := t.Elem
		if t.Kind == air.Struct {
			part = t.Fields[i].Type
		}
		if v.Elems[i] = zeroOf(part); v.Elems[i] == nil {
			return nil
		}
	}
	return v
}

// smaller returns simpler constants of the same type, simplest first.
func smaller(v *air.Value) (list []*air.Value) {
	if v.Kind != air.IntValue {
		if zero := zeroOf(v.Type); zero != nil {
			list = append(list, zero)
		}
		return list
	}
	for _, n := range []int64{0, 1, -1, v.Int / 2, v.Int >> 8, v.Int - 1, v.Int + 1} {
		scalar, ok := v.Type.Scalar()
		if !ok || n == v.Int || n < 0 && !scalar.Signed || !fits(scalar, n) {
			continue
		}
		list = append(list, air.NewInt(v.Type, n))
	}
	return list
}

func fits(t *air.Type, n int64) bool {
	switch {
	case t.Bits >= 64:
		return true
	case t.Bits == 0:
		return n == 0
	case t.Signed:
		return n >= -1<<(t.Bits-1) && n < 1<<(t.Bits-1)
	}
	return n >= 0 && n < 1<<t.Bits
}

// shrinkConstants moves the constants of functions towards 0.
func shrinkConstants(p *Program) iter.Seq[*Program] {
	return func(yield func(*Program) bool) {
		for at, f := range p.Module.Funcs {
			for c, v := range f.Consts {
				for _, s := range smaller(v) {
					g := *f
					g.Consts = slices.Clone(f.Consts)
					g.Consts[c] = s
					if !yield(p.with(at, &g)) {
						return
					}
				}
			}
		}
	}
}

// shrinkArguments moves the arguments of runs towards 0.
func shrinkArguments(p *Program) iter.Seq[*Program] {
	return func(yield func(*Program) bool) {
		for i, r := range p.Runs {
			for a, v := range r.Args {
				for _, s := range smaller(v) {
					runs := slices.Clone(p.Runs)
					runs[i].Args = slices.Clone(r.Args)
					runs[i].Args[a] = s
					if !yield(&Program{p.Module, runs}) {
						return
					}
				}
			}
		}
	}
}

// shrinkInitialisers simplifies the initial values of globals.
func shrinkInitialisers(p *Program) iter.Seq[*Program] {
	return func(yield func(*Program) bool) {
		for i, g := range p.Module.Globals {
			if g.Init == nil {
				continue
			}
			for _, s := range smaller(g.Init) {
				m := *p.Module
				m.Globals = slices.Clone(m.Globals)
				changed := *g
				changed.Init = s
				m.Globals[i] = &changed
				if !yield(&Program{&m, p.Runs}) {
					return
				}
			}
		}
	}
}

// operandConstants replaces one operand by a constant: its value in the evaluator, or 0.
func operandConstants(p *Program, seen Seen) iter.Seq[*Program] {
	return instPlans(p, func(f *air.Func, i air.Index) (list []*plan) {
		for slot, op := range f.Insts[i].Ops {
			if at, ok := op.Inst(); ok {
				for _, v := range constantsFor(p, f, at, seen) {
					list = append(list, withOperand(f, i, slot, v))
				}
			}
		}
		return list
	})
}

func constantsFor(p *Program, f *air.Func, at air.Index, seen Seen) (list []*air.Value) {
	if seen != nil {
		if v := seen(p, f.Name, at); v != nil {
			list = append(list, v)
		}
	}
	if v := zeroOf(f.Insts[at].Type); v != nil {
		list = append(list, v)
	}
	return list
}

func withOperand(f *air.Func, i air.Index, slot int, v *air.Value) *plan {
	g := *f
	g.Consts = slices.Clone(f.Consts)
	pl := newPlan(&g)
	in := f.Insts[i]
	in.Ops = slices.Clone(in.Ops)
	in.Ops[slot] = g.AddConst(v)
	pl.change[i] = in
	return pl
}

// dropCases removes a case, an item or a range of a switch.
func dropCases(p *Program) iter.Seq[*Program] {
	return instPlans(p, func(f *air.Func, i air.Index) (list []*plan) {
		s, ok := f.Insts[i].Extra.(*air.SwitchExtra)
		if !ok {
			return nil
		}
		for c := range s.Cases {
			for _, in := range fewerCases(f.Insts[i], s, c) {
				list = append(list, changing(f, i, in))
			}
		}
		return list
	})
}

// fewerCases returns a switch without its case c, and with one item or range less in it.
func fewerCases(in air.Inst, s *air.SwitchExtra, c int) (list []air.Inst) {
	without := in
	without.Extra = &air.SwitchExtra{Cases: slices.Delete(slices.Clone(s.Cases), c, c+1)}
	without.Bodies = slices.Delete(slices.Clone(in.Bodies), c, c+1)
	list = append(list, without)
	set := func(changed air.SwitchCase) {
		less := in
		cases := slices.Clone(s.Cases)
		cases[c] = changed
		less.Extra = &air.SwitchExtra{Cases: cases}
		list = append(list, less)
	}
	old := s.Cases[c]
	for k := range old.Items {
		if len(old.Items)+len(old.Ranges) > 1 {
			set(air.SwitchCase{Items: slices.Delete(slices.Clone(old.Items), k, k+1), Ranges: old.Ranges})
		}
	}
	for k := range old.Ranges {
		set(air.SwitchCase{Items: append(slices.Clone(old.Items), old.Ranges[k][0]), Ranges: slices.Delete(slices.Clone(old.Ranges), k, k+1)})
	}
	return list
}

// dropParameters removes a parameter of a function; inside, a constant takes its place, and its callers and runs lose
// the argument.
func dropParameters(p *Program) iter.Seq[*Program] {
	return func(yield func(*Program) bool) {
		for at, f := range p.Module.Funcs {
			for n := range f.Type.Params {
				for _, v := range parameterValues(p, f, n) {
					if q := withoutParameter(p, at, n, v); q != nil && !yield(q) {
						return
					}
				}
			}
		}
	}
}

// parameterValues returns the constants that may replace a parameter: nil if it is unused, otherwise the arguments of
// runs, and 0.
func parameterValues(p *Program, f *air.Func, n int) (list []*air.Value) {
	if !slices.ContainsFunc(f.Insts, func(in air.Inst) bool { return in.Tag == air.Arg && int(in.N) == n }) {
		return []*air.Value{nil}
	}
	for _, r := range p.Runs {
		if r.Func == f.Name {
			list = append(list, r.Args[n])
		}
	}
	if v := zeroOf(f.Type.Params[n]); v != nil {
		list = append(list, v)
	}
	return list
}

func withoutParameter(p *Program, at, n int, v *air.Value) *Program {
	f := p.Module.Funcs[at]
	t := p.Module.Types.FnOf(air.Type{Elem: f.Type.Elem, Params: slices.Delete(slices.Clone(f.Type.Params), n, n+1),
		CallC: f.Type.CallC, VarArgs: f.Type.VarArgs})
	m := *p.Module
	m.Funcs = slices.Clone(m.Funcs)
	for i, g := range m.Funcs {
		pl := newPlan(g)
		pl.dropArgument(f.Name, n, t)
		if i == at {
			pl.typ = t
			pl.dropArg(n, v)
		}
		if m.Funcs[i] = rewrite(pl); m.Funcs[i] == nil {
			return nil
		}
	}
	runs := slices.Clone(p.Runs)
	for i := range runs {
		if runs[i].Func == f.Name {
			runs[i].Args = slices.Delete(slices.Clone(runs[i].Args), n, n+1)
		}
	}
	return &Program{&m, runs}
}

// dropArg replaces the n-th arg by a constant and renumbers the ones after it.
func (p *plan) dropArg(n int, v *air.Value) {
	f := *p.f
	f.Consts = slices.Clone(f.Consts)
	p.f = &f
	for i := range f.Insts {
		in := f.Insts[i]
		switch {
		case in.Tag != air.Arg || int(in.N) < n:
		case int(in.N) == n:
			p.swap[air.Index(i)] = f.AddConst(v)
		default:
			in.N--
			p.change[air.Index(i)] = in
		}
	}
}

// dropArgument removes an argument of the direct calls of a function. If its address is taken otherwise, the verifier
// rejects the candidate.
func (p *plan) dropArgument(name string, n int, t *air.Type) {
	f := *p.f
	f.Consts = slices.Clone(f.Consts)
	p.f = &f
	for i := range f.Insts {
		in := f.Insts[i]
		if !in.Tag.IsCall() {
			continue
		}
		callee := f.Value(in.Ops[0])
		if callee == nil || callee.Kind != air.SymbolValue || callee.Symbol != name || callee.Type.Kind != air.Fn {
			continue
		}
		in.Ops = slices.Delete(slices.Clone(in.Ops), n+1, n+2)
		in.Ops[0] = f.AddConst(&air.Value{Type: t, Kind: air.SymbolValue, Symbol: name})
		p.change[air.Index(i)] = in
	}
}

// promote makes the runs call another function of the module, with the arguments that it had in the evaluator, or 0.
func promote(p *Program, seen Seen) iter.Seq[*Program] {
	return func(yield func(*Program) bool) {
		for _, f := range p.Module.Funcs {
			if f.Extern || len(p.Runs) == 0 || p.Runs[0].Func == f.Name || !isScalar(f.Type.Elem) && f.Type.Elem.Kind != air.Void {
				continue
			}
			for _, s := range []Seen{seen, nil} {
				if args, ok := argumentsFor(p, f, s); ok && !yield(&Program{p.Module, []gen.Run{{Func: f.Name, Args: args}}}) {
					return
				}
			}
		}
	}
}

// lift makes the result of an instruction of the function that the only run calls a parameter, with the value that it
// had in the evaluator as the argument, and drops what only that instruction used. A compiler knows as little of it as
// before, which it does of no constant.
func lift(p *Program, seen Seen) iter.Seq[*Program] {
	return func(yield func(*Program) bool) {
		if seen == nil || len(p.Runs) != 1 || called(p.Module, p.Runs[0].Func) {
			return
		}
		at := slices.IndexFunc(p.Module.Funcs, func(f *air.Func) bool { return f.Name == p.Runs[0].Func })
		f := p.Module.Funcs[at]
		for i := len(f.Insts) - 1; i >= 0; i-- {
			in := &f.Insts[i]
			if in.Tag == air.Arg || !isScalar(in.Type) || len(in.Bodies) > 0 {
				continue
			}
			if v := seen(p, f.Name, air.Index(i)); v != nil && !yield(lifted(p, at, air.Index(i), v)) {
				return
			}
		}
	}
}

// lifted returns a program with a parameter in place of an instruction.
func lifted(p *Program, at int, i air.Index, v *air.Value) *Program {
	f := *p.Module.Funcs[at]
	arg := air.Index(len(f.Insts))
	f.Insts = append(slices.Clone(f.Insts), air.Inst{Tag: air.Arg, Type: f.Insts[i].Type, N: uint32(len(f.Type.Params))})
	args := 0
	for f.Insts[f.Body[args]].Tag == air.Arg {
		args++
	}
	f.Body = slices.Insert(slices.Clone(f.Body), args, arg)
	pl := newPlan(&f)
	pl.swap[i] = air.InstRef(arg)
	pl.typ = p.Module.Types.FnOf(air.Type{Elem: f.Type.Elem, Params: append(slices.Clone(f.Type.Params), f.Insts[i].Type),
		CallC: f.Type.CallC, VarArgs: f.Type.VarArgs})
	q := p.with(at, rewrite(sweeping(rewrite(pl))))
	q.Runs = []gen.Run{{Func: f.Name, Args: append(slices.Clone(p.Runs[0].Args), v)}}
	return q
}

// argumentsFor returns arguments for a function of scalar parameters.
func argumentsFor(p *Program, f *air.Func, seen Seen) ([]*air.Value, bool) {
	args := make([]*air.Value, len(f.Type.Params))
	for n, t := range f.Type.Params {
		if !isScalar(t) {
			return nil, false
		}
		args[n] = zeroOf(t)
	}
	for i := range f.Insts {
		if in := &f.Insts[i]; in.Tag == air.Arg && seen != nil {
			if v := seen(p, f.Name, air.Index(i)); v != nil {
				args[in.N] = v
			}
		}
	}
	return args, true
}
