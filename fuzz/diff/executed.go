package diff

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// Executed is one machine instruction that was executed, or that ended the execution.
type Executed struct {
	Code
	// Read and Wrote are the registers that it read and wrote, with their values.
	Read  []Register `json:"read,omitempty"`
	Wrote []Register `json:"wrote,omitempty"`
	// Memory is what it loaded or stored.
	Memory *Access `json:"memory,omitempty"`
	// Ended reports whether the execution ended before it was done.
	Ended bool `json:"ended,omitempty"`

	step uint64 // how many were executed before
}

// Code is one machine instruction and what it was emitted for.
type Code struct {
	PC   string `json:"pc"`
	Word string `json:"word,omitempty"`
	Text string `json:"text"`
	Func string `json:"func,omitempty"`
	// AIR is the instruction of the function for which it was emitted, or what else it is for.
	AIR string `json:"air,omitempty"`
	// Culprit reports whether that is the culprit.
	Culprit bool `json:"culprit,omitempty"`
	// Emitted are the calls in the code generator that emitted it, the innermost first.
	Emitted []link.CodeCall `json:"emitted,omitempty"`

	pc   uint64
	inst air.Index
}

// noInst is no instruction of AIR.
const noInst = ^air.Index(0)

// Register is a register with a value.
type Register struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Access is an access to memory.
type Access struct {
	Address string `json:"address"`
	Size    int    `json:"size"`
	Store   bool   `json:"store"`
	// Bytes are what was loaded or stored, as one number.
	Bytes string `json:"bytes"`
	// Writer is what stored the bytes that were loaded, or stored the first of those that differ.
	Writer *Store `json:"writer,omitempty"`

	addr uint64
}

// Store is where bytes of memory come from.
type Store struct {
	// Code is the store; nil if there was none.
	*Code
	Address string `json:"address,omitempty"`
	Bytes   string `json:"bytes,omitempty"`
	// Why is which bytes these are.
	Why string `json:"of"`
}

// stored is a store that was executed.
type stored struct {
	step, pc, addr uint64
	size           int
	bytes          [16]byte
}

// maxStores bounds how many stores a replay remembers, and maxReplay how many instructions it executes one by one.
const (
	maxStores = 1 << 20
	maxReplay = 1 << 24
	keptPCs   = 64
)

// recording is what a replay saw of an execution.
type recording struct {
	stores []stored
	steps  uint64          // executed
	pcs    [keptPCs]uint64 // of the last ones, by their number
	last   map[uint64]uint64
}

// stepper executes a run of the code instruction by instruction.
type stepper struct {
	g       *loaded
	machine *rv64.Machine
	e       *execution
	externs map[uint64]*air.Func
	decoded map[uint64]*decoded
}

// decoded is an instruction with what it does to memory.
type decoded struct {
	rv64.Instruction
	word        uint32
	text        string
	load, store int // bytes
}

// step prepares to execute a run from its beginning, and executes so many instructions at once. It returns nil if the
// execution ends before.
func (k *Checker) stepThrough(g *loaded, run *gen.Run, skip uint64) *stepper {
	s := &stepper{g: g, machine: k.machine, e: k.prepare(g, run, false), externs: map[uint64]*air.Func{}, decoded: map[uint64]*decoded{}}
	entry, ok := g.image.Symbol(run.Func)
	if !ok || s.e.Ending != oracle.Returned {
		return nil
	}
	for i := range g.image.Externs {
		if f := g.Module.Func(g.image.Externs[i].Name); f != nil {
			s.externs[g.image.Externs[i].Addr] = f
		}
	}
	if h := s.machine.Call(entry.Addr, skip); !paused(&h) {
		return nil
	}
	return s
}

// paused reports whether an execution ended because it had executed as many instructions as it was to.
func paused(h *rv64.Halt) bool {
	return h.Ending == oracle.OutOfSteps && h.Reason != rv64.StackOverflow
}

