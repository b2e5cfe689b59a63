package diff

import (
	"fmt"
	"sort"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// step is one finished AIR instruction of an execution with the value that it
// left behind.
type step struct {
	f              int // position in Module.Funcs
	inst           air.Index
	mark           int // position in Image.Locations, of the machine's steps
	bytes, defined []byte
}

// notCanonical is the rule that marks have broken.
const notCanonical = "not-canonical"

// maxTrace bounds what a replay remembers, in steps.
const maxTrace = 1 << 20

// parting is the first place where two executions differ.
type parting struct {
	want, got step
	// control says that they went different ways; want and got are then the last
	// step in common, and next are the steps after it of those that have one.
	control bool
	next    []step
}

// locate ends the judgement with a divergence whose signature names the first
// place where evaluator and code part.
func (k *Checker) locate(run int, o *objection) bool {
	s := Signature{Oracle: o.oracle, Kind: o.kind}
	detail := o.detail
	atMark := o.kind == notCanonical
	pc := k.host.pc
	if o.oracle == "state" {
		detail += k.blameText(pc, atMark)
	}
	p, found := k.replay(run)
	switch {
	case found && !(p.control && o.oracle == "state"):
		s.Tag, s.Site, s.Slot = k.name(p)
		detail += "\n" + k.explain(p)
	case o.oracle == "state":
		s.Tag, s.Site = k.blame(pc, atMark)
	case o.global != "":
		s.Tag, s.Site = k.writer(o.global)
	}
	return k.object(s, run, detail)
}

// replay executes a run again both ways and finds where they part.
func (k *Checker) replay(run int) (parting, bool) {
	want := k.evaluatorSteps(run)
	got := k.machineSteps(run)
	marked := k.marked()
	kept := want[:0]
	for _, s := range want {
		if marked[[2]uint32{uint32(s.f), uint32(s.inst)}] {
			kept = append(kept, s)
		}
	}
	return k.part(kept, got)
}

// marked gives the instructions that the code has marks of, as function and instruction.
func (k *Checker) marked() map[[2]uint32]bool {
	set := map[[2]uint32]bool{}
	for i := range k.host.marks {
		m := &k.image.Locations[k.host.marks[i].ID]
		set[[2]uint32{uint32(k.position(m.Func)), m.Inst}] = true
	}
	return set
}

// position gives the place in Module.Funcs of a function of the image, or -1.
func (k *Checker) position(imageFunc int) int {
	for i, f := range k.c.Module.Funcs {
		if f.Name == k.image.Funcs[imageFunc].Name {
			return i
		}
	}
	return -1
}

func (k *Checker) evaluatorSteps(run int) []step {
	var steps []step
	p, err := eval.New(k.c.Module, eval.Config{MaxSteps: k.config.Steps, Addresses: k.addresses(), Externs: answer, Trace: func(e eval.Event) {
		if len(steps) < maxTrace {
			steps = append(steps, step{f: e.Func, inst: e.Inst, bytes: clone(e.Bytes), defined: clone(e.Defined)})
		}
	}})
	if err != nil {
		return nil
	}
	p.Call(k.c.Runs[run].Func, k.c.Runs[run].Args)
	return steps
}

func (k *Checker) machineSteps(run int) []step {
	k.host.trace, k.host.tracing = nil, true
	k.execute(&k.c.Runs[run], k.config.Steps*stepsPerInstruction)
	k.host.tracing = false
	for i := range k.host.trace {
		s := &k.host.trace[i]
		m := &k.image.Locations[s.mark]
		s.f, s.inst = k.position(m.Func), air.Index(m.Inst)
	}
	return k.host.trace
}

// mark writes down what a mark's location holds.
func (h *host) mark(id int, raw, defined []byte) {
	if len(h.trace) < maxTrace {
		h.trace = append(h.trace, step{mark: id, bytes: clone(raw), defined: clone(defined)})
	}
}

func clone(b []byte) []byte {
	if b == nil {
		return nil
	}
	return append([]byte{}, b...)
}

// part finds the first step that differs.
func (k *Checker) part(want, got []step) (parting, bool) {
	for i := range got {
		if i >= len(want) || want[i].f != got[i].f || want[i].inst != got[i].inst {
			return fork(want, got, i)
		}
		in := &k.c.Module.Funcs[want[i].f].Insts[want[i].inst]
		if !holdsAddress(in.Type) && in.Tag != air.IntFromPtr && differ(&want[i], &got[i]) {
			return parting{want: want[i], got: got[i]}, true
		}
	}
	if len(want) > len(got) {
		return fork(want, got, len(got))
	}
	return parting{}, false
}

// fork is the parting of two executions whose i-th steps are different ones.
func fork(want, got []step, i int) (parting, bool) {
	if i == 0 {
		return parting{}, false
	}
	p := parting{want: want[i-1], got: got[i-1], control: true}
	for _, steps := range [][]step{want, got} {
		if i < len(steps) {
			p.next = append(p.next, steps[i])
		}
	}
	return p, true
}

// differ compares the bytes of the evaluator's value with what the code holds
// at the same place, as far as they are defined.
func differ(want, got *step) bool {
	for i := range min(len(want.bytes), len(got.bytes)) {
		mask := byteAt(want.defined, i)
		if (want.bytes[i]^got.bytes[i])&mask != 0 || mask&^byteAt(got.defined, i) != 0 {
			return true
		}
	}
	return false
}

// holdsAddress says that values of t contain addresses, on which the oracles
// need not agree.
func holdsAddress(t *air.Type) bool {
	switch t.Kind {
	case air.Pointer, air.Fn:
		return true
	case air.Optional, air.ErrorUnion, air.Array, air.Vector:
		return holdsAddress(t.Elem)
	case air.Struct, air.Union:
		for i := range t.Fields {
			if holdsAddress(t.Fields[i].Type) {
				return true
			}
		}
	}
	return false
}

// name gives the parts of a signature that a parting tells.
func (k *Checker) name(p parting) (tag, site, slot string) {
	f := k.c.Module.Funcs[p.got.f]
	m := &k.image.Locations[p.got.mark]
	tag, site = tagText(f, p.got.inst), m.Site
	if p.control {
		return branch(f, &p), "", "control"
	}
	if k.host.marks[k.markIndex(p.got.mark)].Loc.Space == rv64.InMemory {
		return tag, site, "memory"
	}
	return tag, site, "register"
}

// writer names the instruction that writes a global, if there is just one:
// where a wrong value is a constant, no earlier instruction has it.
func (k *Checker) writer(global string) (tag, site string) {
	found := 0
	for at, f := range k.c.Module.Funcs {
		for i := range f.Insts {
			in := &f.Insts[i]
			if !in.Tag.Row().Effect || len(in.Ops) == 0 || in.Ops[0] == air.NoRef {
				continue
			}
			if v := f.Value(in.Ops[0]); v != nil && v.Kind == air.SymbolValue && v.Symbol == global {
				found++
				tag, site = tagText(f, air.Index(i)), k.siteOf(at, air.Index(i))
			}
		}
	}
	if found != 1 {
		return "", ""
	}
	return tag, site
}

// siteOf gives the site of an instruction by its mark.
func (k *Checker) siteOf(function int, i air.Index) string {
	for n := range k.image.Locations {
		if m := &k.image.Locations[n]; air.Index(m.Inst) == i && k.position(m.Func) == function {
			return m.Site
		}
	}
	return ""
}

// markIndex finds the machine's mark of an image's mark.
func (k *Checker) markIndex(id int) int {
	for i := range k.host.marks {
		if k.host.marks[i].ID == id {
			return i
		}
	}
	panic(fmt.Sprintf("diff: mark %d of the image was not given to the machine", id))
}

// blamed gives the mark of the AIR instruction whose code contains pc: the next
// one, since marks stand behind the code of their instruction; at says that the
// rule was broken by a mark itself. The function is nil where there is none.
func (k *Checker) blamed(pc uint64, at bool) (*link.LocationRecord, *air.Func) {
	marks := k.image.Locations
	f := k.image.FuncAt(pc)
	i := sort.Search(len(marks), func(i int) bool {
		return marks[i].Func > f || marks[i].Func == f && (marks[i].PC > pc || at && marks[i].PC == pc)
	})
	if f < 0 || i >= len(marks) || marks[i].Func != f || k.position(f) < 0 {
		return nil, nil
	}
	return &marks[i], k.c.Module.Funcs[k.position(f)]
}

// blame gives the parts of a signature that a place in the code tells.
func (k *Checker) blame(pc uint64, at bool) (tag, site string) {
	m, f := k.blamed(pc, at)
	if f == nil {
		return "", ""
	}
	return tagText(f, air.Index(m.Inst)), m.Site
}

// blameText says it to a person, in a line of its own. Behind the last mark of a
// function is the code that returns, or none.
func (k *Checker) blameText(pc uint64, at bool) string {
	where := "in"
	m, f := k.blamed(pc, at)
	if f == nil {
		if m, f = k.lastMark(pc); f == nil {
			return ""
		}
		where = "behind"
	}
	text, _, _ := strings.Cut(f.InstText(air.Index(m.Inst)), "\n")
	return fmt.Sprintf("\n%s the code of %s of @%s, emitted by %s", where, text, f.Name, m.Site)
}

// lastMark gives the last mark of the function that holds pc, or no function.
func (k *Checker) lastMark(pc uint64) (*link.LocationRecord, *air.Func) {
	f := k.image.FuncAt(pc)
	for i := len(k.image.Locations) - 1; i >= 0; i-- {
		if m := &k.image.Locations[i]; m.Func == f && f >= 0 && k.position(f) >= 0 {
			return m, k.c.Module.Funcs[k.position(f)]
		}
	}
	return nil, nil
}

func (k *Checker) tagAt(pc uint64) string  { tag, _ := k.blame(pc, false); return tag }
func (k *Checker) siteAt(pc uint64) string { _, site := k.blame(pc, false); return site }
