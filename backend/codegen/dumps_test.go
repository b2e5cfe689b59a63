package codegen_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/corpus/zigair"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// knownFailures are tests that fail for a reason outside of codegen.
var knownFailures = map[string]string{
	"test.align(N) on functions": "the alignment of functions is not part of AIR",
}

// TestDumps compiles Zig's own tests and runs them. Everything but named unsupported instructions must pass, under all
// checks of the machine.
func TestDumps(t *testing.T) {
	for _, suite := range []struct {
		folder string
		every  int // of the files
		atMost uint64
		pass   int
	}{{"debug", 1, 5_000_000, 1430}, {"std-debug", 3, 1_000_000, 50}} {
		t.Run(suite.folder, func(t *testing.T) {
			runner := newRunner(t, codegen.Options{Verify: true, Locations: true}, suite.atMost)
			for n, file := range dumps(t, suite.folder) {
				if n%suite.every == 0 {
					runner.file(file)
				}
			}
			t.Logf("%d tests passed, %d were not supported, %d too long", runner.passed, runner.unsupported, runner.long)
			if runner.passed < suite.pass {
				t.Errorf("%d tests passed, expected at least %d", runner.passed, suite.pass)
			}
		})
	}
}

// TestDumpsUnderPressure runs a part of the tests with every option.
func TestDumpsUnderPressure(t *testing.T) {
	eachKnob(t, func(t *testing.T, o codegen.Options) {
		runner := newRunner(t, o, 200_000)
		for n, file := range dumps(t, "debug") {
			if n%7 == 3 {
				runner.file(file)
			}
		}
		if runner.passed < 100 {
			t.Errorf("%d tests passed, expected at least 100", runner.passed)
		}
	})
}

// runner runs the tests of dumps in one machine.
type runner struct {
	t                         *testing.T
	options                   codegen.Options
	machine                   *rv64.Machine
	steps                     uint64
	passed, unsupported, long int
}

func newRunner(t *testing.T, o codegen.Options, steps uint64) *runner {
	return &runner{t: t, options: o, steps: steps, machine: rv64.New(rv64.Config{Checks: rv64.CheckAll, System: mapper()})}
}

// file runs the tests of one dump.
func (x *runner) file(name string) {
	s := readSuite(x.t, name)
	img, failed, err := build(s.Module, x.options)
	if err != nil {
		x.t.Errorf("%s: %v", filepath.Base(name), err)
		return
	}
	for _, f := range s.Module.Funcs {
		var unsupported *air.Unsupported
		if err := failed[f.Name]; err != nil && !errors.As(err, &unsupported) {
			x.t.Errorf("%s: @%s: %v", filepath.Base(name), f.Name, err)
		}
	}
	for _, test := range s.Tests {
		x.settle(filepath.Base(name), test, x.test(s, test, img, failed))
	}
}

// settle counts the outcome of a test.
func (x *runner) settle(file string, test zigair.Test, why string) {
	switch {
	case why == "":
		x.passed++
	case strings.HasPrefix(why, unsupportedPrefix):
		x.unsupported++
		x.t.Logf("%s: %s", test.Name, why)
	case why == tooLong:
		x.long++
	case knownFailures[test.Name] == "":
		x.t.Errorf("%s: %s: %s", file, test.Name, why)
	}
}

const (
	unsupportedPrefix = "unsupported: "
	tooLong           = "too long"
)

// mapper serves mmap of anonymous memory; all other system calls succeed.
func mapper() func(*rv64.Machine) bool {
	next := uint64(0x1_0000_0000)
	return func(m *rv64.Machine) bool {
		switch m.X(17) {
		case 222:
			size := (m.X(11) + 4095) &^ 4095
			if err := m.Map(rv64.Region{Name: "heap", Addr: next, Size: size, Rights: rv64.Read | rv64.Write, Defined: true}); err != nil {
				m.End(oracle.Unsupported, err.Error(), "")
				return true
			}
			m.SetX(10, next)
			next += size + 4096
		case 278: // getrandom
			if err := m.WriteMemory(m.X(10), make([]byte, m.X(11))); err != nil {
				m.End(oracle.Unsupported, err.Error(), "")
				return true
			}
			m.SetX(10, m.X(11))
		default:
			m.SetX(10, 0)
		}
		return false
	}
}

// test runs one test and returns what is wrong, or "".
func (x *runner) test(s *zigair.Suite, test zigair.Test, img *link.Image, failed map[string]error) string {
	m := x.machine
	if err := load(m, img); err != nil {
		return err.Error()
	}
	for _, name := range s.Panics {
		if sym, ok := img.Symbol(name); ok {
			m.StopAt(sym.Addr, "panic handler")
		}
	}
	for _, f := range s.Module.Funcs {
		if err := failed[f.Name]; err != nil {
			sym, _ := img.Symbol(f.Name)
			m.StopAt(sym.Addr, unsupportedPrefix+err.Error())
		}
	}
	sym, ok := img.Symbol(test.Func)
	if !ok {
		return "no such function " + test.Func
	}
	r := m.Call(sym.Addr, x.steps)
	switch {
	case r.Ending == oracle.OutOfSteps:
		return tooLong
	case r.Ending == oracle.Panicked && strings.HasPrefix(r.Reason, unsupportedPrefix):
		return r.Reason
	case r.Ending != oracle.Returned:
		where := ""
		if n := img.FuncAt(r.PC); n >= 0 {
			where = fmt.Sprintf(" in %s+%#x", img.Funcs[n].Name, r.PC-img.Funcs[n].Addr)
		}
		return fmt.Sprintf("%v %s %s%s", r.Ending, r.Reason, r.Place, where)
	case uint16(m.X(10)) == 0:
		return ""
	case s.ErrorName(uint16(m.X(10))) == zigair.SkipError:
		return ""
	}
	return "error " + s.ErrorName(uint16(m.X(10)))
}

// dumps returns the files of Zig's dumped AIR; it skips the test if there are none.
func dumps(t testing.TB, folder string) []string {
	dir, _ := os.Getwd()
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "..", "shared", "data", "zig-air", folder, "*.jsonl.gz"))
	if len(files) == 0 {
		t.Skip("no dumps of Zig's AIR: ../shared/data/zig-air is absent")
	}
	return files
}

func readSuite(t testing.TB, file string) *zigair.Suite {
	r, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	s, err := zigair.Read(r, filepath.Base(file))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
