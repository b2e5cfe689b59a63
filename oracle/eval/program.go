package eval

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// The limits for the fields of Config that are zero.
const (
	DefaultMaxSteps = 10_000_000
	DefaultMaxDepth = 10_000
	// DefaultMaxMemory bounds globals, locals and values, each, in bytes.
	DefaultMaxMemory = 256 << 20
)

// Config is how a Program runs. The zero Config is usable.
type Config struct {
	// MaxSteps and MaxDepth bound a run: instructions executed, and calls nested. A run that exceeds one ends in
	// OutOfSteps with the reason "steps" or "call depth".
	MaxSteps uint64
	MaxDepth int
	// MaxMemory bounds the bytes of the globals (New returns an error for more), and those that locals and values take
	// during a run (more end it in OutOfSteps with the reason "memory").
	MaxMemory uint64
	// Addresses places globals and functions by name, so that addresses agree with an image; the others lie where no
	// image reaches.
	Addresses map[string]uint64
	// Trace, when set, receives every result in the order of execution.
	Trace func(Event)
	// Wrote, when set, receives every write of the program's instructions to memory, before it happens.
	Wrote func(Write)
	// Externs returns the result of a call of an extern function, as the bits of a value of at most 64 bits. Without
	// it, or if it returns false, the call ends the run as Unsupported. It does not see functions named "panic.REASON":
	// calling one ends the run as Panicked.
	Externs func(name string, args []uint64) (result uint64, ok bool)
}

// Event is one finished instruction with a result.
type Event struct {
	Func int // position in Module.Funcs
	Inst air.Index
	// Bytes is the result in its memory layout, and Defined has a bit set for each defined bit of it. Both are only
	// valid during the call of Config.Trace.
	Bytes, Defined []byte
}

// Write is memory that an instruction is about to write.
type Write struct {
	Func       int // position in Module.Funcs
	Inst       air.Index
	Addr, Size uint64
}

// Arg is an argument: a constant whose type is that of the parameter.
type Arg = *air.Value

// Program is a module made ready to run, and the state of its globals. It is not safe for concurrent use. The zero Program
// has no module until Prepare.
type Program struct {
	module  *air.Module
	config  Config
	funcs   []*function
	byName  map[string]*function
	byAddr  map[uint64]*function
	symbols map[string]uint64
	strings map[string]uint64 // addresses of read-only strings by their text
	globals []placed
	order   []placed // globals by address
	machine machine
	storage storage
}

// placed is a global, its address, and where its contents lie in memory.
type placed struct {
	global *air.Global
	addr   uint64
	at     int
}

// New prepares a module that has passed the verifier. Its errors name the global or function that has no place or no
// initial value.
func New(m *air.Module, config Config) (*Program, error) {
	p := new(Program)
	if err := p.Prepare(m, config); err != nil {
		return nil, err
	}
	return p, nil
}

// Prepare makes a module ready to run in place of the one before, whose memory it reuses, like New. Outcomes of earlier
// runs stay valid. After an error only Prepare may follow.
func (p *Program) Prepare(m *air.Module, config Config) error {
	config.setDefaults()
	p.clear()
	p.module, p.config = m, config
	if err := p.place(); err != nil {
		return err
	}
	for _, f := range p.funcs {
		if !f.extern {
			p.prepare(f)
		}
	}
	p.machine.program = p
	p.machine.memory.seal()
	return nil
}

// clear forgets the module.
func (p *Program) clear() {
	if p.byName == nil {
		p.byName, p.byAddr = map[string]*function{}, map[uint64]*function{}
		p.symbols, p.strings = map[string]uint64{}, map[string]uint64{}
	}
	clear(p.byName)
	clear(p.byAddr)
	clear(p.symbols)
	clear(p.strings)
	p.funcs, p.globals = p.funcs[:0], p.globals[:0]
	p.storage.reset()
	p.machine.memory.clear()
}

func (c *Config) setDefaults() {
	if c.MaxSteps == 0 {
		c.MaxSteps = DefaultMaxSteps
	}
	if c.MaxDepth == 0 {
		c.MaxDepth = DefaultMaxDepth
	}
	if c.MaxMemory == 0 {
		c.MaxMemory = DefaultMaxMemory
	}
}

// Call runs a function on a fresh state of the module. Whatever happens is in the outcome: an unknown name, or
// arguments that are not those of the function, end the run as Unsupported.
func (p *Program) Call(name string, args []Arg) oracle.Outcome {
	p.machine.memory.reset()
	return p.Continue(name, args)
}

// Peak returns the most bytes that the locals and values of all active functions took at once in the previous run.
func (p *Program) Peak() uint64 { return p.machine.peak }

// Continue is Call on the globals as the previous run left them.
func (p *Program) Continue(name string, args []Arg) oracle.Outcome {
	m := &p.machine
	m.begin()
	f := p.byName[name]
	switch {
	case f == nil:
		m.stopAt(oracle.Unsupported, "no such function", "func @"+name)
	case f.extern:
		m.stopAt(oracle.Unsupported, "function has no body", "func @"+name)
	default:
		m.enter(f, args)
	}
	m.runAll()
	return m.outcome()
}

// panicReason returns the reason of a panic routine by its name.
func panicReason(name string) (string, bool) { return strings.CutPrefix(name, "panic.") }

// memoryOf copies a view into the form that an Outcome has.
func memoryOf(name string, v view) oracle.Memory {
	return memoryInto(make([]byte, len(v.data)), name, v)
}

// memoryInto is memoryOf with the bytes in the memory of the first argument, which has their number.
func memoryInto(bytes []byte, name string, v view) oracle.Memory {
	m := oracle.Memory{Name: name, Bytes: bytes}
	copy(bytes, v.data)
	if v.anyUndef() {
		m.Defined = invert(v.undef)
	}
	return m
}

func invert(mask []byte) []byte {
	defined := make([]byte, len(mask))
	for i, b := range mask {
		defined[i] = ^b
	}
	return defined
}

// place assigns every function and global its address, and the globals their memory.
func (p *Program) place() error {
	for i, def := range p.module.Funcs {
		f := p.storage.functions.one()
		f.index, f.name, f.def, f.extern = i, def.Name, def, def.Extern || len(def.Body) == 0
		f.addr = p.address(def.Name, functionBase+functionStride*uint64(i))
		if other := p.byAddr[f.addr]; other != nil {
			return fmt.Errorf("func @%s: lies at the address of @%s", def.Name, other.name)
		}
		if p.byName[def.Name] != nil {
			return fmt.Errorf("func @%s: defined twice", def.Name)
		}
		p.funcs = append(p.funcs, f)
		p.byName[f.name], p.byAddr[f.addr] = f, f
	}
	return p.placeGlobals()
}

func (p *Program) address(name string, own uint64) uint64 {
	if addr, ok := p.config.Addresses[name]; ok {
		own = addr
	}
	p.symbols[name] = own
	return own
}
