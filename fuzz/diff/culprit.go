package diff

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/isa"
)

// Culprit is the part of the code generator that a diverging case blames, and what else points to it.
type Culprit struct {
	// Kind is what the part does wrong: "wrong-value", "wrong-access" of one that is wider than its alignment, "broken-rule", or
	// "wrong-code" of a stage behind codegen.
	Kind string `json:"kind"`
	// Site is the lowering of the AIR instruction that shows it, or the part itself.
	Site string `json:"site"`
	// Places are the functions that may hold the defect, the likeliest first.
	Places []link.CodeCall `json:"places,omitempty"`
	// Others are the functions that emitted other code from which the first wrong value comes, what was executed last first.
	Others []link.CodeCall `json:"others,omitempty"`
	// Calls are functions that emitted none of that code but are called by those that did, and by few others.
	Calls []link.CodeCall `json:"calls,omitempty"`
	// Via are the functions of package codegen that had a part in the wrong value, sorted: those that emitted some of its code,
	// those that they call, and what these call to compute something.
	Via []string `json:"via,omitempty"`
	// Text describes for a person what is wrong.
	Text string `json:"text,omitempty"`
	// Clues are what the code of the instruction has in common with that of others: the lines that emitted it and the
	// machine instructions that it is made of. A clue with a number is in the code of so many sites; 0 if that is unknown.
	Clues map[string]int `json:"clues,omitempty"`
	// Library is true if the code of the instruction calls the runtime library: what is wrong may be in the code of that.
	Library bool `json:"library,omitempty"`
	// Shared are those clues that the code of the library has too, as far as somebody looked.
	Shared []string `json:"shared,omitempty"`
}

// Name returns the name of the bucket of a defect that shows itself by this culprit first.
func (c *Culprit) Name() string {
	if len(c.Places) == 0 {
		return c.Kind + "/" + c.Site
	}
	p := &c.Places[0]
	if c.Kind == "broken-rule" {
		return c.Kind + "/" + p.Func + "/" + c.Site
	}
	return c.Kind + "/" + strings.TrimSuffix(path.Base(p.File), ".go") + "." + p.Func
}

// aftermath are the beginnings of rules about the state of a translation that break some time after a defect has damaged
// it.
var aftermath = []string{"restoring-a-state", "dead-none-cannot-be-brought-into", "the-slot-of", "is-freed-twice", "has-two-owners", "is-dead", "operand-is-dead"}

// State reports whether the culprit broke a rule about the state of a translation, and whether it was not seen where that
// was damaged: then nothing tells it from what another such defect leaves.
func (c *Culprit) State() (broken, later bool) {
	for _, rule := range aftermath {
		broken = broken || c.Kind == "broken-rule" && strings.HasPrefix(c.Site, rule)
	}
	for clue := range c.Clues {
		if strings.HasPrefix(clue, "death at ") {
			return broken, false
		}
	}
	return broken, broken
}

// Unknown returns the culprit of a divergence of which no more is known than what was seen.
func Unknown(s Signature) *Culprit {
	kind, site, _ := strings.Cut(s.Bucket(), "/")
	return &Culprit{Kind: kind, Site: site}
}

// Legal returns the case in legal form, in which every step of the code generator is an instruction; nil where that is
// no case of its own.
func Legal(c *Case) *Case {
	m := *c.Module
	m.Funcs = slices.Clone(m.Funcs)
	changed := false
	for i, f := range m.Funcs {
		if f.Extern || len(f.Body) == 0 {
			continue
		}
		legal := c.Options.Legalize(f)
		m.Funcs[i] = legal.Func
		changed = changed || legal.Func != f
	}
	if !changed {
		return nil
	}
	again, err := air.Parse("legal", air.Print(&m))
	if err != nil || air.Verify(again) != nil {
		return nil
	}
	own := &Case{Module: again, Options: c.Options, Runs: slices.Clone(c.Runs)}
	for i := range own.Runs {
		if again.Func(own.Runs[i].Func) == nil {
			return nil
		}
	}
	return own
}

// Culprit returns what a diverging case blames, nil if it does not diverge. It looks at the simplest form of the case that
// diverges: the legal form, without options.
func (k *Checker) Culprit(c *Case) *Culprit {
	for _, form := range forms(c) {
		if v := k.Check(form); v.Divergence != nil {
			return k.blame(form, v.Divergence)
		}
	}
	return nil
}

