package diff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/backend/runtime"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// blameValue blames the lowering of the first AIR instruction that has a wrong value.
func (k *Checker) blameValue(g *loaded, d *Divergence, t *tracer, e *execution, culprit *Culprit) {
	culprit.Kind = "wrong-value"
	m := k.mismatchOf(g, d.Run, g.named(slices.Clone(e.trace)))
	end := len(t.trace)
	switch {
	case e.Reason == roundingMode && t.blameMode(culprit):
	case t.dirty != nil && (m == nil || t.dirty.number <= m.got.number):
		k.blameRecord(g, t, t.dirty.record, t.dirty.events, culprit)
	case (m == nil || m.control) && t.blameSpin(e, culprit):
	case (m == nil || m.control) && e.Ending != oracle.Broken && k.blameEnding(g, d, t, e, culprit):
	case m != nil && m.control && e.Ending != oracle.Broken:
		t.blameControl(g, m, culprit)
	case m != nil && !m.control && k.blameLoaded(g, d, t, m, culprit):
	case m != nil && !m.control && t.blameCopy(g, m, culprit):
	case m == nil && k.blameGlobal(g, d, t, e, culprit):
	case m != nil && !m.control:
		k.blameRecord(g, t, m.got.record, t.marks[m.got.number], culprit)
	case e.Reason == notCanonical && failedRecord(g, e, k.machine.PC) >= 0:
		k.blameRecord(g, t, failedRecord(g, e, k.machine.PC), end, culprit)
	default:
		r, f, behind := g.recordAt(e.pc, false)
		if f == nil || behind || e.Ending == oracle.Returned {
			t.blameEnd(e.Ending == oracle.Returned, culprit)
			return
		}
		t.blameSlice(g, f, air.Index(r.Inst), t.slice(needs{regs: ^uint64(1)}, end, t.trace[max(end-1, 0)].point), culprit)
		if strings.HasSuffix(e.Reason, "-misaligned") && (m == nil || m.control) {
			culprit.Kind = "wrong-access"
			culprit.Clues["an access is wider than its alignment"] = 1
		}
	}
}

// blameMode blames the code that wrote a control register last, and reports whether there is any.
func (t *tracer) blameMode(culprit *Culprit) bool {
	for i := range slices.Backward(t.trace) {
		if in := t.trace[i].inst(); in.Op == mir.Real && strings.HasPrefix(in.I.Op.String(), "csr") {
			t.trace[i].blame("", culprit)
			return true
		}
	}
	return false
}

// blameEnding blames the code of the instruction that ought to have ended the execution, or the branch that did.
func (k *Checker) blameEnding(g *loaded, d *Divergence, t *tracer, e *execution, culprit *Culprit) bool {
	want := g.program.Call(g.Runs[d.Run].Func, g.Runs[d.Run].Args)
	m := placeInText.FindStringSubmatch(want.Place)
	var events []int
	for i := len(t.trace) - 1; i >= 0; i-- {
		ev := &t.trace[i]
		inst, ok := ev.f.origins[ev.at].Instruction()
		switch {
		case want.Ending == e.Ending:
			return false
		case e.Ending == oracle.Panicked && ev.inst().Op == mir.Branch:
			ev.blame("", culprit)
			return true
		case want.Ending == oracle.Panicked && m != nil && ok && ev.f.Name == m[1] && strconv.Itoa(int(inst)) == m[2]:
			events = append(events, i)
		}
	}
	if len(events) == 0 {
		return false
	}
	f := g.Module.Func(m[1])
	inst, _ := t.trace[events[0]].f.origins[t.trace[events[0]].at].Instruction()
	t.blameSlice(g, f, air.Index(inst), events, culprit)
	return true
}

// failedRecord returns the position of the location record at pc where an execution ended, or -1.
func failedRecord(g *loaded, e *execution, pc uint64) int {
	next := 0
	if n := len(e.trace); n > 0 && g.image.Locations[e.trace[n-1].record].PC == pc {
		next = e.trace[n-1].record + 1
	}
	for i := next; i < len(g.image.Locations); i++ {
		if r := &g.image.Locations[i]; r.PC == pc && r.Loc.Kind != link.LocNone && r.Loc.Kind != link.LocAddress {
			return i
		}
	}
	return -1
}

// blameRecord blames the code from which the value at a location record comes.
func (k *Checker) blameRecord(g *loaded, t *tracer, record, end int, culprit *Culprit) {
	r := &g.image.Locations[record]
	f := g.Module.Funcs[g.position(r.Func)]
	if f.Insts[r.Inst].Tag == air.Arg {
		k.blameArgument(g, t, end, f, air.Index(r.Inst), culprit)
		return
	}
	if name, ok := nameBehind(f, air.Index(r.Inst)); ok { // whose address is compared nowhere
		t.blameSlice(g, f, name, nil, culprit)
		return
	}
	events := t.slice(needsOf(t, r, end), end, t.recordPoint(g, record))
	t.blameSlice(g, f, air.Index(r.Inst), events, culprit)
	if len(events) == 0 && r.Loc.Kind == link.LocAddress && r.Loc.Reg == isa.Zero {
		culprit.Clues["a number that no code makes"] = 1
	}
}

