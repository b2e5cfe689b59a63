package rv64

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"sort"
	"strconv"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// ExecConfig says how to run an executable. The guest sees no file and no
// network of the host, a clock that counts instructions, and the same random
// bytes in every run, so that a run is reproducible. A Read or Write of its
// streams that is under way when the context ends is left to itself.
type ExecConfig struct {
	Args   []string // Args[0] is the program's name
	Env    []string
	Stdin  io.Reader // nil: empty
	Stdout io.Writer // nil: discarded
	Stderr io.Writer // nil: discarded
	// Checks are the rules to hold the program to, but for CheckThread and
	// CheckClobber, which whole programs need not keep: their start code sets gp
	// and tp, and compilers let local functions keep temporaries.
	Checks Checks
	// MaxSteps bounds the instructions executed; 0 stands for no bound.
	MaxSteps uint64
	// MemoryLimit bounds the guest's memory; 0 stands for 1 GiB.
	MemoryLimit uint64
	// StackSize is that of the guest's stack; 0 stands for 8 MiB.
	StackSize      uint64
	TrapMisaligned bool
	// Root is a directory whose files the guest may open, as its root
	// directory; empty: none.
	Root string
	// Trace, if set, gets a line for every instruction executed: address, text,
	// and the register written with its new value.
	Trace io.Writer
	// Profile asks for the functions in which time is spent, Coverage for the
	// operations executed.
	Profile  bool
	Coverage bool
}

// ExecResult is how an execution ended.
type ExecResult struct {
	Result
	// Status is the exit status as a shell gives it: 128 and the signal's
	// number for a program that a signal ended.
	Status int
	// Unknown counts the system calls that the machine does not have, by
	// number.
	Unknown []Count
	// Profile and Coverage are what was asked for, most frequent first.
	Profile  []Count
	Coverage []Count
}

// Count is how often something happened.
type Count struct {
	Name  string
	Times uint64
}

const (
	stackTop         = userSpace - pageSize
	defaultStack     = 8 << 20
	defaultMemory    = 1 << 30
	positionBase     = 0x2a_aaaa_a000 // where position-independent executables go
	mapBase          = 0x30_0000_0000 // where mmap begins
	executionSlice   = 1 << 20        // instructions between looks at the context
	profileInterval  = 997            // instructions between samples; prime, so as not to beat with loops
	maxArgumentBytes = 1 << 20
)

// Execute runs a static riscv64 Linux executable. The error is about the file or
// the context; what the program does is in the result.
func Execute(ctx context.Context, elf []byte, config ExecConfig) (ExecResult, error) {
	x, err := parseELF(elf)
	if err != nil {
		return ExecResult{}, err
	}
	p, err := newProcess(x, config)
	if err != nil {
		return ExecResult{}, err
	}
	defer p.close()
	err = p.run(ctx)
	if config.Trace != nil {
		p.flushTrace()
	}
	if err != nil {
		return ExecResult{}, err
	}
	return p.conclude(), nil
}

// process is a machine and its Linux.
type process struct {
	config   ExecConfig
	m        *Machine
	x        *executable
	files    files
	brkStart uint64
	brkEnd   uint64
	nextMap  uint64
	random   uint64
	slept    uint64 // nanoseconds
	signals  signals
	present  string // the system call being served
	stopped  bool   // it has ended the program
	status   int
	// interrupted is closed when the context ends: for what may block.
	interrupted <-chan struct{}
	unknown     map[uint64]uint64
	samples     map[string]uint64
	coverage    []uint64
	traced      inst // the last instruction that the trace was told of
	tracedAt    uint64
	result      Result
}

func newProcess(x *executable, config ExecConfig) (*process, error) {
	if config.MemoryLimit == 0 {
		config.MemoryLimit = defaultMemory
	}
	if config.StackSize == 0 {
		config.StackSize = defaultStack
	}
	p := &process{
		config: config, x: x, nextMap: mapBase,
		unknown: map[uint64]uint64{}, samples: map[string]uint64{}, coverage: make([]uint64, len(rows)),
	}
	p.m = New(Config{
		Checks: config.Checks &^ (CheckThread | CheckClobber), TrapMisaligned: config.TrapMisaligned, MemoryLimit: config.MemoryLimit,
		AllowUnwind: true, System: p.serve,
	})
	p.m.pausable = true
	if x.position {
		x.relocate(positionBase)
	}
	end, err := x.load(p.m)
	if err != nil {
		return nil, err
	}
	p.brkStart, p.brkEnd = end, end
	if err := p.files.open(config); err != nil {
		return nil, err
	}
	if err := p.buildStack(); err != nil {
		return nil, err
	}
	p.observe()
	return p, nil
}

