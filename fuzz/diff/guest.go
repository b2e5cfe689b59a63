package diff

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/convention"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// The stack of a run, and where results and arguments are that go by reference. All are far from the image.
const (
	stackBase  = 0x7000_0000
	stackSize  = 8 << 20 // as on Linux
	stackTop   = stackBase + stackSize
	resultBase = 0x7800_0000
	// callerFrame is the size of what lies above the stack arguments and is never written: code that looks for an argument
	// there finds undefined bytes, which are traced to it.
	callerFrame = 4 << 10
	// argumentBase is where copies of arguments begin that go by reference.
	argumentBase = 0x7a00_0000
)

// loaded is a compiled case with what the machine is filled with before each run. The slices are the Checker's.
type loaded struct {
	*compiled
	program *eval.Program // of the same module, at the addresses of the image
	regions []rv64.Region
	watched []rv64.LocationRecord
	args    []rv64.StackArguments
	decoder *decode.Decoder // which remembers the words that were checked
	// marked means that the machine needs only be rewound for another run, and running is the present one.
	marked  bool
	running *execution
	places  map[*air.Type]*convention.Signature // by function type, as needed
}

// convention returns where functions of a type find their arguments and leave their result.
func (g *loaded) convention(fn *air.Type) *convention.Signature {
	s := g.places[fn]
	if s == nil {
		s = convention.Of(fn)
		g.places[fn] = s
	}
	return s
}

// load describes the image to the machine: its regions and location records, and the size of what each function finds
// on the stack.
func (k *Checker) load(c *compiled, p *eval.Program) *loaded {
	if k.config.VLEN == 0 {
		k.useMachine(c.Options.Target.VLEN())
	}
	g := &k.loaded
	g.compiled, g.program, g.regions, g.watched, g.args = c, p, g.regions[:0], g.watched[:0], g.args[:0]
	g.marked, g.decoder = false, k.config.Decoder
	if g.places == nil {
		g.places = map[*air.Type]*convention.Signature{}
	}
	clear(g.places)
	for i := range c.image.Segments {
		s := &c.image.Segments[i]
		g.regions = append(g.regions, rv64.Region{Name: s.Name, Addr: s.Addr, Size: wholeWords(s.Size), Rights: rights(s.Rights), Data: s.Data, Defined: true})
	}
	g.regions = append(g.regions, rv64.Region{Name: "stack", Addr: stackBase, Size: stackSize, Rights: rv64.Read | rv64.Write})
	g.watched = c.records(g.watched, false)
	for _, f := range c.Module.Funcs {
		s, ok := c.image.Symbol(f.Name)
		if ok && !f.Type.VarArgs { // a variadic function has arguments of unknown size
			g.args = append(g.args, rv64.StackArguments{PC: s.Addr, Size: uint64(g.convention(f.Type).StackSize)})
		}
	}
	return g
}

// records appends what the machine checks at the location records of the image. Where control can bypass a record, its
// value may be stale: such records are only wanted for a trace, and nothing is checked there.
func (c *compiled) records(to []rv64.LocationRecord, bypassed bool) []rv64.LocationRecord {
	for i := range c.image.Locations {
		r := &c.image.Locations[i]
		if r.Loc.Kind == link.LocNone || (r.Bypassed || r.Loc.Kind == link.LocAddress) && !bypassed {
			continue
		}
		loc := location(&r.Loc)
		loc.Canonical = loc.Canonical && !r.Bypassed
		to = append(to, rv64.LocationRecord{PC: r.PC, ID: i, Loc: loc})
	}
	return to
}

// wholeWords rounds the size of a segment up: the atomic access of a byte works on the aligned word around it, which
// memory always has.
func wholeWords(size uint64) uint64 { return (size + 7) &^ 7 }

func rights(r link.Rights) (rights rv64.Rights) {
	if r&link.Read != 0 {
		rights |= rv64.Read
	}
	if r&link.Write != 0 {
		rights |= rv64.Write
	}
	if r&link.Execute != 0 {
		rights |= rv64.Exec
	}
	return rights
}

// location translates the place of a recorded value. A scalar of up to 64 bits must be canonical there, a float in a
// register boxed.
func location(l *link.Loc) rv64.Location {
	to := rv64.Location{Register: uint8(l.Reg.Num()), Offset: l.Disp, Size: l.Size, Bits: l.Bits, Signed: l.Signed,
		Canonical: l.Bits > 0 && l.Bits <= 64}
	switch {
	case l.Kind == link.LocAddress:
		to.Offset, to.Canonical = 0, false
	case l.Kind == link.LocMem:
		to.Space = rv64.InMemory
	case l.Reg.IsFloat():
		to.Space, to.Canonical = rv64.InFloat, true
	}
	return to
}

// execution is one run of the code on the machine.
type execution struct {
	oracle.Outcome
	pc    uint64 // the instruction to look at where the code broke a rule
	trace []step // what the location records held, if that was wanted

	machine *rv64.Machine
	loaded  *loaded
	tracer  *tracer // nil unless the culprit is looked for
}

