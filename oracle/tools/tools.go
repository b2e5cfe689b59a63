// Package tools finds and runs third-party programs, which say independently of this project what code means and does:
// assemblers, disassemblers, compilers and an emulator.
//
//	qemu, err := tools.Find(tools.QEMU)
//	out, err := qemu.Run(ctx, "its input", "program", "argument")
//
// A program that is not installed is an error, or the reason for which a test is skipped, so that callers can go on
// without it. The script ci/tools.sh installs all of them.
package tools

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
)

// The programs, by the names that Debian gives them. Those of LLVM carry the release whose abilities the tests know.
const (
	QEMU    = "qemu-riscv64"
	LLVMMC  = "llvm-mc-19"
	Clang   = "clang-19"
	GCC     = "riscv64-linux-gnu-gcc"
	As      = "riscv64-linux-gnu-as"
	Ld      = "riscv64-linux-gnu-ld"
	Objcopy = "riscv64-linux-gnu-objcopy"
	Objdump = "riscv64-linux-gnu-objdump"
	Csmith  = "csmith"
)

// ErrNotInstalled is wrapped by the error for a program that Find does not find.
var ErrNotInstalled = errors.New("not installed")

// Tool is an installed program. Dir is the directory that it runs in; empty, it is that of this process.
type Tool struct{ Name, Path, Dir string }

// Find looks a program up in PATH. The error wraps ErrNotInstalled and names the program.
func Find(name string) (Tool, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return Tool{}, fmt.Errorf("%s is %w", name, ErrNotInstalled)
	}
	return Tool{Name: name, Path: path}, nil
}

// Skipper is the part of testing.TB that Need uses.
type Skipper interface {
	Helper()
	Skip(args ...any)
}

// Need returns an installed program. Without it the test is skipped, with the program's name as the reason.
func Need(t Skipper, name string) Tool {
	t.Helper()
	tool, err := Find(name)
	if err != nil {
		t.Skip(err)
	}
	return tool
}

// Output is what a program left when it ended. Status is its exit status, or -1 if a signal ended it.
type Output struct {
	Stdout, Stderr string
	Status         int
}

// Run runs the program with a text as its standard input. An error, which quotes the end of the program's own messages,
// says that it could not be started, that ctx ended it, or that its status is not 0; the output is whole in the last
// case.
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

var versionNumber = regexp.MustCompile(`[0-9]+(\.[0-9]+)+`)

// Version returns the number that the program prints of itself, such as "2.40".
func (t Tool) Version(ctx context.Context) (string, error) {
	out, err := t.Run(ctx, "", "--version")
	if err != nil {
		return "", err
	}
	number := versionNumber.FindString(out.Stdout)
	if number == "" {
		return "", fmt.Errorf("%s: no version in %.100q", t.Name, out.Stdout)
	}
	return number, nil
}
