// Package codegen translates one function from AIR to MIR in one pass.
//
// Takes the legal form of a function that air.Verify accepts and the liveness of that form; returns a mir.Function that
// mir.Verify accepts, with registers allocated and the frame laid out. An *air.Unsupported error names what it cannot
// translate.
//
//	%0 = arg(u32, 0)             func @inc {
//	%1 = add(%0, <u32, 1>)         prologue
//	%2 = ret(%1)                   addiw a0,a0,1
//	                               epilogue
//	                               ret
//	                             }
//
// The state of the translation is the place of every live value: an MCValue per AIR instruction (tracking.go), the
// registers they occupy (registers.go) and the slots of the frame (frame.go). Two guarantees keep merges simple: a value
// never changes its register, it only moves to its own frame slot; and a value in the frame never returns to a register,
// except that restoring a state (state.go) reloads it to the register that it had.
//
// A handler (the table is in handlers.go, with one file per family of tags) gets operands from use, scratch registers
// from temp and the register of the result from dest. All of these stay locked until the one call of finish that ends
// the handler. Every integer result is canonical, see package air.
package codegen

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/legalize"
	"github.com/rvfuzz/rvfuzz/backend/liveness"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/backend/promote"
	"github.com/rvfuzz/rvfuzz/backend/target"
	"github.com/rvfuzz/rvfuzz/isa"
)

// Options change how a function is translated; the zero value is the default.
type Options struct {
	Verify      bool            // panic if a rule of this package is broken after an instruction
	Locations   bool            // record where each result lives
	Audit       bool            // panic with more detail, and if a rule is broken whose check takes long
	Origins     bool            // record which calls of this package append each instruction
	Debug       bool            // record scopes and where variables are
	Registers   int             // number of allocatable registers per file, 0 for all
	SpillAll    bool            // move every result to the frame at once
	LargeFrames bool            // pad the frame beyond the reach of 12-bit displacements
	PIC         bool            // find the addresses of symbols in the global offset table
	Threads     bool            // each thread has its own thread-local globals; otherwise they are like any others
	SavedFirst  bool            // prefer registers that calls preserve
	Features    target.Features // extensions beyond rv64gc
	Plan        *promote.Plan   // the variables that live in registers; nil if none do
}

// largeFramePad is the padding of Options.LargeFrames: it pushes every slot beyond +-2048.
const largeFramePad = 4096

// Generator translates functions one after another, reusing its memory. It is not safe for concurrent use.
type Generator struct {
	table *table
	calls map[*air.Type]*abi.Call
	spare mir.Function // given to Recycle
	// threadLocal are the thread-local globals of the module, nil until they are needed.
	threadLocal map[string]bool
	f           function
}

// NewGenerator makes a Generator.
func NewGenerator() *Generator {
	return &Generator{table: handlerTable(), calls: map[*air.Type]*abi.Call{}}
}

// Reset prepares for another module, whose types may be in the memory of the one before.
func (g *Generator) Reset() {
	clear(g.calls)
	g.threadLocal = nil
}

// Recycle lets the next call of Generate use the memory of a function that it returned and nobody needs any more. A nil
// function has none.
func (g *Generator) Recycle(f *mir.Function) {
	if f != nil {
		g.spare = *f
	}
}

// newOut returns an empty function, with room for the code of n instructions.
func (g *Generator) newOut(fn *air.Func, n int, o Options) *mir.Function {
	old := g.spare
	g.spare = mir.Function{}
	if old.Insts == nil {
		old.Insts = make([]mir.Inst, 0, 4*n+16)
	}
	out := &mir.Function{Name: fn.Name, File: fn.File, Insts: old.Insts[:0], Locations: old.Locations[:0],
		Tables: old.Tables[:0]}
	if o.Origins {
		out.Origins = []mir.Origin{}
	}
	if o.Debug {
		out.Points = []mir.Point{}
	}
	return out
}

// Generate translates the legal form of a function of m that has a body; lv is the liveness of that form.
func (g *Generator) Generate(fn legalize.Func, m *air.Module, lv *liveness.Liveness, o Options) (*mir.Function, error) {
	f := &g.f
	f.reset(g, fn, m, lv, o)
	if err := f.generate(); err != nil {
		g.Recycle(f.out)
		return nil, err
	}
	return f.out, nil
}

