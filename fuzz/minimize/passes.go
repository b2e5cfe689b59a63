package minimize

import (
	"iter"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
)

// Seen returns the constant that an instruction of a function had when the program was evaluated, or nil where it was
// not reached or is no constant.
type Seen func(p *Program, function string, inst air.Index) *air.Value

// Passes returns the reductions of AIR programs, coarse before fine. Seen may be nil.
func Passes(seen Seen) []Pass[*Program] {
	return []Pass[*Program]{
		{"runs", dropRuns},
		{"sweep", sweep},
		{"unused", dropUnused},
		{"promote", func(p *Program) iter.Seq[*Program] { return promote(p, seen) }},
		{"return early", returnEarly},
		{"chunks", func(p *Program) iter.Seq[*Program] { return chunks(p, seen) }},
		{"lift", func(p *Program) iter.Seq[*Program] { return lift(p, seen) }},
		{"arms", arms},
		{"results", dropResults},
		{"direct calls", directCalls},
		{"unused functions", dropFunctions},
		{"unused globals", dropGlobals},
		{"unused types", dropTypes},
		{"forward", forward},
		{"parameters", dropParameters},
		{"operands", func(p *Program) iter.Seq[*Program] { return operandConstants(p, seen) }},
		{"switch cases", dropCases},
		{"constants", shrinkConstants},
		{"arguments", shrinkArguments},
		{"types", narrowTypes},
		{"initialisers", shrinkInitialisers},
	}
}

// with returns a program with one function replaced.
func (p *Program) with(at int, f *air.Func) *Program {
	m := *p.Module
	m.Funcs = slices.Clone(m.Funcs)
	m.Funcs[at] = f
	return &Program{Module: &m, Runs: p.Runs}
}

// plans yields the candidates of the plans for each function.
func plans(p *Program, propose func(f *air.Func, yield func(*plan) bool) bool) iter.Seq[*Program] {
	return func(yield func(*Program) bool) {
		for at, f := range p.Module.Funcs {
			if f.Extern {
				continue
			}
			if !propose(f, func(pl *plan) bool {
				if g := rewrite(pl); g != nil {
					return yield(p.with(at, g))
				}
				return true
			}) {
				return
			}
		}
	}
}

// instPlans yields the candidates of the plans for each instruction of each function.
func instPlans(p *Program, propose func(f *air.Func, i air.Index) []*plan) iter.Seq[*Program] {
	return plans(p, func(f *air.Func, yield func(*plan) bool) bool {
		for i := range f.Insts {
			for _, pl := range propose(f, air.Index(i)) {
				if !yield(pl) {
					return false
				}
			}
		}
		return true
	})
}

// changing returns the plan that replaces one instruction.
func changing(f *air.Func, i air.Index, in air.Inst) *plan {
	pl := newPlan(f)
	pl.change[i] = in
	return pl
}

// dropRuns keeps one run, or drops one.
func dropRuns(p *Program) iter.Seq[*Program] {
	return func(yield func(*Program) bool) {
		for i := range p.Runs {
			if !yield(&Program{p.Module, p.Runs[i : i+1]}) {
				return
			}
		}
		for i := range p.Runs {
			if !yield(&Program{p.Module, slices.Delete(slices.Clone(p.Runs), i, i+1)}) {
				return
			}
		}
	}
}

// uses counts how often each instruction of a function is an operand.
func uses(f *air.Func) []int {
	n := make([]int, len(f.Insts))
	for i := range f.Insts {
		for _, op := range f.Insts[i].Ops {
			if at, ok := op.Inst(); ok {
				n[at]++
			}
		}
	}
	return n
}

// sweep drops everything without effect whose result is unused, and unused constants, all at once.
func sweep(p *Program) iter.Seq[*Program] {
	return plans(p, func(f *air.Func, yield func(*plan) bool) bool { return yield(sweeping(f)) })
}

// sweeping returns the plan that drops what has no effect and is not used.
func sweeping(f *air.Func) *plan {
	count, pl := uses(f), newPlan(f)
	for i := len(f.Insts) - 1; i >= 0; i-- {
		in := &f.Insts[i]
		if count[i] > 0 || in.Tag.Row().Effect && in.Tag != air.Arg {
			continue
		}
		pl.drop[air.Index(i)] = true
		for _, op := range in.Ops {
			if at, ok := op.Inst(); ok {
				count[at]--
			}
		}
	}
	return pl
}

