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
	"os/exec"
	"strings"
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

// Tool is an installed program. Dir is the directory that it runs in, that of this process if empty.
type Tool struct {
	Name, Path, Dir string
	version         string // if known
}

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
// ended it, or if its status is not 0; in the last case the output is complete, and the error quotes the end of its messages.
func (t Tool) Run(ctx context.Context, input string, args ...string) (Output, error) {
	command := exec.CommandContext(ctx, t.Path, args...)
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
	case err != nil:
		said := strings.TrimSpace(out.Stderr)
		return out, fmt.Errorf("%s: %w: %s", t.Name, err, said[max(0, len(said)-maxQuoted):])
	}
	return out, nil
}

// maxQuoted is how many bytes of a program's messages an error quotes.
const maxQuoted = 500
