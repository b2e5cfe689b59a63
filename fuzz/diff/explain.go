package diff

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// The conclusions of an Explanation.
const (
	Diverges  = "diverges"
	Agrees    = "agrees"
	Discarded = "discarded"
)

// Explanation is what a person starts from: what was seen, and the first instruction at which evaluator and code differ
// with all that surrounds it. Its text is what String returns. Parts that a kind of divergence does not have are empty.
type Explanation struct {
	Conclusion string `json:"conclusion"`
	// Reason is why a case was discarded.
	Reason    string `json:"reason,omitempty"`
	Signature string `json:"signature,omitempty"`
	Bucket    string `json:"bucket,omitempty"`
	Options   string `json:"options"`
	// Run is the number of the run that shows the divergence, and Call its call; -1 and "" if none does.
	Run  int    `json:"run"`
	Call string `json:"call,omitempty"`
	// Detail describes what was seen.
	Detail string `json:"detail,omitempty"`
	// Defect is the part of the code generator that is to blame.
	Defect *Culprit `json:"defect,omitempty"`
	// Culprit is the AIR instruction that is to blame, or that was compiled when something broke.
	Culprit *Blamed `json:"culprit,omitempty"`
	// Evaluator and Machine are the AIR instructions with which the two go on where they go different ways.
	Evaluator string `json:"evaluator_continues,omitempty"`
	Machine   string `json:"code_continues,omitempty"`
	// AIR are the instructions around the culprit, Executed the machine instructions around the place in the order of their
	// execution, and Emitted those that lie there if none was executed.
	AIR      []Line     `json:"air,omitempty"`
	Executed []Executed `json:"executed,omitempty"`
	Emitted  []Code     `json:"code,omitempty"`
	// Stores are where the bytes come from that the culprit took from memory, or left there.
	Stores []Store `json:"stores,omitempty"`
	// Stack are the functions of this module that were active when something broke, the innermost first.
	Stack []link.CodeCall `json:"stack,omitempty"`
	// Notes say what could not be found out.
	Notes []string `json:"notes,omitempty"`
}

// Blamed is an AIR instruction with its value on both sides.
type Blamed struct {
	Func string `json:"func"`
	Inst int    `json:"inst"`
	Text string `json:"text"`
	Type string `json:"type"`
	// Site is the part of the code generator that emitted its code, and Lowering the calls there that emitted the last
	// instruction that wrote its value, the innermost first.
	Site     string          `json:"site,omitempty"`
	Lowering []link.CodeCall `json:"lowering,omitempty"`
	// Parts are the parts of the value on both sides, without the Omitted ones.
	Parts   []Part `json:"parts,omitempty"`
	Omitted int    `json:"omitted,omitempty"`
	// Where is the register or slot that holds the value, Raw all its bits, and PC the address at which it does. Canonical
	// is what it must hold, of a value that is only wrong in the bits above its width.
	Where     string `json:"where,omitempty"`
	Raw       string `json:"raw,omitempty"`
	Canonical string `json:"canonical,omitempty"`
	PC        string `json:"pc,omitempty"`

	f      *air.Func
	inst   air.Index
	record *link.LocationRecord
}

// Line is a line of AIR.
type Line struct {
	Text string `json:"text"`
	// Value is the value that the evaluator had last.
	Value   string `json:"value,omitempty"`
	Culprit bool   `json:"culprit,omitempty"`
}

// Explain checks a case and explains what it finds.
func (k *Checker) Explain(c *Case) *Explanation {
	v := k.Check(c)
	x := &Explanation{Conclusion: Agrees, Run: -1, Options: c.Options.String()}
	if v.Discarded != "" {
		x.Conclusion, x.Reason = Discarded, v.Discarded
	}
	d := v.Divergence
	if d == nil {
		return x
	}
	x.Conclusion, x.Signature, x.Bucket, x.Detail, x.Run = Diverges, d.Signature.String(), d.Signature.Bucket(), d.Detail, d.Run
	if d.Run >= 0 {
		x.Call = callText(c, d.Run)
	}
	if c.Module != nil {
		x.Defect = k.Culprit(c)
	}
	if x.Defect != nil {
		x.Bucket = x.Defect.Name()
	}
	x.guarded("the place of the divergence", func() { k.explain(x, c, d) })
	return x
}

