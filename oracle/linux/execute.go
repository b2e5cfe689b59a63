package linux

import (
	"context"
	"errors"
	"io"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// Config says how to run an executable. A Read or Write of its streams that is under way when the context ends is left
// to itself.
type Config struct {
	Args   []string // Args[0] is the program's name
	Env    []string
	Stdin  io.Reader // nil: empty
	Stdout io.Writer // nil: discarded
	Stderr io.Writer // nil: discarded
	// Checks are the rules to check the program against, except CheckThread and CheckClobber, which whole programs need
	// not keep: their start code sets gp and tp, and compilers let local functions keep temporaries.
	Checks rv64.Checks
	// MaxSteps bounds the instructions executed; 0 means no bound.
	MaxSteps uint64
	// MemoryLimit bounds the memory of all processes in bytes; 0 means 1 GiB.
	MemoryLimit uint64
	// FileQuota bounds what the files below Root may grow by, in bytes; 0 means 1 GiB.
	FileQuota uint64
	// Seed decides how harts interleave, and Quantum for how many instructions one executes, on average, before the
	// next; 0 means 20000.
	Seed, Quantum uint64
	// StackSize is the size of the guest's stack in bytes; 0 means 8 MiB.
	StackSize      uint64
	TrapMisaligned bool
	// Unratified makes instructions of extensions that are not ratified available (Zalasr), as the executable's attributes do
	// that name one.
	Unratified bool
	// Has, if set, reports which words are instructions, as rv64.Config.Has.
	Has func(word uint32) bool
	// VLEN is the number of bits of a vector register, one that rv64.CheckVLEN accepts; 0 means what the executable's
	// attributes ask for, and at least 128.
	VLEN uint64
	// KeepAgnostic leaves agnostic elements of vector registers as they are, as rv64.Config.KeepAgnostic.
	KeepAgnostic bool
	// Root is a directory that the guest sees as its root directory; empty: it can open no file. Hosts other than Unix
	// have no such directories (ErrRoot).
	Root string
	// Trace, if set, is written a line for every instruction executed, as rv64.Config.Trace.
	Trace io.Writer
	// Profile samples the functions in which time is spent; Coverage counts the operations executed.
	Profile  bool
	Coverage bool
}

// ErrRoot is the error of Config.Root on a host whose files have no inode numbers, such as Windows.
var ErrRoot = errors.New("a root directory needs a host whose files have inode numbers")

// Exit is how a program ended.
type Exit struct {
	rv64.Halt
	// Status is the exit status as a shell reports it, 0 to 255: 128 and the signal's number for a program that a
	// signal ended. It is -1 for a program that the machine stopped.
	Status int
	// Unknown counts the system calls that are not there, by name or else by number, most frequent first.
	Unknown []rv64.Count
	// Notes are texts for people on what the program could not do, beyond the error numbers that it was told.
	Notes []string
	// Profile and Coverage are what Config asks for, most frequent first.
	Profile  []rv64.Count
	Coverage []rv64.Count
}

// start returns a kernel that is about to execute a program.
func start(elf []byte, config Config) (*kernel, error) {
	x, err := parseELF(elf)
	if err != nil {
		return nil, err
	}
	t, err := newProcess(x, config)
	if err != nil {
		return nil, err
	}
	t.program = elf
	return t.kernel, nil
}

// Execute runs a static riscv64 Linux executable. It returns an error if the file is none, if it does not fit the
// limits, or if the context ends; what the program does is in the Exit.
func Execute(ctx context.Context, elf []byte, config Config) (Exit, error) {
	k, err := start(elf, config)
	if err != nil {
		return Exit{}, err
	}
	defer k.close()
	if err := k.run(ctx); err != nil {
		return Exit{}, err
	}
	return k.exitReport(), nil
}