func (p *process) close() { p.files.close() }

// observe installs what Trace and Coverage need. A line of the trace is written
// when the next instruction begins, with what the instruction wrote.
func (p *process) observe() {
	if p.config.Trace == nil && !p.config.Coverage {
		return
	}
	p.m.observer = func(pc uint64, s *inst) {
		p.coverage[s.op]++
		if p.config.Trace != nil {
			p.flushTrace()
			p.traced, p.tracedAt = *s, pc
		}
	}
}

// flushTrace writes the line of the last instruction.
func (p *process) flushTrace() {
	s := &p.traced
	if s.op == opNone {
		return
	}
	name, value, ok := p.m.written(s)
	if !ok {
		fmt.Fprintf(p.config.Trace, "%x: %s\n", p.tracedAt, s)
		return
	}
	fmt.Fprintf(p.config.Trace, "%x: %-32s %s = %#x\n", p.tracedAt, s, name, value)
}

// written gives the register that an executed instruction wrote, if it did.
func (m *Machine) written(s *inst) (name string, value uint64, ok bool) {
	r := &rows[s.op]
	switch r.kind {
	case kindReg, kindImm, kindReg3, kindConst, kindPC, kindLoad, kindJump, kindJumpReg, kindAmo, kindCas, kindLR, kindSC, kindCSR:
	case kindFloat:
		if r.out != integer {
			return floatNames[s.rd&31], m.f[s.rd&31], true
		}
	case kindLoadF:
		return floatNames[s.rd&31], m.f[s.rd&31], true
	default:
		return "", 0, false
	}
	return integerNames[s.rd&31], m.x[s.rd&31], s.rd != sink
}

// The entries of the auxiliary vector.
const (
	auxPhdr     = 3
	auxPhent    = 4
	auxPhnum    = 5
	auxPageSize = 6
	auxBase     = 7
	auxFlags    = 8
	auxEntry    = 9
	auxUID      = 11
	auxEUID     = 12
	auxGID      = 13
	auxEGID     = 14
	auxHwcap    = 16
	auxClock    = 17
	auxSecure   = 23
	auxRandom   = 25
	auxExecName = 31
)

// hwcapIMAFDC has a bit for each single-letter extension, bit 0 for A.
const hwcapIMAFDC = 1<<0 | 1<<('c'-'a') | 1<<('d'-'a') | 1<<('f'-'a') | 1<<('i'-'a') | 1<<('m'-'a')

// buildStack maps the stack and fills its top as Linux does: strings and random
// bytes, then from sp up argc, argv, envp and the auxiliary vector.
func (p *process) buildStack() error {
	err := p.m.Map(Region{Name: "stack", Addr: stackTop - p.config.StackSize, Size: p.config.StackSize, Rights: Read | Write})
	if err != nil {
		return err
	}
	args := p.config.Args
	if len(args) == 0 {
		args = []string{"program"}
	}
	at := uint64(stackTop)
	push := func(b []byte) uint64 {
		at -= uint64(len(b))
		if err == nil {
			err = p.m.WriteMemory(at, b)
		}
		return at
	}
	total := 0
	var argv, envp []uint64
	for _, list := range []struct {
		from []string
		to   *[]uint64
	}{{args, &argv}, {p.config.Env, &envp}} {
		for _, s := range list.from {
			if total += len(s) + 1; total > maxArgumentBytes {
				return fmt.Errorf("rv64: arguments and environment exceed %d bytes", maxArgumentBytes)
			}
			*list.to = append(*list.to, push(append([]byte(s), 0)))
		}
	}
	random := push(p.randomBytes(16))
	words := []uint64{uint64(len(argv))}
	words = append(append(words, argv...), 0)
	words = append(append(words, envp...), 0)
	words = append(words, auxPhdr, p.x.phdr, auxPhent, programHeader, auxPhnum, p.x.phnum, auxPageSize, pageSize,
		auxBase, 0, auxFlags, 0, auxEntry, p.x.entry, auxUID, guestID, auxEUID, guestID, auxGID, guestID, auxEGID, guestID,
		auxHwcap, hwcapIMAFDC, auxClock, 100, auxSecure, 0, auxRandom, random, auxExecName, argv[0], 0, 0)
	at = (at-8*uint64(len(words)))&^15 + 8*uint64(len(words))
	var block []byte
	for _, w := range words {
		block = binary.LittleEndian.AppendUint64(block, w)
	}
	sp := push(block)
	if err != nil {
		return fmt.Errorf("rv64: arguments do not fit the stack of %d bytes: %w", p.config.StackSize, err)
	}
	p.start(sp)
	return nil
}

