package diff

import (
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
)

// written is a write of the evaluator, after so many of its steps.
type written struct {
	eval.Write
	order uint64
}

// writes returns what the evaluator writes in a run.
func (k *Checker) writes(g *loaded, run int) (list []written) {
	var steps uint64
	p := new(eval.Program)
	err := p.Prepare(g.Module, eval.Config{MaxSteps: k.config.Steps, Addresses: k.addresses, Externs: answer,
		Trace: func(eval.Event) { steps++ },
		Wrote: func(w eval.Write) {
			if len(list) < maxTrace {
				list = append(list, written{w, steps})
			}
		}})
	if err == nil {
		p.Call(g.Runs[run].Func, g.Runs[run].Args)
	}
	return list
}

// lastWrite returns the last write of the byte at an address up to a number of steps.
func lastWrite(list []written, addr, until uint64) (w *eval.Write) {
	for i := range list {
		if list[i].order <= until && addr-list[i].Addr < list[i].Size {
			w = &list[i].Write
		}
	}
	return w
}

// blameLoaded blames what wrote memory from which the code of the first wrong value loads, if that is not what the
// evaluator wrote it by, and reports whether there is such memory.
func (k *Checker) blameLoaded(g *loaded, d *Divergence, t *tracer, m *mismatch, culprit *Culprit) bool {
	end := t.marks[m.got.number]
	r := &g.image.Locations[m.got.record]
	size := g.Module.Funcs[m.want.f].Insts[m.want.inst].Type.BitSize()/8 + 1
	var writes []written
	for _, i := range t.slice(needsOf(t, r, end), end, t.recordPoint(g, m.got.record)) {
		e := &t.trace[i]
		if e.inst().Op != mir.Load {
			continue
		}
		if writes == nil {
			writes = k.writes(g, d.Run)
		}
		at, from := t.address(e, e.inst().Mem), t.effects(e).from
		for n := range min(from.size, size) {
			if by := lastWrite(writes, m.places.at(at+n), m.want.order); by != nil && t.blameWriter(g, at+n, by, writes, i, culprit) {
				return true
			}
		}
	}
	return false
}

// blameWriter blames what wrote, or did not write, the byte at an address before event end, which the evaluator wrote
// last by an instruction, or never; it reports whether the code did so by another.
func (t *tracer) blameWriter(g *loaded, at uint64, by *eval.Write, writes []written, end int, culprit *Culprit) bool {
	made := t.maker(bytePlace{at: at}, end)
	last := -1
	if by != nil {
		last = t.lastOf(g, by, end)
	}
	switch {
	case len(t.trace) == maxEvents, by == nil && made < 0, made >= 0 && t.isOf(g, made, by):
		return false
	case by != nil && last < 0:
		return t.blameArm(g.Module.Funcs[by.Func], by.Inst, end, culprit)
	case made > last && !t.executes(g, made, writes):
		e := &t.trace[made]
		inst, _ := e.f.origins[e.at].Instruction()
		return t.blameArm(g.Module.Func(e.f.Name), air.Index(inst), made, culprit)
	case made > last:
		return t.blameEvent(g, made, culprit)
	}
	var events []int
	for i := last; i >= 0 && t.isOf(g, i, by); i-- {
		events = append(events, i)
	}
	f := g.Module.Funcs[by.Func]
	t.blameSlice(g, f, by.Inst, events, culprit)
	culprit.Text = fmt.Sprintf("%s in @%s does not write all that it is to\n", instText(f, by.Inst), f.Name)
	return true
}

// executes reports whether the evaluator writes by the instruction of an event, as far as that has one.
func (t *tracer) executes(g *loaded, i int, writes []written) bool {
	inst, ok := t.trace[i].f.origins[t.trace[i].at].Instruction()
	return !ok || slices.ContainsFunc(writes, func(w written) bool {
		return uint32(w.Inst) == inst && g.Module.Funcs[w.Func].Name == t.trace[i].f.Name
	})
}

// blameArm blames the last choice before event end of an instruction in one of whose bodies another one is, which only
// one side executes, and reports whether there is such a choice.
func (t *tracer) blameArm(f *air.Func, i air.Index, end int, culprit *Culprit) bool {
	around := arms(f, i)
	for n := end - 1; n >= 0; n-- {
		e := &t.trace[n]
		inst, ok := e.f.origins[e.at].Instruction()
		if op := e.inst().Op; !ok || e.f.Name != f.Name || op != mir.Branch && op != mir.JumpTable {
			continue
		}
		if slices.ContainsFunc(around, func(a arm) bool { return a.inst == air.Index(inst) && chooses(f.Insts[a.inst].Tag) }) {
			e.blame("", culprit)
			culprit.Text = fmt.Sprintf("control goes where %s in @%s is executed on one side only\n", instText(f, i), f.Name)
			return true
		}
	}
	return false
}

// isOf reports whether an event is of the code of the instruction that writes.
func (t *tracer) isOf(g *loaded, i int, by *eval.Write) bool {
	e := &t.trace[i]
	inst, ok := e.f.origins[e.at].Instruction()
	return by != nil && ok && air.Index(inst) == by.Inst && e.f.Name == g.Module.Funcs[by.Func].Name
}

// lastOf returns the last event before another of the code of the instruction that writes, or -1.
func (t *tracer) lastOf(g *loaded, by *eval.Write, end int) int {
	for i := end - 1; i >= 0; i-- {
		if t.isOf(g, i, by) {
			return i
		}
	}
	return -1
}