// Broke returns the explanation of a check that ended with a stack or an error of ours in place of a verdict. The case
// may be nil.
func Broke(c *Case, s Signature, detail string) *Explanation {
	x := &Explanation{Conclusion: Diverges, Run: -1, Signature: s.String(), Bucket: s.Bucket(), Detail: detail}
	if c != nil {
		x.Options = c.Options.String()
		x.guarded("the place of the divergence", func() { x.broken(c, detail) })
	}
	if len(x.AIR) == 0 && c != nil && c.Module != nil {
		x.program(c.Module)
	}
	return x
}

// listedLines is how many lines of a program are listed of which no instruction is known to be the culprit.
const listedLines = 40

// program adds the whole of a program, or its beginning.
func (x *Explanation) program(m *air.Module) {
	lines := strings.Split(strings.TrimSpace(string(air.Print(m))), "\n")
	for _, l := range lines[:min(len(lines), listedLines)] {
		x.AIR = append(x.AIR, Line{Text: l})
	}
	if more := len(lines) - listedLines; more > 0 {
		x.AIR = append(x.AIR, Line{Text: fmt.Sprintf("... and %d lines more", more)})
	}
}

// guarded does a part of an explanation. What breaks in it is only noted: the rest of the explanation is needed then
// most of all.
func (x *Explanation) guarded(what string, do func()) {
	defer func() {
		if broken := recover(); broken != nil {
			x.Notes = append(x.Notes, fmt.Sprintf("%s: %v", what, broken))
		}
	}()
	do()
}

// callText returns the call of a run as run lines have it.
func callText(c *Case, run int) string {
	r := &c.Runs[run]
	args := make([]string, len(r.Args))
	for i, a := range r.Args {
		args[i] = a.Literal()
	}
	return "@" + r.Func + "(" + strings.Join(args, ", ") + ")"
}

// explain adds what surrounds the place of a divergence.
func (k *Checker) explain(x *Explanation, c *Case, d *Divergence) {
	if d.Signature.Oracle == "self" {
		x.broken(c, d.Detail)
		if len(x.AIR) == 0 && c.Module != nil {
			x.program(c.Module)
		}
		return
	}
	o := c.options()
	o.Origins = true
	code, err := k.compile(c, o)
	if err != nil {
		x.Notes = append(x.Notes, "compiled again: "+err.Error())
		return
	}
	if d.Run < 0 {
		x.emitted(code, d.at.pc)
		return
	}
	program, err := k.evaluated(code)
	if err != nil {
		x.Notes = append(x.Notes, "evaluated again: "+err.Error())
		return
	}
	w := &explainer{k: k, x: x, g: k.load(code, program), d: d}
	w.execution()
}

// placeInText finds the place of an AIR instruction in a message.
var placeInText = regexp.MustCompile(`func @([^,\s]+), %(\d+):`)

// broken adds the instruction that a message names, and the stack in it.
func (x *Explanation) broken(c *Case, message string) {
	x.Stack = stackOf(message)
	m := placeInText.FindStringSubmatch(message)
	if m == nil || c.Module == nil {
		return
	}
	f := c.Module.Func(m[1])
	n, err := strconv.Atoi(m[2])
	if f == nil || err != nil || n >= len(f.Insts) {
		return
	}
	x.Culprit = newBlamed(f, air.Index(n))
	x.AIR = airAround(f, air.Index(n), nil)
}

