package linux

import (
	"encoding/binary"
	"fmt"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

const (
	pageSize         = 4096
	userSpace        = 1 << 47          // the end of the addresses of a process under Sv48
	stackTop         = 1<<38 - pageSize // where it would be under Sv39
	defaultStack     = 8 << 20
	defaultMemory    = 1 << 30
	positionBase     = 0x2a_aaaa_a000 // where position-independent executables go
	mapBase          = 0x30_0000_0000 // where mmap begins
	trampoline       = 0x2f_ffff_0000 // where handlers of signals return to
	maxArgumentBytes = 1 << 20
)

// space is an address space and the machine that holds its memory.
type space struct {
	m        *rv64.Machine
	x        *executable
	brkStart uint64
	brkEnd   uint64
	nextMap  uint64
	reserved []reservation // by address; none overlaps memory
	users    int           // processes
	loaded   *thread       // the one whose hart the machine holds
	races    *races        // nil: there is one thread, or nobody asks
}

// newSpace makes an address space with an executable in it.
func (k *kernel) newSpace(x *executable) (*space, error) {
	config := k.config
	if x.position {
		x.relocate(positionBase)
	}
	if config.VLEN == 0 {
		bits, err := x.vlen()
		if err != nil {
			return nil, err
		}
		config.VLEN = bits
	}
	s := &space{x: x, nextMap: mapBase, users: 1}
	s.m = rv64.New(rv64.Config{
		Checks: config.Checks &^ (rv64.CheckThread | rv64.CheckClobber), TrapMisaligned: config.TrapMisaligned,
		MemoryLimit: config.MemoryLimit, VLEN: config.VLEN, KeepAgnostic: config.KeepAgnostic, Unratified: config.Unratified || x.unratified(),
		Has: config.Has, ReadsAhead: x.readsAhead, AllowUnwind: true, Pausable: true, System: k.system,
		Trace: config.Trace, Coverage: config.Coverage,
	})
	end, err := x.load(s.m)
	if err != nil {
		return nil, err
	}
	s.brkStart, s.brkEnd = end, end
	code := littleEndian32(0x08b00893, 0x00000073) // li a7,139; ecall: rt_sigreturn
	err = s.m.Map(rv64.Region{Name: "vdso", Addr: trampoline, Size: pageSize, Rights: rv64.Read | rv64.Exec, Data: code, Defined: true})
	if err != nil {
		return nil, err
	}
	rights := rv64.Read | rv64.Write
	if x.executableStack {
		rights |= rv64.Exec
	}
	err = s.m.Map(rv64.Region{Name: "stack", Addr: stackTop - config.StackSize, Size: config.StackSize, Rights: rights})
	return s, err
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

// buildStack fills the top of the stack as Linux does, and returns sp. From there up lie argc, argv, envp and the
// auxiliary vector, then random bytes and the strings.
func (s *space) buildStack(k *kernel, args, env []string) (sp uint64, err error) {
	total := 0
	for _, s := range append(args[:len(args):len(args)], env...) {
		if total += len(s) + 1; total > maxArgumentBytes {
			return 0, fmt.Errorf("linux: arguments and environment exceed %d bytes", maxArgumentBytes)
		}
	}
	at := uint64(stackTop)
	push := func(b []byte) uint64 {
		at -= uint64(len(b))
		if err == nil {
			err = s.m.WriteMemory(at, b)
		}
		return at
	}
	pushStrings := func(list []string) (addrs []uint64) {
		for _, s := range list {
			addrs = append(addrs, push(append([]byte(s), 0)))
		}
		return addrs
	}
	argv, envp := pushStrings(args), pushStrings(env)
	random := push(k.randomBytes(16))
	words := append(append([]uint64{uint64(len(argv))}, argv...), 0)
	words = append(append(words, envp...), 0)
	words = append(words, auxPhdr, s.x.phdr, auxPhent, programHeader, auxPhnum, s.x.phnum, auxPageSize, pageSize,
		auxBase, 0, auxFlags, 0, auxEntry, s.x.entry, auxUID, guestID, auxEUID, guestID, auxGID, guestID, auxEGID, guestID,
		auxHwcap, k.hwcap(), auxClock, clockTicks, auxSecure, 0, auxRandom, random)
	if len(argv) > 0 {
		words = append(words, auxExecName, argv[0])
	}
	words = append(words, 0, 0)
	at = (at-8*uint64(len(words)))&^15 + 8*uint64(len(words))
	sp = push(littleEndian(words))
	if err != nil {
		return 0, fmt.Errorf("linux: arguments do not fit the stack of %d bytes: %w", k.config.StackSize, err)
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

func littleEndian32(words ...uint32) (b []byte) {
	for _, w := range words {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	return b
}

// randomBytes returns the next n bytes of the guest's random numbers, which are the same in every run.
func (k *kernel) randomBytes(n int) []byte {
	b := make([]byte, 0, n+7)
	for len(b) < n {
		b = binary.LittleEndian.AppendUint64(b, splitmix(&k.random))
	}
	return b[:n]
}