// returnEarly makes the entry return one of its scalars at once, without what follows. Its other returns return a
// constant.
func returnEarly(p *Program) iter.Seq[*Program] {
	return instPlans(p, func(f *air.Func, i air.Index) []*plan {
		t := f.Insts[i].Type
		if !isScalar(t) || f.Insts[i].Tag == air.Arg || called(p.Module, f.Name) {
			return nil
		}
		pl := newPlan(f)
		pl.final, pl.typ = air.InstRef(i), p.Module.Types.Fn(t, f.Type.Params...)
		pl.retype(t)
		return []*plan{pl}
	})
}

// retype makes every return of a function return a constant of another type.
func (p *plan) retype(t *air.Type) {
	f := *p.f
	f.Consts = slices.Clone(f.Consts)
	zero := f.AddConst(zeroOf(t))
	p.f = &f
	for i := range f.Insts {
		switch f.Insts[i].Tag {
		case air.Ret, air.RetSafe, air.RetLoad:
			p.change[air.Index(i)] = air.Inst{Tag: air.Ret, Type: air.NoReturnType, Ops: []air.Ref{zero}}
		}
	}
}

// dropResults makes functions that are not called return nothing.
func dropResults(p *Program) iter.Seq[*Program] {
	return plans(p, func(f *air.Func, yield func(*plan) bool) bool {
		if called(p.Module, f.Name) || f.Type.Elem.Kind == air.Void {
			return true
		}
		pl := newPlan(f)
		pl.typ = p.Module.Types.Fn(air.VoidType, f.Type.Params...)
		pl.retype(air.VoidType)
		return yield(pl)
	})
}

// directCalls replaces a function pointer by a function of its type.
func directCalls(p *Program) iter.Seq[*Program] {
	return instPlans(p, func(f *air.Func, i air.Index) (list []*plan) {
		in := &f.Insts[i]
		if !in.Tag.IsCall() || f.TypeOf(in.Ops[0]).Kind != air.Pointer {
			return nil
		}
		for _, callee := range p.Module.Funcs {
			if callee.Type == f.TypeOf(in.Ops[0]).Elem {
				symbol := &air.Value{Type: callee.Type, Kind: air.SymbolValue, Symbol: callee.Name}
				list = append(list, withOperand(f, i, 0, symbol))
			}
		}
		return list
	})
}

// called reports whether the code of a module names a symbol.
func called(m *air.Module, name string) bool {
	for _, f := range m.Funcs {
		for _, c := range f.Consts {
			if names(c, name) {
				return true
			}
		}
	}
	return false
}

// names reports whether a constant holds the address of a symbol.
func names(v *air.Value, symbol string) bool {
	if v == nil {
		return false
	}
	return v.Kind == air.SymbolValue && v.Symbol == symbol ||
		slices.ContainsFunc(v.Elems, func(e *air.Value) bool { return names(e, symbol) })
}

// chunks removes sequences of instructions, half of a function first, then a quarter, down to one. Their results become
// constants: the value in the evaluator, or 0.
func chunks(p *Program, seen Seen) iter.Seq[*Program] {
	return plans(p, func(f *air.Func, yield func(*plan) bool) bool {
		for width := (len(f.Insts) + 1) / 2; width > 0; width /= 2 {
			for from := len(f.Insts) - 1; from >= 0; from -= width {
				for _, s := range []Seen{seen, nil} {
					if s == nil || seen != nil {
						if pl := removal(p, f, from-width+1, from, s); pl != nil && !yield(pl) {
							return false
						}
					}
				}
			}
		}
		return true
	})
}

