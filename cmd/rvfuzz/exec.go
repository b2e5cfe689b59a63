package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/linux"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

type execFlags struct {
	count, check, trace, profile, coverage, trapMisaligned bool
	maxSteps, seed, quantum                                uint64
	memory, quota                                          size
	vlen                                                   vlen
	march, root, gdb                                       string
	env                                                    []string
}

func execCommand() *cobra.Command {
	var flags execFlags
	cmd := &cobra.Command{
		Use:   "exec [flags] ELF [ARGS]...",
		Short: "Run a static RV64 Linux executable on the reference interpreter",
		Long: `exec runs a static (or static-pie) riscv64 Linux executable and ends with its exit status, or 128 and the signal's number
if a signal ended it. The program is sandboxed: it sees no file of the host unless --root names a directory, and no
network but a loopback of its own; what it may use is bounded. It may have threads, processes, signals, timers and sockets:
one hart executes at a time, in an order that --seed decides, and time passes with the instructions. Reports go to standard
error, so that the program's own output stays clean: among them the system calls that it made and that are not there.

Under --check several threads are also checked for data races.

Exit status of rvfuzz itself: 1 if --check finds a broken rule, 2 if ELF is no such executable, 3 if --max-steps is
reached, if all threads wait for ever, or if output could not be written.`,
		Example: `  rvfuzz exec ./prog 1 2 3
  rvfuzz exec --count --check ./prog
  rvfuzz exec --profile ./prog < input
  rvfuzz exec --root folder --memory 4G --seed 7 ./threads`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return execute(cmd, flags, args) },
	}
	f := cmd.Flags()
	f.SetInterspersed(false)
	f.BoolVar(&flags.count, "count", false, "print the number of retired instructions")
	f.BoolVar(&flags.check, "check", false, "turn all checks on: calling convention, bounds, rights, undefined values, data races")
	f.BoolVar(&flags.trace, "trace", false, "print every instruction executed")
	f.BoolVar(&flags.profile, "profile", false, "print the functions in which time was spent")
	f.BoolVar(&flags.coverage, "coverage", false, "print how often each instruction was executed")
	f.BoolVar(&flags.trapMisaligned, "trap-misaligned", false, "trap on misaligned loads and stores")
	f.Uint64Var(&flags.maxSteps, "max-steps", 0, "stop after this many instructions (0: no limit)")
	f.Var(&flags.vlen, "vlen", "bits of a vector register: 128, 256, 512 or 1024 (default what the file's attributes ask for)")
	f.StringVar(&flags.march, "march", "", "an architecture or a profile: all other instructions are illegal then, and those of extensions that are not ratified are there, as in rv64gc_zalasr")
	f.StringVar(&flags.root, "root", "", "directory that the program sees as its root")
	f.Var(&flags.memory, "memory", "memory of all processes together, as 512M or 4G (default 1G)")
	f.Var(&flags.quota, "quota", "how much the files below --root may grow by (default 1G)")
	f.Uint64Var(&flags.seed, "seed", 0, "how threads and processes interleave: the same number, the same order")
	f.Uint64Var(&flags.quantum, "quantum", 0, "instructions, on average, between switches of threads (default 20000)")
	f.StringVar(&flags.gdb, "gdb", "", "let a debugger that connects to `:PORT` of this machine control the program")
	f.StringArrayVar(&flags.env, "env", nil, "environment variable NAME=VALUE for the program (repeatable)")
	return cmd
}

// size is a flag with a number of bytes.
type size uint64

func (s *size) String() string { return "" }
func (s *size) Type() string   { return "SIZE" }

// Set accepts a decimal number with the suffix K, M, G or T, for powers of 1024, or without one.
func (s *size) Set(text string) error {
	digits := strings.TrimRight(text, "KMGT")
	n, err := strconv.ParseUint(digits, 10, 64)
	shift := 0
	if suffix := text[len(digits):]; suffix != "" {
		shift = 10 * (1 + strings.Index("KMGT", suffix))
	}
	switch {
	case err != nil || len(text)-len(digits) > 1:
		return fmt.Errorf("%q is no size, such as 512M", text)
	case n == 0 || n<<shift>>shift != n || n<<shift > 1<<46:
		return fmt.Errorf("size %s is not between 1 byte and 64T", text)
	}
	*s = size(n << shift)
	return nil
}

func execute(cmd *cobra.Command, flags execFlags, args []string) error {
	march, err := parseMarch(flags.march)
	if err != nil {
		return err
	}
	elf, err := readInput(cmd, args[0])
	if err != nil {
		return err
	}
	config := linux.Config{
		Args: args, Env: flags.env, Root: flags.root, MaxSteps: flags.maxSteps, TrapMisaligned: flags.trapMisaligned, VLEN: uint64(flags.vlen), Unratified: march.HasUnratified(), Has: instructionsOf(flags.march, march),
		Stdin: cmd.InOrStdin(), Stdout: cmd.OutOrStdout(), Stderr: cmd.ErrOrStderr(),
		Profile: flags.profile, Coverage: flags.coverage, Seed: flags.seed, Quantum: flags.quantum,
		MemoryLimit: uint64(flags.memory), FileQuota: uint64(flags.quota),
	}
	if flags.check {
		config.Checks = rv64.CheckAll
	}
	if flags.trace {
		config.Trace = cmd.ErrOrStderr()
	}
	run := linux.Execute
	if flags.gdb != "" {
		run = func(_ context.Context, elf []byte, config linux.Config) (linux.Exit, error) {
			return debugProgram(cmd, flags.gdb, elf, config)
		}
	}
	result, err := run(cmd.Context(), elf, config)
	if err != nil {
		return fmt.Errorf("%s: %w", displayName(args[0]), err)
	}
	reportExecution(cmd.ErrOrStderr(), flags, result)
	return executionStatus(result)
}

func reportExecution(w io.Writer, flags execFlags, result linux.Exit) {
	if flags.count {
		fmt.Fprintf(w, "%d instructions retired\n", result.Steps)
	}
	printCounts(w, "samples by function", result.Profile)
	printCounts(w, "executions by instruction", result.Coverage)
	printCounts(w, "unknown system calls", result.Unknown)
	for _, note := range result.Notes {
		fmt.Fprintln(w, note)
	}
}

func printCounts(w io.Writer, title string, counts []rv64.Count) {
	if len(counts) == 0 {
		return
	}
	fmt.Fprintf(w, "%s:\n", title)
	for _, c := range counts {
		fmt.Fprintf(w, "%12d %s\n", c.Times, c.Name)
	}
}

// executionStatus returns the guest's own exit status if it ended by itself, and a status of rvfuzz with a message if
// the machine stopped it.
func executionStatus(result linux.Exit) error {
	switch result.Ending {
	case oracle.Exited:
		if result.Status == 0 {
			return nil
		}
		return exit{status: result.Status}
	case oracle.Trapped:
		return exit{result.Status, fmt.Errorf("%s: %s", result.Reason, result.Place)}
	case oracle.Broken:
		return exit{statusFinding, fmt.Errorf("%s: %s", result.Reason, result.Place)}
	}
	if result.Status > 0 { // a signal would have ended it
		return exit{result.Status, fmt.Errorf("%s: %s", result.Reason, result.Place)}
	}
	return exit{statusFailed, fmt.Errorf("%s: %s", result.Ending, result.Reason)}
}

// instructionsOf returns which words an architecture has as instructions, or nil if none is named.
func instructionsOf(name string, march isa.March) func(word uint32) bool {
	if name == "" {
		return nil
	}
	return func(word uint32) bool {
		in, err := march.Decode(word)
		return err == nil && march.HasInst(in)
	}
}
