// Package splice takes functions out of real programs and calls them from generated ones: code as compilers for people
// write it, in surroundings as nobody does.
//
//	seeds := splice.Entries(entries, campaign, shard)
package splice

import (
	"bytes"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/mutate"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
)

// Entries returns for each function that Callees returns of some entries a program that calls it, unless none is found.
// They are the same for a seed and shard of a campaign.
func Entries(real []*corpus.Entry, seed, shard uint64) (list []*corpus.Entry) {
	s := source.New(source.Case(seed, shard, 0))
	g := gen.New(gen.Config{Features: gen.AllFeatures &^ gen.ErrorUnions})
	callees := Callees(real, s)
	for n := range callees {
		s.Reset(source.Case(seed, shard, uint64(n)))
		if e := Into(s, g, &callees[n]); e != nil {
			list = append(list, e)
		}
	}
	return list
}

// Callee is a function that generated programs may call.
type Callee struct {
	Name string
	// Module is the function and everything that it needs. None of that is a variable: each call does the same.
	Module *air.Module
	// Args are lists of arguments with which the evaluator finds the function legal, and to return.
	Args [][]*air.Value
}

// The bounds of what is spliced: the instructions of a callee with everything that it needs, how often arguments are drawn
// for it and kept, the steps that a call of it takes, and those of a whole program.
const (
	maxSize  = 500
	maxDraws = 24
	maxArgs  = 4
	maxSteps = 2_000
	allSteps = 50_000
)

// Callees returns the functions of the entries' programs that generated ones can call, each once: those without addresses
// in their parameters and results, that keep no state and for which s draws legal arguments. Functions of one name are taken for the same.
func Callees(entries []*corpus.Entry, s *source.Source) (list []Callee) {
	seen := map[string]bool{}
	for _, e := range entries {
		for _, f := range e.Module.Funcs {
			if seen[f.Name] || !isCallable(f) {
				continue
			}
			seen[f.Name] = true
			m := air.Reachable(e.Module, f.Name)
			if !isPlain(m) {
				continue
			}
			if args := legal(m, f, s); args != nil {
				list = append(list, Callee{Name: f.Name, Module: m, Args: args})
			}
		}
	}
	return list
}

// isCallable reports whether constants can be passed to a function, and its result observed.
func isCallable(f *air.Func) bool {
	t := f.Type
	result := t.Elem
	if result.Kind == air.ErrorUnion {
		result = result.Elem
	}
	return !f.Extern && !t.VarArgs && gen.IsDrawable(result) && !slices.ContainsFunc(t.Params, func(p *air.Type) bool { return !gen.IsDrawable(p) })
}

// isPlain reports whether a program is small, keeps no state, looks at no address and is compiled.
func isPlain(m *air.Module) bool {
	for _, g := range m.Globals {
		if !g.Const || g.ThreadLocal || g.Extern {
			return false
		}
	}
	size := 0
	for _, f := range m.Funcs {
		if f.Extern && !strings.HasPrefix(f.Name, "panic.") {
			return false
		}
		if size += len(f.Insts); size > maxSize {
			return false
		}
		for i := range f.Insts {
			switch f.Insts[i].Tag {
			case air.IntFromPtr, air.RetAddr, air.FrameAddr, air.Assembly:
				return false
			}
		}
	}
	_, err := backend.Compile(m, backend.Options{})
	return err == nil
}

// legal draws arguments until there are enough with which a function returns.
func legal(m *air.Module, f *air.Func, s *source.Source) (list [][]*air.Value) {
	p, err := eval.New(m, eval.Config{MaxSteps: maxSteps})
	if err != nil {
		return nil
	}
	draws, enough := maxDraws, maxArgs
	if len(f.Type.Params) == 0 {
		draws, enough = 1, 1
	}
	for range draws {
		args := []*air.Value{}
		for _, t := range f.Type.Params {
			args = append(args, gen.Constant(s, t))
		}
		if p.Call(f.Name, args).Ending == oracle.Returned {
			if list = append(list, args); len(list) == enough {
				break
			}
		}
	}
	return list
}

// maxHosts bounds the generated programs that are drawn until one takes a callee.
const maxHosts = 20

// Into returns a program that g makes, without error sets of its own, with calls of a callee in it, or nil if those that
// s describes take none. Its run lines only make the calls of the generated program. It is legal.
func Into(s *source.Source, g *gen.Generator, c *Callee) *corpus.Entry {
	for range maxHosts {
		if host := g.Case(s); len(host.Module.ErrorNames) == 0 && host.Module.Types.Rules == c.Module.Types.Rules {
			if e := c.into(s, host); e != nil {
				return e
			}
		}
	}
	return nil
}

func (c *Callee) into(s *source.Source, host *gen.Case) *corpus.Entry {
	text := air.Print(host.Module)
	if rest, ok := bytes.CutPrefix(text, []byte("layout ")); ok {
		_, text, _ = bytes.Cut(rest, []byte("\n"))
	}
	m, err := air.Parse("", slices.Concat(air.Print(c.Module), []byte("\n"), text))
	if err != nil {
		return nil // both define a name
	}
	var callers []*air.Func
	for _, f := range host.Module.Funcs {
		if !f.Extern {
			callers = append(callers, m.Func(f.Name))
		}
	}
	called, callee := false, m.Func(c.Name)
	for range s.Between(1, 3) {
		args := slices.Clone(c.Args[s.Intn(len(c.Args))])
		for i, t := range callee.Type.Params {
			args[i] = retyped(args[i], t)
		}
		called = mutate.Call(s, m, callers, callee, args) || called
	}
	if !called || air.Verify(m) != nil {
		return nil
	}
	var runs []corpus.Run
	for _, r := range host.Runs {
		args := slices.Clone(r.Args)
		for i, t := range m.Func(r.Func).Type.Params {
			args[i] = retyped(args[i], t)
		}
		runs = append(runs, corpus.Run{Func: r.Func, Args: args, Want: corpus.Want{Ending: oracle.OutOfSteps}})
	}
	if !isLegal(m, runs) {
		return nil
	}
	return corpus.New(corpus.Slug("splice "+c.Name), m, runs)
}

// retyped returns a copy of a value, which the generator may reuse, as one of the same type in another module.
func retyped(v *air.Value, t *air.Type) *air.Value {
	c := *v
	c.Type, c.Elems = t, slices.Clone(v.Elems)
	for i, e := range c.Elems {
		switch {
		case v.Kind == air.UnionValue:
			c.Elems[i] = retyped(e, t.Fields[v.Field].Type)
		case t.Kind == air.Struct:
			c.Elems[i] = retyped(e, t.Fields[i].Type)
		default:
			c.Elems[i] = retyped(e, t.Elem)
		}
	}
	return &c
}

// isLegal reports whether every run ends, in a way that is not illegal behaviour. What extern functions return does not
// matter for that.
func isLegal(m *air.Module, runs []corpus.Run) bool {
	p, err := eval.New(m, eval.Config{MaxSteps: allSteps, Externs: func(string, []uint64) (uint64, bool) { return 1, true }})
	if err != nil {
		return false
	}
	for _, r := range runs {
		switch p.Call(r.Func, r.Args).Ending {
		case oracle.Illegal, oracle.Unsupported, oracle.OutOfSteps:
			return false
		}
	}
	return true
}