// nameBehind returns the instruction that names a tag or error whose text an instruction reads, if there is one.
func nameBehind(f *air.Func, i air.Index) (name air.Index, ok bool) {
	for len(f.Insts[i].Ops) > 0 {
		if i, ok = f.Insts[i].Ops[0].Inst(); !ok {
			return 0, false
		}
		switch f.Insts[i].Tag {
		case air.TagName, air.ErrorName:
			return i, true
		case air.SlicePtr, air.SliceElemPtr, air.PtrElemPtr, air.PtrAdd, air.SliceOf:
		default:
			return 0, false
		}
	}
	return 0, false
}

// recordPoint returns the instruction of MIR that is a location record of the image.
func (t *tracer) recordPoint(g *loaded, record int) point {
	n := 0
	for i := record - 1; i >= 0 && g.image.Locations[i].Func == g.image.Locations[record].Func; i-- {
		n++
	}
	f := t.function(g.image.Funcs[g.image.Locations[record].Func].Name)
	for i := range f.mir.Insts {
		if f.mir.Insts[i].Op != mir.LocationPoint {
			continue
		}
		if n == 0 {
			return point{f, i}
		}
		n--
	}
	return point{f, len(f.mir.Insts)}
}

// needsOf returns the place of a location record as something that a slice looks for.
func needsOf(t *tracer, r *link.LocationRecord, end int) (n needs) {
	switch {
	case r.Loc.Kind == link.LocAddress: // which no code has made
	case r.Loc.Kind != link.LocMem:
		n.regs = 1 << r.Loc.Reg
	case end < len(t.trace):
		n.spans = []span{{t.trace[end].regs[r.Loc.Reg] + uint64(r.Loc.Disp), uint64(r.Loc.Size)}}
	case end > 0:
		n.spans = []span{{t.trace[end-1].regs[r.Loc.Reg] + uint64(r.Loc.Disp), uint64(r.Loc.Size)}}
	}
	return n
}

// blameSlice blames the code of an instruction from which its value comes.
func (t *tracer) blameSlice(g *loaded, f *air.Func, at air.Index, events []int, culprit *Culprit) {
	if len(events) == 0 {
		culprit.Site = Operation(g.siteOf(slices.Index(g.Module.Funcs, f), at))
		for _, r := range append([]air.Ref{air.NoRef}, f.Insts[at].Ops...) {
			typ := f.Insts[at].Type
			if r != air.NoRef {
				typ = f.TypeOf(r)
			}
			if name, file, line := codegen.Lowering(f.Insts[at].Tag, codegen.TypeClassOf(typ)); name != "" {
				culprit.Places = []link.CodeCall{{Func: name, File: file, Line: line}}
				break
			}
		}
	}
	if traced := t.function(f.Name); traced != nil {
		culprit.Library = traced.callsLibrary(at)
	}
	culprit.Clues = map[string]int{}
	width := widthOf(f, at)
	for _, i := range events {
		e := &t.trace[i]
		for _, clue := range e.clues(width) {
			culprit.Clues[clue] = 0
		}
	}
	if load, ok := t.copied(events); ok {
		calls := t.trace[load].f.origins[t.trace[load].at].Calls
		culprit.Clues[fmt.Sprintf("read by %v", calls[:min(len(calls), 2)])] = 1
	}
	if len(events) > 0 {
		e := &t.trace[events[0]]
		culprit.Site = Operation(e.site())
		calls := e.f.origins[e.at].Calls
		culprit.Places = slices.Clone(calls)
		slices.Reverse(culprit.Places)
		t.others(events, culprit)
	}
	culprit.Text = fmt.Sprintf("the first wrong value is that of %s in @%s\n", instText(f, at), f.Name)
}

// blameControl blames the code that decides where control goes after the last step in common: that of the instruction
// that chose, as far as that is known, or else the first that can.
func (t *tracer) blameControl(g *loaded, m *mismatch, culprit *Culprit) {
	from := t.marks[m.got.number]
	f := g.Module.Funcs[m.got.f]
	chooser, known := brancher(f, m)
	first := -1
	for i := max(from-1, 0); i < len(t.trace); i++ {
		e := &t.trace[i]
		if op := e.inst().Op; op != mir.Branch && op != mir.JumpTable {
			continue
		}
		if first < 0 {
			first = i
		}
		if inst, ok := e.f.origins[e.at].Instruction(); ok && known && e.f.Name == f.Name && air.Index(inst) == chooser {
			first = i
			break
		}
	}
	if first < 0 {
		t.blameEnd(false, culprit)
		return
	}
	t.trace[first].blame("", culprit)
	culprit.Text = "the first difference is where control goes\n"
}

// maxOthers is how many functions are listed besides those that emitted the last instruction of the wrong value.
const maxOthers = 8