// stackOf returns the functions of this module in the text of a stack, without those that report a panic and up to this
// package.
func stackOf(text string) (stack []link.CodeCall) {
	const module = "github.com/rvfuzz/rvfuzz/"
	lines := strings.Split(text, "\n")
	for i := 0; i+1 < len(lines); i++ {
		name, ours := strings.CutPrefix(lines[i], module)
		_, place, ok := strings.Cut(lines[i+1], module)
		if !ok { // built without -trimpath
			place = sourceFile(strings.TrimSpace(lines[i+1]), name)
		}
		file, rest, ok := strings.Cut(place, ".go:")
		if !ours || !ok || strings.Contains(name, "fuzz/diff.panicText") || strings.Contains(name, "fuzz/diff.(*Verdict).stage") {
			continue
		}
		rest, _, _ = strings.Cut(rest, " ")
		line, err := strconv.Atoi(rest)
		if strings.HasPrefix(name, "fuzz/diff.") {
			break
		}
		if open := strings.LastIndexByte(name, '('); open > 0 && err == nil {
			stack = append(stack, link.CodeCall{Func: name[:open], File: file + ".go", Line: line})
		}
	}
	return stack
}

// sourceFile returns the part of a path from the folder on in which a function is: "fuzz/diff/diff.go:7".
func sourceFile(path, function string) string {
	slash := strings.LastIndexByte(function, '/')
	dot := strings.IndexByte(function[slash+1:], '.')
	if dot < 0 {
		return path
	}
	folder := function[:slash+1+dot]
	if at := strings.LastIndex(path, folder+"/"); at >= 0 {
		return path[at:]
	}
	return path
}

// emitted adds the code around an address that was not executed.
func (x *Explanation) emitted(c *compiled, pc uint64) {
	in := c.image.FuncAt(pc)
	if in < 0 {
		return
	}
	if x.Culprit = c.culprit(pc); x.Culprit != nil {
		x.AIR = airAround(x.Culprit.f, x.Culprit.inst, nil)
	}
	fn := &c.image.Funcs[in]
	at := -1
	for a := fn.Addr; a < fn.Addr+fn.Size; {
		code := c.code(a)
		if a == pc {
			at, code.Culprit = len(x.Emitted), true
		}
		x.Emitted = append(x.Emitted, code)
		a += uint64(len(code.Word) / 2)
		if code.Word == "" {
			break
		}
	}
	first := max(min(at-windowSize/2, len(x.Emitted)-windowSize), 0)
	x.Emitted = x.Emitted[first:min(first+windowSize, len(x.Emitted))]
}

// culprit returns the instruction for which the code at an address was emitted, or nil if there is none.
func (c *compiled) culprit(pc uint64) *Blamed {
	code := c.code(pc)
	if code.inst == noInst {
		return nil
	}
	f := c.Module.Func(code.Func)
	at := newBlamed(f, code.inst)
	at.Site, at.PC, at.Lowering = c.siteOf(slices.Index(c.Module.Funcs, f), code.inst), code.PC, code.Emitted
	return at
}

func newBlamed(f *air.Func, i air.Index) *Blamed {
	return &Blamed{Func: f.Name, Inst: int(i), Text: instText(f, i), Type: f.Insts[i].Type.String(), f: f, inst: i}
}

// explainer explains a divergence of a run.
type explainer struct {
	k *Checker
	x *Explanation
	g *loaded
	d *Divergence

	got   *execution // of the code, to its end
	rec   *recording // to the end, or nil
	until uint64     // the instructions before this one lead to the divergence
	want  []step     // of the evaluator, those before the divergence and the one that shows it
}

// The machine instructions that are listed: at least windowSize, of which windowAfter are behind the place; more if the
// code of the culprit has more, up to windowMost.
const (
	windowSize  = 10
	windowAfter = 2
	windowMost  = 32
)

// execution adds what surrounds the place of a divergence of a run.
func (w *explainer) execution() {
	run := &w.g.Runs[w.d.Run]
	w.got = w.k.execute(w.g, run, w.stepLimit(), false)
	w.until = w.got.Steps
	w.x.guarded("the values", w.values)
	w.rec = w.k.record(w.g, run, w.got.Steps)
	w.x.guarded("the memory", w.memory)
	if c := w.x.Culprit; c != nil && c.f != nil {
		w.x.AIR = airAround(c.f, c.inst, w.evaluated())
	} else {
		w.x.program(w.g.Module)
	}
	w.x.guarded("the instructions", func() { w.window(run) })
	if w.rec == nil {
		w.x.Notes = append(w.x.Notes, fmt.Sprintf("%d instructions are too many to look for stores", w.got.Steps))
	}
}

