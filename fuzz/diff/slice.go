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
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// effects are what an instruction of MIR reads and writes: registers as a set, and bytes of memory.
type effects struct {
	reads, writes uint64
	from, to      span
}

// span is a range of addresses.
type span struct{ addr, size uint64 }

func (s span) meets(o span) bool {
	return s.size > 0 && o.size > 0 && s.addr < o.addr+o.size && o.addr < s.addr+s.size
}

// effects returns what an executed instruction read and wrote.
func (t *tracer) effects(e *event) (x effects) {
	in := e.inst()
	read := func(regs ...isa.Reg) {
		for _, r := range regs {
			x.reads |= 1 << r
		}
	}
	base := func() {
		if in.Mem.Frame == mir.NoFrame {
			read(in.Mem.Reg)
		}
	}
	switch in.Op {
	case mir.Real:
		read(in.I.Rs1, in.I.Rs2, in.I.Rs3)
		x.writes |= 1 << in.I.Rd
		switch name := in.I.Op.String(); {
		case strings.HasPrefix(name, "amo"), strings.HasPrefix(name, "sc."):
			x.from, x.to = span{e.regs[in.I.Rs1], 8}, span{e.regs[in.I.Rs1], 8}
		case strings.HasPrefix(name, "lr."):
			x.from = span{e.regs[in.I.Rs1], 8}
		}
	case mir.LoadImm, mir.LeaSymbol:
		x.writes |= 1 << in.I.Rd
	case mir.AddImm:
		read(in.I.Rs1)
		x.writes |= 1 << in.I.Rd
	case mir.LeaMem:
		base()
		x.writes |= 1 << in.I.Rd
	case mir.Load:
		base()
		size, _ := accessOf(in.I.Op)
		x.from = span{t.address(e, in.Mem), size}
		x.writes |= 1 << in.I.Rd
	case mir.Store:
		base()
		read(in.I.Rs2)
		size, _ := accessOf(in.I.Op)
		x.to = span{t.address(e, in.Mem), size}
	case mir.Branch:
		read(in.I.Rs1, in.I.Rs2)
	case mir.JumpTable, mir.CallReg:
		read(in.I.Rs1)
	}
	x.reads &^= 1
	x.writes &^= 1
	return x
}

// needs is what a backward slice still looks for.
type needs struct {
	regs  uint64
	spans []span
}

// take reports whether an instruction makes something that is needed, and then replaces that by what it reads.
func (n *needs) take(x *effects) bool {
	made := x.writes&n.regs != 0
	n.regs &^= x.writes
	kept := n.spans[:0]
	for _, s := range n.spans {
		if !s.meets(x.to) {
			kept = append(kept, s)
			continue
		}
		made = true
		if s.addr < x.to.addr {
			kept = append(kept, span{s.addr, x.to.addr - s.addr})
		}
		if end, over := x.to.addr+x.to.size, s.addr+s.size; end < over {
			kept = append(kept, span{end, over - end})
		}
	}
	n.spans = kept
	if made {
		n.regs |= x.reads
		if x.from.size > 0 {
			n.spans = append(n.spans, x.from)
		}
	}
	return made
}

// slice returns the events before event end, latest first, from which a place at an instruction of MIR has its value,
// back to where another AIR instruction had just finished.
func (t *tracer) slice(want needs, end int, to point) (events []int) {
	for i := end - 1; i >= 0; i-- {
		e := &t.trace[i]
		if i+1 < end && t.finishedBetween(e.point, t.trace[i+1].point) || i+1 == end && t.finishedBetween(e.point, to) {
			break
		}
		x := t.effects(e)
		if want.take(&x) || e.inst().Op == mir.Branch || e.inst().Op == mir.JumpTable {
			events = append(events, i)
		}
		if e.inst().Op == mir.Prologue {
			break
		}
	}
	return events
}

// finishedBetween reports whether an AIR instruction finished between two events.
func (t *tracer) finishedBetween(a, b point) bool {
	if a.f != b.f || b.at <= a.at {
		return false
	}
	for _, in := range a.f.mir.Insts[a.at+1 : b.at] {
		if in.Op == mir.LocationPoint {
			return true
		}
	}
	return false
}