// next executes one instruction, after the calls of extern functions before it, and reports whether it was executed and
// whether the execution goes on. Before the instruction it calls a function, unless the run has returned.
func (s *stepper) next(before func(pc uint64, d *decoded)) (executed, more bool) {
	m := s.machine
	for f := s.externs[m.PC]; f != nil; f = s.externs[m.PC] {
		if s.e.extern(m, f) {
			return false, false
		}
	}
	if m.PC == rv64.ReturnAddress {
		return false, false
	}
	before(m.PC, s.decode(m.PC))
	steps := m.Steps()
	h := m.Run(1)
	return m.Steps() > steps, paused(&h)
}

// decode returns the instruction at an address, or nil.
func (s *stepper) decode(pc uint64) *decoded {
	if d, ok := s.decoded[pc]; ok {
		return d
	}
	var d *decoded
	if word, ok := s.g.wordAt(pc); ok {
		d = &decoded{word: word, text: wordText(word)}
		if d.Instruction, ok = rv64.Disassemble(word); ok {
			d.load, d.store = accessSizes(d.Name)
		}
	}
	s.decoded[pc] = d
	return d
}

// wordAt returns the instruction word at an address of the image.
func (c *compiled) wordAt(pc uint64) (word uint32, ok bool) {
	for _, n := range []uint64{4, 2} {
		if code, ok := c.image.Bytes(pc, n); ok && (n == 4 || code[0]&3 != 3) {
			word, _ = isa.WordAt(code)
			return word, true
		}
	}
	return 0, false
}

func wordText(word uint32) string {
	in, err := isa.Decode(word)
	if err != nil {
		return fmt.Sprintf(".word %#08x", word)
	}
	return in.String()
}

// accessSizes returns how many bytes an instruction with a name loads and stores.
func accessSizes(name string) (load, store int) {
	if plain, ok := plainAccesses[name]; ok {
		return plain[0], plain[1]
	}
	op, width, _ := strings.Cut(name, ".")
	size := map[string]int{"b": 1, "h": 2, "w": 4, "d": 8, "q": 16}[width]
	switch {
	case op == "lr":
		return size, 0
	case op == "sc":
		return 0, size
	case strings.HasPrefix(op, "amo"):
		return size, size
	}
	return 0, 0
}

// plainAccesses are the bytes that plain loads and stores load and store.
var plainAccesses = map[string][2]int{
	"lb": {1, 0}, "lbu": {1, 0}, "lh": {2, 0}, "lhu": {2, 0}, "lw": {4, 0}, "lwu": {4, 0}, "ld": {8, 0},
	"flh": {2, 0}, "flw": {4, 0}, "fld": {8, 0},
	"sb": {0, 1}, "sh": {0, 2}, "sw": {0, 4}, "sd": {0, 8}, "fsh": {0, 2}, "fsw": {0, 4}, "fsd": {0, 8},
}

// address returns the address that an instruction accesses.
func (s *stepper) address(d *decoded) uint64 {
	at := s.machine.X(d.Rs1)
	if _, plain := plainAccesses[d.Name]; plain {
		at += uint64(d.Imm)
	}
	return at
}

// record executes a run up to a number of instructions and records its stores, and when each address of a function was
// executed last. It returns nil if that takes too long.
func (k *Checker) record(g *loaded, run *gen.Run, until uint64) *recording {
	if until > maxReplay {
		return nil
	}
	s := k.stepThrough(g, run, 0)
	if s == nil {
		return nil
	}
	r := &recording{last: map[uint64]uint64{}}
	for more := true; more && r.steps < until; {
		var now *stored
		var executed bool
		executed, more = s.next(func(pc uint64, d *decoded) {
			r.pcs[r.steps%keptPCs] = pc
			r.last[pc] = r.steps
			if d != nil && d.store > 0 && len(r.stores) < maxStores {
				now = &stored{step: r.steps, pc: pc, addr: s.address(d), size: d.store}
			}
		})
		if !executed {
			break
		}
		if now != nil {
			_ = s.machine.ReadMemoryInto(now.addr, now.bytes[:now.size], nil)
			r.stores = append(r.stores, *now)
		}
		r.steps++
	}
	return r
}

