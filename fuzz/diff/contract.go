package diff

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// Every instruction of MIR has a meaning of its own, whatever lower, emit and link make of it. A tracer executes the
// code and checks each instruction against that meaning: where one does not hold, the defect is behind codegen.

// tracer follows an execution from one instruction of MIR to the next.
type tracer struct {
	machine *rv64.Machine
	image   *link.Image
	funcs   []*tracedFunc
	byPC    map[uint64]point
	trace   []event
	reached int        // how many there were
	last    event      // the last one, which may be of the runtime library; those are not in trace
	marks   []int      // by step of the execution, the number of events before it
	entry   []snapshot // of the calls whose frames are made, outermost first
	saved   []uint64   // what was saved of the registers that the epilogue being executed restores
	fault   *breach    // the first
	dirty   *dirty     // the first
}

// dirty is a value that was not canonical at its location record, where the machine does not check that because control
// may bypass the record, which here it did not, or that is a number that no code makes.
type dirty struct {
	number, record int // of the step, and of the record in the image
	events         int // before it
}

// checkCanonical notes the first dirty value.
func (t *tracer) checkCanonical(m *rv64.Machine, number, record int) {
	r := &t.image.Locations[record]
	n := len(t.trace)
	switch {
	case t.dirty != nil:
	case r.Loc.Kind == link.LocAddress && r.Loc.Reg == isa.Zero:
		if v := uint64(r.Loc.Disp); v != canonicalAt(v, &r.Loc) {
			t.dirty = &dirty{number, record, n}
		}
	case !r.Bypassed || r.Loc.Kind != link.LocReg || n == 0 || t.pc(point{t.trace[n-1].f, t.trace[n-1].at + 1}) != r.PC:
	case registersOf(m)[r.Loc.Reg] != canonicalAt(registersOf(m)[r.Loc.Reg], &r.Loc) && definedIn(m, r.Loc.Reg, 8):
		t.dirty = &dirty{number, record, n}
	}
}

// canonicalAt returns the canonical form of the low bits of a register.
func canonicalAt(v uint64, l *link.Loc) uint64 {
	bits := uint(l.Bits)
	switch {
	case l.Reg.IsFloat() && l.Size == 4:
		return v | 0xffff_ffff_0000_0000
	case l.Reg.IsFloat() || bits == 0 || bits >= 64:
		return v
	case bits == 32 || l.Signed:
		return uint64(int64(v<<(64-bits)) >> (64 - bits))
	}
	return v << (64 - bits) >> (64 - bits)
}

// tracedFunc is a function of the image with its MIR.
type tracedFunc struct {
	link.Func
	mir     *mir.Function
	origins []link.Origin  // by instruction of MIR
	labels  map[uint32]int // the instructions that bind them
	library bool           // it is of the runtime library
}

// point is an instruction of MIR.
type point struct {
	f  *tracedFunc
	at int
}

func (p point) inst() *mir.Inst { return &p.f.mir.Insts[p.at] }

// snapshot is what the integer and floating-point registers hold.
type snapshot [64]uint64

// definedIn reports whether all of the low bytes of a register are defined.
func definedIn(m *rv64.Machine, r isa.Reg, size uint64) bool {
	mask := m.XDefined(int(r) & 31)
	if r.IsFloat() {
		mask = m.FDefined(int(r) & 31)
	}
	return mask<<(64-8*size) == ^uint64(0)<<(64-8*size)
}

// event is an instruction of MIR that is about to be executed.
type event struct {
	point
	regs  snapshot
	lanes uint64 // of the vector unit
}

// breach is an instruction of MIR whose code does not do what it means.
type breach struct {
	point
	detail string
}

// maxEvents bounds the memory of a tracer, and maxReached its time.
const (
	maxEvents  = 1 << 14
	maxReached = 1 << 18
)

// newTracer compiles a case again with what a trace needs; nil where that is not the same code.
func (k *Checker) newTracer(c *compiled) *tracer {
	o := c.options()
	o.Origins = true
	image, err := backend.Compile(c.Module, o)
	if err != nil || !sameBytes(image, c.image) {
		return nil
	}
	t := &tracer{image: image, byPC: map[uint64]point{}}
	for i := range image.Funcs {
		f := c.Module.Func(image.Funcs[i].Name)
		if f == nil {
			continue
		}
		stages, err := backend.CompileFunc(c.Module, f, o)
		if err != nil {
			return nil
		}
		t.add(i, stages.MIR)
	}
	for i := range image.Symbols {
		t.addLibrary(&image.Symbols[i])
	}
	return t
}

