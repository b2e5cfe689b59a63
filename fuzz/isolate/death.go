package isolate

import (
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
)

// The kinds of death.
const (
	Hang    = "hang"   // too much time for one step, or no reply
	Memory  = "memory" // too much memory, or none left
	Stack   = "stack"  // a recursion without end
	Crash   = "crash"  // any other error that Go does not recover from
	Killed  = "killed" // from outside
	exitCut = 86       // the exit status of a worker that ends itself at a limit
)

// Kinds are the kinds of death that the work causes.
var Kinds = []string{Hang, Memory, Stack, Crash}

// Death is how a worker ended in the middle of a request.
type Death struct {
	Kind string
	// Stage is the part of the project that was at work: the name of a package such as "codegen", "" if it is unknown.
	Stage string
	// Output is what the worker printed at its end, most of all its stack.
	Output string
}

// Error returns the kind, the stage and the first line of the output.
func (d *Death) Error() string {
	text := "the worker died: " + d.Kind
	if d.Stage != "" {
		text += " in " + d.Stage
	}
	first, _, _ := strings.Cut(d.Output, "\n")
	return text + ": " + first
}

// examine finds the kind and the stage of a death.
func (d *Death) examine(state *os.ProcessState, output string) {
	d.Output = output
	status, _ := state.Sys().(syscall.WaitStatus)
	switch {
	case state.ExitCode() == exitCut && strings.HasPrefix(output, Memory):
		d.Kind = Memory
	case state.ExitCode() == exitCut:
		d.Kind = Hang
	case strings.Contains(output, "stack overflow"):
		d.Kind = Stack
	case strings.Contains(output, "out of memory") || strings.Contains(output, "cannot allocate memory"):
		d.Kind = Memory
	case status.Signaled() && output == "":
		d.Kind = Killed
	default:
		d.Kind = Crash
	}
	d.Stage = stage(output)
}

// module is the prefix of the project's functions in stacks.
const module = "github.com/rvfuzz/rvfuzz/"

// around are the packages that call what is tested: the stage is what they called.
var around = []string{"cmd/rvfuzz", "fuzz/campaign", "fuzz/isolate", "fuzz/replay", "fuzz/diff", "fuzz/minimize", "backend"}

// stage returns the package that was at work according to a stack, outermost call last: the outermost one that is not
// around others, or else the innermost of those around.
func stage(output string) string {
	outer := ""
	for _, block := range strings.Split(output, "\n\n") {
		if !strings.Contains(block, module+"fuzz/isolate.Serve(") {
			continue
		}
		lines := strings.Split(block, "\n")
		slices.Reverse(lines)
		for _, line := range lines {
			rest, ours := strings.CutPrefix(line, module)
			if !ours {
				continue
			}
			folder, name := path.Split(rest[:strings.IndexByte(rest+"(", '(')])
			pkg, _, _ := strings.Cut(name, ".")
			if pkg = folder + pkg; !slices.Contains(around, pkg) {
				return path.Base(pkg)
			}
			outer = path.Base(pkg)
		}
		return outer
	}
	return ""
}

// tail keeps the beginning and the end of what is written to it.
type tail struct{ first, last []byte }

const tailSize = 64 << 10

// Write keeps p, or what fits.
func (t *tail) Write(p []byte) (int, error) {
	n := min(len(p), tailSize-len(t.first))
	t.first = append(t.first, p[:n]...)
	t.last = append(t.last, p[n:]...)
	if drop := len(t.last) - tailSize; drop > 0 {
		t.last = append(t.last[:0], t.last[drop:]...)
	}
	return len(p), nil
}

// String returns what was kept.
func (t *tail) String() string { return string(t.first) + string(t.last) }
