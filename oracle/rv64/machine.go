package rv64

import (
	"fmt"
	"io"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// Checks is a set of the rules that a machine checks a program against. A machine without any runs its plain engine,
// which is several times faster.
type Checks uint16

// The rules. A program that breaks one ends as oracle.Broken, with the reason given below in Halt.Reason.
const (
	// CheckMemory: no access outside the regions, against their rights, or to the stack below sp, and no jump outside
	// code. Reasons: load-access, store-access, fetch-access, load-misaligned, store-misaligned, below-stack. Without
	// it these are traps of the same names, and below-stack is not checked.
	CheckMemory Checks = 1 << iota
	// CheckUndefined: no branch (undefined-branch), address (undefined-address), jump (undefined-jump), system call
	// (undefined-argument) or control register (undefined-csr) depends on a bit that was never written.
	CheckUndefined
	// CheckCalls: at every return the return address, sp, s0-s11 and fs0-fs11 are what they were at the call
	// (return-address, stack-pointer, callee-saved).
	CheckCalls
	// CheckAlign: sp is a multiple of 16 at every call (stack-alignment).
	CheckAlign
	// CheckThread: gp and tp are what they were at the call at every return (global-pointer, thread-pointer).
	CheckThread
	// CheckCanonical: the values in canonical locations of the location records are canonical (not-canonical).
	CheckCanonical
	// CheckClobber: at a return everything but s0-s11, fs0-fs11, a0, a1, fa0 and fa1 becomes undefined, as the standard
	// calling convention allows.
	CheckClobber
	// CheckFrames: no store through an address that a function has derived from sp goes beyond its own call frame and
	// its stack arguments (caller-frame), and no store at all goes to where one of its callers has saved a register for
	// its own caller (saved-register).
	CheckFrames
	// CheckRaces: no two harts access the same memory, one of them to write, without synchronisation between (data-race).
	// It is for the owner of several harts: see WatchAccesses.
	CheckRaces
)

// CheckAll is every rule of the standard calling convention.
const CheckAll = CheckMemory | CheckUndefined | CheckCalls | CheckAlign | CheckThread | CheckCanonical | CheckClobber | CheckFrames | CheckRaces

// ReturnAddress is what Call puts into ra: an address that no region covers. A jump to it returns from the call.
const ReturnAddress = 0xffff_ffff_ffff_f000

// Config is fixed for the life of a machine.
type Config struct {
	Checks Checks
	// TrapMisaligned makes a misaligned load or store a trap; a misaligned atomic always is one.
	TrapMisaligned bool
	// MemoryLimit bounds the sum of the sizes of the regions in bytes; 0 means 4 GiB.
	MemoryLimit uint64
	// ReadsAhead, if set, reports whether the branches of the code at pc may depend on undefined bits, as those of a C
	// library's strnlen do, which reads whole words and then uses no byte behind its limit.
	ReadsAhead func(pc uint64) bool
	// AllowUnwind accepts a return that leaves several calls at once, as longjmp does: to where an earlier call
	// returns, or with sp above that of the last call.
	AllowUnwind bool
	// System serves ecall; it may set registers, and calls End before it returns true. Without it exit and exit_group
	// end the execution and every other call is oracle.Unsupported.
	System func(m *Machine) (stop bool)
	// SpuriousSC makes the first store-conditional, and every fourth from then on, fail though its reservation holds, as the
	// manual allows ("Zalrsc").
	SpuriousSC bool
	// VLEN is the number of bits of a vector register, one that CheckVLEN accepts; 0 means 128.
	VLEN uint64
	// Unratified makes words of extensions that are not ratified (Zalasr) instructions; otherwise they are illegal.
	Unratified bool
	// Has, if set, reports which words are instructions; see Restrict.
	Has func(word uint32) bool
	// KeepAgnostic leaves agnostic elements of vector registers as they are; otherwise they become ones, and undefined.
	KeepAgnostic bool
	// Pausable lets a run end early, as oracle.OutOfSteps, once it has cost the host some 20 ms beyond what its steps
	// say (see Spend), so that its owner can look at the clock.
	Pausable bool
	// Trace, if set, is written a line for every instruction executed: address, text, and the register written with its
	// new value. Coverage counts the operations executed.
	Trace    io.Writer
	Coverage bool
}

// Halt is how a Call or a Run ended.
type Halt struct {
	Ending oracle.Ending
	// Reason is the trap, the broken rule, the name passed to StopAt, or the exit status in decimal. A program that
	// exhausts its stack ends as oracle.OutOfSteps with reason StackOverflow, one that exhausts maxSteps with the
	// number of steps.
	Reason string
	// Place is a text for people: where execution ended, and the values that matter.
	Place string
	// PC is the instruction at which execution ended.
	PC uint64
	// Culprit is the address of the instruction to look at after a trap or a broken rule: the one at PC; for a register
	// that a callee did not preserve, the one that wrote it last; if there is no code at PC, the jump there.
	// Instruction is its text.
	Culprit     uint64
	Instruction string
	// Steps is the number of instructions executed.
	Steps uint64
	// Address is that of the access or jump which faulted; 0 for other ends.
	Address uint64
}

// Blame returns a phrase that names the culprit, to append to Place; empty if there is no culprit.
func (h *Halt) Blame() string {
	switch {
	case h.Instruction == "":
		return ""
	case h.Reason == notCanonical: // a location record is looked at before the instruction
		return ", before " + h.Instruction
	case h.Culprit != h.PC:
		return fmt.Sprintf(", by %s at pc %#x", h.Instruction, h.Culprit)
	}
	return ", at " + h.Instruction
}

// notCanonical is the rule of canonical locations.
const notCanonical = "not-canonical"

// Machine is a hart and its memory. It may be used by one goroutine at a time. Reset makes it as new, at the cost of the
// memory that was touched. A program with several harts keeps the others as Hart.
type Machine struct {
	hart

	watched bool // instructions are counted or traced
	steps   uint64
	work    uint64 // see Spend; since Run began
	config  Config

	regions []*region // by address
	pool    []*region
	last    *region // the region found last
	mapped  uint64

	code     *chunk   // the one that PC was in last
	executed []*chunk // those that hold decoded instructions
	keptCode uint64   // capacity of all chunks, in instructions
	decoded  *[1 << decodedBits]decoded

	operations uint64 // of all blocks

	readPages  [cachedPages]page
	writePages [cachedPages]page
	readMasks  [cachedPages]*[pageSize]byte // the defined bits of readPages, if the machine tracks them
	writeMasks [cachedPages]*[pageSize]byte

	hooks     map[uint64]func(*Machine) bool
	locations []LocationRecord // by PC
	observer  func(id int, raw, defined []byte)
	onAccess  func(a Access) (race string) // see WatchAccesses
	specials  []special
	arguments []StackArguments

	run          vectorRun  // of the quick way
	legalVectors [64]uint64 // see prepare

	halt    Halt
	scratch [2][]byte

	coverage []uint64 // by opcode; nil without Config.Coverage
	traced   inst     // the last instruction, whose line is not written yet
	tracedAt uint64
}

// New returns a machine without memory.
func New(config Config) *Machine {
	if config.MemoryLimit == 0 {
		config.MemoryLimit = 4 << 30
	}
	if config.VLEN == 0 {
		config.VLEN = defaultVLEN
	}
	if err := CheckVLEN(config.VLEN); err != nil {
		panic("rv64: " + err.Error())
	}
	m := &Machine{config: config, watched: config.Coverage || config.Trace != nil, hooks: map[uint64]func(*Machine) bool{},
		decoded: new([1 << decodedBits]decoded)}
	if config.Coverage {
		m.coverage = make([]uint64, len(rows))
	}
	m.vector, m.vectorShadow = newVectorState(config.VLEN), newVectorShadow(config.VLEN)
	m.Reset()
	return m
}

func (m *Machine) tracking() bool { return m.config.Checks&CheckUndefined != 0 }

// Reset unmaps all memory, forgets hooks and location records, and makes every register undefined: it holds a pattern
// that is neither small nor an address.
func (m *Machine) Reset() {
	m.setStack(nil)
	m.unmapAll()
	clear(m.hooks)
	m.locations, m.observer, m.arguments = nil, nil, nil
	clear(m.specials)
	m.specials = m.specials[:0]
	clear(m.coverage)
	m.resetHart()
}

// resetHart is the part of Reset that neither memory nor what the host has asked for is concerned with.
func (m *Machine) resetHart() {
	for i := 1; i < 32; i++ {
		m.x[i], m.xm[i] = junk(i), 0
	}
	for i := range m.f {
		m.f[i], m.fm[i] = junk(i+32), 0
	}
	m.x[0], m.xm[0], m.xm[sink] = 0, allBits, allBits
	m.PC, m.frm, m.fp, m.steps = 0, 0, environment{host: !m.watched || m.config.Checks != 0}, 0
	m.reserved, m.conditionals = noReservation, 0
	m.vector.reset()
	clear(m.vectorShadow.defined)
	m.traced = inst{}
	m.frames = m.frames[:0]
	m.from, m.ceiling, m.writers = atCall, allBits, writers{}
	m.executing = 0
	m.halt = Halt{}
}

// junk returns the value of a register that was never set.
func junk(i int) uint64 { return 0xa5c3_96e1_7b2d_4f01 * uint64(2*i+1) }

// Restrict makes every word of which has reports false an illegal instruction, so that the machine is one without some of
// the extensions; of a 16-bit instruction the upper half is zero. A nil has lifts that. Code that was decoded before keeps
// its meaning until ForgetCode.
func (m *Machine) Restrict(has func(word uint32) bool) { m.config.Has = has }

// X returns integer register n, 0 to 31.
func (m *Machine) X(n int) uint64 { return m.x[n&31] }

// SetX sets integer register n, all bits defined; x0 stays zero.
func (m *Machine) SetX(n int, v uint64) { m.SetXDefined(n, v, allBits) }

// SetXDefined sets integer register n and which of its bits are defined.
func (m *Machine) SetXDefined(n int, v, defined uint64) {
	if n != 0 {
		m.x[n&31], m.xm[n&31] = v, defined
		m.wroteNoAddress(uint8(n))
	}
}

// XDefined returns the defined bits of integer register n.
func (m *Machine) XDefined(n int) uint64 { return m.xm[n&31] }

// F returns the 64 bits of float register n, 0 to 31.
func (m *Machine) F(n int) uint64 { return m.f[n&31] }

// SetF sets float register n, all bits defined. A narrower float must be boxed: the bits above it are all ones.
func (m *Machine) SetF(n int, v uint64) { m.SetFDefined(n, v, allBits) }

// SetFDefined sets float register n and which of its bits are defined.
func (m *Machine) SetFDefined(n int, v, defined uint64) { m.f[n&31], m.fm[n&31] = v, defined }

// FDefined returns the defined bits of float register n.
func (m *Machine) FDefined(n int) uint64 { return m.fm[n&31] }

// FCSR returns fcsr: the rounding mode and the accrued exceptions.
func (m *Machine) FCSR() uint64 { return uint64(m.frm)<<5 | uint64(m.fp.flags) }

// SetFCSR sets fcsr; bits above the low 8 are ignored.
func (m *Machine) SetFCSR(v uint64) { m.frm, m.fp.flags = uint8(v>>5&7), uint8(v&31) }

// Steps returns the number of instructions executed since Reset.
func (m *Machine) Steps() uint64 { return m.steps }

// Start puts the machine into the state in which Linux starts a process: every register zero and defined but sp, PC at
// entry. The region below sp is the stack.
func (m *Machine) Start(entry, sp uint64) {
	for i := range 32 {
		m.SetX(i, 0)
		m.SetF(i, 0)
	}
	m.vectorShadow.defineAll()
	m.SetX(stackPointer, sp)
	m.PC = entry
	m.setStack(m.find(sp - 1))
}

// Call runs the function at entry until it returns, traps, stops, breaks a rule or has executed maxSteps instructions.
// The host sets sp and the argument registers first; Call sets ra. The results of the function are in the registers
// afterwards.
func (m *Machine) Call(entry, maxSteps uint64) Halt {
	m.SetX(1, ReturnAddress)
	m.PC = entry
	m.setStack(m.find(m.x[2] - 1))
	m.frames, m.from = m.frames[:0], atCall
	m.pushFrame(entry, ReturnAddress)
	return m.Run(maxSteps)
}

// Run continues from PC, for at most maxSteps instructions.
func (m *Machine) Run(maxSteps uint64) Halt {
	m.halt, m.work = Halt{}, 0
	if m.PC&1 != 0 {
		m.fault("fetch-misaligned", m.PC)
		return m.finish()
	}
	limit := m.steps + maxSteps
	if limit < m.steps {
		limit = allBits
	}
	if m.config.Checks == 0 && !m.watched {
		m.runPlain(limit)
	} else {
		m.runChecked(limit)
	}
	return m.finish()
}

func (m *Machine) finish() Halt {
	m.flushTrace()
	r := &m.halt
	r.PC, r.Steps = m.PC, m.steps
	if r.Ending == oracle.Broken || r.Ending == oracle.Trapped {
		switch {
		case r.Culprit != 0:
		case r.Reason == noCode && m.config.Checks != 0:
			r.Culprit = m.executing
		default:
			r.Culprit = m.PC
		}
		if s := m.decodeInst(r.Culprit); s.op != opOutside {
			r.Instruction = s.String()
		}
	}
	return m.halt
}

// End records how the execution ends; a hook or System calls it before it returns true.
func (m *Machine) End(ending oracle.Ending, reason, place string) {
	m.halt.Ending, m.halt.Reason, m.halt.Place = ending, reason, place
}

// trap, fault and broken end the execution and return false, for callers to return in turn.
func (m *Machine) trap(kind string) bool {
	m.End(oracle.Trapped, kind, m.Where())
	return false
}

// noCode is the reason of a jump to an address without code.
const noCode = "fetch-access"

// StackOverflow is the Halt.Reason of a program that has used up its stack.
const StackOverflow = "stack-overflow"

func (m *Machine) fault(kind string, addr uint64) bool {
	m.halt.Address = addr
	if m.stackOverflow() {
		m.End(oracle.OutOfSteps, StackOverflow, m.Where())
		return false
	}
	ending := oracle.Trapped
	if m.config.Checks&CheckMemory != 0 {
		ending = oracle.Broken
	}
	m.End(ending, kind, fmt.Sprintf("%s: address %#x%s", m.Where(), addr, m.nearest(addr)))
	return false
}

// stackOverflow reports whether sp is below the lower end of the stack: the program has exhausted a resource, which
// breaks no rule.
func (m *Machine) stackOverflow() bool {
	const reach = 64 << 20 // farther away sp is no longer a stack pointer
	return m.stack != nil && m.x[2] < m.stack.base && m.stack.base-m.x[2] <= reach
}

// brokenBy is broken with another culprit, if it is known.
func (m *Machine) brokenBy(culprit uint64, rule, format string, args ...any) bool {
	m.broken(rule, format, args...)
	m.halt.Culprit = culprit
	return false
}

func (m *Machine) broken(rule, format string, args ...any) bool {
	m.End(oracle.Broken, rule, m.Where()+": "+fmt.Sprintf(format, args...))
	return false
}

// Where names the current instruction, for a Halt.Place.
func (m *Machine) Where() string {
	if r := m.find(m.PC); r != nil {
		return fmt.Sprintf("pc %#x (%s+%#x)", m.PC, r.name, m.PC-r.base)
	}
	return fmt.Sprintf("pc %#x", m.PC)
}

// nearest describes where an address lies relative to the region that it is in or near.
func (m *Machine) nearest(addr uint64) string {
	if r := m.find(addr); r != nil {
		return fmt.Sprintf(" (in %s)", r.name)
	}
	for _, r := range m.regions {
		if before := r.base - addr; before <= pageSize {
			return fmt.Sprintf(" (%d bytes before %s)", before, r.name)
		}
		if past := addr - r.end(); past < pageSize {
			return fmt.Sprintf(" (%d bytes past %s)", past, r.name)
		}
	}
	return ""
}
