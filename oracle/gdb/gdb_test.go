package gdb

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/oracle/linux"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// debug compiles a program of testdata and has gdb execute commands on it. It returns what both print, and how serving
// ended.
func debug(t *testing.T, source string, config linux.Config, commands ...string) (debugger, output string, err error) {
	t.Helper()
	gcc, gdb := tools.Need(t, tools.GCC), tools.Need(t, tools.GDB)
	path := filepath.Join(t.TempDir(), "program")
	if _, err := gcc.Run(t.Context(), "", "-g", "-O1", "-static", "-o", path, filepath.Join("testdata", source)); err != nil {
		t.Fatal(err)
	}
	elf, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	config.Stdout = &out
	session, err := linux.NewSession(elf, config)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	args := []string{"-nx", "-batch", "-ex", "set width 0", "-ex", "set pagination off", "-ex", "target remote " + listener.Addr().String()}
	for _, c := range commands {
		args = append(args, "-ex", c)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, gdb.Path, append(args, path)...)
	var printed bytes.Buffer
	command.Stdout, command.Stderr = &printed, &printed
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	connection, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	err = Serve(ctx, connection, session)
	connection.Close()
	if failed := command.Wait(); failed != nil {
		t.Errorf("gdb: %v", failed)
	}
	return printed.String(), out.String(), err
}

// expect checks that lines come in order.
func expect(t *testing.T, text string, lines ...string) {
	t.Helper()
	rest := text
	for _, line := range lines {
		_, after, ok := strings.Cut(rest, line)
		if !ok {
			t.Errorf("%q is missing, or not in its place, in\n%s", line, text)
			return
		}
		rest = after
	}
}

// A program is stopped at a breakpoint and a watchpoint, stepped, looked at and changed, and goes on to its end.
func TestDebugger(t *testing.T) {
	for _, checks := range []rv64.Checks{0, rv64.CheckAll} {
		printed, output, err := debug(t, "prog.c", linux.Config{Checks: checks},
			"break square", "continue", "print n", "print shared", "bt", "stepi", "info registers pc a0 fa0 fcsr", "x/2xb &counter", "print $v1.b[3]",
			"print $vlenb", "info threads", "finish", "delete 1", "set var counter = 40", "watch counter", "continue", "print counter", "delete", "print/x $sp",
			"set var $t6 = 0x1234", "print/x $t6", "set var $ft11.double = 0.25", "print $ft11", "x/i 16", "continue")
		if err != nil {
			t.Error(err)
		}
		expect(t, printed, "Breakpoint 1, square (n", "$1 = 11", "{left = 3, right = 0.5}", "square", "in main ()", "<square+", "a0             0xb", "fcsr           0x0",
			"0x07\t0x00", "= 0", "= 16", "Thread 42", "Value returned is", "= 121", "Hardware watchpoint 2: counter", "Old value = 40", "New value = 52",
			"= 52", "= 0x1234", "double = 0.25", "Cannot access memory at address 0x10", "exited with code 0101")
		if output != "sum 434, counter 65\n" {
			t.Errorf("the program wrote %q", output)
		}
	}
}

// A debugger sees a fault before the program does, and a broken rule before it ends the program.
func TestDebuggerAtFault(t *testing.T) {
	printed, _, err := debug(t, "fault.c", linux.Config{}, "continue", "bt 1", "print place", "continue")
	if err != nil {
		t.Error(err)
	}
	expect(t, printed, "received signal SIGSEGV", "in wild", "0x123456780", "terminated with signal SIGSEGV")
	printed, _, err = debug(t, "fault.c", linux.Config{Checks: rv64.CheckAll, Args: []string{"program", "undefined"}}, "continue", "bt 1", "continue")
	if err != nil {
		t.Error(err)
	}
	expect(t, printed, "undefined-branch: pc 0x", "received signal SIGTRAP", "in choose", "exited with code 0377")
}

// Ctrl-C stops a program that runs for ever, and kill ends it.
func TestDebuggerInterrupts(t *testing.T) {
	printed, _, err := debug(t, "fault.c", linux.Config{Args: []string{"program", "loop", "for", "ever"}},
		"python import threading, os, signal; threading.Timer(1, lambda: os.kill(os.getpid(), signal.SIGINT)).start()", "continue", "bt 1", "kill")
	if err != ErrKilled {
		t.Error(err)
	}
	expect(t, printed, "received signal SIGINT", "loop (count", "killed")
}