// forms returns a case in simpler forms, the simplest first, and as it is.
func forms(c *Case) (list []*Case) {
	for _, form := range []*Case{Legal(c), c} {
		if form == nil {
			continue
		}
		if plain := *form; plain.Options != (backend.Options{}) {
			plain.Options = backend.Options{}
			list = append(list, &plain)
		}
		if whole := *form; whole.Options.Compress {
			whole.Options.Compress = false // whose code is easier to check
			list = append(list, &whole)
		}
		list = append(list, form)
	}
	return list
}

// blame looks for the culprit of a divergence. What goes wrong on the way is no news: the code generator is not in order.
func (k *Checker) blame(c *Case, d *Divergence) (culprit *Culprit) {
	s := &d.Signature
	culprit = Unknown(*s)
	defer func() {
		k.tracer = nil
		if broken := recover(); broken != nil {
			culprit = Unknown(*s)
			culprit.Text = fmt.Sprintln("the culprit is unknown:", broken)
		}
	}()
	switch {
	case s.Oracle == "encode":
		culprit.Site = s.Slot
		culprit.Places = []link.CodeCall{{Func: s.Slot, File: "isa/internal/table/operand.go"}}
		if s.Kind == "target" {
			culprit.Places = []link.CodeCall{{Func: "compress", File: "backend/emit/layout.go"}}
		}
	case s.Oracle == "self" && s.Kind == "panic":
		k.blamePanic(c, d, culprit)
	case s.Oracle == "self" && s.Kind == "layout":
		name := strings.ReplaceAll(s.Tag, "error_union", "errorUnion") + "Layout"
		culprit.Places = []link.CodeCall{{Func: name, File: "backend/air/layout.go"}}
	case s.Oracle == "self":
		blameLeaf(culprit)
	case d.Run >= 0:
		k.blameRun(c, d, culprit)
	}
	if culprit.Kind == "wrong-value" || culprit.Kind == "wrong-access" {
		culprit.calling()
		culprit.via()
	}
	return culprit
}

// write writes the places and what is wrong.
func (c *Culprit) write(b *strings.Builder) {
	if c == nil {
		return
	}
	for i, p := range c.Places {
		word := "defect in"
		if i > 0 {
			word = "     from"
		}
		fmt.Fprintf(b, "%s %s (%s)\n", word, p.Func, p.Place())
	}
	list := func(word string, calls []link.CodeCall) {
		for _, p := range calls {
			fmt.Fprintf(b, "%9s %s (%s)\n", word, p.Func, p.Place())
		}
	}
	list("or in", c.Others)
	list("calling", c.Calls)
	if c.Text != "" {
		fmt.Fprintln(b, strings.TrimSpace(c.Text))
	}
}

// blameLeaf blames a function on which stages rest, if it does not do what it promises.
func blameLeaf(culprit *Culprit) bool {
	for v := int64(-9000); v < 9000; v += 7 {
		if hi, lo, ok := isa.HiLo(v); ok && (hi<<12+lo != v || lo < -2048 || lo > 2047) {
			culprit.Kind, culprit.Site = "wrong-code", "isa.HiLo"
			culprit.Places = []link.CodeCall{{Func: "HiLo", File: "isa/patch.go"}}
			return true
		}
	}
	return false
}

// blameRun blames what a run shows.
func (k *Checker) blameRun(c *Case, d *Divergence, culprit *Culprit) {
	o := c.options()
	o.Origins = true // and so the locations of what no code has made yet
	code, err := k.compile(c, o)
	if err != nil {
		return
	}
	if blameABI(c, culprit) {
		return
	}
	if blameAudit(c, culprit) {
		return
	}
	t := k.newTracer(code)
	program, err := k.evaluated(code)
	if t == nil || err != nil {
		return
	}
	g := k.load(code, program)
	k.tracer = t
	e := k.execute(g, &g.Runs[d.Run], k.config.Steps*stepsPerInstruction, true)
	k.tracer = nil
	t.end(k.machine, e.Ending.String() != "returned")
	if t.fault != nil {
		t.blame(culprit)
		return
	}
	k.blameValue(g, d, t, e, culprit)
}
