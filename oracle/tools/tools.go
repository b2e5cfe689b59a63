// Package external asks foreign programs, where they are installed, as further
// voters on what machine code means and does: qemu-riscv64 executes, llvm-mc and
// objdump read words.
//
//	emulator, err := tools.QEMU()
//	run, err := emulator.Run(ctx, elf, tools.Options{Args: []string{"a.out"}})
//
// A program that is missing is an error that wraps ErrNotInstalled and names
// it, so that callers can go on without.
package tools

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// ErrNotInstalled is wrapped by the error for a missing program.
var ErrNotInstalled = errors.New("not installed")

// find looks programs up by name and gives the path of the first that is there.
func find(names ...string) (string, error) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("tools: %s: %w", strings.Join(names, " or "), ErrNotInstalled)
}

// Emulator executes Linux programs.
type Emulator struct {
	Name string
	path string
}

// QEMU gives the user emulator of qemu.
func QEMU() (*Emulator, error) {
	path, err := find("qemu-riscv64", "qemu-riscv64-static")
	if err != nil {
		return nil, err
	}
	return &Emulator{Name: "qemu-riscv64", path: path}, nil
}

// Options say how to run a program.
type Options struct {
	Args  []string // Args[0] is the program's name
	Env   []string // of the guest, as NAME=value
	Stdin io.Reader
	// CPU is the emulator's model of processor, such as "rv64,v=true"; empty
	// stands for its default.
	CPU string
}

// Execution is what a program did under an emulator.
type Execution struct {
	Stdout []byte
	Stderr []byte
	// Status is the exit status as a shell gives it: 128 and the signal's
	// number for a program that a signal ended.
	Status int
	Signal int // 0: none
}

// Run executes a program. The error says that it could not be run, or not
// until its end before the context ended.
func (e *Emulator) Run(ctx context.Context, elf []byte, options Options) (Execution, error) {
	dir, err := os.MkdirTemp("", "rvfuzz-tools")
	if err != nil {
		return Execution{}, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "program")
	if err := os.WriteFile(file, elf, 0o700); err != nil {
		return Execution{}, err
	}
	command := exec.CommandContext(ctx, e.path, e.arguments(file, options)...)
	command.Env = []string{"PATH=" + os.Getenv("PATH")}
	var out, errs bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = options.Stdin, &out, &errs
	err = command.Run()
	if ctx.Err() != nil {
		return Execution{}, fmt.Errorf("tools: %s: %w", e.Name, ctx.Err())
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return Execution{}, fmt.Errorf("tools: %s: %w", e.Name, err)
	}
	run := Execution{Stdout: out.Bytes(), Stderr: errs.Bytes(), Status: command.ProcessState.ExitCode()}
	if status, ok := command.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		run.Signal = int(status.Signal())
		run.Status = 128 + run.Signal
	}
	return run, nil
}

// arguments gives the emulator's own options, the file, and the guest's
// arguments.
func (e *Emulator) arguments(file string, options Options) []string {
	var args []string
	if options.CPU != "" {
		args = append(args, "-cpu", options.CPU)
	}
	for _, variable := range options.Env {
		args = append(args, "-E", variable)
	}
	args = append(args, "-U", "PATH")
	if len(options.Args) == 0 {
		return append(args, file)
	}
	args = append(args, "-0", options.Args[0], file)
	return append(args, options.Args[1:]...)
}

// The traps that the signals of Linux stand for; a bad address may have been
// loaded, stored or fetched, which a signal does not say.
var signalTraps = map[int]string{4: "illegal-instruction", 5: "breakpoint", 7: "misaligned", 11: "access"}

// Outcome gives an execution in the words of the oracles: Trapped or Exited.
func (r Execution) Outcome() oracle.Outcome {
	if trap, ok := signalTraps[r.Signal]; ok {
		return oracle.Outcome{Ending: oracle.Trapped, Reason: trap}
	}
	return oracle.Outcome{Ending: oracle.Exited, Reason: fmt.Sprint(r.Status)}
}

// Vote is what one voter says.
type Vote struct {
	Voter  string
	Answer string
}

// Minority names the voters whose answer is not the most frequent one, in the
// order given. With no answer ahead of all others nobody is in the minority,
// and decided is false.
func Minority(votes []Vote) (voters []string, decided bool) {
	count := map[string]int{}
	for _, v := range votes {
		count[v.Answer]++
	}
	best, most, ties := "", 0, 0
	for _, v := range votes {
		switch n := count[v.Answer]; {
		case n > most:
			best, most, ties = v.Answer, n, 1
		case n == most && v.Answer != best:
			ties++
		}
	}
	if ties != 1 {
		return nil, false
	}
	for _, v := range votes {
		if v.Answer != best {
			voters = append(voters, v.Voter)
		}
	}
	return voters, true
}