// stepLimit returns how many instructions the code could execute in the check.
func (w *explainer) stepLimit() uint64 {
	want := w.g.program.Call(w.g.Runs[w.d.Run].Func, w.g.Runs[w.d.Run].Args)
	if want.Ending == oracle.OutOfSteps {
		return want.Steps
	}
	return want.Steps*stepsPerInstruction + slackSteps
}

// values finds the culprit, its value on both sides, and until where the execution is of interest.
func (w *explainer) values() {
	at, m := &w.d.at, w.d.at.first
	w.want = w.k.evaluatorSteps(w.g, w.d.Run)
	switch {
	case m != nil && m.control && !at.rule:
		w.fork(m)
	case m != nil && !m.control:
		w.want, w.until = w.want[:m.want.order+1], m.got.order
		w.blame(&w.g.image.Locations[m.got.record])
		w.hold(memory{m.want.bytes, m.want.defined}, memory{m.got.bytes, m.got.defined})
	case at.rule:
		w.brokenRule()
	}
}

// blame makes the instruction of a location record the culprit.
func (w *explainer) blame(r *link.LocationRecord) {
	f := w.g.Module.Funcs[w.g.position(r.Func)]
	c := newBlamed(f, air.Index(r.Inst))
	c.Site, c.PC, c.record = r.Site, fmt.Sprintf("%#x", r.PC), r
	w.x.Culprit = c
}

// hold adds the values of the culprit.
func (w *explainer) hold(want, got memory) {
	c := w.x.Culprit
	t := c.f.Insts[c.inst].Type
	c.Parts, c.Omitted = parts(t, want, got, w.g.program.Symbol, c.f.Insts[c.inst].Tag == air.IntFromPtr || holds(t, isAddress))
	if c.record == nil || c.record.Loc.Kind == link.LocNone {
		return
	}
	c.Where = locText(&c.record.Loc)
	if len(got.bytes) <= 8 {
		c.Raw = got.hex()
	}
	if s, ok := t.Scalar(); ok && w.d.at.atRecord && s.Bits <= 64 && !slices.ContainsFunc(c.Parts, func(p Part) bool { return p.Differs }) {
		c.Canonical = fmt.Sprintf("%#016x", canonical(wordAt(want.bytes, 0), s))
	}
}

// fork adds where the two went different ways.
func (w *explainer) fork(m *mismatch) {
	f := w.g.Module.Funcs[m.got.f]
	w.want, w.until = w.want[:m.want.order+1], m.got.order+windowSize-windowAfter-1
	if i, ok := brancher(f, m); ok {
		w.x.Culprit = newBlamed(f, i)
		w.x.Culprit.Site = w.g.siteOf(m.got.f, i)
	} else if c := w.g.culprit(w.d.at.pc); c != nil && (m.gotNext == nil || w.d.at.aspect.Aspect == oracle.InSteps) {
		w.x.Culprit = c // the code ends in it
	} else {
		w.blame(&w.g.image.Locations[m.got.record])
	}
	next := func(s *step) string {
		if s == nil {
			return ""
		}
		f := w.g.Module.Funcs[s.f]
		return instText(f, s.inst) + " of @" + f.Name
	}
	w.x.Evaluator, w.x.Machine = next(m.wantNext), next(m.gotNext)
	if w.x.Evaluator == "" {
		w.x.Evaluator = "nothing: the run ends"
	}
}

// brokenRule adds the instruction whose code broke a rule, and for a value that is not canonical what there is of it.
func (w *explainer) brokenRule() {
	if !w.d.at.atRecord {
		w.breaker(w.d.at.pc)
		return
	}
	r, f, behind := w.g.recordAt(w.d.at.pc, true)
	if f == nil || behind {
		return
	}
	w.blame(r)
	if r.Loc.Kind == link.LocNone {
		return
	}
	position, seen := w.g.position(r.Func), 0
	for _, s := range w.k.machineSteps(w.g, w.d.Run) {
		if s.f == position && s.inst == air.Index(r.Inst) {
			seen++
		}
	}
	got := w.peek(&r.Loc)
	for i := range w.want {
		if s := &w.want[i]; s.f == position && s.inst == air.Index(r.Inst) {
			if seen--; seen < 0 {
				w.want = w.want[:i+1]
				w.hold(memory{s.bytes, s.defined}, got)
				return
			}
		}
	}
}

