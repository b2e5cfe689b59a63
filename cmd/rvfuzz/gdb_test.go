package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

const debugged = `const Point = struct {
  x: i32,
  name: []const u8,
}
const @text: [4]u8 = "here"
fn @fact(u64, Point) u64 in "fact.zig":1 {
  %0 = arg(u64, 0)
  %1 = arg(Point, 1)
  %2 = dbg_var_val(%0, "n")
  %3 = alloc(*u64)
  %4 = dbg_var_ptr(%3, "product")
  %5 = dbg_stmt(2, 3)
  %6 = store(%3, <u64, 1>)
  %23 = alloc(*Point)
  %24 = dbg_var_ptr(%23, "where")
  %25 = store(%23, %1)
  %7 = dbg_stmt(3, 3)
  %8 = cmp_eq(%0, <u64, 0>)
  %9 = cond_br(%8, {
    %10 = dbg_stmt(4, 5)
    %11 = ret(<u64, 1>)
  }, {
    %12 = dbg_stmt(6, 5)
    %13 = sub_safe(%0, <u64, 2>)
    %14 = dbg_var_val(%13, "less")
    %15 = dbg_stmt(7, 5)
    %16 = call(@fact, [%13, %1])
    %17 = dbg_stmt(8, 5)
    %18 = mul_wrap(%16, %0)
    %19 = store(%3, %18)
    %20 = dbg_stmt(9, 5)
    %21 = load(u64, %3)
    %22 = ret(%21)
  })
}
fn @main() u8 in "main.zig":1 {
  %0 = dbg_stmt(2, 3)
  %1 = call(@fact, [<u64, 4>, <Point, .{ .x = -7, .name = @text[0..4] }>])
  %2 = dbg_stmt(3, 3)
  %3 = trunc(u8, %1)
  %4 = ret(%3)
}
`

// TestDebuggerShowsVariables compiles a program and has gdb print a back trace, arguments and variables at a line, and in
// the caller of a panic routine.
func TestDebuggerShowsVariables(t *testing.T) {
	gdb := tools.Need(t, tools.GDB)
	folder := t.TempDir()
	source, program := filepath.Join(folder, "p.air"), filepath.Join(folder, "p")
	if err := os.WriteFile(source, []byte(debugged), 0o644); err != nil {
		t.Fatal(err)
	}
	odd := strings.Replace(debugged, "<u64, 4>", "<u64, 5>", 1)
	if err := os.WriteFile(source+".odd", []byte(odd), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, options := range []string{"", "promote=off", "promote=off spill-all large-frames", "registers=6 compress"} {
		for _, c := range []struct {
			memory   bool // of a panic's caller gdb shows the variables in memory only
			source   string
			commands []string
			want     []string
		}{
			{false, source, []string{"break fact.zig:8", "continue", "backtrace", "info locals", "print where.x", "print product", "print/c *where.name.ptr@4",
				"up", "print n", "info locals", "delete", "continue"},
				[]string{"fact (n=2, ", "fact.zig:8", "#1 ", "fact (n=4", "fact.zig:7", "#2 ", "main () at ", "main.zig:2",
					"= -7", "= 1", "= {104 'h', 101 'e', 114 'r', 101 'e'}", "#1 ", "= 4", "less = ", "product = 1", "where = {x = -7, name = {ptr = ", "len = 4}}", "exited with code 010"}},
			{true, source + ".odd", []string{"break panic.integer_overflow", "continue", "backtrace", "up", "info locals", "up", "print n", "frame 3", "print n"},
				[]string{"panic.integer_overflow", "#1 ", "fact (n=", "arg1=...)\n", "#2 ", "fact (n=3", "fact.zig:7", "#3 ", "fact (n=5", "#4 ", "main ()", "product = 1", "= 3", "= 5"}},
		} {
			if c.memory && !strings.HasPrefix(options, "promote=off") {
				continue
			}
			if status := run(t.Context(), []string{"compile", "--options", options, c.source, "-o", program}, nil, io.Discard, os.Stderr); status != 0 {
				t.Fatalf("compile ends with %d", status)
			}
			printed := debugIn(t, gdb, program, c.commands)
			rest := printed
			for _, want := range c.want {
				if options == "" && c.source != source && want == "product = 1" {
					continue // its register is no longer its own in a call that does not return
				}
				_, after, ok := strings.Cut(rest, want)
				if !ok {
					t.Errorf("options %q: %q is missing, or not in its place, in\n%s", options, want, printed)
					break
				}
				rest = after
			}
		}
	}
}

// debugIn runs a program by rvfuzz exec --gdb and returns what gdb prints.
func debugIn(t *testing.T, gdb tools.Tool, program string, commands []string) string {
	t.Helper()
	reader, writer := io.Pipe()
	done := make(chan int)
	go func() {
		done <- run(t.Context(), []string{"exec", "--gdb", "127.0.0.1:0", program}, nil, io.Discard, writer)
		writer.Close()
	}()
	line := make([]byte, 200)
	n, err := reader.Read(line)
	address := regexp.MustCompile(`target remote (\S+)`).FindSubmatch(line[:n])
	if address == nil {
		t.Fatalf("exec prints %q, %v", line[:n], err)
	}
	go io.Copy(io.Discard, reader)
	args := []string{"-nx", "-batch", "-ex", "set width 0", "-ex", "target remote " + string(address[1])}
	for _, c := range commands {
		args = append(args, "-ex", c)
	}
	out, err := gdb.Run(t.Context(), "", append(args, program)...)
	if err != nil {
		t.Errorf("gdb: %v", err)
	}
	<-done
	return out.Stdout + out.Stderr
}

const counting = `#include <pthread.h>
int n;
void *count(void *unused) {
    for (int i = 0; i < 1000; i++)
        __atomic_fetch_add(&n, 1, __ATOMIC_SEQ_CST);
    return unused;
}
int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, count, 0);
    pthread_create(&b, 0, count, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return n == 2000 ? 7 : 1;
}
`

// TestDebuggerWatchesThreads steps one of several threads over breakpoints and watches what they count: gdb gives up if
// another thread than the one that it lets go on reports a stop.
func TestDebuggerWatchesThreads(t *testing.T) {
	gdb, gcc := tools.Need(t, tools.GDB), tools.Need(t, tools.GCC)
	folder := t.TempDir()
	source, program := filepath.Join(folder, "count.c"), filepath.Join(folder, "count")
	if err := os.WriteFile(source, []byte(counting), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := gcc.Run(t.Context(), "", "-static", "-g", "-O0", "-pthread", "-o", program, source); err != nil {
		t.Fatal(err)
	}
	printed := debugIn(t, gdb, program, []string{"break count", "continue", "stepi", "next", "watch n", "continue", "continue", "continue",
		"info threads", "delete", "continue"})
	rest := printed
	for _, want := range []string{"hit Breakpoint 1, count", "atchpoint 2: n", "New value = ", "New value = ", "New value = ", "exited with code 07"} {
		_, after, ok := strings.Cut(rest, want)
		if !ok {
			t.Fatalf("%q is missing, or not in its place, in\n%s", want, printed)
		}
		rest = after
	}
}
