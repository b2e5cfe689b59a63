// Package tools finds and runs third-party programs, which assemble, disassemble, compile and execute code independently of
// this project.
//
//	qemu, err := tools.Find(tools.QEMU)
//	out, err := qemu.Run(ctx, "its input", "program", "argument")
//
// A missing program is an error, or the reason for which a test is skipped, so that callers can continue without it. The
// script ci/tools.sh installs all of them, and ci/tools-newest.sh their newest versions beside them.
package tools

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// The programs by their names without a version.
const (
	QEMU          = "qemu-riscv64"
	LLVMMC        = "llvm-mc"
	Clang         = "clang"
	LLD           = "ld.lld"
	Mold          = "mold"
	GCC           = "riscv64-linux-gnu-gcc"
	As            = "riscv64-linux-gnu-as"
	Ld            = "riscv64-linux-gnu-ld"
	Objcopy       = "riscv64-linux-gnu-objcopy"
	Objdump       = "riscv64-linux-gnu-objdump"
	LLVMDWARFDump = "llvm-dwarfdump"
	Csmith        = "csmith"
	GDB           = "gdb-multiarch"
)

// ErrNotInstalled is wrapped by the error for a program that Find does not find.
var ErrNotInstalled = errors.New("not installed")

// Tool is an installed program. Dir is the directory that it runs in, that of this process if empty. CPU bounds the
// processor time of each of its processes, in whole seconds, where there is a POSIX shell to set the bound; 0 is none.
// Unlike a deadline it is the same on a busy machine.
type Tool struct {
	Name, Path, Dir string
	CPU             time.Duration
	version         string // if known
}

// ErrEndless is wrapped by the error for a program that used up its processor time.
var ErrEndless = errors.New("out of processor time")

// Skipper is the part of testing.TB that Need uses.
type Skipper interface {
	Helper()
	Skip(args ...any)
}

// Need returns an installed program, or skips the test, with the name of the missing program as the reason.
func Need(t Skipper, name string) Tool {
	t.Helper()
	tool, err := Find(name)
	if err != nil {
		t.Skip(err)
	}
	return tool
}

// Output is what a program wrote. Status is its exit status, or -1 if a signal ended it or it could not be started.
type Output struct {
	Stdout, Stderr string
	Status         int
}

// Run runs the program with a text as its standard input. It returns an error if the program could not be started, if ctx
// ended it, if it used up its processor time, or if its status is not 0; in the last case the output is complete, and the
// error quotes the end of its messages.
func (t Tool) Run(ctx context.Context, input string, args ...string) (Output, error) {
	command := t.command(ctx, args)
	command.Dir = t.Dir
	var stdout, stderr bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(input), &stdout, &stderr
	err := command.Run()
	out := Output{Stdout: stdout.String(), Stderr: stderr.String(), Status: -1}
	if command.ProcessState != nil {
		out.Status = command.ProcessState.ExitCode()
	}
	switch {
	case ctx.Err() != nil:
		return out, fmt.Errorf("%s: %w", t.Name, ctx.Err())
	case err != nil && t.isOver(command.ProcessState):
		return out, fmt.Errorf("%s: %w: %s", t.Name, ErrEndless, t.CPU)
	case err != nil:
		said := strings.TrimSpace(out.Stderr)
		return out, fmt.Errorf("%s: %w: %s", t.Name, err, said[max(0, len(said)-maxQuoted):])
	}
	return out, nil
}

// command returns the command of a program, which a shell bounds where that is wanted and possible: with a signal that a
// program can catch, then with one that it cannot.
func (t Tool) command(ctx context.Context, args []string) *exec.Cmd {
	if shell, err := exec.LookPath("sh"); err == nil && t.CPU > 0 {
		const bounded = `ulimit -S -t "$0" && ulimit -H -t "$1" && shift && exec "$@"`
		seconds := int(t.CPU.Seconds())
		args = append([]string{"-c", bounded, strconv.Itoa(seconds), strconv.Itoa(seconds + 1), t.Path}, args...)
		return exec.CommandContext(ctx, shell, args...)
	}
	return exec.CommandContext(ctx, t.Path, args...)
}

// isOver reports whether an ended program, with the programs that it ran, used up its processor time. Of that the
// system may count a tenth less than it bounds.
func (t Tool) isOver(ended *os.ProcessState) bool {
	return t.CPU > 0 && ended != nil && ended.UserTime()+ended.SystemTime() >= t.CPU.Truncate(time.Second)*3/4
}

// maxQuoted is how many bytes of a program's messages an error quotes.
const maxQuoted = 500