// breaker makes the instruction the culprit for which the code at an address was emitted, or what else that code is for;
// where there is none, the one that was executed last.
func (w *explainer) breaker(pc uint64) {
	if w.g.image.FuncAt(pc) < 0 {
		if r := w.k.record(w.g, &w.g.Runs[w.d.Run], w.got.Steps); r != nil && r.steps > 0 {
			pc = r.pcs[(r.steps-1)%keptPCs]
		}
	}
	if w.x.Culprit = w.g.culprit(pc); w.x.Culprit != nil {
		return
	}
	if code := w.g.code(pc); code.Func != "" {
		w.x.Culprit = &Blamed{Text: code.AIR, Func: code.Func, Inst: -1, PC: code.PC, Lowering: code.Emitted}
	}
}

// peek returns what is at a location at the end of the execution.
func (w *explainer) peek(l *link.Loc) memory {
	loc, m := location(l), w.k.machine
	size := int(min(max(loc.Size, 8), 1<<20))
	v := memory{make([]byte, size), make([]byte, size)}
	n := int(loc.Register)
	switch loc.Space {
	case rv64.InInteger:
		v.put(m.X(n), m.XDefined(n))
	case rv64.InFloat:
		v.put(m.F(n), m.FDefined(n))
	default:
		v = memory{v.bytes[:min(loc.Size, uint32(size))], v.defined[:min(loc.Size, uint32(size))]}
		if m.ReadMemoryInto(m.X(n)+uint64(loc.Offset), v.bytes, v.defined) != nil {
			clear(v.defined)
		}
	}
	return v
}

// put sets the first word.
func (m memory) put(word, defined uint64) {
	for i := range 8 {
		m.bytes[i], m.defined[i] = byte(word>>(8*i)), byte(defined>>(8*i))
	}
}

// evaluated returns the last values of the instructions of the culprit's function before the divergence.
func (w *explainer) evaluated() map[air.Index]string {
	values := map[air.Index]string{}
	c := w.x.Culprit
	position := slices.Index(w.g.Module.Funcs, c.f)
	last := map[air.Index]*step{}
	for i := range w.want {
		if s := &w.want[i]; s.f == position {
			last[s.inst] = s
		}
	}
	for i, s := range last {
		t := c.f.Insts[i].Type
		if _, scalar := t.Scalar(); !scalar && t.Kind != air.Float || !t.HasBits() {
			continue
		}
		if list, _ := parts(t, memory{s.bytes, s.defined}, memory{s.bytes, s.defined}, w.g.program.Symbol, true); len(list) == 1 {
			values[i] = list[0].Want.String()
		}
	}
	return values
}

// airContext is how many lines of AIR are listed on either side of the culprit.
const airContext = 4

// airAround returns the lines of a function around an instruction, with those that define its operands.
func airAround(f *air.Func, i air.Index, values map[air.Index]string) (list []Line) {
	lines := strings.Split(strings.TrimSpace(f.String()), "\n")
	defined := map[air.Index]int{}
	for n, line := range lines {
		if inst, ok := defines(line); ok {
			defined[inst] = n
		}
	}
	at, wanted := defined[i], map[int]bool{0: true}
	for n := at - airContext; n <= at+airContext; n++ {
		wanted[n] = true
	}
	for _, op := range f.Insts[i].Ops {
		if inst, ok := op.Inst(); ok && op != air.NoRef {
			wanted[defined[inst]] = true
		}
	}
	gap := false
	for n, line := range lines {
		if !wanted[n] {
			gap = true
			continue
		}
		if gap {
			list = append(list, Line{Text: "..."})
		}
		gap = false
		inst, ok := defines(line)
		l := Line{Text: line, Culprit: n == at && at > 0}
		if ok {
			l.Value = values[inst]
		}
		list = append(list, l)
	}
	return list
}