// others lists the functions that emitted the code of events, without those listed already.
func (t *tracer) others(events []int, culprit *Culprit) {
	listed := map[string]bool{}
	for _, p := range culprit.Places {
		listed[p.Func] = true
	}
	for _, i := range events {
		e := &t.trace[i]
		for _, c := range e.f.origins[e.at].Calls {
			if !listed[c.Func] && len(culprit.Others) < maxOthers && !strings.HasPrefix(c.File, "backend/lower/") {
				listed[c.Func] = true
				culprit.Others = append(culprit.Others, c)
			}
		}
	}
}

// callsLibrary reports whether the code of an AIR instruction calls a routine of the runtime library.
func (f *tracedFunc) callsLibrary(inst air.Index) bool {
	for i := range min(len(f.mir.Insts), len(f.origins)) {
		in := &f.mir.Insts[i]
		of, ok := f.origins[i].Instruction()
		if ok && air.Index(of) == inst && (in.Op == mir.Call || in.Op == mir.TailCall) && strings.HasPrefix(in.Symbol, runtime.Prefix) {
			return true
		}
	}
	return false
}

// blame blames the code that emitted an instruction of MIR.
func (p point) blame(width string, culprit *Culprit) {
	if inst, ok := p.f.origins[p.at].Instruction(); ok {
		culprit.Library = p.f.callsLibrary(air.Index(inst))
	}
	culprit.Site = Operation(p.site())
	culprit.Places = slices.Clone(p.f.origins[p.at].Calls)
	slices.Reverse(culprit.Places)
	culprit.Clues = map[string]int{}
	for _, clue := range p.clues(width) {
		culprit.Clues[clue] = 0
	}
}

// blameEnd blames the last code that was executed before the end; after a return without a wrong value before it, the
// last choice between the bodies of an instruction.
func (t *tracer) blameEnd(returned bool, culprit *Culprit) {
	for i := len(t.trace) - 1; i >= 0 && returned; i-- {
		e := &t.trace[i]
		calls := e.f.origins[e.at].Calls
		if op := e.inst().Op; (op == mir.Branch || op == mir.JumpTable) && len(calls) > 0 && calls[len(calls)-1].File != "backend/codegen/call.go" {
			e.blame("", culprit)
			return
		}
	}
	for i := len(t.trace) - 1; i >= 0; i-- {
		switch e := &t.trace[i]; e.inst().Op {
		case mir.Ret, mir.Epilogue, mir.Jump, mir.Trap, mir.Prologue:
		default:
			e.blame("", culprit)
			t.resultClues(i+1, culprit)
			return
		}
	}
}

// resultClues adds the clues of the code that made the result in registers, and lists the functions that emitted it.
func (t *tracer) resultClues(end int, culprit *Culprit) {
	events := t.slice(needs{regs: 1<<isa.A0 | 1<<isa.A1 | 1<<isa.FA0 | 1<<isa.FA1}, end, t.trace[end-1].point)
	for _, i := range events {
		for _, clue := range t.trace[i].clues("") {
			culprit.Clues[clue] = 0
		}
	}
	t.others(events, culprit)
}

// blameArgument blames the caller if a parameter does not arrive at its place, otherwise the function itself.
func (k *Checker) blameArgument(g *loaded, t *tracer, end int, f *air.Func, at air.Index, culprit *Culprit) {
	start := end - 1
	for depth := 0; start > 0; start-- {
		e := &t.trace[start]
		if e.f.Name == f.Name && e.at == 0 && depth == 0 {
			break
		}
	}
	call := abi.Classify(f.Type)
	n := int(f.Insts[at].N)
	if start > 0 && n < len(call.Params) && t.trace[start-1].f != nil {
		caller := &t.trace[start-1]
		p := &call.Params[n]
		culprit.Text = fmt.Sprintf("parameter %d of @%s is not at its place %+v\n", n, f.Name, p.Pieces())
		want := needs{}
		for _, l := range p.Pieces() {
			if l.Kind == abi.Register {
				want.regs |= 1 << l.Reg
			} else {
				want.spans = append(want.spans, span{t.trace[start].regs[isa.SP] + uint64(l.Offset), 8})
			}
		}
		for i := start - 1; i >= 0; i-- {
			e := &t.trace[i]
			if e.f != caller.f {
				break
			}
			x := t.effects(e)
			if want.take(&x) {
				e.blame("", culprit)
				break
			}
		}
		if culprit.Places == nil {
			caller.blame("", culprit)
		}
		culprit.Site = "call"
		return
	}
	t.blameSlice(g, f, at, nil, culprit)
	culprit.Site = "parameters"
	culprit.Places = []link.CodeCall{{Func: "bindParams", File: "backend/codegen/params.go"}}
}

// copied returns the load of a value that is just copied from memory.
func (t *tracer) copied(events []int) (load int, ok bool) {
	for _, i := range events {
		switch in := t.trace[i].inst(); {
		case in.Op == mir.Load && !ok:
			load, ok = i, true
		case in.Op == mir.LeaMem, in.Op == mir.LeaSymbol, in.Op == mir.LoadImm, in.Op == mir.Store, in.Op == mir.Real && in.I.Op == isa.ADDI && in.I.Imm == 0:
		default:
			return 0, false
		}
	}
	return load, ok
}