func (t *tracer) add(function int, m *mir.Function) {
	f := &tracedFunc{Func: t.image.Funcs[function], mir: m}
	for _, o := range t.image.Origins {
		if o.Func == function {
			f.origins = append(f.origins, o)
		}
	}
	t.bind(f)
}

// bind adds a function whose origins are known.
func (t *tracer) bind(f *tracedFunc) {
	m := f.mir
	f.labels = map[uint32]int{}
	for i := range m.Insts {
		if m.Insts[i].Op == mir.Bind {
			f.labels[m.Insts[i].N] = i
		}
	}
	for i := range f.origins { // of several at one address, the last has code
		t.byPC[f.origins[i].PC] = point{f, i}
	}
	t.funcs = append(t.funcs, f)
	for i := range m.Insts {
		mem := m.Insts[i].Mem
		if m.Insts[i].Op == mir.LocationPoint {
			mem = m.Locations[m.Insts[i].N].Loc.Mem
		}
		if detail := misresolved(&m.Frame, mem); detail != "" && t.fault == nil && i < len(f.origins) {
			t.fault = &breach{point: point{f, i}, detail: detail}
		}
	}
}

// misresolved returns how an operand in the frame is resolved wrongly, empty if it is not.
func misresolved(f *mir.Frame, m mir.Mem) string {
	loc, ok := f.Loc(m.Frame)
	if m.Reg != isa.Zero { // sp plus an index
		loc.Base = m.Reg
	}
	if base, disp, _ := f.Resolve(m); ok && (base != loc.Base || disp != loc.Disp+m.Disp) {
		return fmt.Sprintf("%v+%d is %d(%s), not %d(%s)", m.Frame, m.Disp, disp, base, loc.Disp+m.Disp, loc.Base)
	}
	return ""
}

// vectorLength is the number of the control register vl.
const vectorLength = 0xc20

// hook makes the machine report to the tracer.
func (t *tracer) hook(m *rv64.Machine) {
	t.machine = m
	for pc, p := range t.byPC {
		m.HookAt(pc, func(m *rv64.Machine) bool {
			t.reach(m, p)
			return t.fault != nil // what follows says no more
		})
	}
}

func registersOf(m *rv64.Machine) (s snapshot) {
	for n := range 32 {
		s[n], s[32+n] = m.X(n), m.F(n)
	}
	return s
}

// reach checks the instruction before p, and notes p.
func (t *tracer) reach(m *rv64.Machine, p point) {
	if len(t.trace) == maxEvents || t.reached == maxReached {
		return
	}
	t.reached++
	now := registersOf(m)
	if t.fault == nil && t.last.f != nil {
		if detail := t.check(m, &t.last, &now, p); detail != "" {
			t.fault = &breach{point: t.last.point, detail: detail}
		}
	}
	lanes, _ := m.CSR(vectorLength)
	if t.last = (event{p, now, lanes}); !p.f.library {
		t.trace = append(t.trace, t.last)
	}
	switch p.inst().Op {
	case mir.Prologue:
		t.entry = append(t.entry, now)
	case mir.Epilogue:
		t.saved = t.saved[:0]
		if len(t.entry) > 0 {
			for _, s := range saves(&p.f.mir.Frame) {
				v, _, _ := peek(m, t.entry[len(t.entry)-1][isa.SP]+uint64(s.at), 8)
				t.saved = append(t.saved, v)
			}
		}
	}
}

// end checks the instruction in whose code an execution ended.
func (t *tracer) end(m *rv64.Machine, broken bool) {
	if n := len(t.trace); t.fault != nil || n == 0 || n == maxEvents || t.reached == maxReached || !broken {
		return
	}
	last := &t.last
	detail := ""
	if p, ok := t.byPC[m.PC]; ok && p != last.point { // its code is complete
		now := registersOf(m)
		if detail := t.check(m, last, &now, p); detail != "" {
			t.fault = &breach{point: last.point, detail: detail}
		}
		return
	}
	switch in := last.inst(); in.Op {
	case mir.Load, mir.Store:
		detail = t.checkAddress(last)
	case mir.Prologue, mir.Epilogue:
		detail = "it breaks a rule"
	case mir.Call, mir.TailCall:
		if s, ok := t.image.Symbol(in.Symbol); ok && m.PC != s.Addr && (t.function(in.Symbol) != nil || !inLibrary(in.Symbol)) {
			detail = fmt.Sprintf("control goes to pc %#x, not to @%s", m.PC, in.Symbol)
		}
	case mir.Branch, mir.Jump, mir.JumpTable:
		if m.PC < last.f.Addr || m.PC >= last.f.Addr+last.f.Size {
			detail = "it leaves the function"
		} else if definedIn(m, in.I.Rs1, 8) && definedIn(m, in.I.Rs2, 8) {
			detail = "it breaks a rule"
		}
	}
	if detail != "" {
		t.fault = &breach{point: last.point, detail: detail}
	}
}