// site returns the site of an instruction of MIR: that of the AIR instruction that finishes next, or the function that
// lowers one that does not.
func (p point) site() string {
	calls := p.f.origins[p.at].Calls
	if len(calls) > 0 {
		switch last := calls[len(calls)-1].Func; last {
		case "ret", "br", "condBr", "switchBr", "generate", "bindParams", "loopSwitchBr", "tailCall", "repeat", "switchDispatch":
			return last
		}
	}
	if r := p.record(); r != nil {
		return r.Site
	}
	return ""
}

// record returns the next location record behind an instruction of MIR, or nil.
func (p point) record() *mir.LocationRecord {
	for _, in := range p.f.mir.Insts[p.at:] {
		if in.Op == mir.LocationPoint {
			return &p.f.mir.Locations[in.N]
		}
	}
	return nil
}

// clues returns what an instruction of MIR has in common with others: the lines that emitted it, and the machine
// instruction with the width of the type that it is for.
func (p point) clues(width string) (clues []string) {
	for _, c := range p.f.origins[p.at].Calls {
		if strings.HasPrefix(c.File, "backend/lower/") {
			continue
		}
		clues = append(clues, fmt.Sprintf("%s:%d %s", c.File, c.Line, c.Func))
	}
	if in := p.inst(); in.Op == mir.Real && in.I.Op != isa.ADDI {
		name := registerForm(in.I.Op.String())
		clues = append(clues, name+" for "+width)
		if row := in.I.Op.Row(); strings.Contains(row.Section, "Division") {
			clues = append(clues, fmt.Sprintf("division %v for %s", strings.HasSuffix(name, "w"), width))
		}
	}
	return clues
}

// registerForm returns the instruction between registers that does the same as one with an immediate.
func registerForm(name string) string {
	switch name {
	case "addiw", "andi", "ori", "xori", "slli", "srli", "srai", "slliw", "srliw", "sraiw", "slti", "sltiu":
		return strings.Replace(name, "i", "", strings.Count(name, "i"))
	}
	return name
}

// widthOf returns the class of the type that an instruction works on, that of its first operand if it has one.
func widthOf(f *air.Func, i air.Index) string {
	in := &f.Insts[i]
	if len(in.Ops) > 0 && in.Ops[0] != air.NoRef {
		return Class(f.TypeOf(in.Ops[0]))
	}
	return Class(in.Type)
}

// blameValue blames the lowering of the first AIR instruction that has a wrong value.
func (k *Checker) blameValue(g *loaded, d *Divergence, t *tracer, e *execution, culprit *Culprit) {
	culprit.Kind = "wrong-value"
	want := k.evaluatorSteps(g, d.Run)
	recorded := map[[2]int]bool{}
	for i := range g.image.Locations {
		if r := &g.image.Locations[i]; r.Loc.Kind != link.LocNone {
			recorded[[2]int{g.position(r.Func), int(r.Inst)}] = true
		}
	}
	want = slices.DeleteFunc(want, func(s step) bool { return !recorded[[2]int{s.f, int(s.inst)}] })
	got := slices.Clone(e.trace)
	for i := range got {
		r := &g.image.Locations[got[i].record]
		got[i].f, got[i].inst, got[i].bypassed = g.position(r.Func), air.Index(r.Inst), r.Bypassed
	}
	m := firstMismatch(g.Module, want, inStep(want, got))
	end := len(t.trace)
	switch {
	case t.dirty != nil && (m == nil || t.dirty.number <= m.got.number):
		k.blameRecord(g, t, t.dirty.record, t.dirty.events, culprit)
	case (m == nil || m.control) && e.Ending != oracle.Broken && k.blameEnding(g, d, t, e, culprit):
	case m != nil && m.control && e.Ending != oracle.Broken:
		t.blameControl(g, m, culprit)
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
	}
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
		if r := &g.image.Locations[i]; r.PC == pc && r.Loc.Kind != link.LocNone {
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
	t.blameSlice(g, f, air.Index(r.Inst), t.slice(needsOf(t, r, end), end, t.recordPoint(g, record)), culprit)
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
		culprit.Site = operation(g.siteOf(slices.Index(g.Module.Funcs, f), at))
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
		culprit.Site = operation(e.site())
		calls := e.f.origins[e.at].Calls
		culprit.Places = slices.Clone(calls)
		slices.Reverse(culprit.Places)
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

// blame blames the code that emitted an instruction of MIR.
func (p point) blame(width string, culprit *Culprit) {
	culprit.Site = operation(p.site())
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
			return
		}
	}
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