// function is the state of the translation of one function.
type function struct {
	gen    *Generator
	fn     legalize.Func
	module *air.Module
	lv     *liveness.Liveness
	opts   Options
	out    *mir.Function

	regs     registerManager
	homes    abi.Set        // registers in which variables live, not allocatable
	fused    isa.Inst       // the branch that is taken if the value of kind condition is false
	next     air.Index      // the instruction after the current one in its body, or that itself
	homeUsed bool           // the current instruction has taken its home as the register of its result
	tracking []instTracking // by instruction
	order    []air.Index    // tracked instructions in order of birth
	deathLog []air.Index    // tracked instructions in order of death

	scopeGeneration uint32
	scopeDepth      int32
	blocks          []blockData // the open blocks and loops, innermost last
	uses            []useInfo   // by instruction
	stamps          uint32

	slots     []frameSlot // by FrameIndex
	freeSlots []mir.FrameIndex
	tempSlots []mir.FrameIndex // freed by finish

	current  air.Index // instruction being translated
	finished int       // calls of finish for it
	returned bool      // the result of the call_always_tail is returned at once
	err      error     // of a helper, see fail
	spills   []int     // with Options.Verify, the indices in out of the spills of the handler
	allowed  int       // with Options.Verify, how many values may be checked now, see maySweep
	row      *row      // of its tag
	partOf   air.Index // the source instruction that was taken apart into one of the same tag
	partSite string    // the site of that one

	abi       *abi.Call
	params    []MCValue // the places of the parameters
	sretSlot  mir.FrameIndex
	exit      mir.Label
	exitUsed  bool
	hasCalls  bool
	needsFP   bool
	needsRA   bool
	setsTrace bool // the function sets an error return trace, and keeps the one before in traceSlot
	traceSlot mir.FrameIndex
	savesArgs bool // the argument registers are stored below the stack arguments, for c_va_start
	panics    []panicStub
	moves     []move
	constants constantBuffer

	watched map[air.Index][]watch // with Options.Debug, the variables by the instruction whose result they show

	died    map[air.Index]mir.Calls // with Options.Audit, the calls in which values died
	spilled mir.Calls               // with Options.Audit, the calls that spilled for the last call
	chosen  map[isa.Reg]mir.Calls   // with Options.Audit, the calls that chose registers of operands for results
}

// panicStub is the shared call of one panic routine at the end of a function.
type panicStub struct {
	reason string
	label  mir.Label
}

func (f *function) reset(g *Generator, fn legalize.Func, m *air.Module, lv *liveness.Liveness, o Options) {
	n := len(fn.Insts)
	old := *f
	*f = function{
		gen: g, fn: fn, module: m, lv: lv, opts: o,
		out:       g.newOut(fn.Func, n, o),
		tracking:  cleared(old.tracking, n),
		uses:      cleared(old.uses, n),
		order:     old.order[:0],
		deathLog:  old.deathLog[:0],
		blocks:    old.blocks[:0],
		slots:     cleared(old.slots, int(mir.FirstUnnamed)),
		freeSlots: old.freeSlots[:0],
		tempSlots: old.tempSlots[:0],
		params:    old.params[:0],
		panics:    old.panics[:0],
		moves:     old.moves[:0],
		spills:    old.spills[:0],
		constants: old.constants,
	}
	f.homes = o.Plan.Homes()
	f.regs.reset(abi.Limited(o.Registers) &^ f.homes)
	f.regs.allocated = f.homes
	if o.Debug {
		f.watched = map[air.Index][]watch{}
	}
}

// cleared returns a zeroed slice of n elements, in the memory of s if that is large enough.
func cleared[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/2)
	}
	s = s[:n]
	clear(s)
	return s
}

func (f *function) generate() error {
	f.abi = f.classify(f.fn.Type)
	f.scan()
	f.exit = f.out.NewLabel()
	f.out.Prologue()
	f.bindParams()
	if f.err != nil {
		return f.err
	}
	if err := f.genInsts(f.fn.Body); err != nil {
		return err
	}
	if f.opts.Debug {
		f.out.Point(mir.ScopeEnd, 0, mir.Loc{})
	}
	f.genEpilogue()
	f.genPanics()
	f.computeFrameLayout()
	return f.err
}

// genEpilogue emits the common end of all returns.
func (f *function) genEpilogue() {
	if !f.exitUsed {
		return
	}
	f.dropJumpTo(f.exit)
	f.out.Bind(f.exit)
	if f.setsTrace {
		f.restoreTrace()
	}
	f.out.Epilogue()
	f.out.Ret()
}

// genPanics emits the calls of the panic routines, which do not return.
func (f *function) genPanics() {
	for _, p := range f.panics {
		f.out.Bind(p.label)
		f.out.Call("panic." + p.reason)
		f.out.Trap()
	}
}