// defines returns the instruction that a line of AIR defines.
func defines(line string) (air.Index, bool) {
	name, _, ok := strings.Cut(strings.TrimSpace(line), " = ")
	digits, isInst := strings.CutPrefix(name, "%")
	n, err := strconv.ParseUint(digits, 10, 31)
	return air.Index(n), ok && isInst && err == nil
}

// memory finds the stores from which the culprit's value comes, or the global or result that differs.
func (w *explainer) memory() {
	if w.rec == nil {
		return
	}
	c, o := w.x.Culprit, w.d.at.aspect
	switch {
	case c != nil && c.record != nil && c.record.Loc.Kind == link.LocMem && len(c.Parts) > 0:
		w.slot(c)
	case c == nil && o != nil && o.Aspect == oracle.InGlobal:
		w.global(o.Name)
	case c == nil && o != nil && o.Aspect == oracle.InResult:
		if size := w.g.Module.Func(w.g.Runs[w.d.Run].Func).Type.Elem.Size(); size > 16 {
			w.differing("the result", resultBase, w.wanted().Result, w.got.Result, w.wanted().Defined)
		}
	}
}

// wanted returns the evaluator's outcome of the run.
func (w *explainer) wanted() *oracle.Outcome {
	o := w.g.program.Call(w.g.Runs[w.d.Run].Func, w.g.Runs[w.d.Run].Args)
	return &o
}

// slot adds the store that wrote the first wrong byte of a value in memory.
func (w *explainer) slot(c *Blamed) {
	s := w.k.stepThrough(w.g, &w.g.Runs[w.d.Run], w.until)
	if s == nil {
		return
	}
	loc := location(&c.record.Loc)
	addr := s.machine.X(int(loc.Register)) + uint64(loc.Offset)
	if m := w.d.at.first; m != nil {
		w.differing("the value of %"+strconv.Itoa(c.Inst), addr, m.want.bytes, m.got.bytes, m.want.defined)
		return
	}
	w.store("the value of %"+strconv.Itoa(c.Inst), addr, int(min(loc.Size, 1<<20)), w.until)
}

// global adds the store that wrote the first wrong byte of a global. Its instruction is the culprit.
func (w *explainer) global(name string) {
	symbol, _ := w.g.image.Symbol(name)
	isIt := func(m oracle.Memory) bool { return m.Name == name }
	want, got := w.wanted().Globals, w.got.Globals
	i, j := slices.IndexFunc(want, isIt), slices.IndexFunc(got, isIt)
	if i < 0 || j < 0 {
		return
	}
	g := w.g.Module.Global(name)
	by := w.differing("@"+name, symbol.Addr, want[i].Bytes, got[j].Bytes, want[i].Defined)
	if by != nil {
		w.until = by.step + 1
		w.x.Culprit = w.g.culprit(by.pc)
	}
	if w.x.Culprit == nil {
		w.x.Culprit = &Blamed{Text: "@" + name, Inst: -1}
	}
	c := w.x.Culprit
	c.Type, c.Where, c.PC = g.Type.String(), fmt.Sprintf("@%s at %#x", name, symbol.Addr), ""
	c.Parts, c.Omitted = parts(g.Type, memory{want[i].Bytes, want[i].Defined}, memory{got[j].Bytes, got[j].Defined}, w.g.program.Symbol, true)
}

// differing adds the store that wrote the first wrong byte of memory.
func (w *explainer) differing(of string, addr uint64, want, got, defined []byte) *stored {
	for n := range min(len(want), len(got)) {
		if (want[n]^got[n])&maskAt(defined, n) != 0 {
			return w.store(fmt.Sprintf("byte %d of %s", n, of), addr+uint64(n), 1, w.until)
		}
	}
	return nil
}

// store adds the store that wrote bytes before a step.
func (w *explainer) store(of string, addr uint64, size int, before uint64) *stored {
	by := w.rec.writer(addr, size, before)
	s := w.from(by, addr)
	if s.Why = of; by == nil {
		s.Why += ": no instruction stored it, it is " + w.g.initial(addr)
	}
	w.x.Stores = append(w.x.Stores, *s)
	return by
}