// address returns the address of a memory operand.
func (t *tracer) address(e *event, m mir.Mem) uint64 {
	if m.Frame == mir.NoFrame {
		return e.regs[m.Reg] + uint64(m.Disp)
	}
	loc, _ := e.f.mir.Frame.Loc(m.Frame)
	if m.Reg != isa.Zero { // sp plus an index
		loc.Base = m.Reg
	}
	return e.regs[loc.Base] + uint64(loc.Disp) + uint64(m.Disp)
}

// check returns what is wrong with the execution of an instruction that led to p; empty if nothing is.
func (t *tracer) check(m *rv64.Machine, e *event, now *snapshot, p point) string {
	in := e.inst()
	keeps := func(except ...isa.Reg) string {
		for r := isa.Reg(1); r < 64; r++ {
			if now[r] != e.regs[r] && r != isa.T6 && !slices.Contains(except, r) {
				return fmt.Sprintf("%s was %#x and is %#x", r, e.regs[r], now[r])
			}
		}
		return ""
	}
	sets := func(want uint64) string {
		if in.I.Rd != isa.Zero && now[in.I.Rd] != want {
			return fmt.Sprintf("%s is %#x, not %#x", in.I.Rd, now[in.I.Rd], want)
		}
		return keeps(in.I.Rd)
	}
	goes := func(want point, kept ...isa.Reg) string {
		if want.f != p.f || t.pc(want) != t.pc(p) {
			return fmt.Sprintf("control goes to pc %#x, not %#x", t.pc(p), t.pc(want))
		}
		return keeps(kept...)
	}
	switch in.Op {
	case mir.LoadImm:
		return sets(uint64(in.I.Imm))
	case mir.AddImm:
		return sets(e.regs[in.I.Rs1] + uint64(in.I.Imm))
	case mir.LeaMem:
		return sets(t.address(e, in.Mem))
	case mir.LeaSymbol:
		if s, ok := t.image.Symbol(in.Symbol); ok {
			return sets(s.Addr + uint64(in.I.Imm))
		}
	case mir.Load, mir.Store:
		if detail := t.checkAddress(e); detail != "" {
			return detail
		}
		if in.Op == mir.Store {
			return t.checkStore(m, e)
		}
		return t.checkLoad(m, e, now)
	case mir.Branch:
		if taken(in.I.Op, e.regs[in.I.Rs1], e.regs[in.I.Rs2]) {
			return goes(point{e.f, e.f.labels[in.N]})
		}
		return goes(point{e.f, e.at + 1})
	case mir.Jump:
		return goes(point{e.f, e.f.labels[in.N]})
	case mir.JumpTable:
		if targets := e.f.mir.Tables[in.N]; e.regs[in.I.Rs1] < uint64(len(targets)) {
			return goes(point{e.f, e.f.labels[targets[e.regs[in.I.Rs1]]]}, in.I.Rs1)
		}
	case mir.Prologue:
		return t.checkPrologue(m, e, now)
	case mir.Epilogue:
		return t.checkEpilogue(e, now)
	case mir.Call, mir.TailCall:
		if f := t.function(in.Symbol); f != nil && t.pc(p) != f.Addr {
			return fmt.Sprintf("control goes to pc %#x, not to @%s", t.pc(p), in.Symbol)
		}
	}
	return ""
}