// panicLabel returns the label of the call of a panic routine.
func (f *function) panicLabel(reason string) mir.Label {
	for _, p := range f.panics {
		if p.reason == reason {
			return p.label
		}
	}
	p := panicStub{reason, f.out.NewLabel()}
	f.panics = append(f.panics, p)
	return p.label
}

// dropJumpTo removes a jump to l that is the last instruction so far; l is bound next.
func (f *function) dropJumpTo(l mir.Label) {
	last := len(f.out.Insts) - 1
	if last >= 0 && f.out.Insts[last].Op == mir.Jump && f.out.Insts[last].N == l {
		f.out.Insts = f.out.Insts[:last]
	}
}

// classify returns the places of arguments and result, cached per type.
func (f *function) classify(t *air.Type) *abi.Call {
	c := f.gen.calls[t]
	if c == nil {
		c = abi.Classify(t)
		f.gen.calls[t] = c
	}
	return c
}

// broken panics because a rule of this package does not hold.
func (f *function) broken(rule string, args ...any) {
	panic("codegen: " + f.fn.Place(f.current) + ": " + fmt.Sprintf(rule, args...))
}

// unsupported returns the error of a handler that cannot translate the current instruction.
func (f *function) unsupported(what string) error {
	return air.NewUnsupported(f.fn.Source, f.fn.SourceOf(f.current), what)
}

func (f *function) inst(i air.Index) *air.Inst { return &f.fn.Insts[i] }

func (f *function) typeOf(r air.Ref) *air.Type { return f.fn.TypeOf(r) }

// ins appends a real instruction with three registers.
func (f *function) ins(op isa.Op, rd, rs1, rs2 isa.Reg) {
	f.out.Real(isa.Inst{Op: op, Rd: rd, Rs1: rs1, Rs2: rs2})
}

// insImm appends a real instruction with an immediate.
func (f *function) insImm(op isa.Op, rd, rs1 isa.Reg, imm int64) {
	f.out.Real(isa.Inst{Op: op, Rd: rd, Rs1: rs1, Imm: imm})
}

// genBody translates a body of the current instruction.
func (f *function) genBody(body air.Body) error {
	if !f.opts.Debug || !f.isScope(body) {
		return f.genInsts(body)
	}
	f.out.Point(mir.ScopeBegin, uint32(f.current), mir.Loc{})
	err := f.genInsts(body)
	f.out.Point(mir.ScopeEnd, uint32(f.current), mir.Loc{})
	return err
}

// genInsts translates the instructions of a body one after the other.
func (f *function) genInsts(body air.Body) error {
	for n, i := range body {
		in := f.inst(i)
		if in.Tag == air.CallAlwaysTail {
			f.returned = f.returns(body[n:])
		}
		if f.lv.Unused(i) && !liveness.MustLower(f.fn.Func, in) {
			continue
		}
		f.next = body[min(n+1, len(body)-1)]
		if err := f.genInst(i, in); err != nil {
			return err
		}
	}
	return nil
}

// returns reports whether the second instruction of a body returns what the first one yields.
func (f *function) returns(body air.Body) bool {
	next := f.inst(body[min(1, len(body)-1)])
	if next.Tag != air.Ret && next.Tag != air.RetSafe {
		return false
	}
	return next.Ops[0] == air.InstRef(body[0]) || !f.typeOf(next.Ops[0]).HasBits()
}

func (f *function) genInst(i air.Index, in *air.Inst) error {
	before, start := f.finished, len(f.out.Insts)
	f.homeUsed = false
	f.spills = f.spills[:0]
	f.enter(i)
	if f.classOf(in.Type) == noClass && !liveness.MustLower(f.fn.Func, in) && f.row.site != "" {
		return f.finish(i, noneValue())
	}
	lower := f.row.handlerFor(f, in)
	if lower == nil {
		return f.unsupported(f.row.typeOf(f, in).String())
	}
	if err := lower(f, i); err != nil {
		return err
	}
	if f.err != nil {
		return f.err
	}
	if f.opts.Verify {
		f.current = i
		f.checkInst(i, before)
		f.checkSpills(start)
	}
	return nil
}

// enter makes an instruction the current one; it is called again after the bodies of the instruction.
func (f *function) enter(i air.Index) {
	in := f.inst(i)
	f.current, f.row = i, &f.gen.table[in.Tag]
	if f.opts.Features.V && keepsVector(f.fn.Func, in) {
		f.row = &vectorTable()[in.Tag]
	}
	if f.opts.Origins {
		f.out.Current = uint32(f.fn.SourceOf(i))
	}
}
