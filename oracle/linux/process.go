package linux

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

const (
	allBits          = math.MaxUint64
	pageSize         = 4096
	userSpace        = 1 << 38 // the end of the addresses of a process under Sv39
	stackTop         = userSpace - pageSize
	defaultStack     = 8 << 20
	defaultMemory    = 1 << 30
	positionBase     = 0x2a_aaaa_a000 // where position-independent executables go
	mapBase          = 0x30_0000_0000 // where mmap begins
	maxArgumentBytes = 1 << 20
)

// The user and group of a guest, and its process.
const (
	guestID      = 1000
	guestProcess = 42
)

// process is a machine and its Linux.
type process struct {
	config   Config
	m        *rv64.Machine
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
	halt        rv64.Halt
}

func newProcess(x *executable, config Config) (*process, error) {
	if config.MemoryLimit == 0 {
		config.MemoryLimit = defaultMemory
	}
	if config.StackSize == 0 {
		config.StackSize = defaultStack
	}
	if config.VLEN == 0 {
		bits, err := x.vlen()
		if err != nil {
			return nil, err
		}
		config.VLEN = bits
	}
	p := &process{config: config, x: x, nextMap: mapBase, unknown: map[uint64]uint64{}, samples: map[string]uint64{}}
	p.m = rv64.New(rv64.Config{
		Checks: config.Checks &^ (rv64.CheckThread | rv64.CheckClobber), TrapMisaligned: config.TrapMisaligned,
		MemoryLimit: config.MemoryLimit, VLEN: config.VLEN, AllowUnwind: true, Pausable: true, System: p.serve,
		Trace: config.Trace, Coverage: config.Coverage,
	})
	if x.position {
		x.relocate(positionBase)
	}
	end, err := x.load(p.m)
	if err != nil {
		return nil, err
	}
	p.brkStart, p.brkEnd = end, end
	sp, err := p.buildStack()
	if err != nil {
		return nil, err
	}
	p.m.Start(x.entry, sp)
	return p, p.files.open(config)
}

func (p *process) close() { p.files.close() }

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

// hwcap has a bit for each single-letter extension, bit 0 for A.
const hwcap = 1<<0 | 1<<('c'-'a') | 1<<('d'-'a') | 1<<('f'-'a') | 1<<('i'-'a') | 1<<('m'-'a') | 1<<('v'-'a')

// buildStack maps the stack, fills its top as Linux does, and returns sp. From there up lie argc, argv, envp and the
// auxiliary vector, then random bytes and the strings.
func (p *process) buildStack() (sp uint64, err error) {
	err = p.m.Map(rv64.Region{
		Name: "stack", Addr: stackTop - p.config.StackSize, Size: p.config.StackSize, Rights: rv64.Read | rv64.Write,
	})
	if err != nil {
		return 0, err
	}
	args := p.config.Args
	if len(args) == 0 {
		args = []string{"program"}
	}
	total := 0
	for _, s := range append(args[:len(args):len(args)], p.config.Env...) {
		if total += len(s) + 1; total > maxArgumentBytes {
			return 0, fmt.Errorf("linux: arguments and environment exceed %d bytes", maxArgumentBytes)
		}
	}
	at := uint64(stackTop)
	push := func(b []byte) uint64 {
		at -= uint64(len(b))
		if err == nil {
			err = p.m.WriteMemory(at, b)
		}
		return at
	}
	pushStrings := func(list []string) (addrs []uint64) {
		for _, s := range list {
			addrs = append(addrs, push(append([]byte(s), 0)))
		}
		return addrs
	}
	argv, envp := pushStrings(args), pushStrings(p.config.Env)
	random := push(p.randomBytes(16))
	words := append(append([]uint64{uint64(len(argv))}, argv...), 0)
	words = append(append(words, envp...), 0)
	words = append(words, auxPhdr, p.x.phdr, auxPhent, programHeader, auxPhnum, p.x.phnum, auxPageSize, pageSize,
		auxBase, 0, auxFlags, 0, auxEntry, p.x.entry, auxUID, guestID, auxEUID, guestID, auxGID, guestID, auxEGID, guestID,
		auxHwcap, hwcap, auxClock, 100, auxSecure, 0, auxRandom, random, auxExecName, argv[0], 0, 0)
	at = (at-8*uint64(len(words)))&^15 + 8*uint64(len(words))
	sp = push(littleEndian(words))
	if err != nil {
		return 0, fmt.Errorf("linux: arguments do not fit the stack of %d bytes: %w", p.config.StackSize, err)
	}
	return sp, nil
}

// littleEndian returns words as the guest's memory holds them.
func littleEndian(words []uint64) (b []byte) {
	for _, w := range words {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b
}

// randomBytes returns the next n bytes of the guest's random numbers, which are the same in every run.
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
