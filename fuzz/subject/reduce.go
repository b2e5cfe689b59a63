package subject

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/minimize"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
)

// Finding is a program that a compiler gets wrong.
type Finding struct {
	On      Selected
	Culprit Culprit
	Verdict Verdict // of the program, made small
	// Instructions is the size of the program, and Shape what it consists of: findings of one shape are most likely of
	// one defect.
	Instructions int
	Shape        string
}

// Reduce makes the program of a verdict small within a limit of processor time, while it differs in its configuration and,
// if the culprit is the subject, does not in that or another compiler's reference configuration. Every program on the
// way is legal.
func (b *Bench) Reduce(ctx context.Context, on Selected, culprit Culprit, v Verdict, limit time.Duration) (Finding, error) {
	began := processorTime()
	r := &reducer{bench: b, ctx: ctx, on: on, culprit: culprit, best: v, checker: diff.NewChecker(diff.Config{})}
	m, err := air.Parse(v.Case.Name, air.Print(v.Case.Module))
	if err != nil {
		return Finding{}, err
	}
	start := &minimize.Program{Module: m, Runs: v.Case.Runs}
	minimize.Search(start, minimize.Problem[*minimize.Program]{
		Same: r.same, Likely: r.likely, Less: minimize.Less, Text: (*minimize.Program).Text, Passes: minimize.Passes(r.valueOf),
		Stop: func() bool { return ctx.Err() != nil || processorTime()-began > limit },
	})
	f := Finding{On: on, Culprit: culprit, Verdict: r.best}
	f.Instructions, f.Shape = shapeOf(r.best.Case.Module)
	return f, nil
}

// reducer is the predicate of a search.
type reducer struct {
	bench   *Bench
	ctx     context.Context
	on      Selected
	culprit Culprit
	best    Verdict
	checker *diff.Checker

	values   diff.Values // of valuesOf
	valuesOf *minimize.Program
}

// same reports whether a program shows what is looked for: it differs, or is refused, as the first one.
func (r *reducer) same(p *minimize.Program) bool {
	c, err := Prepare(r.best.Case.Name, p.Module, p.Runs)
	if err != nil {
		return false
	}
	v, err := r.bench.alone(r.ctx, r.on.Subject, r.on.Configuration, Quick, c)
	if err != nil || !v.Differs() || (v.Refused != nil) != (r.best.Refused != nil) {
		return false
	}
	witnesses := map[Culprit]func(Selected) []Selected{TheSeam: alone, TheSubject: r.bench.witnesses, TheLanguage: r.bench.others}[r.culprit]
	if witnesses != nil {
		if isRight, err := r.bench.someoneIsRight(r.ctx, witnesses(r.on), c); err != nil || !isRight {
			return false
		}
	}
	r.best = v
	return true
}

// likely reports which programs differ when they are compiled together. Where the compiler refuses a program, each is
// compiled by itself.
func (r *reducer) likely(programs []*minimize.Program) []bool {
	differs := make([]bool, len(programs))
	if r.best.Refused != nil {
		for i := range differs {
			differs[i] = true
		}
		return differs
	}
	var cases []*Case
	for i, p := range programs {
		if c, err := Prepare(r.best.Case.Name, p.Module, p.Runs); err == nil {
			c.number = i
			cases = append(cases, c)
		}
	}
	verdicts, err := r.bench.Try(r.ctx, r.on.Subject, r.on.Configuration, Quick, cases)
	for i := range verdicts {
		if v := &verdicts[i]; err == nil && v.Differs() && v.Refused == nil {
			differs[v.Case.number] = true
		}
	}
	return differs
}

// valueOf returns the value that an instruction had in the first run, or nil where it is not known.
func (r *reducer) valueOf(p *minimize.Program, function string, inst air.Index) *air.Value {
	if r.valuesOf != p {
		r.valuesOf, r.values = p, r.checker.Values(&diff.Case{Module: p.Module, Runs: p.Runs})
	}
	bytes, ok := r.values[diff.Place{Func: function, Inst: inst}]
	if !ok {
		return nil
	}
	v, whole := diff.Constant(p.Module.Func(function).Insts[inst].Type, bytes, nil, nil)
	if !whole {
		return nil
	}
	return v
}

// shapeOf returns the number of instructions of a module, and the tags and types of those that compute something.
func shapeOf(m *air.Module) (instructions int, shape string) {
	var parts []string
	for _, f := range m.Funcs {
		needed := make([]bool, len(f.Insts))
		count(f.Body, f, needed)
		for i := range f.Insts {
			in := &f.Insts[i]
			if !needed[i] {
				continue
			}
			instructions++
			switch in.Tag {
			case air.Arg, air.Ret, air.Load, air.Store, air.Block, air.Br, air.Call, air.Alloc:
				continue
			}
			part := in.Tag.String()
			if len(in.Ops) > 0 {
				part += "." + diff.Class(f.TypeOf(in.Ops[0]))
			}
			if !slices.Contains(parts, part) {
				parts = append(parts, part)
			}
		}
	}
	slices.Sort(parts)
	return instructions, strings.Join(parts, " ")
}

// count marks the instructions of a body and of those in it.
func count(body air.Body, f *air.Func, present []bool) {
	for _, i := range body {
		present[i] = true
		for _, inner := range f.Insts[i].Bodies {
			count(inner, f, present)
		}
	}
}

// Write writes a finding to a folder: the program as a corpus entry, and beside it the exported text and a note with
// versions, commands and the difference. It returns the path of the entry.
func (f *Finding) Write(folder string) (string, error) {
	s := diff.Signature{Oracle: "subject", Kind: string(f.Culprit), Tag: f.Shape, Site: f.On.String()}
	c := &diff.Case{Module: f.Verdict.Case.Module, Runs: f.Verdict.Case.Runs}
	e := replay.Entry(diff.NewChecker(diff.Config{}), c, s, f.Verdict.Case.Name)
	e.Comment = []string{fmt.Sprintf("%s %s: %s", f.On, f.On.Subject.Version, f.Shape)}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return "", err
	}
	path, _, err := corpus.Write(folder, e)
	if err != nil {
		return "", err
	}
	stem := strings.TrimSuffix(path, ".txtar")
	text, _ := Export(f.On.Subject.Language, []*Case{f.Verdict.Case}, nil)
	if err := os.WriteFile(stem+languages[f.On.Subject.Language].extension, []byte(text), 0o666); err != nil {
		return "", err
	}
	return path, os.WriteFile(stem+".txt", []byte(f.note()), 0o666)
}

func (f *Finding) note() string {
	var s strings.Builder
	fmt.Fprintf(&s, "compiler: %s %s\nculprit: %s\ndifference: %s\nfrom: %s\n", f.On, f.On.Subject.Version, f.Culprit, &f.Verdict, f.Verdict.Case.Name)
	for _, command := range f.On.Configuration.Commands {
		fmt.Fprintf(&s, "command: %s\n", strings.Join(command, " "))
	}
	return s.String()
}
