package diff

import (
	"fmt"
	"slices"
	"sort"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// step is one finished AIR instruction of an execution with the value that it left behind.
type step struct {
	f              int // position in Module.Funcs
	inst           air.Index
	bytes, defined []byte
	// order is the number of the step among all of the evaluator; of the machine, how many instructions it had executed.
	order  uint64
	number int // of the machine's step
	// Of the machine's steps, the position in Image.Locations, and whether control may have bypassed the record there.
	record   int
	bypassed bool
}

// maxTrace bounds what a replay remembers, in steps.
const maxTrace = 1 << 20

// mismatch is the first place where two executions differ.
type mismatch struct {
	want, got step
	// control means that they went different ways; want and got are then the last step in common, and next are the
	// steps after it, of those that have one.
	control bool
	next    []step
	places  locals // those made before
	// wantNext and gotNext are the same by side, nil where a side has none.
	wantNext, gotNext *step
}

// locate returns the divergence of a run, with a signature that names the first place where evaluator and code differ.
// The machine stopped at pc.
func (k *Checker) locate(g *loaded, run int, o *oracle.Difference, pc uint64) *Divergence {
	d := &Divergence{Signature: Signature{Oracle: "value", Kind: o.Aspect.String()}, Run: run, Detail: o.String()}
	s := &d.Signature
	atRecord, isRule := o.Name == notCanonical, o.Aspect == oracle.InRule
	if isRule {
		s.Oracle, s.Kind = "state", o.Name
		d.Detail += g.emitterText(pc, atRecord)
	}
	m := k.firstMismatch(g, run)
	d.at = sighting{pc: pc, atRecord: atRecord, rule: isRule, first: m, aspect: o}
	switch {
	case m != nil && !(m.control && isRule):
		s.Tag, s.Site, s.Slot = g.name(m)
		d.Detail += "\n" + g.explain(m)
	case isRule:
		s.Tag, s.Site = g.emitter(pc, atRecord)
	case o.Aspect == oracle.InGlobal:
		s.Tag, s.Site = g.writer(o.Name)
	}
	return d
}

// firstMismatch executes a run again both ways and returns the first place where they differ, or nil.
func (k *Checker) firstMismatch(g *loaded, run int) *mismatch {
	return k.mismatchOf(g, run, k.machineSteps(g, run))
}

// mismatchOf returns the first place where the machine's steps of a run differ from the evaluator's, or nil.
func (k *Checker) mismatchOf(g *loaded, run int, got []step) *mismatch {
	recorded := map[[2]int]bool{} // function and instruction
	for i := range g.image.Locations {
		if r := &g.image.Locations[i]; r.Loc.Kind != link.LocNone {
			recorded[[2]int{g.position(r.Func), int(r.Inst)}] = true
		}
	}
	want := k.evaluatorSteps(g, run)
	want = slices.DeleteFunc(want, func(s step) bool { return !recorded[[2]int{s.f, int(s.inst)}] })
	return firstMismatch(g.Module, want, inStep(want, got))
}

// inStep returns the steps of the machine without those that say nothing: of records that control bypassed, which are
// not the evaluator's next step.
func inStep(want, got []step) []step {
	n := 0
	return slices.DeleteFunc(got, func(s step) bool {
		if s.bypassed && (n >= len(want) || !s.same(&want[n])) {
			return true
		}
		n++
		return false
	})
}

// same reports whether two steps are of one instruction.
func (s *step) same(o *step) bool { return s.f == o.f && s.inst == o.inst }

func (k *Checker) evaluatorSteps(g *loaded, run int) []step {
	var steps []step
	p, err := k.evaluator(new(eval.Program), g.Module, k.addresses, func(e eval.Event) {
		if n := len(steps); n < maxTrace {
			steps = append(steps, step{f: e.Func, inst: e.Inst, bytes: slices.Clone(e.Bytes), defined: slices.Clone(e.Defined), order: uint64(n)})
		}
	})
	if err != nil {
		return nil
	}
	p.Call(g.Runs[run].Func, g.Runs[run].Args)
	return steps
}

func (k *Checker) machineSteps(g *loaded, run int) []step {
	return g.named(k.execute(g, &g.Runs[run], k.config.Steps*stepsPerInstruction, true).trace)
}

// named names the instructions of the machine's steps, and leaves out those that the evaluator does not evaluate.
func (g *loaded) named(trace []step) []step {
	evaluated := make([][]bool, len(g.Module.Funcs))
	for i, f := range g.Module.Funcs {
		evaluated[i] = eval.Evaluated(f)
	}
	for i := range trace {
		s := &trace[i]
		r := &g.image.Locations[s.record]
		s.f, s.inst, s.bypassed = g.position(r.Func), air.Index(r.Inst), r.Bypassed
	}
	return slices.DeleteFunc(trace, func(s step) bool { return !evaluated[s.f][s.inst] })
}

// firstMismatch returns the first step that differs, or nil.
func firstMismatch(m *air.Module, want, got []step) *mismatch {
	var places locals
	for i := range got {
		if i >= len(want) || !want[i].same(&got[i]) {
			return fork(want, got, i)
		}
		in := &m.Funcs[want[i].f].Insts[want[i].inst]
		if differ(&want[i], &got[i], places.same(in.Tag == air.IntFromPtr || holds(in.Type, isAddress))) {
			return &mismatch{want: want[i], got: got[i], places: places}
		}
		places.add(in, &want[i], &got[i])
	}
	if len(want) > len(got) {
		return fork(want, got, len(got))
	}
	return nil
}

// fork returns the mismatch of two executions whose i-th steps are different ones, or nil where there is no step in
// common.
func fork(want, got []step, i int) *mismatch {
	if i == 0 {
		return nil
	}
	m := &mismatch{want: want[i-1], got: got[i-1], control: true}
	m.wantNext, m.gotNext = at(want, i), at(got, i)
	for _, s := range []*step{m.wantNext, m.gotNext} {
		if s != nil {
			m.next = append(m.next, *s)
		}
	}
	return m
}

// at returns a step, or nil where there is none.
func at(steps []step, i int) *step {
	if i < len(steps) {
		return &steps[i]
	}
	return nil
}

// differ reports whether the bytes of the evaluator's value differ from what the code holds at the same place, as far
// as they are defined. Words that are the same by a function, if it is not nil, are no difference.
func differ(want, got *step, same func(want, got uint64) bool) bool {
	for i := range min(len(want.bytes), len(got.bytes)) {
		mask := maskAt(want.defined, i)
		wrong := (want.bytes[i]^got.bytes[i])&mask != 0
		if wrong && same != nil && same(wordAt(want.bytes, i&^7), wordAt(got.bytes, i&^7)) {
			continue
		}
		if wrong || mask&^maskAt(got.defined, i) != 0 {
			return true
		}
	}
	return false
}

// maskAt returns a byte of a definedness mask, of which nil means all.
func maskAt(mask []byte, i int) byte {
	if mask == nil {
		return 0xff
	}
	return mask[i]
}

// isAddress reports whether a type is that of an address.
func isAddress(t *air.Type) bool { return t.Kind == air.Pointer || t.Kind == air.Fn }

// name returns the parts of a signature that a mismatch shows.
func (g *loaded) name(m *mismatch) (tag, site, slot string) {
	f := g.Module.Funcs[m.got.f]
	if m.control {
		return branch(f, m), "", "control"
	}
	r := &g.image.Locations[m.got.record]
	slot = "register"
	if location(&r.Loc).Space == rv64.InMemory {
		slot = "memory"
	}
	return tagText(f, m.got.inst), r.Site, slot
}

// writer returns the instruction that writes a global, as signatures name it, if there is just one: where a wrong value
// is a constant, no earlier instruction has it.
func (c *compiled) writer(global string) (tag, site string) {
	found := 0
	for at, f := range c.Module.Funcs {
		for i := range f.Insts {
			in := &f.Insts[i]
			if !in.Tag.Row().Effect || len(in.Ops) == 0 || in.Ops[0] == air.NoRef {
				continue
			}
			if v := f.Value(in.Ops[0]); v != nil && v.Kind == air.SymbolValue && v.Symbol == global {
				found++
				tag, site = tagText(f, air.Index(i)), c.siteOf(at, air.Index(i))
			}
		}
	}
	if found != 1 {
		return "", ""
	}
	return tag, site
}

// siteOf returns the site of an instruction by its location record; empty where it has none.
func (c *compiled) siteOf(function int, i air.Index) string {
	for n := range c.image.Locations {
		if r := &c.image.Locations[n]; air.Index(r.Inst) == i && c.position(r.Func) == function {
			return r.Site
		}
	}
	return ""
}

// position returns the place in Module.Funcs of a function of the image, or -1.
func (c *compiled) position(imageFunc int) int {
	name := c.image.Funcs[imageFunc].Name
	return slices.IndexFunc(c.Module.Funcs, func(f *air.Func) bool { return f.Name == name })
}

// recordAt returns the location record of the AIR instruction whose code contains pc: the next one, since a record
// stands behind the code of its instruction. Behind the last record of a function is the code that returns, or none;
// the result is then the last one, with behind true. atRecord means that a record at pc itself is over. The function is
// nil where there is no record.
func (c *compiled) recordAt(pc uint64, atRecord bool) (r *link.LocationRecord, f *air.Func, behind bool) {
	records, in := c.image.Locations, c.image.FuncAt(pc)
	if in < 0 || c.position(in) < 0 {
		return nil, nil, false
	}
	i := sort.Search(len(records), func(i int) bool {
		return records[i].Func > in || records[i].Func == in && (records[i].PC > pc || atRecord && records[i].PC == pc)
	})
	if behind = i == len(records) || records[i].Func != in; behind {
		i--
	}
	if i < 0 || records[i].Func != in {
		return nil, nil, false
	}
	return &records[i], c.Module.Funcs[c.position(in)], behind
}

// emitter returns the parts of a signature that a place in the code shows.
func (c *compiled) emitter(pc uint64, atRecord bool) (tag, site string) {
	r, f, behind := c.recordAt(pc, atRecord)
	if f == nil || behind {
		return "", ""
	}
	return tagText(f, air.Index(r.Inst)), r.Site
}

// emitterText returns them as a line for a person.
func (c *compiled) emitterText(pc uint64, atRecord bool) string {
	r, f, behind := c.recordAt(pc, atRecord)
	if f == nil {
		return ""
	}
	where := "in"
	if behind {
		where = "behind"
	}
	return fmt.Sprintf("\n%s the code of %s of @%s, emitted by %s", where, instText(f, air.Index(r.Inst)), f.Name, r.Site)
}