// from describes a store, or what there is at an address without one.
func (w *explainer) from(by *stored, addr uint64) *Store {
	if by == nil {
		return &Store{Address: fmt.Sprintf("%#x", addr), Why: "no instruction stored it, it is " + w.g.initial(addr)}
	}
	code := w.g.code(by.pc)
	return &Store{Code: &code, Address: fmt.Sprintf("%#x", by.addr), Bytes: memory{bytes: by.bytes[:by.size]}.hex()}
}

// initial says what memory holds at an address before anything is stored.
func (g *loaded) initial(addr uint64) string {
	for i := range g.image.Symbols {
		if s := &g.image.Symbols[i]; addr >= s.Addr && addr < s.Addr+s.Size {
			return "the initial value of @" + s.Name
		}
	}
	switch {
	case addr >= stackBase && addr < stackTop:
		return "the stack, of the caller or undefined"
	case addr >= argumentBase:
		return "an argument by reference"
	}
	return "no object"
}

// window adds the machine instructions around the place, and what they say of the culprit.
func (w *explainer) window(run *gen.Run) {
	w.follow(run)
	from := w.until
	for w.rec != nil && w.x.Culprit != nil && from > 0 && w.until-from < windowMost && w.rec.steps-from < keptPCs-1 {
		if code := w.g.code(w.rec.pcs[(from-1)%keptPCs]); !w.x.Culprit.owns(&code) {
			break
		}
		from--
	}
	from = min(from, w.until-min(w.until, windowSize-windowAfter))
	list := w.k.executed(w.g, run, from, max(w.until+windowAfter, from+windowSize))
	for i := range list {
		x := &list[i]
		x.Culprit = w.x.Culprit != nil && w.x.Culprit.owns(&x.Code)
		if m := x.Memory; m != nil && w.rec != nil && (!m.Store || x.Wrote != nil) {
			m.Writer = w.from(w.rec.writer(m.addr, m.Size, x.step), m.addr)
		}
	}
	w.x.Executed = list
	if m := w.d.at.first; m != nil && m.control && w.x.Machine == "" {
		w.x.Machine = w.next(m.got.order)
	}
	w.lowering()
}

// next returns the instruction that the code works on after a step and the culprit.
func (w *explainer) next(step uint64) string {
	for i := range w.x.Executed {
		if e := &w.x.Executed[i]; e.step >= step && !e.Culprit {
			return e.heading()
		}
	}
	return "nothing: it ends there"
}

// follow moves the place to the last execution of the instruction to look at, if that is not where the code stopped.
func (w *explainer) follow(run *gen.Run) {
	pc := w.d.at.pc
	if !w.d.at.rule || w.d.at.atRecord || w.rec == nil || w.until != w.got.Steps {
		return
	}
	stop := w.k.executed(w.g, run, w.until, w.until+1)
	if last, ok := w.rec.last[pc]; ok && (len(stop) == 0 || stop[0].pc != pc) {
		w.until = last + 1
	}
}

// owns reports whether an instruction is in the code of the culprit.
func (c *Blamed) owns(code *Code) bool {
	return c.f != nil && code.inst == c.inst && code.Func == c.Func
}

// lowering adds to the culprit which calls emitted its value: the last instruction that wrote the register, the store to
// the slot, or else the last instruction of its code.
func (w *explainer) lowering() {
	c := w.x.Culprit
	if c == nil || len(c.Lowering) > 0 {
		return
	}
	for i := range w.x.Executed {
		if x := &w.x.Executed[i]; x.Culprit && (len(c.Lowering) == 0 || len(x.Wrote) > 0 && x.Wrote[0].Name == c.Where || c.record == nil) {
			c.Lowering = x.Emitted
		}
	}
	for i := range w.x.Stores {
		if s := &w.x.Stores[i]; s.Code != nil && c.owns(s.Code) {
			c.Lowering = s.Emitted
		}
	}
}

// locText returns a place as text.
func locText(l *link.Loc) string {
	if l.Kind == link.LocMem {
		return fmt.Sprintf("%d(%s)", l.Disp, l.Reg)
	}
	return l.Reg.String()
}