// start sets the registers as Linux does: all zero but sp.
func (p *process) start(sp uint64) {
	for i := 1; i < 32; i++ {
		p.m.SetX(i, 0)
	}
	for i := range 32 {
		p.m.SetF(i, 0)
	}
	p.m.vectorShadow.defineAll()
	p.m.SetX(2, sp)
	p.m.PC = p.x.entry
	p.m.setStack(p.m.find(sp))
}

// run executes in slices of so many instructions, or of so much work as the
// machine counts it, and looks at the context after each, so that a cancelled one
// ends the run soon.
func (p *process) run(ctx context.Context) error {
	limit := p.config.MaxSteps
	if limit == 0 {
		limit = allBits
	}
	slice := uint64(executionSlice)
	if p.config.Profile {
		slice = profileInterval
	}
	p.interrupted = ctx.Done()
	for count := 0; ; count++ {
		if count%(executionSlice/profileInterval) == 0 || !p.config.Profile || p.m.work >= workSlice {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("rv64: interrupted after %d instructions: %w", p.m.steps, err)
			}
			p.m.work = 0
		}
		p.result = p.m.Run(min(slice, limit-p.m.steps))
		if p.result.Ending != oracle.OutOfSteps || p.result.Reason == stackOverflow || p.m.steps >= limit {
			return nil
		}
		if p.config.Profile {
			p.sample()
		}
	}
}

func (p *process) isInterrupted() bool {
	select {
	case <-p.interrupted:
		return true
	default:
		return false
	}
}

// maxPlaces bounds the places without a name that a profile has.
const maxPlaces = 1 << 16

func (p *process) sample() {
	name := p.functionAt(p.m.PC)
	if p.samples[name] == 0 && len(p.samples) >= maxPlaces {
		name = "elsewhere"
	}
	p.samples[name]++
}

func (p *process) functionAt(pc uint64) string {
	if s, ok := p.x.symbolAt(pc); ok {
		return s.name
	}
	return fmt.Sprintf("%#x", pc&^0xff)
}

// The signals that end a program, by what ended it.
var trapSignals = map[string]int{
	"illegal-instruction": 4, "breakpoint": 5, "load-misaligned": 7, "store-misaligned": 7,
	"fetch-misaligned": 7, "load-access": 11, "store-access": 11, "fetch-access": 11,
}

// conclude makes the result of what the machine and the process say.
func (p *process) conclude() ExecResult {
	r := ExecResult{Result: p.result, Status: p.status}
	switch {
	case r.Ending == oracle.Trapped:
		r.Status = 128 + trapSignals[r.Reason]
	case r.Reason == stackOverflow:
		r.Status = 128 + trapSignals["store-access"]
	case r.Ending == oracle.Exited:
	default:
		r.Status = -1
	}
	at := r.PC
	if r.Culprit != 0 {
		at = r.Culprit
	}
	if s, ok := p.x.symbolAt(at); ok && r.Ending != oracle.Exited {
		r.Place = fmt.Sprintf("%s in %s+%#x", r.Place, s.name, at-s.addr)
	}
	r.Place += r.Blame()
	for number, times := range p.unknown {
		r.Unknown = append(r.Unknown, Count{strconv.FormatUint(number, 10), times})
	}
	for name, times := range p.samples {
		r.Profile = append(r.Profile, Count{name, times * profileInterval})
	}
	if p.config.Coverage {
		for op, times := range p.coverage {
			if times > 0 {
				r.Coverage = append(r.Coverage, Count{rows[op].name, times})
			}
		}
	}
	for _, list := range [][]Count{r.Unknown, r.Profile, r.Coverage} {
		sort.Slice(list, func(i, j int) bool {
			a, b := list[i], list[j]
			return a.Times > b.Times || a.Times == b.Times && a.Name < b.Name
		})
	}
	return r
}

// randomBytes gives the next n bytes of the guest's random numbers, which are
// the same in every run.
func (p *process) randomBytes(n int) []byte {
	b := make([]byte, 0, n+7)
	for len(b) < n {
		p.random += 0x9e3779b97f4a7c15
		z := (p.random ^ p.random>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		b = binary.LittleEndian.AppendUint64(b, z^z>>31)
	}
	return b[:n]
}