// execute runs the code of a run on the machine.
func (k *Checker) execute(g *loaded, run *gen.Run, steps uint64, trace bool) *execution {
	m, f := k.machine, g.Module.Func(run.Func)
	e := k.prepare(g, run, trace)
	if e.Ending != oracle.Returned {
		return e
	}
	entry, _ := g.image.Symbol(run.Func)
	k.lap("machine-fill")
	result := m.Call(entry.Addr, steps)
	k.lap("machine-run")
	e.Ending, e.Reason, e.Steps = result.Ending, result.Reason, result.Steps
	e.Place, e.pc = g.describe(&result)
	if e.Ending == oracle.Returned {
		takeResult(m, g.convention(f.Type), f.Type, &e.Outcome)
		if mode := m.FCSR() >> 5; mode != 0 {
			e.Ending, e.Reason, e.Place = oracle.Broken, roundingMode, fmt.Sprintf("frm is %d at the return, was 0 at the call", mode)
		}
	}
	e.Globals = takeGlobals(m, g.compiled)
	return e
}

// roundingMode is the rule that a function leaves the rounding mode as it found it.
const roundingMode = "rounding-mode"

// staleFlags is what fcsr holds at a call: rounding to nearest, which the C standard presumes, and exceptions that an earlier
// calculation has left.
const staleFlags = 0b10101

// prepare fills the machine for a run. An ending other than Returned says that it cannot be executed.
func (k *Checker) prepare(g *loaded, run *gen.Run, trace bool) *execution {
	m := k.machine
	e := &execution{machine: m, loaded: g, tracer: k.tracer}
	g.running = e
	k.kernel = kernel{next: eval.HeapBase}
	if g.marked && !trace {
		m.Rewind()
	} else if err := g.fill(m, trace); err != nil {
		e.Outcome = oracle.Outcome{Ending: oracle.Broken, Reason: "image", Place: err.Error()}
		return e
	}
	if e.tracer != nil {
		e.tracer.hook(m)
	}
	t := g.Module.Func(run.Func).Type
	if err := passArguments(m, g.convention(t), t, run.Args, g.program.Layout); err != nil {
		e.Outcome = oracle.Outcome{Ending: oracle.Unsupported, Reason: err.Error()}
	}
	return e
}

// fill fills the machine with all that the runs have in common, for a trace of the present one or for any number of
// others.
func (g *loaded) fill(m *rv64.Machine, trace bool) error {
	g.marked = false
	m.Reset()
	m.Restrict(g.restriction(g.decoder))
	for i := range g.regions {
		if err := m.Map(g.regions[i]); err != nil {
			return err
		}
	}
	if trace {
		m.Observe(g.running.record)
		m.WatchAt(g.records(nil, true))
	} else {
		m.WatchAt(g.watched)
	}
	m.SetFCSR(staleFlags)
	m.Arguments(g.args)
	g.hook(m)
	m.Mark()
	g.marked = !trace
	return nil
}

// record keeps what the place of a location record holds.
func (e *execution) record(id int, raw, defined []byte) {
	if len(e.trace) < maxTrace {
		if e.tracer != nil {
			e.tracer.marks = append(e.tracer.marks, len(e.tracer.trace))
			e.tracer.checkCanonical(e.machine, len(e.trace), id)
		}
		if l := &e.loaded.image.Locations[id].Loc; l.Kind == link.LocAddress {
			raw = binary.LittleEndian.AppendUint64(nil, wordAt(raw, 0)+uint64(l.Disp))[:len(raw)]
		}
		e.trace = append(e.trace, step{number: len(e.trace), record: id, bytes: slices.Clone(raw), defined: slices.Clone(defined), order: e.machine.Steps()})
	}
}

// hook makes the machine stop at panics and answers calls of extern functions.
func (g *loaded) hook(m *rv64.Machine) {
	for i := range g.image.Panics {
		p := &g.image.Panics[i]
		m.StopAt(p.Addr, p.Name[len(link.PanicPrefix):])
	}
	for i := range g.image.Externs {
		extern := &g.image.Externs[i]
		if f := g.Module.Func(extern.Name); f != nil {
			m.HookAt(extern.Addr, func(m *rv64.Machine) bool { return g.running.extern(m, f) })
		}
	}
}

// describe returns where the machine stopped, as text, and the instruction to look at.
func (c *compiled) describe(r *rv64.Halt) (place string, pc uint64) {
	place, pc = r.Place, r.PC
	if !strings.HasPrefix(place, "pc ") { // a broken rule's place begins with it
		place = strings.TrimSpace(fmt.Sprintf("pc %#x %s", r.PC, place))
	}
	place += r.Blame()
	if r.Culprit != 0 {
		pc = r.Culprit
	}
	if f := c.image.FuncAt(pc); f >= 0 {
		place = "@" + c.image.Funcs[f].Name + " at " + place
	}
	return place, pc
}

// takeGlobals returns what the writable globals hold at the end.
func takeGlobals(m *rv64.Machine, c *compiled) []oracle.Memory {
	n, size := 0, uint64(0)
	for _, g := range c.Module.Globals {
		if !g.Const && !g.Extern {
			n, size = n+1, size+g.Type.Size()
		}
	}
	globals, bytes := make([]oracle.Memory, 0, n), make([]byte, 2*size)
	take := func(size uint64) (part []byte) {
		part, bytes = bytes[:size:size], bytes[size:]
		return part
	}
	for _, g := range c.Module.Globals {
		if g.Const || g.Extern {
			continue
		}
		memory := oracle.Memory{Name: g.Name, Bytes: take(g.Type.Size()), Defined: take(g.Type.Size())}
		if s, ok := c.image.Symbol(g.Name); ok && len(memory.Bytes) > 0 {
			if err := m.ReadMemoryInto(s.Addr, memory.Bytes, memory.Defined); err != nil {
				clear(memory.Defined)
			}
		}
		globals = append(globals, memory)
	}
	return globals
}
