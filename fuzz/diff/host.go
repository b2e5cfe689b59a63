package diff

import (
	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// The stack of a run, and the place where its result is written when that goes
// by reference. Both are far from the image.
const (
	stackBase  = 0x7000_0000
	stackSize  = 8 << 20 // as Linux gives
	stackTop   = stackBase + stackSize
	resultBase = 0x7800_0000
)

// host is what the machine's host keeps between the stages of a case.
type host struct {
	regions []rv64.Region
	marks   []rv64.LocationRecord
	args    []rv64.StackArguments
	calls   []oracle.Call
	trace   []step // of the run being replayed
	tracing bool
	pc      uint64  // where the last execution ended
	drop    []bool  // of Image.Locations: means nothing to jumps
	targets []uint8 // how jumps lead to the halfwords of a function
}

// load describes the image to the machine: its regions and marks, and what each
// function finds on the stack. The machine is filled from these before each run.
func (k *Checker) load() bool {
	h := &k.host
	h.regions, h.marks, h.args = h.regions[:0], h.marks[:0], h.args[:0]
	for i := range k.image.Segments {
		s := &k.image.Segments[i]
		h.regions = append(h.regions, rv64.Region{Name: s.Name, Addr: s.Addr, Size: wholeWords(s.Size), Rights: rights(s.Rights), Data: s.Data, Defined: true})
	}
	h.regions = append(h.regions, rv64.Region{Name: "stack", Addr: stackBase, Size: stackSize, Rights: rv64.Read | rv64.Write})
	drop := k.ambiguous()
	for i := range k.image.Locations {
		if m := &k.image.Locations[i]; m.Loc.Kind != link.LocNone && !drop[i] {
			h.marks = append(h.marks, rv64.LocationRecord{PC: m.PC, ID: i, Loc: location(&m.Loc)})
		}
	}
	for _, f := range k.c.Module.Funcs {
		s, ok := k.image.Symbol(f.Name)
		call, err := abi.Classify(f.Type)
		if ok && err == nil && !f.Type.VarArgs { // a variadic function has arguments that nobody has told it of
			h.args = append(h.args, rv64.StackArguments{PC: s.Addr, Size: uint64(call.StackSize)})
		}
	}
	return false
}

// wholeWords rounds the size of a segment up: the atomic access of a byte works
// on the aligned word around it, which memory always has.
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

// location translates the place of a marked value. A scalar of up to 64 bits
// must be canonical there, a float in a register boxed.
func location(l *link.Loc) rv64.Location {
	to := rv64.Location{Register: uint8(l.Reg.Num()), Offset: l.Disp, Size: l.Size, Bits: l.Bits, Signed: l.Signed,
		Canonical: l.Bits > 0 && l.Bits <= 64}
	switch {
	case l.Kind == link.LocMem:
		to.Space = rv64.InMemory
	case l.Reg.IsFloat():
		to.Space, to.Canonical = rv64.InFloat, true
	}
	return to
}

// execute runs the code of a run on the machine and reports its outcome.
func (k *Checker) execute(run *gen.Run, steps uint64) oracle.Outcome {
	m, f := k.machine, k.c.Module.Func(run.Func)
	m.Reset()
	for i := range k.host.regions {
		if err := m.Map(k.host.regions[i]); err != nil {
			return oracle.Outcome{Ending: oracle.Broken, Reason: "image", Place: err.Error()}
		}
	}
	m.WatchAt(k.host.marks)
	m.Arguments(k.host.args)
	m.Observe(nil)
	if k.host.tracing {
		m.Observe(k.host.mark)
	}
	k.hook()
	if err := k.passArguments(f.Type, run.Args); err != nil {
		return oracle.Outcome{Ending: oracle.Unsupported, Reason: err.Error()}
	}
	entry, _ := k.image.Symbol(run.Func)
	result := m.Call(entry.Addr, steps)
	out := oracle.Outcome{Ending: result.Ending, Reason: result.Reason, Place: k.describe(&result), Steps: result.Steps}
	if out.Ending == oracle.Returned {
		k.takeResult(f.Type.Elem, &out)
	}
	k.takeGlobals(&out)
	out.Calls = k.host.calls
	return out
}

// hook makes the machine stop at panics and answers calls of extern functions.
func (k *Checker) hook() {
	k.host.calls = nil
	for i := range k.image.Panics {
		p := &k.image.Panics[i]
		k.machine.StopAt(p.Addr, p.Name[len(link.PanicPrefix):])
	}
	for i := range k.image.Externs {
		e := &k.image.Externs[i]
		if f := k.c.Module.Func(e.Name); f != nil {
			k.machine.HookAt(e.Addr, func(m *rv64.Machine) bool { return k.extern(m, f) })
		}
	}
}

// takeGlobals reads what the writable globals hold at the end.
func (k *Checker) takeGlobals(out *oracle.Outcome) {
	for _, g := range k.c.Module.Globals {
		if g.Const || g.Extern {
			continue
		}
		memory := oracle.Memory{Name: g.Name, Bytes: make([]byte, g.Type.Size()), Defined: make([]byte, g.Type.Size())}
		if s, ok := k.image.Symbol(g.Name); ok && len(memory.Bytes) > 0 {
			if err := k.machine.ReadMemoryInto(s.Addr, memory.Bytes, memory.Defined); err != nil {
				clear(memory.Defined)
			}
		}
		out.Globals = append(out.Globals, memory)
	}
}
