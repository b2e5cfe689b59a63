package diff

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/legalize"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/lower"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/convention"
)

// Culprit is the part of the code generator that a diverging case blames, and what else points to it.
type Culprit struct {
	// Kind is what the part does wrong: "wrong-value", "broken-rule", or "wrong-code" of a stage behind codegen.
	Kind string `json:"kind"`
	// Site is the lowering of the AIR instruction that shows it, or the part itself.
	Site string `json:"site"`
	// Places are the functions that may hold the defect, the likeliest first.
	Places []link.CodeCall `json:"places,omitempty"`
	// Text describes for a person what is wrong.
	Text string `json:"text,omitempty"`
	// Clues are what the code of the instruction has in common with that of others: the lines that emitted it and the
	// machine instructions that it is made of. A clue with a number is in the code of so many sites; 0 if that is unknown.
	Clues map[string]int `json:"clues,omitempty"`
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
var aftermath = []string{"restoring-a-state", "the-slot-of", "is-freed-twice", "has-two-owners", "is-dead", "operand-is-dead"}

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
		legal := legalize.Legalize(f)
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
		fmt.Fprintf(b, "%s %s (%s", word, p.Func, p.File)
		if p.Line > 0 {
			fmt.Fprintf(b, ":%d", p.Line)
		}
		fmt.Fprintln(b, ")")
	}
	if c.Text != "" {
		fmt.Fprintln(b, strings.TrimSpace(c.Text))
	}
}

// frame matches a call of the code generator in the text of a stack.
var frame = regexp.MustCompile(`(?m)^\S*/backend/(\w+)\.(?:\(\*?\w+\)\.)?(\w+)\(.*\)\n\t\S*/(backend/\w+/\w+\.go):(\d+)`)

// placeText matches a place as the code generator writes it into the message of a broken rule.
var placeText = regexp.MustCompile(`(\w+) \((backend/[\w/]+\.go):(\d+)\)`)

// blameAudit blames the calls that lead to a broken rule that is only checked with Options.Audit.
func blameAudit(c *Case, culprit *Culprit) bool {
	text, broken := audit(c)
	if broken {
		blameRule(text, culprit)
	}
	return broken
}

// audit compiles a case with Options.Audit, and returns the text of the panic if a rule is broken.
func audit(c *Case) (text string, broken bool) {
	o := c.options()
	o.Audit = true
	defer func() {
		if rule := recover(); rule != nil {
			text, broken = panicText(rule), true
		}
	}()
	_, _ = backend.Compile(c.Module, o)
	return "", false
}

// blamePanic blames the calls that led to a broken rule, or those that the message names.
func (k *Checker) blamePanic(c *Case, d *Divergence, culprit *Culprit) {
	text, broken := audit(c)
	if !broken {
		text = d.Detail
	}
	if !blameMIR(c, text, culprit) {
		blameRule(text, culprit)
	}
}

// invalid matches the message of a panic about an instruction of MIR.
var invalid = regexp.MustCompile(`func @(\S+): mir.Verify holds: .*: instruction (\d+) `)

// blameMIR blames the calls that emitted an instruction that mir.Verify does not accept.
func blameMIR(c *Case, text string, culprit *Culprit) bool {
	message, _, _ := strings.Cut(text, "\n")
	m := invalid.FindStringSubmatch(message)
	if m == nil {
		return false
	}
	f := c.Module.Func(m[1])
	o := c.options()
	o.Verify, o.Origins = false, true
	stages, _ := backend.CompileFunc(c.Module, f, o)
	n, _ := strconv.Atoi(m[2])
	if stages == nil || n >= len(stages.MIR.Insts) {
		return false
	}
	p := point{&tracedFunc{mir: stages.MIR, origins: make([]link.Origin, len(stages.MIR.Insts))}, n}
	p.f.origins[n].Calls = NewCensus().calls(stages.MIR.Origins[n].Calls)
	width := ""
	if r := p.record(); r != nil {
		width = widthOf(f, air.Index(r.Inst))
	}
	p.blame(width, culprit)
	culprit.Kind, culprit.Text = "wrong-value", message
	return true
}

