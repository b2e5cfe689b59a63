package diff

import (
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

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
	w.x.guarded("the values of the code", w.held)
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
func (w *explainer) evaluated() map[air.Index]string { return w.lastValues(w.want) }

// held adds to the lines of AIR what the code held up to the divergence.
func (w *explainer) held() {
	if w.x.Culprit == nil || w.x.Culprit.f == nil {
		return
	}
	steps := w.k.machineSteps(w.g, w.d.Run)
	steps = slices.DeleteFunc(steps, func(s step) bool { return s.order > w.until })
	values := w.lastValues(steps)
	for i := range w.x.AIR {
		if inst, ok := defines(w.x.AIR[i].Text); ok {
			w.x.AIR[i].Code = values[inst]
		}
	}
}

// lastValues returns the last values of the instructions of the culprit's function in some steps, those that are one
// number.
func (w *explainer) lastValues(steps []step) map[air.Index]string {
	values := map[air.Index]string{}
	c := w.x.Culprit
	position := slices.Index(w.g.Module.Funcs, c.f)
	last := map[air.Index]*step{}
	for i := range steps {
		if s := &steps[i]; s.f == position {
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