// removal plans to remove the instructions from one to another, both included.
func removal(p *Program, f *air.Func, from, to int, seen Seen) *plan {
	pl, count := newPlan(f), uses(f)
	own := *f
	own.Consts = slices.Clone(f.Consts)
	pl.f = &own
	for i := max(from, 0); i <= to; i++ {
		in := &f.Insts[i]
		switch index := air.Index(i); {
		case in.Tag.IsTerminator() || in.Tag == air.Arg:
		case count[i] == 0 && len(in.Bodies) == 0:
			pl.drop[index] = true
		case in.Type.Kind == air.Void || in.Type.Kind == air.NoReturn:
			if in.Tag != air.Block || len(in.Bodies) == 0 {
				pl.drop[index] = true
			}
		default:
			v := zeroOf(in.Type)
			if seen != nil {
				if s := seen(p, f.Name, index); s != nil {
					v = s
				}
			}
			if v != nil {
				pl.swap[index] = own.AddConst(v)
			}
		}
	}
	if len(pl.drop)+len(pl.swap) == 0 {
		return nil
	}
	return pl
}

// arms replaces an instruction by one of its bodies: an arm of a branch, the body of a block or loop, the error body of
// a try.
func arms(p *Program) iter.Seq[*Program] {
	return instPlans(p, func(f *air.Func, i air.Index) (list []*plan) {
		for arm := range f.Insts[i].Bodies {
			pl := newPlan(f)
			pl.arm[i] = arm
			list = append(list, pl)
		}
		if in := &f.Insts[i]; in.Tag == air.Try || in.Tag == air.TryCold {
			list = append(list, changing(f, i, air.Inst{Tag: air.UnwrapErrunionPayload, Type: in.Type, Ops: in.Ops}))
		}
		return list
	})
}

// forward replaces an instruction by one of its operands of the same type, or by an argument of the function.
func forward(p *Program) iter.Seq[*Program] {
	return plans(p, func(f *air.Func, yield func(*plan) bool) bool {
		for i := len(f.Insts) - 1; i >= 0; i-- {
			in := &f.Insts[i]
			if in.Tag == air.Arg || in.Type.Kind == air.Void || in.Type.Kind == air.NoReturn {
				continue
			}
			for _, by := range replacements(f, i) {
				pl := newPlan(f)
				pl.swap[air.Index(i)] = by
				if !yield(pl) {
					return false
				}
			}
		}
		return true
	})
}

func replacements(f *air.Func, i int) (list []air.Ref) {
	in := &f.Insts[i]
	for _, op := range in.Ops {
		if op != air.NoRef && f.TypeOf(op) == in.Type {
			list = append(list, op)
		}
	}
	for a := range f.Insts[:i] {
		if f.Insts[a].Tag == air.Arg && f.Insts[a].Type == in.Type {
			list = append(list, air.InstRef(air.Index(a)))
		}
	}
	return list
}

// dropUnused removes all functions, globals and types that are not named, at once.
func dropUnused(p *Program) iter.Seq[*Program] {
	return func(yield func(*Program) bool) {
		last := p
		for _, one := range []func(*Program) iter.Seq[*Program]{dropFunctions, dropGlobals, dropTypes} {
			for next := last; next != nil; {
				last, next = next, nil
				for next = range one(last) {
					break
				}
			}
		}
		if last != p {
			yield(last)
		}
	}
}

// dropFunctions removes functions that are not named and not called by a run.
func dropFunctions(p *Program) iter.Seq[*Program] {
	return func(yield func(*Program) bool) {
		for i, f := range p.Module.Funcs {
			if called(p.Module, f.Name) || slices.ContainsFunc(p.Runs, func(r gen.Run) bool { return r.Func == f.Name }) {
				continue
			}
			m := *p.Module
			m.Funcs = slices.Delete(slices.Clone(m.Funcs), i, i+1)
			if !yield(&Program{&m, p.Runs}) {
				return
			}
		}
	}
}

// dropGlobals removes globals that are not named.
func dropGlobals(p *Program) iter.Seq[*Program] {
	return func(yield func(*Program) bool) {
		for i, g := range p.Module.Globals {
			if called(p.Module, g.Name) || slices.ContainsFunc(p.Module.Globals, func(o *air.Global) bool { return names(o.Init, g.Name) }) {
				continue
			}
			m := *p.Module
			m.Globals = slices.Delete(slices.Clone(m.Globals), i, i+1)
			if !yield(&Program{&m, p.Runs}) {
				return
			}
		}
	}
}