func blameRule(text string, culprit *Culprit) {
	culprit.Clues = nil
	message, _, _ := strings.Cut(text, "\n")
	culprit.Kind, culprit.Text, culprit.Site = "broken-rule", message, ruleOf(message)
	culprit.Places = nil
	for _, m := range placeText.FindAllStringSubmatch(message, -1) {
		if m[1] == "dieOperand" {
			culprit.Places = nil // as every operand does that is not needed any more
			break
		}
		culprit.addPlace(m[1], m[2], m[3])
	}
	if len(culprit.Places) == 0 {
		for _, m := range frame.FindAllStringSubmatch(text, -1) {
			if m[2] == "genInst" {
				break
			}
			culprit.addPlace(m[2], m[3], m[4])
		}
	}
	if len(culprit.Places) > 0 {
		p := &culprit.Places[0]
		culprit.Clues = map[string]int{fmt.Sprintf("%s at %s:%d", culprit.Site, p.File, p.Line): 1}
		if strings.Contains(message, " in "+p.Func+" (") {
			culprit.Clues = map[string]int{fmt.Sprintf("death at %s:%d", p.File, p.Line): 1}
		}
	}
}

// addPlace adds a call, unless it is one through which many others go.
func (c *Culprit) addPlace(function, file, line string) {
	switch function {
	case "broken", "mustHold", "die", "resolve", "birth", "finish", "finishResult", "use", "useValue", "claimSlot", "compile":
		return
	}
	if strings.HasPrefix(function, "check") {
		return
	}
	n, _ := strconv.Atoi(line)
	c.Places = append(c.Places, link.CodeCall{Func: function, File: file, Line: n})
}

// ruleOf returns the rule that the message of a panic names, without what depends on the case.
func ruleOf(message string) string {
	if placeText.MatchString(message) {
		message, _, _ = strings.Cut(message, placeText.FindString(message))
	}
	message, _, _ = strings.Cut(message, " (")
	parts := strings.SplitN(message, ": ", 5)
	rule := parts[len(parts)-1]
	rule = strings.Join(strings.Fields(numberText.ReplaceAllString(rule, " ")), "-")
	return rule[:min(len(rule), 60)]
}

var numberText = regexp.MustCompile(`[^a-z ]+[a-z0-9]*|\b[a-z]+[0-9]+\b`)

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
	code, err := k.compile(c, c.options())
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

// blameABI blames package abi if it places an argument elsewhere than the harness does by its own reading.
func blameABI(c *Case, culprit *Culprit) bool {
	compare := func(name string, got *abi.Call, want *convention.Signature) bool {
		for i := range min(len(want.Params), len(got.Params)) {
			if detail := misplaced(&want.Params[i], &got.Params[i]); detail != "" {
				culprit.Kind, culprit.Site = "wrong-place", "abi"
				culprit.Places = []link.CodeCall{{Func: "Classify", File: "backend/abi/abi.go"}}
				culprit.Text = fmt.Sprintf("parameter %d of %s: %s", i, name, detail)
				return true
			}
		}
		return false
	}
	for _, f := range c.Module.Funcs {
		if compare("@"+f.Name, abi.Classify(f.Type), convention.Of(f.Type)) {
			return true
		}
		for i := range f.Insts {
			in := &f.Insts[i]
			if !in.Tag.IsCall() {
				continue
			}
			t := f.TypeOf(in.Ops[0])
			if t.Kind == air.Pointer {
				t = t.Elem
			}
			var extra []*air.Type
			for _, r := range in.Ops[1+len(t.Params):] {
				extra = append(extra, f.TypeOf(r))
			}
			if compare(instText(f, air.Index(i)), abi.ClassifyCall(t, extra), convention.OfCall(t, extra)) {
				return true
			}
		}
	}
	return false
}

// misplaced returns how the places of a value differ, empty if they do not.
func misplaced(want *convention.Value, got *abi.Value) string {
	a, b := want.Pieces(), got.Pieces()
	if len(a) != len(b) {
		return fmt.Sprintf("%d pieces, not %d", len(b), len(a))
	}
	for i := range a {
		same := false
		switch a[i].Space {
		case convention.Stack:
			same = b[i].Kind == abi.Stack && b[i].Offset == int64(a[i].N)
		case convention.Float:
			same = b[i].Kind == abi.Register && b[i].Reg == isa.FA0+isa.Reg(a[i].N)
		default:
			same = b[i].Kind == abi.Register && b[i].Reg == isa.A0+isa.Reg(a[i].N)
		}
		if !same {
			return fmt.Sprintf("%+v, not %v", b[i], a[i])
		}
	}
	return ""
}