func (t *tracer) function(name string) *tracedFunc {
	for _, f := range t.funcs {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// pc returns the address of an instruction, or the end of its function.
func (t *tracer) pc(p point) uint64 {
	if p.at < len(p.f.origins) {
		return p.f.origins[p.at].PC
	}
	return p.f.Addr + p.f.Size
}

func taken(op isa.Op, a, b uint64) bool {
	switch op {
	case isa.BEQ:
		return a == b
	case isa.BNE:
		return a != b
	case isa.BLT:
		return int64(a) < int64(b)
	case isa.BGE:
		return int64(a) >= int64(b)
	case isa.BLTU:
		return a < b
	}
	return a >= b
}

// accessOf returns the size of a load or store, and how a load extends what it reads.
func accessOf(op isa.Op) (size uint64, extend func(uint64) uint64) {
	plain := func(v uint64) uint64 { return v }
	switch op {
	case isa.LB, isa.SB:
		return 1, func(v uint64) uint64 { return uint64(int8(v)) }
	case isa.LBU:
		return 1, plain
	case isa.LH, isa.SH:
		return 2, func(v uint64) uint64 { return uint64(int16(v)) }
	case isa.LHU:
		return 2, plain
	case isa.FLH, isa.FSH:
		return 2, func(v uint64) uint64 { return v | 0xffff_ffff_ffff_0000 }
	case isa.LW, isa.SW:
		return 4, func(v uint64) uint64 { return uint64(int32(v)) }
	case isa.LWU:
		return 4, plain
	case isa.FLW, isa.FSW:
		return 4, func(v uint64) uint64 { return v | 0xffff_ffff_0000_0000 }
	}
	return 8, plain
}

// peek returns what is in memory, as far as it is defined.
func peek(m *rv64.Machine, addr, size uint64) (v, defined uint64, ok bool) {
	var data, mask [8]byte
	if err := m.ReadMemoryInto(addr, data[:size], mask[:size]); err != nil {
		return 0, 0, false
	}
	return binary.LittleEndian.Uint64(data[:]), binary.LittleEndian.Uint64(mask[:]), true
}

func (t *tracer) checkLoad(m *rv64.Machine, e *event, now *snapshot) string {
	in := e.inst()
	size, extend := accessOf(in.I.Op)
	v, defined, ok := peek(m, t.address(e, in.Mem), size)
	if want := extend(v); ok && in.I.Rd != isa.Zero && (now[in.I.Rd]^want)&extend(defined)&defined != 0 {
		return fmt.Sprintf("%s is %#x, not %#x", in.I.Rd, now[in.I.Rd], want)
	}
	return ""
}

func (t *tracer) checkStore(m *rv64.Machine, e *event) string {
	in := e.inst()
	size, _ := accessOf(in.I.Op)
	v, defined, ok := peek(m, t.address(e, in.Mem), size)
	if ok && definedIn(m, in.I.Rs2, size) {
		defined = ^uint64(0) >> (64 - 8*size) // as it ought to be
	}
	if want := e.regs[in.I.Rs2]; ok && (v^want)&defined != 0 {
		return fmt.Sprintf("memory holds %#x, not %#x", v, want)
	}
	return ""
}

// save is a register that a prologue saves, and where, from the caller's sp.
type save struct {
	r  isa.Reg
	at int64
}

func saves(f *mir.Frame) (list []save) {
	add := func(slot mir.FrameIndex, n int, r isa.Reg) {
		if loc, ok := f.Loc(slot); ok {
			list = append(list, save{r, loc.Disp + f.CFA(loc.Base) + 8*int64(n)})
		}
	}
	if f.SavesRA {
		add(mir.RetAddr, 0, isa.RA)
	}
	if f.UsesFP {
		add(mir.BasePtr, 0, isa.S0)
	}
	f.Saved.All(func(n int, r isa.Reg) bool { add(mir.SpillFrame, n, r); return true })
	return list
}

func (t *tracer) checkPrologue(m *rv64.Machine, e *event, now *snapshot) string {
	f := &e.f.mir.Frame
	sp := e.regs[isa.SP]
	want := sp - uint64(f.Size)
	if f.Align > 16 {
		want &= -uint64(f.Align)
	}
	if now[isa.SP] != want {
		return fmt.Sprintf("sp is %#x, not %#x", now[isa.SP], want)
	}
	if f.UsesFP && now[isa.S0] != sp {
		return fmt.Sprintf("s0 is %#x, not %#x", now[isa.S0], sp)
	}
	for _, s := range saves(f) {
		if v, _, ok := peek(m, sp+uint64(s.at), 8); ok && v != e.regs[s.r] {
			return fmt.Sprintf("%s is saved as %#x, not %#x", s.r, v, e.regs[s.r])
		}
	}
	return ""
}

func (t *tracer) checkEpilogue(e *event, now *snapshot) string {
	if len(t.entry) == 0 {
		return ""
	}
	sp := t.entry[len(t.entry)-1][isa.SP]
	t.entry = t.entry[:len(t.entry)-1]
	if now[isa.SP] != sp {
		return fmt.Sprintf("sp is %#x, not %#x", now[isa.SP], sp)
	}
	for n, s := range saves(&e.f.mir.Frame) {
		if n < len(t.saved) && t.saved[n] != now[s.r] {
			return fmt.Sprintf("%s is %#x, not %#x as it was saved", s.r, now[s.r], t.saved[n])
		}
	}
	return ""
}