// writer returns the last store to one of the bytes of memory before a step, or nil.
func (r *recording) writer(addr uint64, size int, before uint64) *stored {
	for i := len(r.stores) - 1; i >= 0; i-- {
		s := &r.stores[i]
		if s.step < before && s.addr < addr+uint64(size) && addr < s.addr+uint64(s.size) {
			return s
		}
	}
	return nil
}

// executed executes a run again and returns what the instructions from a number on to before another one did.
func (k *Checker) executed(g *loaded, run *gen.Run, from, to uint64) (list []Executed) {
	s := k.stepThrough(g, run, from)
	if s == nil {
		return nil
	}
	for more := true; more && uint64(len(list)) < to-from; {
		var x Executed
		var in *decoded
		var ok bool
		ok, more = s.next(func(pc uint64, d *decoded) {
			in = d
			x = Executed{Code: g.code(pc), step: from + uint64(len(list))}
			if d != nil {
				x.Read = s.registers(d.Rs1, d.Rs2, d.Rs3)
				x.access(s, d, false)
			}
		})
		if x.PC == "" {
			break
		}
		x.Ended = !ok
		if ok && in != nil {
			x.Wrote = s.registers(in.Rd)
			x.access(s, in, true)
		}
		list = append(list, x)
	}
	return list
}

// access notes what is loaded, before it is executed, or was stored.
func (x *Executed) access(s *stepper, d *decoded, after bool) {
	size := d.load
	if d.store > 0 {
		size = d.store
	}
	switch {
	case size == 0:
		return
	case !after:
		addr := s.address(d)
		x.Memory = &Access{Address: fmt.Sprintf("%#x", addr), Size: size, Store: d.store > 0, addr: addr}
	case d.load > 0: // and perhaps a store
		return
	}
	if after == (d.load == 0) {
		m := memory{make([]byte, size), make([]byte, size)}
		if s.machine.ReadMemoryInto(x.Memory.addr, m.bytes, m.defined) == nil {
			x.Memory.Bytes = m.hex()
		}
	}
}

// registers returns registers by their numbers as rv64 has them with their values, each once and without zero.
func (s *stepper) registers(numbers ...int) (list []Register) {
	seen := map[int]bool{0: true, rv64.NoRegister: true}
	for _, n := range numbers {
		if seen[n] {
			continue
		}
		seen[n] = true
		r := Register{Name: isa.X(n & 31).String()}
		v, defined := s.machine.X(n&31), s.machine.XDefined(n&31)
		if n >= 32 {
			r.Name = isa.F(n & 31).String()
			v, defined = s.machine.F(n&31), s.machine.FDefined(n&31)
		}
		switch defined {
		case allDefined:
			r.Value = fmt.Sprintf("%#x", v)
		case 0:
			r.Value = "undefined"
		default:
			r.Value = fmt.Sprintf("%#x (defined %#x)", v&defined, defined)
		}
		list = append(list, r)
	}
	return list
}

// code describes the instruction at an address.
func (c *compiled) code(pc uint64) Code {
	x := Code{PC: fmt.Sprintf("%#x", pc), Text: "no code", pc: pc, inst: noInst}
	if word, ok := c.wordAt(pc); ok {
		x.Word, x.Text = fmt.Sprintf("%08x", word), wordText(word)
		if word&3 != 3 {
			x.Word = fmt.Sprintf("%04x", word)
		}
	}
	if at := c.image.FuncAt(pc); at >= 0 {
		x.Func = c.image.Funcs[at].Name
	}
	o, at := c.image.OriginAt(pc), c.image.FuncAt(pc)
	if o == nil || c.position(at) < 0 {
		return x
	}
	x.Emitted, x.AIR = o.Calls, "entry and exit"
	if inst, ok := o.Instruction(); ok {
		x.AIR, x.inst = instText(c.Module.Funcs[c.position(at)], air.Index(inst)), air.Index(inst)
	}
	return x
}