// blame blames the stage that expands an instruction of MIR whose code does not do what it means.
func (t *tracer) blame(culprit *Culprit) {
	b := t.fault
	in := b.inst()
	culprit.Kind = "wrong-code"
	place := link.CodeCall{Func: "inst", File: "backend/lower/lower.go"}
	switch in.Op {
	case mir.LoadImm:
		place = link.CodeCall{Func: "loadImm", File: "backend/lower/imm.go"}
	case mir.AddImm:
		place = link.CodeCall{Func: "addImm", File: "backend/lower/memory.go"}
	case mir.Load, mir.Store, mir.LeaMem:
		place = link.CodeCall{Func: "access", File: "backend/lower/memory.go"}
		if misresolved(&b.f.mir.Frame, in.Mem) != "" {
			place = link.CodeCall{Func: "Resolve", File: "backend/mir/frame.go"}
		}
	case mir.LocationPoint:
		place = link.CodeCall{Func: "Resolve", File: "backend/mir/frame.go"}
	case mir.LeaSymbol, mir.Call, mir.TailCall:
		place = link.CodeCall{Func: "relocate", File: "backend/link/reloc.go"}
		if blameLeaf(culprit) {
			culprit.Text = b.text()
			return
		}
	case mir.Branch, mir.Jump, mir.JumpTable:
		place = link.CodeCall{Func: "jump", File: "backend/emit/emit.go"}
		if in.Op == mir.Branch && t.pc(point{b.f, b.at + 1})-t.pc(b.point) <= 4 {
			place.Func = "branch"
		}
	case mir.Prologue, mir.Epilogue:
		place = link.CodeCall{Func: in.Op.String(), File: "backend/lower/frame.go"}
	}
	if v, ok := t.wrongConstant(b); ok {
		place = link.CodeCall{Func: "constant", File: "backend/lower/imm.go"}
		culprit.Text = fmt.Sprintf("the sequence for the constant %d makes another\n", v)
	}
	culprit.Places = []link.CodeCall{place}
	culprit.Site = path.Base(path.Dir(place.File)) + "." + place.Func
	culprit.Text += b.text()
}

func (b *breach) text() string {
	return fmt.Sprintf("the code of %s in @%s, at pc %#x: %s", b.inst().Op, b.f.Name, b.f.origins[b.at].PC, b.detail)
}

// wrongConstant returns a constant that the expansion of an instruction may need and that lower does not make.
func (t *tracer) wrongConstant(b *breach) (int64, bool) {
	in := b.inst()
	f := &b.f.mir.Frame
	var list []int64
	switch in.Op {
	case mir.LoadImm, mir.AddImm:
		list = append(list, in.I.Imm)
	case mir.Load, mir.Store, mir.LeaMem:
		loc, _ := f.Loc(in.Mem.Frame)
		disp := loc.Disp + in.Mem.Disp
		list = append(list, disp, disp-disp<<52>>52)
	case mir.Prologue, mir.Epilogue:
		for first := int64(0); first <= 256; first += 16 {
			list = append(list, f.Size-first, first-f.Size)
		}
		list = append(list, -f.Align)
	}
	for _, v := range list {
		if made, ok := madeConstant(v); ok && made != v {
			return v, true
		}
	}
	return 0, false
}

// madeConstant returns the constant that the code of lower for one makes; false for code of another form.
func madeConstant(v int64) (made int64, ok bool) {
	code, err := lower.Lower(&mir.Function{Insts: []mir.Inst{{Op: mir.LoadImm, I: isa.Inst{Rd: isa.A0, Imm: v}}}})
	if err != nil {
		return 0, false
	}
	for _, it := range code.Items {
		from := made
		if it.Rs1 == isa.Zero {
			from = 0
		}
		switch it.Op {
		case isa.LUI:
			made = it.Imm << 44 >> 32
		case isa.ADDI:
			made = from + it.Imm
		case isa.ADDIW:
			made = int64(int32(from + it.Imm))
		case isa.SLLI:
			made = from << it.Imm
		case isa.SRLI:
			made = int64(uint64(from) >> it.Imm)
		case isa.XORI:
			made = from ^ it.Imm
		default:
			return 0, false
		}
	}
	return made, true
}
